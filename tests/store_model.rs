//! The store against a naive model: random operations on both, every read compared.

use dossier::store::{
    Change, Direction, EndpointKind, Graph, IndexQuery, KeyId, KeyRange, KnownColumns, Savepoint,
    SchemaTarget, StoreError, Writer, ZoneOrder, ZoneTest,
};
use dossier::value::order::total_order;
use dossier::value::{Date, Endpoint, NodeId, RelationshipId, Value};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Bound;
use std::sync::Arc;

const LABELS: [&str; 3] = ["A", "B", "C"];
const TYPES: [&str; 3] = ["ASSERTS", "KNOWS", "R"];
const KEYS: [&str; 3] = ["k", "name", "v"];

type Properties = BTreeMap<&'static str, Value>;

/// The graph as anybody would write it down.
#[derive(Clone, Debug, Default)]
struct Model {
    nodes: BTreeMap<u32, (BTreeSet<&'static str>, Properties)>,
    relationships: BTreeMap<u32, (&'static str, Endpoint, Endpoint, Properties)>,
    next_node: u32,
    next_relationship: u32,
}

#[derive(Clone, Debug)]
enum Op {
    CreateNodes { count: u16, labels: u8, value: Value },
    CreateRelationships { count: u16, kind: usize, start: u32, end: u32, step: u32, value: Value },
    SetProperties { count: u16, from: u32, step: u32, key: usize, value: Value },
    Label { node: u32, label: usize, add: bool },
    Delete { element: u32, detach: bool },
    Move { relationship: u32, start: u32, end: u32, which: u8 },
    DeleteMany { from: u32, count: u16 },
    Index { label: usize, key: usize, drop: bool },
    Savepoint,
    Rollback,
    Commit,
    Abort,
}

fn values() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::Boolean),
        any::<i64>().prop_map(Value::Integer),
        (-9i64..9).prop_map(Value::Integer),
        any::<f64>().prop_map(Value::Float),
        "[a-z]{0,3}".prop_map(|s| Value::String(s.into())),
        "[a-zé]{8,40}".prop_map(|s| Value::String(s.into())),
        (-9i64..9).prop_map(|days| Value::Date(Date { days })),
        (0i64..9).prop_map(|n| Value::List(Arc::new(vec![
            Value::Integer(n),
            Value::String("x".into())
        ]))),
    ]
}

fn counts() -> impl Strategy<Value = u16> {
    prop_oneof![8 => 1u16..4, 2 => 5u16..100, 1 => 1000u16..1500]
}

fn operations() -> impl Strategy<Value = Op> {
    let id = any::<u32>;
    prop_oneof![
        4 => (counts(), 0u8..8, values()).prop_map(|(count, labels, value)| Op::CreateNodes { count, labels, value }),
        6 => (counts(), 0usize..3, id(), id(), 0u32..3, values()).prop_map(|(count, kind, start, end, step, value)| {
            Op::CreateRelationships { count, kind, start, end, step, value }
        }),
        4 => (counts(), id(), 0u32..40, 0usize..3, values()).prop_map(|(count, from, step, key, value)| {
            Op::SetProperties { count, from, step, key, value }
        }),
        3 => (id(), 0usize..3, any::<bool>()).prop_map(|(node, label, add)| Op::Label { node, label, add }),
        3 => (id(), any::<bool>()).prop_map(|(element, detach)| Op::Delete { element, detach }),
        3 => (id(), id(), id(), 0u8..3).prop_map(|(relationship, start, end, which)| Op::Move { relationship, start, end, which }),
        1 => (id(), counts()).prop_map(|(from, count)| Op::DeleteMany { from, count }),
        2 => (0usize..3, 0usize..3, any::<bool>()).prop_map(|(label, key, drop)| Op::Index { label, key, drop }),
        1 => Just(Op::Savepoint),
        1 => Just(Op::Rollback),
        2 => Just(Op::Commit),
        1 => Just(Op::Abort),
    ]
}

impl Model {
    /// The element that a random number stands for; it may be deleted.
    fn pick(&self, number: u32) -> Endpoint {
        let all = (self.next_node + self.next_relationship).max(1);
        let number = number % all;
        if number < self.next_node || self.next_relationship == 0 {
            Endpoint::Node(NodeId(number))
        } else {
            Endpoint::Relationship(RelationshipId(number - self.next_node))
        }
    }

