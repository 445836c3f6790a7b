//! The one door to the disk: the [`Storage`] trait.
//!
//! Whatever this room writes or reads goes through it, so that a power cut, a
//! full disk and a failing sync can be produced at will: [`FileStorage`] is the
//! real disk, [`MemoryStorage`] keeps durable bytes apart from written ones,
//! [`FaultyStorage`] fails where it is told to.
//!
//! What is assumed of a disk: a byte is durable once a sync of its file has
//! returned; a name (created, renamed or removed) once a sync of its folder has.
//! Until then any subset of the writes may survive, torn at 512 bytes. Rename
//! replaces atomically. A failed sync promises nothing, ever after.
//!
//! [`FileStorage`]: super::FileStorage
//! [`MemoryStorage`]: super::MemoryStorage
//! [`FaultyStorage`]: super::FaultyStorage

use std::fmt::Debug;
use std::io;
use std::path::{Path, PathBuf};

/// What a file is opened for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Reading an existing file.
    Read,
    /// Reading and writing an existing file.
    Write,
    /// Reading and writing a new file; what had this name before is emptied.
    Create,
}

/// What stands behind a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EntryKind {
    /// An ordinary file.
    File,
    /// A folder.
    Folder,
    /// A pipe, a socket, a device.
    Other,
}

/// The outcome of asking for the writer lock.
#[derive(Debug)]
pub enum LockOutcome {
    /// The lock is ours until the value is dropped.
    Held(Box<dyn StorageLock>),
    /// Somebody else has it: the id of that process, where it could be read.
    Busy(Option<u32>),
}

/// A lock that is held until it is dropped.
pub trait StorageLock: Send + Sync + Debug {}

/// One open file. Positions and lengths are bytes.
pub trait StorageFile: Send + Sync + Debug {
    /// Fills `buffer` from `offset`; `UnexpectedEof` when the file ends before.
    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<()>;
    /// Writes all of `data` at `offset`. After an error any part may be written.
    fn write_at(&self, data: &[u8], offset: u64) -> io::Result<()>;
    /// Cuts or extends (with zeros) the file.
    fn set_len(&self, length: u64) -> io::Result<()>;
    /// The length of the file.
    fn len(&self) -> io::Result<u64>;
    /// Whether the file holds no byte.
    fn is_empty(&self) -> io::Result<bool> {
        Ok(self.len()? == 0)
    }
    /// Makes everything written so far, and the length, durable.
    fn sync(&self) -> io::Result<()>;
}

/// A place that holds files.
pub trait Storage: Send + Sync + Debug {
    /// Opens a file.
    fn open(&self, path: &Path, access: Access) -> io::Result<Box<dyn StorageFile>>;
    /// Gives a file another name, replacing what had it, atomically.
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()>;
    /// Removes a file's name.
    fn remove(&self, path: &Path) -> io::Result<()>;
    /// Makes the names in a folder durable.
    fn sync_dir(&self, folder: &Path) -> io::Result<()>;
    /// What stands behind a name; `None` when nothing does.
    fn kind(&self, path: &Path) -> io::Result<Option<EntryKind>>;
    /// The one name of a file, so that two ways to write a path meet in one
    /// lock. The file need not exist, its folder must.
    fn canonical(&self, path: &Path) -> io::Result<PathBuf>;
    /// Takes the lock that a file of this name stands for, without waiting.
    fn lock(&self, path: &Path) -> io::Result<LockOutcome>;
    /// Claims the file that has this name, whatever other names it has, without waiting
    /// and without keeping readers out.
    fn claim(&self, path: &Path) -> io::Result<LockOutcome>;
    /// Gives `path` the permissions of `model`, so that a private database
    /// stays private when a checkpoint replaces its file.
    fn match_permissions(&self, model: &Path, path: &Path) -> io::Result<()>;
}

/// The path with `suffix` appended to its last name.
pub(crate) fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}

/// The folder that holds `path`.
pub(crate) fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    }
}
