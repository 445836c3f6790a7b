//! Many threads that commit: they share syncs, and each is told the truth.

use crate::layers::{Behaviour, Layered, OpenFile};
use crate::scale::scaled;
use dossier::durable::{MemoryStorage, Storage, Survival};
use dossier::{Database, DurableError, Error, OpenOptions};
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

const THREADS: i64 = 16;

/// A disk that takes its time for a sync, counts them, and fails one.
#[derive(Clone, Debug, Default)]
struct Slow {
    syncs: Arc<AtomicU64>,
    failing: Option<u64>,
}

impl Behaviour for Slow {
    fn sync(&self, file: &OpenFile) -> io::Result<()> {
        std::thread::sleep(Duration::from_millis(1));
        match self.syncs.fetch_add(1, Ordering::SeqCst) {
            number if Some(number) == self.failing => Err(io::Error::other("injected")),
            _ => file.below.sync(),
        }
    }
}

fn open(storage: Arc<dyn Storage>) -> Database {
    let options = OpenOptions { busy_timeout: Duration::from_secs(60), ..OpenOptions::default() };
    Database::open_in(storage, "group.dossier", options).unwrap()
}

/// The numbers of the nodes that are there.
fn numbers(database: &Database) -> Vec<i64> {
    let result = database.query("MATCH (n:N) RETURN n.i ORDER BY n.i").run().unwrap();
    result.rows.iter().map(|row| row[0].as_integer().unwrap()).collect()
}

/// Commits from many threads; the numbers that were acknowledged. After each, the disk
/// must have it whatever else happens.
fn commit_from_many(disk: &MemoryStorage, database: &Database, each: i64) -> Vec<i64> {
    let mut acknowledged = std::thread::scope(|scope| {
        let commit = |thread: i64| {
            let mut acknowledged = Vec::new();
            for number in (0..each).map(|number| thread * each + number) {
                match database.query("CREATE (:N {i: $i})").param("i", number).run() {
                    Ok(_) => {
                        let image = disk.power_loss(Survival::Nothing);
                        let there = numbers(&open(Arc::new(image)));
                        assert!(there.contains(&number), "{number} was acknowledged");
                        assert!(numbers(database).contains(&number), "{number} is not visible");
                        acknowledged.push(number);
                    }
                    Err(Error::Storage(
                        DurableError::Unknown { .. } | DurableError::Poisoned { .. },
                    )) => {}
                    Err(other) => panic!("{other}"),
                }
            }
            acknowledged
        };
        let threads: Vec<_> =
            (0..THREADS).map(|thread| scope.spawn(move || commit(thread))).collect();
        threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect::<Vec<_>>()
    });
    acknowledged.sort_unstable();
    acknowledged
}

#[test]
fn sixteen_threads_share_their_syncs() {
    let each = scaled(6, 40) as i64;
    let disk = MemoryStorage::new();
    let slow = Slow::default();
    let database = open(Arc::new(Layered::over(Arc::new(disk.clone()), slow.clone())));
    let before = slow.syncs.load(Ordering::SeqCst);
    let acknowledged = commit_from_many(&disk, &database, each);
    let syncs = slow.syncs.load(Ordering::SeqCst) - before;
    let commits = acknowledged.len() as u64;
    assert_eq!(acknowledged, (0..THREADS * each).collect::<Vec<_>>());
    assert_eq!(numbers(&database), acknowledged);
    println!("group commit: {commits} commits of {THREADS} threads in {syncs} syncs");
    assert!(syncs * 2 < commits, "{syncs} syncs for {commits} commits");
}

#[test]
fn a_sync_that_fails_fails_for_all_who_share_it() {
    let mut refused = 0;
    for failing in 3..scaled(9, 40) {
        let disk = MemoryStorage::new();
        let slow = Slow { failing: Some(failing), ..Slow::default() };
        let database = open(Arc::new(Layered::over(Arc::new(disk.clone()), slow)));
        let acknowledged = commit_from_many(&disk, &database, 4);
        // Readers go on with what is durable, and see nothing else.
        assert_eq!(numbers(&database), acknowledged);
        refused += (THREADS * 4) as usize - acknowledged.len();
        drop(database);
        let there = numbers(&open(Arc::new(disk.power_loss(Survival::Everything))));
        assert!(acknowledged.iter().all(|number| there.contains(number)));
    }
    println!("group commit: {refused} commits refused by failing syncs that were shared");
    assert!(refused > 0);
}

#[test]
fn a_transaction_shows_no_rows_that_are_not_durable() {
    let disk = MemoryStorage::new();
    let slow = Slow { failing: Some(4), ..Slow::default() };
    let database = open(Arc::new(Layered::over(Arc::new(disk.clone()), slow)));
    let mut shown = Vec::new();
    std::thread::scope(|scope| {
        scope.spawn(|| database.query("CREATE (:N {i: 1})").run().map(drop));
        for _ in 0..20 {
            let Ok(mut transaction) = database.begin() else { continue };
            if let Ok(result) = transaction.query("MATCH (n:N) RETURN n.i").run() {
                shown.push(result.rows.len());
            }
            transaction.rollback();
        }
    });
    let durable = numbers(&database).len();
    assert!(shown.iter().all(|rows| *rows <= durable), "{shown:?}, durable are {durable}");
}
