//! Opening a database: what is on disk, and what follows from it.
//!
//! | database | log | read-write | read-only |
//! |---|---|---|---|
//! | missing | missing | create or `NotFound` | `NotFound` |
//! | missing | there | `LogWithoutDatabase` | the same |
//! | generation g | missing | g, new log with the first commit | g |
//! | generation g | of g | g and its log, torn tail cut | the same, nothing cut |
//! | generation g | older | g, new log | g |
//! | generation g | newer | `Damaged` | tried again, then `Damaged` |
//!
//! A missing log is no error: a clean close removes it, and whoever copies the
//! one file copies the database. Whoever only reads then waits for no disk, however
//! the database was opened.

use super::checkpoint::Checkpoint;
use super::checkpoint_writer::{self, Contents, Written};
use super::database_file::{DatabaseFile, RecoveryReport};
use super::error::DurableError;
use super::header::Header;
use super::log::Log;
use super::scratch;
use super::source::{Refusal, Replay};
use super::storage::{
    Access, EntryKind, LockOutcome, Storage, StorageFile, StorageLock, folder_of, with_suffix,
};
use crate::store::change::Change;
use crate::store::{Budget, Graph};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};
use uuid::Uuid;

/// How often a reader tries again that meets a checkpoint in the making.
const READER_ATTEMPTS: usize = 50;
/// How long it waits in between.
const READER_PAUSE: Duration = Duration::from_millis(10);

pub(crate) fn open_writer(
    storage: Arc<dyn Storage>,
    path: PathBuf,
    create: bool,
    sink: &mut dyn Replay,
) -> Result<(DatabaseFile, RecoveryReport), DurableError> {
    if !database_exists(&*storage, &path)? && !create {
        return Err(DurableError::NotFound { file: path });
    }
    let lock = take_lock(&*storage, &path)?;
    let mut report = RecoveryReport::default();
    let log_path = with_suffix(&path, ".wal");
    let has_log = storage.kind(&log_path).map_err(|e| DurableError::io("look at", &log_path, e))?;
    if has_log.is_some() {
        // A writer that died between a rename and the sync of the folder has left
        // names that a power cut would take back. Commits must not go to a log whose
        // name is not durable.
        sync_folder_of(&*storage, &path)?;
    }
    // Only under the lock is the answer final.
    if !database_exists(&*storage, &path)? {
        if !create {
            return Err(DurableError::NotFound { file: path });
        }
        let header = Header::database(Uuid::new_v4(), 1, 0);
        let budget = Budget::of_machine();
        let graph = Graph::new();
        let contents = Contents {
            header: &header,
            time: 0,
            graph: &graph,
            history: None,
            oldest: (0, 0),
            commit: None,
            stops: &|| false,
        };
        write_checkpoint(&*storage, &path, None, &contents, &budget)?;
        put_checkpoint_in_place(&*storage, &path)?;
        report.created = true;
    }
    let claim = claim(&*storage, &path)?;
    let checkpoint = open_checkpoint(&*storage, &path)?;
    let found = open_log(&*storage, &log_path, Access::Write)?;
    let current = match &found {
        None => {
            report.log_missing = !report.created;
            false
        }
        Some(log) => log_is_current(&checkpoint.header, log, &path, &log_path)?,
    };
    if let (Some(old), false) = (found.as_ref(), current) {
        verify_superseded(&*storage, &checkpoint.header, old, &log_path)?;
    }
    let budget = Budget::of_machine();
    checkpoint.replay(&path, &budget, sink)?;
    let log = match found {
        Some(mut log) if current => {
            let replayed = log.replay(sink)?;
            report.replayed = replayed.records;
            report.torn_tail_cut = replayed.torn;
            log.settle(replayed.torn.is_some())?;
            Some(log)
        }
        Some(_) => {
            let log = Log::prepare(&*storage, &log_path, checkpoint.header.log_after(), &path)?;
            Log::put_in_place(&*storage, &log_path)?;
            Some(log)
        }
        None => None,
    };
    remove_leftovers(&*storage, &path);
    Ok((assemble(storage, path, &checkpoint, log, Some((lock, claim)), budget)?, report))
}

