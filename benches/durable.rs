//! Graphs in files: commits beside what the disk takes for the same bytes, from one thread and
//! from many, size, checkpoints beside the disk's own bandwidth, time to open and to the first
//! row.
//!
//! `cargo bench --bench durable` takes the social graph of 100,000 people and 2.4 million
//! FOLLOWS; `-- 10` ten times as much, `-- checkpoints` the checkpoints alone.

#![expect(clippy::print_stdout, reason = "a benchmark prints its result")]

#[path = "../src/value/random.rs"]
mod random;

use dossier::durable::{
    Access, CommitRecord, DatabaseFile, FaultyStorage, FileStorage, OpenMode, Storage, Synchronous,
    load_graph,
};
use dossier::store::{Direction, EndpointKind, Graph, Undo, WayBack, Writer};
use dossier::value::{Date, Endpoint, NodeId, Value};
use dossier::{Database, OpenOptions};
use random::Random;
use std::hint::black_box;
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

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

/// A number from 0 up to 1.
fn share(random: &mut Random) -> f64 {
    random.bits() as f64 / u64::MAX as f64
}

fn draw(sums: &[f64], random: &mut Random) -> usize {
    let at = share(random) * sums.last().copied().unwrap_or(0.0);
    sums.partition_point(|&sum| sum < at).min(sums.len() - 1)
}

