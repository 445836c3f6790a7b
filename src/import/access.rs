//! Who may read which files: the trait by which a query opens one.

use crate::value::{ErrorClass, ErrorCode, EvaluationError};
use std::fmt;
use std::io::Read;
use std::sync::Arc;

/// Opens the files that queries name.
///
/// ```
/// use dossier::import::{FileAccess, FileError, OpenedFile};
///
/// /// One file, whatever it is called.
/// #[derive(Debug)]
/// struct Only(&'static str);
///
/// impl FileAccess for Only {
///     fn open(&self, location: &str) -> Result<OpenedFile, FileError> {
///         Ok(OpenedFile { name: location.into(), length: None, reader: Box::new(self.0.as_bytes()) })
///     }
/// }
///
/// let db = dossier::Database::in_memory();
/// let result = db
///     .query("LOAD CSV WITH HEADERS FROM 'people' AS row RETURN row.name")
///     .files(std::sync::Arc::new(Only("name\nLi Chenggang\n")))
///     .run()?;
/// assert_eq!(result.single().and_then(|value| value.as_str()), Some("Li Chenggang"));
/// # Ok::<(), dossier::Error>(())
/// ```
pub trait FileAccess: fmt::Debug + Send + Sync {
    /// Opens what a query calls `location`.
    ///
    /// # Errors
    /// It may not be read, or cannot be.
    fn open(&self, location: &str) -> Result<OpenedFile, FileError>;
}

/// A file that was opened.
pub struct OpenedFile {
    /// What `file()` gives: its full path, most often. Errors call it as the query does.
    pub name: Arc<str>,
    /// How many bytes it has, where that is known.
    pub length: Option<u64>,
    /// Its bytes from the beginning on. It need not be buffered.
    pub reader: Box<dyn Read + Send>,
}

impl fmt::Debug for OpenedFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OpenedFile").field("name", &self.name).finish_non_exhaustive()
    }
}

/// Why a file was not opened: one sentence for people that names it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum FileError {
    /// Queries may not read it.
    Denied(String),
    /// It is not there, or cannot be read.
    Unreadable(String),
}

impl From<FileError> for EvaluationError {
    fn from(error: FileError) -> Self {
        let (code, message) = match error {
            FileError::Denied(message) => (ErrorCode::FileAccessDenied, message),
            FileError::Unreadable(message) => (ErrorCode::FileNotReadable, message),
        };
        EvaluationError::new(ErrorClass::ExternalResourceError, code, message)
    }
}

/// No files at all: what a query gets where nobody says otherwise.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoFiles;

impl FileAccess for NoFiles {
    fn open(&self, location: &str) -> Result<OpenedFile, FileError> {
        Err(FileError::Denied(format!(
            "`{location}` cannot be read: queries may not read files here, unless whoever opens the database allows it"
        )))
    }
}
