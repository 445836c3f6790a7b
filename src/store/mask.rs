//! A version that shows a part of another.
//!
//! What is hidden is a set of ids. The new version has the same tables, each before the
//! one of the whole version; what is shown of a chunk is made when the chunk is first
//! asked for. So all that reads a version (scans, expansions, paths, algorithms, exports)
//! reads a part of one in the same way and at the same speed, and where nothing is hidden
//! nothing is paid.

use super::adjacency::{AdjacencyChunk, TypeAdjacency, parts_of_slot};
use super::chunk::{NodeChunk, RelationshipChunk};
use super::graph::parts;
use super::table::{ChunkTable, Mask};
use super::visited::Visited;
use super::{EndpointKind, Graph, TypeId};
use crate::value::{Endpoint, NodeId};
use crate::vector::CHUNK_ROWS;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Bytes of a chunk without what it shares with the whole one.
const CHUNK: usize = 256;
/// Bytes of the rows of a chunk that are live, or that have a label.
const ROWS: usize = CHUNK_ROWS / 8 + 16;
/// Elements between two questions whether to go on.
const ELEMENTS: usize = 1024;

/// A set of elements.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Elements {
    /// The nodes by id.
    pub nodes: Visited,
    /// The relationships by id.
    pub relationships: Visited,
}

impl Elements {
    /// The set of the ids of a kind.
    pub fn of_kind(&self, kind: EndpointKind) -> &Visited {
        match kind {
            EndpointKind::Node => &self.nodes,
            EndpointKind::Relationship => &self.relationships,
        }
    }

    /// Puts an element in; returns whether it was out.
    pub fn insert(&mut self, element: Endpoint) -> bool {
        match parts(element) {
            (EndpointKind::Node, id) => self.nodes.insert(id),
            (EndpointKind::Relationship, id) => self.relationships.insert(id),
        }
    }

    /// Whether an element is in.
    pub fn contains(&self, element: Endpoint) -> bool {
        let (kind, id) = parts(element);
        self.of_kind(kind).contains(id)
    }

    /// Whether no element is in.
    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty() && self.relationships.is_empty()
    }

    /// Bytes that it takes.
    pub fn bytes(&self) -> usize {
        self.nodes.bytes() + self.relationships.bytes()
    }
}

/// Bytes that a version takes which shows a part of another: what is hidden, and what is shown
/// of the chunks that were asked for, which grows while it is read.
#[derive(Clone, Debug, Default)]
pub struct PartBytes(Arc<AtomicUsize>);

impl PartBytes {
    /// How many there are now.
    pub fn now(&self) -> usize {
        self.0.load(Ordering::Relaxed)
    }

    fn add(&self, bytes: usize) {
        self.0.fetch_add(bytes, Ordering::Relaxed);
    }
}

/// What is hidden, and the account of what is shown.
#[derive(Clone, Debug)]
struct Hidden {
    elements: Arc<Elements>,
    bytes: PartBytes,
}

#[derive(Debug)]
struct Nodes(Hidden);

impl Mask<NodeChunk> for Nodes {
    fn touches(&self, number: usize) -> bool {
        !self.0.elements.nodes.rows(number).is_empty()
    }

    fn shown(&self, number: usize, chunk: &Arc<NodeChunk>) -> Arc<NodeChunk> {
        let shown = chunk.without(&self.0.elements.nodes.rows(number));
        self.0.bytes.add(CHUNK + (1 + shown.each_label().count()) * ROWS);
        Arc::new(shown)
    }
}

#[derive(Debug)]
struct Relationships(Hidden);

impl Mask<RelationshipChunk> for Relationships {
    fn touches(&self, number: usize) -> bool {
        !self.0.elements.relationships.rows(number).is_empty()
    }

    fn shown(&self, number: usize, chunk: &Arc<RelationshipChunk>) -> Arc<RelationshipChunk> {
        self.0.bytes.add(CHUNK + ROWS);
        Arc::new(chunk.without(&self.0.elements.relationships.rows(number)))
    }
}

