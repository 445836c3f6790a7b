//! The part of a graph that an algorithm is about, with its nodes numbered from 0.

use super::Names;
use crate::procedure::{Call, STRIDE};
use crate::store::{Direction, EndpointKind, Graph, LabelId, Neighbours, Rows, TypeId};
use crate::value::{Endpoint, EvaluationError, NodeId};

/// Nodes, and the types of the relationships between them.
pub(super) struct Projection {
    nodes: Vec<NodeId>,
    /// By node id: its number, or `ABSENT`. Empty where numbers are ids.
    numbers: Vec<u32>,
    types: Vec<TypeId>,
}

const ABSENT: u32 = u32::MAX;

/// What leads to each node, in compressed rows.
pub(super) struct Incoming {
    /// One more than there are nodes.
    pub(super) offsets: Vec<u32>,
    pub(super) sources: Vec<u32>,
    /// How many relationships start at each node.
    pub(super) out_degrees: Vec<u32>,
}

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
            for selection in graph.node_chunks(label) {
                nodes.extend(selection.ids().map(NodeId));
            }
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
        if nodes.len() < bound as usize {
            numbers = vec![ABSENT; bound as usize];
            for (number, node) in nodes.iter().enumerate() {
                numbers[node.0 as usize] = number as u32;
            }
        }
        Ok(Projection { nodes, numbers, types })
    }

    /// How many nodes there are.
    pub(super) fn len(&self) -> usize {
        self.nodes.len()
    }

    /// The nodes in the order of their numbers.
    pub(super) fn nodes(&self) -> &[NodeId] {
        &self.nodes
    }

    fn number(&self, node: u32) -> Option<u32> {
        if self.numbers.is_empty() {
            return Some(node);
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
        let row = cursor.go_to(node, &self.types);
        for (&kind, rows) in self.types.iter().zip(&cursor.rows) {
            let go_on = if let Some(rows) = rows {
                rows.of(row).iter().filter_map(|&id| self.number(id)).all(&mut act)
            } else {
                let found = cursor.unmerged(node, kind);
                found.filter_map(|(id, _)| self.number(id)).all(&mut act)
            };
            if !go_on {
                return;
            }
        }
    }

    /// Appends the number of each neighbour of a node, once for each relationship.
    fn append_neighbours(&self, cursor: &mut Cursor<'_>, number: usize, to: &mut Vec<u32>) {
        let Some(&node) = self.nodes.get(number) else { return };
        let row = cursor.go_to(node, &self.types);
        for (&kind, rows) in self.types.iter().zip(&cursor.rows) {
            match rows {
                Some(rows) if self.numbers.is_empty() => to.extend_from_slice(rows.of(row)),
                Some(rows) => to.extend(rows.of(row).iter().filter_map(|&id| self.number(id))),
                None => {
                    let found = cursor.unmerged(node, kind);
                    to.extend(found.filter_map(|(id, _)| self.number(id)));
                }
            }
        }
    }

    /// All relationships by their ends; what was found so far where the statement has to stop.
    ///
    /// # Complexity
    /// O(n + m) for n nodes and m relationships.
    pub(super) fn incoming(&self, call: &Call<'_>) -> Result<Incoming, EvaluationError> {
        let mut offsets = Vec::with_capacity(self.len() + 1);
        let mut sources = Vec::new();
        let mut out_degrees = vec![0u32; self.len()];
        let mut kept = 0;
        let mut incoming = Cursor::new(call.graph, Direction::Incoming);
        for number in 0..self.len() {
            if (number as u32).is_multiple_of(STRIDE) {
                (call.keep)((sources.len() - kept) * 4)?;
                kept = sources.len();
                if (call.stopped)() {
                    break;
                }
            }
            offsets.push(sources.len() as u32);
            self.append_neighbours(&mut incoming, number, &mut sources);
        }
        sources.iter().for_each(|&source| out_degrees[source as usize] += 1);
        offsets.resize(self.len() + 1, sources.len() as u32);
        Ok(Incoming { offsets, sources, out_degrees })
    }
}

/// Where an algorithm asks for neighbours: the relationships of a chunk of nodes at a time.
pub(super) struct Cursor<'g> {
    graph: &'g Graph,
    direction: Direction,
    chunk: usize,
    /// For each type the rows of the chunk; `None` where changes are not merged yet.
    rows: Vec<Option<Rows<'g>>>,
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
            let rows = |kind: &TypeId| self.graph.rows(*kind, self.direction, chunk);
            self.rows.extend(types.iter().map(rows));
        }
        row
    }

    fn unmerged(&self, node: NodeId, kind: TypeId) -> Neighbours<'g> {
        self.graph.neighbours(Endpoint::Node(node), kind, self.direction, EndpointKind::Node)
    }
}
