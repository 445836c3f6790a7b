//! Prepared queries that run again: whatever the runs before were, each gives what a first run
//! gives. Between two runs anything may change: parameters, limits, names, indexes, the data that
//! a plan rests on, the thread, the database.

use dossier::plan::optimise::RULES;
use dossier::store::View;
use dossier::value::{ErrorClass, Map, NodeId, Value};
use dossier::{Database, Error, InterruptHandle, PreparedQuery, Query, QueryResult};
use std::time::Duration;

/// What a run came to.
type Outcome = Result<(Vec<String>, Vec<String>), (ErrorClass, String)>;

fn outcome(result: Result<QueryResult, Error>) -> Outcome {
    match result {
        Ok(result) => {
            Ok((result.columns, result.rows.iter().map(|row| format!("{row:?}")).collect()))
        }
        Err(Error::Query(error)) => Err((error.class, format!("{error:?}"))),
        Err(other) => panic!("{other}"),
    }
}

fn map<const N: usize>(entries: [(&str, Value); N]) -> Map {
    entries.into_iter().map(|(name, value)| (name.into(), value)).collect()
}

/// A run of a text that nothing was kept of: a query with rules of its own is planned for itself.
fn fresh(database: &Database, text: &str, parameters: &Map) -> Outcome {
    outcome(database.query(text).rules(RULES).params(parameters.clone()).run())
}

fn again(database: &Database, query: &PreparedQuery, parameters: &Map) -> Outcome {
    outcome(database.prepared(query).params(parameters.clone()).run())
}

fn graph() -> Database {
    let database = Database::in_memory();
    for text in [
        "CREATE CONSTRAINT FOR (p:Person) REQUIRE p.id IS UNIQUE",
        "UNWIND range(0, 39) AS i CREATE (:Person {id: i, name: 'p' + toString(i), age: i % 7, \
         born: date('2000-01-01') + duration({days: i})})",
        "MATCH (a:Person), (b:Person) WHERE (a.id * 7 + b.id * 3) % 11 = 0 \
         CREATE (a)-[:FOLLOWS {since: a.id + b.id}]->(b)",
        "UNWIND ['Oslo', 'Lund'] AS name CREATE (:City {name: name})",
        "MATCH (p:Person), (c:City) WHERE p.id % 2 = size(c.name) % 2 CREATE (p)-[:LIVES_IN]->(c)",
    ] {
        database.query(text).run().unwrap();
    }
    database
}

fn list(items: Vec<Value>) -> Value {
    Value::from(items)
}

/// Values of every kind.
fn values() -> Vec<Value> {
    let entries: Map =
        [("id".into(), 5.into()), ("name".into(), "p5".into())].into_iter().collect();
    let date = Database::in_memory().query("RETURN date('2000-01-09')").run().unwrap();
    vec![
        3.into(),
        0.into(),
        (-1).into(),
        2.0.into(),
        f64::NAN.into(),
        "p4".into(),
        "Person".into(),
        "".into(),
        Value::Null,
        true.into(),
        list(vec![1.into(), Value::Null, 2.into()]),
        list(vec!["Person".into(), "City".into()]),
        list(Vec::new()),
        entries.into(),
        Value::Node(NodeId(4)),
        Value::Node(NodeId(4000)),
        date.rows[0][0].clone(),
    ]
}