/// Of adjacency nobody knows which chunks are concerned before they are looked at.
#[derive(Debug)]
struct Adjacency(Hidden);

impl Mask<AdjacencyChunk> for Adjacency {
    fn touches(&self, _number: usize) -> bool {
        true
    }

    fn shown(&self, _number: usize, chunk: &Arc<AdjacencyChunk>) -> Arc<AdjacencyChunk> {
        let hidden = &self.0.elements.relationships;
        let Some(shown) = chunk.without(|relationship| hidden.contains(relationship)) else {
            return chunk.clone();
        };
        self.0.bytes.add(CHUNK + shown.bytes_to_change());
        Arc::new(shown)
    }
}

impl Graph {
    /// The version without these elements, without the relationships that have one of
    /// them at an end, and without those that point at one of those, and so on.
    ///
    /// Counts are those of what is left, except that of relationships by label of their
    /// ends, which stay those of the whole: the optimiser's estimates then err upwards.
    #[must_use]
    pub fn without(&self, hidden: Elements) -> Graph {
        self.without_unless(hidden, &|_| false).unwrap_or_else(|| self.clone())
    }

    /// As [`Graph::without`]; `None` where `stops` says so, which is asked again and again, with
    /// the bytes that are taken by then.
    pub(super) fn without_unless(
        &self,
        mut hidden: Elements,
        stops: &dyn Fn(usize) -> bool,
    ) -> Option<Graph> {
        self.hide_dependents(&mut hidden, stops)?;
        if hidden.is_empty() {
            return Some(self.clone());
        }
        let by_type = self.count_by_type(&hidden.relationships);
        let mut graph = self.watched();
        self.count_shown(&hidden, &mut graph);
        graph.counts.relationships -= by_type.values().sum::<u64>();

        let bytes = PartBytes::default();
        bytes.add(hidden.bytes());
        let hidden = Hidden { elements: Arc::new(hidden), bytes: bytes.clone() };
        let (nodes, relationships): (Arc<dyn Mask<_>>, Arc<dyn Mask<_>>) =
            (Arc::new(Nodes(hidden.clone())), Arc::new(Relationships(hidden.clone())));
        graph.nodes = self.nodes.masked(&nodes);
        graph.relationships = self.relationships.masked(&relationships);
        let mask: Arc<dyn Mask<_>> = Arc::new(Adjacency(hidden));
        let mut types: ChunkTable<TypeAdjacency> = ChunkTable::default();
        for (kind, adjacency) in self.type_tables() {
            let left = match by_type.get(&kind.0) {
                Some(count) => adjacency.masked(&mask, *count),
                None => adjacency.clone(),
            };
            types.resident_or_insert_with(kind.0 as usize, || left);
        }
        graph.types = types;
        // A version under a view is on the account of both.
        bytes.add(self.part.as_ref().map_or(0, PartBytes::now));
        graph.part = Some(bytes);
        Some(graph)
    }

    /// Counts the nodes that are left, in all and by label.
    fn count_shown(&self, hidden: &Elements, graph: &mut Graph) {
        let mut nodes = 0;
        for number in 0..self.node_chunk_count() {
            let rows = hidden.nodes.rows(number);
            if rows.is_empty() {
                continue;
            }
            let Some(found) = self.node_chunk(number, None) else { continue };
            let common = |of: &super::Bitmap| {
                let mut common = of.clone();
                common.retain(&rows);
                common.count() as i64
            };
            nodes += common(found.chunk.live()) as u64;
            for (label, members) in found.chunk.each_label() {
                graph.counts.adjust_label(label, -common(members));
            }
        }
        graph.counts.nodes -= nodes;
    }

    /// Whether elements of the version are hidden.
    pub fn is_part(&self) -> bool {
        self.part.is_some()
    }

    /// What the version takes besides the one that it shows a part of; `None` where it shows
    /// all.
    pub fn part_bytes(&self) -> Option<PartBytes> {
        self.part.clone()
    }

