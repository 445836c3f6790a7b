//! Conversions between types.

use super::context::FunctionContext;
use super::error::{overflow, shown, wrong_argument, wrong_value};
use super::kernel::texts;
use super::registry::{Evaluate, Scalar};
use super::types::TypeSet;
use crate::value::display::float_text;
use crate::value::{EvaluationError, Value};
use crate::vector::{Vector, VectorBuilder};
use std::sync::Arc;

/// A conversion of one value.
const fn one(
    name: &'static str,
    returns: TypeSet,
    signature: &'static str,
    description: &'static str,
    run: Evaluate,
) -> Scalar {
    Scalar::new(name, &[TypeSet::ANY], returns, signature, description, run)
}

/// A conversion of the elements of a list.
const fn each(
    name: &'static str,
    signature: &'static str,
    description: &'static str,
    run: Evaluate,
) -> Scalar {
    Scalar::new(name, &[TypeSet::LIST], TypeSet::LIST, signature, description, run)
}

/// The table of this file.
pub(super) static FUNCTIONS: &[Scalar] = &[
    one(
        "toBoolean",
        TypeSet::BOOLEAN,
        "toBoolean(value :: BOOLEAN | INTEGER | STRING) :: BOOLEAN",
        "A boolean from text or from an integer (0 is false); null for other text.",
        |_, a| strict("toBoolean", "a Boolean, Integer or String", a, boolean),
    ),
    one(
        "toBooleanOrNull",
        TypeSet::BOOLEAN,
        "toBooleanOrNull(value :: ANY) :: BOOLEAN",
        "As toBoolean(), but null for a value of another type.",
        |_, a| lenient(a, boolean),
    ),
    each(
        "toBooleanList",
        "toBooleanList(list :: LIST) :: LIST<BOOLEAN>",
        "toBooleanOrNull() of each element.",
        |_, a| list("toBooleanList", a, boolean),
    ),
    one(
        "toInteger",
        TypeSet::INTEGER,
        "toInteger(value :: INTEGER | FLOAT | STRING | BOOLEAN) :: INTEGER",
        "An integer from a number, whose fraction is cut off, or from text; null for other text.",
        |_, a| strict("toInteger", "an Integer, Float, String or Boolean", a, integer),
    )
    .on_columns(|_, columns| each_text(columns, |text| integer_of_text(text).ok())),
    one(
        "toIntegerOrNull",
        TypeSet::INTEGER,
        "toIntegerOrNull(value :: ANY) :: INTEGER",
        "As toInteger(), but null for a value of another type or out of range.",
        |_, a| lenient(a, integer),
    ),
    each(
        "toIntegerList",
        "toIntegerList(list :: LIST) :: LIST<INTEGER>",
        "toIntegerOrNull() of each element.",
        |_, a| list("toIntegerList", a, integer),
    ),
    one(
        "toFloat",
        TypeSet::FLOAT,
        "toFloat(value :: INTEGER | FLOAT | STRING) :: FLOAT",
        "A float from a number or from text; null for other text.",
        |_, a| strict("toFloat", "an Integer, Float or String", a, float),
    )
    .on_columns(|_, columns| each_text(columns, |text| Some(float_of_text(text)))),
    one(
        "toFloatOrNull",
        TypeSet::FLOAT,
        "toFloatOrNull(value :: ANY) :: FLOAT",
        "As toFloat(), but null for a value of another type.",
        |_, a| lenient(a, float),
    ),
    each(
        "toFloatList",
        "toFloatList(list :: LIST) :: LIST<FLOAT>",
        "toFloatOrNull() of each element.",
        |_, a| list("toFloatList", a, float),
    ),
    one(
        "toString",
        TypeSet::STRING,
        "toString(value :: BOOLEAN | INTEGER | FLOAT | STRING | TEMPORAL) :: STRING",
        "The text of a value.",
        |_, a| strict("toString", "a Boolean, number, String or temporal value", a, text),
    )
    .on_columns(all_texts),
    one(
        "toStringOrNull",
        TypeSet::STRING,
        "toStringOrNull(value :: ANY) :: STRING",
        "As toString(), but null for a value of another type.",
        |_, a| lenient(a, text),
    )
    .on_columns(all_texts),
    each(
        "toStringList",
        "toStringList(list :: LIST) :: LIST<STRING>",
        "toStringOrNull() of each element.",
        |_, a| list("toStringList", a, text),
    ),
];

/// Why a value was not converted.
enum Refusal {
    /// Its type has no conversion.
    Type,
    /// It is outside the range of the target.
    Range,
}

type Conversion = fn(&Value) -> Result<Value, Refusal>;

