//! The keys of a sort, in forms that compare fast.
//!
//! ```text
//! first key     Person 18      Person 2       Person 18b       all begin with `Person `
//! order         "18" │ row 0   "2" │ row 1    "18b" │ row 2    bytes as a number, and the row
//! ```
//!
//! A row is sorted as a pair: the head of its first key, a number that is smaller where the key
//! comes first, and the number of the row. So most rows are told apart by numbers that lie beside
//! each other. Where many have one head, they get others: of what comes behind in the same key, or
//! of the next key.

use crate::value::{Value, order::total_order};
use crate::vector::{BooleanBuffer, NullBuffer, ScalarBuffer, StringVector, Vector};
use std::cmp::Ordering;

/// The head of a key of a row, and the row's number.
pub(super) type Pair = (u64, u32);

/// The keys of some rows.
pub(super) struct Keys {
    /// Each with whether largest comes first.
    columns: Vec<(Column, bool)>,
    /// Rows that have one head are alike by their first key.
    exact: bool,
}

/// Rows of one head from which on they get others: fewer are compared.
const MANY: usize = 32;

/// How often rows get other heads: what is still alike then is compared.
const TIMES: usize = 8;

impl Keys {
    /// Keys, each with whether largest comes first, and a pair for each of so many rows.
    pub(super) fn new<'a>(
        keys: impl Iterator<Item = (&'a Vector, bool)>,
        rows: usize,
    ) -> (Self, Vec<Pair>) {
        let columns: Vec<(Column, bool)> =
            keys.map(|(vector, descending)| (Column::of(vector), descending)).collect();
        let mut pairs: Vec<Pair> = (0..rows as u32).map(|row| (0, row)).collect();
        let exact = columns.first().is_some_and(|key| set_heads(key, &mut pairs));
        (Keys { columns, exact }, pairs)
    }

    /// Which of two rows comes first. Rows that are alike stay in their order: so a sort that is
    /// not stable is stable nevertheless.
    pub(super) fn order(&self, a: &Pair, b: &Pair) -> Ordering {
        a.0.cmp(&b.0).then_with(|| order_alike(self.telling(), a, b))
    }

    /// Puts the rows in the order of [`Keys::order`].
    pub(super) fn sort(&self, pairs: &mut [Pair]) {
        sort(self.telling(), pairs, TIMES);
    }

    /// The keys that tell rows of one head apart.
    fn telling(&self) -> &[(Column, bool)] {
        self.columns.get(usize::from(self.exact)..).unwrap_or_default()
    }
}

/// Sorts rows by their heads, and those of one head by keys.
fn sort(keys: &[(Column, bool)], pairs: &mut [Pair], times: usize) {
    pairs.sort_unstable();
    let Some((first, rest)) = keys.split_first() else { return };
    for alike in pairs.chunk_by_mut(|a, b| a.0 == b.0) {
        if alike.len() < MANY || times == 0 {
            alike.sort_unstable_by(|a, b| order_alike(keys, a, b));
            continue;
        }
        let exact = set_heads(first, alike);
        let told_apart = alike.iter().any(|pair| pair.0 != alike[0].0);
        match (exact, told_apart) {
            (true, _) => sort(rest, alike, times - 1),
            (false, true) => sort(keys, alike, times - 1),
            (false, false) => alike.sort_unstable_by(|a, b| order_alike(keys, a, b)),
        }
    }
}

/// Which of two rows comes first by keys, or else by their numbers.
fn order_alike(keys: &[(Column, bool)], a: &Pair, b: &Pair) -> Ordering {
    for (column, descending) in keys {
        let ordering = column.compare(a.1 as usize, column, b.1 as usize);
        if ordering != Ordering::Equal {
            return if *descending { ordering.reverse() } else { ordering };
        }
    }
    a.1.cmp(&b.1)
}

/// Gives rows the heads of a key, and tells whether those that have one head then are alike.
fn set_heads((column, descending): &(Column, bool), pairs: &mut [Pair]) -> bool {
    let exact = column.set_heads(pairs);
    if *descending {
        pairs.iter_mut().for_each(|pair| pair.0 = !pair.0);
    }
    exact
}

