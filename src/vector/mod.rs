//! Vectors: one column of up to [`CHUNK_ROWS`] values, and the data chunk.
//!
//! A vector keeps its values in Arrow's memory layout where their type is known
//! and falls back to [`Value`]s where it is not. The buffers are shared, so that
//! cloning and slicing cost no copy, and what the store scans is what it stores.
//! This room computes nothing: kernels live with the functions.

mod base;
mod builder;
mod chunk;
mod gather;
mod strings;

use crate::value::{Date, NodeId, RelationshipId, Value};
pub use arrow_buffer::{ArrowNativeType, BooleanBuffer, Buffer, NullBuffer, ScalarBuffer};
use std::sync::Arc;

pub use base::Parents;
pub use builder::VectorBuilder;
pub use chunk::DataChunk;
pub(crate) use strings::INLINE_BYTES;
pub use strings::{StringBuilder, StringVector, inline_view, string_bytes, view_of};

/// Rows of a full data chunk, and of a chunk of the store.
pub const CHUNK_ROWS: usize = 2048;

/// The row number that stands for "no row": gathering it yields null.
pub const NO_ROW: u32 = u32::MAX;

/// The values of one column.
///
/// In every typed form an absent `validity` means that no value is null; a
/// value under a null is unspecified.
#[derive(Clone, Debug)]
pub enum Vector {
    /// Integers.
    Integer {
        /// The values.
        values: ScalarBuffer<i64>,
        /// Which rows are not null.
        validity: Option<NullBuffer>,
    },
    /// Floats.
    Float {
        /// The values.
        values: ScalarBuffer<f64>,
        /// Which rows are not null.
        validity: Option<NullBuffer>,
    },
    /// Booleans, one bit each.
    Boolean {
        /// The values.
        values: BooleanBuffer,
        /// Which rows are not null.
        validity: Option<NullBuffer>,
    },
    /// Dates, as days since 1970-01-01.
    Date {
        /// The values.
        values: ScalarBuffer<i64>,
        /// Which rows are not null.
        validity: Option<NullBuffer>,
    },
    /// Strings.
    String(StringVector),
    /// Nodes, by id.
    Node {
        /// The ids.
        values: ScalarBuffer<u32>,
        /// Which rows are not null.
        validity: Option<NullBuffer>,
    },
    /// Relationships, by id.
    Relationship {
        /// The ids.
        values: ScalarBuffer<u32>,
        /// Which rows are not null.
        validity: Option<NullBuffer>,
    },
    /// Values of any type, null among them.
    Dynamic(Arc<Vec<Value>>),
    /// Values of any type of which many rows have the same.
    Dictionary {
        /// Each value once.
        values: Arc<Vec<Value>>,
        /// For each row the place of its value; where there is none, as at [`NO_ROW`], it is null.
        places: ScalarBuffer<u32>,
    },
    /// The same value in each of so many rows.
    Constant(Value, usize),
}

impl Vector {
    /// Integers without nulls.
    pub fn integers(values: Vec<i64>) -> Self {
        Vector::Integer { values: values.into(), validity: None }
    }

    /// Floats without nulls.
    pub fn floats(values: Vec<f64>) -> Self {
        Vector::Float { values: values.into(), validity: None }
    }

    /// Booleans without nulls.
    pub fn booleans(values: BooleanBuffer) -> Self {
        Vector::Boolean { values, validity: None }
    }

    /// Nodes without nulls, by id.
    pub fn nodes(values: Vec<u32>) -> Self {
        Vector::Node { values: values.into(), validity: None }
    }

    /// Relationships without nulls, by id.
    pub fn relationships(values: Vec<u32>) -> Self {
        Vector::Relationship { values: values.into(), validity: None }
    }

    /// So many nulls.
    pub fn nulls(len: usize) -> Self {
        Vector::Constant(Value::Null, len)
    }

    /// A vector of these values, typed where they agree in type.
    pub fn from_values(values: impl IntoIterator<Item = Value>) -> Self {
        let mut builder = VectorBuilder::new();
        for value in values {
            builder.push(value);
        }
        builder.finish()
    }

    /// Number of rows.
    pub fn len(&self) -> usize {
        match self {
            Vector::Integer { values, .. } | Vector::Date { values, .. } => values.len(),
            Vector::Float { values, .. } => values.len(),
            Vector::Boolean { values, .. } => values.len(),
            Vector::String(strings) => strings.len(),
            Vector::Node { values, .. } | Vector::Relationship { values, .. } => values.len(),
            Vector::Dynamic(values) => values.len(),
            Vector::Dictionary { places, .. } => places.len(),
            Vector::Constant(_, len) => *len,
        }
    }

    /// Whether there are no rows.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Bytes that the values take in memory, roughly. Heaps that strings share with others count as
    /// a whole.
    pub fn bytes(&self) -> usize {
        match self {
            Vector::String(strings) => {
                strings.len() * 16 + strings.heaps().iter().map(Buffer::len).sum::<usize>()
            }
            Vector::Boolean { values, .. } => values.len() / 8,
            Vector::Dynamic(values) => values.len() * 48,
            Vector::Dictionary { values, places } => values.len() * 48 + places.len() * 4,
            Vector::Constant(..) => 48,
            other => other.len() * 8,
        }
    }

