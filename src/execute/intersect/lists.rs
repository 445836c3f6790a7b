//! Ascending lists of neighbours, and what they have in common.

use super::super::adjacent::{directions, each_unordered, endpoint, endpoint_kind};
use super::super::context::Context;
use super::Leg;
use super::marked::Marked;
use crate::store::Neighbours;
use crate::syntax::ast::{Direction, EndKind};
use crate::syntax::diagnostic::Diagnostic;
use std::borrow::Cow;

/// Lists that are longer than others by this factor are not gone through but searched.
pub(super) const GALLOP: usize = 16;

/// The neighbours of an element over a leg, ascending, and the relationships to them.
#[derive(Debug, Default)]
pub(super) struct List<'g> {
    /// The element.
    pub(super) of: Option<u32>,
    /// Rows in a row of which it was the element before this one.
    pub(super) repeated: usize,
    pub(super) ids: Cow<'g, [u32]>,
    relationships: Cow<'g, [u32]>,
}

impl<'g> List<'g> {
    /// Gathers the neighbours of an element.
    pub(super) fn gather(
        context: &'g Context<'_>,
        leg: &Leg,
        to: EndKind,
        of: u32,
    ) -> Result<Self, Diagnostic> {
        let (from, kind) = (endpoint(leg.from.kind, of), endpoint_kind(to));
        let (types, direction) = (leg.types.as_deref(), leg.direction);
        if let (Some(&[only]), &[towards]) = (types, directions(direction)) {
            let found = context.graph.unordered_neighbours(from, only, towards, kind);
            if let Some((ids, relationships)) = found.as_slices() {
                return Ok(List::borrowed(of, ids, relationships));
            }
        }
        let mut lists: Vec<(Neighbours<'g>, bool)> = Vec::new();
        each_unordered(&context.graph, from, types, direction, kind, |found, again| {
            context.guard.step()?;
            if found.as_slices().is_none_or(|(ids, _)| !ids.is_empty()) {
                lists.push((found, again));
            }
            Ok::<_, Diagnostic>(true)
        })?;
        if let [(only, false)] = lists.as_slice()
            && let Some((ids, relationships)) = only.as_slices()
        {
            return Ok(List::borrowed(of, ids, relationships));
        }
        let own = (leg.from.kind == to && direction == Direction::Either).then_some(of);
        let (ids, relationships) = merged(context, lists, own)?;
        let (ids, relationships) = (Cow::Owned(ids), Cow::Owned(relationships));
        Ok(List { of: Some(of), repeated: 0, ids, relationships })
    }

    fn borrowed(of: u32, ids: &'g [u32], relationships: &'g [u32]) -> Self {
        let (ids, relationships) = (Cow::Borrowed(ids), Cow::Borrowed(relationships));
        List { of: Some(of), repeated: 0, ids, relationships }
    }

    /// The relationship at a place.
    pub(super) fn relationship(&self, place: usize) -> Option<u32> {
        self.relationships.get(place).copied()
    }
}

/// Several lists as one; the element's `own` id stands for relationships to itself, which are
/// passed over where they were met before.
fn merged(
    context: &Context<'_>,
    lists: Vec<(Neighbours<'_>, bool)>,
    own: Option<u32>,
) -> Result<(Vec<u32>, Vec<u32>), Diagnostic> {
    let mut pairs: Vec<u64> = Vec::new();
    for (list, again) in lists {
        let known = pairs.len();
        let fresh = list.filter(|(id, _)| !again || own != Some(*id));
        pairs.extend(
            fresh.map(|(id, relationship)| u64::from(id) << 32 | u64::from(relationship.0)),
        );
        context.guard.steps_taken(pairs.len() - known)?;
    }
    #[expect(clippy::stable_sort_primitive, reason = "it merges the sorted lists in linear time")]
    pairs.sort();
    Ok(pairs.into_iter().map(|pair| ((pair >> 32) as u32, pair as u32)).unzip())
}

/// Which elements are in the list of a leg whose end stays the same from row to row.
#[derive(Default)]
pub(super) struct Marks {
    marked: Marked,
    /// The leg, while there are marks.
    pub(super) leg: Option<usize>,
}

impl Marks {
    /// Marks the neighbours of a leg; there are ids up to `bound`.
    pub(super) fn set(&mut self, leg: usize, ids: &[u32], bound: usize) {
        if !self.marked.covers(bound) {
            self.marked = Marked::new(bound);
        }
        ids.iter().for_each(|&id| self.marked.set(id));
        self.leg = Some(leg);
    }

    /// Takes the marks of these ids away.
    pub(super) fn clear(&mut self, ids: &[u32]) {
        ids.iter().for_each(|&id| self.marked.unset(id));
        self.leg = None;
    }

    fn has(&self, id: u32) -> bool {
        self.marked.of(id) == 1
    }
}

/// Finds the ids that all lists have in common, each once and ascending.
pub(super) fn common(lists: &[List<'_>], marks: &Marks, found: &mut Vec<u32>) {
    found.clear();
    let lengths = lists.iter().map(|list| list.ids.len());
    let Some((shortest, _)) = lengths.enumerate().min_by_key(|(_, len)| *len) else { return };
    let shortest_len = lists[shortest].ids.len();
    // A list is gone through where all that is asked of another one are its marks.
    let marked = marks.leg.and_then(|leg| {
        let others = lists.iter().enumerate().filter(|(other, _)| *other != leg);
        let (other, list) = others.min_by_key(|(_, list)| list.ids.len())?;
        (list.ids.len() <= shortest_len.saturating_mul(GALLOP)).then_some((leg, other))
    });
    let (one, other) = if let Some((leg, other)) = marked {
        found.extend(lists[other].ids.iter().copied().filter(|id| marks.has(*id)));
        (leg, other)
    } else {
        let others = (0..lists.len()).filter(|other| *other != shortest);
        let Some(other) = others.min_by_key(|other| lists[*other].ids.len()) else { return };
        meet(&lists[shortest].ids, &lists[other].ids, found);
        (shortest, other)
    };
    found.dedup();
    for (place, list) in lists.iter().enumerate() {
        if place != one && place != other && !found.is_empty() {
            let mut from = 0;
            found.retain(|&id| {
                from = skip(&list.ids, from, |other| other < id);
                list.ids.get(from) == Some(&id)
            });
        }
    }
}

/// Finds what two ascending lists have in common, of which the first is not the longer one.
fn meet(short: &[u32], long: &[u32], found: &mut Vec<u32>) {
    if short.len().saturating_mul(GALLOP) < long.len() {
        let mut from = 0;
        for &id in short {
            from = skip(long, from, |other| other < id);
            if long.get(from) == Some(&id) {
                found.push(id);
            }
        }
        return;
    }
    // Which list goes on is no branch, so that nothing is guessed wrong.
    let (mut i, mut j) = (0, 0);
    while let (Some(&a), Some(&b)) = (short.get(i), long.get(j)) {
        if a == b {
            found.push(a);
        }
        i += usize::from(a <= b);
        j += usize::from(b <= a);
    }
}

/// The first place from `from` on at which `before` no longer holds, found in ever longer steps.
pub(in super::super) fn skip(ids: &[u32], from: usize, before: impl Fn(u32) -> bool) -> usize {
    let (mut low, mut step) = (from, 1);
    while ids.get(low + step - 1).is_some_and(|&id| before(id)) {
        low += step;
        step *= 2;
    }
    let high = (low + step - 1).min(ids.len());
    match ids.get(low..high) {
        Some(rest) => low + rest.partition_point(|&id| before(id)),
        None => ids.len(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn skipping_finds_what_a_search_finds() {
        let ids: Vec<u32> = vec![1, 3, 3, 3, 7, 9, 12, 12, 40];
        for from in 0..=ids.len() {
            for id in 0..45 {
                let rest = ids[from..].partition_point(|&other| other < id);
                assert_eq!(skip(&ids, from, |other| other < id), from + rest, "{id} from {from}");
            }
        }
        assert_eq!(skip(&[], 0, |_| true), 0);
    }

    fn list(ids: &[u32]) -> List<'static> {
        let relationships = Cow::Owned((0..ids.len() as u32).collect());
        List { of: Some(0), repeated: 0, ids: Cow::Owned(ids.to_vec()), relationships }
    }

    /// However long the lists are, and whether one is marked or not.
    #[test]
    fn what_lists_have_in_common_is_found_once() {
        let long: Vec<u32> = (0..500).map(|number| number * 3).collect();
        let lists = [
            list(&[3, 3, 4, 9, 300, 301, 1497]),
            list(&long),
            list(&(0..2000).flat_map(|number| [number, number]).collect::<Vec<_>>()),
        ];
        let expected = vec![3, 9, 300, 1497];
        let mut found = Vec::new();
        common(&lists, &Marks::default(), &mut found);
        assert_eq!(found, expected);
        for leg in 0..3 {
            let mut marks = Marks::default();
            marks.set(leg, &lists[leg].ids, 2000);
            common(&lists, &marks, &mut found);
            assert_eq!(found, expected, "marked {leg}");
            marks.clear(&lists[leg].ids);
            assert!((0..2000).all(|id| !marks.has(id)));
        }
        common(&[list(&[1, 2]), list(&[])], &Marks::default(), &mut found);
        assert!(found.is_empty());
    }
}
