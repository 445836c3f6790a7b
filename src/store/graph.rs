//! A version of the graph, and reading it.

use super::adjacency::{EndpointKind, TypeAdjacency, parts_of_slot, table_slot};
use super::budget::Budget;
use super::chunk::{NodeChunk, RelationshipChunk, Segments};
use super::index::Indexes;
use super::mask::PartBytes;
use super::neighbours::Neighbours;
use super::schema::Schema;
use super::statistics::{Counts, Statistics};
use super::stored::{Damage, Faults};
use super::table::ChunkTable;
use super::{Catalog, KeyId, LabelId, Segment, TypeId};
use crate::value::{ElementReader, Endpoint, Map, NodeId, RelationshipId, Value};
use crate::vector::CHUNK_ROWS;
use std::sync::Arc;

/// Which way a relationship is followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Direction {
    /// From its start to its end.
    Outgoing,
    /// From its end to its start.
    Incoming,
}

impl Direction {
    /// The other one.
    pub fn reverse(self) -> Self {
        match self {
            Direction::Outgoing => Direction::Incoming,
            Direction::Incoming => Direction::Outgoing,
        }
    }
}

/// Type and ends of a relationship.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct RelationshipRecord {
    /// Its type.
    pub kind: TypeId,
    /// What it starts at.
    pub start: Endpoint,
    /// What it ends at.
    pub end: Endpoint,
}

impl RelationshipRecord {
    /// The end that is met when the relationship is followed in a direction.
    pub fn target(&self, direction: Direction) -> Endpoint {
        match direction {
            Direction::Outgoing => self.end,
            Direction::Incoming => self.start,
        }
    }
}

/// An immutable version of the graph; cloning costs a few reference counts.
///
/// A version handed out by a writer mid-transaction reads the same, but its
/// columns may still be open, and are then copied where a scan asks for them.
#[derive(Clone, Debug, Default)]
pub struct Graph {
    pub(crate) catalog: Catalog,
    pub(crate) nodes: ChunkTable<NodeChunk>,
    pub(crate) relationships: ChunkTable<RelationshipChunk>,
    pub(crate) next_node: u32,
    pub(crate) next_relationship: u32,
    /// By type id.
    pub(crate) types: ChunkTable<TypeAdjacency>,
    pub(crate) counts: Counts,
    pub(crate) indexes: Indexes,
    pub(crate) schema: Schema,
    /// What could not be read of the file that the version is in.
    pub(crate) faults: Faults,
    /// What the memory of chunks is accounted to that are read from a file.
    pub(crate) budget: Option<Arc<Budget>>,
    /// The number of the last commit in the version, 0 for none, and its time.
    pub(crate) last_commit: (u64, i64),
    /// Where elements of the version are hidden: what it takes besides the whole one. What its
    /// indexes find may be hidden.
    pub(crate) part: Option<PartBytes>,
    /// What had been read in all when the version was last renewed, in bytes.
    pub(crate) loaded: u64,
}

/// Chunk number and row of an id.
pub(crate) fn place(id: u32) -> (usize, usize) {
    (id as usize / CHUNK_ROWS, id as usize % CHUNK_ROWS)
}

/// Kind and id of an endpoint.
pub(crate) fn parts(endpoint: Endpoint) -> (EndpointKind, u32) {
    match endpoint {
        Endpoint::Node(node) => (EndpointKind::Node, node.0),
        Endpoint::Relationship(relationship) => (EndpointKind::Relationship, relationship.0),
    }
}

impl Graph {
    /// An empty graph.
    pub fn new() -> Self {
        Self::default()
    }

    /// The last commit in the version: its number, 0 for none, and its time in nanoseconds
    /// since 1970-01-01T00:00:00Z.
    pub fn last_commit(&self) -> (u64, i64) {
        self.last_commit
    }

    /// Says which commit the version is to be known as: its number and its time.
    pub fn set_last_commit(&mut self, number: u64, time: i64) {
        self.last_commit = (number, time);
    }

    /// The names of labels, types and property keys.
    pub fn catalog(&self) -> &Catalog {
        &self.catalog
    }

