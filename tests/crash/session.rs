//! Runs a workload on a storage, as an application would, and keeps count of what it is
//! promised.

use crate::promise::{Entries, Lost, Promise, fingerprint, invariants, open};
use crate::workload::{Step, statements};
use dossier::durable::{
    CommitRecord, DatabaseFile, DurableError, MemoryStorage, Storage, Synchronous,
};
use dossier::store::{Bounds, Change, ChangeCounts, Damage, Graph, Undo, WayBack, Writer};
use std::sync::{Arc, Mutex};

/// A mistake that the database under test makes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mistake {
    None,
    /// Deletions do not reach the log.
    TombstoneDropped,
    /// A checkpoint holds the version before the last commit.
    CheckpointOfTheVersionBefore,
    /// A commit is acknowledged before it is synced.
    AcknowledgedBeforeTheSync,
    /// What undoes a commit leads to the version before the one that it should lead to.
    UndoOfTheVersionBefore,
    /// Old values are looked up when they are overwritten already.
    OldValuesLookedUpTooLate,
    /// What a commit deletes is not kept.
    DeletedElementsNotKept,
    /// What undoes a commit is written down the last thing first.
    UndoOutOfOrder,
    /// A checkpoint leaves out what undoes the commits of the log.
    HistoryOfTheLogLeftOut,
    /// One version more is forgotten than was to be.
    OneVersionMoreForgotten,
}

/// A way back in the wrong order.
#[derive(Debug)]
struct LastFirst<'a>(Undo<'a>);

impl WayBack for LastFirst<'_> {
    fn bounds(&self) -> Bounds {
        self.0.bounds()
    }

    fn counts(&self) -> ChangeCounts {
        self.0.counts()
    }

    fn damage(&self) -> Option<Damage> {
        self.0.damage()
    }

    fn changes(&self) -> Box<dyn Iterator<Item = Change> + '_> {
        let mut changes: Vec<Change> = self.0.changes().collect();
        changes.reverse();
        Box::new(changes.into_iter())
    }
}

/// A workload under way.
pub(crate) struct Session<'a> {
    storage: &'a Arc<dyn Storage>,
    promise: &'a Mutex<Promise>,
    mistake: Mistake,
    entries: Entries,
    handle: Option<Handle>,
}

struct Handle {
    file: DatabaseFile,
    graph: Arc<Graph>,
    before: Arc<Graph>,
}

impl<'a> Session<'a> {
    pub(crate) fn new(
        storage: &'a Arc<dyn Storage>,
        promise: &'a Mutex<Promise>,
        mistake: Mistake,
        entries: Entries,
    ) -> Self {
        Session { storage, promise, mistake, entries, handle: None }
    }

    fn promised<T>(&self, act: impl FnOnce(&mut Promise) -> T) -> T {
        act(&mut self.promise.lock().expect("no check panics"))
    }

    /// Performs all steps, going on after failures of the disk as an application would.
    /// How the database broke its promise, if it did.
    pub(crate) fn run(&mut self, steps: &[Step]) -> Result<(), String> {
        for (number, step) in steps.iter().enumerate() {
            self.step(*step).map_err(|error| format!("step {number}, {step:?}: {error}"))?;
        }
        Ok(())
    }

