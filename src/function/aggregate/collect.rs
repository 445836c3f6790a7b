//! `collect`.

use super::{Accumulator, same_kind};
use crate::function::context::Limits;
use crate::value::{EvaluationError, Value};
use std::any::Any;

/// Collects the values that are not null, in the order in which they come.
#[derive(Debug)]
pub(super) struct Collect {
    values: Vec<Value>,
    limits: Limits,
}

impl Collect {
    pub(super) fn new(limits: Limits) -> Self {
        Collect { values: Vec::new(), limits }
    }
}

impl Accumulator for Collect {
    fn add(&mut self, arguments: &[Value]) -> Result<(), EvaluationError> {
        match arguments.first() {
            None | Some(Value::Null) => Ok(()),
            Some(value) => {
                self.limits.check_list(self.values.len() + 1)?;
                self.values.push(value.clone());
                Ok(())
            }
        }
    }

    fn merge(&mut self, other: Box<dyn Accumulator>) -> Result<(), EvaluationError> {
        let other = same_kind::<Self>(other)?;
        self.limits.check_list(self.values.len().saturating_add(other.values.len()))?;
        self.values.extend(other.values);
        Ok(())
    }

    fn finish(self: Box<Self>) -> Result<Value, EvaluationError> {
        Value::list(self.values)
    }

    fn memory(&self) -> usize {
        size_of::<Self>() + self.values.capacity() * size_of::<Value>()
    }

    fn into_any(self: Box<Self>) -> Box<dyn Any> {
        self
    }
}
