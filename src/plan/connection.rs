//! The steps along a connection of a pattern: a relationship, or a path that is searched
//! as a whole. Connections are counted through: the relationships first, then the paths.

use super::operator::OperatorKind;
use super::order::Ordering;
use super::path::{PathSearch, Surroundings, path_rows, segments};
use super::statistics::{Known, degree, scan_rows, share_to};
use crate::bind::expression::VariableId;
use crate::bind::query::{QueryPath, QueryRelationship};
use crate::syntax::ast::Direction;
use crate::syntax::diagnostic::Span;

/// A path that is chosen by a selector is searched between two ends that are known where
/// there are at most so many of the second; otherwise one search finds them all.
const FEW_ENDS: f64 = 8.0;

impl Ordering<'_> {
    /// How many relationships like this one are at one of its ends.
    pub(super) fn degree(&self, relationship: &QueryRelationship, from_left: bool) -> f64 {
        let from = if from_left { relationship.left } else { relationship.right };
        let direction = seen(relationship.direction, from_left);
        let by = self.reached_by.get(&self.graph.ends[from].variable);
        let by = by.and_then(|(index, direction)| {
            Some((self.graph.relationships[*index].types.as_ref()?, *direction))
        });
        let known = Known { labels: self.labels(from), by };
        degree(self.statistics, known, relationship.types.as_ref(), direction)
    }

    /// How many rows an expansion makes before anything is asked of its other end, but whether it
    /// is the one that is bound.
    fn followed_rows(&self, relationship: &QueryRelationship, from_left: bool) -> f64 {
        let to = if from_left { relationship.right } else { relationship.left };
        let mut degree = self.degree(relationship, from_left);
        if let Some((min, max)) = relationship.length {
            let hops = max.unwrap_or(min.max(3)).min(8) as i32;
            degree = degree.max(0.5).powi(hops.max(1)) + 1.0;
        }
        let one = || self.share_to(relationship, from_left) / self.standing(to).max(1.0);
        self.rows * degree * if self.is_bound(to) { one() } else { 1.0 }
    }

    /// How many nodes can stand at an end, by its labels.
    fn standing(&self, end: usize) -> f64 {
        scan_rows(self.statistics, self.labels(end))
    }

    /// The share of relationships like this one that lead to an end with the labels of its other
    /// one.
    fn share_to(&self, relationship: &QueryRelationship, from_left: bool) -> f64 {
        let to = if from_left { relationship.right } else { relationship.left };
        let direction = seen(relationship.direction, from_left);
        share_to(self.statistics, relationship.types.as_ref(), direction, self.labels(to))
    }

    /// How many rows an expansion would hand on.
    pub(super) fn expand_rows(&self, relationship: &QueryRelationship, from_left: bool) -> f64 {
        let to = if from_left { relationship.right } else { relationship.left };
        let followed = self.followed_rows(relationship, from_left);
        if self.is_bound(to) {
            return followed;
        }
        let end = &self.graph.ends[to];
        followed * self.share_to(relationship, from_left) * self.predicates.share(end.variable)
    }

    /// How much an expansion is held against others: the rows that it would hand on. One of
    /// variable length makes its walks before it is known where they end, so it comes after
    /// every hop that leaves fewer rows than there are, however few it would hand on itself.
    pub(super) fn expand_cost(&self, relationship: &QueryRelationship, from_left: bool) -> f64 {
        let rows = self.expand_rows(relationship, from_left);
        if relationship.length.is_some() { rows.max(self.rows) } else { rows }
    }

    /// How many rows a search would hand on, if it can begin at that end now. A path with a
    /// selector waits for its other end where few elements can stand there.
    pub(super) fn search_rows(&self, path: usize, from_left: bool) -> Option<f64> {
        let path = &self.graph.paths[path];
        let (from, to) = if from_left { (path.left, path.right) } else { (path.right, path.left) };
        if !self.is_bound(from) {
            return None;
        }
        let nodes = self.statistics.nodes().max(1.0);
        let end = &self.graph.ends[to];
        let share = self.standing(to) / nodes * self.predicates.share(end.variable);
        let into = self.is_bound(to);
        if path.selector.is_some() && !into {
            let (kind, labels) = (end.kind, end.labels.as_ref());
            let found = self.found_by_index(kind, end.variable, labels);
            if found.unwrap_or(f64::INFINITY).min(nodes * share) <= FEW_ENDS {
                return None;
            }
        }
        Some(self.found_rows(path, into) * if into { 1.0 } else { share })
    }

    /// How many rows a search makes before anything is asked of its other end, but whether it is
    /// the one that is bound.
    fn found_rows(&self, path: &QueryPath, into: bool) -> f64 {
        let nodes = self.statistics.nodes().max(1.0);
        let found = path_rows(self.statistics, path);
        // A selector keeps a path or few for each pair of ends.
        let found = if path.selector.is_some() { found.min(nodes) } else { found };
        self.rows * found * if into { 1.0 / nodes } else { 1.0 }
    }

    /// The variables of this pattern from whose relationships those of a connection must differ.
    fn distinct_from(&self, index: usize) -> Vec<VariableId> {
        self.uniqueness.distinct_from(self.graph, index, &self.done)
    }

    /// Hands on the operator that follows a connection, and what keeps it apart from others.
    fn push_connection(&mut self, kind: OperatorKind, index: usize, span: Span) {
        self.done[index] = true;
        self.push(kind, Some(span));
        if let Some(trail) = self.uniqueness.trail(self.graph, index, self.invent) {
            self.push(trail, Some(span));
        }
    }

    /// Uses a relationship that is bound.
    pub(super) fn take_endpoints(&mut self, index: usize) {
        let relationship = &self.graph.relationships[index];
        let (left, right) = (self.end(relationship.left), self.end(relationship.right));
        let kind = OperatorKind::ProjectEndpoints {
            relationship: relationship.variable,
            types: relationship.types.clone(),
            left,
            left_bound: self.is_bound(relationship.left),
            right,
            right_bound: self.is_bound(relationship.right),
            direction: relationship.direction,
            distinct_from: self.distinct_from(index),
        };
        self.bind(left.variable);
        self.bind(right.variable);
        self.push_connection(kind, index, relationship.span);
    }

    /// Follows a relationship from a bound end.
    pub(super) fn take_expand(&mut self, index: usize, from_left: bool) {
        let relationship = &self.graph.relationships[index];
        self.rows = self.followed_rows(relationship, from_left);
        let (from, to) = if from_left {
            (relationship.left, relationship.right)
        } else {
            (relationship.right, relationship.left)
        };
        let into = self.is_bound(to);
        if !into {
            self.arrived.insert(self.end(to).variable, self.share_to(relationship, from_left));
        }
        let direction = seen(relationship.direction, from_left);
        if !into {
            self.reached_by.insert(self.end(to).variable, (index, direction));
        }
        let distinct_from = self.distinct_from(index);
        let (from, to) = (self.end(from), self.end(to));
        let kind = match relationship.length {
            None => OperatorKind::Expand {
                from,
                relationship: relationship.variable,
                to,
                into,
                direction,
                types: relationship.types.clone(),
                distinct_from,
            },
            Some((min, max)) => OperatorKind::ExpandVariable {
                from,
                relationships: relationship.variable,
                to,
                into,
                direction,
                types: relationship.types.clone(),
                min,
                max,
                properties: relationship.properties.clone(),
                reversed: !from_left,
                once: false,
                distinct_from,
            },
        };
        self.bind(relationship.variable);
        self.bind(to.variable);
        self.push_connection(kind, index, relationship.span);
    }

    /// Searches a path as a whole.
    pub(super) fn take_search(&mut self, path: usize, from_left: bool) {
        let index = self.graph.relationships.len() + path;
        let path = &self.graph.paths[path];
        let (from, to) = if from_left { (path.left, path.right) } else { (path.right, path.left) };
        let into = self.is_bound(to);
        self.rows = self.found_rows(path, into);
        let bound = |variable| self.has(variable);
        let around = Surroundings {
            bound: &bound,
            statistics: self.statistics,
            outer: self.outer,
            invent: self.invent,
        };
        let segments = segments(path, from_left, &around);
        let distinct_from = self.distinct_from(index);
        let (from, to) = (self.end(from), self.end(to));
        let search = PathSearch {
            from,
            to,
            into,
            reversed: !from_left,
            segments,
            filter: path.filter.clone(),
            path: path.path.clone(),
            targets: None,
            selector: path.selector.clone(),
            mode: path.mode,
            distinct: path.unique.within,
            trail: path.trail,
            whole: (self.invent)(),
            length: (self.invent)(),
            distinct_from,
        };
        for variable in search.introduced() {
            self.bind(variable);
        }
        self.push_connection(OperatorKind::PathSearch(Box::new(search)), index, path.span);
    }
}

/// A direction as it is seen from the left end, or from the right one.
fn seen(direction: Direction, from_left: bool) -> Direction {
    match (direction, from_left) {
        (Direction::Outgoing, false) => Direction::Incoming,
        (Direction::Incoming, false) => Direction::Outgoing,
        (direction, _) => direction,
    }
}
