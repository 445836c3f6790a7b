//! Sections: the pieces of a checkpoint, each of which verifies by itself.
//!
//! ```text
//!  0  magic     8 bytes
//!  8  kind      u32: 1 changes, 2 nodes, 3 relationships, 4 adjacency, 5 history,
//!               6 the directory of an index, 7 a leaf of one
//! 12  owner     u32, of adjacency the relationship type, of indexes their number, else 0
//! 16  table     u32, of adjacency the table of the type, else 0
//! 20  number    u32, of the chunk or leaf; of changes, their count; of history, its
//!               pieces; of a directory, the leaves
//! 24  head      u64, bytes of the head: these 48 and what follows
//! 32  length    u64, bytes of the section: the head and its columns
//! 40  reserved  u32, zero
//! 44  sum       u32, CRC-32C of the head but for this field
//! 48  …         by kind, see chunk_codec.rs, index_codec.rs and volume.rs
//! ```
//!
//! The head of a chunk names its columns, with a checksum for each, so that a column
//! is read, and verified, only where it is asked for. Columns lie behind the head,
//! end to end, and are found from its start: a chunk that has not changed since the
//! last checkpoint is copied as it is.

use super::header::{u32_at, u64_at};
use crate::store::stored::TableName;

pub(crate) const MAGIC: &[u8; 8] = b"\x89SECTION";
/// Bytes before what differs by kind.
pub(crate) const FIXED: usize = 48;

/// What a section says of itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct SectionHead {
    pub(crate) kind: SectionKind,
    /// The number of the chunk, or the count of changes, pieces or leaves.
    pub(crate) number: u32,
    pub(crate) head: u64,
    pub(crate) length: u64,
    pub(crate) sum: u32,
}

/// What is in a section.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SectionKind {
    Changes,
    Chunk(TableName),
    History,
    /// The directory of the index with this number.
    Index(u32),
}

impl SectionKind {
    pub(crate) fn numbers(self) -> (u32, u32, u32) {
        match self {
            SectionKind::Changes => (1, 0, 0),
            SectionKind::Chunk(TableName::Nodes) => (2, 0, 0),
            SectionKind::Chunk(TableName::Relationships) => (3, 0, 0),
            SectionKind::Chunk(TableName::Adjacency(kind, slot)) => (4, kind, u32::from(slot)),
            SectionKind::History => (5, 0, 0),
            SectionKind::Index(number) => (6, number, 0),
            SectionKind::Chunk(TableName::Index(number)) => (7, number, 0),
        }
    }

    pub(crate) fn from_numbers(numbers: (u32, u32, u32)) -> Option<Self> {
        Some(match numbers {
            (1, 0, 0) => SectionKind::Changes,
            (2, 0, 0) => SectionKind::Chunk(TableName::Nodes),
            (3, 0, 0) => SectionKind::Chunk(TableName::Relationships),
            (4, kind, slot) if slot < 8 => {
                SectionKind::Chunk(TableName::Adjacency(kind, slot as u8))
            }
            (5, 0, 0) => SectionKind::History,
            (6, number, 0) => SectionKind::Index(number),
            (7, number, 0) => SectionKind::Chunk(TableName::Index(number)),
            _ => return None,
        })
    }
}

/// Completes a head whose first 48 bytes are still blank, given the bytes of the
/// columns behind it; its checksum.
pub(crate) fn complete(kind: SectionKind, number: u32, columns: u64, head: &mut [u8]) -> u32 {
    let (code, owner, table) = kind.numbers();
    let length = head.len() as u64;
    let mut fixed = Vec::with_capacity(FIXED);
    fixed.extend_from_slice(MAGIC);
    for field in [code, owner, table, number] {
        fixed.extend_from_slice(&field.to_le_bytes());
    }
    fixed.extend_from_slice(&length.to_le_bytes());
    fixed.extend_from_slice(&(length + columns).to_le_bytes());
    fixed.extend_from_slice(&[0; 4]);
    let sum = sum_of(&fixed, head);
    fixed.extend_from_slice(&sum.to_le_bytes());
    head[..FIXED].copy_from_slice(&fixed);
    sum
}

fn sum_of(fixed: &[u8], head: &[u8]) -> u32 {
    crc32c::crc32c_append(crc32c::crc32c(&fixed[..44]), head.get(FIXED..).unwrap_or_default())
}

/// What the first 48 bytes of a section say, not verified yet.
pub(crate) fn parse(bytes: &[u8]) -> Option<SectionHead> {
    if bytes.len() < FIXED || !bytes.starts_with(MAGIC) || u32_at(bytes, 40) != 0 {
        return None;
    }
    let numbers = (u32_at(bytes, 8), u32_at(bytes, 12), u32_at(bytes, 16));
    let (head, length) = (u64_at(bytes, 24), u64_at(bytes, 32));
    let kind = SectionKind::from_numbers(numbers)?;
    let sum = u32_at(bytes, 44);
    (head >= FIXED as u64 && length >= head).then_some(SectionHead {
        kind,
        number: u32_at(bytes, 20),
        head,
        length,
        sum,
    })
}

/// The checksum that a whole head names.
pub(crate) fn sum_in(head: &[u8]) -> u32 {
    u32_at(head, 44)
}

/// Whether a whole head has the checksum that it names.
pub(crate) fn verifies(head: &[u8]) -> bool {
    head.len() >= FIXED && sum_of(&head[..44], head) == u32_at(head, 44)
}
