//! The writer: derives a version from another, and keeps the write set.
//!
//! Every call either does all it was asked to or returns an error and leaves
//! the graph as it was (names that it defined may stay defined).

use super::mutate::Dirty;
use super::savepoint::Base;
use super::stop::Stop;
use super::{
    Change, ChangeCounts, Direction, Graph, KeyId, LabelId, RelationshipRecord, StoreError, TypeId,
};
use crate::value::{Endpoint, NodeId, RelationshipId, Value};
use crate::vector::Vector;
use std::sync::Arc;

/// Ids stay below this: the last one stands for "none".
pub(super) const ID_LIMIT: u32 = u32::MAX;

/// A version in the making, with the changes that lead to it.
#[derive(Debug)]
pub struct Writer {
    pub(super) graph: Arc<Graph>,
    pub(super) changes: Vec<Change>,
    /// How many of the changes have been held to the schema.
    pub(super) checked: usize,
    pub(super) dirty: Dirty,
    /// What was loaded, and is not among the changes.
    pub(super) unlogged: ChangeCounts,
    /// When to give up what takes long.
    pub(super) stop: Stop,
    /// What the last savepoint rests on, as long as the changes since lead to the version.
    pub(super) base: Option<Base>,
}

impl Writer {
    /// Starts from a published version.
    pub fn new(base: Arc<Graph>) -> Self {
        Writer {
            graph: base,
            changes: Vec::new(),
            checked: 0,
            dirty: Dirty::default(),
            unlogged: ChangeCounts::default(),
            stop: Stop::default(),
            base: None,
        }
    }

    /// Gives up what takes long, with [`StoreError::Stopped`], when `wanted` says so; it is
    /// asked again and again.
    pub fn stop_when(&mut self, wanted: impl Fn() -> bool + Send + Sync + 'static) {
        self.stop = Stop::when(wanted);
    }

    /// Lets everything run to its end again.
    pub fn never_stop(&mut self) {
        self.stop = Stop::default();
    }

    /// The version as it stands, at the cost of a reference count. Writing while
    /// the caller holds it copies what is written to, so drop it first.
    pub fn graph(&self) -> Arc<Graph> {
        self.graph.clone()
    }

    /// The version as it stands.
    pub fn view(&self) -> &Graph {
        &self.graph
    }

    /// Says which commit the version is to be known as: its number and its time.
    pub fn set_last_commit(&mut self, number: u64, time: i64) {
        Arc::make_mut(&mut self.graph).set_last_commit(number, time);
    }

    /// Bytes that were copied or made so far and that the version does not share with the one
    /// it started from, roughly.
    pub fn bytes(&self) -> usize {
        self.dirty.bytes
    }

    /// The changes so far.
    pub fn changes(&self) -> &[Change] {
        &self.changes
    }

    /// The sealed version, ready to be published, and the changes that lead to it.
    pub fn finish(mut self) -> (Arc<Graph>, Vec<Change>) {
        // So that nothing is copied only to be sealed.
        self.base = None;
        if !self.dirty.is_empty() {
            Arc::make_mut(&mut self.graph).seal(self.dirty);
        }
        (self.graph, self.changes)
    }

    /// The id of a label, defined where it is new.
    ///
    /// # Errors
    /// [`StoreError::IdLimit`].
    pub fn label(&mut self, name: &str) -> Result<LabelId, StoreError> {
        if let Some(label) = self.graph.catalog.label_id(name) {
            return Ok(label);
        }
        let name: Arc<str> = Arc::from(name);
        let label = Arc::make_mut(&mut self.graph).catalog.define_label(name.clone())?;
        self.changes.push(Change::DefineLabel(label, name));
        Ok(label)
    }

