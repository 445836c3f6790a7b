//! How versions become visible.
//!
//! ```text
//! writer   take_turn ─ base ─ (write the record) ─ append ─ end_turn ─ settle
//! writer                                       take_turn ─ base ─ … ─ settle
//! reader   current          current              current
//! ```
//!
//! One writes at a time, and ends its turn as soon as its record is in the log; the next one
//! goes on from there. Then each waits until its record is synced. Whoever finds nobody
//! syncing syncs, for all that have written until then, and makes the last of their
//! versions visible. So sixteen writers share a sync, nobody sees a version that a power
//! cut could take back, and no commit is acknowledged before it is visible and durable.
//!
//! After a sync that fails, nothing that was waiting for it becomes visible, ever.
//!
//! The file knows neither graphs nor disks, so that `tests/publication.rs` can run it
//! under a scheduler that tries interleavings.

use super::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, RwLock};
use std::time::{Duration, Instant};

/// The version that everybody sees, and the one on its way there.
#[derive(Debug)]
pub(super) struct Publication<V> {
    current: RwLock<Arc<V>>,
    state: Mutex<State<V>>,
    turn_ended: Condvar,
    sync_ended: Condvar,
}

#[derive(Debug)]
struct State<V> {
    /// Somebody has the turn.
    busy: bool,
    /// The last version in the log, with the number of its commit, while it is not synced.
    pending: Option<(Arc<V>, u64)>,
    /// The last commit that is visible, and synced where it had to be.
    settled: u64,
    /// Somebody syncs.
    syncing: bool,
    /// A sync has failed.
    failed: bool,
}

/// Why a commit is not settled.
#[derive(Debug)]
pub(super) enum Unsettled<E> {
    /// The sync that this caller did failed.
    Failed(E),
    /// One that somebody else did.
    FailedElsewhere,
}

impl<V> Publication<V> {
    /// Begins with a version that is durable, the one after a commit.
    pub(super) fn new(version: Arc<V>, number: u64) -> Self {
        let state =
            State { busy: false, pending: None, settled: number, syncing: false, failed: false };
        Publication {
            current: RwLock::new(version),
            state: Mutex::new(state),
            turn_ended: Condvar::new(),
            sync_ended: Condvar::new(),
        }
    }

    fn state(&self) -> MutexGuard<'_, State<V>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The version that readers see.
    pub(super) fn current(&self) -> Arc<V> {
        self.current.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Shows the version of the last commit in another form; for whoever has the turn, or
    /// where nobody writes.
    pub(super) fn publish(&self, version: Arc<V>) {
        *self.current.write().unwrap_or_else(PoisonError::into_inner) = version;
    }

    /// Shows the same version in another form, unless there is a newer one meanwhile.
    pub(super) fn renew(&self, known: &Arc<V>, renewed: Arc<V>) {
        let mut current = self.current.write().unwrap_or_else(PoisonError::into_inner);
        if Arc::ptr_eq(&current, known) {
            *current = renewed;
        }
    }

    /// Waits for the turn to write.
    ///
    /// # Errors
    /// How long it waited, when that is as long as it may.
    pub(super) fn take_turn(&self, at_most: Duration) -> Result<(), Duration> {
        let started = Instant::now();
        let mut state = self.state();
        while state.busy {
            let left = at_most.saturating_sub(started.elapsed());
            if left.is_zero() {
                return Err(started.elapsed());
            }
            let left = left.min(Duration::from_secs(1));
            let waited = self.turn_ended.wait_timeout(state, left);
            state = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
        state.busy = true;
        Ok(())
    }

    /// Ends the turn.
    pub(super) fn end_turn(&self) {
        self.state().busy = false;
        self.turn_ended.notify_one();
    }

    /// What a writer that has the turn starts from, and the commit that has to be settled
    /// before anything leaves the house that rests on it.
    pub(super) fn base(&self) -> (Arc<V>, Option<u64>) {
        match &self.state().pending {
            Some((version, number)) => (version.clone(), Some(*number)),
            None => (self.current(), None),
        }
    }

    /// A writer that has the turn has written a record that leads to this version.
    pub(super) fn append(&self, version: Arc<V>, number: u64) {
        self.state().pending = Some((version, number));
    }

    /// The same where the commit is to be visible without a sync.
    pub(super) fn show(&self, version: Arc<V>, number: u64) {
        let mut state = self.state();
        state.pending = None;
        state.settled = number;
        self.publish(version);
    }

    /// Waits until a commit is synced and visible, and syncs itself where nobody else does:
    /// `sync` makes durable all that was appended before it is called.
    ///
    /// # Errors
    /// Where that fails, or has failed before.
    pub(super) fn settle<E>(
        &self,
        number: u64,
        sync: impl FnOnce() -> Result<(), E>,
    ) -> Result<(), Unsettled<E>> {
        let mut state = self.state();
        let (version, target) = loop {
            if state.settled >= number {
                return Ok(());
            }
            let waits = if state.syncing { None } else { state.pending.clone() };
            match waits {
                _ if state.failed => return Err(Unsettled::FailedElsewhere),
                Some(pending) => break pending,
                None => {
                    let waited = self.sync_ended.wait(state);
                    state = waited.unwrap_or_else(PoisonError::into_inner);
                }
            }
        };
        state.syncing = true;
        drop(state);
        let outcome = sync();
        let mut state = self.state();
        state.syncing = false;
        if outcome.is_ok() {
            if state.pending.as_ref().is_some_and(|(_, number)| *number == target) {
                state.pending = None;
            }
            // While the state is held, so that no older version comes after a newer one.
            if target > state.settled {
                state.settled = target;
                self.publish(version);
            }
        } else {
            state.failed = true;
            state.pending = None;
        }
        drop(state);
        self.sync_ended.notify_all();
        outcome.map_err(Unsettled::Failed)
    }
}
