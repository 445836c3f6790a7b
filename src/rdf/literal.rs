//! Values as literals and back.
//!
//! A value becomes a literal of XML Schema where one holds it exactly, else of a datatype of
//! Dossier with the text that the value has in a query. What comes from elsewhere and no type of
//! Dossier holds (another language, another datatype, a number that is too large) stays text, and
//! the [`Kind`] that is lost on it goes into the property's key: `label@fr`, `born^^xsd:gYear`.

use super::iri::{TERMS, XSD};
use super::vocabulary::Vocabulary;
use crate::value::{Date, DateTime, Duration, LocalDateTime, LocalTime, Time, Value};
use oxrdf::{BaseDirection, Literal, NamedNode};
use std::fmt::Display;
use std::str::FromStr;
use std::sync::Arc;

/// What a text is beside its characters.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Kind {
    /// In a language, with a direction where one is told: `ar--rtl`.
    Language(String),
    /// Of a datatype, by its IRI.
    Datatype(String),
}

/// The most seconds by which XML Schema lets a time be off UTC.
const MAX_OFFSET: i32 = 14 * 3600;

/// The literal of a value; `None` of what is none: a list, say.
pub(crate) fn literal(value: &Value) -> Option<Literal> {
    Some(match value {
        Value::Boolean(flag) => Literal::from(*flag),
        Value::Integer(number) => xsd(&number.to_string(), "integer"),
        Value::Float(number) => xsd(&float_text(*number), "double"),
        Value::String(text) => Literal::new_simple_literal(&**text),
        Value::Date(date) => xsd(&date_text(*date), "date"),
        Value::LocalTime(time) => xsd(&time_text(*time), "time"),
        Value::LocalDateTime(moment) => xsd(&moment_text(*moment), "dateTime"),
        Value::Time(time) => match offset_text(time.offset) {
            Some(offset) => xsd(&format!("{}{offset}", time_text(time.local())), "time"),
            None => own(time, "time"),
        },
        Value::DateTime(moment) => match offset_text(moment.offset) {
            Some(offset) if moment.zone.is_none() => {
                xsd(&format!("{}{offset}", moment_text(moment.local)), "dateTime")
            }
            _ => own(moment, "datetime"),
        },
        Value::Duration(duration) => match duration_text(duration) {
            Some(text) => xsd(&text, "duration"),
            None => own(duration, "duration"),
        },
        Value::Null
        | Value::List(_)
        | Value::Map(_)
        | Value::Node(_)
        | Value::Relationship(_)
        | Value::Path(_) => return None,
    })
}

/// The value of a literal, and what is lost on it.
pub(crate) fn value(literal: &Literal) -> (Value, Option<Kind>) {
    let text = literal.value();
    if let Some(language) = literal.language() {
        let direction = match literal.direction() {
            None => "",
            Some(BaseDirection::Ltr) => "--ltr",
            Some(BaseDirection::Rtl) => "--rtl",
        };
        return (text.into(), Some(Kind::Language(format!("{language}{direction}"))));
    }
    let datatype = literal.datatype().as_str();
    let found = if let Some(name) = datatype.strip_prefix(XSD) {
        if name == "string" {
            return (text.into(), None);
        }
        of_xsd(name, text.trim_matches([' ', '\t', '\n', '\r']))
    } else {
        datatype.strip_prefix(TERMS).and_then(|name| of_own(name, text))
    };
    match found {
        Some(value) => (value, None),
        None => (text.into(), Some(Kind::Datatype(datatype.to_owned()))),
    }
}

/// A property as it is said in RDF: the key without what it tells of the kind of its text, and
/// the literals of its value, several of a list. `None` where a value has no literal.
pub(crate) fn said<'a>(
    key: &'a str,
    values: &[Value],
    vocabulary: &Vocabulary,
) -> Option<(&'a str, Vec<Literal>)> {
    if let Some((name, kind)) = parted(key, vocabulary)
        && !values.is_empty()
        && let Some(literals) = values.iter().map(|value| of_kind(value, &kind)).collect()
    {
        return Some((name, literals));
    }
    let literals: Option<Vec<Literal>> = values.iter().map(literal).collect();
    Some((key, literals?))
}

