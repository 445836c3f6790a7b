//! What the schema's changes look like on disk.
//!
//! As in [`codec`](super::codec): forms of this room's own, which grow only at the end.

use crate::store::change::{KeyId, LabelId, TypeId};
use crate::store::{ConstraintKind, EndRule, SchemaTarget};
use crate::value::{PropertyType, ScalarType};
use serde::{Deserialize, Serialize};

/// What an index or a constraint is about, on disk.
#[derive(Serialize, Deserialize)]
pub(super) enum StoredTarget {
    Label(u32),
    Type(u32),
}

/// What a constraint demands, on disk. New kinds go to the end.
#[derive(Serialize, Deserialize)]
pub(super) enum StoredConstraint {
    Unique,
    Key,
    Exists,
    Type(Vec<StoredType>),
}

/// The type of a property, on disk; names are those of [`scalar_types`].
#[derive(Serialize, Deserialize)]
pub(super) enum StoredType {
    Scalar(u8),
    List(Vec<u8>, bool),
}

/// What an edge type lets stand at an end, on disk.
#[derive(Serialize, Deserialize)]
pub(super) enum StoredEnd {
    Node(Vec<u32>),
    Relationship(Vec<u32>),
}

/// The types of scalars in the order of their numbers on disk, which only grows.
fn scalar_types() -> [ScalarType; 10] {
    use ScalarType as S;
    [
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

fn store_scalar_type(of: ScalarType) -> u8 {
    scalar_types().iter().position(|other| *other == of).unwrap_or_default() as u8
}

fn load_scalar_type(number: u8) -> Result<ScalarType, String> {
    let known = scalar_types().get(usize::from(number)).copied();
    known.ok_or_else(|| format!("a constraint names the unknown type {number}"))
}

pub(super) fn store_target(target: SchemaTarget) -> StoredTarget {
    match target {
        SchemaTarget::Label(label) => StoredTarget::Label(label.0),
        SchemaTarget::Type(kind) => StoredTarget::Type(kind.0),
    }
}

pub(super) fn load_target(stored: StoredTarget) -> SchemaTarget {
    match stored {
        StoredTarget::Label(label) => SchemaTarget::Label(LabelId(label)),
        StoredTarget::Type(kind) => SchemaTarget::Type(TypeId(kind)),
    }
}

pub(super) fn store_keys(keys: &[KeyId]) -> Vec<u32> {
    keys.iter().map(|key| key.0).collect()
}

pub(super) fn load_keys(stored: Vec<u32>) -> Vec<KeyId> {
    stored.into_iter().map(KeyId).collect()
}

pub(super) fn store_constraint(kind: &ConstraintKind) -> StoredConstraint {
    let stored = |of: &PropertyType| match of {
        PropertyType::Scalar(of) => StoredType::Scalar(store_scalar_type(*of)),
        PropertyType::List { elements, nulls } => {
            StoredType::List(elements.iter().map(|of| store_scalar_type(*of)).collect(), *nulls)
        }
    };
    match kind {
        ConstraintKind::Unique => StoredConstraint::Unique,
        ConstraintKind::Key => StoredConstraint::Key,
        ConstraintKind::Exists => StoredConstraint::Exists,
        ConstraintKind::Type(types) => StoredConstraint::Type(types.iter().map(stored).collect()),
    }
}

pub(super) fn load_constraint(stored: StoredConstraint) -> Result<ConstraintKind, String> {
    let load = |of: StoredType| {
        Ok(match of {
            StoredType::Scalar(of) => PropertyType::Scalar(load_scalar_type(of)?),
            StoredType::List(elements, nulls) => PropertyType::List {
                elements: elements.into_iter().map(load_scalar_type).collect::<Result<_, _>>()?,
                nulls,
            },
        })
    };
    Ok(match stored {
        StoredConstraint::Unique => ConstraintKind::Unique,
        StoredConstraint::Key => ConstraintKind::Key,
        StoredConstraint::Exists => ConstraintKind::Exists,
        StoredConstraint::Type(types) => {
            ConstraintKind::Type(types.into_iter().map(load).collect::<Result<_, String>>()?)
        }
    })
}

pub(super) fn store_end(rule: &EndRule) -> StoredEnd {
    match rule {
        EndRule::Node(labels) => StoredEnd::Node(labels.iter().map(|label| label.0).collect()),
        EndRule::Relationship(types) => {
            StoredEnd::Relationship(types.iter().map(|kind| kind.0).collect())
        }
    }
}

pub(super) fn load_end(stored: StoredEnd) -> EndRule {
    match stored {
        StoredEnd::Node(labels) => EndRule::Node(labels.into_iter().map(LabelId).collect()),
        StoredEnd::Relationship(types) => {
            EndRule::Relationship(types.into_iter().map(TypeId).collect())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::codec::{decode_change, encode_change};
    use super::*;
    use crate::store::{Change, Constraint, Contradiction};

    #[test]
    fn every_change_of_the_schema_comes_back() {
        let people = SchemaTarget::Label(LabelId(3));
        let holds = SchemaTarget::Type(TypeId(1));
        let constraint = |kind| {
            let (name, keys) = ("one".into(), vec![KeyId(2)]);
            Change::CreateConstraint(Box::new(Constraint { name, target: holds, keys, kind }))
        };
        let list = |nulls| PropertyType::List { elements: scalar_types().to_vec(), nulls };
        let scalars = scalar_types().map(PropertyType::Scalar);
        let types = scalars.into_iter().chain([list(true), list(false)]).collect();
        let ends = |start, end| vec![(start, end)];
        let changes = [
            Change::CreateIndex { name: "a".into(), target: people, keys: vec![KeyId(0)] },
            Change::CreateIndex {
                name: "b".into(),
                target: people,
                keys: vec![KeyId(4), KeyId(0)],
            },
            Change::CreateIndex { name: "c".into(), target: holds, keys: vec![KeyId(4)] },
            Change::DropIndex("a".into()),
            constraint(ConstraintKind::Unique),
            constraint(ConstraintKind::Key),
            constraint(ConstraintKind::Exists),
            constraint(ConstraintKind::Type(types)),
            Change::DropConstraint("one".into()),
            Change::DefineEdgeType(
                TypeId(1),
                ends(EndRule::Node(vec![LabelId(3), LabelId(1)]), EndRule::Relationship(vec![])),
            ),
            Change::DropEdgeType(TypeId(1)),
            Change::CreateContradiction(Contradiction {
                name: "both".into(),
                pattern: "(a)-[r:R]->(b), (b)-[s:R]->(a)".into(),
            }),
            Change::DropContradiction("both".into()),
        ];
        for change in changes {
            let mut bytes = Vec::new();
            encode_change(&change, &mut bytes).unwrap();
            let (back, used) = decode_change(&bytes).unwrap();
            assert_eq!((format!("{back:?}"), used), (format!("{change:?}"), bytes.len()));
        }
        assert!(load_constraint(StoredConstraint::Type(vec![StoredType::Scalar(10)])).is_err());
    }
}
