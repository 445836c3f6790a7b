//! Comparisons of columns, and membership in a constant list.

use super::{Operand, bits, booleans, both_valid, filled};
use crate::function::comparison;
use crate::syntax::ast::ComparisonOperator;
use crate::value::order::integer_float_order;
use crate::value::{Date, NodeId, RelationshipId, Value};
use crate::vector::{BooleanBuffer, NullBuffer, StringVector, Vector, inline_view};
use std::cmp::Ordering;
use std::collections::HashSet;

/// `left operator right`, row by row.
pub fn compare(operator: ComparisonOperator, left: &Vector, right: &Vector) -> Option<Vector> {
    let len = left.len();
    if len != right.len() {
        return None;
    }
    if let (Vector::Constant(a, _), Vector::Constant(b, _)) = (left, right) {
        return Some(Vector::Constant(comparison::compare(operator, a, b), len));
    }
    if is_constant_null(left) || is_constant_null(right) {
        return Some(Vector::nulls(len));
    }
    let truth = compare_numbers(operator, len, left, right)
        .or_else(|| compare_strings(operator, len, left, right))
        .or_else(|| compare_booleans(operator, len, left, right))
        .or_else(|| compare_ids(operator, len, left, right))?;
    Some(booleans(truth, both_valid(left, right)))
}

pub(super) fn is_constant_null(vector: &Vector) -> bool {
    matches!(vector, Vector::Constant(Value::Null, _))
}

/// Whether an ordering satisfies an operator; `None` stands for NaN.
fn satisfies(operator: ComparisonOperator, order: Option<Ordering>) -> bool {
    let Some(order) = order else { return operator == ComparisonOperator::NotEqual };
    match operator {
        ComparisonOperator::Equal => order.is_eq(),
        ComparisonOperator::NotEqual => order.is_ne(),
        ComparisonOperator::Less => order.is_lt(),
        ComparisonOperator::LessOrEqual => order.is_le(),
        ComparisonOperator::Greater => order.is_gt(),
        ComparisonOperator::GreaterOrEqual => order.is_ge(),
    }
}

/// Compares by the operators of the values themselves, which the compiler turns
/// into vector instructions.
fn natively<T: Copy + PartialOrd>(
    operator: ComparisonOperator,
    len: usize,
    left: Operand<'_, T>,
    right: Operand<'_, T>,
) -> Option<BooleanBuffer> {
    match operator {
        ComparisonOperator::Equal => bits(len, left, right, |a, b| a == b),
        ComparisonOperator::NotEqual => bits(len, left, right, |a, b| a != b),
        ComparisonOperator::Less => bits(len, left, right, |a, b| a < b),
        ComparisonOperator::LessOrEqual => bits(len, left, right, |a, b| a <= b),
        ComparisonOperator::Greater => bits(len, left, right, |a, b| a > b),
        ComparisonOperator::GreaterOrEqual => bits(len, left, right, |a, b| a >= b),
    }
}

/// A column or constant of integers.
pub(super) fn integers(vector: &Vector) -> Option<Operand<'_, i64>> {
    match vector {
        Vector::Integer { values, .. } => Some(Operand::Column(values)),
        Vector::Constant(Value::Integer(value), _) => Some(Operand::Constant(*value)),
        _ => None,
    }
}

/// A column or constant of floats.
pub(super) fn floats(vector: &Vector) -> Option<Operand<'_, f64>> {
    match vector {
        Vector::Float { values, .. } => Some(Operand::Column(values)),
        Vector::Constant(Value::Float(value), _) => Some(Operand::Constant(*value)),
        _ => None,
    }
}

/// A column or constant of dates, as days.
fn dates(vector: &Vector) -> Option<Operand<'_, i64>> {
    match vector {
        Vector::Date { values, .. } => Some(Operand::Column(values)),
        Vector::Constant(Value::Date(Date { days }), _) => Some(Operand::Constant(*days)),
        _ => None,
    }
}

