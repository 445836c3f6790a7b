//! Pipelines: chunks pushed through a chain of operators into a sink.
//!
//! ```text
//! input chunks ──► operator ──► operator ──► … ──► sink
//!                     push ────►   push ────►
//!            ◄──── Flow::Stop ◄──── Flow::Stop           (nobody needs more)
//!            ◄──── Flow::Pause ◄─── Flow::Pause          (not now)
//! ```
//!
//! Operators are `Send`, so that a chain may rest between two runs, which may be on different
//! threads; none is ever used by two at once.
//!
//! An operator that needs all its input (sorting, grouping) keeps it and hands its
//! rows on when it is told that the input has ended.
//!
//! A chain calls itself once for each operator, so it is cut into parts of bounded length.
//! Between two parts lies a short queue. Whoever fills it is told to pause, and keeps where
//! it was; then the part behind takes what is there, and the one before is resumed when the
//! queue is empty. So the part nearest to the sink works first, only a few chunks wait
//! anywhere, and a limit at the end stops the first part.

use super::aggregate::{Finished, KeyedRows, Partial};
use super::context::Context;
use super::profile::Reading;
use crate::syntax::diagnostic::Diagnostic;
use crate::vector::DataChunk;
use std::collections::VecDeque;
use std::ops::Range;
use std::sync::Arc;

/// Most operators of one part of a chain.
pub(super) const MAX_PART: usize = 48;

/// Chunks that may wait between two parts before whoever makes more is told to pause.
const MAX_QUEUE: usize = 4;

/// Whether more rows are wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Flow {
    /// Go on.
    Continue,
    /// What was handed on has been taken; go on when resumed.
    Pause,
    /// Nothing that may still come is needed.
    Stop,
}

/// A physical operator: takes chunks, hands chunks on.
pub(super) trait PushOperator: Send {
    /// Takes a chunk, which is never empty.
    fn push(
        &mut self,
        context: &Context<'_>,
        chunk: DataChunk,
        next: &mut Next<'_>,
    ) -> Result<Flow, Diagnostic>;

    /// As [`PushOperator::push`], by an operator that has asked already what the predicate with
    /// a number asks: a filter need not ask it again.
    fn push_known(
        &mut self,
        context: &Context<'_>,
        chunk: DataChunk,
        _known: usize,
        next: &mut Next<'_>,
    ) -> Result<Flow, Diagnostic> {
        self.push(context, chunk, next)
    }

    /// Goes on where it was told to pause. No chunk comes, and nobody finishes it, before
    /// it has handed on all that the chunk before has brought.
    fn resume(&mut self, _context: &Context<'_>, _next: &mut Next<'_>) -> Result<Flow, Diagnostic> {
        Ok(Flow::Continue)
    }

    /// The input has ended: hands on what was held back.
    fn finish(&mut self, _context: &Context<'_>, _next: &mut Next<'_>) -> Result<Flow, Diagnostic> {
        Ok(Flow::Continue)
    }

    /// Makes the operator ready for a new run.
    fn reset(&mut self) {}

    /// Of the rows that it makes of a row nobody needs more than one: it may leave the others out.
    fn one_each(&mut self) {}

    /// Lets a scan find only elements with these ids, and an expansion follow only these of the
    /// relationships that lead on from its rows, numbered as they come.
    fn only(&mut self, _ids: Range<u32>) {}

    /// Tells from now on what it passes over.
    fn tell(&mut self, _reading: &Arc<Reading>) {}

    /// Tells it that it takes only a part of the rows, to give away what it has made of them; and
    /// whether it groups rows by what tells one part from another, so that no group has rows of
    /// two.
    fn part(&mut self, _apart: bool) {}

    /// Gives away what it has taken so far, to one of its kind in another chain, and takes what
    /// comes behind that. Only those that take all their input have anything.
    fn give(&mut self, _context: &Context<'_>) -> Result<Option<Taken>, Diagnostic> {
        Ok(None)
    }

    /// What it gives away of the rows before a failure, if whoever takes it may fail sooner.
    fn give_before_failure(&mut self) -> Option<Taken> {
        None
    }

