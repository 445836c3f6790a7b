//! Files of every format version that there was open for ever, and say what they said.
//!
//! `tests/fixtures/format-N.dossier`, with its log, was written by the last build of
//! format version N from `format.cypher` and, for the log, `SET` and `DELETE` as below, and what
//! stands in `format-N.cypher`, where there is one: what came with that version.

use dossier::durable::{FORMAT_VERSION, Fault, FaultyStorage, MemoryStorage, Storage, Survival};
use dossier::{Database, OpenOptions};
use std::path::{Path, PathBuf};
use std::sync::Arc;

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures")
}

/// A copy of a fixture that may be written to.
fn copy(version: u32, folder: &Path) -> PathBuf {
    let name = format!("format-{version}.dossier");
    for name in [name.clone(), format!("{name}.wal")] {
        let from = fixtures().join(&name);
        std::fs::copy(&from, folder.join(&name)).unwrap_or_else(|e| {
            panic!("each format version has a fixture, {}: {e}", from.display())
        });
    }
    folder.join(name)
}

fn script(database: &Database) -> String {
    let mut script = Vec::new();
    dossier::export::dump::write(&database.snapshot(), &mut script).unwrap();
    String::from_utf8(script).unwrap()
}

/// Statements of a fixture before its checkpoint, or none.
fn statements(name: &str) -> Vec<String> {
    let text = std::fs::read_to_string(fixtures().join(name)).unwrap_or_default();
    let each = text.split(';').map(str::trim).filter(|statement| !statement.is_empty());
    each.map(str::to_owned).collect()
}

/// Statements of a fixture that are in its log.
fn logged(version: u32) -> Vec<String> {
    let mut all = vec![
        "MATCH (n {name: 'He Lifeng'}) SET n.seen = 2".to_owned(),
        "MATCH (i:Item {number: 7}) DELETE i".to_owned(),
    ];
    for version in 1..=version {
        all.extend(statements(&format!("format-{version}.cypher")));
    }
    all
}

/// The graph that a fixture holds, and how many nodes it has.
fn expected(version: u32) -> (String, u64) {
    let database = Database::in_memory();
    for statement in statements("format.cypher").into_iter().chain(logged(version)) {
        database.query(&statement).run().unwrap();
    }
    (script(&database), database.snapshot().node_count())
}

#[test]
#[ignore = "writes the fixture of the present format version, once, when it is new"]
fn write_the_fixture() {
    let folder = tempfile::tempdir().unwrap();
    let name = format!("format-{FORMAT_VERSION}.dossier");
    let path = folder.path().join(&name);
    let options = OpenOptions { author: "the desk".to_owned(), ..OpenOptions::default() };
    let database = Database::open_with(&path, options).unwrap();
    let mut message = "the fixture";
    for statement in statements("format.cypher").into_iter().chain(logged(FORMAT_VERSION)) {
        database.query(&statement).message(std::mem::take(&mut message)).run().unwrap();
    }
    // A close might take the log into the file.
    for name in [name.clone(), format!("{name}.wal")] {
        std::fs::copy(folder.path().join(&name), fixtures().join(&name)).unwrap();
    }
}

/// The format version that a file names.
fn version_of(path: &Path) -> u32 {
    u32::from_le_bytes(std::fs::read(path).unwrap()[16..20].try_into().unwrap())
}

