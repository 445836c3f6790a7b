//! The relationships of a projection, cut into tiles that are read where their nodes fit the
//! cache of a core.
//!
//! Who adds up what the nodes before each node give reads, for each relationship, a number
//! of its source. In a large graph these numbers lie far from each other, and most of the time
//! goes by waiting for them. So the relationships are dealt into tiles by their ends:
//!
//! ```text
//!                block 0      block 1      …      65,536 sources each
//! strip 0         tile         tile        …
//! strip 1         tile         tile        …
//!    …                                            targets, each strip done by one thread
//! ```
//!
//! A strip goes through its tiles from left to right: the numbers of a block are read many times
//! while they are at hand. In a tile both ends are numbers of 16 bits, so that it takes less
//! than the adjacency itself. The sources of a target come in groups of eight, four, two and
//! one: each kind of group is a loop without branches. What a target gets is added up in the
//! order of the blocks, whichever thread does it and however long the strips are.

use super::projection::{Cursor, Projection};
use super::share;
use crate::procedure::Call;
use crate::store::{Direction, Graph};
use crate::value::EvaluationError;
use std::ops::Range;

/// Sources of a block, as many as have different numbers of 16 bits.
const BLOCK: usize = 1 << 16;

/// Nodes of a part: strips are made of whole parts, always as long, so that what is added up over
/// nodes does not depend on who does it.
pub(super) const PART: usize = 2048;

/// Strips that a graph has at least, if they have a part each.
const FEWEST: usize = 16;

/// Relationships that lead to a strip, roughly, at the most: between two strips a thread sees
/// whether it has to stop.
const MOST: usize = 4 << 20;

/// Some sources of a target, each once for a relationship.
struct Group<const N: usize> {
    target: u16,
    sources: [u16; N],
}

/// The relationships from a block to a strip.
#[derive(Default)]
struct Tile {
    eights: Vec<Group<8>>,
    fours: Vec<Group<4>>,
    twos: Vec<Group<2>>,
    ones: Vec<Group<1>>,
}

/// What leads to some nodes that follow each other.
pub(super) struct Strip {
    /// How many relationships start at each node.
    pub(super) out_degrees: Vec<u32>,
    /// One for each block of sources.
    tiles: Vec<Tile>,
}

impl Tile {
    /// Adds the sources of a target in this block, numbered in it.
    fn take(&mut self, target: u16, sources: impl Iterator<Item = u16> + Clone, count: usize) {
        let mut sources = sources;
        let mut next = || sources.next().unwrap_or_default();
        for _ in 0..count / 8 {
            self.eights.push(Group { target, sources: std::array::from_fn(|_| next()) });
        }
        if count & 4 > 0 {
            self.fours.push(Group { target, sources: std::array::from_fn(|_| next()) });
        }
        if count & 2 > 0 {
            self.twos.push(Group { target, sources: std::array::from_fn(|_| next()) });
        }
        if count & 1 > 0 {
            self.ones.push(Group { target, sources: [next()] });
        }
    }

    /// Gives back the room that was made for more.
    fn shrink(&mut self) {
        self.eights.shrink_to_fit();
        self.fours.shrink_to_fit();
        self.twos.shrink_to_fit();
        self.ones.shrink_to_fit();
    }
}

/// Adds what the sources of each group give to the sum of its target.
fn add<const N: usize>(groups: &[Group<N>], shares: &[f64], sums: &mut [f64]) {
    for group in groups {
        let given = group.sources.iter().map(|&source| shares[source as usize]);
        sums[group.target as usize] += given.sum::<f64>();
    }
}

impl Strip {
    /// Adds to the sum of each node of the strip what its sources give, of which there is a share
    /// for each node of the projection.
    pub(super) fn add_up(&self, shares: &[f64], sums: &mut [f64]) {
        for (tile, shares) in self.tiles.iter().zip(shares.chunks(BLOCK)) {
            add(&tile.eights, shares, sums);
            add(&tile.fours, shares, sums);
            add(&tile.twos, shares, sums);
            add(&tile.ones, shares, sums);
        }
    }

    fn of(graph: &Graph, projection: &Projection, nodes: Range<usize>) -> Self {
        let mut incoming = Cursor::new(graph, Direction::Incoming);
        let mut outgoing = Cursor::new(graph, Direction::Outgoing);
        let mut out_degrees = Vec::with_capacity(nodes.len());
        let mut tiles: Vec<Tile> = Vec::new();
        tiles.resize_with(projection.len().div_ceil(BLOCK), Tile::default);
        let mut sources = Vec::new();
        for (target, node) in (0..=u16::MAX).zip(nodes) {
            out_degrees.push(projection.degree(&mut outgoing, node));
            sources.clear();
            projection.append_neighbours(&mut incoming, node, &mut sources);
            for block in sources.chunk_by(|one, other| one >> 16 == other >> 16) {
                let tile = &mut tiles[block[0] as usize / BLOCK];
                tile.take(target, block.iter().map(|&source| source as u16), block.len());
            }
        }
        tiles.iter_mut().for_each(Tile::shrink);
        Strip { out_degrees, tiles }
    }
}

/// All relationships of a projection in tiles.
pub(super) struct Tiles {
    /// Nodes of a strip; the last one may have fewer.
    pub(super) length: usize,
    pub(super) strips: Vec<Strip>,
}

impl Tiles {
    /// Deals the relationships into tiles; `None` where the statement has to stop before.
    ///
    /// # Complexity
    /// O(n + m) for n nodes and m relationships.
    pub(super) fn of(
        call: &Call<'_>,
        projection: &Projection,
        threads: usize,
    ) -> Result<Option<Self>, EvaluationError> {
        let relationships = projection.relationships(call.graph);
        // A relationship that is a group of its own takes four bytes, the others less.
        (call.keep)(relationships * 4 + projection.len() * 4)?;
        let graph = call.graph;
        let length = length(projection.len(), relationships);
        let mut strips: Vec<Option<Strip>> = Vec::new();
        strips.resize_with(projection.len().div_ceil(length), || None);
        share(call, threads, strips.iter_mut().enumerate(), |(number, strip)| {
            let first = number * length;
            let nodes = first..(first + length).min(projection.len());
            *strip = Some(Strip::of(graph, projection, nodes));
        });
        let strips: Option<Vec<Strip>> = strips.into_iter().collect();
        Ok(strips.map(|strips| Tiles { length, strips }))
    }
}

/// How many nodes a strip has, of so many in all with so many relationships between them.
fn length(nodes: usize, relationships: usize) -> usize {
    let sparse = nodes.saturating_mul(MOST) / relationships.max(1);
    let length = nodes.div_ceil(FEWEST).min(sparse);
    length.next_multiple_of(PART).clamp(PART, BLOCK)
}
