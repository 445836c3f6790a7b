//! A path that is chosen by a selector is told where it may end, if the filter behind it asks for a
//! value of its other end.
//!
//! ```text
//! PathSearch SHORTEST 1 (a)-->{1,}(b)      →      PathSearch SHORTEST 1 (a)-->{1,}(b) TO b.id = 5
//! Filter b:Person AND b.id = 5                    Filter b:Person AND b.id = 5
//! ```
//!
//! Where the search from one end grows, and few nodes are so, these are found, and the path to each
//! is searched from both ends. The filter stays: it may ask for more.

use super::Rule;
use super::certainty::{cannot_fail, is_truth, reads_only};
use crate::bind::expression::{Expression, ExpressionKind, Labels, VariableId};
use crate::plan::operator::{Operator, OperatorKind, Plan};
use crate::plan::path::PathTargets;
use crate::plan::statistics::Statistics;
use crate::syntax::ast::{ComparisonOperator, EndKind};

pub(super) struct FindTargets;

impl Rule for FindTargets {
    fn name(&self) -> &'static str {
        "path_targets"
    }

    fn apply(&self, plan: &mut Plan, _: &dyn Statistics) {
        let mut rest = plan.operators.as_mut_slice();
        while let Some((Operator { kind: OperatorKind::PathSearch(search), .. }, behind)) =
            split_at_search(rest)
        {
            let plain = search.selector.is_some() && !search.into;
            if let (true, EndKind::Node, Some(Operator { kind: OperatorKind::Filter(all), .. })) =
                (plain, search.to.kind, behind.first())
            {
                search.targets = targets(all, search.to.variable);
            }
            rest = behind;
        }
    }
}

/// The first search among operators, and those behind it.
fn split_at_search(operators: &mut [Operator]) -> Option<(&mut Operator, &mut [Operator])> {
    let is_search = |operator: &Operator| matches!(operator.kind, OperatorKind::PathSearch(_));
    let place = operators.iter().position(is_search)?;
    operators.get_mut(place..)?.split_first_mut()
}

/// What predicates ask of a node and of nothing else, if they ask for a value.
fn targets(predicates: &[Expression], node: VariableId) -> Option<PathTargets> {
    let mut targets = PathTargets { labels: None, filters: Vec::new(), zones: Vec::new() };
    for predicate in predicates.iter().filter(|predicate| reads_only(predicate, node)) {
        match &predicate.kind {
            ExpressionKind::HasLabels(_, labels) => {
                let both = targets.labels.take().into_iter().chain([labels.clone()]);
                targets.labels = both.reduce(Labels::and);
            }
            _ if is_truth(predicate) && cannot_fail(predicate) => {
                targets.filters.push(predicate.clone());
            }
            _ => {}
        }
    }
    let is_value = |filter: &Expression| {
        matches!(filter.kind, ExpressionKind::Comparison(ComparisonOperator::Equal, ..))
    };
    targets.filters.iter().any(is_value).then_some(targets)
}
