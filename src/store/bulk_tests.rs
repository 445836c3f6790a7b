//! Bulk loads against a writer that does the same one by one.

use super::*;
use crate::store::{Direction, EndpointKind, SchemaTarget};
use crate::value::Random;

/// Everything that can be read of a version.
fn contents(graph: &Graph) -> String {
    let mut text = String::new();
    for change in graph.name_changes() {
        text.push_str(&format!("{change:?}\n"));
    }
    for id in 0..graph.next_node {
        text.push_str(&format!("{:?}\n", graph.node_change(NodeId(id))));
        for kind in 0..graph.catalog.type_count() as u32 {
            for direction in [Direction::Outgoing, Direction::Incoming] {
                for end in [EndpointKind::Node, EndpointKind::Relationship] {
                    let at = Endpoint::Node(NodeId(id));
                    let mut found: Vec<_> =
                        graph.neighbours(at, TypeId(kind), direction, end).collect();
                    found.sort_unstable();
                    text.push_str(&format!("{kind} {direction:?} {end:?} {found:?}\n"));
                }
            }
        }
    }
    for id in 0..graph.next_relationship {
        text.push_str(&format!("{:?}\n", graph.relationship_change(RelationshipId(id))));
    }
    let statistics = graph.statistics();
    for kind in 0..graph.catalog.type_count() as u32 {
        text.push_str(&format!("{}", statistics.relationships_of_type(TypeId(kind))));
        for label in 0..graph.catalog.label_count() as u32 {
            for direction in [Direction::Outgoing, Direction::Incoming] {
                let count =
                    statistics.relationships_at_label(LabelId(label), TypeId(kind), direction);
                text.push_str(&format!(" {count}"));
            }
        }
    }
    for index in graph.indexes() {
        text.push_str(&format!("\n{:?}", graph.entries_of(index).collect::<Vec<_>>()));
    }
    text
}

/// A base with something of everything, and an index.
fn base() -> Arc<Graph> {
    let mut writer = Writer::new(Arc::default());
    let nodes: Vec<NodeId> =
        (0..3000).map(|i| writer.create_node(["A"], [("k", Value::Integer(i))]).unwrap()).collect();
    for pair in nodes.windows(2) {
        let (start, end) = (Endpoint::Node(pair[0]), Endpoint::Node(pair[1]));
        writer.create_relationship("R", start, end, [("w", Value::Integer(1))]).unwrap();
    }
    writer.create_index(Some("by_k"), SchemaTarget::Label(LabelId(0)), vec![KeyId(0)]).unwrap();
    writer.finish().0
}

#[test]
fn a_load_is_what_a_writer_would_have_made() {
    for base in [Arc::new(Graph::new()), base()] {
        let mut random = Random(7);
        let (mut load, mut writer) = (BulkLoad::new(base.clone()), Writer::new(base));
        let label = load.label("A").unwrap();
        let other = load.label("B").unwrap();
        let kinds = [load.relationship_type("R").unwrap(), load.relationship_type("S").unwrap()];
        let key = load.key("k").unwrap();
        assert_eq!(writer.label("A").unwrap(), label);
        assert_eq!(writer.label("B").unwrap(), other);
        assert_eq!(writer.relationship_type("R").unwrap(), kinds[0]);
        assert_eq!(writer.relationship_type("S").unwrap(), kinds[1]);
        assert_eq!(writer.key("k").unwrap(), key);
        for i in 0..5000 {
            let labels = if i % 3 == 0 { vec![label, other] } else { vec![label] };
            let value = if i % 5 == 0 { Value::Null } else { Value::Integer(i % 70) };
            let id = load.add_node(&labels, [(key, value.clone())]).unwrap();
            assert_eq!(writer.create_node_with(labels, vec![(key, value)]).unwrap(), id);
        }
        for i in 0..20_000 {
            let kind = kinds[usize::from(i % 7 == 0)];
            let mut node = || Endpoint::Node(NodeId(random.below(5000) as u32));
            let (start, end) = (node(), node());
            let end = if i % 1000 == 999 {
                Endpoint::Relationship(RelationshipId(random.below(i) as u32))
            } else {
                end
            };
            let id = load.add_relationship(kind, start, end, []).unwrap();
            let made = writer.create_relationship_with(kind, start, end, Vec::new());
            assert_eq!(made.unwrap(), id);
        }
        let loaded = load.finish().unwrap();
        assert_eq!(loaded.unlogged.nodes_created, 5000);
        assert_eq!(loaded.unlogged.relationships_created, 20_000);
        let written = writer.finish().0;
        assert!(contents(&loaded.graph) == contents(&written), "the versions differ");
    }
}

