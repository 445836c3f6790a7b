//! A result's subgraph as a Graphviz graph.

use super::notice;
use dossier::export::{Subgraph, dot};
use dossier::{Error, QueryResult};

/// The DOT text of the nodes, relationships and paths of a result, and of what its rows rest
/// on, where that was asked: the statements, the claims about them, the sources. Says so
/// where there is nothing.
///
/// # Errors
/// A part of the file cannot be read.
pub(crate) fn text(result: &QueryResult) -> Result<String, Error> {
    let subgraph = match result.support_graph() {
        None => Subgraph::from_rows(&result.rows, &result.graph),
        Some(whole) => {
            let mut rows = result.rows.clone();
            for number in 0..result.rows.len() {
                rows.push(result.support(number)?.unwrap_or_default().elements());
            }
            Subgraph::from_rows(&rows, whole)
        }
    };
    if subgraph.is_empty() {
        notice("the result holds no nodes, relationships or paths: the picture is empty");
    }
    let legend = result.support_graph().is_some();
    Ok(dot::write(&subgraph, &dot::DotOptions { legend, ..dot::DotOptions::default() }))
}
