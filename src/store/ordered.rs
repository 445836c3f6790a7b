//! A persistent ordered set of values with the ids that have them: a B+ tree
//! whose nodes are shared between versions, and whose leaves may lie in a file.
//!
//! ```text
//! branch ─┬─ leaf           up to 64 entries in memory
//!         ├─ in the file    up to 2048 entries, read when first asked for
//!         └─ branch ─ …     what became of such a leaf when it was changed
//! ```
//!
//! Cloning costs one reference count; a change copies the path from the root to
//! one leaf, and copies nothing where the path is not shared. Leaves that run
//! empty are cut off; those that merely shrink stay, which costs memory after
//! mass deletions and nothing else. What cannot be read of the file is noted, and is not
//! there.

use super::entries::Leaves;
use super::leaf::{Directory, Leaf};
use super::levels::Levels;
use super::stored::{Damage, Faults};
use crate::value::{Value, order::total_order};
use std::cmp::Ordering;
use std::sync::Arc;

/// Entries of a leaf in memory, and children of a branch, at most.
const MAX: usize = 64;
/// As many of them where they are made of what is in order already.
const FILLED: usize = MAX - 1;

/// A value and the id of what has it, ordered by value (as `ORDER BY`), then id.
pub(crate) type Entry = (Value, u32);

/// Values with ids, in order.
#[derive(Clone, Debug)]
pub(crate) struct OrderedSet {
    root: Arc<Tree>,
    len: usize,
    distinct: usize,
    /// Those leaves that lie in a file.
    leaves: Leaves,
}

#[derive(Clone, Debug)]
enum Tree {
    Leaf(Vec<Entry>),
    /// Children, each with an entry that is not greater than any below it and
    /// greater than all below the child before. That of the first is not looked at.
    Branch(Vec<Child>),
    /// The leaf with this number in the file, and its lowest entry.
    Stored(u32, Entry),
}

type Child = (Entry, Arc<Tree>);

/// Entries that follow each other, as the tree holds them.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Piece<'a> {
    /// Those of a leaf in the file, whose lowest entry is this.
    Stored(u32, &'a Entry),
    /// In memory.
    Held(&'a [Entry]),
}

/// Where leaves are read that lie in a file, and where it is noted if they cannot be.
#[derive(Clone, Copy, Debug)]
struct Reading<'a> {
    leaves: &'a Leaves,
    faults: &'a Faults,
}

impl<'a> Reading<'a> {
    fn leaf(self, number: u32) -> &'a [Entry] {
        self.held(number).map(Leaf::entries).unwrap_or_default()
    }

    fn held(self, number: u32) -> Option<&'a Leaf> {
        self.leaves.get(number as usize, self.faults)
    }
}

pub(crate) fn order(a: &Entry, b: &Entry) -> Ordering {
    total_order(&a.0, &b.0).then(a.1.cmp(&b.1))
}

/// The child that an entry belongs below.
fn child_for(children: &[Child], entry: &Entry) -> usize {
    children.partition_point(|(low, _)| order(low, entry).is_le()).max(1) - 1
}

impl Default for OrderedSet {
    fn default() -> Self {
        let root = Arc::new(Tree::Leaf(Vec::new()));
        OrderedSet { root, len: 0, distinct: 0, leaves: Leaves::default() }
    }
}

impl OrderedSet {
    /// The set of entries that are in order. O(n).
    pub(crate) fn of_sorted(entries: Vec<Entry>) -> Self {
        let len = entries.len();
        let same = |pair: &&[Entry]| total_order(&pair[0].0, &pair[1].0).is_eq();
        let distinct = len - entries.windows(2).filter(same).count();
        OrderedSet { root: Arc::new(Tree::of_sorted(entries)), len, distinct, ..Self::default() }
    }

    /// The set that lies in a file.
    pub(crate) fn stored(directory: Directory, leaves: Leaves) -> Self {
        let Directory { len, distinct, lows } = directory;
        let children = lows.into_iter().enumerate().map(|(number, low)| {
            let leaf = Tree::Stored(number as u32, low.clone());
            (low, Arc::new(leaf))
        });
        OrderedSet { root: Arc::new(Tree::above(children.collect())), len, distinct, leaves }
    }

    /// Number of entries.
    pub(crate) fn len(&self) -> usize {
        self.len
    }

    /// Number of different values among the entries.
    pub(crate) fn distinct(&self) -> usize {
        self.distinct
    }

    /// The leaves that lie in a file; some of them may be in no use any more.
    pub(crate) fn leaves(&self) -> &Leaves {
        &self.leaves
    }

    /// The same set with another table of the same leaves.
    pub(crate) fn with_leaves(&self, leaves: Leaves) -> Self {
        OrderedSet { leaves, ..self.clone() }
    }

