//! What may stand beside an aggregate, and behind grouping or DISTINCT.
//!
//! Expressions are looked up by a fingerprint, so that a thousand columns and a thousand
//! sort keys are not compared with each other.

use super::expression::{AccessStep, Expression, ExpressionKind, SubqueryId, VariableId};
use super::projection::{Column, variable};
use super::query::{AggregateCall, BoundSubquery};
use super::{Binder, Bound, syntax_error};
use crate::syntax::ast;
use crate::syntax::diagnostic::{Diagnostic, Span};
use crate::value::ErrorCode;
use std::collections::{HashMap, HashSet};

/// An aggregate call with the variable of its result.
pub(super) type NamedCall = (VariableId, AggregateCall);

/// A grouping key with the variable of its column.
pub(super) type Key = (VariableId, Expression);

impl Binder<'_> {
    /// Binds what GROUP BY names: a column becomes a key, every other one has to be computed
    /// from keys and aggregates; a variable that is no column becomes a key besides.
    pub(super) fn grouping(
        &mut self,
        names: &[ast::Name],
        columns: &mut [Column],
    ) -> Bound<Vec<Key>> {
        let mut further: Vec<Key> = Vec::new();
        let mut grouped = vec![false; columns.len()];
        for name in names {
            let place = columns.iter().position(|column| column.name == name.text);
            if let Some(place) = place {
                if columns[place].aggregating {
                    let message = format!("`{}` is aggregated and cannot be grouped by", name.text);
                    let code = ErrorCode::InvalidAggregation;
                    return Err(Diagnostic::syntax(code, message, name.span)
                        .with_related(columns[place].span, "the aggregate"));
                }
                grouped[place] = true;
                continue;
            }
            let entry = self.resolve(&name.text, name.span)?;
            if !further.iter().any(|(id, _)| *id == entry.id) {
                further.push((entry.id, variable(entry.id, name.span)));
            }
        }
        columns.iter_mut().zip(grouped).for_each(|(column, key)| column.aggregating |= !key);
        Ok(further)
    }
}

/// Columns that are found by what they compute.
struct Known<'c> {
    places: HashMap<u64, Vec<(VariableId, &'c Expression)>>,
    ids: HashSet<VariableId>,
}

impl<'c> Known<'c> {
    fn new(columns: impl Iterator<Item = (VariableId, &'c Expression)>) -> Self {
        let mut known = Known { places: HashMap::new(), ids: HashSet::new() };
        for (id, expression) in columns {
            known.places.entry(expression.fingerprint()).or_default().push((id, expression));
            known.ids.insert(id);
        }
        known
    }

    /// The first column that computes the same.
    fn find(&self, expression: &Expression) -> Option<VariableId> {
        let alike = self.places.get(&expression.fingerprint())?;
        alike.iter().find(|(_, known)| known.same(expression)).map(|(id, _)| *id)
    }
}

/// In columns that aggregate, whatever is not an aggregate must be a grouping key: a
/// projected variable or property, or a property of one. Behind GROUP BY, `further` are
/// keys that are no columns.
pub(super) fn group(
    columns: &mut [Column],
    calls: &[NamedCall],
    further: Option<&[Key]>,
    subqueries: &[BoundSubquery],
) -> Bound<()> {
    let keys = columns.iter().filter(|c| !c.aggregating).map(|c| (c.id, c.expression.clone()));
    let keys: Vec<Key> = keys.chain(further.unwrap_or_default().iter().cloned()).collect();
    let keys = Known::new(keys.iter().map(|(id, key)| (*id, key)));
    let results = calls.iter().map(|(id, _)| *id).collect();
    let rules = Rules { keys: &keys, allowed: &results, subqueries };
    for column in columns.iter_mut().filter(|column| column.aggregating) {
        let original = column.expression.clone();
        key_references(&mut column.expression, rules, &mut HashSet::new()).map_err(|span| {
            match further {
                None => ambiguous(span, &original, calls),
                Some(_) => not_grouped(span),
            }
        })?;
    }
    Ok(())
}

/// A part of a column is neither aggregated nor named by GROUP BY.
fn not_grouped(span: Span) -> Diagnostic {
    let message = "a column holds what is grouped by, what is aggregated, or a constant";
    Diagnostic::syntax(ErrorCode::AmbiguousAggregationExpression, message, span)
        .with_label("not grouped by")
        .with_help("name it in GROUP BY, or aggregate it")
}

/// What ORDER BY and WHERE may use after grouping or DISTINCT.
pub(super) struct Grouped<'c> {
    calls: &'c [NamedCall],
    /// The variables of the calls' results.
    results: HashSet<VariableId>,
    columns: Known<'c>,
    /// Of the columns those that are grouping keys.
    keys: Known<'c>,
    /// The results and the columns.
    visible: HashSet<VariableId>,
    /// What the grouping keys read.
    grouped: HashSet<VariableId>,
    subqueries: &'c [BoundSubquery],
}

