//! The lane of failing disks: each operation of a workload fails, in every way, once,
//! for a while, or for good.

use crate::layers::{Behaviour, Layered, OpenFile};
use crate::promise::{Layer, Promise, check_disk, entries, plain};
use crate::scale::{lanes, scaled};
use crate::session::{Mistake, Session};
use crate::workload::{Step, script};
use dossier::durable::{Fault, FaultyStorage, MemoryStorage, Storage, Survival};
use std::io;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

const FAULTS: [Fault; 6] = [
    Fault::Io,
    Fault::IoAfter,
    Fault::NoSpace,
    Fault::ShortWrite,
    Fault::ShortRead,
    Fault::Interrupted,
];

/// Runs a workload on a storage; then the disk, whatever a power cut leaves of it, must
/// keep what the workload was promised.
fn survives(
    storage: Arc<dyn Storage>,
    disk: &MemoryStorage,
    steps: &[Step],
    seed: u64,
    layer: &Layer,
) -> Result<Survived, String> {
    let promise = Mutex::new(Promise::default());
    let mut session = Session::new(&storage, &promise, Mistake::None, entries);
    session.run(steps)?;
    drop(session);
    let promise = promise.into_inner().expect("no check panics");
    let choices = [Survival::Nothing, Survival::Everything, Survival::Random(seed)];
    let mut survived = Survived { images: 0, versions: 0 };
    for choice in choices {
        let image = disk.power_loss(choice);
        survived.versions += check_disk(&image, &promise, layer, None, entries)
            .map_err(|error| format!("{choice:?}: {error}"))?;
        survived.images += 1;
    }
    Ok(survived)
}

/// What was looked at after a workload.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Survived {
    images: u64,
    /// Versions of the past that are what they were.
    versions: u64,
}

impl std::ops::AddAssign for Survived {
    fn add_assign(&mut self, other: Self) {
        self.images += other.images;
        self.versions += other.versions;
    }
}

/// How many operations a workload has when none fails.
fn operations(steps: &[Step]) -> u64 {
    let counting = FaultyStorage::counting(Arc::new(MemoryStorage::new()));
    let storage: Arc<dyn Storage> = Arc::new(counting.clone());
    let promise = Mutex::new(Promise::default());
    Session::new(&storage, &promise, Mistake::None, entries).run(steps).expect("no fault");
    counting.operations()
}

/// Runs `work` for each seed on all cores; panics with the first failure.
fn for_each_seed(seeds: std::ops::Range<u64>, work: impl Fn(u64) -> Result<(), String> + Sync) {
    let next = AtomicU64::new(seeds.start);
    let failure = Mutex::new(None);
    lanes(|| {
        loop {
            let seed = next.fetch_add(1, Ordering::Relaxed);
            if seed >= seeds.end || failure.lock().expect("no check panics").is_some() {
                break;
            }
            if let Err(error) = work(seed) {
                *failure.lock().expect("no check panics") = Some(format!("seed {seed}: {error}"));
            }
        }
    });
    let failure = failure.into_inner().expect("no check panics");
    assert!(failure.is_none(), "{}", failure.unwrap_or_default());
}

#[test]
fn every_failing_operation_is_survived() {
    let (runs, all) = (AtomicU64::new(0), Mutex::new(Survived::default()));
    let seeds = scaled(1, 24);
    for_each_seed(1000..1000 + seeds, |seed| {
        let steps = script(seed, scaled(8, 16) as usize);
        for at in 0..operations(&steps) {
            for fault in FAULTS {
                for failing in [at..at + 1, at..at + 5, at..u64::MAX] {
                    let disk = MemoryStorage::new();
                    let faulty = FaultyStorage::new(Arc::new(disk.clone()), fault, failing.clone());
                    let seen = survives(Arc::new(faulty), &disk, &steps, at, &plain())
                        .map_err(|error| format!("{fault:?} at {failing:?}: {error}"))?;
                    runs.fetch_add(1, Ordering::Relaxed);
                    *all.lock().expect("no check panics") += seen;
                }
            }
        }
        Ok(())
    });
    let Survived { images, versions } = all.into_inner().expect("no check panics");
    println!(
        "failing disks: {} runs (seeds 1000 to {}), each with an operation failing once, for a while or for good, {images} disks afterwards, {versions} versions of the past as they were",
        runs.into_inner(),
        999 + seeds,
    );
}

