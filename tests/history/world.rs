//! A database whose versions were all written down when they were the present one.

use dossier::durable::{MemoryStorage, Storage};
use dossier::store::{Direction, Graph};
use dossier::value::{Endpoint, NodeId, RelationshipId};
use dossier::{Commit, Database, Error, KnownAt, OpenOptions};
use std::sync::Arc;

#[path = "../../src/value/random.rs"]
mod random;
pub(crate) use random::Random;

/// The name of every database under test.
pub(crate) const NAME: &str = "test.dossier";

/// Everything that can be read of a version.
pub(crate) fn told(graph: &Graph) -> Vec<String> {
    let mut told: Vec<String> =
        graph.export_changes().map(|change| format!("{change:?}")).collect();
    let nodes = (0..graph.node_bound()).map(|id| Endpoint::Node(NodeId(id)));
    let ids = 0..graph.relationship_bound();
    for element in nodes.chain(ids.map(|id| Endpoint::Relationship(RelationshipId(id)))) {
        for direction in [Direction::Outgoing, Direction::Incoming] {
            let mut found: Vec<_> = graph.relationships_at(element, direction).collect();
            found.sort_unstable();
            told.push(format!("{element:?} {direction:?} {found:?}"));
        }
    }
    for (label, name) in graph.catalog().labels() {
        told.push(format!("{name} {}", graph.statistics().nodes_with_label(label)));
    }
    assert_eq!(graph.damage(), None);
    told
}

/// Opens a storage's database for writing.
pub(crate) fn open(storage: &Arc<dyn Storage>) -> Database {
    Database::open_in(storage.clone(), NAME, OpenOptions::default()).unwrap()
}

/// The statements that changes are made of; `$i` is random.
const STATEMENTS: &[&str] = &[
    "CREATE (:A {i: $i}), (:B {name: 'b', i: $i})",
    "CREATE (:A {i: $i, text: 'some text that is long enough', list: [1, $i]})-[:R {i: $i}]->(:C)",
    "MATCH (a:A) WITH a SKIP $i % 5 LIMIT 2 MATCH (b:B) WITH a, b LIMIT 3 CREATE (a)-[:KNOWS {since: $i}]->(b)",
    "MATCH ()-[r:R]->() WITH r LIMIT 2 MATCH (a:A) WITH r, a LIMIT 2 CREATE (a)-[:ASSERTS {i: $i}]->[r]",
    "MATCH ()-[c:ASSERTS]->[] WITH c LIMIT 2 MATCH (a:A) WITH c, a LIMIT 1 CREATE (a)-[:DENIES]->[c]",
    "MATCH (n) WHERE id(n) % 5 = $i % 5 SET n.i = $i, n.new = 'value'",
    "MATCH (n) WHERE id(n) % 7 = $i % 7 SET n.i = null, n:Seen",
    "MATCH (n:Seen) REMOVE n:Seen, n.text",
    "MATCH ()-[r]->() WHERE id(r) % 3 = $i % 3 SET r.i = $i",
    "MATCH (n) WHERE id(n) % 11 = $i % 11 DETACH DELETE n",
    "MATCH ()-[r]->() WITH r LIMIT 1 DETACH DELETE r",
    "MATCH (n) WHERE id(n) = $i SET n = {only: 'this'}",
    "UNWIND range(1, $i % 50) AS i CREATE (:Many {i: i})",
    "MATCH (m:Many) WITH m LIMIT 30 DELETE m",
];

/// Commits a random change, which may come to nothing.
pub(crate) fn try_change(database: &Database, random: &mut Random) -> Result<(), Error> {
    let mut transaction = database.begin()?;
    transaction.set_message("a change");
    for _ in 0..=random.below(3) {
        let text = STATEMENTS[random.below(STATEMENTS.len() as u64) as usize];
        let number = random.below(40) as i64;
        transaction.query(text).param("i", number).run()?;
    }
    transaction.commit()
}

pub(crate) fn change(database: &Database, random: &mut Random) {
    try_change(database, random).unwrap();
}

/// A database in a storage, and all of its versions.
pub(crate) struct World {
    pub(crate) database: Database,
    storage: Arc<dyn Storage>,
    known: Vec<Vec<String>>,
    pub(crate) oldest: u64,
}

impl World {
    pub(crate) fn new() -> World {
        let storage: Arc<dyn Storage> = Arc::new(MemoryStorage::new());
        let database = open(&storage);
        let known = vec![told(&database.snapshot())];
        World { database, storage, known, oldest: 0 }
    }

    pub(crate) fn newest(&self) -> u64 {
        self.known.len() as u64 - 1
    }

    pub(crate) fn any(&self, random: &mut Random) -> u64 {
        self.oldest + random.below(self.newest() - self.oldest + 1)
    }

    pub(crate) fn commit(&mut self, random: &mut Random) {
        change(&self.database, random);
        let present = self.database.snapshot();
        if present.last_commit().0 > self.newest() {
            self.known.push(told(&present));
        }
        assert_eq!(present.last_commit().0, self.newest());
    }

    pub(crate) fn reopen(&mut self) {
        let stand_in = Database::in_memory();
        std::mem::replace(&mut self.database, stand_in).close().unwrap();
        self.database = open(&self.storage);
        assert_eq!(self.database.snapshot().last_commit().0, self.newest());
    }

    pub(crate) fn vacuum(&mut self, random: &mut Random) {
        let number = self.any(random);
        let report = self.database.vacuum(Some(KnownAt::Commit(number))).unwrap();
        assert_eq!(report.commits, number - self.oldest);
        self.oldest = number;
        assert_eq!(self.database.oldest().0, number);
    }

    pub(crate) fn compare(&self, number: u64, seed: u64) {
        let version = self.database.version_at(number).unwrap();
        assert_eq!(version.last_commit().0, number);
        assert_eq!(told(&version), self.known[number as usize], "seed {seed}, version {number}");
    }

    pub(crate) fn compare_log(&self) {
        let commits = self.database.commits(usize::MAX).unwrap();
        let numbers: Vec<u64> = commits.iter().map(|commit| commit.number).collect();
        assert_eq!(numbers, (self.oldest.max(1)..=self.newest()).rev().collect::<Vec<_>>());
        let described = |commit: &Commit| &*commit.message == "a change" && commit.time > 0;
        assert!(commits.iter().all(described), "{commits:?}");
    }
}
