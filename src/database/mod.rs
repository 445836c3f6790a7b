//! The library's face: databases, queries, transactions, results.
//!
//! A [`Database`] holds the current graph version behind a lock that is held only
//! while an `Arc` is cloned. Readers run on the version that they took; one writer
//! at a time derives the next version and appends its changes to the log. It is published
//! once they are synced; see `publication.rs`.

mod contradiction;
mod error;
mod footnotes;
mod import;
mod keeping;
mod limits;
mod past;
mod persistence;
mod prefix;
mod prepared;
mod procedure;
mod publication;
mod query;
mod repair;
mod result;
mod rules;
mod sound;
mod stack;
mod statement;
mod statistics;
mod sync;
mod transaction;
mod view;
mod why;

pub use error::Error;
pub use footnotes::Footnotes;
pub use import::{Import, ImportReport, RdfImport};
pub use keeping::{BackupReport, VacuumReport, backup};
pub use limits::Limits;
pub use past::KnownAt;
pub use prepared::PreparedQuery;
pub use procedure::TableProcedure;
pub use query::{InterruptHandle, Query};
pub use repair::{check, recover};
pub use result::QueryResult;
pub use rules::{Setting, settings};
pub use transaction::Transaction;
pub use why::{Citation, Claim, Party, Support, SupportingStatement};

pub use crate::durable::{CheckReport, Commit, DurableError, SalvageReport, Synchronous};
pub use crate::execute::Counters;
pub use crate::load::{BadLine, EndKind, Ends, ImportProgress, ImportStage, Labels};

use crate::durable::{
    DatabaseFile, FileStorage, History, OpenMode, RecoveryReport, Storage, load_graph,
    refresh_graph,
};
use crate::import::{FileAccess, NoFiles};
use crate::procedure::DatabaseName;
use crate::store::{Budget, Graph, Rooms};
use crate::threads::Helpers;
use prepared::Recent;
use procedure::Procedures;
use publication::Publication;
use query::Target;
use rules::RuleSwitches;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::Duration;
use transaction::WriterTurn;

/// How a database is opened.
#[derive(Clone, Debug)]
pub struct OpenOptions {
    /// Open for reading: any number of processes may, beside one that writes.
    pub read_only: bool,
    /// Make a new database where there is no file.
    pub create: bool,
    /// When a commit is acknowledged.
    pub synchronous: Synchronous,
    /// Who commits, for the log; empty where nobody is to be named.
    pub author: String,
    /// Whether commits are written with what undoes them, so that the past can be read. Where
    /// this is off, a database that has no past gets none; one that has goes on keeping it,
    /// since nothing but VACUUM takes it away.
    pub history: bool,
    /// How long a writer waits for another one of this process.
    pub busy_timeout: Duration,
    /// What a query may use up that has no limits of its own.
    pub limits: Limits,
    /// Which files queries may read with LOAD CSV: none, unless this says otherwise.
    pub files: Arc<dyn FileAccess>,
    /// How many bytes of memory the parts of the graph may take that were read from the
    /// file; when there are more, what was not in use lately is given back. What was
    /// changed since the last checkpoint, and what a result or a snapshot holds, stays.
    /// Where nothing is said it is half of the memory that the machine, or the process's
    /// control group, has. An import or COPY keeps no more than that of the graph in
    /// memory, and puts the rest into a file beside the database.
    pub cache_bytes: Option<u64>,
}

impl Default for OpenOptions {
    fn default() -> Self {
        OpenOptions {
            read_only: false,
            create: true,
            synchronous: Synchronous::Full,
            author: String::new(),
            history: true,
            busy_timeout: Duration::from_secs(5),
            limits: Limits::default(),
            files: Arc::new(NoFiles),
            cache_bytes: None,
        }
    }
}

/// A database, on disk or in memory. Cloning it gives another handle on the same one.
///
/// ```
/// let db = dossier::Database::in_memory();
/// db.query("CREATE (:Person {name: 'Li Chenggang'})-[:MEMBER_OF]->(:Organization {name: 'Ministry of Commerce'})").run()?;
/// let result = db.query("MATCH (p:Person)-[:MEMBER_OF]->(o) WHERE p.name = $name RETURN o.name AS organization")
///     .param("name", "Li Chenggang")
///     .run()?;
/// assert_eq!(result.columns, ["organization"]);
/// assert_eq!(result.single().and_then(|value| value.as_str()), Some("Ministry of Commerce"));
/// # Ok::<(), dossier::Error>(())
/// ```
#[derive(Clone)]
pub struct Database {
    inner: Arc<Inner>,
}

