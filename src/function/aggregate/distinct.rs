//! `DISTINCT` within an aggregate: lets each row pass once, by equivalence. As long as only
//! integers come they are kept as such, behind these strings one after the other, and single nodes
//! are kept by their ids, since these are what is counted most.

use super::integers::Integers;
use super::texts::{Texts, text};
use super::{Accumulator, add_rows, same_kind};
use crate::value::group::{equivalent_slices, hash_value};
use crate::value::order::whole_number;
use crate::value::{EvaluationError, NodeId, Value};
use crate::vector::{StringVector, Vector};
use hashbrown::HashTable;
use hashbrown::hash_table::Entry;
use indexmap::IndexMap;
use std::any::Any;
use std::hash::{BuildHasher, Hasher};

/// Bytes that a node takes among those that were seen, roughly.
const NODE_BYTES: usize = 32;

/// Hands each row on that is not equivalent to an earlier one.
pub(super) struct Distinct {
    rows: Rows,
    /// Rows of a node and nothing else, which no other row is equivalent to.
    /// Each with how many of the other rows came before it.
    nodes: IndexMap<u32, usize, foldhash::fast::RandomState>,
    /// Rows of an integer and nothing else, or of a float that is equivalent to one.
    integers: Integers,
    /// The numbers of all others, by hash.
    seen: HashTable<usize>,
    hasher: foldhash::fast::RandomState,
    inner: Box<dyn Accumulator>,
}

/// The rows seen, in the order in which they came.
#[derive(Default)]
struct Rows {
    /// The first ones, as long as each was one integer.
    integers: Vec<i64>,
    /// Those behind these, as long as each was one string.
    texts: Texts,
    /// All behind these.
    others: Vec<Box<[Value]>>,
}

impl Rows {
    fn len(&self) -> usize {
        self.before_others() + self.others.len()
    }

    /// The number of rows before the others.
    fn before_others(&self) -> usize {
        self.integers.len() + self.texts.ends.len()
    }

    /// Whether a row is equivalent to these values.
    fn is(&self, row: usize, values: &[Value]) -> bool {
        if let [Value::String(text)] = values {
            return self.is_text(row, text.as_bytes());
        }
        self.other(row).is_some_and(|row| equivalent_slices(row, values))
    }

    /// Whether a row is one string and nothing else, with these bytes.
    fn is_text(&self, row: usize, bytes: &[u8]) -> bool {
        match self.text(row) {
            Some(text) => text == bytes,
            None => {
                matches!(self.other(row), Some([Value::String(text)]) if text.as_bytes() == bytes)
            }
        }
    }

    /// A row that is among the strings behind the first integers.
    fn text(&self, row: usize) -> Option<&[u8]> {
        self.texts.get(row.checked_sub(self.integers.len())?)
    }

    /// A row that is among the others.
    fn other(&self, row: usize) -> Option<&[Value]> {
        self.others.get(row.checked_sub(self.before_others())?).map(|row| &**row)
    }

    /// Hands a row on to others, where it may be known.
    fn hand_on(&self, row: usize, to: &mut Distinct) -> Result<(), EvaluationError> {
        match (self.integers.get(row), self.text(row)) {
            (Some(&integer), _) => to.add_row(&[Value::Integer(integer)]),
            (None, Some(bytes)) => to.add_row(&[Value::String(text(bytes).into())]),
            (None, None) => self.other(row).map_or(Ok(()), |row| to.add(row)),
        }
    }

    fn push(&mut self, values: &[Value], hash: u64) {
        match values {
            [Value::Integer(integer)] if self.texts.ends.is_empty() && self.others.is_empty() => {
                self.integers.push(*integer);
            }
            [Value::String(text)] => self.push_text(text.as_bytes(), hash),
            _ => self.others.push(values.into()),
        }
    }

    fn push_text(&mut self, bytes: &[u8], hash: u64) {
        if self.others.is_empty() {
            self.texts.bytes.extend_from_slice(bytes);
            self.texts.ends.push((self.texts.bytes.len(), hash));
        } else {
            self.others.push(Box::new([Value::String(text(bytes).into())]));
        }
    }

    fn hash(&self, row: usize, hasher: &foldhash::fast::RandomState) -> u64 {
        match self.texts.ends.get(row - self.integers.len()) {
            Some((_, hash)) => *hash,
            None => self.other(row).map_or(0, |row| hash(hasher, row)),
        }
    }
}

impl Distinct {
    pub(super) fn new(inner: Box<dyn Accumulator>) -> Self {
        Distinct {
            rows: Rows::default(),
            nodes: IndexMap::default(),
            integers: Integers::default(),
            seen: HashTable::new(),
            hasher: foldhash::fast::RandomState::default(),
            inner,
        }
    }

