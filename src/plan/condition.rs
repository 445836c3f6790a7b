//! What predicates ask of the properties of one element: what an index or a zone may answer.

use crate::bind::expression::{Expression, ExpressionKind, VariableId};
use crate::syntax::ast::{ComparisonOperator, LogicalOperator, PredicateOperator};
use std::sync::Arc;

/// What a predicate says of one property of the element.
pub(super) struct Condition<'e> {
    pub(super) key: &'e Arc<str>,
    pub(super) test: Test<'e>,
}

/// Tests of a property; a flag says whether the bound itself counts.
#[derive(Clone, Copy)]
pub(super) enum Test<'e> {
    Equal(&'e Expression),
    AnyOf(&'e Expression),
    Above(&'e Expression, bool),
    Below(&'e Expression, bool),
    Prefix(&'e Expression),
    Present,
    Absent,
}

/// The conditions that a predicate puts on properties of the variable.
pub(super) fn collect<'e>(
    predicate: &'e Expression,
    variable: VariableId,
    into: &mut Vec<Condition<'e>>,
) {
    let mut add = |property: &'e Expression, test: Test<'e>, other: Option<&'e Expression>| {
        if let Some(key) = property_of(property, variable)
            && other.is_none_or(|other| is_known_before(other, variable))
        {
            into.push(Condition { key, test });
        }
    };
    match &predicate.kind {
        // What the user nests is bounded by the parser.
        ExpressionKind::Logical(LogicalOperator::And, terms) => {
            terms.iter().for_each(|term| collect(term, variable, into));
        }
        ExpressionKind::Comparison(operator, left, right) => {
            compare(*operator, left, right, &mut add);
        }
        ExpressionKind::Comparisons(first, rest) => {
            let mut left = &**first;
            for (operator, right) in rest {
                compare(*operator, left, right, &mut add);
                left = right;
            }
        }
        ExpressionKind::Predicate(PredicateOperator::In, property, list) => {
            add(property, Test::AnyOf(list), Some(list));
        }
        ExpressionKind::Predicate(PredicateOperator::StartsWith, property, prefix) => {
            add(property, Test::Prefix(prefix), Some(prefix));
        }
        ExpressionKind::IsNull(property, true) => add(property, Test::Present, None),
        ExpressionKind::IsNull(property, false) => add(property, Test::Absent, None),
        _ => {}
    }
}

/// What a comparison says of its left side, and of its right side.
fn compare<'e>(
    operator: ComparisonOperator,
    left: &'e Expression,
    right: &'e Expression,
    add: &mut dyn FnMut(&'e Expression, Test<'e>, Option<&'e Expression>),
) {
    use ComparisonOperator as C;
    let (of_left, of_right) = match operator {
        C::Equal => (Test::Equal(right), Test::Equal(left)),
        C::Less => (Test::Below(right, false), Test::Above(left, false)),
        C::LessOrEqual => (Test::Below(right, true), Test::Above(left, true)),
        C::Greater => (Test::Above(right, false), Test::Below(left, false)),
        C::GreaterOrEqual => (Test::Above(right, true), Test::Below(left, true)),
        C::NotEqual => return,
    };
    add(left, of_left, Some(right));
    add(right, of_right, Some(left));
}

/// The key, if the expression is a property of the variable.
pub(super) fn property_of(expression: &Expression, variable: VariableId) -> Option<&Arc<str>> {
    match &expression.kind {
        ExpressionKind::Property(base, key) => {
            matches!(base.kind, ExpressionKind::Variable(id) if id == variable).then_some(key)
        }
        _ => None,
    }
}

/// Whether an expression has a value before the element is found, and the same for every one.
pub(super) fn is_known_before(expression: &Expression, variable: VariableId) -> bool {
    let mut known = true;
    let mut subquery = false;
    expression.visit_variables(&mut |id| known &= id != variable, &mut |_| subquery = true);
    known && !subquery && !expression.is_random()
}
