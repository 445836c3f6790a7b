//! Exact totals of numbers, shared by `sum` and `avg`.
//!
//! A sum of floats is kept as several floats that do not overlap and together are the sum
//! itself (Shewchuk, 1997), and is rounded once, at the end. So it does not depend on the order
//! of the terms, nor on how they were shared out between threads.

use super::each_valid;
use crate::value::EvaluationError;
use crate::vector::NullBuffer;

/// By how much large terms are smaller than they are: a power of two, so that scaling costs no
/// precision.
const SCALE: f64 = 18_446_744_073_709_551_616.0;

/// From here on, 2⁹⁶⁰, a term is large. 2⁶⁴ smaller ones add up to no more than a float can be.
const LARGE: f64 = f64::from_bits((960 + 1023) << 52);

/// A sum as floats that do not overlap, from the least to the greatest.
#[derive(Clone, Debug, Default)]
struct Exact {
    parts: Vec<f64>,
}

impl Exact {
    /// Adds a term, which is finite.
    fn add(&mut self, mut term: f64) {
        let mut kept = 0;
        for place in 0..self.parts.len() {
            let part = self.parts[place];
            let (high, low) = if term.abs() < part.abs() { (part, term) } else { (term, part) };
            let sum = high + low;
            let lost = low - (sum - high);
            if lost != 0.0 {
                self.parts[kept] = lost;
                kept += 1;
            }
            term = sum;
        }
        self.parts.truncate(kept);
        self.parts.push(term);
    }

    fn merge(&mut self, other: &Exact) {
        other.parts.iter().for_each(|part| self.add(*part));
    }

    /// The float that is nearest to the sum; of two, the even one.
    fn rounded(&self) -> f64 {
        let mut rest = self.parts.iter().rev();
        let mut sum = rest.next().copied().unwrap_or(0.0);
        let mut lost = 0.0;
        for part in rest.by_ref() {
            let before = sum;
            sum = before + part;
            lost = part - (sum - before);
            if lost != 0.0 {
                break;
            }
        }
        // What is exactly half way was rounded to the even one, whatever lies below it.
        if let Some(below) = rest.next()
            && ((lost < 0.0 && *below < 0.0) || (lost > 0.0 && *below > 0.0))
        {
            let twice = lost * 2.0;
            let other = sum + twice;
            if twice == other - sum {
                sum = other;
            }
        }
        sum
    }
}

/// The sum of integers and of floats, exactly.
#[derive(Clone, Debug, Default)]
pub(super) struct Total {
    /// How many integers.
    pub(super) integers: u64,
    /// Their sum: 2⁶⁴ terms of 63 bits fit.
    pub(super) integer_sum: i128,
    /// How many floats.
    pub(super) floats: u64,
    /// The floats that are not large.
    sum: Exact,
    /// The large ones, divided by [`SCALE`].
    large: Exact,
    /// The sum of the terms that are infinite or not a number.
    special: Option<f64>,
}

impl Total {
    pub(super) fn add_integer(&mut self, value: i64) {
        self.integers = self.integers.saturating_add(1);
        self.integer_sum += i128::from(value);
    }

    pub(super) fn add_float(&mut self, value: f64) {
        self.floats = self.floats.saturating_add(1);
        if !value.is_finite() {
            self.special = Some(self.special.map_or(value, |sum| sum + value));
        } else if value.abs() < LARGE {
            self.sum.add(value);
        } else {
            self.large.add(value / SCALE);
        }
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
                        self.add_integer(value);
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
            self.add_float(value);
            Ok(())
        })
    }

    pub(super) fn merge(&mut self, other: &Total) {
        self.integers = self.integers.saturating_add(other.integers);
        self.integer_sum += other.integer_sum;
        self.floats = self.floats.saturating_add(other.floats);
        self.sum.merge(&other.sum);
        self.large.merge(&other.large);
        if let Some(special) = other.special {
            self.special = Some(self.special.map_or(special, |sum| sum + special));
        }
    }

    /// The sum of all as a float, divided by a number of at most [`SCALE`]; a mean is finite
    /// even where the sum itself is not.
    fn divided(&self, by: u64) -> f64 {
        if let Some(special) = self.special {
            return special / by as f64;
        }
        let mut all = self.large.clone();
        let scale = if all.parts.is_empty() { 1.0 } else { SCALE };
        self.sum.parts.iter().for_each(|part| all.add(part / scale));
        // An integer of 128 bits is three floats.
        let mut integers = self.integer_sum;
        while integers != 0 {
            let high = integers as f64;
            all.add(high / scale);
            integers -= high as i128;
        }
        all.rounded() / by as f64 * scale
    }

    /// The sum as a float.
    pub(super) fn as_float(&self) -> f64 {
        self.divided(1)
    }

    /// The mean, `None` of nothing.
    pub(super) fn mean(&self) -> Option<f64> {
        let count = self.integers.saturating_add(self.floats);
        (count > 0).then(|| self.divided(count))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn total(terms: &[f64]) -> Total {
        let mut total = Total::default();
        terms.iter().for_each(|term| total.add_float(*term));
        total
    }

    #[test]
    fn a_sum_is_rounded_once_and_whatever_the_order() {
        let mut terms = vec![0.1; 10];
        assert_eq!(total(&terms).as_float(), 1.0);
        assert_eq!(total(&[1e16, 1.0, 1e-16]).as_float(), 1e16 + 2.0);
        assert_eq!(total(&[1e16, 1.0, -1e-16]).as_float(), 1e16);
        terms.extend([1e100, 3.5, -1e100, 1e-300, 7e22, 1.0 / 3.0]);
        let all = total(&terms).as_float();
        for cut in 1..terms.len() {
            terms.rotate_left(3);
            let (one, other) = terms.split_at(cut);
            let mut merged = total(one);
            merged.merge(&total(other));
            assert_eq!(merged.as_float().to_bits(), all.to_bits());
        }
    }

    #[test]
    fn large_terms_need_not_fit_together() {
        assert_eq!(total(&[1e308, 1e308, -1e308, 1.0]).as_float(), 1e308);
        assert_eq!(total(&[f64::MAX, f64::MAX]).as_float(), f64::INFINITY);
        assert_eq!(total(&[f64::MAX, f64::MAX]).mean(), Some(f64::MAX));
        assert_eq!(total(&[1e300, -1e300, 2.5]).as_float(), 2.5);
        assert_eq!(total(&[f64::INFINITY, 1.0]).as_float(), f64::INFINITY);
        assert!(total(&[f64::INFINITY, f64::NEG_INFINITY]).as_float().is_nan());
        assert_eq!(total(&[-0.0]).as_float(), 0.0);
    }

    #[test]
    fn integers_and_floats_add_up_together() {
        let mut mixed = Total::default();
        mixed.add_float(0.5);
        mixed.add_integer(i64::MAX);
        mixed.add_integer(i64::MAX);
        assert_eq!(mixed.as_float(), SCALE);
    }
}
