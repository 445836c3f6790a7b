//! `ProcedureCall`: for each row the rows of a procedure.

use super::context::Context;
use super::expression::Physical;
use super::filter::{Keep, gather_columns};
use super::pipeline::{Flow, Next, PushOperator};
use super::vectorised::{Rows, evaluate};
use crate::store::Graph;
use crate::syntax::diagnostic::{Diagnostic, Span};
use crate::value::{ErrorCode, EvaluationError, Value};
use crate::vector::{DataChunk, Vector, VectorBuilder};
use std::sync::Arc;

/// The procedures that a statement may call.
pub trait ProcedureRegistry {
    /// Calls a procedure on a graph version. Once `stopped` says so, it may give whatever
    /// rows it has.
    ///
    /// # Errors
    /// `ProcedureError: ProcedureNotFound`, and what the procedure itself raises.
    fn call(
        &self,
        name: &str,
        arguments: &[Value],
        graph: &Graph,
        stopped: &dyn Fn() -> bool,
    ) -> Result<Vec<Vec<Value>>, EvaluationError>;
}

/// No procedures.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoProcedures;

impl ProcedureRegistry for NoProcedures {
    fn call(
        &self,
        name: &str,
        _: &[Value],
        _: &Graph,
        _: &dyn Fn() -> bool,
    ) -> Result<Vec<Vec<Value>>, EvaluationError> {
        Err(EvaluationError::new(
            crate::value::ErrorClass::ProcedureError,
            ErrorCode::ProcedureNotFound,
            format!("there is no procedure {name}"),
        ))
    }
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
    /// The columns of the input that are still read.
    pub(super) keep: Keep,
    /// The call.
    pub(super) span: Option<Span>,
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
        for (index, row) in chunk.live_rows().enumerate() {
            let values: Vec<Value> = arguments.iter().map(|argument| argument.get(index)).collect();
            let mut found = context
                .options
                .procedures
                .call(&self.name, &values, &context.graph, &|| context.guard.check().is_err())
                .map_err(|error| Diagnostic::runtime(error, self.span))?;
            context.guard.check()?;
            if self.void {
                found = vec![Vec::new()];
            }
            for some in found.chunks(crate::vector::CHUNK_ROWS) {
                context.guard.check()?;
                let mut columns = gather_columns(&chunk, &self.keep, &vec![row as u32; some.len()]);
                for &column in &self.yields {
                    let mut builder = VectorBuilder::new();
                    some.iter().for_each(|values| {
                        builder.push(values.get(column).cloned().unwrap_or_default());
                    });
                    columns.push(builder.finish());
                }
                let chunk = DataChunk { columns, len: some.len(), selection: None };
                if next.push(context, chunk)? == Flow::Stop {
                    return Ok(Flow::Stop);
                }
            }
        }
        Ok(Flow::Continue)
    }
}
