//! The part of a graph that an algorithm is about, with its nodes numbered from 0.

use super::Names;
use crate::procedure::Call;
use crate::store::{Direction, Graph, LabelId, Rows, TypeId};
use crate::value::{EvaluationError, NodeId};

/// Nodes, and the types of the relationships between them.
pub(super) struct Projection {
    /// Their ids in the order of their numbers, which is that of the ids.
    nodes: Vec<u32>,
    /// By node id: its number, or `ABSENT`. Empty where numbers are ids.
    numbers: Vec<u32>,
    types: Vec<TypeId>,
    /// Whether the relationships lead to no other nodes, as far as statistics tell.
    closed: bool,
}

const ABSENT: u32 = u32::MAX;

impl Projection {
    /// The nodes that have any of the labels.
    ///
    /// # Complexity
    /// O(n) for n ids of nodes.
    pub(super) fn of(call: &Call<'_>, names: &Names) -> Result<Self, EvaluationError> {
        let graph = call.graph;
        let catalog = graph.catalog();
        let labels: Option<Vec<LabelId>> = names
            .labels
            .as_ref()
            .map(|labels| labels.iter().filter_map(|name| catalog.label_id(name)).collect());
        let types: Vec<TypeId> = match &names.types {
            Some(types) => {
                let mut types: Vec<_> =
                    types.iter().filter_map(|name| catalog.type_id(name)).collect();
                types.sort_unstable();
                types.dedup();
                types
            }
            None => catalog.types().map(|(id, _)| id).collect(),
        };
        let bound = graph.node_bound();
        (call.keep)(bound as usize * 8)?;
        let mut nodes = Vec::new();
        let mut add = |label: Option<LabelId>| {
            graph.node_chunks(label).for_each(|found| found.append_ids(&mut nodes));
        };
        match &labels {
            None => add(None),
            Some(labels) => {
                labels.iter().for_each(|&label| add(Some(label)));
                if labels.len() > 1 {
                    nodes.sort_unstable();
                    nodes.dedup();
                }
            }
        }
        let mut numbers = Vec::new();
        // They ascend: where none is left out before the last, each id is a number.
        if nodes.last().is_some_and(|&last| last as usize >= nodes.len()) {
            numbers = vec![ABSENT; bound as usize];
            for (number, node) in nodes.iter().enumerate() {
                numbers[*node as usize] = number as u32;
            }
        }
        let closed = labels.as_deref().is_none_or(|labels| is_closed(graph, labels, &types));
        Ok(Projection { nodes, numbers, types, closed })
    }

    /// How many nodes there are.
    pub(super) fn len(&self) -> usize {
        self.nodes.len()
    }

    /// The ids of the nodes in the order of their numbers.
    pub(super) fn into_ids(self) -> Vec<u32> {
        self.nodes
    }

    fn number(&self, node: u32) -> Option<u32> {
        if self.numbers.is_empty() {
            return ((node as usize) < self.nodes.len()).then_some(node);
        }
        self.numbers.get(node as usize).copied().filter(|&number| number != ABSENT)
    }

    /// Calls `act` with the number of each neighbour of a node, once for each relationship,
    /// until it says that it has enough.
    pub(super) fn each_neighbour(
        &self,
        cursor: &mut Cursor<'_>,
        number: usize,
        mut act: impl FnMut(u32) -> bool,
    ) {
        let Some(&node) = self.nodes.get(number) else { return };
        let row = cursor.go_to(NodeId(node), &self.types);
        for rows in &cursor.rows {
            if !rows.of(row).iter().filter_map(|&id| self.number(id)).all(&mut act) {
                return;
            }
        }
    }

    /// The ids of these ascending ones that are numbers; `None` where numbers are no ids.
    fn numbered<'i>(&self, ids: &'i [u32]) -> Option<&'i [u32]> {
        if !self.numbers.is_empty() {
            return None;
        }
        let all = self.closed || ids.last().is_none_or(|&last| (last as usize) < self.nodes.len());
        let count = if all {
            ids.len()
        } else {
            ids.partition_point(|&id| (id as usize) < self.nodes.len())
        };
        Some(&ids[..count])
    }

    /// Appends the number of each neighbour of a node, once for each relationship.
    pub(super) fn append_neighbours(
        &self,
        cursor: &mut Cursor<'_>,
        number: usize,
        to: &mut Vec<u32>,
    ) {
        let Some(&node) = self.nodes.get(number) else { return };
        let row = cursor.go_to(NodeId(node), &self.types);
        for rows in &cursor.rows {
            let ids = rows.of(row);
            match self.numbered(ids) {
                Some(ids) => to.extend_from_slice(ids),
                None => to.extend(ids.iter().filter_map(|&id| self.number(id))),
            }
        }
    }

    /// How many relationships lead from a node to others of the projection, or to itself.
    pub(super) fn degree(&self, cursor: &mut Cursor<'_>, number: usize) -> u32 {
        let Some(&node) = self.nodes.get(number) else { return 0 };
        let row = cursor.go_to(NodeId(node), &self.types);
        let degrees = cursor.rows.iter().map(|rows| {
            let ids = rows.of(row);
            match self.numbered(ids) {
                Some(ids) => ids.len(),
                None => ids.iter().filter(|&&id| self.number(id).is_some()).count(),
            }
        });
        degrees.sum::<usize>() as u32
    }

    /// How many relationships of the types there are; some may lead elsewhere.
    pub(super) fn relationships(&self, graph: &Graph) -> usize {
        let statistics = graph.statistics();
        self.types.iter().map(|kind| statistics.relationships_of_type(*kind)).sum::<u64>() as usize
    }
}

/// Whether all relationships of these types are between nodes that have one of the labels.
fn is_closed(graph: &Graph, labels: &[LabelId], types: &[TypeId]) -> bool {
    let statistics = graph.statistics();
    let all = |kind, end| labels.iter().any(|&label| statistics.all_at_label(label, kind, end));
    types.iter().all(|&kind| all(kind, Direction::Outgoing) && all(kind, Direction::Incoming))
}

/// Where an algorithm asks for neighbours: the relationships of a chunk of nodes at a time.
pub(super) struct Cursor<'g> {
    graph: &'g Graph,
    direction: Direction,
    chunk: usize,
    /// For each type the rows of the chunk.
    rows: Vec<Rows<'g>>,
}

impl<'g> Cursor<'g> {
    /// One that is best asked for nodes in the order of their numbers.
    pub(super) fn new(graph: &'g Graph, direction: Direction) -> Self {
        Cursor { graph, direction, chunk: usize::MAX, rows: Vec::new() }
    }

    /// Comes to the chunk of a node, and tells its row.
    fn go_to(&mut self, node: NodeId, types: &[TypeId]) -> usize {
        let (chunk, row) = Rows::place(node);
        if self.chunk != chunk {
            self.chunk = chunk;
            self.rows.clear();
            let rows = |kind: &TypeId| self.graph.all_rows(*kind, self.direction, chunk);
            self.rows.extend(types.iter().map(rows));
        }
        row
    }
}
