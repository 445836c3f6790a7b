//! The formats hold still: the same graph gives the same bytes as when the version was
//! raised last. Whoever changes a byte raises [`FORMAT_VERSION`], keeps the old reader,
//! adds a line here and a fixture to `tests/fixtures`.

use super::checkpoint_writer::{self, Contents};
use super::golden_kinds;
use super::header::{FORMAT_VERSION, Header};
use super::history::History;
use super::memory_storage::MemoryStorage;
use super::record::{self, Chain, CommitRecord, Place};
use super::storage::{Access, Storage};
use crate::store::{Budget, ConstraintKind, Graph, SchemaTarget, Undo, Writer};
use crate::value::{Date, Endpoint, NodeId, Value};
use std::path::Path;
use std::sync::Arc;
use uuid::Uuid;

/// Format version, checksum of a checkpoint's sections and manifest, of a log record, and of
/// the changes of every kind that a log can hold.
const GOLDEN: &[(u32, u32, u32, u32)] = &[
    (5, 1547935823, 3215161904, 2829285887),
    // A log may end with room.
    (6, 1547935823, 3215161904, 2829285887),
];

fn sample() -> (Graph, Vec<crate::store::Change>) {
    let mut writer = Writer::new(Arc::new(Graph::new()));
    let mut nodes = Vec::new();
    for number in 0..2100i64 {
        let mut properties = vec![("number", Value::Integer(number * number))];
        if number % 3 == 0 {
            properties
                .push(("name", Value::from(["a", "the second name", ""][number as usize % 7 % 3])));
            properties.push(("share", Value::Float(number as f64 / 8.0)));
        }
        if number % 5 == 0 {
            properties.push(("even", Value::Boolean(number % 2 == 0)));
            properties.push(("day", Value::Date(Date { days: number })));
        }
        if number % 700 == 0 {
            properties.push(("some", Value::List(Arc::new(vec![Value::Null, Value::Integer(1)]))));
        }
        let labels: &[&str] = if number % 100 == 0 { &["Person", "Rare"] } else { &["Person"] };
        nodes.push(writer.create_node(labels, properties).unwrap());
    }
    for number in 0..500usize {
        let (start, end) = (nodes[number * 7 % 2100], nodes[number * number % 2100]);
        let since = [("since", Value::Integer(number as i64))];
        let (start, end) = (Endpoint::Node(start), Endpoint::Node(end));
        let knows = writer.create_relationship("KNOWS", start, end, since).unwrap();
        if number % 10 == 0 {
            let claim = Endpoint::Relationship(knows);
            writer.create_relationship::<&str>("ASSERTS", end, claim, []).unwrap();
        }
    }
    writer.delete_node(nodes[2099]).unwrap();
    let people = SchemaTarget::Label(writer.label("Person").unwrap());
    let number = writer.key("number").unwrap();
    writer.create_index(Some("numbers"), people, vec![number]).unwrap();
    let (name, share, day) =
        (writer.key("name").unwrap(), writer.key("share").unwrap(), writer.key("day").unwrap());
    writer.create_constraint(Some("keys"), people, vec![share], ConstraintKind::Unique).unwrap();
    writer.create_index(Some("names"), people, vec![name, day]).unwrap();
    let knows = SchemaTarget::Type(writer.relationship_type("KNOWS").unwrap());
    let since = writer.key("since").unwrap();
    writer.create_index(Some("terms"), knows, vec![since]).unwrap();
    let (graph, changes) = writer.finish();
    (Arc::unwrap_or_clone(graph), changes)
}

/// Changes to the sample of every kind that can be undone.
fn further(graph: &Graph) -> Vec<crate::store::Change> {
    let mut writer = Writer::new(Arc::new(graph.clone()));
    let node = |id| NodeId(id);
    for number in 0..50 {
        let element = Endpoint::Node(node(number * 20));
        writer.set_property(element, "number", Value::from("another")).unwrap();
        writer.set_property(element, "name", Value::Null).unwrap();
    }
    writer.add_label(node(1), "Rare").unwrap();
    writer.remove_label(node(100), "Person").unwrap();
    writer.detach_delete_node(node(7)).unwrap();
    writer.create_node(["New"], [("new", Value::Integer(1))]).unwrap();
    writer.drop_index("numbers").unwrap();
    writer.finish().1
}

#[test]
fn a_changed_byte_needs_a_new_format_version() {
    let (graph, mut changes) = sample();
    let after = further(&graph);
    let undo = Undo::new(&graph, &after);
    changes.extend(after.iter().cloned());
    let commit = CommitRecord {
        time: 9,
        author: "who",
        message: "why",
        changes: &changes,
        undo: Some(&undo),
    };
    let mut history = History::in_memory();
    history.append(7, &commit).unwrap();
    let disk = MemoryStorage::new();
    let path = Path::new("golden");
    let file = Arc::from(disk.open(path, Access::Create).unwrap());
    let header = Header::database(Uuid::nil(), 1, 7);
    let budget = Budget::new(u64::MAX);
    let contents = Contents {
        header: &header,
        time: 5,
        graph: &graph,
        history: Some(&history),
        oldest: (6, 5),
        commit: None,
        stops: &|| false,
    };
    let written = checkpoint_writer::write(file, path, &contents, &budget).unwrap();
    let bytes = disk.contents(path).unwrap();
    assert_eq!(bytes.len() as u64, written.length);
    let checkpoint = crc32c::crc32c(&bytes[64..bytes.len() - 48]);

    // Of its own clean chunks a checkpoint makes the same bytes again.
    let again = Arc::from(disk.open(Path::new("again"), Access::Create).unwrap());
    let contents = Contents { graph: &written.graph, ..contents };
    checkpoint_writer::write(again, path, &contents, &budget).unwrap();
    assert!(disk.contents(Path::new("again")).unwrap() == bytes);

    let place = Place { position: 64, sequence: 3, time: 4, previous: 5 };
    let mut record = Vec::new();
    let chain = Chain { seed: 6, version: FORMAT_VERSION };
    record::encode(&place, chain, 64, &commit, &mut record).unwrap();
    // With its own checksum behind it, every record would have the same.
    let record = crc32c::crc32c(&record[..record.len() - 4]);
    let found = (FORMAT_VERSION, checkpoint, record, golden_kinds::checksum());
    assert_eq!(
        Some(&found),
        GOLDEN.last(),
        "the bytes on disk are no longer those of format version {FORMAT_VERSION}: raise it"
    );
}
