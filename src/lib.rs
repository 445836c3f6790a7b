//! Dossier: an embedded knowledge-graph database that knows who said so.
//!
//! ```
//! use dossier::Database;
//!
//! let db = Database::in_memory();
//! db.query("CREATE (:Country {name: 'China'})-[v:VIOLATED]->(:Agreement {name: 'Geneva consensus'}),
//!                  (:Government {name: 'US administration'})-[:ASSERTS]->[v]").run()?;
//! let result = db.query("MATCH (x)-[r:VIOLATED]->(), (who)-[:ASSERTS]->[r] RETURN who.name, x.name").run()?;
//! assert_eq!(result.rows[0][0].as_str(), Some("US administration"));
//! # Ok::<(), dossier::Error>(())
//! ```
//!
//! The rooms are declared from the lowest up; each imports only from rooms declared
//! before it (ARCHITECTURE.md says which).

#![cfg_attr(
    not(test),
    warn(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::unreachable)
)]

pub mod bind;
pub mod database;
pub mod durable;
pub mod execute;
pub mod export;
pub mod function;
pub mod import;
pub mod load;
pub mod plan;
pub mod procedure;
pub mod rdf;
pub mod store;
pub mod syntax;
pub mod threads;
pub mod value;
pub mod vector;

pub use import::{FileAccess, LocalFiles, NoFiles};

pub use database::{
    Citation, Claim, Commit, Counters, Database, DurableError, Error, Footnotes, InterruptHandle,
    KnownAt, Limits, OpenOptions, Party, PreparedQuery, Query, QueryResult, Support,
    SupportingStatement, Synchronous, TableProcedure, Transaction,
};

/// The README's examples, run as tests.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
pub struct ReadMe;
