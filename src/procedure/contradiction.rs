//! `db.contradictions()`: the rules that say what cannot hold together.

use super::{Call, Procedure, Rows, Run, text};
use crate::value::Value;

pub(super) const CONTRADICTIONS: Procedure = Procedure {
    name: "db.contradictions",
    inputs: &[],
    outputs: &[text("name"), text("pattern"), text("createStatement")],
    description: "The contradictions: which statements cannot hold together.",
    run: Run::Reads(contradictions),
};

fn contradictions(call: &Call<'_>) -> Rows {
    let mut declared: Vec<_> = call.graph.contradictions().iter().collect();
    declared.sort_by(|left, right| left.name.cmp(&right.name));
    let row = |one: &crate::store::Contradiction| {
        let statement = call.graph.contradiction_statement(one);
        let (name, pattern) = (one.name.clone(), one.pattern.clone());
        vec![Value::String(name), Value::String(pattern), Value::from(statement.as_str())]
    };
    Ok(declared.into_iter().map(row).collect())
}
