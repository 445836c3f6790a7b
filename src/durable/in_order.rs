//! Work on all cores whose outcomes are taken in order, while the work goes on.
//!
//! ```text
//! workers   4   5   6   7  …          the next items that nobody has
//! taker     0   1   2                 on the calling thread, in the items' order
//!           └── window ──────┘        so far ahead of the taker, and no further
//! ```
//!
//! So a checkpoint makes sections while those before are being written, and what waits to be
//! written is bounded.

use std::collections::BTreeMap;
use std::panic::resume_unwind;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError, mpsc};
use std::thread;

/// Fewer items than this are not worth a thread.
const ITEMS_PER_THREAD: usize = 4;
/// More threads than this wait for the disk.
const THREADS: usize = 8;

/// How far the workers have got and may get.
struct Window {
    state: Mutex<State>,
    moved: Condvar,
}

struct State {
    next: usize,
    end: usize,
    closed: bool,
}

impl Window {
    fn new(end: usize) -> Self {
        Window { state: Mutex::new(State { next: 0, end, closed: false }), moved: Condvar::new() }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The next item that nobody has; `None` when it is over.
    fn next(&self) -> Option<usize> {
        let mut state = self.state();
        while !state.closed && state.next >= state.end {
            state = self.moved.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        state.next += 1;
        (!state.closed).then(|| state.next - 1)
    }

    /// One more may be worked on.
    fn advance(&self) {
        self.state().end += 1;
        self.moved.notify_one();
    }
}

/// Ends the work when it is dropped, also by a panic: nobody waits for ever.
struct Closing<'a>(&'a Window);

impl Drop for Closing<'_> {
    fn drop(&mut self) {
        self.0.state().closed = true;
        self.0.moved.notify_all();
    }
}

/// Does the work on each item, on all cores where there are enough items; hands the outcomes
/// to `take` in the items' order, on this thread.
///
/// # Errors
///
/// The first that `take` has; the work ends with it.
pub(super) fn in_order<I: Sync, O: Send, E>(
    items: &[I],
    work: impl Fn(&I) -> O + Sync,
    mut take: impl FnMut(&I, O) -> Result<(), E>,
) -> Result<(), E> {
    let threads = thread::available_parallelism().map_or(1, usize::from).min(THREADS);
    let threads = threads.min(items.len() / ITEMS_PER_THREAD);
    if threads < 2 {
        return items.iter().try_for_each(|item| take(item, work(item)));
    }
    let window = Window::new(threads * ITEMS_PER_THREAD * 2);
    let (give, given) = mpsc::channel();
    thread::scope(|scope| {
        let _closing = Closing(&window);
        let (window, work) = (&window, &work);
        let start = |_| {
            let give = give.clone();
            let worker = move || {
                let closing = Closing(window);
                while let Some(place) = window.next() {
                    let Some(item) = items.get(place) else { break };
                    if give.send((place, work(item))).is_err() {
                        break;
                    }
                }
                // Others have items in hand still.
                std::mem::forget(closing);
            };
            // Where the system gives no thread, there are fewer.
            thread::Builder::new().spawn_scoped(scope, worker).ok()
        };
        let mut workers: Vec<_> = (0..threads).filter_map(start).collect();
        drop(give);
        let mut waiting = BTreeMap::new();
        for (place, item) in items.iter().enumerate() {
            let outcome = loop {
                if let Some(outcome) = waiting.remove(&place) {
                    break outcome;
                }
                if let Ok((other, outcome)) = given.recv() {
                    waiting.insert(other, outcome);
                    continue;
                }
                for worker in workers.drain(..) {
                    worker.join().unwrap_or_else(|panic| resume_unwind(panic));
                }
                break work(item);
            };
            window.advance();
            take(item, outcome)?;
        }
        Ok(())
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::time::Duration;

    #[test]
    fn outcomes_come_in_order_and_not_too_early() {
        for count in [0, 1, 7, 8, 500] {
            let items: Vec<usize> = (0..count).collect();
            let (taken, mut seen) = (AtomicUsize::new(0), Vec::new());
            let most = AtomicUsize::new(0);
            let done: Result<(), ()> = in_order(
                &items,
                |&item| {
                    most.fetch_max(
                        item.saturating_sub(taken.load(Ordering::SeqCst)),
                        Ordering::SeqCst,
                    );
                    std::thread::sleep(Duration::from_micros((item as u64 * 37) % 100));
                    item * 2
                },
                |&item, outcome| {
                    seen.push((item, outcome));
                    taken.fetch_add(1, Ordering::SeqCst);
                    Ok(())
                },
            );
            done.unwrap();
            assert_eq!(seen, items.iter().map(|item| (*item, item * 2)).collect::<Vec<_>>());
            assert!(most.into_inner() <= THREADS * ITEMS_PER_THREAD * 2 + THREADS);
        }
    }

    #[test]
    fn it_ends_where_an_outcome_is_refused() {
        let items: Vec<u32> = (0..1000).collect();
        let worked = AtomicUsize::new(0);
        let refused = in_order(
            &items,
            |item| {
                worked.fetch_add(1, Ordering::SeqCst);
                *item
            },
            |_, outcome| if outcome == 20 { Err("twenty") } else { Ok(()) },
        );
        assert_eq!(refused, Err("twenty"));
        assert!(worked.into_inner() < 1000);
    }

    #[test]
    #[should_panic(expected = "on the way")]
    fn a_panic_is_passed_on() {
        let items: Vec<u32> = (0..1000).collect();
        let work = |item: &u32| assert!(*item != 300, "on the way");
        let _: Result<(), ()> = in_order(&items, work, |_, ()| Ok(()));
    }
}
