//! Several threads on one query: its rows, their order and its failures are those of one thread,
//! and what stops one thread stops all.

use dossier::value::ErrorCode;
use dossier::{Database, Error, InterruptHandle, Limits, QueryResult};
use std::time::{Duration, Instant};

/// People who follow each other, some of them themselves, and live in towns.
fn database() -> Database {
    let db = Database::in_memory();
    for statement in [
        "UNWIND range(0, 9) AS i CREATE (:Town {name: 'town ' + i, size: i * 1.1})",
        "UNWIND range(0, 4999) AS i
         CREATE (p:Person {id: i, age: (i * 7) % 61, name: 'somebody with number ' + (i * 31) % 5000,
                           weight: 0.1 * (i % 997), mixed: CASE i % 3 WHEN 0 THEN i WHEN 1 THEN i * 1.0 ELSE 'x' + i END})
         WITH p, i MATCH (t:Town {name: 'town ' + (i % 10)}) CREATE (p)-[:LIVES_IN {since: 1900 + i % 100}]->(t)",
        "MATCH (p:Person) UNWIND [1, 3, 77] AS step
         MATCH (q:Person {id: (p.id * step) % 5000}) CREATE (p)-[:FOLLOWS {step: step}]->(q)",
        "MATCH (p:Person) WHERE p.id % 10 = 3 DETACH DELETE p",
        "MATCH (p:Person) WHERE p.id % 10 = 4 REMOVE p.age SET p:Odd",
    ] {
        db.query(statement).run().expect(statement);
    }
    db
}

/// What the threads come to, all morsels and all limits being these.
fn run(
    db: &Database,
    text: &str,
    threads: usize,
    morsel: Option<u32>,
) -> Result<QueryResult, Error> {
    let query = db.query(text).threads(threads).warnings(false);
    match morsel {
        Some(morsel) => query.morsel(morsel).run(),
        None => query.run(),
    }
}

/// Rows or failure, each to the last bit.
fn told(result: &Result<QueryResult, Error>) -> String {
    match result {
        Ok(result) => result.rows.iter().map(|row| format!("{row:?}\n")).collect(),
        Err(error) => format!("{error:?}"),
    }
}

