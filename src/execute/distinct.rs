//! Distinct: one row of each combination of all columns.

use super::context::Context;
use super::filter::pick_columns;
use super::grouping::Groups;
use super::pipeline::{Flow, Next, PushOperator};
use crate::syntax::diagnostic::Diagnostic;
use crate::vector::DataChunk;

/// Lets a combination pass the first time it comes.
#[derive(Debug)]
pub(super) struct Distinct {
    /// The columns that are compared.
    columns: Vec<usize>,
    seen: Groups,
    /// Rows without columns are all alike.
    passed: bool,
}

impl Distinct {
    /// Of rows with these columns.
    pub(super) fn new(columns: Vec<usize>) -> Self {
        Distinct { columns, seen: Groups::default(), passed: false }
    }
}

impl PushOperator for Distinct {
    fn push(
        &mut self,
        context: &Context<'_>,
        mut chunk: DataChunk,
        next: &mut Next<'_>,
    ) -> Result<Flow, Diagnostic> {
        if self.columns.is_empty() {
            if std::mem::replace(&mut self.passed, true) {
                return Ok(Flow::Continue);
            }
            chunk.narrow(0, 1);
            return next.push(context, chunk);
        }
        let columns = pick_columns(&chunk, &self.columns).columns;
        let new = first_of_each(context, &mut self.seen, &columns)?;
        if new.len() < chunk.len {
            chunk.select(new);
        }
        next.push(context, chunk)
    }

    fn reset(&mut self) {
        *self = Distinct::new(std::mem::take(&mut self.columns));
    }
}

/// The rows whose combination was not seen before.
pub(super) fn first_of_each(
    context: &Context<'_>,
    seen: &mut Groups,
    columns: &[crate::vector::Vector],
) -> Result<Vec<u32>, Diagnostic> {
    let mut bound = seen.len() as u32;
    let groups = seen.assign(context, columns)?;
    let mut new = Vec::new();
    for (row, group) in groups.into_iter().enumerate() {
        // New groups are numbered in the order of first appearance.
        if group >= bound {
            bound = group + 1;
            new.push(row as u32);
        }
    }
    Ok(new)
}
