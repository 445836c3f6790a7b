//! Syntax: query text to tokens to AST, and the diagnostics that point into the text.
//!
//! [`tokenize`] reads words, [`parse`] builds the tree, [`print()`] writes a tree as
//! text again. This room knows nothing of the store: whether a label or a variable
//! exists is the binder's question.

mod advice;
pub mod ast;
pub mod diagnostic;
mod expectation;
mod grammar;
mod input;
mod keyword;
mod label;
mod lexer;
mod literal;
mod print;
mod script;
mod suggest;
mod token;
mod value_type;
mod walk;

pub use diagnostic::{Diagnostic, Phase, Span};
#[cfg(debug_assertions)]
#[doc(hidden)]
pub use grammar::parse_counting;
pub use grammar::{SHOWN, Shown, parse, parse_all};
pub use input::MAX_NESTING;
pub use keyword::{KEYWORDS, Keyword};
pub use lexer::tokenize;
pub use print::{print, print_contradiction, print_copy, print_expression, print_name};
pub use script::{is_complete, split_statements};
pub use suggest::closest;
pub use token::{Symbol, Token, TokenKind};
pub use walk::MAX_HEIGHT;
