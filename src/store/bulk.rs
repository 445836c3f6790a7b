//! Loading much at once: rows go in as they come, adjacency is built once at the end.
//!
//! A [`Writer`] keeps each change, so that it can be logged, and each version in between
//! is one that can be read. A load needs neither: nothing of it is seen before its end. So it
//! keeps no changes, enters nothing into indexes, and sorts the relationships of a type by
//! their ends in one go (`connect.rs`).
//!
//! A load that is small beside the graph that it adds to is told as changes in the end, and
//! entered into the indexes: it shall cost no more than it holds.

use super::chunk::RelationshipChunk;
use super::connect::connect_each;
use super::graph::place;
use super::mutate::Dirty;
use super::room::Room;
use super::writer::{ID_LIMIT, checked, storable_all};
use super::{
    Change, ChangeCounts, Graph, KeyId, LabelId, RelationshipRecord, StoreError, TypeId, Writer,
};
use crate::value::{Endpoint, NodeId, RelationshipId, Value};
use crate::vector::{CHUNK_ROWS, Vector};
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

/// A version in the making to which only new elements are added.
///
/// ```
/// use dossier::store::{BulkLoad, Direction, EndpointKind, Graph};
/// use dossier::value::{Endpoint, Value};
/// use std::sync::Arc;
///
/// let mut load = BulkLoad::new(Arc::new(Graph::new()));
/// let (person, knows, name) = (load.label("Person")?, load.relationship_type("KNOWS")?, load.key("name")?);
/// let li = load.add_node(&[person], [(name, Value::from("Li"))])?;
/// let he = load.add_node(&[person], [(name, Value::from("He"))])?;
/// load.add_relationship(knows, Endpoint::Node(li), Endpoint::Node(he), [])?;
/// let graph = load.finish()?.graph;
/// let found = graph.neighbours(Endpoint::Node(li), knows, Direction::Outgoing, EndpointKind::Node);
/// assert_eq!(found.map(|(neighbour, _)| neighbour).collect::<Vec<_>>(), [he.0]);
/// # Ok::<(), dossier::store::StoreError>(())
/// ```
#[derive(Debug)]
pub struct BulkLoad {
    /// Holds the graph, and defines names.
    names: Writer,
    nodes_from: u32,
    relationships_from: u32,
    /// The ids between which the relationships of a type lie that connect nodes.
    ranges: BTreeMap<u32, Range<u32>>,
    dirty: Dirty,
    /// The chunk that relationships are being added to. The way to it through the tables costs
    /// more than the adding, so it is put there when it is full.
    tail: Option<(usize, RelationshipChunk)>,
    /// How much memory it may take; `None` for all that there is.
    room: Option<Room>,
}

/// What a load has led to.
#[derive(Debug)]
pub struct Loaded {
    /// The version.
    pub graph: Arc<Graph>,
    /// The names that are new, as changes; and of a small load what was added.
    pub changes: Vec<Change>,
    /// What was added and is in no change, in numbers.
    pub unlogged: ChangeCounts,
}

/// A load is small that adds at most one element to so many that are there,
const SMALL_SHARE: u64 = 8;
/// and at most so many elements.
const SMALL_MOST: u64 = 250_000;

impl BulkLoad {
    /// Starts from a version.
    pub fn new(base: Arc<Graph>) -> Self {
        Self::within(base, None)
    }

    /// Starts from a version, and takes no more memory than there is room for, but for what
    /// claims are about: relationships at relationships, which are entered one by one.
    pub fn within(base: Arc<Graph>, mut room: Option<Room>) -> Self {
        if let Some(room) = &mut room {
            room.begin(&base);
        }
        BulkLoad {
            nodes_from: base.next_node,
            relationships_from: base.next_relationship,
            names: Writer::new(base),
            ranges: BTreeMap::new(),
            dirty: Dirty::default(),
            tail: None,
            room,
        }
    }

    /// The id of a label, defined where it is new.
    ///
    /// # Errors
    /// [`StoreError::IdLimit`].
    pub fn label(&mut self, name: &str) -> Result<LabelId, StoreError> {
        self.names.label(name)
    }

