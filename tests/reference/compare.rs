//! Equality, comparison, order and equivalence, from openCypher's text.

use dossier::value::{Duration, Map, Value};
use std::cmp::Ordering;

/// Three-valued AND.
pub(crate) fn and(a: Option<bool>, b: Option<bool>) -> Option<bool> {
    if a == Some(false) || b == Some(false) {
        return Some(false);
    }
    if a.is_none() || b.is_none() { None } else { Some(true) }
}

/// Three-valued AND of any number of truths.
pub(crate) fn all(truths: impl Iterator<Item = Option<bool>>) -> Option<bool> {
    let mut result = Some(true);
    for truth in truths {
        result = and(result, truth);
    }
    result
}

/// Three-valued NOT.
pub(crate) fn not(a: Option<bool>) -> Option<bool> {
    Some(!a?)
}

/// A truth as a value.
pub(crate) fn truth_value(truth: Option<bool>) -> Value {
    match truth {
        Some(known) => Value::Boolean(known),
        None => Value::Null,
    }
}

/// Two numbers by their exact values; `None` where one is NaN.
fn number_order(a: &Value, b: &Value) -> Option<Ordering> {
    match (a, b) {
        (Value::Integer(x), Value::Integer(y)) => Some(x.cmp(y)),
        (Value::Float(x), Value::Float(y)) => x.partial_cmp(y),
        (Value::Integer(x), Value::Float(y)) => integer_with_float(*x, *y),
        (Value::Float(x), Value::Integer(y)) => integer_with_float(*y, *x).map(Ordering::reverse),
        _ => None,
    }
}

fn integer_with_float(integer: i64, float: f64) -> Option<Ordering> {
    if float.is_nan() {
        return None;
    }
    if float > 1e19 {
        return Some(Ordering::Less);
    }
    if float < -1e19 {
        return Some(Ordering::Greater);
    }
    // Below 10¹⁹ the whole part fits; what lies behind the point decides a tie.
    let whole = float.floor();
    let by_whole = i128::from(integer).cmp(&(whole as i128));
    Some(if by_whole == Ordering::Equal && float > whole { Ordering::Less } else { by_whole })
}

fn both_numbers(a: &Value, b: &Value) -> bool {
    let number = |value: &Value| matches!(value, Value::Integer(_) | Value::Float(_));
    number(a) && number(b)
}

/// `a = b`.
pub(crate) fn equals(a: &Value, b: &Value) -> Option<bool> {
    if a.is_null() || b.is_null() {
        return None;
    }
    if both_numbers(a, b) {
        return Some(number_order(a, b) == Some(Ordering::Equal));
    }
    match (a, b) {
        (Value::List(x), Value::List(y)) => {
            if x.len() != y.len() {
                return Some(false);
            }
            all(x.iter().zip(y.iter()).map(|(x, y)| equals(x, y)))
        }
        (Value::Map(x), Value::Map(y)) => {
            if x.len() != y.len() || !x.keys().all(|key| y.contains_key(key)) {
                return Some(false);
            }
            all(x.iter().map(|(key, value)| equals(value, &y[key])))
        }
        _ => Some(same_plain(a, b)),
    }
}

/// Whether two values of one plain type, numbers aside, are the same.
fn same_plain(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Boolean(x), Value::Boolean(y)) => x == y,
        (Value::String(x), Value::String(y)) => x == y,
        (Value::Node(x), Value::Node(y)) => x == y,
        (Value::Relationship(x), Value::Relationship(y)) => x == y,
        (Value::Path(x), Value::Path(y)) => x == y,
        (Value::Date(x), Value::Date(y)) => x == y,
        (Value::LocalTime(x), Value::LocalTime(y)) => x == y,
        (Value::Time(x), Value::Time(y)) => x == y,
        (Value::LocalDateTime(x), Value::LocalDateTime(y)) => x == y,
        (Value::DateTime(x), Value::DateTime(y)) => x == y,
        (Value::Duration(x), Value::Duration(y)) => x == y,
        _ => false,
    }
}

/// What `<`, `<=`, `>` and `>=` see: `Ok(None)` is NaN, for which all are false,
/// `Err` is unknown, for which all are null.
pub(crate) fn inequality(a: &Value, b: &Value) -> Result<Option<Ordering>, ()> {
    if both_numbers(a, b) {
        return Ok(number_order(a, b));
    }
    match (a, b) {
        (Value::Boolean(x), Value::Boolean(y)) => Ok(Some(x.cmp(y))),
        (Value::String(x), Value::String(y)) => Ok(Some(x.as_bytes().cmp(y.as_bytes()))),
        (Value::Date(x), Value::Date(y)) => Ok(Some(x.cmp(y))),
        (Value::LocalTime(x), Value::LocalTime(y)) => Ok(Some(x.cmp(y))),
        (Value::Time(x), Value::Time(y)) => Ok(Some(x.cmp(y))),
        (Value::LocalDateTime(x), Value::LocalDateTime(y)) => Ok(Some(x.cmp(y))),
        (Value::DateTime(x), Value::DateTime(y)) => Ok(Some(x.cmp(y))),
        (Value::List(x), Value::List(y)) => {
            for (x, y) in x.iter().zip(y.iter()) {
                match inequality(x, y)? {
                    Some(Ordering::Equal) => {}
                    decided => return Ok(decided),
                }
            }
            Ok(Some(x.len().cmp(&y.len())))
        }
        _ => Err(()),
    }
}

