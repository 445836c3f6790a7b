//! The matches behind each node at the root, or behind all of them: products of what is found
//! for a node, piece by piece, by several threads where there is much to do.
//!
//! ```text
//! out of a node   2  0  3 …
//! into it         1  4  2 …       2·1 + 0·4 + 3·2 + …
//! ```

use super::super::context::Context;
use super::super::parallel::share;
use super::adjacent::Side;
use super::factor::{Factor, Nodes};
use super::sets::pieces;
use super::source::{LARGE, Source, most_large, tiny};
use super::too_many;
use crate::syntax::diagnostic::Diagnostic;
use crate::vector::CHUNK_ROWS;
use std::ops::Range;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Nodes at the root, and what their weights are products of.
pub(super) struct Root<'r> {
    /// Ascending, in pieces; absent where any node can stand there.
    pub(super) ids: Option<&'r [Vec<u32>]>,
    pub(super) factors: Vec<Factor<'r>>,
}

/// Nodes with their numbers of matches, ascending.
pub(super) type Numbered = (Vec<u32>, Vec<i64>);

/// Bytes of an id and its number.
const BYTES: usize = 12;

/// For each root the products of all its nodes added up.
pub(super) fn totals(context: &Context<'_>, roots: &[Root<'_>]) -> Result<Vec<u64>, Diagnostic> {
    let mut totals = Vec::with_capacity(roots.len());
    // Roots at which any node can stand have the same nodes.
    for same in roots.chunk_by(|one, other| one.ids.is_none() && other.ids.is_none()) {
        let found = same[0].share(context, same, |context, these| {
            let (mut sums, mut weights) = (vec![0u64; same.len()], Vec::new());
            for part in these.parts() {
                for (root, sum) in same.iter().zip(&mut sums) {
                    *sum = sum.saturating_add(root.sum(context, &part, &mut weights)?);
                }
            }
            Ok(sums)
        })?;
        for place in 0..same.len() {
            let sums = found.iter().map(|sums| sums[place]);
            let total = sums.fold(0u64, u64::saturating_add);
            totals.push(if total == u64::MAX { return Err(too_many()) } else { total });
        }
    }
    Ok(totals)
}

impl Root<'_> {
    /// The nodes with matches, each with its product, in pieces.
    pub(super) fn each(&self, context: &Context<'_>) -> Result<Vec<Numbered>, Diagnostic> {
        let found = self.share(context, std::slice::from_ref(self), |context, these| {
            let count = these.len();
            let (mut ids, mut numbers) = (Vec::with_capacity(count), Vec::with_capacity(count));
            let mut weights = Vec::new();
            for part in these.parts() {
                self.weigh(context, &part, &mut weights)?;
                let nodes = part.nodes();
                for (place, weight) in weights.iter().enumerate().filter(|(_, it)| **it > 0) {
                    ids.push(nodes.at(place));
                    numbers.push(i64::try_from(*weight).map_err(|_| too_many())?);
                }
            }
            context.guard.keep(ids.capacity() * BYTES)?;
            context.guard.hand_over(ids.capacity() * BYTES);
            Ok((ids, numbers))
        })?;
        context.guard.take_over(found.iter().map(|(ids, _)| ids.capacity() * BYTES).sum());
        Ok(found)
    }

    /// The products of all nodes that there are, as what others get from these; `None` where
    /// they are not nearly all of a byte.
    pub(super) fn mostly_tiny(&self, context: &Context<'_>) -> Result<Option<Source>, Diagnostic> {
        let bound = context.graph.node_bound() as usize;
        let (length, threads) = pieces(context, bound, self.work(context, bound));
        context.guard.keep(bound)?;
        let mut weights = vec![0u8; bound];
        let mut large: Vec<Vec<(u32, u64)>> = vec![Vec::new(); bound.div_ceil(length)];
        let (most, all_large) = (most_large(bound), AtomicUsize::new(0));
        let pieces = weights.chunks_mut(length).zip(&mut large).enumerate();
        share(context, threads, pieces, |context, (piece, (tiny_weights, large))| {
            let first = piece * length;
            let (mut weights, mut tiny_weights) = (Vec::new(), tiny_weights.iter_mut());
            for part in These::All(first..first + tiny_weights.len()).parts() {
                if all_large.load(Ordering::Relaxed) > most {
                    return Ok(());
                }
                self.weigh(context, &part, &mut weights)?;
                let known = large.len();
                for ((place, &weight), own) in weights.iter().enumerate().zip(&mut tiny_weights) {
                    *own = tiny(weight);
                    if weight >= LARGE {
                        large.push((part.nodes().at(place), weight));
                    }
                }
                all_large.fetch_add(large.len() - known, Ordering::Relaxed);
            }
            Ok(())
        })?;
        let all_large = all_large.into_inner();
        if all_large > most {
            context.guard.release(bound);
            return Ok(None);
        }
        context.guard.keep(all_large * 32)?;
        Ok(Some(Source::of_tiny(0, weights, large.into_iter().flatten().collect())))
    }

    /// What there is to do for so many nodes.
    fn work(&self, context: &Context<'_>, count: usize) -> f64 {
        self.factors.iter().map(|factor| factor.work(context, self.ids, count)).sum()
    }

    /// Does something for all nodes, which are those of all these roots, piece by piece.
    fn share<T: Default + Clone + Send>(
        &self,
        context: &Context<'_>,
        roots: &[Root<'_>],
        work: impl Fn(&Context<'_>, These<'_>) -> Result<T, Diagnostic> + Sync,
    ) -> Result<Vec<T>, Diagnostic> {
        let bound = context.graph.node_bound() as usize;
        let count = self.ids.map_or(bound, |ids| ids.iter().map(Vec::len).sum());
        let much = roots.iter().map(|root| root.work(context, count)).sum();
        let (length, threads) = pieces(context, count, much);
        let all: Vec<These<'_>> = match self.ids {
            None => {
                let firsts = (0..count).step_by(length);
                firsts.map(|first| These::All(first..(first + length).min(count))).collect()
            }
            Some(ids) => ids.iter().flat_map(|ids| ids.chunks(length)).map(These::Ids).collect(),
        };
        let mut found = vec![T::default(); all.len()];
        share(context, threads, all.into_iter().zip(&mut found), |context, (these, found)| {
            *found = work(context, these)?;
            Ok(())
        })?;
        Ok(found)
    }

    /// The weights of these nodes, by their places.
    fn weigh(
        &self,
        context: &Context<'_>,
        these: &These<'_>,
        weights: &mut Vec<u64>,
    ) -> Result<(), Diagnostic> {
        weights.clear();
        weights.resize(these.len(), 1);
        self.factors.iter().try_for_each(|factor| factor.multiply(context, these.nodes(), weights))
    }

    /// The sum over the nodes of a part.
    fn sum(
        &self,
        context: &Context<'_>,
        part: &These<'_>,
        weights: &mut Vec<u64>,
    ) -> Result<u64, Diagnostic> {
        let found = match &part {
            These::All(part) => of_chunk(context, &self.factors, part)?,
            These::Ids(_) => None,
        };
        if let Some(found) = found {
            return Ok(found);
        }
        self.weigh(context, part, weights)?;
        Ok(weights.iter().fold(0u64, |sum, weight| sum.saturating_add(*weight)))
    }
}

