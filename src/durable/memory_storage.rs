//! A disk in memory that can lose its power.
//!
//! Every file keeps the bytes of its last sync apart from the operations since;
//! every name likewise. [`MemoryStorage::power_loss`] builds the disk that a
//! power cut would leave: the durable state, plus a choice of the operations
//! that were not synced, torn at 512 bytes.

use super::power_loss::{ByteChange, Choice, Survival, apply_bytes, apply_partly};
use super::storage::{Access, EntryKind, LockOutcome, Storage, StorageFile, StorageLock};
use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Files in memory; clones share them.
#[derive(Clone, Debug, Default)]
pub struct MemoryStorage {
    disk: Arc<Mutex<Disk>>,
}

#[derive(Debug, Default)]
struct Disk {
    files: BTreeMap<u64, MemoryFileState>,
    names: BTreeMap<PathBuf, u64>,
    durable_names: BTreeMap<PathBuf, u64>,
    unsynced_names: Vec<NameChange>,
    locks: BTreeSet<Lock>,
    next_file: u64,
    /// The file and the number among its unsynced changes of the latest write.
    last_write: Option<(u64, usize)>,
    capacity: Option<u64>,
}

#[derive(Debug, Default)]
struct MemoryFileState {
    current: Vec<u8>,
    durable: Vec<u8>,
    unsynced: Vec<ByteChange>,
}

#[derive(Clone, Debug)]
enum NameChange {
    Create { path: PathBuf, file: u64 },
    Rename { from: PathBuf, to: PathBuf, file: u64 },
    Remove { path: PathBuf },
}

impl MemoryStorage {
    /// An empty disk.
    pub fn new() -> Self {
        Self::default()
    }

    /// The disk after a power cut now. The locks are gone.
    pub fn power_loss(&self, survival: Survival) -> MemoryStorage {
        let disk = self.disk();
        let mut keep = Choice::new(survival);
        let mut names = disk.durable_names.clone();
        for change in disk.unsynced_names.iter().filter(|_| keep.whole()) {
            apply_name(&mut names, change);
        }
        let mut image = Disk { next_file: disk.next_file, ..Disk::default() };
        for (id, state) in &disk.files {
            if names.values().any(|named| named == id) {
                let mut bytes = state.durable.clone();
                for (number, change) in state.unsynced.iter().enumerate() {
                    let last = disk.last_write == Some((*id, number));
                    apply_partly(&mut bytes, change, last, &mut keep);
                }
                let state =
                    MemoryFileState { current: bytes.clone(), durable: bytes, unsynced: vec![] };
                image.files.insert(*id, state);
            }
        }
        image.durable_names = names.clone();
        image.names = names;
        MemoryStorage { disk: Arc::new(Mutex::new(image)) }
    }

    /// What a power cut would put at risk now.
    pub fn unsynced(&self) -> Unsynced {
        let disk = self.disk();
        let last = disk.last_write.and_then(|(id, number)| {
            let change = disk.files.get(&id)?.unsynced.get(number)?;
            Some(change.sectors())
        });
        Unsynced {
            operations: disk.files.values().map(|state| state.unsynced.len()).sum::<usize>()
                + disk.unsynced_names.len(),
            sectors_of_last_write: last.unwrap_or(0),
        }
    }

    /// Lets the files have so many bytes together, from now on: a write beyond that
    /// writes what there is room for and fails. `None`: no limit.
    pub fn set_capacity(&self, bytes: Option<u64>) {
        self.disk().capacity = bytes;
    }

    /// What a failed sync of a file does: the writes since the last sync stay
    /// readable, but count as written, so that no later sync makes them durable.
    pub fn drop_unsynced(&self, path: &Path) {
        let mut disk = self.disk();
        let id = disk.names.get(path).copied();
        if let Some(state) = id.and_then(|id| disk.files.get_mut(&id)) {
            state.unsynced.clear();
        }
        disk.last_write = None;
    }

    /// The bytes of a file as a reader sees them now.
    pub fn contents(&self, path: &Path) -> Option<Vec<u8>> {
        let disk = self.disk();
        let id = disk.names.get(path)?;
        disk.files.get(id).map(|state| state.current.clone())
    }

