//! A version as petgraph sees it: every petgraph algorithm runs on it in place.
//!
//! Nodes are nodes; the edges are the relationships between nodes (claims about
//! relationships are none), parallel ones and self-loops included. Ids have gaps
//! where elements were deleted or are kept out, so `NodeCompactIndexable` is not
//! implemented.

use super::adjacency::EndpointKind;
use super::neighbours::Neighbours;
use super::visited::Visited;
use super::{Direction, Graph, LabelId, TypeId};
use crate::value::{Endpoint, NodeId, RelationshipId};
use ::petgraph::visit::{
    Data, EdgeCount, EdgeIndexable, EdgeRef, GetAdjacencyMatrix, GraphBase, GraphProp, GraphRef,
    IntoEdgeReferences, IntoEdges, IntoEdgesDirected, IntoNeighbors, IntoNeighborsDirected,
    IntoNodeIdentifiers, IntoNodeReferences, NodeCount, NodeIndexable, NodeRef, Visitable,
};

/// What a [`GraphView`] leaves in. The default leaves everything in.
#[derive(Clone, Debug, Default)]
pub struct Restriction {
    nodes: Option<Visited>,
    relationships: Option<Visited>,
    types: Option<Vec<TypeId>>,
}

impl Restriction {
    /// Keeps of the nodes those with at least one of these labels.
    pub fn with_labels(self, graph: &Graph, labels: &[LabelId]) -> Self {
        self.with_nodes(graph, |node| labels.iter().any(|&label| graph.has_label(node, label)))
    }

    /// Keeps the relationships of these types.
    pub fn with_types(mut self, types: &[TypeId]) -> Self {
        self.types = Some(types.to_vec());
        self
    }

    /// Keeps of the nodes those that a predicate holds for; asked once for each.
    pub fn with_nodes(mut self, graph: &Graph, keep: impl Fn(NodeId) -> bool) -> Self {
        let mut kept = Visited::default();
        for id in graph.node_chunks(None).flat_map(|selection| selection.ids().collect::<Vec<_>>())
        {
            if self.nodes.as_ref().is_none_or(|nodes| nodes.contains(id)) && keep(NodeId(id)) {
                kept.insert(id);
            }
        }
        self.nodes = Some(kept);
        self
    }

    /// Keeps of the relationships those that a predicate holds for; asked once for each.
    pub fn with_relationships(
        mut self,
        graph: &Graph,
        keep: impl Fn(RelationshipId) -> bool,
    ) -> Self {
        let mut kept = Visited::default();
        for id in graph
            .relationship_chunks(None)
            .flat_map(|selection| selection.ids().collect::<Vec<_>>())
        {
            if self.relationships.as_ref().is_none_or(|set| set.contains(id))
                && keep(RelationshipId(id))
            {
                kept.insert(id);
            }
        }
        self.relationships = Some(kept);
        self
    }
}

/// A version, whole or restricted, for petgraph's algorithms. Copying it costs nothing.
///
/// ```
/// use dossier::store::{GraphView, Writer};
/// use dossier::value::{Endpoint, Value};
///
/// let mut writer = Writer::new(Default::default());
/// let a = writer.create_node(["City"], [("name", Value::String("Lund".into()))])?;
/// let b = writer.create_node(["City"], [("name", Value::String("Uppsala".into()))])?;
/// writer.create_relationship("ROAD", Endpoint::Node(a), Endpoint::Node(b), [("km", Value::Integer(640))])?;
/// let (graph, _) = writer.finish();
/// let distances = petgraph::algo::dijkstra(GraphView::new(&graph), a, None, |_| 1);
/// assert_eq!(distances[&b], 1);
/// # Ok::<(), dossier::store::StoreError>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct GraphView<'a> {
    graph: &'a Graph,
    restriction: Option<&'a Restriction>,
}

impl<'a> GraphView<'a> {
    /// The whole version.
    pub fn new(graph: &'a Graph) -> Self {
        GraphView { graph, restriction: None }
    }

    /// What a restriction leaves of the version.
    pub fn restricted(graph: &'a Graph, restriction: &'a Restriction) -> Self {
        GraphView { graph, restriction: Some(restriction) }
    }

