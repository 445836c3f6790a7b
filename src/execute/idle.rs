//! Idle chains: what a statement was mapped to, for its next run.
//!
//! Mapping costs more than a short statement's rows. So the chains of the statement's own plan are
//! kept when a run has come to its end, and the next run takes them, whatever its parameters are
//! ([`Bindings`]). Who finds none, since others run the statement at the same moment, maps anew:
//!
//! ```text
//! run  ── take ──► chains ── run ── rest ──► put back      one run at a time has them
//! run  ── nothing there ──► map ── run ────► put back      unless there are enough
//! ```
//!
//! A chain runs again where the names of the graph are those that it was mapped by, and what else
//! the mapper has looked at is as it was. What has failed is not kept, nor what has held much.

use super::bindings::Bindings;
use super::context::Context;
use super::layout::Layout;
use super::liveness::Liveness;
use super::mapper::Mapper;
use super::pipeline::Pipeline;
use super::result::FinalSink;
use super::session::{Rows, Session};
use super::sinks::Collector;
use crate::plan::operator::{Operator, OperatorKind, Plan, StatementPlan};
use crate::store::Catalog;
use crate::syntax::diagnostic::Diagnostic;
use crate::vector::DataChunk;
use std::ops::Range;
use std::sync::{Arc, Mutex, PoisonError};

/// Runs of a statement at the same moment for which chains are kept.
const MOST_RUNS: usize = 8;

/// Bytes that a run may have kept whose chains are kept: operators hold on to some of the memory
/// that they took.
const MOST_BYTES: usize = 1 << 16;

/// What a statement was mapped to, while nobody runs it. It is for the runs of one plan.
#[derive(Debug, Default)]
pub struct Idle(Mutex<Vec<Mapped>>);

/// What one run takes, and leaves for another.
#[derive(Debug, Default)]
pub(super) struct Mapped {
    /// Of the statement's own plan.
    pub(super) liveness: Option<Arc<Liveness>>,
    chains: Vec<MappedChain>,
}

/// A chain that was mapped.
#[derive(Debug)]
struct MappedChain {
    /// The number of its first operator in the plan.
    place: usize,
    /// The names that it was mapped by.
    names: Catalog,
    /// The layouts of the rows that go into it and that come out.
    from: Arc<Layout>,
    layout: Arc<Layout>,
    pipeline: Pipeline,
    bindings: Bindings,
}

impl Idle {
    /// What an earlier run has left.
    pub(super) fn take(&self) -> Mapped {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).pop().unwrap_or_default()
    }

    /// Leaves what was mapped for another run, after one that has kept so many bytes.
    pub(super) fn leave(&self, mut mapped: Mapped, kept: usize) {
        if kept > MOST_BYTES {
            return;
        }
        mapped.chains.iter_mut().for_each(MappedChain::rest);
        let mut idle = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if idle.len() < MOST_RUNS {
            idle.push(mapped);
        }
    }
}

impl MappedChain {
    /// Gets ready for a run in these surroundings; tells whether it can run there.
    fn serves(&self, context: &Context<'_>, from: &Arc<Layout>) -> bool {
        self.names.is(context.graph.catalog())
            && (Arc::ptr_eq(&self.from, from) || self.from == *from)
            && self.bindings.bind(context)
    }

    /// Runs, into the sink if it is the last.
    fn run(
        &mut self,
        session: &Session<'_>,
        rows: Vec<DataChunk>,
        sink: Option<&mut dyn FinalSink>,
    ) -> Result<Rows, Diagnostic> {
        let context = session.context_with(Some(&self.bindings));
        if let Some(sink) = sink {
            sink.open(&self.layout);
            self.pipeline.run(&context, rows, sink)?;
            return Ok(Rows { layout: Layout::none(), chunks: Vec::new() });
        }
        let mut collector = Collector::default();
        self.pipeline.run(&context, rows, &mut collector)?;
        collector.release(&context);
        Ok(Rows { layout: self.layout.clone(), chunks: collector.chunks })
    }

    /// Lets go of what it has of its last run.
    fn rest(&mut self) {
        self.pipeline.rest();
        self.bindings.release();
    }
}

impl Session<'_> {
    /// Runs a chain of the statement's own plan as [`Session::run_chain`] does: the one that an
    /// earlier run has left, if it serves.
    pub(super) fn run_mapped(
        &mut self,
        mut mapped: Mapped,
        part: Range<usize>,
        liveness: &Liveness,
        rows: Rows,
        sink: Option<&mut dyn FinalSink>,
    ) -> Result<Rows, Diagnostic> {
        let known = mapped.chains.iter().position(|chain| chain.place == part.start);
        let known = known.map(|known| mapped.chains.swap_remove(known));
        let serves = |chain: &MappedChain| {
            chain.serves(&self.context_with(Some(&chain.bindings)), &rows.layout)
        };
        let mut chain = match known.filter(serves) {
            Some(known) => known,
            None => self.map(part, liveness, rows.layout, sink.is_some())?,
        };
        let collected = chain.run(self, rows.chunks, sink)?;
        mapped.chains.push(chain);
        self.mapped = Some(mapped);
        Ok(collected)
    }

    fn map(
        &self,
        part: Range<usize>,
        liveness: &Liveness,
        from: Arc<Layout>,
        last: bool,
    ) -> Result<MappedChain, Diagnostic> {
        let bindings = Bindings::default();
        let context = self.context_with(Some(&bindings));
        let names = context.graph.catalog().clone();
        let operators = &self.statement.root.operators[part.clone()];
        let mapper = Mapper::new(&context, liveness, (*from).clone());
        let (mut chain, end, layout) = mapper.whole(operators, (part.start, last))?;
        chain.push(end);
        drop(context);
        let (layout, pipeline) = (Arc::new(layout), Pipeline::new(chain));
        Ok(MappedChain { place: part.start, names, from, layout, pipeline, bindings })
    }
}

/// Whether a chain of these operators, mapped once, can run again: all that they hold of a run is
/// gone when they are reset, and all that they have looked at is a premise or a name.
pub(super) fn runs_again(statement: &StatementPlan, operators: &[Operator]) -> bool {
    operators.iter().all(operator_runs_again)
        && statement.subqueries.iter().all(|subquery| plan_runs_again(&subquery.plan))
}

fn plan_runs_again(plan: &Plan) -> bool {
    plan.operators.iter().all(operator_runs_again)
}

fn operator_runs_again(operator: &Operator) -> bool {
    match &operator.kind {
        OperatorKind::NodeScan { .. }
        | OperatorKind::RelationshipScan { .. }
        | OperatorKind::IndexSeek { .. }
        | OperatorKind::IdSeek { .. }
        | OperatorKind::ProjectEndpoints { .. }
        | OperatorKind::Expand { .. }
        | OperatorKind::ExpandVariable { once: false, .. }
        | OperatorKind::Trail { .. }
        | OperatorKind::PathCount(_)
        | OperatorKind::Filter(_)
        | OperatorKind::Extend(_)
        | OperatorKind::Project(_)
        | OperatorKind::Unwind { .. }
        | OperatorKind::Aggregate { support: None, .. }
        | OperatorKind::Distinct
        | OperatorKind::Sort { .. }
        | OperatorKind::Skip(_)
        | OperatorKind::Limit(_)
        | OperatorKind::Discard => true,
        OperatorKind::Apply { plan, .. } => plan_runs_again(plan),
        OperatorKind::Union { arms, .. } => arms.iter().all(|(plan, _)| plan_runs_again(plan)),
        OperatorKind::PathSearch(search) => search.plans().next().is_none(),
        _ => false,
    }
}
