//! Adjacency: who is connected to whom, per relationship type and direction.
//!
//! ```text
//! chunk of 2048 keys
//!   base (shared)   offsets │ neighbours │ relationships     sorted by neighbour, then relationship
//!   tail            entries in order of arrival, chained per key from `heads`
//!   removed         one bit per position in base, then tail
//! ```
//!
//! A version that adds one relationship copies the chain heads and the last
//! block of the tail (28 KiB at most), never the base: a hub with a million
//! relationships is as cheap to add to as any other node. The tail is merged
//! into a new base when it has grown in proportion to it, so that the cost per
//! relationship stays constant.

use super::Direction;
use super::budget::{Budget, Charge};
pub(crate) use super::csr::Csr;
use super::merged::Made;
use super::mutate::Dirty;
use super::neighbours::{Neighbours, is_set};
use super::stored::{ChunkSource, Damage, Faults, Place, TableName};
use super::table::{ChunkTable, Stored};
use super::tail::{BLOCK, Entry, Tail};
use crate::value::{Endpoint, NodeId, RelationshipId};
use crate::vector::CHUNK_ROWS;
use std::sync::Arc;

/// In a removal, a chain longer than this is merged before it is searched further.
const LONG_CHAIN: usize = 1024;

/// The adjacency of one relationship type: a table for each direction, kind of
/// key and kind of neighbour that occurs.
#[derive(Clone, Debug, Default)]
pub(crate) struct TypeAdjacency {
    tables: [ChunkTable<AdjacencyChunk>; 8],
    /// Relationships of the type.
    pub(crate) count: u64,
    /// Those that the version does not show; their ends count in `degrees`.
    pub(crate) hidden: u64,
    /// Label, relationships that start at nodes with it, and that end there.
    pub(crate) degrees: Vec<(u32, u64, u64)>,
}

/// What the key or the neighbour of an adjacency is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum EndpointKind {
    /// A node.
    Node,
    /// A relationship.
    Relationship,
}

/// The number of the table for a direction, a kind of key and a kind of neighbour.
pub(crate) fn table_slot(
    direction: Direction,
    key: EndpointKind,
    neighbour: EndpointKind,
) -> usize {
    usize::from(direction == Direction::Incoming) * 4
        + usize::from(key == EndpointKind::Relationship) * 2
        + usize::from(neighbour == EndpointKind::Relationship)
}

/// The direction, the kind of key and the kind of neighbour of a table.
pub(crate) fn parts_of_slot(slot: usize) -> (Direction, EndpointKind, EndpointKind) {
    let kind = |bit: usize| {
        if slot & bit == 0 { EndpointKind::Node } else { EndpointKind::Relationship }
    };
    let direction = if slot & 4 == 0 { Direction::Outgoing } else { Direction::Incoming };
    (direction, kind(2), kind(1))
}

impl EndpointKind {
    /// The endpoint of this kind with an id.
    pub(crate) fn endpoint(self, id: u32) -> Endpoint {
        match self {
            EndpointKind::Node => Endpoint::Node(NodeId(id)),
            EndpointKind::Relationship => Endpoint::Relationship(RelationshipId(id)),
        }
    }
}

impl TypeAdjacency {
    /// The tables, the number of relationships and the counts by label of a type.
    pub(crate) fn from_parts(
        tables: [ChunkTable<AdjacencyChunk>; 8],
        count: u64,
        degrees: Vec<(u32, u64, u64)>,
    ) -> Self {
        TypeAdjacency { tables, count, hidden: 0, degrees }
    }

    pub(crate) fn table(&self, slot: usize) -> &ChunkTable<AdjacencyChunk> {
        &self.tables[slot % 8]
    }

    pub(crate) fn table_mut(&mut self, slot: usize) -> &mut ChunkTable<AdjacencyChunk> {
        &mut self.tables[slot % 8]
    }

