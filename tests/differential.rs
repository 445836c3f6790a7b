//! Differential testing: random queries on random graphs, answered by the engine and
//! by the naive reference evaluator, which must agree in rows, in success or the class
//! of the failure, and in the graph afterwards. Every optimiser rule is left out in turn. What
//! several threads say, and later runs of a prepared query, is held against one fresh run.
//!
//! The lane is set and reported as `random/lane.rs` says.

#![expect(clippy::print_stderr, reason = "the count of pairs")]

mod perception;
mod random;
#[path = "reference/mod.rs"]
mod reference;

use dossier::plan::optimise::RULES;
use dossier::value::{Endpoint, ErrorClass, Map, NodeId, RelationshipId, Value};
use dossier::{Database, Error, Query, QueryResult};
use random::canonical::{self, Loose};
use random::files::{FILES, Files};
use random::lane::{Lane, Verdict, on_all_processors};
use random::lens;
use random::planted::{Planting, bugs};
use random::query::Generated;
use random::rules::{self, SELECTIONS};
use random::scope::Generator;
use random::{Choices, graph, index, parameters, writes};
use reference::{Failure, Machine, World};
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

/// Pairs that a plain test run tries.
const PAIRS: u64 = 2_500;
/// Pairs within which every planted bug has to be found.
const BUDGET: u64 = 8_000;
/// Pairs within which a debug build has to find at least so many of the planted bugs.
const QUICK_BUDGET: (u64, usize) = (100, 15);
/// No query on a graph of twelve nodes takes so long.
const TIME_LIMIT: Duration = Duration::from_secs(20);

/// A graph and a query.
struct Case {
    graph: String,
    indexes: Vec<String>,
    /// What was done to the graph before the query; what fails is passed over.
    history: Vec<String>,
    /// Prefixes of the query: which graph it sees, and what of it.
    views: Vec<String>,
    query: Generated,
    /// Which rules the engine uses: all, none, or all but one.
    rules: usize,
}

