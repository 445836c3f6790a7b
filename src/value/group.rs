//! Equivalence of values and the hash that goes with it, for `DISTINCT`, grouping
//! and hash joins.
//!
//! Unlike equality, equivalence always knows: null is equivalent to null, `NaN` to
//! `NaN`, and `1` to `1.0`.

use std::cmp::Ordering;
use std::hash::{BuildHasher, Hash, Hasher};
use std::sync::Arc;

use super::order::{total_order, whole_number};
use super::{Map, Value};

/// Whether two values fall into one group.
#[must_use]
pub fn equivalent(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::List(x), Value::List(y)) => Arc::ptr_eq(x, y) || equivalent_slices(x, y),
        (Value::Map(x), Value::Map(y)) => Arc::ptr_eq(x, y) || equivalent_maps(x, y),
        (Value::String(x), Value::String(y)) => x == y,
        _ => total_order(a, b) == Ordering::Equal,
    }
}

/// Whether two rows fall into one group: as long, and equivalent value by value.
#[must_use]
pub fn equivalent_slices(a: &[Value], b: &[Value]) -> bool {
    a.len() == b.len() && a.iter().zip(b).all(|(x, y)| equivalent(x, y))
}

fn equivalent_maps(a: &Map, b: &Map) -> bool {
    a.len() == b.len()
        && a.iter().all(|(key, value)| b.get(key).is_some_and(|other| equivalent(value, other)))
}

/// Feeds a value to a hasher so that equivalent values hash alike.
pub fn hash_value<H: Hasher>(value: &Value, state: &mut H) {
    // The tag keeps `[]` apart from `{}` and a date from the integer of its days.
    match value {
        Value::Null => state.write_u8(0),
        Value::Boolean(flag) => (1u8, flag).hash(state),
        Value::Integer(number) => (2u8, number).hash(state),
        Value::Float(number) => hash_float(*number, state),
        Value::String(text) => (4u8, text.as_bytes()).hash(state),
        Value::List(items) => {
            (5u8, items.len()).hash(state);
            items.iter().for_each(|item| hash_value(item, state));
        }
        Value::Map(entries) => (6u8, hash_entries(entries)).hash(state),
        Value::Node(id) => (7u8, id).hash(state),
        Value::Relationship(id) => (8u8, id).hash(state),
        Value::Path(path) => (9u8, path).hash(state),
        Value::Date(date) => (10u8, date).hash(state),
        Value::LocalTime(time) => (11u8, time).hash(state),
        Value::Time(time) => (12u8, time).hash(state),
        Value::LocalDateTime(moment) => (13u8, moment).hash(state),
        Value::DateTime(moment) => (14u8, moment).hash(state),
        Value::Duration(duration) => (15u8, duration).hash(state),
    }
}

fn hash_float<H: Hasher>(number: f64, state: &mut H) {
    // A float that is exactly an integer hashes as that integer: 1 and 1.0 are one group.
    if let Some(integer) = whole_number(number) {
        (2u8, integer).hash(state);
    } else if number.is_nan() {
        state.write_u8(3);
    } else {
        (3u8, number.to_bits()).hash(state);
    }
}

/// The hash of a map: a sum over its entries, since their order does not matter.
fn hash_entries(entries: &Map) -> u64 {
    let build = foldhash::fast::FixedState::default();
    entries.iter().fold(entries.len() as u64, |sum, (key, value)| {
        let mut state = build.build_hasher();
        key.hash(&mut state);
        hash_value(value, &mut state);
        sum.wrapping_add(state.finish())
    })
}

/// A value as a key of a hash table: `Eq` and `Hash` by equivalence, `Ord` by
/// [`total_order`].
#[derive(Clone, Debug, Default)]
pub struct GroupKey(pub Value);

impl PartialEq for GroupKey {
    fn eq(&self, other: &Self) -> bool {
        equivalent(&self.0, &other.0)
    }
}

impl Eq for GroupKey {}

impl Hash for GroupKey {
    fn hash<H: Hasher>(&self, state: &mut H) {
        hash_value(&self.0, state);
    }
}

impl PartialOrd for GroupKey {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for GroupKey {
    fn cmp(&self, other: &Self) -> Ordering {
        total_order(&self.0, &other.0)
    }
}

impl From<Value> for GroupKey {
    fn from(value: Value) -> Self {
        GroupKey(value)
    }
}

/// A row of values as a key of a hash table; see [`GroupKey`].
#[derive(Clone, Debug, Default)]
pub struct GroupRow(pub Vec<Value>);

impl PartialEq for GroupRow {
    fn eq(&self, other: &Self) -> bool {
        equivalent_slices(&self.0, &other.0)
    }
}

impl Eq for GroupRow {}

impl Hash for GroupRow {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.iter().for_each(|value| hash_value(value, state));
    }
}

#[cfg(test)]
mod tests {
    use super::super::proptests::any_value;
    use super::*;
    use proptest::prelude::*;

    fn hash_of(value: &Value) -> u64 {
        foldhash::fast::FixedState::default().hash_one(GroupKey(value.clone()))
    }

    #[test]
    fn groups_see_through_number_types_and_map_order() {
        let one: Map = [("a".into(), 1.into()), ("b".into(), Value::Null)].into_iter().collect();
        let other: Map =
            [("b".into(), Value::Null), ("a".into(), 1.0.into())].into_iter().collect();
        let pairs: [(Value, Value); 5] = [
            (1.into(), 1.0.into()),
            (0.into(), (-0.0).into()),
            (f64::NAN.into(), (-f64::NAN).into()),
            (Value::Null, Value::Null),
            (one.into(), other.into()),
        ];
        for (a, b) in pairs {
            assert!(equivalent(&a, &b), "{a:?} and {b:?}");
            assert_eq!(hash_of(&a), hash_of(&b), "{a:?} and {b:?}");
        }
    }

    proptest! {
        #[test]
        fn order_and_hash_agree_with_equivalence(a in any_value(), b in any_value(), c in any_value()) {
            prop_assert_eq!(equivalent(&a, &b), total_order(&a, &b).is_eq());
            prop_assert_eq!(total_order(&a, &b), total_order(&b, &a).reverse());
            if equivalent(&a, &b) {
                prop_assert_eq!(hash_of(&a), hash_of(&b));
            }
            if total_order(&a, &b).is_le() && total_order(&b, &c).is_le() {
                prop_assert!(total_order(&a, &c).is_le());
            }
        }
    }
}
