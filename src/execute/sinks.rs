//! What takes the rows that come out of a pipeline.

use super::context::Context;
use super::limit::chunk_bytes;
use super::pipeline::{Flow, Sink};
use crate::syntax::diagnostic::Diagnostic;
use crate::vector::DataChunk;

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
