//! Changing a version in place: what is shared is copied, once.
//!
//! Nothing here checks what it is told to do: the writer has.

use super::adjacency::{ADDED_BYTES, EndpointKind, TypeAdjacency, table_slot};
use super::chunk::{NodeChunk, RelationshipChunk};
use super::graph::{Direction, parts, place};
use super::{Graph, KeyId, LabelId, RelationshipRecord, SchemaTarget, TypeId};
use crate::value::{Endpoint, NodeId, RelationshipId, Value};
use crate::vector::{CHUNK_ROWS, Vector};

/// The chunks that were written since the last seal. It may name chunks that a
/// rollback has closed again or taken away.
#[derive(Clone, Debug, Default)]
pub(crate) struct Dirty {
    nodes: Vec<usize>,
    relationships: Vec<usize>,
    /// Type, table and chunk.
    pub(super) adjacency: Vec<(usize, usize, usize)>,
    /// Bytes that were copied or made for all of it, roughly.
    pub(super) bytes: usize,
}

/// Bytes of the columns that say where relationships start and end.
const ENDS_BYTES: usize = 3 * CHUNK_ROWS * 4;
/// Bytes that an entry takes in an index, or waits in to be put there, roughly.
pub(super) const ENTRY_BYTES: usize = 128;

impl Dirty {
    /// Whether nothing was written.
    pub(crate) fn is_empty(&self) -> bool {
        self.nodes.is_empty() && self.relationships.is_empty() && self.adjacency.is_empty()
    }
}

impl Graph {
    fn node_chunk_mut(&mut self, index: usize, dirty: &mut Dirty) -> &mut NodeChunk {
        let chunk = self.nodes.get_or_insert_with(index, &self.faults, NodeChunk::default);
        if !chunk.open {
            chunk.open = true;
            dirty.nodes.push(index);
            dirty.bytes += 1024 + chunk.rows().labels.len() * (CHUNK_ROWS / 8);
        }
        chunk
    }

    /// The chunk of relationships with a number, to be written to.
    pub(super) fn relationship_chunk_mut(
        &mut self,
        index: usize,
        dirty: &mut Dirty,
    ) -> &mut RelationshipChunk {
        let chunk =
            self.relationships.get_or_insert_with(index, &self.faults, RelationshipChunk::default);
        if !chunk.open {
            chunk.open = true;
            dirty.relationships.push(index);
            dirty.bytes += 1024 + ENDS_BYTES;
        }
        chunk
    }

    /// Adds the next node; its labels are distinct, its properties not null.
    pub(crate) fn insert_node(
        &mut self,
        labels: &[LabelId],
        properties: impl IntoIterator<Item = (KeyId, Value)>,
        dirty: &mut Dirty,
    ) -> NodeId {
        let node = NodeId(self.next_node);
        self.next_node += 1;
        self.put_node(node, labels, properties, dirty);
        node
    }

    /// Puts a node where there is none; its labels are distinct, its properties not null.
    pub(crate) fn put_node(
        &mut self,
        node: NodeId,
        labels: &[LabelId],
        properties: impl IntoIterator<Item = (KeyId, Value)>,
        dirty: &mut Dirty,
    ) {
        self.place_node(node, labels, properties, dirty);
        dirty.bytes += ENTRY_BYTES * self.index_element(Endpoint::Node(node), None, true);
    }

    /// As [`Graph::put_node`], but enters it into no index.
    pub(crate) fn place_node(
        &mut self,
        node: NodeId,
        labels: &[LabelId],
        properties: impl IntoIterator<Item = (KeyId, Value)>,
        dirty: &mut Dirty,
    ) {
        let (index, row) = place(node.0);
        let faults = self.faults.clone();
        let chunk = self.node_chunk_mut(index, dirty);
        chunk.insert(row);
        for &label in labels {
            chunk.add_label(row, label);
        }
        for (key, value) in properties {
            dirty.bytes += chunk.segments.set(key, row, value, &faults);
        }
        for &label in labels {
            self.counts.adjust_label(label, 1);
        }
        self.counts.nodes += 1;
    }

