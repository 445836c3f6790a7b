//! Leaves of an index that lie in a file, and the directory by which they are found.
//!
//! ```text
//! directory ─ lowest entry of each leaf ─► leaf: up to 2048 entries, read when it is first
//!                                          asked for, given back when memory is wanted
//! ```
//!
//! A leaf holds the values themselves, so that a search reads one leaf and no column.

use super::ordered::Entry;
use super::stored::{Budget, Charge, ChunkSource, Damage, Place, TableName};
use super::table::{ChunkTable, Stored};
use crate::value::Value;
use std::sync::Arc;

/// What there is of an index in its file besides the leaves.
#[derive(Clone, Debug, Default)]
pub(crate) struct Directory {
    /// Number of entries.
    pub(crate) len: usize,
    /// Number of different values among them.
    pub(crate) distinct: usize,
    /// The lowest entry of each leaf, in order.
    pub(crate) lows: Vec<Entry>,
}

/// An index as it lies in a file.
#[derive(Clone, Debug)]
pub(crate) struct StoredIndex {
    pub(crate) source: Arc<dyn ChunkSource>,
    /// Its number among the indexes of the file.
    pub(crate) number: u32,
    /// Where its directory lies.
    pub(crate) place: Place,
    /// In order.
    pub(crate) leaves: ChunkTable<Leaf>,
}

/// Entries in order, as they were read from a file.
#[derive(Clone, Debug)]
pub(crate) struct Leaf {
    entries: Arc<Vec<Entry>>,
    charge: Arc<Charge>,
}

impl Leaf {
    /// A leaf of these entries, accounted for.
    pub(crate) fn new(entries: Vec<Entry>, budget: &Arc<Budget>) -> Self {
        let values: usize = entries.iter().map(|(value, _)| heap_bytes(value)).sum();
        let bytes = size_of_val(&entries[..]) + values;
        let charge = Charge::new(budget.clone(), bytes as u64);
        Leaf { entries: Arc::new(entries), charge }
    }

    pub(crate) fn entries(&self) -> &[Entry] {
        &self.entries
    }
}

/// Bytes that a value takes besides itself, roughly.
pub(crate) fn heap_bytes(value: &Value) -> usize {
    match value {
        Value::String(text) => text.len() + 16,
        // Of several keys, or a property that is a list: what it nests is bounded.
        Value::List(values) => {
            let nested: usize = values.iter().map(heap_bytes).sum();
            size_of_val(&values[..]) + nested + 16
        }
        Value::DateTime(_) | Value::Duration(_) => 48,
        _ => 0,
    }
}

impl Stored for Leaf {
    fn read(
        source: &Arc<dyn ChunkSource>,
        table: TableName,
        number: u32,
        place: &Place,
    ) -> Result<Self, Damage> {
        source.leaf(table, number, place)
    }

    fn bytes(&self) -> u64 {
        self.charge.bytes()
    }

    fn moved(&self, _source: &Arc<dyn ChunkSource>, _place: &Place) -> Self {
        self.clone()
    }
}
