//! The shortest paths from a node to all others, which are one search in breadth, against the search
//! that every other selector has, on random graphs: the same rows in the same order.

#[path = "../src/value/random.rs"]
mod random;

use dossier::Database;
use dossier::store::{Graph, Writer};
use dossier::value::{Endpoint, Value};
use random::Random;
use std::sync::Arc;

/// A graph of so many nodes, with parallel relationships and loops, and of others that are alone;
/// `k` is a number below 40.
fn graph((nodes, alone): (u64, u64), relationships: u64, seed: u64) -> Database {
    let mut random = Random(seed);
    let mut writer = Writer::new(Arc::new(Graph::new()));
    let mut ids = Vec::new();
    for i in 0..nodes + alone {
        let label = if random.below(4) == 0 { "B" } else { "A" };
        let properties = [("i", Value::Integer(i as i64)), ("k", Value::Integer((i % 40) as i64))];
        ids.push(writer.create_node([label], properties).unwrap());
    }
    for _ in 0..relationships {
        let mut any = || Endpoint::Node(ids[random.below(nodes) as usize]);
        let (from, to) = (any(), any());
        let kind = if random.below(4) == 0 { "S" } else { "R" };
        writer.create_relationship(kind, from, to, std::iter::empty::<(&str, Value)>()).unwrap();
    }
    Database::from_graph(writer.finish().0)
}

/// A row as texts.
type Row = Vec<String>;

fn rows(database: &Database, text: &str) -> Vec<Row> {
    let result = database.query(text).run().unwrap_or_else(|error| panic!("{text}: {error}"));
    let of_row = |row: &Vec<Value>| row.iter().map(|value| format!("{value:?}")).collect();
    result.rows.iter().map(of_row).collect()
}

const COLUMNS: &str = "RETURN a.i AS a, b.i AS b, length(p) AS n, [x IN r | id(x)] AS r, \
                       [x IN nodes(p) | x.i] AS nodes, p";

/// The label of the node that paths begin at, and the pattern from there on.
const PATTERNS: &[(&str, &str)] = &[
    (":A", "(a)-[r]->{1,3}(b)"),
    (":A", "(a)-[r]->+(b)"),
    (":A", "(a)<-[r]-*(b)"),
    ("", "(a)-[r:R]->{0,4}(b)"),
    (":A", "(a)-[r:R]-+(b)"),
    ("", "(a)-[r:R]-{1,2}(b)"),
    ("", "(a)-[r]-{1,5}(b)"),
    (":B", "(a)-[r:R|S]-*(b)"),
    (":A", "(a)<-[r:S]-{1,1}(b)"),
    (":A", "(a)-[r]->{0,1}(b)"),
    (":A", "(a)-[r:R]-{1,6}(b)"),
];

/// What has no condition on whole paths is one search in breadth; a condition that always holds
/// asks for the other one.
#[test]
fn one_search_finds_what_the_other_one_finds() {
    let mut back = 0;
    for seed in 0..10 {
        let mut random = Random(seed);
        let nodes = [7, 9, 20, 40, 400][seed as usize % 5];
        // Among many that are alone it is best to look where relationships lead to.
        let alone = [100, 700][seed as usize % 2];
        let relationships = nodes * random.below(20) / 8;
        let database = graph((nodes, alone), relationships, seed);
        for (place, (label, pattern)) in PATTERNS.iter().enumerate() {
            if nodes > 40 && !(place as u64 + seed).is_multiple_of(4) {
                continue;
            }
            // The other search looks through all trails for one that leads back.
            let either = !pattern.contains("<-") && !pattern.contains("->");
            if either && relationships > 12 && !pattern.contains("{1,2}") {
                continue;
            }
            for mode in ["", "WALK", "ACYCLIC", "SIMPLE", "TRAIL"] {
                // Of a walk of any length no condition may be asked.
                if mode == "WALK" && !pattern.contains('}') {
                    continue;
                }
                for (selector, all) in
                    [("ANY SHORTEST", false), ("ALL SHORTEST", true), ("SHORTEST 1", false)]
                {
                    if (random.below(3) > 0 && nodes > 9) || (nodes > 40 && all) {
                        continue;
                    }
                    let start = if nodes > 40 { "WHERE a.i % 97 = 5" } else { "WHERE a.i < 40" };
                    // What is computed between the clauses has both searches begin there.
                    let of = |path: &str| {
                        format!(
                            "MATCH (a{label}) {start} WITH a, a.i AS start \
                             MATCH p = {selector} {mode} {path} "
                        )
                    };
                    let text = of(pattern);
                    let quick = rows(&database, &format!("{text}{COLUMNS}"));
                    let slow = of(&format!("({pattern} WHERE size(r) >= 0)"));
                    let slow = rows(&database, &format!("{slow}{COLUMNS}"));
                    back += same(&text, seed, all, &quick, &slow);
                    // What reads no ways, or nothing but the paths, meets the same ones.
                    let few =
                        rows(&database, &format!("{text}RETURN a.i AS a, b.i AS b, length(p)"));
                    let cut: Vec<_> = quick.iter().map(|row| row[..3].to_vec()).collect();
                    assert_eq!(few, cut, "{text}, seed {seed}");
                    let paths = rows(&database, &format!("{text}RETURN p"));
                    let cut: Vec<_> = quick.iter().map(|row| row[5..].to_vec()).collect();
                    assert_eq!(paths, cut, "{text}, seed {seed}");
                }
            }
        }
    }
    assert!(back > 200, "{back} paths lead back to where they begin");
}

