//! Where a property tells nodes apart, the nodes themselves are counted.
//!
//! ```text
//! Filter (p:Person)                     Filter (p:Person)
//! Aggregate count(p.id)             →   Aggregate count(p)
//! Aggregate count(DISTINCT p.id)        Aggregate count(DISTINCT p)
//! ```
//!
//! It does so where an index says that each node with the label has a value of its own: then
//! nobody has to look at the values.

use super::Rule;
use crate::bind::expression::{Expression, ExpressionKind, Labels, VariableId};
use crate::plan::operator::{Operator, OperatorKind, Plan};
use crate::plan::statistics::Statistics;
use crate::syntax::ast::LabelExpression;

pub(super) struct Identifiers;

impl Rule for Identifiers {
    fn name(&self) -> &'static str {
        "identifiers"
    }

    fn apply(&self, plan: &mut Plan, statistics: &dyn Statistics) {
        for at in 0..plan.operators.len() {
            let (before, rest) = plan.operators.split_at_mut(at);
            let Some(OperatorKind::Aggregate { aggregates, .. }) =
                rest.first_mut().map(|operator| &mut operator.kind)
            else {
                continue;
            };
            for (_, call) in aggregates.iter_mut().filter(|(_, call)| call.function == "count") {
                let [argument] = call.arguments.as_mut_slice() else { continue };
                if let Some(node) = identified(before, argument, statistics) {
                    *argument = Expression::new(ExpressionKind::Variable(node), argument.span);
                }
            }
        }
    }
}

/// The node of which a property is read that tells it apart, of rows that come from these
/// operators.
fn identified(
    before: &[Operator],
    value: &Expression,
    statistics: &dyn Statistics,
) -> Option<VariableId> {
    let ExpressionKind::Property(base, key) = &value.kind else { return None };
    let ExpressionKind::Variable(node) = base.kind else { return None };
    let replaced = |kind: &OperatorKind| {
        use OperatorKind as K;
        matches!(kind, K::Project(_) | K::Aggregate { .. } | K::PathCount(_) | K::Union { .. })
    };
    let since = before.iter().rev().take_while(|operator| !replaced(&operator.kind));
    let mut conditions = since.flat_map(|operator| conditions(&operator.kind, node));
    conditions.any(|labels| tells_apart(labels, key, statistics)).then_some(node)
}

/// What an operator makes sure of the labels of a node.
fn conditions(kind: &OperatorKind, node: VariableId) -> impl Iterator<Item = &Labels> {
    let (scanned, predicates) = match kind {
        OperatorKind::NodeScan { variable, labels: Some(labels), .. } if *variable == node => {
            (Some(labels), [].as_slice())
        }
        OperatorKind::Filter(predicates) => (None, predicates.as_slice()),
        _ => (None, [].as_slice()),
    };
    let asked = predicates.iter().filter_map(move |predicate| match &predicate.kind {
        ExpressionKind::HasLabels(of, labels) => {
            matches!(of.kind, ExpressionKind::Variable(id) if id == node).then_some(labels)
        }
        _ => None,
    });
    scanned.into_iter().chain(asked)
}

/// Whether nodes for whose labels the condition holds have each a value of their own.
/// Conditions nest only as deep as the text does, which the parser bounds.
pub(super) fn tells_apart(labels: &Labels, key: &str, statistics: &dyn Statistics) -> bool {
    match labels {
        LabelExpression::Name(label) => statistics.identifies(label, key),
        LabelExpression::And(terms) => terms.iter().any(|term| tells_apart(term, key, statistics)),
        _ => false,
    }
}
