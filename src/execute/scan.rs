//! Scans: for each row, every element that is there.
//!
//! ```text
//! rows   found        out
//!  a      1, 2        a 1
//!  b                  a 2
//!                     b 1
//!                     b 2
//! ```
//!
//! A single row is carried along as constants. Where there are many rows and few
//! elements, the elements are listed once and the product is made in full chunks.

use super::context::Context;
use super::evaluate::Row;
use super::pipeline::{Flow, Next, PushOperator};
use super::profile::Reading;
use super::zones::{Asked, Zones};
use crate::store::{Bitmap, Graph, LabelId, NodeChunk, TypeId};
use crate::syntax::ast::LabelExpression;
use crate::syntax::diagnostic::Diagnostic;
use crate::vector::{CHUNK_ROWS, DataChunk, Parents, Vector};
use std::borrow::Cow;
use std::ops::Range;
use std::sync::Arc;

/// Chunks with at least this many hits are handed on by themselves: their ids
/// mostly follow each other, and their columns can then be read without copying.
const DENSE: usize = CHUNK_ROWS / 2;

/// What must hold of a node's labels; one that is not known yet is on no node.
pub(super) type Condition = LabelExpression<Option<LabelId>>;

/// Scans nodes whose labels are as a condition says.
pub(super) struct NodeScan {
    find: FindNodes,
    product: Product,
}

/// The nodes that a scan finds.
pub(super) struct FindNodes {
    labels: Option<Condition>,
    /// The label of which all of them have to be members.
    required: Option<LabelId>,
}

impl NodeScan {
    /// A scan; `produce` tells whether the node is read later.
    pub(super) fn new(labels: Option<Condition>, produce: bool, zones: Zones) -> Self {
        let find = FindNodes { labels, required: None };
        NodeScan { find, product: Product::new(produce, zones, Vector::nodes) }
    }
}

impl FindNodes {
    /// What finds the nodes whose labels are as a condition says; `None` where there is none.
    pub(super) fn of(graph: &Graph, labels: Option<Condition>) -> Option<Self> {
        let find = FindNodes { labels, required: None };
        let required = find.required(graph).ok()?;
        Some(FindNodes { required, ..find })
    }

    /// The label of which all nodes found have to be members, the rarest of several;
    /// `Err` where it is not known and nothing is found.
    fn required(&self, graph: &Graph) -> Result<Option<LabelId>, ()> {
        let required = match &self.labels {
            Some(LabelExpression::Name(label)) => vec![*label],
            Some(LabelExpression::And(terms)) => {
                let names = terms.iter().filter_map(|term| match term {
                    LabelExpression::Name(label) => Some(*label),
                    _ => None,
                });
                names.collect()
            }
            _ => Vec::new(),
        };
        let required: Option<Vec<LabelId>> = required.into_iter().collect();
        let count = |label: &LabelId| graph.statistics().nodes_with_label(*label);
        Ok(required.ok_or(())?.into_iter().min_by_key(count))
    }
}

impl Find for FindNodes {
    fn chunks(&self, graph: &Graph) -> usize {
        graph.node_chunk_count()
    }

    fn in_chunk<'g>(
        &self,
        graph: &'g Graph,
        number: usize,
        asked: &Asked,
    ) -> Option<(u32, Cow<'g, Bitmap>)> {
        let selection = graph.node_chunk(number, self.required)?;
        if !asked.may_hold(&selection) {
            return None;
        }
        // A single label is its bitmap; there is nothing more to check.
        let rows = match &self.labels {
            None | Some(LabelExpression::Name(_)) => selection.rows,
            Some(labels) => members(labels, selection.chunk),
        };
        Some((selection.first, rows))
    }
}

impl PushOperator for NodeScan {
    fn push(
        &mut self,
        context: &Context<'_>,
        chunk: DataChunk,
        next: &mut Next<'_>,
    ) -> Result<Flow, Diagnostic> {
        let graph = &context.graph;
        let Ok(required) = self.find.required(graph) else { return Ok(Flow::Continue) };
        self.find.required = required;
        let bound =
            required.map_or(graph.node_count(), |label| graph.statistics().nodes_with_label(label));
        self.product.begin(chunk, bound);
        self.resume(context, next)
    }

