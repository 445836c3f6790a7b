//! The exchange between the threads that do the morsels and the one that takes what comes of
//! them, in their order, and does morsels itself while nothing comes.
//!
//! No thread is far ahead of the one that takes: it begins no morsel beyond the next few, and
//! waits in a morsel that has made many chunks until its turn has come. So memory is bounded,
//! and as the first morsel that is not done is never kept waiting, all go on. The one that takes
//! does not wait in a morsel of its own for anything but those before it.

use super::super::context::Context;
use super::super::layout::Layout;
use super::super::limit::chunk_bytes;
use super::super::liveness::Liveness;
use super::super::mapper::Mapper;
use super::super::pipeline::{Chain, Flow, Pipeline, Sink, Taken, send};
use super::super::profile::{Reading, measured, with_meters};
use super::{Shared, Split, part};
use crate::plan::explain::Measured;
use crate::plan::operator::Operator;
use crate::syntax::diagnostic::Diagnostic;
use crate::vector::DataChunk;
use std::collections::VecDeque;
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
    /// Further threads that are at work; less than none while one has ended that was not told of.
    threads: isize,
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
    fn new() -> Self {
        let (turn, next, threads) = (0, 0, 0);
        let (morsels, figures) = (VecDeque::new(), Vec::new());
        Table {
            state: Mutex::new(State { turn, next, morsels, threads, figures }),
            come: Condvar::new(),
            taken: Condvar::new(),
            over: Arc::default(),
        }
    }

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

    /// The next morsel to be done, once it may be begun.
    fn claim(&self, split: &Split) -> Option<u32> {
        let early =
            |state: &mut State| !self.is_over() && state.is_left(split) && state.is_early(split);
        let state =
            self.taken.wait_while(self.lock(), early).unwrap_or_else(PoisonError::into_inner);
        self.begin(split, state)
    }

    /// The next morsel to be done, if it may be begun now.
    fn claim_now(&self, split: &Split) -> Option<u32> {
        self.begin(split, self.lock())
    }

    fn begin(&self, split: &Split, mut state: MutexGuard<'_, State>) -> Option<u32> {
        if self.is_over() || !state.is_left(split) || state.is_early(split) {
            return None;
        }
        state.next += 1;
        state.morsels.push_back(Morsel::default());
        Some(state.next - 1)
    }

    /// A morsel is done.
    fn finish(&self, split: &Split, morsel: u32, done: Result<(), Diagnostic>) {
        let mut state = self.lock();
        if done.is_err() {
            // Those behind it are not needed.
            state.next = split.morsels();
        }
        if let Some(own) = state.of(morsel) {
            own.done = Some(done);
        }
        if state.turn == morsel {
            self.come.notify_one();
        }
    }

    /// Puts down a chunk of a morsel, so many bytes.
    fn put(&self, state: &mut State, morsel: u32, chunk: DataChunk, bytes: usize) {
        let turn = state.turn == morsel;
        let Some(own) = state.of(morsel) else { return };
        own.bytes += bytes;
        own.chunks.push_back(chunk);
        if turn && own.chunks.len() == 1 {
            self.come.notify_one();
        }
    }
}

impl State {
    /// What came of a morsel that is not behind its turn.
    fn of(&mut self, morsel: u32) -> Option<&mut Morsel> {
        self.morsels.get_mut(morsel.checked_sub(self.turn)? as usize)
    }

    /// How many chunks of a morsel have not been taken.
    fn waiting(&mut self, morsel: u32) -> usize {
        self.of(morsel).map_or(0, |own| own.chunks.len())
    }

    /// Whether there is a morsel that nobody does yet.
    fn is_left(&self, split: &Split) -> bool {
        self.next < split.morsels()
    }

    /// Whether the next one is too far ahead.
    fn is_early(&self, split: &Split) -> bool {
        self.next >= self.turn + AHEAD * split.threads as u32
    }

    /// Whether nothing has come of the morsel whose turn it is.
    fn is_empty(&self) -> bool {
        let nothing = |it: &Morsel| it.chunks.is_empty() && it.done.is_none();
        self.morsels.front().is_none_or(nothing)
    }
}

/// Accounts for a chunk that another thread will keep; tells its bytes.
fn handed_over(context: &Context<'_>, chunk: &DataChunk) -> Result<usize, Diagnostic> {
    let bytes = chunk_bytes(chunk);
    context.guard.keep(bytes)?;
    context.guard.hand_over(bytes);
    Ok(bytes)
}

/// Puts the chunks of a morsel on the table.
struct ToTable<'t> {
    table: &'t Table,
    morsel: u32,
}

