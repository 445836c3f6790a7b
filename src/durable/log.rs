//! The log: the commits since the last checkpoint, one record after the other.

use super::error::DurableError;
use super::header::{FORMAT_VERSION, FileKind, HEADER_LENGTH, Header};
use super::opening;
use super::record::{self, Chain, CommitRecord, HEAD, Place, SUM};
use super::record_reader::{self, Next};
use super::room;
use super::source::{BLOCK, Replay, Source};
use super::storage::{Access, Storage, StorageFile, with_suffix};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// What a replay found.
#[derive(Debug)]
pub(crate) struct Replayed {
    /// How many records were handed to the sink.
    pub(crate) records: u64,
    /// Where a torn tail starts and how many bytes it has.
    pub(crate) torn: Option<(u64, u64)>,
}

/// An open log.
#[derive(Debug)]
pub(crate) struct Log {
    pub(crate) file: Arc<dyn StorageFile>,
    pub(crate) path: PathBuf,
    pub(crate) header: Header,
    pub(crate) chain: Chain,
    /// The last commit that cannot be undone, and its time.
    pub(crate) no_way_back: Option<(u64, i64)>,
    /// Where its records end.
    pub(crate) place: Place,
    /// Where the room behind them ends, the file with it, as far as is known.
    end: u64,
    /// Up to where it is known to be durable.
    synced: u64,
    /// What the last replayed record says of that.
    known_durable: u64,
    buffer: Vec<u8>,
}

/// A sync of the records that a log had when it was asked for. Others may be appended
/// while it runs.
#[derive(Debug)]
pub struct LogSync {
    /// `None` when there is nothing to sync.
    file: Option<Arc<dyn StorageFile>>,
    position: u64,
}

impl LogSync {
    /// A sync of a log that there is not.
    pub(crate) fn nothing() -> Self {
        LogSync { file: None, position: 0 }
    }

    /// Runs it; to be told to [`DatabaseFile::end_sync`](super::DatabaseFile::end_sync).
    pub fn run(&self) -> io::Result<()> {
        self.file.as_ref().map_or(Ok(()), |file| file.sync())
    }
}

/// Why an append failed, and whether the log can still be trusted.
#[derive(Debug)]
pub(crate) enum AppendError {
    /// The log is as it was.
    Undone(DurableError),
    /// Nobody knows what is on disk.
    Unknown(DurableError),
}

impl Log {
    /// Writes an empty log beside its final name; [`Log::put_in_place`] follows.
    pub(crate) fn prepare(
        storage: &dyn Storage,
        path: &Path,
        header: Header,
        model: &Path,
    ) -> Result<Self, DurableError> {
        let new = with_suffix(path, ".new");
        let file =
            storage.open(&new, Access::Create).map_err(|e| DurableError::io("create", &new, e))?;
        let (bytes, seed) = header.encode();
        storage
            .match_permissions(model, &new)
            .map_err(|e| DurableError::io("set the permissions of", &new, e))?;
        file.write_at(&bytes, 0).map_err(|e| DurableError::io("write", &new, e))?;
        file.sync().map_err(|e| DurableError::io("sync", &new, e))?;
        Ok(Self::at_start(file, path, header, seed))
    }

    /// Gives a prepared log its name, durably.
    pub(crate) fn put_in_place(storage: &dyn Storage, path: &Path) -> Result<(), DurableError> {
        let new = with_suffix(path, ".new");
        storage.rename(&new, path).map_err(|e| DurableError::io("rename", new, e))?;
        opening::sync_folder_of(storage, path)
    }

    /// Opens an existing log, before its first record.
    pub(crate) fn open(
        storage: &dyn Storage,
        path: &Path,
        access: Access,
    ) -> Result<Self, DurableError> {
        let file = storage.open(path, access).map_err(|e| DurableError::io("open", path, e))?;
        let header = Header::read(file.as_ref(), path, FileKind::Log)?;
        let seed = header.checksum();
        Ok(Self::at_start(file, path, header, seed))
    }

