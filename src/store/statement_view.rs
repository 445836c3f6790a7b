//! A version as petgraph sees it when relationships are nodes too: claims, and claims about
//! claims, are found by its algorithms.
//!
//! ```text
//! (us) ──► [c:ASSERTS] ──► [v:VIOLATED] ──► (deal)
//!                               ▲
//!                   (china) ────┘
//! ```
//!
//! A relationship is a node between its start and its end, with an edge from the one and to the
//! other. So a walk that is twice as long passes from node to node, and a claim leads to the
//! statement that it is about.

use super::mask::Elements;
use super::{Direction, Graph};
use crate::value::{Endpoint, NodeId, RelationshipId};
use ::petgraph::visit::{
    Data, EdgeCount, EdgeRef, GraphBase, GraphProp, GraphRef, IntoEdgeReferences, IntoEdges,
    IntoEdgesDirected, IntoNeighbors, IntoNeighborsDirected, IntoNodeIdentifiers, NodeCount,
    NodeIndexable, VisitMap, Visitable,
};

/// A version in which every element is a node, for petgraph's algorithms. Copying it costs nothing.
///
/// ```
/// use dossier::store::StatementView;
/// use dossier::value::Endpoint;
///
/// let db = dossier::Database::in_memory();
/// db.query("CREATE (:Country {name: 'China'})-[v:VIOLATED]->(:Agreement), (:Government {name: 'US'})-[:ASSERTS]->[v]").run()?;
/// let us = db.query("MATCH (us:Government), (deal:Agreement) RETURN us, deal").run()?;
/// let ends = us.rows[0].iter().filter_map(|value| value.as_element()).collect::<Vec<Endpoint>>();
/// let graph = db.snapshot();
/// // From the claimant over the claim and the breach to the agreement: three steps.
/// let steps = petgraph::algo::dijkstra(StatementView::new(&graph), ends[0], None, |_| 1);
/// assert_eq!(steps[&ends[1]], 3);
/// # Ok::<(), dossier::Error>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct StatementView<'a> {
    graph: &'a Graph,
}

/// An edge: the first half of a relationship, from its start to itself, or the second half, from
/// itself to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Half {
    /// The relationship.
    pub relationship: RelationshipId,
    /// Whether it is the half that leads to the end.
    pub to_end: bool,
}

/// An edge with its ends, as petgraph's algorithms meet it; its weight is its id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HalfReference {
    id: Half,
    source: Endpoint,
    target: Endpoint,
}

impl EdgeRef for HalfReference {
    type NodeId = Endpoint;
    type EdgeId = Half;
    type Weight = Half;

    fn source(&self) -> Endpoint {
        self.source
    }

    fn target(&self) -> Endpoint {
        self.target
    }

    fn weight(&self) -> &Half {
        &self.id
    }

    fn id(&self) -> Half {
        self.id
    }
}

impl<'a> StatementView<'a> {
    /// A version with all its elements.
    pub fn new(graph: &'a Graph) -> Self {
        StatementView { graph }
    }

    fn first_half(start: Endpoint, relationship: RelationshipId) -> HalfReference {
        let target = Endpoint::Relationship(relationship);
        HalfReference { id: Half { relationship, to_end: false }, source: start, target }
    }

    fn second_half(end: Endpoint, relationship: RelationshipId) -> HalfReference {
        let source = Endpoint::Relationship(relationship);
        HalfReference { id: Half { relationship, to_end: true }, source, target: end }
    }

    fn halves(self, element: Endpoint, direction: Direction) -> Halves<'a> {
        let graph: &'a Graph = self.graph;
        let own = match element {
            Endpoint::Node(_) => None,
            Endpoint::Relationship(id) => graph.relationship(id).map(|record| match direction {
                Direction::Outgoing => Self::second_half(record.end, id),
                Direction::Incoming => Self::first_half(record.start, id),
            }),
        };
        let others =
            graph.relationships_at(element, direction).map(move |(_, id)| match direction {
                Direction::Outgoing => Self::first_half(element, id),
                Direction::Incoming => Self::second_half(element, id),
            });
        Halves(Box::new(own.into_iter().chain(others)))
    }

    fn nodes(self) -> impl Iterator<Item = NodeId> + 'a {
        let graph: &'a Graph = self.graph;
        let ids = graph.node_chunks(None).flat_map(|chunk| chunk.ids().collect::<Vec<_>>());
        ids.map(NodeId)
    }

    fn relationships(self) -> impl Iterator<Item = RelationshipId> + 'a {
        let graph: &'a Graph = self.graph;
        let ids = graph.relationship_chunks(None).flat_map(|it| it.ids().collect::<Vec<_>>());
        ids.map(RelationshipId)
    }
}

