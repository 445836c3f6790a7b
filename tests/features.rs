//! Runs Gherkin scenarios in the openCypher TCK's dialect: our own in `tests/features`,
//! and those of a folder that `DOSSIER_TCK` names. Every scenario, outlines expanded,
//! is a test of its own, `category/File - [n] name #row`.
//!
//! Scenarios that do not pass yet are listed in `tests/expected_failures.txt`, each with
//! its reason. One in the list that passes fails the run, as does one outside it that
//! fails. `DOSSIER_UPDATE_EXPECTED=1` rewrites the list from this run;
//! `DOSSIER_TCK_SUMMARY=1` prints a table by category. A run of the whole selection that
//! the conformance table of docs/language.md is about must agree with it.

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

/// The category of the project's own scenarios.
const OWN: &str = "own";

fn main() {
    let arguments = Arguments::from_args();
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut cases = collect(&root.join("tests/features"), OWN);
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
    let all = cases.len();
    let trials = cases.into_iter().map(|case| trial(case, &expected, &outcomes, update)).collect();
    let conclusion = libtest_mimic::run(&arguments, trials);
    let outcomes = outcomes.lock().unwrap();
    if update {
        write_expected(&list, &expected, &outcomes);
    }
    let categories = by_category(&outcomes);
    if std::env::var_os("DOSSIER_TCK_SUMMARY").is_some() {
        summary(&categories);
    }
    let whole = outcomes.len() == all && categories.keys().any(|category| *category != OWN);
    if whole && let Err(difference) = check_page(&root.join("docs/language.md"), &categories) {
        eprintln!("{difference}");
        std::process::exit(101);
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

/// How many passed of how many.
#[derive(Clone, Copy, Default)]
struct Share {
    passed: usize,
    all: usize,
}

impl Share {
    fn add(&mut self, other: Share) {
        self.passed += other.passed;
        self.all += other.all;
    }
}

/// Headings (an outline counts once, and passes if all its rows do) and expanded scenarios
/// of each category.
fn by_category(outcomes: &BTreeMap<String, Result<(), String>>) -> BTreeMap<&str, [Share; 2]> {
    let mut headings: BTreeMap<&str, bool> = BTreeMap::new();
    let mut categories: BTreeMap<&str, [Share; 2]> = BTreeMap::new();
    let category = |name: &'_ str| {
        let file = name.split(" - ").next().unwrap_or(name);
        file.rfind('/').unwrap_or(file.len())
    };
    for (name, outcome) in outcomes {
        let heading = match name.rsplit_once(" #") {
            Some((heading, row)) if row.bytes().all(|byte| byte.is_ascii_digit()) => heading,
            _ => name,
        };
        *headings.entry(heading).or_insert(true) &= outcome.is_ok();
        let expanded = Share { passed: usize::from(outcome.is_ok()), all: 1 };
        categories.entry(&name[..category(name)]).or_default()[1].add(expanded);
    }
    for (heading, passed) in headings {
        let share = Share { passed: usize::from(passed), all: 1 };
        categories.entry(&heading[..category(heading)]).or_default()[0].add(share);
    }
    categories
}

fn total(categories: &BTreeMap<&str, [Share; 2]>) -> [Share; 2] {
    let mut total = [Share::default(); 2];
    for (_, shares) in categories.iter().filter(|(category, _)| **category != OWN) {
        total.iter_mut().zip(shares).for_each(|(sum, share)| sum.add(*share));
    }
    total
}

fn summary(categories: &BTreeMap<&str, [Share; 2]>) {
    let line = |name: &str, [headings, expanded]: [Share; 2]| {
        eprintln!(
            "{name:<40} {:>5} of {:>5} headings {:>5} of {:>5} expanded",
            headings.passed, headings.all, expanded.passed, expanded.all
        );
    };
    categories.iter().for_each(|(category, shares)| line(category, *shares));
    line("openCypher TCK", total(categories));
}

/// The table of docs/language.md. Another selection of the TCK has other numbers, which are
/// not what the page is about.
fn check_page(page: &Path, categories: &BTreeMap<&str, [Share; 2]>) -> Result<(), String> {
    let mut text = String::from("| openCypher TCK | headings | expanded |\n| --- | --- | --- |\n");
    let mut line = |name: &str, [headings, expanded]: [Share; 2]| {
        text += &format!(
            "| {name} | {} of {} | {} of {} |\n",
            headings.passed, headings.all, expanded.passed, expanded.all
        );
    };
    for (category, shares) in categories.iter().filter(|(category, _)| **category != OWN) {
        line(category, *shares);
    }
    let [headings, expanded] = total(categories);
    line("all", [headings, expanded]);
    let same = |section: &str| section.contains(&format!("of {} |\n", expanded.all));
    let update = std::env::var_os("DOSSIER_UPDATE_DOCS").is_some();
    if !update && !same(&support::section::read(page, "tck")) {
        return Ok(());
    }
    support::section::check(page, "tck", &text)
}
