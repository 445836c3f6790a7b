//! What survives: power cuts at every operation, failing disks, flipped bits,
//! cut files, and a process that is killed.
#![expect(clippy::print_stdout, reason = "the lanes say how much they have seen")]

#[path = "crash/damage.rs"]
mod damage;
#[path = "crash/disk.rs"]
mod disk;
#[path = "crash/driver.rs"]
mod driver;
#[path = "crash/follow.rs"]
mod follow;

use dossier::durable::{
    Access, EntryKind, Fault, FaultyStorage, LockOutcome, MemoryStorage, Storage, StorageFile,
    Synchronous,
};
use driver::{Promise, Step, WRITE, open, run, script};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// What a lane has seen.
#[derive(Debug, Default)]
struct Tally {
    cuts: u64,
    images: u64,
    violations: Vec<String>,
}

/// How a storage under test is laid over the disk that will lose its power.
type Layer = fn(MemoryStorage) -> Arc<dyn Storage>;

fn plain(disk: MemoryStorage) -> Arc<dyn Storage> {
    Arc::new(disk)
}

/// Cuts the power at every operation of the workload and checks the images.
fn power_cuts(layer: Layer, steps: &[Step], images: u64, tally: &mut Tally) {
    let counting = FaultyStorage::counting(layer(MemoryStorage::new()));
    let whole: Arc<dyn Storage> = Arc::new(counting.clone());
    if let Err(error) = run(&whole, steps, true) {
        tally.violations.push(error);
    }
    for at in 0..=counting.operations() {
        for fault in [Fault::ShortWrite, Fault::IoAfter] {
            let disk = MemoryStorage::new();
            let storage: Arc<dyn Storage> =
                Arc::new(FaultyStorage::new(layer(disk.clone()), fault, at, true));
            tally.cuts += 1;
            match run(&storage, steps, true) {
                Ok(promise) => {
                    for choice in 0..images {
                        tally.images += 1;
                        let seed = if choice < 2 { choice } else { at * 1000 + choice };
                        if let Err(error) = check_image(layer, &disk, seed, &promise) {
                            tally.violations.push(format!("cut at {at}, image {seed}: {error}"));
                        }
                    }
                }
                Err(error) => tally.violations.push(format!("cut at {at}: {error}")),
            }
        }
    }
}

/// An image must open, keep the promise, take a commit, and open again with it.
fn check_image(
    layer: Layer,
    disk: &MemoryStorage,
    seed: u64,
    promise: &Promise,
) -> Result<(), String> {
    let image = disk.power_loss(seed);
    let storage = layer(image.clone());
    let (file, ledger) = open(&storage, WRITE).map_err(|error| error.to_string())?;
    promise.kept_by(&ledger.ids)?;
    drop(file);
    // What was read once is there for good, even if nothing unsynced survives.
    let again = layer(image.power_loss(0));
    let (_, reread) = open(&again, WRITE).map_err(|error| error.to_string())?;
    if reread.ids != ledger.ids {
        return Err(format!("recovered {:?}, then {:?}", ledger.ids, reread.ids));
    }
    Ok(())
}

#[test]
fn every_power_cut_leaves_an_acknowledged_prefix() {
    let mut tally = Tally::default();
    for seed in 1..=6 {
        power_cuts(plain, &script(seed, 24), 6, &mut tally);
    }
    println!("{} power cuts, {} images", tally.cuts, tally.images);
    assert!(
        tally.violations.is_empty(),
        "{:#?}",
        &tally.violations[..tally.violations.len().min(5)]
    );
    assert!(tally.images > 3000, "the workloads have become too small: {tally:?}");
}

