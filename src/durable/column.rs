//! A column of a chunk as bytes.
//!
//! ```text
//! kind u8, rows varint, validity (0, or 1 and a bit per row), then by kind
//!   1 boolean    a bit per row
//!   2 integer    packed numbers
//!   3 float      a blob of 8 bytes each
//!   4 date       packed numbers, days since 1970-01-01
//!   5 string     0: packed lengths, blob; 1: so many distinct ones, their lengths,
//!                blob, then a packed number for each row
//!   6 any        a blob of values as the log has them
//! ```
//!
//! Under a null stands a zero, or nothing.

use super::codec;
use super::error::DurableError;
use super::pack::{Reader, pack_best, put_blob, put_varint};
use crate::store::Segment;
use crate::value::Value;
use crate::vector::{
    BooleanBuffer, Buffer, CHUNK_ROWS, NullBuffer, StringBuilder, StringVector, Vector,
};
use hashbrown::HashMap;

const BOOLEAN: u8 = 1;
pub(super) const INTEGER: u8 = 2;
const FLOAT: u8 = 3;
pub(super) const DATE: u8 = 4;
const STRING: u8 = 5;
const ANY: u8 = 6;

/// Appends the bytes of a column.
///
/// # Errors
///
/// `NotStorable`, for values that cannot be properties.
pub(crate) fn encode(segment: &Segment, into: &mut Vec<u8>) -> Result<(), DurableError> {
    let vector = segment.vector();
    match &vector {
        Vector::Boolean { values, validity } => {
            head(BOOLEAN, values.len(), validity.as_ref(), into);
            put_bits(values.len(), |row| values.value(row) && !vector.is_null(row), into);
        }
        Vector::Integer { values, validity } | Vector::Date { values, validity } => {
            let kind = if matches!(vector, Vector::Date { .. }) { DATE } else { INTEGER };
            head(kind, values.len(), validity.as_ref(), into);
            pack_best(&without_nulls(values, &vector), into);
        }
        Vector::Float { values, validity } => {
            head(FLOAT, values.len(), validity.as_ref(), into);
            let value = |row| if vector.is_null(row) { 0.0 } else { values[row] };
            let raw: Vec<u8> = (0..values.len()).flat_map(|row| value(row).to_le_bytes()).collect();
            put_blob(&raw, into);
        }
        Vector::String(strings) => {
            head(STRING, strings.len(), strings.validity(), into);
            encode_strings(strings, into);
        }
        other => {
            head(ANY, other.len(), None, into);
            let mut values = Vec::new();
            for value in other.iter() {
                codec::encode_value(&value, &mut values)?;
            }
            put_blob(&values, into);
        }
    }
    Ok(())
}

fn head(kind: u8, rows: usize, validity: Option<&NullBuffer>, into: &mut Vec<u8>) {
    into.push(kind);
    put_varint(rows as u64, into);
    match validity {
        None => into.push(0),
        Some(validity) => {
            into.push(1);
            put_bits(rows, |row| validity.is_valid(row), into);
        }
    }
}

fn put_bits(rows: usize, bit: impl Fn(usize) -> bool, into: &mut Vec<u8>) {
    for start in (0..rows).step_by(8) {
        let bits = (start..rows.min(start + 8)).map(|row| u8::from(bit(row)) << (row - start));
        into.push(bits.sum());
    }
}

fn without_nulls(values: &[i64], vector: &Vector) -> Vec<i64> {
    // A null repeats the value before it, which packs best.
    let mut before = 0;
    let value = |(row, &value): (usize, &i64)| {
        if !vector.is_null(row) {
            before = value;
        }
        before
    };
    values.iter().enumerate().map(value).collect()
}

fn encode_strings(strings: &StringVector, into: &mut Vec<u8>) {
    let texts: Vec<&[u8]> = (0..strings.len())
        .map(|row| strings.get(row).map(str::as_bytes).unwrap_or_default())
        .collect();
    let mut numbers: HashMap<&[u8], i64, foldhash::fast::FixedState> = HashMap::default();
    let mut distinct: Vec<&[u8]> = Vec::new();
    let codes: Vec<i64> = texts
        .iter()
        .map(|text| {
            *numbers.entry(text).or_insert_with(|| {
                distinct.push(text);
                distinct.len() as i64 - 1
            })
        })
        .collect();
    if distinct.len() * 2 > texts.len() {
        into.push(0);
        put_texts(&texts, into);
    } else {
        into.push(1);
        put_varint(distinct.len() as u64, into);
        put_texts(&distinct, into);
        pack_best(&codes, into);
    }
}

fn put_texts(texts: &[&[u8]], into: &mut Vec<u8>) {
    let lengths: Vec<i64> = texts.iter().map(|text| text.len() as i64).collect();
    pack_best(&lengths, into);
    put_blob(&texts.concat(), into);
}

