//! A database that is larger than its memory, and one that is damaged where nobody has
//! looked yet.

#![expect(clippy::print_stdout, reason = "how much is read is worth telling")]

#[path = "lazy/indexes.rs"]
mod indexes;
#[path = "crash/layers.rs"]
#[expect(dead_code, reason = "the other lanes use the rest")]
mod layers;

use dossier::durable::{Fault, FaultyStorage, MemoryStorage, Storage};
use dossier::store::{Direction, EndpointKind};
use dossier::value::{Endpoint, NodeId, Value};
use dossier::{Database, Error, OpenOptions};
use layers::{Behaviour, Layered, OpenFile};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

const NAME: &str = "lazy.dossier";

/// People who know each other and own things, with properties of every layout.
const PEOPLE: &str = "
    UNWIND range(1, $people) AS i
    CREATE (p:Person {number: i, name: 'a person whose number is ' + toString(i), share: i / 7.0,
                      born: date({year: 1900 + i % 120}), even: i % 2 = 0})
    WITH collect(p) AS people
    UNWIND range(0, size(people) - 1) AS i
    WITH people, i, people[i] AS p, people[(i * 7 + 1) % size(people)] AS q
    CREATE (p)-[k:KNOWS {since: i}]->(q), (q)-[:ASSERTS]->(:Thing {number: i})";

const QUESTIONS: [&str; 7] = [
    "MATCH (n) RETURN count(*) AS n, sum(n.number) AS s, count(DISTINCT n.name) AS d",
    "MATCH (p:Person) RETURN sum(p.share) > 1.0 AS a, max(p.born) AS b, count(p.even) AS c",
    "MATCH (p)-[k:KNOWS]->(q) RETURN sum(p.number * q.number + k.since) AS s",
    "MATCH (p)<-[k:KNOWS]-(q) RETURN sum(p.number * q.number + k.since) AS s",
    "MATCH (p:Person {number: 17})-[:KNOWS*1..3]->(q) RETURN count(q) AS c, sum(q.number) AS s",
    "MATCH (t:Thing)<-[:ASSERTS]-(p) WHERE t.number % 100 = 3 RETURN sum(p.number) AS s",
    "MATCH (p:Person) RETURN p.name AS name ORDER BY name LIMIT 3",
];

fn fill(database: &Database, people: i64) {
    database.query(PEOPLE).param("people", people).run().unwrap();
    database.query("MATCH (p:Person) WHERE p.number % 5 = 0 REMOVE p.name").run().unwrap();
    database.query("MATCH (t:Thing) WHERE t.number % 9 = 4 DETACH DELETE t").run().unwrap();
}

fn answers(database: &Database) -> Vec<String> {
    answers_of(database, 1)
}

/// The answers that so many threads find.
fn answers_of(database: &Database, threads: usize) -> Vec<String> {
    let run = |question: &&str| database.query(question).threads(threads).run().unwrap();
    QUESTIONS.iter().map(|question| format!("{:?}", run(question).rows)).collect()
}

fn open(storage: &Arc<dyn Storage>, cache_bytes: u64) -> Result<Database, Error> {
    let options = OpenOptions { cache_bytes: Some(cache_bytes), ..OpenOptions::default() };
    Database::open_in(storage.clone(), NAME, options)
}

