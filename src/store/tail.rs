//! The tail of an adjacency chunk: what came since its base was made.
//!
//! ```text
//! heads   key 0: 4, 3   key 1: 2, 1   …     the newest entry of each key, and how many it has
//! entries 0 ◄── 1 ◄── 4      2              each knows the one of its key before it
//! ```
//! Entries lie in blocks in order of arrival. Full blocks are shared between versions, so
//! that a version that adds one copies the heads and the last block alone. Who adds an entry
//! looks at no other one: where relationships come in any order, each would be a miss of the cache.

use std::sync::Arc;

/// No entry.
pub(super) const NONE: u32 = u32::MAX;

/// Entries of a block.
pub(super) const BLOCK: usize = 1024;

/// A relationship of a key.
#[derive(Clone, Copy, Debug)]
pub(super) struct Entry {
    /// The id at the other end.
    pub(super) neighbour: u32,
    /// The relationship's id.
    pub(super) relationship: u32,
    /// The entry of the same key that came before, or `NONE`.
    pub(super) previous: u32,
}

/// The entries of a key.
#[derive(Clone, Copy, Debug)]
pub(super) struct Head {
    /// The newest one, or `NONE`.
    pub(super) newest: u32,
    /// How many there are, removed ones among them.
    pub(super) count: u32,
}

impl Head {
    /// No entry.
    const NONE: Head = Head { newest: NONE, count: 0 };
}

/// The entries since the last merge.
#[derive(Clone, Debug, Default)]
pub(super) struct Tail {
    /// The entries of each key; keys past its end have none.
    pub(super) heads: Vec<Head>,
    /// Blocks that versions share.
    pub(super) full: Vec<Arc<Vec<Entry>>>,
    /// The block that is being filled.
    pub(super) last: Vec<Entry>,
}

impl Tail {
    /// Number of entries.
    pub(super) fn len(&self) -> usize {
        self.full.len() * BLOCK + self.last.len()
    }

    /// An entry by its number; none by [`NONE`].
    pub(super) fn entry(&self, index: u32) -> Option<&Entry> {
        let index = index as usize;
        match self.full.get(index / BLOCK) {
            Some(block) => block.get(index % BLOCK),
            None => self.last.get(index.wrapping_sub(self.full.len() * BLOCK)),
        }
    }

    /// The entries of a key.
    pub(super) fn head(&self, key: usize) -> Head {
        self.heads.get(key).copied().unwrap_or(Head::NONE)
    }

    /// Adds an entry of a key.
    pub(super) fn push(&mut self, key: usize, neighbour: u32, relationship: u32) {
        if self.heads.len() <= key {
            self.heads.resize(key + 1, Head::NONE);
        }
        let newest = self.len() as u32;
        let head = &mut self.heads[key];
        self.last.push(Entry { neighbour, relationship, previous: head.newest });
        *head = Head { newest, count: head.count + 1 };
        if self.last.len() == BLOCK {
            self.full.push(Arc::new(std::mem::take(&mut self.last)));
        }
    }
}