pub(crate) fn open_reader(
    storage: Arc<dyn Storage>,
    path: PathBuf,
    sink: &mut dyn Replay,
) -> Result<(DatabaseFile, RecoveryReport), DurableError> {
    if !database_exists(&*storage, &path)? {
        return Err(DurableError::NotFound { file: path });
    }
    let log_path = with_suffix(&path, ".wal");
    let mut attempt = 0;
    let (checkpoint, log) = loop {
        attempt += 1;
        let checkpoint = open_checkpoint(&*storage, &path)?;
        let log = open_log(&*storage, &log_path, Access::Read)?;
        let newer = log.as_ref().is_some_and(|log| {
            log.header.uuid == checkpoint.header.uuid
                && log.header.generation > checkpoint.header.generation
        });
        // A writer may have put a checkpoint in place between the two.
        if newer && attempt < READER_ATTEMPTS {
            std::thread::sleep(READER_PAUSE);
            continue;
        }
        break (checkpoint, log);
    };
    let mut report = RecoveryReport { log_missing: log.is_none(), ..RecoveryReport::default() };
    let mut current = None;
    if let Some(log) = log
        && log_is_current(&checkpoint.header, &log, &path, &log_path)?
    {
        current = Some(log);
    }
    let budget = Budget::of_machine();
    checkpoint.replay(&path, &budget, sink)?;
    if let Some(log) = &mut current {
        let replayed = log.replay(sink)?;
        report.replayed = replayed.records;
        report.torn_tail_cut = replayed.torn;
    }
    Ok((assemble(storage, path, &checkpoint, current, None, budget)?, report))
}

fn assemble(
    storage: Arc<dyn Storage>,
    path: PathBuf,
    checkpoint: &Checkpoint,
    log: Option<Log>,
    locks: Option<(Box<dyn StorageLock>, Box<dyn StorageLock>)>,
    budget: Arc<Budget>,
) -> Result<DatabaseFile, DurableError> {
    let (lock, claim) = locks.unzip();
    let (shelf, oldest) = checkpoint.history(&path)?;
    Ok(DatabaseFile {
        shelf,
        oldest,
        storage,
        path,
        header: checkpoint.header,
        log,
        lock,
        claim,
        checkpoint_bytes: checkpoint.length,
        checkpoint_time: checkpoint.time,
        budget,
        poisoned: None,
        last_sync: Instant::now(),
    })
}

/// Whether there is a file to open at `path`.
fn database_exists(storage: &dyn Storage, path: &Path) -> Result<bool, DurableError> {
    let not_a_file = |is| Err(DurableError::NotAFile { file: path.to_path_buf(), is });
    match storage.kind(path).map_err(|e| DurableError::io("look at", path, e))? {
        Some(EntryKind::File) => Ok(true),
        Some(EntryKind::Folder) => not_a_file("a folder"),
        Some(EntryKind::Other) => not_a_file("a pipe or a device"),
        None => {
            let log = with_suffix(path, ".wal");
            match storage.kind(&log).map_err(|e| DurableError::io("look at", &log, e))? {
                Some(_) => Err(DurableError::LogWithoutDatabase { file: path.to_path_buf(), log }),
                None => Ok(false),
            }
        }
    }
}

fn take_lock(storage: &dyn Storage, path: &Path) -> Result<Box<dyn StorageLock>, DurableError> {
    let lock = with_suffix(path, ".lock");
    match storage.lock(&lock).map_err(|e| DurableError::io("lock", &lock, e))? {
        LockOutcome::Held(lock) => Ok(lock),
        LockOutcome::Busy(holder) => Err(DurableError::Locked { file: path.to_path_buf(), holder }),
    }
}

/// Claims the file that has this name, so that it is not opened by another one.
pub(crate) fn claim(
    storage: &dyn Storage,
    path: &Path,
) -> Result<Box<dyn StorageLock>, DurableError> {
    match storage.claim(path).map_err(|e| DurableError::io("claim", path, e))? {
        LockOutcome::Held(claim) => Ok(claim),
        LockOutcome::Busy(holder) => Err(DurableError::Locked { file: path.to_path_buf(), holder }),
    }
}

pub(crate) fn open_checkpoint(
    storage: &dyn Storage,
    path: &Path,
) -> Result<Checkpoint, DurableError> {
    let file = storage.open(path, Access::Read).map_err(|e| DurableError::io("open", path, e))?;
    Checkpoint::open(file, path)
}

