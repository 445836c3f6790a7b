//! The column segment: one property of the rows of one chunk.
//!
//! A segment is *open* within a write transaction (rows are written in place)
//! and *sealed* in a published version: a [`Vector`], made from the open form
//! without copying, that scans hand out as it is. Opening a sealed segment
//! copies its values, but no string: the heaps stay shared, and new strings go
//! to a new heap. Single values are read from either form.

use super::bitmap::Bitmap;
use super::open_strings::OpenStrings;
use super::sealed::SealedSegment;
use super::zone::Zone;
use crate::value::{Date, Value};
use crate::vector::Vector;
use std::sync::Arc;

/// A value as a segment holds it, borrowed.
#[derive(Clone, Copy, Debug)]
pub enum Cell<'a> {
    /// No value.
    Null,
    /// A boolean.
    Boolean(bool),
    /// An integer.
    Integer(i64),
    /// A float.
    Float(f64),
    /// A date, in days since 1970-01-01.
    Date(i64),
    /// A string.
    String(&'a str),
    /// A value of another type.
    Other(&'a Value),
}

impl Cell<'_> {
    /// The value itself.
    pub fn to_value(self) -> Value {
        match self {
            Cell::Null => Value::Null,
            Cell::Boolean(v) => Value::Boolean(v),
            Cell::Integer(v) => Value::Integer(v),
            Cell::Float(v) => Value::Float(v),
            Cell::Date(days) => Value::Date(Date { days }),
            Cell::String(v) => Value::String(Arc::from(v)),
            Cell::Other(v) => v.clone(),
        }
    }
}

/// Values that are asked one by one where the rows that have any are listed.
const FEW: usize = 32;

/// The values of one property key in one chunk; rows past its length are null.
#[derive(Clone, Debug)]
pub enum Segment {
    /// Writable.
    Open(Box<OpenSegment>),
    /// Immutable.
    Sealed(SealedSegment),
}

/// A writable segment.
#[derive(Clone, Debug)]
pub struct OpenSegment {
    column: Column,
    present: Bitmap,
}

#[derive(Clone, Debug)]
enum Column {
    Boolean(Vec<bool>),
    Integer(Vec<i64>),
    Float(Vec<f64>),
    Date(Vec<i64>),
    String(OpenStrings),
    Dynamic(Vec<Value>),
}

impl Column {
    fn for_value(value: &Value) -> Column {
        match value {
            Value::Boolean(_) => Column::Boolean(Vec::new()),
            Value::Integer(_) => Column::Integer(Vec::new()),
            Value::Float(_) => Column::Float(Vec::new()),
            Value::Date(_) => Column::Date(Vec::new()),
            Value::String(_) => Column::String(OpenStrings::default()),
            _ => Column::Dynamic(Vec::new()),
        }
    }

    fn for_vector(vector: &Vector) -> Column {
        match vector {
            Vector::Boolean { .. } => Column::Boolean(Vec::new()),
            Vector::Integer { .. } => Column::Integer(Vec::new()),
            Vector::Float { .. } => Column::Float(Vec::new()),
            Vector::Date { .. } => Column::Date(Vec::new()),
            Vector::String(_) => Column::String(OpenStrings::default()),
            Vector::Constant(value, _) => Column::for_value(value),
            _ => Column::Dynamic(Vec::new()),
        }
    }

    fn len(&self) -> usize {
        match self {
            Column::Boolean(v) => v.len(),
            Column::Integer(v) | Column::Date(v) => v.len(),
            Column::Float(v) => v.len(),
            Column::String(v) => v.len(),
            Column::Dynamic(v) => v.len(),
        }
    }

    /// Makes sure that a row exists.
    fn reach(&mut self, row: usize) {
        if row < self.len() {
            return;
        }
        match self {
            Column::Boolean(v) => v.resize(row + 1, false),
            Column::Integer(v) | Column::Date(v) => v.resize(row + 1, 0),
            Column::Float(v) => v.resize(row + 1, 0.0),
            Column::String(v) => v.resize(row + 1),
            Column::Dynamic(v) => v.resize(row + 1, Value::Null),
        }
    }

    fn cell(&self, row: usize) -> Cell<'_> {
        match self {
            Column::Boolean(v) => v.get(row).map_or(Cell::Null, |&v| Cell::Boolean(v)),
            Column::Integer(v) => v.get(row).map_or(Cell::Null, |&v| Cell::Integer(v)),
            Column::Float(v) => v.get(row).map_or(Cell::Null, |&v| Cell::Float(v)),
            Column::Date(v) => v.get(row).map_or(Cell::Null, |&v| Cell::Date(v)),
            Column::String(v) => {
                Cell::String(std::str::from_utf8(v.bytes(row)).unwrap_or_default())
            }
            Column::Dynamic(v) => v.get(row).map_or(Cell::Null, other_cell),
        }
    }
}

/// A cell for a value of a dynamic column.
pub(super) fn other_cell(value: &Value) -> Cell<'_> {
    match value {
        Value::Null => Cell::Null,
        Value::Boolean(v) => Cell::Boolean(*v),
        Value::Integer(v) => Cell::Integer(*v),
        Value::Float(v) => Cell::Float(*v),
        Value::Date(v) => Cell::Date(v.days),
        Value::String(v) => Cell::String(v),
        other => Cell::Other(other),
    }
}

