//! Arithmetic on columns of numbers, and strings put together.

use super::compare::{floats, integers, is_constant_null};
use super::making::joined;
use super::{Operand, both_valid, values};
use crate::function::FunctionContext;
use crate::function::arithmetic as scalar;
use crate::syntax::ast::ArithmeticOperator;
use crate::value::Value;
use crate::vector::{NullBuffer, Vector};

/// `left operator right`, row by row. `None` also where an integer overflows or is
/// divided by zero, and where a string grows too long: the row may not live.
pub fn arithmetic(
    context: &FunctionContext<'_>,
    operator: ArithmeticOperator,
    left: &Vector,
    right: &Vector,
) -> Option<Vector> {
    let len = left.len();
    if len != right.len() || matches!((left, right), (Vector::Constant(..), Vector::Constant(..))) {
        return None;
    }
    if is_constant_null(left) || is_constant_null(right) {
        return Some(Vector::nulls(len));
    }
    match operator {
        ArithmeticOperator::Concatenate => return joined(context, true, left, right),
        ArithmeticOperator::Add => {
            if let Some(texts) = joined(context, false, left, right) {
                return Some(texts);
            }
        }
        _ => {}
    }
    let validity = both_valid(left, right);
    if let (Some(a), Some(b)) = (integers(left), integers(right)) {
        return on_integers(operator, len, a, b, validity);
    }
    let values = match (floats(left), floats(right)) {
        (Some(a), Some(b)) => on_floats(operator, len, a, b),
        (Some(a), None) => {
            on_floats(operator, len, a, integers(right)?.map(|b| b as f64).operand())
        }
        (None, Some(b)) => on_floats(operator, len, integers(left)?.map(|a| a as f64).operand(), b),
        (None, None) => return None,
    };
    Some(Vector::Float { values: values.into(), validity })
}

fn on_floats(
    operator: ArithmeticOperator,
    len: usize,
    left: Operand<'_, f64>,
    right: Operand<'_, f64>,
) -> Vec<f64> {
    // One loop for each operator, so that the choice is not made in every row.
    match operator {
        ArithmeticOperator::Add => values(len, left, right, |a, b| a + b),
        ArithmeticOperator::Subtract => values(len, left, right, |a, b| a - b),
        ArithmeticOperator::Multiply => values(len, left, right, |a, b| a * b),
        ArithmeticOperator::Divide => values(len, left, right, |a, b| a / b),
        ArithmeticOperator::Modulo
        | ArithmeticOperator::Power
        | ArithmeticOperator::Concatenate => {
            values(len, left, right, |a, b| scalar::floats(operator, a, b))
        }
    }
}

fn on_integers(
    operator: ArithmeticOperator,
    len: usize,
    left: Operand<'_, i64>,
    right: Operand<'_, i64>,
    validity: Option<NullBuffer>,
) -> Option<Vector> {
    let overflowing = |run: fn(i64, i64) -> (i64, bool)| {
        let mut overflowed = false;
        let results = values(len, left, right, |a, b| {
            let (result, overflow) = run(a, b);
            overflowed |= overflow;
            result
        });
        (!overflowed).then_some(results)
    };
    let results = match operator {
        ArithmeticOperator::Add => overflowing(i64::overflowing_add)?,
        ArithmeticOperator::Subtract => overflowing(i64::overflowing_sub)?,
        ArithmeticOperator::Multiply => overflowing(i64::overflowing_mul)?,
        ArithmeticOperator::Divide | ArithmeticOperator::Modulo => {
            divided(operator, len, left, right, validity.as_ref())?
        }
        ArithmeticOperator::Power => {
            let (a, b) = (left.map(|a| a as f64), right.map(|b| b as f64));
            let results = on_floats(operator, len, a.operand(), b.operand());
            return Some(Vector::Float { values: results.into(), validity });
        }
        ArithmeticOperator::Concatenate => return None,
    };
    Some(Vector::Integer { values: results.into(), validity })
}

/// Quotients or remainders; under a null the divisor is often zero, which is no matter.
fn divided(
    operator: ArithmeticOperator,
    len: usize,
    left: Operand<'_, i64>,
    right: Operand<'_, i64>,
    validity: Option<&NullBuffer>,
) -> Option<Vec<i64>> {
    let mut row = 0;
    let mut failed = false;
    let results = values(len, left, right, |a, b| {
        let result = if let Ok(Value::Integer(result)) = scalar::integers(operator, a, b) {
            result
        } else {
            failed |= validity.is_none_or(|validity| validity.is_valid(row));
            0
        };
        row += 1;
        result
    });
    (!failed).then_some(results)
}