    /// The id of a relationship type, defined where it is new.
    ///
    /// # Errors
    /// [`StoreError::IdLimit`].
    pub fn relationship_type(&mut self, name: &str) -> Result<TypeId, StoreError> {
        self.names.relationship_type(name)
    }

    /// The id of a property key, defined where it is new.
    ///
    /// # Errors
    /// [`StoreError::IdLimit`].
    pub fn key(&mut self, name: &str) -> Result<KeyId, StoreError> {
        self.names.key(name)
    }

    /// The version as far as it is: its adjacency and its indexes lack what was added, and so may
    /// the last chunk of relationships.
    pub fn graph(&self) -> &Graph {
        &self.names.graph
    }

    /// How many nodes and how many relationships were added.
    pub fn added(&self) -> (u64, u64) {
        let graph = &self.names.graph;
        let nodes = u64::from(graph.next_node - self.nodes_from);
        (nodes, u64::from(graph.next_relationship - self.relationships_from))
    }

    /// Bytes that were made so far and are in memory, roughly.
    pub fn bytes(&self) -> usize {
        self.room.as_ref().map_or(self.dirty.bytes, |room| room.left_of(self.dirty.bytes))
    }

    /// Puts out of memory what is more than it may take.
    fn make_room(&mut self) -> Result<(), StoreError> {
        match &mut self.room {
            Some(room) if room.is_exceeded(self.dirty.bytes, room.limit() / 2) => {
                room.put_out(Arc::make_mut(&mut self.names.graph), &mut self.dirty, true)
            }
            _ => Ok(()),
        }
    }

    /// Adds a node with distinct labels. Null properties are left out; of a key that is
    /// given twice the last value counts.
    ///
    /// # Errors
    /// [`StoreError::InvalidPropertyType`], [`StoreError::StringTooLong`],
    /// [`StoreError::IdLimit`]; [`StoreError::NotPutOut`], then nothing is left of the load.
    pub fn add_node(
        &mut self,
        labels: &[LabelId],
        properties: impl IntoIterator<Item = (KeyId, Value)>,
    ) -> Result<NodeId, StoreError> {
        let properties = checked(properties.into_iter().collect())?;
        self.make_room()?;
        let graph = Arc::make_mut(&mut self.names.graph);
        if graph.next_node == ID_LIMIT {
            return Err(StoreError::IdLimit("node"));
        }
        let node = NodeId(graph.next_node);
        graph.next_node += 1;
        graph.place_node(node, labels, properties, &mut self.dirty);
        Ok(node)
    }

    /// Adds so many nodes, each with all of these distinct labels and the values of its place in
    /// columns of distinct keys. Nulls are no properties.
    ///
    /// # Errors
    /// As [`BulkLoad::add_node`]; then none was added.
    ///
    /// ```
    /// use dossier::store::{BulkLoad, Graph};
    /// use dossier::vector::Vector;
    /// use std::sync::Arc;
    ///
    /// let mut load = BulkLoad::new(Arc::new(Graph::new()));
    /// let (person, age) = (load.label("Person")?, load.key("age")?);
    /// load.add_nodes(2, &[person], &[(age, Vector::integers(vec![46, 51]))])?;
    /// assert_eq!(load.finish()?.graph.node_count(), 2);
    /// # Ok::<(), dossier::store::StoreError>(())
    /// ```
    pub fn add_nodes(
        &mut self,
        count: usize,
        labels: &[LabelId],
        properties: &[(KeyId, Vector)],
    ) -> Result<(), StoreError> {
        for (_, values) in properties {
            storable_all(values)?;
        }
        self.make_room()?;
        let graph = Arc::make_mut(&mut self.names.graph);
        let first = NodeId(graph.next_node);
        let next = u32::try_from(count).ok().and_then(|count| first.0.checked_add(count));
        graph.next_node = next.ok_or(StoreError::IdLimit("node"))?;
        graph.place_nodes((first, count), labels, properties, &mut self.dirty);
        Ok(())
    }

