//! The counts of a graph version, as the planner asks for them: by name, and never for data.

use crate::plan::operator::Asked;
use crate::plan::statistics::{IndexCounts, IndexInfo, Statistics};
use crate::store::{self, Graph, SchemaTarget};
use crate::syntax::ast::{Direction, EndKind};
use std::cell::RefCell;
use std::sync::Arc;

/// The counts of a version, as the planner asks for them.
pub(super) struct GraphStatistics<'a> {
    graph: &'a Graph,
    /// Answers that hold for this very version.
    asked: RefCell<Vec<Asked>>,
    /// Whether the version is another one while the plan runs: there are no such answers then.
    changes: bool,
}

impl<'a> GraphStatistics<'a> {
    pub(super) fn of(graph: &'a Graph) -> Self {
        GraphStatistics { graph, asked: RefCell::default(), changes: false }
    }

    /// The same for a plan that changes the graph, or does not.
    pub(super) fn changing(self, changes: bool) -> Self {
        GraphStatistics { changes, ..self }
    }

    /// What the plan rests on.
    pub(super) fn into_asked(self) -> Vec<Asked> {
        self.asked.into_inner()
    }
}

/// Whether a version would give the same answers.
pub(super) fn answers_hold(graph: &Graph, asked: &[Asked]) -> bool {
    let now = |name: &str| graph.index(name).map(|index| graph.identifies(index));
    asked.iter().all(|it| now(&it.index) == Some(it.identifies))
}

impl Statistics for GraphStatistics<'_> {
    fn nodes(&self) -> f64 {
        self.graph.statistics().nodes() as f64
    }

    fn nodes_with(&self, label: &str) -> f64 {
        self.graph
            .catalog()
            .label_id(label)
            .map_or(0.0, |id| self.graph.statistics().nodes_with_label(id) as f64)
    }

    fn relationships(&self) -> f64 {
        self.graph.statistics().relationships() as f64
    }

    fn types(&self) -> usize {
        self.graph.types_in_use().count()
    }

    fn relationships_of(&self, kind: &str) -> f64 {
        self.graph
            .catalog()
            .type_id(kind)
            .map_or(0.0, |id| self.graph.statistics().relationships_of_type(id) as f64)
    }

    fn relationships_at(&self, label: &str, kind: &str, direction: Direction) -> Option<f64> {
        let (catalog, statistics) = (self.graph.catalog(), self.graph.statistics());
        let (Some(label), Some(kind)) = (catalog.label_id(label), catalog.type_id(kind)) else {
            return Some(0.0);
        };
        let at = |direction| statistics.relationships_at_label(label, kind, direction) as f64;
        Some(match direction {
            Direction::Outgoing => at(store::Direction::Outgoing),
            Direction::Incoming => at(store::Direction::Incoming),
            Direction::Either => at(store::Direction::Outgoing) + at(store::Direction::Incoming),
        })
    }

    fn labels_at(&self, kind: &str, direction: Direction) -> Vec<(Arc<str>, f64)> {
        let (catalog, statistics) = (self.graph.catalog(), self.graph.statistics());
        let Some(kind) = catalog.type_id(kind) else { return Vec::new() };
        let directions: &[store::Direction] = match direction {
            Direction::Outgoing => &[store::Direction::Outgoing],
            Direction::Incoming => &[store::Direction::Incoming],
            Direction::Either => &[store::Direction::Outgoing, store::Direction::Incoming],
        };
        let labels = directions.iter().flat_map(|at| statistics.labels_at(kind, *at));
        labels.map(|(label, count)| (catalog.label_name(label).clone(), count as f64)).collect()
    }

    fn indexes(&self, kind: EndKind, label: &str) -> Vec<IndexInfo> {
        let (graph, catalog) = (self.graph, self.graph.catalog());
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

    fn identifies(&self, label: &str, key: &str) -> bool {
        let catalog = self.graph.catalog();
        let (Some(label), Some(key)) = (catalog.label_id(label), catalog.key_id(key)) else {
            return false;
        };
        if self.changes {
            return false;
        }
        let about =
            self.graph.indexes().iter().filter(|index| {
                index.target() == SchemaTarget::Label(label) && index.keys() == [key]
            });
        for index in about {
            let (name, identifies) = (index.name(), self.graph.identifies(index));
            let mut asked = self.asked.borrow_mut();
            if asked.iter().all(|known| known.index != *name) {
                asked.push(Asked { index: name.clone(), identifies });
            }
            if identifies {
                return true;
            }
        }
        false
    }

    fn index_counts(&self, name: &str) -> IndexCounts {
        let totals = self.graph.index(name).map(|index| self.graph.index_totals(index));
        let (entries, distinct) = totals.unwrap_or_default();
        IndexCounts { entries: entries as f64, distinct: distinct as f64 }
    }
}
