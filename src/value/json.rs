//! Values to JSON and back.
//!
//! Temporal values become their ISO 8601 text and come back as strings. `NaN` and
//! the infinities, which JSON lacks, become the strings `"NaN"`, `"Infinity"` and
//! `"-Infinity"`.

use crate::value::ErrorCode;
use serde_json::{Map as JsonMap, Value as Json, json};

use super::{
    ElementReader, Endpoint, ErrorClass, EvaluationError, Map, NodeId, Path, RelationshipId, Value,
};

/// The value as JSON.
///
/// A node becomes `{"id", "labels", "properties"}`, a relationship `{"id", "type",
/// "start", "end", "properties"}`, a path `{"nodes", "relationships"}`. Where a
/// relationship starts or ends at a relationship, that end is
/// `{"relationship": id}` instead of a node's id.
#[must_use]
pub fn to_json(value: &Value, reader: &dyn ElementReader) -> Json {
    match value {
        Value::Null => Json::Null,
        Value::Boolean(flag) => (*flag).into(),
        Value::Integer(number) => (*number).into(),
        Value::Float(number) => serde_json::Number::from_f64(*number)
            .map_or_else(|| super::display::float_text(*number).into(), Json::Number),
        Value::String(text) => (&**text).into(),
        Value::List(items) => items.iter().map(|item| to_json(item, reader)).collect(),
        Value::Map(entries) => map_to_json(entries, reader),
        Value::Node(id) => node_to_json(*id, reader),
        Value::Relationship(id) => relationship_to_json(*id, reader),
        Value::Path(path) => path_to_json(path, reader),
        Value::Date(date) => date.to_string().into(),
        Value::LocalTime(time) => time.to_string().into(),
        Value::Time(time) => time.to_string().into(),
        Value::LocalDateTime(moment) => moment.to_string().into(),
        Value::DateTime(moment) => moment.to_string().into(),
        Value::Duration(duration) => duration.to_string().into(),
    }
}

fn map_to_json(entries: &Map, reader: &dyn ElementReader) -> Json {
    Json::Object(
        entries.iter().map(|(key, value)| (key.to_string(), to_json(value, reader))).collect(),
    )
}

fn node_to_json(id: NodeId, reader: &dyn ElementReader) -> Json {
    let labels: Vec<Json> = reader.node_labels(id).iter().map(|label| (&**label).into()).collect();
    json!({
        "id": id.0,
        "labels": labels,
        "properties": map_to_json(&reader.properties(Endpoint::Node(id)), reader),
    })
}

fn relationship_to_json(id: RelationshipId, reader: &dyn ElementReader) -> Json {
    let end_to_json = |end: Endpoint| match end {
        Endpoint::Node(node) => json!(node.0),
        Endpoint::Relationship(relationship) => json!({ "relationship": relationship.0 }),
    };
    let ends = reader.relationship_endpoints(id);
    json!({
        "id": id.0,
        "type": reader.relationship_type(id).as_deref(),
        "start": ends.map(|(start, _)| end_to_json(start)),
        "end": ends.map(|(_, end)| end_to_json(end)),
        "properties": map_to_json(&reader.properties(Endpoint::Relationship(id)), reader),
    })
}

fn path_to_json(path: &Path, reader: &dyn ElementReader) -> Json {
    let nodes: Vec<Json> =
        path.elements.iter().map(|element| to_json(&(*element).into(), reader)).collect();
    let relationships: Vec<Json> =
        path.relationships.iter().map(|id| relationship_to_json(*id, reader)).collect();
    json!({ "nodes": nodes, "relationships": relationships })
}

/// The value that JSON text spells: numbers without fraction or exponent become
/// integers, others floats; objects become maps.
///
/// # Errors
/// `ArgumentError` for an integer outside of 64 bits, `ResourceExhausted` for
/// values nested deeper than [`super::nesting::MAX_NESTING`].
pub fn from_json(json: &Json) -> Result<Value, EvaluationError> {
    build(json, 0)
}

