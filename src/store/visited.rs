//! Sets of dense ids, a bit each: what a search has met, and what a view leaves in.

use super::Bitmap;
use crate::value::NodeId;
use crate::vector::CHUNK_ROWS;
use ::petgraph::visit::VisitMap;

/// A set of dense ids; petgraph's map of visited nodes, and a view's predicate.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Visited {
    words: Vec<u64>,
}

impl Visited {
    /// An empty set with room for ids below this one.
    pub(super) fn below(bound: u32) -> Self {
        Visited { words: vec![0; (bound as usize).div_ceil(64)] }
    }

    /// Whether an id is in.
    pub fn contains(&self, id: u32) -> bool {
        self.words.get(id as usize / 64).is_some_and(|word| word >> (id % 64) & 1 == 1)
    }

    /// Puts an id in; returns whether it was out.
    pub fn insert(&mut self, id: u32) -> bool {
        let place = id as usize / 64;
        if self.words.len() <= place {
            self.words.resize(place + 1, 0);
        }
        let before = self.words[place];
        self.words[place] |= 1 << (id % 64);
        before != self.words[place]
    }

    /// Bytes that it takes.
    pub fn bytes(&self) -> usize {
        self.words.len() * 8
    }

    /// Whether none is in.
    pub fn is_empty(&self) -> bool {
        self.words.iter().all(|&word| word == 0)
    }

    /// The ids that are in, ascending.
    pub fn iter(&self) -> impl Iterator<Item = u32> + '_ {
        (0u32..).zip(&self.words).filter(|(_, word)| **word != 0).flat_map(|(index, &word)| {
            (0..64).filter(move |bit| word >> bit & 1 == 1).map(move |bit| index * 64 + bit)
        })
    }

    /// The rows of a chunk of elements whose ids are in.
    pub(crate) fn rows(&self, chunk: usize) -> Bitmap {
        const WORDS: usize = CHUNK_ROWS / 64;
        let from = (chunk * WORDS).min(self.words.len());
        Bitmap::from_words(&self.words[from..(from + WORDS).min(self.words.len())])
    }

    /// Takes an id out; returns whether it was in.
    pub fn remove(&mut self, id: u32) -> bool {
        let was_in = self.contains(id);
        if was_in {
            self.words[id as usize / 64] &= !(1 << (id % 64));
        }
        was_in
    }
}

impl VisitMap<NodeId> for Visited {
    fn visit(&mut self, node: NodeId) -> bool {
        self.insert(node.0)
    }

    fn is_visited(&self, node: &NodeId) -> bool {
        self.contains(node.0)
    }

    fn unvisit(&mut self, node: NodeId) -> bool {
        self.remove(node.0)
    }
}
