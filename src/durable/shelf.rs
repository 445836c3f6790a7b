//! Where the volumes of a history lie: in a checkpoint, or in memory where there is no
//! file.

use super::error::DurableError;
use super::preamble::encode_preamble;
use super::record::{self, CommitRecord};
use super::section::{self, SectionKind};
use super::source::Source;
use super::storage::StorageFile;
use super::volume::{self, Draft, Section, Span, Volume};
use crate::store::stored::Place;
use std::path::Path;
use std::sync::Arc;

/// The volumes of a history, in order.
#[derive(Clone, Debug)]
pub(crate) enum Shelf {
    /// Of a checkpoint, whose file stays open.
    File {
        file: Arc<dyn StorageFile>,
        path: Arc<Path>,
        /// For each volume how many pieces it has, and its place.
        volumes: Arc<[(u32, Place)]>,
    },
    /// In memory; the last volume is still being written.
    Memory { volumes: Vec<Arc<(u32, Span, Vec<u8>)>>, draft: Draft },
}

impl Shelf {
    /// How many volumes there are.
    pub(crate) fn len(&self) -> usize {
        match self {
            Shelf::File { volumes, .. } => volumes.len(),
            Shelf::Memory { volumes, draft } => volumes.len() + usize::from(!draft.is_empty()),
        }
    }

    /// What file errors name.
    pub(crate) fn path(&self) -> &Path {
        match self {
            Shelf::File { path, .. } => path,
            Shelf::Memory { .. } => Path::new("the history in memory"),
        }
    }

    /// Where a volume lies in its file.
    pub(crate) fn offset(&self, index: usize) -> u64 {
        match self {
            Shelf::File { volumes, .. } => volumes.get(index).map_or(0, |(_, place)| place.offset),
            Shelf::Memory { .. } => 0,
        }
    }

    /// What a volume is about. In a file it costs the read of some sixty bytes.
    pub(crate) fn span(&self, index: usize) -> Result<Span, DurableError> {
        match self {
            Shelf::File { file, path, volumes } => {
                let Some((count, place)) = volumes.get(index) else { return Err(self.missing()) };
                let mut source = Source::new(file.as_ref(), path)?;
                Ok(head_at(&mut source, *count, place)?.1)
            }
            Shelf::Memory { volumes, draft } => {
                Ok(volumes.get(index).map_or(draft.span(), |volume| volume.1))
            }
        }
    }

    /// Reads a volume.
    pub(crate) fn volume(&self, index: usize) -> Result<Volume, DurableError> {
        let decoded = match self {
            Shelf::File { .. } => {
                let Section { pieces, head, columns } = self.section(index)?;
                volume::read_head(&head)
                    .and_then(|(span, _)| Volume::decode(&columns, pieces, span))
            }
            Shelf::Memory { volumes, draft } => match volumes.get(index) {
                Some(volume) => Volume::decode(&volume.2, volume.0, volume.1),
                None => draft.to_volume(),
            },
        };
        decoded.map_err(|what| DurableError::damaged(self.path(), self.offset(index), what))
    }

    /// A volume as a section, verified.
    pub(crate) fn section(&self, index: usize) -> Result<Section, DurableError> {
        match self {
            Shelf::File { file, path, volumes } => {
                let Some((count, place)) = volumes.get(index) else { return Err(self.missing()) };
                let mut source = Source::new(file.as_ref(), path)?;
                let (head, _, sum) = head_at(&mut source, *count, place)?;
                let at = place.offset + place.head;
                let columns = source.bytes(at, place.length - place.head)?;
                if crc32c::crc32c(columns) != sum {
                    return Err(source.damaged(at, "the history does not match its checksum"));
                }
                Ok(Section { pieces: *count, head, columns: columns.to_vec() })
            }
            Shelf::Memory { .. } => {
                let volume = self.volume(index)?;
                let mut draft = Draft::default();
                volume.pieces.iter().for_each(|piece| draft.copy(&volume, piece));
                Ok(draft.encode())
            }
        }
    }

    fn missing(&self) -> DurableError {
        DurableError::damaged(self.path(), 0, "a volume of the history is missing")
    }

    /// A shelf in memory with nothing on it.
    pub(crate) fn memory() -> Self {
        Shelf::Memory { volumes: Vec::new(), draft: Draft::default() }
    }

    /// Puts a whole section on a shelf in memory.
    pub(crate) fn put(&mut self, section: &Section) -> Result<(), DurableError> {
        let damaged = |what| DurableError::damaged(self.path(), 0, what);
        let (span, _) = volume::read_head(&section.head).map_err(damaged)?;
        if let Shelf::Memory { volumes, .. } = self {
            volumes.push(Arc::new((section.pieces, span, section.columns.clone())));
        }
        Ok(())
    }

    /// Puts a commit on a shelf in memory.
    pub(crate) fn append(
        &mut self,
        number: u64,
        commit: &CommitRecord<'_>,
    ) -> Result<(), DurableError> {
        let Shelf::Memory { volumes, draft } = self else { return Ok(()) };
        let mut bytes = Vec::new();
        encode_preamble(commit, &mut bytes)?;
        let mut frames = Vec::new();
        if let Some(undo) = commit.undo {
            record::encode_undo(undo, &mut frames)?;
        }
        let mut close = |draft: &mut Draft| {
            if draft.is_full() {
                let Section { pieces, columns, .. } = draft.encode();
                volumes.push(Arc::new((pieces, draft.span(), columns)));
                *draft = Draft::default();
            }
        };
        draft.begin(number, commit.time, &bytes);
        close(draft);
        for (items, changes) in record::split_frames(&frames) {
            draft.undo(number, items, changes);
            close(draft);
        }
        Ok(())
    }
}

/// The head of a volume in a file, what it is about, and the checksum of its columns.
fn head_at(
    source: &mut Source<'_>,
    count: u32,
    place: &Place,
) -> Result<(Vec<u8>, Span, u32), DurableError> {
    let mut bytes = vec![0; usize::try_from(place.head.min(4096)).unwrap_or(0)];
    source.read_exactly(&mut bytes, place.offset)?;
    let sound = section::parse(&bytes).is_some_and(|head| {
        head.kind == SectionKind::History
            && (head.number, head.head, head.length, head.sum)
                == (count, place.head, place.length, place.sum)
    });
    if !sound || !section::verifies(&bytes) {
        let what = "a section does not match its checksum";
        return Err(source.damaged(place.offset, what));
    }
    let (span, sum) =
        volume::read_head(&bytes).map_err(|what| source.damaged(place.offset, what))?;
    Ok((bytes, span, sum))
}
