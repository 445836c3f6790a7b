//! The counts of a graph version, as the planner asks for them: by name, and never for data.

use crate::plan::statistics::{IndexCounts, IndexInfo, Statistics};
use crate::store::{Graph, SchemaTarget};
use crate::syntax::ast::EndKind;

/// The counts of a version, as the planner asks for them.
pub(super) struct GraphStatistics<'a>(pub(super) &'a Graph);

impl Statistics for GraphStatistics<'_> {
    fn nodes(&self) -> f64 {
        self.0.statistics().nodes() as f64
    }

    fn nodes_with(&self, label: &str) -> f64 {
        self.0
            .catalog()
            .label_id(label)
            .map_or(0.0, |id| self.0.statistics().nodes_with_label(id) as f64)
    }

    fn relationships(&self) -> f64 {
        self.0.statistics().relationships() as f64
    }

    fn relationships_of(&self, kind: &str) -> f64 {
        self.0
            .catalog()
            .type_id(kind)
            .map_or(0.0, |id| self.0.statistics().relationships_of_type(id) as f64)
    }

    fn indexes(&self, kind: EndKind, label: &str) -> Vec<IndexInfo> {
        let (graph, catalog) = (self.0, self.0.catalog());
        let target = match kind {
            EndKind::Node => catalog.label_id(label).map(SchemaTarget::Label),
            EndKind::Relationship => catalog.type_id(label).map(SchemaTarget::Type),
        };
        let unique = |name: &str| graph.constraints().iter().any(|owner| &*owner.name == name);
        let about = graph.indexes().iter().filter(|index| Some(index.target()) == target);
        about
            .map(|index| IndexInfo {
                name: index.name().clone(),
                keys: index.keys().iter().map(|key| catalog.key_name(*key).clone()).collect(),
                unique: unique(index.name()),
            })
            .collect()
    }

    fn index_counts(&self, name: &str) -> IndexCounts {
        let totals = self.0.index(name).map(|index| self.0.index_totals(index));
        let (entries, distinct) = totals.unwrap_or_default();
        IndexCounts { entries: entries as f64, distinct: distinct as f64 }
    }
}
