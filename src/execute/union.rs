//! Union: the rows of several plans for each argument row, combined.
//!
//! The rows of UNION are handed on as they come; EXCEPT and INTERSECT need the rows of
//! every arm first.

use super::context::Context;
use super::correlated::{Correlated, argument_of};
use super::distinct::first_of_each;
use super::filter::pick_columns;
use super::grouping::Groups;
use super::layout::Layout;
use super::mapper::Mapper;
use super::pipeline::{Flow, Next, PushOperator, Sink};
use super::set_operation::{Combination, combine};
use super::sinks::Collector;
use crate::bind::expression::VariableId;
use crate::plan::operator::Plan;
use crate::syntax::ast::SetOperator;
use crate::syntax::diagnostic::Diagnostic;
use crate::vector::{DataChunk, Vector};

/// Runs the arms one after the other.
pub(super) struct Union {
    arms: Vec<Arm>,
    /// How their rows are combined.
    way: Combination,
}

struct Arm {
    plan: Correlated,
    argument: Vec<usize>,
    /// Where the result's columns stand.
    columns: Vec<Option<usize>>,
}

impl Arm {
    /// Hands `emit` the rows for one argument row, with the result's columns.
    fn run(
        &mut self,
        context: &Context<'_>,
        row: &DataChunk,
        emit: &mut dyn FnMut(&Context<'_>, DataChunk) -> Result<Flow, Diagnostic>,
    ) -> Result<Flow, Diagnostic> {
        let columns = &self.columns;
        let argument = pick_columns(row, &self.argument);
        self.plan.run(context, argument, &mut |context, _, mut inner| {
            inner.flatten();
            let of = |slot: &Option<usize>| slot.and_then(|slot| inner.columns.get(slot).cloned());
            let column = |slot| of(slot).unwrap_or_else(|| Vector::nulls(inner.len));
            let columns = columns.iter().map(column).collect();
            emit(context, DataChunk::new(columns, inner.len))
        })
    }
}

impl Union {
    /// Maps the logical operator. Rows of different outer rows would mix in it, so it is
    /// never part of a plan whose rows are numbered.
    pub(super) fn map(
        mapper: &mut Mapper<'_, '_>,
        arms: &[(Plan, Vec<VariableId>)],
        columns: &[VariableId],
        way: Combination,
    ) -> Result<Self, Diagnostic> {
        let arms = arms
            .iter()
            .map(|(plan, variables)| {
                let (argument, layout) = argument_of(mapper.context, plan, mapper.layout());
                let plan = Correlated::compile(mapper.context, plan, &layout, variables)?;
                let columns =
                    variables.iter().map(|&variable| plan.output.slot(variable)).collect();
                Ok(Arm { plan, argument, columns })
            })
            .collect::<Result<Vec<_>, Diagnostic>>()?;
        let mut layout = Layout::new(columns.to_vec());
        layout.select();
        mapper.set_layout(layout);
        Ok(Union { arms, way })
    }

    /// The rows of one argument row, combined when all are there.
    fn combined(
        &mut self,
        context: &Context<'_>,
        row: &DataChunk,
        next: &mut Next<'_>,
    ) -> Result<Flow, Diagnostic> {
        let mut results = Vec::with_capacity(self.arms.len());
        let mut collector = Collector::default();
        for arm in &mut self.arms {
            arm.run(context, row, &mut |context, chunk| collector.push(context, chunk))?;
            results.push(std::mem::take(&mut collector.chunks));
        }
        for chunk in combine(context, self.way, results)? {
            if next.insist(context, chunk)? == Flow::Stop {
                return Ok(Flow::Stop);
            }
        }
        collector.release(context);
        Ok(Flow::Continue)
    }

    /// The rows of one argument row as they come.
    fn streamed(
        &mut self,
        context: &Context<'_>,
        row: &DataChunk,
        next: &mut Next<'_>,
    ) -> Result<Flow, Diagnostic> {
        let Combination { operator, all, .. } = self.way;
        let mut seen = Groups::default();
        let mut found = false;
        for arm in &mut self.arms {
            let flow = arm.run(context, row, &mut |context, mut chunk| {
                if !all && chunk.columns.is_empty() {
                    // Rows without columns are all alike.
                    chunk = chunk.slice(0, usize::from(!found));
                } else if !all {
                    let new = first_of_each(context, &mut seen, &chunk.columns)?;
                    chunk.select(new);
                }
                found |= !chunk.is_empty();
                next.insist(context, chunk)
            })?;
            if flow == Flow::Stop {
                return Ok(Flow::Stop);
            }
            if operator == SetOperator::Otherwise && found {
                break;
            }
        }
        Ok(Flow::Continue)
    }
}

impl PushOperator for Union {
    fn push(
        &mut self,
        context: &Context<'_>,
        chunk: DataChunk,
        next: &mut Next<'_>,
    ) -> Result<Flow, Diagnostic> {
        for row in 0..chunk.len {
            let row = chunk.slice(row, 1);
            // What a row rests on is known once all are there that are like it.
            let united = self.way.supported && !self.way.all;
            let flow = match self.way.operator {
                SetOperator::Union if !united => self.streamed(context, &row, next)?,
                SetOperator::Otherwise => self.streamed(context, &row, next)?,
                _ => self.combined(context, &row, next)?,
            };
            if flow == Flow::Stop {
                return Ok(Flow::Stop);
            }
        }
        Ok(Flow::Continue)
    }
}
