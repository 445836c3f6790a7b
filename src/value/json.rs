//! Values to JSON and back.
//!
//! Temporal values become their ISO 8601 text and come back as strings. `NaN` and
//! the infinities, which JSON lacks, become the strings `"NaN"`, `"Infinity"` and
//! `"-Infinity"`.

use crate::value::ErrorCode;
use serde::Serialize;
use serde::ser::{SerializeMap, Serializer};
use serde_json::{Map as JsonMap, Value as Json};

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
    // What is serialised has string keys and finite floats only, which JSON all has.
    serde_json::to_value(AsJson { value, reader }).unwrap_or_default()
}

/// A value with whatever tells of the elements in it: serialised it is what [`to_json`] gives,
/// which is not built for that.
///
/// ```
/// use dossier::value::{Value, json::AsJson};
///
/// let db = dossier::Database::in_memory();
/// db.query("CREATE (:Person {name: 'Li Chenggang'})").run()?;
/// let found = db.query("MATCH (p:Person) RETURN p").run()?;
/// let shown = AsJson { value: &found.rows[0][0], reader: &*found.graph };
/// assert_eq!(
///     serde_json::to_string(&shown)?,
///     r#"{"id":0,"labels":["Person"],"properties":{"name":"Li Chenggang"}}"#
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy)]
pub struct AsJson<'a> {
    /// The value.
    pub value: &'a Value,
    /// Tells of its elements.
    pub reader: &'a dyn ElementReader,
}

impl std::fmt::Debug for AsJson<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("AsJson").field("value", &self.value).finish_non_exhaustive()
    }
}

impl Serialize for AsJson<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let reader = self.reader;
        match self.value {
            Value::Null => to.serialize_unit(),
            Value::Boolean(flag) => to.serialize_bool(*flag),
            Value::Integer(number) => to.serialize_i64(*number),
            Value::Float(number) if number.is_finite() => to.serialize_f64(*number),
            Value::Float(number) => to.serialize_str(&super::display::float_text(*number)),
            Value::String(text) => to.serialize_str(text),
            Value::List(items) => {
                to.collect_seq(items.iter().map(|value| AsJson { value, reader }))
            }
            Value::Map(entries) => Entries { entries, reader }.serialize(to),
            Value::Node(id) => node(*id, reader, to),
            Value::Relationship(id) => RelationshipAsJson { id: *id, reader }.serialize(to),
            Value::Path(path) => walk(path, reader, to),
            Value::Date(date) => to.collect_str(date),
            Value::LocalTime(time) => to.collect_str(time),
            Value::Time(time) => to.collect_str(time),
            Value::LocalDateTime(moment) => to.collect_str(moment),
            Value::DateTime(moment) => to.collect_str(moment),
            Value::Duration(duration) => to.collect_str(duration),
        }
    }
}

/// The entries of a map, or the properties of an element.
struct Entries<'a> {
    entries: &'a Map,
    reader: &'a dyn ElementReader,
}

impl Serialize for Entries<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let reader = self.reader;
        to.collect_map(self.entries.iter().map(|(key, value)| (&**key, AsJson { value, reader })))
    }
}

fn node<S: Serializer>(id: NodeId, reader: &dyn ElementReader, to: S) -> Result<S::Ok, S::Error> {
    let labels = reader.node_labels(id);
    let labels: Vec<&str> = labels.iter().map(|label| &**label).collect();
    let entries = &reader.properties(Endpoint::Node(id));
    let mut object = to.serialize_map(Some(3))?;
    object.serialize_entry("id", &id.0)?;
    object.serialize_entry("labels", &labels)?;
    object.serialize_entry("properties", &Entries { entries, reader })?;
    object.end()
}

struct RelationshipAsJson<'a> {
    id: RelationshipId,
    reader: &'a dyn ElementReader,
}

impl Serialize for RelationshipAsJson<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let RelationshipAsJson { id, reader } = *self;
        let ends = reader.relationship_endpoints(id);
        let entries = &reader.properties(Endpoint::Relationship(id));
        let mut object = to.serialize_map(Some(5))?;
        object.serialize_entry("id", &id.0)?;
        object.serialize_entry("type", &reader.relationship_type(id).as_deref())?;
        object.serialize_entry("start", &ends.map(|(start, _)| End(start)))?;
        object.serialize_entry("end", &ends.map(|(_, end)| End(end)))?;
        object.serialize_entry("properties", &Entries { entries, reader })?;
        object.end()
    }
}

/// Where a relationship starts or ends.
struct End(Endpoint);

impl Serialize for End {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Endpoint::Node(node) => to.serialize_u32(node.0),
            Endpoint::Relationship(relationship) => {
                to.collect_map([("relationship", relationship.0)])
            }
        }
    }
}

fn walk<S: Serializer>(path: &Path, reader: &dyn ElementReader, to: S) -> Result<S::Ok, S::Error> {
    let elements: Vec<Value> = path.elements.iter().map(|element| (*element).into()).collect();
    let nodes: Vec<AsJson<'_>> = elements.iter().map(|value| AsJson { value, reader }).collect();
    let relationships: Vec<RelationshipAsJson<'_>> =
        path.relationships.iter().map(|id| RelationshipAsJson { id: *id, reader }).collect();
    let mut object = to.serialize_map(Some(2))?;
    object.serialize_entry("nodes", &nodes)?;
    object.serialize_entry("relationships", &relationships)?;
    object.end()
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
    use serde_json::json;
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
        let ends = json!({"nodes": [node, to_json(&Value::Relationship(RelationshipId(0)), &OneClaim)], "relationships": [claim]});
        assert_eq!(to_json(&path.clone().into(), &OneClaim), ends);
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
        let text = |value: &Value| serde_json::to_string(&AsJson { value, reader: &OneClaim });
        for value in [value, f64::NAN.into(), 1e300.into(), "\u{7}\"é".into(), Value::Null] {
            assert_eq!(text(&value).expect("valid"), to_json(&value, &OneClaim).to_string());
        }
    }
}
