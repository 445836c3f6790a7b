//! WITH and RETURN: columns, grouping, DISTINCT, ORDER BY, SKIP, LIMIT, WHERE.
//!
//! ```text
//! plain:      Extend → Sort → Skip → Limit → Filter → Project
//! DISTINCT:   Project → Distinct → Sort → Skip → Limit → Filter
//! aggregate:  Aggregate → Extend → (Project → Distinct) → Sort → Skip → Limit → Filter → Project
//! ```
//! Rows are grouped by the columns that aggregate nothing, or by what GROUP BY names.
//! In the plain form ORDER BY and WHERE see the old columns and the new ones; in the
//! others only what is projected, and expressions equal to a projected one.

use super::aggregate::Collector;
use super::expression::{Expression, ExpressionKind, VariableId};
use super::grouping::{Grouped, Key, NamedCall, group};
use super::query::{BoundClause, BoundKind};
use super::scope::{Entry, StaticType};
use super::{Binder, Bound, syntax_error};
use crate::function::TypeSet;
use crate::syntax::ast::{self, NullOrder, Projection};
use crate::syntax::diagnostic::{Diagnostic, Span};
use crate::value::ErrorCode;
use std::collections::HashMap;
use std::sync::Arc;

/// Which clause projects.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// WITH.
    With,
    /// RETURN at the end of a statement or of a subquery expression.
    Return,
    /// RETURN whose columns become variables of another query.
    Inner,
}

/// What is sorted by, whether largest first, and where nulls go.
type SortKey = (Expression, bool, Option<NullOrder>);

/// A projected column.
pub(super) struct Column {
    pub(super) name: Arc<str>,
    pub(super) id: VariableId,
    of: StaticType,
    pub(super) expression: Expression,
    /// As it was written, before grouping keys were replaced by their columns.
    pub(super) original: Expression,
    pub(super) aggregating: bool,
    pub(super) span: Span,
}

