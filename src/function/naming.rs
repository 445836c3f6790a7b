//! Whether an element is meant by a name: its own, an alias, or that of a node that was merged
//! into it.
//!
//! A condition on a property means that property. Whoever means a name asks for one, and is
//! answered as `dossier.named` answers.

use super::context::FunctionContext;
use super::error::wrong_argument;
use super::graph::{check_there, element};
use super::registry::Scalar;
use super::types::TypeSet;
use crate::value::naming::{is_named, merged_into};
use crate::value::{Endpoint, EvaluationError, MERGED_INTO, Value};
use std::collections::HashSet;

/// The table of this file.
pub(super) static FUNCTIONS: &[Scalar] = &[Scalar::new(
    "named",
    &[TypeSet::ELEMENT, TypeSet::STRING],
    TypeSet::BOOLEAN,
    "named(element :: NODE | RELATIONSHIP, name :: STRING) :: BOOLEAN",
    "Whether an element is meant by a name: by its naming property, by its aliases, or by those of a node that was merged into it.",
    named,
)
.volatile()];

fn named(context: &FunctionContext<'_>, arguments: &[Value]) -> Result<Value, EvaluationError> {
    let [of, name] = arguments else { return Ok(Value::Null) };
    let found = element(of).ok_or_else(|| wrong_argument("named", "a Node or Relationship", of))?;
    let name = name.as_str().ok_or_else(|| wrong_argument("named", "a String", name))?;
    check_there(context, found)?;
    let Endpoint::Node(node) = found else {
        return Ok(Value::Boolean(is_named(context.reader, found, name)));
    };
    // What was merged stands for another node, which answers for it.
    if merged_into(context.reader, node) != node {
        return Ok(Value::Boolean(false));
    }
    let mut known = HashSet::from([found]);
    let mut open = vec![found];
    while let Some(next) = open.pop() {
        if is_named(context.reader, next, name) {
            return Ok(Value::Boolean(true));
        }
        let merged = context.reader.related(next, MERGED_INTO, true);
        open.extend(merged.into_iter().map(|(from, _)| from).filter(|from| known.insert(*from)));
    }
    Ok(Value::Boolean(false))
}
