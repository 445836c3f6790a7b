//! Differential testing: random queries on random graphs, answered by the engine and
//! by the naive reference evaluator, which must agree in rows, in success or the class
//! of the failure, and in the graph afterwards. Every optimiser rule is left out in turn.
//!
//! The lane is set and reported as `random/lane.rs` says.

#![expect(clippy::print_stderr, reason = "the count of pairs")]

mod random;
#[path = "reference/mod.rs"]
mod reference;

use dossier::plan::optimise::Rule;
use dossier::value::{Endpoint, NodeId, RelationshipId, Value};
use dossier::{Database, Error};
use random::canonical::{self, Loose};
use random::lane::{Lane, Verdict, on_all_processors};
use random::planted::{PLANTED, with};
use random::query::Generated;
use random::rules::{self, SELECTIONS};
use random::scope::Generator;
use random::{Choices, graph, index, parameters};
use reference::{Failure, Machine, World};
use std::time::Duration;

/// Pairs that a plain test run tries.
const PAIRS: u64 = 2_500;
/// Pairs within which every planted bug has to be found.
const BUDGET: u64 = 4_000;
/// No query on a graph of twelve nodes takes so long.
const TIME_LIMIT: Duration = Duration::from_secs(20);

/// A graph and a query.
struct Case {
    graph: String,
    indexes: Vec<String>,
    query: Generated,
    /// Which rules the engine uses: all, none, or all but one.
    rules: usize,
}

fn case(choices: &mut Choices) -> Case {
    let rules = choices.below(SELECTIONS);
    let graph = graph::random(choices);
    let indexes = index::random(choices);
    let query = Generator::new(choices).query();
    Case { graph, indexes, query, rules }
}

/// An answer: the rows as text, and the graph afterwards.
#[derive(PartialEq)]
struct Answer {
    rows: Vec<String>,
    graph: Vec<String>,
}

impl Answer {
    fn new(mut rows: Vec<String>, graph: Vec<String>, query: &Generated) -> Self {
        if query.count_only {
            rows = vec![format!("{} rows", rows.len())];
        } else if !query.ordered {
            rows.sort();
        }
        Answer { rows, graph }
    }

    fn difference(&self, other: &Answer) -> String {
        let (what, ours, theirs) = if self.rows == other.rows {
            ("graph", &self.graph, &other.graph)
        } else {
            ("rows", &self.rows, &other.rows)
        };
        format!(
            "the {what} differ\n  engine:\n    {}\n  reference:\n    {}",
            ours.join("\n    "),
            theirs.join("\n    ")
        )
    }
}

/// What the reference says; `Err` is why it says nothing.
fn expected(case: &Case, database: &Database) -> Result<Result<Answer, Failure>, String> {
    let mut machine = Machine::new(World::of(&database.snapshot()), parameters());
    match machine.run(&case.query.text) {
        Ok(table) => {
            let columns: Vec<String> = table.names.iter().map(ToString::to_string).collect();
            let cells = |row: &reference::Row| -> Vec<Value> {
                table.names.iter().map(|name| row[name].clone()).collect()
            };
            let rows: Vec<Vec<Value>> = table.rows.iter().map(cells).collect();
            let loose = Loose::of(&case.query.text);
            let rows = canonical::rows(&columns, &rows, &machine.world, loose);
            let (nodes, relationships) = machine.world.bounds();
            let nodes = (0..nodes).map(|id| Endpoint::Node(NodeId(id)));
            let relationships =
                (0..relationships).map(|id| Endpoint::Relationship(RelationshipId(id)));
            let graph = canonical::graph(&machine.world, nodes, relationships);
            Ok(Ok(Answer::new(rows, graph, &case.query)))
        }
        Err(Failure::Unsupported(what)) => Err(what),
        Err(Failure::TooMuch) => Err("too much work".into()),
        Err(failure) => Ok(Err(failure)),
    }
}

/// Whether a query changes the graph.
fn query_writes(text: &str) -> bool {
    ["CREATE", "MERGE", "SET ", "REMOVE", "DELETE"].iter().any(|word| text.contains(word))
}

fn compare(case: &Case, rules: &[&'static dyn Rule]) -> Verdict {
    let database = Database::in_memory();
    if !case.graph.is_empty() {
        database.query(&case.graph).run().expect("a generated graph can be created");
    }
    for index in &case.indexes {
        database.query(index).run().expect("an index can be declared");
    }
    let expected = match expected(case, &database) {
        Ok(expected) => expected,
        Err(why) => return Verdict::Skipped(why),
    };
    let query = database.query(&case.query.text).params(parameters()).timeout(TIME_LIMIT);
    let why = match (query.rules(rules).run(), expected) {
        (Ok(result), Ok(expected)) => {
            let loose = Loose::of(&case.query.text);
            let rows = canonical::rows(&result.columns, &result.rows, &*database.snapshot(), loose);
            let graph = canonical::version(&database.snapshot());
            let answer = Answer::new(rows, graph, &case.query);
            if answer == expected {
                let nothing = expected.rows.is_empty() && !query_writes(&case.query.text);
                return if nothing { Verdict::Empty } else { Verdict::Agree };
            }
            answer.difference(&expected)
        }
        (Err(Error::Query(error)), Err(Failure::Error(class, message))) => {
            if error.class == class {
                return Verdict::BothFail(format!("{}\n{}", error.message, case.query.text));
            }
            format!(
                "the classes differ\n  engine: {:?}: {}\n  reference: {class:?}: {message}",
                error.class, error.message
            )
        }
        (Err(error), Ok(_)) => format!("the engine fails: {error}"),
        (Err(error), Err(_)) => format!("not a failure of a query: {error}"),
        (Ok(_), Err(error)) => format!("only the reference fails: {error:?}"),
    };
    let rules: Vec<&str> = rules.iter().map(|rule| rule.name()).collect();
    Verdict::Differ(format!(
        "{why}\n  graph:\n{}\n  indexes: {:?}\n  query:\n{}\n  rules: {}",
        case.graph,
        case.indexes,
        case.query.text,
        rules.join(", ")
    ))
}

#[test]
fn the_engine_agrees_with_the_reference() {
    let judge = |_: u64, choices: &mut Choices| {
        let case = case(choices);
        compare(&case, &rules::selection(case.rules))
    };
    Lane { name: "differential", pairs: PAIRS, judge: &judge }.hold();
}

#[test]
fn every_planted_bug_is_found() {
    let results = on_all_processors(PLANTED, |planted| {
        let rules = with(planted);
        (1..=BUDGET).find(|seed| {
            let case = case(&mut Choices::seeded(*seed));
            matches!(compare(&case, &rules), Verdict::Differ(_))
        })
    });
    let mut missed = Vec::new();
    for (planted, found) in PLANTED.iter().zip(results) {
        match found {
            Some(seed) => eprintln!("differential: `{}` is found by seed {seed}", planted.name()),
            None => missed.push(planted.name()),
        }
    }
    assert!(missed.is_empty(), "not found within {BUDGET} pairs: {missed:?}");
}
