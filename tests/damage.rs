//! Files that were damaged: every bit of small ones flipped, and random larger damage.
//!
//! Whatever is done to a file, reading it must not panic, must not say anything wrong
//! and must not ask for much memory. Damage is an error that names the file and the
//! place; only the end of a log may instead be cut off as a commit that was never
//! finished, and then the opening says so. The past is held to the same: every version
//! that the history reaches is derived.
//!
//! `DOSSIER_LANES=full` flips half a million bits; without it a part of them.
#![expect(clippy::print_stdout, reason = "the lanes say how much they have seen")]

#[path = "crash/driver.rs"]
#[expect(dead_code, reason = "the other lanes use the rest")]
mod driver;
#[path = "crash/promise.rs"]
#[expect(dead_code, reason = "the other lanes use the rest")]
mod promise;
#[path = "crash/scale.rs"]
mod scale;
#[path = "crash/workload.rs"]
#[expect(dead_code, reason = "the other lanes use the rest")]
mod workload;

use dossier::durable::{
    CommitRecord, DurableError, MemoryStorage, OpenMode, Storage, Synchronous, check, load_graph,
    salvage_graph,
};
use dossier::store::{SchemaTarget, Undo};
use driver::{NAME, Random};
use peak_alloc::PeakAlloc;
use promise::{Lost, entries, fingerprint, invariants, past};
use scale::{lanes, scaled};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

#[global_allocator]
static ALLOCATOR: PeakAlloc = PeakAlloc;

/// What all lanes may have in use at a time, bytes. The files have some kilobytes.
const MEMORY: usize = 96 << 20;

/// A small database: the bytes of its files, and what it says after each commit.
struct Sample {
    files: [Vec<u8>; 2],
    /// The database file of the generation before.
    older: Vec<u8>,
    /// Fingerprints by the number of the commit.
    versions: Vec<u64>,
    /// Where the last record of the log is; room follows it.
    last_record: Range<u64>,
}

/// The two files.
fn paths() -> [PathBuf; 2] {
    [PathBuf::from(NAME), PathBuf::from(format!("{NAME}.wal"))]
}

const WRITE: OpenMode = OpenMode::ReadWrite { create: false };

impl Sample {
    /// Commits in a checkpoint, and some in the log.
    fn new(seed: u64) -> Self {
        let disk = MemoryStorage::new();
        let storage: Arc<dyn Storage> = Arc::new(disk.clone());
        let (mut graph, mut file, _) = promise::open(&storage).expect("it opens");
        let mut versions = vec![fingerprint(&graph)];
        let (mut older, mut last_record) = (Vec::new(), 0..0);
        for number in 0..24 {
            let before = graph.clone();
            let mut writer = workload::statements(graph, 3, seed * 1000 + number);
            if number == 0 {
                let people = SchemaTarget::Label(writer.label("Person").expect("a label"));
                let keys = ["name", "id"].map(|key| writer.key(key).expect("a key"));
                writer.create_index(None, people, keys.to_vec()).expect("an index");
            }
            let (next, changes) = writer.finish();
            graph = next;
            let start = file.log_bytes();
            let undo = Undo::new(&before, &changes);
            let record = CommitRecord {
                time: 1,
                author: "who",
                message: "why",
                changes: &changes,
                undo: Some(&undo),
            };
            file.append(&record, Synchronous::Full).expect("a commit");
            last_record = start..file.log_bytes();
            versions.push(fingerprint(&graph));
            if number == 9 || number == 17 {
                older = disk.contents(Path::new(NAME)).expect("a file");
                graph = Arc::new(file.checkpoint(&graph).expect("a checkpoint"));
            }
        }
        let files = paths().map(|path| disk.contents(&path).expect("a file"));
        assert!((files[1].len() as u64) > last_record.end, "no room is in the log");
        let leaf = b"\x89SECTION\x07";
        let leaves = files[0].windows(leaf.len()).filter(|window| window == leaf).count();
        assert!(leaves > 0, "no index lies in the file");
        Sample { files, older, versions, last_record }
    }