    fn properties_mut(&mut self, element: Endpoint) -> Option<&mut Properties> {
        match element {
            Endpoint::Node(node) => self.nodes.get_mut(&node.0).map(|(_, properties)| properties),
            Endpoint::Relationship(id) => {
                self.relationships.get_mut(&id.0).map(|(.., properties)| properties)
            }
        }
    }

    fn contains(&self, element: Endpoint) -> bool {
        match element {
            Endpoint::Node(node) => self.nodes.contains_key(&node.0),
            Endpoint::Relationship(id) => self.relationships.contains_key(&id.0),
        }
    }

    fn pointing_at(&self, element: Endpoint) -> Vec<u32> {
        let at = |(_, (_, start, end, _)): &(&u32, &(&str, Endpoint, Endpoint, Properties))| {
            *start == element || *end == element
        };
        self.relationships.iter().filter(at).map(|(&id, _)| id).collect()
    }

    fn delete(&mut self, element: Endpoint, detach: bool) -> bool {
        let pointing = self.pointing_at(element);
        if !self.contains(element) || (!detach && !pointing.is_empty()) {
            return false;
        }
        for id in pointing {
            self.delete(Endpoint::Relationship(RelationshipId(id)), true);
        }
        match element {
            Endpoint::Node(node) => drop(self.nodes.remove(&node.0)),
            Endpoint::Relationship(id) => drop(self.relationships.remove(&id.0)),
        }
        true
    }
}

fn set(properties: &mut Properties, key: &'static str, value: Value) {
    match value {
        Value::Null => drop(properties.remove(key)),
        value => drop(properties.insert(key, value)),
    }
}

/// Does an operation on both and holds the writer's answers against the model's.
fn perform(writer: &mut Writer, model: &mut Model, op: &Op) {
    match op {
        Op::CreateNodes { count, labels, value } => {
            for i in 0..*count {
                let labels: Vec<_> =
                    (0..3).filter(|bit| labels >> bit & 1 == 1).map(|bit| LABELS[bit]).collect();
                let given = [("v", value.clone()), ("k", Value::Integer(i.into()))];
                let node = writer.create_node(&labels, given.clone()).unwrap();
                assert_eq!(node.0, model.next_node);
                let mut properties = Properties::new();
                given.into_iter().for_each(|(key, value)| set(&mut properties, key, value));
                model.nodes.insert(node.0, (labels.into_iter().collect(), properties));
                model.next_node += 1;
            }
        }
        Op::CreateRelationships { count, kind, start, end, step, value } => {
            let start = model.pick(*start);
            for i in 0..u32::from(*count) {
                let end = model.pick(end.wrapping_add(i * step));
                let result =
                    writer.create_relationship(TYPES[*kind], start, end, [("v", value.clone())]);
                if model.contains(start) && model.contains(end) {
                    assert_eq!(result, Ok(RelationshipId(model.next_relationship)));
                    let mut properties = Properties::new();
                    set(&mut properties, "v", value.clone());
                    model
                        .relationships
                        .insert(model.next_relationship, (TYPES[*kind], start, end, properties));
                    model.next_relationship += 1;
                } else {
                    assert!(matches!(result, Err(StoreError::NotFound(_))));
                }
            }
        }
        Op::SetProperties { count, from, step, key, value } => {
            for i in 0..u32::from(*count) {
                let element = model.pick(from.wrapping_add(i * step));
                let result = writer.set_property(element, KEYS[*key], value.clone());
                match model.properties_mut(element) {
                    Some(properties) => {
                        let nothing =
                            matches!(value, Value::Null) && !properties.contains_key(KEYS[*key]);
                        assert_eq!(result, Ok(!nothing));
                        set(properties, KEYS[*key], value.clone());
                    }
                    None => assert_eq!(result, Err(StoreError::NotFound(element))),
                }
            }
        }
        Op::Label { node, label, add } => {
            let node = NodeId(node % model.next_node.max(1));
            let label = LABELS[*label];
            let result =
                if *add { writer.add_label(node, label) } else { writer.remove_label(node, label) };
            match model.nodes.get_mut(&node.0) {
                Some((labels, _)) => {
                    assert_eq!(
                        result,
                        Ok(if *add { labels.insert(label) } else { labels.remove(label) })
                    );
                }
                None => assert_eq!(result, Err(StoreError::NotFound(Endpoint::Node(node)))),
            }
        }
        Op::Delete { element, detach } => delete(writer, model, model.pick(*element), *detach),
        Op::DeleteMany { from, count } => {
            for i in 0..u32::from(*count) {
                let id = RelationshipId(from.wrapping_add(i) % model.next_relationship.max(1));
                delete(writer, model, Endpoint::Relationship(id), false);
            }
        }
        Op::Move { relationship, start, end, which } => {
            move_ends(writer, model, *relationship, [*start, *end], *which);
        }
        Op::Index { label, key, drop } => {
            let name = format!("index on {} of {}", KEYS[*key], LABELS[*label]);
            let there = writer.view().indexes().iter().any(|index| **index.name() == *name);
            let result = match drop {
                true => writer.drop_index(&name),
                false => {
                    let target = SchemaTarget::Label(writer.label(LABELS[*label]).unwrap());
                    let key = writer.key(KEYS[*key]).unwrap();
                    writer.create_index(Some(&name), target, vec![key]).map(|_| ())
                }
            };
            assert_eq!(result.is_ok(), there == *drop);
        }
        Op::Savepoint | Op::Rollback | Op::Commit | Op::Abort => {}
    }
}

