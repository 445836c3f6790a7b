//! Writing a checkpoint: a graph version as sections, in one pass from front to back.
//!
//! A chunk that is in the checkpoint before, unchanged, is copied as it lies there,
//! after its checksums were verified: damage must not be sealed with fresh ones. As bytes
//! there are some chunks for each core in memory at a time. The outcome is the same version with
//! all of its chunks in the new file.
//!
//! Of a large file, what has been written goes to the disk while the rest is made: otherwise
//! the disk would have nothing to do until the sync at the end, and then all at once.

use super::checkpoint::{TRAILER, TRAILER_MAGIC};
use super::chunk_file::ChunkFile;
use super::codec;
use super::encoding::{Encode, Encoded};
use super::error::DurableError;
use super::header::Header;
use super::history::History;
use super::in_order::in_order;
use super::manifest::Manifest;
use super::record::CommitRecord;
use super::section::{self, FIXED, SectionKind};
use super::shelf::Shelf;
use super::storage::StorageFile;
use super::volume::Section;
use crate::store::budget::{Budget, Charge};
use crate::store::renewal::{Tables, TypeTables};
use crate::store::stored::{ChunkSource, Origin, Place, TableName};
use crate::store::table::{ChunkTable, Entry};
use crate::store::{Change, Graph};
use std::path::Path;
use std::sync::Arc;
use std::thread::{self, JoinHandle};

/// Bytes that are written at once.
const BUFFER: usize = 1 << 20;
/// Bytes after which the disk is set to work.
const AHEAD: u64 = 4 << 20;

/// A checkpoint that was written and not synced yet.
#[derive(Debug)]
pub(crate) struct Written {
    /// Bytes in the file.
    pub(crate) length: u64,
    /// The version with its chunks in the file.
    pub(crate) graph: Graph,
    /// The history in the file.
    pub(crate) shelf: Shelf,
}

/// What a checkpoint is to hold.
#[derive(Clone, Copy)]
pub(crate) struct Contents<'a> {
    pub(crate) header: &'a Header,
    /// When the last commit was.
    pub(crate) time: i64,
    pub(crate) graph: &'a Graph,
    /// Where its commits come from; `None` for a new database.
    pub(crate) history: Option<&'a History>,
    /// The last commit that is not kept in the history, 0 for none, and its time.
    pub(crate) oldest: (u64, i64),
    /// A commit after those of the history, which is in the graph.
    pub(crate) commit: Option<&'a CommitRecord<'a>>,
    /// Asked for each section whether to give it up.
    pub(crate) stops: &'a dyn Fn() -> bool,
}

/// Writes a whole checkpoint into an empty file. `path` is the name that it will have.
pub(crate) fn write(
    file: Arc<dyn StorageFile>,
    path: &Path,
    contents: &Contents<'_>,
    budget: &Arc<Budget>,
) -> Result<Written, DurableError> {
    let Contents { header, time, graph, history, oldest, commit, stops } = *contents;
    let (bytes, header_sum) = header.encode();
    let place = path.to_path_buf();
    let source = Arc::new(ChunkFile::new(file.clone(), place, u64::MAX, budget.clone()));
    let mut writer = Writer {
        file,
        path,
        graph,
        source,
        position: 0,
        buffer: Vec::with_capacity(BUFFER),
        manifest: Manifest::of(header.base_sequence, time),
        early: None,
        asked: 0,
        stops,
    };
    writer.put(&bytes)?;
    writer.changes(graph.name_changes().chain(graph.schema_changes()))?;
    let tables = writer.tables(graph)?;
    writer.manifest.set_oldest(oldest)?;
    let mut volumes = match history {
        Some(history) => writer.history(history, oldest.0, header.base_sequence)?,
        None => Vec::new(),
    };
    if let Some(commit) = commit.filter(|_| oldest.0 < header.base_sequence) {
        let mut shelf = Shelf::memory();
        shelf.append(header.base_sequence, commit)?;
        for index in 0..shelf.len() {
            volumes.push(writer.volume(&shelf.section(index)?)?);
        }
    }
    let file = writer.file.clone();
    let length = writer.finish(header_sum)?;
    let shelf = Shelf::File { file, path: path.into(), volumes: volumes.into() };
    Ok(Written { length, graph: graph.over_tables(tables, budget), shelf })
}

/// The bytes of a chunk.
enum Bytes<K> {
    /// As they lie in another file, and how they lie there.
    Copied(Vec<u8>, Place),
    /// As they were made, and what was put in order for that.
    Made(Encoded, K),
}

