//! Tests of the writer: refusals, replay, rollback.

use super::*;

fn node(id: NodeId) -> Endpoint {
    Endpoint::Node(id)
}

fn claim(id: RelationshipId) -> Endpoint {
    Endpoint::Relationship(id)
}

const NONE: [(&str, Value); 0] = [];

/// Two nodes, a relationship, a claim about it and a report of the claim.
fn claims() -> (Writer, [NodeId; 2], [RelationshipId; 3]) {
    let mut writer = Writer::new(Arc::default());
    let a = writer.create_node(["Party"], [("name", Value::String("a".into()))]).unwrap();
    let b = writer.create_node(["Party", "Agreement"], NONE).unwrap();
    let violated = writer.create_relationship("VIOLATED", node(a), node(b), NONE).unwrap();
    let asserts = writer.create_relationship("ASSERTS", node(a), claim(violated), NONE).unwrap();
    let reports = writer.create_relationship("ASSERTS", node(b), claim(asserts), NONE).unwrap();
    (writer, [a, b], [violated, asserts, reports])
}

#[test]
fn refuses_to_leave_dangling_ends() {
    let (mut writer, [a, b], [violated, asserts, reports]) = claims();
    assert_eq!(writer.delete_node(a), Err(StoreError::StillConnected(a)));
    assert_eq!(writer.delete_relationship(violated), Err(StoreError::StillPointedAt(violated)));
    let before = writer.savepoint();
    assert_eq!(writer.detach_delete_relationship(violated), Ok(vec![reports, asserts]));
    assert_eq!(writer.view().relationship_count(), 0);
    writer.rollback_to(&before);
    assert_eq!(writer.view().relationship_count(), 3);
    assert_eq!(writer.detach_delete_node(a), Ok(vec![reports, asserts, violated]));
    assert_eq!(writer.delete_node(a), Err(StoreError::NotFound(node(a))));
    assert_eq!(writer.delete_node(b), Ok(()));
    let (graph, changes) = writer.finish();
    assert_eq!((graph.node_count(), graph.relationship_count()), (0, 0));
    assert_eq!(changes.len(), 5 + 5 + 5);
}

#[test]
fn refuses_what_cannot_be_stored() {
    let (mut writer, [a, _], _) = claims();
    let nested = Value::List(Arc::new(vec![Value::List(Arc::default())]));
    for bad in [Value::Map(Arc::default()), Value::Node(a), nested] {
        let before = writer.changes().len();
        assert!(matches!(
            writer.set_property(node(a), "new", bad.clone()),
            Err(StoreError::InvalidPropertyType(_))
        ));
        assert!(matches!(
            writer.create_node(["X"; 0], [("new", bad)]),
            Err(StoreError::InvalidPropertyType(_))
        ));
        assert_eq!(writer.changes().len(), before);
    }
    assert_eq!(writer.set_property(node(a), "unheard-of", Value::Null), Ok(false));
    assert!(writer.view().catalog().key_id("unheard-of").is_none());
}

#[test]
fn replays_only_what_fits() {
    let (mut writer, [a, b], [_, asserts, _]) = claims();
    writer.detach_delete_relationship(asserts).unwrap();
    writer.set_property(node(b), "name", Value::Integer(1)).unwrap();
    let (graph, changes) = writer.finish();
    for source in [changes.clone(), graph.export_changes().collect()] {
        let mut copy = Writer::new(Arc::default());
        for change in &source {
            copy.apply(change).unwrap();
        }
        assert!(copy.changes().is_empty());
        let (copy, _) = copy.finish();
        let dump =
            |graph: &Graph| graph.export_changes().map(|c| format!("{c:?}")).collect::<Vec<_>>();
        assert_eq!(dump(&copy), dump(&graph));
        let again = Writer::new(copy).apply(&source[0]);
        assert!(matches!(again, Err(StoreError::ReplayMismatch(_))));
    }
    let mut writer = Writer::new(graph);
    let gone = Change::CreateRelationship {
        relationship: RelationshipId(3),
        kind: TypeId(0),
        start: node(a),
        end: claim(asserts),
        properties: Vec::new(),
    };
    assert_eq!(writer.apply(&gone), Err(StoreError::NotFound(claim(asserts))));
    assert!(writer.apply(&Change::SkipNodes(u32::MAX)).is_err());
    assert!(writer.apply(&Change::SkipNodes(u32::MAX - 2)).is_ok());
    assert_eq!(writer.create_node(["X"], NONE), Err(StoreError::IdLimit("node")));
}
