//! What every lane does: pairs from seeds, on all processors, and the smallest form of
//! what fails.
//!
//! `DOSSIER_PAIRS` sets how many pairs are tried, `DOSSIER_SEED` the first seed, and with
//! `DOSSIER_KEEP_ON` a lane goes on after a failure, up to twenty of them.

use super::shrink::shrink;
use super::{Choices, setting};
use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};

/// Most failures that are told of when a lane goes on.
const TOLD: usize = 20;

/// What a pair has shown.
#[derive(Clone, Debug)]
pub(crate) enum Verdict {
    /// Both sides say the same.
    Agree,
    /// Both sides say the same, but there was nothing to say.
    Empty,
    /// Both sides fail in the same way.
    BothFail(String),
    /// One of them cannot tell.
    Skipped(String),
    /// They differ; the text tells all that is needed to see it again.
    Differ(String),
}

/// A lane: how a pair is made of a seed and of choices, and judged. The seed decides what
/// must not change while a failure is made smaller.
pub(crate) struct Lane<'j> {
    /// Its name, for what it prints.
    pub(crate) name: &'static str,
    /// Pairs that a plain run tries.
    pub(crate) pairs: u64,
    /// Judges a pair.
    pub(crate) judge: &'j (dyn Fn(u64, &mut Choices) -> Verdict + Sync),
}

/// What a run has come to.
#[derive(Default)]
struct Tally {
    failing: u64,
    empty: u64,
    skipped: BTreeMap<String, u64>,
    failures: Vec<(u64, String)>,
}

/// What `work` gives for each item; the items are shared among all processors.
pub(crate) fn on_all_processors<T: Sync, R: Send>(
    items: &[T],
    work: impl Fn(&T) -> R + Sync,
) -> Vec<R> {
    let next = AtomicUsize::new(0);
    let results = Mutex::new(Vec::new());
    let take = || {
        loop {
            let place = next.fetch_add(1, Ordering::Relaxed);
            let Some(item) = items.get(place) else { return };
            let result = work(item);
            results.lock().unwrap().push((place, result));
        }
    };
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(take);
        }
    });
    let mut results = results.into_inner().unwrap();
    results.sort_by_key(|(place, _)| *place);
    results.into_iter().map(|(_, result)| result).collect()
}

impl Lane<'_> {
    /// Runs the lane; it has to find no difference, and to have looked at most pairs.
    ///
    /// # Panics
    /// A pair differs, or too many of them show nothing.
    pub(crate) fn hold(&self) {
        let (first, pairs) = (setting("DOSSIER_SEED", 1), setting("DOSSIER_PAIRS", self.pairs));
        let keep_on = std::env::var_os("DOSSIER_KEEP_ON").is_some();
        let (next, stop) = (AtomicU64::new(first), AtomicBool::new(false));
        let tally = Mutex::new(Tally::default());
        let work = || {
            loop {
                let seed = next.fetch_add(1, Ordering::Relaxed);
                if seed >= first + pairs || stop.load(Ordering::Relaxed) {
                    return;
                }
                self.one(seed, &tally);
                let failed = tally.lock().unwrap().failures.len();
                if failed >= if keep_on { TOLD } else { 1 } {
                    stop.store(true, Ordering::Relaxed);
                }
            }
        };
        let threads = std::thread::available_parallelism().map_or(1, usize::from);
        std::thread::scope(|scope| {
            for _ in 0..threads {
                scope.spawn(work);
            }
        });
        let Tally { failing, empty, skipped, failures } = tally.into_inner().unwrap();
        let list: Vec<&str> = failures.iter().map(|(_, failure)| failure.as_str()).collect();
        assert!(list.is_empty(), "{} pairs differ:\n{}", list.len(), list.join("\n\n"));
        let unknown: u64 = skipped.values().sum();
        eprintln!(
            "{}: {pairs} pairs from seed {first} agree; {empty} have no rows, in {failing} both fail, {unknown} were skipped: {skipped:?}",
            self.name
        );
        assert!(empty * 2 <= pairs, "too many pairs have no rows: {empty}");
        assert!(failing * 10 < pairs, "too many queries fail: {failing}");
        assert!(unknown * 10 < pairs, "too many pairs were skipped: {skipped:?}");
    }

    fn one(&self, seed: u64, tally: &Mutex<Tally>) {
        let mut choices = Choices::seeded(seed);
        let verdict = self.judged(seed, &mut choices);
        match verdict {
            Verdict::Agree => {}
            Verdict::Empty => tally.lock().unwrap().empty += 1,
            Verdict::BothFail(why) => {
                if std::env::var_os("DOSSIER_SHOW_FAILING").is_some() {
                    eprintln!("seed {seed} fails: {why}\n");
                }
                tally.lock().unwrap().failing += 1;
            }
            Verdict::Skipped(what) => {
                *tally.lock().unwrap().skipped.entry(what).or_default() += 1;
            }
            Verdict::Differ(_) => {
                let told = self.report(seed, &choices.made);
                eprintln!("{told}\n");
                tally.lock().unwrap().failures.push((seed, told));
            }
        }
    }

    /// A panic is a difference as well.
    fn judged(&self, seed: u64, choices: &mut Choices) -> Verdict {
        catch_unwind(AssertUnwindSafe(|| (self.judge)(seed, choices))).unwrap_or_else(|cause| {
            let text = cause.downcast_ref::<String>().map(String::as_str);
            let text = text.or_else(|| cause.downcast_ref::<&str>().copied());
            Verdict::Differ(format!("panics: {}", text.unwrap_or("of unknown cause")))
        })
    }

    /// The failure in its smallest form.
    fn report(&self, seed: u64, choices: &[u32]) -> String {
        let fails = |list: &[u32]| {
            matches!(self.judged(seed, &mut Choices::replayed(list)), Verdict::Differ(_))
        };
        let small = shrink(choices, fails);
        let why = match self.judged(seed, &mut Choices::replayed(&small)) {
            Verdict::Differ(why) => why,
            _ => "only before it was made small".into(),
        };
        format!("{}, seed {seed} (DOSSIER_SEED={seed} DOSSIER_PAIRS=1): {why}", self.name)
    }
}
