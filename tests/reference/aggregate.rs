//! Aggregates: which calls an expression holds, and their values over a group.

use super::arithmetic::{arithmetic, double};
use super::compare::{equivalent, order};
use super::{Evaluated, Failure, Machine, Row, error, unsupported, wrong_type};
use dossier::syntax::ast::{
    Access, ArithmeticOperator, Expression, ExpressionKind, MapProjectionItem,
};
use dossier::value::{ErrorClass, Value};
use std::sync::Arc;

const NAMES: &[&str] = &[
    "count",
    "sum",
    "avg",
    "min",
    "max",
    "collect",
    "stdev",
    "stdevp",
    "percentilecont",
    "percentiledisc",
];

/// Every aggregate call of an expression, subqueries aside.
pub(crate) fn calls(expression: &Expression) -> Vec<&Expression> {
    let mut found = Vec::new();
    gather(expression, &mut found);
    found
}

fn gather<'e>(expression: &'e Expression, found: &mut Vec<&'e Expression>) {
    let mut go = |part: &'e Expression| gather(part, found);
    match &expression.kind {
        ExpressionKind::CountStar => found.push(expression),
        ExpressionKind::Function { name, arguments, .. } => match name.as_slice() {
            [name] if NAMES.contains(&name.text.to_lowercase().as_str()) => found.push(expression),
            _ => arguments.iter().for_each(go),
        },
        ExpressionKind::List(parts) | ExpressionKind::Logical(_, parts) => {
            parts.iter().for_each(go);
        }
        ExpressionKind::Map(entries) => entries.iter().for_each(|(_, part)| go(part)),
        ExpressionKind::Access(base, steps) => {
            go(base);
            for step in steps {
                match step {
                    Access::Property(_) => {}
                    Access::Index(index) => go(index),
                    Access::Slice(from, to) => from.iter().chain(to).for_each(&mut go),
                }
            }
        }
        ExpressionKind::HasLabels(part, _)
        | ExpressionKind::Not(_, part)
        | ExpressionKind::Sign(_, part)
        | ExpressionKind::Is(part, ..)
        | ExpressionKind::Cast(part, _)
        | ExpressionKind::IsNull(part, _) => go(part),
        ExpressionKind::Comparison(first, rest) => {
            go(first);
            rest.iter().for_each(|(_, part)| go(part));
        }
        ExpressionKind::Arithmetic(first, rest) => {
            go(first);
            rest.iter().for_each(|(_, part)| go(part));
        }
        ExpressionKind::Predicate(_, left, right) => {
            go(left);
            go(right);
        }
        ExpressionKind::Case { operand, branches, otherwise } => {
            operand.iter().for_each(|part| go(part));
            for branch in branches {
                branch.tests.iter().chain([&branch.result]).for_each(&mut go);
            }
            otherwise.iter().for_each(|part| go(part));
        }
        ExpressionKind::ListComprehension { list, predicate, projection, .. } => {
            go(list);
            predicate.iter().chain(projection).for_each(|part| go(part));
        }
        ExpressionKind::Quantifier { list, predicate, .. } => {
            go(list);
            go(predicate);
        }
        ExpressionKind::Reduce { initial, list, step, .. } => {
            go(initial);
            go(list);
            go(step);
        }
        ExpressionKind::MapProjection { items, .. } => {
            for item in items {
                if let MapProjectionItem::Entry(_, part) = item {
                    go(part);
                }
            }
        }
        _ => {}
    }
}

impl Machine {
    /// The value of an aggregate call over the rows of a group.
    pub(crate) fn aggregate(&self, call: &Expression, group: &[&Row]) -> Evaluated {
        let ExpressionKind::Function { name, distinct, arguments } = &call.kind else {
            return Ok(Value::Integer(group.len() as i64));
        };
        let name = name.iter().map(|part| part.text.to_lowercase()).collect::<String>();
        let Some((first, rest)) = arguments.split_first() else {
            return if name == "count" {
                Ok(Value::Integer(group.len() as i64))
            } else {
                wrong_type("an aggregate of nothing")
            };
        };
        let mut values: Vec<Value> = Vec::new();
        for row in group {
            self.step()?;
            let value = self.value(first, row)?;
            let repeated = *distinct && values.iter().any(|other| equivalent(other, &value));
            if !value.is_null() && !repeated {
                values.push(value);
            }
        }
        let at = match (rest.first(), group.first()) {
            (Some(argument), Some(row)) => Some(self.value(argument, row)?),
            _ => None,
        };
        summed_up(&name, values, at)
    }
}

fn summed_up(name: &str, mut values: Vec<Value>, at: Option<Value>) -> Evaluated {
    match name {
        "count" => Ok(Value::Integer(values.len() as i64)),
        "collect" => Ok(Value::List(Arc::new(values))),
        "min" => Ok(values.into_iter().min_by(order).unwrap_or_default()),
        "max" => Ok(values.into_iter().max_by(order).unwrap_or_default()),
        "sum" => {
            let zero = Value::Integer(0);
            values.iter().try_fold(zero, |sum, value| {
                numeric(value, |value| arithmetic(ArithmeticOperator::Add, &sum, value))
            })
        }
        "avg" | "stdev" | "stdevp" => {
            let numbers = values.iter().map(|value| double(value).ok_or_else(no_number));
            let numbers = numbers.collect::<Evaluated<Vec<f64>>>()?;
            Ok(spread(name, &numbers))
        }
        "percentilecont" | "percentiledisc" => {
            let Some(at) = at.as_ref().and_then(double) else {
                return if values.is_empty() { Ok(Value::Null) } else { Err(no_number()) };
            };
            if !(0.0..=1.0).contains(&at) {
                return error(ErrorClass::ArgumentError, "a percentile lies between 0 and 1");
            }
            values.sort_by(order);
            percentile(name, &values, at)
        }
        _ => unsupported(name),
    }
}

fn no_number() -> Failure {
    Failure::Error(ErrorClass::TypeError, "an aggregate of something that is no number".into())
}

fn numeric(value: &Value, then: impl FnOnce(&Value) -> Evaluated) -> Evaluated {
    match value {
        Value::Integer(_) | Value::Float(_) => then(value),
        Value::Duration(_) => unsupported("durations"),
        _ => Err(no_number()),
    }
}

fn spread(name: &str, numbers: &[f64]) -> Value {
    let count = numbers.len() as f64;
    let mean = numbers.iter().sum::<f64>() / count;
    let squares = numbers.iter().map(|number| (number - mean).powi(2)).sum::<f64>();
    match (name, numbers.len()) {
        ("avg", 0) => Value::Null,
        ("avg", _) => Value::Float(mean),
        ("stdev", 0 | 1) | (_, 0) => Value::Float(0.0),
        ("stdev", _) => Value::Float((squares / (count - 1.0)).sqrt()),
        _ => Value::Float((squares / count).sqrt()),
    }
}

fn percentile(name: &str, values: &[Value], at: f64) -> Evaluated {
    if values.is_empty() {
        return Ok(Value::Null);
    }
    let last = (values.len() - 1) as f64;
    if name == "percentiledisc" {
        let place = (at * values.len() as f64).ceil() - 1.0;
        return Ok(values[place.max(0.0) as usize].clone());
    }
    let place = at * last;
    let (below, above) = (place.floor(), place.ceil());
    let number = |at: f64| double(&values[at as usize]).ok_or_else(no_number);
    let (low, high) = (number(below)?, number(above)?);
    let value = if below == above { low } else { low * (above - place) + high * (place - below) };
    Ok(Value::Float(value))
}