/// The key of a property with what is lost on its text; the inverse of [`said`].
pub(crate) fn key(name: &str, kind: Option<&Kind>, vocabulary: &Vocabulary) -> String {
    match kind {
        None => name.to_owned(),
        Some(Kind::Language(language)) => format!("{name}@{language}"),
        Some(Kind::Datatype(datatype)) => format!("{name}^^{}", vocabulary.name_of(datatype)),
    }
}

/// A key in its two parts, where it has two.
fn parted<'a>(text: &'a str, vocabulary: &Vocabulary) -> Option<(&'a str, Kind)> {
    let typed = text
        .rsplit_once("^^")
        .map(|(name, datatype)| (name, Kind::Datatype(vocabulary.iri_of(datatype))));
    let tagged = || text.rsplit_once('@').map(|(name, tag)| (name, Kind::Language(tag.to_owned())));
    let (name, kind) = typed.or_else(tagged)?;
    (key(name, Some(&kind), vocabulary) == text).then_some((name, kind))
}

/// A text as a literal of a kind, where it comes back as that.
fn of_kind(text: &Value, kind: &Kind) -> Option<Literal> {
    let Value::String(text) = text else { return None };
    let made = match kind {
        Kind::Datatype(datatype) => {
            Literal::new_typed_literal(&**text, NamedNode::new(datatype).ok()?)
        }
        Kind::Language(language) => {
            let (tag, direction) = match language.split_once("--") {
                None => (language.as_str(), None),
                Some((tag, "ltr")) => (tag, Some(BaseDirection::Ltr)),
                Some((tag, "rtl")) => (tag, Some(BaseDirection::Rtl)),
                Some(_) => return None,
            };
            match direction {
                None => Literal::new_language_tagged_literal(&**text, tag).ok()?,
                Some(direction) => {
                    Literal::new_directional_language_tagged_literal(&**text, tag, direction)
                        .ok()?
                }
            }
        }
    };
    let (back, lost) = value(&made);
    (lost.as_ref() == Some(kind) && back.as_str() == Some(&**text)).then_some(made)
}

fn xsd(text: &str, name: &str) -> Literal {
    Literal::new_typed_literal(text, NamedNode::new_unchecked(format!("{XSD}{name}")))
}

fn own(value: &dyn Display, name: &str) -> Literal {
    let datatype = NamedNode::new_unchecked(format!("{TERMS}{name}"));
    Literal::new_typed_literal(value.to_string(), datatype)
}

fn float_text(number: f64) -> String {
    if number.is_nan() {
        "NaN".to_owned()
    } else if number.is_infinite() {
        if number > 0.0 { "INF" } else { "-INF" }.to_owned()
    } else {
        format!("{number:E}")
    }
}

/// Without the sign that years past 9999 have otherwise.
fn date_text(date: Date) -> String {
    date.to_string().trim_start_matches('+').to_owned()
}

/// With its seconds, which XML Schema wants.
fn time_text(time: LocalTime) -> String {
    let text = time.to_string();
    if text.len() == 5 { format!("{text}:00") } else { text }
}

fn moment_text(moment: LocalDateTime) -> String {
    format!("{}T{}", date_text(moment.date()), time_text(moment.time()))
}

/// An offset, where XML Schema has it.
fn offset_text(seconds: i32) -> Option<String> {
    let fits = seconds % 60 == 0 && seconds.abs() <= MAX_OFFSET;
    fits.then(|| crate::value::temporal::format::offset_text(seconds))
}

/// A duration, where XML Schema keeps its parts apart: they have one sign, and the time is
/// less than a day, which others would carry.
fn duration_text(duration: &Duration) -> Option<String> {
    const DAY: i128 = 86_400_000_000_000;
    let time = i128::from(duration.seconds) * 1_000_000_000 + i128::from(duration.nanos);
    let parts = [i128::from(duration.months), i128::from(duration.days), time];
    if time.abs() >= DAY {
        return None;
    }
    if parts.iter().all(|part| *part >= 0) {
        return Some(duration.to_string());
    }
    let positive = duration.checked_neg()?;
    parts.iter().all(|part| *part <= 0).then(|| format!("-{positive}"))
}

