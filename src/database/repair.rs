//! What can be said of, and saved from, a damaged database file.

use super::Error;
use crate::durable::{self, CheckReport, FileStorage, SalvageReport};
use std::path::Path;
use std::sync::Arc;

/// Reads a database to its last byte and names what is wrong with it; changes nothing.
///
/// # Errors
/// [`Error::Storage`] where the files cannot be read, or are no database at all.
pub fn check(path: impl AsRef<Path>) -> Result<CheckReport, Error> {
    Ok(durable::check(Arc::new(FileStorage), path.as_ref())?)
}

/// Builds a new database at `to` from all that verifies in the one at `from`, which
/// is not changed.
///
/// # Errors
/// [`Error::Storage`] where there is something at `to` already, or reading and writing
/// fail.
pub fn recover(from: impl AsRef<Path>, to: impl AsRef<Path>) -> Result<SalvageReport, Error> {
    Ok(durable::salvage_graph(Arc::new(FileStorage), from.as_ref(), to.as_ref())?)
}
