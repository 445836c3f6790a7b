//! A scan learns what the filter behind it asks, so that it may pass over chunks by their zones.
//!
//! ```text
//! NodeScan (p:Person)                     NodeScan (p:Person) zones: born >= 1990
//! Filter p.born >= 1990              →    Filter p.born >= 1990
//! ```
//!
//! An element that is passed over is asked nothing, so what stands before a condition must not
//! fail: `1 / p.x > 0 AND p.born >= 1990` may, and asks all. So do alternatives one of which may.

use super::Rule;
use super::certainty::{cannot_fail, is_truth};
use super::index_seek::filters_behind;
use super::zone_first;
use crate::bind::expression::{Expression, ExpressionKind, VariableId};
use crate::plan::condition::{Condition, collect, is_known_before, property_of};
use crate::plan::operator::{OperatorKind, Plan};
use crate::plan::statistics::Statistics;
use crate::plan::zone::ZoneCondition;
use crate::syntax::ast::{ComparisonOperator, LogicalOperator, PredicateOperator};

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
                OperatorKind::HashJoin(join) => {
                    join.zones = conditions(join.variable, filters_behind(behind));
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
        zone_first::tell_scans(plan);
    }
}

/// What predicates ask of the properties of the variable, as far as what stands before cannot
/// fail.
fn conditions<'e>(
    variable: VariableId,
    predicates: impl IntoIterator<Item = &'e Expression>,
) -> Vec<ZoneCondition> {
    let mut found = Vec::new();
    for predicate in predicates {
        let asked = match &predicate.kind {
            ExpressionKind::MayHold(asked) => asked,
            _ => predicate,
        };
        match asked_by(asked, variable) {
            Some(conditions) => found.extend(conditions),
            None if std::ptr::eq(asked, predicate) => break,
            None => {}
        }
    }
    found
}

/// What a predicate asks of the properties of the variable; `None` where it may fail for some
/// element although what it asks has a value.
fn asked_by(predicate: &Expression, variable: VariableId) -> Option<Vec<ZoneCondition>> {
    // What the user nests is bounded by the parser.
    let of_term = |term: &Expression| if is_truth(term) { asked_by(term, variable) } else { None };
    match &predicate.kind {
        ExpressionKind::Logical(LogicalOperator::And, terms) => {
            let terms = terms.iter().map(of_term).collect::<Option<Vec<_>>>()?;
            Some(terms.into_iter().flatten().collect())
        }
        ExpressionKind::Logical(LogicalOperator::Or, terms) => {
            let ways = terms.iter().map(of_term).collect::<Option<Vec<_>>>()?;
            // What asks nothing of zones may hold anywhere.
            if ways.iter().any(Vec::is_empty) {
                return cannot_fail(predicate).then(Vec::new);
            }
            Some(vec![ZoneCondition::AnyOf(ways)])
        }
        _ => is_certain(predicate, variable).then(|| {
            let mut found: Vec<Condition<'_>> = Vec::new();
            collect(predicate, variable, &mut found);
            found.iter().map(ZoneCondition::of).collect()
        }),
    }
}

/// Whether a predicate has a value for every element, provided that what [`collect`] finds it to
/// compare properties with has one.
fn is_certain(predicate: &Expression, variable: VariableId) -> bool {
    use ExpressionKind as K;
    let asks = |property: &Expression, other: &Expression| {
        property_of(property, variable).is_some() && is_known_before(other, variable)
    };
    let compared = |operator: ComparisonOperator, left: &Expression, right: &Expression| {
        let asked =
            operator != ComparisonOperator::NotEqual && (asks(left, right) || asks(right, left));
        asked || (cannot_fail(left) && cannot_fail(right))
    };
    match &predicate.kind {
        K::Comparison(operator, left, right) => compared(*operator, left, right),
        K::Comparisons(first, rest) => {
            let lefts = std::iter::once(&**first).chain(rest.iter().map(|(_, right)| right));
            lefts.zip(rest).all(|(left, (operator, right))| compared(*operator, left, right))
        }
        K::Predicate(PredicateOperator::In, property, list) => asks(property, list),
        K::Predicate(PredicateOperator::StartsWith, property, prefix) if asks(property, prefix) => {
            true
        }
        _ => cannot_fail(predicate),
    }
}
