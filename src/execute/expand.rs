//! Expand: one hop along the adjacency.
//!
//! ```text
//! chunk      adjacency          out (parent, relationship, neighbour)
//! row 0  a   a: r1→b r2→c       0 r1 b
//! row 1  d   d: r3→a            0 r2 c
//!                               1 r3 a
//! ```

use super::adjacent::{
    Excluded, directions, each_neighbours, element_id, elements, endpoint, endpoint_kind,
};
use super::context::Context;
use super::mapper::Mapper;
use super::pipeline::{Flow, Next, PushOperator};
use crate::plan::operator::{End, OperatorKind};
use crate::store::{Neighbours, TypeId};
use crate::syntax::ast::{Direction, EndKind};
use crate::syntax::diagnostic::Diagnostic;
use crate::value::NodeId;
use crate::vector::{CHUNK_ROWS, DataChunk, Parents, Vector};
use std::hint::black_box;
use std::ops::Range;
use std::sync::Arc;

/// Follows relationships from a bound end.
pub(super) struct Expand {
    from: End,
    from_slot: usize,
    to: End,
    /// The column of the other end, where it is bound.
    into: Option<usize>,
    direction: Direction,
    types: Option<Vec<TypeId>>,
    distinct_from: Vec<usize>,
    /// Whether the relationship is read later.
    produce_relationship: bool,
    /// Whether the other end is read later and not bound.
    produce_target: bool,
    /// Whether one hop of a row is enough.
    one_each: bool,
    batch: Batch,
    /// Which of the relationships that lead on from the rows to come are followed.
    window: Range<usize>,
    /// The chunk under way.
    under: Option<Under>,
}

/// Rows whose lists are found before they are read.
const AT_ONCE: usize = 32;

/// Neighbours, and the relationships to them.
type List<'g> = (&'g [u32], &'g [u32]);

/// All relationships that lead on.
const ALL: Range<usize> = 0..usize::MAX;

/// A chunk and how far its rows have been expanded.
struct Under {
    chunk: Arc<DataChunk>,
    /// Living rows that are done.
    rows: usize,
    /// Neighbours of the next row that are done, or passed over.
    hops: usize,
    /// Neighbours that are still to be followed.
    left: usize,
}

/// The hops found so far.
#[derive(Debug, Default)]
struct Batch {
    parents: Vec<u32>,
    relationships: Vec<u32>,
    targets: Vec<u32>,
}

impl Expand {
    /// Maps the logical operator.
    pub(super) fn map(
        mapper: &mut Mapper<'_, '_>,
        kind: &OperatorKind,
    ) -> Result<Self, Diagnostic> {
        let OperatorKind::Expand { from, relationship, to, into, direction, types, distinct_from } =
            kind
        else {
            return Err(super::context::internal("this is no expansion", None));
        };
        let from_slot = mapper.slot(from.variable)?;
        let into = into.then(|| mapper.slot(to.variable)).transpose()?;
        let distinct_from = distinct_from
            .iter()
            .map(|&variable| mapper.slot(variable))
            .collect::<Result<_, _>>()?;
        mapper.go_on();
        let produce_relationship = mapper.add_if_read(*relationship);
        let produce_target = into.is_none() && mapper.add_if_read(to.variable);
        Ok(Expand {
            from: *from,
            from_slot,
            to: *to,
            into,
            direction: *direction,
            types: mapper.types(types.as_ref()),
            distinct_from,
            produce_relationship,
            produce_target,
            one_each: false,
            batch: Batch::default(),
            window: ALL,
            under: None,
        })
    }

