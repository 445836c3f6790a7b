//! Zone maps: scans pass over chunks that cannot hold what is asked, and no row is lost. Each
//! answer is held against the one without the rule: in memory, opened from a file, after changes,
//! under views, in the past, within statements that write, and with several threads.

use dossier::durable::{MemoryStorage, Storage};
use dossier::plan::optimise::{RULES, Rule};
use dossier::value::Value;
use dossier::{Database, Error, OpenOptions, QueryResult};
use std::sync::Arc;

#[path = "zone_maps/first.rs"]
mod first;
#[path = "zone_maps/relationships.rs"]
mod relationships;

const NAME: &str = "zones.dossier";

/// Nodes in five chunks, and as many relationships, with columns that ascend, hold several
/// types, are missing in some chunks, or hold values that compare in their own ways.
const GRAPH: &str = "
    UNWIND range(0, 9999) AS i
    CREATE (n:N {id: i, any: (i * 7919) % 1000, sparse: CASE WHEN i % 3 = 0 THEN i END,
        share: i / 4.0, odd: CASE WHEN i % 5000 = 77 THEN 0.0 / 0.0 WHEN i % 2 = 0 THEN i ELSE i * 1.0 END,
        late: CASE WHEN i >= 6000 THEN i - 6000 END, early: CASE WHEN i < 5000 THEN -i END,
        mixed: CASE i / 2500 WHEN 0 THEN i WHEN 1 THEN 'text ' + i WHEN 2 THEN date({year: 1990}) ELSE [i] END,
        whole: CASE WHEN i < 4096 THEN 'a' + toString(10000 + i) ELSE 'b' + toString(10000 + i) END,
        flag: i > 7000, day: date('1950-01-01') + duration({days: i}),
        at: datetime('2000-01-01T00:00Z') + duration({hours: i}),
        local: localdatetime('2000-01-01T00:00') + duration({hours: i})})
    WITH n, i MATCH (m:N {id: (i * 3) % 10000}) CREATE (n)-[:T {id: i, w: (i * 31) % 977}]->(m)";

const SOME_LATER: &str = "UNWIND range(0, 2999) AS i CREATE (:M {id: 9000 + i, number: i})";