/// A case; where `seen`, it has prefixes in any case.
fn case(choices: &mut Choices, seen: bool) -> Case {
    let rules = choices.below(SELECTIONS);
    let claims = seen || choices.chance(25);
    let graph = if claims { graph::claimed(choices) } else { graph::random(choices) };
    let indexes = index::random(choices, "x");
    let history = if choices.chance(15) {
        let count = 1 + choices.below(2);
        (0..count).map(|_| Generator::new(choices).writing_query().text).collect()
    } else {
        Vec::new()
    };
    // Of a simple query more is left to see.
    let simple = claims && choices.chance(60);
    let mut generator = Generator::new(choices);
    let mut query = if simple { generator.simple_query() } else { generator.query() };
    let mut views = Vec::new();
    if !writes(&query.text) {
        if claims && (seen || choices.chance(70)) {
            views = Generator::new(choices).views();
        }
        if !history.is_empty() && choices.chance(60) {
            let commits = usize::from(!graph.is_empty()) + indexes.len() + history.len();
            let place = choices.below(views.len() + 1);
            views.insert(place, format!("AS KNOWN AT {}", choices.below(commits + 1)));
        }
    }
    if !views.is_empty() {
        query.text = format!("{}\n{}", views.join(" "), query.text);
    }
    Case { graph, indexes, history, views, query, rules }
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

/// The database of a case, and its past: what each commit has left.
fn built(case: &Case) -> (Database, Vec<(u64, World)>) {
    let database = Database::in_memory();
    let mut past = Vec::new();
    let statements = case.indexes.iter().chain(&case.history);
    for (place, statement) in std::iter::once(&case.graph).chain(statements).enumerate() {
        if statement.is_empty() {
            continue;
        }
        let done = database.query(statement).params(parameters()).timeout(TIME_LIMIT).run();
        let may_fail = place > case.indexes.len();
        assert!(may_fail || done.is_ok(), "{statement}: {:?}", done.err());
        let version = database.snapshot();
        let number = version.last_commit().0;
        if past.last().is_none_or(|(known, _)| *known != number) && number > 0 {
            past.push((number, World::of(&version)));
        }
    }
    (database, past)
}

/// What the reference says; `Err` is why it says nothing.
fn expected(
    case: &Case,
    database: &Database,
    past: Vec<(u64, World)>,
) -> Result<Result<Answer, Failure>, String> {
    let mut machine = Machine::new(World::of(&database.snapshot()), parameters());
    (machine.past, machine.files) = (Some(Rc::new(past)), &FILES);
    match machine.run(&case.query.text) {
        Ok(table) => {
            let columns: Vec<String> = table.names.iter().map(ToString::to_string).collect();
            let cells = |row: &reference::Row| -> Vec<Value> {
                table.names.iter().map(|name| row[name].clone()).collect()
            };
            let rows: Vec<Vec<Value>> = table.rows.iter().map(cells).collect();
            let loose = Loose::of(&case.query.text);
            let seen = machine.seen.as_ref().unwrap_or(&machine.world);
            let rows = canonical::rows(&columns, &rows, seen, loose);
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

/// How several threads differ from one, to the last bit and the order of the rows; `text` only
/// reads.
fn shared_differs(text: &str, database: &Database, planting: &Planting) -> Option<String> {
    let run = |threads: usize| {
        let query = database.query(text).params(parameters()).files(Arc::new(Files));
        let query = query.timeout(TIME_LIMIT).rules(&planting.rules).threads(threads);
        let morsel = 1 + text.len() as u32 % 4;
        if threads == 1 { query.run() } else { query.morsel(morsel).run() }
    };
    let told = |result: Result<QueryResult, Error>| match result {
        Ok(result) => Ok(result.rows.iter().map(|row| format!("{row:?}")).collect::<Vec<_>>()),
        Err(Error::Query(error)) => Err((error.class, format!("{error:?}"))),
        Err(error) => panic!("{error}\n{text}"),
    };
    let (alone, shared) = (told(run(1)), told(run(3)));
    let exhausted =
        |told: &Result<_, (ErrorClass, _)>| matches!(told, Err((ErrorClass::ResourceExhausted, _)));
    if exhausted(&alone) || exhausted(&shared) || alone == shared {
        return None;
    }
    Some(format!("threads differ\n  one:\n    {alone:?}\n  several:\n    {shared:?}"))
}

/// How the later runs of a prepared query, after others with other parameters, differ from a
/// first one.
fn again_differs(case: &Case) -> Option<String> {
    let ask = |query: Query<'_>, parameters: Map| {
        query.params(parameters).files(Arc::new(Files)).timeout(TIME_LIMIT).run()
    };
    let told = |result: Result<QueryResult, Error>, database: &Database| {
        match result {
            Ok(result) => {
                let rows: Vec<String> = result.rows.iter().map(|row| format!("{row:?}")).collect();
                Ok((result.columns, rows, format!("{:?}", result.counters)))
            }
            Err(Error::Query(error)) => Err((error.class, format!("{error:?}"))),
            Err(error) => panic!("{error}\n{}", case.query.text),
        }
        .map(|told| (told, canonical::version(&database.snapshot())))
    };
    let (fresh, database) = (built(case).0, built(case).0);
    let first = told(ask(fresh.query(&case.query.text).rules(RULES), parameters()), &fresh);
    let Ok(prepared) = database.prepare(&case.query.text) else {
        return first.is_ok().then(|| "only preparing fails".to_owned());
    };
    // What is written here is forgotten.
    if let Ok(mut transaction) = database.begin() {
        for turn in 0..3 {
            let _ = ask(transaction.prepared(&prepared), turned(turn));
        }
    }
    let again = told(ask(database.prepared(&prepared), parameters()), &database);
    let exhausted =
        |told: &Result<_, (ErrorClass, _)>| matches!(told, Err((ErrorClass::ResourceExhausted, _)));
    if exhausted(&first) || exhausted(&again) || first == again {
        return None;
    }
    Some(format!("runs differ\n  the first:\n    {first:?}\n  a later one:\n    {again:?}"))
}

/// The parameters with each other's values; in the last turn one is missing.
fn turned(turn: usize) -> Map {
    let names: Vec<_> = parameters().keys().cloned().collect();
    let mut values: Vec<Value> = parameters().values().cloned().collect();
    values.rotate_left(turn + 1);
    names.into_iter().zip(values).skip(turn / 2).collect()
}

/// What the engine says. Where views have a flaw, it is asked for what they show.
fn answered(case: &Case, database: &Database, planting: &Planting) -> Result<QueryResult, Error> {
    let run = |database: &Database, text: &str| {
        let query = database.query(text).params(parameters()).files(Arc::new(Files));
        query.timeout(TIME_LIMIT).rules(&planting.rules).run()
    };
    let past = case.views.iter().any(|view| view.contains("KNOWN"));
    match planting.flaw {
        Some(flaw) if !case.views.is_empty() && !past => {
            let seen = lens::perceived(database, &database.snapshot(), &case.views, flaw)?;
            run(&seen, case.query.text.split_once('\n').unwrap_or_default().1)
        }
        _ => run(database, &case.query.text),
    }
}

fn compare(case: &Case, planting: &Planting) -> Verdict {
    let (database, past) = built(case);
    let expected = match expected(case, &database, past) {
        Ok(expected) => expected,
        Err(why) => return Verdict::Skipped(why),
    };
    let shared = (!writes(&case.query.text))
        .then(|| shared_differs(&case.query.text, &database, planting))
        .flatten();
    let why = match (answered(case, &database, planting), expected) {
        _ if shared.is_some() => shared.unwrap_or_default(),
        (Ok(result), Ok(expected)) => {
            let loose = Loose::of(&case.query.text);
            let rows = canonical::rows(&result.columns, &result.rows, &*result.graph, loose);
            let graph = canonical::version(&database.snapshot());
            let answer = Answer::new(rows, graph, &case.query);
            if answer == expected {
                let nothing = expected.rows.is_empty() && !writes(&case.query.text);
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
    differ(case, planting, &why)
}

/// A difference with all that is needed to see it again.
fn differ(case: &Case, planting: &Planting, why: &str) -> Verdict {
    let rules: Vec<&str> = planting.rules.iter().map(|rule| rule.name()).collect();
    Verdict::Differ(format!(
        "{why}\n  graph:\n{}\n  indexes: {:?}\n  then: {:#?}\n  query:\n{}\n  rules: {}",
        case.graph,
        case.indexes,
        case.history,
        case.query.text,
        rules.join(", ")
    ))
}

#[test]
fn the_engine_agrees_with_the_reference() {
    let judge = |_: u64, choices: &mut Choices| {
        let case = case(choices, false);
        let planting = Planting::sound(&rules::selection(case.rules));
        match again_differs(&case) {
            Some(why) => differ(&case, &planting, &why),
            None => compare(&case, &planting),
        }
    };
    Lane { name: "differential", pairs: PAIRS, judge: &judge }.hold();
}

#[test]
fn every_planted_bug_is_found() {
    let bugs = bugs();
    let (budget, least) = if cfg!(debug_assertions) { QUICK_BUDGET } else { (BUDGET, bugs.len()) };
    let results = on_all_processors(&bugs, |bug| {
        (1..=budget).find(|seed| {
            // What is wrong with views shows only through them.
            let case = case(&mut Choices::seeded(*seed), bug.planting.flaw.is_some());
            matches!(compare(&case, &bug.planting), Verdict::Differ(_))
        })
    });
    let mut missed = Vec::new();
    for (bug, found) in bugs.iter().zip(results) {
        match found {
            Some(seed) => eprintln!("differential: `{}` is found by seed {seed}", bug.name),
            None => missed.push(bug.name),
        }
    }
    let found = bugs.len() - missed.len();
    assert!(found >= least, "not found within {budget} pairs: {missed:?}");
}
