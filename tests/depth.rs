//! Depth: what nests is refused with a typed error before the stack of a small thread
//! ends, quickly however deep it is; and whatever the parser lets through goes through
//! the whole house on that stack.

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "figures, and what ran last")]

mod constructs;

use constructs::clock::clock;
use constructs::nests::{Nest, graph, nests};
use constructs::variants::{Found, Nesting, missing};
use dossier::syntax;
use dossier::value::{ErrorCode, Value};
use dossier::{Database, Error};
use std::time::Duration;

/// Bytes of stack that a thread gets by default.
const STACK: usize = 2 << 20;

/// How long it may take to refuse a text of any depth.
const REFUSAL: Duration = Duration::from_millis(100);

fn on_small_stack(act: impl FnOnce() + Send + 'static) {
    let bytes = std::env::var("DOSSIER_STACK").ok().and_then(|bytes| bytes.parse().ok());
    let thread = std::thread::Builder::new().stack_size(bytes.unwrap_or(STACK)).spawn(act);
    if let Err(panic) = thread.expect("a thread").join() {
        std::panic::resume_unwind(panic);
    }
}

#[test]
fn the_table_has_all_that_nests() {
    let mut found = Found::default();
    for nest in nests() {
        let text = nest.text(3);
        found.statement(&syntax::parse(&text).unwrap_or_else(|error| panic!("{text}: {error:?}")));
    }
    let absent = missing(&found.nested, Some(Nesting::Nests));
    assert!(absent.is_empty(), "nest these in tests/constructs/nests.rs: {absent:?}");
}

#[test]
fn a_variant_without_room_is_listed_as_one() {
    let mut found = Found::default();
    nests().iter().for_each(|nest| found.statement(&syntax::parse(&nest.text(3)).expect("parses")));
    let flat = missing(&std::collections::BTreeSet::new(), Some(Nesting::Flat));
    let nested: Vec<_> = found.nested.iter().filter(|variant| flat.contains(variant)).collect();
    let plain = ["EndKind::", "Direction::", "LogicalOperator::", "SubqueryKind::", "Quantifier::"];
    assert!(nested.iter().all(|name| plain.iter().any(|p| name.starts_with(p))), "{nested:?}");
}

#[test]
fn any_depth_is_refused_quickly() {
    on_small_stack(|| {
        let mut slowest = (Duration::ZERO, String::new());
        for nest in nests() {
            for depth in [10_000, 1_000_000] {
                for text in [nest.text(depth), nest.unbalanced(depth)] {
                    let (refused, took) = refusal(&text);
                    let balanced = text.ends_with(nest.after) && !nest.close.is_empty();
                    if balanced {
                        assert_eq!(refused.code, ErrorCode::NestingTooDeep, "{nest:?}");
                    }
                    if took > slowest.0 {
                        slowest = (took, format!("{nest:?} {depth}"));
                    }
                    let shown = refused.render(&text, false);
                    assert!(shown.len() < 10_000, "{} bytes are shown of {nest:?}", shown.len());
                }
            }
        }
        println!("slowest refusal: {:?}, of {}", slowest.0, slowest.1);
        assert!(slowest.0 < REFUSAL, "{slowest:?}");
    });
}

/// How a text is refused and how long that takes: the best of a few.
fn refusal(text: &str) -> (syntax::Diagnostic, Duration) {
    let mut best = Duration::MAX;
    for _ in 0..4 {
        let started = clock();
        let refused = syntax::parse(text).expect_err("too deep");
        best = best.min(clock().saturating_sub(started));
        if best < REFUSAL {
            return (refused, best);
        }
    }
    (syntax::parse(text).expect_err("too deep"), best)
}

/// The greatest depth that the parser accepts.
fn deepest(nest: &Nest) -> usize {
    let (mut accepted, mut refused) = (1, 4 * usize::from(syntax::MAX_NESTING));
    assert!(syntax::parse(&nest.text(accepted)).is_ok(), "{nest:?}");
    while refused - accepted > 1 {
        let middle = usize::midpoint(accepted, refused);
        match syntax::parse(&nest.text(middle)) {
            Ok(_) => accepted = middle,
            Err(error) => {
                assert_eq!(error.code, ErrorCode::NestingTooDeep, "{nest:?} {middle}");
                refused = middle;
            }
        }
    }
    accepted
}

#[test]
fn what_is_accepted_goes_through_the_whole_house() {
    on_small_stack(|| {
        let database = graph(1);
        for nest in nests() {
            let shallow = nest.text(2);
            whole_house(&database, &shallow, true);
            let depth = deepest(&nest);
            assert!(depth >= 12, "only {depth} levels of {nest:?}");
            whole_house(&database, &nest.text(depth), false);
        }
    });
}

