//! Logical operators: what to compute, in the order in which rows flow.
//!
//! A plan is a *list* of operators and not a tree: each takes the rows of the one
//! before it, and only what is correlated (optional parts, unions, MERGE's match)
//! holds a plan of its own. So a statement of a hundred thousand clauses is a long
//! list, and nothing that walks it recurses.
//!
//! ```text
//! NodeScan a:Person → Expand (a)-[r:LEADS]->(d) → Filter → Sort → Project → Produce
//! ```
//!
//! The first operator takes the *argument* rows: one row without columns for a
//! statement, the outer rows for a correlated plan. A scan extends every row that
//! it is given by every element that it finds, so a cartesian product is two scans
//! in a row. Every operator keeps the columns of its input unless it says otherwise.

use super::count::PathCount;
use super::id_seek::IdSearch;
use super::intersect::Intersect;
use super::join::HashJoin;
use super::path::PathSearch;
use super::seek::IndexSearch;
use super::zone::{ZoneCondition, ZoneFirst};
pub use crate::bind::copy::{CopyFrom, CopyTo};
use crate::bind::expression::{Expression, Labels, VariableId};
pub use crate::bind::item::{CreateItem, NameSource, RemoveItem, SetItem};
pub use crate::bind::query::{AggregateCall, ApplyKind, LoadCsv};
use crate::bind::schema::Definition;
use crate::syntax::ast::{Counting, Direction, EndKind, SetOperator, SubqueryKind};
use crate::syntax::diagnostic::Span;
use std::sync::Arc;

/// A statement's plan.
#[derive(Clone, Debug)]
pub struct StatementPlan {
    /// The operators.
    pub root: Plan,
    /// The plans of subquery expressions, by `SubqueryId`.
    pub subqueries: Vec<SubqueryPlan>,
    /// The result's columns; empty for a statement without RETURN.
    pub columns: Vec<(Arc<str>, VariableId)>,
    /// Whether any operator writes.
    pub writes: bool,
    /// The hidden column that holds what each row rests on, where that was asked for.
    pub support: Option<VariableId>,
    /// How many variables there are, those among them that the text does not name.
    pub variables: u32,
    /// What was asked of single indexes, and has to be so still when the plan runs.
    pub asked: Vec<Asked>,
}

/// Whether the values of an index tell its elements apart, as it was answered
/// ([`Statistics::identifies`](super::statistics::Statistics::identifies)).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// The name of the index.
    pub index: Arc<str>,
    /// The answer.
    pub identifies: bool,
}

/// The plan of a subquery expression.
#[derive(Clone, Debug)]
pub struct SubqueryPlan {
    /// Whether rows are tested, counted or collected.
    pub kind: SubqueryKind,
    /// Its operators; the argument row holds the outer variables that it uses.
    pub plan: Plan,
    /// The outer variables that it uses.
    pub outer: Vec<VariableId>,
    /// The collected column (COLLECT only).
    pub result: Option<VariableId>,
    /// The first row is enough (COLLECT only).
    pub first: bool,
}

/// Operators in the order in which rows flow.
#[derive(Clone, Debug, Default)]
pub struct Plan {
    /// The operators.
    pub operators: Vec<Operator>,
}

/// An operator with what the planner knows of it.
#[derive(Clone, Debug)]
pub struct Operator {
    /// What it does.
    pub kind: OperatorKind,
    /// The estimated number of rows that it hands on.
    pub estimate: f64,
    /// The clause or pattern that it comes from.
    pub span: Option<Span>,
}

impl Plan {
    /// Whether any operator changes the graph.
    pub fn writes(&self) -> bool {
        self.operators.iter().any(|operator| operator.kind.writes())
    }
}

impl OperatorKind {
    /// Whether it, or a plan that it holds, changes the graph.
    pub fn writes(&self) -> bool {
        match self {
            OperatorKind::Create(_)
            | OperatorKind::Merge { .. }
            | OperatorKind::Set(_)
            | OperatorKind::Remove(_)
            | OperatorKind::Delete { .. }
            | OperatorKind::CopyFrom(_)
            | OperatorKind::Define(_) => true,
            OperatorKind::ProcedureCall { writes, .. } => *writes,
            OperatorKind::Apply { plan, .. } => plan.writes(),
            OperatorKind::Union { arms, .. } => arms.iter().any(|(arm, _)| arm.writes()),
            _ => false,
        }
    }
}

