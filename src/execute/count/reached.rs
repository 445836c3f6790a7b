//! The nodes at the end of a chain of hops, where nobody asks how many matches each has.
//!
//! ```text
//! given    a
//! hop      b c          what relationships lead to, each once
//! hop      d e f
//! ```
//!
//! Hops of one direction are over the same relationship only where it leads from a node to
//! itself; where a chain of two begins at such a node, matches are counted instead.

use super::super::context::Context;
use super::adjacent::{Hop, Side};
use super::sets::implies;
use super::{End, logical};
use crate::plan::count::CountStart;
use crate::syntax::ast::Direction;
use crate::syntax::diagnostic::Diagnostic;

/// Ids up to here are told apart by a table of these alone, more of them by a bit for each node
/// that there is.
const FEW: usize = 2048;

/// No id.
const NONE: u32 = u32::MAX;

/// Finds the nodes at the last end.
pub(super) struct Reached {
    sides: Vec<Side>,
    /// Whether two hops must not be over the same relationship.
    apart: bool,
    met: Met,
}

impl Reached {
    /// What finds the last ends of a pattern, if nothing else is asked for.
    pub(super) fn of(count: &logical::PathCount, hops: &[Hop]) -> Option<Self> {
        let asked =
            count.root == Some(hops.len()) && count.counts.is_empty() && count.by_type.is_none();
        let chain = hops.iter().enumerate().all(|(place, hop)| hop.from == place);
        if !asked || !chain || count.start != CountStart::Rows {
            return None;
        }
        let apart = match (count.terms.as_slice(), hops) {
            ([_], _) => false,
            ([_, _], [one, other])
                if one.direction == other.direction && one.direction != Direction::Either =>
            {
                true
            }
            _ => return None,
        };
        let sides = hops.iter().map(|hop| hop.side(true)).collect();
        Some(Reached { sides, apart, met: Met::default() })
    }

    /// The last ends, each once, of the chains that begin at given nodes; `None` where matches
    /// have to be counted.
    pub(super) fn find(
        &mut self,
        context: &Context<'_>,
        ends: &mut [End],
        hops: &[Hop],
        given: &[u32],
    ) -> Result<Option<Vec<u32>>, Diagnostic> {
        let Reached { sides, apart, met } = self;
        for &id in given {
            met.add(context, &[id])?;
        }
        let mut ids = met.take(context)?;
        for (place, end) in ends.iter_mut().enumerate() {
            if let Some(side) = place.checked_sub(1).and_then(|before| sides.get(before)) {
                let mut added = Ok(());
                side.each_of_scattered(context, &ids, |found| {
                    if added.is_ok() {
                        added = met.add(context, found);
                    }
                })?;
                added?;
                ids = met.take(context)?;
            }
            let implied = implies(context, hops, end, place);
            if let Some(check) = end.asks(implied) {
                ids = check.kept(context, &ids)?.into_list();
            }
            if let (0, true, Some(side)) = (place, *apart, sides.first()) {
                for &id in &ids {
                    if side.loops(context, id)? > 0 {
                        return Ok(None);
                    }
                }
            }
        }
        Ok(Some(ids))
    }

    /// Forgets what a run has left that did not come to its end.
    pub(super) fn reset(&mut self) {
        if self.met.many {
            self.met = Met::default();
        }
        self.met.few.clear();
    }
}

/// Nodes that were met, each once.
#[derive(Default)]
struct Met {
    /// Few of them, as they came, the same one as often as it came.
    few: Vec<u32>,
    /// Room for a table of these, and for those of which a slot of it is another one's.
    table: Vec<u32>,
    others: Vec<u32>,
    /// A bit for each node, where they are many.
    words: Vec<u64>,
    many: bool,
}

impl Met {
    fn add(&mut self, context: &Context<'_>, ids: &[u32]) -> Result<(), Diagnostic> {
        if !self.many && self.few.len() + ids.len() <= FEW {
            self.few.extend_from_slice(ids);
            return Ok(());
        }
        if !self.many {
            self.many = true;
            let words = (context.graph.node_bound() as usize).div_ceil(64);
            context.guard.keep(words * 8)?;
            self.words.resize(words, 0);
            mark(&mut self.words, &self.few);
            self.few.clear();
        }
        mark(&mut self.words, ids);
        Ok(())
    }

    /// All of them, each once, and forgets them.
    fn take(&mut self, context: &Context<'_>) -> Result<Vec<u32>, Diagnostic> {
        let ids = if std::mem::take(&mut self.many) {
            let count = self.words.iter().map(|word| word.count_ones() as usize).sum();
            context.guard.keep(count * 4)?;
            let mut ids = Vec::with_capacity(count);
            for (place, word) in self.words.iter_mut().enumerate() {
                let mut rest = std::mem::take(word);
                while rest != 0 {
                    ids.push(place as u32 * 64 + rest.trailing_zeros());
                    rest &= rest - 1;
                }
            }
            ids
        } else {
            self.each_once();
            context.guard.keep(self.few.len() * 4)?;
            let ids = self.few.clone();
            self.few.clear();
            ids
        };
        Ok(ids)
    }

    /// Leaves of the few each once.
    ///
    /// The first id of a slot has it to itself; the others of this slot are told apart in a next
    /// turn, with other slots. No step of a turn depends on a guess, which would be wrong for
    /// every other id that comes again.
    fn each_once(&mut self) {
        let Met { few, table, others, .. } = self;
        let (mut done, mut factor) = (0, 0x9e37_79b9_u32);
        while few.len() > done + 1 {
            let slots = ((few.len() - done) * 4).next_power_of_two();
            let shift = u32::BITS - slots.trailing_zeros();
            table.clear();
            table.resize(slots, NONE);
            others.resize(few.len().max(others.len()), NONE);
            let (mut kept, mut put_off) = (done, 0);
            for place in done..few.len() {
                let id = few[place];
                let slot = &mut table[(id.wrapping_mul(factor) >> shift) as usize % slots];
                let free = *slot == NONE;
                let owner = if free { id } else { *slot };
                *slot = owner;
                few[kept] = id;
                kept += usize::from(free);
                others[put_off] = id;
                put_off += usize::from(owner != id);
            }
            few.truncate(kept);
            few.extend_from_slice(&others[..put_off]);
            (done, factor) = (kept, factor.rotate_left(5) | 1);
        }
    }
}

fn mark(words: &mut [u64], ids: &[u32]) {
    for &id in ids {
        if let Some(word) = words.get_mut(id as usize / 64) {
            *word |= 1 << (id % 64);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn few_are_left_each_once() {
        let mut met = Met::default();
        for round in 1..40u32 {
            // Ids that fall into the same slots, and the largest.
            let ids = (0..round * 50).map(|id| (id % (round * 7)) * (1 << 20) + id % 3);
            met.few = ids.chain([u32::MAX - 1, 5, u32::MAX - 1]).collect();
            let expected: BTreeSet<u32> = met.few.iter().copied().collect();
            met.each_once();
            assert_eq!(met.few.len(), expected.len());
            assert_eq!(met.few.iter().copied().collect::<BTreeSet<u32>>(), expected);
        }
    }
}
