//! The shortest ways from a node back to it that cross no relationship twice, where these can be
//! crossed either way.
//!
//! All nodes of such a way lie at their shortest distance from the start: what is shorter would
//! close it sooner. So it goes outwards to its middle and back from there, and the two halves begin
//! with different relationships, which is all that is asked: halves that met before would again
//! close it sooner. And as long as none has been found, the ways to any node all begin with the
//! same relationship, which is its branch.
//!
//! ```text
//!       ┌─ b ── d        level 1: neither b ── c nor the relationships to level 2 close a way
//!    a ─┤       │        level 2: d ── e does, since the ways to d and e begin otherwise
//!       └─ c ── e
//! ```

use super::super::context::Context;
use super::super::hops::Hops;
use super::super::pipeline::Flow;
use super::breadth::{Arrival, Breadth, Step};
use crate::syntax::diagnostic::Diagnostic;
use crate::value::{Endpoint, NodeId};

/// The relationships at the middle of ways: the place where the one half ends, the relationship,
/// the place where the other one ends.
type Middles = Vec<(usize, u32, usize)>;

/// Calls `act` with the shortest ways back to the start that have at the most so many
/// relationships: one, or all.
pub(super) fn closed(
    context: &Context<'_>,
    breadth: &mut Breadth,
    hops: &Hops<'_>,
    (max, all): (u64, bool),
    act: &mut dyn FnMut(&[Step]) -> Result<Flow, Diagnostic>,
) -> Result<Flow, Diagnostic> {
    let mut branches = Branches::default();
    let mut distance = 0;
    loop {
        if breadth.depth() <= distance {
            breadth.grow(context, hops)?;
        }
        let level = breadth.level(distance);
        branches.find(context, breadth, level.end)?;
        for (length, other) in [(2 * distance + 1, distance), (2 * distance + 2, distance + 1)] {
            if level.is_empty() || length as u64 > max {
                branches.release(context);
                return Ok(Flow::Continue);
            }
            let middles = middles(context, (breadth, &branches), hops, (distance, other), all)?;
            if !middles.is_empty() {
                branches.release(context);
                return whole(context, breadth, &middles, all, act);
            }
        }
        distance += 1;
    }
}

/// The relationships between two levels, or within one, by which ways can be closed: the first, or
/// all.
fn middles(
    context: &Context<'_>,
    (breadth, branches): (&Breadth, &Branches),
    hops: &Hops<'_>,
    (distance, other): (usize, usize),
    all: bool,
) -> Result<Middles, Diagnostic> {
    let mut found: Middles = Vec::new();
    let within = breadth.level(other);
    for place in breadth.level(distance) {
        if breadth.closing() == Some(place) {
            continue;
        }
        let node = Endpoint::Node(NodeId(breadth.nodes()[place]));
        let open = hops.each(context, node, |hop| {
            let to = breadth.place(hop.id).filter(|to| within.contains(to));
            let own = branches.of(Arrival::of(place, hop.relationship));
            // From the start to itself there is no other half.
            let closes = |to: &usize| {
                *to == 0 || breadth.arrivals(*to).any(|arrival| branches.of(arrival) != own)
            };
            if let Some(to) = to.filter(closes) {
                found.push((place, hop.relationship, to));
                return all;
            }
            true
        })?;
        if !open {
            break;
        }
    }
    Ok(found)
}

/// Puts ways together that are closed by these relationships.
fn whole(
    context: &Context<'_>,
    breadth: &Breadth,
    middles: &Middles,
    all: bool,
    act: &mut dyn FnMut(&[Step]) -> Result<Flow, Diagnostic>,
) -> Result<Flow, Diagnostic> {
    let start = breadth.nodes()[0];
    let mut flow = Flow::Continue;
    let (mut head, mut tail, mut way): (Vec<Step>, Vec<Step>, Vec<Step>) = Default::default();
    for &(from, relationship, to) in middles {
        breadth.ways(from, &mut head, |head| {
            breadth.ways(to, &mut tail, |tail| {
                context.guard.steps_taken(head.len() + tail.len())?;
                way.clear();
                way.extend_from_slice(head);
                way.push((relationship, breadth.nodes()[to]));
                if !tail.is_empty() && tail[0].0 == way[0].0 {
                    return Ok(true);
                }
                // The way to a node, walked back: its relationships lead to the nodes before.
                let before = tail.iter().map(|(_, node)| *node).rev().skip(1).chain([start]);
                let back = tail.iter().map(|(relationship, _)| *relationship).rev();
                way.extend(back.zip(before));
                flow = act(&way)?;
                Ok::<_, Diagnostic>(all && flow != Flow::Stop)
            })
        })?;
        if !all || flow == Flow::Stop {
            break;
        }
    }
    Ok(flow)
}

/// The first relationship of the ways to each node.
#[derive(Default)]
struct Branches {
    of: Vec<u32>,
    bytes: usize,
}

impl Branches {
    /// That of the way that ends with a hop.
    fn of(&self, arrival: Arrival) -> u32 {
        match arrival.parent {
            0 => arrival.relationship,
            parent => self.of.get(parent as usize).copied().unwrap_or(arrival.relationship),
        }
    }

    /// Finds those of all places before one.
    fn find(
        &mut self,
        context: &Context<'_>,
        breadth: &Breadth,
        end: usize,
    ) -> Result<(), Diagnostic> {
        for place in self.of.len()..end {
            let first = breadth.arrivals(place).next();
            self.of.push(first.map_or(u32::MAX, |arrival| self.of(arrival)));
        }
        let bytes = self.of.capacity() * 4;
        let more = bytes - std::mem::replace(&mut self.bytes, bytes);
        context.guard.keep(more)
    }

    fn release(&mut self, context: &Context<'_>) {
        context.guard.release(std::mem::take(&mut self.bytes));
    }
}
