//! Paths that were found, as columns: lists and elements of the variables of each segment,
//! the list of all relationships, the last end.

use super::super::adjacent::elements;
use super::super::context::Context;
use super::super::mapper::Mapper;
use super::super::pipeline::{Flow, Next};
use super::steps::Steps;
use crate::bind::expression::VariableId;
use crate::plan::path::{PathSearch, SegmentOutput, SegmentPlace};
use crate::syntax::ast::EndKind;
use crate::syntax::diagnostic::Diagnostic;
use crate::value::{Endpoint, RelationshipId, Value};
use crate::vector::{CHUNK_ROWS, DataChunk, Parents, Vector};
use std::sync::Arc;

/// Elements in the lists of a chunk: one of long paths is handed on before it has as many
/// rows as others.
const MOST_ELEMENTS: usize = 1 << 16;

/// A column that a segment brings.
#[derive(Clone, Copy)]
pub(super) struct Column {
    segment: usize,
    output: SegmentOutput,
}

/// The columns of a search, and the rows found so far.
pub(super) struct Output {
    columns: Vec<Column>,
    trail: bool,
    target: bool,
    to: EndKind,
    reversed: bool,
    parents: Vec<u32>,
    /// The values of each column, those of `trail` last.
    values: Vec<Vec<Value>>,
    targets: Vec<u32>,
    elements: usize,
}

/// All columns that segments bring, in order.
pub(super) fn all_columns(search: &PathSearch) -> Vec<Column> {
    let segments = search.segments.iter().enumerate();
    let of_segment = |(segment, of): (usize, &crate::plan::path::PathSegment)| {
        of.outputs.iter().map(move |output| Column { segment, output: *output }).collect::<Vec<_>>()
    };
    segments.flat_map(of_segment).collect()
}

impl Column {
    /// Its variable.
    pub(super) fn variable(self) -> VariableId {
        self.output.variable
    }
}

impl Output {
    /// Adds the columns that are read to the layout.
    pub(super) fn map(mapper: &mut Mapper<'_, '_>, search: &PathSearch) -> Self {
        mapper.go_on();
        let mut columns = all_columns(search);
        columns.retain(|column| mapper.add_if_read(column.variable()));
        let trail = mapper.add_if_read(search.trail);
        let target = !search.into && mapper.add_if_read(search.to.variable);
        let values = vec![Vec::new(); columns.len() + usize::from(trail)];
        Output {
            columns,
            trail,
            target,
            to: search.to.kind,
            reversed: search.reversed,
            parents: Vec::new(),
            values,
            targets: Vec::new(),
            elements: 0,
        }
    }

    /// Forgets all rows.
    pub(super) fn clear(&mut self) {
        self.parents.clear();
        self.values.iter_mut().for_each(Vec::clear);
        self.targets.clear();
        self.elements = 0;
    }

    /// Hands on the rows found so far.
    pub(super) fn flush(
        &mut self,
        context: &Context<'_>,
        chunk: &Arc<DataChunk>,
        next: &mut Next<'_>,
    ) -> Result<Flow, Diagnostic> {
        let len = self.parents.len();
        if len == 0 {
            return Ok(Flow::Continue);
        }
        context.guard.check()?;
        let mut out = chunk.onward(Parents::Rows(self.parents.as_slice().into()), len);
        for values in &mut self.values {
            out.columns.push(Vector::Dynamic(Arc::new(std::mem::take(values))));
        }
        if self.target {
            out.columns.push(elements(self.to, std::mem::take(&mut self.targets)));
        }
        self.clear();
        next.insist(context, out)
    }
}

/// Where found paths of one row go.
pub(super) struct Found<'f, 'n> {
    pub(super) output: &'f mut Output,
    pub(super) next: &'f mut Next<'n>,
    pub(super) chunk: &'f Arc<DataChunk>,
    pub(super) row: u32,
}

impl Found<'_, '_> {
    /// Adds a path, given by its hops, each with its segment. Hands on what was found when a
    /// chunk is full.
    pub(super) fn path(
        &mut self,
        context: &Context<'_>,
        steps: &Steps,
        from: Endpoint,
        hops: &[(usize, u32)],
    ) -> Result<Flow, Diagnostic> {
        let output = &mut *self.output;
        output.parents.push(self.row);
        for (index, column) in output.columns.iter().enumerate() {
            output.values[index].push(value_of(*column, steps, from, hops, output.reversed));
            output.elements += if column.output.list { hops.len() } else { 1 };
        }
        if output.trail {
            let trail = trail(steps, hops, output.reversed);
            output.elements += hops.len();
            if let Some(values) = output.values.last_mut() {
                values.push(trail);
            }
        }
        if output.target {
            let end = hops.last().map_or(from, |(segment, hop)| steps.end(*segment, *hop));
            output.targets.push(match end {
                Endpoint::Node(node) => node.0,
                Endpoint::Relationship(relationship) => relationship.0,
            });
        }
        if output.parents.len() >= CHUNK_ROWS || output.elements >= MOST_ELEMENTS {
            output.flush(context, self.chunk, self.next)
        } else {
            Ok(Flow::Continue)
        }
    }
}

/// An element as a value.
pub(super) fn element(element: Endpoint) -> Value {
    match element {
        Endpoint::Node(node) => Value::Node(node),
        Endpoint::Relationship(relationship) => Value::Relationship(relationship),
    }
}

/// The list of all relationships, in the order of the pattern as written.
pub(super) fn trail(steps: &Steps, hops: &[(usize, u32)], reversed: bool) -> Value {
    let relationships = hops.iter().flat_map(|(segment, hop)| steps.relationships(*segment, *hop));
    let mut list: Vec<Value> =
        relationships.map(|id| Value::Relationship(RelationshipId(*id))).collect();
    if reversed {
        list.reverse();
    }
    Value::List(Arc::new(list))
}

/// What a variable stands for on a path.
pub(super) fn value_of(
    column: Column,
    steps: &Steps,
    from: Endpoint,
    hops: &[(usize, u32)],
    reversed: bool,
) -> Value {
    let mut at = from;
    let mut list = Vec::new();
    for (segment, hop) in hops {
        if *segment == column.segment {
            list.push(match column.output.place {
                SegmentPlace::End(0) => element(at),
                SegmentPlace::End(index) => steps
                    .ends(*segment, *hop)
                    .get(index - 1)
                    .map_or(Value::Null, |end| element(*end)),
                SegmentPlace::Relationship(index) => {
                    let relationship = steps.relationships(*segment, *hop).get(index);
                    relationship.map_or(Value::Null, |id| Value::Relationship(RelationshipId(*id)))
                }
            });
        }
        at = steps.end(*segment, *hop);
    }
    if !column.output.list {
        return list.pop().unwrap_or(Value::Null);
    }
    if reversed {
        list.reverse();
    }
    Value::List(Arc::new(list))
}