    /// A chunk of one of the tables, to be changed; the first is the number of the type.
    pub(super) fn open(
        &mut self,
        (kind, slot, index): (usize, usize, usize),
        faults: &Faults,
        dirty: &mut Dirty,
    ) -> &mut AdjacencyChunk {
        let chunk = self.table_mut(slot).get_or_insert_with(index, faults, Default::default);
        if !chunk.open {
            chunk.open = true;
            dirty.adjacency.push((kind, slot, index));
            dirty.bytes += chunk.bytes_to_change();
        }
        chunk
    }

    /// The neighbours of a key in one of the tables.
    pub(crate) fn neighbours(&self, slot: usize, key: u32, faults: &Faults) -> Neighbours<'_> {
        match self.table(slot).get(key as usize / CHUNK_ROWS, faults) {
            Some(chunk) => chunk.neighbours(key as usize % CHUNK_ROWS),
            None => Neighbours::default(),
        }
    }

    /// Counts relationships of a label's nodes in a direction up or down.
    pub(crate) fn adjust_degree(&mut self, label: u32, direction: Direction, by: i64) {
        let place =
            self.degrees.binary_search_by_key(&label, |entry| entry.0).unwrap_or_else(|place| {
                self.degrees.insert(place, (label, 0, 0));
                place
            });
        let entry = &mut self.degrees[place];
        let count = if direction == Direction::Outgoing { &mut entry.1 } else { &mut entry.2 };
        *count = count.saturating_add_signed(by);
    }
}

/// Bytes that an entry takes that was added, roughly.
pub(crate) const ADDED_BYTES: usize = size_of::<Entry>() * 2;

/// The adjacency of 2048 keys.
#[derive(Clone, Debug, Default)]
pub(crate) struct AdjacencyChunk {
    pub(super) base: Arc<Csr>,
    pub(super) tail: Tail,
    pub(super) removed: Vec<u64>,
    pub(super) removed_count: u32,
    /// Whether the chunk was written since it was last sealed.
    pub(crate) open: bool,
    /// The memory that it was accounted for when it was read from a file.
    charge: Option<Arc<Charge>>,
    /// What was made of it for those who ask for many keys.
    pub(super) made: Made,
}

/// Rows that are put together key by key.
#[derive(Default)]
struct Merging {
    offsets: Vec<u32>,
    neighbours: Vec<u32>,
    relationships: Vec<u32>,
}

impl Merging {
    /// Begins with the next key.
    fn begin(&mut self) {
        self.offsets.push(self.neighbours.len() as u32);
    }

    fn finish(mut self) -> Csr {
        self.begin();
        Csr::new(self.offsets, self.neighbours, self.relationships)
    }
}

impl Stored for AdjacencyChunk {
    fn read(
        source: &Arc<dyn ChunkSource>,
        table: TableName,
        number: u32,
        place: &Place,
    ) -> Result<Self, Damage> {
        source.adjacency(table, number, place)
    }

    fn bytes(&self) -> u64 {
        self.charge.as_ref().map_or(0, |charge| charge.bytes())
    }

    fn moved(&self, _source: &Arc<dyn ChunkSource>, _place: &Place) -> Self {
        self.clone()
    }

    fn lean(&self) -> Option<Self> {
        self.without_merged()
    }
}

impl AdjacencyChunk {
    /// A chunk that was read from a file.
    pub(crate) fn from_base(base: Csr, charge: Arc<Charge>) -> Self {
        AdjacencyChunk { base: Arc::new(base), charge: Some(charge), ..Self::default() }
    }

    /// A chunk with these entries, which were written to a file, accounted for as one that was
    /// read from it.
    pub(crate) fn written(base: Arc<Csr>, budget: &Arc<Budget>) -> Self {
        let charge = Charge::new(budget.clone(), base.bytes());
        AdjacencyChunk { base, charge: Some(charge), ..Self::default() }
    }

    /// Bytes that changing it may copy, roughly: what was removed is marked, and when that is
    /// much, or the tail is long, all of it is put together anew.
    pub(crate) fn bytes_to_change(&self) -> usize {
        self.base.bytes() as usize + self.tail.head_bytes() + 1024
    }

