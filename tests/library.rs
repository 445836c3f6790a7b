//! The library's promises: transactions, snapshots, limits, files.

use dossier::store::Graph;
use dossier::value::{ErrorClass, ErrorCode, Value};
use dossier::{Database, Error, InterruptHandle, Limits, OpenOptions};
use std::time::{Duration, Instant};

fn single(database: &Database, text: &str) -> Value {
    database.query(text).run().unwrap().single().cloned().unwrap()
}

fn count(graph: &Graph) -> (u64, u64) {
    (graph.node_count(), graph.relationship_count())
}

fn code(error: &Error) -> (ErrorClass, ErrorCode) {
    match error {
        Error::Query(error) => (error.class, error.code),
        other => panic!("not a query error: {other}"),
    }
}

#[test]
fn a_statement_that_fails_changes_nothing() {
    let database = Database::in_memory();
    database.query("CREATE (:A {n: 0})").run().unwrap();
    let error = database.query("UNWIND [1, 2, 0] AS d CREATE (:B {n: 10 / d})").run().unwrap_err();
    assert_eq!(code(&error).0, ErrorClass::ArithmeticError);
    assert_eq!(count(&database.snapshot()), (1, 0));
}

#[test]
fn a_transaction_goes_on_after_a_statement_that_fails() {
    let database = Database::in_memory();
    let mut transaction = database.begin().unwrap();
    transaction.query("CREATE (:A)-[:T]->(:B)").run().unwrap();
    assert!(transaction.query("CREATE (:C) WITH 1 AS one RETURN one / 0").run().is_err());
    transaction.query("CREATE (:D)").run().unwrap();
    assert_eq!(count(&transaction.snapshot()), (3, 1));
    assert_eq!(count(&database.snapshot()), (0, 0));
    transaction.commit().unwrap();
    assert_eq!(count(&database.snapshot()), (3, 1));
}

#[test]
fn rollback_and_drop_forget() {
    let database = Database::in_memory();
    for explicit in [true, false] {
        let mut transaction = database.begin().unwrap();
        transaction.query("CREATE (:A)").run().unwrap();
        if explicit {
            transaction.rollback();
        } else {
            drop(transaction);
        }
        assert_eq!(count(&database.snapshot()), (0, 0));
    }
}

#[test]
fn a_snapshot_never_changes() {
    let database = Database::in_memory();
    database.query("UNWIND range(1, 5000) AS i CREATE (:N {i: i})").run().unwrap();
    let snapshot = database.snapshot();
    database.query("MATCH (n) WHERE n.i % 2 = 0 DELETE n").run().unwrap();
    database.query("MATCH (n) SET n.i = -1").run().unwrap();
    assert_eq!(count(&snapshot).0, 5000);
    assert_eq!(count(&database.snapshot()).0, 2500);
}

#[test]
fn a_second_writer_of_the_process_waits_and_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let options = OpenOptions { busy_timeout: Duration::from_millis(50), ..OpenOptions::default() };
    let database = Database::open_with(folder.path().join("a.dossier"), options).unwrap();
    let transaction = database.begin().unwrap();
    assert!(matches!(database.query("CREATE (:A)").run(), Err(Error::Busy { .. })));
    drop(transaction);
    database.query("CREATE (:A)").run().unwrap();
}

#[test]
fn what_was_committed_is_there_after_reopening() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.dossier");
    let database = Database::open(&path).unwrap();
    database.query("CREATE (a:A {s: 'é', f: 1.5, l: [1, 2], d: date('2025-06-10')})-[r:T {x: true}]->(b), (b)-[:SAYS]->[r]").run().unwrap();
    let before = single(&database, "MATCH (a:A)-[r:T]->(b), (b)-[:SAYS]->[r] RETURN {a: properties(a), r: properties(r)} AS all").to_cypher_literal();
    drop(database); // Without close: the log alone has it, or the checkpoint.
    let database = Database::open(&path).unwrap();
    let after = single(&database, "MATCH (a:A)-[r:T]->(b), (b)-[:SAYS]->[r] RETURN {a: properties(a), r: properties(r)} AS all").to_cypher_literal();
    assert_eq!(before, after);
    database.query("MATCH (a:A) SET a.s = 'changed'").run().unwrap();
    database.checkpoint().unwrap();
    database.close().unwrap();
    let names: Vec<_> =
        std::fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(names, ["a.dossier"], "a clean close leaves one file");
    let database = Database::open(&path).unwrap();
    assert_eq!(single(&database, "MATCH (a:A) RETURN a.s").as_str(), Some("changed"));
}