    /// Counts for the optimiser.
    pub fn statistics(&self) -> Statistics<'_> {
        Statistics::of(self)
    }

    /// What could not be read of the file that the version is in, if anything that was
    /// asked for could not. Whatever was read of the version is then not to be trusted.
    pub fn damage(&self) -> Option<Damage> {
        self.faults.first().cloned()
    }

    /// Whether [`Graph::damage`] of the version's own chunks is known.
    pub fn is_damaged(&self) -> bool {
        self.faults.first().is_some()
    }

    /// The same version, which has met no damage yet: a reader that looks at
    /// [`Graph::damage`] afterwards learns of what it met itself. O(1).
    pub fn watched(&self) -> Graph {
        Graph { faults: Faults::default(), ..self.clone() }
    }

    /// Reads all there is to say of an element, where it is still in the file.
    pub fn touch(&self, element: Endpoint) {
        if let Some((segments, _)) = self.row_of(element) {
            segments.iter(&self.faults).for_each(drop);
        }
    }

    /// Number of nodes.
    pub fn node_count(&self) -> u64 {
        self.counts.nodes
    }

    /// Number of relationships.
    pub fn relationship_count(&self) -> u64 {
        self.counts.relationships
    }

    /// The id the next node gets; all ids are below it.
    pub fn node_bound(&self) -> u32 {
        self.next_node
    }

    /// The id the next relationship gets; all ids are below it.
    pub fn relationship_bound(&self) -> u32 {
        self.next_relationship
    }

    /// Whether a node is there.
    pub fn contains_node(&self, node: NodeId) -> bool {
        let (chunk, row) = place(node.0);
        self.nodes.get(chunk, &self.faults).is_some_and(|chunk| chunk.live().contains(row))
    }

    /// Whether a relationship is there.
    pub fn contains_relationship(&self, relationship: RelationshipId) -> bool {
        let (chunk, row) = place(relationship.0);
        self.relationships.get(chunk, &self.faults).is_some_and(|chunk| chunk.live().contains(row))
    }

    /// Whether an element is there.
    pub fn contains(&self, element: Endpoint) -> bool {
        match element {
            Endpoint::Node(node) => self.contains_node(node),
            Endpoint::Relationship(relationship) => self.contains_relationship(relationship),
        }
    }

    /// The labels of a node in the order of their ids; none where it is not there.
    pub fn labels(&self, node: NodeId) -> Vec<LabelId> {
        let (chunk, row) = place(node.0);
        let chunk = self.nodes.get(chunk, &self.faults);
        chunk.map(|chunk| chunk.labels(row).collect()).unwrap_or_default()
    }

    /// Whether a node is there and has a label.
    pub fn has_label(&self, node: NodeId, label: LabelId) -> bool {
        let (chunk, row) = place(node.0);
        self.nodes
            .get(chunk, &self.faults)
            .and_then(|chunk| chunk.label(label))
            .is_some_and(|rows| rows.contains(row))
    }

    /// Type and ends of a relationship, `None` where it is not there.
    pub fn relationship(&self, relationship: RelationshipId) -> Option<RelationshipRecord> {
        let (chunk, row) = place(relationship.0);
        let (kind, start, end) = self.relationships.get(chunk, &self.faults)?.record(row)?;
        Some(RelationshipRecord { kind, start, end })
    }

    /// The type of a relationship that is there or was when the version was begun to be made.
    pub(crate) fn type_of_removed(&self, relationship: RelationshipId) -> Option<Arc<str>> {
        let (chunk, row) = place(relationship.0);
        let kind = *self.relationships.get(chunk, &self.faults)?.types().get(row)?;
        Some(self.catalog.type_name(TypeId(kind)).clone())
    }

    /// Whether any relationship may start or end at another one.
    pub(super) fn any_relationship_is_pointed_at(&self) -> bool {
        let slots = || (0..8).filter(|slot| parts_of_slot(*slot).1 == EndpointKind::Relationship);
        self.types.residents().any(|(_, found)| slots().any(|slot| found.table(slot).len() > 0))
    }

    /// The columns and the row of an element that is there.
    fn row_of(&self, element: Endpoint) -> Option<(&Segments, usize)> {
        let (kind, id) = parts(element);
        let (chunk, row) = place(id);
        let (segments, live) = match kind {
            EndpointKind::Node => {
                self.nodes.get(chunk, &self.faults).map(|chunk| (&chunk.segments, chunk.live()))?
            }
            EndpointKind::Relationship => {
                let chunk = self.relationships.get(chunk, &self.faults)?;
                (&chunk.segments, chunk.live())
            }
        };
        live.contains(row).then_some((segments, row))
    }

    /// The column that holds a property of an element, and the row in it; `None`
    /// where the element is not there or the key does not occur around it. For
    /// reading without copying a string.
    pub fn segment_of(&self, element: Endpoint, key: KeyId) -> Option<(&Segment, usize)> {
        let (segments, row) = self.row_of(element)?;
        segments.get(key, &self.faults).map(|segment| (segment, row))
    }

    /// A property, `Null` where the element or the property is not there.
    pub fn property(&self, element: Endpoint, key: KeyId) -> Value {
        self.segment_of(element, key).map_or(Value::Null, |(segment, row)| segment.get(row))
    }

    /// The properties of an element in the order of key ids, without nulls; none
    /// where it is not there.
    pub fn properties(&self, element: Endpoint) -> impl Iterator<Item = (KeyId, Value)> + '_ {
        self.row_of(element).into_iter().flat_map(|(segments, row)| segments.row(row, &self.faults))
    }

    /// What is connected to an endpoint by relationships of a type, followed in
    /// a direction, that meet neighbours of a kind. A relationship from an
    /// endpoint to itself is found in both directions.
    pub fn neighbours(
        &self,
        endpoint: Endpoint,
        kind: TypeId,
        direction: Direction,
        neighbour: EndpointKind,
    ) -> Neighbours<'_> {
        let (key_kind, id) = parts(endpoint);
        match self.types.resident(kind.0 as usize) {
            Some(adjacency) => {
                let slot = table_slot(direction, key_kind, neighbour);
                adjacency.neighbours(slot, id, &self.faults)
            }
            None => Neighbours::default(),
        }
    }

    /// The types of the relationships that an endpoint has in a direction to
    /// neighbours of a kind, with those neighbours, in the order of type ids.
    /// Asks every type there is.
    pub fn types_at(
        &self,
        endpoint: Endpoint,
        direction: Direction,
        neighbour: EndpointKind,
    ) -> impl Iterator<Item = (TypeId, Neighbours<'_>)> {
        let (key_kind, id) = parts(endpoint);
        let slot = table_slot(direction, key_kind, neighbour);
        self.types.residents().filter_map(move |(kind, adjacency)| {
            let neighbours = adjacency.neighbours(slot, id, &self.faults);
            (!neighbours.is_empty()).then_some((TypeId(kind as u32), neighbours))
        })
    }

    /// Every relationship that an endpoint has in a direction, whatever its type
    /// and whatever it meets there.
    pub fn relationships_at(
        &self,
        endpoint: Endpoint,
        direction: Direction,
    ) -> impl Iterator<Item = (Endpoint, RelationshipId)> + '_ {
        let nodes = self
            .types_at(endpoint, direction, EndpointKind::Node)
            .flat_map(|(_, neighbours)| neighbours.map(|(id, r)| (Endpoint::Node(NodeId(id)), r)));
        let relationships = self
            .types_at(endpoint, direction, EndpointKind::Relationship)
            .flat_map(|(_, neighbours)| {
                neighbours.map(|(id, r)| (Endpoint::Relationship(RelationshipId(id)), r))
            });
        nodes.chain(relationships)
    }

    /// Number of relationships that an endpoint has in a direction.
    pub fn degree(&self, endpoint: Endpoint, direction: Direction) -> usize {
        let (key_kind, id) = parts(endpoint);
        [EndpointKind::Node, EndpointKind::Relationship]
            .into_iter()
            .map(|neighbour| table_slot(direction, key_kind, neighbour))
            .map(|slot| {
                self.types
                    .residents()
                    .map(|(_, adjacency)| adjacency.neighbours(slot, id, &self.faults).degree())
                    .sum::<usize>()
            })
            .sum()
    }
}