/// Everything that is done with a tree: printing, copying, comparing, showing, binding,
/// planning, explaining, running, dropping.
fn whole_house(database: &Database, text: &str, must_run: bool) {
    let stage = |name: &str| {
        // Where the stack ends there is no panic that could tell.
        if std::env::var_os("DOSSIER_STACK").is_some() {
            eprintln!("{name}: {} bytes: {text:.120}", text.len());
        }
    };
    stage("parse");
    let statement = syntax::parse(text).expect("parses");
    stage("print");
    let printed = syntax::print(&statement);
    let again = syntax::parse(&printed).expect("what is printed parses");
    assert_eq!(syntax::print(&again), printed);
    stage("copy");
    let copy = statement.clone();
    assert!(copy == statement);
    assert!(format!("{copy:?}").len() > text.len() / 2);
    drop(copy);
    drop(statement);
    let mut transaction = database.begin().expect("nobody else writes");
    for mode in ["EXPLAIN ", "", "PROFILE "] {
        stage(if mode.is_empty() { "run" } else { mode });
        match transaction.query(&format!("{mode}{text}")).run() {
            Ok(_) => {}
            Err(Error::Query(error)) => {
                assert_ne!(error.code, ErrorCode::InternalError, "{text}: {error:?}");
                assert!(!must_run, "{text}: {error:?}");
            }
            Err(other) => panic!("{text}: {other}"),
        }
    }
    transaction.rollback();
}

/// A list in a list, so many deep.
fn nested_list(depth: usize) -> Result<Value, dossier::value::EvaluationError> {
    (1..depth).try_fold(Value::list(Vec::new())?, |inner, _| Value::list(vec![inner]))
}

#[test]
fn values_nest_as_deep_as_they_may_and_no_deeper() {
    use dossier::value::nesting::MAX_NESTING;
    on_small_stack(|| {
        assert!(nested_list(MAX_NESTING).is_ok());
        assert!(nested_list(MAX_NESTING + 1).is_err());
        let database = graph(1);
        let deep = nested_list(MAX_NESTING).expect("within the bound");
        for text in [
            "RETURN $deep AS deep",
            "RETURN $deep = $deep, $deep < $deep, $deep IN [$deep]",
            "UNWIND [$deep, $deep] AS x RETURN DISTINCT x ORDER BY x",
            "UNWIND [$deep, $deep] AS x RETURN x, count(*), collect(DISTINCT x)",
            "RETURN toString(size($deep)), [x IN $deep | x], $deep + $deep",
            "RETURN toJson($deep)",
        ] {
            match database.query(text).param("deep", deep.clone()).run() {
                Ok(result) => drop(format!("{:?}", result.rows)),
                Err(Error::Query(error)) => {
                    assert_ne!(error.code, ErrorCode::InternalError, "{text}");
                }
                Err(other) => panic!("{other}"),
            }
        }
        // Deeper than it may: by parameter, by JSON.
        let deeper = Value::List(std::sync::Arc::new(vec![deep.clone()]));
        let result = database.query("RETURN $deep").param("deep", deeper).run();
        let Err(Error::Query(error)) = result else { panic!("{result:?}") };
        assert_eq!(error.code, ErrorCode::NestingTooDeep);
        let json =
            |depth| (1..depth).fold(serde_json::json!([]), |inner, _| serde_json::json!([inner]));
        assert!(dossier::value::json::from_json(&json(MAX_NESTING)).is_ok());
        for depth in [MAX_NESTING + 1, 1_000] {
            let refused = dossier::value::json::from_json(&json(depth)).unwrap_err();
            assert_eq!(refused.code, ErrorCode::NestingTooDeep);
        }
        // By query, step by step and at once.
        for text in [
            "RETURN reduce(l = [], i IN range(1, 1000000) | [l])",
            "RETURN reduce(m = {}, i IN range(1, 1000000) | {m: m})",
            "WITH $deep AS l RETURN [l]",
            "WITH $deep AS l RETURN {l: l}",
            "WITH $deep AS l RETURN collect(l)",
            "WITH $deep AS l RETURN [x IN [1] | l]",
            "WITH $deep AS l RETURN COLLECT { RETURN l }",
            "WITH $deep AS l, {a: 1} AS m RETURN m {.a, l: l}",
            "WITH $deep AS l MATCH (n) RETURN [(n)-->(o) | l]",
            "WITH $deep AS l RETURN [] + [l]",
            "WITH $deep AS l RETURN [null] + l + [l]",
        ] {
            let result = database.query(text).param("deep", deep.clone()).run();
            let Err(Error::Query(error)) = result else { panic!("{text}: {result:?}") };
            assert_eq!(error.code, ErrorCode::NestingTooDeep, "{text}");
        }
    });
}
