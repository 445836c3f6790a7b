//! A result's subgraph as a Graphviz graph.

use super::notice;
use dossier::QueryResult;
use dossier::export::{Subgraph, dot};

/// The DOT text of the nodes, relationships and paths of a result; says so where
/// there are none.
pub(crate) fn text(result: &QueryResult) -> String {
    let subgraph = Subgraph::from_rows(&result.rows, &result.graph);
    if subgraph.is_empty() {
        notice("the result holds no nodes, relationships or paths: the picture is empty");
    }
    dot::write(&subgraph, &dot::DotOptions::default())
}
