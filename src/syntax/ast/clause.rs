//! Queries and clauses: what a statement does, in the order in which it is written.

use super::{Expression, LabelName, MatchMode, Name, PatternPart};
use crate::syntax::diagnostic::Span;
use std::sync::Arc;

/// Composite queries joined by NEXT: each works on all the rows that the one before it returns.
#[derive(Clone, Debug, PartialEq)]
pub struct Query {
    /// The queries in order, one at least.
    pub parts: Vec<CompositeQuery>,
    /// The whole text.
    pub span: Span,
}

/// Single queries joined by UNION and the like.
#[derive(Clone, Debug, PartialEq)]
pub struct CompositeQuery {
    /// The first query.
    pub first: SingleQuery,
    /// The others, each with the operator before it.
    pub rest: Vec<CompositePart>,
    /// From the first query to the last.
    pub span: Span,
}

/// One further arm of a composite query.
#[derive(Clone, Debug, PartialEq)]
pub struct CompositePart {
    /// How its rows are combined with those before it.
    pub operator: SetOperator,
    /// Duplicates are kept (`ALL`).
    pub all: bool,
    /// Place of the operator.
    pub span: Span,
    /// The query after it.
    pub query: SingleQuery,
}

/// How the rows of two queries become those of one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SetOperator {
    /// `UNION`: the rows of both.
    Union,
    /// `EXCEPT`: the rows of the first that the second does not have.
    Except,
    /// `INTERSECT`: the rows of the first that the second has too.
    Intersect,
    /// `OTHERWISE`: the rows of the first, or if there are none those of the second.
    Otherwise,
}

/// A sequence of clauses.
#[derive(Clone, Debug, PartialEq)]
pub struct SingleQuery {
    /// The clauses in order.
    pub clauses: Vec<Clause>,
    /// From the first clause to the last.
    pub span: Span,
}

/// A clause with its place.
#[derive(Clone, Debug, PartialEq)]
pub struct Clause {
    /// What it is.
    pub kind: ClauseKind,
    /// The whole clause.
    pub span: Span,
}

/// What a planner is told to use. It is checked, and makes no difference.
#[derive(Clone, Debug, PartialEq)]
pub struct Hint {
    /// What it is.
    pub kind: HintKind,
    /// All of it.
    pub span: Span,
}

/// The hints.
#[derive(Clone, Debug, PartialEq)]
pub enum HintKind {
    /// `USING INDEX variable:Label(key, …)`.
    Index {
        /// The element that is to be found.
        variable: Name,
        /// Its label, or its type.
        label: Name,
        /// The keys of the index.
        keys: Vec<Name>,
    },
    /// `USING SCAN variable:Label`.
    Scan {
        /// The element that is to be found.
        variable: Name,
        /// Its label, or its type.
        label: Name,
    },
    /// `USING JOIN ON variable, …`.
    Join(Vec<Name>),
}

impl HintKind {
    /// The variables that it names.
    pub fn variables(&self) -> &[Name] {
        match self {
            HintKind::Index { variable, .. } | HintKind::Scan { variable, .. } => {
                std::slice::from_ref(variable)
            }
            HintKind::Join(variables) => variables,
        }
    }
}

/// The clauses.
#[derive(Clone, Debug, PartialEq)]
pub enum ClauseKind {
    /// `[OPTIONAL] MATCH [mode] pattern [USING …] [WHERE predicate]`.
    Match {
        /// Rows without a match stay, with nulls.
        optional: bool,
        /// What of the graph may stand for two parts of the pattern, where that is said.
        mode: Option<MatchMode>,
        /// What to find.
        pattern: Vec<PatternPart>,
        /// What a planner is told to use.
        hints: Vec<Hint>,
        /// What must hold.
        predicate: Option<Expression>,
    },
    /// `FILTER [WHERE] predicate`.
    Filter(Expression),
    /// `LET variable = expression, …`.
    Let(Vec<(Name, Expression)>),
    /// `FOR variable IN list [WITH ORDINALITY|OFFSET position]`.
    For {
        /// One row for each element.
        variable: Name,
        /// The list.
        list: Expression,
        /// The element's place in the list, counted from 1 (`ORDINALITY`) or from 0 (`OFFSET`).
        position: Option<(Counting, Name)>,
    },
    /// `UNWIND list AS variable`.
    Unwind {
        /// The list.
        list: Expression,
        /// One row for each element.
        variable: Name,
    },
    /// `LOAD CSV [WITH HEADERS] FROM location AS variable [FIELDTERMINATOR 'c']`.
    LoadCsv {
        /// The first row names the columns, and each row becomes a map.
        headers: bool,
        /// The file.
        location: Expression,
        /// One row for each row of the file.
        variable: Name,
        /// What stands between two fields; a comma where nothing is said. Always one byte.
        terminator: Option<char>,
    },
    /// `WITH … [WHERE predicate]`.
    With {
        /// The columns.
        projection: Projection,
        /// What must hold of the projected row.
        predicate: Option<Expression>,
    },
    /// `RETURN …`.
    Return(Projection),
    /// `FINISH`: the query returns nothing.
    Finish,
    /// `ORDER BY …`, `SKIP …`, `LIMIT …` as a clause of its own.
    Page {
        /// `ORDER BY`.
        order: Vec<SortItem>,
        /// `SKIP`.
        skip: Option<Expression>,
        /// `LIMIT`.
        limit: Option<Expression>,
    },
    /// `CREATE pattern`.
    Create(Vec<PatternPart>),
    /// `MERGE pattern [ON CREATE SET …] [ON MATCH SET …]`.
    Merge {
        /// What must be there afterwards.
        part: PatternPart,
        /// Done when it was created.
        on_create: Vec<SetItem>,
        /// Done when it was there.
        on_match: Vec<SetItem>,
    },
    /// `SET …`.
    Set(Vec<SetItem>),
    /// `REMOVE …`.
    Remove(Vec<RemoveItem>),
    /// `[DETACH] DELETE …`.
    Delete {
        /// Take attached relationships along.
        detach: bool,
        /// Nodes, relationships, paths.
        targets: Vec<Expression>,
    },
    /// `FOREACH (variable IN list | clauses)`.
    Foreach {
        /// The element.
        variable: Name,
        /// The list.
        list: Expression,
        /// What to do with each element.
        clauses: Vec<Clause>,
    },
    /// `[OPTIONAL] CALL [(variables)] { query }`.
    Subquery {
        /// Rows for which the subquery has none stay, with nulls.
        optional: bool,
        /// What the subquery sees of the outer row.
        scope: CallScope,
        /// What runs for each row.
        query: Query,
    },
    /// `{ query }` in the place of a single query.
    Nested(Query),
    /// `WHEN condition THEN query … [ELSE query]`.
    Conditional {
        /// The conditions with their queries; the first that is true decides.
        branches: Vec<(Expression, SingleQuery)>,
        /// What runs if none is.
        otherwise: Option<SingleQuery>,
    },
    /// `[OPTIONAL] CALL name(arguments) [YIELD …] [WHERE …]`.
    Call {
        /// Rows for which the procedure has none stay, with nulls.
        optional: bool,
        /// The dotted name's parts.
        name: Vec<Name>,
        /// `None`: no parentheses were written, arguments come from parameters of the same names.
        arguments: Option<Vec<Expression>>,
        /// What to yield.
        yields: Yield,
        /// `WHERE` after YIELD.
        predicate: Option<Expression>,
    },
}

