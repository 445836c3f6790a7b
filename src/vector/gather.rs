//! Taking rows out of vectors and putting vectors together.

use super::{
    BooleanBuffer, Buffer, NO_ROW, NullBuffer, ScalarBuffer, StringVector, Vector, VectorBuilder,
};
use crate::value::Value;
use arrow_buffer::{ArrowNativeType, BooleanBufferBuilder};
use std::sync::Arc;

use super::strings::{INLINE_BYTES, view_len};

impl Vector {
    /// The rows with these numbers, in this order, repeats allowed. A row past
    /// the end yields null.
    pub fn gather(&self, rows: &[u32]) -> Vector {
        let len = self.len();
        if rows.iter().all(|&row| (row as usize) < len) {
            self.take(rows)
        } else {
            self.gather_or_null(rows)
        }
    }

    /// As [`Vector::gather`], for row numbers among which [`NO_ROW`] is expected.
    pub fn gather_or_null(&self, rows: &[u32]) -> Vector {
        let len = self.len();
        if let Vector::Dynamic(values) = self {
            let taken =
                rows.iter().map(|&row| values.get(row as usize).cloned().unwrap_or_default());
            return Vector::Dynamic(Arc::new(taken.collect()));
        }
        if let Vector::Dictionary { values, places } = self {
            let taken = rows.iter().map(|&row| places.get(row as usize).copied().unwrap_or(NO_ROW));
            let places = taken.collect::<Vec<u32>>().into();
            return Vector::Dictionary { values: values.clone(), places };
        }
        if let Vector::Constant(value, _) = self {
            return Vector::from_values(
                rows.iter()
                    .map(|&row| if (row as usize) < len { value.clone() } else { Value::Null }),
            );
        }
        if len == 0 {
            return Vector::nulls(rows.len());
        }
        // Rows that are not there are read as row 0 and then masked.
        let present = BooleanBuffer::collect_bool(rows.len(), |i| {
            rows[i] != NO_ROW && (rows[i] as usize) < len
        });
        let inside: Vec<u32> =
            rows.iter().map(|&row| if (row as usize) < len { row } else { 0 }).collect();
        self.take(&inside).masked(&NullBuffer::new(present))
    }

    /// The same values, null where `present` says null.
    pub fn masked(self, present: &NullBuffer) -> Vector {
        let join =
            |validity: Option<NullBuffer>| NullBuffer::union(validity.as_ref(), Some(present));
        match self {
            Vector::Integer { values, validity } => {
                Vector::Integer { values, validity: join(validity) }
            }
            Vector::Float { values, validity } => {
                Vector::Float { values, validity: join(validity) }
            }
            Vector::Boolean { values, validity } => {
                Vector::Boolean { values, validity: join(validity) }
            }
            Vector::Date { values, validity } => Vector::Date { values, validity: join(validity) },
            Vector::Node { values, validity } => Vector::Node { values, validity: join(validity) },
            Vector::Relationship { values, validity } => {
                Vector::Relationship { values, validity: join(validity) }
            }
            Vector::String(strings) => {
                let validity = join(strings.validity().cloned());
                Vector::String(StringVector::new(
                    strings.views().clone(),
                    strings.heaps().clone(),
                    validity,
                ))
            }
            Vector::Dictionary { values, places } => {
                let shown = places.iter().zip(present.iter());
                let shown = shown.map(|(place, present)| if present { *place } else { NO_ROW });
                Vector::Dictionary { values, places: shown.collect::<Vec<u32>>().into() }
            }
            other @ (Vector::Dynamic(_) | Vector::Constant(..)) => Vector::from_values(
                other
                    .iter()
                    .enumerate()
                    .map(|(row, v)| if present.is_valid(row) { v } else { Value::Null }),
            ),
        }
    }

    /// The rows with these numbers, all of which exist.
    fn take(&self, rows: &[u32]) -> Vector {
        match self {
            Vector::Integer { values, validity } => Vector::Integer {
                values: take(values, rows),
                validity: take_validity(validity.as_ref(), rows),
            },
            Vector::Float { values, validity } => Vector::Float {
                values: take(values, rows),
                validity: take_validity(validity.as_ref(), rows),
            },
            Vector::Boolean { values, validity } => Vector::Boolean {
                values: BooleanBuffer::collect_bool(rows.len(), |i| values.value(rows[i] as usize)),
                validity: take_validity(validity.as_ref(), rows),
            },
            Vector::Date { values, validity } => Vector::Date {
                values: take(values, rows),
                validity: take_validity(validity.as_ref(), rows),
            },
            Vector::Node { values, validity } => Vector::Node {
                values: take(values, rows),
                validity: take_validity(validity.as_ref(), rows),
            },
            Vector::Relationship { values, validity } => Vector::Relationship {
                values: take(values, rows),
                validity: take_validity(validity.as_ref(), rows),
            },
            Vector::String(strings) => Vector::String(StringVector::new(
                take(strings.views(), rows),
                strings.heaps().clone(),
                take_validity(strings.validity(), rows),
            )),
            Vector::Dynamic(values) => Vector::Dynamic(Arc::new(
                rows.iter().map(|&row| values[row as usize].clone()).collect(),
            )),
            Vector::Dictionary { values, places } => {
                Vector::Dictionary { values: values.clone(), places: take(places, rows) }
            }
            Vector::Constant(value, _) => Vector::Constant(value.clone(), rows.len()),
        }
    }

