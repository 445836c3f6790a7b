//! Static types, and sets of them: what the binder knows of an expression
//! before it has a value.

use crate::value::Value;
use std::fmt;

/// The type of a value, without what a list or a map holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Type {
    /// The type of `null` alone.
    Null,
    /// True or false.
    Boolean,
    /// A 64-bit integer.
    Integer,
    /// A double.
    Float,
    /// Text.
    String,
    /// A list of anything.
    List,
    /// A map.
    Map,
    /// A node.
    Node,
    /// A relationship.
    Relationship,
    /// A path.
    Path,
    /// A date.
    Date,
    /// A time of day without offset.
    LocalTime,
    /// A time of day with offset.
    Time,
    /// A date and time without offset.
    LocalDateTime,
    /// A date and time with offset.
    DateTime,
    /// An amount of time.
    Duration,
}

impl Type {
    /// Every type, in declaration order.
    pub const ALL: [Type; 16] = [
        Type::Null,
        Type::Boolean,
        Type::Integer,
        Type::Float,
        Type::String,
        Type::List,
        Type::Map,
        Type::Node,
        Type::Relationship,
        Type::Path,
        Type::Date,
        Type::LocalTime,
        Type::Time,
        Type::LocalDateTime,
        Type::DateTime,
        Type::Duration,
    ];

    /// The type of a value.
    pub fn of(value: &Value) -> Type {
        match value {
            Value::Null => Type::Null,
            Value::Boolean(_) => Type::Boolean,
            Value::Integer(_) => Type::Integer,
            Value::Float(_) => Type::Float,
            Value::String(_) => Type::String,
            Value::List(_) => Type::List,
            Value::Map(_) => Type::Map,
            Value::Node(_) => Type::Node,
            Value::Relationship(_) => Type::Relationship,
            Value::Path(_) => Type::Path,
            Value::Date(_) => Type::Date,
            Value::LocalTime(_) => Type::LocalTime,
            Value::Time(_) => Type::Time,
            Value::LocalDateTime(_) => Type::LocalDateTime,
            Value::DateTime(_) => Type::DateTime,
            Value::Duration(_) => Type::Duration,
        }
    }

    /// The name that messages use.
    pub fn name(self) -> &'static str {
        match self {
            Type::Null => "Null",
            Type::Boolean => "Boolean",
            Type::Integer => "Integer",
            Type::Float => "Float",
            Type::String => "String",
            Type::List => "List",
            Type::Map => "Map",
            Type::Node => "Node",
            Type::Relationship => "Relationship",
            Type::Path => "Path",
            Type::Date => "Date",
            Type::LocalTime => "LocalTime",
            Type::Time => "Time",
            Type::LocalDateTime => "LocalDateTime",
            Type::DateTime => "DateTime",
            Type::Duration => "Duration",
        }
    }
}

impl fmt::Display for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The types that an expression may have, or that an argument accepts.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct TypeSet(u32);

impl TypeSet {
    /// No type: no value can be of it.
    pub const EMPTY: TypeSet = TypeSet(0);
    /// Only `null`.
    pub const NULL: TypeSet = TypeSet::single(Type::Null);
    /// Booleans.
    pub const BOOLEAN: TypeSet = TypeSet::single(Type::Boolean);
    /// Integers.
    pub const INTEGER: TypeSet = TypeSet::single(Type::Integer);
    /// Floats.
    pub const FLOAT: TypeSet = TypeSet::single(Type::Float);
    /// Integers and floats.
    pub const NUMBER: TypeSet = TypeSet::INTEGER.union(TypeSet::FLOAT);
    /// Strings.
    pub const STRING: TypeSet = TypeSet::single(Type::String);
    /// Lists.
    pub const LIST: TypeSet = TypeSet::single(Type::List);
    /// Maps.
    pub const MAP: TypeSet = TypeSet::single(Type::Map);
    /// Nodes.
    pub const NODE: TypeSet = TypeSet::single(Type::Node);
    /// Relationships.
    pub const RELATIONSHIP: TypeSet = TypeSet::single(Type::Relationship);
    /// Nodes and relationships.
    pub const ELEMENT: TypeSet = TypeSet::NODE.union(TypeSet::RELATIONSHIP);
    /// Paths.
    pub const PATH: TypeSet = TypeSet::single(Type::Path);
    /// Dates.
    pub const DATE: TypeSet = TypeSet::single(Type::Date);
    /// Times of day without offset.
    pub const LOCAL_TIME: TypeSet = TypeSet::single(Type::LocalTime);
    /// Times of day with offset.
    pub const TIME: TypeSet = TypeSet::single(Type::Time);
    /// Dates and times without offset.
    pub const LOCAL_DATE_TIME: TypeSet = TypeSet::single(Type::LocalDateTime);
    /// Dates and times with offset.
    pub const DATE_TIME: TypeSet = TypeSet::single(Type::DateTime);
    /// Durations.
    pub const DURATION: TypeSet = TypeSet::single(Type::Duration);
    /// The five types that name a point in time or a time of day.
    pub const INSTANT: TypeSet = TypeSet::DATE
        .union(TypeSet::LOCAL_TIME)
        .union(TypeSet::TIME)
        .union(TypeSet::LOCAL_DATE_TIME)
        .union(TypeSet::DATE_TIME);
    /// All temporal types.
    pub const TEMPORAL: TypeSet = TypeSet::INSTANT.union(TypeSet::DURATION);
    /// Every type: nothing is known.
    pub const ANY: TypeSet = TypeSet((1 << Type::ALL.len()) - 1);

