//! From a query graph to a sequence of scans and expansions: greedily, cheapest first.
//!
//! At every step each possibility is costed by the rows that it would hand on, and
//! the smallest is taken: to use a relationship that is bound, to expand from a bound
//! end, or to scan for an unbound one. A predicate is applied as soon as all its
//! variables are there. A pattern of *n* relationships costs O(n²) to order.

use super::operator::{End, Operator, OperatorKind};
use super::statistics::{Statistics, label_selectivity, relationship_rows, scan_rows};
use crate::bind::expression::{Expression, ExpressionKind, SubqueryId, VariableId};
use crate::bind::query::{QueryGraph, QueryRelationship};
use crate::syntax::ast::{ComparisonOperator, Direction, EndKind, LogicalOperator};
use crate::syntax::diagnostic::Span;
use std::collections::HashSet;
use std::sync::Arc;

/// The share of rows that a predicate is guessed to keep.
const EQUALITY: f64 = 0.05;
const OTHER: f64 = 0.4;

/// A pattern under way.
pub(super) struct Ordering<'a> {
    graph: &'a QueryGraph,
    predicates: Vec<Option<&'a Expression>>,
    statistics: &'a dyn Statistics,
    /// The outer variables that a subquery reads.
    outer: &'a dyn Fn(SubqueryId) -> Vec<VariableId>,
    /// What the rows bring along.
    incoming: HashSet<VariableId>,
    bound: HashSet<VariableId>,
    /// Ends whose labels have been checked.
    checked: Vec<bool>,
    done: Vec<bool>,
    rows: f64,
    operators: Vec<Operator>,
}

/// One possible next step.
enum Step {
    Endpoints(usize),
    Expand { relationship: usize, from_left: bool },
    Scan(usize),
    ScanRelationship(usize),
}

/// The cheapest of the steps that were offered; the first of equals.
#[derive(Default)]
struct Cheapest {
    rows: f64,
    step: Option<Step>,
}

impl Cheapest {
    fn offer(&mut self, rows: f64, step: Step) {
        if self.step.is_none() || rows < self.rows {
            *self = Cheapest { rows, step: Some(step) };
        }
    }
}

/// Orders a pattern; `bound` are the variables of the rows that it is given.
pub(super) fn order(
    graph: &QueryGraph,
    predicates: &[Expression],
    bound: HashSet<VariableId>,
    rows: f64,
    statistics: &dyn Statistics,
    outer: &dyn Fn(SubqueryId) -> Vec<VariableId>,
) -> (Vec<Operator>, f64) {
    let mut ordering = Ordering {
        graph,
        predicates: predicates.iter().map(Some).collect(),
        statistics,
        outer,
        incoming: bound.clone(),
        bound,
        checked: vec![false; graph.ends.len()],
        done: vec![false; graph.relationships.len()],
        rows,
        operators: Vec::new(),
    };
    ordering.check_bound_ends();
    ordering.apply_predicates();
    while let Some(step) = ordering.cheapest() {
        ordering.take(step);
        ordering.check_bound_ends();
        ordering.apply_predicates();
    }
    (ordering.operators, ordering.rows)
}

