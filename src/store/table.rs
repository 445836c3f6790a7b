//! The table of chunks: from a chunk's number to the chunk in two loads.
//!
//! ```text
//! root ──► page ──► chunk        root: one Arc per page
//!     └──► page ──► chunk        page: up to 64 Arcs of chunks, or where they lie
//! ```
//!
//! Every level is shared between versions and copied, once, where a version
//! writes. Deriving a version therefore costs one root and one page for each
//! chunk that changes, whatever the number of chunks: 64 entries balance the two
//! for graphs of some million elements.
//!
//! A chunk that is still in the file is read when it is first asked for, and then
//! stays for as long as the page does, so that whoever reads it may borrow it from
//! the version. Memory is given back by *renewing* a table: the new one has the
//! same contents and none of the chunks, but for those that were in use since the
//! last renewal, which it keeps at hand until the next (a second chance).
//!
//! In the same way a table may stand before another one, and show a part of each of its
//! chunks (a [`Mask`]), made when the chunk is first asked for: this is how a view is a
//! version like any other.

#[path = "put_out.rs"]
mod put_out;

use super::stored::{ChunkSource, Damage, Faults, Place, TableName};
use std::sync::{Arc, OnceLock};

const PAGE_CHUNKS: usize = 64;

/// Chunks by number; not every number has one.
#[derive(Debug)]
pub(crate) struct ChunkTable<T> {
    pages: Arc<Vec<Arc<Page<T>>>>,
}

#[derive(Debug)]
struct Page<T> {
    chunks: Vec<OnceLock<Arc<T>>>,
    /// The chunks that the file does not hold, or no longer as they are: a bit each.
    own: u64,
    /// Where the others come from.
    behind: Behind<T>,
    /// Chunks at hand since the last renewal; they count as read when asked for.
    kept: Vec<Option<Arc<T>>>,
}

/// Where the chunks of a page come from that are not in it yet.
#[derive(Debug)]
enum Behind<T> {
    Nothing,
    File(Arc<FilePage>),
    /// A page that holds more, and what is shown of it.
    Masked(Arc<Page<T>>, Arc<dyn Mask<T>>),
}

/// Shows a part of each chunk.
pub(crate) trait Mask<T>: std::fmt::Debug + Send + Sync {
    /// Whether the chunk with this number may show less than all it holds.
    fn touches(&self, number: usize) -> bool;
    /// What is shown of a chunk; the chunk itself where that is all of it.
    fn shown(&self, number: usize, chunk: &Arc<T>) -> Arc<T>;
}

/// The part of a table that lies in files.
#[derive(Clone, Debug)]
struct FilePage {
    /// One, but for a version in the making, part of which was put out of memory.
    sources: Vec<Arc<dyn ChunkSource>>,
    table: TableName,
    /// Which of the sources, and where in it.
    places: Vec<Option<(u32, Place)>>,
}

impl FilePage {
    fn place(&self, slot: usize) -> Option<(&Arc<dyn ChunkSource>, &Place)> {
        let (source, place) = self.places.get(slot)?.as_ref()?;
        Some((self.sources.get(*source as usize)?, place))
    }
}

/// What can be read from a file.
pub(crate) trait Stored: Sized {
    /// Reads and verifies.
    fn read(
        source: &Arc<dyn ChunkSource>,
        table: TableName,
        number: u32,
        place: &Place,
    ) -> Result<Self, Damage>;
    /// Bytes that it takes in memory, its columns included; 0 where it was not read
    /// from a file.
    fn bytes(&self) -> u64;
    /// The same after its bytes were written to another place.
    fn moved(&self, source: &Arc<dyn ChunkSource>, place: &Place) -> Self;
    /// The same without what it can make again; `None` where there is nothing of the kind.
    fn lean(&self) -> Option<Self> {
        None
    }
}

/// A chunk as a checkpoint finds it.
pub(crate) enum Entry<'a, T> {
    /// As it is in a file.
    Clean(&'a Arc<dyn ChunkSource>, &'a Place),
    /// In memory alone.
    Own(&'a T),
}

/// How much of a table's memory a renewal keeps, in bytes.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Keep {
    /// For chunks that were in use before the last renewal as well.
    pub(crate) proven: u64,
    /// For the others.
    pub(crate) other: u64,
}

impl<T> Clone for ChunkTable<T> {
    fn clone(&self) -> Self {
        ChunkTable { pages: self.pages.clone() }
    }
}