/// Keys of rows and that of another row in forms that can be compared, if they are of one kind.
pub(super) fn comparable(keys: &Vector, other: &Vector) -> Option<(Column, Column)> {
    if std::mem::discriminant(keys) != std::mem::discriminant(other) {
        return None;
    }
    let pair = (Column::of(keys), Column::of(other));
    let alike = std::mem::discriminant(&pair.0.form) == std::mem::discriminant(&pair.1.form);
    alike.then_some(pair)
}

/// The values of a key.
pub(super) struct Column {
    form: Form,
    /// Which are not null, where the form does not tell.
    present: Option<NullBuffer>,
}

enum Form {
    Integers(ScalarBuffer<i64>),
    Floats(ScalarBuffer<f64>),
    Booleans(BooleanBuffer),
    Strings(StringVector),
    Ids(ScalarBuffer<u32>),
    Values(Vec<Value>),
}

/// The head of null, which is the largest value.
const NULL: u64 = u64::MAX;

impl Column {
    pub(super) fn of(vector: &Vector) -> Self {
        let form = match vector {
            Vector::Integer { values, .. } | Vector::Date { values, .. } => {
                Form::Integers(values.clone())
            }
            Vector::Float { values, .. } => Form::Floats(values.clone()),
            Vector::Boolean { values, .. } => Form::Booleans(values.clone()),
            Vector::String(strings) => Form::Strings(strings.clone()),
            Vector::Node { values, .. } | Vector::Relationship { values, .. } => {
                Form::Ids(values.clone())
            }
            Vector::Dynamic(_) | Vector::Dictionary { .. } | Vector::Constant(..) => {
                Form::Values(vector.iter().collect())
            }
        };
        Column { form, present: vector.validity().cloned() }
    }

    /// The values, where they are integers and none is null.
    pub(super) fn integers(&self) -> Option<&[i64]> {
        match (&self.form, &self.present) {
            (Form::Integers(values), None) => Some(values),
            _ => None,
        }
    }

    fn is_null(&self, row: usize) -> bool {
        self.present.as_ref().is_some_and(|present| present.is_null(row))
    }

    /// Compares a value with one of another column, which is made of the same kind of
    /// vector and takes the same form; of other forms all values are equal.
    pub(super) fn compare(&self, a: usize, other: &Column, b: usize) -> Ordering {
        if self.present.is_some() || other.present.is_some() {
            let nulls = (self.is_null(a), other.is_null(b));
            if nulls != (false, false) {
                return nulls.0.cmp(&nulls.1);
            }
        }
        match (&self.form, &other.form) {
            (Form::Integers(own), Form::Integers(other)) => own[a].cmp(&other[b]),
            // NaN is the largest number in the order of values.
            (Form::Floats(own), Form::Floats(other)) => {
                let (own, other) = (own[a], other[b]);
                own.partial_cmp(&other).unwrap_or_else(|| own.is_nan().cmp(&other.is_nan()))
            }
            (Form::Booleans(own), Form::Booleans(other)) => own.value(a).cmp(&other.value(b)),
            // Bytes are in the order of the characters that they stand for.
            (Form::Strings(own), Form::Strings(other)) => own.bytes(a).cmp(other.bytes(b)),
            (Form::Ids(own), Form::Ids(other)) => own[a].cmp(&other[b]),
            (Form::Values(own), Form::Values(other)) => total_order(&own[a], &other[b]),
            _ => Ordering::Equal,
        }
    }

    /// The rows whose value does not stand behind the first one of another column, as
    /// [`Column::compare`] has it.
    pub(super) fn not_behind(&self, bound: &Column, descending: bool) -> Vec<u32> {
        let behind = if descending { Ordering::Less } else { Ordering::Greater };
        let rows = 0..self.len() as u32;
        match (&self.form, &bound.form) {
            (Form::Strings(own), Form::Strings(other))
                if self.present.is_none() && bound.present.is_none() =>
            {
                let (number, first, bytes) =
                    (other.inline_number(0), other.first_bytes(0), other.bytes(0));
                let order = |row| match (own.inline_number(row), number) {
                    (Some(own), Some(number)) => own.cmp(&number),
                    _ => own.first_bytes(row).cmp(&first).then_with(|| own.bytes(row).cmp(bytes)),
                };
                rows.filter(|&row| order(row as usize) != behind).collect()
            }
            _ => rows.filter(|&row| self.compare(row as usize, bound, 0) != behind).collect(),
        }
    }

