//! Copies of a database: the last whole commit in a file of its own.
//!
//! A copy is written as a checkpoint is, from a version and a history that stay what they
//! are while others commit. It gets its name only after it was read again to its last byte,
//! so that whatever has the name is whole.

use super::checkpoint::Checkpoint;
use super::checkpoint_writer::Contents;
use super::error::DurableError;
use super::graph_file::load_graph;
use super::header::Header;
use super::history::History;
use super::opening;
use super::storage::{Access, Storage, with_suffix};
use super::{check, database_file::OpenMode};
use crate::store::{Budget, Graph};
use std::path::Path;
use std::sync::Arc;
use uuid::Uuid;

/// What is to be copied.
#[derive(Clone, Copy, Debug)]
pub struct Copy<'a> {
    /// The version.
    pub graph: &'a Graph,
    /// The history that leads to it; what it holds of later commits is left out.
    pub history: &'a History,
    /// UUID and generation of the database, where it has a file.
    pub identity: Option<(Uuid, u64)>,
}

/// Memory that reading the copy again may take, in bytes.
const VERIFYING: u64 = 64 << 20;

/// Writes a copy to a new file; its length in bytes.
///
/// # Errors
///
/// `AlreadyExists` where there is something at that path; what reading and writing raise.
pub fn backup_graph(
    storage: Arc<dyn Storage>,
    to: &Path,
    copy: &Copy<'_>,
) -> Result<u64, DurableError> {
    let to = storage.canonical(to).map_err(|e| DurableError::io("find", to, e))?;
    must_be_free(&*storage, &to)?;
    let (uuid, generation) = copy.identity.unwrap_or_else(|| (Uuid::new_v4(), 1));
    let (sequence, time) = copy.graph.last_commit();
    let header = Header::database(uuid, generation, sequence);
    let oldest = copy.history.oldest();
    let contents = Contents {
        header: &header,
        time,
        graph: copy.graph,
        history: Some(copy.history),
        oldest: if oldest.0 > sequence { (sequence, time) } else { oldest },
        commit: None,
        stops: &|| false,
    };
    let budget = Budget::new(VERIFYING);
    let new = with_suffix(&to, ".new");
    let written = opening::write_checkpoint(&*storage, &to, None, &contents, &budget)
        .and_then(|written| verify(&storage, &new).map(|()| written.length))
        .and_then(|length| must_be_free(&*storage, &to).map(|()| length));
    if written.is_err() {
        opening::remove_leftovers(&*storage, &to);
    }
    let length = written?;
    opening::put_checkpoint_in_place(&*storage, &to)?;
    Ok(length)
}

fn must_be_free(storage: &dyn Storage, to: &Path) -> Result<(), DurableError> {
    for file in [to.to_path_buf(), with_suffix(to, ".wal")] {
        if storage.kind(&file).map_err(|e| DurableError::io("look at", &file, e))?.is_some() {
            return Err(DurableError::AlreadyExists { file });
        }
    }
    Ok(())
}

/// Reads a file to its last byte, and holds what it says against itself.
fn verify(storage: &Arc<dyn Storage>, file: &Path) -> Result<(), DurableError> {
    let open = storage.open(file, Access::Read).map_err(|e| DurableError::io("open", file, e))?;
    if let Some(fault) = Checkpoint::open(open, file)?.faults(file)?.into_iter().next() {
        return Err(fault);
    }
    let (graph, opened, _) = load_graph(storage.clone(), file, OpenMode::ReadOnly)?;
    opened.budget().set_limit(VERIFYING);
    match check::contradictions(&graph)?.into_iter().next() {
        None => Ok(()),
        Some(what) => Err(DurableError::Refused { file: file.to_path_buf(), offset: 0, what }),
    }
}
