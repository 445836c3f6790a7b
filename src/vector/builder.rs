//! Building a vector value by value.
//!
//! The first value that is not null decides the typed form; a value of another
//! type turns what was built so far into the dynamic form, once.

use super::{NullBuffer, StringBuilder, Vector};
use crate::value::{Date, NodeId, RelationshipId, Value};
use arrow_buffer::BooleanBufferBuilder;
use std::sync::Arc;

/// Collects values and picks the vector's form.
#[derive(Debug, Default)]
pub struct VectorBuilder {
    form: Form,
}

#[derive(Debug)]
enum Form {
    /// Only nulls so far, so many of them.
    Untyped(usize),
    Integer(Column<i64>),
    Float(Column<f64>),
    Boolean(Column<bool>),
    Date(Column<i64>),
    Node(Column<u32>),
    Relationship(Column<u32>),
    String(StringBuilder),
    Dynamic(Vec<Value>),
}

impl Default for Form {
    fn default() -> Self {
        Form::Untyped(0)
    }
}

#[derive(Debug)]
struct Column<T> {
    values: Vec<T>,
    validity: Option<BooleanBufferBuilder>,
}

impl<T: Copy + Default> Column<T> {
    fn after_nulls(nulls: usize) -> Self {
        let mut column = Column { values: Vec::new(), validity: None };
        for _ in 0..nulls {
            column.push_null();
        }
        column
    }

    fn push(&mut self, value: T) {
        self.values.push(value);
        if let Some(validity) = &mut self.validity {
            validity.append(true);
        }
    }

    fn push_null(&mut self) {
        let len = self.values.len();
        self.validity
            .get_or_insert_with(|| {
                let mut validity = BooleanBufferBuilder::new(len + 1);
                validity.append_n(len, true);
                validity
            })
            .append(false);
        self.values.push(T::default());
    }

    fn finish(self) -> (Vec<T>, Option<NullBuffer>) {
        (self.values, self.validity.map(|mut validity| NullBuffer::new(validity.finish())))
    }
}

impl VectorBuilder {
    /// A builder without rows.
    pub fn new() -> Self {
        Self::default()
    }

    /// Number of rows so far.
    pub fn len(&self) -> usize {
        match &self.form {
            Form::Untyped(nulls) => *nulls,
            Form::Integer(column) | Form::Date(column) => column.values.len(),
            Form::Float(column) => column.values.len(),
            Form::Boolean(column) => column.values.len(),
            Form::Node(column) | Form::Relationship(column) => column.values.len(),
            Form::String(strings) => strings.len(),
            Form::Dynamic(values) => values.len(),
        }
    }

    /// Whether there are no rows yet.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Appends a value.
    pub fn push(&mut self, value: Value) {
        match (&mut self.form, value) {
            (Form::Integer(column), Value::Integer(v)) => column.push(v),
            (Form::Float(column), Value::Float(v)) => column.push(v),
            (Form::Boolean(column), Value::Boolean(v)) => column.push(v),
            (Form::Date(column), Value::Date(v)) => column.push(v.days),
            (Form::Node(column), Value::Node(v)) => column.push(v.0),
            (Form::Relationship(column), Value::Relationship(v)) => column.push(v.0),
            (Form::String(strings), Value::String(v)) => strings.push(&v),
            (Form::Dynamic(values), v) => values.push(v),
            (_, Value::Null) => self.push_null(),
            (_, v) => self.push_other(v),
        }
    }

    /// Appends integers.
    pub fn push_integers(&mut self, integers: impl Iterator<Item = i64>) {
        for integer in integers {
            match &mut self.form {
                Form::Integer(column) => column.push(integer),
                _ => self.push(Value::Integer(integer)),
            }
        }
    }

    /// Appends a string, without allocating one.
    pub fn push_str(&mut self, string: &str) {
        match &mut self.form {
            Form::String(strings) => strings.push(string),
            _ => self.push(Value::String(Arc::from(string))),
        }
    }

    /// Appends a null.
    pub fn push_null(&mut self) {
        match &mut self.form {
            Form::Untyped(nulls) => *nulls += 1,
            Form::Integer(column) | Form::Date(column) => column.push_null(),
            Form::Float(column) => column.push_null(),
            Form::Boolean(column) => column.push_null(),
            Form::Node(column) | Form::Relationship(column) => column.push_null(),
            Form::String(strings) => strings.push_null(),
            Form::Dynamic(values) => values.push(Value::Null),
        }
    }

