//! What UNION, EXCEPT, INTERSECT and OTHERWISE make of the rows of their arms.
//!
//! Where rows tell what they rest on, a row that stands for several rests on what all of
//! them do, and one that is in every arm on what its like do there. That a row is in no
//! other arm is an absence, which has no support.

use super::context::Context;
use super::grouping::Groups;
use super::support::{Union, united_with};
use crate::syntax::ast::SetOperator;
use crate::syntax::diagnostic::Diagnostic;
use crate::value::Value;
use crate::vector::{DataChunk, Vector};
use std::sync::Arc;

/// How rows are combined.
#[derive(Clone, Copy)]
pub(super) struct Combination {
    pub(super) operator: SetOperator,
    /// Whether duplicates stay.
    pub(super) all: bool,
    /// The last column tells what a row rests on, and is not compared.
    pub(super) supported: bool,
}

/// Combines the rows of arms, whose chunks are flat and have the same columns, from the
/// first arm to the last. Where duplicates stay, each row counts: `INTERSECT ALL` keeps as
/// many as every arm has, `EXCEPT ALL` takes one away for each that a later arm has.
pub(super) fn combine(
    context: &Context<'_>,
    way: Combination,
    mut arms: Vec<Vec<DataChunk>>,
) -> Result<Vec<DataChunk>, Diagnostic> {
    let Combination { operator, all, supported } = way;
    let mut groups = Counted { supported, ..Counted::default() };
    match operator {
        SetOperator::Otherwise => {
            Ok(arms.into_iter().find(|arm| !arm.is_empty()).unwrap_or_default())
        }
        SetOperator::Union => {
            let chunks: Vec<DataChunk> = arms.into_iter().flatten().collect();
            if all {
                return Ok(chunks);
            }
            let numbers = groups.of(context, &chunks)?;
            groups.unite(context, &chunks, &numbers)?;
            let left = vec![1; groups.len()];
            Ok(keep(chunks, &numbers, left, groups.supports(false)))
        }
        SetOperator::Except | SetOperator::Intersect => {
            if arms.is_empty() {
                return Ok(Vec::new());
            }
            let first = arms.remove(0);
            let numbers = groups.of(context, &first)?;
            let mut left = counts(&numbers, groups.len());
            if !all {
                left.iter_mut().for_each(|count| *count = 1);
                groups.unite(context, &first, &numbers)?;
            }
            for arm in &arms {
                let others = groups.of(context, arm)?;
                if operator == SetOperator::Intersect {
                    groups.unite(context, arm, &others)?;
                }
                let others = counts(&others, groups.len());
                for (count, other) in left.iter_mut().zip(others) {
                    *count = match operator {
                        SetOperator::Intersect => (*count).min(other),
                        _ => count.saturating_sub(other),
                    };
                }
            }
            Ok(keep(first, &numbers, left, groups.supports(all)))
        }
    }
}

/// Groups of rows; rows without columns are all alike.
#[derive(Default)]
struct Counted {
    groups: Groups,
    empty: bool,
    /// Whether the last column is no part of what is compared.
    supported: bool,
    /// What the rows of each group rest on, as far as they were united.
    unions: Vec<Union>,
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
            let compared = chunk.columns.len() - usize::from(self.supported);
            let columns = chunk.columns.get(..compared).unwrap_or_default();
            if columns.is_empty() {
                self.empty = true;
                numbers.push(vec![0; chunk.len]);
            } else {
                numbers.push(self.groups.assign(context, columns)?);
            }
        }
        Ok(numbers)
    }

    fn len(&self) -> usize {
        self.groups.len().max(usize::from(self.empty))
    }

    /// Unites what rows rest on with that of their groups.
    fn unite(
        &mut self,
        context: &Context<'_>,
        chunks: &[DataChunk],
        numbers: &[Vec<u32>],
    ) -> Result<(), Diagnostic> {
        if !self.supported {
            return Ok(());
        }
        self.unions.resize_with(self.len(), Union::default);
        for (chunk, numbers) in chunks.iter().zip(numbers) {
            let Some(column) = chunk.columns.last() else { continue };
            for (row, &group) in numbers.iter().enumerate() {
                if let Some(union) = self.unions.get_mut(group as usize) {
                    union.add_counted(context, &column.get(row))?;
                }
            }
        }
        Ok(())
    }

    /// What the rows of each group rest on, and whether each rests on something of its own
    /// besides; `None` where nobody asks.
    fn supports(self, own: bool) -> Option<(Vec<Value>, bool)> {
        let supported = self.supported;
        let unions = self.unions.into_iter().map(Union::into_value).collect();
        supported.then_some((unions, own))
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

/// The first rows of each group, as many as are `left` to keep, with what they rest on.
fn keep(
    chunks: Vec<DataChunk>,
    numbers: &[Vec<u32>],
    mut left: Vec<usize>,
    supports: Option<(Vec<Value>, bool)>,
) -> Vec<DataChunk> {
    let mut kept = Vec::with_capacity(chunks.len());
    for (mut chunk, numbers) in chunks.into_iter().zip(numbers) {
        let (mut rows, mut groups) = (Vec::new(), Vec::new());
        for (row, &group) in numbers.iter().enumerate() {
            if let Some(count) = left.get_mut(group as usize)
                && *count > 0
            {
                *count -= 1;
                rows.push(row as u32);
                groups.push(group);
            }
        }
        if !rows.is_empty() {
            chunk.select(rows);
            chunk.flatten();
            if let (Some((unions, own)), Some(column)) = (&supports, chunk.columns.last_mut()) {
                let support = |(row, &group): (usize, &u32)| {
                    let united = unions.get(group as usize).cloned().unwrap_or_default();
                    let own = if *own { column.get(row) } else { Value::Null };
                    united_with(united, own)
                };
                let supports = groups.iter().enumerate().map(support).collect();
                *column = Vector::Dynamic(Arc::new(supports));
            }
            kept.push(chunk);
        }
    }
    kept
}
