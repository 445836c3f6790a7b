//! To which of its neighbours a node is connected twice: lists of neighbours and what two of
//! them have in common.
//!
//! Of most nodes two lists have nothing in common. That is found out by marks: one list sets
//! them, and the other one asks for them. Marks lie in an array that fits the nearest cache, so
//! that several ids share one; where any mark is met, the lists themselves are compared.

use super::super::intersect::skip;
use super::source::Source;
use crate::store::Rows;

/// Places for marks; a power of two.
const PLACES: usize = 1 << 14;

/// Ids that are looked at together: the fewer turns of a loop, the fewer ends of it are guessed
/// wrong.
const BLOCK: usize = 8;

/// Marks for one list at a time.
pub(super) struct Marks {
    /// The number of the list that has set each last.
    places: Box<[u8; PLACES]>,
    list: u8,
}

/// Ascending ids.
#[derive(Clone, Copy)]
pub(super) struct List<'l> {
    pub(super) ids: &'l [u32],
    /// The same, and some that lie behind them: as a rule whole blocks.
    blocks: &'l [u32],
}

impl<'l> List<'l> {
    /// The neighbours of a row.
    #[inline]
    pub(super) fn of(rows: &Rows<'l>, row: usize) -> Self {
        List { ids: rows.of(row), blocks: rows.of_and_behind(row, BLOCK) }
    }
}

impl<'l> From<&'l [u32]> for List<'l> {
    fn from(ids: &'l [u32]) -> Self {
        List { ids, blocks: ids }
    }
}

impl Marks {
    pub(super) fn new() -> Self {
        Marks { places: Box::new([0; PLACES]), list: 0 }
    }

    fn place(id: u32) -> usize {
        id as usize % PLACES
    }

    /// Sets a mark for each of these.
    fn set(&mut self, ids: &[u32]) {
        // Marks of lists before stay there until their numbers come again.
        self.list = self.list.wrapping_add(1);
        if self.list == 0 {
            self.places.fill(0);
            self.list = 1;
        }
        let (blocks, rest) = ids.as_chunks::<BLOCK>();
        for id in blocks.iter().flatten().chain(rest) {
            self.places[Self::place(*id)] = self.list;
        }
    }

    fn marked(&self, id: u32) -> bool {
        self.places[Self::place(id)] == self.list
    }

    /// Whether any of these may be one for which a mark is set: `false` is certain.
    fn any(&self, ids: &[u32]) -> bool {
        // No branch, so that nothing is guessed wrong.
        let any = |ids: &[u32]| ids.iter().fold(false, |met, &id| met | self.marked(id));
        let (blocks, rest) = ids.as_chunks::<BLOCK>();
        blocks.iter().fold(false, |met, block| met | any(block)) | any(rest)
    }
}

/// What a node gets from the neighbours that are in both of its lists, as often as they are in
/// one and in the other.
pub(super) fn mutual(one: List<'_>, other: List<'_>, source: &Source, marks: &mut Marks) -> u64 {
    let (short, long) = if one.ids.len() <= other.ids.len() { (one, other) } else { (other, one) };
    if short.ids.is_empty() {
        return 0;
    }
    marks.set(short.blocks);
    if !marks.any(long.blocks) {
        return 0;
    }
    let (mut sum, mut from) = (0u64, 0);
    for same in long.ids.chunk_by(|one, other| one == other) {
        let id = same[0];
        if !marks.marked(id) {
            continue;
        }
        from = skip(short.ids, from, |other| other < id);
        let found = short.ids[from..].iter().take_while(|other| **other == id).count();
        if found > 0 {
            let times = (same.len() as u64).saturating_mul(found as u64);
            sum = sum.saturating_add(times.saturating_mul(source.of(id)));
        }
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::super::source::Table;
    use super::*;
    use proptest::prelude::*;

    proptest! {
        /// Far ids share marks with near ones.
        #[test]
        fn what_is_mutual_is_each_pair_of_the_same(
            mut one in prop::collection::vec((0u32..40, prop::bool::ANY), 0..40),
            mut other in prop::collection::vec((0u32..40, prop::bool::ANY), 0..400),
        ) {
            let sorted = |list: &mut Vec<(u32, bool)>| {
                let far = |(id, far): (u32, bool)| if far { id + PLACES as u32 } else { id };
                let mut ids: Vec<u32> = list.drain(..).map(far).collect();
                ids.sort_unstable();
                ids
            };
            let (one, other) = (sorted(&mut one), sorted(&mut other));
            let pairs = one.iter().flat_map(|a| other.iter().filter(move |b| a == *b));
            let weights: Vec<u64> = (0..2 * PLACES as u64).collect();
            let expected: u64 = pairs.map(|id| weights[*id as usize]).sum();
            let (mut marks, source) = (Marks::new(), Source::Wide(Table { first: 0, weights }));
            // Behind each lie others.
            let behind = |ids: &[u32]| [ids, &[7, 3, 3, 39, 5, 1, 0]].concat();
            let (blocks, other_blocks) = (behind(&one), behind(&other));
            for more in 0..8 {
                let list = |ids: &Vec<u32>| ids.len() + more.min(7);
                let first = List { ids: &one, blocks: &blocks[..list(&one)] };
                let second = List { ids: &other, blocks: &other_blocks[..list(&other)] };
                prop_assert_eq!(mutual(first, second, &source, &mut marks), expected);
                prop_assert_eq!(mutual(second, first, &source, &mut marks), expected);
            }
        }
    }

    /// The numbers of lists come again after 255 of them.
    #[test]
    fn marks_of_lists_before_are_not_met() {
        let mut marks = Marks::new();
        for list in 0..1000 {
            marks.set(&[list]);
            assert!(!marks.any(&[list + 1, list + 2]), "{list}");
            marks.set(&[list, list + 3]);
            assert!(marks.any(&[list + 3]), "{list}");
        }
        marks.set(&[]);
        assert!(!marks.any(&(0..PLACES as u32).collect::<Vec<_>>()));
    }
}