fn build(json: &Json, depth: usize) -> Result<Value, EvaluationError> {
    // A scalar inside the innermost list is fine, another list is one too many.
    if depth >= super::nesting::MAX_NESTING && (json.is_array() || json.is_object()) {
        return Err(EvaluationError::new(
            ErrorClass::ResourceExhausted,
            ErrorCode::NestingTooDeep,
            format!("lists and maps may be nested at most {} deep", super::nesting::MAX_NESTING),
        ));
    }
    Ok(match json {
        Json::Null => Value::Null,
        Json::Bool(flag) => (*flag).into(),
        Json::Number(number) => number_from_json(number)?,
        Json::String(text) => text.into(),
        Json::Array(items) => {
            items.iter().map(|item| build(item, depth + 1)).collect::<Result<Vec<_>, _>>()?.into()
        }
        Json::Object(entries) => object_from_json(entries, depth)?,
    })
}

fn object_from_json(
    entries: &JsonMap<String, Json>,
    depth: usize,
) -> Result<Value, EvaluationError> {
    let entries =
        entries.iter().map(|(key, value)| Ok((key.as_str().into(), build(value, depth + 1)?)));
    Ok(entries.collect::<Result<Map, EvaluationError>>()?.into())
}

fn number_from_json(number: &serde_json::Number) -> Result<Value, EvaluationError> {
    if let Some(integer) = number.as_i64() {
        return Ok(integer.into());
    }
    if number.is_u64() {
        return Err(EvaluationError::new(
            ErrorClass::ArgumentError,
            ErrorCode::NumberOutOfRange,
            format!("the integer {number} does not fit into 64 bits"),
        ));
    }
    Ok(number.as_f64().into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;

    struct OneClaim;

    impl ElementReader for OneClaim {
        fn node_labels(&self, _: NodeId) -> Vec<Arc<str>> {
            vec!["Person".into()]
        }
        fn relationship_type(&self, _: RelationshipId) -> Option<Arc<str>> {
            Some("ASSERTS".into())
        }
        fn relationship_endpoints(&self, _: RelationshipId) -> Option<(Endpoint, Endpoint)> {
            Some((Endpoint::Node(NodeId(1)), Endpoint::Relationship(RelationshipId(0))))
        }
        fn properties(&self, element: Endpoint) -> Map {
            match element {
                Endpoint::Node(_) => [("name".into(), "Ann".into())].into_iter().collect(),
                Endpoint::Relationship(_) => Map::default(),
            }
        }
        fn property(&self, element: Endpoint, key: &str) -> Value {
            self.properties(element).get(key).cloned().unwrap_or_default()
        }
        fn contains(&self, _: Endpoint) -> bool {
            true
        }
        fn related(&self, _: Endpoint, _: &str, _: bool) -> Vec<(Endpoint, RelationshipId)> {
            Vec::new()
        }
    }

    #[test]
    fn elements_become_objects_and_claims_show_what_they_are_about() {
        let node = to_json(&Value::Node(NodeId(1)), &OneClaim);
        assert_eq!(node, json!({"id": 1, "labels": ["Person"], "properties": {"name": "Ann"}}));
        let claim = to_json(&Value::Relationship(RelationshipId(3)), &OneClaim);
        let expected = json!({"id": 3, "type": "ASSERTS", "start": 1, "end": {"relationship": 0}, "properties": {}});
        assert_eq!(claim, expected);
        let path = Path {
            elements: vec![Endpoint::Node(NodeId(1)), Endpoint::Relationship(RelationshipId(0))],
            relationships: vec![RelationshipId(3)],
        };
        assert_eq!(
            Value::from(path).to_text(&OneClaim),
            "<(:Person {name: 'Ann'})-[:ASSERTS]->[:ASSERTS]>"
        );
    }

    #[test]
    fn json_comes_back_as_it_went() {
        let json =
            json!({"a": [1, 2.0, "x", null, true], "b": {"c": -9_223_372_036_854_775_808_i64}});
        let value = from_json(&json).expect("valid");
        assert_eq!(to_json(&value, &OneClaim), json);
        assert!(from_json(&json!(18_446_744_073_709_551_615_u64)).is_err());
        assert_eq!(to_json(&f64::NAN.into(), &OneClaim), json!("NaN"));
    }
}
