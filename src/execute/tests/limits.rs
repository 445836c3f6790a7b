//! Interrupt, deadline, memory, and plans of many operators.

use super::{Bench, planned};
use crate::execute::{Source, execute};
use crate::value::ErrorCode;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

#[test]
fn stops_when_told() {
    let bench = Bench::new(&["UNWIND range(1, 300) AS i CREATE ()"]);
    let endless = planned("MATCH (a), (b), (c), (d) RETURN count(*) AS c").unwrap();
    let mut options = bench.options();
    options.deadline = Some(Instant::now() + Duration::from_millis(50));
    let started = Instant::now();
    let result = execute(&endless, None, Source::Read(bench.graph.clone()), &options);
    assert_eq!(result.map_err(|error| error.code).map(|_| ()), Err(ErrorCode::Timeout));
    assert!(started.elapsed() < Duration::from_secs(5));
    options.deadline = None;
    options.interrupt.store(true, Ordering::Relaxed);
    let result = execute(&endless, None, Source::Read(bench.graph.clone()), &options);
    assert_eq!(result.map_err(|error| error.code).map(|_| ()), Err(ErrorCode::Interrupted));
    options.interrupt.store(false, Ordering::Relaxed);
    options.memory_limit = Some(1 << 20);
    let greedy = planned("UNWIND range(1, 10000000) AS i RETURN collect(i) AS l").unwrap();
    let result = execute(&greedy, None, Source::Read(bench.graph.clone()), &options);
    assert_eq!(result.map_err(|error| error.code).map(|_| ()), Err(ErrorCode::MemoryLimit));
}

#[test]
fn long_plans_do_not_overflow() {
    let mut bench = Bench::new(&["CREATE (:A)"]);
    let text = format!("MATCH (n) {} RETURN n", "WITH n ".repeat(20_000));
    assert_eq!(bench.rows(&text), ["n0"]);
    let text =
        format!("UNWIND [1, 2] AS x {} RETURN count(*) AS c", "WITH x WHERE x > 0 ".repeat(2_000));
    assert_eq!(bench.rows(&text), ["2"]);
}

#[test]
fn profile_counts_rows() {
    let bench = Bench::new(&["UNWIND range(1, 10) AS i CREATE (:A {i: i})"]);
    let plan = planned("MATCH (n:A) WHERE n.i > 5 RETURN n.i").unwrap();
    let mut options = bench.options();
    options.profile = true;
    let profile =
        execute(&plan, None, Source::Read(bench.graph.clone()), &options).unwrap().profile.unwrap();
    let rows: Vec<u64> = profile.iter().map(|figure| figure.rows).collect();
    assert_eq!(rows[..3], [10, 5, 5]);
}
