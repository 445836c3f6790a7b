//! JSON: one array of objects, or one object per line.

use super::Answer;
use dossier::value::json::AsJson;
use dossier::value::{ElementReader, Value};
use serde::{Serialize, Serializer};
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
    let mut line = Vec::new();
    for (at, row) in answer.rows.iter().enumerate() {
        if stop() {
            break;
        }
        line.clear();
        line.extend_from_slice(if at == 0 { b"[" } else { b",\n " });
        serde_json::to_writer(&mut line, &Object { answer, row })?;
        out.write_all(&line)?;
    }
    writeln!(out, "]")
}

/// Writes `{…}` per row.
pub(super) fn write_lines(
    answer: &Answer<'_>,
    out: &mut dyn Write,
    stop: &dyn Fn() -> bool,
) -> io::Result<()> {
    let mut line = Vec::new();
    for row in answer.rows {
        if stop() {
            break;
        }
        line.clear();
        serde_json::to_writer(&mut line, &Object { answer, row })?;
        line.push(b'\n');
        out.write_all(&line)?;
    }
    Ok(())
}

/// A row, each value under the name of its column.
struct Object<'a> {
    answer: &'a Answer<'a>,
    row: &'a [Value],
}

impl Serialize for Object<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let Answer { columns, reader, .. } = *self.answer;
        let fields = columns.iter().zip(self.row);
        to.collect_map(fields.map(|(column, value)| (column, AsJson { value, reader })))
    }
}

/// The JSON text of a value.
pub(super) fn text(value: &Value, reader: &dyn ElementReader) -> io::Result<String> {
    Ok(serde_json::to_string(&AsJson { value, reader })?)
}
