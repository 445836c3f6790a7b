//! Mutations of queries by tokens: dropped, doubled, swapped, replaced by those of other
//! queries. Unlike flipped bytes, many of the results still parse.

#[path = "../../src/value/random.rs"]
mod random;

use dossier::syntax::tokenize;
use random::Random;
use std::path::{Path, PathBuf};

/// The queries of the feature files, of those of the TCK too where it is at hand.
pub(crate) fn seeds() -> Vec<String> {
    let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/features");
    let tck = std::env::var_os("DOSSIER_TCK").map(PathBuf::from);
    let mut queries = Vec::new();
    for folder in std::iter::once(own).chain(tck) {
        collect(&folder, &mut queries);
    }
    queries.sort();
    queries.dedup();
    queries
}

fn collect(folder: &Path, queries: &mut Vec<String>) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    for path in entries.flatten().map(|entry| entry.path()) {
        if path.is_dir() {
            collect(&path, queries);
        } else if path.extension().is_some_and(|ending| ending == "feature") {
            let text = std::fs::read_to_string(&path).unwrap_or_default();
            // Every second piece between triple quotes is a query.
            queries.extend(text.split("\"\"\"").skip(1).step_by(2).map(|text| text.trim().into()));
        }
    }
}

/// An endless row of mutated queries, the same for the same seed.
pub(crate) struct Mutator<'a> {
    random: Random,
    seeds: &'a [String],
}

impl<'a> Mutator<'a> {
    pub(crate) fn new(seed: u64, seeds: &'a [String]) -> Self {
        Mutator { random: Random(seed), seeds }
    }

    fn below(&mut self, bound: usize) -> usize {
        self.random.below(bound.max(1) as u64) as usize
    }

    fn tokens(&mut self) -> Vec<&'a str> {
        let text = &self.seeds[self.below(self.seeds.len())];
        tokenize(text).iter().map(|token| token.text(text)).collect()
    }

    /// The next mutated query.
    pub(crate) fn next(&mut self) -> String {
        let mut tokens = self.tokens();
        for _ in 0..=self.below(4) {
            self.mutate(&mut tokens);
        }
        tokens.truncate(400);
        let separator = if self.below(8) == 0 { "" } else { " " };
        tokens.join(separator)
    }

    fn mutate(&mut self, tokens: &mut Vec<&'a str>) {
        let at = self.below(tokens.len() + 1);
        let other = self.tokens();
        let from = self.below(other.len());
        let to = (from + 1 + self.below(8)).min(other.len());
        let piece = other.get(from..to).unwrap_or_default();
        match self.below(6) {
            0 if at < tokens.len() => {
                tokens.remove(at);
            }
            1 if at < tokens.len() => tokens.insert(at, tokens[at]),
            2 if at < tokens.len() => {
                let with = self.below(tokens.len());
                tokens.swap(at, with);
            }
            3 if at < tokens.len() => tokens[at] = piece.first().unwrap_or(&"null"),
            4 => tokens.truncate(at),
            _ => {
                tokens.splice(at..at, piece.iter().copied());
            }
        }
    }
}
