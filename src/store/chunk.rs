//! Chunks: small tables of 2048 nodes or relationships.
//!
//! What rarely changes (which rows there are, their labels, their ends) is
//! shared apart from the columns, so that setting a property copies neither the
//! structure nor another column.

use super::bitmap::Bitmap;
pub(crate) use super::columns::Segments;
pub(crate) use super::ends::Ends;
use super::stored::{ChunkSource, Damage, Place, TableName};
use super::table::Stored;
use super::{LabelId, TypeId};
use crate::value::{Endpoint, NodeId, RelationshipId};
use std::sync::Arc;

/// A chunk of nodes.
#[derive(Clone, Debug, Default)]
pub struct NodeChunk {
    rows: Arc<NodeRows>,
    pub(crate) segments: Segments,
    /// Whether the chunk was written since it was last sealed.
    pub(crate) open: bool,
}

#[derive(Clone, Debug, Default)]
pub(crate) struct NodeRows {
    pub(crate) live: Bitmap,
    /// In the order of label ids. A label's bitmap lies within `live`.
    pub(crate) labels: Vec<(LabelId, Bitmap)>,
}

impl NodeRows {
    fn label_mut(&mut self, label: LabelId) -> &mut Bitmap {
        let labels = &mut self.labels;
        let place =
            labels.binary_search_by_key(&label, |(label, _)| *label).unwrap_or_else(|place| {
                labels.insert(place, (label, Bitmap::default()));
                place
            });
        &mut labels[place].1
    }
}

impl NodeChunk {
    /// A sealed chunk of these parts.
    pub(crate) fn from_parts(rows: NodeRows, segments: Segments) -> Self {
        NodeChunk { rows: Arc::new(rows), segments, open: false }
    }

    /// The same with these columns.
    pub(crate) fn with_segments(&self, segments: Segments) -> Self {
        NodeChunk { segments, ..self.clone() }
    }

    pub(crate) fn rows(&self) -> &NodeRows {
        &self.rows
    }

    /// The rows that hold nodes.
    pub fn live(&self) -> &Bitmap {
        &self.rows.live
    }

    /// The rows whose nodes have a label, `None` where no node has.
    pub fn label(&self, label: LabelId) -> Option<&Bitmap> {
        let labels = &self.rows.labels;
        labels.binary_search_by_key(&label, |(label, _)| *label).ok().map(|place| &labels[place].1)
    }

    /// The labels of a row, in the order of their ids.
    pub fn labels(&self, row: usize) -> impl Iterator<Item = LabelId> + '_ {
        self.rows.labels.iter().filter(move |(_, rows)| rows.contains(row)).map(|(label, _)| *label)
    }

    /// Every label that occurs in the chunk with the rows that have it.
    pub fn each_label(&self) -> impl Iterator<Item = (LabelId, &Bitmap)> {
        self.rows.labels.iter().map(|(label, rows)| (*label, rows))
    }

    pub(crate) fn insert(&mut self, row: usize) {
        Arc::make_mut(&mut self.rows).live.set(row, true);
    }

    /// Puts nodes with these labels into the rows from one on up to, and without, another.
    pub(crate) fn fill(&mut self, from: usize, to: usize, labels: &[LabelId]) {
        let rows = Arc::make_mut(&mut self.rows);
        rows.live.fill(from, to);
        labels.iter().for_each(|label| rows.label_mut(*label).fill(from, to));
    }

    pub(crate) fn remove(&mut self, row: usize) {
        let rows = Arc::make_mut(&mut self.rows);
        rows.live.set(row, false);
        rows.labels.retain_mut(|(_, members)| {
            members.set(row, false);
            !members.is_empty()
        });
    }

    /// The chunk without these rows.
    pub(crate) fn without(&self, hidden: &Bitmap) -> Self {
        let mut rows = NodeRows::clone(&self.rows);
        rows.live.subtract(hidden);
        rows.labels.retain_mut(|(_, members)| {
            members.subtract(hidden);
            !members.is_empty()
        });
        NodeChunk { rows: Arc::new(rows), ..self.clone() }
    }

    pub(crate) fn add_label(&mut self, row: usize, label: LabelId) {
        Arc::make_mut(&mut self.rows).label_mut(label).set(row, true);
    }

    pub(crate) fn remove_label(&mut self, row: usize, label: LabelId) {
        let labels = &mut Arc::make_mut(&mut self.rows).labels;
        if let Ok(place) = labels.binary_search_by_key(&label, |(label, _)| *label) {
            labels[place].1.set(row, false);
            if labels[place].1.is_empty() {
                labels.remove(place);
            }
        }
    }

    pub(crate) fn seal(&mut self) {
        self.segments.seal(&self.rows.live);
        self.open = false;
    }
}

/// A chunk of relationships.
#[derive(Clone, Debug, Default)]
pub struct RelationshipChunk {
    live: Arc<Bitmap>,
    ends: Arc<Ends>,
    pub(crate) segments: Segments,
    /// Whether the chunk was written since it was last sealed.
    pub(crate) open: bool,
}

impl RelationshipChunk {
    /// A sealed chunk of these parts.
    pub(crate) fn from_parts(live: Bitmap, ends: Ends, segments: Segments) -> Self {
        RelationshipChunk { live: Arc::new(live), ends: Arc::new(ends), segments, open: false }
    }

    /// The same with these columns.
    pub(crate) fn with_segments(&self, segments: Segments) -> Self {
        RelationshipChunk { segments, ..self.clone() }
    }

    pub(crate) fn records(&self) -> &Ends {
        &self.ends
    }