/// What is asked of `x`, a node or a relationship with the properties of `n`.
const PREDICATES: &[&str] = &[
    "x.id = 5000",
    "x.id = 5000.0",
    "x.id = 5000.5",
    "x.id > 9990",
    "x.id >= 9999",
    "x.id < 3",
    "x.id <= 0",
    "5 > x.id",
    "100 < x.id <= 120",
    "x.id > 4000 AND x.id < 4100",
    "x.id IN [1, 2048, 4095, 4096, null, 'a']",
    "x.id IN []",
    "x.id IN $list",
    "x.id IN null",
    "x.id = $none",
    "x.id = null",
    "x.id > 'a'",
    "x.id = $value",
    "x.id > $value AND x.any < 10",
    "x.any > 995",
    "x.any > 1000",
    "x.any = 3 AND x.id > 8000",
    "x.sparse > 9000",
    "x.sparse IS NULL AND x.id < 10",
    "x.sparse IS NOT NULL AND x.id > 9990",
    "x.share > 2499.0",
    "x.share = 17",
    "x.share < -0.0",
    "x.share <= 0",
    "x.share > 0.0 / 0.0",
    "x.odd > 9990",
    "x.odd = 77",
    "x.odd = 5077.0",
    "x.odd <= -0.0",
    "x.odd = 0.0 / 0.0",
    "x.odd IS NULL",
    "x.late = 0",
    "x.late IS NULL",
    "x.late IS NOT NULL",
    "x.late < 5 AND x.early < 5",
    "x.early <= -4999",
    "x.early IS NULL AND x.id < 6000",
    "x.nothing = 1",
    "x.nothing IS NULL AND x.id = 1",
    "x.nothing IS NOT NULL",
    "x.mixed = 2400",
    "x.mixed = 'text 2600'",
    "x.mixed STARTS WITH 'text 49'",
    "x.mixed > 'text 49'",
    "x.mixed >= date('1990-01-01')",
    "x.mixed = [9999]",
    "x.mixed > [9990]",
    "x.whole STARTS WITH 'b1999'",
    "x.whole STARTS WITH 'c'",
    "x.whole STARTS WITH ''",
    "x.whole STARTS WITH 5",
    "x.whole = 'a10000'",
    "x.whole < 'a10003'",
    "x.whole >= 'b19998'",
    "x.whole IN ['a10001', 'b19999', 'c']",
    "x.flag",
    "x.flag = true AND x.id < 7005",
    "x.flag > false AND x.id < 7005",
    "x.flag < true AND x.id > 6995",
    "x.day = date('1950-01-01')",
    "x.day >= date('1977-05-15')",
    "x.day < date('1950-01-05')",
    "x.day > datetime('1950-01-05T00:00Z')",
    "x.at = datetime('2000-01-01T02:00+02:00')",
    "x.at > datetime('2001-02-20T00:00Z')",
    "x.at < localdatetime('2001-02-20T00:00')",
    "x.local <= localdatetime('2000-01-01T04:00')",
    "x.id > 9990 OR x.id < 3",
    "x.id = 4 OR x.id > 20000",
    "x.id > 20000 OR x.any > 1000",
    "x.id = 4100 OR x.any = 3 AND x.id > 8000 OR x.late = 5",
    "(x.id < 3 OR x.id > 9990) AND (x.any > 990 OR x.flag = true)",
    "x.id < 100 AND (x.any = 3 OR x.any = 5 AND (x.id = 9 OR x.late > 3)) OR x.id = 9000",
    "x.id = null OR x.id > 9997",
    "x.id = $none OR x.id IN $list",
    "x.id = 'a' OR x.whole STARTS WITH 'b1999'",
    "x.nothing = 1 OR x.id = 77",
    "x.nothing IS NULL OR x.id = 77",
    "x.odd = 77 OR x.odd = 0.0 / 0.0 OR x.odd <= -0.0",
    "x.mixed = 2400 OR x.mixed > 'text 4999' OR x.mixed = date('1990-01-01')",
    "x.late IS NULL AND x.id > 5990 OR x.early IS NOT NULL AND x.id < 3",
    "x.id > 20000 OR x.id <> 5",
    "x.id = 4 OR NOT x.id > 3",
    "x.id = 4 OR x:N",
    "x.id = 4 XOR x.id > 9990",
    "x.flag OR x.id = 3",
    "x.id = 4 OR x.late",
    "x.late OR x.id = 4",
    "x.id = 4 OR 12 / x.id = 3",
    "x.id > 20000 OR x.id IN 5",
    "x.id > 20000 AND (x.any IN 5 OR x.any = 3)",
    "(x.any IN 5 OR x.any = 3) AND x.id > 20000",
    "x.id = 4 OR x.id > 1 / 0",
    "x.id >= 0 OR x.id > 1 / 0",
    "(x.id > 1 / 0 OR x.any <> 3) AND x.id > 20000",
    "x.any <> 1 / 0 AND x.id > 20000",
    "1 < x.any <> 1 / 0 AND x.id > 20000",
    "x.id = 4 OR x.id > 9990 AND 12 / x.any > 0",
    "NOT x.id > 3",
    "x.id <> 5",
    "x:N AND x.id = 3",
    "x.id = 4 AND 12 / x.id = 3",
    "12 / x.id = 3 AND x.id = 4",
    "x.id > 5 AND x.id = 12 / (x.id - 6)",
    "x.id > 9998 AND x.mixed + 1 > 0",
    "x.id > 1 / 0",
    "x.id IN 5",
    "x.id > 20000 AND x.any IN 5",
    "x.any IN 5 AND x.id > 20000",
    "x.id > date('no date')",
    "x.id = toInteger('77')",
    "x.id > 9990 AND EXISTS { (x)--() }",
    "EXISTS { (x)--() } AND x.id > 9990",
];

fn without() -> Vec<&'static dyn Rule> {
    RULES.iter().copied().filter(|rule| rule.name() != "zone_maps").collect()
}

