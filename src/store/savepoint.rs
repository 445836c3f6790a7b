//! Savepoints: states of a writer to return to.
//!
//! Keeping a version is a savepoint, but then whatever is written to next is copied first, and
//! a transaction of many small statements would copy the same chunks for each of them. So a
//! version is kept for many savepoints, and what is between it and one of them are changes,
//! which are made again should somebody return:
//!
//! ```text
//! changes   c0 c1 c2 c3 c4 c5 c6 …
//! kept      │                          a version, with the number of changes in it
//! savepoint          │                 kept version + c0 c1 c2
//! ```
//!
//! Only so many lie between ([`most_between`]), and after a return the version returned to is the
//! one that is kept: a statement that fails costs no more than those since the last failure.

use super::stored::Damage;
use super::{ChangeCounts, Graph, Writer};
use std::path::PathBuf;
use std::sync::Arc;

/// Changes that are made again at most, after so many: keeping another version makes the changes
/// behind it copy what they touch, so that a transaction of many does it less often.
fn most_between(changes: usize) -> usize {
    (changes / 8).clamp(1024, 1 << 14)
}

/// A state of a [`Writer`] to return to.
#[derive(Clone, Debug)]
pub struct Savepoint {
    base: Base,
    changes: usize,
    unlogged: ChangeCounts,
}

/// A version that is kept for savepoints.
#[derive(Clone, Debug)]
pub(super) struct Base {
    graph: Arc<Graph>,
    /// How many of the writer's changes are in it.
    changes: usize,
}

impl Base {
    /// Whether it may be kept for a savepoint after so many changes.
    fn serves(&self, changes: usize) -> bool {
        let between = changes.checked_sub(self.changes);
        between.is_some_and(|between| between <= most_between(changes))
    }
}

impl Savepoint {
    /// The version that is kept for it and for others, which may be an older one.
    pub(crate) fn kept(&self) -> &Arc<Graph> {
        &self.base.graph
    }
}

impl Writer {
    /// The present state, to return to. Now and then it keeps the version, as
    /// [`Writer::graph`] does.
    pub fn savepoint(&mut self) -> Savepoint {
        let changes = self.changes.len();
        let base = match self.base.take() {
            Some(base) if base.serves(changes) => base,
            _ => Base { graph: self.graph.clone(), changes },
        };
        self.base = Some(base.clone());
        Savepoint { base, changes, unlogged: self.unlogged }
    }

