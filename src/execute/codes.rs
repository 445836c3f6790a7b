//! Codes: a number for each value of a grouping key, equal for values that fall into one group.
//!
//! ```text
//! kind (32 bits) │ number (32 bits)
//! ```
//!
//! Elements, truth values, small integers and dates are their own number; strings, fractions and
//! everything else have a place in a dictionary. Whichever way a value comes, alone or in a column
//! of its type, it has the same code: a float that is a whole number has that of the integer.

use crate::value::{Date, Value, group::GroupRow, order::whole_number};
use crate::vector::{INLINE_BYTES, NullBuffer, StringVector, Vector, inline_view};
use hashbrown::{HashMap, HashTable};
use std::hash::BuildHasher;
use std::sync::Arc;

type Hashing = foldhash::fast::FixedState;

const NULL: u64 = 0;
const BOOLEAN: u64 = 1 << 32;
const NODE: u64 = 2 << 32;
const RELATIONSHIP: u64 = 3 << 32;
const INTEGER: u64 = 4 << 32;
const SHORT: u64 = 5 << 32;
const LONG: u64 = 6 << 32;
const OTHER: u64 = 7 << 32;
const DATE: u64 = 8 << 32;
const FLOAT: u64 = 9 << 32;

/// The codes of one key.
#[derive(Debug)]
pub(super) struct Codes {
    short: HashMap<u128, u32, Hashing>,
    /// Short strings that came lately: where there are few of them, they are found here.
    lately: [(u128, u32); LATELY],
    long: Texts,
    /// Floats that are no whole numbers, by their bits.
    floats: HashMap<u64, u32, Hashing>,
    others: HashMap<GroupRow, u32, Hashing>,
    /// Lists that came lately: those that are shared are found by their place in memory.
    lists: [Option<(Arc<Vec<Value>>, u64)>; LATELY],
}

/// Strings one after the other, each once.
#[derive(Debug, Default)]
struct Texts {
    bytes: Vec<u8>,
    /// Where each ends.
    ends: Vec<usize>,
    numbers: HashTable<u32>,
    hashing: Hashing,
}

impl Texts {
    fn number(&mut self, text: &[u8]) -> u32 {
        let Texts { bytes, ends, numbers, hashing } = self;
        let at = |number: u32| {
            let place = number as usize;
            let start = place.checked_sub(1).map_or(0, |before| ends[before]);
            &bytes[start..ends[place]]
        };
        let hash = hashing.hash_one(text);
        if let Some(known) = numbers.find(hash, |&number| at(number) == text) {
            return *known;
        }
        let number = ends.len() as u32;
        numbers.insert_unique(hash, number, |&number| hashing.hash_one(at(number)));
        bytes.extend_from_slice(text);
        ends.push(bytes.len());
        number
    }
}

/// How many short strings are at hand.
const LATELY: usize = 16;

/// What is the view of no string.
const NO_VIEW: u128 = u128::MAX;

impl Default for Codes {
    fn default() -> Self {
        Codes {
            short: HashMap::default(),
            lately: [(NO_VIEW, 0); LATELY],
            long: Texts::default(),
            floats: HashMap::default(),
            others: HashMap::default(),
            lists: [const { None }; LATELY],
        }
    }
}

impl Codes {
    /// Bytes that the dictionaries take, roughly.
    pub(super) fn bytes(&self) -> usize {
        self.short.len() * 32
            + self.long.bytes.len()
            + self.long.ends.len() * 16
            + self.floats.len() * 16
            + self.others.len() * 80
    }

