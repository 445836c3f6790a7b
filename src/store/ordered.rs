//! A persistent ordered set of values with the ids that have them: a B+ tree
//! whose nodes are shared between versions.
//!
//! Cloning costs one reference count; a change copies the path from the root to
//! one leaf, and copies nothing where the path is not shared. Leaves that run
//! empty are cut off; those that merely shrink stay, which costs memory after
//! mass deletions and nothing else.

use crate::value::{Value, order::total_order};
use std::cmp::Ordering;
use std::sync::Arc;

/// Entries of a leaf, and children of a branch, at most.
const MAX: usize = 64;

/// A value and the id of what has it, ordered by value (as `ORDER BY`), then id.
pub(crate) type Entry = (Value, u32);

/// Values with ids, in order.
#[derive(Clone, Debug)]
pub(crate) struct OrderedSet {
    root: Arc<Tree>,
    len: usize,
    distinct: usize,
}

#[derive(Clone, Debug)]
enum Tree {
    Leaf(Vec<Entry>),
    /// Children, each with an entry that is not greater than any below it and
    /// greater than all below the child before. That of the first is not looked at.
    Branch(Vec<(Entry, Arc<Tree>)>),
}

fn order(a: &Entry, b: &Entry) -> Ordering {
    total_order(&a.0, &b.0).then(a.1.cmp(&b.1))
}

/// The child that an entry belongs below.
fn child_for(children: &[(Entry, Arc<Tree>)], entry: &Entry) -> usize {
    children.partition_point(|(low, _)| order(low, entry).is_le()).max(1) - 1
}

impl Default for OrderedSet {
    fn default() -> Self {
        OrderedSet { root: Arc::new(Tree::Leaf(Vec::new())), len: 0, distinct: 0 }
    }
}

impl OrderedSet {
    /// Number of entries.
    pub(crate) fn len(&self) -> usize {
        self.len
    }

    /// Number of different values among the entries.
    pub(crate) fn distinct(&self) -> usize {
        self.distinct
    }

    /// Adds an entry; returns whether it was new. O(log n).
    pub(crate) fn insert(&mut self, entry: Entry) -> bool {
        let low = entry.clone();
        let known = self.has_value(&entry.0);
        let (added, split) = Arc::make_mut(&mut self.root).insert(entry);
        if let Some(right) = split {
            let left = std::mem::replace(&mut self.root, Arc::new(Tree::Leaf(Vec::new())));
            self.root = Arc::new(Tree::Branch(vec![(low, left), right]));
        }
        self.len += usize::from(added);
        self.distinct += usize::from(added && !known);
        added
    }

    /// Takes an entry out; returns whether it was there. O(log n).
    pub(crate) fn remove(&mut self, entry: &Entry) -> bool {
        let removed = self.contains(entry) && Arc::make_mut(&mut self.root).remove(entry);
        self.len -= usize::from(removed);
        self.distinct -= usize::from(removed && !self.has_value(&entry.0));
        // A root with one child is one level too many.
        while let Tree::Branch(children) = &*self.root {
            match children.as_slice() {
                [] => self.root = Arc::new(Tree::Leaf(Vec::new())),
                [(_, only)] => self.root = only.clone(),
                _ => break,
            }
        }
        removed
    }

    /// Whether an entry is there. O(log n).
    pub(crate) fn contains(&self, entry: &Entry) -> bool {
        let mut tree = &*self.root;
        loop {
            match tree {
                Tree::Leaf(entries) => {
                    return entries.binary_search_by(|other| order(other, entry)).is_ok();
                }
                Tree::Branch(children) => match children.get(child_for(children, entry)) {
                    Some((_, child)) => tree = child,
                    None => return false,
                },
            }
        }
    }

    /// The entries whose values lie where `place` says `Equal`, in order. `place` tells of
    /// a value whether it lies before what is sought (`Less`), within, or after it, and
    /// never goes back along the order. O(log n) to the first.
    pub(crate) fn range_by<F: Fn(&Value) -> Ordering>(&self, place: F) -> Range<'_, F> {
        let mut range = Range { path: Vec::new(), entries: [].iter(), place };
        range.descend(&self.root, true);
        range
    }

    /// All entries in order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &Entry> {
        self.range_by(|_| Ordering::Equal)
    }

    /// Whether any entry has this value.
    fn has_value(&self, value: &Value) -> bool {
        self.range_by(|other| total_order(other, value)).next().is_some()
    }
}

impl Tree {
    /// Adds an entry; returns whether it was new, and the right half where the
    /// node had to be split.
    fn insert(&mut self, entry: Entry) -> (bool, Option<(Entry, Arc<Tree>)>) {
        match self {
            Tree::Leaf(entries) => {
                let Err(place) = entries.binary_search_by(|other| order(other, &entry)) else {
                    return (false, None);
                };
                entries.insert(place, entry);
                if entries.len() <= MAX {
                    return (true, None);
                }
                // A leaf that grows at its end is filled in order: leave it nearly full.
                let at = if place + 1 == entries.len() { MAX - 1 } else { MAX / 2 };
                let right = entries.split_off(at);
                let low = right.first().cloned();
                (true, low.map(|low| (low, Arc::new(Tree::Leaf(right)))))
            }
            Tree::Branch(children) => {
                let place = child_for(children, &entry);
                let Some((_, child)) = children.get_mut(place) else { return (false, None) };
                let (added, split) = Arc::make_mut(child).insert(entry);
                if let Some(right) = split {
                    children.insert(place + 1, right);
                }
                if children.len() <= MAX {
                    return (added, None);
                }
                let right = children.split_off(MAX / 2);
                let low = right.first().map(|(low, _)| low.clone());
                (added, low.map(|low| (low, Arc::new(Tree::Branch(right)))))
            }
        }
    }