/// Nodes one after the other lie in chunks far from each other, in which all rows have a value,
/// then some have none, then some are gone.
#[test]
fn values_are_found_here_and_there() {
    let storage: Arc<dyn Storage> = Arc::new(MemoryStorage::new());
    let database = open(&storage, 1 << 30).unwrap();
    database
        .query(
            "UNWIND range(0, 9999) AS i CREATE (n:N {i: i, half: i / 2.0}) WITH collect(n) AS all
             UNWIND range(0, 9999) AS i
             WITH all[i] AS a, all[(i * 2503) % 10000] AS b CREATE (a)-[:FAR]->(b)",
        )
        .run()
        .unwrap();
    let changes = [
        "",
        "MATCH (n:N) WHERE n.i % 700 = 3 REMOVE n.i, n.half",
        "MATCH (n:N {i: 5000}) DETACH DELETE n",
    ];
    let mut database = database;
    for (round, change) in changes.into_iter().enumerate() {
        if !change.is_empty() {
            database.query(change).run().unwrap();
        }
        database.checkpoint().unwrap();
        database.close().unwrap();
        database = open(&storage, 1 << 30).unwrap();
        let found = database
            .query("MATCH (a:N)-[:FAR]->(b) RETURN a.i AS a, b.i AS b, b.half AS half")
            .run()
            .unwrap();
        assert_eq!(found.rows.len(), 10_000 - usize::from(round == 2));
        let mut none = 0;
        for row in &found.rows {
            let Value::Integer(a) = row[0] else { continue };
            let expected = a * 2503 % 10_000;
            let shown = format!("{:?}", &row[1..]);
            let [b, half] = if expected % 700 == 3 && round > 0 {
                none += 1;
                [Value::Null, Value::Null]
            } else {
                [Value::Integer(expected), Value::Float(expected as f64 / 2.0)]
            };
            assert_eq!(shown, format!("{:?}", [b, half]), "{a}");
        }
        assert_eq!(none > 0, round > 0);
    }
}

#[test]
fn a_database_larger_than_its_memory_answers() {
    let model = Database::in_memory();
    fill(&model, 24_000);
    let expected = answers(&model);
    let storage: Arc<dyn Storage> = Arc::new(MemoryStorage::new());
    let database = open(&storage, 1 << 30).unwrap();
    fill(&database, 24_000);
    database.close().unwrap();

    let roomy = open(&storage, 1 << 30).unwrap();
    assert_eq!(answers(&roomy), expected);
    let whole = roomy.cache().unwrap().live();
    drop(roomy);

    let tight = open(&storage, whole / 8).unwrap();
    for _ in 0..2 {
        assert_eq!(answers(&tight), expected);
    }
    let cache = tight.cache().unwrap();
    assert!(cache.peak() < whole / 2, "{} of {whole} bytes at a time", cache.peak());
    assert!(cache.loaded() > whole, "{} of {whole} bytes were read", cache.loaded());
    drop(tight.snapshot());
    assert!(cache.live() <= cache.limit(), "{} bytes, {} allowed", cache.live(), cache.limit());

    // Writing goes on in the same memory, and what was written stays.
    tight.query("MATCH (p:Person) WHERE p.number <= 10 SET p.name = 'new'").run().unwrap();
    tight.checkpoint().unwrap();
    let count = "MATCH (p:Person {name: 'new'}) RETURN count(p) AS c";
    assert_eq!(tight.query(count).run().unwrap().single().unwrap().as_integer(), Some(10));
    let _ = answers(&tight);
    assert_eq!(tight.query(count).run().unwrap().single().unwrap().as_integer(), Some(10));
    assert!(cache.peak() < whole / 2, "{} of {whole} bytes at a time", cache.peak());

    // What is beyond the limit is what the rows at hand lead to, of each thread.
    let (expected, beyond) = (answers(&tight), cache.peak() - cache.limit());
    drop(tight);
    let threads = open(&storage, whole / 8).unwrap();
    let cache = threads.cache().unwrap();
    for _ in 0..5 {
        assert_eq!(answers_of(&threads, 4), expected);
    }
    assert!(cache.peak() <= cache.limit() + 4 * beyond, "{} bytes at a time", cache.peak());
    drop(threads.snapshot());
    assert!(cache.live() <= cache.limit(), "{} bytes, {} allowed", cache.live(), cache.limit());
}

#[test]
fn a_point_query_reads_little() {
    let storage: Arc<dyn Storage> = Arc::new(MemoryStorage::new());
    let database = open(&storage, 1 << 30).unwrap();
    fill(&database, 24_000);
    database.query("CREATE INDEX numbers FOR (p:Person) ON (p.number)").run().ok();
    database.close().unwrap();
    let database = open(&storage, 1 << 30).unwrap();
    let cache = database.cache().unwrap();
    assert_eq!(cache.loaded(), 0, "opening reads no chunk");
    let snapshot = database.snapshot();
    let name = snapshot.catalog().key_id("name").unwrap();
    let node = dossier::value::Endpoint::Node(dossier::value::NodeId(5000));
    assert!(!matches!(snapshot.property(node, name), dossier::value::Value::Null));
    let one = cache.loaded();
    assert!(one > 0 && snapshot.damage().is_none());
    let _ = answers(&database);
    assert!(cache.loaded() > one * 10, "{one} bytes of {} for one property", cache.loaded());
}