#[test]
fn links_are_what_single_relationships_are() {
    for base in [Arc::new(Graph::new()), base()] {
        let mut random = Random(3);
        let mut loads = [BulkLoad::new(base.clone()), BulkLoad::new(base)];
        for load in &mut loads {
            let label = load.label("A").unwrap();
            for _ in 0..3000 {
                load.add_node(&[label], []).unwrap();
            }
        }
        let [together, alone] = &mut loads;
        for round in 0..40 {
            let kind = together.relationship_type(["R", "S"][round % 2]).unwrap();
            assert_eq!(alone.relationship_type(["R", "S"][round % 2]).unwrap(), kind);
            let count = [0, 1, 7, 1500, 5000][round % 5];
            let mut nodes = || (0..count).map(|_| random.below(3000) as u32).collect::<Vec<_>>();
            let (starts, ends) = (nodes(), nodes());
            together.add_links(kind, &starts, &ends).unwrap();
            let node = |id: &u32| Endpoint::Node(NodeId(*id));
            for (start, end) in starts.iter().zip(&ends) {
                alone.add_relationship(kind, node(start), node(end), []).unwrap();
            }
            let (start, key) = (NodeId(round as u32), together.key("w").unwrap());
            assert_eq!(alone.key("w").unwrap(), key);
            for load in [&mut *together, &mut *alone] {
                let (start, value) = (Endpoint::Node(start), Value::Integer(5));
                load.add_relationship(kind, start, start, [(key, value)]).unwrap();
            }
            let nowhere = together.graph().next_node;
            let refused = together.add_links(kind, &[0, nowhere], &[1, 1]);
            assert!(matches!(refused, Err(StoreError::NotFound(_))), "{refused:?}");
        }
        assert_eq!(together.added(), alone.added());
        let [together, alone] = loads.map(|load| contents(&load.finish().unwrap().graph));
        assert!(together == alone, "the versions differ");
    }
}

#[test]
fn ends_must_be_there_and_rules_kept() {
    let mut load = BulkLoad::new(Arc::default());
    let kind = load.relationship_type("R").unwrap();
    let nowhere = Endpoint::Node(NodeId(0));
    let refused = load.add_relationship(kind, nowhere, nowhere, []);
    assert!(matches!(refused, Err(StoreError::NotFound(_))), "{refused:?}");
    assert_eq!(load.finish().unwrap().graph.relationship_count(), 0);

    let mut load = BulkLoad::new(base());
    let (label, key) = (load.label("A").unwrap(), load.key("k").unwrap());
    load.add_node(&[label], [(key, Value::Map(Arc::default()))]).unwrap_err();
    assert_eq!(load.finish().unwrap().unlogged, ChangeCounts::default());
}

