//! `Reach`: the nodes that relationships lead to in several hops, each once.
//!
//! ```text
//! level 0   a
//! level 1   b c          neighbours of the level before, without what was reached already
//! level 2   d
//! ```

use super::adjacent::{each_neighbours, element_id};
use super::context::{Context, internal};
use super::mapper::Mapper;
use super::pipeline::{Flow, Next, PushOperator};
use crate::plan::operator::OperatorKind;
use crate::store::{EndpointKind, TypeId};
use crate::syntax::ast::{Direction, EndKind};
use crate::syntax::diagnostic::Diagnostic;
use crate::value::{Endpoint, NodeId};
use crate::vector::{CHUNK_ROWS, DataChunk, Parents, Vector};
use std::sync::Arc;

/// Finds nodes by levels.
pub(super) struct Reach {
    slot: usize,
    direction: Direction,
    types: Option<Vec<TypeId>>,
    /// Whether a node reaches itself without a hop.
    itself: bool,
    max: u64,
    produce: bool,
    /// A bit for each node that was reached from the present row.
    met: Vec<u64>,
    /// These nodes, in order.
    reached: Vec<u32>,
    /// The chunk under way.
    under: Option<Under>,
    parents: Vec<u32>,
    targets: Vec<u32>,
}

/// A chunk and how far its rows have been worked off.
struct Under {
    chunk: Arc<DataChunk>,
    /// Living rows that are done.
    rows: usize,
    /// Nodes that were reached from the next row and handed on, where they have been found.
    handed: Option<usize>,
}

impl Reach {
    /// Maps the logical operator.
    pub(super) fn map(
        mapper: &mut Mapper<'_, '_>,
        kind: &OperatorKind,
    ) -> Result<Self, Diagnostic> {
        let OperatorKind::ExpandVariable { from, to, direction, types, min, max, .. } = kind else {
            return Err(internal("this is no expansion", None));
        };
        let slot = mapper.slot(from.variable)?;
        mapper.go_on();
        Ok(Reach {
            slot,
            direction: *direction,
            types: mapper.types(types.as_ref()),
            itself: *min == 0,
            max: max.unwrap_or(u64::MAX),
            produce: mapper.add_if_read(to.variable),
            met: Vec::new(),
            reached: Vec::new(),
            under: None,
            parents: Vec::new(),
            targets: Vec::new(),
        })
    }

    /// Finds what is reached from a node.
    fn find(&mut self, context: &Context<'_>, from: u32) -> Result<(), Diagnostic> {
        self.forget();
        let words = (context.graph.node_bound() as usize).div_ceil(64);
        if self.met.len() < words {
            context.guard.keep((words - self.met.len()) * 8)?;
            self.met.resize(words, 0);
        }
        if self.itself {
            self.meet(from);
        }
        let before = self.reached.capacity();
        let mut level = vec![from];
        let mut hops = 0;
        while !level.is_empty() && hops < self.max {
            hops += 1;
            let first = self.reached.len();
            for &node in &level {
                self.hop(context, node)?;
            }
            // The first node was left already, however it is reached again.
            level.clear();
            level.extend(self.reached[first..].iter().copied().filter(|id| *id != from));
        }
        context.guard.keep((self.reached.capacity() - before) * 4)
    }

    fn hop(&mut self, context: &Context<'_>, node: u32) -> Result<(), Diagnostic> {
        let Reach { types, direction, met, reached, .. } = self;
        let from = Endpoint::Node(NodeId(node));
        let mut meet = |id: u32| {
            if let Some(word) = met.get_mut(id as usize / 64)
                && *word >> (id % 64) & 1 == 0
            {
                *word |= 1 << (id % 64);
                reached.push(id);
            }
        };
        let (types, nodes) = (types.as_deref(), EndpointKind::Node);
        each_neighbours(&context.graph, from, types, *direction, nodes, |found, _| {
            if let Some((ids, _)) = found.as_slices() {
                context.guard.steps_taken(ids.len() + 1)?;
                ids.iter().copied().for_each(&mut meet);
            } else {
                for (id, _) in found {
                    context.guard.step()?;
                    meet(id);
                }
            }
            Ok::<_, Diagnostic>(true)
        })?;
        Ok(())
    }

    fn meet(&mut self, id: u32) {
        if let Some(word) = self.met.get_mut(id as usize / 64) {
            *word |= 1 << (id % 64);
            self.reached.push(id);
        }
    }

    fn forget(&mut self) {
        for id in self.reached.drain(..) {
            self.met[id as usize / 64] = 0;
        }
    }

    /// Works off the rows that are not done yet.
    fn go_on(
        &mut self,
        context: &Context<'_>,
        under: &mut Under,
        next: &mut Next<'_>,
    ) -> Result<Flow, Diagnostic> {
        let chunk = under.chunk.clone();
        while under.rows < chunk.rows() {
            context.guard.step()?;
            let row = chunk.row(under.rows);
            let column = chunk.columns.get(self.slot);
            let Some(from) = column.and_then(|it| element_id(it, EndKind::Node, row)) else {
                under.rows += 1;
                continue;
            };
            if under.handed.is_none() {
                self.find(context, from)?;
            }
            let mut handed = under.handed.unwrap_or(0);
            while handed < self.reached.len() {
                let room = CHUNK_ROWS - self.parents.len();
                let some = room.min(self.reached.len() - handed);
                self.parents.extend(std::iter::repeat_n(row as u32, some));
                self.targets.extend_from_slice(&self.reached[handed..handed + some]);
                handed += some;
                under.handed = Some(handed);
                if self.parents.len() >= CHUNK_ROWS {
                    let flow = self.flush(context, &chunk, next)?;
                    if flow != Flow::Continue {
                        return Ok(flow);
                    }
                }
            }
            (under.rows, under.handed) = (under.rows + 1, None);
        }
        self.flush(context, &chunk, next)
    }

    fn flush(
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
        let targets = std::mem::take(&mut self.targets);
        if self.produce {
            out.columns.push(Vector::nodes(targets));
        }
        self.parents.clear();
        next.push(context, out)
    }
}

impl PushOperator for Reach {
    fn push(
        &mut self,
        context: &Context<'_>,
        chunk: DataChunk,
        next: &mut Next<'_>,
    ) -> Result<Flow, Diagnostic> {
        self.under = Some(Under { chunk: Arc::new(chunk), rows: 0, handed: None });
        self.resume(context, next)
    }

    fn resume(&mut self, context: &Context<'_>, next: &mut Next<'_>) -> Result<Flow, Diagnostic> {
        let Some(mut under) = self.under.take() else { return Ok(Flow::Continue) };
        let flow = self.go_on(context, &mut under, next)?;
        self.under = (flow == Flow::Pause).then_some(under);
        Ok(flow)
    }

    fn reset(&mut self) {
        self.forget();
        (self.parents, self.targets, self.under) = (Vec::new(), Vec::new(), None);
    }
}
