//! Loading much at once: rows go in as they come, adjacency is built once at the end.
//!
//! A [`Writer`] keeps each change, so that it can be logged, and each version in between
//! is one that can be read. A load needs neither: nothing of it is seen before its end, and
//! it is logged as a whole. So it keeps no changes, enters nothing into indexes, and sorts
//! the relationships of a type by their ends in one go:
//!
//! ```text
//! records in order of arrival ─ count per key ─► offsets ─ place ─► rows ─ sort each ─► chunks
//! ```
//!
//! Both directions are built side by side. In memory there are at a time eight bytes for
//! each relationship of the largest type and direction, beside the graph itself.

use super::adjacency::{Csr, EndpointKind, TypeAdjacency, table_slot};
use super::graph::{Direction, place};
use super::mutate::Dirty;
use super::writer::{ID_LIMIT, checked};
use super::{
    Change, ChangeCounts, Graph, KeyId, LabelId, RelationshipRecord, StoreError, TypeId, Writer,
};
use crate::value::{Endpoint, NodeId, RelationshipId, Value};
use crate::vector::CHUNK_ROWS;
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;
use std::thread;

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
}

/// What a load has led to.
#[derive(Debug)]
pub struct Loaded {
    /// The version.
    pub graph: Arc<Graph>,
    /// The names that are new, as changes.
    pub names: Vec<Change>,
    /// What was added, in numbers.
    pub counts: ChangeCounts,
}

