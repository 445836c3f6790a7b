//! Indexes from checkpoint to checkpoint, and indexes that are wrong on purpose.

use super::super::check::contradictions;
use super::super::database_file::OpenMode;
use super::super::graph_file::load_graph;
use super::super::memory_storage::MemoryStorage;
use super::super::salvage;
use super::super::storage::Storage;
use super::*;
use crate::store::{ConstraintKind, IndexQuery, SchemaTarget, Writer as Changes};
use crate::value::{Endpoint, NodeId, Value};
use std::path::Path;

const NAME: &str = "indexes";
const MODE: OpenMode = OpenMode::ReadWrite { create: true };

/// Leaves of indexes in the file.
fn leaves(disk: &MemoryStorage) -> usize {
    let leaf = b"\x89SECTION\x07";
    let bytes = disk.contents(Path::new(NAME)).unwrap();
    bytes.windows(leaf.len()).filter(|window| window == leaf).count()
}

fn key(number: u32) -> Value {
    Value::from(format!("the key of number {number:06}").as_str())
}

#[test]
fn leaves_are_copied_cut_and_joined_and_always_say_what_the_columns_say() {
    const NODES: u32 = 20_000;
    let disk = MemoryStorage::new();
    let storage: Arc<dyn Storage> = Arc::new(disk.clone());
    let (graph, mut file, _) = load_graph(storage.clone(), Path::new(NAME), MODE).unwrap();
    let mut changes = Changes::new(graph);
    let target = SchemaTarget::Label(changes.label("N").unwrap());
    let [number, name] = ["number", "name"].map(|key| changes.key(key).unwrap());
    changes.create_index(Some("numbers"), target, vec![number]).unwrap();
    changes.create_index(Some("pairs"), target, vec![number, name]).unwrap();
    changes.create_constraint(Some("names"), target, vec![name], ConstraintKind::Unique).unwrap();
    for id in 0..NODES {
        let properties =
            [("number", Value::Integer(i64::from(id * 7919 % 5000))), ("name", key(id))];
        changes.create_node(["N"], properties).unwrap();
    }
    let mut graph = Arc::new(file.checkpoint(&changes.finish().0).unwrap());
    let least = 3 * (NODES as usize).div_ceil(CHUNK_ROWS);
    assert_eq!(leaves(&disk), least);
    let mut state = 11u64;
    let mut random = move |below: u32| {
        state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        (state >> 33) as u32 % below
    };
    for round in 0..12 {
        let mut changes = Changes::new(Arc::new(graph.watched()));
        let steps = [1, 40, 3000, 6000][round % 4];
        for step in 0..steps {
            let node = NodeId(random(NODES));
            if !changes.view().contains_node(node) {
                continue;
            }
            let element = Endpoint::Node(node);
            match random(if round >= 8 { 2 } else { 4 }) {
                0 => changes.delete_node(node).unwrap(),
                1 => drop(changes.set_property(element, "name", Value::Null).unwrap()),
                2 => {
                    let value = Value::Integer(i64::from(random(5000)));
                    changes.set_property(element, "number", value).unwrap();
                }
                _ => {
                    let name = key(NODES * (round as u32 + 1) + step);
                    changes.create_node(["N"], [("name", name)]).unwrap();
                }
            }
        }
        graph = Arc::new(file.checkpoint(&changes.finish().0).unwrap());
        assert_eq!(contradictions(&graph).unwrap(), Vec::<String>::new(), "round {round}");
        let (read, _, _) =
            load_graph(storage.clone(), Path::new(NAME), OpenMode::ReadOnly).unwrap();
        assert_eq!(contradictions(&read).unwrap(), Vec::<String>::new(), "round {round}");
        if round % 3 == 2 {
            // As whoever opens it finds it: nothing in memory.
            file.close().unwrap();
            let opened = load_graph(storage.clone(), Path::new(NAME), MODE).unwrap();
            (graph, file) = (opened.0, opened.1);
        }
    }
    assert!(leaves(&disk) < least * 3, "{} leaves, {least} at first", leaves(&disk));
}

