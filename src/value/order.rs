//! Equality, comparison and total order of values.
//!
//! Cypher has three relations that look alike and are not:
//!
//! * *equality* ([`equals`], the operator `=`) and *comparison* ([`compare`],
//!   the operators `<`, `<=`, `>`, `>=`) are three-valued, and `NaN` equals nothing;
//! * *orderability* ([`total_order`], `ORDER BY`, `min`, `max`) orders everything,
//!   `null` last;
//! * *equivalence* (`DISTINCT`, grouping) lives in [`super::group`].

use std::cmp::Ordering;

use super::{Duration, Map, Value};

/// What a comparison of two values says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comparison {
    /// The first is less.
    Less,
    /// Neither is less.
    Equal,
    /// The first is greater.
    Greater,
    /// `NaN` is involved: every inequality is false.
    Unordered,
    /// Null is involved, or the types do not compare: every inequality is null.
    Unknown,
}

impl Comparison {
    /// The truth of `a < b`.
    #[must_use]
    pub fn is_less(self) -> Option<bool> {
        self.known().map(|()| self == Comparison::Less)
    }

    /// The truth of `a <= b`.
    #[must_use]
    pub fn is_less_or_equal(self) -> Option<bool> {
        self.known().map(|()| matches!(self, Comparison::Less | Comparison::Equal))
    }

    /// The truth of `a > b`.
    #[must_use]
    pub fn is_greater(self) -> Option<bool> {
        self.known().map(|()| self == Comparison::Greater)
    }

    /// The truth of `a >= b`.
    #[must_use]
    pub fn is_greater_or_equal(self) -> Option<bool> {
        self.known().map(|()| matches!(self, Comparison::Greater | Comparison::Equal))
    }

    fn known(self) -> Option<()> {
        (self != Comparison::Unknown).then_some(())
    }
}

impl From<Ordering> for Comparison {
    fn from(ordering: Ordering) -> Self {
        match ordering {
            Ordering::Less => Comparison::Less,
            Ordering::Equal => Comparison::Equal,
            Ordering::Greater => Comparison::Greater,
        }
    }
}

/// The truth of `a < b`; `None` is null.
#[must_use]
pub fn less_than(a: &Value, b: &Value) -> Option<bool> {
    compare(a, b).is_less()
}

/// The truth of `a <= b`; `None` is null.
#[must_use]
pub fn less_or_equal(a: &Value, b: &Value) -> Option<bool> {
    compare(a, b).is_less_or_equal()
}

/// The truth of `a > b`; `None` is null.
#[must_use]
pub fn greater_than(a: &Value, b: &Value) -> Option<bool> {
    compare(a, b).is_greater()
}

/// The truth of `a >= b`; `None` is null.
#[must_use]
pub fn greater_or_equal(a: &Value, b: &Value) -> Option<bool> {
    compare(a, b).is_greater_or_equal()
}

/// The truth of `a <> b`; `None` is null.
#[must_use]
pub fn not_equals(a: &Value, b: &Value) -> Option<bool> {
    equals(a, b).map(|equal| !equal)
}

/// The truth of `a = b`; `None` is null.
///
/// Values of different types are not equal, save that an integer equals the float
/// of exactly its value. Lists and maps compare element by element: one false
/// element makes the whole false, otherwise one null makes it null. Lists of
/// different lengths and maps of different keys are not equal.
#[must_use]
pub fn equals(a: &Value, b: &Value) -> Option<bool> {
    use Value::{
        Boolean, Date, DateTime, Duration, Float, Integer, List, LocalDateTime, LocalTime, Map,
        Node, Null, Path, Relationship, String, Time,
    };
    Some(match (a, b) {
        (Null, _) | (_, Null) => return None,
        (Boolean(x), Boolean(y)) => x == y,
        (Integer(x), Integer(y)) => x == y,
        (Float(x), Float(y)) => x == y,
        (Integer(x), Float(y)) | (Float(y), Integer(x)) => {
            integer_float_order(*x, *y) == Some(Ordering::Equal)
        }
        (String(x), String(y)) => x == y,
        (List(x), List(y)) => return list_equals(x, y),
        (Map(x), Map(y)) => return map_equals(x, y),
        (Node(x), Node(y)) => x == y,
        (Relationship(x), Relationship(y)) => x == y,
        (Path(x), Path(y)) => x == y,
        (Date(x), Date(y)) => x == y,
        (LocalTime(x), LocalTime(y)) => x == y,
        (Time(x), Time(y)) => x == y,
        (LocalDateTime(x), LocalDateTime(y)) => x == y,
        (DateTime(x), DateTime(y)) => x == y,
        (Duration(x), Duration(y)) => x == y,
        _ => false,
    })
}

