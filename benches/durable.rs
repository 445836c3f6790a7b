//! Graphs in files: commits a second, from one thread and from many, size, bandwidth of a checkpoint, time to open and to the first row.
//!
//! `cargo bench --bench durable` takes the social graph of 100,000 people and 2.4 million
//! FOLLOWS; `-- 10` ten times as much.

#![expect(clippy::print_stdout, reason = "a benchmark prints its result")]

use dossier::Database;
use dossier::durable::{CommitRecord, FileStorage, OpenMode, Synchronous, load_graph};
use dossier::store::{Direction, EndpointKind, Graph, Writer};
use dossier::value::{Date, Endpoint, NodeId, Value};
use std::hint::black_box;
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

/// A fixed sequence of numbers that look random (`SplitMix64`).
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, bound: u64) -> u64 {
        self.next() % bound
    }

    fn share(&mut self) -> f64 {
        self.next() as f64 / u64::MAX as f64
    }
}

/// Running sums of weights, to draw by.
fn sums(weights: impl Iterator<Item = f64>) -> Vec<f64> {
    let mut total = 0.0;
    weights
        .map(|weight| {
            total += weight;
            total
        })
        .collect()
}

fn draw(sums: &[f64], random: &mut Random) -> usize {
    let at = random.share() * sums.last().copied().unwrap_or(0.0);
    sums.partition_point(|&sum| sum < at).min(sums.len() - 1)
}

/// The pairs of FOLLOWS, by end then start, in-degrees by a power law.
fn follows(people: usize, count: usize, random: &mut Random) -> Vec<(u32, u32)> {
    let popular = sums((0..people).map(|rank| (rank as f64 + 20.0).powf(-0.75)));
    let active = sums((0..people).map(|_| {
        let normal = (0..12).map(|_| random.share()).sum::<f64>() - 6.0;
        (0.8 * normal).exp()
    }));
    let mut places: Vec<u32> = (0..people as u32).collect();
    for place in (1..people).rev() {
        places.swap(place, random.below(place as u64 + 1) as usize);
    }
    let mut pairs: Vec<(u32, u32)> = (0..count)
        .map(|_| (places[draw(&popular, random)], draw(&active, random) as u32))
        .filter(|(end, start)| end != start)
        .collect();
    pairs.sort_unstable();
    pairs.dedup();
    pairs
}

fn social(scale: usize) -> Arc<Graph> {
    let mut random = Random(42);
    let people = 100_000 * scale;
    let mut writer = Writer::new(Arc::default());
    let names = ["Mara", "Jolen", "Kanis", "Liso", "Savith", "Rora", "Talen", "Beris"];
    let person = |number: usize, random: &mut Random| {
        let name = format!(
            "{}{} {}son{}",
            names[random.below(8) as usize],
            random.below(6),
            names[random.below(8) as usize],
            random.below(12)
        );
        [
            ("id", Value::Integer(number as i64 + 1)),
            ("name", Value::from(name.as_str())),
            ("gender", Value::from(if random.below(2) == 0 { "male" } else { "female" })),
            ("birthday", Value::Date(Date { days: 20_000 - random.below(16_000) as i64 })),
            ("age", Value::Integer(18 + random.below(45) as i64)),
            ("isMarried", Value::Boolean(random.below(100) < 45)),
        ]
    };
    for number in 0..people {
        writer.create_node(["Person"], person(number, &mut random)).expect("a person");
    }
    let cities: Vec<NodeId> = (0..7117)
        .map(|number| {
            let properties = [
                ("id", Value::Integer(number)),
                ("city", Value::from(format!("Ustown{number:04}").as_str())),
                ("population", Value::Integer(random.below(1_000_000) as i64)),
            ];
            writer.create_node(["City"], properties).expect("a city")
        })
        .collect();
    let interests: Vec<NodeId> = (0..41)
        .map(|number| {
            writer.create_node(["Interest"], [("id", Value::Integer(number))]).expect("one")
        })
        .collect();
    let mut connect = |kind: &str, start: u32, end: u32| {
        let (start, end) = (Endpoint::Node(NodeId(start)), Endpoint::Node(NodeId(end)));
        writer.create_relationship::<&str>(kind, start, end, []).expect("a relationship");
    };
    for number in 0..people as u32 {
        connect("LIVES_IN", number, cities[random.below(140) as usize * 50].0);
    }
    for number in 0..people as u32 {
        let first = random.below(38);
        for interest in first..first + 1 + random.below(3) {
            connect("HAS_INTEREST", number, interests[interest as usize].0);
        }
    }
    for (end, start) in follows(people, 2_470_000 * scale, &mut random) {
        connect("FOLLOWS", start, end);
    }
    writer.finish().0
}

fn milliseconds(started: Instant) -> f64 {
    started.elapsed().as_secs_f64() * 1e3
}

fn open(path: &Path) -> (Arc<Graph>, f64) {
    let started = Instant::now();
    let (graph, _, _) =
        load_graph(Arc::new(FileStorage), path, OpenMode::ReadOnly).expect("it opens");
    (graph, milliseconds(started))
}

