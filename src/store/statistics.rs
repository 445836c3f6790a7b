//! Statistics: counts that travel with the version, exact at any time.

use super::adjacency::TypeAdjacency;
use super::table::ChunkTable;
use super::{Direction, Graph, LabelId, TypeId};
use std::sync::Arc;

/// Counts that are kept up by every change.
#[derive(Clone, Debug, Default)]
pub(crate) struct Counts {
    pub(crate) nodes: u64,
    pub(crate) relationships: u64,
    /// Nodes by label id; labels past the end have none.
    pub(crate) labels: Arc<Vec<u64>>,
}

impl Counts {
    /// Forgets the labels from this id on, which no node has.
    pub(crate) fn truncate(&mut self, labels: u32) {
        if self.labels.len() > labels as usize {
            Arc::make_mut(&mut self.labels).truncate(labels as usize);
        }
    }

    pub(crate) fn adjust_label(&mut self, label: LabelId, by: i64) {
        let labels = Arc::make_mut(&mut self.labels);
        let place = label.0 as usize;
        if labels.len() <= place {
            labels.resize(place + 1, 0);
        }
        labels[place] = labels[place].saturating_add_signed(by);
    }
}

/// What the optimiser may ask of a version; every answer costs O(1), or a
/// search among the labels of one relationship type.
#[derive(Clone, Copy, Debug)]
pub struct Statistics<'a> {
    counts: &'a Counts,
    types: &'a ChunkTable<TypeAdjacency>,
}

impl<'a> Statistics<'a> {
    pub(crate) fn of(graph: &'a Graph) -> Self {
        Statistics { counts: &graph.counts, types: &graph.types }
    }

    /// Nodes of the version.
    pub fn nodes(&self) -> u64 {
        self.counts.nodes
    }

    /// Relationships of the version.
    pub fn relationships(&self) -> u64 {
        self.counts.relationships
    }

    /// Nodes with a label.
    pub fn nodes_with_label(&self, label: LabelId) -> u64 {
        self.counts.labels.get(label.0 as usize).copied().unwrap_or(0)
    }

    /// Relationships of a type.
    pub fn relationships_of_type(&self, kind: TypeId) -> u64 {
        self.types.resident(kind.0 as usize).map_or(0, |adjacency| adjacency.count)
    }

    /// Relationships of a type that start (`Outgoing`) or end (`Incoming`) at
    /// nodes with a label.
    pub fn relationships_at_label(
        &self,
        label: LabelId,
        kind: TypeId,
        direction: Direction,
    ) -> u64 {
        let Some(adjacency) = self.types.resident(kind.0 as usize) else { return 0 };
        match adjacency.degrees.binary_search_by_key(&label.0, |entry| entry.0) {
            Ok(place) => match direction {
                Direction::Outgoing => adjacency.degrees[place].1,
                Direction::Incoming => adjacency.degrees[place].2,
            },
            Err(_) => 0,
        }
    }

    /// The labels of the nodes at which relationships of a type start (`Outgoing`) or end
    /// (`Incoming`), each with how many of them do.
    pub fn labels_at(
        &self,
        kind: TypeId,
        direction: Direction,
    ) -> impl Iterator<Item = (LabelId, u64)> + 'a {
        let degrees = self.types.resident(kind.0 as usize).map(|types| &types.degrees);
        degrees.into_iter().flat_map(|all| all.iter()).filter_map(move |(label, out, into)| {
            let count = if direction == Direction::Outgoing { *out } else { *into };
            (count > 0).then_some((LabelId(*label), count))
        })
    }

    /// Whether all relationships of a type start (`Outgoing`) or end (`Incoming`) at nodes with
    /// a label. Of a version that shows a part of another, `false` may mean that nobody knows.
    pub fn all_at_label(&self, label: LabelId, kind: TypeId, direction: Direction) -> bool {
        // In a part of a graph the counts by label are those of the whole.
        let all =
            self.types.resident(kind.0 as usize).map_or(0, |types| types.count + types.hidden);
        self.relationships_at_label(label, kind, direction) == all
    }
}
