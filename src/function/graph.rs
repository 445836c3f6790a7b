//! Functions on nodes, relationships, paths and maps.

use super::access::property;
use super::context::FunctionContext;
use super::error::{deleted, wrong_argument, wrong_value};
use super::registry::Scalar;
use super::types::TypeSet;
use crate::value::{Endpoint, EvaluationError, RelationshipId, Value};
use std::collections::HashSet;
use std::sync::Arc;

const HOLDER: TypeSet = TypeSet::ELEMENT.union(TypeSet::MAP);

/// The table of this file.
pub(super) static FUNCTIONS: &[Scalar] = &[
    Scalar::new(
        "id",
        &[TypeSet::ELEMENT],
        TypeSet::INTEGER,
        "id(element :: NODE | RELATIONSHIP) :: INTEGER",
        "The id of a node or of a relationship; the two are numbered apart.",
        id,
    )
    .volatile(),
    Scalar::new(
        "elementId",
        &[TypeSet::ELEMENT],
        TypeSet::STRING,
        "elementId(element :: NODE | RELATIONSHIP) :: STRING",
        "An id as text that no other node or relationship has.",
        element_id,
    )
    .volatile(),
    Scalar::new(
        "element_id",
        &[TypeSet::ELEMENT],
        TypeSet::STRING,
        "element_id(element :: NODE | RELATIONSHIP) :: STRING",
        "As elementId().",
        element_id,
    )
    .volatile(),
    Scalar::new(
        "labels",
        &[TypeSet::NODE],
        TypeSet::LIST,
        "labels(node :: NODE) :: LIST<STRING>",
        "The labels of a node.",
        labels,
    )
    .volatile(),
    Scalar::new(
        "type",
        &[TypeSet::RELATIONSHIP],
        TypeSet::STRING,
        "type(relationship :: RELATIONSHIP) :: STRING",
        "The type of a relationship.",
        relationship_type,
    )
    .volatile(),
    Scalar::new(
        "properties",
        &[HOLDER],
        TypeSet::MAP,
        "properties(holder :: NODE | RELATIONSHIP | MAP) :: MAP",
        "All properties of a node or relationship as a map; a map is returned as it is.",
        properties,
    )
    .volatile(),
    Scalar::new(
        "keys",
        &[HOLDER],
        TypeSet::LIST,
        "keys(holder :: NODE | RELATIONSHIP | MAP) :: LIST<STRING>",
        "The property keys of a node or relationship, or the keys of a map.",
        keys,
    )
    .volatile(),
    Scalar::new(
        "startNode",
        &[TypeSet::RELATIONSHIP],
        TypeSet::ELEMENT,
        "startNode(relationship :: RELATIONSHIP) :: NODE | RELATIONSHIP",
        "Where a relationship starts: a node, or a relationship if it is evidence from one.",
        start_node,
    )
    .volatile(),
    Scalar::new(
        "endNode",
        &[TypeSet::RELATIONSHIP],
        TypeSet::ELEMENT,
        "endNode(relationship :: RELATIONSHIP) :: NODE | RELATIONSHIP",
        "Where a relationship ends: a node, or a relationship if it is a claim about one.",
        end_node,
    )
    .volatile(),
    Scalar::new(
        "nodes",
        &[TypeSet::PATH],
        TypeSet::LIST,
        "nodes(path :: PATH) :: LIST<NODE>",
        "The nodes of a path in the order of the walk.",
        nodes,
    ),
    Scalar::new(
        "relationships",
        &[TypeSet::PATH],
        TypeSet::LIST,
        "relationships(path :: PATH) :: LIST<RELATIONSHIP>",
        "The relationships of a path in the order of the walk.",
        relationships,
    ),
    Scalar::new(
        "length",
        &[TypeSet::PATH],
        TypeSet::INTEGER,
        "length(path :: PATH) :: INTEGER",
        "The number of relationships in a path.",
        length,
    ),
    Scalar::new(
        "path_length",
        &[TypeSet::PATH],
        TypeSet::INTEGER,
        "path_length(path :: PATH) :: INTEGER",
        "The number of relationships in a path.",
        length,
    ),
    Scalar::new(
        "elements",
        &[TypeSet::PATH],
        TypeSet::LIST,
        "elements(path :: PATH) :: LIST<NODE | RELATIONSHIP>",
        "The nodes and relationships of a path in the order of the walk, by turns.",
        elements,
    ),
    Scalar::new(
        "same",
        &[TypeSet::ELEMENT, TypeSet::ELEMENT],
        TypeSet::BOOLEAN,
        "same(element :: NODE | RELATIONSHIP, other :: NODE | RELATIONSHIP, …) :: BOOLEAN",
        "Whether all of them are one and the same node or relationship.",
        same,
    )
    .variadic(),
    Scalar::new(
        "all_different",
        &[TypeSet::ELEMENT, TypeSet::ELEMENT],
        TypeSet::BOOLEAN,
        "all_different(element :: NODE | RELATIONSHIP, other :: NODE | RELATIONSHIP, …) :: BOOLEAN",
        "Whether no two of them are one and the same node or relationship.",
        all_different,
    )
    .variadic(),
    Scalar::new(
        "property_exists",
        &[TypeSet::ELEMENT, TypeSet::STRING],
        TypeSet::BOOLEAN,
        "property_exists(element :: NODE | RELATIONSHIP, key :: NAME | STRING) :: BOOLEAN",
        "Whether a node or relationship has a property, whose key is written as a name or computed.",
        property_exists,
    )
    .volatile(),
];