const TEXTS: [&str; 47] = [
    "RETURN $x",
    "RETURN $x AS a, $x AS b, 1 + 2 AS three",
    "MATCH (p:Person {id: $x}) RETURN p.name AS name, p.age AS age",
    "MATCH (p:Person) WHERE p.id IN $x RETURN p.id ORDER BY p.id",
    "MATCH (p:Person) WHERE p.id IN [1, $x, 7] RETURN p.id ORDER BY p.id",
    "MATCH (p:Person) WHERE p.id > $x AND p.id < $x + 3 RETURN p.id ORDER BY p.id",
    "MATCH (p:Person) WHERE p.name STARTS WITH $x RETURN count(*)",
    "MATCH (p:Person) WHERE p.name =~ $x RETURN count(*)",
    "MATCH (p) WHERE id(p) = $x RETURN p.name, labels(p)",
    "MATCH (p) WHERE id(p) IN $x RETURN p.name ORDER BY p.name",
    "MATCH (a:Person {id: $x})-[:FOLLOWS]->(b:Person) RETURN b.id AS id ORDER BY id",
    "MATCH (a:Person {id: $x})-[:FOLLOWS]->(:Person)-[:FOLLOWS]->(c:Person) \
     RETURN count(DISTINCT c.id) AS n",
    "MATCH (a:Person {id: $x})<-[f:FOLLOWS {since: 10 + $x}]-(b) RETURN b.id ORDER BY b.id",
    "MATCH (a:Person {id: $x})-[:FOLLOWS*1..2 {since: $x}]->(b) RETURN count(*)",
    "MATCH (a:Person {id: $x}) OPTIONAL MATCH (a)-[:LIVES_IN]->(c:City) RETURN a.id, c.name",
    "MATCH (p:Person) RETURN p.id ORDER BY p.id LIMIT $x",
    "MATCH (p:Person) RETURN p.id ORDER BY p.id SKIP $x LIMIT 3",
    "MATCH (p:Person) RETURN p.id ORDER BY p.id LIMIT $x + 1",
    "MATCH (p:Person) RETURN count(*) AS n, p.age AS age ORDER BY age, $x LIMIT 2",
    "MATCH (p:$($x)) RETURN count(*)",
    "MATCH (p:$any($x)) RETURN count(*)",
    "MATCH (p) WHERE p:$($x) AND p.id < 4 RETURN p.id ORDER BY p.id",
    "MATCH (p:Person) WHERE p.born > date($x) RETURN count(*)",
    "MATCH (p:Person) WHERE p.born > $x + duration({days: 3}) RETURN count(*)",
    "RETURN $x.id, $x.name",
    "RETURN $x.id + 1 > 3 AS big, $x[0] AS first, $x[0..1] AS part",
    "RETURN CASE $x WHEN 0 THEN 'none' ELSE 6 / $x END AS share",
    "RETURN false AND 1 / $x = 1 AS lazy, coalesce(1, 1 / $x) AS first",
    "UNWIND [1, 2] AS i RETURN 1 / $x + i",
    "UNWIND [] AS i RETURN 1 / $x + i",
    "UNWIND $x AS i RETURN i",
    "UNWIND range(0, $x) AS i RETURN i",
    "RETURN labels($x), size($x), toString($x)",
    "RETURN [i IN $x WHERE i > 1 | i + 1] AS up, all(i IN $x WHERE i > 0) AS each",
    "RETURN reduce(sum = 0, i IN $x | sum + i) AS sum",
    "MATCH (p:Person {id: 1}) RETURN EXISTS { (p)-[:FOLLOWS]->(:Person {id: $x}) } AS there",
    "MATCH (p:Person) WHERE COUNT { (p)-[:FOLLOWS]->(q) WHERE q.id > $x } > 3 RETURN count(*)",
    "MATCH (p:Person {id: 1}) RETURN COLLECT { MATCH (p)-[:FOLLOWS]->(q) WHERE q.id <> $x \
     RETURN q.id ORDER BY q.id LIMIT 2 } AS some",
    "MATCH (p:Person {id: 1}) CALL (p) { MATCH (p)-[:FOLLOWS]->(q) RETURN q.id + $x AS id } \
     RETURN id ORDER BY id",
    "MATCH p = shortestPath((a:Person {id: 1})-[:FOLLOWS*..3]->(b:Person {id: $x})) \
     RETURN length(p) AS length",
    "MATCH p = SHORTEST 2 (a:Person {id: $x})-[:FOLLOWS]->+(b:Person WHERE b.age = $x) \
     RETURN b.id AS id, length(p) AS length ORDER BY id, length",
    "MATCH p = SHORTEST $x (a:Person {id: 1})-[:FOLLOWS]->+(b:Person {id: 9}) \
     RETURN length(p) AS length ORDER BY length",
    "MATCH (p:Person {id: $x}) RETURN p.id AS id UNION MATCH (p:Person) WHERE p.age = $x \
     RETURN p.id AS id",
    "WITH $x AS x WITH x, 1 AS unread RETURN x IS NULL AS missing",
    "WITH 1 AS a, 1 / $x AS unread RETURN a",
    "MATCH (p:Person) WITH p.age AS age, $x AS x, collect(p.id) AS ids RETURN age, x, size(ids) \
     ORDER BY age LIMIT 2",
    "MATCH (p:Person) WITH DISTINCT p.age % 2 AS odd, $x AS x RETURN odd, x ORDER BY odd",
];

