//! The write set: the logical changes of a transaction, in order.
//!
//! A change names symbols by id; the `Define…` changes introduce them. Replaying
//! the changes of every commit in order rebuilds the graph, ids included.

use super::schema::{Constraint, Contradiction, EndRule, SchemaTarget};
use crate::value::{Endpoint, NodeId, RelationshipId, Value};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// Identifies a label within a database.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct LabelId(pub u32);

/// Identifies a relationship type within a database.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct TypeId(pub u32);

/// Identifies a property key within a database.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct KeyId(pub u32);

/// One logical change.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Change {
    /// A label gets its id.
    DefineLabel(LabelId, Arc<str>),
    /// A relationship type gets its id.
    DefineType(TypeId, Arc<str>),
    /// A property key gets its id.
    DefineKey(KeyId, Arc<str>),
    /// A node comes to be.
    CreateNode {
        /// Its id, the next free one.
        node: NodeId,
        /// Its labels.
        labels: Vec<LabelId>,
        /// Its properties, without nulls.
        properties: Vec<(KeyId, Value)>,
    },
    /// A relationship comes to be.
    CreateRelationship {
        /// Its id, the next free one.
        relationship: RelationshipId,
        /// Its type.
        kind: TypeId,
        /// Where it starts.
        start: Endpoint,
        /// Where it ends.
        end: Endpoint,
        /// Its properties, without nulls.
        properties: Vec<(KeyId, Value)>,
    },
    /// A node goes; nothing points at it any more.
    DeleteNode(NodeId),
    /// A relationship goes; nothing points at it any more.
    DeleteRelationship(RelationshipId),
    /// A property is set, or removed where the value is null.
    SetProperty(Endpoint, KeyId, Value),
    /// A node gets a label.
    AddLabel(NodeId, LabelId),
    /// A node loses a label.
    RemoveLabel(NodeId, LabelId),
    /// So many node ids are passed over: they belonged to nodes since deleted.
    SkipNodes(u32),
    /// So many relationship ids are passed over.
    SkipRelationships(u32),
    /// An index comes to be.
    CreateIndex {
        /// Its name, unique among indexes and constraints.
        name: Arc<str>,
        /// The elements that it holds.
        target: SchemaTarget,
        /// The property keys that it orders them by.
        keys: Vec<KeyId>,
    },
    /// The index with this name goes.
    DropIndex(Arc<str>),
    /// A constraint comes to be, and with it the index that it needs. In a box, so that the
    /// common changes stay small.
    CreateConstraint(Box<Constraint>),
    /// The constraint with this name goes, and with it its index.
    DropConstraint(Arc<str>),
    /// From now on the relationships of a type connect one of these pairs of ends, whatever
    /// they connected before.
    DefineEdgeType(TypeId, Vec<(EndRule, EndRule)>),
    /// The relationships of a type may connect anything.
    DropEdgeType(TypeId),
    /// A relationship gets other ends: where one of its ends is a node, another node. All
    /// else that it is, and what points at it, stays.
    MoveRelationship {
        /// Its id.
        relationship: RelationshipId,
        /// Where it starts from now on.
        start: Endpoint,
        /// Where it ends from now on.
        end: Endpoint,
    },
    /// From now on what matches a pattern is held to be a contradiction.
    CreateContradiction(Contradiction),
    /// The contradiction with this name goes.
    DropContradiction(Arc<str>),
}
