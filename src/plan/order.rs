//! From a query graph to a sequence of scans and expansions: greedily, cheapest first.
//!
//! At every step each possibility is costed by the rows that it would hand on, and
//! the smallest is taken: to use a relationship that is bound, to expand from a bound
//! end, or to scan for an unbound one. A predicate is applied as soon as all its
//! variables are there. At most so many possibilities are compared for a step that the
//! time grows with the pattern.

#[path = "order_indexed.rs"]
mod indexed;
#[path = "order_scanned.rs"]
mod scanned;

use super::operator::{End, Operator, OperatorKind};
use super::predicates::{Predicates, selectivity};
use super::statistics::{Statistics, label_selectivity, relationship_rows, scan_rows};
use super::uniqueness::Uniqueness;
use crate::bind::expression::{Expression, ExpressionKind, Labels, SubqueryId, VariableId};
use crate::bind::query::{QueryGraph, QueryRelationship};
use crate::syntax::ast::{Direction, EndKind};
use crate::syntax::diagnostic::Span;
use std::collections::{HashMap, HashSet};

/// Possibilities that are compared for one step. Patterns of more are ordered by what
/// came up first, so that the time grows with the pattern and not with its square.
const MOST_COMPARED: usize = 128;

/// A pattern under way.
pub(super) struct Ordering<'a> {
    pub(super) graph: &'a QueryGraph,
    pub(super) predicates: Predicates<'a>,
    places: Places,
    pub(super) statistics: &'a dyn Statistics,
    pub(super) uniqueness: Uniqueness,
    pub(super) outer: &'a dyn Fn(SubqueryId) -> Vec<VariableId>,
    /// Makes a variable that nothing else has.
    pub(super) invent: &'a dyn Fn() -> VariableId,
    /// What the rows bring along.
    pub(super) incoming: &'a HashSet<VariableId>,
    /// What the pattern has bound besides.
    pub(super) bound: HashSet<VariableId>,
    /// The share of those that an expansion has led to that have the labels which are asked for.
    pub(super) arrived: HashMap<VariableId, f64>,
    /// The relationship, by its place, that has led to a node, and how it was followed.
    pub(super) reached_by: HashMap<VariableId, (usize, Direction)>,
    /// What was bound since labels and predicates were looked at.
    fresh: Vec<VariableId>,
    /// Ends whose labels have been checked.
    checked: Vec<bool>,
    /// Connections that have been taken.
    pub(super) done: Vec<bool>,
    /// Connections of which an end or they themselves are bound.
    reached: Vec<usize>,
    was_reached: Vec<bool>,
    /// Ends that may still have to be scanned for.
    unbound: Vec<usize>,
    pub(super) rows: f64,
    /// The most rows that are left once the conditions are applied that an index answers.
    most: Option<f64>,
    /// Relationships of which an index may know the one that is wanted.
    indexed: Vec<usize>,
    /// Whether each relationship is one of those.
    may_be_sought: Vec<bool>,
    operators: Vec<Operator>,
}

/// Where a variable stands in the pattern.
struct Places {
    ends: HashMap<VariableId, Vec<usize>>,
    /// The connections that have the variable, or that have it as an end.
    connections: HashMap<VariableId, Vec<usize>>,
}

impl Places {
    fn of(graph: &QueryGraph) -> Self {
        let mut places = Places { ends: HashMap::new(), connections: HashMap::new() };
        for (index, end) in graph.ends.iter().enumerate() {
            places.ends.entry(end.variable).or_default().push(index);
        }
        for (index, relationship) in graph.relationships.iter().enumerate() {
            let ends = [relationship.left, relationship.right].map(|end| graph.ends[end].variable);
            let mut variables = vec![relationship.variable, ends[0], ends[1]];
            variables.sort_unstable();
            variables.dedup();
            for variable in variables {
                places.connections.entry(variable).or_default().push(index);
            }
        }
        for (index, path) in graph.paths.iter().enumerate() {
            let mut ends = [path.left, path.right].map(|end| graph.ends[end].variable).to_vec();
            ends.dedup();
            for variable in ends {
                let index = graph.relationships.len() + index;
                places.connections.entry(variable).or_default().push(index);
            }
        }
        places
    }
}

