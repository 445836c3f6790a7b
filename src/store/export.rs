//! The dump of a version as changes.

use super::{Change, Graph};
use crate::value::{Endpoint, NodeId, RelationshipId};

impl Graph {
    /// The changes that build an equal version from an empty one, ids included:
    /// names, then nodes, then relationships, then the schema, each in the order of ids, so
    /// that endpoints exist before what points at them. Passed-over ids stand for
    /// elements since deleted.
    pub fn export_changes(&self) -> impl Iterator<Item = Change> + '_ {
        let nodes = with_gaps(
            (0..self.node_chunk_count()).filter_map(|index| self.node_chunk(index, None)).flat_map(
                |selection| {
                    let ids: Vec<u32> = selection.ids().collect();
                    ids
                },
            ),
            self.next_node,
            Change::SkipNodes,
            |id| Some(self.node_change(NodeId(id))),
        );
        let relationships = with_gaps(
            (0..self.relationship_chunk_count())
                .filter_map(|index| self.relationship_chunk(index, None))
                .flat_map(|selection| {
                    let ids: Vec<u32> = selection.ids().collect();
                    ids
                }),
            self.next_relationship,
            Change::SkipRelationships,
            |id| self.relationship_change(RelationshipId(id)),
        );
        self.name_changes().chain(nodes).chain(relationships).chain(self.schema_changes())
    }

    /// The changes that define the names, in the order of ids.
    pub fn name_changes(&self) -> impl Iterator<Item = Change> + '_ {
        self.catalog
            .labels()
            .map(|(id, name)| Change::DefineLabel(id, name.clone()))
            .chain(self.catalog.types().map(|(id, name)| Change::DefineType(id, name.clone())))
            .chain(self.catalog.keys().map(|(id, name)| Change::DefineKey(id, name.clone())))
    }

    /// The changes that declare the schema: indexes, constraints, edge types,
    /// contradictions. Only names have to be there before.
    pub fn schema_changes(&self) -> impl Iterator<Item = Change> + '_ {
        let owned = |name: &str| self.constraints().iter().any(|other| &*other.name == name);
        let indexes =
            self.indexes().iter().filter(move |index| !owned(index.name())).map(|index| {
                Change::CreateIndex {
                    name: index.name().clone(),
                    target: index.target(),
                    keys: index.keys().to_vec(),
                }
            });
        let constraints = self
            .constraints()
            .iter()
            .map(|constraint| Change::CreateConstraint(Box::new(constraint.clone())));
        let edge_types = self
            .edge_types()
            .iter()
            .map(|edge| Change::DefineEdgeType(edge.kind, edge.alternatives.clone()));
        let contradictions = self.contradictions().iter().cloned().map(Change::CreateContradiction);
        indexes.chain(constraints).chain(edge_types).chain(contradictions)
    }

    /// What creates a node as it is.
    pub(super) fn node_change(&self, node: NodeId) -> Change {
        let properties = self.properties(Endpoint::Node(node)).collect();
        Change::CreateNode { node, labels: self.labels(node), properties }
    }

    /// What creates a relationship as it is; `None` where it is not there.
    pub(super) fn relationship_change(&self, relationship: RelationshipId) -> Option<Change> {
        let record = self.relationship(relationship)?;
        let properties = self.properties(Endpoint::Relationship(relationship)).collect();
        Some(Change::CreateRelationship {
            relationship,
            kind: record.kind,
            start: record.start,
            end: record.end,
            properties,
        })
    }
}

/// The changes for ascending ids, with a skip before each gap, the one before
/// `bound` included.
fn with_gaps(
    ids: impl Iterator<Item = u32>,
    bound: u32,
    skip: impl Fn(u32) -> Change,
    change: impl Fn(u32) -> Option<Change>,
) -> impl Iterator<Item = Change> {
    let mut next = 0u32;
    ids.map(Some).chain(std::iter::once(None)).flat_map(move |id| {
        let upto = id.unwrap_or(bound);
        let gap = (upto > next).then(|| skip(upto - next));
        next = upto.saturating_add(1);
        gap.into_iter().chain(id.and_then(&change))
    })
}
