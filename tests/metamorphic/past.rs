//! The past: what was known at a commit is what the graph was then.

use super::trial::{Stop, same};
use super::{Checked, Relation, Trial};
use dossier::durable::MemoryStorage;
use dossier::{Database, Error, OpenOptions};
use std::sync::Arc;

pub(super) const RELATIONS: &[Relation] = &[
    Relation { name: "AS KNOWN AT a commit is a copy from then", hold: copy_from_then },
    Relation { name: "the past does not change", hold: unchanged },
    Relation { name: "a view of the past is a view of a copy from then", hold: view_of_the_past },
    Relation { name: "the past comes back from a file", hold: from_file },
    Relation { name: "VACUUM changes no answer of the present", hold: vacuum },
];

fn told<T>(result: Result<T, Error>) -> Checked<T> {
    result.map_err(|error| Stop::Differ(error.to_string()))
}

/// A query that reads, whose rows may be compared in any order.
fn question(trial: &mut Trial<'_>) -> String {
    let before = trial.before();
    let matching = trial.write.matching("MATCH");
    let tail = trial.tail();
    format!("{before}{matching}\n{tail}")
}

/// Two or three changes that do not fail one after the other.
fn changes(trial: &mut Trial<'_>) -> Checked<Vec<String>> {
    let count = 2 + trial.write.choices.below(2);
    let mut changes = Vec::new();
    for _ in 0..count {
        trial.write.scope.clear();
        changes.push(trial.write.writing_query().text);
    }
    trial.sound(&changes.iter().map(String::as_str).collect::<Vec<_>>())?;
    Ok(changes)
}

/// Makes changes, and notes the number of the last commit after each, the graph before them
/// first.
fn made(trial: &mut Trial<'_>, database: &Database, changes: &[String]) -> Checked<Vec<u64>> {
    let mut commits = vec![database.snapshot().last_commit().0];
    for change in changes {
        trial.run_on(database, change)?;
        commits.push(database.snapshot().last_commit().0);
    }
    Ok(commits)
}

fn known_at(commit: u64) -> String {
    format!("AS KNOWN AT {commit}")
}

/// A copy of the graph with the first of some changes.
fn copy_with(trial: &mut Trial<'_>, changes: &[String]) -> Checked<Database> {
    let copy = trial.copy();
    made(trial, &copy, changes)?;
    Ok(copy)
}

/// Each commit in turn, in any order, and the present.
fn copy_from_then(trial: &mut Trial<'_>) -> Checked {
    compared(trial, Vec::new())
}

/// What claimants are is asked of the present, so views are without them.
fn view_of_the_past(trial: &mut Trial<'_>) -> Checked {
    trial.on_claims();
    let mut views = trial.write.views();
    views.retain(|view| !view.contains("ACCORDING"));
    compared(trial, views)
}

fn compared(trial: &mut Trial<'_>, views: Vec<String>) -> Checked {
    trial.see_all();
    let text = question(trial);
    trial.run_seen(&views, &text)?;
    let changes = changes(trial)?;
    let all = trial.copy();
    let commits = made(trial, &all, &changes)?;
    let mut places: Vec<usize> = (0..commits.len()).collect();
    places.rotate_left(trial.write.choices.below(commits.len()));
    for place in places {
        let copy = copy_with(trial, &changes[..place])?;
        let one = trial.run_seen_on(&copy, &views, &text)?;
        let mut prefixes = views.clone();
        let at = trial.write.choices.below(prefixes.len() + 1);
        prefixes.insert(at, known_at(commits[place]));
        let other = trial.run_seen_on(&all, &prefixes, &text)?;
        same(&[&one], &[&other])?;
    }
    Ok(())
}

/// A query about a commit answers the same, however many there are after it.
fn unchanged(trial: &mut Trial<'_>) -> Checked {
    trial.see_all();
    let text = question(trial);
    trial.run(&text)?;
    let changes = changes(trial)?;
    let copy = trial.copy();
    let mut answers = Vec::new();
    for change in &changes {
        let prefix = known_at(copy.snapshot().last_commit().0);
        let answer = trial.run_seen_on(&copy, std::slice::from_ref(&prefix), &text)?;
        answers.push((prefix, answer));
        trial.run_on(&copy, change)?;
    }
    for (prefix, answer) in answers {
        let again = trial.run_seen_on(&copy, &[prefix], &text)?;
        same(&[&answer], &[&again])?;
    }
    Ok(())
}

/// Closing, a checkpoint, and opening lose nothing of the past.
fn from_file(trial: &mut Trial<'_>) -> Checked {
    trial.see_all();
    let text = question(trial);
    trial.run(&text)?;
    let changes = changes(trial)?;
    let storage = Arc::new(MemoryStorage::new());
    let open = |storage: &Arc<MemoryStorage>| {
        told(Database::open_in(storage.clone(), "/random.dossier", OpenOptions::default()))
    };
    let mut database = open(&storage)?;
    told(trial.lay_out(&database))?;
    let mut commits = vec![database.snapshot().last_commit().0];
    for change in &changes {
        trial.run_on(&database, change)?;
        commits.push(database.snapshot().last_commit().0);
        match trial.write.choices.below(4) {
            1 => told(database.checkpoint())?,
            2 => {
                told(database.close())?;
                database = open(&storage)?;
            }
            _ => {}
        }
    }
    for place in (0..commits.len()).rev() {
        let copy = copy_with(trial, &changes[..place])?;
        let one = trial.run_on(&copy, &text)?;
        let other = trial.run_seen_on(&database, &[known_at(commits[place])], &text)?;
        same(&[&one], &[&other])?;
    }
    Ok(())
}

/// The history is forgotten, in memory or in a file, and nothing else.
fn vacuum(trial: &mut Trial<'_>) -> Checked {
    let text = question(trial);
    trial.run(&text)?;
    let changes = changes(trial)?;
    let database = if trial.write.choices.chance(50) {
        let storage = Arc::new(MemoryStorage::new());
        told(Database::open_in(storage, "/random.dossier", OpenOptions::default()))?
    } else {
        Database::in_memory()
    };
    told(trial.lay_out(&database))?;
    let commits = made(trial, &database, &changes)?;
    let one = trial.run_on(&database, &text)?;
    let before = match trial.write.choices.below(2) {
        1 => format!(" BEFORE {}", commits[1]),
        _ => String::new(),
    };
    told(database.query(&format!("VACUUM{before}")).run())?;
    let other = trial.run_on(&database, &text)?;
    same(&[&one], &[&other])
}