impl<'c> Grouped<'c> {
    /// After a projection to these columns, with these aggregates.
    pub(super) fn new(
        columns: &'c [Column],
        calls: &'c [NamedCall],
        subqueries: &'c [BoundSubquery],
    ) -> Self {
        let keys = || columns.iter().filter(|column| !column.aggregating);
        let results: HashSet<_> = calls.iter().map(|(id, _)| *id).collect();
        let mut visible = results.clone();
        visible.extend(columns.iter().map(|column| column.id));
        let mut grouped = HashSet::new();
        for key in keys() {
            key.original.visit_variables(&mut |id| _ = grouped.insert(id), &mut |_| {});
        }
        Grouped {
            calls,
            results,
            columns: Known::new(columns.iter().map(|column| (column.id, &column.original))),
            keys: Known::new(keys().map(|column| (column.id, &column.original))),
            visible,
            grouped,
            subqueries,
        }
    }

    /// A sort key: a projected expression, or one made of projected columns; beside an
    /// aggregate the same rule holds as in a column.
    pub(super) fn sort_key(&self, expression: &mut Expression) -> Bound<()> {
        let (mut aggregates, mut gone) = (false, false);
        expression.visit_variables(
            &mut |id| {
                aggregates |= self.results.contains(&id);
                gone |= !self.visible.contains(&id) && !self.grouped.contains(&id);
            },
            &mut |_| {},
        );
        if !aggregates || self.columns.find(expression).is_some() {
            return self.reuse_part(expression, &self.results, &mut HashSet::new());
        }
        let original = expression.clone();
        let rules = Rules { keys: &self.keys, allowed: &self.visible, subqueries: self.subqueries };
        let checked = key_references(expression, rules, &mut HashSet::new());
        checked.map_err(|part| {
            if gone {
                Diagnostic::syntax(
                    ErrorCode::UndefinedVariable,
                    "this variable is gone after grouping",
                    original.span,
                )
            } else {
                ambiguous(part, &original, self.calls)
            }
        })
    }

    /// In WHERE parts equal to a projected expression become its column; whatever still
    /// reads an old column is not there.
    pub(super) fn reuse(&self, expression: &mut Expression) -> Bound<()> {
        self.reuse_part(expression, &HashSet::new(), &mut HashSet::new())
    }

    fn reuse_part(
        &self,
        expression: &mut Expression,
        allowed: &HashSet<VariableId>,
        locals: &mut HashSet<VariableId>,
    ) -> Bound<()> {
        if let Some(column) = self.columns.find(expression) {
            expression.kind = ExpressionKind::Variable(column);
            return Ok(());
        }
        if let ExpressionKind::Variable(id) = expression.kind {
            if self.columns.ids.contains(&id) || allowed.contains(&id) || locals.contains(&id) {
                return Ok(());
            }
            return gone(expression.span);
        }
        let there = |id: &VariableId| {
            self.columns.ids.contains(id) || allowed.contains(id) || locals.contains(id)
        };
        if let ExpressionKind::Subquery(id) = expression.kind
            && !outer(self.subqueries, id).iter().all(there)
        {
            return gone(expression.span);
        }
        // Variables of comprehensions are theirs, and no columns.
        locals.extend(expression.locals());
        for child in expression.children_mut() {
            self.reuse_part(child, allowed, locals)?;
        }
        Ok(())
    }
}

/// Behind grouping or DISTINCT, something reads what was there before.
fn gone(span: Span) -> Bound<()> {
    let message = "after grouping or DISTINCT only projected columns can be used here";
    syntax_error(ErrorCode::UndefinedVariable, message, span)
}

/// The variables outside of a subquery that it reads.
fn outer(subqueries: &[BoundSubquery], id: SubqueryId) -> &[VariableId] {
    subqueries.get(id.0 as usize).map_or(&[], |subquery| &subquery.outer)
}

/// What an expression beside an aggregate may read.
#[derive(Clone, Copy)]
struct Rules<'r> {
    keys: &'r Known<'r>,
    allowed: &'r HashSet<VariableId>,
    subqueries: &'r [BoundSubquery],
}

/// Replaces simple grouping keys by their columns; fails with the place of any other
/// row-dependent part.
fn key_references(
    expression: &mut Expression,
    rules: Rules<'_>,
    locals: &mut HashSet<VariableId>,
) -> Result<(), Span> {
    let Rules { keys, allowed, subqueries } = rules;
    let simple = is_simple(expression);
    if simple && let Some(key) = keys.find(expression) {
        expression.kind = ExpressionKind::Variable(key);
        return Ok(());
    }
    let known =
        |id: &VariableId| keys.ids.contains(id) || allowed.contains(id) || locals.contains(id);
    let whole = expression.span;
    match &expression.kind {
        ExpressionKind::Variable(id) => return if known(id) { Ok(()) } else { Err(whole) },
        ExpressionKind::Subquery(id) if !outer(subqueries, *id).iter().all(known) => {
            return Err(whole);
        }
        _ => {}
    }
    // Variables of comprehensions are theirs, and no columns.
    locals.extend(expression.locals());
    for child in expression.children_mut() {
        // Of `n.x` the whole is the key that is missing.
        key_references(child, rules, locals).map_err(|part| if simple { whole } else { part })?;
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
            let call = || calls.iter().find(|(call, _)| *call == id);
            aggregate = aggregate.or_else(|| call().map(|(_, call)| call.span));
        },
        &mut |_| {},
    );
    match aggregate {
        Some(aggregate) => error.with_related(aggregate, "the aggregate"),
        None => error,
    }
}
