//! Shortest trails between two bound ends.
//!
//! Between different nodes a shortest trail is a shortest path, found by breadth
//! from both sides: the smaller frontier grows by one level, until a level meets
//! what the other side has reached. Every shortest path then crosses exactly one
//! of the elements where they met.
//!
//! ```text
//! from ─ level 1 ─ level 2 ─┬─ level 1 ─ to       parents lead back to either end
//!                          met
//! ```

use super::adjacent::endpoint;
use super::context::Context;
use super::hops::{Hop, Hops};
use crate::syntax::diagnostic::Diagnostic;
use crate::value::Endpoint;
use hashbrown::HashMap;

/// The relationships of a path.
type Trail = Vec<u32>;

/// The shortest trails of 1 to `max` hops between two different nodes: one, or all of the
/// least length. The memory account has their bytes.
pub(super) fn trails(
    context: &Context<'_>,
    hops: &Hops<'_>,
    [from, to]: [Endpoint; 2],
    max: u64,
    all: bool,
) -> Result<Vec<Trail>, Diagnostic> {
    if max == 0 {
        return Ok(Vec::new());
    }
    let before = context.guard.kept();
    let mut search = Bidirectional::new(context, hops, from, to);
    let trails = if search.meet(max)? { search.paths(!all)? } else { Vec::new() };
    // The search is over; its trails stay accounted for until their rows are handed on.
    let searched = context.guard.kept().saturating_sub(before);
    let bytes = trail_bytes(&trails);
    context.guard.release(searched);
    context.guard.keep(bytes)?;
    Ok(trails)
}

/// Bytes that trails take, roughly.
pub(super) fn trail_bytes(trails: &[Trail]) -> usize {
    trails.iter().map(|trail| trail.len() * 4 + 32).sum()
}

/// A level, and the steps that lead there from the level before: relationship and
/// element.
type Arrival = (u32, Vec<(u32, Endpoint)>);

/// What one side has reached.
struct Side {
    /// How each element was reached first.
    reached: HashMap<Endpoint, Arrival, foldhash::fast::FixedState>,
    frontier: Vec<Endpoint>,
    level: u32,
}

impl Side {
    fn at(start: Endpoint) -> Self {
        let mut reached = HashMap::default();
        reached.insert(start, (0, Vec::new()));
        Side { reached, frontier: vec![start], level: 0 }
    }
}

struct Bidirectional<'b, 'a> {
    context: &'b Context<'a>,
    forward: &'b Hops<'b>,
    backward: Hops<'b>,
    sides: [Side; 2],
    met: Vec<Endpoint>,
}

impl<'b, 'a> Bidirectional<'b, 'a> {
    fn new(context: &'b Context<'a>, hops: &'b Hops<'b>, from: Endpoint, to: Endpoint) -> Self {
        Bidirectional {
            context,
            forward: hops,
            backward: hops.reversed(),
            sides: [Side::at(from), Side::at(to)],
            met: Vec::new(),
        }
    }

    /// Grows the sides until they meet, or cannot within `max` hops.
    fn meet(&mut self, max: u64) -> Result<bool, Diagnostic> {
        let mut hops: Vec<Hop> = Vec::new();
        loop {
            let [first, second] = &self.sides;
            if u64::from(first.level) + u64::from(second.level) >= max
                || first.frontier.is_empty()
                || second.frontier.is_empty()
            {
                return Ok(false);
            }
            let grows = usize::from(second.frontier.len() < first.frontier.len());
            let steps = if grows == 0 { self.forward } else { &self.backward };
            let frontier = std::mem::take(&mut self.sides[grows].frontier);
            let level = self.sides[grows].level + 1;
            self.sides[grows].level = level;
            for from in frontier {
                hops.clear();
                steps.collect(self.context, from, &mut hops)?;
                for hop in &hops {
                    let to = endpoint(hop.kind, hop.id);
                    let side = &mut self.sides[grows];
                    if let Some((there, parents)) = side.reached.get_mut(&to) {
                        if *there == level {
                            parents.push((hop.relationship, from));
                        }
                    } else {
                        self.context.guard.keep(64)?;
                        side.reached.insert(to, (level, vec![(hop.relationship, from)]));
                        side.frontier.push(to);
                    }
                }
            }
            let (grown, other) = (&self.sides[grows], &self.sides[1 - grows]);
            self.met = grown
                .frontier
                .iter()
                .copied()
                .filter(|element| other.reached.contains_key(element))
                .collect();
            if !self.met.is_empty() {
                return Ok(true);
            }
        }
    }

    /// The paths through the elements where the sides met.
    fn paths(&self, single: bool) -> Result<Vec<Trail>, Diagnostic> {
        let mut paths = Vec::new();
        for &middle in &self.met {
            let heads = self.back(0, middle, single)?;
            let tails = self.back(1, middle, single)?;
            for head in &heads {
                for tail in &tails {
                    self.context.guard.step()?;
                    self.context.guard.keep((head.len() + tail.len()) * 4 + 24)?;
                    // The head was followed back to its start; the tail is in order.
                    paths.push(head.iter().rev().chain(tail).copied().collect());
                    if single {
                        return Ok(paths);
                    }
                }
            }
        }
        Ok(paths)
    }

    /// The ways from an element back to the start of a side: one, or all.
    fn back(&self, side: usize, from: Endpoint, single: bool) -> Result<Vec<Vec<u32>>, Diagnostic> {
        let mut found = Vec::new();
        let mut way: Vec<u32> = Vec::new();
        // Elements on the way, each with the number of its next parent.
        let mut stack = vec![(from, 0usize)];
        while let Some((element, turn)) = stack.last_mut() {
            self.context.guard.step()?;
            let parents =
                self.sides[side].reached.get(element).map(|(_, parents)| parents.as_slice());
            let parents = parents.unwrap_or_default();
            if parents.is_empty() {
                found.push(way.clone());
                if single {
                    return Ok(found);
                }
            }
            if let Some(&(relationship, parent)) = parents.get(*turn) {
                *turn += 1;
                way.push(relationship);
                stack.push((parent, 0));
            } else {
                stack.pop();
                way.pop();
            }
        }
        Ok(found)
    }
}