/// Counts what is read.
#[derive(Clone, Debug, Default)]
struct Reads {
    count: Arc<AtomicU64>,
    bytes: Arc<AtomicU64>,
}

impl Behaviour for Reads {
    fn read(&self, file: &OpenFile, buffer: &mut [u8], offset: u64) -> std::io::Result<()> {
        self.count.fetch_add(1, Ordering::Relaxed);
        self.bytes.fetch_add(buffer.len() as u64, Ordering::Relaxed);
        file.below.read_at(buffer, offset)
    }
}

impl Reads {
    /// How many reads, and of how many bytes, since it was asked last.
    fn taken(&self) -> (u64, u64) {
        (self.count.swap(0, Ordering::Relaxed), self.bytes.swap(0, Ordering::Relaxed))
    }
}

/// The database of a disk, opened for reading, with what it reads.
fn watched(plain: Arc<dyn Storage>) -> (Database, Reads) {
    let reads = Reads::default();
    let watched: Arc<dyn Storage> = Arc::new(Layered::over(plain, reads.clone()));
    let options = OpenOptions { read_only: true, ..OpenOptions::default() };
    let database = Database::open_in(watched, NAME, options).unwrap();
    (database, reads)
}

/// Reads and bytes of opening a database of so many people, of a first look at the neighbours
/// of one of them, of a query for the same, and of the same query again; and the bytes of its
/// file.
fn reads_of(people: i64) -> ([(u64, u64); 4], u64) {
    let disk = MemoryStorage::new();
    let plain: Arc<dyn Storage> = Arc::new(disk.clone());
    let database = open(&plain, 1 << 30).unwrap();
    fill(&database, people);
    database.checkpoint().unwrap();
    database.close().unwrap();
    let (database, reads) = watched(plain);
    let opening = reads.taken();
    let graph = database.snapshot();
    let catalog = graph.catalog();
    let (knows, name) = (catalog.type_id("KNOWS").unwrap(), catalog.key_id("name").unwrap());
    let node = Endpoint::Node(NodeId(people as u32 / 2));
    let found = graph.neighbours(node, knows, Direction::Outgoing, EndpointKind::Node);
    assert_eq!((found.degree(), graph.property(node, name).is_null()), (1, false));
    let looked = reads.taken();
    let ask = || {
        let text = "MATCH (p)-[:KNOWS]->(q) WHERE id(p) = $id RETURN p.name, q.name";
        let rows = database.query(text).param("id", people / 2).run().unwrap().rows;
        assert_eq!(rows.len(), 1);
        reads.taken()
    };
    let asked = [opening, looked, ask(), ask()];
    (asked, disk.contents(Path::new(NAME)).unwrap().len() as u64)
}

#[test]
fn opening_and_a_first_point_query_read_little_whatever_the_size() {
    let (small, small_file) = reads_of(4_000);
    let (large, large_file) = reads_of(64_000);
    println!("{small:?} of {small_file} bytes, {large:?} of {large_file} bytes");
    assert!(large_file > 10 * small_file);
    // The table of contents has some ten bytes for each chunk; there are no more reads.
    assert_eq!(small[0].0, large[0].0);
    assert!(large[0].1 < small[0].1 + large_file / 100, "{large:?}");
    for asked in [small, large] {
        // The chunk of the node, one of its columns, and one of adjacency.
        assert!(asked[1].0 <= 8 && asked[1].1 < 30_000, "{asked:?}");
        // A reader looks whether somebody has written, and reads nothing twice.
        assert!(asked[3].1 < 300, "{asked:?}");
    }
    // A node is looked for among the rows of all chunks, whose columns stay where they are.
    assert!(large[2].1 < large_file / 20, "{large:?}");
}

