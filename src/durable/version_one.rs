//! Checkpoints of format version 1: a list of changes that build the graph.
//!
//! They are read and never written. Sections of changes lie end to end: magic (8),
//! kind u32, items u32, length u64, ordinal u64, so many bytes, CRC-32C u32 of all of
//! it.

use super::codec::Text;
use super::error::DurableError;
use super::header::{HEADER_LENGTH, u32_at, u64_at};
use super::section::MAGIC;
use super::source::{Replay, Source};
use serde::{Deserialize, Serialize};

const HEAD: u64 = 32;
const SUM: u64 = 4;
const KIND_CHANGES: u32 = 1;

/// The table of contents.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Manifest {
    /// The last commit in the graph, 0 for none.
    pub(crate) sequence: u64,
    /// When that was, nanoseconds since 1970.
    pub(crate) time: i64,
    sections: Vec<Entry>,
    attributes: Vec<(Text, Vec<u8>)>,
}

/// Where a section is.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Entry {
    kind: u32,
    offset: u64,
    length: u64,
    items: u32,
}

impl Manifest {
    /// The sections must lie end to end between header and manifest.
    pub(crate) fn verify_places(&self, source: &Source<'_>, end: u64) -> Result<(), DurableError> {
        let mut at = HEADER_LENGTH;
        let missing =
            |at: u64| source.damaged(end, format!("the manifest has no section at byte {at}"));
        for entry in &self.sections {
            let next =
                entry.length.checked_add(HEAD + SUM).and_then(|length| at.checked_add(length));
            match next {
                Some(next) if entry.offset == at && next <= end => at = next,
                _ => return Err(missing(at)),
            }
        }
        if at == end { Ok(()) } else { Err(missing(at)) }
    }

    /// Verifies every section and hands its changes to the sink.
    pub(crate) fn replay(
        &self,
        source: &mut Source<'_>,
        sink: &mut dyn Replay,
    ) -> Result<(), DurableError> {
        for (ordinal, entry) in self.sections.iter().enumerate() {
            entry.verify(source, ordinal as u64)?;
            if entry.kind != KIND_CHANGES {
                let what = format!("sections of kind {} are unknown", entry.kind);
                return Err(source.damaged(entry.offset, what));
            }
            let items = u64::from(entry.items);
            source.replay_changes(entry.offset + HEAD, entry.length, items, sink)?;
        }
        Ok(())
    }

    /// How many sections there are.
    pub(crate) fn section_count(&self) -> u64 {
        self.sections.len() as u64
    }

    /// Every section that does not match its checksum.
    pub(crate) fn faults(
        &self,
        source: &mut Source<'_>,
    ) -> Result<Vec<DurableError>, DurableError> {
        let mut faults = Vec::new();
        for (ordinal, entry) in self.sections.iter().enumerate() {
            match entry.verify(source, ordinal as u64) {
                Ok(()) => {}
                Err(error @ DurableError::Damaged { .. }) => faults.push(error),
                Err(error) => return Err(error),
            }
        }
        Ok(faults)
    }
}

impl Entry {
    fn verify(&self, source: &mut Source<'_>, ordinal: u64) -> Result<(), DurableError> {
        let at = self.offset;
        let head = source.bytes(at, HEAD)?;
        let sound = head.starts_with(MAGIC)
            && u32_at(head, 8) == self.kind
            && u32_at(head, 12) == self.items
            && u64_at(head, 16) == self.length
            && u64_at(head, 24) == ordinal;
        let covered = HEAD + self.length;
        if !sound || source.checksum(at, covered)? != u32_at(source.bytes(at + covered, SUM)?, 0) {
            return Err(source.damaged(at, "a section does not match its checksum"));
        }
        Ok(())
    }
}

/// Hands on the changes of the section at a place, if there is a sound one; where it
/// ends.
pub(crate) fn replay_if_sound(
    source: &mut Source<'_>,
    start: u64,
    sink: &mut dyn Replay,
) -> Result<Option<u64>, DurableError> {
    if source.end - start < HEAD + SUM {
        return Ok(None);
    }
    let head = source.bytes(start, HEAD)?;
    let entry = Entry {
        kind: u32_at(head, 8),
        offset: start,
        length: u64_at(head, 16),
        items: u32_at(head, 12),
    };
    let ordinal = u64_at(head, 24);
    let fits = entry.length <= source.end - start - HEAD - SUM;
    if !fits || entry.kind != KIND_CHANGES || entry.verify(source, ordinal).is_err() {
        return Ok(None);
    }
    source.replay_changes(start + HEAD, entry.length, u64::from(entry.items), sink)?;
    Ok(Some(start + HEAD + entry.length + SUM))
}
