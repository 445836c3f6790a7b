//! Selections of the optimiser's rules: all, none, all but one.

use dossier::plan::optimise::{RULES, Rule};

/// How many selections there are.
pub(crate) const SELECTIONS: usize = RULES.len() + 2;

/// A selection by its number; the first has all rules.
pub(crate) fn selection(number: usize) -> Vec<&'static dyn Rule> {
    match number {
        0 => RULES.to_vec(),
        1 => Vec::new(),
        other => {
            let off = other - 2;
            let kept = RULES.iter().enumerate().filter(|(index, _)| *index != off);
            kept.map(|(_, rule)| *rule).collect()
        }
    }
}
