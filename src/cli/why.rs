//! What rows rest on, beside the rows: a column `why`, and for the modes that are read by eye
//! numbered notes below.

use super::paint::{self, Paint};
use super::render::{Mode, Surface, wrap};
use dossier::value::Value;
use dossier::{Error, Footnotes, QueryResult, SupportingStatement};
use std::io::{self, Write};

/// Rows with a column more, and the notes that it names.
pub(crate) struct Questioned {
    /// The columns' names, that of the reasons last.
    pub(crate) columns: Vec<String>,
    /// The rows.
    pub(crate) rows: Vec<Vec<Value>>,
    /// The notes; none where the column holds everything.
    notes: Vec<SupportingStatement>,
}

/// The rows of a result that was asked why, for a mode; `None` where it was not.
///
/// # Errors
/// A part of the file cannot be read.
pub(crate) fn questioned(result: &QueryResult, mode: Mode) -> Result<Option<Questioned>, Error> {
    if result.support_graph().is_none() {
        return Ok(None);
    }
    let by_eye = matches!(mode, Mode::Table | Mode::Markdown | Mode::Vertical);
    let (reasons, notes) = if by_eye {
        let Footnotes { marks, notes } = result.footnotes()?.unwrap_or_default();
        (marks.into_iter().map(Value::from).collect::<Vec<_>>(), notes)
    } else {
        let support = |row| Ok(result.support(row)?.unwrap_or_default().to_value());
        ((0..result.rows.len()).map(support).collect::<Result<_, Error>>()?, Vec::new())
    };
    let mut name = "why".to_owned();
    while result.columns.contains(&name) {
        name.push('_');
    }
    let columns = result.columns.iter().cloned().chain([name]).collect();
    let with_reason = |(row, why): (&Vec<Value>, Value)| row.iter().cloned().chain([why]).collect();
    let rows = result.rows.iter().zip(reasons).map(with_reason).collect();
    Ok(Some(Questioned { columns, rows, notes }))
}

impl Questioned {
    /// Writes the notes, a blank line before them.
    ///
    /// # Errors
    /// Whatever the writer reports.
    pub(crate) fn write_notes(
        &self,
        mode: Mode,
        surface: Surface,
        out: &mut dyn Write,
        stop: &dyn Fn() -> bool,
    ) -> io::Result<()> {
        if !self.notes.is_empty() {
            writeln!(out)?;
        }
        for (place, note) in self.notes.iter().enumerate() {
            if stop() {
                break;
            }
            if mode == Mode::Markdown {
                writeln!(out, "- \\[{}\\] {}", place + 1, markdown(&note.heading()))?;
                for line in note.lines() {
                    writeln!(out, "  - {}", markdown(&line))?;
                }
            } else {
                write_note(place + 1, note, surface, out)?;
            }
        }
        Ok(())
    }
}

fn write_note(
    number: usize,
    note: &SupportingStatement,
    surface: Surface,
    out: &mut dyn Write,
) -> io::Result<()> {
    let paint = Paint { colour: surface.colour };
    let mark = format!("[{number}] ");
    let indent = " ".repeat(mark.len());
    let room = surface.width.saturating_sub(mark.len() + 2).max(20);
    let width = if surface.terminal { room } else { usize::MAX };
    let code = if note.disputed { paint::RED } else { paint::BOLD };
    for (place, line) in wrap(&note.heading(), width).into_iter().enumerate() {
        let before = if place == 0 { &mark } else { &indent };
        writeln!(out, "{before}{}", paint.with(code, &line))?;
    }
    for line in note.lines() {
        for (place, line) in wrap(&line, width).into_iter().enumerate() {
            writeln!(out, "{indent}{}{line}", if place == 0 { "" } else { "  " })?;
        }
    }
    Ok(())
}

/// A text that Markdown shows as it is.
fn markdown(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '<' => shown.push_str("&lt;"),
            '[' | ']' | '*' | '_' | '`' | '\\' => shown.extend(['\\', c]),
            '\n' => shown.push(' '),
            c => shown.push(c),
        }
    }
    shown
}
