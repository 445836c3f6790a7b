//! The real disk: locks, permissions, odd paths, and a killed process.

use crate::driver::{Ledger, WRITE, changes_of, graph_of};
use dossier::durable::{
    CommitRecord, DatabaseFile, DurableError, FileStorage, OpenMode, Synchronous,
};
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;

fn open(path: &Path, mode: OpenMode) -> Result<(DatabaseFile, Ledger), DurableError> {
    let mut ledger = Ledger::default();
    let (file, _) = DatabaseFile::open(Arc::new(FileStorage), path, mode, &mut ledger)?;
    Ok((file, ledger))
}

fn commit(file: &mut DatabaseFile, id: u64) -> u64 {
    let changes = changes_of(id);
    let record = CommitRecord { time: id as i64, author: "who", message: "why", changes: &changes };
    file.append(&record, Synchronous::Full).unwrap()
}

#[test]
fn a_second_writer_is_told_who_holds_the_database() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.dossier");
    let (mut file, _) = open(&path, WRITE).unwrap();
    commit(&mut file, 1);
    let roundabout = folder.path().join(".").join("a.dossier");
    let error = open(&roundabout, WRITE).map(|_| ()).unwrap_err();
    assert!(
        matches!(error, DurableError::Locked { holder: Some(id), .. } if id == std::process::id())
    );
    assert!(error.to_string().ends_with("is already open for writing in this process"));
    assert_eq!(open(&path, OpenMode::ReadOnly).unwrap().1.ids, [1]);
    file.checkpoint(&graph_of(&changes_of(1))).unwrap();
    file.close().unwrap();
    let left: Vec<_> = std::fs::read_dir(folder.path()).unwrap().flatten().collect();
    assert_eq!(left.len(), 1, "{left:?}");
    assert_eq!(open(&path, WRITE).unwrap().1.ids, [1]);
}

#[test]
fn folders_and_missing_folders_are_named() {
    let folder = tempfile::tempdir().unwrap();
    let error = open(folder.path(), WRITE).map(|_| ()).unwrap_err();
    assert!(matches!(error, DurableError::NotAFile { is: "a folder", .. }), "{error}");
    let error = open(&folder.path().join("no/such.dossier"), WRITE).map(|_| ()).unwrap_err();
    assert!(matches!(error, DurableError::Io { operation: "find", .. }), "{error}");
}

#[cfg(unix)]
#[test]
fn a_private_database_stays_private() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.dossier");
    drop(open(&path, WRITE).unwrap());
    std::fs::set_permissions(&path, PermissionsExt::from_mode(0o600)).unwrap();
    let link = folder.path().join("link");
    symlink(&path, &link).unwrap();
    let (mut file, _) = open(&link, WRITE).unwrap();
    commit(&mut file, 1);
    file.checkpoint(&graph_of(&changes_of(1))).unwrap();
    commit(&mut file, 2);
    for name in ["a.dossier", "a.dossier.wal"] {
        let mode = std::fs::metadata(folder.path().join(name)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{name}");
    }
    assert!(link.is_symlink());
}

#[test]
fn a_record_and_a_change_of_any_size_replay() {
    use dossier::store::change::{Change, KeyId};
    use dossier::value::{NodeId, Value};
    #[derive(Default)]
    struct Lengths(Vec<usize>);
    impl dossier::durable::Replay for Lengths {
        fn base(&mut self, graph: dossier::store::Graph) -> Result<(), dossier::durable::Refusal> {
            graph.export_changes().try_for_each(|change| self.apply(change))
        }
        fn apply(&mut self, change: Change) -> Result<(), dossier::durable::Refusal> {
            if let Change::CreateNode { properties, .. } = change
                && let [(_, Value::String(text))] = &properties[..]
            {
                self.0.push(text.len());
            }
            Ok(())
        }
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.dossier");
    let (mut file, _) = open(&path, WRITE).unwrap();
    let lengths = [5 << 20, 0, 300_000, 1, 3 << 20, 1 << 20];
    let changes: Vec<Change> = lengths
        .iter()
        .zip(0..)
        .map(|(length, node)| Change::CreateNode {
            node: NodeId(node),
            labels: vec![],
            properties: vec![(KeyId(0), Value::String("y".repeat(*length).into()))],
        })
        .collect();
    let record = CommitRecord { time: 0, author: "", message: "", changes: &changes };
    file.append(&record, Synchronous::Full).unwrap();
    for _ in 0..2 {
        let mut seen = Lengths::default();
        DatabaseFile::open(Arc::new(FileStorage), &path, OpenMode::ReadOnly, &mut seen).unwrap();
        assert_eq!(seen.0, lengths);
        file.checkpoint(&graph_of(&changes)).unwrap();
    }
}

/// Not a test: the process that `a_killed_process_loses_nothing` kills.
#[test]
#[ignore = "run by a_killed_process_loses_nothing"]
fn child_that_commits() {
    let Some(path) = std::env::var_os("DOSSIER_CRASH_TEST_FILE") else { return };
    let (mut file, ledger) = open(Path::new(&path), WRITE).unwrap();
    let mut all = ledger.changes;
    for id in ledger.ids.len() as u64 + 1.. {
        all.extend(changes_of(id));
        println!("acknowledged {}", commit(&mut file, id));
        if id % 7 == 0 {
            file.checkpoint(&graph_of(&all)).unwrap();
        }
    }
}

#[test]
fn a_killed_process_loses_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.dossier");
    let mut floor = 0;
    for round in 0..5u64 {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--ignored", "--exact", "--nocapture", "disk::child_that_commits"])
            .env("DOSSIER_CRASH_TEST_FILE", &path)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut seen = 0;
        while let Some(Ok(line)) = lines.next() {
            if let Some(number) = line.split("acknowledged ").nth(1) {
                floor = number.parse().unwrap();
                seen += 1;
            }
            if seen == 4 + round * 3 {
                child.kill().unwrap();
            }
        }
        child.wait().unwrap();
        let (_, ledger) = open(&path, WRITE).unwrap();
        let expected: Vec<u64> = (1..=ledger.ids.len() as u64).collect();
        assert!(ledger.ids.len() as u64 >= floor && ledger.ids == expected);
    }
    assert!(floor > 30);
}
