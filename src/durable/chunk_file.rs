//! A checkpoint as a source of chunks: each is read and verified when it is asked for.
//!
//! The file stays open for as long as any version has chunks in it. A checkpoint
//! that replaces it by rename takes its name, not its bytes: on Unix a file without a
//! name stays readable until its last handle is closed; Windows renames over an open
//! file in the same way (POSIX semantics, since Windows 10 version 1607), and files
//! are opened there so that they may be.

use super::chunk_codec;
use super::column_zone;
use super::index_codec;
use super::pack::Reader;
use super::section::{self, FIXED, SectionKind};
use super::storage::StorageFile;
use crate::store::adjacency::AdjacencyChunk;
use crate::store::budget::{Budget, Charge};
use crate::store::chunk::{Ends, NodeChunk, RelationshipChunk, Segments};
use crate::store::leaf::{Directory, Leaf, StoredIndex};
use crate::store::stored::{ChunkSource, Damage, Origin, Part, Place, TableName};
use crate::store::zone::{Glimpse, Zone};
use crate::store::{Bitmap, KeyId, SchemaTarget};
use crate::vector::CHUNK_ROWS;
use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

/// Bytes that a chunk of nodes or relationships takes besides its columns, at least.
const CHUNK_BYTES: u64 = 512;

/// The rows of a chunk of relationships that are live, their records, and the columns.
type Records = (Bitmap, Ends, Vec<(KeyId, Part)>);

/// A chunk of relationships in another file, by its number.
pub(crate) type Elsewhere = (u32, Arc<dyn ChunkSource>, Place);

/// The number of the chunk that a relationship lies in.
fn chunk_of(relationship: u32) -> u32 {
    relationship / CHUNK_ROWS as u32
}

/// An open checkpoint.
pub(crate) struct ChunkFile {
    file: Arc<dyn StorageFile>,
    path: PathBuf,
    length: u64,
    budget: Arc<Budget>,
    /// Where the chunks of relationships lie, by number.
    relationships: OnceLock<Vec<(u32, Place)>>,
    /// Those that lie in other files.
    elsewhere: OnceLock<Vec<Elsewhere>>,
}

impl std::fmt::Debug for ChunkFile {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ChunkFile").field("path", &self.path).finish_non_exhaustive()
    }
}

impl ChunkFile {
    /// `length`: no section reaches beyond it.
    pub(crate) fn new(
        file: Arc<dyn StorageFile>,
        path: PathBuf,
        length: u64,
        budget: Arc<Budget>,
    ) -> Self {
        ChunkFile {
            file,
            path,
            length,
            budget,
            relationships: OnceLock::new(),
            elsewhere: OnceLock::new(),
        }
    }

    /// Tells, once, where the chunks of relationships lie, in the order of their numbers.
    pub(crate) fn know_relationships(&self, places: Vec<(u32, Place)>) {
        let _ = self.relationships.set(places);
    }

    /// Tells, once, where chunks of relationships lie that are in other files.
    pub(crate) fn know_elsewhere(&self, places: Vec<Elsewhere>) {
        let _ = self.elsewhere.set(places);
    }

    /// What the relationships of a chunk start at, or end at, wherever it lies.
    fn ends_of(&self, starts: bool, number: u32) -> Option<Result<Vec<u32>, Damage>> {
        let places = self.relationships.get().map(Vec::as_slice).unwrap_or_default();
        if let Ok(index) = places.binary_search_by_key(&number, |(number, _)| *number) {
            return places.get(index).map(|(_, place)| self.ends(starts, number, place));
        }
        let places = self.elsewhere.get()?;
        let index = places.binary_search_by_key(&number, |(number, ..)| *number).ok()?;
        places.get(index).map(|(_, source, place)| source.ends(starts, number, place))
    }