    /// Takes out an entry that is there.
    fn remove(&mut self, entry: &Entry) -> bool {
        match self {
            Tree::Leaf(entries) => {
                let found = entries.binary_search_by(|other| order(other, entry));
                found.map(|place| drop(entries.remove(place))).is_ok()
            }
            Tree::Branch(children) => {
                let place = child_for(children, entry);
                let Some((_, child)) = children.get_mut(place) else { return false };
                let child = Arc::make_mut(child);
                let removed = child.remove(entry);
                if child.is_empty() {
                    children.remove(place);
                }
                removed
            }
        }
    }

    fn is_empty(&self) -> bool {
        match self {
            Tree::Leaf(entries) => entries.is_empty(),
            Tree::Branch(children) => children.is_empty(),
        }
    }
}

/// Entries in order, from the first to the last that is sought.
#[derive(Clone, Debug)]
pub(crate) struct Range<'a, F> {
    /// The children still to come, from the root down.
    path: Vec<std::slice::Iter<'a, (Entry, Arc<Tree>)>>,
    entries: std::slice::Iter<'a, Entry>,
    place: F,
}

impl<'a, F: Fn(&Value) -> Ordering> Range<'a, F> {
    /// Goes down to a leaf: where what is sought begins, or the first.
    fn descend(&mut self, mut tree: &'a Tree, seek: bool) {
        let before = |entry: &Entry| seek && (self.place)(&entry.0).is_lt();
        loop {
            match tree {
                Tree::Leaf(entries) => {
                    self.entries = entries[entries.partition_point(before)..].iter();
                    return;
                }
                Tree::Branch(children) => {
                    // What begins within a child whose lowest entry lies before it.
                    let place = children.partition_point(|(low, _)| before(low)).max(1) - 1;
                    let mut rest = children[place.min(children.len())..].iter();
                    let Some((_, child)) = rest.next() else { return };
                    self.path.push(rest);
                    tree = child;
                }
            }
        }
    }
}

impl<'a, F: Fn(&Value) -> Ordering> Iterator for Range<'a, F> {
    type Item = &'a Entry;

    fn next(&mut self) -> Option<&'a Entry> {
        loop {
            if let Some(entry) = self.entries.next() {
                match (self.place)(&entry.0) {
                    // The last leaf before what is sought may end before it.
                    Ordering::Less => continue,
                    Ordering::Equal => return Some(entry),
                    Ordering::Greater => {
                        self.path.clear();
                        self.entries = [].iter();
                        return None;
                    }
                }
            }
            let rest = self.path.last_mut()?;
            match rest.next() {
                Some((_, child)) => self.descend(child, false),
                None => drop(self.path.pop()),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn agrees_with_a_set_in_every_version() {
        let mut set = OrderedSet::default();
        let mut model: BTreeSet<(i64, u32)> = BTreeSet::new();
        let mut state = 3u64;
        let mut random = |below: u64| {
            state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
            (state >> 33) % below
        };
        let mut versions = Vec::new();
        for step in 0..20_000u64 {
            // The set grows, then shrinks to nothing.
            let grows = step < 10_000;
            let entry = (random(300) as i64 - 150, random(40) as u32);
            if grows == (random(8) > 0) {
                let value = if entry.1.is_multiple_of(2) {
                    Value::Integer(entry.0)
                } else {
                    Value::Float(entry.0 as f64)
                };
                assert_eq!(set.insert((value, entry.1)), model.insert(entry));
            } else {
                let entry = model.range(entry..).next().copied().unwrap_or(entry);
                assert_eq!(set.remove(&(Value::Integer(entry.0), entry.1)), model.remove(&entry));
            }
            assert_eq!(set.len(), model.len());
            if step % 1000 == 999 {
                versions.push((set.clone(), model.clone()));
            }
        }
        let number = |value: &Value| match value {
            Value::Integer(v) => *v,
            Value::Float(v) => *v as i64,
            other => panic!("no number: {other:?}"),
        };
        for (set, model) in versions {
            for (low, high) in [(-200, 200), (0, 10), (7, 7), (10, 0), (-150, -149)] {
                let found: Vec<_> = set
                    .range_by(|value| match number(value) {
                        value if value < low => Ordering::Less,
                        value if value > high => Ordering::Greater,
                        _ => Ordering::Equal,
                    })
                    .map(|(value, id)| (number(value), *id))
                    .collect();
                let expected: Vec<_> =
                    model.iter().copied().filter(|e| low <= e.0 && e.0 <= high).collect();
                assert_eq!(found, expected);
            }
            assert_eq!(set.iter().count(), model.len());
            let different: BTreeSet<i64> = model.iter().map(|entry| entry.0).collect();
            assert_eq!(set.distinct(), different.len());
        }
    }

    #[test]
    fn empties_and_fills_again() {
        let mut set = OrderedSet::default();
        for round in 0..3 {
            for id in 0..5000 {
                assert!(set.insert((Value::Integer(round), id)));
            }
            for id in (0..5000).rev() {
                assert!(set.remove(&(Value::Integer(round), id)));
            }
            assert_eq!((set.iter().count(), set.distinct()), (0, 0));
        }
    }
}