/// A row that a search by a key leads to is computed by itself; a scan has rows in vectors.
#[test]
fn what_a_key_leads_to_is_what_a_scan_finds() {
    let database = graph();
    database
        .query("CREATE (:Person {id: 2.5, age: 2.0}), (:Person {id: 'p4', age: 'p4'})")
        .run()
        .unwrap();
    for text in [
        "MATCH (p:Person {id: $x}) RETURN p.name, p.age",
        "MATCH (p:Person {id: $x}) WHERE p.age >= $x RETURN p.id",
        "MATCH (p:Person {id: $x}) WHERE p.age <> $x AND p.age < 3 RETURN p.id",
        "MATCH (p:Person {id: $x}), (q:Person {id: 2}) WHERE q.name > p.name RETURN p.id, q.id",
        "MATCH (p:Person {id: 2}), (q:Person {id: 2}) WHERE p.age = $x RETURN q.id",
        "MATCH (p:Person {id: 2}) WHERE p.unknown = $x OR p.age = 2 RETURN p.id",
        "MATCH (p:Person {id: 2}) DETACH DELETE p WITH p MATCH (q:Person {id: 2}) RETURN q.id",
    ] {
        let query = database.prepare(text).unwrap();
        for value in [values(), vec![2.into(), 2.5.into(), 4.0.into()]].concat() {
            let parameters = map([("x", value)]);
            let scanned = outcome(database.query(text).rules(&[]).params(parameters.clone()).run());
            let sought = again(&database, &query, &parameters);
            assert_eq!(sought.ok(), scanned.ok(), "{text} {parameters:?}");
        }
    }
}

#[test]
fn each_run_gives_what_a_first_one_gives() {
    let database = graph();
    for text in TEXTS {
        let query = database.prepare(text).unwrap_or_else(|error| panic!("{text}: {error}"));
        let values = values();
        // So that each comes after several others.
        for stride in [1, 5] {
            for place in 0..values.len() {
                let value = values[place * stride % values.len()].clone();
                let name = if place % 6 == 5 { "y" } else { "x" };
                let parameters = map([(name, value)]);
                let expected = fresh(&database, text, &parameters);
                assert_eq!(
                    again(&database, &query, &parameters),
                    expected,
                    "{text}: {parameters:?}"
                );
            }
        }
    }
}

#[test]
fn a_run_that_fails_leaves_the_next_as_it_is() {
    let database = graph();
    let text = "MATCH (a:Person)-[:FOLLOWS]->(b) WHERE a.id >= $from \
                RETURN a.id, 12 / (b.id - $no) AS x ORDER BY a.id, b.id LIMIT 5";
    let query = database.prepare(text).unwrap();
    let handle = InterruptHandle::new();
    handle.interrupt();
    let good = map([("from", 2.into()), ("no", 100.into())]);
    let expected = fresh(&database, text, &good);
    assert_eq!(expected.as_ref().map(|(_, rows)| rows.len()), Ok(5));
    for turn in 0..12 {
        let run = database.prepared(&query).param("from", 2);
        let run = match turn % 6 {
            0 => run.param("no", 3),
            1 => run.param("no", 100).timeout(Duration::ZERO),
            2 => run.param("no", 100).interrupt(&handle),
            3 => run.param("no", 100).memory_limit(10),
            4 => run.param("no", 100).row_limit(2),
            _ => run,
        };
        assert!(run.run().is_err(), "turn {turn}");
        assert_eq!(again(&database, &query, &good), expected, "turn {turn}");
    }
}

