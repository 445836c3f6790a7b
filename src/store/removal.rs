//! Taking many relationships out of a version at once.
//!
//! One relationship is searched for in the adjacency of both of its ends. Where a good part of
//! what a chunk holds goes, it is sooner gone through once, and what stays is kept:
//!
//! ```text
//! relationships ──► how many go of each chunk ──► many: one pass over the chunk
//!                                             └─► few:  each is searched for and marked
//! ```

use super::adjacency::{EndpointKind, parts_of_slot, table_slot};
use super::graph::{Direction, parts, place};
use super::mutate::{Dirty, ENTRY_BYTES};
use super::neighbours::is_set;
use super::{Graph, RelationshipRecord};
use crate::value::{Endpoint, RelationshipId};
use hashbrown::HashMap;

/// Where one entry in so many of a chunk goes, all of it is gone through.
const MANY: usize = 16;

/// Relationships that go together.
pub(super) struct Doomed<'d> {
    /// Ascending, each once.
    pub(super) ids: &'d [RelationshipId],
    first: u32,
    /// A bit for each id from the first one on.
    bits: Vec<u64>,
}

impl<'d> Doomed<'d> {
    /// These, ascending, each once.
    pub(super) fn of(ids: &'d [RelationshipId]) -> Self {
        let first = ids.first().map_or(0, |id| id.0);
        let span = ids.last().map_or(0, |id| (id.0 - first) as usize + 1);
        let mut bits = vec![0; span.div_ceil(64)];
        for id in ids {
            let bit = (id.0 - first) as usize;
            bits[bit / 64] |= 1 << (bit % 64);
        }
        Doomed { ids, first, bits }
    }

    /// Whether a relationship is one of them.
    pub(super) fn contains(&self, id: u32) -> bool {
        is_set(&self.bits, id.wrapping_sub(self.first) as usize)
    }
}

/// Where a relationship stands in the adjacency: the table, the chunk, the row in it, and who
/// stands beside it.
struct Entry {
    slot: usize,
    index: usize,
    row: usize,
    neighbour: u32,
}

/// The two places of a relationship.
fn entries(record: RelationshipRecord) -> [Entry; 2] {
    let entry = |direction, key, neighbour| {
        let ((key_kind, key), (neighbour_kind, neighbour)) = (parts(key), parts(neighbour));
        let (index, row) = place(key);
        Entry { slot: table_slot(direction, key_kind, neighbour_kind), index, row, neighbour }
    };
    [
        entry(Direction::Outgoing, record.start, record.end),
        entry(Direction::Incoming, record.end, record.start),
    ]
}

/// By type and table: of each chunk how many entries go.
type Going = HashMap<(usize, usize), Vec<u32>>;

impl Graph {
    /// Takes relationships away that nothing but others of them points at.
    pub(super) fn remove_relationships(&mut self, doomed: &Doomed<'_>, dirty: &mut Dirty) {
        let mut going = Going::new();
        for &id in doomed.ids {
            let element = Endpoint::Relationship(id);
            dirty.bytes += ENTRY_BYTES * self.index_element(element, None, false);
            let Some(record) = self.relationship(id) else { continue };
            for Entry { slot, index, .. } in entries(record) {
                let chunks = going.entry((record.kind.0 as usize, slot)).or_default();
                if chunks.len() <= index {
                    chunks.resize(index + 1, 0);
                }
                chunks[index] += 1;
            }
        }
        let mut tables: Vec<(usize, usize)> = going.keys().copied().collect();
        tables.sort_unstable();
        for table in tables {
            let Some(chunks) = going.get_mut(&table) else { continue };
            for (index, count) in chunks.iter_mut().enumerate().filter(|(_, count)| **count > 0) {
                if self.remove_from_chunk(table, (index, *count as usize), doomed, dirty) {
                    *count = 0;
                }
            }
        }
        for &id in doomed.ids {
            let Some(record) = self.relationship(id) else { continue };
            let kind = record.kind.0 as usize;
            for Entry { slot, index, row, neighbour } in entries(record) {
                if going.get(&(kind, slot)).is_some_and(|chunks| chunks[index] > 0) {
                    let faults = self.faults.clone();
                    let adjacency = self.types.resident_or_insert_with(kind, Default::default);
                    adjacency
                        .open((kind, slot, index), &faults, dirty)
                        .remove(row, neighbour, id.0);
                    self.count_out((kind, slot), index, row, 1);
                }
            }
            let (index, row) = place(id.0);
            self.relationship_chunk_mut(index, dirty).remove(row);
            let adjacency = self.types.resident_or_insert_with(kind, Default::default);
            adjacency.count = adjacency.count.saturating_sub(1);
            self.counts.relationships -= 1;
        }
    }

