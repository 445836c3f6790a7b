//! `Intersect`: the elements to which relationships lead from several bound ends.
//!
//! ```text
//! row        lists                       out
//! a  b       a: c1 c3 c4 c7              a  b  c3
//!            b: c2 c3 c7                 a  b  c7
//! ```
//!
//! The lists are the adjacency itself, which is sorted by neighbour. The shortest is gone
//! through: long ones are searched in growing steps, and one that stays the same from row to
//! row, since its end does, is marked in a bitmap.

mod lists;
mod marked;
mod matches;
mod tally;
mod target;

use super::adjacent::{element_id, elements};
use super::context::Context;
use super::count::too_many;
use super::mapper::Mapper;
use super::pipeline::{Flow, Next, PushOperator};
use crate::plan::intersect as logical;
use crate::plan::operator::{End, Operator};
use crate::store::TypeId;
use crate::syntax::ast::{Direction, EndKind};
use crate::syntax::diagnostic::Diagnostic;
use crate::vector::{CHUNK_ROWS, DataChunk, Parents, Vector};
pub(super) use lists::skip;
use lists::{List, Marks, common};
use matches::Matches;
use std::sync::Arc;
use tally::{Near, Numbers, Tally};
use target::Target;

/// Matches of a chunk whose elements are looked at together.
const MOST_WAITING: usize = 1 << 16;

/// A relationship that leads to what is found.
pub(super) struct Leg {
    from: End,
    slot: usize,
    direction: Direction,
    types: Option<Vec<TypeId>>,
    /// The columns of relationships from which it differs.
    distinct_from: Vec<usize>,
    /// The legs before it from which it differs.
    distinct_legs: Vec<usize>,
}

/// Finds what several ends have as a common neighbour.
pub(super) struct Intersect {
    to: EndKind,
    legs: Arc<[Leg]>,
    /// For each leg whether its relationship is read later.
    produce: Vec<bool>,
    produce_target: bool,
    /// Where matches are only counted, what is asked of the elements.
    counted: Option<Counted>,
    /// What counts matches without a look at relationships, where that is possible.
    tally: Option<Tally>,
    batch: Batch,
    marks: Marks,
    matches: Matches,
    common: Vec<u32>,
    /// The chunk under way.
    under: Option<Under>,
}

/// The numbers of the rows of a chunk.
struct Counted {
    target: Target,
    /// Whether they are read later.
    produce: bool,
    /// The rows with matches, and how many.
    rows: Vec<u32>,
    numbers: Vec<u64>,
    /// Elements with matches that have to be looked at first: place in `rows`, id, number.
    waiting: Vec<(usize, u32, u64)>,
}

/// A chunk and how far its rows have been worked off.
struct Under {
    chunk: Arc<DataChunk>,
    /// Living rows that are done.
    rows: usize,
    /// Matches of the next row that are done.
    matches: usize,
}

/// The matches found so far.
#[derive(Debug, Default)]
struct Batch {
    parents: Vec<u32>,
    targets: Vec<u32>,
    /// For each leg.
    relationships: Vec<Vec<u32>>,
}

