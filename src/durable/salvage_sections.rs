//! What can be taken of a damaged checkpoint: every section and every column that
//! verifies, wherever it lies, without the manifest.
//!
//! Adjacency is not taken: the relationships say it again, as elements say what indexes hold. Nor is the history, which leads
//! back from one version alone: the recovered one may be another.

use super::checkpoint::decode_changes;
use super::chunk_codec;
use super::column;
use super::error::DurableError;
use super::header::HEADER_LENGTH;
use super::pack::Reader;
use super::section::{self, FIXED, MAGIC, SectionHead, SectionKind};
use super::source::{Replay, Source};
use super::version_one;
use crate::store::chunk::{Ends, NodeRows};
use crate::store::stored::{Part, TableName};
use crate::store::{Bitmap, Change, KeyId, Segment, TypeId};
use crate::value::{Endpoint, NodeId, RelationshipId, Value};
use crate::vector::CHUNK_ROWS;

/// What was taken of a checkpoint.
#[derive(Debug, Default)]
pub(crate) struct Taken {
    /// Sections whose elements, or changes, were taken.
    pub(crate) sections: u64,
    /// Columns that are lost from chunks that were taken.
    pub(crate) columns_lost: u64,
}

/// Hands on what every sound section builds, in the order of the file.
pub(crate) fn replay_sound_sections(
    source: &mut Source<'_>,
    sink: &mut dyn Replay,
) -> Result<Taken, DurableError> {
    let mut taken = Taken::default();
    let mut at = HEADER_LENGTH.min(source.end);
    while let Some(start) = source.find(MAGIC, at)? {
        at = start + 1;
        if let Some(head) = sound_head(source, start)? {
            replay_section(source, start, &head, sink, &mut taken)?;
            // The columns hold no section; but a lying length must not hide one.
            at = start + head.head;
        } else if let Some(end) = version_one::replay_if_sound(source, start, sink)? {
            taken.sections += 1;
            at = end;
        }
    }
    Ok(taken)
}

fn sound_head(source: &mut Source<'_>, start: u64) -> Result<Option<SectionHead>, DurableError> {
    if source.end - start < FIXED as u64 {
        return Ok(None);
    }
    let Some(head) = section::parse(source.bytes(start, FIXED as u64)?) else { return Ok(None) };
    if head.head > source.end - start {
        return Ok(None);
    }
    let sound = section::verifies(source.bytes(start, head.head)?);
    Ok(sound.then_some(head))
}

fn replay_section(
    source: &mut Source<'_>,
    start: u64,
    head: &SectionHead,
    sink: &mut dyn Replay,
    taken: &mut Taken,
) -> Result<(), DurableError> {
    let bytes = source.bytes(start, head.head)?.to_vec();
    let first = u64::from(head.number) * CHUNK_ROWS as u64;
    let Ok(first) = u32::try_from(first) else { return Ok(()) };
    let mut reader = Reader::new(&bytes[FIXED..]);
    let changes = match head.kind {
        SectionKind::Changes => decode_changes(&bytes, head.number).unwrap_or_default(),
        SectionKind::Chunk(TableName::Adjacency(..) | TableName::Index(_))
        | SectionKind::Index(_)
        | SectionKind::History => return Ok(()),
        SectionKind::Chunk(TableName::Nodes) => {
            let Ok(rows) = chunk_codec::nodes(&mut reader) else { return Ok(()) };
            let columns = sound_columns(source, start, head, &mut reader, taken)?;
            node_changes(first, &rows, &columns)
        }
        SectionKind::Chunk(TableName::Relationships) => {
            let Ok((live, ends)) = chunk_codec::relationships(&mut reader) else { return Ok(()) };
            let columns = sound_columns(source, start, head, &mut reader, taken)?;
            relationship_changes(first, &live, &ends, &columns)
        }
    };
    taken.sections += 1;
    for change in changes {
        sink.apply(change).map_err(|refusal| source.refused(start, refusal))?;
    }
    Ok(())
}

/// The columns of a chunk that verify.
fn sound_columns(
    source: &mut Source<'_>,
    start: u64,
    head: &SectionHead,
    reader: &mut Reader<'_>,
    taken: &mut Taken,
) -> Result<Vec<(KeyId, Segment)>, DurableError> {
    let mut columns = Vec::new();
    let named = chunk_codec::columns(reader, head.head, head.length).unwrap_or_default();
    for (key, Part { start: from, length, sum }) in named {
        let at = start.saturating_add(from);
        let there = at.checked_add(length).is_some_and(|end| end <= source.end);
        let bytes = if there { source.bytes(at, length)? } else { &[] };
        let segment = (there && crc32c::crc32c(bytes) == sum).then(|| column::decode(bytes));
        match segment {
            Some(Ok(segment)) => columns.push((key, segment)),
            _ => taken.columns_lost += 1,
        }
    }
    Ok(columns)
}

fn properties(columns: &[(KeyId, Segment)], row: usize) -> Vec<(KeyId, Value)> {
    columns
        .iter()
        .map(|(key, segment)| (*key, segment.get(row)))
        .filter(|(_, value)| !matches!(value, Value::Null))
        .collect()
}

fn node_changes(first: u32, rows: &NodeRows, columns: &[(KeyId, Segment)]) -> Vec<Change> {
    let change = |row: u32| Change::CreateNode {
        node: NodeId(first + row),
        labels: rows
            .labels
            .iter()
            .filter(|(_, members)| members.contains(row as usize))
            .map(|(label, _)| *label)
            .collect(),
        properties: properties(columns, row as usize),
    };
    rows.live.iter().map(change).collect()
}

fn relationship_changes(
    first: u32,
    live: &Bitmap,
    ends: &Ends,
    columns: &[(KeyId, Segment)],
) -> Vec<Change> {
    let endpoint = |id: u32, row: u32, kinds: &Bitmap| {
        if kinds.contains(row as usize) {
            Endpoint::Relationship(RelationshipId(id))
        } else {
            Endpoint::Node(NodeId(id))
        }
    };
    let change = |row: u32| {
        let place = row as usize;
        Some(Change::CreateRelationship {
            relationship: RelationshipId(first + row),
            kind: TypeId(*ends.types.get(place)?),
            start: endpoint(*ends.starts.get(place)?, row, &ends.start_kinds),
            end: endpoint(*ends.ends.get(place)?, row, &ends.end_kinds),
            properties: properties(columns, place),
        })
    };
    live.iter().filter_map(change).collect()
}
