//! A scan learns what the filter behind it asks, so that it may pass over chunks by their zones.
//!
//! ```text
//! NodeScan (p:Person)                     NodeScan (p:Person) zones: born >= 1990
//! Filter p.born >= 1990              →    Filter p.born >= 1990
//! ```
//!
//! An element that is passed over is asked nothing, so what stands before a condition must not
//! fail: `1 / p.x > 0 AND p.born >= 1990` may, and asks all.

use super::Rule;
use super::certainty::{cannot_fail, is_truth};
use super::index_seek::filters_behind;
use crate::bind::expression::{Expression, ExpressionKind, VariableId};
use crate::plan::condition::{Condition, collect, is_known_before, property_of};
use crate::plan::operator::{OperatorKind, Plan};
use crate::plan::statistics::Statistics;
use crate::plan::zone::ZoneCondition;
use crate::syntax::ast::{LogicalOperator, PredicateOperator};

pub(super) struct ZoneMaps;

impl Rule for ZoneMaps {
    fn name(&self) -> &'static str {
        "zone_maps"
    }

    fn apply(&self, plan: &mut Plan, _: &dyn Statistics) {
        for at in 0..plan.operators.len() {
            let Some((scan, behind)) = plan.operators[at..].split_first_mut() else { return };
            match &mut scan.kind {
                OperatorKind::NodeScan { variable, zones, .. }
                | OperatorKind::RelationshipScan { variable, zones, .. } => {
                    *zones = conditions(*variable, filters_behind(behind));
                }
                OperatorKind::PathCount(count) => {
                    for end in &mut count.ends {
                        end.zones = conditions(end.variable, end.filters.iter());
                    }
                }
                OperatorKind::PathSearch(search) => {
                    if let Some(targets) = &mut search.targets {
                        targets.zones = conditions(search.to.variable, &targets.filters);
                    }
                }
                _ => {}
            }
        }
    }
}

/// What predicates ask of the properties of the variable, as far as what stands before cannot
/// fail.
fn conditions<'e>(
    variable: VariableId,
    predicates: impl IntoIterator<Item = &'e Expression>,
) -> Vec<ZoneCondition> {
    let mut found: Vec<Condition<'_>> = Vec::new();
    for predicate in predicates {
        let asked = match &predicate.kind {
            ExpressionKind::MayHold(asked) => asked,
            _ => predicate,
        };
        if is_certain(asked, variable) {
            collect(asked, variable, &mut found);
        } else if std::ptr::eq(asked, predicate) {
            break;
        }
    }
    found.iter().map(ZoneCondition::of).collect()
}

/// Whether a predicate has a value for every element, provided that what it compares properties
/// with has one.
fn is_certain(predicate: &Expression, variable: VariableId) -> bool {
    use ExpressionKind as K;
    let asks = |property: &Expression, other: &Expression| {
        property_of(property, variable).is_some() && is_known_before(other, variable)
    };
    let compared = |left: &Expression, right: &Expression| {
        asks(left, right) || asks(right, left) || (cannot_fail(left) && cannot_fail(right))
    };
    match &predicate.kind {
        K::Comparison(_, left, right) => compared(left, right),
        K::Comparisons(first, rest) => {
            let lefts = std::iter::once(&**first).chain(rest.iter().map(|(_, right)| right));
            lefts.zip(rest).all(|(left, (_, right))| compared(left, right))
        }
        K::Predicate(PredicateOperator::In, property, list) => asks(property, list),
        K::Predicate(PredicateOperator::StartsWith, property, prefix) if asks(property, prefix) => {
            true
        }
        // What the user nests is bounded by the parser.
        K::Logical(LogicalOperator::And, terms) => {
            terms.iter().all(|term| is_truth(term) && is_certain(term, variable))
        }
        _ => cannot_fail(predicate),
    }
}
