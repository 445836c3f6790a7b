//! Leaves of an index that lie in a file, and the directory by which they are found.
//!
//! ```text
//! directory ─ lowest entry of each leaf ─► leaf: up to 2048 entries, read when it is first
//!                                          asked for, given back when memory is wanted
//! ```
//!
//! A leaf holds the values themselves, so that a search reads one leaf and no column. Where they
//! are integers, which keys most often are, the search begins where the integer sought would stand
//! if all were as far from each other: between keys that were counted up that is its very place,
//! and only a line or two of the cache are read where halving would read ten.

use super::budget::{Budget, Charge};
use super::ordered::Entry;
use super::stored::{ChunkSource, Damage, Place, TableName};
use super::table::{ChunkTable, Stored};
use crate::value::Value;
use std::sync::Arc;

/// What there is of an index in its file besides the leaves.
#[derive(Clone, Debug, Default)]
pub(crate) struct Directory {
    /// Number of entries.
    pub(crate) len: usize,
    /// Number of different values among them.
    pub(crate) distinct: usize,
    /// The lowest entry of each leaf, in order.
    pub(crate) lows: Vec<Entry>,
}

/// An index as it lies in a file.
#[derive(Clone, Debug)]
pub(crate) struct StoredIndex {
    pub(crate) source: Arc<dyn ChunkSource>,
    /// Its number among the indexes of the file.
    pub(crate) number: u32,
    /// Where its directory lies.
    pub(crate) place: Place,
    /// In order.
    pub(crate) leaves: ChunkTable<Leaf>,
}

/// Entries in order, as they were read from a file.
#[derive(Clone, Debug)]
pub(crate) struct Leaf {
    entries: Arc<[Entry]>,
    /// The lowest and the highest value, if all are integers.
    integers: Option<(i64, i64)>,
    charge: Arc<Charge>,
}

impl Leaf {
    /// A leaf of these entries, accounted for.
    pub(crate) fn new(entries: Vec<Entry>, budget: &Arc<Budget>) -> Self {
        let values: usize = entries.iter().map(|(value, _)| heap_bytes(value)).sum();
        let bytes = size_of_val(&entries[..]) + values;
        let charge = Charge::new(budget.clone(), bytes as u64);
        let integers = match (entries.first(), entries.last()) {
            (Some((Value::Integer(low), _)), Some((Value::Integer(high), _)))
                if entries.iter().all(|(value, _)| matches!(value, Value::Integer(_))) =>
            {
                Some((*low, *high))
            }
            _ => None,
        };
        Leaf { entries: entries.into(), integers, charge }
    }

    /// The place of the first entry that is not less than an integer, in a leaf of integers.
    /// O(1) where they are as far from each other; O(log n) at worst.
    pub(crate) fn begin_of(&self, number: i64) -> Option<usize> {
        let (low, high) = self.integers?;
        Some(first_from(&self.entries, number, (low, high)))
    }

    pub(crate) fn entries(&self) -> &[Entry] {
        &self.entries
    }
}

/// The place of the first of these integers in order, of which the ends are given, that is not
/// less than a number: guessed, then sought in ever longer steps from there, then between two.
fn first_from(entries: &[Entry], number: i64, (low, high): (i64, i64)) -> usize {
    if number <= low {
        return 0;
    }
    if number > high {
        return entries.len();
    }
    let is_less = |place: usize| match entries.get(place) {
        Some((Value::Integer(value), _)) => *value < number,
        _ => false,
    };
    // Differences of 64-bit integers always fit when they are taken without sign.
    let apart = |value: i64| value.wrapping_sub(low) as u64 as f64;
    let last = entries.len() - 1;
    let guess = (apart(number) / apart(high) * last as f64) as usize;
    let guess = guess.min(last);
    let (mut from, mut to, mut step) = (0, guess, 1);
    if is_less(guess) {
        (from, to) = (guess + 1, guess + 1);
        // The last one is not less.
        while to < last && is_less(to) {
            from = to + 1;
            to = (to + step).min(last);
            step *= 2;
        }
    } else {
        while to > 0 {
            let before = to.saturating_sub(step);
            if is_less(before) {
                from = before + 1;
                break;
            }
            to = before;
            step *= 2;
        }
    }
    from + entries[from..to]
        .partition_point(|(value, _)| matches!(value, Value::Integer(value) if *value < number))
}

/// Bytes that a value takes besides itself, roughly.
pub(crate) fn heap_bytes(value: &Value) -> usize {
    match value {
        Value::String(text) => text.len() + 16,
        // Of several keys, or a property that is a list: what it nests is bounded.
        Value::List(values) => {
            let nested: usize = values.iter().map(heap_bytes).sum();
            size_of_val(&values[..]) + nested + 16
        }
        Value::DateTime(_) | Value::Duration(_) => 48,
        _ => 0,
    }
}

impl Stored for Leaf {
    fn read(
        source: &Arc<dyn ChunkSource>,
        table: TableName,
        number: u32,
        place: &Place,
    ) -> Result<Self, Damage> {
        source.leaf(table, number, place)
    }

    fn bytes(&self) -> u64 {
        self.charge.bytes()
    }

    fn moved(&self, _source: &Arc<dyn ChunkSource>, _place: &Place) -> Self {
        self.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::Random;

    fn place_of(values: &[i64], number: i64) -> usize {
        let entries = values.iter().enumerate();
        let entries = entries.map(|(id, value)| (Value::Integer(*value), id as u32)).collect();
        let leaf = Leaf::new(entries, &Budget::new(u64::MAX));
        leaf.begin_of(number).unwrap()
    }

    #[test]
    fn a_guess_leads_to_the_place_whatever_the_values_are() {
        let mut random = Random(3);
        let edges = [i64::MIN, i64::MIN + 1, -1, 0, 1, i64::MAX - 1, i64::MAX];
        for round in 0..300 {
            let count = 1 + random.below(70) as usize;
            let mut values: Vec<i64> = (0..count as i64)
                .map(|at| match round % 5 {
                    // Counted up, with gaps, all over, at the edges, and far apart in groups.
                    0 => at,
                    1 => at * 10 + random.below(10) as i64,
                    2 => (random.below(1 << 32) as i64) << random.below(32),
                    3 => edges[random.below(7) as usize],
                    _ => at + (random.below(3) as i64) * 1_000_000_000_000,
                })
                .collect();
            values.sort_unstable();
            let near = values.iter().flat_map(|value| {
                [value.wrapping_sub(1), *value, value + i64::from(*value < i64::MAX)]
            });
            for number in near.chain(edges) {
                let expected = values.partition_point(|value| *value < number);
                assert_eq!(place_of(&values, number), expected, "{number} in {values:?}");
            }
        }
    }

    #[test]
    fn only_integers_are_guessed_at() {
        let budget = Budget::new(u64::MAX);
        let mixed = vec![(Value::Integer(1), 0), (Value::Float(1.5), 1), (Value::Integer(2), 2)];
        assert_eq!(Leaf::new(mixed, &budget).begin_of(2), None);
        assert_eq!(Leaf::new(Vec::new(), &budget).begin_of(2), None);
        assert_eq!(Leaf::new(vec![(Value::from("a"), 0)], &budget).begin_of(2), None);
    }
}
