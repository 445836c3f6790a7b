//! The arithmetic operators on values: `+`, `-`, `*`, `/`, `%`, `^`, the sign, and `||`.
//!
//! Integers never wrap: what does not fit is an `ArithmeticError`. An operand
//! that is null makes the result null.

use super::context::FunctionContext;
use super::error::{overflow, shown};
use super::types::{Type, TypeSet};
use crate::syntax::ast::ArithmeticOperator;
use crate::value::display::float_text;
use crate::value::{ErrorClass, ErrorCode, EvaluationError, Value, temporal};
use std::sync::Arc;

/// The sign of an operator, as it is written.
pub fn symbol(operator: ArithmeticOperator) -> &'static str {
    match operator {
        ArithmeticOperator::Add => "+",
        ArithmeticOperator::Concatenate => "||",
        ArithmeticOperator::Subtract => "-",
        ArithmeticOperator::Multiply => "*",
        ArithmeticOperator::Divide => "/",
        ArithmeticOperator::Modulo => "%",
        ArithmeticOperator::Power => "^",
    }
}

/// Applies an operator.
///
/// # Errors
/// `TypeError: InvalidArgumentType` for operands that the operator does not take,
/// `ArithmeticError` for a result that does not fit and for division of integers
/// by zero, `ResourceExhausted` for a string or list that grows too large.
pub fn arithmetic(
    context: &FunctionContext<'_>,
    operator: ArithmeticOperator,
    left: &Value,
    right: &Value,
) -> Result<Value, EvaluationError> {
    match (left, right) {
        (Value::Null, _) | (_, Value::Null) => Ok(Value::Null),
        _ if operator == ArithmeticOperator::Concatenate => concatenated(context, left, right),
        (Value::Integer(a), Value::Integer(b)) => integers(operator, *a, *b),
        (Value::Float(a), Value::Float(b)) => Ok(Value::Float(floats(operator, *a, *b))),
        (Value::Integer(a), Value::Float(b)) => Ok(Value::Float(floats(operator, *a as f64, *b))),
        (Value::Float(a), Value::Integer(b)) => Ok(Value::Float(floats(operator, *a, *b as f64))),
        _ if operator == ArithmeticOperator::Add => match joined(context, left, right)? {
            Some(value) => Ok(value),
            None => temporal_arithmetic(operator, left, right),
        },
        _ => temporal_arithmetic(operator, left, right),
    }
}

/// Arithmetic on integers; exact, but for the power, which is a float.
///
/// # Errors
/// `ArithmeticError` for a result that does not fit, and for division by zero.
pub fn integers(operator: ArithmeticOperator, a: i64, b: i64) -> Result<Value, EvaluationError> {
    let result = match operator {
        ArithmeticOperator::Add => a.checked_add(b),
        ArithmeticOperator::Subtract => a.checked_sub(b),
        ArithmeticOperator::Multiply => a.checked_mul(b),
        ArithmeticOperator::Divide | ArithmeticOperator::Modulo if b == 0 => {
            return Err(EvaluationError::new(
                ErrorClass::ArithmeticError,
                ErrorCode::DivisionByZero,
                format!("{a} {} 0: integers cannot be divided by zero", symbol(operator)),
            ));
        }
        ArithmeticOperator::Divide => a.checked_div(b),
        // The remainder of the least integer by -1 is 0; only its quotient does not fit.
        ArithmeticOperator::Modulo => Some(a.wrapping_rem(b)),
        ArithmeticOperator::Power => return Ok(Value::Float((a as f64).powf(b as f64))),
        ArithmeticOperator::Concatenate => {
            return Err(no_operands(operator, &Value::Integer(a), &Value::Integer(b)));
        }
    };
    result.map(Value::Integer).ok_or_else(|| overflow(format_args!("{a} {} {b}", symbol(operator))))
}

/// Arithmetic on floats, by IEEE 754: division by zero is infinite or NaN, and so is
/// what floats have no operator for.
pub fn floats(operator: ArithmeticOperator, a: f64, b: f64) -> f64 {
    match operator {
        ArithmeticOperator::Add => a + b,
        ArithmeticOperator::Subtract => a - b,
        ArithmeticOperator::Multiply => a * b,
        ArithmeticOperator::Divide => a / b,
        ArithmeticOperator::Modulo => a % b,
        ArithmeticOperator::Power => a.powf(b),
        ArithmeticOperator::Concatenate => f64::NAN,
    }
}

/// `||`: two strings, or two lists, one behind the other.
fn concatenated(
    context: &FunctionContext<'_>,
    left: &Value,
    right: &Value,
) -> Result<Value, EvaluationError> {
    match (left, right) {
        (Value::String(a), Value::String(b)) => strings(context, a, b),
        (Value::List(a), Value::List(b)) => lists(context, [a, b]),
        _ => Err(no_operands(ArithmeticOperator::Concatenate, left, right)),
    }
}

fn lists(context: &FunctionContext<'_>, parts: [&[Value]; 2]) -> Result<Value, EvaluationError> {
    context.limits.check_list(parts[0].len().saturating_add(parts[1].len()))?;
    Value::list(parts.concat())
}

/// `+` where it puts strings or lists together; `None` where it does not.
fn joined(
    context: &FunctionContext<'_>,
    left: &Value,
    right: &Value,
) -> Result<Option<Value>, EvaluationError> {
    let list = |parts| lists(context, parts).map(Some);
    match (left, right) {
        (Value::List(a), Value::List(b)) => list([a, b]),
        (Value::List(a), b) => list([a, std::slice::from_ref(b)]),
        (a, Value::List(b)) => list([std::slice::from_ref(a), b]),
        (Value::String(a), b) => match text_of(b) {
            Some(b) => strings(context, a, &b).map(Some),
            None => Ok(None),
        },
        (a, Value::String(b)) => match text_of(a) {
            Some(a) => strings(context, &a, b).map(Some),
            None => Ok(None),
        },
        _ => Ok(None),
    }
}

