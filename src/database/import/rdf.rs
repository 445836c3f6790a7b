//! Loading RDF: Turtle or N-Triples, plain or in gzip, all files in one commit, or nothing.
//!
//! ```text
//! files ─► triples ─► what each is ─► nodes and relationships ─► a writer ─► one commit
//! ```
//!
//! Two files loaded one after the other give what their union gives: an IRI is the element of
//! the database that has it as its `iri`, and gets what it lacks. So unlike tables, which only
//! add, this goes through a writer, whose changes are logged.

use super::assemble::assemble;
use super::triples::{Place, Triples, Wrong};
use crate::database::transaction::{Signature, WriterTurn};
use crate::database::{Database, Error, ImportReport, InterruptHandle};
use crate::import::{FileAccess, LocalFiles, TextFile};
use crate::rdf::Reader;
use crate::value::EvaluationError;
use std::sync::Arc;
use std::time::Instant;

/// Triples after which interrupts are looked for.
const STEP: u64 = 8192;

/// An import of RDF that is about to run: files and options are added, then
/// [`run`](RdfImport::run).
///
/// ```
/// use dossier::import::{FileAccess, FileError, OpenedFile};
/// # #[derive(Debug)]
/// # struct Texts;
/// # impl FileAccess for Texts {
/// #     fn open(&self, location: &str) -> Result<OpenedFile, FileError> {
/// #         let text: &'static [u8] = b"@prefix foaf: <http://xmlns.com/foaf/0.1/> .\n\
/// #             <http://example.org/li> foaf:name 'Li' ; foaf:knows <http://example.org/he> .";
/// #         Ok(OpenedFile { name: location.into(), length: None, reader: Box::new(text) })
/// #     }
/// # }
/// let db = dossier::Database::in_memory();
/// let report = db.import_rdf().files(std::sync::Arc::new(Texts)).file("people.ttl").run()?;
/// assert_eq!((report.nodes, report.relationships), (2, 1));
/// let name = db.query("MATCH (li)-[:`foaf:knows`]->(he) RETURN li.`foaf:name`, he.iri").run()?;
/// assert_eq!(name.rows[0][1].as_str(), Some("http://example.org/he"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct RdfImport<'a> {
    database: &'a Database,
    locations: Vec<String>,
    base: Option<String>,
    files: Arc<dyn FileAccess>,
    interrupt: InterruptHandle,
    signature: Signature,
}

impl Database {
    /// Imports files of RDF in one commit; see [`RdfImport`].
    pub fn import_rdf(&self) -> RdfImport<'_> {
        RdfImport {
            database: self,
            locations: Vec::new(),
            base: None,
            files: Arc::new(LocalFiles::anywhere()),
            interrupt: InterruptHandle::default(),
            signature: Signature::default(),
        }
    }
}

impl RdfImport<'_> {
    /// Adds a file: Turtle or N-Triples, which may be compressed with gzip.
    pub fn file(mut self, location: impl Into<String>) -> Self {
        self.locations.push(location.into());
        self
    }

    /// What relative IRIs are resolved against, where a file does not say so.
    pub fn base(mut self, iri: &str) -> Self {
        self.base = Some(iri.to_owned());
        self
    }

    /// Opens the files: those of this machine, unless another access is given.
    pub fn files(mut self, files: Arc<dyn FileAccess>) -> Self {
        self.files = files;
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
    /// O(n) time and memory for n triples: all are read before the first element is made.
    pub fn run(self) -> Result<ImportReport, Error> {
        let started = Instant::now();
        let inner = &self.database.inner;
        inner.check_writable()?;
        let mut report = ImportReport::default();
        let mut triples = Triples::default();
        for location in &self.locations {
            report.bytes += self.read(location, &mut triples)?;
        }
        let turn = WriterTurn::take(inner)?;
        let (mut writer, unsettled) = turn.writer();
        (report.nodes, report.relationships) =
            assemble(&triples, &mut writer, &self.interrupt).map_err(told)?;
        writer.check().map_err(|error| Error::Import(error.to_string()))?;
        turn.commit(writer, unsettled, &self.signature)?;
        report.elapsed = started.elapsed();
        Ok(report)
    }

    /// Reads a file; gives how many bytes it has.
    fn read(&self, location: &str, triples: &mut Triples) -> Result<u64, Error> {
        let refused = |error: EvaluationError| Error::Import(error.to_string());
        let opened = self.files.open(location).map_err(|error| refused(error.into()))?;
        let text = TextFile::open(location, opened.reader).map_err(refused)?;
        let file: Arc<str> = location.into();
        let reader = Reader::new(text, self.base.as_deref());
        let mut reader = reader.map_err(Error::Import)?;
        let mut count = 0;
        triples.begin_file();
        loop {
            let next = reader.next_triple().map_err(|error| {
                told(Wrong {
                    place: Place { file: file.clone(), line: error.line },
                    reason: error.reason,
                })
            })?;
            let Some((triple, line)) = next else { break };
            triples.add(triple, &Place { file: file.clone(), line }).map_err(told)?;
            count += 1;
            if count % STEP == 0 {
                check_interrupt(&self.interrupt)?;
            }
        }
        triples.prefixes.extend(reader.prefixes());
        Ok(reader.get_ref().consumed())
    }
}

/// Stops where that is asked for.
pub(super) fn check_interrupt(interrupt: &InterruptHandle) -> Result<(), Error> {
    if interrupt.is_interrupted() {
        return Err(Error::Import("interrupted: nothing was imported".to_owned()));
    }
    Ok(())
}

fn told(wrong: Wrong) -> Error {
    let Wrong { place: Place { file, line }, reason } = wrong;
    Error::Import(if file.is_empty() { reason } else { format!("{file}:{line}: {reason}") })
}
