//! Replay: doing logged changes again, each checked against the graph first.

use super::define::Filling;
use super::{
    Change, Constraint, Contradiction, EndRule, Graph, KeyId, LabelId, SchemaTarget, StoreError,
    TypeId, Writer,
};
use crate::value::RelationshipId;
use std::sync::Arc;

/// Deletions that wait at the most: 16 MB of ids.
const MOST: usize = if cfg!(test) { 3 } else { 1 << 22 };

/// Does the changes of a log again, as [`Writer::apply`] does. Deletions of relationships that
/// follow each other wait for what comes behind them, and are then done together:
///
/// ```text
/// … set 7 │ delete 9, 8, 5, 3 │ delete 12 … commit
///           youngest first: one run         everything is done
/// ```
#[derive(Debug)]
pub struct Replayer {
    writer: Writer,
    /// What waits, the youngest first.
    going: Vec<RelationshipId>,
}

impl Replayer {
    /// Begins with a version.
    pub fn new(graph: Arc<Graph>) -> Self {
        Replayer { writer: Writer::new(graph), going: Vec::new() }
    }

    /// Does a change again, or lets it wait.
    ///
    /// # Errors
    /// As [`Writer::apply`], for it or for what has waited.
    pub fn apply(&mut self, change: &Change) -> Result<(), StoreError> {
        let Change::DeleteRelationship(id) = change else {
            self.settle()?;
            return self.writer.apply(change);
        };
        if self.going.len() == MOST || self.going.last().is_some_and(|last| last <= id) {
            self.settle()?;
        }
        self.going.push(*id);
        Ok(())
    }

    /// The changes so far are this commit.
    ///
    /// # Errors
    /// As [`Writer::apply`], for what has waited.
    pub fn commit(&mut self, sequence: u64, time: i64) -> Result<(), StoreError> {
        self.settle()?;
        self.writer.set_last_commit(sequence, time);
        Ok(())
    }

    /// The sealed version of the last commit, if no change was done since.
    pub fn finish(self) -> Arc<Graph> {
        self.writer.finish().0
    }

    /// Does what waits.
    fn settle(&mut self) -> Result<(), StoreError> {
        if self.going.is_empty() {
            return Ok(());
        }
        self.going.reverse();
        let done = self.writer.remove_relationships(&self.going);
        self.going.clear();
        done
    }
}

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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::{Endpoint, NodeId, Value};

    const NONE: [(&str, Value); 0] = [];

    /// Two nodes, and a relationship between them at which a second one points.
    fn sample() -> Arc<Graph> {
        let mut writer = Writer::new(Arc::default());
        let [a, b] = ["A", "B"]
            .map(|label| Endpoint::Node(writer.create_node([label], NONE).expect("a node")));
        let first = writer.create_relationship("R", a, b, NONE).expect("a relationship");
        let first = Endpoint::Relationship(first);
        writer.create_relationship("R", b, first, NONE).expect("a relationship");
        writer.finish().0
    }

    fn deletions(ids: &[u32]) -> Vec<Change> {
        ids.iter().map(|&id| Change::DeleteRelationship(RelationshipId(id))).collect()
    }

    /// Does changes again as one commit.
    fn replayed(changes: &[Change]) -> Result<Arc<Graph>, StoreError> {
        let mut replayer = Replayer::new(sample());
        changes.iter().try_for_each(|change| replayer.apply(change))?;
        replayer.commit(2, 2)?;
        Ok(replayer.finish())
    }

    #[test]
    fn deletions_are_done_before_what_stands_behind_them() {
        let [a, b] = [0, 1].map(|id| Change::DeleteNode(NodeId(id)));
        let changes: Vec<Change> = deletions(&[1, 0]).into_iter().chain([a, b]).collect();
        let graph = replayed(&changes).expect("all of it is there");
        assert_eq!((graph.node_count(), graph.relationship_count()), (0, 0));
        assert_eq!(graph.last_commit(), (2, 2));
    }

    #[test]
    fn deletions_that_do_not_fit_are_refused() {
        let claim = RelationshipId(0);
        let twice = StoreError::NotFound(Endpoint::Relationship(RelationshipId(1)));
        for (ids, refused) in [
            (&[0][..], StoreError::StillPointedAt(claim)),
            // What points at it goes first, and not behind it.
            (&[0, 1], StoreError::StillPointedAt(claim)),
            (&[1, 1], twice.clone()),
            (&[1, 0, 1], twice),
            (&[7, 1], StoreError::NotFound(Endpoint::Relationship(RelationshipId(7)))),
        ] {
            assert_eq!(replayed(&deletions(ids)).err(), Some(refused), "{ids:?}");
        }
    }
}