/// Nodes of which one thread finds the products.
enum These<'n> {
    /// All with these ids.
    All(Range<usize>),
    /// Some, by their ids.
    Ids(&'n [u32]),
}

impl<'n> These<'n> {
    fn len(&self) -> usize {
        match self {
            These::All(ids) => ids.len(),
            These::Ids(ids) => ids.len(),
        }
    }

    fn nodes(&self) -> Nodes<'n> {
        match self {
            These::All(ids) => Nodes::From(ids.start as u32),
            These::Ids(ids) => Nodes::These(ids),
        }
    }

    /// The nodes of each chunk, or so many at a time.
    fn parts(&self) -> Box<dyn Iterator<Item = These<'n>> + 'n> {
        match self {
            These::All(ids) => {
                let ids = ids.clone();
                let chunks = ids.start / CHUNK_ROWS..ids.end.div_ceil(CHUNK_ROWS);
                Box::new(chunks.map(move |chunk| {
                    let first = chunk * CHUNK_ROWS;
                    These::All(ids.start.max(first)..ids.end.min(first + CHUNK_ROWS))
                }))
            }
            These::Ids(ids) => Box::new(ids.chunks(CHUNK_ROWS).map(These::Ids)),
        }
    }
}

/// The sum over some nodes of one chunk, where it is found without a weight for each.
fn of_chunk(
    context: &Context<'_>,
    factors: &[Factor<'_>],
    nodes: &Range<usize>,
) -> Result<Option<u64>, Diagnostic> {
    let chunk = nodes.start / CHUNK_ROWS;
    let first = chunk * CHUNK_ROWS;
    let rows = nodes.start - first..nodes.end - first;
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
        [Factor::Degree(side)] => degree_of_chunk(context, side, chunk, &rows)?,
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

/// How many relationships these nodes of one chunk have together, if they lie row after row.
fn degree_of_chunk(
    context: &Context<'_>,
    side: &Side,
    chunk: usize,
    nodes: &Range<usize>,
) -> Result<Option<u64>, Diagnostic> {
    let mut degree = 0;
    for (kind, towards, again) in side.all(context) {
        context.guard.step()?;
        let Some(rows) = context.graph.rows(kind, towards, chunk, nodes.len()) else {
            return Ok(None);
        };
        degree += rows.part(nodes.clone()).len() as u64;
        if again {
            let Some(loops) = context.graph.loops(kind, chunk, nodes.len()) else {
                return Ok(None);
            };
            let own = loops.iter().filter(|(row, _)| nodes.contains(&(*row as usize)));
            degree -= own.map(|(_, count)| u64::from(*count)).sum::<u64>();
        }
    }
    Ok(Some(degree))
}
