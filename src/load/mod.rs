//! Tables become elements: rows of files are entered into a version in bulk.
//!
//! ```text
//! files of nodes ──────────► rows ─► BulkLoad ─┐   ids of each space ─► elements
//! files of relationships ──► rows ─► BulkLoad ─┴─► a version
//! ```
//!
//! Imports and COPY are this with another beginning and another end: what is to be loaded
//! comes from a command or a statement, and what was loaded is committed, or becomes a part
//! of a transaction. Rows are read one at a time, so that what is in memory is the graph and
//! the ids that relationships refer to. A line that is wrong stops the load, which has then
//! changed nothing; or so many of them are passed over and told of.
//!
//! One thread reads and splits a file while another makes elements of the rows (`rows.rs`). Of
//! rows that only say where relationships start and end it finds these ends as well (`links.rs`). Both
//! directions of the adjacency of a type are sorted side by side at the end.

mod ids;
mod lines;
mod links;
mod nodes;
mod rows;
mod source;
mod specification;
mod table;
mod types;

pub use source::Source;
pub use specification::{EndKind, Ends, Labels};

use crate::import::{FileAccess, Format, OpenedFile};
use crate::store::{BulkLoad, Graph, Loaded, Room, StoreError};
use crate::value::{ErrorClass, ErrorCode, EvaluationError};
use ids::Ids;
use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Rows after which progress is told and the watcher is asked whether to go on.
const STEP: u64 = 8192;

/// A line that cannot be loaded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadLine {
    /// The file, as it was named.
    pub file: Arc<str>,
    /// The line on which the row begins, counted from 1.
    pub line: u64,
    /// Why: one sentence without its full stop.
    pub reason: String,
}

/// What a load is at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ImportStage {
    /// It reads files.
    Reading,
    /// All is read, and the adjacency of the relationships is made.
    Connecting,
    /// The graph is whole, and is written.
    Writing,
}

/// How far a load is.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ImportProgress {
    /// What it is at.
    pub stage: ImportStage,
    /// The file that is being read, or was the last.
    pub file: Arc<str>,
    /// Nodes so far.
    pub nodes: u64,
    /// Relationships so far.
    pub relationships: u64,
    /// Of these, how many are in the adjacency of the nodes that they connect.
    pub connected: u64,
    /// Bytes that were read, of all files.
    pub read: u64,
    /// Bytes that there are in all files; `None` where one does not tell.
    pub total: Option<u64>,
    /// Since the beginning.
    pub elapsed: Duration,
}

/// Whoever waits for a load.
pub trait Watcher {
    /// Whether it goes on, with so many bytes in memory, roughly; asked again and again.
    fn goes_on(&mut self, bytes: usize) -> bool;
    /// Told now and then.
    fn progress(&mut self, progress: &ImportProgress) {
        let _ = progress;
    }
    /// Told of each line that is passed over.
    fn bad_line(&mut self, line: BadLine);
}

/// Why nothing was loaded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LoadError {
    /// A file cannot be read, a line is wrong, or a rule is broken.
    Refused(EvaluationError),
    /// The watcher did not let it go on.
    Stopped,
}

impl LoadError {
    /// What the files hold cannot be loaded.
    fn unfit(message: String) -> Self {
        let (class, code) = (ErrorClass::ExternalResourceError, ErrorCode::InvalidFileFormat);
        LoadError::Refused(EvaluationError::new(class, code, message))
    }
}

impl From<EvaluationError> for LoadError {
    fn from(error: EvaluationError) -> Self {
        LoadError::Refused(error)
    }
}

impl From<StoreError> for LoadError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Stopped => LoadError::Stopped,
            error => LoadError::Refused(error.into()),
        }
    }
}

/// What is to be loaded, and how.
pub struct Load<'a> {
    /// The files; nodes are read before relationships, which refer to them.
    pub sources: Vec<Source>,
    /// Opens them.
    pub files: &'a dyn FileAccess,
    /// How they are written.
    pub format: Format,
    /// Bad lines that may be passed over.
    pub skip: u64,
    /// The memory that it may take; `None` for all that there is.
    pub room: Option<Room>,
}

impl fmt::Debug for Load<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Load").field("sources", &self.sources).finish_non_exhaustive()
    }
}

/// What came of a load.
#[derive(Debug)]
pub struct Outcome {
    /// The version with what was loaded.
    pub loaded: Loaded,
    /// Nodes and relationships that came.
    pub added: (u64, u64),
    /// Labels that the nodes have.
    pub labels: u64,
    /// Properties that all of them have.
    pub properties: u64,
    /// Lines that were passed over.
    pub skipped: u64,
    /// Bytes that were read.
    pub bytes: u64,
}