impl Sink for ToTable<'_> {
    fn push(&mut self, context: &Context<'_>, chunk: DataChunk) -> Result<Flow, Diagnostic> {
        let bytes = handed_over(context, &chunk)?;
        let full =
            |state: &mut State| state.waiting(self.morsel) >= WAITING && !self.table.is_over();
        let mut state = self.table.lock();
        if full(&mut state) {
            state =
                self.table.taken.wait_while(state, full).unwrap_or_else(PoisonError::into_inner);
        }
        self.table.put(&mut state, self.morsel, chunk, bytes);
        Ok(if self.table.is_over() { Flow::Stop } else { Flow::Continue })
    }
}

/// The thread that takes, in the order of the morsels, and feeds what follows.
struct Taker<'t> {
    table: &'t Table,
    context: &'t Context<'t>,
    pipeline: &'t mut Pipeline,
    sink: &'t mut dyn Sink,
    /// Morsels that were not taken to their end.
    left: u32,
    /// How long the pipeline has been at work.
    busy: Duration,
    /// How it has ended.
    end: Option<Result<(), Diagnostic>>,
}

impl Taker<'_> {
    /// Takes what is there.
    fn take(&mut self) {
        while self.end.is_none() && self.left > 0 {
            let mut state = self.table.lock();
            if state.is_empty() {
                return;
            }
            let Some(morsel) = state.morsels.front_mut() else { return };
            let chunks = std::mem::take(&mut morsel.chunks);
            let bytes = std::mem::take(&mut morsel.bytes);
            let (taken, done) = (morsel.taken.take(), morsel.done.take());
            if done.is_some() {
                state.morsels.pop_front();
                state.turn += 1;
                self.left -= 1;
            }
            drop(state);
            self.table.taken.notify_all();
            let started = Instant::now();
            self.context.guard.take_over(bytes);
            let wanted = self.hand_on(chunks, taken);
            if wanted.is_ok() {
                self.context.guard.release(bytes);
            }
            self.busy += started.elapsed();
            self.end = match (wanted, done) {
                (Err(error), _) | (Ok(true), Some(Err(error))) => Some(Err(error)),
                (Ok(false), _) => Some(Ok(())),
                (Ok(true), _) => None,
            };
        }
    }

    /// Hands on what came of a morsel; tells whether more is wanted.
    fn hand_on(
        &mut self,
        chunks: VecDeque<DataChunk>,
        taken: Option<Taken>,
    ) -> Result<bool, Diagnostic> {
        for chunk in chunks {
            if !self.pipeline.feed(self.context, chunk, self.sink)? {
                return Ok(false);
            }
        }
        if let Some(taken) = taken {
            self.context.guard.check()?;
            self.pipeline.take(self.context, taken)?;
        }
        Ok(true)
    }

    /// Whether there is more to be taken.
    fn goes_on(&self) -> bool {
        self.end.is_none() && self.left > 0
    }

    /// Waits until something comes; tells whether it has.
    fn wait(&self) -> bool {
        let nothing = |state: &mut State| state.threads > 0 && state.is_empty();
        let waited = self.table.come.wait_while(self.table.lock(), nothing);
        // Where it has not, a thread has panicked.
        !waited.unwrap_or_else(PoisonError::into_inner).is_empty()
    }
}

/// Takes the chunks of a morsel of its own, when their turn has come, and what comes meanwhile.
struct ToTaker<'t, 'c> {
    taker: &'t mut Taker<'c>,
    morsel: u32,
}

impl Sink for ToTaker<'_, '_> {
    fn push(&mut self, context: &Context<'_>, chunk: DataChunk) -> Result<Flow, Diagnostic> {
        let bytes = handed_over(context, &chunk)?;
        let table = self.taker.table;
        table.put(&mut table.lock(), self.morsel, chunk, bytes);
        loop {
            self.taker.take();
            if !self.taker.goes_on() {
                return Ok(Flow::Stop);
            }
            // What has come may have been its own.
            if table.lock().waiting(self.morsel) < WAITING || !self.taker.wait() {
                return Ok(Flow::Continue);
            }
        }
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

/// Lets all threads end when the one that takes does, also when it panics.
struct Ends<'t>(&'t Table);

impl Drop for Ends<'_> {
    fn drop(&mut self) {
        self.0.end();
    }
}

/// A thread with a chain of its own, which does morsels.
struct Worker<'w> {
    exchange: &'w Exchange<'w>,
    table: &'w Table,
    given: &'w Context<'w>,
    renewed: Option<Context<'w>>,
    chain: Result<Chain, Diagnostic>,
    readings: Vec<Arc<Reading>>,
    busy: Duration,
}

