//! Limits: when a query must stop before it is done.
//!
//! Every loop that produces rows calls [`Guard::check`] for each chunk, or
//! [`Guard::step`] for each step of a search; whatever keeps rows accounts for
//! them with [`Guard::keep`]. The account is approximate: buffers that are shared
//! with the store are counted as if they were copied.

use super::ExecuteOptions;
use super::memory::Accounts;
use crate::function::Limits;
use crate::store::PartBytes;
use crate::syntax::diagnostic::Diagnostic;
use crate::value::{ErrorClass, ErrorCode, EvaluationError, Value};
use crate::vector::{DataChunk, Vector};
use std::cell::Cell;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, LazyLock, OnceLock};
use std::time::Instant;

/// Steps between two looks at the clock.
const STEPS: u32 = 1024;

/// The flag of statements that nobody interrupts: all have the same one, which nobody sets.
pub(crate) fn uninterrupted() -> Arc<AtomicBool> {
    UNINTERRUPTED.clone()
}

static UNINTERRUPTED: LazyLock<Arc<AtomicBool>> = LazyLock::new(Arc::default);

/// What ends a statement from outside: the interrupt flag and the deadline.
#[derive(Clone, Debug)]
pub(super) struct Stop {
    interrupt: Arc<AtomicBool>,
    deadline: Option<Instant>,
}

impl Stop {
    /// Whether it may come at all.
    pub(super) fn may_come(&self) -> bool {
        self.deadline.is_some() || !Arc::ptr_eq(&self.interrupt, &UNINTERRUPTED)
    }

    /// Looks at the interrupt flag and at the clock.
    pub(super) fn check(&self) -> Result<(), Diagnostic> {
        if self.interrupt.load(Ordering::Relaxed) {
            return Err(exhausted(ErrorCode::Interrupted, "the query was interrupted".into()));
        }
        if self.deadline.is_some_and(|deadline| Instant::now() >= deadline) {
            return Err(exhausted(
                ErrorCode::Timeout,
                "the query took longer than it was allowed to".into(),
            ));
        }
        Ok(())
    }
}

/// Bytes that a thread keeps, or gives back, before the others learn of it.
const UNTOLD: usize = 1 << 16;

/// What all threads know of a statement that is to be stopped: the guard of each is made of it.
#[derive(Clone, Debug)]
pub(super) struct Watch {
    stop: Stop,
    memory_limit: Option<usize>,
    row_limit: Option<u64>,
    /// Bytes that are kept before the statement runs.
    before: usize,
    /// Bytes that are kept, as far as the threads have told; none while there is one thread.
    account: OnceLock<Arc<AtomicUsize>>,
    /// What the version takes that a view leaves, and beyond how many bytes that counts.
    part: Option<(PartBytes, usize)>,
    /// Set when nobody needs any more what the thread is at.
    abandoned: Option<Arc<AtomicBool>>,
}

/// Watches the interrupt flag, the deadline and the memory limit of one statement, for one
/// thread that works on it.
#[derive(Debug)]
pub(super) struct Guard {
    watch: Watch,
    /// Bytes that this thread keeps.
    kept: Cell<usize>,
    /// The most that it has kept.
    most: Cell<usize>,
    /// What of them is in the account.
    told: Cell<usize>,
    steps: Cell<u32>,
    accounts: Accounts,
}

impl Guard {
    /// A guard with nothing kept yet.
    pub(super) fn new(options: &ExecuteOptions<'_>) -> Self {
        Guard::of(Watch {
            stop: Stop { interrupt: options.interrupt.clone(), deadline: options.deadline },
            memory_limit: options.memory_limit,
            row_limit: options.row_limit,
            before: options.kept,
            account: OnceLock::new(),
            part: None,
            abandoned: None,
        })
    }

    /// The guard of a thread that has kept nothing yet.
    pub(super) fn of(watch: Watch) -> Self {
        let (kept, most, told) = (Cell::new(0), Cell::new(0), Cell::new(0));
        Guard { watch, kept, most, told, steps: Cell::new(0), accounts: Accounts::default() }
    }

    /// What the guards of further threads are made of, which stop when the flag is set.
    pub(super) fn watch(&self, abandoned: Arc<AtomicBool>) -> Watch {
        self.watch.account.get_or_init(|| Arc::new(AtomicUsize::new(self.watch.before)));
        self.tell();
        Watch { abandoned: Some(abandoned), ..self.watch.clone() }
    }

    /// Accounts from now on for what a version under a view takes beyond so many bytes; no more
    /// for that of another one.
    pub(super) fn count_part(&mut self, part: Option<PartBytes>, beyond: usize) {
        self.watch.part = part.map(|part| (part, beyond));
    }

    /// Looks whether the result may have so many rows.
    pub(super) fn result_rows(&self, rows: usize) -> Result<(), Diagnostic> {
        match self.watch.row_limit {
            Some(limit) if rows as u64 > limit => Err(exhausted(
                ErrorCode::RowLimit,
                format!("the result has more than {limit} rows, which is its limit"),
            )),
            _ => Ok(()),
        }
    }

