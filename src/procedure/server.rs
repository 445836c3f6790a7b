//! What Dossier can do: its functions and procedures, and what it is.

use super::{Call, Procedure, Rows, Run, boolean, list, text, texts};
use crate::function;
use crate::value::Value;

pub(super) const PROCEDURES: Procedure = Procedure {
    name: "dbms.procedures",
    inputs: &[],
    outputs: &[text("name"), text("description"), text("signature")],
    description: "The procedures that can be called.",
    run: Run::Reads(procedures),
};

pub(super) const FUNCTIONS: Procedure = Procedure {
    name: "dbms.functions",
    inputs: &[],
    outputs: &[
        text("name"),
        text("category"),
        text("description"),
        text("signature"),
        boolean("aggregating"),
    ],
    description: "The functions, those that aggregate and those with a syntax of their own among them.",
    run: Run::Reads(functions),
};

pub(super) const COMPONENTS: Procedure = Procedure {
    name: "dbms.components",
    inputs: &[],
    outputs: &[text("name"), texts("versions")],
    description: "The name of this database and its version.",
    run: Run::Reads(components),
};

fn procedures(call: &Call<'_>) -> Rows {
    let row = |one: &super::Description| {
        [&one.name, &one.description, &one.signature]
            .map(|text| Value::from(text.as_str()))
            .to_vec()
    };
    Ok(call.procedures.iter().map(row).collect())
}

fn functions(_: &Call<'_>) -> Rows {
    let row = |one: function::Entry| {
        let texts = [one.name, one.category, one.description, one.signature].map(Value::from);
        texts.into_iter().chain([Value::from(one.aggregating)]).collect()
    };
    Ok(function::catalogue().into_iter().map(row).collect())
}

fn components(_: &Call<'_>) -> Rows {
    Ok(vec![vec![Value::from("Dossier"), list([env!("CARGO_PKG_VERSION")])]])
}