    /// Takes those of these rows of a column that are not null; the new ones are handed on together.
    fn add_strings(
        &mut self,
        strings: &StringVector,
        numbers: impl Iterator<Item = usize>,
    ) -> Result<(), EvaluationError> {
        let Distinct { rows, seen, hasher, .. } = self;
        let mut new: Vec<u32> = Vec::new();
        let null = |row| strings.validity().is_some_and(|validity| validity.is_null(row));
        for number in numbers.filter(|&row| row < strings.len() && !null(row)) {
            let bytes = strings.bytes(number);
            let mut state = hasher.build_hasher();
            hash_string(bytes, &mut state);
            let hash = state.finish();
            let entry =
                seen.entry(hash, |&row| rows.is_text(row, bytes), |&row| rows.hash(row, hasher));
            if let Entry::Vacant(vacant) = entry {
                vacant.insert(rows.len());
                rows.push_text(bytes, hash);
                new.push(number as u32);
            }
        }
        if new.is_empty() {
            return Ok(());
        }
        self.inner.add_vectors(&[Vector::String(strings.clone())], strings.len(), Some(&new))
    }

    /// Takes a row that has no null in front.
    fn add_row(&mut self, values: &[Value]) -> Result<(), EvaluationError> {
        let Distinct { rows, nodes, integers, seen, hasher, inner } = self;
        if let [Value::Node(node)] = values {
            return match nodes.entry(node.0) {
                indexmap::map::Entry::Vacant(vacant) => {
                    vacant.insert(rows.len());
                    inner.add(values)
                }
                indexmap::map::Entry::Occupied(_) => Ok(()),
            };
        }
        if let [value] = values
            && let Some(integer) = whole(value)
        {
            if integers.insert(integer) {
                rows.push(values, 0);
                inner.add(values)?;
            }
            return Ok(());
        }
        let hash = hash(hasher, values);
        let entry = seen.entry(hash, |&row| rows.is(row, values), |&row| rows.hash(row, hasher));
        if let Entry::Vacant(vacant) = entry {
            vacant.insert(rows.len());
            rows.push(values, hash);
            inner.add(values)?;
        }
        Ok(())
    }
}

impl Distinct {
    /// Takes integers; the new ones are handed on together.
    fn add_integers(&mut self, values: impl Iterator<Item = i64>) -> Result<(), EvaluationError> {
        let new: Vec<i64> = values.filter(|&value| self.integers.insert(value)).collect();
        if new.is_empty() {
            return Ok(());
        }
        new.iter().for_each(|&value| self.rows.push(&[Value::Integer(value)], 0));
        let count = new.len();
        self.inner.add_vectors(&[Vector::integers(new)], count, None)
    }

    /// Takes nodes; the new ones are handed on together.
    fn add_nodes(&mut self, ids: impl Iterator<Item = u32>) -> Result<(), EvaluationError> {
        let before = self.rows.len();
        let mut new: Vec<u32> = Vec::new();
        for id in ids {
            if let indexmap::map::Entry::Vacant(vacant) = self.nodes.entry(id) {
                vacant.insert(before);
                new.push(id);
            }
        }
        let count = new.len();
        self.inner.add_vectors(&[Vector::nodes(new)], count, None)
    }
}

/// The integer that a value is equivalent to, if there is one.
fn whole(value: &Value) -> Option<i64> {
    match value {
        Value::Integer(integer) => Some(*integer),
        Value::Float(float) => whole_number(*float),
        _ => None,
    }
}

/// The hash of [`hash_value`] for a string that is not yet a value.
fn hash_string<H: Hasher>(text: &[u8], state: &mut H) {
    use std::hash::Hash;
    (4u8, text).hash(state);
}

fn hash(hasher: &foldhash::fast::RandomState, row: &[Value]) -> u64 {
    let mut state = hasher.build_hasher();
    row.iter().for_each(|value| hash_value(value, &mut state));
    state.finish()
}

impl Accumulator for Distinct {
    fn add(&mut self, arguments: &[Value]) -> Result<(), EvaluationError> {
        match arguments {
            [Value::Null, ..] => Ok(()),
            _ => self.add_row(arguments),
        }
    }

