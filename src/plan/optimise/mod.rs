//! The optimiser: one visible, ordered list of rules. Each rewrites one list of
//! operators and keeps the rows that it gives; nested plans get the same rules.

pub(super) mod certainty;
mod distinct_ends;
mod filter_pushdown;
mod hash_join;
mod id_seek;
mod identifiers;
mod index_seek;
mod intersection;
mod join_matches;
mod late_values;
mod merge_filters;
mod path_count;
mod path_targets;
mod path_values;
mod top_k;
mod zone_first;
mod zone_maps;

use super::operator::{OperatorKind, Plan, StatementPlan};
use super::statistics::Statistics;
use crate::bind::query::BoundClause;

/// A rewriting of a plan that keeps its rows.
pub trait Rule: Sync {
    /// Its name, in lower case with underscores.
    fn name(&self) -> &'static str;
    /// Whether the plan no longer meets each element of a match, so that it could not tell
    /// what its rows rest on: such a rule is left out where that is asked.
    fn forgets_matches(&self) -> bool {
        false
    }
    /// Whether it pays only where many rows come together: not for plans that run row by row,
    /// each on the graph as the rows before have left it.
    fn for_many_rows(&self) -> bool {
        false
    }
    /// Joins clauses before there are operators; `None` where they stay as they are.
    fn join(&self, _clauses: &[BoundClause]) -> Option<Vec<BoundClause>> {
        None
    }
    /// Rewrites one list of operators for a graph of these statistics.
    fn apply(&self, _plan: &mut Plan, _statistics: &dyn Statistics) {}
}

/// All rules in the order in which they run.
pub const RULES: &[&dyn Rule] = &[
    &join_matches::JoinMatches,
    &filter_pushdown::FilterPushdown,
    &merge_filters::MergeFilters,
    &id_seek::IdSeek,
    &hash_join::HashJoin,
    &index_seek::IndexSeek,
    &identifiers::Identifiers,
    &path_count::CountPaths,
    &intersection::Intersection,
    &intersection::IntersectionCount,
    &distinct_ends::DistinctEnds,
    &path_targets::FindTargets,
    &path_values::PathValues,
    &top_k::TopK,
    &late_values::LateValues,
    &zone_maps::ZoneMaps,
];

/// Runs the rules in their order: [`RULES`] for a plan as good as it gets, some of them or
/// others to see what each one does.
pub fn optimise(plan: &mut StatementPlan, rules: &[&dyn Rule], statistics: &dyn Statistics) {
    for rule in rules {
        apply_everywhere(*rule, &mut plan.root, statistics);
        for subquery in &mut plan.subqueries {
            apply_everywhere(*rule, &mut subquery.plan, statistics);
        }
    }
}

/// Plans nest only as deep as the text does, which the parser bounds.
fn apply_everywhere(rule: &dyn Rule, plan: &mut Plan, statistics: &dyn Statistics) {
    rule.apply(plan, statistics);
    for operator in &mut plan.operators {
        // An inner plan runs row by row where something writes.
        if rule.for_many_rows() && operator.kind.writes() {
            continue;
        }
        match &mut operator.kind {
            OperatorKind::Apply { plan, .. } | OperatorKind::Merge { plan, .. } => {
                apply_everywhere(rule, plan, statistics);
            }
            OperatorKind::Union { arms, .. } => {
                arms.iter_mut().for_each(|(arm, _)| apply_everywhere(rule, arm, statistics));
            }
            OperatorKind::PathSearch(search) => {
                search.plans_mut().for_each(|plan| apply_everywhere(rule, plan, statistics));
            }
            _ => {}
        }
    }
}
