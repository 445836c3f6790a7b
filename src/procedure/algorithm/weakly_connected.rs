//! `algo.wcc`: the weakly connected components, whichever way relationships point.
//!
//! Nodes are joined in a forest whose roots stand for components (union-find). Most graphs
//! are one large component and crumbs: so the first few neighbours of each node are joined,
//! the component that a sample finds most often is taken to be the large one, and only the
//! nodes outside of it look at the rest of their relationships, both ways (Sutton, Ben-Nun
//! and Barak: Optimizing Parallel Graph Connectivity Computation via Subgraph Sampling, 2018).

use super::projection::{Cursor, Projection};
use super::{INPUTS, NODE, Names, Options, columns};
use crate::procedure::{Call, Columns, Procedure, Run, STRIDE, integer};
use crate::store::Direction;
use crate::vector::Vector;
use std::collections::HashMap;

pub(in crate::procedure) const WCC: Procedure = Procedure {
    name: "algo.wcc",
    inputs: INPUTS,
    outputs: &[NODE, integer("component")],
    description: "The weakly connected component of each node, numbered from 0 in the order of their first nodes.",
    run: Run::Computes(wcc),
};

/// Neighbours of each node that are joined before the sample is taken.
const FIRST: usize = 2;
/// Nodes in the sample.
const SAMPLE: usize = 1024;

/// Trees of nodes; each knows the one above it, a root itself.
struct Forest {
    above: Vec<u32>,
}

impl Forest {
    fn root(&mut self, mut node: u32) -> u32 {
        while self.above[node as usize] != node {
            // Halves the way for whoever comes next.
            let above = self.above[self.above[node as usize] as usize];
            self.above[node as usize] = above;
            node = above;
        }
        node
    }

    /// The smaller root stays one, so that the root is the first node of its component.
    fn join(&mut self, one: u32, other: u32) {
        let (one, other) = (self.root(one), self.root(other));
        if one != other {
            self.above[one.max(other) as usize] = one.min(other);
        }
    }

    /// The root that a sample finds most often.
    fn commonest(&mut self) -> Option<u32> {
        let step = (self.above.len() / SAMPLE).max(1);
        let mut found: HashMap<u32, u32> = HashMap::new();
        for node in (0..self.above.len()).step_by(step) {
            *found.entry(self.root(node as u32)).or_default() += 1;
        }
        found.into_iter().max_by_key(|&(root, count)| (count, root)).map(|(root, _)| root)
    }
}

fn wcc(call: &Call<'_>) -> Columns {
    Options::of(call, &[])?;
    let projection = Projection::of(call, &Names::of(call)?)?;
    (call.keep)(projection.len() * 12)?;
    let mut forest = Forest { above: (0..projection.len() as u32).collect() };
    let stopped = |node: usize| (node as u32).is_multiple_of(STRIDE) && (call.stopped)();
    let mut outgoing = Cursor::new(call.graph, Direction::Outgoing);
    for node in 0..projection.len() {
        if stopped(node) {
            return Ok(Vec::new());
        }
        let mut left = FIRST;
        projection.each_neighbour(&mut outgoing, node, |neighbour| {
            forest.join(node as u32, neighbour);
            left -= 1;
            left > 0
        });
    }
    let mut large = forest.commonest();
    let mut incoming = Cursor::new(call.graph, Direction::Incoming);
    for node in 0..projection.len() {
        if stopped(node) {
            return Ok(Vec::new());
        }
        // The large one may have been joined to an earlier node meanwhile.
        large = large.map(|root| forest.root(root));
        if Some(forest.root(node as u32)) == large {
            continue;
        }
        // From inside of the large component nobody looks, so both ways are looked at.
        for cursor in [&mut outgoing, &mut incoming] {
            projection.each_neighbour(cursor, node, |neighbour| {
                forest.join(node as u32, neighbour);
                true
            });
        }
    }
    let mut components = 0;
    let mut numbers = vec![0i64; projection.len()];
    for node in 0..projection.len() {
        let root = forest.root(node as u32) as usize;
        numbers[node] = if root == node {
            components += 1;
            components - 1
        } else {
            numbers[root]
        };
    }
    columns(call, &projection, Vector::integers(numbers))
}