    /// A database file with these bytes in the place of one.
    fn disk(&self, file: usize, bytes: Vec<u8>) -> MemoryStorage {
        let disk = MemoryStorage::new();
        let [database, log] = paths();
        let other = self.files[1 - file].clone();
        let (first, second) = if file == 0 { (bytes, other) } else { (other, bytes) };
        disk.put(&database, first);
        disk.put(&log, second);
        disk
    }
}

/// What came of reading a damaged database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Outcome {
    /// Refused or, for a part of it, told as damage.
    Told,
    /// It lacks commits at its end, and says so.
    Cut(u64),
    /// All there.
    Whole,
}

/// Whether an error names a file and what is wrong with it.
fn names_the_damage(error: &DurableError) -> Result<(), String> {
    let named = match error {
        DurableError::Damaged { file, .. }
        | DurableError::Refused { file, .. }
        | DurableError::Foreign { file }
        | DurableError::Empty { file }
        | DurableError::StrangerLog { file, .. } => file.to_string_lossy().starts_with(NAME),
        _ => false,
    };
    if named { Ok(()) } else { Err(format!("the wrong error: {error}")) }
}

/// Reads a damaged database to its last byte.
fn read(sample: &Sample, disk: &MemoryStorage, mode: OpenMode) -> Result<Outcome, String> {
    let storage: Arc<dyn Storage> = Arc::new(disk.clone());
    let before = paths().map(|path| disk.contents(&path));
    let opened = load_graph(storage.clone(), Path::new(NAME), mode);
    if opened.is_err() || mode == OpenMode::ReadOnly {
        let after = paths().map(|path| disk.contents(&path));
        if before != after {
            return Err("opening has changed a file".to_owned());
        }
    }
    let (graph, file, report) = match opened {
        Ok(opened) => opened,
        Err(error) => return names_the_damage(&error).map(|()| Outcome::Told),
    };
    let found = fingerprint(&graph);
    let sound = invariants(&graph, entries);
    if let Some(damage) = graph.damage() {
        return names_the_damage(&damage.into()).map(|()| Outcome::Told);
    }
    sound?;
    let sequence = file.last_sequence();
    if sample.versions.get(sequence as usize) != Some(&found) {
        return Err(format!("commit {sequence} has other contents"));
    }
    let version = |number: u64| sample.versions.get(number as usize).copied();
    let the_past = past(&file, &graph, (0..sequence).rev(), version);
    match the_past {
        Ok(count) if count == sequence => {}
        Ok(count) => return Err(format!("{count} versions are known of {sequence}")),
        Err(Lost::Unreadable(error)) => {
            return names_the_damage(&error).map(|()| Outcome::Told);
        }
        Err(Lost::Wrong(what)) => return Err(what),
    }
    drop((graph, file));
    if mode == WRITE {
        let (_, file, report) =
            load_graph(storage, Path::new(NAME), mode).map_err(|error| format!("then: {error}"))?;
        if report.torn_tail_cut.is_some() || file.last_sequence() != sequence {
            return Err("the tail was not cut".to_owned());
        }
    }
    let all = sample.versions.len() as u64 - 1;
    match report.torn_tail_cut {
        Some(_) => Ok(Outcome::Cut(all - sequence)),
        None if sequence == all => Ok(Outcome::Whole),
        None => Err(format!("{} commits are missing and nothing is said", all - sequence)),
    }
}

/// Whether `check` and `recover` bear the damage: the first finds it, the second ends.
fn check_and_recover(disk: &MemoryStorage) -> Result<bool, String> {
    let storage: Arc<dyn Storage> = Arc::new(disk.clone());
    let found = match check(storage.clone(), Path::new(NAME)) {
        Ok(report) => !report.faults.is_empty() || report.torn_tail.is_some(),
        Err(error) => names_the_damage(&error).map(|()| true)?,
    };
    match salvage_graph(storage.clone(), Path::new(NAME), Path::new("saved")) {
        Ok(_) => {
            let saved = check(storage, Path::new("saved")).map_err(|error| error.to_string())?;
            if saved.faults.is_empty() {
                Ok(found)
            } else {
                Err(format!("what was recovered is damaged: {:?}", saved.faults))
            }
        }
        Err(error) => names_the_damage(&error).map(|()| found),
    }
}