#[test]
fn a_power_cut_during_recovery_changes_nothing() {
    let steps = script(3, 16);
    let total = {
        let counting = FaultyStorage::counting(plain(MemoryStorage::new()));
        let storage: Arc<dyn Storage> = Arc::new(counting.clone());
        run(&storage, &steps, true).unwrap();
        counting.operations()
    };
    let mut images = 0;
    for at in (0..total).step_by(3) {
        let disk = MemoryStorage::new();
        let storage: Arc<dyn Storage> =
            Arc::new(FaultyStorage::new(plain(disk.clone()), Fault::ShortWrite, at, true));
        let promise = run(&storage, &steps, true).unwrap();
        for seed in [0, 1, at + 2, at + 1002] {
            for second in 0..40 {
                let image = disk.power_loss(seed);
                let faulty = FaultyStorage::new(plain(image.clone()), Fault::IoAfter, second, true);
                let storage: Arc<dyn Storage> = Arc::new(faulty.clone());
                let _ = open(&storage, WRITE);
                check_image(plain, &image, second + 2, &promise).unwrap();
                images += 1;
                if faulty.operations() <= second {
                    break;
                }
            }
        }
    }
    println!("{images} images of interrupted recoveries");
}

#[test]
fn every_failing_operation_is_survived() {
    let mut runs = 0;
    for seed in 11..=14 {
        let steps = script(seed, 24);
        let counting = FaultyStorage::counting(plain(MemoryStorage::new()));
        let whole: Arc<dyn Storage> = Arc::new(counting.clone());
        run(&whole, &steps, false).unwrap();
        for at in (seed % 2..=counting.operations()).step_by(2) {
            for fault in [Fault::Io, Fault::IoAfter, Fault::NoSpace, Fault::ShortWrite] {
                for sticky in [false, true] {
                    let disk = MemoryStorage::new();
                    let storage: Arc<dyn Storage> =
                        Arc::new(FaultyStorage::new(plain(disk.clone()), fault, at, sticky));
                    let promise = run(&storage, &steps, false)
                        .unwrap_or_else(|e| panic!("seed {seed}, {fault:?} at {at}: {e}"));
                    drop(storage);
                    for choice in [0, 1, at + 2] {
                        check_image(plain, &disk, choice, &promise)
                            .unwrap_or_else(|e| panic!("seed {seed}, {fault:?} at {at}: {e}"));
                    }
                    runs += 1;
                }
            }
        }
    }
    println!("{runs} runs with a failing operation, {} images", runs * 3);
}

/// A disk whose n-th sync fails and drops what it should have written, as Linux
/// does: the next sync succeeds, and the bytes are readable until the power goes.
#[derive(Debug, Clone)]
struct Dropping {
    inner: MemoryStorage,
    syncs: Arc<AtomicU64>,
    at: u64,
}

#[derive(Debug)]
struct DroppingFile(Box<dyn StorageFile>, Dropping, PathBuf);

impl Storage for Dropping {
    fn open(&self, path: &Path, access: Access) -> io::Result<Box<dyn StorageFile>> {
        let file = self.inner.open(path, access)?;
        Ok(Box::new(DroppingFile(file, self.clone(), path.to_path_buf())))
    }
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.inner.rename(from, to)
    }
    fn remove(&self, path: &Path) -> io::Result<()> {
        self.inner.remove(path)
    }
    fn sync_dir(&self, folder: &Path) -> io::Result<()> {
        self.inner.sync_dir(folder)
    }
    fn kind(&self, path: &Path) -> io::Result<Option<EntryKind>> {
        self.inner.kind(path)
    }
    fn canonical(&self, path: &Path) -> io::Result<PathBuf> {
        self.inner.canonical(path)
    }
    fn lock(&self, path: &Path) -> io::Result<LockOutcome> {
        self.inner.lock(path)
    }
    fn match_permissions(&self, model: &Path, path: &Path) -> io::Result<()> {
        self.inner.match_permissions(model, path)
    }
}

impl StorageFile for DroppingFile {
    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<()> {
        self.0.read_at(buffer, offset)
    }
    fn write_at(&self, data: &[u8], offset: u64) -> io::Result<()> {
        self.0.write_at(data, offset)
    }
    fn set_len(&self, length: u64) -> io::Result<()> {
        self.0.set_len(length)
    }
    fn len(&self) -> io::Result<u64> {
        self.0.len()
    }
    fn sync(&self) -> io::Result<()> {
        if self.1.syncs.fetch_add(1, Ordering::Relaxed) == self.1.at {
            // The file may have got its final name since it was opened.
            let named = self.1.inner.kind(&self.2)?.is_some();
            let path = if named { self.2.clone() } else { self.2.with_extension("") };
            self.1.inner.drop_unsynced(&path);
            return Err(io::Error::other("injected sync error"));
        }
        self.0.sync()
    }
}

