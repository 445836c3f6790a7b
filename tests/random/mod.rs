//! Random graphs and queries, shared by the lanes that test the engine with them.
//!
//! All that is random comes from a list of small numbers ([`Choices`]): the same
//! list makes the same graph and query again, and a shorter list or smaller numbers
//! make simpler ones. So one shrinker serves everything that is generated.

pub(crate) mod canonical;
pub(crate) mod choices;
pub(crate) mod compose;
mod count;
pub(crate) mod expression;
pub(crate) mod files;
pub(crate) mod graph;
pub(crate) mod index;
pub(crate) mod lane;
pub(crate) mod lens;
pub(crate) mod names;
pub(crate) mod path;
pub(crate) mod pattern;
pub(crate) mod planted;
pub(crate) mod query;
pub(crate) mod rules;
pub(crate) mod scope;
pub(crate) mod shrink;
pub(crate) mod view;

pub(crate) use choices::Choices;

use dossier::value::{Map, Value};

/// Whether a statement changes the graph or what is declared of it.
pub(crate) fn writes(text: &str) -> bool {
    let mut words = text.split(|letter: char| !letter.is_alphanumeric());
    words.any(|word| matches!(word, "CREATE" | "MERGE" | "SET" | "REMOVE" | "DELETE" | "VACUUM"))
}

/// The parameters that every generated query may use.
pub(crate) fn parameters() -> Map {
    let list = |items: &[Value]| Value::from(items.to_vec());
    let entries: Map = [("a".into(), 1.into()), ("b".into(), Value::Null)].into_iter().collect();
    [
        ("one".into(), 1.into()),
        ("text".into(), "a".into()),
        ("list".into(), list(&[1.into(), Value::Null, 2.into()])),
        ("map".into(), entries.into()),
        ("nothing".into(), Value::Null),
        ("nan".into(), f64::NAN.into()),
    ]
    .into_iter()
    .collect()
}

/// A number from an environment variable, or the default.
pub(crate) fn setting(name: &str, otherwise: u64) -> u64 {
    match std::env::var(name) {
        Ok(text) => text.parse().unwrap_or_else(|_| panic!("{name} must be a number")),
        Err(_) => otherwise,
    }
}
