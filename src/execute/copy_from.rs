//! `CopyFrom`: the rows of files become elements of the version in the making.
//!
//! The files are loaded as an import loads them ([`crate::load`]), and the writer goes on from
//! what was loaded. So a statement that fails is undone by its savepoint, and nothing is kept
//! of it.

use super::limit::Guard;
use super::session::{Rows, Session};
use crate::bind::copy::{CopyEnd, CopyFormat, CopyFrom, CopyInto, CopySettings};
use crate::import::{FileFormat, Format};
use crate::load::{BadLine, EndKind, Ends, Labels, Load, LoadError, Source, Watcher};
use crate::syntax::ast;
use crate::syntax::diagnostic::{Diagnostic, Span};
use crate::value::{ErrorClass, ErrorCode, EvaluationError, Value};
use crate::vector::{CHUNK_ROWS, DataChunk, Vector};
use std::sync::Arc;

/// The statement that waits for the load.
struct Waiting<'a> {
    guard: &'a Guard,
    /// Bytes that are accounted for.
    kept: usize,
    bad: Vec<BadLine>,
    stopped: Option<Diagnostic>,
}

impl Watcher for Waiting<'_> {
    fn goes_on(&mut self, bytes: usize) -> bool {
        let more = bytes.saturating_sub(self.kept);
        self.kept += more;
        let checked = self.guard.check().and_then(|()| self.guard.keep(more));
        self.stopped = checked.err();
        self.stopped.is_none()
    }

    fn bad_line(&mut self, line: BadLine) {
        self.bad.push(line);
    }
}

impl Session<'_> {
    /// Loads files; gives a row for each line that was passed over.
    pub(super) fn copy_from(
        &mut self,
        copy: &CopyFrom,
        mut rows: Rows,
    ) -> Result<Rows, Diagnostic> {
        let parameter = |name: &str, span: Span| self.options.parameter(name, span);
        let files = files(&copy.file.value(&parameter)?, copy.file.span)?;
        let settings = copy.options.settings(&parameter)?;
        // What a statement may keep is half for what is made, half for how it is made.
        let most = self.options.memory_limit.map(|bytes| bytes / 2);
        let load = Load {
            sources: vec![source(&copy.into, files, &settings, copy.file.span)?],
            files: self.options.files,
            format: format(&settings),
            skip: settings.skip_bad,
            room: self.options.rooms.map(|rooms| rooms.room(most)),
        };
        let base = self.writer(Some(copy.file.span))?.graph();
        let mut waiting = Waiting { guard: &self.guard, kept: 0, bad: Vec::new(), stopped: None };
        let done = load.run(base, &mut waiting);
        let Waiting { kept, bad, stopped, .. } = waiting;
        self.guard.release(kept);
        let outcome = done.map_err(|error| match error {
            LoadError::Refused(error) => Diagnostic::runtime(error, Some(copy.file.span)),
            LoadError::Stopped => stopped.unwrap_or_else(|| self.stopped()),
        })?;
        self.writer(Some(copy.file.span))?.take_loaded(outcome.loaded);
        let counters = &mut self.counters;
        counters.nodes_created += outcome.added.0;
        counters.relationships_created += outcome.added.1;
        counters.labels_added += outcome.labels;
        counters.properties_set += outcome.properties;
        rows.chunks.clear();
        if let Some(columns) = copy.bad {
            let layout = Arc::make_mut(&mut rows.layout);
            columns.into_iter().for_each(|column| _ = layout.add(column));
            rows.chunks.extend(bad.chunks(CHUNK_ROWS).map(told));
        }
        Ok(rows)
    }
}

/// The lines that were passed over as rows.
fn told(lines: &[BadLine]) -> DataChunk {
    let column = |of: &dyn Fn(&BadLine) -> Value| {
        Vector::from_values(lines.iter().map(of).collect::<Vec<_>>())
    };
    let columns = vec![
        column(&|line| Value::String(line.file.clone())),
        column(&|line| Value::Integer(line.line as i64)),
        column(&|line| Value::String(line.reason.as_str().into())),
    ];
    DataChunk::new(columns, lines.len())
}

/// The names of the files.
fn files(value: &Value, span: Span) -> Result<Vec<String>, Diagnostic> {
    let name = |value: &Value| match value {
        Value::String(name) => Some(name.to_string()),
        _ => None,
    };
    let names = match value {
        Value::List(names) if !names.is_empty() => names.iter().map(name).collect(),
        value => name(value).map(|name| vec![name]),
    };
    names.ok_or_else(|| {
        let message = "COPY reads the file that a String names, or those of a list of them";
        Diagnostic::runtime(EvaluationError::wrong_type(message), Some(span))
    })
}

fn source(
    into: &CopyInto,
    files: Vec<String>,
    settings: &CopySettings,
    span: Span,
) -> Result<Source, Diagnostic> {
    let has_header = settings.header.unwrap_or(settings.columns.is_none());
    if !has_header && settings.columns.is_none() {
        let (class, code) = (ErrorClass::ArgumentError, ErrorCode::InvalidArgumentValue);
        let message = "nothing says what the columns of a file without a header are: add COLUMNS";
        return Err(Diagnostic::runtime(EvaluationError::new(class, code, message), Some(span)));
    }
    let source = match into {
        CopyInto::Named(name) => Source::named(name, files),
        CopyInto::Nodes(labels) => {
            Source::nodes(Labels(labels.iter().map(ToString::to_string).collect()), files)
        }
        CopyInto::Relationships { start, label, end } => {
            let kind = label.as_ref().map(ToString::to_string);
            Source::relationships(Ends { kind, start: end_kind(start), end: end_kind(end) }, files)
        }
    };
    let columns = settings.columns.clone();
    Ok(source.with_columns(columns, has_header).with_format(file_format(settings)))
}

fn end_kind(end: &CopyEnd) -> EndKind {
    match (&end.name, end.kind) {
        (Some(name), ast::EndKind::Node) => EndKind::Node(name.to_string()),
        (Some(name), ast::EndKind::Relationship) => EndKind::Relationship(name.to_string()),
        (None, ast::EndKind::Node) => EndKind::Unknown,
        (None, ast::EndKind::Relationship) => EndKind::Relationship(String::new()),
    }
}

/// The format that the settings name.
pub(super) fn file_format(settings: &CopySettings) -> Option<FileFormat> {
    settings.format.map(|format| match format {
        CopyFormat::Csv => FileFormat::Csv,
        CopyFormat::Parquet => FileFormat::Parquet,
    })
}

/// How the settings say that files are written.
pub(super) fn format(settings: &CopySettings) -> Format {
    let usual = Format::default();
    Format {
        delimiter: settings.delimiter.unwrap_or(usual.delimiter),
        list_delimiter: settings.list_delimiter.unwrap_or(usual.list_delimiter),
        said: settings.delimiter.is_some(),
    }
}

/// The name of the only file.
pub(super) fn only_file(value: &Value, span: Span) -> Result<Arc<str>, Diagnostic> {
    if let Value::String(name) = value {
        return Ok(name.clone());
    }
    let message = "COPY writes the file that a String names";
    Err(Diagnostic::runtime(EvaluationError::wrong_type(message), Some(span)))
}
