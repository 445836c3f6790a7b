//! Between the versions in memory and the file: commits, checkpoints, closing.

use super::publication::Unsettled;
use super::transaction::Signature;
use super::{Error, FileSettings, Inner};
use crate::durable::{CommitRecord, DatabaseFile, DurableError};
use crate::store::{Change, ChangeCounts, Graph, Undo, WayBack};
use std::sync::{Arc, PoisonError};

/// Bytes of log that a close leaves to the next opening rather than write a whole
/// checkpoint for, as a share of the checkpoint: one in this many.
const LEAVE_LOG_SHARE: u64 = 8;

/// What a commit still waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Appended {
    /// The commit that is to be settled; `None` where it is visible already.
    pub(super) number: Option<u64>,
    /// Whether the log has outgrown the checkpoint.
    pub(super) checkpoint_due: bool,
}

impl Inner {
    fn with_file(
        &self,
        act: impl FnOnce(&mut DatabaseFile, &FileSettings) -> Result<(), DurableError>,
    ) -> Result<(), Error> {
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        match file.as_mut() {
            Some(file) => Ok(act(file, &self.settings)?),
            None => Ok(()),
        }
    }

    /// Appends the changes that lead from one version to another, for whoever has the turn to write. It is
    /// visible once it is settled, or at once where nothing is to be waited for.
    pub(super) fn append(
        &self,
        before: &Graph,
        graph: &mut Arc<Graph>,
        (time, signature): (i64, &Signature),
        changes: &[Change],
    ) -> Result<Appended, Error> {
        let mut appended = Appended { number: None, checkpoint_due: false };
        let undo = self.keeps_history(before).then(|| Undo::new(before, changes));
        let author = signature.author.as_ref().unwrap_or(&self.settings.author);
        let message = &signature.message;
        let undo = undo.as_ref().map(|undo| undo as &dyn WayBack);
        let record = CommitRecord { time, author, message, changes, undo };
        let mut last = None;
        self.with_file(|file, settings| {
            let (number, due) = file.append_unsynced(&record, settings.synchronous)?;
            let checkpoint_due = file.checkpoint_due();
            appended = Appended { number: due.then_some(number), checkpoint_due };
            last = Some(number);
            Ok(())
        })?;
        let last = match last {
            Some(last) => last,
            None => self.append_in_memory(before, &record)?,
        };
        Arc::make_mut(graph).set_last_commit(last, time);
        match appended.number {
            Some(number) => self.versions.append(graph.clone(), number),
            None => self.versions.show(graph.clone(), last),
        }
        Ok(appended)
    }

    /// Commits a version to which not only these changes have led, but a load as well, by a
    /// checkpoint; for whoever has the turn to write, once all before is settled.
    pub(super) fn commit_load(
        &self,
        before: &Graph,
        graph: Arc<Graph>,
        (time, signature): (i64, &Signature),
        (changes, loaded): (&[Change], ChangeCounts),
    ) -> Result<(), Error> {
        let undo = self.keeps_history(before).then(|| Undo::new(before, changes).with_load(loaded));
        let author = signature.author.as_ref().unwrap_or(&self.settings.author);
        let message = &signature.message;
        let undo = undo.as_ref().map(|undo| undo as &dyn WayBack);
        let record = CommitRecord { time, author, message, changes, undo };
        let mut written = None;
        self.with_file(|file, _| {
            written = Some(file.commit_whole(&graph, &record)?);
            Ok(())
        })?;
        let (number, mut graph) = match written {
            Some((number, graph)) => (number, graph),
            None => (self.append_in_memory(before, &record)?, Arc::unwrap_or_clone(graph)),
        };
        graph.set_last_commit(number, time);
        self.versions.show(Arc::new(graph), number);
        self.drop_past();
        Ok(())
    }

    /// Whether the next commit is written with what undoes it. A past that there is goes on
    /// being kept: nothing but VACUUM takes it away.
    fn keeps_history(&self, before: &Graph) -> bool {
        self.settings.history || self.history().oldest().0 < before.last_commit().0
    }

