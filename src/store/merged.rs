//! What an adjacency chunk makes of itself for those who ask much of it: its merged form, and
//! the keys that are their own neighbours.
//!
//! A chunk with a tail is asked key by key. Who asks for many keys wants rows that lie one after
//! the other, as they do in a base. So when a chunk has been asked for as many keys as putting
//! it together is worth, this is done, once: it is there for all versions that share the chunk,
//! until the chunk changes. The change takes it for the base then, so that nothing is merged
//! twice.
//!
//! ```text
//! version 1   base ─ tail ─ removed ─ merged        made when asked for
//! version 2   base = merged ─ tail (one entry)      a relationship later
//! ```
//!
//! It is accounted for with what was read from the file, and given back as that is.

use super::adjacency::AdjacencyChunk;
use super::budget::{Budget, Charge};
use super::csr::Csr;
use super::neighbours::Neighbours;
use crate::vector::CHUNK_ROWS;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, OnceLock};

/// Entries that are put together in the time that asking for one key by itself takes longer.
const ENTRIES_OF_A_KEY: usize = 16;

/// Keys that were asked for, from which on a chunk is put together however large it is: those
/// who ask for so many look at most of its entries anyway.
const MANY_KEYS: usize = CHUNK_ROWS / 4;

/// What was made of a chunk so far.
#[derive(Debug, Default)]
pub(super) struct Made {
    merged: OnceLock<Merged>,
    /// The keys that are their own neighbours, with how often.
    loops: OnceLock<Arc<[(u32, u32)]>>,
    /// Keys that were asked for one by one by those who would take the merged form.
    asked: AtomicU32,
}

#[derive(Clone, Debug)]
struct Merged {
    rows: Arc<Csr>,
    /// Absent where no memory is accounted for: the graph is in no file.
    charge: Option<Arc<Charge>>,
}

impl Clone for Made {
    fn clone(&self) -> Self {
        Made {
            merged: self.merged.clone(),
            loops: self.loops.clone(),
            asked: AtomicU32::new(self.asked.load(Ordering::Relaxed)),
        }
    }
}

impl Made {
    /// Forgets all of it, since the chunk changes; returns what was merged, which may be the
    /// base of the changed one, with its memory.
    pub(super) fn take(&mut self) -> Option<(Arc<Csr>, Option<Arc<Charge>>)> {
        *self.asked.get_mut() = 0;
        self.loops.take();
        self.merged.take().map(|merged| (merged.rows, merged.charge))
    }

    /// Counts keys that are asked for; returns how many there were in all. Two threads may lose
    /// a count to each other: the chunk is put together a little later then.
    fn ask(&self, keys: usize) -> usize {
        let all = self.asked.load(Ordering::Relaxed).saturating_add(keys as u32);
        self.asked.store(all, Ordering::Relaxed);
        all as usize
    }
}

impl AdjacencyChunk {
    /// Whether the base is all there is.
    pub(super) fn is_plain(&self) -> bool {
        self.tail.len() == 0 && self.removed_count == 0
    }

    /// All entries in rows, for who asks for so many keys; `None` where they are found sooner
    /// one by one.
    pub(super) fn rows(&self, keys: usize, budget: Option<&Arc<Budget>>) -> Option<&Csr> {
        if self.is_plain() {
            return Some(&self.base);
        }
        if let Some(merged) = self.made.merged.get() {
            return Some(&merged.rows);
        }
        let enough =
            ((self.base.neighbours.len() + self.tail.len()) / ENTRIES_OF_A_KEY).min(MANY_KEYS);
        (self.made.ask(keys) >= enough).then(|| self.all_rows(budget))
    }

    /// All entries in rows.
    pub(super) fn all_rows(&self, budget: Option<&Arc<Budget>>) -> &Csr {
        if self.is_plain() {
            return &self.base;
        }
        let merged = self.made.merged.get_or_init(|| {
            let rows = Arc::new(self.put_together());
            let charge = budget.map(|budget| Charge::new(budget.clone(), rows.bytes()));
            Merged { rows, charge }
        });
        &merged.rows
    }

    /// The neighbours of a key, in no order that is the same the next time.
    pub(super) fn unordered(&self, key: usize, budget: Option<&Arc<Budget>>) -> Neighbours<'_> {
        match self.rows(1, budget) {
            Some(rows) => Neighbours::of(rows, key),
            None => self.neighbours(key),
        }
    }

    /// The keys that are their own neighbours, ascending, each with how often, for who asks for
    /// so many keys; `None` as of [`AdjacencyChunk::rows`]. The id of key 0 is `first`.
    pub(super) fn loops(
        &self,
        first: u32,
        keys: usize,
        budget: Option<&Arc<Budget>>,
    ) -> Option<&[(u32, u32)]> {
        let rows = self.rows(keys, budget)?;
        Some(self.made.loops.get_or_init(|| rows.loops(first)))
    }

    /// All entries, put together for the caller alone where nobody has asked for them before.
    pub(crate) fn merged(&self) -> Arc<Csr> {
        if self.is_plain() {
            return self.base.clone();
        }
        match self.made.merged.get() {
            Some(merged) => merged.rows.clone(),
            None => Arc::new(self.put_together()),
        }
    }

    /// The chunk without its merged form; `None` where there is none.
    pub(super) fn without_merged(&self) -> Option<Self> {
        self.made.merged.get()?;
        let mut lean = self.clone();
        lean.made = Made::default();
        Some(lean)
    }
}

#[cfg(test)]
#[path = "merged_tests.rs"]
mod tests;
