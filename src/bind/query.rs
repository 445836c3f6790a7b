//! Bound queries: clauses whose names are resolved, patterns as query graphs.

use super::expression::{Expression, Labels, VariableId};
use super::item::{CreateItem, RemoveItem, SetItem};
use crate::syntax::ast::{Counting, Direction, EndKind, Mode, PathMode, SetOperator, SubqueryKind};
use crate::syntax::diagnostic::{Diagnostic, Span};
use std::sync::Arc;

/// A bound statement.
#[derive(Clone, Debug)]
pub struct BoundStatement {
    /// Run, explain or profile.
    pub mode: Mode,
    /// What to do.
    pub query: BoundQuery,
    /// The subquery expressions, by `SubqueryId`.
    pub subqueries: Vec<BoundSubquery>,
    /// The name of each variable, by `VariableId`; invented ones have a name that no user can write.
    pub names: Vec<Arc<str>>,
    /// What may not do what was meant.
    pub warnings: Vec<Diagnostic>,
}

/// One or more arms whose rows are combined.
#[derive(Clone, Debug)]
pub struct BoundQuery {
    /// The arms.
    pub arms: Vec<BoundSingle>,
    /// How their rows are combined.
    pub operator: SetOperator,
    /// Whether duplicates stay (UNION ALL).
    pub all: bool,
    /// The result's columns; empty where the query returns nothing.
    pub columns: Vec<(Arc<str>, VariableId)>,
}

impl Default for BoundQuery {
    /// No arms, whose rows are all kept.
    fn default() -> Self {
        BoundQuery {
            arms: Vec::new(),
            operator: SetOperator::Union,
            all: true,
            columns: Vec::new(),
        }
    }
}

impl BoundQuery {
    /// A query of one arm.
    pub fn of(only: BoundSingle) -> Self {
        BoundQuery { columns: only.columns.clone(), arms: vec![only], ..Self::default() }
    }
}

/// What becomes of a row to which a query is applied.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ApplyKind {
    /// It is combined with each row of the query.
    Each,
    /// The same; where the query has no rows it stays, with nulls.
    Optional,
    /// It stays as it is, once.
    Unit,
}

/// A sequence of clauses.
#[derive(Clone, Debug)]
pub struct BoundSingle {
    /// The clauses.
    pub clauses: Vec<BoundClause>,
    /// Its columns, in the order of the union's columns.
    pub columns: Vec<(Arc<str>, VariableId)>,
}

/// A bound subquery expression.
#[derive(Clone, Debug)]
pub struct BoundSubquery {
    /// Whether rows are tested, counted or collected.
    pub kind: SubqueryKind,
    /// The query.
    pub query: BoundQuery,
    /// The outer variables that it uses.
    pub outer: Vec<VariableId>,
    /// The collected column (COLLECT only).
    pub result: Option<VariableId>,
}

/// A bound clause, or a part of one.
#[derive(Clone, Debug)]
pub struct BoundClause {
    /// What it does.
    pub kind: BoundKind,
    /// The clause that it comes from.
    pub span: Span,
}

