//! Chunks as bytes: what stands in the head of a section after its first 48 bytes.
//!
//! ```text
//! nodes          live rows │ labels: count, (id step, rows)… │ columns
//! relationships  live rows │ rows: count │ types │ starts │ ends │ rows that start at
//!                a relationship │ rows that end at one │ columns
//! columns        count, (key step, bytes, CRC-32C)…
//! adjacency      0 or 1 │ keys: count │ degrees │ if 0: of each key the first
//!                neighbour, steps to the next neighbours │ of each key the first
//!                relationship, as a step from the last of the key before │ steps to the
//!                next relationships
//! rows           0: none │ 1: the first n │ 2: 256 bytes, a bit each │ 3: count, steps
//! ```
//!
//! Counts are varints, the rest packed numbers. Where the relationships of a chunk of
//! adjacency lie close together, as they do on one side after a load that was sorted,
//! its neighbours are not written (1): their records say them too.

use super::pack::{Packed, Packer, Reader, are_small, pack_ids, put_varint};
use crate::store::adjacency::Csr;
use crate::store::chunk::{Ends, NodeRows};
use crate::store::stored::Part;
use crate::store::{Bitmap, KeyId, LabelId};
use crate::vector::CHUNK_ROWS;

/// A bitmap with more members than this is not listed.
const LISTED: usize = 128;

fn put_rows(rows: &Bitmap, into: &mut Vec<u8>) {
    let count = rows.count();
    if count == 0 {
        into.push(0);
    } else if rows.is_full(count) {
        into.push(1);
        put_varint(count as u64, into);
    } else if count > LISTED {
        into.push(2);
        rows.words().iter().for_each(|word| into.extend_from_slice(&word.to_le_bytes()));
    } else {
        into.push(3);
        put_varint(count as u64, into);
        pack_ids(&rows.iter().collect::<Vec<_>>(), into);
    }
}

fn rows(reader: &mut Reader<'_>) -> Result<Bitmap, String> {
    let mut rows = Bitmap::default();
    match reader.byte()? {
        0 => {}
        1 => match reader.small()? as usize {
            count @ 0..=CHUNK_ROWS => rows.fill(0, count),
            _ => return Err(format!("row {CHUNK_ROWS} in a chunk")),
        },
        2 => {
            let bytes = reader.take(CHUNK_ROWS / 8)?;
            let mut words = [0; CHUNK_ROWS / 64];
            for (word, bytes) in words.iter_mut().zip(bytes.as_chunks::<8>().0) {
                *word = u64::from_le_bytes(*bytes);
            }
            rows = Bitmap::of_words(words);
        }
        3 => {
            let count = reader.small()? as usize;
            for row in reader.unpack_ids(count)? {
                if !rows.set(row as usize, true) {
                    return Err(format!("row {row} in a chunk"));
                }
            }
        }
        other => return Err(format!("rows of kind {other} are unknown")),
    }
    Ok(rows)
}

/// Appends a chunk of nodes without its columns.
pub(crate) fn put_nodes(rows: &NodeRows, into: &mut Vec<u8>) {
    put_rows(&rows.live, into);
    put_varint(rows.labels.len() as u64, into);
    let mut next = 0;
    for (label, members) in &rows.labels {
        put_varint(u64::from(label.0 - next), into);
        next = label.0 + 1;
        put_rows(members, into);
    }
}

/// A chunk of nodes without its columns.
pub(crate) fn nodes(reader: &mut Reader<'_>) -> Result<NodeRows, String> {
    let live = rows(reader)?;
    let mut labels: Vec<(LabelId, Bitmap)> = Vec::new();
    let mut next = 0u32;
    for _ in 0..reader.small()? {
        let label = next.checked_add(reader.small()?).filter(|&label| label < u32::MAX);
        let label = label.ok_or("a label without an id")?;
        next = label + 1;
        labels.push((LabelId(label), rows(reader)?));
    }
    Ok(NodeRows { live, labels })
}

/// Appends a chunk of relationships without its columns.
pub(crate) fn put_relationships(live: &Bitmap, ends: &Ends, into: &mut Vec<u8>) {
    put_rows(live, into);
    put_varint(ends.types.len() as u64, into);
    pack_ids(&ends.types, into);
    pack_ids(&ends.starts, into);
    pack_ids(&ends.ends, into);
    put_rows(&ends.start_kinds, into);
    put_rows(&ends.end_kinds, into);
}

/// A chunk of relationships without its columns.
pub(crate) fn relationships(reader: &mut Reader<'_>) -> Result<(Bitmap, Ends), String> {
    let live = rows(reader)?;
    let count = reader.small()? as usize;
    if count > CHUNK_ROWS {
        return Err(format!("a chunk of {count} rows"));
    }
    let ends = Ends {
        types: reader.unpack_ids(count)?,
        starts: reader.unpack_ids(count)?,
        ends: reader.unpack_ids(count)?,
        start_kinds: rows(reader)?,
        end_kinds: rows(reader)?,
    };
    Ok((live, ends))
}

