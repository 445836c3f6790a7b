//! Functions on strings for whole columns: of strings on their own, with all else the same in each
//! row.

use super::context::FunctionContext;
use super::kernel::{integers_of, texts_of};
use super::string::{
    append_replaced, character_count, characters, last_characters, split_text, without_ends,
};
use crate::value::Value;
use crate::vector::{Vector, VectorBuilder};
use memchr::memmem::Finder;

/// Bytes of the strings of a column that are split at once: there may be as many parts as bytes,
/// each a string of its own that nobody has accounted for.
const MOST_SPLIT: usize = 1 << 18;

/// A string that is the same in each row.
fn one_text(operand: &Vector) -> Option<&str> {
    match operand {
        Vector::Constant(Value::String(text), _) => Some(text),
        _ => None,
    }
}

/// A number of characters that is the same in each row.
fn one_count(operand: &Vector) -> Option<usize> {
    match operand {
        Vector::Constant(Value::Integer(count), _) => usize::try_from(*count).ok(),
        _ => None,
    }
}

pub(super) fn lowered(context: &FunctionContext<'_>, operands: &[Vector]) -> Option<Vector> {
    cased(context, operands, str::make_ascii_lowercase, str::to_lowercase)
}

pub(super) fn raised(context: &FunctionContext<'_>, operands: &[Vector]) -> Option<Vector> {
    cased(context, operands, str::make_ascii_uppercase, str::to_uppercase)
}

/// Each string in another case: one of ASCII in place, any other by all rules of Unicode.
fn cased(
    context: &FunctionContext<'_>,
    operands: &[Vector],
    of_ascii: impl Fn(&mut str),
    of_any: impl Fn(&str) -> String,
) -> Option<Vector> {
    let [Vector::String(column)] = operands else { return None };
    texts_of(context, column, |text, to| {
        if text.is_ascii() {
            to.push_str(text);
            of_ascii(to);
        } else {
            to.push_str(&of_any(text));
        }
    })
}

pub(super) fn stripped(
    context: &FunctionContext<'_>,
    operands: &[Vector],
    ends: (bool, bool),
) -> Option<Vector> {
    let (column, characters) = match operands {
        [Vector::String(column)] => (column, None),
        [Vector::String(column), characters] => (column, Some(one_text(characters)?)),
        _ => return None,
    };
    texts_of(context, column, |text, to| {
        let strips = |c: char| characters.map_or(c.is_whitespace(), |these| these.contains(c));
        to.push_str(without_ends(text, ends, strips));
    })
}

pub(super) fn replaced(context: &FunctionContext<'_>, operands: &[Vector]) -> Option<Vector> {
    let [Vector::String(column), search, replacement, limit @ ..] = operands else { return None };
    let (search, replacement) = (one_text(search)?, one_text(replacement)?);
    let limit = match limit {
        [] => usize::MAX,
        [limit] => one_count(limit)?,
        _ => return None,
    };
    // Where the result may be much longer than what it is made of, that is counted first.
    if search.is_empty() || replacement.len() > search.len().saturating_mul(8) {
        return None;
    }
    let finder = Finder::new(search.as_bytes());
    texts_of(context, column, |text, to| {
        append_replaced(text, (&finder, limit), replacement, to);
    })
}

pub(super) fn parts(context: &FunctionContext<'_>, operands: &[Vector]) -> Option<Vector> {
    let [Vector::String(column), start, length @ ..] = operands else { return None };
    let start = one_count(start)?;
    let length = match length {
        [] => usize::MAX,
        [length] => one_count(length)?,
        _ => return None,
    };
    texts_of(context, column, |text, to| {
        to.push_str(characters(text, start, length));
    })
}

pub(super) fn first_parts(context: &FunctionContext<'_>, operands: &[Vector]) -> Option<Vector> {
    let [Vector::String(column), length] = operands else { return None };
    let length = one_count(length)?;
    texts_of(context, column, |text, to| {
        to.push_str(characters(text, 0, length));
    })
}

pub(super) fn last_parts(context: &FunctionContext<'_>, operands: &[Vector]) -> Option<Vector> {
    let [Vector::String(column), length] = operands else { return None };
    let length = one_count(length)?;
    texts_of(context, column, |text, to| {
        to.push_str(last_characters(text, length));
    })
}

/// The number of characters of each string of a column.
pub(super) fn lengths(_: &FunctionContext<'_>, operands: &[Vector]) -> Option<Vector> {
    let [Vector::String(column)] = operands else { return None };
    Some(integers_of(column, character_count))
}

/// The parts of each string between a delimiter that is the same in each row.
pub(super) fn all_split(context: &FunctionContext<'_>, operands: &[Vector]) -> Option<Vector> {
    let [Vector::String(column), delimiter] = operands else { return None };
    let delimiter = one_text(delimiter)?;
    let (mut lists, mut bytes) = (VectorBuilder::new(), 0);
    for row in 0..column.len() {
        let Some(text) = column.get(row) else {
            lists.push(Value::Null);
            continue;
        };
        bytes += text.len();
        if bytes > MOST_SPLIT {
            return None;
        }
        lists.push(split_text(context, text, delimiter).ok()?);
    }
    Some(lists.finish())
}
