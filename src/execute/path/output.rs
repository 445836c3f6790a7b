//! Paths that were found, as columns: lists and elements of the variables of each segment,
//! the list of all relationships, the last end.

use super::super::adjacent::elements;
use super::super::context::Context;
use super::super::mapper::Mapper;
use super::super::pipeline::{Flow, Next};
use super::breadth::Step;
use super::steps::Steps;
use crate::bind::expression::VariableId;
use crate::plan::path::{PathSearch, SegmentOutput, SegmentPlace};
use crate::syntax::ast::EndKind;
use crate::syntax::diagnostic::Diagnostic;
use crate::value::{Endpoint, NodeId, Path, RelationshipId, Value};
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
    target: bool,
    to: EndKind,
    reversed: bool,
    parents: Vec<u32>,
    /// The values of each column.
    values: Vec<Vec<Value>>,
    /// The lists of all relationships, where they are read.
    trails: Option<Vec<Value>>,
    /// The paths themselves, where they are read.
    paths: Option<Vec<Value>>,
    targets: Vec<u32>,
    /// The number of relationships, where that is read.
    lengths: Option<Vec<i64>>,
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
        let trails = mapper.add_if_read(search.trail).then(Vec::new);
        let paths = mapper.add_if_read(search.whole).then(Vec::new);
        let target = !search.into && mapper.add_if_read(search.to.variable);
        let lengths = mapper.add_if_read(search.length).then(Vec::new);
        let values = vec![Vec::new(); columns.len()];
        Output {
            columns,
            target,
            to: search.to.kind,
            reversed: search.reversed,
            parents: Vec::new(),
            values,
            trails,
            paths,
            targets: Vec::new(),
            lengths,
            elements: 0,
        }
    }

    /// Forgets all rows.
    pub(super) fn clear(&mut self) {
        self.parents.clear();
        let more = self.trails.iter_mut().chain(&mut self.paths);
        self.values.iter_mut().chain(more).for_each(Vec::clear);
        self.targets.clear();
        self.lengths.iter_mut().for_each(Vec::clear);
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
        let more = self.trails.iter_mut().chain(&mut self.paths);
        for values in self.values.iter_mut().chain(more) {
            out.columns.push(Vector::Dynamic(Arc::new(std::mem::take(values))));
        }
        if self.target {
            out.columns.push(elements(self.to, std::mem::take(&mut self.targets)));
        }
        if let Some(lengths) = &mut self.lengths {
            out.columns.push(Vector::integers(std::mem::take(lengths)));
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
        if let Some(trails) = &mut output.trails {
            output.elements += hops.len();
            trails.push(trail(steps, hops, output.reversed));
        }
        if let Some(paths) = &mut output.paths {
            output.elements += hops.len();
            let relationships =
                hops.iter().flat_map(|(segment, hop)| steps.relationships(*segment, *hop));
            let ends = hops.iter().flat_map(|(segment, hop)| steps.ends(*segment, *hop));
            paths.push(whole(
                relationships.map(|id| RelationshipId(*id)).collect(),
                std::iter::once(&from).chain(ends).copied().collect(),
                output.reversed,
            ));
        }
        let end = hops.last().map_or(from, |(segment, hop)| steps.end(*segment, *hop));
        let width = |(segment, _): &(usize, u32)| steps.segments[*segment].width;
        self.finish(context, end, hops.iter().map(width).sum())
    }

    /// Whether more is read of paths than where they end and how long they are.
    pub(super) fn reads_ways(&self) -> bool {
        let Output { columns, trails, paths, .. } = &*self.output;
        trails.is_some() || paths.is_some() || !columns.is_empty()
    }

    /// Adds a path of single relationships between nodes, as [`Self::path`] does.
    pub(super) fn way(
        &mut self,
        context: &Context<'_>,
        from: u32,
        way: &[Step],
    ) -> Result<Flow, Diagnostic> {
        let output = &mut *self.output;
        output.parents.push(self.row);
        for (index, column) in output.columns.iter().enumerate() {
            output.values[index].push(value_on(*column, from, way, output.reversed));
            output.elements += if column.output.list { way.len() } else { 1 };
        }
        if let Some(trails) = &mut output.trails {
            output.elements += way.len();
            trails.push(list(way.iter().copied().map(relationship), output.reversed));
        }
        if let Some(paths) = &mut output.paths {
            output.elements += way.len();
            let nodes = std::iter::once(from).chain(way.iter().map(|(_, node)| *node));
            // A length that is not known beforehand would make the list grow piece by piece.
            let mut elements = Vec::with_capacity(way.len() + 1);
            elements.extend(nodes.map(|node| Endpoint::Node(NodeId(node))));
            let relationships = way.iter().map(|(id, _)| RelationshipId(*id)).collect();
            paths.push(whole(relationships, elements, output.reversed));
        }
        let end = way.last().map_or(from, |(_, node)| *node);
        self.finish(context, Endpoint::Node(NodeId(end)), way.len())
    }

    /// Adds so many paths of which nobody reads more than their ends and their length.
    pub(super) fn ends(
        &mut self,
        context: &Context<'_>,
        end: u32,
        length: usize,
        count: u64,
    ) -> Result<Flow, Diagnostic> {
        for _ in 0..count {
            self.output.parents.push(self.row);
            if self.finish(context, Endpoint::Node(NodeId(end)), length)? == Flow::Stop {
                return Ok(Flow::Stop);
            }
        }
        Ok(Flow::Continue)
    }

    /// Adds the end and the length of a path whose other columns are there. Hands on what was
    /// found when a chunk is full.
    fn finish(
        &mut self,
        context: &Context<'_>,
        end: Endpoint,
        length: usize,
    ) -> Result<Flow, Diagnostic> {
        let output = &mut *self.output;
        if output.target {
            output.targets.push(match end {
                Endpoint::Node(node) => node.0,
                Endpoint::Relationship(relationship) => relationship.0,
            });
        }
        if let Some(lengths) = &mut output.lengths {
            lengths.push(length as i64);
        }
        if output.parents.len() >= CHUNK_ROWS || output.elements >= MOST_ELEMENTS {
            output.flush(context, self.chunk, self.next)
        } else {
            Ok(Flow::Continue)
        }
    }
}

/// A list in the order of the pattern as written.
fn list(values: impl ExactSizeIterator<Item = Value>, reversed: bool) -> Value {
    let mut list: Vec<Value> = values.collect();
    if reversed {
        list.reverse();
    }
    Value::List(Arc::new(list))
}

/// A path in the order of the pattern as written.
fn whole(
    mut relationships: Vec<RelationshipId>,
    mut elements: Vec<Endpoint>,
    reversed: bool,
) -> Value {
    if reversed {
        relationships.reverse();
        elements.reverse();
    }
    Value::Path(Arc::new(Path { elements, relationships }))
}

fn relationship(step: Step) -> Value {
    Value::Relationship(RelationshipId(step.0))
}

/// What a variable stands for on a path of single relationships between nodes.
fn value_on(column: Column, from: u32, way: &[Step], reversed: bool) -> Value {
    let node = |id: u32| Value::Node(NodeId(id));
    let one = |index: usize| match column.output.place {
        SegmentPlace::Relationship(_) => relationship(way[index]),
        SegmentPlace::End(0) if index == 0 => node(from),
        SegmentPlace::End(0) => node(way[index - 1].1),
        SegmentPlace::End(_) => node(way[index].1),
    };
    if column.output.list {
        return list((0..way.len()).map(one), reversed);
    }
    way.len().checked_sub(1).map_or(Value::Null, one)
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