/// The log at a path, `None` when there is none.
pub(crate) fn open_log(
    storage: &dyn Storage,
    path: &Path,
    access: Access,
) -> Result<Option<Log>, DurableError> {
    match Log::open(storage, path, access) {
        Ok(log) => Ok(Some(log)),
        Err(DurableError::Io { operation: "open", source, .. })
            if source.kind() == std::io::ErrorKind::NotFound =>
        {
            Ok(None)
        }
        Err(error) => Err(error),
    }
}

/// Whether the log's commits follow the checkpoint; `false` when they are in it.
fn log_is_current(
    checkpoint: &Header,
    log: &Log,
    path: &Path,
    log_path: &Path,
) -> Result<bool, DurableError> {
    let stranger = || DurableError::StrangerLog { file: path.into(), log: log_path.into() };
    if log.header.uuid != checkpoint.uuid {
        return Err(stranger());
    }
    if log.header.generation > checkpoint.generation {
        let what = format!(
            "the log is of generation {}, {} is of generation {}: an older copy of the database \
             stands beside a newer log",
            log.header.generation,
            path.display(),
            checkpoint.generation
        );
        return Err(DurableError::damaged(log_path, 40, what));
    }
    if log.header.generation < checkpoint.generation {
        return Ok(false);
    }
    if log.follows(checkpoint) { Ok(true) } else { Err(stranger()) }
}

/// Before an older log is replaced: it must hold nothing that the checkpoint lacks.
fn verify_superseded(
    storage: &dyn Storage,
    checkpoint: &Header,
    old: &Log,
    log_path: &Path,
) -> Result<(), DurableError> {
    let Some(mut log) = open_log(storage, log_path, Access::Read)? else { return Ok(()) };
    match log.replay(&mut Discard) {
        // The checkpoint holds what the log held; that it is damaged harms nobody.
        Ok(_) | Err(DurableError::Damaged { .. }) => {}
        Err(error) => return Err(error),
    }
    if log.place.sequence > checkpoint.base_sequence {
        let what = format!(
            "the log of generation {} reaches commit {}, the checkpoint of generation {} only \
             commit {}",
            old.header.generation,
            log.place.sequence,
            checkpoint.generation,
            checkpoint.base_sequence
        );
        return Err(DurableError::damaged(log_path, 40, what));
    }
    Ok(())
}

/// Reads without keeping.
pub(crate) struct Discard;

impl Replay for Discard {
    fn base(&mut self, _graph: Graph) -> Result<(), Refusal> {
        Ok(())
    }

    fn apply(&mut self, _change: Change) -> Result<(), Refusal> {
        Ok(())
    }
}

/// Writes and syncs a checkpoint beside its final name.
pub(crate) fn write_checkpoint(
    storage: &dyn Storage,
    path: &Path,
    model: Option<&Path>,
    contents: &Contents<'_>,
    budget: &Arc<Budget>,
) -> Result<Written, DurableError> {
    let new = with_suffix(path, ".new");
    let file =
        storage.open(&new, Access::Create).map_err(|e| DurableError::io("create", &new, e))?;
    if let Some(model) = model {
        storage
            .match_permissions(model, &new)
            .map_err(|e| DurableError::io("set the permissions of", &new, e))?;
    }
    let file: Arc<dyn StorageFile> = Arc::from(file);
    let written = checkpoint_writer::write(file.clone(), path, contents, budget)?;
    file.sync().map_err(|e| DurableError::io("sync", &new, e))?;
    Ok(written)
}

/// Gives a written checkpoint its name, durably.
pub(crate) fn put_checkpoint_in_place(
    storage: &dyn Storage,
    path: &Path,
) -> Result<(), DurableError> {
    let new = with_suffix(path, ".new");
    storage.rename(&new, path).map_err(|e| DurableError::io("rename", new, e))?;
    sync_folder_of(storage, path)
}

/// Makes the names beside `path` durable.
pub(crate) fn sync_folder_of(storage: &dyn Storage, path: &Path) -> Result<(), DurableError> {
    let folder = folder_of(path);
    storage.sync_dir(folder).map_err(|e| DurableError::io("sync the folder", folder, e))
}

/// Removes what a checkpoint or a load that did not come to its end has left. A failure is
/// passed over: the next one overwrites it.
pub(crate) fn remove_leftovers(storage: &dyn Storage, path: &Path) {
    for suffix in [".new", ".wal.new", scratch::SUFFIX] {
        let leftover = with_suffix(path, suffix);
        if matches!(storage.kind(&leftover), Ok(Some(EntryKind::File))) {
            let _ = storage.remove(&leftover);
        }
    }
}
