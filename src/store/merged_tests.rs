//! The merged form of a chunk against asking key by key, through random changes, versions, and
//! whoever asks when.

use super::super::budget::Budget;
use super::*;
use crate::store::{Direction, Elements, EndpointKind, Graph, View, Writer};
use crate::value::{Endpoint, NodeId, RelationshipId, Value};
use proptest::collection::vec;
use proptest::prelude::*;
use std::collections::BTreeSet;

#[derive(Clone, Debug)]
enum Step {
    Insert(usize, u32),
    /// Of the entries there are, the one at this place.
    Remove(usize),
    Seal,
    /// Asks for all rows.
    AskAll,
    /// Asks for so many keys.
    Ask(usize),
    /// Keeps the version as it is.
    Keep,
}

fn step() -> impl Strategy<Value = Step> {
    // Few keys are asked of again and again; 0 is a hub.
    let key = prop_oneof![Just(0usize), 0usize..8, 0usize..64];
    prop_oneof![
        12 => (key, 0u32..12).prop_map(|(key, neighbour)| Step::Insert(key, neighbour)),
        5 => any::<prop::sample::Index>().prop_map(|place| Step::Remove(place.index(1 << 20))),
        1 => Just(Step::Seal),
        1 => Just(Step::AskAll),
        2 => (0usize..300).prop_map(Step::Ask),
        1 => Just(Step::Keep),
    ]
}

type Model = BTreeSet<(usize, u32, u32)>;

fn list(model: &Model) -> Vec<(usize, u32, u32)> {
    model.iter().copied().collect()
}

/// All that the rows hold, which must be sorted.
fn in_rows(rows: &Csr) -> Vec<(usize, u32, u32)> {
    let keys = rows.keys();
    let of_key = |key| rows.range(key).map(move |at| (key, at));
    let all: Vec<_> = (0..keys)
        .flat_map(of_key)
        .map(|(key, at)| (key, rows.neighbours[at], rows.relationships[at]))
        .collect();
    assert!(all.is_sorted());
    all
}

fn check(chunk: &AdjacencyChunk, model: &Model, budget: Option<&Arc<Budget>>) {
    let one_by_one: BTreeSet<_> = (0..CHUNK_ROWS)
        .flat_map(|key| chunk.neighbours(key).map(move |(id, by)| (key, id, by.0)))
        .collect();
    assert_eq!(&one_by_one, model);
    // Before it is asked for, when it is, and after that.
    for _ in 0..2 {
        assert_eq!(in_rows(&chunk.merged()), list(model));
        assert_eq!(in_rows(chunk.all_rows(budget)), list(model));
    }
    for key in 0..16 {
        let found = chunk.unordered(key, budget);
        let (ids, relationships) = found.as_slices().expect("it is merged");
        let pairs: Vec<_> = ids.iter().zip(relationships).map(|(&id, &by)| (key, id, by)).collect();
        assert!(pairs.iter().eq(model.range((key, 0, 0)..(key + 1, 0, 0))), "key {key}");
        assert_eq!(found.degree(), pairs.len());
    }
    let loops: BTreeSet<_> = model.iter().map(|&(key, id, _)| (key as u32, id)).collect();
    let loops: Vec<_> = loops
        .into_iter()
        .filter(|(key, id)| key + 3 == *id)
        .map(|(key, id)| {
            (key, model.range((key as usize, id, 0)..(key as usize, id + 1, 0)).count() as u32)
        })
        .collect();
    assert_eq!(chunk.loops(3, CHUNK_ROWS, budget), Some(&loops[..]));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn merged_is_what_is_found_key_by_key(steps in vec(step(), 1..600)) {
        let budget = Budget::new(1 << 30);
        let mut chunk = AdjacencyChunk::default();
        let mut model = Model::new();
        let mut kept = Vec::new();
        for (number, step) in (0..).zip(steps) {
            match step {
                Step::Insert(key, neighbour) => {
                    chunk.insert(key, neighbour, number);
                    model.insert((key, neighbour, number));
                }
                Step::Remove(place) => {
                    let Some(&entry) = model.iter().nth(place % model.len().max(1)) else { continue };
                    model.remove(&entry);
                    chunk.remove(entry.0, entry.1, entry.2);
                }
                Step::Seal => chunk.seal(),
                Step::AskAll => drop(in_rows(chunk.all_rows(Some(&budget)))),
                Step::Ask(keys) => {
                    if let Some(rows) = chunk.rows(keys, Some(&budget)) {
                        prop_assert_eq!(in_rows(rows), list(&model));
                    }
                }
                Step::Keep => kept.push((chunk.clone(), model.clone())),
            }
        }
        kept.push((chunk, model));
        for (chunk, model) in &kept {
            check(chunk, model, Some(&budget));
            // What gives its merged form back has the same entries.
            check(&chunk.without_merged().unwrap_or_else(|| chunk.clone()), model, None);
        }
        kept.clear();
        prop_assert_eq!(budget.live(), 0);
    }
}

/// A chunk with a base of so many entries and a tail of some.
fn with_tail(entries: u32) -> AdjacencyChunk {
    let mut chunk = AdjacencyChunk::default();
    for number in 0..entries {
        chunk.insert(number as usize % CHUNK_ROWS, number % 7, number);
    }
    chunk.merge();
    for number in entries..entries + 5 {
        chunk.insert(number as usize % 3, 1, number);
    }
    chunk
}

