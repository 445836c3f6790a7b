//! Unwind: one row for each element of a list.

use super::context::Context;
use super::evaluate::{Row, evaluate_row};
use super::expression::{Physical, PhysicalKind};
use super::filter::{Keep, gather_columns};
use super::pipeline::{Flow, Next, PushOperator};
use super::vectorised::{Rows, evaluate};
use crate::function::integer_range;
use crate::syntax::ast::Counting;
use crate::syntax::diagnostic::Diagnostic;
use crate::value::Value;
use crate::vector::{CHUNK_ROWS, DataChunk, Vector, VectorBuilder};

/// Makes rows of lists. Null makes none, and what is no list makes one.
pub(super) struct Unwind {
    /// The list.
    pub(super) list: Physical,
    /// The columns that are still read.
    pub(super) keep: Keep,
    /// Whether the element is read.
    pub(super) produce: bool,
    /// From where the element's place is counted, if that is read.
    pub(super) position: Option<Counting>,
}

impl Unwind {
    /// The place of the first element of a list.
    fn first_place(&self) -> i64 {
        i64::from(self.position == Some(Counting::Ordinality))
    }

    fn hand_on(
        &self,
        context: &Context<'_>,
        chunk: &DataChunk,
        parents: &[u32],
        elements: Vector,
        places: Vec<i64>,
        next: &mut Next<'_>,
    ) -> Result<Flow, Diagnostic> {
        context.guard.check()?;
        let mut columns = gather_columns(chunk, &self.keep, parents);
        if self.produce {
            columns.push(elements);
        }
        if self.position.is_some() {
            columns.push(Vector::integers(places));
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
            let mut place = self.first_place();
            loop {
                let some: Vec<i64> = integers.by_ref().take(CHUNK_ROWS).collect();
                if some.is_empty() {
                    break;
                }
                let parents = vec![row as u32; some.len()];
                let behind = place + some.len() as i64;
                let places = (place..behind).collect();
                place = behind;
                let elements = Vector::integers(some);
                if self.hand_on(context, chunk, &parents, elements, places, next)? == Flow::Stop {
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
        let mut places: Vec<i64> = Vec::new();
        let mut builder = VectorBuilder::new();
        for (index, row) in chunk.live_rows().enumerate() {
            let list = match lists.get(index) {
                Value::Null => continue,
                Value::List(list) => list,
                other => std::sync::Arc::new(vec![other]),
            };
            for (place, element) in (self.first_place()..).zip(list.iter()) {
                parents.push(row as u32);
                places.push(place);
                builder.push(element.clone());
                if parents.len() >= CHUNK_ROWS {
                    let elements = std::mem::take(&mut builder).finish();
                    let places = std::mem::take(&mut places);
                    if self.hand_on(context, &chunk, &parents, elements, places, next)?
                        == Flow::Stop
                    {
                        return Ok(Flow::Stop);
                    }
                    parents.clear();
                }
            }
        }
        self.hand_on(context, &chunk, &parents, builder.finish(), places, next)
    }
}
