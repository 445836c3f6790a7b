//! Merging and unmerging from outside: exact in every order, across a dump, a log, a
//! checkpoint and the past.

#[path = "../src/value/random.rs"]
mod random;

use dossier::value::{ElementReader, Endpoint, NodeId, RelationshipId, Value};
use dossier::{Database, QueryResult};
use random::Random;

fn run(database: &Database, text: &str) -> QueryResult {
    database.query(text).run().unwrap_or_else(|error| panic!("{text}: {error}"))
}

/// Everything that can be read of the graph, ids included.
fn told(database: &Database) -> Vec<String> {
    let graph = database.snapshot();
    let nodes = (0..graph.node_bound()).map(NodeId).filter(|node| graph.contains_node(*node));
    let mut told: Vec<String> = nodes
        .map(|node| {
            let mut labels = graph.node_labels(node);
            labels.sort();
            let mut properties: Vec<String> =
                ElementReader::properties(&*graph, Endpoint::Node(node))
                    .iter()
                    .map(|(key, value)| format!("{key}: {}", value.to_cypher_literal()))
                    .collect();
            properties.sort();
            format!("{node:?} {labels:?} {properties:?}")
        })
        .collect();
    for id in (0..graph.relationship_bound()).map(RelationshipId) {
        if let Some(record) = graph.relationship(id) {
            let kind = graph.catalog().type_name(record.kind);
            told.push(format!("{id:?} {kind} {:?} {:?}", record.start, record.end));
        }
    }
    told
}

fn script(database: &Database) -> String {
    let mut script = Vec::new();
    dossier::export::dump::write(&database.snapshot(), &mut script).unwrap();
    String::from_utf8(script).unwrap()
}

const NODES: u64 = 8;

/// A graph of a few nodes with labels, properties, aliases, loops, parallel relationships and
/// claims about them.
fn random_graph(random: &mut Random) -> Database {
    let database = Database::in_memory();
    for number in 0..NODES {
        let labels = ["", ":A", ":B", ":A:B", ":Merged"][random.below(5) as usize];
        let more = [
            "",
            ", x: 1",
            ", y: 2",
            ", x: 3, y: 4",
            ", aliases: ['n1', 'other']",
            ", aliases: 'one'",
        ][random.below(6) as usize];
        run(&database, &format!("CREATE ({labels} {{name: 'n{number}'{more}}})"));
    }
    for number in 0..14 {
        let (a, b, c) = (random.below(NODES), random.below(NODES), random.below(NODES));
        let kind = ["KNOWS", "LEADS"][random.below(2) as usize];
        run(
            &database,
            &format!(
                "MATCH (a {{name: 'n{a}'}}), (b {{name: 'n{b}'}}), (c {{name: 'n{c}'}}) \
                 CREATE (a)-[r:{kind} {{n: {number}}}]->(b), (c)-[:ASSERTS]->[r]"
            ),
        );
    }
    database
}

fn merge(database: &Database, kept: u64, merged: u64) -> bool {
    let text = format!(
        "MATCH (a), (b) WHERE id(a) = {kept} AND id(b) = {merged} CALL dossier.merge(a, b) YIELD merger RETURN merger"
    );
    database.query(&text).run().is_ok()
}

fn unmerge(database: &Database, merged: u64) {
    run(database, &format!("MATCH (b) WHERE id(b) = {merged} CALL dossier.unmerge(b)"));
}

#[test]
fn unmerging_in_the_reverse_order_leads_back_exactly() {
    for seed in 0..40 {
        let mut random = Random(seed);
        let database = random_graph(&mut random);
        let mut states = Vec::new();
        for _ in 0..5 {
            let (kept, merged) = (random.below(NODES), random.below(NODES));
            let before = told(&database);
            if merge(&database, kept, merged) {
                states.push((merged, before));
            } else {
                assert_eq!(
                    told(&database),
                    before,
                    "seed {seed}: a refused merger changes nothing"
                );
            }
        }
        assert!(!states.is_empty(), "seed {seed}");
        for (merged, before) in states.into_iter().rev() {
            unmerge(&database, merged);
            assert_eq!(told(&database), before, "seed {seed}");
        }
    }
}

