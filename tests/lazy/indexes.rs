//! Indexes that lie in the file: what is read of them, and when.

use super::*;
use dossier::durable::Survival;

#[test]
fn an_index_is_read_when_it_is_used() {
    use dossier::durable::{OpenMode, load_graph};
    use dossier::store::{Graph, SchemaTarget, Writer};
    use dossier::value::{Endpoint, NodeId, Value};
    let in_index = |graph: &Graph| -> Vec<(i64, u32)> {
        let entries = graph.entries_of(graph.index("numbers").unwrap());
        let node = |element| match element {
            Endpoint::Node(node) => node.0,
            other @ Endpoint::Relationship(_) => panic!("{other:?}"),
        };
        entries.map(|(value, element)| (value.as_integer().unwrap(), node(element))).collect()
    };
    let in_scan = |graph: &Graph| -> Vec<(i64, u32)> {
        let (label, key) = (graph.catalog().label_id("P"), graph.catalog().key_id("n").unwrap());
        let ids = graph.node_chunks(label).flat_map(|found| found.ids().collect::<Vec<_>>());
        let value = |id| graph.property(Endpoint::Node(NodeId(id)), key).as_integer();
        let mut found: Vec<_> = ids.filter_map(|id| Some((value(id)?, id))).collect();
        found.sort_unstable();
        found
    };
    let disk = MemoryStorage::new();
    let storage = || Arc::new(disk.clone()) as Arc<dyn Storage>;
    let mode = OpenMode::ReadWrite { create: true };
    let (graph, mut file, _) = load_graph(storage(), Path::new(NAME), mode).unwrap();
    let mut writer = Writer::new(graph);
    let target = SchemaTarget::Label(writer.label("P").unwrap());
    let key = writer.key("n").unwrap();
    writer.create_index(Some("numbers"), target, vec![key]).unwrap();
    for number in 0..5000i64 {
        writer.create_node(["P"], [("n", Value::Integer(number * 37 % 1000))]).unwrap();
    }
    let written = file.checkpoint(&writer.finish().0).unwrap();
    assert_eq!(in_index(&written), in_scan(&written));
    file.close().unwrap();

    let (opened, mut file, _) = load_graph(storage(), Path::new(NAME), mode).unwrap();
    let mut versions = vec![opened.clone()];
    let mut current = opened;
    for round in 0..1500u32 {
        let mut writer = Writer::new(current);
        let node = NodeId(round * 3);
        match round % 3 {
            0 => drop(writer.set_property(Endpoint::Node(node), "n", Value::Integer(-1)).unwrap()),
            1 => drop(writer.remove_label(node, "P").unwrap()),
            _ => writer.delete_node(node).unwrap(),
        }
        current = writer.finish().0;
        if round % 200 == 0 {
            versions.push(current.clone());
        }
    }
    // A checkpoint of a version whose index nobody has asked for yet.
    let (early, late) = (versions[1].clone(), versions.pop().unwrap());
    let rewritten = file.checkpoint(&late).unwrap();
    assert_eq!(in_index(&rewritten), in_scan(&late));
    for version in [&current, &early, &late, &versions[0]] {
        assert_eq!(in_index(version), in_scan(version));
        assert!(version.damage().is_none());
    }
    drop(file);

    // A leaf of the index, or its directory, is damaged: whoever needs it is told.
    let sound = disk.contents(Path::new(NAME)).unwrap();
    for section in [b"\x89SECTION\x07", b"\x89SECTION\x06"] {
        let mut bytes = sound.clone();
        let start = (0..bytes.len() - 9).find(|&at| bytes[at..].starts_with(section)).unwrap();
        bytes[start + 60] ^= 1;
        disk.put(Path::new(NAME), bytes);
        let (damaged, _, _) = load_graph(storage(), Path::new(NAME), OpenMode::ReadOnly).unwrap();
        for version in [damaged.watched(), damaged.watched()] {
            assert!(version.damage().is_none());
            let _ = in_index(&version);
            assert_eq!(version.damage().unwrap().offset, start as u64);
        }
        // Nor does a change pass it by.
        let mut writer = Writer::new(Arc::new(damaged.watched()));
        for node in (4500..5000).chain(4500..5000) {
            let value = Value::Integer(-i64::from(node));
            writer.set_property(Endpoint::Node(NodeId(node)), "n", value).unwrap();
        }
        let version = writer.finish().0;
        let _ = in_index(&version);
        assert!(version.damage().is_some());
    }
}

/// Reads and bytes of opening a database of so many people, and of the first look-ups by an
/// index of integers, by one of strings, and by the first again.
fn lookups_of(people: i64) -> [(u64, u64); 4] {
    let disk = MemoryStorage::new();
    let plain: Arc<dyn Storage> = Arc::new(disk.clone());
    let database = open(&plain, 1 << 30).unwrap();
    database.query("CREATE CONSTRAINT FOR (p:Person) REQUIRE p.number IS UNIQUE").run().unwrap();
    database.query("CREATE INDEX FOR (p:Person) ON (p.name)").run().unwrap();
    fill(&database, people);
    database.checkpoint().unwrap();
    database.close().unwrap();
    let (database, reads) = watched(plain);
    let opening = reads.taken();
    let ask = |key: &str, value: &str| {
        let text = format!("MATCH (p:Person {{{key}: {value}}}) RETURN p.even");
        assert_eq!(database.query(&text).run().unwrap().rows.len(), 1, "{text}");
        reads.taken()
    };
    let number = people / 2 + 1;
    let name = format!("'a person whose number is {number}'");
    [
        opening,
        ask("number", &number.to_string()),
        ask("name", &name),
        ask("number", &number.to_string()),
    ]
}