const QUERIES: &[&str] = &[
    "MATCH (p:Person) RETURN p",
    "MATCH (p:Person) WHERE p.age > 30 RETURN p.id, p.name",
    "MATCH (p) WHERE NOT p:Person OR p.id < 700 RETURN p.name",
    "MATCH (p:Person&!Odd|Town) RETURN p.name",
    "MATCH ()-[r:FOLLOWS]->() WHERE r.step > 1 RETURN r",
    "MATCH ()-[r]-() RETURN type(r), count(*), min(r.since), collect(DISTINCT r.step)",
    "MATCH (p:Person) RETURN count(*), count(p.age), sum(p.age), avg(p.age), min(p.name), max(p.name)",
    "MATCH (p:Person) RETURN sum(p.weight), avg(p.weight), sum(p.weight * 1e300), stDev(p.weight)",
    "MATCH (p:Person) RETURN p.age, count(*), sum(p.weight), collect(p.id)",
    "MATCH (p:Person) RETURN p.id % 13 AS k, p.age AS a, avg(p.weight), percentileCont(p.weight, 0.3)",
    "MATCH (p:Person) RETURN p.id, p.name, count(*)",
    "MATCH (p:Person) RETURN p.name, min(p.mixed), max(p.mixed)",
    "MATCH (p:Person) RETURN min(p.mixed), max(p.mixed), count(DISTINCT p.mixed), collect(DISTINCT p.age)",
    "MATCH (p:Person) RETURN p.age % 5 AS k, stDevP(p.weight), percentileDisc(p.id, 0.5)",
    "MATCH (p:Person {id: -1}) RETURN count(*), sum(p.id), collect(p), max(p.id)",
    "MATCH (p:Person {id: -1}) RETURN p.age, count(*)",
    "MATCH (p:Person) RETURN p.id ORDER BY p.age, p.weight DESC",
    "MATCH (p:Person) RETURN p.age AS a ORDER BY a DESC",
    "MATCH (p:Person) RETURN p.name, p.age ORDER BY p.age DESC LIMIT 7",
    "MATCH (p:Person) RETURN p.name, p.age ORDER BY p.age SKIP 40 LIMIT 70",
    "MATCH (p:Person) RETURN p.mixed ORDER BY p.mixed LIMIT 900",
    "MATCH (p:Person) RETURN p.id ORDER BY p.id LIMIT 0",
    "MATCH (p:Person) RETURN p.id, p.age, p.name ORDER BY p.age DESC, p.name, p.id LIMIT 10",
    "MATCH (p:Person) RETURN p.id ORDER BY p.age, p.mixed DESC, p.id % 3 LIMIT 33",
    "MATCH (p:Person) RETURN p.id ORDER BY p.weight DESC, p.id % 2 LIMIT 5",
    "MATCH (p:Person) RETURN p.id ORDER BY p.id % 7, p.name DESC SKIP 300 LIMIT 300",
    "MATCH (p:Person) RETURN DISTINCT p.age",
    "MATCH (p:Person) WITH p.age AS a, p SKIP 10 RETURN a, p.id",
    "MATCH (p:Person) WITH p LIMIT 10 RETURN p.id",
    "MATCH (p:Person) WITH p.age AS a, count(*) AS n WHERE n > 70 RETURN a, n LIMIT 3",
    "MATCH (p:Person)-[:LIVES_IN]->(t:Town) RETURN t.name, count(*), avg(p.age) ORDER BY t.name",
    "MATCH (p:Person)-[f:FOLLOWS]->(q)-[:LIVES_IN]->(t) WHERE p.age < q.age RETURN p.id, q.id, t.name",
    "MATCH (p:Person)-[:FOLLOWS]->(p) RETURN p.id",
    "MATCH (p:Person)-[:FOLLOWS*1..2]->(q:Odd) WHERE p.id < 2000 RETURN count(*), sum(q.id)",
    "MATCH (p:Person) OPTIONAL MATCH (p)-[:FOLLOWS {step: 77}]->(q:Odd) RETURN p.id, q.id",
    "MATCH (p:Person) WHERE EXISTS { (p)-[:FOLLOWS]->(:Odd) } RETURN p.id",
    "MATCH (p:Person) RETURN p.id, COUNT { (p)-[:FOLLOWS]->()-[:FOLLOWS]->() } AS n",
    "MATCH (p:Person) RETURN p.id, [(p)-[:FOLLOWS]->(q) | q.id] AS l",
    "MATCH (p:Person) UNWIND [1, p.age] AS x RETURN x, count(*)",
    "MATCH (t:Town), (p:Person) WHERE p.id < 50 AND p.age > t.size RETURN t.name, p.id",
    "MATCH (p:Person) CALL (p) { MATCH (p)-[:FOLLOWS]->(q) RETURN max(q.id) AS m } RETURN p.id, m",
    "MATCH (a:Person)-[:FOLLOWS]->(b:Person)-[:FOLLOWS]->(c:Person) RETURN count(*)",
    "MATCH (a:Person)-[:FOLLOWS]->(b:Person)-[:FOLLOWS]->(c:Person) WHERE b.age > 20 RETURN c.id, count(*)",
    "MATCH (a)-[:FOLLOWS]->(b)-[:FOLLOWS]->(c)-[:FOLLOWS]->(d) RETURN count(*)",
    "MATCH (a)-[:FOLLOWS]->(b)-[:FOLLOWS]->(c)-[:FOLLOWS]->(d) RETURN a.id, count(*)",
    // A few towns have hundreds of people, whoever else is there three.
    "MATCH (d)<-[:FOLLOWS]-(a)-[:LIVES_IN]->(t)<-[:LIVES_IN]-(b) RETURN count(*)",
    "MATCH (d)<-[:FOLLOWS]-(a)-[:LIVES_IN]->(t)<-[:LIVES_IN]-(b) RETURN a.id, count(*)",
    "MATCH (d)-[:FOLLOWS]->(a)-[:FOLLOWS]->(b)-[:LIVES_IN]->(t)<-[:LIVES_IN]-(c) RETURN count(*)",
    "MATCH (p:Person) RETURN p.id UNION MATCH (t:Town) RETURN t.name AS `p.id`",
    "WHY MATCH (p:Person)-[:LIVES_IN]->(t:Town) WHERE p.age = 7 RETURN t.name, count(*)",
    "PROFILE MATCH (p:Person) WHERE p.age > 50 RETURN p.age, count(*)",
    // What fails, and which of several failures comes first.
    "MATCH (p:Person) RETURN 1 / (p.id - 4000)",
    "MATCH (p:Person) RETURN p.age, sum(1 / (p.id - 4001))",
    "MATCH (p:Person) RETURN sum(CASE p.id WHEN 4500 THEN 'text' WHEN 4000 THEN duration('P1D') ELSE 1 END)",
    "MATCH (p:Person) RETURN sum(CASE WHEN p.id < 4000 THEN 1 WHEN p.id < 4200 THEN duration('P1D') ELSE 1 / 0 END)",
    "MATCH (p:Person) RETURN p.id AS i ORDER BY i / (p.id - 4800), p.id LIMIT 3",
    "MATCH (p:Person) WHERE p.id / (p.id - 3000) > 0 RETURN p.id / (p.id - 2000)",
    "MATCH (p:Person) WITH p.id AS i SKIP 5 RETURN 1 / (i - 2500)",
    "MATCH (p:Person) RETURN sum(p.id * 4611686018427387)",
    "MATCH (t:Town)<-[:LIVES_IN]-(p) RETURN t.name, count(*), avg(p.weight)",
    // Of many groups, which are not made before they come together.
    "MATCH (p:Person) RETURN p.id % 2000 AS k, count(*), count(p.age), sum(p.weight), min(p.name), collect(p.id)",
    "MATCH (p:Person) RETURN p.mixed, p.weight, count(DISTINCT p.id % 3), avg(p.age), max(p.mixed)",
    "MATCH (p:Person) RETURN p.id % 4500 AS k, percentileCont(p.weight, 0.5), count(*) ORDER BY k DESC LIMIT 9",
    "MATCH (p:Person) RETURN p.id, sum(CASE p.id WHEN 1001 THEN 'text' ELSE 1 END), max(1 / (p.id - 3001))",
    "MATCH (p:Person) RETURN p.id, sum(CASE p.id WHEN 3001 THEN 'text' ELSE 1 END), max(1 / (p.id - 4801))",
    "MATCH (p:Person) RETURN p.id, max(1 / (p.id - 4801))",
    "MATCH (p:Odd) RETURN p.id, p.name, count(*)",
    "PROFILE MATCH (p:Person) RETURN p.id, count(*)",
    "MATCH (t:Town)<-[:LIVES_IN]-(p)-[:FOLLOWS]->(q) WHERE q.age > p.age RETURN t.name, q.age, count(*), sum(p.weight)",
    "MATCH (t:Town)<-[l:LIVES_IN]-(p)-[:FOLLOWS]->(q) WHERE t.size > 3 RETURN l.since, p.id, q.id",
    "MATCH (t:Town {name: 'town 2'})<-[:LIVES_IN]-(p)-[:FOLLOWS]-(q) RETURN p.id, q.id ORDER BY q.age DESC, p.id LIMIT 20",
    "MATCH (t:Town)<-[:LIVES_IN]-(p)-[:FOLLOWS]->(q)-[:LIVES_IN]->(t) RETURN count(*), min(q.name), collect(p.id)[..9]",
    "MATCH (t:Town)<-[:LIVES_IN]-(p) WHERE t.name = 'nowhere' RETURN count(*)",
    "MATCH (t:Town)<-[:LIVES_IN]-(p)-[:FOLLOWS]->(q) RETURN t.name, sum(q.id / (p.id - 4801))",
];

