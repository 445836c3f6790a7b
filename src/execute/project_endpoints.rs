//! `ProjectEndpoints`: the ends of a relationship that is already bound.

use super::adjacent::{Excluded, directions, element_id, elements};
use super::context::{Context, internal};
use super::mapper::Mapper;
use super::pipeline::{Flow, Next, PushOperator};
use crate::plan::operator::{End, OperatorKind};
use crate::store::{RelationshipRecord, TypeId};
use crate::syntax::ast::{Direction, EndKind};
use crate::syntax::diagnostic::Diagnostic;
use crate::value::Endpoint;
use crate::vector::{DataChunk, Parents};
use std::sync::Arc;

/// Adds the ends of a relationship, or checks those that are bound.
pub(super) struct ProjectEndpoints {
    relationship: usize,
    types: Option<Vec<TypeId>>,
    ends: [End; 2],
    /// The columns of the ends that are bound.
    bound: [Option<usize>; 2],
    /// Which ends become columns.
    produce: [bool; 2],
    /// Both ends are one variable, which is not bound yet.
    same: bool,
    direction: Direction,
    distinct_from: Vec<usize>,
}

impl ProjectEndpoints {
    /// Maps the logical operator.
    pub(super) fn map(
        mapper: &mut Mapper<'_, '_>,
        kind: &OperatorKind,
    ) -> Result<Self, Diagnostic> {
        let OperatorKind::ProjectEndpoints {
            relationship,
            types,
            left,
            left_bound,
            right,
            right_bound,
            direction,
            distinct_from,
        } = kind
        else {
            return Err(internal("these are no end points", None));
        };
        let relationship = mapper.slot(*relationship)?;
        let bound = [
            left_bound.then(|| mapper.slot(left.variable)).transpose()?,
            right_bound.then(|| mapper.slot(right.variable)).transpose()?,
        ];
        let distinct_from = distinct_from
            .iter()
            .map(|&variable| mapper.slot(variable))
            .collect::<Result<_, _>>()?;
        mapper.go_on();
        let same = left.variable == right.variable && bound == [None, None];
        let produce = [
            bound[0].is_none() && mapper.add_if_read(left.variable),
            bound[1].is_none() && !same && mapper.add_if_read(right.variable),
        ];
        let types = mapper.types(types.as_ref());
        Ok(ProjectEndpoints {
            relationship,
            types,
            ends: [*left, *right],
            bound,
            produce,
            same,
            direction: *direction,
            distinct_from,
        })
    }

    /// The ids of the ends in one orientation, if they fit.
    fn fitting(&self, chunk: &DataChunk, row: usize, ends: [Endpoint; 2]) -> Option<[u32; 2]> {
        let mut ids = [0; 2];
        for side in 0..2 {
            ids[side] = match (ends[side], self.ends[side].kind) {
                (Endpoint::Node(node), EndKind::Node) => node.0,
                (Endpoint::Relationship(relationship), EndKind::Relationship) => relationship.0,
                _ => return None,
            };
            if let Some(slot) = self.bound[side] {
                let there = element_id(chunk.columns.get(slot)?, self.ends[side].kind, row)?;
                if there != ids[side] {
                    return None;
                }
            }
        }
        (!self.same || ends[0] == ends[1]).then_some(ids)
    }

    fn record(&self, context: &Context<'_>, relationship: u32) -> Option<RelationshipRecord> {
        let record = context.graph.relationship(crate::value::RelationshipId(relationship))?;
        let fits = self.types.as_ref().is_none_or(|types| types.contains(&record.kind));
        fits.then_some(record)
    }
}

impl PushOperator for ProjectEndpoints {
    fn push(
        &mut self,
        context: &Context<'_>,
        chunk: DataChunk,
        next: &mut Next<'_>,
    ) -> Result<Flow, Diagnostic> {
        let Some(column) = chunk.columns.get(self.relationship) else { return Ok(Flow::Continue) };
        let mut excluded = Excluded::default();
        let mut parents: Vec<u32> = Vec::new();
        let mut sides = [Vec::new(), Vec::new()];
        for row in chunk.live_rows() {
            context.guard.step()?;
            let Some(relationship) = column.relationship(row) else { continue };
            excluded.read(&chunk, &self.distinct_from, row);
            if excluded.contains(relationship.0) {
                continue;
            }
            let Some(record) = self.record(context, relationship.0) else { continue };
            for (turn, &towards) in directions(self.direction).iter().enumerate() {
                if turn > 0 && record.start == record.end {
                    continue;
                }
                let ends = [record.target(towards.reverse()), record.target(towards)];
                if let Some(ids) = self.fitting(&chunk, row, ends) {
                    parents.push(row as u32);
                    sides[0].push(ids[0]);
                    sides[1].push(ids[1]);
                }
            }
        }
        let len = parents.len();
        let mut out = Arc::new(chunk).onward(Parents::Rows(parents.into()), len);
        for (side, ids) in sides.into_iter().enumerate() {
            if self.produce[side] {
                out.columns.push(elements(self.ends[side].kind, ids));
            }
        }
        next.push(context, out)
    }
}
