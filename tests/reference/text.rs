//! Functions of strings, and conversions.

use super::{Evaluated, error, unsupported, wrong_type};
use dossier::value::display::float_text;
use dossier::value::{ErrorClass, Value};
use std::sync::Arc;

/// Calls a function of strings or a conversion; `None` where the name is neither.
pub(crate) fn call(name: &str, arguments: &[Value]) -> Evaluated<Option<Value>> {
    let string = |text: &str| Ok(Some(Value::String(text.into())));
    let converts = matches!(name, "tostring" | "tointeger" | "tofloat" | "toboolean");
    if let ([value], true) = (arguments, converts) {
        return converted(name, value).map(Some);
    }
    match (name, arguments) {
        ("size", [Value::String(text)]) => Ok(Some(Value::Integer(text.chars().count() as i64))),
        ("isempty", [Value::String(text)]) => Ok(Some(Value::Boolean(text.is_empty()))),
        ("isempty", [Value::List(list)]) => Ok(Some(Value::Boolean(list.is_empty()))),
        ("isempty", [Value::Map(map)]) => Ok(Some(Value::Boolean(map.is_empty()))),
        ("toupper", [Value::String(text)]) => string(&text.to_uppercase()),
        ("tolower", [Value::String(text)]) => string(&text.to_lowercase()),
        ("trim", [Value::String(text)]) => string(text.trim_matches(' ')),
        ("ltrim", [Value::String(text)]) => string(text.trim_start_matches(' ')),
        ("rtrim", [Value::String(text)]) => string(text.trim_end_matches(' ')),
        ("reverse", [Value::String(text)]) => string(&text.chars().rev().collect::<String>()),
        ("replace", [Value::String(text), Value::String(from), Value::String(to)])
            if !from.is_empty() =>
        {
            string(&text.replace(&**from, to))
        }
        ("split", [Value::String(text), Value::String(at)]) if !at.is_empty() => {
            let parts = text.split(&**at).map(|part| Value::String(part.into()));
            Ok(Some(Value::List(Arc::new(parts.collect()))))
        }
        ("replace" | "split", [Value::String(_), Value::String(_), ..]) => {
            unsupported("an empty separator")
        }
        ("substring", [Value::String(text), Value::Integer(from)]) if *from >= 0 => {
            string(&text.chars().skip(*from as usize).collect::<String>())
        }
        ("substring", [Value::String(text), Value::Integer(from), Value::Integer(count)])
            if *from >= 0 && *count >= 0 =>
        {
            string(&text.chars().skip(*from as usize).take(*count as usize).collect::<String>())
        }
        ("left", [Value::String(text), Value::Integer(count)]) if *count >= 0 => {
            string(&text.chars().take(*count as usize).collect::<String>())
        }
        ("right", [Value::String(text), Value::Integer(count)]) if *count >= 0 => {
            let length = text.chars().count();
            string(&text.chars().skip(length.saturating_sub(*count as usize)).collect::<String>())
        }
        ("substring" | "left" | "right", [Value::String(_), Value::Integer(_), ..]) => {
            error(ErrorClass::ArgumentError, "a length below zero")
        }
        _ => Ok(None),
    }
}

fn converted(name: &str, value: &Value) -> Evaluated {
    match (name, value) {
        ("tostring", Value::String(_)) | ("toboolean", Value::Boolean(_)) => Ok(value.clone()),
        ("tostring", Value::Boolean(known)) => Ok(Value::String(known.to_string().into())),
        ("tostring", Value::Integer(number)) => Ok(Value::String(number.to_string().into())),
        ("tostring", Value::Float(number)) => Ok(Value::String(float_text(*number).into())),
        ("tointeger", Value::Integer(_)) | ("tofloat", Value::Float(_)) => Ok(value.clone()),
        ("tofloat", Value::Integer(number)) => Ok(Value::Float(*number as f64)),
        ("tointeger", Value::Boolean(known)) => Ok(Value::Integer(i64::from(*known))),
        ("tointeger", Value::Float(number)) if number.abs() < 1e15 => {
            Ok(Value::Integer(*number as i64))
        }
        ("toboolean", Value::Integer(number)) => Ok(Value::Boolean(*number != 0)),
        ("toboolean", Value::String(text)) => Ok(match text.trim().to_lowercase().as_str() {
            "true" => Value::Boolean(true),
            "false" => Value::Boolean(false),
            _ => Value::Null,
        }),
        ("tointeger", Value::String(text)) => match text.trim().parse::<i64>() {
            Ok(number) => Ok(Value::Integer(number)),
            Err(_) => Ok(text
                .trim()
                .parse::<f64>()
                .ok()
                .filter(|number| number.abs() < 1e15)
                .map_or(Value::Null, |number| Value::Integer(number as i64))),
        },
        ("tofloat", Value::String(text)) => {
            Ok(text.trim().parse::<f64>().map_or(Value::Null, Value::Float))
        }
        _ if value.is_temporal_instant() || matches!(value, Value::Duration(_)) => {
            unsupported("the conversion of temporal values")
        }
        ("tointeger", Value::Float(_)) => unsupported("the conversion of large floats"),
        _ => wrong_type(format!("{name}() of this type")),
    }
}