impl OperatorKind {
    /// Whether rows go through it one by one, in their order, and nothing is kept from one to
    /// the next: rows may be shared out to several of them, and rows of several origins may go
    /// through one.
    pub fn is_row_wise(&self) -> bool {
        matches!(
            self,
            OperatorKind::NodeScan { .. }
                | OperatorKind::RelationshipScan { .. }
                | OperatorKind::HashJoin(_)
                | OperatorKind::IndexSeek { .. }
                | OperatorKind::IdSeek { .. }
                | OperatorKind::ProjectEndpoints { .. }
                | OperatorKind::Expand { .. }
                | OperatorKind::Intersect(_)
                | OperatorKind::ExpandVariable { .. }
                | OperatorKind::Trail { .. }
                | OperatorKind::PathSearch(_)
                | OperatorKind::Support { .. }
                | OperatorKind::Filter(_)
                | OperatorKind::Extend(_)
                | OperatorKind::Project(_)
                | OperatorKind::Unwind { .. }
                | OperatorKind::Apply { .. }
        )
    }
}

impl OperatorKind {
    /// Makes of the columns of the rows that it is given those of the rows that it hands on.
    pub fn change_columns(&self, columns: &mut Vec<VariableId>) {
        match self {
            OperatorKind::Project(items) => {
                columns.clear();
                columns.extend(items.iter().map(|(variable, _)| *variable));
            }
            OperatorKind::Aggregate { keys, aggregates, support } => {
                columns.clear();
                columns.extend(keys.iter().map(|(variable, _)| *variable));
                columns.extend(aggregates.iter().map(|(variable, _)| *variable));
                columns.extend(support.map(|(_, united)| united));
            }
            OperatorKind::PathCount(count) => {
                let root = count.root.and_then(|root| count.ends.get(root));
                columns.clear();
                columns.extend(root.map(|end| end.variable));
                columns.extend(count.counts.iter().map(|(variable, _)| *variable));
                columns.extend(count.by_type.map(|(variable, _)| variable));
            }
            OperatorKind::Union { columns: united, .. } => columns.clone_from(united),
            OperatorKind::Discard => columns.clear(),
            OperatorKind::CopyFrom(copy) => columns.extend(copy.bad.iter().flatten()),
            OperatorKind::CopyTo(copy) => {
                columns.clear();
                columns.push(copy.rows);
            }
            OperatorKind::NodeScan { variable, .. }
            | OperatorKind::RelationshipScan { variable, .. }
            | OperatorKind::IndexSeek { variable, .. }
            | OperatorKind::IdSeek { variable, .. } => columns.push(*variable),
            OperatorKind::HashJoin(join) => columns.push(join.variable),
            OperatorKind::Unwind { variable, position, .. } => {
                columns.push(*variable);
                columns.extend(position.iter().map(|(position, _)| *position));
            }
            OperatorKind::LoadCsv(load) => columns.extend([load.variable, load.file, load.line]),
            OperatorKind::ProjectEndpoints { left, right, left_bound, right_bound, .. } => {
                columns.extend((!left_bound).then_some(left.variable));
                columns.extend((!right_bound).then_some(right.variable));
            }
            OperatorKind::Expand { relationship, to, into, .. } => {
                columns.push(*relationship);
                columns.extend((!into).then_some(to.variable));
            }
            OperatorKind::ExpandVariable { relationships, to, into, .. } => {
                columns.push(*relationships);
                columns.extend((!into).then_some(to.variable));
            }
            OperatorKind::Trail { after, .. } | OperatorKind::Support { after, .. } => {
                columns.push(*after);
            }
            OperatorKind::PathSearch(search) => columns.extend(search.introduced()),
            OperatorKind::Intersect(intersect) => columns.extend(intersect.introduced()),
            OperatorKind::Extend(items) => {
                columns.extend(items.iter().map(|(variable, _)| *variable));
            }
            OperatorKind::Apply { introduced, .. } | OperatorKind::Merge { introduced, .. } => {
                columns.extend_from_slice(introduced);
            }
            OperatorKind::Create(items) => columns.extend(items.iter().map(CreateItem::variable)),
            OperatorKind::ProcedureCall { yields, .. } => {
                columns.extend(yields.iter().map(|(_, variable)| *variable));
            }
            OperatorKind::Filter(_)
            | OperatorKind::Distinct
            | OperatorKind::Sort { .. }
            | OperatorKind::Skip(_)
            | OperatorKind::Limit(_)
            | OperatorKind::Set(_)
            | OperatorKind::Remove(_)
            | OperatorKind::Delete { .. }
            | OperatorKind::Define(_) => {}
        }
    }
}

/// An end of a relationship during expansion.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct End {
    /// Its variable.
    pub variable: VariableId,
    /// Node or relationship.
    pub kind: EndKind,
}