    fn len(&self) -> usize {
        match &self.form {
            Form::Integers(values) => values.len(),
            Form::Floats(values) => values.len(),
            Form::Booleans(values) => values.len(),
            Form::Strings(strings) => strings.len(),
            Form::Ids(values) => values.len(),
            Form::Values(values) => values.len(),
        }
    }

    /// Gives rows heads: where two differ, the value with the smaller one comes first. Tells
    /// whether values that have one head are equal.
    fn set_heads(&self, pairs: &mut [Pair]) -> bool {
        fn each(pairs: &mut [Pair], head: impl Fn(usize) -> u64) {
            pairs.iter_mut().for_each(|pair| pair.0 = head(pair.1 as usize));
        }
        let mut exact = true;
        match &self.form {
            Form::Integers(values) => each(pairs, |row| values[row].cast_unsigned() ^ SIGN),
            Form::Floats(values) => each(pairs, |row| float_head(values[row])),
            Form::Booleans(values) => each(pairs, |row| u64::from(values.value(row))),
            Form::Strings(strings) => exact = self.set_string_heads(strings, pairs),
            Form::Ids(values) => each(pairs, |row| u64::from(values[row])),
            Form::Values(_) => {
                exact = false;
                each(pairs, |_| 0);
            }
        }
        if self.present.is_some() {
            // The largest integer has the head of null as well.
            exact &= !matches!(self.form, Form::Integers(_))
                || pairs.iter().all(|pair| pair.0 != NULL || self.is_null(pair.1 as usize));
            let nulls = pairs.iter_mut().filter(|pair| self.is_null(pair.1 as usize));
            nulls.for_each(|pair| pair.0 = NULL);
        }
        exact
    }

    /// Heads of strings: the bytes behind those that all of these begin with. What is written
    /// in UTF-8 has no byte of ones only, so that none has the head of null.
    fn set_string_heads(&self, strings: &StringVector, pairs: &mut [Pair]) -> bool {
        let mut present =
            pairs.iter().map(|pair| pair.1 as usize).filter(|&row| !self.is_null(row));
        let first = present.next().map_or(&[][..], |row| strings.bytes(row));
        let common = present.try_fold(first.len(), |common, row| {
            let alike = first[..common].iter().zip(strings.bytes(row));
            let alike = alike.take_while(|(a, b)| a == b).count();
            (alike > 0).then_some(alike)
        });
        let common = common.unwrap_or(0);
        let mut longest = 0;
        for pair in pairs.iter_mut().filter(|pair| !self.is_null(pair.1 as usize)) {
            let behind = strings.bytes(pair.1 as usize).get(common..).unwrap_or_default();
            pair.0 = string_head(behind);
            longest = longest.max(behind.len());
        }
        longest <= HEAD
    }
}

/// The bit of a number's sign.
const SIGN: u64 = 1 << 63;

/// Bytes of a string that its head holds.
const HEAD: usize = 7;

/// The first bytes as a number, in which bytes that are missing are zeros, and behind them how
/// many there are: so that strings which are no longer have a head of their own.
fn string_head(bytes: &[u8]) -> u64 {
    let length = bytes.len().min(HEAD + 1) as u64;
    let first = if let Some(first) = bytes.first_chunk() {
        u64::from_be_bytes(*first)
    } else {
        let mut first = [0; HEAD + 1];
        first[..bytes.len()].copy_from_slice(bytes);
        u64::from_be_bytes(first)
    };
    (first & !0xff) | length
}

