//! The past comes back: every earlier version, in memory and in a file, after checkpoints,
//! reopening, power cuts, and as far as VACUUM leaves it.
#![expect(clippy::print_stdout, reason = "the lanes say how much they have seen")]

#[path = "history/damage.rs"]
mod damage;
#[path = "history/stopped.rs"]
mod stopped;
#[path = "history/world.rs"]
mod world;

use dossier::durable::{Fault, FaultyStorage, MemoryStorage, Storage, Survival};
use dossier::store::Moment;
use dossier::value::{ErrorCode, Value};
use dossier::{Database, Error, KnownAt, OpenOptions};
use std::sync::Arc;
use world::{NAME, Random, World, change, open, told};

#[test]
fn every_version_comes_back() {
    let mut versions = 0;
    for seed in 0..12 {
        let mut random = Random(seed);
        let mut world = World::new();
        for _ in 0..40 {
            match random.below(12) {
                0 => world.database.checkpoint().unwrap(),
                1 => world.reopen(),
                2 => world.vacuum(&mut random),
                _ => world.commit(&mut random),
            }
            let number = world.any(&mut random);
            world.compare(number, seed);
            versions += 1;
        }
        // From the newest to the oldest, each from a database that has derived none.
        for number in (world.oldest..=world.newest()).rev() {
            world.compare(number, seed);
            versions += 1;
        }
        world.reopen();
        for number in world.oldest..=world.newest() {
            world.compare(number, seed);
            versions += 1;
        }
        world.compare_log();
    }
    println!("{versions} versions of the past, all as they were");
}

#[test]
fn memory_keeps_the_past_as_a_file_does() {
    for seed in 0..8 {
        let mut random = Random(seed);
        let database = Database::in_memory();
        let mut known = vec![told(&database.snapshot())];
        let mut oldest = 0;
        for _ in 0..30 {
            change(&database, &mut random);
            let number = database.snapshot().last_commit().0 as usize;
            known.truncate(number);
            known.push(told(&database.snapshot()));
            if random.below(10) == 0 {
                let kept = oldest + random.below(number as u64 - oldest + 1);
                let report = database.vacuum(Some(KnownAt::Commit(kept))).unwrap();
                assert_eq!(report.commits, kept - oldest);
                oldest = kept;
            }
        }
        for number in oldest..known.len() as u64 {
            let version = database.version_at(number).unwrap();
            assert_eq!(told(&version), known[number as usize], "seed {seed}, version {number}");
        }
        if oldest > 0 {
            assert_eq!(code(database.version_at(oldest - 1)), ErrorCode::HistoryForgotten);
        }
        assert_eq!(code(database.version_at(known.len() as u64)), ErrorCode::NoSuchCommit);
    }
}

fn code<T>(outcome: Result<T, Error>) -> ErrorCode {
    match outcome {
        Err(Error::Query(diagnostics)) => diagnostics.code,
        Err(other) => panic!("{other}"),
        Ok(_) => panic!("there is no such version"),
    }
}

#[test]
fn a_power_cut_takes_nothing_of_the_past() {
    let (mut cuts, mut images, mut versions) = (0, 0, 0);
    for seed in 0..3 {
        let counting = FaultyStorage::counting(Arc::new(MemoryStorage::new()));
        workload(&(Arc::new(counting.clone()) as Arc<dyn Storage>), seed);
        for at in 0..=counting.operations() {
            let disk = MemoryStorage::new();
            let faulty: Arc<dyn Storage> = Arc::new(FaultyStorage::new(
                Arc::new(disk.clone()),
                Fault::ShortWrite,
                at..u64::MAX,
            ));
            let known = workload(&faulty, seed);
            drop(faulty);
            cuts += 1;
            let choices = [Survival::Nothing, Survival::Everything, Survival::Random(at)];
            for choice in choices {
                let image: Arc<dyn Storage> = Arc::new(disk.power_loss(choice));
                let database = open(&image);
                let newest = database.snapshot().last_commit().0;
                images += 1;
                assert!(newest as usize + 1 >= known.acknowledged, "{newest}, {known:?}");
                let (oldest, _) = database.oldest();
                assert!(known.oldest.contains(&oldest), "{oldest}, {known:?}");
                for number in oldest..=newest {
                    let version = database.version_at(number).unwrap();
                    assert_eq!(
                        told(&version),
                        known.versions[number as usize],
                        "seed {seed}, cut at {at}, image {choice:?}, version {number}"
                    );
                    versions += 1;
                }
            }
        }
    }
    println!("{cuts} power cuts, {images} images, {versions} versions of the past");
    assert!(images > 300, "the workload has become too small");
}

