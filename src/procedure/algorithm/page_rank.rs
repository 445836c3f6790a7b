//! `algo.page_rank`: how likely a reader is to be at each node who follows relationships at
//! random, and now and then begins anew anywhere (Brin and Page, 1998).
//!
//! ```text
//! rank(v) = (1 - d) / n + d · (Σ rank(u) / out(u) over u → v  +  Σ rank(u) / n over u without a way out)
//! ```
//!
//! The ranks add up to 1. Parallel relationships count each. The iteration ends after
//! `iterations` rounds, or when the ranks together change by less than `tolerance`.

use super::projection::{Incoming, PART, Projection};
use super::{INPUTS, NODE, Names, Options, columns, share};
use crate::function::TypeSet;
use crate::procedure::{Call, Columns, Field, Procedure, Run};
use crate::vector::Vector;

pub(in crate::procedure) const PAGE_RANK: Procedure = Procedure {
    name: "algo.page_rank",
    inputs: INPUTS,
    outputs: &[
        NODE,
        Field { name: "score", types: TypeSet::FLOAT, type_name: "FLOAT", optional: false },
    ],
    description: "The PageRank of each node. Options: damping (0.85), iterations (20), tolerance (1e-9).",
    run: Run::Computes(page_rank),
};

/// Relationships from which on a second thread is worth its start.
const FOR_TWO: usize = 50_000;

fn page_rank(call: &Call<'_>) -> Columns {
    let options = Options::of(call, &["damping", "iterations", "tolerance"])?;
    let damping = options.number("damping", 0.85, 0.0, 1.0)?;
    let iterations = options.number("iterations", 20.0, 0.0, 1e6)? as u32;
    let tolerance = options.number("tolerance", 1e-9, 0.0, 1.0)?;
    let projection = Projection::of(call, &Names::of(call)?)?;
    if projection.len() == 0 {
        return Ok(Vec::new());
    }
    let much = projection.relationships(call.graph) >= FOR_TWO;
    let threads = if much { call.threads } else { 1 };
    let incoming = projection.incoming(call, threads)?;
    if incoming.iter().any(|part| part.offsets.is_empty()) {
        return Ok(Vec::new());
    }
    (call.keep)(projection.len() * 32)?;
    let mut now = Ranks::evenly(projection.len(), &incoming);
    let mut next = now.clone();
    for _ in 0..iterations {
        if (call.stopped)() {
            return Ok(Vec::new());
        }
        let change = round(call, threads, &incoming, damping, (&now, &mut next));
        std::mem::swap(&mut now, &mut next);
        if change < tolerance {
            break;
        }
    }
    columns(call, &projection, Vector::floats(now.ranks))
}

/// The ranks between two rounds.
#[derive(Clone)]
struct Ranks {
    ranks: Vec<f64>,
    /// What a node gives over each of its relationships.
    shares: Vec<f64>,
    /// The ranks of all nodes without a way out.
    lost: f64,
}

impl Ranks {
    fn evenly(nodes: usize, incoming: &[Incoming]) -> Self {
        let rank = 1.0 / nodes as f64;
        let mut lost = 0.0;
        let mut shares = Vec::with_capacity(nodes);
        for &degree in incoming.iter().flat_map(|part| &part.out_degrees) {
            shares.push(given(rank, degree, &mut lost));
        }
        Ranks { ranks: vec![rank; nodes], shares, lost }
    }
}

/// What a node of a rank gives over each of so many relationships, which may be none.
fn given(rank: f64, degree: u32, lost: &mut f64) -> f64 {
    if degree == 0 {
        *lost += rank;
        return 0.0;
    }
    rank / f64::from(degree)
}

/// Does one round; tells by how much the ranks have changed together.
fn round(
    call: &Call<'_>,
    threads: usize,
    incoming: &[Incoming],
    damping: f64,
    (now, next): (&Ranks, &mut Ranks),
) -> f64 {
    let count = now.ranks.len() as f64;
    let base = (1.0 - damping) / count + damping * now.lost / count;
    let mut sums = vec![(0.0, 0.0); incoming.len()];
    let before = now.ranks.chunks(PART);
    let (ranks, shares) = (next.ranks.chunks_mut(PART), next.shares.chunks_mut(PART));
    let pieces = incoming.iter().zip(before).zip(ranks.zip(shares)).zip(&mut sums);
    share(call, threads, pieces, |(((part, before), (ranks, shares)), (change, lost))| {
        let rows = part.offsets.windows(2).map(|ends| ends[0] as usize..ends[1] as usize);
        for (index, row) in rows.enumerate() {
            let rank = base + damping * sum(&part.sources[row], &now.shares);
            *change += (rank - before[index]).abs();
            ranks[index] = rank;
            shares[index] = given(rank, part.out_degrees[index], lost);
        }
    });
    next.lost = sums.iter().map(|(_, lost)| lost).sum();
    sums.iter().map(|(change, _)| change).sum()
}

/// What these nodes give together. No addition waits for the one before it, of four.
fn sum(sources: &[u32], shares: &[f64]) -> f64 {
    let share = |source: &u32| shares[*source as usize];
    let (fours, rest) = sources.as_chunks::<4>();
    let mut sums = [0.0; 4];
    for four in fours {
        for (sum, source) in sums.iter_mut().zip(four) {
            *sum += share(source);
        }
    }
    (sums[0] + sums[1]) + (sums[2] + sums[3]) + rest.iter().map(share).sum::<f64>()
}
