//! Going back: a version, and from it the one before, commit by commit.
//!
//! A rewind does what a writer would refuse: it gives elements the ids that they had,
//! takes away names, and checks nothing against the schema, since what it leads to has
//! been a version before. What does not fit all the same comes from a damaged file, and is
//! refused.

use super::undo::Bounds;
use super::{Change, Constraint, EdgeType, Graph, Index, StoreError, Writer};
use super::{RelationshipRecord, SchemaTarget};
use crate::value::{Endpoint, NodeId, RelationshipId};
use crate::vector::CHUNK_ROWS;
use std::sync::Arc;

impl Writer {
    /// Begins to undo a commit: all relationships beyond the bounds of the version before go.
    /// Nodes beyond them stay until the end, since older relationships may have been moved
    /// to them.
    /// `stops` is asked again and again, with [`Writer::bytes`], whether to leave it at that;
    /// whether it came to its end.
    ///
    /// # Errors
    /// [`StoreError::ReplayMismatch`] where the version does not reach the bounds.
    pub fn cut(
        &mut self,
        bounds: &Bounds,
        stops: &dyn Fn(usize) -> bool,
    ) -> Result<bool, StoreError> {
        let now = self.graph.bounds();
        let reached = bounds.labels <= now.labels
            && bounds.types <= now.types
            && bounds.keys <= now.keys
            && bounds.nodes <= now.nodes
            && bounds.relationships <= now.relationships;
        if !reached {
            let what = format!("the way back to {bounds:?} begins at {now:?}");
            return Err(StoreError::ReplayMismatch(what));
        }
        let graph = Arc::make_mut(&mut self.graph);
        // By chunks, since ids may be far apart.
        let first = bounds.relationships as usize / CHUNK_ROWS;
        for number in (first..graph.relationship_chunk_count()).rev() {
            if stops(self.dirty.bytes) {
                return Ok(false);
            }
            let found = graph.relationship_chunk(number, None);
            let ids: Vec<u32> = found.map(|found| found.ids().collect()).unwrap_or_default();
            for id in ids.into_iter().filter(|id| *id >= bounds.relationships).rev() {
                let id = RelationshipId(id);
                if let Some(record) = graph.relationship(id) {
                    graph.remove_relationship(id, record, &mut self.dirty);
                }
            }
        }
        graph.next_relationship = bounds.relationships;
        Ok(true)
    }

    /// Undoes one thing: an element comes back, an end, a value or a label is as it was. What the
    /// schema was is for [`Writer::restore_schema`].
    ///
    /// # Errors
    /// [`StoreError::ReplayMismatch`] and what the change itself may raise.
    pub fn revert(&mut self, change: &Change) -> Result<(), StoreError> {
        let fits = match change {
            Change::CreateNode { node, labels, properties } => {
                let element = Endpoint::Node(*node);
                let fits = node.0 < self.graph.next_node
                    && !self.graph.contains(element)
                    && labels.iter().all(|&label| self.knows_label(label))
                    && properties.iter().all(|(key, _)| self.knows_key(*key));
                if fits {
                    let graph = Arc::make_mut(&mut self.graph);
                    graph.clear_row(element, &mut self.dirty);
                    graph.put_node(*node, labels, properties.iter().cloned(), &mut self.dirty);
                }
                fits
            }
            Change::CreateRelationship { relationship, kind, start, end, properties } => {
                let element = Endpoint::Relationship(*relationship);
                let fits = relationship.0 < self.graph.next_relationship
                    && !self.graph.contains(element)
                    && (kind.0 as usize) < self.graph.catalog.type_count()
                    && self.graph.contains(*start)
                    && self.graph.contains(*end)
                    && properties.iter().all(|(key, _)| self.knows_key(*key));
                if fits {
                    let record = RelationshipRecord { kind: *kind, start: *start, end: *end };
                    let graph = Arc::make_mut(&mut self.graph);
                    graph.clear_row(element, &mut self.dirty);
                    let properties = properties.iter().cloned();
                    graph.put_relationship(*relationship, record, properties, &mut self.dirty);
                }
                fits
            }
            Change::SetProperty(..)
            | Change::AddLabel(..)
            | Change::RemoveLabel(..)
            | Change::MoveRelationship { .. } => {
                return self.apply(change);
            }
            _ => false,
        };
        if fits {
            return Ok(());
        }
        Err(StoreError::ReplayMismatch(format!("{change:?} cannot be undone")))
    }

