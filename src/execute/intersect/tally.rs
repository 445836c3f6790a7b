//! Counting the matches of two legs without looking for the relationships of each.
//!
//! ```text
//! rows  a b      a: c1 c3 c4 c7     marked, as long as rows have the same a
//!       a d      b: c2 c3 c7        2 of its neighbours are marked
//! ```
//!
//! Legs from different ends are never over the same relationship. What a leg must differ from
//! besides is a relationship of which the row has both ends: where it is one of the leg's own, it
//! leads to one of them, which is not counted with it.

use super::super::adjacent::{directions, element_id};
use super::super::context::Context;
use super::super::mapper::Mapper;
use super::Leg;
use super::lists::{GALLOP, List, skip};
use crate::bind::expression::VariableId;
use crate::plan::intersect as logical;
use crate::plan::operator::{Operator, OperatorKind};
use crate::store::{self, Graph, Rows, TypeId};
use crate::syntax::ast::{Direction, EndKind};
use crate::syntax::diagnostic::Diagnostic;
use crate::value::NodeId;
use crate::vector::{DataChunk, Vector};
use std::borrow::Cow;

/// Relationships from which a leg differs, at most.
const MOST_EXCLUDED: usize = 2;

/// Counts matches row by row.
pub(super) struct Tally {
    /// For each leg the relationships from which it differs, by the legs at whose ends they
    /// start and end.
    excluded: [Vec<(usize, usize)>; 2],
    /// A bit for each neighbour of the end that stays the same.
    words: Vec<u64>,
    /// The leg and its end that lead to some node over several relationships: its matches are
    /// not counted here.
    refused: Option<(usize, u32)>,
}

/// The rows of chunks of nodes that were asked for, for each leg.
#[derive(Default)]
pub(super) struct Near<'g>([Vec<Option<Rows<'g>>>; 2]);

/// Rows with matches, and how many each has.
pub(super) struct Numbers<'n> {
    pub(super) rows: &'n mut Vec<u32>,
    pub(super) numbers: &'n mut Vec<u64>,
}

impl Tally {
    /// What counts the matches of an intersection behind these operators; `None` where it takes a
    /// look at the relationships.
    pub(super) fn of(
        mapper: &Mapper<'_, '_>,
        intersect: &logical::Intersect,
        legs: &[Leg],
        before: &[Operator],
    ) -> Option<Self> {
        let [one, other] = legs else { return None };
        let ends = [intersect.to.kind, one.from.kind, other.from.kind];
        if ends != [EndKind::Node; 3] {
            return None;
        }
        let excluded = |place: usize| {
            let leg: &logical::IntersectLeg = &intersect.legs[place];
            let others = leg.distinct_from.iter();
            let others =
                others.filter(|id| intersect.legs.iter().all(|leg| leg.relationship != **id));
            let located = others.map(|id| located(mapper, (intersect, legs, place), before, *id));
            located.collect::<Option<Vec<_>>>()
        };
        let excluded = [excluded(0)?, excluded(1)?];
        if excluded.iter().any(|of| of.len() > MOST_EXCLUDED) {
            return None;
        }
        Some(Tally { excluded, words: Vec::new(), refused: None })
    }

    /// Counts the matches of the living rows from a place on, as long as one of the ends stays
    /// the same, and gives how many rows it has counted; none where it cannot.
    pub(super) fn count<'g>(
        &mut self,
        context: &'g Context<'_>,
        (legs, near): (&[Leg], &mut Near<'g>),
        (chunk, first): (&DataChunk, usize),
        found: Numbers<'_>,
    ) -> Result<usize, Diagnostic> {
        let ends = |place: usize| {
            let row = chunk.row(place);
            let end = |leg: &Leg| match chunk.columns.get(leg.slot)? {
                Vector::Node { values, validity: None } => values.get(row).copied(),
                column => element_id(column, EndKind::Node, row),
            };
            [end(&legs[0]), end(&legs[1])]
        };
        if first + 1 >= chunk.rows() {
            return Ok(0);
        }
        let (these, next) = (ends(first), ends(first + 1));
        let stays = (0..2).find(|&leg| these[leg].is_some() && these[leg] == next[leg]);
        let Some((stays, own)) = stays.and_then(|leg| Some((leg, these[leg]?))) else {
            return Ok(0);
        };
        if these[1 - stays] == Some(own) || self.refused == Some((stays, own)) {
            return Ok(0);
        }
        let list = List::gather(context, &legs[stays], EndKind::Node, own)?;
        if list.ids.windows(2).any(|pair| pair[0] == pair[1]) {
            self.refused = Some((stays, own));
            return Ok(0);
        }
        self.mark(context, &list.ids)?;
        let mut place = first;
        while place < chunk.rows() {
            let these = ends(place);
            if these[stays] != Some(own) || these[1 - stays] == Some(own) {
                break;
            }
            if let Some(other) = these[1 - stays] {
                let ids = near.neighbours(context, legs, 1 - stays, other)?;
                context.guard.steps_taken(ids.len() + 1)?;
                let number = self.number(legs, stays, [own, other], &list.ids, &ids);
                if number > 0 {
                    found.rows.push(chunk.row(place) as u32);
                    found.numbers.push(number);
                }
            }
            place += 1;
        }
        list.ids.iter().for_each(|id| self.words[*id as usize / 64] = 0);
        Ok(place - first)
    }