    /// Hands on what was found.
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
        if self.produce_relationship {
            let relationships = std::mem::take(&mut self.batch.relationships);
            out.columns.push(Vector::relationships(relationships));
        }
        if self.produce_target {
            out.columns.push(elements(self.to.kind, std::mem::take(&mut self.batch.targets)));
        }
        self.batch.parents.clear();
        next.push(context, out)
    }

    /// Adds neighbours from sorted or unsorted adjacency, flushing as chunks fill.
    fn add(
        &mut self,
        context: &Context<'_>,
        neighbours: Neighbours<'_>,
        hop: &mut Hop<'_>,
        next: &mut Next<'_>,
    ) -> Result<Flow, Diagnostic> {
        let plain = hop.excluded.is_empty() && hop.loop_id.is_none();
        match (neighbours.as_slices(), hop.target) {
            (Some((ids, relationships)), None) if plain => {
                self.add_slices(context, ids, relationships, hop, next)
            }
            (Some((ids, relationships)), Some(target)) => {
                let from = ids.partition_point(|&id| id < target);
                let to = from + ids[from..].partition_point(|&id| id == target);
                let found =
                    ids[from..to].iter().copied().zip(relationships[from..to].iter().copied());
                self.add_each(context, found, hop, next)
            }
            (_, target) => {
                let found = neighbours.map(|(id, relationship)| (id, relationship.0));
                match target {
                    Some(target) => {
                        self.add_each(context, found.filter(|&(id, _)| id == target), hop, next)
                    }
                    None => self.add_each(context, found, hop, next),
                }
            }
        }
    }

    fn add_slices(
        &mut self,
        context: &Context<'_>,
        ids: &[u32],
        relationships: &[u32],
        hop: &mut Hop<'_>,
        next: &mut Next<'_>,
    ) -> Result<Flow, Diagnostic> {
        let mut done = hop.skip.min(ids.len());
        hop.skip -= done;
        while done < ids.len() && hop.left > 0 && !hop.enough {
            hop.enough = self.one_each;
            let room = if self.one_each { 1 } else { CHUNK_ROWS - self.batch.parents.len() };
            let count = room.min(ids.len() - done).min(hop.left);
            self.batch.parents.extend(std::iter::repeat_n(hop.parent, count));
            if self.produce_relationship {
                self.batch.relationships.extend_from_slice(&relationships[done..done + count]);
            }
            if self.produce_target {
                self.batch.targets.extend_from_slice(&ids[done..done + count]);
            }
            done += count;
            hop.done += count;
            hop.left -= count;
            if self.batch.parents.len() >= CHUNK_ROWS {
                let flow = self.flush(context, hop.chunk, next)?;
                if flow != Flow::Continue {
                    return Ok(flow);
                }
            }
        }
        Ok(Flow::Continue)
    }

    fn add_each(
        &mut self,
        context: &Context<'_>,
        found: impl Iterator<Item = (u32, u32)>,
        hop: &mut Hop<'_>,
        next: &mut Next<'_>,
    ) -> Result<Flow, Diagnostic> {
        for (id, relationship) in found {
            context.guard.step()?;
            if hop.skip > 0 {
                hop.skip -= 1;
                continue;
            }
            if hop.left == 0 || hop.enough {
                break;
            }
            hop.done += 1;
            hop.left -= 1;
            if hop.excluded.contains(relationship) || hop.loop_id == Some(id) {
                continue;
            }
            hop.enough = self.one_each;
            self.batch.parents.push(hop.parent);
            if self.produce_relationship {
                self.batch.relationships.push(relationship);
            }
            if self.produce_target {
                self.batch.targets.push(id);
            }
            if self.batch.parents.len() >= CHUNK_ROWS {
                let flow = self.flush(context, hop.chunk, next)?;
                if flow != Flow::Continue {
                    return Ok(flow);
                }
            }
        }
        Ok(Flow::Continue)
    }

    /// Expands rows as long as each of them leads on from a node, over relationships of one type
    /// and direction whose lists are as they lie in the store: the lists of some rows are found
    /// before any is read, and all are begun before one is copied, so that waits overlap.
    fn go_ahead(
        &mut self,
        context: &Context<'_>,
        under: &mut Under,
        next: &mut Next<'_>,
    ) -> Result<Flow, Diagnostic> {
        let kinds = [self.from.kind, self.to.kind] == [EndKind::Node; 2];
        let plain = self.into.is_none() && self.distinct_from.is_empty();
        let (Some(&[of]), &[towards]) = (self.types.as_deref(), directions(self.direction)) else {
            return Ok(Flow::Continue);
        };
        let chunk = under.chunk.clone();
        let Some(Vector::Node { values, validity: None }) = chunk.columns.get(self.from_slot)
        else {
            return Ok(Flow::Continue);
        };
        if !kinds || !plain || chunk.rows() < AT_ONCE {
            return Ok(Flow::Continue);
        }
        let excluded = Excluded::default();
        let mut lists: Vec<(u32, List<'_>)> = Vec::with_capacity(AT_ONCE);
        while under.rows < chunk.rows() {
            lists.clear();
            for row in (under.rows..chunk.rows()).take(AT_ONCE).map(|place| chunk.row(place)) {
                let node = NodeId(values[row]);
                let Some(found) = context.graph.settled_neighbours(of, towards, node) else {
                    break;
                };
                lists.push((row as u32, found));
            }
            if lists.is_empty() {
                return Ok(Flow::Continue);
            }
            context.guard.steps_taken(lists.len())?;
            let begin = |(ids, relationships): &List<'_>| {
                let first = |list: &[u32]| list.first().copied().unwrap_or(0);
                first(ids) ^ if self.produce_relationship { first(relationships) } else { 0 }
            };
            black_box(lists.iter().fold(0, |all, (_, found)| all ^ begin(found)));
            for (row, (ids, relationships)) in &lists {
                let done = std::mem::take(&mut under.hops);
                let mut hop = Hop {
                    chunk: &chunk,
                    parent: *row,
                    target: None,
                    excluded: &excluded,
                    loop_id: None,
                    skip: done,
                    done,
                    left: under.left,
                    enough: false,
                };
                let flow = self.add_slices(context, ids, relationships, &mut hop, next)?;
                under.left = hop.left;
                if flow != Flow::Continue {
                    under.hops = hop.done;
                    return Ok(flow);
                }
                under.rows += 1;
                if hop.left == 0 {
                    under.rows = chunk.rows();
                    break;
                }
                under.hops = hop.skip;
            }
        }
        Ok(Flow::Continue)
    }

    /// Expands the rows that are not done yet.
    fn go_on(
        &mut self,
        context: &Context<'_>,
        under: &mut Under,
        next: &mut Next<'_>,
    ) -> Result<Flow, Diagnostic> {
        let flow = self.go_ahead(context, under, next)?;
        if flow != Flow::Continue {
            return Ok(flow);
        }
        let mut excluded = Excluded::default();
        let types = self.types.clone();
        let (direction, kind) = (self.direction, endpoint_kind(self.to.kind));
        let loops = self.from.kind == self.to.kind;
        let chunk = under.chunk.clone();
        let (from_column, into_column) =
            (chunk.columns.get(self.from_slot), self.into.map(|slot| chunk.columns.get(slot)));
        while under.rows < chunk.rows() {
            context.guard.step()?;
            let row = chunk.row(under.rows);
            let done = std::mem::take(&mut under.hops);
            under.rows += 1;
            let from = from_column.and_then(|c| element_id(c, self.from.kind, row));
            let target =
                into_column.map(|column| column.and_then(|c| element_id(c, self.to.kind, row)));
            let (Some(id), None | Some(Some(_))) = (from, target) else {
                under.hops = done;
                continue;
            };
            let target = target.flatten();
            excluded.read(&chunk, &self.distinct_from, row);
            let mut hop = Hop {
                chunk: &chunk,
                parent: row as u32,
                target,
                excluded: &excluded,
                loop_id: None,
                skip: done,
                done,
                left: under.left,
                enough: false,
            };
            let mut flow = Flow::Continue;
            each_neighbours(
                &context.graph,
                endpoint(self.from.kind, id),
                types.as_deref(),
                direction,
                kind,
                |found, again| {
                    hop.loop_id = (again && loops).then_some(id);
                    flow = self.add(context, found, &mut hop, next)?;
                    let go_on = flow == Flow::Continue && hop.left > 0 && !hop.enough;
                    Ok::<_, Diagnostic>(go_on)
                },
            )?;
            under.left = hop.left;
            if flow != Flow::Continue {
                (under.rows, under.hops) = (under.rows - 1, hop.done);
                return Ok(flow);
            }
            if hop.left == 0 {
                under.rows = chunk.rows();
            }
            // What is still to be passed over comes in the rows behind.
            under.hops = hop.skip;
        }
        self.flush(context, &chunk, next)
    }
}

