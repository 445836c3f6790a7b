//! Extend: columns from expressions, for WITH and RETURN as for LET.

use super::context::Context;
use super::expression::Physical;
use super::pipeline::{Flow, Next, PushOperator};
use super::vectorised::{Rows, evaluate};
use crate::syntax::diagnostic::Diagnostic;
use crate::vector::DataChunk;

/// Adds columns to rows that all live. Which columns are still seen behind it is a matter
/// of the layout.
pub(super) struct Extend {
    /// What each becomes of, in order; each may read those before it.
    pub(super) items: Vec<Physical>,
}

impl PushOperator for Extend {
    fn push(
        &mut self,
        context: &Context<'_>,
        mut chunk: DataChunk,
        next: &mut Next<'_>,
    ) -> Result<Flow, Diagnostic> {
        for expression in &self.items {
            let vector = evaluate(context, expression, &Rows::of(&chunk))?;
            chunk.columns.push(vector);
        }
        next.push(context, chunk)
    }
}
