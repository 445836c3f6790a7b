//! The graph algorithms, and shortest paths, against plain ones over every relationship, on random
//! graphs.

#[path = "../src/value/random.rs"]
mod random;

use dossier::store::{Graph, Writer};
use dossier::value::{Endpoint, NodeId, Value};
use dossier::{Database, InterruptHandle};
use random::Random;
use std::sync::Arc;

/// A graph with labels A and B, types R and S, and gaps between the ids of its nodes; and its
/// relationships of R between nodes of A.
fn random_graph(nodes: u64, relationships: u64, seed: u64) -> (Database, Vec<(u32, u32)>) {
    let mut random = Random(seed);
    let mut writer = Writer::new(Arc::new(Graph::new()));
    let mut ids = Vec::new();
    for _ in 0..nodes {
        let label = if random.below(4) == 0 { "B" } else { "A" };
        let id = writer.create_node([label], std::iter::empty::<(&str, Value)>()).unwrap();
        match random.below(7) {
            0 => writer.delete_node(id).unwrap(),
            _ => ids.push((id, label)),
        }
    }
    let mut pairs = Vec::new();
    for _ in 0..if ids.is_empty() { 0 } else { relationships } {
        let mut any = || ids[random.below(ids.len() as u64) as usize];
        let ((start, of_start), (end, of_end)) = (any(), any());
        let kind = if random.below(3) == 0 { "S" } else { "R" };
        let (from, to) = (Endpoint::Node(start), Endpoint::Node(end));
        writer.create_relationship(kind, from, to, std::iter::empty::<(&str, Value)>()).unwrap();
        if kind == "R" && of_start == "A" && of_end == "A" {
            pairs.push((start.0, end.0));
        }
    }
    (Database::from_graph(writer.finish().0), pairs)
}

fn nodes_of(database: &Database) -> Vec<u32> {
    let rows = database.query("MATCH (n:A) RETURN n").run().unwrap().rows;
    let mut ids: Vec<u32> = rows
        .iter()
        .map(|row| match row[0] {
            Value::Node(NodeId(id)) => id,
            ref other => panic!("{other:?}"),
        })
        .collect();
    ids.sort_unstable();
    ids
}

fn answers(database: &Database, call: &str) -> Vec<(u32, Value)> {
    let rows = database.query(call).run().unwrap().rows;
    let mut found: Vec<(u32, Value)> = rows
        .into_iter()
        .map(|row| match (&row[0], &row[1]) {
            (Value::Node(NodeId(id)), value) => (*id, value.clone()),
            other => panic!("{other:?}"),
        })
        .collect();
    found.sort_by_key(|(id, _)| *id);
    found
}

/// The component of each of these nodes, by its number: every one takes its smallest node, in as
/// many rounds as it needs.
fn components(nodes: &[u32], pairs: &[(u32, u32)]) -> Vec<usize> {
    let at = |id: u32| nodes.binary_search(&id).unwrap();
    let pairs: Vec<(usize, usize)> =
        pairs.iter().map(|&(start, end)| (at(start), at(end))).collect();
    let mut firsts: Vec<usize> = (0..nodes.len()).collect();
    loop {
        let before = firsts.clone();
        for &(start, end) in &pairs {
            let least = firsts[start].min(firsts[end]);
            firsts[start] = least;
            firsts[end] = least;
        }
        // What is known of the first node holds for all that lead to it.
        (0..firsts.len()).for_each(|node| firsts[node] = firsts[firsts[node]]);
        if firsts == before {
            break;
        }
    }
    let mut all = firsts.clone();
    all.sort_unstable();
    all.dedup();
    firsts.iter().map(|first| all.binary_search(first).unwrap()).collect()
}

#[test]
fn components_are_those_of_a_plain_search() {
    for seed in 0..200 {
        let (database, pairs) = random_graph(seed % 40, seed * 7 % 50, seed);
        let nodes = nodes_of(&database);
        let numbers = components(&nodes, &pairs);
        let numbers = numbers.iter().map(|&number| Value::Integer(number as i64));
        let expected: Vec<(u32, Value)> = nodes.iter().copied().zip(numbers).collect();
        let found = answers(&database, "CALL algo.wcc('A', ['R']) YIELD node, component");
        assert_eq!(format!("{found:?}"), format!("{expected:?}"), "seed {seed}");
    }
}

#[test]
fn ranks_are_those_of_the_plain_sum() {
    // The last ones are large enough for several threads, one of them for two blocks of sources.
    let sizes = (0..100)
        .map(|seed| (seed % 30, seed * 5 % 60))
        .chain([(5_000, 500_000), (110_000, 120_000)]);
    for (seed, (nodes, relationships)) in sizes.enumerate() {
        let (database, pairs) = random_graph(nodes, relationships, seed as u64);
        let nodes = nodes_of(&database);
        let count = nodes.len();
        let at = |id: u32| nodes.binary_search(&id).unwrap();
        let pairs: Vec<(usize, usize)> =
            pairs.iter().map(|&(start, end)| (at(start), at(end))).collect();
        let mut degrees = vec![0.0; count];
        pairs.iter().for_each(|&(start, _)| degrees[start] += 1.0);
        let mut ranks = vec![1.0 / count as f64; count];
        for _ in 0..15 {
            let lost: f64 = (0..count).filter(|&v| degrees[v] == 0.0).map(|v| ranks[v]).sum();
            let mut next = vec![(0.2 + 0.8 * lost) / count as f64; count];
            pairs.iter().for_each(|&(u, v)| next[v] += 0.8 * ranks[u] / degrees[u]);
            ranks = next;
        }
        let call = "CALL algo.page_rank('A', 'R', {damping: 0.8, iterations: 15, tolerance: 0}) YIELD node, score";
        let found = answers(&database, call);
        assert_eq!(found.iter().map(|(id, _)| *id).collect::<Vec<_>>(), nodes);
        for ((id, found), expected) in found.iter().zip(&ranks) {
            let Value::Float(found) = found else { panic!("{found:?}") };
            assert!(
                (found - expected).abs() < 1e-12,
                "seed {seed}, node {id}: {found}, {expected}"
            );
        }
    }
}

