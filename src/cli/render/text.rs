//! Values as text for people: `(:Person {name: 'He Lifeng'})`, `[:LEADS]`,
//! `(He Lifeng)-[:LEADS]->(Treasury)`.
//!
//! Text at the top of a cell is written bare, inside a list or a map it is
//! quoted. Control characters never reach a terminal: they are written as escapes.

use dossier::value::display::{float_text, identifier};
use dossier::value::naming::{NAMING_KEYS, naming_text};
use dossier::value::{ElementReader, Endpoint, Map, NodeId, Path, RelationshipId, Value};
use std::fmt::Write;
use unicode_width::UnicodeWidthStr;

/// Lists and maps nested deeper than this are written as an ellipsis: values
/// can be built deeper by a query than the stack is.
const DEPTH: usize = 64;

/// Whether a control character is kept in the text of a cell.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum LineBreaks {
    /// A line break stays one (a box can hold several lines).
    Kept,
    /// A line break is written as `\n`.
    Escaped,
}

/// The text of a cell, appended to `out`.
pub(crate) fn cell(
    out: &mut String,
    value: &Value,
    reader: &dyn ElementReader,
    breaks: LineBreaks,
) {
    match value {
        Value::String(text) => bare(out, text, breaks),
        other => nested(out, other, reader, 0),
    }
}

/// The text of a value as it stands inside a list or a map.
pub(crate) fn quoted(value: &Value, reader: &dyn ElementReader) -> String {
    let mut out = String::new();
    nested(&mut out, value, reader, 0);
    out
}

/// Whether each character of a text is as wide as it has bytes, one, and stands for itself.
fn is_plain(text: &str) -> bool {
    text.bytes().fold(true, |all, byte| all & matches!(byte, b' '..=b'~'))
}

/// How many columns of a terminal a text takes.
pub(crate) fn width(text: &str) -> usize {
    if is_plain(text) { text.len() } else { UnicodeWidthStr::width(text) }
}

fn bare(out: &mut String, text: &str, breaks: LineBreaks) {
    if is_plain(text) {
        out.push_str(text);
        return;
    }
    for c in text.chars() {
        match c {
            '\n' if breaks == LineBreaks::Kept => out.push('\n'),
            '\r' if breaks == LineBreaks::Kept => {}
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str(if breaks == LineBreaks::Kept { "    " } else { "\\t" }),
            c => visible(out, c),
        }
    }
}

/// Pushes a character, escaped where a terminal would act on it.
fn visible(out: &mut String, c: char) {
    let reorders = matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    if c.is_control() || reorders {
        let _ = write!(out, "\\u{{{:x}}}", u32::from(c));
    } else {
        out.push(c);
    }
}

fn quote(out: &mut String, text: &str) {
    out.push('\'');
    if is_plain(text) && !text.contains(['\'', '\\']) {
        out.push_str(text);
        out.push('\'');
        return;
    }
    for c in text.chars() {
        match c {
            '\'' => out.push_str("\\'"),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c => visible(out, c),
        }
    }
    out.push('\'');
}

fn nested(out: &mut String, value: &Value, reader: &dyn ElementReader, depth: usize) {
    if depth > DEPTH {
        out.push('…');
        return;
    }
    match value {
        Value::Null => out.push_str("null"),
        Value::Boolean(b) => out.push_str(if *b { "true" } else { "false" }),
        Value::Integer(i) => _ = write!(out, "{i}"),
        Value::Float(f) => out.push_str(&float_text(*f)),
        Value::String(text) => quote(out, text),
        Value::List(items) => {
            out.push('[');
            for (at, item) in items.iter().enumerate() {
                if at > 0 {
                    out.push_str(", ");
                }
                nested(out, item, reader, depth + 1);
            }
            out.push(']');
        }
        Value::Map(entries) => map(out, entries, reader, depth),
        Value::Node(id) => node(out, *id, reader, depth),
        Value::Relationship(id) => relationship(out, *id, reader, depth),
        Value::Path(walk) => path(out, walk, reader),
        Value::Date(v) => _ = write!(out, "{v}"),
        Value::LocalTime(v) => _ = write!(out, "{v}"),
        Value::Time(v) => _ = write!(out, "{v}"),
        Value::LocalDateTime(v) => _ = write!(out, "{v}"),
        Value::DateTime(v) => _ = write!(out, "{v}"),
        Value::Duration(v) => _ = write!(out, "{v}"),
    }
}

fn map(out: &mut String, entries: &Map, reader: &dyn ElementReader, depth: usize) {
    out.push('{');
    for (at, (key, value)) in entries.iter().enumerate() {
        if at > 0 {
            out.push_str(", ");
        }
        out.push_str(&identifier(key));
        out.push_str(": ");
        nested(out, value, reader, depth + 1);
    }
    out.push('}');
}

/// The properties of an element, the naming one first.
fn properties(out: &mut String, element: Endpoint, reader: &dyn ElementReader, depth: usize) {
    let mut entries = reader.properties(element);
    if entries.is_empty() {
        return;
    }
    if let Some(at) = NAMING_KEYS.iter().find_map(|key| entries.get_index_of(*key)) {
        entries.move_index(at, 0);
    }
    if !out.ends_with(['(', '[']) {
        out.push(' ');
    }
    map(out, &entries, reader, depth + 1);
}

fn labels(out: &mut String, id: NodeId, reader: &dyn ElementReader) {
    for label in reader.node_labels(id) {
        out.push(':');
        out.push_str(&identifier(&label));
    }
}

fn node(out: &mut String, id: NodeId, reader: &dyn ElementReader, depth: usize) {
    out.push('(');
    labels(out, id, reader);
    properties(out, Endpoint::Node(id), reader, depth);
    out.push(')');
}

fn relationship(out: &mut String, id: RelationshipId, reader: &dyn ElementReader, depth: usize) {
    out.push('[');
    if let Some(kind) = reader.relationship_type(id) {
        out.push(':');
        out.push_str(&identifier(&kind));
    }
    properties(out, Endpoint::Relationship(id), reader, depth);
    out.push(']');
}

fn path(out: &mut String, walk: &Path, reader: &dyn ElementReader) {
    for (at, element) in walk.elements.iter().enumerate() {
        stop(out, *element, reader);
        let Some(id) = walk.relationships.get(at) else {
            continue;
        };
        let forward = reader.relationship_endpoints(*id).is_none_or(|(start, _)| start == *element);
        out.push_str(if forward { "-[" } else { "<-[" });
        if let Some(kind) = reader.relationship_type(*id) {
            out.push(':');
            out.push_str(&identifier(&kind));
        }
        out.push_str(if forward { "]->" } else { "]-" });
    }
}

/// One element of a path: by its naming property, or by its labels or type.
fn stop(out: &mut String, element: Endpoint, reader: &dyn ElementReader) {
    let (open, close) = match element {
        Endpoint::Node(_) => ('(', ')'),
        Endpoint::Relationship(_) => ('[', ']'),
    };
    out.push(open);
    match (naming_text(|key| reader.property(element, key)), element) {
        (Some(name), _) => bare(out, &name, LineBreaks::Escaped),
        (None, Endpoint::Node(id)) => labels(out, id, reader),
        (None, Endpoint::Relationship(id)) => {
            if let Some(kind) = reader.relationship_type(id) {
                out.push(':');
                out.push_str(&identifier(&kind));
            }
        }
    }
    out.push(close);
}