/// The parts that clauses bind to; each keeps the columns of its input unless it says otherwise.
#[derive(Clone, Debug)]
pub enum BoundKind {
    /// Finds a pattern.
    Match {
        /// Rows without a match stay, with nulls.
        optional: bool,
        /// The pattern.
        graph: QueryGraph,
        /// What must hold, as a conjunction.
        predicates: Vec<Expression>,
        /// Path variables with their expressions, computed for every match.
        paths: Vec<(VariableId, Expression)>,
        /// All variables that it adds.
        introduced: Vec<VariableId>,
    },
    /// One row for each element.
    Unwind {
        /// The list.
        list: Expression,
        /// The element.
        variable: VariableId,
        /// The element's place in the list.
        position: Option<(VariableId, Counting)>,
    },
    /// One row for each row of a file.
    LoadCsv(LoadCsv),
    /// Runs a query for each row.
    Apply {
        /// The query.
        query: BoundQuery,
        /// The variables of the row that it sees; those that have no value yet are passed over.
        imports: Vec<VariableId>,
        /// The variables that it adds.
        introduced: Vec<VariableId>,
        /// What becomes of the row.
        kind: ApplyKind,
    },
    /// Replaces the columns by those of the arms, which run for each row.
    Composite(BoundQuery),
    /// Adds columns.
    Extend(Vec<(VariableId, Expression)>),
    /// Replaces the columns.
    Project(Vec<(VariableId, Expression)>),
    /// Groups.
    Aggregate {
        /// The grouping keys.
        keys: Vec<(VariableId, Expression)>,
        /// The aggregates.
        aggregates: Vec<(VariableId, AggregateCall)>,
    },
    /// Drops duplicate rows.
    Distinct,
    /// Sorts; true is descending.
    Sort(Vec<(Expression, bool)>),
    /// Drops the first rows.
    Skip(Expression),
    /// Keeps only so many rows.
    Limit(Expression),
    /// Keeps rows for which all are true.
    Filter(Vec<Expression>),
    /// Creates elements.
    Create {
        /// What to create, in order.
        items: Vec<CreateItem>,
        /// Path variables.
        paths: Vec<(VariableId, Expression)>,
    },
    /// Matches or creates.
    Merge {
        /// The pattern to match.
        graph: QueryGraph,
        /// What must hold of it.
        predicates: Vec<Expression>,
        /// What to create otherwise.
        create: Vec<CreateItem>,
        /// Done when created.
        on_create: Vec<SetItem>,
        /// Done when matched.
        on_match: Vec<SetItem>,
        /// Path variables.
        paths: Vec<(VariableId, Expression)>,
        /// All variables that it adds, without paths.
        introduced: Vec<VariableId>,
    },
    /// Sets properties and labels.
    Set(Vec<SetItem>),
    /// Removes properties and labels.
    Remove(Vec<RemoveItem>),
    /// Deletes.
    Delete {
        /// Take attached relationships along.
        detach: bool,
        /// What to delete.
        targets: Vec<Expression>,
    },
    /// Calls a procedure.
    Call {
        /// Its registered name.
        name: Arc<str>,
        /// The arguments.
        arguments: Vec<Expression>,
        /// Signature column and new variable.
        yields: Vec<(usize, VariableId)>,
        /// A procedure without result columns keeps its input rows.
        void: bool,
        /// It changes the graph.
        writes: bool,
    },
}

/// A bound LOAD CSV.
#[derive(Clone, Debug)]
pub struct LoadCsv {
    /// The file.
    pub location: Expression,
    /// The first row names the columns.
    pub headers: bool,
    /// What stands between two fields, where that is said.
    pub terminator: Option<u8>,
    /// The row: a map where there are headers, otherwise a list.
    pub variable: VariableId,
    /// What `file()` gives behind it.
    pub file: VariableId,
    /// What `linenumber()` gives behind it.
    pub line: VariableId,
}

/// The pattern of one clause: ends and relationships before any order is chosen.
#[derive(Clone, Debug, Default)]
pub struct QueryGraph {
    /// The ends.
    pub ends: Vec<QueryEnd>,
    /// The relationships.
    pub relationships: Vec<QueryRelationship>,
    /// What is repeated under a condition or in a mode of its own, and what a selector chooses.
    pub paths: Vec<QueryPath>,
}

impl QueryGraph {
    /// The index of an end; one of the same variable is the same end.
    pub(super) fn end(&mut self, end: QueryEnd) -> usize {
        let index = self.ends.iter().position(|known| known.variable == end.variable);
        if let Some(index) = index {
            self.ends[index].demand(end.labels);
            index
        } else {
            self.ends.push(end);
            self.ends.len() - 1
        }
    }

    /// Has all relationships differ from each other, and from none of another part.
    pub fn set_part(&mut self, part: usize) {
        for relationship in &mut self.relationships {
            relationship.unique = Distinctness { part, within: true, across: false };
        }
    }

    /// Adds the ends and relationships of another pattern; one without paths.
    pub fn join(&mut self, other: QueryGraph) {
        let places: Vec<usize> = other.ends.into_iter().map(|end| self.end(end)).collect();
        for mut relationship in other.relationships {
            relationship.left = places[relationship.left];
            relationship.right = places[relationship.right];
            self.relationships.push(relationship);
        }
    }
}

/// An end of the pattern.
#[derive(Clone, Debug)]
pub struct QueryEnd {
    /// Its variable; ends of one variable are one entry.
    pub variable: VariableId,
    /// Node or relationship.
    pub kind: EndKind,
    /// What must hold of a node's labels, or of a relationship's type.
    pub labels: Option<Labels>,
    /// Where it stands first.
    pub span: Span,
}

impl QueryEnd {
    /// Adds to what must hold of its labels.
    pub(super) fn demand(&mut self, more: Option<Labels>) {
        self.labels = match (self.labels.take(), more) {
            (Some(known), Some(more)) => Some(known.and(more)),
            (known, more) => known.or(more),
        };
    }
}