fn database_of(nodes: u32, pairs: &[(u32, u32)]) -> Database {
    let mut writer = Writer::new(Arc::new(Graph::new()));
    let none = std::iter::empty::<(&str, Value)>;
    for _ in 0..nodes {
        writer.create_node(["A"], none()).unwrap();
    }
    let node = |id| Endpoint::Node(NodeId(id));
    for (count, &(start, end)) in pairs.iter().enumerate() {
        let made = writer.create_relationship("R", node(start), node(end), none()).unwrap();
        // A relationship that points at a relationship leads to no node.
        if count % 1000 == 0 {
            let claimed = Endpoint::Relationship(made);
            writer.create_relationship("R", node(end), claimed, none()).unwrap();
        }
    }
    Database::from_graph(writer.finish().0)
}

#[test]
fn components_of_a_large_graph_are_those_of_a_plain_search() {
    // Large enough for several threads, with many components besides a large one.
    const NODES: u32 = 210_000;
    let mut random = Random(5);
    let mut pairs: Vec<(u32, u32)> = (0..NODES)
        .filter(|node| node % 3 > 0)
        .map(|node| (node, random.below(u64::from(NODES)) as u32 / (1 + node % 50)))
        .collect();
    pairs.extend((0..40).map(|node| (node * 31, 7)).chain([(7, 7), (7, 9), (7, 9)]));
    let database = database_of(NODES, &pairs);
    let nodes: Vec<u32> = (0..NODES).collect();
    let expected: Vec<i64> =
        components(&nodes, &pairs).into_iter().map(|number| number as i64).collect();
    for threads in [1, 2, 5] {
        let call = "CALL algo.wcc('A', 'R') YIELD component RETURN collect(component) AS all";
        let rows = database.query(call).threads(threads).run().unwrap().rows;
        let Value::List(found) = &rows[0][0] else { panic!("no list") };
        let found: Vec<i64> = found
            .iter()
            .map(|number| match number {
                Value::Integer(number) => *number,
                other => panic!("{other:?}"),
            })
            .collect();
        assert!(found == expected, "{threads} threads");
    }
}

/// The length and the number of the shortest paths of at least one relationship from a node to
/// each other one.
fn shortest_from(start: usize, nodes: usize, pairs: &[(u32, u32)]) -> Vec<Option<(i64, i64)>> {
    let mut found: Vec<Option<(i64, i64)>> = vec![None; nodes];
    found[start] = Some((0, 1));
    for length in 0..nodes as i64 {
        for &(from, to) in pairs {
            let Some((at, ways)) = found[from as usize] else { continue };
            match &mut found[to as usize] {
                Some((known, others)) if *known == length + 1 && at == length => *others += ways,
                place @ None if at == length => *place = Some((length + 1, ways)),
                _ => {}
            }
        }
    }
    found
}

#[test]
fn shortest_paths_are_those_of_a_plain_search() {
    for seed in 0..60 {
        let mut random = Random(seed);
        let nodes = 2 + random.below(24) as u32;
        let mut node = || random.below(u64::from(nodes)) as u32;
        let pairs: Vec<(u32, u32)> = (0..seed * 7 % 90).map(|_| (node(), node())).collect();
        let database = database_of(nodes, &pairs);
        let back = pairs.iter().map(|&(start, end)| (end, start));
        let both: Vec<(u32, u32)> =
            pairs.iter().copied().chain(back.filter(|(start, end)| start != end)).collect();
        for (arrow, pairs, most) in
            [("->", &pairs, 30), ("-", &both, 30), ("->", &pairs, 3), ("-", &both, 2)]
        {
            let mut expected = Vec::new();
            for start in 0..nodes as usize {
                let ends = shortest_from(start, nodes as usize, pairs).into_iter().enumerate();
                expected.extend(ends.filter_map(|(end, found)| {
                    let (length, ways) = found.filter(|_| end != start)?;
                    (length <= most).then_some([start as i64, end as i64, length, ways])
                }));
            }
            // The one path that is found alone has the same length, and is a path.
            let text = format!(
                "MATCH (a:A), (b:A) WHERE a <> b
                 MATCH p = allShortestPaths((a)-[:R*..{most}]{arrow}(b))
                 WITH a, b, collect(p) AS paths
                 MATCH q = shortestPath((a)-[:R*..{most}]{arrow}(b)) WHERE q IN paths
                 WITH a, b, paths, q UNWIND paths AS p
                 RETURN id(a) AS a, id(b) AS b, length(q) AS length, count(DISTINCT p) AS ways
                 ORDER BY a, b"
            );
            let rows = database.query(&text).run().unwrap().rows;
            let expected = expected.iter().map(|row| row.map(Value::Integer).to_vec());
            let expected: Vec<Vec<Value>> = expected.collect();
            assert_eq!(
                format!("{rows:?}"),
                format!("{expected:?}"),
                "seed {seed}, {arrow}, {most}"
            );
        }
    }
}

#[test]
fn an_interrupt_stops_an_algorithm() {
    let (database, _) = random_graph(20_000, 50_000, 1);
    let handle = InterruptHandle::new();
    handle.interrupt();
    for call in ["algo.wcc()", "algo.page_rank(null, null, {iterations: 1000000, tolerance: 0})"] {
        let outcome = database.query(&format!("CALL {call}")).interrupt(&handle).run();
        assert!(outcome.is_err(), "{call}");
    }
}
