//! The real disk: locks, permissions, odd paths.

use crate::driver::{Ledger, WRITE, changes_of, graph_of};
use dossier::durable::{
    CommitRecord, DatabaseFile, DurableError, FileStorage, OpenMode, Synchronous,
};
use std::path::Path;
use std::sync::Arc;

fn open(path: &Path, mode: OpenMode) -> Result<(DatabaseFile, Ledger), DurableError> {
    let mut ledger = Ledger::default();
    let (file, _) = DatabaseFile::open(Arc::new(FileStorage), path, mode, &mut ledger)?;
    Ok((file, ledger))
}

fn commit(file: &mut DatabaseFile, id: u64) -> u64 {
    let changes = changes_of(id);
    let record = CommitRecord {
        time: id as i64,
        author: "who",
        message: "why",
        changes: &changes,
        undo: None,
    };
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

#[cfg(unix)]
#[test]
fn no_other_name_opens_a_database_twice() {
    use std::os::unix::fs::symlink;
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    let (mut file, _) = open(&path("a.dossier"), WRITE).unwrap();
    let refused = |name: &str| {
        let error = open(&path(name), WRITE).map(|_| ()).unwrap_err();
        assert!(matches!(error, DurableError::Locked { .. }), "{name}: {error}");
    };
    symlink("a.dossier", path("link")).unwrap();
    symlink(folder.path(), path("folder")).unwrap();
    std::fs::hard_link(path("a.dossier"), path("hard")).unwrap();
    let names = ["a.dossier", "link", "folder/a.dossier", "hard"];
    names.iter().for_each(|name| refused(name));
    assert!(!path("hard.wal").exists());
    commit(&mut file, 1);
    file.checkpoint(&graph_of(&changes_of(1))).unwrap();
    // The checkpoint is a file of its own: the other name keeps the one before.
    names[..3].iter().for_each(|name| refused(name));
    assert_eq!(open(&path("hard"), WRITE).unwrap().1.ids, [0; 0]);
    std::fs::hard_link(path("a.dossier"), path("new")).unwrap();
    refused("new");
    drop(file);
    assert_eq!(open(&path("new"), WRITE).unwrap().1.ids, [1]);
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
    let record = CommitRecord { time: 0, author: "", message: "", changes: &changes, undo: None };
    file.append(&record, Synchronous::Full).unwrap();
    for _ in 0..2 {
        let mut seen = Lengths::default();
        DatabaseFile::open(Arc::new(FileStorage), &path, OpenMode::ReadOnly, &mut seen).unwrap();
        assert_eq!(seen.0, lengths);
        file.checkpoint(&graph_of(&changes)).unwrap();
    }
}
