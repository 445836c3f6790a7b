//! Operators in a row, applied from left to right.
//!
//! A string or list that grows term by term is kept open at its end and closed once, so
//! that a sum of so many lists takes no more time than its result is long.

use super::arithmetic::{arithmetic, text_of};
use super::context::FunctionContext;
use crate::syntax::ast::ArithmeticOperator;
use crate::value::{EvaluationError, Value};

/// The result of the terms so far.
enum Open {
    Value(Value),
    /// A list to which more is added.
    List(Vec<Value>),
    /// A string to which more is added.
    Text(String),
}

/// Applies operators from left to right.
///
/// # Errors
/// Those of [`arithmetic`], of the first operator that has one.
pub fn arithmetic_chain<'v>(
    context: &FunctionContext<'_>,
    first: &Value,
    terms: impl Iterator<Item = (ArithmeticOperator, &'v Value)>,
) -> Result<Value, EvaluationError> {
    let mut terms = terms.peekable();
    let mut open = Open::Value(first.clone());
    while let Some((operator, term)) = terms.next() {
        open = match open {
            Open::Value(value) => {
                let value = arithmetic(context, operator, &value, term)?;
                // What nothing follows is closed as it is.
                if terms.peek().is_some() { reopened(value) } else { Open::Value(value) }
            }
            Open::List(items) => with_items(context, items, operator, term)?,
            Open::Text(text) => with_text(context, text, operator, term)?,
        };
    }
    close(open)
}

fn reopened(value: Value) -> Open {
    match value {
        Value::List(items) => {
            Open::List(std::sync::Arc::try_unwrap(items).unwrap_or_else(|items| items.to_vec()))
        }
        Value::String(text) => Open::Text(text.to_string()),
        other => Open::Value(other),
    }
}

fn close(open: Open) -> Result<Value, EvaluationError> {
    match open {
        Open::Value(value) => Ok(value),
        Open::List(items) => Value::list(items),
        Open::Text(text) => Ok(Value::String(text.into())),
    }
}

fn with_items(
    context: &FunctionContext<'_>,
    mut items: Vec<Value>,
    operator: ArithmeticOperator,
    term: &Value,
) -> Result<Open, EvaluationError> {
    let more = match (operator, term) {
        (ArithmeticOperator::Add | ArithmeticOperator::Concatenate, Value::List(more)) => more,
        (ArithmeticOperator::Add, term) if !term.is_null() => std::slice::from_ref(term),
        _ => return Ok(Open::Value(arithmetic(context, operator, &Value::list(items)?, term)?)),
    };
    context.limits.check_list(items.len().saturating_add(more.len()))?;
    items.extend_from_slice(more);
    Ok(Open::List(items))
}

fn with_text(
    context: &FunctionContext<'_>,
    mut text: String,
    operator: ArithmeticOperator,
    term: &Value,
) -> Result<Open, EvaluationError> {
    let more = match (operator, term) {
        (ArithmeticOperator::Concatenate, Value::String(more)) => Some(more.clone()),
        (ArithmeticOperator::Add, term) => text_of(term),
        _ => None,
    };
    let Some(more) = more else {
        let value = arithmetic(context, operator, &Value::String(text.into()), term)?;
        return Ok(reopened(value));
    };
    context.limits.check_string(text.len().saturating_add(more.len()))?;
    text.push_str(&more);
    Ok(Open::Text(text))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::function::{Limits, NoElements, PatternCache};

    /// What the operators give one by one.
    fn step_by_step(
        context: &FunctionContext<'_>,
        terms: &[(ArithmeticOperator, Value)],
    ) -> Result<Value, EvaluationError> {
        let mut result = terms[0].1.clone();
        for (operator, term) in &terms[1..] {
            result = arithmetic(context, *operator, &result, term)?;
        }
        Ok(result)
    }

    #[test]
    fn a_chain_gives_what_its_operators_give_one_by_one() {
        let list = |items: &[i64]| Value::list_of(items.iter().copied());
        let values = [
            Value::Null,
            Value::Integer(7),
            Value::Float(0.5),
            Value::Boolean(true),
            "a".into(),
            list(&[]),
            list(&[1, 2]),
        ];
        let operators = [
            ArithmeticOperator::Add,
            ArithmeticOperator::Concatenate,
            ArithmeticOperator::Multiply,
        ];
        let context = FunctionContext {
            reader: &NoElements,
            statement_time: (0, 0),
            limits: Limits { list_elements: 4, string_bytes: 4 },
            patterns: &PatternCache::new(),
        };
        let mut seed = 1usize;
        let mut next = |below: usize| {
            seed = seed.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
            (seed >> 33) % below
        };
        let mut lists = 0;
        for _ in 0..20_000 {
            let terms: Vec<_> = (0..2 + next(5))
                .map(|_| (operators[next(7).min(2)], values[next(values.len())].clone()))
                .collect();
            let chain = terms[1..].iter().map(|(operator, term)| (*operator, term));
            let (chain, steps) =
                (arithmetic_chain(&context, &terms[0].1, chain), step_by_step(&context, &terms));
            lists += usize::from(matches!(chain, Ok(Value::List(_))));
            assert_eq!(format!("{chain:?}"), format!("{steps:?}"), "{terms:?}");
        }
        assert!(lists > 200, "only {lists} lists");
    }
}
