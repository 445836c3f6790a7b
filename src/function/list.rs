//! Functions on lists, and those that take a list or a string.

use super::context::FunctionContext;
use super::error::{out_of_range, overflow, shown, too_large, wrong_argument};
use super::registry::Scalar;
use super::string::character_count;
use super::string_columns::lengths;
use super::types::TypeSet;
use crate::value::{ErrorClass, ErrorCode, EvaluationError, Value};
use std::sync::Arc;

/// The table of this file.
pub(super) static FUNCTIONS: &[Scalar] = &[
    Scalar::new(
        "size",
        &[TypeSet::STRING.union(TypeSet::LIST)],
        TypeSet::INTEGER,
        "size(measured :: LIST | STRING) :: INTEGER",
        "The number of elements of a list, or of characters of a string.",
        size,
    )
    .on_columns(lengths),
    Scalar::new(
        "head",
        &[TypeSet::LIST],
        TypeSet::ANY,
        "head(list :: LIST) :: ANY",
        "The first element of a list, null if there is none.",
        head,
    ),
    Scalar::new(
        "last",
        &[TypeSet::LIST],
        TypeSet::ANY,
        "last(list :: LIST) :: ANY",
        "The last element of a list, null if there is none.",
        last,
    ),
    Scalar::new(
        "tail",
        &[TypeSet::LIST],
        TypeSet::LIST,
        "tail(list :: LIST) :: LIST",
        "All elements of a list but the first.",
        tail,
    ),
    Scalar::new(
        "reverse",
        &[TypeSet::STRING.union(TypeSet::LIST)],
        TypeSet::STRING.union(TypeSet::LIST),
        "reverse(reversed :: LIST | STRING) :: LIST | STRING",
        "A list or a string backwards.",
        reverse,
    ),
    // Its types are checked when it is computed: openCypher wants that error then.
    Scalar::new(
        "range",
        &[TypeSet::ANY, TypeSet::ANY, TypeSet::ANY],
        TypeSet::LIST,
        "range(start :: INTEGER, end :: INTEGER [, step :: INTEGER]) :: LIST<INTEGER>",
        "The integers from start to end, both included, by a step that may be negative.",
        range,
    )
    .optional(1),
];

/// The integers that a call of `range()` yields, before they are made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IntegerRange {
    /// The first.
    pub start: i64,
    /// From one to the next; not zero.
    pub step: i64,
    /// How many.
    pub count: u64,
}

impl IntegerRange {
    /// The range without so many of its first integers.
    #[must_use]
    pub fn after(self, passed: u64) -> Self {
        let passed = passed.min(self.count);
        // Nothing behind the last integer is ever computed, so wrapping around is no matter.
        let start = self.start.wrapping_add(self.step.wrapping_mul(passed as i64));
        IntegerRange { start, count: self.count - passed, ..self }
    }

    /// The integers, in order.
    pub fn iter(self) -> impl Iterator<Item = i64> {
        // Only the value after the last can overflow, and it is never used.
        let mut next = self.start;
        (0..self.count).map(move |_| {
            let value = next;
            next = next.wrapping_add(self.step);
            value
        })
    }
}

/// What `range()` yields for these arguments, `None` where one is null. It lets
/// `UNWIND range(…)` make its rows one by one, without a limit on their number.
///
/// # Errors
/// `ArgumentError: InvalidArgumentType` for an argument that is no integer,
/// `ArgumentError: NumberOutOfRange` for a step of zero.
pub fn integer_range(arguments: &[Value]) -> Result<Option<IntegerRange>, EvaluationError> {
    let mut numbers = [0, 0, 1];
    for (number, argument) in numbers.iter_mut().zip(arguments) {
        match argument {
            Value::Integer(value) => *number = *value,
            Value::Null => return Ok(None),
            other => {
                return Err(EvaluationError::new(
                    ErrorClass::ArgumentError,
                    ErrorCode::InvalidArgumentType,
                    format!("range() expects Integers, but got {}", shown(other)),
                ));
            }
        }
    }
    let [start, end, step] = numbers;
    if step == 0 {
        return Err(out_of_range("the step of range() must not be 0"));
    }
    let empty = if step > 0 { start > end } else { start < end };
    // Only all of the integers by steps of one would not fit the count.
    let count =
        if empty { 0 } else { (end.abs_diff(start) / step.unsigned_abs()).saturating_add(1) };
    Ok(Some(IntegerRange { start, step, count }))
}

fn range(context: &FunctionContext<'_>, arguments: &[Value]) -> Result<Value, EvaluationError> {
    let Some(range) = integer_range(arguments)? else { return Ok(Value::Null) };
    if range.count > context.limits.list_elements as u64 {
        return Err(too_large(
            format_args!("a range of {} integers", range.count),
            context.limits.list_elements,
        ));
    }
    Ok(Value::List(Arc::new(range.iter().map(Value::Integer).collect())))
}

fn size(_: &FunctionContext<'_>, arguments: &[Value]) -> Result<Value, EvaluationError> {
    match arguments {
        [Value::List(list), ..] => {
            i64::try_from(list.len()).map(Value::Integer).map_err(|_| overflow("the size"))
        }
        [Value::String(string), ..] => Ok(Value::Integer(character_count(string.as_bytes()))),
        _ => Err(wrong("size", "a List or String", arguments)),
    }
}

fn head(_: &FunctionContext<'_>, arguments: &[Value]) -> Result<Value, EvaluationError> {
    match arguments {
        [Value::List(list), ..] => Ok(list.first().cloned().unwrap_or_default()),
        _ => Err(wrong("head", "a List", arguments)),
    }
}

fn last(_: &FunctionContext<'_>, arguments: &[Value]) -> Result<Value, EvaluationError> {
    match arguments {
        [Value::List(list), ..] => Ok(list.last().cloned().unwrap_or_default()),
        _ => Err(wrong("last", "a List", arguments)),
    }
}

fn tail(_: &FunctionContext<'_>, arguments: &[Value]) -> Result<Value, EvaluationError> {
    match arguments {
        [Value::List(list), ..] => {
            Ok(Value::List(Arc::new(list.get(1..).unwrap_or_default().to_vec())))
        }
        _ => Err(wrong("tail", "a List", arguments)),
    }
}

fn reverse(_: &FunctionContext<'_>, arguments: &[Value]) -> Result<Value, EvaluationError> {
    match arguments {
        [Value::List(list), ..] => Ok(Value::List(Arc::new(list.iter().rev().cloned().collect()))),
        [Value::String(string), ..] => {
            Ok(Value::String(string.chars().rev().collect::<String>().into()))
        }
        _ => Err(wrong("reverse", "a List or String", arguments)),
    }
}

fn wrong(function: &str, expected: &str, arguments: &[Value]) -> EvaluationError {
    wrong_argument(function, expected, arguments.first().unwrap_or(&Value::Null))
}