    /// Puts so many nodes from one on, where there are none, each with all of the labels, which
    /// are distinct, and the values of its place in columns of distinct keys. Enters them into no
    /// index.
    pub(crate) fn place_nodes(
        &mut self,
        (first, count): (NodeId, usize),
        labels: &[LabelId],
        properties: &[(KeyId, Vector)],
        dirty: &mut Dirty,
    ) {
        let faults = self.faults.clone();
        let mut from = 0;
        while from < count {
            let (index, row) = place(first.0 + from as u32);
            let some = (CHUNK_ROWS - row).min(count - from);
            let chunk = self.node_chunk_mut(index, dirty);
            chunk.fill(row, row + some, labels);
            for (key, values) in properties {
                dirty.bytes += chunk.segments.append(*key, row, &values.slice(from, some), &faults);
            }
            from += some;
        }
        for &label in labels {
            self.counts.adjust_label(label, count as i64);
        }
        self.counts.nodes += count as u64;
    }

    /// Removes what the row of an element that is not there still holds.
    pub(crate) fn clear_row(&mut self, element: Endpoint, dirty: &mut Dirty) {
        let (kind, id) = parts(element);
        let (index, row) = place(id);
        let faults = self.faults.clone();
        let segments = match kind {
            EndpointKind::Node => &mut self.node_chunk_mut(index, dirty).segments,
            EndpointKind::Relationship => &mut self.relationship_chunk_mut(index, dirty).segments,
        };
        dirty.bytes += segments.clear(row, &faults);
    }

    /// Takes a node away that nothing points at.
    pub(crate) fn remove_node(&mut self, node: NodeId, dirty: &mut Dirty) {
        dirty.bytes += ENTRY_BYTES * self.index_element(Endpoint::Node(node), None, false);
        for label in self.labels(node) {
            self.counts.adjust_label(label, -1);
        }
        let (index, row) = place(node.0);
        self.node_chunk_mut(index, dirty).remove(row);
        self.counts.nodes -= 1;
    }

    /// Adds the next relationship; its ends are there, its properties not null.
    pub(crate) fn insert_relationship(
        &mut self,
        record: RelationshipRecord,
        properties: impl IntoIterator<Item = (KeyId, Value)>,
        dirty: &mut Dirty,
    ) -> RelationshipId {
        let relationship = RelationshipId(self.next_relationship);
        self.next_relationship += 1;
        self.put_relationship(relationship, record, properties, dirty);
        relationship
    }

    /// Puts a relationship where there is none; its ends are there, its properties not null.
    pub(crate) fn put_relationship(
        &mut self,
        relationship: RelationshipId,
        record: RelationshipRecord,
        properties: impl IntoIterator<Item = (KeyId, Value)>,
        dirty: &mut Dirty,
    ) {
        let (index, row) = place(relationship.0);
        let faults = self.faults.clone();
        let chunk = self.relationship_chunk_mut(index, dirty);
        chunk.insert(row, record.kind, record.start, record.end);
        for (key, value) in properties {
            dirty.bytes += chunk.segments.set(key, row, value, &faults);
        }
        self.counts.relationships += 1;
        self.connect(record, relationship, true, dirty);
        dirty.bytes +=
            ENTRY_BYTES * self.index_element(Endpoint::Relationship(relationship), None, true);
    }

    /// Takes a relationship away that nothing points at.
    pub(crate) fn remove_relationship(
        &mut self,
        relationship: RelationshipId,
        record: RelationshipRecord,
        dirty: &mut Dirty,
    ) {
        dirty.bytes +=
            ENTRY_BYTES * self.index_element(Endpoint::Relationship(relationship), None, false);
        let (index, row) = place(relationship.0);
        self.relationship_chunk_mut(index, dirty).remove(row);
        self.connect(record, relationship, false, dirty);
        self.counts.relationships -= 1;
    }

    /// Gives a relationship that is there other ends, which are there too.
    pub(crate) fn move_relationship(
        &mut self,
        relationship: RelationshipId,
        (from, to): (RelationshipRecord, RelationshipRecord),
        dirty: &mut Dirty,
    ) {
        self.connect(from, relationship, false, dirty);
        let (index, row) = place(relationship.0);
        self.relationship_chunk_mut(index, dirty).insert(row, to.kind, to.start, to.end);
        self.connect(to, relationship, true, dirty);
    }

