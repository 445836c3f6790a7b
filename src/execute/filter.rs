//! Filter: keeps the rows for which every predicate is true.

use super::context::Context;
use super::expression::Physical;
use super::pipeline::{Flow, Next, PushOperator};
use super::vectorised::{Rows, places_where};
use crate::syntax::diagnostic::Diagnostic;
use crate::vector::{DataChunk, Vector};

/// Narrows the selection, predicate by predicate; no column is copied.
pub(super) struct Filter {
    /// In order: a row that one rules out is not asked the next.
    pub(super) predicates: Vec<Physical>,
    /// The columns that are still read.
    pub(super) keep: Keep,
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
        next.push(context, keep_columns(chunk, &self.keep))
    }
}

/// Which columns of its rows an operator hands on. That all of them are is told apart, so
/// that wide rows pass many operators without a list of their columns at each.
#[derive(Clone, Debug)]
pub(super) enum Keep {
    /// All.
    All,
    /// These, in this order.
    Some(Vec<usize>),
}

impl Keep {
    /// These columns of a chunk.
    pub(super) fn of<'c>(&self, chunk: &'c DataChunk) -> impl Iterator<Item = &'c Vector> {
        let (all, some) = match self {
            Keep::All => (chunk.columns.as_slice(), [].as_slice()),
            Keep::Some(slots) => ([].as_slice(), slots.as_slice()),
        };
        all.iter().chain(some.iter().filter_map(|&slot| chunk.columns.get(slot)))
    }
}

/// A chunk of only some columns.
pub(super) fn keep_columns(mut chunk: DataChunk, keep: &Keep) -> DataChunk {
    if let Keep::Some(slots) = keep
        && slots.len() < chunk.columns.len()
    {
        chunk.columns = keep.of(&chunk).cloned().collect();
    }
    chunk
}

/// Some columns of some rows, given by their numbers within the columns.
pub(super) fn gather_columns(chunk: &DataChunk, keep: &Keep, rows: &[u32]) -> Vec<Vector> {
    let same = rows.len() == chunk.len
        && rows.iter().enumerate().all(|(place, &row)| place == row as usize);
    // Each row once and in order: the columns are shared.
    let gather = |column: &Vector| if same { column.clone() } else { column.gather(rows) };
    keep.of(chunk).map(gather).collect()
}

/// A flat chunk of these columns of a flat chunk, in this order.
pub(super) fn pick_columns(chunk: &DataChunk, slots: &[usize]) -> DataChunk {
    let columns = slots.iter().filter_map(|&slot| chunk.columns.get(slot).cloned()).collect();
    DataChunk { columns, len: chunk.len, selection: None }
}