/// Moves one end of a relationship, or both.
fn move_ends(
    writer: &mut Writer,
    model: &mut Model,
    relationship: u32,
    [start, end]: [u32; 2],
    which: u8,
) {
    let id = relationship % model.next_relationship.max(1);
    let there = model.relationships.get(&id).cloned();
    let (old_start, old_end) = match &there {
        Some((_, start, end, _)) => (*start, *end),
        None => (Endpoint::Node(NodeId(0)), Endpoint::Node(NodeId(0))),
    };
    let new_start = if which % 3 == 1 { old_start } else { model.pick(start) };
    let new_end = if which % 3 == 2 { old_end } else { model.pick(end) };
    let result = writer.move_relationship(RelationshipId(id), new_start, new_end);
    let node = |end: &Endpoint| matches!(end, Endpoint::Node(_));
    let fits = |old: &Endpoint, new: &Endpoint| old == new || (node(old) && node(new));
    let ends = [new_start, new_end];
    let all_there = ends.iter().all(|end| model.contains(*end));
    match model.relationships.get_mut(&id) {
        None => assert!(matches!(result, Err(StoreError::NotFound(_)))),
        Some(_) if !all_there => {
            assert!(matches!(result, Err(StoreError::NotFound(_) | StoreError::CannotMove(_))));
        }
        Some((_, start, end, _)) => {
            if fits(start, &new_start) && fits(end, &new_end) {
                let new = (*start, *end) != (new_start, new_end);
                assert_eq!(result, Ok(new));
                (*start, *end) = (new_start, new_end);
            } else {
                assert_eq!(result, Err(StoreError::CannotMove(RelationshipId(id))));
            }
        }
    }
}

fn delete(writer: &mut Writer, model: &mut Model, element: Endpoint, detach: bool) {
    let done = match (element, detach) {
        (Endpoint::Node(node), false) => writer.delete_node(node).is_ok(),
        (Endpoint::Node(node), true) => writer.detach_delete_node(node).is_ok(),
        (Endpoint::Relationship(id), false) => writer.delete_relationship(id).is_ok(),
        (Endpoint::Relationship(id), true) => writer.detach_delete_relationship(id).is_ok(),
    };
    assert_eq!(done, model.delete(element, detach));
}

fn shown(value: &Value) -> String {
    format!("{value:?}")
}