    /// Looks at the interrupt flag and at the clock, and whether what a view leaves has grown
    /// beyond the limit.
    pub(super) fn check(&self) -> Result<(), Diagnostic> {
        if self.watch.part.is_some() {
            self.has_room(0)?;
        }
        if let Some(abandoned) = &self.watch.abandoned
            && abandoned.load(Ordering::Relaxed)
        {
            return Err(exhausted(ErrorCode::Interrupted, "the work is not needed".into()));
        }
        self.watch.stop.check()
    }

    /// What ends the statement, for whoever works apart from it.
    pub(super) fn stop(&self) -> Stop {
        self.watch.stop.clone()
    }

    /// Counts a step of a loop; every 1024th checks.
    #[inline]
    pub(super) fn step(&self) -> Result<(), Diagnostic> {
        self.steps_taken(1)
    }

    /// Counts so many steps.
    #[inline]
    pub(super) fn steps_taken(&self, count: usize) -> Result<(), Diagnostic> {
        let steps = self.steps.get().saturating_add(u32::try_from(count).unwrap_or(u32::MAX));
        if steps < STEPS {
            self.steps.set(steps);
            return Ok(());
        }
        self.steps.set(0);
        self.check()
    }

    /// Accounts for so many bytes that are kept from now on.
    pub(super) fn keep(&self, bytes: usize) -> Result<(), Diagnostic> {
        self.kept.set(self.kept.get().saturating_add(bytes));
        self.most.set(self.most.get().max(self.kept.get()));
        self.accounts.keep(bytes);
        self.tell();
        self.has_room(0)
    }

    /// Looks whether so many bytes more may be kept.
    pub(super) fn has_room(&self, bytes: usize) -> Result<(), Diagnostic> {
        match self.watch.memory_limit {
            Some(limit) if self.all_kept().saturating_add(bytes) > limit => Err(exhausted(
                ErrorCode::MemoryLimit,
                format!("the query keeps more than {limit} bytes, which is its memory limit"),
            )),
            _ => Ok(()),
        }
    }

    /// Tells the account what this thread keeps, if that has changed much.
    fn tell(&self) {
        let Some(account) = self.watch.account.get() else { return };
        let (kept, told) = (self.kept.get(), self.told.get());
        if kept.abs_diff(told) >= UNTOLD {
            self.told.set(kept);
            // It wraps, so that less is as well added as more.
            account.fetch_add(kept.wrapping_sub(told), Ordering::Relaxed);
        }
    }

    /// The bytes that all threads keep, and that a view leaves.
    fn all_kept(&self) -> usize {
        let untold = self.kept.get().wrapping_sub(self.told.get());
        let account = self.watch.account.get();
        let told = account.map_or(self.watch.before, |account| account.load(Ordering::Relaxed));
        let all = told.wrapping_add(untold);
        // What one has told, and another has given back and not told yet, is no debt.
        let all = if all > usize::MAX / 2 { 0 } else { all };
        let part = self.watch.part.as_ref();
        all.saturating_add(part.map_or(0, |(part, beyond)| part.now().saturating_sub(*beyond)))
    }

    /// The bytes that may still be kept, where there is a limit.
    pub(super) fn left(&self) -> Option<usize> {
        self.watch.memory_limit.map(|limit| limit.saturating_sub(self.all_kept()))
    }

    /// The accounts of operators.
    pub(super) fn accounts(&self) -> &Accounts {
        &self.accounts
    }

    /// The bytes that this thread keeps.
    pub(super) fn kept(&self) -> usize {
        self.kept.get()
    }

    /// The most bytes that this thread has kept at once.
    pub(super) fn most_kept(&self) -> usize {
        self.most.get()
    }

    /// Lets another thread keep what this one keeps, so many bytes.
    pub(super) fn hand_over(&self, bytes: usize) {
        self.kept.set(self.kept.get().wrapping_sub(bytes));
        self.told.set(self.told.get().wrapping_sub(bytes));
    }

    /// Keeps what another thread has handed over, so many bytes.
    pub(super) fn take_over(&self, bytes: usize) {
        self.kept.set(self.kept.get().wrapping_add(bytes));
        self.told.set(self.told.get().wrapping_add(bytes));
    }

    /// What one value may take of the memory that is left: making a longer one out of it
    /// needs room for both.
    pub(super) fn value_limits(&self) -> Limits {
        let usual = Limits::default();
        let Some(left) = self.left() else { return usual };
        Limits {
            string_bytes: usual.string_bytes.min(left / 4),
            list_elements: usual.list_elements.min(left / 3 / VALUE),
        }
    }

    /// Accounts for so many bytes that are no longer kept.
    pub(super) fn release(&self, bytes: usize) {
        self.kept.set(self.kept.get().saturating_sub(bytes));
        self.accounts.release(bytes);
        self.tell();
    }
}

