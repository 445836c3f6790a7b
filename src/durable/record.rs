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

use super::codec::{self, Text};
use super::error::DurableError;
use super::header::{FORMAT_VERSION, HEADER_LENGTH, u32_at, u64_at};
use super::source::{CommitInfo, Replay, Source};
use crate::store::change::Change;
use crate::store::{Bounds, ChangeCounts, Undo};
use serde::{Deserialize, Serialize};
use std::borrow::Borrow;

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
    /// What undoes them; without it the history begins anew after this commit.
    pub undo: Option<&'a Undo<'a>>,
}

/// The first frame.
#[derive(Serialize, Deserialize)]
pub(crate) struct Preamble {
    pub(crate) author: Text,
    pub(crate) message: Text,
    changes: u64,
    /// `None` where the commit cannot be undone.
    pub(crate) back: Option<Back>,
}

/// The first frame up to format version 2.
#[derive(Serialize, Deserialize)]
struct OldPreamble {
    author: Text,
    message: Text,
    changes: u64,
}

/// Where the way back leads, and how much a commit did.
#[derive(Clone, Copy, Serialize, Deserialize)]
pub(crate) struct Back {
    /// Labels, types, keys, the next node and the next relationship before the commit.
    bounds: [u32; 5],
    /// In the order of [`ChangeCounts`].
    counts: [u64; 7],
}

impl Back {
    fn of(undo: &Undo<'_>) -> Self {
        let Bounds { labels, types, keys, nodes, relationships } = undo.bounds();
        let counts = undo.counts();
        Back {
            bounds: [labels, types, keys, nodes, relationships],
            counts: [
                counts.nodes_created,
                counts.nodes_deleted,
                counts.relationships_created,
                counts.relationships_deleted,
                counts.properties_set,
                counts.labels_changed,
                counts.schema_changes,
            ],
        }
    }

    pub(crate) fn bounds(&self) -> Bounds {
        let [labels, types, keys, nodes, relationships] = self.bounds;
        Bounds { labels, types, keys, nodes, relationships }
    }

    pub(crate) fn counts(&self) -> ChangeCounts {
        let [nodes_created, nodes_deleted, ..] = self.counts;
        let [_, _, relationships_created, relationships_deleted, ..] = self.counts;
        let [.., properties_set, labels_changed, schema_changes] = self.counts;
        ChangeCounts {
            nodes_created,
            nodes_deleted,
            relationships_created,
            relationships_deleted,
            properties_set,
            labels_changed,
            schema_changes,
        }
    }
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
    fn tail(self) -> u64 {
        if self.leads_back() { 8 + SUM } else { SUM }
    }

