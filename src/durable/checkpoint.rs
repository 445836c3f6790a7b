//! The database file: a whole graph, written once and never changed.
//!
//! ```text
//! header     64 bytes, see header.rs
//! sections   magic (8), kind u32, items u32, length u64, ordinal u64,
//!            so many bytes, CRC-32C u32 of all of it
//! manifest   bincode: last commit and its time, every section's place
//! trailer    48 bytes: magic (8), manifest offset u64, manifest length u64,
//!            file length u64, header's checksum u32, manifest's CRC-32C u32,
//!            reserved u32, CRC-32C u32 of the 44 bytes before
//! ```
//!
//! The trailer is the commit mark: a file without it is no checkpoint. Sections
//! lie end to end between header and manifest, so that no byte of the file is
//! outside a checksum. A section closes at 1 MiB, which bounds the memory that
//! reading needs; a single change may exceed it.

use super::codec::{self, Text};
use super::error::DurableError;
use super::header::{FileKind, HEADER_LENGTH, Header, u32_at, u64_at};
use super::source::{Replay, Source};
use super::storage::StorageFile;
use crate::store::change::Change;
use serde::{Deserialize, Serialize};
use std::borrow::Borrow;
use std::path::Path;

const SECTION_MAGIC: &[u8; 8] = b"\x89SECTION";
const TRAILER_MAGIC: &[u8; 8] = b"\x89TRAILER";
const SECTION_HEAD: u64 = 32;
const SECTION_CLOSES_AT: usize = 1 << 20;
const TRAILER: u64 = 48;
const SUM: u64 = 4;

/// A section that holds changes which build a part of the graph.
const KIND_CHANGES: u32 = 1;

/// The table of contents.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Manifest {
    /// The last commit in the graph, 0 for none.
    pub(crate) sequence: u64,
    /// When that was, nanoseconds since 1970.
    pub(crate) time: i64,
    /// The sections in the order of the file.
    sections: Vec<SectionEntry>,
    /// Room for what a later version wants to say without a new layout.
    attributes: Vec<(Text, Vec<u8>)>,
}

/// Where a section is.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct SectionEntry {
    kind: u32,
    offset: u64,
    length: u64,
    items: u32,
}

/// Writes a whole checkpoint into an empty file; its length. Not synced.
pub(crate) fn write<C: Borrow<Change>>(
    file: &dyn StorageFile,
    path: &Path,
    header: &Header,
    time: i64,
    changes: impl Iterator<Item = C>,
) -> Result<u64, DurableError> {
    let (bytes, header_sum) = header.encode();
    let mut writer = Writer {
        file,
        path,
        position: 0,
        manifest: Manifest { sequence: header.base_sequence, time, ..Manifest::default() },
    };
    writer.put(&bytes)?;
    let mut section = Vec::new();
    let mut items = 0u32;
    for change in changes {
        if items == 0 {
            section.resize(SECTION_HEAD as usize, 0);
        }
        codec::encode_change(change.borrow(), &mut section)?;
        items += 1;
        if section.len() >= SECTION_CLOSES_AT {
            writer.section(KIND_CHANGES, items, &mut section)?;
            items = 0;
        }
    }
    if items > 0 {
        writer.section(KIND_CHANGES, items, &mut section)?;
    }
    writer.finish(header_sum)
}

struct Writer<'a> {
    file: &'a dyn StorageFile,
    path: &'a Path,
    position: u64,
    manifest: Manifest,
}