    /// The id of a relationship type, defined where it is new.
    ///
    /// # Errors
    /// [`StoreError::IdLimit`].
    pub fn relationship_type(&mut self, name: &str) -> Result<TypeId, StoreError> {
        if let Some(kind) = self.graph.catalog.type_id(name) {
            return Ok(kind);
        }
        let name: Arc<str> = Arc::from(name);
        let kind = Arc::make_mut(&mut self.graph).catalog.define_type(name.clone())?;
        self.changes.push(Change::DefineType(kind, name));
        Ok(kind)
    }

    /// The id of a property key, defined where it is new.
    ///
    /// # Errors
    /// [`StoreError::IdLimit`].
    pub fn key(&mut self, name: &str) -> Result<KeyId, StoreError> {
        if let Some(key) = self.graph.catalog.key_id(name) {
            return Ok(key);
        }
        let name: Arc<str> = Arc::from(name);
        let key = Arc::make_mut(&mut self.graph).catalog.define_key(name.clone())?;
        self.changes.push(Change::DefineKey(key, name));
        Ok(key)
    }

    /// Creates a node. Null properties are left out; of a key that is given
    /// twice the last value counts.
    ///
    /// # Errors
    /// [`StoreError::InvalidPropertyType`], [`StoreError::StringTooLong`],
    /// [`StoreError::IdLimit`].
    pub fn create_node<L, K>(
        &mut self,
        labels: impl IntoIterator<Item = L>,
        properties: impl IntoIterator<Item = (K, Value)>,
    ) -> Result<NodeId, StoreError>
    where
        L: AsRef<str>,
        K: AsRef<str>,
    {
        let labels = labels
            .into_iter()
            .map(|label| self.label(label.as_ref()))
            .collect::<Result<Vec<_>, _>>()?;
        let properties = self.keyed(properties)?;
        self.create_node_with(labels, properties)
    }

    /// Creates a node with labels and keys that are defined already.
    ///
    /// # Errors
    /// As [`Writer::create_node`].
    pub fn create_node_with(
        &mut self,
        mut labels: Vec<LabelId>,
        properties: Vec<(KeyId, Value)>,
    ) -> Result<NodeId, StoreError> {
        let properties = checked(properties)?;
        if self.graph.next_node == ID_LIMIT {
            return Err(StoreError::IdLimit("node"));
        }
        labels.sort_unstable();
        labels.dedup();
        let node = Arc::make_mut(&mut self.graph).insert_node(
            &labels,
            properties.iter().cloned(),
            &mut self.dirty,
        );
        self.changes.push(Change::CreateNode { node, labels, properties });
        Ok(node)
    }

    /// Creates a relationship between endpoints that are there. Properties as in
    /// [`Writer::create_node`].
    ///
    /// # Errors
    /// [`StoreError::NotFound`] for an endpoint, else as [`Writer::create_node`].
    pub fn create_relationship<K: AsRef<str>>(
        &mut self,
        kind: &str,
        start: Endpoint,
        end: Endpoint,
        properties: impl IntoIterator<Item = (K, Value)>,
    ) -> Result<RelationshipId, StoreError> {
        let kind = self.relationship_type(kind)?;
        let properties = self.keyed(properties)?;
        self.create_relationship_with(kind, start, end, properties)
    }

    /// Creates a relationship with a type and keys that are defined already.
    ///
    /// # Errors
    /// As [`Writer::create_relationship`].
    pub fn create_relationship_with(
        &mut self,
        kind: TypeId,
        start: Endpoint,
        end: Endpoint,
        properties: Vec<(KeyId, Value)>,
    ) -> Result<RelationshipId, StoreError> {
        let properties = checked(properties)?;
        self.require(start)?;
        self.require(end)?;
        if self.graph.next_relationship == ID_LIMIT {
            return Err(StoreError::IdLimit("relationship"));
        }
        let record = RelationshipRecord { kind, start, end };
        let relationship = Arc::make_mut(&mut self.graph).insert_relationship(
            record,
            properties.iter().cloned(),
            &mut self.dirty,
        );
        self.changes.push(Change::CreateRelationship {
            relationship,
            kind,
            start,
            end,
            properties,
        });
        Ok(relationship)
    }

