//! From a query graph to a sequence of scans and expansions: greedily, cheapest first.
//!
//! At every step each possibility is costed by the rows that it would hand on, and
//! the smallest is taken: to use a relationship that is bound, to expand from a bound
//! end, or to scan for an unbound one. A predicate is applied as soon as all its
//! variables are there. At most so many possibilities are compared for a step that the
//! time grows with the pattern.

use super::operator::{End, Operator, OperatorKind};
use super::statistics::{Statistics, label_selectivity, relationship_rows, scan_rows};
use super::uniqueness::Uniqueness;
use crate::bind::expression::{Expression, ExpressionKind, SubqueryId, VariableId};
use crate::bind::query::{QueryGraph, QueryRelationship};
use crate::syntax::ast::{ComparisonOperator, Direction, EndKind};
use crate::syntax::diagnostic::Span;
use std::collections::{HashMap, HashSet};

/// The share of rows that a predicate is guessed to keep.
const EQUALITY: f64 = 0.05;
const OTHER: f64 = 0.4;

/// Possibilities that are compared for one step. Patterns of more are ordered by what
/// came up first, so that the time grows with the pattern and not with its square.
const MOST_COMPARED: usize = 128;

/// A pattern under way.
pub(super) struct Ordering<'a> {
    graph: &'a QueryGraph,
    predicates: Predicates<'a>,
    places: Places,
    statistics: &'a dyn Statistics,
    uniqueness: Uniqueness,
    /// Makes a variable that nothing else has.
    invent: &'a dyn Fn() -> VariableId,
    /// What the rows bring along.
    incoming: &'a HashSet<VariableId>,
    /// What the pattern has bound besides.
    bound: HashSet<VariableId>,
    /// What was bound since labels and predicates were looked at.
    fresh: Vec<VariableId>,
    /// Ends whose labels have been checked.
    checked: Vec<bool>,
    done: Vec<bool>,
    /// Relationships of which an end or they themselves are bound.
    reached: Vec<usize>,
    was_reached: Vec<bool>,
    /// Ends that may still have to be scanned for.
    unbound: Vec<usize>,
    rows: f64,
    operators: Vec<Operator>,
}

/// Where a variable stands in the pattern.
struct Places {
    ends: HashMap<VariableId, Vec<usize>>,
    relationships: HashMap<VariableId, Vec<usize>>,
}

impl Places {
    fn of(graph: &QueryGraph) -> Self {
        let mut places = Places { ends: HashMap::new(), relationships: HashMap::new() };
        for (index, end) in graph.ends.iter().enumerate() {
            places.ends.entry(end.variable).or_default().push(index);
        }
        for (index, relationship) in graph.relationships.iter().enumerate() {
            let ends = [relationship.left, relationship.right].map(|end| graph.ends[end].variable);
            let mut variables = vec![relationship.variable, ends[0], ends[1]];
            variables.sort_unstable();
            variables.dedup();
            for variable in variables {
                places.relationships.entry(variable).or_default().push(index);
            }
        }
        places
    }
}

/// The predicates that are still to be applied.
struct Predicates<'a> {
    all: Vec<Option<&'a Expression>>,
    /// The variables of each.
    variables: Vec<HashSet<VariableId>>,
    /// How many of them are not bound.
    missing: Vec<usize>,
    /// The predicates of each variable.
    of: HashMap<VariableId, Vec<usize>>,
}

impl<'a> Predicates<'a> {
    fn new(
        predicates: &'a [Expression],
        incoming: &HashSet<VariableId>,
        outer: &dyn Fn(SubqueryId) -> Vec<VariableId>,
    ) -> Self {
        let variables: Vec<_> =
            predicates.iter().map(|predicate| free_variables(predicate, outer)).collect();
        let missing = variables
            .iter()
            .map(|variables| variables.iter().filter(|v| !incoming.contains(v)).count())
            .collect();
        let mut of: HashMap<VariableId, Vec<usize>> = HashMap::new();
        for (index, variables) in variables.iter().enumerate() {
            variables.iter().for_each(|v| of.entry(*v).or_default().push(index));
        }
        Predicates { all: predicates.iter().map(Some).collect(), variables, missing, of }
    }

    fn touching(&self, variable: VariableId) -> &[usize] {
        self.of.get(&variable).map_or(&[], Vec::as_slice)
    }

    /// Those of the predicates that can be applied now, in the order of the text.
    fn take_ready(&mut self, mut among: Vec<usize>) -> Vec<Expression> {
        among.sort_unstable();
        among.dedup();
        among.retain(|&index| self.missing[index] == 0);
        among.into_iter().filter_map(|index| self.all[index].take().cloned()).collect()
    }

    /// The share of elements that those keep which wait for this variable alone.
    fn share(&self, variable: VariableId) -> f64 {
        let waiting = self.touching(variable).iter().filter(|&&index| {
            self.missing[index] == 1 && self.variables[index].contains(&variable)
        });
        waiting.filter_map(|&index| self.all[index]).map(selectivity).product()
    }
}

/// One possible next step.
enum Step {
    Endpoints(usize),
    Expand { relationship: usize, from_left: bool },
    Scan(usize),
    ScanRelationship(usize),
}

