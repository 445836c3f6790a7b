//! What the weight of a node is multiplied by: numbers of relationships, or sums of the weights
//! that its neighbours have.
//!
//! Nodes come in blocks. Where the relationships of a chunk of nodes lie row after row, a number
//! of them is a difference of two offsets, and nothing is looked up for a node.

use super::super::context::Context;
use super::adjacent::Side;
use super::mutual::{List, Marks, mutual};
use super::source::{Source, members};
use crate::store::Rows;
use crate::syntax::diagnostic::Diagnostic;
use crate::vector::CHUNK_ROWS;

/// What weights are multiplied by.
pub(super) enum Factor<'f> {
    /// How many relationships a node has.
    Degree(&'f Side),
    /// How many of them lead to itself.
    Loops(&'f Side),
    /// The weights of its neighbours.
    Sum(&'f Side, &'f Source),
    /// The same over several relationships to one neighbour.
    Connected(&'f [Side], &'f Source),
}

/// The nodes of a block.
#[derive(Clone, Copy)]
pub(super) enum Nodes<'n> {
    /// By their ids, ascending.
    These(&'n [u32]),
    /// All from one on.
    From(u32),
}

impl Nodes<'_> {
    pub(super) fn at(&self, place: usize) -> u32 {
        match self {
            Nodes::These(ids) => ids[place],
            Nodes::From(first) => first + place as u32,
        }
    }

    /// Of so many nodes in all, how many from one on lie in its chunk.
    fn in_chunk(&self, from: usize, len: usize) -> usize {
        let end = (self.at(from) as usize / CHUNK_ROWS + 1) * CHUNK_ROWS;
        match self {
            Nodes::These(ids) => ids[from..].partition_point(|&id| (id as usize) < end),
            Nodes::From(first) => (end - *first as usize - from).min(len - from),
        }
    }
}

impl<'f> Factor<'f> {
    /// What a node gets from a child over these relationships.
    pub(super) fn of_child(sides: &'f [Side], source: &'f Source) -> Self {
        match (sides, source) {
            ([side], Source::Degree) => Factor::Degree(side),
            ([side], source) => Factor::Sum(side, source),
            (sides, source) => Factor::Connected(sides, source),
        }
    }

    /// About how much there is to do for so many nodes, these or all, in relationships that are
    /// looked at.
    pub(super) fn work(&self, context: &Context<'_>, ids: Option<&[Vec<u32>]>, len: usize) -> f64 {
        let degree = |side: &Side| match ids {
            None => side.degree_in_general(context),
            Some(ids) => side.degree_of(context, ids),
        };
        let each = match self {
            Factor::Degree(_) => 0.0,
            Factor::Loops(side) if side.single().is_some() => 0.0,
            Factor::Loops(side) | Factor::Sum(side, _) => degree(side),
            Factor::Connected(sides, _) => sides.iter().map(degree).sum(),
        };
        (each + 1.0) * len as f64
    }

    /// Multiplies the weights of these nodes that are not 0.
    pub(super) fn multiply(
        &self,
        context: &Context<'_>,
        nodes: Nodes<'_>,
        weights: &mut [u64],
    ) -> Result<(), Diagnostic> {
        let mut done = 0;
        let mut marks = matches!(self, Factor::Connected([_, _], _)).then(Marks::new);
        while done < weights.len() {
            let count = nodes.in_chunk(done, weights.len());
            let row = nodes.at(done) as usize;
            let these = match nodes {
                Nodes::These(ids) => Nodes::These(&ids[done..done + count]),
                Nodes::From(_) => Nodes::From(row as u32),
            };
            context.guard.steps_taken(count)?;
            let weights = &mut weights[done..done + count];
            if !self.multiply_rows(context, row / CHUNK_ROWS, these, weights, marks.as_mut())? {
                for (place, weight) in weights.iter_mut().enumerate().filter(|(_, it)| **it > 0) {
                    *weight =
                        weight.saturating_mul(self.of(context, these.at(place), marks.as_mut())?);
                }
            }
            done += count;
        }
        Ok(())
    }