impl Intersect {
    /// Maps the logical operator, which stands behind others of its chain.
    pub(super) fn map(
        mapper: &mut Mapper<'_, '_>,
        intersect: &logical::Intersect,
        before: &[Operator],
    ) -> Result<Self, Diagnostic> {
        let mut legs: Vec<Leg> = Vec::with_capacity(intersect.legs.len());
        for (place, leg) in intersect.legs.iter().enumerate() {
            let before = |variable| {
                intersect.legs[..place].iter().position(|leg| leg.relationship == variable)
            };
            let (mut distinct_from, mut distinct_legs) = (Vec::new(), Vec::new());
            for &variable in &leg.distinct_from {
                match before(variable) {
                    Some(other) => distinct_legs.push(other),
                    None => distinct_from.push(mapper.slot(variable)?),
                }
            }
            legs.push(Leg {
                from: leg.from,
                slot: mapper.slot(leg.from.variable)?,
                direction: leg.direction,
                types: mapper.types(leg.types.as_ref()),
                distinct_from,
                distinct_legs,
            });
        }
        let target = intersect.counted.as_ref().map(|counted| {
            Ok::<_, Diagnostic>((Target::map(mapper, intersect, counted)?, counted.number))
        });
        let target = target.transpose()?;
        let any = target.as_ref().is_some_and(|(target, _)| target.is_any());
        let tally = any.then(|| Tally::of(mapper, intersect, &legs, before)).flatten();
        mapper.go_on();
        let counted = target.map(|(target, number)| Counted {
            target,
            produce: mapper.add_if_read(number),
            rows: Vec::new(),
            numbers: Vec::new(),
            waiting: Vec::new(),
        });
        let (mut produce, mut produce_target) = (vec![false; legs.len()], false);
        if counted.is_none() {
            for (produce, leg) in produce.iter_mut().zip(&intersect.legs) {
                *produce = mapper.add_if_read(leg.relationship);
            }
            produce_target = mapper.add_if_read(intersect.to.variable);
        }
        Ok(Intersect {
            to: intersect.to.kind,
            legs: legs.into(),
            produce,
            produce_target,
            counted,
            tally,
            batch: Batch::default(),
            marks: Marks::default(),
            matches: Matches::default(),
            common: Vec::new(),
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
        for (produce, relationships) in self.produce.iter().zip(&mut self.batch.relationships) {
            if *produce {
                out.columns.push(Vector::relationships(std::mem::take(relationships)));
            }
        }
        if self.produce_target {
            out.columns.push(elements(self.to, std::mem::take(&mut self.batch.targets)));
        }
        self.batch.parents.clear();
        next.push(context, out)
    }

    /// Finds the common neighbours of the ends in a row; `lists` are those of the row before.
    fn find<'g>(
        &mut self,
        context: &'g Context<'_>,
        lists: &mut [List<'g>],
        chunk: &DataChunk,
        row: usize,
    ) -> Result<(), Diagnostic> {
        self.common.clear();
        for (place, (leg, list)) in self.legs.iter().zip(lists.iter_mut()).enumerate() {
            let column = chunk.columns.get(leg.slot);
            let Some(id) = column.and_then(|column| element_id(column, leg.from.kind, row)) else {
                return Ok(());
            };
            if list.of == Some(id) {
                list.repeated += 1;
                continue;
            }
            if self.marks.leg == Some(place) {
                self.marks.clear(&list.ids);
            }
            *list = List::gather(context, leg, self.to, id)?;
        }
        if self.marks.leg.is_none() {
            let repeated = |(_, list): &(usize, &List<'_>)| list.repeated;
            let marked = lists.iter().enumerate().max_by_key(repeated);
            if let Some((place, list)) = marked.filter(|(_, list)| list.repeated > 0) {
                self.marks.set(place, &list.ids, bound(context, self.to));
            }
        }
        let shortest = lists.iter().map(|list| list.ids.len()).min().unwrap_or(0);
        context.guard.steps_taken(shortest)?;
        common(lists, &self.marks, &mut self.common);
        if !self.common.is_empty() {
            self.matches.begin(chunk, &self.legs, row);
        }
        Ok(())
    }

    /// Works off the rows that are not done yet.
    fn go_on(
        &mut self,
        context: &Context<'_>,
        under: &mut Under,
        next: &mut Next<'_>,
    ) -> Result<Flow, Diagnostic> {
        let chunk = under.chunk.clone();
        let mut lists: Vec<List<'_>> = self.legs.iter().map(|_| List::default()).collect();
        let flow = self.rows(context, under, &mut lists, next);
        if let Some(list) = self.marks.leg.and_then(|leg| lists.get(leg)) {
            self.marks.clear(&list.ids);
        }
        match flow? {
            Flow::Continue if self.counted.is_some() => self.hand_on_numbers(context, &chunk, next),
            Flow::Continue => self.flush(context, &chunk, next),
            flow => Ok(flow),
        }
    }

    fn rows<'g>(
        &mut self,
        context: &'g Context<'_>,
        under: &mut Under,
        lists: &mut [List<'g>],
        next: &mut Next<'_>,
    ) -> Result<Flow, Diagnostic> {
        let chunk = under.chunk.clone();
        let mut near = Near::default();
        while under.rows < chunk.rows() {
            context.guard.step()?;
            if let (Some(tally), Some(counted)) = (&mut self.tally, &mut self.counted) {
                let found = Numbers { rows: &mut counted.rows, numbers: &mut counted.numbers };
                let rows = (&*chunk, under.rows);
                let done = tally.count(context, (&self.legs, &mut near), rows, found)?;
                if done > 0 {
                    under.rows += done;
                    continue;
                }
            }
            let row = chunk.row(under.rows);
            self.find(context, lists, &chunk, row)?;
            if self.counted.is_some() {
                self.count_row(context, lists, row)?;
            } else {
                let flow = self.row(context, under, lists, next)?;
                if flow != Flow::Continue {
                    return Ok(flow);
                }
            }
            (under.rows, under.matches) = (under.rows + 1, 0);
        }
        Ok(Flow::Continue)
    }

    /// Makes rows of the matches of a row.
    fn row(
        &mut self,
        context: &Context<'_>,
        under: &mut Under,
        lists: &[List<'_>],
        next: &mut Next<'_>,
    ) -> Result<Flow, Diagnostic> {
        let (common, mut matches) =
            (std::mem::take(&mut self.common), std::mem::take(&mut self.matches));
        let (legs, chunk) = (self.legs.clone(), under.chunk.clone());
        let parent = chunk.row(under.rows) as u32;
        self.batch.relationships.resize_with(legs.len(), Vec::new);
        let (mut flow, mut skipped) = (Flow::Continue, under.matches);
        let mut whole = Ok(true);
        for &id in &common {
            matches.come_to(lists, id);
            whole = matches.each(context, &legs, lists, |relationships| {
                if skipped > 0 {
                    skipped -= 1;
                    return Ok(true);
                }
                under.matches += 1;
                self.add(parent, id, relationships);
                if self.batch.parents.len() >= CHUNK_ROWS {
                    flow = self.flush(context, &chunk, next)?;
                }
                Ok(flow == Flow::Continue)
            });
            if !matches!(whole, Ok(true)) {
                break;
            }
        }
        (self.common, self.matches) = (common, matches);
        whole.map(|_| flow)
    }

    fn add(&mut self, parent: u32, id: u32, relationships: &[u32]) {
        self.batch.parents.push(parent);
        if self.produce_target {
            self.batch.targets.push(id);
        }
        let columns = self.produce.iter().zip(&mut self.batch.relationships);
        for ((produce, column), relationship) in columns.zip(relationships) {
            if *produce {
                column.push(*relationship);
            }
        }
    }

    /// Counts the matches of a row.
    fn count_row(
        &mut self,
        context: &Context<'_>,
        lists: &[List<'_>],
        row: usize,
    ) -> Result<(), Diagnostic> {
        let Some(counted) = &mut self.counted else { return Ok(()) };
        let mut sum = 0u64;
        let place = counted.rows.len();
        let asked = !counted.target.is_any();
        for &id in &self.common {
            self.matches.come_to(lists, id);
            let number = self.matches.count(context, &self.legs, lists)?;
            if number == 0 {
                continue;
            }
            if asked {
                counted.waiting.push((place, id, number));
            } else {
                sum = sum.saturating_add(number);
            }
        }
        if sum > 0 || counted.waiting.last().is_some_and(|(waits, ..)| *waits == place) {
            counted.rows.push(row as u32);
            counted.numbers.push(sum);
        }
        if counted.waiting.len() >= MOST_WAITING {
            counted.settle(context, self.to)?;
        }
        Ok(())
    }

    /// Hands on the rows of a chunk that have matches, with how many.
    fn hand_on_numbers(
        &mut self,
        context: &Context<'_>,
        chunk: &Arc<DataChunk>,
        next: &mut Next<'_>,
    ) -> Result<Flow, Diagnostic> {
        let Some(counted) = &mut self.counted else { return Ok(Flow::Continue) };
        counted.settle(context, self.to)?;
        let all = std::mem::take(&mut counted.rows).into_iter();
        let all = all.zip(std::mem::take(&mut counted.numbers)).filter(|(_, number)| *number > 0);
        let (mut rows, mut numbers) = (Vec::new(), Vec::new());
        for (row, number) in all {
            rows.push(row);
            numbers.push(i64::try_from(number).map_err(|_| too_many())?);
        }
        let len = rows.len();
        let mut out = chunk.onward(Parents::Rows(rows.into()), len);
        if counted.produce {
            out.columns.push(Vector::integers(numbers));
        }
        next.push(context, out)
    }
}

impl Counted {
    /// Looks at the elements that wait for that, and counts the matches of those that pass.
    fn settle(&mut self, context: &Context<'_>, kind: EndKind) -> Result<(), Diagnostic> {
        if self.waiting.is_empty() {
            return Ok(());
        }
        let ids = self.waiting.iter().map(|(_, id, _)| *id);
        self.target.look_at(context, kind, ids, bound(context, kind))?;
        for (place, id, number) in self.waiting.drain(..) {
            if self.target.passes(id)
                && let Some(sum) = self.numbers.get_mut(place)
            {
                *sum = sum.saturating_add(number);
            }
        }
        Ok(())
    }
}

/// All ids of elements of a kind are smaller.
fn bound(context: &Context<'_>, kind: EndKind) -> usize {
    match kind {
        EndKind::Node => context.graph.node_bound() as usize,
        EndKind::Relationship => context.graph.relationship_bound() as usize,
    }
}

impl PushOperator for Intersect {
    fn push(
        &mut self,
        context: &Context<'_>,
        chunk: DataChunk,
        next: &mut Next<'_>,
    ) -> Result<Flow, Diagnostic> {
        self.under = Some(Under { chunk: Arc::new(chunk), rows: 0, matches: 0 });
        self.resume(context, next)
    }

    fn resume(&mut self, context: &Context<'_>, next: &mut Next<'_>) -> Result<Flow, Diagnostic> {
        let Some(mut under) = self.under.take() else { return Ok(Flow::Continue) };
        let flow = self.go_on(context, &mut under, next)?;
        // Numbers are handed on at once, when all rows are done.
        self.under = (flow == Flow::Pause && self.counted.is_none()).then_some(under);
        Ok(flow)
    }

    fn reset(&mut self) {
        (self.batch, self.under) = (Batch::default(), None);
        (self.marks, self.matches) = (Marks::default(), Matches::default());
        self.tally.iter_mut().for_each(Tally::reset);
        if let Some(counted) = &mut self.counted {
            (counted.rows, counted.numbers) = (Vec::new(), Vec::new());
            counted.waiting.clear();
            counted.target.reset();
        }
    }
}
