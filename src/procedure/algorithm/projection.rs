//! The part of a graph that an algorithm is about, with its nodes numbered from 0.

use super::Names;
use crate::procedure::{Call, STRIDE};
use crate::store::{Direction, EndpointKind, Graph, LabelId, TypeId};
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
        graph: &Graph,
        number: usize,
        direction: Direction,
        mut act: impl FnMut(u32) -> bool,
    ) {
        let Some(&node) = self.nodes.get(number) else { return };
        for &kind in &self.types {
            let found = graph.neighbours(Endpoint::Node(node), kind, direction, EndpointKind::Node);
            match found.as_slices() {
                Some((neighbours, _)) => {
                    for &neighbour in neighbours {
                        if self.number(neighbour).is_some_and(|number| !act(number)) {
                            return;
                        }
                    }
                }
                None => {
                    for (neighbour, _) in found {
                        if self.number(neighbour).is_some_and(|number| !act(number)) {
                            return;
                        }
                    }
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
        for number in 0..self.len() {
            if (number as u32).is_multiple_of(STRIDE) {
                (call.keep)((sources.len() - kept) * 4)?;
                kept = sources.len();
                if (call.stopped)() {
                    break;
                }
            }
            offsets.push(sources.len() as u32);
            self.each_neighbour(call.graph, number, Direction::Incoming, |source| {
                sources.push(source);
                out_degrees[source as usize] += 1;
                true
            });
        }
        offsets.resize(self.len() + 1, sources.len() as u32);
        Ok(Incoming { offsets, sources, out_degrees })
    }
}