    fn resume(&mut self, context: &Context<'_>, next: &mut Next<'_>) -> Result<Flow, Diagnostic> {
        self.product.go_on(context, &self.find, next)
    }

    fn reset(&mut self) {
        self.product.reset();
    }

    fn only(&mut self, ids: Range<u32>) {
        self.product.only = ids;
    }

    fn tell(&mut self, reading: &Arc<Reading>) {
        self.product.zones.reading = Some(reading.clone());
    }
}

/// The rows of a chunk for which a condition holds, by set operations on the labels' bitmaps.
fn members<'c>(labels: &Condition, chunk: &'c NodeChunk) -> Cow<'c, Bitmap> {
    match labels {
        LabelExpression::Name(label) => label
            .and_then(|label| chunk.label(label))
            .map_or_else(|| Cow::Owned(Bitmap::default()), Cow::Borrowed),
        LabelExpression::Any => {
            let mut any = Bitmap::default();
            chunk.each_label().for_each(|(_, rows)| any.extend(rows));
            Cow::Owned(any)
        }
        LabelExpression::Not(count, inner) if count % 2 == 1 => {
            let mut rest = chunk.live().clone();
            rest.subtract(&members(inner, chunk));
            Cow::Owned(rest)
        }
        LabelExpression::Not(_, inner) => members(inner, chunk),
        LabelExpression::And(terms) => {
            let mut rows = chunk.live().clone();
            for term in terms {
                rows.retain(&members(term, chunk));
                if rows.is_empty() {
                    break;
                }
            }
            Cow::Owned(rows)
        }
        LabelExpression::Or(terms) => {
            let mut rows = Bitmap::default();
            terms.iter().for_each(|term| rows.extend(&members(term, chunk)));
            Cow::Owned(rows)
        }
    }
}

/// Scans relationships of one of the types.
pub(super) struct RelationshipScan {
    find: FindRelationships,
    product: Product,
}

/// The relationships that a scan finds.
pub(super) struct FindRelationships {
    /// `None` means any type.
    types: Option<Vec<TypeId>>,
}

impl RelationshipScan {
    /// A scan; `produce` tells whether the relationship is read later.
    pub(super) fn new(types: Option<Vec<TypeId>>, produce: bool, zones: Zones) -> Self {
        let find = FindRelationships { types };
        RelationshipScan { find, product: Product::new(produce, zones, Vector::relationships) }
    }

    fn bound(&self, graph: &Graph) -> u64 {
        match &self.find.types {
            None => graph.relationship_count(),
            Some(types) => {
                types.iter().map(|&kind| graph.statistics().relationships_of_type(kind)).sum()
            }
        }
    }
}

impl FindRelationships {
    /// What finds the relationships of some types, or of any.
    pub(super) fn of(types: Option<Vec<TypeId>>) -> Self {
        FindRelationships { types }
    }
}

impl Find for FindRelationships {
    fn chunks(&self, graph: &Graph) -> usize {
        graph.relationship_chunk_count()
    }

    fn in_chunk<'g>(
        &self,
        graph: &'g Graph,
        number: usize,
        asked: &Asked,
    ) -> Option<(u32, Cow<'g, Bitmap>)> {
        let selection = graph.relationship_chunk(number, None)?;
        let of_type = |kind: &u32| self.types.as_ref().is_none_or(|it| it.contains(&TypeId(*kind)));
        // The columns of a chunk without any are not read.
        let asks = !asked.is_empty() && selection.chunk.types().iter().any(of_type);
        if asks && !asked.may_hold(&selection) {
            return None;
        }
        let Some(types) = &self.types else { return Some((selection.first, selection.rows)) };
        let mut of_types = Bitmap::default();
        for row in selection.rows.iter() {
            let kind = selection.chunk.types().get(row as usize);
            if kind.is_some_and(|&kind| types.contains(&TypeId(kind))) {
                of_types.set(row as usize, true);
            }
        }
        Some((selection.first, Cow::Owned(of_types)))
    }
}

impl PushOperator for RelationshipScan {
    fn push(
        &mut self,
        context: &Context<'_>,
        chunk: DataChunk,
        next: &mut Next<'_>,
    ) -> Result<Flow, Diagnostic> {
        self.product.begin(chunk, self.bound(&context.graph));
        self.resume(context, next)
    }

