//! Every version comes back from a later one, whatever came between.

use crate::store::change::Change;
use crate::store::{
    Bounds, ConstraintKind, Direction, EndRule, Graph, IndexQuery, KeyRange, SchemaTarget,
    StoreError, Undo, WayBack, Writer,
};
use crate::value::{Endpoint, NodeId, Random, RelationshipId, Value};
use std::sync::Arc;

impl Random {
    fn element(&mut self, graph: &Graph) -> Endpoint {
        let (nodes, relationships) = (graph.node_bound(), graph.relationship_bound());
        let id = self.below(u64::from(nodes + relationships).max(1)) as u32;
        if id < nodes {
            Endpoint::Node(NodeId(id))
        } else {
            Endpoint::Relationship(RelationshipId(id - nodes))
        }
    }

    fn value(&mut self) -> Value {
        match self.below(4) {
            0 => Value::Null,
            1 => Value::Integer(self.below(5) as i64),
            2 => Value::from("some text"),
            _ => Value::Boolean(true),
        }
    }
}

/// One random change; one that the writer refuses does nothing.
fn step(writer: &mut Writer, random: &mut Random) {
    let names = ["A", "B", "C", "D", "E", "F", "G", "H"];
    // Later commits use names that the first ones do not know.
    let known = (u64::from(writer.view().node_bound()) / 20 + 1).min(8);
    let name = names[random.below(known) as usize];
    match random.below(23) {
        0..=5 => {
            let value = random.value();
            writer.create_node([name], [(name, value), ("n", Value::Integer(1))]).map(drop)
        }
        6..=10 => {
            let (start, end) = (random.element(writer.view()), random.element(writer.view()));
            let value = random.value();
            writer.create_relationship(name, start, end, [(name, value)]).map(drop)
        }
        11..=13 => {
            let (element, value) = (random.element(writer.view()), random.value());
            writer.set_property(element, name, value).map(drop)
        }
        14 | 15 => {
            let Endpoint::Node(node) = random.element(writer.view()) else { return };
            match random.below(2) {
                0 => writer.add_label(node, name).map(drop),
                _ => writer.remove_label(node, name).map(drop),
            }
        }
        16 | 17 => match random.element(writer.view()) {
            Endpoint::Node(node) => writer.detach_delete_node(node).map(drop),
            Endpoint::Relationship(id) => writer.detach_delete_relationship(id).map(drop),
        },
        18 => match random.element(writer.view()) {
            Endpoint::Relationship(id) => {
                let (start, end) = (random.element(writer.view()), random.element(writer.view()));
                let (start, end) = match writer.view().relationship(id) {
                    Some(record) if random.below(2) == 0 => (record.start, end),
                    Some(record) => (start, record.end),
                    None => (start, end),
                };
                writer.move_relationship(id, start, end).map(drop)
            }
            Endpoint::Node(_) => Ok(()),
        },
        19 => match random.below(2) {
            0 => writer.create_contradiction(Some(name), &format!("(n:{name})")).map(drop),
            _ => writer.drop_contradiction(name),
        },
        20 => {
            let label = writer.label(name).unwrap();
            let keys = vec![writer.key("n").unwrap()];
            let target = SchemaTarget::Label(label);
            match random.below(3) {
                0 => writer.create_index(Some(name), target, keys).map(drop),
                1 => writer.drop_index(name).or_else(|_| writer.drop_constraint(name)),
                _ => {
                    let kind = ConstraintKind::Exists;
                    writer.create_constraint(Some(name), target, keys, kind).map(drop)
                }
            }
        }
        _ => {
            let kind = writer.relationship_type(name).unwrap();
            let any = (EndRule::Node(Vec::new()), EndRule::Node(Vec::new()));
            match random.below(2) {
                0 => writer.create_edge_type(kind, vec![any], true),
                _ => writer.drop_edge_type(name),
            }
        }
    }
    .unwrap_or(());
}

