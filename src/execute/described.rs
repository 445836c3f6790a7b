//! What functions of a column of elements tell of each, where many tell the same: `type(r)`,
//! `labels(n)`, `keys(n)`. Each name and each list is made once, and shared by all its rows.

use super::context::Context;
use crate::store::{KeyId, KnownSets, LabelId, TypeId};
use crate::value::Value;
use crate::vector::{CHUNK_ROWS, NO_ROW, NullBuffer, Vector};
use std::hash::Hash;
use std::sync::Arc;

/// What was told of elements of a version so far.
#[derive(Debug, Default)]
pub(super) struct Described {
    labels: Names<LabelId>,
    keys_of_nodes: Names<KeyId>,
    keys_of_relationships: Names<KeyId>,
    types: Names<TypeId>,
}

/// Sets of names, and what is told of each.
#[derive(Debug)]
struct Names<T> {
    known: KnownSets<T>,
    told: Arc<Vec<Value>>,
}

/// More sets are forgotten, so that a column never has a much larger dictionary.
const MANY: usize = 2 * CHUNK_ROWS;

impl<T> Default for Names<T> {
    fn default() -> Self {
        Names { known: KnownSets::default(), told: Arc::default() }
    }
}

impl<T: Clone + Eq + Hash> Names<T> {
    /// What `tell` makes of the sets of these elements; `None` where some are not there.
    fn of(
        &mut self,
        find: impl FnOnce(&mut KnownSets<T>) -> Option<Vec<u32>>,
        tell: impl Fn(&Vec<T>) -> Value,
    ) -> Option<Told> {
        if self.told.len() > MANY {
            *self = Names::default();
        }
        let places = find(&mut self.known)?;
        let new = &self.known.sets()[self.told.len()..];
        if !new.is_empty() {
            let told = self.told.iter().cloned().chain(new.iter().map(tell));
            self.told = Arc::new(told.collect());
        }
        Some((self.told.clone(), places))
    }
}

/// A list of names.
fn list<'n, T>(set: &[T], name: impl Fn(&T) -> &'n Arc<str>) -> Value {
    Value::List(Arc::new(set.iter().map(|of| Value::String(name(of).clone())).collect()))
}

/// What is told of elements: different values, and for each element which of them it has.
type Told = (Arc<Vec<Value>>, Vec<u32>);

/// What a function tells of elements; `None` where it is another function, or one of the
/// elements is not there.
pub(super) fn described(
    context: &Context<'_>,
    function: &str,
    elements: &Vector,
) -> Option<Vector> {
    let (graph, catalog) = (&context.graph, context.graph.catalog());
    let mut described = context.described.borrow_mut();
    let described = described.get_or_insert_default();
    match (function, elements) {
        ("type", Vector::Relationship { values, validity }) => {
            let types = for_present(values, validity.as_ref(), |ids| {
                let name = |set: &Vec<TypeId>| match set.first() {
                    Some(kind) => Value::String(catalog.type_name(*kind).clone()),
                    None => Value::Null,
                };
                described.types.of(|known| graph.type_sets(ids, known), name)
            })?;
            Some(strings(types))
        }
        ("labels", Vector::Node { values, validity }) => {
            for_present(values, validity.as_ref(), |ids| {
                let tell = |set: &Vec<_>| list(set, |label| catalog.label_name(*label));
                described.labels.of(|known| graph.label_sets(ids, known), tell)
            })
        }
        ("keys", Vector::Node { values, validity }) => {
            for_present(values, validity.as_ref(), |ids| {
                let tell = |set: &Vec<_>| list(set, |key| catalog.key_name(*key));
                described.keys_of_nodes.of(|known| graph.key_sets_of_nodes(ids, known), tell)
            })
        }
        ("keys", Vector::Relationship { values, validity }) => {
            for_present(values, validity.as_ref(), |ids| {
                let tell = |set: &Vec<_>| list(set, |key| catalog.key_name(*key));
                let find = |known: &mut _| graph.key_sets_of_relationships(ids, known);
                described.keys_of_relationships.of(find, tell)
            })
        }
        _ => None,
    }
}

/// Strings of a dictionary as a column of strings, which are compared faster.
fn strings(vector: Vector) -> Vector {
    match vector {
        Vector::Dictionary { values, places } => {
            Vector::from_values(values.iter().cloned()).gather(&places)
        }
        other => other,
    }
}

/// What is told of the elements that are not null; null of the others.
fn for_present(
    ids: &[u32],
    present: Option<&NullBuffer>,
    tell: impl FnOnce(&[u32]) -> Option<Told>,
) -> Option<Vector> {
    let Some(present) = present else {
        let (values, places) = tell(ids)?;
        let first = *places.first()?;
        if places.iter().all(|place| *place == first) {
            return Some(Vector::Constant(values.get(first as usize)?.clone(), places.len()));
        }
        return Some(Vector::Dictionary { values, places: places.into() });
    };
    let those = ids.iter().zip(present.iter()).filter(|(_, present)| *present);
    let those: Vec<u32> = those.map(|(id, _)| *id).collect();
    let (values, places) = tell(&those)?;
    let mut places = places.into_iter();
    let rows = present.iter().map(|present| if present { places.next() } else { None });
    let places: Vec<u32> = rows.map(|place| place.unwrap_or(NO_ROW)).collect();
    Some(Vector::Dictionary { values, places: places.into() })
}
