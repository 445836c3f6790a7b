//! Files that are not what they should be: each has its own error, and no error
//! changes a byte.

use crate::driver::{Ledger, NAME, WRITE, changes_of, graph_of, open};
use crate::seal::seal_header;
use dossier::durable::{
    CommitRecord, DatabaseFile, DurableError, FORMAT_VERSION, MemoryStorage, OpenMode, Storage,
    Survival, Synchronous,
};
use std::path::Path;
use std::sync::Arc;

const LOG: &str = "test.dossier.wal";

fn commit(file: &mut DatabaseFile, id: u64) {
    let changes = changes_of(id);
    let record = CommitRecord {
        time: id as i64,
        author: "who",
        message: "why",
        changes: &changes,
        undo: None,
    };
    file.append(&record, Synchronous::Full).unwrap();
}

/// Three commits in the checkpoint, three in the log.
fn sample() -> MemoryStorage {
    let disk = MemoryStorage::new();
    let storage: Arc<dyn Storage> = Arc::new(disk.clone());
    let (mut file, _) = open(&storage, WRITE).unwrap();
    (1..=3).for_each(|id| commit(&mut file, id));
    let changes: Vec<_> = (1..=3).flat_map(changes_of).collect();
    file.checkpoint(&graph_of(&changes)).unwrap();
    (4..=6).for_each(|id| commit(&mut file, id));
    disk
}

/// Where the records of a disk's log end.
fn end_of_records(disk: &MemoryStorage) -> usize {
    let storage: Arc<dyn Storage> = Arc::new(disk.clone());
    open(&storage, OpenMode::ReadOnly).unwrap().0.log_bytes() as usize
}

/// A disk with these two files.
fn disk_of(database: Option<&[u8]>, log: Option<&[u8]>) -> MemoryStorage {
    let disk = MemoryStorage::new();
    if let Some(bytes) = database {
        disk.put(Path::new(NAME), bytes.to_vec());
    }
    if let Some(bytes) = log {
        disk.put(Path::new(LOG), bytes.to_vec());
    }
    disk
}

fn files(disk: &MemoryStorage) -> (Option<Vec<u8>>, Option<Vec<u8>>) {
    (disk.contents(Path::new(NAME)), disk.contents(Path::new(LOG)))
}

/// Opens; after an error, and in a reader, the files must be as before.
fn try_open(disk: &MemoryStorage, mode: OpenMode) -> Result<Ledger, DurableError> {
    let before = files(disk);
    let storage: Arc<dyn Storage> = Arc::new(disk.clone());
    let result = open(&storage, mode).map(|(_, ledger)| ledger);
    if result.is_err() || mode == OpenMode::ReadOnly {
        assert!(files(disk) == before, "opening changed a file");
    }
    result
}

#[test]
fn every_cut_is_an_error_or_leaves_a_prefix() {
    let disk = sample();
    let (database, log) = (files(&disk).0.unwrap(), files(&disk).1.unwrap());
    let all: Vec<u64> = (1..=6).collect();
    for length in 0..database.len() {
        let cut = disk_of(Some(&database[..length]), Some(&log));
        let error = try_open(&cut, WRITE).map(|l| l.ids).unwrap_err();
        match length {
            0 => assert!(matches!(error, DurableError::Empty { .. })),
            _ => assert!(matches!(error, DurableError::Damaged { .. }), "{length}: {error}"),
        }
    }
    for length in 0..log.len() {
        let cut = disk_of(Some(&database), Some(&log[..length]));
        match try_open(&cut, WRITE) {
            Ok(ledger) => {
                assert!(length >= 64 && ledger.ids.len() >= 3 && all.starts_with(&ledger.ids));
            }
            Err(DurableError::Empty { .. }) => assert_eq!(length, 0),
            Err(DurableError::Damaged { .. }) => assert!(length < 64),
            Err(error) => panic!("{length}: {error}"),
        }
    }
}

#[test]
fn a_torn_tail_is_reported_and_cut_by_a_writer_only() {
    let disk = sample();
    let (database, log) = (files(&disk).0.unwrap(), files(&disk).1.unwrap());
    let end = end_of_records(&disk) - 7;
    let cut = disk_of(Some(&database), Some(&log[..end]));
    let storage: Arc<dyn Storage> = Arc::new(cut.clone());
    let mut ledger = Ledger::default();
    let open_as = |mode, ledger: &mut Ledger| {
        DatabaseFile::open(storage.clone(), Path::new(NAME), mode, ledger).unwrap().1
    };
    let report = open_as(OpenMode::ReadOnly, &mut ledger);
    let (offset, bytes) = report.torn_tail_cut.unwrap();
    assert_eq!(offset + bytes, end as u64);
    assert_eq!(files(&cut).1.unwrap().len(), end);
    let report = open_as(WRITE, &mut Ledger::default());
    assert_eq!(report.torn_tail_cut, Some((offset, bytes)));
    assert_eq!(files(&cut).1.unwrap().len() as u64, offset);
    assert_eq!(open_as(WRITE, &mut Ledger::default()).torn_tail_cut, None);
}

