//! Optional: the rows of a correlated plan, or nulls where there are none.

use super::context::Context;
use super::correlated::{Correlated, argument_of};
use super::filter::{gather_columns, pick_columns};
use super::layout::Layout;
use super::mapper::Mapper;
use super::pipeline::{Flow, Next, PushOperator};
use crate::bind::expression::VariableId;
use crate::plan::operator::Plan;
use crate::syntax::diagnostic::Diagnostic;
use crate::vector::{CHUNK_ROWS, DataChunk, NO_ROW, Vector};

/// Runs a correlated plan for its input rows.
pub(super) struct Optional {
    plan: Correlated,
    /// The columns that the inner plan reads.
    argument: Vec<usize>,
    /// The columns of the outer row that are still read.
    keep: Vec<usize>,
    /// The columns of the inner result that are read; null-filled where absent.
    produce: Vec<Option<usize>>,
}

impl Optional {
    /// Maps the logical operator.
    pub(super) fn map(
        mapper: &mut Mapper<'_, '_>,
        plan: &Plan,
        introduced: &[VariableId],
    ) -> Result<Self, Diagnostic> {
        let read: Vec<VariableId> =
            introduced.iter().copied().filter(|&variable| mapper.is_read(variable)).collect();
        let (argument, layout): (Vec<usize>, Layout) =
            argument_of(mapper.context, plan, mapper.layout());
        let plan = Correlated::compile(mapper.context, plan, &layout, &read)?;
        let keep = mapper.keep();
        let mut produce = Vec::with_capacity(read.len());
        for variable in read {
            if mapper.layout().slot(variable).is_none() {
                mapper.add_if_read(variable);
                produce.push(plan.output.slot(variable));
            }
        }
        Ok(Optional { plan, argument, keep, produce })
    }
}

impl PushOperator for Optional {
    fn push(
        &mut self,
        context: &Context<'_>,
        mut chunk: DataChunk,
        next: &mut Next<'_>,
    ) -> Result<Flow, Diagnostic> {
        chunk.flatten();
        let rows = chunk.rows();
        let (keep, produce) = (&self.keep, &self.produce);
        // Rows below this have had their results, or a row of nulls.
        let mut done = 0u32;
        let argument = pick_columns(&chunk, &self.argument);
        let flow = self.plan.run(context, argument, &mut |context, numbers, mut inner| {
            inner.flatten();
            let mut parents = Vec::with_capacity(numbers.len());
            let mut places = Vec::with_capacity(numbers.len());
            for (place, &number) in numbers.iter().enumerate() {
                while done < number {
                    parents.push(done);
                    places.push(NO_ROW);
                    done += 1;
                }
                done = done.max(number + 1);
                parents.push(number);
                places.push(place as u32);
            }
            hand_on(context, &chunk, keep, &parents, produce, Some((&inner, &places)), next)
        })?;
        if flow == Flow::Stop {
            return Ok(Flow::Stop);
        }
        let rest: Vec<u32> = (done..rows as u32).collect();
        hand_on(context, &chunk, keep, &rest, produce, None, next)
    }
}

/// Hands on outer rows with their inner ones, in pieces of a chunk's size.
fn hand_on(
    context: &Context<'_>,
    outer: &DataChunk,
    keep: &[usize],
    parents: &[u32],
    produce: &[Option<usize>],
    inner: Option<(&DataChunk, &[u32])>,
    next: &mut Next<'_>,
) -> Result<Flow, Diagnostic> {
    for start in (0..parents.len()).step_by(CHUNK_ROWS) {
        let end = (start + CHUNK_ROWS).min(parents.len());
        let mut columns = gather_columns(outer, keep, &parents[start..end]);
        for slot in produce {
            let column = match (inner, slot) {
                (Some((inner, places)), Some(slot)) => inner
                    .columns
                    .get(*slot)
                    .map(|column| column.gather_or_null(&places[start..end])),
                _ => None,
            };
            columns.push(column.unwrap_or_else(|| Vector::nulls(end - start)));
        }
        let chunk = DataChunk { columns, len: end - start, selection: None };
        if next.push(context, chunk)? == Flow::Stop {
            return Ok(Flow::Stop);
        }
    }
    Ok(Flow::Continue)
}
