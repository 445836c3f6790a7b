//! Changes to bytes and back: the only file that uses bincode.
//!
//! The form on disk is this file's own, not that of the types in memory: those
//! may change, these may only grow at the end (bincode writes the position of a
//! variant). It does not nest, so that no file can exhaust the stack, and all
//! text is borrowed from the input before it is copied, so that a damaged
//! length can never ask for memory that the file does not have.
//!
//! Numbers are bincode's varints, little endian.

use super::error::DurableError;
use super::stored_schema::{
    StoredConstraint, StoredEnd, StoredTarget, load_constraint, load_end, load_keys, load_target,
    store_constraint, store_end, store_keys, store_target,
};
use crate::store::change::{Change, KeyId, LabelId, TypeId};
use crate::store::{Constraint, Contradiction, SchemaTarget};
use crate::value::{Date, DateTime, Duration, Endpoint, LocalDateTime, LocalTime, NodeId};
use crate::value::{RelationshipId, Time, Value};
use serde::de::{DeserializeOwned, Error, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;
use std::sync::Arc;

/// Text that is checked against the input before memory is taken for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Text(pub(crate) Arc<str>);

impl Serialize for Text {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct TextVisitor;
        impl Visitor<'_> for TextVisitor {
            type Value = Text;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("text")
            }
            fn visit_str<E: Error>(self, text: &str) -> Result<Text, E> {
                Ok(Text(Arc::from(text)))
            }
        }
        deserializer.deserialize_str(TextVisitor)
    }
}

/// A property value on disk. New kinds go to the end, before nothing.
#[derive(Serialize, Deserialize)]
enum StoredValue {
    One(StoredScalar),
    List(Vec<StoredScalar>),
}

/// A value without parts. New kinds go to the end.
#[derive(Serialize, Deserialize)]
enum StoredScalar {
    Null,
    Boolean(bool),
    Integer(i64),
    Float(f64),
    String(Text),
    Date { days: i64 },
    LocalTime { nanos: i64 },
    Time { nanos: i64, offset: i32 },
    LocalDateTime { seconds: i64, nanos: u32 },
    DateTime { seconds: i64, nanos: u32, offset: i32, zone: Option<Text> },
    Duration { months: i64, days: i64, seconds: i64, nanos: i32 },
}

/// Where a relationship starts or ends, on disk.
#[derive(Serialize, Deserialize)]
enum StoredEndpoint {
    Node(u32),
    Relationship(u32),
}

/// A change on disk. New kinds go to the end, none is ever removed.
#[derive(Serialize, Deserialize)]
enum StoredChange {
    DefineLabel(u32, Text),
    DefineType(u32, Text),
    DefineKey(u32, Text),
    CreateNode(u32, Vec<u32>, Vec<(u32, StoredValue)>),
    CreateRelationship(u32, u32, StoredEndpoint, StoredEndpoint, Vec<(u32, StoredValue)>),
    DeleteNode(u32),
    DeleteRelationship(u32),
    SetProperty(StoredEndpoint, u32, StoredValue),
    AddLabel(u32, u32),
    RemoveLabel(u32, u32),
    SkipNodes(u32),
    SkipRelationships(u32),
    CreateIndex(Text, u32, u32),
    DropIndex(Text),
    CreateIndexOn(Text, StoredTarget, Vec<u32>),
    CreateConstraint(Text, StoredTarget, Vec<u32>, StoredConstraint),
    DropConstraint(Text),
    DefineEdgeType(u32, Vec<(StoredEnd, StoredEnd)>),
    DropEdgeType(u32),
    MoveRelationship(u32, StoredEndpoint, StoredEndpoint),
    CreateContradiction(Text, Text),
    DropContradiction(Text),
}

/// Appends the bytes of one change.
///
/// # Errors
///
/// `NotStorable` for a value that cannot be a property: an element, a path, a
/// map, a list within a list.
pub(crate) fn encode_change(change: &Change, into: &mut Vec<u8>) -> Result<(), DurableError> {
    encode(&store_change(change)?, into)
}