impl Writer<'_> {
    fn put(&mut self, bytes: &[u8]) -> Result<(), DurableError> {
        self.file
            .write_at(bytes, self.position)
            .map_err(|e| DurableError::io("write", self.path, e))?;
        self.position += bytes.len() as u64;
        Ok(())
    }

    /// Completes and writes a section whose head is still blank; empties it.
    fn section(&mut self, kind: u32, items: u32, bytes: &mut Vec<u8>) -> Result<(), DurableError> {
        let length = bytes.len() as u64 - SECTION_HEAD;
        let ordinal = self.manifest.sections.len() as u64;
        let mut head = Vec::with_capacity(SECTION_HEAD as usize);
        head.extend_from_slice(SECTION_MAGIC);
        head.extend_from_slice(&kind.to_le_bytes());
        head.extend_from_slice(&items.to_le_bytes());
        head.extend_from_slice(&length.to_le_bytes());
        head.extend_from_slice(&ordinal.to_le_bytes());
        bytes[..SECTION_HEAD as usize].copy_from_slice(&head);
        let sum = crc32c::crc32c(bytes);
        bytes.extend_from_slice(&sum.to_le_bytes());
        self.manifest.sections.push(SectionEntry { kind, offset: self.position, length, items });
        self.put(bytes)?;
        bytes.clear();
        Ok(())
    }

    fn finish(mut self, header_sum: u32) -> Result<u64, DurableError> {
        let mut manifest = Vec::new();
        codec::encode(&self.manifest, &mut manifest)?;
        let offset = self.position;
        let length = manifest.len() as u64;
        let manifest_sum = crc32c::crc32c(&manifest);
        self.put(&manifest)?;
        let mut trailer = Vec::with_capacity(TRAILER as usize);
        trailer.extend_from_slice(TRAILER_MAGIC);
        for number in [offset, length, self.position + TRAILER] {
            trailer.extend_from_slice(&number.to_le_bytes());
        }
        for number in [header_sum, manifest_sum, 0] {
            trailer.extend_from_slice(&number.to_le_bytes());
        }
        let sum = crc32c::crc32c(&trailer);
        trailer.extend_from_slice(&sum.to_le_bytes());
        self.put(&trailer)?;
        Ok(self.position)
    }
}

/// A checkpoint whose header, trailer and manifest are verified.
#[derive(Debug)]
pub(crate) struct Checkpoint {
    file: Box<dyn StorageFile>,
    pub(crate) header: Header,
    pub(crate) manifest: Manifest,
    /// Bytes in the file.
    pub(crate) length: u64,
}

impl Checkpoint {
    /// Reads all but the sections.
    pub(crate) fn open(file: Box<dyn StorageFile>, path: &Path) -> Result<Self, DurableError> {
        let header = Header::read(file.as_ref(), path, FileKind::Database)?;
        let mut source = Source::new(file.as_ref(), path)?;
        let length = source.end;
        if length < HEADER_LENGTH + TRAILER {
            return Err(source.damaged(length, "the file ends before its trailer"));
        }
        let at = length - TRAILER;
        let trailer = source.bytes(at, TRAILER)?.to_vec();
        let sound = trailer.starts_with(TRAILER_MAGIC)
            && crc32c::crc32c(&trailer[..44]) == u32_at(&trailer, 44)
            && u64_at(&trailer, 24) == length;
        if !sound {
            let what = "there is no whole trailer at the end, the file was cut or extended";
            return Err(source.damaged(at, what));
        }
        if u32_at(&trailer, 32) != header.checksum() {
            return Err(source.damaged(at, "the trailer belongs to another header"));
        }
        let (offset, count) = (u64_at(&trailer, 8), u64_at(&trailer, 16));
        if offset < HEADER_LENGTH || offset.checked_add(count) != Some(at) {
            return Err(source.damaged(at, "the trailer does not point at a manifest"));
        }
        if source.checksum(offset, count)? != u32_at(&trailer, 36) {
            return Err(source.damaged(offset, "the manifest does not match its checksum"));
        }
        let manifest: Manifest = codec::decode(source.bytes(offset, count)?)
            .map_err(|what| source.damaged(offset, what))?;
        verify_places(&source, &manifest, &header, offset)?;
        Ok(Checkpoint { file, header, manifest, length })
    }