/// One possible next step.
enum Step {
    Endpoints(usize),
    Expand { relationship: usize, from_left: bool },
    Search { path: usize, from_left: bool },
    Scan(usize),
    ScanRelationship(usize),
    BeginWith(usize),
}

/// The cheapest of the steps that were offered; of equals the one behind which there are fewest
/// rows, then the first in the pattern.
#[derive(Default)]
struct Cheapest {
    rows: f64,
    behind: f64,
    place: usize,
    step: Option<Step>,
    offers: usize,
}

impl Cheapest {
    fn offer(&mut self, rows: f64, place: usize, step: Step) {
        self.offer_before((rows, 0.0), place, step);
    }

    /// Offers a step with the rows that it hands on and those that the next one will.
    fn offer_before(&mut self, (rows, behind): (f64, f64), place: usize, step: Step) {
        self.offers += 1;
        let better = || {
            let by_rows = rows.total_cmp(&self.rows).then(behind.total_cmp(&self.behind));
            by_rows.then(place.cmp(&self.place)).is_lt()
        };
        if self.step.is_none() || better() {
            *self = Cheapest { rows, behind, place, step: Some(step), offers: self.offers };
        }
    }

    fn has_enough(&self) -> bool {
        self.offers >= MOST_COMPARED
    }
}

/// Orders a pattern; `bound` are the variables of the rows that it is given.
pub(super) fn order(
    graph: &QueryGraph,
    predicates: &[Expression],
    bound: &HashSet<VariableId>,
    rows: f64,
    statistics: &dyn Statistics,
    outer: &dyn Fn(SubqueryId) -> Vec<VariableId>,
    invent: &dyn Fn() -> VariableId,
) -> (Vec<Operator>, f64) {
    let connections = graph.relationships.len() + graph.paths.len();
    let mut ordering = Ordering {
        graph,
        predicates: Predicates::new(predicates, bound, outer),
        places: Places::of(graph),
        statistics,
        uniqueness: Uniqueness::of(graph),
        outer,
        invent,
        incoming: bound,
        bound: HashSet::new(),
        arrived: HashMap::new(),
        reached_by: HashMap::new(),
        fresh: Vec::new(),
        checked: vec![false; graph.ends.len()],
        done: vec![false; connections],
        reached: Vec::new(),
        was_reached: vec![false; connections],
        unbound: (0..graph.ends.len()).collect(),
        rows,
        most: None,
        indexed: Vec::new(),
        may_be_sought: vec![false; graph.relationships.len()],
        operators: Vec::new(),
    };
    ordering.begin();
    while let Some(step) = ordering.cheapest() {
        ordering.take(step);
        ordering.settle();
    }
    (ordering.operators, ordering.rows)
}