/// The pairs of FOLLOWS, by end then start, in-degrees by a power law.
fn follows(people: usize, count: usize, random: &mut Random) -> Vec<(u32, u32)> {
    let popular = sums((0..people).map(|rank| (rank as f64 + 20.0).powf(-0.75)));
    let active = sums((0..people).map(|_| {
        let normal = (0..12).map(|_| share(random)).sum::<f64>() - 6.0;
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

/// So many durable commits of one relationship each, from so many threads: how many a second,
/// and how many there are to a sync.
fn commits(folder: &Path, threads: u64, each: u64) -> (f64, f64) {
    let path = folder.join(format!("commits-{threads}.dossier"));
    let storage = FaultyStorage::counting(Arc::new(FileStorage));
    let counted = Arc::new(storage.clone());
    let database = Database::open_in(counted, &path, OpenOptions::default()).expect("it opens");
    database.query("UNWIND range(0, 999) AS i CREATE (:Person {i: i})").run().expect("people");
    let before = storage.syncs();
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
    let all = (threads * each) as f64;
    (all / started.elapsed().as_secs_f64(), all / (storage.syncs() - before) as f64)
}

/// A log that takes one relationship per commit.
struct Commits {
    file: DatabaseFile,
    graph: Arc<Graph>,
    random: Random,
}

impl Commits {
    fn new(folder: &Path, name: &str) -> Self {
        let mode = OpenMode::ReadWrite { create: true };
        let (graph, file, _) =
            load_graph(Arc::new(FileStorage), &folder.join(name), mode).expect("it opens");
        let mut writer = Writer::new(graph);
        for _ in 0..1000 {
            writer.create_node::<&str, &str>([], []).expect("a node");
        }
        let mut commits = Commits { file, graph: Arc::new(Graph::new()), random: Random(1) };
        commits.finish(writer, Synchronous::Full);
        commits
    }

    fn finish(&mut self, writer: Writer, synchronous: Synchronous) {
        let (graph, changes) = writer.finish();
        let undo = Undo::new(&self.graph, &changes);
        let (author, message, undo) = ("", "", Some(&undo as &dyn WayBack));
        let record = CommitRecord { time: 0, author, message, changes: &changes, undo };
        self.file.append(&record, synchronous).expect("a commit");
        self.graph = graph;
    }

    /// So many commits; microseconds for each.
    fn run(&mut self, count: u64, synchronous: Synchronous) -> f64 {
        let started = Instant::now();
        for _ in 0..count {
            let mut writer = Writer::new(self.graph.clone());
            let mut end = || Endpoint::Node(NodeId(self.random.below(1000) as u32));
            writer.create_relationship::<&str>("KNOWS", end(), end(), []).expect("it connects");
            self.finish(writer, synchronous);
        }
        started.elapsed().as_secs_f64() * 1e6 / count as f64
    }
}

fn median(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}

/// Commits beside what the disk gives: in turns, since disks have moods.
fn commit_rates(folder: &Path) {
    let (mut synced, mut unsynced) =
        (Commits::new(folder, "synced"), Commits::new(folder, "unsynced"));
    let before = synced.file.log_bytes();
    synced.run(10, Synchronous::Full);
    let bytes = (synced.file.log_bytes() - before) as usize / 10;
    let raw = |name: &str, room: usize| {
        let file = FileStorage.open(&folder.join(name), Access::Create).expect("a file");
        file.write_at(&vec![1; room], 0).expect("a write");
        file.sync().expect("a sync");
        let (data, mut end) = (vec![7; bytes], 0);
        move |count: u64| {
            let started = Instant::now();
            for _ in 0..count {
                file.write_at(&data, end).expect("a write");
                file.sync().expect("a sync");
                end += bytes as u64;
            }
            started.elapsed().as_secs_f64() * 1e6 / count as f64
        }
    };
    let (mut append, mut overwrite) = (raw("raw", 0), raw("raw-room", 50 * 20 * bytes));
    let mut times: [Vec<f64>; 4] = Default::default();
    for _ in 0..20 {
        times[0].push(synced.run(50, Synchronous::Full));
        times[1].push(append(50));
        times[2].push(overwrite(50));
        times[3].push(unsynced.run(50, Synchronous::Off));
    }
    let [commit, append, overwrite, work] = times.map(median);
    println!(
        "durable commit    {commit:8.0} us of {bytes} bytes, {work:.0} us of it not the disk's"
    );
    println!("raw append        {append:8.0} us: a commit costs {:.2} of them", commit / append);
    println!("raw overwrite     {overwrite:8.0} us: and {:.2} of these", commit / overwrite);
    let (one, alone) = self::commits(folder, 1, 1000);
    let (sixteen, shared) = self::commits(folder, 16, 250);
    println!("queries, 1 thread {one:8.0} commits a second, {alone:.1} to a sync");
    println!(
        "16 threads        {sixteen:8.0} commits a second, {:.1} times as many, {shared:.1} to a sync",
        sixteen / one
    );
}

/// So many bytes written from front to back and synced; milliseconds.
fn raw_write(path: &Path, bytes: u64) -> f64 {
    let file = FileStorage.open(path, Access::Create).expect("a file");
    let data: Vec<u8> =
        (0..1 << 20).map(|at: u32| (at.wrapping_mul(2654435761) >> 13) as u8).collect();
    let started = Instant::now();
    for at in (0..bytes).step_by(data.len()) {
        let piece = data.len().min((bytes - at) as usize);
        file.write_at(&data[..piece], at).expect("a write");
    }
    file.sync().expect("a sync");
    milliseconds(started)
}

/// Processor time of this process so far, in milliseconds; `None` where the system does not tell.
fn processor_time() -> Option<f64> {
    let stat = std::fs::read_to_string("/proc/self/stat").ok()?;
    // The name in parentheses may hold anything.
    let fields: Vec<&str> = stat.rsplit_once(')')?.1.split_whitespace().collect();
    let ticks = |field: usize| fields.get(field).and_then(|ticks| ticks.parse::<f64>().ok());
    // Linux counts in hundredths of a second there.
    Some((ticks(11)? + ticks(12)?) * 10.0)
}

/// Checkpoints beside what the disk gives, in turns, into new files: the first one, which
/// makes all sections, and the next one, in which no chunk has changed. Bytes are those of the
/// file.
fn checkpoints(folder: &Path, graph: &Graph, turns: usize) -> std::path::PathBuf {
    let mode = OpenMode::ReadWrite { create: true };
    let (mut first, mut next, mut raw, mut bytes) = (Vec::new(), Vec::new(), Vec::new(), 0);
    let (mut work, mut memory) = (Some(0.0), 0);
    let path = folder.join("social.dossier");
    for turn in 0..turns {
        if turn > 0 {
            std::fs::remove_file(&path).expect("it goes");
        }
        let (_, mut file, _) = load_graph(Arc::new(FileStorage), &path, mode).expect("it opens");
        let record = CommitRecord { time: 0, author: "", message: "", changes: &[], undo: None };
        file.append(&record, Synchronous::Full).expect("a commit");
        let (started, before) = (Instant::now(), processor_time());
        let written = file.checkpoint(graph).expect("a checkpoint");
        first.push(milliseconds(started));
        let took = processor_time().zip(before).map(|(after, before)| after - before);
        work = work.zip(took).map(|(work, took)| work + took);
        memory = file.budget().live();
        let started = Instant::now();
        file.checkpoint(&written).expect("a checkpoint");
        next.push(milliseconds(started));
        bytes = file.checkpoint_bytes();
        file.close().expect("it closes");
        raw.push(raw_write(&folder.join("raw.bytes"), bytes));
    }
    let bandwidth = |time: f64| {
        format!(
            "{:8.1} MB {time:8.0} ms {:8.0} MB/s of the file",
            bytes as f64 / 1e6,
            bytes as f64 / time / 1e3
        )
    };
    let (first, next, raw) = (median(first), median(next), median(raw));
    println!("first checkpoint  {}", bandwidth(first));
    println!(
        "                  {:.1} million relationships/s, {:.0} MB/s of {:.0} MB in memory",
        graph.relationship_count() as f64 / first / 1e3,
        memory as f64 / first / 1e3,
        memory as f64 / 1e6
    );
    if let Some(work) = work {
        println!("                  {:.0} ms of processor time", work / turns as f64);
    }
    println!("unchanged chunks  {}", bandwidth(next));
    println!("raw write         {}", bandwidth(raw));
    path
}

fn main() {
    let scale = std::env::args().find_map(|a| a.parse().ok()).unwrap_or(1);
    let folder = tempfile::tempdir().expect("a folder");
    // `-- checkpoints` leaves out the rest.
    let only = std::env::args().any(|argument| argument == "checkpoints");
    if !only {
        commit_rates(folder.path());
    }
    let graph = social(scale);
    println!("{} nodes, {} relationships", graph.node_count(), graph.relationship_count());
    let path = checkpoints(folder.path(), &graph, if only { 15 } else { 7 });
    if only {
        return;
    }
    drop(graph);

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
