//! Filter: keeps the rows for which every predicate is true.

use super::context::Context;
use super::expression::Physical;
use super::pipeline::{Flow, Next, PushOperator};
use super::vectorised::{Rows, places_where};
use crate::syntax::diagnostic::Diagnostic;
use crate::vector::DataChunk;

/// Narrows the selection, predicate by predicate; no column is copied.
pub(super) struct Filter {
    /// In order: a row that one rules out is not asked the next.
    pub(super) predicates: Vec<Physical>,
}

impl PushOperator for Filter {
    fn push(
        &mut self,
        context: &Context<'_>,
        mut chunk: DataChunk,
        next: &mut Next<'_>,
    ) -> Result<Flow, Diagnostic> {
        for predicate in &self.predicates {
            let places = places_where(context, predicate, &Rows::of(&chunk))?;
            if places.is_empty() {
                return Ok(Flow::Continue);
            }
            if places.len() < chunk.rows() {
                let rows = places.iter().map(|&place| chunk.row(place as usize) as u32).collect();
                chunk.select(rows);
            }
        }
        next.push(context, chunk)
    }
}

/// A flat chunk of these columns of a flat chunk, in this order.
pub(super) fn pick_columns(chunk: &DataChunk, slots: &[usize]) -> DataChunk {
    let columns = slots.iter().filter_map(|&slot| chunk.columns.get(slot).cloned()).collect();
    DataChunk::new(columns, chunk.len)
}
