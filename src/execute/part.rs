//! A part of a plan that only reads: a chain of operators, run as an earlier run has left it, mapped
//! anew, or shared out to several threads.

use super::idle::runs_again;
use super::liveness::Liveness;
use super::mapper::Mapper;
use super::parallel::{Exchange, Split, is_staged};
use super::pipeline::{Pipeline, Sink};
use super::profile::{measured, with_meters};
use super::result::FinalSink;
use super::session::{Rows, Session};
use super::sinks::Collector;
use crate::plan::explain::Measured;
use crate::plan::operator::{Operator, Plan};
use crate::syntax::diagnostic::Diagnostic;
use crate::value::ErrorClass;
use std::ops::Range;
use std::sync::Arc;
use std::time::{Duration, Instant};

impl Session<'_> {
    /// Runs a chain of reading operators, into the sink if it is the last.
    pub(super) fn run_part(
        &mut self,
        plan: &Plan,
        part: Range<usize>,
        liveness: &Liveness,
        rows: Rows,
        mut sink: Option<&mut dyn FinalSink>,
    ) -> Result<Rows, Diagnostic> {
        let operators = &plan.operators[part.clone()];
        let (staged, split) = self.shared_out(operators, &rows);
        if staged || split.is_some() {
            let sink = sink.as_mut().map(|sink| &mut **sink as &mut dyn FinalSink);
            let own = Rows { layout: rows.layout.clone(), chunks: rows.chunks.clone() };
            let before = self.guard.kept();
            let done = if staged {
                self.run_stages((plan, part.clone()), liveness, own, sink)
            } else {
                self.run_chain((plan, part.clone()), liveness, own, sink, split)
            };
            match done {
                Ok(rows) => return Ok(rows),
                Err(error) if error.class == ErrorClass::ResourceExhausted => return Err(error),
                // Which of several failures comes first depends on which rows come together:
                // it shall be the one that a single thread meets.
                Err(_) => self.guard.release(self.guard.kept().saturating_sub(before)),
            }
        }
        if self.is_own(plan)
            && runs_again(self.statement, &plan.operators[part.clone()])
            && let Some(mapped) = self.mapped.take()
        {
            return self.run_mapped(mapped, part, liveness, rows, sink);
        }
        self.run_chain((plan, part), liveness, rows, sink, None)
    }

    /// Whether a chain is run stage by stage over these rows, or else how it is shared out.
    fn shared_out(&self, operators: &[Operator], rows: &Rows) -> (bool, Option<Split>) {
        if !self.threads().may_be_several() {
            return (false, None);
        }
        let context = self.context();
        let staged = is_staged(&context, operators, rows);
        (staged, if staged { None } else { Split::of(&context, operators, rows) })
    }

    /// Runs a chain of reading operators, shared out to several threads if it can be.
    pub(super) fn run_chain(
        &mut self,
        (plan, part): (&Plan, Range<usize>),
        liveness: &Liveness,
        rows: Rows,
        sink: Option<&mut dyn FinalSink>,
        split: Option<Split>,
    ) -> Result<Rows, Diagnostic> {
        let context = self.context();
        let operators = &plan.operators[part.clone()];
        let whither = (part.start, sink.is_some());
        let mapped = Mapper::new(&context, liveness, (*rows.layout).clone());
        let (mut chain, end, layout) = mapped.whole(operators, whither)?;
        let metered = self.options.profile && self.is_own(plan);
        // What others do.
        chain.drain(..split.map_or(0, |split| split.streaming));
        let mut readings = Vec::new();
        if metered {
            (chain, readings) = with_meters(chain);
            context.guard.accounts().open(readings.len());
        }
        chain.push(end);
        let mut pipeline = Pipeline::new(chain);
        let mut collector = Collector::default();
        let mut figures = vec![Measured::default(); operators.len()];
        let (collects, target): (bool, &mut dyn Sink) = match sink {
            Some(sink) => {
                sink.open(&layout);
                (false, sink)
            }
            None => (true, &mut collector),
        };
        let mut started = Instant::now();
        let mut total = Duration::ZERO;
        if let Some(split) = split {
            let exchange = Exchange {
                split,
                operators: &operators[..split.streaming + usize::from(split.merges)],
                first: part.start,
                liveness,
                layout: (*rows.layout).clone(),
                rows: rows.chunks,
                metered,
            };
            pipeline.open();
            let (busy, own) = exchange.run(&context, &mut pipeline, target)?;
            add(&mut figures, &own);
            (started, total) = (Instant::now(), busy);
            pipeline.close(&context, target)?;
        } else {
            pipeline.run(&context, rows.chunks, target)?;
        }
        if collects {
            collector.release(&context);
        }
        drop(pipeline);
        drop(context);
        if metered {
            let kept = self.guard.accounts().close();
            let own = measured(&readings, total + started.elapsed(), &kept);
            add(&mut figures[split.map_or(0, |split| split.streaming)..], &own);
            self.profile
                .iter_mut()
                .skip(part.start)
                .zip(figures)
                .for_each(|(into, figure)| *into = figure);
        }
        Ok(Rows { layout: Arc::new(layout), chunks: collector.chunks })
    }
}

/// Adds figures of operators up.
fn add(all: &mut [Measured], figures: &[Measured]) {
    for (all, own) in all.iter_mut().zip(figures) {
        *all = all.with(own);
    }
}
