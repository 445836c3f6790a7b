//! Expressions that bind local variables, evaluated row by row: comprehensions, quantifiers,
//! reduce, and values that are computed once.
//!
//! The values of local variables lie on a stack, those of the innermost expression on top.
//! Each function leaves it as it was, but for errors.

use super::context::Context;
use super::evaluate::{Row, evaluate_row};
use super::expression::{Physical, PhysicalKind, type_name};
use super::limit::value_bytes;
use crate::function::comparison::truth;
use crate::syntax::ast::Quantifier;
use crate::syntax::diagnostic::Diagnostic;
use crate::value::{EvaluationError, Value};

type Evaluated = Result<Value, Diagnostic>;

/// The body, with the values as local variables.
pub(super) fn binding(
    context: &Context<'_>,
    values: &[Physical],
    body: &Physical,
    row: Row<'_>,
    locals: &mut Vec<Value>,
) -> Evaluated {
    let place = locals.len();
    for value in values {
        let value = evaluate_row(context, value, row, locals)?;
        locals.push(value);
    }
    let result = evaluate_row(context, body, row, locals)?;
    locals.truncate(place);
    Ok(result)
}

/// The list that is iterated over; `None` for null.
fn iterated<'v>(
    expression: &Physical,
    value: &'v Value,
) -> Result<Option<&'v [Value]>, Diagnostic> {
    match value {
        Value::Null => Ok(None),
        Value::List(list) => Ok(Some(list)),
        other => Err(expression.failure(EvaluationError::wrong_type(format!(
            "expected a List to go through, but got {}",
            type_name(other)
        )))),
    }
}

/// The value of an expression that goes through this list.
pub(super) fn over_list(
    context: &Context<'_>,
    expression: &Physical,
    list: &Value,
    row: Row<'_>,
    locals: &mut Vec<Value>,
) -> Evaluated {
    match &expression.kind {
        PhysicalKind::ListComprehension { predicate, projection, .. } => {
            let parts = [predicate.as_deref(), projection.as_deref()];
            comprehension(context, expression, list, parts, row, locals)
        }
        PhysicalKind::Quantifier { kind, predicate, .. } => {
            quantifier(context, *kind, list, predicate, row, locals)
        }
        PhysicalKind::Reduce { initial, step, condition, .. } => {
            let initial = evaluate_row(context, initial, row, locals)?;
            reduce(context, expression, initial, list, (step, condition.as_deref()), row, locals)
        }
        _ => evaluate_row(context, expression, row, locals),
    }
}

/// The elements for which the predicate is true, or what is made of them.
fn comprehension(
    context: &Context<'_>,
    expression: &Physical,
    list: &Value,
    [predicate, projection]: [Option<&Physical>; 2],
    row: Row<'_>,
    locals: &mut Vec<Value>,
) -> Evaluated {
    let Some(list) = iterated(expression, list)? else { return Ok(Value::Null) };
    let place = locals.len();
    let mut kept = Vec::new();
    let mut bytes = 0;
    for element in list {
        context.guard.step()?;
        locals.push(element.clone());
        let keep = match predicate {
            Some(predicate) => {
                let value = evaluate_row(context, predicate, row, locals)?;
                truth(&value).map_err(|error| predicate.failure(error))? == Some(true)
            }
            None => true,
        };
        if keep {
            let value = match projection {
                Some(projection) => evaluate_row(context, projection, row, locals)?,
                None => element.clone(),
            };
            let more = value_bytes(&value);
            bytes += more;
            context.guard.keep(more)?;
            kept.push(value);
        }
        locals.truncate(place);
    }
    context.guard.release(bytes);
    Value::list(kept).map_err(|error| expression.failure(error))
}

/// Counts the elements for which the predicate is true and unknown, until the
/// answer is certain.
fn quantifier(
    context: &Context<'_>,
    kind: Quantifier,
    list: &Value,
    predicate: &Physical,
    row: Row<'_>,
    locals: &mut Vec<Value>,
) -> Evaluated {
    let Some(list) = iterated(predicate, list)? else { return Ok(Value::Null) };
    let place = locals.len();
    let (mut holds, mut unknown) = (0, 0);
    for element in list {
        context.guard.step()?;
        locals.push(element.clone());
        let value = evaluate_row(context, predicate, row, locals)?;
        locals.truncate(place);
        let verdict = truth(&value).map_err(|error| predicate.failure(error))?;
        match (kind, verdict) {
            (Quantifier::All, Some(false)) | (Quantifier::None, Some(true)) => {
                return Ok(Value::Boolean(false));
            }
            (Quantifier::Any, Some(true)) => return Ok(Value::Boolean(true)),
            (_, Some(true)) => holds += 1,
            (_, Some(false)) => {}
            (_, None) => unknown += 1,
        }
        if kind == Quantifier::Single && holds > 1 {
            return Ok(Value::Boolean(false));
        }
    }
    if unknown > 0 {
        return Ok(Value::Null);
    }
    Ok(Value::Boolean(match kind {
        Quantifier::All | Quantifier::None => true,
        Quantifier::Any => false,
        Quantifier::Single => holds == 1,
    }))
}

/// The last accumulator value; with a condition, whether it holds of each, until that
/// is certain.
pub(super) fn reduce(
    context: &Context<'_>,
    expression: &Physical,
    initial: Value,
    list: &Value,
    (step, condition): (&Physical, Option<&Physical>),
    row: Row<'_>,
    locals: &mut Vec<Value>,
) -> Evaluated {
    let Some(list) = iterated(expression, list)? else { return Ok(Value::Null) };
    let place = locals.len();
    let mut accumulator = initial;
    let mut unknown = false;
    for element in list {
        locals.extend([accumulator, element.clone()]);
        accumulator = evaluate_row(context, step, row, locals)?;
        context.guard.steps_taken(work_in(&accumulator))?;
        locals.truncate(place);
        let Some(condition) = condition else { continue };
        locals.extend([accumulator.clone(), Value::Null]);
        let verdict = evaluate_row(context, condition, row, locals)?;
        locals.truncate(place);
        match truth(&verdict).map_err(|error| condition.failure(error))? {
            Some(true) => {}
            Some(false) => return Ok(Value::Boolean(false)),
            None => unknown = true,
        }
    }
    Ok(match (condition, unknown) {
        (None, _) => accumulator,
        (Some(_), true) => Value::Null,
        (Some(_), false) => Value::Boolean(true),
    })
}

/// Steps that making a value counts for: those who make large ones are asked more often
/// whether they still may.
fn work_in(value: &Value) -> usize {
    const BYTES: usize = 4096;
    match value {
        Value::String(text) => 1 + text.len() / BYTES,
        Value::List(list) => 1 + list.len() * size_of::<Value>() / BYTES,
        _ => 1,
    }
}
