//! A checkpoint that is stopped leaves the database as it was; one that is done is done.

use crate::world::{NAME, open};
use dossier::durable::{FaultyStorage, MemoryStorage, Storage, check};
use dossier::value::ErrorCode;
use dossier::{Database, Error, InterruptHandle, OpenOptions};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

fn code(result: Result<dossier::QueryResult, Error>) -> Option<ErrorCode> {
    match result {
        Ok(_) => None,
        Err(Error::Query(error)) => Some(error.code),
        Err(other) => panic!("{other}"),
    }
}

#[test]
fn checkpoints_and_vacuum_can_be_stopped() {
    let storage = MemoryStorage::new();
    let shared: Arc<dyn Storage> = Arc::new(storage.clone());
    let database = open(&shared);
    for _ in 0..3 {
        database.query("UNWIND range(1, 5000) AS i CREATE (:N {i: i})").run().unwrap();
    }
    let files = || {
        let names = storage.names();
        names.into_iter().map(|name| (storage.contents(&name), name)).collect::<Vec<_>>()
    };
    let before = files();
    let handle = InterruptHandle::new();
    handle.interrupt();
    for text in ["CHECKPOINT", "VACUUM", "VACUUM BEFORE 2"] {
        let interrupted = database.query(text).interrupt(&handle).run();
        assert_eq!(code(interrupted), Some(ErrorCode::Interrupted), "{text}");
        let late = database.query(text).timeout(Duration::ZERO).run();
        assert_eq!(code(late), Some(ErrorCode::Timeout), "{text}");
        assert!(files() == before, "{text} has changed something");
        assert_eq!(database.commits(9).unwrap().len(), 3);
    }
    // The handle goes on, and what was stopped can be done.
    database.query("CREATE (:Last)").run().unwrap();
    assert_eq!(code(database.query("CHECKPOINT").run()), None);
    assert_eq!(code(database.query("VACUUM BEFORE 4").run()), None);
    assert_eq!(database.oldest().0, 4);
    database.close().unwrap();
    assert!(check(shared, Path::new(NAME)).unwrap().faults.is_empty());
}

#[test]
fn whoever_only_reads_waits_for_no_sync() {
    let storage = MemoryStorage::new();
    let database = open(&(Arc::new(storage.clone()) as Arc<dyn Storage>));
    database.query("CREATE (:N {i: 1})").run().unwrap();
    database.checkpoint().unwrap();
    database.close().unwrap();
    let names = storage.names();
    let counting = FaultyStorage::counting(Arc::new(storage.clone()));
    let shared = Arc::new(counting.clone());
    let database = Database::open_in(shared.clone(), NAME, OpenOptions::default()).unwrap();
    database.query("MATCH (n) RETURN n.i").run().unwrap();
    assert_eq!((counting.syncs(), storage.names()), (0, names.clone()));
    database.close().unwrap();
    assert_eq!((counting.syncs(), storage.names()), (0, names));
    // The first commit begins the log, and is as durable as any.
    let database = Database::open_in(shared, NAME, OpenOptions::default()).unwrap();
    database.query("CREATE (:N {i: 2})").run().unwrap();
    let after = storage.power_loss(dossier::durable::Survival::Nothing);
    let there = Database::open_in(Arc::new(after), NAME, OpenOptions::default()).unwrap();
    assert_eq!(there.snapshot().node_count(), 2);
    drop(database);
}
