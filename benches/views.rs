//! What a view costs: to make, and to read through.
//!
//! A graph of a million relationships, of which a fifth is claimed by a thousand claimants,
//! and three queries, each on the whole graph and through the view of one claimant; and the same
//! queries on that graph and on one without any claim, to tell what claims cost who does not ask
//! for them.
//!
//! `cargo bench --bench views`

#![expect(clippy::print_stdout, reason = "a benchmark prints its result")]

use dossier::Database;
use dossier::store::{Moment, Perspective, View, Writer};
use dossier::value::{ASSERTS, DENIES, Endpoint, NodeId, Value};
use std::hint::black_box;
use std::sync::Arc;
use std::time::{Duration, Instant};

const NODES: u32 = 100_000;
const RELATIONSHIPS: u32 = 1_000_000;
const CLAIMANTS: u32 = 1_000;
const NONE: [(&str, Value); 0] = [];

const QUERIES: [&str; 3] = [
    "MATCH (a:Person)-[:KNOWS]->(b) RETURN count(*)",
    "MATCH (a:Person)-[:KNOWS]->(b) WHERE a.age < 30 RETURN b.age, count(*)",
    "MATCH (a:Person {age: 7})-[:KNOWS*1..2]->(b) RETURN count(DISTINCT b)",
];

const PROCEDURES: [&str; 2] = [
    "CALL dossier.disputes() YIELD statement RETURN count(*)",
    "CALL dossier.perspectives() YIELD claimant RETURN count(*)",
];

fn database(claimed: bool) -> Database {
    let mut state = 1u64;
    let mut below = |bound: u32| {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((state >> 33) % u64::from(bound)) as u32
    };
    let mut writer = Writer::new(Arc::default());
    for number in 0..NODES {
        let age = Value::Integer(i64::from(number % 80));
        writer.create_node(["Person"], [("age", age)]).expect("a node");
    }
    for number in 0..RELATIONSHIPS {
        let (from, to) = (NodeId(below(NODES)), NodeId(below(NODES)));
        let made = writer
            .create_relationship("KNOWS", Endpoint::Node(from), Endpoint::Node(to), NONE)
            .expect("a relationship");
        if number % 5 == 0 {
            let who = Endpoint::Node(NodeId(below(CLAIMANTS)));
            // Both graphs take the same numbers.
            let other = Endpoint::Node(NodeId(below(CLAIMANTS)));
            if !claimed {
                continue;
            }
            let kind = if number % 20 == 0 { DENIES } else { ASSERTS };
            let about = Endpoint::Relationship(made);
            writer.create_relationship(kind, who, about, NONE).expect("a claim");
            // Of what is denied half is asserted as well.
            if number % 40 == 0 {
                writer.create_relationship(ASSERTS, other, about, NONE).expect("a claim");
            }
        }
    }
    Database::from_graph(writer.finish().0)
}

/// The median of some runs.
fn median(runs: usize, mut run: impl FnMut()) -> Duration {
    let mut times: Vec<Duration> = (0..runs)
        .map(|_| {
            let started = Instant::now();
            run();
            started.elapsed()
        })
        .collect();
    times.sort_unstable();
    times[times.len() / 2]
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}

/// Prints what a query without a prefix takes beside claims, in parts of what it takes without
/// any: the median of the ratios of pairs that ran one after the other.
fn without_prefix(claimed: &Database) {
    let bare = database(false);
    for text in QUERIES {
        let time = |database: &Database| {
            median(1, || drop(black_box(database.query(text).run().expect("rows")))).as_secs_f64()
        };
        let mut ratios: Vec<f64> = (0..41)
            .map(|turn| {
                // Whoever comes second finds the caches warm.
                if turn % 2 == 0 {
                    let first = time(claimed);
                    first / time(&bare)
                } else {
                    let first = time(&bare);
                    time(claimed) / first
                }
            })
            .collect();
        ratios.sort_unstable_by(f64::total_cmp);
        println!("{text}\n  with claims beside it {:.3} times", ratios[ratios.len() / 2]);
    }
}

fn main() {
    let database = database(true);
    without_prefix(&database);
    let perspective = Perspective { claimants: vec![NodeId(7)], ..Perspective::default() };
    let according_to = View { according_to: Some(perspective), ..View::default() };
    let graph = database.snapshot();
    for (name, view) in [
        ("according to one claimant", according_to.clone()),
        ("undisputed", View { undisputed: true, ..View::default() }),
        ("as of a moment", View { as_of: Some(Moment(0)), ..View::default() }),
    ] {
        let time = median(11, || drop(black_box(graph.seen(&view).expect("a view"))));
        println!("view {name:<32} {:>8.2} ms", milliseconds(time));
    }
    // The graph is asked for claims, and not for what it holds beside them.
    for (text, view) in [
        (PROCEDURES[0], View::default()),
        (PROCEDURES[1], View::default()),
        (PROCEDURES[0], according_to.clone()),
    ] {
        let time = median(5, || {
            drop(black_box(database.query(text).seen(view.clone()).run().expect("rows")));
        });
        let how = if view == View::default() { "" } else { " through the view" };
        println!("{text}{how}  {:>8.2} ms", milliseconds(time));
    }
    for text in QUERIES {
        let run = |view: &View| {
            drop(black_box(database.query(text).seen(view.clone()).run().expect("rows")));
        };
        let started = Instant::now();
        run(&according_to);
        let first = started.elapsed();
        let (mut plain, mut seen) = (Vec::new(), Vec::new());
        for _ in 0..11 {
            plain.push(median(1, || run(&View::default())));
            seen.push(median(1, || run(&according_to)));
        }
        plain.sort_unstable();
        seen.sort_unstable();
        let (plain, seen) = (plain[5], seen[5]);
        println!(
            "{text}\n  plain {:.2} ms, through the view {:.2} ms ({:.2} times), the first time {:.2} ms",
            milliseconds(plain),
            milliseconds(seen),
            seen.as_secs_f64() / plain.as_secs_f64(),
            milliseconds(first),
        );
    }
}
