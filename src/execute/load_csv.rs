//! `LoadCsv`: for each row the rows of a file.
//!
//! The file is read while rows are wanted, and no further: a limit behind it stops the
//! reading. What is held is one batch, which goes on as soon as it has the rows of a chunk
//! or enough bytes.

use super::context::Context;
use super::evaluate::{Row, evaluate_row};
use super::expression::{Physical, type_name};
use super::limit::{Stop, value_bytes};
use super::mapper::Mapper;
use super::pipeline::{Flow, Next, PushOperator};
use crate::import::{CsvReader, CsvTable, OpenedFile};
use crate::plan::operator::LoadCsv as Logical;
use crate::syntax::diagnostic::Diagnostic;
use crate::value::{ErrorCode, EvaluationError, Value};
use crate::vector::{CHUNK_ROWS, DataChunk, Parents, Vector, VectorBuilder};
use std::io::{self, Read};
use std::sync::Arc;

/// Bytes from which on a batch goes on, though it has few rows.
const BATCH_BYTES: usize = 1 << 20;

/// Makes rows of files.
pub(super) struct LoadCsv {
    location: Physical,
    headers: bool,
    /// What stands between two fields, where that was said.
    terminator: Option<u8>,
    /// Which of the row, the file's name and the line are read.
    produce: [bool; 3],
}

/// Rows that wait to be handed on.
#[derive(Default)]
struct Batch {
    rows: VectorBuilder,
    lines: Vec<i64>,
    bytes: usize,
}

impl LoadCsv {
    /// Maps the logical operator.
    pub(super) fn map(mapper: &mut Mapper<'_, '_>, load: &Logical) -> Result<Self, Diagnostic> {
        let location = mapper.compiler().compile(&load.location)?;
        mapper.go_on();
        let produce =
            [load.variable, load.file, load.line].map(|variable| mapper.add_if_read(variable));
        let (headers, terminator) = (load.headers, load.terminator);
        Ok(LoadCsv { location, headers, terminator, produce })
    }

    /// Opens the file that the row names.
    fn open(
        &self,
        context: &Context<'_>,
        row: Row<'_>,
    ) -> Result<(Arc<str>, CsvTable), Diagnostic> {
        let location = match evaluate_row(context, &self.location, row, &mut Vec::new())? {
            Value::String(location) => location,
            other => {
                return Err(self.location.failure(EvaluationError::wrong_type(format!(
                    "LOAD CSV reads the file that a String names, but got {}",
                    type_name(&other)
                ))));
            }
        };
        let file = context.options.files.open(&location);
        let OpenedFile { name, reader, .. } =
            file.map_err(|error| self.location.failure(error.into()))?;
        let watched = Watched { input: reader, stop: context.guard.stop() };
        let reader = CsvReader::new(location, Box::new(watched), self.terminator.unwrap_or(b','));
        let most = context.guard.value_limits().string_bytes;
        let table = CsvTable::new(reader, self.headers, most)
            .map_err(|error| self.failed(context, error))?;
        Ok((name, table))
    }

    /// The failure of a read: that of a limit, if one was reached meanwhile.
    fn failed(&self, context: &Context<'_>, error: EvaluationError) -> Diagnostic {
        match context.guard.check() {
            Err(limit) => limit,
            Ok(()) => self.location.failure(error),
        }
    }

    /// Warns where the first row, if that was read last, is a single field in which another sign
    /// seems to stand between fields. Who says the comma, which is taken anyway, means it.
    fn warn_of_separator(&self, context: &Context<'_>, table: &CsvTable) {
        if self.terminator == Some(b',') {
            return;
        }
        let Some((sign, called)) = table.separator_within() else { return };
        let message = format!(
            "`{}` has a single column, in whose first row {called} seems to stand between fields",
            table.name()
        );
        let written = Value::String(char::from(sign).to_string().into()).to_cypher_literal();
        let help = format!("if it does, write `FIELDTERMINATOR {written}` behind the variable");
        let span = self.location.span;
        let warning = Diagnostic::warning(ErrorCode::SingleColumn, message, span);
        context.failures.warn(warning.with_help(help));
    }

    /// Collects the next batch; empty at the end of the file.
    fn collect(&self, context: &Context<'_>, table: &mut CsvTable) -> Result<Batch, Diagnostic> {
        let mut batch = Batch::default();
        while batch.lines.len() < CHUNK_ROWS && batch.bytes < BATCH_BYTES {
            let most = context.guard.value_limits().string_bytes;
            let next = table.next(most).map_err(|error| self.failed(context, error))?;
            let Some((line, row)) = next else { break };
            if batch.lines.is_empty() {
                self.warn_of_separator(context, table);
            }
            let bytes = value_bytes(&row);
            context.guard.keep(bytes)?;
            batch.bytes += bytes;
            batch.lines.push(line as i64);
            if self.produce[0] {
                batch.rows.push(row);
            }
        }
        Ok(batch)
    }
}

impl PushOperator for LoadCsv {
    fn push(
        &mut self,
        context: &Context<'_>,
        chunk: DataChunk,
        next: &mut Next<'_>,
    ) -> Result<Flow, Diagnostic> {
        let mut renewed;
        let mut context = context;
        let chunk = Arc::new(chunk);
        for row in chunk.live_rows() {
            let place = Row { columns: &chunk.columns, index: row };
            let (name, mut table) = self.open(context, place)?;
            self.warn_of_separator(context, &table);
            loop {
                context.guard.check()?;
                if let Some(fresh) = context.renewed()? {
                    renewed = fresh;
                    context = &renewed;
                }
                let batch = self.collect(context, &mut table)?;
                let len = batch.lines.len();
                if len == 0 {
                    break;
                }
                let mut out = chunk.onward(Parents::One(row as u32), len);
                let made = [
                    batch.rows.finish(),
                    Vector::Constant(Value::String(name.clone()), len),
                    Vector::integers(batch.lines),
                ];
                let read = made.into_iter().zip(self.produce).filter(|(_, read)| *read);
                out.columns.extend(read.map(|(column, _)| column));
                let flow = next.insist(context, out)?;
                context.guard.release(batch.bytes);
                if flow == Flow::Stop {
                    return Ok(Flow::Stop);
                }
            }
        }
        Ok(Flow::Continue)
    }
}

/// A reader that looks at the statement's limits before it reads on, since a row may be
/// as long as the file.
struct Watched {
    input: Box<dyn Read + Send>,
    stop: Stop,
}

impl Read for Watched {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.stop.check().is_err() {
            return Err(io::Error::other("the statement is stopped"));
        }
        self.input.read(buffer)
    }
}
