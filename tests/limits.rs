//! Hostile queries: whatever a query does, it stops soon after its timeout and after an
//! interrupt, keeps to its memory budget, and leaves the graph as it was where it fails.
//!
//! The memory is measured by the allocator of this binary, so all runs are in one test.

#![expect(clippy::print_stdout, reason = "the figures are what a reader of the log wants")]

use dossier::value::{ErrorClass, ErrorCode};
use dossier::{Database, Error, InterruptHandle, QueryResult};
use peak_alloc::PeakAlloc;
use std::time::{Duration, Instant};

#[global_allocator]
static ALLOCATOR: PeakAlloc = PeakAlloc;

/// What each query may take.
const TIMEOUT: Duration = Duration::from_millis(if cfg!(debug_assertions) { 150 } else { 300 });
const MEMORY: usize = 32 << 20;

/// How long a query may take to notice that its time is over. Without optimisation, on a
/// machine that does other things too, a step takes longer.
const NOTICE: Duration = Duration::from_millis(if cfg!(debug_assertions) { 1500 } else { 100 });

/// Queries that would take for ever, or all memory, or both.
const HOSTILE: &[&str] = &[
    // Products.
    "MATCH (a), (b), (c), (d), (e) RETURN count(*)",
    "MATCH (a), (b), (c) WHERE a.n + b.n + c.n = -1 RETURN a",
    "MATCH (a), (b), (c) RETURN a, b, c",
    "MATCH (a), (b), (c) RETURN DISTINCT a.n, b.n, c.n",
    "MATCH (a), (b), (c) RETURN a.n + b.n AS s, count(*), collect(c) ORDER BY s",
    "MATCH (a), (b), (c) RETURN a, b, c ORDER BY a.n * b.n * c.n",
    "MATCH (a), (b), (c) RETURN a, b, c ORDER BY a.n * b.n * c.n DESC LIMIT 3",
    "MATCH (a), (b), (c) WITH a, b, c SKIP 1000000000 RETURN a",
    "MATCH (a), (b) OPTIONAL MATCH (c), (d) WHERE c.n < 0 RETURN count(d)",
    "UNWIND range(1, 100000) AS a UNWIND range(1, 100000) AS b RETURN sum(a * b)",
    "UNWIND range(1, 100000) AS a UNWIND range(1, 100000) AS b WITH a, b WHERE a < 0 RETURN b",
    // Ranges and lists.
    "RETURN range(0, 4611686018427387904)",
    "UNWIND range(0, 4611686018427387904) AS i RETURN i",
    "UNWIND range(0, 4611686018427387904) AS i RETURN count(i)",
    "UNWIND range(0, 4611686018427387904) AS i RETURN collect(i)",
    "UNWIND range(0, 4611686018427387904) AS i RETURN collect(DISTINCT i % 1000000)",
    "UNWIND range(0, 4611686018427387904) AS i RETURN DISTINCT i",
    "UNWIND range(0, 4611686018427387904) AS i RETURN i ORDER BY -i",
    "UNWIND range(0, 4611686018427387904) AS i RETURN i % 10000000 AS k, count(*)",
    "UNWIND range(0, 4611686018427387904) AS i RETURN percentileCont(i, 0.5)",
    "UNWIND range(0, 4611686018427387904) AS i RETURN percentileDisc(i, 0.5), stDev(i), max(i)",
    "RETURN [a IN range(1, 1000) | [b IN range(1, 1000) | [c IN range(1, 1000) | a * b * c]]]",
    "RETURN size([a IN range(1, 10000) WHERE any(b IN range(1, 10000) WHERE a = -b)])",
    "RETURN all(a IN range(1, 100000) WHERE none(b IN range(1, 100000) WHERE a = -b))",
    "RETURN reduce(l = [1], i IN range(1, 60) | l + l)",
    "RETURN reduce(l = [], i IN range(1, 10000000) | l + [i])",
    "RETURN reduce(l = [1], i IN range(1, 60) | [l, l])",
    "RETURN reduce(s = 0, i IN range(1, 10000000) | s + reduce(t = 0, j IN range(1, 1000) | t + j))",
    // Strings.
    "RETURN reduce(s = 'x', i IN range(1, 60) | s + s)",
    "UNWIND range(1, 1000000) AS i RETURN collect('a string of some length, number ' + toString(i))",
    "UNWIND range(1, 100) AS i RETURN reduce(s = 'x', j IN range(1, 24) | s + s) AS s",
    "RETURN replace(reduce(s = 'x', i IN range(1, 20) | s + s), 'x', reduce(s = 'y', i IN range(1, 20) | s + s))",
    "UNWIND range(1, 10000000) AS i WITH reduce(s = 'a', j IN range(1, 12) | s + s) + toString(i) AS s WHERE s =~ '(a+)+b' RETURN s",
    "RETURN split(reduce(s = 'x,', i IN range(1, 24) | s + s), ',')",
    // Paths.
    "MATCH (a:Dense)-[:T*1..]->(b:Dense) RETURN count(*)",
    "MATCH p = (a:Dense)-[:T*1..]->(b:Dense) RETURN p",
    "MATCH p = (a:Dense)-[:T*20]->(b) RETURN collect(p)",
    "MATCH p = (a:Dense)-[:T*]-(b:Dense {n: -1}) RETURN p",
    "MATCH (a:Dense)-->()-->()-->()-->()-->()-->() RETURN count(*)",
    "MATCH (a:Dense)-->(b)-->(c)-->(a), (b)-->(d)-->(c) RETURN count(*)",
    "MATCH (a:Dense), (b:Dense) MATCH p = allShortestPaths((a)-[:T*2..]-(b)) RETURN count(p)",
    "MATCH (a:Chain {n: 1}), (b:Chain {n: 20000}) MATCH p = shortestPath((a)-[*]-(b)) RETURN length(p)",
    "MATCH (a:Chain), (b:Chain) MATCH p = shortestPath((a)-[*]->(b)) RETURN max(length(p))",
    "MATCH p = shortestPath((a:Chain)-[*]-(b)) RETURN max(length(p))",
    "MATCH p = shortestPath((a:Chain)-[*]-(b)) RETURN sum(size(nodes(p)))",
    "MATCH p = allShortestPaths((a:Chain)-[*]-(b)) RETURN collect(p)",
    "MATCH (a:Dense) RETURN [p = (a)-[:T*1..6]->(b) | length(p)]",
    "MATCH (a:Dense) ((x)-[:T]->(y) WHERE x.n <> y.n)+ (b:Dense) RETURN count(*)",
    "MATCH ACYCLIC (a:Dense)-[:T]->+(b:Dense {n: -1}) RETURN count(*)",
    "MATCH p = SHORTEST 1000000000 (a:Dense)-[:T]->+(b:Dense) RETURN count(p)",
    "MATCH p = ANY SHORTEST ((a:Dense {n: 1})-[r:T]->+(b:Dense {n: 2}) WHERE size(r) > 100) RETURN count(p)",
    "MATCH p = SHORTEST 1000000000 WALK (a:Dense {n: 1})-[:T]->+(b:Dense) RETURN length(p)",
    "MATCH p = ANY SHORTEST (a:Dense)-[:T]->{1000000,2000000}(b:Dense) RETURN length(p)",
    "MATCH REPEATABLE ELEMENTS (a:Dense)-[:T]->{1000}(b:Dense) RETURN count(*)",
    "MATCH (a) WHERE EXISTS { MATCH (b), (c), (d) WHERE b.n + c.n + d.n = -a.n } RETURN a",
    "MATCH (a) RETURN a.n, COUNT { MATCH (b), (c) WHERE COUNT { (d), (e) WHERE d.n < b.n + c.n } > 0 }",
    "RETURN COLLECT { MATCH (a), (b), (c) RETURN a.n + b.n + c.n }",
    // Unions.
    "UNWIND range(1, 100000) AS a UNWIND range(1, 100000) AS b RETURN a, b UNION MATCH (a), (b) RETURN a.n AS a, b.n AS b",
    "MATCH (a), (b), (c) RETURN a UNION ALL MATCH (a), (b), (c) RETURN a",
    // Writes.
    "UNWIND range(0, 4611686018427387904) AS i CREATE (:New {n: i, text: 'some text'})",
    "UNWIND range(1, 100000000) AS i CREATE (a:New)-[:R]->(b:New) CREATE (b)-[:R]->(a)",
    "MATCH (a), (b) CREATE (a)-[:NEW {n: a.n}]->(b)",
    "MATCH (a), (b) MERGE (a)-[:NEW]->(b)",
    "UNWIND range(1, 100000000) AS i MERGE (:New {n: i})",
    "MATCH (a), (b) SET a.n = b.n",
    "MATCH (a), (b) SET a:Other, a.text = toString(b.n)",
    "MATCH (a), (b) REMOVE a.n, b.n",
    "MATCH (a), (b) DETACH DELETE a, b",
    "MATCH (a) DETACH DELETE a WITH count(*) AS c UNWIND range(1, 100000000) AS i CREATE (:New)",
    "MATCH (a:Dense)-[r]->(b) DELETE r WITH a, b MATCH (c), (d) RETURN count(*)",
];