    fn resume(&mut self, context: &Context<'_>, next: &mut Next<'_>) -> Result<Flow, Diagnostic> {
        self.product.go_on(context, &self.find, next)
    }

    fn reset(&mut self) {
        self.product.reset();
    }

    fn only(&mut self, ids: Range<u32>) {
        self.product.only = ids;
    }

    fn tell(&mut self, reading: &Arc<Reading>) {
        self.product.zones.reading = Some(reading.clone());
    }
}

/// What a scan finds in the chunks of a graph.
pub(super) trait Find: Send {
    /// How many chunks there are.
    fn chunks(&self, graph: &Graph) -> usize;

    /// The id of row 0 of a chunk and the rows found in it, if there is such a chunk, and its
    /// zones do not rule all of it out.
    fn in_chunk<'g>(
        &self,
        graph: &'g Graph,
        number: usize,
        asked: &Asked,
    ) -> Option<(u32, Cow<'g, Bitmap>)>;
}

/// The product of rows and elements.
struct Product {
    /// Whether the element itself is read.
    produce: bool,
    form: fn(Vec<u32>) -> Vector,
    /// What chunks are passed over for.
    zones: Zones,
    /// The ids of which it is told to find only those.
    only: Range<u32>,
    /// The chunk under way.
    under: Option<Under>,
}

/// Rows and how far their product has been made.
struct Under {
    chunk: Arc<DataChunk>,
    /// Living rows that are done.
    rows: usize,
    /// Chunks of the graph that are done for the next row.
    chunks: usize,
    /// Chunks whose zones were asked for it.
    told: usize,
    /// What is asked of zones for that row, once it is known.
    asked: Option<Asked>,
    /// What was found and not handed on.
    pending: Vec<u32>,
    /// All elements, listed once: there are many rows and few of them.
    few: Option<Vec<u32>>,
    /// Whether there are so few.
    is_few: bool,
}

impl Product {
    fn new(produce: bool, zones: Zones, form: fn(Vec<u32>) -> Vector) -> Self {
        Product { produce, form, zones, only: 0..u32::MAX, under: None }
    }

    fn reset(&mut self) {
        self.under = None;
    }

    /// Takes rows; `bound` is the number of elements at most.
    fn begin(&mut self, chunk: DataChunk, bound: u64) {
        let is_few = chunk.rows() > 1 && bound <= CHUNK_ROWS as u64;
        let (chunk, pending) = (Arc::new(chunk), Vec::new());
        let (rows, chunks, told, asked, few) = (0, 0, 0, None, None);
        self.under = Some(Under { chunk, rows, chunks, told, asked, pending, few, is_few });
    }

    fn go_on(
        &mut self,
        context: &Context<'_>,
        find: &dyn Find,
        next: &mut Next<'_>,
    ) -> Result<Flow, Diagnostic> {
        let Some(mut under) = self.under.take() else { return Ok(Flow::Continue) };
        let flow = if under.is_few {
            self.push_few(context, find, &mut under, next)?
        } else {
            self.push_rows(context, find, &mut under, next)?
        };
        self.under = (flow == Flow::Pause).then_some(under);
        Ok(flow)
    }