#[test]
fn versions_stay_readable_while_checkpoints_replace_their_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.dossier");
    let options = OpenOptions { cache_bytes: Some(1 << 16), ..OpenOptions::default() };
    let database = Database::open_with(&path, options.clone()).unwrap();
    fill(&database, 3000);
    let mut held = Vec::new();
    for round in 0..20i64 {
        database
            .query("MATCH (p:Person {number: 7}) SET p.round = $r")
            .param("r", round)
            .run()
            .unwrap();
        if round % 3 == 0 {
            held.push((round, database.snapshot()));
        }
        database.checkpoint().unwrap();
    }
    let key = database.snapshot().catalog().key_id("round").unwrap();
    for (round, graph) in held {
        let found: Vec<i64> = graph
            .node_chunks(None)
            .flat_map(|selection| {
                let segment = selection.segment(key);
                selection
                    .ids()
                    .filter_map(|id| segment?.integer(id as usize % 2048))
                    .collect::<Vec<_>>()
            })
            .collect();
        assert_eq!(found, [round]);
        assert!(graph.damage().is_none());
    }
    #[cfg(target_os = "linux")]
    {
        let open = |file: std::io::Result<std::fs::DirEntry>| {
            let target = std::fs::read_link(file.unwrap().path()).ok()?;
            target.to_str()?.contains("a.dossier").then_some(())
        };
        let handles = std::fs::read_dir("/proc/self/fd").unwrap().filter_map(open).count();
        assert!(handles <= 4, "{handles} handles on the files of one database");
    }
    let model = Database::in_memory();
    fill(&model, 3000);
    assert_eq!(answers(&database), answers(&model));
}

/// What counts merge after inserts is on the account of what was read, and is given back as that
/// is.
#[test]
fn what_was_merged_for_a_count_is_given_back() {
    let storage: Arc<dyn Storage> = Arc::new(MemoryStorage::new());
    let database = open(&storage, 1 << 30).unwrap();
    fill(&database, 24_000);
    database.close().unwrap();
    let database = open(&storage, 1 << 30).unwrap();
    let count = |database: &Database| {
        let text = "MATCH (a)-[:KNOWS]->(b)-[:KNOWS]->(c) WHERE b.number > 9 RETURN count(*) AS n";
        database.query(text).run().unwrap().single().unwrap().as_integer()
    };
    let insert = "MATCH (p:Person) WHERE p.number % 60 = 0 CREATE (p)-[:KNOWS]->(p)";
    let more = "MATCH (p:Person {number: 600})-[k:KNOWS]->(p) DELETE k";
    let model = Database::in_memory();
    fill(&model, 24_000);
    [&database, &model].iter().for_each(|it| drop(it.query(insert).run().unwrap()));
    let cache = database.cache().unwrap();
    assert_eq!(count(&database), count(&model));
    let merged = cache.live();
    // The version before it goes, and so does what it has read; then what was merged goes.
    cache.set_limit(0);
    assert_eq!(count(&database), count(&model));
    drop(database.snapshot());
    let given_back = cache.live();
    cache.set_limit(1 << 30);
    assert_eq!(count(&database), count(&model));
    assert!(merged > given_back + 24_000 * 8, "{merged} bytes, then {given_back}");
    assert!(cache.live() > given_back + 24_000 * 8, "{} bytes in the end", cache.live());
    [&database, &model].iter().for_each(|it| drop(it.query(more).run().unwrap()));
    assert_eq!(count(&database), count(&model));
}

/// What can be asked of the sample, and what a sound database answers.
const ASKED: [&str; 5] = [
    "MATCH (n) RETURN n",
    "MATCH ()-[r]->() RETURN r",
    "MATCH (a)-[:KNOWS]->(b)<-[:KNOWS]-(c) RETURN a.name, c.name",
    "MATCH (w)-[a:ASSERTS]->[r] RETURN w.name, type(r), a.quote",
    "MATCH (p:Person {name: 'Ann'}) RETURN p",
];

