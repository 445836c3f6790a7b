//! Values as text: the way a query would write them, and the names of their types.

use std::fmt::{self, Display, Formatter, Write as _};

use super::{ElementReader, Endpoint, Map, Path, Value};

impl Value {
    /// The value as a query would write it: `'it\'s'`, `1.0`, `[1, 'a']`, `{a: null}`.
    ///
    /// Temporal values are written as their ISO 8601 text in quotes. Nodes,
    /// relationships and paths have no literal and are shown by their ids; see
    /// [`Value::to_text`] for one that shows what they hold.
    #[must_use]
    pub fn to_cypher_literal(&self) -> String {
        Literal { value: self, reader: None }.to_string()
    }

    /// Like [`Value::to_cypher_literal`], with elements shown by their labels, types
    /// and properties: `(:Person {name: 'Ann'})`, `[:KNOWS {since: 2001}]`,
    /// `<(:A)-[:T]->(:B)>`.
    #[must_use]
    pub fn to_text(&self, reader: &dyn ElementReader) -> String {
        Literal { value: self, reader: Some(reader) }.to_string()
    }

    /// The name of the value's type, as ISO GQL and `valueType()` spell it.
    #[must_use]
    pub fn type_name(&self) -> &'static str {
        match self {
            Value::Null => "NULL",
            Value::Boolean(_) => "BOOLEAN",
            Value::Integer(_) => "INTEGER",
            Value::Float(_) => "FLOAT",
            Value::String(_) => "STRING",
            Value::List(_) => "LIST",
            Value::Map(_) => "MAP",
            Value::Node(_) => "NODE",
            Value::Relationship(_) => "RELATIONSHIP",
            Value::Path(_) => "PATH",
            Value::Date(_) => "DATE",
            Value::LocalTime(_) => "LOCAL TIME",
            Value::Time(_) => "ZONED TIME",
            Value::LocalDateTime(_) => "LOCAL DATETIME",
            Value::DateTime(_) => "ZONED DATETIME",
            Value::Duration(_) => "DURATION",
        }
    }
}

impl Value {
    /// The text of a temporal value, `2025-06-11`; `None` of any other.
    #[must_use]
    pub fn temporal_text(&self) -> Option<String> {
        Some(match self {
            Value::Date(value) => value.to_string(),
            Value::LocalTime(value) => value.to_string(),
            Value::Time(value) => value.to_string(),
            Value::LocalDateTime(value) => value.to_string(),
            Value::DateTime(value) => value.to_string(),
            Value::Duration(value) => value.to_string(),
            _ => return None,
        })
    }
}

/// As [`Value::to_cypher_literal`].
impl Display for Value {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        Literal { value: self, reader: None }.fmt(f)
    }
}

/// The text of a float that reads back as the same float: `1.0`, `1e300`, `NaN`,
/// `Infinity`.
#[must_use]
pub fn float_text(number: f64) -> String {
    if number.is_nan() {
        "NaN".to_owned()
    } else if number.is_infinite() {
        (if number > 0.0 { "Infinity" } else { "-Infinity" }).to_owned()
    } else {
        // Rust's debug form is the shortest that reads back, and always shows that
        // it is a float.
        format!("{number:?}")
    }
}

/// A string in single quotes, with backslash escapes for what cannot stand as it is.
#[must_use]
pub fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('\'');
    for character in text.chars() {
        match character {
            '\'' => out.push_str("\\'"),
            '\\' => out.push_str("\\\\"),
            other => push_visible(&mut out, other),
        }
    }
    out.push('\'');
    out
}

/// Adds a character; a control character as the escape that a string has for it.
pub(crate) fn push_visible(out: &mut String, character: char) {
    match character {
        '\n' => out.push_str("\\n"),
        '\r' => out.push_str("\\r"),
        '\t' => out.push_str("\\t"),
        '\u{8}' => out.push_str("\\b"),
        '\u{c}' => out.push_str("\\f"),
        control if control.is_control() => {
            // Control characters all lie below U+FFFF, so four digits do.
            let _ = write!(out, "\\u{:04X}", u32::from(control));
        }
        plain => out.push(plain),
    }
}

/// A name (key, label, type) as a query writes it: in backticks where it must be.
#[must_use]
pub fn identifier(name: &str) -> std::borrow::Cow<'_, str> {
    let mut characters = name.chars();
    let plain = characters.next().is_some_and(|c| c.is_alphabetic() || c == '_')
        && characters.all(|c| c.is_alphanumeric() || c == '_');
    if plain { name.into() } else { format!("`{}`", name.replace('`', "``")).into() }
}

struct Literal<'a> {
    value: &'a Value,
    reader: Option<&'a dyn ElementReader>,
}

