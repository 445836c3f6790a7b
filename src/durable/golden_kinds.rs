//! A change of every kind there is, and a value of every kind: what a log can hold.
//!
//! An older program cannot know a kind that came later, so each needs a new format version. Here
//! no kind can be forgotten: a new one does not compile until it has a number, and is missed
//! until there is an example of it, whose bytes are others than those of the version before.

use super::codec::{decode_change, encode_change};
use crate::store::{
    Change, Constraint, ConstraintKind, Contradiction, EndRule, KeyId, LabelId, SchemaTarget,
    TypeId,
};
use crate::value::{
    Date, DateTime, Duration, Endpoint, LocalDateTime, LocalTime, NodeId, PropertyType,
    RelationshipId, ScalarType, Time, Value,
};
use std::sync::Arc;

/// The number of a kind of change, in the order in which they came to be.
fn number_of(change: &Change) -> usize {
    match change {
        Change::DefineLabel(..) => 0,
        Change::DefineType(..) => 1,
        Change::DefineKey(..) => 2,
        Change::CreateNode { .. } => 3,
        Change::CreateRelationship { .. } => 4,
        Change::DeleteNode(_) => 5,
        Change::DeleteRelationship(_) => 6,
        Change::SetProperty(..) => 7,
        Change::AddLabel(..) => 8,
        Change::RemoveLabel(..) => 9,
        Change::SkipNodes(_) => 10,
        Change::SkipRelationships(_) => 11,
        Change::CreateIndex { .. } => 12,
        Change::DropIndex(_) => 13,
        Change::CreateConstraint(_) => 14,
        Change::DropConstraint(_) => 15,
        Change::DefineEdgeType(..) => 16,
        Change::DropEdgeType(_) => 17,
        Change::MoveRelationship { .. } => 18,
        Change::CreateContradiction(_) => 19,
        Change::DropContradiction(_) => 20,
    }
}

/// The number of a kind of value; `None` for what no property can be.
fn number_of_value(value: &Value) -> Option<usize> {
    match value {
        Value::Null => Some(0),
        Value::Boolean(_) => Some(1),
        Value::Integer(_) => Some(2),
        Value::Float(_) => Some(3),
        Value::String(_) => Some(4),
        Value::List(_) => Some(5),
        Value::Date(_) => Some(6),
        Value::LocalTime(_) => Some(7),
        Value::Time(_) => Some(8),
        Value::LocalDateTime(_) => Some(9),
        Value::DateTime(_) => Some(10),
        Value::Duration(_) => Some(11),
        Value::Map(_) | Value::Node(_) | Value::Relationship(_) | Value::Path(_) => None,
    }
}

fn number_of_constraint(kind: &ConstraintKind) -> usize {
    match kind {
        ConstraintKind::Unique => 0,
        ConstraintKind::Key => 1,
        ConstraintKind::Exists => 2,
        ConstraintKind::Type(_) => 3,
    }
}

fn number_of_type(of: ScalarType) -> usize {
    match of {
        ScalarType::Boolean => 0,
        ScalarType::String => 1,
        ScalarType::Integer => 2,
        ScalarType::Float => 3,
        ScalarType::Date => 4,
        ScalarType::LocalTime => 5,
        ScalarType::ZonedTime => 6,
        ScalarType::LocalDateTime => 7,
        ScalarType::ZonedDateTime => 8,
        ScalarType::Duration => 9,
    }
}

fn values() -> Vec<Value> {
    let local = LocalDateTime { seconds: 5, nanos: 6 };
    let zoned = |zone: Option<&str>| {
        Value::DateTime(Arc::new(DateTime { local, offset: 7, zone: zone.map(Arc::from) }))
    };
    let span = Duration { months: 1, days: -2, seconds: 3, nanos: 4 };
    vec![
        Value::Null,
        Value::Boolean(true),
        Value::Integer(-300),
        Value::Float(0.1),
        Value::from("text"),
        Value::List(Arc::new(vec![Value::Null, Value::from("a"), Value::Integer(1)])),
        Value::Date(Date { days: -9 }),
        Value::LocalTime(LocalTime { nanos: 1 }),
        Value::Time(Time { nanos: 2, offset: -3 }),
        Value::LocalDateTime(local),
        zoned(None),
        zoned(Some("Europe/Zurich")),
        Value::Duration(Arc::new(span)),
    ]
}