fn list_equals(a: &[Value], b: &[Value]) -> Option<bool> {
    if a.len() != b.len() {
        return Some(false);
    }
    all_equal(a.iter().zip(b))
}

fn map_equals(a: &Map, b: &Map) -> Option<bool> {
    if a.len() != b.len() || a.keys().any(|key| !b.contains_key(key)) {
        return Some(false);
    }
    all_equal(a.iter().filter_map(|(key, value)| b.get(key).map(|other| (value, other))))
}

fn all_equal<'a>(pairs: impl Iterator<Item = (&'a Value, &'a Value)>) -> Option<bool> {
    let mut unknown = false;
    for (a, b) in pairs {
        match equals(a, b) {
            Some(true) => {}
            Some(false) => return Some(false),
            None => unknown = true,
        }
    }
    (!unknown).then_some(true)
}

/// Compares two values as `<` and its kin do.
///
/// Numbers, strings, booleans, lists and temporal values of one kind compare;
/// everything else, durations included, is [`Comparison::Unknown`]. Lists compare
/// at their first difference, and a proper prefix is less.
#[must_use]
pub fn compare(a: &Value, b: &Value) -> Comparison {
    use Value::{
        Boolean, Date, DateTime, Float, Integer, List, LocalDateTime, LocalTime, String, Time,
    };
    match (a, b) {
        (Integer(x), Integer(y)) => x.cmp(y).into(),
        (Float(x), Float(y)) => or_unordered(x.partial_cmp(y)),
        (Integer(x), Float(y)) => or_unordered(integer_float_order(*x, *y)),
        (Float(x), Integer(y)) => or_unordered(integer_float_order(*y, *x).map(Ordering::reverse)),
        (String(x), String(y)) => x.cmp(y).into(),
        (Boolean(x), Boolean(y)) => x.cmp(y).into(),
        (List(x), List(y)) => compare_lists(x, y),
        (Date(x), Date(y)) => x.cmp(y).into(),
        (LocalTime(x), LocalTime(y)) => x.cmp(y).into(),
        (Time(x), Time(y)) => x.cmp(y).into(),
        (LocalDateTime(x), LocalDateTime(y)) => x.cmp(y).into(),
        (DateTime(x), DateTime(y)) => x.cmp(y).into(),
        _ => Comparison::Unknown,
    }
}

fn or_unordered(ordering: Option<Ordering>) -> Comparison {
    ordering.map_or(Comparison::Unordered, Comparison::from)
}

fn compare_lists(a: &[Value], b: &[Value]) -> Comparison {
    for (x, y) in a.iter().zip(b) {
        // Values that are equal without being comparable (nodes, durations) do
        // not stop the walk.
        match compare(x, y) {
            Comparison::Equal => {}
            Comparison::Unknown if equals(x, y) == Some(true) => {}
            decided => return decided,
        }
    }
    a.len().cmp(&b.len()).into()
}

/// The integer that a float is equivalent to, if there is one.
///
/// ```
/// use dossier::value::order::whole_number;
///
/// assert_eq!(whole_number(-3.0), Some(-3));
/// assert_eq!(whole_number(0.5), None);
/// // 2⁶³ is one more than the greatest integer.
/// assert_eq!(whole_number(9_223_372_036_854_775_808.0), None);
/// ```
pub fn whole_number(float: f64) -> Option<i64> {
    // 2⁶³ itself is no i64; -2⁶³ is.
    let inside = (-9_223_372_036_854_775_808.0..9_223_372_036_854_775_808.0).contains(&float);
    (inside && float.fract() == 0.0).then_some(float as i64)
}

/// Compares an integer with a float exactly, `None` for `NaN`.
///
/// Casting either way loses: above 2⁵³ neighbouring integers share a float.
#[must_use]
pub fn integer_float_order(integer: i64, float: f64) -> Option<Ordering> {
    const TWO_POW_63: f64 = 9_223_372_036_854_775_808.0;
    if float.is_nan() {
        return None;
    }
    if float >= TWO_POW_63 {
        return Some(Ordering::Less);
    }
    if float < -TWO_POW_63 {
        return Some(Ordering::Greater);
    }
    // Within the range the truncated float is an exact i64; its fraction breaks a tie.
    let truncated = float.trunc();
    let order = integer.cmp(&(truncated as i64));
    Some(order.then_with(|| truncated.partial_cmp(&float).unwrap_or(Ordering::Equal)))
}