    /// The version, for labels, types and properties.
    pub fn graph(&self) -> &'a Graph {
        self.graph
    }

    /// Whether a node is there and left in.
    pub fn contains_node(&self, node: NodeId) -> bool {
        self.graph.contains_node(node) && self.keeps_node(node.0)
    }

    /// The edges at a node in a direction; source and target as stored.
    pub fn steps(&self, node: NodeId, direction: Direction) -> Steps<'a> {
        let from = if self.contains_node(node) { 0 } else { usize::MAX };
        Steps {
            view: *self,
            node,
            direction,
            next_type: from,
            kind: TypeId(0),
            current: Neighbours::default(),
        }
    }

    fn keeps_node(&self, id: u32) -> bool {
        self.restriction.and_then(|r| r.nodes.as_ref()).is_none_or(|nodes| nodes.contains(id))
    }

    fn keeps_relationship(&self, id: u32) -> bool {
        self.restriction.and_then(|r| r.relationships.as_ref()).is_none_or(|set| set.contains(id))
    }

    fn keeps_type(&self, kind: TypeId) -> bool {
        self.restriction.and_then(|r| r.types.as_ref()).is_none_or(|types| types.contains(&kind))
    }

    fn node_ids(self) -> impl Iterator<Item = NodeId> + 'a {
        self.graph
            .node_chunks(None)
            .flat_map(|selection| selection.ids().collect::<Vec<_>>())
            .map(NodeId)
            .filter(move |node| self.keeps_node(node.0))
    }

    fn edge_references(self) -> impl Iterator<Item = RelationshipReference> + 'a {
        self.graph
            .relationship_chunks(None)
            .flat_map(|selection| selection.ids().collect::<Vec<_>>())
            .filter_map(move |id| self.edge(RelationshipId(id)))
    }

    /// The edge of a relationship, where it is one and left in.
    fn edge(&self, id: RelationshipId) -> Option<RelationshipReference> {
        let record = self.graph.relationship(id)?;
        let (Endpoint::Node(source), Endpoint::Node(target)) = (record.start, record.end) else {
            return None;
        };
        let kept = self.keeps_relationship(id.0)
            && self.keeps_type(record.kind)
            && self.keeps_node(source.0)
            && self.keeps_node(target.0);
        kept.then_some(RelationshipReference { id, source, target, kind: record.kind })
    }
}

/// An edge as petgraph's algorithms meet it; its weight is its id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RelationshipReference {
    id: RelationshipId,
    source: NodeId,
    target: NodeId,
    kind: TypeId,
}

impl RelationshipReference {
    /// The type of the relationship.
    pub fn kind(&self) -> TypeId {
        self.kind
    }
}

impl EdgeRef for RelationshipReference {
    type NodeId = NodeId;
    type EdgeId = RelationshipId;
    type Weight = RelationshipId;

    fn source(&self) -> NodeId {
        self.source
    }

    fn target(&self) -> NodeId {
        self.target
    }

    fn weight(&self) -> &RelationshipId {
        &self.id
    }

    fn id(&self) -> RelationshipId {
        self.id
    }
}

/// A node as petgraph's algorithms meet it; its weight is its id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NodeReference(NodeId);

impl NodeRef for NodeReference {
    type NodeId = NodeId;
    type Weight = NodeId;

    fn id(&self) -> NodeId {
        self.0
    }

    fn weight(&self) -> &NodeId {
        &self.0
    }
}

/// The edges at one node, type by type.
#[derive(Clone, Debug)]
pub struct Steps<'a> {
    view: GraphView<'a>,
    node: NodeId,
    direction: Direction,
    next_type: usize,
    kind: TypeId,
    current: Neighbours<'a>,
}

impl Iterator for Steps<'_> {
    type Item = RelationshipReference;

    fn next(&mut self) -> Option<RelationshipReference> {
        loop {
            for (other, id) in self.current.by_ref() {
                if self.view.keeps_node(other) && self.view.keeps_relationship(id.0) {
                    let (source, target) = match self.direction {
                        Direction::Outgoing => (self.node, NodeId(other)),
                        Direction::Incoming => (NodeId(other), self.node),
                    };
                    return Some(RelationshipReference { id, source, target, kind: self.kind });
                }
            }
            if self.next_type >= self.view.graph.types.len() {
                return None;
            }
            self.kind = TypeId(self.next_type as u32);
            self.next_type += 1;
            if self.view.keeps_type(self.kind) {
                let node = Endpoint::Node(self.node);
                self.current =
                    self.view.graph.neighbours(node, self.kind, self.direction, EndpointKind::Node);
            }
        }
    }
}

/// The neighbours of one node; one that several edges lead to comes several times.
#[derive(Clone, Debug)]
pub struct NodeSteps<'a>(Steps<'a>);

impl Iterator for NodeSteps<'_> {
    type Item = NodeId;

    fn next(&mut self) -> Option<NodeId> {
        self.0.next().map(|edge| match self.0.direction {
            Direction::Outgoing => edge.target,
            Direction::Incoming => edge.source,
        })
    }
}

fn direction(direction: ::petgraph::Direction) -> Direction {
    match direction {
        ::petgraph::Direction::Outgoing => Direction::Outgoing,
        ::petgraph::Direction::Incoming => Direction::Incoming,
    }
}

impl GraphBase for GraphView<'_> {
    type NodeId = NodeId;
    type EdgeId = RelationshipId;
}

impl GraphRef for GraphView<'_> {}

impl GraphProp for GraphView<'_> {
    type EdgeType = ::petgraph::Directed;
}

