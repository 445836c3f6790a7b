//! Functions on strings. A character is a Unicode scalar value.

use super::context::FunctionContext;
use super::error::{bad_argument, out_of_range, wrong_argument};
use super::normal_form::normalized;
use super::registry::{Evaluate, Scalar};
use super::string_columns::{
    all_split, first_parts, last_parts, lengths, lowered, parts, raised, replaced, stripped,
};
use super::types::TypeSet;
use crate::syntax::ast::NormalForm;
use crate::value::{EvaluationError, Value};
use memchr::memmem::Finder;
use std::sync::Arc;

const STRING: TypeSet = TypeSet::STRING;
const INTEGER: TypeSet = TypeSet::INTEGER;

/// A function from one string to a string.
const fn text(
    name: &'static str,
    signature: &'static str,
    description: &'static str,
    run: Evaluate,
) -> Scalar {
    Scalar::new(name, &[STRING], STRING, signature, description, run)
}

/// A function that strips characters: a string and, if wanted, which characters.
const fn trimming(
    name: &'static str,
    signature: &'static str,
    description: &'static str,
    run: Evaluate,
) -> Scalar {
    Scalar::new(name, &[STRING, STRING], STRING, signature, description, run).optional(1)
}

/// The table of this file.
pub(super) static FUNCTIONS: &[Scalar] = &[
    text("toLower", "toLower(text :: STRING) :: STRING", "A string in lower case.", to_lower).on_columns(lowered),
    text("lower", "lower(text :: STRING) :: STRING", "A string in lower case.", to_lower).on_columns(lowered),
    text("toUpper", "toUpper(text :: STRING) :: STRING", "A string in upper case.", to_upper).on_columns(raised),
    text("upper", "upper(text :: STRING) :: STRING", "A string in upper case.", to_upper).on_columns(raised),
    trimming(
        "trim",
        "trim(text :: STRING [, characters :: STRING]) :: STRING",
        "A string without white space, or without these characters, at its ends.",
        trim,
    )
    .on_columns(|context, operands| stripped(context, operands, (true, true))),
    trimming(
        "btrim",
        "btrim(text :: STRING [, characters :: STRING]) :: STRING",
        "A string without white space, or without these characters, at its ends.",
        trim,
    )
    .on_columns(|context, operands| stripped(context, operands, (true, true))),
    trimming(
        "ltrim",
        "ltrim(text :: STRING [, characters :: STRING]) :: STRING",
        "A string without white space, or without these characters, at its start.",
        trim_start,
    )
    .on_columns(|context, operands| stripped(context, operands, (true, false))),
    trimming(
        "rtrim",
        "rtrim(text :: STRING [, characters :: STRING]) :: STRING",
        "A string without white space, or without these characters, at its end.",
        trim_end,
    )
    .on_columns(|context, operands| stripped(context, operands, (false, true))),
    Scalar::new(
        "replace",
        &[STRING, STRING, STRING, INTEGER],
        STRING,
        "replace(text :: STRING, search :: STRING, replacement :: STRING [, limit :: INTEGER]) :: STRING",
        "A string in which all occurrences of another, or the first so many, are replaced.",
        replace,
    )
    .optional(1)
    .on_columns(replaced),
    Scalar::new(
        "split",
        &[STRING, STRING.union(TypeSet::LIST)],
        TypeSet::LIST,
        "split(text :: STRING, delimiters :: STRING | LIST<STRING>) :: LIST<STRING>",
        "The parts of a string between delimiters; an empty delimiter splits into characters.",
        split,
    )
    .on_columns(all_split),
    Scalar::new(
        "substring",
        &[STRING, INTEGER, INTEGER],
        STRING,
        "substring(text :: STRING, start :: INTEGER [, length :: INTEGER]) :: STRING",
        "The characters of a string from a position on, counted from 0.",
        substring,
    )
    .optional(1)
    .on_columns(parts),
    Scalar::new(
        "left",
        &[STRING, INTEGER],
        STRING,
        "left(text :: STRING, length :: INTEGER) :: STRING",
        "The first characters of a string.",
        left,
    )
    .on_columns(first_parts),
    Scalar::new(
        "right",
        &[STRING, INTEGER],
        STRING,
        "right(text :: STRING, length :: INTEGER) :: STRING",
        "The last characters of a string.",
        right,
    )
    .on_columns(last_parts),
    Scalar::new(
        "normalize",
        &[STRING, STRING],
        STRING,
        "normalize(text :: STRING [, form :: NFC | NFD | NFKC | NFKD]) :: STRING",
        "A string in a normal form of Unicode, NFC if none is named.",
        normalize,
    )
    .optional(1),
    Scalar::new(
        "char_length",
        &[STRING],
        INTEGER,
        "char_length(text :: STRING) :: INTEGER",
        "The number of characters of a string.",
        char_length,
    )
    .on_columns(lengths),
    Scalar::new(
        "character_length",
        &[STRING],
        INTEGER,
        "character_length(text :: STRING) :: INTEGER",
        "The number of characters of a string.",
        char_length,
    )
    .on_columns(lengths),
];