#[test]
fn rows_and_failures_are_those_of_one_thread() {
    let db = database();
    for text in QUERIES {
        let alone = told(&run(&db, text, 1, None));
        assert_eq!(alone, told(&run(&db, text, 1, Some(1))), "{text}");
        for (threads, morsel) in [(2, 4000), (2, 1000), (3, 177), (7, 5)] {
            let shared = told(&run(&db, text, threads, Some(morsel)));
            assert!(
                alone == shared,
                "{text}\n{threads} threads, {morsel}:\n{alone:.300}\n{shared:.300}"
            );
        }
    }
}

#[test]
fn figures_of_all_threads_are_added_up() {
    let db = database();
    let rows_of = |text, threads, morsel| {
        let plan = run(&db, text, threads, morsel).expect("a result").plan.expect("a plan");
        let rows = |line: &str| {
            let words: Vec<&str> = line.split_whitespace().collect();
            words.iter().rev().nth(2).map(|word| (*word).to_owned())
        };
        plan.lines().map(rows).collect::<Vec<_>>()
    };
    for text in [
        "PROFILE MATCH (p:Person) WHERE p.age >= 0 RETURN p.age % 2 AS k, count(*) AS n",
        "PROFILE MATCH (t:Town)<-[:LIVES_IN]-(p)-[:FOLLOWS]->(q) RETURN t.name AS t, count(*) AS n",
    ] {
        assert_eq!(rows_of(text, 1, None), rows_of(text, 3, Some(100)), "{text}");
        assert_eq!(rows_of(text, 1, None), rows_of(text, 2, Some(3)), "{text}");
    }
}

