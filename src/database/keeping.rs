//! What is kept: the list of commits, forgetting the older ones, and copies of the whole.

use super::past::{KnownAt, PastError, commit_at};
use super::prefix::moment_of;
use super::query::{InterruptHandle, Interrupts, QuerySettings};
use super::result::QueryResult;
use super::transaction::WriterTurn;
use super::{Database, Error, Inner};
use crate::durable::{Commit, DurableError, FileStorage, Storage};
use crate::store::{Difference, Graph, Moment};
use crate::syntax;
use crate::syntax::ast::{Mode, Statement, StatementBody};
use crate::syntax::diagnostic::Diagnostic;
use crate::value::Value;
use std::path::Path;
use std::sync::{Arc, PoisonError};

/// What [`Database::vacuum`] did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct VacuumReport {
    /// Commits that can no longer be undone.
    pub commits: u64,
    /// Bytes by which the database's files have become smaller.
    pub bytes: u64,
}

/// What a backup holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct BackupReport {
    /// The last commit in it.
    pub commit: u64,
    /// Nodes.
    pub nodes: u64,
    /// Relationships.
    pub relationships: u64,
    /// Bytes of the file.
    pub bytes: u64,
}

impl Database {
    /// The commits whose versions are known, the newest first, at most so many. The last one
    /// is that of the oldest version, after [`Database::vacuum`] too.
    ///
    /// ```
    /// let db = dossier::Database::in_memory();
    /// db.query("CREATE (:Country {name: 'China'})").message("the first country").run()?;
    /// let commits = db.commits(10)?;
    /// assert_eq!((commits[0].number, &*commits[0].message), (1, "the first country"));
    /// assert_eq!(commits[0].counts.nodes_created, 1);
    /// # Ok::<(), dossier::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::Storage`] where the files cannot be read.
    pub fn commits(&self, limit: usize) -> Result<Vec<Commit>, Error> {
        let present = self.inner.latest()?;
        Ok(self.inner.commits(&present, limit)?)
    }

    /// The number of the oldest version that [`Database::version_at`] can give, and the time
    /// of its commit; 0 and 0 for the empty graph before the first commit.
    pub fn oldest(&self) -> (u64, i64) {
        self.inner.history().oldest()
    }

    /// The version that was the present one at a moment. It never changes, and petgraph's
    /// algorithms run on it as on [`Database::snapshot`].
    ///
    /// ```
    /// let db = dossier::Database::in_memory();
    /// db.query("CREATE (:Country {name: 'China'})").run()?;
    /// db.query("MATCH (c:Country) DELETE c").run()?;
    /// assert_eq!(db.snapshot().node_count(), 0);
    /// assert_eq!(db.version_at(dossier::KnownAt::Commit(1))?.node_count(), 1);
    /// # Ok::<(), dossier::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::Query`] where there is no such commit or it is not kept, [`Error::Storage`]
    /// where the files cannot be read.
    ///
    /// # Complexity
    /// In proportion to the changes since that moment.
    pub fn version_at(&self, moment: impl Into<KnownAt>) -> Result<Arc<Graph>, Error> {
        let version = self.inner.version_at(moment.into(), &|_| None);
        let (version, _) = version.map_err(|error| error.at(None))?;
        super::past::watched(&version)
    }

    /// What is not the same in two versions: what was known at one moment, compared with what
    /// was known at another; the handle can stop it. [`export::diff`](crate::export::diff) has
    /// it as text.
    ///
    /// # Errors
    /// As [`Database::version_at`], and where it was interrupted.
    ///
    /// # Complexity
    /// In proportion to the changes between the earlier of the two and the present.
    pub fn difference(
        &self,
        from: impl Into<KnownAt>,
        to: impl Into<KnownAt>,
        interrupt: &InterruptHandle,
    ) -> Result<Difference, Error> {
        let interrupt = Some(interrupt.clone());
        let settings = QuerySettings { interrupt, ..QuerySettings::default() };
        let interrupts = Interrupts::of(&settings);
        let stops = |bytes| interrupts.reason(bytes);
        let difference = self.inner.difference(from.into(), to.into(), &stops);
        difference.map_err(|error| error.at(None))
    }

    /// Forgets the history: all of it, or what lies before a moment, whose version is then the
    /// oldest one that is known. Writes a checkpoint.
    ///
    /// # Errors
    /// [`Error::Storage`]; no commit is lost by it. [`Error::Query`] where there is no such
    /// moment.
    pub fn vacuum(&self, before: Option<KnownAt>) -> Result<VacuumReport, Error> {
        self.inner.check_writable()?;
        let _turn = WriterTurn::take(&self.inner)?;
        self.inner.vacuum(before, &|| false).map_err(|error| error.at(None))
    }

    /// Writes a copy of the database, its history included, to a new file: the last whole
    /// commit, while others go on committing. The copy is read again to its last byte before
    /// it gets its name.
    ///
    /// # Errors
    /// [`Error::Storage`] where there is something at that path already, or the disk refuses.
    pub fn backup(&self, to: impl AsRef<Path>) -> Result<BackupReport, Error> {
        self.backup_in(Arc::new(FileStorage), to)
    }

    /// Writes a copy as [`Database::backup`] does, in a storage of your choice.
    ///
    /// # Errors
    /// As [`Database::backup`].
    pub fn backup_in(
        &self,
        storage: Arc<dyn Storage>,
        to: impl AsRef<Path>,
    ) -> Result<BackupReport, Error> {
        let graph = self.inner.latest()?.watched();
        // Later commits may stand in it already: they are left out.
        let history = self.inner.history();
        let identity = self.inner.identity();
        let copy = crate::durable::Copy { graph: &graph, history: &history, identity };
        let bytes = crate::durable::backup_graph(storage, to.as_ref(), &copy)?;
        Ok(BackupReport {
            commit: graph.last_commit().0,
            nodes: graph.node_count(),
            relationships: graph.relationship_count(),
            bytes,
        })
    }
}