/// The row that is being expanded.
struct Hop<'h> {
    chunk: &'h Arc<DataChunk>,
    parent: u32,
    /// The id of the other end, where it is bound.
    target: Option<u32>,
    excluded: &'h Excluded,
    /// The id of the end itself, where relationships to itself were met before.
    loop_id: Option<u32>,
    /// Neighbours that were dealt with before, and are still to be passed over.
    skip: usize,
    /// All that have been dealt with.
    done: usize,
    /// How many more are followed.
    left: usize,
    /// Whether no other hop of the row is needed.
    enough: bool,
}

impl PushOperator for Expand {
    fn one_each(&mut self) {
        self.one_each = true;
    }

    fn push(
        &mut self,
        context: &Context<'_>,
        chunk: DataChunk,
        next: &mut Next<'_>,
    ) -> Result<Flow, Diagnostic> {
        let Range { start, end } = self.window.clone();
        let (chunk, left) = (Arc::new(chunk), end.saturating_sub(start));
        self.under = Some(Under { chunk, rows: 0, hops: start, left });
        self.resume(context, next)
    }

    fn resume(&mut self, context: &Context<'_>, next: &mut Next<'_>) -> Result<Flow, Diagnostic> {
        let Some(mut under) = self.under.take() else { return Ok(Flow::Continue) };
        let flow = self.go_on(context, &mut under, next)?;
        // What is to be passed over, or followed, beyond this chunk is in the next ones.
        self.window = under.hops..under.hops.saturating_add(under.left);
        self.under = (flow == Flow::Pause).then_some(under);
        Ok(flow)
    }

    fn reset(&mut self) {
        self.batch = Batch::default();
        self.window = ALL;
        self.under = None;
    }

    fn only(&mut self, relationships: Range<u32>) {
        self.window = relationships.start as usize..relationships.end as usize;
    }
}
