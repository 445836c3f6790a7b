//! Predicates on columns of strings.

use super::compare::contained;
use super::{booleans, both_valid};
use crate::function::FunctionContext;
use crate::syntax::ast::PredicateOperator;
use crate::value::Value;
use crate::vector::{BooleanBuffer, StringVector, Vector};
use memchr::memmem::Finder;

/// `left operator right`, row by row, for `STARTS WITH`, `ENDS WITH`, `CONTAINS`,
/// `=~` with one pattern, and `IN` one list.
pub fn predicate(
    context: &FunctionContext<'_>,
    operator: PredicateOperator,
    left: &Vector,
    right: &Vector,
) -> Option<Vector> {
    if operator == PredicateOperator::In {
        return contained(left, right);
    }
    let len = left.len();
    if len != right.len() {
        return None;
    }
    if never_string(left) || never_string(right) {
        return Some(Vector::nulls(len));
    }
    let truth = match (left, right) {
        (Vector::String(column), Vector::Constant(Value::String(part), _)) => {
            if operator == PredicateOperator::Matches {
                let pattern = context.patterns.get(part).ok()?;
                BooleanBuffer::collect_bool(len, |row| pattern.is_match(column.str(row)))
            } else {
                against(operator, column, part.as_bytes())
            }
        }
        (Vector::String(a), Vector::String(b)) if operator != PredicateOperator::Matches => {
            BooleanBuffer::collect_bool(len, |row| holds(operator, a.str(row), b.str(row)))
        }
        (Vector::Constant(Value::String(text), _), Vector::String(parts))
            if operator != PredicateOperator::Matches =>
        {
            BooleanBuffer::collect_bool(len, |row| holds(operator, text, parts.str(row)))
        }
        _ => return None,
    };
    Some(booleans(truth, both_valid(left, right)))
}

/// Whether no row can be a string.
fn never_string(vector: &Vector) -> bool {
    !matches!(
        vector,
        Vector::String(_)
            | Vector::Dynamic(_)
            | Vector::Dictionary { .. }
            | Vector::Constant(Value::String(_), _)
    )
}

fn holds(operator: PredicateOperator, text: &str, part: &str) -> bool {
    match operator {
        PredicateOperator::StartsWith => text.starts_with(part),
        PredicateOperator::EndsWith => text.ends_with(part),
        _ => text.contains(part),
    }
}

/// A column against one string. They are compared as bytes, which spares the check that these are
/// UTF-8: a string is part of another wherever its bytes are.
fn against(operator: PredicateOperator, column: &StringVector, bytes: &[u8]) -> BooleanBuffer {
    let len = column.len();
    match operator {
        PredicateOperator::StartsWith => {
            BooleanBuffer::collect_bool(len, |row| column.bytes(row).starts_with(bytes))
        }
        PredicateOperator::EndsWith => {
            BooleanBuffer::collect_bool(len, |row| column.bytes(row).ends_with(bytes))
        }
        _ => {
            let finder = Finder::new(bytes);
            BooleanBuffer::collect_bool(len, |row| finder.find(column.bytes(row)).is_some())
        }
    }
}
