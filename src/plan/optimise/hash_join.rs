//! A scan whose filter compares what it finds with what the rows have becomes a hash join.
//!
//! ```text
//! NodeScan (a:Person)                     NodeScan (a:Person)
//! NodeScan (b:Person)                     NodeHashJoin (b:Person) ON name = a.name
//! Filter b.name = a.name            →     Filter b.name = a.name
//! ```
//!
//! All elements are looked at once, and not once for each row. The filter stays behind the join.
//! An element that is not joined is asked nothing, so what stands before the comparison must not
//! fail, see [`zone_maps`](super::zone_maps). An index that finds few elements for a row is better.

use super::Rule;
use super::certainty::{cannot_fail, reads_only};
use super::index_seek::filters_behind;
use crate::bind::expression::{Expression, ExpressionKind, VariableId};
use crate::plan::condition::{is_known_before, property_of};
use crate::plan::join::HashJoin as Join;
use crate::plan::operator::{Operator, OperatorKind, Plan};
use crate::plan::seek::{Found as Search, best_search};
use crate::plan::statistics::{Statistics, relationship_rows, scan_rows};
use crate::syntax::ast::{ComparisonOperator, EndKind, LogicalOperator};

/// Rows, by estimate, from which on elements are rather put into a table.
const ROWS: f64 = 4.0;

/// Elements of which an index may find so many for a row.
const FEW: f64 = 8.0;

/// What a search of an index costs, and what it costs to put an element into a table, in
/// elements that are looked at.
const SEARCH: f64 = 10.0;
const ENTRY: f64 = 3.0;

pub(super) struct HashJoin;

impl Rule for HashJoin {
    fn name(&self) -> &'static str {
        "hash_join"
    }

    fn for_many_rows(&self) -> bool {
        true
    }

    fn apply(&self, plan: &mut Plan, statistics: &dyn Statistics) {
        let mut rows = None;
        let mut rest = &mut plan.operators[..];
        while let Some((scan, behind)) = rest.split_first_mut() {
            join(scan, behind, rows, statistics);
            rows = Some(scan.estimate);
            rest = behind;
        }
    }
}

/// Makes a scan a join, if the filters behind it allow; `rows` is how many rows come to it, where
/// that is known.
fn join(scan: &mut Operator, behind: &[Operator], rows: Option<f64>, statistics: &dyn Statistics) {
    let (kind, variable, labels, elements) = match &scan.kind {
        OperatorKind::NodeScan { variable, labels, .. } => {
            (EndKind::Node, *variable, labels.clone(), scan_rows(statistics, labels.as_ref()))
        }
        OperatorKind::RelationshipScan { variable, types, .. } => {
            let elements = relationship_rows(statistics, types.as_ref());
            (EndKind::Relationship, *variable, types.clone(), elements)
        }
        _ => return,
    };
    if rows.is_some_and(|rows| rows < ROWS) {
        return;
    }
    let predicates = filters_behind(behind);
    let found = Found::of(variable, &predicates);
    if found.keys.is_empty()
        || best_search(statistics, (kind, variable), labels.as_ref(), &predicates)
            .is_some_and(|search| is_better(&search, rows, elements))
    {
        return;
    }
    let Found { keys, filters } = found;
    if let Some(filter) = behind.first() {
        scan.estimate = scan.estimate.min(filter.estimate);
    }
    let zones = Vec::new();
    scan.kind =
        OperatorKind::HashJoin(Box::new(Join { variable, kind, labels, keys, filters, zones }));
}

/// Whether the search of an index costs less, for so many rows, than a table of so many elements.
fn is_better(search: &Search, rows: Option<f64>, elements: f64) -> bool {
    let cost = |rows: f64| rows * (SEARCH + search.rows);
    search.rows <= FEW || rows.is_none_or(|rows| cost(rows) <= elements * ENTRY + rows)
}

/// What predicates ask of the elements, as far as what stands before cannot fail.
#[derive(Default)]
struct Found {
    keys: Vec<(Expression, Expression)>,
    filters: Vec<Expression>,
}

impl Found {
    fn of(variable: VariableId, predicates: &[&Expression]) -> Self {
        let mut found = Found::default();
        let terms = predicates.iter().flat_map(|predicate| match &predicate.kind {
            ExpressionKind::Logical(LogicalOperator::And, terms) => terms.as_slice(),
            _ => std::slice::from_ref(*predicate),
        });
        for term in terms {
            if matches!(term.kind, ExpressionKind::MayHold(_)) {
                continue;
            }
            if let Some(key) = key(term, variable) {
                let certain = cannot_fail(&key.0);
                found.keys.push(key);
                if !certain {
                    break;
                }
            } else if !cannot_fail(term) {
                break;
            } else if reads_only(term, variable) {
                found.filters.push(term.clone());
            }
        }
        found
    }
}

/// What of the element a comparison asks to equal what of the row.
fn key(term: &Expression, variable: VariableId) -> Option<(Expression, Expression)> {
    let ExpressionKind::Comparison(ComparisonOperator::Equal, left, right) = &term.kind else {
        return None;
    };
    let is_own = |own: &Expression| {
        property_of(own, variable).is_some()
            || reads_only(own, variable)
                && reads_rows(own)
                && !own.is_random()
                && !own.looks_before()
    };
    let fits = |own: &Expression, other: &Expression| {
        is_own(own) && is_known_before(other, variable) && reads_rows(other)
    };
    [(left, right), (right, left)]
        .into_iter()
        .find(|(own, other)| fits(own, other))
        .map(|(own, other)| ((**own).clone(), (**other).clone()))
}

/// Whether an expression reads some variable.
fn reads_rows(expression: &Expression) -> bool {
    let mut reads = false;
    expression.visit_variables(&mut |_| reads = true, &mut |_| {});
    reads
}
