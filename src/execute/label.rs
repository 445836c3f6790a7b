//! Names that rows compute: of labels, types and property keys.

use super::compile::Compiler;
use super::context::Context;
use super::evaluate::{Row, evaluate_row};
use super::expression::{Physical, type_name};
use super::layout::Layout;
use crate::bind::expression::Labels;
use crate::function::{FunctionContext, access};
use crate::plan::operator::NameSource;
use crate::syntax::diagnostic::Diagnostic;
use crate::value::{ErrorClass, ErrorCode, EvaluationError, Value};
use std::sync::Arc;

/// Where a name that is written to the graph comes from, ready to run.
pub(super) enum Name {
    /// It stands in the text.
    Written(Arc<str>),
    /// Each row has its own.
    Dynamic(Physical),
}

impl Name {
    /// Compiles names for rows of a layout.
    pub(super) fn compile(
        context: &Context<'_>,
        layout: &Layout,
        names: &[NameSource],
    ) -> Result<Vec<Name>, Diagnostic> {
        let compile = |name: &NameSource| {
            Ok(match name {
                NameSource::Written(name) => Name::Written(name.clone()),
                NameSource::Dynamic(value) => {
                    Name::Dynamic(Compiler::new(context, layout).compile(value)?)
                }
            })
        };
        names.iter().map(compile).collect()
    }

    /// The labels of a row.
    pub(super) fn labels(
        context: &Context<'_>,
        names: &[Name],
        row: Row<'_>,
    ) -> Result<Vec<Arc<str>>, Diagnostic> {
        let mut labels = Vec::with_capacity(names.len());
        for name in names {
            match name {
                Name::Written(name) => labels.push(name.clone()),
                Name::Dynamic(value) => {
                    let given = evaluate_row(context, value, row, &mut Vec::new())?;
                    labels.extend(label_names(&given).map_err(|error| value.failure(error))?);
                }
            }
        }
        Ok(labels)
    }

    /// The only type of a row.
    pub(super) fn relationship_type(
        &self,
        context: &Context<'_>,
        row: Row<'_>,
    ) -> Result<Arc<str>, Diagnostic> {
        let value = match self {
            Name::Written(name) => return Ok(name.clone()),
            Name::Dynamic(value) => value,
        };
        let mut names = Name::labels(context, std::slice::from_ref(self), row)?;
        names.dedup();
        match (names.pop(), names.len()) {
            (Some(only), 0) => Ok(only),
            (_, more) => {
                let count = if more == 0 { "none" } else { "several" };
                let message = format!("a relationship has exactly one type, but got {count}");
                Err(value.failure(EvaluationError::new(
                    ErrorClass::SemanticError,
                    ErrorCode::NoSingleRelationshipType,
                    message,
                )))
            }
        }
    }

    /// The property key of a row.
    pub(super) fn key(&self, context: &Context<'_>, row: Row<'_>) -> Result<Arc<str>, Diagnostic> {
        let value = match self {
            Name::Written(name) => return Ok(name.clone()),
            Name::Dynamic(value) => value,
        };
        let given = evaluate_row(context, value, row, &mut Vec::new())?;
        name(&given, "a property key").map_err(|error| value.failure(error))
    }
}

/// A name as a value.
fn name(value: &Value, what: &str) -> Result<Arc<str>, EvaluationError> {
    match value {
        Value::String(name) if name.is_empty() => Err(EvaluationError::new(
            ErrorClass::ArgumentError,
            ErrorCode::InvalidArgumentValue,
            format!("{what} cannot be an empty String"),
        )),
        Value::String(name) => Ok(name.clone()),
        other => Err(EvaluationError::wrong_type(format!(
            "{what} is a String, but got {}",
            type_name(other)
        ))),
    }
}

/// The labels or types that a value names: a string or a list of them.
///
/// # Errors
/// Anything else, null and empty strings among it.
pub(super) fn label_names(value: &Value) -> Result<Vec<Arc<str>>, EvaluationError> {
    match value {
        Value::List(names) => names.iter().map(|value| name(value, "a label or type")).collect(),
        one => Ok(vec![name(one, "a label or type")?]),
    }
}

/// That an element has all of these labels or one of them; nothing where there are none.
pub(super) fn condition(names: Vec<Arc<str>>, any: bool) -> Option<Labels> {
    let mut leaves: Vec<Labels> = names.into_iter().map(Labels::Name).collect();
    match leaves.len() {
        0 | 1 => leaves.pop(),
        _ if any => Some(Labels::Or(leaves)),
        _ => Some(Labels::And(leaves)),
    }
}

/// `element:$all(names)`, or `$any`. Null of null.
///
/// # Errors
/// What [`label_names`] refuses; an element that is none.
pub(super) fn has_dynamic_labels(
    context: &FunctionContext<'_>,
    element: &Value,
    names: &Value,
    any: bool,
) -> Result<Value, EvaluationError> {
    if matches!(element, Value::Null) {
        return Ok(Value::Null);
    }
    let labels = condition(label_names(names)?, any);
    // No label at all: all of none are there, one of none is not.
    let labels =
        labels.unwrap_or(if any { Labels::Or(Vec::new()) } else { Labels::And(Vec::new()) });
    access::has_labels(context, element, &labels)
}
