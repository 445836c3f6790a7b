//! What an element is called. A graph has no schema that says so, but property keys
//! are chosen by people: a name is where people look for one.

use super::Value;

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
