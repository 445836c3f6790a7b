//! Measuring: rows, time and memory of each operator.
//!
//! A meter stands after every operator of a chain. It counts the rows that pass and
//! the time until they are dealt with; an operator's own time is what passes
//! between its own meter and the one before it. Meters also tell the guard which operator
//! is at work, so that what is kept is written to its account.

use super::context::Context;
use super::pipeline::{Flow, Next, PushOperator};
use crate::plan::explain::Measured;
use crate::syntax::diagnostic::Diagnostic;
use crate::vector::DataChunk;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// What one meter has seen.
#[derive(Debug, Default)]
pub(super) struct Reading {
    rows: AtomicU64,
    /// In nanoseconds.
    downstream: AtomicU64,
    /// Chunks of whose zones was asked, and those of them that were passed over.
    zones: AtomicU64,
    skipped: AtomicU64,
}

impl Reading {
    /// The zones of a chunk were asked, and it was passed over or not. Told once for each scan,
    /// though threads share a chunk and a scan that has paused looks at one again.
    pub(super) fn asked_zones(&self, skipped: bool) {
        self.zones.fetch_add(1, Ordering::Relaxed);
        self.skipped.fetch_add(u64::from(skipped), Ordering::Relaxed);
    }
}

/// Counts what passes, and knows the number of the operator behind it.
pub(super) struct Meter(Arc<Reading>, usize);

impl PushOperator for Meter {
    fn push(
        &mut self,
        context: &Context<'_>,
        chunk: DataChunk,
        next: &mut Next<'_>,
    ) -> Result<Flow, Diagnostic> {
        self.0.rows.fetch_add(chunk.rows() as u64, Ordering::Relaxed);
        let started = Instant::now();
        let accounts = context.guard.accounts();
        let before = accounts.change_owner(self.1);
        let flow = next.push(context, chunk);
        accounts.change_owner(before);
        let nanos = u64::try_from(started.elapsed().as_nanos()).unwrap_or(u64::MAX);
        self.0.downstream.fetch_add(nanos, Ordering::Relaxed);
        flow
    }

    /// The operator behind it is the next to learn that the input has ended.
    fn finish(&mut self, context: &Context<'_>, _: &mut Next<'_>) -> Result<Flow, Diagnostic> {
        context.guard.accounts().change_owner(self.1);
        Ok(Flow::Continue)
    }
}

/// Puts a meter after every operator.
pub(super) fn with_meters(
    chain: super::pipeline::Chain,
) -> (super::pipeline::Chain, Vec<Arc<Reading>>) {
    let mut metered: super::pipeline::Chain = Vec::with_capacity(chain.len() * 2);
    let mut readings = Vec::with_capacity(chain.len());
    for mut operator in chain {
        let reading = Arc::new(Reading::default());
        operator.tell(&reading);
        metered.push(operator);
        readings.push(reading.clone());
        metered.push(Box::new(Meter(reading, readings.len())));
    }
    (metered, readings)
}

/// The figures of a chain that ran for `total` and whose operators have kept so much.
pub(super) fn measured(
    readings: &[Arc<Reading>],
    total: Duration,
    kept: &[usize],
) -> Vec<Measured> {
    let mut upstream = total;
    readings
        .iter()
        .enumerate()
        .map(|(place, reading)| {
            let downstream = Duration::from_nanos(reading.downstream.load(Ordering::Relaxed));
            let time = upstream.saturating_sub(downstream);
            upstream = downstream;
            let memory = kept.get(place).copied().unwrap_or(0);
            let zones = [&reading.zones, &reading.skipped];
            let [asked, skipped] = zones.map(|number| number.load(Ordering::Relaxed));
            let rows = reading.rows.load(Ordering::Relaxed);
            Measured { rows, time, memory, zones: (asked, skipped) }
        })
        .collect()
}