/// The value of a text of XML Schema; `None` where it is none, or Dossier has no such type.
fn of_xsd(datatype: &str, text: &str) -> Option<Value> {
    match datatype {
        "boolean" => match text {
            "true" | "1" => Some(Value::Boolean(true)),
            "false" | "0" => Some(Value::Boolean(false)),
            _ => None,
        },
        "integer" | "long" | "int" | "short" | "byte" | "nonNegativeInteger"
        | "positiveInteger" | "nonPositiveInteger" | "negativeInteger" | "unsignedLong"
        | "unsignedInt" | "unsignedShort" | "unsignedByte" => text.parse().ok().map(Value::Integer),
        "double" | "float" => of_float(text).map(Value::Float),
        "decimal" => of_number(text).filter(|_| !text.contains(['e', 'E'])).map(Value::Float),
        "date" => of_date(text).map(Value::Date),
        "time" => {
            let (time, offset) = parted_offset(text);
            let time = iso_time(time)?;
            match offset {
                None => time.parse().ok().map(Value::LocalTime),
                Some(offset) => format!("{time}{offset}").parse().ok().map(Value::Time),
            }
        }
        "dateTime" | "dateTimeStamp" => {
            let (date, rest) = text.split_once('T')?;
            let (time, offset) = parted_offset(rest);
            let moment = format!("{}T{}", iso_date(date)?, iso_time(time)?);
            match offset {
                None => moment.parse().ok().map(Value::LocalDateTime),
                Some(offset) => parsed::<DateTime>(&format!("{moment}{offset}"))
                    .map(|moment| Value::DateTime(Arc::new(moment))),
            }
        }
        "duration" | "dayTimeDuration" | "yearMonthDuration" => {
            let sound = text.trim_start_matches('-').starts_with('P')
                && !text[1.min(text.len())..].contains(['-', '+', 'W']);
            let duration = sound.then(|| parsed::<Duration>(text)).flatten()?;
            Some(Value::Duration(Arc::new(duration)))
        }
        _ => None,
    }
}

/// The value of a text of one of Dossier's own datatypes.
fn of_own(datatype: &str, text: &str) -> Option<Value> {
    match datatype {
        "time" => parsed::<Time>(text).map(Value::Time),
        "datetime" => parsed::<DateTime>(text).map(|moment| Value::DateTime(Arc::new(moment))),
        "duration" => parsed::<Duration>(text).map(|duration| Value::Duration(Arc::new(duration))),
        _ => None,
    }
}

fn parsed<T: FromStr>(text: &str) -> Option<T> {
    text.parse().ok()
}

fn of_float(text: &str) -> Option<f64> {
    match text {
        "INF" | "+INF" => Some(f64::INFINITY),
        "-INF" => Some(f64::NEG_INFINITY),
        "NaN" => Some(f64::NAN),
        _ => of_number(text),
    }
}

fn of_number(text: &str) -> Option<f64> {
    let sound = text.bytes().all(|byte| byte.is_ascii_digit() || b"+-.eE".contains(&byte));
    sound.then(|| text.parse().ok()).flatten()
}

fn of_date(text: &str) -> Option<Date> {
    iso_date(text)?.parse().ok()
}

/// A date of XML Schema as ISO 8601 writes it.
fn iso_date(text: &str) -> Option<String> {
    let (sign, digits) = match text.strip_prefix('-') {
        Some(rest) => ("-", rest),
        None => ("", text),
    };
    let parts: Vec<&str> = digits.split('-').collect();
    let [year, month, day] = parts.as_slice() else { return None };
    let number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let sound = year.len() >= 4 && month.len() == 2 && day.len() == 2;
    if !sound || !parts.iter().all(|part| number(part)) {
        return None;
    }
    let sign = if sign.is_empty() && year.len() > 4 { "+" } else { sign };
    Some(format!("{sign}{digits}"))
}

/// A time with seconds, and with no more of their fraction than is kept.
fn iso_time(text: &str) -> Option<&str> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let bytes = whole.as_bytes();
    let sound = bytes.len() == 8
        && bytes.iter().enumerate().all(|(place, byte)| match place {
            2 | 5 => *byte == b':',
            _ => byte.is_ascii_digit(),
        });
    let kept = (1..=9).contains(&fraction.len()) && fraction.bytes().all(|b| b.is_ascii_digit());
    (sound && kept).then_some(text)
}

