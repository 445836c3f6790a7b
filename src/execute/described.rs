//! What functions of a column of elements tell of each, where many tell the same: `type(r)`,
//! `labels(n)`, `keys(n)`. Each name and each list is made once, and shared by all its rows.

use super::context::Context;
use crate::store::TypeId;
use crate::value::Value;
use crate::vector::{NO_ROW, NullBuffer, ScalarBuffer, Vector};
use std::sync::Arc;

/// What a function tells of elements; `None` where it is another function, or one of the
/// elements is not there.
pub(super) fn described(
    context: &Context<'_>,
    function: &str,
    elements: &Vector,
) -> Option<Vector> {
    match (function, elements) {
        ("type", Vector::Relationship { values, validity }) => {
            for_present(values, validity.as_ref(), |ids| types(context, ids))
        }
        ("labels", Vector::Node { values, validity }) => {
            for_present(values, validity.as_ref(), |ids| {
                let found = context.graph.label_sets(ids)?;
                let name = |label| context.graph.catalog().label_name(label);
                Some((lists(&found.sets, |label| name(*label)), found.places))
            })
        }
        ("keys", Vector::Node { values, validity }) => {
            for_present(values, validity.as_ref(), |ids| {
                let found = context.graph.key_sets_of_nodes(ids)?;
                let name = |key| context.graph.catalog().key_name(key);
                Some((lists(&found.sets, |key| name(*key)), found.places))
            })
        }
        ("keys", Vector::Relationship { values, validity }) => {
            for_present(values, validity.as_ref(), |ids| {
                let found = context.graph.key_sets_of_relationships(ids)?;
                let name = |key| context.graph.catalog().key_name(key);
                Some((lists(&found.sets, |key| name(*key)), found.places))
            })
        }
        _ => None,
    }
}

/// A vector of different values, and for each element which of them it has.
type Told = (Vector, Vec<u32>);

/// What is told of the elements that are not null; null of the others.
fn for_present(
    ids: &ScalarBuffer<u32>,
    present: Option<&NullBuffer>,
    tell: impl Fn(&[u32]) -> Option<Told>,
) -> Option<Vector> {
    let Some(present) = present else {
        let (values, places) = tell(ids)?;
        return Some(match values.len() {
            1 => Vector::Constant(values.get(0), places.len()),
            _ => values.gather(&places),
        });
    };
    let those = ids.iter().zip(present.iter()).filter(|(_, present)| *present);
    let those: Vec<u32> = those.map(|(id, _)| *id).collect();
    let (values, places) = tell(&those)?;
    let mut places = places.into_iter();
    let rows = present.iter().map(|present| if present { places.next() } else { None });
    let rows: Vec<u32> = rows.map(|place| place.unwrap_or(NO_ROW)).collect();
    Some(values.gather_or_null(&rows))
}

/// A list of names for each set.
fn lists<'n, T>(sets: &[Vec<T>], name: impl Fn(&T) -> &'n Arc<str>) -> Vector {
    let list = |set: &Vec<T>| {
        let names = set.iter().map(|of| Value::String(name(of).clone()));
        Value::List(Arc::new(names.collect()))
    };
    Vector::Dynamic(Arc::new(sets.iter().map(list).collect()))
}

/// The names of the types of relationships.
fn types(context: &Context<'_>, relationships: &[u32]) -> Option<Told> {
    let mut kinds: Vec<TypeId> = Vec::new();
    let mut places = Vec::with_capacity(relationships.len());
    for kind in context.graph.types_of(relationships) {
        let kind = kind?;
        let known = kinds.iter().position(|other| *other == kind);
        places.push(known.unwrap_or(kinds.len()) as u32);
        if known.is_none() {
            kinds.push(kind);
        }
    }
    let catalog = context.graph.catalog();
    let names = kinds.iter().map(|kind| Value::String(catalog.type_name(*kind).clone()));
    Some((Vector::from_values(names), places))
}
