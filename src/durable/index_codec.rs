//! Indexes as bytes: what stands in the head of a section after its first 48 bytes.
//!
//! ```text
//! directory   what it is on: 0 and a label, or 1 and a type; keys: count, ids │ entries:
//!             count │ different values: count │ leaves: count │ the lowest entry of each,
//!             as the entries of a leaf are written, 2048 at a time
//! leaf        keys: count │ entries: count │ ids │ for each key its values: bytes, a column
//! ```
//!
//! Entries are in order, so that neighbouring values are alike, and pack well. Their columns
//! are written as those of elements are. No other columns stand behind the head: a section of an index is
//! read as a whole.

use super::column;
use super::error::DurableError;
use super::pack::{Reader, pack_ids, put_varint};
use crate::store::leaf::Directory;
use crate::store::ordered::Entry;
use crate::store::{KeyId, SchemaTarget, Segment};
use crate::value::Value;
use crate::vector::{CHUNK_ROWS, Vector};
use std::sync::Arc;

/// Appends entries of an index of so many keys, which are in order; at most as many as a
/// column has rows.
///
/// # Errors
///
/// `NotStorable`, for values that cannot be properties.
pub(crate) fn put_entries(
    entries: &[&Entry],
    keys: usize,
    into: &mut Vec<u8>,
) -> Result<(), DurableError> {
    put_varint(keys as u64, into);
    put_varint(entries.len() as u64, into);
    pack_ids(&entries.iter().map(|(_, id)| *id).collect::<Vec<_>>(), into);
    for key in 0..keys {
        let values = entries.iter().map(|(value, _)| match value {
            Value::List(values) if keys > 1 => values.get(key).cloned().unwrap_or(Value::Null),
            value => value.clone(),
        });
        let mut bytes = Vec::new();
        column::encode(&Segment::sealed(Vector::from_values(values)), &mut bytes)?;
        put_varint(bytes.len() as u64, into);
        into.extend_from_slice(&bytes);
    }
    Ok(())
}

/// The entries that [`put_entries`] has written.
///
/// # Errors
///
/// What does not fit, as half a sentence.
pub(crate) fn entries(reader: &mut Reader<'_>) -> Result<Vec<Entry>, String> {
    let keys = reader.small()?;
    let count = reader.small()? as usize;
    if count > CHUNK_ROWS {
        return Err(format!("a leaf of {count} entries"));
    }
    let ids = reader.unpack_ids(count)?;
    let mut columns = Vec::new();
    for _ in 0..keys {
        let length = reader.small()? as usize;
        let vector = column::decode(reader.take(length)?)?.vector();
        if vector.len() != count {
            return Err(format!("{} values for {count} entries", vector.len()));
        }
        columns.push(vector);
    }
    let [first, others @ ..] = &columns[..] else { return Err("an index of no keys".to_owned()) };
    if (0..count).any(|row| first.is_null(row)) {
        return Err("an entry without a value".to_owned());
    }
    let value = |row: usize| {
        if others.is_empty() {
            return first.get(row);
        }
        Value::List(Arc::new(columns.iter().map(|column| column.get(row)).collect()))
    };
    Ok(ids.into_iter().enumerate().map(|(row, id)| (value(row), id)).collect())
}

/// Appends the directory of an index.
///
/// # Errors
///
/// As [`put_entries`].
pub(crate) fn put_directory(
    (target, keys): (SchemaTarget, &[KeyId]),
    (len, distinct): (usize, usize),
    lows: &[&Entry],
    into: &mut Vec<u8>,
) -> Result<(), DurableError> {
    put_about(target, keys, into);
    for count in [len, distinct, lows.len()] {
        put_varint(count as u64, into);
    }
    lows.chunks(CHUNK_ROWS).try_for_each(|some| put_entries(some, keys.len(), into))
}