/// The cheapest of the steps that were offered; the first in the pattern of equals.
#[derive(Default)]
struct Cheapest {
    rows: f64,
    place: usize,
    step: Option<Step>,
    offers: usize,
}

impl Cheapest {
    fn offer(&mut self, rows: f64, place: usize, step: Step) {
        self.offers += 1;
        let better = rows < self.rows || (rows <= self.rows && place < self.place);
        if self.step.is_none() || better {
            *self = Cheapest { rows, place, step: Some(step), offers: self.offers };
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
    let mut ordering = Ordering {
        graph,
        predicates: Predicates::new(predicates, bound, outer),
        places: Places::of(graph),
        statistics,
        uniqueness: Uniqueness::of(graph),
        invent,
        incoming: bound,
        bound: HashSet::new(),
        fresh: Vec::new(),
        checked: vec![false; graph.ends.len()],
        done: vec![false; graph.relationships.len()],
        reached: Vec::new(),
        was_reached: vec![false; graph.relationships.len()],
        unbound: (0..graph.ends.len()).collect(),
        rows,
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
    fn push(&mut self, kind: OperatorKind, span: Option<Span>) {
        self.operators.push(Operator { kind, estimate: self.rows, span });
    }

    fn has(&self, variable: VariableId) -> bool {
        self.incoming.contains(&variable) || self.bound.contains(&variable)
    }

    fn is_bound(&self, end: usize) -> bool {
        self.has(self.graph.ends[end].variable)
    }

    fn bind(&mut self, variable: VariableId) {
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

    /// The relationships at a variable can be expanded from now on.
    fn reach(&mut self, variable: VariableId) {
        for &index in self.places.relationships.get(&variable).into_iter().flatten() {
            if !std::mem::replace(&mut self.was_reached[index], true) {
                self.reached.push(index);
            }
        }
    }

    /// What can be done before the first step.
    fn begin(&mut self) {
        let graph = self.graph;
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
            let relationship = &self.graph.relationships[index];
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
            // A shortest path is searched between two ends that are known.
            if relationship.shortest.is_some() && !(left && right) {
                continue;
            }
            if left {
                best.offer(
                    self.expand_rows(relationship, true),
                    2 * index,
                    Step::Expand { relationship: index, from_left: true },
                );
            }
            if right {
                best.offer(
                    self.expand_rows(relationship, false),
                    2 * index + 1,
                    Step::Expand { relationship: index, from_left: false },
                );
            }
        }
        best.step
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
                    let rows = scan_rows(self.statistics, end.labels.as_ref())
                        * self.predicates.share(end.variable);
                    best.offer(rows, index, Step::Scan(index));
                }
                EndKind::Relationship => {
                    let at = self.places.relationships.get(&end.variable).into_iter().flatten();
                    let named = at
                        .map(|&index| &self.graph.relationships[index])
                        .find(|relationship| relationship.variable == end.variable);
                    let types = end.labels.as_ref().or(named.and_then(|r| r.types.as_ref()));
                    best.offer(
                        relationship_rows(self.statistics, types),
                        index,
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
        let mut degree = relationship_rows(self.statistics, relationship.types.as_ref()) / nodes;
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
            label_selectivity(self.statistics, end.labels.as_ref())
                * self.predicates.share(end.variable)
        };
        self.rows * degree * share
    }

    fn take(&mut self, step: Step) {
        match step {
            Step::Scan(end) => {
                let end = &self.graph.ends[end];
                self.rows *= scan_rows(self.statistics, end.labels.as_ref());
                self.bind(end.variable);
                let kind =
                    OperatorKind::NodeScan { variable: end.variable, labels: end.labels.clone() };
                self.push(kind, Some(end.span));
                self.mark_checked(end.variable);
            }
            Step::ScanRelationship(end) => {
                let end = &self.graph.ends[end];
                self.rows *= relationship_rows(self.statistics, end.labels.as_ref());
                self.bind(end.variable);
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
        for &end in self.places.ends.get(&variable).into_iter().flatten() {
            self.checked[end] = true;
        }
    }

    fn end(&self, index: usize) -> End {
        let end = &self.graph.ends[index];
        End { variable: end.variable, kind: end.kind }
    }

    /// The relationships of this pattern with which one is compared.
    fn distinct_from(&self, index: usize) -> Vec<VariableId> {
        self.uniqueness.distinct_from(self.graph, index, &self.done)
    }

    /// Hands on the operator that binds a relationship, and what keeps it apart from others.
    fn push_relationship(&mut self, kind: OperatorKind, index: usize) {
        let span = Some(self.graph.relationships[index].span);
        self.done[index] = true;
        self.push(kind, span);
        if let Some(trail) = self.uniqueness.trail(self.graph, index, self.invent) {
            self.push(trail, span);
        }
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
        self.bind(left.variable);
        self.bind(right.variable);
        self.push_relationship(kind, index);
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
        self.bind(relationship.variable);
        self.bind(to.variable);
        self.push_relationship(kind, index);
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
            self.rows *= label_selectivity(self.statistics, end.labels.as_ref());
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