/// The change at the front of `bytes`, and how many bytes it takes.
///
/// # Errors
///
/// What does not fit, as half a sentence.
pub(crate) fn decode_change(bytes: &[u8]) -> Result<(Change, usize), String> {
    let (stored, used): (StoredChange, usize) =
        bincode::serde::borrow_decode_from_slice(bytes, bincode::config::standard())
            .map_err(|error| format!("a change cannot be decoded ({error})"))?;
    Ok((load_change(stored)?, used))
}

/// Appends the bytes of one property value.
///
/// # Errors
///
/// As [`encode_change`].
pub(crate) fn encode_value(value: &Value, into: &mut Vec<u8>) -> Result<(), DurableError> {
    encode(&store_value(value)?, into)
}

/// The property value at the front of `bytes`, and how many bytes it takes.
///
/// # Errors
///
/// What does not fit, as half a sentence.
pub(crate) fn decode_value(bytes: &[u8]) -> Result<(Value, usize), String> {
    let (stored, used): (StoredValue, usize) =
        bincode::serde::borrow_decode_from_slice(bytes, bincode::config::standard())
            .map_err(|error| format!("a value cannot be decoded ({error})"))?;
    Ok((load_value(stored), used))
}

/// Appends the bytes of a plain structure.
pub(crate) fn encode<T: Serialize>(value: &T, into: &mut Vec<u8>) -> Result<(), DurableError> {
    bincode::serde::encode_into_std_write(value, into, bincode::config::standard())
        .map(|_| ())
        .map_err(|error| DurableError::NotStorable { what: format!("a change ({error})") })
}

/// The structure that fills `bytes` exactly.
pub(crate) fn decode<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, String> {
    let (value, used): (T, usize) =
        bincode::serde::borrow_decode_from_slice(bytes, bincode::config::standard())
            .map_err(|error| format!("a structure cannot be decoded ({error})"))?;
    if used == bytes.len() {
        Ok(value)
    } else {
        Err(format!("a structure has {} bytes too many", bytes.len() - used))
    }
}

fn store_change(change: &Change) -> Result<StoredChange, DurableError> {
    Ok(match change {
        Change::DefineLabel(id, name) => StoredChange::DefineLabel(id.0, Text(name.clone())),
        Change::DefineType(id, name) => StoredChange::DefineType(id.0, Text(name.clone())),
        Change::DefineKey(id, name) => StoredChange::DefineKey(id.0, Text(name.clone())),
        Change::CreateNode { node, labels, properties } => StoredChange::CreateNode(
            node.0,
            labels.iter().map(|label| label.0).collect(),
            store_properties(properties)?,
        ),
        Change::CreateRelationship { relationship, kind, start, end, properties } => {
            StoredChange::CreateRelationship(
                relationship.0,
                kind.0,
                store_endpoint(*start),
                store_endpoint(*end),
                store_properties(properties)?,
            )
        }
        Change::DeleteNode(node) => StoredChange::DeleteNode(node.0),
        Change::DeleteRelationship(id) => StoredChange::DeleteRelationship(id.0),
        Change::SetProperty(element, key, value) => {
            StoredChange::SetProperty(store_endpoint(*element), key.0, store_value(value)?)
        }
        Change::AddLabel(node, label) => StoredChange::AddLabel(node.0, label.0),
        Change::RemoveLabel(node, label) => StoredChange::RemoveLabel(node.0, label.0),
        Change::SkipNodes(count) => StoredChange::SkipNodes(*count),
        Change::SkipRelationships(count) => StoredChange::SkipRelationships(*count),
        Change::CreateIndex { name, target, keys } => match (target, keys.as_slice()) {
            (SchemaTarget::Label(label), [key]) => {
                StoredChange::CreateIndex(Text(name.clone()), label.0, key.0)
            }
            _ => StoredChange::CreateIndexOn(
                Text(name.clone()),
                store_target(*target),
                store_keys(keys),
            ),
        },
        Change::DropIndex(name) => StoredChange::DropIndex(Text(name.clone())),
        Change::CreateConstraint(constraint) => StoredChange::CreateConstraint(
            Text(constraint.name.clone()),
            store_target(constraint.target),
            store_keys(&constraint.keys),
            store_constraint(&constraint.kind),
        ),
        Change::DropConstraint(name) => StoredChange::DropConstraint(Text(name.clone())),
        Change::DefineEdgeType(kind, alternatives) => StoredChange::DefineEdgeType(
            kind.0,
            alternatives.iter().map(|(start, end)| (store_end(start), store_end(end))).collect(),
        ),
        Change::DropEdgeType(kind) => StoredChange::DropEdgeType(kind.0),
        Change::MoveRelationship { relationship, start, end } => StoredChange::MoveRelationship(
            relationship.0,
            store_endpoint(*start),
            store_endpoint(*end),
        ),
        Change::CreateContradiction(Contradiction { name, pattern }) => {
            StoredChange::CreateContradiction(Text(name.clone()), Text(pattern.clone()))
        }
        Change::DropContradiction(name) => StoredChange::DropContradiction(Text(name.clone())),
    })
}

