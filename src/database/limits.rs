//! What a query may use up: time, memory, rows, threads. A database has limits for all its
//! queries; a query may have narrower or wider ones of its own.

use std::time::{Duration, Instant};

/// Limits of a query. `None` leaves it to the database, and there means no limit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Limits {
    /// How long it may run, planning included; [`Duration::MAX`] is for ever.
    pub timeout: Option<Duration>,
    /// How many bytes it may keep, approximately.
    pub memory: Option<usize>,
    /// How many rows its result may have.
    pub rows: Option<u64>,
    /// How many threads may work on it, if it only reads and has much to do; no limit: as many
    /// as the machine has cores. Its rows are the same, whatever their number.
    pub threads: Option<usize>,
}

impl Limits {
    /// These limits, and those of `other` where there is none.
    #[must_use]
    pub fn or(self, other: Limits) -> Limits {
        Limits {
            timeout: self.timeout.or(other.timeout),
            memory: self.memory.or(other.memory),
            rows: self.rows.or(other.rows),
            threads: self.threads.or(other.threads),
        }
    }

    /// When a query that began then must be done.
    pub(super) fn deadline(self, started: Instant) -> Option<Instant> {
        // A moment beyond what the clock can tell never comes.
        self.timeout.and_then(|timeout| started.checked_add(timeout))
    }
}
