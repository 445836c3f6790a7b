//! The table of a terminal: box drawing, fitted to the width.
//!
//! Columns keep their natural width while all fit; else the widest give way
//! first, and their cells are wrapped between words, to [`LINES`] lines at most.
//! Where not even narrow columns fit, the rows are written one column a line.

use super::plain::is_number;
use super::{Answer, Surface, text, vertical};
use crate::cli::paint::{self, Paint};
use dossier::value::Value;
use std::io::{self, Write};
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// A cell shows at most so many lines; the last ends in an ellipsis.
const LINES: usize = 12;
/// No column is made narrower than this.
const NARROWEST: usize = 6;

/// Writes the box.
pub(super) fn write(
    answer: &Answer<'_>,
    surface: Surface,
    out: &mut dyn Write,
    stop: &dyn Fn() -> bool,
) -> io::Result<()> {
    if answer.columns.is_empty() {
        return Ok(());
    }
    let mut natural: Vec<usize> =
        answer.columns.iter().map(|c| if surface.header { c.width() } else { 1 }).collect();
    let mut buffer = String::new();
    for row in answer.rows {
        if stop() {
            return Ok(());
        }
        for (value, width) in row.iter().zip(&mut natural) {
            buffer.clear();
            text::cell(&mut buffer, value, answer.reader, text::LineBreaks::Kept);
            let widest = buffer.split('\n').map(UnicodeWidthStr::width).max().unwrap_or(0);
            *width = (*width).max(widest).max(1);
        }
    }
    let frame = 3 * natural.len() + 1;
    let Some(widths) = fit(&natural, surface.width.saturating_sub(frame)) else {
        return vertical::write(answer, surface, out, stop);
    };
    let rules = answer.rows.len() > 1 && mostly_several_lines(answer, &widths);
    draw(answer, surface, &widths, rules, out, stop)
}

/// Draws the box; `rules` draws a line between rows, where rows have several.
fn draw(
    answer: &Answer<'_>,
    surface: Surface,
    widths: &[usize],
    rules: bool,
    out: &mut dyn Write,
    stop: &dyn Fn() -> bool,
) -> io::Result<()> {
    let paint = Paint { colour: surface.colour };
    rule(out, paint, widths, ['┌', '┬', '┐'])?;
    if surface.header {
        let cells: Vec<Cell> = answer
            .columns
            .iter()
            .zip(widths)
            .map(|(column, width)| Cell {
                lines: clip(wrap(column, *width), *width),
                right: false,
                code: paint::BOLD,
            })
            .collect();
        row(out, paint, &cells, widths)?;
        rule(out, paint, widths, ['├', '┼', '┤'])?;
    }
    let mut buffer = String::new();
    for (number, values) in answer.rows.iter().enumerate() {
        if stop() {
            break;
        }
        if rules && number > 0 {
            rule(out, paint, widths, ['├', '┼', '┤'])?;
        }
        let mut cells = Vec::with_capacity(widths.len());
        for (value, width) in values.iter().zip(widths) {
            buffer.clear();
            text::cell(&mut buffer, value, answer.reader, text::LineBreaks::Kept);
            let code = if matches!(value, Value::Null) { paint::DIM } else { "" };
            cells.push(Cell {
                lines: clip(wrap(&buffer, *width), *width),
                right: is_number(value),
                code,
            });
        }
        row(out, paint, &cells, widths)?;
    }
    rule(out, paint, widths, ['└', '┴', '┘'])
}

/// Whether more than a third of the rows take several lines, by the first of them.
fn mostly_several_lines(answer: &Answer<'_>, widths: &[usize]) -> bool {
    let looked_at = answer.rows.len().min(100);
    let mut buffer = String::new();
    let mut tall = 0;
    for row in answer.rows.iter().take(looked_at) {
        let is_tall = row.iter().zip(widths).any(|(value, width)| {
            buffer.clear();
            text::cell(&mut buffer, value, answer.reader, text::LineBreaks::Kept);
            buffer.contains('\n') || buffer.width() > *width
        });
        tall += usize::from(is_tall);
    }
    tall * 3 > looked_at
}

struct Cell {
    lines: Vec<String>,
    right: bool,
    code: &'static str,
}

fn rule(out: &mut dyn Write, paint: Paint, widths: &[usize], ends: [char; 3]) -> io::Result<()> {
    let mut line = String::new();
    for (at, width) in widths.iter().enumerate() {
        line.push(if at == 0 { ends[0] } else { ends[1] });
        line.extend(std::iter::repeat_n('─', width + 2));
    }
    line.push(ends[2]);
    writeln!(out, "{}", paint.with(paint::DIM, &line))
}