    /// Enters a relationship into the adjacency of both ends, or takes it out,
    /// and keeps the counts of its type.
    pub(crate) fn connect(
        &mut self,
        record: RelationshipRecord,
        id: RelationshipId,
        present: bool,
        dirty: &mut Dirty,
    ) {
        let kind = record.kind.0 as usize;
        let adjacency = self.types.resident_or_insert_with(kind, TypeAdjacency::default);
        let by = if present { 1 } else { -1 };
        adjacency.count = adjacency.count.saturating_add_signed(by);
        for (direction, key, neighbour) in [
            (Direction::Outgoing, record.start, record.end),
            (Direction::Incoming, record.end, record.start),
        ] {
            let ((key_kind, key), (neighbour_kind, neighbour)) = (parts(key), parts(neighbour));
            let slot = table_slot(direction, key_kind, neighbour_kind);
            let (index, row) = place(key);
            let chunk = adjacency.open((kind, slot, index), &self.faults, dirty);
            dirty.bytes += if present { ADDED_BYTES } else { 0 };
            if present {
                chunk.insert(row, neighbour, id.0);
            } else {
                chunk.remove(row, neighbour, id.0);
            }
            if key_kind == EndpointKind::Node
                && let Some(chunk) = self.nodes.get(index, &self.faults)
            {
                for label in chunk.labels(row) {
                    adjacency.adjust_degree(label.0, direction, by);
                }
            }
        }
    }

    /// Sets a property of an element that is there; null removes it.
    pub(crate) fn set_property(
        &mut self,
        element: Endpoint,
        key: KeyId,
        value: Value,
        dirty: &mut Dirty,
    ) {
        dirty.bytes += ENTRY_BYTES * self.index_property(element, key, &value);
        let (kind, id) = parts(element);
        let (index, row) = place(id);
        let faults = self.faults.clone();
        let segments = match kind {
            EndpointKind::Node => &mut self.node_chunk_mut(index, dirty).segments,
            EndpointKind::Relationship => &mut self.relationship_chunk_mut(index, dirty).segments,
        };
        dirty.bytes += segments.set(key, row, value, &faults);
    }

    /// Gives a label to a node that lacks it, or takes it from one that has it.
    pub(crate) fn set_label(
        &mut self,
        node: NodeId,
        label: LabelId,
        present: bool,
        dirty: &mut Dirty,
    ) {
        let (index, row) = place(node.0);
        let chunk = self.node_chunk_mut(index, dirty);
        if present {
            chunk.add_label(row, label);
        } else {
            chunk.remove_label(row, label);
        }
        let by = if present { 1 } else { -1 };
        dirty.bytes += ENTRY_BYTES
            * self.index_element(Endpoint::Node(node), Some(SchemaTarget::Label(label)), present);
        self.counts.adjust_label(label, by);
        for kind in 0..self.types.len() {
            for direction in [Direction::Outgoing, Direction::Incoming] {
                let degree = self.degree_of_type(node, TypeId(kind as u32), direction);
                if degree > 0
                    && let Some(adjacency) = self.types.resident_mut(kind)
                {
                    adjacency.adjust_degree(label.0, direction, by * degree as i64);
                }
            }
        }
    }

    fn degree_of_type(&self, node: NodeId, kind: TypeId, direction: Direction) -> usize {
        [EndpointKind::Node, EndpointKind::Relationship]
            .into_iter()
            .map(|neighbour| {
                self.neighbours(Endpoint::Node(node), kind, direction, neighbour).degree()
            })
            .sum()
    }

    /// Seals every chunk that was written.
    pub(crate) fn seal(&mut self, dirty: Dirty) {
        for index in dirty.nodes {
            if self.nodes.resident(index).is_some_and(|chunk| chunk.open)
                && let Some(chunk) = self.nodes.resident_mut(index)
            {
                chunk.seal();
            }
        }
        for index in dirty.relationships {
            if self.relationships.resident(index).is_some_and(|chunk| chunk.open)
                && let Some(chunk) = self.relationships.resident_mut(index)
            {
                chunk.seal();
            }
        }
        for (kind, slot, index) in dirty.adjacency {
            let open = |graph: &Graph| {
                graph.types.resident(kind)?.table(slot).resident(index).map(|chunk| chunk.open)
            };
            if open(self) == Some(true)
                && let Some(chunk) = self
                    .types
                    .resident_mut(kind)
                    .and_then(|adjacency| adjacency.table_mut(slot).resident_mut(index))
            {
                chunk.seal();
            }
        }
    }
}
