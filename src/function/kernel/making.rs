//! Functions of columns: strings made of strings and numbers, numbers of either.
//!
//! No value is made of a row: what is read lies in the column, and what is made goes to another.

use super::both_valid;
use crate::function::FunctionContext;
use crate::syntax::ast::ArithmeticOperator;
use crate::value::display::float_text;
use crate::value::{Date, Value};
use crate::vector::{BooleanBuffer, NullBuffer, StringBuilder, StringVector, Vector};
use std::fmt::Write;

/// Bytes of the strings that are made for a column. Who makes strings row by row accounts for
/// each of them: what is longer is left to them.
const MOST: usize = 1 << 20;

/// Strings made row by row, as long as they are not too long together.
struct Made<'c> {
    context: &'c FunctionContext<'c>,
    strings: StringBuilder,
    /// The next one, while it is made.
    next: String,
    bytes: usize,
}

impl<'c> Made<'c> {
    fn of(context: &'c FunctionContext<'c>, rows: usize) -> Self {
        let strings = StringBuilder::with_capacity(rows);
        Made { context, strings, next: String::new(), bytes: 0 }
    }

    /// Ends a string; `None` where it, or all of them, are too long.
    fn push(&mut self) -> Option<()> {
        self.bytes += self.next.len();
        if self.bytes > MOST || self.context.limits.check_string(self.next.len()).is_err() {
            return None;
        }
        self.strings.push(&self.next);
        self.next.clear();
        Some(())
    }

    fn column(self) -> Vector {
        Vector::String(self.strings.finish())
    }
}

/// A string for each row of a column of strings that is not null; `make` appends it.
pub fn texts_of(
    context: &FunctionContext<'_>,
    column: &StringVector,
    make: impl Fn(&str, &mut String),
) -> Option<Vector> {
    let mut made = Made::of(context, column.len());
    for row in 0..column.len() {
        match column.get(row) {
            None => made.strings.push_null(),
            Some(text) => {
                make(text, &mut made.next);
                made.push()?;
            }
        }
    }
    Some(made.column())
}

/// An integer for each row of a column of strings that is not null.
pub fn integers_of(column: &StringVector, of: impl Fn(&[u8]) -> i64) -> Vector {
    let values = (0..column.len()).map(|row| of(column.bytes(row))).collect();
    Vector::Integer { values, validity: column.validity().cloned() }
}

/// A float for each row of a column of numbers that is not null.
pub fn floats_of(operands: &[Vector], of: impl Fn(f64) -> f64) -> Option<Vector> {
    let (values, validity) = match operands {
        [Vector::Integer { values, validity }] => {
            (values.iter().map(|&number| of(number as f64)).collect(), validity)
        }
        [Vector::Float { values, validity }] => {
            (values.iter().map(|&number| of(number)).collect(), validity)
        }
        _ => return None,
    };
    Some(Vector::Float { values, validity: validity.clone() })
}

/// The text of each value of a column of numbers, truths, dates or strings.
pub fn texts(context: &FunctionContext<'_>, column: &Vector) -> Option<Vector> {
    if let Vector::String(_) = column {
        return Some(column.clone());
    }
    let part = Part::of(column).or_else(|| match column {
        Vector::Boolean { values, .. } => Some(Part::Truths(values)),
        Vector::Date { values, .. } => Some(Part::Dates(values)),
        _ => None,
    })?;
    let mut made = Made::of(context, column.len());
    for row in 0..column.len() {
        if column.validity().is_some_and(|validity| validity.is_null(row)) {
            made.strings.push_null();
            continue;
        }
        part.append(row, &mut made.next);
        made.push()?;
    }
    Some(made.column())
}

