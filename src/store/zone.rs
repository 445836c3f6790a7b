//! Zones: between which values those of one property in one chunk lie.
//!
//! ```text
//! chunk     0          1            2                 born > 1990
//! born      1900…1931  1932…1988    1985…2004, null   ^ 0 and 1 cannot hold it, 2 may
//! ```
//!
//! A zone never tells less than there is: it may be wider than the values, since rows may have
//! been deleted since and packed columns tell it roughly, but no value lies outside of it. What
//! has values that are not comparable with each other has a zone without bounds.

use super::bitmap::Bitmap;
use super::index::KeyRange;
use super::segment::Segment;
use crate::value::order::{Comparison, compare, total_order};
use crate::value::{Date, Value};
use crate::vector::{NullBuffer, ScalarBuffer, StringVector, Vector};
use std::ops::Bound;
use std::sync::Arc;

/// What the values of a column are known to be.
#[derive(Clone, Debug)]
pub struct Zone {
    /// Rows; those past them are null.
    pub(super) rows: usize,
    /// How many of them are null.
    pub(super) nulls: usize,
    /// Whether some are `NaN`.
    pub(super) nan: bool,
    pub(super) bounds: Bounds,
}

#[derive(Clone, Debug)]
pub(super) enum Bounds {
    /// No value is comparable with any: all are null or `NaN`.
    Nothing,
    /// All values are comparable with each other, but for `NaN`, and lie between these.
    Between(Value, Value),
    Unknown,
}

/// What a property has to be for an element to be looked at.
#[derive(Clone, Debug)]
pub enum ZoneTest {
    /// Equal to a value of one of these lists: each is ascending, of values that compare.
    AnyOf(Vec<Vec<Value>>),
    /// Within a range.
    Within(KeyRange),
    /// Not there.
    Absent,
    /// What no value is.
    Never,
}

/// A column that was looked for in a file.
pub(crate) enum Glimpse {
    /// Its values, since they may be wanted.
    Segment(Segment),
    /// They are not wanted, as their zone tells.
    Zone(Zone),
}

impl ZoneTest {
    /// Whether a property is equal to one of these values.
    pub fn any_of<'v>(values: impl IntoIterator<Item = &'v Value>) -> Self {
        let mut kinds: Vec<Vec<Value>> = Vec::new();
        for value in values {
            // Null and `NaN` are equal to nothing.
            if value.is_null() || matches!(value, Value::Float(float) if float.is_nan()) {
                continue;
            }
            let alike = |kind: &&mut Vec<Value>| {
                kind.first().is_some_and(|first| compare(first, value) != Comparison::Unknown)
            };
            match kinds.iter_mut().find(alike) {
                Some(kind) => kind.push(value.clone()),
                // What is comparable with nothing is of no zone.
                None if compare(value, value) == Comparison::Unknown => {}
                None => kinds.push(vec![value.clone()]),
            }
        }
        kinds.iter_mut().for_each(|kind| kind.sort_unstable_by(total_order));
        ZoneTest::AnyOf(kinds)
    }

    /// Whether all tests hold of elements of which none has the property.
    pub fn take_absent(tests: &[ZoneTest]) -> bool {
        tests.iter().all(|test| matches!(test, ZoneTest::Absent))
    }
}

impl Zone {
    /// The zone of a column of integers, or of dates, which lie between these.
    pub(crate) fn of_numbers(
        dates: bool,
        (low, high): (i64, i64),
        (rows, nulls): (usize, usize),
    ) -> Self {
        let value =
            |days: i64| if dates { Value::Date(Date { days }) } else { Value::Integer(days) };
        let bounds =
            if nulls >= rows { Bounds::Nothing } else { Bounds::Between(value(low), value(high)) };
        Zone { rows, nulls, nan: false, bounds }
    }

    /// The zone of these values.
    pub(crate) fn of(vector: &Vector) -> Self {
        let rows = vector.len();
        let mut nan = false;
        let bounds = match vector {
            Vector::Integer { values, validity } => {
                range(values, validity.as_ref()).map(|(low, high)| [low, high].map(Value::Integer))
            }
            Vector::Date { values, validity } => range(values, validity.as_ref())
                .map(|(low, high)| [low, high].map(|days| Value::Date(Date { days }))),
            Vector::Float { values, .. } => {
                let valid = (0..rows).filter(|row| !vector.is_null(*row)).map(|row| values[row]);
                let numbers = valid.filter(|value| {
                    nan |= value.is_nan();
                    !value.is_nan()
                });
                let ends = |ends: Option<(f64, f64)>, value: f64| match ends {
                    None => Some((value, value)),
                    Some((low, high)) => Some((low.min(value), high.max(value))),
                };
                numbers.fold(None, ends).map(|(low, high)| [low, high].map(Value::Float))
            }
            Vector::Boolean { values, .. } => {
                let has = |truth: bool| {
                    (0..rows).any(|row| values.value(row) == truth && !vector.is_null(row))
                };
                match (has(false), has(true)) {
                    (false, false) => None,
                    (no, yes) => Some([!no, yes].map(Value::Boolean)),
                }
            }
            Vector::String(strings) => {
                ends(strings).map(|ends| ends.map(|row| Value::String(Arc::from(strings.str(row)))))
            }
            other => return Zone::of_values(other),
        };
        let nulls = vector.validity().map_or(0, NullBuffer::null_count);
        let bounds = match bounds {
            Some([low, high]) => Bounds::Between(low, high),
            None => Bounds::Nothing,
        };
        Zone { rows, nulls, nan, bounds }
    }

