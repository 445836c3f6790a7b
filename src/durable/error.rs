//! What can go wrong between the graph and the disk.
//!
//! Every message names the file, the place in it where there is one, what was
//! expected and what can be done.

use crate::store::Damage;
use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

/// A failure of the durable store.
#[derive(Debug)]
#[non_exhaustive]
pub enum DurableError {
    /// The operating system refused an operation; nothing was promised before it.
    Io {
        /// What was attempted, as a verb: "open", "sync".
        operation: &'static str,
        /// The file it was attempted on.
        file: PathBuf,
        /// The system's reason.
        source: io::Error,
    },
    /// There is no such database and none was to be created.
    NotFound {
        /// The missing file.
        file: PathBuf,
    },
    /// A new database was to be written where something is already.
    AlreadyExists {
        /// What is there.
        file: PathBuf,
    },
    /// The path is a folder, a pipe or a device.
    NotAFile {
        /// The path.
        file: PathBuf,
        /// What it is: "a folder".
        is: &'static str,
    },
    /// The file exists and holds nothing. It is never overwritten.
    Empty {
        /// The empty file.
        file: PathBuf,
    },
    /// The file is something else.
    Foreign {
        /// The file.
        file: PathBuf,
    },
    /// The file was written by a newer version of Dossier.
    NewerFormat {
        /// The file.
        file: PathBuf,
        /// The format version in the file.
        found: u32,
        /// The newest format version that this build reads.
        supported: u32,
    },
    /// The log was written by an older version of Dossier, and takes no commits of this one.
    OlderLog {
        /// The log.
        file: PathBuf,
        /// Its format version.
        version: u32,
    },
    /// A checkpoint was given up before it was done; the database is as it was.
    Stopped {
        /// The database.
        file: PathBuf,
    },
    /// Bytes that were once whole no longer are.
    Damaged {
        /// The file.
        file: PathBuf,
        /// Where, in bytes from the start of the file.
        offset: u64,
        /// What was expected and what is there, as half a sentence.
        what: String,
    },
    /// There is a log and no checkpoint that it belongs to.
    LogWithoutDatabase {
        /// The missing database file.
        file: PathBuf,
        /// The log that is there.
        log: PathBuf,
    },
    /// The log beside the database belongs to another database.
    StrangerLog {
        /// The database file.
        file: PathBuf,
        /// The log beside it.
        log: PathBuf,
    },
    /// Somebody else writes to the database.
    Locked {
        /// The database file.
        file: PathBuf,
        /// The process that holds it, where known.
        holder: Option<u32>,
    },
    /// The database was opened for reading only.
    ReadOnly {
        /// The database file.
        file: PathBuf,
    },
    /// The writing of this commit failed in a way that leaves open whether it
    /// will be there after reopening. The handle takes no further writes.
    Unknown {
        /// The file.
        file: PathBuf,
        /// What was attempted.
        operation: &'static str,
        /// The system's reason.
        source: io::Error,
    },
    /// An earlier failure closed this handle for writing.
    Poisoned {
        /// The database file.
        file: PathBuf,
        /// The earlier failure, as a sentence.
        cause: String,
    },
    /// A value has no form in the file.
    NotStorable {
        /// What cannot be stored, as half a sentence.
        what: String,
    },
    /// The records are whole, yet the graph refuses a change in them.
    Refused {
        /// The file.
        file: PathBuf,
        /// Where the record or section starts, in bytes.
        offset: u64,
        /// The graph's reason.
        what: String,
    },
}

impl DurableError {
    /// Wraps an error of the operating system.
    pub(crate) fn io(operation: &'static str, file: impl Into<PathBuf>, source: io::Error) -> Self {
        DurableError::Io { operation, file: file.into(), source }
    }

    /// The same failure at a point where nobody knows what is on disk.
    pub(crate) fn into_unknown(self) -> Self {
        match self {
            DurableError::Io { operation, file, source } => {
                DurableError::Unknown { operation, file, source }
            }
            other => other,
        }
    }

    /// Damage at a place.
    pub(crate) fn damaged(file: impl Into<PathBuf>, offset: u64, what: impl Into<String>) -> Self {
        DurableError::Damaged { file: file.into(), offset, what: what.into() }
    }
}

