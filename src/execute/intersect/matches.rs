//! The matches of an element that is a common neighbour: one relationship of each leg.

use super::super::adjacent::Excluded;
use super::super::context::Context;
use super::Leg;
use super::lists::{List, skip};
use crate::syntax::diagnostic::Diagnostic;
use crate::vector::DataChunk;
use std::ops::Range;

/// Which relationships a row may not meet again, and which of the legs lead to an element.
#[derive(Debug, Default)]
pub(super) struct Matches {
    /// For each leg.
    excluded: Vec<Excluded>,
    /// For each leg the places of the relationships to the element in its list.
    ranges: Vec<Range<usize>>,
    /// The relationships of one match.
    chosen: Vec<u32>,
    /// The place of each within its range.
    places: Vec<usize>,
}

impl Matches {
    /// Begins with a row.
    pub(super) fn begin(&mut self, chunk: &DataChunk, legs: &[Leg], row: usize) {
        self.excluded.resize_with(legs.len(), Excluded::default);
        for (leg, excluded) in legs.iter().zip(&mut self.excluded) {
            excluded.read(chunk, &leg.distinct_from, row);
        }
        self.ranges.clear();
        self.ranges.resize(legs.len(), 0..0);
    }

    /// Comes to an element, whose id is larger than that of the one before in this row.
    pub(super) fn come_to(&mut self, lists: &[List<'_>], id: u32) {
        for (list, range) in lists.iter().zip(&mut self.ranges) {
            let start = skip(&list.ids, range.end, |other| other < id);
            *range = start..skip(&list.ids, start, |other| other <= id);
        }
    }

    /// How many matches the element has.
    pub(super) fn count(
        &mut self,
        context: &Context<'_>,
        legs: &[Leg],
        lists: &[List<'_>],
    ) -> Result<u64, Diagnostic> {
        let free = legs.iter().all(|leg| leg.distinct_legs.is_empty())
            && self.excluded.iter().all(Excluded::is_empty);
        if free {
            let product = |all: u64, range: &Range<usize>| all.saturating_mul(range.len() as u64);
            return Ok(self.ranges.iter().fold(1, product));
        }
        let mut number = 0;
        self.each(context, legs, lists, |_| {
            number += 1;
            Ok(true)
        })?;
        Ok(number)
    }

    /// Calls `visit` with the relationships of each match, until it wants no more.
    pub(super) fn each(
        &mut self,
        context: &Context<'_>,
        legs: &[Leg],
        lists: &[List<'_>],
        mut visit: impl FnMut(&[u32]) -> Result<bool, Diagnostic>,
    ) -> Result<bool, Diagnostic> {
        let Matches { excluded, ranges, chosen, places } = self;
        places.clear();
        places.resize(ranges.len(), 0);
        loop {
            context.guard.step()?;
            chosen.clear();
            for ((list, range), place) in lists.iter().zip(ranges.iter()).zip(places.iter()) {
                chosen.extend(list.relationship(range.start + place));
            }
            let differs = |(leg, &relationship): (usize, &u32)| {
                let others = &legs[leg].distinct_legs;
                !excluded[leg].contains(relationship)
                    && others.iter().all(|&other| chosen[other] != relationship)
            };
            let whole = chosen.len() == legs.len();
            if whole && chosen.iter().enumerate().all(differs) && !visit(chosen)? {
                return Ok(false);
            }
            // The last one goes on first.
            let mut leg = places.len();
            loop {
                let Some(before) = leg.checked_sub(1) else { return Ok(true) };
                leg = before;
                places[leg] += 1;
                if places[leg] < ranges[leg].len() {
                    break;
                }
                places[leg] = 0;
            }
        }
    }
}
