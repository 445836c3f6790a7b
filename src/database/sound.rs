//! Nothing leaves the house that rests on a damaged part of the file.
//!
//! Reading a graph cannot fail, reading its file can: what cannot be read is missing
//! from what the graph says, and noted in the version that was asked. So a statement
//! runs on a version of its own, and before its rows are given away, the version is
//! asked for damage. The nodes, relationships and paths among the rows are looked up
//! in the version later, by whoever shows them: what they need is read before.

use super::Error;
use super::result::QueryResult;
use crate::durable::DurableError;
use crate::store::Graph;
use crate::value::{Endpoint, Value};

/// The outcome of a statement that ran on this version, or the damage that it met.
pub(super) fn sound(
    graph: &Graph,
    outcome: Result<QueryResult, Error>,
) -> Result<QueryResult, Error> {
    if let Ok(result) = &outcome {
        result.rows.iter().flatten().for_each(|value| touch(graph, value));
    }
    check(graph)?;
    outcome
}

/// The damage that a version has met, as an error.
pub(super) fn check(graph: &Graph) -> Result<(), Error> {
    match graph.damage() {
        None => Ok(()),
        Some(damage) => Err(DurableError::from(damage).into()),
    }
}

/// Reads what there is to say of the elements in a value.
fn touch(graph: &Graph, value: &Value) {
    match value {
        Value::Node(node) => graph.touch(Endpoint::Node(*node)),
        Value::Relationship(relationship) => graph.touch(Endpoint::Relationship(*relationship)),
        Value::Path(path) => {
            path.elements.iter().for_each(|element| graph.touch(*element));
            path.relationships.iter().for_each(|id| graph.touch(Endpoint::Relationship(*id)));
        }
        // What a parser nests is bounded, and so are the values it can make.
        Value::List(values) => values.iter().for_each(|value| touch(graph, value)),
        Value::Map(map) => map.values().for_each(|value| touch(graph, value)),
        _ => {}
    }
}