/// A dense graph of 150 nodes, a chain of 20,000.
fn graph() -> Database {
    let database = Database::in_memory();
    for text in [
        "UNWIND range(1, 150) AS i CREATE (:Dense {n: i})",
        "MATCH (a:Dense), (b:Dense) CREATE (a)-[:T {n: a.n}]->(b)",
        "UNWIND range(1, 20000) AS i CREATE (:Chain {n: i})",
        "CREATE INDEX chain_n FOR (c:Chain) ON (c.n)",
        "MATCH (a:Chain) MATCH (b:Chain {n: a.n + 1}) CREATE (a)-[:NEXT]->(b)",
    ] {
        if let Err(error) = database.query(text).run() {
            assert!(text.starts_with("CREATE INDEX"), "{text}: {error}");
        }
    }
    database
}

/// What the graph holds, in numbers.
fn fingerprint(database: &Database) -> String {
    let text = "MATCH (n) OPTIONAL MATCH (n)-[r]->() RETURN count(DISTINCT n), count(r), sum(n.n), sum(r.n), count(n.text)";
    format!("{:?}", database.query(text).run().expect("a fingerprint").rows)
}

struct Run {
    result: Result<QueryResult, Error>,
    took: Duration,
    /// Bytes in use at most, beyond those before.
    peak: usize,
}