/// What the lanes have counted, and the first failure.
#[derive(Default)]
struct Tally {
    told: AtomicU64,
    cut: AtomicU64,
    failure: Mutex<Option<String>>,
}

impl Tally {
    fn count(&self, outcome: Outcome) {
        let count = if outcome == Outcome::Told { &self.told } else { &self.cut };
        count.fetch_add(1, Ordering::Relaxed);
    }

    fn failed(&self) -> bool {
        self.failure.lock().expect("no panic before").is_some()
    }

    /// The counts; panics with the failure, if there is one.
    fn outcome(self) -> (u64, u64) {
        let failure = self.failure.into_inner().expect("no panic before");
        assert!(failure.is_none(), "{}", failure.unwrap_or_default());
        let peak = ALLOCATOR.peak_usage();
        assert!(peak < MEMORY, "{peak} bytes were asked for");
        (self.told.into_inner(), self.cut.into_inner())
    }

    fn note(&self, where_: impl FnOnce() -> String, outcome: Result<Outcome, String>) {
        match outcome {
            Ok(outcome) => self.count(outcome),
            Err(error) => {
                let mut failure = self.failure.lock().expect("no panic before");
                failure.get_or_insert_with(|| format!("{}: {error}", where_()));
            }
        }
    }
}

fn flip(sample: &Sample, file: usize, bit: usize) -> Result<Outcome, String> {
    let mut bytes = sample.files[file].clone();
    bytes[bit / 8] ^= 1 << (bit % 8);
    let disk = sample.disk(file, bytes);
    let mode = if bit.is_multiple_of(2) { OpenMode::ReadOnly } else { WRITE };
    let outcome = read(sample, &disk, mode)?;
    let byte = bit as u64 / 8;
    let in_room = file == 1 && byte >= sample.last_record.end;
    let in_last_record = file == 1 && sample.last_record.contains(&byte);
    match outcome {
        Outcome::Told if !in_room => {}
        Outcome::Cut(1) if in_last_record => {}
        Outcome::Cut(0) if in_room => {}
        other => return Err(format!("{other:?}")),
    }
    if bit.is_multiple_of(101)
        && !check_and_recover(&sample.disk(file, {
            let mut bytes = sample.files[file].clone();
            bytes[bit / 8] ^= 1 << (bit % 8);
            bytes
        }))?
    {
        return Err("`check` finds nothing".to_owned());
    }
    Ok(outcome)
}

#[test]
fn every_flipped_bit_is_told_or_cuts_the_last_commit() {
    let (wanted, step) = (scaled(4000, 500_000), scaled(23, 1) as usize);
    let tally = Tally::default();
    let (mut seed, mut flips) = (0, 0);
    while flips < wanted && !tally.failed() {
        seed += 1;
        let sample = Sample::new(seed);
        for file in 0..2 {
            let bits = sample.files[file].len() * 8;
            let next = AtomicU64::new(0);
            lanes(|| {
                loop {
                    let bit = next.fetch_add(step as u64, Ordering::Relaxed) as usize;
                    if bit >= bits || tally.failed() {
                        break;
                    }
                    let outcome = flip(&sample, file, bit);
                    tally.note(|| format!("seed {seed}, file {file}, bit {bit}"), outcome);
                }
            });
            flips += bits.div_ceil(step) as u64;
        }
    }
    let (told, cut) = tally.outcome();
    println!(
        "flipped bits: {flips} in databases and logs of seeds 1 to {seed}: {told} told, {cut} cut the last commit or the room behind it off and said so"
    );
    assert!(told + cut == flips && cut > 0);
}

const SECTOR: usize = 512;

