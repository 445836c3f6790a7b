//! Accounts between which money moves, commit by commit: what they hold together never
//! changes, and each version says how many moves it has seen in three ways.

use crate::promise::{entries, invariants};
use dossier::{Database, OpenOptions};
use std::path::Path;

/// How many there are, and what each has at first.
const ACCOUNTS: i64 = 40;
const EACH: i64 = 10;

/// The writer.
pub(crate) struct Accounts {
    pub(crate) database: Database,
    pub(crate) moves: u64,
}

impl Accounts {
    pub(crate) fn open(path: &Path) -> Self {
        let database = Database::open(path).unwrap();
        let text = "UNWIND range(0, $last) AS i CREATE (:Account {i: i, v: $each})";
        let query = database.query(text).param("last", ACCOUNTS - 1);
        query.param("each", EACH).run().unwrap();
        Accounts { database, moves: 0 }
    }

    /// Moves one from an account to another, along a relationship that replaces the one
    /// that was made a round ago.
    pub(crate) fn transfer(&mut self) {
        let number = self.moves as i64;
        let (from, to) = (number * 7 % ACCOUNTS, (number * 11 + 1) % ACCOUNTS);
        let mut transaction = self.database.begin().unwrap();
        let old = "MATCH ()-[m:MOVED {n: $n}]->() DELETE m";
        transaction.query(old).param("n", number - ACCOUNTS).run().unwrap();
        let text = "MATCH (a:Account {i: $from}) SET a.v = a.v - 1, a.last = $n
                    WITH a MATCH (b:Account {i: $to}) SET b.v = b.v + 1
                    CREATE (a)-[:MOVED {n: $n}]->(b)";
        let query = transaction.query(text).param("from", from).param("to", to);
        query.param("n", number).run().unwrap();
        transaction.commit().unwrap();
        self.moves += 1;
    }
}

/// How many moves a version has seen.
///
/// # Errors
/// Where it contradicts itself.
pub(crate) fn look_again(database: &Database) -> Result<u64, String> {
    let row = |text: &str| -> Result<Vec<i64>, String> {
        let result = database.query(text).run().map_err(|error| error.to_string())?;
        result.rows[0].iter().map(|v| v.as_integer().ok_or(format!("{v:?}"))).collect()
    };
    let all =
        row("MATCH (a:Account) WITH sum(a.v) AS s, count(*) AS c, coalesce(max(a.last), -1) AS l
         OPTIONAL MATCH ()-[m:MOVED]->() WITH s, c, l, count(m) AS f, coalesce(max(m.n), -1) AS n
         OPTIONAL MATCH (:Account)<-[m:MOVED]-() RETURN s, c, l, f, n, count(m) AS b")?;
    let [sum, count, last, forth, newest, back] = all[..] else { return Err(format!("{all:?}")) };
    let sound = (sum, count) == (ACCOUNTS * EACH, ACCOUNTS)
        && last == newest
        && forth == back
        && forth == (last + 1).min(ACCOUNTS);
    let graph = database.snapshot();
    invariants(&graph, entries)?;
    match graph.damage() {
        Some(damage) => Err(damage.to_string()),
        None if sound => Ok((last + 1) as u64),
        None => Err(format!("a version says {all:?}")),
    }
}

/// Opens for reading and looks.
///
/// # Errors
/// Where that fails, or where what is seen contradicts itself.
pub(crate) fn look(path: &Path) -> Result<(Database, u64), String> {
    let options = OpenOptions { read_only: true, ..OpenOptions::default() };
    let database = Database::open_with(path, options).map_err(|error| error.to_string())?;
    let moves = look_again(&database)?;
    Ok((database, moves))
}