/// So many durable commits of one relationship each, from so many threads; per second.
fn commits(folder: &Path, threads: u64, each: u64) -> f64 {
    let path = folder.join(format!("commits-{threads}.dossier"));
    let database = Database::open(&path).expect("it opens");
    database.query("UNWIND range(0, 999) AS i CREATE (:Person {i: i})").run().expect("people");
    let started = Instant::now();
    std::thread::scope(|scope| {
        for thread in 0..threads {
            let database = &database;
            scope.spawn(move || {
                let mut random = Random(thread);
                for _ in 0..each {
                    let mut transaction = database.begin().expect("a turn");
                    let text = "MATCH (a:Person), (b:Person) WHERE id(a) = $a AND id(b) = $b
                                CREATE (a)-[:KNOWS]->(b)";
                    let query = transaction.query(text).param("a", random.below(1000) as i64);
                    query.param("b", random.below(1000) as i64).run().expect("a statement");
                    transaction.commit().expect("a commit");
                }
            });
        }
    });
    (threads * each) as f64 / started.elapsed().as_secs_f64()
}

/// So many appends of so many bytes, each synced; per second.
fn appends(folder: &Path, count: u64, bytes: usize) -> f64 {
    use dossier::durable::{Access, Storage};
    let file = FileStorage.open(&folder.join("raw"), Access::Create).expect("a file");
    let data = vec![7; bytes];
    let started = Instant::now();
    for number in 0..count {
        file.write_at(&data, number * bytes as u64).expect("a write");
        file.sync().expect("a sync");
    }
    count as f64 / started.elapsed().as_secs_f64()
}

/// The log's own part of a commit: a record of one relationship, written and synced.
fn records(folder: &Path, count: u64) -> (f64, usize) {
    let mode = OpenMode::ReadWrite { create: true };
    let path = folder.join("records.dossier");
    let (graph, mut file, _) = load_graph(Arc::new(FileStorage), &path, mode).expect("it opens");
    let mut writer = Writer::new(graph);
    let nodes: Vec<NodeId> =
        (0..1000).map(|_| writer.create_node::<&str, &str>([], []).expect("a node")).collect();
    let mut random = Random(1);
    let (mut graph, changes) = writer.finish();
    let mut append = |changes: &[dossier::store::Change]| {
        let record = CommitRecord { time: 0, author: "", message: "", changes, undo: None };
        file.append(&record, Synchronous::Full).expect("a commit");
        file.log_bytes()
    };
    let before = append(&changes);
    let (started, mut after) = (Instant::now(), before);
    for _ in 0..count {
        let mut writer = Writer::new(graph);
        let mut end = || Endpoint::Node(nodes[random.below(1000) as usize]);
        writer.create_relationship::<&str>("KNOWS", end(), end(), []).expect("a relationship");
        let changes;
        (graph, changes) = writer.finish();
        after = append(&changes);
    }
    let rate = count as f64 / started.elapsed().as_secs_f64();
    (rate, ((after - before) / count) as usize)
}

/// Commits beside what the disk gives.
fn commit_rates(folder: &Path) {
    let (rate, bytes) = records(folder, 1000);
    let raw = appends(folder, 1000, bytes);
    println!("durable commits   {rate:8.0} a second, of {bytes} bytes each");
    println!("raw appends       {raw:8.0} a second: a commit costs {:.2} of them", raw / rate);
    let (one, sixteen) = (commits(folder, 1, 1000), commits(folder, 16, 250));
    println!("queries, 1 thread {one:8.0} commits a second");
    println!(
        "16 threads        {sixteen:8.0} commits a second, {:.1} times as many",
        sixteen / one
    );
}

fn main() {
    let scale = std::env::args().find_map(|a| a.parse().ok()).unwrap_or(1);
    let folder = tempfile::tempdir().expect("a folder");
    commit_rates(folder.path());
    let path = folder.path().join("social.dossier");
    let graph = social(scale);
    println!("{} nodes, {} relationships", graph.node_count(), graph.relationship_count());
    let mode = OpenMode::ReadWrite { create: true };
    let (_, mut file, _) = load_graph(Arc::new(FileStorage), &path, mode).expect("it opens");
    let record = CommitRecord { time: 0, author: "", message: "", changes: &[], undo: None };
    file.append(&record, Synchronous::Full).expect("a commit");
    let started = Instant::now();
    let written = file.checkpoint(&graph).expect("a checkpoint");
    let (first, bytes) = (milliseconds(started), file.checkpoint_bytes() as f64);
    println!(
        "first checkpoint  {:8.1} MB {first:8.0} ms {:8.0} MB/s",
        bytes / 1e6,
        bytes / first / 1e3
    );
    let started = Instant::now();
    file.checkpoint(&written).expect("a checkpoint");
    let copied = milliseconds(started);
    println!(
        "unchanged chunks  {:8.1} MB {copied:8.0} ms {:8.0} MB/s",
        bytes / 1e6,
        bytes / copied / 1e3
    );
    file.close().expect("it closes");
    drop((graph, written));

    let mut times: Vec<f64> = (0..11).map(|_| open(&path).1).collect();
    times.sort_by(f64::total_cmp);
    println!("open              {:8.2} ms median, {:.2} ms worst", times[5], times[10]);
    let mut times: Vec<f64> = (0..11)
        .map(|number| {
            let (graph, _) = open(&path);
            let started = Instant::now();
            let kind = graph.catalog().type_id("FOLLOWS").expect("the type");
            let name = graph.catalog().key_id("name").expect("the key");
            let node = Endpoint::Node(NodeId(number * 7919));
            let found = graph.neighbours(node, kind, Direction::Outgoing, EndpointKind::Node);
            black_box((found.degree(), graph.property(node, name)));
            milliseconds(started)
        })
        .collect();
    times.sort_by(f64::total_cmp);
    println!("first degree, name{:8.2} ms median, {:.2} ms worst", times[5], times[10]);
    let (graph, _) = open(&path);
    let started = Instant::now();
    black_box(graph.export_changes().count());
    println!("everything        {:8.0} ms", milliseconds(started));
}
