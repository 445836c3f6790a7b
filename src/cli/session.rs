//! The session: one open database, and the transaction that is open in it.
//!
//! All that the command knows of the library goes through here. A database file
//! that does not exist comes into being with the first statement that writes,
//! so that a mistyped name neither makes a file nor passes for an empty graph.

use super::failure::{Failure, plain_io};
use super::interrupt::Running;
use super::tokens;
use dossier::store::{Difference, Graph, Moment, View};
use dossier::value::Map;
use dossier::{
    Commit, Database, DurableError, Error, InterruptHandle, KnownAt, Limits, LocalFiles,
    OpenOptions, QueryResult, Transaction,
};
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

/// An open database.
pub(crate) struct Session {
    database: Database,
    path: Option<PathBuf>,
    read_only: bool,
    /// Whether `path` is still to be created, and `database` an empty stand-in.
    awaited: bool,
    transaction: Option<Transaction>,
    /// Through which prefixes statements see the graph, as written and as meant.
    view: Option<Prefixes>,
    /// The files that queries may read: whoever types one can read them anyway.
    files: Arc<LocalFiles>,
    /// What the log keeps with commits that have no message of their own.
    commit_message: String,
}

/// The prefixes of all statements of a session.
struct Prefixes {
    text: String,
    view: View,
    /// Whether those that read are asked what their rows rest on.
    why: bool,
}

impl Session {
    /// A graph in memory.
    pub(crate) fn in_memory() -> Session {
        Session {
            database: Database::in_memory_with(&options(false)),
            path: None,
            read_only: false,
            awaited: false,
            transaction: None,
            view: None,
            files: Arc::new(LocalFiles::anywhere().writable()),
            commit_message: String::new(),
        }
    }

