//! Indexes: the nodes with a label, or the relationships of a type, ordered by properties.
//!
//! An index of one key holds the property's value, one of several keys the list of
//! their values, so that a search may stop after any of them. It holds every element
//! that has the first property; the others may be null. Its entries are read through a
//! version, which notes what cannot be read of them.

use super::entries::Entries;
use super::leaf::StoredIndex;
use super::ordered::{Entry, OrderedSet};
use super::schema::SchemaTarget;
use super::table::Keep;
use super::{Graph, KeyId};
use crate::value::order::{class_order, total_order};
use crate::value::{Endpoint, Value};
use std::cmp::Ordering;
use std::ops::Bound;
use std::sync::Arc;

/// More elements than this are worth a checkpoint that spares gathering them.
const MANY: u64 = 4096;

/// An index.
#[derive(Clone, Debug)]
pub struct Index {
    name: Arc<str>,
    target: SchemaTarget,
    keys: Vec<KeyId>,
    entries: Entries,
}

/// What is sought in an index: values of the first keys, then perhaps a range of the next.
#[derive(Clone, Debug, Default)]
pub struct IndexQuery {
    /// The values of the first keys, up to equivalence (integers to floats of the same
    /// value, `NaN` to `NaN`).
    pub equal: Vec<Value>,
    /// What the next key has to be.
    pub then: Option<KeyRange>,
}

/// What a property has to be.
#[derive(Clone, Debug)]
pub enum KeyRange {
    /// There.
    Present,
    /// A string that begins like this.
    Prefix(Arc<str>),
    /// Between bounds, and of their kind.
    Between(Bound<Value>, Bound<Value>),
}

impl KeyRange {
    /// Whether a value lies before the range, within, or after.
    fn place(&self, value: &Value) -> Ordering {
        match self {
            KeyRange::Present if value.is_null() => Ordering::Greater,
            KeyRange::Present => Ordering::Equal,
            KeyRange::Prefix(prefix) => match value {
                Value::String(text) if text.starts_with(&**prefix) => Ordering::Equal,
                value => total_order(value, &Value::String(prefix.clone())),
            },
            KeyRange::Between(low, high) => match (low, high) {
                (Bound::Unbounded, Bound::Unbounded) => KeyRange::Present.place(value),
                (low, high) => {
                    let before = match low {
                        Bound::Unbounded => false,
                        Bound::Included(low) => total_order(value, low).is_lt(),
                        Bound::Excluded(low) => total_order(value, low).is_le(),
                    };
                    let after = match high {
                        Bound::Unbounded => false,
                        Bound::Included(high) => total_order(value, high).is_gt(),
                        Bound::Excluded(high) => total_order(value, high).is_ge(),
                    };
                    // What has no bound on one side ends with the kind of the other.
                    let kind = |bound: &Bound<Value>| match bound {
                        Bound::Included(of) | Bound::Excluded(of) => class_order(value, of),
                        Bound::Unbounded => Ordering::Equal,
                    };
                    if before || kind(high).is_lt() && matches!(low, Bound::Unbounded) {
                        Ordering::Less
                    } else if after || kind(low).is_gt() && matches!(high, Bound::Unbounded) {
                        Ordering::Greater
                    } else {
                        Ordering::Equal
                    }
                }
            },
        }
    }
}

impl IndexQuery {
    fn place(&self, values: &[Value]) -> Ordering {
        let mut values = values.iter();
        for (wanted, value) in self.equal.iter().zip(&mut values) {
            let order = total_order(value, wanted);
            if order.is_ne() {
                return order;
            }
        }
        match (&self.then, values.next()) {
            (Some(range), Some(value)) => range.place(value),
            _ => Ordering::Equal,
        }
    }
}

impl Index {
    /// Its name, unique among indexes and constraints.
    pub fn name(&self) -> &Arc<str> {
        &self.name
    }

    /// The elements that it holds.
    pub fn target(&self) -> SchemaTarget {
        self.target
    }