/// What a workload came to before its storage failed.
#[derive(Debug, Default)]
struct Known {
    versions: Vec<Vec<String>>,
    /// Versions up to the last commit that was acknowledged, the empty one included.
    acknowledged: usize,
    /// From where on the past may be kept.
    oldest: Vec<u64>,
}

/// Commits, checkpoints and vacuums until the storage fails.
fn workload(storage: &Arc<dyn Storage>, seed: u64) -> Known {
    let mut random = Random(seed);
    let shadow = Database::in_memory();
    let empty = told(&shadow.snapshot());
    let mut known = Known { versions: vec![empty], acknowledged: 1, oldest: vec![0] };
    let Ok(database) = Database::open_in(storage.clone(), NAME, OpenOptions::default()) else {
        return known;
    };
    for step in 0..14 {
        if step % 5 == 3 && database.checkpoint().is_err() {
            break;
        }
        if step == 10 {
            let from = random.below(known.acknowledged as u64);
            known.oldest.push(from);
            if database.vacuum(Some(KnownAt::Commit(from))).is_err() {
                break;
            }
            known.oldest = vec![from];
        }
        let before = random.0;
        change(&shadow, &mut random);
        let after = shadow.snapshot().last_commit().0 as usize;
        if after < known.versions.len() {
            continue;
        }
        known.versions.push(told(&shadow.snapshot()));
        if world::try_change(&database, &mut Random(before)).is_err() {
            break;
        }
        known.acknowledged = known.versions.len();
    }
    known
}

#[test]
fn a_time_means_the_last_commit_before_it() {
    let database = Database::in_memory();
    for number in 1..=3 {
        database.query("CREATE (:A {n: $n})").param("n", number).run().unwrap();
        std::thread::sleep(std::time::Duration::from_millis(2));
    }
    let times: Vec<i128> =
        database.commits(9).unwrap().iter().rev().map(|commit| commit.time.into()).collect();
    let nodes = |time| database.version_at(KnownAt::Time(Moment(time))).unwrap().node_count();
    assert_eq!(nodes(times[0] - 1), 0);
    for (number, time) in times.iter().enumerate() {
        assert_eq!(nodes(*time), number as u64 + 1);
        assert_eq!(nodes(time + 1), number as u64 + 1);
    }
    assert_eq!(nodes(i128::MAX), 3);
    assert_eq!(nodes(i128::MIN), 0);
    database.vacuum(Some(KnownAt::Time(Moment(times[1])))).unwrap();
    assert_eq!(database.oldest().0, 2);
    let early = database.version_at(KnownAt::Time(Moment(times[1] - 1)));
    assert_eq!(code(early), ErrorCode::HistoryForgotten);
}