#[test]
fn a_first_lookup_reads_a_directory_a_leaf_and_an_element_whatever_the_size() {
    let (small, large) = (lookups_of(4_000), lookups_of(64_000));
    println!("{small:?}, {large:?}");
    assert_eq!(small[0].0, large[0].0, "opening has the same reads");
    for lookups in [small, large] {
        // Both indexes may answer, so their directories are looked at.
        assert!(lookups[1].0 <= 8 && lookups[1].1 < 60_000, "{lookups:?}");
        assert!(lookups[2].0 <= 8 && lookups[2].1 < 60_000, "{lookups:?}");
        assert!(lookups[3].1 < 300, "{lookups:?}");
    }
}

#[test]
fn an_index_that_was_declared_last_is_not_gathered_at_each_opening() {
    let disk = MemoryStorage::new();
    let storage: Arc<dyn Storage> = Arc::new(disk.clone());
    let log = Path::new("lazy.dossier.wal");
    let database = open(&storage, 1 << 30).unwrap();
    fill(&database, 6000);
    database.close().unwrap();
    let database = open(&storage, 1 << 30).unwrap();
    database.query("MATCH (p:Person {number: 7}) SET p.even = false").run().unwrap();
    database.close().unwrap();
    assert!(disk.contents(log).is_some(), "a small log is left to the next opening");
    let database = open(&storage, 1 << 30).unwrap();
    database.query("CREATE INDEX FOR (p:Person) ON (p.number)").run().unwrap();
    database.close().unwrap();
    assert!(disk.contents(log).is_none());
    let database = open(&storage, 1 << 30).unwrap();
    let found = |database: &Database| {
        let asked = "MATCH (p:Person {number: 77}) RETURN p.name";
        database.query(asked).run().unwrap().rows.len()
    };
    assert_eq!(found(&database), 1);
    let cache = database.cache().unwrap();
    assert!(cache.loaded() < 400_000, "{} bytes were read into memory", cache.loaded());
    // From then on a small log is left again.
    database.query("MATCH (p:Person {number: 7}) SET p.number = -7").run().unwrap();
    database.close().unwrap();
    assert!(disk.contents(log).is_some());

    // Whoever finds the declaration in the log gathers nothing before he asks for something.
    let database = open(&storage, 1 << 30).unwrap();
    database.checkpoint().unwrap();
    database.query("CREATE CONSTRAINT FOR (p:Person) REQUIRE p.share IS UNIQUE").run().unwrap();
    let crashed: Arc<dyn Storage> = Arc::new(disk.power_loss(Survival::Everything));
    let database = open(&crashed, 1 << 30).unwrap();
    assert_eq!(database.cache().unwrap().loaded(), 0);
    assert_eq!(found(&database), 1);
    let twice = database.query("CREATE (:Person {share: 7 / 7.0})").run().unwrap_err();
    assert!(twice.to_string().contains("share"), "{twice}");
}

#[test]
fn indexes_are_given_back_as_chunks_are() {
    let disk = MemoryStorage::new();
    let storage: Arc<dyn Storage> = Arc::new(disk.clone());
    let database = open(&storage, 1 << 30).unwrap();
    database.query("CREATE INDEX FOR (p:Person) ON (p.name)").run().unwrap();
    fill(&database, 24_000);
    database.close().unwrap();
    let whole = open(&storage, 1 << 30).unwrap();
    let by_name = "MATCH (p:Person) WHERE p.name STARTS WITH 'a person' RETURN count(*) AS n";
    let expected = format!("{:?}", whole.query(by_name).run().unwrap().rows);
    let all = whole.cache().unwrap().live();
    drop(whole);
    let tight = open(&storage, all / 8).unwrap();
    let cache = tight.cache().unwrap();
    for number in 0..400 {
        let number = number * 53 % 24_000 + 1;
        let text = format!(
            "MATCH (p:Person {{name: 'a person whose number is {number}'}}) RETURN p.number AS n"
        );
        let found = tight.query(&text).run().unwrap();
        let expected = (number % 5 != 0).then_some(i64::from(number));
        assert_eq!(found.rows.first().and_then(|row| row[0].as_integer()), expected);
        assert!(cache.live() < all / 2, "{} of {all} bytes", cache.live());
    }
    assert_eq!(format!("{:?}", tight.query(by_name).run().unwrap().rows), expected);
    tight.query("MATCH (p:Person {number: 17}) SET p.name = 'new'").run().unwrap();
    tight.checkpoint().unwrap();
    assert_eq!(tight.query("MATCH (p:Person {name: 'new'}) RETURN p").run().unwrap().rows.len(), 1);
    assert!(cache.loaded() > all, "{} of {all} bytes were read", cache.loaded());
    assert!(dossier::durable::check(storage, Path::new(NAME)).unwrap().faults.is_empty());
}
