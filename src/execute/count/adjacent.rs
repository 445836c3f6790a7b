//! What a count asks of the adjacency: how many relationships a node has, and to whom.

use super::super::adjacent::{directions, each_unordered};
use super::super::context::Context;
use super::ids;
use crate::store::{self, EndpointKind, TypeId};
use crate::syntax::ast::Direction;
use crate::syntax::diagnostic::Diagnostic;
use crate::value::{Endpoint, NodeId};
use crate::vector::CHUNK_ROWS;
use std::borrow::Cow;

/// Nodes of some that are asked how many relationships they have, to know it of all.
const SAMPLE: usize = 32;

/// As many of those are asked instead where not one of so many is connected at all.
const LARGE_SAMPLE: usize = 512;
const FEW_CONNECTED: usize = 4;

/// Nodes whose neighbours are found together.
const TOGETHER: usize = 32;

/// A relationship of the pattern; it leads to the end of its place and one.
pub(super) struct Hop {
    pub(super) from: usize,
    /// As seen from there.
    pub(super) direction: Direction,
    /// `None` means any.
    pub(super) types: Option<Vec<TypeId>>,
}

/// Relationships as they are seen from one side.
#[derive(Clone, Debug)]
pub(super) struct Side {
    pub(super) direction: Direction,
    pub(super) types: Option<Vec<TypeId>>,
}

impl Hop {
    /// The hop as seen from its first end, or from the one that it leads to.
    pub(super) fn side(&self, from_first: bool) -> Side {
        let side = Side { direction: self.direction, types: self.types.clone() };
        if from_first { side } else { side.reversed() }
    }
}

impl Side {
    /// The same relationships as seen from the other side.
    pub(super) fn reversed(&self) -> Side {
        let direction = match self.direction {
            Direction::Outgoing => Direction::Incoming,
            Direction::Incoming => Direction::Outgoing,
            Direction::Either => Direction::Either,
        };
        Side { direction, types: self.types.clone() }
    }

    /// The type and the direction, where there is one of each.
    pub(super) fn single(&self) -> Option<(TypeId, store::Direction)> {
        let towards = match self.direction {
            Direction::Outgoing => store::Direction::Outgoing,
            Direction::Incoming => store::Direction::Incoming,
            Direction::Either => return None,
        };
        match self.types.as_deref() {
            Some(&[kind]) => Some((kind, towards)),
            _ => None,
        }
    }

    /// Each type and direction of them, and whether what leads from a node to itself was met
    /// before.
    pub(super) fn all(
        &self,
        context: &Context<'_>,
    ) -> impl Iterator<Item = (TypeId, store::Direction, bool)> {
        let types = match &self.types {
            Some(types) => types.clone(),
            None => context.graph.types_in_use().collect(),
        };
        let ways = directions(self.direction).iter().enumerate();
        ways.flat_map(move |(turn, &towards)| {
            types.clone().into_iter().map(move |kind| (kind, towards, turn > 0))
        })
    }

    /// The same as far as the types are among these as well.
    pub(super) fn of_types(mut self, types: Option<&Vec<TypeId>>) -> Side {
        self.types = match (self.types.take(), types) {
            (Some(mut own), Some(types)) => {
                own.retain(|kind| types.contains(kind));
                Some(own)
            }
            (own, types) => own.or_else(|| types.cloned()),
        };
        self
    }

    /// About how many relationships a node has.
    pub(super) fn degree_in_general(&self, context: &Context<'_>) -> f64 {
        let statistics = context.graph.statistics();
        let all = match &self.types {
            None => statistics.relationships(),
            Some(types) => types.iter().map(|kind| statistics.relationships_of_type(*kind)).sum(),
        };
        all as f64 / (statistics.nodes() as f64).max(1.0)
    }

    /// About how many relationships one of these nodes has: those with a label, or that others
    /// lead to, have more or fewer than nodes in general.
    pub(super) fn degree_of(&self, context: &Context<'_>, ids: &[Vec<u32>]) -> f64 {
        let of_sample = |size: usize| {
            let (mut count, mut connected, mut degrees) = (0, 0, 0);
            for id in ids::sample(ids, size) {
                let degree = self.degree(context, id).unwrap_or(0);
                count += 1;
                connected += usize::from(degree > 0);
                degrees += degree;
            }
            (degrees as f64 / f64::from(count.max(1)), connected)
        };
        match of_sample(SAMPLE) {
            (degree, connected) if connected * FEW_CONNECTED >= SAMPLE => degree,
            // Few have all of them, which a small sample may miss.
            _ => of_sample(LARGE_SAMPLE).0,
        }
    }