    /// The rows of all these vectors, one vector after the other. Vectors of
    /// one typed form stay in it.
    pub fn concat(vectors: &[Vector]) -> Vector {
        match vectors {
            [] => return Vector::nulls(0),
            [one] => return one.clone(),
            _ => {}
        }
        let validity = concat_validity(vectors);
        macro_rules! typed {
            ($form:ident) => {{
                let mut all = Vec::with_capacity(vectors.iter().map(Vector::len).sum());
                for vector in vectors {
                    match vector {
                        Vector::$form { values, .. } => all.extend_from_slice(values),
                        _ => return concat_values(vectors),
                    }
                }
                Vector::$form { values: all.into(), validity }
            }};
        }
        match &vectors[0] {
            Vector::Integer { .. } => typed!(Integer),
            Vector::Float { .. } => typed!(Float),
            Vector::Date { .. } => typed!(Date),
            Vector::Node { .. } => typed!(Node),
            Vector::Relationship { .. } => typed!(Relationship),
            Vector::String(_) => concat_strings(vectors, validity),
            Vector::Dictionary { values, .. } => concat_places(vectors, values),
            _ => concat_values(vectors),
        }
    }
}

fn take<T: ArrowNativeType>(values: &[T], rows: &[u32]) -> ScalarBuffer<T> {
    rows.iter().map(|&row| values[row as usize]).collect::<Vec<T>>().into()
}

fn take_validity(validity: Option<&NullBuffer>, rows: &[u32]) -> Option<NullBuffer> {
    let validity = validity.filter(|validity| validity.null_count() > 0)?;
    let taken = NullBuffer::new(BooleanBuffer::collect_bool(rows.len(), |i| {
        validity.is_valid(rows[i] as usize)
    }));
    (taken.null_count() > 0).then_some(taken)
}

fn concat_validity(vectors: &[Vector]) -> Option<NullBuffer> {
    if vectors
        .iter()
        .all(|vector| vector.validity().is_none_or(|validity| validity.null_count() == 0))
    {
        return None;
    }
    let mut all = BooleanBufferBuilder::new(vectors.iter().map(Vector::len).sum());
    for vector in vectors {
        match vector.validity() {
            Some(validity) => all.append_buffer(validity.inner()),
            None => all.append_n(vector.len(), true),
        }
    }
    Some(NullBuffer::new(all.finish()))
}

/// Vectors with one dictionary keep it.
fn concat_places(vectors: &[Vector], dictionary: &Arc<Vec<Value>>) -> Vector {
    let mut all: Vec<u32> = Vec::with_capacity(vectors.iter().map(Vector::len).sum());
    for vector in vectors {
        match vector {
            Vector::Dictionary { values, places } if Arc::ptr_eq(values, dictionary) => {
                all.extend_from_slice(places);
            }
            _ => return concat_values(vectors),
        }
    }
    Vector::Dictionary { values: dictionary.clone(), places: all.into() }
}

fn concat_values(vectors: &[Vector]) -> Vector {
    let mut builder = VectorBuilder::new();
    for vector in vectors {
        vector.iter().for_each(|value| builder.push(value));
    }
    builder.finish()
}

fn concat_strings(vectors: &[Vector], validity: Option<NullBuffer>) -> Vector {
    let mut views: Vec<u128> = Vec::with_capacity(vectors.iter().map(Vector::len).sum());
    let mut heaps: Vec<Buffer> = Vec::new();
    let mut last: Option<&Arc<[Buffer]>> = None;
    let mut base = 0u32;
    for vector in vectors {
        let Vector::String(strings) = vector else { return concat_values(vectors) };
        if !last.is_some_and(|last| Arc::ptr_eq(last, strings.heaps())) {
            base = heaps.len() as u32;
            heaps.extend(strings.heaps().iter().cloned());
            last = Some(strings.heaps());
        }
        let shift = u128::from(base) << 64;
        views.extend(
            strings
                .views()
                .iter()
                .map(|&view| if view_len(view) <= INLINE_BYTES { view } else { view + shift }),
        );
    }
    Vector::String(StringVector::new(views.into(), heaps.into(), validity))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(vector: &Vector) -> Vec<String> {
        vector.iter().map(|value| format!("{value:?}")).collect()
    }

    #[test]
    fn a_dictionary_is_the_values_of_its_rows() {
        let values = Arc::new(vec![Value::from("one"), Value::Null, Value::Integer(2)]);
        let places = [2, 0, NO_ROW, 0, 1, 2, 2, 7];
        let coded = Vector::Dictionary { values: values.clone(), places: places.to_vec().into() };
        let value = |place: &u32| values.get(*place as usize).cloned().unwrap_or_default();
        let plain = Vector::Dynamic(Arc::new(places.iter().map(value).collect()));
        let present: NullBuffer = (0..places.len()).map(|row| row % 3 != 0).collect();
        assert_eq!(shown(&coded), shown(&plain));
        assert_eq!((coded.len(), coded.count_present()), (plain.len(), plain.count_present()));
        for row in 0..places.len() + 2 {
            assert_eq!(coded.is_null(row), plain.is_null(row));
        }
        let ways: [fn(&Vector, &NullBuffer) -> Vector; 6] = [
            |vector, _| vector.slice(2, 4),
            |vector, _| vector.gather(&[7, 0, 0, 3]),
            |vector, _| vector.gather(&[7, 0, 9]),
            |vector, _| vector.gather_or_null(&[1, NO_ROW, 2, 100]),
            |vector, present| vector.clone().masked(present),
            |vector, _| Vector::concat(&[vector.slice(0, 3), vector.clone()]),
        ];
        for (number, way) in ways.into_iter().enumerate() {
            let found = way(&coded, &present);
            assert!(matches!(found, Vector::Dictionary { .. }), "way {number}");
            assert_eq!(shown(&found), shown(&way(&plain, &present)), "way {number}");
        }
        let mixed = Vector::concat(&[coded.clone(), Vector::integers(vec![5])]);
        assert_eq!(shown(&mixed)[..places.len()], shown(&plain));
        assert_eq!(mixed.len(), places.len() + 1);
    }
}