#[test]
fn room_behind_the_records_is_used_and_no_torn_tail() {
    let disk = sample();
    let (database, log) = (files(&disk).0.unwrap(), files(&disk).1.unwrap());
    let end = end_of_records(&disk);
    assert!(log.len() >= end + 1000, "{end} of {} bytes are records", log.len());
    let all: Vec<u64> = (1..=6).collect();
    let opened = |log: &[u8]| {
        let disk = disk_of(Some(&database), Some(log));
        let storage: Arc<dyn Storage> = Arc::new(disk.clone());
        let mut ledger = Ledger::default();
        let (file, report) =
            DatabaseFile::open(storage, Path::new(NAME), WRITE, &mut ledger).unwrap();
        (disk, file, ledger.ids, report.torn_tail_cut)
    };
    // However much of it there is; the next commit lies in it, where it fits.
    for length in [end, end + 1, end + 55, end + 56, end + 300, log.len() - 1, log.len()] {
        let (disk, mut file, ids, torn) = opened(&log[..length]);
        assert_eq!((&ids, torn), (&all, None), "{length}");
        let fits = |file: &DatabaseFile| file.log_bytes() < length as u64;
        commit(&mut file, 7);
        if fits(&file) {
            assert_eq!(files(&disk).1.unwrap().len(), length);
        }
        drop(file);
        let ledger = try_open(&disk, WRITE).unwrap();
        assert_eq!(ledger.ids, [1, 2, 3, 4, 5, 6, 7], "{length}");
    }
    // What is no room, if by a bit, is cut and told, and no commit with it.
    let spoil = |at: usize| {
        let mut log = log.clone();
        log[at] ^= 1;
        log
    };
    let zeros = [&log[..end], &vec![0; log.len() - end]].concat();
    let longer = [&log[..], &[7]].concat();
    for (spoiled, bytes) in [
        (spoil(end), 1..9),
        (spoil(log.len() - 1), log.len() - end..log.len() - end + 1),
        (zeros, log.len() - end - 7..log.len() - end + 1),
        (longer, log.len() + 1 - end..log.len() + 2 - end),
    ] {
        let (disk, mut file, ids, torn) = opened(&spoiled);
        let (at, cut) = torn.expect("what is no room is cut");
        assert!(ids == all && at as usize == end && bytes.contains(&(cut as usize)), "{cut}");
        assert_eq!(files(&disk).1.unwrap().len(), end);
        commit(&mut file, 7);
        drop(file);
        assert_eq!(try_open(&disk, WRITE).unwrap().ids, [1, 2, 3, 4, 5, 6, 7]);
    }
    // Of the last record, only the bytes up to the room are counted.
    let (_, _, ids, torn) = opened(&spoil(end - 1));
    let (at, bytes) = torn.unwrap();
    assert_eq!(ids, [1, 2, 3, 4, 5]);
    assert!((end..end + 8).contains(&((at + bytes) as usize)), "{at} {bytes} {end}");
}

#[test]
fn a_commit_is_there_though_the_disk_has_no_room_for_more() {
    let disk = MemoryStorage::new();
    let storage: Arc<dyn Storage> = Arc::new(disk.clone());
    let (mut file, _) = open(&storage, WRITE).unwrap();
    let length = |name: &str| disk.contents(Path::new(name)).map_or(0, |bytes| bytes.len() as u64);
    let mut fits = 0;
    for id in 1..=40 {
        // Room for the record, and for a part of what would be kept behind it.
        let capacity = length(NAME) + 64 + file.log_bytes() + 3000;
        disk.set_capacity(Some(capacity));
        let changes = changes_of(id);
        let record =
            CommitRecord { time: 1, author: "who", message: "why", changes: &changes, undo: None };
        if file.append(&record, Synchronous::Full).is_err() {
            break;
        }
        fits = id;
        assert_eq!(length(LOG), file.log_bytes(), "what did not fit was cut again");
        let image: Arc<dyn Storage> = Arc::new(disk.power_loss(Survival::Nothing));
        assert_eq!(open(&image, WRITE).unwrap().1.ids, (1..=id).collect::<Vec<_>>());
    }
    assert!(fits > 10, "{fits}");
    disk.set_capacity(None);
    assert_eq!(try_open(&disk, OpenMode::ReadOnly).unwrap().ids.len() as u64, fits);
}

