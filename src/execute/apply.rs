//! Apply: a correlated plan for each row, whose rows are combined with it.
//!
//! A plan that writes is run by the session ([`Session::apply`]), row by row, each on
//! the graph as the rows before have left it; any other is an operator of a chain.

use super::context::Context;
use super::correlated::{Correlated, argument_of};
use super::filter::pick_columns;
use super::layout::Layout;
use super::mapper::Mapper;
use super::output::Output;
use super::pipeline::{Flow, Next, PushOperator};
use super::result::Kept;
use super::session::{Rows, Session};
use crate::bind::expression::VariableId;
use crate::plan::operator::{ApplyKind, Plan};
use crate::syntax::diagnostic::Diagnostic;
use crate::vector::{CHUNK_ROWS, DataChunk, NO_ROW, Parents, Vector};
use std::sync::Arc;

/// Runs a correlated plan for its input rows.
pub(super) struct Apply {
    plan: Correlated,
    /// The columns that the inner plan reads.
    argument: Vec<usize>,
    /// The columns of the inner result that are read; null-filled where absent.
    produce: Vec<Option<usize>>,
    kind: ApplyKind,
    /// The chunk under way.
    under: Option<Under>,
}

/// Outer rows whose inner ones are being found.
struct Under {
    outer: Arc<DataChunk>,
    /// Rows below this have had their results, or a row of nulls.
    done: u32,
}

impl Apply {
    /// Maps the logical operator.
    pub(super) fn map(
        mapper: &mut Mapper<'_, '_>,
        plan: &Plan,
        introduced: &[VariableId],
        kind: ApplyKind,
    ) -> Result<Self, Diagnostic> {
        let known = |variable| mapper.layout().has(variable);
        let read: Vec<VariableId> =
            introduced.iter().copied().filter(|&it| mapper.is_read(it) && !known(it)).collect();
        let (argument, layout): (Vec<usize>, Layout) =
            argument_of(mapper.context, plan, mapper.layout());
        let plan = Correlated::compile(mapper.context, plan, &layout, &read)?;
        let mut produce = Vec::with_capacity(read.len());
        if kind != ApplyKind::Unit {
            mapper.go_on();
            for variable in read {
                mapper.add_if_read(variable);
                produce.push(plan.output.slot(variable));
            }
        }
        Ok(Apply { plan, argument, produce, kind, under: None })
    }
}

impl PushOperator for Apply {
    fn push(
        &mut self,
        context: &Context<'_>,
        chunk: DataChunk,
        next: &mut Next<'_>,
    ) -> Result<Flow, Diagnostic> {
        let argument = pick_columns(&chunk, &self.argument);
        if self.kind == ApplyKind::Unit {
            self.plan.run(context, argument, &mut |_, _, _| Ok(Flow::Continue))?;
            return next.push(context, chunk);
        }
        self.plan.begin(argument);
        self.under = Some(Under { outer: Arc::new(chunk), done: 0 });
        self.resume(context, next)
    }

    fn resume(&mut self, context: &Context<'_>, next: &mut Next<'_>) -> Result<Flow, Diagnostic> {
        let Some(mut under) = self.under.take() else { return Ok(Flow::Continue) };
        let optional = self.kind == ApplyKind::Optional;
        let produce = &self.produce;
        let flow = self.plan.go_on(context, &mut |context, numbers, mut inner| {
            inner.flatten();
            let mut parents = Vec::with_capacity(numbers.len());
            let mut places = Vec::with_capacity(numbers.len());
            for (place, &number) in numbers.iter().enumerate() {
                if optional && under.done < number {
                    let without = (number - under.done) as usize;
                    parents.extend(under.done..number);
                    places.extend(std::iter::repeat_n(NO_ROW, without));
                }
                under.done = number + 1;
                parents.push(number);
                places.push(place as u32);
            }
            hand_on(context, &under.outer, &parents, produce, Some((&inner, &places)), next)
        })?;
        match flow {
            Flow::Stop => return Ok(Flow::Stop),
            Flow::Pause => {
                self.under = Some(under);
                return Ok(Flow::Pause);
            }
            Flow::Continue => {}
        }
        if !optional {
            return Ok(Flow::Continue);
        }
        let rest: Vec<u32> = (under.done..under.outer.len as u32).collect();
        hand_on(context, &under.outer, &rest, produce, None, next)
    }