    /// Does it for nodes of one chunk, if their relationships lie row after row.
    fn multiply_rows(
        &self,
        context: &Context<'_>,
        chunk: usize,
        nodes: Nodes<'_>,
        weights: &mut [u64],
        marks: Option<&mut Marks>,
    ) -> Result<bool, Diagnostic> {
        let row = |place| nodes.at(place) as usize % CHUNK_ROWS;
        if let (Factor::Connected([one, other], source), Some(marks)) = (self, marks) {
            let count = weights.len();
            let rows = |side: &Side| {
                let (kind, direction) = side.single()?;
                context.graph.rows(kind, direction, chunk, count)
            };
            let (Some(one), Some(other)) = (rows(one), rows(other)) else { return Ok(false) };
            for (place, weight) in weights.iter_mut().enumerate().filter(|(_, it)| **it > 0) {
                let (one, other) = (List::of(&one, row(place)), List::of(&other, row(place)));
                context.guard.steps_taken(one.ids.len() + other.ids.len())?;
                *weight = weight.saturating_mul(mutual(one, other, source, marks));
            }
            return Ok(true);
        }
        let (Factor::Degree(side) | Factor::Loops(side) | Factor::Sum(side, _)) = self else {
            return Ok(false);
        };
        let graph = &context.graph;
        let (kind, direction) = match (side.single(), self) {
            (Some(single), _) => single,
            (None, Factor::Sum(_, source)) => {
                return times_all(context, (side, source), chunk, nodes, weights);
            }
            (None, Factor::Degree(_)) => {
                return times_all(context, (side, &Source::Degree), chunk, nodes, weights);
            }
            (None, _) => return Ok(false),
        };
        if let Factor::Loops(_) = self {
            let Some(loops) = graph.loops(kind, chunk, weights.len()) else { return Ok(false) };
            let mut loops = loops.iter().peekable();
            for (place, weight) in weights.iter_mut().enumerate() {
                let row = row(place) as u32;
                while loops.next_if(|(other, _)| *other < row).is_some() {}
                let own = loops.peek().filter(|(other, _)| *other == row);
                *weight = weight.saturating_mul(own.map_or(0, |(_, count)| u64::from(*count)));
            }
            return Ok(true);
        }
        let Some(rows) = graph.rows(kind, direction, chunk, weights.len()) else {
            return Ok(false);
        };
        context.guard.steps_taken(rows.len())?;
        match self {
            _ if rows.is_empty() => weights.fill(0),
            // For each kind of source a loop of its own.
            Factor::Sum(_, Source::Members(bits)) => {
                times_sums(rows, nodes, weights, |ids| members(bits, ids));
            }
            Factor::Sum(_, Source::Tiny(table)) => {
                times_sums(rows, nodes, weights, |ids| table.sum(ids));
            }
            Factor::Sum(_, Source::Mostly(table)) => {
                times_sums(rows, nodes, weights, |ids| table.sum(ids));
            }
            Factor::Sum(_, Source::Short(table)) => {
                times_sums(rows, nodes, weights, |ids| table.sum(ids));
            }
            Factor::Sum(_, Source::Narrow(table)) => {
                times_sums(rows, nodes, weights, |ids| table.sum(ids));
            }
            Factor::Sum(_, source) => times_sums(rows, nodes, weights, |ids| source.sum(ids)),
            _ => times_degrees(rows, nodes, weights),
        }
        Ok(true)
    }

    /// What is found for one node.
    pub(super) fn of(
        &self,
        context: &Context<'_>,
        id: u32,
        marks: Option<&mut Marks>,
    ) -> Result<u64, Diagnostic> {
        match self {
            Factor::Degree(side) => side.degree(context, id),
            Factor::Loops(side) => side.loops(context, id),
            Factor::Sum(side, source) => {
                let mut sum = 0u64;
                side.each(context, id, |ids| sum = sum.saturating_add(source.sum(ids)))?;
                Ok(sum)
            }
            Factor::Connected(sides, source) => connected(context, sides, id, source, marks),
        }
    }
}

