//! `sum` and `avg`, of numbers or of durations.

use super::total::Total;
use super::{Accumulator, cannot_aggregate, same_kind};
use crate::function::error::overflow;
use crate::value::{Duration, EvaluationError, Value};
use crate::vector::NullBuffer;
use std::any::Any;
use std::sync::Arc;

const SECOND: i128 = 1_000_000_000;
const DAY: i128 = 86_400 * SECOND;
/// The Gregorian calendar's mean month, in nanoseconds.
const MONTH: i128 = 2_629_746 * SECOND;

/// Totals of whatever has been added: only numbers, or only durations.
#[derive(Clone, Debug, Default)]
struct Sums {
    numbers: Total,
    durations: u64,
    months: i128,
    days: i128,
    /// Seconds and nanoseconds of the durations, in nanoseconds.
    nanos: i128,
}

impl Sums {
    fn of_integers(sum: i128, count: u64) -> Self {
        let mut numbers = Total::default();
        (numbers.integers, numbers.integer_sum) = (count, sum);
        Sums { numbers, ..Sums::default() }
    }

    fn add(&mut self, function: &str, value: &Value) -> Result<(), EvaluationError> {
        match value {
            Value::Null => {}
            Value::Integer(value) => self.numbers.add_integer(*value),
            Value::Float(value) => self.numbers.add_float(*value),
            Value::Duration(value) => self.add_duration(value)?,
            other => return Err(cannot_aggregate(function, "numbers or Durations", other)),
        }
        self.check(function)
    }

    fn add_duration(&mut self, value: &Duration) -> Result<(), EvaluationError> {
        let nanos = i128::from(value.seconds) * SECOND + i128::from(value.nanos);
        let add = |to: i128, part: i128| {
            to.checked_add(part).ok_or_else(|| overflow("a sum of durations"))
        };
        self.months = add(self.months, i128::from(value.months))?;
        self.days = add(self.days, i128::from(value.days))?;
        self.nanos = add(self.nanos, nanos)?;
        self.durations = self.durations.saturating_add(1);
        Ok(())
    }

    /// Refuses a mixture of numbers and durations.
    fn check(&self, function: &str) -> Result<(), EvaluationError> {
        if self.durations > 0 && self.numbers.integers + self.numbers.floats > 0 {
            return Err(EvaluationError::wrong_type(format!(
                "{function}() cannot mix numbers and Durations"
            )));
        }
        Ok(())
    }

    fn merge(&mut self, function: &str, other: Sums) -> Result<(), EvaluationError> {
        self.numbers.merge(&other.numbers);
        let add = |a: i128, b: i128| a.checked_add(b).ok_or_else(|| overflow("a sum of durations"));
        self.months = add(self.months, other.months)?;
        self.days = add(self.days, other.days)?;
        self.nanos = add(self.nanos, other.nanos)?;
        self.durations = self.durations.saturating_add(other.durations);
        self.check(function)
    }
}

/// A duration of these parts.
fn duration(months: i128, days: i128, nanos: i128) -> Result<Value, EvaluationError> {
    let narrow = |part: i128| i64::try_from(part).map_err(|_| overflow("a part of the duration"));
    Ok(Value::Duration(Arc::new(Duration {
        months: narrow(months)?,
        days: narrow(days)?,
        seconds: narrow(nanos.div_euclid(SECOND))?,
        nanos: nanos.rem_euclid(SECOND) as i32,
    })))
}

/// `sum`: an integer of integers, a float where one is a float.
#[derive(Clone, Debug, Default)]
pub(super) struct Sum {
    sums: Sums,
}

impl Sum {
    pub(super) fn of_integers(sum: i128, count: u64) -> Self {
        Sum { sums: Sums::of_integers(sum, count) }
    }
}

impl Accumulator for Sum {
    fn add(&mut self, arguments: &[Value]) -> Result<(), EvaluationError> {
        arguments.first().map_or(Ok(()), |value| self.sums.add("sum", value))
    }

    fn add_integers(
        &mut self,
        values: &[i64],
        validity: Option<&NullBuffer>,
    ) -> Result<(), EvaluationError> {
        self.sums.numbers.add_integers(values, validity);
        self.sums.check("sum")
    }

    fn add_floats(
        &mut self,
        values: &[f64],
        validity: Option<&NullBuffer>,
    ) -> Result<(), EvaluationError> {
        self.sums.numbers.add_floats(values, validity)?;
        self.sums.check("sum")
    }

    fn merge(&mut self, other: Box<dyn Accumulator>) -> Result<(), EvaluationError> {
        self.sums.merge("sum", same_kind::<Self>(other)?.sums)
    }

    fn finish(self: Box<Self>) -> Result<Value, EvaluationError> {
        let sums = self.sums;
        if sums.durations > 0 {
            return duration(sums.months, sums.days, sums.nanos);
        }
        if sums.numbers.floats > 0 {
            return Ok(Value::Float(sums.numbers.as_float()));
        }
        i64::try_from(sums.numbers.integer_sum)
            .map(Value::Integer)
            .map_err(|_| overflow(format_args!("the sum {}", sums.numbers.integer_sum)))
    }

    fn memory(&self) -> usize {
        size_of::<Self>()
    }

    fn into_any(self: Box<Self>) -> Box<dyn Any> {
        self
    }
}

/// `avg`: a float of numbers, a duration of durations, null of nothing.
#[derive(Clone, Debug, Default)]
pub(super) struct Average {
    sums: Sums,
}

impl Average {
    pub(super) fn of_integers(sum: i128, count: u64) -> Self {
        Average { sums: Sums::of_integers(sum, count) }
    }
}

impl Accumulator for Average {
    fn add(&mut self, arguments: &[Value]) -> Result<(), EvaluationError> {
        arguments.first().map_or(Ok(()), |value| self.sums.add("avg", value))
    }

    fn add_integers(
        &mut self,
        values: &[i64],
        validity: Option<&NullBuffer>,
    ) -> Result<(), EvaluationError> {
        self.sums.numbers.add_integers(values, validity);
        self.sums.check("avg")
    }

    fn add_floats(
        &mut self,
        values: &[f64],
        validity: Option<&NullBuffer>,
    ) -> Result<(), EvaluationError> {
        self.sums.numbers.add_floats(values, validity)?;
        self.sums.check("avg")
    }

    fn merge(&mut self, other: Box<dyn Accumulator>) -> Result<(), EvaluationError> {
        self.sums.merge("avg", same_kind::<Self>(other)?.sums)
    }

    fn finish(self: Box<Self>) -> Result<Value, EvaluationError> {
        let sums = self.sums;
        if sums.durations == 0 {
            return Ok(sums.numbers.mean().map_or(Value::Null, Value::Float));
        }
        // What does not divide evenly goes over to the next smaller part.
        let count = i128::from(sums.durations);
        let wide = |part: i128, unit: i128| {
            part.checked_mul(unit).ok_or_else(|| overflow("a mean of durations"))
        };
        let month_rest = wide(sums.months % count, MONTH)? / count;
        let days = sums.days / count + month_rest / DAY;
        let day_rest = wide(sums.days % count, DAY)? / count + month_rest % DAY;
        duration(sums.months / count, days, sums.nanos / count + day_rest)
    }

    fn memory(&self) -> usize {
        size_of::<Self>()
    }

    fn into_any(self: Box<Self>) -> Box<dyn Any> {
        self
    }
}