    /// The codes of the values of a column.
    pub(super) fn of(&mut self, vector: &Vector, codes: &mut Vec<u64>) {
        codes.clear();
        let rows = 0..vector.len();
        match vector {
            Vector::Constant(value, len) => {
                let code = self.of_value(value);
                codes.resize(*len, code);
            }
            Vector::Node { values, validity } => {
                each(values, validity.as_ref(), codes, |id| NODE | u64::from(id));
            }
            Vector::Relationship { values, validity } => {
                each(values, validity.as_ref(), codes, |id| RELATIONSHIP | u64::from(id));
            }
            Vector::Integer { values, validity } => {
                each(values, validity.as_ref(), codes, |value| self.of_integer(value));
            }
            Vector::Date { values, validity } => {
                each(values, validity.as_ref(), codes, |days| self.of_date(Date { days }));
            }
            Vector::Float { values, validity } => {
                each(values, validity.as_ref(), codes, |value| self.of_float(value));
            }
            Vector::String(strings) => {
                codes.extend(rows.map(|row| self.of_string_at(strings, row)));
            }
            Vector::Dynamic(values) => {
                codes.extend(values.iter().map(|value| self.of_value(value)));
            }
            Vector::Dictionary { values, places } => {
                // Of a large dictionary a column may need few values.
                let mut each: Vec<Option<u64>> = vec![None; values.len()];
                codes.extend(places.iter().map(|place| {
                    let Some(known) = each.get_mut(*place as usize) else { return NULL };
                    *known.get_or_insert_with(|| self.of_value(&values[*place as usize]))
                }));
            }
            Vector::Boolean { .. } => {
                codes.extend(rows.map(|row| self.of_value(&vector.get(row))));
            }
        }
    }

    fn of_string_at(&mut self, strings: &StringVector, row: usize) -> u64 {
        if strings.validity().is_some_and(|validity| validity.is_null(row)) {
            return NULL;
        }
        let view = strings.views()[row];
        // A short string lies within its view.
        if view as u32 as usize <= INLINE_BYTES {
            self.of_view(view)
        } else {
            LONG | u64::from(self.long.number(strings.bytes(row)))
        }
    }