fn strict(
    name: &str,
    expected: &str,
    arguments: &[Value],
    run: Conversion,
) -> Result<Value, EvaluationError> {
    let value = arguments.first().unwrap_or(&Value::Null);
    run(value).map_err(|refusal| match refusal {
        Refusal::Type => wrong_value(name, expected, value),
        Refusal::Range => overflow(shown(value)),
    })
}

fn lenient(arguments: &[Value], run: Conversion) -> Result<Value, EvaluationError> {
    Ok(arguments.first().and_then(|value| run(value).ok()).unwrap_or_default())
}

fn list(name: &str, arguments: &[Value], run: Conversion) -> Result<Value, EvaluationError> {
    match arguments.first() {
        Some(Value::List(list)) => Ok(Value::List(Arc::new(
            list.iter().map(|value| run(value).unwrap_or_default()).collect(),
        ))),
        other => Err(wrong_argument(name, "a List", other.unwrap_or(&Value::Null))),
    }
}

fn boolean(value: &Value) -> Result<Value, Refusal> {
    match value {
        Value::Null => Ok(Value::Null),
        Value::Boolean(_) => Ok(value.clone()),
        Value::Integer(number) => Ok(Value::Boolean(*number != 0)),
        Value::String(text) => Ok(match text.trim().to_ascii_lowercase().as_str() {
            "true" => Value::Boolean(true),
            "false" => Value::Boolean(false),
            _ => Value::Null,
        }),
        _ => Err(Refusal::Type),
    }
}

fn integer(value: &Value) -> Result<Value, Refusal> {
    match value {
        Value::Null => Ok(Value::Null),
        Value::Integer(_) => Ok(value.clone()),
        Value::Boolean(truth) => Ok(Value::Integer(i64::from(*truth))),
        Value::Float(number) => truncated(*number),
        Value::String(text) => integer_of_text(text.trim()),
        _ => Err(Refusal::Type),
    }
}

/// The integer part of a float.
fn truncated(number: f64) -> Result<Value, Refusal> {
    const LIMIT: f64 = 9_223_372_036_854_775_808.0;
    if (-LIMIT..LIMIT).contains(&number) {
        Ok(Value::Integer(number as i64))
    } else {
        Err(Refusal::Range)
    }
}

/// The integer that a text denotes, its fraction cut off.
fn integer_of_text(text: &str) -> Result<Value, Refusal> {
    let Some(number) = decimal(text) else { return Ok(Value::Null) };
    // The whole part is read by itself, since a float does not hold every integer.
    let whole =
        if text.contains(['e', 'E']) { "" } else { text.split('.').next().unwrap_or_default() };
    match whole.parse::<i64>() {
        Ok(whole) => Ok(Value::Integer(whole)),
        Err(_) => truncated(number),
    }
}

/// The number that a text denotes in decimal notation, with an exponent if need be.
fn decimal(text: &str) -> Option<f64> {
    let plain = text
        .bytes()
        .all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'e' | b'E' | b'+' | b'-'));
    if plain { text.parse().ok() } else { None }
}

fn float(value: &Value) -> Result<Value, Refusal> {
    match value {
        Value::Null => Ok(Value::Null),
        Value::Integer(number) => Ok(Value::Float(*number as f64)),
        Value::Float(_) => Ok(value.clone()),
        Value::String(text) => Ok(float_of_text(text.trim())),
        _ => Err(Refusal::Type),
    }
}

/// The float that a text denotes.
fn float_of_text(text: &str) -> Value {
    match text {
        "NaN" => Value::Float(f64::NAN),
        "Infinity" | "+Infinity" => Value::Float(f64::INFINITY),
        "-Infinity" => Value::Float(f64::NEG_INFINITY),
        text => decimal(text).map_or(Value::Null, Value::Float),
    }
}

fn text(value: &Value) -> Result<Value, Refusal> {
    let text: Arc<str> = match value {
        Value::Null => return Ok(Value::Null),
        Value::String(_) => return Ok(value.clone()),
        Value::Boolean(truth) => if *truth { "true" } else { "false" }.into(),
        Value::Integer(number) => number.to_string().into(),
        Value::Float(number) => float_text(*number).into(),
        other => other.temporal_text().ok_or(Refusal::Type)?.into(),
    };
    Ok(Value::String(text))
}

/// The text of each value of a column.
fn all_texts(context: &FunctionContext<'_>, columns: &[Vector]) -> Option<Vector> {
    let [column] = columns else { return None };
    texts(context, column)
}

/// What each string of a column denotes, without the white space at its ends; `None` where one is
/// refused.
fn each_text(columns: &[Vector], denoted: impl Fn(&str) -> Option<Value>) -> Option<Vector> {
    let [Vector::String(column)] = columns else { return None };
    let mut values = VectorBuilder::new();
    for row in 0..column.len() {
        values.push(match column.get(row) {
            None => Value::Null,
            Some(text) => denoted(text.trim())?,
        });
    }
    Some(values.finish())
}