    /// Gives a relationship other ends; its id, its properties and what points at it stay.
    /// Where an end is a node, any node can take its place; where it is a relationship it
    /// stays the same one, so that what points at a relationship is younger than it. Returns
    /// whether an end is new.
    ///
    /// # Errors
    /// [`StoreError::NotFound`], [`StoreError::CannotMove`].
    pub fn move_relationship(
        &mut self,
        relationship: RelationshipId,
        start: Endpoint,
        end: Endpoint,
    ) -> Result<bool, StoreError> {
        let element = Endpoint::Relationship(relationship);
        let from = self.graph.relationship(relationship).ok_or(StoreError::NotFound(element))?;
        for (old, new) in [(from.start, start), (from.end, end)] {
            self.require(new)?;
            let nodes = matches!((old, new), (Endpoint::Node(_), Endpoint::Node(_)));
            if old != new && !nodes {
                return Err(StoreError::CannotMove(relationship));
            }
        }
        let to = RelationshipRecord { start, end, ..from };
        if from == to {
            return Ok(false);
        }
        let graph = Arc::make_mut(&mut self.graph);
        graph.move_relationship(relationship, (from, to), &mut self.dirty);
        self.changes.push(Change::MoveRelationship { relationship, start, end });
        Ok(true)
    }

    /// Sets a property; null removes it. Returns whether there was anything to do.
    ///
    /// # Errors
    /// [`StoreError::NotFound`], [`StoreError::InvalidPropertyType`],
    /// [`StoreError::StringTooLong`], [`StoreError::IdLimit`] (of keys).
    pub fn set_property(
        &mut self,
        element: Endpoint,
        key: &str,
        value: Value,
    ) -> Result<bool, StoreError> {
        self.require(element)?;
        storable(&value)?;
        if matches!(value, Value::Null) && self.graph.catalog.key_id(key).is_none() {
            return Ok(false);
        }
        let key = self.key(key)?;
        self.set_property_with(element, key, value)
    }

    /// Sets a property by the id of its key, as [`Writer::set_property`].
    ///
    /// # Errors
    /// As [`Writer::set_property`].
    pub fn set_property_with(
        &mut self,
        element: Endpoint,
        key: KeyId,
        value: Value,
    ) -> Result<bool, StoreError> {
        self.require(element)?;
        storable(&value)?;
        if matches!(value, Value::Null) && matches!(self.graph.property(element, key), Value::Null)
        {
            return Ok(false);
        }
        Arc::make_mut(&mut self.graph).set_property(element, key, value.clone(), &mut self.dirty);
        self.changes.push(Change::SetProperty(element, key, value));
        Ok(true)
    }

    /// Gives a node a label. Returns whether it lacked it.
    ///
    /// # Errors
    /// [`StoreError::NotFound`], [`StoreError::IdLimit`] (of labels).
    pub fn add_label(&mut self, node: NodeId, label: &str) -> Result<bool, StoreError> {
        self.require(Endpoint::Node(node))?;
        let label = self.label(label)?;
        self.set_label(node, label, true)
    }

