//! Readers beside a writer, and graphs in files.

use crate::driver::{Ledger, NAME, WRITE, changes_of, open};
use dossier::durable::{
    CommitRecord, DatabaseFile, FileStorage, MemoryStorage, OpenMode, Refresh, Storage, Synchronous,
    load_graph, refresh_graph,
};
use dossier::store::{Graph, Writer};
use dossier::value::{Endpoint, Value};
use std::path::Path;
use std::sync::Arc;

fn commit(file: &mut DatabaseFile, all: &mut Vec<dossier::store::change::Change>, id: u64) {
    let changes = changes_of(id);
    let record = CommitRecord { time: id as i64, author: "who", message: "why", changes: &changes };
    file.append(&record, Synchronous::Off).unwrap();
    all.extend(changes);
}

#[test]
fn a_reader_follows_commits_checkpoints_and_closes() {
    let storage: Arc<dyn Storage> = Arc::new(MemoryStorage::new());
    let mut all = Vec::new();
    let (mut writer, _) = open(&storage, WRITE).unwrap();
    let mut ledger = Ledger::default();
    let (mut reader, _) =
        DatabaseFile::open(storage.clone(), Path::new(NAME), OpenMode::ReadOnly, &mut ledger).unwrap();
    assert_eq!(reader.refresh(&mut ledger).unwrap(), Refresh::UpToDate);
    commit(&mut writer, &mut all, 1);
    commit(&mut writer, &mut all, 2);
    assert_eq!(reader.refresh(&mut ledger).unwrap(), Refresh::Advanced(2));
    commit(&mut writer, &mut all, 3);
    writer.checkpoint(all.iter()).unwrap();
    commit(&mut writer, &mut all, 4);
    assert_eq!(reader.refresh(&mut ledger).unwrap(), Refresh::Advanced(2));
    assert_eq!((reader.generation(), reader.last_time()), (2, 4));
    commit(&mut writer, &mut all, 5);
    writer.checkpoint(all.iter()).unwrap();
    writer.close().unwrap();
    assert_eq!(reader.refresh(&mut ledger).unwrap(), Refresh::Advanced(1));
    let (mut writer, _) = open(&storage, WRITE).unwrap();
    commit(&mut writer, &mut all, 6);
    assert_eq!(reader.refresh(&mut ledger).unwrap(), Refresh::Advanced(1));
    assert_eq!(ledger.ids, [1, 2, 3, 4, 5, 6]);
    commit(&mut writer, &mut all, 7);
    writer.checkpoint(all.iter()).unwrap();
    commit(&mut writer, &mut all, 8);
    writer.checkpoint(all.iter()).unwrap();
    assert_eq!(reader.refresh(&mut ledger).unwrap(), Refresh::Reopen);
}

#[test]
fn a_graph_comes_back_from_log_and_checkpoint() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.dossier");
    let storage = || Arc::new(FileStorage) as Arc<dyn Storage>;
    let (mut graph, mut file, report) = load_graph(storage(), &path, WRITE).unwrap();
    assert!(report.created && graph.node_count() == 0);
    let (mut seen, mut reader, _) = load_graph(storage(), &path, OpenMode::ReadOnly).unwrap();
    for round in 0..3i64 {
        let mut writer = Writer::new(graph.clone());
        let ann = writer.create_node(&["Person"], vec![("age", Value::Integer(round))]).unwrap();
        let bob = writer.create_node::<_, &str>(&["Person", "Author"], vec![]).unwrap();
        let knows = writer
            .create_relationship::<&str>("KNOWS", Endpoint::Node(ann), Endpoint::Node(bob), vec![])
            .unwrap();
        let (start, end) = (Endpoint::Node(bob), Endpoint::Relationship(knows));
        writer.create_relationship::<&str>("ASSERTS", start, end, vec![]).unwrap();
        if round == 1 {
            let gone = writer.create_node::<&str, &str>([], vec![]).unwrap();
            writer.delete_node(gone).unwrap();
        }
        let changes;
        (graph, changes) = writer.finish();
        let record = CommitRecord { time: round, author: "a", message: "m", changes: &changes };
        assert_eq!(file.append(&record, Synchronous::Full).unwrap(), round as u64 + 1);
        if round == 1 {
            file.checkpoint(graph.export_changes()).unwrap();
        }
        seen = refresh_graph(&mut reader, &seen).unwrap();
        assert_eq!(dump(&seen), dump(&graph));
    }
    drop(file);
    let (loaded, mut file, report) = load_graph(storage(), &path, WRITE).unwrap();
    assert_eq!((dump(&loaded), report.replayed), (dump(&graph), 1));
    file.checkpoint(loaded.export_changes()).unwrap();
    file.close().unwrap();
    assert_eq!(dump(&load_graph(storage(), &path, WRITE).unwrap().0), dump(&graph));
}

fn dump(graph: &Graph) -> Vec<String> {
    graph.export_changes().map(|change| format!("{change:?}")).collect()
}
