//! The real disk.
//!
//! Reads and writes are positional, so that one handle serves many readers.
//! The writer lock is an advisory lock of the operating system on a file of its
//! own, which holds the process id of the holder: it vanishes with the process,
//! so that a crash never leaves a database locked.

use super::storage::{
    Access, EntryKind, LockOutcome, Storage, StorageFile, StorageLock, folder_of,
};
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Files in the file system.
#[derive(Clone, Copy, Debug, Default)]
pub struct FileStorage;

/// How often a lock file that vanishes while it is taken is tried again.
const LOCK_ATTEMPTS: usize = 100;

impl Storage for FileStorage {
    fn open(&self, path: &Path, access: Access) -> io::Result<Box<dyn StorageFile>> {
        let mut options = OpenOptions::new();
        options.read(true);
        match access {
            Access::Read => {}
            Access::Write => {
                options.write(true);
            }
            Access::Create => {
                options.write(true).create(true).truncate(true);
            }
        }
        Ok(Box::new(DiskFile(options.open(path)?)))
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        fs::rename(from, to)
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        fs::remove_file(path)
    }

    fn sync_dir(&self, folder: &Path) -> io::Result<()> {
        sync_folder(folder)
    }

    fn kind(&self, path: &Path) -> io::Result<Option<EntryKind>> {
        match fs::metadata(path) {
            Ok(data) if data.is_file() => Ok(Some(EntryKind::File)),
            Ok(data) if data.is_dir() => Ok(Some(EntryKind::Folder)),
            Ok(_) => Ok(Some(EntryKind::Other)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    fn canonical(&self, path: &Path) -> io::Result<PathBuf> {
        match fs::canonicalize(path) {
            Ok(whole) => Ok(whole),
            Err(error) if error.kind() == io::ErrorKind::NotFound => match path.file_name() {
                Some(name) => Ok(fs::canonicalize(folder_of(path))?.join(name)),
                None => Err(error),
            },
            Err(error) => Err(error),
        }
    }

    fn lock(&self, path: &Path) -> io::Result<LockOutcome> {
        for _ in 0..LOCK_ATTEMPTS {
            let mut file = OpenOptions::new()
                .read(true)
                .write(true)
                .create(true)
                .truncate(false)
                .open(path)?;
            match file.try_lock() {
                Ok(()) => {}
                Err(TryLockError::WouldBlock) => {
                    return Ok(LockOutcome::Busy(steady_holder(&mut file)));
                }
                Err(TryLockError::Error(error)) => return Err(error),
            }
            // A holder removes the file before it lets go of the lock. Whoever
            // opened the file before that now holds a lock on a file without a
            // name, which keeps nobody out: try again with the new file.
            if !is_still_named(&file, path) {
                continue;
            }
            file.set_len(0)?;
            file.seek(SeekFrom::Start(0))?;
            writeln!(file, "{}", std::process::id())?;
            return Ok(LockOutcome::Held(Box::new(DiskLock {
                path: path.to_path_buf(),
                _file: file,
            })));
        }
        Ok(LockOutcome::Busy(None))
    }

    fn claim(&self, path: &Path) -> io::Result<LockOutcome> {
        claim_file(path)
    }

    fn match_permissions(&self, model: &Path, path: &Path) -> io::Result<()> {
        fs::set_permissions(path, fs::metadata(model)?.permissions())
    }
}

#[derive(Debug)]
struct DiskLock {
    path: PathBuf,
    _file: File,
}

impl StorageLock for DiskLock {}

impl Drop for DiskLock {
    fn drop(&mut self) {
        // The name goes while the lock is still held; a failure leaves a file
        // that locks nobody out.
        let _ = fs::remove_file(&self.path);
    }
}

/// A file that is claimed for as long as it is held open.
#[derive(Debug)]
struct DiskClaim(#[expect(dead_code, reason = "held open, nothing more")] File);

impl StorageLock for DiskClaim {}

/// Whoever claims a file means to replace it, which its folder alone would allow: a file that is
/// not to be written says no here.
#[cfg(unix)]
fn claim_file(path: &Path) -> io::Result<LockOutcome> {
    let file = OpenOptions::new().read(true).write(true).open(path)?;
    match file.try_lock() {
        Err(TryLockError::WouldBlock) => Ok(LockOutcome::Busy(None)),
        // Some network file systems lock no file that is open for reading. There the lock
        // beside the database keeps out whoever comes by the same name.
        Ok(()) | Err(TryLockError::Error(_)) => Ok(LockOutcome::Held(Box::new(DiskClaim(file)))),
    }
}

/// A lock would keep readers out here, so whoever claims opens the file for writing and
/// shares it with readers only.
#[cfg(windows)]
fn claim_file(path: &Path) -> io::Result<LockOutcome> {
    use std::os::windows::fs::OpenOptionsExt;
    const SHARE_READ_AND_DELETE: u32 = 1 | 4;
    const SHARING_VIOLATION: i32 = 32;
    let file = OpenOptions::new().write(true).share_mode(SHARE_READ_AND_DELETE).open(path);
    match file {
        Err(error) if error.raw_os_error() == Some(SHARING_VIOLATION) => {
            Ok(LockOutcome::Busy(None))
        }
        file => Ok(LockOutcome::Held(Box::new(DiskClaim(file?)))),
    }
}

/// How often, and after which pause, a lock file is read again until it says who holds it.
const HOLDER_ATTEMPTS: usize = 50;
const HOLDER_PAUSE: Duration = Duration::from_millis(2);

/// The process id in a lock file. Its holder may be about to write it, over that of one
/// that was killed, so it is believed when it is read twice.
fn steady_holder(file: &mut File) -> Option<u32> {
    let mut last = read_holder(file);
    for _ in 0..HOLDER_ATTEMPTS {
        std::thread::sleep(HOLDER_PAUSE);
        let holder = read_holder(file);
        if holder.is_some() && holder == last {
            break;
        }
        last = holder;
    }
    last
}

/// The process id in a lock file; `None` while the holder is still writing it.
fn read_holder(file: &mut File) -> Option<u32> {
    let mut text = String::new();
    file.seek(SeekFrom::Start(0)).ok()?;
    file.take(32).read_to_string(&mut text).ok()?;
    // The end of the line tells that it is whole.
    text.strip_suffix('\n')?.parse().ok()
}

#[cfg(unix)]
fn is_still_named(file: &File, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    match (file.metadata(), fs::metadata(path)) {
        (Ok(ours), Ok(named)) => ours.ino() == named.ino() && ours.dev() == named.dev(),
        _ => false,
    }
}

#[cfg(not(unix))]
fn is_still_named(_file: &File, _path: &Path) -> bool {
    true
}

#[cfg(unix)]
fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

#[cfg(not(unix))]
fn sync_folder(_folder: &Path) -> io::Result<()> {
    // Windows journals names itself and offers no sync of a folder.
    Ok(())
}

#[derive(Debug)]
struct DiskFile(File);

impl StorageFile for DiskFile {
    #[cfg(unix)]
    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<()> {
        std::os::unix::fs::FileExt::read_exact_at(&self.0, buffer, offset)
    }

    #[cfg(windows)]
    fn read_at(&self, mut buffer: &mut [u8], mut offset: u64) -> io::Result<()> {
        while !buffer.is_empty() {
            match std::os::windows::fs::FileExt::seek_read(&self.0, buffer, offset) {
                Ok(0) => return Err(io::ErrorKind::UnexpectedEof.into()),
                Ok(read) => {
                    buffer = buffer.split_at_mut(read).1;
                    offset += read as u64;
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    #[cfg(unix)]
    fn write_at(&self, data: &[u8], offset: u64) -> io::Result<()> {
        std::os::unix::fs::FileExt::write_all_at(&self.0, data, offset)
    }

    #[cfg(windows)]
    fn write_at(&self, mut data: &[u8], mut offset: u64) -> io::Result<()> {
        while !data.is_empty() {
            match std::os::windows::fs::FileExt::seek_write(&self.0, data, offset) {
                Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
                Ok(written) => {
                    data = data.split_at(written).1;
                    offset += written as u64;
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    fn set_len(&self, length: u64) -> io::Result<()> {
        self.0.set_len(length)
    }

    fn len(&self) -> io::Result<u64> {
        Ok(self.0.metadata()?.len())
    }

    fn sync(&self) -> io::Result<()> {
        // fdatasync on Linux: the length counts as data, times do not.
        self.0.sync_data()
    }
}
