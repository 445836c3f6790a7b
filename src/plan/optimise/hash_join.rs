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
use crate::plan::operator::{CreateItem, NameSource, Operator, OperatorKind, Plan, SetItem};
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
            match &mut scan.kind {
                OperatorKind::Merge { plan, create, on_create, on_match, .. } => {
                    let set = on_create.iter().chain(on_match.iter());
                    join_match(plan, create, set, statistics);
                }
                _ => join(scan, behind, rows, statistics),
            }
            rows = Some(scan.estimate);
            rest = behind;
        }
    }
}

/// Makes the scan of a MERGE of one node a join, if nothing that is set changes what it is by: then
/// only what the MERGE creates has to be added to the table.
fn join_match<'s>(
    plan: &mut Plan,
    create: &[CreateItem],
    mut set: impl Iterator<Item = &'s SetItem>,
    statistics: &dyn Statistics,
) {
    let [CreateItem::Node { .. }] = create else { return };
    let Some((scan, behind)) = plan.operators.split_first_mut() else { return };
    let is_filter = |operator: &Operator| matches!(operator.kind, OperatorKind::Filter(_));
    let mut joined = scan.clone();
    if !behind.iter().all(is_filter) {
        return;
    }
    join(&mut joined, behind, None, statistics);
    let OperatorKind::HashJoin(join) = &joined.kind else { return };
    let asked = || join.keys.iter().map(|(own, _)| own).chain(&join.filters);
    let labels = || join.labels.iter().flat_map(|labels| labels.names());
    let changes = |item: &SetItem| match item {
        SetItem::Property(_, NameSource::Written(name), _) => asked().any(|it| reads(it, name)),
        SetItem::Labels(_, names) => names.iter().any(|name| match name {
            NameSource::Written(name) => labels().any(|label| label == name),
            NameSource::Dynamic(_) => true,
        }),
        SetItem::Property(..) | SetItem::Replace(..) | SetItem::Merge(..) => true,
    };
    if !set.any(changes) {
        *scan = joined;
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

/// Whether an expression reads a property of this name.
fn reads(expression: &Expression, name: &str) -> bool {
    matches!(&expression.kind, ExpressionKind::Property(_, key) if **key == *name)
        || expression.children().into_iter().any(|child| reads(child, name))
}

/// Whether an expression reads some variable.
fn reads_rows(expression: &Expression) -> bool {
    let mut reads = false;
    expression.visit_variables(&mut |_| reads = true, &mut |_| {});
    reads
}
