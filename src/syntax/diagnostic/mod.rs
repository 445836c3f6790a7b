//! Diagnostics: what is wrong, where, what was expected and what to do.

use crate::value::{ErrorClass, ErrorCode, EvaluationError};
use serde::{Deserialize, Serialize};

mod diagnostics;
mod excerpt;
mod json;
mod render;

pub use diagnostics::Diagnostics;
pub(crate) use diagnostics::Gathered;

/// A range of bytes in the query text, half-open.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Span {
    /// The first byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

impl Span {
    /// Makes a span from byte offsets.
    pub fn new(start: usize, end: usize) -> Self {
        Span {
            start: u32::try_from(start).unwrap_or(u32::MAX),
            end: u32::try_from(end).unwrap_or(u32::MAX),
        }
    }

    /// The smallest span that covers both.
    #[must_use]
    pub fn to(self, other: Span) -> Span {
        Span { start: self.start.min(other.start), end: self.end.max(other.end) }
    }
}

/// When a query failed: before it touched any row, or while it ran.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Phase {
    /// While it was parsed and bound.
    Compile,
    /// While it ran.
    Runtime,
}

/// How serious a diagnostic is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Severity {
    /// The statement did not run, or not to its end.
    #[default]
    Error,
    /// The statement ran, but may not do what was meant.
    Warning,
}

/// A failure or a warning, with its place in the query text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// Error or warning.
    pub severity: Severity,
    /// When it failed.
    pub phase: Phase,
    /// openCypher's class.
    pub class: ErrorClass,
    /// openCypher's code name, e.g. `UndefinedVariable`.
    pub code: ErrorCode,
    /// One sentence: what is wrong.
    pub message: String,
    /// Where, if a place is known.
    pub span: Option<Span>,
    /// A short text below the caret: what was expected, or what is there.
    pub label: Option<String>,
    /// What to do about it, e.g. "did you mean `Person`?".
    pub help: Option<String>,
    /// A second place that belongs to the failure, with its text: where the closing bracket was expected.
    pub related: Option<Box<(Span, String)>>,
}

impl Diagnostic {
    /// A failure at compile time.
    pub fn compile(
        class: ErrorClass,
        code: ErrorCode,
        message: impl Into<String>,
        span: Span,
    ) -> Self {
        Diagnostic {
            severity: Severity::Error,
            phase: Phase::Compile,
            class,
            code,
            message: message.into(),
            span: Some(span),
            label: None,
            help: None,
            related: None,
        }
    }

    /// A `SyntaxError` at compile time.
    pub fn syntax(code: ErrorCode, message: impl Into<String>, span: Span) -> Self {
        Self::compile(ErrorClass::SyntaxError, code, message, span)
    }

    /// Something that does not stop the statement; `code` names the kind.
    pub fn warning(code: ErrorCode, message: impl Into<String>, span: Span) -> Self {
        Diagnostic {
            severity: Severity::Warning,
            ..Self::compile(ErrorClass::SemanticError, code, message, span)
        }
    }

    /// A failure while running; `span` is the expression's or clause's place.
    pub fn runtime(error: EvaluationError, span: Option<Span>) -> Self {
        Diagnostic {
            severity: Severity::Error,
            phase: Phase::Runtime,
            class: error.class,
            code: error.code,
            message: error.message,
            span,
            label: None,
            help: None,
            related: None,
        }
    }

    /// The failure without its place.
    pub fn into_evaluation(self) -> EvaluationError {
        EvaluationError::new(self.class, self.code, self.message)
    }

    /// Adds the text below the caret.
    #[must_use]
    pub fn with_label(mut self, label: impl Into<String>) -> Self {
        self.label = Some(label.into());
        self
    }

    /// Adds what to do about it.
    #[must_use]
    pub fn with_help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// The same with every place moved by so many bytes: a statement inside a script.
    #[must_use]
    pub fn moved(mut self, offset: usize) -> Self {
        let moved =
            |span: Span| Span::new(offset + span.start as usize, offset + span.end as usize);
        self.span = self.span.map(moved);
        if let Some(related) = &mut self.related {
            related.0 = moved(related.0);
        }
        self
    }

    /// Adds a second place with its text.
    #[must_use]
    pub fn with_related(mut self, span: Span, text: impl Into<String>) -> Self {
        self.related = Some(Box::new((span, text.into())));
        self
    }
}
