//! The graph algorithms against plain ones over every relationship, on random graphs.

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

#[test]
fn components_are_those_of_a_plain_search() {
    for seed in 0..200 {
        let (database, pairs) = random_graph(seed % 40, seed * 7 % 50, seed);
        let nodes = nodes_of(&database);
        let mut expected: Vec<usize> = (0..nodes.len()).collect();
        let at = |id: u32| nodes.binary_search(&id).unwrap();
        // Every component takes its smallest number, in as many rounds as it needs.
        for _ in 0..nodes.len() {
            for &(start, end) in &pairs {
                let least = expected[at(start)].min(expected[at(end)]);
                expected[at(start)] = least;
                expected[at(end)] = least;
            }
        }
        let mut firsts = expected.clone();
        firsts.sort_unstable();
        firsts.dedup();
        let expected: Vec<(u32, Value)> = nodes
            .iter()
            .zip(&expected)
            .map(|(&id, first)| (id, firsts.binary_search(first).unwrap()))
            .map(|(id, number)| (id, Value::Integer(number as i64)))
            .collect();
        let found = answers(&database, "CALL algo.wcc('A', ['R']) YIELD node, component");
        assert_eq!(format!("{found:?}"), format!("{expected:?}"), "seed {seed}");
    }
}

#[test]
fn ranks_are_those_of_the_plain_sum() {
    // The last one is large enough for several threads.
    let sizes = (0..100).map(|seed| (seed % 30, seed * 5 % 60)).chain([(5_000, 150_000)]);
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