    fn add_vectors(
        &mut self,
        arguments: &[Vector],
        rows: usize,
        selection: Option<&[u32]>,
    ) -> Result<(), EvaluationError> {
        match (arguments, selection) {
            ([Vector::Constant(value, _)], selection) => {
                let any = selection.map_or(rows > 0, |selection| !selection.is_empty());
                if any { self.add(std::slice::from_ref(value)) } else { Ok(()) }
            }
            ([Vector::Integer { values, validity: None }], None) => {
                self.add_integers(values.iter().copied())
            }
            ([Vector::Integer { values, validity: Some(validity) }], None) => {
                self.add_integers(validity.valid_indices().map(|row| values[row]))
            }
            ([Vector::Integer { values, validity }], Some(selection)) => {
                let null = |row| validity.as_ref().is_some_and(|validity| validity.is_null(row));
                let rows = selection.iter().map(|&row| row as usize).filter(|&row| !null(row));
                self.add_integers(rows.map(|row| values[row]))
            }
            ([Vector::Node { values, validity: None }], None) => {
                self.add_nodes(values.iter().copied())
            }
            ([Vector::Node { values, validity: None }], Some(selection)) => {
                self.add_nodes(selection.iter().map(|&row| values[row as usize]))
            }
            ([Vector::String(strings)], None) => self.add_strings(strings, 0..strings.len()),
            ([Vector::String(strings)], Some(selection)) => {
                self.add_strings(strings, selection.iter().map(|&row| row as usize))
            }
            _ => add_rows(self, arguments, rows, selection),
        }
    }

    fn merge(&mut self, other: Box<dyn Accumulator>) -> Result<(), EvaluationError> {
        // What the other has made of its rows is of no use: some may be here too.
        let Distinct { rows, nodes, .. } = same_kind::<Self>(other)?;
        if rows.len() == 0 {
            return self.add_nodes(nodes.into_keys());
        }
        let mut done = 0;
        if nodes.is_empty() {
            self.add_integers(rows.integers.iter().copied())?;
            let texts = rows.texts.column();
            self.add_strings(&texts, 0..texts.len())?;
            done = rows.before_others();
        }
        for (node, before) in nodes {
            (done..before).try_for_each(|row| rows.hand_on(row, self))?;
            done = before;
            self.add_row(&[Value::Node(NodeId(node))])?;
        }
        (done..rows.len()).try_for_each(|row| rows.hand_on(row, self))
    }

    fn finish(self: Box<Self>) -> Result<Value, EvaluationError> {
        self.inner.finish()
    }

    fn memory(&self) -> usize {
        let Rows { integers, texts, others } = &self.rows;
        let row =
            size_of::<Box<[Value]>>() + others.first().map_or(0, |row| size_of_val::<[Value]>(row));
        size_of::<Self>()
            + integers.capacity() * size_of::<i64>()
            + texts.bytes.capacity()
            + texts.ends.capacity() * size_of::<(usize, u64)>()
            + others.capacity() * row
            + self.nodes.capacity() * NODE_BYTES
            + self.integers.memory()
            + self.seen.allocation_size()
            + self.inner.memory()
    }