impl Binder<'_> {
    /// Binds a WITH or RETURN; afterwards its columns are the query's columns.
    pub(super) fn projection(
        &mut self,
        projection: &Projection,
        predicate: Option<&ast::Expression>,
        kind: Kind,
        out: &mut Vec<BoundClause>,
    ) -> Bound<Vec<(Arc<str>, VariableId)>> {
        let span = projection.span;
        let (items, calls) = self.items(projection, kind)?;
        let closed = !calls.is_empty()
            || projection.distinct
            || projection.group.is_some()
            || items.iter().any(|column| column.aggregating);
        if projection.star && kind == Kind::With && !closed {
            self.widening(projection, predicate, &items, out)?;
            return Ok(Vec::new());
        }
        let before = self.scopes.columns();
        let passed = before.clone();
        let hidden = self.scopes.hidden_columns();
        let mut columns = if projection.star { passing(&before, span) } else { Vec::new() };
        columns.extend(items);
        let further = match &projection.group {
            None => None,
            Some(names) => Some(self.grouping(names, &mut columns)?),
        };
        let aggregating = further.is_some()
            || !calls.is_empty()
            || columns.iter().any(|column| column.aggregating);
        let entries: Vec<(Arc<str>, Entry)> = columns
            .iter()
            .map(|column| (column.name.clone(), Entry { id: column.id, of: column.of }))
            .collect();
        // New names hide old ones of the same name while ORDER BY and WHERE are bound.
        let mut visible = before;
        visible.extend(entries.iter().cloned());
        visible.extend(hidden.iter().cloned());
        self.scopes.replace_columns(visible);
        let closed = aggregating || projection.distinct;
        let known = calls.len();
        self.aggregates = aggregating.then(|| Collector::with(calls));
        let mut order = self.order(&projection.order)?;
        let calls: Vec<NamedCall> =
            self.aggregates.take().map(|collector| collector.calls).unwrap_or_default();
        if let Some((_, call)) = calls.get(known) {
            let message = "after grouping, only aggregates that are columns can be sorted by";
            self.report(Diagnostic::syntax(ErrorCode::UndefinedVariable, message, call.span))?;
        }
        let mut predicates = match predicate {
            Some(predicate) => self.predicate(predicate)?,
            None => Vec::new(),
        };
        if aggregating
            && let Err(error) = group(&mut columns, &calls, further.as_deref(), &self.subqueries)
        {
            self.report(error)?;
        }
        if closed && !(order.is_empty() && predicates.is_empty()) {
            let grouped = Grouped::new(&columns, &calls, &self.subqueries);
            let keys = order.iter_mut().map(|(key, ..)| grouped.sort_key(key));
            let reused = predicates.iter_mut().map(|predicate| grouped.reuse(predicate));
            let outcomes: Vec<_> = keys.chain(reused).collect();
            for outcome in outcomes {
                outcome.or_else(|error| self.report(error))?;
            }
        }
        self.refuse_unnamed(&columns, kind)?;
        let mut push = |kind| out.push(BoundClause { kind, span });
        // Rows that stay rows keep what is hidden in them.
        let hidden = if closed || kind != Kind::With { Vec::new() } else { hidden };
        let kept = hidden.iter().map(|(_, entry)| (entry.id, variable(entry.id, span)));
        let result = columns.iter().map(|c| (c.id, variable(c.id, c.span))).chain(kept).collect();
        if aggregating {
            let further = further.unwrap_or_default();
            push_aggregate(&columns, further, calls, projection.distinct, &mut push);
        } else if projection.distinct {
            push(BoundKind::Project(
                columns.iter().map(|c| (c.id, c.expression.clone())).collect(),
            ));
        } else {
            let new: Vec<_> = columns
                .iter()
                .filter(|c| !c.passes_through())
                .map(|c| (c.id, c.expression.clone()))
                .collect();
            if !new.is_empty() {
                push(BoundKind::Extend(new));
            }
        }
        if projection.distinct {
            push(BoundKind::Distinct);
        }
        if !order.is_empty() {
            push(BoundKind::Sort(sort_keys(order)));
        }
        if let Some(skip) = &projection.skip {
            push(BoundKind::Skip(self.row_count(skip, "SKIP")?));
        }
        if let Some(limit) = &projection.limit {
            push(BoundKind::Limit(self.row_count(limit, "LIMIT")?));
        }
        if !predicates.is_empty() {
            push(BoundKind::Filter(predicates));
        }
        push(BoundKind::Project(result));
        let names = columns.iter().map(|column| (column.name.clone(), column.id)).collect();
        self.scopes.replace_columns(entries.into_iter().chain(hidden).collect());
        self.drops(&passed, span);
        Ok(names)
    }

    /// Reports a column without a name where it becomes a variable.
    fn refuse_unnamed(&mut self, columns: &[Column], kind: Kind) -> Bound<()> {
        if let Some(column) = columns.iter().find(|column| column.name.starts_with(' ')) {
            let text = column.name.trim_start();
            self.report(
                Diagnostic::syntax(
                    ErrorCode::NoExpressionAlias,
                    match kind {
                        Kind::With => "in WITH an expression needs a name",
                        _ => "an expression needs a name where its column becomes a variable",
                    },
                    column.span,
                )
                .with_help(format!("write `{text} AS name`")),
            )?;
        }
        Ok(())
    }

    /// `WITH *` that neither groups nor drops anything: the rows go on as they are, with a
    /// few columns more. However many they have, only what is new is bound.
    fn widening(
        &mut self,
        projection: &Projection,
        predicate: Option<&ast::Expression>,
        items: &[Column],
        out: &mut Vec<BoundClause>,
    ) -> Bound<()> {
        self.refuse_unnamed(items, Kind::With)?;
        for column in items {
            self.scopes.declare(column.name.clone(), Entry { id: column.id, of: column.of });
        }
        let span = projection.span;
        if !items.is_empty() {
            let new = items.iter().map(|column| (column.id, column.expression.clone()));
            out.push(BoundClause { kind: BoundKind::Extend(new.collect()), span });
        }
        let (skip, limit) = (projection.skip.as_ref(), projection.limit.as_ref());
        self.page(&projection.order, skip, limit, span, out)?;
        if let Some(predicate) = predicate {
            let predicates = self.predicate(predicate)?;
            if !predicates.is_empty() {
                out.push(BoundClause { kind: BoundKind::Filter(predicates), span });
            }
        }
        Ok(())
    }

    /// Binds the items that are written; `*` is none of them.
    fn items(
        &mut self,
        projection: &Projection,
        kind: Kind,
    ) -> Bound<(Vec<Column>, Vec<NamedCall>)> {
        let mut columns: Vec<Column> = Vec::with_capacity(projection.items.len());
        let star = projection.star;
        if star && kind != Kind::With && self.scopes.columns().is_empty() && !self.is_lost() {
            return syntax_error(
                ErrorCode::NoVariablesInScope,
                "`*` stands for all variables, but there are none",
                projection.span,
            );
        }
        let mut named: HashMap<Arc<str>, Span> = HashMap::new();
        self.aggregates = Some(Collector::default());
        for item in &projection.items {
            let before = self.aggregates.as_ref().map_or(0, |collector| collector.calls.len());
            let mut column = self.column(item, kind)?;
            column.aggregating = self.aggregates.as_ref().is_some_and(|collector| {
                collector.calls.len() > before || collector.is_read_by(&column.expression)
            });
            if self.scopes.imported(&column.name).is_some_and(|own| own != column.id) {
                let message = format!("`{}` is already a variable of the outer query", column.name);
                self.report(
                    Diagnostic::syntax(ErrorCode::VariableAlreadyBound, message, column.span)
                        .with_help("give the column another name with AS"),
                )?;
            }
            let passes = star && self.scopes.has_column(&column.name);
            let twin = named.get(&column.name).copied();
            if let Some(twin) = twin.or_else(|| passes.then_some(projection.span)) {
                let message = format!("there are two columns named `{}`", column.name);
                self.report(
                    Diagnostic::syntax(ErrorCode::ColumnNameConflict, message, column.span)
                        .with_label("the same name again")
                        .with_related(twin, "the first of them")
                        .with_help("give one of them another name with AS"),
                )?;
                continue;
            }
            named.insert(column.name.clone(), column.span);
            columns.push(column);
        }
        let calls = self.aggregates.take().map(|collector| collector.calls).unwrap_or_default();
        Ok((columns, calls))
    }

    fn column(&mut self, item: &ast::ProjectionItem, kind: Kind) -> Bound<Column> {
        let (expression, of) = self.term(&item.expression)?;
        let name = match (&item.alias, &item.expression.kind) {
            (Some(alias), _) => alias.text.clone(),
            (None, ast::ExpressionKind::Variable(name)) => name.clone(),
            (None, _) if kind == Kind::Return => item.text.clone(),
            // Named so that nobody can refer to it; refused once the rest has been checked.
            (None, _) => format!(" {}", item.text).into(),
        };
        // A variable that keeps its name keeps its id: nothing has to be copied.
        let id = match &expression.kind {
            ExpressionKind::Variable(id)
                if self.names.get(id.0 as usize).is_some_and(|own| *own == name) =>
            {
                *id
            }
            _ => {
                let id = self.invent(&name);
                self.place(id, item.alias.as_ref().map_or(item.expression.span, |a| a.span));
                id
            }
        };
        Ok(Column {
            name,
            id,
            of,
            original: expression.clone(),
            expression,
            aggregating: false,
            span: item.expression.span,
        })
    }

    fn order(&mut self, items: &[ast::SortItem]) -> Bound<Vec<SortKey>> {
        let key = |item: &ast::SortItem| {
            Ok((self.expression(&item.expression)?, item.descending, item.nulls))
        };
        items.iter().map(key).collect()
    }

    /// `ORDER BY … SKIP … LIMIT …` as a clause of its own: the columns stay.
    pub(super) fn page(
        &mut self,
        order: &[ast::SortItem],
        skip: Option<&ast::Expression>,
        limit: Option<&ast::Expression>,
        span: Span,
        out: &mut Vec<BoundClause>,
    ) -> Bound<()> {
        let mut push = |kind| out.push(BoundClause { kind, span });
        let keys = self.order(order)?;
        if !keys.is_empty() {
            push(BoundKind::Sort(sort_keys(keys)));
        }
        if let Some(skip) = skip {
            push(BoundKind::Skip(self.row_count(skip, "SKIP")?));
        }
        if let Some(limit) = limit {
            push(BoundKind::Limit(self.row_count(limit, "LIMIT")?));
        }
        Ok(())
    }

    /// Binds the operand of SKIP or LIMIT, which may read no row.
    fn row_count(&mut self, source: &ast::Expression, clause: &str) -> Bound<Expression> {
        self.scopes.push_subquery();
        let bound = self.strictly(|binder| binder.term(source));
        let outer = self.scopes.pop();
        let (expression, of) = match bound {
            Err(error) if error.code != ErrorCode::UndefinedVariable => return Err(error),
            Ok(typed) if outer.is_empty() => typed,
            _ => {
                return syntax_error(
                    ErrorCode::NonConstantExpression,
                    format!("{clause} must be the same for all rows"),
                    source.span,
                )
                .map_err(|error: Diagnostic| {
                    error.with_label("depends on a row").with_help("use a number or a parameter")
                });
            }
        };
        if matches!(expression.kind, ExpressionKind::Literal(crate::value::Value::Integer(i)) if i < 0)
            || matches!(&expression.kind, ExpressionKind::Negate(_))
        {
            return syntax_error(
                ErrorCode::NegativeIntegerArgument,
                format!("{clause} must not be negative"),
                source.span,
            );
        }
        if !of.may_be(TypeSet::INTEGER) {
            let message = format!("{clause} needs a whole number of rows");
            return syntax_error(ErrorCode::InvalidArgumentType, message, source.span);
        }
        Ok(expression)
    }
}

