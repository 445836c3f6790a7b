//! Functions: scalar and aggregate functions by name, the meaning of the
//! operators, and vectorised kernels for the commonest of them.
//!
//! Each function is one entry of a static table in the file of its kind. The
//! scalar meaning is the reference; a kernel is only a faster way to the same
//! result. This room knows no query and no store: elements of the graph are
//! read through [`ElementReader`](crate::value::ElementReader).

mod arithmetic_chain;
mod catalogue;
mod claims;
mod collection;
mod context;
mod convert;
mod error;
mod graph;
mod list;
mod load;
mod math;
mod naming;
mod normal_form;
mod predicate;
mod registry;
mod round;
mod similarity;
mod string;
mod string_columns;
mod temporal;
mod temporal_fields;
mod temporal_format;
mod temporal_names;
#[cfg(test)]
mod temporal_tests;
mod temporal_truncate;
mod types;

pub mod access;
pub mod aggregate;
pub mod arithmetic;
pub mod comparison;
pub mod kernel;
pub mod value_type;

pub use aggregate::{Accumulator, Aggregate, AggregateKind, aggregate, aggregates};
pub use arithmetic_chain::arithmetic_chain;
pub use catalogue::{Entry, catalogue};
pub use claims::{claimants_of, sources_of};
pub use context::{FunctionContext, Limits, NoElements, PatternCache};
pub use graph::element_value;
pub use list::{IntegerRange, integer_range};
pub use normal_form::is_normalized;
pub use registry::{Evaluate, OnColumns, Scalar, names, scalar, scalars, suggest};
pub use temporal::temporal_literal;
pub use types::{Type, TypeSet};

#[cfg(test)]
mod tests;
