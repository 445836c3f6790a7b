//! Compressed sparse rows: what the base of an adjacency chunk is made of.

use std::sync::Arc;

/// Compressed rows: key `k` has the positions `offsets[k]..offsets[k + 1]`.
#[derive(Clone, Debug, Default)]
pub(crate) struct Csr {
    /// One more than there are keys; keys past its end have nothing.
    pub(crate) offsets: Vec<u32>,
    pub(crate) neighbours: Vec<u32>,
    pub(crate) relationships: Vec<u32>,
}

impl Csr {
    /// Bytes that it takes in memory.
    pub(crate) fn bytes(&self) -> u64 {
        (self.offsets.len() + self.neighbours.len() + self.relationships.len()) as u64 * 4
    }

    /// The positions of a key.
    pub(crate) fn range(&self, key: usize) -> std::ops::Range<usize> {
        match (self.offsets.get(key), self.offsets.get(key + 1)) {
            (Some(&from), Some(&to)) => from as usize..to as usize,
            _ => 0..0,
        }
    }

    /// The rows without some relationships; `lost` is told how many each row had of these, if any.
    pub(crate) fn without(
        &self,
        gone: impl Fn(u32) -> bool,
        mut lost: impl FnMut(usize, usize),
    ) -> Csr {
        let mut left = Csr { offsets: Vec::with_capacity(self.offsets.len()), ..Csr::default() };
        left.offsets.extend(self.offsets.first().map(|_| 0));
        for (key, ends) in self.offsets.windows(2).enumerate() {
            let before = left.neighbours.len();
            let row = ends[0] as usize..ends[1] as usize;
            let pairs = self.neighbours[row.clone()].iter().zip(&self.relationships[row.clone()]);
            for (&neighbour, &relationship) in pairs {
                if !gone(relationship) {
                    left.neighbours.push(neighbour);
                    left.relationships.push(relationship);
                }
            }
            let kept = left.neighbours.len() - before;
            if kept < row.len() {
                lost(key, row.len() - kept);
            }
            left.offsets.push(left.neighbours.len() as u32);
        }
        left
    }

    /// The keys that are their own neighbours, ascending, each with how often. The id of key 0
    /// is `first`.
    pub(crate) fn loops(&self, first: u32) -> Arc<[(u32, u32)]> {
        let keys = self.offsets.windows(2).zip(0..);
        let own = keys.filter_map(|(ends, key)| {
            let row = &self.neighbours[ends[0] as usize..ends[1] as usize];
            let from = row.partition_point(|&id| id < first + key);
            let count = row[from..].partition_point(|&id| id == first + key);
            (count > 0).then_some((key, count as u32))
        });
        own.collect()
    }
}
