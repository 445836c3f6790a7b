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
use super::marked::Marked;
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
    /// For each leg where the relationships from which it differs lead to from its end: to the
    /// ends of these legs.
    excluded: [Vec<usize>; 2],
    /// The neighbours of the end that stays the same.
    marked: Marked,
    /// The leg and its end that lead to some node over several relationships: its matches are
    /// not counted here.
    refused: Option<(usize, u32)>,
}

/// Rows whose lists are found before they are gone through.
const AT_ONCE: usize = 32;

/// What was read of the adjacency.
#[derive(Default)]
pub(super) struct Near<'g> {
    /// The rows of chunks of nodes that were asked for, for each leg.
    rows: [Vec<Option<Rows<'g>>>; 2],
    /// Rows under way, the end of each that does not stay the same, and the neighbours of that,
    /// ascending, each as often as there are relationships.
    lists: Vec<(u32, u32, Cow<'g, [u32]>)>,
}

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
            let located: Vec<(usize, usize)> = located.collect::<Option<_>>()?;
            let lead = located.iter().filter_map(|of| leads_to(legs[place].direction, place, *of));
            Some(lead.collect::<Vec<_>>())
        };
        let excluded = [excluded(0)?, excluded(1)?];
        if excluded.iter().any(|of| of.len() > MOST_EXCLUDED) {
            return None;
        }
        Some(Tally { excluded, marked: Marked::default(), refused: None })
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
        let &[Some(one), Some(other)] = &[0, 1].map(|leg| chunk.columns.get(legs[leg].slot)) else {
            return Ok(0);
        };
        let end = |column: &Vector, row: usize| match column {
            Vector::Node { values, validity: None } => values.get(row).copied(),
            column => element_id(column, EndKind::Node, row),
        };
        let ends = |place: usize| {
            let row = chunk.row(place);
            [end(one, row), end(other, row)]
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
        // The leg may not be over these, and it has no other relationship that leads there.
        let hidden = |end| self.excluded[stays].contains(&end);
        let (hide_own, hide_other) = (hidden(stays), hidden(1 - stays));
        if hide_own {
            self.marked.unset(own);
        }
        let only = only(&legs[1 - stays]);
        let mut place = first;
        let mut goes_on = true;
        while goes_on {
            // Where the lists of some rows begin is read at once: the waits for it overlap.
            near.lists.clear();
            while near.lists.len() < AT_ONCE && goes_on {
                let these = if place < chunk.rows() { ends(place) } else { [None; 2] };
                goes_on = these[stays] == Some(own) && these[1 - stays] != Some(own);
                if !goes_on {
                    break;
                }
                if let Some(other) = these[1 - stays] {
                    let row =
                        only.and_then(|only| near.row(&context.graph, 1 - stays, only, other));
                    let ids = match row {
                        Some(ids) => Cow::Borrowed(ids),
                        None => List::gather(context, &legs[1 - stays], EndKind::Node, other)?.ids,
                    };
                    near.lists.push((chunk.row(place) as u32, other, ids));
                }
                place += 1;
            }
            for (row, other, ids) in &near.lists {
                context.guard.steps_taken(ids.len() + 1)?;
                if hide_other {
                    self.marked.unset(*other);
                }
                let mut number = self.number(&list.ids, ids);
                for &end in &self.excluded[1 - stays] {
                    number -= self.marked.of(if end == stays { own } else { *other });
                }
                if hide_other {
                    self.marked.set(*other);
                }
                if number > 0 {
                    found.rows.push(*row);
                    found.numbers.push(number);
                }
            }
        }
        list.ids.iter().for_each(|&id| self.marked.unset(id));
        Ok(place - first)
    }

    /// How many of these are marked, of ids among which all of `marked` are.
    fn number(&self, marked: &[u32], ids: &[u32]) -> u64 {
        if marked.len().saturating_mul(GALLOP) < ids.len() {
            found_in(&self.marked, marked, ids)
        } else {
            self.marked.count(ids)
        }
    }

    fn mark(&mut self, context: &Context<'_>, ids: &[u32]) -> Result<(), Diagnostic> {
        let bound = context.graph.node_bound() as usize;
        if !self.marked.covers(bound) {
            context.guard.keep(Marked::bytes(bound))?;
            self.marked = Marked::new(bound);
        }
        ids.iter().for_each(|&id| self.marked.set(id));
        Ok(())
    }

    /// Forgets what it knows: the graph may be another one.
    pub(super) fn reset(&mut self) {
        self.marked = Marked::default();
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

/// To the end of which leg a relationship that starts and ends at those of two legs leads from
/// the end of a leg, the `place`th; ends are different nodes.
fn leads_to(direction: Direction, place: usize, (start, end): (usize, usize)) -> Option<usize> {
    if direction != Direction::Incoming && start == place {
        return Some(end);
    }
    (direction != Direction::Outgoing && end == place).then_some(start)
}

/// The type and the direction of a leg, if it has one of each.
fn only(leg: &Leg) -> Option<(TypeId, store::Direction)> {
    match (leg.types.as_deref(), directions(leg.direction)) {
        (Some(&[kind]), &[towards]) => Some((kind, towards)),
        _ => None,
    }
}

impl<'g> Near<'g> {
    fn row(
        &mut self,
        graph: &'g Graph,
        leg: usize,
        (kind, towards): (TypeId, store::Direction),
        of: u32,
    ) -> Option<&'g [u32]> {
        let (chunk, row) = Rows::place(NodeId(of));
        let known = &mut self.rows[leg];
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

/// How often ids that are marked occur in a list that is much longer than that of all of them.
fn found_in(marks: &Marked, marked: &[u32], ids: &[u32]) -> u64 {
    let (mut from, mut number) = (0, 0);
    for &id in marked.iter().filter(|id| marks.of(**id) == 1) {
        from = skip(ids, from, |other| other < id);
        let end = skip(ids, from, |other| other <= id);
        number += (end - from) as u64;
        from = end;
    }
    number
}