    /// The chunk with the rows of another one added, which has none of its relationships.
    pub(crate) fn joined(&self, added: Csr) -> Self {
        let own = self.merged();
        if own.neighbours.is_empty() {
            return AdjacencyChunk { base: Arc::new(added), ..Self::default() };
        }
        let held = AdjacencyChunk { base: own, ..Self::default() };
        let keys = held.base.keys().max(added.keys());
        let mut joined = Merging::default();
        let mut pairs = Vec::new();
        for key in 0..keys {
            joined.begin();
            pairs.clear();
            pairs.extend(added.range(key).map(|position| {
                u64::from(added.neighbours[position]) << 32
                    | u64::from(added.relationships[position])
            }));
            held.merge_key(key, &pairs, &mut joined);
        }
        AdjacencyChunk { base: Arc::new(joined.finish()), ..Self::default() }
    }

    /// The chunk without some relationships; `None` where it has none of them.
    pub(crate) fn without(&self, hidden: impl Fn(u32) -> bool) -> Option<Self> {
        let all = self.merged();
        if !all.relationships.iter().any(|&relationship| hidden(relationship)) {
            return None;
        }
        let left = all.without(hidden, |_, _| {});
        Some(AdjacencyChunk { base: Arc::new(left), ..Self::default() })
    }

    /// The keys that have any neighbour.
    pub(crate) fn keys(&self) -> impl Iterator<Item = (usize, Neighbours<'_>)> {
        let keys = self.tail.keys().max(self.base.keys());
        (0..keys).map(|key| (key, self.neighbours(key))).filter(|(_, found)| !found.is_empty())
    }

    /// Adds a neighbour to a key. Amortised O(1).
    pub(crate) fn insert(&mut self, key: usize, neighbour: u32, relationship: u32) {
        self.begin_change();
        self.tail.push(key, neighbour, relationship);
        if self.tail.len() > self.base.neighbours.len().max(BLOCK) {
            self.merge();
        }
    }

    /// Takes a neighbour from a key; does nothing where it is not there.
    pub(crate) fn remove(&mut self, key: usize, neighbour: u32, relationship: u32) {
        self.begin_change();
        let Some(position) = self.find(key, neighbour, relationship) else { return };
        let word = position / 64;
        if self.removed.len() <= word {
            self.removed.resize(word + 1, 0);
        }
        let bit = 1u64 << (position % 64);
        if self.removed[word] & bit == 0 {
            self.removed[word] |= bit;
            self.removed_count += 1;
        }
        if self.removed_count as usize
            > ((self.base.neighbours.len() + self.tail.len()) / 4).max(BLOCK)
        {
            self.merge();
        }
    }

    /// Takes all these relationships from all keys; `lost` is told how many each key had of them.
    /// One pass over the chunk, however many there are.
    pub(super) fn remove_all(
        &mut self,
        gone: impl Fn(u32) -> bool,
        lost: impl FnMut(usize, usize),
    ) {
        self.begin_change();
        let left = self.merged().without(gone, lost);
        self.replace_base(Arc::new(left));
    }

    /// How many entries there are, about.
    pub(super) fn entries(&self) -> usize {
        (self.base.neighbours.len() + self.tail.len()).saturating_sub(self.removed_count as usize)
    }

    /// The position of a relationship. Merges first where the tail is long.
    fn find(&mut self, key: usize, neighbour: u32, relationship: u32) -> Option<usize> {
        if let Some(position) = self.find_in_base(key, neighbour, relationship) {
            return Some(position);
        }
        let mut index = self.tail.head(key).newest;
        for _ in 0..LONG_CHAIN {
            let entry = self.tail.entry(index)?;
            let position = self.base.neighbours.len() + index as usize;
            if entry.relationship == relationship && !self.is_removed(position) {
                return Some(position);
            }
            index = entry.previous;
        }
        self.merge();
        self.find_in_base(key, neighbour, relationship)
    }

