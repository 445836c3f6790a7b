//! Indexes: the nodes with a label, ordered by a property.

use super::entries::Entries;
use super::ordered::{OrderedSet, Range};
use super::stored::Damage;
use super::{Graph, KeyId, LabelId};
use crate::value::{Endpoint, NodeId, Value};
use std::ops::Bound;
use std::sync::Arc;

/// An index on one property of the nodes with a label; it holds every such node
/// that has the property.
#[derive(Clone, Debug)]
pub struct NodeIndex {
    name: Arc<str>,
    label: LabelId,
    key: KeyId,
    entries: Entries,
}

impl NodeIndex {
    /// Its name.
    pub fn name(&self) -> &Arc<str> {
        &self.name
    }

    /// The label of the nodes it holds.
    pub fn label(&self) -> LabelId {
        self.label
    }

    /// The property key it orders them by.
    pub fn key(&self) -> KeyId {
        self.key
    }

    /// Number of nodes in it.
    pub fn len(&self) -> usize {
        self.entries.set().len()
    }

    /// Whether it holds no node.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The nodes whose property is equivalent to a value (integers to floats of
    /// the same value, `NaN` to `NaN`), in the order of ids. O(log n) to the first.
    pub fn equal(&self, value: &Value) -> impl Iterator<Item = NodeId> + '_ {
        self.entries
            .set()
            .range(Bound::Included(value.clone()), Bound::Included(value.clone()))
            .map(|(_, node)| NodeId(*node))
    }

    /// The nodes whose property lies within bounds, with it, in the order of
    /// `ORDER BY`: between bounds of one type there may be values of another,
    /// which `<` would not compare.
    pub fn range(
        &self,
        low: Bound<Value>,
        high: Bound<Value>,
    ) -> impl Iterator<Item = (&Value, NodeId)> {
        let range: Range<'_> = self.entries.set().range(low, high);
        range.map(|(value, node)| (value, NodeId(*node)))
    }
}

/// The indexes of a version.
#[derive(Clone, Debug, Default)]
pub(crate) struct Indexes {
    all: Arc<Vec<NodeIndex>>,
}

impl Indexes {
    /// Enters or takes out a node with a value under a key, in the indexes of its labels.
    fn update(
        &mut self,
        concerned: impl Fn(&NodeIndex) -> bool,
        node: NodeId,
        value: &Value,
        present: bool,
    ) {
        if matches!(value, Value::Null) || !self.all.iter().any(&concerned) {
            return;
        }
        for index in Arc::make_mut(&mut self.all).iter_mut().filter(|index| concerned(index)) {
            index.entries.update((value.clone(), node.0), present);
        }
    }
}

impl Graph {
    /// The indexes, in the order of their creation.
    pub fn indexes(&self) -> &[NodeIndex] {
        &self.indexes.all
    }

    /// The index on a property of the nodes with a label.
    pub fn index(&self, label: LabelId, key: KeyId) -> Option<&NodeIndex> {
        self.indexes().iter().find(|index| index.label == label && index.key == key)
    }

    /// Makes an index and enters the nodes there are.
    pub(crate) fn add_index(&mut self, name: Arc<str>, label: LabelId, key: KeyId) {
        let entries = Entries::of(self.index_entries(label, key));
        let index = NodeIndex { name, label, key, entries };
        Arc::make_mut(&mut self.indexes.all).push(index);
    }

    /// What an index on a property of the nodes with a label holds.
    pub(crate) fn index_entries(&self, label: LabelId, key: KeyId) -> OrderedSet {
        let mut entries = OrderedSet::default();
        let mut renewed;
        let mut graph = self;
        for number in 0..self.node_chunk_count() {
            if graph.is_over_budget() {
                renewed = graph.renewed();
                graph = &renewed;
            }
            let Some(selection) = graph.node_chunk(number, Some(label)) else { continue };
            let Some(segment) = selection.segment(key) else { continue };
            for row in selection.rows.iter() {
                match segment.get(row as usize) {
                    Value::Null => {}
                    value => drop(entries.insert((value, selection.first + row))),
                }
            }
        }
        entries
    }

    /// Leaves the indexes that are not filled yet (`all`: none counts as filled) to be
    /// filled from this version when they are first used.
    pub(crate) fn fill_indexes_later(&mut self, all: bool) {
        if self.indexes.all.iter().all(|index| !all && index.entries.is_gathered()) {
            return;
        }
        let base = Graph { indexes: Indexes::default(), ..self.renewed() };
        for index in Arc::make_mut(&mut self.indexes.all) {
            if all || !index.entries.is_gathered() {
                index.entries = Entries::later(base.clone(), index.label, index.key);
            }
        }
    }

    /// What kept an index from being filled.
    pub(crate) fn index_damage(&self) -> Option<Damage> {
        self.indexes.all.iter().find_map(|index| index.entries.damage())
    }

    /// Drops the index with a name.
    pub(crate) fn remove_index(&mut self, name: &str) {
        Arc::make_mut(&mut self.indexes.all).retain(|index| &*index.name != name);
    }

    /// Enters a node into the indexes, or takes it out: in those of one label,
    /// or of all of its labels.
    pub(crate) fn index_node(&mut self, node: NodeId, label: Option<LabelId>, present: bool) {
        if self.indexes.all.is_empty() {
            return;
        }
        let labels = label.map_or_else(|| self.labels(node), |label| vec![label]);
        let properties: Vec<(KeyId, Value)> = self.properties(Endpoint::Node(node)).collect();
        for (key, value) in properties {
            self.indexes.update(
                |index| index.key == key && labels.contains(&index.label),
                node,
                &value,
                present,
            );
        }
    }

    /// Moves a node within the indexes on a property that is about to change.
    pub(crate) fn index_property(&mut self, node: NodeId, key: KeyId, value: &Value) {
        if !self.indexes.all.iter().any(|index| index.key == key) {
            return;
        }
        let labels = self.labels(node);
        let old = self.property(Endpoint::Node(node), key);
        let concerned = |index: &NodeIndex| index.key == key && labels.contains(&index.label);
        self.indexes.update(concerned, node, &old, false);
        self.indexes.update(concerned, node, value, true);
    }
}
