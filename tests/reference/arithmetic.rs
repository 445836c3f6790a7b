//! `+`, `-`, `*`, `/`, `%` and `^`.

use super::{Evaluated, Failure, error, unsupported, wrong_type};
use dossier::syntax::ast::ArithmeticOperator;
use dossier::value::display::float_text;
use dossier::value::{ErrorClass, Value};
use std::sync::Arc;

/// A number as a double.
pub(crate) fn double(value: &Value) -> Option<f64> {
    match value {
        Value::Integer(number) => Some(*number as f64),
        Value::Float(number) => Some(*number),
        _ => None,
    }
}

pub(crate) fn arithmetic(operator: ArithmeticOperator, a: &Value, b: &Value) -> Evaluated {
    if operator == ArithmeticOperator::Add {
        return add(a, b);
    }
    if a.is_null() || b.is_null() {
        return Ok(Value::Null);
    }
    if operator == ArithmeticOperator::Concatenate
        && matches!((a, b), (Value::String(_), Value::String(_)) | (Value::List(_), Value::List(_)))
    {
        return add(a, b);
    }
    if let (Value::Integer(x), Value::Integer(y)) = (a, b)
        && !matches!(operator, ArithmeticOperator::Power | ArithmeticOperator::Concatenate)
    {
        return integers(operator, *x, *y);
    }
    let (Some(x), Some(y)) = (double(a), double(b)) else {
        let temporal =
            |value: &Value| value.is_temporal_instant() || matches!(value, Value::Duration(_));
        if temporal(a) || temporal(b) {
            return unsupported("temporal arithmetic");
        }
        return wrong_type("arithmetic on something that is no number");
    };
    Ok(Value::Float(match operator {
        ArithmeticOperator::Add => x + y,
        ArithmeticOperator::Subtract => x - y,
        ArithmeticOperator::Multiply => x * y,
        ArithmeticOperator::Divide => x / y,
        ArithmeticOperator::Modulo => x % y,
        ArithmeticOperator::Power => x.powf(y),
        ArithmeticOperator::Concatenate => return wrong_type("numbers cannot be concatenated"),
    }))
}

fn integers(operator: ArithmeticOperator, x: i64, y: i64) -> Evaluated {
    let result = match operator {
        ArithmeticOperator::Subtract => i128::from(x) - i128::from(y),
        ArithmeticOperator::Multiply => i128::from(x) * i128::from(y),
        ArithmeticOperator::Divide if y == 0 => {
            return error(ErrorClass::ArithmeticError, "division by zero");
        }
        ArithmeticOperator::Divide => i128::from(x) / i128::from(y),
        ArithmeticOperator::Modulo if y == 0 => {
            return error(ErrorClass::ArithmeticError, "division by zero");
        }
        ArithmeticOperator::Modulo => i128::from(x) % i128::from(y),
        _ => i128::from(x) + i128::from(y),
    };
    i64::try_from(result).map_or_else(
        |_| error(ErrorClass::ArithmeticError, "integer overflow"),
        |result| Ok(result.into()),
    )
}

/// Elements of a list, or bytes of a string, above which the reference gives up.
const LARGEST: usize = 100_000;

/// Addition, concatenation, and appending to lists.
fn add(a: &Value, b: &Value) -> Evaluated {
    let list = |items: Vec<Value>| {
        if items.len() > LARGEST { Err(Failure::TooMuch) } else { Ok(Value::List(Arc::new(items))) }
    };
    match (a, b) {
        (Value::Null, _) | (_, Value::Null) => Ok(Value::Null),
        (Value::List(x), Value::List(y)) => list(x.iter().chain(y.iter()).cloned().collect()),
        (Value::List(x), y) => list(x.iter().chain([y]).cloned().collect()),
        (x, Value::List(y)) => list([x].into_iter().chain(y.iter()).cloned().collect()),
        (Value::Integer(x), Value::Integer(y)) => integers(ArithmeticOperator::Add, *x, *y),
        (Value::String(x), y) => joined(Some(x.to_string()), plain_text(y)),
        (x, Value::String(y)) => joined(plain_text(x), Some(y.to_string())),
        _ => match (double(a), double(b)) {
            (Some(x), Some(y)) => Ok(Value::Float(x + y)),
            _ if a.is_temporal_instant() || b.is_temporal_instant() => {
                unsupported("temporal arithmetic")
            }
            _ if matches!(a, Value::Duration(_)) => unsupported("temporal arithmetic"),
            _ => wrong_type("these cannot be added"),
        },
    }
}

fn joined(a: Option<String>, b: Option<String>) -> Evaluated {
    match (a, b) {
        (Some(a), Some(b)) if a.len() + b.len() > LARGEST => Err(Failure::TooMuch),
        (Some(a), Some(b)) => Ok(Value::String((a + &b).into())),
        _ => wrong_type("only strings and numbers can be joined"),
    }
}

/// What can be joined to a string.
fn plain_text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.to_string()),
        Value::Integer(number) => Some(number.to_string()),
        Value::Float(number) => Some(float_text(*number)),
        _ => None,
    }
}
