//! The binder: AST to bound query. After it there are no scopes, only variable ids.

pub mod expression;
pub mod query;
