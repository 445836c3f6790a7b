//! A disk in memory that can lose its power.
//!
//! Every file keeps the bytes of its last sync apart from the operations since;
//! every name likewise. [`MemoryStorage::power_loss`] builds the disk that a
//! power cut would leave: the durable state, plus a choice of the operations
//! that were not synced, torn at 512 bytes.

use super::storage::{Access, EntryKind, LockOutcome, Storage, StorageFile, StorageLock};
use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Bytes that a disk writes at once.
const SECTOR: usize = 512;

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
    locks: BTreeSet<PathBuf>,
    next_file: u64,
}

#[derive(Debug, Default)]
struct MemoryFileState {
    current: Vec<u8>,
    durable: Vec<u8>,
    unsynced: Vec<ByteChange>,
}

#[derive(Clone, Debug)]
enum ByteChange {
    Write { offset: usize, data: Vec<u8> },
    SetLength(usize),
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

    /// The disk after a power cut now. `choice` 0 keeps nothing that was not
    /// synced, 1 keeps everything; any other number seeds a random choice of
    /// whole and torn operations. The locks are gone.
    pub fn power_loss(&self, choice: u64) -> MemoryStorage {
        let disk = self.disk();
        let mut keep = Choice::new(choice);
        let mut names = disk.durable_names.clone();
        for change in disk.unsynced_names.iter().filter(|_| keep.whole()) {
            apply_name(&mut names, change);
        }
        let mut image = Disk { next_file: disk.next_file, ..Disk::default() };
        for (id, state) in &disk.files {
            let mut bytes = state.durable.clone();
            for change in &state.unsynced {
                apply_partly(&mut bytes, change, &mut keep);
            }
            if names.values().any(|named| named == id) {
                let state =
                    MemoryFileState { current: bytes.clone(), durable: bytes, unsynced: vec![] };
                image.files.insert(*id, state);
            }
        }
        image.durable_names = names.clone();
        image.names = names;
        MemoryStorage { disk: Arc::new(Mutex::new(image)) }
    }

    /// What a failed sync of a file does: the writes since the last sync stay
    /// readable, but count as written, so that no later sync makes them durable.
    pub fn drop_unsynced(&self, path: &Path) {
        let mut disk = self.disk();
        let id = disk.names.get(path).copied();
        if let Some(state) = id.and_then(|id| disk.files.get_mut(&id)) {
            state.unsynced.clear();
        }
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

    fn disk(&self) -> MutexGuard<'_, Disk> {
        self.disk.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Disk {
    fn new_file(&mut self) -> u64 {
        self.next_file += 1;
        self.next_file
    }
}

/// Which unsynced operations survive.
struct Choice {
    mode: u64,
    state: u64,
}

impl Choice {
    fn new(choice: u64) -> Self {
        Choice { mode: choice, state: choice.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1 }
    }

    fn bits(&mut self) -> u64 {
        // splitmix64: small, seeded, good enough to choose with.
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// Whether an operation that cannot be torn survives.
    fn whole(&mut self) -> bool {
        match self.mode {
            0 => false,
            1 => true,
            _ => self.bits() & 1 == 0,
        }
    }

    /// What survives of a write of so many sectors.
    fn fate(&mut self) -> Fate {
        match self.mode {
            0 => Fate::Nothing,
            1 => Fate::Everything,
            _ => match self.bits() % 5 {
                0 => Fate::Nothing,
                1 => Fate::Everything,
                2 => Fate::FirstSectors,
                3 => Fate::SomeSectors { filler: 0 },
                _ => Fate::SomeSectors { filler: 0xdb },
            },
        }
    }
}

enum Fate {
    Nothing,
    Everything,
    /// The sectors up to one, none after.
    FirstSectors,
    /// Each sector or not; the file has its new length, with `filler` (zeros or
    /// old blocks of the disk) where it was extended and the data is missing.
    SomeSectors {
        filler: u8,
    },
}

fn apply_partly(bytes: &mut Vec<u8>, change: &ByteChange, keep: &mut Choice) {
    let ByteChange::Write { offset, data } = change else {
        if keep.whole() {
            apply_bytes(bytes, change);
        }
        return;
    };
    match keep.fate() {
        Fate::Nothing => {}
        Fate::Everything => apply_bytes(bytes, change),
        Fate::FirstSectors => {
            let sectors = (offset + data.len()).div_ceil(SECTOR) - offset / SECTOR;
            let kept = keep.bits() as usize % sectors.max(1);
            let end = ((offset / SECTOR + kept) * SECTOR).clamp(*offset, offset + data.len());
            write_into(bytes, *offset, &data[..end - offset]);
        }
        Fate::SomeSectors { filler } => {
            if bytes.len() < offset + data.len() {
                bytes.resize(offset + data.len(), filler);
            }
            let mut start = *offset;
            while start < offset + data.len() {
                let end = ((start / SECTOR + 1) * SECTOR).min(offset + data.len());
                if keep.whole() {
                    write_into(bytes, start, &data[start - offset..end - offset]);
                }
                start = end;
            }
        }
    }
}

fn apply_bytes(bytes: &mut Vec<u8>, change: &ByteChange) {
    match change {
        ByteChange::Write { offset, data } => write_into(bytes, *offset, data),
        ByteChange::SetLength(length) => bytes.resize(*length, 0),
    }
}

fn write_into(bytes: &mut Vec<u8>, offset: usize, data: &[u8]) {
    if data.is_empty() {
        return;
    }
    let end = offset + data.len();
    if bytes.len() < end {
        bytes.resize(end, 0);
    }
    bytes[offset..end].copy_from_slice(data);
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
        if !self.disk().locks.insert(path.to_path_buf()) {
            return Ok(LockOutcome::Busy(Some(std::process::id())));
        }
        let lock = MemoryLock { disk: self.disk.clone(), path: path.to_path_buf() };
        Ok(LockOutcome::Held(Box::new(lock)))
    }

    fn match_permissions(&self, _model: &Path, _path: &Path) -> io::Result<()> {
        Ok(())
    }
}

#[derive(Debug)]
struct MemoryLock {
    disk: Arc<Mutex<Disk>>,
    path: PathBuf,
}

impl StorageLock for MemoryLock {}

impl Drop for MemoryLock {
    fn drop(&mut self) {
        self.disk.lock().unwrap_or_else(PoisonError::into_inner).locks.remove(&self.path);
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

    fn change(&self, change: ByteChange) -> io::Result<()> {
        if !self.writable {
            return Err(io::ErrorKind::PermissionDenied.into());
        }
        self.with(|state| {
            apply_bytes(&mut state.current, &change);
            state.unsynced.push(change);
            Ok(())
        })
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
