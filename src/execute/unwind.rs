//! Unwind: one row for each element of a list.

use super::context::Context;
use super::evaluate::{Row, evaluate_row};
use super::expression::{Physical, PhysicalKind};
use super::filter::gather_columns;
use super::pipeline::{Flow, Next, PushOperator};
use super::vectorised::{Rows, evaluate};
use crate::function::integer_range;
use crate::syntax::diagnostic::Diagnostic;
use crate::value::Value;
use crate::vector::{CHUNK_ROWS, DataChunk, Vector, VectorBuilder};

/// Makes rows of lists. Null makes none, and what is no list makes one.
pub(super) struct Unwind {
    /// The list.
    pub(super) list: Physical,
    /// The columns that are still read.
    pub(super) keep: Vec<usize>,
    /// Whether the element is read.
    pub(super) produce: bool,
}

impl Unwind {
    fn hand_on(
        &self,
        context: &Context<'_>,
        chunk: &DataChunk,
        parents: &[u32],
        elements: Vector,
        next: &mut Next<'_>,
    ) -> Result<Flow, Diagnostic> {
        context.guard.check()?;
        let mut columns = gather_columns(chunk, &self.keep, parents);
        if self.produce {
            columns.push(elements);
        }
        next.push(context, DataChunk { columns, len: parents.len(), selection: None })
    }

    /// `range(…)`, element by element and never as a list.
    fn push_range(
        &self,
        context: &Context<'_>,
        chunk: &DataChunk,
        arguments: &[Physical],
        next: &mut Next<'_>,
    ) -> Result<Flow, Diagnostic> {
        for row in chunk.live_rows() {
            let place = Row { columns: &chunk.columns, index: row };
            let values = arguments
                .iter()
                .map(|argument| evaluate_row(context, argument, place, &mut Vec::new()))
                .collect::<Result<Vec<_>, _>>()?;
            let range = integer_range(&values).map_err(|error| self.list.failure(error))?;
            let Some(range) = range else { continue };
            let mut integers = range.iter();
            loop {
                let some: Vec<i64> = integers.by_ref().take(CHUNK_ROWS).collect();
                if some.is_empty() {
                    break;
                }
                let parents = vec![row as u32; some.len()];
                if self.hand_on(context, chunk, &parents, Vector::integers(some), next)?
                    == Flow::Stop
                {
                    return Ok(Flow::Stop);
                }
            }
        }
        Ok(Flow::Continue)
    }
}

impl PushOperator for Unwind {
    fn push(
        &mut self,
        context: &Context<'_>,
        chunk: DataChunk,
        next: &mut Next<'_>,
    ) -> Result<Flow, Diagnostic> {
        if let PhysicalKind::Function(function, arguments) = &self.list.kind
            && function.name == "range"
        {
            return self.push_range(context, &chunk, arguments, next);
        }
        let lists = evaluate(context, &self.list, &Rows::of(&chunk))?;
        let mut parents: Vec<u32> = Vec::new();
        let mut builder = VectorBuilder::new();
        for (index, row) in chunk.live_rows().enumerate() {
            let list = match lists.get(index) {
                Value::Null => continue,
                Value::List(list) => list,
                other => std::sync::Arc::new(vec![other]),
            };
            for element in list.iter() {
                parents.push(row as u32);
                builder.push(element.clone());
                if parents.len() >= CHUNK_ROWS {
                    let elements = std::mem::take(&mut builder).finish();
                    if self.hand_on(context, &chunk, &parents, elements, next)? == Flow::Stop {
                        return Ok(Flow::Stop);
                    }
                    parents.clear();
                }
            }
        }
        self.hand_on(context, &chunk, &parents, builder.finish(), next)
    }
}
