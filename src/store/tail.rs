//! The tail of an adjacency chunk: what came since its base was made.
//!
//! ```text
//! heads   key 0: 4, 3   key 1: 2, 1   …     the newest entry of each key, and how many it has
//! entries 0 ◄── 1 ◄── 4      2              each knows the one of its key before it
//! ```
//! The heads of few keys are listed with these; those of more have a place for each key.
//!
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

/// Keys that are listed, at most.
const MOST_LISTED: usize = 32;

/// The entries since the last merge.
#[derive(Clone, Debug, Default)]
pub(super) struct Tail {
    /// The entries of each key; keys past its end have none. Empty where keys are listed.
    heads: Vec<Head>,
    /// Keys that have entries, ascending, where there are few.
    few: Vec<(u16, Head)>,
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
        match self.heads.get(key) {
            Some(head) => *head,
            None => self.listed(key).map_or(Head::NONE, |place| self.few[place].1),
        }
    }

    /// The place of a key that is listed.
    fn listed(&self, key: usize) -> Option<usize> {
        self.few.binary_search_by_key(&key, |(known, _)| usize::from(*known)).ok()
    }

    /// How many keys there are, up to the last one that has entries.
    pub(super) fn keys(&self) -> usize {
        let listed = self.few.last().map_or(0, |(key, _)| usize::from(*key) + 1);
        self.heads.len().max(listed)
    }

    /// Bytes that the heads take.
    pub(super) fn head_bytes(&self) -> usize {
        (self.heads.len() + self.few.len()) * size_of::<Head>()
    }

    /// The entries of a key, which may get some.
    fn head_mut(&mut self, key: usize) -> &mut Head {
        let listed = match u16::try_from(key) {
            Ok(listed) if self.heads.is_empty() => listed,
            _ => return self.head_of_many(key),
        };
        let place = match self.few.binary_search_by_key(&listed, |(known, _)| *known) {
            Ok(place) => place,
            Err(_) if self.few.len() == MOST_LISTED => return self.head_of_many(key),
            Err(place) => {
                self.few.insert(place, (listed, Head::NONE));
                place
            }
        };
        &mut self.few[place].1
    }

    /// The same where each key has a place.
    fn head_of_many(&mut self, key: usize) -> &mut Head {
        let keys = self.keys().max(key + 1);
        self.heads.resize(keys, Head::NONE);
        for (key, head) in std::mem::take(&mut self.few) {
            self.heads[usize::from(key)] = head;
        }
        &mut self.heads[key]
    }

    /// Adds an entry of a key.
    pub(super) fn push(&mut self, key: usize, neighbour: u32, relationship: u32) {
        let newest = self.len() as u32;
        let head = self.head_mut(key);
        let previous = std::mem::replace(&mut head.newest, newest);
        head.count += 1;
        self.last.push(Entry { neighbour, relationship, previous });
        if self.last.len() == BLOCK {
            self.full.push(Arc::new(std::mem::take(&mut self.last)));
        }
    }
}
