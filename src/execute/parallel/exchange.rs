//! The exchange between the threads that do the morsels and the one that takes what comes of
//! them, in their order.
//!
//! No thread is far ahead of the one that takes: it begins no morsel beyond the next few, and
//! waits in a morsel that has made many chunks until its turn has come. So memory is bounded,
//! and as the first morsel that is not done is never kept waiting, all go on.

use super::super::context::{self, Context};
use super::super::layout::Layout;
use super::super::limit::chunk_bytes;
use super::super::liveness::Liveness;
use super::super::mapper::Mapper;
use super::super::pipeline::{Chain, Flow, Pipeline, Sink, Taken, send};
use super::super::profile::{measured, with_meters};
use super::{Shared, Split};
use crate::plan::explain::Measured;
use crate::plan::operator::Operator;
use crate::syntax::diagnostic::Diagnostic;
use crate::vector::DataChunk;
use std::collections::VecDeque;
use std::ops::Range;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// Morsels that may be begun beyond the one whose turn it is, for each thread.
const AHEAD: u32 = 4;

/// Chunks of a morsel that may wait for their turn.
const WAITING: usize = 64;

/// What threads are given to do.
pub(in super::super) struct Exchange<'e> {
    pub(in super::super) split: Split,
    /// The operators that they run, and the number of the first in its plan.
    pub(in super::super) operators: &'e [Operator],
    pub(in super::super) first: usize,
    pub(in super::super) liveness: &'e Liveness,
    /// The rows that the chain begins with, or those that are shared out.
    pub(in super::super) layout: Layout,
    pub(in super::super) rows: Vec<DataChunk>,
    /// Whether rows and times are measured.
    pub(in super::super) metered: bool,
}

/// What the threads share.
struct Table {
    state: Mutex<State>,
    /// Something has come, or a thread has ended.
    come: Condvar,
    /// Something was taken, or nothing more is needed.
    taken: Condvar,
    /// Nothing more is needed.
    over: Arc<AtomicBool>,
}

struct State {
    /// The morsel whose turn it is.
    turn: u32,
    /// The next one that nobody does yet.
    next: u32,
    /// What came of the morsels from that one on.
    morsels: VecDeque<Morsel>,
    /// Threads that are at work.
    threads: usize,
    figures: Vec<Measured>,
}

/// What came of a morsel.
#[derive(Default)]
struct Morsel {
    chunks: VecDeque<DataChunk>,
    /// Bytes of these that the thread has handed over, and of what was taken.
    bytes: usize,
    taken: Option<Taken>,
    done: Option<Result<(), Diagnostic>>,
}

impl Table {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn is_over(&self) -> bool {
        self.over.load(Ordering::Relaxed)
    }

    /// Lets all threads end.
    fn end(&self) {
        let _state = self.lock();
        self.over.store(true, Ordering::Relaxed);
        self.taken.notify_all();
    }

    /// The next morsel to be done.
    fn claim(&self, split: &Split) -> Option<u32> {
        let ahead = AHEAD * split.threads as u32;
        let wait = |state: &mut State| {
            !self.is_over() && state.next < split.morsels() && state.next >= state.turn + ahead
        };
        let mut state =
            self.taken.wait_while(self.lock(), wait).unwrap_or_else(PoisonError::into_inner);
        if self.is_over() || state.next >= split.morsels() {
            return None;
        }
        state.next += 1;
        state.morsels.push_back(Morsel::default());
        Some(state.next - 1)
    }
}

impl State {
    /// What came of a morsel that is not behind its turn.
    fn of(&mut self, morsel: u32) -> Option<&mut Morsel> {
        self.morsels.get_mut(morsel.checked_sub(self.turn)? as usize)
    }
}

/// Puts the chunks of a morsel on the table.
struct ToTable<'t> {
    table: &'t Table,
    morsel: u32,
}

