//! Optimiser rules that are wrong on purpose: each lane has to find them.
//!
//! They go the way of every rule, through [`dossier::Query::rules`], so planting one
//! changes nothing in the engine.

use dossier::bind::expression::{Expression, ExpressionKind};
use dossier::plan::operator::{ApplyKind, OperatorKind, Plan};
use dossier::plan::optimise::{RULES, Rule};
use dossier::syntax::ast::Direction;
use dossier::value::Value;

/// A wrong rule: a name, and what it does to each operator.
pub(crate) struct Planted {
    name: &'static str,
    spoil: fn(&mut Plan),
}

impl Rule for Planted {
    fn name(&self) -> &'static str {
        self.name
    }

    fn apply(&self, plan: &mut Plan) {
        (self.spoil)(plan);
    }
}

/// The rules of the engine with a wrong one after them.
pub(crate) fn with(planted: &'static Planted) -> Vec<&'static dyn Rule> {
    RULES.iter().copied().chain([planted as &dyn Rule]).collect()
}

/// All of them.
pub(crate) const PLANTED: &[Planted] = &[
    Planted { name: "the first filter is lost", spoil: lose_a_filter },
    Planted { name: "the last predicate of a filter is lost", spoil: lose_a_predicate },
    Planted { name: "null passes a filter", spoil: let_null_pass },
    Planted { name: "an expansion goes the wrong way", spoil: turn_around },
    Planted { name: "relationships may repeat", spoil: forget_uniqueness },
    Planted { name: "a scan forgets a label", spoil: forget_labels },
    Planted { name: "OPTIONAL drops rows without a match", spoil: make_inner },
    Planted { name: "one hop too few", spoil: stop_early },
    Planted { name: "LIMIT comes before SKIP", spoil: limit_first },
    Planted { name: "a grouping key is lost", spoil: lose_a_key },
    Planted { name: "ORDER BY is turned around", spoil: turn_order },
    Planted { name: "DISTINCT does nothing", spoil: keep_duplicates },
    Planted { name: "UNION keeps duplicates", spoil: keep_all },
    Planted { name: "an aggregate forgets DISTINCT", spoil: count_duplicates },
    Planted { name: "a variable-length relationship may be of any type", spoil: cross_anything },
];

fn each(plan: &mut Plan, spoil: impl FnMut(&mut OperatorKind)) {
    plan.operators.iter_mut().map(|operator| &mut operator.kind).for_each(spoil);
}

fn lose_a_filter(plan: &mut Plan) {
    let filter = |kind: &OperatorKind| matches!(kind, OperatorKind::Filter(_));
    if let Some(at) = plan.operators.iter().position(|operator| filter(&operator.kind)) {
        plan.operators.remove(at);
    }
}

fn lose_a_predicate(plan: &mut Plan) {
    each(plan, |kind| {
        if let OperatorKind::Filter(predicates) = kind
            && predicates.len() > 1
        {
            predicates.pop();
        }
    });
}

fn let_null_pass(plan: &mut Plan) {
    each(plan, |kind| {
        let OperatorKind::Filter(predicates) = kind else { return };
        for predicate in predicates {
            let span = predicate.span;
            let unknown = ExpressionKind::IsNull(Box::new(predicate.clone()), false);
            let unknown = Expression::new(unknown, span);
            let operator = dossier::syntax::ast::LogicalOperator::Or;
            let either = ExpressionKind::Logical(operator, vec![predicate.clone(), unknown]);
            *predicate = Expression::new(either, span);
        }
    });
}

fn turn_around(plan: &mut Plan) {
    each(plan, |kind| {
        if let OperatorKind::Expand { direction, .. } = kind {
            *direction = match *direction {
                Direction::Outgoing => Direction::Incoming,
                Direction::Incoming => Direction::Outgoing,
                Direction::Either => Direction::Either,
            };
        }
    });
}

fn forget_uniqueness(plan: &mut Plan) {
    each(plan, |kind| {
        if let OperatorKind::Expand { distinct_from, .. }
        | OperatorKind::ExpandVariable { distinct_from, .. } = kind
        {
            distinct_from.clear();
        }
    });
}

fn forget_labels(plan: &mut Plan) {
    each(plan, |kind| {
        if let OperatorKind::NodeScan { labels, .. } = kind {
            *labels = None;
        }
    });
}

fn make_inner(plan: &mut Plan) {
    let operators = std::mem::take(&mut plan.operators);
    for operator in operators {
        match operator.kind {
            OperatorKind::Apply { plan: inner, kind: ApplyKind::Optional, .. } => {
                plan.operators.extend(inner.operators);
            }
            _ => plan.operators.push(operator),
        }
    }
}

fn stop_early(plan: &mut Plan) {
    each(plan, |kind| {
        if let OperatorKind::ExpandVariable { max: Some(max), min, shortest: None, .. } = kind
            && *max > *min
        {
            *max -= 1;
        }
    });
}

fn limit_first(plan: &mut Plan) {
    for at in 1..plan.operators.len() {
        let limit = matches!(plan.operators[at].kind, OperatorKind::Limit(_));
        if limit && matches!(plan.operators[at - 1].kind, OperatorKind::Skip(_)) {
            plan.operators.swap(at - 1, at);
        }
    }
}

fn lose_a_key(plan: &mut Plan) {
    each(plan, |kind| {
        if let OperatorKind::Aggregate { keys, .. } = kind
            && let Some((_, key)) = keys.last_mut()
        {
            *key = Expression::new(ExpressionKind::Literal(Value::Null), key.span);
        }
    });
}

fn turn_order(plan: &mut Plan) {
    each(plan, |kind| {
        if let OperatorKind::Sort { keys, .. } = kind {
            keys.iter_mut().for_each(|(_, descending)| *descending = !*descending);
        }
    });
}

fn keep_duplicates(plan: &mut Plan) {
    plan.operators.retain(|operator| !matches!(operator.kind, OperatorKind::Distinct));
}

fn keep_all(plan: &mut Plan) {
    each(plan, |kind| {
        if let OperatorKind::Union { all, .. } = kind {
            *all = true;
        }
    });
}

fn count_duplicates(plan: &mut Plan) {
    each(plan, |kind| {
        if let OperatorKind::Aggregate { aggregates, .. } = kind {
            aggregates.iter_mut().for_each(|(_, call)| call.distinct = false);
        }
    });
}

fn cross_anything(plan: &mut Plan) {
    each(plan, |kind| {
        if let OperatorKind::ExpandVariable { properties, types, .. } = kind {
            properties.clear();
            *types = None;
        }
    });
}
