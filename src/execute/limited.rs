//! Skip and Limit.

use super::compile::Compiler;
use super::context::Context;
use super::evaluate::{Row, evaluate_row};
use super::expression::{Physical, PhysicalKind, type_name};
use super::layout::Layout;
use super::pipeline::{Flow, Next, PushOperator};
use crate::bind::expression::Expression;
use crate::syntax::diagnostic::Diagnostic;
use crate::value::{ErrorClass, ErrorCode, EvaluationError, Value};
use crate::vector::DataChunk;

/// A number of rows, from an expression without variables.
///
/// # Errors
/// `SyntaxError: NegativeIntegerArgument` and `SyntaxError: InvalidArgumentType`
/// for what is no number of rows, at run time, since only parameters can be that late.
pub(super) fn row_count(context: &Context<'_>, expression: &Expression) -> Result<u64, Diagnostic> {
    let physical = Compiler::new(context, &Layout::default()).compile(expression)?;
    look(context, &physical);
    let value = evaluate_row(context, &physical, Row::EMPTY, &mut Vec::new())?;
    let failure = |code, message: String| {
        Err(physical.failure(EvaluationError::new(ErrorClass::SyntaxError, code, message)))
    };
    match value {
        Value::Integer(count) => match u64::try_from(count) {
            Ok(count) => Ok(count),
            Err(_) => failure(
                ErrorCode::NegativeIntegerArgument,
                format!("a number of rows cannot be negative, but got {count}"),
            ),
        },
        other => failure(
            ErrorCode::InvalidArgumentType,
            format!("a number of rows is an Integer, but got {}", type_name(&other)),
        ),
    }
}

/// Notes that the mapper chooses by the value of an expression without variables.
pub(super) fn look(context: &Context<'_>, expression: &Physical) {
    match (&expression.kind, context.bindings) {
        (PhysicalKind::Constant(_), _) | (_, None) => {}
        (PhysicalKind::Slot(slot), Some(bindings)) => bindings.look(*slot),
        (_, Some(bindings)) => bindings.look_once(),
    }
}

/// Drops rows at the beginning.
pub(super) struct Skip {
    count: u64,
    left: u64,
}

impl Skip {
    /// Drops so many rows.
    pub(super) fn new(count: u64) -> Self {
        Skip { count, left: count }
    }
}

impl PushOperator for Skip {
    fn push(
        &mut self,
        context: &Context<'_>,
        mut chunk: DataChunk,
        next: &mut Next<'_>,
    ) -> Result<Flow, Diagnostic> {
        if self.left == 0 {
            return next.push(context, chunk);
        }
        let rows = chunk.rows();
        let dropped = usize::try_from(self.left).unwrap_or(usize::MAX).min(rows);
        self.left -= dropped as u64;
        chunk.narrow(dropped, rows - dropped);
        next.push(context, chunk)
    }

    fn reset(&mut self) {
        self.left = self.count;
    }
}

/// Stops after so many rows.
pub(super) struct Limit {
    count: u64,
    left: u64,
}

impl Limit {
    /// Lets so many rows pass.
    pub(super) fn new(count: u64) -> Self {
        Limit { count, left: count }
    }
}

impl PushOperator for Limit {
    fn push(
        &mut self,
        context: &Context<'_>,
        mut chunk: DataChunk,
        next: &mut Next<'_>,
    ) -> Result<Flow, Diagnostic> {
        let rows = chunk.rows();
        let passed = usize::try_from(self.left).unwrap_or(usize::MAX).min(rows);
        self.left -= passed as u64;
        chunk.narrow(0, passed);
        let flow = next.push(context, chunk)?;
        Ok(if self.left == 0 { Flow::Stop } else { flow })
    }

    fn reset(&mut self) {
        self.left = self.count;
    }
}