/// Edges, at one element or all there are.
pub struct Halves<'a>(Box<dyn Iterator<Item = HalfReference> + 'a>);

impl Iterator for Halves<'_> {
    type Item = HalfReference;

    fn next(&mut self) -> Option<HalfReference> {
        self.0.next()
    }
}

/// Elements, beside one or all there are.
pub struct ElementIds<'a>(Box<dyn Iterator<Item = Endpoint> + 'a>);

impl Iterator for ElementIds<'_> {
    type Item = Endpoint;

    fn next(&mut self) -> Option<Endpoint> {
        self.0.next()
    }
}

fn direction(direction: ::petgraph::Direction) -> Direction {
    match direction {
        ::petgraph::Direction::Outgoing => Direction::Outgoing,
        ::petgraph::Direction::Incoming => Direction::Incoming,
    }
}

impl GraphBase for StatementView<'_> {
    type NodeId = Endpoint;
    type EdgeId = Half;
}

impl GraphRef for StatementView<'_> {}

impl GraphProp for StatementView<'_> {
    type EdgeType = ::petgraph::Directed;
}

impl Data for StatementView<'_> {
    type NodeWeight = Endpoint;
    type EdgeWeight = Half;
}

impl<'a> IntoNeighbors for StatementView<'a> {
    type Neighbors = ElementIds<'a>;

    fn neighbors(self, element: Endpoint) -> ElementIds<'a> {
        ElementIds(Box::new(self.halves(element, Direction::Outgoing).map(|half| half.target)))
    }
}

impl<'a> IntoNeighborsDirected for StatementView<'a> {
    type NeighborsDirected = ElementIds<'a>;

    fn neighbors_directed(self, element: Endpoint, way: ::petgraph::Direction) -> ElementIds<'a> {
        let way = direction(way);
        ElementIds(Box::new(self.halves(element, way).map(move |half| match way {
            Direction::Outgoing => half.target,
            Direction::Incoming => half.source,
        })))
    }
}

impl<'a> IntoEdgeReferences for StatementView<'a> {
    type EdgeRef = HalfReference;
    type EdgeReferences = Halves<'a>;

    fn edge_references(self) -> Halves<'a> {
        Halves(Box::new(self.relationships().flat_map(move |id| {
            let record = self.graph.relationship(id);
            record.into_iter().flat_map(move |record| {
                [Self::first_half(record.start, id), Self::second_half(record.end, id)]
            })
        })))
    }
}

impl<'a> IntoEdges for StatementView<'a> {
    type Edges = Halves<'a>;

    fn edges(self, element: Endpoint) -> Halves<'a> {
        self.halves(element, Direction::Outgoing)
    }
}

impl<'a> IntoEdgesDirected for StatementView<'a> {
    type EdgesDirected = Halves<'a>;

    fn edges_directed(self, element: Endpoint, way: ::petgraph::Direction) -> Halves<'a> {
        self.halves(element, direction(way))
    }
}

impl<'a> IntoNodeIdentifiers for StatementView<'a> {
    type NodeIdentifiers = ElementIds<'a>;

    fn node_identifiers(self) -> ElementIds<'a> {
        let relationships = self.relationships().map(Endpoint::Relationship);
        ElementIds(Box::new(self.nodes().map(Endpoint::Node).chain(relationships)))
    }
}

impl NodeCount for StatementView<'_> {
    fn node_count(&self) -> usize {
        (self.graph.node_count() + self.graph.relationship_count()) as usize
    }
}

impl EdgeCount for StatementView<'_> {
    fn edge_count(&self) -> usize {
        2 * self.graph.relationship_count() as usize
    }
}

impl NodeIndexable for StatementView<'_> {
    fn node_bound(&self) -> usize {
        self.graph.node_bound() as usize + self.graph.relationship_bound() as usize
    }

    fn to_index(&self, element: Endpoint) -> usize {
        match element {
            Endpoint::Node(node) => node.0 as usize,
            Endpoint::Relationship(id) => self.graph.node_bound() as usize + id.0 as usize,
        }
    }

    fn from_index(&self, index: usize) -> Endpoint {
        match index.checked_sub(self.graph.node_bound() as usize) {
            Some(relationship) => Endpoint::Relationship(RelationshipId(relationship as u32)),
            None => Endpoint::Node(NodeId(index as u32)),
        }
    }
}