fn sample() -> MemoryStorage {
    let disk = MemoryStorage::new();
    let database = open(&(Arc::new(disk.clone()) as Arc<dyn Storage>), 1 << 20).unwrap();
    database.query("CREATE INDEX names FOR (p:Person) ON (p.name)").run().unwrap();
    database
        .query(
            "CREATE (a:Person {name: 'Ann', age: 40}), (b:Person:Author {name: 'a name of some length'}),
                    (c {name: 'Cy', born: date('1990-01-02'), tags: ['x', null]}),
                    (a)-[k:KNOWS {since: 1.5}]->(b), (c)-[:KNOWS]->(b), (c)-[:KNOWS]->(c),
                    (b)-[:ASSERTS {quote: 'they do'}]->[k]",
        )
        .run()
        .unwrap();
    database.close().unwrap();
    disk
}

/// The rows with everything that is shown of their elements.
fn shown(database: &Database, question: &str) -> Result<String, Error> {
    let result = database.query(question).run()?;
    let json = |value| dossier::value::json::to_json(value, &*result.graph).to_string();
    let shown: Vec<String> = result.rows.iter().flatten().map(json).collect();
    assert!(result.graph.damage().is_none(), "showing a row met damage");
    Ok(shown.join("\n"))
}

#[test]
fn every_flipped_bit_is_an_error_or_harmless() {
    let disk = sample();
    let bytes = disk.contents(Path::new(NAME)).unwrap();
    let sound = open(&(Arc::new(disk) as Arc<dyn Storage>), 1 << 20).unwrap();
    let expected: Vec<String> = ASKED.iter().map(|q| shown(&sound, q).unwrap()).collect();
    let (mut at_opening, mut at_asking) = (0, 0);
    for bit in 0..bytes.len() * 8 {
        let mut flipped = bytes.clone();
        flipped[bit / 8] ^= 1 << (bit % 8);
        let disk = MemoryStorage::new();
        disk.put(Path::new(NAME), flipped);
        let storage: Arc<dyn Storage> = Arc::new(disk.clone());
        let database = match open(&storage, 1 << 20) {
            Ok(database) => database,
            Err(Error::Storage(_)) => {
                at_opening += 1;
                continue;
            }
            Err(other) => panic!("bit {bit}: {other}"),
        };
        let mut met = 0;
        for (question, expected) in ASKED.iter().zip(&expected) {
            match shown(&database, question) {
                Ok(found) => assert_eq!(found, *expected, "bit {bit}, {question}"),
                Err(Error::Storage(error)) => {
                    let text = error.to_string();
                    assert!(text.contains(NAME) && text.contains("is damaged at byte"), "{text}");
                    met += 1;
                }
                Err(other) => panic!("bit {bit}: {other}"),
            }
        }
        at_asking += usize::from(met > 0);
        if met == 0 || bit % 61 == 0 {
            // Nobody asked for the part: whoever reads everything finds it.
            let report = dossier::durable::check(storage.clone(), Path::new(NAME)).unwrap();
            assert!(!report.faults.is_empty(), "bit {bit} went unnoticed");
            drop(database);
            dossier::durable::salvage_graph(storage, Path::new(NAME), Path::new("saved")).unwrap();
        }
    }
    assert!(at_opening > 1000 && at_asking > 1000, "{at_opening} at opening, {at_asking} later");
}

#[test]
fn a_damaged_part_stops_only_what_needs_it_and_no_write_rests_on_it() {
    let disk = sample();
    let mut bytes = disk.contents(Path::new(NAME)).unwrap();
    // The last section of adjacency is of ASSERTS.
    let last = (0..bytes.len() - 8).rev().find(|&at| bytes[at..].starts_with(b"\x89SECTION\x04"));
    bytes[last.unwrap() + 50] ^= 1;
    disk.put(Path::new(NAME), bytes);
    let database = open(&(Arc::new(disk) as Arc<dyn Storage>), 1 << 20).unwrap();
    let before = database.query("MATCH (p:Person) RETURN p.name").run().unwrap().rows.len();
    assert_eq!(before, 2);
    assert!(database.query(ASKED[0]).run().is_ok());
    let error = database.query("MATCH ()-[k:KNOWS]->() DETACH DELETE k").run().unwrap_err();
    assert!(matches!(error, Error::Storage(_)), "{error}");
    assert_eq!(database.query("MATCH ()-[k:KNOWS]->() RETURN k").run().unwrap().rows.len(), 3);
    database.query("CREATE (:Person {name: 'Dee'})").run().unwrap();
    let error = database.checkpoint().unwrap_err();
    assert!(error.to_string().contains("is damaged at byte"), "{error}");
    assert_eq!(database.query("MATCH (p:Person) RETURN p").run().unwrap().rows.len(), 3);
}

