//! Adjacency against a set of triples, through merges and versions.

use super::*;
use std::collections::BTreeSet;

#[test]
fn agrees_with_a_set_through_merges_and_versions() {
    let mut chunk = AdjacencyChunk::default();
    let mut model: BTreeSet<(usize, u32, u32)> = BTreeSet::new();
    let mut state = 7u64;
    let mut random = |below: u64| {
        state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        (state >> 33) % below
    };
    let mut old = Vec::new();
    for step in 0..30_000u32 {
        // Half of the entries belong to one key, the hub.
        let key = if random(2) == 0 { 3 } else { random(2048) as usize };
        if random(3) > 0 || model.is_empty() {
            let neighbour = random(500) as u32;
            chunk.insert(key, neighbour, step);
            model.insert((key, neighbour, step));
        } else {
            let from = (random(2048) as usize, 0, 0);
            let entry = *model.range(from..).next().or(model.first()).unwrap();
            model.remove(&entry);
            chunk.remove(entry.0, entry.1, entry.2);
        }
        if step % 997 == 0 {
            chunk.seal();
        }
        if step % 5000 == 0 {
            old.push((chunk.clone(), model.clone()));
        }
    }
    old.push((chunk, model));
    for (chunk, model) in old {
        let mut all = BTreeSet::new();
        for key in 0..2048 {
            let found: Vec<_> = chunk.neighbours(key).map(|(n, r)| (key, n, r.0)).collect();
            assert_eq!(found.len(), chunk.neighbours(key).degree());
            let mut rest = chunk.neighbours(key);
            rest.nth(found.len() / 2);
            assert_eq!(rest.degree(), found.len().saturating_sub(found.len() / 2 + 1));
            if let Some((neighbours, relationships)) = chunk.neighbours(key).as_slices() {
                let pairs: Vec<_> =
                    neighbours.iter().zip(relationships).map(|(&n, &r)| (key, n, r)).collect();
                assert!(pairs == found && pairs.is_sorted());
            }
            all.extend(found);
        }
        assert_eq!(all, model);
    }
}