/// Writes a copy of a database file to a new one, as [`Database::backup`] does; another
/// process may be writing to it meanwhile.
///
/// # Errors
/// As [`Database::backup`], and where the file cannot be opened.
pub fn backup(from: impl AsRef<Path>, to: impl AsRef<Path>) -> Result<BackupReport, Error> {
    let options = super::OpenOptions { read_only: true, ..super::OpenOptions::default() };
    Database::open_with(from, options)?.backup(to)
}

/// Runs CHECKPOINT, VACUUM or SET optimiser.
pub(super) fn upkeep(
    database: &Database,
    statement: &Statement,
    text: &str,
    settings: &QuerySettings,
) -> Result<QueryResult, Error> {
    let mut result = QueryResult::nothing(database.inner.versions.current());
    if statement.mode == Mode::Explain {
        let plain = Statement { mode: Mode::Run, ..statement.clone() };
        result.plan = Some(format!("{}\n", syntax::print(&plain)));
        return Ok(result);
    }
    let inner = &database.inner;
    let interrupts = Interrupts::of(settings);
    let stops = || interrupts.reason(0).is_some();
    // It is done, or nothing is: one that was stopped says why.
    let stopped = |error| match (&error, interrupts.reason(0)) {
        (Error::Storage(DurableError::Stopped { .. }), Some(reason)) => {
            Diagnostic::runtime(reason, None).into()
        }
        _ => error,
    };
    if let StatementBody::SetRule { rule, on } = &statement.body {
        inner.switch_rule(rule, *on)?;
    } else if let StatementBody::Vacuum { before } = &statement.body {
        inner.check_writable()?;
        let place = before.as_ref().map(|moment| moment.span);
        let before = before.as_ref().map(|moment| moment_of(inner, moment, text, settings));
        let before = before.transpose()?;
        let _turn = WriterTurn::take(inner)?;
        let report = inner.vacuum(before, &stops).map_err(|error| stopped(error.at(place)))?;
        let number = |count: u64| Value::Integer(i64::try_from(count).unwrap_or(i64::MAX));
        result.columns = vec!["commits".to_owned(), "bytes".to_owned()];
        result.rows = vec![vec![number(report.commits), number(report.bytes)]];
    } else {
        inner.check_writable()?;
        let _turn = WriterTurn::take(inner)?;
        inner.checkpoint(&stops).map_err(stopped)?;
    }
    result.graph = inner.versions.current();
    Ok(result)
}

impl Inner {
    /// Forgets history, unless `stops` says so; the caller has the turn to write.
    pub(super) fn vacuum(
        &self,
        before: Option<KnownAt>,
        stops: &dyn Fn() -> bool,
    ) -> Result<VacuumReport, PastError> {
        self.settle(self.versions.base().1).map_err(PastError::Unreadable)?;
        let graph = self.versions.current();
        let history = self.history();
        let (oldest, _) = history.oldest();
        let number = match before {
            None => graph.last_commit().0,
            // What lies before what is kept is forgotten already.
            Some(KnownAt::Time(Moment(time))) => {
                history.number_at(time, graph.last_commit().0)?.unwrap_or(oldest)
            }
            Some(KnownAt::Commit(number)) if number < oldest => oldest,
            Some(moment) => commit_at(moment, &graph, &history)?,
        };
        let last = graph.last_commit();
        // What is damaged must not stand in the way of forgetting it.
        let from = if number == last.0 {
            last
        } else {
            (number, history.time_of(number).map_err(|error| self.way_out(error))?)
        };
        let mut guard = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        let mut bytes = 0;
        let mut written = None;
        if let Some(file) = guard.as_mut() {
            let size = |file: &crate::durable::DatabaseFile| {
                file.checkpoint_bytes().saturating_add(file.log_bytes())
            };
            let all = size(file);
            match file.checkpoint_unless(&graph, from, stops) {
                Ok(graph) => written = Some(graph),
                Err(error) => {
                    drop(guard);
                    return Err(self.way_out(error).into());
                }
            }
            bytes = all.saturating_sub(size(file));
        } else {
            let mut memory = self.memory.lock().unwrap_or_else(PoisonError::into_inner);
            memory.forget(from)?;
        }
        drop(guard);
        self.publish_written(written);
        self.drop_past();
        Ok(VacuumReport { commits: number - oldest, bytes })
    }

    /// The error of a checkpoint with what can be done about it, where a damaged history stands
    /// in its way.
    pub(super) fn way_out(&self, error: DurableError) -> DurableError {
        let DurableError::Damaged { file, offset, what } = error else { return error };
        let (last, _) = self.versions.current().last_commit();
        let way = match self.history().whole_since(last) {
            Ok(Some(number)) if number < last => format!(
                " (VACUUM BEFORE {number} keeps what can be read of the history, VACUUM forgets all of it)"
            ),
            Ok(Some(_)) => " (VACUUM forgets the history)".to_owned(),
            Ok(None) | Err(_) => String::new(),
        };
        DurableError::Damaged { file, offset, what: what + &way }
    }

    /// UUID and generation of the database file, where there is one.
    fn identity(&self) -> Option<(uuid::Uuid, u64)> {
        let file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        file.as_ref().map(|file| (file.uuid(), file.generation()))
    }
}
