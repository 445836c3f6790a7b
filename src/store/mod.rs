//! The store: a graph version is a value.
//!
//! A [`Graph`] is an immutable version, shared as `Arc<Graph>`; a [`Writer`]
//! derives the next one by copy-on-write, and what it does not touch stays
//! shared. Snapshots, savepoints, rollback and time travel are all the same
//! thing: keeping an `Arc`, or dropping it. Many savepoints share one, with the
//! changes between.
//!
//! ```text
//! Graph ─┬─ catalog        names of labels, types and keys
//!        ├─ nodes          table of chunks of 2048: live rows, labels, columns
//!        ├─ relationships  table of chunks of 2048: live rows, types, ends, columns
//!        ├─ types          per relationship type: adjacency, degrees
//!        ├─ indexes        persistent ordered sets of values, their leaves perhaps in a file
//!        ├─ schema         constraints, edge types, contradictions
//!        └─ statistics     counts for the optimiser
//! ```
//!
//! Versions of the past are derived as well: [`Undo`] is what leads back from a version to
//! the one before.
//!
//! The store knows nothing of queries and nothing of disks.

pub(crate) mod adjacency;
mod bitmap;
pub(crate) mod budget;
mod bulk;
mod catalog;
pub mod change;
mod check;
pub(crate) mod chunk;
mod collect;
mod columns;
mod connect;
mod contradiction;
mod csr;
mod define;
mod delete;
mod describe;
mod difference;
mod ends;
mod entries;
mod error;
mod export;
mod gather;
mod graph;
mod index;
mod known_columns;
pub(crate) mod leaf;
mod levels;
mod mask;
mod merged;
mod mutate;
mod naming;
mod neighbours;
mod open_strings;
pub(crate) mod ordered;
mod petgraph;
mod removal;
pub(crate) mod renewal;
mod replay;
mod rewind;
pub(crate) mod room;
mod rows;
mod savepoint;
mod scan;
mod schema;
mod sealed;
mod segment;
mod sets;
mod slots;
mod statement_view;
pub(crate) mod statistics;
pub(crate) mod stop;
pub(crate) mod stored;
pub(crate) mod table;
mod tail;
mod undo;
mod view;
mod visited;
mod writer;
pub(crate) mod zone;
mod zone_order;

pub use self::petgraph::{GraphView, NodeReference, RelationshipReference, Restriction, Steps};
pub use adjacency::EndpointKind;
pub use bitmap::Bitmap;
pub use budget::Budget;
pub use bulk::{BulkLoad, Loaded};
pub use catalog::Catalog;
pub use change::{Change, KeyId, LabelId, TypeId};
pub use chunk::{NodeChunk, RelationshipChunk};
pub use difference::Difference;
pub use error::StoreError;
pub use gather::follow_each_other;
pub use graph::{Direction, Graph, RelationshipRecord};
pub use index::{Index, IndexQuery, KeyRange};
pub use known_columns::KnownColumns;
pub use mask::{Elements, PartBytes};
pub use neighbours::Neighbours;
pub use replay::Replayer;
pub use room::{Room, Rooms};
pub use rows::Rows;
pub use savepoint::Savepoint;
pub use scan::{NodeSelection, RelationshipSelection};
pub use schema::{Constraint, ConstraintKind, Contradiction, EdgeType, EndRule, SchemaTarget};
pub use segment::{Cell, Segment};
pub use sets::KnownSets;
pub use statement_view::{Half, HalfReference, StatementView};
pub use statistics::Statistics;
pub use stored::Damage;
pub use undo::{Bounds, ChangeCounts, Undo, WayBack};
pub use view::{Moment, Perspective, View, ViewError};
pub use visited::Visited;
pub use writer::Writer;
pub use zone::{Zone, ZoneTest};
pub use zone_order::ZoneOrder;
