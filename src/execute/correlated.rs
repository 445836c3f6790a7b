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
use super::pipeline::{Flow, Pipeline};
use super::sinks::Each;
use crate::bind::expression::VariableId;
use crate::plan::operator::{OperatorKind, Plan};
use crate::syntax::diagnostic::Diagnostic;
use crate::vector::{DataChunk, Vector};

/// The column that holds the number of the outer row. No variable has this id.
pub(super) const ROW_NUMBER: VariableId = VariableId(u32::MAX);

/// A correlated plan, ready to run any number of times.
pub(super) struct Correlated {
    pipeline: Pipeline,
    /// Whether outer rows are numbered and run together.
    numbered: bool,
    /// Where the row number stands in the result.
    number_slot: Option<usize>,
    /// Where rows run one by one, those that are still to run and the number of the next.
    waiting: (DataChunk, usize),
    /// The pipeline has not come to its end.
    under_way: bool,
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
    let read = variables_read(context.statement, plan).into_iter();
    outer.only(read.filter(|&variable| variable != ROW_NUMBER))
}

/// Whether rows of different outer rows stay apart, and in the order of the outer rows.
fn keeps_rows_apart(plan: &Plan) -> bool {
    plan.operators.iter().all(|operator| {
        operator.kind.is_row_wise()
            || matches!(operator.kind, OperatorKind::LoadCsv(_) | OperatorKind::Distinct)
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
        Self::of(context, plan, argument, outputs, false)
    }

    /// The same for who asks only whether there are any rows of an outer one.
    pub(super) fn compile_existence(
        context: &Context<'_>,
        plan: &Plan,
        argument: &Layout,
    ) -> Result<Self, Diagnostic> {
        Self::of(context, plan, argument, &[], true)
    }

    fn of(
        context: &Context<'_>,
        plan: &Plan,
        argument: &Layout,
        outputs: &[VariableId],
        existence: bool,
    ) -> Result<Self, Diagnostic> {
        let numbered = keeps_rows_apart(plan);
        let mut layout = argument.clone();
        if numbered {
            layout.add(ROW_NUMBER);
        }
        let liveness = Liveness::of(context.statement, plan, argument, outputs);
        let mut mapper = Mapper::new(context, &liveness, layout);
        let mut chain = mapper.chain(&plan.operators, 0)?;
        if existence && let Some(last) = chain.last_mut() {
            last.one_each();
        }
        let mut outputs = outputs.to_vec();
        outputs.extend(numbered.then_some(ROW_NUMBER));
        let (last, output) = mapper.finish(&outputs);
        chain.push(last);
        let waiting = (DataChunk::default(), 0);
        let number_slot = output.slot(ROW_NUMBER);
        let pipeline = Pipeline::new(chain);
        Ok(Correlated { pipeline, numbered, number_slot, waiting, under_way: false, output })
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
        self.begin(argument);
        self.go_on(context, emit)
    }

    /// Gets ready to run the plan for outer rows.
    pub(super) fn begin(&mut self, mut argument: DataChunk) {
        self.under_way = self.numbered;
        if self.numbered {
            let numbers: Vec<u32> = (0..argument.rows() as u32).collect();
            argument.columns.push(Vector::nodes(numbers));
            self.pipeline.begin([argument]);
        } else {
            self.waiting = (argument, 0);
        }
    }

    /// Runs the plan as [`Correlated::run`] does, from where `emit` has paused it.
    pub(super) fn go_on(
        &mut self,
        context: &Context<'_>,
        emit: Emit<'_>,
    ) -> Result<Flow, Diagnostic> {
        loop {
            let (argument, next) = &mut self.waiting;
            if !self.under_way {
                if self.numbered || *next >= argument.rows() {
                    return Ok(Flow::Continue);
                }
                context.guard.step()?;
                self.pipeline.begin([argument.slice(*next, 1)]);
                self.under_way = true;
                *next += 1;
            }
            let (slot, row) = (self.number_slot, next.saturating_sub(1));
            let mut stopped = false;
            let mut sink = Each(|context: &Context<'_>, chunk: DataChunk| {
                let numbers = match slot {
                    Some(slot) => row_numbers(&chunk, slot),
                    None => vec![row as u32; chunk.rows()],
                };
                let flow = emit(context, &numbers, chunk)?;
                stopped |= flow == Flow::Stop;
                Ok(flow)
            });
            let flow = self.pipeline.go_on(context, &mut sink)?;
            if stopped {
                return Ok(Flow::Stop);
            }
            if flow == Flow::Pause {
                return Ok(Flow::Pause);
            }
            self.under_way = false;
        }
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