    fn into_any(self: Box<Self>) -> Box<dyn Any> {
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn integers_are_the_same_rows_before_and_behind_others() {
        let count = || {
            super::super::aggregate("count")
                .expect("it is there")
                .accumulator(true, super::super::Limits::default())
        };
        let (one, zero) = (Value::Integer(1), Value::Integer(0));
        let rows = [
            one.clone(),
            Value::Float(1.0),
            Value::from("1"),
            one,
            zero.clone(),
            zero,
            Value::Null,
            Value::Float(0.5),
        ];
        let mut alone = count();
        rows.iter().for_each(|row| alone.add(std::slice::from_ref(row)).expect("it is counted"));
        let mut parts = count();
        parts.add_vectors(&[Vector::integers(vec![1, 1])], 2, None).expect("they are counted");
        let mut behind = count();
        rows[2..]
            .iter()
            .for_each(|row| behind.add(std::slice::from_ref(row)).expect("it is counted"));
        behind
            .add_vectors(&[Vector::from_values([Value::Integer(0), Value::Null])], 2, None)
            .expect("they are counted");
        parts.merge(behind).expect("they are of one kind");
        for counted in [alone, parts] {
            assert!(matches!(counted.finish(), Ok(Value::Integer(4))));
        }
    }

    #[test]
    fn a_column_of_one_value_is_that_value_once() {
        for (distinct, expected) in [(true, 2), (false, 5)] {
            let mut count = super::super::aggregate("count")
                .expect("it is there")
                .accumulator(distinct, super::super::Limits::default());
            let mut add = |value: Value, selection: Option<&[u32]>| {
                let column = [Vector::Constant(value, 3)];
                count.add_vectors(&column, 3, selection).expect("it is counted");
            };
            add(Value::Integer(7), None);
            add(Value::Null, None);
            add(Value::from("a"), Some(&[]));
            add(Value::from("b"), Some(&[0, 2]));
            assert!(matches!(count.finish(), Ok(Value::Integer(found)) if found == expected));
        }
    }

    /// Strings are the same rows first, behind integers, behind others, and as what another has
    /// taken; what is collected is in the order in which it came.
    #[test]
    fn a_string_is_the_same_row_wherever_it_stands() {
        let collect = || {
            super::super::aggregate("collect")
                .expect("it is there")
                .accumulator(true, super::super::Limits::default())
        };
        let text = |text: &str| Value::from(text);
        let long = "a string of more than twelve bytes";
        let orders = [
            vec![text("a"), text(""), text(long), text("a"), Value::Null, text(long), text("b")],
            vec![Value::Integer(1), text("a"), Value::Integer(2), text("b"), text("a"), text("1")],
            vec![Value::Float(0.5), text("a"), text("b"), text("a"), Value::Integer(1)],
            vec![text("a"), Value::Node(NodeId(3)), text("b"), Value::Node(NodeId(3)), text("a")],
        ];
        let listed = |of: Box<dyn Accumulator>| format!("{:?}", of.finish());
        for rows in orders {
            let mut expected: Vec<&Value> = Vec::new();
            let present = rows.iter().filter(|value| !value.is_null());
            present.for_each(|value| {
                if !expected.iter().any(|known| format!("{known:?}") == format!("{value:?}")) {
                    expected.push(value);
                }
            });
            let expected: Vec<Value> = expected.into_iter().cloned().collect();
            let expected =
                format!("{:?}", Ok::<_, EvaluationError>(Value::list(expected).unwrap()));
            for cut in 0..=rows.len() {
                let (mut one, mut other) = (collect(), collect());
                let column = |rows: &[Value]| [Vector::from_values(rows.iter().cloned())];
                let mut alone = collect();
                for row in &rows {
                    alone.add(std::slice::from_ref(row)).expect("it is collected");
                }
                assert_eq!(listed(alone), expected);
                one.add_vectors(&column(&rows[..cut]), cut, None).expect("they are collected");
                let behind = rows.len() - cut;
                let all: Vec<u32> = (0..behind as u32).collect();
                let added = other.add_vectors(&column(&rows[cut..]), behind, Some(&all));
                added.expect("they are collected");
                one.merge(other).expect("they are of one kind");
                assert_eq!(listed(one), expected, "cut at {cut}");
            }
        }
    }

    #[test]
    fn a_node_is_the_same_alone_and_in_a_column() {
        let count = || {
            super::super::aggregate("count")
                .expect("it is there")
                .accumulator(true, super::super::Limits::default())
        };
        let node = |id| [Value::Node(NodeId(id))];
        let mut one = count();
        one.add(&node(7)).expect("it is counted");
        one.add(&[Value::Integer(7)]).expect("it is counted");
        let column = [Vector::nodes(vec![7, 3, 3, 9])];
        one.add_vectors(&column, 4, Some(&[0, 1, 2])).expect("they are counted");
        let mut other = count();
        other.add_vectors(&column, 4, None).expect("they are counted");
        one.merge(other).expect("they are of one kind");
        one.add_vectors(&[Vector::from_values([Value::Null, node(3)[0].clone()])], 2, None)
            .expect("they are counted");
        assert!(matches!(one.finish(), Ok(Value::Integer(4))));
    }

    /// What several have taken apart is in the order in which one would have taken it.
    #[test]
    fn nodes_and_other_rows_keep_their_order() {
        let collect = || {
            super::super::aggregate("collect")
                .expect("it is there")
                .accumulator(true, super::super::Limits::default())
        };
        let node = |id| Value::Node(NodeId(id));
        let rows = [node(9), Value::Integer(1), node(2), node(9), Value::from("a"), node(1)];
        let mut all = collect();
        rows.iter().for_each(|row| all.add(std::slice::from_ref(row)).expect("it is collected"));
        let (mut one, mut other) = (collect(), collect());
        one.add(&rows[..1]).expect("it is collected");
        rows[1..].iter().for_each(|row| other.add(std::slice::from_ref(row)).expect("it too"));
        one.merge(other).expect("they are of one kind");
        let listed = |of: Box<dyn Accumulator>| format!("{:?}", of.finish());
        assert_eq!(listed(one), listed(all));
    }

    /// Otherwise a column of strings would be right, but slow.
    #[test]
    fn a_string_hashes_as_its_value() {
        let hasher = foldhash::fast::RandomState::default();
        let mut state = hasher.build_hasher();
        hash_string("åß".as_bytes(), &mut state);
        assert_eq!(state.finish(), hash(&hasher, &[Value::String("åß".into())]));
    }
}