impl Ordering<'_> {
    pub(super) fn push(&mut self, kind: OperatorKind, span: Option<Span>) {
        self.operators.push(Operator { kind, estimate: self.rows, span });
    }

    pub(super) fn has(&self, variable: VariableId) -> bool {
        self.incoming.contains(&variable) || self.bound.contains(&variable)
    }

    pub(super) fn is_bound(&self, end: usize) -> bool {
        self.has(self.graph.ends[end].variable)
    }

    /// The labels that are asked for at an end, or elsewhere of the same node.
    pub(super) fn labels(&self, end: usize) -> Option<&Labels> {
        let own = &self.graph.ends[end];
        let places = self.places.ends.get(&own.variable).into_iter().flatten();
        let others =
            || places.take(MOST_COMPARED).find_map(|&end| self.graph.ends[end].labels.as_ref());
        own.labels.as_ref().or_else(others)
    }

    pub(super) fn bind(&mut self, variable: VariableId) {
        if self.has(variable) {
            return;
        }
        self.bound.insert(variable);
        self.fresh.push(variable);
        for index in self.predicates.touching(variable).to_vec() {
            self.predicates.missing[index] -= 1;
        }
        self.reach(variable);
    }

    /// The connections at a variable can be expanded from now on.
    fn reach(&mut self, variable: VariableId) {
        for &index in self.places.connections.get(&variable).into_iter().flatten() {
            if !std::mem::replace(&mut self.was_reached[index], true) {
                self.reached.push(index);
            }
        }
    }

    /// What can be done before the first step.
    fn begin(&mut self) {
        let graph = self.graph;
        let indexed = (0..).zip(&graph.relationships).filter(|(_, r)| self.is_indexed(r));
        self.indexed = indexed.map(|(index, _)| index).collect();
        self.indexed.iter().for_each(|&index| self.may_be_sought[index] = true);
        for variable in graph.relationships.iter().map(|r| r.variable) {
            if self.incoming.contains(&variable) {
                self.reach(variable);
            }
        }
        for variable in graph.ends.iter().map(|end| end.variable) {
            if self.incoming.contains(&variable) {
                self.reach(variable);
            }
        }
        self.check_bound_ends((0..graph.ends.len()).collect());
        let all = (0..self.predicates.all.len()).collect();
        self.apply_predicates(all);
    }

    /// Labels and predicates of what the last step has bound.
    fn settle(&mut self) {
        let fresh = std::mem::take(&mut self.fresh);
        let ends = fresh.iter().filter_map(|v| self.places.ends.get(v)).flatten().copied();
        let mut ends: Vec<usize> = ends.collect();
        ends.sort_unstable();
        self.check_bound_ends(ends);
        let predicates = fresh.iter().flat_map(|v| self.predicates.touching(*v)).copied();
        let predicates = predicates.collect();
        self.apply_predicates(predicates);
    }

    fn cheapest(&mut self) -> Option<Step> {
        // A scan comes only where nothing is connected: an expansion is nearly always
        // cheaper than a product.
        self.cheapest_expansion().or_else(|| self.cheapest_scan())
    }

    fn cheapest_expansion(&mut self) -> Option<Step> {
        let mut best = Cheapest::default();
        let mut place = 0;
        while let Some(&index) = self.reached.get(place)
            && !best.has_enough()
        {
            if self.done[index] {
                self.reached.swap_remove(place);
                continue;
            }
            place += 1;
            let Some(relationship) = self.graph.relationships.get(index) else {
                self.offer_search(index, &mut best);
                continue;
            };
            if relationship.length.is_none() && self.has(relationship.variable) {
                best.offer(0.0, 2 * index, Step::Endpoints(index));
                continue;
            }
            // One that is its own end waits until that end is scanned, and is compared then:
            // an expansion would bind it twice.
            let ends = [relationship.left, relationship.right];
            if ends.iter().any(|&end| self.graph.ends[end].variable == relationship.variable) {
                continue;
            }
            let (left, right) =
                (self.is_bound(relationship.left), self.is_bound(relationship.right));
            if let Some(rows) = self.rather_sought(index) {
                best.offer(rows, 2 * index, Step::BeginWith(index));
                continue;
            }
            if left {
                best.offer(
                    self.expand_cost(relationship, true),
                    2 * index,
                    Step::Expand { relationship: index, from_left: true },
                );
            }
            if right {
                best.offer(
                    self.expand_cost(relationship, false),
                    2 * index + 1,
                    Step::Expand { relationship: index, from_left: false },
                );
            }
        }
        best.step
    }

    fn offer_search(&self, index: usize, best: &mut Cheapest) {
        let path = index - self.graph.relationships.len();
        for (turn, from_left) in [true, false].into_iter().enumerate() {
            if let Some(rows) = self.search_rows(path, from_left) {
                best.offer(rows, 2 * index + turn, Step::Search { path, from_left });
            }
        }
    }

    fn cheapest_scan(&mut self) -> Option<Step> {
        let mut best = Cheapest::default();
        let mut place = 0;
        while let Some(&index) = self.unbound.get(place)
            && !best.has_enough()
        {
            if self.is_bound(index) {
                self.unbound.swap_remove(place);
                continue;
            }
            place += 1;
            let end = &self.graph.ends[index];
            match end.kind {
                EndKind::Node => {
                    let rows = self.begun_with(index, self.found_at(index));
                    best.offer_before(rows, index, Step::Scan(index));
                }
                EndKind::Relationship => {
                    let at = self.places.connections.get(&end.variable).into_iter().flatten();
                    let named = at
                        .filter_map(|&index| self.graph.relationships.get(index))
                        .find(|relationship| relationship.variable == end.variable);
                    let types = end.labels.as_ref().or(named.and_then(|r| r.types.as_ref()));
                    let rows = relationship_rows(self.statistics, types);
                    let found = self.found_by_index(end.kind, end.variable, end.labels.as_ref());
                    best.offer(
                        found.map_or(rows, |found| found.min(rows)),
                        index,
                        Step::ScanRelationship(index),
                    );
                }
            }
        }
        self.offer_relationships(&mut best);
        if let Some(Step::Scan(end)) = &best.step
            && let Some(relationship) = self.rather_scanned(*end, self.found_at(*end))
        {
            return Some(Step::BeginWith(relationship));
        }
        best.step
    }

    fn take(&mut self, step: Step) {
        match step {
            Step::Scan(end) => {
                let end = &self.graph.ends[end];
                self.expect(end.kind, end.variable, end.labels.as_ref());
                self.rows *= scan_rows(self.statistics, end.labels.as_ref());
                self.bind(end.variable);
                let (variable, labels) = (end.variable, end.labels.clone());
                let kind =
                    OperatorKind::NodeScan { variable, labels, zones: Vec::new(), first: None };
                self.push(kind, Some(end.span));
                self.mark_checked(end.variable);
            }
            Step::ScanRelationship(end) => {
                let end = &self.graph.ends[end];
                self.expect(end.kind, end.variable, end.labels.as_ref());
                self.rows *= relationship_rows(self.statistics, end.labels.as_ref());
                self.bind(end.variable);
                let (variable, types) = (end.variable, end.labels.clone());
                let kind = OperatorKind::RelationshipScan {
                    variable,
                    types,
                    zones: Vec::new(),
                    first: None,
                };
                self.push(kind, Some(end.span));
                self.mark_checked(end.variable);
            }
            Step::BeginWith(index) => {
                let QueryRelationship { variable, types, span, .. } =
                    &self.graph.relationships[index];
                self.expect(EndKind::Relationship, *variable, types.as_ref());
                self.rows *= relationship_rows(self.statistics, types.as_ref());
                self.bind(*variable);
                let (variable, types) = (*variable, types.clone());
                let kind = OperatorKind::RelationshipScan {
                    variable,
                    types,
                    zones: Vec::new(),
                    first: None,
                };
                self.push(kind, Some(*span));
            }
            Step::Endpoints(index) => self.take_endpoints(index),
            Step::Expand { relationship, from_left } => self.take_expand(relationship, from_left),
            Step::Search { path, from_left } => self.take_search(path, from_left),
        }
    }

    fn mark_checked(&mut self, variable: VariableId) {
        for &end in self.places.ends.get(&variable).into_iter().flatten() {
            self.checked[end] = true;
        }
    }

    pub(super) fn end(&self, index: usize) -> End {
        let end = &self.graph.ends[index];
        End { variable: end.variable, kind: end.kind }
    }

    /// Labels of ends that were bound by something other than a scan for them.
    fn check_bound_ends(&mut self, among: Vec<usize>) {
        for index in among {
            let end = &self.graph.ends[index];
            if self.checked[index] || !self.has(end.variable) {
                continue;
            }
            self.checked[index] = true;
            let Some(predicate) = self.label_check(index) else { continue };
            let general = || label_selectivity(self.statistics, end.labels.as_ref());
            self.rows *= self.arrived.get(&end.variable).copied().unwrap_or_else(general);
            self.push(OperatorKind::Filter(vec![predicate]), Some(end.span));
        }
    }

    /// What has to hold of an end that a row brought along or an expansion reached.
    fn label_check(&self, index: usize) -> Option<Expression> {
        let end = &self.graph.ends[index];
        let variable =
            || Box::new(Expression::new(ExpressionKind::Variable(end.variable), end.span));
        let kind = match &end.labels {
            Some(labels) => ExpressionKind::HasLabels(variable(), labels.clone()),
            // A row whose variable is null (after OPTIONAL MATCH) matches nothing.
            None if self.incoming.contains(&end.variable) => {
                ExpressionKind::IsNull(variable(), true)
            }
            None => return None,
        };
        Some(Expression::new(kind, end.span))
    }

    fn apply_predicates(&mut self, among: Vec<usize>) {
        let ready = self.predicates.take_ready(among);
        if !ready.is_empty() {
            self.rows *= ready.iter().map(selectivity).product::<f64>();
            if let Some(most) = self.most.take() {
                self.rows = self.rows.min(most);
            }
            let span = ready.first().map(|first| first.span);
            self.push(OperatorKind::Filter(ready), span);
        }
    }
}