/// The column that fills these bytes.
///
/// # Errors
///
/// What does not fit, as half a sentence.
pub(crate) fn decode(bytes: &[u8]) -> Result<Segment, String> {
    let mut reader = Reader::new(bytes);
    let (kind, rows, validity) = head_of(&mut reader)?;
    let vector = match kind {
        BOOLEAN => Vector::Boolean { values: bits(&mut reader, rows)?, validity },
        INTEGER => Vector::Integer { values: reader.unpack_best(rows)?.into(), validity },
        DATE => Vector::Date { values: reader.unpack_best(rows)?.into(), validity },
        FLOAT => {
            let raw = reader.blob()?;
            let (values, rest) = raw.as_chunks::<8>();
            if values.len() != rows || !rest.is_empty() {
                return Err(format!("{} bytes for {rows} floats", raw.len()));
            }
            let values: Vec<f64> = values.iter().map(|bytes| f64::from_le_bytes(*bytes)).collect();
            Vector::Float { values: values.into(), validity }
        }
        STRING => Vector::String(decode_strings(&mut reader, rows, validity.as_ref())?),
        ANY => Vector::from_values(decode_values(&reader.blob()?, rows)?),
        other => return Err(format!("columns of kind {other} are unknown")),
    };
    reader.finish()?;
    Ok(Segment::sealed(vector))
}

/// The kind of a column, its rows, and which of them are not null.
///
/// # Errors
///
/// What does not fit, as half a sentence.
pub(super) fn head_of(reader: &mut Reader<'_>) -> Result<(u8, usize, Option<NullBuffer>), String> {
    let kind = reader.byte()?;
    let rows = reader.small()? as usize;
    if rows > CHUNK_ROWS {
        return Err(format!("a column of {rows} rows"));
    }
    let validity = match reader.byte()? {
        0 => None,
        _ => Some(NullBuffer::new(bits(reader, rows)?)),
    };
    Ok((kind, rows, validity))
}

fn bits(reader: &mut Reader<'_>, rows: usize) -> Result<BooleanBuffer, String> {
    let bytes = reader.take(rows.div_ceil(8))?;
    Ok(BooleanBuffer::new(Buffer::from_vec(bytes.to_vec()), 0, rows))
}

fn decode_strings(
    reader: &mut Reader<'_>,
    rows: usize,
    validity: Option<&NullBuffer>,
) -> Result<StringVector, String> {
    let direct = reader.byte()? == 0;
    let count = if direct { rows } else { reader.small()? as usize };
    if count > rows {
        return Err(format!("{count} distinct strings in {rows} rows"));
    }
    let lengths = reader.unpack_best(count)?;
    let blob = reader.blob()?;
    let mut texts = Vec::with_capacity(count);
    let mut rest = &blob[..];
    for length in lengths {
        let length = usize::try_from(length).map_err(|_| "a string of negative length")?;
        let (text, after) = rest.split_at_checked(length).ok_or("a string without its end")?;
        texts.push(std::str::from_utf8(text).map_err(|_| "a string that is not UTF-8")?);
        rest = after;
    }
    if !rest.is_empty() {
        return Err(format!("{} bytes too many after the strings", rest.len()));
    }
    let codes = if direct { None } else { Some(reader.unpack_best(rows)?) };
    let mut builder = StringBuilder::new();
    for row in 0..rows {
        if validity.is_some_and(|validity| validity.is_null(row)) {
            builder.push_null();
            continue;
        }
        let place = codes.as_ref().map_or(row, |codes| codes[row] as usize);
        builder.push(texts.get(place).ok_or("a string that is not there")?);
    }
    Ok(builder.finish())
}

fn decode_values(bytes: &[u8], rows: usize) -> Result<Vec<Value>, String> {
    let mut values = Vec::with_capacity(rows);
    let mut rest = bytes;
    for _ in 0..rows {
        let (value, used) = codec::decode_value(rest)?;
        values.push(value);
        rest = &rest[used..];
    }
    if rest.is_empty() { Ok(values) } else { Err("more bytes than values".to_owned()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn column(values: Vec<Value>) -> Vec<String> {
        let segment = Segment::sealed(Vector::from_values(values.clone()));
        let mut bytes = Vec::new();
        encode(&segment, &mut bytes).unwrap();
        let read = decode(&bytes).unwrap();
        for cut in 0..bytes.len() {
            assert!(decode(&bytes[..cut]).is_err(), "cut at {cut} of {}", bytes.len());
        }
        let found: Vec<String> =
            (0..values.len()).map(|row| format!("{:?}", read.get(row))).collect();
        let expected: Vec<String> = values.iter().map(|value| format!("{value:?}")).collect();
        assert_eq!(found, expected);
        found
    }

    #[test]
    fn every_kind_comes_back() {
        let text = |i: usize| Value::String(("long text ".repeat(i % 5) + &i.to_string()).into());
        let sparse = |of: fn(usize) -> Value| {
            (0..300).map(|i| if i % 7 == 3 { Value::Null } else { of(i) }).collect::<Vec<_>>()
        };
        column(sparse(|i| Value::Integer(i as i64 * 1_000_003 - 77)));
        column(sparse(|i| Value::Float(i as f64 / 3.0)));
        column(sparse(|i| Value::Boolean(i % 3 == 0)));
        column(sparse(|i| Value::Date(crate::value::Date { days: 20_000 - i as i64 })));
        column((0..300).map(text).collect());
        column((0..300).map(|i| text(i % 4)).collect());
        column(sparse(|i| Value::String(["", "a"][i % 2].into())));
        column(vec![
            Value::Integer(1),
            Value::from("one"),
            Value::Null,
            Value::List(std::sync::Arc::new(vec![Value::Null, Value::Boolean(true)])),
        ]);
        column(vec![Value::Integer(i64::MIN), Value::Integer(i64::MAX)]);
    }
}
