//! Export: what a result holds of the graph, in forms for other programs.
//!
//! A [`Subgraph`] is collected from the rows of a result; [`dot`] draws it for
//! Graphviz, [`diff`] tells two versions apart; [`dump`] and [`rdf`] write whole graphs. Nothing here reads files or prints.

pub mod diff;
pub mod dot;
pub mod dump;
mod literal;
mod names;
pub mod rdf;
mod style;
mod subgraph;

pub use subgraph::{ClaimState, Subgraph, SubgraphNode, SubgraphRelationship};
