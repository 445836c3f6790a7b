//! The lane of power cuts: at every operation of every workload, whatever may survive.
//!
//! The disk is watched while a workload runs on it. After each operation that changes it,
//! images are made of what a power cut would leave now: nothing that was not synced, all
//! of it, the latest write torn at each sector, and random subsets. Each image that is
//! new is opened and checked against what had been promised at that moment; of some, the
//! recovery is watched in the same way.

use crate::layers::{Behaviour, Layered};
use crate::promise::{Entries, Layer, Promise, check_disk, entries, plain};
use crate::scale::{lanes, scaled};
use crate::session::{Mistake, Session, digest};
use crate::workload::script;
use dossier::durable::{MemoryStorage, Storage, Survival};
use std::collections::HashSet;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

/// What a lane has seen.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    workloads: AtomicU64,
    boundaries: AtomicU64,
    images: AtomicU64,
    interrupted: AtomicU64,
    /// Versions of the past that were compared with what they had been.
    versions: AtomicU64,
    pub(crate) violations: Mutex<Vec<String>>,
}

impl Tally {
    fn fail(&self, what: String) {
        self.violations.lock().expect("no check panics").push(what);
    }

    pub(crate) fn failed(&self) -> bool {
        !self.violations.lock().expect("no check panics").is_empty()
    }
}

/// The sectors at which the latest write is torn, at most.
const TORN: usize = 6;

/// An image and what had been promised when it was made.
type Seen = (u64, usize, usize, (u64, Option<u64>));

/// Cuts the power after each change of the disk that it watches.
#[derive(Clone)]
struct Cutter {
    disk: MemoryStorage,
    promise: Arc<Mutex<Promise>>,
    layer: Layer,
    entries: Entries,
    seed: u64,
    /// Random subsets at each boundary, tried.
    random: u64,
    /// Whether recoveries of its images are cut too.
    nested: bool,
    seen: Arc<Mutex<HashSet<Seen>>>,
    count: Arc<AtomicU64>,
    tally: Arc<Tally>,
}

impl std::fmt::Debug for Cutter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Cutter of seed {}", self.seed)
    }
}

impl Cutter {
    fn choices(&self, boundary: u64) -> Vec<Survival> {
        let unsynced = self.disk.unsynced();
        let mut choices = vec![Survival::Nothing];
        if unsynced.operations > 0 {
            choices.push(Survival::Everything);
            let torn = unsynced.sectors_of_last_write;
            choices.extend((1..torn.min(TORN)).map(Survival::Torn));
            let seed = (self.seed << 20) + boundary * 16;
            choices.extend((0..self.random).map(|number| Survival::Random(seed + number)));
        }
        choices
    }

    fn check(&self, boundary: u64, survival: Survival) {
        let image = self.disk.power_loss(survival);
        let promise = self.promise.lock().expect("no check panics").clone();
        let forgotten = (promise.forgotten, promise.maybe_forgotten);
        let key = (digest(&image), promise.durable, promise.accepted(), forgotten);
        if !self.seen.lock().expect("no check panics").insert(key) {
            return;
        }
        let count = self.tally.images.fetch_add(1, Ordering::Relaxed);
        let watch =
            (self.nested && count.is_multiple_of(6)).then(|| self.nested_layer(&image, &promise));
        match check_disk(&image, &promise, &self.layer, watch, self.entries) {
            Ok(versions) => drop(self.tally.versions.fetch_add(versions, Ordering::Relaxed)),
            Err(error) => {
                let seed = self.seed;
                self.tally.fail(format!("seed {seed}, boundary {boundary}, {survival:?}: {error}"));
            }
        }
    }

    /// Watches the recovery of an image.
    fn nested_layer(&self, image: &MemoryStorage, promise: &Promise) -> Layer {
        let cutter = Cutter {
            disk: image.clone(),
            promise: Arc::new(Mutex::new(promise.clone())),
            random: 1,
            nested: false,
            count: Arc::default(),
            ..self.clone()
        };
        self.tally.interrupted.fetch_add(1, Ordering::Relaxed);
        Arc::new(move |below| Arc::new(Layered::over(below, cutter.clone())))
    }
}

impl Behaviour for Cutter {
    fn after_change(&self) {
        let boundary = self.count.fetch_add(1, Ordering::Relaxed);
        self.tally.boundaries.fetch_add(1, Ordering::Relaxed);
        for survival in self.choices(boundary) {
            self.check(boundary, survival);
        }
    }
}

/// What is tried: workloads from these seeds, of so many steps.
pub(crate) struct Trial {
    pub(crate) layer: Layer,
    pub(crate) mistake: Mistake,
    pub(crate) entries: Entries,
    pub(crate) seeds: std::ops::Range<u64>,
    pub(crate) steps: usize,
}

impl Trial {
    pub(crate) fn sound(seeds: std::ops::Range<u64>, steps: usize) -> Self {
        Trial { layer: plain(), mistake: Mistake::None, entries, seeds, steps }
    }

    /// Runs the workloads on all cores; stops after the first that finds something.
    pub(crate) fn cut_the_power(&self) -> Arc<Tally> {
        let tally = Arc::new(Tally::default());
        let next = AtomicU64::new(self.seeds.start);
        lanes(|| {
            loop {
                let seed = next.fetch_add(1, Ordering::Relaxed);
                if seed >= self.seeds.end || tally.failed() {
                    break;
                }
                self.workload(seed, &tally);
            }
        });
        tally
    }

    fn workload(&self, seed: u64, tally: &Arc<Tally>) {
        let disk = MemoryStorage::new();
        let promise = Arc::new(Mutex::new(Promise::default()));
        let cutter = Cutter {
            disk: disk.clone(),
            promise: promise.clone(),
            layer: self.layer.clone(),
            entries: self.entries,
            seed,
            random: 6,
            nested: true,
            seen: Arc::default(),
            count: Arc::default(),
            tally: tally.clone(),
        };
        let watched: Arc<dyn Storage> = Arc::new(Layered::over(Arc::new(disk.clone()), cutter));
        let storage = (self.layer)(watched);
        let mut session = Session::new(&storage, &promise, self.mistake, self.entries);
        if let Err(error) = session.run(&script(seed, self.steps)) {
            tally.fail(format!("seed {seed}: {error}"));
        }
        tally.workloads.fetch_add(1, Ordering::Relaxed);
    }
}

#[test]
fn no_power_cut_loses_what_was_acknowledged() {
    let seeds = scaled(6, 450);
    let tally = Trial::sound(1..seeds + 1, scaled(24, 40) as usize).cut_the_power();
    let of = |count: &AtomicU64| count.load(Ordering::Relaxed);
    println!(
        "power cuts: {} workloads (seeds 1 to {seeds}), {} boundaries, {} different crash images, {} recoveries cut again, {} versions of the past as they were",
        of(&tally.workloads),
        of(&tally.boundaries),
        of(&tally.images),
        of(&tally.interrupted),
        of(&tally.versions),
    );
    let violations = tally.violations.lock().unwrap();
    assert!(violations.is_empty(), "{:#?}", &violations[..violations.len().min(5)]);
    assert!(of(&tally.images) > scaled(400, 100_000), "the workloads have become too small");
}
