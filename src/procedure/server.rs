//! What Dossier can do: its functions and procedures, and what it is.

use super::{Call, Procedure, Rows, Run, boolean, list, text, texts};
use crate::function;
use crate::value::Value;

pub(super) const PROCEDURES: Procedure = Procedure {
    name: "dbms.procedures",
    inputs: &[],
    outputs: &[text("name"), text("description"), text("signature"), text("mode")],
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
        boolean("isBuiltIn"),
    ],
    description: "The functions, those that aggregate and those with a syntax of their own among them.",
    run: Run::Reads(functions),
};

pub(super) const COMPONENTS: Procedure = Procedure {
    name: "dbms.components",
    inputs: &[],
    outputs: &[text("name"), texts("versions"), text("edition")],
    description: "What this is, its version, and that it is embedded.",
    run: Run::Reads(components),
};

pub(super) const DATABASES: Procedure = Procedure {
    name: "dbms.databases",
    inputs: &[],
    outputs: &[
        text("name"),
        text("type"),
        texts("aliases"),
        text("access"),
        text("address"),
        text("role"),
        boolean("writer"),
        text("requestedStatus"),
        text("currentStatus"),
        text("statusMessage"),
        boolean("default"),
        boolean("home"),
        texts("constituents"),
    ],
    description: "The database that is open: there is only one.",
    run: Run::Reads(databases),
};

pub(super) const PING: Procedure = Procedure {
    name: "db.ping",
    inputs: &[],
    outputs: &[boolean("success")],
    description: "That the database answers.",
    run: Run::Reads(ping),
};

fn ping(_: &Call<'_>) -> Rows {
    Ok(vec![vec![Value::Boolean(true)]])
}

fn databases(call: &Call<'_>) -> Rows {
    let none = || list::<&str>([]);
    let access = if call.database.read_only { "read-only" } else { "read-write" };
    Ok(vec![vec![
        Value::String(call.database.name.clone()),
        Value::from("standard"),
        none(),
        Value::from(access),
        Value::Null,
        Value::from("primary"),
        Value::Boolean(!call.database.read_only),
        Value::from("online"),
        Value::from("online"),
        Value::from(""),
        Value::Boolean(true),
        Value::Boolean(true),
        none(),
    ]])
}

fn procedures(call: &Call<'_>) -> Rows {
    let row = |one: &super::Description| {
        let mode = if one.writes { "WRITE" } else { "READ" };
        [one.name.as_str(), &one.description, &one.signature, mode].map(Value::from).to_vec()
    };
    Ok(call.procedures.iter().map(row).collect())
}

fn functions(_: &Call<'_>) -> Rows {
    let row = |one: function::Entry| {
        let texts = [one.name, one.category, one.description, one.signature].map(Value::from);
        texts.into_iter().chain([one.aggregating, true].map(Value::from)).collect()
    };
    Ok(function::catalogue().into_iter().map(row).collect())
}

fn components(_: &Call<'_>) -> Rows {
    let version = list([env!("CARGO_PKG_VERSION")]);
    Ok(vec![vec![Value::from("Dossier"), version, Value::from("embedded")]])
}