#[test]
fn every_format_version_opens_and_is_written_as_the_present_one() {
    for version in 1..=FORMAT_VERSION {
        let (expected, nodes) = expected(version);
        let folder = tempfile::tempdir().unwrap();
        let path = copy(version, folder.path());
        assert_eq!(version_of(&path), version);
        let options = OpenOptions { read_only: true, ..OpenOptions::default() };
        let reader = Database::open_with(&path, options).unwrap();
        assert_eq!(script(&reader), expected, "format version {version}");
        drop(reader);
        let report = dossier::database::check(&path).unwrap();
        assert!(report.faults.is_empty() && report.commits > 0, "{report:?}");
        let saved = folder.path().join("saved");
        let salvage = dossier::database::recover(&path, &saved).unwrap();
        assert_eq!((salvage.left_out, salvage.names_made_up, salvage.columns_lost), (0, 0, 0));
        assert_eq!(script(&Database::open(&saved).unwrap()), expected);

        let writer = Database::open(&path).unwrap();
        assert_eq!(script(&writer), expected, "format version {version}");
        the_past_is_there(&writer, version);
        the_indexes_are_there(&writer, version);
        writer.checkpoint().unwrap();
        assert_eq!(script(&writer), expected, "format version {version}");
        the_indexes_are_there(&writer, version);
        writer.close().unwrap();
        assert_eq!(version_of(&path), FORMAT_VERSION);
        let report = dossier::database::check(&path).unwrap();
        assert!(report.faults.is_empty(), "{report:?}");
        let writer = Database::open(&path).unwrap();
        assert_eq!(script(&writer), expected);
        the_past_is_there(&writer, version);
        the_indexes_are_there(&writer, version);
        // From here on every version keeps its past.
        writer.query("MATCH (n) DETACH DELETE n").run().unwrap();
        let before = writer.snapshot().last_commit().0 - 1;
        let past = writer.version_at(before).unwrap();
        assert_eq!(past.node_count(), nodes, "format version {version}");
    }
}

/// What was known before: since format version 3.
fn the_past_is_there(database: &Database, version: u32) {
    let (last, _) = database.snapshot().last_commit();
    if version < 3 {
        assert_eq!(database.oldest().0, last, "format version {version}");
        return;
    }
    let commits = database.commits(100).unwrap();
    let logged = logged(version);
    let count = 3 + logged.iter().filter(|statement| *statement != "CHECKPOINT").count();
    assert_eq!((commits.len(), commits[0].number), (count, count as u64));
    let first = &commits[count - 1];
    assert_eq!((&*first.author, &*first.message), ("the desk", "the fixture"));
    let nodes: Vec<u64> =
        (0..=5).map(|number| database.version_at(number).unwrap().node_count()).collect();
    assert_eq!(nodes, [0, 6, 5, 305, 305, 304]);
}

/// What is found by indexes is what is there: since format version 5, whose file holds them.
fn the_indexes_are_there(database: &Database, version: u32) {
    if version < 5 {
        return;
    }
    let graph = database.snapshot();
    let counts = graph.indexes().iter().map(|index| graph.index_totals(index));
    assert_eq!(counts.collect::<Vec<_>>(), [(299, 299), (299, 299), (1, 1), (2, 2)]);
    for (seek, expected) in [
        ("MATCH (i:Item {number: 1200}) RETURN i.text AS found", "item 12"),
        ("MATCH (i:Item {text: 'item 300'}) RETURN toString(i.number) AS found", "300"),
        ("MATCH (p:Person {name: 'He Lifeng'}) RETURN toString(p.seen) AS found", "2"),
        ("MATCH (a)-[r:VIOLATED {since: 2025}]->() RETURN a.name AS found", "United States"),
    ] {
        let plan = database.query(&format!("EXPLAIN {seek}")).run().unwrap().plan.unwrap();
        assert!(plan.contains("IndexSeek"), "{plan}");
        let found = database.query(seek).run().unwrap();
        assert_eq!(found.single().unwrap().as_str(), Some(expected), "{seek}");
    }
    assert!(database.query("CREATE (:Person {name: 'He Lifeng'})").run().is_err());
}

const NAME: &str = "format.dossier";

/// A statement whose commit no version before the fourth knows.
const CONTRADICTION: &str = "CREATE CONTRADICTION c FOR (a)-[r:KNOWS]->(b), (b)-[s:KNOWS]->(a)";

/// A disk with a fixture on it.
fn disk(version: u32) -> MemoryStorage {
    let disk = MemoryStorage::new();
    for suffix in ["", ".wal"] {
        let bytes = std::fs::read(fixtures().join(format!("format-{version}.dossier{suffix}")));
        disk.put(Path::new(&format!("{NAME}{suffix}")), bytes.unwrap());
    }
    disk
}

