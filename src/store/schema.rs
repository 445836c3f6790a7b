//! The schema: what a graph promises of its elements, beside its indexes.
//!
//! A schema is optional and small. Constraints speak of the nodes with a label or the
//! relationships of a type, edge types of what a relationship type may connect. They
//! are declared by changes like any other, and [`check`](super::check) holds writes to
//! them.

use super::{Graph, KeyId, LabelId, TypeId};
use crate::value::{Endpoint, NodeId, PropertyType, RelationshipId};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// The elements that an index or a constraint is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum SchemaTarget {
    /// The nodes with a label.
    Label(LabelId),
    /// The relationships of a type.
    Type(TypeId),
}

/// What a constraint demands of the properties of its elements.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ConstraintKind {
    /// No two elements have the same values; where one is missing, nothing is demanded.
    Unique,
    /// All properties are there, and no two elements have the same values.
    Key,
    /// The property is there.
    Exists,
    /// The property, where it is there, is of one of these types.
    Type(Vec<PropertyType>),
}

impl ConstraintKind {
    /// Whether it forbids that two elements have the same values, and so owns an index.
    pub fn is_unique(&self) -> bool {
        matches!(self, ConstraintKind::Unique | ConstraintKind::Key)
    }
}

/// A constraint.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Constraint {
    /// Its name, unique among constraints and indexes.
    pub name: Arc<str>,
    /// The elements that it is about.
    pub target: SchemaTarget,
    /// The property keys that it is about, at least one, none twice.
    pub keys: Vec<KeyId>,
    /// What it demands.
    pub kind: ConstraintKind,
}

/// What may stand at one end of a relationship.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum EndRule {
    /// A node that has all these labels.
    Node(Vec<LabelId>),
    /// A relationship of one of these types; of any type where none is named.
    Relationship(Vec<TypeId>),
}

impl EndRule {
    /// Whether an element may stand at the end.
    pub fn accepts(&self, graph: &Graph, element: Endpoint) -> bool {
        match (self, element) {
            (EndRule::Node(labels), Endpoint::Node(node)) => {
                labels.iter().all(|&label| graph.has_label(node, label))
            }
            (EndRule::Relationship(types), Endpoint::Relationship(relationship)) => graph
                .relationship(relationship)
                .is_some_and(|record| types.is_empty() || types.contains(&record.kind)),
            _ => false,
        }
    }
}

/// What the relationships of a type may connect.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EdgeType {
    /// The relationship type; it has one edge type at most.
    pub kind: TypeId,
    /// Start and end, in alternatives, at least one.
    pub alternatives: Vec<(EndRule, EndRule)>,
}

/// A rule that says which statements cannot hold together. The graph may well hold
/// them: it keeps what is said, and not what is true.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contradiction {
    /// Its name, unique among constraints, indexes and contradictions.
    pub name: Arc<str>,
    /// What contradicts itself, as it stands behind FOR: a pattern, and a condition. The
    /// store keeps the words; what they mean is for those who can ask.
    pub pattern: Arc<str>,
}

/// The constraints, edge types and contradictions of a version, each in the order of their
/// creation.
#[derive(Clone, Debug, Default)]
pub(crate) struct Schema {
    pub(crate) constraints: Arc<Vec<Constraint>>,
    pub(crate) edge_types: Arc<Vec<EdgeType>>,
    pub(crate) contradictions: Arc<Vec<Contradiction>>,
}

impl Schema {
    /// Whether nothing is demanded of anything; a contradiction demands nothing.
    pub(crate) fn is_empty(&self) -> bool {
        self.constraints.is_empty() && self.edge_types.is_empty()
    }
}

impl Graph {
    /// The constraints, in the order of their creation.
    pub fn constraints(&self) -> &[Constraint] {
        &self.schema.constraints
    }

    /// The edge types, in the order of their creation.
    pub fn edge_types(&self) -> &[EdgeType] {
        &self.schema.edge_types
    }

    /// The contradictions, in the order of their creation.
    pub fn contradictions(&self) -> &[Contradiction] {
        &self.schema.contradictions
    }

    /// Whether an element is one that an index or a constraint is about.
    pub(crate) fn is_target(&self, element: Endpoint, target: SchemaTarget) -> bool {
        match (element, target) {
            (Endpoint::Node(node), SchemaTarget::Label(label)) => self.has_label(node, label),
            (Endpoint::Relationship(relationship), SchemaTarget::Type(kind)) => {
                self.relationship(relationship).is_some_and(|record| record.kind == kind)
            }
            _ => false,
        }
    }

    /// The elements that an index or a constraint is about, in the order of ids.
    pub(crate) fn targets(&self, target: SchemaTarget) -> impl Iterator<Item = Endpoint> + '_ {
        let chunks = match target {
            SchemaTarget::Label(_) => self.node_chunk_count(),
            SchemaTarget::Type(_) => self.relationship_chunk_count(),
        };
        (0..chunks).flat_map(move |number| self.targets_in(number, target))
    }

    /// Those of one chunk.
    pub(crate) fn targets_in(&self, number: usize, target: SchemaTarget) -> Vec<Endpoint> {
        match target {
            SchemaTarget::Label(label) => {
                let found = self.node_chunk(number, Some(label));
                let node = |id| Endpoint::Node(NodeId(id));
                found.map(|found| found.ids().map(node).collect()).unwrap_or_default()
            }
            SchemaTarget::Type(kind) => {
                let found = self.relationship_chunk(number, Some(kind));
                let relationship = |id| Endpoint::Relationship(RelationshipId(id));
                found.map(|found| found.ids().map(relationship).collect()).unwrap_or_default()
            }
        }
    }
}

#[cfg(test)]
#[path = "schema_tests.rs"]
mod tests;