/// Everything that can be read of a version.
pub(in crate::store) fn told(graph: &Graph) -> Vec<String> {
    let mut told: Vec<String> = vec![format!("{:?}", graph.bounds())];
    told.extend(graph.export_changes().map(|change| format!("{change:?}")));
    let nodes = (0..graph.node_bound()).map(|id| Endpoint::Node(NodeId(id)));
    let ids = 0..graph.relationship_bound();
    let relationships = ids.map(|id| Endpoint::Relationship(RelationshipId(id)));
    for element in nodes.chain(relationships) {
        for direction in [Direction::Outgoing, Direction::Incoming] {
            let mut found: Vec<_> = graph.relationships_at(element, direction).collect();
            found.sort_unstable();
            let degree = graph.degree(element, direction);
            told.push(format!("{element:?} {direction:?} {degree} {found:?}"));
        }
    }
    let statistics = graph.statistics();
    for (label, _) in graph.catalog().labels() {
        told.push(format!("{label:?} {}", statistics.nodes_with_label(label)));
        for (kind, _) in graph.catalog().types() {
            let count = statistics.relationships_at_label(label, kind, Direction::Outgoing);
            told.push(format!("{label:?} {kind:?} {count}"));
        }
    }
    for (kind, _) in graph.catalog().types() {
        told.push(format!("{kind:?} {}", statistics.relationships_of_type(kind)));
    }
    told.push(format!("{} {}", statistics.nodes(), statistics.relationships()));
    for index in graph.indexes() {
        let query = IndexQuery { equal: Vec::new(), then: Some(KeyRange::Present) };
        let found: Vec<_> = graph.seek(index, &query).collect();
        told.push(format!("{} {found:?}", index.name()));
    }
    told
}

struct Commit {
    bounds: Bounds,
    changes: Vec<Change>,
}

/// The version before each commit, from the newest one back.
fn rewind(writer: &mut Writer, commit: &Commit) {
    assert!(writer.cut(&commit.bounds, &|_| false).unwrap());
    let (schema, elements): (Vec<_>, Vec<_>) =
        commit.changes.iter().cloned().partition(Change::is_schema);
    elements.iter().for_each(|change| writer.revert(change).unwrap());
    if !schema.is_empty() {
        writer.restore_schema(&schema).unwrap();
    }
    assert!(writer.forget(&commit.bounds, &|_| false).unwrap());
}

#[test]
fn every_version_comes_back() {
    for seed in 0..60 {
        let mut random = Random(seed);
        let mut graph = Arc::new(Graph::new());
        let mut versions = vec![told(&graph)];
        let mut commits = Vec::new();
        for _ in 0..12 {
            let mut writer = Writer::new(graph.clone());
            for _ in 0..=random.below(30) {
                step(&mut writer, &mut random);
            }
            let (next, changes) = writer.finish();
            let undo = Undo::new(&graph, &changes);
            assert_eq!(undo.counts().nodes_created, {
                let created = changes.iter().filter(|c| matches!(c, Change::CreateNode { .. }));
                created.count() as u64
            });
            commits.push((
                Commit { bounds: undo.bounds(), changes: undo.changes().collect() },
                undo.counts().schema_changes > 0,
            ));
            graph = next;
            versions.push(told(&graph));
        }
        // In one go, and with a version published at each step.
        let mut one_go = Writer::new(graph.clone());
        for (number, (commit, schema)) in commits.iter().enumerate().rev() {
            let mut writer = Writer::new(graph.clone());
            for writer in [&mut one_go, &mut writer] {
                rewind(writer, commit);
                if *schema && !commit.changes.iter().any(Change::is_schema) {
                    writer.restore_schema(&[]).unwrap();
                }
            }
            assert_eq!(told(one_go.view()), versions[number], "seed {seed}, version {number}");
            graph = writer.finish().0;
            assert_eq!(told(&graph), versions[number], "seed {seed}, version {number}");
        }
    }
}

