//! Indexes, constraints and edge types as a user of the library meets them: inside
//! transactions, after reopening, read back from their text, and in plans.

#[path = "schema/ids.rs"]
mod ids;

use dossier::plan::optimise::RULES;
use dossier::value::{ErrorCode, Value};
use dossier::{Database, Error, OpenOptions};
use proptest::prelude::*;
use proptest::sample::select;

fn run(database: &Database, statement: &str) {
    database.query(statement).run().unwrap_or_else(|error| panic!("{statement}: {error}"));
}

fn code(result: Result<dossier::QueryResult, Error>) -> ErrorCode {
    match result {
        Err(Error::Query(error)) => error.code,
        Err(other) => panic!("not a failure of a query: {other}"),
        Ok(_) => panic!("it should fail"),
    }
}

fn plan(database: &Database, query: &str) -> String {
    let result = database.query(&format!("EXPLAIN {query}")).run().unwrap();
    result.plan.unwrap()
}

#[test]
fn a_transaction_declares_and_breaks_rules_and_goes_on() {
    let database = Database::in_memory();
    let mut transaction = database.begin().unwrap();
    transaction.query("CREATE (:A {x: 1})").run().unwrap();
    let declared = "CREATE CONSTRAINT c FOR (n:A) REQUIRE n.x IS UNIQUE";
    let result = transaction.query(declared).run().unwrap();
    assert_eq!(result.counters.constraints_added, 1);
    assert_eq!(code(transaction.query("CREATE (:A {x: 1})").run()), ErrorCode::SchemaViolation);
    assert_eq!(code(transaction.query(declared).run()), ErrorCode::ConstraintExists);
    transaction.query("CREATE (:A {x: 2})").run().unwrap();
    assert!(database.snapshot().constraints().is_empty());
    transaction.commit().unwrap();
    assert_eq!(database.snapshot().constraints().len(), 1);
    assert_eq!(database.snapshot().node_count(), 2);
    assert_eq!(code(database.query("CREATE (:A {x: 2})").run()), ErrorCode::SchemaViolation);
}

#[test]
fn rollback_forgets_declarations() {
    let database = Database::in_memory();
    run(&database, "CREATE INDEX old FOR (n:A) ON (n.y)");
    let mut transaction = database.begin().unwrap();
    for statement in [
        "CREATE INDEX i FOR (n:A) ON (n.x)",
        "CREATE EDGE TYPE (:A)-[:T]->(:A)",
        "CREATE CONTRADICTION c FOR ()-[r]->()-[s]->()",
        "DROP INDEX old",
    ] {
        transaction.query(statement).run().unwrap();
    }
    transaction.rollback();
    let snapshot = database.snapshot();
    assert_eq!(snapshot.schema_statements(), ["CREATE RANGE INDEX old FOR (n:A) ON (n.y)"]);
    run(&database, "CREATE ()-[:T]->()");
}

#[test]
fn rules_hold_after_reopening() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("rules.dossier");
    let statements = [
        "CREATE (:A {x: 1})-[:T]->(:B)",
        "CREATE CONSTRAINT c FOR (n:A) REQUIRE n.x IS KEY",
        "CREATE INDEX i FOR ()-[r:T]-() ON (r.y)",
        "CREATE EDGE TYPE (:A)-[:T]->(:B)",
        "CREATE CONTRADICTION gone FOR (a)-[r:T]->(b), (c)-[s:T]->(b)",
        "CREATE CONTRADICTION twice FOR (a)-[r:T]->(b), (a)-[s:T]->(c) WHERE b <> c",
        "DROP CONTRADICTION gone",
    ];
    for checkpoint in [false, true] {
        let path = path.with_extension(if checkpoint { "one" } else { "two" });
        let database = Database::open(&path).unwrap();
        statements.iter().for_each(|statement| run(&database, statement));
        if checkpoint {
            run(&database, "CHECKPOINT");
        }
        let before = database.snapshot().schema_statements();
        drop(database);
        let database = Database::open(&path).unwrap();
        assert_eq!(database.snapshot().schema_statements(), before);
        for broken in ["CREATE (:A {x: 1})", "CREATE (:A)", "CREATE (:A {x: 2})-[:T]->(:A {x: 3})"]
        {
            assert_eq!(code(database.query(broken).run()), ErrorCode::SchemaViolation, "{broken}");
        }
        let found = database.query("MATCH (n:A {x: 1}) RETURN count(n)").run().unwrap();
        assert!(matches!(found.single(), Some(Value::Integer(1))));
        drop(database);
        let options = OpenOptions { read_only: true, ..OpenOptions::default() };
        let reader = Database::open_with(&path, options).unwrap();
        for refused in ["CREATE INDEX j FOR (n:A) ON (n.y)", "DROP CONSTRAINT c IF EXISTS"] {
            let error = reader.query(refused).run().unwrap_err();
            assert!(matches!(error, Error::Storage(_)), "{refused}: {error}");
            assert!(error.to_string().contains("read-only"), "{error}");
        }
        let explained = reader.query("EXPLAIN DROP CONSTRAINT c").run().unwrap();
        assert!(explained.plan.unwrap().contains("DropConstraint c"));
    }
}

