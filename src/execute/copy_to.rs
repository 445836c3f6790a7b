//! `CopyTo`: rows go into a file, and one row is left that tells how many they were.
//!
//! The file is there under its name once all of it is written: a statement that fails, or is
//! stopped, leaves what was there before.

use super::context::Context;
use super::copy_from::{file_format, format, only_file};
use super::layout::Layout;
use super::mapper::Mapper;
use super::pipeline::{Flow, Next, PushOperator};
use crate::bind::copy::{CopySettings, CopyTo as Logical};
use crate::import::{FileFormat, TableWriter, csv_writer, parquet_writer};
use crate::syntax::diagnostic::{Diagnostic, Span};
use crate::value::{ErrorClass, ErrorCode, EvaluationError, Value};
use crate::vector::{DataChunk, Vector};
use std::sync::Arc;

/// Writes rows into a file.
pub(super) struct CopyTo {
    location: Arc<str>,
    names: Vec<Arc<str>>,
    slots: Vec<usize>,
    settings: CopySettings,
    span: Span,
    /// Made when the first rows come, or none will.
    writer: Option<Box<dyn TableWriter>>,
    row: Vec<Value>,
    rows: i64,
}

impl CopyTo {
    /// Maps the logical operator.
    pub(super) fn map(mapper: &mut Mapper<'_, '_>, copy: &Logical) -> Result<Self, Diagnostic> {
        let options = mapper.context.options;
        let parameter = |name: &str, span: Span| options.parameter(name, span);
        let span = copy.file.span;
        let location = only_file(&copy.file.value(&parameter)?, span)?;
        let settings = copy.options.settings(&parameter)?;
        let slots = copy.columns.iter().map(|(_, column)| mapper.slot(*column));
        let slots = slots.collect::<Result<_, _>>()?;
        let mut layout = Layout::default();
        layout.add(copy.rows);
        mapper.set_layout(layout);
        let names = copy.columns.iter().map(|(name, _)| name.clone()).collect();
        let (row, rows) = (Vec::new(), 0);
        Ok(CopyTo { location, names, slots, settings, span, writer: None, row, rows })
    }

    fn failed(&self, error: EvaluationError) -> Diagnostic {
        Diagnostic::runtime(error, Some(self.span))
    }

    /// The writer, which makes the file when it is first asked for.
    fn writer(&mut self, context: &Context<'_>) -> Result<&mut dyn TableWriter, Diagnostic> {
        let writer = match self.writer.take() {
            Some(writer) => writer,
            None => self.open(context)?,
        };
        Ok(&mut **self.writer.insert(writer))
    }

    fn open(&self, context: &Context<'_>) -> Result<Box<dyn TableWriter>, Diagnostic> {
        let told = file_format(&self.settings).or(FileFormat::of(&self.location));
        let told = told.ok_or_else(|| self.untold())?;
        let file = context.options.files.create(&self.location);
        let file = file.map_err(|error| self.failed(error.into()))?;
        let header = self.settings.header.unwrap_or(true);
        let made = match told {
            FileFormat::Csv => csv_writer(file, &self.names, header, format(&self.settings)),
            FileFormat::Parquet => parquet_writer(&self.location, file, &self.names),
        };
        made.map_err(|error| self.failed(error))
    }

    /// The failure that nothing tells how the file is to be written.
    fn untold(&self) -> Diagnostic {
        let (class, code) = (ErrorClass::ArgumentError, ErrorCode::InvalidArgumentValue);
        let location = &self.location;
        let message = if FileFormat::of_packed(location).is_some() {
            format!(
                "`{location}` cannot be written: COPY reads what is packed with gzip, but packs nothing"
            )
        } else {
            format!(
                "the name `{location}` does not tell how the file is to be written: end it with .csv or .parquet, or add FORMAT 'csv'"
            )
        };
        self.failed(EvaluationError::new(class, code, message))
    }
}

impl PushOperator for CopyTo {
    fn push(
        &mut self,
        context: &Context<'_>,
        chunk: DataChunk,
        _next: &mut Next<'_>,
    ) -> Result<Flow, Diagnostic> {
        self.writer(context)?;
        let mut values = std::mem::take(&mut self.row);
        for row in chunk.live_rows() {
            values.clear();
            values.extend(self.slots.iter().map(|&slot| match chunk.columns.get(slot) {
                Some(column) => column.get(row),
                None => Value::Null,
            }));
            let Some(writer) = &mut self.writer else { break };
            writer.row(&values).map_err(|error| Diagnostic::runtime(error, Some(self.span)))?;
            self.rows += 1;
        }
        self.row = values;
        context.guard.check()?;
        Ok(Flow::Continue)
    }

    fn finish(&mut self, context: &Context<'_>, next: &mut Next<'_>) -> Result<Flow, Diagnostic> {
        self.writer(context)?;
        if let Some(writer) = self.writer.take() {
            writer.finish().map_err(|error| self.failed(error))?;
        }
        let rows = Vector::integers(vec![std::mem::take(&mut self.rows)]);
        next.insist(context, DataChunk::new(vec![rows], 1))
    }

    fn reset(&mut self) {
        (self.writer, self.rows) = (None, 0);
    }
}