    /// What these relationships start at, or end at: the neighbours of a table of
    /// adjacency.
    fn targets(&self, starts: bool, relationships: &[u32], at: u64) -> Result<Vec<u32>, Damage> {
        let missing = || self.damage(at, "adjacency leads to a relationship that is not there");
        let mut read: Vec<(u32, Vec<u32>)> = Vec::new();
        let mut targets = Vec::with_capacity(relationships.len());
        // Most lie in the chunk that the one before lies in.
        for run in relationships.chunk_by(|one, next| chunk_of(*one) == chunk_of(*next)) {
            let Some(number) = run.first().map(|id| chunk_of(*id)) else { continue };
            let known = if let Some(known) = read.iter().position(|(known, _)| *known == number) {
                known
            } else {
                read.push((number, self.ends_of(starts, number).ok_or_else(missing)??));
                read.len() - 1
            };
            let Some((_, ids)) = read.get(known) else { continue };
            for id in run {
                let target = ids.get(*id as usize % CHUNK_ROWS);
                targets.push(*target.ok_or_else(missing)?);
            }
        }
        Ok(targets)
    }

    /// A chunk of relationships without its columns, and where those lie.
    fn records(&self, number: u32, place: &Place) -> Result<Records, Damage> {
        let head = self.head(TableName::Relationships, number, place)?;
        self.decode(place, &head, |reader| {
            let (live, ends) = chunk_codec::relationships(reader)?;
            Ok((live, ends, chunk_codec::columns(reader, place.head, place.length)?))
        })
    }

    fn damage(&self, offset: u64, what: impl Into<String>) -> Damage {
        Damage { file: self.path.clone(), offset, what: what.into(), refused: None }
    }

    fn read(&self, offset: u64, count: u64) -> Result<Vec<u8>, Damage> {
        let end = offset.checked_add(count).filter(|&end| end <= self.length);
        let (Some(_), Ok(count)) = (end, usize::try_from(count)) else {
            return Err(self.damage(offset, format!("{count} bytes reach beyond the file")));
        };
        let mut bytes = vec![0; count];
        self.file.read_at(&mut bytes, offset).map_err(|error| Damage {
            refused: Some(error.kind()),
            ..self.damage(offset, format!("it could not be read: {error}"))
        })?;
        Ok(bytes)
    }

    /// Compares the checksum of the directory of an index.
    pub(crate) fn verify_directory(
        &self,
        number: u32,
        leaves: u32,
        place: &Place,
    ) -> Result<(), Damage> {
        self.head_of(SectionKind::Index(number), leaves, place).map(drop)
    }

    /// The head of a chunk, verified to be the one that it should be.
    fn head(&self, table: TableName, number: u32, place: &Place) -> Result<Vec<u8>, Damage> {
        self.head_of(SectionKind::Chunk(table), number, place)
    }

    /// The head of a section, verified to be the one that it should be.
    fn head_of(&self, kind: SectionKind, number: u32, place: &Place) -> Result<Vec<u8>, Damage> {
        let bytes = self.read(place.offset, place.head)?;
        let sound = section::parse(&bytes).is_some_and(|head| {
            head.kind == kind
                && (head.number, head.head, head.length, head.sum)
                    == (number, place.head, place.length, place.sum)
        });
        if sound && section::verifies(&bytes) {
            return Ok(bytes);
        }
        Err(self.damage(place.offset, "a section does not match its checksum"))
    }

    /// What a head says after its first bytes.
    fn decode<T>(
        &self,
        place: &Place,
        head: &[u8],
        read: impl FnOnce(&mut Reader<'_>) -> Result<T, String>,
    ) -> Result<T, Damage> {
        let mut reader = Reader::new(head.get(FIXED..).unwrap_or_default());
        read(&mut reader)
            .and_then(|found| reader.finish().map(|()| found))
            .map_err(|what| self.damage(place.offset, what))
    }

    fn segments(
        self: &Arc<Self>,
        place: &Place,
        columns: Vec<(KeyId, Part)>,
        head: u64,
    ) -> Segments {
        let origin = Origin {
            source: self.clone(),
            offset: place.offset,
            charge: Charge::new(self.budget.clone(), head),
        };
        Segments::stored(origin, columns.into_iter())
    }
}

impl ChunkSource for ChunkFile {
    fn nodes(self: Arc<Self>, number: u32, place: &Place) -> Result<NodeChunk, Damage> {
        let head = self.head(TableName::Nodes, number, place)?;
        let (rows, columns) = self.decode(place, &head, |reader| {
            let rows = chunk_codec::nodes(reader)?;
            Ok((rows, chunk_codec::columns(reader, place.head, place.length)?))
        })?;
        let bytes = CHUNK_BYTES + rows.labels.len() as u64 * 264;
        let segments = self.segments(place, columns, bytes);
        Ok(NodeChunk::from_parts(rows, segments))
    }