impl<T> Clone for Page<T> {
    fn clone(&self) -> Self {
        Page {
            chunks: self.chunks.clone(),
            own: self.own,
            behind: self.behind.clone(),
            kept: self.kept.clone(),
        }
    }
}

impl<T> Clone for Behind<T> {
    fn clone(&self) -> Self {
        match self {
            Behind::Nothing => Behind::Nothing,
            Behind::File(file) => Behind::File(file.clone()),
            Behind::Masked(page, mask) => Behind::Masked(page.clone(), mask.clone()),
        }
    }
}

impl<T> Default for Page<T> {
    fn default() -> Self {
        Page { chunks: Vec::new(), own: 0, behind: Behind::Nothing, kept: Vec::new() }
    }
}

impl<T> Default for ChunkTable<T> {
    fn default() -> Self {
        ChunkTable { pages: Arc::default() }
    }
}

impl<T> Page<T> {
    fn is_own(&self, slot: usize) -> bool {
        self.own >> slot & 1 == 1
    }

    fn file(&self) -> Option<&Arc<FilePage>> {
        match &self.behind {
            Behind::File(file) => Some(file),
            Behind::Nothing | Behind::Masked(..) => None,
        }
    }

    fn place(&self, slot: usize) -> Option<(&Arc<dyn ChunkSource>, TableName, &Place)> {
        let file = self.file().filter(|_| !self.is_own(slot))?;
        file.place(slot).map(|(source, place)| (source, file.table, place))
    }
}

impl<T> ChunkTable<T> {
    /// The chunk with this number, where it is in memory.
    pub(crate) fn resident(&self, index: usize) -> Option<&T> {
        let page = self.pages.get(index / PAGE_CHUNKS)?;
        page.chunks.get(index % PAGE_CHUNKS)?.get().map(|chunk| &**chunk)
    }

    /// Where the chunk with this number lies in a file, as it is.
    pub(crate) fn place(&self, index: usize) -> Option<(&Arc<dyn ChunkSource>, TableName, &Place)> {
        self.pages.get(index / PAGE_CHUNKS)?.place(index % PAGE_CHUNKS)
    }

    /// One more than the highest chunk number in use.
    pub(crate) fn len(&self) -> usize {
        match self.pages.last() {
            Some(page) => (self.pages.len() - 1) * PAGE_CHUNKS + page.chunks.len(),
            None => 0,
        }
    }

    /// The chunks that are in memory, with their numbers.
    pub(crate) fn residents(&self) -> impl Iterator<Item = (usize, &T)> {
        self.pages.iter().enumerate().flat_map(|(page_index, page)| {
            page.chunks.iter().enumerate().filter_map(move |(index, chunk)| {
                chunk.get().map(|chunk| (page_index * PAGE_CHUNKS + index, &**chunk))
            })
        })
    }

    /// Every chunk there is with its number, in order, none of them read.
    pub(crate) fn entries(&self) -> impl Iterator<Item = (usize, Entry<'_, T>)> {
        self.pages.iter().enumerate().flat_map(|(page_index, page)| {
            page.chunks.iter().enumerate().filter_map(move |(slot, chunk)| {
                let entry = match page.place(slot) {
                    Some((source, _, place)) => Entry::Clean(source, place),
                    None => Entry::Own(&**chunk.get()?),
                };
                Some((page_index * PAGE_CHUNKS + slot, entry))
            })
        })
    }
}

impl<T: Clone> ChunkTable<T> {
    /// The chunk with this number, where it is in memory, made this version's own.
    pub(crate) fn resident_mut(&mut self, index: usize) -> Option<&mut T> {
        self.resident(index)?;
        let page = Arc::make_mut(&mut self.pages).get_mut(index / PAGE_CHUNKS)?;
        let page = Arc::make_mut(page);
        page.own |= 1 << (index % PAGE_CHUNKS);
        page.chunks.get_mut(index % PAGE_CHUNKS)?.get_mut().map(Arc::make_mut)
    }

