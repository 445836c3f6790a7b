//! Syntax: query text to tokens to AST, and the diagnostics that point into the text.
//!
//! This room knows nothing of the store: whether a label or a variable exists is
//! the binder's question.

pub mod ast;
pub mod diagnostic;