/// Damages some bytes; what was done.
fn spoil(bytes: &mut Vec<u8>, older: &[u8], random: &mut Random) -> String {
    let sectors = bytes.len().div_ceil(SECTOR) as u64;
    let sector = |number: u64, length: usize| {
        let start = number as usize * SECTOR;
        start..(start + SECTOR).min(length)
    };
    let (one, other) = (random.below(sectors), random.below(sectors));
    let (here, there) = (sector(one, bytes.len()), sector(other, bytes.len()));
    match random.below(8) {
        0 => {
            bytes[here].fill(0);
            format!("sector {one} zeroed")
        }
        1 => {
            let width = here.len().min(there.len());
            for at in 0..width {
                bytes.swap(here.start + at, there.start + at);
            }
            format!("sectors {one} and {other} swapped")
        }
        2 => {
            let width = here.len().min(there.len());
            bytes.copy_within(here.start..here.start + width, there.start);
            format!("sector {one} over {other}")
        }
        3 => {
            let length = random.below(bytes.len() as u64) as usize;
            bytes.truncate(length);
            format!("cut to {length}")
        }
        4 => {
            let more = 1 + random.below(2000);
            let kind = random.below(3);
            let copy = bytes.clone();
            bytes.extend((0..more).map(|at| match kind {
                0 => 0,
                1 => random.below(256) as u8,
                _ => copy[at as usize % copy.len()],
            }));
            format!("{more} bytes of kind {kind} appended")
        }
        5 => {
            for byte in &mut bytes[here] {
                *byte = random.below(256) as u8;
            }
            format!("sector {one} random")
        }
        6 => {
            for (byte, old) in
                bytes[here.clone()].iter_mut().zip(&older[here.start.min(older.len())..])
            {
                *byte = *old;
            }
            format!("sector {one} of an older file")
        }
        _ => {
            let start = random.below(bytes.len() as u64) as usize;
            let end = (start + 1 + random.below(3000) as usize).min(bytes.len());
            bytes[start..end].fill(0xff);
            format!("bytes {start} to {end} all ones")
        }
    }
}

/// Damages a file of a sample at random and reads it.
fn spoiled(sample: &Sample, seed: u64) -> (String, Result<Outcome, String>) {
    let mut random = Random(seed);
    let file = random.below(2) as usize;
    let whole = &sample.files[file];
    let mut bytes = whole.clone();
    let older = if file == 0 { &sample.older } else { whole };
    let mut what = String::new();
    for _ in 0..=random.below(2) {
        if !bytes.is_empty() {
            what = format!("{what}, {}", spoil(&mut bytes, older, &mut random));
        }
    }
    // A log that ends with a whole commit tells of no other.
    let a_shorter_log = file == 1 && whole.starts_with(&bytes);
    let with_all_records = bytes.len() as u64 >= sample.last_record.end;
    let harmless = bytes == *whole || (a_shorter_log && with_all_records);
    let disk = sample.disk(file, bytes.clone());
    let mode = if seed.is_multiple_of(2) { OpenMode::ReadOnly } else { WRITE };
    let outcome = match read(sample, &disk, mode) {
        Err(error) if a_shorter_log && error.contains("nothing is said") => Ok(Outcome::Cut(1)),
        Ok(Outcome::Whole) if !harmless => Err("it went unnoticed".to_owned()),
        Ok(Outcome::Cut(_)) if file == 0 => Err("a log was cut that is whole".to_owned()),
        other => other,
    };
    let outcome = outcome.and_then(|outcome| {
        if seed.is_multiple_of(7) {
            let found = check_and_recover(&sample.disk(file, bytes))?;
            if !found && !harmless && !a_shorter_log {
                return Err("`check` finds nothing".to_owned());
            }
        }
        Ok(outcome)
    });
    (format!("seed {seed}, file {file}{what}"), outcome)
}

#[test]
fn larger_damage_is_told_or_cuts_the_end_of_the_log() {
    let rounds = scaled(200, 60_000);
    let samples: Vec<Sample> = (101..109).map(Sample::new).collect();
    let tally = Tally::default();
    let next = AtomicU64::new(1);
    lanes(|| {
        loop {
            let seed = next.fetch_add(1, Ordering::Relaxed);
            if seed > rounds || tally.failed() {
                break;
            }
            let sample = &samples[seed as usize % samples.len()];
            let (what, outcome) = spoiled(sample, seed);
            tally.note(|| what, outcome);
        }
    });
    let (told, cut) = tally.outcome();
    println!(
        "larger damage: {rounds} files (seeds 1 to {rounds}): {told} told, {cut} cut the end of the log off or did no harm"
    );
    assert!(told > cut && cut > 0);
}