#[test]
fn it_is_made_when_it_is_worth_while_and_is_the_base_after_a_change() {
    let budget = Budget::new(1 << 30);
    let mut chunk = with_tail(4000);
    // 4005 entries are worth 250 keys.
    assert!(chunk.rows(100, Some(&budget)).is_none() && chunk.rows(100, Some(&budget)).is_none());
    assert_eq!(budget.live(), 0);
    let other = chunk.clone();
    assert!(chunk.rows(100, Some(&budget)).is_some());
    assert!(other.rows(49, Some(&budget)).is_none(), "each version counts for itself");
    let bytes = chunk.merged().bytes();
    assert_eq!(budget.live(), bytes);
    let made = std::ptr::from_ref(chunk.all_rows(None));
    chunk.insert(9, 9, 9999);
    assert_eq!(std::ptr::from_ref(&*chunk.base), made);
    assert_eq!((chunk.tail.len(), chunk.removed_count, budget.live()), (1, 0, bytes));
    assert!(chunk.rows(100, Some(&budget)).is_none(), "what changed counts anew");
    drop(chunk);
    assert_eq!(budget.live(), 0);
}

#[test]
fn half_of_a_hub_is_enough() {
    let mut chunk = AdjacencyChunk::default();
    for number in 0..100_000 {
        chunk.insert(0, number, number);
    }
    chunk.insert(1, 1, 100_000);
    chunk.merge();
    chunk.remove(0, 5, 5);
    assert!(chunk.rows(MANY_KEYS - 1, None).is_none());
    assert_eq!(chunk.rows(1, None).map(|rows| rows.neighbours.len()), Some(100_000));
}

/// Rows and nodes asked one by one agree, in either direction.
fn check_graph(graph: &Graph) {
    for kind in graph.types_in_use() {
        for direction in [Direction::Outgoing, Direction::Incoming] {
            let mut in_rows = Vec::new();
            for chunk in 0..graph.node_bound().div_ceil(CHUNK_ROWS as u32) as usize {
                let rows = graph.all_rows(kind, direction, chunk);
                let again = graph.rows(kind, direction, chunk, 1).expect("they are merged");
                for row in 0..CHUNK_ROWS {
                    assert_eq!(
                        (rows.of(row), rows.degree(row) as usize),
                        (again.of(row), again.of(row).len())
                    );
                    in_rows.extend(
                        rows.of(row).iter().map(|&id| ((chunk * CHUNK_ROWS + row) as u32, id)),
                    );
                }
            }
            let mut one_by_one = Vec::new();
            for id in 0..graph.node_bound() {
                let node = Endpoint::Node(NodeId(id));
                let found = graph.neighbours(node, kind, direction, EndpointKind::Node);
                one_by_one.extend(found.map(|(other, _)| (id, other)));
                for ends in [EndpointKind::Node, EndpointKind::Relationship] {
                    let sorted = |found: crate::store::Neighbours<'_>| {
                        let mut found: Vec<_> = found.collect();
                        found.sort_unstable();
                        found
                    };
                    assert_eq!(
                        sorted(graph.unordered_neighbours(node, kind, direction, ends)),
                        sorted(graph.neighbours(node, kind, direction, ends))
                    );
                }
            }
            one_by_one.sort_unstable();
            assert_eq!(in_rows, one_by_one);
        }
    }
}

fn numbers() -> impl FnMut(u32) -> u32 {
    let mut state = 11u64;
    move |below| {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((state >> 33) % u64::from(below)) as u32
    }
}

/// Versions, views and what is hidden, with relationships that point at relationships.
#[test]
fn versions_and_views_agree_with_themselves() {
    let none: [(&str, Value); 0] = [];
    let mut random = numbers();
    let mut writer = Writer::new(Arc::default());
    for _ in 0..3000 {
        writer.create_node(["A"], none.clone()).expect("a node");
    }
    let node = |id| Endpoint::Node(NodeId(id));
    let mut versions = Vec::new();
    for round in 0..6 {
        for _ in 0..4000 {
            let (a, b) = (node(random(3000)), node(random(3000)));
            let made = writer.create_relationship("R", a, b, none.clone()).expect("made");
            if random(10) == 0 {
                let claim = if random(3) == 0 { "DENIES" } else { "ASSERTS" };
                let about = Endpoint::Relationship(made);
                writer
                    .create_relationship(claim, node(random(9)), about, none.clone())
                    .expect("made");
            }
            if random(20) == 0 {
                writer.create_relationship("R", a, a, none.clone()).expect("a loop");
            }
        }
        for _ in 0..300 {
            let id = RelationshipId(random(writer.view().relationship_bound()));
            if writer.view().contains_relationship(id) {
                writer.detach_delete_relationship(id).expect("deleted");
            }
        }
        let graph = writer.finish().0;
        if round % 2 == 0 {
            check_graph(&graph);
        }
        versions.push(graph.clone());
        writer = Writer::new(graph);
        // A few more, so that there are tails.
        for _ in 0..20 {
            writer
                .create_relationship("R", node(random(3000)), node(random(3000)), none.clone())
                .expect("made");
        }
    }
    versions.push(writer.finish().0);
    versions.iter().for_each(|graph| check_graph(graph));
    let last = &versions[versions.len() - 1];
    let mut hidden = Elements::default();
    for _ in 0..50 {
        hidden.insert(node(random(3000)));
        hidden.insert(Endpoint::Relationship(RelationshipId(random(20_000))));
    }
    check_graph(&last.without(hidden));
    check_graph(&last.seen(&View { undisputed: true, ..View::default() }).expect("a view"));
}
