//! Where a pattern begins with the relationships themselves.
//!
//! ```text
//! (a)-[r:FOLLOWS]->(b)  WHERE r.weight > 9
//!
//! NodeScan (a)                               all nodes
//! Expand (a)-[r:FOLLOWS]->(b)                all relationships, as they lie at the nodes
//! Filter r.weight > 9
//!
//! RelationshipScan [r:FOLLOWS]               all relationships, as they lie in their chunks,
//! Filter r.weight > 9                        but for those that zones rule out
//! ProjectEndpoints (a)-[r:FOLLOWS]->(b)      what is left of them
//! ```

use super::{MOST_COMPARED, Ordering};
use crate::bind::query::QueryRelationship;
use crate::plan::optimise::certainty::fails_for_none_or_all;
use crate::plan::statistics::{relationship_rows, scan_rows};
use crate::syntax::ast::EndKind;

/// What a relationship costs whose ends are looked up, or to which a node has led, compared with
/// one that a scan comes to.
const FOLLOWED: f64 = 2.0;

/// What a relationship costs that is of another type, compared with the same.
const OTHER_TYPE: f64 = 0.1;

/// Nodes of which as few as one may be expected.
const FEW: f64 = 2.0;

impl Ordering<'_> {
    /// How many nodes are found for an end, by a scan or an index.
    pub(super) fn found_at(&self, end: usize) -> f64 {
        let end = &self.graph.ends[end];
        let all = scan_rows(self.statistics, end.labels.as_ref());
        let rows = all * self.predicates.share(end.variable);
        let found = self.found_by_index(end.kind, end.variable, end.labels.as_ref());
        found.map_or(rows, |found| found.min(rows))
    }

    /// How many rows there are where an end is scanned for, of which so many are found, and how many
    /// behind the first expansion from it. Of ends that are all found to be few it is these that
    /// matter: one may be a hub.
    pub(super) fn begun_with(&self, end: usize, found: f64) -> (f64, f64) {
        if found > FEW {
            return (found, 0.0);
        }
        let end = self.graph.ends[end].variable;
        let connections = self.places.connections.get(&end).into_iter().flatten();
        let connections = connections.take(MOST_COMPARED);
        let degrees = connections.filter_map(|&index| {
            let relationship = self.graph.relationships.get(index)?;
            let from_left = self.graph.ends[relationship.left].variable == end;
            Some(self.degree(relationship, from_left))
        });
        let least = degrees.fold(f64::INFINITY, f64::min);
        (FEW, if least.is_finite() { found * least } else { 0.0 })
    }

    /// The relationship, by its place, that is rather scanned for than an end, of which so many
    /// would be found.
    pub(super) fn rather_scanned(&self, end: usize, found: f64) -> Option<usize> {
        let end = &self.graph.ends[end];
        let connections = self.places.connections.get(&end.variable)?;
        if connections.len() > MOST_COMPARED {
            return None;
        }
        let mut followed = f64::INFINITY;
        for &index in connections {
            // Where a path leads on nobody knows how far it goes.
            let relationship = self.graph.relationships.get(index)?;
            if relationship.length.is_some() {
                return None;
            }
            let from_left = self.graph.ends[relationship.left].variable == end.variable;
            followed = followed.min(found * self.degree(relationship, from_left));
        }
        let sought = self.found_by_index(end.kind, end.variable, end.labels.as_ref());
        let looked_at = sought.unwrap_or_else(|| scan_rows(self.statistics, end.labels.as_ref()));
        let mut least = looked_at + followed * FOLLOWED;
        let mut best = None;
        for (index, relationship) in self.graph.relationships.iter().enumerate().take(MOST_COMPARED)
        {
            if let Some((cost, left)) = self.scan_cost(index, relationship)
                && cost < least
                && left <= followed
            {
                (least, best) = (cost, Some(index));
            }
        }
        best
    }

    /// What it costs to scan for a relationship and to look up its ends, and how many are left,
    /// where something is asked of it alone that no index answers, and its ends are nodes that
    /// are not known yet.
    fn scan_cost(&self, index: usize, relationship: &QueryRelationship) -> Option<(f64, f64)> {
        let ends = [relationship.left, relationship.right].map(|end| &self.graph.ends[end]);
        let unknown = ends.iter().all(|end| end.kind == EndKind::Node && !self.has(end.variable));
        let single = relationship.length.is_none();
        if !unknown || !single || self.done[index] || self.has(relationship.variable) {
            return None;
        }
        let (kind, types) = (EndKind::Relationship, relationship.types.as_ref());
        let asked = self.predicates.waiting_for(relationship.variable);
        // Relationships are asked that would not be where their ends are looked at first.
        if asked.is_empty()
            || !asked.into_iter().all(fails_for_none_or_all)
            || self.found_by_index(kind, relationship.variable, types).is_some()
        {
            return None;
        }
        let all = self.statistics.relationships();
        let own = relationship_rows(self.statistics, types);
        let left = own * self.predicates.share(relationship.variable);
        Some(((all - own) * OTHER_TYPE + own + left * FOLLOWED, left))
    }
}
