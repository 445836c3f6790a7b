//! Elements that a search has found for its rows, until they are handed on in full chunks.
//!
//! What is found are candidates: a filter behind decides. Elements come in the order of a scan,
//! each once for a row, however many searches find it.

use super::adjacent::{elements, endpoint};
use super::context::Context;
use super::mapper::Mapper;
use super::pipeline::{Flow, Next};
use crate::bind::expression::VariableId;
use crate::store::Graph;
use crate::syntax::ast::EndKind;
use crate::syntax::diagnostic::Diagnostic;
use crate::value::Value;
use crate::vector::{CHUNK_ROWS, DataChunk, Parents, Vector};
use std::sync::Arc;

/// What was found and not handed on yet.
pub(super) struct Found {
    kind: EndKind,
    /// Whether the element is read later.
    produce: bool,
    /// The row of each element.
    parents: Vec<u32>,
    ids: Vec<u32>,
    /// The row that elements are found for, and where they begin.
    row: (u32, usize),
}

impl Found {
    /// Makes room for the elements of an operator in its rows.
    pub(super) fn map(mapper: &mut Mapper<'_, '_>, kind: EndKind, variable: VariableId) -> Self {
        mapper.go_on();
        let produce = mapper.add_if_read(variable);
        Found { kind, produce, parents: Vec::new(), ids: Vec::new(), row: (0, 0) }
    }

    /// Begins with what is found for a row, element by element.
    pub(super) fn begin(&mut self, row: usize) {
        self.row = (row as u32, self.ids.len());
    }

    /// Adds an element that was found for the row.
    pub(super) fn push(&mut self, id: u32) {
        self.ids.push(id);
    }

    /// Ends with the row.
    pub(super) fn end(&mut self) {
        let (row, from) = self.row;
        // A key finds one most often.
        if self.ids.len() - from > 1 {
            let mut ids = self.ids.split_off(from);
            ids.sort_unstable();
            ids.dedup();
            self.ids.append(&mut ids);
        }
        self.parents.resize(self.ids.len(), row);
    }

    /// Adds what was found for a row.
    pub(super) fn add(&mut self, row: usize, mut ids: Vec<u32>) {
        ids.sort_unstable();
        ids.dedup();
        self.parents.extend(std::iter::repeat_n(row as u32, ids.len()));
        if self.ids.is_empty() {
            self.ids = ids;
        } else {
            self.ids.append(&mut ids);
        }
    }

    /// Adds what was found for a row, ascending, each once.
    pub(super) fn add_ascending(&mut self, row: usize, ids: impl Iterator<Item = u32>) {
        self.ids.extend(ids);
        self.parents.resize(self.ids.len(), row as u32);
    }

    /// Hands on, for a row, every element that `in_chunk` names in any chunk of the graph.
    pub(super) fn every(
        &mut self,
        context: &Context<'_>,
        (chunk, row): (&Arc<DataChunk>, usize),
        next: &mut Next<'_>,
        in_chunk: &dyn Fn(&Graph, usize) -> Vec<u32>,
    ) -> Result<Flow, Diagnostic> {
        let mut renewed;
        let mut context = context;
        let count = match self.kind {
            EndKind::Node => context.graph.node_chunk_count(),
            EndKind::Relationship => context.graph.relationship_chunk_count(),
        };
        for number in 0..count {
            if let Some(fresh) = context.renewed()? {
                renewed = fresh;
                context = &renewed;
            }
            let found = in_chunk(&context.graph, number);
            context.guard.steps_taken(found.len().max(1))?;
            self.add(row, found);
            if self.flush(context, chunk, next, CHUNK_ROWS)? == Flow::Stop {
                return Ok(Flow::Stop);
            }
        }
        Ok(Flow::Continue)
    }

    /// Hands on what was found in full chunks, as long as there are at least so many.
    pub(super) fn flush(
        &mut self,
        context: &Context<'_>,
        chunk: &Arc<DataChunk>,
        next: &mut Next<'_>,
        least: usize,
    ) -> Result<Flow, Diagnostic> {
        self.flush_known(context, chunk, next, (least, None))
    }

    /// As [`Found::flush`], and tells which predicate of the next operator is known to be true.
    pub(super) fn flush_known(
        &mut self,
        context: &Context<'_>,
        chunk: &Arc<DataChunk>,
        next: &mut Next<'_>,
        (least, known): (usize, Option<usize>),
    ) -> Result<Flow, Diagnostic> {
        let mut done = 0;
        while self.parents.len() - done >= least.max(1) {
            context.guard.check()?;
            let end = self.parents.len().min(done + CHUNK_ROWS);
            let (Some(parents), Some(found)) =
                (self.parents.get(done..end), self.ids.get(done..end))
            else {
                break;
            };
            // A key finds one most often, for which there need be no buffers.
            let (rows, column) = match (parents, found) {
                (&[row], &[id]) => {
                    let rows = if chunk.len == 1 { Parents::Same } else { Parents::One(row) };
                    (rows, Vector::Constant(Value::from(endpoint(self.kind, id)), 1))
                }
                _ => (Parents::Rows(parents.into()), elements(self.kind, found.to_vec())),
            };
            let mut out = chunk.onward(rows, end - done);
            if self.produce {
                out.columns.push(column);
            }
            done = end;
            if next.insist_known(context, out, known)? == Flow::Stop {
                return Ok(Flow::Stop);
            }
        }
        self.parents.drain(..done);
        self.ids.drain(..done);
        Ok(Flow::Continue)
    }

    /// Forgets what was not handed on.
    pub(super) fn reset(&mut self) {
        // What was made for many is not held on to.
        for buffer in [&mut self.parents, &mut self.ids] {
            if buffer.capacity() > CHUNK_ROWS { *buffer = Vec::new() } else { buffer.clear() }
        }
    }
}
