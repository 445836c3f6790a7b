//! Paths that a selector keeps: of all between the same two ends so many, the shortest
//! first; or all of so many lengths.
//!
//! The paths to an end are put together from behind, best first: a half path is as good as
//! its own length and the distance of its first state from the start, which no whole path
//! can go below. Where nothing restricts the path, every half path becomes a whole one.

use super::super::context::Context;
use super::super::pipeline::Flow;
use super::super::shortest;
use super::breadth::{Breadth, Step};
use super::filter::PathFilter;
use super::nearest::Nearest;
use super::output::Found;
use super::product::{NO_HOP, Product};
use super::steps::{Origin, Steps};
use super::targets::Targets;
use super::walk::{Ends, Rule, kind};
use crate::syntax::ast::{EndKind, PathMode};
use crate::syntax::diagnostic::Diagnostic;
use crate::value::{ElementReader, Endpoint, NodeId, RelationshipId};
use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// Which paths are kept.
pub(super) struct Choice {
    /// So many paths, or lengths.
    pub(super) count: u64,
    /// Whether lengths are counted.
    pub(super) groups: bool,
    /// What a path may meet twice.
    pub(super) rule: Rule,
    /// What must hold of a path.
    pub(super) filter: PathFilter,
}

/// The hops of a path, each with its segment.
type Hops = Vec<(usize, u32)>;

/// Bytes of a half path with its place in the queue, roughly.
const HALF_BYTES: usize = 80;

/// States up to which a search from one end is made before it is asked where paths may end.
const SMALL: usize = 4096;

/// What a search in breadth keeps from one row to the next.
#[derive(Default)]
pub(super) struct Room {
    pub(super) breadth: Breadth,
    way: Vec<Step>,
}

/// Hands on the paths that are kept of those from one element.
pub(super) fn select(
    context: &Context<'_>,
    (steps, room): (&mut Steps, &mut Room),
    origin: &Origin<'_>,
    (ends, (choice, targets)): (Ends, (&Choice, Option<&mut Targets>)),
    found: &mut Found<'_, '_>,
) -> Result<Flow, Diagnostic> {
    if steps.segments.first().is_none_or(|first| first.first != kind(ends.from)) {
        return Ok(Flow::Continue);
    }
    let Some(targets) = targets.filter(|_| ends.target.is_none()) else {
        return paths_to(context, (steps, room), origin, (ends, choice, None), found);
    };
    if let Some(nearest) = Nearest::of(steps, ends, choice) {
        if !targets.are_few() {
            nearest.begin(context, &mut room.breadth, found.reads_ways())?;
            let small = match steps.adjacent(context, 0, origin) {
                Some(hops) if !targets.are_known() => {
                    nearest.explore(context, &mut room.breadth, &hops, SMALL)?
                }
                _ => false,
            };
            if small || !targets.find(context)? {
                // Those that are known are all that is wanted.
                let wanted = (!small).then_some(&*targets);
                let room = (&mut room.breadth, &mut room.way);
                return nearest.hand_on(context, room, (steps, origin), wanted, found);
            }
        }
    } else if !targets.are_few() {
        let mut product = Product::new(context, ends.from)?;
        if product.explore(context, steps, origin, (ends, false, SMALL))? {
            let known = (ends, choice, Some(product));
            return paths_to(context, (steps, room), origin, known, found);
        }
        product.release(context);
        if !targets.find(context)? {
            return paths_to(context, (steps, room), origin, (ends, choice, None), found);
        }
    }
    for &target in targets.found() {
        let ends = Ends { target: Some(Endpoint::Node(NodeId(target))), ..ends };
        let one = (ends, choice, None);
        if paths_to(context, (steps, room), origin, one, found)? == Flow::Stop {
            return Ok(Flow::Stop);
        }
    }
    Ok(Flow::Continue)
}