/// From where the elements of a list are counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Counting {
    /// From 1.
    Ordinality,
    /// From 0.
    Offset,
}

/// Which variables of the outer row a subquery of CALL sees.
#[derive(Clone, Debug, PartialEq)]
pub enum CallScope {
    /// No scope clause: a WITH at the beginning of the subquery names them.
    Importing,
    /// `(*)`.
    All,
    /// `(a, b)`, or `()` for none.
    Variables(Vec<Name>),
}

/// What a procedure call hands on.
#[derive(Clone, Debug, PartialEq)]
pub enum Yield {
    /// No YIELD was written.
    Absent,
    /// `YIELD *`.
    All,
    /// `YIELD column [AS alias], …`.
    Items(Vec<(Name, Option<Name>)>),
}

/// The body of WITH and RETURN.
#[derive(Clone, Debug, PartialEq)]
pub struct Projection {
    /// `DISTINCT`.
    pub distinct: bool,
    /// `*` was written (first).
    pub star: bool,
    /// The items after it.
    pub items: Vec<ProjectionItem>,
    /// `GROUP BY a, b`: columns, or variables that are there before; `GROUP BY ()` is empty.
    pub group: Option<Vec<Name>>,
    /// `ORDER BY`.
    pub order: Vec<SortItem>,
    /// `SKIP`.
    pub skip: Option<Expression>,
    /// `LIMIT`.
    pub limit: Option<Expression>,
    /// The keyword and all of the above.
    pub span: Span,
}

/// `expression [AS alias]`.
#[derive(Clone, Debug, PartialEq)]
pub struct ProjectionItem {
    /// What to compute.
    pub expression: Expression,
    /// Its name, if one was given.
    pub alias: Option<Name>,
    /// The expression's text as written: the column's name where there is no alias.
    pub text: Arc<str>,
}

/// One sort key.
#[derive(Clone, Debug, PartialEq)]
pub struct SortItem {
    /// What to sort by.
    pub expression: Expression,
    /// Largest first.
    pub descending: bool,
    /// Where nulls go; without it they count as the largest.
    pub nulls: Option<NullOrder>,
}

/// Where nulls stand among sorted rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum NullOrder {
    /// Before everything else.
    First,
    /// Behind everything else.
    Last,
}

/// One item of SET.
#[derive(Clone, Debug, PartialEq)]
pub enum SetItem {
    /// `base.key = value`.
    Property {
        /// The element.
        base: Expression,
        /// The property key.
        key: Name,
        /// The new value.
        value: Expression,
    },
    /// `base[key] = value`.
    DynamicProperty {
        /// The element.
        base: Expression,
        /// What the property key is computed from.
        key: Expression,
        /// The new value.
        value: Expression,
    },
    /// `variable = map` (replace all properties).
    Replace {
        /// The element.
        variable: Name,
        /// A map, node or relationship.
        value: Expression,
    },
    /// `variable += map` (add properties).
    Merge {
        /// The element.
        variable: Name,
        /// A map, node or relationship.
        value: Expression,
    },
    /// `variable:Label:Label`.
    Labels {
        /// The node.
        variable: Name,
        /// The labels.
        labels: Vec<LabelName>,
    },
}

/// One item of REMOVE.
#[derive(Clone, Debug, PartialEq)]
pub enum RemoveItem {
    /// `base.key`.
    Property {
        /// The element.
        base: Expression,
        /// The property key.
        key: Name,
    },
    /// `base[key]`.
    DynamicProperty {
        /// The element.
        base: Expression,
        /// What the property key is computed from.
        key: Expression,
    },
    /// `variable:Label`.
    Labels {
        /// The node.
        variable: Name,
        /// The labels.
        labels: Vec<LabelName>,
    },
}
