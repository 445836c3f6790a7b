//! The database file: a whole graph, written once and never changed.
//!
//! ```text
//! header     64 bytes, see header.rs
//! sections   end to end: changes (names and schema), chunks of nodes, of
//!            relationships, of adjacency; leaves and directories of indexes; volumes
//!            of history; see section.rs
//! manifest   see manifest.rs
//! trailer    48 bytes: magic (8), manifest offset u64, manifest length u64,
//!            file length u64, header's checksum u32, manifest's CRC-32C u32,
//!            reserved u32, CRC-32C u32 of the 44 bytes before
//! ```
//!
//! The trailer is the commit mark: a file without it is no checkpoint. No byte of the
//! file is outside a checksum. Opening reads header, trailer, manifest and the
//! section of names; all else is read, and verified, when it is first asked for.

use super::chunk_file::ChunkFile;
use super::codec;
use super::error::DurableError;
use super::header::{FileKind, HEADER_LENGTH, Header, u32_at, u64_at};
use super::manifest::{Located, Manifest};
use super::section::{self, FIXED, SectionKind};
use super::shelf::Shelf;
use super::source::{Replay, Source};
use super::storage::StorageFile;
use super::version_one;
use super::volume::Volume;
use crate::store::budget::Budget;
use crate::store::leaf::StoredIndex;
use crate::store::renewal::{Tables, TypeTables};
use crate::store::statistics::Counts;
use crate::store::stored::{ChunkSource, Damage, Place, TableName};
use crate::store::table::ChunkTable;
use crate::store::{Change, Graph, Writer};
use std::path::Path;
use std::sync::Arc;

pub(crate) const TRAILER_MAGIC: &[u8; 8] = b"\x89TRAILER";
pub(crate) const TRAILER: u64 = 48;
/// Since this version a file holds the entries of its indexes; of older ones they are gathered.
const INDEXES_STORED: u32 = 5;

/// A checkpoint whose header, trailer and manifest are verified.
#[derive(Debug)]
pub(crate) struct Checkpoint {
    file: Arc<dyn StorageFile>,
    pub(crate) header: Header,
    /// The last commit in the graph, 0 for none.
    pub(crate) sequence: u64,
    /// When that was, nanoseconds since 1970.
    pub(crate) time: i64,
    /// Bytes in the file.
    pub(crate) length: u64,
    contents: Contents,
}

#[derive(Debug)]
enum Contents {
    /// Format version 1.
    Changes(version_one::Manifest),
    /// Since version 2.
    Sections(Manifest, Vec<Located>),
}

impl Checkpoint {
    /// Reads all but the sections.
    pub(crate) fn open(file: Box<dyn StorageFile>, path: &Path) -> Result<Self, DurableError> {
        let file: Arc<dyn StorageFile> = Arc::from(file);
        let header = Header::read(file.as_ref(), path, FileKind::Database)?;
        let mut source = Source::sparing(file.as_ref(), path)?;
        let length = source.end;
        let (offset, count) = manifest_place(&mut source, &header)?;
        let bytes = source.bytes(offset, count)?.to_vec();
        let undecodable = |what: String| source.damaged(offset, what);
        let (sequence, time, contents) = if header.version == 1 {
            let manifest: version_one::Manifest = codec::decode(&bytes).map_err(undecodable)?;
            manifest.verify_places(&source, offset)?;
            (manifest.sequence, manifest.time, Contents::Changes(manifest))
        } else {
            let manifest: Manifest = codec::decode(&bytes).map_err(undecodable)?;
            let located = manifest.located(HEADER_LENGTH, offset).map_err(undecodable)?;
            (manifest.sequence, manifest.time, Contents::Sections(manifest, located))
        };
        if sequence != header.base_sequence {
            let what = "the manifest names another commit than the header";
            return Err(source.damaged(offset, what));
        }
        Ok(Checkpoint { file, header, sequence, time, length, contents })
    }