/// Every read of the version against the model.
fn compare(graph: &Graph, model: &Model) {
    assert_eq!(graph.node_count(), model.nodes.len() as u64);
    assert_eq!(graph.relationship_count(), model.relationships.len() as u64);
    assert_eq!(
        (graph.node_bound(), graph.relationship_bound()),
        (model.next_node, model.next_relationship)
    );
    for id in 0..=model.next_node {
        let element = Endpoint::Node(NodeId(id));
        let empty = Default::default();
        let (labels, properties) = model.nodes.get(&id).unwrap_or(&empty);
        assert_eq!(graph.contains(element), model.contains(element));
        let found =
            graph.labels(NodeId(id)).into_iter().map(|label| &**graph.catalog().label_name(label));
        assert_eq!(found.collect::<BTreeSet<_>>(), *labels);
        compare_properties(graph, element, properties);
    }
    for id in 0..=model.next_relationship {
        let element = Endpoint::Relationship(RelationshipId(id));
        let record = graph.relationship(RelationshipId(id));
        let found = record
            .map(|record| (&**graph.catalog().type_name(record.kind), record.start, record.end));
        let expected =
            model.relationships.get(&id).map(|(kind, start, end, _)| (*kind, *start, *end));
        assert_eq!(found, expected);
        let empty = BTreeMap::default();
        compare_properties(
            graph,
            element,
            model.relationships.get(&id).map_or(&empty, |entry| &entry.3),
        );
    }
    compare_scans(graph, model);
    compare_indexes(graph, model);
    compare_adjacency(graph, model);
}

fn compare_properties(graph: &Graph, element: Endpoint, properties: &Properties) {
    let found: BTreeMap<&str, String> = graph
        .properties(element)
        .map(|(key, value)| (&**graph.catalog().key_name(key), shown(&value)))
        .collect();
    assert_eq!(found, properties.iter().map(|(key, value)| (*key, shown(value))).collect());
    for (key, name) in graph.catalog().keys() {
        let expected = properties.get(&**name).cloned().unwrap_or_default();
        assert_eq!(shown(&graph.property(element, key)), shown(&expected));
    }
}

fn compare_scans(graph: &Graph, model: &Model) {
    let all: Vec<u32> =
        graph.node_chunks(None).flat_map(|selection| selection.ids().collect::<Vec<_>>()).collect();
    assert!(all.iter().eq(model.nodes.keys()));
    for (label, name) in graph.catalog().labels() {
        let found: Vec<u32> = graph
            .node_chunks(Some(label))
            .flat_map(|selection| selection.ids().collect::<Vec<_>>())
            .collect();
        let expected: Vec<u32> = model
            .nodes
            .iter()
            .filter(|(_, node)| node.0.contains(&**name))
            .map(|(&id, _)| id)
            .collect();
        assert_eq!(found, expected);
        assert_eq!(graph.statistics().nodes_with_label(label), expected.len() as u64);
    }
    for (kind, name) in graph.catalog().types() {
        let found: Vec<u32> = graph
            .relationship_chunks(Some(kind))
            .flat_map(|selection| selection.ids().collect::<Vec<_>>())
            .collect();
        let expected: Vec<u32> = model
            .relationships
            .iter()
            .filter(|(_, entry)| *entry.0 == **name)
            .map(|(&id, _)| id)
            .collect();
        assert_eq!(found, expected);
        assert_eq!(graph.statistics().relationships_of_type(kind), expected.len() as u64);
    }
    for (key, _) in graph.catalog().keys() {
        let known = &mut KnownColumns::default();
        compare_gather(graph, key, (0..graph.node_bound() + 3).collect(), known);
        compare_gather(graph, key, (0..graph.node_bound().min(2048)).collect(), known);
        compare_gather(graph, key, (0..graph.node_bound()).rev().step_by(7).collect(), known);
        for selection in graph.node_chunks(None) {
            for id in selection.ids() {
                // What is there is never ruled out.
                let value = graph.property(Endpoint::Node(NodeId(id)), key);
                let is_nan = matches!(value, Value::Float(float) if float.is_nan());
                let tests = match &value {
                    Value::Null => vec![ZoneTest::Absent],
                    _ if is_nan => vec![ZoneTest::Within(KeyRange::Present)],
                    value => vec![
                        ZoneTest::any_of([value]),
                        ZoneTest::Within(KeyRange::Between(
                            Bound::Included(value.clone()),
                            Bound::Included(value.clone()),
                        )),
                    ],
                };
                assert!(selection.may_hold(key, &tests), "{value:?} {tests:?}");
                for bits in 0..4 {
                    let (descending, nulls_first) = (bits & 1 > 0, bits & 2 > 0);
                    let order = ZoneOrder { descending, nulls_first, nulls: true };
                    assert!(selection.may_reach(key, order, &value), "{value:?} {order:?}");
                }
            }
        }
    }
}