    /// Takes what one of its kind has given away; its rows come after those taken so far.
    fn take(&mut self, _context: &Context<'_>, _taken: Taken) -> Result<(), Diagnostic> {
        Ok(())
    }
}

/// What an operator has taken that takes all its input.
pub(super) enum Taken {
    /// Groups with what their aggregates have taken.
    Groups(Box<Partial>),
    /// Groups that nobody else has any rows of, as they come out.
    Finished(Finished),
    /// Rows that are not grouped yet.
    Keyed(Vec<KeyedRows>),
    /// Rows in order, with their keys as further columns.
    Sorted(DataChunk),
}

/// Where the chunks of a pipeline end up.
pub(super) trait Sink {
    /// Takes a chunk, which is never empty.
    fn push(&mut self, context: &Context<'_>, chunk: DataChunk) -> Result<Flow, Diagnostic>;
}

/// A chain of operators.
pub(super) type Chain = Vec<Box<dyn PushOperator>>;

impl std::fmt::Debug for Pipeline {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Pipeline").field("parts", &self.parts.len()).finish_non_exhaustive()
    }
}

/// What comes after an operator.
pub(super) struct Next<'n> {
    operators: &'n mut [Box<dyn PushOperator>],
    sink: &'n mut dyn Sink,
}

impl Next<'_> {
    /// Hands a chunk on; an empty one goes no further.
    pub(super) fn push(
        &mut self,
        context: &Context<'_>,
        chunk: DataChunk,
    ) -> Result<Flow, Diagnostic> {
        self.push_known(context, chunk, None)
    }

    /// Hands a chunk on, and which predicate of the next operator is known to be true of it.
    fn push_known(
        &mut self,
        context: &Context<'_>,
        chunk: DataChunk,
        known: Option<usize>,
    ) -> Result<Flow, Diagnostic> {
        if chunk.is_empty() {
            return Ok(Flow::Continue);
        }
        let Some((first, rest)) = self.operators.split_first_mut() else {
            return self.sink.push(context, chunk);
        };
        context.guard.step()?;
        let next = &mut Next { operators: rest, sink: self.sink };
        match known {
            Some(known) => first.push_known(context, chunk, known, next),
            None => first.push(context, chunk, next),
        }
    }

    /// Hands a chunk on, from an operator that cannot pause: what it brings is taken at
    /// once, however much that is.
    pub(super) fn insist(
        &mut self,
        context: &Context<'_>,
        chunk: DataChunk,
    ) -> Result<Flow, Diagnostic> {
        self.insist_known(context, chunk, None)
    }

    /// As [`Next::insist`], and tells which predicate of the next operator is known to be true.
    pub(super) fn insist_known(
        &mut self,
        context: &Context<'_>,
        chunk: DataChunk,
        known: Option<usize>,
    ) -> Result<Flow, Diagnostic> {
        let mut flow = self.push_known(context, chunk, known)?;
        while flow == Flow::Pause {
            flow = self.resume(context)?;
        }
        Ok(flow)
    }

    /// Lets those go on that have paused, the last one first.
    fn resume(&mut self, context: &Context<'_>) -> Result<Flow, Diagnostic> {
        for place in (0..self.operators.len()).rev() {
            let (before, after) = self.operators.split_at_mut(place + 1);
            if let Some(operator) = before.last_mut() {
                let next = &mut Next { operators: after, sink: self.sink };
                let flow = operator.resume(context, next)?;
                if flow != Flow::Continue {
                    return Ok(flow);
                }
            }
        }
        Ok(Flow::Continue)
    }
}

/// Sends chunks through operators of which all but the last few, so many, learn that the input
/// has ended. Nothing pauses that stands behind them.
pub(super) fn send(
    context: &Context<'_>,
    chain: &mut [Box<dyn PushOperator>],
    left: usize,
    chunks: Vec<DataChunk>,
    sink: &mut dyn Sink,
) -> Result<(), Diagnostic> {
    let end = chain.len().saturating_sub(left);
    let mut flow = Flow::Continue;
    for chunk in chunks {
        flow = Next { operators: &mut *chain, sink: &mut *sink }.insist(context, chunk)?;
        if flow == Flow::Stop {
            break;
        }
    }
    for place in 0..end {
        if flow == Flow::Stop {
            return Ok(());
        }
        let (before, after) = chain.split_at_mut(place + 1);
        let Some(operator) = before.last_mut() else { return Ok(()) };
        let mut next = Next { operators: after, sink: &mut *sink };
        flow = operator.finish(context, &mut next)?;
        while flow == Flow::Pause {
            flow = operator.resume(context, &mut next)?;
        }
    }
    Ok(())
}