struct Inner {
    versions: Publication<Graph>,
    busy_timeout: Duration,
    limits: Limits,
    files: Arc<dyn FileAccess>,
    /// `None`: in memory.
    file: Mutex<Option<DatabaseFile>>,
    /// Where loads put what does not fit into memory; `None` in memory.
    rooms: Option<Rooms>,
    settings: FileSettings,
    recovery: Option<RecoveryReport>,
    checkpoint_failure: Mutex<Option<String>>,
    procedures: RwLock<Procedures>,
    recent: Recent,
    /// The threads that help with queries.
    helpers: Arc<Helpers>,
    /// Rules of the optimiser that are switched off.
    switches: RuleSwitches,
    /// The history of a graph in memory.
    memory: Mutex<History>,
    /// Versions of the past that were asked for lately.
    past: Mutex<Vec<past::Kept>>,
    /// What views left of versions that were asked for lately.
    views: Mutex<Vec<view::SeenVersion>>,
}

struct FileSettings {
    synchronous: Synchronous,
    author: String,
    read_only: bool,
    history: bool,
}

impl Database {
    /// A database that lives as long as its handles.
    pub fn in_memory() -> Self {
        Self::in_memory_with(&OpenOptions::default())
    }

    /// A database that lives as long as its handles, in a way of your choice; what concerns
    /// files alone has no effect. Its history takes memory for whatever is overwritten or
    /// deleted, unless [`OpenOptions::history`] is off.
    pub fn in_memory_with(options: &OpenOptions) -> Self {
        Self::assemble(Arc::new(Graph::new()), None, None, options)
    }