fn id_of(element: Endpoint) -> u32 {
    match element {
        Endpoint::Node(node) => node.0,
        Endpoint::Relationship(relationship) => relationship.0,
    }
}

fn compare_indexes(graph: &Graph, model: &Model) {
    for index in graph.indexes() {
        let SchemaTarget::Label(label) = index.target() else { panic!("no label") };
        let label = graph.catalog().label_name(label);
        let key = graph.catalog().key_name(index.keys()[0]);
        let expected: BTreeMap<u32, String> = model
            .nodes
            .iter()
            .filter(|(_, (labels, _))| labels.contains(&**label))
            .filter_map(|(&id, (_, properties))| Some((id, shown(properties.get(&**key)?))))
            .collect();
        let all: Vec<_> = graph.entries_of(index).collect();
        assert_eq!((graph.index_totals(index).0, all.len()), (expected.len(), expected.len()));
        assert!(all.is_sorted_by(|a, b| total_order(a.0, b.0).then(a.1.cmp(&b.1)).is_lt()));
        assert_eq!(
            all.iter()
                .map(|(value, node)| (id_of(*node), shown(value)))
                .collect::<BTreeMap<_, _>>(),
            expected
        );
        for (value, node) in all.iter().step_by(1 + all.len() / 20) {
            let query = IndexQuery { equal: vec![(*value).clone()], then: None };
            assert!(graph.seek(index, &query).any(|found| found == *node));
        }
    }
}

/// An endpoint, a type, a direction, and whether the other ends are nodes.
type Adjacent<'a> = (Endpoint, &'a str, Direction, bool);

fn compare_gather(graph: &Graph, key: KeyId, ids: Vec<u32>, known: &mut KnownColumns) {
    let nodes = graph.gather_nodes(&ids, key, known);
    let relationships = graph.gather_relationships(&ids, key, known);
    assert_eq!((nodes.len(), relationships.len()), (ids.len(), ids.len()));
    for (row, &id) in ids.iter().enumerate() {
        assert_eq!(shown(&nodes.get(row)), shown(&graph.property(Endpoint::Node(NodeId(id)), key)));
        let element = Endpoint::Relationship(RelationshipId(id));
        assert_eq!(shown(&relationships.get(row)), shown(&graph.property(element, key)));
    }
}

fn compare_adjacency(graph: &Graph, model: &Model) {
    let mut expected: BTreeMap<Adjacent<'_>, BTreeSet<(u32, u32)>> = BTreeMap::new();
    let mut degrees: BTreeMap<(&str, &str, Direction), u64> = BTreeMap::new();
    for (&id, (kind, start, end, _)) in &model.relationships {
        for (direction, from, to) in
            [(Direction::Outgoing, start, end), (Direction::Incoming, end, start)]
        {
            let (to_node, to) = match to {
                Endpoint::Node(node) => (true, node.0),
                Endpoint::Relationship(id) => (false, id.0),
            };
            expected.entry((*from, kind, direction, to_node)).or_default().insert((to, id));
            if let Endpoint::Node(node) = from {
                for label in &model.nodes[&node.0].0 {
                    *degrees.entry((label, kind, direction)).or_default() += 1;
                }
            }
        }
    }
    let nodes = (0..model.next_node).map(|id| Endpoint::Node(NodeId(id)));
    let relationships =
        (0..model.next_relationship).map(|id| Endpoint::Relationship(RelationshipId(id)));
    let none = BTreeSet::new();
    for element in nodes.chain(relationships) {
        for direction in [Direction::Outgoing, Direction::Incoming] {
            let mut total = 0;
            for (kind, name) in graph.catalog().types() {
                for neighbour in [EndpointKind::Node, EndpointKind::Relationship] {
                    let found = graph.neighbours(element, kind, direction, neighbour);
                    let key = (element, &**name, direction, neighbour == EndpointKind::Node);
                    let expected = expected.get(&key).unwrap_or(&none);
                    assert_eq!(found.degree(), expected.len());
                    assert_eq!(found.is_empty(), expected.is_empty());
                    if let Some((neighbours, relationships)) = found.as_slices() {
                        let pairs = neighbours.iter().copied().zip(relationships.iter().copied());
                        assert!(pairs.eq(expected.iter().copied()));
                    }
                    assert_eq!(
                        found.map(|(to, id)| (to, id.0)).collect::<BTreeSet<_>>(),
                        *expected
                    );
                    total += expected.len();
                }
            }
            assert_eq!(graph.degree(element, direction), total);
            assert_eq!(graph.relationships_at(element, direction).count(), total);
        }
    }
    for (label, label_name) in graph.catalog().labels() {
        for (kind, type_name) in graph.catalog().types() {
            for direction in [Direction::Outgoing, Direction::Incoming] {
                let expected =
                    degrees.get(&(&**label_name, &**type_name, direction)).copied().unwrap_or(0);
                assert_eq!(
                    graph.statistics().relationships_at_label(label, kind, direction),
                    expected
                );
            }
        }
    }
}

