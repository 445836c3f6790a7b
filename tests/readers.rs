//! Thousands of checkpoints in one process, beside threads that read.
//!
//! Each checkpoint replaces the file under the versions that the readers hold. Every one of
//! them must stay whole for as long as it is held, and nothing may be left over: file,
//! memory and descriptors are as many after the last checkpoint as after the first ones.
#![expect(clippy::print_stdout, reason = "the lanes say how much they have seen")]

#[path = "crash/accounts.rs"]
#[expect(dead_code, reason = "the other lanes use the rest")]
mod accounts;
#[path = "crash/driver.rs"]
#[expect(dead_code, reason = "the other lanes use the rest")]
mod driver;
#[path = "crash/promise.rs"]
#[expect(dead_code, reason = "the other lanes use the rest")]
mod promise;
#[path = "crash/scale.rs"]
#[expect(dead_code, reason = "the other lanes use the rest")]
mod scale;

use accounts::{Accounts, look_again};
use promise::{entries, fingerprint, invariants};
use scale::scaled;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

/// What a process has in use.
#[derive(Clone, Copy, Debug)]
struct Use {
    /// Bytes of the database file.
    file: u64,
    /// Bytes of memory that are resident; 0 where the system does not tell.
    memory: u64,
    /// Descriptors that are open on the database.
    descriptors: usize,
}

fn in_use(path: &Path) -> Use {
    let name = path.file_name().and_then(|name| name.to_str()).unwrap();
    let statm = std::fs::read_to_string("/proc/self/statm").unwrap_or_default();
    let pages = statm.split(' ').nth(1).and_then(|pages| pages.parse::<u64>().ok());
    let open = std::fs::read_dir("/proc/self/fd").into_iter().flatten().flatten();
    let here = open.filter(|entry| {
        let target = std::fs::read_link(entry.path()).unwrap_or_default();
        target.to_string_lossy().contains(name)
    });
    Use {
        file: std::fs::metadata(path).unwrap().len(),
        memory: pages.unwrap_or(0) * 4096,
        descriptors: here.count(),
    }
}

const READERS: usize = 8;

#[test]
fn checkpoints_beside_readers_leave_every_version_whole_and_nothing_behind() {
    let checkpoints = scaled(100, 5000);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("money.dossier");
    let mut accounts = Accounts::open(&path);
    let database = accounts.database.clone();
    database.query("CREATE (:Marker)").run().unwrap();
    let (done, looks) = (AtomicBool::new(false), AtomicU64::new(0));
    let mut early = None;
    let mut most = 0;
    std::thread::scope(|scope| {
        for reader in 0..READERS {
            let (database, done, looks) = (&database, &done, &looks);
            scope.spawn(move || {
                let mut seen = 0;
                while !done.load(Ordering::Relaxed) {
                    if reader % 2 == 0 {
                        let moves = look_again(database).unwrap();
                        assert!(moves >= seen, "{moves} moves after {seen}");
                        seen = moves;
                    } else {
                        // A version that is held while checkpoints replace its file.
                        let held = database.snapshot();
                        std::thread::sleep(Duration::from_millis(3));
                        let first = fingerprint(&held);
                        invariants(&held, entries).unwrap();
                        std::thread::sleep(Duration::from_millis(3));
                        assert_eq!(fingerprint(&held), first);
                        assert!(held.damage().is_none(), "{:?}", held.damage());
                    }
                    looks.fetch_add(1, Ordering::Relaxed);
                }
            });
        }
        for number in 0..checkpoints {
            accounts.transfer();
            database.checkpoint().unwrap();
            if number == checkpoints / 2 {
                // The history of so many commits is kept, and grows with them, until it is
                // given up.
                database.query("VACUUM").run().unwrap();
                early = Some(in_use(&path));
            }
            if number % 50 == 0 {
                most = most.max(in_use(&path).descriptors);
            }
        }
        done.store(true, Ordering::Relaxed);
    });
    let kept = in_use(&path).file;
    database.query("VACUUM").run().unwrap();
    let (early, late) = (early.unwrap(), in_use(&path));
    assert!(kept > late.file, "the history took {kept} bytes, without it {}", late.file);
    println!(
        "checkpoints: {checkpoints} beside {READERS} readers, {} looks; bytes of file {} then {}, of memory {} then {}, descriptors {most} at most, {} at the end",
        looks.load(Ordering::Relaxed),
        early.file,
        late.file,
        early.memory,
        late.memory,
        late.descriptors,
    );
    // Ids are not given out twice, so the bitmaps of the rows grow a little.
    assert!(late.file < early.file + early.file / 10 + 512);
    assert!(late.memory < early.memory + early.memory / 10 + (8 << 20));
    // The file and its log, the claim, and the older file of each version that was held.
    assert!(most <= 4 + 2 * READERS && late.descriptors <= 5, "{most}, {}", late.descriptors);
    assert_eq!(look_again(&database).unwrap(), checkpoints);
    drop((accounts, database));
    assert!(dossier::database::check(&path).unwrap().faults.is_empty());
}
