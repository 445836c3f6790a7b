//! The history of a database: its commits, the newest first, each with what undoes it.
//!
//! ```text
//! file   volumes of the commits up to the checkpoint        (volume.rs)
//! log    the commits since, each with its undo in its record (record.rs)
//! ```
//!
//! A [`History`] is a value like a version: it stays what it was while commits follow and
//! checkpoints replace the files, since it holds the files open that it reads. It reads
//! nothing before it is asked, and then from the end, as far as is needed.

use super::error::DurableError;
use super::preamble::{Preamble, decode_preamble};
use super::record::{Chain, CommitRecord};
use super::record_reader;
use super::shelf::Shelf;
use super::source::{Refusal, Source};
use super::storage::StorageFile;
use super::undoing::{Fed, feed, feed_pieces};
use super::volume::{Draft, Piece, Section};
use crate::store::{Bounds, Change, ChangeCounts};
use std::path::PathBuf;
use std::sync::Arc;

/// A commit as the history tells of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Commit {
    /// Its number; the first commit of a database has number 1.
    pub number: u64,
    /// When, in nanoseconds since 1970-01-01T00:00:00Z.
    pub time: i64,
    /// Who committed; may be empty.
    pub author: Arc<str>,
    /// What for; may be empty.
    pub message: Arc<str>,
    /// What it did.
    pub counts: ChangeCounts,
    /// How far ids and names had got before it.
    pub bounds: Bounds,
}

/// Takes a whole section.
pub(crate) type Emit<'a> = dyn FnMut(&Section) -> Result<(), DurableError> + 'a;

/// What to do with a commit of the history.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Go on to the one before.
    Pass,
    /// Hand out what undoes it, then go on.
    Undo,
    /// Go no further.
    Stop,
}

/// Goes back through a history.
pub trait Rewind {
    /// Looks at a commit.
    ///
    /// # Errors
    /// [`Refusal`] when it cannot be undone.
    fn commit(&mut self, commit: &Commit) -> Result<Step, Refusal>;

    /// Undoes one thing of the commit that was last looked at.
    ///
    /// # Errors
    /// [`Refusal`] when it does not fit.
    fn undo(&mut self, _change: Change) -> Result<(), Refusal> {
        Ok(())
    }

    /// All of the commit has been handed out.
    ///
    /// # Errors
    /// As [`Rewind::undo`].
    fn done(&mut self) -> Result<(), Refusal> {
        Ok(())
    }

    /// Whether the commit that left the oldest version is to be looked at too; it is the last
    /// one, and cannot be undone.
    fn wants_oldest(&self) -> bool {
        false
    }

    /// Whether commits are of no interest of which the earliest is of this time.
    fn passes(&self, _earliest: i64) -> bool {
        false
    }
}

/// The part of a log that had been written at some moment.
#[derive(Clone, Debug)]
pub(crate) struct LogPart {
    pub(crate) file: Arc<dyn StorageFile>,
    pub(crate) path: PathBuf,
    pub(crate) chain: Chain,
    /// Where it ended.
    pub(crate) end: u64,
}

/// The history at some moment.
#[derive(Clone, Debug)]
pub struct History {
    pub(crate) shelf: Shelf,
    pub(crate) log: Option<LogPart>,
    /// The last commit that cannot be undone, 0 for none, and its time.
    pub(crate) oldest: (u64, i64),
}

impl History {
    /// The number of the oldest version that can be had, and the time of its commit; 0 and
    /// 0 for the empty graph before the first commit.
    pub fn oldest(&self) -> (u64, i64) {
        self.oldest
    }

    /// A history that is kept in memory and begins with the empty graph.
    pub fn in_memory() -> Self {
        History { shelf: Shelf::memory(), log: None, oldest: (0, 0) }
    }

    /// Adds a commit with this number to a history in memory; one that cannot be undone
    /// makes it begin anew.
    ///
    /// # Errors
    /// `NotStorable`.
    pub fn append(&mut self, number: u64, commit: &CommitRecord<'_>) -> Result<(), DurableError> {
        if commit.undo.is_some() {
            return self.shelf.append(number, commit);
        }
        *self = History { oldest: (number, commit.time), ..Self::in_memory() };
        Ok(())
    }

    /// Forgets, in memory, the commits up to this one, of this time.
    ///
    /// # Errors
    /// None that can be expected: the history is in memory.
    pub fn forget(&mut self, oldest: (u64, i64)) -> Result<(), DurableError> {
        let mut kept = Shelf::memory();
        self.copy(oldest.0, u64::MAX, &mut |section| kept.put(section))?;
        *self = History { shelf: kept, log: None, oldest };
        Ok(())
    }

    /// The file that holds it.
    pub fn path(&self) -> &std::path::Path {
        self.log.as_ref().map_or(self.shelf.path(), |log| &log.path)
    }

