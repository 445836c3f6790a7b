//! To which of its neighbours a node is connected twice: lists of neighbours and what two of
//! them have in common.
//!
//! Of most nodes two lists have nothing in common. That is found out by marks: one list sets
//! them, and the other one asks for them. Marks lie in an array that fits the nearest cache, so
//! that several ids share one; where any mark is met, the lists themselves are compared.

use super::super::intersect::skip;
use super::factor::Source;

/// Places for marks; a power of two.
const PLACES: usize = 1 << 14;

/// Marks for one list at a time.
pub(super) struct Marks {
    /// The number of the list that has set each last.
    places: Box<[u8; PLACES]>,
    list: u8,
}

impl Marks {
    pub(super) fn new() -> Self {
        Marks { places: Box::new([0; PLACES]), list: 0 }
    }

    fn place(id: u32) -> usize {
        id as usize % PLACES
    }

    /// Whether two lists may have an id in common: `false` is certain.
    fn may_meet(&mut self, short: &[u32], long: &[u32]) -> bool {
        // Marks of lists before stay there until their numbers come again.
        self.list = self.list.wrapping_add(1);
        if self.list == 0 {
            self.places.fill(0);
            self.list = 1;
        }
        for &id in short {
            self.places[Self::place(id)] = self.list;
        }
        // No branch, so that nothing is guessed wrong.
        let marked = |id: u32| self.places[Self::place(id)] == self.list;
        long.iter().fold(false, |met, &id| met | marked(id))
    }
}

/// What a node gets from the neighbours that are in both of its ascending lists, as often as
/// they are in one and in the other.
pub(super) fn mutual(one: &[u32], other: &[u32], source: &Source, marks: &mut Marks) -> u64 {
    let (short, long) = if one.len() <= other.len() { (one, other) } else { (other, one) };
    if short.is_empty() || !marks.may_meet(short, long) {
        return 0;
    }
    let (mut sum, mut from) = (0u64, 0);
    for same in short.chunk_by(|one, other| one == other) {
        let id = same[0];
        from = skip(long, from, |other| other < id);
        let begin = from;
        from = skip(long, from, |other| other <= id);
        let times = (same.len() as u64).saturating_mul((from - begin) as u64);
        if times > 0 {
            sum = sum.saturating_add(times.saturating_mul(source.of(id)));
        }
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::super::factor::Table;
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
            prop_assert_eq!(mutual(&one, &other, &source, &mut marks), expected);
            prop_assert_eq!(mutual(&other, &one, &source, &mut marks), expected);
        }
    }

    /// The numbers of lists come again after 255 of them.
    #[test]
    fn marks_of_lists_before_are_not_met() {
        let mut marks = Marks::new();
        for list in 0..1000 {
            assert!(!marks.may_meet(&[list], &[list + 1, list + 2]), "{list}");
            assert!(marks.may_meet(&[list, list + 3], &[list + 3]), "{list}");
        }
        assert!(!marks.may_meet(&[], &(0..PLACES as u32).collect::<Vec<_>>()));
    }
}
