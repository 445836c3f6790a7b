//! Dossier as a peer of the benchmark: `load DATA DB` reads a folder of CSV files into a new
//! database (`load-parquet DATA DB` one of Parquet files), `serve DB` answers queries, one JSON
//! object per line. `lookups DATA DB` measures look-ups and single inserts through the library,
//! without the pipe; `lookups DATA DB TASK…` some of them alone.
//!
//! ```text
//! {"q": "MATCH (p:Person {id: $id}) RETURN p.name AS name", "params": {"id": 1}}
//! {"rows": [["Mavis Harman"]]}
//! ```

use dossier::value::{Map, Value};
use dossier::{Database, LocalFiles, PreparedQuery, QueryResult, Transaction};
use std::collections::HashMap;
use std::error::Error;
use std::fs::read_to_string;
use std::io::{BufRead, Write};
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

/// Files of nodes with their labels; the ending is that of the format.
const NODES: [(&str, &str); 5] = [
    ("Person", "persons"),
    ("City", "cities"),
    ("State", "states"),
    ("Country", "countries"),
    ("Interest", "interests"),
];

/// Files of relationships with their type and ends.
const RELATIONSHIPS: [(&str, &str); 5] = [
    ("(:Person)-[:FOLLOWS]->(:Person)", "follows"),
    ("(:Person)-[:LIVES_IN]->(:City)", "lives_in"),
    ("(:Person)-[:HAS_INTEREST]->(:Interest)", "has_interest"),
    ("(:City)-[:CITY_IN]->(:State)", "city_in"),
    ("(:State)-[:STATE_IN]->(:Country)", "state_in"),
];

#[cfg(feature = "mimalloc")]
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// The pages of memory that the command uses too.
#[path = "../src/cli/pages.rs"]
mod pages;

fn main() -> Result<(), Box<dyn Error>> {
    pages::suit(0);
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["load", data, file] => load(data, file, "csv"),
        ["load-parquet", data, file] => load(data, file, "parquet"),
        ["lookups", data, file, ref tasks @ ..] => lookups(data, file, tasks),
        ["serve", file] => serve(file),
        _ => Err("expected `load DATA DB`, `load-parquet DATA DB`, `lookups DATA DB [TASK…]` or \
                 `serve DB`"
            .into()),
    }
}

fn load(data: &str, file: &str, ending: &str) -> Result<(), Box<dyn Error>> {
    let db = Database::open(file)?;
    db.query("CREATE CONSTRAINT FOR (person:Person) REQUIRE person.id IS UNIQUE").run()?;
    let mut import = db.import().files(Arc::new(LocalFiles::within(data)));
    for (labels, file) in NODES {
        import = import.nodes(labels.parse()?, [format!("{file}.{ending}")]);
    }
    for (ends, file) in RELATIONSHIPS {
        import = import.relationships(ends.parse()?, [format!("{file}.{ending}")]);
    }
    let report = import.run()?;
    writeln!(
        std::io::stderr(),
        "{} nodes and {} relationships in {:.3} s",
        report.nodes,
        report.relationships,
        report.elapsed.as_secs_f64()
    )?;
    Ok(db.close()?)
}

/// A look-up of the benchmark.
struct LookUp {
    task: &'static str,
    /// Where its parameters stand in `meta.json`, and what they are called.
    sets: &'static str,
    names: &'static [&'static str],
    text: &'static str,
}

const LOOKUPS: [LookUp; 4] = [
    LookUp {
        task: "point",
        sets: "points",
        names: &["id"],
        text: "MATCH (p:Person {id: $id}) RETURN p.name AS name, p.age AS age",
    },
    LookUp {
        task: "hop1",
        sets: "hop1",
        names: &["id"],
        text: "MATCH (a:Person {id: $id})-[:FOLLOWS]->(b:Person) RETURN b.id AS id ORDER BY id",
    },
    LookUp {
        task: "hop2",
        sets: "hop2",
        names: &["id"],
        text: "MATCH (a:Person {id: $id})-[:FOLLOWS]->(:Person)-[:FOLLOWS]->(c:Person) \
               RETURN count(DISTINCT c.id) AS n",
    },
    LookUp {
        task: "sp",
        sets: "pairs",
        names: &["a", "b"],
        text: "MATCH p = shortestPath((a:Person {id: $a})-[:FOLLOWS*]->(b:Person {id: $b})) \
               RETURN length(p) AS n",
    },
];

