//! Making a failing list of choices as short and small as it gets.

use std::time::{Duration, Instant};

/// Longest time that is spent on one failure.
const PATIENCE: Duration = Duration::from_secs(20);

/// The simplest list that is found for which `fails` still holds.
pub(crate) fn shrink(choices: &[u32], mut fails: impl FnMut(&[u32]) -> bool) -> Vec<u32> {
    let deadline = Instant::now() + PATIENCE;
    let mut best = choices.to_vec();
    loop {
        let before = best.clone();
        for size in [64, 32, 16, 8, 4, 3, 2, 1] {
            pass(&mut best, size, deadline, &mut fails, |list, at, end| {
                list.drain(at..end);
            });
            pass(&mut best, size, deadline, &mut fails, |list, at, end| {
                list[at..end].fill(0);
            });
        }
        pass(&mut best, 1, deadline, &mut fails, |list, at, _| list[at] /= 2);
        pass(&mut best, 1, deadline, &mut fails, |list, at, _| {
            list[at] = list[at].saturating_sub(1);
        });
        if best == before || Instant::now() > deadline {
            return best;
        }
    }
}

/// Tries a change on each block of that size, from the end to the beginning.
fn pass(
    best: &mut Vec<u32>,
    size: usize,
    deadline: Instant,
    fails: &mut impl FnMut(&[u32]) -> bool,
    change: impl Fn(&mut Vec<u32>, usize, usize),
) {
    let mut at = best.len();
    while at > 0 && Instant::now() < deadline {
        at = at.saturating_sub(size);
        let end = (at + size).min(best.len());
        if at >= end {
            continue;
        }
        let mut tried = best.clone();
        change(&mut tried, at, end);
        if tried != *best && fails(&tried) {
            *best = tried;
        }
    }
}

#[test]
fn a_list_shrinks_to_what_matters() {
    let long: Vec<u32> = (0..300).map(|number| number % 50).collect();
    let fails = |list: &[u32]| list.iter().any(|number| *number >= 20) && list.len() >= 2;
    let mut small = shrink(&long, fails);
    small.sort_unstable();
    assert_eq!(small, [0, 20]);
}
