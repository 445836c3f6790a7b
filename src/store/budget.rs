//! How much memory may go to what was read from files.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
use sysinfo::{MemoryRefreshKind, System};

/// A limit that the machine sets.
const BY_MACHINE: u64 = u64::MAX - 1;

/// Bytes within the limit of any machine, which need not be asked for.
const LITTLE: u64 = 128 << 20;

/// The limit where the machine does not tell its memory.
const USUAL: u64 = 1 << 30;

/// How much memory the chunks that were read from a file may take, and do.
#[derive(Debug)]
pub struct Budget {
    limit: AtomicU64,
    /// Bytes in memory now, whichever version holds them.
    live: AtomicU64,
    /// The most that `live` has been.
    peak: AtomicU64,
    /// Bytes ever read into memory.
    loaded: AtomicU64,
}

impl Budget {
    /// A budget of so many bytes.
    pub fn new(limit: u64) -> Arc<Self> {
        let [live, peak, loaded] = [0; 3].map(AtomicU64::new);
        Arc::new(Budget { limit: AtomicU64::new(limit), live, peak, loaded })
    }

    /// A budget of half the memory that the process may have: the machine's, or what its
    /// control group is allowed. The machine is asked when much is taken, and once.
    ///
    /// ```
    /// let budget = dossier::store::Budget::of_machine();
    /// assert!(budget.limit() > 0 && !budget.is_exceeded());
    /// ```
    pub fn of_machine() -> Arc<Self> {
        Self::new(BY_MACHINE)
    }

    /// The bytes that may be taken.
    pub fn limit(&self) -> u64 {
        match self.limit.load(Ordering::Relaxed) {
            BY_MACHINE => half_of_memory(),
            bytes => bytes,
        }
    }

    /// Sets the bytes that may be taken.
    pub fn set_limit(&self, bytes: u64) {
        self.limit.store(bytes, Ordering::Relaxed);
    }

    /// Takes over the limit of another budget.
    pub fn set_limit_of(&self, other: &Budget) {
        self.set_limit(other.limit.load(Ordering::Relaxed));
    }

    /// Whether more is taken than may be.
    pub fn is_exceeded(&self) -> bool {
        let live = self.live();
        let little = self.limit.load(Ordering::Relaxed) == BY_MACHINE && live <= LITTLE;
        !little && live > self.limit()
    }

    /// The bytes that are taken.
    pub fn live(&self) -> u64 {
        self.live.load(Ordering::Relaxed)
    }

    /// The most bytes that were ever taken at a time.
    pub fn peak(&self) -> u64 {
        self.peak.load(Ordering::Relaxed)
    }

    /// The bytes that were ever read into memory.
    pub fn loaded(&self) -> u64 {
        self.loaded.load(Ordering::Relaxed)
    }
}

/// Half of the memory that the process may have, bytes.
fn half_of_memory() -> u64 {
    static HALF: OnceLock<u64> = OnceLock::new();
    *HALF.get_or_init(|| {
        let mut system = System::new();
        system.refresh_memory_specifics(MemoryRefreshKind::nothing().with_ram());
        let allowed = system.cgroup_limits().map_or(u64::MAX, |limits| limits.total_memory);
        match system.total_memory().min(allowed) {
            0 => USUAL,
            bytes => (bytes / 2).max(LITTLE),
        }
    })
}

/// The memory of one chunk with its columns, given back when it goes.
#[derive(Debug)]
pub(crate) struct Charge {
    budget: Arc<Budget>,
    bytes: AtomicU64,
}

impl Charge {
    pub(crate) fn new(budget: Arc<Budget>, bytes: u64) -> Arc<Self> {
        let charge = Charge { budget, bytes: AtomicU64::new(0) };
        charge.add(bytes);
        Arc::new(charge)
    }

    pub(crate) fn add(&self, bytes: u64) {
        self.bytes.fetch_add(bytes, Ordering::Relaxed);
        let live = self.budget.live.fetch_add(bytes, Ordering::Relaxed) + bytes;
        self.budget.peak.fetch_max(live, Ordering::Relaxed);
        self.budget.loaded.fetch_add(bytes, Ordering::Relaxed);
    }

    pub(crate) fn bytes(&self) -> u64 {
        self.bytes.load(Ordering::Relaxed)
    }
}

impl Drop for Charge {
    fn drop(&mut self) {
        self.budget.live.fetch_sub(*self.bytes.get_mut(), Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_machine_allows_half_of_its_memory() {
        let budget = Budget::of_machine();
        let limit = budget.limit();
        assert!((LITTLE..1 << 50).contains(&limit), "{limit} bytes");
        let charge = Charge::new(budget.clone(), LITTLE);
        assert!(!budget.is_exceeded());
        charge.add(limit);
        assert!(budget.is_exceeded());
        let other = Budget::new(10);
        other.set_limit_of(&budget);
        assert_eq!(other.limit(), limit);
        other.set_limit(LITTLE - 1);
        let _charge = Charge::new(other.clone(), LITTLE);
        assert!(other.is_exceeded());
        drop(charge);
        assert!(budget.live() == 0 && !budget.is_exceeded());
    }
}