    /// The property keys that it orders them by, at least one.
    pub fn keys(&self) -> &[KeyId] {
        &self.keys
    }

    pub(super) fn element(&self, id: u32) -> Endpoint {
        use crate::value::{NodeId, RelationshipId};
        match self.target {
            SchemaTarget::Label(_) => Endpoint::Node(NodeId(id)),
            SchemaTarget::Type(_) => Endpoint::Relationship(RelationshipId(id)),
        }
    }
}

/// What an index of these keys holds of an element whose properties `property` gives.
fn entry(keys: &[KeyId], mut property: impl FnMut(KeyId) -> Value) -> Option<Value> {
    let (&first, rest) = keys.split_first()?;
    let value = property(first);
    if value.is_null() {
        return None;
    }
    if rest.is_empty() {
        return Some(value);
    }
    let values = std::iter::once(value).chain(rest.iter().map(|&key| property(key)));
    Some(Value::List(Arc::new(values.collect())))
}

/// The indexes of a version.
#[derive(Clone, Debug, Default)]
pub(crate) struct Indexes {
    all: Arc<Vec<Index>>,
}

impl Graph {
    /// The indexes, in the order of their creation, those that constraints own among them.
    pub fn indexes(&self) -> &[Index] {
        &self.indexes.all
    }

    /// The index with a name.
    pub fn index(&self, name: &str) -> Option<&Index> {
        self.indexes().iter().find(|index| &*index.name == name)
    }

