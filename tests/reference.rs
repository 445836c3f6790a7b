//! Trust in the naive reference evaluator: it answers the scenarios of the feature
//! files, and of the openCypher TCK where `DOSSIER_TCK` names its folder, as they
//! expect it, wherever it knows the language that they use.

#![expect(clippy::print_stderr, reason = "the count of scenarios")]

#[expect(dead_code, reason = "the engine's runner is not used here")]
#[path = "features_support/mod.rs"]
mod features;
#[expect(dead_code, reason = "the lanes put flaws in")]
mod perception;
#[expect(dead_code, reason = "the lanes use more of it")]
#[path = "reference/mod.rs"]
mod reference;

use dossier::value::{Map, Value};
use features::cell;
use features::gherkin::Step;
use features::rows::Given;
use features::scenario::{Case, collect};
use features::show::Snapshot;
use reference::{Failure, Machine, Table, World};
use std::path::{Path, PathBuf};

/// How a scenario ended.
enum Outcome {
    /// As it expects.
    Passed,
    /// It uses what the reference does not know.
    Unknown(String),
    /// Otherwise.
    Failed(String),
}

struct Scenario {
    machine: Machine,
    result: Option<Result<Table, String>>,
    error_expected: bool,
    before: Snapshot,
    after: Snapshot,
}

fn snapshot(world: &World) -> Snapshot {
    let (nodes, relationships) = world.bounds();
    Snapshot::of_elements(world, nodes, relationships)
}

fn run(case: &Case) -> Outcome {
    let mut scenario = Scenario {
        machine: Machine::new(World::default(), Map::default()),
        result: None,
        error_expected: false,
        before: Snapshot::default(),
        after: Snapshot::default(),
    };
    for step in &case.steps {
        match scenario.step(step, case) {
            Outcome::Passed => {}
            other => return other,
        }
    }
    match scenario.result {
        Some(Err(error)) if !scenario.error_expected => Outcome::Failed(error),
        _ => Outcome::Passed,
    }
}

fn judged(result: Result<(), String>) -> Outcome {
    result.map_or_else(Outcome::Failed, |()| Outcome::Passed)
}

impl Scenario {
    fn step(&mut self, step: &Step, case: &Case) -> Outcome {
        let doc = step.doc.as_deref().unwrap_or_default();
        match step.text.as_str() {
            "an empty graph" | "any graph" => Outcome::Passed,
            "having executed:" => self.script(doc),
            "parameters are:" => judged(self.parameters(&step.table)),
            "executing query:" | "executing control query:" => self.execute(doc),
            "no side effects" => judged(self.side_effects(&[])),
            "the side effects should be:" => judged(self.side_effects(&step.table)),
            "the result should be empty" => judged(self.rows(&step.table, false, false, true)),
            "the result should be, in any order:" => {
                judged(self.rows(&step.table, false, false, false))
            }
            "the result should be, in order:" => judged(self.rows(&step.table, true, false, false)),
            "the result should be (ignoring element order for lists):" => {
                judged(self.rows(&step.table, false, true, false))
            }
            "the result should be, in order (ignoring element order for lists):" => {
                judged(self.rows(&step.table, true, true, false))
            }
            other => self.other(other, case),
        }
    }

    fn other(&mut self, text: &str, case: &Case) -> Outcome {
        if let Some((_, rest)) = text.split_once(" should be raised at ") {
            self.error_expected = true;
            return match &self.result {
                Some(Err(_)) => Outcome::Passed,
                // It has no types before the rows are there.
                _ if !rest.starts_with("runtime") => Outcome::Unknown("compile-time errors".into()),
                _ => Outcome::Failed("no error where one is expected".into()),
            };
        }
        if let Some(name) = text.strip_prefix("the ").and_then(|rest| rest.strip_suffix(" graph")) {
            let path = case.graphs.join(name).join(format!("{name}.cypher"));
            let script = std::fs::read_to_string(&path).unwrap();
            return self.script(&script);
        }
        Outcome::Unknown(text.into())
    }