    /// A database in memory that begins with a graph: what a [`Writer`](crate::store::Writer)
    /// has made, or a version of another database.
    ///
    /// ```
    /// use dossier::{Database, store::Writer, value::Value};
    ///
    /// let mut writer = Writer::new(Default::default());
    /// writer.create_node(["City"], [("name", Value::from("Lund"))])?;
    /// let db = Database::from_graph(writer.finish().0);
    /// let count = db.query("MATCH (c:City) RETURN count(c)").run()?;
    /// assert_eq!(count.single().and_then(|value| value.as_integer()), Some(1));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn from_graph(graph: Arc<Graph>) -> Self {
        Self::assemble(graph, None, None, &OpenOptions::default())
    }

    /// Opens a database file, or makes a new one where there is none.
    ///
    /// # Errors
    /// [`Error::Storage`] where there is something else at that path, where the file is
    /// damaged, or where another process writes to it. Nothing is changed then.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, Error> {
        Self::open_with(path, OpenOptions::default())
    }

    /// Opens a database file in a way of your choice.
    ///
    /// # Errors
    /// As [`Database::open`].
    pub fn open_with(path: impl AsRef<Path>, options: OpenOptions) -> Result<Self, Error> {
        Self::open_in(Arc::new(FileStorage), path, options)
    }

    /// Opens a database in a storage of your choice, such as one that simulates failures.
    ///
    /// # Errors
    /// As [`Database::open`].
    pub fn open_in(
        storage: Arc<dyn Storage>,
        path: impl AsRef<Path>,
        options: OpenOptions,
    ) -> Result<Self, Error> {
        let mode = if options.read_only {
            OpenMode::ReadOnly
        } else {
            OpenMode::ReadWrite { create: options.create }
        };
        let (graph, file, report) = load_graph(storage, path.as_ref(), mode)?;
        if let Some(bytes) = options.cache_bytes {
            file.budget().set_limit(bytes);
        }
        Ok(Self::assemble(graph, Some(file), Some(report), &options))
    }

    fn assemble(
        graph: Arc<Graph>,
        file: Option<DatabaseFile>,
        recovery: Option<RecoveryReport>,
        options: &OpenOptions,
    ) -> Self {
        let settings = FileSettings {
            synchronous: options.synchronous,
            author: options.author.clone(),
            read_only: options.read_only && file.is_some(),
            history: options.history,
        };
        let number = file.as_ref().map_or(0, DatabaseFile::last_sequence);
        let stem = file.as_ref().and_then(|file| file.path().file_stem());
        let database = stem.map_or_else(DatabaseName::default, |stem| DatabaseName {
            name: stem.to_string_lossy().into(),
            read_only: settings.read_only,
        });
        let inner = Inner {
            versions: Publication::new(graph, number),
            busy_timeout: options.busy_timeout,
            limits: options.limits,
            files: options.files.clone(),
            rooms: file.as_ref().map(DatabaseFile::rooms),
            file: Mutex::new(file),
            settings,
            recovery,
            checkpoint_failure: Mutex::default(),
            procedures: RwLock::new(Procedures::of(database)),
            recent: Recent::default(),
            helpers: Arc::default(),
            switches: RuleSwitches::default(),
            memory: Mutex::new(History::in_memory()),
            past: Mutex::default(),
            views: Mutex::default(),
        };
        Database { inner: Arc::new(inner) }
    }

    /// A query; add parameters and limits, then [`run`](Query::run) it.
    pub fn query<'a>(&'a self, text: &'a str) -> Query<'a> {
        Query { target: Target::Database(self), text, prepared: None, settings: Box::default() }
    }

    /// Begins a transaction that writes; waits while another one does.
    ///
    /// # Errors
    /// [`Error::Busy`] after the busy timeout; [`Error::Storage`] where the database only reads.
    pub fn begin(&self) -> Result<Transaction, Error> {
        Transaction::begin(&self.inner)
    }

    /// The current graph version. It never changes; petgraph's algorithms run on it.
    /// Parts of it are read from the file when they are first touched: after working on
    /// it, ask [`Graph::damage`] whether all of them could be read.
    pub fn snapshot(&self) -> Arc<Graph> {
        Arc::new(self.inner.spared().watched())
    }

    /// What is in memory of the file: the budget of [`OpenOptions::cache_bytes`] with
    /// what it has been used for. `None` in memory.
    pub fn cache(&self) -> Option<Arc<Budget>> {
        let file = self.inner.file.lock().unwrap_or_else(PoisonError::into_inner);
        file.as_ref().map(|file| file.budget().clone())
    }

    /// Writes the graph into its file and begins a new log. In memory it does nothing.
    ///
    /// # Errors
    /// [`Error::Storage`]; no commit is lost by it.
    pub fn checkpoint(&self) -> Result<(), Error> {
        self.inner.check_writable()?;
        let _turn = WriterTurn::take(&self.inner)?;
        self.inner.checkpoint(&|| false)
    }

    /// Makes everything durable and closes the file. Dropping the last handle does the
    /// same, but cannot tell of a failure.
    ///
    /// # Errors
    /// [`Error::Storage`] where the disk refuses.
    pub fn close(self) -> Result<(), Error> {
        match Arc::into_inner(self.inner) {
            Some(mut inner) => inner.close(),
            None => Ok(()),
        }
    }

    /// What opening found in the log, if it is worth telling: a tail that was cut.
    pub fn recovery_report(&self) -> Option<String> {
        let (offset, bytes) = self.inner.recovery.as_ref()?.torn_tail_cut?;
        let done = if self.inner.settings.read_only { "passed over" } else { "cut off" };
        Some(format!(
            "an unfinished commit at the end of the log ({bytes} bytes at offset {offset}) was {done}; every acknowledged commit is there"
        ))
    }

    /// Why the last checkpoint that a commit made due did not succeed. No commit is lost
    /// by that, but the log goes on growing until one does.
    pub fn checkpoint_failure(&self) -> Option<String> {
        self.inner.checkpoint_failure.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Adds a procedure with fixed rows, for queries to CALL.
    pub fn register_procedure(&self, procedure: TableProcedure) {
        let mut procedures = self.inner.procedures.write().unwrap_or_else(PoisonError::into_inner);
        *procedures = procedures.with(procedure);
    }
}

impl Inner {
    /// The current version, relieved of what was read from its file when that is too
    /// much.
    fn spared(&self) -> Arc<Graph> {
        let known = self.versions.current();
        if !known.is_over_budget() {
            return known;
        }
        self.drop_past();
        let renewed = Arc::new(known.renewed());
        self.versions.renew(&known, renewed.clone());
        renewed
    }

    /// The version that a query reads: a read-only handle takes in first what a writing
    /// process has committed since.
    fn latest(&self) -> Result<Arc<Graph>, Error> {
        let known = self.spared();
        if !self.settings.read_only {
            return Ok(known);
        }
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(file) = file.as_mut() else { return Ok(known) };
        let generation = file.generation();
        let latest = refresh_graph(file, &known)?;
        if file.generation() != generation {
            self.drop_past();
        }
        self.versions.publish(latest.clone());
        Ok(latest)
    }

    fn procedures(&self) -> Procedures {
        self.procedures.read().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        // Every commit is in the log already: a failure here loses nothing, and the
        // next opening replays.
        let _ = self.close();
    }
}
