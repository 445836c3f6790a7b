//! What the store refuses.

use crate::value::{Endpoint, ErrorClass, ErrorCode, EvaluationError, NodeId, RelationshipId};

/// Why the store refused a change; the graph is as it was before the call.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum StoreError {
    /// All ids of this kind of thing (`"node"`, `"label"`, ...) are used up.
    IdLimit(&'static str),
    /// The element does not exist, or no longer.
    NotFound(Endpoint),
    /// Relationships are attached to the node.
    StillConnected(NodeId),
    /// Other relationships start or end at the relationship.
    StillPointedAt(RelationshipId),
    /// A value of this type cannot be a property.
    InvalidPropertyType(&'static str),
    /// A string of so many bytes is too long to be stored.
    StringTooLong(usize),
    /// An index of this name, or on the same label and key, exists already.
    IndexExists(String),
    /// No index has this name.
    NoSuchIndex(String),
    /// A constraint of this name, or of the same kind on the same keys, exists already.
    ConstraintExists(String),
    /// No constraint has this name.
    NoSuchConstraint(String),
    /// A contradiction of this name, or of the same pattern, exists already.
    ContradictionExists(String),
    /// No contradiction has this name.
    NoSuchContradiction(String),
    /// A relationship was to end at another thing than before: a node stays a node, and a
    /// relationship the same one.
    CannotMove(RelationshipId),
    /// The index belongs to the constraint of the same name.
    IndexOwned(String),
    /// This relationship type has an edge type already.
    EdgeTypeExists(String),
    /// This relationship type has no edge type.
    NoSuchEdgeType(String),
    /// What does not fit into memory could not be written to a file; says which, and why.
    NotPutOut(String),
    /// An element does not keep to the schema; says which, to what, and how.
    Violation(String),
    /// The caller wanted no more of it ([`Writer::stop_when`](super::Writer::stop_when)).
    Stopped,
    /// A logged change does not fit the graph it is replayed on; says how.
    ReplayMismatch(String),
}

impl std::fmt::Display for StoreError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            StoreError::IdLimit(what) => {
                write!(f, "this database holds as many {what}s as it can (4,294,967,295)")
            }
            StoreError::NotFound(Endpoint::Node(node)) => {
                write!(f, "node {} does not exist", node.0)
            }
            StoreError::NotFound(Endpoint::Relationship(id)) => {
                write!(f, "relationship {} does not exist", id.0)
            }
            StoreError::StillConnected(node) => write!(
                f,
                "node {} still has relationships; delete them first, or use DETACH DELETE",
                node.0
            ),
            StoreError::StillPointedAt(id) => write!(
                f,
                "relationships still point at relationship {}; delete them first, or use DETACH DELETE",
                id.0
            ),
            StoreError::InvalidPropertyType(name) => {
                write!(f, "{name} cannot be stored as a property")
            }
            StoreError::StringTooLong(len) => {
                write!(f, "a string of {len} bytes is too long to be stored")
            }
            StoreError::IndexExists(name) => write!(f, "the index `{name}` exists already"),
            StoreError::NoSuchIndex(name) => write!(f, "there is no index `{name}`"),
            StoreError::ConstraintExists(name) => {
                write!(f, "the constraint `{name}` exists already")
            }
            StoreError::NoSuchConstraint(name) => write!(f, "there is no constraint `{name}`"),
            StoreError::ContradictionExists(name) => {
                write!(f, "the contradiction `{name}` exists already")
            }
            StoreError::NoSuchContradiction(name) => {
                write!(f, "there is no contradiction `{name}`")
            }
            StoreError::CannotMove(id) => {
                write!(f, "relationship {} can be moved from a node to another node alone", id.0)
            }
            StoreError::NotPutOut(what) => {
                write!(f, "what does not fit into memory cannot be put into a file: {what}")
            }
            StoreError::IndexOwned(name) => write!(
                f,
                "the index `{name}` belongs to the constraint of that name; drop the constraint"
            ),
            StoreError::EdgeTypeExists(name) => {
                write!(f, "the relationship type `{name}` has an edge type already")
            }
            StoreError::NoSuchEdgeType(name) => {
                write!(f, "the relationship type `{name}` has no edge type")
            }
            StoreError::Violation(what) => f.write_str(what),
            StoreError::Stopped => f.write_str("the change was interrupted"),
            StoreError::ReplayMismatch(how) => {
                write!(f, "a logged change does not fit the graph: {how}")
            }
        }
    }
}

impl std::error::Error for StoreError {}

impl From<StoreError> for EvaluationError {
    fn from(error: StoreError) -> Self {
        let (class, code) = match &error {
            StoreError::IdLimit(_) => (ErrorClass::ResourceExhausted, ErrorCode::IdLimit),
            StoreError::NotFound(_) => (ErrorClass::EntityNotFound, ErrorCode::DeletedEntityAccess),
            StoreError::StillConnected(_) => {
                (ErrorClass::ConstraintVerificationFailed, ErrorCode::DeleteConnectedNode)
            }
            StoreError::StillPointedAt(_) => {
                (ErrorClass::ConstraintVerificationFailed, ErrorCode::DeleteConnectedRelationship)
            }
            StoreError::InvalidPropertyType(_) => {
                (ErrorClass::TypeError, ErrorCode::InvalidPropertyType)
            }
            StoreError::StringTooLong(_) => {
                (ErrorClass::ResourceExhausted, ErrorCode::StringTooLong)
            }
            StoreError::IndexExists(_) => {
                (ErrorClass::ConstraintVerificationFailed, ErrorCode::IndexExists)
            }
            StoreError::NoSuchIndex(_) => {
                (ErrorClass::ConstraintVerificationFailed, ErrorCode::NoSuchIndex)
            }
            StoreError::ConstraintExists(_) => {
                (ErrorClass::ConstraintVerificationFailed, ErrorCode::ConstraintExists)
            }
            StoreError::NoSuchConstraint(_) => {
                (ErrorClass::ConstraintVerificationFailed, ErrorCode::NoSuchConstraint)
            }
            StoreError::ContradictionExists(_) => {
                (ErrorClass::ConstraintVerificationFailed, ErrorCode::ContradictionExists)
            }
            StoreError::NoSuchContradiction(_) => {
                (ErrorClass::ConstraintVerificationFailed, ErrorCode::NoSuchContradiction)
            }
            StoreError::CannotMove(_) => {
                (ErrorClass::ArgumentError, ErrorCode::InvalidArgumentValue)
            }
            StoreError::NotPutOut(_) => {
                (ErrorClass::ExternalResourceError, ErrorCode::FileNotWritable)
            }
            StoreError::IndexOwned(_) => {
                (ErrorClass::ConstraintVerificationFailed, ErrorCode::IndexOwned)
            }
            StoreError::EdgeTypeExists(_) => {
                (ErrorClass::ConstraintVerificationFailed, ErrorCode::EdgeTypeExists)
            }
            StoreError::NoSuchEdgeType(_) => {
                (ErrorClass::ConstraintVerificationFailed, ErrorCode::NoSuchEdgeType)
            }
            StoreError::Violation(_) => {
                (ErrorClass::ConstraintVerificationFailed, ErrorCode::SchemaViolation)
            }
            StoreError::Stopped => (ErrorClass::ResourceExhausted, ErrorCode::Interrupted),
            StoreError::ReplayMismatch(_) => {
                (ErrorClass::ConstraintVerificationFailed, ErrorCode::ReplayMismatch)
            }
        };
        EvaluationError::new(class, code, error.to_string())
    }
}