/// A part of a chain with what waits for it.
#[derive(Default)]
struct Part {
    operators: Chain,
    queue: VecDeque<DataChunk>,
    /// Some of its operators have not handed on all that they have.
    paused: bool,
    /// How many of its operators know that the input has ended.
    finished: usize,
}

/// A chain of any length that is ready to run, or under way.
#[derive(Default)]
pub(super) struct Pipeline {
    parts: Vec<Part>,
    /// The parts that have something to do, from the first to the last.
    active: Vec<usize>,
    /// The parts before this one have ended.
    first: usize,
    /// More may come into the first part.
    open: bool,
}

impl Pipeline {
    /// A pipeline of these operators.
    pub(super) fn new(chain: Chain) -> Self {
        // Each part has room for its own operators only, so that all are as long as the chain.
        let mut rest = chain.into_iter();
        let parts = std::iter::repeat_with(|| rest.by_ref().take(MAX_PART).collect())
            .take_while(|operators: &Chain| !operators.is_empty())
            .map(|operators| Part { operators, ..Part::default() });
        let mut parts: Vec<Part> = parts.collect();
        if parts.is_empty() {
            parts.push(Part::default());
        }
        Pipeline { parts, ..Pipeline::default() }
    }

    /// Runs it over chunks from the beginning to the end.
    pub(super) fn run(
        &mut self,
        context: &Context<'_>,
        input: impl IntoIterator<Item = DataChunk>,
        sink: &mut dyn Sink,
    ) -> Result<(), Diagnostic> {
        self.begin(input);
        while self.go_on(context, sink)? == Flow::Pause {}
        Ok(())
    }

    /// Gets ready to be fed.
    pub(super) fn open(&mut self) {
        self.begin([]);
        self.active.clear();
        self.open = true;
    }

    /// Runs over one more chunk; tells whether more of them are wanted.
    pub(super) fn feed(
        &mut self,
        context: &Context<'_>,
        chunk: DataChunk,
        sink: &mut dyn Sink,
    ) -> Result<bool, Diagnostic> {
        if let (true, Some(part)) = (self.open, self.parts.first_mut()) {
            part.queue.push_back(chunk);
            self.active.push(0);
            while self.go_on(context, sink)? == Flow::Pause {}
        }
        Ok(self.open)
    }

    /// Lets its first operator take what one of its kind has given away.
    pub(super) fn take(&mut self, context: &Context<'_>, taken: Taken) -> Result<(), Diagnostic> {
        self.first_operator().map_or(Ok(()), |first| first.take(context, taken))
    }

    /// The operator that it begins with.
    pub(super) fn first_operator(&mut self) -> Option<&mut Box<dyn PushOperator>> {
        self.parts.first_mut()?.operators.first_mut()
    }

    /// Nothing more comes: runs to the end.
    pub(super) fn close(
        &mut self,
        context: &Context<'_>,
        sink: &mut dyn Sink,
    ) -> Result<(), Diagnostic> {
        self.open = false;
        while self.go_on(context, sink)? == Flow::Pause {}
        Ok(())
    }

    /// Gets ready to run over chunks.
    pub(super) fn begin(&mut self, input: impl IntoIterator<Item = DataChunk>) {
        self.rest();
        self.parts.iter_mut().for_each(|part| (part.paused, part.finished) = (false, 0));
        self.active.clear();
        self.active.push(0);
        (self.first, self.open) = (0, false);
        if let Some(part) = self.parts.first_mut() {
            part.queue.extend(input);
        }
    }

