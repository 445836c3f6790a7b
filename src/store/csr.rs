//! Compressed sparse rows: what the base of an adjacency chunk is made of.
//!
//! ```text
//! key         0   1   2   3   …              key      3   700
//! offsets     0   2   2   5   …              ends  0  1    4
//! neighbours  a b   │   │ c d e …            neighbours  a │ b c d
//! many keys have something                   few have: their keys are listed
//! ```
//!
//! Where a graph has thousands of types, a chunk of 2048 keys has something for a few of them:
//! an offset for each key would take a hundred times what there is.

use std::ops::Range;
use std::sync::Arc;

/// Of so many keys one has something, or fewer do, where these are listed.
const ONE_OF: usize = 16;

/// Rows of keys: each has some positions in `neighbours` and `relationships`, those of key 0
/// before those of key 1.
#[derive(Clone, Debug, Default)]
pub(crate) struct Csr {
    /// Key `k` has the positions `offsets[k]..offsets[k + 1]`; keys past its end have nothing. Empty
    /// where the keys are listed.
    pub(super) offsets: Vec<u32>,
    pub(super) few: Option<Box<Few>>,
    pub(crate) neighbours: Vec<u32>,
    pub(crate) relationships: Vec<u32>,
}

/// The keys that have something, where there are few.
#[derive(Clone, Debug, Default)]
pub(super) struct Few {
    /// How many keys there are, those without anything among them.
    pub(super) len: usize,
    /// Ascending.
    pub(super) keys: Vec<u16>,
    /// One more than there are keys: that at place `p` has the positions `ends[p]..ends[p + 1]`.
    pub(super) ends: Vec<u32>,
}

impl Csr {
    /// Rows whose keys have the positions between each two offsets.
    pub(crate) fn new(offsets: Vec<u32>, neighbours: Vec<u32>, relationships: Vec<u32>) -> Self {
        let ends = || offsets.windows(2).zip(0u16..).filter(|(ends, _)| ends[0] < ends[1]);
        let most = offsets.len() / ONE_OF;
        if most == 0 || ends().nth(most).is_some() {
            return Csr { offsets, few: None, neighbours, relationships };
        }
        let mut few = Few { len: offsets.len() - 1, ..Few::default() };
        few.ends.push(offsets[0]);
        for (ends, key) in ends() {
            few.keys.push(key);
            few.ends.push(ends[1]);
        }
        few.keys.shrink_to_fit();
        few.ends.shrink_to_fit();
        Csr { offsets: Vec::new(), few: Some(Box::new(few)), neighbours, relationships }
    }

    /// Bytes that it takes in memory.
    pub(crate) fn bytes(&self) -> u64 {
        let few = self.few.as_ref().map_or(0, |few| few.keys.len() * 2 + few.ends.len() * 4);
        let all = self.offsets.len() + self.neighbours.len() + self.relationships.len();
        (all * 4 + few) as u64
    }

    /// How many keys there are, those without anything among them.
    pub(crate) fn keys(&self) -> usize {
        match &self.few {
            Some(few) => few.len,
            None => self.offsets.len().saturating_sub(1),
        }
    }

    /// The positions of a key.
    #[inline]
    pub(crate) fn range(&self, key: usize) -> Range<usize> {
        match (self.offsets.get(key), self.offsets.get(key + 1)) {
            (Some(&from), Some(&to)) => from as usize..to as usize,
            _ => self.listed_range(key),
        }
    }

    /// The same where keys are listed: out of the way of those that are not.
    #[cold]
    fn listed_range(&self, key: usize) -> Range<usize> {
        self.few.as_ref().map_or(0..0, |few| few.range(key))
    }

    /// The keys that have something, ascending, with their positions.
    pub(crate) fn rows(&self) -> impl Iterator<Item = (usize, Range<usize>)> {
        let (listed, ends) = match &self.few {
            Some(few) => (Some(&few.keys), &few.ends),
            None => (None, &self.offsets),
        };
        let rows = ends.windows(2).enumerate().map(move |(place, ends)| {
            let key = listed.map_or(place, |keys| usize::from(keys[place]));
            (key, ends[0] as usize..ends[1] as usize)
        });
        rows.filter(|(_, row)| !row.is_empty())
    }

    /// How many positions each key has.
    pub(crate) fn degrees(&self) -> Vec<u32> {
        let mut degrees = vec![0; self.keys()];
        self.rows().for_each(|(key, row)| degrees[key] = row.len() as u32);
        degrees
    }

    /// The rows without some relationships; `lost` is told how many each row had of these, if any.
    pub(crate) fn without(
        &self,
        gone: impl Fn(u32) -> bool,
        mut lost: impl FnMut(usize, usize),
    ) -> Csr {
        let (mut neighbours, mut relationships) = (Vec::new(), Vec::new());
        let mut offsets = vec![0u32; if self.keys() == 0 { 0 } else { self.keys() + 1 }];
        for (key, row) in self.rows() {
            let before = neighbours.len();
            let pairs = self.neighbours[row.clone()].iter().zip(&self.relationships[row.clone()]);
            for (&neighbour, &relationship) in pairs {
                if !gone(relationship) {
                    neighbours.push(neighbour);
                    relationships.push(relationship);
                }
            }
            let kept = neighbours.len() - before;
            if kept < row.len() {
                lost(key, row.len() - kept);
            }
            offsets[key + 1] = kept as u32;
        }
        let mut total = 0;
        for offset in &mut offsets {
            total += *offset;
            *offset = total;
        }
        Csr::new(offsets, neighbours, relationships)
    }