fn load_change(stored: StoredChange) -> Result<Change, String> {
    Ok(match stored {
        StoredChange::DefineLabel(id, name) => Change::DefineLabel(LabelId(id), name.0),
        StoredChange::DefineType(id, name) => Change::DefineType(TypeId(id), name.0),
        StoredChange::DefineKey(id, name) => Change::DefineKey(KeyId(id), name.0),
        StoredChange::CreateNode(node, labels, properties) => Change::CreateNode {
            node: NodeId(node),
            labels: labels.into_iter().map(LabelId).collect(),
            properties: load_properties(properties),
        },
        StoredChange::CreateRelationship(id, kind, start, end, properties) => {
            Change::CreateRelationship {
                relationship: RelationshipId(id),
                kind: TypeId(kind),
                start: load_endpoint(start),
                end: load_endpoint(end),
                properties: load_properties(properties),
            }
        }
        StoredChange::DeleteNode(node) => Change::DeleteNode(NodeId(node)),
        StoredChange::DeleteRelationship(id) => Change::DeleteRelationship(RelationshipId(id)),
        StoredChange::SetProperty(element, key, value) => {
            Change::SetProperty(load_endpoint(element), KeyId(key), load_value(value))
        }
        StoredChange::AddLabel(node, label) => Change::AddLabel(NodeId(node), LabelId(label)),
        StoredChange::RemoveLabel(node, label) => Change::RemoveLabel(NodeId(node), LabelId(label)),
        StoredChange::SkipNodes(count) => Change::SkipNodes(count),
        StoredChange::SkipRelationships(count) => Change::SkipRelationships(count),
        StoredChange::CreateIndex(name, label, key) => {
            let target = SchemaTarget::Label(LabelId(label));
            Change::CreateIndex { name: name.0, target, keys: vec![KeyId(key)] }
        }
        StoredChange::DropIndex(name) => Change::DropIndex(name.0),
        StoredChange::CreateIndexOn(name, target, keys) => {
            Change::CreateIndex { name: name.0, target: load_target(target), keys: load_keys(keys) }
        }
        StoredChange::CreateConstraint(name, target, keys, kind) => {
            Change::CreateConstraint(Box::new(Constraint {
                name: name.0,
                target: load_target(target),
                keys: load_keys(keys),
                kind: load_constraint(kind)?,
            }))
        }
        StoredChange::DropConstraint(name) => Change::DropConstraint(name.0),
        StoredChange::DefineEdgeType(kind, alternatives) => Change::DefineEdgeType(
            TypeId(kind),
            alternatives.into_iter().map(|(start, end)| (load_end(start), load_end(end))).collect(),
        ),
        StoredChange::DropEdgeType(kind) => Change::DropEdgeType(TypeId(kind)),
        StoredChange::MoveRelationship(id, start, end) => Change::MoveRelationship {
            relationship: RelationshipId(id),
            start: load_endpoint(start),
            end: load_endpoint(end),
        },
        StoredChange::CreateContradiction(name, pattern) => {
            Change::CreateContradiction(Contradiction { name: name.0, pattern: pattern.0 })
        }
        StoredChange::DropContradiction(name) => Change::DropContradiction(name.0),
    })
}

fn store_endpoint(endpoint: Endpoint) -> StoredEndpoint {
    match endpoint {
        Endpoint::Node(node) => StoredEndpoint::Node(node.0),
        Endpoint::Relationship(relationship) => StoredEndpoint::Relationship(relationship.0),
    }
}