fn put_about(target: SchemaTarget, keys: &[KeyId], into: &mut Vec<u8>) {
    let (kind, id) = match target {
        SchemaTarget::Label(label) => (0, label.0),
        SchemaTarget::Type(kind) => (1, kind.0),
    };
    into.push(kind);
    put_varint(u64::from(id), into);
    put_varint(keys.len() as u64, into);
    keys.iter().for_each(|key| put_varint(u64::from(key.0), into));
}

/// The directory of an index that must be on these keys.
///
/// # Errors
///
/// What does not fit, as half a sentence.
pub(crate) fn directory(
    (target, keys): (SchemaTarget, &[KeyId]),
    reader: &mut Reader<'_>,
) -> Result<Directory, String> {
    let mut about = Vec::new();
    put_about(target, keys, &mut about);
    if reader.take(about.len())? != about {
        return Err("the entries are those of another index".to_owned());
    }
    let (len, distinct) = (reader.varint()? as usize, reader.varint()? as usize);
    let count = reader.small()? as usize;
    let mut lows = Vec::new();
    while lows.len() < count {
        let some = entries(reader)?;
        if some.is_empty() {
            return Err("the directory ends before its leaves".to_owned());
        }
        lows.extend(some);
    }
    if lows.len() > count {
        return Err(format!("{} lowest entries for {count} leaves", lows.len()));
    }
    Ok(Directory { len, distinct, lows })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::LabelId;

    fn sample(of: impl Fn(u32) -> Value, count: u32) -> Vec<Entry> {
        (0..count).map(|place| (of(place), place * 7919 % 100_003)).collect()
    }

    #[test]
    fn entries_and_directories_come_back() {
        let text = |n: u32| Value::from(format!("a name that goes on: {n:06}").as_str());
        let number = |n: u32| Value::Integer(i64::from(n) * 3 - 500);
        let mixed = |n: u32| if n < 100 { number(n) } else { text(n) };
        let pair = |n: u32| {
            let other = if n.is_multiple_of(3) { Value::Null } else { text(n) };
            Value::List(Arc::new(vec![number(n), other]))
        };
        let cases: [(&dyn Fn(u32) -> Value, usize); 4] =
            [(&number, 1), (&text, 1), (&mixed, 1), (&pair, 2)];
        for (of, keys) in cases {
            for count in [0, 1, 130, 2048] {
                let entries = sample(of, count);
                let borrowed: Vec<&Entry> = entries.iter().collect();
                let mut bytes = Vec::new();
                put_entries(&borrowed, keys, &mut bytes).unwrap();
                let mut reader = Reader::new(&bytes);
                let found = super::entries(&mut reader).unwrap();
                reader.finish().unwrap();
                assert_eq!(format!("{found:?}"), format!("{entries:?}"));
                for cut in 0..bytes.len().min(300) {
                    assert!(super::entries(&mut Reader::new(&bytes[..cut])).is_err());
                }
            }
            let lows = sample(of, 5000);
            let borrowed: Vec<&Entry> = lows.iter().collect();
            let keys: Vec<KeyId> = (0..keys as u32).map(KeyId).collect();
            let about = (SchemaTarget::Label(LabelId(300)), &keys[..]);
            let mut bytes = Vec::new();
            put_directory(about, (9_000_000, 7), &borrowed, &mut bytes).unwrap();
            let mut reader = Reader::new(&bytes);
            let found = directory(about, &mut reader).unwrap();
            reader.finish().unwrap();
            assert_eq!((found.len, found.distinct), (9_000_000, 7));
            assert_eq!(format!("{:?}", found.lows), format!("{lows:?}"));
            let other = (SchemaTarget::Label(LabelId(301)), &keys[..]);
            assert!(directory(other, &mut Reader::new(&bytes)).is_err());
        }
    }

    #[test]
    fn what_is_no_index_is_refused() {
        let mut bytes = Vec::new();
        put_entries(&[&(Value::Null, 1)], 1, &mut bytes).unwrap();
        assert!(entries(&mut Reader::new(&bytes)).is_err());
        assert!(entries(&mut Reader::new(&[0, 0, 0])).is_err());
        assert!(entries(&mut Reader::new(&[1, 0xff, 0xff, 3])).is_err());
    }
}
