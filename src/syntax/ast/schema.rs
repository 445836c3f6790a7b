//! The syntax tree of statements about the schema: indexes, constraints, edge types,
//! contradictions.

use super::{EndKind, Expression, Name, PatternPart, ValueType};
use crate::syntax::diagnostic::Span;

/// A statement about the schema.
#[derive(Clone, Debug, PartialEq)]
pub enum SchemaStatement {
    /// `CREATE INDEX …`.
    CreateIndex {
        /// Which kind was asked for.
        kind: IndexKind,
        /// Its name; without one it gets one.
        name: Option<SchemaName>,
        /// What is there already is left as it is, and is no failure.
        if_not_exists: bool,
        /// The elements that it holds.
        target: SchemaTarget,
        /// The properties that it orders them by.
        properties: Vec<SchemaProperty>,
    },
    /// `DROP INDEX …`.
    DropIndex {
        /// Its name.
        name: SchemaName,
        /// That there is none is no failure.
        if_exists: bool,
    },
    /// `CREATE CONSTRAINT …`.
    CreateConstraint {
        /// Its name; without one it gets one.
        name: Option<SchemaName>,
        /// What is there already is left as it is, and is no failure.
        if_not_exists: bool,
        /// The elements that it is about.
        target: SchemaTarget,
        /// The properties that it is about.
        properties: Vec<SchemaProperty>,
        /// What it demands of them.
        demand: Demand,
    },
    /// `DROP CONSTRAINT …`.
    DropConstraint {
        /// Its name.
        name: SchemaName,
        /// That there is none is no failure.
        if_exists: bool,
    },
    /// `CREATE EDGE TYPE …`.
    CreateEdgeType {
        /// `OR REPLACE`.
        replace: bool,
        /// What is there already is left as it is, and is no failure.
        if_not_exists: bool,
        /// What a relationship may connect, one or more.
        alternatives: Vec<EdgePattern>,
    },
    /// `DROP EDGE TYPE …`.
    DropEdgeType {
        /// The relationship type.
        name: Name,
        /// That there is none is no failure.
        if_exists: bool,
    },
    /// `CREATE CONTRADICTION …`.
    CreateContradiction {
        /// Its name; without one it gets one.
        name: Option<SchemaName>,
        /// What is there already is left as it is, and is no failure.
        if_not_exists: bool,
        /// Which statements cannot hold together.
        rule: ContradictionRule,
    },
    /// `DROP CONTRADICTION …`.
    DropContradiction {
        /// Its name.
        name: SchemaName,
        /// That there is none is no failure.
        if_exists: bool,
    },
}

/// `pattern [WHERE predicate]`: the relationships that the pattern names cannot hold together.
#[derive(Clone, Debug, PartialEq)]
pub struct ContradictionRule {
    /// The parts of the pattern.
    pub pattern: Vec<PatternPart>,
    /// What must hold of a match.
    pub predicate: Option<Expression>,
    /// From the pattern to the end of the predicate.
    pub span: Span,
}

/// The name of an index, a constraint or a contradiction.
#[derive(Clone, Debug, PartialEq)]
pub enum SchemaName {
    /// As it is written.
    Written(Name),
    /// What a parameter holds: `$name`.
    Parameter(Name),
}

impl SchemaName {
    /// Where it stands.
    pub fn span(&self) -> Span {
        match self {
            SchemaName::Written(name) | SchemaName::Parameter(name) => name.span,
        }
    }
}

/// The kinds of index that can be asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum IndexKind {
    /// Ordered by value; what an index is where no kind is named.
    Range,
    /// For strings. Dossier keeps it ordered as well.
    Text,
}

/// `(n:Label)` or `()-[r:TYPE]-()`.
#[derive(Clone, Debug, PartialEq)]
pub struct SchemaTarget {
    /// Nodes with a label, or relationships of a type.
    pub kind: EndKind,
    /// The variable by which the properties are named.
    pub variable: Name,
    /// The label or the type.
    pub label: Name,
    /// From bracket to bracket.
    pub span: Span,
}

/// `n.key`.
#[derive(Clone, Debug, PartialEq)]
pub struct SchemaProperty {
    /// The variable.
    pub variable: Name,
    /// The property key.
    pub key: Name,
}

/// What a constraint demands.
#[derive(Clone, Debug, PartialEq)]
pub enum Demand {
    /// `IS UNIQUE`.
    Unique,
    /// `IS KEY`, `IS NODE KEY`, `IS RELATIONSHIP KEY`.
    Key,
    /// `IS NOT NULL`.
    Exists,
    /// `IS :: TYPE`; with the place of the type.
    Type(ValueType, Span),
}

/// `(:A&B)-[:TYPE]->(:C)`.
#[derive(Clone, Debug, PartialEq)]
pub struct EdgePattern {
    /// What may stand at the start.
    pub start: EdgeEnd,
    /// The relationship type.
    pub label: Name,
    /// What may stand at the end.
    pub end: EdgeEnd,
    /// The whole pattern.
    pub span: Span,
}

/// `(:A&B)`, a node with all the labels, or `[:R|S]`, a relationship of one of the types;
/// any where none is named.
#[derive(Clone, Debug, PartialEq)]
pub struct EdgeEnd {
    /// Round or square brackets.
    pub kind: EndKind,
    /// The labels or types.
    pub names: Vec<Name>,
}
