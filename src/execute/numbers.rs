//! Numbers for codes, and for pairs of a number and a code, in the order of first appearance.
//!
//! Small ones are places in an array, the others are hashed. What is small grows with what is
//! there, so that an array is never much larger than a hash table would be.

use hashbrown::HashMap;

type Table = HashMap<u64, u32, foldhash::fast::FixedState>;

const NONE: u32 = u32::MAX;
/// Kinds of codes: see [`codes`](super::codes).
const KINDS: usize = 16;
/// Codes up to here are small, however few there are.
const SMALL: usize = 4096;
/// Places for each code that there is.
const PLACES: usize = 16;
/// Most places of an array of pairs.
const MOST_PAIRS: usize = 1 << 16;

/// Numbers of codes.
#[derive(Debug, Default)]
pub(super) struct Numbers {
    /// For each kind the numbers of small codes.
    arrays: [Vec<u32>; KINDS],
    table: Table,
    count: u32,
}

impl Numbers {
    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.count as usize
    }

    /// The number of a code; a new one gets the next.
    #[inline]
    pub(super) fn of(&mut self, code: u64) -> u32 {
        let (kind, place) = ((code >> 32) as usize % KINDS, code as u32 as usize);
        match self.arrays[kind].get(place) {
            Some(&number) if number != NONE => number,
            _ => self.hashed(code, kind, place),
        }
    }

    fn hashed(&mut self, code: u64, kind: usize, place: usize) -> u32 {
        if !self.table.is_empty()
            && let Some(&number) = self.table.get(&code)
        {
            return number;
        }
        let number = self.count;
        self.count += 1;
        if place < SMALL.max(self.count as usize * PLACES) {
            let array = &mut self.arrays[kind];
            if array.len() <= place {
                array.resize((place + 1).next_power_of_two(), NONE);
            }
            array[place] = number;
        } else {
            self.table.insert(code, number);
        }
        number
    }
}

/// Numbers of pairs.
#[derive(Debug, Default)]
pub(super) struct Pairs {
    right: Numbers,
    /// The numbers by left and right, as long as there is room; `width` is that of a row.
    array: Vec<u32>,
    width: usize,
    table: Table,
    hashed: bool,
    count: u32,
}

impl Pairs {
    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.count as usize
    }

    /// The number of a pair; a new one gets the next.
    #[inline]
    pub(super) fn of(&mut self, left: u32, code: u64) -> u32 {
        let right = self.right.of(code);
        if !self.hashed && (right as usize) < self.width {
            let place = left as usize * self.width + right as usize;
            if let Some(&number) = self.array.get(place)
                && number != NONE
            {
                return number;
            }
        }
        self.insert(left, right)
    }

    fn insert(&mut self, left: u32, right: u32) -> u32 {
        if !self.hashed {
            self.make_room(left as usize, right as usize);
        }
        let next = self.count;
        let number = if self.hashed {
            *self.table.entry(u64::from(left) << 32 | u64::from(right)).or_insert(next)
        } else {
            let place = &mut self.array[left as usize * self.width + right as usize];
            if *place == NONE {
                *place = next;
            }
            *place
        };
        self.count += u32::from(number == next);
        number
    }

    /// Makes the array large enough for a pair, or goes over to the table.
    fn make_room(&mut self, left: usize, right: usize) {
        let old = self.width.max(1);
        let width = old.max((right + 1).next_power_of_two());
        let rows = (self.array.len() / old).max((left + 1).next_power_of_two());
        if width == self.width && rows * width <= self.array.len() {
            return;
        }
        let known = std::mem::take(&mut self.array).into_iter().enumerate();
        let known = known.filter(|(_, number)| *number != NONE);
        let known = known.map(|(place, number)| ((place / old, place % old), number));
        if rows.saturating_mul(width) > MOST_PAIRS {
            self.hashed = true;
            self.table.extend(
                known.map(|((left, right), number)| ((left as u64) << 32 | right as u64, number)),
            );
            return;
        }
        let mut array = vec![NONE; rows * width];
        known.for_each(|((left, right), number)| array[left * width + right] = number);
        (self.array, self.width) = (array, width);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_numbered_as_they_come() {
        let mut numbers = Numbers::default();
        let code = |kind: u64, number: u64| (kind << 32) + number;
        let far = code(4, 4_000_000_000);
        for (code, number) in [(code(4, 7), 0), (far, 1), (code(5, 7), 2), (0, 3)] {
            assert_eq!(numbers.of(code), number);
        }
        // What was far when it came is found where it was put.
        for number in 0..20_000 {
            numbers.of(code(3, number * 3));
        }
        assert_eq!([numbers.of(far), numbers.of(code(5, 7)), numbers.of(0)], [1, 2, 3]);
        assert_eq!((numbers.of(code(3, 0)), numbers.of(code(3, 59_997))), (4, 20_003));
        assert_eq!(numbers.len(), 20_004);
    }

    #[test]
    fn pairs_are_numbered_as_they_come_in_whatever_form() {
        let mut pairs = Pairs::default();
        let mut known = std::collections::HashMap::new();
        let mut seed = 1u64;
        for step in 0..60_000u64 {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            // Few at first, so that the array grows, then more than it may hold.
            let bound = 2 + step / 50;
            let (left, right) = ((seed >> 33) % bound, (seed >> 45) % bound);
            let next = known.len() as u32;
            let number = *known.entry((left, right)).or_insert(next);
            assert_eq!(pairs.of(left as u32, (4 << 32) + right), number);
        }
        assert!(pairs.hashed && pairs.len() == known.len());
    }
}