    /// The elements that a query finds in an index, in the order of `ORDER BY` of the keys,
    /// then of ids. In a version that shows a part, what is hidden is found as well.
    /// O(log n) to the first.
    pub fn seek<'a>(
        &'a self,
        index: &'a Index,
        query: &'a IndexQuery,
    ) -> impl Iterator<Item = Endpoint> + 'a {
        self.find(index, query).map(|(_, element)| element)
    }

    /// As [`Graph::seek`], each element with what the index holds of it: the value of the key,
    /// or the list of the values of the keys.
    pub(crate) fn find<'a>(
        &'a self,
        index: &'a Index,
        query: &'a IndexQuery,
    ) -> impl Iterator<Item = (&'a Value, Endpoint)> + 'a {
        let several = index.keys.len() > 1;
        // What most searches are for is compared without a look at anything else.
        let number = match (query.equal.as_slice(), &query.then) {
            ([Value::Integer(number)], None) if !several => Some(*number),
            _ => None,
        };
        let place = move |value: &Value| match (value, number) {
            (Value::Integer(value), Some(number)) => value.cmp(&number),
            (Value::List(values), _) if several => query.place(values),
            (value, _) => query.place(std::slice::from_ref(value)),
        };
        let set = index.entries.set(&self.faults).into_iter();
        let found = set.flat_map(move |set| set.range_of(number, place, &self.faults));
        found.map(|(value, id)| (value, index.element(*id)))
    }

    /// The entries of an index in order: the value of the key, or the list of the values of
    /// the keys. Hidden elements are among them as in [`Graph::seek`].
    pub fn entries_of<'a>(
        &'a self,
        index: &'a Index,
    ) -> impl Iterator<Item = (&'a Value, Endpoint)> + 'a {
        let set = index.entries.set(&self.faults).into_iter();
        set.flat_map(|set| set.iter(&self.faults)).map(|(value, id)| (value, index.element(*id)))
    }

    /// The elements that have the same values in an index as one of them, it included.
    pub(crate) fn alike<'a>(
        &'a self,
        index: &'a Index,
        value: &'a Value,
    ) -> impl Iterator<Item = Endpoint> + 'a {
        let set = index.entries.set(&self.faults).into_iter();
        set.flat_map(|set| set.range_by(|other| total_order(other, value), &self.faults))
            .map(|(_, id)| index.element(*id))
    }

    /// What an index holds, or would hold, of an element; `None` where the first of the
    /// properties is not there.
    pub(crate) fn index_entry(&self, element: Endpoint, keys: &[KeyId]) -> Option<Value> {
        entry(keys, |key| self.property(element, key))
    }

    /// Has an index of these entries from now on.
    pub(crate) fn add_index(
        &mut self,
        name: Arc<str>,
        target: SchemaTarget,
        keys: Vec<KeyId>,
        entries: Vec<Entry>,
    ) {
        let entries = Entries::of(OrderedSet::of_sorted(entries));
        Arc::make_mut(&mut self.indexes.all).push(Index { name, target, keys, entries });
    }

    /// Has this index from now on as well.
    pub(crate) fn push_index(&mut self, index: Index) {
        Arc::make_mut(&mut self.indexes.all).push(index);
    }

    /// An index that is not filled yet, from this version when it is first used.
    pub(crate) fn index_later(
        &self,
        name: Arc<str>,
        target: SchemaTarget,
        keys: Vec<KeyId>,
    ) -> Index {
        let base = Graph { indexes: Indexes::default(), ..self.clone() };
        let entries = Entries::later(base, target, keys.clone());
        Index { name, target, keys, entries }
    }

    /// Has these indexes from now on and no others.
    pub(crate) fn replace_indexes(&mut self, indexes: Vec<Index>) {
        self.indexes.all = Arc::new(indexes);
    }

    /// How many elements of this version an index holds, and how many different values. The
    /// index of a version that shows a part holds what is hidden as well, which does not count.
    ///
    /// # Complexity
    /// O(1); O(n) in a version that shows a part.
    pub fn index_counts(&self, index: &Index) -> (usize, usize) {
        if !self.is_part() {
            return self.index_totals(index);
        }
        let (mut entries, mut distinct, mut last) = (0, 0, None);
        for (value, _) in self.entries_of(index).filter(|(_, element)| self.contains(*element)) {
            entries += 1;
            if last.is_none_or(|last| total_order(last, value).is_ne()) {
                distinct += 1;
            }
            last = Some(value);
        }
        (entries, distinct)
    }

    /// How many elements an index holds, hidden ones included, and how many different values.
    /// O(1).
    pub fn index_totals(&self, index: &Index) -> (usize, usize) {
        index.entries.set(&self.faults).map_or((0, 0), |set| (set.len(), set.distinct()))
    }

    /// Whether an index holds all elements of its label or type, each with a value of its own,
    /// so that the value tells which element it is. Of a version that shows a part, and of an
    /// index that has not been gathered yet, nobody knows: `false`. O(1).
    pub fn identifies(&self, index: &Index) -> bool {
        if self.is_part() {
            return false;
        }
        let statistics = self.statistics();
        let all = match index.target {
            SchemaTarget::Label(label) => statistics.nodes_with_label(label),
            SchemaTarget::Type(kind) => statistics.relationships_of_type(kind),
        };
        let at_hand = index.entries.at_hand(&self.faults);
        at_hand.is_some_and(|set| set.len() as u64 == all && set.distinct() as u64 == all)
    }

    /// The entries of an index, as they are held; `None` where they cannot be read.
    pub(crate) fn index_set<'a>(&'a self, index: &'a Index) -> Option<&'a OrderedSet> {
        index.entries.set(&self.faults)
    }

    /// The indexes in the order in which a file declares them: those that constraints own
    /// come last, in the order of these.
    pub(crate) fn declared_indexes(&self) -> Vec<&Index> {
        let owned =
            |index: &&Index| self.constraints().iter().any(|owner| owner.name == index.name);
        let (_, free): (Vec<&Index>, _) = self.indexes().iter().partition(owned);
        let owned = self.constraints().iter().filter_map(|owner| self.index(&owner.name));
        free.into_iter().chain(owned).collect()
    }

    /// Leaves all indexes to be filled from this version when they are first used.
    pub(crate) fn fill_indexes_later(&mut self) {
        if self.indexes.all.is_empty() {
            return;
        }
        let base = Graph { indexes: Indexes::default(), ..self.renewed() };
        for index in Arc::make_mut(&mut self.indexes.all) {
            index.entries = Entries::later(base.clone(), index.target, index.keys.clone());
        }
    }

    /// Has the indexes as they lie in a file, in the order of [`Graph::declared_indexes`].
    pub(crate) fn put_indexes(&mut self, stored: Vec<StoredIndex>) {
        let names: Vec<Arc<str>> =
            self.declared_indexes().into_iter().map(|index| index.name.clone()).collect();
        for (name, stored) in names.iter().zip(stored) {
            let all = Arc::make_mut(&mut self.indexes.all);
            if let Some(index) = all.iter_mut().find(|index| index.name == *name) {
                index.entries = Entries::stored(stored, index.target, index.keys.clone());
            }
        }
    }

    /// What a renewal might keep of the indexes.
    pub(crate) fn indexes_in_use(&self) -> impl Iterator<Item = Keep> + '_ {
        self.indexes.all.iter().map(|index| index.entries.in_use())
    }

    /// Gives back most of what was read of the indexes.
    pub(crate) fn renew_indexes(&mut self, keep: &mut Keep) {
        if !self.indexes.all.is_empty() {
            for index in Arc::make_mut(&mut self.indexes.all) {
                index.entries = index.entries.renewed(keep);
            }
        }
    }

    /// Whether many elements would have to be gone through to open the version again and look
    /// something up, since the entries of an index are in no file yet.
    pub fn has_unfiled_indexes(&self) -> bool {
        let elements = |index: &Index| match index.target {
            SchemaTarget::Label(label) => self.statistics().nodes_with_label(label),
            SchemaTarget::Type(kind) => self.statistics().relationships_of_type(kind),
        };
        self.indexes().iter().any(|index| !index.entries.are_filed() && elements(index) > MANY)
    }

    /// Whether the entries of an index come from columns, and need not be held against them.
    pub(crate) fn is_gathered(index: &Index) -> bool {
        index.entries.is_gathered()
    }

    /// Drops the index with a name.
    pub(crate) fn remove_index(&mut self, name: &str) {
        Arc::make_mut(&mut self.indexes.all).retain(|index| &*index.name != name);
    }

    /// Enters an element into the indexes, or takes it out: in those of one target, or
    /// in all that it belongs to. How many entries came or went.
    pub(crate) fn index_element(
        &mut self,
        element: Endpoint,
        target: Option<SchemaTarget>,
        present: bool,
    ) -> usize {
        let concerned = |graph: &Graph, index: &Index| match target {
            Some(target) => index.target == target,
            None => graph.is_target(element, index.target),
        };
        let mut changes = Vec::new();
        for (place, index) in self.indexes.all.iter().enumerate() {
            if concerned(self, index)
                && let Some(value) = self.index_entry(element, &index.keys)
            {
                changes.push((place, value, present));
            }
        }
        self.change_indexes(element, changes)
    }

    /// Moves an element within the indexes on a property that is about to change; how many
    /// entries came or went.
    pub(crate) fn index_property(&mut self, element: Endpoint, key: KeyId, value: &Value) -> usize {
        let mut changes = Vec::new();
        for (place, index) in self.indexes.all.iter().enumerate() {
            if !index.keys.contains(&key) || !self.is_target(element, index.target) {
                continue;
            }
            let old = self.index_entry(element, &index.keys);
            let new = entry(&index.keys, |other| {
                if other == key { value.clone() } else { self.property(element, other) }
            });
            changes.extend(old.map(|value| (place, value, false)));
            changes.extend(new.map(|value| (place, value, true)));
        }
        self.change_indexes(element, changes)
    }

    /// Puts entries of an element in (`true`) or out, each in the index at a place.
    /// How many.
    fn change_indexes(&mut self, element: Endpoint, changes: Vec<(usize, Value, bool)>) -> usize {
        let count = changes.len();
        if count == 0 {
            return 0;
        }
        let id = super::graph::parts(element).1;
        let indexes = Arc::make_mut(&mut self.indexes.all);
        for (place, value, present) in changes {
            if let Some(index) = indexes.get_mut(place) {
                index.entries.update((value, id), present, &self.faults);
            }
        }
        count
    }
}
