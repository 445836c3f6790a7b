//! Plans: logical operators, the planner that makes them of a bound query, the
//! optimiser's rules, and the text of EXPLAIN. Never touches data.

pub mod count;
pub mod explain;
pub mod id_seek;
pub mod intersect;
pub mod join;
pub mod operator;
pub mod optimise;
pub mod path;
pub mod planner;
pub mod seek;
pub mod statistics;
pub mod zone;

mod condition;
mod connection;
mod order;
mod predicates;
mod uniqueness;
mod why;
mod why_expression;

pub use planner::plan;
pub use why::ask_why;
