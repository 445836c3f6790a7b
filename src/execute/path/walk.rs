//! All paths of one repeated segment, depth first with an explicit stack.
//!
//! ```text
//! stack of frames            hops of the frame's element that are still to be tried
//!   frame 0: a               h2 h3
//!   frame 1: b  (by h1)      h7
//! ```

use super::super::context::Context;
use super::super::pipeline::Flow;
use super::met::Met;
use super::output::Found;
use super::steps::{Origin, Steps};
use crate::plan::operator::End;
use crate::syntax::ast::{EndKind, PathMode};
use crate::syntax::diagnostic::Diagnostic;
use crate::value::Endpoint;
use std::ops::Range;

/// Bytes that a frame takes with what its hop has met, roughly.
const FRAME_BYTES: usize = 128;

/// What paths run between.
#[derive(Clone, Copy)]
pub(super) struct Ends {
    /// Where they begin.
    pub(super) from: Endpoint,
    /// What they end at.
    pub(super) to: End,
    /// The element that they end at, where it is bound.
    pub(super) target: Option<Endpoint>,
}

impl Ends {
    /// Whether a path may end here.
    pub(super) fn accepts(&self, element: Endpoint) -> bool {
        kind(element) == self.to.kind && self.target.is_none_or(|target| target == element)
    }
}

/// Which kind of element it is.
pub(super) fn kind(element: Endpoint) -> EndKind {
    match element {
        Endpoint::Node(_) => EndKind::Node,
        Endpoint::Relationship(_) => EndKind::Relationship,
    }
}

/// What a path may meet twice.
#[derive(Clone, Copy)]
pub(super) struct Rule {
    /// What its mode says.
    pub(super) mode: PathMode,
    /// Whether it meets no relationship twice, also where the mode speaks of nodes only.
    pub(super) distinct: bool,
}

impl Rule {
    /// Whether relationships are to be told apart. A path whose nodes differ has different
    /// relationships, unless it goes back to its first node by the way that it came.
    pub(super) fn parts_relationships(self) -> bool {
        self.mode == PathMode::Trail || (self.mode == PathMode::Simple && self.distinct)
    }

    /// Whether elements are to be told apart.
    pub(super) fn parts_elements(self) -> bool {
        matches!(self.mode, PathMode::Acyclic | PathMode::Simple)
    }
}

/// What a path may not meet again.
pub(super) struct Restriction {
    rule: Rule,
    from: Endpoint,
    relationships: Met<u32>,
    elements: Met<Endpoint>,
    /// The path has come back to where it began, and can go no further.
    closed: bool,
}

impl Restriction {
    /// Of a path that begins here.
    pub(super) fn new(rule: Rule, from: Endpoint) -> Self {
        let mut elements = Met::default();
        elements.push(from);
        Restriction { rule, from, relationships: Met::default(), elements, closed: false }
    }

    /// Goes over a hop, if that is allowed.
    pub(super) fn enter(&mut self, relationships: &[u32], ends: &[Endpoint]) -> bool {
        if self.closed {
            return false;
        }
        let (known, reached) = (self.relationships.len(), self.elements.len());
        let enters = (!self.rule.parts_relationships() || self.meet(relationships))
            && (!self.rule.parts_elements() || self.reach(ends));
        if !enters {
            self.relationships.truncate(known);
            self.elements.truncate(reached);
        }
        enters
    }

    /// Whether none of the relationships has been met, as long as they last.
    fn meet(&mut self, relationships: &[u32]) -> bool {
        for relationship in relationships {
            if self.relationships.contains(*relationship) {
                return false;
            }
            self.relationships.push(*relationship);
        }
        true
    }

    /// Whether none of the elements has been met, as long as they last.
    fn reach(&mut self, ends: &[Endpoint]) -> bool {
        for (index, element) in ends.iter().enumerate() {
            let closes = self.rule.mode == PathMode::Simple
                && index + 1 == ends.len()
                && *element == self.from;
            if closes {
                self.closed = true;
            } else if self.elements.contains(*element) {
                return false;
            } else {
                self.elements.push(*element);
            }
        }
        true
    }

    /// Gives back a hop of so many relationships.
    pub(super) fn leave(&mut self, width: usize) {
        if self.rule.parts_relationships() {
            self.relationships.truncate(self.relationships.len() - width);
        }
        if self.rule.parts_elements() {
            let width = if std::mem::take(&mut self.closed) { width - 1 } else { width };
            self.elements.truncate(self.elements.len() - width);
        }
    }
}

/// Hands on every path between the ends.
pub(super) fn walk(
    context: &Context<'_>,
    steps: &mut Steps,
    origin: &Origin<'_>,
    (ends, rule): (Ends, Rule),
    found: &mut Found<'_, '_>,
) -> Result<Flow, Diagnostic> {
    let (min, width) = (steps.segments[0].min, steps.segments[0].width);
    let max = steps.segments[0].max.unwrap_or(u64::MAX);
    if kind(ends.from) != steps.segments[0].first {
        return Ok(Flow::Continue);
    }
    if min == 0
        && ends.accepts(ends.from)
        && found.path(context, steps, ends.from, &[])? == Flow::Stop
    {
        return Ok(Flow::Stop);
    }
    if max == 0 {
        return Ok(Flow::Continue);
    }
    let mut restriction = Restriction::new(rule, ends.from);
    let mut path: Vec<(usize, u32)> = Vec::new();
    let mut frames: Vec<Range<u32>> = vec![steps.from(context, 0, ends.from, origin)?];
    let mut bytes = 0;
    let mut flow = Flow::Continue;
    while let Some(frame) = frames.last_mut() {
        context.guard.step()?;
        let Some(hop) = frame.next() else {
            frames.pop();
            if path.pop().is_some() {
                restriction.leave(width);
            }
            continue;
        };
        if !restriction.enter(steps.relationships(0, hop), steps.ends(0, hop)) {
            continue;
        }
        path.push((0, hop));
        let (end, length) = (steps.end(0, hop), path.len() as u64);
        if length >= min && ends.accepts(end) {
            flow = found.path(context, steps, ends.from, &path)?;
            if flow == Flow::Stop {
                break;
            }
        }
        if length < max && kind(end) == EndKind::Node {
            frames.push(steps.from(context, 0, end, origin)?);
            if frames.len() * FRAME_BYTES > bytes {
                context.guard.keep(FRAME_BYTES)?;
                bytes += FRAME_BYTES;
            }
        } else {
            path.pop();
            restriction.leave(width);
        }
    }
    context.guard.release(bytes);
    Ok(flow)
}
