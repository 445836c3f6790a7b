//! A pattern without cycles whose matches are only counted is not enumerated.
//!
//! ```text
//! NodeScan (a:Person)
//! Expand (a)-[:FOLLOWS]->(b)      →    PathCount (a:Person)-[:FOLLOWS]->(b) BY b
//! Aggregate count(*) BY b.name         Aggregate sum(count(*)) BY b.name
//! ```
//!
//! It does so where the groups depend on one node of the pattern, and what is aggregated is a
//! number of matches, or something of that same node that does not depend on how often it is
//! met. See [`count`](crate::plan::count).

use super::Rule;
use super::certainty::{cannot_fail, is_truth};
use super::identifiers::tells_apart;
use crate::bind::expression::{Expression, ExpressionKind, Labels, VariableId};
use crate::plan::count::{CountStart, CountedEnd, CountedHop, PathCount, terms};
use crate::plan::operator::{AggregateCall, Operator, OperatorKind, Plan};
use crate::plan::statistics::Statistics;
use crate::syntax::ast::EndKind;

pub(super) struct CountPaths;

/// Operators that are looked at for a pattern, at most.
const MOST_OPERATORS: usize = 32;

impl Rule for CountPaths {
    fn name(&self) -> &'static str {
        "path_count"
    }

    fn forgets_matches(&self) -> bool {
        true
    }

    fn apply(&self, plan: &mut Plan, statistics: &dyn Statistics) {
        let mut at = 0;
        while at < plan.operators.len() {
            if let Some((first, replacement)) = rewrite(&plan.operators, at, statistics) {
                let next = first + replacement.len();
                plan.operators.splice(first..=at, replacement);
                at = next;
            } else {
                at += 1;
            }
        }
    }
}

/// What stands instead of the operators from one place up to `at`.
fn rewrite(
    operators: &[Operator],
    at: usize,
    statistics: &dyn Statistics,
) -> Option<(usize, Vec<Operator>)> {
    let consumer = operators.get(at)?;
    let distinct = || matches!(operators.get(at + 1), Some(next) if matches!(next.kind, OperatorKind::Distinct));
    match &consumer.kind {
        OperatorKind::Aggregate { .. } => {}
        OperatorKind::Project(_) if distinct() => {}
        _ => return None,
    }
    let pattern = operators[..at].iter().rev().take(MOST_OPERATORS).take_while(|operator| {
        matches!(operator.kind, OperatorKind::Expand { .. } | OperatorKind::Filter(_))
    });
    let expands = |place: &usize| matches!(operators[*place].kind, OperatorKind::Expand { .. });
    let begin = at - pattern.count();
    // The longest pattern that can be counted.
    (begin..at).filter(expands).find_map(|first| {
        let pattern = Pattern::of(operators, first, at)?;
        Some((pattern.first, pattern.counted(consumer, statistics)?))
    })
}

/// The aggregate that adds numbers of matches up.
pub(super) const SUM: &str = "sum";

/// A column of a count, as [`PathCount::counts`] has them.
type CountColumn = (VariableId, Option<(usize, Expression)>);

/// Types that relationships have, at the most, where nodes that have to be searched for are
/// searched for each type anew.
const MOST_TYPES: usize = 32;

/// A column of the types of a hop, as [`PathCount::by_type`] has it.
type TypeColumn = Option<(VariableId, usize)>;

/// An aggregation over numbers of matches.
struct Counted {
    /// The end on which the groups depend.
    root: Option<usize>,
    counts: Vec<CountColumn>,
    /// The aggregates over these.
    calls: Vec<(VariableId, AggregateCall)>,
}

/// The values but for that of a hop's type.
fn others(
    columns: &[(VariableId, Expression)],
    by_type: TypeColumn,
) -> impl Iterator<Item = &Expression> {
    let values = columns.iter().map(|(_, value)| value);
    values.filter(move |value| match value.kind {
        ExpressionKind::Variable(id) => by_type.is_none_or(|(column, _)| column != id),
        _ => true,
    })
}

/// Operators that find a pattern whose matches can be counted.
struct Pattern {
    /// The place of the first of them.
    first: usize,
    start: CountStart,
    ends: Vec<CountedEnd>,
    hops: Vec<CountedHop>,
    /// Hops that are over different relationships.
    pairs: Vec<(usize, usize)>,
}

impl Pattern {
    /// The pattern that is found by the operators from an expansion on up to `end`.
    fn of(operators: &[Operator], first: usize, end: usize) -> Option<Pattern> {
        let OperatorKind::Expand { from, .. } = &operators[first].kind else { return None };
        let ends = vec![CountedEnd {
            variable: from.variable,
            labels: None,
            filters: Vec::new(),
            zones: Vec::new(),
        }];
        let (hops, pairs) = (Vec::new(), Vec::new());
        let mut pattern = Pattern { first, start: CountStart::Rows, ends, hops, pairs };
        pattern.take_scan(&operators[..first]);
        for operator in &operators[first..end] {
            match &operator.kind {
                OperatorKind::Filter(predicates) => {
                    predicates.iter().try_for_each(|predicate| pattern.filter(predicate))?;
                }
                kind => pattern.expand(kind)?,
            }
        }
        Some(pattern)
    }