/// What a string is put together of.
enum Part<'p> {
    Strings(&'p StringVector),
    Integers(&'p [i64]),
    Floats(&'p [f64]),
    Truths(&'p BooleanBuffer),
    Dates(&'p [i64]),
    /// The same in each row.
    Text(&'p str),
    /// A number that is the same in each row, as it is shown.
    Number(String),
}

impl<'p> Part<'p> {
    /// A column that `+` puts beside a string.
    fn of(column: &'p Vector) -> Option<Self> {
        Some(match column {
            Vector::String(strings) => Part::Strings(strings),
            Vector::Integer { values, .. } => Part::Integers(values),
            Vector::Float { values, .. } => Part::Floats(values),
            Vector::Constant(Value::String(text), _) => Part::Text(text),
            Vector::Constant(Value::Integer(number), _) => Part::Number(number.to_string()),
            Vector::Constant(Value::Float(number), _) => Part::Number(float_text(*number)),
            _ => return None,
        })
    }

    fn is_text(&self) -> bool {
        matches!(self, Part::Strings(_) | Part::Text(_))
    }

    /// Appends the text of a row that is not null.
    fn append(&self, row: usize, to: &mut String) {
        match self {
            Part::Strings(strings) => to.push_str(strings.str(row)),
            Part::Text(text) => to.push_str(text),
            Part::Number(text) => to.push_str(text),
            Part::Floats(values) => to.push_str(&float_text(values[row])),
            // Writing to a string does not fail.
            Part::Integers(values) => _ = write!(to, "{}", values[row]),
            Part::Truths(values) => _ = write!(to, "{}", values.value(row)),
            Part::Dates(values) => _ = write!(to, "{}", Date { days: values[row] }),
        }
    }
}

/// `left + right` and, where `texts_only`, `left || right`, where one of them is a column of
/// strings or one string for all rows.
pub(super) fn joined(
    context: &FunctionContext<'_>,
    texts_only: bool,
    left: &Vector,
    right: &Vector,
) -> Option<Vector> {
    let (one, other) = (Part::of(left)?, Part::of(right)?);
    let fits = if texts_only {
        one.is_text() && other.is_text()
    } else {
        one.is_text() || other.is_text()
    };
    if !fits {
        return None;
    }
    together(context, left.len(), &[one, other], both_valid(left, right))
}

/// `first + second + …` or, as far as it says so, `||`, where the first is a column of strings or
/// one string for all rows: what follows is put behind it, whatever it is.
pub fn joined_all<'v>(
    context: &FunctionContext<'_>,
    first: &'v Vector,
    terms: impl Iterator<Item = (ArithmeticOperator, &'v Vector)>,
) -> Option<Vector> {
    let mut validity = first.validity().cloned();
    let mut parts = vec![Part::of(first).filter(Part::is_text)?];
    for (operator, term) in terms {
        let part = Part::of(term)?;
        match operator {
            ArithmeticOperator::Add => {}
            ArithmeticOperator::Concatenate if part.is_text() => {}
            _ => return None,
        }
        validity = NullBuffer::union(validity.as_ref(), term.validity());
        parts.push(part);
    }
    together(context, first.len(), &parts, validity)
}

/// The parts of each row that is not null, one behind the other.
fn together(
    context: &FunctionContext<'_>,
    rows: usize,
    parts: &[Part<'_>],
    validity: Option<NullBuffer>,
) -> Option<Vector> {
    let mut made = Made::of(context, rows);
    for row in 0..rows {
        if validity.as_ref().is_some_and(|validity| validity.is_null(row)) {
            made.strings.push_null();
            continue;
        }
        parts.iter().for_each(|part| part.append(row, &mut made.next));
        made.push()?;
    }
    Some(made.column())
}

/// A component of each date of a column, such as its `year`: null where dates have no such one.
pub fn component(column: &Vector, name: &str) -> Option<Vector> {
    let Vector::Date { values, validity } = column else { return None };
    Some(match Date::component(name) {
        None => Vector::nulls(values.len()),
        Some(component) => Vector::Integer {
            values: (0..values.len())
                .map(|row| match validity {
                    Some(validity) if validity.is_null(row) => 0,
                    _ => component(Date { days: values[row] }),
                })
                .collect(),
            validity: validity.clone(),
        },
    })
}
