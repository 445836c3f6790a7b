//! One commit in the log.
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
//! 56  frames       author and message, then the changes
//! -4  checksum     u32, CRC-32C of all before
//! ```
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

use super::codec::{self, Text};
use super::error::DurableError;
use super::header::{HEADER_LENGTH, u32_at, u64_at};
use super::source::{CommitInfo, Replay, Source};
use crate::store::change::Change;
use serde::{Deserialize, Serialize};

const MAGIC: &[u8; 8] = b"\x89COMMIT\n";
const HEAD: u64 = 56;
const FRAME_HEAD: u64 = 12;
const FRAME_CLOSES_AT: usize = 256 << 10;
const SUM: u64 = 4;

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
}

/// The first frame.
#[derive(Serialize, Deserialize)]
struct Preamble {
    author: Text,
    message: Text,
    changes: u64,
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

/// The head of a record, its own sum verified.
pub(crate) struct Head {
    length: u64,
    pub(crate) position: u64,
    sequence: u64,
    time: i64,
    /// Up to where the log was synced when the record was written.
    pub(crate) durable: u64,
    previous: u32,
}

/// What is at the end of the sound records.
pub(crate) enum Next {
    /// A sound record, not yet replayed.
    Whole(Head, u32),
    /// Something that is no whole record; why, as half a sentence.
    Torn(&'static str),
}

/// Encodes a record into `bytes` (emptied before); where the log stands after it.
pub(crate) fn encode(
    place: &Place,
    seed: u32,
    durable: u64,
    commit: &CommitRecord<'_>,
    bytes: &mut Vec<u8>,
) -> Result<Place, DurableError> {
    bytes.clear();
    bytes.resize(HEAD as usize, 0);
    let preamble = Preamble {
        author: Text(commit.author.into()),
        message: Text(commit.message.into()),
        changes: commit.changes.len() as u64,
    };
    let frame = open_frame(bytes);
    codec::encode(&preamble, bytes)?;
    close_frame(bytes, frame, 1);
    let mut changes = commit.changes;
    while !changes.is_empty() {
        let frame = open_frame(bytes);
        let mut items = 0;
        while let Some((change, rest)) = changes.split_first() {
            codec::encode_change(change, bytes)?;
            items += 1;
            changes = rest;
            if bytes.len() - frame > FRAME_CLOSES_AT {
                break;
            }
        }
        close_frame(bytes, frame, items);
    }
    let length = bytes.len() as u64 + SUM;
    let sequence = place.sequence + 1;
    let mut head = Vec::with_capacity(HEAD as usize);
    head.extend_from_slice(MAGIC);
    for number in [length, place.position, sequence, commit.time as u64, durable] {
        head.extend_from_slice(&number.to_le_bytes());
    }
    head.extend_from_slice(&place.previous.to_le_bytes());
    head.extend_from_slice(&crc32c::crc32c_append(seed, &head).to_le_bytes());
    bytes[..HEAD as usize].copy_from_slice(&head);
    let previous = crc32c::crc32c(bytes);
    bytes.extend_from_slice(&previous.to_le_bytes());
    Ok(Place { position: place.position + length, sequence, time: commit.time, previous })
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

/// Decodes a head that its own sum vouches for.
fn decode_head(bytes: &[u8], seed: u32) -> Option<Head> {
    if bytes.len() < HEAD as usize || !bytes.starts_with(MAGIC) {
        return None;
    }
    if crc32c::crc32c_append(seed, &bytes[..52]) != u32_at(bytes, 52) {
        return None;
    }
    Some(Head {
        length: u64_at(bytes, 8),
        position: u64_at(bytes, 16),
        sequence: u64_at(bytes, 24),
        time: u64_at(bytes, 32) as i64,
        durable: u64_at(bytes, 40),
        previous: u32_at(bytes, 48),
    })
}

/// Looks at the record that starts at `place`, before the source's end.
///
/// # Errors
///
/// `Damaged` where a whole record does not continue the one before.
pub(crate) fn examine(
    source: &mut Source<'_>,
    place: &Place,
    seed: u32,
) -> Result<Next, DurableError> {
    let at = place.position;
    let left = source.end - at;
    if left < HEAD {
        return Ok(Next::Torn("the file ends within the head of a record"));
    }
    let Some(head) = decode_head(source.bytes(at, HEAD)?, seed) else {
        return Ok(Next::Torn("the head of a record does not match its checksum"));
    };
    if head.position != at {
        return Ok(Next::Torn("the record belongs elsewhere in the log"));
    }
    if head.length > left {
        return Ok(Next::Torn("the file ends within a record"));
    }
    if head.length < HEAD + FRAME_HEAD + SUM {
        return Err(source.damaged(at, "a record is shorter than its head"));
    }
    let sum = source.checksum(at, head.length - SUM)?;
    let stored = u32_at(source.bytes(at + head.length - SUM, SUM)?, 0);
    if sum != stored {
        return Ok(Next::Torn("a record does not match its checksum"));
    }
    if head.previous != place.previous {
        return Err(source.damaged(at, "a record does not continue the record before it"));
    }
    if head.sequence != place.sequence + 1 {
        let what = format!("commit {} follows commit {}", head.sequence, place.sequence);
        return Err(source.damaged(at, what));
    }
    Ok(Next::Whole(head, sum))
}

/// Hands a whole record to the sink; where the log stands after it.
pub(crate) fn replay(
    source: &mut Source<'_>,
    head: &Head,
    sum: u32,
    sink: &mut dyn Replay,
) -> Result<Place, DurableError> {
    let record = head.position;
    let end = record + head.length - SUM;
    let (items, mut at, length) = frame_at(source, record + HEAD, end)?;
    if items != 1 {
        return Err(source.damaged(at, "a record does not start with its author"));
    }
    let preamble: Preamble =
        codec::decode(source.bytes(at, length)?).map_err(|what| source.damaged(at, what))?;
    at += length;
    let mut seen = 0;
    while at < end {
        let (items, start, length) = frame_at(source, at, end)?;
        source.replay_changes(start, length, items, sink)?;
        seen += items;
        at = start + length;
    }
    if seen != preamble.changes {
        let what = format!("{} changes were expected, there are {seen}", preamble.changes);
        return Err(source.damaged(record, what));
    }
    let info = CommitInfo {
        sequence: head.sequence,
        time: head.time,
        author: preamble.author.0,
        message: preamble.message.0,
        changes: seen,
        offset: record,
    };
    sink.commit(&info).map_err(|refusal| source.refused(record, refusal))?;
    Ok(Place {
        position: record + head.length,
        sequence: head.sequence,
        time: head.time,
        previous: sum,
    })
}

/// The items, the start and the length of a frame's bytes.
fn frame_at(source: &mut Source<'_>, at: u64, end: u64) -> Result<(u64, u64, u64), DurableError> {
    if end - at < FRAME_HEAD {
        return Err(source.damaged(at, "a record ends within the head of a frame"));
    }
    let head = source.bytes(at, FRAME_HEAD)?;
    let (items, length) = (u32_at(head, 0), u64_at(head, 4));
    let start = at + FRAME_HEAD;
    if length > end - start {
        return Err(source.damaged(at, "a frame is longer than its record"));
    }
    Ok((u64::from(items), start, length))
}

/// Where a sound head stands that was written when `place` was durable already;
/// `None` when nothing proves that.
pub(crate) fn proof_of_durability(
    source: &mut Source<'_>,
    place: u64,
    seed: u32,
) -> Result<Option<u64>, DurableError> {
    let mut at = place + 1;
    while let Some(candidate) = source.find(MAGIC, at)? {
        if source.end - candidate < HEAD {
            break;
        }
        let head = decode_head(source.bytes(candidate, HEAD)?, seed);
        if head.is_some_and(|h| h.position == candidate && h.durable > place) {
            return Ok(Some(candidate));
        }
        at = candidate + 1;
    }
    Ok(None)
}

/// Hands on every record whose own checksums hold, whatever stands between them.
pub(crate) fn replay_sound_records(
    source: &mut Source<'_>,
    seed: u32,
    sink: &mut dyn Replay,
) -> Result<(), DurableError> {
    let mut at = HEADER_LENGTH.min(source.end);
    while let Some(start) = source.find(MAGIC, at)? {
        at = start + 1;
        if source.end - start < HEAD {
            break;
        }
        let Some(head) = decode_head(source.bytes(start, HEAD)?, seed) else { continue };
        let fits = (HEAD + FRAME_HEAD + SUM..=source.end - start).contains(&head.length);
        if head.position != start || !fits {
            continue;
        }
        let sum = source.checksum(start, head.length - SUM)?;
        if sum == u32_at(source.bytes(start + head.length - SUM, SUM)?, 0) {
            at = replay(source, &head, sum, sink)?.position;
        }
    }
    Ok(())
}
