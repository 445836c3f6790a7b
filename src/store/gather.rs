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
use super::known_columns::{Columns, Find, KnownColumns};
use super::segment::Segment;
use super::stored::Faults;
use super::{Cell, EndpointKind, Graph, KeyId};
use crate::vector::{NullBuffer, Vector, VectorBuilder};

/// Ids of one chunk in a row from which on they are taken out of it together, on average.
const RUN: usize = 32;

impl Graph {
    /// A property of these nodes, null where the node or the property is not
    /// there. Costs no copy where the ids are consecutive and live within a chunk; where they are
    /// scattered, it is faster if others of this version were asked for before with the same
    /// `known`.
    pub fn gather_nodes(&self, ids: &[u32], key: KeyId, known: &mut KnownColumns) -> Vector {
        gather(ids, key, (&self.faults, known.of(EndpointKind::Node, key)), |chunk| {
            self.nodes.get(chunk, &self.faults).map(|chunk| (&chunk.segments, chunk.live()))
        })
    }

    /// A property of these relationships, as [`Graph::gather_nodes`].
    pub fn gather_relationships(
        &self,
        ids: &[u32],
        key: KeyId,
        known: &mut KnownColumns,
    ) -> Vector {
        gather(ids, key, (&self.faults, known.of(EndpointKind::Relationship, key)), |chunk| {
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

fn gather<'a>(
    ids: &[u32],
    key: KeyId,
    (faults, known): (&'a Faults, &mut Columns),
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
    known.gather(ids, &find).unwrap_or_else(|| one_by_one(ids, &find))
}

fn one_by_one(ids: &[u32], find: Find<'_, '_>) -> Vector {
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

/// Gathers rows of one segment, for ids of which it is known whether they follow each other.
fn gather_in_chunk((ids, follow): (&[u32], bool), segment: &Segment, live: &Bitmap) -> Vector {
    if segment.is_rather_asked(ids.len()) {
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
