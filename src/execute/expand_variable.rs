//! `ExpandVariable`: trails of several hops.
//!
//! ```text
//! stack of frames          candidates (one array for all frames)
//!   frame 0: a, hops 0     r1→b  r2→c ↑next
//!   frame 1: b, hops 1     r5→d ↑next
//! ```
//!
//! The search is depth first with an explicit stack; a frame's candidates are cut
//! off the array when it is done. A trail meets no relationship twice, and crosses
//! nodes only: what is no node can only be its end.

use super::adjacent::{Excluded, element_id, elements, endpoint};
use super::compile::Compiler;
use super::context::{Context, internal};
use super::expression::Physical;
use super::hops::{Hop, Hops};
use super::limit::GROWING;
use super::mapper::Mapper;
use super::path::Met;
use super::pipeline::{Flow, Next, PushOperator};
use super::vectorised::{Rows, evaluate};
use crate::plan::operator::{End, OperatorKind};
use crate::store::TypeId;
use crate::syntax::ast::{Direction, EndKind};
use crate::syntax::diagnostic::{Diagnostic, Span};
use crate::value::{RelationshipId, Value};
use crate::vector::{CHUNK_ROWS, DataChunk, Parents, Vector};
use std::sync::Arc;

/// Follows trails from a bound end.
pub(super) struct ExpandVariable {
    from: End,
    from_slot: usize,
    to: End,
    into: Option<usize>,
    direction: Direction,
    types: Option<Vec<TypeId>>,
    min: u64,
    max: u64,
    properties: Vec<(Arc<str>, Physical)>,
    reversed: bool,
    distinct_from: Vec<usize>,
    produce_list: bool,
    produce_target: bool,
    batch: Batch,
    /// The chunk under way.
    under: Option<Under>,
}

/// A chunk and how far its rows have been expanded.
struct Under {
    chunk: Arc<DataChunk>,
    /// For each property what it must equal, in all living rows.
    wanted: Vec<Vector>,
    /// Living rows that are done.
    rows: usize,
    /// The search from the next row, where it has begun.
    search: Option<Search>,
}

/// The trails found so far.
#[derive(Default)]
struct Batch {
    parents: Vec<u32>,
    lists: Vec<Value>,
    targets: Vec<u32>,
    /// Relationships in the lists.
    relationships: usize,
}

/// Relationships in the lists of a chunk: one of long trails is handed on before it has
/// as many rows as others.
const MOST_RELATIONSHIPS: usize = 1 << 16;

/// The row that trails start from.
struct Origin<'o> {
    chunk: &'o Arc<DataChunk>,
    parent: u32,
    /// The id of the first end.
    id: u32,
    /// The id of the last end, where it is bound.
    target: Option<u32>,
}

impl ExpandVariable {
    /// Maps the logical operator.
    pub(super) fn map(
        mapper: &mut Mapper<'_, '_>,
        kind: &OperatorKind,
        span: Option<Span>,
    ) -> Result<Self, Diagnostic> {
        let OperatorKind::ExpandVariable {
            from,
            relationships,
            to,
            into,
            direction,
            types,
            min,
            max,
            properties,
            reversed,
            distinct_from,
            once: false,
        } = kind
        else {
            return Err(internal("this is no expansion", span));
        };
        let from_slot = mapper.slot(from.variable)?;
        let into = into.then(|| mapper.slot(to.variable)).transpose()?;
        let mut compiler: Compiler<'_, '_> = mapper.compiler();
        let properties = properties
            .iter()
            .map(|(key, value)| Ok((key.clone(), compiler.compile(value)?)))
            .collect::<Result<_, Diagnostic>>()?;
        let distinct_from = distinct_from
            .iter()
            .map(|&variable| mapper.slot(variable))
            .collect::<Result<_, _>>()?;
        mapper.go_on();
        let produce_list = mapper.add_if_read(*relationships);
        let produce_target = into.is_none() && mapper.add_if_read(to.variable);
        Ok(ExpandVariable {
            from: *from,
            from_slot,
            to: *to,
            into,
            direction: *direction,
            types: mapper.types(types.as_ref()),
            min: *min,
            max: max.unwrap_or(u64::MAX),
            properties,
            reversed: *reversed,
            distinct_from,
            produce_list,
            produce_target,
            batch: Batch::default(),
            under: None,
        })
    }