    /// Whether an element is there; what was added is never taken away.
    fn is_there(&self, element: Endpoint) -> bool {
        let graph = &self.names.graph;
        let added = match element {
            Endpoint::Node(NodeId(id)) => (self.nodes_from..graph.next_node).contains(&id),
            Endpoint::Relationship(RelationshipId(id)) => {
                (self.relationships_from..graph.next_relationship).contains(&id)
            }
        };
        added || graph.contains(element)
    }

    /// Adds a relationship between elements that are there. Properties as in
    /// [`BulkLoad::add_node`].
    ///
    /// # Errors
    /// [`StoreError::NotFound`] for an endpoint, else as [`BulkLoad::add_node`].
    pub fn add_relationship(
        &mut self,
        kind: TypeId,
        start: Endpoint,
        end: Endpoint,
        properties: impl IntoIterator<Item = (KeyId, Value)>,
    ) -> Result<RelationshipId, StoreError> {
        let properties = checked(properties.into_iter().collect())?;
        for endpoint in [start, end] {
            if !self.is_there(endpoint) {
                return Err(StoreError::NotFound(endpoint));
            }
        }
        self.make_room()?;
        let graph = Arc::make_mut(&mut self.names.graph);
        if graph.next_relationship == ID_LIMIT {
            return Err(StoreError::IdLimit("relationship"));
        }
        let id = RelationshipId(graph.next_relationship);
        graph.next_relationship += 1;
        let record = RelationshipRecord { kind, start, end };
        graph.counts.relationships += 1;
        let (index, row) = place(id.0);
        let chunk = tail_at(&mut self.tail, graph, index, &mut self.dirty);
        chunk.insert(row, kind, start, end);
        if !properties.is_empty() {
            let faults = graph.faults.clone();
            for (key, value) in properties {
                self.dirty.bytes += chunk.segments.set(key, row, value, &faults);
            }
        }
        if connects_nodes(&record) {
            let range = self.ranges.entry(kind.0).or_insert(id.0..id.0);
            range.end = id.0 + 1;
        } else {
            graph.connect(record, id, true, &mut self.dirty);
        }
        Ok(id)
    }

    /// Adds relationships without properties from each of some nodes to the node of the same
    /// place among others. All of the nodes are there.
    ///
    /// # Errors
    /// As [`BulkLoad::add_relationship`]; then none was added.
    pub(crate) fn add_links(
        &mut self,
        kind: TypeId,
        starts: &[u32],
        ends: &[u32],
    ) -> Result<(), StoreError> {
        let count = starts.len().min(ends.len());
        let (mut starts, mut ends) = (&starts[..count], &ends[..count]);
        let new = self.nodes_from..self.names.graph.next_node;
        for &id in starts.iter().chain(ends) {
            let node = Endpoint::Node(NodeId(id));
            if !new.contains(&id) && !self.names.graph.contains(node) {
                return Err(StoreError::NotFound(node));
            }
        }
        self.make_room()?;
        let graph = Arc::make_mut(&mut self.names.graph);
        let first = graph.next_relationship;
        let next = u32::try_from(count).ok().and_then(|count| first.checked_add(count));
        graph.next_relationship = next.ok_or(StoreError::IdLimit("relationship"))?;
        graph.counts.relationships += count as u64;
        let mut id = first;
        while !starts.is_empty() {
            let (index, row) = place(id);
            let some = starts.len().min(CHUNK_ROWS - row);
            let chunk = tail_at(&mut self.tail, graph, index, &mut self.dirty);
            chunk.append(row, kind, &starts[..some], &ends[..some]);
            (starts, ends) = (&starts[some..], &ends[some..]);
            id += some as u32;
        }
        if count > 0 {
            self.ranges.entry(kind.0).or_insert(first..first).end = id;
        }
        Ok(())
    }

    /// Builds the adjacency, leaves the indexes to be filled when they are first used (unless
    /// little was added), and holds what was added to the schema.
    ///
    /// # Errors
    /// [`StoreError::Violation`], [`StoreError::NotPutOut`].
    ///
    /// # Complexity
    /// O(n log d) for n relationships at nodes with d each. Where there is no room for all, what
    /// was added is read once for each part of the adjacency that there is room for.
    pub fn finish(self) -> Result<Loaded, StoreError> {
        self.finish_while(&mut |_| true)
    }

