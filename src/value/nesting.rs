//! The bound on nested lists and maps.
//!
//! Comparing, hashing, displaying and dropping a value recurse into its lists and
//! maps. Whoever builds lists out of computed values does so through
//! [`Value::list`] and [`Value::map`], which refuse what those walks could not
//! survive: values nested deeper than [`MAX_NESTING`], and values whose lists share
//! their parts so often that walking them would visit more than [`MAX_PARTS`].

use crate::value::ErrorCode;
use std::collections::HashMap;
use std::sync::Arc;

use super::{ErrorClass, EvaluationError, Map, Value};

/// How deep lists and maps may nest: a scalar has depth 0, `[]` depth 1.
pub const MAX_NESTING: usize = 256;

/// How many values a walk through one value may visit, shared parts counted as
/// often as they occur.
pub const MAX_PARTS: u64 = 1 << 32;

impl Value {
    /// A list of the items.
    ///
    /// # Errors
    /// `ResourceExhausted` when the list would be nested deeper than
    /// [`MAX_NESTING`] or have more than [`MAX_PARTS`] parts.
    ///
    /// # Complexity
    /// One step per item, and one per part of the lists and maps among them.
    pub fn list(items: Vec<Value>) -> Result<Value, EvaluationError> {
        check(items.iter())?;
        Ok(Value::List(Arc::new(items)))
    }

    /// Whether a value that was put together by other means is within the bounds.
    ///
    /// # Errors
    /// As [`Value::list`].
    pub fn check_nesting(&self) -> Result<(), EvaluationError> {
        if !is_container(self) {
            return Ok(());
        }
        measure(std::iter::once(self), 0, &mut HashMap::new()).map(|_| ())
    }

    /// A map of the entries; see [`Value::list`].
    ///
    /// # Errors
    /// As [`Value::list`].
    pub fn map(entries: Map) -> Result<Value, EvaluationError> {
        check(entries.values())?;
        Ok(Value::Map(Arc::new(entries)))
    }
}

fn check<'a>(items: impl Iterator<Item = &'a Value> + Clone) -> Result<(), EvaluationError> {
    // Lists of scalars, by far the commonest, need no walk.
    if !items.clone().any(is_container) {
        return Ok(());
    }
    let mut known = HashMap::new();
    measure(items, 1, &mut known).map(|_| ())
}

fn is_container(value: &Value) -> bool {
    matches!(value, Value::List(_) | Value::Map(_))
}

/// Height and number of parts of a container at `depth` with these items.
fn measure<'a>(
    items: impl Iterator<Item = &'a Value>,
    depth: usize,
    known: &mut HashMap<usize, (usize, u64)>,
) -> Result<(usize, u64), EvaluationError> {
    let (mut height, mut parts) = (0, 1u64);
    for item in items {
        let (item_height, item_parts) = match item {
            Value::List(inner) => measure_shared(
                Arc::as_ptr(inner) as usize,
                Arc::strong_count(inner),
                known,
                |known| {
                    descend(depth)?;
                    measure(inner.iter(), depth + 1, known)
                },
            )?,
            Value::Map(inner) => measure_shared(
                Arc::as_ptr(inner) as usize,
                Arc::strong_count(inner),
                known,
                |known| {
                    descend(depth)?;
                    measure(inner.values(), depth + 1, known)
                },
            )?,
            _ => (0, 1),
        };
        height = height.max(item_height);
        parts = parts.saturating_add(item_parts);
    }
    if depth + height > MAX_NESTING {
        return Err(too_deep());
    }
    if parts > MAX_PARTS {
        return Err(EvaluationError::new(
            ErrorClass::ResourceExhausted,
            ErrorCode::ValueTooLarge,
            format!("a list or map may have at most {MAX_PARTS} parts"),
        ));
    }
    Ok((height + 1, parts))
}

/// Measures a container once however often it occurs: a list that holds one list
/// twice, forty times over, has a million million parts and forty lists.
fn measure_shared(
    address: usize,
    owners: usize,
    known: &mut HashMap<usize, (usize, u64)>,
    measure: impl FnOnce(&mut HashMap<usize, (usize, u64)>) -> Result<(usize, u64), EvaluationError>,
) -> Result<(usize, u64), EvaluationError> {
    if owners == 1 {
        return measure(known);
    }
    if let Some(measured) = known.get(&address) {
        return Ok(*measured);
    }
    let measured = measure(known)?;
    known.insert(address, measured);
    Ok(measured)
}

fn descend(depth: usize) -> Result<(), EvaluationError> {
    if depth < MAX_NESTING { Ok(()) } else { Err(too_deep()) }
}

fn too_deep() -> EvaluationError {
    EvaluationError::new(
        ErrorClass::ResourceExhausted,
        ErrorCode::NestingTooDeep,
        format!("lists and maps may be nested at most {MAX_NESTING} deep"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nesting_stops_at_the_bound_and_every_walk_survives_it() {
        let mut value = Value::list(vec![]).expect("an empty list");
        for _ in 1..MAX_NESTING {
            value = Value::list(vec![value]).expect("still within the bound");
        }
        let error = Value::list(vec![value.clone()]).expect_err("one too deep");
        assert_eq!(error.class, ErrorClass::ResourceExhausted);
        assert_eq!(crate::value::order::equals(&value, &value.clone()), Some(true));
        assert_eq!(value.to_cypher_literal().len(), 2 * MAX_NESTING);
    }

    #[test]
    fn sharing_cannot_multiply_without_end() {
        let mut value = Value::list(vec![1.into()]).expect("a list");
        let doubled = (0..100).try_for_each(|_| {
            value = Value::list(vec![value.clone(), value.clone()])?;
            Ok::<_, EvaluationError>(())
        });
        assert_eq!(doubled.expect_err("2^100 parts").code, ErrorCode::ValueTooLarge);
    }
}
