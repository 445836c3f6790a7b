//! The threads that work on a query, and those of a database that help with it.
//!
//! ```text
//! caller   ── own part ─────────────┐
//! helper   ── as much as it finds ──┤   together
//! helper   ── as much as it finds ──┘
//! ```
//!
//! Helpers are started when a query first needs them, wait for the next one, and end with their
//! database. One that is at work on a query is at work on no other, so that queries that run at
//! the same time do not wait for each other; where there are too few, more are started.

use rayon_core::{ThreadPool, ThreadPoolBuilder};
use std::num::NonZeroUsize;
use std::sync::{Mutex, OnceLock, PoisonError};

/// Threads that work on a query of a machine with many cores, if nothing else is said: with
/// more of them memory is what they wait for.
const MOST: usize = 16;

/// Helpers that wait; the one that has worked last is the next to work, since it has warm caches.
#[derive(Debug, Default)]
pub struct Helpers(Mutex<Vec<Helper>>);

/// A pool of one thread.
#[derive(Debug)]
struct Helper(ThreadPool);

/// Helpers that are at work. They go back to those that wait, also after a panic.
struct AtWork<'h> {
    home: &'h Helpers,
    helpers: Vec<Helper>,
}

impl Helper {
    /// Starts a thread, if the system gives one.
    fn start() -> Option<Self> {
        let name = |_| "dossier-helper".into();
        ThreadPoolBuilder::new().num_threads(1).thread_name(name).build().ok().map(Helper)
    }
}

impl Helpers {
    /// So many of them, or as many as the system gives.
    fn take(&self, number: usize) -> AtWork<'_> {
        let mut waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let known = waiting.len().saturating_sub(number);
        let mut helpers = waiting.split_off(known);
        drop(waiting);
        let more = number - helpers.len();
        helpers.extend(std::iter::from_fn(Helper::start).take(more));
        AtWork { home: self, helpers }
    }
}

impl Drop for AtWork<'_> {
    fn drop(&mut self) {
        self.home.0.lock().unwrap_or_else(PoisonError::into_inner).append(&mut self.helpers);
    }
}

/// How many threads may work on something, and who helps.
///
/// ```
/// use dossier::threads::{Helpers, Threads};
/// use std::sync::atomic::{AtomicU32, Ordering};
///
/// let (helpers, next, sum) = (Helpers::default(), AtomicU32::new(0), AtomicU32::new(0));
/// let add = || {
///     loop {
///         let number = next.fetch_add(1, Ordering::Relaxed);
///         if number > 100 {
///             break;
///         }
///         sum.fetch_add(number, Ordering::Relaxed);
///     }
/// };
/// let threads = Threads::of(&helpers, Some(4));
/// threads.together(3, add, |_| add());
/// assert_eq!(sum.into_inner(), 5050);
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Threads<'h> {
    helpers: Option<&'h Helpers>,
    most: Option<NonZeroUsize>,
}

impl<'h> Threads<'h> {
    /// Nobody helps.
    pub const ONE: Threads<'static> = Threads { helpers: None, most: None };

    /// At most so many, the caller's own included; if that is not said, as many as the machine
    /// has cores.
    pub fn of(helpers: &'h Helpers, most: Option<usize>) -> Self {
        let most = most.map(|most| NonZeroUsize::new(most).unwrap_or(NonZeroUsize::MIN));
        Threads { helpers: Some(helpers), most }
    }

    /// Whether they may be several: the number of cores need not be known for that.
    pub fn may_be_several(self) -> bool {
        self.helpers.is_some() && self.most.is_none_or(|most| most.get() > 1)
    }

    /// How many they are at most.
    pub fn number(self) -> usize {
        match (self.helpers, self.most) {
            (None, _) => 1,
            (Some(_), Some(most)) => most.get(),
            (Some(_), None) => cores().min(MOST),
        }
    }

    /// Lets up to so many others help while the caller does its part, which is told how many they
    /// are; all are done when this ends. Each helps once, and ends when it finds nothing to do.
    ///
    /// # Panics
    /// If one of them does.
    pub fn together<T>(
        self,
        others: usize,
        help: impl Fn() + Sync,
        own: impl FnOnce(usize) -> T,
    ) -> T {
        let others = others.min(self.number() - 1);
        let Some(helpers) = self.helpers.filter(|_| others > 0) else { return own(0) };
        let at_work = helpers.take(others);
        let number = at_work.helpers.len();
        beside(&at_work.helpers, &help, move || own(number))
    }
}

