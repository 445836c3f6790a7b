//! What is certain of an expression before it is evaluated.

use crate::bind::expression::{Expression, ExpressionKind, VariableId};
use crate::syntax::ast::{LogicalOperator, PredicateOperator};
use crate::value::Value;

/// Whether an expression has a value for every element that it may read: it is then no matter
/// of which elements it is asked.
pub(super) fn cannot_fail(expression: &Expression) -> bool {
    use ExpressionKind as K;
    let element = |base: &Expression| matches!(base.kind, K::Variable(_));
    match &expression.kind {
        K::Literal(_) | K::Parameter(_) | K::Variable(_) => true,
        K::Property(base, _) | K::HasLabels(base, _) => element(base),
        K::Comparison(_, left, right) => cannot_fail(left) && cannot_fail(right),
        K::Comparisons(first, rest) => {
            cannot_fail(first) && rest.iter().all(|(_, operand)| cannot_fail(operand))
        }
        K::IsNull(value, _) => cannot_fail(value),
        K::Predicate(
            PredicateOperator::StartsWith
            | PredicateOperator::EndsWith
            | PredicateOperator::Contains,
            left,
            right,
        ) => cannot_fail(left) && cannot_fail(right),
        K::Not(value) => is_truth(value) && cannot_fail(value),
        K::Logical(_, terms) => terms.iter().all(|term| is_truth(term) && cannot_fail(term)),
        _ => false,
    }
}

/// Whether its value is a truth value or null.
pub(super) fn is_truth(expression: &Expression) -> bool {
    use ExpressionKind as K;
    match &expression.kind {
        K::Literal(value) => matches!(value, Value::Boolean(_) | Value::Null),
        K::HasLabels(..)
        | K::Comparison(..)
        | K::Comparisons(..)
        | K::IsNull(..)
        | K::Predicate(..)
        | K::Not(_)
        | K::Logical(..) => true,
        _ => false,
    }
}

/// Whether an expression reads one variable and nothing else.
pub(super) fn reads_only(expression: &Expression, only: VariableId) -> bool {
    let (mut others, mut subqueries) = (false, false);
    expression.visit_variables(&mut |id| others |= id != only, &mut |_| subqueries = true);
    !others && !subqueries
}

/// Whether a predicate that fails for a row is true of none.
pub(in crate::plan) fn fails_for_none_or_all(predicate: &Expression) -> bool {
    use ExpressionKind as K;
    let sure = |operand: &Expression| cannot_fail(operand) || is_fixed(operand);
    match &predicate.kind {
        K::Comparison(_, left, right)
        | K::Predicate(PredicateOperator::In | PredicateOperator::StartsWith, left, right) => {
            sure(left) && sure(right)
        }
        K::Comparisons(first, rest) => sure(first) && rest.iter().all(|(_, operand)| sure(operand)),
        // What the user nests is bounded by the parser.
        K::Logical(LogicalOperator::And, terms) => {
            terms.iter().all(|term| is_truth(term) && fails_for_none_or_all(term))
        }
        // It takes away what is known not to hold.
        K::MayHold(_) => true,
        _ => cannot_fail(predicate),
    }
}

/// Whether an expression is the same for all rows.
fn is_fixed(expression: &Expression) -> bool {
    let mut fixed = true;
    let mut subquery = false;
    expression.visit_variables(&mut |_| fixed = false, &mut |_| subquery = true);
    fixed && !subquery && !expression.is_random()
}
