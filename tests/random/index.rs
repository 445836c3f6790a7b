//! Indexes on a random graph. They must change no answer.

use super::Choices;
use super::graph::{LABELS, TYPES};

/// Keys that indexes are made on.
const KEYS: [&str; 8] = ["i", "k", "m", "s", "f", "g", "d", "b"];

/// Statements that declare up to three indexes, whose names begin so.
pub(crate) fn random(choices: &mut Choices, prefix: &str) -> Vec<String> {
    let count = [0, 1, 2, 3][choices.below(4)];
    (0..count)
        .map(|number| {
            let keys: Vec<&str> = (0..[1, 1, 1, 2][choices.below(4)])
                .map(|_| KEYS[choices.below(KEYS.len())])
                .collect();
            let of = |name: &str| {
                let mut known: Vec<&str> = Vec::new();
                for &key in &keys {
                    if !known.contains(&key) {
                        known.push(key);
                    }
                }
                let keys: Vec<String> = known.iter().map(|key| format!("{name}.{key}")).collect();
                keys.join(", ")
            };
            let exists = format!("CREATE INDEX {prefix}{number} IF NOT EXISTS FOR");
            if choices.chance(30) {
                let kind = TYPES[choices.below(TYPES.len())];
                format!("{exists} ()-[r:{kind}]-() ON ({})", of("r"))
            } else {
                let label = LABELS[choices.below(LABELS.len())];
                format!("{exists} (n:{label}) ON ({})", of("n"))
            }
        })
        .collect()
}
