//! Types as a query writes them: `INTEGER`, `LIST<STRING NOT NULL>`, `INTEGER | FLOAT`.
//!
//! A type is a list of alternatives, each with or without null. What GQL calls a
//! closed dynamic union (`ANY<A | B>`) is nothing but its alternatives.

use std::fmt;

/// A type: a value is of it if it is of one of the alternatives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ValueType {
    /// At least one.
    pub alternatives: Vec<TypeAlternative>,
}

/// One alternative of a type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TypeAlternative {
    /// The type's name.
    pub name: TypeName,
    /// Whether null is of it too; `NOT NULL` or `!` excludes it.
    pub nullable: bool,
}

/// The names of types; synonyms have become one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TypeName {
    /// `NOTHING`: no value, not even null.
    Nothing,
    /// `NULL`: null alone.
    Null,
    /// `BOOLEAN`.
    Boolean,
    /// `STRING`.
    String,
    /// `INTEGER`.
    Integer,
    /// `FLOAT`.
    Float,
    /// `DATE`.
    Date,
    /// `LOCAL TIME`.
    LocalTime,
    /// `ZONED TIME`.
    ZonedTime,
    /// `LOCAL DATETIME`.
    LocalDateTime,
    /// `ZONED DATETIME`.
    ZonedDateTime,
    /// `DURATION`.
    Duration,
    /// `MAP`.
    Map,
    /// `NODE`.
    Node,
    /// `RELATIONSHIP`.
    Relationship,
    /// `PATH`.
    Path,
    /// `LIST<…>`.
    List(Box<ValueType>),
    /// `PROPERTY VALUE`: what a property can hold.
    PropertyValue,
    /// `ANY`.
    Any,
}

/// How each name may be written; longer forms stand before those that they begin with.
/// `LIST` and `ARRAY` have a syntax of their own and are not here.
pub(super) const TYPE_NAMES: &[(&[&str], TypeName)] = &[
    (&["ANY", "PROPERTY", "VALUE"], TypeName::PropertyValue),
    (&["PROPERTY", "VALUE"], TypeName::PropertyValue),
    (&["ANY", "NODE"], TypeName::Node),
    (&["ANY", "VERTEX"], TypeName::Node),
    (&["NODE"], TypeName::Node),
    (&["VERTEX"], TypeName::Node),
    (&["ANY", "RELATIONSHIP"], TypeName::Relationship),
    (&["ANY", "EDGE"], TypeName::Relationship),
    (&["RELATIONSHIP"], TypeName::Relationship),
    (&["EDGE"], TypeName::Relationship),
    (&["ANY", "MAP"], TypeName::Map),
    (&["MAP"], TypeName::Map),
    (&["ANY", "RECORD"], TypeName::Map),
    (&["RECORD"], TypeName::Map),
    (&["ANY", "VALUE"], TypeName::Any),
    (&["ANY"], TypeName::Any),
    (&["NOTHING"], TypeName::Nothing),
    (&["NULL"], TypeName::Null),
    (&["BOOLEAN"], TypeName::Boolean),
    (&["BOOL"], TypeName::Boolean),
    (&["STRING"], TypeName::String),
    (&["VARCHAR"], TypeName::String),
    (&["SIGNED", "INTEGER"], TypeName::Integer),
    (&["INTEGER"], TypeName::Integer),
    (&["INTEGER64"], TypeName::Integer),
    (&["INT"], TypeName::Integer),
    (&["INT64"], TypeName::Integer),
    (&["FLOAT"], TypeName::Float),
    (&["FLOAT64"], TypeName::Float),
    (&["DOUBLE", "PRECISION"], TypeName::Float),
    (&["DOUBLE"], TypeName::Float),
    (&["DATE"], TypeName::Date),
    (&["LOCAL", "TIME"], TypeName::LocalTime),
    (&["TIME", "WITHOUT", "TIME", "ZONE"], TypeName::LocalTime),
    (&["TIME", "WITHOUT", "TIMEZONE"], TypeName::LocalTime),
    (&["ZONED", "TIME"], TypeName::ZonedTime),
    (&["TIME", "WITH", "TIME", "ZONE"], TypeName::ZonedTime),
    (&["TIME", "WITH", "TIMEZONE"], TypeName::ZonedTime),
    (&["LOCAL", "DATETIME"], TypeName::LocalDateTime),
    (&["LOCAL", "TIMESTAMP"], TypeName::LocalDateTime),
    (&["TIMESTAMP", "WITHOUT", "TIME", "ZONE"], TypeName::LocalDateTime),
    (&["TIMESTAMP", "WITHOUT", "TIMEZONE"], TypeName::LocalDateTime),
    (&["ZONED", "DATETIME"], TypeName::ZonedDateTime),
    (&["TIMESTAMP", "WITH", "TIME", "ZONE"], TypeName::ZonedDateTime),
    (&["TIMESTAMP", "WITH", "TIMEZONE"], TypeName::ZonedDateTime),
    (&["DURATION"], TypeName::Duration),
    (&["PATH"], TypeName::Path),
];

impl ValueType {
    /// A type of one name, null included.
    pub fn of(name: TypeName) -> ValueType {
        ValueType { alternatives: vec![TypeAlternative { name, nullable: true }] }
    }
}

impl fmt::Display for ValueType {
    /// Alternatives stand in brackets, so that a bar behind them cannot be taken for one.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.alternatives.as_slice() {
            [one] => write!(f, "{one}"),
            several => {
                f.write_str("ANY<")?;
                for (index, alternative) in several.iter().enumerate() {
                    write!(f, "{}{alternative}", if index > 0 { " | " } else { "" })?;
                }
                f.write_str(">")
            }
        }
    }
}

impl fmt::Display for TypeAlternative {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.name)?;
        if self.nullable { Ok(()) } else { f.write_str(" NOT NULL") }
    }
}

impl fmt::Display for TypeName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            TypeName::List(elements) => return write!(f, "LIST<{elements}>"),
            TypeName::Nothing => "NOTHING",
            TypeName::Null => "NULL",
            TypeName::Boolean => "BOOLEAN",
            TypeName::String => "STRING",
            TypeName::Integer => "INTEGER",
            TypeName::Float => "FLOAT",
            TypeName::Date => "DATE",
            TypeName::LocalTime => "LOCAL TIME",
            TypeName::ZonedTime => "ZONED TIME",
            TypeName::LocalDateTime => "LOCAL DATETIME",
            TypeName::ZonedDateTime => "ZONED DATETIME",
            TypeName::Duration => "DURATION",
            TypeName::Map => "MAP",
            TypeName::Node => "NODE",
            TypeName::Relationship => "RELATIONSHIP",
            TypeName::Path => "PATH",
            TypeName::PropertyValue => "PROPERTY VALUE",
            TypeName::Any => "ANY",
        })
    }
}
