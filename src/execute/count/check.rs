//! Which of some nodes a condition holds for.

use super::super::adjacent::{element_id, elements};
use super::super::context::Context;
use super::super::parallel::share_with;
use super::super::pipeline::{Flow, Pipeline};
use super::super::sinks::Each;
use super::filter;
use super::ids::Ids;
use super::sets::pieces;
use crate::bind::expression::{Expression, VariableId};
use crate::syntax::ast::EndKind;
use crate::syntax::diagnostic::Diagnostic;
use crate::vector::{CHUNK_ROWS, DataChunk, Vector};

/// What is asked of a node, if anything is.
pub(super) struct Check {
    /// What the node is called there.
    variable: VariableId,
    predicates: Vec<Expression>,
    /// Of given nodes those for which all predicates are true.
    pipeline: Pipeline,
}

/// How many ids that are looked at a node is worth of which something is asked: its properties
/// lie here and there.
const ASKED: f64 = 8.0;

/// Nodes that one thread asks in a row, at the least.
const FEWEST: usize = 2 * CHUNK_ROWS;

impl Check {
    /// One that asks so; `None` where nothing is asked.
    pub(super) fn of(
        context: &Context<'_>,
        variable: VariableId,
        predicates: Vec<Expression>,
    ) -> Result<Option<Self>, Diagnostic> {
        if predicates.is_empty() {
            return Ok(None);
        }
        let pipeline = Pipeline::new(filter(context, variable, &predicates)?);
        Ok(Some(Check { variable, predicates, pipeline }))
    }

    /// Of these nodes those for which it holds, ascending.
    pub(super) fn kept(&mut self, context: &Context<'_>, ids: &[u32]) -> Result<Ids, Diagnostic> {
        let (length, threads) = pieces(context, ids.len(), ids.len() as f64 * ASKED);
        let length = if context.options.morsel.is_some() { length } else { length.max(FEWEST) };
        let count = ids.len().div_ceil(length);
        if threads < 2 || count < 2 || !ids.is_sorted() {
            return Ok(kept(context, Some(&mut self.pipeline), EndKind::Node, ids)?.into());
        }
        let (variable, predicates) = (self.variable, self.predicates.as_slice());
        let mut found: Vec<Vec<u32>> = vec![Vec::new(); count];
        let pieces = ids.chunks(length).zip(&mut found);
        let make =
            |context: &Context<'_>| Ok(Pipeline::new(filter(context, variable, predicates)?));
        share_with(context, threads, pieces, make, |pipeline, context, (ids, found)| {
            *found = kept(context, Some(pipeline), EndKind::Node, ids)?;
            Ok(())
        })?;
        Ok(Ids::of(found))
    }
}

/// Of some elements those that a pipeline hands on, or all; ascending.
pub(in super::super) fn kept(
    context: &Context<'_>,
    pipeline: Option<&mut Pipeline>,
    kind: EndKind,
    ids: &[u32],
) -> Result<Vec<u32>, Diagnostic> {
    let Some(pipeline) = pipeline else { return Ok(ids.to_vec()) };
    let chunks = ids.chunks(CHUNK_ROWS);
    let chunk = |ids: &[u32]| DataChunk::new(vec![elements(kind, ids.to_vec())], 0);
    collect(context, pipeline, kind, chunks.map(chunk))
}

/// The nodes that a pipeline finds that begins with a scan, ascending.
pub(in super::super) fn scanned(
    context: &Context<'_>,
    scan: &mut Pipeline,
) -> Result<Vec<u32>, Diagnostic> {
    // One row without columns.
    collect(context, scan, EndKind::Node, vec![DataChunk::new(Vec::new(), 1)])
}

/// The elements that a pipeline hands on, ascending.
fn collect(
    context: &Context<'_>,
    pipeline: &mut Pipeline,
    kind: EndKind,
    input: impl IntoIterator<Item = DataChunk>,
) -> Result<Vec<u32>, Diagnostic> {
    let mut found = Vec::new();
    let mut sink = Each(|_: &Context<'_>, chunk: DataChunk| {
        append_elements(&chunk, 0, kind, &mut found);
        Ok(Flow::Continue)
    });
    pipeline.run(context, input, &mut sink)?;
    if !found.is_sorted() {
        found.sort_unstable();
    }
    Ok(found)
}

/// Appends the elements in the living rows of a column, but for nulls.
pub(super) fn append_elements(chunk: &DataChunk, slot: usize, kind: EndKind, to: &mut Vec<u32>) {
    match (chunk.columns.get(slot), kind) {
        (Some(Vector::Node { values, validity: None }), EndKind::Node) => match &chunk.selection {
            None => to.extend_from_slice(values),
            Some(rows) => to.extend(rows.iter().map(|&row| values[row as usize])),
        },
        (Some(column), _) => {
            to.extend(chunk.live_rows().filter_map(|row| element_id(column, kind, row)));
        }
        (None, _) => {}
    }
}