#[test]
fn an_undone_deletion_can_be_deleted_again() {
    let mut writer = Writer::new(Arc::new(Graph::new()));
    let node = Endpoint::Node(writer.create_node(["A"], [("k", Value::Integer(1))]).unwrap());
    let loops = writer.create_relationship("R", node, node, [("k", Value::Integer(1))]).unwrap();
    let graph = writer.finish().0;
    let mut writer = Writer::new(graph.clone());
    writer.delete_relationship(loops).unwrap();
    let (after, changes) = writer.finish();
    let undo = Undo::new(&graph, &changes);
    let mut writer = Writer::new(after);
    writer.cut(&undo.bounds(), &|_| false).unwrap();
    undo.changes().for_each(|change| writer.revert(&change).unwrap());
    assert_eq!(writer.view().degree(node, Direction::Outgoing), 1);
    let bounds = Bounds { labels: 1, types: 1, keys: 1, nodes: 1, relationships: 0 };
    writer.cut(&bounds, &|_| false).unwrap();
    assert_eq!(writer.view().degree(node, Direction::Outgoing), 0);
    assert_eq!(writer.view().relationship_bound(), 0);
}

#[test]
fn what_was_moved_to_a_new_node_from_a_deleted_one_moves_back() {
    let mut writer = Writer::new(Arc::new(Graph::new()));
    let none: [(&str, Value); 0] = [];
    let [a, b] = [0, 1].map(|_| Endpoint::Node(writer.create_node(["A"], none.clone()).unwrap()));
    let moved = writer.create_relationship("R", a, b, [("k", Value::Integer(1))]).unwrap();
    let claim = Endpoint::Relationship(moved);
    writer.create_relationship("ASSERTS", b, claim, none.clone()).unwrap();
    let graph = writer.finish().0;
    let before = told(&graph);
    let mut writer = Writer::new(graph.clone());
    let c = Endpoint::Node(writer.create_node(["C"], none).unwrap());
    assert_eq!(writer.move_relationship(moved, c, b), Ok(true));
    assert_eq!(writer.move_relationship(moved, c, b), Ok(false));
    assert_eq!(writer.move_relationship(moved, claim, b), Err(StoreError::CannotMove(moved)));
    let Endpoint::Node(node) = a else { unreachable!() };
    writer.delete_node(node).unwrap();
    let (after, changes) = writer.finish();
    assert_eq!(after.relationships_at(claim, Direction::Incoming).count(), 1);
    let undo = Undo::new(&graph, &changes);
    let mut writer = Writer::new(after);
    rewind(&mut writer, &Commit { bounds: undo.bounds(), changes: undo.changes().collect() });
    assert_eq!(told(writer.view()), before);
    // Without the way back a node would take a relationship of the version before along.
    let mut writer = Writer::new(graph);
    let bounds = Bounds { nodes: 1, ..writer.view().bounds() };
    writer.cut(&bounds, &|_| false).unwrap();
    assert!(matches!(writer.forget(&bounds, &|_| false), Err(StoreError::ReplayMismatch(_))));
}

#[test]
fn what_leads_nowhere_is_refused() {
    let mut writer = Writer::new(Arc::new(Graph::new()));
    writer.create_node(["A"], [("k", Value::Integer(1))]).unwrap();
    let node = |id, label| Change::CreateNode {
        node: NodeId(id),
        labels: vec![crate::store::LabelId(label)],
        properties: Vec::new(),
    };
    // It is there, it never was, its label is unknown.
    for change in [node(0, 0), node(7, 0), node(0, 9), Change::SkipNodes(3)] {
        assert!(writer.revert(&change).is_err(), "{change:?}");
    }
    let beyond = Bounds { labels: 1, types: 0, keys: 1, nodes: 2, relationships: 0 };
    assert!(writer.cut(&beyond, &|_| false).is_err());
    assert!(writer.restore_schema(&[Change::SkipNodes(1)]).is_err());
}