impl LookUp {
    /// The values of its parameters, one set for each call.
    fn sets(&self, meta: &serde_json::Value) -> Vec<Vec<i64>> {
        let sets = meta[self.sets].as_array().into_iter().flatten();
        sets.map(|set| match set.as_array() {
            Some(several) => several.iter().filter_map(serde_json::Value::as_i64).collect(),
            None => set.as_i64().into_iter().collect(),
        })
        .collect()
    }

    /// The milliseconds of one.
    fn measured(&self, db: &Database, sets: &[Vec<i64>]) -> Result<f64, Box<dyn Error>> {
        let query = db.prepare(self.text)?;
        let mut times = Vec::with_capacity(RUNS);
        // The first run warms up.
        for run in 0..=RUNS {
            let started = Instant::now();
            let mut rows = 0;
            for set in sets {
                let mut call = db.prepared(&query);
                for (name, value) in self.names.iter().zip(set) {
                    call = call.param(name, *value);
                }
                rows += call.run()?.rows.len();
            }
            if rows == 0 {
                return Err("nothing was found".into());
            }
            if run > 0 {
                times.push(started.elapsed().as_secs_f64() * 1000.0 / sets.len() as f64);
            }
        }
        Ok(median(times))
    }
}

/// Runs of which the median counts.
const RUNS: usize = 5;

/// Prints the milliseconds of each task, the median of some runs: of a look-up over all
/// parameters, of the inserts all together.
fn lookups(data: &str, file: &str, tasks: &[&str]) -> Result<(), Box<dyn Error>> {
    let data = Path::new(data);
    let meta: serde_json::Value = serde_json::from_str(&read_to_string(data.join("meta.json"))?)?;
    let wanted = |task: &str| tasks.is_empty() || tasks.contains(&task);
    let mut measured = serde_json::Map::new();
    let db = open(file)?;
    for look_up in LOOKUPS.iter().filter(|look_up| wanted(look_up.task)) {
        let took = look_up.measured(&db, &look_up.sets(&meta));
        let took = took.map_err(|error| format!("{}: {error}", look_up.task))?;
        measured.insert(look_up.task.to_owned(), took.into());
    }
    db.close()?;
    if wanted("ins100k") || wanted("dur1000") {
        let pairs = pairs(&data.join("extra_follows.csv"))?;
        let runs = (0..RUNS).map(|_| insert(file, &pairs)).collect::<Result<Vec<_>, _>>()?;
        let (synced, together): (Vec<f64>, Vec<f64>) = runs.into_iter().unzip();
        measured.insert("dur1000".to_owned(), median(synced).into());
        measured.insert("ins100k".to_owned(), median(together).into());
    }
    writeln!(std::io::stdout(), "{}", serde_json::Value::Object(measured))?;
    Ok(())
}

fn median(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}

/// The single insert of the benchmark, and how many of them are synced one by one; the others
/// are one transaction.
const INSERT: &str = "MATCH (a:Person {id: $a}), (b:Person {id: $b}) CREATE (a)-[:FOLLOWS]->(b)";
const SYNCED: usize = 1000;

/// The milliseconds of the synced inserts, and of the others, on a copy of the database.
fn insert(file: &str, pairs: &[(i64, i64)]) -> Result<(f64, f64), Box<dyn Error>> {
    let copy = format!("{file}.inserts");
    let logs = [format!("{file}.wal"), format!("{copy}.wal")];
    std::fs::copy(file, &copy)?;
    if Path::new(&logs[0]).exists() {
        std::fs::copy(&logs[0], &logs[1])?;
    }
    let measured = insert_into(&copy, pairs);
    std::fs::remove_file(&copy)?;
    if Path::new(&logs[1]).exists() {
        std::fs::remove_file(&logs[1])?;
    }
    measured
}