impl VisitMap<Endpoint> for Elements {
    fn visit(&mut self, element: Endpoint) -> bool {
        self.insert(element)
    }

    fn is_visited(&self, element: &Endpoint) -> bool {
        self.contains(*element)
    }

    fn unvisit(&mut self, element: Endpoint) -> bool {
        match element {
            Endpoint::Node(node) => self.nodes.remove(node.0),
            Endpoint::Relationship(id) => self.relationships.remove(id.0),
        }
    }
}

impl Visitable for StatementView<'_> {
    type Map = Elements;

    fn visit_map(&self) -> Elements {
        Elements::default()
    }

    fn reset_map(&self, map: &mut Elements) {
        *map = Elements::default();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Writer;
    use crate::value::Value;
    use ::petgraph::algo::{is_cyclic_directed, tarjan_scc, toposort};
    use ::petgraph::graph::DiGraph;
    use ::petgraph::visit::{Bfs, Reversed};
    use std::collections::{BTreeSet, HashMap};
    use std::sync::Arc;

    /// A version with gaps, parallel relationships, and claims about claims.
    fn graph() -> Arc<Graph> {
        let mut state = 7u64;
        let mut below = |bound: usize| {
            state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
            (state >> 33) as usize % bound
        };
        let mut writer = Writer::new(Arc::default());
        let none: [(&str, Value); 0] = [];
        let mut elements: Vec<Endpoint> = (0..40)
            .map(|_| Endpoint::Node(writer.create_node(["A"], none.clone()).unwrap()))
            .collect();
        for number in 0..120 {
            let among = if number % 3 == 0 { elements.len() } else { 40 };
            let (start, end) = (elements[below(40)], elements[below(among)]);
            let kind = if among > 40 { "ASSERTS" } else { "R" };
            let made = writer.create_relationship(kind, start, end, none.clone()).unwrap();
            elements.push(Endpoint::Relationship(made));
        }
        for id in [3, 17] {
            writer.detach_delete_node(NodeId(id)).unwrap();
        }
        writer.finish().0
    }

    #[test]
    fn algorithms_find_what_they_find_on_a_copy() {
        let graph = graph();
        let view = StatementView::new(&graph);
        let mut copy: DiGraph<Endpoint, ()> = DiGraph::new();
        let places: HashMap<Endpoint, _> =
            view.node_identifiers().map(|element| (element, copy.add_node(element))).collect();
        assert_eq!(places.len(), view.node_count());
        for element in view.node_identifiers() {
            assert_eq!(view.from_index(view.to_index(element)), element);
            let Endpoint::Relationship(id) = element else { continue };
            let record = graph.relationship(id).unwrap();
            copy.add_edge(places[&record.start], places[&element], ());
            copy.add_edge(places[&element], places[&record.end], ());
        }
        assert_eq!(view.edge_count(), copy.edge_count());
        assert_eq!(view.edge_references().count(), copy.edge_count());
        assert_eq!(is_cyclic_directed(view), is_cyclic_directed(&copy));
        assert_eq!(toposort(view, None).is_ok(), toposort(&copy, None).is_ok());
        assert_eq!(tarjan_scc(view).len(), tarjan_scc(&copy).len());
        for element in view.node_identifiers() {
            let mut reached = BTreeSet::new();
            let mut search = Bfs::new(view, element);
            while let Some(next) = search.next(view) {
                reached.insert(next);
            }
            let mut expected = BTreeSet::new();
            let mut search = Bfs::new(&copy, places[&element]);
            while let Some(next) = search.next(&copy) {
                expected.insert(copy[next]);
            }
            assert_eq!(reached, expected);
            let backwards: BTreeSet<Endpoint> = Reversed(view).neighbors(element).collect();
            let before = copy.neighbors_directed(places[&element], ::petgraph::Direction::Incoming);
            assert_eq!(backwards, before.map(|place| copy[place]).collect());
            let edges = view.edges_directed(element, ::petgraph::Direction::Incoming);
            assert!(edges.into_iter().all(|edge| edge.target() == element));
        }
    }
}
