//! A database on disk: the checkpoint, its log, and the way from one to the next.
//!
//! ```text
//! name            the last checkpoint, generation g
//! name.wal        the commits since, generation g
//! name.lock       the writer's process id, locked while it writes; the writer also
//!                 claims the database file itself, for it may have other names
//! name.new        a checkpoint that is being written
//! name.wal.new    the empty log that will follow it
//! name.load       what a load has put out of memory; it loses its name at once
//! ```
//!
//! A checkpoint writes and syncs both `.new` files of generation g+1, renames the
//! first, syncs the folder, renames the second, syncs the folder. A crash before
//! the first rename is durable leaves generation g whole; a crash after it leaves
//! checkpoint g+1 beside log g, whose commits are all in the checkpoint: it is
//! recognised by its generation and replaced, never replayed. Before the first
//! rename any failure leaves the database as it was; from it on a failure closes
//! the handle for writing, since commits appended to the old log would be lost.
//!
//! What it reads goes into a [`Replay`]: the checkpoint's graph, whose chunks stay in
//! the file until they are asked for, then the commits since as changes.

use super::checkpoint_writer::Contents;
use super::error::DurableError;
use super::header::Header;
use super::history::{History, LogPart};
use super::log::{AppendError, Log, LogSync};
use super::opening;
use super::record::CommitRecord;
use super::scratch::Scratch;
use super::shelf::Shelf;
use super::source::Replay;
use super::storage::{Storage, StorageLock, with_suffix};
use crate::store::{Budget, Graph, Room, Rooms};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};
use uuid::Uuid;

/// How a database is opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OpenMode {
    /// Reads; writes nothing, takes no lock, cuts nothing.
    ReadOnly,
    /// Reads and writes, alone.
    ReadWrite {
        /// Whether a missing file becomes a new database.
        create: bool,
    },
}

/// When a commit is durable.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Synchronous {
    /// Before it is acknowledged.
    #[default]
    Full,
    /// Within a second, or a mebibyte of log, of further commits; at a checkpoint
    /// and on close. A power cut leaves a prefix of the commits.
    Normal,
    /// When the operating system likes; at a checkpoint and on close. A power cut
    /// leaves a prefix of the commits.
    Off,
}

/// What opening found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RecoveryReport {
    /// Where an unfinished commit at the end of the log starts and how many bytes
    /// it has. It was cut off, or, read-only, passed over.
    pub torn_tail_cut: Option<(u64, u64)>,
    /// How many commits were replayed from the log.
    pub replayed: u64,
    /// Whether the database was created.
    pub created: bool,
    /// Whether the log was missing, as after a clean close.
    pub log_missing: bool,
}

/// Bytes without a sync after which [`Synchronous::Normal`] syncs.
const NORMAL_BYTES: u64 = 1 << 20;
/// Time without a sync after which [`Synchronous::Normal`] syncs.
const NORMAL_TIME: Duration = Duration::from_secs(1);
/// Bytes of log below which no checkpoint is due.
const CHECKPOINT_FLOOR: u64 = 4 << 20;

/// An open database: appends commits and writes checkpoints.
#[derive(Debug)]
pub struct DatabaseFile {
    pub(crate) storage: Arc<dyn Storage>,
    pub(crate) path: PathBuf,
    pub(crate) header: Header,
    /// `None` where there is none, until a writer has something to write.
    pub(crate) log: Option<Log>,
    pub(crate) lock: Option<Box<dyn StorageLock>>,
    /// On the file itself, which may have more names than one.
    pub(crate) claim: Option<Box<dyn StorageLock>>,
    pub(crate) checkpoint_bytes: u64,
    pub(crate) checkpoint_time: i64,
    pub(crate) poisoned: Option<String>,
    pub(crate) last_sync: Instant,
    pub(crate) budget: Arc<Budget>,
    /// The commits of the checkpoint.
    pub(crate) shelf: Shelf,
    /// The last commit that the checkpoint cannot undo, 0 for none, and its time.
    pub(crate) oldest: (u64, i64),
}

impl DatabaseFile {
    /// Opens a database and hands its contents to `sink`.
    ///
    /// # Errors
    ///
    /// Every way in which a path is no sound database has its own variant of
    /// [`DurableError`]; in none of them is anything on disk changed.
    pub fn open(
        storage: Arc<dyn Storage>,
        path: &Path,
        mode: OpenMode,
        sink: &mut dyn Replay,
    ) -> Result<(Self, RecoveryReport), DurableError> {
        let path = storage.canonical(path).map_err(|e| DurableError::io("find", path, e))?;
        match mode {
            OpenMode::ReadOnly => opening::open_reader(storage, path, sink),
            OpenMode::ReadWrite { create } => opening::open_writer(storage, path, create, sink),
        }
    }