fn row(out: &mut dyn Write, paint: Paint, cells: &[Cell], widths: &[usize]) -> io::Result<()> {
    let bar = paint.with(paint::DIM, "│");
    let height = cells.iter().map(|cell| cell.lines.len()).max().unwrap_or(1).max(1);
    let mut line = String::new();
    for at in 0..height {
        line.clear();
        for (cell, width) in cells.iter().zip(widths) {
            let content = cell.lines.get(at).map_or("", String::as_str);
            let blanks = " ".repeat(width.saturating_sub(content.width()));
            let shown = if cell.code.is_empty() {
                content.to_owned()
            } else {
                paint.with(cell.code, content)
            };
            line.push_str(&bar);
            line.push(' ');
            if cell.right {
                line.push_str(&blanks);
                line.push_str(&shown);
            } else {
                line.push_str(&shown);
                line.push_str(&blanks);
            }
            line.push(' ');
        }
        writeln!(out, "{line}{bar}")?;
    }
    Ok(())
}

/// Column widths that sum to at most `room`: the widest columns share what the
/// narrow ones leave. `None` where even the narrowest do not fit.
fn fit(natural: &[usize], room: usize) -> Option<Vec<usize>> {
    if natural.iter().sum::<usize>() <= room {
        return Some(natural.to_vec());
    }
    if natural.iter().map(|width| (*width).min(NARROWEST)).sum::<usize>() > room {
        return None;
    }
    let total = |cap: usize| natural.iter().map(|width| (*width).min(cap)).sum::<usize>();
    let (mut low, mut high) = (NARROWEST, room.max(NARROWEST));
    while low < high {
        let middle = (low + high).div_ceil(2);
        if total(middle) <= room { low = middle } else { high = middle - 1 }
    }
    let mut widths: Vec<usize> = natural.iter().map(|width| (*width).min(low)).collect();
    let mut spare = room.saturating_sub(widths.iter().sum());
    for (width, wanted) in widths.iter_mut().zip(natural) {
        if spare > 0 && *width < *wanted {
            *width += 1;
            spare -= 1;
        }
    }
    Some(widths)
}

/// Breaks text into lines of at most `width` columns, between words where it can.
pub(crate) fn wrap(content: &str, width: usize) -> Vec<String> {
    let mut lines = Vec::new();
    for paragraph in content.split('\n') {
        if paragraph.width() <= width {
            lines.push(paragraph.to_owned());
            continue;
        }
        let mut line = String::new();
        let mut used = 0;
        // A path may break after its arrow, an address after a slash.
        for word in paragraph.split_inclusive([' ', '>', '/']) {
            let solid = word.trim_end_matches(' ').width();
            if used > 0 && used + solid > width {
                lines.push(std::mem::take(&mut line).trim_end().to_owned());
                used = 0;
            }
            for c in word.chars() {
                let wide = c.width().unwrap_or(0);
                if used + wide > width {
                    if c == ' ' {
                        continue;
                    }
                    lines.push(std::mem::take(&mut line).trim_end().to_owned());
                    used = 0;
                }
                line.push(c);
                used += wide;
            }
        }
        lines.push(line.trim_end().to_owned());
    }
    lines
}

/// Keeps [`LINES`] lines; the last kept one says with an ellipsis that there was more.
fn clip(mut lines: Vec<String>, width: usize) -> Vec<String> {
    if lines.len() > LINES {
        lines.truncate(LINES);
        if let Some(last) = lines.last_mut() {
            while last.width() + 1 > width && last.pop().is_some() {}
            last.push('…');
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_widest_column_gives_way_first() {
        assert_eq!(fit(&[4, 100], 40), Some(vec![4, 36]));
        assert_eq!(fit(&[4, 10], 40), Some(vec![4, 10]));
        assert_eq!(fit(&[50, 50], 21), Some(vec![11, 10]));
        assert_eq!(fit(&[50; 10], 40), None);
    }

    #[test]
    fn text_is_wrapped_between_words() {
        assert_eq!(wrap("the quick brown fox", 9), ["the quick", "brown fox"]);
        assert_eq!(wrap("何立峰在日内瓦", 6), ["何立峰", "在日内", "瓦"]);
        assert_eq!(wrap("abcdefgh", 3), ["abc", "def", "gh"]);
        assert_eq!(wrap("", 3), [""]);
    }
}
