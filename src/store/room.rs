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

/// Bytes that a chunk takes, as a rule.
const CHUNK_BYTES: usize = 32 << 10;

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
    /// Bytes of what was only in memory when it began, roughly.
    before: usize,
}

/// Makes room for the loads of a database, each with a file of its own.
#[derive(Clone)]
pub struct Rooms(Arc<dyn Fn() -> Room + Send + Sync>);

impl Rooms {
    pub(crate) fn new(make: impl Fn() -> Room + Send + Sync + 'static) -> Self {
        Rooms(Arc::new(make))
    }

    /// Room for one load, which may take at most so many bytes, if it is said.
    pub(crate) fn room(&self, most: Option<usize>) -> Room {
        let mut room = (self.0)();
        if let Some(most) = most {
            room.limit = room.limit.min(most.max(LEAST));
        }
        room
    }
}

impl fmt::Debug for Rooms {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Rooms").finish_non_exhaustive()
    }
}

impl Room {
    /// Room of so many bytes, or of what makes a step worth while.
    pub(crate) fn new(sink: Box<dyn ChunkSink>, limit: u64) -> Self {
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        Room { sink, limit: limit.max(LEAST), gone: 0, before: 0 }
    }

    pub(super) fn limit(&self) -> usize {
        self.limit
    }

    /// Takes into account what a version holds that is in no file: that of loads before, in one
    /// transaction.
    pub(super) fn begin(&mut self, graph: &Graph) {
        let last = u32::MAX;
        let mut chunks = own(&graph.nodes, last).len() + own(&graph.relationships, last).len();
        for (_, adjacency) in graph.type_tables() {
            chunks += (0..8).map(|slot| own(adjacency.table(slot), last).len()).sum::<usize>();
        }
        self.before = chunks.saturating_mul(CHUNK_BYTES);
    }

    /// Of so many bytes that were made, those that are in memory.
    pub(super) fn left_of(&self, made: usize) -> usize {
        made.saturating_sub(self.gone)
    }

    /// Whether so many bytes more than were made would be too many.
    pub(super) fn is_exceeded(&self, made: usize, more: usize) -> bool {
        let held = self.before.saturating_add(self.left_of(made));
        held.saturating_add(more) > self.limit
    }

    /// Puts out the nodes and the relationships that are only in memory, but for the last chunks
    /// of a version that still grows.
    pub(super) fn put_out(
        &mut self,
        graph: &mut Graph,
        dirty: &mut Dirty,
        still_grows: bool,
    ) -> Result<(), StoreError> {
        let bytes = dirty.bytes;
        graph.seal(std::mem::take(dirty));
        dirty.bytes = bytes;
        (self.gone, self.before) = (bytes, 0);
        let numbers = own(&graph.nodes, if still_grows { graph.next_node } else { u32::MAX });
        let (source, places) = self.put(graph, TableName::Nodes, &numbers)?;
        for (number, place) in numbers.into_iter().zip(places) {
            graph.nodes.put_out(number, TableName::Nodes, (&source, place));
        }
        let numbers =
            own(&graph.relationships, if still_grows { graph.next_relationship } else { u32::MAX });
        let (source, places) = self.put(graph, TableName::Relationships, &numbers)?;
        for (number, place) in numbers.into_iter().zip(places) {
            graph.relationships.put_out(number, TableName::Relationships, (&source, place));
        }
        give_back(graph, &source);
        Ok(())
    }

    /// Puts out the adjacency of a type in one of its tables, after the relationships.
    pub(super) fn put_adjacency_out(
        &mut self,
        graph: &mut Graph,
        kind: usize,
        slot: usize,
    ) -> Result<(), StoreError> {
        let table = TableName::Adjacency(kind as u32, slot as u8);
        let Some(adjacency) = graph.types.resident(kind) else { return Ok(()) };
        let numbers = own(adjacency.table(slot), u32::MAX);
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
fn own<T>(table: &ChunkTable<T>, next: u32) -> Vec<usize> {
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
