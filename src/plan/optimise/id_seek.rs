//! A scan whose filter names the elements by their ids looks at these alone.
//!
//! ```text
//! NodeScan (n:Person)           NodeIdSeek (n) id(n) = $id
//! Filter id(n) = $id      →     Filter n:Person AND id(n) = $id
//! ```
//!
//! The filter stays, see [`id_seek`](crate::plan::id_seek).

use super::Rule;
use super::index_seek::{check_labels, filters_behind};
use crate::plan::id_seek::by_id;
use crate::plan::operator::{Operator, OperatorKind, Plan};
use crate::plan::statistics::Statistics;
use crate::syntax::ast::EndKind;

pub(super) struct IdSeek;

impl Rule for IdSeek {
    fn name(&self) -> &'static str {
        "id_seek"
    }

    fn apply(&self, plan: &mut Plan, _statistics: &dyn Statistics) {
        let mut rest = &mut plan.operators[..];
        while let Some((scan, behind)) = rest.split_first_mut() {
            seek(scan, behind);
            rest = behind;
        }
    }
}

/// Makes a scan a search, if the filters behind it allow.
fn seek(scan: &mut Operator, behind: &mut [Operator]) {
    let (kind, variable, labels) = match &scan.kind {
        OperatorKind::NodeScan { variable, labels, .. } => {
            (EndKind::Node, *variable, labels.clone())
        }
        OperatorKind::RelationshipScan { variable, types, .. } => {
            (EndKind::Relationship, *variable, types.clone())
        }
        _ => return,
    };
    let Some((searches, rows)) = by_id(variable, &filters_behind(behind)) else { return };
    scan.estimate = scan.estimate.min(rows);
    scan.kind = OperatorKind::IdSeek { variable, kind, searches };
    check_labels(behind, variable, labels, scan.estimate);
}
