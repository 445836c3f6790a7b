//! Columns that properties of scattered elements were taken from, at hand for the next ones.

use super::bitmap::Bitmap;
use super::graph::place;
use super::segment::Segment;
use super::slots::Slots;
use super::{EndpointKind, KeyId};
use crate::vector::{
    ArrowNativeType, BooleanBuffer, Buffer, NullBuffer, ScalarBuffer, StringVector, Vector,
};

/// Columns of one version of a graph that properties of scattered elements were taken from.
#[derive(Debug, Default)]
pub struct KnownColumns {
    of: Vec<((EndpointKind, KeyId), Columns)>,
}

impl KnownColumns {
    /// Those of a property of nodes or of relationships.
    pub(super) fn of(&mut self, kind: EndpointKind, key: KeyId) -> &mut Columns {
        let known = self.of.iter().position(|(of, _)| *of == (kind, key));
        let place = known.unwrap_or_else(|| {
            self.of.push(((kind, key), Columns::default()));
            self.of.len() - 1
        });
        &mut self.of[place].1
    }
}

/// A column of a chunk, and the rows that live; `None` where there are none.
pub(super) type Found<'a> = Option<(&'a Segment, &'a Bitmap)>;

/// Finds the column of the chunk with a number.
pub(super) type Find<'f, 'a> = &'f dyn Fn(usize) -> Found<'a>;

/// What there is of a property in a chunk: values, and which of them are not null, where some are.
/// Null in rows that do not live and past the end.
#[derive(Debug, Default)]
enum Column {
    #[default]
    Nothing,
    Integers(ScalarBuffer<i64>, Option<Box<NullBuffer>>),
    Floats(ScalarBuffer<f64>, Option<Box<NullBuffer>>),
    Dates(ScalarBuffer<i64>, Option<Box<NullBuffer>>),
    Booleans(Box<(BooleanBuffer, Option<NullBuffer>)>),
    Strings(Box<Strings>),
    /// Values of several types, or of another one.
    Others,
}

#[derive(Debug)]
struct Strings {
    strings: StringVector,
    /// The place of the first heap among those of a result, and which result that was.
    heaps: (Option<u32>, u64),
}

impl Column {
    /// `None` where the column is being written.
    fn of(found: Found<'_>) -> Option<Self> {
        let Some((segment, live)) = found else { return Some(Column::Nothing) };
        let vector = segment.sealed_vector()?;
        let shown = match live.validity(vector.len()) {
            Some(live) => vector.masked(&live),
            None => vector,
        };
        Some(match shown {
            Vector::Integer { values, validity } => {
                Column::Integers(values, validity.map(Box::new))
            }
            Vector::Float { values, validity } => Column::Floats(values, validity.map(Box::new)),
            Vector::Date { values, validity } => Column::Dates(values, validity.map(Box::new)),
            Vector::Boolean { values, validity } => Column::Booleans(Box::new((values, validity))),
            Vector::String(strings) => {
                Column::Strings(Box::new(Strings { strings, heaps: (None, 0) }))
            }
            _ => Column::Others,
        })
    }

    fn integers(&self) -> Option<Part<'_, i64>> {
        match self {
            Column::Integers(values, validity) => Some((values, validity.as_deref())),
            _ => None,
        }
    }

    fn floats(&self) -> Option<Part<'_, f64>> {
        match self {
            Column::Floats(values, validity) => Some((values, validity.as_deref())),
            _ => None,
        }
    }

    fn dates(&self) -> Option<Part<'_, i64>> {
        match self {
            Column::Dates(values, validity) => Some((values, validity.as_deref())),
            _ => None,
        }
    }
}

/// The values of a column, and which of them are not null.
type Part<'c, T> = (&'c [T], Option<&'c NullBuffer>);

/// What is known of the chunks of one property.
#[derive(Debug, Default)]
pub(super) struct Columns {
    slots: Slots<Column>,
    /// How many columns of strings were made.
    results: u64,
}

