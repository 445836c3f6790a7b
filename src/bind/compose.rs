//! How queries are composed: NEXT, UNION and the like, braces, and which clauses
//! may stand where.

use super::expression::{Expression, ExpressionKind, VariableId};
use super::query::{AggregateCall, ApplyKind, BoundClause, BoundKind, BoundQuery, BoundSingle};
use super::scope::{Entry, StaticType};
use super::{Binder, Bound, projection, syntax_error};
use crate::syntax::ast::{Clause, ClauseKind, CompositeQuery, Query, SingleQuery};
use crate::syntax::diagnostic::{Diagnostic, Span};
use crate::value::{ErrorCode, Value};
use std::collections::HashMap;
use std::sync::Arc;

/// What becomes of a query's rows, which decides how it may end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// They are the statement's result.
    Statement,
    /// An expression tests, counts or collects them: any clause may be the last.
    Expression,
    /// Their columns become variables of an outer query.
    Call,
    /// As [`Role::Call`], and a WITH at the beginning of an arm imports outer variables.
    Importing,
    /// The query behind NEXT works on them.
    Next,
}

impl Role {
    /// Whether the columns of RETURN become variables and so need names.
    fn names_variables(self) -> bool {
        matches!(self, Role::Call | Role::Importing | Role::Next)
    }
}

/// Columns with their names.
pub(super) type Columns = Vec<(Arc<str>, VariableId)>;

