//! Weights of some nodes or of all, while they are multiplied.

use super::super::context::Context;
use super::super::parallel::share;
use super::adjacent::Side;
use super::factor::{Factor, Nodes};
use super::ids::Ids;
use super::push::Pushed;
use super::root::Numbered;
use super::sets::{Set, pieces};
use super::source::Source;
use super::too_many;
use crate::syntax::diagnostic::Diagnostic;

/// Where a set has not a node in so many, any node that gets something from it gets that pushed.
const FEW: usize = 8;

/// Where a set has not a node in so many, its weights are looked up in a table.
const SPARSE: usize = 256;

/// Where so many times fewer neighbours are looked at than a set has nodes, these are searched in
/// its list.
const SEARCHED: usize = 16;

/// Weights of nodes: in the order of their ids, or by id.
pub(super) struct Weights {
    pub(super) ids: Set,
    pub(super) len: usize,
    /// Absent where each is 1.
    pub(super) weights: Option<Vec<u64>>,
}

impl Weights {
    /// A weight for each node, to be changed.
    pub(super) fn each(&mut self, context: &Context<'_>) -> Result<&mut Vec<u64>, Diagnostic> {
        if self.weights.is_none() {
            context.guard.keep(self.len * 8)?;
        }
        Ok(self.weights.get_or_insert_with(|| vec![1; self.len]))
    }

    /// All of them together.
    pub(super) fn sum(&self) -> Result<u64, Diagnostic> {
        let Some(weights) = &self.weights else { return Ok(self.len as u64) };
        let sum = weights.iter().fold(0u64, |sum, weight| sum.saturating_add(*weight));
        if sum == u64::MAX { Err(too_many()) } else { Ok(sum) }
    }

    /// The nodes that have any, with their weights.
    pub(super) fn numbered(&self) -> Result<Numbered, Diagnostic> {
        let (mut ids, mut numbers) = Numbered::default();
        for node in self.nodes() {
            let (id, weight) = node?;
            ids.push(id);
            numbers.push(i64::try_from(weight).map_err(|_| too_many())?);
        }
        Ok((ids, numbers))
    }

    /// The nodes with their weights, as far as they have any, by their ids.
    fn nodes(&self) -> impl Iterator<Item = Result<(u32, u64), Diagnostic>> + '_ {
        let ids = self.ids.as_deref().map(Ids::list);
        let weights = self.weights.as_deref();
        let each = (0..self.len).map(move |place| (place, weights.map_or(1, |it| it[place])));
        each.filter(|(_, weight)| *weight > 0).map(move |(place, weight)| match weight {
            u64::MAX => Err(too_many()),
            weight => Ok((ids.map_or(place as u32, |ids| ids[place]), weight)),
        })
    }

    /// Multiplies each weight that is not 0 by what is found for its node.
    pub(super) fn multiply(
        &mut self,
        context: &Context<'_>,
        factor: &Factor<'_>,
    ) -> Result<(), Diagnostic> {
        let all = self.ids.clone();
        let work = factor.work(context, all.as_deref().map(Ids::pieces), self.len);
        let ids = all.as_deref().map(Ids::list);
        let (length, threads) = pieces(context, self.len, work);
        let pieces = self.each(context)?.chunks_mut(length).enumerate();
        share(context, threads, pieces, |context, (piece, weights)| {
            let first = piece * length;
            let nodes = match ids {
                Some(ids) => Nodes::These(&ids[first..first + weights.len()]),
                None => Nodes::From(first as u32),
            };
            factor.multiply(context, nodes, weights)
        })
    }

    /// These nodes, if what their neighbours get is better pushed from here over the only
    /// relationships between them than pulled by `to`, or by all nodes there are.
    pub(super) fn pushed(
        &self,
        context: &Context<'_>,
        sides: &[Side],
        to: Option<&Ids>,
    ) -> Option<(Pushed<'_>, Side)> {
        let ([side], Some(ids)) = (sides, self.ids.as_deref()) else { return None };
        let back = side.reversed();
        let pushed = Pushed { ids, weights: self.weights.as_deref() };
        let pays = match to {
            None => ids.len() * FEW < context.graph.node_bound() as usize,
            Some(to) => pushed.pays(context, (side, &back), to),
        };
        pays.then_some((pushed, back))
    }

    /// A child with weights.
    pub(super) fn times(
        &mut self,
        context: &Context<'_>,
        sides: &[Side],
        child: Weights,
    ) -> Result<(), Diagnostic> {
        let bound = context.graph.node_bound() as usize;
        let own = self.ids.as_deref();
        if let Some((pushed, back)) = child.pushed(context, sides, own) {
            let pushed = match own {
                None => pushed.to_all(context, &back, bound)?,
                Some(own) => pushed.to(context, &back, own)?,
            };
            match &mut self.weights {
                None => self.weights = Some(pushed),
                Some(weights) => {
                    for (weight, factor) in weights.iter_mut().zip(pushed) {
                        *weight = weight.saturating_mul(factor);
                    }
                }
            }
            return Ok(());
        }
        let source = child.into_source(context, (sides, own), bound)?;
        self.multiply(context, &Factor::of_child(sides, &source))
    }

    /// For who looks over these relationships at the neighbours of `to`, or of all nodes.
    pub(super) fn into_source(
        self,
        context: &Context<'_>,
        (sides, to): (&[Side], Option<&Ids>),
        bound: usize,
    ) -> Result<Source, Diagnostic> {
        let ends = self.ids.as_ref().and_then(|ids| ids.ends());
        let (first, span) = match (&self.ids, ends) {
            (None, _) => (0, self.len),
            (Some(_), None) => (0, 0),
            (Some(_), Some((first, last))) => (first, (last - first) as usize + 1),
        };
        if let Some(ids) = &self.ids {
            if let Some(to) = to.filter(|to| to.len() * SEARCHED < ids.len()) {
                let degree = |side: &Side| side.degree_of(context, to.pieces());
                let looked_at = sides.iter().map(degree).sum::<f64>() * to.len() as f64;
                if looked_at * SEARCHED as f64 <= ids.len() as f64 {
                    return Ok(Source::Listed(ids.clone(), self.weights));
                }
            }
            if ids.len() * SPARSE < span {
                context.guard.keep(ids.len() * 32)?;
                let weight = |place: usize| self.weights.as_ref().map_or(1, |it| it[place]);
                let each = ids.list().iter().enumerate().map(|(place, id)| (*id, weight(place)));
                return Ok(Source::Sparse(each.collect()));
            }
            if self.weights.iter().flatten().all(|&weight| weight == 1) {
                return Ok(Source::Members(ids.members(context, bound)?));
            }
        }
        Source::of_weights(context, self.ids.as_deref(), self.weights, first..first + span as u32)
    }
}
