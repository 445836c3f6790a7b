//! Writing the indexes of a checkpoint: leaves that lie in a file as they do there, the others
//! from memory, then the directory.
//!
//! ```text
//! pieces    ▓▓▓▓ in the file   ░░░░░░░░░ in memory   ▓▓▓▓   ▓▓▓▓
//! leaves    ▓▓▓▓               ░░░░│░░░░             ▓▓▓▓   ▓▓▓▓     numbered in order
//! ```
//!
//! What little is left in memory before a leaf of the file joins it, so that no number of
//! changes makes leaves ever smaller. A leaf that is copied gets its new number, after its
//! checksum was compared.

use super::checkpoint_writer::Writer;
use super::error::DurableError;
use super::in_order::in_order;
use super::index_codec::{put_directory, put_entries};
use super::section::{FIXED, SectionKind};
use crate::store::leaf::{StoredIndex, heap_bytes};
use crate::store::ordered::{Entry, OrderedSet, Piece};
use crate::store::stored::{ChunkSource, Damage, TableName};
use crate::store::table::ChunkTable;
use crate::store::{Graph, Index};
use crate::vector::CHUNK_ROWS;
use std::sync::Arc;

/// Fewer entries than this in memory join the leaf of the file that follows them.
const FEW: usize = CHUNK_ROWS / 4;
/// A leaf whose values take more bytes than this is full.
const LEAF_BYTES: usize = 256 << 10;

/// A leaf that is to be written.
enum Draft<'a> {
    /// The one with this number in the file, whose lowest entry is known.
    File(u32, &'a Entry),
    Made(Vec<&'a Entry>),
}

impl<'a> Draft<'a> {
    fn low(&self) -> Option<&'a Entry> {
        match self {
            Draft::File(_, low) => Some(low),
            Draft::Made(entries) => entries.first().copied(),
        }
    }
}

impl Writer<'_> {
    /// Writes the entries of all indexes, in the order in which they are declared.
    pub(super) fn indexes(&mut self, graph: &Graph) -> Result<Vec<StoredIndex>, DurableError> {
        // Damage that is met now is that of the checkpoint, and not of the version.
        let graph = graph.watched();
        let mut stored = Vec::new();
        for (number, index) in (0..).zip(graph.declared_indexes()) {
            let set = graph.index_set(index).ok_or_else(|| graph.damage());
            let set = set.map_err(|damage| match damage {
                Some(damage) => damage.into(),
                None => unreadable(&format!("the index {}", index.name())),
            })?;
            stored.push(self.index(number, index, set)?);
        }
        Ok(stored)
    }

    fn index(
        &mut self,
        number: u32,
        index: &Index,
        set: &OrderedSet,
    ) -> Result<StoredIndex, DurableError> {
        let drafts = drafts(set)?;
        let (mut places, mut kept) = (Vec::new(), Vec::new());
        let keys = index.keys().len();
        let make = |draft: &Draft<'_>| match draft {
            Draft::File(old, _) => match set.leaves().place(*old as usize) {
                Some((source, table, place)) => Ok(source.bytes(table, *old, place)?),
                None => Err(unreadable("a leaf of an index")),
            },
            Draft::Made(entries) => {
                let mut head = vec![0; FIXED];
                put_entries(entries, keys, &mut head).map(|()| head)
            }
        };
        let name = TableName::Index(number);
        let mut leaf = 0;
        in_order(&drafts, make, |draft, head| {
            self.pause()?;
            let place = self.section(SectionKind::Chunk(name), leaf, head?, &[])?;
            places.push((leaf, place));
            if let Draft::File(old, _) = draft
                && let Some(known) = set.leaves().resident(*old as usize)
            {
                kept.push((leaf, known.clone()));
            }
            leaf += 1;
            Ok::<(), DurableError>(())
        })?;
        let lows: Vec<&Entry> = drafts.iter().filter_map(Draft::low).collect();
        let mut head = vec![0; FIXED];
        let about = (index.target(), index.keys());
        put_directory(about, (set.len(), set.distinct()), &lows, &mut head)?;
        let place = self.section(SectionKind::Index(number), leaf, head, &[])?;
        let source: Arc<dyn ChunkSource> = self.source.clone();
        let leaves = ChunkTable::default().rebased(&source, name, places, kept);
        Ok(StoredIndex { source, number, place, leaves })
    }
}

fn unreadable(what: &str) -> DurableError {
    DurableError::NotStorable { what: format!("{what}, which could not be read") }
}

/// The leaves that a set is written as.
fn drafts(set: &OrderedSet) -> Result<Vec<Draft<'_>>, Damage> {
    let mut drafts = Vec::new();
    let mut held: Vec<&Entry> = Vec::new();
    for piece in set.pieces() {
        match piece {
            Piece::Held(entries) => held.extend(entries),
            Piece::Stored(number, _) if (1..FEW).contains(&held.len()) => {
                held.extend(set.leaf(number)?);
            }
            Piece::Stored(number, low) => {
                cut(&mut held, &mut drafts);
                drafts.push(Draft::File(number, low));
            }
        }
    }
    cut(&mut held, &mut drafts);
    Ok(drafts)
}

/// Cuts entries into leaves: full ones, but for the last two, which are about alike.
fn cut<'a>(held: &mut Vec<&'a Entry>, drafts: &mut Vec<Draft<'a>>) {
    let mut rest = &std::mem::take(held)[..];
    while !rest.is_empty() {
        let most = match rest.len() {
            0..=CHUNK_ROWS => rest.len(),
            left if left < CHUNK_ROWS * 2 => left.div_ceil(2),
            _ => CHUNK_ROWS,
        };
        let mut bytes = 0;
        let fits = |(value, _): &&Entry| {
            let before = bytes;
            bytes += heap_bytes(value);
            before < LEAF_BYTES
        };
        let count = rest.iter().take(most).copied().take_while(fits).count().max(1);
        let (leaf, after) = rest.split_at(count);
        drafts.push(Draft::Made(leaf.to_vec()));
        rest = after;
    }
}

#[cfg(test)]
#[path = "index_writer_tests.rs"]
mod tests;
