//! Limits: when a query must stop before it is done.
//!
//! Every loop that produces rows calls [`Guard::check`] for each chunk, or
//! [`Guard::step`] for each step of a search; whatever keeps rows accounts for
//! them with [`Guard::keep`]. The account is approximate: buffers that are shared
//! with the store are counted as if they were copied.

use super::ExecuteOptions;
use crate::function::Limits;
use crate::syntax::diagnostic::Diagnostic;
use crate::value::{ErrorClass, ErrorCode, EvaluationError, Value};
use crate::vector::{DataChunk, Vector};
use std::cell::Cell;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

/// Steps between two looks at the clock.
const STEPS: u32 = 1024;

/// What ends a statement from outside: the interrupt flag and the deadline.
#[derive(Clone, Debug)]
pub(super) struct Stop {
    interrupt: Arc<AtomicBool>,
    deadline: Option<Instant>,
}

impl Stop {
    /// Looks at the interrupt flag and at the clock.
    pub(super) fn check(&self) -> Result<(), Diagnostic> {
        if self.interrupt.load(Ordering::Relaxed) {
            return Err(exhausted(ErrorCode::Interrupted, "the query was interrupted".into()));
        }
        if self.deadline.is_some_and(|deadline| Instant::now() >= deadline) {
            return Err(exhausted(
                ErrorCode::Timeout,
                "the query took longer than it was allowed to".into(),
            ));
        }
        Ok(())
    }
}

/// Watches the interrupt flag, the deadline and the memory limit of one statement.
#[derive(Debug)]
pub(super) struct Guard {
    stop: Stop,
    memory_limit: Option<usize>,
    row_limit: Option<u64>,
    kept: Cell<usize>,
    steps: Cell<u32>,
}

impl Guard {
    /// A guard with nothing kept yet.
    pub(super) fn new(options: &ExecuteOptions<'_>) -> Self {
        Guard {
            stop: Stop { interrupt: options.interrupt.clone(), deadline: options.deadline },
            memory_limit: options.memory_limit,
            row_limit: options.row_limit,
            kept: Cell::new(options.kept),
            steps: Cell::new(0),
        }
    }

    /// Looks whether the result may have so many rows.
    pub(super) fn result_rows(&self, rows: usize) -> Result<(), Diagnostic> {
        match self.row_limit {
            Some(limit) if rows as u64 > limit => Err(exhausted(
                ErrorCode::RowLimit,
                format!("the result has more than {limit} rows, which is its limit"),
            )),
            _ => Ok(()),
        }
    }

    /// Looks at the interrupt flag and at the clock.
    pub(super) fn check(&self) -> Result<(), Diagnostic> {
        self.stop.check()
    }

    /// What ends the statement, for whoever works apart from it.
    pub(super) fn stop(&self) -> Stop {
        self.stop.clone()
    }

    /// Counts a step of a loop; every 1024th checks.
    #[inline]
    pub(super) fn step(&self) -> Result<(), Diagnostic> {
        self.steps_taken(1)
    }

    /// Counts so many steps.
    #[inline]
    pub(super) fn steps_taken(&self, count: usize) -> Result<(), Diagnostic> {
        let steps = self.steps.get().saturating_add(u32::try_from(count).unwrap_or(u32::MAX));
        if steps < STEPS {
            self.steps.set(steps);
            return Ok(());
        }
        self.steps.set(0);
        self.check()
    }

    /// Accounts for so many bytes that are kept from now on.
    pub(super) fn keep(&self, bytes: usize) -> Result<(), Diagnostic> {
        let kept = self.kept.get().saturating_add(bytes);
        self.kept.set(kept);
        match self.memory_limit {
            Some(limit) if kept > limit => Err(exhausted(
                ErrorCode::MemoryLimit,
                format!("the query keeps more than {limit} bytes, which is its memory limit"),
            )),
            _ => Ok(()),
        }
    }

    /// The bytes that are kept.
    pub(super) fn kept(&self) -> usize {
        self.kept.get()
    }

    /// What one value may take of the memory that is left: making a longer one out of it
    /// needs room for both.
    pub(super) fn value_limits(&self) -> Limits {
        let usual = Limits::default();
        let Some(limit) = self.memory_limit else { return usual };
        let left = limit.saturating_sub(self.kept.get());
        Limits {
            string_bytes: usual.string_bytes.min(left / 4),
            list_elements: usual.list_elements.min(left / 3 / VALUE),
        }
    }

    /// Accounts for so many bytes that are no longer kept.
    pub(super) fn release(&self, bytes: usize) {
        self.kept.set(self.kept.get().saturating_sub(bytes));
    }
}

