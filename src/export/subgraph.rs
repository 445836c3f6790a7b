//! The part of a graph that a result shows: its nodes and relationships with all
//! that drawing them needs.

use crate::store::{Direction, EndpointKind, Graph};
use crate::value::{ElementReader, Endpoint, Map, NodeId, RelationshipId, Value};
use std::collections::BTreeMap;
use std::sync::Arc;

/// What is claimed about an element in the whole graph, not only in the subgraph.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum ClaimState {
    /// Nobody asserts or denies it.
    #[default]
    Plain,
    /// Somebody asserts it, nobody denies it.
    Asserted,
    /// Somebody denies it, nobody asserts it.
    Denied,
    /// Somebody asserts it and somebody denies it.
    Disputed,
}

/// A node of a subgraph.
#[derive(Clone, Debug)]
pub struct SubgraphNode {
    /// Its labels, in the order of their creation.
    pub labels: Vec<Arc<str>>,
    /// Its properties.
    pub properties: Map,
    /// What is claimed about it.
    pub state: ClaimState,
}

/// A relationship of a subgraph.
#[derive(Clone, Debug)]
pub struct SubgraphRelationship {
    /// Its type.
    pub kind: Arc<str>,
    /// What it starts at; always part of the subgraph.
    pub start: Endpoint,
    /// What it ends at; always part of the subgraph.
    pub end: Endpoint,
    /// Its properties.
    pub properties: Map,
    /// What is claimed about it.
    pub state: ClaimState,
}

/// Nodes and relationships in the order of their ids.
#[derive(Clone, Debug, Default)]
pub struct Subgraph {
    /// The nodes.
    pub nodes: BTreeMap<NodeId, SubgraphNode>,
    /// The relationships.
    pub relationships: BTreeMap<RelationshipId, SubgraphRelationship>,
}

impl Subgraph {
    /// Collects the nodes, relationships and paths in `rows`, also those inside lists
    /// and maps. A relationship brings its ends along: nodes, and relationships with
    /// their own ends. Other relationships between the nodes are left out, and so
    /// are elements that are not in `graph` (any more).
    ///
    /// # Complexity
    /// Each element is read once; whether it is claimed is one look-up.
    pub fn from_rows(rows: &[Vec<Value>], graph: &Graph) -> Subgraph {
        let mut subgraph = Subgraph::default();
        let mut pending: Vec<Endpoint> = Vec::new();
        for value in rows.iter().flatten() {
            pending.extend(value.elements());
            subgraph.add(&mut pending, graph);
        }
        subgraph
    }

    /// Whether nothing was found.
    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty() && self.relationships.is_empty()
    }

    fn add(&mut self, pending: &mut Vec<Endpoint>, graph: &Graph) {
        while let Some(element) = pending.pop() {
            match element {
                Endpoint::Node(node) => self.add_node(node, graph),
                Endpoint::Relationship(relationship) => {
                    self.add_relationship(relationship, graph, pending);
                }
            }
        }
    }

    fn add_node(&mut self, node: NodeId, graph: &Graph) {
        let element = Endpoint::Node(node);
        if self.nodes.contains_key(&node) || !graph.contains_node(node) {
            return;
        }
        let found = SubgraphNode {
            labels: graph.node_labels(node),
            properties: ElementReader::properties(graph, element),
            state: claim_state(element, graph),
        };
        self.nodes.insert(node, found);
    }

    fn add_relationship(
        &mut self,
        relationship: RelationshipId,
        graph: &Graph,
        pending: &mut Vec<Endpoint>,
    ) {
        let element = Endpoint::Relationship(relationship);
        if self.relationships.contains_key(&relationship) {
            return;
        }
        let Some(record) = graph.relationship(relationship) else { return };
        let found = SubgraphRelationship {
            kind: graph.catalog().type_name(record.kind).clone(),
            start: record.start,
            end: record.end,
            properties: ElementReader::properties(graph, element),
            state: claim_state(element, graph),
        };
        pending.extend([record.start, record.end]);
        self.relationships.insert(relationship, found);
    }
}

/// What the graph's claims say about an element.
fn claim_state(element: Endpoint, graph: &Graph) -> ClaimState {
    let claimed = |name: &str| {
        let claimants = [EndpointKind::Node, EndpointKind::Relationship];
        graph.catalog().type_id(name).is_some_and(|kind| {
            claimants
                .iter()
                .any(|who| !graph.neighbours(element, kind, Direction::Incoming, *who).is_empty())
        })
    };
    match (claimed("ASSERTS"), claimed("DENIES")) {
        (false, false) => ClaimState::Plain,
        (true, false) => ClaimState::Asserted,
        (false, true) => ClaimState::Denied,
        (true, true) => ClaimState::Disputed,
    }
}