impl Binder<'_> {
    /// Binds a whole statement.
    pub(super) fn query(&mut self, query: &Query) -> Bound<BoundQuery> {
        self.scopes.push_query();
        let bound = self.query_body(query, Role::Statement);
        self.scopes.pop();
        bound
    }

    /// Binds a query in the present frame, whose columns are its own afterwards.
    pub(super) fn query_body(&mut self, query: &Query, role: Role) -> Bound<BoundQuery> {
        if let [only] = query.parts.as_slice() {
            return self.composite(only, role);
        }
        let mut clauses = Vec::new();
        let mut columns: Columns = Vec::new();
        for (index, part) in query.parts.iter().enumerate() {
            let last = index + 1 == query.parts.len();
            let role = match (last, role) {
                (false, _) => Role::Next,
                (true, Role::Importing) => Role::Call,
                (true, role) => role,
            };
            let mut bound = self.composite(part, role)?;
            if index > 0 && bound.arms.len() > 1 {
                self.hand_table(&columns, &mut bound, part.span, &mut clauses);
            }
            columns.clone_from(&bound.columns);
            push_query(bound, part.span, &mut clauses);
        }
        Ok(BoundQuery::of(BoundSingle { clauses, columns }))
    }

    /// Binds the arms of a composite query, each in the columns that are there now.
    fn composite(&mut self, query: &CompositeQuery, role: Role) -> Bound<BoundQuery> {
        let Some(operator) = query.rest.first() else {
            return Ok(BoundQuery::of(self.single_query(&query.first, role)?));
        };
        let kind = (operator.operator, operator.all);
        if let Some(other) = query.rest.iter().find(|part| (part.operator, part.all) != kind) {
            let message = "operators such as UNION and UNION ALL cannot be mixed in one query";
            self.report(
                Diagnostic::syntax(ErrorCode::InvalidClauseComposition, message, other.span)
                    .with_help("put braces around the queries that belong together"),
            )?;
        }
        let arms = std::iter::once(&query.first).chain(query.rest.iter().map(|part| &part.query));
        let arms = arms.collect::<Vec<_>>();
        let message = "all queries of a UNION must return columns of the same names";
        let mut bound = self.arms(&arms, role, message, |_, arm, _| arm)?;
        (bound.operator, bound.all) = kind;
        Ok(bound)
    }

    /// Binds queries whose rows are put together; `wrap` may change each, knowing its number.
    pub(super) fn arms(
        &mut self,
        queries: &[&SingleQuery],
        role: Role,
        different: &str,
        mut wrap: impl FnMut(&mut Self, BoundSingle, usize) -> BoundSingle,
    ) -> Bound<BoundQuery> {
        let outside = self.scopes.columns();
        let before = self.recovery.errors.len();
        let mut arms: Vec<BoundSingle> = Vec::with_capacity(queries.len());
        let mut types: Vec<StaticType> = Vec::new();
        for (number, query) in queries.iter().enumerate() {
            self.scopes.replace_columns(outside.clone());
            let mut arm = self.single_query(query, role)?;
            if let Some(first) = arms.first() {
                match in_order(&first.columns, &arm.columns) {
                    Some(ordered) => arm.columns = ordered,
                    // An arm that failed may have lost its columns with it.
                    None if self.recovery.errors.len() > before => {}
                    None => self.report(
                        Diagnostic::syntax(
                            ErrorCode::DifferentColumnsInUnion,
                            different,
                            query.span,
                        )
                        .with_label(returns(&arm.columns))
                        .with_related(queries[0].span, returns(&first.columns)),
                    )?,
                }
                let others = self.column_types(&arm.columns);
                types.iter_mut().zip(others).for_each(|(known, other)| *known = known.or(other));
            } else {
                types = self.column_types(&arm.columns);
            }
            arms.push(wrap(self, arm, number));
        }
        let names = arms.first().map(|arm| arm.columns.clone()).unwrap_or_default();
        // A single query keeps its columns: there is no operator that would rename them.
        let columns: Columns = if arms.len() == 1 {
            names
        } else {
            names.into_iter().map(|(name, _)| (name.clone(), self.invent(&name))).collect()
        };
        let entries = columns.iter().zip(types);
        let entries = entries.map(|((name, id), of)| (name.clone(), Entry { id: *id, of }));
        self.scopes.replace_columns(entries.collect());
        Ok(BoundQuery { arms, columns, ..BoundQuery::default() })
    }

    /// What the columns, which are those of the present frame, may hold.
    pub(super) fn column_types(&self, columns: &Columns) -> Vec<StaticType> {
        let visible: HashMap<_, _> = self.scopes.columns().into_iter().collect();
        let of = |name: &Arc<str>| visible.get(name).map_or(StaticType::ANY, |it| it.of);
        columns.iter().map(|(name, _)| of(name)).collect()
    }

    /// Behind NEXT each arm works on all rows. They become one row with a list of them,
    /// which every arm unwinds, so that an arm may group them.
    fn hand_table(
        &mut self,
        columns: &Columns,
        query: &mut BoundQuery,
        span: Span,
        clauses: &mut Vec<BoundClause>,
    ) {
        let table = self.invent(" table");
        let row = self.invent(" row");
        let variable = |id| Expression::new(ExpressionKind::Variable(id), span);
        let values = columns.iter().map(|(_, id)| variable(*id)).collect();
        let collect = AggregateCall {
            function: "collect",
            distinct: false,
            arguments: vec![Expression::new(ExpressionKind::List(values), span)],
            span,
        };
        let aggregates = vec![(table, collect)];
        clauses.push(BoundClause {
            kind: BoundKind::Aggregate { keys: Vec::new(), aggregates },
            span,
        });
        let cell = |place: usize| {
            let index = Value::Integer(i64::try_from(place).unwrap_or(i64::MAX));
            let index = Expression::new(ExpressionKind::Literal(index), span);
            let kind = ExpressionKind::Index(Box::new(variable(row)), Box::new(index));
            Expression::new(kind, span)
        };
        let cells: Vec<_> =
            columns.iter().enumerate().map(|(place, (_, id))| (*id, cell(place))).collect();
        for arm in &mut query.arms {
            let unwind = BoundKind::Unwind { list: variable(table), variable: row, position: None };
            let begin = [unwind, BoundKind::Project(cells.clone())];
            arm.clauses.splice(0..0, begin.map(|kind| BoundClause { kind, span }));
        }
    }

    pub(super) fn single_query(&mut self, query: &SingleQuery, role: Role) -> Bound<BoundSingle> {
        match query.clauses.as_slice() {
            [Clause { kind: ClauseKind::Nested(inner), .. }] => {
                let bound = self.query_body(inner, role)?;
                let columns = bound.columns.clone();
                let mut clauses = Vec::new();
                push_query(bound, query.span, &mut clauses);
                return Ok(BoundSingle { clauses, columns });
            }
            [Clause { kind: ClauseKind::Conditional { branches, otherwise }, span }] => {
                return self.conditional(branches, otherwise.as_ref(), role, *span);
            }
            _ => {}
        }
        let outer_lost = self.set_lost(false);
        if let Err(error) = check_composition(query, role) {
            self.report(error)?;
        }
        if role == Role::Importing {
            self.import(query)?;
        }
        let depth = self.scopes.depth();
        let mut clauses = Vec::with_capacity(query.clauses.len());
        let mut columns = Vec::new();
        let alone = query.clauses.len() == 1 && !role.names_variables();
        for clause in &query.clauses {
            match self.query_clause(clause, role, alone, &mut clauses) {
                Ok(bound) => columns = bound,
                Err(error) => {
                    self.scopes.truncate(depth);
                    self.aggregates = None;
                    self.clause_failed(error)?;
                }
            }
        }
        self.set_lost(outer_lost);
        let gives_rows = |clause: &BoundClause| matches!(&clause.kind, BoundKind::Apply { kind, .. } if *kind != ApplyKind::Unit);
        if let Some(last) = query.clauses.last()
            && matches!(last.kind, ClauseKind::Subquery { .. })
            && role != Role::Expression
            && clauses.last().is_some_and(gives_rows)
        {
            return Err(no_result(last.span));
        }
        Ok(BoundSingle { clauses, columns })
    }

    fn query_clause(
        &mut self,
        clause: &Clause,
        role: Role,
        alone: bool,
        out: &mut Vec<BoundClause>,
    ) -> Bound<Columns> {
        if self.reading_only && is_update(&clause.kind) {
            return syntax_error(
                ErrorCode::InvalidClauseComposition,
                "nothing can be changed inside a subquery expression",
                clause.span,
            );
        }
        let ClauseKind::Return(items) = &clause.kind else {
            return self.clause(clause, alone, out);
        };
        let kind =
            if role.names_variables() { projection::Kind::Inner } else { projection::Kind::Return };
        self.projection(items, None, kind, out)
    }
}