    /// Hands what the checkpoint holds to the sink: a graph whose chunks are still in
    /// the file, or, of the first version, the changes that build it.
    pub(crate) fn replay(
        &self,
        path: &Path,
        budget: &Arc<Budget>,
        sink: &mut dyn Replay,
    ) -> Result<(), DurableError> {
        let mut source = Source::sparing(self.file.as_ref(), path)?;
        match &self.contents {
            Contents::Changes(manifest) => {
                manifest.replay(&mut Source::new(self.file.as_ref(), path)?, sink)?;
            }
            Contents::Sections(manifest, located) => {
                let named = named_graph(&mut source, located)?;
                let tables = self.tables(manifest, located, path, budget, &named);
                let tables = tables.map_err(|what| source.damaged(self.length - TRAILER, what))?;
                sink.base(named.with_tables(tables, budget))
                    .map_err(|refusal| source.refused(HEADER_LENGTH, refusal))?;
            }
        }
        sink.checkpoint(self.sequence, self.time)
            .map_err(|refusal| source.refused(HEADER_LENGTH, refusal))
    }

    fn tables(
        &self,
        manifest: &Manifest,
        located: &[Located],
        path: &Path,
        budget: &Arc<Budget>,
        named: &Graph,
    ) -> Result<Tables, String> {
        let file = self.file.clone();
        let file = ChunkFile::new(file, path.to_path_buf(), self.length, budget.clone());
        let relationships = SectionKind::Chunk(TableName::Relationships);
        let places = located.iter().filter(|section| section.kind == relationships);
        file.know_relationships(places.map(|section| (section.number, section.place)).collect());
        let source: Arc<dyn ChunkSource> = Arc::new(file);
        if manifest.types.len() > named.catalog().type_count()
            || manifest.labels.len() > named.catalog().label_count()
        {
            return Err("the manifest counts what has no name".to_owned());
        }
        let mut tables = Tables {
            counts: Counts {
                nodes: manifest.nodes,
                relationships: manifest.relationships,
                labels: Arc::new(manifest.labels.clone()),
            },
            next_node: manifest.next_node,
            next_relationship: manifest.next_relationship,
            ..Tables::default()
        };
        tables.types.extend(manifest.types.iter().map(|(count, degrees)| TypeTables {
            count: *count,
            degrees: degrees.clone(),
            ..TypeTables::default()
        }));
        for run in located.chunk_by(|a, b| a.kind == b.kind) {
            let Some(SectionKind::Chunk(table)) = run.first().map(|first| first.kind) else {
                continue;
            };
            let places = run.iter().map(|section| (section.number, section.place));
            match table {
                TableName::Nodes => tables.nodes = ChunkTable::stored(&source, table, places),
                TableName::Relationships => {
                    tables.relationships = ChunkTable::stored(&source, table, places);
                }
                // See `indexes`.
                TableName::Index(_) => {}
                TableName::Adjacency(kind, slot) => {
                    let found = tables.types.get_mut(kind as usize);
                    let found = found.ok_or("adjacency of a type without a name")?;
                    found.tables[usize::from(slot) % 8] =
                        ChunkTable::stored(&source, table, places);
                }
            }
        }
        if self.header.version >= INDEXES_STORED {
            let stored = indexes(located, &source)?;
            if stored.len() != named.indexes().len() {
                return Err("the entries of an index are missing, or nobody's".to_owned());
            }
            tables.indexes = Some(stored);
        }
        Ok(tables)
    }

    /// The history that the checkpoint holds, and from where on: the last commit that is not
    /// in it, and its time. Of a file that knows no history it begins with its last commit.
    pub(crate) fn history(&self, path: &Path) -> Result<(Shelf, (u64, i64)), DurableError> {
        let (mut volumes, mut oldest) = (Vec::new(), None);
        if let Contents::Sections(manifest, located) = &self.contents {
            let kept = located.iter().filter(|section| section.kind == SectionKind::History);
            volumes.extend(kept.map(|section| (section.number, section.place)));
            let damaged = |what: String| DurableError::damaged(path, self.length - TRAILER, what);
            oldest = manifest.oldest().map_err(damaged)?;
        }
        let (file, volumes) = (self.file.clone(), volumes.into());
        let shelf = Shelf::File { file, path: path.into(), volumes };
        Ok((shelf, oldest.unwrap_or((self.sequence, self.time))))
    }