    /// How many matches a row has: `own` is the end whose neighbours are marked, of the leg
    /// `stays`.
    fn number(
        &mut self,
        legs: &[Leg],
        stays: usize,
        [own, other]: [u32; 2],
        marked: &[u32],
        ids: &[u32],
    ) -> u64 {
        let mut ends = [own; 2];
        ends[1 - stays] = other;
        let leads = |leg: usize, (start, end): &(usize, usize)| {
            let (start, end) = (ends[*start], ends[*end]);
            let direction = legs[leg].direction;
            if direction != Direction::Incoming && start == ends[leg] {
                return Some(end);
            }
            (direction != Direction::Outgoing && end == ends[leg]).then_some(start)
        };
        // The leg may not be over it, and it has no other relationship that leads there.
        let Tally { words, excluded, .. } = self;
        let mut all = excluded[stays].iter().filter_map(|of| leads(stays, of));
        let hide: [Option<u32>; MOST_EXCLUDED] = [all.next(), all.next()];
        for id in hide.iter().flatten() {
            words[*id as usize / 64] &= !(1 << (id % 64));
        }
        let mut number = if marked.len().saturating_mul(GALLOP) < ids.len() {
            found_in(words, marked, ids)
        } else {
            ids.iter().map(|&id| bit(words, id)).sum()
        };
        for id in excluded[1 - stays].iter().filter_map(|of| leads(1 - stays, of)) {
            number -= bit(words, id);
        }
        for id in hide.iter().flatten() {
            words[*id as usize / 64] |= 1 << (id % 64);
        }
        number
    }

    fn mark(&mut self, context: &Context<'_>, ids: &[u32]) -> Result<(), Diagnostic> {
        let words = (context.graph.node_bound() as usize).div_ceil(64);
        if self.words.len() < words {
            context.guard.keep((words - self.words.len()) * 8)?;
            self.words.resize(words, 0);
        }
        ids.iter().for_each(|id| self.words[*id as usize / 64] |= 1 << (id % 64));
        Ok(())
    }

    /// Forgets what it knows: the graph may be another one.
    pub(super) fn reset(&mut self) {
        self.words.clear();
        self.refused = None;
    }
}

/// The legs at whose ends a relationship starts and ends from which a leg differs, if that is sure
/// and all such relationships are among those that the leg may be over.
fn located(
    mapper: &Mapper<'_, '_>,
    (intersect, legs, place): (&logical::Intersect, &[Leg], usize),
    before: &[Operator],
    variable: VariableId,
) -> Option<(usize, usize)> {
    let (from, to, direction, types) =
        before.iter().rev().find_map(|operator| match &operator.kind {
            OperatorKind::Expand { from, relationship, to, direction, types, .. }
                if *relationship == variable =>
            {
                Some((from.variable, to.variable, *direction, types.as_ref()))
            }
            _ => None,
        })?;
    let end = |variable| intersect.legs.iter().position(|leg| leg.from.variable == variable);
    let own = match (&legs[place].types, mapper.types(types)) {
        (None, _) => true,
        (Some(own), Some(types)) => types.iter().all(|kind| own.contains(kind)),
        (Some(_), None) => false,
    };
    match direction {
        Direction::Outgoing if own => Some((end(from)?, end(to)?)),
        Direction::Incoming if own => Some((end(to)?, end(from)?)),
        _ => None,
    }
}

impl<'g> Near<'g> {
    /// The neighbours of the end of a leg, ascending, each as often as there are relationships.
    fn neighbours(
        &mut self,
        context: &'g Context<'_>,
        legs: &[Leg],
        leg: usize,
        of: u32,
    ) -> Result<Cow<'g, [u32]>, Diagnostic> {
        if let (Some(&[kind]), &[towards]) =
            (legs[leg].types.as_deref(), directions(legs[leg].direction))
            && let Some(ids) = self.row(&context.graph, leg, (kind, towards), of)
        {
            return Ok(Cow::Borrowed(ids));
        }
        Ok(List::gather(context, &legs[leg], EndKind::Node, of)?.ids)
    }

    fn row(
        &mut self,
        graph: &'g Graph,
        leg: usize,
        (kind, towards): (TypeId, store::Direction),
        of: u32,
    ) -> Option<&'g [u32]> {
        let (chunk, row) = Rows::place(NodeId(of));
        let known = &mut self.0[leg];
        if known.len() <= chunk {
            known.resize_with(chunk + 1, || None);
        }
        let rows = match known[chunk] {
            Some(rows) => rows,
            None => *known[chunk].insert(graph.rows(kind, towards, chunk, 1)?),
        };
        Some(rows.of(row))
    }
}

/// 1 where an id is marked, 0 otherwise.
#[inline]
fn bit(words: &[u64], id: u32) -> u64 {
    words.get(id as usize / 64).map_or(0, |word| word >> (id % 64) & 1)
}

/// How often ids that are marked occur in a list that is much longer than that of all of them.
fn found_in(words: &[u64], marked: &[u32], ids: &[u32]) -> u64 {
    let (mut from, mut number) = (0, 0);
    for &id in marked.iter().filter(|id| bit(words, **id) == 1) {
        from = skip(ids, from, |other| other < id);
        let end = skip(ids, from, |other| other <= id);
        number += (end - from) as u64;
        from = end;
    }
    number
}