    /// A value that the present form does not hold: chooses a form or goes dynamic.
    fn push_other(&mut self, value: Value) {
        let nulls = match &self.form {
            Form::Untyped(nulls) => Some(*nulls),
            _ => None,
        };
        let Some(nulls) = nulls else {
            let mut values: Vec<Value> = std::mem::take(self).finish().iter().collect();
            values.push(value);
            self.form = Form::Dynamic(values);
            return;
        };
        self.form = match &value {
            Value::Integer(_) => Form::Integer(Column::after_nulls(nulls)),
            Value::Float(_) => Form::Float(Column::after_nulls(nulls)),
            Value::Boolean(_) => Form::Boolean(Column::after_nulls(nulls)),
            Value::Date(Date { .. }) => Form::Date(Column::after_nulls(nulls)),
            Value::Node(NodeId(_)) => Form::Node(Column::after_nulls(nulls)),
            Value::Relationship(RelationshipId(_)) => {
                Form::Relationship(Column::after_nulls(nulls))
            }
            Value::String(_) => {
                let mut strings = StringBuilder::new();
                (0..nulls).for_each(|_| strings.push_null());
                Form::String(strings)
            }
            _ => Form::Dynamic(vec![Value::Null; nulls]),
        };
        self.push(value);
    }

    /// The vector.
    pub fn finish(self) -> Vector {
        match self.form {
            Form::Untyped(nulls) => Vector::nulls(nulls),
            Form::Integer(column) => {
                let (values, validity) = column.finish();
                Vector::Integer { values: values.into(), validity }
            }
            Form::Float(column) => {
                let (values, validity) = column.finish();
                Vector::Float { values: values.into(), validity }
            }
            Form::Boolean(column) => {
                let (values, validity) = column.finish();
                Vector::Boolean { values: values.into(), validity }
            }
            Form::Date(column) => {
                let (values, validity) = column.finish();
                Vector::Date { values: values.into(), validity }
            }
            Form::Node(column) => {
                let (values, validity) = column.finish();
                Vector::Node { values: values.into(), validity }
            }
            Form::Relationship(column) => {
                let (values, validity) = column.finish();
                Vector::Relationship { values: values.into(), validity }
            }
            Form::String(strings) => Vector::String(strings.finish()),
            Form::Dynamic(values) => Vector::Dynamic(Arc::new(values)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(vector: &Vector) -> Vec<String> {
        vector.iter().map(|value| format!("{value:?}")).collect()
    }

    #[test]
    fn picks_the_typed_form_and_falls_back() {
        let long = "a string that is longer than a view";
        let columns = [
            vec![Value::Null, Value::Integer(1), Value::Null, Value::Integer(i64::MIN)],
            vec![Value::Float(0.5), Value::Null],
            vec![Value::Boolean(true), Value::Null, Value::Boolean(false)],
            vec![
                Value::String("é".into()),
                Value::Null,
                Value::String(long.into()),
                Value::String("".into()),
            ],
            vec![Value::Node(NodeId(3)), Value::Relationship(RelationshipId(3)), Value::Null],
            vec![Value::Null, Value::Null],
            vec![],
        ];
        for values in columns {
            let vector = Vector::from_values(values.clone());
            assert_eq!(vector.len(), values.len());
            let expected: Vec<String> = values.iter().map(|value| format!("{value:?}")).collect();
            assert_eq!(shown(&vector), expected);
            let rows: Vec<u32> = (0..values.len() as u32).rev().collect();
            let mut reversed = expected.clone();
            reversed.reverse();
            assert_eq!(shown(&vector.gather(&rows)), reversed);
            let twice = Vector::concat(&[vector.clone(), vector.slice(1, 10)]);
            let mut expected_twice = expected.clone();
            expected_twice.extend(expected.iter().skip(1).cloned());
            assert_eq!(shown(&twice), expected_twice);
            let with_null = vector.gather_or_null(&[super::super::NO_ROW]);
            assert_eq!(shown(&with_null), ["Null"]);
        }
    }
}
