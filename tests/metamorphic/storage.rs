//! The same answers wherever the graph comes from and however the query is run.

use super::random::rules::{SELECTIONS, selection};
use super::trial::{Stop, equal, same};
use super::{Checked, Relation, Trial};
use crate::random::{canonical, index, parameters};
use dossier::durable::{MemoryStorage, Survival};
use dossier::export::dump;
use dossier::value::Value;
use dossier::{Database, Error, OpenOptions};
use std::sync::Arc;

pub(super) const RELATIONS: &[Relation] = &[
    Relation { name: "any selection of the rules gives the same rows", hold: rules },
    Relation { name: "a dump that is loaded answers the same", hold: dumped },
    Relation { name: "a checkpoint that is opened answers the same", hold: reopened },
    Relation { name: "a log that is replayed answers the same", hold: replayed },
    Relation { name: "PROFILE gives the rows, EXPLAIN none", hold: profiled },
    Relation { name: "a transaction answers as the database does", hold: in_transaction },
    Relation { name: "a text asked again with other parameters", hold: asked_again },
    Relation { name: "a snapshot does not change", hold: snapshot },
    Relation { name: "indexes change no answer", hold: indexes },
    Relation { name: "indexes change nothing that is written", hold: indexes_and_writes },
];

/// A query that reads, whose rows may be compared in any order.
fn question(trial: &mut Trial<'_>) -> String {
    let before = trial.before();
    let matching = trial.write.matching("MATCH");
    let more = if trial.write.choices.chance(40) {
        trial.write.reading_clause() + "\n"
    } else {
        String::new()
    };
    let tail = trial.tail();
    format!("{before}{matching}\n{more}{tail}")
}

fn told<T>(result: Result<T, Error>) -> Checked<T> {
    result.map_err(|error| Stop::Differ(error.to_string()))
}

/// All rules, none, or all but one.
fn rules(trial: &mut Trial<'_>) -> Checked {
    let text = question(trial);
    let off = 1 + trial.write.choices.below(SELECTIONS - 1);
    let all = trial.run(&text)?;
    // What is planted stays: it has to be found by what it does.
    let own = selection(0).len();
    let planted = trial.rules.iter().skip(own).copied();
    let fewer: Vec<_> = selection(off).into_iter().chain(planted).collect();
    let some = trial.run_with(&text, &fewer)?;
    same(&[&all], &[&some])
}

/// `.dump` and the script that it writes.
fn dumped(trial: &mut Trial<'_>) -> Checked {
    let text = question(trial);
    // Elements are ordered by their ids, and a dump gives them others.
    if ["LIMIT", "SKIP", "OFFSET", "min(", "max("].iter().any(|word| text.contains(word)) {
        return super::material::skip("the order of elements counts");
    }
    let one = trial.run(&text)?;
    let mut script = Vec::new();
    dump::write(&trial.database().snapshot(), &mut script)
        .map_err(|error| Stop::Differ(error.to_string()))?;
    let script = String::from_utf8_lossy(&script).into_owned();
    let loaded = Database::in_memory();
    for (_, statement) in dossier::syntax::split_statements(&script) {
        told(loaded.query(statement).run())?;
    }
    equal("the graphs", &trial.graph_before(), &canonical::version(&loaded.snapshot()))?;
    let other = trial.run_on(&loaded, &text)?;
    same(&[&one], &[&other])
}

/// A database in a file, with the graph of the trial and a change to it.
fn written(trial: &mut Trial<'_>, storage: &Arc<MemoryStorage>) -> Checked<Database> {
    let database = open(storage)?;
    told(trial.lay_out(&database))?;
    Ok(database)
}

fn open(storage: &Arc<MemoryStorage>) -> Checked<Database> {
    told(Database::open_in(storage.clone(), "/random.dossier", OpenOptions::default()))
}

/// Checkpoint, close, open.
fn reopened(trial: &mut Trial<'_>) -> Checked {
    from_file(trial, true)
}

/// Close without a checkpoint, or lose the handle's last words, and open.
fn replayed(trial: &mut Trial<'_>) -> Checked {
    from_file(trial, false)
}

fn from_file(trial: &mut Trial<'_>, checkpoint: bool) -> Checked {
    let text = question(trial);
    trial.run(&text)?;
    trial.write.scope.clear();
    let change = trial.write.writing_query().text;
    trial.sound(&[&change])?;
    let storage = Arc::new(MemoryStorage::new());
    let database = written(trial, &storage)?;
    trial.run_on(&database, &change)?;
    let one = trial.run_on(&database, &text)?;
    let graph = canonical::version(&database.snapshot());
    let storage = if checkpoint {
        told(database.checkpoint())?;
        let after = trial.run_on(&database, &text)?;
        same(&[&one], &[&after])?;
        told(database.close())?;
        storage
    } else {
        // As if the power had failed: what was acknowledged is in the log.
        let seed = trial.write.choices.below(1000) as u64;
        Arc::new(storage.power_loss(Survival::Random(seed)))
    };
    let database = open(&storage)?;
    equal("the graphs", &graph, &canonical::version(&database.snapshot()))?;
    let other = trial.run_on(&database, &text)?;
    same(&[&one], &[&other])
}

/// `PROFILE` before a query.
fn profiled(trial: &mut Trial<'_>) -> Checked {
    let text = question(trial);
    let one = trial.run(&text)?;
    let explained = trial.run(&format!("EXPLAIN {text}"))?;
    if !explained.result.rows.is_empty() || explained.result.plan.is_none() {
        return Err(Stop::Differ("EXPLAIN gives a plan and no rows".into()));
    }
    let other = trial.run(&format!("PROFILE {text}"))?;
    same(&[&one], &[&other])
}

