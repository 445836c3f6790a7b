//! Chains: 100,000 of anything side by side go through the whole house on a small stack,
//! and twice as many take about twice as long.

#![expect(clippy::print_stdout, reason = "the figures are the point of a run by hand")]

mod constructs;

use constructs::chains::{CHAINS, Chain};
use constructs::clock::clock;
use constructs::nests::graph;
use dossier::{Database, Error, syntax};
use std::time::Duration;

/// How many; a build without optimisation gets fewer.
const LENGTH: usize = if cfg!(debug_assertions) { 300 } else { 100_000 };

/// How long one stage may take. What takes quadratic time takes longer.
const PATIENCE: Duration = Duration::from_secs(20);

/// The graph, in which an index finds what MERGE looks for.
fn indexed() -> Database {
    let database = graph(1);
    database.query("CREATE INDEX FOR (n:N) ON (n.x)").run().expect("an index");
    database
}

/// The time of each stage, in order.
type Stages = [(&'static str, Duration); 6];

fn timed<T>(act: impl FnOnce() -> T) -> (T, Duration) {
    let started = clock();
    let result = act();
    (result, clock().saturating_sub(started))
}

/// All that is done with a query of this length.
fn whole_house(database: &Database, chain: &Chain, length: usize) -> Stages {
    let text = (chain.text)(length);
    let (statement, parse) =
        timed(|| syntax::parse(&text).unwrap_or_else(|e| panic!("{}: {e:?}", chain.name)));
    let (printed, print) = timed(|| syntax::print(&statement));
    assert!(!chain.canonical || printed == text, "{} is printed otherwise", chain.name);
    let ((), fall) = timed(|| drop(statement));
    let mut transaction = database.begin().expect("nobody else writes");
    let mut run = |mode: &str| {
        let text = format!("{mode}{text}");
        timed(|| match transaction.query(&text).param("p", 1_i64).run() {
            Ok(result) => drop(result),
            Err(Error::Query(error)) => panic!("{}: {}", chain.name, error.message),
            Err(other) => panic!("{}: {other}", chain.name),
        })
        .1
    };
    let stages = [
        ("parse", parse),
        ("print", print),
        ("drop", fall),
        ("explain", run("EXPLAIN ")),
        ("run", run("")),
        ("rollback", Duration::ZERO),
    ];
    let ((), rollback) = timed(|| transaction.rollback());
    let mut stages = stages;
    stages[5].1 = rollback;
    stages
}

#[test]
fn a_hundred_thousand_go_through_the_whole_house() {
    let only = std::env::var("DOSSIER_CHAIN").ok();
    let length =
        std::env::var("DOSSIER_LENGTH").ok().and_then(|n| n.parse().ok()).unwrap_or(LENGTH);
    let thread = std::thread::Builder::new().stack_size(2 << 20).spawn(move || {
        let database = indexed();
        for chain in
            CHAINS.iter().filter(|chain| only.as_deref().is_none_or(|only| chain.name == only))
        {
            let half = whole_house(&database, chain, length / 2);
            let full = whole_house(&database, chain, length);
            print!("{:28}", chain.name);
            for ((stage, before), (_, after)) in half.iter().zip(&full) {
                let slow = *after > Duration::from_millis(100) && *after > *before * 3;
                assert!(*after < PATIENCE, "{stage} of {} takes {after:?}", chain.name);
                print!(" {stage} {:>6.0?}{}", after, if slow { "!" } else { "" });
            }
            println!();
        }
    });
    thread.expect("a thread").join().expect("no overflow");
}

#[test]
fn a_script_of_many_statements_runs() {
    let thread = std::thread::Builder::new().stack_size(2 << 20).spawn(|| {
        let database = Database::in_memory();
        let script = "CREATE (:N);\n".repeat(LENGTH);
        let statements = syntax::split_statements(&script);
        assert_eq!(statements.len(), LENGTH);
        let mut transaction = database.begin().expect("nobody else writes");
        let ((), took) = timed(|| {
            for (_, statement) in statements {
                transaction.query(statement).run().expect("a node");
            }
        });
        assert!(took < PATIENCE, "{took:?}");
        assert_eq!(transaction.snapshot().node_count(), LENGTH as u64);
    });
    thread.expect("a thread").join().expect("no overflow");
}

/// Steps of the parser for a text.
#[cfg(debug_assertions)]
fn steps(text: &str) -> u64 {
    let (parsed, steps) = syntax::parse_counting(text);
    assert!(parsed.is_ok(), "{text:.100}");
    steps
}

#[cfg(debug_assertions)]
#[test]
fn the_parser_takes_as_many_steps_as_the_text_is_long() {
    let mut growth: (f64, String) = (0.0, String::new());
    let mut note = |name: String, once: u64, twice: u64| {
        // What stands around the chain takes a few steps of its own.
        let ratio = twice as f64 / (once + 100) as f64;
        if ratio > growth.0 {
            growth = (ratio, name);
        }
    };
    for chain in CHAINS {
        note(chain.name.to_owned(), steps(&(chain.text)(500)), steps(&(chain.text)(1000)));
    }
    for nest in constructs::nests::nests() {
        let mut depth = usize::from(syntax::MAX_NESTING);
        while syntax::parse(&nest.text(depth)).is_err() {
            depth -= 1;
        }
        note(format!("{nest:?}"), steps(&nest.text(depth / 2)), steps(&nest.text(depth)));
    }
    println!("steeper than all others: {:.2} for twice the length, of {}", growth.0, growth.1);
    assert!(growth.0 < 2.2, "{growth:?}");
}

/// A graph's counts and names, as far as a plan depends on them.
struct Outside;

impl dossier::bind::Environment for Outside {
    fn procedure(&self, name: &str) -> Option<dossier::bind::ProcedureSignature> {
        (name == "test.echo").then(|| dossier::bind::ProcedureSignature {
            writes: false,
            optional: 0,
            searches: Vec::new(),
            name: name.into(),
            inputs: vec![("in".into(), dossier::function::TypeSet::ANY)],
            outputs: vec![("out".into(), dossier::function::TypeSet::ANY)],
        })
    }

    fn knows(&self, _: dossier::bind::NameKind, name: &str) -> bool {
        ["L", "T", "x", "n"].contains(&name)
    }
}

impl dossier::plan::statistics::Statistics for Outside {
    fn nodes(&self) -> f64 {
        1.0
    }
    fn nodes_with(&self, label: &str) -> f64 {
        f64::from(u8::from(label == "L"))
    }
    fn relationships(&self) -> f64 {
        1.0
    }
    fn relationships_of(&self, kind: &str) -> f64 {
        f64::from(u8::from(kind == "T"))
    }
}

/// The stages of [`every_stage`].
const STAGES: [&str; 10] =
    ["lex", "parse", "print", "bind", "plan", "optimise", "explain", "run", "drop", "rollback"];

/// Each stage on its own.
fn every_stage(database: &Database, chain: &Chain, length: usize) -> [Duration; 10] {
    use dossier::syntax::ast::{Mode, StatementBody};
    let text = (chain.text)(length);
    let (tokens, lex) = timed(|| syntax::tokenize(&text));
    let (statement, parse) =
        timed(|| syntax::parse(&text).unwrap_or_else(|e| panic!("{}: {e:?}", chain.name)));
    let (printed, print) = timed(|| syntax::print(&statement));
    let StatementBody::Query(query) = &statement.body else { panic!("{} is no query", chain.name) };
    let (bound, bind) = timed(|| dossier::bind::bind(query, Mode::Run, &Outside));
    let bound = bound.unwrap_or_else(|e| panic!("{}: {e:?}", chain.name));
    let (mut planned, plan) =
        timed(|| dossier::plan::plan(&bound, dossier::plan::optimise::RULES, &Outside));
    let rules = dossier::plan::optimise::RULES;
    let ((), optimise) = timed(|| dossier::plan::optimise::optimise(&mut planned, rules, &Outside));
    let (shown, explain) =
        timed(|| dossier::plan::explain::explain(&planned, &text, &bound.names, None, None));
    let ((), fall) = timed(|| drop((tokens, statement, printed, bound, planned, shown)));
    let mut transaction = database.begin().expect("nobody else writes");
    let ((), run) = timed(|| match transaction.query(&text).param("p", 1_i64).run() {
        Ok(result) => drop(result),
        Err(error) => panic!("{}: {error}", chain.name),
    });
    let run = run.saturating_sub(parse + bind + plan + optimise);
    let ((), rollback) = timed(|| transaction.rollback());
    [lex, parse, print, bind, plan, optimise, explain, run, fall, rollback]
}

/// Bytes that a bound query and its plan are long when they are written out: whatever they
/// hold.
fn size(chain: &Chain, length: usize) -> usize {
    use dossier::syntax::ast::{Mode, StatementBody};
    let text = (chain.text)(length);
    let statement = syntax::parse(&text).unwrap_or_else(|e| panic!("{}: {e:?}", chain.name));
    let StatementBody::Query(query) = &statement.body else { panic!("{} is no query", chain.name) };
    let bound = dossier::bind::bind(query, Mode::Run, &Outside);
    let bound = bound.unwrap_or_else(|e| panic!("{}: {e:?}", chain.name));
    let mut plan = dossier::plan::plan(&bound, dossier::plan::optimise::RULES, &Outside);
    dossier::plan::optimise::optimise(&mut plan, dossier::plan::optimise::RULES, &Outside);
    let shown = dossier::plan::explain::explain(&plan, &text, &bound.names, None, None);
    format!("{bound:?}{plan:?}{shown}").len()
}

#[test]
fn bound_queries_and_plans_are_as_long_as_the_text() {
    let mut growth = (0.0, "");
    for chain in CHAINS {
        let (once, twice) = (size(chain, 200), size(chain, 400));
        // What stands around the chain has a size of its own, and numbers get longer.
        let ratio = twice as f64 / (once + 2000) as f64;
        if ratio > growth.0 {
            growth = (ratio, chain.name);
        }
    }
    println!("steeper than all others: {:.2} for twice the length, of {}", growth.0, growth.1);
    assert!(growth.0 < 2.2, "{growth:?}");
}

/// For a look by hand: how the time of every stage grows from length to length, as the
/// exponent of a power.
#[test]
#[ignore = "measures time"]
fn growth() {
    let only = std::env::var("DOSSIER_CHAIN").ok();
    let longest: usize =
        std::env::var("DOSSIER_LENGTH").ok().and_then(|n| n.parse().ok()).unwrap_or(20_000);
    let thread = std::thread::Builder::new().stack_size(2 << 20).spawn(move || {
        let database = indexed();
        let wanted = |chain: &&Chain| only.as_deref().is_none_or(|only| chain.name == only);
        for chain in CHAINS.iter().filter(wanted) {
            let mut last: Option<[Duration; 10]> = None;
            for length in [longest / 8, longest / 4, longest / 2, longest] {
                let run = std::panic::AssertUnwindSafe(|| every_stage(&database, chain, length));
                let Ok(stages) = std::panic::catch_unwind(run) else { break };
                let steep = last.iter().flat_map(|last| {
                    let pairs = last.iter().zip(&stages).zip(STAGES);
                    pairs.filter_map(|((before, after), stage)| {
                        let exponent = (after.as_secs_f64() / before.as_secs_f64()).log2();
                        (*after > Duration::from_millis(8)).then(|| {
                            format!("{stage} {:.0}ms^{exponent:.1}", after.as_secs_f64() * 1e3)
                        })
                    })
                });
                let steep = steep.collect::<Vec<_>>().join("  ");
                println!("{:28} {length:>7} {steep}", chain.name);
                let slow = stages.iter().sum::<Duration>() > Duration::from_secs(2);
                if slow {
                    break;
                }
                last = Some(stages);
            }
        }
    });
    thread.expect("a thread").join().expect("no overflow");
}