#[test]
fn a_reader_beside_the_writer_sees_each_commit() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.dossier");
    let writer = Database::open(&path).unwrap();
    let reader =
        Database::open_with(&path, OpenOptions { read_only: true, ..OpenOptions::default() })
            .unwrap();
    for expected in 1..=5 {
        writer.query("CREATE (:A)").run().unwrap();
        if expected == 3 {
            writer.checkpoint().unwrap();
        }
        assert_eq!(single(&reader, "MATCH (a:A) RETURN count(*)").as_integer(), Some(expected));
    }
    assert!(matches!(reader.query("CREATE (:A)").run(), Err(Error::Storage(_))));
    assert!(Database::open(&path).is_err(), "a second writer is refused");
}

#[test]
fn hostile_queries_stop_at_their_limits() {
    let database = Database::in_memory();
    database.query("UNWIND range(1, 300) AS i CREATE (:N {i: i})").run().unwrap();
    database.query("MATCH (a:N), (b:N) WHERE b.i = a.i % 300 + 1 OR b.i = (a.i * 7) % 300 + 1 CREATE (a)-[:T]->(b)").run().unwrap();
    let before = count(&database.snapshot());
    let hostile = [
        "MATCH (a), (b), (c), (d) RETURN count(*)",
        "MATCH (a)-[*]->(b) RETURN count(*)",
        "MATCH p = (a)-[*1..]-(b) RETURN p ORDER BY length(p) DESC LIMIT 1",
        "UNWIND range(0, 4611686018427387904) AS i RETURN sum(i)",
        "UNWIND range(0, 4611686018427387904) AS i RETURN i ORDER BY i DESC LIMIT 5",
        "UNWIND range(1, 1000000) AS i UNWIND range(1, 1000000) AS j WITH DISTINCT i, j RETURN count(*)",
        "RETURN reduce(s = 0, x IN range(1, 100000) | s + size([y IN range(1, 100000) WHERE y > x]))",
        "UNWIND range(1, 1000000) AS i MERGE (n:M {i: i % 1000}) RETURN count(n)",
        "MATCH (a), (b), (c) CREATE (:X)",
        "RETURN size([x IN range(1, 2000000) WHERE all(y IN range(1, 2000) WHERE x <> -y)])",
    ];
    for text in hostile {
        let started = Instant::now();
        let error =
            database.query(text).timeout(Duration::from_millis(150)).memory_limit(256 << 20).run();
        let taken = started.elapsed();
        let error = error.map(|result| result.rows.len()).expect_err(text);
        assert_eq!(code(&error).0, ErrorClass::ResourceExhausted, "{text}");
        // Generous: the machine may be busy. A query that does not look at its deadline takes minutes.
        assert!(taken < Duration::from_secs(5), "{text} took {taken:?}");
        assert_eq!(count(&database.snapshot()), before, "{text} left something behind");
    }
}

#[test]
fn an_interrupt_from_another_thread_stops_a_query() {
    let database = Database::in_memory();
    database.query("UNWIND range(1, 2000) AS i CREATE (:N)").run().unwrap();
    let handle = InterruptHandle::new();
    let other = handle.clone();
    let thread = std::thread::spawn(move || {
        std::thread::sleep(Duration::from_millis(50));
        other.interrupt();
    });
    let error = database
        .query("MATCH (a), (b), (c), (d) RETURN count(*)")
        .interrupt(&handle)
        .run()
        .unwrap_err();
    assert_eq!(code(&error), (ErrorClass::ResourceExhausted, ErrorCode::Interrupted));
    thread.join().unwrap();
    handle.reset();
    assert!(database.query("RETURN 1").interrupt(&handle).run().is_ok());
}

#[test]
fn readers_and_a_writer_share_a_database() {
    let database = Database::in_memory();
    database.query("CREATE (:Counter {n: 0})").run().unwrap();
    let readers: Vec<_> = (0..4)
        .map(|_| {
            let database = database.clone();
            std::thread::spawn(move || {
                let mut last = 0;
                while last < 200 {
                    // Every commit adds one node and sets the counter to their number.
                    let result = database
                        .query("MATCH (c:Counter) MATCH (n) RETURN c.n AS n, count(n) AS all")
                        .run()
                        .unwrap();
                    let [n, all] =
                        [0, 1].map(|column| result.rows[0][column].as_integer().unwrap());
                    assert_eq!(n + 1, all);
                    assert!(n >= last);
                    last = n;
                }
            })
        })
        .collect();
    for _ in 0..200 {
        database.query("MATCH (c:Counter) SET c.n = c.n + 1 CREATE (:N)").run().unwrap();
    }
    readers.into_iter().for_each(|reader| reader.join().unwrap());
}

