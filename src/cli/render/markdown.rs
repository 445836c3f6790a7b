//! A Markdown table (GitHub's dialect).

use super::{Answer, text};
use crate::cli::render::plain::is_number;
use std::io::{self, Write};

/// Writes the header, the alignment row and a row per row.
pub(super) fn write(
    answer: &Answer<'_>,
    out: &mut dyn Write,
    stop: &dyn Fn() -> bool,
) -> io::Result<()> {
    if answer.columns.is_empty() {
        return Ok(());
    }
    let mut line = String::from("|");
    for column in answer.columns {
        push(&mut line, column);
    }
    line.push_str("\n|");
    for at in 0..answer.columns.len() {
        let numbers = answer.rows.first().and_then(|row| row.get(at)).is_some_and(is_number);
        line.push_str(if numbers { " ---: |" } else { " --- |" });
    }
    line.push('\n');
    out.write_all(line.as_bytes())?;
    let mut cell = String::new();
    for row in answer.rows {
        if stop() {
            break;
        }
        line.clear();
        line.push('|');
        for value in row {
            cell.clear();
            text::cell(&mut cell, value, answer.reader, text::LineBreaks::Kept);
            push(&mut line, &cell);
        }
        line.push('\n');
        out.write_all(line.as_bytes())?;
    }
    Ok(())
}

fn push(line: &mut String, cell: &str) {
    line.push(' ');
    for c in cell.chars() {
        match c {
            '|' => line.push_str("\\|"),
            '\n' => line.push_str("<br>"),
            '<' => line.push_str("&lt;"),
            c => line.push(c),
        }
    }
    line.push_str(" |");
}