    /// Whether the log is of an older format: only after a checkpoint it takes commits, so
    /// that no file holds what its version does not know.
    pub fn has_older_log(&self) -> bool {
        self.log.as_ref().is_some_and(Log::is_older)
    }

    /// Appends a commit; its number.
    ///
    /// # Errors
    ///
    /// `OlderLog` where [`DatabaseFile::has_older_log`]. After `Io` and `NotStorable` the commit is not there and the next may be
    /// tried. After `Unknown` it may be there, and the handle takes no more.
    pub fn append(
        &mut self,
        commit: &CommitRecord<'_>,
        synchronous: Synchronous,
    ) -> Result<u64, DurableError> {
        let (sequence, due) = self.append_unsynced(commit, synchronous)?;
        if due {
            self.sync()?;
        }
        Ok(sequence)
    }

    /// Appends a commit without syncing it; its number, and whether a sync is due.
    ///
    /// # Errors
    ///
    /// As [`DatabaseFile::append`].
    pub fn append_unsynced(
        &mut self,
        commit: &CommitRecord<'_>,
        synchronous: Synchronous,
    ) -> Result<(u64, bool), DurableError> {
        let log = self.log_to_write()?;
        if log.is_older() {
            let version = log.header.version;
            return Err(DurableError::OlderLog { file: log.path.clone(), version });
        }
        let appended = log.append(commit);
        let sequence = log.place.sequence;
        let unsynced = log.unsynced_bytes();
        match appended {
            Ok(()) => {}
            Err(AppendError::Undone(error)) => return Err(error),
            Err(AppendError::Unknown(error)) => return Err(self.poison(error)),
        }
        let due = match synchronous {
            Synchronous::Full => true,
            Synchronous::Normal => {
                unsynced >= NORMAL_BYTES || self.last_sync.elapsed() >= NORMAL_TIME
            }
            Synchronous::Off => false,
        };
        Ok((sequence, due))
    }

    /// Makes every commit so far durable.
    ///
    /// # Errors
    ///
    /// `Unknown` when the disk refuses; it is never asked twice.
    pub fn sync(&mut self) -> Result<(), DurableError> {
        let sync = self.begin_sync()?;
        let outcome = sync.run();
        self.end_sync(&sync, outcome)
    }

    /// A sync of every commit so far, which can be run while others are appended. A
    /// checkpoint must wait until it has ended.
    ///
    /// # Errors
    ///
    /// As [`DatabaseFile::append`].
    pub fn begin_sync(&mut self) -> Result<LogSync, DurableError> {
        self.check_writable()?;
        Ok(self.log.as_ref().map_or_else(LogSync::nothing, Log::begin_sync))
    }

    /// Takes note of how a sync has ended.
    ///
    /// # Errors
    ///
    /// As [`DatabaseFile::sync`].
    pub fn end_sync(
        &mut self,
        sync: &LogSync,
        outcome: std::io::Result<()>,
    ) -> Result<(), DurableError> {
        let Some(log) = &mut self.log else { return Ok(()) };
        match log.end_sync(sync, outcome) {
            Ok(()) => {
                self.last_sync = Instant::now();
                Ok(())
            }
            Err(error) => Err(self.poison(error)),
        }
    }

    /// What to say of commits whose sync failed for somebody else.
    pub fn unknown_fate(&self) -> DurableError {
        let cause = self.poisoned.clone().unwrap_or_else(|| "a sync has failed".to_owned());
        let source = std::io::Error::other(cause);
        DurableError::Unknown { file: self.log_path(), operation: "sync", source }
    }

    /// Writes the graph as of the last commit and starts a new log. Returns the same
    /// version with its chunks in the new file: to be used from now on, so that the
    /// old file's bytes are given back.
    ///
    /// # Errors
    ///
    /// After `Io` and `NotStorable` the database is as it was. After `Unknown` no
    /// commit is lost, but the handle takes no more.
    pub fn checkpoint(&mut self, graph: &Graph) -> Result<Graph, DurableError> {
        let oldest = self.history().oldest();
        self.checkpoint_from(graph, oldest)
    }