    /// Adds a commit to the history in memory; its number.
    fn append_in_memory(&self, before: &Graph, record: &CommitRecord<'_>) -> Result<u64, Error> {
        let number = before.last_commit().0 + 1;
        self.memory.lock().unwrap_or_else(PoisonError::into_inner).append(number, record)?;
        Ok(number)
    }

    /// Waits until a commit is durable and visible, sharing the sync with whoever else
    /// waits.
    pub(super) fn settle(&self, number: Option<u64>) -> Result<(), Error> {
        let Some(number) = number else { return Ok(()) };
        let settled = self.versions.settle(number, || {
            let mut sync = None;
            self.with_file(|file, _| {
                // After another failure nobody knows what is on disk.
                sync = Some(file.begin_sync().map_err(|_| file.unknown_fate())?);
                Ok(())
            })?;
            let Some(sync) = sync else { return Ok(()) };
            let outcome = sync.run();
            self.with_file(|file, _| file.end_sync(&sync, outcome))
        });
        match settled {
            Ok(()) => Ok(()),
            Err(Unsettled::Failed(error)) => Err(error),
            Err(Unsettled::FailedElsewhere) => self.with_file(|file, _| Err(file.unknown_fate())),
        }
    }

    pub(super) fn check_writable(&self) -> Result<(), Error> {
        if !self.settings.read_only {
            return Ok(());
        }
        let file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        let path = file.as_ref().map(|file| file.path().to_path_buf()).unwrap_or_default();
        Err(DurableError::ReadOnly { file: path }.into())
    }

    /// Writes the current version into a new file, unless `stops` says so; for whoever has the
    /// turn to write.
    pub(super) fn checkpoint(&self, stops: &dyn Fn() -> bool) -> Result<(), Error> {
        self.settle(self.versions.base().1)?;
        let graph = self.versions.current();
        let mut written = None;
        let done = self.with_file(|file, _| {
            let oldest = file.history().oldest();
            written = Some(file.checkpoint_unless(&graph, oldest, stops)?);
            Ok(())
        });
        done.map_err(|error| match error {
            Error::Storage(error) => self.way_out(error).into(),
            other => other,
        })?;
        self.publish_written(written);
        Ok(())
    }

    /// From now on the version is read from the new file, so that the old one can go.
    pub(super) fn publish_written(&self, written: Option<Graph>) {
        if let Some(graph) = written {
            self.versions.publish(Arc::new(graph));
            self.drop_past();
        }
    }

    /// The commit that made it due stands whether or not the checkpoint succeeds, so a
    /// failure is kept for [`Database::checkpoint_failure`]; the next commit tries again.
    pub(super) fn checkpoint_if_due(&self) {
        let graph = self.versions.current();
        let mut written = None;
        let done = self.with_file(|file, _| {
            if file.checkpoint_due() {
                written = Some(file.checkpoint(&graph)?);
            }
            Ok(())
        });
        self.publish_written(written);
        let failure = done.err().map(|error| error.to_string());
        *self.checkpoint_failure.lock().unwrap_or_else(PoisonError::into_inner) = failure;
    }

    pub(super) fn close(&mut self) -> Result<(), Error> {
        let graph = self.versions.current();
        let Some(mut file) = self.file.get_mut().unwrap_or_else(PoisonError::into_inner).take()
        else {
            return Ok(());
        };
        let mut written = Ok(());
        // An index that is only declared would be gathered at each opening.
        let small = file.log_bytes() < file.checkpoint_bytes() / LEAVE_LOG_SHARE
            && !graph.has_unfiled_indexes();
        if !file.is_read_only() && file.poisoned().is_none() && file.has_log_records() && !small {
            written = file.checkpoint(&graph).map(drop);
        }
        // What is in the log is made durable whether or not there is room for a checkpoint.
        let closed = file.close();
        written?;
        Ok(closed?)
    }
}