/// A query in a transaction that has written nothing, or something that was undone.
fn in_transaction(trial: &mut Trial<'_>) -> Checked {
    let text = question(trial);
    let one = trial.run(&text)?;
    let database = trial.database().clone();
    let mut transaction = told(database.begin())?;
    if trial.write.choices.chance(50) {
        told(transaction.query("CREATE (:Fresh {i: 1})-[:T]->(:Fresh)").run())?;
        told(transaction.query("MATCH (n:Fresh) DETACH DELETE n").run())?;
    }
    let other = trial.run_in(&mut transaction, &text)?;
    same(&[&one], &[&other])
}

/// The same text on one database with one set of parameters, another one, and the first:
/// each answer is that of a database that was never asked before.
fn asked_again(trial: &mut Trial<'_>) -> Checked {
    let before = trial.before();
    let matching = trial.write.matching("MATCH");
    let condition = trial.write.integer(1);
    let tail = trial.tail();
    let text = format!(
        "{before}{matching}\nWITH *, $one AS z0 WHERE {condition} >= $one OR $text = 'b' OR $nothing\n{tail}"
    );
    let mut others = parameters();
    others.insert("one".into(), [0, 2, 3][trial.write.choices.below(3)].into());
    others.insert("text".into(), "b".into());
    others.insert("list".into(), Value::from(vec![Value::from(3)]));
    others.insert("nothing".into(), trial.write.choices.chance(50).into());
    let database = trial.database().clone();
    let first = trial.run(&text)?;
    let second = trial.run_given(&database, &text, others.clone())?;
    let again = trial.run(&text)?;
    same(&[&first], &[&again])?;
    let copy = trial.copy();
    let fresh = trial.run_given(&copy, &text, others)?;
    same(&[&second], &[&fresh])
}

/// A snapshot keeps what it is while the database changes.
fn snapshot(trial: &mut Trial<'_>) -> Checked {
    let change = trial.write.writing_query().text;
    let copy = trial.copy();
    let snapshot = copy.snapshot();
    let before = canonical::version(&snapshot);
    trial.run_on(&copy, &change)?;
    equal("the snapshots", &before, &canonical::version(&snapshot))
}

/// Declares random indexes.
fn indexed(trial: &mut Trial<'_>, database: &Database) -> Checked {
    for statement in index::random(trial.write.choices, "y") {
        trial.tell(&statement);
        told(database.query(&statement).run())?;
    }
    Ok(())
}

/// A query with indexes and without.
fn indexes(trial: &mut Trial<'_>) -> Checked {
    let text = if trial.write.choices.chance(50) { sought(trial) } else { question(trial) };
    let one = trial.run(&text)?;
    let copy = trial.copy();
    indexed(trial, &copy)?;
    let other = trial.run_on(&copy, &text)?;
    same(&[&one], &[&other])
}

/// A query whose conditions an index may answer.
fn sought(trial: &mut Trial<'_>) -> String {
    let before = trial.before();
    let pattern = if trial.write.choices.chance(70) {
        trial.holed_node()
    } else {
        let arrows = trial.arrows();
        trial.holed_relationship(arrows)
    };
    let choices = &mut *trial.write.choices;
    let labels = if pattern.name.starts_with('n') {
        choices.pick(&[":A", ":B", ":A:B", ":A|B"]).to_owned()
    } else {
        choices.pick(&[":S", ":T", ":S|T"]).to_owned()
    };
    let name = &pattern.name;
    let key = choices.pick(&["i", "k", "m", "s", "f", "g", "d", "b"]).to_owned();
    let operator = choices.pick(&["=", "<", "<=", ">", ">=", "IN", "STARTS WITH"]).to_owned();
    let value = match key.as_str() {
        "i" | "k" => trial.write.integer(1),
        "s" => trial.write.string(1),
        "f" => trial.write.float(1),
        _ => trial.write.any(1),
    };
    let condition = match operator.as_str() {
        "IN" => format!("{name}.{key} IN [{value}, {}]", trial.write.any(1)),
        "STARTS WITH" => format!("{name}.s STARTS WITH {}", trial.write.string(1)),
        _ => format!("{name}.{key} {operator} {value}"),
    };
    let more = if trial.write.choices.chance(40) {
        format!(" AND {}", trial.write.boolean(1, true))
    } else {
        String::new()
    };
    let word = trial.write.choices.pick(&["MATCH", "MATCH", "OPTIONAL MATCH"]).to_owned();
    let tail = trial.tail();
    let pattern = pattern.with(&labels, "");
    format!("{before}{word} {pattern} WHERE {condition}{more}\n{tail}")
}

/// Changes to a graph with indexes and without, and a query after them.
fn indexes_and_writes(trial: &mut Trial<'_>) -> Checked {
    let text = sought(trial);
    trial.run(&text)?;
    trial.write.scope.clear();
    let change = trial.write.writing_query().text;
    trial.sound(&[&change])?;
    let (plain, copy) = (trial.copy(), trial.copy());
    indexed(trial, &copy)?;
    trial.run_on(&plain, &change)?;
    trial.run_on(&copy, &change)?;
    let [ours, theirs] = [&plain, &copy].map(|database| canonical::version(&database.snapshot()));
    equal("the graphs", &ours, &theirs)?;
    let one = trial.run_on(&plain, &text)?;
    let other = trial.run_on(&copy, &text)?;
    same(&[&one], &[&other])
}
