//! Chunks that are still in a file: where they lie, who reads them, what happens
//! when they cannot be read, and how much memory they may take.
//!
//! A version that was opened from a file knows the place of every chunk and has
//! none of them. A chunk is read when it is first touched. The store does not
//! know files: a [`ChunkSource`] reads and verifies.
//!
//! Reading a graph cannot fail by its signatures, reading a file can. So a chunk
//! that cannot be read reads as absent, is *not* remembered as read, and the
//! damage is noted in the version that met it, where [`Graph::damage`] finds it:
//! whoever ran a query on the version asks before a row leaves the house, and
//! whoever wrote asks before a change is committed.
//!
//! [`Graph::damage`]: super::Graph::damage

use super::KeyId;
use super::adjacency::AdjacencyChunk;
use super::budget::{Budget, Charge};
use super::chunk::{NodeChunk, RelationshipChunk};
use super::leaf::{Directory, Leaf, StoredIndex};
use super::schema::SchemaTarget;
use super::zone::{Glimpse, Zone};
use std::fmt;
use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

/// A part of a file that could not be read, or is not what was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Damage {
    /// The file.
    pub file: PathBuf,
    /// Where in it, in bytes.
    pub offset: u64,
    /// What is wrong, as half a sentence.
    pub what: String,
    /// The kind of the system's error, where the system refused to read.
    pub refused: Option<std::io::ErrorKind>,
}

impl fmt::Display for Damage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} at byte {}: {}", self.file.display(), self.offset, self.what)
    }
}

/// Which table of a graph a chunk belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum TableName {
    Nodes,
    Relationships,
    /// A relationship type and one of its eight tables.
    Adjacency(u32, u8),
    /// The leaves of an index, by its number in the file.
    Index(u32),
}

/// Where a chunk lies in a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) offset: u64,
    /// Bytes up to the end of what must be read to have the chunk.
    pub(crate) head: u64,
    /// Bytes with the columns that are read one by one.
    pub(crate) length: u64,
    /// Checksum of the head.
    pub(crate) sum: u32,
}

/// Where a column lies, from the start of its chunk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Part {
    pub(crate) start: u64,
    pub(crate) length: u64,
    pub(crate) sum: u32,
}

/// Reads chunks from a file and verifies them.
pub(crate) trait ChunkSource: fmt::Debug + Send + Sync {
    /// A chunk of nodes.
    fn nodes(self: Arc<Self>, number: u32, place: &Place) -> Result<NodeChunk, Damage>;
    /// A chunk of relationships.
    fn relationships(
        self: Arc<Self>,
        number: u32,
        place: &Place,
    ) -> Result<RelationshipChunk, Damage>;
    /// A chunk of an adjacency table.
    fn adjacency(
        &self,
        table: TableName,
        number: u32,
        place: &Place,
    ) -> Result<AdjacencyChunk, Damage>;
    /// What the relationships of a chunk start at, or end at.
    fn ends(&self, starts: bool, number: u32, place: &Place) -> Result<Vec<u32>, Damage>;
    /// A leaf of an index.
    fn leaf(&self, table: TableName, number: u32, place: &Place) -> Result<Leaf, Damage>;
    /// The directory of an index, which is on these keys.
    fn directory(
        &self,
        index: &StoredIndex,
        about: (SchemaTarget, &[KeyId]),
    ) -> Result<Directory, Damage>;
    /// The bytes of a column of the chunk at an offset, verified.
    fn column(&self, offset: u64, part: &Part) -> Result<Vec<u8>, Damage>;
    /// A column of the chunk at an offset; where its bytes tell its zone before they are
    /// unpacked, and that is not wanted, the zone alone.
    fn segment(
        &self,
        offset: u64,
        part: &Part,
        wanted: &dyn Fn(&Zone) -> bool,
    ) -> Result<Glimpse, Damage>;
    /// The bytes of a chunk with its columns, verified.
    fn bytes(&self, table: TableName, number: u32, place: &Place) -> Result<Vec<u8>, Damage>;
    /// What the memory of its chunks is accounted to.
    fn budget(&self) -> &Arc<Budget>;
}

/// Where a chunk came from: its columns are read from there.
#[derive(Clone, Debug)]
pub(crate) struct Origin {
    pub(crate) source: Arc<dyn ChunkSource>,
    pub(crate) offset: u64,
    pub(crate) charge: Arc<Charge>,
}

/// The first damage that a version met.
#[derive(Clone, Debug, Default)]
pub(crate) struct Faults(Arc<OnceLock<Damage>>);

impl Faults {
    pub(crate) fn note(&self, damage: Damage) {
        let _ = self.0.set(damage);
    }

    pub(crate) fn first(&self) -> Option<&Damage> {
        self.0.get()
    }
}