    /// Makes the schema what these changes declare, and nothing else. What is the same in
    /// both keeps its index entries.
    ///
    /// # Errors
    /// [`StoreError::ReplayMismatch`] where they are no declarations, or of unknown names.
    pub fn restore_schema(&mut self, declared: &[Change]) -> Result<(), StoreError> {
        let (mut indexes, mut constraints, mut edge_types) = (Vec::new(), Vec::new(), Vec::new());
        let mut contradictions = Vec::new();
        for change in declared {
            let known = match change {
                Change::CreateIndex { name, target, keys } => {
                    indexes.push((name.clone(), *target, keys.clone()));
                    self.knows_target(*target, keys)
                }
                Change::CreateConstraint(constraint) => {
                    constraints.push((**constraint).clone());
                    self.knows_target(constraint.target, &constraint.keys)
                }
                Change::DefineEdgeType(kind, alternatives) => {
                    edge_types.push(EdgeType { kind: *kind, alternatives: alternatives.clone() });
                    (kind.0 as usize) < self.graph.catalog.type_count()
                }
                Change::CreateContradiction(contradiction) => {
                    contradictions.push(contradiction.clone());
                    true
                }
                _ => false,
            };
            if !known {
                let what = format!("{change:?} is no declaration of known names");
                return Err(StoreError::ReplayMismatch(what));
            }
        }
        let owned = constraints.iter().filter(|constraint| constraint.kind.is_unique());
        indexes
            .extend(owned.map(|Constraint { name, target, keys, .. }| {
                (name.clone(), *target, keys.clone())
            }));
        let graph = Arc::make_mut(&mut self.graph);
        graph.schema.constraints = Arc::new(constraints);
        graph.schema.edge_types = Arc::new(edge_types);
        graph.schema.contradictions = Arc::new(contradictions);
        graph.set_indexes(indexes);
        Ok(())
    }

    /// Ends the undoing of a commit: nodes beyond the bounds go, and names beyond them are
    /// forgotten. `stops` is asked as in [`Writer::cut`].
    ///
    /// # Errors
    /// [`StoreError::ReplayMismatch`] where a relationship of the version before is left at
    /// such a node.
    pub fn forget(
        &mut self,
        bounds: &Bounds,
        stops: &dyn Fn(usize) -> bool,
    ) -> Result<bool, StoreError> {
        let first = bounds.nodes as usize / CHUNK_ROWS;
        for number in (first..self.graph.node_chunk_count()).rev() {
            if stops(self.dirty.bytes) {
                return Ok(false);
            }
            let found = self.graph.node_chunk(number, None);
            let ids: Vec<u32> = found.map(|found| found.ids().collect()).unwrap_or_default();
            for id in ids.into_iter().filter(|id| *id >= bounds.nodes).rev() {
                if self.is_pointed_at(Endpoint::Node(NodeId(id))) {
                    let what = format!("node {id} cannot go, since a relationship is left at it");
                    return Err(StoreError::ReplayMismatch(what));
                }
                Arc::make_mut(&mut self.graph).remove_node(NodeId(id), &mut self.dirty);
            }
        }
        if self.graph.bounds() != *bounds {
            let graph = Arc::make_mut(&mut self.graph);
            graph.next_node = bounds.nodes;
            graph.catalog.truncate(bounds.labels, bounds.types, bounds.keys);
            graph.counts.truncate(bounds.labels);
        }
        Ok(true)
    }
}

impl Graph {
    /// Makes the indexes these, in this order; those that are there already as they are
    /// wanted stay as they are, the others are filled when they are first used.
    fn set_indexes(&mut self, wanted: Vec<(Arc<str>, SchemaTarget, Vec<super::KeyId>)>) {
        let found: Vec<Index> = wanted
            .into_iter()
            .map(|(name, target, keys)| {
                let same = self.indexes().iter().find(|index| {
                    *index.name() == name && index.target() == target && index.keys() == keys
                });
                match same {
                    Some(index) => index.clone(),
                    None => self.index_later(name, target, keys),
                }
            })
            .collect();
        self.replace_indexes(found);
    }
}

#[cfg(test)]
#[path = "rewind_tests.rs"]
pub(super) mod tests;
