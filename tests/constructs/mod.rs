//! The constructs of the language as tables: what nests, what chains, and all variants
//! of the syntax tree. Tests that must hold for every construct walk over these.

#![allow(dead_code, reason = "each test uses its part")]

pub(crate) mod chains;
pub(crate) mod clock;
pub(crate) mod nests;
pub(crate) mod variants;