    /// Adds an entry; returns whether it was new. O(log n).
    pub(crate) fn insert(&mut self, entry: Entry, faults: &Faults) -> bool {
        let low = entry.clone();
        let known = self.has_value(&entry.0, faults);
        let reading = Reading { leaves: &self.leaves, faults };
        let (added, split) = Arc::make_mut(&mut self.root).insert(entry, reading);
        if let Some(right) = split {
            let left = std::mem::replace(&mut self.root, Arc::new(Tree::Leaf(Vec::new())));
            self.root = Arc::new(Tree::Branch(vec![(low, left), right]));
        }
        self.len += usize::from(added);
        self.distinct += usize::from(added && !known);
        added
    }

    /// Takes an entry out; returns whether it was there. O(log n).
    pub(crate) fn remove(&mut self, entry: &Entry, faults: &Faults) -> bool {
        let there = self.contains(entry, faults);
        let reading = Reading { leaves: &self.leaves, faults };
        let removed = there && Arc::make_mut(&mut self.root).remove(entry, reading);
        self.len -= usize::from(removed);
        self.distinct -= usize::from(removed && !self.has_value(&entry.0, faults));
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
    pub(crate) fn contains(&self, entry: &Entry, faults: &Faults) -> bool {
        let reading = Reading { leaves: &self.leaves, faults };
        let mut tree = &*self.root;
        loop {
            let entries = match tree {
                Tree::Leaf(entries) => entries,
                Tree::Stored(number, _) => reading.leaf(*number),
                Tree::Branch(children) => match children.get(child_for(children, entry)) {
                    Some((_, child)) => {
                        tree = child;
                        continue;
                    }
                    None => return false,
                },
            };
            return entries.binary_search_by(|other| order(other, entry)).is_ok();
        }
    }

    /// The entries whose values lie where `place` says `Equal`, in order. `place` tells of
    /// a value whether it lies before what is sought (`Less`), within, or after it, and
    /// never goes back along the order. O(log n) to the first.
    pub(crate) fn range_by<'a, F: Fn(&Value) -> Ordering>(
        &'a self,
        place: F,
        faults: &'a Faults,
    ) -> Range<'a, F> {
        self.range_of(None, place, faults)
    }

    /// As [`OrderedSet::range_by`]; what is sought may be an integer, which is found faster in
    /// a leaf of integers.
    pub(crate) fn range_of<'a, F: Fn(&Value) -> Ordering>(
        &'a self,
        number: Option<i64>,
        place: F,
        faults: &'a Faults,
    ) -> Range<'a, F> {
        let reading = Reading { leaves: &self.leaves, faults };
        let mut range = Range { reading, path: Levels::default(), entries: [].iter(), place };
        range.begin(&self.root, number);
        range
    }

    /// All entries in order.
    pub(crate) fn iter<'a>(&'a self, faults: &'a Faults) -> impl Iterator<Item = &'a Entry> {
        self.range_by(|_| Ordering::Equal, faults)
    }

    /// All entries in order, those in the file by the leaf, none of them read.
    pub(crate) fn pieces(&self) -> Pieces<'_> {
        Pieces { path: vec![Walk::Tree(&self.root)] }
    }

    /// The entries of a leaf in the file.
    pub(crate) fn leaf(&self, number: u32) -> Result<&[Entry], Damage> {
        let faults = Faults::default();
        let leaf = self.leaves.get(number as usize, &faults).map(Leaf::entries);
        match faults.first() {
            None => Ok(leaf.unwrap_or_default()),
            Some(damage) => Err(damage.clone()),
        }
    }

    /// Whether any entry has this value.
    fn has_value(&self, value: &Value, faults: &Faults) -> bool {
        self.range_by(|other| total_order(other, value), faults).next().is_some()
    }
}

impl Tree {
    /// A tree of entries that are in order.
    fn of_sorted(entries: Vec<Entry>) -> Self {
        if entries.len() <= MAX {
            return Tree::Leaf(entries);
        }
        let mut children = Vec::with_capacity(entries.len().div_ceil(FILLED));
        let mut entries = entries.into_iter();
        loop {
            let leaf: Vec<Entry> = entries.by_ref().take(FILLED).collect();
            let Some(low) = leaf.first().cloned() else { break };
            children.push((low, Arc::new(Tree::Leaf(leaf))));
        }
        Tree::above(children)
    }

    /// A tree above others that are in order, each with its lowest entry.
    fn above(mut children: Vec<Child>) -> Self {
        if children.is_empty() {
            return Tree::Leaf(Vec::new());
        }
        while children.len() > MAX {
            let mut above = Vec::with_capacity(children.len().div_ceil(FILLED));
            let mut rest = children.into_iter();
            loop {
                let some: Vec<Child> = rest.by_ref().take(FILLED).collect();
                let Some(low) = some.first().map(|(low, _)| low.clone()) else { break };
                above.push((low, Arc::new(Tree::Branch(some))));
            }
            children = above;
        }
        Tree::Branch(children)
    }