impl Display for Literal<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self.value {
            Value::Null => f.write_str("null"),
            Value::Boolean(flag) => flag.fmt(f),
            Value::Integer(number) => number.fmt(f),
            Value::Float(number) => f.write_str(&float_text(*number)),
            Value::String(text) => f.write_str(&quoted(text)),
            Value::List(items) => {
                f.write_char('[')?;
                for (position, value) in items.iter().enumerate() {
                    f.write_str(if position == 0 { "" } else { ", " })?;
                    Literal { value, reader: self.reader }.fmt(f)?;
                }
                f.write_char(']')
            }
            Value::Map(entries) => write_map(f, entries, self.reader),
            Value::Node(id) => write_endpoint(f, Endpoint::Node(*id), self.reader),
            Value::Relationship(id) => write_endpoint(f, Endpoint::Relationship(*id), self.reader),
            Value::Path(path) => write_path(f, path, self.reader),
            Value::Date(date) => write!(f, "'{date}'"),
            Value::LocalTime(time) => write!(f, "'{time}'"),
            Value::Time(time) => write!(f, "'{time}'"),
            Value::LocalDateTime(moment) => write!(f, "'{moment}'"),
            Value::DateTime(moment) => write!(f, "'{moment}'"),
            Value::Duration(duration) => write!(f, "'{duration}'"),
        }
    }
}

fn write_map(
    f: &mut Formatter<'_>,
    entries: &Map,
    reader: Option<&dyn ElementReader>,
) -> fmt::Result {
    f.write_char('{')?;
    for (position, (key, value)) in entries.iter().enumerate() {
        f.write_str(if position == 0 { "" } else { ", " })?;
        write!(f, "{}: ", identifier(key))?;
        Literal { value, reader }.fmt(f)?;
    }
    f.write_char('}')
}

fn write_endpoint(
    f: &mut Formatter<'_>,
    element: Endpoint,
    reader: Option<&dyn ElementReader>,
) -> fmt::Result {
    let (open, close) = match element {
        Endpoint::Node(_) => ('(', ')'),
        Endpoint::Relationship(_) => ('[', ']'),
    };
    f.write_char(open)?;
    match (reader, element) {
        (None, Endpoint::Node(id)) => write!(f, "#{}", id.0)?,
        (None, Endpoint::Relationship(id)) => write!(f, "#{}", id.0)?,
        (Some(reader), element) => {
            let names = match element {
                Endpoint::Node(id) => reader.node_labels(id),
                Endpoint::Relationship(id) => reader.relationship_type(id).into_iter().collect(),
            };
            for name in &names {
                write!(f, ":{}", identifier(name))?;
            }
            let properties = reader.properties(element);
            if !properties.is_empty() {
                f.write_str(if names.is_empty() { "" } else { " " })?;
                write_map(f, &properties, Some(reader))?;
            }
        }
    }
    f.write_char(close)
}

fn write_path(
    f: &mut Formatter<'_>,
    path: &Path,
    reader: Option<&dyn ElementReader>,
) -> fmt::Result {
    f.write_char('<')?;
    for (position, element) in path.elements.iter().enumerate() {
        write_endpoint(f, *element, reader)?;
        let Some(relationship) = path.relationships.get(position) else { continue };
        // Without a reader nobody knows which way the relationship points.
        let endpoints = reader.and_then(|reader| reader.relationship_endpoints(*relationship));
        let forward = endpoints.map(|(start, _)| start == *element);
        f.write_str(if forward == Some(false) { "<-" } else { "-" })?;
        write_endpoint(f, Endpoint::Relationship(*relationship), reader)?;
        f.write_str(if forward == Some(true) { "->" } else { "-" })?;
    }
    f.write_char('>')
}

/// A number with commas between thousands.
///
/// ```
/// use dossier::value::display::grouped;
///
/// assert_eq!(grouped(1_234_567), "1,234,567");
/// assert_eq!(grouped(12), "12");
/// ```
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::super::NodeId;
    use super::*;

    #[test]
    fn literals_read_back_as_what_they_were() {
        let cases: [(Value, &str); 12] = [
            (Value::Null, "null"),
            (true.into(), "true"),
            (i64::MIN.into(), "-9223372036854775808"),
            (1.0.into(), "1.0"),
            (1e300.into(), "1e300"),
            ((-0.0).into(), "-0.0"),
            (f64::NAN.into(), "NaN"),
            (f64::NEG_INFINITY.into(), "-Infinity"),
            ("it's a \\ and\na \u{1}".into(), r"'it\'s a \\ and\na \u0001'"),
            (vec![Value::from(1), "a".into(), vec![Value::Null].into()].into(), "[1, 'a', [null]]"),
            (Value::Node(NodeId(7)), "(#7)"),
            (
                Map::from_iter([("a".into(), 1.into()), ("b c".into(), 2.into())]).into(),
                "{a: 1, `b c`: 2}",
            ),
        ];
        for (value, text) in cases {
            assert_eq!(value.to_cypher_literal(), text);
        }
    }
}