/// A time, and the offset behind it.
fn parted_offset(text: &str) -> (&str, Option<&str>) {
    if let Some(time) = text.strip_suffix('Z') {
        return (time, Some("Z"));
    }
    match text.len().checked_sub(6).and_then(|at| text.split_at_checked(at)) {
        Some((time, offset)) if offset.starts_with(['+', '-']) => (time, Some(offset)),
        _ => (text, None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(datatype: &str, text: &str) -> (Value, Option<Kind>) {
        value(&xsd(text, datatype))
    }

    fn comes_back(known: &Value) {
        let made = literal(known).unwrap();
        let (back, lost) = value(&made);
        let texts = (back.to_cypher_literal(), known.to_cypher_literal());
        assert!(lost.is_none() && texts.0 == texts.1, "{made} is {} and not {}", texts.0, texts.1);
    }

    #[test]
    fn values_come_back_from_their_literals() {
        let duration = |text: &str| Value::Duration(Arc::new(text.parse().unwrap()));
        let moment = |text: &str| Value::DateTime(Arc::new(text.parse().unwrap()));
        let time = |text: &str| Value::Time(text.parse().unwrap());
        for known in [
            Value::Boolean(false),
            Value::Integer(i64::MIN),
            Value::Float(-0.0),
            Value::Float(1e300),
            Value::Float(f64::MIN_POSITIVE),
            Value::Float(f64::NAN),
            Value::Float(f64::NEG_INFINITY),
            "a \"text\"\n".into(),
            Value::Date("-0044-03-15".parse().unwrap()),
            Value::Date("+12345-06-07".parse().unwrap()),
            Value::LocalTime("12:00".parse().unwrap()),
            Value::LocalTime("12:00:01.000000001".parse().unwrap()),
            Value::LocalDateTime("2025-06-10T12:30".parse().unwrap()),
            time("12:00+02:00"),
            time("12:00:01+00:19:32"),
            time("12:00+17:00"),
            moment("2025-06-10T12:30Z"),
            moment("+12025-06-10T12:30:00.5-05:30"),
            moment("2025-06-10T12:30+01:00[Europe/London]"),
            duration("P1Y2M3DT4H5M6.7S"),
            duration("-P1Y2M3DT4H"),
            duration("P1M-3D"),
            duration("PT36H"),
            duration("PT0S"),
            duration("PT-0.5S"),
        ] {
            comes_back(&known);
        }
        assert_eq!(
            literal(&duration("PT36H")).unwrap().datatype().as_str(),
            format!("{TERMS}duration")
        );
        assert_eq!(
            literal(&duration("P1D")).unwrap().datatype().as_str(),
            format!("{XSD}duration")
        );
    }

    #[test]
    fn what_has_no_type_here_stays_text() {
        let lost = |name: &str| Some(Kind::Datatype(format!("{XSD}{name}")));
        for (datatype, text) in [
            ("gYear", "1999"),
            ("integer", "123456789012345678901234567890"),
            ("integer", "many"),
            ("date", "2025-06-10Z"),
            ("date", "2025-W10-1"),
            ("dateTime", "2025-06-10T12:30:00.1234567890Z"),
            ("duration", "P1W"),
            ("double", "inf"),
        ] {
            let (kept, kind) = of(datatype, text);
            assert_eq!((kept.as_str(), kind), (Some(text), lost(datatype)), "{text}");
        }
        assert!(matches!(of("int", " +5 "), (Value::Integer(5), None)));
        assert!(matches!(of("decimal", "2.5"), (Value::Float(number), None) if number == 2.5));
    }

    #[test]
    fn keys_keep_what_is_lost_on_a_text() {
        let vocabulary = Vocabulary::default();
        let said_of = |key: &str, value: Value| {
            let (name, literals) = said(key, &[value], &vocabulary).unwrap();
            (name.to_owned(), literals[0].to_string())
        };
        let (name, text) = said_of("label@fr", "oui".into());
        assert_eq!((name.as_str(), text.as_str()), ("label", "\"oui\"@fr"));
        let (name, text) = said_of("born^^xsd:gYear", "1999".into());
        assert_eq!((name.as_str(), text.ends_with("gYear>")), ("born", true));
        // What would come back as something else keeps its key.
        assert_eq!(said_of("label@FR", "oui".into()).0, "label@FR");
        assert_eq!(said_of("label@fr", Value::Integer(1)).0, "label@fr");
        assert_eq!(said_of("born^^xsd:integer", "1999".into()).0, "born^^xsd:integer");
    }
}