/// Hands on the paths that are kept, to any end or to the one that is bound. Where they can come
/// to is known already, or is found first.
fn paths_to(
    context: &Context<'_>,
    (steps, room): (&mut Steps, &mut Room),
    origin: &Origin<'_>,
    (ends, choice, known): (Ends, &Choice, Option<Product>),
    found: &mut Found<'_, '_>,
) -> Result<Flow, Diagnostic> {
    if let Some(paths) = between(context, steps, origin, (ends, choice))? {
        return hand_on(context, steps, ends.from, &paths, found);
    }
    let mut product = match (known, Nearest::of(steps, ends, choice)) {
        (Some(known), _) => known,
        (None, Some(nearest)) => {
            nearest.begin(context, &mut room.breadth, found.reads_ways())?;
            let room = (&mut room.breadth, &mut room.way);
            return nearest.hand_on(context, room, (steps, origin), None, found);
        }
        (None, None) => Product::new(context, ends.from)?,
    };
    product.explore(context, steps, origin, (ends, ends.target.is_some(), usize::MAX))?;
    let mut place = 0;
    while let Some(&end) = product.accepted.get(place) {
        let mut search = Backwards::new(&product, choice, ends.from);
        let paths = search.paths(context, steps, origin, end)?;
        search.release(context);
        let Some(paths) = paths else {
            // Longer paths are needed than those known; the states are counted through anew.
            product.explore(context, steps, origin, (ends, false, usize::MAX))?;
            continue;
        };
        if hand_on(context, steps, ends.from, &paths, found)? == Flow::Stop {
            product.release(context);
            return Ok(Flow::Stop);
        }
        place += 1;
    }
    product.release(context);
    Ok(Flow::Continue)
}

fn hand_on(
    context: &Context<'_>,
    steps: &Steps,
    from: Endpoint,
    paths: &[Hops],
    found: &mut Found<'_, '_>,
) -> Result<Flow, Diagnostic> {
    for path in paths {
        if found.path(context, steps, from, path)? == Flow::Stop {
            return Ok(Flow::Stop);
        }
    }
    Ok(Flow::Continue)
}

/// The shortest paths of plain relationships between two different nodes, which need no
/// search from one side through everything. `None` where more has to be looked at.
fn between(
    context: &Context<'_>,
    steps: &mut Steps,
    origin: &Origin<'_>,
    (ends, choice): (Ends, &Choice),
) -> Result<Option<Vec<Hops>>, Diagnostic> {
    let (Endpoint::Node(from), Some(Endpoint::Node(target)), [only]) =
        (ends.from, ends.target, steps.segments.as_slice())
    else {
        return Ok(None);
    };
    let nodes = [ends.to.kind, only.first, only.last];
    let plain = nodes.iter().all(|kind| *kind == EndKind::Node) && only.direction().is_some();
    if !plain || only.min > 1 || choice.count > 1 || from == target || !choice.filter.is_empty() {
        return Ok(None);
    }
    let max = only.max.unwrap_or(u64::MAX);
    let Some(hops) = steps.adjacent(context, 0, origin) else { return Ok(None) };
    let trails = shortest::trails(context, &hops, [from, target], max, choice.groups)?;
    let bytes = shortest::trail_bytes(&trails);
    let mut paths = Vec::with_capacity(trails.len());
    for trail in trails {
        let mut at = ends.from;
        let mut path = Vec::with_capacity(trail.len());
        for relationship in trail {
            at = other_end(context, relationship, at);
            path.push((0, steps.add(0, relationship, at)));
        }
        paths.push(path);
    }
    context.guard.release(bytes);
    Ok(Some(paths))
}

/// The end of a relationship that is not this one, or this one where it is a loop.
fn other_end(context: &Context<'_>, relationship: u32, at: Endpoint) -> Endpoint {
    match context.relationship_endpoints(RelationshipId(relationship)) {
        Some((start, end)) if start == at => end,
        Some((start, _)) => start,
        None => at,
    }
}

/// No half path.
const NONE: u32 = u32::MAX;

/// The end of a path, from a state on.
#[derive(Clone, Copy)]
struct Half {
    state: u32,
    /// The hop from that state, and its segment.
    hop: u32,
    segment: usize,
    /// What comes behind that hop.
    rest: u32,
    /// Relationships.
    length: u64,
}

/// A search for the paths to one end.
struct Backwards<'s> {
    product: &'s Product,
    choice: &'s Choice,
    from: Endpoint,
    halves: Vec<Half>,
    /// The least length of a whole path, then the longer half, then the later one.
    queue: BinaryHeap<(Reverse<u64>, u64, u32)>,
    bytes: usize,
}

impl<'s> Backwards<'s> {
    fn new(product: &'s Product, choice: &'s Choice, from: Endpoint) -> Self {
        let (halves, queue) = (Vec::new(), BinaryHeap::new());
        Backwards { product, choice, from, halves, queue, bytes: 0 }
    }

    fn release(&mut self, context: &Context<'_>) {
        context.guard.release(std::mem::take(&mut self.bytes));
    }

