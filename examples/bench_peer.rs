//! Dossier as a peer of the benchmark: `load DATA DB` reads a folder of CSV files into a new
//! database, `serve DB` answers queries, one JSON object per line.
//!
//! ```text
//! {"q": "MATCH (p:Person {id: $id}) RETURN p.name AS name", "params": {"id": 1}}
//! {"rows": [["Mavis Harman"]]}
//! ```

use dossier::value::{Map, Value};
use dossier::{Database, LocalFiles, PreparedQuery, Transaction};
use std::collections::HashMap;
use std::error::Error;
use std::io::{BufRead, Write};
use std::sync::Arc;

/// Files of nodes with their labels.
const NODES: [(&str, &str); 5] = [
    ("Person", "persons.csv"),
    ("City", "cities.csv"),
    ("State", "states.csv"),
    ("Country", "countries.csv"),
    ("Interest", "interests.csv"),
];

/// Files of relationships with their type and ends.
const RELATIONSHIPS: [(&str, &str); 5] = [
    ("(:Person)-[:FOLLOWS]->(:Person)", "follows.csv"),
    ("(:Person)-[:LIVES_IN]->(:City)", "lives_in.csv"),
    ("(:Person)-[:HAS_INTEREST]->(:Interest)", "has_interest.csv"),
    ("(:City)-[:CITY_IN]->(:State)", "city_in.csv"),
    ("(:State)-[:STATE_IN]->(:Country)", "state_in.csv"),
];

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["load", data, file] => load(data, file),
        ["serve", file] => serve(file),
        _ => Err("expected `load DATA DB` or `serve DB`".into()),
    }
}

fn load(data: &str, file: &str) -> Result<(), Box<dyn Error>> {
    let db = Database::open(file)?;
    db.query("CREATE CONSTRAINT FOR (person:Person) REQUIRE person.id IS UNIQUE").run()?;
    let mut import = db.import().files(Arc::new(LocalFiles::within(data)));
    for (labels, file) in NODES {
        import = import.nodes(labels.parse()?, [file]);
    }
    for (ends, file) in RELATIONSHIPS {
        import = import.relationships(ends.parse()?, [file]);
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

fn serve(file: &str) -> Result<(), Box<dyn Error>> {
    let db = Database::open(file)?;
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
