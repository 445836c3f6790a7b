//! Plans: logical operators, the planner that makes them of a bound query, the
//! optimiser's rules, and the text of EXPLAIN. Never touches data.

pub mod operator;
