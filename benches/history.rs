//! The past: what it costs to keep, in time and in bytes, and what it costs to go back.
//!
//! `cargo bench --bench history`

#![expect(clippy::print_stdout, reason = "a benchmark prints its result")]

use dossier::{Database, OpenOptions, Synchronous};
use std::path::Path;
use std::time::Instant;

/// Commits of each kind.
const COMMITS: u32 = 20_000;

fn open(path: &Path, history: bool) -> Database {
    let options = OpenOptions { synchronous: Synchronous::Off, history, ..OpenOptions::default() };
    Database::open_with(path, options).expect("a new database")
}

fn run(database: &Database, text: &str) {
    database.query(text).run().expect("the statement runs");
}

fn size(database: Database, path: &Path) -> u64 {
    database.checkpoint().expect("a checkpoint");
    drop(database);
    std::fs::metadata(path).expect("the file").len()
}

/// Microseconds for each of so many commits of a statement.
fn commits(database: &Database, text: &str) -> f64 {
    let started = Instant::now();
    for number in 0..COMMITS {
        let number = i64::from(number);
        database.query(text).param("n", number).run().expect("the statement runs");
    }
    started.elapsed().as_secs_f64() * 1e6 / f64::from(COMMITS)
}

fn main() {
    let folder = tempfile::tempdir().expect("a folder");
    for (kind, text) in [
        ("creates a relationship", "MATCH (a:Hub), (b:Rim) CREATE (a)-[:R {n: $n}]->(b)"),
        ("sets a property", "MATCH (a:Hub) SET a.n = $n"),
    ] {
        let mut sizes = Vec::new();
        for history in [false, true, false, true] {
            let path = folder.path().join(format!("{} {}.dossier", sizes.len(), kind.len()));
            let database = open(&path, history);
            run(&database, "CREATE (:Hub), (:Rim)");
            let micros = commits(&database, text);
            sizes.push(size(database, &path));
            let bytes = sizes.last().copied().unwrap_or(0);
            println!("a commit that {kind}, history {history}: {micros:.2} µs, file {bytes} bytes");
        }
    }
    let mut sizes = Vec::new();
    for history in [false, true] {
        let path = folder.path().join(format!("bulk {history}.dossier"));
        let database = open(&path, history);
        run(&database, "UNWIND range(1, 1000000) AS i CREATE (:Item {number: i})");
        sizes.push(size(database, &path));
    }
    println!("a million nodes in one commit: {} bytes, with history {}", sizes[0], sizes[1]);
    let path = folder.path().join("back.dossier");
    let database = open(&path, true);
    run(&database, "UNWIND range(1, 1000000) AS i CREATE (:Item {number: i})");
    let back = |what: &str, text: &str| {
        let (before, _) = database.snapshot().last_commit();
        run(&database, text);
        database.checkpoint().expect("a checkpoint");
        let started = Instant::now();
        let version = database.version_at(before).expect("the version before");
        println!("a million {what} undone in {:?}", started.elapsed());
        assert_eq!(version.damage(), None);
    };
    back("properties", "MATCH (i:Item) SET i.number = -i.number");
    back("creations", "UNWIND range(1, 1000000) AS i CREATE (:Other {number: i})");
    back("deletions", "MATCH (o:Other) DELETE o");
    println!("the file then has {} bytes", size(database, &path));
}