#[test]
fn nothing_but_vacuum_takes_the_past_away() {
    let storage: Arc<dyn Storage> = Arc::new(MemoryStorage::new());
    let create = |database: &Database| drop(database.query("CREATE (:A)").run().unwrap());
    let without = || {
        let options = OpenOptions { history: false, ..OpenOptions::default() };
        Database::open_in(storage.clone(), NAME, options).unwrap()
    };
    // A new database has no past, and gets none.
    let database = without();
    create(&database);
    create(&database);
    assert_eq!(database.oldest().0, 2);
    assert_eq!(code(database.version_at(1)), ErrorCode::HistoryForgotten);
    assert_eq!(database.version_at(2).unwrap().node_count(), 2);
    drop(database);
    let database = open(&storage);
    create(&database);
    drop(database);
    // Once there is one, it goes on, whoever opens the database.
    for reopened in 0..3 {
        let database = without();
        create(&database);
        for number in 2..=4 + reopened {
            assert_eq!(database.version_at(number).unwrap().node_count(), number);
        }
        let numbers: Vec<_> = database.commits(10).unwrap().iter().map(|c| c.number).collect();
        assert_eq!(numbers, (3..=4 + reopened).rev().collect::<Vec<_>>());
        database.checkpoint().unwrap();
    }
    let database = without();
    database.vacuum(None).unwrap();
    create(&database);
    assert_eq!(code(database.version_at(6)), ErrorCode::HistoryForgotten);
    assert_eq!(database.oldest().0, 7);
    assert_eq!(database.commits(10).unwrap().len(), 0);
    let options = OpenOptions { history: false, ..OpenOptions::default() };
    let memory = Database::in_memory_with(&options);
    create(&memory);
    create(&memory);
    assert_eq!(memory.oldest().0, 2);
}

#[test]
fn the_commit_of_the_oldest_version_is_told_of() {
    let storage: Arc<dyn Storage> = Arc::new(MemoryStorage::new());
    for database in [open(&storage), Database::in_memory()] {
        for number in 1..=6 {
            let text = "CREATE (:A {n: $n}) WITH $n AS n MATCH (a:A) SET a.last = n";
            let message = format!("number {number}");
            database.query(text).param("n", number).message(&message).run().unwrap();
            if number == 3 {
                database.checkpoint().unwrap();
            }
        }
        let told = |database: &Database| {
            let commits = database.commits(10).unwrap();
            commits.iter().map(|c| (c.number, c.message.to_string())).collect::<Vec<_>>()
        };
        let from = |oldest: u64| -> Vec<_> {
            (oldest..=6).rev().map(|number| (number, format!("number {number}"))).collect()
        };
        assert_eq!(told(&database), from(1));
        for oldest in [2, 2, 5, 6, 6] {
            database.vacuum(Some(KnownAt::Commit(oldest))).unwrap();
            for _ in 0..2 {
                assert_eq!(told(&database), from(oldest));
                assert_eq!(database.commits(1).unwrap().len(), 1);
                assert_eq!(code(database.version_at(oldest - 1)), ErrorCode::HistoryForgotten);
                assert_eq!(database.version_at(oldest).unwrap().node_count(), oldest);
                database.checkpoint().unwrap();
            }
        }
    }
    // What undoes it is gone: nothing of the old values is in the file.
    let database = open(&storage);
    database.query("CREATE (:Secret {text: 'the word is xyzzy'})").run().unwrap();
    database.query("MATCH (s:Secret) SET s.text = null").message("kept").run().unwrap();
    database.checkpoint().unwrap();
    let disk = MemoryStorage::new();
    let copy: Arc<dyn Storage> = Arc::new(disk.clone());
    let bytes_of = |name: &str| disk.contents(std::path::Path::new(name)).unwrap();
    let holds = |bytes: &[u8], text: &str| bytes.windows(5).any(|part| part == text.as_bytes());
    database.backup_in(copy.clone(), "with").unwrap();
    assert!(holds(&bytes_of("with"), "xyzzy"));
    database.vacuum(None).unwrap();
    database.backup_in(copy, "without").unwrap();
    assert!(!holds(&bytes_of("without"), "xyzzy"));
    assert_eq!(&*database.commits(10).unwrap()[0].message, "kept");
}

#[test]
fn a_reader_beside_the_writer_sees_the_past_too() {
    let storage: Arc<dyn Storage> = Arc::new(MemoryStorage::new());
    let writer = open(&storage);
    writer.query("CREATE (:A)").run().unwrap();
    let options = OpenOptions { read_only: true, ..OpenOptions::default() };
    let reader = Database::open_in(storage.clone(), NAME, options).unwrap();
    for round in 2..40u64 {
        writer
            .query("MATCH (a:A) SET a.round = $n WITH count(*) AS all CREATE (:A)")
            .param("n", round as i64)
            .run()
            .unwrap();
        if round % 7 == 0 {
            writer.checkpoint().unwrap();
        }
        for number in [1, round / 2, round] {
            let text = "AS KNOWN AT $n MATCH (a:A) RETURN count(*)";
            let found = reader.query(text).param("n", number as i64).run().unwrap();
            assert_eq!(found.single().and_then(Value::as_integer), Some(number as i64));
        }
    }
    writer.vacuum(None).unwrap();
    let outcome = reader.query("AS KNOWN AT 3 MATCH (a) RETURN a").run();
    assert_eq!(code(outcome), ErrorCode::HistoryForgotten);
}

