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
    let opened = DatabaseFile::open(storage, path, mode, &mut builder);
    // A change that does not fit because of damage is damage.
    let graph = builder.finish()?;
    let (file, report) = opened?;
    Ok((graph, file, report))
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
    // Damage that is met now is no damage for ever.
    let mut builder = Builder(Writer::new(Arc::new(graph.watched())));
    let refreshed = file.refresh(&mut builder);
    let advanced = builder.finish()?;
    match refreshed? {
        Refresh::UpToDate => Ok(graph.clone()),
        Refresh::Advanced(_) => Ok(advanced),
        Refresh::Reopen => {
            let (graph, reopened, _) =
                load_graph(file.storage.clone(), &file.path, OpenMode::ReadOnly)?;
            reopened.budget().set_limit(file.budget().limit());
            *file = reopened;
            Ok(graph)
        }
    }
}

struct Builder(Writer);

impl Builder {
    /// The version, unless a part of the file was needed that cannot be read.
    fn finish(self) -> Result<Arc<Graph>, DurableError> {
        let graph = self.0.finish().0;
        match graph.damage() {
            None => Ok(graph),
            Some(damage) => Err(damage.into()),
        }
    }
}

impl Replay for Builder {
    fn base(&mut self, graph: Graph) -> Result<(), Refusal> {
        self.0 = Writer::new(Arc::new(graph));
        Ok(())
    }

    fn apply(&mut self, change: Change) -> Result<(), Refusal> {
        self.0.apply(&change).map_err(|error| Refusal(error.to_string()))
    }
}
