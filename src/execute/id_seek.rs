//! `IdSeek`: for each row, the elements with the ids that are sought.
//!
//! ```text
//! rows      sought         there    out
//!  7    1   id(n) = 7      7        7    1  7
//!  null 2   id(n) = null            9.0  3  9
//!  9.0  3   id(n) = 9.0    9
//! ```
//!
//! An id that no element has, that is hidden or deleted, or that is none, finds nothing. Where
//! the ids cannot be computed, every element is a candidate, and the filter behind raises
//! the failure if there is any element to raise it for.

use super::context::Context;
use super::expression::Physical;
use super::found::Found;
use super::mapper::Mapper;
use super::pipeline::{Flow, Next, PushOperator};
use super::vectorised::{Rows, computed};
use crate::bind::expression::VariableId;
use crate::plan::id_seek::{IdForm, IdSearch};
use crate::plan::seek::Sought;
use crate::store::Graph;
use crate::syntax::ast::EndKind;
use crate::syntax::diagnostic::Diagnostic;
use crate::value::{Endpoint, NodeId, RelationshipId, Value};
use crate::vector::{CHUNK_ROWS, DataChunk, Vector};
use std::sync::Arc;

/// Finds elements by their ids.
pub(super) struct IdSeek {
    kind: EndKind,
    searches: Vec<Search>,
    candidates: Found,
}

struct Search {
    form: IdForm,
    /// Whether the ids stand in a list.
    listed: bool,
    value: Physical,
}

impl IdSeek {
    /// Maps the logical operator.
    pub(super) fn map(
        mapper: &mut Mapper<'_, '_>,
        (kind, variable): (EndKind, VariableId),
        searches: &[IdSearch],
    ) -> Result<Self, Diagnostic> {
        let searches = searches.iter().map(|search| {
            let value = mapper.compiler().compile(search.expression())?;
            let listed = matches!(search.sought, Sought::AnyOf(_));
            Ok(Search { form: search.form, listed, value })
        });
        let searches = searches.collect::<Result<_, Diagnostic>>()?;
        Ok(IdSeek { kind, searches, candidates: Found::map(mapper, kind, variable) })
    }

    /// Adds the elements that a row seeks; `false` where that may be any.
    fn find(
        &mut self,
        context: &Context<'_>,
        values: &[Option<Vector>],
        (place, row): (usize, usize),
    ) -> Result<bool, Diagnostic> {
        let mut ids = Vec::new();
        for (search, column) in self.searches.iter().zip(values) {
            let Some(column) = column else { return Ok(false) };
            match (column.get(place), search.listed) {
                (Value::Null, _) => {}
                (Value::List(items), true) => {
                    for item in &*items {
                        context.guard.step()?;
                        ids.extend(id_in(item, search.form, self.kind));
                    }
                }
                (_, true) => return Ok(false),
                (value, false) => ids.extend(id_in(&value, search.form, self.kind)),
            }
        }
        ids.retain(|&id| context.graph.contains(element(self.kind, id)));
        self.candidates.add(row, ids);
        Ok(true)
    }
}

impl PushOperator for IdSeek {
    fn push(
        &mut self,
        context: &Context<'_>,
        chunk: DataChunk,
        next: &mut Next<'_>,
    ) -> Result<Flow, Diagnostic> {
        let rows = Rows::of(&chunk);
        let values = self.searches.iter().map(|search| {
            let values = computed(context, std::slice::from_ref(&search.value), &rows)?;
            Ok(values.and_then(|mut values| values.pop()))
        });
        let values = values.collect::<Result<Vec<_>, Diagnostic>>()?;
        drop(rows);
        let chunk = Arc::new(chunk);
        for (place, row) in chunk.live_rows().enumerate() {
            context.guard.step()?;
            let flow = if self.find(context, &values, (place, row))? {
                self.candidates.flush(context, &chunk, next, CHUNK_ROWS)?
            } else {
                let kind = self.kind;
                let in_chunk = |graph: &Graph, number| all_in(graph, kind, number);
                self.candidates.every(context, (&chunk, row), next, &in_chunk)?
            };
            if flow == Flow::Stop {
                return Ok(Flow::Stop);
            }
        }
        self.candidates.flush(context, &chunk, next, 1)
    }

    fn reset(&mut self) {
        self.candidates.reset();
    }
}

/// The id that a value is equal to, if any: a float may be equal to a whole number.
fn id_in(value: &Value, form: IdForm, kind: EndKind) -> Option<u32> {
    match (value, form) {
        (Value::Integer(number), IdForm::Number) => u32::try_from(*number).ok(),
        (Value::Float(number), IdForm::Number) => {
            let id = *number as u32;
            (f64::from(id) == *number).then_some(id)
        }
        (Value::String(text), IdForm::Text) => {
            let letter = match kind {
                EndKind::Node => 'n',
                EndKind::Relationship => 'r',
            };
            text.strip_prefix(letter)?.parse().ok()
        }
        _ => None,
    }
}

fn element(kind: EndKind, id: u32) -> Endpoint {
    match kind {
        EndKind::Node => Endpoint::Node(NodeId(id)),
        EndKind::Relationship => Endpoint::Relationship(RelationshipId(id)),
    }
}

/// Every element of a kind in a chunk of the graph.
fn all_in(graph: &Graph, kind: EndKind, number: usize) -> Vec<u32> {
    let ids =
        |first: u32, rows: &crate::store::Bitmap| rows.iter().map(|row| first + row).collect();
    match kind {
        EndKind::Node => graph
            .node_chunk(number, None)
            .map_or_else(Vec::new, |found| ids(found.first, &found.rows)),
        EndKind::Relationship => graph
            .relationship_chunk(number, None)
            .map_or_else(Vec::new, |found| ids(found.first, &found.rows)),
    }
}
