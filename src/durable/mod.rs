//! The durable store: one file, its log, and what survives a power cut.
//!
//! The only room that touches the disk, and only through [`Storage`].
//! [`DatabaseFile::open`] hands what it finds to a [`Replay`]: the checkpoint as a
//! graph whose chunks are read when they are first touched, and the changes of the
//! commits since; [`DatabaseFile::append`] takes the changes of a commit,
//! [`DatabaseFile::checkpoint`] a whole version. The byte maps of both files are in
//! docs/format.md.
//!
//! Promises: an acknowledged commit is there after a crash; a commit that was
//! refused is not; what exists is never treated as empty; damage is never
//! repaired silently.

mod backup;
mod bits;
mod check;
mod check_indexes;
mod checkpoint;
mod checkpoint_writer;
mod chunk_codec;
mod chunk_file;
mod codec;
mod column;
mod column_zone;
mod database_file;
mod encoding;
mod error;
mod faulty_storage;
mod file_storage;
mod graph_file;
mod header;
mod history;
mod history_search;
mod in_order;
mod index_codec;
mod index_writer;
mod log;
mod manifest;
mod memory_storage;
mod opening;
mod pack;
mod power_loss;
mod preamble;
mod record;
mod record_reader;
mod room;
mod salvage;
mod salvage_sections;
mod scratch;
mod section;
mod shelf;
mod source;
mod storage;
mod stored_schema;
mod tail;
mod undoing;
mod version_one;
mod volume;

pub use backup::{Copy, backup_graph};
pub use database_file::{DatabaseFile, OpenMode, RecoveryReport, Synchronous};
pub use error::DurableError;
pub use faulty_storage::{Fault, FaultyStorage};
pub use file_storage::FileStorage;
pub use graph_file::{Rewound, load_graph, refresh_graph, rewind_graph};
pub use header::FORMAT_VERSION;
pub use history::{Commit, History, Rewind, Step};
pub use log::LogSync;
pub use memory_storage::{MemoryStorage, Unsynced};
pub use power_loss::Survival;
pub use record::CommitRecord;
pub use salvage::{CheckReport, SalvageReport, check, salvage_graph};
pub use source::{CommitInfo, Refusal, Replay};
pub use storage::{Access, EntryKind, LockOutcome, Storage, StorageFile, StorageLock};
pub use tail::Refresh;

#[cfg(test)]
mod golden_kinds;
#[cfg(test)]
mod golden_tests;
