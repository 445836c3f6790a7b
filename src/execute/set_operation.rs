//! What UNION, EXCEPT, INTERSECT and OTHERWISE make of the rows of their arms.

use super::context::Context;
use super::grouping::Groups;
use crate::syntax::ast::SetOperator;
use crate::syntax::diagnostic::Diagnostic;
use crate::vector::DataChunk;

/// Combines the rows of arms, whose chunks are flat and have the same columns, from the
/// first arm to the last. Where duplicates stay (the second part of the operator), each
/// row counts: `INTERSECT ALL` keeps as many as every arm has, `EXCEPT ALL` takes one
/// away for each that a later arm has.
pub(super) fn combine(
    context: &Context<'_>,
    (operator, all): (SetOperator, bool),
    mut arms: Vec<Vec<DataChunk>>,
) -> Result<Vec<DataChunk>, Diagnostic> {
    match operator {
        SetOperator::Otherwise => {
            Ok(arms.into_iter().find(|arm| !arm.is_empty()).unwrap_or_default())
        }
        SetOperator::Union => {
            let chunks: Vec<DataChunk> = arms.into_iter().flatten().collect();
            if all {
                return Ok(chunks);
            }
            let mut groups = Counted::default();
            let numbers = groups.of(context, &chunks)?;
            let left = vec![1; groups.len()];
            Ok(keep(chunks, &numbers, left))
        }
        SetOperator::Except | SetOperator::Intersect => {
            if arms.is_empty() {
                return Ok(Vec::new());
            }
            let first = arms.remove(0);
            let mut groups = Counted::default();
            let numbers = groups.of(context, &first)?;
            let mut left = counts(&numbers, groups.len());
            if !all {
                left.iter_mut().for_each(|count| *count = 1);
            }
            for arm in &arms {
                let others = groups.of(context, arm)?;
                let others = counts(&others, groups.len());
                for (count, other) in left.iter_mut().zip(others) {
                    *count = match operator {
                        SetOperator::Intersect => (*count).min(other),
                        _ => count.saturating_sub(other),
                    };
                }
            }
            Ok(keep(first, &numbers, left))
        }
    }
}

/// Groups of rows; rows without columns are all alike.
#[derive(Default)]
struct Counted {
    groups: Groups,
    empty: bool,
}

impl Counted {
    /// The group of each row, chunk by chunk.
    fn of(
        &mut self,
        context: &Context<'_>,
        chunks: &[DataChunk],
    ) -> Result<Vec<Vec<u32>>, Diagnostic> {
        let mut numbers = Vec::with_capacity(chunks.len());
        for chunk in chunks {
            context.guard.check()?;
            if chunk.columns.is_empty() {
                self.empty = true;
                numbers.push(vec![0; chunk.len]);
            } else {
                numbers.push(self.groups.assign(context, &chunk.columns)?);
            }
        }
        Ok(numbers)
    }

    fn len(&self) -> usize {
        self.groups.len().max(usize::from(self.empty))
    }
}

/// How many rows each group has.
fn counts(numbers: &[Vec<u32>], groups: usize) -> Vec<usize> {
    let mut counts = vec![0; groups];
    for &group in numbers.iter().flatten() {
        if let Some(count) = counts.get_mut(group as usize) {
            *count += 1;
        }
    }
    counts
}

/// The first rows of each group, as many as are `left` to keep.
fn keep(chunks: Vec<DataChunk>, numbers: &[Vec<u32>], mut left: Vec<usize>) -> Vec<DataChunk> {
    let mut kept = Vec::with_capacity(chunks.len());
    for (mut chunk, numbers) in chunks.into_iter().zip(numbers) {
        let mut rows = Vec::new();
        for (row, &group) in numbers.iter().enumerate() {
            if let Some(count) = left.get_mut(group as usize)
                && *count > 0
            {
                *count -= 1;
                rows.push(row as u32);
            }
        }
        if !rows.is_empty() {
            chunk.select(rows);
            chunk.flatten();
            kept.push(chunk);
        }
    }
    kept
}
