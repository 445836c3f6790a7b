//! Comma-separated values, quoted as RFC 4180 says.
//!
//! Lines end with a bare line feed, which every reader accepts and `cut` and
//! `awk` need. Null is an empty field, the empty string is `""`; lists, maps
//! and elements are JSON text.

use super::{Answer, Surface, json, text};
use dossier::value::Value;
use std::io::{self, Write};

/// Writes the header (unless unwanted) and a record per row.
pub(super) fn write(
    answer: &Answer<'_>,
    surface: Surface,
    out: &mut dyn Write,
    stop: &dyn Fn() -> bool,
) -> io::Result<()> {
    let mut line = String::new();
    if surface.header {
        for (at, column) in answer.columns.iter().enumerate() {
            if at > 0 {
                line.push(',');
            }
            field(&mut line, column);
        }
        line.push('\n');
        out.write_all(line.as_bytes())?;
    }
    let mut value_text = String::new();
    for row in answer.rows {
        if stop() {
            break;
        }
        line.clear();
        for (at, value) in row.iter().enumerate() {
            if at > 0 {
                line.push(',');
            }
            value_text.clear();
            match value {
                // A line with nothing on it is no record to most readers.
                Value::Null if row.len() == 1 => line.push_str("\"\""),
                Value::Null => {}
                Value::String(content) => field(&mut line, content),
                Value::List(_)
                | Value::Map(_)
                | Value::Node(_)
                | Value::Relationship(_)
                | Value::Path(_) => field(&mut line, &json::text(value, answer.reader)?),
                other => {
                    text::cell(&mut value_text, other, answer.reader, text::LineBreaks::Escaped);
                    field(&mut line, &value_text);
                }
            }
        }
        line.push('\n');
        out.write_all(line.as_bytes())?;
    }
    Ok(())
}

/// Appends one field, quoted where it must be.
fn field(line: &mut String, content: &str) {
    let must_quote = content.is_empty() || content.contains([',', '"', '\n', '\r']);
    if !must_quote {
        line.push_str(content);
        return;
    }
    line.push('"');
    for (at, part) in content.split('"').enumerate() {
        if at > 0 {
            line.push_str("\"\"");
        }
        line.push_str(part);
    }
    line.push('"');
}