#[test]
fn nothing_that_exists_is_taken_for_empty() {
    let disk = sample();
    let (database, log) = (files(&disk).0.unwrap(), files(&disk).1.unwrap());
    let error = |database: Option<&[u8]>, log: Option<&[u8]>| {
        try_open(&disk_of(database, log), WRITE).map(|l| l.ids).unwrap_err()
    };
    assert!(matches!(error(Some(b""), None), DurableError::Empty { .. }));
    assert!(matches!(error(Some(b"hello"), None), DurableError::Foreign { .. }));
    assert!(matches!(error(Some(&[0; 4096]), None), DurableError::Foreign { .. }));
    assert!(matches!(error(Some(&log), None), DurableError::Foreign { .. }));
    assert!(matches!(error(None, Some(&log)), DurableError::LogWithoutDatabase { .. }));
    assert!(matches!(error(None, Some(b"")), DurableError::LogWithoutDatabase { .. }));
    assert!(matches!(error(Some(&database), Some(b"")), DurableError::Empty { .. }));
    assert!(matches!(error(Some(&database), Some(b"words")), DurableError::Foreign { .. }));
    let other = files(&sample()).1.unwrap();
    assert!(matches!(error(Some(&database), Some(&other)), DurableError::StrangerLog { .. }));
    let mut newer = database.clone();
    newer[16..20].copy_from_slice(&7u32.to_le_bytes());
    seal_header(&mut newer);
    match error(Some(&newer), Some(&log)) {
        DurableError::NewerFormat { found: 7, supported: FORMAT_VERSION, .. } => {}
        other => panic!("{other}"),
    }
    let missing = MemoryStorage::new();
    for mode in [OpenMode::ReadOnly, OpenMode::ReadWrite { create: false }] {
        assert!(matches!(try_open(&missing, mode), Err(DurableError::NotFound { .. })));
    }
    assert!(missing.names().is_empty());
}

#[test]
fn logs_of_other_generations_are_recognised() {
    let disk = MemoryStorage::new();
    let storage: Arc<dyn Storage> = Arc::new(disk.clone());
    let (mut file, _) = open(&storage, WRITE).unwrap();
    (1..=3).for_each(|id| commit(&mut file, id));
    let (old_database, old_log) = files(&disk);
    let changes: Vec<_> = (1..=3).flat_map(changes_of).collect();
    file.checkpoint(&graph_of(&changes)).unwrap();
    commit(&mut file, 4);
    let (new_database, new_log) = files(&disk);

    // A crash between the two renames: the old log is in the checkpoint already.
    let between = disk_of(new_database.as_deref(), old_log.as_deref());
    assert_eq!(try_open(&between, OpenMode::ReadOnly).unwrap().ids, [1, 2, 3]);
    assert_eq!(try_open(&between, WRITE).unwrap().ids, [1, 2, 3]);
    assert_eq!(try_open(&between, WRITE).unwrap().ids, [1, 2, 3]);

    // An old copy of the database put beside the newer log.
    let restored = disk_of(old_database.as_deref(), new_log.as_deref());
    assert!(matches!(try_open(&restored, WRITE), Err(DurableError::Damaged { .. })));

    // A copy of the first generation that went its own way, under the new checkpoint.
    let fork = disk_of(old_database.as_deref(), old_log.as_deref());
    let fork_storage: Arc<dyn Storage> = Arc::new(fork.clone());
    let (mut file, _) = open(&fork_storage, WRITE).unwrap();
    (4..=9).for_each(|id| commit(&mut file, id));
    let mixed = disk_of(new_database.as_deref(), files(&fork).1.as_deref());
    assert!(matches!(try_open(&mixed, WRITE), Err(DurableError::Damaged { .. })));
    let changes: Vec<_> = (1..=9).flat_map(changes_of).collect();
    file.checkpoint(&graph_of(&changes)).unwrap();
    let mixed = disk_of(new_database.as_deref(), files(&fork).1.as_deref());
    assert!(matches!(try_open(&mixed, WRITE), Err(DurableError::StrangerLog { .. })));
}

#[test]
fn a_refused_commit_leaves_the_next_one_untouched() {
    use dossier::store::change::{Change, KeyId};
    use dossier::value::{Endpoint, NodeId, Value};
    let disk = MemoryStorage::new();
    let storage: Arc<dyn Storage> = Arc::new(disk.clone());
    let (mut file, _) = open(&storage, WRITE).unwrap();
    let map = Value::Map(Arc::default());
    let changes = [Change::SetProperty(Endpoint::Node(NodeId(0)), KeyId(0), map)];
    let record = CommitRecord { time: 1, author: "", message: "", changes: &changes, undo: None };
    let error = file.append(&record, Synchronous::Full).unwrap_err();
    assert!(matches!(error, DurableError::NotStorable { .. }));
    commit(&mut file, 1);
    assert_eq!(
        open(&(Arc::new(disk.power_loss(Survival::Nothing)) as Arc<dyn Storage>), WRITE)
            .unwrap()
            .1
            .ids,
        [1]
    );
}
