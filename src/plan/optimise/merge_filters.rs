//! Filters in a row become one, so that a row is looked at once.

use super::Rule;
use crate::plan::operator::{Operator, OperatorKind, Plan};
use crate::plan::statistics::Statistics;

pub(super) struct MergeFilters;

impl Rule for MergeFilters {
    fn name(&self) -> &'static str {
        "merge_filters"
    }

    fn apply(&self, plan: &mut Plan, _: &dyn Statistics) {
        let mut merged: Vec<Operator> = Vec::with_capacity(plan.operators.len());
        for mut operator in plan.operators.drain(..) {
            if let OperatorKind::Filter(predicates) = &mut operator.kind
                && let Some(Operator { kind: OperatorKind::Filter(earlier), estimate, .. }) =
                    merged.last_mut()
            {
                earlier.append(predicates);
                *estimate = operator.estimate;
                continue;
            }
            merged.push(operator);
        }
        plan.operators = merged;
    }
}
