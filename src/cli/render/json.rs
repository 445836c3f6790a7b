//! JSON: one array of objects, or one object per line.

use super::Answer;
use dossier::value::json::to_json;
use dossier::value::{ElementReader, Value};
use serde_json::{Map, Value as Json};
use std::io::{self, Write};

/// Writes `[{…},` … `{…}]`, an object a line.
pub(super) fn write_array(
    answer: &Answer<'_>,
    out: &mut dyn Write,
    stop: &dyn Fn() -> bool,
) -> io::Result<()> {
    if answer.rows.is_empty() {
        return writeln!(out, "[]");
    }
    for (at, row) in answer.rows.iter().enumerate() {
        if stop() {
            break;
        }
        write!(out, "{}{}", if at == 0 { "[" } else { ",\n " }, object(answer, row))?;
    }
    writeln!(out, "]")
}

/// Writes `{…}` per row.
pub(super) fn write_lines(
    answer: &Answer<'_>,
    out: &mut dyn Write,
    stop: &dyn Fn() -> bool,
) -> io::Result<()> {
    for row in answer.rows {
        if stop() {
            break;
        }
        writeln!(out, "{}", object(answer, row))?;
    }
    Ok(())
}

fn object(answer: &Answer<'_>, row: &[Value]) -> Json {
    let fields: Map<String, Json> = answer
        .columns
        .iter()
        .zip(row)
        .map(|(column, value)| (column.clone(), to_json(value, answer.reader)))
        .collect();
    Json::Object(fields)
}

/// The JSON text of a value, appended to `out`.
pub(super) fn value(out: &mut String, value: &Value, reader: &dyn ElementReader) {
    out.push_str(&to_json(value, reader).to_string());
}