    /// Brings a leaf of the file into memory, where it can be changed.
    fn hold(&mut self, reading: Reading<'_>) {
        if let Tree::Stored(number, _) = self {
            *self = Tree::of_sorted(reading.leaf(*number).to_vec());
        }
    }

    /// Adds an entry; returns whether it was new, and the right half where the
    /// node had to be split.
    fn insert(&mut self, entry: Entry, reading: Reading<'_>) -> (bool, Option<Child>) {
        self.hold(reading);
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
                let (added, split) = Arc::make_mut(child).insert(entry, reading);
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
            Tree::Stored(..) => (false, None),
        }
    }

    /// Takes out an entry that is there.
    fn remove(&mut self, entry: &Entry, reading: Reading<'_>) -> bool {
        self.hold(reading);
        match self {
            Tree::Leaf(entries) => {
                let found = entries.binary_search_by(|other| order(other, entry));
                found.map(|place| drop(entries.remove(place))).is_ok()
            }
            Tree::Branch(children) => {
                let place = child_for(children, entry);
                let Some((_, child)) = children.get_mut(place) else { return false };
                let child = Arc::make_mut(child);
                let removed = child.remove(entry, reading);
                if child.is_empty() {
                    children.remove(place);
                }
                removed
            }
            Tree::Stored(..) => false,
        }
    }

    fn is_empty(&self) -> bool {
        match self {
            Tree::Leaf(entries) => entries.is_empty(),
            Tree::Branch(children) => children.is_empty(),
            Tree::Stored(..) => false,
        }
    }
}

/// The pieces of a set, in order.
#[derive(Clone, Debug)]
pub(crate) struct Pieces<'a> {
    path: Vec<Walk<'a>>,
}

#[derive(Clone, Debug)]
enum Walk<'a> {
    Tree(&'a Tree),
    Children(std::slice::Iter<'a, Child>),
}

impl<'a> Iterator for Pieces<'a> {
    type Item = Piece<'a>;

    fn next(&mut self) -> Option<Piece<'a>> {
        loop {
            match self.path.pop()? {
                Walk::Tree(Tree::Leaf(entries)) => return Some(Piece::Held(entries)),
                Walk::Tree(Tree::Stored(number, low)) => return Some(Piece::Stored(*number, low)),
                Walk::Tree(Tree::Branch(children)) => {
                    self.path.push(Walk::Children(children.iter()));
                }
                Walk::Children(mut rest) => {
                    if let Some((_, child)) = rest.next() {
                        self.path.push(Walk::Children(rest));
                        self.path.push(Walk::Tree(child));
                    }
                }
            }
        }
    }
}

/// Entries in order, from the first to the last that is sought.
#[derive(Clone, Debug)]
pub(crate) struct Range<'a, F> {
    reading: Reading<'a>,
    /// The children still to come, from the root down.
    path: Levels<std::slice::Iter<'a, Child>>,
    entries: std::slice::Iter<'a, Entry>,
    place: F,
}

impl<'a, F: Fn(&Value) -> Ordering> Range<'a, F> {
    /// Goes down to where what is sought begins; an integer may be all that is.
    fn begin(&mut self, mut tree: &'a Tree, number: Option<i64>) {
        let before = |entry: &Entry| (self.place)(&entry.0).is_lt();
        loop {
            let (entries, from) = match tree {
                Tree::Leaf(entries) => (&**entries, entries.partition_point(before)),
                Tree::Stored(stored, _) => {
                    let Some(leaf) = self.reading.held(*stored) else { return };
                    let found = number.and_then(|number| leaf.begin_of(number));
                    let entries = leaf.entries();
                    (entries, found.unwrap_or_else(|| entries.partition_point(before)))
                }
                Tree::Branch(children) => {
                    // What begins within a child whose lowest entry lies before it.
                    let place = children.partition_point(|(low, _)| before(low)).max(1) - 1;
                    let mut rest = children[place.min(children.len())..].iter();
                    let Some((_, child)) = rest.next() else { return };
                    self.path.push(rest);
                    tree = child;
                    continue;
                }
            };
            self.entries = entries[from..].iter();
            return;
        }
    }

    /// Goes down to the first leaf.
    fn descend(&mut self, mut tree: &'a Tree) {
        loop {
            self.entries = match tree {
                Tree::Leaf(entries) => entries.iter(),
                Tree::Stored(number, _) => self.reading.leaf(*number).iter(),
                Tree::Branch(children) => {
                    let mut rest = children.iter();
                    let Some((_, child)) = rest.next() else { return };
                    self.path.push(rest);
                    tree = child;
                    continue;
                }
            };
            return;
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
                // What lies after what is sought need not be read to know it.
                Some((low, _)) if (self.place)(&low.0).is_gt() => self.path.clear(),
                Some((_, child)) => self.descend(child),
                None => self.path.pop(),
            }
        }
    }
}

#[cfg(test)]
#[path = "ordered_tests.rs"]
mod tests;
