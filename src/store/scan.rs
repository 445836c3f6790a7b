//! Reading many elements at once: scans by chunk.

use super::bitmap::Bitmap;
use super::chunk::{NodeChunk, RelationshipChunk};
use super::segment::Segment;
use super::stored::Faults;
use super::zone::ZoneTest;
use super::zone_order::ZoneOrder;
use super::{Graph, KeyId, LabelId, TypeId};
use crate::value::Value;
use crate::vector::CHUNK_ROWS;
use std::borrow::Cow;

/// The nodes of one chunk that a scan found.
#[derive(Clone, Debug)]
pub struct NodeSelection<'a> {
    /// The id of row 0.
    pub first: u32,
    /// The rows found; never empty.
    pub rows: Cow<'a, Bitmap>,
    /// The chunk, for its labels.
    pub chunk: &'a NodeChunk,
    faults: &'a Faults,
}

/// The relationships of one chunk that a scan found.
#[derive(Clone, Debug)]
pub struct RelationshipSelection<'a> {
    /// The id of row 0.
    pub first: u32,
    /// The rows found; never empty.
    pub rows: Cow<'a, Bitmap>,
    /// The chunk, for its types and ends.
    pub chunk: &'a RelationshipChunk,
    faults: &'a Faults,
}

impl<'a> NodeSelection<'a> {
    /// The ids found, ascending.
    pub fn ids(&self) -> impl Iterator<Item = u32> + '_ {
        self.rows.iter().map(|row| self.first + row)
    }

    /// Appends the ids found, ascending.
    pub fn append_ids(&self, ids: &mut Vec<u32>) {
        self.rows.append_to(self.first, ids);
    }

    /// The column of a property key, where the key occurs in the chunk.
    pub fn segment(&self, key: KeyId) -> Option<&'a Segment> {
        self.chunk.segments.get(key, self.faults)
    }

    /// Whether tests of a property may all hold of some element of the chunk, as the zone of its
    /// values tells; where they may not, a column that is still in a file is not kept.
    pub fn may_hold(&self, key: KeyId, tests: &[ZoneTest]) -> bool {
        self.chunk.segments.may_hold(key, tests, (self.chunk.live(), self.faults))
    }

    /// Whether some element found may stand, ordered by a property, where the last one does that
    /// is wanted so far, or before it, as the zone of its values tells; where none may, a column
    /// that is still in a file is not kept.
    pub fn may_reach(&self, key: KeyId, order: ZoneOrder, last: &Value) -> bool {
        let rows = (&*self.rows, self.chunk.live(), self.faults);
        self.chunk.segments.may_reach(key, (order, last), rows)
    }
}

impl<'a> RelationshipSelection<'a> {
    /// The ids found, ascending.
    pub fn ids(&self) -> impl Iterator<Item = u32> + '_ {
        self.rows.iter().map(|row| self.first + row)
    }

    /// The column of a property key, where the key occurs in the chunk.
    pub fn segment(&self, key: KeyId) -> Option<&'a Segment> {
        self.chunk.segments.get(key, self.faults)
    }

    /// Whether tests of a property may all hold of some element of the chunk, as the zone of its
    /// values tells; where they may not, a column that is still in a file is not kept.
    pub fn may_hold(&self, key: KeyId, tests: &[ZoneTest]) -> bool {
        self.chunk.segments.may_hold(key, tests, (self.chunk.live(), self.faults))
    }

    /// Whether some element found may stand, ordered by a property, where the last one does that
    /// is wanted so far, or before it, as the zone of its values tells; where none may, a column
    /// that is still in a file is not kept.
    pub fn may_reach(&self, key: KeyId, order: ZoneOrder, last: &Value) -> bool {
        let rows = (&*self.rows, self.chunk.live(), self.faults);
        self.chunk.segments.may_reach(key, (order, last), rows)
    }
}

impl Graph {
    /// How many chunks of nodes a scan has to ask for, whether they hold any or not.
    pub fn node_chunk_count(&self) -> usize {
        self.nodes.len()
    }

    /// The nodes of one chunk, all or those with a label; `None` where there are none.
    pub fn node_chunk(&self, index: usize, label: Option<LabelId>) -> Option<NodeSelection<'_>> {
        let chunk = self.nodes.get(index, &self.faults)?;
        let rows = match label {
            Some(label) => chunk.label(label)?,
            None => chunk.live(),
        };
        (!rows.is_empty()).then(|| NodeSelection {
            first: (index * CHUNK_ROWS) as u32,
            rows: Cow::Borrowed(rows),
            chunk,
            faults: &self.faults,
        })
    }

    /// All nodes, or those with a label, chunk by chunk in the order of ids.
    pub fn node_chunks(&self, label: Option<LabelId>) -> impl Iterator<Item = NodeSelection<'_>> {
        (0..self.node_chunk_count()).filter_map(move |index| self.node_chunk(index, label))
    }

    /// How many chunks of relationships a scan has to ask for.
    pub fn relationship_chunk_count(&self) -> usize {
        self.relationships.len()
    }

    /// The relationships of one chunk, all or those of a type; `None` where there are none.
    pub fn relationship_chunk(
        &self,
        index: usize,
        kind: Option<TypeId>,
    ) -> Option<RelationshipSelection<'_>> {
        let chunk = self.relationships.get(index, &self.faults)?;
        let rows = match kind {
            Some(kind) => Cow::Owned(chunk.of_type(kind)),
            None => Cow::Borrowed(chunk.live()),
        };
        (!rows.is_empty()).then(|| RelationshipSelection {
            first: (index * CHUNK_ROWS) as u32,
            rows,
            chunk,
            faults: &self.faults,
        })
    }

    /// All relationships, or those of a type, chunk by chunk in the order of ids.
    pub fn relationship_chunks(
        &self,
        kind: Option<TypeId>,
    ) -> impl Iterator<Item = RelationshipSelection<'_>> {
        (0..self.relationship_chunk_count())
            .filter_map(move |index| self.relationship_chunk(index, kind))
    }
}
