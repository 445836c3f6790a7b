//! A filter moves before the columns that it does not read.
//!
//! `MATCH (a) WITH a, a.x AS x MATCH (a)-->(b) WHERE a.y = 1` filters before it
//! projects: `Extend` and `Project` are passed where the filter reads only columns
//! that pass through them under the same id. It never passes an operator that
//! counts, orders, cuts or writes rows, nor an expression that could fail.

use super::Rule;
use crate::bind::expression::{Expression, ExpressionKind, VariableId};
use crate::plan::operator::{OperatorKind, Plan};

pub(super) struct FilterPushdown;

impl Rule for FilterPushdown {
    fn name(&self) -> &'static str {
        "filter_pushdown"
    }

    fn apply(&self, plan: &mut Plan) {
        for index in 1..plan.operators.len() {
            let mut at = index;
            while at > 0 && can_pass(plan, at) {
                plan.operators.swap(at - 1, at);
                at -= 1;
            }
        }
    }
}

/// Whether the filter at `at` may go before the operator in front of it.
fn can_pass(plan: &Plan, at: usize) -> bool {
    let OperatorKind::Filter(predicates) = &plan.operators[at].kind else {
        return false;
    };
    let mut read = Vec::new();
    let mut subqueries = false;
    for predicate in predicates {
        predicate.visit_variables(&mut |id| read.push(id), &mut |_| subqueries = true);
    }
    if subqueries {
        return false;
    }
    match &plan.operators[at - 1].kind {
        OperatorKind::Extend(columns) => {
            columns.iter().all(|(id, value)| !read.contains(id) && cannot_fail(value))
        }
        OperatorKind::Project(columns) => {
            read.iter().all(|id| passes_through(columns, *id))
                && columns.iter().all(|(_, value)| cannot_fail(value))
        }
        _ => false,
    }
}

fn passes_through(columns: &[(VariableId, Expression)], id: VariableId) -> bool {
    columns.iter().any(|(column, value)| {
        *column == id && matches!(value.kind, ExpressionKind::Variable(source) if source == id)
    })
}

/// Moving a filter before an expression can only spare work; an expression that may
/// raise an error would raise it for fewer rows, which a user could notice.
fn cannot_fail(expression: &Expression) -> bool {
    match &expression.kind {
        ExpressionKind::Literal(_) | ExpressionKind::Variable(_) | ExpressionKind::Path { .. } => {
            true
        }
        ExpressionKind::Property(base, _) => matches!(base.kind, ExpressionKind::Variable(_)),
        _ => false,
    }
}
