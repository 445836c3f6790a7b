//! Where only the ends of repeated relationships matter, each end is found once.
//!
//! ```text
//! ExpandVariable (a)-[:KNOWS*1..3]->(b)     →     Reach (a)-[:KNOWS*1..3]->(b)
//! Aggregate count(DISTINCT b.name)                Aggregate count(DISTINCT b.name)
//! ```
//!
//! It does so where nothing reads the relationships, and how often a row comes makes no
//! difference to what takes the rows in the end. An element to which a walk leads that is no
//! longer than allowed is reached by a trail as well, the shortest walk; so trails of no or one
//! hop at least are no different, if they are directed: an undirected walk comes back by the
//! relationship that it has taken.

use super::Rule;
use crate::bind::expression::{Expression, VariableId};
use crate::plan::operator::{AggregateCall, Operator, OperatorKind, Plan};
use crate::plan::statistics::Statistics;
use crate::syntax::ast::{Direction, EndKind};

pub(super) struct DistinctEnds;

impl Rule for DistinctEnds {
    fn name(&self) -> &'static str {
        "distinct_ends"
    }

    fn forgets_matches(&self) -> bool {
        true
    }

    fn apply(&self, plan: &mut Plan, _: &dyn Statistics) {
        let mut rest = plan.operators.as_mut_slice();
        while let Some(consumer) = rest.iter().position(|operator| takes_each_once(&operator.kind))
        {
            let (before, after) = rest.split_at_mut(consumer + 1);
            let first = before[..consumer].iter().rposition(|operator| !passes(&operator.kind));
            find_ends(&mut before[first.map_or(0, |place| place + 1)..]);
            rest = after;
        }
    }
}

/// Whether it is no matter how often a row comes to an operator.
fn takes_each_once(kind: &OperatorKind) -> bool {
    match kind {
        OperatorKind::Distinct => true,
        OperatorKind::Aggregate { aggregates, support: None, .. } => {
            let once =
                |call: &AggregateCall| call.distinct || matches!(call.function, "min" | "max");
            aggregates.iter().all(|(_, call)| once(call))
        }
        _ => false,
    }
}

/// Whether a row that comes several times makes the same rows each time.
fn passes(kind: &OperatorKind) -> bool {
    match kind {
        OperatorKind::Filter(predicates) => predicates.iter().all(|it| !it.is_random()),
        OperatorKind::Extend(items) | OperatorKind::Project(items) => {
            items.iter().all(|(_, item)| !item.is_random())
        }
        OperatorKind::Expand { .. } | OperatorKind::ExpandVariable { .. } => true,
        _ => false,
    }
}

/// Lets those of the operators find each end once whose relationships none behind them reads.
fn find_ends(operators: &mut [Operator]) {
    for place in 0..operators.len() {
        let (before, behind) = operators.split_at_mut(place + 1);
        let Some(OperatorKind::ExpandVariable {
            from,
            relationships,
            to,
            into: false,
            direction: Direction::Outgoing | Direction::Incoming,
            min: 0 | 1,
            properties,
            distinct_from,
            once,
            ..
        }) = before.last_mut().map(|operator| &mut operator.kind)
        else {
            continue;
        };
        let nodes = from.kind == EndKind::Node && to.kind == EndKind::Node;
        let plain = properties.is_empty() && distinct_from.is_empty();
        *once = nodes && plain && are_unread(behind, *relationships);
    }
}

/// Whether no operator reads a variable before it is gone.
fn are_unread(operators: &[Operator], variable: VariableId) -> bool {
    for operator in operators {
        if reads(&operator.kind, variable) {
            return false;
        }
        if matches!(operator.kind, OperatorKind::Project(_) | OperatorKind::Aggregate { .. }) {
            return true;
        }
    }
    false
}

/// Whether an operator may read a variable.
fn reads(kind: &OperatorKind, variable: VariableId) -> bool {
    let in_one = |expression: &Expression| {
        let (mut read, mut subqueries) = (false, false);
        expression.visit_variables(&mut |id| read |= id == variable, &mut |_| subqueries = true);
        read || subqueries
    };
    let in_any = |items: &[(VariableId, Expression)]| items.iter().any(|(_, item)| in_one(item));
    match kind {
        OperatorKind::Filter(predicates) => predicates.iter().any(in_one),
        OperatorKind::Extend(items) | OperatorKind::Project(items) => in_any(items),
        OperatorKind::Aggregate { keys, aggregates, .. } => {
            in_any(keys) || aggregates.iter().any(|(_, call)| call.arguments.iter().any(in_one))
        }
        OperatorKind::Expand { distinct_from, .. } => distinct_from.contains(&variable),
        OperatorKind::ExpandVariable { distinct_from, properties, .. } => {
            distinct_from.contains(&variable) || properties.iter().any(|(_, value)| in_one(value))
        }
        _ => true,
    }
}