#[test]
fn what_the_plan_rests_on_may_change_between_runs() {
    let database = graph();
    let texts = [
        "MATCH (a:Person {id: $x})-[:FOLLOWS]->(b:Person) RETURN b.id AS id ORDER BY id",
        "MATCH (a:Person {id: $x})-[:FOLLOWS]->(b) WHERE b:Person RETURN count(*)",
        "MATCH (n:Later {k: $x}) RETURN n.k",
        "MATCH (n:Person|Later) RETURN count(n), count(n.k)",
        "MATCH (a)-[:KNOWS|FOLLOWS]->(b) WHERE a.id = $x RETURN count(b), count(b.k)",
    ];
    let queries: Vec<_> = texts.iter().map(|text| database.prepare(text).unwrap()).collect();
    let check = |when: &str| {
        for (text, query) in texts.iter().zip(&queries) {
            for x in [3, 8, 3] {
                let parameters = map([("x", x.into())]);
                let expected = fresh(&database, text, &parameters);
                assert_eq!(again(&database, query, &parameters), expected, "{when}: {text}");
            }
        }
    };
    check("at first");
    for text in [
        // Now a relationship leads to a node that is no person, and no name is new.
        "MATCH (a:Person {id: 3}), (c:City {name: 'Oslo'}) CREATE (a)-[:FOLLOWS]->(c)",
        "MATCH (a:Person {id: 3}) CREATE (a)-[:FOLLOWS]->(:Robot {id: 99})",
        "MATCH (n:Robot) SET n:Person",
        "CREATE (:Later {k: 3}), (:Later {k: 8})",
        "CREATE INDEX later FOR (n:Later) ON (n.k)",
        "MATCH (a:Person {id: 3}), (n:Later) CREATE (a)-[:KNOWS]->(n)",
        "DROP INDEX later",
        "SET optimiser.index_seek = off",
        "SET optimiser.index_seek = on",
        "MATCH (n:Robot) DETACH DELETE n",
        "UNWIND range(100, 900) AS i CREATE (:Person {id: i})",
    ] {
        database.query(text).run().unwrap();
        check(text);
    }
}

/// What no path can come to is not counted; what relationships there are may change.
#[test]
fn the_longest_path_is_that_of_the_graph_of_the_run() {
    let database = Database::in_memory();
    database.query("CREATE (:N {i: 0})-[:R]->(:N {i: 1})").run().unwrap();
    let text = "MATCH p = shortestPath((a:N {i: 0})-[:R*..2]->(b:N {i: $x})) RETURN length(p)";
    let query = database.prepare(text).unwrap();
    for i in 1..5 {
        for x in [1, 2, 3, 4] {
            let found = database.prepared(&query).param("x", x).run().unwrap();
            let length = (x <= 2 && x <= i).then_some(x);
            assert_eq!(found.single().and_then(Value::as_integer), length, "{x} of {i}");
        }
        let more = "MATCH (n:N {i: $i}) CREATE (n)-[:R]->(:N {i: $i + 1})";
        database.query(more).param("i", i).run().unwrap();
    }
}

#[test]
fn a_limit_that_is_another_each_time_is_asked_for_each_time() {
    let database = graph();
    let query = database.prepare("MATCH (p:Person) RETURN p.id LIMIT toInteger(rand() * 40)");
    let query = query.unwrap();
    let runs = (0..40).map(|_| database.prepared(&query).run().unwrap().rows.len());
    let different: std::collections::BTreeSet<usize> = runs.collect();
    assert!(different.len() > 2, "{different:?}");
}

