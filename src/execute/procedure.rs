//! `ProcedureCall`: for each row the rows of a procedure.

use super::ExecuteOptions;
use super::context::Context;
use super::expression::Physical;
use super::limit::{row_bytes, vector_bytes};
use super::pipeline::{Flow, Next, PushOperator};
use super::vectorised::{Rows, evaluate};
use crate::store::{Graph, Writer};
use crate::syntax::diagnostic::{Diagnostic, Span};
use crate::value::{ErrorCode, EvaluationError, Value};
use crate::vector::{CHUNK_ROWS, DataChunk, Parents, Vector};
use std::ops::Range;
use std::sync::Arc;

/// What a procedure is called with.
pub struct ProcedureInput<'a> {
    /// The arguments.
    pub arguments: &'a [Value],
    /// The graph version that the statement reads.
    pub graph: &'a Arc<Graph>,
    /// What the statement was given, for procedures that run queries of their own.
    pub options: &'a ExecuteOptions<'a>,
    /// Bytes that may still be kept, where there is a limit.
    pub memory_left: Option<usize>,
    /// Whether the statement has to stop. Then the procedure may give whatever rows it has.
    pub stopped: &'a dyn Fn() -> bool,
    /// Accounts for so many bytes that the procedure keeps until it is done.
    pub keep: &'a dyn Fn(usize) -> Result<(), EvaluationError>,
}

/// What a procedure that changes the graph is called with.
pub struct ProcedureChange<'a> {
    /// The arguments.
    pub arguments: &'a [Value],
    /// The version in the making.
    pub writer: &'a mut Writer,
    /// Whether the statement has to stop. Then the procedure may leave its work undone, since
    /// the statement fails.
    pub stopped: &'a dyn Fn() -> bool,
    /// Accounts for so many bytes that the procedure keeps until it is done.
    pub keep: &'a dyn Fn(usize) -> Result<(), EvaluationError>,
}

/// What a procedure that reads gives.
#[derive(Clone, Debug)]
pub enum Answer {
    /// Rows, each with the values of its columns.
    Rows(Vec<Vec<Value>>),
    /// Columns, all of the same length.
    Columns(Vec<Vector>),
}

impl Answer {
    /// Number of rows.
    fn len(&self) -> usize {
        match self {
            Answer::Rows(rows) => rows.len(),
            Answer::Columns(columns) => columns.first().map_or(0, Vector::len),
        }
    }

    /// Bytes that it takes, roughly.
    fn bytes(&self) -> usize {
        match self {
            Answer::Rows(rows) => rows.iter().map(|row| row_bytes(row)).sum(),
            Answer::Columns(columns) => columns.iter().map(vector_bytes).sum(),
        }
    }

    /// Some rows of a column.
    fn part(&self, column: usize, rows: Range<usize>) -> Vector {
        match self {
            Answer::Rows(all) => Vector::from_values(
                all[rows].iter().map(|row| row.get(column).cloned().unwrap_or_default()),
            ),
            Answer::Columns(columns) => match columns.get(column) {
                Some(column) => column.slice(rows.start, rows.len()),
                None => Vector::nulls(rows.len()),
            },
        }
    }
}

/// The procedures that a statement may call.
pub trait ProcedureRegistry: Sync {
    /// Calls a procedure on a graph version.
    ///
    /// # Errors
    /// `ProcedureError: ProcedureNotFound`, and what the procedure itself raises.
    fn call(&self, name: &str, input: &ProcedureInput<'_>) -> Result<Answer, EvaluationError>;

    /// Calls a procedure that changes the graph.
    ///
    /// # Errors
    /// As [`ProcedureRegistry::call`]. The writer then holds a part of the changes: its owner
    /// returns to a savepoint.
    fn change(
        &self,
        name: &str,
        change: &mut ProcedureChange<'_>,
    ) -> Result<Vec<Vec<Value>>, EvaluationError>;
}

/// No procedures.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoProcedures;

impl ProcedureRegistry for NoProcedures {
    fn call(&self, name: &str, _: &ProcedureInput<'_>) -> Result<Answer, EvaluationError> {
        Err(no_procedure(name))
    }

    fn change(
        &self,
        name: &str,
        _: &mut ProcedureChange<'_>,
    ) -> Result<Vec<Vec<Value>>, EvaluationError> {
        Err(no_procedure(name))
    }
}

fn no_procedure(name: &str) -> EvaluationError {
    EvaluationError::new(
        crate::value::ErrorClass::ProcedureError,
        ErrorCode::ProcedureNotFound,
        format!("there is no procedure {name}"),
    )
}

/// Calls a procedure for each row.
pub(super) struct ProcedureCall {
    /// Its name.
    pub(super) name: Arc<str>,
    /// Its arguments.
    pub(super) arguments: Vec<Physical>,
    /// The result columns that are read.
    pub(super) yields: Vec<usize>,
    /// It has no result columns: the row goes on as it is, whatever the procedure gives.
    pub(super) void: bool,
    /// The call.
    pub(super) span: Option<Span>,
}

impl ProcedureCall {
    /// What it gives for these arguments, and the bytes that are accounted for that.
    fn call(
        &self,
        context: &Context<'_>,
        arguments: &[Value],
    ) -> Result<(Answer, usize), Diagnostic> {
        let guard = context.guard;
        let before = guard.kept();
        let keep = |bytes: usize| guard.keep(bytes).map_err(Diagnostic::into_evaluation);
        let input = ProcedureInput {
            arguments,
            graph: &context.graph,
            options: context.options,
            memory_left: guard.left(),
            stopped: &|| guard.check().is_err(),
            keep: &keep,
        };
        let found = context.options.procedures.call(&self.name, &input);
        // What it kept on its way is gone; its rows are there until they are handed on.
        guard.release(guard.kept() - before);
        let found = found.map_err(|error| Diagnostic::runtime(error, self.span))?;
        let kept = found.bytes();
        guard.keep(kept)?;
        Ok((found, kept))
    }
}

impl PushOperator for ProcedureCall {
    fn push(
        &mut self,
        context: &Context<'_>,
        chunk: DataChunk,
        next: &mut Next<'_>,
    ) -> Result<Flow, Diagnostic> {
        let rows = Rows::of(&chunk);
        let arguments: Vec<Vector> = self
            .arguments
            .iter()
            .map(|argument| evaluate(context, argument, &rows))
            .collect::<Result<_, _>>()?;
        let chunk = Arc::new(chunk);
        for (index, row) in chunk.live_rows().enumerate() {
            let values: Vec<Value> = arguments.iter().map(|argument| argument.get(index)).collect();
            let (found, kept) = self.call(context, &values)?;
            context.guard.check()?;
            let rows = if self.void { 1 } else { found.len() };
            let mut from = 0;
            while from < rows {
                context.guard.check()?;
                let some = from..(from + CHUNK_ROWS).min(rows);
                from = some.end;
                let mut out = chunk.onward(Parents::One(row as u32), some.len());
                let columns = self.yields.iter().map(|&column| found.part(column, some.clone()));
                out.columns.extend(columns);
                if next.insist(context, out)? == Flow::Stop {
                    context.guard.release(kept);
                    return Ok(Flow::Stop);
                }
            }
            context.guard.release(kept);
        }
        Ok(Flow::Continue)
    }
}