    /// Which rows are not null, where the form keeps it apart; `None` means that
    /// none is null, or that the form is dynamic, a dictionary or constant.
    pub fn validity(&self) -> Option<&NullBuffer> {
        match self {
            Vector::Integer { validity, .. }
            | Vector::Float { validity, .. }
            | Vector::Boolean { validity, .. }
            | Vector::Date { validity, .. }
            | Vector::Node { validity, .. }
            | Vector::Relationship { validity, .. } => validity.as_ref(),
            Vector::String(strings) => strings.validity(),
            Vector::Dynamic(_) | Vector::Dictionary { .. } | Vector::Constant(..) => None,
        }
    }

    /// Whether the value of a row is null; a row past the end is null.
    pub fn is_null(&self, row: usize) -> bool {
        if row >= self.len() {
            return true;
        }
        match self {
            Vector::Dynamic(values) => matches!(values.get(row), None | Some(Value::Null)),
            Vector::Dictionary { values, places } => {
                matches!(values.get(places[row] as usize), None | Some(Value::Null))
            }
            Vector::Constant(value, _) => matches!(value, Value::Null),
            _ => self.validity().is_some_and(|validity| validity.is_null(row)),
        }
    }

    /// Number of rows that are not null.
    pub fn count_present(&self) -> usize {
        match self {
            Vector::Dynamic(values) => {
                values.iter().filter(|value| !matches!(value, Value::Null)).count()
            }
            Vector::Constant(Value::Null, _) => 0,
            Vector::Dictionary { .. } => (0..self.len()).filter(|&row| !self.is_null(row)).count(),
            other => other.len() - other.validity().map_or(0, NullBuffer::null_count),
        }
    }

    /// The value of a row; `Null` for a row past the end.
    pub fn get(&self, row: usize) -> Value {
        if self.is_null(row) {
            return Value::Null;
        }
        match self {
            Vector::Integer { values, .. } => Value::Integer(values[row]),
            Vector::Float { values, .. } => Value::Float(values[row]),
            Vector::Boolean { values, .. } => Value::Boolean(values.value(row)),
            Vector::Date { values, .. } => Value::Date(Date { days: values[row] }),
            Vector::String(strings) => Value::String(Arc::from(strings.str(row))),
            Vector::Node { values, .. } => Value::Node(NodeId(values[row])),
            Vector::Relationship { values, .. } => Value::Relationship(RelationshipId(values[row])),
            Vector::Dynamic(values) => values[row].clone(),
            Vector::Dictionary { values, places } => values[places[row] as usize].clone(),
            Vector::Constant(value, _) => value.clone(),
        }
    }

    /// The node of a row, `None` where the value is null or no node.
    pub fn node(&self, row: usize) -> Option<NodeId> {
        match self {
            Vector::Node { values, .. } if !self.is_null(row) => Some(NodeId(values[row])),
            Vector::Node { .. } => None,
            _ => match self.get(row) {
                Value::Node(node) => Some(node),
                _ => None,
            },
        }
    }

    /// The relationship of a row, `None` where the value is null or no relationship.
    pub fn relationship(&self, row: usize) -> Option<RelationshipId> {
        match self {
            Vector::Relationship { values, .. } if !self.is_null(row) => {
                Some(RelationshipId(values[row]))
            }
            Vector::Relationship { .. } => None,
            _ => match self.get(row) {
                Value::Relationship(relationship) => Some(relationship),
                _ => None,
            },
        }
    }

    /// All values, row by row.
    pub fn iter(&self) -> impl Iterator<Item = Value> + '_ {
        (0..self.len()).map(|row| self.get(row))
    }

    /// The rows from `offset` on, `len` of them, clamped to what is there.
    /// Costs no copy, but for dynamic values.
    pub fn slice(&self, offset: usize, len: usize) -> Vector {
        let offset = offset.min(self.len());
        let len = len.min(self.len() - offset);
        if offset == 0 && len == self.len() {
            return self.clone();
        }
        let cut = |validity: &Option<NullBuffer>| validity.as_ref().map(|v| v.slice(offset, len));
        match self {
            Vector::Integer { values, validity } => {
                Vector::Integer { values: values.slice(offset, len), validity: cut(validity) }
            }
            Vector::Float { values, validity } => {
                Vector::Float { values: values.slice(offset, len), validity: cut(validity) }
            }
            Vector::Boolean { values, validity } => {
                Vector::Boolean { values: values.slice(offset, len), validity: cut(validity) }
            }
            Vector::Date { values, validity } => {
                Vector::Date { values: values.slice(offset, len), validity: cut(validity) }
            }
            Vector::String(strings) => Vector::String(strings.slice(offset, len)),
            Vector::Node { values, validity } => {
                Vector::Node { values: values.slice(offset, len), validity: cut(validity) }
            }
            Vector::Relationship { values, validity } => {
                Vector::Relationship { values: values.slice(offset, len), validity: cut(validity) }
            }
            Vector::Dynamic(values) => {
                Vector::Dynamic(Arc::new(values[offset..offset + len].to_vec()))
            }
            Vector::Dictionary { values, places } => {
                Vector::Dictionary { values: values.clone(), places: places.slice(offset, len) }
            }
            Vector::Constant(value, _) => Vector::Constant(value.clone(), len),
        }
    }
}
