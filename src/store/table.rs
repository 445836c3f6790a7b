//! The table of chunks: from a chunk's number to the chunk in two loads.
//!
//! ```text
//! root ──► page ──► chunk        root: one Arc per page
//!     └──► page ──► chunk        page: up to 64 Arcs of chunks
//! ```
//!
//! Every level is shared between versions and copied, once, where a version
//! writes. Deriving a version therefore costs one root and one page for each
//! chunk that changes, whatever the number of chunks: 64 entries balance the two
//! for graphs of some million elements.

use std::sync::Arc;

const PAGE_CHUNKS: usize = 64;

/// Chunks by number; not every number has one.
#[derive(Debug)]
pub(crate) struct ChunkTable<T> {
    pages: Arc<Vec<Arc<Page<T>>>>,
}

#[derive(Debug)]
struct Page<T> {
    chunks: Vec<Option<Arc<T>>>,
}

impl<T> Clone for ChunkTable<T> {
    fn clone(&self) -> Self {
        ChunkTable { pages: self.pages.clone() }
    }
}

impl<T> Clone for Page<T> {
    fn clone(&self) -> Self {
        Page { chunks: self.chunks.clone() }
    }
}

impl<T> Default for ChunkTable<T> {
    fn default() -> Self {
        ChunkTable { pages: Arc::default() }
    }
}

impl<T> ChunkTable<T> {
    /// The chunk with this number.
    pub(crate) fn get(&self, index: usize) -> Option<&T> {
        self.pages.get(index / PAGE_CHUNKS)?.chunks.get(index % PAGE_CHUNKS)?.as_deref()
    }

    /// One more than the highest chunk number in use.
    pub(crate) fn len(&self) -> usize {
        match self.pages.last() {
            Some(page) => (self.pages.len() - 1) * PAGE_CHUNKS + page.chunks.len(),
            None => 0,
        }
    }

    /// The chunks that are there, with their numbers.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (usize, &T)> {
        self.pages.iter().enumerate().flat_map(|(page_index, page)| {
            page.chunks.iter().enumerate().filter_map(move |(index, chunk)| {
                chunk.as_deref().map(|chunk| (page_index * PAGE_CHUNKS + index, chunk))
            })
        })
    }
}

impl<T: Clone> ChunkTable<T> {
    /// The chunk with this number, made this version's own.
    pub(crate) fn get_mut(&mut self, index: usize) -> Option<&mut T> {
        self.get(index)?;
        let page = Arc::make_mut(&mut self.pages).get_mut(index / PAGE_CHUNKS)?;
        Arc::make_mut(page).chunks.get_mut(index % PAGE_CHUNKS)?.as_mut().map(Arc::make_mut)
    }

    /// The chunk with this number, made this version's own, and made where absent.
    pub(crate) fn get_or_insert_with(&mut self, index: usize, make: impl FnOnce() -> T) -> &mut T {
        let pages = Arc::make_mut(&mut self.pages);
        let page_index = index / PAGE_CHUNKS;
        if pages.len() <= page_index {
            pages.resize_with(page_index + 1, || Arc::new(Page { chunks: Vec::new() }));
        }
        let chunks = &mut Arc::make_mut(&mut pages[page_index]).chunks;
        let slot = index % PAGE_CHUNKS;
        if chunks.len() <= slot {
            chunks.resize_with(slot + 1, || None);
        }
        Arc::make_mut(chunks[slot].get_or_insert_with(|| Arc::new(make())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_do_not_see_each_other() {
        let mut table = ChunkTable::default();
        for index in [0, 63, 64, 1000] {
            *table.get_or_insert_with(index, || 0) = index;
        }
        let before = table.clone();
        *table.get_mut(64).unwrap() = 7;
        assert!(table.get_mut(65).is_none() && table.get(4000).is_none());
        assert_eq!(
            before.iter().map(|(index, &v)| (index, v)).collect::<Vec<_>>(),
            [(0, 0), (63, 63), (64, 64), (1000, 1000)]
        );
        assert_eq!(table.get(64), Some(&7));
        assert_eq!(table.len(), 1001);
    }
}
