//! Types as GQL knows them: whether a value is of a type, the type that a value has, and
//! casting to a type.

use super::context::FunctionContext;
use super::error::{bad_argument, overflow, shown};
use super::registry::scalar;
use super::types::TypeSet;
use crate::syntax::ast::{TypeAlternative, TypeName, ValueType};
use crate::value::{EvaluationError, Value};
use std::collections::BTreeSet;

/// Whether a value is of a type; null is of every type that does not say NOT NULL.
///
/// # Complexity
/// One step for each part of the value and alternative of the type.
pub fn is_of(value: &Value, of: &ValueType) -> bool {
    of.alternatives.iter().any(|alternative| is_of_one(value, alternative))
}

fn is_of_one(value: &Value, of: &TypeAlternative) -> bool {
    match (value, &of.name) {
        (_, TypeName::Nothing) => false,
        (Value::Null, _) => of.nullable,
        (_, TypeName::Any)
        | (Value::Boolean(_), TypeName::Boolean)
        | (Value::String(_), TypeName::String)
        | (Value::Integer(_), TypeName::Integer)
        | (Value::Float(_), TypeName::Float)
        | (Value::Date(_), TypeName::Date)
        | (Value::LocalTime(_), TypeName::LocalTime)
        | (Value::Time(_), TypeName::ZonedTime)
        | (Value::LocalDateTime(_), TypeName::LocalDateTime)
        | (Value::DateTime(_), TypeName::ZonedDateTime)
        | (Value::Duration(_), TypeName::Duration)
        | (Value::Map(_), TypeName::Map)
        | (Value::Node(_), TypeName::Node)
        | (Value::Relationship(_), TypeName::Relationship)
        | (Value::Path(_), TypeName::Path) => true,
        (Value::List(elements), TypeName::List(of)) => {
            elements.iter().all(|element| is_of(element, of))
        }
        (value, TypeName::PropertyValue) => match value {
            Value::List(elements) => elements.iter().all(is_property_scalar),
            other => is_property_scalar(other),
        },
        _ => false,
    }
}

/// Whether a property can hold a value that is no list, or a list have it as element.
fn is_property_scalar(value: &Value) -> bool {
    !matches!(
        value,
        Value::Null
            | Value::List(_)
            | Value::Map(_)
            | Value::Node(_)
            | Value::Relationship(_)
            | Value::Path(_)
    )
}

/// The most precise type of a value, e.g. `LIST<INTEGER NOT NULL> NOT NULL`.
pub(super) fn written_type(value: &Value) -> String {
    type_of(value, 0)
}

/// Lists nested deeper than this are named `LIST<ANY>`, so that nothing recurses without bound.
const NAMED_DEPTH: usize = 8;

fn type_of(value: &Value, depth: usize) -> String {
    match value {
        Value::Null => "NULL".to_string(),
        Value::List(elements) => format!("LIST<{}> NOT NULL", element_types(elements, depth)),
        other => format!("{} NOT NULL", other.type_name()),
    }
}

/// The types of a list's elements in the order of GQL, joined by ` | `.
fn element_types(elements: &[Value], depth: usize) -> String {
    if depth >= NAMED_DEPTH {
        return "ANY".to_string();
    }
    let mut types = BTreeSet::new();
    let mut nullable = false;
    for element in elements {
        match element {
            Value::Null => nullable = true,
            other => _ = types.insert((rank(other), type_of(other, depth + 1))),
        }
    }
    if types.is_empty() {
        return if nullable { "NULL".to_string() } else { "NOTHING".to_string() };
    }
    let names: Vec<_> = types
        .iter()
        .map(
            |(_, name)| {
                if nullable { name.strip_suffix(" NOT NULL").unwrap_or(name) } else { name }
            },
        )
        .collect();
    names.join(" | ")
}

/// The place of a value's type among the types of a union.
fn rank(value: &Value) -> u8 {
    match value {
        Value::Null => 0,
        Value::Boolean(_) => 1,
        Value::String(_) => 2,
        Value::Integer(_) => 3,
        Value::Float(_) => 4,
        Value::Date(_) => 5,
        Value::LocalTime(_) => 6,
        Value::Time(_) => 7,
        Value::LocalDateTime(_) => 8,
        Value::DateTime(_) => 9,
        Value::Duration(_) => 10,
        Value::Node(_) => 11,
        Value::Relationship(_) => 12,
        Value::Map(_) => 13,
        Value::List(_) => 14,
        Value::Path(_) => 15,
    }
}