#[test]
fn explain_runs_nothing_and_profile_measures() {
    let database = Database::in_memory();
    let plan = database.query("EXPLAIN CREATE (:A)").run().unwrap().plan.unwrap();
    assert!(plan.contains("Create"), "{plan}");
    assert_eq!(count(&database.snapshot()), (0, 0));
    database.query("UNWIND range(1, 10) AS i CREATE (:A {i: i})").run().unwrap();
    let result = database.query("PROFILE MATCH (a:A) WHERE a.i > 7 RETURN a.i").run().unwrap();
    assert_eq!(result.rows.len(), 3);
    let plan = result.plan.as_deref().unwrap_or_default();
    let scan = plan.lines().find(|line| line.contains("NodeScan")).unwrap();
    assert!(scan.split_whitespace().any(|word| word == "10"), "{plan}");
    // What an operator keeps is on its own account: here the rows that are sorted.
    let sorted = "PROFILE UNWIND range(1, 5000) AS i WITH i ORDER BY -i RETURN count(i)";
    let result = database.query(sorted).run().unwrap();
    let plan = result.plan.as_deref().unwrap_or_default();
    let memory = |name: &str| {
        let line = plan.lines().find(|line| line.starts_with(name)).unwrap();
        line.split_whitespace().rev().take(2).collect::<Vec<_>>()
    };
    assert_eq!(memory("Sort")[0], "kB", "{plan}");
    assert_eq!(memory("Unwind"), ["B", "0"], "{plan}");
}

#[test]
fn petgraph_algorithms_run_on_a_snapshot() {
    let database = Database::in_memory();
    database.query("UNWIND range(1, 6) AS i CREATE (:N {i: i})").run().unwrap();
    database
        .query("MATCH (a:N), (b:N) WHERE b.i = a.i + 1 AND a.i <> 3 CREATE (a)-[:T]->(b)")
        .run()
        .unwrap();
    let snapshot = database.snapshot();
    let view = dossier::store::GraphView::new(&snapshot);
    let reached = petgraph::algo::dijkstra(view, dossier::value::NodeId(0), None, |_| 1);
    assert_eq!(reached.len(), 3);
    assert!(!petgraph::algo::is_cyclic_directed(view));
    assert_eq!(petgraph::algo::tarjan_scc(view).len(), 6);
}

#[test]
fn a_checkpoint_that_fails_takes_no_commit_with_it() {
    use dossier::durable::{Fault, FaultyStorage, MemoryStorage, Storage};
    use std::sync::Arc;
    // Find an operation inside the automatic checkpoint by trying every one of them.
    let big = "x".repeat(5 << 20);
    let mut failures = 0;
    let counting = Arc::new(FaultyStorage::counting(Arc::new(MemoryStorage::new())));
    let database =
        Database::open_in(counting.clone(), "/a.dossier", OpenOptions::default()).unwrap();
    let opened = counting.operations();
    database.query("CREATE (:A {s: $s})").param("s", big.as_str()).run().unwrap();
    for at in opened..counting.operations() {
        let inner: Arc<dyn Storage> = Arc::new(MemoryStorage::new());
        let storage = Arc::new(FaultyStorage::new(inner.clone(), Fault::Io, at..at + 1));
        let Ok(database) = Database::open_in(storage, "/a.dossier", OpenOptions::default()) else {
            continue;
        };
        let committed =
            database.query("CREATE (:A {s: $s})").param("s", big.as_str()).run().is_ok();
        let failed = database.checkpoint_failure().is_some();
        failures += usize::from(failed);
        drop(database);
        let database = Database::open_in(inner, "/a.dossier", OpenOptions::default()).unwrap();
        let there = database.snapshot().node_count();
        assert!(!committed || there == 1, "operation {at}: a commit was acknowledged and lost");
    }
    assert!(failures > 0, "no fault hit the checkpoint");
}

#[test]
fn names_that_the_graph_does_not_have_are_warned_of() {
    let database = Database::in_memory();
    let warnings = |text: &str| {
        let result = database.query(text).run().unwrap();
        result
            .notifications
            .iter()
            .map(|warning| (warning.code, warning.render(text, false)))
            .collect::<Vec<_>>()
    };
    assert!(
        warnings("MATCH (n:Person) RETURN n").is_empty(),
        "nothing is a slip in an empty graph"
    );
    assert!(warnings("CREATE (p:Person {name: 'Ana'})-[:KNOWS]->(q:Person) WITH p MATCH (p:Person) RETURN p.name").is_empty());
    let found = warnings("MATCH (n:Persn)-[:KNOW]->(m {nam: 1}) RETURN n.name, m.nme");
    let codes: Vec<_> = found.iter().map(|(code, _)| *code).collect();
    assert_eq!(
        codes,
        [
            ErrorCode::UnknownLabel,
            ErrorCode::UnknownRelationshipType,
            ErrorCode::UnknownPropertyKey,
            ErrorCode::UnknownPropertyKey
        ]
    );
    let shown = &found[0].1;
    assert!(shown.starts_with("warning: UnknownLabel: no node has the label `Persn`"), "{shown}");
    assert!(shown.contains("did you mean `Person`?"), "{shown}");
    assert!(warnings("MATCH (n:Person) SET n:New WITH n MATCH (n:New) RETURN n").is_empty());
}

