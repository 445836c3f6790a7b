//! Whether a value is of a type that a query writes.

use super::{Evaluated, unsupported};
use dossier::syntax::ast::{TypeName, ValueType};
use dossier::value::Value;

/// `value IS :: type`.
pub(crate) fn is_of(value: &Value, of: &ValueType) -> Evaluated<bool> {
    for alternative in &of.alternatives {
        let is = match (value, &alternative.name) {
            (Value::Null, TypeName::Nothing) => false,
            (Value::Null, _) => alternative.nullable,
            (Value::List(items), TypeName::List(inner)) => {
                let mut all = true;
                for item in items.iter() {
                    all &= is_of(item, inner)?;
                }
                all
            }
            (_, TypeName::PropertyValue) => return unsupported("the type of properties"),
            (value, name) => plain(value, name),
        };
        if is {
            return Ok(true);
        }
    }
    Ok(false)
}

fn plain(value: &Value, name: &TypeName) -> bool {
    match name {
        TypeName::Any => true,
        TypeName::Boolean => matches!(value, Value::Boolean(_)),
        TypeName::String => matches!(value, Value::String(_)),
        TypeName::Integer => matches!(value, Value::Integer(_)),
        TypeName::Float => matches!(value, Value::Float(_)),
        TypeName::Date => matches!(value, Value::Date(_)),
        TypeName::LocalTime => matches!(value, Value::LocalTime(_)),
        TypeName::ZonedTime => matches!(value, Value::Time(_)),
        TypeName::LocalDateTime => matches!(value, Value::LocalDateTime(_)),
        TypeName::ZonedDateTime => matches!(value, Value::DateTime(_)),
        TypeName::Duration => matches!(value, Value::Duration(_)),
        TypeName::Map => matches!(value, Value::Map(_)),
        TypeName::Node => matches!(value, Value::Node(_)),
        TypeName::Relationship => matches!(value, Value::Relationship(_)),
        TypeName::Path => matches!(value, Value::Path(_)),
        TypeName::Nothing | TypeName::Null | TypeName::List(_) | TypeName::PropertyValue => false,
    }
}