fn load_endpoint(stored: StoredEndpoint) -> Endpoint {
    match stored {
        StoredEndpoint::Node(node) => Endpoint::Node(NodeId(node)),
        StoredEndpoint::Relationship(id) => Endpoint::Relationship(RelationshipId(id)),
    }
}

fn store_properties(
    properties: &[(KeyId, Value)],
) -> Result<Vec<(u32, StoredValue)>, DurableError> {
    properties.iter().map(|(key, value)| Ok((key.0, store_value(value)?))).collect()
}

fn load_properties(stored: Vec<(u32, StoredValue)>) -> Vec<(KeyId, Value)> {
    stored.into_iter().map(|(key, value)| (KeyId(key), load_value(value))).collect()
}

fn store_value(value: &Value) -> Result<StoredValue, DurableError> {
    match value {
        Value::List(items) => {
            let stored: Result<Vec<_>, _> = items.iter().map(store_scalar).collect();
            Ok(StoredValue::List(stored?))
        }
        scalar => Ok(StoredValue::One(store_scalar(scalar)?)),
    }
}

fn load_value(stored: StoredValue) -> Value {
    match stored {
        StoredValue::One(scalar) => load_scalar(scalar),
        StoredValue::List(items) => {
            Value::List(Arc::new(items.into_iter().map(load_scalar).collect()))
        }
    }
}

fn store_scalar(value: &Value) -> Result<StoredScalar, DurableError> {
    Ok(match value {
        Value::Null => StoredScalar::Null,
        Value::Boolean(value) => StoredScalar::Boolean(*value),
        Value::Integer(value) => StoredScalar::Integer(*value),
        Value::Float(value) => StoredScalar::Float(*value),
        Value::String(text) => StoredScalar::String(Text(text.clone())),
        Value::Date(date) => StoredScalar::Date { days: date.days },
        Value::LocalTime(time) => StoredScalar::LocalTime { nanos: time.nanos },
        Value::Time(time) => StoredScalar::Time { nanos: time.nanos, offset: time.offset },
        Value::LocalDateTime(at) => {
            StoredScalar::LocalDateTime { seconds: at.seconds, nanos: at.nanos }
        }
        Value::DateTime(at) => StoredScalar::DateTime {
            seconds: at.local.seconds,
            nanos: at.local.nanos,
            offset: at.offset,
            zone: at.zone.clone().map(Text),
        },
        Value::Duration(span) => StoredScalar::Duration {
            months: span.months,
            days: span.days,
            seconds: span.seconds,
            nanos: span.nanos,
        },
        Value::List(_) => return Err(not_storable("a list within a list")),
        Value::Map(_) => return Err(not_storable("a map")),
        Value::Node(_) => return Err(not_storable("a node as a property")),
        Value::Relationship(_) => return Err(not_storable("a relationship as a property")),
        Value::Path(_) => return Err(not_storable("a path")),
    })
}

fn load_scalar(stored: StoredScalar) -> Value {
    match stored {
        StoredScalar::Null => Value::Null,
        StoredScalar::Boolean(value) => Value::Boolean(value),
        StoredScalar::Integer(value) => Value::Integer(value),
        StoredScalar::Float(value) => Value::Float(value),
        StoredScalar::String(text) => Value::String(text.0),
        StoredScalar::Date { days } => Value::Date(Date { days }),
        StoredScalar::LocalTime { nanos } => Value::LocalTime(LocalTime { nanos }),
        StoredScalar::Time { nanos, offset } => Value::Time(Time { nanos, offset }),
        StoredScalar::LocalDateTime { seconds, nanos } => {
            Value::LocalDateTime(LocalDateTime { seconds, nanos })
        }
        StoredScalar::DateTime { seconds, nanos, offset, zone } => {
            Value::DateTime(Arc::new(DateTime {
                local: LocalDateTime { seconds, nanos },
                offset,
                zone: zone.map(|name| name.0),
            }))
        }
        StoredScalar::Duration { months, days, seconds, nanos } => {
            Value::Duration(Arc::new(Duration { months, days, seconds, nanos }))
        }
    }
}

fn not_storable(what: &str) -> DurableError {
    DurableError::NotStorable { what: what.to_owned() }
}
