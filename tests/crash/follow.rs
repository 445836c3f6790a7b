//! Readers beside a writer, and graphs in files.

use crate::driver::{Ledger, NAME, WRITE, changes_of, graph_of, open};
use dossier::durable::{
    Access, CommitRecord, DatabaseFile, FileStorage, MemoryStorage, OpenMode, Refresh, Storage,
    Survival, Synchronous, check, load_graph, refresh_graph, salvage_graph,
};
use dossier::store::{Graph, Writer};
use dossier::value::{Endpoint, Value};
use std::path::Path;
use std::sync::Arc;

fn commit(file: &mut DatabaseFile, all: &mut Vec<dossier::store::change::Change>, id: u64) {
    let changes = changes_of(id);
    let record = CommitRecord {
        time: id as i64,
        author: "who",
        message: "why",
        changes: &changes,
        undo: None,
    };
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
        DatabaseFile::open(storage.clone(), Path::new(NAME), OpenMode::ReadOnly, &mut ledger)
            .unwrap();
    assert_eq!(reader.refresh(&mut ledger).unwrap(), Refresh::UpToDate);
    commit(&mut writer, &mut all, 1);
    commit(&mut writer, &mut all, 2);
    assert_eq!(reader.refresh(&mut ledger).unwrap(), Refresh::Advanced(2));
    commit(&mut writer, &mut all, 3);
    writer.checkpoint(&graph_of(&all)).unwrap();
    commit(&mut writer, &mut all, 4);
    // A checkpoint holds what the reader has, and lets it go of the old file.
    let reopen = |reader: &mut DatabaseFile, ledger: &mut Ledger, ids: &[u64]| {
        assert_eq!(reader.refresh(ledger).unwrap(), Refresh::Reopen);
        (*reader, *ledger) = open(&storage, OpenMode::ReadOnly).unwrap();
        assert_eq!(ledger.ids, ids);
    };
    reopen(&mut reader, &mut ledger, &[1, 2, 3, 4]);
    assert_eq!((reader.generation(), reader.last_time()), (2, 4));
    commit(&mut writer, &mut all, 5);
    assert_eq!(reader.refresh(&mut ledger).unwrap(), Refresh::Advanced(1));
    assert_eq!(ledger.ids, [1, 2, 3, 4, 5]);
    writer.checkpoint(&graph_of(&all)).unwrap();
    writer.close().unwrap();
    reopen(&mut reader, &mut ledger, &[1, 2, 3, 4, 5]);
    assert_eq!(reader.refresh(&mut ledger).unwrap(), Refresh::UpToDate);
    let (mut writer, _) = open(&storage, WRITE).unwrap();
    // The log that begins now follows what the reader has.
    commit(&mut writer, &mut all, 6);
    assert_eq!(reader.refresh(&mut ledger).unwrap(), Refresh::Advanced(1));
    assert_eq!(ledger.ids, [1, 2, 3, 4, 5, 6]);
    assert_eq!(reader.refresh(&mut ledger).unwrap(), Refresh::UpToDate);
    commit(&mut writer, &mut all, 7);
    writer.checkpoint(&graph_of(&all)).unwrap();
    commit(&mut writer, &mut all, 8);
    writer.checkpoint(&graph_of(&all)).unwrap();
    reopen(&mut reader, &mut ledger, &[1, 2, 3, 4, 5, 6, 7, 8]);
}

/// A commit may be seen before the writer finds that it failed, takes it back, and puts
/// another in its place.
#[test]
fn a_reader_notices_that_what_it_read_was_taken_back() {
    let log = format!("{NAME}.wal");
    let (mut shorter, mut longer) = (0, 0);
    for other in 4..30 {
        let disk = MemoryStorage::new();
        let storage: Arc<dyn Storage> = Arc::new(disk.clone());
        let (mut writer, _) = open(&storage, WRITE).unwrap();
        let mut all = Vec::new();
        commit(&mut writer, &mut all, 1);
        let before: Arc<dyn Storage> = Arc::new(disk.power_loss(Survival::Everything));
        commit(&mut writer, &mut all, 2);
        let (mut reader, mut ledger) = open(&storage, OpenMode::ReadOnly).unwrap();
        assert_eq!(ledger.ids, [1, 2]);
        assert_eq!(reader.refresh(&mut ledger).unwrap(), Refresh::UpToDate);

        let (mut again, _) = open(&before, WRITE).unwrap();
        commit(&mut again, &mut all, other);
        let (seen, now) = (writer.log_bytes(), again.log_bytes());
        shorter += u32::from(now < seen);
        longer += u32::from(now > seen);
        let written = before.open(Path::new(&log), Access::Read).unwrap();
        let mut bytes = vec![0; written.len().unwrap() as usize];
        written.read_at(&mut bytes, 0).unwrap();
        let file = storage.open(Path::new(&log), Access::Write).unwrap();
        file.set_len(bytes.len() as u64).unwrap();
        file.write_at(&bytes, 0).unwrap();
        assert_eq!(reader.refresh(&mut ledger).unwrap(), Refresh::Reopen, "commit {other}");
        assert_eq!(open(&storage, OpenMode::ReadOnly).unwrap().1.ids, [1, other]);
    }
    assert!(shorter > 0 && longer > 0, "{shorter} {longer}");
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
        let ann = writer.create_node(["Person"], vec![("age", Value::Integer(round))]).unwrap();
        let bob = writer.create_node::<_, &str>(["Person", "Author"], vec![]).unwrap();
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
        let record =
            CommitRecord { time: round, author: "a", message: "m", changes: &changes, undo: None };
        assert_eq!(file.append(&record, Synchronous::Full).unwrap(), round as u64 + 1);
        if round == 1 {
            graph = Arc::new(file.checkpoint(&graph).unwrap());
        }
        seen = refresh_graph(&mut reader, &seen).unwrap();
        assert_eq!(dump(&seen), dump(&graph));
    }
    drop(file);
    let (loaded, mut file, report) = load_graph(storage(), &path, WRITE).unwrap();
    assert_eq!((dump(&loaded), report.replayed), (dump(&graph), 1));
    file.checkpoint(&loaded).unwrap();
    file.close().unwrap();
    assert_eq!(dump(&load_graph(storage(), &path, WRITE).unwrap().0), dump(&graph));
}

