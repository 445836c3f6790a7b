//! Reading what lies outside of the database: the CSV files of LOAD CSV and of imports.
//!
//! A query cannot open a file by itself. Whoever runs it hands a [`FileAccess`] along,
//! which decides what a name stands for and whether it may be read: nothing at all
//! ([`NoFiles`]), the files of this machine or of one folder ([`LocalFiles`]), or whatever an
//! embedding program likes. What is opened is read from its beginning to its end, a
//! buffer at a time ([`CsvReader`]), and never held as a whole.
//!
//! ```text
//! location ─ FileAccess ─► bytes ─ CsvReader ─► fields ─ CsvTable ─► maps or lists
//! ```

mod access;
mod csv;
mod field;
mod header;
mod local;
mod table;

pub use access::{FileAccess, FileError, NoFiles, OpenedFile};
pub use csv::{CsvReader, CsvRow};
pub(crate) use field::shortened;
pub use field::{FieldType, Inference};
pub use header::{Column, Rows, read_header};
pub use local::LocalFiles;
pub use table::CsvTable;
