//! Components by several threads against those of one, and of a plain search.

use super::super::samples::{SHAPES, Sample};
use super::*;

#[test]
fn threads_find_the_components_of_a_plain_search() {
    for (shape, make) in SHAPES.iter().enumerate() {
        for nodes in [1, 2, 15, 17, 900] {
            let sample = Sample::of(nodes, *make);
            // Every node takes the smallest number around it, in as many rounds as it needs.
            let mut firsts: Vec<usize> = (0..nodes as usize).collect();
            loop {
                let before = firsts.clone();
                for &(start, end) in &sample.pairs {
                    let least = firsts[start as usize].min(firsts[end as usize]);
                    firsts[start as usize] = least;
                    firsts[end as usize] = least;
                }
                if firsts == before {
                    break;
                }
            }
            let mut all = firsts.clone();
            all.sort_unstable();
            all.dedup();
            let expected: Vec<i64> =
                firsts.iter().map(|first| all.partition_point(|one| one < first) as i64).collect();
            for threads in [1, 2, 5, 5, 5] {
                let found = sample.with(|call, projection| components(call, threads, projection));
                let found = found.expect("memory").expect("it is not stopped");
                let found: Vec<i64> = found.iter().filter_map(|it| it.as_integer()).collect();
                assert_eq!(found, expected, "shape {shape}, {nodes} nodes, {threads} threads");
            }
        }
    }
}