#[test]
fn what_a_query_was_given_stays_though_the_files_are_replaced() {
    let storage: Arc<dyn Storage> = Arc::new(MemoryStorage::new());
    let database = open(&storage);
    for number in 0..5 {
        database.query("CREATE (:A {n: $n})").param("n", number).run().unwrap();
    }
    database.checkpoint().unwrap();
    let version = database.version_at(3).unwrap();
    database.query("MATCH (a) DETACH DELETE a").run().unwrap();
    database.vacuum(None).unwrap();
    assert_eq!(version.node_count(), 3);
    assert_eq!(version.export_changes().count(), 2 + 3);
    assert_eq!(version.damage(), None);
}

#[test]
fn a_copy_is_the_last_whole_commit_with_its_past() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("one.dossier");
    let database = Database::open(&path).unwrap();
    let mut random = Random(5);
    for _ in 0..20 {
        change(&database, &mut random);
    }
    let copy = folder.path().join("two.dossier");
    let report = database.backup(&copy).unwrap();
    let last = database.snapshot().last_commit().0;
    assert_eq!(report.commit, last);
    assert_eq!(report.bytes, std::fs::metadata(&copy).unwrap().len());
    // Once more, from another opening beside the writer.
    let third = folder.path().join("three.dossier");
    dossier::database::backup(&path, &third).unwrap();
    change(&database, &mut random);
    for copy in [&copy, &third] {
        assert!(dossier::database::check(copy).unwrap().faults.is_empty());
        let again = Database::open(copy).unwrap();
        for number in 0..=last {
            let (theirs, ours) = (again.version_at(number), database.version_at(number));
            assert_eq!(told(&theirs.unwrap()), told(&ours.unwrap()));
        }
        again.query("CREATE (:OnlyHere)").run().unwrap();
    }
    // Nothing that is there is written over.
    let there = database.backup(&copy).unwrap_err().to_string();
    assert!(there.contains("exists already"), "{there}");
    let memory = Database::in_memory();
    memory.query("CREATE (:A)").run().unwrap();
    memory.query("CREATE (:A)").run().unwrap();
    let fourth = folder.path().join("four.dossier");
    memory.backup(&fourth).unwrap();
    let saved = Database::open(&fourth).unwrap();
    assert_eq!((saved.snapshot().node_count(), saved.version_at(1).unwrap().node_count()), (2, 1));
}

#[test]
fn a_copy_that_was_cut_short_has_no_name() {
    let (disk, mut random) = (MemoryStorage::new(), Random(11));
    let database = open(&(Arc::new(disk.clone()) as Arc<dyn Storage>));
    for _ in 0..10 {
        change(&database, &mut random);
    }
    let present = told(&database.snapshot());
    let copied = FaultyStorage::counting(Arc::new(MemoryStorage::new()));
    database.backup_in(Arc::new(copied.clone()), "copy").unwrap();
    let (mut whole, mut none) = (0, 0);
    for at in 0..=copied.operations() {
        let other = MemoryStorage::new();
        let fault = Fault::ShortWrite;
        let faulty = FaultyStorage::new(Arc::new(other.clone()), fault, at..u64::MAX);
        let done = database.backup_in(Arc::new(faulty), "copy").is_ok();
        for choice in [Survival::Nothing, Survival::Everything, Survival::Random(at)] {
            let image = other.power_loss(choice);
            if !image.names().iter().any(|name| name.ends_with("copy")) {
                assert!(!done, "cut at {at}, {choice:?}");
                none += 1;
                continue;
            }
            let image: Arc<dyn Storage> = Arc::new(image);
            let report = dossier::durable::check(image.clone(), "copy".as_ref()).unwrap();
            assert!(report.faults.is_empty(), "cut at {at}, {choice:?}: {report:?}");
            let copy = Database::open_in(image, "copy", OpenOptions::default()).unwrap();
            assert_eq!(told(&copy.snapshot()), present);
            whole += 1;
        }
    }
    println!("copies cut short: {none} without a name, {whole} whole");
    assert!(whole > 3 && none > 20);
    assert_eq!(told(&database.snapshot()), present);
}

