//! Values: what a property, a parameter or a column of a row holds.
//!
//! This room knows nothing of graphs, queries or disks. Equality, comparison and
//! total order live in [`order`]; equivalence and hashing in [`group`].

pub mod convert;
pub mod display;
mod error;
pub mod group;
pub mod json;
pub mod logic;
mod name_kind;
pub mod naming;
pub mod nesting;
pub mod order;
mod property_type;
#[cfg(test)]
pub(crate) mod proptests;
mod random;
mod status;
pub mod temporal;

use std::sync::Arc;

pub use error::{ErrorClass, ErrorCode, EvaluationError};
pub use group::{GroupKey, GroupRow};
pub use name_kind::NameKind;
pub use property_type::{PropertyType, ScalarType};
pub(crate) use random::Random;
pub use status::GqlStatus;
pub use temporal::{Date, DateTime, Duration, LocalDateTime, LocalTime, Time};

/// Identifies a node. Dense, below 2³² per database, reused never within a version.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize,
)]
pub struct NodeId(pub u32);

/// Identifies a relationship. Dense, below 2³² per database.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize,
)]
pub struct RelationshipId(pub u32);

/// What a relationship starts or ends at: a node or another relationship.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize,
)]
pub enum Endpoint {
    /// A node.
    Node(NodeId),
    /// A relationship: what points here is a claim about it, or evidence for it.
    Relationship(RelationshipId),
}

/// A map value, in the order in which its keys were written.
pub type Map = indexmap::IndexMap<Arc<str>, Value, foldhash::fast::FixedState>;

/// An alternating sequence of endpoints and relationships.
///
/// `elements` has one more entry than `relationships`; relationship `i` connects
/// element `i` and element `i + 1`, in either direction.
#[derive(
    Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize,
)]
pub struct Path {
    /// The endpoints in the order of the walk.
    pub elements: Vec<Endpoint>,
    /// The relationships in the order of the walk.
    pub relationships: Vec<RelationshipId>,
}

/// A value of the query language.
///
/// Elements of the graph are ids: their labels, types and properties are read
/// from a graph version.
#[derive(Clone, Debug, Default, serde::Serialize, serde::Deserialize)]
pub enum Value {
    /// Unknown, or absent.
    #[default]
    Null,
    /// True or false.
    Boolean(bool),
    /// A signed 64-bit integer.
    Integer(i64),
    /// An IEEE 754 double.
    Float(f64),
    /// UTF-8 text.
    String(Arc<str>),
    /// A list; elements may have different types.
    List(Arc<Vec<Value>>),
    /// A map from keys to values.
    Map(Arc<Map>),
    /// A node.
    Node(NodeId),
    /// A relationship.
    Relationship(RelationshipId),
    /// A path.
    Path(Arc<Path>),
    /// A calendar date.
    Date(Date),
    /// A time of day without offset.
    LocalTime(LocalTime),
    /// A time of day with an offset from UTC.
    Time(Time),
    /// A date and time of day without offset.
    LocalDateTime(LocalDateTime),
    /// A date and time with offset and, where given, a named time zone.
    DateTime(Arc<DateTime>),
    /// An amount of time in months, days, seconds and nanoseconds.
    Duration(Arc<Duration>),
}

/// Reads the elements of one graph version; implemented by the store, used by
/// functions, which know no store.
pub trait ElementReader {
    /// The labels of a node in the order of their creation; empty for a node that is not there.
    fn node_labels(&self, node: NodeId) -> Vec<Arc<str>>;
    /// The type of a relationship, `None` for one that is not there.
    fn relationship_type(&self, relationship: RelationshipId) -> Option<Arc<str>>;
    /// Start and end of a relationship, `None` for one that is not there.
    fn relationship_endpoints(&self, relationship: RelationshipId) -> Option<(Endpoint, Endpoint)>;
    /// All properties of an element, in the order of property key creation.
    fn properties(&self, element: Endpoint) -> Map;
    /// One property of an element, `Null` where it is absent.
    fn property(&self, element: Endpoint, key: &str) -> Value;
    /// Whether the element is there.
    fn contains(&self, element: Endpoint) -> bool;
    /// The relationships of a type that start at an element, or (`incoming`) end there,
    /// each after what is at its other end.
    fn related(
        &self,
        element: Endpoint,
        kind: &str,
        incoming: bool,
    ) -> Vec<(Endpoint, RelationshipId)>;
}

/// The type of a relationship by which somebody claims a statement.
pub const ASSERTS: &str = "ASSERTS";
/// The type of a relationship by which somebody denies a statement.
pub const DENIES: &str = "DENIES";
/// The label of a node that was merged into another one, in the place of its own labels.
pub const MERGED: &str = "Merged";
/// The type of the relationship from a node that was merged to the one that it was merged into.
pub const MERGED_INTO: &str = "MERGED_INTO";
/// The type of a relationship from such a merger to a relationship whose end it moved.
pub const MOVED: &str = "MOVED";
/// The type of a relationship from a statement, or a claim, to where it is written.
pub const CITED_IN: &str = "CITED_IN";
