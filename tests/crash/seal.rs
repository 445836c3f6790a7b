//! Logs whose checksums are made to fit: what a reader would take for sound that does not
//! compare them. The places of the fields are those of docs/format.md.

use dossier::durable::{Access, Storage};
use std::io;
use std::path::Path;

/// How a log is to look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Log {
    /// Every record that has its length has the checksums that it should have.
    Resealed,
    /// So has the last one, filled up with zeros where its end is missing.
    Padded,
    /// A log of an older generation follows the present checkpoint; others stay.
    Renewed,
}

const HEADER: usize = 64;
const HEAD: usize = 56;

fn put(bytes: &mut [u8], at: usize, field: &[u8]) {
    if let Some(place) = bytes.get_mut(at..at + field.len()) {
        place.copy_from_slice(field);
    }
}

pub(crate) fn u64_at(bytes: &[u8], at: usize) -> u64 {
    bytes.get(at..at + 8).and_then(|b| b.try_into().ok()).map_or(0, u64::from_le_bytes)
}

/// The bytes of a log as a reader with a bug would see them.
pub(crate) fn read_as(
    how: Log,
    mut bytes: Vec<u8>,
    storage: &dyn Storage,
    database: &Path,
) -> io::Result<Vec<u8>> {
    if bytes.len() < HEADER {
        return Ok(bytes);
    }
    if how != Log::Renewed {
        seal_records(&mut bytes, None, how == Log::Padded);
        return Ok(bytes);
    }
    let mut header = [0; HEADER];
    storage.open(database, Access::Read)?.read_at(&mut header, 0)?;
    if u64_at(&header, 40) > u64_at(&bytes, 40) {
        put(&mut bytes, 40, &header[40..56]);
        put(&mut bytes, 56, &header[20..24]);
        seal_header(&mut bytes);
        seal_records(&mut bytes, Some(u64_at(&header, 48)), false);
    }
    Ok(bytes)
}

/// Gives a header the checksum that its fields have.
pub(crate) fn seal_header(bytes: &mut [u8]) {
    let sum = crc32c::crc32c(&bytes[..60]);
    put(bytes, 60, &sum.to_le_bytes());
}

/// Gives the records the checksums that they should have, and the numbers after `base`.
fn seal_records(bytes: &mut Vec<u8>, base: Option<u64>, pad: bool) {
    let mut previous = u32::from_le_bytes([bytes[60], bytes[61], bytes[62], bytes[63]]);
    let seed = previous;
    let (mut at, mut sequence) = (HEADER, base);
    while at + HEAD < bytes.len() {
        let length = u64_at(bytes, at + 8) as usize;
        if !(HEAD + 16..1 << 24).contains(&length) {
            return;
        }
        if at + length > bytes.len() {
            if !pad {
                return;
            }
            bytes.resize(at + length, 0);
        }
        if let Some(number) = &mut sequence {
            *number += 1;
            put(bytes, at + 24, &number.to_le_bytes());
        }
        put(bytes, at + 48, &previous.to_le_bytes());
        let head = crc32c::crc32c_append(seed, &bytes[at..at + 52]);
        put(bytes, at + 52, &head.to_le_bytes());
        previous = crc32c::crc32c(&bytes[at..at + length - 4]);
        put(bytes, at + length - 4, &previous.to_le_bytes());
        at += length;
    }
}