    /// Takes the scan that the pattern begins with, and the filters behind it.
    fn take_scan(&mut self, before: &[Operator]) {
        let Some((scan, filters)) = before.split_first() else { return };
        let OperatorKind::NodeScan { variable, labels, .. } = &scan.kind else { return };
        if *variable != self.ends[0].variable {
            return;
        }
        let alone = self.ends.clone();
        self.ends[0].labels.clone_from(labels);
        let taken = filters.iter().try_for_each(|operator| match &operator.kind {
            OperatorKind::Filter(predicates) => {
                predicates.iter().try_for_each(|predicate| self.filter(predicate))
            }
            _ => None,
        });
        if taken.is_none() {
            self.ends = alone;
            return;
        }
        (self.first, self.start) = (0, CountStart::Graph);
    }

    /// The place of the end that has a variable.
    fn end(&self, variable: VariableId) -> Option<usize> {
        self.ends.iter().position(|end| end.variable == variable)
    }

    /// The only end that an expression reads.
    fn only_end(&self, expression: &Expression) -> Option<usize> {
        let (mut ends, mut subqueries) = (Vec::new(), false);
        expression.visit_variables(&mut |id| ends.push(self.end(id)), &mut |_| subqueries = true);
        let first = *ends.first()?;
        if subqueries || ends.iter().any(|end| *end != first) {
            return None;
        }
        first
    }

    fn filter(&mut self, predicate: &Expression) -> Option<()> {
        let place = self.only_end(predicate)?;
        if !is_truth(predicate) || !cannot_fail(predicate) {
            return None;
        }
        let end = &mut self.ends[place];
        match &predicate.kind {
            ExpressionKind::HasLabels(_, labels) => {
                let both = end.labels.take().into_iter().chain([labels.clone()]);
                end.labels = both.reduce(Labels::and);
            }
            // What a pattern has found is not null.
            ExpressionKind::IsNull(value, true)
                if matches!(value.kind, ExpressionKind::Variable(_)) => {}
            _ => end.filters.push(predicate.clone()),
        }
        Some(())
    }

    fn expand(&mut self, kind: &OperatorKind) -> Option<()> {
        let OperatorKind::Expand { from, relationship, to, into, direction, types, distinct_from } =
            kind
        else {
            return None;
        };
        if *into || [from.kind, to.kind] != [EndKind::Node; 2] || self.end(to.variable).is_some() {
            return None;
        }
        let own = self.hops.len();
        for other in distinct_from {
            let other = self.hops.iter().position(|hop| hop.relationship == *other)?;
            self.pairs.push((other, own));
        }
        self.hops.push(CountedHop {
            relationship: *relationship,
            from: self.end(from.variable)?,
            direction: *direction,
            types: types.clone(),
        });
        let variable = to.variable;
        self.ends.push(CountedEnd {
            variable,
            labels: None,
            filters: Vec::new(),
            zones: Vec::new(),
        });
        Some(())
    }

    /// The operators that count instead of finding the matches one by one.
    fn counted(self, consumer: &Operator, statistics: &dyn Statistics) -> Option<Vec<Operator>> {
        let (estimate, span) = (consumer.estimate, consumer.span);
        let (count, behind) = match &consumer.kind {
            OperatorKind::Project(columns) => {
                let (columns, by_type) = self.by_type(columns, statistics)?;
                let root = self.root(others(&columns, by_type), None);
                if root.is_none() && (by_type.is_none() || columns.len() > 1) {
                    return None;
                }
                let count = self.operator(root, Vec::new(), by_type)?;
                (count, Some(OperatorKind::Project(columns)))
            }
            OperatorKind::Aggregate { keys, aggregates, .. } => {
                let (keys, by_type) = self.by_type(keys, statistics)?;
                let Counted { root, counts, calls } =
                    self.aggregates(others(&keys, by_type), aggregates)?;
                let numbers = calls.iter().all(|(_, call)| call.function == SUM);
                let behind = match keys.as_slice() {
                    [] if numbers => None,
                    // Each node is met once, or once with each type.
                    [first, ..]
                        if numbers && self.tell_apart(root, others(&keys, by_type), statistics) =>
                    {
                        let span = first.1.span;
                        let column = |id| Expression::new(ExpressionKind::Variable(id), span);
                        let counts = counts.iter().map(|(id, _)| (*id, column(*id)));
                        Some(OperatorKind::Project(keys.iter().cloned().chain(counts).collect()))
                    }
                    _ => Some(OperatorKind::Aggregate { keys, aggregates: calls, support: None }),
                };
                (self.operator(root, counts, by_type)?, behind)
            }
            _ => return None,
        };
        let kinds = [Some(count), behind].into_iter().flatten();
        Some(kinds.map(|kind| Operator { kind, estimate, span }).collect())
    }

