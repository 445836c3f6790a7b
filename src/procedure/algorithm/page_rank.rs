//! `algo.page_rank`: how likely a reader is to be at each node who follows relationships at
//! random, and now and then begins anew anywhere (Brin and Page, 1998).
//!
//! ```text
//! rank(v) = (1 - d) / n + d · (Σ rank(u) / out(u) over u → v  +  Σ rank(u) / n over u without a way out)
//! ```
//!
//! The ranks add up to 1. Parallel relationships count each. The iteration ends after
//! `iterations` rounds, or when the ranks together change by less than `tolerance`.

use super::projection::{Incoming, Projection};
use super::{INPUTS, NODE, Names, Options, columns};
use crate::function::TypeSet;
use crate::procedure::{Call, Columns, Field, Procedure, Run};
use crate::vector::Vector;
use std::ops::Range;
use std::sync::{Mutex, PoisonError};
use std::thread;

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
/// Parts of the nodes: always as many, so that the sums do not depend on who does them.
const PARTS: usize = 16;

fn page_rank(call: &Call<'_>) -> Columns {
    let options = Options::of(call, &["damping", "iterations", "tolerance"])?;
    let damping = options.number("damping", 0.85, 0.0, 1.0)?;
    let iterations = options.number("iterations", 20.0, 0.0, 1e6)? as u32;
    let tolerance = options.number("tolerance", 1e-9, 0.0, 1.0)?;
    let projection = Projection::of(call, &Names::of(call)?)?;
    if projection.len() == 0 {
        return Ok(Vec::new());
    }
    let incoming = projection.incoming(call)?;
    (call.keep)(projection.len() * 24)?;
    let mut ranks = vec![1.0 / projection.len() as f64; projection.len()];
    for _ in 0..iterations {
        if (call.stopped)() {
            return Ok(Vec::new());
        }
        let (next, change) = round(&incoming, &ranks, damping, call.threads);
        ranks = next;
        if change < tolerance {
            break;
        }
    }
    columns(call, &projection, Vector::floats(ranks))
}

/// The ranks after one round, and by how much they have changed together.
fn round(incoming: &Incoming, ranks: &[f64], damping: f64, threads: usize) -> (Vec<f64>, f64) {
    let count = ranks.len() as f64;
    let mut lost = 0.0;
    let shares: Vec<f64> = ranks
        .iter()
        .zip(&incoming.out_degrees)
        .map(|(rank, &degree)| {
            if degree == 0 {
                lost += rank;
                return 0.0;
            }
            rank / f64::from(degree)
        })
        .collect();
    let base = (1.0 - damping) / count + damping * lost / count;
    let mut next = vec![0.0; ranks.len()];
    let mut changes = [0.0; PARTS];
    let mut rest = next.as_mut_slice();
    let mut pieces = Vec::with_capacity(PARTS);
    for (part, change) in parts(incoming).into_iter().zip(&mut changes) {
        let (here, behind) = rest.split_at_mut(part.len());
        rest = behind;
        pieces.push((part, here, change));
    }
    let pieces = Mutex::new(pieces);
    let work = || {
        loop {
            let piece = pieces.lock().unwrap_or_else(PoisonError::into_inner).pop();
            let Some((part, here, change)) = piece else { return };
            *change = gather(incoming, ranks, &shares, (base, damping), part, here);
        }
    };
    let threads = if incoming.sources.len() < FOR_TWO { 1 } else { threads };
    thread::scope(|scope| {
        for _ in 1..threads {
            scope.spawn(work);
        }
        work();
    });
    (next, changes.iter().sum())
}

/// The ranks of a part of the nodes.
fn gather(
    incoming: &Incoming,
    ranks: &[f64],
    shares: &[f64],
    (base, damping): (f64, f64),
    part: Range<usize>,
    next: &mut [f64],
) -> f64 {
    let mut change = 0.0;
    for (index, next) in part.zip(next) {
        let row = incoming.offsets[index] as usize..incoming.offsets[index + 1] as usize;
        let sum: f64 = incoming.sources[row].iter().map(|&source| shares[source as usize]).sum();
        *next = base + damping * sum;
        change += (*next - ranks[index]).abs();
    }
    change
}

/// The nodes in parts with about as many relationships each.
fn parts(incoming: &Incoming) -> Vec<Range<usize>> {
    let (nodes, relationships) = (incoming.offsets.len() - 1, incoming.sources.len());
    let mut parts = Vec::with_capacity(PARTS);
    let mut from = 0;
    for part in 1..=PARTS {
        let wanted = (relationships * part / PARTS) as u32;
        let to = if part == PARTS {
            nodes
        } else {
            incoming.offsets.partition_point(|&offset| offset < wanted).clamp(from, nodes)
        };
        parts.push(from..to);
        from = to;
    }
    parts
}
