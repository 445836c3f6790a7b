//! Functions of a column in which few strings come again and again: a name of a country, a
//! state of a process. Each is worked out once.
//!
//! ```text
//! male female female male …      what is different: male female      which: 0 1 1 0 …
//! ```

use super::context::Context;
use super::evaluate::apply;
use super::expression::{Physical, PhysicalKind};
use crate::syntax::diagnostic::Diagnostic;
use crate::value::Value;
use crate::vector::{StringVector, Vector, VectorBuilder};
use hashbrown::HashMap;

/// Rows from which on it is worth while to look for what comes again.
const ENOUGH: usize = 16;

/// Rows for each different string, at least.
const OFTEN: usize = 4;

/// What a function yields for these operands, one for each row; `None` where they are not one
/// column of strings and constants besides, or too many strings are different.
///
/// # Errors
/// What the function raises for the first row for which it raises anything.
pub(super) fn each_once(
    context: &Context<'_>,
    expression: &Physical,
    operands: &[Vector],
    count: usize,
) -> Result<Option<Vector>, Diagnostic> {
    let deterministic =
        matches!(&expression.kind, PhysicalKind::Function(function, _) if function.deterministic);
    if !deterministic || count < ENOUGH {
        return Ok(None);
    }
    let mut strings = None;
    for operand in operands {
        match operand {
            Vector::String(column) if strings.is_none() => strings = Some(column),
            Vector::Constant(..) => {}
            _ => return Ok(None),
        }
    }
    let Some(Different { rows, places }) = strings.and_then(|column| Different::of(column, count))
    else {
        return Ok(None);
    };
    context.guard.steps_taken(count)?;
    let mut builder = VectorBuilder::new();
    for row in rows {
        let values: Vec<Value> = operands.iter().map(|operand| operand.get(row)).collect();
        let value = apply(context, expression, &values);
        builder.push(value.map_err(|error| expression.failure(error))?);
    }
    Ok(Some(builder.finish().gather(&places)))
}

/// The different strings of a column.
struct Different {
    /// The first row of each.
    rows: Vec<usize>,
    /// For each row the place of its own among them.
    places: Vec<u32>,
}

impl Different {
    /// `None` where there are too many. Long strings count as different unless they lie in the
    /// same place.
    fn of(column: &StringVector, count: usize) -> Option<Self> {
        let mut rows = Vec::new();
        let mut places = Vec::with_capacity(count);
        let mut known: HashMap<u128, u32, foldhash::fast::FixedState> = HashMap::default();
        let mut null = None;
        for (row, &view) in column.views().iter().enumerate().take(count) {
            let next = rows.len() as u32;
            let place = if column.validity().is_some_and(|validity| validity.is_null(row)) {
                *null.get_or_insert(next)
            } else {
                *known.entry(view).or_insert(next)
            };
            if place == next {
                if rows.len() * OFTEN >= count {
                    return None;
                }
                rows.push(row);
            }
            places.push(place);
        }
        (places.len() == count).then_some(Different { rows, places })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn column(strings: impl Iterator<Item = Option<&'static str>>) -> StringVector {
        let mut builder = VectorBuilder::new();
        strings.for_each(|string| builder.push(string.map_or(Value::Null, Value::from)));
        match builder.finish() {
            Vector::String(column) => column,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn each_different_string_is_found_once() {
        let turn = [Some("ab"), None, Some(""), Some("longer than a view"), Some("ab")];
        let column = column(turn.into_iter().cycle().take(100));
        let found = Different::of(&column, 100).expect("few are different");
        // Long ones have a place each.
        assert!(found.rows.len() <= 3 + 20);
        for (row, &place) in found.places.iter().enumerate() {
            assert_eq!(column.get(row), column.get(found.rows[place as usize]), "{row}");
        }
    }

    #[test]
    fn too_many_are_not_gone_through() {
        let names = ["a", "b", "c", "d", "e", "f", "g", "h"];
        let few = column(names.into_iter().cycle().take(32).map(Some));
        assert!(Different::of(&few, 32).is_some());
        assert!(Different::of(&few, 28).is_none());
    }
}
