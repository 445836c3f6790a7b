//! Union: the rows of several plans, each with every argument row.

use super::context::Context;
use super::correlated::{Correlated, ROW_NUMBER, argument_of};
use super::distinct::first_of_each;
use super::filter::pick_columns;
use super::grouping::Groups;
use super::layout::Layout;
use super::mapper::Mapper;
use super::pipeline::{Flow, Next, PushOperator};
use crate::bind::expression::VariableId;
use crate::plan::operator::Plan;
use crate::syntax::diagnostic::Diagnostic;
use crate::vector::{DataChunk, Vector};

/// Runs the arms one after the other.
pub(super) struct Union {
    arms: Vec<Arm>,
    /// Whether duplicates stay.
    all: bool,
    /// The number of the outer row, if the rows carry one.
    number: Option<usize>,
}

struct Arm {
    plan: Correlated,
    argument: Vec<usize>,
    /// Where the result's columns stand.
    columns: Vec<Option<usize>>,
}

impl Union {
    /// Maps the logical operator.
    pub(super) fn map(
        mapper: &mut Mapper<'_, '_>,
        arms: &[(Plan, Vec<VariableId>)],
        columns: &[VariableId],
        all: bool,
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
        let number = mapper.layout().slot(ROW_NUMBER);
        let mut layout = columns.to_vec();
        layout.extend(number.map(|_| ROW_NUMBER));
        mapper.set_layout(Layout::new(layout));
        Ok(Union { arms, all, number })
    }
}

impl PushOperator for Union {
    fn push(
        &mut self,
        context: &Context<'_>,
        mut chunk: DataChunk,
        next: &mut Next<'_>,
    ) -> Result<Flow, Diagnostic> {
        chunk.flatten();
        let (all, number) = (self.all, self.number);
        // Rows of different argument rows are never duplicates of each other, and
        // all arms of these argument rows run now.
        let mut seen = Groups::default();
        for arm in &mut self.arms {
            let argument = pick_columns(&chunk, &arm.argument);
            let columns = &arm.columns;
            let flow = arm.plan.run(context, argument, &mut |context, numbers, mut inner| {
                inner.flatten();
                let of =
                    |slot: &Option<usize>| slot.and_then(|slot| inner.columns.get(slot).cloned());
                let mut united: Vec<Vector> = columns
                    .iter()
                    .map(|slot| of(slot).unwrap_or_else(|| Vector::nulls(inner.len)))
                    .collect();
                united.push(Vector::nodes(numbers.to_vec()));
                let mut rows = None;
                if !all {
                    rows = Some(first_of_each(context, &mut seen, &united, inner.len)?);
                }
                united.pop();
                if let Some(column) = number.and_then(|slot| chunk.columns.get(slot)) {
                    united.push(column.gather(numbers));
                }
                next.push(context, DataChunk { columns: united, len: inner.len, selection: rows })
            })?;
            if flow == Flow::Stop {
                return Ok(Flow::Stop);
            }
        }
        Ok(Flow::Continue)
    }
}
