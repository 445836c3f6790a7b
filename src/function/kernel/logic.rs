//! Three-valued logic on columns of booleans, null tests, and the rows that hold.

use super::{booleans, filled};
use crate::function::comparison;
use crate::syntax::ast::LogicalOperator;
use crate::value::Value;
use crate::vector::{BooleanBuffer, NullBuffer, Vector};

/// A column of truths as bits: where it is true, and where it is false.
struct Truths {
    yes: BooleanBuffer,
    no: BooleanBuffer,
}

impl Truths {
    fn of(vector: &Vector) -> Option<Truths> {
        let len = vector.len();
        Some(match vector {
            Vector::Boolean { values, validity: None } => {
                Truths { yes: values.clone(), no: !values }
            }
            Vector::Boolean { values, validity: Some(validity) } => {
                Truths { yes: values & validity.inner(), no: &!values & validity.inner() }
            }
            Vector::Constant(Value::Boolean(truth), _) => {
                Truths { yes: filled(*truth, len), no: filled(!truth, len) }
            }
            Vector::Constant(Value::Null, _) => {
                Truths { yes: filled(false, len), no: filled(false, len) }
            }
            _ => return None,
        })
    }

    fn into_vector(self) -> Vector {
        let known = &self.yes | &self.no;
        let validity = NullBuffer::new(known);
        booleans(self.yes, (validity.null_count() > 0).then_some(validity))
    }
}

/// `left AND right`, `OR` or `XOR`, row by row.
pub fn logical(operator: LogicalOperator, left: &Vector, right: &Vector) -> Option<Vector> {
    if left.len() != right.len() {
        return None;
    }
    if let (Vector::Constant(a, len), Vector::Constant(b, _)) = (left, right) {
        let truth =
            comparison::logical(operator, comparison::truth(a).ok()?, comparison::truth(b).ok()?);
        return Some(Vector::Constant(crate::value::logic::to_value(truth), *len));
    }
    let (a, b) = (Truths::of(left)?, Truths::of(right)?);
    let result = match operator {
        LogicalOperator::And => Truths { yes: &a.yes & &b.yes, no: &a.no | &b.no },
        LogicalOperator::Or => Truths { yes: &a.yes | &b.yes, no: &a.no & &b.no },
        LogicalOperator::Xor => Truths {
            yes: &(&a.yes & &b.no) | &(&a.no & &b.yes),
            no: &(&a.yes & &b.yes) | &(&a.no & &b.no),
        },
    };
    Some(result.into_vector())
}

/// `NOT operand`, row by row.
pub fn not(operand: &Vector) -> Option<Vector> {
    match operand {
        Vector::Boolean { values, validity } => Some(booleans(!values, validity.clone())),
        Vector::Constant(value, len) => Some(Vector::Constant(comparison::not(value).ok()?, *len)),
        _ => None,
    }
}

/// `operand IS NULL`, row by row.
pub fn is_null(operand: &Vector) -> Vector {
    null_test(operand, true)
}

/// `operand IS NOT NULL`, row by row.
pub fn has_value(operand: &Vector) -> Vector {
    null_test(operand, false)
}

fn null_test(operand: &Vector, null: bool) -> Vector {
    let len = operand.len();
    let bits = match operand {
        Vector::Constant(value, len) => {
            return Vector::Constant(Value::Boolean(matches!(value, Value::Null) == null), *len);
        }
        Vector::Dynamic(values) => {
            BooleanBuffer::collect_bool(len, |row| matches!(values[row], Value::Null) == null)
        }
        Vector::Dictionary { .. } => {
            BooleanBuffer::collect_bool(len, |row| operand.is_null(row) == null)
        }
        typed => match typed.validity() {
            None => return Vector::Constant(Value::Boolean(!null), len),
            Some(validity) if null => !validity.inner(),
            Some(validity) => validity.inner().clone(),
        },
    };
    booleans(bits, None)
}

/// The rows in which a condition is true, in the order of the selection or, without
/// one, of the rows. `None` where the column may hold something else than booleans.
pub fn true_rows(condition: &Vector, selection: Option<&[u32]>) -> Option<Vec<u32>> {
    let all = |len: usize| selection.map_or_else(|| (0..len as u32).collect(), <[u32]>::to_vec);
    let truths = match condition {
        Vector::Constant(Value::Boolean(true), len) => return Some(all(*len)),
        Vector::Constant(Value::Boolean(false) | Value::Null, _) => return Some(Vec::new()),
        Vector::Boolean { values, validity: None } => values.clone(),
        Vector::Boolean { values, validity: Some(validity) } => values & validity.inner(),
        _ => return None,
    };
    Some(match selection {
        None => {
            let mut rows = Vec::with_capacity(truths.count_set_bits());
            rows.extend(truths.set_indices_u32());
            rows
        }
        Some(selection) => selection
            .iter()
            .copied()
            .filter(|&row| (row as usize) < truths.len() && truths.value(row as usize))
            .collect(),
    })
}