    fn at_start(file: Box<dyn StorageFile>, path: &Path, header: Header, seed: u32) -> Self {
        let place = Place {
            position: HEADER_LENGTH,
            sequence: header.base_sequence,
            time: 0,
            previous: seed,
        };
        let path = path.to_path_buf();
        Log {
            file: Arc::from(file),
            path,
            header,
            chain: Chain { seed, version: header.version },
            no_way_back: None,
            place,
            end: HEADER_LENGTH,
            synced: HEADER_LENGTH,
            known_durable: HEADER_LENGTH,
            buffer: Vec::new(),
        }
    }

    /// Whether its commits follow those of a checkpoint with this header.
    pub(crate) fn follows(&self, checkpoint: &Header) -> bool {
        (self.header.uuid, self.header.generation) == (checkpoint.uuid, checkpoint.generation)
            && self.header.follows == checkpoint.salt
            && self.header.base_sequence == checkpoint.base_sequence
    }

    /// Whether its records are of an older format, in which it takes no more.
    pub(crate) fn is_older(&self) -> bool {
        self.header.version < FORMAT_VERSION
    }

    /// Whether a commit has been appended since the checkpoint.
    pub(crate) fn has_records(&self) -> bool {
        self.place.position > HEADER_LENGTH
    }

    /// Whether what was read of it last is no longer there: a writer has taken a commit
    /// back that failed.
    pub(crate) fn is_rewritten(&self) -> Result<bool, DurableError> {
        let source = Source::new(self.file.as_ref(), &self.path)?;
        if source.end < self.place.position {
            return Ok(true);
        }
        // Every record ends with its checksum, and so does the header.
        let mut sum = [0; SUM as usize];
        source.read_exactly(&mut sum, self.place.position - SUM)?;
        Ok(u32::from_le_bytes(sum) != self.place.previous)
    }

    /// Hands the records after the present place to the sink and moves there.
    ///
    /// # Errors
    ///
    /// `Damaged` when a record that was durable is no longer whole.
    pub(crate) fn replay(&mut self, sink: &mut dyn Replay) -> Result<Replayed, DurableError> {
        let mut source = Source::new(self.file.as_ref(), &self.path)?;
        let mut records = 0;
        if source.end < self.place.position {
            let what = format!("the log had {} bytes", self.place.position);
            return Err(source.damaged(source.end, what));
        }
        while self.place.position < source.end {
            if self.is_seen_room(&source)? {
                break;
            }
            match record_reader::examine(&mut source, &self.place, self.chain)? {
                Next::Whole(head, sum) => {
                    self.known_durable = head.durable.clamp(HEADER_LENGTH, head.position);
                    let (place, leads_back) =
                        record_reader::replay(&mut source, &head, sum, self.chain, sink)?;
                    if !leads_back {
                        self.no_way_back = Some((place.sequence, place.time));
                    }
                    self.place = place;
                    records += 1;
                }
                Next::Torn(why) => {
                    let (at, seed) = (self.place.position, self.chain.seed);
                    let room = room::begins(&mut source, at, seed)?;
                    if room == at {
                        break;
                    }
                    let proof = record_reader::proof_of_durability(&mut source, at, seed)?;
                    if let Some(later) = proof {
                        let what = format!("{why}, and a later commit stands at byte {later}");
                        return Err(source.damaged(at, what));
                    }
                    return Ok(Replayed { records, torn: Some((at, room - at)) });
                }
            }
        }
        self.end = source.end;
        Ok(Replayed { records, torn: None })
    }

    /// Whether all that follows was room at the last look, and still is where the next
    /// record would begin: whoever follows a writer need not look at all of it each time.
    fn is_seen_room(&self, source: &Source<'_>) -> Result<bool, DurableError> {
        let at = self.place.position;
        if source.end != self.end {
            return Ok(false);
        }
        let mut found = [0; HEAD as usize];
        let found = &mut found[..HEAD.min(source.end - at) as usize];
        source.read_exactly(found, at)?;
        Ok(room::bytes(at, at + found.len() as u64, self.chain.seed) == found)
    }