impl From<Damage> for DurableError {
    fn from(damage: Damage) -> Self {
        let Damage { file, offset, what, refused } = damage;
        match refused {
            None => DurableError::Damaged { file, offset, what },
            Some(kind) => {
                DurableError::Io { operation: "read", file, source: io::Error::new(kind, what) }
            }
        }
    }
}

/// Whether a file has the name of a log.
fn is_log(file: &Path) -> bool {
    file.extension().is_some_and(|extension| extension == "wal")
}

impl fmt::Display for DurableError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        use DurableError::{
            AlreadyExists, Damaged, Empty, Foreign, Io, Locked, LogWithoutDatabase, NewerFormat,
            NotAFile, NotFound, NotStorable, OlderLog, Poisoned, ReadOnly, Refused, Stopped,
            StrangerLog, Unknown,
        };
        match self {
            Io { operation, file, source } => {
                write!(f, "could not {operation} {}: {source}", file.display())
            }
            NotFound { file } => write!(f, "there is no database at {}", file.display()),
            AlreadyExists { file } => {
                write!(f, "{} exists already; name a file that does not", file.display())
            }
            NotAFile { file, is } => {
                write!(f, "{} is {is}, not a Dossier database", file.display())
            }
            Empty { file } if is_log(file) => write!(
                f,
                "{} is empty, not the log of a database; move it away to open the last checkpoint",
                file.display()
            ),
            Empty { file } => write!(
                f,
                "{} is empty, not a Dossier database; remove it to create a new one there",
                file.display()
            ),
            Foreign { file } if is_log(file) => write!(
                f,
                "{} is not the log of a database; move it away to open the last checkpoint",
                file.display()
            ),
            Foreign { file } => write!(f, "{} is not a Dossier database", file.display()),
            NewerFormat { file, found, supported } => write!(
                f,
                "{} has format version {found}, this build of Dossier reads up to version {supported}; \
                 open it with a newer one",
                file.display()
            ),
            Stopped { file } => {
                write!(f, "the checkpoint of {} was stopped before it was done", file.display())
            }
            OlderLog { file, version } => write!(
                f,
                "{} is of format version {version} and takes no commits of a newer one; a checkpoint \
                 has to come first",
                file.display()
            ),
            Damaged { file, offset, what } => write!(
                f,
                "{} is damaged at byte {offset}: {what}; nothing was changed. `dossier check` shows \
                 what is sound, `dossier recover` saves it to a new file",
                file.display()
            ),
            LogWithoutDatabase { file, log } => write!(
                f,
                "{} holds commits of a database, but {} is missing; put the database file back \
                 beside its log, or move the log away to start anew",
                log.display(),
                file.display()
            ),
            StrangerLog { file, log } => write!(
                f,
                "{} is the log of another database than {}; put the right log in its place, or move \
                 it away to open the last checkpoint",
                log.display(),
                file.display()
            ),
            Locked { file, holder: Some(holder) } if *holder == std::process::id() => {
                write!(f, "{} is already open for writing in this process", file.display())
            }
            Locked { file, holder: Some(holder) } => write!(
                f,
                "{} is open for writing in process {holder}; close it there, or open read-only here",
                file.display()
            ),
            Locked { file, holder: None } => write!(
                f,
                "{} is open for writing elsewhere, perhaps under another of its names; close it there, or open read-only here",
                file.display()
            ),
            ReadOnly { file } => write!(f, "{} was opened read-only", file.display()),
            Unknown { file, operation, source } => write!(
                f,
                "could not {operation} {}: {source}; whether the change is on disk shows when the \
                 database is opened again, until then it takes no more writes",
                file.display()
            ),
            Poisoned { file, cause } => write!(
                f,
                "{} takes no more writes until it is opened again, because: {cause}",
                file.display()
            ),
            NotStorable { what } => write!(f, "{what} cannot be stored"),
            Refused { file, offset, what } => write!(
                f,
                "the changes at byte {offset} of {} do not fit the graph before them: {what}",
                file.display()
            ),
        }
    }
}

impl std::error::Error for DurableError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            DurableError::Io { source, .. } | DurableError::Unknown { source, .. } => Some(source),
            _ => None,
        }
    }
}