#[test]
fn a_procedure_that_reads_the_graph_can_be_stopped() {
    let database = people();
    let handle = dossier::InterruptHandle::new();
    handle.interrupt();
    let call = "CALL db.schema.nodeTypeProperties() YIELD nodeType RETURN count(*)";
    assert_eq!(code(database.query(call).interrupt(&handle).run()), ErrorCode::Interrupted);
    handle.reset();
    assert!(database.query(call).interrupt(&handle).run().is_ok());
}

#[test]
fn disputes_can_be_stopped_and_take_no_more_memory_than_they_may() {
    let database = Database::in_memory();
    run(
        &database,
        "CREATE (a:Who {n: 1}), (b:Who {n: 2}) WITH a, b UNWIND range(1, 3000) AS i \
         CREATE (:S {i: i})-[r:T {i: i}]->(:S), (a)-[:ASSERTS]->[r], (b)-[:DENIES]->[r]",
    );
    run(
        &database,
        "CREATE CONTRADICTION pairs FOR (a:S)-[r:T]->(), (b:S)-[s:T]->() WHERE a.i < b.i",
    );
    let handle = dossier::InterruptHandle::new();
    handle.interrupt();
    for call in ["disputes() YIELD kind", "perspectives() YIELD claimant"] {
        let call = format!("CALL dossier.{call} RETURN count(*)");
        let stopped = database.query(&call).interrupt(&handle).run();
        assert_eq!(code(stopped), ErrorCode::Interrupted, "{call}");
        let late = database.query(&call).timeout(std::time::Duration::from_millis(30)).run();
        assert_eq!(code(late), ErrorCode::Timeout, "{call}");
        let large = database.query(&call).memory_limit(1 << 20).run();
        assert_eq!(code(large), ErrorCode::MemoryLimit, "{call}");
    }
    run(&database, "DROP CONTRADICTION pairs");
    let claimants = database.query("CALL dossier.perspectives() YIELD claimant RETURN count(*)");
    assert!(matches!(claimants.run().unwrap().single(), Some(Value::Integer(2))));
}

#[test]
fn a_contradiction_may_nest_as_deep_as_any_query() {
    let database = Database::in_memory();
    run(&database, "CREATE (o:O)<-[:T]-(:A), (o)<-[:T]-(:A)");
    let depth = usize::from(dossier::syntax::MAX_NESTING) - 10;
    let (open, close) = ("[".repeat(depth), "]".repeat(depth));
    run(
        &database,
        &format!(
            "CREATE CONTRADICTION deep FOR (a)-[r:T]->(o), (b)-[s:T]->(o) WHERE {open}a{close} <> {open}b{close}"
        ),
    );
    let found = database.query("CALL dossier.disputes() YIELD kind RETURN kind").run().unwrap();
    assert_eq!(found.single().and_then(Value::as_str), Some("deep"));
}

#[test]
fn contradictions_have_a_past() {
    let database = Database::in_memory();
    run(&database, "CREATE (o:O)<-[:T {n: 1}]-(:A), (o)<-[:T {n: 2}]-(:A)");
    run(&database, "CREATE CONTRADICTION c FOR (a)-[r:T]->(o), (b)-[s:T]->(o)");
    run(&database, "DROP CONTRADICTION c");
    for (commit, expected) in [(1, 0), (2, 1), (3, 0)] {
        let text =
            format!("AS KNOWN AT {commit} CALL dossier.disputes() YIELD kind RETURN count(*)");
        let found = database.query(&text).run().unwrap();
        assert!(matches!(found.single(), Some(Value::Integer(n)) if *n == expected), "{text}");
    }
    let difference = database.difference(2, 3, &dossier::InterruptHandle::new()).unwrap();
    let lines: Vec<_> = dossier::export::diff::lines(&difference).map(|line| line.1).collect();
    assert_eq!(lines, ["CONTRADICTION c FOR (a)-[r:T]->(o), (b)-[s:T]->(o)"]);
}