fn dump(graph: &Graph) -> Vec<String> {
    graph.export_changes().map(|change| format!("{change:?}")).collect()
}

/// A graph of 3000 people, each with an own paragraph, so that it takes several
/// sections, in a checkpoint; and ten commits in the log.
fn people(path: &Path) -> Arc<Graph> {
    let (mut graph, mut file, _) = load_graph(Arc::new(FileStorage), path, WRITE).unwrap();
    for round in 0..11 {
        let mut writer = Writer::new(graph.clone());
        for number in 0..if round == 0 { 3000 } else { 1 } {
            let text = format!("{round}-{number} ").repeat(150);
            let person =
                writer.create_node(["Person"], vec![("text", Value::from(text.as_str()))]).unwrap();
            let end = Endpoint::Node(person);
            writer
                .create_relationship::<&str>("KNOWS", Endpoint::Node(person), end, vec![])
                .unwrap();
        }
        let changes;
        (graph, changes) = writer.finish();
        let record =
            CommitRecord { time: round, author: "a", message: "m", changes: &changes, undo: None };
        file.append(&record, Synchronous::Full).unwrap();
        if round == 0 {
            graph = Arc::new(file.checkpoint(&graph).unwrap());
        }
    }
    graph
}

#[test]
fn what_verifies_is_salvaged_from_a_damaged_database() {
    let folder = tempfile::tempdir().unwrap();
    let name = |name: &str| folder.path().join(name);
    let graph = people(&name("a"));
    let storage = || Arc::new(FileStorage) as Arc<dyn Storage>;
    let report = check(storage(), &name("a")).unwrap();
    assert!(report.faults.is_empty() && report.sections > 2, "{report:?}");
    assert_eq!((report.commits, report.last_sequence), (10, 11));
    let saved = salvage_graph(storage(), &name("a"), &name("whole")).unwrap();
    assert_eq!((saved.left_out, saved.names_made_up, saved.commits), (0, 0, 10));
    assert_eq!(dump(&load_graph(storage(), &name("whole"), WRITE).unwrap().0), dump(&graph));

    // A bit in the names, one in the head of the second chunk of nodes, one at the end of
    // the first one (in a column), and one in a commit of the log.
    let whole = std::fs::read(name("a")).unwrap();
    let sections: Vec<usize> =
        (0..whole.len() - 8).filter(|&at| whole[at..].starts_with(b"\x89SECTION")).collect();
    let places = [
        ("a", sections[0] + 60),
        ("a", sections[2] + 50),
        ("a", sections[2] - 10),
        ("a.wal", 3500),
    ];
    for (file, place) in places {
        let mut bytes = std::fs::read(name(file)).unwrap();
        bytes[place] ^= 4;
        std::fs::write(name(file), bytes).unwrap();
    }
    let before = std::fs::read(name("a")).unwrap();
    let report = check(storage(), &name("a")).unwrap();
    assert_eq!(report.faults.len(), 4, "{report:?}");
    let saved = salvage_graph(storage(), &name("a"), &name("part")).unwrap();
    assert_eq!((saved.commits, saved.columns_lost), (9, 1));
    assert!(saved.nodes >= 2048 && saved.nodes < 2060, "{saved:?}");
    assert!(saved.relationships >= 2048 && saved.relationships < 2060, "{saved:?}");
    assert_eq!(saved.names_made_up, 3);
    assert_eq!(std::fs::read(name("a")).unwrap(), before);
    let (part, _, _) = load_graph(storage(), &name("part"), WRITE).unwrap();
    assert_eq!((part.node_count(), part.relationship_count()), (saved.nodes, saved.relationships));
    let error = salvage_graph(storage(), &name("a"), &name("part")).unwrap_err();
    assert!(error.to_string().ends_with("exists already; name a file that does not"));

    // Without the end of the file the sections before it are still there.
    std::fs::write(name("cut"), &before[..before.len() - 50]).unwrap();
    let saved = salvage_graph(storage(), &name("cut"), &name("rest")).unwrap();
    assert!(saved.sections >= 2 && saved.nodes > 1000, "{saved:?}");
}