impl BulkLoad {
    /// Starts from a version.
    pub fn new(base: Arc<Graph>) -> Self {
        BulkLoad {
            nodes_from: base.next_node,
            relationships_from: base.next_relationship,
            names: Writer::new(base),
            ranges: BTreeMap::new(),
            dirty: Dirty::default(),
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

    /// The version as far as it is: its adjacency and its indexes lack what was added.
    pub fn graph(&self) -> &Graph {
        &self.names.graph
    }

    /// How many nodes and how many relationships were added.
    pub fn added(&self) -> (u64, u64) {
        let graph = &self.names.graph;
        let nodes = u64::from(graph.next_node - self.nodes_from);
        (nodes, u64::from(graph.next_relationship - self.relationships_from))
    }

    /// Adds a node with distinct labels. Null properties are left out; of a key that is
    /// given twice the last value counts.
    ///
    /// # Errors
    /// [`StoreError::InvalidPropertyType`], [`StoreError::StringTooLong`],
    /// [`StoreError::IdLimit`].
    pub fn add_node(
        &mut self,
        labels: &[LabelId],
        properties: impl IntoIterator<Item = (KeyId, Value)>,
    ) -> Result<NodeId, StoreError> {
        let properties = checked(properties.into_iter().collect())?;
        let graph = Arc::make_mut(&mut self.names.graph);
        if graph.next_node == ID_LIMIT {
            return Err(StoreError::IdLimit("node"));
        }
        let node = NodeId(graph.next_node);
        graph.next_node += 1;
        graph.place_node(node, labels, properties, &mut self.dirty);
        Ok(node)
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
            if !self.names.graph.contains(endpoint) {
                return Err(StoreError::NotFound(endpoint));
            }
        }
        let graph = Arc::make_mut(&mut self.names.graph);
        if graph.next_relationship == ID_LIMIT {
            return Err(StoreError::IdLimit("relationship"));
        }
        let id = RelationshipId(graph.next_relationship);
        graph.next_relationship += 1;
        let record = RelationshipRecord { kind, start, end };
        graph.place_relationship(id, record, properties, &mut self.dirty);
        if connects_nodes(&record) {
            let range = self.ranges.entry(kind.0).or_insert(id.0..id.0);
            range.end = id.0 + 1;
        } else {
            graph.connect(record, id, true, &mut self.dirty);
        }
        Ok(id)
    }

    /// Builds the adjacency, leaves the indexes to be filled when they are first used, and
    /// holds what was added to the schema.
    ///
    /// # Errors
    /// [`StoreError::Violation`].
    ///
    /// # Complexity
    /// O(n log d) for n relationships at nodes with d each.
    pub fn finish(self) -> Result<Loaded, StoreError> {
        let BulkLoad { names, nodes_from, relationships_from, ranges, dirty } = self;
        let Writer { graph: mut version, changes: names, .. } = names;
        let graph = Arc::make_mut(&mut version);
        for (kind, range) in ranges {
            connect_all(graph, TypeId(kind), &range);
        }
        graph.seal(dirty);
        if graph.bounds().nodes > nodes_from || graph.bounds().relationships > relationships_from {
            graph.fill_indexes_later(true);
        }
        let (nodes, relationships) =
            (nodes_from..graph.next_node, relationships_from..graph.next_relationship);
        graph.check_added(nodes.clone(), relationships.clone())?;
        let counts = ChangeCounts {
            nodes_created: nodes.len() as u64,
            relationships_created: relationships.len() as u64,
            ..ChangeCounts::default()
        };
        Ok(Loaded { graph: version, names, counts })
    }
}

fn connects_nodes(record: &RelationshipRecord) -> bool {
    matches!((record.start, record.end), (Endpoint::Node(_), Endpoint::Node(_)))
}

/// Enters the relationships of a type that connect nodes and lie in a range of ids.
fn connect_all(graph: &mut Graph, kind: TypeId, ids: &Range<u32>) {
    let (outgoing, incoming) = thread::scope(|scope| {
        let graph = &*graph;
        let other = scope.spawn(|| rows(graph, kind, ids, Direction::Incoming));
        let outgoing = rows(graph, kind, ids, Direction::Outgoing);
        match other.join() {
            Ok(incoming) => (outgoing, incoming),
            Err(panic) => std::panic::resume_unwind(panic),
        }
    });
    let count: usize = outgoing.iter().map(|(_, rows)| rows.neighbours.len()).sum();
    let adjacency = graph.types.resident_or_insert_with(kind.0 as usize, TypeAdjacency::default);
    adjacency.count += count as u64;
    for (direction, chunks) in [(Direction::Outgoing, outgoing), (Direction::Incoming, incoming)] {
        let slot = table_slot(direction, EndpointKind::Node, EndpointKind::Node);
        for (number, rows) in chunks {
            if let Some(chunk) = graph.nodes.get(number, &graph.faults) {
                for (label, members) in chunk.each_label() {
                    let degree = |row: u32| rows.range(row as usize).len() as i64;
                    let by = members.iter().map(degree).sum();
                    if by > 0 {
                        adjacency.adjust_degree(label.0, direction, by);
                    }
                }
            }
            let table = adjacency.table_mut(slot);
            let chunk = table.get_or_insert_with(number, &graph.faults, Default::default);
            *chunk = chunk.joined(rows);
        }
    }
}

/// The new rows of a type and direction by chunk, each sorted by neighbour, then
/// relationship; chunks without any are left out.
fn rows(graph: &Graph, kind: TypeId, ids: &Range<u32>, direction: Direction) -> Vec<(usize, Csr)> {
    let mut starts = vec![0u32; graph.next_node as usize + 1];
    each_pair(graph, kind, ids, direction, |key, _, _| starts[key as usize] += 1);
    let mut total = 0;
    for start in &mut starts {
        total += std::mem::replace(start, total);
    }
    // Each start moves to its end as the row is filled.
    let mut pairs = vec![0u64; total as usize];
    each_pair(graph, kind, ids, direction, |key, neighbour, id| {
        let start = &mut starts[key as usize];
        pairs[*start as usize] = u64::from(neighbour) << 32 | u64::from(id);
        *start += 1;
    });
    let mut chunks = Vec::new();
    let mut from = 0;
    for (number, ends) in starts.chunks(CHUNK_ROWS).enumerate() {
        let first = from;
        let mut made = Csr { offsets: vec![0], ..Csr::default() };
        for &end in ends {
            if let Some(row) = pairs.get_mut(from as usize..end as usize) {
                row.sort_unstable();
            }
            made.offsets.push(end - first);
            from = end;
        }
        if from > first {
            let pairs = &pairs[first as usize..from as usize];
            made.neighbours = pairs.iter().map(|pair| (pair >> 32) as u32).collect();
            made.relationships = pairs.iter().map(|&pair| pair as u32).collect();
            chunks.push((number, made));
        }
    }
    chunks
}

/// Calls `act` with key, neighbour and id of each relationship of a type between nodes.
fn each_pair(
    graph: &Graph,
    kind: TypeId,
    ids: &Range<u32>,
    direction: Direction,
    mut act: impl FnMut(u32, u32, u32),
) {
    let (first, last) = (place(ids.start), place(ids.end));
    for number in first.0..=last.0 {
        let Some(chunk) = graph.relationships.get(number, &graph.faults) else { continue };
        let from = if number == first.0 { first.1 } else { 0 };
        let to = if number == last.0 { last.1 } else { CHUNK_ROWS };
        let (types, starts, ends) = (chunk.types(), chunk.starts(), chunk.ends());
        let plain =
            chunk.starts_at_relationship().is_empty() && chunk.ends_at_relationship().is_empty();
        for row in from..to.min(types.len()) {
            let of_nodes = plain
                || !(chunk.starts_at_relationship().contains(row)
                    || chunk.ends_at_relationship().contains(row));
            if types[row] == kind.0 && of_nodes {
                let id = (number * CHUNK_ROWS + row) as u32;
                match direction {
                    Direction::Outgoing => act(starts[row], ends[row], id),
                    Direction::Incoming => act(ends[row], starts[row], id),
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::SchemaTarget;
    use crate::value::Random;

    /// Everything that can be read of a version.
    fn contents(graph: &Graph) -> String {
        let mut text = String::new();
        for change in graph.name_changes() {
            text.push_str(&format!("{change:?}\n"));
        }
        for id in 0..graph.next_node {
            text.push_str(&format!("{:?}\n", graph.node_change(NodeId(id))));
            for kind in 0..graph.catalog.type_count() as u32 {
                for direction in [Direction::Outgoing, Direction::Incoming] {
                    for end in [EndpointKind::Node, EndpointKind::Relationship] {
                        let at = Endpoint::Node(NodeId(id));
                        let mut found: Vec<_> =
                            graph.neighbours(at, TypeId(kind), direction, end).collect();
                        found.sort_unstable();
                        text.push_str(&format!("{kind} {direction:?} {end:?} {found:?}\n"));
                    }
                }
            }
        }
        for id in 0..graph.next_relationship {
            text.push_str(&format!("{:?}\n", graph.relationship_change(RelationshipId(id))));
        }
        let statistics = graph.statistics();
        for kind in 0..graph.catalog.type_count() as u32 {
            text.push_str(&format!("{}", statistics.relationships_of_type(TypeId(kind))));
            for label in 0..graph.catalog.label_count() as u32 {
                for direction in [Direction::Outgoing, Direction::Incoming] {
                    let count =
                        statistics.relationships_at_label(LabelId(label), TypeId(kind), direction);
                    text.push_str(&format!(" {count}"));
                }
            }
        }
        for index in graph.indexes() {
            text.push_str(&format!("\n{:?}", index.iter().collect::<Vec<_>>()));
        }
        text
    }

    /// A base with something of everything, and an index.
    fn base() -> Arc<Graph> {
        let mut writer = Writer::new(Arc::default());
        let nodes: Vec<NodeId> = (0..3000)
            .map(|i| writer.create_node(["A"], [("k", Value::Integer(i))]).unwrap())
            .collect();
        for pair in nodes.windows(2) {
            let (start, end) = (Endpoint::Node(pair[0]), Endpoint::Node(pair[1]));
            writer.create_relationship("R", start, end, [("w", Value::Integer(1))]).unwrap();
        }
        writer.create_index(Some("by_k"), SchemaTarget::Label(LabelId(0)), vec![KeyId(0)]).unwrap();
        writer.finish().0
    }

    #[test]
    fn a_load_is_what_a_writer_would_have_made() {
        for base in [Arc::new(Graph::new()), base()] {
            let mut random = Random(7);
            let (mut load, mut writer) = (BulkLoad::new(base.clone()), Writer::new(base));
            let label = load.label("A").unwrap();
            let other = load.label("B").unwrap();
            let kinds =
                [load.relationship_type("R").unwrap(), load.relationship_type("S").unwrap()];
            let key = load.key("k").unwrap();
            assert_eq!(writer.label("A").unwrap(), label);
            assert_eq!(writer.label("B").unwrap(), other);
            assert_eq!(writer.relationship_type("R").unwrap(), kinds[0]);
            assert_eq!(writer.relationship_type("S").unwrap(), kinds[1]);
            assert_eq!(writer.key("k").unwrap(), key);
            for i in 0..5000 {
                let labels = if i % 3 == 0 { vec![label, other] } else { vec![label] };
                let value = if i % 5 == 0 { Value::Null } else { Value::Integer(i % 70) };
                let id = load.add_node(&labels, [(key, value.clone())]).unwrap();
                assert_eq!(writer.create_node_with(labels, vec![(key, value)]).unwrap(), id);
            }
            for i in 0..20_000 {
                let kind = kinds[usize::from(i % 7 == 0)];
                let mut node = || Endpoint::Node(NodeId(random.below(5000) as u32));
                let (start, end) = (node(), node());
                let end = if i % 1000 == 999 {
                    Endpoint::Relationship(RelationshipId(random.below(i) as u32))
                } else {
                    end
                };
                let id = load.add_relationship(kind, start, end, []).unwrap();
                let made = writer.create_relationship_with(kind, start, end, Vec::new());
                assert_eq!(made.unwrap(), id);
            }
            let loaded = load.finish().unwrap();
            assert_eq!(loaded.counts.nodes_created, 5000);
            assert_eq!(loaded.counts.relationships_created, 20_000);
            let written = writer.finish().0;
            assert!(contents(&loaded.graph) == contents(&written), "the versions differ");
        }
    }

    #[test]
    fn ends_must_be_there_and_rules_kept() {
        let mut load = BulkLoad::new(Arc::default());
        let kind = load.relationship_type("R").unwrap();
        let nowhere = Endpoint::Node(NodeId(0));
        let refused = load.add_relationship(kind, nowhere, nowhere, []);
        assert!(matches!(refused, Err(StoreError::NotFound(_))), "{refused:?}");
        assert_eq!(load.finish().unwrap().graph.relationship_count(), 0);

        let mut load = BulkLoad::new(base());
        let (label, key) = (load.label("A").unwrap(), load.key("k").unwrap());
        load.add_node(&[label], [(key, Value::Map(Arc::default()))]).unwrap_err();
        assert_eq!(load.finish().unwrap().counts, ChangeCounts::default());
    }
}
