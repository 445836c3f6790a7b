//! The past: what it costs to keep, in time and in bytes, and what it costs to go back.
//!
//! `cargo bench --bench history`

#![expect(clippy::print_stdout, reason = "a benchmark prints its result")]

use dossier::{Database, OpenOptions, Synchronous};
use std::path::{Path, PathBuf};
use std::time::Instant;

/// Commits of each kind, in each turn.
const COMMITS: i64 = 10_000;
/// Turns with and without history.
const TURNS: usize = 5;
/// Commits that one can go back over.
const LONG: i64 = 100_000;

/// What a commit does, with a number.
const KINDS: [(&str, &str); 4] = [
    ("creates a relationship", "MATCH (a:Hub), (b:Rim) CREATE (a)-[:R {n: $n}]->(b)"),
    ("sets a property", "MATCH (a:Hub) SET a.n = $n"),
    ("sets ten properties", "MATCH (i:Item) SET i.n = $n"),
    (
        "replaces a node",
        "MATCH (c:Card) DELETE c CREATE (:Card {n: $n, text: 'a text of its own'})",
    ),
];

fn open(path: &Path, history: bool) -> Database {
    let options = OpenOptions { synchronous: Synchronous::Off, history, ..OpenOptions::default() };
    Database::open_with(path, options).expect("a database")
}

fn run(database: &Database, text: &str) {
    database.query(text).run().expect("the statement runs");
}

/// A small graph for all kinds of commits.
fn prepared(path: &Path, history: bool) -> Database {
    let database = open(path, history);
    run(
        &database,
        "CREATE (:Hub), (:Rim), (:Card) WITH 1 AS one UNWIND range(1, 10) AS i CREATE (:Item)",
    );
    database
}

/// Microseconds for each of so many commits of a statement.
fn commits(database: &Database, text: &str, numbers: std::ops::Range<i64>) -> f64 {
    let (started, count) = (Instant::now(), numbers.end - numbers.start);
    for number in numbers {
        database.query(text).param("n", number).run().expect("the statement runs");
    }
    started.elapsed().as_secs_f64() * 1e6 / count as f64
}

/// Bytes of the file after a checkpoint.
fn size(database: &Database, path: &Path) -> u64 {
    database.checkpoint().expect("a checkpoint");
    std::fs::metadata(path).expect("the file").len()
}

fn median(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}

/// Commits with history and without, in turns.
fn keeping(folder: &Path) {
    for (number, (kind, text)) in KINDS.iter().enumerate() {
        let paths: [PathBuf; 2] =
            [0, 1].map(|with| folder.join(format!("{number}-{with}.dossier")));
        let databases = [prepared(&paths[0], false), prepared(&paths[1], true)];
        let mut times = [Vec::new(), Vec::new()];
        for turn in 0..TURNS as i64 {
            for (database, times) in databases.iter().zip(&mut times) {
                let first = turn * COMMITS;
                times.push(commits(database, text, first..first + COMMITS));
            }
        }
        let sizes = [0, 1].map(|with| size(&databases[with], &paths[with]));
        let [without, with] = times.map(median);
        let each = sizes[1].saturating_sub(sizes[0]) as f64 / (COMMITS * TURNS as i64) as f64;
        println!(
            "a commit that {kind:23} {without:6.1} µs, with history {with:6.1} µs, {each:5.1} bytes of history in the file"
        );
    }
}

/// One commit, however large, and the way back over it.
fn large_commits(folder: &Path) {
    let sizes = [false, true].map(|history| {
        let path = folder.join(format!("bulk-{history}.dossier"));
        let database = open(&path, history);
        run(&database, "UNWIND range(1, 1000000) AS i CREATE (:Item {number: i})");
        size(&database, &path)
    });
    println!("a million nodes in one commit: {} bytes of history", sizes[1] - sizes[0]);
    let path = folder.join("back.dossier");
    let database = open(&path, true);
    run(&database, "UNWIND range(1, 1000000) AS i CREATE (:Item {number: i})");
    for (what, text) in [
        ("changed properties", "MATCH (i:Item) SET i.number = -i.number"),
        ("created nodes", "UNWIND range(1, 1000000) AS i CREATE (:Other {number: i})"),
        ("deleted nodes", "MATCH (o:Other) DELETE o"),
    ] {
        let (before, _) = database.snapshot().last_commit();
        run(&database, text);
        database.checkpoint().expect("a checkpoint");
        let started = Instant::now();
        let version = database.version_at(before).expect("the version before");
        println!("a million {what:18} undone in {:6.0} ms", started.elapsed().as_secs_f64() * 1e3);
        assert_eq!(version.damage(), None);
    }
}

/// The way back over many small commits.
fn long_way(folder: &Path) {
    let path = folder.join("long.dossier");
    let database = prepared(&path, true);
    for number in 0..LONG {
        let (_, text) = KINDS[number as usize % KINDS.len()];
        database.query(text).param("n", number).run().expect("the statement runs");
    }
    let bytes = size(&database, &path);
    println!("{LONG} commits of all kinds: a file of {:.1} MB", bytes as f64 / 1e6);
    let (last, _) = database.snapshot().last_commit();
    for back in [1, 100, 1_000, 10_000, 100_000] {
        let times = (0..3).map(|_| {
            // Lets go of the versions that are kept.
            database.checkpoint().expect("a checkpoint");
            let text = "AS KNOWN AT $n MATCH (c:Card) RETURN c.n";
            let query = database.query(text).param("n", (last - back) as i64);
            let started = Instant::now();
            assert_eq!(query.run().expect("a row").rows.len(), 1);
            started.elapsed().as_secs_f64() * 1e3
        });
        println!("AS KNOWN AT {back:6} commits back {:8.2} ms", median(times.collect()));
    }
}

fn main() {
    let folder = tempfile::tempdir().expect("a folder");
    keeping(folder.path());
    large_commits(folder.path());
    long_way(folder.path());
}