/// The version that a file on a disk names.
fn version_on(disk: &MemoryStorage, name: &str) -> u32 {
    let bytes = disk.contents(Path::new(name)).unwrap();
    u32::from_le_bytes(bytes[16..20].try_into().unwrap())
}

#[test]
fn no_older_file_is_given_what_it_does_not_know() {
    for version in 1..FORMAT_VERSION {
        let disk = disk(version);
        let database =
            Database::open_in(Arc::new(disk.clone()), NAME, OpenOptions::default()).unwrap();
        // The log held commits: they are in a checkpoint of the present version.
        let log = format!("{NAME}.wal");
        assert_eq!(
            (version_on(&disk, NAME), version_on(&disk, &log)),
            (FORMAT_VERSION, FORMAT_VERSION)
        );
        database.query(CONTRADICTION).run().unwrap();
        drop(database);

        // Without one the file may stay as it is, beside a log that an older program refuses.
        let disk = self::disk(version);
        disk.remove(Path::new(&log)).unwrap();
        let database =
            Database::open_in(Arc::new(disk.clone()), NAME, OpenOptions::default()).unwrap();
        database.query(CONTRADICTION).run().unwrap();
        assert_eq!((version_on(&disk, NAME), version_on(&disk, &log)), (version, FORMAT_VERSION));

        // A reader changes nothing.
        let disk = self::disk(version);
        let options = OpenOptions { read_only: true, ..OpenOptions::default() };
        drop(Database::open_in(Arc::new(disk.clone()), NAME, options).unwrap());
        assert_eq!((version_on(&disk, NAME), version_on(&disk, &log)), (version, version));
    }
}

#[test]
fn the_way_to_the_present_version_may_be_interrupted_anywhere() {
    let mut interrupted = 0;
    for version in 1..FORMAT_VERSION {
        let (expected, _) = expected(version);
        for failing in 0.. {
            let disk = disk(version);
            let below: Arc<dyn Storage> = Arc::new(disk.clone());
            // From here on the disk takes nothing more.
            let faulty = FaultyStorage::new(below, Fault::Io, failing..u64::MAX);
            let opened = Database::open_in(Arc::new(faulty), NAME, OpenOptions::default());
            let done = opened.is_ok();
            drop(opened);
            for survival in [Survival::Nothing, Survival::Everything] {
                let after: Arc<dyn Storage> = Arc::new(disk.power_loss(survival));
                let database = Database::open_in(after, NAME, OpenOptions::default()).unwrap();
                assert_eq!(script(&database), expected, "version {version}, operation {failing}");
                interrupted += 1;
            }
            if done {
                break;
            }
        }
    }
    assert!(interrupted > 50, "{interrupted}");
}

#[test]
fn a_newer_format_is_refused_with_both_versions_named() {
    for suffix in ["", ".wal"] {
        let disk = disk(FORMAT_VERSION);
        let name = format!("{NAME}{suffix}");
        let mut bytes = disk.contents(Path::new(&name)).unwrap();
        bytes[16..20].copy_from_slice(&(FORMAT_VERSION + 1).to_le_bytes());
        let sum = crc32c::crc32c(&bytes[..60]).to_le_bytes();
        bytes[60..64].copy_from_slice(&sum);
        disk.put(Path::new(&name), bytes.clone());
        for read_only in [true, false] {
            let options = OpenOptions { read_only, ..OpenOptions::default() };
            let opened = Database::open_in(Arc::new(disk.clone()), NAME, options);
            let refused = opened.map(drop).unwrap_err();
            let text = format!(
                "{name} has format version {}, this build of Dossier reads up to version {FORMAT_VERSION}",
                FORMAT_VERSION + 1
            );
            assert!(refused.to_string().contains(&text), "{refused}");
        }
        assert_eq!(disk.contents(Path::new(&name)), Some(bytes));
    }
}