    /// The set of one type.
    pub const fn single(of: Type) -> TypeSet {
        TypeSet(1 << of as u8)
    }

    /// The set of the type of a value.
    pub fn of(value: &Value) -> TypeSet {
        TypeSet::single(Type::of(value))
    }

    /// The types in either.
    pub const fn union(self, other: TypeSet) -> TypeSet {
        TypeSet(self.0 | other.0)
    }

    /// The types in both.
    pub const fn intersection(self, other: TypeSet) -> TypeSet {
        TypeSet(self.0 & other.0)
    }

    /// The types of this set that are not in the other.
    pub const fn without(self, other: TypeSet) -> TypeSet {
        TypeSet(self.0 & !other.0)
    }

    /// Whether the two have a type in common.
    pub const fn intersects(self, other: TypeSet) -> bool {
        self.0 & other.0 != 0
    }

    /// Whether a type is in the set.
    pub const fn contains(self, of: Type) -> bool {
        self.intersects(TypeSet::single(of))
    }

    /// Whether every type of the other is in this set.
    pub const fn includes(self, other: TypeSet) -> bool {
        other.0 & !self.0 == 0
    }

    /// Whether there is no type in it.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Whether an expression of the types `given` may be an argument that
    /// accepts this set. A null may stand anywhere, but an expression that may
    /// be null and is otherwise of wrong types is refused, unless null is all
    /// it can be.
    pub fn accepts(self, given: TypeSet) -> bool {
        let given_values = given.without(TypeSet::NULL);
        given_values.is_empty() || self.intersects(given_values)
    }

    /// The types in it, in declaration order.
    pub fn iter(self) -> impl Iterator<Item = Type> {
        Type::ALL.into_iter().filter(move |&each| self.contains(each))
    }
}

impl fmt::Display for TypeSet {
    /// `Integer`, `Integer or Float`, `String, List or Map`, `Any`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if *self == TypeSet::ANY || *self == TypeSet::ANY.without(TypeSet::NULL) {
            return f.write_str("Any");
        }
        let names: Vec<_> = self.iter().map(Type::name).collect();
        match names.as_slice() {
            [] => f.write_str("nothing"),
            [one] => f.write_str(one),
            [first @ .., last] => write!(f, "{} or {last}", first.join(", ")),
        }
    }
}

impl fmt::Debug for TypeSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TypeSet({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sets_combine_and_print() {
        assert_eq!(TypeSet::NUMBER.to_string(), "Integer or Float");
        assert_eq!(TypeSet::ANY.to_string(), "Any");
        assert_eq!(TypeSet::EMPTY.to_string(), "nothing");
        assert_eq!(
            TypeSet::STRING.union(TypeSet::LIST).union(TypeSet::MAP).to_string(),
            "String, List or Map"
        );
        assert!(TypeSet::ANY.includes(TypeSet::DURATION));
        assert!(!TypeSet::INTEGER.includes(TypeSet::NUMBER));
    }

    #[test]
    fn an_argument_accepts_what_it_may_hold() {
        assert!(TypeSet::NUMBER.accepts(TypeSet::ANY));
        assert!(TypeSet::NUMBER.accepts(TypeSet::NULL));
        assert!(TypeSet::NUMBER.accepts(TypeSet::INTEGER));
        assert!(!TypeSet::NUMBER.accepts(TypeSet::STRING));
        assert!(!TypeSet::NUMBER.accepts(TypeSet::STRING.union(TypeSet::NULL)));
        assert_eq!(TypeSet::of(&Value::Integer(1)), TypeSet::INTEGER);
    }
}