#[test]
fn unmerging_in_any_order_gives_every_relationship_back() {
    let ends = |database: &Database| {
        let result = run(
            database,
            "MATCH (a)-[r:KNOWS|LEADS]->(b) RETURN id(r), id(a), id(b) ORDER BY id(r)",
        );
        format!("{:?}", result.rows)
    };
    for seed in 100..140 {
        let mut random = Random(seed);
        let database = random_graph(&mut random);
        let before = ends(&database);
        let mut merged = Vec::new();
        for _ in 0..5 {
            let (kept, other) = (random.below(NODES), random.below(NODES));
            if merge(&database, kept, other) {
                merged.push(other);
            }
        }
        while !merged.is_empty() {
            let next = merged.swap_remove(random.below(merged.len() as u64) as usize);
            unmerge(&database, next);
        }
        assert_eq!(ends(&database), before, "seed {seed}");
        let left = run(&database, "MATCH ()-[r:MERGED_INTO]->() RETURN count(r)");
        assert!(matches!(left.single(), Some(Value::Integer(0))));
    }
}

#[test]
fn a_merger_is_undone_after_a_dump_was_loaded() {
    let database = Database::in_memory();
    run(
        &database,
        "CREATE (a:Person {name: 'Xi Jinping'}), (b:Official {name: 'President Xi', office: 'one'}), \
         (a)-[:LEADS]->(c:Country {name: 'China'}), (b)-[k:KNOWS]->(c), (b)-[:KNOWS]->(b), \
         (:Media {name: 'Times'})-[:ASSERTS]->[k]",
    );
    let before = script(&database);
    run(&database, "MATCH (a:Person), (b:Official) CALL dossier.merge(a, b)");
    let loaded = Database::in_memory();
    let text = script(&database);
    for (_, statement) in dossier::syntax::split_statements(&text) {
        run(&loaded, statement);
    }
    assert_eq!(script(&loaded), text);
    run(&loaded, "MATCH (b:Merged) CALL dossier.unmerge(b)");
    assert_eq!(script(&loaded), before);
}

#[test]
fn a_merger_is_in_the_log_in_the_checkpoint_and_in_the_past() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("entities.dossier");
    let database = Database::open(&path).unwrap();
    run(
        &database,
        "CREATE (a:A {name: 'a'})-[:T {n: 1}]->(:C), (b:B {name: 'b'})-[:T {n: 2}]->(b)",
    );
    let first = told(&database);
    run(&database, "MATCH (a:A), (b:B) CALL dossier.merge(a, b)");
    let second = told(&database);
    run(&database, "MATCH (m:Merged) CALL dossier.unmerge(m)");
    assert_eq!(told(&database), first);
    run(&database, "MATCH (a:A), (b:B) CALL dossier.merge(b, a)");
    let last = told(&database);
    let past = |database: &Database, commit: u64| {
        let graph = database.version_at(commit).unwrap();
        let (a, b) = (graph.node_count(), graph.relationship_count());
        let starts: Vec<_> = (0..2)
            .filter_map(|id| graph.relationship(RelationshipId(id)))
            .map(|record| (record.start, record.end))
            .collect();
        (a, b, starts)
    };
    let versions: Vec<_> = (1..=4).map(|commit| past(&database, commit)).collect();
    assert_eq!(versions[0], versions[2]);
    assert_ne!(versions[0], versions[1]);
    drop(database);
    for checkpoint in [false, true] {
        let database = Database::open(&path).unwrap();
        assert_eq!(told(&database), last);
        if checkpoint {
            database.checkpoint().unwrap();
        }
        for (commit, version) in (1..=4).zip(&versions) {
            assert_eq!(past(&database, commit), *version, "commit {commit}");
        }
        database.close().unwrap();
        assert!(dossier::database::check(&path).unwrap().faults.is_empty());
    }
    assert_ne!(second, last);
}

#[test]
fn merging_a_hub_can_be_stopped_and_takes_no_more_memory_than_it_may() {
    let database = Database::in_memory();
    run(
        &database,
        "CREATE (:A {name: 'a'}), (b:B {name: 'b'}) WITH b UNWIND range(1, 20000) AS i CREATE (b)-[:T]->(:C)",
    );
    let before = told(&database);
    let merge = "MATCH (a:A), (b:B) CALL dossier.merge(a, b) YIELD moved RETURN moved";
    let small = database.query(merge).memory_limit(1 << 20).run();
    assert!(small.is_err_and(|error| error.to_string().contains("memory limit")));
    let short = database.query(merge).timeout(std::time::Duration::from_millis(5)).run();
    assert!(short.is_err());
    assert_eq!(told(&database), before);
    let done = run(&database, merge);
    assert!(matches!(done.single(), Some(Value::Integer(20000))));
    assert_eq!(done.counters.relationships_moved, 20000);
}