fn compare_numbers(
    operator: ComparisonOperator,
    len: usize,
    left: &Vector,
    right: &Vector,
) -> Option<BooleanBuffer> {
    if let (Some(a), Some(b)) = (integers(left), integers(right)) {
        return natively(operator, len, a, b);
    }
    if let (Some(a), Some(b)) = (floats(left), floats(right)) {
        return natively(operator, len, a, b);
    }
    if let (Some(a), Some(b)) = (dates(left), dates(right)) {
        return natively(operator, len, a, b);
    }
    if let (Some(a), Some(b)) = (integers(left), floats(right)) {
        return bits(len, a, b, |a, b| satisfies(operator, integer_float_order(a, b)));
    }
    let (a, b) = (floats(left)?, integers(right)?);
    bits(len, a, b, |a, b| satisfies(operator, integer_float_order(b, a).map(Ordering::reverse)))
}

/// Equality of nodes or of relationships; they have no other comparison.
fn compare_ids(
    operator: ComparisonOperator,
    len: usize,
    left: &Vector,
    right: &Vector,
) -> Option<BooleanBuffer> {
    if !matches!(operator, ComparisonOperator::Equal | ComparisonOperator::NotEqual) {
        return None;
    }
    fn nodes(vector: &Vector) -> Option<Operand<'_, u32>> {
        match vector {
            Vector::Node { values, .. } => Some(Operand::Column(values)),
            Vector::Constant(Value::Node(NodeId(id)), _) => Some(Operand::Constant(*id)),
            _ => None,
        }
    }
    fn relationships(vector: &Vector) -> Option<Operand<'_, u32>> {
        match vector {
            Vector::Relationship { values, .. } => Some(Operand::Column(values)),
            Vector::Constant(Value::Relationship(RelationshipId(id)), _) => {
                Some(Operand::Constant(*id))
            }
            _ => None,
        }
    }
    if let (Some(a), Some(b)) = (nodes(left), nodes(right)) {
        return natively(operator, len, a, b);
    }
    natively(operator, len, relationships(left)?, relationships(right)?)
}

fn compare_booleans(
    operator: ComparisonOperator,
    len: usize,
    left: &Vector,
    right: &Vector,
) -> Option<BooleanBuffer> {
    let side = |vector: &Vector| match vector {
        Vector::Boolean { values, .. } => Some(values.clone()),
        Vector::Constant(Value::Boolean(value), _) => Some(filled(*value, len)),
        _ => None,
    };
    let (a, b) = (side(left)?, side(right)?);
    Some(match operator {
        ComparisonOperator::Equal => !&(&a ^ &b),
        ComparisonOperator::NotEqual => &a ^ &b,
        ComparisonOperator::Less => &!&a & &b,
        ComparisonOperator::LessOrEqual => &!&a | &b,
        ComparisonOperator::Greater => &a & &!&b,
        ComparisonOperator::GreaterOrEqual => &a | &!&b,
    })
}

fn compare_strings(
    operator: ComparisonOperator,
    len: usize,
    left: &Vector,
    right: &Vector,
) -> Option<BooleanBuffer> {
    let test = |order: Ordering| satisfies(operator, Some(order));
    let negated = match operator {
        ComparisonOperator::Equal => Some(false),
        ComparisonOperator::NotEqual => Some(true),
        _ => None,
    };
    Some(match (left, right) {
        (Vector::String(a), Vector::String(b)) if negated.is_some() => {
            let equal = BooleanBuffer::collect_bool(len, |row| same_string(a, b, row));
            if negated == Some(true) { !&equal } else { equal }
        }
        (Vector::String(a), Vector::String(b)) => {
            BooleanBuffer::collect_bool(len, |row| test(a.bytes(row).cmp(b.bytes(row))))
        }
        (Vector::String(column), Vector::Constant(Value::String(constant), _))
        | (Vector::Constant(Value::String(constant), _), Vector::String(column))
            if negated.is_some() =>
        {
            let equal = equals_constant(column, constant);
            if negated == Some(true) { !&equal } else { equal }
        }
        (Vector::String(a), Vector::Constant(Value::String(b), _)) => {
            BooleanBuffer::collect_bool(len, |row| test(a.bytes(row).cmp(b.as_bytes())))
        }
        (Vector::Constant(Value::String(a), _), Vector::String(b)) => {
            BooleanBuffer::collect_bool(len, |row| test(a.as_bytes().cmp(b.bytes(row))))
        }
        _ => return None,
    })
}

