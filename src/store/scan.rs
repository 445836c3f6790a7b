//! Reading many elements at once: scans by chunk, and gathering columns.

use super::bitmap::Bitmap;
use super::chunk::{NodeChunk, RelationshipChunk, Segments};
use super::graph::place;
use super::segment::Segment;
use super::stored::Faults;
use super::{Graph, KeyId, LabelId, TypeId};
use crate::vector::{CHUNK_ROWS, NullBuffer, Vector, VectorBuilder};
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

    /// The column of a property key, where the key occurs in the chunk.
    pub fn segment(&self, key: KeyId) -> Option<&'a Segment> {
        self.chunk.segments.get(key, self.faults)
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

    /// A property of these nodes, null where the node or the property is not
    /// there. Costs no copy where the ids are consecutive and live within a chunk.
    pub fn gather_nodes(&self, ids: &[u32], key: KeyId) -> Vector {
        gather(ids, key, &self.faults, |chunk| {
            self.nodes.get(chunk, &self.faults).map(|chunk| (&chunk.segments, chunk.live()))
        })
    }

    /// A property of these relationships, as [`Graph::gather_nodes`].
    pub fn gather_relationships(&self, ids: &[u32], key: KeyId) -> Vector {
        gather(ids, key, &self.faults, |chunk| {
            self.relationships.get(chunk, &self.faults).map(|chunk| (&chunk.segments, chunk.live()))
        })
    }
}

fn gather<'a>(
    ids: &[u32],
    key: KeyId,
    faults: &'a Faults,
    find: impl Fn(usize) -> Option<(&'a Segments, &'a Bitmap)>,
) -> Vector {
    let Some(&first) = ids.first() else { return Vector::nulls(0) };
    let (chunk, _) = place(first);
    if ids.iter().all(|&id| place(id).0 == chunk) {
        return match find(chunk)
            .and_then(|(segments, live)| Some((segments.get(key, faults)?, live)))
        {
            Some((segment, live)) => gather_in_chunk(ids, segment, live),
            None => Vector::nulls(ids.len()),
        };
    }
    let mut builder = VectorBuilder::new();
    for &id in ids {
        let (chunk, row) = place(id);
        match find(chunk)
            .and_then(|(segments, live)| segments.get(key, faults).filter(|_| live.contains(row)))
        {
            Some(segment) => push_cell(&mut builder, segment.cell(row)),
            None => builder.push_null(),
        }
    }
    builder.finish()
}

fn push_cell(builder: &mut VectorBuilder, cell: super::Cell<'_>) {
    match cell {
        super::Cell::String(string) => builder.push_str(string),
        other => builder.push(other.to_value()),
    }
}

/// Gathers rows of one segment.
fn gather_in_chunk(ids: &[u32], segment: &super::Segment, live: &Bitmap) -> Vector {
    if matches!(segment, super::Segment::Open(_)) {
        let mut builder = VectorBuilder::new();
        for &id in ids {
            let row = place(id).1;
            if live.contains(row) {
                push_cell(&mut builder, segment.cell(row));
            } else {
                builder.push_null();
            }
        }
        return builder.finish();
    }
    let vector = segment.vector();
    let start = place(ids[0]).1;
    let consecutive = ids.iter().enumerate().all(|(index, &id)| place(id).1 == start + index);
    let gathered = if consecutive && start + ids.len() <= vector.len() {
        vector.slice(start, ids.len())
    } else {
        let rows: Vec<u32> = ids.iter().map(|&id| place(id).1 as u32).collect();
        vector.gather(&rows)
    };
    if ids.iter().all(|&id| live.contains(place(id).1)) {
        gathered
    } else {
        gathered.masked(&ids.iter().map(|&id| live.contains(place(id).1)).collect::<NullBuffer>())
    }
}
