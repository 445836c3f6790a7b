//! `docs/errors.md` is complete and true: it has a section for every code, in order, with
//! its GQLSTATUS, and its examples raise what they stand for.

use dossier::function::TypeSet;
use dossier::value::{ErrorCode, Value};
use dossier::{Database, Error, InterruptHandle, TableProcedure};
use std::time::Duration;

/// Codes that no query on a small graph raises, with the reason.
const WITHOUT_EXAMPLE: &[(&str, &str)] = &[
    ("AmbiguousClaimant", "needs two of one name"),
    ("FileNotReadable", "needs a file"),
    ("FileNotWritable", "needs a full disk"),
    ("HistoryForgotten", "needs a VACUUM before"),
    ("IdLimit", "needs four thousand million nodes"),
    ("InternalError", "is a defect of the database"),
    ("Interrupted", "is raised by an interrupt handle, below"),
    ("InvalidFileFormat", "needs a file"),
    ("MemoryLimit", "is raised by a limit, below"),
    ("NestingTooDeep", "is long, below"),
    ("ReplayMismatch", "needs a damaged file"),
    ("RowLimit", "is raised by a limit, below"),
    ("SingleColumn", "needs a file"),
    ("StringTooLong", "needs a string of 4 GiB"),
    ("Timeout", "is raised by a limit, below"),
    ("UnboundedLength", "needs a large graph"),
    ("UnusableStatement", "needs a statement that is wrongly dated"),
    ("ValueTooLarge", "needs a value of many parts"),
];

const GRAPH: &str = "CREATE (ann:Person {name: 'Ann', born: 1970})-[:KNOWS {since: 2010}]->\
    (bob:Person {name: 'Bob', born: 1980}), (bob)-[:LIVES_IN]->(:City {name: 'Oslo'})";

/// What the graph promises of itself.
const SCHEMA: [&str; 4] = [
    "CREATE INDEX person_born FOR (n:Person) ON (n.born)",
    "CREATE CONSTRAINT city_name FOR (n:City) REQUIRE n.name IS UNIQUE",
    "CREATE EDGE TYPE (:Person)-[:LIVES_IN]->(:City)",
    "CREATE CONTRADICTION two_cities FOR (p)-[r:LIVES_IN]->(:City), (p)-[s:LIVES_IN]->(:City)",
];

fn database() -> Database {
    let database = Database::in_memory();
    database.query(GRAPH).run().expect("the graph is created");
    for statement in SCHEMA {
        database.query(statement).run().expect("the schema is declared");
    }
    database.register_procedure(TableProcedure {
        name: "people.named".into(),
        inputs: vec![("name".into(), TypeSet::STRING)],
        outputs: vec!["born".into()],
        rows: vec![vec![Value::from("Ann"), Value::from(1970)]],
    });
    database
}

/// The code of the error, or those of the warnings.
fn codes(query: &str) -> Vec<ErrorCode> {
    match database().query(query).run() {
        Err(Error::Query(diagnostics)) => diagnostics.iter().map(|one| one.code).collect(),
        Err(other) => panic!("{query}: {other}"),
        Ok(result) => result.notifications.iter().map(|warning| warning.code).collect(),
    }
}

#[test]
fn every_code_is_described_and_its_example_raises_it() {
    let page = include_str!("../docs/errors.md");
    let sections: Vec<&str> = page.split("\n## ").skip(1).collect();
    let names: Vec<&str> = sections.iter().filter_map(|section| section.lines().next()).collect();
    let all: Vec<&str> = ErrorCode::ALL.iter().map(|code| code.name()).collect();
    assert_eq!(names, all, "one section for every code, in alphabetical order");
    for (section, code) in sections.iter().zip(ErrorCode::ALL) {
        let status = code.gqlstatus();
        let line = format!("`{}` {}", status.code(), status.description());
        assert_eq!(section.lines().nth(2), Some(line.as_str()), "{code}");
        let example =
            section.split_once("```cypher\n").and_then(|(_, rest)| rest.split_once("\n```"));
        let excused = WITHOUT_EXAMPLE.iter().any(|(name, _)| *name == code.name());
        match example {
            Some((query, _)) => {
                assert!(!excused, "{code} has an example");
                assert_eq!(codes(query), [*code], "{query}");
            }
            None => assert!(excused, "{code} needs an example"),
        }
    }
}

