//! The wide error of the library's face.

use crate::durable::DurableError;
use crate::syntax::diagnostic::{Diagnostic, Diagnostics};
use std::fmt;

/// Why a call on a database failed.
#[derive(Debug)]
#[non_exhaustive]
pub enum Error {
    /// The query: its text, its meaning, or what happened while it ran. The graph is
    /// as it was before the statement. Independent errors are told together.
    Query(Box<Diagnostics>),
    /// The file: it cannot be opened, read or written, or it is damaged.
    Storage(DurableError),
    /// Another transaction has been writing for longer than the busy timeout.
    Busy {
        /// How long this one waited.
        waited: std::time::Duration,
    },
    /// A row does not fit the type that it was to be read into.
    Deserialize(String),
    /// Files cannot be imported: what is wrong, with file and line. Nothing was.
    Import(String),
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::Query(diagnostic) => write!(f, "{}", diagnostic.message),
            Error::Storage(error) => write!(f, "{error}"),
            Error::Busy { waited } => {
                write!(
                    f,
                    "another transaction of this process is still writing after {waited:.1?}; commit it or roll it back first"
                )
            }
            Error::Import(what) => write!(f, "{what}"),
            Error::Deserialize(what) => write!(f, "a row does not fit the wanted type: {what}"),
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Error::Storage(error) => Some(error),
            _ => None,
        }
    }
}

impl From<Diagnostic> for Error {
    fn from(diagnostic: Diagnostic) -> Self {
        Diagnostics::from(diagnostic).into()
    }
}

impl From<Diagnostics> for Error {
    fn from(diagnostics: Diagnostics) -> Self {
        Error::Query(Box::new(diagnostics))
    }
}

impl From<DurableError> for Error {
    fn from(error: DurableError) -> Self {
        Error::Storage(error)
    }
}
