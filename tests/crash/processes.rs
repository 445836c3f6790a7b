//! Several processes, and processes that are killed.

use crate::accounts::{Accounts, look, look_again};
use crate::driver::Random;
use crate::promise::{entries, fingerprint, invariants, past};
use crate::scale::scaled;
use crate::workload::statements;
use dossier::durable::{
    CommitRecord, DurableError, FileStorage, OpenMode, Synchronous, load_graph,
};
use dossier::store::{Graph, Undo, WayBack};
use std::io::{BufRead, BufReader, Lines, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

const WRITE: OpenMode = OpenMode::ReadWrite { create: true };

/// This program again, to do one of the ignored tests below with a file.
struct Process {
    child: Child,
    asks: ChildStdin,
    lines: Lines<BufReader<ChildStdout>>,
}

impl Process {
    fn start(role: &str, file: &Path) -> Self {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--ignored", "--exact", "--nocapture", "--test-threads=1", role])
            .env("DOSSIER_TEST_FILE", file)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let asks = child.stdin.take().unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        Process { child, asks, lines }
    }

    /// What it says next after a word; `None` when it has ended. What the harness of the
    /// tests says is passed over.
    fn next(&mut self, word: &str) -> Option<String> {
        loop {
            let line = self.lines.next()?.ok()?;
            if let Some((_, rest)) = line.split_once(word) {
                return Some(rest.trim().to_owned());
            }
        }
    }

    fn ask(&mut self, what: &str) {
        writeln!(self.asks, "{what}").unwrap();
    }

    fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

/// The file that a process is to work on; `None` when it is run as a test.
fn assigned() -> Option<std::path::PathBuf> {
    std::env::var_os("DOSSIER_TEST_FILE").map(Into::into)
}

#[test]
#[ignore = "run by a_killed_process_loses_nothing"]
fn child_that_commits() {
    let Some(path) = assigned() else { return };
    let (mut graph, mut file, _) = load_graph(Arc::new(FileStorage), &path, WRITE).unwrap();
    let mut out = std::io::stdout();
    for number in file.last_sequence() + 1.. {
        let (next, changes) = version(&graph, number);
        let undo = Undo::new(&graph, &changes);
        let (author, message, undo) = ("who", "why", Some(&undo as &dyn WayBack));
        let record = CommitRecord { time: 1, author, message, changes: &changes, undo };
        writeln!(out, "acknowledged {}", file.append(&record, Synchronous::Full).unwrap()).unwrap();
        graph = next;
        if number % 40 == 0 {
            let oldest = (number - 30, file.history().time_of(number - 30).unwrap());
            graph = Arc::new(file.checkpoint_from(&graph, oldest).unwrap());
        } else if number % 5 == 0 {
            graph = Arc::new(file.checkpoint(&graph).unwrap());
        }
    }
}

/// The version after a commit, and its changes: they follow from the one before.
fn version(graph: &Arc<Graph>, number: u64) -> (Arc<Graph>, Vec<dossier::store::Change>) {
    statements(graph.clone(), 2, number).finish()
}

/// What the versions of `child_that_commits` hold, by the number of the commit.
struct Versions {
    graph: Arc<Graph>,
    fingerprints: Vec<u64>,
}

impl Versions {
    fn new() -> Self {
        let graph = Arc::new(Graph::new());
        Versions { fingerprints: vec![fingerprint(&graph)], graph }
    }

    fn at(&mut self, number: u64) -> u64 {
        while self.fingerprints.len() as u64 <= number {
            self.graph = version(&self.graph, self.fingerprints.len() as u64).0;
            self.fingerprints.push(fingerprint(&self.graph));
        }
        self.fingerprints[number as usize]
    }
}

/// Starts a process that commits, and kills it somewhere; then what it acknowledged must be
/// there. How many commits that is.
fn kill_once(path: &Path, floor: u64, versions: &mut Versions, random: &mut Random) -> u64 {
    let mut process = Process::start("processes::child_that_commits", path);
    let mut acknowledged = floor;
    for _ in 0..random.below(12) {
        let number = process.next("acknowledged ").expect("it goes on until it is killed");
        acknowledged = number.parse().unwrap();
    }
    std::thread::sleep(Duration::from_micros(random.below(3000)));
    process.kill();
    while let Some(number) = process.next("acknowledged ") {
        // The last line may be cut, as the process was killed while it wrote.
        acknowledged = number.parse().map_or(acknowledged, |number: u64| number.max(acknowledged));
    }
    // Of two recoveries every other is left to the next process, which may be killed too.
    let mode = if random.below(2) == 0 { OpenMode::ReadOnly } else { WRITE };
    match load_graph(Arc::new(FileStorage), path, mode) {
        Ok((graph, file, _)) => {
            let there = file.last_sequence();
            assert!(there >= acknowledged, "{acknowledged} acknowledged, {there} there");
            assert_eq!(fingerprint(&graph), versions.at(there), "commit {there}");
            invariants(&graph, entries).unwrap();
            // It forgets at commits of a round number, if it is not killed there.
            let oldest = file.history().oldest().0;
            let mut forgotten = (0..=there / 40).map(|times| (times * 40).saturating_sub(30));
            assert!(forgotten.any(|number| number == oldest), "version {oldest} at {there}");
            let version = |number: u64| versions.fingerprints.get(number as usize).copied();
            let numbers = (oldest..there).rev().take(12);
            let numbers = numbers.chain((oldest + 12 < there).then_some(oldest));
            past(&file, &graph, numbers, version).unwrap_or_else(|lost| panic!("{lost}"));
            there
        }
        Err(DurableError::NotFound { .. }) => {
            assert_eq!(acknowledged, 0);
            0
        }
        Err(error) => panic!("{error}"),
    }
}

#[test]
fn a_killed_process_loses_nothing() {
    let cycles = std::env::var("DOSSIER_KILLS").map_or(scaled(12, 500), |n| n.parse().unwrap());
    let seed = std::env::var("DOSSIER_SEED").map_or(7, |n| n.parse().unwrap());
    let mut random = Random(seed);
    let mut commits = 0;
    for first in (0..cycles).step_by(40) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.dossier");
        let mut versions = Versions::new();
        let mut floor = 0;
        for _ in first..cycles.min(first + 40) {
            floor = kill_once(&path, floor, &mut versions, &mut random);
        }
        commits += floor;
    }
    println!("killed processes: {cycles} (seed {seed}), {commits} commits, none lost");
    assert!(commits > cycles);
}

#[test]
#[ignore = "run by of_two_writers_one_wins"]
fn child_that_wants_to_write() {
    let Some(path) = assigned() else { return };
    let mut held = None;
    println!("process {}", std::process::id());
    for line in std::io::stdin().lines() {
        let ask = line.unwrap();
        match ask.as_str() {
            "open" => match load_graph(Arc::new(FileStorage), &path, WRITE) {
                Ok(opened) => {
                    held = Some(opened);
                    println!("outcome held");
                }
                Err(DurableError::Locked { holder, .. }) => {
                    println!("outcome {}", holder.map_or("nobody".into(), |id| id.to_string()));
                }
                Err(error) => println!("outcome {error}"),
            },
            "close" => {
                held = None;
                println!("outcome free");
            }
            other => panic!("asked to {other}"),
        }
    }
    drop(held);
}

#[test]
fn of_two_writers_one_wins_and_the_other_is_told_who() {
    let rounds = scaled(40, 500);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.dossier");
    let start = || {
        let mut process = Process::start("processes::child_that_wants_to_write", &path);
        let id = process.next("process ").unwrap();
        (process, id)
    };
    let mut two = [start(), start()];
    let (mut wins, mut kills) = ([0, 0], 0);
    for round in 0..rounds {
        let order = if round % 2 == 0 { [0, 1] } else { [1, 0] };
        order.into_iter().for_each(|number| two[number].0.ask("open"));
        let outcomes = [0, 1].map(|number: usize| two[number].0.next("outcome ").unwrap());
        let winner = outcomes.iter().position(|outcome| outcome == "held");
        let winner = winner.unwrap_or_else(|| panic!("nobody won: {outcomes:?}"));
        assert_eq!(outcomes[1 - winner], two[winner].1, "the winner has another id");
        wins[winner] += 1;
        if round % 25 == 24 {
            // What a killed process leaves locks nobody out.
            two[winner].0.kill();
            two[winner] = start();
            kills += 1;
        } else {
            two[winner].0.ask("close");
            assert_eq!(two[winner].0.next("outcome ").unwrap(), "free");
        }
    }
    println!("two writers: {rounds} races, won {wins:?} times, {kills} winners killed");
    two.iter_mut().for_each(|(process, _)| process.kill());
}

#[test]
#[ignore = "run by readers_beside_a_writing_process_are_always_right"]
fn child_that_moves_money() {
    let Some(path) = assigned() else { return };
    let mut accounts = Accounts::open(&path);
    println!("started");
    loop {
        accounts.transfer();
        if accounts.moves.is_multiple_of(7) {
            accounts.database.checkpoint().unwrap();
        }
    }
}

#[test]
fn readers_beside_a_writing_process_are_always_right() {
    let wanted = scaled(60, 2000);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.dossier");
    let mut writer = Process::start("processes::child_that_moves_money", &path);
    writer.next("started").unwrap();
    let next = AtomicU64::new(0);
    let (first, last) = (AtomicU64::new(u64::MAX), AtomicU64::new(0));
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                let moved =
                    || last.load(Ordering::Relaxed).saturating_sub(first.load(Ordering::Relaxed));
                while next.fetch_add(1, Ordering::Relaxed) < wanted || moved() < wanted / 4 {
                    let (database, moves) = look(&path).unwrap();
                    let later = look_again(&database).unwrap();
                    assert!(later >= moves, "{later} moves after {moves}");
                    first.fetch_min(moves, Ordering::Relaxed);
                    last.fetch_max(later, Ordering::Relaxed);
                }
            });
        }
    });
    writer.kill();
    let (first, last, openings) = (first.into_inner(), last.into_inner(), next.into_inner());
    let (_, moves) = look(&path).unwrap();
    println!(
        "readers: {openings} openings beside a process that made {} commits and {} checkpoints",
        last - first,
        (last - first) / 7
    );
    assert!(moves >= last);
    assert!(dossier::database::check(&path).unwrap().faults.is_empty());
}