fn exhausted(code: ErrorCode, message: String) -> Diagnostic {
    Diagnostic::runtime(EvaluationError::new(ErrorClass::ResourceExhausted, code, message), None)
}

/// Bytes that a chunk takes, roughly.
pub(super) fn chunk_bytes(chunk: &DataChunk) -> usize {
    chunk.columns.iter().map(vector_bytes).sum::<usize>() + 64
}

/// Bytes that a vector takes, roughly.
pub(super) fn vector_bytes(vector: &Vector) -> usize {
    match vector {
        Vector::Integer { .. } | Vector::Float { .. } | Vector::Date { .. } => vector.len() * 8,
        Vector::Boolean { .. } => vector.len() / 8,
        Vector::Node { .. } | Vector::Relationship { .. } => vector.len() * 4,
        Vector::String(strings) => {
            (0..strings.len()).map(|row| 16 + strings.bytes(row).len()).sum()
        }
        Vector::Dynamic(values) => values.iter().map(value_bytes).sum(),
        Vector::Constant(value, _) => value_bytes(value),
    }
}

/// Bytes of a value without what it points at.
const VALUE: usize = std::mem::size_of::<Value>();

/// Bytes in front of what several values share: the counts of an `Arc`.
const SHARED: usize = 16;

/// Bytes that a value takes, roughly: nested values two levels deep.
pub(super) fn value_bytes(value: &Value) -> usize {
    let below = match value {
        Value::List(list) => list.iter().map(heap_bytes).sum(),
        Value::Map(map) => map.values().map(heap_bytes).sum(),
        _ => 0,
    };
    VALUE + heap_bytes(value) + below
}

/// Bytes that a value points at, without those that its parts point at.
fn heap_bytes(value: &Value) -> usize {
    match value {
        Value::String(text) => text.len() + SHARED,
        Value::List(list) => list.len() * VALUE + SHARED + 24,
        Value::Map(map) => map.len() * (VALUE + 48) + SHARED + 48,
        Value::Path(path) => path.relationships.len() * 16 + SHARED + 48,
        _ => 0,
    }
}

/// Bytes that a change takes in the graph and in the changes to be logged, roughly.
pub(super) const CHANGE_BYTES: usize = 256;

/// Bytes that an array takes for each of its values while it grows: for a moment there
/// are the old one and one of twice its size.
pub(super) const GROWING: usize = 3;

/// Bytes that a row of values takes among many, roughly.
pub(super) fn row_bytes(row: &[Value]) -> usize {
    row.iter().map(value_bytes).sum::<usize>() + 24 * GROWING
}

/// Bytes that an array takes which is given all values of a vector one by one.
pub(super) fn appended_bytes(vector: &Vector) -> usize {
    let pointed_at = match vector {
        Vector::String(_) | Vector::Dynamic(_) => vector_bytes(vector),
        _ => 0,
    };
    vector.len() * VALUE * GROWING + pointed_at
}

#[cfg(test)]
mod tests {
    use super::super::NoProcedures;
    use super::*;
    use crate::value::Map;

    #[test]
    fn stops_on_interrupt_deadline_memory_and_rows() {
        let parameters = Map::default();
        let interrupt = Arc::new(AtomicBool::new(false));
        let mut options = ExecuteOptions {
            view: None,
            whole: None,
            parameters: &parameters,
            interrupt: interrupt.clone(),
            deadline: None,
            memory_limit: Some(100),
            kept: 0,
            row_limit: Some(3),
            statement_time: (0, 0),
            procedures: &NoProcedures,
            files: &crate::import::NoFiles,
            profile: false,
        };
        let guard = Guard::new(&options);
        assert!(guard.result_rows(3).is_ok());
        assert_eq!(guard.result_rows(4).map_err(|error| error.code), Err(ErrorCode::RowLimit));
        assert!(guard.check().is_ok());
        assert!(guard.keep(90).is_ok());
        guard.release(50);
        assert!(guard.keep(60).is_ok());
        assert_eq!(guard.keep(1).map_err(|error| error.code), Err(ErrorCode::MemoryLimit));
        interrupt.store(true, Ordering::Relaxed);
        assert!(guard.step().is_ok());
        assert_eq!(
            guard.steps_taken(5000).map_err(|error| error.code),
            Err(ErrorCode::Interrupted)
        );
        interrupt.store(false, Ordering::Relaxed);
        options.deadline = Some(Instant::now());
        let late = Guard::new(&options);
        assert_eq!(late.check().map_err(|error| error.code), Err(ErrorCode::Timeout));
    }
}