    fn reset(&mut self) {
        self.under = None;
    }
}

/// Hands on outer rows with their inner ones, in pieces of a chunk's size.
fn hand_on(
    context: &Context<'_>,
    outer: &Arc<DataChunk>,
    parents: &[u32],
    produce: &[Option<usize>],
    inner: Option<(&DataChunk, &[u32])>,
    next: &mut Next<'_>,
) -> Result<Flow, Diagnostic> {
    for start in (0..parents.len()).step_by(CHUNK_ROWS) {
        let end = (start + CHUNK_ROWS).min(parents.len());
        let mut out = outer.onward(Parents::Rows(parents[start..end].into()), end - start);
        for slot in produce {
            let column = match (inner, slot) {
                (Some((inner, places)), Some(slot)) => inner
                    .columns
                    .get(*slot)
                    .map(|column| column.gather_or_null(&places[start..end])),
                _ => None,
            };
            out.columns.push(column.unwrap_or_else(|| Vector::nulls(end - start)));
        }
        let last = end == parents.len();
        let flow = if last { next.push(context, out)? } else { next.insist(context, out)? };
        if flow != Flow::Continue {
            return Ok(flow);
        }
    }
    Ok(Flow::Continue)
}

impl Session<'_> {
    /// Applies a plan that writes; `read` tells which variables are read later.
    pub(super) fn apply(
        &mut self,
        (plan, introduced, kind): (&Plan, &[VariableId], ApplyKind),
        rows: &Rows,
        read: &dyn Fn(VariableId) -> bool,
    ) -> Result<Rows, Diagnostic> {
        let produced: Vec<VariableId> = introduced.iter().copied().filter(|&it| read(it)).collect();
        let (keep, mut layout) = rows.layout.retain(read);
        produced.iter().for_each(|&variable| {
            layout.add(variable);
        });
        let (argument, inner) = argument_of(&self.context(), plan, &rows.layout);
        let inner = Arc::new(inner);
        let mut output = Output::new((0..layout.len()).collect());
        for chunk in &rows.chunks {
            for row in 0..chunk.len {
                self.guard.check()?;
                let outer = chunk.slice(row, 1);
                let chunks = vec![pick_columns(&outer, &argument)];
                let mut kept = Kept::default();
                self.run_plan(plan, Rows { layout: inner.clone(), chunks }, &produced, &mut kept)?;
                let outer = pick_columns(&outer, &keep);
                let slots: Vec<Option<usize>> =
                    produced.iter().map(|&variable| kept.layout.slot(variable)).collect();
                let mut found = kept.collector.chunks;
                if kind == ApplyKind::Unit || (kind == ApplyKind::Optional && found.is_empty()) {
                    found = vec![DataChunk::new(Vec::new(), 1)];
                }
                for inner in found {
                    output.add(&combined(&outer, &inner, &slots));
                }
            }
        }
        Ok(Rows { layout: Arc::new(layout), chunks: output.finish() })
    }
}

/// One outer row with each of its inner ones, which are all living.
fn combined(outer: &DataChunk, inner: &DataChunk, slots: &[Option<usize>]) -> DataChunk {
    let constant = |column: &Vector| Vector::Constant(column.get(0), inner.len);
    let mut columns: Vec<Vector> = outer.columns.iter().map(constant).collect();
    for slot in slots {
        let column = slot.and_then(|slot| inner.columns.get(slot).cloned());
        columns.push(column.unwrap_or_else(|| Vector::nulls(inner.len)));
    }
    DataChunk::new(columns, inner.len)
}
