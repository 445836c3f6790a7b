//! One commit in the log: its layout, and writing it. `record_reader.rs` reads it back.
//!
//! ```text
//!  0  magic        8 bytes
//!  8  length       u64, of the whole record
//! 16  position     u64, where the record starts in its log
//! 24  sequence     u64, one more than the record before
//! 32  time         i64, nanoseconds since 1970
//! 40  durable      u64, up to where the log was known to be synced when this
//!                  record was written
//! 48  previous     u32, checksum of the record before (first: of the log's header)
//! 52  head sum     u32, CRC-32C of the 52 bytes before, seeded with the log's header's
//! 56  frames       author and message, then the changes, then what undoes them
//! -12 length       u64, again, so that the log can be read backwards
//! -4  checksum     u32, CRC-32C of all before
//! ```
//!
//! Up to format version 2 the length does not stand at the end, and nothing tells how to
//! undo a commit.
//!
//! A frame is a count of items (u32), a length (u64) and so many bytes; it closes
//! at 256 KiB, so that a record of any size is replayed in bounded memory.
//!
//! The head has a sum of its own, and names its place and what was durable, so
//! that recovery can tell a torn tail from damage: a sound head further on that
//! was written after this place had been synced proves that this place was whole
//! once. Without such a proof nothing here was ever acknowledged as synced,
//! except perhaps the last record of all, whose damage no log can tell from a
//! torn write.

use super::codec;
use super::error::DurableError;
use super::header::{FORMAT_VERSION, u32_at, u64_at};
use super::preamble::encode_preamble;
use crate::store::WayBack;
use crate::store::change::Change;
use std::borrow::Borrow;

pub(crate) const MAGIC: &[u8; 8] = b"\x89COMMIT\n";
pub(crate) const HEAD: u64 = 56;
pub(crate) const FRAME_HEAD: u64 = 12;
const FRAME_CLOSES_AT: usize = 256 << 10;
pub(crate) const SUM: u64 = 4;

/// What a commit brings to the log.
#[derive(Clone, Copy, Debug)]
pub struct CommitRecord<'a> {
    /// When, in nanoseconds since 1970-01-01T00:00:00Z.
    pub time: i64,
    /// Who commits; may be empty.
    pub author: &'a str,
    /// What for; may be empty.
    pub message: &'a str,
    /// The changes in their order.
    pub changes: &'a [Change],
    /// What undoes them; without it nothing before this commit is known any more.
    pub undo: Option<&'a dyn WayBack>,
}

/// What a log's header says of its records.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Chain {
    /// The header's checksum.
    pub(crate) seed: u32,
    /// The format version.
    pub(crate) version: u32,
}

impl Chain {
    /// Of records that are kept outside of a log.
    pub(crate) const PRESENT: Chain = Chain { seed: 0, version: FORMAT_VERSION };

    /// Whether its records tell how to undo them.
    pub(crate) fn leads_back(self) -> bool {
        self.version >= 3
    }

    /// Bytes of a record after its frames.
    pub(crate) fn tail(self) -> u64 {
        if self.leads_back() { 8 + SUM } else { SUM }
    }

    /// The least bytes of a record.
    pub(crate) fn least(self) -> u64 {
        HEAD + FRAME_HEAD + self.tail()
    }
}

/// Where a log stands after a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    /// Where the next record starts.
    pub(crate) position: u64,
    /// The number of the last commit.
    pub(crate) sequence: u64,
    /// The time of the last commit.
    pub(crate) time: i64,
    /// The checksum of the last record, or of the log's header.
    pub(crate) previous: u32,
}

/// Encodes a record of the present format into `bytes` (emptied before); where the log stands
/// after it.
pub(crate) fn encode(
    place: &Place,
    chain: Chain,
    durable: u64,
    commit: &CommitRecord<'_>,
    bytes: &mut Vec<u8>,
) -> Result<Place, DurableError> {
    bytes.clear();
    bytes.resize(HEAD as usize, 0);
    let frame = open_frame(bytes);
    encode_preamble(commit, bytes)?;
    close_frame(bytes, frame, 1);
    encode_frames(commit.changes.iter(), bytes)?;
    if let Some(undo) = commit.undo {
        encode_undo(undo, bytes)?;
    }
    let length = bytes.len() as u64 + chain.tail();
    let sequence = place.sequence + 1;
    let mut head = Vec::with_capacity(HEAD as usize);
    head.extend_from_slice(MAGIC);
    for number in [length, place.position, sequence, commit.time as u64, durable] {
        head.extend_from_slice(&number.to_le_bytes());
    }
    head.extend_from_slice(&place.previous.to_le_bytes());
    head.extend_from_slice(&crc32c::crc32c_append(chain.seed, &head).to_le_bytes());
    bytes[..HEAD as usize].copy_from_slice(&head);
    bytes.extend_from_slice(&length.to_le_bytes());
    let previous = crc32c::crc32c(bytes);
    bytes.extend_from_slice(&previous.to_le_bytes());
    Ok(Place { position: place.position + length, sequence, time: commit.time, previous })
}

/// Appends changes in frames.
fn encode_frames<C: Borrow<Change>>(
    changes: impl Iterator<Item = C>,
    bytes: &mut Vec<u8>,
) -> Result<(), DurableError> {
    let mut changes = changes.peekable();
    while changes.peek().is_some() {
        let frame = open_frame(bytes);
        let mut items = 0;
        for change in changes.by_ref() {
            codec::encode_change(change.borrow(), bytes)?;
            items += 1;
            if bytes.len() - frame > FRAME_CLOSES_AT {
                break;
            }
        }
        close_frame(bytes, frame, items);
    }
    Ok(())
}

/// Appends what undoes a commit in frames.
pub(crate) fn encode_undo(undo: &dyn WayBack, bytes: &mut Vec<u8>) -> Result<(), DurableError> {
    encode_frames(undo.changes(), bytes)?;
    undo.damage().map_or(Ok(()), |damage| Err(damage.into()))
}

/// The frames that were appended to nothing: how many items each has, and their bytes.
pub(crate) fn split_frames(bytes: &[u8]) -> impl Iterator<Item = (u64, &[u8])> {
    let mut rest = bytes;
    std::iter::from_fn(move || {
        let (head, after) = rest.split_at_checked(FRAME_HEAD as usize)?;
        let (frame, after) = after.split_at_checked(u64_at(head, 4) as usize)?;
        rest = after;
        Some((u64::from(u32_at(head, 0)), frame))
    })
}

fn open_frame(bytes: &mut Vec<u8>) -> usize {
    let start = bytes.len();
    bytes.resize(start + FRAME_HEAD as usize, 0);
    start
}

fn close_frame(bytes: &mut [u8], start: usize, items: u32) {
    let length = (bytes.len() - start) as u64 - FRAME_HEAD;
    bytes[start..start + 4].copy_from_slice(&items.to_le_bytes());
    bytes[start + 4..start + 12].copy_from_slice(&length.to_le_bytes());
}
