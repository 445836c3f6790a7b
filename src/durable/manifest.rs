//! The manifest: what opening reads of a checkpoint, and all that it reads.
//!
//! Names and schema are a section of changes, so that what a later version can
//! declare needs no field here. For each chunk there are some ten bytes: 24 million
//! relationships have some hundred kilobytes of manifest.

use super::codec::{self, Text};
use super::error::DurableError;
use super::section::{FIXED, SectionKind};
use crate::store::stored::{Place, TableName};
use serde::{Deserialize, Serialize};

/// The attribute that says from where on the history is kept.
const HISTORY: &str = "history";

/// The table of contents.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Manifest {
    /// The last commit in the graph, 0 for none.
    pub(crate) sequence: u64,
    /// When that was, nanoseconds since 1970.
    pub(crate) time: i64,
    pub(crate) next_node: u32,
    pub(crate) next_relationship: u32,
    pub(crate) nodes: u64,
    pub(crate) relationships: u64,
    /// Nodes by label id.
    pub(crate) labels: Vec<u64>,
    /// By type id: relationships, and by label how many start and end there.
    pub(crate) types: Vec<TypeCounts>,
    /// In the order of the file.
    sections: Vec<Sections>,
    /// Room for what a later version wants to say without a new layout.
    attributes: Vec<(Text, Vec<u8>)>,
    /// The number after the last one that was entered.
    #[serde(skip)]
    next: u32,
}

/// How many relationships of a type there are, and by label how many start and end there.
type TypeCounts = (u64, Vec<(u32, u64, u64)>);

/// The sections of one table.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Sections {
    kind: u32,
    owner: u32,
    table: u32,
    chunks: Vec<Entry>,
}

/// One section. Its place is where the one before it ends.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
struct Entry {
    /// Numbers that are passed over; of changes, history and directories, their count.
    step: u32,
    head: u64,
    /// Bytes after the head.
    columns: u64,
    sum: u32,
}

/// A section where it lies.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Located {
    pub(crate) kind: SectionKind,
    /// The number of the chunk, or the count of changes, pieces or leaves.
    pub(crate) number: u32,
    pub(crate) place: Place,
}

impl Manifest {
    /// A manifest without sections.
    pub(crate) fn of(sequence: u64, time: i64) -> Self {
        Manifest { sequence, time, ..Manifest::default() }
    }

    /// Enters the section that was written after the last one.
    pub(crate) fn push(&mut self, kind: SectionKind, number: u32, place: &Place) {
        let (code, owner, table) = kind.numbers();
        let same = |last: &Sections| (last.kind, last.owner, last.table) == (code, owner, table);
        let entry = |step| Entry {
            step,
            head: place.head,
            columns: place.length - place.head,
            sum: place.sum,
        };
        if !self.sections.last().is_some_and(same) {
            self.next = 0;
            self.sections.push(Sections { kind: code, owner, table, chunks: Vec::new() });
        }
        let chunk = matches!(kind, SectionKind::Chunk(_));
        let step = if chunk { number - self.next } else { number };
        self.next = number.saturating_add(1);
        if let Some(last) = self.sections.last_mut() {
            last.chunks.push(entry(step));
        }
    }

    /// The sections in the order of the file, the first of them at `start`.
    ///
    /// # Errors
    ///
    /// When they do not lie end to end up to `end`, or are of no known kind.
    pub(crate) fn located(&self, start: u64, end: u64) -> Result<Vec<Located>, String> {
        let mut at = start;
        let mut located = Vec::new();
        for sections in &self.sections {
            let kind = SectionKind::from_numbers((sections.kind, sections.owner, sections.table));
            let kind =
                kind.ok_or_else(|| format!("sections of kind {} are unknown", sections.kind))?;
            let mut next = 0u32;
            for entry in &sections.chunks {
                let length = entry.head.checked_add(entry.columns);
                let after = length.and_then(|length| at.checked_add(length));
                let (Some(length), Some(after)) = (length, after.filter(|&after| after <= end))
                else {
                    return Err(format!("the section at byte {at} has no end"));
                };
                if entry.head < FIXED as u64 {
                    return Err(format!("the section at byte {at} has no head"));
                }
                let number = match kind {
                    SectionKind::Changes | SectionKind::History | SectionKind::Index(_) => {
                        entry.step
                    }
                    SectionKind::Chunk(table) => {
                        let number =
                            next.checked_add(entry.step).filter(|&n| n < self.bound(table));
                        let number = number.ok_or("a chunk beyond the last id")?;
                        next = number + 1;
                        number
                    }
                };
                let place = Place { offset: at, head: entry.head, length, sum: entry.sum };
                located.push(Located { kind, number, place });
                at = after;
            }
        }
        if at == end { Ok(located) } else { Err(format!("there is no section at byte {at}")) }
    }

    /// More chunks than this a table cannot have.
    fn bound(&self, table: TableName) -> u32 {
        let ids = match table {
            TableName::Nodes => self.next_node,
            TableName::Relationships => self.next_relationship,
            TableName::Adjacency(_, slot) if slot & 2 == 0 => self.next_node,
            TableName::Adjacency(..) => self.next_relationship,
            // A leaf has at least one entry.
            TableName::Index(_) => return self.next_node.max(self.next_relationship),
        };
        ids.div_ceil(crate::vector::CHUNK_ROWS as u32)
    }

    /// Notes from where on the history is kept: the last commit that cannot be undone, 0
    /// for none, and its time.
    pub(crate) fn set_oldest(&mut self, oldest: (u64, i64)) -> Result<(), DurableError> {
        let mut bytes = Vec::new();
        codec::encode(&oldest, &mut bytes)?;
        self.attributes.push((Text(HISTORY.into()), bytes));
        Ok(())
    }

    /// From where on the history is kept; `None` in files that have none.
    pub(crate) fn oldest(&self) -> Result<Option<(u64, i64)>, String> {
        let found = self.attributes.iter().find(|(name, _)| &*name.0 == HISTORY);
        found.map(|(_, bytes)| codec::decode(bytes)).transpose()
    }

    pub(crate) fn encode(&self) -> Result<Vec<u8>, DurableError> {
        let mut bytes = Vec::new();
        codec::encode(self, &mut bytes)?;
        Ok(bytes)
    }
}
