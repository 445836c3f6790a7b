//! What an element is called. A graph has no schema that says so, but property keys
//! are chosen by people: a name is where people look for one.

use super::{ElementReader, Endpoint, MERGED_INTO, NodeId, Value};
use std::collections::HashSet;

/// Property keys that name an element, the best first.
pub const NAMING_KEYS: [&str; 11] = [
    "name",
    "title",
    "full_name",
    "label",
    "caption",
    "headline",
    "text",
    "id",
    "key",
    "code",
    "symbol",
];

/// The property with the other names of an element, a list.
pub const ALIASES: &str = "aliases";

/// The text of the best naming property, given how to look a property up (`Null` where
/// there is none). Lists, maps and blank texts are no names.
///
/// ```
/// use dossier::value::{Value, naming::naming_text};
///
/// let property = |key: &str| if key == "title" { "London talks".into() } else { Value::Null };
/// assert_eq!(naming_text(property).as_deref(), Some("London talks"));
/// assert_eq!(naming_text(|_| Value::Null), None);
/// ```
pub fn naming_text(mut property: impl FnMut(&str) -> Value) -> Option<String> {
    NAMING_KEYS.iter().find_map(|key| match property(key) {
        Value::Null | Value::List(_) | Value::Map(_) => None,
        Value::String(text) if text.trim().is_empty() => None,
        Value::String(text) => Some(text.to_string()),
        other => Some(other.to_cypher_literal().trim_matches('\'').to_owned()),
    })
}

/// Whether a text is the best naming property of an element, or among its aliases.
pub fn is_named(reader: &dyn ElementReader, element: Endpoint, name: &str) -> bool {
    let is_name = |value: &Value| matches!(value, Value::String(text) if &**text == name);
    let by_alias = match reader.property(element, ALIASES) {
        Value::List(aliases) => aliases.iter().any(is_name),
        alias => is_name(&alias),
    };
    by_alias || naming_text(|key| reader.property(element, key)).as_deref() == Some(name)
}

/// The node that a node was merged into; itself where it was merged into none.
pub fn merged_into(reader: &dyn ElementReader, node: NodeId) -> NodeId {
    let mut seen = HashSet::from([node]);
    let mut last = node;
    loop {
        let merged = reader.related(Endpoint::Node(last), MERGED_INTO, false);
        let next = merged.into_iter().find_map(|(end, _)| match end {
            Endpoint::Node(node) => Some(node),
            Endpoint::Relationship(_) => None,
        });
        match next {
            // Whoever draws a circle by hand gets what was asked for.
            Some(next) if seen.insert(next) => last = next,
            Some(_) => return node,
            None => return last,
        }
    }
}
