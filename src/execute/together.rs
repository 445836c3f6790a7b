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
use crate::syntax::ast::{LogicalOperator, PredicateOperator};
use crate::syntax::diagnostic::Diagnostic;
use crate::value::Value;
use crate::vector::Vector;

/// Conditions within each other that are looked at.
const DEEPEST: usize = 8;

/// Whether the ids of nodes are one after the other, as in a scan: each is met once.
pub(super) fn follow_each_other(ids: &[u32]) -> bool {
    let (Some(&first), Some(&last)) = (ids.first(), ids.last()) else { return false };
    let follows = |(id, next): (&u32, u32)| *id == next;
    // No early end, so that it is done for many ids at once.
    last.wrapping_sub(first) as usize == ids.len() - 1
        && ids.iter().zip(first..).fold(true, |all, pair| all & follows(pair))
}

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
    for condition in conditions {
        if !fails_nowhere(context, condition, rows, (operator == LogicalOperator::Or, DEEPEST)) {
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
fn fails_nowhere(
    context: &Context<'_>,
    condition: &Physical,
    rows: &Rows<'_>,
    (or, deepest): (bool, usize),
) -> bool {
    let Some(deeper) = deepest.checked_sub(1) else { return false };
    let all = |parts: &[Physical], or: bool| {
        parts.iter().all(|part| fails_nowhere(context, part, rows, (or, deeper)))
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
            fits && is_read_along(context, value, rows)
        }
        PhysicalKind::Comparison(_, sides) => match &**sides {
            [value, other] | [other, value] if is_constant(other) => {
                is_read_along(context, value, rows)
            }
            _ => false,
        },
        PhysicalKind::IsNull(value, _) => is_read_along(context, value, rows),
        PhysicalKind::Not(of) => fails_nowhere(context, of, rows, (or, deeper)),
        PhysicalKind::And(parts) => all(parts, false),
        PhysicalKind::Or(parts) => all(parts, true),
        PhysicalKind::Xor(parts) => all(parts, or),
        _ => false,
    }
}

fn is_constant(expression: &Physical) -> bool {
    matches!(expression.kind, PhysicalKind::Constant(_) | PhysicalKind::Slot(_))
}

/// Whether an expression is a property of nodes that follow each other.
fn is_read_along(context: &Context<'_>, value: &Physical, rows: &Rows<'_>) -> bool {
    let PhysicalKind::Property(of, ..) = &value.kind else { return false };
    let PhysicalKind::Column(slot) = of.kind else { return false };
    match rows.whole(slot) {
        Some(Vector::Node { values, validity: None }) => {
            !context.deleted.any && follow_each_other(values)
        }
        _ => false,
    }
}