/// Names get ids in the order in which they come: what is rolled back leaves its id to another.
#[test]
fn a_name_that_was_rolled_back_is_no_name_of_a_later_run() {
    let database = graph();
    let query = database.prepare("MATCH (n:Passing) RETURN count(n), count(n.what)").unwrap();
    let kind = database.prepare("MATCH (:Person)-[r:PASSES]->() RETURN count(r)").unwrap();
    let run = |query: Query<'_>| outcome(query.run()).map(|(_, rows)| rows[0].clone());
    let create = |label: &str, name: &str| {
        format!("MATCH (p:Person {{id: 1}}) CREATE (p)-[:{name}]->(:{label} {{what: 1}})")
    };
    let mut transaction = database.begin().unwrap();
    transaction.query(&create("Passing", "PASSES")).run().unwrap();
    for _ in 0..2 {
        assert_eq!(run(transaction.prepared(&query)), Ok("[Integer(1), Integer(1)]".into()));
        assert_eq!(run(transaction.prepared(&kind)), Ok("[Integer(1)]".into()));
    }
    transaction.rollback();
    database.query(&create("Staying", "STAYS")).run().unwrap();
    for _ in 0..2 {
        assert_eq!(run(database.prepared(&query)), Ok("[Integer(0), Integer(0)]".into()));
        assert_eq!(run(database.prepared(&kind)), Ok("[Integer(0)]".into()));
    }
}

#[test]
fn one_query_runs_in_several_databases() {
    let (one, other) = (Database::in_memory(), Database::in_memory());
    one.query("CREATE (:A {k: 1, m: 10})-[:R]->(:B {k: 2})").run().unwrap();
    // As many names, but with other ids.
    other.query("CREATE (:B {m: 5, k: 1})<-[:R]-(:A {m: 6})").run().unwrap();
    let query = one.prepare("MATCH (a:A)-[:R]->(b:B) RETURN a.k, a.m, b.k, b.m, $x").unwrap();
    for x in 0..4 {
        for (database, expected) in [(&one, "1, 10, 2, null"), (&other, "null, 6, 1, 5")] {
            let result = database.prepared(&query).param("x", x).run().unwrap();
            let row: Vec<String> = result.rows[0].iter().map(Value::to_cypher_literal).collect();
            assert_eq!(row.join(", "), format!("{expected}, {x}"));
        }
    }
}

#[test]
fn writes_run_again_in_transactions_and_alone() {
    let database = Database::in_memory();
    let create = database.prepare("CREATE (n:N {k: $k, v: [$k, $v]}) RETURN n.v").unwrap();
    let link = database
        .prepare("MATCH (a:N {k: $a}), (b:N {k: $b}) CREATE (a)-[r:R {w: $a - $b}]->(b) RETURN r.w")
        .unwrap();
    let merge = database
        .prepare("MERGE (n:N {k: $k}) ON CREATE SET n.new = $v ON MATCH SET n.v = $v RETURN n.new")
        .unwrap();
    let set =
        database.prepare("MATCH (n:N) WHERE n.k < $k SET n.c = coalesce(n.c, 0) + $v").unwrap();
    let run = |query: Query<'_>, k: i64, v: i64| query.param("k", k).param("v", v).run();
    for round in 0..3 {
        let mut transaction = database.begin().unwrap();
        for k in 0..4 {
            let k = round * 10 + k;
            let made = run(transaction.prepared(&create), k, -k).unwrap();
            let given = made.single().map(Value::to_cypher_literal);
            assert_eq!(given, Some(format!("[{k}, {}]", -k)));
            assert!(transaction.prepared(&create).param("k", 1).run().is_err());
            let linked = transaction.prepared(&link).param("a", k).param("b", round * 10);
            assert_eq!(
                linked.run().unwrap().single().and_then(Value::as_integer),
                Some(k - round * 10)
            );
        }
        transaction
            .query(&format!("CREATE INDEX later{round} FOR (n:N) ON (n.k, n.x{round})"))
            .run()
            .unwrap();
        assert!(
            run(transaction.prepared(&merge), round * 10, 7).unwrap().single().unwrap().is_null()
        );
        assert_eq!(
            run(transaction.prepared(&merge), -1 - round, 8)
                .unwrap()
                .single()
                .and_then(Value::as_integer),
            Some(8)
        );
        run(transaction.prepared(&set), 100, round + 1).unwrap();
        if round == 1 {
            transaction.rollback();
        } else {
            transaction.commit().unwrap();
        }
        run(database.prepared(&create), 50 + round, 0).unwrap();
    }
    let all = "MATCH (n:N) OPTIONAL MATCH (n)-[r:R]->(m) \
               RETURN n.k AS k, n.c, n.v, n.new, r.w, m.k ORDER BY k";
    let rows = outcome(database.query(all).run()).unwrap().1;
    assert_eq!(rows.len(), 2 * 5 + 3, "{rows:?}");
    assert!(rows[0].contains("Integer(-3), Integer(3)"), "{rows:?}");
    assert!(rows[1].contains("Integer(-1), Integer(4)"), "{rows:?}");
}