    /// How many sections the manifest names.
    pub(crate) fn section_count(&self) -> u64 {
        match &self.contents {
            Contents::Changes(manifest) => manifest.section_count(),
            Contents::Sections(_, located) => located.len() as u64,
        }
    }

    /// Every section that does not match its checksums.
    pub(crate) fn faults(&self, path: &Path) -> Result<Vec<DurableError>, DurableError> {
        let mut source = Source::new(self.file.as_ref(), path)?;
        let located = match &self.contents {
            Contents::Changes(manifest) => return manifest.faults(&mut source),
            Contents::Sections(_, located) => located,
        };
        let (path_buf, budget) = (path.to_path_buf(), Budget::new(u64::MAX));
        let file = ChunkFile::new(self.file.clone(), path_buf, self.length, budget);
        let mut faults = self.history_faults(path)?;
        for section in located {
            match section.kind {
                SectionKind::Changes => match read_changes(&mut source, section) {
                    Ok(_) => {}
                    Err(error @ DurableError::Damaged { .. }) => faults.push(error),
                    Err(error) => return Err(error),
                },
                SectionKind::History => {}
                SectionKind::Index(index) => {
                    let found = file.verify_directory(index, section.number, &section.place);
                    note(found, &mut faults)?;
                }
                SectionKind::Chunk(table) => {
                    let found = file.bytes(table, section.number, &section.place);
                    note(found.map(drop), &mut faults)?;
                }
            }
        }
        Ok(faults)
    }
}

impl Checkpoint {
    /// Every volume of the history that does not match its checksum, or says what cannot
    /// be; and where commits are missing between two.
    fn history_faults(&self, path: &Path) -> Result<Vec<DurableError>, DurableError> {
        let (shelf, (mut last, _)) = self.history(path)?;
        let mut faults = Vec::new();
        for index in 0..shelf.len() {
            match shelf.volume(index) {
                Ok(Volume { span, .. }) => {
                    if span.first != last && span.first != last + 1 {
                        let what = format!("commit {} follows commit {last}", span.first);
                        faults.push(DurableError::damaged(path, shelf.offset(index), what));
                    }
                    last = span.last;
                }
                Err(error @ DurableError::Damaged { .. }) => {
                    faults.push(error);
                    last = shelf.span(index).map_or(last, |span| span.last);
                }
                Err(error) => return Err(error),
            }
        }
        if faults.is_empty() && last != self.sequence {
            let what = format!("the history ends with commit {last} of {}", self.sequence);
            faults.push(DurableError::damaged(path, self.length - TRAILER, what));
        }
        Ok(faults)
    }
}

/// Notes damage; that the system refuses to read is none.
fn note(found: Result<(), Damage>, faults: &mut Vec<DurableError>) -> Result<(), DurableError> {
    match found {
        Ok(()) => {}
        Err(damage) if damage.refused.is_none() => faults.push(damage.into()),
        Err(damage) => return Err(damage.into()),
    }
    Ok(())
}

