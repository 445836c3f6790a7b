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
use super::filter::{Keep, gather_columns};
use super::pipeline::{Flow, Next, PushOperator};
use crate::store::{Bitmap, Graph, LabelId, NodeChunk, TypeId};
use crate::syntax::ast::LabelExpression;
use crate::syntax::diagnostic::Diagnostic;
use crate::vector::{CHUNK_ROWS, DataChunk, Vector};
use std::borrow::Cow;

/// Chunks with at least this many hits are handed on by themselves: their ids
/// mostly follow each other, and their columns can then be read without copying.
const DENSE: usize = CHUNK_ROWS / 2;

/// What must hold of a node's labels; one that is not known yet is on no node.
type Condition = LabelExpression<Option<LabelId>>;

/// Scans nodes whose labels are as a condition says.
pub(super) struct NodeScan {
    labels: Option<Condition>,
    product: Product,
}

impl NodeScan {
    /// A scan; `produce` tells whether the node is read later.
    pub(super) fn new(labels: Option<Condition>, keep: Keep, produce: bool) -> Self {
        NodeScan { labels, product: Product { keep, produce, form: Vector::nodes } }
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

impl PushOperator for NodeScan {
    fn push(
        &mut self,
        context: &Context<'_>,
        chunk: DataChunk,
        next: &mut Next<'_>,
    ) -> Result<Flow, Diagnostic> {
        let graph = &context.graph;
        let Ok(required) = self.required(graph) else { return Ok(Flow::Continue) };
        let bound =
            required.map_or(graph.node_count(), |label| graph.statistics().nodes_with_label(label));
        // A single label is its bitmap; there is nothing more to check.
        let rest =
            self.labels.as_ref().filter(|labels| !matches!(labels, LabelExpression::Name(_)));
        self.product.push(context, &chunk, next, bound, &mut |emit| {
            let mut renewed;
            let mut context = context;
            for number in 0..graph.node_chunk_count() {
                if let Some(fresh) = context.renewed()? {
                    renewed = fresh;
                    context = &renewed;
                }
                let Some(selection) = context.graph.node_chunk(number, required) else { continue };
                let rows = match rest {
                    None => Cow::Borrowed(&*selection.rows),
                    Some(labels) => members(labels, selection.chunk),
                };
                if emit(context, selection.first, &rows)? == Flow::Stop {
                    return Ok(Flow::Stop);
                }
            }
            Ok(Flow::Continue)
        })
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
    /// `None` means any type.
    types: Option<Vec<TypeId>>,
    product: Product,
}

impl RelationshipScan {
    /// A scan; `produce` tells whether the relationship is read later.
    pub(super) fn new(types: Option<Vec<TypeId>>, keep: Keep, produce: bool) -> Self {
        RelationshipScan { types, product: Product { keep, produce, form: Vector::relationships } }
    }

    fn bound(&self, graph: &Graph) -> u64 {
        match &self.types {
            None => graph.relationship_count(),
            Some(types) => {
                types.iter().map(|&kind| graph.statistics().relationships_of_type(kind)).sum()
            }
        }
    }
}

impl PushOperator for RelationshipScan {
    fn push(
        &mut self,
        context: &Context<'_>,
        chunk: DataChunk,
        next: &mut Next<'_>,
    ) -> Result<Flow, Diagnostic> {
        let graph = &context.graph;
        let bound = self.bound(graph);
        let types = &self.types;
        self.product.push(context, &chunk, next, bound, &mut |emit| {
            let mut renewed;
            let mut context = context;
            for number in 0..graph.relationship_chunk_count() {
                if let Some(fresh) = context.renewed()? {
                    renewed = fresh;
                    context = &renewed;
                }
                let Some(selection) = context.graph.relationship_chunk(number, None) else {
                    continue;
                };
                let mut rows = Cow::Borrowed(&*selection.rows);
                if let Some(types) = types {
                    let mut of_types = Bitmap::default();
                    for row in selection.rows.iter() {
                        let kind = selection.chunk.types().get(row as usize);
                        if kind.is_some_and(|&kind| types.contains(&TypeId(kind))) {
                            of_types.set(row as usize, true);
                        }
                    }
                    rows = Cow::Owned(of_types);
                }
                if emit(context, selection.first, &rows)? == Flow::Stop {
                    return Ok(Flow::Stop);
                }
            }
            Ok(Flow::Continue)
        })
    }
}

/// What a scan calls for each chunk: the surroundings that it was found in, the id of
/// row 0 and the rows found.
type Emit<'e> = &'e mut dyn FnMut(&Context<'_>, u32, &Bitmap) -> Result<Flow, Diagnostic>;

/// The product of rows and elements.
struct Product {
    /// The columns of the rows that are still read.
    keep: Keep,
    /// Whether the element itself is read.
    produce: bool,
    form: fn(Vec<u32>) -> Vector,
}

impl Product {
    /// `bound` is the number of elements at most; `scan` finds them.
    fn push(
        &self,
        context: &Context<'_>,
        chunk: &DataChunk,
        next: &mut Next<'_>,
        bound: u64,
        scan: &mut dyn FnMut(Emit<'_>) -> Result<Flow, Diagnostic>,
    ) -> Result<Flow, Diagnostic> {
        if chunk.rows() > 1 && bound <= CHUNK_ROWS as u64 {
            return self.push_few(context, chunk, next, scan);
        }
        for row in chunk.live_rows() {
            context.guard.check()?;
            if self.push_row(context, chunk, row, next, scan)? == Flow::Stop {
                return Ok(Flow::Stop);
            }
        }
        Ok(Flow::Continue)
    }

    /// One row with every element.
    fn push_row(
        &self,
        context: &Context<'_>,
        chunk: &DataChunk,
        row: usize,
        next: &mut Next<'_>,
        scan: &mut dyn FnMut(Emit<'_>) -> Result<Flow, Diagnostic>,
    ) -> Result<Flow, Diagnostic> {
        let values: Vec<_> = self.keep.of(chunk).map(|column| column.get(row)).collect();
        let mut hand_on = |context: &Context<'_>, ids: Vec<u32>| {
            let len = ids.len();
            let mut columns: Vec<Vector> =
                values.iter().map(|value| Vector::Constant(value.clone(), len)).collect();
            if self.produce {
                columns.push((self.form)(ids));
            }
            next.push(context, DataChunk { columns, len, selection: None })
        };
        let mut pending: Vec<u32> = Vec::new();
        let flow = scan(&mut |context, first, rows| {
            context.guard.steps_taken(64)?;
            let count = rows.count();
            if (pending.len() + count > CHUNK_ROWS || count >= DENSE)
                && !pending.is_empty()
                && hand_on(context, std::mem::take(&mut pending))? == Flow::Stop
            {
                return Ok(Flow::Stop);
            }
            pending.reserve(count);
            pending.extend(rows.iter().map(|row| first + row));
            if count >= DENSE {
                hand_on(context, std::mem::take(&mut pending))
            } else {
                Ok(Flow::Continue)
            }
        })?;
        if flow == Flow::Stop || pending.is_empty() {
            return Ok(flow);
        }
        hand_on(context, pending)
    }

    /// Many rows with few elements.
    fn push_few(
        &self,
        context: &Context<'_>,
        chunk: &DataChunk,
        next: &mut Next<'_>,
        scan: &mut dyn FnMut(Emit<'_>) -> Result<Flow, Diagnostic>,
    ) -> Result<Flow, Diagnostic> {
        let mut found: Vec<u32> = Vec::new();
        scan(&mut |_, first, rows| {
            found.extend(rows.iter().map(|row| first + row));
            Ok(Flow::Continue)
        })?;
        if found.is_empty() {
            return Ok(Flow::Continue);
        }
        let rows: Vec<u32> = chunk.live_rows().map(|row| row as u32).collect();
        for some in rows.chunks((CHUNK_ROWS / found.len()).max(1)) {
            let parents: Vec<u32> =
                some.iter().flat_map(|&row| std::iter::repeat_n(row, found.len())).collect();
            let mut columns = gather_columns(chunk, &self.keep, &parents);
            if self.produce {
                columns.push((self.form)(found.repeat(some.len())));
            }
            if next.push(context, DataChunk { columns, len: parents.len(), selection: None })?
                == Flow::Stop
            {
                return Ok(Flow::Stop);
            }
        }
        Ok(Flow::Continue)
    }
}
