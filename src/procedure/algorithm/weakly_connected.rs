//! `algo.wcc`: the weakly connected components, whichever way relationships point.
//!
//! Nodes are joined in a forest whose roots stand for components (union-find). Most graphs
//! are one large component and crumbs: so each node is joined with its first neighbours,
//! the component that a sample finds most often is taken to be the large one, and only the
//! nodes outside of it look at the rest of their relationships, both ways (Sutton, Ben-Nun
//! and Barak: Optimizing Parallel Graph Connectivity Computation via Subgraph Sampling, 2018).
//!
//! ```text
//! first      above(v) = its first neighbour, where that is smaller: nothing is searched for
//! join       what is still a root with some of its neighbours
//! rest       nodes outside of the large component with all of theirs, both ways
//! number     roots in order, then what they stand for
//! ```
//!
//! Threads do each step part by part. The root of a component is always its smallest node, in
//! whichever order nodes are joined, so that the numbers are the same.

use super::projection::{Cursor, Projection};
use super::{INPUTS, NODE, Names, Options, columns, share};
use crate::procedure::{Call, Columns, Procedure, Run, STRIDE, integer};
use crate::store::Direction;
use crate::value::{EvaluationError, Value};
use crate::vector::Vector;
use std::collections::HashMap;
use std::ops::Range;
use std::sync::atomic::AtomicU32;
use std::sync::atomic::Ordering::Relaxed;

pub(in crate::procedure) const WCC: Procedure = Procedure {
    name: "algo.wcc",
    inputs: INPUTS,
    outputs: &[NODE, integer("component")],
    description: "The weakly connected component of each node, numbered from 0 in the order of their first nodes.",
    run: Run::Computes(wcc),
};

/// Neighbours with which a node is joined that has no smaller one.
const FIRST: usize = 4;
/// Nodes in the sample.
const SAMPLE: usize = 1024;

/// Nodes that a thread takes at once; few where threads are to meet in small graphs.
const PART: usize = if cfg!(test) { 16 } else { STRIDE as usize };

/// Nodes from which on a second thread is worth its starts, one for each step: fewer take one
/// thread about three milliseconds.
const FOR_TWO: usize = 200_000;

/// Trees of nodes; each knows one above it, which is smaller, or is a root.
///
/// Threads join and search at the same time. Only a root is ever put below another node, by a
/// comparison that fails where it is none any more; and who comes by may leave out a node on the
/// way up, which leads to the same root. So no order between the places matters.
struct Forest {
    above: Vec<AtomicU32>,
    /// Whether there is one thread, which need not compare.
    alone: bool,
}

impl Forest {
    fn above(&self, node: u32) -> u32 {
        self.above[node as usize].load(Relaxed)
    }

    fn put(&self, node: u32, above: u32) {
        self.above[node as usize].store(above, Relaxed);
    }

    fn root(&self, mut node: u32) -> u32 {
        loop {
            let above = self.above(node);
            let higher = self.above(above);
            if above == higher {
                return above;
            }
            // Halves the way for whoever comes next.
            self.put(node, higher);
            node = higher;
        }
    }

    /// The smaller root stays one, so that the root is the first node of its component.
    fn join(&self, one: u32, other: u32) {
        let (mut one, mut other) = (self.root(one), self.root(other));
        while one != other {
            let (small, large) = (one.min(other), one.max(other));
            if self.alone {
                return self.put(large, small);
            }
            let place = &self.above[large as usize];
            if place.compare_exchange(large, small, Relaxed, Relaxed).is_ok() {
                return;
            }
            (one, other) = (self.root(small), self.root(large));
        }
    }