/// What the relationships of a chunk start at, or end at, alone.
pub(crate) fn relationship_ends(reader: &mut Reader<'_>, starts: bool) -> Result<Vec<u32>, String> {
    rows(reader)?;
    let count = reader.small()? as usize;
    if count > CHUNK_ROWS {
        return Err(format!("a chunk of {count} rows"));
    }
    reader.skip_best(count)?;
    if !starts {
        reader.skip_best(count)?;
    }
    reader.unpack_ids(count)
}

/// Appends where the columns of a chunk lie: key, bytes and checksum of each.
pub(crate) fn put_columns(columns: &[(KeyId, u64, u32)], into: &mut Vec<u8>) {
    put_varint(columns.len() as u64, into);
    let mut next = 0;
    for (key, length, sum) in columns {
        put_varint(u64::from(key.0 - next), into);
        next = key.0 + 1;
        put_varint(*length, into);
        into.extend_from_slice(&sum.to_le_bytes());
    }
}

/// Where the columns of a chunk lie, the first of them at `start`; they must end at
/// `end`.
pub(crate) fn columns(
    reader: &mut Reader<'_>,
    mut start: u64,
    end: u64,
) -> Result<Vec<(KeyId, Part)>, String> {
    let mut columns = Vec::new();
    let mut next = 0u32;
    for _ in 0..reader.small()? {
        let key = next.checked_add(reader.small()?).filter(|&key| key < u32::MAX);
        let key = key.ok_or("a property key without an id")?;
        next = key + 1;
        let length = reader.varint()?;
        let sum = super::header::u32_at(reader.take(4)?, 0);
        columns.push((KeyId(key), Part { start, length, sum }));
        start = start.checked_add(length).ok_or("a column without an end")?;
    }
    if start == end { Ok(columns) } else { Err("the columns do not fill the section".to_owned()) }
}

/// Whether the neighbours of a chunk of adjacency may be left to the records: those lie in
/// few chunks, so that reading them costs no more than reading neighbours would.
pub(crate) fn is_dense(relationships: &[u32]) -> bool {
    let (low, high) =
        relationships.iter().fold((u32::MAX, 0), |(low, high), &id| (low.min(id), high.max(id)));
    let span = u64::from(high.saturating_sub(low));
    relationships.len() >= LISTED && span < relationships.len() as u64 * 3
}

/// Appends adjacency, with its neighbours or without.
pub(crate) fn put_adjacency(csr: &Csr, with_neighbours: bool, into: &mut Vec<u8>) {
    into.push(u8::from(!with_neighbours));
    let degrees = csr.degrees();
    put_varint(degrees.len() as u64, into);
    pack_ids(&degrees, into);
    if with_neighbours {
        put_runs(csr, &csr.neighbours, false, into);
    }
    put_runs(csr, &csr.relationships, true, into);
}

/// Appends of each key the first of its ids, as it is or as a step from the last one of the
/// key before; then the steps to the others.
fn put_runs(csr: &Csr, ids: &[u32], from_before: bool, into: &mut Vec<u8>) {
    if are_small(ids) {
        put_runs_as::<i32>(csr, ids, from_before, into);
    } else {
        put_runs_as::<i64>(csr, ids, from_before, into);
    }
}

fn put_runs_as<T: Packed>(csr: &Csr, ids: &[u32], from_before: bool, into: &mut Vec<u8>) {
    let runs = || csr.rows().map(|(_, row)| &ids[row]);
    let (mut firsts, mut last) = (Packer::<T>::new(into), T::default());
    for run in runs() {
        firsts.push(T::of_id(run[0]).minus(last));
        if from_before {
            last = T::of_id(run[run.len() - 1]);
        }
    }
    firsts.close();
    let mut steps = Packer::<T>::new(into);
    runs().for_each(|run| steps.push_steps(run));
    steps.close();
}

/// Adjacency; where the neighbours are left to the records, there are none yet.
pub(crate) fn adjacency(reader: &mut Reader<'_>) -> Result<Csr, String> {
    let with_neighbours = reader.byte()? == 0;
    let keys = reader.small()? as usize;
    if keys > CHUNK_ROWS {
        return Err(format!("a chunk of {keys} keys"));
    }
    let degrees = reader.unpack_ids(keys)?;
    let mut offsets = Vec::with_capacity(keys + 1);
    offsets.push(0u32);
    let mut total = 0u32;
    for degree in &degrees {
        total = total.checked_add(*degree).ok_or("more entries than ids")?;
        offsets.push(total);
    }
    let neighbours = if with_neighbours {
        sequences(reader, &degrees, total as usize, false)?
    } else {
        Vec::new()
    };
    let relationships = sequences(reader, &degrees, total as usize, true)?;
    Ok(Csr::new(offsets, neighbours, relationships))
}

