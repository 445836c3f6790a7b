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
use super::filter::{Keep, gather_columns};
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
use crate::vector::{CHUNK_ROWS, DataChunk, Vector};
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
    keep: Keep,
    produce_list: bool,
    produce_target: bool,
    batch: Batch,
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
    chunk: &'o DataChunk,
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
        let keep = mapper.keep();
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
            keep,
            produce_list,
            produce_target,
            batch: Batch::default(),
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
        chunk: &DataChunk,
        next: &mut Next<'_>,
    ) -> Result<Flow, Diagnostic> {
        let len = self.batch.parents.len();
        if len == 0 {
            return Ok(Flow::Continue);
        }
        context.guard.check()?;
        let mut columns = gather_columns(chunk, &self.keep, &self.batch.parents);
        if self.produce_list {
            columns.push(Vector::Dynamic(Arc::new(std::mem::take(&mut self.batch.lists))));
        }
        if self.produce_target {
            columns.push(elements(self.to.kind, std::mem::take(&mut self.batch.targets)));
        }
        self.batch.parents.clear();
        self.batch.relationships = 0;
        next.push(context, DataChunk { columns, len, selection: None })
    }

    /// All trails from one row.
    fn search(
        &mut self,
        context: &Context<'_>,
        hops: &Hops<'_>,
        origin: &Origin<'_>,
        next: &mut Next<'_>,
    ) -> Result<Flow, Diagnostic> {
        if self.min == 0
            && self.from.kind == self.to.kind
            && origin.target.is_none_or(|target| target == origin.id)
        {
            let flow = self.found(context, origin, &[], origin.id, next)?;
            if flow == Flow::Stop {
                return Ok(flow);
            }
        }
        let mut search = Search::default();
        search.enter(context, hops, endpoint(self.from.kind, origin.id), self.max)?;
        while let Some(hop) = search.advance() {
            context.guard.step()?;
            if search.trail.contains(hop.relationship) {
                continue;
            }
            search.trail.push(hop.relationship);
            let ends =
                hop.kind == self.to.kind && origin.target.is_none_or(|target| target == hop.id);
            if ends && search.hops() >= self.min {
                let flow = self.found(context, origin, search.trail.order(), hop.id, next)?;
                if flow == Flow::Stop {
                    return Ok(flow);
                }
            }
            if hop.kind == EndKind::Node && search.hops() < self.max {
                search.enter(
                    context,
                    hops,
                    endpoint(EndKind::Node, hop.id),
                    self.max - search.hops(),
                )?;
            } else {
                search.trail.pop();
            }
        }
        context.guard.release(search.bytes);
        Ok(Flow::Continue)
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
        let wanted: Vec<Vector> = self
            .properties
            .iter()
            .map(|(_, value)| evaluate(context, value, &rows))
            .collect::<Result<_, Diagnostic>>()?;
        let keys: Vec<Arc<str>> = self.properties.iter().map(|(key, _)| key.clone()).collect();
        let types = self.types.clone();
        let mut excluded = Excluded::default();
        for (index, row) in chunk.live_rows().enumerate() {
            context.guard.step()?;
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
            let properties =
                keys.iter().cloned().zip(wanted.iter().map(|vector| vector.get(index))).collect();
            let hops = Hops::new(
                types.as_deref(),
                self.direction,
                self.to.kind,
                properties,
                &excluded,
                context,
            );
            let origin = Origin { chunk: &chunk, parent: row as u32, id, target };
            if self.search(context, &hops, &origin, next)? == Flow::Stop {
                return Ok(Flow::Stop);
            }
        }
        self.flush(context, &chunk, next)
    }

    fn reset(&mut self) {
        self.batch = Batch::default();
    }
}