#[test]
fn a_violation_names_the_elements() {
    let database = Database::in_memory();
    run(&database, "UNWIND range(1, 8) AS i CREATE (:A {x: i / 3, y: i})");
    let message = |statement: &str| database.query(statement).run().unwrap_err().to_string();
    let unique = message("CREATE CONSTRAINT c FOR (n:A) REQUIRE n.x IS UNIQUE");
    assert!(unique.contains("node 0 has x = 0, as node 1 has already"), "{unique}");
    assert!(
        unique.ends_with("broken by node 0, node 1, node 2, node 3, node 4 and 3 more"),
        "{unique}"
    );
    let exists = message("CREATE CONSTRAINT c FOR (n:A) REQUIRE n.z IS NOT NULL");
    assert!(exists.contains("node 0 has no property z"), "{exists}");
    run(&database, "CREATE CONSTRAINT FOR (n:A) REQUIRE n.y IS UNIQUE");
    let set = message("MATCH (n:A {y: 3}) SET n.y = 4");
    assert!(set.contains("node 2 has y = 4, as node 3 has already"), "{set}");
}

/// Names that need backticks, and words that mean something in the statements.
fn name() -> impl Strategy<Value = &'static str> {
    select(vec![
        "a", "if", "for", "on", "not", "exists", "require", "index", "is", "type", "a b", "x`y",
        "größe", "1", "MATCH", "key",
    ])
}

