//! The store: a graph version is a value.

pub mod change;
