//! Measuring: rows and time of each operator.
//!
//! A meter stands after every operator of a chain. It counts the rows that pass and
//! the time until they are dealt with; an operator's own time is what passes
//! between its own meter and the one before it.

use super::context::Context;
use super::pipeline::{Flow, Next, PushOperator};
use crate::plan::explain::Measured;
use crate::syntax::diagnostic::Diagnostic;
use crate::vector::DataChunk;
use std::cell::Cell;
use std::rc::Rc;
use std::time::{Duration, Instant};

/// What one meter has seen.
#[derive(Debug, Default)]
pub(super) struct Reading {
    rows: Cell<u64>,
    downstream: Cell<Duration>,
}

/// Counts what passes.
pub(super) struct Meter(Rc<Reading>);

impl PushOperator for Meter {
    fn push(
        &mut self,
        context: &Context<'_>,
        chunk: DataChunk,
        next: &mut Next<'_>,
    ) -> Result<Flow, Diagnostic> {
        self.0.rows.set(self.0.rows.get() + chunk.rows() as u64);
        let started = Instant::now();
        let flow = next.push(context, chunk);
        self.0.downstream.set(self.0.downstream.get() + started.elapsed());
        flow
    }
}

/// Puts a meter after every operator.
pub(super) fn with_meters(
    chain: super::pipeline::Chain,
) -> (super::pipeline::Chain, Vec<Rc<Reading>>) {
    let mut metered: super::pipeline::Chain = Vec::with_capacity(chain.len() * 2);
    let mut readings = Vec::with_capacity(chain.len());
    for operator in chain {
        let reading = Rc::new(Reading::default());
        metered.push(operator);
        metered.push(Box::new(Meter(reading.clone())));
        readings.push(reading);
    }
    (metered, readings)
}

/// The figures of a chain that ran for `total`.
pub(super) fn measured(readings: &[Rc<Reading>], total: Duration) -> Vec<Measured> {
    let mut upstream = total;
    readings
        .iter()
        .map(|reading| {
            let downstream = reading.downstream.get();
            let time = upstream.saturating_sub(downstream);
            upstream = downstream;
            Measured { rows: reading.rows.get(), time }
        })
        .collect()
}