    fn relationships(
        self: Arc<Self>,
        number: u32,
        place: &Place,
    ) -> Result<RelationshipChunk, Damage> {
        let (live, ends, columns) = self.records(number, place)?;
        let bytes = CHUNK_BYTES + 512 + ends.types.len() as u64 * 12;
        let segments = self.segments(place, columns, bytes);
        Ok(RelationshipChunk::from_parts(live, ends, segments))
    }

    fn adjacency(
        &self,
        table: TableName,
        number: u32,
        place: &Place,
    ) -> Result<AdjacencyChunk, Damage> {
        let head = self.head(table, number, place)?;
        let mut csr = self.decode(place, &head, chunk_codec::adjacency)?;
        if csr.neighbours.is_empty() && !csr.relationships.is_empty() {
            let starts = matches!(table, TableName::Adjacency(_, slot) if slot & 4 != 0);
            csr.neighbours = self.targets(starts, &csr.relationships, place.offset)?;
        }
        let charge = Charge::new(self.budget.clone(), csr.bytes() + 128);
        Ok(AdjacencyChunk::from_base(csr, charge))
    }

    fn ends(&self, starts: bool, number: u32, place: &Place) -> Result<Vec<u32>, Damage> {
        let head = self.head(TableName::Relationships, number, place)?;
        let mut reader = Reader::new(head.get(FIXED..).unwrap_or_default());
        let ends = chunk_codec::relationship_ends(&mut reader, starts);
        ends.map_err(|what| self.damage(place.offset, what))
    }

    fn leaf(&self, table: TableName, number: u32, place: &Place) -> Result<Leaf, Damage> {
        let head = self.head(table, number, place)?;
        let entries = self.decode(place, &head, index_codec::entries)?;
        Ok(Leaf::new(entries, &self.budget))
    }

    fn directory(
        &self,
        index: &StoredIndex,
        about: (SchemaTarget, &[KeyId]),
    ) -> Result<Directory, Damage> {
        let StoredIndex { number, place, leaves, .. } = index;
        let kind = SectionKind::Index(*number);
        let head = self.head_of(kind, leaves.len() as u32, place)?;
        let directory =
            self.decode(place, &head, |reader| index_codec::directory(about, reader))?;
        if directory.lows.len() == leaves.len() {
            return Ok(directory);
        }
        Err(self.damage(place.offset, "a directory does not name the leaves that there are"))
    }

    fn column(&self, offset: u64, part: &Part) -> Result<Vec<u8>, Damage> {
        let at = offset.saturating_add(part.start);
        let bytes = self.read(at, part.length)?;
        if crc32c::crc32c(&bytes) == part.sum {
            return Ok(bytes);
        }
        Err(self.damage(at, "a column does not match its checksum"))
    }

    fn segment(
        &self,
        offset: u64,
        part: &Part,
        wanted: &dyn Fn(&Zone) -> bool,
    ) -> Result<Glimpse, Damage> {
        let bytes = self.column(offset, part)?;
        column_zone::glimpse(&bytes, wanted)
            .map_err(|what| self.damage(offset.saturating_add(part.start), what))
    }

    fn bytes(&self, table: TableName, number: u32, place: &Place) -> Result<Vec<u8>, Damage> {
        let mut bytes = self.head(table, number, place)?;
        if place.length == place.head {
            return Ok(bytes);
        }
        let columns = self.decode(place, &bytes, |reader| {
            match table {
                TableName::Nodes => drop(chunk_codec::nodes(reader)?),
                TableName::Relationships => drop(chunk_codec::relationships(reader)?),
                TableName::Adjacency(..) | TableName::Index(_) => {}
            }
            chunk_codec::columns(reader, place.head, place.length)
        })?;
        for (_, part) in &columns {
            bytes.extend_from_slice(&self.column(place.offset, part)?);
        }
        Ok(bytes)
    }

    fn budget(&self) -> &Arc<Budget> {
        &self.budget
    }
}
