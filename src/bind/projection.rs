//! WITH and RETURN: columns, grouping, DISTINCT, ORDER BY, SKIP, LIMIT, WHERE.
//!
//! ```text
//! plain:      Extend → Sort → Skip → Limit → Filter → Project
//! DISTINCT:   Project → Distinct → Sort → Skip → Limit → Filter
//! aggregate:  Aggregate → Extend → (Project → Distinct) → Sort → Skip → Limit → Filter → Project
//! ```
//! In the plain form ORDER BY and WHERE see the old columns and the new ones; in the
//! others only what is projected, and expressions equal to a projected one.

use super::aggregate::Collector;
use super::expression::{AccessStep, Expression, ExpressionKind, VariableId};
use super::query::{AggregateCall, BoundClause, BoundKind};
use super::scope::{Entry, StaticType};
use super::{Binder, Bound, syntax_error};
use crate::function::TypeSet;
use crate::syntax::ast::{self, NullOrder, Projection};
use crate::syntax::diagnostic::{Diagnostic, Span};
use crate::value::ErrorCode;
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

/// An aggregate call with the variable of its result.
type NamedCall = (VariableId, AggregateCall);

/// What is sorted by, whether largest first, and where nulls go.
type SortKey = (Expression, bool, Option<NullOrder>);

