//! Chunks: small tables of 2048 nodes or relationships.
//!
//! What rarely changes (which rows there are, their labels, their ends) is
//! shared apart from the columns, so that setting a property copies neither the
//! structure nor another column.

use super::bitmap::Bitmap;
use super::segment::Segment;
use super::{KeyId, LabelId, TypeId};
use crate::value::{Endpoint, NodeId, RelationshipId, Value};
use std::sync::Arc;

/// The columns of a chunk, in the order of property key ids.
#[derive(Clone, Debug, Default)]
pub(crate) struct Segments {
    columns: Vec<(KeyId, Arc<Segment>)>,
}

impl Segments {
    pub(crate) fn get(&self, key: KeyId) -> Option<&Segment> {
        let place = self.columns.binary_search_by_key(&key, |(key, _)| *key).ok()?;
        self.columns.get(place).map(|(_, segment)| &**segment)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (KeyId, &Segment)> {
        self.columns.iter().map(|(key, segment)| (*key, &**segment))
    }

    /// The properties of a row, without nulls.
    pub(crate) fn row(&self, row: usize) -> impl Iterator<Item = (KeyId, Value)> + '_ {
        self.iter()
            .map(move |(key, segment)| (key, segment.get(row)))
            .filter(|(_, value)| !matches!(value, Value::Null))
    }

    pub(crate) fn set(&mut self, key: KeyId, row: usize, value: Value) {
        match self.columns.binary_search_by_key(&key, |(key, _)| *key) {
            Ok(place) => Arc::make_mut(&mut self.columns[place].1).set(row, value),
            Err(_) if matches!(value, Value::Null) => {}
            Err(place) => {
                let mut segment = Segment::for_value(&value);
                segment.set(row, value);
                self.columns.insert(place, (key, Arc::new(segment)));
            }
        }
    }

    /// Seals the open columns and drops those without values.
    fn seal(&mut self, live: &Bitmap) {
        self.columns.retain_mut(|(_, segment)| {
            matches!(**segment, Segment::Sealed(_)) || Arc::make_mut(segment).seal(live)
        });
    }
}

/// A chunk of nodes.
#[derive(Clone, Debug, Default)]
pub struct NodeChunk {
    rows: Arc<NodeRows>,
    pub(crate) segments: Segments,
    /// Whether the chunk was written since it was last sealed.
    pub(crate) open: bool,
}

#[derive(Clone, Debug, Default)]
struct NodeRows {
    live: Bitmap,
    /// In the order of label ids. A label's bitmap lies within `live`.
    labels: Vec<(LabelId, Bitmap)>,
}

impl NodeChunk {
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

    /// The column of a property key, where the key occurs in the chunk.
    pub fn segment(&self, key: KeyId) -> Option<&Segment> {
        self.segments.get(key)
    }

    /// The columns.
    pub fn segments(&self) -> impl Iterator<Item = (KeyId, &Segment)> {
        self.segments.iter()
    }

    pub(crate) fn insert(&mut self, row: usize) {
        Arc::make_mut(&mut self.rows).live.set(row, true);
    }

    pub(crate) fn remove(&mut self, row: usize) {
        let rows = Arc::make_mut(&mut self.rows);
        rows.live.set(row, false);
        rows.labels.retain_mut(|(_, members)| {
            members.set(row, false);
            !members.is_empty()
        });
    }

    pub(crate) fn add_label(&mut self, row: usize, label: LabelId) {
        let labels = &mut Arc::make_mut(&mut self.rows).labels;
        let place =
            labels.binary_search_by_key(&label, |(label, _)| *label).unwrap_or_else(|place| {
                labels.insert(place, (label, Bitmap::default()));
                place
            });
        labels[place].1.set(row, true);
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

/// Types and ends of the rows; only ever appended to.
#[derive(Clone, Debug, Default)]
struct Ends {
    types: Vec<u32>,
    starts: Vec<u32>,
    ends: Vec<u32>,
    /// The rows that start at a relationship.
    start_kinds: Bitmap,
    /// The rows that end at a relationship.
    end_kinds: Bitmap,
}

impl RelationshipChunk {
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

    /// The column of a property key, where the key occurs in the chunk.
    pub fn segment(&self, key: KeyId) -> Option<&Segment> {
        self.segments.get(key)
    }

    /// The columns.
    pub fn segments(&self) -> impl Iterator<Item = (KeyId, &Segment)> {
        self.segments.iter()
    }

    pub(crate) fn insert(&mut self, row: usize, kind: TypeId, start: Endpoint, end: Endpoint) {
        Arc::make_mut(&mut self.live).set(row, true);
        let ends = Arc::make_mut(&mut self.ends);
        // Rows that were skipped in between stay unused for ever.
        for column in [&mut ends.types, &mut ends.starts, &mut ends.ends] {
            column.resize(row + 1, 0);
        }
        ends.types[row] = kind.0;
        for (endpoint, column, kinds) in [
            (start, &mut ends.starts, &mut ends.start_kinds),
            (end, &mut ends.ends, &mut ends.end_kinds),
        ] {
            match endpoint {
                Endpoint::Node(node) => column[row] = node.0,
                Endpoint::Relationship(relationship) => {
                    column[row] = relationship.0;
                    kinds.set(row, true);
                }
            }
        }
    }

    pub(crate) fn remove(&mut self, row: usize) {
        Arc::make_mut(&mut self.live).set(row, false);
    }

    pub(crate) fn seal(&mut self) {
        self.segments.seal(&self.live);
        self.open = false;
    }
}
