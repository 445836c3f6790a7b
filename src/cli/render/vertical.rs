//! One line per column, for rows too wide for a table.

use super::{Answer, Surface, text};
use crate::cli::paint::{self, Paint};
use std::io::{self, Write};
use unicode_width::UnicodeWidthStr;

/// Writes a numbered heading per row and its columns below.
pub(super) fn write(
    answer: &Answer<'_>,
    surface: Surface,
    out: &mut dyn Write,
    stop: &dyn Fn() -> bool,
) -> io::Result<()> {
    let name_width = answer.columns.iter().map(|c| c.width()).max().unwrap_or(0);
    let room = if surface.terminal {
        surface.width.saturating_sub(name_width + 2).max(20)
    } else {
        usize::MAX
    };
    let breaks = if surface.terminal { text::LineBreaks::Kept } else { text::LineBreaks::Escaped };
    let paint = Paint { colour: surface.colour };
    let mut cell = String::new();
    for (number, row) in answer.rows.iter().enumerate() {
        if stop() {
            break;
        }
        if surface.header {
            let heading = if surface.terminal {
                format!("── {} ──", number + 1)
            } else {
                format!("-- {} --", number + 1)
            };
            writeln!(out, "{}", paint.with(paint::DIM, &heading))?;
        } else if number > 0 {
            writeln!(out)?;
        }
        for (column, value) in answer.columns.iter().zip(row) {
            cell.clear();
            text::cell(&mut cell, value, answer.reader, breaks);
            let name = format!("{}{column}", " ".repeat(name_width - column.width()));
            let mut lines = super::table::wrap(&cell, room).into_iter();
            let first = lines.next().unwrap_or_default();
            writeln!(out, "{}: {first}", paint.with(paint::BOLD, &name))?;
            for line in lines {
                writeln!(out, "{}  {line}", " ".repeat(name_width))?;
            }
        }
    }
    Ok(())
}
