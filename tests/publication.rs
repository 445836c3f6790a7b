//! The protocol by which versions become visible, under a scheduler that tries interleavings.
//!
//! `src/database/publication.rs` is compiled here a second time, over the primitives of
//! shuttle instead of those of the standard library. Around it are a disk that knows which
//! commits are durable, writers that share syncs, a thread that takes checkpoints, and
//! readers. Every thread asserts what the database promises, at every step.
#![expect(clippy::print_stdout, reason = "the lanes say how much they have seen")]

#[path = "../src/database/publication.rs"]
#[expect(dead_code, reason = "shown without a sync: only the database does")]
mod publication;

mod sync {
    pub(crate) use shuttle::sync::{Arc, Condvar, Mutex, MutexGuard, RwLock};
    pub(crate) use std::sync::PoisonError;
}

use publication::{Publication, Unsettled};
use shuttle::scheduler::{DfsScheduler, PctScheduler, RandomScheduler};
use shuttle::{Config, Runner, thread};
use std::time::Duration;
use sync::{Arc, Mutex};

/// A version: the commits in it, by their authors.
type Version = Vec<usize>;

const WAIT: Duration = Duration::from_secs(3600);

/// What the disk is asked to do wrong, and the writers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Fault {
    #[default]
    None,
    /// The sync with this number fails.
    SyncFails(u64),
    /// Syncs do nothing and say they did.
    SyncLies,
    /// Writers make their version visible before the sync.
    VisibleTooEarly,
    /// Writers do not wait for their turn.
    TurnIgnored,
}

/// How many commits are in the log, and how many of them a power cut would leave.
#[derive(Debug, Default)]
struct Log {
    written: u64,
    durable: u64,
    syncs: u64,
    failed: bool,
}

struct House {
    versions: Publication<Version>,
    log: Mutex<Log>,
    fault: Fault,
}

impl House {
    fn durable(&self) -> u64 {
        self.log.lock().unwrap().durable
    }

    fn sync(&self) -> Result<(), ()> {
        let (there, number) = {
            let mut log = self.log.lock().unwrap();
            log.syncs += 1;
            (log.written, log.syncs)
        };
        // What is written from here on is not part of it.
        thread::yield_now();
        let mut log = self.log.lock().unwrap();
        match self.fault {
            Fault::SyncFails(which) if which == number => {
                log.failed = true;
                Err(())
            }
            Fault::SyncLies => Ok(()),
            _ => {
                log.durable = log.durable.max(there);
                Ok(())
            }
        }
    }

    /// Commits once; whether that was acknowledged.
    fn commit(&self, author: usize) -> bool {
        if self.fault != Fault::TurnIgnored {
            self.versions.take_turn(WAIT).unwrap();
        }
        let (base, _) = self.versions.base();
        let refused = self.log.lock().unwrap().failed;
        if refused {
            self.versions.end_turn();
            return false;
        }
        let mut version = (*base).clone();
        version.push(author);
        let number = version.len() as u64;
        self.log.lock().unwrap().written = number;
        let version = Arc::new(version);
        self.versions.append(version.clone(), number);
        if self.fault == Fault::VisibleTooEarly {
            self.versions.publish(version);
        }
        self.versions.end_turn();
        match self.versions.settle(number, || self.sync()) {
            Ok(()) => {
                assert!(self.durable() >= number, "an acknowledged commit is not durable");
                let seen = self.versions.current().len() as u64;
                assert!(seen >= number, "an acknowledged commit is not visible");
                true
            }
            Err(Unsettled::Failed(()) | Unsettled::FailedElsewhere) => {
                assert!(self.log.lock().unwrap().failed, "a commit failed without a reason");
                false
            }
        }
    }

    /// Writes the current version elsewhere; all of it is durable then.
    fn checkpoint(&self) {
        self.versions.take_turn(WAIT).unwrap();
        let (_, unsettled) = self.versions.base();
        let settled =
            unsettled.is_none_or(|number| self.versions.settle(number, || self.sync()).is_ok());
        if settled && !self.log.lock().unwrap().failed {
            let current = self.versions.current();
            let mut log = self.log.lock().unwrap();
            assert_eq!(log.written, current.len() as u64, "a checkpoint lacks a commit");
            log.durable = log.written;
            drop(log);
            self.versions.publish(Arc::new((*current).clone()));
        }
        self.versions.end_turn();
    }

    /// Looks several times.
    fn read(&self, looks: usize) {
        let mut before: Arc<Version> = Arc::default();
        for _ in 0..looks {
            let seen = self.versions.current();
            assert!(self.durable() >= seen.len() as u64, "a version is visible too early");
            assert!(seen.starts_with(&before), "a version was taken back");
            self.versions.renew(&seen, Arc::new((*seen).clone()));
            before = seen;
        }
    }
}

/// So many writers with so many commits each, a checkpoint, readers.
fn scene(fault: Fault, writers: usize, commits: usize, checkpoints: usize) {
    let house = Arc::new(House {
        versions: Publication::new(Arc::default(), 0),
        log: Mutex::default(),
        fault,
    });
    let writing: Vec<_> = (0..writers)
        .map(|author| {
            let house = house.clone();
            thread::spawn(move || (0..commits).filter(|_| house.commit(author)).count())
        })
        .collect();
    let others = [
        thread::spawn({
            let house = house.clone();
            move || (0..checkpoints).for_each(|_| house.checkpoint())
        }),
        thread::spawn({
            let house = house.clone();
            move || house.read(2)
        }),
    ];
    let acknowledged: Vec<usize> =
        writing.into_iter().map(|thread| thread.join().unwrap()).collect();
    others.into_iter().for_each(|thread| thread.join().unwrap());
    let last = house.versions.current();
    for (author, acknowledged) in acknowledged.iter().enumerate() {
        let there = last.iter().filter(|other| **other == author).count();
        assert!(there >= *acknowledged, "an acknowledged commit was overwritten");
        assert!(fault != Fault::None || there == commits, "a commit is missing");
    }
}

/// The schedules to try at random.
fn schedules() -> usize {
    let full = std::env::var_os("DOSSIER_LANES").is_some_and(|size| size == "full");
    if full { 15_000 } else { 1500 }
}

fn at_random(fault: Fault, schedules: usize) {
    let scheduler = RandomScheduler::new_from_seed(17, schedules);
    Runner::new(scheduler, Config::new()).run(move || scene(fault, 3, 2, 1));
}

#[test]
fn no_interleaving_breaks_a_promise() {
    let random = schedules();
    at_random(Fault::None, random);
    for failing in 1..4 {
        at_random(Fault::SyncFails(failing), random / 3);
    }
    let scheduler = PctScheduler::new_from_seed(18, 3, random);
    Runner::new(scheduler, Config::new()).run(|| scene(Fault::None, 4, 2, 2));
    let scheduler = DfsScheduler::new(Some(random * 4), false);
    let tried = Runner::new(scheduler, Config::new()).run(|| scene(Fault::None, 2, 1, 0));
    println!(
        "publication: {} schedules at random (seed 17), {random} by priorities (seed 18), {tried} in order",
        random * 2
    );
}

#[test]
fn the_scheduler_finds_what_is_planted() {
    for fault in [Fault::SyncLies, Fault::VisibleTooEarly, Fault::TurnIgnored] {
        let found = std::panic::catch_unwind(|| at_random(fault, 20_000));
        assert!(found.is_err(), "{fault:?} went unnoticed");
    }
}