    /// Calls `visit` with slices of neighbours of a node, in no order, that together are all
    /// of them, each as often as there are relationships.
    pub(super) fn each(
        &self,
        context: &Context<'_>,
        node: u32,
        mut visit: impl FnMut(&[u32]),
    ) -> Result<(), Diagnostic> {
        let from = Endpoint::Node(NodeId(node));
        let types = self.types.as_deref();
        let mut found = Vec::new();
        each_unordered(
            &context.graph,
            from,
            types,
            self.direction,
            EndpointKind::Node,
            |neighbours, again| {
                match neighbours.as_slices() {
                    Some((ids, _)) if !again => {
                        context.guard.steps_taken(ids.len())?;
                        visit(ids);
                    }
                    _ => {
                        found.clear();
                        // A self-loop is met once, whatever the direction.
                        let met = |id: &u32| !again || *id != node;
                        found.extend(neighbours.map(|(id, _)| id).filter(met));
                        context.guard.steps_taken(found.len())?;
                        visit(&found);
                    }
                }
                Ok::<_, Diagnostic>(true)
            },
        )?;
        Ok(())
    }

    /// The same for nodes that lie here and there.
    pub(super) fn each_of_scattered(
        &self,
        context: &Context<'_>,
        nodes: &[u32],
        mut visit: impl FnMut(&[u32]),
    ) -> Result<(), Diagnostic> {
        for nodes in nodes.chunks(TOGETHER) {
            let mut lists: [Option<&[u32]>; TOGETHER] = [None; TOGETHER];
            if let Some((kind, direction)) = self.single() {
                for (list, &node) in lists.iter_mut().zip(nodes) {
                    let found = context.graph.settled_neighbours(kind, direction, NodeId(node));
                    *list = found.map(|(ids, _)| ids);
                }
            }
            // Nothing stands between these, so that the processor waits for all of them at once.
            let firsts = lists.iter().flatten().filter_map(|list| list.first());
            std::hint::black_box(firsts.fold(0, |all, id| all ^ id));
            for (list, &node) in lists.into_iter().zip(nodes) {
                match list {
                    Some(ids) => {
                        context.guard.steps_taken(1 + ids.len())?;
                        visit(ids);
                    }
                    None => self.each(context, node, &mut visit)?,
                }
            }
        }
        Ok(())
    }

    /// The same for each of these ascending nodes, of which `visit` is told the place among them.
    pub(super) fn each_of(
        &self,
        context: &Context<'_>,
        nodes: &[u32],
        mut visit: impl FnMut(usize, &[u32]),
    ) -> Result<(), Diagnostic> {
        let chunk = |id: u32| id as usize / CHUNK_ROWS;
        let mut first = 0;
        for nodes in nodes.chunk_by(|one, other| chunk(*one) == chunk(*other)) {
            let rows = self.single().and_then(|(kind, direction)| {
                context.graph.rows(kind, direction, chunk(nodes[0]), nodes.len())
            });
            for (place, &node) in (first..).zip(nodes) {
                match &rows {
                    Some(rows) => {
                        let ids = rows.of(node as usize % CHUNK_ROWS);
                        context.guard.steps_taken(1 + ids.len())?;
                        visit(place, ids);
                    }
                    None => self.each(context, node, |ids| visit(place, ids))?,
                }
            }
            first += nodes.len();
        }
        Ok(())
    }

    /// How many relationships a node has.
    pub(super) fn degree(&self, context: &Context<'_>, node: u32) -> Result<u64, Diagnostic> {
        let from = Endpoint::Node(NodeId(node));
        let types = self.types.as_deref();
        let mut degree = 0;
        each_unordered(
            &context.graph,
            from,
            types,
            self.direction,
            EndpointKind::Node,
            |neighbours, again| {
                context.guard.step()?;
                degree += if again {
                    neighbours.filter(|(id, _)| *id != node).count()
                } else {
                    neighbours.degree()
                };
                Ok::<_, Diagnostic>(true)
            },
        )?;
        Ok(degree as u64)
    }

    /// The neighbours of a node in ascending order, each as often as there are relationships.
    pub(super) fn sorted<'g>(
        &self,
        context: &'g Context<'_>,
        node: u32,
    ) -> Result<Cow<'g, [u32]>, Diagnostic> {
        if let Some((kind, towards)) = self.single() {
            let from = Endpoint::Node(NodeId(node));
            let found = context.graph.unordered_neighbours(from, kind, towards, EndpointKind::Node);
            if let Some((ids, _)) = found.as_slices() {
                context.guard.steps_taken(ids.len())?;
                return Ok(Cow::Borrowed(ids));
            }
        }
        let mut all = Vec::new();
        self.each(context, node, |ids| all.extend_from_slice(ids))?;
        all.sort_unstable();
        Ok(Cow::Owned(all))
    }

    /// How many relationships lead from a node to itself.
    pub(super) fn loops(&self, context: &Context<'_>, node: u32) -> Result<u64, Diagnostic> {
        // Each is met in either direction.
        let outgoing = Side { direction: Direction::Outgoing, types: self.types.clone() };
        let all = outgoing.sorted(context, node)?;
        let from = all.partition_point(|id| *id < node);
        Ok(all[from..].partition_point(|id| *id == node) as u64)
    }
}