    /// Makes what was replayed durable, before the first append: it may come from
    /// a writer that died before its sync, or whose sync failed. After a failed
    /// sync the system counts the pages as written, and the next sync succeeds
    /// without writing them; so they are written again, with the same bytes.
    pub(crate) fn settle(&mut self, cut: bool) -> Result<(), DurableError> {
        let mut at = self.known_durable;
        let mut source = Source::new(self.file.as_ref(), &self.path)?;
        while at < self.place.position {
            let step = BLOCK.min(self.place.position - at);
            let bytes = source.bytes(at, step)?;
            self.file.write_at(bytes, at).map_err(|e| DurableError::io("write", &self.path, e))?;
            at += step;
        }
        self.cut_and_sync(cut)
    }

    /// Cuts what follows the last whole record and makes the log durable up to there.
    pub(crate) fn cut_and_sync(&mut self, cut: bool) -> Result<(), DurableError> {
        if cut {
            self.file
                .set_len(self.place.position)
                .map_err(|e| DurableError::io("cut", &self.path, e))?;
            self.end = self.place.position;
        }
        self.file.sync().map_err(|e| DurableError::io("sync", &self.path, e))?;
        self.synced = self.place.position;
        Ok(())
    }

    /// Writes a record after the last one, not yet synced.
    pub(crate) fn append(&mut self, commit: &CommitRecord<'_>) -> Result<(), AppendError> {
        let place = record::encode(&self.place, self.chain, self.synced, commit, &mut self.buffer)
            .map_err(AppendError::Undone)?;
        let written = self.file.write_at(&self.buffer, self.place.position);
        // A commit of a gigabyte must not keep a gigabyte.
        self.buffer.clear();
        self.buffer.shrink_to(1 << 20);
        let Err(source) = written else {
            if commit.undo.is_none() {
                self.no_way_back = Some((place.sequence, place.time));
            }
            let length = place.position - self.place.position;
            self.place = place;
            self.make_room(length);
            return Ok(());
        };
        // What was written of it may be a whole record, which recovery would
        // take for a commit: only a synced cut makes the refusal true.
        match self.cut_and_sync(true) {
            Ok(()) => Err(AppendError::Undone(DurableError::io("write", &self.path, source))),
            Err(_) => Err(AppendError::Unknown(DurableError::Unknown {
                file: self.path.clone(),
                operation: "write",
                source,
            })),
        }
    }

    /// Writes room behind the last record, `length` bytes long, where there is none left.
    fn make_room(&mut self, length: u64) {
        let at = self.place.position;
        if let Some(end) = room::wanted(at, length, self.end) {
            let written = self.file.write_at(&room::bytes(at, end, self.chain.seed), at);
            // The commit stands without it. What was written of it must not keep a full disk full;
            // where it cannot be cut either, it is written over.
            if written.is_err() {
                let _ = self.file.set_len(at);
            }
            self.end = if written.is_ok() { end } else { at };
        } else {
            self.end = self.end.max(at);
        }
    }

    /// A sync of all records so far, to be run without the log at hand.
    pub(crate) fn begin_sync(&self) -> LogSync {
        let file = (self.synced < self.place.position).then(|| self.file.clone());
        LogSync { file, position: self.place.position }
    }

    /// Takes note of how a sync has ended. A failure is final: see [`DurableError::Unknown`].
    pub(crate) fn end_sync(
        &mut self,
        sync: &LogSync,
        outcome: io::Result<()>,
    ) -> Result<(), DurableError> {
        outcome.map_err(|source| DurableError::Unknown {
            file: self.path.clone(),
            operation: "sync",
            source,
        })?;
        self.synced = self.synced.max(sync.position);
        Ok(())
    }

    /// Bytes that a power cut may still take.
    pub(crate) fn unsynced_bytes(&self) -> u64 {
        self.place.position - self.synced
    }
}