    /// Puts a durable file in place, replacing what had its name.
    pub fn put(&self, path: &Path, contents: Vec<u8>) {
        let mut disk = self.disk();
        let id = disk.new_file();
        let state =
            MemoryFileState { current: contents.clone(), durable: contents, unsynced: Vec::new() };
        disk.files.insert(id, state);
        disk.names.insert(path.to_path_buf(), id);
        disk.durable_names.insert(path.to_path_buf(), id);
    }

    /// The names of all files.
    pub fn names(&self) -> Vec<PathBuf> {
        self.disk().names.keys().cloned().collect()
    }

    fn take(&self, lock: Lock) -> LockOutcome {
        if !self.disk().locks.insert(lock.clone()) {
            return LockOutcome::Busy(Some(std::process::id()));
        }
        LockOutcome::Held(Box::new(MemoryLock { disk: self.disk.clone(), lock }))
    }

    fn disk(&self) -> MutexGuard<'_, Disk> {
        self.disk.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Disk {
    fn new_file(&mut self) -> u64 {
        self.next_file += 1;
        self.next_file
    }

    /// Cuts a change to what there is room for; whether there is room for all of it.
    fn make_fit(&self, file: u64, change: &mut ByteChange) -> bool {
        let Some(capacity) = self.capacity else { return true };
        let named = |id: &u64| *id == file || self.names.values().any(|named| named == id);
        let others = self.files.iter().filter(|(id, _)| **id != file && named(id));
        let used: u64 = others.map(|(_, state)| state.current.len() as u64).sum();
        let length = self.files.get(&file).map_or(0, |state| state.current.len());
        // What a file has already it may keep, and write over.
        let room = (capacity.saturating_sub(used) as usize).max(length);
        match change {
            ByteChange::Write { offset, data } => {
                let fitting = room.saturating_sub(*offset).min(data.len());
                let fits = fitting == data.len();
                data.truncate(fitting);
                fits
            }
            ByteChange::SetLength(wanted) => {
                let fits = *wanted <= room;
                *wanted = (*wanted).min(room);
                fits
            }
        }
    }
}

/// What a power cut would put at risk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unsynced {
    /// Operations that were not synced.
    pub operations: usize,
    /// How many sectors the latest write touches; 0 when it is synced.
    pub sectors_of_last_write: usize,
}

fn apply_name(names: &mut BTreeMap<PathBuf, u64>, change: &NameChange) {
    match change {
        NameChange::Create { path, file } => {
            names.insert(path.clone(), *file);
        }
        NameChange::Rename { from, to, file } => {
            names.remove(from);
            names.insert(to.clone(), *file);
        }
        NameChange::Remove { path } => {
            names.remove(path);
        }
    }
}

fn missing(path: &Path) -> io::Error {
    io::Error::new(io::ErrorKind::NotFound, format!("{} does not exist", path.display()))
}

impl Storage for MemoryStorage {
    fn open(&self, path: &Path, access: Access) -> io::Result<Box<dyn StorageFile>> {
        let mut disk = self.disk();
        let id = match (disk.names.get(path).copied(), access) {
            (Some(id), Access::Create) => {
                if let Some(state) = disk.files.get_mut(&id) {
                    state.current.clear();
                    state.unsynced.push(ByteChange::SetLength(0));
                }
                id
            }
            (Some(id), _) => id,
            (None, Access::Create) => {
                let id = disk.new_file();
                disk.files.insert(id, MemoryFileState::default());
                disk.names.insert(path.to_path_buf(), id);
                disk.unsynced_names.push(NameChange::Create { path: path.to_path_buf(), file: id });
                id
            }
            (None, _) => return Err(missing(path)),
        };
        let writable = access != Access::Read;
        Ok(Box::new(MemoryFile { disk: self.disk.clone(), id, writable }))
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        let mut disk = self.disk();
        let file = disk.names.get(from).copied().ok_or_else(|| missing(from))?;
        let change = NameChange::Rename { from: from.to_path_buf(), to: to.to_path_buf(), file };
        apply_name(&mut disk.names, &change);
        disk.unsynced_names.push(change);
        Ok(())
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        let mut disk = self.disk();
        disk.names.remove(path).ok_or_else(|| missing(path))?;
        disk.unsynced_names.push(NameChange::Remove { path: path.to_path_buf() });
        Ok(())
    }

