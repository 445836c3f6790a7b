//! The way back: what leads from a version to the one before it.
//!
//! Going forward, a commit is a list of changes. Going back it is much less: ids are
//! given in order, so all that a commit has created lies beyond the [`Bounds`] of the
//! version before and is simply cut off; only what was overwritten or deleted has to be
//! told, each thing once, however often the commit touched it. A commit that loads a
//! million nodes takes a few bytes to undo.
//!
//! ```text
//! version n     changes of commit n+1 ──►  version n+1
//!       ◄── bounds of n, old contents, old values
//! ```
//!
//! An [`Undo`] is looked up in the version before while it is written down; applying
//! it is [`rewind`](super::rewind)'s business.

use super::{Change, Graph, KeyId, LabelId, RelationshipRecord};
use crate::value::{Endpoint, NodeId, RelationshipId};

/// How far ids and names have got in a version: what is beyond came later.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Bounds {
    /// Labels.
    pub labels: u32,
    /// Relationship types.
    pub types: u32,
    /// Property keys.
    pub keys: u32,
    /// The id of the next node.
    pub nodes: u32,
    /// The id of the next relationship.
    pub relationships: u32,
}

/// What a commit did, in numbers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ChangeCounts {
    /// Nodes that came.
    pub nodes_created: u64,
    /// Nodes that went.
    pub nodes_deleted: u64,
    /// Relationships that came.
    pub relationships_created: u64,
    /// Relationships that went.
    pub relationships_deleted: u64,
    /// Properties that were set or removed on their own, not by a creation.
    pub properties_set: u64,
    /// Labels that were added or removed on their own, not by a creation.
    pub labels_changed: u64,
    /// Indexes, constraints, edge types and contradictions that came or went.
    pub schema_changes: u64,
}

impl ChangeCounts {
    /// Counts the changes of a commit.
    pub fn of(changes: &[Change]) -> Self {
        let mut counts = ChangeCounts::default();
        for change in changes {
            let counter = match change {
                Change::CreateNode { .. } => &mut counts.nodes_created,
                Change::DeleteNode(_) => &mut counts.nodes_deleted,
                Change::CreateRelationship { .. } => &mut counts.relationships_created,
                Change::DeleteRelationship(_) => &mut counts.relationships_deleted,
                Change::SetProperty(..) => &mut counts.properties_set,
                Change::AddLabel(..) | Change::RemoveLabel(..) => &mut counts.labels_changed,
                change if change.is_schema() => &mut counts.schema_changes,
                _ => continue,
            };
            *counter += 1;
        }
        counts
    }
}

impl Change {
    /// Whether it declares something or drops a declaration.
    pub fn is_schema(&self) -> bool {
        matches!(
            self,
            Change::CreateIndex { .. }
                | Change::DropIndex(_)
                | Change::CreateConstraint(_)
                | Change::DropConstraint(_)
                | Change::DefineEdgeType(..)
                | Change::DropEdgeType(_)
                | Change::CreateContradiction(_)
                | Change::DropContradiction(_)
        )
    }
}

impl Graph {
    /// How far ids and names have got.
    pub fn bounds(&self) -> Bounds {
        Bounds {
            labels: self.catalog.label_count() as u32,
            types: self.catalog.type_count() as u32,
            keys: self.catalog.key_count() as u32,
            nodes: self.next_node,
            relationships: self.next_relationship,
        }
    }
}

/// What leads back from a version to the one before it, as it is written down with a commit.
pub trait WayBack: std::fmt::Debug {
    /// The bounds of the version before.
    fn bounds(&self) -> Bounds;
    /// What the changes did, in numbers.
    fn counts(&self) -> ChangeCounts;
    /// What could not be read of the version before, if anything: what undoes the changes
    /// is not known then.
    fn damage(&self) -> Option<super::Damage>;
    /// What is to be done after the relationships beyond the bounds are cut off: deleted
    /// elements come back, what they point at first; what was moved is moved back; then old
    /// values and labels; last, where the schema was changed, the declarations of the version
    /// before, all of them.
    fn changes(&self) -> Box<dyn Iterator<Item = Change> + '_>;
}