    /// Verifies every section and hands its changes to the sink.
    pub(crate) fn replay(&self, path: &Path, sink: &mut dyn Replay) -> Result<(), DurableError> {
        let mut source = Source::new(self.file.as_ref(), path)?;
        for (ordinal, entry) in self.manifest.sections.iter().enumerate() {
            verify_section(&mut source, ordinal as u64, entry)?;
            if entry.kind != KIND_CHANGES {
                let what = format!("sections of kind {} are unknown", entry.kind);
                return Err(source.damaged(entry.offset, what));
            }
            let (at, items) = (entry.offset + SECTION_HEAD, u64::from(entry.items));
            source.replay_changes(at, entry.length, items, sink)?;
        }
        sink.checkpoint(self.manifest.sequence, self.manifest.time)
            .map_err(|refusal| source.refused(HEADER_LENGTH, refusal))
    }
}

impl Checkpoint {
    /// How many sections the manifest names.
    pub(crate) fn section_count(&self) -> u64 {
        self.manifest.sections.len() as u64
    }

    /// Every section that does not match its checksum.
    pub(crate) fn faults(&self, path: &Path) -> Result<Vec<DurableError>, DurableError> {
        let mut source = Source::new(self.file.as_ref(), path)?;
        let mut faults = Vec::new();
        for (ordinal, entry) in self.manifest.sections.iter().enumerate() {
            match verify_section(&mut source, ordinal as u64, entry) {
                Ok(()) => {}
                Err(error @ DurableError::Damaged { .. }) => faults.push(error),
                Err(error) => return Err(error),
            }
        }
        Ok(faults)
    }
}

/// Hands on the changes of every sound section, found by its own head and
/// without the manifest; how many there were.
pub(crate) fn replay_sound_sections(
    source: &mut Source<'_>,
    sink: &mut dyn Replay,
) -> Result<u64, DurableError> {
    let (mut at, mut taken) = (HEADER_LENGTH.min(source.end), 0);
    while let Some(start) = source.find(SECTION_MAGIC, at)? {
        at = start + 1;
        if source.end - start < SECTION_HEAD + SUM {
            break;
        }
        let head = source.bytes(start, SECTION_HEAD)?;
        let entry = SectionEntry {
            kind: u32_at(head, 8),
            offset: start,
            length: u64_at(head, 16),
            items: u32_at(head, 12),
        };
        let ordinal = u64_at(head, 24);
        let fits = entry.length <= source.end - start - SECTION_HEAD - SUM;
        if fits && verify_section(source, ordinal, &entry).is_ok() && entry.kind == KIND_CHANGES {
            let items = u64::from(entry.items);
            source.replay_changes(start + SECTION_HEAD, entry.length, items, sink)?;
            at = start + SECTION_HEAD + entry.length + SUM;
            taken += 1;
        }
    }
    Ok(taken)
}

/// The sections must lie end to end between header and manifest.
fn verify_places(
    source: &Source<'_>,
    manifest: &Manifest,
    header: &Header,
    end: u64,
) -> Result<(), DurableError> {
    let mut at = HEADER_LENGTH;
    for entry in &manifest.sections {
        let next = entry.length.checked_add(SECTION_HEAD + SUM).and_then(|l| at.checked_add(l));
        match next {
            Some(next) if entry.offset == at && next <= end => at = next,
            _ => {
                return Err(
                    source.damaged(end, format!("the manifest has no section at byte {at}"))
                );
            }
        }
    }
    if at != end {
        return Err(source.damaged(end, format!("the manifest has no section at byte {at}")));
    }
    if manifest.sequence != header.base_sequence {
        return Err(source.damaged(end, "the manifest names another commit than the header"));
    }
    Ok(())
}

fn verify_section(
    source: &mut Source<'_>,
    ordinal: u64,
    entry: &SectionEntry,
) -> Result<(), DurableError> {
    let at = entry.offset;
    let head = source.bytes(at, SECTION_HEAD)?;
    let sound = head.starts_with(SECTION_MAGIC)
        && u32_at(head, 8) == entry.kind
        && u32_at(head, 12) == entry.items
        && u64_at(head, 16) == entry.length
        && u64_at(head, 24) == ordinal;
    let covered = SECTION_HEAD + entry.length;
    if !sound || source.checksum(at, covered)? != u32_at(source.bytes(at + covered, SUM)?, 0) {
        return Err(source.damaged(at, "a section does not match its checksum"));
    }
    Ok(())
}
