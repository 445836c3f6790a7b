//! Adjacency chunk by chunk, for what asks all nodes: their relationships lie one row after
//! the other, and a number of them is a difference of two offsets.
//!
//! ```text
//! offsets     0     2  2        5
//! neighbours  a  b  │  c  d  e        row 0: a b, row 1: none, row 2: c d e
//! ```

use super::TypeId;
use super::adjacency::{AdjacencyChunk, EndpointKind, table_slot};
use super::graph::{Direction, Graph, place};
use crate::value::NodeId;
use crate::vector::CHUNK_ROWS;

/// The nodes to which relationships lead from the nodes of one chunk.
#[derive(Clone, Copy, Debug, Default)]
pub struct Rows<'a> {
    /// One more than there are rows; rows past its end have nothing.
    offsets: &'a [u32],
    neighbours: &'a [u32],
}

impl<'a> Rows<'a> {
    /// The number of a node's chunk, and its row in there.
    pub fn place(node: NodeId) -> (usize, usize) {
        place(node.0)
    }

    /// The neighbours of a row, ascending.
    #[inline]
    pub fn of(&self, row: usize) -> &'a [u32] {
        match self.offsets.get(row..row + 2) {
            Some(&[from, to]) => &self.neighbours[from as usize..to as usize],
            _ => &[],
        }
    }

    /// How many relationships a row has.
    #[inline]
    pub fn degree(&self, row: usize) -> u32 {
        match self.offsets.get(row..row + 2) {
            Some(&[from, to]) => to - from,
            _ => 0,
        }
    }

    /// How many relationships each row has, from row 0 on; those that are left out have none.
    pub fn degrees(&self) -> impl Iterator<Item = u32> + 'a {
        self.offsets.windows(2).map(|ends| ends[1] - ends[0])
    }

    /// How many relationships there are in all.
    pub fn len(&self) -> usize {
        self.neighbours.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.neighbours.is_empty()
    }
}

impl Graph {
    fn node_adjacency(
        &self,
        kind: TypeId,
        direction: Direction,
        chunk: usize,
    ) -> Option<&AdjacencyChunk> {
        let slot = table_slot(direction, EndpointKind::Node, EndpointKind::Node);
        self.types.resident(kind.0 as usize)?.table(slot).get(chunk, &self.faults)
    }

    /// The rows of a chunk of nodes; `None` where changes are not merged yet: then ask node by
    /// node.
    pub fn rows(&self, kind: TypeId, direction: Direction, chunk: usize) -> Option<Rows<'_>> {
        let Some(chunk) = self.node_adjacency(kind, direction, chunk) else {
            return Some(Rows::default());
        };
        let base = chunk.merged_base()?;
        Some(Rows { offsets: &base.offsets, neighbours: &base.neighbours })
    }

    /// The rows of a chunk of nodes that have relationships to themselves, ascending, each with
    /// how many; `None` as for [`Graph::rows`]. Found when first asked for.
    pub fn loops(&self, kind: TypeId, chunk: usize) -> Option<&[(u32, u32)]> {
        match self.node_adjacency(kind, Direction::Outgoing, chunk) {
            None => Some(&[]),
            Some(found) => found.loops((chunk * CHUNK_ROWS) as u32),
        }
    }
}