    /// Opens a database file, or waits for the first statement that writes one. A
    /// file that another process writes to is opened for reading, which is said.
    ///
    /// # Errors
    /// A folder, a file that is no database, a damaged one, one of a newer
    /// format; a missing one that is only read.
    pub(crate) fn open(path: &Path, read_only: bool) -> Result<Session, Failure> {
        let named = |why: &str| Failure::usage(format!("{}: {why}", path.display()));
        match std::fs::metadata(path) {
            Ok(file) if file.is_dir() => return Err(named("is a folder, not a database")),
            Ok(file) if !file.is_file() => return Err(named("is no regular file")),
            Ok(file) => super::pages::suit(file.len()),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
                if let Some(folder) = folder.filter(|folder| !folder.is_dir()) {
                    return Err(named(&format!("there is no folder `{}`", folder.display())));
                }
                if read_only {
                    return Err(named("no such database"));
                }
                return Ok(Session {
                    path: Some(path.to_path_buf()),
                    awaited: true,
                    ..Session::in_memory()
                });
            }
            Err(error) => return Err(named(&plain_io(&error))),
        }
        let (database, read_only) = open_present(path, read_only)?;
        if let Some(report) = database.recovery_report() {
            super::notice(&format!("{}: {report}", path.display()));
        }
        Ok(Session {
            database,
            path: Some(path.to_path_buf()),
            read_only,
            awaited: false,
            ..Session::in_memory()
        })
    }

    /// The database file, `None` in memory.
    pub(crate) fn path(&self) -> Option<&Path> {
        self.path.as_deref()
    }

    /// The text of an error, the database named as the user named it.
    pub(crate) fn message(&self, error: &Error) -> String {
        self.path
            .as_ref()
            .map_or_else(|| error.to_string(), |path| as_given(path, &error.to_string()))
    }

    /// Whether the file is still to be created.
    pub(crate) fn is_awaited(&self) -> bool {
        self.awaited
    }

    /// Whether writes are refused.
    pub(crate) fn is_read_only(&self) -> bool {
        self.read_only
    }

    /// Whether a transaction is open.
    pub(crate) fn in_transaction(&self) -> bool {
        self.transaction.is_some()
    }

    /// The graph as this session sees it: the open transaction's changes included.
    pub(crate) fn snapshot(&self) -> Arc<Graph> {
        self.transaction.as_ref().map_or_else(|| self.database.snapshot(), Transaction::snapshot)
    }

    /// Creates an awaited file if the statement needs it.
    ///
    /// # Errors
    /// The file cannot be created; or `strict`, and a query reads what is not there.
    pub(crate) fn prepare(&mut self, statement: &str, strict: bool) -> Result<(), Failure> {
        if !self.awaited {
            return Ok(());
        }
        if tokens::writes(statement) {
            return self.create();
        }
        match &self.path {
            Some(path) if strict => Err(Failure::usage(format!(
                "{}: no such database (the first statement that writes creates it, and this one only reads)",
                path.display()
            ))),
            _ => Ok(()),
        }
    }

    /// The database, to be written to; created where it is not there yet.
    ///
    /// # Errors
    /// The file cannot be created, or is open for reading only.
    pub(crate) fn database_to_write(&mut self) -> Result<Database, Failure> {
        self.create()?;
        match &self.path {
            Some(path) if self.read_only => {
                Err(Failure::query(format!("{}: is open for reading only", path.display())))
            }
            _ => Ok(self.database.clone()),
        }
    }

    fn create(&mut self) -> Result<(), Failure> {
        if let Some(path) = self.path.as_deref().filter(|_| self.awaited) {
            self.database = create_file(path)?;
            self.awaited = false;
        }
        Ok(())
    }

    /// Runs one statement, in the open transaction if there is one. Ctrl-C cancels it.
    ///
    /// # Errors
    /// Whatever the query or the disk says.
    pub(crate) fn run(
        &mut self,
        text: &str,
        parameters: &Map,
        limits: Limits,
        plan_columns: Option<usize>,
    ) -> Result<QueryResult, Error> {
        let handle = InterruptHandle::new();
        let _running = Running::start(&handle);
        let mut query = match &mut self.transaction {
            Some(transaction) => transaction.query(text),
            None => self.database.query(text),
        };
        query = query
            .params(parameters.clone())
            .message(&self.commit_message)
            .interrupt(&handle)
            .limits(limits)
            .files(self.files.clone());
        if let Some(columns) = plan_columns {
            query = query.plan_columns(columns);
        }
        if let Some(prefixes) = &self.view {
            query = query.seen(prefixes.view.clone());
            query = if prefixes.why { query.why() } else { query };
        }
        query.run()
    }

    /// The prefixes through which statements see the graph.
    pub(crate) fn view(&self) -> Option<&str> {
        self.view.as_ref().map(|prefixes| prefixes.text.as_str())
    }

    /// Lets statements see the graph through prefixes.
    ///
    /// # Errors
    /// The prefixes are none, or name nobody.
    pub(crate) fn see(&mut self, prefixes: &str, parameters: &Map) -> Result<(), Failure> {
        let view = self.database.view(prefixes, parameters).map_err(|error| match &error {
            Error::Query(diagnostic) => {
                let help = diagnostic.help.as_ref().map(|help| format!(" ({help})"));
                Failure::query(format!("{}{}", diagnostic.message, help.unwrap_or_default()))
            }
            other => Failure::query(self.message(other)),
        })?;
        // It has just been read.
        let read = dossier::syntax::parse(&format!("{prefixes} RETURN 1"));
        let why = read.is_ok_and(|statement| statement.why.is_some());
        self.view = Some(Prefixes { text: prefixes.to_owned(), view, why });
        Ok(())
    }

    /// The graph as statements see it now: all of it, or what the prefixes leave.
    ///
    /// # Errors
    /// The prefixes cannot judge something in it.
    pub(crate) fn seen(&self) -> Result<Arc<Graph>, Failure> {
        let graph = self.snapshot();
        let Some(prefixes) = &self.view else { return Ok(graph) };
        let seen = graph.seen(&prefixes.view);
        seen.map(Arc::new).map_err(|error| Failure::query(error.to_string()))
    }

    /// Lets statements see all of the graph again.
    pub(crate) fn see_all(&mut self) {
        self.view = None;
    }

    /// Begins a transaction.
    ///
    /// # Errors
    /// One is open already, or the database is read-only.
    pub(crate) fn begin(&mut self) -> Result<(), Failure> {
        if self.transaction.is_some() {
            return Err(Failure::query(
                "a transaction is open already; .commit or .rollback ends it",
            ));
        }
        self.create()?;
        self.transaction =
            Some(self.database.begin().map_err(|error| Failure::query(self.message(&error)))?);
        Ok(())
    }

    /// What the log keeps with every commit that has no message of its own.
    pub(crate) fn set_commit_message(&mut self, message: String) {
        self.commit_message = message;
    }

    /// The commits that the history keeps, the newest first, at most so many.
    ///
    /// # Errors
    /// The history cannot be read.
    pub(crate) fn commits(&self, limit: usize) -> Result<Vec<Commit>, Failure> {
        self.database.commits(limit).map_err(|error| Failure::query(self.message(&error)))
    }

    /// What is not the same in two versions; without a second moment it is the present.
    ///
    /// # Errors
    /// There is no such moment, or the history cannot be read.
    pub(crate) fn difference(
        &self,
        from: KnownAt,
        to: Option<KnownAt>,
    ) -> Result<Difference, Failure> {
        let to = to.unwrap_or(KnownAt::Time(Moment(i128::MAX)));
        let handle = InterruptHandle::new();
        let _running = Running::start(&handle);
        self.database
            .difference(from, to, &handle)
            .map_err(|error| Failure::query(self.message(&error)))
    }

    /// Commits the open transaction, with a message if it is not empty.
    ///
    /// # Errors
    /// None is open, or the commit fails.
    pub(crate) fn commit(&mut self, message: &str) -> Result<(), Failure> {
        let mut transaction = self.transaction.take().ok_or_else(no_transaction)?;
        transaction.set_message(if message.is_empty() { &self.commit_message } else { message });
        transaction.commit().map(drop).map_err(|error| Failure::query(self.message(&error)))
    }

    /// Drops the open transaction's changes.
    ///
    /// # Errors
    /// None is open.
    pub(crate) fn rollback(&mut self) -> Result<(), Failure> {
        let transaction = self.transaction.take().ok_or_else(no_transaction)?;
        transaction.rollback();
        Ok(())
    }

    /// Closes the database; an open transaction is rolled back, and said to be.
    ///
    /// # Errors
    /// It is not known whether all commits are on the disk.
    pub(crate) fn close(mut self) -> Result<(), Failure> {
        if self.transaction.take().is_some() {
            super::notice("the open transaction is rolled back");
        }
        let Some(path) = self.path.filter(|_| !self.awaited) else { return Ok(()) };
        match self.database.close() {
            Ok(()) => Ok(()),
            // The log is synced; the next opening tries again.
            Err(error @ Error::Storage(DurableError::Io { .. })) => {
                super::notice(&format!(
                    "the commits are safe in the log, but no checkpoint was written: {}",
                    as_given(&path, &error.to_string())
                ));
                Ok(())
            }
            Err(error) => Err(Failure::query(as_given(&path, &error.to_string()))),
        }
    }
}

