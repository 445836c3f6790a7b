//! What can be said of, and saved from, a damaged database.
//!
//! Both only read the database at hand. [`check`] names every damaged place;
//! [`salvage_graph`] builds a new database from all sections and commits whose
//! checksums hold, wherever they lie. What a lost part had defined is replaced
//! by passed-over ids and made-up names, what refers to a lost element is left
//! out and counted.

use super::check::contradictions;
use super::checkpoint::Checkpoint;
use super::database_file::{DatabaseFile, OpenMode, Synchronous};
use super::error::DurableError;
use super::graph_file::load_graph;
use super::header::{FileKind, Header};
use super::opening::{Discard, open_log};
use super::record::CommitRecord;
use super::record_reader;
use super::salvage_sections::replay_sound_sections;
use super::source::{CommitInfo, Refusal, Replay, Source};
use super::storage::{Access, Storage, with_suffix};
use crate::store::change::{Change, KeyId, LabelId, TypeId};
use crate::store::{Graph, Writer};
use crate::value::Endpoint;
use std::path::Path;
use std::sync::Arc;

/// What [`check`] found.
#[derive(Debug, Default)]
pub struct CheckReport {
    /// Every fault, in the order of the files; none in a sound database.
    pub faults: Vec<DurableError>,
    /// Sections of the checkpoint that are sound.
    pub sections: u64,
    /// The number of the last commit that can be reached.
    pub last_sequence: u64,
    /// Commits in the log that are sound.
    pub commits: u64,
    /// An unfinished commit at the end of the log, which opening would cut: where
    /// it starts and how many bytes it has.
    pub torn_tail: Option<(u64, u64)>,
}

/// What [`salvage_graph`] saved.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SalvageReport {
    /// Sections of the checkpoint whose changes were taken.
    pub sections: u64,
    /// Columns (a property of 2048 elements) that are lost from sections that were taken.
    pub columns_lost: u64,
    /// Commits of the log that were taken.
    pub commits: u64,
    /// Changes that were taken.
    pub changes: u64,
    /// Changes that were sound, but referred to something lost.
    pub left_out: u64,
    /// Names of labels, types and keys that were made up for lost ones.
    pub names_made_up: u64,
    /// Nodes in the new database.
    pub nodes: u64,
    /// Relationships in the new database.
    pub relationships: u64,
}

/// Reads a database to its last byte and names what is wrong with it.
///
/// # Errors
///
/// Only when the files cannot be read, or are no database at all.
pub fn check(storage: Arc<dyn Storage>, path: &Path) -> Result<CheckReport, DurableError> {
    let path = storage.canonical(path).map_err(|e| DurableError::io("find", path, e))?;
    let mut report = CheckReport::default();
    let file = storage.open(&path, Access::Read).map_err(|e| DurableError::io("open", &path, e))?;
    match Checkpoint::open(file, &path) {
        Ok(checkpoint) => {
            let faults = checkpoint.faults(&path)?;
            report.sections = checkpoint.section_count() - faults.len() as u64;
            report.last_sequence = checkpoint.sequence;
            report.faults.extend(faults);
        }
        Err(error) => report.faults.push(keep_damage(error)?),
    }
    match open_log(&*storage, &with_suffix(&path, ".wal"), Access::Read) {
        Ok(None) => {}
        Ok(Some(mut log)) => {
            let mut commits = 0;
            match log.replay(&mut Counting(&mut commits)) {
                Ok(replayed) => report.torn_tail = replayed.torn,
                Err(error) => report.faults.push(keep_damage(error)?),
            }
            report.commits = commits;
            report.last_sequence = report.last_sequence.max(log.place.sequence);
        }
        Err(error) => report.faults.push(keep_damage(error)?),
    }
    if report.faults.is_empty() {
        // The bytes are sound; so must be what they say.
        match load_graph(storage, &path, OpenMode::ReadOnly) {
            Err(error) => report.faults.push(error),
            Ok((graph, _, _)) => report.faults.extend(
                contradictions(&graph)?.into_iter().map(|what| DurableError::Refused {
                    file: path.clone(),
                    offset: 0,
                    what,
                }),
            ),
        }
    }
    Ok(report)
}

