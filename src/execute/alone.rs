//! A row that comes alone: what a search by a key leads to. Vectors for it would cost more than
//! what is computed with them.

use super::context::Context;
use super::expression::{Physical, PhysicalKind};
use crate::function::comparison::holds;
use crate::value::{Endpoint, Value};
use crate::vector::{DataChunk, Vector};

/// For the only row of a chunk, what comes of a predicate that compares a property with what is
/// the same in every row; `None` where the predicate is another one or the value must be computed.
pub(super) fn compares(
    context: &Context<'_>,
    predicate: &Physical,
    chunk: &DataChunk,
) -> Option<Option<bool>> {
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
    let compare = |wanted: &Value| holds(*operator, &context.graph.property(element, *key), wanted);
    match &wanted.kind {
        PhysicalKind::Constant(wanted) => Some(compare(wanted)),
        PhysicalKind::Slot(slot) => context.bindings?.with(*slot, |wanted| wanted.map(compare)),
        _ => None,
    }
}
