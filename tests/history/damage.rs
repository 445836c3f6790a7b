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

/// Where the volumes of history lie in a file.
fn volumes(bytes: &[u8]) -> Vec<usize> {
    let magic = b"\x89SECTION\x05";
    bytes.windows(magic.len()).enumerate().filter(|(_, w)| w == magic).map(|(at, _)| at).collect()
}

#[test]
fn what_lies_behind_the_damage_can_be_kept() {
    let storage = MemoryStorage::new();
    let shared: Arc<dyn Storage> = Arc::new(storage.clone());
    let database = open(&shared);
    database.query("CREATE (:Note {text: ''})").run().unwrap();
    let mut known = vec![String::new(); 2];
    // What is overwritten is kept: a volume is full after three of these.
    for number in 2..=12u64 {
        let text: String = (0..400_000u64)
            .map(|at| char::from(b'a' + (at * at / 7 * number % 23) as u8))
            .collect();
        let set = database.query("MATCH (n:Note) SET n.text = $text");
        set.param("text", text.as_str()).run().unwrap();
        known.push(text);
    }
    database.checkpoint().unwrap();
    database.close().unwrap();
    let bytes = storage.contents(Path::new(NAME)).unwrap();
    let volumes = volumes(&bytes);
    assert!(volumes.len() > 2, "{} volumes", volumes.len());
    let (mut kept, mut refused) = (0, 0);
    // In the heads, and behind them.
    let places =
        volumes.iter().zip(1..).flat_map(|(at, behind)| [(at + 30, behind), (at + 200, behind)]);
    for (at, behind) in places {
        let mut damaged = bytes.clone();
        damaged[at] ^= 1;
        for asked in [1, 6, 11] {
            let storage = storage_of(&damaged);
            let database = open(&storage);
            let oldest = match database.vacuum(Some(asked.into())) {
                Ok(_) => asked,
                Err(error) => {
                    // It says how much can be kept, and that is so.
                    refused += 1;
                    let least = said_to_be_kept(&error.to_string(), behind == volumes.len());
                    assert!(least > asked, "{error}");
                    database.vacuum(Some(least.into())).unwrap();
                    least
                }
            };
            kept += 1;
            for version in [oldest, 12] {
                let text =
                    database.query("MATCH (n:Note) RETURN n.text").as_known_at(version).run();
                let text = text.unwrap().single().and_then(|text| text.as_str().map(str::to_owned));
                assert!(text.as_ref() == Some(&known[version as usize]), "version {version}");
            }
            assert!(database.version_at(oldest - 1).is_err());
            database.close().unwrap();
            assert!(check(storage, Path::new(NAME)).unwrap().faults.is_empty());
        }
    }
    println!(
        "{kept} times a part of a damaged history was kept, {refused} times less than asked for"
    );
    assert!(refused > 5 && kept > refused);
}

/// From which commit on a history can be kept, by the error that says so.
fn said_to_be_kept(error: &str, all_is_lost: bool) -> u64 {
    let Some((_, rest)) = error.split_once("VACUUM BEFORE ") else {
        assert!(all_is_lost && error.contains("(VACUUM forgets the history)"), "{error}");
        return 12;
    };
    let word = rest.split(' ').next().unwrap_or_default();
    word.parse().unwrap_or_else(|_| panic!("{error}"))
}
