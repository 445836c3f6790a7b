//! Between a version and its file: putting it together from what lies there, and
//! giving memory back.
//!
//! ```text
//! version ──► page ──► chunk            read, borrowed by a query, stays
//!    │ renewed
//!    ▼
//! version'──► page'──► (in the file)    the same contents; the old pages go with
//!                                       the last query that reads them
//! ```

use super::adjacency::{AdjacencyChunk, TypeAdjacency};
use super::budget::Budget;
use super::chunk::{NodeChunk, RelationshipChunk};
use super::leaf::StoredIndex;
use super::statistics::Counts;
use super::table::{ChunkTable, Keep};
use super::{Graph, TypeId};
use std::sync::Arc;

/// The tables of a version, as a file holds them.
#[derive(Debug, Default)]
pub(crate) struct Tables {
    pub(crate) nodes: ChunkTable<NodeChunk>,
    pub(crate) relationships: ChunkTable<RelationshipChunk>,
    pub(crate) types: Vec<TypeTables>,
    /// In the order of [`Graph::declared_indexes`]; `None` of a file that holds no entries.
    pub(crate) indexes: Option<Vec<StoredIndex>>,
    pub(crate) counts: Counts,
    pub(crate) next_node: u32,
    pub(crate) next_relationship: u32,
}

/// What there is of one relationship type; the place in the list is its id.
#[derive(Debug, Default)]
pub(crate) struct TypeTables {
    pub(crate) count: u64,
    pub(crate) degrees: Vec<(u32, u64, u64)>,
    pub(crate) tables: [ChunkTable<AdjacencyChunk>; 8],
}

impl Graph {
    /// Fills a version that has names, and perhaps indexes, but no elements.
    pub(crate) fn with_tables(mut self, tables: Tables, budget: &Arc<Budget>) -> Graph {
        self.budget = Some(budget.clone());
        self.loaded = budget.loaded();
        self.put_tables(tables);
        self
    }

    /// The same version with these tables of the same contents.
    pub(crate) fn over_tables(&self, tables: Tables, budget: &Arc<Budget>) -> Graph {
        let mut graph = self.watched();
        graph.budget = Some(budget.clone());
        graph.put_tables(tables);
        graph
    }

    fn put_tables(&mut self, tables: Tables) {
        self.nodes = tables.nodes;
        self.relationships = tables.relationships;
        self.counts = tables.counts;
        (self.next_node, self.next_relationship) = (tables.next_node, tables.next_relationship);
        let mut types: ChunkTable<TypeAdjacency> = ChunkTable::default();
        for (id, found) in tables.types.into_iter().enumerate() {
            let adjacency = TypeAdjacency::from_parts(found.tables, found.count, found.degrees);
            types.resident_or_insert_with(id, || adjacency);
        }
        self.types = types;
        match tables.indexes {
            Some(stored) => self.put_indexes(stored),
            None => self.fill_indexes_later(),
        }
    }

    /// What there is of each relationship type, in the order of ids.
    pub(crate) fn type_tables(&self) -> impl Iterator<Item = (TypeId, &TypeAdjacency)> {
        self.types.residents().map(|(id, adjacency)| (TypeId(id as u32), adjacency))
    }

    /// Whether the chunks that were read from files take more memory than they may,
    /// and enough was read since this version was last renewed to make it worth while.
    pub fn is_over_budget(&self) -> bool {
        self.budget.as_ref().is_some_and(|budget| {
            budget.is_exceeded() && budget.loaded().saturating_sub(self.loaded) > budget.limit() / 4
        })
    }

    /// The same version without most of what was read from its file: it keeps what was
    /// in use lately, up to half of the budget. Memory is free when the last holder of
    /// this version lets go of it. O(chunks).
    #[must_use]
    pub fn renewed(&self) -> Graph {
        let Some(budget) = &self.budget else { return self.clone() };
        let mut keep = self.keep(budget.limit() / 2);
        let mut graph = self.clone();
        graph.nodes = self.nodes.renewed(&mut keep);
        graph.relationships = self.relationships.renewed(&mut keep);
        let types: Vec<usize> = self.types.residents().map(|(id, _)| id).collect();
        for id in types {
            if let Some(adjacency) = graph.types.resident_mut(id) {
                for slot in 0..8 {
                    let table = adjacency.table_mut(slot);
                    *table = table.renewed(&mut keep);
                }
            }
        }
        graph.renew_indexes(&mut keep);
        graph.loaded = budget.loaded();
        graph
    }

    /// How to share so many bytes between what is used again and again and the rest.
    fn keep(&self, bytes: u64) -> Keep {
        let mut used = self.nodes.in_use();
        let more = std::iter::once(self.relationships.in_use()).chain(
            self.types
                .residents()
                .flat_map(|(_, adjacency)| (0..8).map(|slot| adjacency.table(slot).in_use())),
        );
        let more = more.chain(self.indexes_in_use());
        for table in more {
            used.proven += table.proven;
            used.other += table.other;
        }
        let proven = used.proven.min(bytes);
        Keep { proven, other: used.other.min(bytes - proven) }
    }
}
