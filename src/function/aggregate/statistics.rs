//! Standard deviations and percentiles.

use super::{Accumulator, add_rows, cannot_aggregate, same_kind};
use crate::function::error::{out_of_range, shown};
use crate::value::order::total_order;
use crate::value::{EvaluationError, Value};
use crate::vector::Vector;
use std::any::Any;

/// The deviation from the mean, by Welford's running mean and Chan's merge.
#[derive(Debug)]
pub(super) struct Deviation {
    name: &'static str,
    /// What the divisor is less than the count: 1 for a sample, 0 for a population.
    less: u64,
    count: u64,
    mean: f64,
    /// Sum of the squared distances from the mean.
    squares: f64,
}

impl Deviation {
    pub(super) fn sample() -> Self {
        Deviation { name: "stDev", less: 1, count: 0, mean: 0.0, squares: 0.0 }
    }

    pub(super) fn population() -> Self {
        Deviation { name: "stDevP", less: 0, count: 0, mean: 0.0, squares: 0.0 }
    }

    /// Takes `count` values whose mean and squared distances are known.
    fn combine(&mut self, count: u64, mean: f64, squares: f64) {
        let all = self.count.saturating_add(count);
        if all == 0 {
            return;
        }
        let difference = mean - self.mean;
        let share = count as f64 / all as f64;
        self.squares += squares + difference * difference * self.count as f64 * share;
        self.mean += difference * share;
        self.count = all;
    }
}

impl Accumulator for Deviation {
    fn add(&mut self, arguments: &[Value]) -> Result<(), EvaluationError> {
        let value = match arguments.first() {
            None | Some(Value::Null) => return Ok(()),
            Some(Value::Integer(value)) => *value as f64,
            Some(Value::Float(value)) => *value,
            Some(other) => return Err(cannot_aggregate(self.name, "an Integer or Float", other)),
        };
        self.combine(1, value, 0.0);
        Ok(())
    }

    fn merge(&mut self, other: Box<dyn Accumulator>) -> Result<(), EvaluationError> {
        let other = same_kind::<Self>(other)?;
        self.combine(other.count, other.mean, other.squares);
        Ok(())
    }

    fn finish(self: Box<Self>) -> Result<Value, EvaluationError> {
        let divisor = self.count.saturating_sub(self.less);
        Ok(Value::Float(if divisor == 0 { 0.0 } else { (self.squares / divisor as f64).sqrt() }))
    }

    fn memory(&self) -> usize {
        size_of::<Self>()
    }

    fn into_any(self: Box<Self>) -> Box<dyn Any> {
        self
    }
}

/// A percentile; keeps all values until the end.
#[derive(Debug)]
pub(super) struct Percentile {
    name: &'static str,
    interpolated: bool,
    /// From 0 to 1; that of the first row.
    percentile: Option<f64>,
    values: Vec<Value>,
}

impl Percentile {
    pub(super) fn continuous() -> Self {
        Percentile {
            name: "percentileCont",
            interpolated: true,
            percentile: None,
            values: Vec::new(),
        }
    }

    pub(super) fn discrete() -> Self {
        Percentile {
            name: "percentileDisc",
            interpolated: false,
            percentile: None,
            values: Vec::new(),
        }
    }

    /// The percentile asked for, checked.
    fn asked(&self, argument: Option<&Value>) -> Result<f64, EvaluationError> {
        let percentile = match argument {
            Some(Value::Integer(value)) => *value as f64,
            Some(Value::Float(value)) => *value,
            other => {
                let got = other.unwrap_or(&Value::Null);
                return Err(cannot_aggregate(self.name, "an Integer or Float as percentile", got));
            }
        };
        if (0.0..=1.0).contains(&percentile) {
            return Ok(percentile);
        }
        let got = argument.map(shown).unwrap_or_default();
        Err(out_of_range(format!(
            "{}() expects a percentile from 0 to 1, but got {got}",
            self.name
        )))
    }

    /// The value at a percentile, of values of which there is at least one.
    fn discrete_of(values: &mut [Value], percentile: f64) -> Value {
        // The least number of values that make up the percentile, at least one.
        let rank = (percentile * values.len() as f64).ceil() as usize;
        let place = rank.clamp(1, values.len()) - 1;
        values.select_nth_unstable_by(place, total_order).1.clone()
    }

    fn continuous_of(values: &mut [Value], percentile: f64) -> Value {
        let place = percentile * (values.len() - 1) as f64;
        let (below, above) = (place.floor(), place.ceil());
        let number = |value: &Value| match value {
            Value::Integer(value) => *value as f64,
            Value::Float(value) => *value,
            _ => f64::NAN,
        };
        let (_, at, larger) = values.select_nth_unstable_by(below as usize, total_order);
        let low = number(at);
        match larger.iter().min_by(|one, other| total_order(one, other)) {
            Some(next) if below < above => {
                Value::Float(low * (above - place) + number(next) * (place - below))
            }
            _ => Value::Float(low),
        }
    }
}

impl Accumulator for Percentile {
    fn add(&mut self, arguments: &[Value]) -> Result<(), EvaluationError> {
        let value = match arguments.first() {
            None | Some(Value::Null) => return Ok(()),
            Some(value @ (Value::Integer(_) | Value::Float(_))) => value,
            Some(other) => return Err(cannot_aggregate(self.name, "an Integer or Float", other)),
        };
        let percentile = self.asked(arguments.get(1))?;
        self.percentile.get_or_insert(percentile);
        self.values.push(value.clone());
        Ok(())
    }

    fn add_vectors(
        &mut self,
        arguments: &[Vector],
        rows: usize,
        selection: Option<&[u32]>,
    ) -> Result<(), EvaluationError> {
        match (arguments, selection) {
            (
                [
                    numbers @ (Vector::Integer { .. } | Vector::Float { .. }),
                    Vector::Constant(percentile, _),
                ],
                None,
            ) => {
                let before = self.values.len();
                self.values.extend(numbers.iter().filter(|value| !value.is_null()));
                if self.values.len() > before {
                    let percentile = self.asked(Some(percentile))?;
                    self.percentile.get_or_insert(percentile);
                }
                Ok(())
            }
            _ => add_rows(self, arguments, rows, selection),
        }
    }

    fn merge(&mut self, other: Box<dyn Accumulator>) -> Result<(), EvaluationError> {
        let other = same_kind::<Self>(other)?;
        self.percentile = self.percentile.or(other.percentile);
        self.values.extend(other.values);
        Ok(())
    }

    fn finish(mut self: Box<Self>) -> Result<Value, EvaluationError> {
        let Some(percentile) = self.percentile else { return Ok(Value::Null) };
        if self.values.is_empty() {
            return Ok(Value::Null);
        }
        Ok(if self.interpolated {
            Percentile::continuous_of(&mut self.values, percentile)
        } else {
            Percentile::discrete_of(&mut self.values, percentile)
        })
    }

    fn memory(&self) -> usize {
        size_of::<Self>() + self.values.capacity() * size_of::<Value>()
    }

    fn into_any(self: Box<Self>) -> Box<dyn Any> {
        self
    }
}