/// The place of a type in the order of all values.
fn rank(value: &Value) -> usize {
    match value {
        Value::Map(_) => 0,
        Value::Node(_) => 1,
        Value::Relationship(_) => 2,
        Value::List(_) => 3,
        Value::Path(_) => 4,
        Value::DateTime(_) => 5,
        Value::LocalDateTime(_) => 6,
        Value::Date(_) => 7,
        Value::Time(_) => 8,
        Value::LocalTime(_) => 9,
        Value::Duration(_) => 10,
        Value::String(_) => 11,
        Value::Boolean(_) => 12,
        Value::Integer(_) | Value::Float(_) => 13,
        Value::Null => 14,
    }
}

/// The order of ORDER BY, `min` and `max`.
pub(crate) fn order(a: &Value, b: &Value) -> Ordering {
    let nan = |value: &Value| matches!(value, Value::Float(float) if float.is_nan());
    if both_numbers(a, b) {
        return number_order(a, b).unwrap_or_else(|| nan(a).cmp(&nan(b)));
    }
    match (a, b) {
        (Value::List(x), Value::List(y)) => x
            .iter()
            .zip(y.iter())
            .map(|(x, y)| order(x, y))
            .find(|order| order.is_ne())
            .unwrap_or_else(|| x.len().cmp(&y.len())),
        (Value::Map(x), Value::Map(y)) => map_order(x, y),
        (Value::Node(x), Value::Node(y)) => x.cmp(y),
        (Value::Relationship(x), Value::Relationship(y)) => x.cmp(y),
        (Value::Path(x), Value::Path(y)) => x.cmp(y),
        (Value::Duration(x), Value::Duration(y)) => length(x).cmp(&length(y)),
        _ if rank(a) == rank(b) => inequality(a, b).ok().flatten().unwrap_or(Ordering::Equal),
        _ => rank(a).cmp(&rank(b)),
    }
}

/// A duration's mean length in nanoseconds (a month has 30.436875 days), then its parts.
fn length(duration: &Duration) -> (i128, i64, i64) {
    let days = i128::from(duration.months) * 30_436_875 + i128::from(duration.days) * 1_000_000;
    let nanos = i128::from(duration.seconds) * 1_000_000_000 + i128::from(duration.nanos);
    (days * 86_400_000 + nanos, duration.months, duration.days)
}

fn map_order(a: &Map, b: &Map) -> Ordering {
    let entries = |map: &Map| {
        let mut entries: Vec<_> = map.iter().map(|(k, v)| (k.clone(), v.clone())).collect();
        entries.sort_by(|x, y| x.0.cmp(&y.0));
        entries
    };
    let (x, y) = (entries(a), entries(b));
    x.len()
        .cmp(&y.len())
        .then_with(|| x.iter().map(|e| &e.0).cmp(y.iter().map(|e| &e.0)))
        .then_with(|| {
            x.iter()
                .zip(&y)
                .map(|(x, y)| order(&x.1, &y.1))
                .find(|order| order.is_ne())
                .unwrap_or(Ordering::Equal)
        })
}

/// Whether two values fall into one group: null with null, NaN with NaN, 1 with 1.0.
pub(crate) fn equivalent(a: &Value, b: &Value) -> bool {
    if both_numbers(a, b) {
        return order(a, b) == Ordering::Equal;
    }
    match (a, b) {
        (Value::Null, Value::Null) => true,
        (Value::List(x), Value::List(y)) => {
            x.len() == y.len() && x.iter().zip(y.iter()).all(|(x, y)| equivalent(x, y))
        }
        (Value::Map(x), Value::Map(y)) => {
            x.len() == y.len()
                && x.iter().all(|(key, value)| y.get(key).is_some_and(|y| equivalent(value, y)))
        }
        _ => same_plain(a, b),
    }
}

/// Whether an element of the list equals the value.
pub(crate) fn contained(value: &Value, list: &[Value]) -> Option<bool> {
    let truths: Vec<Option<bool>> = list.iter().map(|item| equals(value, item)).collect();
    if truths.contains(&Some(true)) {
        Some(true)
    } else if truths.contains(&None) {
        None
    } else {
        Some(false)
    }
}
