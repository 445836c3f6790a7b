//! Chunks as sections that have no place yet. `in_order.rs` has them made on all cores.

use super::chunk_codec;
use super::column;
use super::error::DurableError;
use super::section::FIXED;
use crate::store::adjacency::{AdjacencyChunk, Csr};
use crate::store::budget::Budget;
use crate::store::chunk::{NodeChunk, RelationshipChunk, Segments};
use crate::store::stored::{Origin, Part, TableName};
use crate::store::table::Stored;
use crate::store::{Bitmap, Graph, KeyId};
use crate::vector::CHUNK_ROWS;
use std::borrow::Cow;
use std::sync::Arc;

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
    /// What was put in order to be written, and is to be kept so.
    type Kept: Send;
    /// Its bytes.
    fn encode(&self, name: TableName, graph: &Graph)
    -> Result<(Encoded, Self::Kept), DurableError>;
    /// The same where its bytes have a place.
    fn placed(
        &self,
        kept: Self::Kept,
        origin: Origin,
        parts: Vec<Part>,
        budget: &Arc<Budget>,
    ) -> Self;
}

impl Encode for NodeChunk {
    type Kept = ();

    fn encode(&self, _name: TableName, _graph: &Graph) -> Result<(Encoded, ()), DurableError> {
        let mut head = vec![0; FIXED];
        chunk_codec::put_nodes(self.rows(), &mut head);
        with_columns(head, &of_live(&self.segments, self.live())).map(|encoded| (encoded, ()))
    }

    fn placed(&self, (): (), origin: Origin, parts: Vec<Part>, _budget: &Arc<Budget>) -> Self {
        self.with_segments(of_live(&self.segments, self.live()).written(origin, parts))
    }
}

impl Encode for RelationshipChunk {
    type Kept = ();

    fn encode(&self, _name: TableName, _graph: &Graph) -> Result<(Encoded, ()), DurableError> {
        let mut head = vec![0; FIXED];
        chunk_codec::put_relationships(
            self.live(),
            &self.records().of_live(self.live()),
            &mut head,
        );
        with_columns(head, &of_live(&self.segments, self.live())).map(|encoded| (encoded, ()))
    }

    fn placed(&self, (): (), origin: Origin, parts: Vec<Part>, _budget: &Arc<Budget>) -> Self {
        self.with_segments(of_live(&self.segments, self.live()).written(origin, parts))
    }
}

impl Encode for AdjacencyChunk {
    type Kept = Arc<Csr>;

    fn encode(&self, name: TableName, graph: &Graph) -> Result<(Encoded, Arc<Csr>), DurableError> {
        let mut head = vec![0; FIXED];
        let csr = self.merged();
        let derived = chunk_codec::is_dense(&csr.relationships) && are_recorded(graph, name, &csr);
        chunk_codec::put_adjacency(&csr, !derived, &mut head);
        Ok((Encoded { head, columns: Vec::new(), parts: Vec::new() }, csr))
    }

    fn placed(
        &self,
        kept: Arc<Csr>,
        _origin: Origin,
        _parts: Vec<Part>,
        budget: &Arc<Budget>,
    ) -> Self {
        AdjacencyChunk::written(kept, budget)
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
        let start = columns.len();
        match (stored, segment) {
            (Some((origin, part)), _) => {
                columns.extend_from_slice(&origin.source.column(origin.offset, part)?);
            }
            (None, Some(segment)) => column::encode(segment, &mut columns)?,
            (None, None) => {
                let what = "a column that could not be read".to_owned();
                return Err(DurableError::NotStorable { what });
            }
        }
        let bytes = &columns[start..];
        directory.push((key, bytes.len() as u64, crc32c::crc32c(bytes)));
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
    // Neighbouring entries have their records in the same chunk, mostly.
    let (mut at, mut known) = (usize::MAX, None);
    csr.neighbours.iter().zip(&csr.relationships).all(|(neighbour, &id)| {
        let (number, row) = (id as usize / CHUNK_ROWS, id as usize % CHUNK_ROWS);
        if number != at {
            at = number;
            known = graph.relationship_chunk(number, None).map(|found| {
                let ends = found.chunk.records();
                let targets = if slot & 4 == 0 { &ends.ends } else { &ends.starts };
                (found.chunk.live(), &targets[..])
            });
        }
        known.is_some_and(|(live, targets)| {
            targets.get(row) == Some(neighbour) && live.contains(row)
        })
    })
}