#[test]
fn a_failed_sync_that_drops_pages_loses_nothing_acknowledged() {
    let mut images = 0;
    for seed in 21..=26 {
        let steps = script(seed, 30);
        for at in 0..40 {
            let disk = MemoryStorage::new();
            let syncs = Arc::new(AtomicU64::new(0));
            let storage: Arc<dyn Storage> = Arc::new(Dropping { inner: disk.clone(), syncs, at });
            let promise = run(&storage, &steps, false)
                .unwrap_or_else(|e| panic!("seed {seed}, sync {at}: {e}"));
            for choice in [0, 1, at + 2] {
                check_image(plain, &disk, choice, &promise)
                    .unwrap_or_else(|e| panic!("seed {seed}, sync {at}: {e}"));
                images += 1;
            }
        }
    }
    println!("{images} images after a sync that failed and dropped its pages");
}

/// A storage with a planted bug: what is named does nothing and says it did.
#[derive(Debug)]
struct Lying {
    inner: MemoryStorage,
    sync: bool,
    sync_dir: bool,
}

#[derive(Debug)]
struct LyingFile(Box<dyn StorageFile>, bool);

impl Storage for Lying {
    fn open(&self, path: &Path, access: Access) -> io::Result<Box<dyn StorageFile>> {
        Ok(Box::new(LyingFile(self.inner.open(path, access)?, self.sync)))
    }
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.inner.rename(from, to)
    }
    fn remove(&self, path: &Path) -> io::Result<()> {
        self.inner.remove(path)
    }
    fn sync_dir(&self, folder: &Path) -> io::Result<()> {
        if self.sync_dir { Ok(()) } else { self.inner.sync_dir(folder) }
    }
    fn kind(&self, path: &Path) -> io::Result<Option<EntryKind>> {
        self.inner.kind(path)
    }
    fn canonical(&self, path: &Path) -> io::Result<PathBuf> {
        self.inner.canonical(path)
    }
    fn lock(&self, path: &Path) -> io::Result<LockOutcome> {
        self.inner.lock(path)
    }
    fn match_permissions(&self, model: &Path, path: &Path) -> io::Result<()> {
        self.inner.match_permissions(model, path)
    }
}

impl StorageFile for LyingFile {
    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<()> {
        self.0.read_at(buffer, offset)
    }
    fn write_at(&self, data: &[u8], offset: u64) -> io::Result<()> {
        self.0.write_at(data, offset)
    }
    fn set_len(&self, length: u64) -> io::Result<()> {
        self.0.set_len(length)
    }
    fn len(&self) -> io::Result<u64> {
        self.0.len()
    }
    fn sync(&self) -> io::Result<()> {
        if self.1 { Ok(()) } else { self.0.sync() }
    }
}

#[test]
fn the_lane_catches_a_sync_that_does_nothing() {
    let mut tally = Tally::default();
    let layer: Layer = |inner| Arc::new(Lying { inner, sync: true, sync_dir: false });
    power_cuts(layer, &[Step::Commit(Synchronous::Full); 4], 4, &mut tally);
    assert!(!tally.violations.is_empty(), "a lying sync went unnoticed: {tally:?}");
}

#[test]
fn the_lane_catches_a_folder_sync_that_does_nothing() {
    let mut tally = Tally::default();
    let layer: Layer = |inner| Arc::new(Lying { inner, sync: false, sync_dir: true });
    power_cuts(layer, &[Step::Commit(Synchronous::Full), Step::Checkpoint], 4, &mut tally);
    assert!(!tally.violations.is_empty(), "a lying folder sync went unnoticed: {tally:?}");
}
