//! What a node gets from its neighbours: weights by their ids, in as little room as will do.
//!
//! Neighbours lie here and there, so that most of the time goes by waiting for their weights. The
//! smaller these are, the more of them lie in the caches.

use super::super::context::Context;
use super::ids::Ids;
use crate::syntax::diagnostic::Diagnostic;
use hashbrown::HashMap;
use std::ops::Range;
use std::sync::Arc;

/// What a node gets from a child.
pub(super) enum Source {
    /// As much as there are relationships.
    Degree,
    /// One for each relationship to a node whose bit is set.
    Members(Vec<u64>),
    /// Weights of at most 8 bits, nearly all of at most 8 bits, of 16, of 32, and of 64.
    Tiny(Table<u8>),
    Mostly(MostlyTiny),
    Short(Table<u16>),
    Narrow(Table<u32>),
    Wide(Table<u64>),
    /// Weights of a few.
    Sparse(Few),
    /// Weights in the order of the ids, of which few are searched for; without any each is 1.
    Listed(Arc<Ids>, Option<Vec<u64>>),
}

/// Weights of a few ids.
pub(super) type Few = HashMap<u32, u64, foldhash::fast::FixedState>;

/// Weights of the ids from one on.
pub(super) struct Table<T> {
    pub(super) first: u32,
    pub(super) weights: Vec<T>,
}

impl<T: Copy + Into<u64>> Table<T> {
    #[inline]
    fn of(&self, id: u32) -> u64 {
        let place = id.wrapping_sub(self.first) as usize;
        self.weights.get(place).map_or(0, |weight| (*weight).into())
    }

    /// The weights of fewer than 2³² of them, each of at most 32 bits.
    #[inline]
    pub(super) fn sum(&self, ids: &[u32]) -> u64 {
        ids.iter().map(|id| self.of(*id)).sum()
    }
}

/// Weights of which few are too large for 8 bits.
pub(super) struct MostlyTiny {
    table: Table<u8>,
    /// Those from [`LARGE`] on, which is what they are in the table.
    large: Few,
}

/// The smallest weight that is no tiny one.
pub(super) const LARGE: u64 = u8::MAX as u64;

/// Of so many weights one may be large where the others are kept in 8 bits: a large one is
/// searched for whenever it is met.
const RARE: usize = 64;

/// Bytes that fit the second cache of a core beside what streams through it.
const CACHE: usize = 1 << 19;

/// Whether so many weights of so many bytes each are too much for the caches.
pub(super) fn is_wide(weights: usize, bytes: usize) -> bool {
    weights * bytes > CACHE
}

/// Of so many weights how many may be large.
pub(super) fn most_large(weights: usize) -> usize {
    weights / RARE
}

/// A weight where large ones are kept apart.
pub(super) fn tiny(weight: u64) -> u8 {
    weight.min(LARGE) as u8
}

/// The large ones of these weights; `None` where they are not few.
fn few_large(ids: Option<&Ids>, weights: &[u64]) -> Option<Few> {
    let most = most_large(weights.len());
    let large = weights.iter().enumerate().filter(|(_, weight)| **weight >= LARGE);
    let id = |place: usize| ids.map_or(place as u32, |ids| ids.list()[place]);
    let large: Few = large.take(most + 1).map(|(place, weight)| (id(place), *weight)).collect();
    (large.len() <= most).then_some(large)
}

impl MostlyTiny {
    #[inline]
    fn of(&self, id: u32) -> u64 {
        match self.table.of(id) {
            LARGE => self.large.get(&id).copied().unwrap_or(LARGE),
            tiny => tiny,
        }
    }

    #[inline]
    pub(super) fn sum(&self, ids: &[u32]) -> u64 {
        ids.iter().fold(0, |sum: u64, id| sum.saturating_add(self.of(*id)))
    }
}

impl Source {
    /// Weights of these nodes in the order of their ids, or of all nodes there are, all of whose
    /// ids are in `span`; without any each is 1.
    pub(super) fn of_weights(
        context: &Context<'_>,
        ids: Option<&Ids>,
        weights: Option<Vec<u64>>,
        span: Range<u32>,
    ) -> Result<Self, Diagnostic> {
        let known = weights.as_deref().unwrap_or_default();
        let most = known.iter().fold(u64::from(weights.is_none()), |most, weight| most | *weight);
        let bytes = [1, 2, 4].into_iter().find(|bytes| most >> (8 * bytes) == 0).unwrap_or(8);
        let wide = bytes > 1 && is_wide(span.len(), bytes);
        if let Some(large) = wide.then(|| few_large(ids, known)).flatten() {
            context.guard.keep(span.len() + large.len() * 32)?;
            let first = span.start;
            let table = Table::of_weights(ids, weights, span, tiny);
            return Ok(Source::of_tiny(first, table.weights, large));
        }
        context.guard.keep(span.len() * bytes)?;
        Ok(match bytes {
            1 => Source::Tiny(Table::of_weights(ids, weights, span, |weight| weight as u8)),
            2 => Source::Short(Table::of_weights(ids, weights, span, |weight| weight as u16)),
            4 => Source::Narrow(Table::of_weights(ids, weights, span, |weight| weight as u32)),
            _ => Source::Wide(Table::of_weights(ids, weights, span, |weight| weight)),
        })
    }

