//! Adjacency chunk by chunk, for what asks all nodes: their relationships lie one row after
//! the other, and a number of them is a difference of two offsets.
//!
//! ```text
//! offsets     0     2  2        5
//! neighbours  a  b  │  c  d  e        row 0: a b, row 1: none, row 2: c d e
//! ```

use super::adjacency::{AdjacencyChunk, Csr, EndpointKind, table_slot};
use super::graph::{Direction, Graph, parts, place};
use super::{Neighbours, TypeId};
use crate::value::{Endpoint, NodeId};
use crate::vector::CHUNK_ROWS;
use std::ops::Range;

/// The nodes to which relationships lead from the nodes of one chunk.
#[derive(Clone, Copy, Debug, Default)]
pub struct Rows<'a> {
    /// One more than there are rows; rows past its end have nothing.
    offsets: &'a [u32],
    neighbours: &'a [u32],
}

impl<'a> Rows<'a> {
    fn of_csr(csr: &'a Csr) -> Self {
        Rows { offsets: &csr.offsets, neighbours: &csr.neighbours }
    }

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

    /// The neighbours of a row, and of those behind it as many as make their number a multiple of
    /// another one, as far as there are any.
    #[inline]
    pub fn of_and_behind(&self, row: usize, multiple: usize) -> &'a [u32] {
        match self.offsets.get(row..row + 2) {
            Some(&[from, to]) => {
                let (from, to) = (from as usize, to as usize);
                let end = from + (to - from).next_multiple_of(multiple);
                &self.neighbours[from..end.min(self.neighbours.len())]
            }
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

    /// Some of the rows.
    #[must_use]
    pub fn part(&self, rows: Range<usize>) -> Rows<'a> {
        let end = (rows.end + 1).min(self.offsets.len());
        let offsets = self.offsets.get(rows.start..end).unwrap_or_default();
        Rows { offsets, neighbours: self.neighbours }
    }

    /// The number of relationships of each row times that of the same row of others, added up;
    /// the lengths of both, multiplied, have to fit 64 bits.
    pub fn sum_of_products(&self, other: &Rows<'_>) -> u64 {
        let products = self.degrees().zip(other.degrees());
        products.map(|(one, other)| u64::from(one) * u64::from(other)).sum()
    }

    /// How many relationships there are in all.
    pub fn len(&self) -> usize {
        match self.offsets {
            [first, .., last] => (last - first) as usize,
            _ => 0,
        }
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl Graph {
    /// The neighbours of a node of one type and direction, and the relationships to them, in
    /// parallel and sorted by neighbour; `None` where changes of them are not merged.
    ///
    /// What is read are the offsets of its row: what the slices hold is not looked at.
    #[inline]
    pub fn settled_neighbours(
        &self,
        kind: TypeId,
        direction: Direction,
        node: NodeId,
    ) -> Option<(&[u32], &[u32])> {
        let (chunk, row) = place(node.0);
        match self.node_adjacency(kind, direction, chunk) {
            None => Some((&[], &[])),
            Some(chunk) => chunk.neighbours(row).as_slices(),
        }
    }

    fn node_adjacency(
        &self,
        kind: TypeId,
        direction: Direction,
        chunk: usize,
    ) -> Option<&AdjacencyChunk> {
        let slot = table_slot(direction, EndpointKind::Node, EndpointKind::Node);
        self.types.resident(kind.0 as usize)?.table(slot).get(chunk, &self.faults)
    }

    /// The rows of a chunk of nodes, for who asks for so many of them; `None` where changes are
    /// not merged and these are found sooner node by node. The counts of who asks add up, so that
    /// at last there are rows.
    pub fn rows(
        &self,
        kind: TypeId,
        direction: Direction,
        chunk: usize,
        nodes: usize,
    ) -> Option<Rows<'_>> {
        match self.node_adjacency(kind, direction, chunk) {
            None => Some(Rows::default()),
            Some(chunk) => chunk.rows(nodes, self.budget.as_ref()).map(Rows::of_csr),
        }
    }

    /// The rows of a chunk of nodes; changes that are not merged yet are merged for it.
    pub fn all_rows(&self, kind: TypeId, direction: Direction, chunk: usize) -> Rows<'_> {
        let chunk = self.node_adjacency(kind, direction, chunk);
        chunk.map(|chunk| Rows::of_csr(chunk.all_rows(self.budget.as_ref()))).unwrap_or_default()
    }

    /// How many relationships of a type there are, where none of them begins or ends at another
    /// one, as far as is known without a look at them.
    pub fn count_between_nodes(&self, kind: TypeId) -> Option<u64> {
        let Some(adjacency) = self.types.resident(kind.0 as usize) else { return Some(0) };
        let kinds = [EndpointKind::Node, EndpointKind::Relationship];
        let pairs = kinds.into_iter().flat_map(|from| kinds.map(|to| (from, to))).skip(1);
        let mut slots = pairs.map(|(from, to)| table_slot(Direction::Outgoing, from, to));
        slots.all(|slot| adjacency.table(slot).len() == 0).then_some(adjacency.count)
    }

    /// The rows of a chunk of nodes that have relationships to themselves, ascending, each with
    /// how many, for who asks for so many nodes; `None` as of [`Graph::rows`]. Found when first
    /// asked for.
    pub fn loops(&self, kind: TypeId, chunk: usize, nodes: usize) -> Option<&[(u32, u32)]> {
        match self.node_adjacency(kind, Direction::Outgoing, chunk) {
            None => Some(&[]),
            Some(found) => found.loops((chunk * CHUNK_ROWS) as u32, nodes, self.budget.as_ref()),
        }
    }

    /// As [`Graph::neighbours`], for who does not mind in which order they come, nor that it may
    /// be another one the next time: sooner where changes are not merged and much is asked.
    pub fn unordered_neighbours(
        &self,
        endpoint: Endpoint,
        kind: TypeId,
        direction: Direction,
        neighbour: EndpointKind,
    ) -> Neighbours<'_> {
        let (key_kind, id) = parts(endpoint);
        let slot = table_slot(direction, key_kind, neighbour);
        let (chunk, row) = place(id);
        let found = self.types.resident(kind.0 as usize);
        let found = found.and_then(|adjacency| adjacency.table(slot).get(chunk, &self.faults));
        found.map(|chunk| chunk.unordered(row, self.budget.as_ref())).unwrap_or_default()
    }

    /// The types of which there are relationships, or were, in the order of ids.
    pub fn types_in_use(&self) -> impl Iterator<Item = TypeId> {
        self.types.residents().map(|(kind, _)| TypeId(kind as u32))
    }
}
