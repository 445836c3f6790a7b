//! Room for a version in the making: what does not fit into memory is put out of it.
//!
//! ```text
//! rows ─► chunks in memory ─ more than may be ─► a scratch file ─ as bytes ─► the checkpoint
//! ```
//!
//! Chunks that are put out are those that nothing is added to any more. They are read again as
//! those of a database are, and a checkpoint copies them.

use super::mutate::Dirty;
use super::stored::{ChunkSource, Damage, Place, TableName};
use super::table::{ChunkTable, Entry};
use super::{Graph, StoreError};
use std::fmt;
use std::sync::Arc;

/// Bytes that there is room for at least.
const LEAST: usize = 1 << 20;

/// Takes chunks out of memory.
pub(crate) trait ChunkSink: fmt::Debug + Send {
    /// Writes these chunks of a table, which are in memory: where each lies now, and in what.
    fn put(
        &mut self,
        graph: &Graph,
        table: TableName,
        numbers: &[usize],
    ) -> Result<(Arc<dyn ChunkSource>, Vec<Place>), Damage>;
}

/// How much memory a version in the making may take, and where the rest goes.
#[derive(Debug)]
pub struct Room {
    sink: Box<dyn ChunkSink>,
    /// Bytes.
    limit: usize,
    /// Of the bytes that were made, those that are no longer in memory.
    gone: usize,
}

impl Room {
    /// Room of so many bytes, or of what makes a step worth while.
    pub(crate) fn new(sink: Box<dyn ChunkSink>, limit: u64) -> Self {
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        Room { sink, limit: limit.max(LEAST), gone: 0 }
    }

    pub(super) fn limit(&self) -> usize {
        self.limit
    }

    /// Whether so many bytes more than were made would be too many.
    pub(super) fn is_exceeded(&self, made: usize, more: usize) -> bool {
        (made - self.gone.min(made)).saturating_add(more) > self.limit
    }

    /// Puts out the nodes and the relationships that are only in memory, but for the last chunks,
    /// which are added to.
    pub(super) fn put_out(
        &mut self,
        graph: &mut Graph,
        dirty: &mut Dirty,
    ) -> Result<(), StoreError> {
        let bytes = dirty.bytes;
        graph.seal(std::mem::take(dirty));
        dirty.bytes = bytes;
        self.gone = bytes;
        let numbers = complete(&graph.nodes, graph.next_node);
        let (source, places) = self.put(graph, TableName::Nodes, &numbers)?;
        for (number, place) in numbers.into_iter().zip(places) {
            graph.nodes.put_out(number, TableName::Nodes, (&source, place));
        }
        let numbers = complete(&graph.relationships, graph.next_relationship);
        let (source, places) = self.put(graph, TableName::Relationships, &numbers)?;
        for (number, place) in numbers.into_iter().zip(places) {
            graph.relationships.put_out(number, TableName::Relationships, (&source, place));
        }
        give_back(graph, &source);
        Ok(())
    }

    /// Puts out the adjacency of a type in one of its tables. It is not read before the version
    /// has been written as a whole: what it leaves to the records lies in other files.
    pub(super) fn put_adjacency_out(
        &mut self,
        graph: &mut Graph,
        kind: usize,
        slot: usize,
    ) -> Result<(), StoreError> {
        let table = TableName::Adjacency(kind as u32, slot as u8);
        let Some(adjacency) = graph.types.resident(kind) else { return Ok(()) };
        let numbers = complete(adjacency.table(slot), u32::MAX);
        let (source, places) = self.put(graph, table, &numbers)?;
        if let Some(adjacency) = graph.types.resident_mut(kind) {
            let found = adjacency.table_mut(slot);
            for (number, place) in numbers.into_iter().zip(places) {
                found.put_out(number, table, (&source, place));
            }
        }
        give_back(graph, &source);
        Ok(())
    }

    fn put(
        &mut self,
        graph: &Graph,
        table: TableName,
        numbers: &[usize],
    ) -> Result<(Arc<dyn ChunkSource>, Vec<Place>), StoreError> {
        let put = self.sink.put(graph, table, numbers);
        put.map_err(|damage| StoreError::NotPutOut(damage.to_string()))
    }
}

/// The chunks that are only in memory, and end before an id.
fn complete<T>(table: &ChunkTable<T>, next: u32) -> Vec<usize> {
    let last = super::graph::place(next).0;
    let own = table.entries().filter(|(_, entry)| matches!(entry, Entry::Own(_)));
    own.map(|(number, _)| number).filter(|number| *number < last).collect()
}

/// Gives back what was read again of what lies in files.
fn give_back(graph: &mut Graph, source: &Arc<dyn ChunkSource>) {
    let budget = graph.budget.get_or_insert_with(|| source.budget().clone());
    if budget.live() > budget.limit() / 4 {
        *graph = graph.renewed();
    }
}