impl Data for GraphView<'_> {
    type NodeWeight = NodeId;
    type EdgeWeight = RelationshipId;
}

impl<'a> IntoNeighbors for GraphView<'a> {
    type Neighbors = NodeSteps<'a>;

    fn neighbors(self, node: NodeId) -> NodeSteps<'a> {
        NodeSteps(self.steps(node, Direction::Outgoing))
    }
}

impl<'a> IntoNeighborsDirected for GraphView<'a> {
    type NeighborsDirected = NodeSteps<'a>;

    fn neighbors_directed(self, node: NodeId, way: ::petgraph::Direction) -> NodeSteps<'a> {
        NodeSteps(self.steps(node, direction(way)))
    }
}

/// All edges of a view, in the order of ids.
pub struct EdgeReferences<'a>(Box<dyn Iterator<Item = RelationshipReference> + 'a>);

impl Iterator for EdgeReferences<'_> {
    type Item = RelationshipReference;

    fn next(&mut self) -> Option<RelationshipReference> {
        self.0.next()
    }
}

impl<'a> IntoEdgeReferences for GraphView<'a> {
    type EdgeRef = RelationshipReference;
    type EdgeReferences = EdgeReferences<'a>;

    fn edge_references(self) -> EdgeReferences<'a> {
        EdgeReferences(Box::new(GraphView::edge_references(self)))
    }
}

impl<'a> IntoEdges for GraphView<'a> {
    type Edges = Steps<'a>;

    fn edges(self, node: NodeId) -> Steps<'a> {
        self.steps(node, Direction::Outgoing)
    }
}

impl<'a> IntoEdgesDirected for GraphView<'a> {
    type EdgesDirected = Steps<'a>;

    fn edges_directed(self, node: NodeId, way: ::petgraph::Direction) -> Steps<'a> {
        self.steps(node, direction(way))
    }
}

/// All nodes of a view, in the order of ids.
pub struct NodeIdentifiers<'a>(Box<dyn Iterator<Item = NodeId> + 'a>);

impl Iterator for NodeIdentifiers<'_> {
    type Item = NodeId;

    fn next(&mut self) -> Option<NodeId> {
        self.0.next()
    }
}

impl<'a> IntoNodeIdentifiers for GraphView<'a> {
    type NodeIdentifiers = NodeIdentifiers<'a>;

    fn node_identifiers(self) -> NodeIdentifiers<'a> {
        NodeIdentifiers(Box::new(self.node_ids()))
    }
}

/// All nodes of a view with their weights, in the order of ids.
pub struct NodeReferences<'a>(NodeIdentifiers<'a>);

impl Iterator for NodeReferences<'_> {
    type Item = NodeReference;

    fn next(&mut self) -> Option<NodeReference> {
        self.0.next().map(NodeReference)
    }
}

impl<'a> IntoNodeReferences for GraphView<'a> {
    type NodeRef = NodeReference;
    type NodeReferences = NodeReferences<'a>;

    fn node_references(self) -> NodeReferences<'a> {
        NodeReferences(self.node_identifiers())
    }
}

impl NodeCount for GraphView<'_> {
    fn node_count(&self) -> usize {
        match self.restriction {
            Some(Restriction { nodes: Some(_), .. }) => self.node_ids().count(),
            _ => self.graph.node_count() as usize,
        }
    }
}

impl EdgeCount for GraphView<'_> {
    fn edge_count(&self) -> usize {
        (*self).edge_references().count()
    }
}

impl NodeIndexable for GraphView<'_> {
    fn node_bound(&self) -> usize {
        self.graph.node_bound() as usize
    }

    fn to_index(&self, node: NodeId) -> usize {
        node.0 as usize
    }

    fn from_index(&self, index: usize) -> NodeId {
        NodeId(index as u32)
    }
}

impl EdgeIndexable for GraphView<'_> {
    fn edge_bound(&self) -> usize {
        self.graph.relationship_bound() as usize
    }

    fn to_index(&self, relationship: RelationshipId) -> usize {
        relationship.0 as usize
    }

    fn from_index(&self, index: usize) -> RelationshipId {
        RelationshipId(index as u32)
    }
}

impl Visitable for GraphView<'_> {
    type Map = Visited;

    fn visit_map(&self) -> Visited {
        Visited::below(self.graph.node_bound())
    }

    fn reset_map(&self, map: &mut Visited) {
        *map = self.visit_map();
    }
}

impl GetAdjacencyMatrix for GraphView<'_> {
    /// The adjacency answers by itself.
    type AdjMatrix = ();

    fn adjacency_matrix(&self) {}

    fn is_adjacent(&self, (): &(), from: NodeId, to: NodeId) -> bool {
        self.steps(from, Direction::Outgoing).any(|edge| edge.target == to)
    }
}

#[cfg(test)]
#[path = "petgraph_tests.rs"]
mod tests;