    /// Adds a trail, and hands on what was found when a chunk is full.
    fn found(
        &mut self,
        context: &Context<'_>,
        origin: &Origin<'_>,
        trail: &[u32],
        target: u32,
        next: &mut Next<'_>,
    ) -> Result<Flow, Diagnostic> {
        self.batch.parents.push(origin.parent);
        if self.produce_list {
            let relationship = |&id: &u32| Value::Relationship(RelationshipId(id));
            let list: Vec<Value> = if self.reversed {
                trail.iter().rev().map(relationship).collect()
            } else {
                trail.iter().map(relationship).collect()
            };
            self.batch.relationships += trail.len();
            self.batch.lists.push(Value::List(Arc::new(list)));
        }
        if self.produce_target {
            self.batch.targets.push(target);
        }
        let full = self.batch.parents.len() >= CHUNK_ROWS;
        if full || self.batch.relationships >= MOST_RELATIONSHIPS {
            self.flush(context, origin.chunk, next)
        } else {
            Ok(Flow::Continue)
        }
    }

    fn flush(
        &mut self,
        context: &Context<'_>,
        chunk: &Arc<DataChunk>,
        next: &mut Next<'_>,
    ) -> Result<Flow, Diagnostic> {
        let len = self.batch.parents.len();
        if len == 0 {
            return Ok(Flow::Continue);
        }
        context.guard.check()?;
        let mut out = chunk.onward(Parents::Rows(self.batch.parents.as_slice().into()), len);
        if self.produce_list {
            out.columns.push(Vector::Dynamic(Arc::new(std::mem::take(&mut self.batch.lists))));
        }
        if self.produce_target {
            out.columns.push(elements(self.to.kind, std::mem::take(&mut self.batch.targets)));
        }
        self.batch.parents.clear();
        self.batch.relationships = 0;
        next.push(context, out)
    }

    /// Whether a trail may end at an element.
    fn ends_at(&self, origin: &Origin<'_>, kind: EndKind, id: u32) -> bool {
        kind == self.to.kind && origin.target.is_none_or(|target| target == id)
    }

    /// All trails from one row that `search` has not come to yet; `None` begins it.
    fn search(
        &mut self,
        context: &Context<'_>,
        hops: &Hops<'_>,
        origin: &Origin<'_>,
        under: &mut Option<Search>,
        next: &mut Next<'_>,
    ) -> Result<Flow, Diagnostic> {
        if under.is_none() {
            let search = under.insert(Search::default());
            search.enter(context, hops, endpoint(self.from.kind, origin.id), self.max)?;
            if self.min == 0 && self.ends_at(origin, self.from.kind, origin.id) {
                let flow = self.found(context, origin, &[], origin.id, next)?;
                if flow != Flow::Continue {
                    return Ok(flow);
                }
            }
        }
        let Some(search) = under else { return Ok(Flow::Continue) };
        while let Some(hop) = search.advance() {
            context.guard.step()?;
            if search.trail.contains(hop.relationship) {
                continue;
            }
            search.trail.push(hop.relationship);
            let mut flow = Flow::Continue;
            if search.hops() >= self.min && self.ends_at(origin, hop.kind, hop.id) {
                flow = self.found(context, origin, search.trail.order(), hop.id, next)?;
            }
            if hop.kind == EndKind::Node && search.hops() < self.max {
                let left = self.max - search.hops();
                search.enter(context, hops, endpoint(EndKind::Node, hop.id), left)?;
            } else {
                search.trail.pop();
            }
            if flow != Flow::Continue {
                return Ok(flow);
            }
        }
        context.guard.release(search.bytes);
        *under = None;
        Ok(Flow::Continue)
    }