/// Holds rows to each other; tells how many paths lead back to their start. Of those that may be
/// walked either way any one may be chosen.
fn same(text: &str, seed: u64, all: bool, quick: &[Row], slow: &[Row]) -> usize {
    let shape = |rows: &[Row]| rows.iter().map(|row| row[..3].to_vec()).collect::<Vec<_>>();
    assert_eq!(shape(quick), shape(slow), "{text}, seed {seed}");
    let closed = |row: &Row| row[0] == row[1] && row[2] != "Integer(0)";
    let other = |rows: &[Row]| rows.iter().filter(|row| !closed(row)).cloned().collect::<Vec<_>>();
    assert_eq!(other(quick), other(slow), "{text}, seed {seed}");
    let back = |rows: &[Row]| {
        let mut back: Vec<Row> = rows.iter().filter(|row| closed(row)).cloned().collect();
        back.sort();
        back
    };
    let quick = back(quick);
    if all {
        assert_eq!(quick, back(slow), "{text}, seed {seed}");
    }
    quick.len()
}

/// A path that leads back is one of the shortest that do.
#[test]
fn what_leads_back_is_among_all_that_do() {
    for seed in 0..30 {
        let database = graph((14, 100), 8 + seed, seed);
        for mode in ["", "SIMPLE", "WALK"] {
            for pattern in ["(a)-[r]-{1,5}(b)", "(a)-[r:R]-{1,4}(b)", "(a)-[r]->{1,6}(b)"] {
                let of = |selector: &str, condition: &str| {
                    let text = format!(
                        "MATCH {selector} {mode} ({pattern}{condition}) \
                         WHERE a = b RETURN a.i AS a, [x IN r | id(x)] AS r"
                    );
                    let mut rows = rows(&database, &text);
                    rows.sort();
                    rows
                };
                let one = of("ANY SHORTEST", "");
                let all = of("ALL SHORTEST", " WHERE size(r) >= 0");
                assert!(one.iter().all(|row| all.contains(row)), "{mode} {pattern}, seed {seed}");
                let mut starts: Vec<_> = all.iter().map(|row| &row[0]).collect();
                starts.dedup();
                assert_eq!(starts, one.iter().map(|row| &row[0]).collect::<Vec<_>>());
            }
        }
    }
}

