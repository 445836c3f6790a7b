//! Dossier as a peer of the benchmark: `load DATA DB` reads a folder of CSV files into a new
//! database, `serve DB` answers queries, one JSON object per line.
//!
//! ```text
//! {"q": "MATCH (p:Person {id: $id}) RETURN p.name AS name", "params": {"id": 1}}
//! {"rows": [["Mavis Harman"]]}
//! ```

use dossier::value::{Map, Value};
use dossier::{Database, LocalFiles, OpenOptions, Transaction};
use std::error::Error;
use std::io::{BufRead, Write};
use std::sync::Arc;

const LOADS: [&str; 12] = [
    "CREATE CONSTRAINT FOR (n:Person) REQUIRE n.id IS UNIQUE",
    "LOAD CSV WITH HEADERS FROM 'persons.csv' AS r CREATE (:Person {id: toInteger(r.id), name: r.name, gender: r.gender, birthday: r.birthday, age: toInteger(r.age), isMarried: toBoolean(r.isMarried)})",
    "LOAD CSV WITH HEADERS FROM 'cities.csv' AS r CREATE (:City {id: toInteger(r.id), city: r.city, state: r.state, country: r.country, lat: toFloat(r.lat), lon: toFloat(r.lon), population: toInteger(r.population)})",
    "LOAD CSV WITH HEADERS FROM 'states.csv' AS r CREATE (:State {id: toInteger(r.id), state: r.state, country: r.country})",
    "LOAD CSV WITH HEADERS FROM 'countries.csv' AS r CREATE (:Country {id: toInteger(r.id), country: r.country})",
    "LOAD CSV WITH HEADERS FROM 'interests.csv' AS r CREATE (:Interest {id: toInteger(r.id), interest: r.interest})",
    "CREATE INDEX FOR (n:City) ON (n.id)",
    "LOAD CSV WITH HEADERS FROM 'follows.csv' AS r MATCH (a:Person {id: toInteger(r.from)}), (b:Person {id: toInteger(r.to)}) CREATE (a)-[:FOLLOWS]->(b)",
    "LOAD CSV WITH HEADERS FROM 'lives_in.csv' AS r MATCH (a:Person {id: toInteger(r.from)}), (b:City {id: toInteger(r.to)}) CREATE (a)-[:LIVES_IN]->(b)",
    "LOAD CSV WITH HEADERS FROM 'has_interest.csv' AS r MATCH (a:Person {id: toInteger(r.from)}), (b:Interest {id: toInteger(r.to)}) CREATE (a)-[:HAS_INTEREST]->(b)",
    "LOAD CSV WITH HEADERS FROM 'city_in.csv' AS r MATCH (a:City {id: toInteger(r.from)}), (b:State {id: toInteger(r.to)}) CREATE (a)-[:CITY_IN]->(b)",
    "LOAD CSV WITH HEADERS FROM 'state_in.csv' AS r MATCH (a:State {id: toInteger(r.from)}), (b:Country {id: toInteger(r.to)}) CREATE (a)-[:STATE_IN]->(b)",
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
    let files = Arc::new(LocalFiles::within(data));
    let db = Database::open_with(file, OpenOptions { files, ..OpenOptions::default() })?;
    for statement in LOADS {
        db.query(statement).run()?;
    }
    db.checkpoint()?;
    db.close()?;
    Ok(())
}

fn serve(file: &str) -> Result<(), Box<dyn Error>> {
    let db = Database::open(file)?;
    let mut transaction: Option<Transaction> = None;
    let mut output = std::io::stdout().lock();
    for line in std::io::stdin().lock().lines() {
        let answer = match answer(&db, &mut transaction, &line?) {
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
            let result = match transaction {
                Some(transaction) => transaction.query(query).params(parameters).run()?,
                None => db.query(query).params(parameters).run()?,
            };
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