/// The indexes whose entries a file holds, in the order of their numbers.
fn indexes(located: &[Located], source: &Arc<dyn ChunkSource>) -> Result<Vec<StoredIndex>, String> {
    let mut stored: Vec<StoredIndex> = Vec::new();
    let mut leaves: &[Located] = &[];
    for run in located.chunk_by(|a, b| a.kind == b.kind) {
        match run.first().map(|first| first.kind) {
            Some(SectionKind::Chunk(TableName::Index(_))) => leaves = run,
            Some(SectionKind::Index(number)) => {
                let [Located { number: count, place, .. }] = *run else {
                    return Err("an index has several directories".to_owned());
                };
                let name = TableName::Index(number);
                let whole = number as usize == stored.len()
                    && count as usize == leaves.len()
                    && leaves.iter().zip(0..).all(|(leaf, place)| {
                        leaf.kind == SectionKind::Chunk(name) && leaf.number == place
                    });
                if !whole {
                    return Err(format!("there are not the leaves of index {number}"));
                }
                let places = leaves.iter().map(|leaf| (leaf.number, leaf.place));
                let leaves_of = ChunkTable::stored(source, name, places);
                stored.push(StoredIndex {
                    source: source.clone(),
                    number,
                    place,
                    leaves: leaves_of,
                });
                leaves = &[];
            }
            _ => {}
        }
    }
    if leaves.is_empty() { Ok(stored) } else { Err("leaves of no index".to_owned()) }
}

/// Offset and length of the manifest, verified.
fn manifest_place(source: &mut Source<'_>, header: &Header) -> Result<(u64, u64), DurableError> {
    let length = source.end;
    if length < HEADER_LENGTH + TRAILER {
        return Err(source.damaged(length, "the file ends before its trailer"));
    }
    let at = length - TRAILER;
    let trailer = source.bytes(at, TRAILER)?.to_vec();
    let sound = trailer.starts_with(TRAILER_MAGIC)
        && crc32c::crc32c(&trailer[..44]) == u32_at(&trailer, 44)
        && u64_at(&trailer, 24) == length;
    if !sound {
        let what = "there is no whole trailer at the end, the file was cut or extended";
        return Err(source.damaged(at, what));
    }
    if u32_at(&trailer, 32) != header.checksum() {
        return Err(source.damaged(at, "the trailer belongs to another header"));
    }
    let (offset, count) = (u64_at(&trailer, 8), u64_at(&trailer, 16));
    if offset < HEADER_LENGTH || offset.checked_add(count) != Some(at) {
        return Err(source.damaged(at, "the trailer does not point at a manifest"));
    }
    if source.checksum(offset, count)? != u32_at(&trailer, 36) {
        return Err(source.damaged(offset, "the manifest does not match its checksum"));
    }
    Ok((offset, count))
}

/// A graph with the names and the schema of the checkpoint, and no elements.
fn named_graph(source: &mut Source<'_>, located: &[Located]) -> Result<Graph, DurableError> {
    let mut writer = Writer::new(Arc::new(Graph::new()));
    for section in located.iter().filter(|section| section.kind == SectionKind::Changes) {
        for change in read_changes(source, section)? {
            writer.apply(&change).map_err(|error| {
                source.refused(section.place.offset, super::source::Refusal(error.to_string()))
            })?;
        }
    }
    Ok(Arc::unwrap_or_clone(writer.finish().0))
}

/// The changes of a section, verified.
fn read_changes(source: &mut Source<'_>, section: &Located) -> Result<Vec<Change>, DurableError> {
    let Place { offset, head: length, .. } = section.place;
    let bytes = source.bytes(offset, length)?;
    let head = section::parse(bytes).filter(|_| section::verifies(bytes));
    let sound = head.is_some_and(|head| {
        (head.kind, head.number, head.sum) == (section.kind, section.number, section.place.sum)
            && head.length == length
    });
    let changes = sound.then(|| decode_changes(bytes, section.number));
    match changes {
        None => Err(source.damaged(offset, "a section does not match its checksum")),
        Some(changes) => changes.map_err(|what| source.damaged(offset, what)),
    }
}

/// The changes of a whole section.
pub(crate) fn decode_changes(section: &[u8], count: u32) -> Result<Vec<Change>, String> {
    let mut rest = section.get(FIXED..).unwrap_or_default();
    let mut changes = Vec::new();
    for _ in 0..count {
        let (change, used) = codec::decode_change(rest)?;
        rest = &rest[used..];
        changes.push(change);
    }
    if rest.is_empty() { Ok(changes) } else { Err("there are more bytes than changes".to_owned()) }
}
