//! Small graphs of many shapes, on which threads are held to what one thread comes to.

use super::{Names, Projection};
use crate::procedure::{Call, DatabaseName};
use crate::store::{Graph, Writer};
use crate::threads::{Helpers, Threads};
use crate::value::Random;
use crate::value::{Endpoint, NodeId, Value};
use std::sync::Arc;

/// Where a relationship of a node leads to, if it has one, among so many nodes.
type Shape = fn(u32, u32, &mut Random) -> Option<u32>;

/// Chains either way, small components and loops, a large component that is met from outside,
/// two halves behind each other's ids, and nothing.
pub(super) const SHAPES: &[Shape] = &[
    |node, _, _| node.checked_sub(1),
    |node, nodes, _| Some(node + 1).filter(|&next| next < nodes),
    |node, _, random| Some(node - (random.below(2) as u32 * (node % 7))),
    |node, nodes, random| {
        let other = random.below(u64::from(nodes)) as u32;
        (random.below(3) > 0).then_some(other / (1 + node % 50))
    },
    |node, nodes, random| {
        let other = random.below(u64::from(nodes)) as u32 & !1;
        Some(other | (node & 1)).filter(|&other| other < nodes)
    },
    |_, _, _| None,
];

/// A graph with its relationships between nodes.
pub(super) struct Sample {
    graph: Graph,
    /// Where each starts and ends.
    pub(super) pairs: Vec<(u32, u32)>,
}

impl Sample {
    /// A graph of a shape, with a hub, relationships that are there several times, and some that
    /// point at relationships.
    pub(super) fn of(nodes: u32, shape: Shape) -> Self {
        let mut random = Random(u64::from(nodes));
        let pairs = (0..2 * nodes).filter_map(|turn| {
            let node = turn % nodes;
            Some((node, shape(node, nodes, &mut random)?))
        });
        let mut pairs: Vec<(u32, u32)> = pairs.collect();
        let most = nodes - 1;
        pairs.extend((0..40).map(|node| ((node * 31).min(most), most.min(7))));
        let none = std::iter::empty::<(&str, Value)>;
        let mut writer = Writer::new(Arc::new(Graph::new()));
        for _ in 0..nodes {
            writer.create_node(["A"], none()).expect("a node");
        }
        let node = |id| Endpoint::Node(NodeId(id));
        for &(start, end) in &pairs {
            let made = writer.create_relationship("R", node(start), node(end), none());
            let claimed = Endpoint::Relationship(made.expect("a relationship"));
            if random.below(9) == 0 {
                writer.create_relationship("R", node(end), claimed, none()).expect("a claim");
            }
        }
        let graph = Arc::unwrap_or_clone(writer.finish().0);
        Sample { graph, pairs }
    }

    /// What comes of all of the graph.
    pub(super) fn with<T>(&self, act: impl FnOnce(&Call<'_>, &Projection) -> T) -> T {
        let (database, helpers) = (DatabaseName::default(), Helpers::default());
        let call = Call {
            database: &database,
            arguments: &[],
            graph: &self.graph,
            stopped: &|| false,
            procedures: &[],
            keep: &|_| Ok(()),
            threads: Threads::of(&helpers, Some(8)),
            contradictory: &|_| Ok(Vec::new()),
        };
        let names = Names { labels: None, types: None };
        act(&call, &Projection::of(&call, &names).expect("a projection"))
    }
}
