//! Where a path with a selector can come to: the elements of the graph, each with the
//! segment that the path is in and the repetitions of it that are done.
//!
//! The states are found by their distance from the start, in relationships, and each keeps
//! all its arrivals: the states before it, with the hop that leads from there.
//!
//! ```text
//! layer 0        layer 1          layer 2
//! (a, 0, 0) ──→ (b, 0, 1) ──→ (c, 0, 2) ⇒ (c, 1, 0)    ⇒ goes on to the next segment
//! ```

use super::super::context::Context;
use super::steps::{Origin, Steps};
use super::walk::{Ends, kind};
use crate::syntax::ast::EndKind;
use crate::syntax::diagnostic::Diagnostic;
use crate::value::Endpoint;
use hashbrown::HashMap;

/// No hop: the path goes on to the next segment where it is.
pub(super) const NO_HOP: u32 = u32::MAX;

/// Bytes of a state with its entry in the table, roughly.
const STATE_BYTES: usize = 128;
/// Bytes of an arrival while the list of them grows.
const ARRIVAL_BYTES: usize = 16;

/// Where a path has come to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct State {
    /// The element.
    pub(super) at: Endpoint,
    /// The segment; behind the last one the path is at its end.
    pub(super) segment: usize,
    /// Repetitions of the segment, counted as far as it matters.
    count: u64,
}

/// A way to a state.
#[derive(Clone, Copy, Debug)]
pub(super) struct Arrival {
    /// The state before.
    pub(super) from: u32,
    /// The hop from there, of the segment of that state; or [`NO_HOP`].
    pub(super) hop: u32,
}

/// The states that are known; the first is the start.
pub(super) struct Product {
    pub(super) states: Vec<State>,
    /// The least number of relationships to each.
    pub(super) distances: Vec<u64>,
    pub(super) arrivals: Vec<Vec<Arrival>>,
    /// The states at which a path may end, in the order in which they were found.
    pub(super) accepted: Vec<u32>,
    ids: HashMap<State, u32, foldhash::fast::FixedState>,
    layers: Vec<Vec<u32>>,
    /// The layer that is the next to be gone through.
    layer: usize,
    bytes: usize,
}

impl Product {
    /// Only the start.
    pub(super) fn new(context: &Context<'_>, from: Endpoint) -> Result<Self, Diagnostic> {
        let mut product = Product {
            states: Vec::new(),
            distances: Vec::new(),
            arrivals: Vec::new(),
            accepted: Vec::new(),
            ids: HashMap::default(),
            layers: vec![vec![0]],
            layer: 0,
            bytes: 0,
        };
        product.id(context, State { at: from, segment: 0, count: 0 })?;
        product.distances[0] = 0;
        Ok(product)
    }

    /// Whether every state is known.
    pub(super) fn is_complete(&self) -> bool {
        self.layer >= self.layers.len()
    }

    /// Every path of at most so many relationships is known.
    pub(super) fn known(&self) -> u64 {
        if self.is_complete() { u64::MAX } else { (self.layer as u64).saturating_sub(1) }
    }

    /// Gives back what it takes of the memory account.
    pub(super) fn release(&mut self, context: &Context<'_>) {
        context.guard.release(std::mem::take(&mut self.bytes));
    }

    /// Goes on layer by layer: until a path may end where only the `first` end is asked for, or
    /// through all of them. Tells whether it has come that far: it gives up where there are more
    /// than `most` states.
    pub(super) fn explore(
        &mut self,
        context: &Context<'_>,
        steps: &mut Steps,
        origin: &Origin<'_>,
        (ends, first, most): (Ends, bool, usize),
    ) -> Result<bool, Diagnostic> {
        while !self.is_complete() {
            let mut place = 0;
            while let Some(&id) = self.layers[self.layer].get(place) {
                place += 1;
                if self.distances[id as usize] == self.layer as u64 {
                    if self.states.len() > most {
                        return Ok(false);
                    }
                    self.expand(context, steps, origin, ends, id)?;
                }
            }
            self.layer += 1;
            let reached = |id: &u32| self.distances[*id as usize] < self.layer as u64;
            if first && self.accepted.iter().any(reached) {
                break;
            }
        }
        Ok(true)
    }

    fn expand(
        &mut self,
        context: &Context<'_>,
        steps: &mut Steps,
        origin: &Origin<'_>,
        ends: Ends,
        id: u32,
    ) -> Result<(), Diagnostic> {
        context.guard.step()?;
        let State { at, segment, count } = self.states[id as usize];
        let Some(own) = steps.segments.get(segment) else { return Ok(()) };
        let (min, max, width) = (own.min, own.max, own.width);
        let open = own.first == EndKind::Relationship || own.last == EndKind::Relationship;
        // From the least number on only the limit matters; a relationship is crossed never,
        // so that it has to be known whether the element was come to by a hop.
        let most = max.unwrap_or(if open { min.max(1) } else { min });
        if count >= min {
            let fits = match steps.segments.get(segment + 1) {
                Some(next) => next.first == kind(at),
                None => ends.accepts(at),
            };
            if fits {
                let next = State { at, segment: segment + 1, count: 0 };
                let known = self.states.len();
                self.arrive(context, Arrival { from: id, hop: NO_HOP }, 0, next)?;
                if next.segment == steps.segments.len() && self.states.len() > known {
                    self.accepted.push(known as u32);
                }
            }
        }
        let begins = if count == 0 { own.first } else { EndKind::Node };
        if max.is_some_and(|max| count >= max) || kind(at) != begins {
            return Ok(());
        }
        for hop in steps.from(context, segment, at, origin)? {
            context.guard.step()?;
            let next = State { at: steps.end(segment, hop), segment, count: most.min(count + 1) };
            self.arrive(context, Arrival { from: id, hop }, width, next)?;
        }
        Ok(())
    }

    fn arrive(
        &mut self,
        context: &Context<'_>,
        arrival: Arrival,
        relationships: usize,
        to: State,
    ) -> Result<(), Diagnostic> {
        let id = self.id(context, to)?;
        let distance = self.distances[arrival.from as usize] + relationships as u64;
        if distance < self.distances[id as usize] {
            self.distances[id as usize] = distance;
            let layer = self.layer + relationships;
            while self.layers.len() <= layer {
                self.layers.push(Vec::new());
            }
            self.layers[layer].push(id);
        }
        self.keep(context, ARRIVAL_BYTES)?;
        self.arrivals[id as usize].push(arrival);
        Ok(())
    }

    fn id(&mut self, context: &Context<'_>, state: State) -> Result<u32, Diagnostic> {
        if let Some(id) = self.ids.get(&state) {
            return Ok(*id);
        }
        self.keep(context, STATE_BYTES)?;
        let id = self.states.len() as u32;
        self.states.push(state);
        self.distances.push(u64::MAX);
        self.arrivals.push(Vec::new());
        self.ids.insert(state, id);
        Ok(id)
    }

    fn keep(&mut self, context: &Context<'_>, bytes: usize) -> Result<(), Diagnostic> {
        self.bytes += bytes;
        context.guard.keep(bytes)
    }
}
