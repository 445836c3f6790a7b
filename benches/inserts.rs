//! What counting costs after many inserts, beside what it costs after a checkpoint.
//!
//! A graph of two million relationships in a file. Each question is asked before the inserts, for
//! the first time after them (when what came is merged with what was there), again, and after a
//! checkpoint. What is wanted is the ratio of the last two.
//!
//! `cargo bench --bench inserts`

#![expect(clippy::print_stdout, reason = "a benchmark prints its result")]

#[path = "../src/value/random.rs"]
mod random;

use dossier::store::Writer;
use dossier::value::{Endpoint, NodeId, Value};
use dossier::{Database, Error};
use random::Random;
use std::hint::black_box;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

const PEOPLE: u32 = 100_000;
const FOLLOWED: u32 = 20;
const INSERTS: u32 = 99_000;
const RUNS: usize = 9;

/// A name and a text.
const QUESTIONS: [(&str, &str); 6] = [
    ("relationships", "MATCH (:Person)-[f:FOLLOWS]->(:Person) RETURN count(f)"),
    ("two hops", "MATCH (:Person)-[:FOLLOWS]->(:Person)-[:FOLLOWS]->(:Person) RETURN count(*)"),
    (
        "two hops with filters",
        "MATCH (:Person)-[:FOLLOWS]->(b:Person)-[:FOLLOWS]->(c:Person) \
         WHERE b.age < 50 AND c.age > 25 RETURN count(*)",
    ),
    (
        "three hops",
        "MATCH (:Person)-[:FOLLOWS]->(:Person)-[:FOLLOWS]->(:Person)-[:FOLLOWS]->(:Person) \
         RETURN count(*)",
    ),
    (
        "triangles of some",
        "MATCH (a:Person)-[:FOLLOWS]->(b)-[:FOLLOWS]->(c), (a)-[:FOLLOWS]->(c) \
         WHERE a.age = 30 RETURN count(*)",
    ),
    ("components", "CALL algo.wcc('Person', 'FOLLOWS') YIELD component RETURN max(component)"),
];

fn fill(path: &Path) -> Result<(), Box<dyn std::error::Error>> {
    let mut random = Random(1);
    let mut writer = Writer::new(Arc::default());
    for _ in 0..PEOPLE {
        let age = Value::Integer(18 + random.below(60) as i64);
        writer.create_node(["Person"], [("age", age)])?;
    }
    let kind = writer.relationship_type("FOLLOWS")?;
    for number in 0..PEOPLE * FOLLOWED {
        let (from, to) = (number / FOLLOWED, random.below(u64::from(PEOPLE)) as u32);
        let ends = [from, to].map(|id| Endpoint::Node(NodeId(id)));
        writer.create_relationship_with(kind, ends[0], ends[1], Vec::new())?;
    }
    Ok(Database::from_graph(writer.finish().0).backup(path).map(drop)?)
}

/// How long a question takes for the first time, and the least time afterwards.
fn ask(database: &Database, text: &str) -> Result<(Duration, Duration), Error> {
    let query = database.prepare(text)?;
    let mut times = Vec::with_capacity(RUNS);
    for _ in 0..RUNS {
        let started = Instant::now();
        black_box(database.prepared(&query).run()?.rows);
        times.push(started.elapsed());
    }
    let first = times.remove(0);
    Ok((first, times.into_iter().min().unwrap_or_default()))
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("inserts.dossier");
    fill(&path)?;
    let database = Database::open(&path)?;
    let all = |database: &Database| {
        QUESTIONS.iter().map(|(_, text)| ask(database, text)).collect::<Result<Vec<_>, _>>()
    };
    let before = all(&database)?;
    let insert = "MATCH (a:Person), (b:Person) WHERE id(a) = $a AND id(b) = $b \
                  CREATE (a)-[:FOLLOWS]->(b)";
    let insert = database.prepare(insert)?;
    let mut random = Random(2);
    let mut transaction = database.begin()?;
    for _ in 0..INSERTS {
        let [a, b] = [(); 2].map(|()| random.below(u64::from(PEOPLE)) as i64);
        transaction.prepared(&insert).param("a", a).param("b", b).run()?;
    }
    transaction.commit()?;
    let after = all(&database)?;
    database.checkpoint()?;
    let packed = all(&database)?;
    println!("milliseconds, after {INSERTS} inserts into {}", PEOPLE * FOLLOWED);
    println!("{:<24}  before   first   again  packed  again : packed", "");
    for ((((name, _), before), after), packed) in
        QUESTIONS.iter().zip(before).zip(after).zip(packed)
    {
        let [before, first, again, packed] =
            [before.1, after.0, after.1, packed.1].map(|time| time.as_secs_f64() * 1e3);
        println!(
            "{name:<24} {before:>7.2} {first:>7.2} {again:>7.2} {packed:>7.2} {:>8.2}",
            again / packed
        );
    }
    Ok(database.close()?)
}