/// A disk whose n-th sync fails and drops what it should have written, as Linux
/// does: the next sync succeeds, and the bytes are readable until the power goes.
#[derive(Debug)]
pub(crate) struct DroppingSync {
    pub(crate) disk: MemoryStorage,
    pub(crate) syncs: AtomicU64,
    pub(crate) at: u64,
    /// Whether the failure is told.
    pub(crate) told: bool,
}

impl Behaviour for DroppingSync {
    fn sync(&self, file: &OpenFile) -> io::Result<()> {
        if self.syncs.fetch_add(1, Ordering::Relaxed) != self.at {
            return file.below.sync();
        }
        // The file may have got its final name since it was opened.
        let named = self.disk.names().contains(&file.path);
        let path = if named { file.path.clone() } else { file.path.with_extension("") };
        self.disk.drop_unsynced(&path);
        if self.told { Err(io::Error::other("injected sync error")) } else { Ok(()) }
    }
}

/// Runs workloads on disks whose n-th sync drops its pages; how many disks were checked.
pub(crate) fn dropped_pages(
    seeds: std::ops::Range<u64>,
    told: bool,
    layer: &Layer,
) -> Result<Survived, String> {
    let mut all = Survived::default();
    for seed in seeds {
        let steps = script(seed, 24);
        for at in 0..40 {
            let disk = MemoryStorage::new();
            let dropping = DroppingSync { disk: disk.clone(), syncs: AtomicU64::new(0), at, told };
            let storage = Arc::new(Layered::over(Arc::new(disk.clone()), dropping));
            all += survives(layer(storage), &disk, &steps, at, layer)
                .map_err(|error| format!("seed {seed}, sync {at}: {error}"))?;
        }
    }
    Ok(all)
}

#[test]
fn a_failed_sync_that_drops_pages_loses_nothing_acknowledged() {
    let seeds = scaled(2, 60);
    let Survived { images, versions } = dropped_pages(2000..2000 + seeds, true, &plain()).unwrap();
    println!(
        "dropped pages: {seeds} workloads with each of 40 syncs failing, {images} disks afterwards, {versions} versions of the past as they were"
    );
}

/// A large checkpoint is synced while it is written. A sync that fails then may have dropped
/// what it was to write, so that the one at the end tells nothing.
#[test]
fn an_early_sync_that_fails_fails_the_checkpoint() {
    use crate::driver::{NAME, Random};
    use dossier::{Database, OpenOptions};
    let (disk, mut random) = (MemoryStorage::new(), Random(3));
    let open = |storage: Arc<dyn Storage>| {
        Database::open_in(storage, NAME, OpenOptions::default()).expect("it opens")
    };
    let database = open(Arc::new(disk.clone()));
    for _ in 0..20 {
        let text: String =
            (0..1 << 20).map(|_| char::from(b' ' + random.below(95) as u8)).collect();
        let create = database.query("CREATE (:Page {text: $text})").param("text", text.as_str());
        create.run().expect("a commit");
    }
    drop(database);
    let mut refused = 0;
    for at in 0..6 {
        let disk = MemoryStorage::power_loss(&disk, Survival::Everything);
        let dropping =
            DroppingSync { disk: disk.clone(), syncs: AtomicU64::new(0), at: at + 1, told: true };
        let database = open(Arc::new(Layered::over(Arc::new(disk.clone()), dropping)));
        let outcome = database.query("CREATE (:Last)").run().and_then(|_| database.checkpoint());
        refused += u64::from(outcome.is_err());
        let acknowledged = database.snapshot().node_count();
        drop(database);
        let image = MemoryStorage::power_loss(&disk, Survival::Nothing);
        let there = open(Arc::new(image)).snapshot();
        assert!(there.node_count() >= acknowledged, "sync {at}: {}", there.node_count());
        crate::promise::invariants(&there, entries).unwrap();
        assert_eq!(there.damage(), None, "sync {at}");
    }
    println!("early syncs: {refused} checkpoints or commits refused");
    assert!(refused > 2);
}