/// The text that a value has beside a string in `+`.
pub(super) fn text_of(value: &Value) -> Option<Arc<str>> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Integer(number) => Some(number.to_string().into()),
        Value::Float(number) => Some(float_text(*number).into()),
        _ => None,
    }
}

fn strings(context: &FunctionContext<'_>, a: &str, b: &str) -> Result<Value, EvaluationError> {
    context.limits.check_string(a.len().saturating_add(b.len()))?;
    Ok(Value::String([a, b].concat().into()))
}

/// Arithmetic on temporal values, and the error for everything that is none.
fn temporal_arithmetic(
    operator: ArithmeticOperator,
    left: &Value,
    right: &Value,
) -> Result<Value, EvaluationError> {
    let result = match operator {
        ArithmeticOperator::Add => temporal::add(left, right)?,
        ArithmeticOperator::Subtract => temporal::subtract(left, right)?,
        ArithmeticOperator::Multiply => temporal::multiply(left, right)?,
        ArithmeticOperator::Divide => temporal::divide(left, right)?,
        ArithmeticOperator::Modulo
        | ArithmeticOperator::Power
        | ArithmeticOperator::Concatenate => None,
    };
    if let Some(value) = result {
        return Ok(value);
    }
    Err(no_operands(operator, left, right))
}

/// The failure for operands that an operator does not take.
fn no_operands(operator: ArithmeticOperator, left: &Value, right: &Value) -> EvaluationError {
    let temporal = |value: &Value| TypeSet::TEMPORAL.contains(Type::of(value));
    let advice = match (operator, temporal(left), right) {
        (ArithmeticOperator::Subtract, true, right) if temporal(right) => {
            "; what lies between them is `duration.between(earlier, later)`"
        }
        (ArithmeticOperator::Add | ArithmeticOperator::Subtract, true, Value::Integer(_)) => {
            "; write the number with its unit, as in `duration({days: 1})`"
        }
        _ => "",
    };
    let operator = symbol(operator);
    EvaluationError::wrong_type(format!(
        "`{operator}` does not take {} and {}{advice}",
        shown(left),
        shown(right)
    ))
}

/// The value with its sign turned.
///
/// # Errors
/// `TypeError: InvalidArgumentType` for what is no number or duration,
/// `ArithmeticError` for the least integer.
pub fn negate(value: &Value) -> Result<Value, EvaluationError> {
    match value {
        Value::Null => Ok(Value::Null),
        Value::Integer(number) => number
            .checked_neg()
            .map(Value::Integer)
            .ok_or_else(|| overflow(format_args!("-({number})"))),
        Value::Float(number) => Ok(Value::Float(-number)),
        Value::Duration(duration) => duration
            .checked_neg()
            .map(Value::from)
            .ok_or_else(|| overflow(format_args!("-({duration})"))),
        other => Err(EvaluationError::wrong_type(format!("`-` does not take {}", shown(other)))),
    }
}

/// The types that `left operator right` can have, for operands of these types;
/// empty where no operands of these types fit, which is an error at compile time.
pub fn result_types(operator: ArithmeticOperator, left: TypeSet, right: TypeSet) -> TypeSet {
    let mut result = TypeSet::EMPTY;
    for a in left.iter() {
        for b in right.iter() {
            result = result.union(pair_type(operator, a, b));
        }
    }
    // That an operand may be null does not redeem otherwise wrong operands.
    let only_null = left == TypeSet::NULL || right == TypeSet::NULL;
    if result == TypeSet::NULL && !only_null { TypeSet::EMPTY } else { result }
}

/// The types of a result for operands of two types.
fn pair_type(operator: ArithmeticOperator, a: Type, b: Type) -> TypeSet {
    use ArithmeticOperator::{Add, Concatenate, Divide, Multiply, Power, Subtract};
    let is = |set: TypeSet, of: Type| set.contains(of);
    match (operator, a, b) {
        (_, Type::Null, _) | (_, _, Type::Null) => TypeSet::NULL,
        (Concatenate, Type::String, Type::String) => TypeSet::STRING,
        (Concatenate, Type::List, Type::List) => TypeSet::LIST,
        (Concatenate, ..) => TypeSet::EMPTY,
        (Power, a, b) if is(TypeSet::NUMBER, a) && is(TypeSet::NUMBER, b) => TypeSet::FLOAT,
        (_, Type::Integer, Type::Integer) => TypeSet::INTEGER,
        (_, a, b) if is(TypeSet::NUMBER, a) && is(TypeSet::NUMBER, b) => TypeSet::FLOAT,
        (Add, Type::List, _) | (Add, _, Type::List) => TypeSet::LIST,
        (Add, Type::String, b) if is(TypeSet::NUMBER.union(TypeSet::STRING), b) => TypeSet::STRING,
        (Add, a, Type::String) if is(TypeSet::NUMBER, a) => TypeSet::STRING,
        (Add | Subtract, a, Type::Duration) if is(TypeSet::TEMPORAL, a) => TypeSet::single(a),
        (Add, Type::Duration, b) if is(TypeSet::TEMPORAL, b) => TypeSet::single(b),
        (Multiply | Divide, Type::Duration, b) if is(TypeSet::NUMBER, b) => TypeSet::DURATION,
        (Multiply, a, Type::Duration) if is(TypeSet::NUMBER, a) => TypeSet::DURATION,
        _ => TypeSet::EMPTY,
    }
}