/// The logical operators.
#[derive(Clone, Debug)]
pub enum OperatorKind {
    /// For each row, each node whose labels are as the condition says.
    NodeScan {
        /// The new variable.
        variable: VariableId,
        /// What must hold of its labels.
        labels: Option<Labels>,
        /// What chunks may be passed over for: what the filter behind it asks.
        zones: Vec<ZoneCondition>,
        /// By what the sort behind it orders, where that needs only the first rows.
        first: Option<ZoneFirst>,
    },
    /// For each row, each relationship whose type is as the condition says.
    RelationshipScan {
        /// The new variable.
        variable: VariableId,
        /// What must hold of its type.
        types: Option<Labels>,
        /// What chunks may be passed over for: what the filter behind it asks.
        zones: Vec<ZoneCondition>,
        /// By what the sort behind it orders, where that needs only the first rows.
        first: Option<ZoneFirst>,
    },
    /// For each row, the elements whose properties equal what the row has.
    HashJoin(Box<HashJoin>),
    /// For each row, the elements that indexes find, each once. They are candidates: every
    /// one for which the conditions of one of the searches hold, and perhaps others.
    IndexSeek {
        /// The new variable.
        variable: VariableId,
        /// Node or relationship.
        kind: EndKind,
        /// What is sought, one search or more.
        searches: Vec<IndexSearch>,
    },
    /// For each row, the elements that have the ids sought, each once. They are candidates as
    /// those of [`OperatorKind::IndexSeek`] are.
    IdSeek {
        /// The new variable.
        variable: VariableId,
        /// Node or relationship.
        kind: EndKind,
        /// Which ids are sought, one search or more.
        searches: Vec<IdSearch>,
    },
    /// For each row, the ends of a relationship that is already bound. An end that is bound
    /// is checked, one that is not is added. A row whose relationship has another type, or
    /// an end of another kind, goes. `Direction::Either` gives both orientations (one for a loop).
    ProjectEndpoints {
        /// The bound relationship.
        relationship: VariableId,
        /// What must hold of its type.
        types: Option<Labels>,
        /// The left end of the pattern.
        left: End,
        /// Whether `left` is bound.
        left_bound: bool,
        /// The right end of the pattern.
        right: End,
        /// Whether `right` is bound.
        right_bound: bool,
        /// As seen from left to right.
        direction: Direction,
        /// Relationships (or lists of them) from which it must differ.
        distinct_from: Vec<VariableId>,
    },
    /// For each row, each relationship at `from`, with its other end.
    Expand {
        /// The bound end. Null gives no row.
        from: End,
        /// The new relationship variable.
        relationship: VariableId,
        /// The other end.
        to: End,
        /// Whether `to` is bound: then only relationships to it.
        into: bool,
        /// As seen from `from`. `Either` meets a self-loop once.
        direction: Direction,
        /// What must hold of their types.
        types: Option<Labels>,
        /// Relationships (or lists of them) from which it must differ.
        distinct_from: Vec<VariableId>,
    },
    /// For each row, each element to which relationships lead from several bound ends, or how
    /// many matches there are.
    Intersect(Box<Intersect>),
    /// For each row, each trail (no relationship twice) of `min` to `max` relationships from
    /// `from`; between its ends it crosses nodes only.
    ExpandVariable {
        /// The bound end.
        from: End,
        /// The new variable: the list of relationships, in the order of the pattern as
        /// written (see `reversed`).
        relationships: VariableId,
        /// The last end.
        to: End,
        /// Whether `to` is bound: then only trails that end there.
        into: bool,
        /// As seen from `from`.
        direction: Direction,
        /// What must hold of their types.
        types: Option<Labels>,
        /// Least hops; 0 lets `to` be `from`.
        min: u64,
        /// Most hops.
        max: Option<u64>,
        /// What each relationship's properties must equal, evaluated on the input row.
        properties: Vec<(Arc<str>, Expression)>,
        /// The pattern was written from `to` to `from`: the list is reversed.
        reversed: bool,
        /// Each end is wanted once for each row, and nothing reads the list.
        once: bool,
        /// Relationships (or lists of them) from which all must differ.
        distinct_from: Vec<VariableId>,
    },
    /// Drops the rows that meet a relationship again, and notes what the others have met.
    /// Of patterns with many relationships, right behind the operator that bound one.
    Trail {
        /// The relationship, or the list of them.
        relationship: VariableId,
        /// What was met before.
        before: Option<VariableId>,
        /// The same and the relationship.
        after: VariableId,
    },
    /// For each row, each path of several segments, or those that a selector keeps.
    PathSearch(Box<PathSearch>),
    /// How many matches a pattern has, for each node that stands at one of its ends or in all.
    /// The columns become that end and the numbers.
    PathCount(Box<PathCount>),
    /// Keeps the rows for which all predicates are true.
    Filter(Vec<Expression>),
    /// Adds columns.
    Extend(Vec<(VariableId, Expression)>),
    /// Replaces the columns.
    Project(Vec<(VariableId, Expression)>),
    /// One row for each element of the list (null: none; not a list: the value itself).
    Unwind {
        /// The list.
        list: Expression,
        /// The element.
        variable: VariableId,
        /// The element's place in the list.
        position: Option<(VariableId, Counting)>,
    },
    /// For each row, the rows of a file, read as they are asked for.
    LoadCsv(LoadCsv),
    /// Groups by the keys; the columns are keys and aggregates. Without keys there is
    /// exactly one row.
    Aggregate {
        /// The grouping keys.
        keys: Vec<(VariableId, Expression)>,
        /// The aggregates.
        aggregates: Vec<(VariableId, AggregateCall)>,
        /// What a row rests on, and the column of what all rows of a group rest on.
        support: Option<(VariableId, VariableId)>,
    },
    /// Keeps one row of each distinct combination of all columns.
    Distinct,
    /// Sorts, stably.
    Sort {
        /// Each with whether largest comes first.
        keys: Vec<(Expression, bool)>,
        /// Only so many rows are needed (an expression over parameters): top-k.
        limit: Option<Expression>,
    },
    /// Drops rows at the beginning.
    Skip(Expression),
    /// Stops after that many rows.
    Limit(Expression),
    /// Runs the inner plan for each row. A plan that writes runs row by row, on the graph
    /// as the rows before have left it.
    Apply {
        /// The correlated plan; its argument is the whole row.
        plan: Plan,
        /// The variables that it adds.
        introduced: Vec<VariableId>,
        /// Whether the row is combined with the plan's rows, stays with nulls where there
        /// are none, or stays as it is.
        kind: ApplyKind,
    },
    /// The rows of the arms for each argument row; the columns become `columns`.
    Union {
        /// The arms, each with the variables that become `columns`, in order.
        arms: Vec<(Plan, Vec<VariableId>)>,
        /// The result's variables.
        columns: Vec<VariableId>,
        /// How the rows of the arms are combined.
        operator: SetOperator,
        /// Whether duplicates stay.
        all: bool,
        /// The last column tells what a row rests on: rows are alike without it, and one that
        /// stands for several rests on what all of them do.
        supported: bool,
    },
    /// Adds the set of what a row rests on: the elements that it met, and sets of them.
    Support {
        /// Variables of elements, or of lists of them; what else they hold is passed over.
        elements: Vec<VariableId>,
        /// What gives sets, or lists of them.
        supports: Vec<Expression>,
        /// The new variable, which no expression reads.
        after: VariableId,
    },
    /// Creates elements for each row, in order.
    Create(Vec<CreateItem>),
    /// For each row, the matches of the inner plan; where there are none, creates.
    Merge {
        /// The correlated match, run on the graph as it then is.
        plan: Plan,
        /// What to create.
        create: Vec<CreateItem>,
        /// Done for a row that was created.
        on_create: Vec<SetItem>,
        /// Done for each row that was matched.
        on_match: Vec<SetItem>,
        /// The variables that it adds.
        introduced: Vec<VariableId>,
    },
    /// Sets properties and labels for each row.
    Set(Vec<SetItem>),
    /// Removes properties and labels for each row.
    Remove(Vec<RemoveItem>),
    /// Deletes elements; all rows first, then the deletion, so that order does not matter.
    Delete {
        /// Take attached relationships along.
        detach: bool,
        /// What to delete: nodes, relationships, paths; null is passed over.
        targets: Vec<Expression>,
    },
    /// For each row, the rows of a procedure.
    ProcedureCall {
        /// Its name in the registry.
        name: Arc<str>,
        /// The arguments.
        arguments: Vec<Expression>,
        /// The yielded columns: index in the procedure's signature and the new variable.
        yields: Vec<(usize, VariableId)>,
        /// It has no result columns: each input row goes on as it is.
        void: bool,
        /// It changes the graph.
        writes: bool,
    },
    /// Changes the schema.
    Define(Box<Definition>),
    /// Makes elements of the rows of files; hands on a row for each line that was passed over.
    CopyFrom(Box<CopyFrom>),
    /// Writes all rows into a file; hands on one row, which tells how many.
    CopyTo(Box<CopyTo>),
    /// Ends a statement or arm without RETURN: rows are consumed.
    Discard,
}