/// What leads back to a version. It holds the names of what was touched; the contents
/// are looked up in the version when they are asked for.
#[derive(Debug)]
pub struct Undo<'a> {
    before: &'a Graph,
    counts: ChangeCounts,
    nodes: Vec<NodeId>,
    relationships: Vec<RelationshipId>,
    moved: Vec<RelationshipId>,
    properties: Vec<(Endpoint, KeyId)>,
    labels: Vec<(NodeId, LabelId)>,
}

impl<'a> Undo<'a> {
    /// What undoes these changes, which were made to the version `before`.
    ///
    /// # Complexity
    /// O(n log n) for n changes.
    pub fn new(before: &'a Graph, changes: &[Change]) -> Self {
        let bounds = before.bounds();
        let old = |element: Endpoint| match element {
            Endpoint::Node(node) => node.0 < bounds.nodes,
            Endpoint::Relationship(relationship) => relationship.0 < bounds.relationships,
        };
        let mut undo = Undo {
            before,
            counts: ChangeCounts::of(changes),
            nodes: Vec::new(),
            relationships: Vec::new(),
            moved: Vec::new(),
            properties: Vec::new(),
            labels: Vec::new(),
        };
        for change in changes {
            match *change {
                Change::DeleteNode(node) if old(Endpoint::Node(node)) => undo.nodes.push(node),
                Change::DeleteRelationship(id) if old(Endpoint::Relationship(id)) => {
                    undo.relationships.push(id);
                }
                Change::MoveRelationship { relationship, .. }
                    if old(Endpoint::Relationship(relationship)) =>
                {
                    undo.moved.push(relationship);
                }
                Change::SetProperty(element, key, _) if old(element) => {
                    undo.properties.push((element, key));
                }
                Change::AddLabel(node, label) | Change::RemoveLabel(node, label)
                    if old(Endpoint::Node(node)) =>
                {
                    undo.labels.push((node, label));
                }
                _ => {}
            }
        }
        undo.nodes.sort_unstable();
        undo.relationships.sort_unstable();
        undo.moved.sort_unstable();
        undo.moved.dedup();
        undo.properties.sort_unstable();
        undo.properties.dedup();
        undo.labels.sort_unstable();
        undo.labels.dedup();
        // What was deleted comes back whole.
        let (nodes, relationships) = (&undo.nodes, &undo.relationships);
        undo.properties.retain(|(element, _)| match element {
            Endpoint::Node(node) => nodes.binary_search(node).is_err(),
            Endpoint::Relationship(id) => relationships.binary_search(id).is_err(),
        });
        undo.moved.retain(|id| relationships.binary_search(id).is_err());
        undo.labels.retain(|(node, _)| nodes.binary_search(node).is_err());
        undo
    }

    /// The same after a load besides the changes, of which it is only told how much came: what
    /// came is cut off.
    #[must_use]
    pub fn with_load(mut self, loaded: ChangeCounts) -> Self {
        self.counts.nodes_created += loaded.nodes_created;
        self.counts.relationships_created += loaded.relationships_created;
        self
    }
}

impl WayBack for Undo<'_> {
    fn bounds(&self) -> Bounds {
        self.before.bounds()
    }

    fn damage(&self) -> Option<super::Damage> {
        self.before.damage()
    }

    fn counts(&self) -> ChangeCounts {
        self.counts
    }

    fn changes(&self) -> Box<dyn Iterator<Item = Change> + '_> {
        let nodes = self.nodes.iter().map(|&node| self.before.node_change(node));
        let relationships =
            self.relationships.iter().filter_map(|&id| self.before.relationship_change(id));
        let moved = self.moved.iter().filter_map(|&relationship| {
            let record = self.before.relationship(relationship)?;
            let RelationshipRecord { start, end, .. } = record;
            Some(Change::MoveRelationship { relationship, start, end })
        });
        let properties = self.properties.iter().map(|&(element, key)| {
            Change::SetProperty(element, key, self.before.property(element, key))
        });
        let labels = self.labels.iter().map(|&(node, label)| {
            if self.before.has_label(node, label) {
                Change::AddLabel(node, label)
            } else {
                Change::RemoveLabel(node, label)
            }
        });
        let schema = (self.counts.schema_changes > 0).then(|| self.before.schema_changes());
        let elements = nodes.chain(relationships).chain(moved);
        Box::new(elements.chain(properties).chain(labels).chain(schema.into_iter().flatten()))
    }
}