    /// The rows that hold relationships.
    pub fn live(&self) -> &Bitmap {
        &self.live
    }

    /// The types by row, live or not.
    pub fn types(&self) -> &[u32] {
        &self.ends.types
    }

    /// The ids of what each row starts at, live or not.
    pub fn starts(&self) -> &[u32] {
        &self.ends.starts
    }

    /// The ids of what each row ends at, live or not.
    pub fn ends(&self) -> &[u32] {
        &self.ends.ends
    }

    /// The rows that start at a relationship; the others start at a node.
    pub fn starts_at_relationship(&self) -> &Bitmap {
        &self.ends.start_kinds
    }

    /// The rows that end at a relationship; the others end at a node.
    pub fn ends_at_relationship(&self) -> &Bitmap {
        &self.ends.end_kinds
    }

    /// The live rows of a type.
    pub fn of_type(&self, kind: TypeId) -> Bitmap {
        let mut rows = Bitmap::default();
        for row in self.live.iter() {
            if self.ends.types.get(row as usize) == Some(&kind.0) {
                rows.set(row as usize, true);
            }
        }
        rows
    }

    /// The type of all of the first rows, so many, if it is the same.
    pub(super) fn only_kind(&self, rows: usize) -> Option<TypeId> {
        let kinds = self.ends.types.get(..rows)?;
        let first = *kinds.first()?;
        // No early end, so that it is done for many at once.
        let differences = kinds.iter().fold(0, |all, kind| all | (kind ^ first));
        (differences == 0).then_some(TypeId(first))
    }

    /// The type of a row, `None` where it is not live.
    pub fn kind(&self, row: usize) -> Option<TypeId> {
        if self.live.contains(row) { self.ends.types.get(row).copied().map(TypeId) } else { None }
    }

    /// Type, start and end of a row, `None` where it is not live.
    pub fn record(&self, row: usize) -> Option<(TypeId, Endpoint, Endpoint)> {
        if !self.live.contains(row) {
            return None;
        }
        let endpoint = |id: u32, kinds: &Bitmap| {
            if kinds.contains(row) {
                Endpoint::Relationship(RelationshipId(id))
            } else {
                Endpoint::Node(NodeId(id))
            }
        };
        Some((
            TypeId(*self.ends.types.get(row)?),
            endpoint(*self.ends.starts.get(row)?, &self.ends.start_kinds),
            endpoint(*self.ends.ends.get(row)?, &self.ends.end_kinds),
        ))
    }

    pub(crate) fn insert(&mut self, row: usize, kind: TypeId, start: Endpoint, end: Endpoint) {
        Arc::make_mut(&mut self.live).set(row, true);
        let ends = Arc::make_mut(&mut self.ends);
        // Rows that were skipped in between stay unused for ever.
        let length = ends.types.len().max(row + 1);
        for column in [&mut ends.types, &mut ends.starts, &mut ends.ends] {
            column.resize(length, 0);
        }
        ends.types[row] = kind.0;
        for (endpoint, column, kinds) in [
            (start, &mut ends.starts, &mut ends.start_kinds),
            (end, &mut ends.ends, &mut ends.end_kinds),
        ] {
            match endpoint {
                Endpoint::Node(node) => {
                    column[row] = node.0;
                    kinds.set(row, false);
                }
                Endpoint::Relationship(relationship) => {
                    column[row] = relationship.0;
                    kinds.set(row, true);
                }
            }
        }
    }

    /// Puts relationships of a type between nodes into the rows from one on, behind all that
    /// there are.
    pub(crate) fn append(&mut self, row: usize, kind: TypeId, from: &[u32], to: &[u32]) {
        let end = row + from.len();
        Arc::make_mut(&mut self.live).fill(row, end);
        let Ends { types, starts, ends, .. } = Arc::make_mut(&mut self.ends);
        for (column, ids) in [(&mut *starts, from), (ends, to)] {
            column.resize(row, 0);
            column.extend_from_slice(ids);
        }
        types.resize(row, 0);
        types.resize(end, kind.0);
    }

    pub(crate) fn remove(&mut self, row: usize) {
        Arc::make_mut(&mut self.live).set(row, false);
    }

    /// The chunk without these rows.
    pub(crate) fn without(&self, hidden: &Bitmap) -> Self {
        let mut live = Bitmap::clone(&self.live);
        live.subtract(hidden);
        RelationshipChunk { live: Arc::new(live), ..self.clone() }
    }

    pub(crate) fn seal(&mut self) {
        self.segments.seal(&self.live);
        self.open = false;
    }
}

impl Stored for NodeChunk {
    fn read(
        source: &Arc<dyn ChunkSource>,
        _table: TableName,
        number: u32,
        place: &Place,
    ) -> Result<Self, Damage> {
        source.clone().nodes(number, place)
    }

    fn bytes(&self) -> u64 {
        self.segments.bytes()
    }

    fn moved(&self, source: &Arc<dyn ChunkSource>, place: &Place) -> Self {
        NodeChunk { segments: self.segments.moved(source, place), ..self.clone() }
    }
}

impl Stored for RelationshipChunk {
    fn read(
        source: &Arc<dyn ChunkSource>,
        _table: TableName,
        number: u32,
        place: &Place,
    ) -> Result<Self, Damage> {
        source.clone().relationships(number, place)
    }

    fn bytes(&self) -> u64 {
        self.segments.bytes()
    }

    fn moved(&self, source: &Arc<dyn ChunkSource>, place: &Place) -> Self {
        RelationshipChunk { segments: self.segments.moved(source, place), ..self.clone() }
    }
}
