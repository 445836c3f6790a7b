//! A scan learns by which property rows are ordered of which only the first are wanted.
//!
//! ```text
//! NodeScan (p:Person)                 NodeScan (p:Person) zones: first by born DESC
//! Extend p.name                  →    Extend p.name
//! TopK p.born DESC  (first 3)         TopK p.born DESC, p  (first 3)
//! ```
//!
//! What is passed over is asked nothing, so nothing between the two may fail for some elements
//! and not for others. Where it fails for all, no row ever comes to the sort.
//!
//! Values mostly grow as elements are created. So where the largest are wanted the scan begins
//! with the last chunk; the element is then the last key, so that rows that are alike stand in the
//! order in which they would have been found.

use super::certainty::{cannot_fail, fails_for_none_or_all};
use crate::bind::expression::{Expression, ExpressionKind, VariableId};
use crate::plan::operator::{Operator, OperatorKind, Plan};
use crate::plan::zone::{Wanted, ZoneCondition, ZoneFirst};
use crate::syntax::ast::NullOrder;
use crate::syntax::diagnostic::Span;
use std::sync::Arc;

/// Tells the scans of a plan for what sort they are.
pub(super) fn tell_scans(plan: &mut Plan) {
    for sort in 0..plan.operators.len() {
        let Some((scan, mut found)) = first_of(&plan.operators, sort) else { continue };
        found.backward = found.descending && scan == 0 && order_alike(&mut plan.operators, sort);
        if let OperatorKind::NodeScan { first, .. } | OperatorKind::RelationshipScan { first, .. } =
            &mut plan.operators[scan].kind
        {
            *first = Some(found);
        }
    }
}

/// What a key of a sort is: a column, or a property of an element.
#[derive(Clone, PartialEq)]
enum Key {
    Column(VariableId),
    Property(VariableId, Arc<str>),
}

impl Key {
    fn of(expression: &Expression) -> Option<Self> {
        match &expression.kind {
            ExpressionKind::Variable(column) => Some(Key::Column(*column)),
            ExpressionKind::Property(base, key) => match base.kind {
                ExpressionKind::Variable(element) => Some(Key::Property(element, key.clone())),
                _ => None,
            },
            _ => None,
        }
    }

    fn variable(&self) -> VariableId {
        match self {
            Key::Column(variable) | Key::Property(variable, _) => *variable,
        }
    }

    /// What it is before these columns are computed; `all` says whether there are no others.
    fn before(self, items: &[(VariableId, Expression)], all: bool) -> Option<Self> {
        let Some((_, value)) = items.iter().rev().find(|(id, _)| *id == self.variable()) else {
            return (!all).then_some(self);
        };
        match (self, Key::of(value)?) {
            (Key::Column(_), value) => Some(value),
            (Key::Property(_, key), Key::Column(element)) => Some(Key::Property(element, key)),
            (Key::Property(..), Key::Property(..)) => None,
        }
    }
}

/// The scan, by its number, of whose elements a sort needs the first by one of their properties.
fn first_of(operators: &[Operator], sort: usize) -> Option<(usize, ZoneFirst)> {
    let OperatorKind::Sort { keys, limit: Some(_) } = &operators[sort].kind else { return None };
    if !keys.iter().all(|(key, _)| cannot_fail(key)) {
        return None;
    }
    let (place, mut key, descending, nulls_first) = match keys.as_slice() {
        // Where nulls go elsewhere, whether there is one comes first.
        [(whether, nulls_first), (key, descending), ..] if is_null_of(whether, key) => {
            (1, Key::of(key)?, *descending, *nulls_first)
        }
        [(key, descending), ..] => (0, Key::of(key)?, *descending, *descending),
        [] => return None,
    };
    for (at, operator) in operators[..sort].iter().enumerate().rev() {
        match &operator.kind {
            OperatorKind::NodeScan { variable, zones, .. }
            | OperatorKind::RelationshipScan { variable, zones, .. } => {
                let Key::Property(element, key) = &key else { continue };
                if element != variable {
                    continue;
                }
                let (key, absent) = (key.clone(), !asks_value(zones, key));
                let nulls = if nulls_first { NullOrder::First } else { NullOrder::Last };
                let first = ZoneFirst { key, descending, nulls, absent, place, backward: false };
                return Some((at, first));
            }
            OperatorKind::Filter(predicates) => {
                if !predicates.iter().all(fails_for_none_or_all) {
                    return None;
                }
            }
            OperatorKind::Extend(items) | OperatorKind::Project(items) => {
                let projects = matches!(operator.kind, OperatorKind::Project(_));
                if !items.iter().all(|(_, item)| cannot_fail(item)) {
                    return None;
                }
                key = key.before(items, projects)?;
            }
            OperatorKind::Expand { .. } | OperatorKind::ProjectEndpoints { .. } => {}
            _ => return None,
        }
    }
    None
}

/// Whether one key is whether the other is null.
fn is_null_of(whether: &Expression, key: &Expression) -> bool {
    let ExpressionKind::IsNull(of, false) = &whether.kind else { return false };
    Key::of(of).is_some_and(|of| Key::of(key) == Some(of))
}

/// Whether a filter lets no element pass that has not the property.
fn asks_value(zones: &[ZoneCondition], property: &Arc<str>) -> bool {
    zones.iter().any(|zone| match zone {
        ZoneCondition::Property { key, wanted } => {
            key == property && !matches!(wanted, Wanted::Absent)
        }
        ZoneCondition::AnyOf(_) => false,
    })
}

/// Has a sort order rows that are alike by the element that the first operator scans for, where
/// that can still be read there.
fn order_alike(operators: &mut [Operator], sort: usize) -> bool {
    let (OperatorKind::NodeScan { variable, .. } | OperatorKind::RelationshipScan { variable, .. }) =
        operators[0].kind
    else {
        return false;
    };
    let element = || Expression::new(ExpressionKind::Variable(variable), Span::default());
    let is_element = |item: &(VariableId, Expression)| item.0 == variable;
    let drops = |kind: &OperatorKind| match kind {
        OperatorKind::Project(items) => !items.iter().any(is_element),
        _ => false,
    };
    let dropped = operators[..sort].iter().any(|operator| drops(&operator.kind));
    if dropped && !chooses_columns(&operators[sort + 1..]) {
        return false;
    }
    for operator in &mut operators[..sort] {
        match &mut operator.kind {
            OperatorKind::Project(items) if !items.iter().any(is_element) => {
                items.push((variable, element()));
            }
            _ => {}
        }
    }
    if let OperatorKind::Sort { keys, .. } = &mut operators[sort].kind {
        keys.push((element(), false));
    }
    true
}

/// Whether what stands behind a sort says which columns are read, so that one more is no matter.
fn chooses_columns(behind: &[Operator]) -> bool {
    let cuts = |operator: &&Operator| {
        matches!(
            operator.kind,
            OperatorKind::Skip(_)
                | OperatorKind::Limit(_)
                | OperatorKind::Filter(_)
                | OperatorKind::Extend(_)
        )
    };
    let next = behind.iter().find(|operator| !cuts(operator));
    next.is_some_and(|next| {
        matches!(next.kind, OperatorKind::Project(_) | OperatorKind::Aggregate { .. })
    })
}