/// The columns that `*` stands for.
fn passing(visible: &[(Arc<str>, Entry)], span: Span) -> Vec<Column> {
    let column = |(name, Entry { id, of }): &(Arc<str>, Entry)| Column {
        name: name.clone(),
        id: *id,
        of: *of,
        expression: variable(*id, span),
        original: variable(*id, span),
        aggregating: false,
        span,
    };
    visible.iter().map(column).collect()
}

impl Column {
    fn passes_through(&self) -> bool {
        matches!(self.expression.kind, ExpressionKind::Variable(id) if id == self.id)
    }
}

/// Sort keys as the executor knows them, for which null is the largest value: where
/// nulls go elsewhere, whether there is one comes first.
fn sort_keys(keys: Vec<SortKey>) -> Vec<(Expression, bool)> {
    let mut sorted = Vec::with_capacity(keys.len());
    for (key, descending, nulls) in keys {
        let elsewhere = match nulls {
            Some(NullOrder::First) => !descending,
            Some(NullOrder::Last) => descending,
            None => false,
        };
        if elsewhere {
            let span = key.span;
            let is_null = ExpressionKind::IsNull(Box::new(key.clone()), false);
            sorted.push((Expression::new(is_null, span), !descending));
        }
        sorted.push((key, descending));
    }
    sorted
}

pub(super) fn variable(id: VariableId, span: Span) -> Expression {
    Expression::new(ExpressionKind::Variable(id), span)
}

/// Aggregate over the grouping keys, then the columns that mix keys and aggregates.
fn push_aggregate(
    columns: &[Column],
    further: Vec<Key>,
    calls: Vec<NamedCall>,
    distinct: bool,
    push: &mut dyn FnMut(BoundKind),
) {
    let keys = columns.iter().filter(|c| !c.aggregating).map(|c| (c.id, c.expression.clone()));
    let keys = keys.chain(further).collect();
    push(BoundKind::Aggregate { keys, aggregates: calls });
    let mixed: Vec<_> =
        columns.iter().filter(|c| c.aggregating).map(|c| (c.id, c.expression.clone())).collect();
    if !mixed.is_empty() {
        push(BoundKind::Extend(mixed));
    }
    if distinct {
        push(BoundKind::Project(columns.iter().map(|c| (c.id, variable(c.id, c.span))).collect()));
    }
}