pub(super) struct Writer<'a> {
    file: Arc<dyn StorageFile>,
    path: &'a Path,
    graph: &'a Graph,
    pub(super) source: Arc<ChunkFile>,
    position: u64,
    buffer: Vec<u8>,
    manifest: Manifest,
    /// A sync under way, and up to where it was asked for.
    early: Option<JoinHandle<std::io::Result<()>>>,
    asked: u64,
    stops: &'a dyn Fn() -> bool,
}

impl Writer<'_> {
    fn put(&mut self, bytes: &[u8]) -> Result<(), DurableError> {
        if self.buffer.len() + bytes.len() > BUFFER {
            self.flush()?;
        }
        if bytes.len() >= BUFFER {
            self.write(bytes)
        } else {
            self.buffer.extend_from_slice(bytes);
            Ok(())
        }
    }

    /// Gives up where that is wanted.
    pub(super) fn pause(&self) -> Result<(), DurableError> {
        if (self.stops)() {
            return Err(DurableError::Stopped { file: self.path.to_path_buf() });
        }
        Ok(())
    }

    fn flush(&mut self) -> Result<(), DurableError> {
        let mut bytes = std::mem::take(&mut self.buffer);
        let written = if bytes.is_empty() { Ok(()) } else { self.write(&bytes) };
        bytes.clear();
        self.buffer = bytes;
        written
    }

    fn write(&mut self, bytes: &[u8]) -> Result<(), DurableError> {
        self.file
            .write_at(bytes, self.position)
            .map_err(|e| DurableError::io("write", self.path, e))?;
        self.position += bytes.len() as u64;
        if self.position - self.asked >= AHEAD
            && self.early.as_ref().is_none_or(JoinHandle::is_finished)
        {
            self.end_early_sync()?;
            let file = self.file.clone();
            let sync = move || file.sync();
            // Without a thread all is left to the sync at the end.
            self.early = thread::Builder::new().spawn(sync).ok();
            self.asked = self.position;
        }
        Ok(())
    }

    /// Waits for the sync under way. Its failure is that of the checkpoint: the system may have
    /// dropped what it could not write, and a later sync would not tell.
    fn end_early_sync(&mut self) -> Result<(), DurableError> {
        let Some(sync) = self.early.take() else { return Ok(()) };
        let outcome = sync.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
        outcome.map_err(|e| DurableError::io("sync", self.path, e))
    }

    /// Where the next byte comes to lie.
    fn offset(&self) -> u64 {
        self.position + self.buffer.len() as u64
    }

    /// Writes a section whose head is still blank, with its columns.
    pub(super) fn section(
        &mut self,
        kind: SectionKind,
        number: u32,
        mut head: Vec<u8>,
        columns: &[u8],
    ) -> Result<Place, DurableError> {
        let sum = section::complete(kind, number, columns.len() as u64, &mut head);
        let place = Place {
            offset: self.offset(),
            head: head.len() as u64,
            length: head.len() as u64 + columns.len() as u64,
            sum,
        };
        self.put(&head)?;
        self.put(columns)?;
        self.manifest.push(kind, number, &place);
        Ok(place)
    }

    fn changes(&mut self, changes: impl Iterator<Item = Change>) -> Result<(), DurableError> {
        let (mut head, mut count) = (vec![0; FIXED], 0);
        for change in changes {
            codec::encode_change(&change, &mut head)?;
            count += 1;
            if head.len() > BUFFER {
                let full = std::mem::replace(&mut head, vec![0; FIXED]);
                self.section(SectionKind::Changes, count, full, &[])?;
                count = 0;
            }
        }
        if count > 0 {
            self.section(SectionKind::Changes, count, head, &[])?;
        }
        Ok(())
    }

    fn tables(&mut self, graph: &Graph) -> Result<Tables, DurableError> {
        let manifest = &mut self.manifest;
        (manifest.next_node, manifest.next_relationship) =
            (graph.node_bound(), graph.relationship_bound());
        (manifest.nodes, manifest.relationships) = (graph.node_count(), graph.relationship_count());
        manifest.labels.clone_from(&graph.counts.labels);
        let nodes = self.table(TableName::Nodes, &graph.nodes)?;
        let relationships = self.table(TableName::Relationships, &graph.relationships)?;
        self.source.know_relationships(
            relationships
                .entries()
                .filter_map(|(number, entry)| match entry {
                    Entry::Clean(_, place) => Some((number as u32, *place)),
                    Entry::Own(_) => None,
                })
                .collect(),
        );
        let mut types: Vec<TypeTables> = Vec::new();
        for (kind, adjacency) in graph.type_tables() {
            types.resize_with(kind.0 as usize + 1, TypeTables::default);
            let mut found = TypeTables {
                count: adjacency.count,
                degrees: adjacency.degrees.clone(),
                ..TypeTables::default()
            };
            for slot in 0..8u8 {
                let name = TableName::Adjacency(kind.0, slot);
                let table = adjacency.table(usize::from(slot));
                found.tables[usize::from(slot)] = self.table(name, table)?;
            }
            types[kind.0 as usize] = found;
        }
        self.manifest.types =
            types.iter().map(|found| (found.count, found.degrees.clone())).collect();
        Ok(Tables {
            nodes,
            relationships,
            types,
            indexes: Some(self.indexes(graph)?),
            counts: graph.counts.clone(),
            next_node: graph.node_bound(),
            next_relationship: graph.relationship_bound(),
        })
    }

    /// Writes a table; the same table, lying in the file. Sections are made while those before
    /// are written.
    fn table<T: Encode>(
        &mut self,
        name: TableName,
        table: &ChunkTable<T>,
    ) -> Result<ChunkTable<T>, DurableError> {
        let (mut places, mut written) = (Vec::new(), Vec::new());
        let entries: Vec<_> = table.entries().collect();
        let graph = self.graph;
        let make = |(number, entry): &(usize, Entry<'_, T>)| match entry {
            Entry::Clean(source, place) => {
                let bytes = source.bytes(name, *number as u32, place);
                Ok(Bytes::Copied(bytes?, **place))
            }
            Entry::Own(chunk) => {
                chunk.encode(name, graph).map(|(encoded, kept)| Bytes::Made(encoded, kept))
            }
        };
        in_order(&entries, make, |(number, entry), bytes| {
            self.pause()?;
            let number = *number as u32;
            let place = match bytes? {
                Bytes::Copied(bytes, place) => self.copy(name, number, &bytes, place)?,
                Bytes::Made(Encoded { head, columns, parts }, kept) => {
                    let bytes = head.len() as u64 * 2;
                    let kind = SectionKind::Chunk(name);
                    let place = self.section(kind, number, head, &columns)?;
                    let charge = Charge::new(self.source.budget().clone(), bytes);
                    let origin =
                        Origin { source: self.source.clone(), offset: place.offset, charge };
                    if let Entry::Own(chunk) = entry {
                        let budget = self.source.budget();
                        written.push((number, chunk.placed(kept, origin, parts, budget)));
                    }
                    place
                }
            };
            places.push((number, place));
            Ok::<(), DurableError>(())
        })?;
        let source: Arc<dyn ChunkSource> = self.source.clone();
        Ok(table.rebased(&source, name, places, written))
    }

    /// Writes a section as it lies in another file.
    fn copy(
        &mut self,
        name: TableName,
        number: u32,
        bytes: &[u8],
        place: Place,
    ) -> Result<Place, DurableError> {
        let place = Place { offset: self.offset(), ..place };
        self.put(bytes)?;
        self.manifest.push(SectionKind::Chunk(name), number, &place);
        Ok(place)
    }

    /// Writes the commits after `from`, up to `to`: how many pieces each volume has, and
    /// where it lies.
    fn history(
        &mut self,
        history: &History,
        from: u64,
        to: u64,
    ) -> Result<Vec<(u32, Place)>, DurableError> {
        let mut volumes = Vec::new();
        history.copy(from, to, &mut |section| {
            volumes.push(self.volume(section)?);
            Ok(())
        })?;
        Ok(volumes)
    }

    /// Writes a volume: how many pieces it has, and where it lies.
    fn volume(&mut self, volume: &Section) -> Result<(u32, Place), DurableError> {
        self.pause()?;
        let Section { pieces, head, columns } = volume;
        let place = Place {
            offset: self.offset(),
            head: head.len() as u64,
            length: head.len() as u64 + columns.len() as u64,
            sum: section::sum_in(head),
        };
        self.put(head)?;
        self.put(columns)?;
        self.manifest.push(SectionKind::History, *pieces, &place);
        Ok((*pieces, place))
    }

    fn finish(mut self, header_sum: u32) -> Result<u64, DurableError> {
        let manifest = self.manifest.encode()?;
        let offset = self.offset();
        let length = manifest.len() as u64;
        let manifest_sum = crc32c::crc32c(&manifest);
        let mut trailer = Vec::with_capacity(TRAILER as usize);
        trailer.extend_from_slice(TRAILER_MAGIC);
        for number in [offset, length, offset + length + TRAILER] {
            trailer.extend_from_slice(&number.to_le_bytes());
        }
        for number in [header_sum, manifest_sum, 0] {
            trailer.extend_from_slice(&number.to_le_bytes());
        }
        let sum = crc32c::crc32c(&trailer);
        trailer.extend_from_slice(&sum.to_le_bytes());
        self.put(&manifest)?;
        self.put(&trailer)?;
        self.flush()?;
        self.end_early_sync()?;
        Ok(self.position)
    }
}