    /// Lets go of what is left of a run.
    pub(super) fn rest(&mut self) {
        for part in &mut self.parts {
            part.operators.iter_mut().for_each(|operator| operator.reset());
            part.queue.clear();
        }
    }

    /// Runs until the sink pauses, or to the end.
    pub(super) fn go_on(
        &mut self,
        given: &Context<'_>,
        sink: &mut dyn Sink,
    ) -> Result<Flow, Diagnostic> {
        let mut renewed;
        let mut context = given;
        loop {
            let Some(&at) = self.active.last() else {
                if self.open || self.first == self.parts.len() {
                    return Ok(Flow::Continue);
                }
                // All that came into it has been worked off, there as behind it.
                self.active.push(self.first);
                continue;
            };
            // Those that only learn that the input has ended come one after the other.
            if self.has_work(at) || self.parts[at].finished == 0 {
                context.guard.check()?;
                if let Some(fresh) = context.renewed()? {
                    renewed = fresh;
                    context = &renewed;
                }
            }
            let flow = self.work(context, at, sink)?;
            let last = at + 1 == self.parts.len();
            self.parts[at].paused = flow == Flow::Pause;
            match flow {
                Flow::Pause if last => return Ok(Flow::Pause),
                Flow::Pause | Flow::Continue => {}
                Flow::Stop => self.stop(at),
            }
            if !self.has_work(at) {
                self.active.pop();
                if at == self.first
                    && self.parts[at].finished >= self.parts[at].operators.len().max(1)
                {
                    self.first += 1;
                }
            }
            if !last && !self.parts[at + 1].queue.is_empty() {
                self.active.push(at + 1);
            }
        }
    }

    /// Whether a part can do more before the parts before it do.
    fn has_work(&self, at: usize) -> bool {
        let part = &self.parts[at];
        part.paused || !part.queue.is_empty()
    }

    /// Does one piece of the work of a part: resumes it, takes a chunk, or lets an operator
    /// know that the input has ended.
    fn work(
        &mut self,
        context: &Context<'_>,
        at: usize,
        sink: &mut dyn Sink,
    ) -> Result<Flow, Diagnostic> {
        let (before, behind) = self.parts.split_at_mut(at + 1);
        let Some(part) = before.last_mut() else { return Ok(Flow::Continue) };
        let last = behind.is_empty();
        let mut queue;
        let sink: &mut dyn Sink = match behind.first_mut() {
            Some(behind) => {
                queue = Queue(&mut behind.queue);
                &mut queue
            }
            None => sink,
        };
        let mut all = Next { operators: &mut part.operators, sink };
        if part.paused {
            return all.resume(context);
        }
        if let Some(chunk) = part.queue.pop_front() {
            return all.push(context, chunk);
        }
        loop {
            let place = part.finished;
            let (before, after) = all.operators.split_at_mut((place + 1).min(all.operators.len()));
            part.finished += 1;
            let Some(operator) = before.get_mut(place) else { return Ok(Flow::Continue) };
            let next = &mut Next { operators: after, sink: &mut *all.sink };
            let flow = operator.finish(context, next)?;
            // What has come to the next part goes on first. Whoever stops the flow may stand
            // before an operator that still holds rows.
            if flow == Flow::Pause || !last {
                return Ok(if flow == Flow::Stop { Flow::Continue } else { flow });
            }
        }
    }

    /// Nothing that may still come into a part is needed. Its operators are told that the
    /// input has ended: whoever has stopped the flow may stand before one that holds rows.
    fn stop(&mut self, at: usize) {
        self.open = false;
        for part in &mut self.parts[..=at] {
            part.queue.clear();
            part.paused = false;
        }
        self.active.retain(|&active| active >= at);
        self.first = self.first.max(at);
    }
}

/// What waits for the next part.
struct Queue<'q>(&'q mut VecDeque<DataChunk>);

impl Sink for Queue<'_> {
    fn push(&mut self, _: &Context<'_>, chunk: DataChunk) -> Result<Flow, Diagnostic> {
        self.0.push_back(chunk);
        Ok(if self.0.len() >= MAX_QUEUE { Flow::Pause } else { Flow::Continue })
    }
}
