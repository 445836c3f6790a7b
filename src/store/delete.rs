//! Deleting nodes and relationships: alone, or with all that hangs on them.
//!
//! What points at a relationship goes before it, so that at no moment a relationship is there
//! without its ends.

use super::{Change, Direction, StoreError, Writer};
use crate::value::{Endpoint, NodeId, RelationshipId};
use std::collections::BTreeSet;
use std::sync::Arc;

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

    /// Deletes a node, the relationships attached to it, and whatever points at
    /// those. Returns the relationships deleted.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub fn detach_delete_node(&mut self, node: NodeId) -> Result<Vec<RelationshipId>, StoreError> {
        let deleted = self.delete_pointing_at(Endpoint::Node(node))?;
        self.delete_node(node)?;
        Ok(deleted)
    }

    /// Deletes a relationship and whatever points at it, claims about claims
    /// included. Returns the other relationships deleted.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub fn detach_delete_relationship(
        &mut self,
        relationship: RelationshipId,
    ) -> Result<Vec<RelationshipId>, StoreError> {
        let deleted = self.delete_pointing_at(Endpoint::Relationship(relationship))?;
        self.delete_relationship(relationship)?;
        Ok(deleted)
    }

    /// Deletes, transitively, the relationships that start or end at an element.
    fn delete_pointing_at(&mut self, element: Endpoint) -> Result<Vec<RelationshipId>, StoreError> {
        self.require(element)?;
        let mut found: BTreeSet<RelationshipId> = BTreeSet::new();
        let mut open = vec![element];
        while let Some(element) = open.pop() {
            for direction in [Direction::Outgoing, Direction::Incoming] {
                for (_, relationship) in self.graph.relationships_at(element, direction) {
                    if found.insert(relationship) {
                        open.push(Endpoint::Relationship(relationship));
                    }
                }
            }
        }
        // What points at a relationship is younger than it, so it goes first.
        let found: Vec<RelationshipId> = found.into_iter().rev().collect();
        for &relationship in &found {
            self.delete_relationship(relationship)?;
        }
        Ok(found)
    }
}
