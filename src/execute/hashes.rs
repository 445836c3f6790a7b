//! Hashes of what rows have in some columns.
//!
//! Values that are equal have the same hash, in whatever form they come: alone, in a column of
//! their type, as a whole number or as a fraction that is one. Others may have the same, so that
//! who compares hashes finds candidates.

use crate::value::{Value, group::hash_value, order::whole_number};
use crate::vector::{INLINE_BYTES, NullBuffer, StringVector, Vector, inline_view};
use std::hash::{BuildHasher, Hasher};

/// The hash of a row that has no value in some column.
pub(super) const NONE: u64 = 0;

/// An odd number of 64 random bits.
const MIX: u64 = 0x9e37_79b9_7f4a_7c15;

/// Hashes of the rows of some columns, which are as long as each other; [`NONE`] of those with a
/// null among them.
pub(super) fn hashes(columns: &[Vector], rows: usize) -> Vec<u64> {
    let mut hashes = vec![1; rows];
    columns.iter().for_each(|column| add(column, &mut hashes));
    hashes
}

/// Adds what the rows have in a column.
fn add(column: &Vector, hashes: &mut [u64]) {
    match column {
        Vector::Integer { values, validity } => {
            each(values, validity.as_ref(), hashes, |value| of_bits(2, value.cast_unsigned()));
        }
        Vector::Float { values, validity } => {
            each(values, validity.as_ref(), hashes, of_float);
        }
        Vector::Date { values, validity } => {
            each(values, validity.as_ref(), hashes, |days| of_bits(3, days.cast_unsigned()));
        }
        Vector::Node { values, validity } => {
            each(values, validity.as_ref(), hashes, |id| of_bits(4, u64::from(id)));
        }
        Vector::Relationship { values, validity } => {
            each(values, validity.as_ref(), hashes, |id| of_bits(5, u64::from(id)));
        }
        Vector::String(strings) => {
            let validity = strings.validity();
            for (row, hash) in hashes.iter_mut().enumerate() {
                let known = validity.is_none_or(|validity| !validity.is_null(row));
                *hash = joined(*hash, if known { of_string_at(strings, row) } else { NONE });
            }
        }
        Vector::Dictionary { values, places } => {
            // Of a large dictionary a column may need few values.
            let mut known: Vec<Option<u64>> = vec![None; values.len()];
            for (hash, place) in hashes.iter_mut().zip(places.iter()) {
                let place = *place as usize;
                let own = known.get_mut(place);
                let own = own.map_or(NONE, |own| *own.get_or_insert_with(|| of(&values[place])));
                *hash = joined(*hash, own);
            }
        }
        Vector::Constant(value, _) => {
            let own = of(value);
            hashes.iter_mut().for_each(|hash| *hash = joined(*hash, own));
        }
        Vector::Dynamic(values) => {
            for (hash, value) in hashes.iter_mut().zip(values.iter()) {
                *hash = joined(*hash, of(value));
            }
        }
        Vector::Boolean { .. } => {
            for (row, hash) in hashes.iter_mut().enumerate() {
                *hash = joined(*hash, of(&column.get(row)));
            }
        }
    }
}

/// The hash of a row so far with that of one more value.
fn joined(row: u64, value: u64) -> u64 {
    if row == NONE || value == NONE {
        return NONE;
    }
    let mixed = (row.rotate_left(23) ^ value).wrapping_mul(MIX);
    (mixed ^ (mixed >> 32)) | 1
}

fn each<T: Copy>(
    values: &[T],
    validity: Option<&NullBuffer>,
    hashes: &mut [u64],
    of: impl Fn(T) -> u64,
) {
    match validity {
        None => {
            for (hash, value) in hashes.iter_mut().zip(values) {
                *hash = joined(*hash, of(*value));
            }
        }
        Some(validity) => {
            for (row, (hash, value)) in hashes.iter_mut().zip(values).enumerate() {
                let own = if validity.is_null(row) { NONE } else { of(*value) };
                *hash = joined(*hash, own);
            }
        }
    }
}

fn of_bits(kind: u64, bits: u64) -> u64 {
    // The high half of a product has something of all of its bits.
    let wide = u128::from(bits ^ (kind << 56)).wrapping_mul(u128::from(MIX) << 32 | 0x5851_f42d);
    ((wide >> 64) as u64 ^ wide as u64) | 1
}

fn of_float(value: f64) -> u64 {
    match whole_number(value) {
        Some(whole) => of_bits(2, whole.cast_unsigned()),
        None => of_bits(6, value.to_bits()),
    }
}

fn of_string_at(strings: &StringVector, row: usize) -> u64 {
    let view = strings.views()[row];
    if view as u32 as usize <= INLINE_BYTES { of_view(view) } else { of_long(strings.bytes(row)) }
}

fn of_view(view: u128) -> u64 {
    of_bits(7, (view >> 64) as u64 ^ (view as u64).rotate_left(32).wrapping_mul(MIX))
}

