//! What tells where a row of LOAD CSV comes from.
//!
//! Behind that clause the binder gives the clause's own columns instead; called anywhere
//! else, these functions know of no file.

use super::context::FunctionContext;
use super::registry::Scalar;
use super::types::TypeSet;
use crate::value::{EvaluationError, Value};

/// The table of this file.
pub(super) static FUNCTIONS: &[Scalar] = &[
    Scalar::new(
        "file",
        &[],
        TypeSet::STRING,
        "file() :: STRING",
        "The file that the LOAD CSV before has read the row from; null without one.",
        nowhere,
    ),
    Scalar::new(
        "linenumber",
        &[],
        TypeSet::INTEGER,
        "linenumber() :: INTEGER",
        "The line on which the row of the LOAD CSV before begins; null without one.",
        nowhere,
    ),
];

fn nowhere(_: &FunctionContext<'_>, _: &[Value]) -> Result<Value, EvaluationError> {
    Ok(Value::Null)
}