impl OpenSegment {
    /// The values of a sealed segment, to be written to.
    fn of(vector: Vector) -> Self {
        let len = vector.len();
        let present = match &vector {
            Vector::Dynamic(_) | Vector::Dictionary { .. } | Vector::Constant(..) => {
                let mut present = Bitmap::default();
                (0..len).for_each(|row| {
                    present.set(row, !vector.is_null(row));
                });
                present
            }
            typed => Bitmap::from_validity(typed.validity(), len),
        };
        let column = match vector {
            Vector::Boolean { values, .. } => Column::Boolean(values.iter().collect()),
            Vector::Integer { values, .. } => Column::Integer(values.into()),
            Vector::Float { values, .. } => Column::Float(values.into()),
            Vector::Date { values, .. } => Column::Date(values.into()),
            Vector::String(strings) => Column::String(OpenStrings::of(&strings)),
            Vector::Dynamic(values) => Column::Dynamic(Arc::unwrap_or_clone(values)),
            other => Column::Dynamic(other.iter().collect()),
        };
        OpenSegment { column, present }
    }

    fn cell(&self, row: usize) -> Cell<'_> {
        if self.present.contains(row) { self.column.cell(row) } else { Cell::Null }
    }

    fn set(&mut self, row: usize, value: Value) {
        if let Value::Null = value {
            self.present.set(row, false);
            if let Column::Dynamic(values) = &mut self.column
                && let Some(old) = values.get_mut(row)
            {
                *old = Value::Null;
            }
            return;
        }
        self.column.reach(row);
        match (&mut self.column, value) {
            (Column::Boolean(v), Value::Boolean(value)) => v[row] = value,
            (Column::Integer(v), Value::Integer(value)) => v[row] = value,
            (Column::Float(v), Value::Float(value)) => v[row] = value,
            (Column::Date(v), Value::Date(value)) => v[row] = value.days,
            (Column::String(v), Value::String(value)) => v.set(row, value.as_bytes()),
            (Column::Dynamic(v), value) => v[row] = value,
            (_, value) => {
                let mut values: Vec<Value> =
                    (0..self.column.len()).map(|row| self.cell(row).to_value()).collect();
                values[row] = value;
                self.column = Column::Dynamic(values);
            }
        }
        self.present.set(row, true);
    }

    /// Puts values into the rows from one on, where these are behind all that there are and the
    /// values of the type that the column has; tells whether that is so.
    fn append(&mut self, row: usize, vector: &Vector) -> bool {
        if self.column.len() > row {
            return false;
        }
        match (&mut self.column, vector) {
            (Column::Integer(column), Vector::Integer { values, .. })
            | (Column::Date(column), Vector::Date { values, .. }) => {
                column.resize(row, 0);
                column.extend_from_slice(values);
            }
            (Column::Float(column), Vector::Float { values, .. }) => {
                column.resize(row, 0.0);
                column.extend_from_slice(values);
            }
            (Column::Boolean(column), Vector::Boolean { values, .. }) => {
                column.resize(row, false);
                column.extend(values);
            }
            (Column::String(column), Vector::String(strings)) => column.append(row, strings),
            _ => return false,
        }
        match vector.validity() {
            None => self.present.fill(row, row + vector.len()),
            Some(validity) => {
                for place in validity.valid_indices() {
                    self.present.set(row + place, true);
                }
            }
        }
        true
    }

    fn into_vector(self) -> Vector {
        let validity = self.present.validity(self.column.len());
        match self.column {
            Column::Boolean(v) => Vector::Boolean { values: v.into(), validity },
            Column::Integer(v) => Vector::Integer { values: v.into(), validity },
            Column::Float(v) => Vector::Float { values: v.into(), validity },
            Column::Date(v) => Vector::Date { values: v.into(), validity },
            Column::String(v) => Vector::String(v.seal(&self.present, validity)),
            // Values that agree in type by now get their typed form back.
            Column::Dynamic(v) => Vector::from_values(v),
        }
    }
}

impl Segment {
    /// An empty open segment, fit for values of the type of this one.
    pub(crate) fn for_value(value: &Value) -> Segment {
        Segment::Open(Box::new(OpenSegment {
            column: Column::for_value(value),
            present: Bitmap::default(),
        }))
    }

    /// An empty open segment, fit for values of the type of these.
    pub(crate) fn for_vector(vector: &Vector) -> Segment {
        Segment::Open(Box::new(OpenSegment {
            column: Column::for_vector(vector),
            present: Bitmap::default(),
        }))
    }

    /// A sealed segment of these values.
    pub(crate) fn sealed(vector: Vector) -> Segment {
        Segment::Sealed(SealedSegment::new(vector))
    }

    /// Bytes that the values take in memory, roughly.
    pub(crate) fn bytes(&self) -> u64 {
        let bytes = match self {
            Segment::Open(open) => open.column.len() * 16,
            Segment::Sealed(sealed) => sealed.bytes(),
        };
        bytes as u64 + 64
    }

