//! A row that comes alone: what a search by a key leads to. Vectors for it would cost more than
//! what is computed with them.

use super::context::Context;
use super::expression::{Physical, PhysicalKind};
use crate::function::comparison::holds;
use crate::value::{Endpoint, Value};
use crate::vector::{DataChunk, Vector};

/// Whether a predicate is true of the only row of a chunk that compares a property with what is
/// the same in every row; `None` where it is another one, or the value is to be computed.
pub(super) fn holds_alone(
    context: &Context<'_>,
    predicate: &Physical,
    chunk: &DataChunk,
) -> Option<bool> {
    let PhysicalKind::Comparison(operator, operands) = &predicate.kind else { return None };
    let [Physical { kind: PhysicalKind::Property(of, _, Some(key)), .. }, wanted] = &**operands
    else {
        return None;
    };
    let PhysicalKind::Column(slot) = of.kind else { return None };
    let element = match chunk.columns.get(slot) {
        Some(Vector::Constant(Value::Node(node), _)) => Endpoint::Node(*node),
        Some(Vector::Constant(Value::Relationship(id), _)) => Endpoint::Relationship(*id),
        _ => return None,
    };
    // What was deleted has no property, and must not be asked for one.
    if context.deleted.any {
        return None;
    }
    let compare = |wanted: &Value| {
        holds(*operator, &context.graph.property(element, *key), wanted) == Some(true)
    };
    match &wanted.kind {
        PhysicalKind::Constant(wanted) => Some(compare(wanted)),
        PhysicalKind::Slot(slot) => context.bindings?.with(*slot, |wanted| wanted.map(compare)),
        _ => None,
    }
}