    /// Goes back from a commit on; `u64::MAX` for the last one.
    ///
    /// # Errors
    /// `Damaged` and `Io` as reading the files raises them, `Refused` as the sink does.
    pub fn back_from(&self, newest: u64, sink: &mut dyn Rewind) -> Result<(), DurableError> {
        if let Some(log) = &self.log
            && self.back_through_log(log, newest, sink)?
        {
            return Ok(());
        }
        for index in (0..self.shelf.len()).rev() {
            let span = self.shelf.span(index)?;
            if span.first > newest || sink.passes(span.earliest) {
                continue;
            }
            let over = u64::from(sink.wants_oldest());
            if span.last + over <= self.oldest.0 || self.back_through_volume(index, newest, sink)? {
                return Ok(());
            }
        }
        Ok(())
    }

    /// Whether the way ends here.
    fn back_through_log(
        &self,
        log: &LogPart,
        newest: u64,
        sink: &mut dyn Rewind,
    ) -> Result<bool, DurableError> {
        let mut source = log.source()?;
        let mut at = log.end;
        while let Some((head, _)) = record_reader::before(&mut source, at, log.chain)? {
            at = head.position;
            if head.sequence > newest {
                continue;
            }
            if self.is_over(head.sequence, sink) {
                return Ok(true);
            }
            let opened = record_reader::open(&mut source, &head, log.chain)?;
            let Some(commit) = commit_of(head.sequence, head.time, &opened.preamble) else {
                return Ok(true);
            };
            let refused = |source: &Source<'_>, refusal| source.refused(at, refusal);
            if head.sequence == self.oldest.0 {
                sink.commit(&commit).map_err(|refusal| refused(&source, refusal))?;
                return Ok(true);
            }
            match sink.commit(&commit).map_err(|refusal| refused(&source, refusal))? {
                Step::Stop => return Ok(true),
                Step::Pass => continue,
                Step::Undo => {}
            }
            for (items, start, length) in record_reader::undo_frames(&mut source, &opened)? {
                let bytes = source.bytes(start, length)?;
                let fed = feed(bytes, items, sink);
                fed.map_err(|error| error.at(&log.path, start))?;
            }
            sink.done().map_err(|refusal| refused(&source, refusal))?;
        }
        Ok(false)
    }

    fn back_through_volume(
        &self,
        index: usize,
        newest: u64,
        sink: &mut dyn Rewind,
    ) -> Result<bool, DurableError> {
        let volume = self.shelf.volume(index)?;
        let at_volume = |error: Fed| error.at(self.shelf.path(), self.shelf.offset(index));
        for place in (0..volume.pieces.len()).rev() {
            let Some(Piece::Begins { number, time, bytes }) = volume.pieces.get(place) else {
                continue;
            };
            if *number > newest {
                continue;
            }
            if self.is_over(*number, sink) {
                return Ok(true);
            }
            let preamble = decode_preamble(volume.slice(bytes), Chain::PRESENT);
            let preamble = preamble.map_err(|what| at_volume(Fed::Damaged(what)))?;
            let Some(commit) = commit_of(*number, *time, &preamble) else { return Ok(true) };
            if *number == self.oldest.0 {
                sink.commit(&commit).map_err(|refusal| at_volume(Fed::Refused(refusal)))?;
                return Ok(true);
            }
            match sink.commit(&commit).map_err(|refusal| at_volume(Fed::Refused(refusal)))? {
                Step::Stop => return Ok(true),
                Step::Pass => continue,
                Step::Undo => {}
            }
            feed_pieces(&volume, place + 1, *number, sink).map_err(at_volume)?;
            if *number == volume.span.last {
                self.feed_following(index + 1, *number, sink)?;
            }
            sink.done().map_err(|refusal| at_volume(Fed::Refused(refusal)))?;
        }
        Ok(false)
    }

    /// Whether a commit is of no interest, nor any one before it.
    fn is_over(&self, number: u64, sink: &dyn Rewind) -> bool {
        number < self.oldest.0 || number == self.oldest.0 && !sink.wants_oldest()
    }

    /// Hands out what undoes a commit and stands in the volumes behind its own.
    fn feed_following(
        &self,
        from: usize,
        number: u64,
        sink: &mut dyn Rewind,
    ) -> Result<(), DurableError> {
        for index in from..self.shelf.len() {
            if self.shelf.span(index)?.first != number {
                break;
            }
            let volume = self.shelf.volume(index)?;
            feed_pieces(&volume, 0, number, sink)
                .map_err(|error| error.at(self.shelf.path(), self.shelf.offset(index)))?;
        }
        Ok(())
    }