fn dump(graph: &Graph) -> Vec<String> {
    graph.export_changes().map(|change| format!("{change:?}")).collect()
}

fn replay(base: Arc<Graph>, changes: impl IntoIterator<Item = Change>) -> Arc<Graph> {
    let mut writer = Writer::new(base);
    changes.into_iter().for_each(|change| writer.apply(&change).unwrap());
    writer.finish().0
}

fn run(ops: &[Op]) {
    let mut published: Arc<Graph> = Arc::default();
    let mut published_model = Model::default();
    let mut replica: Arc<Graph> = Arc::default();
    let mut snapshots = Vec::new();
    let mut writer = Writer::new(published.clone());
    let mut model = Model::default();
    let mut savepoints: Vec<(Savepoint, Model)> = Vec::new();
    for op in ops.iter().chain([&Op::Commit]) {
        perform(&mut writer, &mut model, op);
        match op {
            Op::Savepoint => savepoints.push((writer.savepoint(), model.clone())),
            Op::Rollback => {
                if let Some((savepoint, then)) = savepoints.pop() {
                    writer.rollback_to(&savepoint);
                    model = then;
                    compare(writer.view(), &model);
                }
            }
            Op::Commit => {
                savepoints.clear();
                compare(writer.view(), &model);
                let (graph, changes) = writer.finish();
                replica = replay(replica, changes);
                snapshots.push((graph.clone(), model.clone()));
                published = graph;
                published_model = model.clone();
                writer = Writer::new(published.clone());
            }
            Op::Abort => {
                savepoints.clear();
                model = published_model.clone();
                writer = Writer::new(published.clone());
            }
            _ => {}
        }
    }
    for (graph, model) in &snapshots {
        compare(graph, model);
    }
    assert_eq!(dump(&replica), dump(&published));
    let copy = replay(Arc::default(), published.export_changes());
    assert_eq!(dump(&copy), dump(&published));
    compare(&copy, &published_model);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn agrees_with_the_model(ops in proptest::collection::vec(operations(), 1..60)) {
        run(&ops);
    }
}

/// Long runs on a hub: tails, merges and removals across commits.
#[test]
fn agrees_with_the_model_at_a_hub() {
    let mut ops = vec![Op::CreateNodes { count: 30, labels: 3, value: Value::Integer(1) }];
    for round in 0..4 {
        let hub = Op::CreateRelationships {
            count: 900,
            kind: 1,
            start: 0,
            end: 1,
            step: 0,
            value: Value::Null,
        };
        ops.extend([
            hub,
            Op::Commit,
            Op::DeleteMany { from: round * 700, count: 350 },
            Op::Savepoint,
        ]);
        ops.extend([Op::DeleteMany { from: 0, count: 3000 }, Op::Rollback, Op::Commit]);
        ops.extend((0..40).flat_map(|i| {
            let one = Op::CreateRelationships {
                count: 1 + i % 3,
                kind: 1,
                start: 0,
                end: u32::from(i) % 30,
                step: 0,
                value: Value::Boolean(true),
            };
            [one, Op::Delete { element: 31 + round * 50 + u32::from(i), detach: true }]
        }));
        ops.push(Op::Commit);
    }
    ops.push(Op::Delete { element: 0, detach: true });
    run(&ops);
}