/// Orders any two values, as `ORDER BY`, `min` and `max` do.
///
/// Ascending: maps, nodes, relationships, lists, paths, datetimes, local datetimes,
/// dates, times, local times, durations, strings, booleans, numbers, `NaN`, null.
/// Two values are `Equal` exactly when they are equivalent ([`super::group::equivalent`]).
#[must_use]
pub fn total_order(a: &Value, b: &Value) -> Ordering {
    use Value::{
        Boolean, Date, DateTime, Duration, Float, Integer, List, LocalDateTime, LocalTime, Map,
        Node, Path, Relationship, String, Time,
    };
    match (a, b) {
        (Integer(x), Integer(y)) => x.cmp(y),
        (Float(x), Float(y)) => float_order(*x, *y),
        // An unordered pair is NaN, which is greater than every number.
        (Integer(x), Float(y)) => integer_float_order(*x, *y).unwrap_or(Ordering::Less),
        (Float(x), Integer(y)) => {
            integer_float_order(*y, *x).map_or(Ordering::Greater, Ordering::reverse)
        }
        (String(x), String(y)) => x.cmp(y),
        (Boolean(x), Boolean(y)) => x.cmp(y),
        (List(x), List(y)) => list_order(x, y),
        (Map(x), Map(y)) => map_order(x, y),
        (Node(x), Node(y)) => x.cmp(y),
        (Relationship(x), Relationship(y)) => x.cmp(y),
        (Path(x), Path(y)) => x.cmp(y),
        (Date(x), Date(y)) => x.cmp(y),
        (LocalTime(x), LocalTime(y)) => x.cmp(y),
        (Time(x), Time(y)) => x.cmp(y),
        (LocalDateTime(x), LocalDateTime(y)) => x.cmp(y),
        (DateTime(x), DateTime(y)) => x.cmp(y),
        (Duration(x), Duration(y)) => duration_order(x, y),
        _ => type_rank(a).cmp(&type_rank(b)),
    }
}

fn float_order(a: f64, b: f64) -> Ordering {
    a.partial_cmp(&b).unwrap_or_else(|| a.is_nan().cmp(&b.is_nan()))
}

fn list_order(a: &[Value], b: &[Value]) -> Ordering {
    for (x, y) in a.iter().zip(b) {
        let order = total_order(x, y);
        if order.is_ne() {
            return order;
        }
    }
    a.len().cmp(&b.len())
}

/// Maps order by size, then by their sorted keys, then by the values under them.
fn map_order(a: &Map, b: &Map) -> Ordering {
    if a.len() != b.len() {
        return a.len().cmp(&b.len());
    }
    let sorted = |map: &'_ Map| {
        let mut keys: Vec<std::sync::Arc<str>> = map.keys().cloned().collect();
        keys.sort_unstable();
        keys
    };
    let (keys, others) = (sorted(a), sorted(b));
    keys.cmp(&others).then_with(|| {
        keys.iter()
            .filter_map(|key| Some((a.get(key)?, b.get(key)?)))
            .map(|(x, y)| total_order(x, y))
            .find(|order| order.is_ne())
            .unwrap_or(Ordering::Equal)
    })
}

/// Durations order by their average length in nanoseconds, then part by part.
fn duration_order(a: &Duration, b: &Duration) -> Ordering {
    // The Gregorian calendar's mean month has 2,629,746 seconds.
    let average = |d: &Duration| {
        let seconds =
            i128::from(d.months) * 2_629_746 + i128::from(d.days) * 86_400 + i128::from(d.seconds);
        seconds * 1_000_000_000 + i128::from(d.nanos)
    };
    average(a)
        .cmp(&average(b))
        .then(a.months.cmp(&b.months))
        .then(a.days.cmp(&b.days))
        .then(a.seconds.cmp(&b.seconds))
        .then(a.nanos.cmp(&b.nanos))
}

/// Orders the kinds of two values in [`total_order`]: `Equal` for values that stand among
/// each other there, as all numbers do.
#[must_use]
pub fn class_order(a: &Value, b: &Value) -> Ordering {
    type_rank(a).cmp(&type_rank(b))
}