    fn add(&mut self, context: &Context<'_>, half: Half) -> Result<(), Diagnostic> {
        self.bytes += HALF_BYTES;
        context.guard.keep(HALF_BYTES)?;
        let id = self.halves.len() as u32;
        let whole = self.product.distances[half.state as usize] + half.length;
        self.queue.push((Reverse(whole), half.length, id));
        self.halves.push(half);
        Ok(())
    }

    /// The paths that are kept; `None` where longer ones are needed than are known.
    fn paths(
        &mut self,
        context: &Context<'_>,
        steps: &Steps,
        origin: &Origin<'_>,
        end: u32,
    ) -> Result<Option<Vec<Hops>>, Diagnostic> {
        let mut kept: Vec<Hops> = Vec::new();
        let (mut lengths, mut last) = (0, None);
        self.add(context, Half { state: end, hop: NO_HOP, segment: 0, rest: NONE, length: 0 })?;
        loop {
            context.guard.step()?;
            // What is not in the queue is longer than all that is known.
            let next = self.queue.pop();
            let whole = next.map_or(self.product.known().saturating_add(1), |(whole, ..)| whole.0);
            let done = if self.choice.groups {
                lengths >= self.choice.count && last.is_some_and(|last| whole > last)
            } else {
                kept.len() as u64 >= self.choice.count
            };
            if done {
                break;
            }
            if whole > self.product.known() {
                return Ok(None);
            }
            let Some((_, _, id)) = next else { break };
            let half = self.halves[id as usize];
            if half.state == 0 {
                let path = self.whole(id);
                if self.choice.filter.holds(context, steps, origin, self.from, &path)? {
                    if last != Some(whole) {
                        lengths += 1;
                        last = Some(whole);
                    }
                    let bytes = path.len() * 16 + 24;
                    self.bytes += bytes;
                    context.guard.keep(bytes)?;
                    kept.push(path);
                }
            }
            self.lengthen(context, steps, id)?;
        }
        Ok(Some(kept))
    }

    /// Every half path that is longer by one arrival.
    fn lengthen(
        &mut self,
        context: &Context<'_>,
        steps: &Steps,
        id: u32,
    ) -> Result<(), Diagnostic> {
        let half = self.halves[id as usize];
        let product = self.product;
        for arrival in &product.arrivals[half.state as usize] {
            context.guard.step()?;
            let segment = product.states[arrival.from as usize].segment;
            let mut length = half.length;
            if arrival.hop != NO_HOP {
                length += steps.segments[segment].width as u64;
                if !self.may_precede(context, steps, (segment, arrival.hop), id)? {
                    continue;
                }
            }
            let (state, hop) = (arrival.from, arrival.hop);
            self.add(context, Half { state, hop, segment, rest: id, length })?;
        }
        Ok(())
    }

    /// The hops of a half path.
    fn hops(&self, id: u32) -> impl Iterator<Item = (usize, u32)> + '_ {
        let mut next = id;
        std::iter::from_fn(move || {
            let half = *self.halves.get(next as usize)?;
            next = half.rest;
            Some((half.segment, half.hop))
        })
        .filter(|(_, hop)| *hop != NO_HOP)
    }

    fn whole(&self, id: u32) -> Hops {
        self.hops(id).collect()
    }

    /// Whether a hop may stand before a half path.
    fn may_precede(
        &self,
        context: &Context<'_>,
        steps: &Steps,
        (segment, hop): (usize, u32),
        id: u32,
    ) -> Result<bool, Diagnostic> {
        let rule = self.choice.rule;
        let relationships = steps.relationships(segment, hop);
        let ends = steps.ends(segment, hop);
        if rule.parts_elements() {
            let last = self.hops(id).all(|(segment, _)| steps.segments[segment].width == 0);
            for (index, end) in ends.iter().enumerate() {
                let closes = rule.mode == PathMode::Simple && last && index + 1 == ends.len();
                if (*end == self.from && !closes) || ends[..index].contains(end) {
                    return Ok(false);
                }
            }
        } else if !rule.parts_relationships() {
            return Ok(true);
        }
        for (segment, hop) in self.hops(id) {
            context.guard.step()?;
            let met = steps.relationships(segment, hop);
            let again =
                rule.parts_relationships() && relationships.iter().any(|one| met.contains(one));
            let met = steps.ends(segment, hop);
            if again || (rule.parts_elements() && ends.iter().any(|end| met.contains(end))) {
                return Ok(false);
            }
        }
        Ok(true)
    }
}
