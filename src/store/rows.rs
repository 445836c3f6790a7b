//! Adjacency chunk by chunk, for what asks all nodes: their relationships lie one row after
//! the other, and a number of them is a difference of two offsets.
//!
//! ```text
//! offsets     0     2  2        5
//! neighbours  a  b  │  c  d  e        row 0: a b, row 1: none, row 2: c d e
//! ```

use super::adjacency::{AdjacencyChunk, Csr, EndpointKind, table_slot};
use super::csr::place as place_of_key;
use super::graph::{Direction, Graph, parts, place};
use super::{Neighbours, TypeId};
use crate::value::{Endpoint, NodeId};
use crate::vector::CHUNK_ROWS;
use std::ops::Range;

/// The nodes to which relationships lead from the nodes of one chunk.
#[derive(Clone, Copy, Debug, Default)]
pub struct Rows<'a> {
    /// One more than there are rows; rows past its end have nothing. Empty where rows are listed.
    offsets: &'a [u32],
    few: Few<'a>,
    neighbours: &'a [u32],
}

/// The rows that have something, where there are few.
#[derive(Clone, Copy, Debug, Default)]
struct Few<'a> {
    /// How many rows there are, and the number of the first among those that are listed.
    len: usize,
    first: usize,
    /// Those that have something, ascending, and one more offset than these are.
    rows: &'a [u16],
    ends: &'a [u32],
}

impl<'a> Few<'a> {
    /// The offsets of a row. Out of the way of rows that are not listed, which stay in registers.
    #[cold]
    fn of(self, row: usize) -> Option<(usize, usize)> {
        let place = place_of_key(self.rows, self.first + row)?;
        Some((self.ends[place] as usize, self.ends[place + 1] as usize))
    }

    /// Those of a range of rows.
    fn part(&self, rows: Range<usize>) -> Self {
        let (start, end) = (rows.start.min(self.len), rows.end.min(self.len));
        let at = |row: usize| self.rows.partition_point(|&it| usize::from(it) < self.first + row);
        let (from, to) = (at(start), at(end).max(at(start)));
        let ends = self.ends.get(from..=to).unwrap_or_default();
        Few {
            len: end.saturating_sub(start),
            first: self.first + start,
            rows: &self.rows[from..to],
            ends,
        }
    }

    /// How many relationships each row has.
    fn degrees(&self) -> impl Iterator<Item = u32> + 'a {
        let Few { len, first, rows, ends } = *self;
        let mut place = 0;
        (0..len).map(move |row| match rows.get(place) {
            Some(&next) if usize::from(next) == first + row => {
                place += 1;
                ends[place] - ends[place - 1]
            }
            _ => 0,
        })
    }
}

impl<'a> Rows<'a> {
    pub(super) fn of_csr(csr: &'a Csr) -> Self {
        let few = csr.few.as_ref().map_or(Few::default(), |few| Few {
            len: few.len,
            first: 0,
            rows: &few.keys,
            ends: &few.ends,
        });
        Rows { offsets: &csr.offsets, few, neighbours: &csr.neighbours }
    }

    /// The offsets of a row that has any.
    #[inline]
    fn ends(&self, row: usize) -> Option<(usize, usize)> {
        match self.offsets.get(row..row + 2) {
            Some(&[from, to]) => Some((from as usize, to as usize)),
            _ => self.few.of(row),
        }
    }

    /// The number of a node's chunk, and its row in there.
    pub fn place(node: NodeId) -> (usize, usize) {
        place(node.0)
    }

    /// The neighbours of a row, ascending.
    #[inline]
    pub fn of(&self, row: usize) -> &'a [u32] {
        match self.ends(row) {
            Some((from, to)) => &self.neighbours[from..to],
            None => &[],
        }
    }

    /// The neighbours of a row, and of those behind it as many as make their number a multiple of
    /// another one, as far as there are any.
    #[inline]
    pub fn of_and_behind(&self, row: usize, multiple: usize) -> &'a [u32] {
        match self.ends(row) {
            Some((from, to)) => {
                let end = from + (to - from).next_multiple_of(multiple);
                &self.neighbours[from..end.min(self.neighbours.len())]
            }
            None => &[],
        }
    }

    /// How many relationships a row has.
    #[inline]
    pub fn degree(&self, row: usize) -> u32 {
        self.ends(row).map_or(0, |(from, to)| (to - from) as u32)
    }

    /// How many relationships each row has, from row 0 on; those that are left out have none.
    pub fn degrees(&self) -> impl Iterator<Item = u32> + 'a {
        self.settled_degrees().chain(self.few.degrees())
    }

    /// How many relationships each row has, where rows are not listed.
    fn settled_degrees(&self) -> impl Iterator<Item = u32> + 'a {
        self.offsets.windows(2).map(|ends| ends[1] - ends[0])
    }

    /// Some of the rows.
    #[must_use]
    pub fn part(&self, rows: Range<usize>) -> Rows<'a> {
        let end = (rows.end + 1).min(self.offsets.len());
        let offsets = self.offsets.get(rows.start..end).unwrap_or_default();
        Rows { offsets, few: self.few.part(rows), neighbours: self.neighbours }
    }

    /// The number of relationships of each row times that of the same row of others, added up;
    /// the lengths of both, multiplied, have to fit 64 bits.
    pub fn sum_of_products(&self, other: &Rows<'_>) -> u64 {
        let product = |(one, other)| u64::from(one) * u64::from(other);
        if self.few.len + other.few.len == 0 {
            return self.settled_degrees().zip(other.settled_degrees()).map(product).sum();
        }
        self.degrees().zip(other.degrees()).map(product).sum()
    }

    /// How many relationships there are in all.
    pub fn len(&self) -> usize {
        match (self.offsets, self.few.ends) {
            ([first, .., last], _) | (_, [first, .., last]) => (last - first) as usize,
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