    fn step(&mut self, step: Step) -> Result<(), String> {
        let mut handle = match self.handle.take() {
            Some(handle) => handle,
            None => match open(self.storage) {
                Ok((graph, file, _)) => {
                    if !self.opened(&graph, &file)? {
                        return Ok(());
                    }
                    Handle { file, before: graph.clone(), graph }
                }
                Err(DurableError::Io { .. }) => return Ok(()),
                Err(error) => return Err(format!("could not open: {error}")),
            },
        };
        let outcome = match step {
            Step::Close => {
                let closed = handle.file.close();
                return self.closed(closed);
            }
            Step::Drop => return Ok(()),
            Step::Commit { statements: count, seed, synchronous, history } => {
                let base = Arc::new(handle.graph.watched());
                let writer = statements(base, count, seed);
                self.commit(&mut handle, writer, synchronous, history)
            }
            Step::Load { statements: count, seed } => {
                let base = Arc::new(handle.graph.watched());
                let writer = statements(base, count, seed);
                self.load(&mut handle, writer)
            }
            Step::Abort { statements: count, seed } => {
                drop(statements(handle.graph.clone(), count, seed));
                Ok(())
            }
            Step::Checkpoint => {
                let mut oldest = handle.file.history().oldest();
                if self.mistake == Mistake::HistoryOfTheLogLeftOut {
                    oldest = (handle.file.last_sequence(), handle.file.last_time());
                }
                self.checkpoint(&mut handle, oldest)
            }
            Step::Vacuum { back } => self.vacuum(&mut handle, back),
        };
        match outcome {
            Ok(()) | Err(DurableError::Io { .. }) => self.handle = Some(handle),
            Err(DurableError::Unknown { .. }) => goes_on_reading(&mut handle)?,
            Err(error) => return Err(error.to_string()),
        }
        Ok(())
    }

    /// Looks at what an opening found; whether the disk let itself be read.
    fn opened(&self, graph: &Graph, file: &DatabaseFile) -> Result<bool, String> {
        let graph = graph.watched();
        let sequence = file.last_sequence();
        let kept = self.promised(|promise| promise.kept_by(sequence, &graph));
        let sound = kept.and_then(|()| invariants(&graph, self.entries));
        if graph.damage().is_some_and(|damage| damage.refused.is_some()) {
            return Ok(false);
        }
        sound?;
        match self.promised(|promise| promise.past_kept_by(file, &graph)) {
            Ok(_) | Err(Lost::Unreadable(DurableError::Io { .. })) => {}
            Err(lost) => return Err(lost.to_string()),
        }
        let (oldest, _) = file.history().oldest();
        self.promised(|promise| promise.resolve(sequence, oldest));
        Ok(true)
    }

    fn closed(&mut self, outcome: Result<(), DurableError>) -> Result<(), String> {
        match outcome {
            Ok(()) => {
                self.promised(Promise::settle);
                Ok(())
            }
            Err(DurableError::Io { .. } | DurableError::Unknown { .. }) => Ok(()),
            Err(error) => Err(error.to_string()),
        }
    }

    fn commit(
        &mut self,
        handle: &mut Handle,
        writer: Writer,
        synchronous: Synchronous,
        history: bool,
    ) -> Result<(), DurableError> {
        let (graph, mut changes) = writer.finish();
        if changes.is_empty() {
            return Ok(());
        }
        self.promised(|promise| promise.attempt(&graph, history));
        if let Some(damage) = graph.damage() {
            // A disk that cannot be read now: nothing is written that rests on it.
            self.promised(Promise::refuse);
            return Err(damage.into());
        }
        let before = match self.mistake {
            Mistake::UndoOfTheVersionBefore => &handle.before,
            Mistake::OldValuesLookedUpTooLate => &graph,
            _ => &handle.graph,
        };
        let before = before.watched();
        let stays = |change: &Change| {
            !matches!(change, Change::DeleteNode(_) | Change::DeleteRelationship(_))
        };
        let undone: Vec<Change> = match self.mistake {
            Mistake::DeletedElementsNotKept => {
                changes.iter().filter(|c| stays(c)).cloned().collect()
            }
            _ => changes.clone(),
        };
        let undo = history.then(|| Undo::new(&before, &undone));
        let undo = undo.map(|undo| match self.mistake {
            Mistake::UndoOutOfOrder => Box::new(LastFirst(undo)) as Box<dyn WayBack>,
            _ => Box::new(undo),
        });
        if self.mistake == Mistake::TombstoneDropped {
            changes.retain(stays);
        }
        let (author, message, undo) = ("who", "why", undo.as_deref());
        let time = handle.file.last_sequence() as i64 + 1;
        let record = CommitRecord { time, author, message, changes: &changes, undo };
        let asked = match self.mistake {
            Mistake::AcknowledgedBeforeTheSync => Synchronous::Off,
            _ => synchronous,
        };
        match handle.file.append(&record, asked) {
            Ok(_) => {
                self.promised(|promise| {
                    promise.accept();
                    if synchronous == Synchronous::Full {
                        promise.settle();
                    }
                });
                handle.before = std::mem::replace(&mut handle.graph, graph);
                Ok(())
            }
            Err(error) => {
                if !matches!(error, DurableError::Unknown { .. }) {
                    self.promised(Promise::refuse);
                }
                Err(error)
            }
        }
    }