/// A statement that declares something, with `#` for each name.
fn declaration() -> impl Strategy<Value = String> {
    let forms = select(vec![
        "CREATE INDEX # FOR (n:#) ON (n.#)",
        "CREATE INDEX FOR (n:#) ON (n.#, n.x)",
        "CREATE INDEX FOR ()-[r:#]-() ON (r.#)",
        "CREATE CONSTRAINT # FOR (n:#) REQUIRE n.# IS UNIQUE",
        "CREATE CONSTRAINT FOR (n:#) REQUIRE (n.#, n.x) IS NODE KEY",
        "CREATE CONSTRAINT # FOR ()-[r:#]-() REQUIRE r.# IS RELATIONSHIP KEY",
        "CREATE CONSTRAINT # FOR ()-[r:#]-() REQUIRE (r.#, r.x) IS NOT NULL",
        "CREATE CONSTRAINT # FOR (n:#) REQUIRE n.# IS :: STRING | LIST<INTEGER | FLOAT>",
        "CREATE CONSTRAINT # FOR (n:#) REQUIRE n.# IS :: LIST<ZONED DATETIME NOT NULL>",
        "CREATE CONSTRAINT FOR (n:#) REQUIRE n.# IS :: LIST",
        "CREATE EDGE TYPE (:#)-[:#]->(:#&a)",
        "CREATE EDGE TYPE ()-[:T]->[], (:#)-[:T]->[:#|#]",
        "CREATE CONTRADICTION # FOR (a)-[r:#]->(b), (c)-[#:#]->(b)",
        "CREATE CONTRADICTION FOR (a)-[r:# {x: 1}]-(b:#)-[s]-() WHERE a.# <> b.y",
    ]);
    (forms, prop::collection::vec(name(), 4)).prop_map(|(form, names)| {
        let mut names = names.into_iter();
        let pieces = form.split('#').map(str::to_owned);
        let text = pieces.reduce(|text, piece| {
            let name = names.next().unwrap_or("z").replace('`', "``");
            format!("{text}`{name}`{piece}")
        });
        text.unwrap_or_default()
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// What the schema says of itself declares it again; so does a dump.
    #[test]
    fn a_schema_is_read_back_from_its_text(statements in prop::collection::vec(declaration(), 0..8)) {
        let database = Database::in_memory();
        for statement in &statements {
            // Some are there already, or have the name of another.
            match database.query(statement).run() {
                Ok(_) => {}
                Err(Error::Query(error)) => prop_assert!(
                    [
                        ErrorCode::IndexExists,
                        ErrorCode::ConstraintExists,
                        ErrorCode::EdgeTypeExists,
                        ErrorCode::ContradictionExists,
                    ]
                    .contains(&error.code)
                        // The variable may have the name of another of the pattern.
                        || error.code == ErrorCode::VariableTypeConflict
                        || error.code == ErrorCode::RelationshipUniquenessViolation,
                    "{}: {}", statement, error.message
                ),
                Err(other) => prop_assert!(false, "{}", other),
            }
        }
        let declared = database.snapshot().schema_statements();
        let copy = Database::in_memory();
        for statement in &declared {
            copy.query(statement).run().map_err(|error| {
                TestCaseError::fail(format!("{statement}: {error}"))
            })?;
        }
        prop_assert_eq!(copy.snapshot().schema_statements(), &declared[..]);
        let mut script = Vec::new();
        dossier::export::dump::write(&database.snapshot(), &mut script).unwrap();
        let loaded = Database::in_memory();
        let script = String::from_utf8(script).unwrap();
        for (_, statement) in dossier::syntax::split_statements(&script) {
            loaded.query(statement).run().map_err(|error| {
                TestCaseError::fail(format!("{statement}: {error}"))
            })?;
        }
        let sorted = |mut statements: Vec<String>| {
            statements.sort();
            statements
        };
        prop_assert_eq!(sorted(loaded.snapshot().schema_statements()), sorted(declared));
    }
}

/// A graph of people with indexes of all kinds.
fn people() -> Database {
    let database = Database::in_memory();
    run(
        &database,
        "UNWIND range(1, 300) AS i \
         CREATE (:Person {name: 'p' + i, born: 1900 + i % 100, ssn: i})-[:KNOWS {since: i}]->(:City {name: 'c' + i})",
    );
    for statement in [
        "CREATE INDEX name FOR (n:Person) ON (n.name)",
        "CREATE INDEX born_name FOR (n:Person) ON (n.born, n.name)",
        "CREATE CONSTRAINT ssn FOR (n:Person) REQUIRE n.ssn IS UNIQUE",
        "CREATE INDEX since FOR ()-[r:KNOWS]-() ON (r.since)",
        "CREATE INDEX official FOR (n:Official) ON (n.name)",
        "CREATE (:Official {name: 'p7'}), (:Official:Person {name: 'q', ssn: 0})",
    ] {
        run(&database, statement);
    }
    database
}

#[test]
fn plans_use_indexes() {
    let database = people();
    for (query, line) in [
        ("MATCH (n:Person {name: 'p7'}) RETURN n", "NodeIndexSeek (n:Person) name: name = 'p7'"),
        ("MATCH (n:Person) WHERE $x = n.name RETURN n", "NodeIndexSeek (n:Person) name: name = $x"),
        ("MATCH (n:Person) WHERE n.name IN ['p1', 'p2'] RETURN n", "name IN ['p1', 'p2']"),
        ("MATCH (n:Person) WHERE n.name STARTS WITH 'p1' RETURN n", "name STARTS WITH 'p1'"),
        ("MATCH (n:Person) WHERE 1910 < n.born <= 1920 RETURN n", "born > 1910, born <= 1920"),
        (
            "MATCH (n:Person) WHERE n.born = 1907 AND n.name >= 'p2' RETURN n",
            "NodeIndexSeek (n:Person) born_name: born = 1907, name >= 'p2'",
        ),
        ("MATCH (n:Person) WHERE n.ssn = 3 RETURN n", "NodeIndexSeek (n:Person) ssn: ssn = 3"),
        (
            "MATCH ()-[r:KNOWS {since: 5}]->() RETURN r",
            "RelationshipIndexSeek [r:KNOWS] since: since = 5",
        ),
        (
            "UNWIND [1, 2] AS id MATCH (n:Person {ssn: id}) RETURN n",
            "NodeIndexSeek (n:Person) ssn: ssn = id",
        ),
        ("MERGE (n:Person {ssn: 3}) RETURN n", "NodeIndexSeek (n:Person) ssn: ssn = 3"),
        (
            "MATCH (c:City) OPTIONAL MATCH (n:Person {name: c.name}) RETURN n",
            "NodeIndexSeek (n:Person) name: name = c.name",
        ),
        (
            "MATCH (c:City) WHERE EXISTS { MATCH (n:Person) WHERE n.name = c.name } RETURN c",
            "NodeIndexSeek (n:Person) name: name = c.name",
        ),
        ("MATCH (n:Person&!City {ssn: 3}) RETURN n", "NodeIndexSeek (n:Person) ssn: ssn = 3"),
        (
            "MATCH (n:Person) WHERE n.ssn = 3 OR n.ssn = 7 RETURN n",
            "NodeIndexSeek (n:Person) ssn: ssn = 3 OR ssn: ssn = 7",
        ),
        (
            "MATCH (n:Person) WHERE n.name IN ['p1', 'p2'] OR n.ssn = 2 OR n.ssn > 299 RETURN n",
            "NodeIndexSeek (n:Person) name: name IN ['p1', 'p2'] OR ssn: ssn = 2 OR ssn: ssn > 299",
        ),
        (
            "MATCH (n:Person) WHERE n.name = 'p7' OR n.born = 1 RETURN n",
            "NodeIndexSeek (n:Person) name: name = 'p7' OR born_name: born = 1",
        ),
        (
            "MATCH (n:Person) WHERE n.born = 1907 AND (n.name >= 'p2' OR n.name = 'p107') RETURN n",
            "born_name: born = 1907, name >= 'p2' OR ",
        ),
        (
            "MATCH (n:Person|Official {name: 'q'}) RETURN n",
            "NodeIndexSeek (n:Person|Official) name: name = 'q' OR official: name = 'q'",
        ),
        (
            "MATCH (n:Person|Official) WHERE n.name = 'p7' OR n.name = 'p8' OR n.ssn = 1 RETURN n",
            "NodeScan (n:Person|Official)",
        ),
        (
            "UNWIND [3, null, 4] AS id MATCH (n:Person) WHERE n.ssn = id OR n.ssn = 4 RETURN id, n",
            "NodeIndexSeek (n:Person) ssn: ssn = id OR ssn: ssn = 4",
        ),
        (
            "MATCH (c:City {name: 'c5'})<-[r:KNOWS {since: 5}]-() RETURN r",
            "RelationshipIndexSeek [r:KNOWS] since: since = 5",
        ),
    ] {
        let text = plan(&database, query);
        assert!(text.contains(line), "{query}\n{text}");
        let rules = RULES.iter().copied().filter(|rule| rule.name() != "index_seek");
        let rules: Vec<_> = rules.collect();
        let scanned = database.query(query).param("x", "p7").rules(&rules).run().unwrap();
        let sought = database.query(query).param("x", "p7").run().unwrap();
        let shown = |result: &dossier::QueryResult| format!("{:?}", result.rows);
        assert_eq!(shown(&scanned), shown(&sought), "{query}");
    }
}

/// Both ends are one node each, of which one has most of the relationships.
#[test]
fn a_pattern_begins_at_the_end_that_is_no_hub() {
    let database = Database::in_memory();
    for statement in [
        "CREATE INDEX leaf FOR (l:Leaf) ON (l.id)",
        "CREATE (h:Hub {id: 0}) WITH h UNWIND range(1, 3000) AS i CREATE (h)-[:HAS]->(:Leaf {id: i})",
        "MATCH (l:Leaf) WHERE l.id < 30 CREATE (l)-[:KNOWS]->(:Leaf {id: -l.id})",
    ] {
        database.query(statement).run().expect(statement);
    }
    for query in [
        "MATCH (h:Hub)-[r:HAS]->(l:Leaf {id: 7}) RETURN r",
        "MATCH (l:Leaf {id: 7})<-[r:HAS]-(h:Hub) RETURN r",
        "UNWIND range(1, 9) AS i MATCH (h:Hub)-[r:HAS]->(l:Leaf {id: i}) RETURN r",
    ] {
        let text = plan(&database, query);
        let sought = text.find("NodeIndexSeek (l:Leaf)");
        assert!(sought.is_some(), "{query}\n{text}");
        assert!(sought < text.find("Expand (l)<-[r:HAS]-(h)"), "{query}\n{text}");
    }
}

#[test]
fn plans_leave_an_index_that_does_not_help() {
    let database = people();
    for query in [
        "MATCH (n:Person) WHERE n.name CONTAINS '7' RETURN n",
        "MATCH (n:Person) WHERE n.name = n.born RETURN n",
        "MATCH (n:Person|City {name: 'p7'}) RETURN n",
        "MATCH (n {name: 'p7'}) RETURN n",
        "MATCH (n:Person) WHERE n.name = 'p7' OR n.age = 1 RETURN n",
        "MATCH (n:Person) WHERE n.name = 'p7' OR NOT n.born = 1907 RETURN n",
        "MATCH (n:Person|!Official {name: 'p7'}) RETURN n",
        "MATCH (n:Person) WHERE n.name <> 'p7' RETURN n",
        "MATCH (n:Person) WHERE n.ssn = rand() RETURN n",
        "MATCH (n:Person) WHERE n.name IS NULL RETURN n",
        "MATCH (n:Person) WHERE n.name IS NOT NULL RETURN n",
    ] {
        let text = plan(&database, query);
        assert!(!text.contains("IndexSeek"), "{query}\n{text}");
    }
}

#[test]
fn a_view_hides_from_an_index_what_it_hides() {
    let database = Database::in_memory();
    run(&database, "CREATE (:A {x: 1, valid_from: date('2020-01-01')}), (:A {x: 1}), (:A {x: 2})");
    run(&database, "CREATE INDEX x FOR (n:A) ON (n.x)");
    for (view, expected) in
        [("", 2), ("AS OF date('2010-01-01') ", 1), ("AS OF date('2021-01-01') ", 2)]
    {
        let query = format!("{view}MATCH (n:A {{x: 1}}) RETURN n");
        assert!(plan(&database, &query).contains("NodeIndexSeek"), "{query}");
        assert_eq!(database.query(&query).run().unwrap().rows.len(), expected, "{query}");
    }
}

#[test]
fn a_unique_property_finds_one() {
    let text =
        plan(&people(), "MATCH (n:Person {ssn: 3})-[:KNOWS]->(c:City {name: 'c3'}) RETURN c");
    let line = text.lines().find(|line| line.contains("NodeIndexSeek")).unwrap();
    assert!(line.ends_with(" 1"), "{text}");
    assert!(text.find("NodeIndexSeek") < text.find("Expand"), "{text}");
}

#[test]
fn a_plan_follows_the_schema() {
    let database = people();
    let query = "MATCH (n:Person) WHERE n.name = 'p7' RETURN n.ssn";
    assert!(plan(&database, query).contains("NodeIndexSeek"));
    run(&database, "DROP INDEX name");
    assert!(!plan(&database, query).contains("NodeIndexSeek"));
    let mut transaction = database.begin().unwrap();
    transaction.query("CREATE INDEX again FOR (n:Person) ON (n.name)").run().unwrap();
    transaction.query("CREATE (:Person {name: 'p7', ssn: 1000})").run().unwrap();
    let found = transaction.query(query).run().unwrap();
    assert_eq!(found.rows.len(), 2);
    transaction.rollback();
    assert_eq!(database.query(query).run().unwrap().rows.len(), 1);
}

#[test]
fn values_that_cannot_be_sought_are_left_to_the_filter() {
    let database = people();
    let rows = |query: &str| {
        let result = database.query(query).run();
        result.map(|result| result.rows.len()).map_err(|error| match error {
            Error::Query(error) => error.code,
            other => panic!("{query}: {other}"),
        })
    };
    for (condition, expected) in [
        ("n.name = null", Ok(0)),
        ("n.ssn = 3.0", Ok(1)),
        ("n.ssn = 0.0 / 0.0", Ok(0)),
        ("n.ssn = 'x'", Ok(0)),
        ("n.ssn = [3]", Ok(0)),
        ("n.ssn IN [3, null, 3.0, 4]", Ok(2)),
        ("n.ssn IN null", Ok(0)),
        ("n.ssn IN []", Ok(0)),
        ("n.ssn IN 3", Err(ErrorCode::InvalidArgumentType)),
        ("n.ssn > 298", Ok(2)),
        ("n.ssn > null", Ok(0)),
        ("n.ssn > 'a'", Ok(0)),
        ("n.ssn >= 299 AND n.ssn < 300.5", Ok(2)),
        ("n.name STARTS WITH null", Ok(0)),
        ("n.name STARTS WITH ''", Ok(301)),
        ("n.ssn = 1 / 0", Err(ErrorCode::DivisionByZero)),
        ("n.ssn = null OR n.ssn = 3", Ok(1)),
        ("n.ssn = 3 OR n.ssn = 3.0 OR n.name = 'p3'", Ok(1)),
        ("n.ssn = 3 OR n.ssn IN 3", Err(ErrorCode::InvalidArgumentType)),
        ("n.ssn >= 0 OR n.ssn = 1 / 0", Ok(301)),
        ("n.ssn = 1 / 0 OR n.ssn >= 0", Err(ErrorCode::DivisionByZero)),
    ] {
        let query = format!("MATCH (n:Person) WHERE {condition} RETURN n");
        assert_eq!(rows(&query), expected, "{condition}");
    }
    assert_eq!(rows("MATCH (n:Nobody) WHERE n.ssn = 1 / 0 RETURN n"), Ok(0));
}

#[test]
fn a_relationship_at_a_hub_is_sought_in_its_index() {
    let database = Database::in_memory();
    run(
        &database,
        "CREATE (hub:Hub {name: 'hub'}) WITH hub UNWIND range(1, 500) AS i \
         CREATE (hub)-[:T {key: i}]->(:Leaf {i: i}), (hub)-[:S {key: i}]->(:Leaf {i: i})",
    );
    run(&database, "CREATE INDEX key FOR ()-[r:T]-() ON (r.key)");
    for query in [
        "MATCH (h:Hub {name: 'hub'})-[r:T {key: 77}]->(l) RETURN l.i",
        "MATCH (h:Hub)-[s:S {key: 77}]->(x) MATCH (h:Hub)-[r:T {key: s.key}]->(l) RETURN l.i",
        "MATCH (h:Hub)-[r:T]-(l) WHERE r.key = 77 OR r.key = -1 RETURN l.i",
    ] {
        let text = plan(&database, query);
        assert!(text.contains("RelationshipIndexSeek [r:T] key: key = "), "{query}\n{text}");
        let rows = database.query(query).run().unwrap().rows;
        assert_eq!(format!("{rows:?}"), "[[Integer(77)]]", "{query}");
    }
    let wide = "MATCH (h:Hub)-[r:T]->(l) WHERE r.key > 3 RETURN l.i";
    assert!(!plan(&database, wide).contains("IndexSeek"), "{wide}");
}

#[test]
fn a_hop_is_estimated_by_the_labels_of_its_ends() {
    let database = Database::in_memory();
    run(&database, "UNWIND range(1, 1000) AS i CREATE (:Thing {i: i})");
    run(
        &database,
        "UNWIND range(1, 10) AS h CREATE (hub:Hub {h: h}) WITH hub UNWIND range(1, 40) AS i \
         CREATE (hub)-[:T]->(:Leaf {i: i}), (:Far)-[:T]->(hub)",
    );
    for (query, operator, expected) in [
        ("MATCH (h:Hub)-[:T]->(l:Leaf) RETURN h.h, l.i", "Expand", "400"),
        ("MATCH (h:Hub)-[:T]-(x) RETURN h.h, x", "Expand", "800"),
        ("MATCH (h:Hub)<-[:T]-(f:Far) RETURN h.h, f", "Expand", "400"),
        ("MATCH (h:Hub)-[:T]->(t:Thing) RETURN h.h, t", "Filter", "0"),
        ("MATCH (t:Thing)-[:T]->(x) RETURN t, x", "Expand", "0"),
        ("MATCH (l:Leaf)<-[:T]-(h)<-[:T]-(f) RETURN l, f", "Expand (h)", "8000"),
        ("MATCH (h:Hub:Thing)-[:T]-(x) RETURN h, x", "Expand", "800"),
    ] {
        let text = plan(&database, query);
        let line = text.lines().find(|line| line.starts_with(operator)).unwrap_or_default();
        assert_eq!(line.split_whitespace().last(), Some(expected), "{query}\n{text}");
    }
}

/// An index is asked first, wherever its condition stands.
#[test]
fn what_an_index_leaves_out_cannot_fail() {
    let database = Database::in_memory();
    run(&database, "UNWIND range(0, 300) AS i CREATE (:P {x: i, y: i % 3})");
    let query = "MATCH (p:P) WHERE 1 / p.y > 0 AND p.x = $x RETURN p.x";
    let asked = |x: i64| database.query(query).param("x", x).run();
    assert_eq!(code(asked(4)), ErrorCode::DivisionByZero);
    run(&database, "CREATE INDEX FOR (p:P) ON (p.x)");
    assert_eq!(format!("{:?}", asked(4).unwrap().rows), "[[Integer(4)]]");
    assert_eq!(code(asked(3)), ErrorCode::DivisionByZero);
}
