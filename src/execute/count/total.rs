//! The matches behind all nodes together: products of what is found for each, added up piece by
//! piece, by several threads where there are many. Nothing is kept for a node.
//!
//! ```text
//! out of a node   2  0  3 …
//! into it         1  4  2 …       2·1 + 0·4 + 3·2 + …
//! ```

use super::super::context::Context;
use super::super::parallel::share;
use super::factor::{Factor, Nodes};
use super::sets::pieces;
use super::too_many;
use crate::syntax::diagnostic::Diagnostic;
use crate::vector::CHUNK_ROWS;
use std::ops::Range;

/// The products of these factors of all nodes added up.
pub(super) fn total(context: &Context<'_>, factors: &[Factor<'_>]) -> Result<u64, Diagnostic> {
    let bound = context.graph.node_bound() as usize;
    let work = factors.iter().map(|factor| factor.work(context, None, bound)).sum::<f64>();
    let (length, threads) = pieces(context, bound, work);
    let mut sums = vec![0u64; bound.div_ceil(length)];
    share(context, threads, sums.iter_mut().enumerate(), |context, (piece, sum)| {
        let first = piece * length;
        *sum = of_nodes(context, factors, first..(first + length).min(bound))?;
        Ok(())
    })?;
    let total = sums.iter().fold(0u64, |total, sum| total.saturating_add(*sum));
    if total == u64::MAX { Err(too_many()) } else { Ok(total) }
}

/// The sum over these nodes.
fn of_nodes(
    context: &Context<'_>,
    factors: &[Factor<'_>],
    nodes: Range<usize>,
) -> Result<u64, Diagnostic> {
    let (mut sum, mut weights) = (0u64, Vec::new());
    let mut first = nodes.start;
    while first < nodes.end {
        let chunk = first / CHUNK_ROWS;
        let end = nodes.end.min((chunk + 1) * CHUNK_ROWS);
        let rows = first % CHUNK_ROWS..first % CHUNK_ROWS + (end - first);
        let found = match of_chunk(context, factors, chunk, rows)? {
            Some(found) => found,
            None => {
                weights.clear();
                weights.resize(end - first, 1);
                for factor in factors {
                    factor.multiply(context, Nodes::From(first as u32), &mut weights)?;
                }
                weights.iter().fold(0u64, |sum, weight| sum.saturating_add(*weight))
            }
        };
        sum = sum.saturating_add(found);
        first = end;
    }
    Ok(sum)
}

/// The sum over rows of one chunk, where it is found without a weight for each.
fn of_chunk(
    context: &Context<'_>,
    factors: &[Factor<'_>],
    chunk: usize,
    rows: Range<usize>,
) -> Result<Option<u64>, Diagnostic> {
    let loops = factors.iter().find_map(|factor| match factor {
        Factor::Loops(side) => Some(side.single()?.0),
        _ => None,
    });
    if let Some(kind) = loops {
        // Few nodes have any.
        let Some(loops) = context.graph.loops(kind, chunk, rows.len()) else { return Ok(None) };
        context.guard.steps_taken(1 + loops.len())?;
        let mut sum = 0u64;
        for (row, _) in loops.iter().filter(|(row, _)| rows.contains(&(*row as usize))) {
            let id = (chunk * CHUNK_ROWS) as u32 + row;
            let mut product = 1u64;
            for factor in factors {
                product = product.saturating_mul(factor.of(context, id, None)?);
            }
            sum = sum.saturating_add(product);
        }
        return Ok(Some(sum));
    }
    let of = |factor: &Factor<'_>| match factor {
        Factor::Degree(side) => {
            let (kind, direction) = side.single()?;
            Some(context.graph.rows(kind, direction, chunk, rows.len())?.part(rows.clone()))
        }
        _ => None,
    };
    context.guard.steps_taken(rows.len())?;
    Ok(match factors {
        [one] => of(one).map(|one| one.len() as u64),
        [one, other] => match (of(one), of(other)) {
            // No sum of products is more than the product of the sums.
            (Some(one), Some(other)) => {
                let most = (one.len() as u64).checked_mul(other.len() as u64);
                most.map(|_| one.sum_of_products(&other))
            }
            _ => None,
        },
        _ => None,
    })
}