/// `CAST(value AS type)`: the value itself where it is of the type already, otherwise as
/// the first of the alternatives to which it can be converted.
///
/// # Errors
/// `TypeError: InvalidArgumentType` where no alternative takes values of its type,
/// `ArgumentError: InvalidArgumentValue` for text that is none of the type's,
/// `ArithmeticError: IntegerOverflow` for a number that does not fit.
pub fn cast(
    context: &FunctionContext<'_>,
    value: &Value,
    to: &ValueType,
) -> Result<Value, EvaluationError> {
    if is_of(value, to) {
        return Ok(value.clone());
    }
    let mut failure = None;
    for alternative in &to.alternatives {
        match cast_to(context, value, &alternative.name, to) {
            Ok(cast) => return Ok(cast),
            Err(error) => failure = failure.or(Some(error)),
        }
    }
    Err(failure.unwrap_or_else(|| no_cast(value, to)))
}

fn no_cast(value: &Value, to: &ValueType) -> EvaluationError {
    EvaluationError::wrong_type(format!("{} cannot be cast to {to}", shown(value)))
}

fn cast_to(
    context: &FunctionContext<'_>,
    value: &Value,
    to: &TypeName,
    whole: &ValueType,
) -> Result<Value, EvaluationError> {
    let by = |name: &str| converted(context, value, name, whole);
    let text_or = |fits: bool, name: &str| {
        if fits || matches!(value, Value::String(_)) {
            by(name)
        } else {
            Err(no_cast(value, whole))
        }
    };
    match (to, value) {
        (_, Value::Null) => Err(no_cast(value, whole)),
        (TypeName::List(elements), Value::List(list)) => {
            let cast = list.iter().map(|element| cast(context, element, elements));
            Value::list(cast.collect::<Result<_, _>>()?)
        }
        (TypeName::Boolean, Value::String(_) | Value::Integer(_)) => by("toBoolean"),
        (TypeName::Integer, Value::Float(number)) if !number.is_finite() => {
            Err(overflow(shown(value)))
        }
        (TypeName::Integer, Value::String(_) | Value::Float(_) | Value::Boolean(_)) => {
            by("toInteger")
        }
        (TypeName::Float, Value::String(_) | Value::Integer(_)) => by("toFloat"),
        (TypeName::String, _) if !matches!(value, Value::List(_) | Value::Map(_)) => by("toString"),
        (TypeName::Date, _) => text_or(has_date(value), "date"),
        (TypeName::LocalTime, _) => text_or(has_time(value), "localtime"),
        (TypeName::ZonedTime, _) => text_or(has_time(value), "time"),
        (TypeName::LocalDateTime, _) => text_or(has_date(value), "localdatetime"),
        (TypeName::ZonedDateTime, _) => text_or(has_date(value), "datetime"),
        (TypeName::Duration, Value::String(_)) => by("duration"),
        _ => Err(no_cast(value, whole)),
    }
}

fn has_date(value: &Value) -> bool {
    TypeSet::DATE
        .union(TypeSet::LOCAL_DATE_TIME)
        .union(TypeSet::DATE_TIME)
        .includes(TypeSet::of(value))
}

fn has_time(value: &Value) -> bool {
    TypeSet::INSTANT.without(TypeSet::DATE).includes(TypeSet::of(value))
}

/// Converts by a function that is null for text which it cannot read.
fn converted(
    context: &FunctionContext<'_>,
    value: &Value,
    function: &str,
    to: &ValueType,
) -> Result<Value, EvaluationError> {
    let Some(function) = scalar(function) else { return Err(no_cast(value, to)) };
    match function.call(context, std::slice::from_ref(value))? {
        Value::Null => Err(bad_argument(format!("{} cannot be read as {to}", shown(value)))),
        converted => Ok(converted),
    }
}

/// The types that a value of this type may have, null aside: for the binder.
pub fn type_set(of: &ValueType) -> TypeSet {
    let one = |name: &TypeName| match name {
        TypeName::Nothing | TypeName::Null => TypeSet::EMPTY,
        TypeName::Boolean => TypeSet::BOOLEAN,
        TypeName::String => TypeSet::STRING,
        TypeName::Integer => TypeSet::INTEGER,
        TypeName::Float => TypeSet::FLOAT,
        TypeName::Date => TypeSet::DATE,
        TypeName::LocalTime => TypeSet::LOCAL_TIME,
        TypeName::ZonedTime => TypeSet::TIME,
        TypeName::LocalDateTime => TypeSet::LOCAL_DATE_TIME,
        TypeName::ZonedDateTime => TypeSet::DATE_TIME,
        TypeName::Duration => TypeSet::DURATION,
        TypeName::Map => TypeSet::MAP,
        TypeName::Node => TypeSet::NODE,
        TypeName::Relationship => TypeSet::RELATIONSHIP,
        TypeName::Path => TypeSet::PATH,
        TypeName::List(_) => TypeSet::LIST,
        TypeName::PropertyValue | TypeName::Any => TypeSet::ANY,
    };
    of.alternatives.iter().fold(TypeSet::EMPTY, |all, each| all.union(one(&each.name)))
}
