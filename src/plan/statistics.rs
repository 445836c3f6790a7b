//! What the planner asks of a graph version: how many.
//!
//! Only counts come in here, never data, so that planning cannot touch the graph.

use std::sync::Arc;

/// Counts of a graph version.
pub trait Statistics {
    /// Nodes in all.
    fn nodes(&self) -> f64;
    /// Nodes with a label; 0 for a label that does not exist.
    fn nodes_with(&self, label: &str) -> f64;
    /// Relationships in all.
    fn relationships(&self) -> f64;
    /// Relationships of a type; 0 for a type that does not exist.
    fn relationships_of(&self, kind: &str) -> f64;
}

/// The rows of a scan over all the labels: the rarest of them bounds it.
pub(super) fn scan_rows(statistics: &dyn Statistics, labels: &[Arc<str>]) -> f64 {
    labels.iter().map(|label| statistics.nodes_with(label)).fold(statistics.nodes(), f64::min)
}

/// The relationships of any of the types.
pub(super) fn relationship_rows(statistics: &dyn Statistics, types: &[Arc<str>]) -> f64 {
    if types.is_empty() {
        statistics.relationships()
    } else {
        types.iter().map(|kind| statistics.relationships_of(kind)).sum()
    }
}

/// The share of nodes that have all the labels.
pub(super) fn label_selectivity(statistics: &dyn Statistics, labels: &[Arc<str>]) -> f64 {
    (scan_rows(statistics, labels) / statistics.nodes().max(1.0)).clamp(1e-9, 1.0)
}
