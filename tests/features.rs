//! Runs Gherkin scenarios in the openCypher TCK's dialect: our own in `tests/features`,
//! and those of a folder that `DOSSIER_TCK` names. Every scenario, outlines expanded,
//! is a test of its own, `category/File - [n] name #row`.
//!
//! Scenarios that do not pass yet are listed in `tests/expected_failures.txt`, each with
//! its reason. One in the list that passes fails the run, as does one outside it that
//! fails. `DOSSIER_UPDATE_EXPECTED=1` rewrites the list from this run;
//! `DOSSIER_TCK_SUMMARY=1` prints a table by category.

#![expect(clippy::print_stderr, reason = "the summary by category")]

#[path = "features_support/mod.rs"]
mod support;

use libtest_mimic::{Arguments, Failed, Trial};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use support::scenario::{Case, collect};

/// Name and outcome of each scenario that ran.
type Outcomes = Arc<Mutex<BTreeMap<String, Result<(), String>>>>;

fn main() {
    let arguments = Arguments::from_args();
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut cases = collect(&root.join("tests/features"), "own");
    if let Some(folder) = std::env::var_os("DOSSIER_TCK") {
        let folder = PathBuf::from(folder);
        let found = collect(&folder, "");
        assert!(
            !found.is_empty(),
            "DOSSIER_TCK names {}, which holds no feature files",
            folder.display()
        );
        cases.extend(found);
    }
    let list = root.join("tests/expected_failures.txt");
    let expected = Arc::new(read_expected(&list));
    let outcomes = Outcomes::default();
    let update = std::env::var_os("DOSSIER_UPDATE_EXPECTED").is_some();
    let trials = cases.into_iter().map(|case| trial(case, &expected, &outcomes, update)).collect();
    let conclusion = libtest_mimic::run(&arguments, trials);
    let outcomes = outcomes.lock().unwrap();
    if update {
        write_expected(&list, &expected, &outcomes);
    }
    if std::env::var_os("DOSSIER_TCK_SUMMARY").is_some() {
        summary(&outcomes);
    }
    conclusion.exit();
}

fn trial(
    case: Case,
    expected: &Arc<BTreeMap<String, String>>,
    outcomes: &Outcomes,
    update: bool,
) -> Trial {
    let (expected, outcomes) = (expected.clone(), outcomes.clone());
    let name = case.name.clone();
    Trial::test(name.clone(), move || {
        let outcome = std::panic::catch_unwind(|| case.run()).unwrap_or_else(|panic| {
            let text = panic
                .downcast_ref::<String>()
                .map(String::as_str)
                .or(panic.downcast_ref::<&str>().copied());
            Err(format!("panicked: {}", text.unwrap_or("?")))
        });
        outcomes.lock().unwrap().insert(name.clone(), outcome.clone());
        match (outcome, expected.get(&name)) {
            _ if update => Ok(()),
            (Ok(()), None) | (Err(_), Some(_)) => Ok(()),
            (Ok(()), Some(reason)) => Err(Failed::from(format!(
                "passes now: take it off tests/expected_failures.txt ({reason})"
            ))),
            (Err(message), None) => Err(Failed::from(message)),
        }
    })
}

/// `name # reason`, one a line.
fn read_expected(path: &Path) -> BTreeMap<String, String> {
    let text = std::fs::read_to_string(path).unwrap_or_default();
    text.lines()
        .filter(|line| !line.trim().is_empty() && !line.starts_with('#'))
        .map(|line| match line.split_once(" ## ") {
            Some((name, reason)) => (name.trim().to_owned(), reason.trim().to_owned()),
            None => panic!("{}: `{line}` gives no reason after ` ## `", path.display()),
        })
        .collect()
}

/// Keeps the reasons that are known and names the failure for the others.
fn write_expected(
    path: &Path,
    known: &BTreeMap<String, String>,
    outcomes: &BTreeMap<String, Result<(), String>>,
) {
    let mut list: BTreeMap<&String, String> = known
        .iter()
        .filter(|(name, _)| !outcomes.contains_key(*name))
        .map(|(name, reason)| (name, reason.clone()))
        .collect();
    for (name, outcome) in outcomes {
        if let Err(message) = outcome {
            let first: String =
                message.lines().next().unwrap_or_default().chars().take(160).collect();
            list.insert(name, known.get(name).cloned().unwrap_or(first));
        }
    }
    let mut text = String::from(
        "# Scenarios that do not pass yet: `name ## reason`. The list only shrinks: a listed one\n\
         # that passes, and one outside the list that fails, both fail the run.\n",
    );
    for (name, reason) in list {
        text.push_str(&format!("{name} ## {reason}\n"));
    }
    std::fs::write(path, text).unwrap();
}

fn summary(outcomes: &BTreeMap<String, Result<(), String>>) {
    let mut categories: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    for (name, outcome) in outcomes {
        let category =
            name.rsplit_once('/').map_or("", |(_, rest)| &name[..name.len() - rest.len() - 1]);
        let category = name
            .split(" - ")
            .next()
            .and_then(|file| file.rsplit_once('/'))
            .map_or(category, |(folder, _)| folder);
        let entry = categories.entry(category).or_default();
        entry.0 += usize::from(outcome.is_ok());
        entry.1 += 1;
    }
    let (mut passed, mut all) = (0, 0);
    for (category, (ok, count)) in categories {
        eprintln!("{category:<44} {ok:>5} of {count:>5}");
        if category != "own" {
            passed += ok;
            all += count;
        }
    }
    if all > 0 {
        eprintln!(
            "{:<44} {passed:>5} of {all:>5}  ({:.1} %)",
            "openCypher TCK",
            passed as f64 * 100.0 / all as f64
        );
    }
}