#[test]
fn runs_at_the_same_moment_do_not_meet() {
    let database = graph();
    let text = "MATCH (a:Person {id: $x})-[:FOLLOWS]->(b:Person) WHERE b.age <> $y \
                WITH b ORDER BY b.id SKIP $y RETURN collect(b.id) AS ids, $x";
    let query = database.prepare(text).unwrap();
    let parameters = |turn: i64| map([("x", (turn % 40).into()), ("y", (turn % 3).into())]);
    let expected: Vec<Outcome> =
        (0..160).map(|turn| fresh(&database, text, &parameters(turn))).collect();
    std::thread::scope(|scope| {
        for thread in 0..8_usize {
            let (database, query, expected) = (&database, &query, &expected);
            let parameters = &parameters;
            scope.spawn(move || {
                for turn in 0..400 {
                    let turn = (turn * 7 + thread * 13) % expected.len();
                    let run = again(database, query, &parameters(turn as i64));
                    assert_eq!(run, expected[turn]);
                }
            });
        }
    });
}

/// A query under one of several settings.
fn set<'q>(query: Query<'q>, turn: i64, x: i64, view: &View) -> Query<'q> {
    let query = query.param("x", x);
    match turn % 6 {
        0 => query.threads(1),
        1 => query.threads(3).morsel(4),
        2 => query.row_limit(3),
        3 => query.seen(view.clone()),
        4 => query.memory_limit(1 << 20),
        _ => query.why(),
    }
}

#[test]
fn limits_threads_views_and_questions_are_those_of_the_run() {
    let database = graph();
    let text = "MATCH (p:Person) WHERE p.id >= $x RETURN p.age AS age, count(*) AS n ORDER BY age";
    let query = database.prepare(text).unwrap();
    database.query("MATCH (p:Person {id: 39}) SET p.valid_to = date('2001-01-01')").run().unwrap();
    let view = database.view("AS OF date('2020-01-01')", &Map::default()).unwrap();
    for turn in 0..18_i64 {
        let x = turn % 5 + 33;
        let expected = set(database.query(text).rules(RULES), turn, x, &view).run();
        let run = set(database.prepared(&query), turn, x, &view).run();
        assert_eq!(outcome(run), outcome(expected), "turn {turn}");
    }
    let profiled = database.prepare(&format!("PROFILE {text}")).unwrap();
    for x in [0, 38, 0] {
        let result = database.prepared(&profiled).param("x", x).run().unwrap();
        let expected = fresh(&database, text, &map([("x", x.into())])).unwrap();
        assert_eq!(result.rows.len(), expected.1.len());
        assert!(result.plan.unwrap().contains(&format!("{}", 40 - x)));
    }
}

#[test]
fn the_clock_is_that_of_the_run() {
    let database = Database::in_memory();
    let query =
        database.prepare("RETURN datetime() AS now, datetime() = datetime() AS same").unwrap();
    let mut before = String::new();
    for _ in 0..3 {
        let result = database.prepared(&query).run().unwrap();
        let now = result.rows[0][0].to_cypher_literal();
        assert_ne!(now, before);
        assert_eq!(result.rows[0][1].to_cypher_literal(), "true");
        before = now;
        std::thread::sleep(Duration::from_millis(2));
    }
}