#[test]
fn limits_raise_their_codes() {
    let code = |result: Result<_, Error>| match result {
        Err(Error::Query(diagnostics)) => diagnostics.code,
        Err(other) => panic!("{other}"),
        Ok(_) => panic!("the limit was not reached"),
    };
    let slow = "UNWIND range(1, 10000000) AS x RETURN sum(x)";
    let database = database();
    let timeout = database.query(slow).timeout(Duration::from_millis(1)).run();
    assert_eq!(code(timeout), ErrorCode::Timeout);
    let handle = InterruptHandle::new();
    handle.interrupt();
    assert_eq!(code(database.query(slow).interrupt(&handle).run()), ErrorCode::Interrupted);
    let large = "UNWIND range(1, 100000) AS x RETURN collect(x)";
    assert_eq!(code(database.query(large).memory_limit(1000).run()), ErrorCode::MemoryLimit);
    assert_eq!(
        code(database.query("UNWIND [1, 2, 3] AS x RETURN x").row_limit(2).run()),
        ErrorCode::RowLimit
    );
    let deep = format!("RETURN {}1{}", "(".repeat(200), ")".repeat(200));
    assert_eq!(code(database.query(&deep).run()), ErrorCode::NestingTooDeep);
}

#[test]
fn results_have_a_status_too() {
    let status = |query: &str| {
        database().query(query).run().map(|result| result.gqlstatus().code()).expect("it runs")
    };
    assert_eq!(status("MATCH (n:Person) RETURN n"), "00000");
    assert_eq!(status("MATCH (n:Person {name: 'Eve'}) RETURN n"), "02000");
    assert_eq!(status("CREATE (:City)"), "00001");
}

#[test]
fn independent_errors_come_together_and_warnings_can_be_silenced() {
    let database = database();
    let Err(Error::Query(diagnostics)) = database.query("RETURN a, foo(1), [1] - 2").run() else {
        panic!("the query has three errors");
    };
    let codes: Vec<_> = diagnostics.iter().map(|one| one.code).collect();
    assert_eq!(
        codes,
        [ErrorCode::UndefinedVariable, ErrorCode::UnknownFunction, ErrorCode::InvalidArgumentType]
    );
    assert_eq!(diagnostics.code, codes[0], "the first one leads");
    let warned = |wanted| {
        let result = database.query("MATCH (n:Persn) RETURN n").warnings(wanted).run();
        result.expect("a warning stops nothing").notifications.len()
    };
    assert_eq!((warned(true), warned(false)), (1, 0));
}

#[test]
fn unbounded_searches_are_warned_of_in_a_large_graph() {
    let database = database();
    let search = "MATCH (:City)-[*]->(x) RETURN count(x)";
    let warned = |database: &Database| {
        let result = database.query(search).run().expect("it runs");
        result.notifications.iter().map(|warning| warning.code).collect::<Vec<_>>()
    };
    assert_eq!(warned(&database), []);
    let filled = database.query("UNWIND range(1, 10001) AS i CREATE (:A)-[:TO]->(:B)").run();
    filled.expect("the graph is filled");
    assert_eq!(warned(&database), [ErrorCode::UnboundedLength]);
}

#[test]
fn a_missing_parameter_is_told_with_those_that_were_given() {
    let database = database();
    let help = |query: &str| match database.query(query).param("name", "Ann").run() {
        Err(Error::Query(diagnostics)) => diagnostics.help.clone(),
        other => panic!("{query}: {other:?}"),
    };
    assert_eq!(help("RETURN $nmae").as_deref(), Some("did you mean `$name`?"));
    assert_eq!(help("RETURN $city").as_deref(), Some("given are `$name`"));
    assert_eq!(help("RETURN $`nmae`").as_deref(), Some("did you mean `$name`?"));
}

#[test]
fn procedures_are_suggested() {
    let database = database();
    let Err(Error::Query(diagnostics)) = database.query("CALL people.nmaed('Ann')").run() else {
        panic!("there is no such procedure");
    };
    assert_eq!(diagnostics.help.as_deref(), Some("did you mean `people.named`?"));
}
