//! Chunks as sections that have no place yet: made on all cores, written in their order.

use super::chunk_codec;
use super::column;
use super::error::DurableError;
use super::section::FIXED;
use crate::store::adjacency::{AdjacencyChunk, Csr};
use crate::store::chunk::{NodeChunk, RelationshipChunk, Segments};
use crate::store::stored::{Budget, Origin, Part, TableName};
use crate::store::table::Stored;
use crate::store::{Bitmap, Direction, Graph, KeyId};
use crate::value::{Endpoint, RelationshipId};
use std::borrow::Cow;
use std::panic::resume_unwind;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

/// The bytes of a chunk.
pub(super) struct Encoded {
    /// What comes first, its first 48 bytes still blank.
    pub(super) head: Vec<u8>,
    pub(super) columns: Vec<u8>,
    /// Where the columns lie, from the start of the head.
    pub(super) parts: Vec<Part>,
}

/// A chunk that can be a section.
pub(super) trait Encode: Stored + Sync {
    /// Its bytes.
    fn encode(&self, name: TableName, graph: &Graph) -> Result<Encoded, DurableError>;
    /// The same where its bytes have a place.
    fn placed(&self, origin: Origin, parts: Vec<Part>, budget: &Arc<Budget>) -> Self;
}

impl Encode for NodeChunk {
    fn encode(&self, _name: TableName, _graph: &Graph) -> Result<Encoded, DurableError> {
        let mut head = vec![0; FIXED];
        chunk_codec::put_nodes(self.rows(), &mut head);
        with_columns(head, &of_live(&self.segments, self.live()))
    }

    fn placed(&self, origin: Origin, parts: Vec<Part>, _budget: &Arc<Budget>) -> Self {
        self.with_segments(of_live(&self.segments, self.live()).written(origin, parts))
    }
}

impl Encode for RelationshipChunk {
    fn encode(&self, _name: TableName, _graph: &Graph) -> Result<Encoded, DurableError> {
        let mut head = vec![0; FIXED];
        let records = self.records().of_live(self.live());
        chunk_codec::put_relationships(self.live(), &records, &mut head);
        with_columns(head, &of_live(&self.segments, self.live()))
    }

    fn placed(&self, origin: Origin, parts: Vec<Part>, _budget: &Arc<Budget>) -> Self {
        self.with_segments(of_live(&self.segments, self.live()).written(origin, parts))
    }
}

impl Encode for AdjacencyChunk {
    fn encode(&self, name: TableName, graph: &Graph) -> Result<Encoded, DurableError> {
        let mut head = vec![0; FIXED];
        let csr = self.merged();
        let derived = chunk_codec::is_dense(&csr.relationships) && are_recorded(graph, name, &csr);
        chunk_codec::put_adjacency(&csr, !derived, &mut head);
        Ok(Encoded { head, columns: Vec::new(), parts: Vec::new() })
    }

    fn placed(&self, _origin: Origin, _parts: Vec<Part>, budget: &Arc<Budget>) -> Self {
        self.written(budget)
    }
}

/// The columns of a chunk; none where it has no live row, so that what was deleted does not
/// go from checkpoint to checkpoint for ever.
fn of_live<'a>(segments: &'a Segments, live: &Bitmap) -> Cow<'a, Segments> {
    if live.is_empty() { Cow::Owned(Segments::default()) } else { Cow::Borrowed(segments) }
}

/// Completes a head with its columns.
fn with_columns(mut head: Vec<u8>, segments: &Segments) -> Result<Encoded, DurableError> {
    let mut directory: Vec<(KeyId, u64, u32)> = Vec::new();
    let mut columns = Vec::new();
    for (key, stored, segment) in segments.columns() {
        let bytes = match (stored, segment) {
            (Some((origin, part)), _) => origin.source.column(origin.offset, part)?,
            (None, Some(segment)) => column::encode(segment)?,
            (None, None) => {
                let what = "a column that could not be read".to_owned();
                return Err(DurableError::NotStorable { what });
            }
        };
        directory.push((key, bytes.len() as u64, crc32c::crc32c(&bytes)));
        columns.extend_from_slice(&bytes);
    }
    chunk_codec::put_columns(&directory, &mut head);
    let mut start = head.len() as u64;
    let parts = directory.iter().map(|&(_, length, sum)| {
        let part = Part { start, length, sum };
        start += length;
        part
    });
    let parts = parts.collect();
    Ok(Encoded { head, columns, parts })
}

/// Whether the records name the neighbours of a chunk of adjacency, as they should.
fn are_recorded(graph: &Graph, name: TableName, csr: &Csr) -> bool {
    let TableName::Adjacency(_, slot) = name else { return false };
    let direction = if slot & 4 == 0 { Direction::Outgoing } else { Direction::Incoming };
    csr.neighbours.iter().zip(&csr.relationships).all(|(neighbour, id)| {
        let record = graph.relationship(RelationshipId(*id));
        record.is_some_and(|record| match record.target(direction) {
            Endpoint::Node(node) => node.0 == *neighbour,
            Endpoint::Relationship(relationship) => relationship.0 == *neighbour,
        })
    })
}

/// Fewer chunks than this are not worth a thread.
const CHUNKS_PER_THREAD: usize = 4;
/// More threads than this wait for the disk.
const THREADS: usize = 8;

/// How many chunks are in memory as bytes at a time.
pub(super) fn batch() -> usize {
    threads() * CHUNKS_PER_THREAD * 2
}

fn threads() -> usize {
    thread::available_parallelism().map_or(1, usize::from).min(THREADS)
}

/// Does the work on each item, on all cores where there are enough; in the items' order.
pub(super) fn on_all_cores<I: Sync, O: Send>(items: &[I], work: impl Fn(&I) -> O + Sync) -> Vec<O> {
    let threads = threads().min(items.len() / CHUNKS_PER_THREAD);
    if threads < 2 {
        return items.iter().map(work).collect();
    }
    let next = AtomicUsize::new(0);
    let some = || {
        let mut done = Vec::new();
        loop {
            let place = next.fetch_add(1, Ordering::Relaxed);
            let Some(item) = items.get(place) else { return done };
            done.push((place, work(item)));
        }
    };
    let mut done = thread::scope(|scope| {
        // Where the system gives no thread, there are fewer.
        let others: Vec<_> = (1..threads)
            .filter_map(|_| thread::Builder::new().spawn_scoped(scope, some).ok())
            .collect();
        let mut done = some();
        for other in others {
            done.extend(other.join().unwrap_or_else(|panic| resume_unwind(panic)));
        }
        done
    });
    done.sort_unstable_by_key(|(place, _)| *place);
    done.into_iter().map(|(_, outcome)| outcome).collect()
}
