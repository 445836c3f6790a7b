//! Parquet files, as far as tables go: columns of simple values, and lists of these.
//!
//! ```text
//! file ─ ReadAt ─► pages of a row group ─► batches of columns of values
//! ```
//!
//! A file is read page by page, a batch of rows at a time, and written a row group at a time. The
//! crate's arrow interface would add half of the build; its column interface is enough here.

mod column;
mod read;
mod write;

pub use read::ParquetReader;
pub use write::parquet_writer;

use crate::import::csv::invalid;
use crate::value::EvaluationError;

/// Does what may meet a damaged file: where the crate panics, the file is told to be damaged.
fn guarded<T>(
    name: &str,
    act: impl FnOnce() -> Result<T, EvaluationError>,
) -> Result<T, EvaluationError> {
    // What the closure was changing is not looked at again after a failure.
    std::panic::catch_unwind(std::panic::AssertUnwindSafe(act))
        .unwrap_or_else(|_| Err(unfit(name, "it is damaged")))
}

/// A file that is no Parquet as it must be.
fn unfit(name: &str, what: impl std::fmt::Display) -> EvaluationError {
    invalid(format!("`{name}` cannot be read as Parquet: {what}"))
}
