//! What a load puts out of memory: sections in a file without a name, which a checkpoint copies.
//!
//! Nothing in it is synced, since it is worth nothing after a crash. It loses its name as soon as
//! it is open; where the system keeps the name of an open file, it goes with the load, and after a
//! crash when the database is opened next.

use super::chunk_file::ChunkFile;
use super::encoding::{Encode, Encoded};
use super::in_order::in_order;
use super::section::{self, SectionKind};
use super::storage::{Access, Storage, StorageFile, with_suffix};
use crate::store::Graph;
use crate::store::budget::Budget;
use crate::store::room::ChunkSink;
use crate::store::stored::{ChunkSource, Damage, Place, TableName};
use crate::store::table::{ChunkTable, Entry};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// What the name of the file has behind that of the database.
pub(super) const SUFFIX: &str = ".load";

/// Bytes that are written at once.
const BUFFER: usize = 1 << 20;

/// The file of one load.
#[derive(Debug)]
pub(super) struct Scratch {
    storage: Arc<dyn Storage>,
    /// The database that it has its permissions from.
    model: PathBuf,
    path: PathBuf,
    budget: Arc<Budget>,
    open: Option<Open>,
}

#[derive(Debug)]
struct Open {
    file: Arc<dyn StorageFile>,
    source: Arc<ChunkFile>,
    position: u64,
    buffer: Vec<u8>,
    /// Whether the source knows where relationships lie.
    knows: bool,
}

impl Open {
    /// Tells the source where the relationships lie, to which adjacency leaves its neighbours.
    fn know_relationships(&mut self, graph: &Graph) {
        let this: Arc<dyn ChunkSource> = self.source.clone();
        let (mut here, mut elsewhere) = (Vec::new(), Vec::new());
        for (number, entry) in graph.relationships.entries() {
            match entry {
                Entry::Clean(source, place) if Arc::ptr_eq(source, &this) => {
                    here.push((number as u32, *place));
                }
                Entry::Clean(source, place) => {
                    elsewhere.push((number as u32, source.clone(), *place));
                }
                Entry::Own(_) => {}
            }
        }
        self.source.know_relationships(here);
        self.source.know_elsewhere(elsewhere);
        self.knows = true;
    }
}

impl Scratch {
    /// One for a load into the database of this path; the file is made when it is needed. What is
    /// read from it again is on the budget.
    pub(super) fn new(storage: Arc<dyn Storage>, database: &Path, budget: Arc<Budget>) -> Self {
        let path = with_suffix(database, SUFFIX);
        Scratch { storage, model: database.to_path_buf(), path, budget, open: None }
    }

    fn damage(&self, offset: u64, what: &str, error: &std::io::Error) -> Damage {
        let (file, what) = (self.path.clone(), format!("it could not be {what}: {error}"));
        Damage { file, offset, what, refused: Some(error.kind()) }
    }

    fn open(&mut self) -> Result<&mut Open, Damage> {
        if self.open.is_none() {
            let made = self.storage.open(&self.path, Access::Create).and_then(|file| {
                self.storage.match_permissions(&self.model, &self.path)?;
                Ok(file)
            });
            let file: Arc<dyn StorageFile> =
                made.map_err(|error| self.damage(0, "made", &error))?.into();
            // Where it keeps its name, the end of the load removes it.
            let _ = self.storage.remove(&self.path);
            let (path, budget) = (self.path.clone(), self.budget.clone());
            let source = Arc::new(ChunkFile::new(file.clone(), path, u64::MAX, budget));
            self.open = Some(Open { file, source, position: 0, buffer: Vec::new(), knows: false });
        }
        // The line before has opened it.
        let path = &self.path;
        self.open.as_mut().ok_or_else(|| unfit(path, "it is not open".to_owned()))
    }

    fn flush(&mut self) -> Result<(), Damage> {
        let Some(open) = &mut self.open else { return Ok(()) };
        let (at, written) = (open.position, open.file.write_at(&open.buffer, open.position));
        open.position += open.buffer.len() as u64;
        open.buffer.clear();
        written.map_err(|error| self.damage(at, "written", &error))
    }

    fn put_table<T: Encode>(
        &mut self,
        graph: &Graph,
        (name, table): (TableName, &ChunkTable<T>),
        numbers: &[usize],
    ) -> Result<Vec<Place>, Damage> {
        let chunks: Vec<(usize, &T)> = numbers
            .iter()
            .filter_map(|&number| table.resident(number).map(|chunk| (number, chunk)))
            .collect();
        let mut places = Vec::with_capacity(chunks.len());
        let make = |(_, chunk): &(usize, &T)| chunk.encode(name, graph);
        in_order(&chunks, make, |(number, _), made| {
            let (Encoded { mut head, columns, .. }, _) =
                made.map_err(|error| unfit(&self.path, error.to_string()))?;
            let kind = SectionKind::Chunk(name);
            let sum = section::complete(kind, *number as u32, columns.len() as u64, &mut head);
            let open = self.open()?;
            let head_length = head.len() as u64;
            places.push(Place {
                offset: open.position + open.buffer.len() as u64,
                head: head_length,
                length: head_length + columns.len() as u64,
                sum,
            });
            open.buffer.extend_from_slice(&head);
            open.buffer.extend_from_slice(&columns);
            if open.buffer.len() >= BUFFER { self.flush() } else { Ok(()) }
        })?;
        self.flush()?;
        Ok(places)
    }
}

fn unfit(path: &Path, what: String) -> Damage {
    Damage { file: path.to_path_buf(), offset: 0, what, refused: None }
}

impl ChunkSink for Scratch {
    fn put(
        &mut self,
        graph: &Graph,
        name: TableName,
        numbers: &[usize],
    ) -> Result<(Arc<dyn ChunkSource>, Vec<Place>), Damage> {
        let places = match name {
            TableName::Nodes => self.put_table(graph, (name, &graph.nodes), numbers),
            TableName::Relationships => {
                self.put_table(graph, (name, &graph.relationships), numbers)
            }
            TableName::Adjacency(kind, slot) => {
                let open = self.open()?;
                if !open.knows {
                    open.know_relationships(graph);
                }
                let adjacency = graph.types.resident(kind as usize);
                let table = adjacency.map(|adjacency| adjacency.table(usize::from(slot)));
                table.map_or(Ok(Vec::new()), |table| self.put_table(graph, (name, table), numbers))
            }
            // Indexes are gathered when all is loaded.
            TableName::Index(_) => Ok(Vec::new()),
        }?;
        Ok((self.open()?.source.clone(), places))
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        if self.open.take().is_some() {
            let _ = self.storage.remove(&self.path);
        }
    }
}
