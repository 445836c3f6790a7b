//! The same answers where elements lie in chunks far from each other: what zones of a chunk tell
//! counts only where there are several.

use super::material::skip;
use super::trial::{Checked, Stop, equal};
use super::{Relation, Trial};
use crate::random::scope::Type;
use dossier::Database;

pub(super) const RELATIONS: &[Relation] = &[
    Relation { name: "zones of chunks change no answer", hold: zones },
    Relation { name: "zones of chunks change no first rows", hold: first_rows },
];

/// What a property may be ordered by.
const KEYS: [&str; 10] = ["k", "i", "f", "s", "b", "g", "d", "m", "l", "nowhere"];

/// The graph of the trial in one chunk, and the same again in the next: of what lies between
/// nothing is left.
fn spread(trial: &Trial<'_>) -> Checked<Database> {
    let database = Database::in_memory();
    let told = |result: Result<(), dossier::Error>| {
        result.map_err(|error| Stop::Differ(error.to_string()))
    };
    let run = |text: &str| database.query(text).warnings(false).run().map(|_| ());
    told(trial.lay_out(&database))?;
    told(run("UNWIND range(1, 2048) AS far CREATE (f:Far)-[:FAR]->(f)"))?;
    told(trial.lay_out_graph(&database))?;
    told(run("MATCH (far:Far) DETACH DELETE far"))?;
    Ok(database)
}

/// Asks with zones and without them: rows have to be the same, and in the same order.
fn compare(trial: &mut Trial<'_>, text: &str) -> Checked {
    let database = spread(trial)?;
    let with = trial.run_on(&database, text)?;
    let all = trial.rules.clone();
    trial.rules.retain(|rule| rule.name() != "zone_maps");
    let without = trial.run_on(&database, text);
    trial.rules = all;
    let [with, without] = [with, without?]
        .map(|answer| answer.result.rows.iter().map(|row| format!("{row:?}")).collect::<Vec<_>>());
    equal("the rows", &with, &without)?;
    equal("their order", &[with.join("\n")], &[without.join("\n")])
}

/// What is asked of a node alone, which other nodes have as well.
fn pattern(trial: &mut Trial<'_>) -> String {
    if trial.write.choices.chance(50) {
        return trial.write.matching("MATCH");
    }
    let name = trial.write.declare("n", Type::Node);
    let label = if trial.write.choices.chance(50) { ":A" } else { "" };
    if trial.write.choices.chance(40) {
        return format!("MATCH ({name}{label})");
    }
    format!("MATCH ({name}{label}) WHERE {}", trial.condition())
}

fn zones(trial: &mut Trial<'_>) -> Checked {
    let matching = pattern(trial);
    let tail = trial.row_tail();
    compare(trial, &format!("{matching}\n{tail}"))
}

fn first_rows(trial: &mut Trial<'_>) -> Checked {
    let matching = pattern(trial);
    let is_element = |kind: &Type| matches!(kind, Type::Node | Type::Relationship);
    let elements: Vec<String> = trial
        .write
        .scope
        .iter()
        .filter(|variable| is_element(&variable.of))
        .map(|variable| variable.name.clone())
        .collect();
    if elements.is_empty() {
        return skip("there is no element to order by");
    }
    let choices = &mut *trial.write.choices;
    let element = &elements[choices.below(elements.len())];
    let mut key = || {
        let direction = choices.pick(&["", " DESC", " NULLS FIRST", " DESC NULLS LAST"]);
        format!("{element}.{}{direction}", choices.pick(&KEYS))
    };
    let keys = [key(), key()];
    let keys = if choices.chance(50) { keys.join(", ") } else { keys[0].clone() };
    let skipped = choices.pick(&["", " SKIP 1"]);
    let limit = choices.pick(&["1", "2", "$one", "5"]);
    let names = trial.names().join(", ");
    compare(trial, &format!("{matching}\nRETURN {names} ORDER BY {keys}{skipped} LIMIT {limit}"))
}
