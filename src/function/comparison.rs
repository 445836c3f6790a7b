//! Comparisons, three-valued logic, membership and the string predicates.

use super::context::FunctionContext;
use super::error::shown;
use crate::syntax::ast::{ComparisonOperator, LogicalOperator, PredicateOperator};
use crate::value::{EvaluationError, Value, logic, order};

/// `left operator right`; null where it is unknown.
pub fn compare(operator: ComparisonOperator, left: &Value, right: &Value) -> Value {
    logic::to_value(holds(operator, left, right))
}

/// Whether `left operator right` holds; `None` where it is unknown.
pub fn holds(operator: ComparisonOperator, left: &Value, right: &Value) -> Option<bool> {
    match operator {
        ComparisonOperator::Equal => order::equals(left, right),
        ComparisonOperator::NotEqual => order::not_equals(left, right),
        ComparisonOperator::Less => order::less_than(left, right),
        ComparisonOperator::LessOrEqual => order::less_or_equal(left, right),
        ComparisonOperator::Greater => order::greater_than(left, right),
        ComparisonOperator::GreaterOrEqual => order::greater_or_equal(left, right),
    }
}

/// The truth of a value that stands where a condition is wanted; `None` is null.
///
/// # Errors
/// `TypeError: InvalidArgumentType` for a value that is no boolean.
pub fn truth(value: &Value) -> Result<Option<bool>, EvaluationError> {
    match value {
        Value::Boolean(truth) => Ok(Some(*truth)),
        Value::Null => Ok(None),
        other => Err(EvaluationError::wrong_type(format!(
            "a condition is a Boolean, but got {}",
            shown(other)
        ))),
    }
}

/// `AND`, `OR` or `XOR` of two truths.
pub fn logical(operator: LogicalOperator, left: Option<bool>, right: Option<bool>) -> Option<bool> {
    match operator {
        LogicalOperator::And => logic::and(left, right),
        LogicalOperator::Or => logic::or(left, right),
        LogicalOperator::Xor => logic::xor(left, right),
    }
}

/// `NOT value`.
///
/// # Errors
/// `TypeError: InvalidArgumentType` for a value that is no boolean.
pub fn not(value: &Value) -> Result<Value, EvaluationError> {
    Ok(logic::to_value(logic::not(truth(value)?)))
}

/// `left operator right` for the predicates that are written as words, and `=~`.
/// The predicates on strings are null where either side is no string.
///
/// # Errors
/// `TypeError: InvalidArgumentType` for `IN` with something that is no list on its
/// right, `ArgumentError: InvalidArgumentValue` for a pattern that is not valid.
pub fn predicate(
    context: &FunctionContext<'_>,
    operator: PredicateOperator,
    left: &Value,
    right: &Value,
) -> Result<Value, EvaluationError> {
    if operator == PredicateOperator::In {
        return contained(left, right).map(logic::to_value);
    }
    let (Value::String(text), Value::String(part)) = (left, right) else { return Ok(Value::Null) };
    Ok(Value::Boolean(match operator {
        PredicateOperator::StartsWith => text.starts_with(&**part),
        PredicateOperator::EndsWith => text.ends_with(&**part),
        PredicateOperator::Contains => text.contains(&**part),
        PredicateOperator::Matches => context.patterns.get(part)?.is_match(text),
        PredicateOperator::In => return Ok(Value::Null),
    }))
}

/// Whether a value is in a list: true where it equals an element, otherwise
/// unknown where that cannot be told of some element, otherwise false. Nothing,
/// not even null, is in the empty list.
///
/// # Errors
/// `TypeError: InvalidArgumentType` where `list` is neither a list nor null.
pub fn contained(value: &Value, list: &Value) -> Result<Option<bool>, EvaluationError> {
    let elements = match list {
        Value::Null => return Ok(None),
        Value::List(elements) => elements,
        other => {
            return Err(EvaluationError::wrong_type(format!(
                "`IN` expects a List, but got {}",
                shown(other)
            )));
        }
    };
    let mut unknown = false;
    for element in elements.iter() {
        match order::equals(value, element) {
            Some(true) => return Ok(Some(true)),
            Some(false) => {}
            None => unknown = true,
        }
    }
    Ok(if unknown { None } else { Some(false) })
}
