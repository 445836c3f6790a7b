//! The syntax tree of COPY: tables come in, results go out.

use super::{EdgeEnd, Name, Query};
use crate::syntax::diagnostic::Span;
use std::sync::Arc;

/// A COPY statement.
#[derive(Clone, Debug, PartialEq)]
pub struct CopyStatement {
    /// What is copied, and into which direction.
    pub kind: CopyKind,
    /// The file, or a list of files where they are read.
    pub file: CopyValue,
    /// What stands in brackets at the end.
    pub options: Vec<CopyOption>,
}

/// The two directions of COPY.
#[derive(Clone, Debug, PartialEq)]
pub enum CopyKind {
    /// `COPY what FROM file`.
    From(CopyTarget),
    /// `COPY (query) TO file`.
    To(Query),
}

/// What the rows of a file become.
#[derive(Clone, Debug, PartialEq)]
pub enum CopyTarget {
    /// `Person`: nodes with this label, or relationships of this type where the file has columns
    /// for their ends.
    Named(Name),
    /// `(:A&B)`: nodes with these labels.
    Nodes(EdgeEnd),
    /// `(:A)-[:T]->(:B)`.
    Relationships {
        /// What they start at.
        start: EdgeEnd,
        /// Their type; without one the file has a column of types.
        label: Option<Name>,
        /// What they end at.
        end: EdgeEnd,
        /// The whole pattern.
        span: Span,
    },
}

/// `NAME value`, or `NAME` alone, which stands for true.
#[derive(Clone, Debug, PartialEq)]
pub struct CopyOption {
    /// Its name.
    pub name: Name,
    /// Its value.
    pub value: Option<CopyValue>,
}

/// A value that is known before the statement runs, with its place.
#[derive(Clone, Debug, PartialEq)]
pub struct CopyValue {
    /// What it is.
    pub kind: CopyValueKind,
    /// Where it stands.
    pub span: Span,
}

/// The values that COPY takes.
#[derive(Clone, Debug, PartialEq)]
pub enum CopyValueKind {
    /// `true`, `false`.
    Boolean(bool),
    /// An integer, which is not negative.
    Integer(i64),
    /// A string, escapes resolved.
    String(Arc<str>),
    /// `$name`.
    Parameter(Arc<str>),
    /// `['a', $b]`; its elements are no lists.
    List(Vec<CopyValue>),
}