    /// The chunk with this number, made this version's own, and made where it is not
    /// in memory.
    pub(crate) fn resident_or_insert_with(
        &mut self,
        index: usize,
        make: impl FnOnce() -> T,
    ) -> &mut T {
        let pages = Arc::make_mut(&mut self.pages);
        let page_index = index / PAGE_CHUNKS;
        if pages.len() <= page_index {
            pages.resize_with(page_index + 1, Arc::default);
        }
        let page = Arc::make_mut(&mut pages[page_index]);
        let slot = index % PAGE_CHUNKS;
        if page.chunks.len() <= slot {
            page.chunks.resize_with(slot + 1, OnceLock::new);
        }
        page.own |= 1 << slot;
        if page.chunks[slot].get().is_none() {
            page.chunks[slot] = OnceLock::from(Arc::new(make()));
        }
        #[expect(clippy::unreachable, reason = "an OnceLock cannot be filled and borrowed in one")]
        match page.chunks[slot].get_mut() {
            Some(chunk) => Arc::make_mut(chunk),
            None => unreachable!("the line before has put a chunk there"),
        }
    }
}

impl<T: Stored> ChunkTable<T> {
    /// The chunk with this number, read where it is still in the file. What cannot
    /// be read is noted, and is not there.
    #[inline]
    pub(crate) fn get(&self, index: usize, faults: &Faults) -> Option<&T> {
        let page = self.pages.get(index / PAGE_CHUNKS)?;
        let chunk = page.chunks.get(index % PAGE_CHUNKS)?;
        match chunk.get() {
            Some(chunk) => Some(chunk),
            None => page.read(index, chunk, faults),
        }
    }

    /// A table of chunks that all lie in a file, in the order of their numbers.
    pub(crate) fn stored(
        source: &Arc<dyn ChunkSource>,
        table: TableName,
        places: impl IntoIterator<Item = (u32, Place)>,
    ) -> Self {
        let mut pages: Vec<Vec<Option<(u32, Place)>>> = Vec::new();
        for (number, place) in places {
            let (page, slot) = (number as usize / PAGE_CHUNKS, number as usize % PAGE_CHUNKS);
            if pages.len() <= page {
                pages.resize_with(page + 1, Vec::new);
            }
            if pages[page].len() <= slot {
                pages[page].resize(slot + 1, None);
            }
            pages[page][slot] = Some((0, place));
        }
        let pages = pages.into_iter().map(|places| {
            let chunks = places.iter().map(|_| OnceLock::new()).collect();
            let file = FilePage { sources: vec![source.clone()], table, places };
            let behind = Behind::File(Arc::new(file));
            Arc::new(Page { chunks, own: 0, behind, kept: Vec::new() })
        });
        ChunkTable { pages: Arc::new(pages.collect()) }
    }

    /// This table after all of it was written to a file, with what is in memory;
    /// `written` are the chunks that were written from memory, as they are now.
    pub(crate) fn rebased(
        &self,
        source: &Arc<dyn ChunkSource>,
        table: TableName,
        places: impl IntoIterator<Item = (u32, Place)>,
        written: Vec<(u32, T)>,
    ) -> Self {
        let mut rebased = Self::stored(source, table, places);
        let mut written = written.into_iter().peekable();
        for (index, page) in Arc::make_mut(&mut rebased.pages).iter_mut().enumerate() {
            let Some(page) = Arc::get_mut(page) else { continue };
            let Some(file) = page.file().cloned() else { continue };
            let old = self.pages.get(index);
            for (slot, chunk) in page.chunks.iter_mut().enumerate() {
                let number = (index * PAGE_CHUNKS + slot) as u32;
                if let Some((_, own)) = written.next_if(|(written, _)| *written == number) {
                    *chunk = OnceLock::from(Arc::new(own));
                    continue;
                }
                let known = old.and_then(|old| old.chunks.get(slot)).and_then(OnceLock::get);
                if let (Some(known), Some((_, place))) = (known, file.place(slot)) {
                    *chunk = OnceLock::from(Arc::new(known.moved(source, place)));
                }
            }
        }
        rebased
    }

    /// This table, as much of it as a mask shows. O(chunks): what is shown of a chunk is
    /// made when it is first asked for.
    pub(crate) fn masked(&self, mask: &Arc<dyn Mask<T>>) -> Self {
        let pages = self.pages.iter().enumerate().map(|(index, page)| {
            let numbers = index * PAGE_CHUNKS..;
            let touched: Vec<bool> =
                numbers.take(page.chunks.len()).map(|number| mask.touches(number)).collect();
            if !touched.contains(&true) {
                return page.clone();
            }
            let chunks = page
                .chunks
                .iter()
                .zip(&touched)
                .map(|(chunk, touched)| if *touched { OnceLock::new() } else { chunk.clone() });
            Arc::new(Page {
                chunks: chunks.collect(),
                own: 0,
                behind: Behind::Masked(page.clone(), mask.clone()),
                kept: Vec::new(),
            })
        });
        ChunkTable { pages: Arc::new(pages.collect()) }
    }

