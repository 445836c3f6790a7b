//! A scan whose filter asks for what an index knows becomes a search of the index.
//!
//! ```text
//! NodeScan (p:Person)             NodeIndexSeek (p:Person) person_name: name = $name
//! Filter p.name = $name     →     Filter p.name = $name
//! ```
//!
//! The filter stays, see [`seek`](crate::plan::seek).

use super::Rule;
use crate::bind::expression::{Expression, ExpressionKind, Labels, VariableId};
use crate::plan::operator::{Operator, OperatorKind, Plan};
use crate::plan::seek::{Found, best_search};
use crate::plan::statistics::{Statistics, relationship_rows, scan_rows};
use crate::syntax::ast::{EndKind, LabelExpression};

pub(super) struct IndexSeek;

impl Rule for IndexSeek {
    fn name(&self) -> &'static str {
        "index_seek"
    }

    fn apply(&self, plan: &mut Plan, statistics: &dyn Statistics) {
        for at in 0..plan.operators.len() {
            let Some((scan, behind)) =
                plan.operators.get_mut(at..).and_then(<[_]>::split_first_mut)
            else {
                return;
            };
            seek(scan, behind, statistics);
        }
    }
}

/// Makes a scan a search, if the filters behind it allow.
fn seek(scan: &mut Operator, behind: &mut [Operator], statistics: &dyn Statistics) {
    let (kind, variable, labels, scanned) = match &scan.kind {
        OperatorKind::NodeScan { variable, labels, .. } => {
            let scanned = scan_rows(statistics, labels.as_ref());
            (EndKind::Node, *variable, labels.clone(), scanned)
        }
        OperatorKind::RelationshipScan { variable, types, .. } => {
            let scanned = relationship_rows(statistics, types.as_ref());
            (EndKind::Relationship, *variable, types.clone(), scanned)
        }
        _ => return,
    };
    let predicates = filters_behind(behind);
    let found = best_search(statistics, (kind, variable), labels.as_ref(), &predicates);
    let Some(Found { searches, rows }) = found else { return };
    scan.estimate *= (rows / scanned.max(1.0)).min(1.0);
    scan.kind = OperatorKind::IndexSeek { variable, kind, searches };
    // A single label is one that the index knows.
    let labels = labels.filter(|labels| !matches!(labels, LabelExpression::Name(_)));
    check_labels(behind, variable, labels, scan.estimate);
}

/// The predicates of the filters that stand first.
pub(super) fn filters_behind(behind: &[Operator]) -> Vec<&Expression> {
    let filters = behind.iter().map_while(|operator| match &operator.kind {
        OperatorKind::Filter(predicates) => Some(predicates),
        _ => None,
    });
    filters.flatten().collect()
}

/// Lets the filter behind a search check the labels as well, which a scan would have done.
pub(super) fn check_labels(
    behind: &mut [Operator],
    variable: VariableId,
    labels: Option<Labels>,
    limit: f64,
) {
    if let Some(Operator { kind: OperatorKind::Filter(predicates), estimate, span }) =
        behind.first_mut()
    {
        *estimate = estimate.min(limit);
        if let Some(labels) = labels {
            let span = span.unwrap_or_default();
            let variable = Box::new(Expression::new(ExpressionKind::Variable(variable), span));
            predicates
                .insert(0, Expression::new(ExpressionKind::HasLabels(variable, labels), span));
        }
    }
}
