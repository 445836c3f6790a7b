//! Functions that ask about a value, choose among values, or come from outside
//! (chance and the clock).

use super::context::FunctionContext;
use super::error::{overflow, wrong_argument};
use super::registry::Scalar;
use super::types::TypeSet;
use super::value_type::written_type;
use crate::value::{EvaluationError, Random, Value};
use std::cell::Cell;

/// The table of this file.
pub(super) static FUNCTIONS: &[Scalar] = &[
    Scalar::new(
        "coalesce",
        &[TypeSet::ANY],
        TypeSet::ANY,
        "coalesce(value :: ANY, …) :: ANY",
        "The first argument that is not null.",
        coalesce,
    )
    .variadic()
    .takes_null(),
    Scalar::new(
        "exists",
        &[TypeSet::ANY],
        TypeSet::BOOLEAN,
        "exists(property :: ANY) :: BOOLEAN",
        "Whether a property is there; the same as `IS NOT NULL`.",
        exists,
    )
    .takes_null(),
    Scalar::new(
        "nullIf",
        &[TypeSet::ANY, TypeSet::ANY],
        TypeSet::ANY,
        "nullIf(value :: ANY, other :: ANY) :: ANY",
        "Null where the two are equal, otherwise the first.",
        null_if,
    )
    .takes_null(),
    Scalar::new(
        "isEmpty",
        &[TypeSet::STRING.union(TypeSet::LIST).union(TypeSet::MAP)],
        TypeSet::BOOLEAN,
        "isEmpty(value :: LIST | MAP | STRING) :: BOOLEAN",
        "Whether a list, a map or a string holds nothing.",
        is_empty,
    ),
    Scalar::new(
        "isNaN",
        &[TypeSet::NUMBER],
        TypeSet::BOOLEAN,
        "isNaN(number :: INTEGER | FLOAT) :: BOOLEAN",
        "Whether a number is not a number.",
        is_nan,
    ),
    Scalar::new(
        "valueType",
        &[TypeSet::ANY],
        TypeSet::STRING,
        "valueType(value :: ANY) :: STRING",
        "The most precise type of a value, as GQL writes it.",
        |_, a| Ok(Value::String(written_type(a.first().unwrap_or(&Value::Null)).into())),
    )
    .takes_null(),
    Scalar::new(
        "rand",
        &[],
        TypeSet::FLOAT,
        "rand() :: FLOAT",
        "A random number from 0 up to 1, 1 excluded.",
        rand,
    )
    .volatile(),
    Scalar::new(
        "randomUUID",
        &[],
        TypeSet::STRING,
        "randomUUID() :: STRING",
        "A new random UUID (version 4).",
        random_uuid,
    )
    .volatile(),
    Scalar::new(
        "timestamp",
        &[],
        TypeSet::INTEGER,
        "timestamp() :: INTEGER",
        "Milliseconds from 1970-01-01T00:00:00Z to the start of the statement.",
        timestamp,
    )
    .volatile(),
];

fn coalesce(_: &FunctionContext<'_>, arguments: &[Value]) -> Result<Value, EvaluationError> {
    Ok(arguments
        .iter()
        .find(|argument| !matches!(argument, Value::Null))
        .cloned()
        .unwrap_or_default())
}

fn exists(_: &FunctionContext<'_>, arguments: &[Value]) -> Result<Value, EvaluationError> {
    Ok(Value::Boolean(!matches!(arguments, [] | [Value::Null, ..])))
}

fn null_if(_: &FunctionContext<'_>, arguments: &[Value]) -> Result<Value, EvaluationError> {
    match arguments {
        [value, other, ..] if crate::value::order::equals(value, other) == Some(true) => {
            Ok(Value::Null)
        }
        [value, ..] => Ok(value.clone()),
        [] => Ok(Value::Null),
    }
}

fn is_empty(_: &FunctionContext<'_>, arguments: &[Value]) -> Result<Value, EvaluationError> {
    match arguments.first().unwrap_or(&Value::Null) {
        Value::List(list) => Ok(Value::Boolean(list.is_empty())),
        Value::Map(map) => Ok(Value::Boolean(map.is_empty())),
        Value::String(string) => Ok(Value::Boolean(string.is_empty())),
        other => Err(wrong_argument("isEmpty", "a List, Map or String", other)),
    }
}

fn is_nan(_: &FunctionContext<'_>, arguments: &[Value]) -> Result<Value, EvaluationError> {
    match arguments.first().unwrap_or(&Value::Null) {
        Value::Integer(_) => Ok(Value::Boolean(false)),
        Value::Float(number) => Ok(Value::Boolean(number.is_nan())),
        other => Err(wrong_argument("isNaN", "an Integer or Float", other)),
    }
}

fn rand(_: &FunctionContext<'_>, _: &[Value]) -> Result<Value, EvaluationError> {
    // The top 53 bits fill the mantissa of a double exactly.
    Ok(Value::Float((random_bits() >> 11) as f64 / (1u64 << 53) as f64))
}

/// 64 random bits, seeded for each thread from the system's source of chance.
fn random_bits() -> u64 {
    thread_local! {
        static STATE: Cell<u64> = Cell::new(uuid::Uuid::new_v4().as_u64_pair().1 ^ uuid::Uuid::new_v4().as_u64_pair().0);
    }
    STATE.with(|cell| {
        let mut random = Random(cell.get());
        let bits = random.bits();
        cell.set(random.0);
        bits
    })
}

fn random_uuid(_: &FunctionContext<'_>, _: &[Value]) -> Result<Value, EvaluationError> {
    Ok(Value::String(uuid::Uuid::new_v4().to_string().into()))
}

fn timestamp(context: &FunctionContext<'_>, _: &[Value]) -> Result<Value, EvaluationError> {
    let (seconds, nanos) = context.statement_time;
    seconds
        .checked_mul(1000)
        .and_then(|millis| millis.checked_add(i64::from(nanos / 1_000_000)))
        .map(Value::Integer)
        .ok_or_else(|| overflow("the time in milliseconds"))
}
