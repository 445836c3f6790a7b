//! The table of a pipe or a file: aligned columns, no box, nothing cut.
//!
//! Every row is one line, whatever its text holds.

use super::{Answer, Surface, text};
use dossier::value::Value;
use std::io::{self, Write};

/// Writes header, dashes and rows, two blanks between columns.
pub(super) fn write(
    answer: &Answer<'_>,
    surface: Surface,
    out: &mut dyn Write,
    stop: &dyn Fn() -> bool,
) -> io::Result<()> {
    if answer.columns.is_empty() {
        return Ok(());
    }
    let mut widths: Vec<usize> =
        answer.columns.iter().map(|c| if surface.header { text::width(c) } else { 0 }).collect();
    let mut buffer = String::new();
    for row in answer.rows {
        if stop() {
            return Ok(());
        }
        for (value, width) in row.iter().zip(&mut widths) {
            buffer.clear();
            text::cell(&mut buffer, value, answer.reader, text::LineBreaks::Escaped);
            *width = (*width).max(text::width(&buffer));
        }
    }
    let mut line = String::new();
    if surface.header {
        for (column, width) in answer.columns.iter().zip(&widths) {
            push(&mut line, column, *width, false);
        }
        finish(&mut line, out)?;
        for width in &widths {
            push(&mut line, &"-".repeat(*width), *width, false);
        }
        finish(&mut line, out)?;
    }
    for row in answer.rows {
        if stop() {
            break;
        }
        for (value, width) in row.iter().zip(&widths) {
            buffer.clear();
            text::cell(&mut buffer, value, answer.reader, text::LineBreaks::Escaped);
            push(&mut line, &buffer, *width, is_number(value));
        }
        finish(&mut line, out)?;
    }
    Ok(())
}

/// Whether a value is aligned to the right.
pub(super) fn is_number(value: &Value) -> bool {
    matches!(value, Value::Integer(_) | Value::Float(_))
}

fn push(line: &mut String, cell: &str, width: usize, right: bool) {
    let blanks = width.saturating_sub(text::width(cell));
    if right {
        line.extend(std::iter::repeat_n(' ', blanks));
    }
    line.push_str(cell);
    if !right {
        line.extend(std::iter::repeat_n(' ', blanks));
    }
    line.push_str("  ");
}

fn finish(line: &mut String, out: &mut dyn Write) -> io::Result<()> {
    line.truncate(line.trim_end_matches(' ').len());
    line.push('\n');
    out.write_all(line.as_bytes())?;
    line.clear();
    Ok(())
}
