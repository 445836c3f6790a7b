//! Storages laid over others: what goes through is changed, or only watched.

use dossier::durable::{Access, EntryKind, LockOutcome, Storage, StorageFile};
use std::fmt::Debug;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// What is done with the operations on their way down. The defaults pass them on.
pub(crate) trait Behaviour: Send + Sync + Debug {
    fn read(&self, file: &OpenFile, buffer: &mut [u8], offset: u64) -> io::Result<()> {
        file.below.read_at(buffer, offset)
    }
    fn write(&self, file: &OpenFile, data: &[u8], offset: u64) -> io::Result<()> {
        file.below.write_at(data, offset)
    }
    fn set_len(&self, file: &OpenFile, length: u64) -> io::Result<()> {
        file.below.set_len(length)
    }
    fn length(&self, file: &OpenFile) -> io::Result<u64> {
        file.below.len()
    }
    fn sync(&self, file: &OpenFile) -> io::Result<()> {
        file.below.sync()
    }
    fn rename(&self, below: &dyn Storage, from: &Path, to: &Path) -> io::Result<()> {
        below.rename(from, to)
    }
    fn sync_dir(&self, below: &dyn Storage, folder: &Path) -> io::Result<()> {
        below.sync_dir(folder)
    }
    fn lock(&self, below: &dyn Storage, path: &Path) -> io::Result<LockOutcome> {
        below.lock(path)
    }
    fn claim(&self, below: &dyn Storage, path: &Path) -> io::Result<LockOutcome> {
        below.claim(path)
    }
    /// Comes after every operation that may have changed the disk.
    fn after_change(&self) {}
}

/// A file that was opened through a layer, and the storage that it lies in.
#[derive(Debug)]
pub(crate) struct OpenFile {
    pub(crate) below: Box<dyn StorageFile>,
    pub(crate) storage: Arc<dyn Storage>,
    pub(crate) path: PathBuf,
}

impl OpenFile {
    /// Whether it is, or is to become, a log.
    pub(crate) fn is_log(&self) -> bool {
        self.path.to_string_lossy().contains(".wal")
    }

    /// All of its bytes.
    pub(crate) fn contents(&self) -> io::Result<Vec<u8>> {
        let mut bytes = vec![0; self.below.len()? as usize];
        self.below.read_at(&mut bytes, 0)?;
        Ok(bytes)
    }
}

/// A storage with a behaviour laid over it.
#[derive(Clone, Debug)]
pub(crate) struct Layered {
    below: Arc<dyn Storage>,
    behaviour: Arc<dyn Behaviour>,
}

impl Layered {
    pub(crate) fn over(below: Arc<dyn Storage>, behaviour: impl Behaviour + 'static) -> Self {
        Layered { below, behaviour: Arc::new(behaviour) }
    }

    fn changed<T>(&self, outcome: io::Result<T>) -> io::Result<T> {
        self.behaviour.after_change();
        outcome
    }
}

impl Storage for Layered {
    fn open(&self, path: &Path, access: Access) -> io::Result<Box<dyn StorageFile>> {
        let below = self.below.open(path, access)?;
        if access == Access::Create {
            self.behaviour.after_change();
        }
        let file = OpenFile { below, storage: self.below.clone(), path: path.to_path_buf() };
        Ok(Box::new(LayeredFile { file, behaviour: self.behaviour.clone() }))
    }
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.changed(self.behaviour.rename(&*self.below, from, to))
    }
    fn remove(&self, path: &Path) -> io::Result<()> {
        self.changed(self.below.remove(path))
    }
    fn sync_dir(&self, folder: &Path) -> io::Result<()> {
        self.changed(self.behaviour.sync_dir(&*self.below, folder))
    }
    fn kind(&self, path: &Path) -> io::Result<Option<EntryKind>> {
        self.below.kind(path)
    }
    fn canonical(&self, path: &Path) -> io::Result<PathBuf> {
        self.below.canonical(path)
    }
    fn lock(&self, path: &Path) -> io::Result<LockOutcome> {
        self.behaviour.lock(&*self.below, path)
    }
    fn claim(&self, path: &Path) -> io::Result<LockOutcome> {
        self.behaviour.claim(&*self.below, path)
    }
    fn match_permissions(&self, model: &Path, path: &Path) -> io::Result<()> {
        self.below.match_permissions(model, path)
    }
}

#[derive(Debug)]
struct LayeredFile {
    file: OpenFile,
    behaviour: Arc<dyn Behaviour>,
}

impl LayeredFile {
    fn changed<T>(&self, outcome: io::Result<T>) -> io::Result<T> {
        self.behaviour.after_change();
        outcome
    }
}

impl StorageFile for LayeredFile {
    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<()> {
        self.behaviour.read(&self.file, buffer, offset)
    }
    fn write_at(&self, data: &[u8], offset: u64) -> io::Result<()> {
        self.changed(self.behaviour.write(&self.file, data, offset))
    }
    fn set_len(&self, length: u64) -> io::Result<()> {
        self.changed(self.behaviour.set_len(&self.file, length))
    }
    fn len(&self) -> io::Result<u64> {
        self.behaviour.length(&self.file)
    }
    fn sync(&self) -> io::Result<()> {
        self.changed(self.behaviour.sync(&self.file))
    }
}