impl ElementReader for Graph {
    fn node_labels(&self, node: NodeId) -> Vec<Arc<str>> {
        self.labels(node).into_iter().map(|label| self.catalog.label_name(label).clone()).collect()
    }

    fn relationship_type(&self, relationship: RelationshipId) -> Option<Arc<str>> {
        self.relationship(relationship).map(|record| self.catalog.type_name(record.kind).clone())
    }

    fn relationship_endpoints(&self, relationship: RelationshipId) -> Option<(Endpoint, Endpoint)> {
        self.relationship(relationship).map(|record| (record.start, record.end))
    }

    fn properties(&self, element: Endpoint) -> Map {
        Graph::properties(self, element)
            .map(|(key, value)| (self.catalog.key_name(key).clone(), value))
            .collect()
    }

    fn property(&self, element: Endpoint, key: &str) -> Value {
        self.catalog.key_id(key).map_or(Value::Null, |key| Graph::property(self, element, key))
    }

    fn contains(&self, element: Endpoint) -> bool {
        Graph::contains(self, element)
    }

    fn related(
        &self,
        element: Endpoint,
        kind: &str,
        incoming: bool,
    ) -> Vec<(Endpoint, RelationshipId)> {
        let Some(kind) = self.catalog.type_id(kind) else { return Vec::new() };
        let direction = if incoming { Direction::Incoming } else { Direction::Outgoing };
        [EndpointKind::Node, EndpointKind::Relationship]
            .into_iter()
            .flat_map(|other| {
                self.neighbours(element, kind, direction, other)
                    .map(move |(id, relationship)| (other.endpoint(id), relationship))
            })
            .collect()
    }
}
