//! How many matches lie behind each node, from the leaves of a term to its root.
//!
//! ```text
//! weight of b = (loops at b) · Σ weights of the a before it · Σ weights of the c behind it
//! ```
//!
//! A leaf of which nothing is asked is not looked at: its weights add up to the number of
//! relationships. What a node gets from a child is pulled from its neighbours, or pushed from the
//! child's nodes where these are few.

use super::super::context::Context;
use super::super::parallel::share;
use super::adjacent::{Hop, Side};
use super::factor::{Factor, Nodes, Source};
use super::sets::{Set, Sets, pieces};
use super::too_many;
use super::total::total;
use crate::plan::count::Term;
use crate::syntax::diagnostic::Diagnostic;
use hashbrown::HashMap;
use std::rc::Rc;

/// Where a set has a node in so many, its weights are kept for all of them.
const DENSE: usize = 8;

/// Where a set has not a node in so many, its weights are looked up in a table.
const SPARSE: usize = 256;

/// The nodes of a term and how they are connected.
pub(super) struct Tree<'t> {
    term: &'t Term,
    /// For each node (by its first end) the relationships from it to itself.
    loops: Vec<Vec<Side>>,
    /// And those to others; all of one list lead to the same node.
    connections: Vec<Vec<(usize, Vec<Side>)>>,
}

/// Weights of nodes: in the order of their ids, or by id.
pub(super) struct Weights {
    ids: Set,
    weights: Vec<u64>,
}

/// The ends in the order in which they are come to from one of them: each with the end before
/// it and the hop between.
pub(super) fn away_from(root: usize, hops: &[Hop]) -> Vec<(usize, usize, usize)> {
    let mut steps: Vec<(usize, usize, usize)> = Vec::with_capacity(hops.len());
    let mut reached = vec![root];
    let mut next = 0;
    while let Some(&end) = reached.get(next) {
        next += 1;
        for (index, hop) in hops.iter().enumerate() {
            let other = match (hop.from == end, index + 1 == end) {
                (true, _) => index + 1,
                (false, true) => hop.from,
                (false, false) => continue,
            };
            if !reached.contains(&other) {
                reached.push(other);
                steps.push((other, end, index));
            }
        }
    }
    steps
}

impl<'t> Tree<'t> {
    /// Of a term of a pattern of these hops.
    pub(super) fn of(hops: &[Hop], term: &'t Term) -> Self {
        let ends = hops.len() + 1;
        let mut tree =
            Tree { term, loops: vec![Vec::new(); ends], connections: vec![Vec::new(); ends] };
        for group in &term.groups {
            let Some((&first, rest)) = group.split_first() else { continue };
            let side = rest.iter().fold(hops[first].side(true), |side, &other| {
                side.of_types(hops[other].types.as_ref())
            });
            let (from, to) = (term.ends[hops[first].from], term.ends[first + 1]);
            if from == to {
                tree.loops[from].push(side);
                continue;
            }
            tree.connect(to, from, side.reversed());
            tree.connect(from, to, side);
        }
        tree
    }

    fn connect(&mut self, from: usize, to: usize, side: Side) {
        match self.connections[from].iter_mut().find(|(other, _)| *other == to) {
            Some((_, sides)) => sides.push(side),
            None => self.connections[from].push((to, vec![side])),
        }
    }

    /// The weights of the nodes at the root.
    pub(super) fn weights(
        &self,
        context: &Context<'_>,
        sets: &Sets,
        root: usize,
    ) -> Result<Weights, Diagnostic> {
        let mut known = self.below(context, sets, root)?;
        self.at(context, sets, (root, root), &mut known)
    }

    /// The weights of all nodes at the root together.
    pub(super) fn total(
        &self,
        context: &Context<'_>,
        sets: &Sets,
        root: usize,
    ) -> Result<u64, Diagnostic> {
        let bound = context.graph.node_bound() as usize;
        let mut known = self.below(context, sets, root)?;
        let pushed = |(child, sides): &(usize, Vec<Side>)| {
            known.get(child).is_some_and(|weights| weights.are_pushed(sides, bound))
        };
        if !self.is_open(sets, root) || self.connections[root].iter().any(pushed) {
            return self.at(context, sets, (root, root), &mut known)?.sum();
        }
        let mut sources = Vec::with_capacity(self.connections[root].len());
        for (child, sides) in &self.connections[root] {
            let source = match known.remove(child) {
                None => Source::Degree,
                Some(weights) => weights.into_source(context, bound)?,
            };
            sources.push((sides, source));
        }
        let loops = self.loops[root].iter().map(Factor::Loops);
        let others = sources.iter().map(|(sides, source)| Factor::of_child(sides, source));
        total(context, &loops.chain(others).collect::<Vec<_>>())
    }

