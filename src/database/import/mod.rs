//! Loading files in bulk: all of them in one commit, or nothing. This is about CSV; `rdf.rs`
//! loads RDF.
//!
//! ```text
//! files of nodes ──────────► rows ─► BulkLoad ─┐   ids of each space ─► elements
//! files of relationships ──► rows ─► BulkLoad ─┴─► a version ─► one checkpoint
//! ```
//!
//! Rows are read one at a time, so that what is in memory is the graph and the ids that
//! relationships refer to. A line that is wrong stops the import, which then leaves the
//! database as it was; or so many of them are passed over and told of.

mod assemble;
mod ids;
mod rdf;
mod source;
mod specification;
mod table;
mod triples;

pub use rdf::RdfImport;
pub use specification::{EndKind, Ends, Labels};

use super::statement::now;
use super::transaction::{Signature, WriterTurn};
use super::{Database, Error, InterruptHandle};
use crate::import::{FileAccess, LocalFiles};
use crate::store::{BulkLoad, StoreError};
use ids::Ids;
use source::Source;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Rows after which progress is told and interrupts are looked for.
const STEP: u64 = 8192;

/// An import that is about to run: files and options are added, then
/// [`run`](Import::run).
///
/// ```
/// use dossier::import::{FileAccess, FileError, OpenedFile};
/// # #[derive(Debug)]
/// # struct Texts;
/// # impl FileAccess for Texts {
/// #     fn open(&self, location: &str) -> Result<OpenedFile, FileError> {
/// #         let text: &'static [u8] = match location {
/// #             "people.csv" => b"id,name\n1,Li Chenggang\n2,He Lifeng\n",
/// #             _ => b"from,to\n1,2\n",
/// #         };
/// #         Ok(OpenedFile { name: location.into(), length: None, reader: Box::new(text) })
/// #     }
/// # }
/// let db = dossier::Database::in_memory();
/// let report = db
///     .import()
///     .files(std::sync::Arc::new(Texts))
///     .nodes("Person".parse()?, ["people.csv"])
///     .relationships("REPORTS_TO".parse()?, ["reports.csv"])
///     .run()?;
/// assert_eq!((report.nodes, report.relationships), (2, 1));
/// let name = db.query("MATCH (:Person {id: 1})-[:REPORTS_TO]->(p) RETURN p.name").run()?;
/// assert_eq!(name.single().and_then(|name| name.as_str()), Some("He Lifeng"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Import<'a> {
    database: &'a Database,
    sources: Vec<Source>,
    files: Arc<dyn FileAccess>,
    format: Format,
    skip: u64,
    bad: Box<dyn FnMut(&BadLine) + 'a>,
    progress: Box<dyn FnMut(&ImportProgress) + 'a>,
    interrupt: InterruptHandle,
    signature: Signature,
}

/// How the files are written.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Format {
    /// What stands between two fields.
    pub(crate) delimiter: u8,
    /// What stands between the values of a list.
    pub(crate) list_delimiter: char,
}

/// A line that cannot be imported.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadLine {
    /// The file, as it was named.
    pub file: Arc<str>,
    /// The line on which the row begins, counted from 1.
    pub line: u64,
    /// Why: one sentence without its full stop.
    pub reason: String,
}

/// How far an import is.
#[derive(Clone, Debug)]
pub struct ImportProgress {
    /// The file that is being read.
    pub file: Arc<str>,
    /// Nodes so far.
    pub nodes: u64,
    /// Relationships so far.
    pub relationships: u64,
    /// Bytes that were read, of all files.
    pub read: u64,
    /// Bytes that there are in all files; `None` where one does not tell.
    pub total: Option<u64>,
    /// Since the beginning.
    pub elapsed: Duration,
}

/// What was imported.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ImportReport {
    /// Nodes that came.
    pub nodes: u64,
    /// Relationships that came.
    pub relationships: u64,
    /// Lines that were passed over.
    pub skipped: u64,
    /// Bytes that were read.
    pub bytes: u64,
    /// From the beginning until it was durable.
    pub elapsed: Duration,
}

impl Database {
    /// Imports CSV files in one commit; see [`Import`].
    pub fn import(&self) -> Import<'_> {
        Import {
            database: self,
            sources: Vec::new(),
            files: Arc::new(LocalFiles::anywhere()),
            format: Format { delimiter: b',', list_delimiter: ';' },
            skip: 0,
            bad: Box::new(|_| {}),
            progress: Box::new(|_| {}),
            interrupt: InterruptHandle::default(),
            signature: Signature::default(),
        }
    }
}

impl<'a> Import<'a> {
    /// Adds files of nodes with these labels: the first one begins with a header, the others
    /// go on where it ends.
    pub fn nodes<S: Into<String>>(
        mut self,
        labels: Labels,
        files: impl IntoIterator<Item = S>,
    ) -> Self {
        self.sources.push(Source::nodes(labels, files.into_iter().map(Into::into).collect()));
        self
    }

    /// Adds files of relationships, as [`Import::nodes`].
    pub fn relationships<S: Into<String>>(
        mut self,
        ends: Ends,
        files: impl IntoIterator<Item = S>,
    ) -> Self {
        self.sources.push(Source::relationships(ends, files.into_iter().map(Into::into).collect()));
        self
    }

