//! petgraph's algorithms on a version and on a `petgraph::Graph` of the same data.

use super::*;
use crate::store::Writer;
use crate::value::Value;
use ::petgraph::algo::{dijkstra, is_cyclic_directed, tarjan_scc, toposort};
use ::petgraph::graph::{DiGraph, NodeIndex};
use ::petgraph::unionfind::UnionFind;
use ::petgraph::visit::{Bfs, Dfs, Reversed};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

const NODES: u32 = 60;

struct Pair {
    graph: Arc<Graph>,
    reference: DiGraph<NodeId, i64>,
    index: BTreeMap<NodeId, NodeIndex>,
}

/// A random graph with gaps in its ids, parallel edges, self-loops where `acyclic`
/// is false, several types and claims, and the same as petgraph keeps it.
fn pair(seed: u64, edges: u32, acyclic: bool) -> Pair {
    let mut state = seed;
    let mut random = |bound: u32| {
        state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        ((state >> 33) % u64::from(bound)) as u32
    };
    let mut writer = Writer::new(Arc::default());
    let none: [(&str, Value); 0] = [];
    for id in 0..NODES {
        writer.create_node([if id % 2 == 0 { "Even" } else { "Odd" }], none.clone()).unwrap();
    }
    for edge in 0..edges {
        let (mut from, mut to) = (random(NODES), random(NODES));
        if acyclic {
            (from, to) = (from.min(to), from.max(to));
            to += u32::from(from == to && to + 1 < NODES);
            if from == to {
                continue;
            }
        }
        let kind = ["R", "S", "T"][random(3) as usize];
        let ends = (Endpoint::Node(NodeId(from)), Endpoint::Node(NodeId(to)));
        let weight = [("w", Value::Integer(i64::from(random(100))))];
        let relationship = writer.create_relationship(kind, ends.0, ends.1, weight).unwrap();
        if edge % 5 == 0 {
            writer
                .create_relationship(
                    "ASSERTS",
                    ends.0,
                    Endpoint::Relationship(relationship),
                    none.clone(),
                )
                .unwrap();
        }
    }
    for id in [3, 17, 18, 59] {
        writer.detach_delete_node(NodeId(id)).unwrap();
    }
    let (graph, _) = writer.finish();
    let mut reference = DiGraph::new();
    let mut index = BTreeMap::new();
    for node in (0..NODES).map(NodeId).filter(|&node| graph.contains_node(node)) {
        index.insert(node, reference.add_node(node));
    }
    for id in 0..graph.relationship_bound() {
        let Some(record) = graph.relationship(RelationshipId(id)) else { continue };
        if let (Endpoint::Node(from), Endpoint::Node(to)) = (record.start, record.end) {
            reference.add_edge(index[&from], index[&to], weight(&graph, RelationshipId(id)));
        }
    }
    Pair { graph, reference, index }
}

fn weight(graph: &Graph, id: RelationshipId) -> i64 {
    let key = graph.catalog().key_id("w").unwrap();
    match graph.property(Endpoint::Relationship(id), key) {
        Value::Integer(weight) => weight,
        other => panic!("no weight: {other:?}"),
    }
}

fn sets<T>(components: Vec<Vec<T>>, node: impl Fn(T) -> NodeId) -> BTreeSet<BTreeSet<NodeId>> {
    components.into_iter().map(|component| component.into_iter().map(&node).collect()).collect()
}

