//! Dossier: an embedded knowledge-graph database that knows who said so.
//!
//! The rooms are declared from the lowest up; each imports only from rooms
//! declared before it (ARCHITECTURE.md says which).

pub mod value;
pub mod vector;
pub mod syntax;
pub mod store;
pub mod durable;
pub mod algorithm;
pub mod function;
pub mod bind;
pub mod plan;
pub mod execute;
pub mod database;
pub mod export;