impl Ordering<'_> {
    fn push(&mut self, kind: OperatorKind, span: Option<Span>) {
        self.operators.push(Operator { kind, estimate: self.rows, span });
    }

    fn is_bound(&self, end: usize) -> bool {
        self.bound.contains(&self.graph.ends[end].variable)
    }

    fn cheapest(&self) -> Option<Step> {
        // A scan comes only where nothing is connected: an expansion is nearly always
        // cheaper than a product.
        self.cheapest_expansion().or_else(|| self.cheapest_scan())
    }

    fn cheapest_expansion(&self) -> Option<Step> {
        let mut best = Cheapest::default();
        for (index, relationship) in self.graph.relationships.iter().enumerate() {
            if self.done[index] {
                continue;
            }
            if relationship.length.is_none() && self.bound.contains(&relationship.variable) {
                best.offer(0.0, Step::Endpoints(index));
                continue;
            }
            let (left, right) =
                (self.is_bound(relationship.left), self.is_bound(relationship.right));
            // A shortest path is searched between two ends that are known.
            if relationship.shortest.is_some() && !(left && right) {
                continue;
            }
            if left {
                best.offer(
                    self.expand_rows(relationship, true),
                    Step::Expand { relationship: index, from_left: true },
                );
            }
            if right {
                best.offer(
                    self.expand_rows(relationship, false),
                    Step::Expand { relationship: index, from_left: false },
                );
            }
        }
        best.step
    }

    fn cheapest_scan(&self) -> Option<Step> {
        let mut best = Cheapest::default();
        for (index, end) in self.graph.ends.iter().enumerate() {
            if self.is_bound(index) {
                continue;
            }
            match end.kind {
                EndKind::Node => {
                    let rows = scan_rows(self.statistics, &end.labels)
                        * self.predicate_share(end.variable);
                    best.offer(rows, Step::Scan(index));
                }
                EndKind::Relationship => {
                    let named =
                        self.graph.relationships.iter().find(|r| r.variable == end.variable);
                    let types = named.map_or(&end.labels, |r| {
                        if end.labels.is_empty() { &r.types } else { &end.labels }
                    });
                    best.offer(
                        relationship_rows(self.statistics, types),
                        Step::ScanRelationship(index),
                    );
                }
            }
        }
        best.step
    }

    /// How many rows an expansion would hand on.
    fn expand_rows(&self, relationship: &QueryRelationship, from_left: bool) -> f64 {
        let to = if from_left { relationship.right } else { relationship.left };
        let nodes = self.statistics.nodes().max(1.0);
        let mut degree = relationship_rows(self.statistics, &relationship.types) / nodes;
        if relationship.direction == Direction::Either {
            degree *= 2.0;
        }
        if let Some((min, max)) = relationship.length {
            let hops = max.unwrap_or(min.max(3)).min(8) as i32;
            degree = degree.max(0.5).powi(hops.max(1)) + 1.0;
        }
        let end = &self.graph.ends[to];
        let share = if self.is_bound(to) {
            1.0 / nodes
        } else {
            label_selectivity(self.statistics, &end.labels) * self.predicate_share(end.variable)
        };
        self.rows * degree * share
    }

    /// The share of elements that the still unused predicates on this variable alone keep.
    fn predicate_share(&self, variable: VariableId) -> f64 {
        let mut share = 1.0;
        for predicate in self.predicates.iter().flatten() {
            let needed = self.variables(predicate);
            if needed.contains(&variable)
                && needed.iter().all(|v| *v == variable || self.bound.contains(v))
            {
                share *= selectivity(predicate);
            }
        }
        share
    }

    fn variables(&self, predicate: &Expression) -> HashSet<VariableId> {
        free_variables(predicate, self.outer)
    }

    fn take(&mut self, step: Step) {
        match step {
            Step::Scan(end) => {
                let end = &self.graph.ends[end];
                self.rows *= scan_rows(self.statistics, &end.labels);
                self.bound.insert(end.variable);
                let kind =
                    OperatorKind::NodeScan { variable: end.variable, labels: end.labels.clone() };
                self.push(kind, Some(end.span));
                self.mark_checked(end.variable);
            }
            Step::ScanRelationship(end) => {
                let end = &self.graph.ends[end];
                self.rows *= relationship_rows(self.statistics, &end.labels);
                self.bound.insert(end.variable);
                let kind = OperatorKind::RelationshipScan {
                    variable: end.variable,
                    types: end.labels.clone(),
                };
                self.push(kind, Some(end.span));
                self.mark_checked(end.variable);
            }
            Step::Endpoints(index) => self.take_endpoints(index),
            Step::Expand { relationship, from_left } => self.take_expand(relationship, from_left),
        }
    }

    fn mark_checked(&mut self, variable: VariableId) {
        for (end, checked) in self.graph.ends.iter().zip(&mut self.checked) {
            *checked |= end.variable == variable;
        }
    }

    fn end(&self, index: usize) -> End {
        let end = &self.graph.ends[index];
        End { variable: end.variable, kind: end.kind }
    }

    /// The relationships of this pattern from which one must differ: those already
    /// taken whose types overlap with its own.
    fn distinct_from(&self, index: usize) -> Vec<VariableId> {
        let mine = &self.graph.relationships[index];
        let overlaps = |other: &QueryRelationship| {
            mine.types.is_empty()
                || other.types.is_empty()
                || mine.types.iter().any(|kind| other.types.contains(kind))
        };
        self.graph
            .relationships
            .iter()
            .enumerate()
            .filter(|(other, relationship)| {
                *other != index && self.done[*other] && overlaps(relationship)
            })
            .map(|(_, relationship)| relationship.variable)
            .collect()
    }

    fn take_endpoints(&mut self, index: usize) {
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
        self.bound.extend([left.variable, right.variable]);
        self.done[index] = true;
        self.push(kind, Some(relationship.span));
    }

    fn take_expand(&mut self, index: usize, from_left: bool) {
        let relationship = &self.graph.relationships[index];
        self.rows = self.expand_rows(relationship, from_left);
        let (from, to) = if from_left {
            (relationship.left, relationship.right)
        } else {
            (relationship.right, relationship.left)
        };
        let into = self.is_bound(to);
        let direction = match (relationship.direction, from_left) {
            (Direction::Outgoing, false) => Direction::Incoming,
            (Direction::Incoming, false) => Direction::Outgoing,
            (direction, _) => direction,
        };
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
                distinct_from,
                shortest: relationship.shortest,
            },
        };
        self.bound.extend([relationship.variable, to.variable]);
        self.done[index] = true;
        self.push(kind, Some(relationship.span));
    }

    /// Labels of ends that were bound by something other than a scan for them.
    fn check_bound_ends(&mut self) {
        for index in 0..self.graph.ends.len() {
            let end = &self.graph.ends[index];
            if self.checked[index] || !self.bound.contains(&end.variable) {
                continue;
            }
            self.checked[index] = true;
            let Some(predicate) = self.label_check(index) else { continue };
            if !end.labels.is_empty() {
                self.rows *= label_selectivity(self.statistics, &end.labels);
            }
            self.push(OperatorKind::Filter(vec![predicate]), Some(end.span));
        }
    }

    /// What has to hold of an end that a row brought along or an expansion reached.
    fn label_check(&self, index: usize) -> Option<Expression> {
        let end = &self.graph.ends[index];
        let variable =
            || Box::new(Expression::new(ExpressionKind::Variable(end.variable), end.span));
        let has = |labels: Vec<Arc<str>>| {
            Expression::new(ExpressionKind::HasLabels(variable(), labels), end.span)
        };
        match (end.kind, end.labels.as_slice()) {
            // A row whose variable is null (after OPTIONAL MATCH) matches nothing.
            (_, []) if self.incoming.contains(&end.variable) => {
                Some(Expression::new(ExpressionKind::IsNull(variable(), true), end.span))
            }
            (_, []) => None,
            (EndKind::Node, labels) => Some(has(labels.to_vec())),
            (EndKind::Relationship, [kind]) => Some(has(vec![kind.clone()])),
            (EndKind::Relationship, types) => {
                let any = types.iter().map(|kind| has(vec![kind.clone()])).collect();
                Some(Expression::new(ExpressionKind::Logical(LogicalOperator::Or, any), end.span))
            }
        }
    }

    fn apply_predicates(&mut self) {
        let mut ready = Vec::new();
        for index in 0..self.predicates.len() {
            if let Some(predicate) = self.predicates[index]
                && self.variables(predicate).is_subset(&self.bound)
            {
                ready.push(predicate.clone());
                self.predicates[index] = None;
            }
        }
        if !ready.is_empty() {
            self.rows *= ready.iter().map(selectivity).product::<f64>();
            let span = ready.first().map(|first| first.span);
            self.push(OperatorKind::Filter(ready), span);
        }
    }
}

fn selectivity(predicate: &Expression) -> f64 {
    match &predicate.kind {
        ExpressionKind::Comparison(ComparisonOperator::Equal, ..) => EQUALITY,
        _ => OTHER,
    }
}

/// The variables that an expression reads and does not define itself.
pub(super) fn free_variables(
    expression: &Expression,
    outer: &dyn Fn(SubqueryId) -> Vec<VariableId>,
) -> HashSet<VariableId> {
    let mut free = HashSet::new();
    collect(expression, outer, &mut free);
    free
}

fn collect(
    expression: &Expression,
    outer: &dyn Fn(SubqueryId) -> Vec<VariableId>,
    free: &mut HashSet<VariableId>,
) {
    match &expression.kind {
        ExpressionKind::Variable(id) => {
            free.insert(*id);
        }
        ExpressionKind::Subquery(id) => free.extend(outer(*id)),
        ExpressionKind::Path { start, relationships } => {
            free.insert(*start);
            free.extend(relationships);
        }
        _ => {
            for child in expression.children() {
                collect(child, outer, free);
            }
            for local in expression.locals() {
                free.remove(&local);
            }
        }
    }
}
