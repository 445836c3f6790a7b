//! A column of values that were read together.

use crate::value::Value;

/// Values of rows that follow each other.
#[derive(Clone, Debug)]
pub enum Values {
    /// Integers, none of which is missing.
    Integers(Vec<i64>),
    /// Any values.
    Any(Vec<Value>),
}

impl Values {
    /// How many there are.
    pub fn len(&self) -> usize {
        match self {
            Values::Integers(integers) => integers.len(),
            Values::Any(values) => values.len(),
        }
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}