#[test]
fn limits_come_from_the_database_unless_the_query_has_its_own() {
    let limits = Limits { rows: Some(10), memory: Some(1 << 20), ..Limits::default() };
    let options = OpenOptions { limits, ..OpenOptions::default() };
    let storage = std::sync::Arc::new(dossier::durable::MemoryStorage::new());
    let database = Database::open_in(storage, "limits.dossier", options).unwrap();
    let rows = |count: i64, limits: Limits| {
        let query = database.query("UNWIND range(1, $count) AS i RETURN i").param("count", count);
        query.limits(limits).run().map(|result| result.rows.len())
    };
    let told = |result: Result<usize, Error>| code(&result.unwrap_err());
    assert_eq!(rows(10, Limits::default()).unwrap(), 10);
    let exceeded = (ErrorClass::ResourceExhausted, ErrorCode::RowLimit);
    assert_eq!(told(rows(11, Limits::default())), exceeded);
    assert_eq!(rows(11, Limits { rows: Some(11), ..Limits::default() }).unwrap(), 11);
    assert_eq!(told(rows(1, Limits { rows: Some(0), ..Limits::default() })), exceeded);
    let wide = Limits { rows: Some(u64::MAX), ..Limits::default() };
    assert_eq!(
        told(rows(10_000_000, wide)),
        (ErrorClass::ResourceExhausted, ErrorCode::MemoryLimit)
    );
    let for_ever = Limits { timeout: Some(Duration::MAX), ..Limits::default() };
    assert_eq!(rows(3, for_ever).unwrap(), 3);
    // Inside a transaction too, where the statement that fails leaves the others standing.
    let mut transaction = database.begin().unwrap();
    transaction.query("CREATE (:A)").run().unwrap();
    let write = "UNWIND range(1, 11) AS i CREATE (n:B) RETURN n";
    assert_eq!(code(&transaction.query(write).run().unwrap_err()), exceeded);
    assert_eq!(transaction.query("MATCH (n) RETURN n").run().unwrap().rows.len(), 1);
}

#[test]
fn a_label_that_a_parameter_names_is_scanned_for() {
    let db = Database::in_memory();
    db.query("UNWIND range(1, 100) AS i CREATE (:A) WITH count(*) AS n CREATE (:B)").run().unwrap();
    let query = "PROFILE MATCH (n:$($label)) RETURN count(n) AS n";
    let result = db.query(query).param("label", "B").run().unwrap();
    let plan = result.plan.as_deref().unwrap_or_default();
    let scan = plan.lines().find(|line| line.starts_with("NodeScan")).unwrap();
    assert_eq!(scan.split_whitespace().rev().nth(4), Some("1"), "{plan}");
    assert_eq!(result.single().and_then(Value::as_integer), Some(1));
}

/// The operators of a plan that follow relationships, in their order.
fn expansions(database: &Database, query: &str) -> Vec<String> {
    let plan = database.query(query).run().unwrap().plan.unwrap();
    let names = plan.lines().filter_map(|line| line.split_whitespace().next());
    names.filter(|name| name.starts_with("Expand")).map(str::to_owned).collect()
}

#[test]
fn walks_are_made_after_the_hops_that_leave_fewer_rows() {
    let db = Database::in_memory();
    let graph = "UNWIND range(0, 199) AS i CREATE (n:N {i: i}) SET n:$(CASE i % 4 WHEN 0 THEN ['M'] ELSE [] END)
        WITH count(*) AS all MATCH (a:N), (b:N) WHERE b.i IN [(a.i + 1) % 200, (a.i + 7) % 200]
        CREATE (a)-[:T]->(b)";
    db.query(graph).run().unwrap();
    let bound = "EXPLAIN MATCH (a:N), (b:N) WITH DISTINCT a, b MATCH";
    for walk in ["(a)-[t*]-(b)", "(a)-[t*0..]->(b)", "(b)<-[t:T*1..4]-(a)"] {
        let query = format!("{bound} {walk}, (a)-[:T]->(c:M) RETURN 1");
        assert_eq!(expansions(&db, &query), ["Expand", "ExpandVariableInto"], "{query}");
    }
    // One that leaves fewer rows still comes before a hop that leaves more than there are.
    let query = format!("{bound} (a)-[:T]->(c), (a)-[:T*1..2]->(b) RETURN 1");
    assert_eq!(expansions(&db, &query), ["ExpandVariableInto", "Expand"]);
}
