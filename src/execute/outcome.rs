//! Outcomes: what is computed before it is known whether it is needed.
//!
//! A clause that writes computes its subqueries before it writes, also those in branches
//! that a row then does not take. So a failure is kept with the row, and fails the statement
//! where the value is read. In a column an outcome is a list of the one value, or the number
//! of the failure among those of the statement.
//!
//! ```text
//! CASE WHEN n.x = 0 THEN 0 ELSE COUNT { … 1 / n.x … } END
//!
//! Attempt COUNT { … }   ─→   [3] │ 0 │ [5]   ─→   CASE … ELSE Outcome … END
//! ```
//!
//! What stops a statement from outside (an interrupt, a limit) is no outcome.

use super::context::{Context, internal};
use crate::syntax::diagnostic::Diagnostic;
use crate::value::{ErrorClass, ErrorCode, Value};
use crate::vector::Vector;
use std::cell::RefCell;
use std::sync::Arc;

/// The failures that a statement has kept, and what is to be told of it besides.
#[derive(Debug, Default)]
pub(super) struct Failures {
    kept: RefCell<Vec<Diagnostic>>,
    warnings: RefCell<Vec<Diagnostic>>,
}

impl Failures {
    /// Warns of something, once.
    pub(super) fn warn(&self, warning: Diagnostic) {
        let mut warnings = self.warnings.borrow_mut();
        if !warnings.contains(&warning) {
            warnings.push(warning);
        }
    }

    /// What was warned of.
    pub(super) fn into_warnings(self) -> Vec<Diagnostic> {
        self.warnings.into_inner()
    }

    /// Keeps a failure and tells its number. Rows often fail alike, one after the other.
    fn keep(&self, failure: Diagnostic) -> i64 {
        let mut kept = self.kept.borrow_mut();
        if kept.last() != Some(&failure) {
            kept.push(failure);
        }
        kept.len() as i64 - 1
    }
}

fn kept_value(value: Value) -> Value {
    Value::List(Arc::new(vec![value]))
}

/// The outcome of an evaluation.
pub(super) fn attempt(
    context: &Context<'_>,
    result: Result<Value, Diagnostic>,
) -> Result<Value, Diagnostic> {
    match result {
        Ok(value) => Ok(kept_value(value)),
        Err(failure)
            if failure.class == ErrorClass::ResourceExhausted
                || failure.code == ErrorCode::InternalError =>
        {
            Err(failure)
        }
        Err(failure) => Ok(Value::Integer(context.failures.keep(failure))),
    }
}

/// Whether a condition holds, or fails.
pub(super) fn may_hold(result: Result<Value, Diagnostic>) -> Result<Value, Diagnostic> {
    match result {
        Err(failure)
            if failure.class != ErrorClass::ResourceExhausted
                && failure.code != ErrorCode::InternalError =>
        {
            Ok(Value::Boolean(true))
        }
        known => known,
    }
}

/// The outcomes of evaluations that went well.
pub(super) fn attempts(values: &Vector) -> Vector {
    Vector::from_values(values.iter().map(kept_value))
}

/// The value that an outcome holds.
pub(super) fn value(context: &Context<'_>, outcome: Value) -> Result<Value, Diagnostic> {
    match &outcome {
        Value::List(kept) => Ok(kept.first().cloned().unwrap_or_default()),
        Value::Integer(number) => {
            let failures = context.failures.kept.borrow();
            let failure = usize::try_from(*number).ok().and_then(|number| failures.get(number));
            Err(failure.cloned().unwrap_or_else(|| internal("an outcome is not kept", None)))
        }
        _ => Err(internal("an outcome was not computed", None)),
    }
}
