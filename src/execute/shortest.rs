//! Shortest trails between two bound ends.
//!
//! Between different nodes a shortest trail is a shortest path, found by breadth
//! from both sides: that one grows by a level whose frontier has fewer relationships, until
//! it meets what the other side has reached. Every shortest path then crosses exactly one
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
use hashbrown::hash_map::Entry;

/// The relationships of a path.
type Trail = Vec<u32>;

/// The shortest trails of 1 to `max` hops between two different nodes: one, or all of the
/// least length. The memory account has their bytes.
pub(super) fn trails(
    context: &Context<'_>,
    hops: &Hops<'_>,
    ends: [Endpoint; 2],
    max: u64,
    all: bool,
) -> Result<Vec<Trail>, Diagnostic> {
    if max == 0 {
        return Ok(Vec::new());
    }
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

/// A step by which an element was reached; those of the same element are chained.
#[derive(Clone, Copy)]
struct Arrival {
    relationship: u32,
    parent: Endpoint,
    /// Another step from the level before to the same element, or [`NONE`].
    other: u32,
}

/// Bytes that an element that was reached takes, with its first arrival, roughly.
const REACHED_BYTES: usize = 64;

/// Steps for which room is made at once: these take no more than the account overlooks.
const MOST_ROOM: usize = 1024;

/// What one side has reached.
struct Side {
    /// The level at which each element was reached first, and the last of its arrivals.
    reached: HashMap<Endpoint, (u32, u32), foldhash::fast::FixedState>,
    arrivals: Vec<Arrival>,
    frontier: Vec<Endpoint>,
    level: u32,
}

impl Side {
    fn at(start: Endpoint) -> Self {
        let mut reached = HashMap::default();
        reached.insert(start, (0, NONE));
        Side { reached, arrivals: Vec::new(), frontier: vec![start], level: 0 }
    }

    /// Makes room for what about so many steps lead to, so that it need not grow piece by piece.
    fn make_room(&mut self, steps: usize) {
        let steps = steps.min(MOST_ROOM);
        self.reached.reserve(steps);
        self.arrivals.reserve(steps);
    }

    /// Notes a step to an element; whether the element is new.
    fn arrive(&mut self, from: Endpoint, hop: &Hop, all: bool) -> bool {
        let to = endpoint(hop.kind, hop.id);
        let next = self.arrivals.len() as u32;
        let arrival = |other| Arrival { relationship: hop.relationship, parent: from, other };
        match self.reached.entry(to) {
            Entry::Vacant(place) => {
                place.insert((self.level, next));
                self.arrivals.push(arrival(NONE));
                self.frontier.push(to);
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
    met: Vec<Endpoint>,
    /// Whether all paths are wanted, and not only one.
    all: bool,
}

impl<'b, 'a> Bidirectional<'b, 'a> {
    fn new(
        context: &'b Context<'a>,
        hops: &'b Hops<'b>,
        [from, to]: [Endpoint; 2],
        all: bool,
    ) -> Self {
        Bidirectional {
            context,
            forward: hops,
            backward: hops.reversed(),
            sides: [Side::at(from), Side::at(to)],
            met: Vec::new(),
            all,
        }
    }

    /// Grows the sides until they meet, or cannot within `max` hops.
    fn meet(&mut self, max: u64) -> Result<bool, Diagnostic> {
        loop {
            let [first, second] = &self.sides;
            if u64::from(first.level) + u64::from(second.level) >= max
                || first.frontier.is_empty()
                || second.frontier.is_empty()
            {
                return Ok(false);
            }
            let (grows, steps) = self.cheaper();
            self.sides[grows].make_room(steps);
            if self.grow(grows)? {
                return Ok(true);
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

    /// Grows a side by a level; whether it has met the other one. Where one path is enough,
    /// so is the first element at which they meet.
    fn grow(&mut self, grows: usize) -> Result<bool, Diagnostic> {
        let steps = if grows == 0 { self.forward } else { &self.backward };
        let (first, second) = self.sides.split_at_mut(1);
        let [side, other] = if grows == 0 {
            [&mut first[0], &mut second[0]]
        } else {
            [&mut second[0], &mut first[0]]
        };
        side.level += 1;
        let mut hops: Vec<Hop> = Vec::new();
        for from in std::mem::take(&mut side.frontier) {
            hops.clear();
            steps.collect(self.context, from, &mut hops)?;
            let known = side.reached.len();
            for hop in &hops {
                let to = endpoint(hop.kind, hop.id);
                if side.arrive(from, hop, self.all) && other.reached.contains_key(&to) {
                    self.met.push(to);
                    if !self.all {
                        return Ok(true);
                    }
                }
            }
            self.context.guard.keep((side.reached.len() - known) * REACHED_BYTES)?;
        }
        Ok(!self.met.is_empty())
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
        let Side { reached, arrivals, .. } = &self.sides[side];
        let first = |element: &Endpoint| reached.get(element).map_or(NONE, |(_, last)| *last);
        // For each element on the way the arrival that is to be tried next.
        let mut stack = vec![first(&from)];
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
            let before = first(&arrival.parent);
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