impl<'w> Worker<'w> {
    fn new(exchange: &'w Exchange<'w>, table: &'w Table, given: &'w Context<'w>) -> Self {
        let mut mapper = Mapper::new(given, exchange.liveness, exchange.layout.clone());
        let mut chain = mapper.chain(exchange.operators, exchange.first);
        let mut readings = Vec::new();
        if let (true, Ok(chain)) = (exchange.metered, &mut chain) {
            let (metered, own) = with_meters(std::mem::take(chain));
            (*chain, readings) = (metered, own);
        }
        if let (true, Ok(chain)) = (exchange.split.merges, &mut chain) {
            let last = chain.len().saturating_sub(exchange.last());
            chain
                .iter_mut()
                .skip(last)
                .take(1)
                .for_each(|operator| operator.part(exchange.split.apart));
        }
        given.guard.accounts().open(readings.len());
        Worker { exchange, table, given, renewed: None, chain, readings, busy: Duration::ZERO }
    }

    /// Does a morsel, whose chunks go to the sink.
    fn run(&mut self, morsel: u32, sink: &mut dyn Sink) {
        match self.renewed.as_ref().unwrap_or(self.given).renewed() {
            Ok(Some(fresh)) => self.renewed = Some(fresh),
            Ok(None) => {}
            Err(error) => self.chain = Err(error),
        }
        let started = Instant::now();
        let context = self.renewed.as_ref().unwrap_or(self.given);
        context.guard.accounts().change_owner(0);
        let done = match &mut self.chain {
            Ok(chain) => self.exchange.do_morsel(context, self.table, morsel, chain, sink),
            Err(error) => Err(error.clone()),
        };
        self.busy += started.elapsed();
        self.table.finish(&self.exchange.split, morsel, done);
    }

    /// Adds its figures to those of the others.
    fn end(self) {
        let figures = measured(&self.readings, self.busy, &self.given.guard.accounts().close());
        let mut state = self.table.lock();
        let operators = figures.len().max(state.figures.len());
        state.figures.resize(operators, Measured::default());
        for (all, own) in state.figures.iter_mut().zip(figures) {
            *all = all.with(&own);
        }
    }
}

impl Exchange<'_> {
    /// Lets threads do the morsels, this one among them, and feeds what follows with what comes
    /// of them, up to its last row but not to its end. The figures of the operators are those of
    /// all threads. Tells how long the pipeline has been at work.
    pub(in super::super) fn run(
        &self,
        context: &Context<'_>,
        pipeline: &mut Pipeline,
        sink: &mut dyn Sink,
    ) -> Result<(Duration, Vec<Measured>), Diagnostic> {
        let table = &Table::new();
        let shared = &context.shared(table.over.clone());
        let help = || {
            let _at_work = AtWork(table);
            shared.with(|given| {
                let mut worker = Worker::new(self, table, given);
                while let Some(morsel) = table.claim(&self.split) {
                    worker.run(morsel, &mut ToTable { table, morsel });
                }
                worker.end();
            });
        };
        let others = self.split.threads - 1;
        let (end, busy) = context.threads.together(others, help, |helpers| {
            let _ends = Ends(table);
            table.lock().threads += helpers as isize;
            let (left, busy) = (self.split.morsels(), Duration::ZERO);
            let mut taker = Taker { table, context, pipeline, sink, left, busy, end: None };
            shared.with(|given| self.take(&mut taker, given));
            (taker.end.unwrap_or(Ok(())), taker.busy)
        });
        let figures = std::mem::take(&mut table.lock().figures);
        end.map(|()| (busy, figures))
    }

    /// Takes what comes, and does morsels while nothing does.
    fn take(&self, taker: &mut Taker<'_>, given: &Context<'_>) {
        let table = taker.table;
        let mut worker = Worker::new(self, table, given);
        loop {
            taker.take();
            if !taker.goes_on() {
                break;
            }
            if let Some(morsel) = table.claim_now(&self.split) {
                worker.run(morsel, &mut ToTaker { taker, morsel });
            } else if !taker.wait() {
                break;
            }
        }
        worker.end();
    }

    fn do_morsel(
        &self,
        context: &Context<'_>,
        table: &Table,
        morsel: u32,
        chain: &mut Chain,
        sink: &mut dyn Sink,
    ) -> Result<(), Diagnostic> {
        let last = self.last();
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
        let sent = send(context, chain, last, rows, sink);
        if !self.split.merges {
            return sent;
        }
        let place = chain.len() - last;
        let taken = match (chain.get_mut(place), &sent) {
            (Some(operator), Ok(())) => operator.give(context)?,
            (Some(operator), Err(_)) => operator.give_before_failure(),
            (None, _) => None,
        };
        let bytes = context.guard.kept().saturating_sub(before);
        context.guard.hand_over(bytes);
        if let Some(own) = table.lock().of(morsel) {
            (own.taken, own.bytes) = (taken, bytes);
        }
        sent
    }

    /// How many of the operators are the one that takes all, and its meter behind it.
    fn last(&self) -> usize {
        usize::from(self.split.merges) * (1 + usize::from(self.metered))
    }
}