    /// Takes a label from a node. Returns whether it had it.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub fn remove_label(&mut self, node: NodeId, label: &str) -> Result<bool, StoreError> {
        self.require(Endpoint::Node(node))?;
        match self.graph.catalog.label_id(label) {
            Some(label) => self.set_label(node, label, false),
            None => Ok(false),
        }
    }

    pub(crate) fn set_label(
        &mut self,
        node: NodeId,
        label: LabelId,
        present: bool,
    ) -> Result<bool, StoreError> {
        self.require(Endpoint::Node(node))?;
        if self.graph.has_label(node, label) == present {
            return Ok(false);
        }
        Arc::make_mut(&mut self.graph).set_label(node, label, present, &mut self.dirty);
        self.changes.push(if present {
            Change::AddLabel(node, label)
        } else {
            Change::RemoveLabel(node, label)
        });
        Ok(true)
    }

    pub(super) fn require(&self, element: Endpoint) -> Result<(), StoreError> {
        if self.graph.contains(element) { Ok(()) } else { Err(StoreError::NotFound(element)) }
    }

    pub(super) fn is_pointed_at(&self, element: Endpoint) -> bool {
        self.is_pointed_at_by(element, |_| true)
    }

    /// Whether any of these relationships starts or ends at an element.
    pub(super) fn is_pointed_at_by(
        &self,
        element: Endpoint,
        these: impl Fn(RelationshipId) -> bool,
    ) -> bool {
        [Direction::Outgoing, Direction::Incoming].into_iter().any(|direction| {
            self.graph.relationships_at(element, direction).any(|(_, id)| these(id))
        })
    }

    /// Replaces names by ids, defining new ones. Values are checked first, and
    /// nulls left out, so that a refused call or a null defines no key.
    fn keyed<K: AsRef<str>>(
        &mut self,
        properties: impl IntoIterator<Item = (K, Value)>,
    ) -> Result<Vec<(KeyId, Value)>, StoreError> {
        let properties: Vec<(K, Value)> = properties.into_iter().collect();
        properties.iter().try_for_each(|(_, value)| storable(value))?;
        let mut keyed = Vec::with_capacity(properties.len());
        for (name, value) in properties {
            let known = self.graph.catalog.key_id(name.as_ref());
            match (known, &value) {
                (None, Value::Null) => {}
                (Some(key), _) => keyed.push((key, value)),
                (None, _) => keyed.push((self.key(name.as_ref())?, value)),
            }
        }
        Ok(keyed)
    }
}

/// Properties as they are stored: all storable, the last of each key, no nulls.
pub(super) fn checked(
    mut properties: Vec<(KeyId, Value)>,
) -> Result<Vec<(KeyId, Value)>, StoreError> {
    properties.iter().try_for_each(|(_, value)| storable(value))?;
    if !properties.is_sorted_by(|a, b| a.0 < b.0) {
        properties.reverse();
        properties.sort_by_key(|(key, _)| *key);
        properties.dedup_by_key(|(key, _)| *key);
    }
    properties.retain(|(_, value)| !matches!(value, Value::Null));
    Ok(properties)
}

/// Whether all values of a column can be properties.
pub(super) fn storable_all(values: &Vector) -> Result<(), StoreError> {
    match values {
        Vector::Dynamic(values) | Vector::Dictionary { values, .. } => {
            values.iter().try_for_each(storable)
        }
        Vector::Constant(value, _) => storable(value),
        Vector::Node { .. } => Err(StoreError::InvalidPropertyType("a node")),
        Vector::Relationship { .. } => Err(StoreError::InvalidPropertyType("a relationship")),
        // A string of a vector is never longer than it may be.
        _ => Ok(()),
    }
}

/// Whether a value can be a property: a simple value, or a list of simple values
/// (nulls allowed, lists not).
fn storable(value: &Value) -> Result<(), StoreError> {
    match value {
        Value::List(values) => values.iter().try_for_each(|value| match value {
            Value::List(_) => Err(StoreError::InvalidPropertyType("a list within a list")),
            simple => storable(simple),
        }),
        Value::Map(_) => Err(StoreError::InvalidPropertyType("a map")),
        Value::Node(_) => Err(StoreError::InvalidPropertyType("a node")),
        Value::Relationship(_) => Err(StoreError::InvalidPropertyType("a relationship")),
        Value::Path(_) => Err(StoreError::InvalidPropertyType("a path")),
        Value::String(string) if string.len() >= u32::MAX as usize => {
            Err(StoreError::StringTooLong(string.len()))
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
#[path = "writer_tests.rs"]
mod tests;