    /// The keys that are their own neighbours, ascending, each with how often. The id of key 0
    /// is `first`.
    pub(crate) fn loops(&self, first: u32) -> Arc<[(u32, u32)]> {
        let own = self.rows().filter_map(|(key, row)| {
            let (key, row) = (key as u32, &self.neighbours[row]);
            let from = row.partition_point(|&id| id < first + key);
            let count = row[from..].partition_point(|&id| id == first + key);
            (count > 0).then_some((key, count as u32))
        });
        own.collect()
    }
}

impl Few {
    /// The positions of a key.
    fn range(&self, key: usize) -> Range<usize> {
        match place(&self.keys, key) {
            Some(place) => self.ends[place] as usize..self.ends[place + 1] as usize,
            None => 0..0,
        }
    }
}

/// The place of a key among ascending ones.
pub(super) fn place(keys: &[u16], key: usize) -> Option<usize> {
    keys.binary_search(&u16::try_from(key).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        /// Rows are the same whether their keys are listed or not.
        #[test]
        fn listed_keys_have_what_offsets_say(
            degrees in prop::collection::vec((0u32..40, 0u32..3), 0..300),
            from in 0usize..300, to in 0usize..320,
        ) {
            // Few of the keys have anything.
            let degrees: Vec<u32> =
                degrees.iter().map(|&(rare, degree)| if rare == 0 { degree } else { 0 }).collect();
            let mut offsets = vec![0];
            degrees.iter().for_each(|degree| offsets.push(offsets[offsets.len() - 1] + degree));
            let total = offsets[offsets.len() - 1];
            let ids: Vec<u32> = (0..total).map(|id| id * 7 % 11).collect();
            let dense = Csr {
                offsets: offsets.clone(), few: None,
                neighbours: ids.clone(), relationships: (0..total).collect(),
            };
            let csr = Csr::new(offsets, ids, (0..total).collect());
            prop_assert_eq!(csr.keys(), degrees.len());
            prop_assert_eq!(csr.degrees(), degrees.clone());
            prop_assert_eq!(csr.loops(0), dense.loops(0));
            prop_assert!(csr.rows().eq(dense.rows()));
            (0..=degrees.len()).for_each(|key| {
                let (one, other) = (csr.range(key), dense.range(key));
                assert!(one == other || one.is_empty() && other.is_empty(), "key {key}");
            });
            let gone = |id: u32| id.is_multiple_of(3);
            let told = |csr: &Csr| {
                let mut lost = Vec::new();
                let left = csr.without(gone, |key, count| lost.push((key, count)));
                (left.degrees(), left.neighbours, left.relationships, lost)
            };
            prop_assert_eq!(told(&csr), told(&dense));
            // And those of a part of the keys.
            use super::super::rows::Rows;
            let (some, all) = (Rows::of_csr(&csr), Rows::of_csr(&dense));
            for (some, all) in [(some, all), (some.part(from..to), all.part(from..to))] {
                prop_assert_eq!(some.len(), all.len());
                prop_assert_eq!(some.is_empty(), all.is_empty());
                let zeros = |degrees: Vec<u32>| degrees.into_iter().rev().skip_while(|it| *it == 0).collect::<Vec<_>>();
                prop_assert_eq!(zeros(some.degrees().collect()), zeros(all.degrees().collect()));
                prop_assert_eq!(some.sum_of_products(&all), all.sum_of_products(&all));
                prop_assert_eq!(all.sum_of_products(&some), all.sum_of_products(&all));
                prop_assert_eq!(some.sum_of_products(&some), all.sum_of_products(&all));
                for row in 0..310 {
                    prop_assert_eq!(some.of(row), all.of(row));
                    prop_assert_eq!(some.degree(row), all.degree(row));
                    let (few, many) = (some.of_and_behind(row, 8), all.of_and_behind(row, 8));
                    prop_assert!(few == many, "{row}: {few:?} {many:?}");
                }
            }
        }
    }

    #[test]
    fn what_takes_less_is_listed() {
        let offsets = |with: usize| (0..=2048).map(|key: usize| key.min(with) as u32).collect();
        let rows = |with: usize| Csr::new(offsets(with), vec![0; with], vec![0; with]);
        assert!(rows(3).bytes() < 64);
        assert!(rows(128).bytes() < 2048);
        assert!(rows(129).bytes() > 8192);
        assert!(rows(0).few.is_some() && Csr::new(vec![0, 1], vec![5], vec![5]).few.is_none());
        assert_eq!(Csr::new(Vec::new(), Vec::new(), Vec::new()).keys(), 0);
    }
}