/// Lets each of these help while the caller does its part.
fn beside<T>(helpers: &[Helper], help: &(impl Fn() + Sync), own: impl FnOnce() -> T) -> T {
    let Some((first, rest)) = helpers.split_first() else { return own() };
    first.0.in_place_scope(|scope| {
        scope.spawn(|_| help());
        beside(rest, help, own)
    })
}

/// Cores of the machine, as far as the process may use them. The system is asked once: it may
/// have to read files to tell, which takes longer than many a query.
fn cores() -> usize {
    static CORES: OnceLock<usize> = OnceLock::new();
    *CORES.get_or_init(|| std::thread::available_parallelism().map_or(1, usize::from))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Barrier;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::thread::{ThreadId, current};

    /// Who helps when all wait for each other.
    fn meet(helpers: &Helpers, number: usize) -> Vec<ThreadId> {
        let (barrier, met) = (Barrier::new(number), Mutex::new(Vec::new()));
        let meet = || {
            met.lock().unwrap().push(current().id());
            barrier.wait();
        };
        let threads = Threads::of(helpers, Some(number));
        let told = threads.together(usize::MAX, meet, |others| {
            meet();
            others
        });
        assert_eq!(told, number - 1);
        let mut met = met.into_inner().unwrap();
        met.sort_by_key(|id| format!("{id:?}"));
        met
    }

    #[test]
    fn helpers_work_at_the_same_time_and_are_kept() {
        let helpers = Helpers::default();
        let first = meet(&helpers, 5);
        assert_eq!(meet(&helpers, 5), first);
        assert!(meet(&helpers, 2).iter().all(|id| first.contains(id)));
        assert_eq!(helpers.0.lock().unwrap().len(), 4);
    }

    #[test]
    fn queries_at_the_same_time_have_helpers_of_their_own() {
        let (helpers, all) = (Helpers::default(), Barrier::new(6));
        std::thread::scope(|scope| {
            for _ in 0..2 {
                scope.spawn(|| {
                    let wait = || {
                        all.wait();
                    };
                    Threads::of(&helpers, Some(3)).together(2, wait, |_| wait());
                });
            }
        });
        assert_eq!(helpers.0.lock().unwrap().len(), 4);
    }

    #[test]
    fn nobody_helps_one() {
        let helped = AtomicUsize::new(0);
        let help = || {
            helped.fetch_add(1, Ordering::Relaxed);
        };
        let helpers = Helpers::default();
        for threads in
            [Threads::ONE, Threads::of(&helpers, Some(1)), Threads::of(&helpers, Some(0))]
        {
            assert_eq!(threads.number(), 1);
            assert!(!threads.may_be_several());
            assert_eq!(threads.together(7, help, |others| others), 0);
        }
        assert_eq!(Threads::of(&helpers, Some(3)).together(0, help, |others| others), 0);
        assert_eq!(helped.into_inner(), 0);
        assert!(Threads::of(&helpers, None).number() >= 1);
        assert!(Threads::of(&helpers, None).may_be_several());
    }

    /// A program that embeds the library may ask from threads of a pool of its own.
    #[test]
    fn a_thread_of_another_pool_is_helped_as_well() {
        let pool = ThreadPoolBuilder::new().num_threads(1).build().unwrap();
        let helpers = Helpers::default();
        assert_eq!(pool.install(|| meet(&helpers, 4)).len(), 4);
    }

    #[test]
    fn a_helper_that_panics_is_heard_and_kept() {
        let helpers = Helpers::default();
        let panic = std::panic::catch_unwind(|| {
            let threads = Threads::of(&helpers, Some(2));
            threads.together(1, || panic!("lost"), |_| ());
        });
        assert_eq!(panic.unwrap_err().downcast_ref(), Some(&"lost"));
        assert_eq!(helpers.0.lock().unwrap().len(), 1);
        assert_eq!(meet(&helpers, 2).len(), 2);
    }
}
