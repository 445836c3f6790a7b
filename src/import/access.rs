//! Who may read which files: the trait by which a query opens one.

use crate::value::{ErrorClass, ErrorCode, EvaluationError};
use std::fmt;
use std::io::{self, Read, Write};
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

    /// Opens what a query calls `location`, which is opened again later: an import and COPY look
    /// at all fields of a file before they read its rows. Without this it is opened as ever.
    ///
    /// # Errors
    /// It may not be read, cannot be, or can be read only once.
    fn open_again(&self, location: &str) -> Result<OpenedFile, FileError> {
        self.open(location)
    }

    /// Opens what a query calls `location` to be read in any order, as Parquet files are. Without
    /// this the file is read into memory as a whole.
    ///
    /// # Errors
    /// It may not be read, or cannot be.
    fn open_at(&self, location: &str) -> Result<Arc<dyn ReadAt>, FileError> {
        let mut bytes = Vec::new();
        let read = self.open(location)?.reader.read_to_end(&mut bytes);
        read.map_err(|error| {
            FileError::Unreadable(format!("`{location}` cannot be read: {error}"))
        })?;
        Ok(Arc::new(bytes))
    }

    /// Makes the file that a query calls `location`, in the place of one that is there. Without
    /// this none is made.
    ///
    /// # Errors
    /// It may not be written, or cannot be.
    fn create(&self, location: &str) -> Result<Box<dyn CreatedFile>, FileError> {
        Err(FileError::Denied(format!(
            "`{location}` cannot be written: queries may only read files here"
        )))
    }
}

/// Bytes of a file, in any order.
pub trait ReadAt: Send + Sync {
    /// How many there are.
    fn length(&self) -> u64;

    /// Reads some from an offset on into the buffer, and tells how many; none at the end.
    ///
    /// # Errors
    /// They cannot be read.
    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<usize>;
}

impl ReadAt for Vec<u8> {
    fn length(&self) -> u64 {
        self.len() as u64
    }

    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<usize> {
        let rest = usize::try_from(offset).ok().and_then(|offset| self.get(offset..));
        rest.unwrap_or_default().read(buffer)
    }
}

/// A file that is being made. Whoever drops it before it is finished leaves what was there.
pub trait CreatedFile: Write + Send {
    /// All is written: from now on the file is there under its name.
    ///
    /// # Errors
    /// It cannot be put there; what was there is left.
    fn finish(self: Box<Self>) -> io::Result<()>;
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
    /// Queries may not read it, or not write it.
    Denied(String),
    /// It is not there, or cannot be read.
    Unreadable(String),
    /// It cannot be made.
    Unwritable(String),
}

impl From<FileError> for EvaluationError {
    fn from(error: FileError) -> Self {
        let (code, message) = match error {
            FileError::Denied(message) => (ErrorCode::FileAccessDenied, message),
            FileError::Unreadable(message) => (ErrorCode::FileNotReadable, message),
            FileError::Unwritable(message) => (ErrorCode::FileNotWritable, message),
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

    fn create(&self, location: &str) -> Result<Box<dyn CreatedFile>, FileError> {
        Err(FileError::Denied(format!(
            "`{location}` cannot be written: queries may not write files here, unless whoever opens the database allows it"
        )))
    }
}
