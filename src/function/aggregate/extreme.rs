//! `min` and `max`, by the order that `ORDER BY` uses.

use super::{Accumulator, add_rows, each_valid, same_kind};
use crate::value::order::total_order;
use crate::value::{EvaluationError, Value};
use crate::vector::{NullBuffer, StringVector, Vector};
use std::any::Any;
use std::cmp::Ordering;

/// Keeps the least or the greatest value. Of several that are equivalent, the first.
#[derive(Debug)]
pub(super) struct Extreme {
    /// How a value must compare with the kept one to take its place.
    replaces: Ordering,
    kept: Option<Value>,
}

impl Extreme {
    pub(super) fn minimum() -> Self {
        Extreme { replaces: Ordering::Less, kept: None }
    }

    pub(super) fn maximum() -> Self {
        Extreme { replaces: Ordering::Greater, kept: None }
    }

    fn offer(&mut self, value: &Value) {
        let replaces = match &self.kept {
            _ if matches!(value, Value::Null) => false,
            None => true,
            Some(kept) => total_order(value, kept) == self.replaces,
        };
        if replaces {
            self.kept = Some(value.clone());
        }
    }
}

impl Extreme {
    /// Takes strings, of which only the one that is kept is copied.
    fn add_strings(&mut self, strings: &StringVector, selection: Option<&[u32]>) {
        // What is kept stays, unless a string takes its place.
        let known = match &self.kept {
            Some(Value::String(kept)) => Some(kept.clone()),
            _ => None,
        };
        // Bytes are in the order of the characters that they stand for.
        let mut found: Option<usize> = None;
        let mut best: &[u8] = known.as_deref().unwrap_or_default().as_bytes();
        let mut none = known.is_none();
        let begins = |text: &[u8]| {
            text.iter().chain(&[0; 4]).take(4).fold(0, |all, &byte| (all << 8) | u32::from(byte))
        };
        let mut first = begins(best);
        let validity = strings.validity();
        let mut offer = |row: usize| {
            if validity.is_some_and(|validity| validity.is_null(row)) {
                return;
            }
            // Most strings are told apart by how they begin.
            let begin = strings.first_bytes(row);
            if !none && begin != first && begin.cmp(&first) != self.replaces {
                return;
            }
            let value = strings.bytes(row);
            if none || value.cmp(best) == self.replaces {
                (found, best, none, first) = (Some(row), value, false, begin);
            }
        };
        match selection {
            None => (0..strings.len()).for_each(&mut offer),
            Some(selection) => selection.iter().for_each(|&row| offer(row as usize)),
        }
        if let Some(row) = found {
            self.offer(&Value::String(strings.str(row).into()));
        }
    }
}

impl Accumulator for Extreme {
    fn add(&mut self, arguments: &[Value]) -> Result<(), EvaluationError> {
        if let Some(value) = arguments.first() {
            self.offer(value);
        }
        Ok(())
    }

    fn add_integers(
        &mut self,
        values: &[i64],
        validity: Option<&NullBuffer>,
    ) -> Result<(), EvaluationError> {
        let best =
            |a: i64, b: i64| if self.replaces == Ordering::Less { a.min(b) } else { a.max(b) };
        let mut found: Option<i64> = None;
        match validity {
            None => found = values.iter().copied().reduce(best),
            Some(_) => each_valid(values, validity, |value| {
                found = Some(found.map_or(value, |found| best(found, value)));
                Ok(())
            })?,
        }
        if let Some(found) = found {
            self.offer(&Value::Integer(found));
        }
        Ok(())
    }

    fn add_floats(
        &mut self,
        values: &[f64],
        validity: Option<&NullBuffer>,
    ) -> Result<(), EvaluationError> {
        let replaces = self.replaces;
        let mut found: Option<f64> = None;
        each_valid(values, validity, |value| {
            // NaN is above every number, and equals itself.
            let order = |kept: f64| {
                value.partial_cmp(&kept).unwrap_or_else(|| value.is_nan().cmp(&kept.is_nan()))
            };
            if found.is_none_or(|kept| order(kept) == replaces) {
                found = Some(value);
            }
            Ok(())
        })?;
        if let Some(found) = found {
            self.offer(&Value::Float(found));
        }
        Ok(())
    }

    fn add_vectors(
        &mut self,
        arguments: &[Vector],
        rows: usize,
        selection: Option<&[u32]>,
    ) -> Result<(), EvaluationError> {
        match (arguments, selection) {
            ([Vector::Integer { values, validity }], None) => {
                self.add_integers(values, validity.as_ref())
            }
            ([Vector::Float { values, validity }], None) => {
                self.add_floats(values, validity.as_ref())
            }
            ([Vector::String(strings)], _) => {
                self.add_strings(strings, selection);
                Ok(())
            }
            _ => add_rows(self, arguments, rows, selection),
        }
    }

    fn merge(&mut self, other: Box<dyn Accumulator>) -> Result<(), EvaluationError> {
        if let Some(value) = same_kind::<Self>(other)?.kept {
            self.offer(&value);
        }
        Ok(())
    }

    fn finish(self: Box<Self>) -> Result<Value, EvaluationError> {
        Ok(self.kept.unwrap_or_default())
    }

    fn memory(&self) -> usize {
        size_of::<Self>()
    }

    fn into_any(self: Box<Self>) -> Box<dyn Any> {
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Otherwise a column of strings would come to another end than its values.
    #[test]
    fn strings_come_first_whatever_they_begin_with() {
        let texts = [
            "abc",
            "ab",
            "ab\0",
            "abcd",
            "abce",
            "",
            "\0",
            "b",
            "aé",
            "a\u{10ffff}",
            "abcdefghijklmnop",
        ];
        for one in texts {
            for other in texts {
                let column = Vector::from_values([Value::from(one), Value::from(other)]);
                let (least, most) = (one.min(other), one.max(other));
                for (mut extreme, wanted) in
                    [(Extreme::minimum(), least), (Extreme::maximum(), most)]
                {
                    extreme.add_vectors(std::slice::from_ref(&column), 2, None).expect("strings");
                    extreme
                        .add_vectors(std::slice::from_ref(&column), 2, Some(&[1, 0]))
                        .expect("strings");
                    let found = Box::new(extreme).finish().expect("a string");
                    assert_eq!(found.as_str(), Some(wanted), "{one:?} {other:?}");
                }
            }
        }
    }
}
