//! Chains that are longer than one part of a pipeline.

use super::Bench;

/// Clauses numbered from 0 on.
fn numbered(count: usize, clause: impl Fn(usize) -> String) -> String {
    (0..count).map(clause).collect::<Vec<_>>().join(" ")
}

fn graph() -> Bench {
    Bench::new(&[
        "UNWIND range(1, 7) AS i CREATE (:L {n: i})",
        "MATCH (a:L), (b:L) CREATE (a)-[:T]->(b)",
    ])
}

#[test]
fn a_limit_stops_the_first_part() {
    let mut bench = graph();
    // Each of these has more rows than there are atoms on the way to its limit.
    let queries = [
        numbered(300, |i| format!("MATCH (a{i})")),
        numbered(300, |i| format!("OPTIONAL MATCH (a{i}:L)")),
        numbered(300, |i| format!("UNWIND [1, 2, 3] AS a{i}")),
        numbered(300, |i| format!("UNWIND range(1, 5000) AS a{i}")),
        numbered(300, |i| format!("CALL () {{ MATCH (b) RETURN b AS a{i} }}")),
        "MATCH (a0) ".to_owned() + &numbered(300, |i| format!("MATCH (a{i})-->(a{})", i + 1)),
        "MATCH (a0) ".to_owned()
            + &numbered(300, |i| format!("MATCH (a{i})-[*1..2]->(a{})", i + 1)),
        numbered(300, |i| format!("MATCH ()-[a{i}]->()")),
    ];
    for query in queries {
        let rows = bench.rows(&format!("{query} RETURN a0, a299 LIMIT 5000"));
        assert_eq!(rows.len(), 5000, "{query:.40}");
        let rows = bench.rows(&format!("{query} RETURN 1 AS x SKIP 3 LIMIT 2"));
        assert_eq!(rows, ["1", "1"], "{query:.40}");
        let exists = bench.rows(&format!("RETURN EXISTS {{ {query} RETURN a0 }} AS x"));
        assert_eq!(exists, ["true"], "{query:.40}");
    }
}

#[test]
fn all_rows_come_through_all_parts() {
    let mut bench = graph();
    let idle = |from: usize, count: usize| {
        (from..from + count).map(|i| format!("UNWIND [{i}] AS a{i}")).collect::<Vec<_>>().join(" ")
    };
    let (first, second, third) = (idle(0, 60), idle(60, 60), idle(120, 60));
    for (makes, count) in [
        ("UNWIND range(1, 30) AS {}", 30),
        ("MATCH ({}:L)", 7),
        ("MATCH (:L)-[{}]->()", 49),
        ("MATCH (:L {n: 1})-[*1..2]->({})", 55),
        ("CALL () { MATCH (m:L) RETURN m.n AS {} }", 7),
        ("MATCH (:L {n: 1}) (({}n)-->({}m) WHERE {}m.n > 0){1,2} ({})", 55),
    ] {
        let [x, y, z] = ["x", "y", "z"].map(|name| makes.replace("{}", name));
        let query = format!("{first} {x} {second} {y} {third} {z}");
        let all = bench.rows(&format!("{query} RETURN count(*), sum(a0 + a59 + a60 + a179)"));
        let rows = count * count * count;
        assert_eq!(all, [format!("{rows} {}", rows * (59 + 60 + 179))], "{makes}");
        let some = bench.rows(&format!("{query} RETURN DISTINCT a17, a100, x ORDER BY x"));
        let distinct = bench.rows(&format!("{x} RETURN DISTINCT 17, 100, x ORDER BY x"));
        assert_eq!(some, distinct, "{makes}");
    }
}

#[test]
fn rows_keep_what_many_levels_below_holds() {
    let mut bench = graph();
    let lets = numbered(2000, |i| format!("UNWIND [{i}] AS a{i} FILTER a{i} = {i}"));
    let rows =
        bench.rows(&format!("MATCH (m:L) {lets} RETURN m.n, a0, a31, a32, a1999 ORDER BY m.n"));
    assert_eq!(rows.len(), 7);
    assert_eq!(rows[2], "3 0 31 32 1999");
    let pairs = bench.rows(&format!(
        "MATCH (m:L) {lets} MATCH (m)-->(k:L) WITH *, m.n * 10 + k.n AS pair, a1000 AS b
         WHERE m.n > 6 AND a5 = 5 RETURN b, pair, a1500 ORDER BY pair LIMIT 2"
    ));
    assert_eq!(pairs, ["1000 71 1500", "1000 72 1500"]);
}
