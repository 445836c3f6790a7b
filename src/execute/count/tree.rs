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
use super::adjacent::{Hop, Side};
use super::factor::Factor;
use super::ids::Ids;
use super::root::{self, Numbered, Root};
use super::sets::{Given, Set, Sets};
use super::source::{self, Source};
use super::weights::Weights;
use crate::plan::count::Term;
use crate::syntax::ast::Direction;
use crate::syntax::diagnostic::Diagnostic;
use crate::vector::CHUNK_ROWS;
use hashbrown::HashMap;
use std::sync::Arc;

/// The nodes of a term and how they are connected.
pub(super) struct Tree<'t> {
    term: &'t Term,
    /// For each node (by its first end) the relationships from it to itself.
    loops: Vec<Vec<Side>>,
    /// And those to others; all of one list lead to the same node.
    connections: Vec<Vec<(usize, Vec<Side>)>>,
}

/// The weights of a node, for the one before it.
enum Below {
    Weights(Weights),
    /// Of all nodes that there are, ready to be asked for.
    Source(Source),
}

/// A child of a node: the relationships to it, and where it has its weights.
type Child<'t> = (&'t [Side], Source);

/// The weights of a root: those of each node only where they are not products of what is found
/// for it.
enum AtRoot<'t> {
    Weights(Weights),
    Product(Product<'t>),
}

/// What the weights of a node are products of: its loops, and what its children give.
struct Product<'t> {
    loops: &'t [Side],
    /// The nodes that can stand there.
    ids: Set,
    sources: Vec<Child<'t>>,
}

impl Product<'_> {
    fn root(&self) -> Root<'_> {
        let loops = self.loops.iter().map(Factor::Loops);
        let others = self.sources.iter().map(|(sides, source)| Factor::of_child(sides, source));
        let ids = self.ids.as_deref().map(Ids::pieces);
        Root { ids, factors: loops.chain(others).collect() }
    }

    /// Bytes of what is asked at random for each node.
    fn bytes(&self) -> usize {
        self.sources.iter().map(|(_, source)| source.bytes()).sum()
    }
}

/// Bytes that the nodes of several trees may ask for at random and be found together: where they
/// ask for more, what each asks for would be driven out of the caches by the relationships of the
/// others.
const TOGETHER: usize = 1 << 19;