#[test]
fn a_disk_that_fails_once_is_read_again() {
    let disk = sample();
    let counting = FaultyStorage::counting(Arc::new(disk.clone()));
    let database = open(&(Arc::new(counting.clone()) as Arc<dyn Storage>), 1 << 20).unwrap();
    let opened = counting.operations();
    let expected: Vec<String> = ASKED.iter().map(|q| shown(&database, q).unwrap()).collect();
    let asked = counting.operations();
    drop(database);
    let mut failed = 0;
    for at in opened..asked {
        let faulty = FaultyStorage::new(Arc::new(disk.clone()), Fault::Io, at..at + 1);
        let database = open(&(Arc::new(faulty) as Arc<dyn Storage>), 1 << 20).unwrap();
        for (question, expected) in ASKED.iter().zip(&expected) {
            match shown(&database, question) {
                Ok(found) => assert_eq!(found, *expected),
                Err(error) => {
                    assert!(error.to_string().starts_with("could not read"), "{error}");
                    failed += 1;
                    assert_eq!(shown(&database, question).unwrap(), *expected);
                }
            }
        }
    }
    assert_eq!(failed, asked - opened, "each failure is told once");
}

#[test]
fn readers_see_whole_versions_beside_commits_and_checkpoints() {
    use std::sync::atomic::AtomicBool;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.dossier");
    let options = OpenOptions { cache_bytes: Some(40_000), ..OpenOptions::default() };
    let database = Database::open_with(&path, options).unwrap();
    database.query("UNWIND range(0, 4999) AS i CREATE (:Account {i: i, v: 10})").run().unwrap();
    database.checkpoint().unwrap();
    let done = AtomicBool::new(false);
    let looks = AtomicU64::new(0);
    let single = |question: &str| {
        let result = database.query(question).run().unwrap();
        result.rows[0].iter().map(|value| value.as_integer().unwrap()).collect::<Vec<_>>()
    };
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                while !done.load(Ordering::Relaxed) {
                    let sums = single("MATCH (a:Account) RETURN sum(a.v), count(*)");
                    assert_eq!(sums, [50_000, 5000]);
                    let moved = single(
                        "MATCH (a:Account) OPTIONAL MATCH (a)-[m:MOVED]->()
                         WITH count(m) AS there, sum(m.n) AS s
                         MATCH (b:Account) OPTIONAL MATCH (b)<-[m:MOVED]-()
                         WITH there, s, count(m) AS back, sum(m.n) AS t
                         RETURN CASE WHEN there = back AND s = t AND s = there * (there - 1) / 2
                                     THEN 1 ELSE 0 END",
                    );
                    assert_eq!(moved, [1]);
                    looks.fetch_add(1, Ordering::Relaxed);
                }
            });
        }
        for round in 0..120i64 {
            database
                .query(
                    "MATCH (a:Account {i: $a}), (b:Account {i: $b})
                     SET a.v = a.v - 1, b.v = b.v + 1 CREATE (a)-[:MOVED {n: $n}]->(b)",
                )
                .param("a", round * 41 % 5000)
                .param("b", round * 97 % 4999 + 1)
                .param("n", round)
                .run()
                .unwrap();
            database.checkpoint().unwrap();
        }
        done.store(true, Ordering::Relaxed);
    });
    assert!(looks.load(Ordering::Relaxed) > 8);
    let cache = database.cache().unwrap();
    assert!(cache.loaded() > 20 * cache.limit(), "{} bytes were read", cache.loaded());
    drop(database);
    assert!(dossier::database::check(&path).unwrap().faults.is_empty());
}
