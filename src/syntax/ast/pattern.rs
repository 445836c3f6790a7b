//! Patterns in the abstract syntax tree.
//!
//! Ends and connections alternate: where the text leaves an end out, beside a group in
//! brackets, there is an empty one in the tree.

use super::{Expression, LabelExpression, Name};
use crate::syntax::diagnostic::Span;

/// One comma-separated part of a pattern: an optional path variable and a chain.
#[derive(Clone, Debug, PartialEq)]
pub struct PatternPart {
    /// `p = …`.
    pub variable: Option<Name>,
    /// `shortestPath(…)` or `allShortestPaths(…)`.
    pub shortest: Option<Shortest>,
    /// Which of the paths between the same two ends are wanted.
    pub selector: Option<Selector>,
    /// What a path may meet twice.
    pub mode: Option<PathMode>,
    /// The first end.
    pub start: EndPattern,
    /// Each further relationship or group with the end it leads to.
    pub steps: Vec<(Connection, EndPattern)>,
    /// The whole part.
    pub span: Span,
}

/// Which shortest paths are meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shortest {
    /// `shortestPath`.
    One,
    /// `allShortestPaths`.
    All,
}

/// Which paths are kept of all those between the same two ends.
#[derive(Clone, Debug, PartialEq)]
pub enum Selector {
    /// `ALL`: every one.
    All,
    /// `ANY [k]`: so many, whichever they are; one where no number is given.
    Any(Option<Box<Expression>>),
    /// `ANY SHORTEST`: one of the least length.
    AnyShortest,
    /// `ALL SHORTEST`: all of the least length.
    AllShortest,
    /// `SHORTEST k`: so many, none longer than one that is left out.
    Shortest(Box<Expression>),
    /// `SHORTEST [k] GROUPS`: all of the so many least lengths; one where no number is given.
    ShortestGroups(Option<Box<Expression>>),
}

impl Selector {
    /// The number of paths or groups, where one is written.
    pub fn count(&self) -> Option<&Expression> {
        match self {
            Selector::All | Selector::AnyShortest | Selector::AllShortest => None,
            Selector::Any(count) | Selector::ShortestGroups(count) => count.as_deref(),
            Selector::Shortest(count) => Some(count),
        }
    }
}

/// What a path may meet twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PathMode {
    /// Anything.
    Walk,
    /// Nodes, but no relationship.
    Trail,
    /// Nothing.
    Acyclic,
    /// Nothing, except that it may end where it began.
    Simple,
}

impl PathMode {
    /// All of them.
    pub const ALL: [PathMode; 4] =
        [PathMode::Walk, PathMode::Trail, PathMode::Acyclic, PathMode::Simple];

    /// As it is written.
    pub fn text(self) -> &'static str {
        match self {
            PathMode::Walk => "WALK",
            PathMode::Trail => "TRAIL",
            PathMode::Acyclic => "ACYCLIC",
            PathMode::Simple => "SIMPLE",
        }
    }
}

/// What the relationships of one MATCH may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MatchMode {
    /// `DIFFERENT RELATIONSHIPS`: none stands for two of the pattern, as where nothing is said.
    DifferentRelationships,
    /// `REPEATABLE ELEMENTS`: any may be met again.
    RepeatableElements,
}

impl MatchMode {
    /// As it is written.
    pub fn text(self) -> &'static str {
        match self {
            MatchMode::DifferentRelationships => "DIFFERENT RELATIONSHIPS",
            MatchMode::RepeatableElements => "REPEATABLE ELEMENTS",
        }
    }
}

/// What lies between two ends of a pattern.
#[derive(Clone, Debug, PartialEq)]
pub enum Connection {
    /// A relationship.
    Relationship(RelationshipPattern),
    /// A path pattern in brackets.
    Group(Box<GroupPattern>),
}

impl Connection {
    /// The relationship, where it is one.
    pub fn relationship(&self) -> Option<&RelationshipPattern> {
        match self {
            Connection::Relationship(relationship) => Some(relationship),
            Connection::Group(_) => None,
        }
    }
}

/// `(path = (a)-[r]->(b) WHERE predicate){1,3}`.
#[derive(Clone, Debug, PartialEq)]
pub struct GroupPattern {
    /// What the path within is called.
    pub variable: Option<Name>,
    /// The first end within.
    pub start: EndPattern,
    /// Each further connection with the end it leads to.
    pub steps: Vec<(Connection, EndPattern)>,
    /// `WHERE predicate`.
    pub predicate: Option<Box<Expression>>,
    /// How often it is repeated; absent means that it stands for itself.
    pub quantifier: Option<PathQuantifier>,
    /// From the bracket to the end of the quantifier.
    pub span: Span,
}

/// `{min,max}`, `+`, `*` or `?` behind a relationship or a group.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PathQuantifier {
    /// Least repetitions.
    pub min: u64,
    /// Most repetitions; absent means any number.
    pub max: Option<u64>,
    /// `?`: once or not at all, so that a name stands for an element, or for nothing, and not
    /// for a list of elements.
    pub optional: bool,
    /// Where it stands.
    pub span: Span,
}

/// An end of a relationship in a pattern: a node `(…)`, or a relationship `[…]`
/// (Dossier's claim extension).
#[derive(Clone, Debug, PartialEq)]
pub struct EndPattern {
    /// `(…)` or `[…]`.
    pub kind: EndKind,
    /// Its variable.
    pub variable: Option<Name>,
    /// What must hold of its labels, or of its type.
    pub labels: Option<LabelExpression>,
    /// `{key: value}` or a parameter.
    pub properties: Option<Box<Expression>>,
    /// `WHERE predicate`.
    pub predicate: Option<Box<Expression>>,
    /// From bracket to bracket.
    pub span: Span,
}

/// The kinds of pattern end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum EndKind {
    /// Round brackets.
    Node,
    /// Square brackets.
    Relationship,
}

/// Which way a relationship pattern points, as written from left to right.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Direction {
    /// `-->`.
    Outgoing,
    /// `<--`.
    Incoming,
    /// `--` (or `<-->`).
    Either,
}

/// `-[variable:TYPE|TYPE *min..max {properties} WHERE predicate]->{1,3}`.
#[derive(Clone, Debug, PartialEq)]
pub struct RelationshipPattern {
    /// Its variable.
    pub variable: Option<Name>,
    /// What must hold of its type.
    pub types: Option<LabelExpression>,
    /// `*min..max`; `None` is a single relationship.
    pub length: Option<VariableLength>,
    /// `{key: value}` or a parameter.
    pub properties: Option<Box<Expression>>,
    /// `WHERE predicate`.
    pub predicate: Option<Box<Expression>>,
    /// Which way it points.
    pub direction: Direction,
    /// How often it is repeated; absent means that it stands for itself.
    pub quantifier: Option<PathQuantifier>,
    /// From the first dash to the last.
    pub span: Span,
}

impl RelationshipPattern {
    /// The least and the most hops of one that may be several, by a star or a quantifier.
    pub fn hops(&self) -> Option<(u64, Option<u64>)> {
        let quantified = self.quantifier.map(|quantifier| (quantifier.min, quantifier.max));
        let starred = self.length.map(|length| (length.min.unwrap_or(1), length.max));
        quantified.or(starred)
    }
}

/// How many relationships a variable-length pattern may cross.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct VariableLength {
    /// Least hops; absent means 1.
    pub min: Option<u64>,
    /// Most hops; absent means any number.
    pub max: Option<u64>,
    /// From the star to the end of the range.
    pub span: Span,
}