    fn script(&mut self, script: &str) -> Outcome {
        for (_, statement) in dossier::syntax::split_statements(script) {
            match self.machine.run(statement) {
                Ok(_) => {}
                Err(Failure::Error(_, error)) => return Outcome::Failed(format!("setup: {error}")),
                Err(Failure::Unsupported(what)) => return Outcome::Unknown(what),
                Err(Failure::TooMuch) => return Outcome::Unknown("too much work".into()),
            }
        }
        Outcome::Passed
    }

    fn execute(&mut self, query: &str) -> Outcome {
        self.before = snapshot(&self.machine.world);
        self.result = Some(match self.machine.run(query) {
            Ok(table) => Ok(table),
            Err(Failure::Error(_, error)) => Err(error),
            Err(Failure::Unsupported(what)) => return Outcome::Unknown(what),
            Err(Failure::TooMuch) => return Outcome::Unknown("too much work".into()),
        });
        self.after = snapshot(&self.machine.world);
        Outcome::Passed
    }

    fn parameters(&mut self, table: &[Vec<String>]) -> Result<(), String> {
        for row in table {
            let [name, value] = row.as_slice() else { return Err("name and value".into()) };
            let value = cell::parse(value)?.to_value()?;
            self.machine.parameters.insert(name.as_str().into(), value);
        }
        Ok(())
    }

    fn rows(
        &self,
        table: &[Vec<String>],
        in_order: bool,
        lists_unordered: bool,
        empty: bool,
    ) -> Result<(), String> {
        let result = match &self.result {
            Some(Ok(result)) => result,
            Some(Err(error)) => return Err(format!("failed: {error}")),
            None => return Err("no query".into()),
        };
        let columns: Vec<String> = result.names.iter().map(ToString::to_string).collect();
        let rows: Vec<Vec<Value>> = result
            .rows
            .iter()
            .map(|row| result.names.iter().map(|name| row[name].clone()).collect())
            .collect();
        let given = Given { columns: &columns, rows: &rows, reader: &self.machine.world };
        given.check(table, in_order, lists_unordered, empty)
    }

    fn side_effects(&self, table: &[Vec<String>]) -> Result<(), String> {
        let mut wanted: Vec<(String, i64)> = table
            .iter()
            .filter_map(|row| Some((row.first()?.clone(), row.get(1)?.parse().ok()?)))
            .filter(|(_, count)| *count != 0)
            .collect();
        let mut got = self.before.difference(&self.after);
        wanted.sort();
        got.sort();
        if got == wanted { Ok(()) } else { Err(format!("{got:?}, expected {wanted:?}")) }
    }
}

/// Runs the scenarios of a folder; gives how many passed, of how many.
fn hold(folder: &Path) -> (usize, usize) {
    let cases = collect(folder, "");
    let (mut passed, mut failures) = (0, Vec::new());
    let mut unknown: std::collections::BTreeMap<String, usize> = std::collections::BTreeMap::new();
    for case in &cases {
        match run(case) {
            Outcome::Passed => passed += 1,
            Outcome::Unknown(what) => *unknown.entry(what).or_default() += 1,
            Outcome::Failed(why) => failures.push(format!("{}\n  {why}", case.name)),
        }
    }
    if std::env::var_os("DOSSIER_REFERENCE_GAPS").is_some() {
        eprintln!("{unknown:#?}");
    }
    let list = failures.join("\n");
    assert!(failures.is_empty(), "{} scenarios differ:\n{list}", failures.len());
    (passed, cases.len())
}

#[test]
fn the_reference_answers_our_scenarios() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/features");
    let (passed, all) = hold(&folder);
    eprintln!("the reference evaluator answers {passed} of {all} scenarios of our own as expected");
    assert!(passed * 3 > all, "only {passed} of {all}");
}

#[test]
fn the_reference_answers_the_tck() {
    let Some(folder) = std::env::var_os("DOSSIER_TCK").map(PathBuf::from) else { return };
    let (passed, all) = hold(&folder);
    eprintln!("the reference evaluator answers {passed} of {all} scenarios of the TCK as expected");
    assert!(passed * 3 > all, "only {passed} of {all}");
}
