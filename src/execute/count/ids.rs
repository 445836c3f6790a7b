//! Ids of nodes, in pieces as threads have found them.

use super::super::context::Context;
use super::super::parallel::share;
use super::sets::pieces;
use crate::syntax::diagnostic::Diagnostic;
use std::sync::OnceLock;

/// Ids of nodes, ascending.
#[derive(Debug, Default)]
pub(super) struct Ids {
    pieces: Vec<Vec<u32>>,
    len: usize,
    /// All of them, where somebody has asked for a list and there are several pieces.
    list: OnceLock<Vec<u32>>,
}

impl Ids {
    /// Of pieces one behind the other.
    pub(super) fn of(pieces: Vec<Vec<u32>>) -> Self {
        let len = pieces.iter().map(Vec::len).sum();
        let pieces = pieces.into_iter().filter(|piece| !piece.is_empty()).collect();
        Ids { pieces, len, list: OnceLock::new() }
    }

    pub(super) fn len(&self) -> usize {
        self.len
    }

    pub(super) fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The pieces, none of which is empty.
    pub(super) fn pieces(&self) -> &[Vec<u32>] {
        &self.pieces
    }

    /// All of them in one.
    pub(super) fn list(&self) -> &[u32] {
        match self.pieces.as_slice() {
            [one] => one,
            pieces => self.list.get_or_init(|| pieces.concat()),
        }
    }

    /// The same, where nobody else needs them.
    pub(super) fn into_list(mut self) -> Vec<u32> {
        match self.pieces.as_mut_slice() {
            [one] => std::mem::take(one),
            pieces => self.list.take().unwrap_or_else(|| pieces.concat()),
        }
    }

    /// The first and the last one.
    pub(super) fn ends(&self) -> Option<(u32, u32)> {
        let first = self.pieces.iter().find_map(|piece| piece.first())?;
        let last = self.pieces.iter().rev().find_map(|piece| piece.last())?;
        Some((*first, *last))
    }

    /// A bit for each id up to `bound`, set for these.
    pub(super) fn members(
        &self,
        context: &Context<'_>,
        bound: usize,
    ) -> Result<Vec<u64>, Diagnostic> {
        context.guard.keep(bound / 8)?;
        let mut members = vec![0u64; bound.div_ceil(64)];
        let (length, threads) = pieces(context, bound, self.len as f64);
        let words = length.div_ceil(64);
        let ids = self.pieces.as_slice();
        share(
            context,
            threads,
            members.chunks_mut(words).enumerate(),
            |context, (piece, bits)| {
                let first = piece * words * 64;
                let end = first + bits.len() * 64;
                let from =
                    ids.partition_point(|ids| ids.last().is_some_and(|id| (*id as usize) < first));
                for ids in &ids[from..] {
                    if ids.first().is_some_and(|id| *id as usize >= end) {
                        break;
                    }
                    let before = |end: usize| ids.partition_point(|&id| (id as usize) < end);
                    let own = &ids[before(first)..before(end)];
                    context.guard.steps_taken(own.len())?;
                    for place in own.iter().map(|&id| id as usize - first) {
                        bits[place / 64] |= 1 << (place % 64);
                    }
                }
                Ok(())
            },
        )?;
        Ok(members)
    }
}

impl From<Vec<u32>> for Ids {
    fn from(ids: Vec<u32>) -> Self {
        Ids::of(vec![ids])
    }
}

/// Some of the ids in these pieces, at most so many, from all parts.
pub(super) fn sample(pieces: &[Vec<u32>], most: usize) -> impl Iterator<Item = u32> {
    let len: usize = pieces.iter().map(Vec::len).sum();
    let step = len.div_ceil(most).max(1);
    let mut skip = 0;
    pieces.iter().flat_map(move |piece| {
        let first = skip.min(piece.len());
        let some = piece[first..].iter().copied().step_by(step);
        skip = skip + some.len() * step - piece.len();
        some
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_are_one_list() {
        let ids = Ids::of(vec![vec![], vec![3, 5], vec![], vec![8], vec![]]);
        assert_eq!((ids.len(), ids.is_empty(), ids.ends()), (3, false, Some((3, 8))));
        assert_eq!((ids.list(), ids.pieces().len()), (&[3, 5, 8][..], 2));
        let none = Ids::of(vec![vec![], vec![]]);
        assert_eq!((none.len(), none.is_empty(), none.ends()), (0, true, None));
        assert!(none.list().is_empty() && Ids::from(Vec::new()).list().is_empty());
    }

    #[test]
    fn a_sample_is_from_all_parts() {
        let pieces: Vec<Vec<u32>> =
            [0..1, 1..2, 2..60, 60..61, 61..100].into_iter().map(Iterator::collect).collect();
        for most in 1..=120 {
            let step = 100usize.div_ceil(most);
            let expected: Vec<u32> = (0..100).step_by(step).collect();
            assert_eq!(sample(&pieces, most).collect::<Vec<_>>(), expected, "{most}");
        }
        assert_eq!(sample(&[], 5).count(), 0);
    }
}