/// Damage is what is looked for; anything else ends the search.
fn keep_damage(error: DurableError) -> Result<DurableError, DurableError> {
    match error {
        DurableError::Damaged { .. }
        | DurableError::Empty { .. }
        | DurableError::Refused { .. } => Ok(error),
        other => Err(other),
    }
}

/// Builds a new database at `to` from all that verifies in the one at `from`,
/// which is not changed.
///
/// # Errors
///
/// `AlreadyExists` when there is something at `to`; what reading and writing raise.
pub fn salvage_graph(
    storage: Arc<dyn Storage>,
    from: &Path,
    to: &Path,
) -> Result<SalvageReport, DurableError> {
    let from = storage.canonical(from).map_err(|e| DurableError::io("find", from, e))?;
    for file in [to.to_path_buf(), with_suffix(to, ".wal")] {
        if storage.kind(&file).map_err(|e| DurableError::io("look at", &file, e))?.is_some() {
            return Err(DurableError::AlreadyExists { file });
        }
    }
    let mut builder = Lenient {
        writer: Writer::new(Arc::new(Graph::new())),
        report: SalvageReport::default(),
        last: None,
    };
    let header = salvage_checkpoint(&*storage, &from, &mut builder)?;
    salvage_log(&*storage, &with_suffix(&from, ".wal"), header, &mut builder)?;
    let Lenient { writer, mut report, last } = builder;
    let graph = writer.finish().0;
    report.nodes = graph.node_count();
    report.relationships = graph.relationship_count();
    let mode = OpenMode::ReadWrite { create: true };
    let (mut file, _) = DatabaseFile::open(storage, to, mode, &mut Discard)?;
    let changes: Vec<Change> = graph.export_changes().collect();
    let message = format!("recovered from {}", from.display());
    let time = last.map_or(0, |commit| commit.time);
    let commit = CommitRecord {
        time,
        author: "dossier recover",
        message: &message,
        changes: &changes,
        undo: None,
    };
    file.append(&commit, Synchronous::Full)?;
    file.checkpoint(&graph)?;
    file.close()?;
    Ok(report)
}

/// Takes every sound section; the header, where that is sound.
fn salvage_checkpoint(
    storage: &dyn Storage,
    path: &Path,
    builder: &mut Lenient,
) -> Result<Option<Header>, DurableError> {
    let file = storage.open(path, Access::Read).map_err(|e| DurableError::io("open", path, e))?;
    let header = match Header::read(file.as_ref(), path, FileKind::Database) {
        Ok(header) => Some(header),
        Err(error @ (DurableError::NewerFormat { .. } | DurableError::Io { .. })) => {
            return Err(error);
        }
        Err(_) => None,
    };
    let mut source = Source::new(file.as_ref(), path)?;
    let taken = replay_sound_sections(&mut source, builder)?;
    builder.report.sections = taken.sections;
    builder.report.columns_lost = taken.columns_lost;
    Ok(header)
}

/// Takes every sound commit that is not in the checkpoint.
fn salvage_log(
    storage: &dyn Storage,
    path: &Path,
    checkpoint: Option<Header>,
    builder: &mut Lenient,
) -> Result<(), DurableError> {
    let log = match open_log(storage, path, Access::Read) {
        Ok(Some(log)) => log,
        // Without its header no record of a log can be verified.
        Ok(None)
        | Err(
            DurableError::Damaged { .. }
            | DurableError::Empty { .. }
            | DurableError::Foreign { .. },
        ) => {
            return Ok(());
        }
        Err(error) => return Err(error),
    };
    if let Some(header) = checkpoint {
        let follows = header.uuid == log.header.uuid
            && header.generation == log.header.generation
            && header.salt == log.header.follows;
        if !follows {
            return Ok(());
        }
    }
    let file = storage.open(path, Access::Read).map_err(|e| DurableError::io("open", path, e))?;
    let mut source = Source::new(file.as_ref(), path)?;
    record_reader::replay_sound_records(&mut source, log.chain, builder)
}