    /// As [`DatabaseFile::checkpoint`], with a history that begins after `oldest`: the number
    /// and the time of a commit, not before the present [`History::oldest`].
    ///
    /// # Errors
    ///
    /// As [`DatabaseFile::checkpoint`].
    pub fn checkpoint_from(
        &mut self,
        graph: &Graph,
        oldest: (u64, i64),
    ) -> Result<Graph, DurableError> {
        self.checkpoint_unless(graph, oldest, &|| false)
    }

    /// As [`DatabaseFile::checkpoint_from`], unless `stops` says so before all is written.
    ///
    /// # Errors
    ///
    /// As [`DatabaseFile::checkpoint`], and `Stopped`: then the database is as it was.
    pub fn checkpoint_unless(
        &mut self,
        graph: &Graph,
        oldest: (u64, i64),
        stops: &dyn Fn() -> bool,
    ) -> Result<Graph, DurableError> {
        self.check_writable()?;
        let (number, time) = (self.last_sequence(), self.last_time());
        self.write_whole(graph, (number, time), oldest, None, stops)
    }

    /// Commits a graph by a checkpoint instead of a record in the log: for loads, whose
    /// changes would be as large as the graph. Of the commit, whose changes are not
    /// looked at, only what undoes it is kept. Its number, and the same version with its
    /// chunks in the new file.
    ///
    /// # Errors
    ///
    /// After `Io` and `NotStorable` the database is as it was. After `Unknown` the commit
    /// may be there, and the handle takes no more.
    pub fn commit_whole(
        &mut self,
        graph: &Graph,
        commit: &CommitRecord<'_>,
    ) -> Result<(u64, Graph), DurableError> {
        self.check_writable()?;
        let number = self.last_sequence() + 1;
        let last = (number, commit.time);
        let oldest = if commit.undo.is_some() { self.history().oldest() } else { last };
        Ok((number, self.write_whole(graph, last, oldest, Some(commit), &|| false)?))
    }

    /// Writes a graph as of the commit `last`, and starts a new log.
    fn write_whole(
        &mut self,
        graph: &Graph,
        (number, time): (u64, i64),
        oldest: (u64, i64),
        commit: Option<&CommitRecord<'_>>,
        stops: &dyn Fn() -> bool,
    ) -> Result<Graph, DurableError> {
        let generation = self.header.generation + 1;
        let header = Header::database(self.header.uuid, generation, number);
        let storage = self.storage.clone();
        let model = Some(self.path.as_path());
        let history = self.history();
        let history = Some(&history);
        let contents = Contents { header: &header, time, graph, history, oldest, commit, stops };
        let (path, budget) = (&self.path, &self.budget);
        let prepared = opening::write_checkpoint(&*storage, path, model, &contents, budget)
            .and_then(|written| {
                let log_path = self.log_path();
                let log = Log::prepare(&*storage, &log_path, header.log_after(), &self.path)?;
                let claim = opening::claim(&*storage, &with_suffix(&self.path, ".new"))?;
                Ok((written, log, claim))
            });
        let (written, log, claim) = match prepared {
            Ok(prepared) => prepared,
            Err(error) => {
                opening::remove_leftovers(&*storage, &self.path);
                return Err(error);
            }
        };
        let placed = opening::put_checkpoint_in_place(&*storage, &self.path)
            .and_then(|()| Log::put_in_place(&*storage, &self.log_path()));
        if let Err(error) = placed {
            return Err(self.poison(error.into_unknown()));
        }
        self.claim = Some(claim);
        self.header = header;
        self.checkpoint_bytes = written.length;
        self.checkpoint_time = time;
        self.shelf = written.shelf;
        self.oldest = oldest;
        self.log = Some(log);
        self.last_sync = Instant::now();
        Ok(written.graph)
    }

    /// Room for loads: as much memory as what is read from the file may take, and a file beside
    /// it for the rest, which is made when it is needed.
    pub fn rooms(&self) -> Rooms {
        let (storage, budget) = (self.storage.clone(), self.budget.clone());
        let path = self.path.clone();
        Rooms::new(move || {
            let scratch = Scratch::new(storage.clone(), &path, budget.clone());
            Room::new(Box::new(scratch), budget.limit())
        })
    }