/// Between one node and itself, and where paths are taken from the other end.
#[test]
fn ends_that_are_bound_and_patterns_the_other_way_round() {
    for seed in 0..12 {
        let database = graph((24, 0), 50, seed);
        for (bound, free) in [
            ("MATCH (a:A) MATCH p = ANY SHORTEST (a)-[r]->+(a)", "ANY SHORTEST (a:A)-[r]->+(b)"),
            ("MATCH (a:A) MATCH p = ANY SHORTEST (a)-[r]-+(a)", "ANY SHORTEST (a:A)-[r]-+(b)"),
            ("MATCH (a:A) MATCH p = ANY SHORTEST (a)-[r]-*(a)", "ANY SHORTEST (a:A)-[r]-*(b)"),
        ] {
            let columns = "RETURN a.i AS i, length(p) AS n, [x IN r | id(x)] AS r ORDER BY i, n";
            let bound = rows(&database, &format!("{bound} {columns}"));
            let free = rows(&database, &format!("MATCH p = {free} WHERE a = b {columns}"));
            assert_eq!(bound, free, "seed {seed}");
        }
        let columns = "RETURN b.i AS i, [x IN nodes(p) | x.i] AS nodes, \
                       [x IN relationships(p) | id(x)] AS r, p, length(p) AS n, \
                       nodes(p)[0] = b AND nodes(p)[-1] = s AND size(nodes(p)) = size(r) + 1 AS right";
        let way = |pattern: &str| {
            rows(&database, &format!("MATCH (s:B) WHERE s.i < 9 MATCH p = {pattern} {columns}"))
        };
        // The pattern is walked from its right end, which is bound.
        let found = way("ANY SHORTEST (b:A)-[r]->{1,4}(s)");
        assert!(found.iter().all(|row| row[5] == "Boolean(true)"), "seed {seed}");
        let slow = way("ANY SHORTEST ((b:A)-[r]->{1,4}(s) WHERE size(r) >= 0)");
        assert_eq!(found, slow, "seed {seed}");
    }
}

/// Ends that a filter tells by a value are known to the search, which hands on no others.
#[test]
fn ends_with_a_value_are_those_that_the_filter_leaves() {
    let database = graph((5000, 0), 12_500, 7);
    for (pattern, most) in [("->+", 2), ("->{1,14}", 1), ("-*", 1)] {
        for selector in ["ANY SHORTEST", "ALL SHORTEST"] {
            // All ways there are through the whole graph are many.
            if selector == "ALL SHORTEST" && pattern != "->{1,14}" {
                continue;
            }
            let of = |condition: &str| {
                let text = format!(
                    "MATCH p = {selector} (a)-[r]{pattern}(b) \
                     WHERE a.i < {most} AND {condition} {COLUMNS}"
                );
                rows(&database, &text)
            };
            let known = of("b.k = 3");
            // A sum may fail, so that it is not looked for.
            let filtered = of("b.k + 0 = 3");
            assert!(known.len() > 50, "{} rows", known.len());
            assert_eq!(known, filtered, "{selector} {pattern}");
        }
    }
}

/// The path and its length come from the search, or are made of its relationships: either way they
/// are the same.
#[test]
fn paths_of_the_search_are_those_that_are_made() {
    let texts = [
        "MATCH p = ANY SHORTEST (a:A)-[r]-{0,3}(b) RETURN p, length(p) AS n",
        "MATCH p = ALL SHORTEST (a:A)((x)-[r]->(y)<-[s]-(z)){1,2}(b) RETURN p, length(p) AS n",
        "MATCH p = SHORTEST 2 (a:A)-[r]->+(b:B)-[:S]->(c) RETURN p, length(p) AS n, size(r) AS s",
        "MATCH (c:B) MATCH p = ANY SHORTEST (a:A)-[r]->{1,3}(c) RETURN length(p) AS n, p",
        "MATCH p = (a:B)((x)-[r]->(y) WHERE x.k <= y.k){1,3}(b) RETURN p, length(p) AS n",
        "MATCH p = ANY SHORTEST (a:A)-[r]->+(b) WHERE length(p) > 2 RETURN max(length(p)) AS n",
        "MATCH p = ANY SHORTEST (a:A)-[r]->+(b) RETURN length(p) AS n, count(*) AS c ORDER BY n",
        "MATCH (a:A) OPTIONAL MATCH p = ANY SHORTEST (a)-[:S]->+(b:B) RETURN length(p) AS n, p",
        "MATCH p = ANY SHORTEST (a:A)-[r]->+(b) WITH a, p ORDER BY length(p), a.i LIMIT 9 \
         RETURN a, length(p) AS n, p",
        "MATCH (a:A) RETURN COUNT { MATCH p = ANY SHORTEST (a)-[:R]->+(b) WHERE length(p) = 2 } AS c",
    ];
    for seed in 0..6 {
        let database = graph((20, 0), 45, seed);
        for text in texts {
            let with = rows(&database, text);
            rows(&database, "SET optimiser.path_values = off");
            let without = rows(&database, text);
            rows(&database, "SET optimiser.path_values = on");
            assert_eq!(with, without, "{text}, seed {seed}");
        }
    }
}