impl Drop for Guard {
    /// What a thread keeps when it ends, nobody keeps.
    fn drop(&mut self) {
        if let Some(account) = self.watch.account.get() {
            account.fetch_sub(self.told.get(), Ordering::Relaxed);
        }
    }
}

fn exhausted(code: ErrorCode, message: String) -> Diagnostic {
    Diagnostic::runtime(EvaluationError::new(ErrorClass::ResourceExhausted, code, message), None)
}

/// Bytes that a chunk takes, roughly.
pub(super) fn chunk_bytes(chunk: &DataChunk) -> usize {
    chunk.columns.iter().map(vector_bytes).sum::<usize>() + 64
}

/// Bytes that a vector takes, roughly.
pub(super) fn vector_bytes(vector: &Vector) -> usize {
    match vector {
        Vector::Integer { .. } | Vector::Float { .. } | Vector::Date { .. } => vector.len() * 8,
        Vector::Boolean { .. } => vector.len() / 8,
        Vector::Node { .. } | Vector::Relationship { .. } => vector.len() * 4,
        Vector::String(strings) => {
            (0..strings.len()).map(|row| 16 + strings.bytes(row).len()).sum()
        }
        Vector::Dynamic(values) => values.iter().map(value_bytes).sum(),
        Vector::Dictionary { values, places } => {
            // A column needs no more values than it has rows; others share them.
            let own = values.iter().take(places.len());
            places.len() * 4 + own.map(value_bytes).sum::<usize>()
        }
        Vector::Constant(value, _) => value_bytes(value),
    }
}

/// Bytes of a value without what it points at.
const VALUE: usize = std::mem::size_of::<Value>();

/// Bytes in front of what several values share: the counts of an `Arc`.
const SHARED: usize = 16;

/// Bytes that a value takes, roughly: nested values two levels deep.
pub(super) fn value_bytes(value: &Value) -> usize {
    let below = match value {
        Value::List(list) => list.iter().map(heap_bytes).sum(),
        Value::Map(map) => map.values().map(heap_bytes).sum(),
        _ => 0,
    };
    VALUE + heap_bytes(value) + below
}

/// Bytes that a value points at, without those that its parts point at.
fn heap_bytes(value: &Value) -> usize {
    match value {
        Value::String(text) => text.len() + SHARED,
        Value::List(list) => list.len() * VALUE + SHARED + 24,
        Value::Map(map) => map.len() * (VALUE + 48) + SHARED + 48,
        Value::Path(path) => path.relationships.len() * 16 + SHARED + 48,
        _ => 0,
    }
}

/// Bytes that a change takes in the graph and in the changes to be logged, roughly.
pub(super) const CHANGE_BYTES: usize = 256;

/// Bytes that an array takes for each of its values while it grows: for a moment there
/// are the old one and one of twice its size.
pub(super) const GROWING: usize = 3;

/// Bytes that a row of values takes among many, roughly.
pub(super) fn row_bytes(row: &[Value]) -> usize {
    row.iter().map(value_bytes).sum::<usize>() + 24 * GROWING
}

/// Bytes that an array takes which is given all values of a vector one by one.
pub(super) fn appended_bytes(vector: &Vector) -> usize {
    let pointed_at = match vector {
        Vector::String(_) | Vector::Dynamic(_) => vector_bytes(vector),
        _ => 0,
    };
    vector.len() * VALUE * GROWING + pointed_at
}

#[cfg(test)]
mod tests {
    use super::super::NoProcedures;
    use super::*;
    use crate::value::Map;

    #[test]
    fn stops_on_interrupt_deadline_memory_and_rows() {
        let parameters = Map::default();
        let interrupt = Arc::new(AtomicBool::new(false));
        let mut options = ExecuteOptions {
            view: None,
            whole: None,
            parameters: &parameters,
            interrupt: interrupt.clone(),
            deadline: None,
            memory_limit: Some(100),
            kept: 0,
            row_limit: Some(3),
            statement_time: (0, 0),
            procedures: &NoProcedures,
            files: &crate::import::NoFiles,
            rooms: None,
            profile: false,
            threads: crate::threads::Threads::ONE,
            morsel: None,
        };
        let guard = Guard::new(&options);
        assert!(guard.result_rows(3).is_ok());
        assert_eq!(guard.result_rows(4).map_err(|error| error.code), Err(ErrorCode::RowLimit));
        assert!(guard.check().is_ok());
        assert!(guard.keep(90).is_ok());
        guard.release(50);
        assert!(guard.keep(60).is_ok());
        assert_eq!(guard.keep(1).map_err(|error| error.code), Err(ErrorCode::MemoryLimit));
        interrupt.store(true, Ordering::Relaxed);
        assert!(guard.step().is_ok());
        assert_eq!(
            guard.steps_taken(5000).map_err(|error| error.code),
            Err(ErrorCode::Interrupted)
        );
        interrupt.store(false, Ordering::Relaxed);
        options.deadline = Some(Instant::now());
        let late = Guard::new(&options);
        assert_eq!(late.check().map_err(|error| error.code), Err(ErrorCode::Timeout));
    }
}
