//! The neighbours of one key: a slice of its chunk's base, and what the tail has of it.

use super::adjacency::AdjacencyChunk;
use super::csr::Csr;
use super::tail::NONE;
use crate::value::RelationshipId;

/// Whether a position is set.
pub(super) fn is_set(words: &[u64], position: usize) -> bool {
    words.get(position / 64).is_some_and(|word| word >> (position % 64) & 1 == 1)
}

/// Whether any position from `from` up to `to` is set, word by word.
fn any_set(words: &[u64], from: usize, to: usize) -> bool {
    let last = to.div_ceil(64).min(words.len());
    (from / 64..last).any(|index| {
        let below = if index * 64 < from { u64::MAX << (from - index * 64) } else { u64::MAX };
        let above = if to - index * 64 < 64 { !(u64::MAX << (to - index * 64)) } else { u64::MAX };
        words[index] & below & above != 0
    })
}

/// The neighbours of one key, with the relationships that lead to them: those of
/// the base in order, then the later ones.
#[derive(Clone, Debug, Default)]
pub struct Neighbours<'a> {
    neighbours: &'a [u32],
    relationships: &'a [u32],
    /// Position of the first of `neighbours` within the base.
    position: usize,
    /// Absent where the chunk has neither tail nor removals.
    chunk: Option<&'a AdjacencyChunk>,
    tail: u32,
    /// Entries of the tail still to come, removed ones among them.
    later: u32,
}

impl AdjacencyChunk {
    /// The neighbours of a key.
    pub(crate) fn neighbours(&self, key: usize) -> Neighbours<'_> {
        let tail = self.tail.head(key);
        let chunk = (!self.is_plain()).then_some(self);
        let (tail, later) = (tail.newest, tail.count);
        Neighbours { chunk, tail, later, ..Neighbours::of(&self.base, key) }
    }
}

impl<'a> Neighbours<'a> {
    /// Those of a key in rows that hold all there is.
    pub(super) fn of(rows: &'a Csr, key: usize) -> Self {
        let range = rows.range(key);
        Neighbours {
            neighbours: &rows.neighbours[range.clone()],
            relationships: &rows.relationships[range.clone()],
            position: range.start,
            chunk: None,
            tail: NONE,
            later: 0,
        }
    }

    /// Neighbours and relationships as parallel slices sorted by neighbour, then
    /// relationship; `None` where changes are not merged yet: then iterate.
    pub fn as_slices(&self) -> Option<(&'a [u32], &'a [u32])> {
        match self.chunk {
            Some(_) if self.later > 0 || self.any_removed() => None,
            _ => Some((self.neighbours, self.relationships)),
        }
    }

    /// Number of relationships. O(1) where [`Neighbours::as_slices`] works or only
    /// additions are unmerged, otherwise as iterating.
    pub fn degree(&self) -> usize {
        match self.chunk {
            None => self.neighbours.len(),
            Some(chunk) if chunk.removed_count == 0 => self.neighbours.len() + self.later as usize,
            Some(_) => self.clone().count(),
        }
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.clone().next().is_none()
    }

    fn any_removed(&self) -> bool {
        self.chunk.is_some_and(|chunk| {
            chunk.removed_count > 0
                && any_set(&chunk.removed, self.position, self.position + self.neighbours.len())
        })
    }
}

impl Iterator for Neighbours<'_> {
    type Item = (u32, RelationshipId);

    fn next(&mut self) -> Option<Self::Item> {
        while let (Some((&neighbour, neighbours)), Some((&relationship, relationships))) =
            (self.neighbours.split_first(), self.relationships.split_first())
        {
            let position = self.position;
            self.neighbours = neighbours;
            self.relationships = relationships;
            self.position += 1;
            if !self
                .chunk
                .is_some_and(|chunk| chunk.removed_count > 0 && chunk.is_removed(position))
            {
                return Some((neighbour, RelationshipId(relationship)));
            }
        }
        let chunk = self.chunk?;
        loop {
            let index = self.tail;
            let entry = chunk.tail.entry(index)?;
            self.tail = entry.previous;
            self.later = self.later.saturating_sub(1);
            if chunk.removed_count == 0
                || !chunk.is_removed(chunk.base.neighbours.len() + index as usize)
            {
                return Some((entry.neighbour, RelationshipId(entry.relationship)));
            }
        }
    }
}
