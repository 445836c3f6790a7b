//! Correlated plans: run for outer rows, many of them at once where that is possible.
//!
//! The outer rows go in as the argument, with one more column: the row's number.
//! Every operator carries that column along, so that each inner row tells which
//! outer row it belongs to. Plans in which rows of different outer rows would mix
//! (grouping, sorting, limits) run once for each outer row instead.

use super::context::Context;
use super::layout::Layout;
use super::liveness::{Liveness, variables_read};
use super::mapper::Mapper;
use super::pipeline::{Chain, Collector, Each, Flow, MAX_CHAIN, Sink, run_chain};
use crate::bind::expression::VariableId;
use crate::plan::operator::{OperatorKind, Plan};
use crate::syntax::diagnostic::Diagnostic;
use crate::vector::{DataChunk, Vector};
use hashbrown::HashSet;

/// The column that holds the number of the outer row. No variable has this id.
pub(super) const ROW_NUMBER: VariableId = VariableId(u32::MAX);

/// A correlated plan, ready to run any number of times.
pub(super) struct Correlated {
    /// The chains of the plan, one after the other; rows are collected in between.
    chains: Vec<Chain>,
    /// Whether outer rows are numbered and run together.
    numbered: bool,
    /// Where the row number stands in the argument and in the result.
    number_slot: Option<usize>,
    /// The columns of the result.
    pub(super) output: Layout,
}

impl std::fmt::Debug for Correlated {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Correlated").field("numbered", &self.numbered).finish_non_exhaustive()
    }
}

/// The variables of `outer` that a plan reads: what its argument has to hold.
pub(super) fn argument_of(
    context: &Context<'_>,
    plan: &Plan,
    outer: &Layout,
) -> (Vec<usize>, Layout) {
    let read: HashSet<VariableId> = variables_read(context.statement, plan).into_iter().collect();
    outer.retain(|variable| variable != ROW_NUMBER && read.contains(&variable))
}

/// Whether rows of different outer rows stay apart, and in the order of the outer rows.
fn keeps_rows_apart(plan: &Plan) -> bool {
    plan.operators.iter().all(|operator| {
        matches!(
            operator.kind,
            OperatorKind::NodeScan { .. }
                | OperatorKind::RelationshipScan { .. }
                | OperatorKind::IndexSeek { .. }
                | OperatorKind::ProjectEndpoints { .. }
                | OperatorKind::Expand { .. }
                | OperatorKind::ExpandVariable { .. }
                | OperatorKind::Trail { .. }
                | OperatorKind::PathSearch(_)
                | OperatorKind::Filter(_)
                | OperatorKind::Extend(_)
                | OperatorKind::Project(_)
                | OperatorKind::Unwind { .. }
                | OperatorKind::LoadCsv(_)
                | OperatorKind::Distinct
                | OperatorKind::Apply { .. }
        )
    })
}

/// Takes results: a chunk, and for each living row the number of its outer row.
type Emit<'a> = &'a mut dyn FnMut(&Context<'_>, &[u32], DataChunk) -> Result<Flow, Diagnostic>;

impl Correlated {
    /// Compiles a plan whose argument has these columns and of whose result
    /// `outputs` are read.
    pub(super) fn compile(
        context: &Context<'_>,
        plan: &Plan,
        argument: &Layout,
        outputs: &[VariableId],
    ) -> Result<Self, Diagnostic> {
        let numbered = keeps_rows_apart(plan);
        let mut layout = argument.clone();
        let number_slot = numbered.then(|| layout.add(ROW_NUMBER));
        let liveness = Liveness::of(context.statement, plan, argument, outputs);
        let mut mapper = Mapper::new(context, &liveness, layout);
        let mut chains = Vec::new();
        for (part, operators) in plan.operators.chunks(MAX_CHAIN).enumerate() {
            chains.push(mapper.chain(operators, part * MAX_CHAIN)?);
        }
        Ok(Correlated { chains, numbered, number_slot, output: mapper.into_layout() })
    }

    /// Runs the plan for outer rows and hands `emit` the results: chunks, with the
    /// number of the outer row for each living row, in the order of the outer rows.
    /// The argument has the columns that the plan was compiled for, all rows living.
    /// `emit` stops it with `Flow::Stop`.
    pub(super) fn run(
        &mut self,
        context: &Context<'_>,
        argument: DataChunk,
        emit: Emit<'_>,
    ) -> Result<Flow, Diagnostic> {
        if self.numbered {
            return self.run_numbered(context, argument, emit);
        }
        for row in 0..argument.rows() {
            context.guard.step()?;
            let mut flow = Flow::Continue;
            let mut sink = Each(|context: &Context<'_>, chunk: DataChunk| {
                let numbers = vec![row as u32; chunk.rows()];
                flow = emit(context, &numbers, chunk)?;
                Ok(flow)
            });
            run_chains(context, &mut self.chains, vec![argument.slice(row, 1)], &mut sink)?;
            if flow == Flow::Stop {
                return Ok(Flow::Stop);
            }
        }
        Ok(Flow::Continue)
    }

    /// Runs all rows together, the first result of each row being enough if
    /// `emit` says so.
    fn run_numbered(
        &mut self,
        context: &Context<'_>,
        mut argument: DataChunk,
        emit: Emit<'_>,
    ) -> Result<Flow, Diagnostic> {
        let numbers: Vec<u32> = (0..argument.rows() as u32).collect();
        argument.columns.push(Vector::nodes(numbers));
        let slot = self.output.slot(ROW_NUMBER).or(self.number_slot).unwrap_or(usize::MAX);
        let mut flow = Flow::Continue;
        let mut sink = Each(|context: &Context<'_>, chunk: DataChunk| {
            let numbers = row_numbers(&chunk, slot);
            flow = emit(context, &numbers, chunk)?;
            Ok(flow)
        });
        run_chains(context, &mut self.chains, vec![argument], &mut sink)?;
        Ok(flow)
    }
}

/// The outer row's number for each living row.
fn row_numbers(chunk: &DataChunk, slot: usize) -> Vec<u32> {
    match chunk.columns.get(slot) {
        Some(Vector::Node { values, .. }) => {
            chunk.live_rows().map(|row| values.get(row).copied().unwrap_or(0)).collect()
        }
        Some(other) => {
            chunk.live_rows().map(|row| other.node(row).map_or(0, |node| node.0)).collect()
        }
        None => vec![0; chunk.rows()],
    }
}

/// Runs chains one after the other, the last into the sink.
pub(super) fn run_chains(
    context: &Context<'_>,
    chains: &mut [Chain],
    input: Vec<DataChunk>,
    sink: &mut dyn Sink,
) -> Result<(), Diagnostic> {
    let Some((last, before)) = chains.split_last_mut() else {
        return run_chain(context, &mut [], input, sink);
    };
    let mut input = input;
    for chain in before {
        let mut collector = Collector::default();
        run_chain(context, chain, input, &mut collector)?;
        collector.release(context);
        input = collector.chunks;
    }
    run_chain(context, last, input, sink)
}