    /// Commits by a checkpoint.
    fn load(&mut self, handle: &mut Handle, writer: Writer) -> Result<(), DurableError> {
        let (graph, changes) = writer.finish();
        if changes.is_empty() {
            return Ok(());
        }
        self.promised(|promise| promise.attempt(&graph, true));
        let before = handle.graph.watched();
        let undo = Undo::new(&before, &changes);
        let (author, message, undo) = ("who", "loaded", Some(&undo as &dyn WayBack));
        let time = handle.file.last_sequence() as i64 + 1;
        let record = CommitRecord { time, author, message, changes: &[], undo };
        match handle.file.commit_whole(&graph.watched(), &record) {
            Ok((_, written)) => {
                self.promised(|promise| {
                    promise.accept();
                    promise.settle();
                });
                handle.before = std::mem::replace(&mut handle.graph, Arc::new(written));
                Ok(())
            }
            Err(error) => {
                if !matches!(error, DurableError::Unknown { .. }) {
                    self.promised(Promise::refuse);
                }
                Err(error)
            }
        }
    }

    /// Forgets what was known before a commit that lies so many back.
    fn vacuum(&mut self, handle: &mut Handle, back: u64) -> Result<(), DurableError> {
        let history = handle.file.history();
        let last = handle.file.last_sequence();
        let mut number = last.saturating_sub(back).max(history.oldest().0);
        self.promised(|promise| promise.attempt_to_forget(number));
        if self.mistake == Mistake::OneVersionMoreForgotten && number < last {
            number += 1;
        }
        let forgotten =
            history.time_of(number).and_then(|time| self.checkpoint(handle, (number, time)));
        match &forgotten {
            // It is done or not: the next opening tells.
            Err(DurableError::Unknown { .. }) => {}
            outcome => self.promised(|promise| promise.forget(outcome.is_ok())),
        }
        forgotten
    }

    fn checkpoint(&mut self, handle: &mut Handle, oldest: (u64, i64)) -> Result<(), DurableError> {
        let source = match self.mistake {
            Mistake::CheckpointOfTheVersionBefore => &handle.before,
            _ => &handle.graph,
        };
        let written = handle.file.checkpoint_from(&source.watched(), oldest)?;
        if self.mistake == Mistake::None {
            handle.graph = Arc::new(written);
        }
        handle.before = handle.graph.clone();
        self.promised(Promise::settle);
        Ok(())
    }
}

/// A handle that does not know what is on disk takes nothing more, and reads on.
fn goes_on_reading(handle: &mut Handle) -> Result<(), String> {
    let graph = handle.graph.watched();
    let _ = fingerprint(&graph);
    match graph.damage() {
        Some(damage) if damage.refused.is_none() => {
            return Err(format!("a poisoned handle reads damage: {damage}"));
        }
        _ => {}
    }
    let changes = [Change::SkipNodes(1)];
    let commit = CommitRecord { time: 0, author: "", message: "", changes: &changes, undo: None };
    let refusals = [
        handle.file.append(&commit, Synchronous::Full).map(drop),
        handle.file.sync(),
        handle.file.checkpoint(&graph).map(drop),
    ];
    match refusals.into_iter().find(|o| !matches!(o, Err(DurableError::Poisoned { .. }))) {
        None => Ok(()),
        Some(other) => Err(format!("a poisoned handle answered {other:?}")),
    }
}

/// The bytes of all files of a disk, as a checksum.
pub(crate) fn digest(disk: &MemoryStorage) -> u64 {
    use std::hash::{DefaultHasher, Hash, Hasher};
    let mut sum = DefaultHasher::new();
    for name in disk.names() {
        (&name, disk.contents(&name)).hash(&mut sum);
    }
    sum.finish()
}
