//! Buffered reading of a file by position, and where what is read goes to.

use super::codec::decode_change;
use super::error::DurableError;
use super::storage::StorageFile;
use crate::store::Graph;
use crate::store::change::Change;
use std::path::Path;
use std::sync::Arc;

/// Bytes that are read at once, where there are as many.
pub(crate) const BLOCK: u64 = 1 << 20;

/// Receives what a database file and its log hold, in the order in which it
/// happened: `base` with the checkpoint's graph (or, of a file of format version 1,
/// the changes that build it), `checkpoint`, then for each commit its changes and
/// `commit`.
pub trait Replay {
    /// Takes the graph of the checkpoint, whose chunks are still in the file.
    ///
    /// # Errors
    ///
    /// As [`Replay::apply`].
    fn base(&mut self, graph: Graph) -> Result<(), Refusal>;

    /// Takes one change.
    ///
    /// # Errors
    ///
    /// [`Refusal`] when the change does not fit the ones before; opening then
    /// fails with [`DurableError::Refused`].
    fn apply(&mut self, change: Change) -> Result<(), Refusal>;

    /// The changes so far are the state at a checkpoint: the number and the time
    /// (nanoseconds since 1970) of the last commit in it, 0 and 0 for none.
    fn checkpoint(&mut self, _sequence: u64, _time: i64) -> Result<(), Refusal> {
        Ok(())
    }

    /// The changes since the last call make up this commit.
    fn commit(&mut self, _commit: &CommitInfo) -> Result<(), Refusal> {
        Ok(())
    }
}

/// Why a change does not fit, as half a sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal(pub String);

/// A commit as the log describes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CommitInfo {
    /// Its number; the first commit of a database has number 1.
    pub sequence: u64,
    /// When, in nanoseconds since 1970-01-01T00:00:00Z.
    pub time: i64,
    /// Who committed; may be empty.
    pub author: Arc<str>,
    /// What for; may be empty.
    pub message: Arc<str>,
    /// How many changes it has.
    pub changes: u64,
    /// Where its record starts in the log, in bytes.
    pub offset: u64,
}

/// A reader of the bytes before `end`, with one buffer.
pub(crate) struct Source<'a> {
    pub(crate) file: &'a dyn StorageFile,
    pub(crate) path: &'a Path,
    /// Where reading stops: the length when reading began. What a writer
    /// appends meanwhile is not looked at.
    pub(crate) end: u64,
    start: u64,
    buffer: Vec<u8>,
    /// Bytes that are read at once.
    block: u64,
}

/// Bytes that are read at once where little is wanted.
const SMALL_BLOCK: u64 = 4096;

impl<'a> Source<'a> {
    pub(crate) fn new(file: &'a dyn StorageFile, path: &'a Path) -> Result<Self, DurableError> {
        let end = file.len().map_err(|e| DurableError::io("read the length of", path, e))?;
        Ok(Source { file, path, end, start: 0, buffer: Vec::new(), block: BLOCK })
    }

    /// A reader that takes little more than it is asked for: where what follows is of no
    /// interest.
    pub(crate) fn sparing(file: &'a dyn StorageFile, path: &'a Path) -> Result<Self, DurableError> {
        Ok(Source { block: SMALL_BLOCK, ..Self::new(file, path)? })
    }

    /// `count` bytes from `at`.
    ///
    /// # Errors
    ///
    /// `Damaged` when they reach past the end; so no length in a file can ask
    /// for more memory than the file is long.
    pub(crate) fn bytes(&mut self, at: u64, count: u64) -> Result<&[u8], DurableError> {
        let end = at.checked_add(count).filter(|end| *end <= self.end);
        let Some(end) = end else {
            let what = format!("{count} bytes were expected, the file ends at byte {}", self.end);
            return Err(self.damaged(at, what));
        };
        if at < self.start || end > self.start + self.buffer.len() as u64 {
            let wanted = count.max(self.block).min(self.end - at);
            let wanted = usize::try_from(wanted)
                .map_err(|_| self.damaged(at, format!("{count} bytes exceed the memory")))?;
            self.buffer.resize(wanted, 0);
            self.start = at;
            if let Err(error) = self.file.read_at(&mut self.buffer, at) {
                self.buffer.clear();
                return Err(DurableError::io("read", self.path, error));
            }
        }
        let from = (at - self.start) as usize;
        Ok(&self.buffer[from..from + count as usize])
    }

    /// Fills a small buffer, and reads no more than that.
    pub(crate) fn read_exactly(&self, buffer: &mut [u8], at: u64) -> Result<(), DurableError> {
        let end = at.checked_add(buffer.len() as u64).filter(|end| *end <= self.end);
        if end.is_none() {
            let what =
                format!("{} bytes were expected, the file ends at byte {}", buffer.len(), self.end);
            return Err(self.damaged(at, what));
        }
        self.file.read_at(buffer, at).map_err(|error| DurableError::io("read", self.path, error))
    }

    /// Gets the block that ends at a place: for reading backwards.
    pub(crate) fn aim(&mut self, end: u64) -> Result<(), DurableError> {
        let least = end.saturating_sub(64);
        if least < self.start || end > self.start + self.buffer.len() as u64 {
            let start = end.saturating_sub(BLOCK);
            self.buffer.clear();
            self.bytes(start, end - start)?;
        }
        Ok(())
    }

    /// Where `pattern` (8 bytes or fewer) stands first, from `at`.
    pub(crate) fn find(&mut self, pattern: &[u8], at: u64) -> Result<Option<u64>, DurableError> {
        let (mut at, width) = (at, pattern.len() as u64);
        while self.end.saturating_sub(at) >= width {
            let step = BLOCK.min(self.end - at);
            let block = self.bytes(at, step)?;
            if let Some(index) = block.windows(pattern.len()).position(|window| window == pattern) {
                return Ok(Some(at + index as u64));
            }
            // The blocks overlap, so that nothing is missed between two.
            at += step - width + 1;
        }
        Ok(None)
    }

    /// The CRC-32C of a range, read block by block.
    pub(crate) fn checksum(&mut self, at: u64, count: u64) -> Result<u32, DurableError> {
        let (mut at, mut left, mut sum) = (at, count, 0);
        while left > 0 {
            let step = left.min(BLOCK);
            sum = crc32c::crc32c_append(sum, self.bytes(at, step)?);
            at += step;
            left -= step;
        }
        Ok(sum)
    }

    pub(crate) fn damaged(&self, offset: u64, what: impl Into<String>) -> DurableError {
        DurableError::damaged(self.path, offset, what)
    }

    pub(crate) fn refused(&self, offset: u64, refusal: Refusal) -> DurableError {
        DurableError::Refused { file: self.path.to_path_buf(), offset, what: refusal.0 }
    }

    /// Decodes `items` changes that fill a range exactly and hands them on.
    pub(crate) fn replay_changes(
        &mut self,
        at: u64,
        count: u64,
        items: u64,
        sink: &mut dyn Replay,
    ) -> Result<(), DurableError> {
        let mut used = 0;
        for _ in 0..items {
            let bytes = &self.bytes(at, count)?[used..];
            let (change, taken) =
                decode_change(bytes).map_err(|what| self.damaged(at + used as u64, what))?;
            used += taken;
            sink.apply(change).map_err(|refusal| self.refused(at, refusal))?;
        }
        if used as u64 == count {
            Ok(())
        } else {
            Err(self.damaged(at + used as u64, "there are more bytes than changes"))
        }
    }
}