fn no_transaction() -> Failure {
    Failure::query("no transaction is open; .begin opens one")
}

/// Who commits; one name for all that the process does.
static AUTHOR: OnceLock<String> = OnceLock::new();

/// Says who commits, instead of the user that the environment names.
pub(crate) fn set_author(author: String) {
    // Nothing has been opened yet.
    let _ = AUTHOR.set(author);
}

/// How databases are opened.
fn options(read_only: bool) -> OpenOptions {
    let named = |name| std::env::var(name).ok().filter(|user| !user.trim().is_empty());
    let user = || ["USER", "LOGNAME", "USERNAME"].into_iter().find_map(named).unwrap_or_default();
    OpenOptions { read_only, author: AUTHOR.get_or_init(user).clone(), ..OpenOptions::default() }
}

/// Opens a file that is there; the second value tells whether for reading only.
fn open_present(path: &Path, read_only: bool) -> Result<(Database, bool), Failure> {
    let open =
        |read_only| Database::open_with(path, OpenOptions { create: false, ..options(read_only) });
    match open(read_only) {
        Err(Error::Storage(DurableError::Locked { holder, .. })) if !read_only => {
            let who = holder.map_or("another process".to_owned(), |id| format!("process {id}"));
            super::notice(&format!(
                "{}: {who} is writing to it, so it is open for reading only here",
                path.display()
            ));
            Ok((open(true).map_err(|error| cannot_open(path, &error))?, true))
        }
        // A folder or a disk that takes nothing new can be read all the same.
        Err(error) if !read_only && refuses_writing(&error) => {
            let database = open(true).map_err(|_| cannot_open(path, &error))?;
            let claimed =
                matches!(&error, Error::Storage(DurableError::Io { operation: "claim", .. }));
            let why =
                if claimed { "it may not be written" } else { "nothing can be written beside it" };
            super::notice(&format!("{}: {why}, so it is open for reading only", path.display()));
            Ok((database, true))
        }
        Ok(database) => Ok((database, read_only)),
        Err(error) => Err(cannot_open(path, &error)),
    }
}

/// Whether the system lets nobody like us write there.
fn refuses_writing(error: &Error) -> bool {
    use std::io::ErrorKind::{PermissionDenied, ReadOnlyFilesystem};
    match error {
        Error::Storage(DurableError::Io { source, .. }) => {
            matches!(source.kind(), PermissionDenied | ReadOnlyFilesystem)
        }
        _ => false,
    }
}

fn create_file(path: &Path) -> Result<Database, Failure> {
    Database::open_with(path, options(false)).map_err(|error| cannot_open(path, &error))
}

fn cannot_open(path: &Path, error: &Error) -> Failure {
    let shown = path.display().to_string();
    let text = as_given(path, &error.to_string());
    Failure::usage(if text.contains(&shown) { text } else { format!("{shown}: {text}") })
}

/// A message with the file named as the user named it, not by its full path.
pub(crate) fn as_given(path: &Path, text: &str) -> String {
    match std::fs::canonicalize(path) {
        Ok(full) => text.replace(&full.display().to_string(), &path.display().to_string()),
        Err(_) => text.to_owned(),
    }
}