#[test]
fn a_small_load_is_told_as_changes_and_a_savepoint_forgets_it() {
    let base = base();
    let mut writer = Writer::new(base.clone());
    let before = writer.savepoint();
    for (count, logged) in [(300_u32, true), (3000, false)] {
        let mut load = BulkLoad::new(writer.graph());
        let (label, kind) = (load.label("A").unwrap(), load.relationship_type("T").unwrap());
        let key = load.key("k").unwrap();
        for i in 0..count {
            let value = Value::Integer(i64::from(i));
            let node = Endpoint::Node(load.add_node(&[label], [(key, value)]).unwrap());
            load.add_relationship(kind, node, node, []).unwrap();
        }
        writer.take_loaded(load.finish().unwrap());
        assert_eq!(writer.unlogged() == ChangeCounts::default(), logged);
    }
    assert_eq!(writer.unlogged().nodes_created, 3000);
    // The first one can be replayed.
    let told = writer.changes().iter().filter(|change| {
        matches!(change, Change::CreateNode { .. } | Change::CreateRelationship { .. })
    });
    assert_eq!(told.count(), 600);
    let (mut replay, mut small) = (Writer::new(base.clone()), BulkLoad::new(base));
    let (label, kind) = (small.label("A").unwrap(), small.relationship_type("T").unwrap());
    let key = small.key("k").unwrap();
    replay.relationship_type("T").unwrap();
    for i in 0..300 {
        let value = || Value::Integer(i);
        let node = Endpoint::Node(small.add_node(&[label], [(key, value())]).unwrap());
        small.add_relationship(kind, node, node, []).unwrap();
        replay.create_node_with(vec![label], vec![(key, value())]).unwrap();
        replay.create_relationship_with(kind, node, node, Vec::new()).unwrap();
    }
    let small = small.finish().unwrap().graph;
    assert!(contents(&small) == contents(&replay.finish().0), "the versions differ");
    writer.rollback_to(&before);
    assert_eq!((writer.unlogged(), writer.view().node_count()), (ChangeCounts::default(), 3000));
}

#[test]
fn nodes_of_columns_are_nodes_one_by_one() {
    let list = |number: i64| Value::List(Arc::new(vec![Value::Integer(number), Value::Null]));
    let text = |number: i64| match number % 3 {
        0 => Value::from("short"),
        _ => Value::from(format!("a text of more than twelve bytes, number {number}").as_str()),
    };
    let kinds: [&dyn Fn(i64) -> Value; 8] = [
        &Value::Integer,
        &|number| Value::Float(number as f64 / 4.0),
        &|number| Value::Boolean(number % 2 == 0),
        &|number| Value::Date(crate::value::Date { days: number }),
        &text,
        &list,
        &|number| if number % 2 == 0 { Value::Integer(number) } else { text(number) },
        &|_| Value::Null,
    ];
    let mut random = Random(3);
    for base in [Arc::new(Graph::new()), base()] {
        let [mut whole, mut single] = [(); 2].map(|()| BulkLoad::new(base.clone()));
        for load in [&mut whole, &mut single] {
            for name in ["k", "a", "b", "c"] {
                load.key(name).unwrap();
            }
            load.label("A").unwrap();
            load.label("B").unwrap();
        }
        for count in [1, 0, 2047, 2048, 30, 5000, 1, 2049, 7] {
            let labels = [LabelId(0), LabelId(1)];
            let labels = &labels[..random.below(3) as usize];
            // What a column holds differs from block to block, so that chunks hold several types.
            let columns: Vec<(KeyId, Vec<Value>)> = (0..4)
                .map(|key| {
                    let kind = kinds[random.below(kinds.len() as u64) as usize];
                    let nulls = [0, 0, 5, 80][random.below(4) as usize];
                    let value = |number: usize| {
                        let is_null = random.below(100) < nulls;
                        if is_null { Value::Null } else { kind(number as i64) }
                    };
                    (KeyId(key), (0..count).map(value).collect())
                })
                .collect();
            for row in 0..count {
                let properties = columns.iter().map(|(key, values)| (*key, values[row].clone()));
                single.add_node(labels, properties).unwrap();
            }
            let columns: Vec<(KeyId, Vector)> = columns
                .into_iter()
                .map(|(key, values)| (key, Vector::from_values(values)))
                .collect();
            whole.add_nodes(count, labels, &columns).unwrap();
            assert_eq!(whole.added(), single.added());
        }
        let map = Vector::from_values([Value::Integer(1), Value::Map(Arc::default())]);
        assert!(whole.add_nodes(2, &[], &[(KeyId(0), map)]).is_err());
        assert_eq!(whole.added(), single.added());
        let [whole, single] = [whole, single].map(|load| load.finish().unwrap().graph);
        assert!(contents(&whole) == contents(&single), "the graphs differ");
        for label in 0..2 {
            let count = |graph: &Graph| graph.statistics().nodes_with_label(LabelId(label));
            assert_eq!(count(&whole), count(&single));
        }
    }
}