    /// Opens the files: those of this machine, unless another access is given.
    pub fn files(mut self, files: Arc<dyn FileAccess>) -> Self {
        self.files = files;
        self
    }

    /// What stands between two fields, a comma otherwise.
    pub fn delimiter(mut self, delimiter: u8) -> Self {
        self.format.delimiter = delimiter;
        self
    }

    /// What stands between the values of a list, a semicolon otherwise.
    pub fn list_delimiter(mut self, delimiter: char) -> Self {
        self.format.list_delimiter = delimiter;
        self
    }

    /// Passes over at most so many bad lines, and calls `tell` with each.
    pub fn skip_bad(mut self, most: u64, tell: impl FnMut(&BadLine) + 'a) -> Self {
        self.skip = most;
        self.bad = Box::new(tell);
        self
    }

    /// Calls `tell` now and then.
    pub fn progress(mut self, tell: impl FnMut(&ImportProgress) + 'a) -> Self {
        self.progress = Box::new(tell);
        self
    }

    /// Lets the handle stop the import, which then changes nothing.
    pub fn interrupt(mut self, handle: &InterruptHandle) -> Self {
        self.interrupt = handle.clone();
        self
    }

    /// Whom the log names with the commit.
    pub fn author(mut self, author: &str) -> Self {
        self.signature.author = Some(author.to_owned());
        self
    }

    /// The message that the log keeps with the commit.
    pub fn message(mut self, message: &str) -> Self {
        message.clone_into(&mut self.signature.message);
        self
    }

    /// Reads the files and commits what they hold.
    ///
    /// # Errors
    /// [`Error::Import`] with file, line and reason; [`Error::Storage`], [`Error::Busy`].
    /// Nothing was imported then.
    ///
    /// # Complexity
    /// O(n log d) for n rows and relationships, with d of them at a node. In memory: the
    /// graph, and what identifies the rows that others refer to.
    pub fn run(self) -> Result<ImportReport, Error> {
        let inner = &self.database.inner;
        inner.check_writable()?;
        let turn = WriterTurn::take(inner)?;
        let (writer, unsettled) = turn.writer();
        inner.settle(unsettled)?;
        let before = writer.graph();
        drop(writer);
        let signature = self.signature.clone();
        let mut run = Run::new(self, BulkLoad::new(before.clone()));
        run.read_all()?;
        let Run { load, mut report, started, .. } = run;
        let loaded = load.finish().map_err(refused)?;
        (report.nodes, report.relationships) =
            (loaded.counts.nodes_created, loaded.counts.relationships_created);
        if report.nodes + report.relationships > 0 {
            let (seconds, nanos) = now();
            let time = seconds.saturating_mul(1_000_000_000).saturating_add(i64::from(nanos));
            turn.commit_load(&before, loaded, time, &signature)?;
        }
        report.elapsed = started.elapsed();
        Ok(report)
    }
}

/// An import under way.
struct Run<'a> {
    import: Import<'a>,
    load: BulkLoad,
    ids: Ids,
    report: ImportReport,
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
    fn new(import: Import<'a>, load: BulkLoad) -> Self {
        Run {
            import,
            load,
            ids: Ids::default(),
            report: ImportReport::default(),
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
    fn read_all(&mut self) -> Result<(), Error> {
        let mut sources = std::mem::take(&mut self.import.sources);
        sources.sort_by_key(|source| !source.is_of_nodes());
        self.total = Some(0);
        for location in sources.iter().flat_map(|source| &source.locations) {
            let length = self.open(location)?.length;
            self.total = self.total.zip(length).map(|(total, length)| total + length);
        }
        for source in &sources {
            source.read(self)?;
        }
        self.report.bytes = self.read_before;
        Ok(())
    }

    fn open(&self, location: &str) -> Result<crate::import::OpenedFile, Error> {
        self.import
            .files
            .open(location)
            .map_err(|error| Error::Import(crate::value::EvaluationError::from(error).to_string()))
    }

    /// Notes that a row was read; tells of it and looks for an interrupt now and then.
    fn row_read(&mut self) -> Result<(), Error> {
        self.until_told -= 1;
        if self.until_told > 0 {
            return Ok(());
        }
        self.until_told = STEP;
        self.check_interrupt()?;
        let (nodes, relationships) = self.load.added();
        (self.import.progress)(&ImportProgress {
            file: self.file.clone(),
            nodes,
            relationships,
            read: self.read_before + self.read_here,
            total: self.total,
            elapsed: self.started.elapsed(),
        });
        Ok(())
    }

    fn check_interrupt(&self) -> Result<(), Error> {
        if self.import.interrupt.is_interrupted() {
            return Err(Error::Import("interrupted: nothing was imported".to_owned()));
        }
        Ok(())
    }

    /// Passes over a line, or fails with it.
    fn bad_line(&mut self, line: BadLine) -> Result<(), Error> {
        if self.report.skipped < self.import.skip {
            self.report.skipped += 1;
            (self.import.bad)(&line);
            return Ok(());
        }
        let BadLine { file, line, reason } = line;
        let after = match self.report.skipped {
            0 => String::new(),
            skipped => format!(" (after {skipped} bad lines that were passed over)"),
        };
        Err(Error::Import(format!("{file}:{line}: {reason}{after}")))
    }
}

/// What the store refuses is wrong with what is imported.
fn refused(error: StoreError) -> Error {
    Error::Import(error.to_string())
}
