//! Waiting for indexes, which scripts written for other systems do: here an index is
//! complete as soon as it is there.

use super::{Call, Field, Procedure, Rows, Run, text};
use crate::function::TypeSet;
use crate::store::StoreError;
use crate::value::Value;

const SECONDS: Field =
    Field { name: "timeOutSeconds", types: TypeSet::INTEGER, type_name: "INTEGER", optional: true };

pub(super) const AWAIT_INDEX: Procedure = Procedure {
    name: "db.awaitIndex",
    inputs: &[text("indexName"), SECONDS],
    outputs: &[],
    description: "Nothing, since an index is complete as soon as it is there; an error where there is none of the name.",
    run: Run::Reads(await_index),
};

pub(super) const AWAIT_INDEXES: Procedure = Procedure {
    name: "db.awaitIndexes",
    inputs: &[SECONDS],
    outputs: &[],
    description: "Nothing, since an index is complete as soon as it is there.",
    run: Run::Reads(await_indexes),
};

fn await_indexes(_: &Call<'_>) -> Rows {
    Ok(vec![Vec::new()])
}

fn await_index(call: &Call<'_>) -> Rows {
    let wanted = call.arguments.first().unwrap_or(&Value::Null);
    let there = wanted.as_str().is_some_and(|name| call.graph.index(name).is_some());
    if there {
        return Ok(vec![Vec::new()]);
    }
    Err(StoreError::NoSuchIndex(wanted.as_str().unwrap_or("null").to_owned()).into())
}
