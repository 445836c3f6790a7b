//! What neighbours get from nodes with weights, pushed to them from these.
//!
//! ```text
//! pulled    each node looks at all of its neighbours, and adds up their weights
//! pushed    each node with a weight adds it to the sums of its neighbours
//! ```
//!
//! Pushing pays where few nodes have weights.

use super::super::context::Context;
use super::super::parallel::share;
use super::adjacent::Side;
use super::ids::Ids;
use super::sets::pieces;
use super::too_many;
use crate::syntax::diagnostic::Diagnostic;
use hashbrown::HashMap;

/// Where a set has a node in so many, sums are kept for all nodes between its first and its last.
const DENSE: usize = 16;

/// How many relationships that are looked at one after the other a node is worth whose
/// relationships lie by themselves.
const ALONE: f64 = 8.0;

/// Nodes up to which asking some of them for their relationships is no less than asking all.
const FEW: usize = 64;

/// Nodes with weights.
#[derive(Clone, Copy)]
pub(super) struct Pushed<'p> {
    pub(super) ids: &'p Ids,
    /// Absent where each is 1.
    pub(super) weights: Option<&'p [u64]>,
}

impl Pushed<'_> {
    /// Whether pushing over `back` looks at fewer relationships than `to`, whose nodes get
    /// something, would pull over `side`.
    pub(super) fn pays(
        self,
        context: &Context<'_>,
        (side, back): (&Side, &Side),
        to: &Ids,
    ) -> bool {
        if self.ids.len().min(to.len()) < FEW {
            return self.ids.len() < to.len();
        }
        let pulled = to.len() as f64 * (side.degree_of(context, to.pieces()) + 1.0);
        self.work(context, back) < pulled
    }

    /// About how much there is to do, in relationships that are looked at.
    fn work(self, context: &Context<'_>, back: &Side) -> f64 {
        self.ids.len() as f64 * (back.degree_of(context, self.ids.pieces()) + ALONE)
    }

    /// What all nodes get, of which there are so many, over these relationships.
    pub(super) fn to_all(
        self,
        context: &Context<'_>,
        back: &Side,
        bound: usize,
    ) -> Result<Vec<u64>, Diagnostic> {
        context.guard.keep(bound * 8)?;
        self.push(context, back, bound, |id| Some(id as usize))
    }

    /// What these nodes get, in their order.
    pub(super) fn to(
        self,
        context: &Context<'_>,
        back: &Side,
        nodes: &Ids,
    ) -> Result<Vec<u64>, Diagnostic> {
        let Some((first, last)) = nodes.ends() else { return Ok(Vec::new()) };
        let span = (last - first) as usize + 1;
        if span / DENSE <= nodes.len() {
            context.guard.keep((span + nodes.len()) * 8)?;
            let place = |id: u32| id.checked_sub(first).map(|place| place as usize);
            let sums = self.push(context, back, span, place)?;
            let own = nodes.pieces().iter().flatten();
            return Ok(own.map(|id| sums[(id - first) as usize]).collect());
        }
        context.guard.keep(nodes.len() * 40)?;
        let own = nodes.pieces().iter().flatten();
        let places: HashMap<u32, usize, foldhash::fast::FixedState> =
            own.enumerate().map(|(place, id)| (*id, place)).collect();
        self.push(context, back, nodes.len(), |id| places.get(&id).copied())
    }

    /// So many sums, to each of which the weights of all are added whose neighbour has its place.
    fn push(
        self,
        context: &Context<'_>,
        back: &Side,
        sums: usize,
        place: impl Fn(u32) -> Option<usize> + Sync,
    ) -> Result<Vec<u64>, Diagnostic> {
        if self.weights.into_iter().flatten().any(|weight| *weight == u64::MAX) {
            return Err(too_many());
        }
        let ids = self.ids.list();
        let (_, most) = pieces(context, ids.len(), self.work(context, back));
        // Each thread has sums of its own, which have to be added up.
        let many = sums.saturating_mul(most * 2) > ids.len() && context.options.morsel.is_none();
        let threads = if many { 1 } else { most };
        let length = ids.len().div_ceil(threads).max(1);
        context.guard.keep(sums * 8 * (threads - 1))?;
        let mut parts: Vec<Vec<u64>> = vec![Vec::new(); ids.len().div_ceil(length).max(1)];
        let each = ids.chunks(length).zip(&mut parts).enumerate();
        let weights = self.weights;
        share(context, threads, each, |context, (part, (ids, found))| {
            found.resize(sums, 0);
            let weights = weights.map(|weights| &weights[part * length..]);
            back.each_of(context, ids, |node, neighbours| {
                let weight = weights.map_or(1, |weights| weights[node]);
                for &id in neighbours {
                    if let Some(sum) = place(id).and_then(|place| found.get_mut(place)) {
                        *sum = sum.saturating_add(weight);
                    }
                }
            })
        })?;
        let mut parts = parts.into_iter();
        let mut all = parts.next().unwrap_or_default();
        all.resize(sums, 0);
        for part in parts {
            for (sum, more) in all.iter_mut().zip(part) {
                *sum = sum.saturating_add(more);
            }
        }
        Ok(all)
    }
}