    /// Weights of the ids from one on, as [`tiny`] makes them, and those that are larger.
    pub(super) fn of_tiny(first: u32, weights: Vec<u8>, large: Few) -> Self {
        let table = Table { first, weights };
        if large.is_empty() {
            return Source::Tiny(table);
        }
        Source::Mostly(MostlyTiny { table, large })
    }

    /// Bytes of what is asked at random.
    pub(super) fn bytes(&self) -> usize {
        match self {
            Source::Degree => 0,
            Source::Members(bits) => size_of_val(bits.as_slice()),
            Source::Tiny(table) => size_of_val(table.weights.as_slice()),
            Source::Mostly(MostlyTiny { table, .. }) => size_of_val(table.weights.as_slice()),
            Source::Short(table) => size_of_val(table.weights.as_slice()),
            Source::Narrow(table) => size_of_val(table.weights.as_slice()),
            Source::Wide(table) => size_of_val(table.weights.as_slice()),
            Source::Sparse(weights) => weights.capacity() * size_of::<(u32, u64)>(),
            Source::Listed(ids, weights) => {
                ids.len() * size_of::<u32>() + weights.as_deref().map_or(0, size_of_val)
            }
        }
    }

    /// What a node gets from one neighbour.
    #[inline]
    pub(super) fn of(&self, id: u32) -> u64 {
        match self {
            Source::Degree => 1,
            Source::Members(bits) => {
                bits.get(id as usize / 64).map_or(0, |bits| bits >> (id % 64) & 1)
            }
            Source::Tiny(table) => table.of(id),
            Source::Mostly(table) => table.of(id),
            Source::Short(table) => table.of(id),
            Source::Narrow(table) => table.of(id),
            Source::Wide(table) => table.of(id),
            Source::Sparse(weights) => weights.get(&id).copied().unwrap_or(0),
            Source::Listed(ids, weights) => match (ids.list().binary_search(&id), weights) {
                (Err(_), _) => 0,
                (Ok(_), None) => 1,
                (Ok(place), Some(weights)) => weights[place],
            },
        }
    }

    /// What a node gets from neighbours.
    pub(super) fn sum(&self, ids: &[u32]) -> u64 {
        match self {
            Source::Degree => ids.len() as u64,
            Source::Members(bits) => members(bits, ids),
            Source::Tiny(table) => table.sum(ids),
            Source::Mostly(table) => table.sum(ids),
            Source::Short(table) => table.sum(ids),
            Source::Narrow(table) => table.sum(ids),
            Source::Wide(_) | Source::Sparse(_) | Source::Listed(..) => {
                ids.iter().fold(0, |sum: u64, id| sum.saturating_add(self.of(*id)))
            }
        }
    }
}

impl<T: Clone + Default> Table<T> {
    /// The weights by id, as in [`Source::of_weights`].
    fn of_weights(
        ids: Option<&Ids>,
        weights: Option<Vec<u64>>,
        span: Range<u32>,
        narrow: impl Fn(u64) -> T,
    ) -> Self {
        let first = span.start;
        let Some(own) = weights else {
            return Table { first, weights: vec![narrow(1); span.len()] };
        };
        let Some(ids) = ids else {
            return Table { first, weights: own.into_iter().map(narrow).collect() };
        };
        let mut weights = vec![T::default(); span.len()];
        for (id, weight) in ids.list().iter().zip(own) {
            weights[(id - first) as usize] = narrow(weight);
        }
        Table { first, weights }
    }
}

/// How many of these have their bit set: no more than there are ids.
#[inline]
pub(super) fn members(bits: &[u64], ids: &[u32]) -> u64 {
    let of = |id: u32| bits.get(id as usize / 64).map_or(0, |bits| bits >> (id % 64) & 1);
    ids.iter().map(|id| of(*id)).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_weights_may_be_large() {
        for every in [48, 49, 64, 1000] {
            let weight = |place: u64| match place % every {
                0 => [254, 255, 256, u64::MAX][place as usize / every as usize % 4],
                rest => rest % 255,
            };
            // Three of the four are large.
            let weights: Vec<u64> = (0..every * 400).map(weight).collect();
            let every_third = (0..weights.len() as u32).map(|id| 7 + id * 3).collect::<Vec<u32>>();
            let last = every_third[every_third.len() - 1];
            let ids = Ids::from(every_third);
            for (ids, span) in [(Some(&ids), 7..last + 1), (None, 0..weights.len() as u32)] {
                let large = few_large(ids, &weights).expect("they are few");
                let wide = Table::of_weights(ids, Some(weights.clone()), span.clone(), |it| it);
                let table = Table::of_weights(ids, Some(weights.clone()), span.clone(), tiny);
                let mostly = MostlyTiny { table, large };
                for id in span.start.saturating_sub(9)..span.end + 9 {
                    assert_eq!(mostly.of(id), wide.of(id), "{id}");
                }
                let some: Vec<u32> = span.clone().step_by(11).collect();
                let sum = some.iter().fold(0, |sum: u64, id| sum.saturating_add(wide.of(*id)));
                assert_eq!(mostly.sum(&some), sum);
            }
        }
        assert!(few_large(None, &[]).is_some());
        let few = |large: usize| {
            let weights = [vec![255; large], vec![1; 640 - large]].concat();
            few_large(None, &weights).is_some()
        };
        assert_eq!((few(10), few(11)), (true, false));
    }
}