    /// The history as it is now, to be read at any later time.
    pub fn history(&self) -> History {
        let log = self.log.as_ref().filter(|log| log.chain.leads_back());
        let no_way_back = self.log.as_ref().and_then(|log| log.no_way_back);
        History {
            shelf: self.shelf.clone(),
            log: log.map(|log| LogPart {
                file: log.file.clone(),
                path: log.path.clone(),
                chain: log.chain,
                end: log.place.position,
            }),
            oldest: no_way_back.unwrap_or(self.oldest),
        }
    }

    /// Makes everything durable and lets go of the database. A log without
    /// commits is removed, so that the one file is the whole database; so call
    /// [`DatabaseFile::checkpoint`] before.
    pub fn close(mut self) -> Result<(), DurableError> {
        if self.lock.is_none() {
            return Ok(());
        }
        self.sync()?;
        if self.log.as_ref().is_some_and(|log| !log.has_records()) {
            let log = self.log_path();
            self.storage.remove(&log).map_err(|e| DurableError::io("remove", &log, e))?;
            opening::sync_folder_of(&*self.storage, &self.path)?;
        }
        Ok(())
    }

    /// The number of the last commit, 0 when there is none.
    pub fn last_sequence(&self) -> u64 {
        self.log.as_ref().map_or(self.header.base_sequence, |log| log.place.sequence)
    }

    /// When the last commit was, nanoseconds since 1970, 0 when there is none.
    pub fn last_time(&self) -> i64 {
        match &self.log {
            Some(log) if log.has_records() => log.place.time,
            _ => self.checkpoint_time,
        }
    }

    /// Whether the log has outgrown the checkpoint.
    pub fn checkpoint_due(&self) -> bool {
        self.log_bytes() > self.checkpoint_bytes.max(CHECKPOINT_FLOOR)
    }

    /// Whether there are commits that the checkpoint does not hold.
    pub fn has_log_records(&self) -> bool {
        self.log.as_ref().is_some_and(Log::has_records)
    }

    /// Bytes in the log.
    pub fn log_bytes(&self) -> u64 {
        self.log.as_ref().map_or(0, |log| log.place.position)
    }

    /// Bytes in the checkpoint.
    pub fn checkpoint_bytes(&self) -> u64 {
        self.checkpoint_bytes
    }

    /// The database's identity, the same in all its generations.
    pub fn uuid(&self) -> Uuid {
        self.header.uuid
    }

    /// Counts the checkpoints, from 1.
    pub fn generation(&self) -> u64 {
        self.header.generation
    }

    /// What the memory of chunks that were read from the file is accounted to.
    pub fn budget(&self) -> &Arc<Budget> {
        &self.budget
    }

    /// The canonical path of the database file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Whether the handle only reads.
    pub fn is_read_only(&self) -> bool {
        self.lock.is_none()
    }

    /// Why the handle takes no more writes, if so.
    pub fn poisoned(&self) -> Option<&str> {
        self.poisoned.as_deref()
    }

    pub(crate) fn log_path(&self) -> PathBuf {
        with_suffix(&self.path, ".wal")
    }

    fn check_writable(&self) -> Result<(), DurableError> {
        if let Some(cause) = &self.poisoned {
            return Err(DurableError::Poisoned { file: self.path.clone(), cause: cause.clone() });
        }
        match &self.lock {
            Some(_) => Ok(()),
            None => Err(DurableError::ReadOnly { file: self.path.clone() }),
        }
    }

    /// The log, begun where there is none.
    fn log_to_write(&mut self) -> Result<&mut Log, DurableError> {
        self.check_writable()?;
        let log = match self.log.take() {
            Some(log) => log,
            None => self.begin_log()?,
        };
        Ok(self.log.insert(log))
    }

    /// Puts an empty log beside the database. A failed sync of the folder is final, as any.
    fn begin_log(&mut self) -> Result<Log, DurableError> {
        let (storage, log_path) = (self.storage.clone(), self.log_path());
        // The name of the database must be durable before there is a log for it.
        opening::sync_folder_of(&*storage, &self.path)
            .map_err(|error| self.poison(error.into_unknown()))?;
        let log = Log::prepare(&*storage, &log_path, self.header.log_after(), &self.path)?;
        Log::put_in_place(&*storage, &log_path)
            .map_err(|error| self.poison(error.into_unknown()))?;
        Ok(log)
    }

    fn poison(&mut self, error: DurableError) -> DurableError {
        self.poisoned = Some(match &error {
            DurableError::Unknown { file, operation, source } => {
                format!("could not {operation} {}: {source}", file.display())
            }
            other => other.to_string(),
        });
        error
    }
}
