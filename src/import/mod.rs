//! What lies outside of the database: the files that LOAD CSV, COPY and imports read, and those
//! that COPY writes.
//!
//! A query cannot open a file by itself. Whoever runs it hands a [`FileAccess`] along,
//! which decides what a name stands for and whether it may be read: nothing at all
//! ([`NoFiles`]), the files of this machine or of one folder ([`LocalFiles`]), or whatever an
//! embedding program likes. What is opened is read from its beginning to its end, a
//! buffer at a time ([`CsvReader`]), and never held as a whole; what is packed with gzip is
//! unpacked on the way.
//!
//! ```text
//! location ─ FileAccess ─► bytes ─ CsvReader ─► fields ─ CsvTable ─► maps or lists
//!                            └─ gzip ─►┤
//!                                      └ TextFile ──► text
//! ```

mod access;
mod csv;
mod field;
mod format;
mod gzip;
mod header;
mod local;
#[cfg(feature = "parquet")]
mod parquet;
#[cfg(not(feature = "parquet"))]
#[path = "without_parquet.rs"]
mod parquet;
mod signature;
mod table;
mod text;
mod write;

pub use access::{CreatedFile, FileAccess, FileError, NoFiles, OpenedFile, ReadAt};
pub use csv::{CsvReader, CsvRow};
pub(crate) use field::shortened;
pub use field::{FieldType, Inference};
pub use format::{FileFormat, Format};
pub use header::{Column, Rows, names_ends, read_header};
pub use local::LocalFiles;
pub use parquet::{ParquetReader, parquet_writer};
pub use table::CsvTable;
pub(crate) use table::separator_within;
pub(crate) use text::TextFile;
pub use write::{TableWriter, csv_writer};