    /// Row after row, each with every element.
    fn push_rows(
        &self,
        context: &Context<'_>,
        find: &dyn Find,
        under: &mut Under,
        next: &mut Next<'_>,
    ) -> Result<Flow, Diagnostic> {
        let mut renewed;
        let mut context = context;
        while under.rows < under.chunk.rows() {
            let row = under.chunk.row(under.rows) as u32;
            let mut asked = if let Some(asked) = under.asked.take() {
                asked
            } else {
                let row = Row { columns: &under.chunk.columns, index: row as usize };
                self.zones.asked(context, row)?
            };
            let first = self.only.start as usize / CHUNK_ROWS;
            let chunks =
                find.chunks(&context.graph).min((self.only.end as usize).div_ceil(CHUNK_ROWS));
            while first + under.chunks < chunks {
                context.guard.steps_taken(64)?;
                if let Some(fresh) = context.renewed()? {
                    renewed = fresh;
                    context = &renewed;
                }
                under.chunks += 1;
                let number = if self.zones.backward {
                    chunks - under.chunks
                } else {
                    first + under.chunks - 1
                };
                asked.told = under.told >= under.chunks || !self.has_first_of(number);
                under.told = under.told.max(under.chunks);
                let found = find.in_chunk(&context.graph, number, &asked);
                let Some((first, rows)) = found else { continue };
                let rows = self.narrowed(first, rows);
                let count = rows.count();
                let dense = count >= DENSE;
                if (under.pending.len() + count > CHUNK_ROWS || dense) && !under.pending.is_empty()
                {
                    let pending = std::mem::take(&mut under.pending);
                    let flow = self.hand_on(context, under, row, pending, next)?;
                    if flow != Flow::Continue {
                        // The chunk is looked at again, with nothing pending.
                        under.chunks -= 1;
                        under.asked = Some(asked);
                        return Ok(flow);
                    }
                }
                under.pending.reserve(count);
                rows.append_to(first, &mut under.pending);
                if dense {
                    let pending = std::mem::take(&mut under.pending);
                    let flow = self.hand_on(context, under, row, pending, next)?;
                    if flow != Flow::Continue {
                        under.asked = Some(asked);
                        return Ok(flow);
                    }
                }
            }
            context.guard.check()?;
            (under.rows, under.chunks, under.told) = (under.rows + 1, 0, 0);
            let pending = std::mem::take(&mut under.pending);
            let flow = self.hand_on(context, under, row, pending, next)?;
            if flow != Flow::Continue {
                return Ok(flow);
            }
        }
        Ok(Flow::Continue)
    }

    /// Whether it is told to find the first element of a chunk: of those that share a chunk one
    /// tells of it.
    fn has_first_of(&self, number: usize) -> bool {
        self.only.start as usize <= number * CHUNK_ROWS
    }

    /// Of the rows found in a chunk those that it is told to find.
    fn narrowed<'g>(&self, first: u32, mut rows: Cow<'g, Bitmap>) -> Cow<'g, Bitmap> {
        let from = self.only.start.saturating_sub(first) as usize;
        let to = self.only.end.saturating_sub(first) as usize;
        if from > 0 || to < CHUNK_ROWS {
            rows.to_mut().narrow(from, to);
        }
        rows
    }

    /// Hands on one row with these elements.
    fn hand_on(
        &self,
        context: &Context<'_>,
        under: &Under,
        row: u32,
        ids: Vec<u32>,
        next: &mut Next<'_>,
    ) -> Result<Flow, Diagnostic> {
        if ids.is_empty() {
            return Ok(Flow::Continue);
        }
        let mut out = under.chunk.onward(Parents::One(row), ids.len());
        if self.produce {
            out.columns.push((self.form)(ids));
        }
        next.push(context, out)
    }

    /// Many rows with few elements.
    fn push_few(
        &self,
        context: &Context<'_>,
        find: &dyn Find,
        under: &mut Under,
        next: &mut Next<'_>,
    ) -> Result<Flow, Diagnostic> {
        let found = under.few.get_or_insert_with(|| {
            let chunks = 0..find.chunks(&context.graph);
            let all = Asked::default();
            let found = chunks.filter_map(|number| find.in_chunk(&context.graph, number, &all));
            let ids = |(first, rows): (u32, Cow<'_, Bitmap>)| -> Vec<u32> {
                rows.iter().map(|row| first + row).collect()
            };
            found.flat_map(ids).collect()
        });
        if found.is_empty() {
            return Ok(Flow::Continue);
        }
        let step = (CHUNK_ROWS / found.len()).max(1);
        while under.rows < under.chunk.rows() {
            context.guard.check()?;
            let end = (under.rows + step).min(under.chunk.rows());
            let rows = (under.rows..end).map(|index| under.chunk.row(index) as u32);
            let parents: Vec<u32> =
                rows.flat_map(|row| std::iter::repeat_n(row, found.len())).collect();
            let len = parents.len();
            let mut out = under.chunk.onward(Parents::Rows(parents.into()), len);
            if self.produce {
                out.columns.push((self.form)(found.repeat(end - under.rows)));
            }
            under.rows = end;
            let flow = next.push(context, out)?;
            if flow != Flow::Continue {
                return Ok(flow);
            }
        }
        Ok(Flow::Continue)
    }
}