/// Multiplies the weights of nodes of one chunk by what they get over relationships of several
/// types, or both ways, if these lie row after row.
fn times_all(
    context: &Context<'_>,
    (side, source): (&Side, &Source),
    chunk: usize,
    nodes: Nodes<'_>,
    weights: &mut [u64],
) -> Result<bool, Diagnostic> {
    let mut sums = vec![0u64; weights.len()];
    for (kind, towards, again) in side.all(context) {
        let Some(rows) = context.graph.rows(kind, towards, chunk, weights.len()) else {
            return Ok(false);
        };
        if rows.is_empty() {
            continue;
        }
        let loops =
            if again { context.graph.loops(kind, chunk, weights.len()) } else { Some(&[][..]) };
        let Some(loops) = loops else { return Ok(false) };
        context.guard.steps_taken(rows.len())?;
        let wanted = sums.iter_mut().zip(&*weights).enumerate();
        for (place, (sum, _)) in wanted.filter(|(_, (_, weight))| **weight > 0) {
            let node = nodes.at(place);
            let row = node as usize % CHUNK_ROWS;
            let ids = rows.of(row);
            let looped = loops.binary_search_by_key(&(row as u32), |(row, _)| *row).is_ok();
            let found = if looped {
                let others = ids.iter().filter(|id| **id != node);
                others.fold(0, |sum: u64, id| sum.saturating_add(source.of(*id)))
            } else {
                source.sum(ids)
            };
            *sum = sum.saturating_add(found);
        }
    }
    for (weight, sum) in weights.iter_mut().zip(sums) {
        *weight = weight.saturating_mul(sum);
    }
    Ok(true)
}

fn times_sums(rows: Rows<'_>, nodes: Nodes<'_>, weights: &mut [u64], sum: impl Fn(&[u32]) -> u64) {
    for (place, weight) in weights.iter_mut().enumerate().filter(|(_, weight)| **weight > 0) {
        let neighbours = rows.of(nodes.at(place) as usize % CHUNK_ROWS);
        *weight = if neighbours.is_empty() { 0 } else { weight.saturating_mul(sum(neighbours)) };
    }
}

fn times_degrees(rows: Rows<'_>, nodes: Nodes<'_>, weights: &mut [u64]) {
    match nodes {
        Nodes::From(first) => {
            let first = first as usize % CHUNK_ROWS;
            let mut degrees = rows.part(first..first + weights.len()).degrees();
            for weight in weights {
                *weight = weight.saturating_mul(degrees.next().map_or(0, u64::from));
            }
        }
        Nodes::These(ids) => {
            for (weight, &id) in weights.iter_mut().zip(ids) {
                *weight = weight.saturating_mul(rows.degree(id as usize % CHUNK_ROWS).into());
            }
        }
    }
}

/// What a node gets over several relationships to the same neighbour.
fn connected(
    context: &Context<'_>,
    sides: &[Side],
    node: u32,
    source: &Source,
    marks: Option<&mut Marks>,
) -> Result<u64, Diagnostic> {
    let Some((first, rest)) = sides.split_first() else { return Ok(1) };
    let first = first.sorted(context, node)?;
    if let ([other], Some(marks)) = (rest, marks) {
        let other = other.sorted(context, node)?;
        return Ok(mutual((&*first).into(), (&*other).into(), source, marks));
    }
    let mut found = runs(&first);
    for side in rest {
        let mut others = runs(&side.sorted(context, node)?).into_iter().peekable();
        found.retain_mut(|(id, number)| {
            while others.next_if(|(next, _)| next < id).is_some() {}
            let same = others.next_if(|(next, _)| next == id).map_or(0, |(_, number)| number);
            *number = number.saturating_mul(same);
            *number > 0
        });
    }
    Ok(found
        .into_iter()
        .fold(0, |sum: u64, (id, number)| sum.saturating_add(number.saturating_mul(source.of(id)))))
}

/// Ids with how often each follows itself.
fn runs(ids: &[u32]) -> Vec<(u32, u64)> {
    ids.chunk_by(|one, other| one == other).map(|same| (same[0], same.len() as u64)).collect()
}