    fn of_view(&mut self, view: u128) -> u64 {
        let mixed = ((view >> 64) as u64 ^ view as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let lately = &mut self.lately[(mixed >> 60) as usize % LATELY];
        if lately.0 != view {
            let next = self.short.len() as u32;
            *lately = (view, *self.short.entry(view).or_insert(next));
        }
        SHORT | u64::from(lately.1)
    }

    fn of_integer(&mut self, value: i64) -> u64 {
        match i32::try_from(value) {
            Ok(small) => INTEGER | u64::from(small.cast_unsigned()),
            Err(_) => self.of_other(Value::Integer(value)),
        }
    }

    fn of_date(&mut self, date: Date) -> u64 {
        match i32::try_from(date.days) {
            // Those before 1970 and after it have small numbers in turn.
            Ok(days) => {
                DATE | u64::from((days.cast_unsigned() << 1) ^ (days >> 31).cast_unsigned())
            }
            Err(_) => self.of_other(Value::Date(date)),
        }
    }

    fn of_float(&mut self, value: f64) -> u64 {
        if let Some(whole) = whole_number(value) {
            return self.of_integer(whole);
        }
        if value.is_nan() {
            return self.of_other(Value::Float(value));
        }
        let next = self.floats.len() as u32;
        FLOAT | u64::from(*self.floats.entry(value.to_bits()).or_insert(next))
    }

    /// The code of a value.
    pub(super) fn of_value(&mut self, value: &Value) -> u64 {
        match value {
            Value::Null => NULL,
            Value::Boolean(value) => BOOLEAN | u64::from(*value),
            Value::Node(id) => NODE | u64::from(id.0),
            Value::Relationship(id) => RELATIONSHIP | u64::from(id.0),
            Value::Integer(value) => self.of_integer(*value),
            Value::Float(value) => self.of_float(*value),
            Value::Date(date) => self.of_date(*date),
            Value::String(text) => match inline_view(text.as_bytes()) {
                Some(view) => self.of_view(view),
                None => LONG | u64::from(self.long.number(text.as_bytes())),
            },
            Value::List(list) => self.of_list(list),
            other => self.of_other(other.clone()),
        }
    }

    fn of_list(&mut self, list: &Arc<Vec<Value>>) -> u64 {
        let mixed = (Arc::as_ptr(list).addr() as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let place = (mixed >> 60) as usize % LATELY;
        if let Some((known, code)) = &self.lists[place]
            && Arc::ptr_eq(known, list)
        {
            return *code;
        }
        let code = self.of_other(Value::List(list.clone()));
        // A list that nobody else has does not come again.
        if Arc::strong_count(list) > 2 {
            self.lists[place] = Some((list.clone(), code));
        }
        code
    }

    fn of_other(&mut self, value: Value) -> u64 {
        let next = self.others.len() as u32;
        OTHER | u64::from(*self.others.entry(GroupRow(vec![value])).or_insert(next))
    }
}

/// The codes of a column's values, that of null where there is none.
fn each<T: Copy>(
    values: &[T],
    validity: Option<&NullBuffer>,
    codes: &mut Vec<u64>,
    mut of: impl FnMut(T) -> u64,
) {
    match validity {
        None => codes.extend(values.iter().map(|value| of(*value))),
        Some(validity) => codes.extend(
            values.iter().enumerate().map(
                |(row, value)| {
                    if validity.is_null(row) { NULL } else { of(*value) }
                },
            ),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_has_its_code_whatever_its_form() {
        let mut codes = Codes::default();
        let long = "a string of more than twelve bytes";
        for value in [
            Value::Integer(-1),
            Value::Integer(i64::MIN),
            Value::Float(0.5),
            Value::Float(f64::NAN),
            Value::Float(f64::INFINITY),
            Value::Float(3.0),
            Value::Date(Date { days: 20_000 }),
            Value::Date(Date { days: -1 }),
            Value::Date(Date { days: i64::from(i32::MAX) + 1 }),
            Value::Null,
            Value::from("short"),
            Value::from(""),
            Value::from(long),
            Value::Boolean(true),
            Value::Node(crate::value::NodeId(1)),
            Value::Relationship(crate::value::RelationshipId(1)),
        ] {
            let alone = codes.of_value(&value);
            for form in [
                Vector::from_values([value.clone()]),
                Vector::from_values([value.clone(), Value::Null]),
                Vector::Dynamic(std::sync::Arc::new(vec![value.clone()])),
                Vector::Dictionary {
                    values: std::sync::Arc::new(vec![Value::Null, value.clone()]),
                    places: vec![1, 0, 9].into(),
                },
                Vector::Constant(value.clone(), 1),
            ] {
                let mut found = Vec::new();
                codes.of(&form, &mut found);
                assert_eq!(found[0], alone, "{value:?} as {form:?}");
            }
        }
        let of = |codes: &mut Codes, value: Value| codes.of_value(&value);
        assert_eq!(of(&mut codes, Value::Float(-0.0)), of(&mut codes, Value::Integer(0)));
        assert_eq!(
            of(&mut codes, Value::Float(i64::MIN as f64)),
            of(&mut codes, Value::Integer(i64::MIN))
        );
        assert_ne!(of(&mut codes, Value::from("a")), of(&mut codes, Value::from("b")));
        let distinct: std::collections::BTreeSet<u64> = (-3..3)
            .flat_map(|days| {
                let date = Value::Date(Date { days });
                [date, Value::Integer(days), Value::Float(days as f64 + 0.5)]
            })
            .map(|value| codes.of_value(&value))
            .collect();
        assert_eq!(distinct.len(), 18);
        assert_eq!(
            codes.of_value(&Value::Float(f64::NAN)),
            codes.of_value(&Value::Float(-f64::NAN))
        );
        assert_ne!(
            of(&mut codes, Value::from(long)),
            of(&mut codes, Value::from("another string, long as well"))
        );
    }

    #[test]
    fn lists_have_the_codes_of_what_is_in_them() {
        let mut codes = Codes::default();
        let list = |number: i64| Arc::new(vec![Value::Integer(number)]);
        // Each list is shared, so that it is remembered, and more come than are remembered.
        let shared: Vec<Value> = (0..100).map(|number| Value::List(list(number % 40))).collect();
        let again = shared.clone();
        let first: Vec<u64> = shared.iter().map(|value| codes.of_value(value)).collect();
        let second: Vec<u64> = again.iter().map(|value| codes.of_value(value)).collect();
        assert_eq!(first, second);
        for (number, code) in first.iter().enumerate() {
            assert_eq!(*code, first[number % 40]);
            assert_eq!(codes.of_value(&Value::List(list(number as i64 % 40))), *code);
        }
        let different: std::collections::BTreeSet<&u64> = first.iter().collect();
        assert_eq!(different.len(), 40);
    }
}