    /// Bytes that are copied when it is written to next, roughly; the text of strings is not.
    pub(crate) fn bytes_to_open(&self) -> usize {
        let Segment::Sealed(sealed) = self else { return 0 };
        sealed.bytes_to_open() + 512
    }

    /// The value of a row, borrowed; null past the end.
    pub fn cell(&self, row: usize) -> Cell<'_> {
        match self {
            Segment::Open(open) => open.cell(row),
            Segment::Sealed(sealed) => sealed.cell(row),
        }
    }

    /// Whether a row has a value that is not null.
    pub(crate) fn holds(&self, row: usize) -> bool {
        match self {
            Segment::Open(open) => open.present.contains(row),
            Segment::Sealed(sealed) => sealed.holds(row),
        }
    }

    /// Of how many rows, from the first on, it is known without a look at them that they have
    /// a value.
    pub(crate) fn whole_rows(&self) -> usize {
        match self {
            Segment::Open(_) => 0,
            Segment::Sealed(sealed) => sealed.whole_rows(),
        }
    }

    /// The value of a row; null past the end.
    pub fn get(&self, row: usize) -> Value {
        self.cell(row).to_value()
    }

    /// The integer of a row, `None` where there is no integer.
    pub fn integer(&self, row: usize) -> Option<i64> {
        match self.cell(row) {
            Cell::Integer(value) => Some(value),
            _ => None,
        }
    }

    /// The string of a row, `None` where there is no string.
    pub fn str(&self, row: usize) -> Option<&str> {
        match self.cell(row) {
            Cell::String(value) => Some(value),
            _ => None,
        }
    }

    /// Writes a row (null removes its value); opens a sealed segment.
    pub(crate) fn set(&mut self, row: usize, value: Value) {
        self.open();
        if let Segment::Open(open) = self {
            open.set(row, value);
        }
    }

    /// Writes the rows from one on, which have no values so far; opens a sealed segment.
    pub(crate) fn append(&mut self, row: usize, vector: &Vector) {
        self.open();
        if let Segment::Open(open) = self
            && !open.append(row, vector)
        {
            let rows = (0..vector.len()).filter(|place| !vector.is_null(*place));
            rows.for_each(|place| open.set(row + place, vector.get(place)));
        }
    }

    fn open(&mut self) {
        if let Segment::Sealed(sealed) = self {
            let empty = SealedSegment::new(Vector::nulls(0));
            let vector = std::mem::replace(sealed, empty).into_vector();
            *self = Segment::Open(Box::new(OpenSegment::of(vector)));
        }
    }

    /// Makes the segment immutable and drops the values of rows that are not
    /// live. Returns whether any value is left.
    pub(crate) fn seal(&mut self, live: &Bitmap) -> bool {
        if let Segment::Open(open) = self {
            let empty =
                OpenSegment { column: Column::Dynamic(Vec::new()), present: Bitmap::default() };
            let mut open = std::mem::replace(&mut **open, empty);
            open.present.retain(live);
            if let Column::Dynamic(values) = &mut open.column {
                for (row, value) in values.iter_mut().enumerate() {
                    if !open.present.contains(row) {
                        *value = Value::Null;
                    }
                }
            }
            if open.present.is_empty() {
                return false;
            }
            *self = Segment::sealed(open.into_vector());
        }
        true
    }

    /// The values as a vector, which may be shorter than the chunk: the rows
    /// missing at its end are null. Rows that are not live hold anything. Costs
    /// no copy where the segment is sealed and most rows have a value.
    pub fn vector(&self) -> Vector {
        match self {
            Segment::Open(open) => OpenSegment::clone(open).into_vector(),
            Segment::Sealed(sealed) => sealed.vector(),
        }
    }

    /// The values as [`Segment::vector`] gives them, where the segment is sealed.
    pub(crate) fn sealed_vector(&self) -> Option<Vector> {
        match self {
            Segment::Open(_) => None,
            Segment::Sealed(sealed) => Some(sealed.vector()),
        }
    }

    /// Whether so many values are found sooner one by one than in the vector of all.
    pub(super) fn is_rather_asked(&self, values: usize) -> bool {
        match self {
            Segment::Open(_) => true,
            Segment::Sealed(sealed) => sealed.is_listed() && values < FEW,
        }
    }

    /// Whether some of these rows have no value; always, where the segment is not sealed.
    pub(super) fn lacks_some(&self, rows: &Bitmap) -> bool {
        match self {
            Segment::Open(_) => true,
            Segment::Sealed(sealed) => rows.iter().any(|row| !sealed.holds(row as usize)),
        }
    }

    /// Between which values those of the segment lie, where it is sealed; found when first asked
    /// for. Values of rows deleted since may widen it.
    pub fn zone(&self) -> Option<&Zone> {
        match self {
            Segment::Open(_) => None,
            Segment::Sealed(sealed) => Some(sealed.zone()),
        }
    }
}

#[cfg(test)]
#[path = "segment_tests.rs"]
mod tests;
