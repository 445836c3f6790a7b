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
use super::factor::{Factor, Nodes, Source, Table};
use super::ids::Ids;
use super::push::Pushed;
use super::root::{Numbered, Root};
use super::sets::{Given, Set, Sets, pieces};
use super::too_many;
use crate::plan::count::Term;
use crate::syntax::ast::Direction;
use crate::syntax::diagnostic::Diagnostic;
use crate::vector::CHUNK_ROWS;
use hashbrown::HashMap;
use std::sync::Arc;

/// Where a set has not a node in so many, any node that gets something from it gets that pushed.
const FEW: usize = 8;

/// Where a set has not a node in so many, its weights are looked up in a table.
const SPARSE: usize = 256;

/// Where so many times fewer neighbours are looked at than a set has nodes, these are searched in
/// its list.
const SEARCHED: usize = 16;

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
    len: usize,
    /// Absent where each is 1.
    weights: Option<Vec<u64>>,
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

    /// The nodes at the root with their weights, as far as they have any, in pieces.
    pub(super) fn each(
        &self,
        context: &Context<'_>,
        sets: &Sets,
        root: usize,
    ) -> Result<Vec<Numbered>, Diagnostic> {
        let finish = |found: &Root<'_>| found.each(context);
        self.at_root(context, sets, root, finish, |weights| Ok(vec![weights.numbered()?]))
    }

    /// The weights of all nodes at the root together.
    pub(super) fn total(
        &self,
        context: &Context<'_>,
        sets: &Sets,
        root: usize,
    ) -> Result<u64, Diagnostic> {
        if let Some(count) = self.known(context, sets, root) {
            return Ok(count);
        }
        self.at_root(context, sets, root, |found| found.total(context), Weights::sum)
    }

    /// How many matches there are, where nothing is asked of the ends of a single relationship:
    /// somebody has counted these.
    fn known(&self, context: &Context<'_>, sets: &Sets, root: usize) -> Option<u64> {
        let [(child, sides)] = self.connections[root].as_slice() else { return None };
        let ([side], [_]) = (sides.as_slice(), self.connections[*child].as_slice()) else {
            return None;
        };
        let open = |node: usize| self.loops[node].is_empty() && self.is_open(sets, node);
        if side.direction == Direction::Either || !open(root) || !open(*child) {
            return None;
        }
        let counts = side.all(context).map(|(kind, ..)| context.graph.count_between_nodes(kind));
        counts.sum()
    }

    /// Comes to the root; its weights are there only where they are not products of what is
    /// found for each of its nodes.
    fn at_root<T>(
        &self,
        context: &Context<'_>,
        sets: &Sets,
        root: usize,
        finish: impl FnOnce(&Root<'_>) -> Result<T, Diagnostic>,
        finish_weights: impl FnOnce(&Weights) -> Result<T, Diagnostic>,
    ) -> Result<T, Diagnostic> {
        let bound = context.graph.node_bound() as usize;
        let mut known = self.below(context, sets, root)?;
        let ids = self.ids(context, sets, root)?;
        let pushed = |(child, sides): &(usize, Vec<Side>)| {
            let weights = known.get(child);
            weights.is_some_and(|it| it.pushed(context, sides, ids.as_deref()).is_some())
        };
        let given = root == self.term.ends[0] && sets.given.is_some();
        if given || self.connections[root].iter().any(pushed) {
            return finish_weights(&self.at(context, sets, (root, root), &mut known)?);
        }
        let mut sources = Vec::with_capacity(self.connections[root].len());
        for (child, sides) in &self.connections[root] {
            let source = match known.remove(child) {
                None => Source::Degree,
                Some(weights) => weights.into_source(context, (sides, ids.as_deref()), bound)?,
            };
            sources.push((sides, source));
        }
        let loops = self.loops[root].iter().map(Factor::Loops);
        let others = sources.iter().map(|(sides, source)| Factor::of_child(sides, source));
        let ids = ids.as_deref().map(Ids::pieces);
        finish(&Root { ids, factors: loops.chain(others).collect() })
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

    /// The nodes that can stand at all ends that are this node.
    fn ids(&self, context: &Context<'_>, sets: &Sets, node: usize) -> Result<Set, Diagnostic> {
        let ends = (0..sets.of.len()).filter(|end| self.term.ends[*end] == node);
        let sets: Vec<_> = ends.filter_map(|end| sets.of[end].as_ref()).collect();
        if let ([_, ..], Some(side)) = (sets.as_slice(), self.loops[node].first())
            && let Some(mut ids) = with_loops(context, side)?
        {
            // Few nodes are connected to themselves.
            ids.retain(|id| sets.iter().all(|set| set.list().binary_search(id).is_ok()));
            return Ok(Some(Arc::new(ids.into())));
        }
        let mut ids: Set = None;
        for set in sets {
            ids = Some(match ids {
                None => set.clone(),
                Some(known) => Arc::new(common(known.list(), set.list()).into()),
            });
        }
        Ok(ids)
    }

    /// The weights to begin with: of given nodes the number of their rows.
    fn initial(
        &self,
        context: &Context<'_>,
        sets: &Sets,
        node: usize,
    ) -> Result<Weights, Diagnostic> {
        let ids = self.ids(context, sets, node)?;
        let len = ids.as_ref().map_or(context.graph.node_bound() as usize, |ids| ids.len());
        let mut own = Weights { ids: ids.clone(), len, weights: None };
        // Nodes that were not brought along stand nowhere there.
        if let (true, Some(Given::Times(given)), Some(ids)) =
            (node == self.term.ends[0], &sets.given, &ids)
        {
            let mut given = given.iter().peekable();
            for (id, weight) in ids.list().iter().zip(own.each(context)?) {
                while given.next_if(|(other, _)| other < id).is_some() {}
                *weight = given.next_if(|(other, _)| other == id).map_or(0, |(_, rows)| *rows);
            }
        }
        Ok(own)
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
    /// A weight for each node, to be changed.
    fn each(&mut self, context: &Context<'_>) -> Result<&mut Vec<u64>, Diagnostic> {
        if self.weights.is_none() {
            context.guard.keep(self.len * 8)?;
        }
        Ok(self.weights.get_or_insert_with(|| vec![1; self.len]))
    }

    /// All of them together.
    fn sum(&self) -> Result<u64, Diagnostic> {
        let Some(weights) = &self.weights else { return Ok(self.len as u64) };
        let sum = weights.iter().fold(0u64, |sum, weight| sum.saturating_add(*weight));
        if sum == u64::MAX { Err(too_many()) } else { Ok(sum) }
    }

    /// The nodes that have any, with their weights.
    fn numbered(&self) -> Result<Numbered, Diagnostic> {
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
    fn multiply(&mut self, context: &Context<'_>, factor: &Factor<'_>) -> Result<(), Diagnostic> {
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
    fn pushed(
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
    fn times(
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
    fn into_source(
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
        let most = match &self.weights {
            Some(weights) => weights.iter().fold(0, |most, weight| most | *weight),
            None => 1,
        };
        let bytes = [1, 2, 4].into_iter().find(|bytes| most >> (8 * bytes) == 0).unwrap_or(8);
        context.guard.keep(span * bytes)?;
        Ok(match bytes {
            1 => Source::Tiny(self.into_table(first, span, |weight| weight as u8)),
            2 => Source::Short(self.into_table(first, span, |weight| weight as u16)),
            4 => Source::Narrow(self.into_table(first, span, |weight| weight as u32)),
            _ => Source::Wide(self.into_table(first, span, |weight| weight)),
        })
    }

    /// The weights by id, for so many ids from one on.
    fn into_table<T: Clone + Default>(
        self,
        first: u32,
        span: usize,
        narrow: impl Fn(u64) -> T,
    ) -> Table<T> {
        let Some(own) = self.weights else {
            return Table { first, weights: vec![narrow(1); span] };
        };
        let Some(ids) = self.ids else {
            return Table { first, weights: own.into_iter().map(narrow).collect() };
        };
        let mut weights = vec![T::default(); span];
        for (id, weight) in ids.list().iter().zip(own) {
            weights[(id - first) as usize] = narrow(weight);
        }
        Table { first, weights }
    }
}

/// The nodes with a relationship to themselves, ascending, where these are known.
fn with_loops(context: &Context<'_>, side: &Side) -> Result<Option<Vec<u32>>, Diagnostic> {
    let Some((kind, _)) = side.single() else { return Ok(None) };
    let mut ids = Vec::new();
    for chunk in 0..(context.graph.node_bound() as usize).div_ceil(CHUNK_ROWS) {
        let Some(loops) = context.graph.loops(kind, chunk, CHUNK_ROWS) else { return Ok(None) };
        context.guard.steps_taken(1 + loops.len())?;
        ids.extend(loops.iter().map(|(row, _)| (chunk * CHUNK_ROWS) as u32 + row));
    }
    Ok(Some(ids))
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