impl Sink for ToTable<'_> {
    fn push(&mut self, context: &Context<'_>, chunk: DataChunk) -> Result<Flow, Diagnostic> {
        let bytes = chunk_bytes(&chunk);
        context.guard.keep(bytes)?;
        context.guard.hand_over(bytes);
        let full = |state: &mut State| {
            let waiting = state.of(self.morsel).map_or(0, |morsel| morsel.chunks.len());
            waiting >= WAITING && !self.table.is_over()
        };
        let mut state = self.table.lock();
        if full(&mut state) {
            state =
                self.table.taken.wait_while(state, full).unwrap_or_else(PoisonError::into_inner);
        }
        let turn = state.turn == self.morsel;
        if let Some(morsel) = state.of(self.morsel) {
            morsel.bytes += bytes;
            morsel.chunks.push_back(chunk);
            if turn && morsel.chunks.len() == 1 {
                self.table.come.notify_one();
            }
        }
        Ok(if self.table.is_over() { Flow::Stop } else { Flow::Continue })
    }
}

/// Tells that a thread has ended, also when it panics.
struct AtWork<'t>(&'t Table);

impl Drop for AtWork<'_> {
    fn drop(&mut self) {
        self.0.lock().threads -= 1;
        self.0.come.notify_one();
    }
}

/// Hands on what came of a morsel; tells whether more is wanted.
fn hand_on(
    context: &Context<'_>,
    pipeline: &mut Pipeline,
    chunks: VecDeque<DataChunk>,
    taken: Option<Taken>,
    sink: &mut dyn Sink,
) -> Result<bool, Diagnostic> {
    for chunk in chunks {
        if !pipeline.feed(context, chunk, sink)? {
            return Ok(false);
        }
    }
    if let Some(taken) = taken {
        context.guard.check()?;
        pipeline.take(context, taken)?;
    }
    Ok(true)
}