/// Length and first bytes of a view: strings that differ here are not equal.
fn head(view: u128) -> u64 {
    view as u64
}

/// Whether two columns have the same string in a row.
fn same_string(a: &StringVector, b: &StringVector, row: usize) -> bool {
    match (a.views().get(row), b.views().get(row)) {
        (Some(&x), Some(&y)) => head(x) == head(y) && a.bytes(row) == b.bytes(row),
        _ => false,
    }
}

/// Which rows hold a string.
fn equals_constant(column: &StringVector, constant: &str) -> BooleanBuffer {
    let views: &[u128] = column.views();
    // A short string is its view.
    if let Some(view) = inline_view(constant.as_bytes()) {
        return BooleanBuffer::collect_bool(views.len(), |row| views[row] == view);
    }
    let wanted = head(crate::vector::view_of(constant.as_bytes(), 0, 0));
    BooleanBuffer::collect_bool(views.len(), |row| {
        head(views[row]) == wanted && column.bytes(row) == constant.as_bytes()
    })
}

/// Lists of at most so many elements are searched one by one.
const SEARCHED: usize = 8;

/// `value IN list` for a column of integers or strings and one list.
pub fn contained(column: &Vector, list: &Vector) -> Option<Vector> {
    let Vector::Constant(Value::List(list), len) = list else { return None };
    if *len != column.len() {
        return None;
    }
    if list.is_empty() {
        return Some(Vector::Constant(Value::Boolean(false), *len));
    }
    let has_null = list.iter().any(|element| matches!(element, Value::Null));
    let (found, validity) = match column {
        // An element of another type is never equal, but for a float.
        Vector::Integer { values, validity }
            if !list.iter().any(|element| matches!(element, Value::Float(_))) =>
        {
            let wanted: Vec<i64> = list.iter().filter_map(Value::as_integer).collect();
            (found_in(values, &wanted), validity)
        }
        Vector::String(strings) => {
            let wanted: Vec<&str> = list.iter().filter_map(Value::as_str).collect();
            (found_strings(strings, &wanted), &strings.validity().cloned())
        }
        _ => return None,
    };
    if !has_null {
        return Some(booleans(found, validity.clone()));
    }
    // What is not found might equal the null: only what is found is known.
    let known =
        validity.as_ref().map_or_else(|| found.clone(), |validity| &found & validity.inner());
    Some(booleans(found, Some(NullBuffer::new(known))))
}

fn found_in(values: &[i64], wanted: &[i64]) -> BooleanBuffer {
    if wanted.len() <= SEARCHED {
        return BooleanBuffer::collect_bool(values.len(), |row| wanted.contains(&values[row]));
    }
    let wanted: HashSet<i64, foldhash::fast::RandomState> = wanted.iter().copied().collect();
    BooleanBuffer::collect_bool(values.len(), |row| wanted.contains(&values[row]))
}

fn found_strings(strings: &StringVector, wanted: &[&str]) -> BooleanBuffer {
    if let [one] = wanted {
        return equals_constant(strings, one);
    }
    let wanted: HashSet<&[u8], foldhash::fast::RandomState> =
        wanted.iter().map(|text| text.as_bytes()).collect();
    BooleanBuffer::collect_bool(strings.len(), |row| wanted.contains(strings.bytes(row)))
}
