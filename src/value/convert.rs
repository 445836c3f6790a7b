//! Conversion between values and Rust's own types.

use std::sync::Arc;

use super::{
    Date, DateTime, Duration, Endpoint, LocalDateTime, LocalTime, Map, NodeId, Path,
    RelationshipId, Time, Value,
};

macro_rules! from_type {
    ($($type:ty => |$name:ident| $body:expr;)*) => {$(
        impl From<$type> for Value {
            fn from($name: $type) -> Self {
                $body
            }
        }
    )*};
}

from_type! {
    bool => |x| Value::Boolean(x);
    i64 => |x| Value::Integer(x);
    i32 => |x| Value::Integer(x.into());
    i16 => |x| Value::Integer(x.into());
    i8 => |x| Value::Integer(x.into());
    u32 => |x| Value::Integer(x.into());
    u16 => |x| Value::Integer(x.into());
    u8 => |x| Value::Integer(x.into());
    f64 => |x| Value::Float(x);
    f32 => |x| Value::Float(x.into());
    &str => |x| Value::String(x.into());
    &String => |x| Value::String(x.as_str().into());
    String => |x| Value::String(x.into());
    Arc<str> => |x| Value::String(x);
    Vec<Value> => |x| Value::List(Arc::new(x));
    Map => |x| Value::Map(Arc::new(x));
    NodeId => |x| Value::Node(x);
    RelationshipId => |x| Value::Relationship(x);
    Path => |x| Value::Path(Arc::new(x));
    Date => |x| Value::Date(x);
    LocalTime => |x| Value::LocalTime(x);
    Time => |x| Value::Time(x);
    LocalDateTime => |x| Value::LocalDateTime(x);
    DateTime => |x| Value::DateTime(Arc::new(x));
    Duration => |x| Value::Duration(Arc::new(x));
}

impl From<Endpoint> for Value {
    fn from(element: Endpoint) -> Self {
        match element {
            Endpoint::Node(id) => Value::Node(id),
            Endpoint::Relationship(id) => Value::Relationship(id),
        }
    }
}

impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Value::Null, Into::into)
    }
}

impl Value {
    /// A list of anything that converts to values.
    pub fn list_of<T: Into<Value>>(items: impl IntoIterator<Item = T>) -> Value {
        Value::List(Arc::new(items.into_iter().map(Into::into).collect()))
    }

    /// Whether this is null.
    #[must_use]
    pub fn is_null(&self) -> bool {
        matches!(self, Value::Null)
    }

    /// Whether this is an integer or a float.
    #[must_use]
    pub fn is_number(&self) -> bool {
        matches!(self, Value::Integer(_) | Value::Float(_))
    }

    /// Whether this is a point in time (not a duration).
    #[must_use]
    pub fn is_temporal_instant(&self) -> bool {
        matches!(
            self,
            Value::Date(_)
                | Value::LocalTime(_)
                | Value::Time(_)
                | Value::LocalDateTime(_)
                | Value::DateTime(_)
        )
    }

    /// Whether a property may hold this: a scalar, or a list of such; null is no
    /// property, and neither are maps and elements.
    #[must_use]
    pub fn is_storable(&self) -> bool {
        match self {
            Value::List(items) => {
                items.iter().all(|item| !matches!(item, Value::List(_)) && item.is_storable())
            }
            Value::Null
            | Value::Map(_)
            | Value::Node(_)
            | Value::Relationship(_)
            | Value::Path(_) => false,
            _ => true,
        }
    }

    /// The boolean, if it is one.
    #[must_use]
    pub fn as_bool(&self) -> Option<bool> {
        if let Value::Boolean(flag) = self { Some(*flag) } else { None }
    }

    /// The integer, if it is one; floats are not converted.
    #[must_use]
    pub fn as_integer(&self) -> Option<i64> {
        if let Value::Integer(number) = self { Some(*number) } else { None }
    }

    /// The float, if it is one; integers are not converted.
    #[must_use]
    pub fn as_float(&self) -> Option<f64> {
        if let Value::Float(number) = self { Some(*number) } else { None }
    }

    /// The number as a float, if it is an integer or a float.
    #[must_use]
    pub fn as_number(&self) -> Option<f64> {
        match self {
            Value::Integer(number) => Some(*number as f64),
            Value::Float(number) => Some(*number),
            _ => None,
        }
    }

    /// The text, if it is a string.
    #[must_use]
    pub fn as_str(&self) -> Option<&str> {
        if let Value::String(text) = self { Some(text) } else { None }
    }

    /// The items, if it is a list.
    #[must_use]
    pub fn as_list(&self) -> Option<&[Value]> {
        if let Value::List(items) = self { Some(items) } else { None }
    }

    /// The entries, if it is a map.
    #[must_use]
    pub fn as_map(&self) -> Option<&Map> {
        if let Value::Map(entries) = self { Some(entries) } else { None }
    }

    /// The node, if it is one.
    #[must_use]
    pub fn as_node(&self) -> Option<NodeId> {
        if let Value::Node(id) = self { Some(*id) } else { None }
    }

    /// The relationship, if it is one.
    #[must_use]
    pub fn as_relationship(&self) -> Option<RelationshipId> {
        if let Value::Relationship(id) = self { Some(*id) } else { None }
    }

    /// The path, if it is one.
    #[must_use]
    pub fn as_path(&self) -> Option<&Path> {
        if let Value::Path(path) = self { Some(path) } else { None }
    }

    /// The elements in it, those of paths and in lists and maps among them.
    pub fn elements(&self) -> Vec<Endpoint> {
        let (mut found, mut stack) = (Vec::new(), vec![self]);
        while let Some(value) = stack.pop() {
            match value {
                Value::Node(node) => found.push(Endpoint::Node(*node)),
                Value::Relationship(id) => found.push(Endpoint::Relationship(*id)),
                Value::Path(path) => {
                    found.extend(&path.elements);
                    found.extend(path.relationships.iter().map(|id| Endpoint::Relationship(*id)));
                }
                Value::List(items) => stack.extend(items.iter()),
                Value::Map(map) => stack.extend(map.values()),
                _ => {}
            }
        }
        found
    }

    /// The node or relationship, if it is one.
    #[must_use]
    pub fn as_element(&self) -> Option<Endpoint> {
        match self {
            Value::Node(id) => Some(Endpoint::Node(*id)),
            Value::Relationship(id) => Some(Endpoint::Relationship(*id)),
            _ => None,
        }
    }
}
