//! Conditions that are asked of all rows of a chunk at once.
//!
//! A row that one condition decides is not asked the next, so that a failure shows where it does
//! in the reference. Where conditions fail for no row, and nodes follow each other as in a scan,
//! so that their properties are slices of what is stored, asking all rows costs less than to find
//! those that are left: the truths are bits, put together by the word.

use super::context::Context;
use super::expression::{Physical, PhysicalKind};
use super::vectorised::{Rows, evaluate};
use crate::function::kernel;
use crate::store::follow_each_other;
use crate::syntax::ast::{LogicalOperator, PredicateOperator};
use crate::syntax::diagnostic::Diagnostic;
use crate::value::Value;
use crate::vector::Vector;
use std::cell::Cell;

/// Conditions within each other that are looked at.
const DEEPEST: usize = 8;

/// Of some conditions that are put together, those from the first on that are asked of all rows at
/// once: how many they are, and their truths put together.
///
/// # Errors
/// The statement has to stop.
pub(super) fn together<'p>(
    context: &Context<'_>,
    operator: LogicalOperator,
    conditions: impl IntoIterator<Item = &'p Physical>,
    rows: &Rows<'_>,
) -> Result<(usize, Option<Vector>), Diagnostic> {
    let (mut asked, mut all): (usize, Option<Vector>) = (0, None);
    let along = Along { context, rows, known: Cell::new(None) };
    for condition in conditions {
        if !fails_nowhere(&along, condition, (operator == LogicalOperator::Or, DEEPEST)) {
            break;
        }
        let truths = evaluate(context, condition, rows)?;
        let put_together = match &all {
            None => is_truths(&truths).then_some(truths),
            Some(all) => kernel::logical(operator, all, &truths),
        };
        let Some(put_together) = put_together else { break };
        (asked, all) = (asked + 1, Some(put_together));
    }
    Ok((asked, all))
}

/// Whether all are true, false or null.
fn is_truths(vector: &Vector) -> bool {
    let constant = |value: &Value| matches!(value, Value::Boolean(_) | Value::Null);
    match vector {
        Vector::Boolean { .. } => true,
        Vector::Constant(value, _) => constant(value),
        _ => false,
    }
}

/// Whether a condition fails for no row and is cheap: it compares properties of nodes that follow
/// each other with what is the same in every row, or looks for missing ones, or consists of such.
/// What looks into strings or lists is cheap only where it is an alternative (`or`), which most
/// rows are asked anyway.
fn fails_nowhere(along: &Along<'_>, condition: &Physical, (or, deepest): (bool, usize)) -> bool {
    let Some(deeper) = deepest.checked_sub(1) else { return false };
    let all = |parts: &[Physical], or: bool| {
        parts.iter().all(|part| fails_nowhere(along, part, (or, deeper)))
    };
    match &condition.kind {
        PhysicalKind::Predicate(operator, sides) if or => {
            let [value, other] = &**sides;
            let PhysicalKind::Constant(other) = &other.kind else { return false };
            let fits = matches!(
                (operator, other),
                (PredicateOperator::In, Value::List(_))
                    | (
                        PredicateOperator::StartsWith
                            | PredicateOperator::EndsWith
                            | PredicateOperator::Contains,
                        Value::String(_)
                    )
            );
            fits && along.reads(value)
        }
        PhysicalKind::Comparison(_, sides) => match &**sides {
            [value, other] | [other, value] if is_constant(other) => along.reads(value),
            _ => false,
        },
        PhysicalKind::IsNull(value, _) => along.reads(value),
        PhysicalKind::Not(of) => fails_nowhere(along, of, (or, deeper)),
        PhysicalKind::And(parts) => all(parts, false),
        PhysicalKind::Or(parts) => all(parts, true),
        PhysicalKind::Xor(parts) => all(parts, or),
        _ => false,
    }
}

fn is_constant(expression: &Physical) -> bool {
    matches!(expression.kind, PhysicalKind::Constant(_) | PhysicalKind::Slot(_))
}

/// Nodes that may follow each other.
struct Along<'a> {
    context: &'a Context<'a>,
    rows: &'a Rows<'a>,
    /// The column that was looked at last, and whether they do there.
    known: Cell<Option<(usize, bool)>>,
}

impl Along<'_> {
    /// Whether an expression is a property of nodes that follow each other.
    fn reads(&self, value: &Physical) -> bool {
        let PhysicalKind::Property(of, ..) = &value.kind else { return false };
        let PhysicalKind::Column(slot) = of.kind else { return false };
        if let Some((known, follow)) = self.known.get()
            && known == slot
        {
            return follow;
        }
        let follow = match self.rows.whole(slot) {
            Some(Vector::Node { values, validity: None }) => {
                !self.context.deleted.any && follow_each_other(values)
            }
            _ => false,
        };
        self.known.set(Some((slot, follow)));
        follow
    }
}