/// For each tree the weights of all nodes at its root together, which is the node of this number.
/// What several trees ask of the same nodes is found while their relationships are at hand.
///
/// # Errors
/// A number is too large, or the statement has to stop.
pub(super) fn totals(
    context: &Context<'_>,
    sets: &Sets,
    trees: &[(Tree<'_>, usize)],
) -> Result<Vec<u64>, Diagnostic> {
    let mut totals = vec![0; trees.len()];
    let (mut products, mut bytes) = (Vec::new(), 0);
    for (place, (tree, root)) in trees.iter().enumerate() {
        if let Some(count) = tree.known(context, sets, *root) {
            totals[place] = count;
            continue;
        }
        match tree.at_root(context, sets, *root)? {
            AtRoot::Weights(weights) => totals[place] = weights.sum()?,
            AtRoot::Product(product) => {
                if bytes + product.bytes() > TOGETHER {
                    add_up(context, &mut products, &mut totals)?;
                    bytes = 0;
                }
                bytes += product.bytes();
                products.push((place, product));
            }
        }
    }
    add_up(context, &mut products, &mut totals)?;
    Ok(totals)
}

/// Finds the totals of products, which are those of the trees of these numbers.
fn add_up(
    context: &Context<'_>,
    products: &mut Vec<(usize, Product<'_>)>,
    totals: &mut [u64],
) -> Result<(), Diagnostic> {
    let roots: Vec<Root<'_>> = products.iter().map(|(_, product)| product.root()).collect();
    let found = root::totals(context, &roots)?;
    drop(roots);
    for ((place, _), total) in products.drain(..).zip(found) {
        totals[place] = total;
    }
    Ok(())
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
        match self.at_root(context, sets, root)? {
            AtRoot::Weights(weights) => Ok(vec![weights.numbered()?]),
            AtRoot::Product(product) => product.root().each(context),
        }
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

    /// Comes to the root.
    fn at_root(
        &'t self,
        context: &Context<'_>,
        sets: &Sets,
        root: usize,
    ) -> Result<AtRoot<'t>, Diagnostic> {
        let mut known = self.below(context, sets, root)?;
        let ids = self.ids(context, sets, root)?;
        let given = root == self.term.ends[0] && sets.given.is_some();
        let own = (root, root);
        if !given && let Some(sources) = self.sources(context, own, ids.as_deref(), &mut known)? {
            return Ok(AtRoot::Product(Product { loops: &self.loops[root], ids, sources }));
        }
        Ok(AtRoot::Weights(self.at(context, sets, own, &mut known)?))
    }

    /// Where each child of a node has its weights; `None`, and nothing is taken, where a child
    /// pushes them.
    fn sources(
        &self,
        context: &Context<'_>,
        (node, before): (usize, usize),
        ids: Option<&Ids>,
        known: &mut HashMap<usize, Below>,
    ) -> Result<Option<Vec<Child<'_>>>, Diagnostic> {
        let bound = context.graph.node_bound() as usize;
        let pushes = |child: &usize, sides: &[Side]| match known.get(child) {
            Some(Below::Weights(weights)) => weights.pushed(context, sides, ids).is_some(),
            Some(Below::Source(_)) | None => false,
        };
        if self.behind(node, before).any(|(child, sides)| pushes(child, sides)) {
            return Ok(None);
        }
        let sources = self.behind(node, before).map(|(child, sides)| {
            let source = match known.remove(child) {
                None => Source::Degree,
                Some(Below::Source(source)) => source,
                Some(Below::Weights(weights)) => {
                    weights.into_source(context, (sides, ids), bound)?
                }
            };
            Ok((sides, source))
        });
        sources.collect::<Result<_, Diagnostic>>().map(Some)
    }

    /// The nodes behind one, with the relationships to them.
    fn behind(&self, node: usize, before: usize) -> impl Iterator<Item = (&usize, &[Side])> {
        let all = self.connections[node].iter().map(|(child, sides)| (child, sides.as_slice()));
        all.filter(move |(child, _)| **child != before || node == before)
    }

    /// The weights of all nodes but the root, as far as these say more than there are
    /// relationships.
    fn below(
        &self,
        context: &Context<'_>,
        sets: &Sets,
        root: usize,
    ) -> Result<HashMap<usize, Below>, Diagnostic> {
        let mut order = vec![(root, root)];
        let mut next = 0;
        while let Some(&(node, before)) = order.get(next) {
            next += 1;
            let others = self.connections[node].iter().map(|(other, _)| *other);
            order.extend(others.filter(|other| *other != before).map(|other| (other, node)));
        }
        let mut known: HashMap<usize, Below> = HashMap::new();
        for &(node, before) in order[1..].iter().rev() {
            if !self.is_free(node, sets) {
                let own = match self.of_any(context, sets, (node, before), &mut known)? {
                    Some(own) => own,
                    None => Below::Weights(self.at(context, sets, (node, before), &mut known)?),
                };
                known.insert(node, own);
            }
        }
        Ok(known)
    }

    /// The weights of a node that may be any of very many: kept in a byte each from the
    /// beginning, if few are larger.
    fn of_any(
        &self,
        context: &Context<'_>,
        sets: &Sets,
        (node, before): (usize, usize),
        known: &mut HashMap<usize, Below>,
    ) -> Result<Option<Below>, Diagnostic> {
        let bound = context.graph.node_bound() as usize;
        // Two bytes for each would be too much for the caches.
        let many = source::is_wide(bound, 2) || context.options.morsel.is_some();
        if !many || !self.is_open(sets, node) {
            return Ok(None);
        }
        let Some(sources) = self.sources(context, (node, before), None, known)? else {
            return Ok(None);
        };
        let own = Product { loops: &self.loops[node], ids: None, sources };
        let own = own.root();
        if let Some(source) = own.mostly_tiny(context)? {
            return Ok(Some(Below::Source(source)));
        }
        let mut weights = Weights { ids: None, len: bound, weights: None };
        own.factors.iter().try_for_each(|factor| weights.multiply(context, factor))?;
        Ok(Some(Below::Weights(weights)))
    }

    /// The weights of a node, for the one before it, of which those behind it are known.
    fn at(
        &self,
        context: &Context<'_>,
        sets: &Sets,
        (node, before): (usize, usize),
        known: &mut HashMap<usize, Below>,
    ) -> Result<Weights, Diagnostic> {
        let mut own = self.initial(context, sets, node)?;
        self.times_loops(context, node, &mut own)?;
        for (child, sides) in self.behind(node, before) {
            let source = match known.remove(child) {
                None => Source::Degree,
                Some(Below::Source(source)) => source,
                Some(Below::Weights(weights)) => {
                    own.times(context, sides, weights)?;
                    continue;
                }
            };
            own.multiply(context, &Factor::of_child(sides, &source))?;
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
