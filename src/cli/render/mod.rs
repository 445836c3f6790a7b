//! Rendering of rows: one file per output mode, one meaning for every value.
//!
//! A renderer writes results and nothing else; counts, timings and notices go
//! to standard error and are the shell's business.

mod csv;
mod json;
mod markdown;
mod plain;
mod table;
pub(crate) mod text;
mod vertical;

pub(crate) use table::wrap;

use dossier::value::{ElementReader, Value};
use std::io::{self, Write};

/// How rows are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Mode {
    /// Aligned columns; with box drawing on a terminal.
    Table,
    /// Comma-separated values, quoted as RFC 4180 says.
    Csv,
    /// One JSON array of objects.
    Json,
    /// One JSON object per line.
    Jsonl,
    /// A Markdown table.
    Markdown,
    /// One line per column.
    Vertical,
    /// The result's subgraph as a Graphviz graph.
    Dot,
}

impl Mode {
    /// Every mode with its name, in the order of the help.
    pub(crate) const ALL: [(Mode, &'static str); 7] = [
        (Mode::Table, "table"),
        (Mode::Csv, "csv"),
        (Mode::Json, "json"),
        (Mode::Jsonl, "jsonl"),
        (Mode::Markdown, "markdown"),
        (Mode::Vertical, "vertical"),
        (Mode::Dot, "dot"),
    ];

    /// The mode's name.
    pub(crate) fn name(self) -> &'static str {
        Self::ALL.iter().find(|(mode, _)| *mode == self).map_or("table", |(_, name)| name)
    }

    /// The mode of a name, in any case.
    pub(crate) fn from_name(name: &str) -> Option<Mode> {
        Self::ALL.iter().find(|(_, known)| known.eq_ignore_ascii_case(name)).map(|(mode, _)| *mode)
    }
}

/// What is to be written: rows with the graph version their elements live in.
pub(crate) struct Answer<'a> {
    /// Column names in the order of the RETURN clause.
    pub(crate) columns: &'a [String],
    /// The rows; each as long as `columns`.
    pub(crate) rows: &'a [Vec<Value>],
    /// Labels, types and properties of the elements in the rows.
    pub(crate) reader: &'a dyn ElementReader,
}

/// Where it is written to, and how.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Surface {
    /// Whether a person looks at it: box drawing, fitted to `width`.
    pub(crate) terminal: bool,
    /// Whether colour escapes are wanted.
    pub(crate) colour: bool,
    /// Terminal columns; meaningless where `terminal` is false.
    pub(crate) width: usize,
    /// Whether column names are written.
    pub(crate) header: bool,
}

/// Writes an answer in a mode other than [`Mode::Dot`], which is not about rows.
///
/// `stop` is asked between rows; when it says yes the rest is left out.
///
/// # Errors
/// Whatever the writer reports; a broken pipe included.
pub(crate) fn render(
    mode: Mode,
    answer: &Answer<'_>,
    surface: Surface,
    out: &mut dyn Write,
    stop: &dyn Fn() -> bool,
) -> io::Result<()> {
    match mode {
        Mode::Table if surface.terminal => table::write(answer, surface, out, stop),
        Mode::Table | Mode::Dot => plain::write(answer, surface, out, stop),
        Mode::Csv => csv::write(answer, surface, out, stop),
        Mode::Json => json::write_array(answer, out, stop),
        Mode::Jsonl => json::write_lines(answer, out, stop),
        Mode::Markdown => markdown::write(answer, out, stop),
        Mode::Vertical => vertical::write(answer, surface, out, stop),
    }
}
