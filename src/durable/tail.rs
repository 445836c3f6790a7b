//! A reader that follows a writer in another process.
//!
//! It reads the log on from where it stopped. A log that was replaced by a
//! checkpoint is still open here and is read to its end first; the new one
//! follows it when it starts with the commit that the old one ended with. A
//! commit may be seen here shortly before the writer has synced it.

use super::database_file::DatabaseFile;
use super::error::DurableError;
use super::log::Log;
use super::opening::{open_checkpoint, open_log};
use super::source::Replay;
use super::storage::Access;

/// What a look at the log brought.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refresh {
    /// There is nothing new.
    UpToDate,
    /// So many commits were handed to the sink.
    Advanced(u64),
    /// The writer has gone on without a trace to follow: open the database again.
    /// What the sink was handed is to be thrown away.
    Reopen,
}

impl DatabaseFile {
    /// Hands the commits since the last look to `sink`. For a writer, whose own
    /// commits are all there are, always [`Refresh::UpToDate`].
    ///
    /// # Errors
    ///
    /// See [`DatabaseFile::open`].
    pub fn refresh(&mut self, sink: &mut dyn Replay) -> Result<Refresh, DurableError> {
        if !self.is_read_only() {
            return Ok(Refresh::UpToDate);
        }
        let mut records = 0;
        if !self.read_on(sink, &mut records)? {
            return Ok(Refresh::Reopen);
        }
        let log_path = self.log_path();
        let Some(mut next) = open_log(&*self.storage, &log_path, Access::Read)? else {
            // Closed cleanly: its last commits are in the checkpoint. Whether that
            // holds more than was seen here, its header tells.
            let checkpoint = open_checkpoint(&*self.storage, &self.path)?;
            let followed = checkpoint.header.uuid == self.header.uuid
                && checkpoint.header.base_sequence <= self.last_sequence();
            return Ok(if followed { outcome(records) } else { Refresh::Reopen });
        };
        if self.log.as_ref().is_some_and(|log| log.header == next.header) {
            return Ok(outcome(records));
        }
        // Commits may have come between the reading and the replacement.
        if !self.read_on(sink, &mut records)? || !self.leads_to(&next)? {
            return Ok(Refresh::Reopen);
        }
        records += next.replay(sink)?.records;
        self.log = Some(next);
        Ok(outcome(records))
    }

    /// Reads the open log to its end; `false` when it is shorter than it was.
    fn read_on(&mut self, sink: &mut dyn Replay, records: &mut u64) -> Result<bool, DurableError> {
        let Some(log) = &mut self.log else { return Ok(true) };
        if log.has_shrunk()? {
            return Ok(false);
        }
        *records += log.replay(sink)?.records;
        Ok(true)
    }

    /// Whether `next` starts where this reader stands, and if so, takes over the
    /// checkpoint that it follows.
    fn leads_to(&mut self, next: &Log) -> Result<bool, DurableError> {
        if next.header.uuid != self.header.uuid || next.header.base_sequence != self.last_sequence()
        {
            return Ok(false);
        }
        let checkpoint = open_checkpoint(&*self.storage, &self.path)?;
        if next.header.follows != checkpoint.header.salt {
            return Ok(false);
        }
        let time = self.last_time();
        self.header = checkpoint.header;
        self.checkpoint_bytes = checkpoint.length;
        self.checkpoint_time = time;
        Ok(true)
    }
}

fn outcome(records: u64) -> Refresh {
    if records == 0 { Refresh::UpToDate } else { Refresh::Advanced(records) }
}
