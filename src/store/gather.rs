//! Gathering columns: a property of many elements as one vector.
//!
//! ```text
//! ids that follow each other       a slice of the chunk's column, not copied
//! ids of one chunk                 rows taken out of its column
//! ids in runs of several chunks    the same for each run, put together
//! ids here and there               value by value, typed as long as the columns agree
//! ```
//!
//! No string is copied by the first three, nor by the last where all values are strings: the
//! heaps in which they lie are shared.

use super::bitmap::Bitmap;
use super::chunk::Segments;
use super::graph::place;
use super::segment::Segment;
use super::stored::Faults;
use super::{Cell, Graph, KeyId};
use crate::vector::{
    ArrowNativeType, Buffer, NullBuffer, ScalarBuffer, StringVector, Vector, VectorBuilder,
};

/// Ids of one chunk in a row from which on they are taken out of it together, on average.
const RUN: usize = 32;

/// Values of which the columns are found before any is read.
const TOGETHER: usize = 32;

/// Chunks that are remembered at once.
const SLOTS: usize = 1024;

impl Graph {
    /// A property of these nodes, null where the node or the property is not
    /// there. Costs no copy where the ids are consecutive and live within a chunk.
    pub fn gather_nodes(&self, ids: &[u32], key: KeyId) -> Vector {
        gather(ids, key, &self.faults, |chunk| {
            self.nodes.get(chunk, &self.faults).map(|chunk| (&chunk.segments, chunk.live()))
        })
    }

    /// A property of these relationships, as [`Graph::gather_nodes`].
    pub fn gather_relationships(&self, ids: &[u32], key: KeyId) -> Vector {
        gather(ids, key, &self.faults, |chunk| {
            self.relationships.get(chunk, &self.faults).map(|chunk| (&chunk.segments, chunk.live()))
        })
    }
}

/// Whether each id is one more than the one before, as in a scan.
pub fn follow_each_other(ids: &[u32]) -> bool {
    let (Some(&first), Some(&last)) = (ids.first(), ids.last()) else { return false };
    let follows = |(id, next): (&u32, u32)| *id == next;
    // No early end, so that it is done for many ids at once.
    last.wrapping_sub(first) as usize == ids.len() - 1
        && ids.iter().zip(first..).fold(true, |all, pair| all & follows(pair))
}

/// A column of a chunk, and the rows that live.
type Found<'a> = Option<(&'a Segment, &'a Bitmap)>;

fn gather<'a>(
    ids: &[u32],
    key: KeyId,
    faults: &'a Faults,
    find: impl Fn(usize) -> Option<(&'a Segments, &'a Bitmap)>,
) -> Vector {
    let find = |chunk| {
        let (segments, live) = find(chunk)?;
        Some((segments.get(key, faults)?, live))
    };
    let in_chunk = |ids: &[u32], follow: bool| {
        let Some(&first) = ids.first() else { return Vector::nulls(0) };
        match find(place(first).0) {
            Some((segment, live)) => gather_in_chunk((ids, follow), segment, live),
            None => Vector::nulls(ids.len()),
        }
    };
    let (Some(&first), Some(&last)) = (ids.first(), ids.last()) else { return Vector::nulls(0) };
    if place(first).0 == place(last).0 {
        let follow = follow_each_other(ids);
        if follow || ids.iter().fold(true, |all, &id| all & (place(id).0 == place(first).0)) {
            return in_chunk(ids, follow);
        }
    }
    let runs = || ids.chunk_by(|&one, &other| place(one).0 == place(other).0);
    if runs().take(ids.len() / RUN + 1).count() * RUN <= ids.len() {
        let run = |ids| in_chunk(ids, follow_each_other(ids));
        return Vector::concat(&runs().map(run).collect::<Vec<_>>());
    }
    scattered(ids, &find).unwrap_or_else(|| one_by_one(ids, &find))
}

fn one_by_one<'a>(ids: &[u32], find: &dyn Fn(usize) -> Found<'a>) -> Vector {
    let mut builder = VectorBuilder::new();
    for &id in ids {
        let (chunk, row) = place(id);
        match find(chunk).filter(|(_, live)| live.contains(row)) {
            Some((segment, _)) => push_cell(&mut builder, segment.cell(row)),
            None => builder.push_null(),
        }
    }
    builder.finish()
}

fn push_cell(builder: &mut VectorBuilder, cell: Cell<'_>) {
    match cell {
        Cell::String(string) => builder.push_str(string),
        other => builder.push(other.to_value()),
    }
}

/// The columns of the chunks that were asked for, each looked for once.
struct Columns<'f, 'a> {
    find: &'f dyn Fn(usize) -> Found<'a>,
    known: Vec<Option<Column<'a>>>,
}

#[derive(Clone, Copy)]
struct Column<'a> {
    vector: &'a Vector,
    live: &'a Bitmap,
    /// The place of its first heap among those of the result, once it is known.
    heaps: Option<u32>,
}