fn of_long(bytes: &[u8]) -> u64 {
    let mut hasher = foldhash::fast::FixedState::default().build_hasher();
    hasher.write(bytes);
    hasher.finish() | 1
}

/// The hash of a value, which is [`NONE`] for null alone.
fn of(value: &Value) -> u64 {
    match value {
        Value::Null => NONE,
        Value::Integer(value) => of_bits(2, value.cast_unsigned()),
        Value::Float(value) => of_float(*value),
        Value::Date(date) => of_bits(3, date.days.cast_unsigned()),
        Value::Node(id) => of_bits(4, u64::from(id.0)),
        Value::Relationship(id) => of_bits(5, u64::from(id.0)),
        Value::String(text) => match inline_view(text.as_bytes()) {
            Some(view) => of_view(view),
            None => of_long(text.as_bytes()),
        },
        other => {
            let mut hasher = foldhash::fast::FixedState::default().build_hasher();
            hash_value(other, &mut hasher);
            hasher.finish() | 1
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::function::comparison::holds;
    use crate::syntax::ast::ComparisonOperator;
    use crate::value::proptests::any_value;
    use proptest::prelude::*;
    use std::sync::Arc;

    /// The forms in which a value may come in a column, at row 0.
    fn forms(value: &Value) -> [Vector; 5] {
        [
            Vector::from_values([value.clone()]),
            Vector::from_values([value.clone(), Value::Null]),
            Vector::Dynamic(Arc::new(vec![value.clone()])),
            Vector::Dictionary {
                values: Arc::new(vec![Value::Null, value.clone()]),
                places: vec![1, 0, 9].into(),
            },
            Vector::Constant(value.clone(), 1),
        ]
    }

    fn of_form(form: Vector) -> u64 {
        let rows = form.len();
        hashes(&[form], rows)[0]
    }

    proptest! {
        #[test]
        fn a_value_has_its_hash_whatever_its_form(value in any_value()) {
            let alone = of_form(Vector::Constant(value.clone(), 1));
            prop_assert_eq!(alone == NONE, value.is_null());
            for form in forms(&value) {
                prop_assert_eq!(of_form(form.clone()), alone, "{:?}", form);
            }
        }

        #[test]
        fn what_is_equal_has_the_same_hash(one in any_value(), other in any_value()) {
            if holds(ComparisonOperator::Equal, &one, &other) == Some(true) {
                let of = |value: &Value| of_form(Vector::Constant(value.clone(), 1));
                prop_assert_eq!(of(&one), of(&other));
            }
        }
    }

    #[test]
    fn numbers_are_equal_across_their_types() {
        let of = |value| of_form(Vector::Constant(value, 1));
        assert_eq!(of(Value::Integer(3)), of(Value::Float(3.0)));
        assert_eq!(of(Value::Integer(0)), of(Value::Float(-0.0)));
        assert_eq!(of(Value::Integer(i64::MIN)), of(Value::Float(i64::MIN as f64)));
        assert_ne!(of(Value::Integer(3)), of(Value::from("3")));
        let list = |values: [Value; 2]| Value::List(Arc::new(values.to_vec()));
        assert_eq!(
            of(list([Value::Integer(1), Value::Float(2.0)])),
            of(list([Value::Float(1.0), Value::Integer(2)])),
        );
    }

    #[test]
    fn a_row_with_a_null_has_none_and_columns_have_their_places() {
        let column = |values: [Value; 3]| Vector::from_values(values);
        let numbers = column([Value::Integer(1), Value::Null, Value::Integer(2)]);
        let names = column([Value::from("a"), Value::from("a"), Value::Null]);
        let both = hashes(&[numbers.clone(), names.clone()], 3);
        assert_eq!((both[0] == NONE, both[1], both[2]), (false, NONE, NONE));
        assert_ne!(both[0], hashes(&[names, numbers], 3)[0]);
    }

    /// Hashes of like values lie in different buckets, by their first bits as by their last.
    #[test]
    fn hashes_of_numbers_and_names_are_spread() {
        let count = 10_000u32;
        let names = (0..count).map(|number| Value::from(format!("name {number}").as_str()));
        let columns = [
            Vector::integers((0..i64::from(count)).collect()),
            Vector::integers((0..i64::from(count)).map(|number| number << 32).collect()),
            Vector::floats((0..count).map(|number| f64::from(number) + 0.5).collect()),
            Vector::nodes((0..count).collect()),
            Vector::from_values(names.clone()),
            Vector::from_values(names.map(|name| match name {
                Value::String(name) => Value::from(format!("a longer string, {name}").as_str()),
                other => other,
            })),
        ];
        for column in columns {
            let hashes = hashes(std::slice::from_ref(&column), count as usize);
            let mut buckets = vec![0; 1024];
            hashes.iter().for_each(|hash| buckets[(hash >> 54) as usize] += 1);
            assert!(buckets.iter().all(|&found| found < 40), "{column:?}");
            let different: std::collections::HashSet<&u64> = hashes.iter().collect();
            assert!(different.len() > 9_990, "{}", different.len());
        }
    }
}
