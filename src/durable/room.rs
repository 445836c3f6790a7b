//! The room behind the records of a log: bytes that are written before they are needed.
//!
//! A sync of a record that made its file longer must write the file's new length and the
//! places of its new blocks as well, through the file system's journal. A record that is
//! written over room, which an earlier sync has made durable, is synced alone.
//!
//! Room is no promise: what a power cut leaves of it is cut like any other torn tail. So
//! that it is never mistaken, each eight bytes of it, at a multiple of eight in the file,
//! are their own place in eights (u32, the lowest bits) and the checksum of the log's header
//! (u32): neither zeros nor an old block of the disk nor bytes from elsewhere in the same file
//! pass for it.

use super::error::DurableError;
use super::source::Source;

/// A block of a file system.
const BLOCK: u64 = 4 << 10;
/// Room is made for as many bytes as the log has, but no more than this: what a thousand
/// small commits take.
const MOST: u64 = 256 << 10;
/// Behind a record of so many bytes none is made: next to writing it, what room saves is little.
const LARGE: u64 = 64 << 10;
/// Bytes that are compared at once.
const STEP: u64 = 64 << 10;

/// Where the room behind a record of `length` bytes that ends at `position` is to end, in a
/// log that is `end` bytes long; `None` where there is room, or none is worth it.
pub(crate) fn wanted(position: u64, length: u64, end: u64) -> Option<u64> {
    let more = position.clamp(BLOCK, MOST);
    (position >= end && length < LARGE).then(|| (position + more).next_multiple_of(BLOCK))
}

/// The bytes of room from `from` to `to`, in a log whose header has the checksum `seed`.
pub(crate) fn bytes(from: u64, to: u64, seed: u32) -> Vec<u8> {
    let first = from / 8 * 8;
    let mut bytes = Vec::with_capacity((to - first) as usize + 8);
    for place in (first..to).step_by(8) {
        bytes.extend_from_slice(&((place / 8) as u32).to_le_bytes());
        bytes.extend_from_slice(&seed.to_le_bytes());
    }
    bytes.truncate((to - first) as usize);
    bytes.drain(..(from - first) as usize);
    bytes
}

/// Where the room begins that reaches to the source's end, from `start`: behind the last byte
/// that is no room.
pub(crate) fn begins(source: &mut Source<'_>, start: u64, seed: u32) -> Result<u64, DurableError> {
    let (mut at, mut begins) = (start, start);
    while at < source.end {
        let step = STEP.min(source.end - at);
        let expected = bytes(at, at + step, seed);
        let found = source.bytes(at, step)?;
        if found != expected {
            let differs = found.iter().zip(&expected).rposition(|(found, room)| found != room);
            begins = at + differs.map_or(0, |last| last as u64 + 1);
        }
        at += step;
    }
    // Of the eight bytes that one is of, none is room, though others may look like it.
    let whole = if begins == start { start } else { begins.next_multiple_of(8) };
    Ok(whole.min(source.end))
}

#[cfg(test)]
mod tests {
    use super::super::memory_storage::MemoryStorage;
    use super::super::storage::{Access, Storage};
    use super::*;
    use std::path::Path;

    #[test]
    fn every_byte_has_its_place_and_its_log() {
        let whole = bytes(0, 300_000, 7);
        for (from, to) in [(0, 0), (3, 3), (3, 5), (5, 17), (8, 16), (64, 4096), (70_001, 299_999)]
        {
            assert_eq!(bytes(from, to, 7), whole[from as usize..to as usize], "{from}..{to}");
        }
        let distinct: std::collections::HashSet<&[u8]> = whole.chunks(8).collect();
        assert_eq!(distinct.len(), 300_000 / 8);
        assert!(bytes(0, 4096, 8).chunks(8).all(|word| !distinct.contains(word)));
    }

    #[test]
    fn room_begins_behind_the_last_other_byte() {
        let disk = MemoryStorage::new();
        let path = Path::new("log");
        let begins_in = |contents: &[u8], at| {
            disk.put(path, contents.to_vec());
            let file = disk.open(path, Access::Read).unwrap();
            begins(&mut Source::new(file.as_ref(), path).unwrap(), at, 7).unwrap()
        };
        let room = bytes(0, 200_000, 7);
        assert_eq!((begins_in(&room, 67), begins_in(&room, 200_000)), (67, 200_000));
        for other in [64, 65, STEP, STEP + 63, STEP + 64, 199_999] {
            let mut spoiled = room.clone();
            spoiled[other as usize] ^= 1;
            spoiled[64] ^= u8::from(other > 64);
            let next = (other + 1).next_multiple_of(8);
            assert_eq!(begins_in(&spoiled, 64), next);
            assert_eq!(begins_in(&spoiled, next), next);
        }
        assert_eq!(begins_in(&[0; 1000], 64), 1000);
        assert_eq!(begins_in(&bytes(0, 1000, 8), 64), 1000);
        assert_eq!(begins_in(&bytes(8, 1008, 7), 64), 1000);
    }

    #[test]
    fn room_doubles_a_small_log_and_follows_no_large_record() {
        assert_eq!(wanted(200, 136, 64), Some(8192));
        assert_eq!((wanted(200, 136, 8192), wanted(8191, 136, 8192)), (None, None));
        assert_eq!(wanted(8192, 136, 8192), Some(16_384));
        assert_eq!(wanted(10 << 20, 136, 0), Some((10 << 20) + MOST));
        assert_eq!(wanted(10 << 20, LARGE, 0), None);
    }
}
