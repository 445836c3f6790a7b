//! `DISTINCT` within an aggregate: lets each row pass once, by equivalence. As long as only
//! integers come they are kept as such, and single nodes are kept by their ids, since these are
//! what is counted most.

use super::{Accumulator, add_rows, each_valid, same_kind};
use crate::value::group::{equivalent_slices, hash_value};
use crate::value::{EvaluationError, NodeId, Value};
use crate::vector::Vector;
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
    /// Their numbers, by hash.
    seen: HashTable<usize>,
    hasher: foldhash::fast::RandomState,
    inner: Box<dyn Accumulator>,
}

/// The rows seen, in the order in which they came.
#[derive(Default)]
struct Rows {
    /// The first ones, as long as each was one integer.
    integers: Vec<i64>,
    /// All behind these.
    others: Vec<Box<[Value]>>,
}

impl Rows {
    fn len(&self) -> usize {
        self.integers.len() + self.others.len()
    }

    /// Whether a row is equivalent to these values.
    fn is(&self, row: usize, values: &[Value]) -> bool {
        match (self.integers.get(row), values) {
            (Some(integer), [Value::Integer(other)]) => integer == other,
            (Some(integer), _) => equivalent_slices(&[Value::Integer(*integer)], values),
            (None, _) => self.other(row).is_some_and(|row| equivalent_slices(row, values)),
        }
    }

    /// A row that is not among the first integers.
    fn other(&self, row: usize) -> Option<&[Value]> {
        self.others.get(row.checked_sub(self.integers.len())?).map(|row| &**row)
    }

    /// Hands a row on to others, where it may be known.
    fn hand_on(&self, row: usize, to: &mut Distinct) -> Result<(), EvaluationError> {
        match self.integers.get(row) {
            Some(&integer) => to.add_row(&[Value::Integer(integer)]),
            None => self.other(row).map_or(Ok(()), |row| to.add(row)),
        }
    }

    fn push(&mut self, values: &[Value]) {
        match values {
            [Value::Integer(integer)] if self.others.is_empty() => self.integers.push(*integer),
            _ => self.others.push(values.into()),
        }
    }

    fn hash(&self, row: usize, hasher: &foldhash::fast::RandomState) -> u64 {
        match self.integers.get(row) {
            Some(integer) => hash(hasher, &[Value::Integer(*integer)]),
            None => self.other(row).map_or(0, |row| hash(hasher, row)),
        }
    }
}

impl Distinct {
    pub(super) fn new(inner: Box<dyn Accumulator>) -> Self {
        Distinct {
            rows: Rows::default(),
            nodes: IndexMap::default(),
            seen: HashTable::new(),
            hasher: foldhash::fast::RandomState::default(),
            inner,
        }
    }

    /// Takes a row of one string, which is copied only if it is new.
    fn add_string(&mut self, text: &str) -> Result<(), EvaluationError> {
        let Distinct { rows, seen, hasher, .. } = self;
        let mut state = hasher.build_hasher();
        hash_string(text, &mut state);
        let same = |&row: &usize| matches!(rows.other(row), Some([Value::String(kept)]) if **kept == *text);
        if seen.find(state.finish(), same).is_some() {
            return Ok(());
        }
        self.add(&[Value::String(text.into())])
    }

    /// Takes a row that has no null in front.
    fn add_row(&mut self, values: &[Value]) -> Result<(), EvaluationError> {
        let Distinct { rows, nodes, seen, hasher, inner } = self;
        if let [Value::Node(node)] = values {
            return match nodes.entry(node.0) {
                indexmap::map::Entry::Vacant(vacant) => {
                    vacant.insert(rows.len());
                    inner.add(values)
                }
                indexmap::map::Entry::Occupied(_) => Ok(()),
            };
        }
        let entry = seen.entry(
            hash(hasher, values),
            |&row| rows.is(row, values),
            |&row| rows.hash(row, hasher),
        );
        if let Entry::Vacant(vacant) = entry {
            vacant.insert(rows.len());
            rows.push(values);
            inner.add(values)?;
        }
        Ok(())
    }
}

impl Distinct {
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

/// The hash of [`hash_value`] for a string that is not yet a value.
fn hash_string<H: Hasher>(text: &str, state: &mut H) {
    use std::hash::Hash;
    (4u8, text.as_bytes()).hash(state);
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
            ([Vector::Integer { values, validity }], None) => {
                // What comes many times in a row need not be looked for each time.
                let mut before = None;
                each_valid(values, validity.as_ref(), |value| match before.replace(value) {
                    Some(before) if before == value => Ok(()),
                    _ => self.add_row(&[Value::Integer(value)]),
                })
            }
            ([Vector::Node { values, validity: None }], None) => {
                self.add_nodes(values.iter().copied())
            }
            ([Vector::Node { values, validity: None }], Some(selection)) => {
                self.add_nodes(selection.iter().map(|&row| values[row as usize]))
            }
            ([Vector::String(strings)], _) => {
                let mut add =
                    |row: usize| strings.get(row).map_or(Ok(()), |text| self.add_string(text));
                match selection {
                    None => (0..strings.len()).try_for_each(add),
                    Some(selection) => selection.iter().try_for_each(|&row| add(row as usize)),
                }
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
        let Rows { integers, others } = &self.rows;
        let row =
            size_of::<Box<[Value]>>() + others.first().map_or(0, |row| size_of_val::<[Value]>(row));
        size_of::<Self>()
            + integers.capacity() * size_of::<i64>()
            + others.capacity() * row
            + self.nodes.capacity() * NODE_BYTES
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
        hash_string("åß", &mut state);
        assert_eq!(state.finish(), hash(&hasher, &[Value::String("åß".into())]));
    }
}
