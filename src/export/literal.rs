//! Property values as expressions that give the same value again, its type included.

use crate::value::Value;
use crate::value::display::quoted;
use std::fmt::Write as _;

/// Appends the expression. Values that cannot be properties do not occur in a graph;
/// they are written as `null`.
pub(super) fn literal(out: &mut String, value: &Value) {
    match value {
        Value::Float(number) if number.is_nan() => out.push_str("0.0 / 0.0"),
        Value::Float(number) if *number == f64::INFINITY => out.push_str("1.0 / 0.0"),
        Value::Float(number) if *number == f64::NEG_INFINITY => out.push_str("-1.0 / 0.0"),
        Value::Null | Value::Boolean(_) | Value::Integer(_) | Value::Float(_) => {
            out.push_str(&value.to_cypher_literal());
        }
        Value::String(text) => out.push_str(&quoted(text)),
        Value::List(items) => {
            out.push('[');
            for (position, item) in items.iter().enumerate() {
                out.push_str(if position == 0 { "" } else { ", " });
                literal(out, item);
            }
            out.push(']');
        }
        Value::Date(date) => constructed(out, "date", date),
        Value::LocalTime(time) => constructed(out, "localtime", time),
        Value::Time(time) => constructed(out, "time", time),
        Value::LocalDateTime(moment) => constructed(out, "localdatetime", moment),
        Value::DateTime(moment) => constructed(out, "datetime", moment),
        Value::Duration(duration) => constructed(out, "duration", duration),
        Value::Map(_) | Value::Node(_) | Value::Relationship(_) | Value::Path(_) => {
            out.push_str("null");
        }
    }
}

fn constructed(out: &mut String, function: &str, value: &dyn std::fmt::Display) {
    let _ = write!(out, "{function}('{value}')");
}
