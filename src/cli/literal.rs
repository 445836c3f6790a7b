//! Reads values that people type: literals of the query language, else text.

use dossier::Database;
use dossier::value::{ElementReader, Endpoint, Map, NodeId, RelationshipId, Value};
use std::sync::Arc;

/// Evaluates an expression that needs no graph.
///
/// # Errors
/// What is wrong with it, to be read after "…, which".
pub(crate) fn evaluate(expression: &str) -> Result<Value, String> {
    run(&format!("RETURN {expression} AS value"), None).map_err(|why| {
        // What is not whole is told without what stands behind it here.
        dossier::syntax::parse(&format!("RETURN {expression}"))
            .map_or_else(|diagnostic| format!("is no value: {}", diagnostic.message), |_| why)
    })
}

/// Calls a function with one text argument.
///
/// # Errors
/// What the function says.
pub(crate) fn call(function: &str, argument: &str) -> Result<Value, String> {
    run(&format!("RETURN {function}($argument) AS value"), Some(argument))
}

/// Reads a value without knowing its type: a number, `true`, `false`, `null`,
/// quoted text, a list, a map or a function call; all else is text as it stands.
///
/// # Errors
/// Something that begins like a literal and is none.
pub(crate) fn loose(text: &str) -> Result<Value, String> {
    let trimmed = text.trim();
    if let Ok(number) = trimmed.parse::<i64>() {
        return Ok(Value::Integer(number));
    }
    if trimmed.starts_with(|c: char| c.is_ascii_digit() || c == '-' || c == '.') {
        if let Ok(number) = trimmed.parse::<f64>() {
            return Ok(Value::Float(number));
        }
        return Ok(Value::String(text.into()));
    }
    match trimmed.to_ascii_lowercase().as_str() {
        "true" => return Ok(Value::Boolean(true)),
        "false" => return Ok(Value::Boolean(false)),
        "null" => return Ok(Value::Null),
        _ => {}
    }
    let name_end = trimmed
        .find(|c: char| !(c.is_ascii_alphanumeric() || c == '.' || c == '_'))
        .unwrap_or(trimmed.len());
    let is_call = name_end > 0 && trimmed[name_end..].starts_with('(') && trimmed.ends_with(')');
    if trimmed.starts_with(['\'', '"', '[', '{']) || is_call {
        return evaluate(trimmed);
    }
    Ok(Value::String(text.into()))
}

fn run(query: &str, argument: Option<&str>) -> Result<Value, String> {
    let database = Database::in_memory();
    let mut builder = database.query(query);
    if let Some(argument) = argument {
        builder = builder.param("argument", argument);
    }
    let result = builder.run().map_err(|error| match error {
        dossier::Error::Query(diagnostic) => format!("is no value: {}", diagnostic.message),
        other => format!("is no value: {other}"),
    })?;
    match (result.columns.len(), result.rows.as_slice()) {
        (1, [row]) => Ok(row.first().cloned().unwrap_or_default()),
        _ => Err("is no single value".to_owned()),
    }
}

/// A graph with nothing in it, for values that hold no elements.
pub(crate) struct NoGraph;

impl ElementReader for NoGraph {
    fn node_labels(&self, _: NodeId) -> Vec<Arc<str>> {
        Vec::new()
    }
    fn relationship_type(&self, _: RelationshipId) -> Option<Arc<str>> {
        None
    }
    fn relationship_endpoints(&self, _: RelationshipId) -> Option<(Endpoint, Endpoint)> {
        None
    }
    fn properties(&self, _: Endpoint) -> Map {
        Map::default()
    }
    fn property(&self, _: Endpoint, _: &str) -> Value {
        Value::Null
    }
    fn contains(&self, _: Endpoint) -> bool {
        false
    }
    fn related(&self, _: Endpoint, _: &str, _: bool) -> Vec<(Endpoint, RelationshipId)> {
        Vec::new()
    }
}