    /// Hides what has something hidden at an end, to whatever depth; `None` where it was
    /// stopped.
    fn hide_dependents(&self, hidden: &mut Elements, stops: &dyn Fn(usize) -> bool) -> Option<()> {
        let nodes = hidden.nodes.clone();
        for (place, id) in nodes.iter().enumerate() {
            if place.is_multiple_of(ELEMENTS) && stops(hidden.bytes() + nodes.bytes()) {
                return None;
            }
            let node = Endpoint::Node(NodeId(id));
            for direction in [super::Direction::Outgoing, super::Direction::Incoming] {
                for (_, relationship) in self.relationships_at(node, direction) {
                    hidden.relationships.insert(relationship.0);
                }
            }
        }
        // Each pass goes one step further up the claims about claims.
        while !hidden.relationships.is_empty() && self.hide_claims_about(hidden, stops)? {}
        Some(())
    }

    /// Hides what points at a hidden relationship; whether there was any more.
    fn hide_claims_about(
        &self,
        hidden: &mut Elements,
        stops: &dyn Fn(usize) -> bool,
    ) -> Option<bool> {
        let mut more = false;
        for (_, adjacency) in self.type_tables() {
            for slot in (0..8).filter(|slot| parts_of_slot(*slot).1 == EndpointKind::Relationship) {
                let table = adjacency.table(slot);
                for number in 0..table.len() {
                    let rows = hidden.relationships.rows(number);
                    if rows.is_empty() {
                        continue;
                    }
                    if stops(hidden.bytes()) {
                        return None;
                    }
                    let Some(chunk) = table.get(number, &self.faults) else { continue };
                    for row in rows.iter() {
                        for (_, claim) in chunk.neighbours(row as usize) {
                            more |= hidden.relationships.insert(claim.0);
                        }
                    }
                }
            }
        }
        Some(more)
    }

    /// How many of these relationships there are of each type.
    fn count_by_type(&self, relationships: &Visited) -> BTreeMap<u32, u64> {
        let mut counts = BTreeMap::new();
        for number in 0..self.relationship_chunk_count() {
            let mut rows = relationships.rows(number);
            if rows.is_empty() {
                continue;
            }
            let Some(found) = self.relationship_chunk(number, None) else { continue };
            rows.retain(found.chunk.live());
            for row in rows.iter() {
                if let Some(kind) = found.chunk.types().get(row as usize) {
                    *counts.entry(*kind).or_insert(0) += 1;
                }
            }
        }
        counts
    }

    /// Every relationship of a type, by what it points at: the end, and who starts there.
    pub(crate) fn by_target(
        &self,
        kind: TypeId,
    ) -> impl Iterator<Item = (Endpoint, EndpointKind, super::Neighbours<'_>)> {
        self.by_target_among(kind, &[EndpointKind::Node, EndpointKind::Relationship])
    }

    /// The same of those that point at elements of these kinds.
    pub(crate) fn by_target_among(
        &self,
        kind: TypeId,
        ends: &'static [EndpointKind],
    ) -> impl Iterator<Item = (Endpoint, EndpointKind, super::Neighbours<'_>)> {
        let tables = self.types.resident(kind.0 as usize).into_iter().flat_map(|adjacency| {
            let tables = (4..8).map(|slot| (parts_of_slot(slot), adjacency.table(slot)));
            tables.filter(|((_, end, _), _)| ends.contains(end))
        });
        tables.flat_map(move |((_, key_kind, start_kind), table)| {
            (0..table.len())
                .filter_map(|number| Some((number, table.get(number, &self.faults)?)))
                .flat_map(move |(number, chunk)| {
                    chunk.keys().map(move |(key, found)| {
                        let id = (number * CHUNK_ROWS + key) as u32;
                        (key_kind.endpoint(id), start_kind, found)
                    })
                })
        })
    }
}

impl TypeAdjacency {
    /// As much as a mask shows, so many relationships less.
    fn masked(&self, mask: &Arc<dyn Mask<AdjacencyChunk>>, less: u64) -> Self {
        let tables = std::array::from_fn(|slot| self.table(slot).masked(mask));
        let mut part = Self::from_parts(tables, self.count - less, self.degrees.clone());
        part.hidden = self.hidden + less;
        part
    }
}
