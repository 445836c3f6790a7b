//! The types of property values, as a constraint demands them.

use super::Value;
use serde::{Deserialize, Serialize};

/// The type of a property's value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum PropertyType {
    /// A value that is no list.
    Scalar(ScalarType),
    /// A list whose elements have one of these types.
    List {
        /// The types of its elements.
        elements: Vec<ScalarType>,
        /// Whether nulls may stand among them.
        nulls: bool,
    },
}

/// The types of values that are no lists.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ScalarType {
    /// True or false.
    Boolean,
    /// Text.
    String,
    /// A 64-bit integer.
    Integer,
    /// A double.
    Float,
    /// A date.
    Date,
    /// A time of day without offset.
    LocalTime,
    /// A time of day with offset.
    ZonedTime,
    /// A date and time without offset.
    LocalDateTime,
    /// A date and time with offset.
    ZonedDateTime,
    /// An amount of time.
    Duration,
}

impl ScalarType {
    /// Every one, in the order of their declaration.
    pub const ALL: [ScalarType; 10] = [
        ScalarType::Boolean,
        ScalarType::String,
        ScalarType::Integer,
        ScalarType::Float,
        ScalarType::Date,
        ScalarType::LocalTime,
        ScalarType::ZonedTime,
        ScalarType::LocalDateTime,
        ScalarType::ZonedDateTime,
        ScalarType::Duration,
    ];

    /// Its name in a query.
    pub fn name(self) -> &'static str {
        match self {
            ScalarType::Boolean => "BOOLEAN",
            ScalarType::String => "STRING",
            ScalarType::Integer => "INTEGER",
            ScalarType::Float => "FLOAT",
            ScalarType::Date => "DATE",
            ScalarType::LocalTime => "LOCAL TIME",
            ScalarType::ZonedTime => "ZONED TIME",
            ScalarType::LocalDateTime => "LOCAL DATETIME",
            ScalarType::ZonedDateTime => "ZONED DATETIME",
            ScalarType::Duration => "DURATION",
        }
    }

    /// The type of a value that is neither null nor a list and can be stored.
    pub fn of(value: &Value) -> Option<ScalarType> {
        Some(match value {
            Value::Boolean(_) => ScalarType::Boolean,
            Value::String(_) => ScalarType::String,
            Value::Integer(_) => ScalarType::Integer,
            Value::Float(_) => ScalarType::Float,
            Value::Date(_) => ScalarType::Date,
            Value::LocalTime(_) => ScalarType::LocalTime,
            Value::Time(_) => ScalarType::ZonedTime,
            Value::LocalDateTime(_) => ScalarType::LocalDateTime,
            Value::DateTime(_) => ScalarType::ZonedDateTime,
            Value::Duration(_) => ScalarType::Duration,
            Value::Null
            | Value::List(_)
            | Value::Map(_)
            | Value::Node(_)
            | Value::Relationship(_)
            | Value::Path(_) => return None,
        })
    }
}

impl PropertyType {
    /// Whether a value that is not null is of this type.
    pub fn accepts(&self, value: &Value) -> bool {
        match (self, value) {
            (PropertyType::List { elements, nulls }, Value::List(values)) => {
                values.iter().all(|value| match ScalarType::of(value) {
                    Some(kind) => elements.contains(&kind),
                    None => *nulls && value.is_null(),
                })
            }
            (PropertyType::Scalar(kind), value) => ScalarType::of(value) == Some(*kind),
            _ => false,
        }
    }
}

impl std::fmt::Display for PropertyType {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            PropertyType::Scalar(kind) => f.write_str(kind.name()),
            PropertyType::List { elements, nulls } => {
                let inner = if *nulls { "" } else { " NOT NULL" };
                let names: Vec<String> =
                    elements.iter().map(|kind| format!("{}{inner}", kind.name())).collect();
                write!(f, "LIST<{}>", names.join(" | "))
            }
        }
    }
}
