//! A reader that follows a writer in another process.
//!
//! It reads the log on from where it stopped. A checkpoint replaces database and log:
//! then the reader opens the database again, which costs little, and lets go of the old
//! file and of what it has kept in memory of the commits that the new one holds. A
//! commit may be seen here shortly before the writer has synced it.

use super::database_file::DatabaseFile;
use super::error::DurableError;
use super::header::{FileKind, Header};
use super::opening::open_log;
use super::source::Replay;
use super::storage::Access;

/// What a look at the log brought.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refresh {
    /// There is nothing new.
    UpToDate,
    /// So many commits were handed to the sink.
    Advanced(u64),
    /// A checkpoint has replaced the files: open the database again. What the sink was
    /// handed is to be thrown away.
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
        let mut next = open_log(&*self.storage, &log_path, Access::Read)?;
        if self.log.is_none() && next.as_ref().is_some_and(|log| log.follows(&self.header)) {
            // The writer has begun it since.
            self.log = next.take();
            return Ok(if self.read_on(sink, &mut records)? {
                outcome(records)
            } else {
                Refresh::Reopen
            });
        }
        let same = match (&self.log, &next) {
            (Some(log), Some(next)) => log.header == next.header,
            // Without a log the database was closed cleanly, perhaps after a checkpoint.
            (_, None) => self.header_now()? == self.header,
            (None, Some(_)) => false,
        };
        Ok(if same { outcome(records) } else { Refresh::Reopen })
    }

    /// The header of the file that has the name now.
    fn header_now(&self) -> Result<Header, DurableError> {
        let file = self.storage.open(&self.path, Access::Read);
        let file = file.map_err(|e| DurableError::io("open", &self.path, e))?;
        Header::read(&*file, &self.path, FileKind::Database)
    }

    /// Reads the open log to its end; `false` when it is not what it was.
    fn read_on(&mut self, sink: &mut dyn Replay, records: &mut u64) -> Result<bool, DurableError> {
        let Some(log) = &mut self.log else { return Ok(true) };
        if log.is_rewritten()? {
            return Ok(false);
        }
        *records += log.replay(sink)?.records;
        Ok(true)
    }
}

fn outcome(records: u64) -> Refresh {
    if records == 0 { Refresh::UpToDate } else { Refresh::Advanced(records) }
}
