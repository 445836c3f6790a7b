//! `algo.page_rank`: how likely a reader is to be at each node who follows relationships at
//! random, and now and then begins anew anywhere (Brin and Page, 1998).
//!
//! ```text
//! rank(v) = (1 - d) / n + d · (Σ rank(u) / out(u) over u → v  +  Σ rank(u) / n over u without a way out)
//! ```
//!
//! The ranks add up to 1. Parallel relationships count each. The iteration ends after
//! `iterations` rounds, or when the ranks together change by less than `tolerance`.

use super::projection::Projection;
use super::tiles::{PART, Strip, Tiles};
use super::{INPUTS, NODE, Names, Options, columns, share};
use crate::function::TypeSet;
use crate::procedure::{Call, Columns, Field, Procedure, Run};
use crate::value::EvaluationError;
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

/// Relationships from which on a second thread is worth its start in each round.
const FOR_TWO: usize = 200_000;

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
    let threads = if much { call.threads.number() } else { 1 };
    let rounds = Rounds { damping, iterations, tolerance };
    match ranks(call, threads, &projection, &rounds)? {
        Some(ranks) => columns(projection, Vector::floats(ranks)),
        None => Ok(Vec::new()),
    }
}

/// What the rounds are like, and when they end.
struct Rounds {
    damping: f64,
    iterations: u32,
    tolerance: f64,
}

/// The rank of each node, of which there are some; `None` where the statement has to stop before.
fn ranks(
    call: &Call<'_>,
    threads: usize,
    projection: &Projection,
    rounds: &Rounds,
) -> Result<Option<Vec<f64>>, EvaluationError> {
    let Some(tiles) = Tiles::of(call, projection, threads)? else { return Ok(None) };
    (call.keep)(projection.len() * 24)?;
    let mut ranks = Ranks::evenly(projection.len(), &tiles);
    for _ in 0..rounds.iterations {
        if (call.stopped)() {
            return Ok(None);
        }
        let change = ranks.go_on(call, threads, &tiles, rounds.damping);
        if change < rounds.tolerance {
            break;
        }
    }
    Ok(Some(ranks.ranks))
}

/// The ranks between two rounds.
struct Ranks {
    ranks: Vec<f64>,
    /// What a node gives over each of its relationships.
    shares: Vec<f64>,
    /// What nodes get in a round, and give in the next one.
    sums: Vec<f64>,
    /// The ranks of all nodes without a way out.
    lost: f64,
}

impl Ranks {
    fn evenly(nodes: usize, tiles: &Tiles) -> Self {
        let rank = 1.0 / nodes as f64;
        let mut lost = 0.0;
        let mut shares = Vec::with_capacity(nodes);
        for &degree in tiles.strips.iter().flat_map(|strip| &strip.out_degrees) {
            shares.push(given(rank, degree, &mut lost));
        }
        Ranks { ranks: vec![rank; nodes], shares, sums: vec![0.0; nodes], lost }
    }

    /// Does one round; tells by how much the ranks have changed together.
    fn go_on(&mut self, call: &Call<'_>, threads: usize, tiles: &Tiles, damping: f64) -> f64 {
        let count = self.ranks.len() as f64;
        let base = (1.0 - damping) / count + damping * self.lost / count;
        // For each part how much its ranks change, and what of them is lost.
        let mut parts = vec![(0.0, 0.0); self.ranks.len().div_ceil(PART)];
        let ranks = self.ranks.chunks_mut(tiles.length);
        let sums = self.sums.chunks_mut(tiles.length);
        let pieces = ranks.zip(sums).zip(parts.chunks_mut(tiles.length / PART));
        share(call, threads, tiles.strips.iter().zip(pieces), |(strip, ((ranks, sums), parts))| {
            sums.fill(0.0);
            strip.add_up(&self.shares, sums);
            close(strip, (base, damping), (ranks, sums), parts);
        });
        std::mem::swap(&mut self.shares, &mut self.sums);
        self.lost = parts.iter().map(|(_, lost)| lost).sum();
        parts.iter().map(|(change, _)| change).sum()
    }
}

/// Makes of what the nodes of a strip get their ranks, and of these what they give.
fn close(
    strip: &Strip,
    (base, damping): (f64, f64),
    (ranks, sums): (&mut [f64], &mut [f64]),
    parts: &mut [(f64, f64)],
) {
    let degrees = strip.out_degrees.chunks(PART);
    let nodes = ranks.chunks_mut(PART).zip(sums.chunks_mut(PART)).zip(degrees);
    for (((ranks, sums), degrees), (change, lost)) in nodes.zip(parts) {
        for ((rank, sum), &degree) in ranks.iter_mut().zip(sums).zip(degrees) {
            let before = std::mem::replace(rank, base + damping * *sum);
            *change += (*rank - before).abs();
            *sum = given(*rank, degree, lost);
        }
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

#[cfg(test)]
mod tests {
    use super::super::samples::{SHAPES, Sample};
    use super::*;

    #[test]
    fn threads_come_to_the_ranks_of_one_to_the_last_bit() {
        // A node more than two parts have.
        let nodes = 2 * PART as u32 + 1;
        for (shape, make) in SHAPES.iter().enumerate() {
            let sample = Sample::of(nodes, *make);
            let rounds = Rounds { damping: 0.85, iterations: 7, tolerance: 0.0 };
            let by = |threads| {
                sample.with(|call, projection| {
                    let found = ranks(call, threads, projection, &rounds);
                    found.expect("memory").expect("it is not stopped")
                })
            };
            let alone = by(1);
            let whole: f64 = alone.iter().sum();
            assert!((whole - 1.0).abs() < 1e-9, "shape {shape}: {whole}");
            for threads in [2, 5] {
                assert_eq!(by(threads), alone, "shape {shape}, {threads} threads");
            }
        }
    }
}
