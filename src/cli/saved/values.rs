//! Parameters of saved queries: from text and JSON to values of the declared type.

use super::{Kind, SavedQuery, header::Parameter};
use crate::cli::failure::Failure;
use crate::cli::literal;
use crate::cli::suggest;
use dossier::value::{Map, Value};

/// A value as the user gave it.
#[derive(Clone, Debug)]
pub(crate) enum Given {
    /// Text of the command line.
    Text(String),
    /// A value that has a type already (JSON, or a parameter of the session).
    Value(Value),
}

/// Checks what was given against the header and fills in the defaults.
///
/// # Errors
/// An unknown name (with the known ones), a value of the wrong type, a missing
/// value, a default that is not of its own type.
pub(crate) fn bind(query: &SavedQuery, given: &[(String, Given)]) -> Result<Map, Failure> {
    let declared = &query.header.parameters;
    for (name, _) in given {
        if !declared.iter().any(|parameter| parameter.name == *name) {
            return Err(unknown(query, name));
        }
    }
    let mut map = Map::default();
    for parameter in declared {
        let value = match given.iter().rev().find(|(name, _)| *name == parameter.name) {
            Some((_, Given::Text(text))) => from_text(parameter.kind, text)
                .map_err(|why| wrong(query, parameter, text, &why))?,
            Some((_, Given::Value(value))) => from_value(parameter.kind, value)
                .map_err(|why| wrong(query, parameter, &shown(value), &why))?,
            None => match &parameter.default {
                Some(text) => default(parameter.kind, text).map_err(|why| {
                    Failure::query(format!(
                        "{}:{}: the default {text} of `{}` {why}",
                        query.place(),
                        parameter.line,
                        parameter.name
                    ))
                })?,
                None => return Err(missing(query, parameter)),
            },
        };
        map.insert(parameter.name.as_str().into(), value);
    }
    Ok(map)
}

fn unknown(query: &SavedQuery, name: &str) -> Failure {
    let names: Vec<&str> = query.header.parameters.iter().map(|p| p.name.as_str()).collect();
    let hint = suggest::nearest(name, names.iter().copied())
        .map(|near| format!("; did you mean `--{near}`?"))
        .unwrap_or_default();
    let known = match names.as_slice() {
        [] => "it takes no parameters".to_owned(),
        names => format!(
            "it takes {}",
            names.iter().map(|name| format!("--{name}")).collect::<Vec<_>>().join(", ")
        ),
    };
    Failure::usage(format!("the query `{}` has no parameter `{name}`{hint} ({known})", query.name))
}

fn missing(query: &SavedQuery, parameter: &Parameter) -> Failure {
    let about = if parameter.description.is_empty() {
        String::new()
    } else {
        format!(": {}", parameter.description)
    };
    Failure::usage(format!(
        "the query `{}` needs the parameter `--{} {}`{about}",
        query.name,
        parameter.name,
        parameter.kind.name().to_uppercase()
    ))
}

fn wrong(query: &SavedQuery, parameter: &Parameter, text: &str, why: &str) -> Failure {
    Failure::usage(format!(
        "the parameter `--{}` was given `{text}`, which {why} (declared at {}:{})",
        parameter.name,
        query.place(),
        parameter.line
    ))
}

fn shown(value: &Value) -> String {
    crate::cli::render::text::quoted(value, &literal::NoGraph)
}

/// Reads the text of the command line as a value of a type.
fn from_text(kind: Kind, text: &str) -> Result<Value, String> {
    let trimmed = text.trim();
    match kind {
        Kind::String => Ok(Value::String(text.into())),
        Kind::Integer => {
            trimmed.parse().map(Value::Integer).map_err(|_| "is no integer".to_owned())
        }
        Kind::Float => trimmed.parse().map(Value::Float).map_err(|_| "is no number".to_owned()),
        Kind::Boolean => match trimmed.to_ascii_lowercase().as_str() {
            "true" | "yes" | "on" | "1" => Ok(Value::Boolean(true)),
            "false" | "no" | "off" | "0" => Ok(Value::Boolean(false)),
            _ => Err("is neither true nor false".to_owned()),
        },
        Kind::Date | Kind::Datetime => temporal(kind, trimmed),
        Kind::List => match literal::evaluate(trimmed) {
            Ok(value @ Value::List(_)) => Ok(value),
            Ok(_) | Err(_) => Err("is no list; write ['one', 'two']".to_owned()),
        },
        Kind::Any => literal::loose(text),
    }
}

/// Reads a default: as the command line's text, but text may be quoted.
fn default(kind: Kind, text: &str) -> Result<Value, String> {
    if text.eq_ignore_ascii_case("null") {
        return Ok(Value::Null);
    }
    if text.starts_with(['\'', '"']) {
        return from_value(kind, &literal::evaluate(text)?);
    }
    match kind {
        Kind::Date | Kind::Datetime if text.contains('(') => {
            from_value(kind, &literal::evaluate(text)?)
        }
        _ => from_text(kind, text),
    }
}

/// Accepts a value that has a type: the declared one, an integer for a float,
/// ISO text for a date, null for anything.
fn from_value(kind: Kind, value: &Value) -> Result<Value, String> {
    match (kind, value) {
        (_, Value::Null)
        | (Kind::Any, _)
        | (Kind::String, Value::String(_))
        | (Kind::Integer, Value::Integer(_))
        | (Kind::Float, Value::Float(_))
        | (Kind::Boolean, Value::Boolean(_))
        | (Kind::Date, Value::Date(_))
        | (Kind::Datetime, Value::DateTime(_))
        | (Kind::List, Value::List(_)) => Ok(value.clone()),
        #[expect(
            clippy::cast_precision_loss,
            reason = "what a query does with an integer where a float is expected"
        )]
        (Kind::Float, Value::Integer(number)) => Ok(Value::Float(*number as f64)),
        (Kind::Date | Kind::Datetime, Value::String(text)) => temporal(kind, text),
        _ => Err(format!("is no {}", kind.name())),
    }
}

fn temporal(kind: Kind, text: &str) -> Result<Value, String> {
    let (function, example) = match kind {
        Kind::Date => ("date", "2026-11-24"),
        _ => ("datetime", "2026-11-24T09:30:00Z"),
    };
    literal::call(function, text).map_err(|_| format!("is no {}; write {example}", kind.name()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn query(text: &str) -> SavedQuery {
        SavedQuery::from_text("test", None, text.to_owned()).expect("a query")
    }

    fn message(failure: Failure) -> String {
        match failure {
            Failure::Usage(text) | Failure::Query(text) => text,
            other => format!("{other:?}"),
        }
    }

    #[test]
    fn values_are_checked_against_the_header() {
        let query =
            query("// param who: string\n// param year: integer = 2018\nRETURN $who, $year");
        let text = |name: &str, value: &str| (name.to_owned(), Given::Text(value.to_owned()));
        let map = bind(&query, &[text("who", "42")]).expect("a map");
        assert!(matches!(&map["who"], Value::String(text) if &**text == "42"));
        assert!(matches!(map["year"], Value::Integer(2018)));
        assert!(
            message(bind(&query, &[]).unwrap_err()).contains("needs the parameter `--who STRING`")
        );
        assert!(
            message(bind(&query, &[text("who", "a"), text("yaer", "1")]).unwrap_err())
                .contains("did you mean `--year`")
        );
        assert!(
            message(bind(&query, &[text("who", "a"), text("year", "x")]).unwrap_err())
                .contains("is no integer")
        );
    }
}