#[test]
fn a_checkpoint_reads_the_leaves_that_have_changed_and_copies_the_others() {
    let disk = MemoryStorage::new();
    let storage: Arc<dyn Storage> = Arc::new(disk.clone());
    let (graph, mut file, _) = load_graph(storage.clone(), Path::new(NAME), MODE).unwrap();
    let mut changes = Changes::new(graph);
    let target = SchemaTarget::Label(changes.label("N").unwrap());
    let name = changes.key("name").unwrap();
    for (index, keys) in [("first", vec![name]), ("second", vec![name, name])] {
        changes.create_index(Some(index), target, keys).unwrap();
    }
    for id in 0..60_000 {
        changes.create_node(["N"], [("name", key(id))]).unwrap();
    }
    file.checkpoint(&changes.finish().0).unwrap();
    file.close().unwrap();

    let (graph, mut file, _) = load_graph(storage.clone(), Path::new(NAME), MODE).unwrap();
    let mut changes = Changes::new(graph);
    // What had the second number among the indexes has the first one now.
    changes.drop_index("first").unwrap();
    let node = Endpoint::Node(NodeId(30_000));
    changes.set_property(node, "name", Value::from("a new one")).unwrap();
    let before = file.budget().loaded();
    let written = file.checkpoint(&changes.finish().0).unwrap();
    // Two leaves: that of the old name, and that of the new one.
    let read = file.budget().loaded() - before;
    assert!(read < 3 * 2048 * 200, "{read} bytes were read into memory");
    let index = written.index("second").unwrap();
    let query = IndexQuery { equal: vec![Value::from("a new one")], then: None };
    assert_eq!(written.seek(index, &query).collect::<Vec<_>>(), [node]);
    assert_eq!(written.index_totals(index), (60_000, 60_000));
    assert_eq!(contradictions(&written).unwrap(), Vec::<String>::new());
}

/// What `check` says of a file whose index `spoil` has spoilt.
fn told(spoil: impl FnOnce(&mut Vec<Entry>)) -> Vec<String> {
    let disk = MemoryStorage::new();
    let storage: Arc<dyn Storage> = Arc::new(disk);
    let (graph, mut file, _) = load_graph(storage.clone(), Path::new(NAME), MODE).unwrap();
    let mut changes = Changes::new(graph);
    let target = SchemaTarget::Label(changes.label("N").unwrap());
    let number = changes.key("number").unwrap();
    for id in 0..5000 {
        let labels: &[&str] = if id % 100 == 0 { &[] } else { &["N"] };
        changes.create_node(labels.iter().copied(), [("number", Value::Integer(id / 2))]).unwrap();
    }
    let mut graph = Arc::unwrap_or_clone(changes.finish().0);
    let stop = crate::store::stop::Stop::default();
    let mut entries = graph.index_entries(target, &[number], &stop).unwrap();
    spoil(&mut entries);
    graph.add_index("numbers".into(), target, vec![number], entries);
    file.checkpoint(&graph).unwrap();
    let report = salvage::check(storage, Path::new(NAME)).unwrap();
    report.faults.iter().map(ToString::to_string).collect()
}

#[test]
fn an_index_that_is_wrong_is_told_by_check() {
    assert_eq!(told(|_| {}), Vec::<String>::new());
    type Spoil = fn(&mut Vec<Entry>);
    let spoilt: [(&str, Spoil); 7] = [
        ("an entry is missing", |entries| drop(entries.remove(3000))),
        ("a whole end is missing", |entries| entries.truncate(2048)),
        ("an entry is too many", |entries| entries.push((Value::Integer(9000), 4999))),
        ("an element without the label", |entries| entries.insert(0, (Value::Integer(0), 0))),
        ("another value", |entries| entries[100].0 = Value::Integer(77)),
        ("an entry stands twice", |entries| entries[10] = entries[9].clone()),
        ("two entries are out of order", |entries| entries.swap(2047, 2048)),
    ];
    for (what, spoil) in spoilt {
        let faults = told(spoil);
        assert!(faults.iter().any(|fault| fault.contains("`numbers`")), "{what}: {faults:?}");
    }
}