fn run(act: impl FnOnce() -> Result<QueryResult, Error>) -> Run {
    let before = ALLOCATOR.current_usage();
    ALLOCATOR.reset_peak_usage();
    let started = Instant::now();
    let result = act();
    let took = started.elapsed();
    Run { result, took, peak: ALLOCATOR.peak_usage().saturating_sub(before) }
}

/// Whether a query that was stopped says so.
fn stopped(run: &Run) -> Option<ErrorCode> {
    match &run.result {
        Ok(_) => None,
        Err(Error::Query(error)) => {
            assert_eq!(error.class, ErrorClass::ResourceExhausted, "{error:?}");
            Some(error.code)
        }
        Err(other) => panic!("{other}"),
    }
}

#[test]
fn hostile_queries_keep_to_their_limits() {
    assert!(HOSTILE.len() >= 40);
    let only = std::env::var("DOSSIER_QUERY").ok();
    let database = graph();
    let before = fingerprint(&database);
    let mut failures = Vec::new();
    for text in HOSTILE.iter().filter(|text| only.as_ref().is_none_or(|only| text.contains(only))) {
        let mut transaction = database.begin().expect("nobody else writes");
        let counts =
            |graph: &dossier::store::Graph| (graph.node_count(), graph.relationship_count());
        let held = counts(&transaction.snapshot());
        let timed = run(|| transaction.query(text).timeout(TIMEOUT).memory_limit(MEMORY).run());
        let code = stopped(&timed);
        if code.is_some() && counts(&transaction.snapshot()) != held {
            failures.push(format!("changes stay: {text}"));
        }
        transaction.rollback();
        if timed.took > TIMEOUT + NOTICE {
            failures.push(format!(
                "{:?} after the timeout: {text}",
                timed.took.saturating_sub(TIMEOUT)
            ));
        }
        if timed.peak > MEMORY + MEMORY / 10 {
            failures.push(format!("{} MiB: {text}", timed.peak >> 20));
        }
        drop(timed.result);
        let (delay, ended) = interrupted(&database, text);
        if delay > NOTICE {
            failures.push(format!("{delay:?} after the interrupt: {text}"));
        }
        println!(
            "{:>7.0?} {:>4} MiB {:12} {:>7.0?} {ended:12} {text:.90}",
            timed.took,
            timed.peak >> 20,
            code.map_or("done", ErrorCode::name),
            delay,
        );
    }
    assert_eq!(fingerprint(&database), before, "what failed left something behind");
    assert!(failures.is_empty(), "{}", failures.join("\n"));
    let wanted = |part: &str| only.as_ref().is_none_or(|only| only == part);
    if wanted("past") {
        the_way_into_the_past_keeps_to_them_too();
    }
    if wanted("view") {
        what_a_view_leaves_keeps_to_them_too();
    }
}