/// The element that a value is, if it is one.
pub(super) fn element(value: &Value) -> Option<Endpoint> {
    match value {
        Value::Node(node) => Some(Endpoint::Node(*node)),
        Value::Relationship(relationship) => Some(Endpoint::Relationship(*relationship)),
        _ => None,
    }
}

/// The value that an element is.
pub fn element_value(element: Endpoint) -> Value {
    match element {
        Endpoint::Node(node) => Value::Node(node),
        Endpoint::Relationship(relationship) => Value::Relationship(relationship),
    }
}

/// Refuses an element that is no longer there.
pub(super) fn check_there(
    context: &FunctionContext<'_>,
    element: Endpoint,
) -> Result<(), EvaluationError> {
    if context.reader.contains(element) {
        return Ok(());
    }
    Err(deleted(match element {
        Endpoint::Node(_) => "node",
        Endpoint::Relationship(_) => "relationship",
    }))
}

/// A list of strings.
fn strings(strings: impl IntoIterator<Item = Arc<str>>) -> Value {
    Value::List(Arc::new(strings.into_iter().map(Value::String).collect()))
}

fn id(_: &FunctionContext<'_>, arguments: &[Value]) -> Result<Value, EvaluationError> {
    match arguments {
        [Value::Node(node), ..] => Ok(Value::Integer(i64::from(node.0))),
        [Value::Relationship(relationship), ..] => Ok(Value::Integer(i64::from(relationship.0))),
        _ => Err(wrong("id", "a Node or Relationship", arguments)),
    }
}

fn element_id(_: &FunctionContext<'_>, arguments: &[Value]) -> Result<Value, EvaluationError> {
    match arguments {
        [Value::Node(node), ..] => Ok(Value::String(format!("n{}", node.0).into())),
        [Value::Relationship(relationship), ..] => {
            Ok(Value::String(format!("r{}", relationship.0).into()))
        }
        _ => Err(wrong("elementId", "a Node or Relationship", arguments)),
    }
}

fn labels(context: &FunctionContext<'_>, arguments: &[Value]) -> Result<Value, EvaluationError> {
    let Some(Value::Node(node)) = arguments.first() else {
        return Err(wrong_value("labels", "a Node", first(arguments)));
    };
    check_there(context, Endpoint::Node(*node))?;
    Ok(strings(context.reader.node_labels(*node)))
}

/// The type outlives its relationship: it is asked of the reader before anything is refused.
fn relationship_type(
    context: &FunctionContext<'_>,
    arguments: &[Value],
) -> Result<Value, EvaluationError> {
    let Some(Value::Relationship(relationship)) = arguments.first() else {
        return Err(wrong_value("type", "a Relationship", first(arguments)));
    };
    context
        .reader
        .relationship_type(*relationship)
        .map(Value::String)
        .ok_or_else(|| deleted("relationship"))
}

fn properties(
    context: &FunctionContext<'_>,
    arguments: &[Value],
) -> Result<Value, EvaluationError> {
    let argument = first(arguments);
    if let Value::Map(_) = argument {
        return Ok(argument.clone());
    }
    let element = element(argument)
        .ok_or_else(|| wrong("properties", "a Node, Relationship or Map", arguments))?;
    check_there(context, element)?;
    Ok(Value::Map(Arc::new(context.reader.properties(element))))
}

fn keys(context: &FunctionContext<'_>, arguments: &[Value]) -> Result<Value, EvaluationError> {
    let argument = first(arguments);
    if let Value::Map(map) = argument {
        return Ok(strings(map.keys().cloned()));
    }
    let element =
        element(argument).ok_or_else(|| wrong("keys", "a Node, Relationship or Map", arguments))?;
    check_there(context, element)?;
    Ok(strings(context.reader.properties(element).into_keys()))
}