impl Columns {
    /// Values of elements here and there; `None` where a column is being written, or they are of
    /// several types.
    pub(super) fn gather(&mut self, ids: &[u32], find: Find<'_, '_>) -> Option<Vector> {
        self.slots.make_room(ids);
        // The first column that there is says of which type all should be.
        for &id in ids {
            return match self.column(place(id).0, find)? {
                Column::Nothing => continue,
                Column::Integers(..) => {
                    let (values, validity) = self.values(ids, find, Column::integers)?;
                    Some(Vector::Integer { values, validity })
                }
                Column::Floats(..) => {
                    let (values, validity) = self.values(ids, find, Column::floats)?;
                    Some(Vector::Float { values, validity })
                }
                Column::Dates(..) => {
                    let (values, validity) = self.values(ids, find, Column::dates)?;
                    Some(Vector::Date { values, validity })
                }
                Column::Booleans(_) => self.booleans(ids, find),
                Column::Strings(_) => self.strings(ids, find),
                Column::Others => None,
            };
        }
        Some(Vector::nulls(ids.len()))
    }

    /// The column of a chunk; `None` where it is being written.
    #[inline]
    fn column(&mut self, chunk: usize, find: Find<'_, '_>) -> Option<&mut Column> {
        self.slots.of(chunk, || found(chunk, find))
    }

    /// Values of columns of one type, and which of them are not null, where some are; `None`
    /// where a column is of another type.
    fn values<T: Copy + Default + ArrowNativeType>(
        &mut self,
        ids: &[u32],
        find: Find<'_, '_>,
        of: impl Fn(&Column) -> Option<Part<'_, T>>,
    ) -> Option<(ScalarBuffer<T>, Option<NullBuffer>)> {
        let mut found: Vec<T> = Vec::with_capacity(ids.len());
        for &id in ids {
            let (chunk, row) = place(id);
            let part = of(self.column(chunk, find)?);
            match part.and_then(|(values, validity)| Some((values.get(row)?, validity))) {
                Some((value, None)) => found.push(*value),
                _ => break,
            }
        }
        if found.len() == ids.len() {
            return Some((found.into(), None));
        }
        let mut present = vec![true; found.len()];
        for &id in &ids[found.len()..] {
            let (chunk, row) = place(id);
            let value = match self.column(chunk, find)? {
                Column::Nothing => None,
                column => {
                    let (values, validity) = of(column)?;
                    values.get(row).filter(|_| is_there(validity, row)).copied()
                }
            };
            present.push(value.is_some());
            found.push(value.unwrap_or_default());
        }
        Some((found.into(), validity(present)))
    }

    fn booleans(&mut self, ids: &[u32], find: Find<'_, '_>) -> Option<Vector> {
        let (mut found, mut present) = (Vec::new(), Vec::new());
        for &id in ids {
            let (chunk, row) = place(id);
            let value = match self.column(chunk, find)? {
                Column::Nothing => None,
                Column::Booleans(column) => {
                    let (values, validity) = &**column;
                    let there = row < values.len() && is_there(validity.as_ref(), row);
                    there.then(|| values.value(row))
                }
                _ => return None,
            };
            present.push(value.is_some());
            found.push(value.unwrap_or_default());
        }
        let values = BooleanBuffer::from(found);
        Some(Vector::Boolean { values, validity: validity(present) })
    }

    fn strings(&mut self, ids: &[u32], find: Find<'_, '_>) -> Option<Vector> {
        self.results += 1;
        let result = self.results;
        let (mut views, mut present) =
            (Vec::with_capacity(ids.len()), Vec::with_capacity(ids.len()));
        let mut heaps: Vec<Buffer> = Vec::new();
        for &id in ids {
            let (chunk, row) = place(id);
            let view = match self.column(chunk, find)? {
                Column::Nothing => None,
                Column::Strings(column) => {
                    if column.heaps.1 != result {
                        column.heaps = (None, result);
                    }
                    let Strings { strings, heaps: (first, _) } = &mut **column;
                    let there = row < strings.len() && is_there(strings.validity(), row);
                    there.then(|| strings.view_among(row, first, &mut heaps)).flatten()
                }
                _ => return None,
            };
            present.push(view.is_some());
            views.push(view.unwrap_or_default());
        }
        let strings = StringVector::new(views.into(), heaps.into(), validity(present));
        Some(Vector::String(strings))
    }
}