impl Load<'_> {
    /// Reads the files, and enters what they hold into a version.
    ///
    /// # Errors
    /// [`LoadError`]: nothing was loaded then.
    ///
    /// # Complexity
    /// O(n log d) for n rows and relationships, with d of them at a node. In memory: the
    /// graph, and what identifies the rows that others refer to.
    pub fn run(
        mut self,
        base: Arc<Graph>,
        watcher: &mut dyn Watcher,
    ) -> Result<Outcome, LoadError> {
        let load = BulkLoad::within(base, self.room.take());
        let mut run = Run::new(self, load, watcher);
        run.read_all()?;
        let mut progress = run.progress(ImportStage::Connecting);
        let Run { load, skipped, labels, properties, read_before, watcher, started, .. } = run;
        let (added, bytes) = (load.added(), load.bytes());
        let loaded = load.finish_while(&mut |connected| {
            (progress.connected, progress.elapsed) = (connected, started.elapsed());
            watcher.progress(&progress);
            watcher.goes_on(bytes)
        })?;
        if !watcher.goes_on(bytes) {
            return Err(LoadError::Stopped);
        }
        (progress.stage, progress.connected) = (ImportStage::Writing, progress.relationships);
        progress.elapsed = started.elapsed();
        watcher.progress(&progress);
        Ok(Outcome { loaded, added, labels, properties, skipped, bytes: read_before })
    }
}

/// A load under way.
struct Run<'a> {
    plan: Load<'a>,
    load: BulkLoad,
    ids: Arc<Ids>,
    watcher: &'a mut dyn Watcher,
    skipped: u64,
    labels: u64,
    properties: u64,
    total: Option<u64>,
    /// Bytes of the files that were read to their end.
    read_before: u64,
    /// Bytes of the one that is being read.
    read_here: u64,
    file: Arc<str>,
    started: Instant,
    /// Rows until progress is told next.
    until_told: u64,
}

impl<'a> Run<'a> {
    fn new(plan: Load<'a>, load: BulkLoad, watcher: &'a mut dyn Watcher) -> Self {
        Run {
            plan,
            load,
            watcher,
            ids: Arc::default(),
            skipped: 0,
            labels: 0,
            properties: 0,
            total: None,
            read_before: 0,
            read_here: 0,
            file: "".into(),
            started: Instant::now(),
            until_told: STEP,
        }
    }

    /// Reads every file, nodes first: relationships refer to them, and so may other
    /// relationships, whose files come later.
    fn read_all(&mut self) -> Result<(), LoadError> {
        let sources = std::mem::take(&mut self.plan.sources);
        let mut read = Vec::with_capacity(sources.len());
        self.total = Some(0);
        for source in sources {
            for location in &source.locations {
                let length = self.open(location)?.length;
                self.total = self.total.zip(length).map(|(total, length)| total + length);
            }
            read.push(table::headed(self, source)?);
        }
        read.sort_by_key(|source| !source.is_of_nodes());
        read.iter().try_for_each(|source| source.read(self))
    }

    fn open(&self, location: &str) -> Result<OpenedFile, LoadError> {
        self.plan.files.open_again(location).map_err(|error| EvaluationError::from(error).into())
    }

    /// Notes that rows were read; tells of it and asks whether to go on now and then.
    fn rows_read(&mut self, rows: u64) -> Result<(), LoadError> {
        if self.until_told > rows {
            self.until_told -= rows;
            return Ok(());
        }
        self.until_told = STEP;
        self.check()?;
        let progress = self.progress(ImportStage::Reading);
        self.watcher.progress(&progress);
        Ok(())
    }

    fn progress(&self, stage: ImportStage) -> ImportProgress {
        let (nodes, relationships) = self.load.added();
        ImportProgress {
            stage,
            file: self.file.clone(),
            nodes,
            relationships,
            connected: 0,
            read: self.read_before + self.read_here,
            total: self.total,
            elapsed: self.started.elapsed(),
        }
    }

    /// What identifies rows, to be added to.
    fn ids_mut(&mut self) -> &mut Ids {
        // Those who look at it have ended by now.
        Arc::make_mut(&mut self.ids)
    }

    fn check(&mut self) -> Result<(), LoadError> {
        if self.watcher.goes_on(self.load.bytes()) { Ok(()) } else { Err(LoadError::Stopped) }
    }

    /// Passes over a line, or fails with it.
    fn bad_line(&mut self, line: BadLine) -> Result<(), LoadError> {
        if self.skipped < self.plan.skip {
            self.skipped += 1;
            self.watcher.bad_line(line);
            return Ok(());
        }
        let BadLine { file, line, reason } = line;
        let after = match self.skipped {
            0 => String::new(),
            1 => " (after a bad line that was passed over)".to_owned(),
            skipped => format!(" (after {skipped} bad lines that were passed over)"),
        };
        Err(LoadError::unfit(format!("{file}:{line}: {reason}{after}")))
    }
}
