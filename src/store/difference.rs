//! Two versions and what is not the same in both.

use super::Graph;
use crate::value::{Endpoint, NodeId, RelationshipId};
use std::collections::BTreeSet;
use std::sync::Arc;

/// Two versions of one database, and the elements that may differ in them: all others are
/// the same.
#[derive(Clone, Debug)]
pub struct Difference {
    /// What is compared.
    pub from: Arc<Graph>,
    /// With what.
    pub to: Arc<Graph>,
    /// What was touched between the two, nodes before relationships, in the order of ids.
    pub elements: Vec<Endpoint>,
}

impl Difference {
    /// Puts together what was touched in what both versions know, and all that only one of
    /// them does, since ids are given in order.
    pub fn new(from: Arc<Graph>, to: Arc<Graph>, touched: BTreeSet<Endpoint>) -> Self {
        let (a, b) = (from.bounds(), to.bounds());
        let nodes = a.nodes.min(b.nodes)..a.nodes.max(b.nodes);
        let ids = a.relationships.min(b.relationships)..a.relationships.max(b.relationships);
        let mut elements = touched;
        elements.extend(nodes.map(|id| Endpoint::Node(NodeId(id))));
        elements.extend(ids.map(|id| Endpoint::Relationship(RelationshipId(id))));
        Difference { from, to, elements: elements.into_iter().collect() }
    }
}
