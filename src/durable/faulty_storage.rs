//! A disk that fails where it is told to.
//!
//! It wraps another storage, counts the operations and fails the n-th, once or
//! for a while. What failed may still have been done, or half done: that is
//! what disks do.

use super::storage::{Access, EntryKind, LockOutcome, Storage, StorageFile};
use std::io;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// How an operation fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// An input/output error; nothing was done.
    Io,
    /// An input/output error, although it was done.
    IoAfter,
    /// No space on the device; nothing was done.
    NoSpace,
    /// A write stops after half of its bytes; other operations fail as [`Fault::Io`].
    ShortWrite,
    /// A read ends after half of its bytes, as if the file did; other operations fail as
    /// [`Fault::Io`].
    ShortRead,
    /// A signal came in between; nothing was done.
    Interrupted,
}

impl Fault {
    fn error(self) -> io::Error {
        match self {
            Fault::Io | Fault::IoAfter => io::Error::other("injected input/output error"),
            Fault::NoSpace => io::ErrorKind::StorageFull.into(),
            Fault::ShortWrite => io::ErrorKind::WriteZero.into(),
            Fault::ShortRead => io::ErrorKind::UnexpectedEof.into(),
            Fault::Interrupted => io::ErrorKind::Interrupted.into(),
        }
    }
}

/// A storage that fails some of its operations. They are counted from 0, over all
/// files; locks, names and kinds are not counted, as no disk block stands behind them.
#[derive(Clone, Debug)]
pub struct FaultyStorage {
    inner: Arc<dyn Storage>,
    plan: Arc<Plan>,
}

#[derive(Debug)]
struct Plan {
    fault: Fault,
    failing: Range<u64>,
    count: AtomicU64,
    syncs: AtomicU64,
}

impl FaultyStorage {
    /// Fails the operations of `inner` with these numbers.
    pub fn new(inner: Arc<dyn Storage>, fault: Fault, failing: Range<u64>) -> Self {
        let (count, syncs) = (AtomicU64::new(0), AtomicU64::new(0));
        let plan = Plan { fault, failing, count, syncs };
        FaultyStorage { inner, plan: Arc::new(plan) }
    }

    /// A storage that only counts.
    pub fn counting(inner: Arc<dyn Storage>) -> Self {
        Self::new(inner, Fault::Io, 0..0)
    }

    /// How many operations were asked for so far.
    pub fn operations(&self) -> u64 {
        self.plan.count.load(Ordering::Relaxed)
    }

    /// How many of them were syncs of files.
    pub fn syncs(&self) -> u64 {
        self.plan.syncs.load(Ordering::Relaxed)
    }
}

impl Plan {
    /// Counts an operation; its fault, if it is to fail.
    fn next(&self) -> Option<Fault> {
        let number = self.count.fetch_add(1, Ordering::Relaxed);
        self.failing.contains(&number).then_some(self.fault)
    }

    fn run<T>(&self, operation: impl FnOnce() -> io::Result<T>) -> io::Result<T> {
        match self.next() {
            None => operation(),
            Some(Fault::IoAfter) => {
                operation()?;
                Err(Fault::IoAfter.error())
            }
            Some(fault) => Err(fault.error()),
        }
    }
}

impl Storage for FaultyStorage {
    fn open(&self, path: &Path, access: Access) -> io::Result<Box<dyn StorageFile>> {
        let inner = self.plan.run(|| self.inner.open(path, access))?;
        Ok(Box::new(FaultyFile { inner, plan: self.plan.clone() }))
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.plan.run(|| self.inner.rename(from, to))
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        self.plan.run(|| self.inner.remove(path))
    }

    fn sync_dir(&self, folder: &Path) -> io::Result<()> {
        self.plan.run(|| self.inner.sync_dir(folder))
    }

    fn kind(&self, path: &Path) -> io::Result<Option<EntryKind>> {
        self.inner.kind(path)
    }

    fn canonical(&self, path: &Path) -> io::Result<PathBuf> {
        self.inner.canonical(path)
    }

    fn lock(&self, path: &Path) -> io::Result<LockOutcome> {
        self.inner.lock(path)
    }

    fn claim(&self, path: &Path) -> io::Result<LockOutcome> {
        self.plan.run(|| self.inner.claim(path))
    }

    fn match_permissions(&self, model: &Path, path: &Path) -> io::Result<()> {
        self.plan.run(|| self.inner.match_permissions(model, path))
    }
}

#[derive(Debug)]
struct FaultyFile {
    inner: Box<dyn StorageFile>,
    plan: Arc<Plan>,
}

impl StorageFile for FaultyFile {
    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<()> {
        match self.plan.next() {
            None => self.inner.read_at(buffer, offset),
            Some(fault) => {
                if fault == Fault::ShortRead {
                    let half = buffer.len() / 2;
                    self.inner.read_at(&mut buffer[..half], offset)?;
                }
                Err(fault.error())
            }
        }
    }

    fn write_at(&self, data: &[u8], offset: u64) -> io::Result<()> {
        match self.plan.next() {
            None => self.inner.write_at(data, offset),
            Some(fault) => {
                match fault {
                    Fault::IoAfter => self.inner.write_at(data, offset)?,
                    Fault::ShortWrite => self.inner.write_at(&data[..data.len() / 2], offset)?,
                    Fault::Io | Fault::NoSpace | Fault::ShortRead | Fault::Interrupted => {}
                }
                Err(fault.error())
            }
        }
    }

    fn set_len(&self, length: u64) -> io::Result<()> {
        self.plan.run(|| self.inner.set_len(length))
    }

    fn len(&self) -> io::Result<u64> {
        self.plan.run(|| self.inner.len())
    }

    fn sync(&self) -> io::Result<()> {
        self.plan.syncs.fetch_add(1, Ordering::Relaxed);
        self.plan.run(|| self.inner.sync())
    }
}
