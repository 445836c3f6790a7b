//! RDF 1.2: how the names and values of a graph are said in its terms, and how its files are
//! read.
//!
//! [`Vocabulary`] turns labels, types and property keys into IRIs and back, `literal` does so
//! with values, and [`Reader`] gives the triples of a Turtle or N-Triples file, each with its
//! line. Which triples a graph is, `export/rdf` says; which graph triples are,
//! `database/import/rdf`. docs/rdf.md tells the whole mapping.

pub(crate) mod iri;
pub(crate) mod literal;
mod nesting;
mod reader;
mod vocabulary;

pub use reader::{ReadError, Reader};
pub use vocabulary::{DEFAULT_BASE, Vocabulary};
pub(crate) use vocabulary::{is_iri, spelled};