    fn sync_dir(&self, _folder: &Path) -> io::Result<()> {
        // Paths are plain names here: there is one folder.
        let mut disk = self.disk();
        disk.durable_names = disk.names.clone();
        disk.unsynced_names.clear();
        Ok(())
    }

    fn kind(&self, path: &Path) -> io::Result<Option<EntryKind>> {
        Ok(self.disk().names.contains_key(path).then_some(EntryKind::File))
    }

    fn canonical(&self, path: &Path) -> io::Result<PathBuf> {
        Ok(path.to_path_buf())
    }

    fn lock(&self, path: &Path) -> io::Result<LockOutcome> {
        Ok(self.take(Lock::Name(path.to_path_buf())))
    }

    fn claim(&self, path: &Path) -> io::Result<LockOutcome> {
        let file = self.disk().names.get(path).copied().ok_or_else(|| missing(path))?;
        Ok(self.take(Lock::File(file)))
    }

    fn match_permissions(&self, _model: &Path, _path: &Path) -> io::Result<()> {
        Ok(())
    }
}

/// What is locked.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Lock {
    Name(PathBuf),
    File(u64),
}

#[derive(Debug)]
struct MemoryLock {
    disk: Arc<Mutex<Disk>>,
    lock: Lock,
}

impl StorageLock for MemoryLock {}

impl Drop for MemoryLock {
    fn drop(&mut self) {
        self.disk.lock().unwrap_or_else(PoisonError::into_inner).locks.remove(&self.lock);
    }
}

#[derive(Debug)]
struct MemoryFile {
    disk: Arc<Mutex<Disk>>,
    id: u64,
    writable: bool,
}

impl MemoryFile {
    fn with<T>(&self, act: impl FnOnce(&mut MemoryFileState) -> io::Result<T>) -> io::Result<T> {
        let mut disk = self.disk.lock().unwrap_or_else(PoisonError::into_inner);
        match disk.files.get_mut(&self.id) {
            Some(state) => act(state),
            None => Err(io::Error::other("the file is gone")),
        }
    }

    fn change(&self, mut change: ByteChange) -> io::Result<()> {
        if !self.writable {
            return Err(io::ErrorKind::PermissionDenied.into());
        }
        let mut disk = self.disk.lock().unwrap_or_else(PoisonError::into_inner);
        let fits = disk.make_fit(self.id, &mut change);
        let written = matches!(change, ByteChange::Write { .. });
        let Some(state) = disk.files.get_mut(&self.id) else {
            return Err(io::Error::other("the file is gone"));
        };
        apply_bytes(&mut state.current, &change);
        state.unsynced.push(change);
        if written {
            disk.last_write = Some((self.id, state.unsynced.len() - 1));
        }
        if fits { Ok(()) } else { Err(io::ErrorKind::StorageFull.into()) }
    }
}

/// A position in memory.
fn position(offset: u64) -> io::Result<usize> {
    usize::try_from(offset).map_err(|_| io::ErrorKind::FileTooLarge.into())
}

impl StorageFile for MemoryFile {
    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<()> {
        let start = position(offset)?;
        self.with(|state| {
            let end = start.checked_add(buffer.len());
            match end.and_then(|end| state.current.get(start..end)) {
                Some(bytes) => {
                    buffer.copy_from_slice(bytes);
                    Ok(())
                }
                None => Err(io::ErrorKind::UnexpectedEof.into()),
            }
        })
    }

    fn write_at(&self, data: &[u8], offset: u64) -> io::Result<()> {
        self.change(ByteChange::Write { offset: position(offset)?, data: data.to_vec() })
    }

    fn set_len(&self, length: u64) -> io::Result<()> {
        self.change(ByteChange::SetLength(position(length)?))
    }

    fn len(&self) -> io::Result<u64> {
        self.with(|state| Ok(state.current.len() as u64))
    }

    fn sync(&self) -> io::Result<()> {
        {
            let mut disk = self.disk.lock().unwrap_or_else(PoisonError::into_inner);
            disk.last_write = disk.last_write.filter(|(id, _)| *id != self.id);
        }
        self.with(|state| {
            // Not simply the current bytes: what a failed sync has dropped stays
            // undurable until it is written again.
            for change in std::mem::take(&mut state.unsynced) {
                apply_bytes(&mut state.durable, &change);
            }
            Ok(())
        })
    }
}
