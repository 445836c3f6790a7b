//! Extend and Project: columns from expressions.

use super::context::Context;
use super::expression::{Physical, PhysicalKind};
use super::filter::{Keep, keep_columns};
use super::pipeline::{Flow, Next, PushOperator};
use super::vectorised::{Rows, evaluate};
use crate::syntax::diagnostic::{Diagnostic, Span};
use crate::vector::DataChunk;

/// Adds columns.
pub(super) struct Extend {
    /// The column that each expression becomes; it may replace one.
    pub(super) items: Vec<(usize, Physical)>,
    /// The columns that are still read afterwards.
    pub(super) keep: Keep,
}

impl PushOperator for Extend {
    fn push(
        &mut self,
        context: &Context<'_>,
        mut chunk: DataChunk,
        next: &mut Next<'_>,
    ) -> Result<Flow, Diagnostic> {
        chunk.flatten();
        for (slot, expression) in &self.items {
            let vector = evaluate(context, expression, &Rows::of(&chunk))?;
            match chunk.columns.get_mut(*slot) {
                Some(column) => *column = vector,
                None => chunk.columns.push(vector),
            }
        }
        next.push(context, keep_columns(chunk, &self.keep))
    }
}

/// Replaces the columns.
pub(super) struct Project {
    /// The new columns.
    pub(super) items: Vec<Physical>,
}

impl Project {
    /// An item that carries a column on as it is.
    pub(super) fn carried(slot: usize) -> Physical {
        Physical::new(PhysicalKind::Column(slot), Span::default())
    }
}

impl PushOperator for Project {
    fn push(
        &mut self,
        context: &Context<'_>,
        chunk: DataChunk,
        next: &mut Next<'_>,
    ) -> Result<Flow, Diagnostic> {
        let rows = Rows::of(&chunk);
        let columns = self
            .items
            .iter()
            .map(|item| evaluate(context, item, &rows))
            .collect::<Result<Vec<_>, _>>()?;
        next.push(context, DataChunk { columns, len: rows.count(), selection: None })
    }
}
