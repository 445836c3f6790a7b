//! Bulk imports: files become elements ([`crate::load`]), all of them in one commit, or
//! nothing. RDF becomes elements in `rdf.rs`.

mod assemble;
mod rdf;
mod triples;

pub use rdf::RdfImport;

use super::transaction::{Signature, WriterTurn};
use super::{Database, Error, InterruptHandle};
use crate::import::{FileAccess, Format, LocalFiles};
use crate::load::{BadLine, Ends, ImportProgress, Labels, Load, LoadError, Source, Watcher};
use std::sync::Arc;
use std::time::{Duration, Instant};

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
            format: Format::default(),
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

    /// What stands between two fields, a comma otherwise. Where the comma is said, a header may be a
    /// single column with another sign in its name, which otherwise is refused.
    pub fn delimiter(mut self, delimiter: u8) -> Self {
        self.format.delimiter = delimiter;
        self.format.said = true;
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
    /// O(n log d) for n rows and relationships, with d of them at a node. In memory: as much of
    /// the graph as [`OpenOptions::cache_bytes`](crate::OpenOptions::cache_bytes) allows, the rest
    /// goes to a file beside the database; and what identifies the rows that others refer to.
    pub fn run(self) -> Result<ImportReport, Error> {
        let started = Instant::now();
        let inner = &self.database.inner;
        inner.check_writable()?;
        let turn = WriterTurn::take(inner)?;
        let (mut writer, unsettled) = turn.writer();
        let Import { sources, files, format, skip, bad, progress, interrupt, signature, .. } = self;
        let room = inner.rooms.as_ref().map(|rooms| rooms.room(None));
        let load = Load { sources, files: &*files, format, skip, room };
        let mut watcher = Caller { bad, progress, interrupt };
        let outcome = load.run(writer.graph(), &mut watcher).map_err(|error| match error {
            LoadError::Stopped => Error::Import("interrupted: nothing was imported".to_owned()),
            LoadError::Refused(error) => Error::Import(error.to_string()),
        })?;
        let (nodes, relationships) = outcome.added;
        if nodes + relationships > 0 {
            writer.take_loaded(outcome.loaded);
            turn.commit(writer, unsettled, &signature)?;
        }
        Ok(ImportReport {
            nodes,
            relationships,
            skipped: outcome.skipped,
            bytes: outcome.bytes,
            elapsed: started.elapsed(),
        })
    }
}

/// Whoever has asked for the import.
struct Caller<'a> {
    bad: Box<dyn FnMut(&BadLine) + 'a>,
    progress: Box<dyn FnMut(&ImportProgress) + 'a>,
    interrupt: InterruptHandle,
}

impl Watcher for Caller<'_> {
    fn goes_on(&mut self, _bytes: usize) -> bool {
        !self.interrupt.is_interrupted()
    }

    fn progress(&mut self, progress: &ImportProgress) {
        (self.progress)(progress);
    }

    fn bad_line(&mut self, line: BadLine) {
        (self.bad)(&line);
    }
}