/// The string at an index of the arguments.
fn string_at<'a>(
    function: &str,
    arguments: &'a [Value],
    index: usize,
) -> Result<&'a Arc<str>, EvaluationError> {
    match arguments.get(index) {
        Some(Value::String(string)) => Ok(string),
        other => Err(wrong_argument(function, "a String", other.unwrap_or(&Value::Null))),
    }
}

/// The number of characters at an index of the arguments, not negative.
fn count_at(function: &str, arguments: &[Value], index: usize) -> Result<usize, EvaluationError> {
    match arguments.get(index) {
        Some(Value::Integer(count)) if *count < 0 => Err(out_of_range(format!(
            "{function}() does not take a negative number, but got {count}"
        ))),
        Some(Value::Integer(count)) => Ok(usize::try_from(*count).unwrap_or(usize::MAX)),
        other => Err(wrong_argument(function, "an Integer", other.unwrap_or(&Value::Null))),
    }
}

/// The part of a string from a character on, so many characters long.
pub(super) fn characters(string: &str, start: usize, length: usize) -> &str {
    if string.is_ascii() {
        let from = start.min(string.len());
        let to = from.saturating_add(length).min(string.len());
        return string.get(from..to).unwrap_or_default();
    }
    let mut ends = string.char_indices().map(|(at, _)| at).chain([string.len()]);
    let Some(from) = ends.nth(start) else { return "" };
    let to = match length {
        0 => from,
        _ => ends.nth(length - 1).unwrap_or(string.len()),
    };
    string.get(from..to).unwrap_or_default()
}

/// So many characters at the end of a string.
pub(super) fn last_characters(string: &str, length: usize) -> &str {
    let start = match length {
        0 => string.len(),
        _ if string.is_ascii() => string.len().saturating_sub(length),
        _ => string.char_indices().rev().nth(length - 1).map_or(0, |(at, _)| at),
    };
    string.get(start..).unwrap_or_default()
}

fn made(string: impl Into<Arc<str>>) -> Result<Value, EvaluationError> {
    Ok(Value::String(string.into()))
}

/// The argument itself where nothing has been cut, so that it is not copied.
fn cut(original: &Arc<str>, part: &str) -> Result<Value, EvaluationError> {
    if part.len() == original.len() { Ok(Value::String(original.clone())) } else { made(part) }
}

fn to_lower(context: &FunctionContext<'_>, arguments: &[Value]) -> Result<Value, EvaluationError> {
    let string = string_at("toLower", arguments, 0)?.to_lowercase();
    context.limits.check_string(string.len())?;
    made(string)
}

fn to_upper(context: &FunctionContext<'_>, arguments: &[Value]) -> Result<Value, EvaluationError> {
    let string = string_at("toUpper", arguments, 0)?.to_uppercase();
    context.limits.check_string(string.len())?;
    made(string)
}

/// A string without what `strips` says of its ends, of those that are meant.
pub(super) fn without_ends(
    text: &str,
    (start, end): (bool, bool),
    strips: impl Fn(char) -> bool,
) -> &str {
    let text = if start { text.trim_start_matches(&strips) } else { text };
    if end { text.trim_end_matches(&strips) } else { text }
}

/// Strips either end, by white space or by the characters of the second argument.
fn strip(
    function: &str,
    arguments: &[Value],
    ends: (bool, bool),
) -> Result<Value, EvaluationError> {
    let string = string_at(function, arguments, 0)?;
    let characters = match arguments.len() {
        0 | 1 => None,
        _ => Some(string_at(function, arguments, 1)?),
    };
    let strips = |c: char| characters.map_or(c.is_whitespace(), |these| these.contains(c));
    cut(string, without_ends(string, ends, strips))
}

fn trim(_: &FunctionContext<'_>, arguments: &[Value]) -> Result<Value, EvaluationError> {
    strip("trim", arguments, (true, true))
}

fn trim_start(_: &FunctionContext<'_>, arguments: &[Value]) -> Result<Value, EvaluationError> {
    strip("ltrim", arguments, (true, false))
}

fn trim_end(_: &FunctionContext<'_>, arguments: &[Value]) -> Result<Value, EvaluationError> {
    strip("rtrim", arguments, (false, true))
}

fn replace(context: &FunctionContext<'_>, arguments: &[Value]) -> Result<Value, EvaluationError> {
    let string = string_at("replace", arguments, 0)?;
    let search = string_at("replace", arguments, 1)?;
    let replacement = string_at("replace", arguments, 2)?;
    let limit = if arguments.len() > 3 { count_at("replace", arguments, 3)? } else { usize::MAX };
    let finder = Finder::new(search.as_bytes());
    let places = finder.find_iter(string.as_bytes()).take(limit);
    let found = if search.is_empty() { 0 } else { places.count() };
    if found == 0 {
        return Ok(Value::String(string.clone()));
    }
    let bytes =
        found.saturating_mul(replacement.len()).saturating_add(string.len() - found * search.len());
    context.limits.check_string(bytes)?;
    let mut text = String::with_capacity(bytes);
    append_replaced(string, (&finder, found), replacement, &mut text);
    made(text)
}