struct Counting<'a>(&'a mut u64);

impl Replay for Counting<'_> {
    fn base(&mut self, _graph: Graph) -> Result<(), Refusal> {
        Ok(())
    }

    fn apply(&mut self, _change: Change) -> Result<(), Refusal> {
        Ok(())
    }

    fn commit(&mut self, _commit: &CommitInfo) -> Result<(), Refusal> {
        *self.0 += 1;
        Ok(())
    }
}

/// Builds a graph from what is left of its changes.
struct Lenient {
    writer: Writer,
    report: SalvageReport,
    last: Option<CommitInfo>,
}

/// More lost names than this in a row are not made up.
const NAMES_MADE_UP_AT_ONCE: u64 = 1 << 16;

impl Replay for Lenient {
    fn base(&mut self, graph: Graph) -> Result<(), Refusal> {
        self.writer = Writer::new(Arc::new(graph));
        Ok(())
    }

    fn apply(&mut self, change: Change) -> Result<(), Refusal> {
        self.bridge(&change);
        match self.writer.apply(&change) {
            Ok(()) => self.report.changes += 1,
            Err(_) => self.report.left_out += 1,
        }
        Ok(())
    }

    fn commit(&mut self, commit: &CommitInfo) -> Result<(), Refusal> {
        self.report.commits += 1;
        self.last = Some(commit.clone());
        Ok(())
    }
}

impl Lenient {
    /// Fills the gap that a lost part has left before a change.
    fn bridge(&mut self, change: &Change) {
        match change {
            Change::DefineLabel(label, _) => self.labels_below(u64::from(label.0)),
            Change::DefineType(kind, _) => self.types_below(u64::from(kind.0)),
            Change::DefineKey(key, _) => self.keys_below(u64::from(key.0)),
            Change::CreateNode { node, labels, properties } => {
                let gap = node.0.saturating_sub(self.writer.view().node_bound());
                if gap > 0 {
                    let _ = self.writer.apply(&Change::SkipNodes(gap));
                }
                labels.iter().for_each(|label| self.labels_below(u64::from(label.0) + 1));
                properties.iter().for_each(|(key, _)| self.keys_below(u64::from(key.0) + 1));
            }
            Change::CreateRelationship { relationship, kind, properties, .. } => {
                let gap = relationship.0.saturating_sub(self.writer.view().relationship_bound());
                if gap > 0 {
                    let _ = self.writer.apply(&Change::SkipRelationships(gap));
                }
                self.types_below(u64::from(kind.0) + 1);
                properties.iter().for_each(|(key, _)| self.keys_below(u64::from(key.0) + 1));
            }
            Change::SetProperty(Endpoint::Node(_) | Endpoint::Relationship(_), key, _) => {
                self.keys_below(u64::from(key.0) + 1);
            }
            Change::AddLabel(_, label) => self.labels_below(u64::from(label.0) + 1),
            _ => {}
        }
    }

    fn labels_below(&mut self, bound: u64) {
        let count = self.writer.view().catalog().label_count() as u64;
        self.make_up(count, bound, |id| {
            Change::DefineLabel(LabelId(id), format!("lost label {id}").into())
        });
    }

    fn types_below(&mut self, bound: u64) {
        let count = self.writer.view().catalog().type_count() as u64;
        self.make_up(count, bound, |id| {
            Change::DefineType(TypeId(id), format!("lost type {id}").into())
        });
    }

    fn keys_below(&mut self, bound: u64) {
        let count = self.writer.view().catalog().key_count() as u64;
        self.make_up(count, bound, |id| {
            Change::DefineKey(KeyId(id), format!("lost key {id}").into())
        });
    }

    fn make_up(&mut self, count: u64, bound: u64, define: impl Fn(u32) -> Change) {
        if bound.saturating_sub(count) > NAMES_MADE_UP_AT_ONCE {
            return;
        }
        for id in count..bound {
            if self.writer.apply(&define(id as u32)).is_ok() {
                self.report.names_made_up += 1;
            }
        }
    }
}