    /// Returns to a savepoint of this writer, unless it has returned to an earlier one since.
    pub fn rollback_to(&mut self, savepoint: &Savepoint) {
        let mut changes = std::mem::take(&mut self.changes);
        changes.truncate(savepoint.changes);
        self.graph = savepoint.base.graph.clone();
        let again = changes.get(savepoint.base.changes..).unwrap_or_default();
        if let Err(error) = again.iter().try_for_each(|change| self.apply(change)) {
            // They were made on this very version. If they cannot be made again, part of it
            // cannot be read any more: nothing of it may be published.
            self.graph.faults.note(Damage {
                file: PathBuf::new(),
                offset: 0,
                what: format!("a statement cannot be undone: {error}"),
                refused: None,
            });
        }
        self.base = Some(Base { graph: self.graph.clone(), changes: changes.len() });
        self.changes = changes;
        self.unlogged = savepoint.unlogged;
        self.checked = self.checked.min(savepoint.changes);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::{Change, Direction, IndexQuery, SchemaTarget, StoreError};
    use crate::value::{Endpoint, NodeId, RelationshipId, Value};

    /// All that there is in a version.
    fn contents(graph: &Graph) -> String {
        let changes: Vec<String> =
            graph.export_changes().map(|change| format!("{change:?}")).collect();
        let node = |id| Endpoint::Node(NodeId(id));
        let around: Vec<_> = (0..graph.node_bound())
            .flat_map(|id| [Direction::Outgoing, Direction::Incoming].map(|way| (id, way)))
            .map(|(id, way)| {
                let mut found: Vec<_> = graph.relationships_at(node(id), way).collect();
                found.sort_unstable();
                (id, way, found)
            })
            .collect();
        let all = IndexQuery::default();
        let found = graph.indexes().iter().map(|index| graph.seek(index, &all).count());
        format!("{changes:?} {around:?} {:?} {:?}", graph.bounds(), found.collect::<Vec<_>>())
    }

    /// Changes something, as numbers tell; refusals are as good as changes.
    fn change(writer: &mut Writer, [what, a, b]: [u32; 3]) -> Result<(), StoreError> {
        let (nodes, relationships) =
            (writer.view().node_bound().max(1), writer.view().relationship_bound().max(1));
        let node = |id: u32| Endpoint::Node(NodeId(id % nodes));
        let relationship = RelationshipId(a % relationships);
        match what % 9 {
            0 | 1 => {
                let properties = [("k", Value::Integer(i64::from(a)))];
                writer.create_node([["A", "B", "C"][b as usize % 3]], properties).map(drop)
            }
            2..=4 => {
                let kind = ["R", "S"][what as usize % 2];
                writer.create_relationship(kind, node(a), node(b), [("w", Value::Null)]).map(drop)
            }
            5 => writer.set_property(node(a), "k", Value::Integer(i64::from(b))).map(drop),
            6 => writer.add_label(NodeId(a % nodes), ["B", "D"][b as usize % 2]).map(drop),
            7 => writer.detach_delete_relationship(relationship).map(drop),
            _ => writer.detach_delete_node(NodeId(a % nodes)).map(drop),
        }
    }

    #[test]
    fn a_return_leads_to_the_very_state() {
        let mut state = 7_u64;
        let mut next = || {
            state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
            (state >> 33) as u32
        };
        let mut writer = Writer::new(Arc::default());
        let (mut returns, mut far) = (0, 0);
        for statement in 0..600 {
            if statement == 300 {
                let (label, key) = (writer.label("A").unwrap(), writer.key("k").unwrap());
                writer.create_index(None, SchemaTarget::Label(label), vec![key]).unwrap();
            }
            let (before, changes) = (writer.graph(), writer.changes().len());
            let savepoint = writer.savepoint();
            far = far.max(changes - savepoint.base.changes);
            assert!(changes - savepoint.base.changes <= most_between(changes));
            for _ in 0..next() % 30 {
                let _ = change(&mut writer, [next(), next(), next()]);
            }
            if next() % 20 == 0 {
                writer.rollback_to(&savepoint);
                assert_eq!(writer.changes().len(), changes);
                assert_eq!(contents(writer.view()), contents(&before), "statement {statement}");
                returns += 1;
            }
        }
        assert!(returns > 10 && far > 100, "{returns} returns, {far} changes between");
        let (graph, changes) = writer.finish();
        let mut again = Writer::new(Arc::default());
        changes.iter().try_for_each(|change| again.apply(change)).unwrap();
        assert_eq!(contents(&again.finish().0), contents(&graph));
    }

    #[test]
    fn statements_of_a_transaction_copy_a_chunk_once() {
        let mut writer = Writer::new(Arc::default());
        let a = writer.create_node(["A"], [("k", Value::Null)]).unwrap();
        let chunk =
            |writer: &Writer| std::ptr::from_ref(writer.view().relationships.resident(0).unwrap());
        let mut places = Vec::new();
        for _ in 0..100 {
            let _savepoint = writer.savepoint();
            let node = Endpoint::Node(a);
            writer.create_relationship("R", node, node, [("w", Value::Null)]).unwrap();
            places.push(chunk(&writer));
        }
        places.dedup();
        assert!(places.len() <= 2, "{}", places.len());
    }

    #[test]
    fn what_cannot_be_undone_is_never_published() {
        let mut writer = Writer::new(Arc::default());
        writer.savepoint();
        writer.label("A").unwrap();
        let savepoint = writer.savepoint();
        // The same change twice is none that can be made.
        writer.changes[0] = Change::DeleteNode(NodeId(9));
        writer.rollback_to(&savepoint);
        assert!(writer.view().damage().is_some());
    }
}
