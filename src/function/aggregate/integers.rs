//! A set of integers: those that lie close together as bits, the others hashed.

use hashbrown::HashSet;

/// Integers, each once.
#[derive(Default)]
pub(super) struct Integers {
    /// A bit for each from 0 on; no more than two words for each integer that there is.
    bits: Vec<u64>,
    /// Those that have no bit.
    others: HashSet<i64, foldhash::fast::RandomState>,
    count: usize,
}

/// Words of bits that a set may have, however few there are in it.
const LEAST: usize = 2;

impl Integers {
    /// Adds an integer; tells whether it is new.
    #[inline]
    pub(super) fn insert(&mut self, integer: i64) -> bool {
        // A negative one has no place that any array reaches.
        let place = integer.cast_unsigned() / 64;
        let place = usize::try_from(place).unwrap_or(usize::MAX);
        let new = match self.bits.get_mut(place) {
            Some(word) => {
                let bit = 1 << (integer % 64);
                let new = *word & bit == 0;
                *word |= bit;
                new
            }
            None => self.insert_far(integer, place),
        };
        self.count += usize::from(new);
        new
    }

    fn insert_far(&mut self, integer: i64, place: usize) -> bool {
        if place >= self.count.max(LEAST) {
            return self.others.insert(integer);
        }
        let words = (place + 1).next_power_of_two();
        self.bits.resize(words, 0);
        let bits = &mut self.bits;
        self.others.retain(|&other| {
            let word = usize::try_from(other).ok().and_then(|other| bits.get_mut(other / 64));
            word.map(|word| *word |= 1 << (other % 64)).is_none()
        });
        let (word, bit) = (&mut self.bits[place], 1 << (integer % 64));
        let new = *word & bit == 0;
        *word |= bit;
        new
    }

    /// The bytes that it takes.
    pub(super) fn memory(&self) -> usize {
        self.bits.capacity() * size_of::<u64>() + self.others.allocation_size()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    proptest! {
        /// Near ones and far ones, in any order.
        #[test]
        fn each_is_new_once(
            integers in prop::collection::vec(
                prop_oneof![-70i64..300, 0i64..100_000, any::<i64>(), Just(i64::MAX), Just(i64::MIN)],
                0..400,
            ),
        ) {
            let (mut set, mut expected) = (Integers::default(), BTreeSet::new());
            for integer in integers {
                prop_assert_eq!(set.insert(integer), expected.insert(integer), "{}", integer);
            }
        }
    }

    #[test]
    fn close_ones_take_a_bit_each() {
        let mut set = Integers::default();
        // In no order: 7919 is prime.
        assert!((0..100_000).all(|number| set.insert(number * 7919 % 100_000)));
        assert!(set.others.is_empty() && set.memory() < 40_000, "{} bytes", set.memory());
        let mut far = Integers::default();
        assert!(far.insert(i64::MAX) && far.insert(1 << 40) && far.insert(127));
        assert!(far.memory() < 1000, "{} bytes", far.memory());
    }
}