    /// The zone of values of any type.
    fn of_values(vector: &Vector) -> Self {
        let rows = vector.len();
        let nulls = (0..rows).filter(|row| vector.is_null(*row)).count();
        let (mut bounds, mut nan) = (Bounds::Nothing, false);
        for value in vector.iter().filter(|value| !value.is_null()) {
            nan |= matches!(value, Value::Float(float) if float.is_nan());
            bounds = match bounds {
                Bounds::Nothing => match compare(&value, &value) {
                    Comparison::Equal if !matches!(value, Value::List(_)) => {
                        Bounds::Between(value.clone(), value)
                    }
                    Comparison::Unordered => Bounds::Nothing,
                    _ => Bounds::Unknown,
                },
                Bounds::Between(low, high) => match (compare(&value, &low), compare(&value, &high))
                {
                    (Comparison::Unknown, _) | (_, Comparison::Unknown) => Bounds::Unknown,
                    (Comparison::Less, _) => Bounds::Between(value, high),
                    (_, Comparison::Greater) => Bounds::Between(low, value),
                    _ => Bounds::Between(low, high),
                },
                Bounds::Unknown => break,
            };
        }
        Zone { rows, nulls, nan, bounds }
    }

    /// The least and the greatest value, where all that are there are comparable.
    pub fn bounds(&self) -> Option<(&Value, &Value)> {
        match &self.bounds {
            Bounds::Between(low, high) => Some((low, high)),
            Bounds::Nothing | Bounds::Unknown => None,
        }
    }

    /// Whether a test may hold of some of the elements of the chunk whose rows these are.
    pub(crate) fn may_hold(&self, test: &ZoneTest, live: &Bitmap) -> bool {
        match (test, &self.bounds) {
            (ZoneTest::Never, _) => false,
            (ZoneTest::Absent, _) => self.nulls > 0 || live.reaches(self.rows),
            (ZoneTest::Within(KeyRange::Present), _) => self.nulls < self.rows,
            (_, Bounds::Unknown) => true,
            (_, Bounds::Nothing) => false,
            (ZoneTest::AnyOf(kinds), Bounds::Between(low, high)) => {
                kinds.iter().any(|kind| any_between(kind, low, high))
            }
            (ZoneTest::Within(KeyRange::Prefix(prefix)), Bounds::Between(low, high)) => {
                let (Value::String(low), Value::String(high)) = (low, high) else { return false };
                // Of the strings that begin so, the prefix itself is the first.
                let begins = |text: &str| text.starts_with(&**prefix);
                **high >= **prefix && (**low <= **prefix || begins(low))
            }
            (ZoneTest::Within(KeyRange::Between(from, to)), Bounds::Between(low, high)) => {
                reaches(high, from, Comparison::Greater) && reaches(low, to, Comparison::Less)
            }
        }
    }
}

/// Whether a value lies beyond a bound, which counts itself where it is included.
fn reaches(value: &Value, bound: &Bound<Value>, beyond: Comparison) -> bool {
    match bound {
        Bound::Unbounded => true,
        Bound::Excluded(bound) => compare(value, bound) == beyond,
        Bound::Included(bound) => {
            let found = compare(value, bound);
            found == beyond || found == Comparison::Equal
        }
    }
}

/// Whether one of these values, which ascend, lies between two others.
fn any_between(values: &[Value], low: &Value, high: &Value) -> bool {
    let first = values.partition_point(|value| compare(value, low) == Comparison::Less);
    let first = values.get(first).map(|value| [compare(value, low), compare(value, high)]);
    first.is_some_and(|[from_low, from_high]| {
        matches!(from_low, Comparison::Equal | Comparison::Greater)
            && matches!(from_high, Comparison::Equal | Comparison::Less)
    })
}

/// The least and the greatest of numbers.
fn range(values: &ScalarBuffer<i64>, validity: Option<&NullBuffer>) -> Option<(i64, i64)> {
    let wider = |(low, high): (i64, i64), value: i64| (low.min(value), high.max(value));
    match validity {
        None => {
            let first = *values.first()?;
            Some(values.iter().fold((first, first), |ends, value| wider(ends, *value)))
        }
        Some(validity) => {
            let mut valid = validity.valid_indices().map(|row| values[row]);
            let first = valid.next()?;
            Some(valid.fold((first, first), wider))
        }
    }
}

/// The rows of the least and the greatest string.
fn ends(strings: &StringVector) -> Option<[usize; 2]> {
    let valid = |row: &usize| strings.validity().is_none_or(|validity| validity.is_valid(*row));
    let mut rows = (0..strings.len()).filter(valid);
    let first = rows.next()?;
    let [mut low, mut high] = [(strings.first_bytes(first), first); 2];
    for row in rows {
        // Most are told apart by how they begin. Bytes are in the order of the characters that
        // they stand for.
        let begin = strings.first_bytes(row);
        let text = || strings.bytes(row);
        if begin < low.0 || (begin == low.0 && text() < strings.bytes(low.1)) {
            low = (begin, row);
        } else if begin > high.0 || (begin == high.0 && text() > strings.bytes(high.1)) {
            high = (begin, row);
        }
    }
    Some([low.1, high.1])
}

#[cfg(test)]
#[path = "zone_tests.rs"]
mod tests;