    /// Hands all commits after `from`, up to `to`, to `emit` as whole sections: pieces, head
    /// and columns. Volumes that stay as they are are copied. Of `from` itself it is kept who
    /// committed and what for, if that can be read, in a volume of its own.
    pub(crate) fn copy(&self, from: u64, to: u64, emit: &mut Emit<'_>) -> Result<(), DurableError> {
        let mut draft = Draft::default();
        // Where the past is forgotten, damage goes with it; else it is not passed over.
        let forgets = from > self.oldest.0 || from >= to;
        let first = if forgets { self.first_kept(from, to)? } else { 0 };
        for index in first..self.shelf.len() {
            let span = self.shelf.span(index)?;
            if span.last < from || span.first > to {
                continue;
            }
            let whole = span.first > from && span.last <= to;
            let last = index + 1 == self.shelf.len();
            let volume = if whole && !last { None } else { Some(self.shelf.volume(index)) };
            let damaged = matches!(volume, Some(Err(DurableError::Damaged { .. })));
            if damaged && forgets && span.last == from {
                continue;
            }
            let volume = volume.transpose()?;
            match volume {
                Some(volume) if !whole || volume.is_small() => {
                    let begins = |piece: &&Piece| matches!(piece, Piece::Begins { number, .. } if *number == from);
                    if let Some(piece) = volume.pieces.iter().find(begins) {
                        draft.copy(&volume, piece);
                        flush(&mut draft, emit)?;
                    }
                    let kept = |piece: &&Piece| (from + 1..=to).contains(&piece.number());
                    for piece in volume.pieces.iter().filter(kept) {
                        draft.copy(&volume, piece);
                    }
                }
                _ => {
                    flush(&mut draft, emit)?;
                    emit(&self.shelf.section(index)?)?;
                }
            }
        }
        if let Some(log) = &self.log {
            log.copy(from, to, &mut draft, emit)?;
        }
        flush(&mut draft, emit)
    }
}

impl History {
    /// The first volume that is looked at where what lies before `from` is forgotten: those
    /// before it hold nothing else, and may be damaged.
    fn first_kept(&self, from: u64, to: u64) -> Result<usize, DurableError> {
        let mut kept = self.shelf.len();
        while let Some(index) = kept.checked_sub(1) {
            let first = match self.shelf.span(index) {
                Err(DurableError::Damaged { .. }) if from >= to => break,
                span => span?.first,
            };
            kept = index;
            if first < from {
                break;
            }
            // How `from` begins may stand in the volume before, if that can be read.
            if first == from {
                let before = index
                    .checked_sub(1)
                    .filter(|before| self.shelf.span(*before).is_ok_and(|span| span.last == from));
                return Ok(before.unwrap_or(index));
            }
        }
        Ok(kept)
    }
}

impl LogPart {
    fn source(&self) -> Result<Source<'_>, DurableError> {
        let mut source = Source::new(self.file.as_ref(), &self.path)?;
        if source.end < self.end {
            return Err(source.damaged(source.end, format!("the log had {} bytes", self.end)));
        }
        source.end = self.end;
        Ok(source)
    }

    fn copy(
        &self,
        from: u64,
        to: u64,
        draft: &mut Draft,
        emit: &mut Emit<'_>,
    ) -> Result<(), DurableError> {
        let mut source = self.source()?;
        let mut at = super::header::HEADER_LENGTH;
        while at < self.end {
            let Some((head, _)) = record_reader::whole_at(&mut source, at, self.chain)? else {
                return Err(source.damaged(at, "a record does not match its checksum"));
            };
            at += head.length;
            if head.sequence < from || head.sequence > to {
                continue;
            }
            let opened = record_reader::open(&mut source, &head, self.chain)?;
            let (start, length) = opened.place;
            if opened.preamble.back.is_none() {
                continue;
            }
            draft.begin(head.sequence, head.time, source.bytes(start, length)?);
            if head.sequence == from {
                flush(draft, emit)?;
                continue;
            }
            for (items, start, length) in record_reader::undo_frames(&mut source, &opened)? {
                if draft.is_full() {
                    flush(draft, emit)?;
                }
                draft.undo(head.sequence, items, source.bytes(start, length)?);
            }
            if draft.is_full() {
                flush(draft, emit)?;
            }
        }
        Ok(())
    }
}

fn flush(draft: &mut Draft, emit: &mut Emit<'_>) -> Result<(), DurableError> {
    if draft.is_empty() {
        return Ok(());
    }
    let section = draft.encode();
    *draft = Draft::default();
    emit(&section)
}

/// The commit that a preamble describes; `None` where it cannot be undone.
fn commit_of(number: u64, time: i64, preamble: &Preamble) -> Option<Commit> {
    let back = preamble.back?;
    Some(Commit {
        number,
        time,
        author: preamble.author.0.clone(),
        message: preamble.message.0.clone(),
        counts: back.counts(),
        bounds: back.bounds(),
    })
}
