//! Files of every format version that there was open for ever, and say what they said.
//!
//! `tests/fixtures/format-N.dossier`, with its log, was written by the last build of
//! format version N from `format.cypher` and, for the log, `SET` and `DELETE` as below.

use dossier::durable::FORMAT_VERSION;
use dossier::{Database, OpenOptions};
use std::path::{Path, PathBuf};

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

/// The graph that every fixture holds.
fn expected() -> String {
    let database = Database::in_memory();
    for statement in std::fs::read_to_string(fixtures().join("format.cypher")).unwrap().split(';') {
        if !statement.trim().is_empty() {
            database.query(statement).run().unwrap();
        }
    }
    for statement in
        ["MATCH (n {name: 'He Lifeng'}) SET n.seen = 2", "MATCH (i:Item {number: 7}) DELETE i"]
    {
        database.query(statement).run().unwrap();
    }
    script(&database)
}

/// The format version that a file names.
fn version_of(path: &Path) -> u32 {
    u32::from_le_bytes(std::fs::read(path).unwrap()[16..20].try_into().unwrap())
}

#[test]
fn every_format_version_opens_and_is_written_as_the_present_one() {
    let expected = expected();
    for version in 1..=FORMAT_VERSION {
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
        writer.checkpoint().unwrap();
        assert_eq!(script(&writer), expected, "format version {version}");
        writer.close().unwrap();
        assert_eq!(version_of(&path), FORMAT_VERSION);
        let report = dossier::database::check(&path).unwrap();
        assert!(report.faults.is_empty(), "{report:?}");
        let writer = Database::open(&path).unwrap();
        assert_eq!(script(&writer), expected);
        the_past_is_there(&writer, version);
        // From here on every version keeps its past.
        writer.query("MATCH (n) DETACH DELETE n").run().unwrap();
        let before = writer.snapshot().last_commit().0 - 1;
        let past = writer.version_at(before).unwrap();
        assert_eq!(past.node_count(), 304, "format version {version}");
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
    assert_eq!((commits.len(), commits[0].number, &*commits[0].author), (5, 5, "the desk"));
    assert_eq!(&*commits[4].message, "the fixture");
    let nodes: Vec<u64> =
        (0..=5).map(|number| database.version_at(number).unwrap().node_count()).collect();
    assert_eq!(nodes, [0, 6, 5, 305, 305, 304]);
}
