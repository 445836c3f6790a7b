//! A damaged history is told of, and never gives a wrong version.

use crate::world::{NAME, Random, change, open, told};
use dossier::durable::{Access, MemoryStorage, Storage, check};
use dossier::{Database, OpenOptions};
use std::path::Path;
use std::sync::Arc;

/// A storage whose one file has these bytes.
fn storage_of(bytes: &[u8]) -> Arc<dyn Storage> {
    let storage = MemoryStorage::new();
    let file = storage.open(Path::new(NAME), Access::Create).unwrap();
    file.write_at(bytes, 0).unwrap();
    file.sync().unwrap();
    Arc::new(storage)
}

#[test]
fn every_flipped_bit_of_the_history_is_found() {
    let storage = MemoryStorage::new();
    let shared: Arc<dyn Storage> = Arc::new(storage.clone());
    let database = open(&shared);
    let mut random = Random(3);
    let mut known = vec![told(&database.snapshot())];
    while known.len() < 12 {
        change(&database, &mut random);
        known.truncate(database.snapshot().last_commit().0 as usize);
        known.push(told(&database.snapshot()));
    }
    database.checkpoint().unwrap();
    drop(database);
    let bytes = storage.contents(Path::new(NAME)).unwrap();
    // The volume is the last section.
    let magic = b"\x89SECTION";
    let start = bytes.windows(8).rposition(|window| window == magic).unwrap();
    let manifest =
        u64::from_le_bytes(bytes[bytes.len() - 40..bytes.len() - 32].try_into().unwrap());
    let (mut refused, mut same) = (0, 0);
    for bit in (start as u64 * 8..manifest * 8).step_by(3) {
        let mut damaged = bytes.clone();
        damaged[bit as usize / 8] ^= 1 << (bit % 8);
        let storage = storage_of(&damaged);
        let report = check(storage.clone(), Path::new(NAME)).unwrap();
        assert!(!report.faults.is_empty(), "bit {bit} went unnoticed");
        let options = OpenOptions { read_only: true, ..OpenOptions::default() };
        // The present does not rest on the history.
        let database = Database::open_in(storage, NAME, options).unwrap();
        assert_eq!(told(&database.snapshot()), known[11]);
        for number in [0, 5, 10] {
            match database.version_at(number) {
                Ok(version) => {
                    assert_eq!(told(&version), known[number as usize], "bit {bit}");
                    same += 1;
                }
                Err(_) => refused += 1,
            }
        }
    }
    // Forgetting is the way out, wherever the damage is.
    for bit in (start as u64 * 8..manifest * 8).step_by(97) {
        let mut damaged = bytes.clone();
        damaged[bit as usize / 8] ^= 1 << (bit % 8);
        let storage = storage_of(&damaged);
        let database = open(&storage);
        database.vacuum(None).unwrap_or_else(|error| panic!("bit {bit}: {error}"));
        database.close().unwrap();
        assert!(check(storage, Path::new(NAME)).unwrap().faults.is_empty(), "bit {bit}");
    }
    println!("{refused} versions refused for a flipped bit, {same} not concerned");
    assert!(refused > 1000);
}

#[test]
fn damage_is_not_sealed_by_the_next_checkpoint() {
    let storage = MemoryStorage::new();
    let shared: Arc<dyn Storage> = Arc::new(storage.clone());
    let database = open(&shared);
    let mut random = Random(4);
    for _ in 0..10 {
        change(&database, &mut random);
    }
    database.checkpoint().unwrap();
    database.close().unwrap();
    let mut bytes = storage.contents(Path::new(NAME)).unwrap();
    let start = bytes.windows(8).rposition(|window| window == b"\x89SECTION").unwrap();
    bytes[start + 80] ^= 4;
    let storage = storage_of(&bytes);
    let database = open(&storage);
    database.query("CREATE (:A)").run().unwrap();
    let error = database.checkpoint().unwrap_err().to_string();
    assert!(error.contains("damaged at byte"), "{error}");
    // Forgetting the damaged past is the way out.
    database.vacuum(None).unwrap();
    assert!(check(storage.clone(), Path::new(NAME)).unwrap().faults.is_empty());
    // The last one stands in the log, which is sound.
    assert_eq!(database.commits(9).unwrap().len(), 1);
}
