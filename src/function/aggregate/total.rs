//! Exact and compensated totals of numbers, shared by `sum` and `avg`.

use super::each_valid;
use crate::value::EvaluationError;
use crate::vector::NullBuffer;

/// By how much [`Total::scaled`] is smaller than the sum: a power of two, so that
/// scaling costs no precision.
const SCALE: f64 = 18_446_744_073_709_551_616.0;

/// The sum of integers, exactly, and of floats, with Neumaier's compensation.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Total {
    /// How many integers.
    pub(super) integers: u64,
    /// Their sum: 2⁶⁴ terms of 63 bits fit.
    pub(super) integer_sum: i128,
    /// How many floats.
    pub(super) floats: u64,
    sum: f64,
    /// What rounding has taken from `sum` so far.
    lost: f64,
    /// The sum divided by [`SCALE`], for a mean whose sum does not fit.
    scaled: f64,
    /// Whether a term was itself infinite or not a number.
    special: bool,
}

impl Total {
    pub(super) fn add_integer(&mut self, value: i64, times: u64) {
        self.integers = self.integers.saturating_add(times);
        self.integer_sum += i128::from(value) * i128::from(times);
    }

    pub(super) fn add_float(&mut self, value: f64, times: u64) {
        self.floats = self.floats.saturating_add(times);
        let term = if times == 1 { value } else { value * times as f64 };
        self.scaled += value / SCALE * times as f64;
        self.special |= !value.is_finite();
        self.compensate(term);
    }

    fn compensate(&mut self, term: f64) {
        let sum = self.sum + term;
        self.lost += if self.sum.abs() >= term.abs() {
            (self.sum - sum) + term
        } else {
            (term - sum) + self.sum
        };
        self.sum = sum;
    }

    pub(super) fn add_integers(&mut self, values: &[i64], validity: Option<&NullBuffer>) {
        match validity {
            None => {
                self.integers += values.len() as u64;
                self.integer_sum += values.iter().map(|&value| i128::from(value)).sum::<i128>();
            }
            Some(validity) => {
                for row in validity.valid_indices() {
                    if let Some(&value) = values.get(row) {
                        self.add_integer(value, 1);
                    }
                }
            }
        }
    }

    pub(super) fn add_floats(
        &mut self,
        values: &[f64],
        validity: Option<&NullBuffer>,
    ) -> Result<(), EvaluationError> {
        each_valid(values, validity, |value| {
            self.add_float(value, 1);
            Ok(())
        })
    }

    pub(super) fn merge(&mut self, other: Total) {
        self.integers = self.integers.saturating_add(other.integers);
        self.integer_sum += other.integer_sum;
        self.floats = self.floats.saturating_add(other.floats);
        self.scaled += other.scaled;
        self.special |= other.special;
        self.compensate(other.sum);
        self.lost += other.lost;
    }

    /// The sum as a float.
    pub(super) fn as_float(&self) -> f64 {
        let integers = self.integer_sum as f64;
        // The compensation of an infinite sum is NaN; the sum itself tells.
        if self.sum.is_finite() && self.lost.is_finite() {
            self.sum + (self.lost + integers)
        } else {
            self.sum + integers
        }
    }

    /// The mean, `None` of nothing.
    pub(super) fn mean(&self) -> Option<f64> {
        let count = self.integers.saturating_add(self.floats);
        if count == 0 {
            return None;
        }
        let sum = self.as_float();
        if sum.is_finite() || self.special {
            return Some(sum / count as f64);
        }
        Some((self.scaled + self.integer_sum as f64 / SCALE) / count as f64 * SCALE)
    }
}