#[test]
fn a_copy_of_a_busy_database_is_one_version() {
    let storage = MemoryStorage::new();
    let shared: Arc<dyn Storage> = Arc::new(storage.clone());
    let database = open(&shared);
    database.query("CREATE (:Sum {n: 0})").run().unwrap();
    std::thread::scope(|scope| {
        let writer = database.clone();
        scope.spawn(move || {
            for round in 0..200 {
                writer.query("MATCH (s:Sum) SET s.n = s.n + 1 CREATE (:A)").run().unwrap();
                if round % 50 == 0 {
                    writer.checkpoint().unwrap();
                }
            }
        });
        for number in 0..10 {
            let name = format!("copy {number}");
            database.backup_in(shared.clone(), &name).unwrap();
            let copy = Database::open_in(shared.clone(), &name, OpenOptions::default()).unwrap();
            let found = copy.query("MATCH (s:Sum) RETURN s.n = COUNT { (:A) }").run().unwrap();
            assert_eq!(found.single().and_then(Value::as_bool), Some(true));
            let (last, _) = copy.snapshot().last_commit();
            for number in 1..=last {
                let text = "MATCH (s:Sum) RETURN s.n";
                let found = copy.query(text).as_known_at(number).run().unwrap();
                assert_eq!(found.single().and_then(Value::as_integer), Some(number as i64 - 1));
            }
        }
    });
}

#[test]
fn authors_and_messages_are_kept() {
    let options = OpenOptions { author: "the desk".to_owned(), ..OpenOptions::default() };
    let database = Database::in_memory_with(&options);
    database.query("CREATE (:A)").run().unwrap();
    database.query("CREATE (:A)").author("Mei").message("a second one").run().unwrap();
    let mut transaction = database.begin().unwrap();
    transaction.set_author("Jo");
    transaction.set_message("a third one");
    transaction.query("CREATE (:A {n: 1}), (:B) ").run().unwrap();
    transaction.query("MATCH (b:B) SET b.n = 2, b:C DELETE b").run().unwrap();
    transaction.commit().unwrap();
    let commits = database.commits(2).unwrap();
    let told: Vec<_> = commits.iter().map(|c| (c.number, &*c.author, &*c.message)).collect();
    assert_eq!(told, [(3, "Jo", "a third one"), (2, "Mei", "a second one")]);
    let counts = commits[0].counts;
    assert_eq!((counts.nodes_created, counts.nodes_deleted), (2, 1));
    assert_eq!((counts.properties_set, counts.labels_changed), (1, 1));
    assert_eq!(&*database.commits(9).unwrap()[2].author, "the desk");
    assert!(database.commits(0).unwrap().is_empty());
}

#[test]
fn going_back_can_be_stopped() {
    let database = Database::in_memory();
    database.query("CREATE (:A)").run().unwrap();
    database.query("UNWIND range(1, 200000) AS i CREATE (:B {i: i})").run().unwrap();
    database.query("MATCH (b:B) SET b.i = 0").run().unwrap();
    let handle = dossier::InterruptHandle::new();
    handle.interrupt();
    let query = database.query("RETURN 1").as_known_at(1).interrupt(&handle);
    assert_eq!(code(query.run()), ErrorCode::Interrupted);
    let timeout = std::time::Duration::from_millis(1);
    let query = database.query("RETURN 1").as_known_at(1).timeout(timeout);
    assert_eq!(code(query.run()), ErrorCode::Timeout);
    assert_eq!(database.version_at(1).unwrap().node_count(), 1);
}
