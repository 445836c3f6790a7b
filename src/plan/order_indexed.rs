//! What indexes mean for the order of a pattern: where it begins, and how many rows there
//! are. The operators stay scans; the rules `id_seek` and `index_seek` make searches of them.

use super::{Cheapest, Ordering, Step};
use crate::bind::expression::{Labels, VariableId};
use crate::bind::query::QueryRelationship;
use crate::plan::id_seek::by_id;
use crate::plan::seek::best_search;
use crate::plan::statistics::{relationship_rows, scan_rows};
use crate::syntax::ast::EndKind;

/// A search that finds no more than so many costs less than a hub, if there is one.
const FEW: f64 = 2.0;

/// What an index finds costs so many times as much as what lies at a node.
const SOUGHT: f64 = 4.0;

impl Ordering<'_> {
    /// Offers relationships that an index finds: their ends follow from them.
    pub(super) fn offer_relationships(&mut self, best: &mut Cheapest) {
        let mut place = 0;
        while let Some(&index) = self.indexed.get(place)
            && !best.has_enough()
        {
            let relationship = &self.graph.relationships[index];
            if self.done[index] || self.has(relationship.variable) {
                self.indexed.swap_remove(place);
                continue;
            }
            place += 1;
            let types = relationship.types.as_ref();
            let kind = EndKind::Relationship;
            if let Some(rows) = self.found_by_index(kind, relationship.variable, types) {
                best.offer(rows, self.graph.ends.len() + index, Step::BeginWith(index));
            }
        }
    }

    /// How many rows there are when a relationship at a bound end is sought in an index, where
    /// that is better than to look at all that are at this end.
    pub(super) fn rather_sought(&self, index: usize) -> Option<f64> {
        if !self.may_be_sought[index] {
            return None;
        }
        let relationship = &self.graph.relationships[index];
        let (variable, types) = (relationship.variable, relationship.types.as_ref());
        let found = self.found_by_index(EndKind::Relationship, variable, types)?;
        // Of the nodes with a label, few may have most of the relationships.
        let all = relationship_rows(self.statistics, types);
        let ends = [relationship.left, relationship.right].map(|end| &self.graph.ends[end]);
        let bound = ends.into_iter().filter(|end| self.has(end.variable));
        let most = bound.map(|end| all / scan_rows(self.statistics, end.labels.as_ref()).max(1.0));
        let most = most.fold(f64::INFINITY, f64::min);
        let sides = [(relationship.left, true), (relationship.right, false)].into_iter();
        let sides = sides.filter(|(end, _)| self.is_bound(*end));
        let degree = sides.map(|(_, from_left)| self.degree(relationship, from_left));
        let degree = degree.fold(f64::INFINITY, f64::min);
        (found * SOUGHT < degree || found <= FEW && found < most).then_some(self.rows * found)
    }

    /// Whether an index may know relationships like this one, or their ids are asked for.
    pub(super) fn is_indexed(&self, relationship: &QueryRelationship) -> bool {
        let single = relationship.length.is_none();
        let mut names = relationship.types.iter().flat_map(|types| types.names());
        let variable = relationship.variable;
        let by_id = || {
            let conditions = self.predicates.touching(variable).iter();
            let conditions = conditions.filter_map(|&index| self.predicates.all[index]);
            by_id(variable, &conditions.collect::<Vec<_>>()).is_some()
        };
        single
            && (names.any(|name| !self.statistics.indexes(EndKind::Relationship, name).is_empty())
                || by_id())
    }

    /// How many elements an index, or their ids, find by the conditions on them that wait for
    /// nothing else.
    pub(in crate::plan) fn found_by_index(
        &self,
        kind: EndKind,
        variable: VariableId,
        labels: Option<&Labels>,
    ) -> Option<f64> {
        let waiting = self.predicates.waiting_for(variable);
        if waiting.is_empty() {
            return None;
        }
        if let Some((_, rows)) = by_id(variable, &waiting) {
            return Some(rows);
        }
        best_search(self.statistics, (kind, variable), labels, &waiting).map(|found| found.rows)
    }

    /// Notes how many rows there will be where an index knows the elements.
    pub(super) fn expect(&mut self, kind: EndKind, variable: VariableId, labels: Option<&Labels>) {
        self.most = self.found_by_index(kind, variable, labels).map(|found| self.rows * found);
    }
}