/// Without room for a checkpoint, closing still makes durable what is in the log.
#[test]
fn closing_on_a_full_disk_loses_nothing() {
    use dossier::{Database, OpenOptions};
    let disk = MemoryStorage::new();
    let open = |storage: MemoryStorage| {
        let synchronous = dossier::Synchronous::Off;
        let options = OpenOptions { synchronous, ..OpenOptions::default() };
        Database::open_in(Arc::new(storage), "full.dossier", options).unwrap()
    };
    let database = open(disk.clone());
    for number in 0..20 {
        database.query("CREATE (:N {n: $n})").param("n", number).run().unwrap();
    }
    let length = |name: &str| disk.contents(Path::new(name)).map_or(0, |bytes| bytes.len() as u64);
    let taken: u64 = disk.names().iter().map(|name| length(&name.to_string_lossy())).sum();
    disk.set_capacity(Some(taken + 100));
    assert_eq!(MemoryStorage::power_loss(&disk, Survival::Nothing).names().len(), 2);
    assert!(database.close().is_err());
    let image = MemoryStorage::power_loss(&disk, Survival::Nothing);
    assert_eq!(open(image).snapshot().node_count(), 20);
}

#[test]
fn a_full_disk_refuses_commits_and_goes_on_when_there_is_space() {
    use dossier::{Database, Error, OpenOptions};
    let count = |database: &Database| {
        let result = database.query("MATCH (n) RETURN count(n)").run().unwrap();
        result.single().unwrap().as_integer().unwrap()
    };
    let (mut refused_commits, mut refused_checkpoints, mut refused_openings) = (0, 0, 0);
    for room in (200..6000).step_by(scaled(97, 7) as usize) {
        let disk = MemoryStorage::new();
        let storage = || Arc::new(disk.clone()) as Arc<dyn Storage>;
        let open = || Database::open_in(storage(), "full.dossier", OpenOptions::default());
        open().unwrap().query("CREATE (:First)").run().unwrap();
        disk.set_capacity(Some(room));
        let database = match open() {
            Ok(database) => database,
            Err(Error::Storage(_)) => {
                refused_openings += 1;
                disk.set_capacity(None);
                open().unwrap()
            }
            Err(other) => panic!("{other}"),
        };
        let mut there = count(&database);
        assert!(there == 1);
        for round in 0..12i64 {
            let text = "x".repeat(150);
            let outcome = database
                .query("CREATE (:Node {n: $n, t: $t})")
                .param("n", round)
                .param("t", text.as_str())
                .run();
            match outcome {
                Ok(_) => there += 1,
                Err(Error::Storage(_)) => refused_commits += 1,
                Err(other) => panic!("{other}"),
            }
            assert_eq!(count(&database), there);
            if round % 4 == 3 && database.checkpoint().is_err() {
                refused_checkpoints += 1;
            }
        }
        // The same handle goes on.
        disk.set_capacity(None);
        database.query("CREATE (:Last)").run().unwrap();
        database.checkpoint().unwrap();
        drop(database);
        let image = MemoryStorage::power_loss(&disk, Survival::Nothing);
        let database =
            Database::open_in(Arc::new(image), "full.dossier", OpenOptions::default()).unwrap();
        assert_eq!(count(&database), there + 1);
        drop(database);
        let report = dossier::durable::check(storage(), Path::new("full.dossier")).unwrap();
        assert!(report.faults.is_empty(), "{report:?}");
    }
    println!(
        "full disks: {refused_openings} openings, {refused_commits} commits and {refused_checkpoints} checkpoints refused, none harmful"
    );
    assert!(refused_commits > 0 && refused_checkpoints > 0);
}