    /// The weights of all nodes but the root, as far as these say more than there are
    /// relationships.
    fn below(
        &self,
        context: &Context<'_>,
        sets: &Sets,
        root: usize,
    ) -> Result<HashMap<usize, Weights>, Diagnostic> {
        let mut order = vec![(root, root)];
        let mut next = 0;
        while let Some(&(node, before)) = order.get(next) {
            next += 1;
            let others = self.connections[node].iter().map(|(other, _)| *other);
            order.extend(others.filter(|other| *other != before).map(|other| (other, node)));
        }
        let mut known: HashMap<usize, Weights> = HashMap::new();
        for &(node, before) in order[1..].iter().rev() {
            if !self.is_free(node, sets) {
                let own = self.at(context, sets, (node, before), &mut known)?;
                known.insert(node, own);
            }
        }
        Ok(known)
    }

    /// The weights of a node, for the one before it, of which those behind it are known.
    fn at(
        &self,
        context: &Context<'_>,
        sets: &Sets,
        (node, before): (usize, usize),
        known: &mut HashMap<usize, Weights>,
    ) -> Result<Weights, Diagnostic> {
        let mut own = self.initial(context, sets, node)?;
        self.times_loops(context, node, &mut own)?;
        for (child, sides) in &self.connections[node] {
            if *child == before && node != before {
                continue;
            }
            match known.remove(child) {
                None => own.multiply(context, &Factor::of_child(sides, &Source::Degree))?,
                Some(weights) => own.times(context, sides, weights)?,
            }
        }
        Ok(own)
    }

    /// Whether any node can stand here, and none was given.
    fn is_open(&self, sets: &Sets, node: usize) -> bool {
        let mut ends = (0..sets.of.len()).filter(|end| self.term.ends[*end] == node);
        !(node == self.term.ends[0] && sets.given.is_some())
            && ends.all(|end| sets.of[end].is_none())
    }

    /// Whether a node is a leaf of which nothing is asked, with one relationship to it.
    fn is_free(&self, node: usize, sets: &Sets) -> bool {
        let single = matches!(self.connections[node].as_slice(), [(_, sides)] if sides.len() == 1);
        single && self.loops[node].is_empty() && self.is_open(sets, node)
    }

    /// The nodes that can stand at all ends that are this node; of given ones the number of rows.
    fn initial(
        &self,
        context: &Context<'_>,
        sets: &Sets,
        node: usize,
    ) -> Result<Weights, Diagnostic> {
        let ends = (0..sets.of.len()).filter(|end| self.term.ends[*end] == node);
        let mut ids: Set = None;
        for set in ends.filter_map(|end| sets.of[end].as_ref()) {
            ids = Some(match ids {
                None => set.clone(),
                Some(known) => Rc::new(common(&known, set)),
            });
        }
        let len = ids.as_ref().map_or(context.graph.node_bound() as usize, |ids| ids.len());
        context.guard.keep(len * 8)?;
        let mut weights = vec![1; len];
        if let (true, Some(given), Some(ids)) = (node == self.term.ends[0], &sets.given, &ids) {
            let mut given = given.iter().peekable();
            for (id, weight) in ids.iter().zip(&mut weights) {
                while given.next_if(|(other, _)| other < id).is_some() {}
                *weight = given.next_if(|(other, _)| other == id).map_or(0, |(_, rows)| *rows);
            }
        }
        Ok(Weights { ids, weights })
    }

    fn times_loops(
        &self,
        context: &Context<'_>,
        node: usize,
        own: &mut Weights,
    ) -> Result<(), Diagnostic> {
        self.loops[node].iter().try_for_each(|side| own.multiply(context, &Factor::Loops(side)))
    }
}

impl Weights {
    /// All of them together.
    pub(super) fn sum(&self) -> Result<u64, Diagnostic> {
        let sum = self.weights.iter().fold(0u64, |sum, weight| sum.saturating_add(*weight));
        if sum == u64::MAX { Err(too_many()) } else { Ok(sum) }
    }

    /// How many nodes have any.
    pub(super) fn count(&self) -> usize {
        self.weights.iter().filter(|weight| **weight > 0).count()
    }