    /// Expands the rows that are not done yet.
    fn go_on(
        &mut self,
        context: &Context<'_>,
        under: &mut Under,
        next: &mut Next<'_>,
    ) -> Result<Flow, Diagnostic> {
        let chunk = under.chunk.clone();
        let keys: Vec<Arc<str>> = self.properties.iter().map(|(key, _)| key.clone()).collect();
        let types = self.types.clone();
        let mut excluded = Excluded::default();
        while under.rows < chunk.rows() {
            context.guard.step()?;
            let (index, row) = (under.rows, chunk.row(under.rows));
            under.rows += 1;
            let Some(id) =
                chunk.columns.get(self.from_slot).and_then(|c| element_id(c, self.from.kind, row))
            else {
                continue;
            };
            let target = match self.into.and_then(|slot| chunk.columns.get(slot)) {
                Some(column) => match element_id(column, self.to.kind, row) {
                    Some(target) => Some(target),
                    None => continue,
                },
                None => None,
            };
            excluded.read(&chunk, &self.distinct_from, row);
            let wanted = under.wanted.iter().map(|vector| vector.get(index));
            let hops = Hops::new(
                types.as_deref(),
                self.direction,
                self.to.kind,
                keys.iter().cloned().zip(wanted).collect(),
                &excluded,
                context,
            );
            let origin = Origin { chunk: &chunk, parent: row as u32, id, target };
            let flow = self.search(context, &hops, &origin, &mut under.search, next)?;
            if flow != Flow::Continue {
                under.rows = index;
                return Ok(flow);
            }
        }
        self.flush(context, &chunk, next)
    }
}

/// Bytes that a frame takes with its relationship in the trail and among the used, roughly.
const FRAME_BYTES: usize = 96;

/// A depth-first search under way.
#[derive(Default)]
struct Search {
    /// The candidates of all frames, one frame after the other.
    candidates: Vec<Hop>,
    /// Where each frame's candidates begin, and which is next.
    frames: Vec<(usize, usize)>,
    /// The relationships up to the last frame.
    trail: Met<u32>,
    bytes: usize,
}

impl Search {
    fn hops(&self) -> u64 {
        self.trail.len() as u64
    }

    /// Opens a frame at an element; none if no further hop is allowed.
    fn enter(
        &mut self,
        context: &Context<'_>,
        hops: &Hops<'_>,
        from: crate::value::Endpoint,
        left: u64,
    ) -> Result<(), Diagnostic> {
        let start = self.candidates.len();
        if left > 0 {
            hops.collect(context, from, &mut self.candidates)?;
        }
        let bytes = self.candidates.len() * std::mem::size_of::<Hop>() * GROWING
            + self.frames.len() * FRAME_BYTES;
        if bytes > self.bytes {
            context.guard.keep(bytes - self.bytes)?;
            self.bytes = bytes;
        }
        self.frames.push((start, start));
        Ok(())
    }

    /// The next candidate, leaving frames that are done.
    fn advance(&mut self) -> Option<Hop> {
        loop {
            let (start, next) = self.frames.last_mut()?;
            if let Some(hop) = self.candidates.get(*next) {
                *next += 1;
                return Some(*hop);
            }
            self.candidates.truncate(*start);
            self.frames.pop();
            // The relationship that led to the frame, if it is not the first.
            if !self.frames.is_empty() {
                self.trail.pop();
            }
        }
    }
}

impl PushOperator for ExpandVariable {
    fn push(
        &mut self,
        context: &Context<'_>,
        chunk: DataChunk,
        next: &mut Next<'_>,
    ) -> Result<Flow, Diagnostic> {
        let rows = Rows::of(&chunk);
        let wanted = self.properties.iter().map(|(_, value)| evaluate(context, value, &rows));
        let wanted = wanted.collect::<Result<_, Diagnostic>>()?;
        self.under = Some(Under { chunk: Arc::new(chunk), wanted, rows: 0, search: None });
        self.resume(context, next)
    }

    fn resume(&mut self, context: &Context<'_>, next: &mut Next<'_>) -> Result<Flow, Diagnostic> {
        let Some(mut under) = self.under.take() else { return Ok(Flow::Continue) };
        let flow = self.go_on(context, &mut under, next)?;
        self.under = (flow == Flow::Pause).then_some(under);
        Ok(flow)
    }

    fn reset(&mut self) {
        self.batch = Batch::default();
        self.under = None;
    }
}
