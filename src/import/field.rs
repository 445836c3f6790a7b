//! Fields as values: a type that a column declares, or the one that all its fields have.

use crate::value::{Date, DateTime, Duration, LocalDateTime, LocalTime, Time, Value};
use std::sync::Arc;

/// What the fields of a column are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FieldType {
    /// `string`
    String,
    /// `int`
    Integer,
    /// `float`
    Float,
    /// `boolean`
    Boolean,
    /// `date`
    Date,
    /// `localtime`
    LocalTime,
    /// `time`
    Time,
    /// `localdatetime`
    LocalDateTime,
    /// `datetime`
    DateTime,
    /// `duration`
    Duration,
}

/// The names that a header may call the types by.
const NAMES: [(&str, FieldType); 18] = [
    ("string", FieldType::String),
    ("char", FieldType::String),
    ("int", FieldType::Integer),
    ("integer", FieldType::Integer),
    ("long", FieldType::Integer),
    ("short", FieldType::Integer),
    ("byte", FieldType::Integer),
    ("float", FieldType::Float),
    ("double", FieldType::Float),
    ("boolean", FieldType::Boolean),
    ("bool", FieldType::Boolean),
    ("date", FieldType::Date),
    ("localtime", FieldType::LocalTime),
    ("time", FieldType::Time),
    ("localdatetime", FieldType::LocalDateTime),
    ("datetime", FieldType::DateTime),
    ("zoneddatetime", FieldType::DateTime),
    ("duration", FieldType::Duration),
];

impl FieldType {
    /// The type with a name, in any case.
    ///
    /// # Errors
    /// There is none: what there is, as text.
    pub fn named(name: &str) -> Result<Self, String> {
        let found = NAMES.iter().find(|(known, _)| known.eq_ignore_ascii_case(name.trim()));
        found.map(|(_, kind)| *kind).ok_or_else(|| {
            format!(
                "`{name}` is no type of a column: write string, int, float, boolean, date, time, localtime, datetime, localdatetime or duration"
            )
        })
    }

    /// What it is called.
    fn text(self) -> &'static str {
        match self {
            FieldType::String => "a string",
            FieldType::Integer => "an integer of 64 bits",
            FieldType::Float => "a number",
            FieldType::Boolean => "true or false",
            FieldType::Date => "a date (2025-06-11)",
            FieldType::LocalTime => "a time without a zone (14:30)",
            FieldType::Time => "a time (14:30+01:00)",
            FieldType::LocalDateTime => "a datetime without a zone (2025-06-11T14:30)",
            FieldType::DateTime => "a datetime (2025-06-11T14:30Z)",
            FieldType::Duration => "a duration (P1DT2H)",
        }
    }

    /// A field as a value of the type. Spaces around it count in a string only.
    ///
    /// # Errors
    /// It is none: one sentence that says so.
    ///
    /// ```
    /// use dossier::import::FieldType;
    /// assert_eq!(FieldType::Integer.value(" 42 ").unwrap().to_string(), "42");
    /// assert_eq!(FieldType::Integer.value("4x").unwrap_err(), "`4x` is not an integer of 64 bits");
    /// ```
    pub fn value(self, text: &str) -> Result<Value, String> {
        let trimmed = text.trim();
        let value = match self {
            FieldType::String => Some(Value::String(text.into())),
            FieldType::Integer => trimmed.parse().ok().map(Value::Integer),
            FieldType::Float => trimmed.parse().ok().map(Value::Float),
            FieldType::Boolean => boolean(trimmed).map(Value::Boolean),
            FieldType::Date => trimmed.parse::<Date>().ok().map(Value::Date),
            FieldType::LocalTime => trimmed.parse::<LocalTime>().ok().map(Value::LocalTime),
            FieldType::Time => trimmed.parse::<Time>().ok().map(Value::Time),
            FieldType::LocalDateTime => {
                trimmed.parse::<LocalDateTime>().ok().map(Value::LocalDateTime)
            }
            FieldType::DateTime => {
                trimmed.parse::<DateTime>().ok().map(|value| Value::DateTime(value.into()))
            }
            FieldType::Duration => {
                trimmed.parse::<Duration>().ok().map(|value| Value::Duration(value.into()))
            }
        };
        value.ok_or_else(|| format!("`{}` is not {}", shortened(text), self.text()))
    }

    /// A field as a list of values, with `delimiter` between them.
    ///
    /// # Errors
    /// As [`FieldType::value`], of the first that is none.
    pub fn list(self, text: &str, delimiter: char) -> Result<Value, String> {
        let values = text.split(delimiter).map(|part| self.value(part));
        values.collect::<Result<Vec<_>, _>>().map(|values| Value::List(Arc::new(values)))
    }
}

fn boolean(text: &str) -> Option<bool> {
    match text {
        text if text.eq_ignore_ascii_case("true") => Some(true),
        text if text.eq_ignore_ascii_case("false") => Some(false),
        _ => None,
    }
}

/// A text as a message quotes it.
pub(crate) fn shortened(text: &str) -> String {
    match text.chars().count() {
        0..=60 => text.to_owned(),
        _ => text.chars().take(57).chain("...".chars()).collect(),
    }
}

/// Finds the type that all fields of a column have.
///
/// Only what keeps its meaning is taken for more than text: `007` and `+1` stay strings,
/// and so does an integer with more digits than 64 bits have.
///
/// ```
/// use dossier::import::{FieldType, Inference};
/// let mut column = Inference::default();
/// ["1", "2.5"].iter().for_each(|field| column.see(field));
/// assert_eq!(column.kind(), FieldType::Float);
/// column.see("007");
/// assert_eq!(column.kind(), FieldType::String);
/// ```
#[derive(Clone, Debug, Default)]
pub struct Inference {
    seen: bool,
    /// Which of the candidates some field is not.
    excluded: [bool; CANDIDATES.len()],
}