    fn find_in_base(&self, key: usize, neighbour: u32, relationship: u32) -> Option<usize> {
        let range = self.base.range(key);
        let neighbours = &self.base.neighbours[range.clone()];
        let from = neighbours.partition_point(|&other| other < neighbour);
        let to = from + neighbours[from..].partition_point(|&other| other == neighbour);
        let found = self.base.relationships[range.start + from..range.start + to]
            .binary_search(&relationship)
            .ok()?;
        let position = range.start + from + found;
        // One that was removed may be in the tail again: an undone deletion.
        (!self.is_removed(position)).then_some(position)
    }

    pub(super) fn is_removed(&self, position: usize) -> bool {
        is_set(&self.removed, position)
    }

    /// Forgets what was made of the chunk as it was; what was merged becomes the base.
    fn begin_change(&mut self) {
        if let Some((rows, charge)) = self.made.take() {
            self.replace_base(rows);
            self.charge = charge;
        }
    }

    /// Merges the tail and the removals into a new base.
    pub(super) fn merge(&mut self) {
        self.begin_change();
        if !self.is_plain() {
            self.replace_base(Arc::new(self.put_together()));
        }
    }

    /// Puts a base that has all entries in the place of the base, the tail and the removals.
    fn replace_base(&mut self, base: Arc<Csr>) {
        self.base = base;
        self.tail = Tail::default();
        self.removed = Vec::new();
        self.removed_count = 0;
    }

    /// The entries of the base and the tail that are not removed, sorted.
    pub(super) fn put_together(&self) -> Csr {
        let old = &*self.base;
        let keys = self.tail.keys().max(old.keys());
        let total = old.neighbours.len() + self.tail.len() - self.removed_count as usize;
        let mut merged = Merging {
            offsets: Vec::with_capacity(keys + 1),
            neighbours: Vec::with_capacity(total),
            relationships: Vec::with_capacity(total),
        };
        let mut added: Vec<u64> = Vec::new();
        for key in 0..keys {
            merged.begin();
            added.clear();
            let mut index = self.tail.head(key).newest;
            while let Some(entry) = self.tail.entry(index) {
                if self.removed_count == 0
                    || !self.is_removed(old.neighbours.len() + index as usize)
                {
                    added.push(u64::from(entry.neighbour) << 32 | u64::from(entry.relationship));
                }
                index = entry.previous;
            }
            added.sort_unstable();
            self.merge_key(key, &added, &mut merged);
        }
        merged.finish()
    }

    /// Appends the base entries of a key and the added ones, both sorted, to `merged`.
    fn merge_key(&self, key: usize, added: &[u64], merged: &mut Merging) {
        let range = self.base.range(key);
        if added.is_empty() && self.removed_count == 0 {
            merged.neighbours.extend_from_slice(&self.base.neighbours[range.clone()]);
            merged.relationships.extend_from_slice(&self.base.relationships[range]);
            return;
        }
        let mut added = added.iter().copied().peekable();
        let mut push = |pair: u64| {
            merged.neighbours.push((pair >> 32) as u32);
            merged.relationships.push(pair as u32);
        };
        for position in range {
            if self.removed_count > 0 && self.is_removed(position) {
                continue;
            }
            let pair = u64::from(self.base.neighbours[position]) << 32
                | u64::from(self.base.relationships[position]);
            while let Some(smaller) = added.next_if(|&other| other < pair) {
                push(smaller);
            }
            push(pair);
        }
        added.for_each(push);
    }

    /// Ends a transaction: merges where the tail or the removals would slow reading.
    pub(crate) fn seal(&mut self) {
        let limit = (self.base.neighbours.len() / 16).max(64);
        if self.tail.len() > limit || self.removed_count as usize > limit {
            self.merge();
        }
        self.open = false;
    }
}

#[cfg(test)]
#[path = "adjacency_tests.rs"]
mod tests;