#[cold]
fn found(chunk: usize, find: Find<'_, '_>) -> Option<Column> {
    Column::of(find(chunk))
}

fn is_there(validity: Option<&NullBuffer>, row: usize) -> bool {
    validity.is_none_or(|validity| validity.is_valid(row))
}

/// Which values are not null, if any is null.
fn validity(present: Vec<bool>) -> Option<NullBuffer> {
    present.contains(&false).then(|| NullBuffer::from(present))
}

#[cfg(test)]
mod tests {
    use crate::store::{Graph, KnownColumns, Writer};
    use crate::value::{Date, Endpoint, NodeId, Value};
    use crate::vector::{CHUNK_ROWS, Vector};
    use std::sync::Arc;

    /// Chunks of nodes of which some have no value, some none of a key, some are not there.
    fn graph() -> Arc<Graph> {
        let mut writer = Writer::new(Arc::new(Graph::new()));
        for id in 0..(CHUNK_ROWS * 9) as i64 {
            let chunk = id as usize / CHUNK_ROWS;
            let long = format!("a long string that is the one of {id}");
            let mut properties = vec![
                ("whole", Value::Integer(id)),
                ("text", Value::from(if id % 2 == 0 { "short" } else { &*long })),
                ("mixed", if id % 3 == 0 { Value::Integer(id) } else { Value::Boolean(true) }),
            ];
            if id % 5 != 0 && chunk != 4 {
                properties.push(("integer", Value::Integer(-id)));
                properties.push(("float", Value::Float(id as f64 / 4.0)));
                properties.push(("date", Value::Date(Date { days: id })));
                properties.push(("boolean", Value::Boolean(id % 3 == 0)));
                properties.push(("note", Value::from(&*long)));
                let by_chunk =
                    if chunk < 6 { Value::Integer(id) } else { Value::from("in some chunks") };
                properties.push(("by chunk", by_chunk));
            }
            writer.create_node(["Thing"], properties).expect("a node");
        }
        for id in [3, 4000, 4001, 9999] {
            writer.delete_node(NodeId(id)).expect("nothing points at it");
        }
        writer.finish().0
    }

    #[test]
    fn what_is_gathered_is_what_there_is_however_few_slots_there_are() {
        let graph = graph();
        let bound = graph.node_bound();
        for (key, _) in graph.catalog().keys() {
            let mut known = KnownColumns::default();
            let mut random = 7u32;
            for few in [1, 2, 3, 5, 2, 9, 30, 1, 300, 5000, 4] {
                let ids: Vec<u32> = (0..few)
                    .map(|_| {
                        random = random.wrapping_mul(0x0019_660d).wrapping_add(0x3c6e_f35f);
                        (random >> 8) % (bound + CHUNK_ROWS as u32 * 2)
                    })
                    .collect();
                let found = graph.gather_nodes(&ids, key, &mut known);
                assert_eq!(found.len(), ids.len());
                for (row, &id) in ids.iter().enumerate() {
                    let expected = graph.property(Endpoint::Node(NodeId(id)), key);
                    assert_eq!(format!("{:?}", found.get(row)), format!("{expected:?}"), "{id}");
                }
            }
        }
    }

    #[test]
    fn values_of_one_type_have_a_column_of_it() {
        let graph = graph();
        let ids: Vec<u32> = (0..graph.node_bound()).rev().step_by(97).collect();
        let column = |key: &str| {
            let key = graph.catalog().key_id(key).expect("a key");
            graph.gather_nodes(&ids, key, &mut KnownColumns::default())
        };
        assert!(matches!(column("whole"), Vector::Integer { .. }));
        assert!(matches!(column("integer"), Vector::Integer { validity: Some(_), .. }));
        assert!(matches!(column("float"), Vector::Float { validity: Some(_), .. }));
        assert!(matches!(column("date"), Vector::Date { validity: Some(_), .. }));
        assert!(matches!(column("boolean"), Vector::Boolean { validity: Some(_), .. }));
        assert!(matches!(column("note"), Vector::String(_)));
    }
}
