//! `dossier export` and `.export`: the whole graph as RDF.

use super::failure::Failure;
use super::session::Session;
use super::sink::Sink;
use dossier::export::rdf::{self, RdfFormat};
use dossier::rdf::Vocabulary;
use dossier::store::Graph;
use std::path::Path;

/// Writes the graph of a database to a file.
///
/// # Errors
/// What is asked for cannot be understood, there is no such database, it cannot be opened, or
/// the file cannot be written.
pub(crate) fn run(
    database: &Path,
    file: &Path,
    base: &str,
    prefixes: &[String],
) -> Result<(), Failure> {
    let vocabulary = vocabulary(base, prefixes).map_err(Failure::usage)?;
    let format = format(file).map_err(Failure::usage)?;
    let session = Session::open(database, true)?;
    to_file(&session.snapshot(), &vocabulary, format, file)
}

/// Writes a graph to a file, emptied if it exists.
///
/// # Errors
/// The file cannot be written.
pub(crate) fn to_file(
    graph: &Graph,
    vocabulary: &Vocabulary,
    format: RdfFormat,
    file: &Path,
) -> Result<(), Failure> {
    let mut sink = Sink::file(file)?;
    let done = sink.write(|out| rdf::write(graph, vocabulary, format, out));
    done.map_err(|error| Failure::file(file, &error))
}

/// The format of a file by its name.
///
/// # Errors
/// The name says none.
pub(crate) fn format(file: &Path) -> Result<RdfFormat, String> {
    RdfFormat::of_file(file).ok_or_else(|| {
        format!(
            "{}: the name of the file has to end in .ttl or .nt, which says its format",
            file.display()
        )
    })
}

/// The vocabulary of a base and prefixes as `NAME=IRI`.
///
/// # Errors
/// One of them is no such thing.
pub(crate) fn vocabulary(base: &str, prefixes: &[String]) -> Result<Vocabulary, String> {
    let parted = |text: &'_ String| {
        let parts = text.split_once('=').map(|(name, iri)| (name.to_owned(), iri.to_owned()));
        parts.ok_or_else(|| format!("`{text}` is no prefix: write NAME=IRI"))
    };
    let parted: Vec<_> = prefixes.iter().map(parted).collect::<Result<_, _>>()?;
    Vocabulary::new(base, parted.iter().map(|(name, iri)| (name.as_str(), iri.as_str())))
}