/// In the order of preference.
const CANDIDATES: [FieldType; 6] = [
    FieldType::Integer,
    FieldType::Float,
    FieldType::Boolean,
    FieldType::Date,
    FieldType::LocalDateTime,
    FieldType::DateTime,
];

impl Inference {
    /// Takes a field that is not empty into account.
    pub fn see(&mut self, field: &str) {
        self.seen = true;
        if is_small_integer(field) {
            // Which is a float as well, and nothing else: in most fields this is all to be seen.
            self.excluded[2..].fill(true);
            return;
        }
        for (kind, excluded) in CANDIDATES.iter().zip(&mut self.excluded) {
            *excluded = *excluded || !is_plainly(*kind, field);
        }
    }

    /// Whether some field is nothing but text, so that no other one makes a difference.
    pub fn is_text(&self) -> bool {
        self.excluded.iter().all(|excluded| *excluded)
    }

    /// Takes into account what another has seen of the column.
    pub fn add(&mut self, other: &Inference) {
        self.seen |= other.seen;
        self.excluded.iter_mut().zip(other.excluded).for_each(|(excluded, too)| *excluded |= too);
    }

    /// The type; a string where nothing was seen.
    pub fn kind(&self) -> FieldType {
        let mut left = CANDIDATES.iter().zip(&self.excluded).filter(|(_, excluded)| !**excluded);
        left.next().filter(|_| self.seen).map_or(FieldType::String, |(kind, _)| *kind)
    }
}

/// Whether a field is a whole number of few digits, not as many as a date has.
fn is_small_integer(field: &str) -> bool {
    let bytes = field.as_bytes();
    bytes.len() < 10
        && (bytes == b"0" || bytes.first().is_some_and(|&byte| byte != b'0'))
        && bytes.iter().all(u8::is_ascii_digit)
}

/// Whether a field is of a type and nothing of it is lost there.
fn is_plainly(kind: FieldType, field: &str) -> bool {
    let digits = field.strip_prefix('-').unwrap_or(field);
    let led = digits.len() > 1 && digits.starts_with('0') && !digits.starts_with("0.");
    match kind {
        FieldType::Integer => {
            !led && digits.bytes().all(|byte| byte.is_ascii_digit()) && field.parse::<i64>().is_ok()
        }
        FieldType::Float => {
            let whole = digits.bytes().all(|byte| byte.is_ascii_digit());
            let numeric = |byte: u8| byte.is_ascii_digit() || b"-+.eE".contains(&byte);
            !led && digits.bytes().next().is_some_and(|byte| byte.is_ascii_digit())
                && digits.bytes().all(numeric)
                && field.parse::<f64>().is_ok_and(f64::is_finite)
                // A whole number has to survive as it is.
                && (!whole || field.parse::<i64>().is_ok_and(|v| v.abs() < 1 << 53))
        }
        FieldType::Boolean => boolean(field).is_some(),
        // A year alone, or a week, is a date too, but nobody means one.
        FieldType::Date => field.len() == 10 && field.parse::<Date>().is_ok(),
        FieldType::LocalDateTime => {
            field.contains('T') && field.len() >= 16 && field.parse::<LocalDateTime>().is_ok()
        }
        FieldType::DateTime => {
            let zoned = field.ends_with('Z') || field.rfind(['+', '-']).is_some_and(|at| at > 10);
            zoned && field.contains('T') && field.parse::<DateTime>().is_ok()
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(fields: &[&str]) -> FieldType {
        let mut column = Inference::default();
        fields.iter().for_each(|field| column.see(field));
        column.kind()
    }

    #[test]
    fn only_what_keeps_its_meaning_is_more_than_text() {
        assert_eq!(kind(&[]), FieldType::String);
        assert_eq!(kind(&["1", "-2", "0"]), FieldType::Integer);
        assert_eq!(kind(&["9223372036854775808"]), FieldType::String);
        assert_eq!(kind(&["1", "1.5", "1e3", "-0.25"]), FieldType::Float);
        assert_eq!(kind(&["1.5", "9007199254740993"]), FieldType::String);
        for text in ["007", "-01", "+1", "1 ", ".5", "inf", "NaN", "1e", "0x1"] {
            assert_eq!(kind(&[text]), FieldType::String, "{text}");
        }
        assert_eq!(kind(&["true", "False"]), FieldType::Boolean);
        assert_eq!(kind(&["true", "1"]), FieldType::String);
        assert_eq!(kind(&["2025-06-11"]), FieldType::Date);
        assert_eq!(kind(&["2025"]), FieldType::Integer);
        assert_eq!(kind(&["2025-02-30"]), FieldType::String);
        assert_eq!(kind(&["2025-06-11T14:30"]), FieldType::LocalDateTime);
        assert_eq!(kind(&["2025-06-11T14:30:00Z", "2025-06-11T14:30+01:00"]), FieldType::DateTime);
    }

    #[test]
    fn what_is_found_can_be_read() {
        for text in ["1", "2.5", "true", "2025-06-11", "2025-06-11T14:30", "2025-06-11T14:30Z", "x"]
        {
            assert!(kind(&[text]).value(text).is_ok(), "{text}");
        }
    }

    #[test]
    fn lists_are_split() {
        let list = FieldType::Integer.list("1;2;3", ';').unwrap();
        assert_eq!(list.to_string(), "[1, 2, 3]");
        assert!(FieldType::Integer.list("1;;3", ';').is_err());
    }
}
