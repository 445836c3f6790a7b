//! What the names are that a graph has.

/// The kinds of name that a graph has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum NameKind {
    /// Of nodes.
    Label,
    /// Of relationships.
    RelationshipType,
    /// Of both.
    PropertyKey,
}