fn insert_into(file: &str, pairs: &[(i64, i64)]) -> Result<(f64, f64), Box<dyn Error>> {
    let (synced, together) = pairs.split_at_checked(SYNCED).ok_or("there are too few pairs")?;
    let db = open(file)?;
    let query = db.prepare(INSERT)?;
    let created = |result: QueryResult| result.counters.relationships_created;
    let started = Instant::now();
    let mut inserted = 0;
    for (a, b) in synced {
        inserted += created(db.prepared(&query).param("a", *a).param("b", *b).run()?);
    }
    let alone = started.elapsed();
    let started = Instant::now();
    let mut transaction = db.begin()?;
    for (a, b) in together {
        let run = transaction.prepared(&query).param("a", *a).param("b", *b);
        inserted += created(run.run()?);
    }
    transaction.commit()?;
    let together = started.elapsed();
    if inserted as usize != pairs.len() {
        return Err("not all relationships were inserted".into());
    }
    db.close()?;
    Ok((alone.as_secs_f64() * 1000.0, together.as_secs_f64() * 1000.0))
}

/// The pairs of ids in a file of two columns with a line of names.
fn pairs(file: &Path) -> Result<Vec<(i64, i64)>, Box<dyn Error>> {
    let text = read_to_string(file)?;
    let mut pairs = Vec::new();
    for line in text.lines().skip(1) {
        let (a, b) = line.split_once(',').ok_or("a line has no two columns")?;
        pairs.push((a.parse()?, b.parse()?));
    }
    Ok(pairs)
}

/// Opens a database that is there.
fn open(file: &str) -> Result<Database, Box<dyn Error>> {
    pages::suit(std::fs::metadata(file)?.len());
    Ok(Database::open(file)?)
}

fn serve(file: &str) -> Result<(), Box<dyn Error>> {
    let db = open(file)?;
    let mut prepared = HashMap::new();
    let mut transaction: Option<Transaction> = None;
    let mut output = std::io::stdout().lock();
    for line in std::io::stdin().lock().lines() {
        let answer = match answer(&db, &mut prepared, &mut transaction, &line?) {
            Ok(rows) => serde_json::json!({ "rows": rows }),
            Err(error) => serde_json::json!({ "error": error.to_string() }),
        };
        writeln!(output, "{answer}")?;
        output.flush()?;
    }
    db.close()?;
    Ok(())
}

fn answer(
    db: &Database,
    prepared: &mut HashMap<String, PreparedQuery>,
    transaction: &mut Option<Transaction>,
    line: &str,
) -> Result<Vec<Vec<serde_json::Value>>, Box<dyn Error>> {
    let request: serde_json::Value = serde_json::from_str(line)?;
    let query = request["q"].as_str().ok_or("`q` is no text")?;
    match query {
        "BEGIN" => *transaction = Some(db.begin()?),
        "COMMIT" => transaction.take().ok_or("no transaction")?.commit()?,
        "CHECKPOINT" => db.checkpoint()?,
        _ => {
            let parameters: Map = request["params"]
                .as_object()
                .into_iter()
                .flatten()
                .map(|(name, value)| (Arc::from(name.as_str()), scalar(value)))
                .collect();
            // Each text is prepared when it first comes.
            if !prepared.contains_key(query) {
                prepared.insert(query.to_owned(), db.prepare(query)?);
            }
            let query = match transaction {
                Some(transaction) => transaction.prepared(&prepared[query]),
                None => db.prepared(&prepared[query]),
            };
            let result = query.params(parameters).run()?;
            return Ok(result.rows.iter().map(|row| row.iter().map(json).collect()).collect());
        }
    }
    Ok(Vec::new())
}

fn scalar(value: &serde_json::Value) -> Value {
    match value {
        serde_json::Value::Number(number) => match number.as_i64() {
            Some(integer) => Value::Integer(integer),
            None => Value::Float(number.as_f64().unwrap_or(f64::NAN)),
        },
        serde_json::Value::String(text) => Value::String(text.as_str().into()),
        serde_json::Value::Bool(truth) => Value::Boolean(*truth),
        _ => Value::Null,
    }
}

fn json(value: &Value) -> serde_json::Value {
    match value {
        Value::Integer(integer) => (*integer).into(),
        Value::Float(float) => (*float).into(),
        Value::Boolean(truth) => (*truth).into(),
        Value::String(text) => text.to_string().into(),
        Value::Null => serde_json::Value::Null,
        other => format!("{other:?}").into(),
    }
}