/// So many ids for each key: the first ones, then the steps; with `chained` a first one
/// is a step from the last id of the key before.
fn sequences(
    reader: &mut Reader<'_>,
    degrees: &[u32],
    total: usize,
    chained: bool,
) -> Result<Vec<u32>, String> {
    let starting = degrees.iter().filter(|&&degree| degree > 0).count();
    reader.expect(starting)?;
    let mut firsts = Vec::with_capacity(starting);
    reader.unpack(starting, |first| firsts.push(first))?;
    let mut runs = degrees.iter().filter(|&&degree| degree > 0).zip(firsts);
    reader.expect(total - starting)?;
    let mut ids: Vec<u32> = Vec::with_capacity(total);
    // What stands above an id in any of the numbers.
    let (mut left, mut at, mut above) = (0, 0i64, 0);
    let mut begin = |left: &mut usize, at: &mut i64, ids: &mut Vec<u32>, above: &mut i64| {
        let Some((&degree, first)) = runs.next() else { return false };
        *at = if chained { at.wrapping_add(first) } else { first };
        *above |= *at >> 32;
        ids.push(*at as u32);
        *left = degree as usize - 1;
        true
    };
    // The lengths of the runs are walked through as the steps come in.
    reader.unpack_groups(total - starting, |low, mut steps| {
        while !steps.is_empty() {
            while left == 0 {
                if !begin(&mut left, &mut at, &mut ids, &mut above) {
                    return;
                }
            }
            let (some, rest) = steps.split_at(left.min(steps.len()));
            ids.extend(some.iter().map(|&step| {
                at = at.wrapping_add(low.wrapping_add(i64::from(step)));
                above |= at >> 32;
                at as u32
            }));
            left -= some.len();
            steps = rest;
        }
    })?;
    while ids.len() < total {
        if !begin(&mut left, &mut at, &mut ids, &mut above) {
            return Err("entries are missing".to_owned());
        }
    }
    if above == 0 { Ok(ids) } else { Err("an entry is no id".to_owned()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn random(state: &mut u64, below: u64) -> u64 {
        *state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        (*state >> 33) % below
    }

    #[test]
    fn adjacency_comes_back() {
        let mut state = 5;
        for round in 0..60 {
            let (mut offsets, mut neighbours, mut relationships) =
                (vec![0], Vec::new(), Vec::new());
            for _ in 0..random(&mut state, 300) {
                let rare = if round % 5 == 0 { 40 } else { 2 };
                let degree = if random(&mut state, rare) > 0 { 0 } else { random(&mut state, 40) };
                let mut some: Vec<(u32, u32)> = (0..degree)
                    .map(|_| {
                        let bound = if round % 2 == 0 { 50 } else { u64::from(u32::MAX) };
                        (random(&mut state, bound) as u32, random(&mut state, bound) as u32)
                    })
                    .collect();
                some.sort_unstable();
                neighbours.extend(some.iter().map(|entry| entry.0));
                relationships.extend(some.iter().map(|entry| entry.1));
                offsets.push(neighbours.len() as u32);
            }
            let mut csr = Csr::new(offsets, neighbours, relationships);
            let mut bytes = Vec::new();
            let with_neighbours = round % 3 > 0;
            put_adjacency(&csr, with_neighbours, &mut bytes);
            if !with_neighbours {
                csr.neighbours.clear();
            }
            let mut reader = Reader::new(&bytes);
            let read = adjacency(&mut reader).unwrap();
            reader.finish().unwrap();
            assert_eq!(
                (read.degrees(), read.neighbours, read.relationships),
                (csr.degrees(), csr.neighbours, csr.relationships)
            );
            for cut in 0..bytes.len().min(200) {
                assert!(adjacency(&mut Reader::new(&bytes[..cut])).is_err());
            }
        }
    }

    #[test]
    fn rows_come_back() {
        let mut state = 9;
        for members in [0, 1, 5, 128, 129, 700, 2047, 2048] {
            for first in [true, false] {
                let mut bitmap = Bitmap::default();
                for row in 0..members {
                    let row = if first { row } else { random(&mut state, 2048) as usize };
                    bitmap.set(row, true);
                }
                let mut bytes = Vec::new();
                put_rows(&bitmap, &mut bytes);
                let mut reader = Reader::new(&bytes);
                assert_eq!(rows(&mut reader).unwrap(), bitmap);
                reader.finish().unwrap();
            }
        }
        assert!(rows(&mut Reader::new(&[1, 0xff, 0xff, 3])).is_err());
    }
}
