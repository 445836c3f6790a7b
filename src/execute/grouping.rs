//! Groups: numbers for distinct combinations of values.
//!
//! Each value has a code, and a combination is looked up by its codes: the first two give a
//! number, this one and the third the next, and so on.

use super::codes::Codes;
use super::context::Context;
use crate::syntax::diagnostic::Diagnostic;
use crate::vector::Vector;
use hashbrown::HashMap;

type Table<K> = HashMap<K, u32, foldhash::fast::FixedState>;

/// Bytes that a group takes besides its values, roughly.
const GROUP_BYTES: usize = 80;

/// The groups seen so far, numbered from 0 in the order of first appearance.
#[derive(Debug, Default)]
pub(super) struct Groups {
    codes: Vec<Codes>,
    /// Combinations of one value.
    single: Table<u64>,
    /// Combinations of two values, of these and a third, and so on.
    pairs: Vec<Table<(u64, u64)>>,
    count: usize,
    /// What the dictionaries take of the memory account.
    bytes: usize,
}

impl Groups {
    /// Number of groups.
    pub(super) fn len(&self) -> usize {
        self.count
    }

    /// The group of each row of the key columns, of which there is at least one.
    /// Groups from `len()` as it was before on are new.
    pub(super) fn assign(
        &mut self,
        context: &Context<'_>,
        keys: &[Vector],
    ) -> Result<Vec<u32>, Diagnostic> {
        self.codes.resize_with(keys.len(), Codes::default);
        self.pairs.resize_with(keys.len().saturating_sub(1), Table::default);
        let mut columns = keys.iter().zip(&mut self.codes).map(|(key, codes)| {
            let mut found = Vec::with_capacity(key.len());
            codes.of(key, &mut found);
            found
        });
        let mut found = columns.next().unwrap_or_default();
        let mut numbers = None;
        for (column, table) in columns.zip(&mut self.pairs) {
            for (number, code) in found.iter_mut().zip(column) {
                *number = u64::from(number_of(table, (*number, code)));
            }
            numbers = Some(table.len());
        }
        let groups: Vec<u32> = match numbers {
            Some(_) => found.into_iter().map(|number| number as u32).collect(),
            None => found.into_iter().map(|code| number_of(&mut self.single, code)).collect(),
        };
        context.guard.steps_taken(groups.len())?;
        let count = numbers.unwrap_or(self.single.len());
        let bytes = self.codes.iter().map(Codes::bytes).sum();
        let new = count - std::mem::replace(&mut self.count, count);
        let grown = bytes - std::mem::replace(&mut self.bytes, bytes);
        if new > 0 {
            context.guard.keep(grown + new * (GROUP_BYTES + keys.len() * 24))?;
        }
        Ok(groups)
    }
}

/// The number of a key; a new key gets the next one.
fn number_of<K: Eq + std::hash::Hash>(table: &mut Table<K>, key: K) -> u32 {
    let next = table.len() as u32;
    *table.entry(key).or_insert(next)
}
