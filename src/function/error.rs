//! The failures that functions and operators raise, worded in one place.

use super::types::Type;
use crate::value::{ErrorClass, ErrorCode, EvaluationError, Value};

/// A value for a message: its type, and itself where it is short.
pub(super) fn shown(value: &Value) -> String {
    match value {
        Value::Null => "null".to_string(),
        Value::Boolean(v) => format!("Boolean {v}"),
        Value::Integer(v) => format!("Integer {v}"),
        Value::Float(v) => format!("Float {v:?}"),
        Value::String(v) => {
            let start: String = v.chars().take(40).collect();
            let rest = if start.len() < v.len() { "…" } else { "" };
            format!("String '{start}{rest}'")
        }
        other => Type::of(other).name().to_string(),
    }
}

/// `TypeError: InvalidArgumentType`: a function got what it does not take.
pub(super) fn wrong_argument(function: &str, expected: &str, got: &Value) -> EvaluationError {
    EvaluationError::wrong_type(format!("{function}() expects {expected}, but got {}", shown(got)))
}

/// `TypeError: InvalidArgumentValue`: as [`wrong_argument`], where openCypher
/// names the detail differently (conversions, `type()`, `labels()`).
pub(super) fn wrong_value(function: &str, expected: &str, got: &Value) -> EvaluationError {
    EvaluationError::new(
        ErrorClass::TypeError,
        ErrorCode::InvalidArgumentValue,
        format!("{function}() expects {expected}, but got {}", shown(got)),
    )
}

/// `ArgumentError: NumberOutOfRange`.
pub(super) fn out_of_range(message: impl Into<String>) -> EvaluationError {
    EvaluationError::new(ErrorClass::ArgumentError, ErrorCode::NumberOutOfRange, message)
}

/// `ArgumentError: InvalidArgumentValue`.
pub(super) fn bad_argument(message: impl Into<String>) -> EvaluationError {
    EvaluationError::new(ErrorClass::ArgumentError, ErrorCode::InvalidArgumentValue, message)
}

/// `ArithmeticError: IntegerOverflow`; `what` is the computation, e.g. `1 + 2`.
pub(super) fn overflow(what: impl std::fmt::Display) -> EvaluationError {
    EvaluationError::new(
        ErrorClass::ArithmeticError,
        ErrorCode::IntegerOverflow,
        format!("{what} is outside the range of 64-bit integers"),
    )
}

/// `EntityNotFound: DeletedEntityAccess`.
pub(super) fn deleted(what: &str) -> EvaluationError {
    EvaluationError::new(
        ErrorClass::EntityNotFound,
        ErrorCode::DeletedEntityAccess,
        format!("the {what} has been deleted, so it can no longer be read"),
    )
}

/// `ResourceExhausted: SizeLimit`; `what` is e.g. `a string of 12 bytes`.
pub(super) fn too_large(
    what: impl std::fmt::Display,
    limit: impl std::fmt::Display,
) -> EvaluationError {
    EvaluationError::new(
        ErrorClass::ResourceExhausted,
        ErrorCode::SizeLimit,
        format!("{what} is larger than the limit of {limit} for one value"),
    )
}