    /// The nodes with their weights, as far as they have any, by their ids.
    pub(super) fn nodes(&self) -> impl Iterator<Item = Result<(u32, u64), Diagnostic>> + '_ {
        let ids = self.ids.as_deref().map(Vec::as_slice);
        let weights = self.weights.iter().enumerate().filter(|(_, weight)| **weight > 0);
        weights.map(move |(place, weight)| match weight {
            &u64::MAX => Err(too_many()),
            weight => Ok((ids.map_or(place as u32, |ids| ids[place]), *weight)),
        })
    }

    /// Multiplies each weight that is not 0 by what is found for its node.
    fn multiply(&mut self, context: &Context<'_>, factor: &Factor<'_>) -> Result<(), Diagnostic> {
        let ids = self.ids.as_deref().map(Vec::as_slice);
        let work = factor.work(context, ids, self.weights.len());
        let (length, threads) = pieces(context, self.weights.len(), work);
        let pieces = self.weights.chunks_mut(length).enumerate();
        share(context, threads, pieces, |context, (piece, weights)| {
            let first = piece * length;
            let nodes = match ids {
                Some(ids) => Nodes::These(&ids[first..first + weights.len()]),
                None => Nodes::From(first as u32),
            };
            factor.multiply(context, nodes, weights)
        })
    }

    /// Whether what neighbours get from these nodes is found sooner from here, where those can
    /// be any of so many.
    fn are_pushed(&self, sides: &[Side], bound: usize) -> bool {
        let few = self.ids.as_ref().is_some_and(|ids| ids.len() * DENSE < bound);
        sides.len() == 1 && few
    }

    /// A child with weights.
    fn times(
        &mut self,
        context: &Context<'_>,
        sides: &[Side],
        child: Weights,
    ) -> Result<(), Diagnostic> {
        let bound = context.graph.node_bound() as usize;
        if let ([side], Some(ids)) = (sides, &child.ids)
            && child.are_pushed(sides, bound)
        {
            let back = side.reversed();
            // The side with fewer nodes is gone through: it has fewer relationships in general.
            let pushed = match self.ids.clone() {
                None => Some(child.pushed(context, &back, bound)?),
                Some(own) if ids.len() < own.len() => Some(child.pushed_to(context, &back, &own)?),
                Some(_) => None,
            };
            if let Some(pushed) = pushed {
                for (weight, factor) in self.weights.iter_mut().zip(pushed) {
                    *weight = weight.saturating_mul(factor);
                }
                return Ok(());
            }
        }
        let source = child.into_source(context, bound)?;
        self.multiply(context, &Factor::of_child(sides, &source))
    }

    /// What all nodes get from these over their relationships.
    fn pushed(
        &self,
        context: &Context<'_>,
        side: &Side,
        bound: usize,
    ) -> Result<Vec<u64>, Diagnostic> {
        context.guard.keep(bound * 8)?;
        let mut pushed = vec![0u64; bound];
        for node in self.nodes() {
            let (id, weight) = node?;
            side.each(context, id, |ids| {
                for &id in ids {
                    if let Some(sum) = pushed.get_mut(id as usize) {
                        *sum = sum.saturating_add(weight);
                    }
                }
            })?;
        }
        Ok(pushed)
    }

    /// What these nodes, and no others, get from them.
    fn pushed_to(
        &self,
        context: &Context<'_>,
        side: &Side,
        nodes: &[u32],
    ) -> Result<Vec<u64>, Diagnostic> {
        context.guard.keep(nodes.len() * 40)?;
        let places: HashMap<u32, usize, foldhash::fast::FixedState> =
            nodes.iter().enumerate().map(|(place, id)| (*id, place)).collect();
        let mut pushed = vec![0u64; nodes.len()];
        for node in self.nodes() {
            let (id, weight) = node?;
            side.each(context, id, |ids| {
                for place in ids.iter().filter_map(|id| places.get(id)) {
                    pushed[*place] = pushed[*place].saturating_add(weight);
                }
            })?;
        }
        Ok(pushed)
    }

    fn into_source(self, context: &Context<'_>, bound: usize) -> Result<Source, Diagnostic> {
        let narrow = |weight: &u64| u32::try_from(*weight).is_ok();
        let Some(ids) = self.ids else {
            if self.weights.iter().all(narrow) {
                context.guard.keep(bound * 4)?;
                return Ok(Source::Narrow(self.weights.iter().map(|it| *it as u32).collect()));
            }
            return Ok(Source::Dense(self.weights));
        };
        if ids.len() * SPARSE < bound {
            context.guard.keep(ids.len() * 32)?;
            return Ok(Source::Sparse(ids.iter().copied().zip(self.weights).collect()));
        }
        if self.weights.iter().all(|&weight| weight == 1) {
            context.guard.keep(bound / 8)?;
            let mut members = vec![0u64; bound.div_ceil(64)];
            ids.iter().for_each(|&id| members[id as usize / 64] |= 1 << (id % 64));
            return Ok(Source::Members(members));
        }
        if self.weights.iter().all(narrow) {
            context.guard.keep(bound * 4)?;
            let small = self.weights.iter().map(|weight| *weight as u32);
            return Ok(Source::Narrow(spread(&ids, small, bound)));
        }
        context.guard.keep(bound * 8)?;
        Ok(Source::Dense(spread(&ids, self.weights.iter().copied(), bound)))
    }
}

/// Weights by id, of which so many there are at most.
fn spread<T: Clone + Default>(
    ids: &[u32],
    weights: impl Iterator<Item = T>,
    bound: usize,
) -> Vec<T> {
    let mut spread = vec![T::default(); bound];
    for (id, weight) in ids.iter().zip(weights) {
        spread[*id as usize] = weight;
    }
    spread
}

/// What ascending lists without duplicates have in common.
fn common(one: &[u32], other: &[u32]) -> Vec<u32> {
    let mut other = other.iter().peekable();
    one.iter()
        .copied()
        .filter(|id| {
            while other.next_if(|next| *next < id).is_some() {}
            other.peek() == Some(&id)
        })
        .collect()
}
