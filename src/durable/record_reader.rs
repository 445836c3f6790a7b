//! Reading the log: record by record from front to back or from back to front, and what a
//! record that is not whole means.

use super::error::DurableError;
use super::header::{HEADER_LENGTH, u32_at, u64_at};
use super::preamble::{Preamble, decode_preamble};
use super::record::{Chain, FRAME_HEAD, HEAD, MAGIC, Place, SUM};
use super::source::{CommitInfo, Replay, Source};

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
