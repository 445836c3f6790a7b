//! Where a pattern closes a cycle, neighbours are intersected.
//!
//! ```text
//! Expand (b)-->(c)
//! Filter c:Person                →    Intersect (b)-->(c), (a)-->(c)
//! ExpandInto (a)-->(c)                Filter c:Person
//! ```
//!
//! The rule `intersection` does so wherever an expansion is followed by others into what it
//! has found: the lists are never longer to go through than the rows would be to make. If no
//! more than the number of these matches is asked for, `intersection_count` has them counted
//! row by row, and the numbers added up.

use super::Rule;
use super::certainty::{cannot_fail, is_truth, reads_only};
use super::path_count::SUM;
use crate::bind::expression::{Expression, ExpressionKind, Labels};
use crate::plan::intersect::{CountedMatches, Intersect, IntersectLeg};
use crate::plan::operator::{AggregateCall, End, Operator, OperatorKind, Plan};
use crate::plan::statistics::Statistics;
use crate::syntax::ast::Direction;

pub(super) struct Intersection;

impl Rule for Intersection {
    fn name(&self) -> &'static str {
        "intersection"
    }

    fn apply(&self, plan: &mut Plan, _: &dyn Statistics) {
        let mut done: Vec<Operator> = Vec::with_capacity(plan.operators.len());
        let mut rest = std::mem::take(&mut plan.operators).into_iter().peekable();
        while let Some(operator) = rest.next() {
            let Some(mut intersect) = first_leg(&operator.kind) else {
                done.push(operator);
                continue;
            };
            let (mut estimate, mut passed) = (operator.estimate, Vec::new());
            while let Some(next) = rest.next_if(|next| follows(&next.kind, &intersect)) {
                match further_leg(&next.kind, &intersect) {
                    Some(leg) => {
                        intersect.legs.push(leg);
                        estimate = next.estimate;
                    }
                    None => passed.push(next),
                }
            }
            if intersect.legs.len() < 2 {
                done.push(operator);
            } else {
                let kind = OperatorKind::Intersect(Box::new(intersect));
                done.push(Operator { kind, estimate, span: operator.span });
            }
            done.append(&mut passed);
        }
        plan.operators = done;
    }
}

/// An intersection with an expansion as its only leg.
fn first_leg(kind: &OperatorKind) -> Option<Intersect> {
    let OperatorKind::Expand { from, to, into: false, .. } = kind else { return None };
    let legs = vec![leg(kind, *from, false)?];
    Some(Intersect { to: *to, legs, counted: None })
}

/// The leg that an expansion into what is found is, whichever of its ends that is.
fn further_leg(kind: &OperatorKind, intersect: &Intersect) -> Option<IntersectLeg> {
    let OperatorKind::Expand { from, to, into: true, .. } = kind else { return None };
    let (bound, turned) = if *to == intersect.to { (*from, false) } else { (*to, true) };
    let leads_there = *to == intersect.to || *from == intersect.to;
    (leads_there && !intersect.binds(bound.variable)).then(|| leg(kind, bound, turned))?
}

fn leg(kind: &OperatorKind, from: End, turned: bool) -> Option<IntersectLeg> {
    let OperatorKind::Expand { relationship, direction, types, distinct_from, .. } = kind else {
        return None;
    };
    let direction = match direction {
        Direction::Outgoing if turned => Direction::Incoming,
        Direction::Incoming if turned => Direction::Outgoing,
        direction => *direction,
    };
    let (relationship, types) = (*relationship, types.clone());
    Some(IntersectLeg {
        from,
        relationship,
        direction,
        types,
        distinct_from: distinct_from.clone(),
    })
}

/// Whether an operator can become a further leg, or be passed by those that may come: a filter
/// is, if it makes no difference of how many rows it is asked.
fn follows(kind: &OperatorKind, intersect: &Intersect) -> bool {
    match kind {
        OperatorKind::Filter(predicates) => {
            predicates.iter().all(|predicate| is_truth(predicate) && cannot_fail(predicate))
        }
        kind => further_leg(kind, intersect).is_some(),
    }
}

pub(super) struct IntersectionCount;

impl Rule for IntersectionCount {
    fn name(&self) -> &'static str {
        "intersection_count"
    }

    fn forgets_matches(&self) -> bool {
        true
    }

    fn apply(&self, plan: &mut Plan, _: &dyn Statistics) {
        let mut at = 0;
        while at < plan.operators.len() {
            if let Some((first, intersect, consumer)) = counted(&plan.operators, at) {
                plan.operators[at].kind = consumer;
                plan.operators[first].kind = intersect;
                plan.operators.drain(first + 1..at);
                at = first + 1;
            }
            at += 1;
        }
    }
}

/// The place of the intersection whose matches a grouping counts, and what becomes of both.
fn counted(operators: &[Operator], at: usize) -> Option<(usize, OperatorKind, OperatorKind)> {
    let OperatorKind::Aggregate { keys, aggregates, support: None } = &operators.get(at)?.kind
    else {
        return None;
    };
    let is_filter = |operator: &&Operator| matches!(operator.kind, OperatorKind::Filter(_));
    let filters = operators[..at].iter().rev().take_while(is_filter).count();
    let first = (at - filters).checked_sub(1)?;
    let OperatorKind::Intersect(intersect) = &operators[first].kind else { return None };
    let mut intersect = intersect.clone();
    let number = aggregates.iter().find(|(_, call)| is_count(call, &intersect))?.0;
    let mut counted = CountedMatches { number, labels: None, filters: Vec::new() };
    for operator in &operators[first + 1..at] {
        let OperatorKind::Filter(predicates) = &operator.kind else { return None };
        for predicate in predicates {
            if !reads_only(predicate, intersect.to.variable) {
                return None;
            }
            match &predicate.kind {
                ExpressionKind::HasLabels(_, labels) => {
                    let both = counted.labels.take().into_iter().chain([labels.clone()]);
                    counted.labels = both.reduce(Labels::and);
                }
                _ if is_truth(predicate) && cannot_fail(predicate) => {
                    counted.filters.push(predicate.clone());
                }
                _ => return None,
            }
        }
    }
    if keys.iter().any(|(_, key)| !passes(key, &intersect)) {
        return None;
    }
    let mut calls = aggregates.clone();
    for (_, call) in &mut calls {
        if is_count(call, &intersect) {
            let number = Expression::new(ExpressionKind::Variable(number), call.span);
            (call.function, call.arguments) = (SUM, vec![number]);
        } else if !(call.distinct || matches!(call.function, "min" | "max"))
            || call.arguments.iter().any(|argument| !passes(argument, &intersect))
        {
            return None;
        }
    }
    intersect.counted = Some(counted);
    let consumer = OperatorKind::Aggregate { keys: keys.clone(), aggregates: calls, support: None };
    Some((first, OperatorKind::Intersect(intersect), consumer))
}

/// Whether it counts matches: each of them, or something that each of them has.
fn is_count(call: &AggregateCall, intersect: &Intersect) -> bool {
    let all_have = |argument: &Expression| matches!(argument.kind, ExpressionKind::Variable(id) if intersect.binds(id));
    call.function == "count" && !call.distinct && call.arguments.iter().all(all_have)
}

/// Whether an expression reads nothing that the matches differ in.
fn passes(expression: &Expression, intersect: &Intersect) -> bool {
    let (mut reads, mut subqueries) = (false, false);
    let read = &mut |id| reads |= intersect.binds(id);
    expression.visit_variables(read, &mut |_| subqueries = true);
    !reads && !subqueries
}
