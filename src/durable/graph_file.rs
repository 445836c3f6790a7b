//! Between the file and the graph: loading a version, and following a writer.

use super::database_file::{DatabaseFile, OpenMode, RecoveryReport};
use super::error::DurableError;
use super::source::{Refusal, Replay};
use super::storage::Storage;
use super::tail::Refresh;
use crate::store::change::Change;
use crate::store::{Graph, Writer};
use std::path::Path;
use std::sync::Arc;

/// Opens a database and builds its last committed version.
///
/// # Errors
///
/// See [`DatabaseFile::open`].
pub fn load_graph(
    storage: Arc<dyn Storage>,
    path: &Path,
    mode: OpenMode,
) -> Result<(Arc<Graph>, DatabaseFile, RecoveryReport), DurableError> {
    let mut builder = Builder(Writer::new(Arc::new(Graph::new())));
    let (file, report) = DatabaseFile::open(storage, path, mode, &mut builder)?;
    Ok((builder.0.finish().0, file, report))
}

/// Brings a reader's version up to what a writer has committed since; the same
/// version when that is nothing. When the writer has left the reader too far
/// behind, the database is loaded again.
///
/// # Errors
///
/// See [`DatabaseFile::open`]; the version at hand stays good.
pub fn refresh_graph(
    file: &mut DatabaseFile,
    graph: &Arc<Graph>,
) -> Result<Arc<Graph>, DurableError> {
    let mut builder = Builder(Writer::new(graph.clone()));
    match file.refresh(&mut builder)? {
        Refresh::UpToDate => Ok(graph.clone()),
        Refresh::Advanced(_) => Ok(builder.0.finish().0),
        Refresh::Reopen => {
            let (graph, reopened, _) =
                load_graph(file.storage.clone(), &file.path, OpenMode::ReadOnly)?;
            *file = reopened;
            Ok(graph)
        }
    }
}

struct Builder(Writer);

impl Replay for Builder {
    fn apply(&mut self, change: Change) -> Result<(), Refusal> {
        self.0.apply(&change).map_err(|error| Refusal(error.to_string()))
    }
}