    /// The least bytes of a record.
    fn least(self) -> u64 {
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

/// The head of a record, its own sum verified.
pub(crate) struct Head {
    pub(crate) length: u64,
    pub(crate) position: u64,
    pub(crate) sequence: u64,
    pub(crate) time: i64,
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
    chain: Chain,
    durable: u64,
    commit: &CommitRecord<'_>,
    bytes: &mut Vec<u8>,
) -> Result<Place, DurableError> {
    bytes.clear();
    bytes.resize(HEAD as usize, 0);
    let frame = open_frame(bytes);
    encode_preamble(commit, chain, bytes)?;
    close_frame(bytes, frame, 1);
    encode_frames(commit.changes.iter(), bytes)?;
    if let Some(undo) = commit.undo.filter(|_| chain.leads_back()) {
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
    if chain.leads_back() {
        bytes.extend_from_slice(&length.to_le_bytes());
    }
    let previous = crc32c::crc32c(bytes);
    bytes.extend_from_slice(&previous.to_le_bytes());
    Ok(Place { position: place.position + length, sequence, time: commit.time, previous })
}

/// Appends the first item of a record.
pub(crate) fn encode_preamble(
    commit: &CommitRecord<'_>,
    chain: Chain,
    bytes: &mut Vec<u8>,
) -> Result<(), DurableError> {
    let (author, message) = (Text(commit.author.into()), Text(commit.message.into()));
    let changes = commit.changes.len() as u64;
    if !chain.leads_back() {
        return codec::encode(&OldPreamble { author, message, changes }, bytes);
    }
    codec::encode(&Preamble { author, message, changes, back: commit.undo.map(Back::of) }, bytes)
}

/// Reads the first item of a record.
pub(crate) fn decode_preamble(bytes: &[u8], chain: Chain) -> Result<Preamble, String> {
    if chain.leads_back() {
        return codec::decode(bytes);
    }
    let OldPreamble { author, message, changes } = codec::decode(bytes)?;
    Ok(Preamble { author, message, changes, back: None })
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
pub(crate) fn encode_undo(undo: &Undo<'_>, bytes: &mut Vec<u8>) -> Result<(), DurableError> {
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
    chain: Chain,
) -> Result<Next, DurableError> {
    let at = place.position;
    let left = source.end - at;
    if left < HEAD {
        return Ok(Next::Torn("the file ends within the head of a record"));
    }
    let Some(head) = decode_head(source.bytes(at, HEAD)?, chain.seed) else {
        return Ok(Next::Torn("the head of a record does not match its checksum"));
    };
    if head.position != at {
        return Ok(Next::Torn("the record belongs elsewhere in the log"));
    }
    if head.length > left {
        return Ok(Next::Torn("the file ends within a record"));
    }
    if head.length < chain.least() {
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

/// What a whole record says before its changes.
pub(crate) struct Opened {
    pub(crate) preamble: Preamble,
    /// Where the bytes of the preamble are.
    pub(crate) place: (u64, u64),
    /// Where the frames of the changes begin.
    changes: u64,
    /// Where the frames end.
    end: u64,
}

/// Reads a whole record up to its changes.
pub(crate) fn open(
    source: &mut Source<'_>,
    head: &Head,
    chain: Chain,
) -> Result<Opened, DurableError> {
    let record = head.position;
    let end = record + head.length - chain.tail();
    let (items, at, length) = frame_at(source, record + HEAD, end)?;
    if items != 1 {
        return Err(source.damaged(at, "a record does not start with its author"));
    }
    let preamble = decode_preamble(source.bytes(at, length)?, chain);
    let preamble = preamble.map_err(|what| source.damaged(at, what))?;
    Ok(Opened { preamble, place: (at, length), changes: at + length, end })
}

/// A frame: how many items, where its bytes start, how many there are.
pub(crate) type Frame = (u64, u64, u64);

/// The frames that undo a whole record, in order.
pub(crate) fn undo_frames(
    source: &mut Source<'_>,
    opened: &Opened,
) -> Result<Vec<Frame>, DurableError> {
    let (mut at, mut seen, mut frames) = (opened.changes, 0, Vec::new());
    while at < opened.end {
        let (items, start, length) = frame_at(source, at, opened.end)?;
        at = start + length;
        if seen >= opened.preamble.changes {
            frames.push((items, start, length));
        }
        seen = seen.saturating_add(items);
    }
    Ok(frames)
}

/// Hands a whole record to the sink; where the log stands after it, and whether the
/// record can be undone.
pub(crate) fn replay(
    source: &mut Source<'_>,
    head: &Head,
    sum: u32,
    chain: Chain,
    sink: &mut dyn Replay,
) -> Result<(Place, bool), DurableError> {
    let record = head.position;
    let Opened { preamble, changes: mut at, end, .. } = open(source, head, chain)?;
    let leads_back = preamble.back.is_some();
    let mut seen = 0;
    while at < end && (seen < preamble.changes || !leads_back) {
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
    let place = Place {
        position: record + head.length,
        sequence: head.sequence,
        time: head.time,
        previous: sum,
    };
    Ok((place, leads_back))
}

/// The record that ends at a place, all of it verified, and its checksum; `None` where
/// the log begins there.
pub(crate) fn before(
    source: &mut Source<'_>,
    end: u64,
    chain: Chain,
) -> Result<Option<(Head, u32)>, DurableError> {
    if end <= HEADER_LENGTH {
        return Ok(None);
    }
    source.aim(end)?;
    let tail = chain.tail();
    let length = match end.checked_sub(tail) {
        Some(at) => u64_at(source.bytes(at, tail)?, 0),
        None => 0,
    };
    let start = end.checked_sub(length).filter(|start| *start >= HEADER_LENGTH);
    let (Some(start), true) = (start, length >= chain.least()) else {
        return Err(source.damaged(end, "no record ends here"));
    };
    whole_at(source, start, chain).and_then(|found| match found {
        Some((head, sum)) if head.length == length => Ok(Some((head, sum))),
        _ => Err(source.damaged(start, "a record does not match its checksum")),
    })
}

/// The record that starts at a place and its checksum, where it is whole.
pub(crate) fn whole_at(
    source: &mut Source<'_>,
    start: u64,
    chain: Chain,
) -> Result<Option<(Head, u32)>, DurableError> {
    if source.end.saturating_sub(start) < HEAD {
        return Ok(None);
    }
    let Some(head) = decode_head(source.bytes(start, HEAD)?, chain.seed) else { return Ok(None) };
    let fits = (chain.least()..=source.end - start).contains(&head.length);
    if head.position != start || !fits {
        return Ok(None);
    }
    let sum = source.checksum(start, head.length - SUM)?;
    let stored = u32_at(source.bytes(start + head.length - SUM, SUM)?, 0);
    Ok((sum == stored).then_some((head, sum)))
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
    chain: Chain,
    sink: &mut dyn Replay,
) -> Result<(), DurableError> {
    let mut at = HEADER_LENGTH.min(source.end);
    while let Some(start) = source.find(MAGIC, at)? {
        at = start + 1;
        if let Some((head, sum)) = whole_at(source, start, chain)? {
            at = replay(source, &head, sum, chain, sink)?.0.position;
        }
    }
    Ok(())
}