impl<'a> Columns<'_, 'a> {
    /// The column and the row of an element; `None` where it is not there, or is being written.
    fn of(&mut self, id: u32) -> Option<(&mut Column<'a>, usize)> {
        let (chunk, row) = place(id);
        if self.known.len() <= chunk {
            self.known.resize(chunk + 1, None);
        }
        let known = &mut self.known[chunk];
        let column = if let Some(column) = known {
            column
        } else {
            let (segment, live) = (self.find)(chunk)?;
            known.insert(Column { vector: segment.sealed_vector()?, live, heaps: None })
        };
        (column.live.contains(row) && !column.vector.is_null(row)).then_some((column, row))
    }
}

/// Values of elements of which each has one, all of them integers, floats or strings.
fn scattered<'a>(ids: &[u32], find: &dyn Fn(usize) -> Found<'a>) -> Option<Vector> {
    let mut columns = Columns { find, known: Vec::new() };
    match columns.of(*ids.first()?)?.0.vector {
        Vector::Integer { .. } => {
            let of = |vector: &'a Vector| match vector {
                Vector::Integer { values, .. } => Some(values),
                _ => None,
            };
            let values = complete(ids, find, of).or_else(|| typed(ids, &mut columns, of))?;
            Some(Vector::integers(values))
        }
        Vector::Float { .. } => {
            let of = |vector: &'a Vector| match vector {
                Vector::Float { values, .. } => Some(values),
                _ => None,
            };
            let values = complete(ids, find, of).or_else(|| typed(ids, &mut columns, of))?;
            Some(Vector::floats(values))
        }
        Vector::String(_) => strings(ids, &mut columns),
        _ => None,
    }
}

/// Values of elements that lie in chunks where each row lives and has one, which need not be
/// looked at one by one; `None` where some chunk is not so.
fn complete<'a, T: Copy + ArrowNativeType>(
    ids: &[u32],
    find: &dyn Fn(usize) -> Found<'a>,
    of: impl Fn(&'a Vector) -> Option<&'a ScalarBuffer<T>>,
) -> Option<Vec<T>> {
    let last = place(ids.iter().fold(0, |last, &id| last.max(id))).0;
    let slots = (last + 1).min(ids.len() * 2).next_power_of_two().min(SLOTS);
    // Each chunk has one slot, which it shares with others if there are many.
    let mut known: Vec<(usize, &[T])> = vec![(usize::MAX, &[]); slots];
    let mut values_of = |chunk: usize| {
        let slot = &mut known[chunk & (slots - 1)];
        if slot.0 != chunk {
            let (segment, live) = find(chunk)?;
            let vector = segment.sealed_vector()?;
            let whole = vector.validity().is_none() && live.has_all(0, vector.len());
            *slot = (chunk, whole.then(|| of(vector)).flatten()?);
        }
        Some(slot.1)
    };
    let mut found = Vec::with_capacity(ids.len());
    let mut columns: [&[T]; TOGETHER] = [&[]; TOGETHER];
    for ids in ids.chunks(TOGETHER) {
        // Nothing stands between the values, which lie far from each other: the processor then
        // waits for many at once.
        for (column, &id) in columns.iter_mut().zip(ids) {
            *column = values_of(place(id).0)?;
        }
        for (column, &id) in columns.iter().zip(ids) {
            found.push(*column.get(place(id).1)?);
        }
    }
    Some(found)
}

fn typed<'a, T: Copy + ArrowNativeType>(
    ids: &[u32],
    columns: &mut Columns<'_, 'a>,
    of: impl Fn(&'a Vector) -> Option<&'a ScalarBuffer<T>>,
) -> Option<Vec<T>> {
    let mut found = Vec::with_capacity(ids.len());
    for &id in ids {
        let (column, row) = columns.of(id)?;
        found.push(*of(column.vector)?.get(row)?);
    }
    Some(found)
}

fn strings(ids: &[u32], columns: &mut Columns<'_, '_>) -> Option<Vector> {
    let mut views: Vec<u128> = Vec::with_capacity(ids.len());
    let mut heaps: Vec<Buffer> = Vec::new();
    for &id in ids {
        let (column, row) = columns.of(id)?;
        let Vector::String(strings) = column.vector else { return None };
        views.push(strings.view_among(row, &mut column.heaps, &mut heaps)?);
    }
    Some(Vector::String(StringVector::new(views.into(), heaps.into(), None)))
}

/// Gathers rows of one segment, for ids of which it is known whether they follow each other.
fn gather_in_chunk((ids, follow): (&[u32], bool), segment: &Segment, live: &Bitmap) -> Vector {
    if matches!(segment, Segment::Open(_)) {
        return one_by_one(ids, &|_| Some((segment, live)));
    }
    let vector = segment.vector();
    let start = place(ids[0]).1;
    if follow && start + ids.len() <= vector.len() {
        let slice = vector.slice(start, ids.len());
        return if live.has_all(start, ids.len()) { slice } else { shown(slice, ids, live) };
    }
    let rows: Vec<u32> = ids.iter().map(|&id| place(id).1 as u32).collect();
    let gathered = vector.gather(&rows);
    let all_live = rows.iter().fold(true, |all, &row| all & live.contains(row as usize));
    if all_live { gathered } else { shown(gathered, ids, live) }
}

/// Values of elements of which only those that live have any.
fn shown(values: Vector, ids: &[u32], live: &Bitmap) -> Vector {
    values.masked(&ids.iter().map(|&id| live.contains(place(id).1)).collect::<NullBuffer>())
}
