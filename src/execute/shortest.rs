//! Shortest trails between two bound ends.
//!
//! Between different nodes a shortest trail is a shortest path, found by breadth
//! from both sides: that one grows by a level whose frontier has fewer relationships, until
//! it meets what the other side has reached. Every shortest path then crosses exactly one
//! of the nodes where they met.
//!
//! ```text
//! from ─ level 1 ─ level 2 ─┬─ level 1 ─ to       parents lead back to either end
//!                          met
//! ```
//!
//! The last level is larger than all before it together, and only what it shares with the other
//! side is of use. So a level is first held against the frontier of the other side, since
//! what is known there longer would have been met before; it is entered only where it meets none.

use super::context::Context;
use super::hops::{Hop, Hops};
use crate::syntax::diagnostic::Diagnostic;
use crate::value::{Endpoint, NodeId};
use hashbrown::HashMap;
use hashbrown::hash_map::Entry;

/// The relationships of a path.
type Trail = Vec<u32>;

/// The shortest trails of 1 to `max` hops between two different nodes: one, or all of the
/// least length. The memory account has their bytes.
pub(super) fn trails(
    context: &Context<'_>,
    hops: &Hops<'_>,
    ends: [NodeId; 2],
    max: u64,
    all: bool,
) -> Result<Vec<Trail>, Diagnostic> {
    let before = context.guard.kept();
    let mut search = Bidirectional::new(context, hops, ends, all);
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

/// No arrival.
const NONE: u32 = u32::MAX;

/// A step by which a node was reached; those of the same node are chained.
#[derive(Clone, Copy)]
struct Arrival {
    relationship: u32,
    parent: u32,
    /// Another step from the level before to the same node, or [`NONE`].
    other: u32,
}

/// Bytes that a node that was reached takes, with its first arrival, roughly.
const REACHED_BYTES: usize = 48;

/// Steps for which room is made at once: these take no more than the account overlooks.
const MOST_ROOM: usize = 1024;

/// What one side has reached.
struct Side {
    /// The level at which each node was reached first, and the last of its arrivals.
    reached: HashMap<u32, (u32, u32), foldhash::fast::FixedState>,
    arrivals: Vec<Arrival>,
    frontier: Vec<u32>,
    /// What passes for the frontier.
    sieve: Sieve,
    level: u32,
}

/// Tells of nearly all nodes that they are not in a set, sooner than the set does.
struct Sieve {
    words: Vec<u64>,
    /// How many bits of a hash are left out.
    shift: u32,
}

impl Sieve {
    /// One that most nodes do not pass, and all of these.
    fn of(nodes: &[u32]) -> Self {
        // About sixteen bits for each, and no less than a word.
        let bits = (nodes.len().ilog2() + 5).clamp(6, 31);
        let mut sieve = Sieve { words: vec![0; 1 << (bits - 6)], shift: u32::BITS - bits };
        for &node in nodes {
            let place = sieve.place(node);
            sieve.words[place / 64] |= 1 << (place % 64);
        }
        sieve
    }

    fn place(&self, node: u32) -> usize {
        (node.wrapping_mul(0x9E37_79B1) >> self.shift) as usize
    }

    fn passes(&self, node: u32) -> bool {
        let place = self.place(node);
        self.words.get(place / 64).is_some_and(|word| word >> (place % 64) & 1 == 1)
    }
}

impl Side {
    fn at(start: NodeId) -> Self {
        let mut reached = HashMap::default();
        reached.insert(start.0, (0, NONE));
        let frontier = vec![start.0];
        let sieve = Sieve::of(&frontier);
        Side { reached, arrivals: Vec::new(), frontier, sieve, level: 0 }
    }

    /// Makes room for what about so many steps lead to, so that it need not grow piece by piece.
    fn make_room(&mut self, steps: usize) {
        let steps = steps.min(MOST_ROOM);
        self.reached.reserve(steps);
        self.arrivals.reserve(steps);
    }

    /// Notes a step to a node at the present level; whether the node is new.
    fn arrive(&mut self, from: u32, hop: Hop, all: bool) -> bool {
        let next = self.arrivals.len() as u32;
        let arrival = |other| Arrival { relationship: hop.relationship, parent: from, other };
        match self.reached.entry(hop.id) {
            Entry::Vacant(place) => {
                place.insert((self.level, next));
                self.arrivals.push(arrival(NONE));
                true
            }
            Entry::Occupied(mut place) => {
                let (level, last) = place.get_mut();
                if all && *level == self.level {
                    self.arrivals.push(arrival(*last));
                    *last = next;
                }
                false
            }
        }
    }
}

struct Bidirectional<'b, 'a> {
    context: &'b Context<'a>,
    forward: &'b Hops<'b>,
    backward: Hops<'b>,
    sides: [Side; 2],
    met: Vec<u32>,
    /// Whether all paths are wanted, and not only one.
    all: bool,
}

impl<'b, 'a> Bidirectional<'b, 'a> {
    fn new(context: &'b Context<'a>, hops: &'b Hops<'b>, ends: [NodeId; 2], all: bool) -> Self {
        let (backward, sides) = (hops.reversed(), ends.map(Side::at));
        Bidirectional { context, forward: hops, backward, sides, met: Vec::new(), all }
    }

    /// Grows the sides until they meet, or cannot within `max` hops.
    fn meet(&mut self, max: u64) -> Result<bool, Diagnostic> {
        loop {
            let [first, second] = &self.sides;
            let length = u64::from(first.level) + u64::from(second.level) + 1;
            if length > max || first.frontier.is_empty() || second.frontier.is_empty() {
                return Ok(false);
            }
            let (grows, steps) = self.cheaper();
            if self.touch(grows)? {
                return Ok(true);
            }
            if length < max {
                self.grow(grows, steps)?;
            } else {
                return Ok(false);
            }
        }
    }

    /// The side from whose frontier fewer relationships lead on, the first of two alike, and how
    /// many about. Of the longer frontier only so much is looked at as tells.
    fn cheaper(&self) -> (usize, usize) {
        let [first, second] = [&self.sides[0].frontier, &self.sides[1].frontier];
        if first.len() == 1 && second.len() == 1 {
            return (0, 0);
        }
        let ahead = |most| self.forward.count(self.context, first, most);
        let behind = |most| self.backward.count(self.context, second, most);
        let (ahead, behind) = if first.len() <= second.len() {
            let ahead = ahead(usize::MAX);
            (ahead, behind(ahead))
        } else {
            let behind = behind(usize::MAX);
            (ahead(behind), behind)
        };
        if behind < ahead { (1, behind) } else { (0, ahead) }
    }

    /// The steps of a side, the side and the other one.
    fn sides(&mut self, grows: usize) -> (&Hops<'b>, &mut Side, &Side) {
        let [first, second] = &mut self.sides;
        match grows {
            0 => (self.forward, first, second),
            _ => (&self.backward, second, first),
        }
    }

    /// Whether the next level of a side meets the other one; it has then what they share. Where
    /// one path is enough, so is the first node at which they meet.
    fn touch(&mut self, grows: usize) -> Result<bool, Diagnostic> {
        let (context, all) = (self.context, self.all);
        let (steps, side, other) = self.sides(grows);
        let mut shared: Vec<(u32, Hop)> = Vec::new();
        for &from in &side.frontier {
            let before = shared.len();
            let open = steps.each(context, Endpoint::Node(NodeId(from)), |hop| {
                if other.sieve.passes(hop.id) && other.reached.contains_key(&hop.id) {
                    shared.push((from, hop));
                    return all;
                }
                true
            })?;
            context.guard.keep((shared.len() - before) * REACHED_BYTES)?;
            if !open {
                break;
            }
        }
        if shared.is_empty() {
            return Ok(false);
        }
        side.level += 1;
        let new = shared.into_iter().filter(|&(from, hop)| side.arrive(from, hop, all));
        let met: Vec<u32> = new.map(|(_, hop)| hop.id).collect();
        self.met = met;
        Ok(true)
    }

    /// Grows a side by a level, of about so many steps.
    fn grow(&mut self, grows: usize, about: usize) -> Result<(), Diagnostic> {
        let (context, all) = (self.context, self.all);
        let (steps, side, _) = self.sides(grows);
        side.make_room(about);
        side.level += 1;
        let mut frontier: Vec<u32> = Vec::new();
        for from in std::mem::take(&mut side.frontier) {
            let known = frontier.len();
            steps.each(context, Endpoint::Node(NodeId(from)), |hop| {
                if side.arrive(from, hop, all) {
                    frontier.push(hop.id);
                }
                true
            })?;
            context.guard.keep((frontier.len() - known) * REACHED_BYTES)?;
        }
        if !frontier.is_empty() {
            side.sieve = Sieve::of(&frontier);
            side.frontier = frontier;
        }
        Ok(())
    }

    /// The paths through the nodes where the sides met.
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

    /// The ways from a node back to the start of a side: one, or all.
    fn back(&self, side: usize, from: u32, single: bool) -> Result<Vec<Vec<u32>>, Diagnostic> {
        let mut found = Vec::new();
        let mut way: Vec<u32> = Vec::new();
        let Side { reached, arrivals, .. } = &self.sides[side];
        let first = |node: u32| reached.get(&node).map_or(NONE, |(_, last)| *last);
        // For each node on the way the arrival that is to be tried next.
        let mut stack = vec![first(from)];
        if stack == [NONE] {
            return Ok(vec![way]);
        }
        while let Some(next) = stack.last_mut() {
            self.context.guard.step()?;
            let Some(arrival) = arrivals.get(*next as usize) else {
                stack.pop();
                way.pop();
                continue;
            };
            *next = arrival.other;
            way.push(arrival.relationship);
            let before = first(arrival.parent);
            if before == NONE {
                found.push(way.clone());
                if single {
                    return Ok(found);
                }
            }
            stack.push(before);
        }
        Ok(found)
    }
}