/// From which other relationships of its MATCH one must differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Distinctness {
    /// The number of its part of the pattern.
    pub part: usize,
    /// Whether it differs from those of its part.
    pub within: bool,
    /// Whether it differs from those of other parts, where they do too.
    pub across: bool,
}

impl Distinctness {
    /// What openCypher asks of every relationship.
    pub const DIFFERENT: Distinctness = Distinctness { part: 0, within: true, across: true };

    /// Whether two relationships of a MATCH must differ.
    pub fn separates(self, other: Distinctness) -> bool {
        if self.part == other.part { self.within } else { self.across && other.across }
    }
}

/// A relationship of the pattern.
#[derive(Clone, Debug)]
pub struct QueryRelationship {
    /// Its variable: a relationship, or a list of them where `length` is given.
    pub variable: VariableId,
    /// The left end: index into `ends`.
    pub left: usize,
    /// The right end: index into `ends`.
    pub right: usize,
    /// As seen from left to right.
    pub direction: Direction,
    /// What must hold of its type.
    pub types: Option<Labels>,
    /// Least and most hops of a variable-length relationship.
    pub length: Option<(u64, Option<u64>)>,
    /// What the properties of each hop must equal (variable length only; the rest are predicates).
    pub properties: Vec<(Arc<str>, Expression)>,
    /// From which others it must differ.
    pub unique: Distinctness,
    /// Where it stands.
    pub span: Span,
}

/// A path between two ends that is searched as a whole.
#[derive(Clone, Debug)]
pub struct QueryPath {
    /// The left end: index into the graph's `ends`.
    pub left: usize,
    /// The right end.
    pub right: usize,
    /// What the path is made of, from left to right. Without a selector it is one segment.
    pub segments: Vec<QuerySegment>,
    /// What must hold of the whole path, before the selector chooses.
    pub filter: Vec<Expression>,
    /// The path variable with its expression, for `filter`.
    pub path: Option<(VariableId, Expression)>,
    /// Which paths between the same two ends are kept; all where absent.
    pub selector: Option<QuerySelector>,
    /// What it may meet twice.
    pub mode: PathMode,
    /// The list of all its relationships.
    pub trail: VariableId,
    /// From which other relationships its own must differ.
    pub unique: Distinctness,
    /// Where it stands.
    pub span: Span,
}

/// A part of a path: a small pattern, repeated or not.
#[derive(Clone, Debug)]
pub struct QuerySegment {
    /// The pattern of one repetition. Without relationships it is a condition on the
    /// element that the path has come to.
    pub graph: QueryGraph,
    /// The ends of one repetition from left to right, one more than there are relationships.
    pub ends: Vec<(VariableId, EndKind)>,
    /// What must hold of each repetition.
    pub predicates: Vec<Expression>,
    /// Least repetitions.
    pub min: u64,
    /// Most repetitions.
    pub max: Option<u64>,
    /// The variables that it brings.
    pub outputs: Vec<SegmentOutput>,
}

impl QuerySegment {
    /// Says what its two outer ends are.
    pub(super) fn set_end_kinds(&mut self, [first, last]: [EndKind; 2]) {
        if let Some(end) = self.ends.first_mut() {
            end.1 = first;
        }
        if let Some(end) = self.ends.last_mut() {
            end.1 = last;
        }
        for end in &mut self.graph.ends {
            let own = self.ends.iter().find(|(variable, _)| *variable == end.variable);
            end.kind = own.map_or(end.kind, |(_, kind)| *kind);
        }
    }
}

/// A variable that a segment brings.
#[derive(Clone, Copy, Debug)]
pub struct SegmentOutput {
    /// The variable.
    pub variable: VariableId,
    /// Which element of a repetition it stands for.
    pub place: SegmentPlace,
    /// Whether it holds the list of all repetitions' elements.
    pub list: bool,
}

/// An element of one repetition, counted in the order of its segment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SegmentPlace {
    /// An end.
    End(usize),
    /// A relationship.
    Relationship(usize),
}

/// How many of the paths between the same two ends are kept, shortest first.
#[derive(Clone, Debug)]
pub struct QuerySelector {
    /// The number, an expression without variables.
    pub count: Expression,
    /// Whether it counts lengths, all paths of a length being kept.
    pub groups: bool,
}

/// One call of an aggregate function.
#[derive(Clone, Debug)]
pub struct AggregateCall {
    /// Its canonical name in the registry; `count(*)` has the name `count` and no arguments.
    pub function: &'static str,
    /// `DISTINCT`.
    pub distinct: bool,
    /// The arguments; the first may be null in a row and is then passed over.
    pub arguments: Vec<Expression>,
    /// Where it stands.
    pub span: Span,
}