fn start_node(
    context: &FunctionContext<'_>,
    arguments: &[Value],
) -> Result<Value, EvaluationError> {
    match arguments {
        [Value::Relationship(relationship), ..] => {
            Ok(element_value(endpoints(context, *relationship)?.0))
        }
        _ => Err(wrong("startNode", "a Relationship", arguments)),
    }
}

fn end_node(context: &FunctionContext<'_>, arguments: &[Value]) -> Result<Value, EvaluationError> {
    match arguments {
        [Value::Relationship(relationship), ..] => {
            Ok(element_value(endpoints(context, *relationship)?.1))
        }
        _ => Err(wrong("endNode", "a Relationship", arguments)),
    }
}

fn endpoints(
    context: &FunctionContext<'_>,
    relationship: RelationshipId,
) -> Result<(Endpoint, Endpoint), EvaluationError> {
    context.reader.relationship_endpoints(relationship).ok_or_else(|| deleted("relationship"))
}

fn nodes(_: &FunctionContext<'_>, arguments: &[Value]) -> Result<Value, EvaluationError> {
    match arguments {
        [Value::Path(path), ..] => {
            Ok(Value::List(Arc::new(path.elements.iter().copied().map(element_value).collect())))
        }
        _ => Err(wrong("nodes", "a Path", arguments)),
    }
}

fn relationships(_: &FunctionContext<'_>, arguments: &[Value]) -> Result<Value, EvaluationError> {
    match arguments {
        [Value::Path(path), ..] => Ok(Value::List(Arc::new(
            path.relationships.iter().copied().map(Value::Relationship).collect(),
        ))),
        _ => Err(wrong("relationships", "a Path", arguments)),
    }
}

fn elements(_: &FunctionContext<'_>, arguments: &[Value]) -> Result<Value, EvaluationError> {
    let [Value::Path(path), ..] = arguments else {
        return Err(wrong("elements", "a Path", arguments));
    };
    let mut all = Vec::with_capacity(path.elements.len() + path.relationships.len());
    let mut relationships = path.relationships.iter();
    for element in &path.elements {
        all.push(element_value(*element));
        all.extend(relationships.next().map(|id| Value::Relationship(*id)));
    }
    Ok(Value::List(Arc::new(all)))
}

/// The elements that arguments are.
fn given_elements(function: &str, arguments: &[Value]) -> Result<Vec<Endpoint>, EvaluationError> {
    let given = |value: &Value| {
        element(value).ok_or_else(|| wrong_argument(function, "Nodes and Relationships", value))
    };
    arguments.iter().map(given).collect()
}

fn same(_: &FunctionContext<'_>, arguments: &[Value]) -> Result<Value, EvaluationError> {
    let given = given_elements("same", arguments)?;
    Ok(Value::Boolean(given.windows(2).all(|pair| pair[0] == pair[1])))
}

fn all_different(_: &FunctionContext<'_>, arguments: &[Value]) -> Result<Value, EvaluationError> {
    let given = given_elements("all_different", arguments)?;
    let distinct: HashSet<Endpoint> = given.iter().copied().collect();
    Ok(Value::Boolean(distinct.len() == given.len()))
}

fn property_exists(
    context: &FunctionContext<'_>,
    arguments: &[Value],
) -> Result<Value, EvaluationError> {
    match arguments {
        [holder @ (Value::Node(_) | Value::Relationship(_)), Value::String(key)] => {
            Ok(Value::Boolean(!property(context, holder, key)?.is_null()))
        }
        [Value::Node(_) | Value::Relationship(_), key, ..] => {
            Err(wrong_argument("property_exists", "a String as the key", key))
        }
        _ => Err(wrong("property_exists", "a Node or a Relationship", arguments)),
    }
}

fn length(_: &FunctionContext<'_>, arguments: &[Value]) -> Result<Value, EvaluationError> {
    match arguments {
        [Value::Path(path), ..] => Ok(Value::Integer(path.relationships.len() as i64)),
        [Value::String(_) | Value::List(_), ..] => {
            Err(wrong("length", "a Path (size() measures strings and lists)", arguments))
        }
        _ => Err(wrong("length", "a Path", arguments)),
    }
}

/// The first argument, null where there is none.
fn first(arguments: &[Value]) -> &Value {
    arguments.first().unwrap_or(&Value::Null)
}

fn wrong(function: &str, expected: &str, arguments: &[Value]) -> EvaluationError {
    wrong_argument(function, expected, first(arguments))
}
