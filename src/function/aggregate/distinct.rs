//! `DISTINCT` within an aggregate: lets each row pass once, by equivalence.

use super::{Accumulator, add_rows, same_kind};
use crate::value::group::{equivalent_slices, hash_value};
use crate::value::{EvaluationError, Value};
use crate::vector::Vector;
use hashbrown::HashTable;
use hashbrown::hash_table::Entry;
use std::any::Any;
use std::hash::{BuildHasher, Hasher};

/// Hands each row on that is not equivalent to an earlier one.
pub(super) struct Distinct {
    /// The rows seen, in the order in which they came.
    rows: Vec<Box<[Value]>>,
    /// Their numbers, by hash.
    seen: HashTable<usize>,
    hasher: foldhash::fast::RandomState,
    inner: Box<dyn Accumulator>,
}

impl Distinct {
    pub(super) fn new(inner: Box<dyn Accumulator>) -> Self {
        Distinct {
            rows: Vec::new(),
            seen: HashTable::new(),
            hasher: foldhash::fast::RandomState::default(),
            inner,
        }
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

impl Distinct {
    /// Takes a row of one string, which is copied only if it is new.
    fn add_string(&mut self, text: &str) -> Result<(), EvaluationError> {
        let Distinct { rows, seen, hasher, .. } = self;
        let mut state = hasher.build_hasher();
        hash_string(text, &mut state);
        let same = |&row: &usize| matches!(rows.get(row).map(|row| &**row), Some([Value::String(kept)]) if **kept == *text);
        if seen.find(state.finish(), same).is_some() {
            return Ok(());
        }
        self.add(&[Value::String(text.into())])
    }
}

impl Accumulator for Distinct {
    fn add(&mut self, arguments: &[Value]) -> Result<(), EvaluationError> {
        if matches!(arguments, [Value::Null, ..]) {
            return Ok(());
        }
        let Distinct { rows, seen, hasher, inner } = self;
        let entry = seen.entry(
            hash(hasher, arguments),
            |&row| rows.get(row).is_some_and(|row| equivalent_slices(row, arguments)),
            |&row| rows.get(row).map_or(0, |row| hash(hasher, row)),
        );
        if let Entry::Vacant(vacant) = entry {
            vacant.insert(rows.len());
            rows.push(arguments.into());
            inner.add(arguments)?;
        }
        Ok(())
    }

    fn add_times(&mut self, arguments: &[Value], times: u64) -> Result<(), EvaluationError> {
        if times == 0 { Ok(()) } else { self.add(arguments) }
    }

    fn add_vectors(
        &mut self,
        arguments: &[Vector],
        rows: usize,
        selection: Option<&[u32]>,
    ) -> Result<(), EvaluationError> {
        let [Vector::String(strings)] = arguments else {
            return add_rows(self, arguments, rows, selection);
        };
        let mut add = |row: usize| strings.get(row).map_or(Ok(()), |text| self.add_string(text));
        match selection {
            None => (0..strings.len()).try_for_each(add),
            Some(selection) => selection.iter().try_for_each(|&row| add(row as usize)),
        }
    }

    fn merge(&mut self, other: Box<dyn Accumulator>) -> Result<(), EvaluationError> {
        // What the other has made of its rows is of no use: some may be here too.
        same_kind::<Self>(other)?.rows.iter().try_for_each(|row| self.add(row))
    }

    fn finish(self: Box<Self>) -> Result<Value, EvaluationError> {
        self.inner.finish()
    }

    fn memory(&self) -> usize {
        let row = size_of::<Box<[Value]>>()
            + self.rows.first().map_or(0, |row| size_of_val::<[Value]>(row));
        size_of::<Self>()
            + self.rows.capacity() * row
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

    /// Otherwise a column of strings would be right, but slow.
    #[test]
    fn a_string_hashes_as_its_value() {
        let hasher = foldhash::fast::RandomState::default();
        let mut state = hasher.build_hasher();
        hash_string("åß", &mut state);
        assert_eq!(state.finish(), hash(&hasher, &[Value::String("åß".into())]));
    }
}