    /// The root that a sample finds most often.
    fn commonest(&self) -> Option<u32> {
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
    let threads = if projection.len() >= FOR_TWO { call.threads.number() } else { 1 };
    match components(call, threads, &projection)? {
        Some(numbers) => columns(projection, numbers),
        None => Ok(Vec::new()),
    }
}

/// The number of each node's component; `None` where the statement has to stop before.
fn components(
    call: &Call<'_>,
    threads: usize,
    projection: &Projection,
) -> Result<Option<Vector>, EvaluationError> {
    (call.keep)(projection.len() * 16)?;
    let above = (0..projection.len() as u32).map(AtomicU32::new).collect();
    let forest = Forest { above, alone: threads == 1 };
    join_first(call, threads, projection, &forest);
    join_rest(call, threads, projection, &forest);
    // What is not joined to the end has no numbers.
    Ok((!(call.stopped)()).then(|| numbers(call, threads, &forest)))
}

/// The numbers of the nodes, part by part.
fn parts(nodes: usize) -> impl Iterator<Item = Range<u32>> + Send {
    (0..nodes).step_by(PART).map(move |first| first as u32..(first + PART).min(nodes) as u32)
}

/// Puts each node below its first neighbour, which is the smallest of its type, or joins it with
/// some where that one is larger.
fn join_first(call: &Call<'_>, threads: usize, projection: &Projection, forest: &Forest) {
    let graph = call.graph;
    share(call, threads, parts(projection.len()), |nodes| {
        let mut outgoing = Cursor::new(graph, Direction::Outgoing);
        for node in nodes {
            projection.each_neighbour(&mut outgoing, node as usize, |neighbour| {
                // Only the thread that has its part puts it anywhere.
                forest.put(node, node.min(neighbour));
                false
            });
        }
    });
    share(call, threads, parts(projection.len()), |nodes| {
        let mut outgoing = Cursor::new(graph, Direction::Outgoing);
        for node in nodes.filter(|&node| forest.above(node) == node) {
            let mut left = FIRST;
            projection.each_neighbour(&mut outgoing, node as usize, |neighbour| {
                forest.join(node, neighbour);
                left -= 1;
                left > 0
            });
        }
    });
}

/// Joins the nodes outside of the large component with all of their neighbours. From inside of
/// it nobody looks, so both ways are looked at.
fn join_rest(call: &Call<'_>, threads: usize, projection: &Projection, forest: &Forest) {
    let (graph, large) = (call.graph, forest.commonest());
    share(call, threads, parts(projection.len()), |nodes| {
        let ways = [Direction::Outgoing, Direction::Incoming];
        let mut cursors = ways.map(|direction| Cursor::new(graph, direction));
        for node in nodes {
            // The large one may have been joined to an earlier node meanwhile.
            if large.is_some_and(|large| forest.root(large) == forest.root(node)) {
                continue;
            }
            for cursor in &mut cursors {
                projection.each_neighbour(cursor, node as usize, |neighbour| {
                    forest.join(node, neighbour);
                    true
                });
            }
        }
    });
}

/// Numbers the components in the order of their roots, and tells that of each node.
fn numbers(call: &Call<'_>, threads: usize, forest: &Forest) -> Vector {
    let nodes = forest.above.len();
    let mut roots: Vec<u32> = vec![0; nodes.div_ceil(PART)];
    share(call, threads, parts(nodes).zip(&mut roots), |(nodes, roots)| {
        *roots = nodes.filter(|&node| forest.above(node) == node).count() as u32;
    });
    let mut total = 0;
    let first = roots.iter().map(|roots| {
        total += roots;
        total - roots
    });
    let first: Vec<u32> = first.collect();
    if total == 1 {
        return Vector::Constant(Value::Integer(0), nodes);
    }
    // By root its number. Where no node is a root nothing is written.
    let mut of_roots: Vec<u32> = vec![0; nodes];
    let with_roots = parts(nodes).zip(of_roots.chunks_mut(PART)).zip(first).zip(&roots);
    let with_roots = with_roots.filter(|(_, roots)| **roots > 0);
    share(call, threads, with_roots, |(((nodes, of_roots), first), _)| {
        let roots = nodes.zip(of_roots).filter(|(node, _)| forest.above(*node) == *node);
        for ((_, number), next) in roots.zip(first..) {
            *number = next;
        }
    });
    let mut numbers: Vec<i64> = vec![0; nodes];
    share(call, threads, parts(nodes).zip(numbers.chunks_mut(PART)), |(nodes, numbers)| {
        for (node, number) in nodes.zip(numbers) {
            *number = i64::from(of_roots[forest.root(node) as usize]);
        }
    });
    Vector::integers(numbers)
}

#[cfg(test)]
#[path = "weakly_connected_tests.rs"]
mod tests;