#[test]
fn algorithms_agree_with_petgraphs_own_graph() {
    for seed in 0..20 {
        let Pair { graph, reference, index } = pair(seed, 20 + 8 * seed as u32, false);
        let view = GraphView::new(&graph);
        assert_eq!(
            (view.node_count(), view.edge_count()),
            (reference.node_count(), reference.edge_count())
        );
        let start = NodeId(0);
        let found: BTreeMap<_, _> =
            dijkstra(view, start, None, |edge| weight(&graph, edge.id())).into_iter().collect();
        let expected = dijkstra(&reference, index[&start], None, |edge| *edge.weight());
        assert_eq!(
            found,
            expected.into_iter().map(|(node, cost)| (reference[node], cost)).collect()
        );
        let found = sets(tarjan_scc(view), |node| node);
        assert_eq!(found, sets(tarjan_scc(&reference), |node| reference[node]));
        assert_eq!(is_cyclic_directed(view), is_cyclic_directed(&reference));
        let mut union = UnionFind::new(view.node_bound());
        for edge in IntoEdgeReferences::edge_references(view) {
            union.union(edge.source().0 as usize, edge.target().0 as usize);
        }
        let labels = union.into_labeling();
        let found: BTreeSet<_> =
            view.node_identifiers().map(|node| labels[node.0 as usize]).collect();
        assert_eq!(found.len(), ::petgraph::algo::connected_components(&reference));
        for (a, b) in [(0, 1), (0, 2), (5, 40), (12, 12)] {
            let (a, b) = (NodeId(a), NodeId(b));
            assert_eq!(view.is_adjacent(&(), a, b), reference.contains_edge(index[&a], index[&b]));
        }
    }
}

#[test]
fn backwards_and_undirected_walks_agree() {
    let Pair { graph, reference, index } = pair(99, 120, false);
    let view = GraphView::new(&graph);
    for (&node, &own) in &index {
        let mut found = BTreeSet::new();
        let mut walk = Dfs::new(Reversed(view), node);
        while let Some(next) = walk.next(Reversed(view)) {
            found.insert(next);
        }
        let mut expected = BTreeSet::new();
        let mut walk = Bfs::new(Reversed(&reference), own);
        while let Some(next) = walk.next(Reversed(&reference)) {
            expected.insert(reference[next]);
        }
        assert_eq!(found, expected);
        for way in [::petgraph::Direction::Outgoing, ::petgraph::Direction::Incoming] {
            let mut found: Vec<_> =
                view.edges_directed(node, way).map(|e| (e.source(), e.target())).collect();
            let mut expected: Vec<_> = reference
                .edges_directed(own, way)
                .map(|e| (reference[e.source()], reference[e.target()]))
                .collect();
            found.sort();
            expected.sort();
            assert_eq!(found, expected);
            assert_eq!(view.neighbors_directed(node, way).count(), expected.len());
        }
    }
}

#[test]
fn sorts_an_acyclic_graph() {
    let Pair { graph, .. } = pair(5, 150, true);
    let view = GraphView::new(&graph);
    let order = toposort(view, None).unwrap();
    assert_eq!(order.len(), view.node_count());
    let place: BTreeMap<NodeId, usize> =
        order.into_iter().enumerate().map(|(place, node)| (node, place)).collect();
    assert!(
        IntoEdgeReferences::edge_references(view)
            .all(|edge| place[&edge.source()] < place[&edge.target()])
    );
    assert!(!is_cyclic_directed(view));
}

#[test]
fn a_restriction_holds_everywhere() {
    let Pair { graph, .. } = pair(7, 200, false);
    let even = graph.catalog().label_id("Even").unwrap();
    let r = graph.catalog().type_id("R").unwrap();
    let restriction = Restriction::default()
        .with_labels(&graph, &[even])
        .with_types(&[r])
        .with_relationships(&graph, |id| id.0 % 3 > 0);
    let view = GraphView::restricted(&graph, &restriction);
    let kept = |edge: &RelationshipReference| {
        edge.kind() == r
            && !edge.id().0.is_multiple_of(3)
            && edge.source().0.is_multiple_of(2)
            && edge.target().0.is_multiple_of(2)
    };
    let whole: Vec<_> =
        IntoEdgeReferences::edge_references(GraphView::new(&graph)).filter(kept).collect();
    let found: Vec<_> = IntoEdgeReferences::edge_references(view).collect();
    assert!(!whole.is_empty() && whole == found && view.edge_count() == whole.len());
    assert_eq!(view.node_count(), view.node_identifiers().count());
    assert!(view.node_references().all(|node| node.id().0 % 2 == 0));
    let mut by_node: Vec<_> = view.node_identifiers().flat_map(|node| view.edges(node)).collect();
    by_node.sort_by_key(petgraph::visit::EdgeRef::id);
    assert_eq!(by_node, found);
    assert_eq!(view.edges(NodeId(1)).count(), 0);
}