/// Adds a query to the clauses before it, on whose rows it works.
pub(super) fn push_query(mut query: BoundQuery, span: Span, clauses: &mut Vec<BoundClause>) {
    match query.arms.pop() {
        Some(mut only) if query.arms.is_empty() => clauses.append(&mut only.clauses),
        last => {
            query.arms.extend(last);
            clauses.push(BoundClause { kind: BoundKind::Composite(query), span });
        }
    }
}

/// What a query returns, as a label in a message.
fn returns(columns: &Columns) -> String {
    let names: Vec<_> = columns.iter().map(|(name, _)| format!("`{name}`")).collect();
    format!("returns {}", names.join(", "))
}

/// Columns in the order of others of the same names.
fn in_order(wanted: &Columns, given: &Columns) -> Option<Columns> {
    let by_name: HashMap<_, _> = given.iter().map(|column| (&column.0, column)).collect();
    let named = |(name, _): &(Arc<str>, VariableId)| by_name.get(name).copied().cloned();
    let ordered: Option<Columns> = wanted.iter().map(named).collect();
    ordered.filter(|ordered| ordered.len() == given.len())
}

/// Whether a clause changes the graph.
pub(super) fn is_update(kind: &ClauseKind) -> bool {
    use ClauseKind as K;
    matches!(
        kind,
        K::Create(_)
            | K::Merge { .. }
            | K::Set(_)
            | K::Remove(_)
            | K::Delete { .. }
            | K::Foreach { .. }
    )
}

fn no_result(span: Span) -> Diagnostic {
    let message = "the query ends without a result";
    Diagnostic::syntax(ErrorCode::InvalidClauseComposition, message, span)
        .with_help("add RETURN, FINISH, or a clause that changes the graph")
}

/// RETURN and FINISH end a query; a query ends with one of them, an update or a CALL.
fn check_composition(query: &SingleQuery, role: Role) -> Bound<()> {
    let Some((last, before)) = query.clauses.split_last() else {
        return syntax_error(
            ErrorCode::UnexpectedSyntax,
            "a query needs at least one clause",
            query.span,
        );
    };
    for (place, clause) in before.iter().enumerate() {
        let name = match clause.kind {
            ClauseKind::Return(_) => "RETURN",
            ClauseKind::Finish => "FINISH",
            _ => continue,
        };
        let message = format!("{name} must be the last clause of a query");
        let error = Diagnostic::syntax(ErrorCode::InvalidClauseComposition, message, clause.span);
        let paged = query
            .clauses
            .get(place + 1)
            .is_some_and(|next| name == "RETURN" && matches!(next.kind, ClauseKind::Page { .. }));
        return Err(if paged {
            error.with_help("the order is ORDER BY, SKIP, LIMIT, each once")
        } else {
            error
        });
    }
    let ends = matches!(
        last.kind,
        ClauseKind::Return(_)
            | ClauseKind::Finish
            | ClauseKind::Call { .. }
            | ClauseKind::Subquery { .. }
    ) || is_update(&last.kind);
    if role == Role::Next && !matches!(last.kind, ClauseKind::Return(_)) {
        let message = "the query before NEXT hands no columns on";
        return Err(Diagnostic::syntax(ErrorCode::InvalidClauseComposition, message, last.span)
            .with_help("add RETURN before NEXT, with the columns that are needed behind it"));
    }
    if !ends && role != Role::Expression {
        return Err(no_result(last.span));
    }
    Ok(())
}