    /// Takes them out of a chunk of a table of a type, of which so many go, where that is done
    /// in one pass.
    fn remove_from_chunk(
        &mut self,
        (kind, slot): (usize, usize),
        (index, count): (usize, usize),
        doomed: &Doomed<'_>,
        dirty: &mut Dirty,
    ) -> bool {
        let adjacency = self.types.resident_or_insert_with(kind, Default::default);
        let chunk = adjacency.open((kind, slot, index), &self.faults, dirty);
        if count * MANY < chunk.entries() {
            return false;
        }
        let mut lost = Vec::new();
        chunk.remove_all(|id| doomed.contains(id), |row, count| lost.push((row, count)));
        for (row, count) in lost {
            self.count_out((kind, slot), index, row, count);
        }
        true
    }

    /// Counts relationships of a type that a key of one of its tables has lost.
    fn count_out(&mut self, (kind, slot): (usize, usize), index: usize, row: usize, count: usize) {
        let (direction, EndpointKind::Node, _) = parts_of_slot(slot) else { return };
        let adjacency = self.types.resident_or_insert_with(kind, Default::default);
        if let Some(chunk) = self.nodes.get(index, &self.faults) {
            for label in chunk.labels(row) {
                adjacency.adjust_degree(label.0, direction, -(count as i64));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::rewind::tests::told;
    use super::super::{Change, Replayer, SchemaTarget, StoreError, Writer};
    use super::*;
    use crate::value::{NodeId, Value};
    use std::sync::Arc;

    /// Numbers that look random.
    fn next(state: &mut u64, below: u64) -> u32 {
        *state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        ((*state >> 33) % below) as u32
    }

    /// Nodes of three chunks, with few relationships in one and many in the others; claims about
    /// these, and claims about claims.
    fn sample(state: &mut u64) -> Arc<Graph> {
        let mut writer = Writer::new(Arc::new(Graph::new()));
        let none = || Vec::<(&str, Value)>::new();
        for id in 0..5000 {
            let label = if id % 3 == 0 { "A" } else { "B" };
            writer.create_node([label], none()).expect("a node");
        }
        let kinds = ["R", "S"].map(|name| writer.relationship_type(name).expect("a type"));
        let key = writer.key("weight").expect("a key");
        writer
            .create_index(Some("weights"), SchemaTarget::Type(kinds[0]), vec![key])
            .expect("an index");
        for id in 0..4000_u32 {
            let from = match id % 4 {
                0 => 4096 + next(state, 900),
                _ => next(state, 300),
            };
            let start = Endpoint::Node(NodeId(from));
            let end = match id {
                2000.. if id % 5 == 0 => Endpoint::Relationship(RelationshipId(next(state, 2000))),
                _ => Endpoint::Node(NodeId(if id % 7 == 0 { from } else { next(state, 2500) })),
            };
            let kind = kinds[next(state, 2) as usize];
            let weight = vec![(key, Value::Integer(i64::from(id % 10)))];
            writer.create_relationship_with(kind, start, end, weight).expect("a relationship");
        }
        writer.finish().0
    }

    #[test]
    fn what_goes_together_is_gone_as_if_each_went_by_itself() {
        let mut state = 7;
        for one_in in [1, 2, 3, 9, 40] {
            let graph = sample(&mut state);
            let some = (0..4000).filter(|_| next(&mut state, one_in) == 0);
            let some: Vec<RelationshipId> = some.map(RelationshipId).collect();
            let mut together = Writer::new(graph.clone());
            let mut all = together
                .attached(some.iter().map(|id| Endpoint::Relationship(*id)))
                .expect("they are there");
            let pointed_at = all.iter().any(|id| some.binary_search(id).is_err());
            if pointed_at {
                let refused = together.delete_relationships(&some);
                assert!(matches!(refused, Err(StoreError::StillPointedAt(_))), "{refused:?}");
                assert_eq!(told(&together.graph()), told(&graph));
            }
            all.extend(&some);
            all.sort_unstable();
            all.dedup();
            together.delete_relationships(&all).expect("nothing else points at them");
            let mut again = Replayer::new(graph.clone());
            let mut each = Writer::new(graph);
            for id in all.iter().rev() {
                each.delete_relationship(*id).expect("what points at it is gone");
            }
            let ((together, changes), (each, same)) = (together.finish(), each.finish());
            assert_eq!(changes.len(), all.len());
            assert_eq!(format!("{changes:?}"), format!("{same:?}"));
            assert!(changes.iter().all(|change| matches!(change, Change::DeleteRelationship(_))));
            assert_eq!(told(&together), told(&each), "one in {one_in}");
            changes.iter().try_for_each(|change| again.apply(change)).expect("they are there");
            again.commit(2, 2).expect("nothing else points at them");
            assert_eq!(told(&again.finish()), told(&each), "one in {one_in}");
        }
    }

    #[test]
    fn some_that_are_not_there_leave_the_others() {
        let graph = sample(&mut 3);
        let mut writer = Writer::new(graph.clone());
        let ids: Vec<RelationshipId> = (3000..4500).map(RelationshipId).collect();
        let refused = writer.delete_relationships(&ids);
        assert!(matches!(refused, Err(StoreError::NotFound(_))), "{refused:?}");
        assert_eq!(told(&writer.graph()), told(&graph));
    }
}