/// Zero has one head whatever its sign, and so has what is no number.
fn float_head(value: f64) -> u64 {
    let bits = if value.is_nan() { f64::NAN } else { value + 0.0 }.to_bits();
    if bits & SIGN == 0 { bits | SIGN } else { !bits }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The rows of these keys in order, whichever way they are put into it.
    fn sorted(keys: &[(Vector, bool)], rows: usize) -> Vec<u32> {
        let of = || Keys::new(keys.iter().map(|(key, descending)| (key, *descending)), rows);
        let ((keys, mut pairs), (_, mut compared)) = (of(), of());
        keys.sort(&mut pairs);
        compared.sort_unstable_by(|a, b| keys.order(a, b));
        let numbers = |pairs: Vec<Pair>| pairs.iter().map(|pair| pair.1).collect::<Vec<_>>();
        let found = numbers(pairs);
        assert_eq!(found, numbers(compared));
        found
    }

    /// What a stable sort by the values themselves comes to.
    fn expected(keys: &[(Vec<Value>, bool)], rows: usize) -> Vec<u32> {
        let mut numbers: Vec<u32> = (0..rows as u32).collect();
        numbers.sort_by(|&a, &b| {
            let orders = keys.iter().map(|(values, descending)| {
                let order = total_order(&values[a as usize], &values[b as usize]);
                if *descending { order.reverse() } else { order }
            });
            orders.fold(Ordering::Equal, Ordering::then)
        });
        numbers
    }

    fn sorts(keys: &[(Vec<Value>, bool)]) {
        let rows = keys[0].0.len();
        let vectors: Vec<(Vector, bool)> = keys
            .iter()
            .map(|(values, descending)| (Vector::from_values(values.iter().cloned()), *descending))
            .collect();
        assert_eq!(sorted(&vectors, rows), expected(keys, rows), "{keys:?}");
    }

    fn texts(texts: &[&str]) -> Vec<Value> {
        texts.iter().map(|&text| Value::from(text)).collect()
    }

    fn columns() -> Vec<Vec<Value>> {
        let long = "the same bytes, more of them than a head holds";
        let longer = [long, " a"].concat();
        let mut columns: Vec<Vec<Value>> = vec![
            [0, -1, i64::MAX, i64::MIN, 7, 0, i64::MAX].map(Value::Integer).to_vec(),
            [0.0, -0.0, f64::NAN, -f64::NAN, f64::INFINITY, -f64::INFINITY, 1e-300, -1.5, 0.0]
                .map(Value::Float)
                .to_vec(),
            [true, false, true].map(Value::Boolean).to_vec(),
            texts(&["", "a", "a\0", "\0", "ab", "b", "a", "\u{10ffff}\u{10ffff}\u{10ffff}"]),
            texts(&["1234567", "12345678", "1234567\0", "123456", "12345678", "1234567"]),
            texts(&["person 18", "person 2", "person 18b", "person 18", "person 1", "person "]),
            texts(&[&longer, long, &longer, "the same bytes, less", long]),
            texts(&["é", "è", "ê", "é2"]),
            texts(&["all", "all", "all"]),
        ];
        let with_nulls: Vec<_> = columns
            .iter()
            .map(|column| column.iter().flat_map(|value| [value.clone(), Value::Null]).collect())
            .collect();
        columns.extend(with_nulls);
        columns.push(vec![Value::from("a"), Value::Integer(1), Value::Null, Value::Float(0.5)]);
        columns
    }

    #[test]
    fn rows_are_in_the_order_of_their_values() {
        for column in columns() {
            for descending in [false, true] {
                sorts(&[(column.clone(), descending)]);
                // Each so often that rows of one head get others.
                let often = column.len() * 3 * MANY;
                let many: Vec<Value> = column.iter().cloned().cycle().take(often).collect();
                sorts(&[(many.clone(), descending)]);
                let second: Vec<Value> =
                    (0..often).map(|row| Value::from(format!("{}", row * 7 % 50))).collect();
                sorts(&[(many.clone(), descending), (second.clone(), !descending)]);
                sorts(&[(second, descending), (many, descending)]);
            }
        }
        sorts(&[(Vec::new(), false)]);
    }

    #[test]
    fn what_does_not_stand_behind_a_value_is_found() {
        for values in columns() {
            let vector = Vector::from_values(values.iter().cloned());
            let last = vector.slice(values.len() - 1, 1);
            let Some((own, bound)) = comparable(&vector, &last) else { continue };
            for (descending, behind) in [(false, Ordering::Greater), (true, Ordering::Less)] {
                let order = |row: &u32| total_order(&values[*row as usize], &last.get(0));
                let rows = 0..values.len() as u32;
                let expected: Vec<u32> = rows.filter(|row| order(row) != behind).collect();
                assert_eq!(own.not_behind(&bound, descending), expected, "{values:?}");
            }
        }
    }

    #[test]
    fn rows_without_a_key_stay_where_they_are() {
        assert_eq!(sorted(&[], 3), [0, 1, 2]);
    }

    #[test]
    fn what_is_alike_for_long_is_told_apart_at_last() {
        // Each begins with the one before, so that each time only few are told apart.
        let values: Vec<Value> =
            (0..500).map(|row| Value::from("x".repeat((row * 173 % 500) * 9))).collect();
        sorts(&[(values.clone(), false)]);
        sorts(&[(values, true)]);
    }
}