fn scalar_types() -> Vec<ScalarType> {
    use ScalarType as S;
    vec![
        S::Boolean,
        S::String,
        S::Integer,
        S::Float,
        S::Date,
        S::LocalTime,
        S::ZonedTime,
        S::LocalDateTime,
        S::ZonedDateTime,
        S::Duration,
    ]
}

fn constraints() -> Vec<ConstraintKind> {
    let list = |nulls| PropertyType::List { elements: scalar_types(), nulls };
    let scalars = scalar_types().into_iter().map(PropertyType::Scalar);
    let types = scalars.chain([list(true), list(false)]).collect();
    vec![
        ConstraintKind::Unique,
        ConstraintKind::Key,
        ConstraintKind::Exists,
        ConstraintKind::Type(types),
    ]
}

/// Changes of all kinds.
fn examples() -> Vec<Change> {
    let (node, other) = (Endpoint::Node(NodeId(3)), Endpoint::Relationship(RelationshipId(200)));
    let (people, holds) = (SchemaTarget::Label(LabelId(1)), SchemaTarget::Type(TypeId(2)));
    let text = |text: &str| Arc::<str>::from(text);
    let properties = || vec![(KeyId(1), Value::Integer(5))];
    let mut all = vec![
        Change::DefineLabel(LabelId(1), text("Person")),
        Change::DefineType(TypeId(2), text("HOLDS")),
        Change::DefineKey(KeyId(3), text("name")),
        Change::CreateNode {
            node: NodeId(300),
            labels: vec![LabelId(1)],
            properties: properties(),
        },
        Change::CreateRelationship {
            relationship: RelationshipId(1),
            kind: TypeId(2),
            start: node,
            end: other,
            properties: properties(),
        },
        Change::DeleteNode(NodeId(4)),
        Change::DeleteRelationship(RelationshipId(5)),
        Change::AddLabel(NodeId(6), LabelId(7)),
        Change::RemoveLabel(NodeId(6), LabelId(7)),
        Change::SkipNodes(8),
        Change::SkipRelationships(9),
        Change::CreateIndex { name: text("a"), target: people, keys: vec![KeyId(1)] },
        Change::CreateIndex { name: text("b"), target: holds, keys: vec![KeyId(1), KeyId(2)] },
        Change::DropIndex(text("a")),
        Change::DropConstraint(text("c")),
        Change::DefineEdgeType(
            TypeId(2),
            vec![(EndRule::Node(vec![LabelId(1)]), EndRule::Relationship(vec![TypeId(2)]))],
        ),
        Change::DropEdgeType(TypeId(2)),
        Change::MoveRelationship { relationship: RelationshipId(1), start: other, end: node },
        Change::CreateContradiction(Contradiction {
            name: text("both"),
            pattern: text("(a)-[r:R]->(b)"),
        }),
        Change::DropContradiction(text("both")),
    ];
    all.extend(values().into_iter().map(|value| Change::SetProperty(node, KeyId(1), value)));
    all.extend(constraints().into_iter().map(|kind| {
        let (name, keys) = (text("c"), vec![KeyId(1)]);
        Change::CreateConstraint(Box::new(Constraint { name, target: people, keys, kind }))
    }));
    all
}

/// The checksum of the bytes of a change of each kind.
pub(super) fn checksum() -> u32 {
    let mut bytes = Vec::new();
    for change in examples() {
        let start = bytes.len();
        encode_change(&change, &mut bytes).unwrap();
        let (back, used) = decode_change(&bytes[start..]).unwrap();
        assert_eq!(format!("{back:?}"), format!("{change:?}"));
        assert_eq!(used, bytes.len() - start);
    }
    crc32c::crc32c(&bytes)
}

#[test]
fn there_is_an_example_of_every_kind() {
    let complete = |mut numbers: Vec<usize>| {
        numbers.sort_unstable();
        numbers.dedup();
        assert_eq!(numbers, (0..numbers.len()).collect::<Vec<_>>());
        numbers.len()
    };
    assert_eq!(complete(examples().iter().map(number_of).collect()), 21);
    assert_eq!(complete(values().iter().filter_map(number_of_value).collect()), 12);
    assert_eq!(complete(constraints().iter().map(number_of_constraint).collect()), 4);
    assert_eq!(complete(scalar_types().into_iter().map(number_of_type).collect()), 10);
}