fn told(result: Result<QueryResult, Error>) -> String {
    match result {
        Ok(result) => format!("{:?} {:?}", result.rows, result.counters),
        Err(Error::Query(error)) => format!("{:?} {}", error.class, error.message),
        Err(error) => panic!("{error}"),
    }
}

fn ask(database: &Database, text: &str, rules: &[&'static dyn Rule], threads: usize) -> String {
    let list = vec![Value::Integer(3), Value::Integer(9998)];
    let query = database.query(text).rules(rules).warnings(false).threads(threads);
    let query = if threads > 1 { query.morsel(700) } else { query };
    told(query.param("value", 9997i64).param("list", list).param("none", None::<i64>).run())
}

/// The queries that ask a predicate.
fn queries(predicate: &str) -> Vec<String> {
    let edge = predicate.replace("x.", "r.").replace("x:N", "r:T").replace("(x)--()", "(r2)");
    let mut texts = vec![
        format!("MATCH (x:N) WHERE {predicate} RETURN x.id AS id, x.any AS a ORDER BY id"),
        format!("MATCH (x) WHERE {predicate} RETURN count(*) AS n, sum(x.id) AS s"),
        format!(
            "UNWIND [2, 9997, null] AS y MATCH (x:N) WHERE {predicate} AND x.id > y RETURN x.id"
        ),
        format!("OPTIONAL MATCH (x:M) WHERE {predicate} RETURN x.id"),
        format!("MATCH (x:N)-[:T]->(z) WHERE {predicate} RETURN count(*) AS n"),
    ];
    if !edge.contains("EXISTS") {
        texts.push(format!(
            "MATCH ()-[r:T]->() WHERE {edge} RETURN r.id AS id ORDER BY id LIMIT 20"
        ));
        texts.push(format!("MATCH [r:T]<-[c]-() WHERE {edge} RETURN count(c) AS n"));
    }
    texts
}

/// Asks everything with the rule and without it.
fn agree(database: &Database, every: usize, before: &str) {
    let without = without();
    for predicate in PREDICATES.iter().step_by(every) {
        for text in queries(predicate) {
            let text = format!("{before}{text}");
            let (with, plain) = (ask(database, &text, RULES, 1), ask(database, &text, &without, 1));
            assert_eq!(with, plain, "{text}");
            assert_eq!(ask(database, &text, RULES, 3), plain, "{text}, in threads");
        }
    }
}

fn open(storage: &Arc<dyn Storage>) -> Database {
    Database::open_in(storage.clone(), NAME, OpenOptions::default()).unwrap()
}

fn filled(database: &Database) {
    for statement in [
        "CREATE INDEX numbers FOR (n:N) ON (n.id)",
        GRAPH,
        "DROP INDEX numbers",
        SOME_LATER,
        "MATCH (n:M) WHERE n.number % 500 = 0 MATCH ()-[r:T]->() WHERE r.id = n.number CREATE (n)-[:ASSERTS]->[r]",
    ] {
        database.query(statement).warnings(false).run().expect(statement);
    }
}

/// Changes that reach beyond what the chunks held.
const CHANGES: &[&str] = &[
    "MATCH (n:N) WHERE n.id = 0 SET n.id = 20000, n.whole = 'c', n.flag = null",
    "MATCH (n:N) WHERE n.id = 9999 SET n.id = -5, n.day = date('1940-01-01')",
    "MATCH (n:N) WHERE n.id = 4100 SET n.share = 'text', n.nothing = 1",
    "MATCH (n:N) WHERE n.id > 6100 AND n.id < 6200 REMOVE n.late",
    "MATCH (n:N) WHERE n.id % 1000 = 999 DETACH DELETE n",
    "MATCH ()-[r:T]->() WHERE r.id = 17 SET r.id = 99999, r.w = null",
];

#[test]
fn no_row_is_lost_in_memory_after_changes_and_in_the_past() {
    let database = Database::in_memory();
    filled(&database);
    agree(&database, 1, "");
    for statement in CHANGES {
        database.query(statement).run().unwrap();
    }
    agree(&database, 3, "");
    agree(&database, 7, "AS KNOWN AT 5 ");
    agree(&database, 7, "ACCORDING TO (m:M {number: 500}) ");
    // Within a transaction columns are open, or were not written yet.
    let mut transaction = database.begin().unwrap();
    transaction.query("MATCH (n:N) WHERE n.id = 7000 SET n.id = 123456").run().unwrap();
    for (text, found) in [
        ("MATCH (n:N) WHERE n.id > 100000 RETURN count(*) AS n", 1),
        ("MATCH (n:N) WHERE n.id = 7000 RETURN count(*) AS n", 0),
        ("MATCH (n:N) WHERE n.id = 7001 RETURN count(*) AS n", 1),
        ("MATCH (n:N) WHERE n.fresh = 1 RETURN count(*) AS n", 0),
    ] {
        let result = transaction.query(text).warnings(false).run().unwrap();
        assert_eq!(result.single().unwrap().as_integer(), Some(found), "{text}");
    }
}

#[test]
fn no_row_is_lost_in_a_file() {
    let storage: Arc<dyn Storage> = Arc::new(MemoryStorage::new());
    let database = open(&storage);
    filled(&database);
    database.close().unwrap();
    // Each on columns that nobody has read before.
    for predicate in PREDICATES.iter().step_by(3) {
        let database = open(&storage);
        let text = format!("MATCH (x:N) WHERE {predicate} RETURN x.id AS id, x.any AS a");
        let with = ask(&database, &text, RULES, 1);
        assert_eq!(with, ask(&database, &text, &without(), 1), "{text}");
    }
    let database = open(&storage);
    agree(&database, 7, "");
    for statement in CHANGES {
        database.query(statement).run().unwrap();
    }
    agree(&database, 7, "");
    database.checkpoint().unwrap();
    drop(database);
    agree(&open(&storage), 7, "");
}

#[test]
fn statements_that_write_see_what_they_have_written() {
    for statement in [
        "MATCH (n:N) WHERE n.id > 9990 SET n.id = -n.id WITH count(*) AS c MATCH (n:N) WHERE n.id < -9990 RETURN count(*) AS n, c",
        "CREATE (:N {id: 77777}) WITH 1 AS one MATCH (n:N) WHERE n.id >= 77777 RETURN count(*) AS n",
        "UNWIND [1, 77777, 77777, 5, 88888] AS i MERGE (n:N {id: i}) RETURN n.id AS id, i",
        "MATCH (n:N) WHERE n.id = 3 DETACH DELETE n WITH 1 AS one MATCH (m:N) WHERE m.id <= 4 RETURN m.id AS id",
        "FOREACH (i IN [5, 50000] | MERGE (n:N {id: i}) SET n.seen = i) WITH 1 AS one MATCH (n) WHERE n.seen > 0 RETURN n.id AS id",
    ] {
        let [with, without] = [RULES.to_vec(), without()].map(|rules| {
            let database = Database::in_memory();
            filled(&database);
            ask(&database, statement, &rules, 1)
        });
        assert_eq!(with, without, "{statement}");
    }
}

/// Chunks that a query has passed over, of how many, as PROFILE tells.
fn skipped(database: &Database, text: &str, morsel: Option<u32>) -> String {
    let text = format!("PROFILE {text}");
    let query = database.query(&text).warnings(false);
    let query = match morsel {
        Some(elements) => query.threads(3).morsel(elements),
        None => query.threads(1),
    };
    let plan = query.run().unwrap().plan.unwrap();
    let scan = plan.lines().find(|line| line.contains("Scan")).unwrap_or_default().to_owned();
    assert_eq!(plan.contains("chunks skipped"), scan.contains(" of "), "{plan}");
    scan.split("  ").last().unwrap_or_default().trim().to_owned()
}

#[test]
fn profile_tells_how_many_chunks_are_passed_over() {
    let database = Database::in_memory();
    filled(&database);
    for (predicate, told) in [
        ("x.id = 5000", "4 of 5"),
        ("x.id > 9990", "4 of 5"),
        ("x.id >= 2047", "0 of 5"),
        ("x.id >= 2048", "1 of 5"),
        ("x.id < 0", "5 of 5"),
        ("x.id IN [1, 9000]", "3 of 5"),
        ("x.any > 10", "0 of 5"),
        ("x.whole STARTS WITH 'b'", "2 of 5"),
        ("x.late IS NOT NULL", "2 of 5"),
        ("x.late IS NULL", "1 of 5"),
        ("x.nothing = 3", "5 of 5"),
        ("x.at > datetime('2001-02-20T00:00Z')", "4 of 5"),
        ("x.day < date('1950-02-01')", "4 of 5"),
        ("x.flag = true", "3 of 5"),
        ("x.mixed = 9999", "1 of 5"),
        ("x.id = 4 OR x.id > 9990", "3 of 5"),
        ("x.id = 4 OR x.late = 0", "3 of 5"),
        ("x.id = 4 OR x.nothing = 3", "4 of 5"),
        ("x.id = null OR x.id = 'a' OR x.id > 9990 AND x.any < 0", "5 of 5"),
        ("(x.id < 3 OR x.id > 9990) AND (x.early = -3 OR x.early = -5000)", "4 of 5"),
    ] {
        let text = format!("MATCH (x:N) WHERE {predicate} RETURN x.any");
        assert_eq!(skipped(&database, &text, None), told, "{text}");
        // Threads share chunks, or have several, or the borders of theirs lie within chunks.
        let text = format!("MATCH (x:N) WHERE {predicate} RETURN sum(x.any) AS s");
        for morsel in [2048, 4096, 64, 100, 3000] {
            assert_eq!(skipped(&database, &text, Some(morsel)), told, "{text} by {morsel}");
        }
    }
    let text = "MATCH [r:T]<-[c]-() WHERE r.id < 10 RETURN r.w AS w";
    assert_eq!(skipped(&database, text, None), "4 of 5");
    let text = "MATCH [r:T]<-[c]-() WHERE r.id < 10 RETURN sum(r.w) AS w";
    assert_eq!(skipped(&database, text, Some(64)), "4 of 5");
    database.query("SET optimiser.zone_maps = off").run().unwrap();
    let text = "MATCH (x:N) WHERE x.id = 5000 RETURN x.any";
    assert!(!skipped(&database, text, None).contains(" of "));
}

#[test]
fn a_chunk_that_is_looked_at_again_is_counted_once() {
    let database = Database::in_memory();
    // In every second chunk of eight few have the label, so that they wait for those of the next.
    let graph = "UNWIND range(0, 16383) AS i CREATE (n {id: i})
        WITH n, i WHERE i % 4096 < 2048 OR i % 4 = 0 SET n:N";
    database.query(graph).run().unwrap();
    // So long a chain has several parts, before which a scan that is ahead of them pauses.
    let steps: String = (0..60).map(|step| format!(" UNWIND [x.id + {step}] AS y{step}")).collect();
    let text = format!("MATCH (x:N) WHERE x.id < 12288{steps} RETURN count(y59) AS n");
    let counted = database.query(&text).run().unwrap();
    assert_eq!(counted.single().and_then(Value::as_integer), Some(3 * (512 + 2048)));
    assert_eq!(skipped(&database, &text, None), "2 of 8");
}

/// Of five columns of 16 kB in a file four are not kept for a query that finds so many rows.
fn keeps_one_column(text: &str, rows: usize) {
    let storage: Arc<dyn Storage> = Arc::new(MemoryStorage::new());
    let database = open(&storage);
    filled(&database);
    database.close().unwrap();
    let read = |rules: &[&'static dyn Rule]| {
        let database = open(&storage);
        assert_eq!(database.query(text).rules(rules).run().unwrap().rows.len(), rows);
        database.cache().unwrap().loaded()
    };
    let (with, without) = (read(RULES), read(&without()));
    assert!(with + 4 * 16_000 < without, "{text}: {with} bytes of {without}");
}

#[test]
fn what_is_passed_over_is_not_kept_of_a_file() {
    keeps_one_column("MATCH (x:N) WHERE x.id > 9990 RETURN x.id", 9);
}