#[test]
fn limits_hold_for_all_threads_together() {
    let db = database();
    let code = |result: Result<QueryResult, Error>| match result {
        Err(Error::Query(error)) => Some(error.code),
        _ => None,
    };
    let query = |text| db.query(text).threads(3).morsel(64);
    let endless = "MATCH (a:Person), (b:Person), (c:Person) WHERE a.id + b.id + c.id < 0 RETURN a";
    let started = Instant::now();
    let late = query(endless).timeout(Duration::from_millis(100)).run();
    assert_eq!(code(late), Some(ErrorCode::Timeout));
    let grouping = "MATCH (a:Person), (b:Person) RETURN a.id, b.id, collect(a.name + b.name)";
    let greedy = query(grouping).memory_limit(8 << 20).run();
    // Who finds that there is no room is one of them: for another row, or for a string.
    assert!(matches!(code(greedy), Some(ErrorCode::MemoryLimit | ErrorCode::SizeLimit)));
    let rows = "MATCH (p:Person)-[:FOLLOWS]->(q) RETURN p.name, q.name";
    let limits = Limits { rows: Some(1000), ..Limits::default() };
    assert_eq!(
        code(db.query(rows).limits(limits).threads(3).morsel(64).run()),
        Some(ErrorCode::RowLimit)
    );
    let handle = InterruptHandle::default();
    let stopped = std::thread::scope(|scope| {
        let running = scope.spawn(|| query(endless).interrupt(&handle).run());
        std::thread::sleep(Duration::from_millis(50));
        handle.interrupt();
        running.join().expect("no panic")
    });
    assert_eq!(code(stopped), Some(ErrorCode::Interrupted));
    assert!(started.elapsed() < Duration::from_secs(30));
    // What was kept for them is kept no more: the same again, many times, within one budget.
    let text = "MATCH (p:Person) RETURN p.age, collect(p.name) AS names ORDER BY names LIMIT 1";
    for _ in 0..50 {
        query(text).memory_limit(4 << 20).run().expect("room");
    }
}

#[test]
fn rows_come_in_bounded_memory() {
    let db = database();
    // Far more rows than may be kept at once, though every thread makes many of each element.
    let text =
        "MATCH (a:Person)-[:FOLLOWS]->(b), (c:Person) WITH a, c SKIP 10000000 RETURN count(*) AS n";
    let result = db.query(text).threads(3).morsel(16).memory_limit(64 << 20).run().expect("room");
    let alone = db.query(text).threads(1).run().expect("room");
    assert_eq!(format!("{:?}", result.rows), format!("{:?}", alone.rows));
}
