//! Reading into values: properties, components, elements of lists, slices, labels.

use super::context::FunctionContext;
use super::error::shown;
use super::graph::{check_there, element};
use super::types::Type;
use crate::syntax::ast::LabelExpression;
use crate::value::temporal::temporal_property;
use crate::value::{Endpoint, ErrorClass, ErrorCode, EvaluationError, Value};
use std::sync::Arc;

/// `value.key`: an entry of a map, a property of an element, a component of a
/// temporal value. Null where it is absent, and of null.
///
/// # Errors
/// `TypeError: InvalidArgumentType` for a value without properties,
/// `EntityNotFound: DeletedEntityAccess` for an element that has been deleted.
pub fn property(
    context: &FunctionContext<'_>,
    value: &Value,
    key: &str,
) -> Result<Value, EvaluationError> {
    match value {
        Value::Null => Ok(Value::Null),
        Value::Map(map) => Ok(map.get(key).cloned().unwrap_or_default()),
        Value::Node(_) | Value::Relationship(_) => {
            let Some(element) = element(value) else { return Ok(Value::Null) };
            match context.reader.property(element, key) {
                // Only a value that is not found costs the question whether the element is there.
                Value::Null => check_there(context, element).map(|()| Value::Null),
                found => Ok(found),
            }
        }
        instant if instant.is_temporal_instant() => {
            Ok(temporal_property(instant, key).unwrap_or_default())
        }
        Value::Duration(_) => Ok(temporal_property(value, key).unwrap_or_default()),
        other => {
            Err(EvaluationError::wrong_type(format!("{} has no property `{key}`", shown(other))))
        }
    }
}

/// `base[index]`: an element of a list, counted from 0 or, if negative, from the
/// end; or the property that a string names. Null where there is none, and where
/// either is null.
///
/// # Errors
/// `TypeError` for an index of the wrong type, and for a base without elements.
pub fn index(
    context: &FunctionContext<'_>,
    base: &Value,
    index: &Value,
) -> Result<Value, EvaluationError> {
    let type_error =
        |code, message| Err(EvaluationError::new(ErrorClass::TypeError, code, message));
    match (base, index) {
        (Value::Null, _) | (_, Value::Null) => Ok(Value::Null),
        (Value::List(list), Value::Integer(at)) => {
            let at = if *at < 0 { at.checked_add_unsigned(list.len() as u64) } else { Some(*at) };
            let found = at.and_then(|at| usize::try_from(at).ok()).and_then(|at| list.get(at));
            Ok(found.cloned().unwrap_or_default())
        }
        (Value::List(_), other) => type_error(
            ErrorCode::ListElementAccessByNonInteger,
            format!("an element of a list is found by an Integer, but got {}", shown(other)),
        ),
        (Value::Map(_) | Value::Node(_) | Value::Relationship(_), Value::String(key)) => {
            property(context, base, key)
        }
        (Value::Map(_), other) => type_error(
            ErrorCode::MapElementAccessByNonString,
            format!("an entry of a map is found by a String, but got {}", shown(other)),
        ),
        (Value::Node(_) | Value::Relationship(_), other) => type_error(
            ErrorCode::PropertyAccessByNonString,
            format!("a property is found by a String, but got {}", shown(other)),
        ),
        (
            Value::Date(_)
            | Value::LocalTime(_)
            | Value::Time(_)
            | Value::LocalDateTime(_)
            | Value::DateTime(_)
            | Value::Duration(_),
            Value::String(key),
        ) => property(context, base, key),
        (other, _) => type_error(
            ErrorCode::InvalidArgumentType,
            format!("{} has no elements to choose from", shown(other)),
        ),
    }
}

/// `base[from..to]`: the elements from one position up to another, which is
/// excluded; negative positions count from the end, missing ones mean the ends.
/// Null where any operand is null.
///
/// # Errors
/// `TypeError: InvalidArgumentType` where the base is no list or a bound no integer.
pub fn slice(
    base: &Value,
    from: Option<&Value>,
    to: Option<&Value>,
) -> Result<Value, EvaluationError> {
    let null = |value: Option<&Value>| matches!(value, Some(Value::Null));
    if null(Some(base)) || null(from) || null(to) {
        return Ok(Value::Null);
    }
    let Value::List(list) = base else {
        return Err(EvaluationError::wrong_type(format!(
            "only a List can be sliced, but got {}",
            shown(base)
        )));
    };
    let position = |bound: Option<&Value>, otherwise: usize| match bound {
        None => Ok(otherwise),
        Some(Value::Integer(at)) => {
            let at =
                if *at < 0 { at.saturating_add_unsigned(list.len() as u64).max(0) } else { *at };
            Ok(usize::try_from(at).unwrap_or(usize::MAX).min(list.len()))
        }
        Some(other) => Err(EvaluationError::wrong_type(format!(
            "a bound of a slice is an Integer, but got {}",
            shown(other)
        ))),
    };
    let (from, to) = (position(from, 0)?, position(to, list.len())?);
    if from == 0 && to == list.len() {
        return Ok(base.clone());
    }
    Ok(Value::List(Arc::new(list.get(from..to).unwrap_or_default().to_vec())))
}

/// `value:A|B`: whether the condition holds of a node's labels, or of a relationship's type.
/// Null of null.
///
/// # Errors
/// `TypeError: InvalidArgumentType` for any other value, `EntityNotFound` for a
/// node that has been deleted.
pub fn has_labels(
    context: &FunctionContext<'_>,
    value: &Value,
    labels: &LabelExpression<Arc<str>>,
) -> Result<Value, EvaluationError> {
    match value {
        Value::Null => Ok(Value::Null),
        Value::Node(node) => {
            let held = context.reader.node_labels(*node);
            if held.is_empty() {
                check_there(context, Endpoint::Node(*node))?;
            }
            Ok(Value::Boolean(labels.holds(!held.is_empty(), &|label| held.contains(label))))
        }
        Value::Relationship(relationship) => {
            let held = context.reader.relationship_type(*relationship);
            Ok(Value::Boolean(labels.holds(true, &|label| held.as_ref() == Some(label))))
        }
        other => Err(EvaluationError::wrong_type(format!(
            "only a Node has labels and only a Relationship a type, but got {}",
            shown(other)
        ))),
    }
}

/// Whether `value.key` can be anything but an error for a value of this type:
/// for the binder's check of property access.
pub fn has_properties(of: Type) -> bool {
    !matches!(
        of,
        Type::Boolean | Type::Integer | Type::Float | Type::String | Type::List | Type::Path
    )
}
