//! `count`.

use super::{Accumulator, same_kind};
use crate::value::{EvaluationError, Value};
use crate::vector::{NullBuffer, Vector};
use std::any::Any;

/// Counts rows, or the values that are not null.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Count {
    rows: u64,
}

impl Count {
    fn add_rows(&mut self, rows: usize) {
        self.rows = self.rows.saturating_add(rows as u64);
    }
}

impl Accumulator for Count {
    fn add(&mut self, arguments: &[Value]) -> Result<(), EvaluationError> {
        if !matches!(arguments, [Value::Null, ..]) {
            self.rows = self.rows.saturating_add(1);
        }
        Ok(())
    }

    fn add_integers(
        &mut self,
        values: &[i64],
        validity: Option<&NullBuffer>,
    ) -> Result<(), EvaluationError> {
        self.add_rows(values.len() - validity.map_or(0, NullBuffer::null_count));
        Ok(())
    }

    fn add_floats(
        &mut self,
        values: &[f64],
        validity: Option<&NullBuffer>,
    ) -> Result<(), EvaluationError> {
        self.add_rows(values.len() - validity.map_or(0, NullBuffer::null_count));
        Ok(())
    }

    fn add_vectors(
        &mut self,
        arguments: &[Vector],
        rows: usize,
        selection: Option<&[u32]>,
    ) -> Result<(), EvaluationError> {
        let all = selection.map_or(rows, <[u32]>::len);
        let counted = match (arguments.first(), selection) {
            (None, _) => all,
            (Some(vector), None) => vector.count_present(),
            (Some(vector), Some(selection)) => {
                selection.iter().filter(|&&row| !vector.is_null(row as usize)).count()
            }
        };
        self.add_rows(counted);
        Ok(())
    }

    fn merge(&mut self, other: Box<dyn Accumulator>) -> Result<(), EvaluationError> {
        self.rows = self.rows.saturating_add(same_kind::<Self>(other)?.rows);
        Ok(())
    }

    fn finish(self: Box<Self>) -> Result<Value, EvaluationError> {
        i64::try_from(self.rows)
            .map(Value::Integer)
            .map_err(|_| crate::function::error::overflow("the count"))
    }

    fn memory(&self) -> usize {
        size_of::<Self>()
    }

    fn into_any(self: Box<Self>) -> Box<dyn Any> {
        self
    }
}
