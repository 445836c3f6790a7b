//! `dossier dump`: the whole graph as a script.

use super::failure::Failure;
use super::session::Session;
use super::sink::Sink;
use dossier::export::dump;
use dossier::store::Graph;
use std::path::Path;

/// Writes the graph of a database to a file or to standard output.
///
/// # Errors
/// There is no such database, it cannot be opened, or the script cannot be written.
pub(crate) fn run(database: &Path, file: Option<&Path>) -> Result<(), Failure> {
    let session = Session::open(database, true)?;
    let graph = session.snapshot();
    match file {
        Some(file) => to_file(&graph, file),
        None => Ok(Sink::stdout().write(|out| dump::write(&graph, out))?),
    }
}

/// Writes the graph to a file, emptied if it exists.
///
/// # Errors
/// The file cannot be written.
pub(crate) fn to_file(graph: &Graph, file: &Path) -> Result<(), Failure> {
    let mut sink = Sink::file(file)?;
    sink.write(|out| dump::write(graph, out)).map_err(|error| Failure::file(file, &error))
}
