//! Replay: doing logged changes again, each checked against the graph first.

use super::define::Filling;
use super::{
    Change, Constraint, Contradiction, EndRule, KeyId, LabelId, SchemaTarget, StoreError, TypeId,
    Writer,
};
use std::sync::Arc;

impl Writer {
    /// Does a logged change again, after checking that it fits: ids are the next
    /// ones, names and elements exist, values can be stored. It is not recorded
    /// among this writer's changes.
    ///
    /// # Errors
    /// [`StoreError::ReplayMismatch`] and whatever the change itself may raise.
    pub fn apply(&mut self, change: &Change) -> Result<(), StoreError> {
        let recorded = self.changes.len();
        let result = self.replay(change);
        self.changes.truncate(recorded);
        result
    }

    fn replay(&mut self, change: &Change) -> Result<(), StoreError> {
        match change {
            Change::DefineLabel(id, name) => {
                let new = self.graph.catalog.label_id(name).is_none();
                self.expect(new && id.0 as usize == self.graph.catalog.label_count(), change)?;
                self.label(name).map(drop)
            }
            Change::DefineType(id, name) => {
                let new = self.graph.catalog.type_id(name).is_none();
                self.expect(new && id.0 as usize == self.graph.catalog.type_count(), change)?;
                self.relationship_type(name).map(drop)
            }
            Change::DefineKey(id, name) => {
                let new = self.graph.catalog.key_id(name).is_none();
                self.expect(new && id.0 as usize == self.graph.catalog.key_count(), change)?;
                self.key(name).map(drop)
            }
            Change::CreateNode { node, labels, properties } => {
                self.expect(node.0 == self.graph.next_node, change)?;
                self.expect(labels.iter().all(|&label| self.knows_label(label)), change)?;
                self.expect(properties.iter().all(|(key, _)| self.knows_key(*key)), change)?;
                self.create_node_with(labels.clone(), properties.clone()).map(drop)
            }
            Change::CreateRelationship { relationship, kind, start, end, properties } => {
                self.expect(relationship.0 == self.graph.next_relationship, change)?;
                self.expect((kind.0 as usize) < self.graph.catalog.type_count(), change)?;
                self.expect(properties.iter().all(|(key, _)| self.knows_key(*key)), change)?;
                self.create_relationship_with(*kind, *start, *end, properties.clone()).map(drop)
            }
            Change::DeleteNode(node) => self.delete_node(*node),
            Change::DeleteRelationship(relationship) => self.delete_relationship(*relationship),
            Change::SetProperty(element, key, value) => {
                self.expect(self.knows_key(*key), change)?;
                self.set_property_with(*element, *key, value.clone()).map(drop)
            }
            Change::AddLabel(node, label) => {
                self.expect(self.knows_label(*label), change)?;
                self.set_label(*node, *label, true).map(drop)
            }
            Change::RemoveLabel(node, label) => self.set_label(*node, *label, false).map(drop),
            Change::CreateIndex { .. }
            | Change::DropIndex(_)
            | Change::CreateConstraint(_)
            | Change::DropConstraint(_)
            | Change::DefineEdgeType(..)
            | Change::DropEdgeType(_)
            | Change::CreateContradiction(_)
            | Change::DropContradiction(_) => self.replay_schema(change),
            Change::MoveRelationship { relationship, start, end } => {
                self.move_relationship(*relationship, *start, *end).map(drop)
            }
            Change::SkipNodes(count) => {
                let next =
                    self.graph.next_node.checked_add(*count).ok_or(StoreError::IdLimit("node"))?;
                Arc::make_mut(&mut self.graph).next_node = next;
                Ok(())
            }
            Change::SkipRelationships(count) => {
                let next = self
                    .graph
                    .next_relationship
                    .checked_add(*count)
                    .ok_or(StoreError::IdLimit("relationship"))?;
                Arc::make_mut(&mut self.graph).next_relationship = next;
                Ok(())
            }
        }
    }

    /// What a constraint demands was checked when it was made, so that here it only
    /// comes into force.
    fn replay_schema(&mut self, change: &Change) -> Result<(), StoreError> {
        match change {
            Change::CreateIndex { name, target, keys } => {
                self.expect(self.knows_target(*target, keys), change)?;
                self.declare_index(name.clone(), *target, keys.clone(), Filling::Later)
            }
            Change::DropIndex(name) => self.drop_index(name),
            Change::CreateConstraint(constraint) => {
                let Constraint { name, target, keys, kind } = &**constraint;
                self.expect(self.knows_target(*target, keys), change)?;
                let about = (*target, keys.clone());
                self.declare_constraint(name.clone(), about, kind.clone(), Filling::Later)
            }
            Change::DropConstraint(name) => self.drop_constraint(name),
            Change::DefineEdgeType(kind, alternatives) => {
                let ends = || alternatives.iter().flat_map(|(start, end)| [start, end]);
                let known = ends().all(|rule| match rule {
                    EndRule::Node(labels) => labels.iter().all(|&label| self.knows_label(label)),
                    EndRule::Relationship(types) => types.iter().all(|&kind| self.knows_type(kind)),
                });
                self.expect(self.knows_type(*kind) && known && ends().next().is_some(), change)?;
                self.declare_edge_type(*kind, alternatives.clone());
                Ok(())
            }
            Change::DropEdgeType(kind) => self.drop_edge_type_with(*kind),
            Change::CreateContradiction(Contradiction { name, pattern }) => {
                self.declare_contradiction(name.clone(), pattern.clone())
            }
            Change::DropContradiction(name) => self.drop_contradiction(name),
            _ => Ok(()),
        }
    }

    pub(super) fn knows_target(&self, target: SchemaTarget, keys: &[KeyId]) -> bool {
        let known = match target {
            SchemaTarget::Label(label) => self.knows_label(label),
            SchemaTarget::Type(kind) => self.knows_type(kind),
        };
        known && !keys.is_empty() && keys.iter().all(|&key| self.knows_key(key))
    }

    fn knows_type(&self, kind: TypeId) -> bool {
        (kind.0 as usize) < self.graph.catalog.type_count()
    }

    fn expect(&self, holds: bool, change: &Change) -> Result<(), StoreError> {
        if holds {
            return Ok(());
        }
        let next = (self.graph.next_node, self.graph.next_relationship);
        Err(StoreError::ReplayMismatch(format!(
            "{change:?} where the next node is {} and the next relationship {}, or a name is not as defined",
            next.0, next.1
        )))
    }

    pub(super) fn knows_label(&self, label: LabelId) -> bool {
        (label.0 as usize) < self.graph.catalog.label_count()
    }

    pub(super) fn knows_key(&self, key: KeyId) -> bool {
        (key.0 as usize) < self.graph.catalog.key_count()
    }
}