fn type_rank(value: &Value) -> u8 {
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

#[cfg(test)]
mod tests {
    use super::*;

    fn list(items: &[Value]) -> Value {
        Value::from(items.to_vec())
    }

    fn map(entries: &[(&str, Value)]) -> Value {
        Value::from(entries.iter().map(|(k, v)| ((*k).into(), v.clone())).collect::<Map>())
    }

    #[test]
    fn numbers_are_equal_only_when_they_are_the_same_number() {
        assert_eq!(equals(&1.into(), &1.0.into()), Some(true));
        assert_eq!(equals(&i64::MAX.into(), &9_223_372_036_854_775_807.0.into()), Some(false));
        assert_eq!(
            equals(&9_007_199_254_740_993_i64.into(), &9_007_199_254_740_992.0.into()),
            Some(false)
        );
        assert_eq!(equals(&i64::MIN.into(), &(-9_223_372_036_854_775_808.0).into()), Some(true));
        assert_eq!(equals(&f64::NAN.into(), &f64::NAN.into()), Some(false));
        assert_eq!(equals(&0.0.into(), &(-0.0).into()), Some(true));
        assert_eq!(equals(&Value::Null, &Value::Null), None);
        assert_eq!(equals(&1.into(), &"1".into()), Some(false));
    }

    #[test]
    fn one_difference_outweighs_any_null() {
        let null = Value::Null;
        assert_eq!(
            equals(&list(&[null.clone(), 1.into()]), &list(&[2.into(), 2.into()])),
            Some(false)
        );
        assert_eq!(equals(&list(&[null.clone(), 1.into()]), &list(&[2.into(), 1.into()])), None);
        assert_eq!(equals(&list(std::slice::from_ref(&null)), &list(&[])), Some(false));
        let (x, y) = (
            map(&[("k", null.clone()), ("l", 1.into())]),
            map(&[("l", 1.into()), ("k", 3.into())]),
        );
        assert_eq!(equals(&x, &y), None);
        assert_eq!(equals(&x, &map(&[("k", null)])), Some(false));
    }

    #[test]
    fn nan_makes_inequalities_false_and_other_types_make_them_null() {
        for op in [less_than, less_or_equal, greater_than, greater_or_equal] {
            assert_eq!(op(&f64::NAN.into(), &1.into()), Some(false));
            assert_eq!(op(&f64::NAN.into(), &f64::NAN.into()), Some(false));
            assert_eq!(op(&f64::NAN.into(), &"a".into()), None);
            assert_eq!(op(&Value::Null, &1.into()), None);
        }
        assert_eq!(
            less_than(&9_007_199_254_740_992.0.into(), &9_007_199_254_740_993_i64.into()),
            Some(true)
        );
        assert_eq!(less_than(&(-1.5).into(), &(-1).into()), Some(true));
        assert_eq!(greater_than(&i64::MAX.into(), &f64::INFINITY.into()), Some(false));
    }

    #[test]
    fn lists_compare_at_their_first_difference() {
        let (one, two, null) = (Value::from(1), Value::from(2), Value::Null);
        let short = list(std::slice::from_ref(&one));
        assert_eq!(greater_than(&list(&[one.clone(), null.clone()]), &short), Some(true));
        assert_eq!(
            less_than(&list(&[one.clone(), null.clone()]), &list(&[two, null.clone()])),
            Some(true)
        );
        assert_eq!(less_than(&list(&[null]), &short), None);
        assert_eq!(less_than(&list(&["a".into()]), &short), None);
    }

    #[test]
    fn types_order_from_maps_to_null() {
        let ascending = [
            map(&[]),
            map(&[("a", 1.into())]),
            Value::Node(super::super::NodeId(1)),
            Value::Relationship(super::super::RelationshipId(0)),
            list(&[]),
            list(&[1.into()]),
            list(&[1.into(), Value::Null]),
            list(&[Value::Null]),
            "".into(),
            "a".into(),
            false.into(),
            true.into(),
            f64::NEG_INFINITY.into(),
            (-1).into(),
            0.5.into(),
            1.into(),
            f64::INFINITY.into(),
            f64::NAN.into(),
            Value::Null,
        ];
        for (i, a) in ascending.iter().enumerate() {
            for (j, b) in ascending.iter().enumerate() {
                assert_eq!(total_order(a, b), i.cmp(&j), "{a:?} against {b:?}");
            }
        }
    }
}
