//! What only the first rows by order need is computed for these alone.
//!
//! ```text
//! Project id = p.id, name = p.name, n         Project id = p.id, n, p
//! Sort n DESC, id  (first 3)              →   Sort n DESC, id  (first 3)
//! Limit 3                                     Limit 3
//!                                             Project id, name = p.name, n
//! ```

use super::Rule;
use super::certainty::cannot_fail;
use crate::bind::expression::{Expression, ExpressionKind, VariableId};
use crate::plan::operator::{Operator, OperatorKind, Plan};
use crate::plan::statistics::Statistics;
use std::collections::HashSet;

pub(super) struct LateValues;

impl Rule for LateValues {
    fn name(&self) -> &'static str {
        "late_values"
    }

    fn apply(&self, plan: &mut Plan, _: &dyn Statistics) {
        // A change between two rows must not be seen by the second one.
        if plan.writes() {
            return;
        }
        let mut at = 1;
        while at < plan.operators.len() {
            if let Some((end, last)) = postpone(&mut plan.operators, at) {
                plan.operators.insert(end, last);
            }
            at += 1;
        }
    }
}

/// A variable and what it stands for.
type Item = (VariableId, Expression);

/// Takes of what is computed right before the sort at a place what it does not read; returns
/// what computes it behind the rows that are wanted, and where.
fn postpone(operators: &mut [Operator], at: usize) -> Option<(usize, Operator)> {
    let OperatorKind::Sort { keys, limit: Some(_) } = &operators[at].kind else { return None };
    let cut = |operator: &&Operator| {
        matches!(operator.kind, OperatorKind::Skip(_) | OperatorKind::Limit(_))
    };
    let end = at + 1 + operators[at + 1..].iter().take_while(cut).count();
    let mut read = HashSet::new();
    for (key, _) in keys {
        note_read(key, &mut read)?;
    }
    let (estimate, span) = (operators.get(end - 1)?.estimate, operators[at].span);
    // Extensions between the projection and the sort may read what it gives.
    let extends = |operator: &&Operator| matches!(operator.kind, OperatorKind::Extend(_));
    let extended = operators[..at].iter().rev().take_while(extends).count();
    let mut added = Vec::new();
    for operator in &operators[at - extended..at] {
        let OperatorKind::Extend(items) = &operator.kind else { continue };
        for (variable, value) in items {
            note_read(value, &mut read)?;
            added.push(*variable);
        }
    }
    let projection = operators.get_mut((at - extended).checked_sub(1)?)?;
    let OperatorKind::Project(items) = &mut projection.kind else { return None };
    let (late, mut kept): (Vec<Item>, Vec<Item>) =
        items.iter().cloned().partition(|(id, value)| !read.contains(id) && is_late(value));
    if late.is_empty() {
        return None;
    }
    let column = |id: VariableId, of: &Expression| {
        (id, Expression::new(ExpressionKind::Variable(id), of.span))
    };
    let is_kept = |id: &VariableId| kept.iter().any(|(other, _)| other == id);
    let mut last: Vec<Item> = items
        .iter()
        .map(|(id, value)| if is_kept(id) { column(*id, value) } else { (*id, value.clone()) })
        .collect();
    let end_of =
        |id: &VariableId| (*id, Expression::new(ExpressionKind::Variable(*id), late[0].1.span));
    last.extend(added.iter().map(end_of));
    // What they are computed from has to be there still, under its own name.
    for (_, value) in &late {
        let mut sources = Vec::new();
        value.visit_variables(&mut |id| sources.push(id), &mut |_| {});
        for source in sources {
            match kept.iter().find(|(id, _)| *id == source) {
                None => kept.push(column(source, value)),
                Some((_, same)) if matches!(same.kind, ExpressionKind::Variable(id) if id == source) =>
                    {}
                Some(_) => return None,
            }
        }
    }
    *items = kept;
    Some((end, Operator { kind: OperatorKind::Project(last), estimate, span }))
}

/// Notes the variables that an expression reads; `None` where a subquery might read any.
fn note_read(expression: &Expression, read: &mut HashSet<VariableId>) -> Option<()> {
    let mut subqueries = false;
    expression.visit_variables(&mut |id| _ = read.insert(id), &mut |_| subqueries = true);
    (!subqueries).then_some(())
}

/// Whether a value is better computed late: it has to be read from the graph, and can be.
fn is_late(value: &Expression) -> bool {
    matches!(value.kind, ExpressionKind::Property(..)) && cannot_fail(value)
}
