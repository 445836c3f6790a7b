//! Chunks of a version in the making that go to a file, so that it may be larger than memory.

use super::{Behind, ChunkTable, FilePage, PAGE_CHUNKS, Stored};
use crate::store::stored::{ChunkSource, Faults, Place, TableName};
use std::borrow::Cow;
use std::sync::{Arc, OnceLock};

impl<T: Stored + Clone> ChunkTable<T> {
    /// As [`ChunkTable::get`]; but what must be read for it is not kept.
    pub(crate) fn peek(&self, index: usize, faults: &Faults) -> Option<Cow<'_, T>> {
        let found = match (self.resident(index), self.place(index)) {
            (Some(chunk), _) => return Some(Cow::Borrowed(chunk)),
            (None, Some((source, table, place))) => T::read(source, table, index as u32, place),
            (None, None) => return self.get(index, faults).map(Cow::Borrowed),
        };
        match found {
            Ok(read) => Some(Cow::Owned(read)),
            Err(damage) => {
                faults.note(damage);
                None
            }
        }
    }

    /// Lets go of a chunk that was written to a file meanwhile, as it is.
    pub(crate) fn put_out(
        &mut self,
        index: usize,
        table: TableName,
        (source, place): (&Arc<dyn ChunkSource>, Place),
    ) {
        let Some(page) = Arc::make_mut(&mut self.pages).get_mut(index / PAGE_CHUNKS) else {
            return;
        };
        let (page, slot) = (Arc::make_mut(page), index % PAGE_CHUNKS);
        let mut file = match &page.behind {
            Behind::Masked(..) => return,
            Behind::Nothing => {
                Arc::new(FilePage { sources: Vec::new(), table, places: Vec::new() })
            }
            Behind::File(file) => file.clone(),
        };
        page.behind = Behind::Nothing;
        let found = Arc::make_mut(&mut file);
        let known = found.sources.iter().position(|known| Arc::ptr_eq(known, source));
        let number = known.unwrap_or(found.sources.len());
        if known.is_none() {
            found.sources.push(source.clone());
        }
        if found.places.len() <= slot {
            found.places.resize(slot + 1, None);
        }
        found.places[slot] = Some((number as u32, place));
        page.behind = Behind::File(file);
        page.own &= !(1 << slot);
        if let Some(chunk) = page.chunks.get_mut(slot) {
            *chunk = OnceLock::new();
        }
        if let Some(kept) = page.kept.get_mut(slot) {
            *kept = None;
        }
    }
}
