//! The shortest paths over single relationships from a node to every other one: one search in
//! breadth, whose rows are handed on level by level. Nothing is put together but what is read.
//!
//! A shortest path to another node meets nothing twice, so that no mode of paths keeps any of them
//! back. Only what comes back to the start is asked for its relationships, where these can be
//! crossed either way: it may be longer than the shortest walk ([`closed`]).

use super::super::context::Context;
use super::super::hops::Hops;
use super::super::pipeline::Flow;
use super::breadth::{Breadth, Keep, Step};
use super::closed::closed;
use super::output::Found;
use super::select::Choice;
use super::steps::{Origin, Segment, Steps};
use super::targets::Targets;
use super::walk::Ends;
use crate::syntax::ast::{Direction, EndKind, PathMode};
use crate::syntax::diagnostic::Diagnostic;
use crate::value::Endpoint;

/// A search for the shortest paths from a node.
#[derive(Clone, Copy)]
pub(super) struct Nearest {
    from: u32,
    /// The only node at which they may end, which is the first one, if that is said.
    back: bool,
    /// Relationships at the least, none or one, and at the most.
    min: u64,
    max: u64,
    /// Whether all of the least length are kept.
    all: bool,
    returns: Return,
}

/// Whether a path may come back to its first node.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Return {
    Never,
    /// By the shortest walk there is.
    Shortest,
    /// Not by a relationship that it came by, which it could go back by.
    Otherwise,
}

impl Nearest {
    /// The search for the paths that are kept; `None` where more has to be looked at.
    pub(super) fn of(steps: &Steps, ends: Ends, choice: &Choice) -> Option<Self> {
        let (Endpoint::Node(from), [only]) = (ends.from, steps.segments.as_slice()) else {
            return None;
        };
        let back = match ends.target {
            None => false,
            Some(target) if target == ends.from => true,
            Some(_) => return None,
        };
        let Segment { min, max, first, last, .. } = *only;
        let nodes = [ends.to.kind, first, last].iter().all(|kind| *kind == EndKind::Node);
        if !nodes || min > 1 || choice.count > 1 || !choice.filter.is_empty() {
            return None;
        }
        let (rule, direction) = (choice.rule, only.direction()?);
        let returns = match direction {
            _ if min == 0 || rule.mode == PathMode::Acyclic => Return::Never,
            Direction::Either if rule.parts_relationships() => Return::Otherwise,
            _ => Return::Shortest,
        };
        Some(Nearest {
            from: from.0,
            back,
            min,
            max: max.unwrap_or(u64::MAX),
            all: choice.groups,
            returns,
        })
    }

    /// Begins it, with what is needed for paths of which the ways are read, or are not.
    pub(super) fn begin(
        self,
        context: &Context<'_>,
        breadth: &mut Breadth,
        ways: bool,
    ) -> Result<(), Diagnostic> {
        let keep = match self.all {
            true => Keep::All,
            false if ways => Keep::Last,
            false => Keep::Nodes,
        };
        breadth.begin(context, self.from, keep, self.returns != Return::Never)
    }

    /// Finds the nodes that are one relationship further away, if there may be any; tells whether
    /// there may be more behind them.
    fn grow(
        self,
        context: &Context<'_>,
        breadth: &mut Breadth,
        hops: &Hops<'_>,
    ) -> Result<bool, Diagnostic> {
        Ok((breadth.depth() as u64) < self.max && breadth.grow(context, hops)?)
    }

    /// Goes on until everything has been found, or more than so many nodes; tells which.
    pub(super) fn explore(
        self,
        context: &Context<'_>,
        breadth: &mut Breadth,
        hops: &Hops<'_>,
        most: usize,
    ) -> Result<bool, Diagnostic> {
        while breadth.nodes().len() <= most {
            if !self.grow(context, breadth, hops)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Hands on all paths, or those to the targets where these are given.
    pub(super) fn hand_on(
        self,
        context: &Context<'_>,
        (breadth, way): (&mut Breadth, &mut Vec<Step>),
        (steps, origin): (&Steps, &Origin<'_>),
        targets: Option<&Targets>,
        found: &mut Found<'_, '_>,
    ) -> Result<Flow, Diagnostic> {
        let Some(hops) = steps.adjacent(context, 0, origin) else { return Ok(Flow::Continue) };
        let mut left = targets.map_or(usize::MAX, |targets| targets.found().len());
        let mut counts = Counts::default();
        let mut place = 0;
        let mut distance = 0;
        loop {
            while place < breadth.nodes().len() {
                context.guard.step()?;
                while breadth.level(distance).end <= place {
                    distance += 1;
                }
                let node = breadth.nodes()[place];
                let wanted = (!self.back || node == self.from)
                    && targets.is_none_or(|targets| targets.have(node));
                if wanted && (place > 0 || self.min == 0) {
                    left -= 1;
                    let back =
                        self.returns == Return::Otherwise && breadth.closing() == Some(place);
                    let flow = if back {
                        self.come_back(context, breadth, &hops, found)?
                    } else if found.reads_ways() {
                        let mut flow = Flow::Continue;
                        breadth.ways(place, way, |way| {
                            context.guard.steps_taken(way.len())?;
                            flow = found.way(context, self.from, way)?;
                            Ok::<_, Diagnostic>(flow != Flow::Stop)
                        })?;
                        flow
                    } else {
                        let count = if self.all { counts.of(context, breadth, place)? } else { 1 };
                        found.ends(context, node, distance, count)?
                    };
                    if flow == Flow::Stop || left == 0 || self.back {
                        counts.release(context);
                        return Ok(flow);
                    }
                }
                place += 1;
            }
            if !self.grow(context, breadth, &hops)? {
                counts.release(context);
                return Ok(Flow::Continue);
            }
        }
    }
}

impl Nearest {
    /// Hands on the paths that come back to where they begin, by other relationships.
    fn come_back(
        self,
        context: &Context<'_>,
        breadth: &mut Breadth,
        hops: &Hops<'_>,
        found: &mut Found<'_, '_>,
    ) -> Result<Flow, Diagnostic> {
        let how = (self.max, self.all);
        let mut act = |way: &[Step]| found.way(context, self.from, way);
        if breadth.keeps_ways() {
            return closed(context, breadth, hops, how, &mut act);
        }
        // It needs ways, but of the nodes nearby only.
        let mut near = Breadth::default();
        near.begin(context, self.from, Keep::Last, true)?;
        let flow = closed(context, &mut near, hops, how, &mut act);
        near.release(context);
        flow
    }
}

/// How many shortest ways there are to the nodes that were found.
#[derive(Default)]
struct Counts {
    counts: Vec<u64>,
    bytes: usize,
}

impl Counts {
    fn of(
        &mut self,
        context: &Context<'_>,
        breadth: &Breadth,
        place: usize,
    ) -> Result<u64, Diagnostic> {
        while self.counts.len() <= place {
            let next = self.counts.len();
            let mut ways = u64::from(next == 0);
            for arrival in breadth.arrivals(next) {
                ways = ways.saturating_add(self.counts[arrival.parent as usize]);
            }
            self.counts.push(ways);
        }
        let bytes = self.counts.capacity() * 8;
        let more = bytes - std::mem::replace(&mut self.bytes, bytes);
        if more > 0 {
            context.guard.keep(more)?;
        }
        Ok(self.counts[place])
    }

    fn release(self, context: &Context<'_>) {
        context.guard.release(self.bytes);
    }
}