    /// The columns with the type of a hop read from a column of its own, where they have it.
    fn by_type(
        &self,
        columns: &[(VariableId, Expression)],
        statistics: &dyn Statistics,
    ) -> Option<(Vec<(VariableId, Expression)>, TypeColumn)> {
        let mut by_type: TypeColumn = None;
        let mut columns = columns.to_vec();
        for (id, value) in &mut columns {
            let ExpressionKind::Function("type", arguments) = &value.kind else { continue };
            let [Expression { kind: ExpressionKind::Variable(of), .. }] = arguments.as_slice()
            else {
                continue;
            };
            let hop = self.hops.iter().position(|hop| hop.relationship == *of)?;
            let (column, known) = *by_type.get_or_insert((*id, hop));
            if known != hop {
                return None;
            }
            value.kind = ExpressionKind::Variable(column);
        }
        let searched = self.ends.iter().any(|end| !end.filters.is_empty());
        let many = by_type.is_some() && searched && statistics.types() > MOST_TYPES;
        (!many).then_some((columns, by_type))
    }

    /// Whether these keys of the groups, but for that of a type, are different for each node at
    /// the root.
    fn tell_apart<'e>(
        &self,
        root: Option<usize>,
        mut keys: impl Iterator<Item = &'e Expression>,
        statistics: &dyn Statistics,
    ) -> bool {
        // Without a node there is a row in all, or one for each type.
        let Some(root) = root else { return true };
        let Some(root) = self.ends.get(root) else { return false };
        keys.any(|key| match &key.kind {
            ExpressionKind::Variable(_) => true,
            ExpressionKind::Property(of, key) => {
                matches!(of.kind, ExpressionKind::Variable(_))
                    && root.labels.as_ref().is_some_and(|it| tells_apart(it, key, statistics))
            }
            _ => false,
        })
    }

    fn operator(
        self,
        root: Option<usize>,
        counts: Vec<CountColumn>,
        by_type: TypeColumn,
    ) -> Option<OperatorKind> {
        let terms = terms(&self.hops, &self.pairs)?;
        let Pattern { start, ends, hops, .. } = self;
        let count = PathCount { start, ends, hops, terms, root, counts, by_type };
        Some(OperatorKind::PathCount(Box::new(count)))
    }

    /// The end that all these expressions read, and no other.
    fn root<'e>(
        &self,
        expressions: impl Iterator<Item = &'e Expression>,
        known: Option<usize>,
    ) -> Option<usize> {
        let mut root = known;
        for expression in expressions {
            let end = self.only_end(expression)?;
            if *root.get_or_insert(end) != end {
                return None;
            }
        }
        root
    }

    /// The end on which the groups depend, the columns of numbers that they need, and the
    /// aggregates over these.
    fn aggregates<'e>(
        &self,
        keys: impl Iterator<Item = &'e Expression>,
        aggregates: &[(VariableId, AggregateCall)],
    ) -> Option<Counted> {
        let mut keys = keys.peekable();
        let mut root = match keys.peek() {
            None => None,
            Some(_) => Some(self.root(keys, None)?),
        };
        let (mut counts, mut calls) = (Vec::new(), Vec::new());
        for (id, call) in aggregates {
            let mut call = call.clone();
            if call.function == "count" && !call.distinct {
                counts.push(self.column(*id, &call.arguments)?);
                let number = ExpressionKind::Variable(*id);
                call.function = SUM;
                call.arguments = vec![Expression::new(number, call.span)];
            } else if matches!(call.function, "count" | "min" | "max") {
                root = Some(self.root(call.arguments.iter(), root)?);
                // Each node at the root is met once.
                let node = |value: &Expression| matches!(value.kind, ExpressionKind::Variable(_));
                call.distinct &= !(call.function == "count" && call.arguments.iter().all(node));
            } else {
                return None;
            }
            calls.push((*id, call));
        }
        Some(Counted { root, counts, calls })
    }

    /// The column for a `count()`, with what must not be null in the matches that it counts.
    fn column(&self, id: VariableId, arguments: &[Expression]) -> Option<CountColumn> {
        let [value] = arguments else { return arguments.is_empty().then_some((id, None)) };
        if let ExpressionKind::Variable(counted) = &value.kind {
            let found = self.end(*counted).is_some()
                || self.hops.iter().any(|hop| hop.relationship == *counted);
            return found.then_some((id, None));
        }
        let end = self.only_end(value)?;
        cannot_fail(value).then(|| (id, Some((end, value.clone()))))
    }
}