/// Many small commits, and some that change everything: what undoing them takes is on the
/// account of the query that asks for the past.
fn the_way_into_the_past_keeps_to_them_too() {
    let database = Database::in_memory();
    let small = if cfg!(debug_assertions) { 1000 } else { 10_000i64 };
    let large = if cfg!(debug_assertions) { 30_000 } else { 100_000i64 };
    let run = |text: &str, number: i64| {
        let query = database.query(text).param("n", number);
        query.run().expect("a commit");
    };
    let declared = [
        "CREATE INDEX item_n FOR (i:Item) ON (i.n)",
        "CREATE INDEX other_n FOR (o:Other) ON (o.n)",
    ];
    let large_ones = [
        "UNWIND range(1, $n) AS i
         CREATE (:Item {n: i, text: 'some text of item ' + i, list: [i, 'x']})",
        "MATCH (i:Item) WHERE i.n % 3 = 0 CREATE (i)-[:OF {n: i.n}]->(i)",
        "MATCH (i:Item) SET i.n = -i.n, i.text = 'another text ' + i.n, i.list = null",
        "MATCH (i:Item) SET i:Seen, i.new = 'a value of some length, number ' + i.n",
        "MATCH ()-[r]->() DELETE r",
        "MATCH (i:Item) DETACH DELETE i",
        "UNWIND range(1, $n) AS i
         CREATE (:Other {n: i, text: 'text ' + i})-[:NEXT {i: i}]->(:Item {n: i})",
    ];
    declared.iter().chain(&large_ones).for_each(|text| run(text, large));
    for number in 0..small {
        let text = "MATCH (o:Other {n: $n}) SET o.text = 'changed ' + $n";
        run(text, 1 + number * 7919 % large);
    }
    let (last, _) = database.snapshot().last_commit();
    let mut failures = Vec::new();
    let mut met = std::collections::BTreeMap::<&str, u32>::new();
    for limit in [1 << 20, 8 << 20, MEMORY, 4 * MEMORY, 16 * MEMORY] {
        for known_at in [0, 2, 3, 4, 5, 6, 7, 8, last - small as u64 / 2] {
            // Nothing that an earlier query left is of help.
            database.vacuum(Some(dossier::KnownAt::Commit(0))).expect("nothing to forget");
            let query = database.query("MATCH (i:Item) RETURN count(i.n)").as_known_at(known_at);
            let asked = run_limited(query, limit);
            let code = stopped(&asked).map_or("done", ErrorCode::name);
            *met.entry(code).or_default() += 1;
            println!(
                "{:>7.0?} {:>4} of {:>4} MiB {code:12} version {known_at}",
                asked.took,
                asked.peak >> 20,
                limit >> 20
            );
            if asked.peak > limit + limit / 10 + OVERHEAD {
                failures.push(format!("{} of {limit} bytes for version {known_at}", asked.peak));
            }
        }
    }
    assert!(met.contains_key("done") && met.contains_key("MemoryLimit"), "{met:?}");
    let timeout = Duration::from_millis(20);
    for known_at in [0, 4] {
        let query = database.query("RETURN 1").as_known_at(known_at).timeout(timeout);
        let timed = self::run(|| query.run());
        assert_eq!(stopped(&timed), Some(ErrorCode::Timeout), "version {known_at}");
        let query =
            |handle: &_| database.query("RETURN 1").as_known_at(known_at).interrupt(handle).run();
        let (delay, how) = interrupted_after(timeout, query);
        assert_eq!(how, "Interrupted");
        println!(
            "version {known_at}: {:?} after the timeout, {delay:?} after the interrupt",
            timed.took.saturating_sub(timeout)
        );
        if timed.took > timeout + NOTICE || delay > NOTICE {
            failures.push(format!("{:?} and {delay:?} for version {known_at}", timed.took));
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

/// A view copies of the adjacency whatever it hides something of: that is on the account of the
/// query that reads it first.
fn what_a_view_leaves_keeps_to_them_too() {
    let database = Database::in_memory();
    let nodes = if cfg!(debug_assertions) { 20_000 } else { 100_000i64 };
    for text in [
        "UNWIND range(0, $n - 1) AS i CREATE (:N {i: i})",
        "MATCH (n:N) UNWIND [1, 7, 77, 777, 7777] AS step MATCH (m) WHERE id(m) = (id(n) * 31 + step) % $n
         CREATE (n)-[:T]->(m)",
        "MATCH ()-[r:T]->() WHERE id(r) % 50 = 0 SET r.valid_to = date('2020-01-01')",
        "MATCH (n:N) WHERE id(n) % 999 = 0 SET n.valid_to = date('2020-01-01')",
    ] {
        database.query(text).param("n", nodes).run().expect("a commit");
    }
    let text = "MATCH (a:N)-[:T]->(b)<-[:T]-(c) RETURN count(*)";
    // Counting by degrees keeps nothing of its own.
    let own = 4 << 20;
    let whole = run_limited(database.query(text), own);
    assert_eq!(stopped(&whole), None, "the whole graph needs little memory for it");
    let mut failures = Vec::new();
    let mut met = Vec::new();
    for (day, limit) in (1..).zip([10_000, 100_000, 2 << 20, 8 << 20, 64 << 20]) {
        // Each is another view: nothing that an earlier query left is of help.
        let prefix = format!("AS OF date('2024-01-{day:02}') ");
        let query = prefix.clone() + text;
        let asked = run_limited(database.query(&query), limit);
        let code = stopped(&asked);
        println!(
            "{:>7.0?} {:>4} of {:>4} MiB {:12} a view",
            asked.took,
            asked.peak >> 20,
            limit >> 20,
            code.map_or("done", ErrorCode::name)
        );
        if asked.peak > limit + limit / 10 + OVERHEAD {
            failures.push(format!("{} of {limit} bytes for a view", asked.peak));
        }
        if code.is_none() {
            // The next query finds it done.
            let again = run_limited(database.query(&query), own);
            assert_eq!(stopped(&again), None, "what is there costs nothing");
        }
        met.push(code);
    }
    assert_eq!(met.first(), Some(&Some(ErrorCode::MemoryLimit)), "{met:?}");
    assert_eq!(met.get(1), Some(&Some(ErrorCode::MemoryLimit)), "{met:?}");
    assert_eq!(met.last(), Some(&None), "{met:?}");

    // What it takes to find out what is hidden stops as soon as anything else.
    let query = format!("AS OF date('2024-02-01') {text}");
    let timed = run(|| database.query(&query).timeout(Duration::ZERO).run());
    assert_eq!(stopped(&timed), Some(ErrorCode::Timeout));
    let handle = InterruptHandle::new();
    handle.interrupt();
    let query = format!("AS OF date('2024-02-02') {text}");
    let interrupted = run(|| database.query(&query).interrupt(&handle).run());
    assert_eq!(stopped(&interrupted), Some(ErrorCode::Interrupted));
    // So does a statement that creates under a view.
    database.query("CREATE (:Agent {name: 'Jo'})").run().expect("a claimant");
    let create = "ACCORDING TO 'Jo' MATCH (a:N)-[:T]->(b) WHERE id(a) = 3 CREATE (b)-[:U]->(a)";
    let asked = run_limited(database.query(create), 64 << 20);
    assert_eq!(stopped(&asked), None);
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

/// Bytes of the history, or of a chunk of adjacency, that are in hand at a time.
const OVERHEAD: usize = 4 << 20;

fn run_limited(query: dossier::Query<'_>, limit: usize) -> Run {
    run(|| query.memory_limit(limit).run())
}

/// Runs a query and interrupts it: how long after that it ended, and how.
fn interrupted(database: &Database, text: &str) -> (Duration, &'static str) {
    let mut transaction = database.begin().expect("nobody else writes");
    interrupted_after(TIMEOUT, |handle| {
        transaction.query(text).interrupt(handle).memory_limit(MEMORY).run()
    })
}

fn interrupted_after(
    time: Duration,
    act: impl FnOnce(&InterruptHandle) -> Result<QueryResult, Error>,
) -> (Duration, &'static str) {
    let handle = InterruptHandle::new();
    let started = Instant::now();
    std::thread::scope(|scope| {
        let stop = scope.spawn(|| {
            std::thread::park_timeout(time);
            handle.interrupt();
            Instant::now()
        });
        let result = act(&handle);
        let ended = Instant::now();
        stop.thread().unpark();
        let interrupted = stop.join().expect("the interrupting thread");
        let how = match &result {
            Ok(_) => "done",
            Err(Error::Query(error)) => error.code.name(),
            Err(other) => panic!("{other}"),
        };
        assert!(ended >= started);
        (ended.saturating_duration_since(interrupted), how)
    })
}
