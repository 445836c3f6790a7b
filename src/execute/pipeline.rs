//! Pipelines: chunks pushed through a chain of operators into a sink.
//!
//! ```text
//! input chunks ──► operator ──► operator ──► … ──► sink
//!                     push ────►   push ────►
//!            ◄──── Flow::Stop ◄──── Flow::Stop           (nobody needs more)
//! ```
//!
//! An operator that needs all its input (sorting, grouping) keeps it and hands its
//! rows on when it is told that the input has ended. A chain calls itself once for
//! each operator, so that its length is bounded: [`MAX_CHAIN`].

use super::context::Context;
use super::limit::chunk_bytes;
use crate::syntax::diagnostic::Diagnostic;
use crate::vector::DataChunk;

/// Most operators of one chain; longer plans are cut, and rows collected at the cuts.
pub(super) const MAX_CHAIN: usize = 48;

/// Whether more rows are wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Flow {
    /// Go on.
    Continue,
    /// Nothing that may still come is needed.
    Stop,
}

/// A physical operator: takes chunks, hands chunks on.
pub(super) trait PushOperator {
    /// Takes a chunk, which is never empty.
    fn push(
        &mut self,
        context: &Context<'_>,
        chunk: DataChunk,
        next: &mut Next<'_>,
    ) -> Result<Flow, Diagnostic>;

    /// The input has ended: hands on what was held back.
    fn finish(&mut self, _context: &Context<'_>, _next: &mut Next<'_>) -> Result<Flow, Diagnostic> {
        Ok(Flow::Continue)
    }

    /// Makes the operator ready for a new run.
    fn reset(&mut self) {}
}

/// Where the chunks of a pipeline end up.
pub(super) trait Sink {
    /// Takes a chunk, which is never empty.
    fn push(&mut self, context: &Context<'_>, chunk: DataChunk) -> Result<Flow, Diagnostic>;
}

/// A chain of operators.
pub(super) type Chain = Vec<Box<dyn PushOperator>>;

/// What comes after an operator.
pub(super) struct Next<'n> {
    operators: &'n mut [Box<dyn PushOperator>],
    sink: &'n mut dyn Sink,
}

impl Next<'_> {
    /// Hands a chunk on; an empty one goes no further.
    pub(super) fn push(
        &mut self,
        context: &Context<'_>,
        chunk: DataChunk,
    ) -> Result<Flow, Diagnostic> {
        if chunk.is_empty() {
            return Ok(Flow::Continue);
        }
        match self.operators.split_first_mut() {
            Some((first, rest)) => {
                context.guard.step()?;
                first.push(context, chunk, &mut Next { operators: rest, sink: self.sink })
            }
            None => self.sink.push(context, chunk),
        }
    }
}

/// Runs a chain over chunks.
pub(super) fn run_chain(
    given: &Context<'_>,
    chain: &mut [Box<dyn PushOperator>],
    input: impl IntoIterator<Item = DataChunk>,
    sink: &mut dyn Sink,
) -> Result<(), Diagnostic> {
    chain.iter_mut().for_each(|operator| operator.reset());
    let mut renewed;
    let mut context = given;
    for chunk in input {
        context.guard.check()?;
        if let Some(fresh) = context.renewed()? {
            renewed = fresh;
            context = &renewed;
        }
        if (Next { operators: chain, sink }).push(context, chunk)? == Flow::Stop {
            break;
        }
    }
    // Whoever stopped the flow may stand before an operator that still holds rows.
    for place in 0..chain.len() {
        let (before, after) = chain.split_at_mut(place + 1);
        if let Some(operator) = before.last_mut() {
            operator.finish(context, &mut Next { operators: after, sink })?;
        }
    }
    Ok(())
}

/// Keeps all chunks.
#[derive(Debug, Default)]
pub(super) struct Collector {
    /// The chunks in order of arrival, all rows living.
    pub(super) chunks: Vec<DataChunk>,
    bytes: usize,
}

impl Collector {
    /// Gives the memory back to the account, once the chunks are used up.
    pub(super) fn release(&mut self, context: &Context<'_>) {
        context.guard.release(std::mem::take(&mut self.bytes));
    }
}

impl Sink for Collector {
    fn push(&mut self, context: &Context<'_>, mut chunk: DataChunk) -> Result<Flow, Diagnostic> {
        chunk.flatten();
        let bytes = chunk_bytes(&chunk);
        self.bytes += bytes;
        context.guard.keep(bytes)?;
        self.chunks.push(chunk);
        Ok(Flow::Continue)
    }
}

/// A sink that is a function.
pub(super) struct Each<F>(pub(super) F);

impl<F: FnMut(&Context<'_>, DataChunk) -> Result<Flow, Diagnostic>> Sink for Each<F> {
    fn push(&mut self, context: &Context<'_>, chunk: DataChunk) -> Result<Flow, Diagnostic> {
        (self.0)(context, chunk)
    }
}