/// A projected column.
struct Column {
    name: Arc<str>,
    id: VariableId,
    of: StaticType,
    expression: Expression,
    /// As it was written, before grouping keys were replaced by their columns.
    original: Expression,
    aggregating: bool,
    span: Span,
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
        let before = self.scopes.columns();
        let passed = before.clone();
        let hidden = self.scopes.hidden_columns();
        let (mut columns, calls) = self.columns(projection, kind)?;
        let aggregating = !calls.is_empty() || columns.iter().any(|column| column.aggregating);
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
        if aggregating && let Err(error) = group(&mut columns, &calls) {
            self.report(error)?;
        }
        if closed {
            for (expression, ..) in &mut order {
                if let Err(error) = sort_key(expression, &columns, &calls) {
                    self.report(error)?;
                }
            }
            for expression in &mut predicates {
                if let Err(error) = reuse(expression, &columns, &mut Vec::new()) {
                    self.report(error)?;
                }
            }
        }
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
        let mut push = |kind| out.push(BoundClause { kind, span });
        // Rows that stay rows keep what is hidden in them.
        let hidden = if closed || kind != Kind::With { Vec::new() } else { hidden };
        let kept = hidden.iter().map(|(_, entry)| (entry.id, variable(entry.id, span)));
        let result = columns.iter().map(|c| (c.id, variable(c.id, c.span))).chain(kept).collect();
        if aggregating {
            push_aggregate(&columns, calls, projection.distinct, &mut push);
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

    /// Binds the items, `*` first.
    fn columns(
        &mut self,
        projection: &Projection,
        kind: Kind,
    ) -> Bound<(Vec<Column>, Vec<NamedCall>)> {
        let mut columns = Vec::with_capacity(projection.items.len());
        if projection.star {
            let visible: Vec<_> = self.scopes.columns();
            if visible.is_empty() && kind != Kind::With && !self.is_lost() {
                return syntax_error(
                    ErrorCode::NoVariablesInScope,
                    "`*` stands for all variables, but there are none",
                    projection.span,
                );
            }
            let passes = visible.into_iter().map(|(name, Entry { id, of })| Column {
                name,
                id,
                of,
                expression: variable(id, projection.span),
                original: variable(id, projection.span),
                aggregating: false,
                span: projection.span,
            });
            columns.extend(passes);
        }
        self.aggregates = Some(Collector::default());
        for item in &projection.items {
            let before = self.aggregates.as_ref().map_or(0, |collector| collector.calls.len());
            let mut column = self.column(item, kind)?;
            let calls = self
                .aggregates
                .as_ref()
                .map(|collector| collector.calls.as_slice())
                .unwrap_or_default();
            column.aggregating = calls.len() > before || reads_any(&column.expression, calls);
            if self.scopes.imported(&column.name).is_some_and(|own| own != column.id) {
                let message = format!("`{}` is already a variable of the outer query", column.name);
                self.report(
                    Diagnostic::syntax(ErrorCode::VariableAlreadyBound, message, column.span)
                        .with_help("give the column another name with AS"),
                )?;
            }
            let twin = columns.iter().find(|other: &&Column| other.name == column.name);
            if let Some(twin) = twin {
                let message = format!("there are two columns named `{}`", column.name);
                self.report(
                    Diagnostic::syntax(ErrorCode::ColumnNameConflict, message, column.span)
                        .with_label("the same name again")
                        .with_related(twin.span, "the first of them")
                        .with_help("give one of them another name with AS"),
                )?;
                continue;
            }
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

fn variable(id: VariableId, span: Span) -> Expression {
    Expression::new(ExpressionKind::Variable(id), span)
}

fn reads_any(expression: &Expression, calls: &[NamedCall]) -> bool {
    let mut found = false;
    expression
        .visit_variables(&mut |id| found |= calls.iter().any(|(call, _)| *call == id), &mut |_| {});
    found
}

/// Aggregate over the grouping keys, then the columns that mix keys and aggregates.
fn push_aggregate(
    columns: &[Column],
    calls: Vec<NamedCall>,
    distinct: bool,
    push: &mut dyn FnMut(BoundKind),
) {
    let keys =
        columns.iter().filter(|c| !c.aggregating).map(|c| (c.id, c.expression.clone())).collect();
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

/// In columns that aggregate, whatever is not an aggregate must be a grouping key: a
/// projected variable or property, or a property of one.
fn group(columns: &mut [Column], calls: &[NamedCall]) -> Bound<()> {
    let keys: Vec<(VariableId, Expression)> =
        columns.iter().filter(|c| !c.aggregating).map(|c| (c.id, c.expression.clone())).collect();
    for column in columns.iter_mut().filter(|column| column.aggregating) {
        let mut allowed = calls.iter().map(|(id, _)| *id).collect();
        let original = column.expression.clone();
        key_references(&mut column.expression, &keys, &mut allowed)
            .map_err(|span| ambiguous(span, &original, calls))?;
    }
    Ok(())
}

/// Replaces simple grouping keys by their columns; fails with the place of any other
/// row-dependent part.
fn key_references(
    expression: &mut Expression,
    keys: &[(VariableId, Expression)],
    allowed: &mut Vec<VariableId>,
) -> Result<(), Span> {
    let simple = is_simple(expression);
    if simple && let Some((id, _)) = keys.iter().find(|(_, key)| key.same(expression)) {
        expression.kind = ExpressionKind::Variable(*id);
        return Ok(());
    }
    if let ExpressionKind::Variable(id) = &expression.kind {
        let is_key = keys.iter().any(|(key, _)| key == id);
        return if is_key || allowed.contains(id) { Ok(()) } else { Err(expression.span) };
    }
    let whole = expression.span;
    // Variables of comprehensions are theirs, and no columns.
    allowed.extend(expression.locals());
    for child in expression.children_mut() {
        // Of `n.x` the whole is the key that is missing.
        key_references(child, keys, allowed).map_err(|part| if simple { whole } else { part })?;
    }
    Ok(())
}

/// A variable, or properties of one.
fn is_simple(expression: &Expression) -> bool {
    match &expression.kind {
        ExpressionKind::Variable(_) => true,
        ExpressionKind::Property(base, _) => is_simple(base),
        ExpressionKind::Accesses(base, steps) => {
            is_simple(base) && steps.iter().all(|step| matches!(step, AccessStep::Property(_)))
        }
        _ => false,
    }
}

/// A sort key after grouping or DISTINCT: a projected expression, or one made of
/// projected columns; beside an aggregate the same rule holds as in a column.
fn sort_key(expression: &mut Expression, columns: &[Column], calls: &[NamedCall]) -> Bound<()> {
    let mut allowed: Vec<VariableId> = calls.iter().map(|(id, _)| *id).collect();
    let projected = columns.iter().any(|column| column.original.same(expression));
    if projected || !reads_any(expression, calls) {
        return reuse(expression, columns, &mut allowed);
    }
    allowed.extend(columns.iter().map(|column| column.id));
    let keys: Vec<_> =
        columns.iter().filter(|c| !c.aggregating).map(|c| (c.id, c.original.clone())).collect();
    let span = expression.span;
    let mut grouped = allowed.clone();
    for (_, key) in &keys {
        key.visit_variables(&mut |id| grouped.push(id), &mut |_| {});
    }
    let mut gone = false;
    expression.visit_variables(&mut |id| gone |= !grouped.contains(&id), &mut |_| {});
    let original = expression.clone();
    key_references(expression, &keys, &mut allowed).map_err(|part| {
        if gone {
            Diagnostic::syntax(
                ErrorCode::UndefinedVariable,
                "this variable is gone after grouping",
                span,
            )
        } else {
            ambiguous(part, &original, calls)
        }
    })
}

/// The part at `span` of an expression that aggregates is no grouping key.
fn ambiguous(span: Span, expression: &Expression, calls: &[NamedCall]) -> Diagnostic {
    let message =
        "what stands beside an aggregate must be a column of its own, a constant, or a parameter";
    let error = Diagnostic::syntax(ErrorCode::AmbiguousAggregationExpression, message, span)
        .with_label("no column of its own")
        .with_help("compute it in a WITH before, or add it as a column");
    let mut aggregate = None;
    expression.visit_variables(
        &mut |id| {
            let call = calls.iter().find(|(call, _)| *call == id);
            aggregate = aggregate.or(call.map(|(_, call)| call.span));
        },
        &mut |_| {},
    );
    match aggregate {
        Some(aggregate) => error.with_related(aggregate, "the aggregate"),
        None => error,
    }
}

/// In ORDER BY and WHERE after grouping or DISTINCT: parts equal to a projected
/// expression become its column; whatever still reads an old column is not there.
fn reuse(
    expression: &mut Expression,
    columns: &[Column],
    allowed: &mut Vec<VariableId>,
) -> Bound<()> {
    if let Some(column) = columns.iter().find(|column| column.original.same(expression)) {
        expression.kind = ExpressionKind::Variable(column.id);
        return Ok(());
    }
    if let ExpressionKind::Variable(id) = expression.kind {
        if columns.iter().any(|column| column.id == id) || allowed.contains(&id) {
            return Ok(());
        }
        return syntax_error(
            ErrorCode::UndefinedVariable,
            "after grouping or DISTINCT only projected columns can be used here",
            expression.span,
        );
    }
    // Variables of comprehensions are theirs, and no columns.
    allowed.extend(expression.locals());
    for child in expression.children_mut() {
        reuse(child, columns, allowed)?;
    }
    Ok(())
}
