//! Metamorphic testing: random queries on random graphs, changed into others that must
//! answer the same, or whose answers must add up.
//!
//! The lane is set and reported as `random/lane.rs` says; `DOSSIER_RELATION` names a
//! part of the name of the relations that are tried. A failure is made as small as it
//! gets and printed with its seed, the graph, every query and every answer.

#![expect(clippy::print_stderr, reason = "the count of pairs")]

#[path = "metamorphic/mod.rs"]
mod metamorphic;
mod perception;
#[expect(dead_code, reason = "other lanes use more of it")]
mod random;

use dossier::plan::optimise::RULES;
use metamorphic::{Relation, Stop, Trial, relations, relations_of_views};
use random::Choices;
use random::lane::{Lane, Verdict, on_all_processors};
use random::planted::{Bug, Planting, bugs};
use random::scope::Generator;

/// Trials that a plain test run makes.
const TRIALS: u64 = 1_000;
/// How often a relation is tried before it is given up for want of rows.
const ATTEMPTS: usize = 4;
/// Trials within which every planted bug has to be found.
const BUDGET: u64 = 30_000;
/// Trials within which a debug build has to find at least so many of the planted bugs.
const QUICK_BUDGET: (u64, usize) = (60, 10);

/// Tries a relation until there is something to compare.
fn judge(relation: &Relation, planting: &Planting, choices: &mut Choices) -> Verdict {
    let mut verdict = Verdict::Empty;
    for _ in 0..ATTEMPTS {
        verdict = attempt(relation, planting, choices);
        if !matches!(verdict, Verdict::Empty | Verdict::Skipped(_)) {
            break;
        }
    }
    verdict
}

fn attempt(relation: &Relation, planting: &Planting, choices: &mut Choices) -> Verdict {
    let mut trial = Trial::new(Generator::new(choices), planting.clone());
    match (relation.hold)(&mut trial) {
        Ok(()) if trial.is_fruitful() => Verdict::Agree,
        Ok(()) => Verdict::Empty,
        Err(Stop::Fails(why)) => Verdict::BothFail(format!("{}: {why}", relation.name)),
        Err(Stop::Skip(why)) => Verdict::Skipped(format!("{}: {why}", relation.name)),
        Err(Stop::Differ(why)) => {
            Verdict::Differ(format!("{}: {why}\n{}", relation.name, trial.story()))
        }
    }
}

/// Relations whose name holds what `DOSSIER_RELATION` says; all without it.
fn chosen() -> Vec<&'static Relation> {
    let wanted = std::env::var("DOSSIER_RELATION").unwrap_or_default();
    let chosen: Vec<_> =
        relations().into_iter().filter(|relation| relation.name.contains(&wanted)).collect();
    assert!(!chosen.is_empty(), "no relation is named `{wanted}`");
    chosen
}

/// The relation that a seed tries.
fn relation_of(seed: u64, relations: &[&'static Relation]) -> &'static Relation {
    relations[(seed % relations.len() as u64) as usize]
}

#[test]
fn the_answers_hang_together() {
    let relations = chosen();
    let planting = Planting::sound(RULES);
    let judge =
        |seed: u64, choices: &mut Choices| judge(relation_of(seed, &relations), &planting, choices);
    Lane { name: "metamorphic", pairs: TRIALS, judge: &judge }.hold();
}

/// The first seed with which a bug is found out, and the relation that does it. What is wrong
/// with views only those relations see that tell what views are.
fn found(bug: &Bug, budget: u64) -> Option<(u64, &'static str)> {
    let relations = if bug.planting.flaw.is_some() { relations_of_views() } else { relations() };
    (1..=budget).find_map(|seed| {
        let relation = relation_of(seed, &relations);
        let verdict = judge(relation, &bug.planting, &mut Choices::seeded(seed));
        matches!(verdict, Verdict::Differ(_)).then_some((seed, relation.name))
    })
}

#[test]
fn every_planted_bug_is_found() {
    let bugs = bugs();
    let (budget, least) = if cfg!(debug_assertions) { QUICK_BUDGET } else { (BUDGET, bugs.len()) };
    let results = on_all_processors(&bugs, |bug| found(bug, budget));
    let mut missed = Vec::new();
    for (bug, result) in bugs.iter().zip(results) {
        match result {
            Some((seed, relation)) => {
                eprintln!("metamorphic: `{}` is found by seed {seed}: {relation}", bug.name);
            }
            None => missed.push(bug.name),
        }
    }
    let found = bugs.len() - missed.len();
    assert!(found >= least, "not found within {budget} trials: {missed:?}");
}

#[test]
fn there_are_many_relations_and_each_has_a_name_of_its_own() {
    let relations = relations();
    let mut names: Vec<&str> = relations.iter().map(|relation| relation.name).collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), relations.len());
    assert!(names.len() >= 60, "{}", names.len());
}
