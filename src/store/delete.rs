//! Deleting nodes and relationships: alone, or with all that hangs on them.
//!
//! What points at a relationship goes before it, so that at no moment a relationship is there
//! without its ends.

use super::removal::Doomed;
use super::{Change, Direction, StoreError, Writer};
use crate::value::{Endpoint, NodeId, RelationshipId};
use std::sync::Arc;

/// Relationships from which on they are deleted together.
const MANY: usize = 256;

impl Writer {
    /// Deletes a node that no relationship is attached to.
    ///
    /// # Errors
    /// [`StoreError::NotFound`], [`StoreError::StillConnected`].
    pub fn delete_node(&mut self, node: NodeId) -> Result<(), StoreError> {
        self.require(Endpoint::Node(node))?;
        if self.is_pointed_at(Endpoint::Node(node)) {
            return Err(StoreError::StillConnected(node));
        }
        Arc::make_mut(&mut self.graph).remove_node(node, &mut self.dirty);
        self.changes.push(Change::DeleteNode(node));
        Ok(())
    }

    /// Deletes a relationship that no other starts or ends at.
    ///
    /// # Errors
    /// [`StoreError::NotFound`], [`StoreError::StillPointedAt`].
    pub fn delete_relationship(&mut self, relationship: RelationshipId) -> Result<(), StoreError> {
        let element = Endpoint::Relationship(relationship);
        let record = self.graph.relationship(relationship).ok_or(StoreError::NotFound(element))?;
        if self.is_pointed_at(element) {
            return Err(StoreError::StillPointedAt(relationship));
        }
        Arc::make_mut(&mut self.graph).remove_relationship(relationship, record, &mut self.dirty);
        self.changes.push(Change::DeleteRelationship(relationship));
        Ok(())
    }

    /// Deletes relationships, ascending, each once, that nothing but others of them starts or
    /// ends at: all or none. Many of them take less time than each by itself.
    ///
    /// # Errors
    /// [`StoreError::NotFound`], [`StoreError::StillPointedAt`], [`StoreError::Stopped`].
    ///
    /// # Complexity
    /// O(k) for k relationships and what else is in their chunks of the adjacency; where that is
    /// much more than k, O(k log d) for ends with d relationships.
    pub fn delete_relationships(
        &mut self,
        relationships: &[RelationshipId],
    ) -> Result<(), StoreError> {
        self.remove_relationships(relationships)?;
        // What points at a relationship is younger than it, so it goes first.
        let youngest_first = relationships.iter().rev();
        self.changes.extend(youngest_first.map(|&id| Change::DeleteRelationship(id)));
        Ok(())
    }

    /// As [`Writer::delete_relationships`], but it is not recorded.
    pub(super) fn remove_relationships(
        &mut self,
        relationships: &[RelationshipId],
    ) -> Result<(), StoreError> {
        let any_pointed_at = self.graph.any_relationship_is_pointed_at();
        for (place, &relationship) in relationships.iter().rev().enumerate() {
            self.stop.check_at(place)?;
            let element = Endpoint::Relationship(relationship);
            self.require(element)?;
            let stays = |id| relationships.binary_search(&id).is_err();
            if any_pointed_at && self.is_pointed_at_by(element, stays) {
                return Err(StoreError::StillPointedAt(relationship));
            }
        }
        let graph = Arc::make_mut(&mut self.graph);
        if relationships.len() < MANY {
            for &id in relationships {
                let Some(record) = graph.relationship(id) else { continue };
                graph.remove_relationship(id, record, &mut self.dirty);
            }
        } else {
            graph.remove_relationships(&Doomed::of(relationships), &mut self.dirty);
        }
        Ok(())
    }

    /// The relationships that start or end at these elements, and at those, claims about claims
    /// included, and so on; ascending, each once.
    ///
    /// # Errors
    /// [`StoreError::NotFound`], [`StoreError::Stopped`].
    pub fn attached(
        &self,
        elements: impl IntoIterator<Item = Endpoint>,
    ) -> Result<Vec<RelationshipId>, StoreError> {
        let any_pointed_at = self.graph.any_relationship_is_pointed_at();
        let (mut found, mut open) = (Vec::new(), Vec::new());
        for (place, element) in elements.into_iter().enumerate() {
            self.stop.check_at(place)?;
            self.require(element)?;
            self.append_attached(element, &mut open);
        }
        while !open.is_empty() {
            open.sort_unstable();
            open.dedup();
            open.retain(|id| found.binary_search(id).is_err());
            let mut next = Vec::new();
            if any_pointed_at {
                for (place, &id) in open.iter().enumerate() {
                    self.stop.check_at(place)?;
                    self.append_attached(Endpoint::Relationship(id), &mut next);
                }
            }
            found.append(&mut open);
            found.sort_unstable();
            open = next;
        }
        Ok(found)
    }

    fn append_attached(&self, element: Endpoint, to: &mut Vec<RelationshipId>) {
        for direction in [Direction::Outgoing, Direction::Incoming] {
            to.extend(self.graph.relationships_at(element, direction).map(|(_, id)| id));
        }
    }

    /// Deletes a node, the relationships attached to it, and whatever points at
    /// those. Returns the relationships deleted, the youngest first.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub fn detach_delete_node(&mut self, node: NodeId) -> Result<Vec<RelationshipId>, StoreError> {
        let mut deleted = self.attached([Endpoint::Node(node)])?;
        self.delete_relationships(&deleted)?;
        self.delete_node(node)?;
        deleted.reverse();
        Ok(deleted)
    }

    /// Deletes a relationship and whatever points at it, claims about claims
    /// included. Returns the other relationships deleted, the youngest first.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub fn detach_delete_relationship(
        &mut self,
        relationship: RelationshipId,
    ) -> Result<Vec<RelationshipId>, StoreError> {
        let mut deleted = self.attached([Endpoint::Relationship(relationship)])?;
        self.delete_relationships(&deleted)?;
        self.delete_relationship(relationship)?;
        deleted.reverse();
        Ok(deleted)
    }
}
