//! The formats hold still: the same graph gives the same bytes as when the version was
//! raised last. Whoever changes a byte raises [`FORMAT_VERSION`], keeps the old reader,
//! adds a line here and a fixture to `tests/fixtures`.

use super::checkpoint_writer;
use super::header::{FORMAT_VERSION, Header};
use super::memory_storage::MemoryStorage;
use super::record::{self, CommitRecord, Place};
use super::storage::{Access, Storage};
use crate::store::{Budget, Graph, SchemaTarget, Writer};
use crate::value::{Date, Endpoint, Value};
use std::path::Path;
use std::sync::Arc;
use uuid::Uuid;

/// Format version, checksum of a checkpoint's sections and manifest, checksum of a log
/// record.
const GOLDEN: &[(u32, u32, u32)] = &[(2, 3115760263, 1214729159)];

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
    let (graph, changes) = writer.finish();
    (Arc::unwrap_or_clone(graph), changes)
}

#[test]
fn a_changed_byte_needs_a_new_format_version() {
    let (graph, changes) = sample();
    let disk = MemoryStorage::new();
    let path = Path::new("golden");
    let file = Arc::from(disk.open(path, Access::Create).unwrap());
    let header = Header::database(Uuid::nil(), 1, 7);
    let budget = Budget::new(u64::MAX);
    let written = checkpoint_writer::write(file, path, &header, 5, &graph, &budget).unwrap();
    let bytes = disk.contents(path).unwrap();
    assert_eq!(bytes.len() as u64, written.length);
    let checkpoint = crc32c::crc32c(&bytes[64..bytes.len() - 48]);

    // Of its own clean chunks a checkpoint makes the same bytes again.
    let again = Arc::from(disk.open(Path::new("again"), Access::Create).unwrap());
    checkpoint_writer::write(again, path, &header, 5, &written.graph, &budget).unwrap();
    assert!(disk.contents(Path::new("again")).unwrap() == bytes);

    let place = Place { position: 64, sequence: 3, time: 4, previous: 5 };
    let commit = CommitRecord { time: 9, author: "who", message: "why", changes: &changes };
    let mut record = Vec::new();
    record::encode(&place, 6, 64, &commit, &mut record).unwrap();
    let found = (FORMAT_VERSION, checkpoint, crc32c::crc32c(&record));
    assert_eq!(
        Some(&found),
        GOLDEN.last(),
        "the bytes on disk are no longer those of format version {FORMAT_VERSION}: raise it"
    );
}