/// Appends a string in which the first so many occurrences of another are replaced.
pub(super) fn append_replaced(
    string: &str,
    (search, limit): (&Finder<'_>, usize),
    replacement: &str,
    to: &mut String,
) {
    let mut rest = 0;
    for at in search.find_iter(string.as_bytes()).take(limit) {
        // What is found in one string is another: both begin and end at characters.
        to.push_str(string.get(rest..at).unwrap_or_default());
        to.push_str(replacement);
        rest = at + search.needle().len();
    }
    to.push_str(string.get(rest..).unwrap_or_default());
}

fn split(context: &FunctionContext<'_>, arguments: &[Value]) -> Result<Value, EvaluationError> {
    let string = string_at("split", arguments, 0)?;
    let delimiters = match arguments.get(1) {
        Some(Value::String(delimiter)) => return split_text(context, string, delimiter),
        Some(Value::List(delimiters)) => delimiters,
        other => {
            return Err(wrong_argument(
                "split",
                "a String or List of delimiters",
                other.unwrap_or(&Value::Null),
            ));
        }
    };
    let mut parts: Vec<&str> = vec![string];
    for index in 0..delimiters.len() {
        let delimiter = string_at("split", delimiters, index)?;
        let mut finer = Vec::new();
        for part in parts {
            split_by(context, part, delimiter, |part| part, &mut finer)?;
        }
        parts = finer;
    }
    Ok(Value::List(Arc::new(parts.into_iter().map(|part| Value::String(part.into())).collect())))
}

/// The parts of a string between a delimiter.
///
/// # Errors
/// `ResourceExhausted` where they are more than a list may hold.
pub(super) fn split_text(
    context: &FunctionContext<'_>,
    string: &str,
    delimiter: &str,
) -> Result<Value, EvaluationError> {
    let mut parts = Vec::new();
    split_by(context, string, delimiter, |part| Value::String(part.into()), &mut parts)?;
    Ok(Value::List(Arc::new(parts)))
}

/// Adds what is made of the parts of a string between a delimiter; each is checked against the
/// limit as it comes, for there may be as many as there are characters.
fn split_by<'a, T>(
    context: &FunctionContext<'_>,
    string: &'a str,
    delimiter: &str,
    make: impl Fn(&'a str) -> T,
    parts: &mut Vec<T>,
) -> Result<(), EvaluationError> {
    let mut add = |part: &'a str| {
        // Each part is a string of its own besides its place in the list.
        context.limits.check_list(parts.len().saturating_mul(4).saturating_add(1))?;
        parts.push(make(part));
        Ok(())
    };
    if delimiter.is_empty() && !string.is_empty() {
        let mut characters = string.char_indices();
        return characters
            .try_for_each(|(at, c)| add(string.get(at..at + c.len_utf8()).unwrap_or_default()));
    }
    // One character, as nearly always, is found without the search being prepared.
    let mut characters = delimiter.chars();
    match (characters.next(), characters.next()) {
        (None, _) => add(string),
        (Some(only), None) => string.split(only).try_for_each(add),
        _ => string.split(delimiter).try_for_each(add),
    }
}

fn substring(_: &FunctionContext<'_>, arguments: &[Value]) -> Result<Value, EvaluationError> {
    let string = string_at("substring", arguments, 0)?;
    let start = count_at("substring", arguments, 1)?;
    let length =
        if arguments.len() > 2 { count_at("substring", arguments, 2)? } else { usize::MAX };
    cut(string, characters(string, start, length))
}

fn left(_: &FunctionContext<'_>, arguments: &[Value]) -> Result<Value, EvaluationError> {
    let string = string_at("left", arguments, 0)?;
    cut(string, characters(string, 0, count_at("left", arguments, 1)?))
}

fn right(_: &FunctionContext<'_>, arguments: &[Value]) -> Result<Value, EvaluationError> {
    let string = string_at("right", arguments, 0)?;
    cut(string, last_characters(string, count_at("right", arguments, 1)?))
}

fn normalize(context: &FunctionContext<'_>, arguments: &[Value]) -> Result<Value, EvaluationError> {
    let string = string_at("normalize", arguments, 0)?;
    let form = if arguments.len() > 1 {
        let name = string_at("normalize", arguments, 1)?;
        NormalForm::of(name).ok_or_else(|| {
            bad_argument(format!(
                "normalize() knows the forms NFC, NFD, NFKC and NFKD, but got '{name}'"
            ))
        })?
    } else {
        NormalForm::Nfc
    };
    let normal = normalized(string, form);
    context.limits.check_string(normal.len())?;
    Ok(Value::String(normal))
}

fn char_length(_: &FunctionContext<'_>, arguments: &[Value]) -> Result<Value, EvaluationError> {
    Ok(Value::Integer(character_count(string_at("char_length", arguments, 0)?.as_bytes())))
}

/// Characters of a string of these bytes: each has one byte that does not go on with another.
pub(super) fn character_count(text: &[u8]) -> i64 {
    text.iter().filter(|&&byte| (byte as i8) >= -0x40).count() as i64
}