    /// Bytes of the chunks that a renewal might keep: of those in use before the last
    /// one too, and of the others.
    pub(crate) fn in_use(&self) -> Keep {
        let mut found = Keep::default();
        self.pages.iter().for_each(|page| page.add_use(&mut found));
        found
    }

    /// The same table without what was read from the file, but for so many bytes.
    pub(crate) fn renewed(&self, keep: &mut Keep) -> Self {
        ChunkTable { pages: Arc::new(self.pages.iter().map(|page| page.renewed(keep)).collect()) }
    }
}

impl<T: Stored> Page<T> {
    fn add_use(&self, found: &mut Keep) {
        match &self.behind {
            Behind::Nothing => {}
            Behind::Masked(page, _) => page.add_use(found),
            Behind::File(_) => {
                for (slot, chunk) in
                    self.chunks.iter().enumerate().filter(|(s, _)| !self.is_own(*s))
                {
                    let Some(chunk) = chunk.get() else { continue };
                    match self.kept.get(slot) {
                        Some(Some(_)) => found.proven += chunk.bytes(),
                        _ => found.other += chunk.bytes(),
                    }
                }
            }
        }
    }

    fn renewed(self: &Arc<Self>, keep: &mut Keep) -> Arc<Self> {
        let empty = |page: Arc<Self>, mask: &Arc<dyn Mask<T>>| Page {
            chunks: self.chunks.iter().map(|_| OnceLock::new()).collect(),
            own: 0,
            behind: Behind::Masked(page, mask.clone()),
            kept: Vec::new(),
        };
        match &self.behind {
            Behind::Nothing => self.clone(),
            Behind::Masked(page, mask) => Arc::new(empty(page.renewed(keep), mask)),
            Behind::File(_) => {
                let mut kept = vec![None; self.chunks.len()];
                let chunks = self.chunks.iter().enumerate().map(|(slot, chunk)| {
                    let Some(known) = chunk.get() else { return OnceLock::new() };
                    if self.is_own(slot) {
                        return OnceLock::from(
                            known.lean().map_or_else(|| known.clone(), Arc::new),
                        );
                    }
                    let left = match self.kept.get(slot) {
                        Some(Some(_)) => &mut keep.proven,
                        _ => &mut keep.other,
                    };
                    if let Some(rest) = left.checked_sub(known.bytes()) {
                        *left = rest;
                        kept[slot] = Some(known.clone());
                    }
                    OnceLock::new()
                });
                let chunks = chunks.collect();
                Arc::new(Page { chunks, own: self.own, behind: self.behind.clone(), kept })
            }
        }
    }

    /// The chunk of a slot, read where it is not in memory.
    fn chunk(&self, index: usize, faults: &Faults) -> Option<&Arc<T>> {
        let chunk = self.chunks.get(index % PAGE_CHUNKS)?;
        if chunk.get().is_none() {
            self.read(index, chunk, faults)?;
        }
        chunk.get()
    }

    #[cold]
    fn read<'a>(
        &'a self,
        index: usize,
        chunk: &'a OnceLock<Arc<T>>,
        faults: &Faults,
    ) -> Option<&'a T> {
        let slot = index % PAGE_CHUNKS;
        if let Behind::Masked(page, mask) = &self.behind {
            let whole = page.chunk(index, faults)?;
            return Some(chunk.get_or_init(|| mask.shown(index, whole)));
        }
        let (source, table, place) = self.place(slot)?;
        let known = self.kept.get(slot).cloned().flatten();
        let read = match known {
            Some(known) => Ok(known),
            None => T::read(source, table, index as u32, place).map(Arc::new),
        };
        match read {
            // Of two threads that read it, one keeps what the other has read.
            Ok(read) => Some(chunk.get_or_init(|| read)),
            Err(damage) => {
                faults.note(damage);
                None
            }
        }
    }
}

impl<T: Stored + Clone> ChunkTable<T> {
    /// The chunk with this number, read where needed, made this version's own, and
    /// made where absent. One that cannot be read is noted: the version must not be
    /// published then.
    pub(crate) fn get_or_insert_with(
        &mut self,
        index: usize,
        faults: &Faults,
        make: impl FnOnce() -> T,
    ) -> &mut T {
        let _ = self.get(index, faults);
        self.resident_or_insert_with(index, make)
    }
}

#[cfg(test)]
#[path = "table_tests.rs"]
mod tests;