impl Exchange<'_> {
    /// Lets threads do the morsels and feeds what follows with what comes of them, up to its
    /// last row but not to its end. The figures of the operators are those of all threads.
    /// Tells how long the pipeline has been at work.
    pub(in super::super) fn run(
        &self,
        context: &Context<'_>,
        pipeline: &mut Pipeline,
        sink: &mut dyn Sink,
    ) -> Result<(Duration, Vec<Measured>), Diagnostic> {
        let over = Arc::new(AtomicBool::new(false));
        let state = State {
            turn: 0,
            next: 0,
            morsels: VecDeque::new(),
            threads: self.split.threads,
            figures: Vec::new(),
        };
        let table = Table {
            state: Mutex::new(state),
            come: Condvar::new(),
            taken: Condvar::new(),
            over: over.clone(),
        };
        let shared = context.shared(over);
        let done = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..self.split.threads)
                .map(|_| {
                    let (shared, table) = (shared.clone(), &table);
                    scope.spawn(move || {
                        let _at_work = AtWork(table);
                        self.work(&shared, table);
                    })
                })
                .collect();
            let done = self.take(context, &table, pipeline, sink);
            table.end();
            for thread in threads {
                if let Err(panic) = thread.join() {
                    std::panic::resume_unwind(panic);
                }
            }
            done
        });
        let figures = std::mem::take(&mut table.lock().figures);
        done.map(|time| (time, figures))
    }

    /// Takes what comes, in the order of the morsels.
    fn take(
        &self,
        context: &Context<'_>,
        table: &Table,
        pipeline: &mut Pipeline,
        sink: &mut dyn Sink,
    ) -> Result<Duration, Diagnostic> {
        let mut busy = Duration::ZERO;
        for number in 0..self.split.morsels() {
            loop {
                let wait = |state: &mut State| {
                    let nothing = |it: &mut Morsel| it.chunks.is_empty() && it.done.is_none();
                    state.threads > 0 && state.of(number).is_none_or(nothing)
                };
                let mut state = table
                    .come
                    .wait_while(table.lock(), wait)
                    .unwrap_or_else(PoisonError::into_inner);
                let Some(morsel) = state.of(number) else { return Ok(busy) };
                let chunks = std::mem::take(&mut morsel.chunks);
                let bytes = std::mem::take(&mut morsel.bytes);
                let (taken, done) = (morsel.taken.take(), morsel.done.take());
                if done.is_some() {
                    state.morsels.pop_front();
                    state.turn += 1;
                }
                let stuck = chunks.is_empty() && done.is_none();
                drop(state);
                table.taken.notify_all();
                if stuck {
                    // Its thread has panicked.
                    return Ok(busy);
                }
                let started = Instant::now();
                context.guard.take_over(bytes);
                let wanted = hand_on(context, pipeline, chunks, taken, sink)?;
                context.guard.release(bytes);
                busy += started.elapsed();
                if !wanted {
                    return Ok(busy);
                }
                if let Some(done) = done {
                    done?;
                    break;
                }
            }
        }
        Ok(busy)
    }

    /// What a thread does.
    fn work(&self, shared: &context::Shared<'_>, table: &Table) {
        shared.with(|given| {
            let mut busy = Duration::ZERO;
            let mut mapper = Mapper::new(given, self.liveness, self.layout.clone());
            let mut mapped = mapper.chain(self.operators, self.first);
            let mut readings = Vec::new();
            if let (true, Ok(chain)) = (self.metered, &mut mapped) {
                let (metered, own) = with_meters(std::mem::take(chain));
                (*chain, readings) = (metered, own);
            }
            given.guard.accounts().open(readings.len());
            let mut renewed;
            let mut context = given;
            while let Some(morsel) = table.claim(&self.split) {
                match context.renewed() {
                    Ok(Some(fresh)) => {
                        renewed = fresh;
                        context = &renewed;
                    }
                    Ok(None) => {}
                    Err(error) => mapped = Err(error),
                }
                let started = Instant::now();
                context.guard.accounts().change_owner(0);
                let done = match &mut mapped {
                    Ok(chain) => self.do_morsel(context, table, morsel, chain),
                    Err(error) => Err(error.clone()),
                };
                busy += started.elapsed();
                let failed = done.is_err();
                let mut state = table.lock();
                if failed {
                    // Those behind it are not needed.
                    state.next = self.split.morsels();
                }
                if let Some(own) = state.of(morsel) {
                    own.done = Some(done);
                }
                if state.turn == morsel {
                    table.come.notify_one();
                }
            }
            let figures = measured(&readings, busy, &given.guard.accounts().close());
            let mut state = table.lock();
            let operators = figures.len().max(state.figures.len());
            state.figures.resize(operators, Measured::default());
            for (all, own) in state.figures.iter_mut().zip(figures) {
                *all = all.with(&own);
            }
        });
    }

    fn do_morsel(
        &self,
        context: &Context<'_>,
        table: &Table,
        morsel: u32,
        chain: &mut Chain,
    ) -> Result<(), Diagnostic> {
        // Behind the last operator stands its meter, if there are any.
        let last = usize::from(self.split.merges) * (1 + usize::from(self.metered));
        // Whoever takes all has given it away, and keeps what it knows of the rows before.
        let streaming = chain.len().saturating_sub(last);
        chain.iter_mut().take(streaming).for_each(|operator| operator.reset());
        let range = self.split.range(morsel);
        let rows = match self.split.of {
            Shared::Rows => part(&self.rows, range.start as usize..range.end as usize),
            Shared::Ids | Shared::Hops => {
                chain.iter_mut().take(1).for_each(|first| first.only(range.clone()));
                self.rows.clone()
            }
        };
        let before = context.guard.kept();
        let mut sink = ToTable { table, morsel };
        send(context, chain, last, rows, &mut sink)?;
        if !self.split.merges {
            return Ok(());
        }
        let place = chain.len() - last;
        let taken = chain.get_mut(place).map_or(Ok(None), |operator| operator.give(context))?;
        let bytes = context.guard.kept().saturating_sub(before);
        context.guard.hand_over(bytes);
        if let Some(own) = table.lock().of(morsel) {
            (own.taken, own.bytes) = (taken, bytes);
        }
        Ok(())
    }
}

/// Of rows in several chunks those of a range.
fn part(chunks: &[DataChunk], rows: Range<usize>) -> Vec<DataChunk> {
    let mut first = 0;
    let mut found = Vec::new();
    for chunk in chunks {
        let end = first + chunk.rows();
        let (from, to) = (rows.start.max(first), rows.end.min(end));
        if from < to {
            found.push(chunk.slice(from - first, to - from));
        }
        first = end;
    }
    found
}