    /// As [`BulkLoad::finish`], as long as `goes_on` says so, which is asked now and then, with how
    /// many of the relationships are in the adjacency.
    ///
    /// # Errors
    /// As [`BulkLoad::finish`]; [`StoreError::Stopped`].
    pub fn finish_while(self, goes_on: &mut dyn FnMut(u64) -> bool) -> Result<Loaded, StoreError> {
        let BulkLoad { names, nodes_from, relationships_from, ranges, mut dirty, tail, mut room } =
            self;
        let Writer { graph: mut version, mut changes, .. } = names;
        let graph = Arc::make_mut(&mut version);
        put(graph, tail, &mut dirty);
        connect_each(graph, &mut dirty, ranges, room.as_mut(), goes_on)?;
        graph.seal(dirty);
        let nodes = nodes_from..graph.next_node;
        let relationships = relationships_from..graph.next_relationship;
        let mut unlogged = ChangeCounts::default();
        let added = nodes.len() as u64 + relationships.len() as u64;
        let before = u64::from(nodes_from) + u64::from(relationships_from);
        if added <= SMALL_MOST && added <= before / SMALL_SHARE {
            changes.extend(graph.tell(nodes.clone(), relationships.clone()));
        } else {
            unlogged.nodes_created = nodes.len() as u64;
            unlogged.relationships_created = relationships.len() as u64;
            graph.fill_indexes_later();
        }
        graph.check_added(nodes, relationships)?;
        Ok(Loaded { graph: version, changes, unlogged })
    }
}

impl Graph {
    /// Enters new elements into the indexes, and tells what has created them.
    fn tell(&mut self, nodes: Range<u32>, relationships: Range<u32>) -> Vec<Change> {
        let nodes = nodes.map(|id| Endpoint::Node(NodeId(id)));
        let relationships = relationships.map(|id| Endpoint::Relationship(RelationshipId(id)));
        let created = |element| {
            self.index_element(element, None, true);
            match element {
                Endpoint::Node(node) => Some(self.node_change(node)),
                Endpoint::Relationship(id) => self.relationship_change(id),
            }
        };
        nodes.chain(relationships).filter_map(created).collect()
    }
}

impl Writer {
    /// Goes on from what was loaded onto the version of this writer.
    pub fn take_loaded(&mut self, loaded: Loaded) {
        let Loaded { graph, changes, unlogged } = loaded;
        let all_checked = self.checked == self.changes.len();
        self.graph = graph;
        // The changes do not lead here.
        self.base = None;
        self.changes.extend(changes);
        self.unlogged.nodes_created += unlogged.nodes_created;
        self.unlogged.relationships_created += unlogged.relationships_created;
        // The load has been held to the schema.
        if all_checked {
            self.checked = self.changes.len();
        }
    }

    /// What was loaded into the version and is in none of the changes, in numbers: where there
    /// is any, the changes alone do not lead to the version.
    pub fn unlogged(&self) -> ChangeCounts {
        self.unlogged
    }
}

/// The chunk that relationships are being added to, which is now the one with this number.
fn tail_at<'a>(
    tail: &'a mut Option<(usize, RelationshipChunk)>,
    graph: &mut Graph,
    index: usize,
    dirty: &mut Dirty,
) -> &'a mut RelationshipChunk {
    if tail.as_ref().is_none_or(|(at, _)| *at != index) {
        put(graph, tail.take(), dirty);
    }
    let chunk =
        tail.get_or_insert_with(|| (index, graph.relationship_chunk_mut(index, dirty).clone()));
    &mut chunk.1
}

/// Puts the chunk that relationships were added to into the graph.
fn put(graph: &mut Graph, tail: Option<(usize, RelationshipChunk)>, dirty: &mut Dirty) {
    if let Some((index, chunk)) = tail {
        *graph.relationship_chunk_mut(index, dirty) = chunk;
    }
}

fn connects_nodes(record: &RelationshipRecord) -> bool {
    matches!((record.start, record.end), (Endpoint::Node(_), Endpoint::Node(_)))
}

#[cfg(test)]
#[path = "bulk_tests.rs"]
mod tests;
