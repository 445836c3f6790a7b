//! The reference's graph: two ordered maps.

use dossier::store::Graph;
use dossier::value::{ElementReader, Endpoint, ErrorClass, Map, NodeId, RelationshipId, Value};
use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Evaluated, error};

/// A node.
#[derive(Clone, Debug, Default)]
pub(crate) struct Node {
    pub(crate) labels: Vec<Arc<str>>,
    pub(crate) properties: Map,
}

/// A relationship.
#[derive(Clone, Debug)]
pub(crate) struct Relationship {
    pub(crate) kind: Arc<str>,
    pub(crate) start: Endpoint,
    pub(crate) end: Endpoint,
    pub(crate) properties: Map,
}

/// Nodes and relationships by their ids.
#[derive(Clone, Debug, Default)]
pub(crate) struct World {
    pub(crate) nodes: BTreeMap<NodeId, Node>,
    pub(crate) relationships: BTreeMap<RelationshipId, Relationship>,
    /// Relationships that were deleted: their types and ends outlive them.
    pub(crate) buried: BTreeMap<RelationshipId, Relationship>,
    next_node: u32,
    next_relationship: u32,
    /// All labels that there ever were: those of a node are told in this order.
    labels: Vec<Arc<str>>,
}

impl World {
    /// Copies a graph version of the engine.
    pub(crate) fn of(graph: &Graph) -> Self {
        let mut world = World {
            next_node: graph.node_bound(),
            next_relationship: graph.relationship_bound(),
            ..World::default()
        };
        for id in (0..graph.node_bound()).map(NodeId) {
            if graph.contains_node(id) {
                let labels = graph.node_labels(id);
                let properties = ElementReader::properties(graph, Endpoint::Node(id));
                world.know(&labels);
                world.nodes.insert(id, Node { labels, properties });
            }
        }
        for id in (0..graph.relationship_bound()).map(RelationshipId) {
            let Some((start, end)) = graph.relationship_endpoints(id) else { continue };
            let kind = ElementReader::relationship_type(graph, id).unwrap_or_default();
            let properties = ElementReader::properties(graph, Endpoint::Relationship(id));
            world.relationships.insert(id, Relationship { kind, start, end, properties });
        }
        world
    }

    pub(crate) fn add_node(&mut self, labels: Vec<Arc<str>>, properties: Map) -> NodeId {
        let id = NodeId(self.next_node);
        self.next_node += 1;
        self.know(&labels);
        self.nodes.insert(id, Node { labels, properties });
        self.put_in_order(id);
        id
    }

    /// Notes labels that may be new.
    pub(crate) fn know(&mut self, labels: &[Arc<str>]) {
        for label in labels {
            if !self.labels.contains(label) {
                self.labels.push(label.clone());
            }
        }
    }

    /// Puts the labels of a node in the order in which they became known.
    pub(crate) fn put_in_order(&mut self, id: NodeId) {
        let known = &self.labels;
        if let Some(node) = self.nodes.get_mut(&id) {
            node.labels.sort_by_key(|label| known.iter().position(|other| other == label));
        }
    }

    pub(crate) fn add_relationship(&mut self, relationship: Relationship) -> RelationshipId {
        let id = RelationshipId(self.next_relationship);
        self.next_relationship += 1;
        self.relationships.insert(id, relationship);
        id
    }

    pub(crate) fn contains(&self, element: Endpoint) -> bool {
        match element {
            Endpoint::Node(id) => self.nodes.contains_key(&id),
            Endpoint::Relationship(id) => self.relationships.contains_key(&id),
        }
    }

    /// All ids of nodes, and all of relationships, lie below these.
    pub(crate) fn bounds(&self) -> (u32, u32) {
        (self.next_node, self.next_relationship)
    }

    /// The properties of an element that is there.
    pub(crate) fn properties(&self, element: Endpoint) -> Evaluated<&Map> {
        let found = match element {
            Endpoint::Node(id) => self.nodes.get(&id).map(|node| &node.properties),
            Endpoint::Relationship(id) => {
                self.relationships.get(&id).map(|relationship| &relationship.properties)
            }
        };
        found.map_or_else(|| error(ErrorClass::EntityNotFound, "the element has been deleted"), Ok)
    }

    pub(crate) fn properties_mut(&mut self, element: Endpoint) -> Option<&mut Map> {
        match element {
            Endpoint::Node(id) => self.nodes.get_mut(&id).map(|node| &mut node.properties),
            Endpoint::Relationship(id) => {
                self.relationships.get_mut(&id).map(|relationship| &mut relationship.properties)
            }
        }
    }

    /// A relationship, whether or not it is still there.
    pub(crate) fn known(&self, id: RelationshipId) -> Option<&Relationship> {
        self.relationships.get(&id).or_else(|| self.buried.get(&id))
    }

    /// What points at an element or starts from it.
    pub(crate) fn attached(&self, element: Endpoint) -> Vec<RelationshipId> {
        let touches = |relationship: &Relationship| {
            relationship.start == element || relationship.end == element
        };
        self.relationships.iter().filter(|(_, one)| touches(one)).map(|(id, _)| *id).collect()
    }
}

/// The value that stands for an element.
pub(crate) fn element_value(element: Endpoint) -> Value {
    match element {
        Endpoint::Node(id) => Value::Node(id),
        Endpoint::Relationship(id) => Value::Relationship(id),
    }
}

impl ElementReader for World {
    fn node_labels(&self, node: NodeId) -> Vec<Arc<str>> {
        self.nodes.get(&node).map(|node| node.labels.clone()).unwrap_or_default()
    }

    fn relationship_type(&self, relationship: RelationshipId) -> Option<Arc<str>> {
        self.relationships.get(&relationship).map(|one| one.kind.clone())
    }

    fn relationship_endpoints(&self, relationship: RelationshipId) -> Option<(Endpoint, Endpoint)> {
        self.relationships.get(&relationship).map(|one| (one.start, one.end))
    }

    fn properties(&self, element: Endpoint) -> Map {
        World::properties(self, element).cloned().unwrap_or_default()
    }

    fn property(&self, element: Endpoint, key: &str) -> Value {
        ElementReader::properties(self, element).get(key).cloned().unwrap_or_default()
    }

    fn contains(&self, element: Endpoint) -> bool {
        World::contains(self, element)
    }

    fn related(
        &self,
        element: Endpoint,
        kind: &str,
        incoming: bool,
    ) -> Vec<(Endpoint, RelationshipId)> {
        let of_kind = self.relationships.iter().filter(|(_, one)| &*one.kind == kind);
        of_kind
            .map(
                |(id, one)| {
                    if incoming { (one.end, one.start, *id) } else { (one.start, one.end, *id) }
                },
            )
            .filter(|(here, ..)| *here == element)
            .map(|(_, there, id)| (there, id))
            .collect()
    }
}
