//! The entries of an index, and where they come from.
//!
//! A version that was opened from a file has none of them in memory. They lie in the file as
//! leaves, of which each is read when a search first comes to it; or, in a file of an older
//! format and after a load, they are gathered from the columns when they are first asked
//! for. What has changed until then waits in a list.

use super::leaf::{Leaf, StoredIndex};
use super::ordered::{Entry, OrderedSet};
use super::stop::Stop;
use super::stored::Faults;
use super::table::{ChunkTable, Keep};
use super::{Graph, KeyId, SchemaTarget};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

/// Changes that wait at most; with one more they are entered.
const WAITING: usize = 1024;

/// Entries in order, at hand or not.
#[derive(Clone, Debug)]
pub(crate) struct Entries {
    set: OnceLock<OrderedSet>,
    base: Option<Arc<Base>>,
    /// Entries that came (`true`) and went since the base, in order.
    waiting: Vec<(Entry, bool)>,
    /// Whether a file holds them, but for what has changed since.
    filed: bool,
}

/// What the entries are made from, shared by versions: one makes them for all.
#[derive(Debug)]
struct Base {
    origin: Origin,
    target: SchemaTarget,
    keys: Vec<KeyId>,
    made: OnceLock<OrderedSet>,
}

#[derive(Debug)]
enum Origin {
    File(StoredIndex),
    /// The columns of a version, let go of when the entries are gathered.
    Columns(Mutex<Option<Graph>>),
}

impl Base {
    fn new(origin: Origin, target: SchemaTarget, keys: Vec<KeyId>) -> Option<Arc<Self>> {
        Some(Arc::new(Base { origin, target, keys, made: OnceLock::new() }))
    }

    /// The entries of the base. What cannot be read is noted and not remembered: an index
    /// with gaps is never taken for whole, and a disk that failed once is asked again.
    fn made(&self, faults: &Faults) -> Option<&OrderedSet> {
        match &self.origin {
            Origin::File(stored) => {
                if self.made.get().is_none() {
                    match stored.source.directory(stored, (self.target, &self.keys)) {
                        Ok(directory) => {
                            let leaves = stored.leaves.renewed(&mut Keep::default());
                            let _ = self.made.set(OrderedSet::stored(directory, leaves));
                        }
                        Err(damage) => faults.note(damage),
                    }
                }
            }
            Origin::Columns(graph) => {
                let mut held = graph.lock().unwrap_or_else(PoisonError::into_inner);
                if let Some(graph) = held.as_ref() {
                    let graph = graph.watched();
                    // Nobody stops it.
                    let found = graph.index_entries(self.target, &self.keys, &Stop::default());
                    match graph.damage() {
                        None => {
                            let found = OrderedSet::of_sorted(found.unwrap_or_default());
                            let _ = self.made.set(found);
                            *held = None;
                        }
                        Some(damage) => faults.note(damage),
                    }
                }
            }
        }
        self.made.get()
    }
}

impl Entries {
    /// Entries that are at hand.
    pub(crate) fn of(set: OrderedSet) -> Self {
        Entries { set: OnceLock::from(set), base: None, waiting: Vec::new(), filed: false }
    }

    /// The entries of an index on a version, gathered when first asked for.
    pub(crate) fn later(graph: Graph, target: SchemaTarget, keys: Vec<KeyId>) -> Self {
        let base = Base::new(Origin::Columns(Mutex::new(Some(graph))), target, keys);
        Entries { set: OnceLock::new(), base, waiting: Vec::new(), filed: false }
    }

    /// The entries of an index that lies in a file.
    pub(crate) fn stored(stored: StoredIndex, target: SchemaTarget, keys: Vec<KeyId>) -> Self {
        let base = Base::new(Origin::File(stored), target, keys);
        Entries { set: OnceLock::new(), base, waiting: Vec::new(), filed: true }
    }

    /// Whether a file holds them, but for what has changed since.
    pub(crate) fn are_filed(&self) -> bool {
        self.filed
    }

    /// Whether they were gathered from columns, or will be.
    pub(crate) fn is_gathered(&self) -> bool {
        let base = self.base.as_ref();
        base.is_some_and(|base| matches!(base.origin, Origin::Columns(_)))
    }

    /// The entries in order; none, and the damage noted, where they cannot be read.
    pub(crate) fn set(&self, faults: &Faults) -> Option<&OrderedSet> {
        if let Some(set) = self.set.get() {
            return Some(set);
        }
        let met = Faults::default();
        let made = self.base.as_ref().and_then(|base| base.made(&met)).cloned();
        let mut set = made.unwrap_or_default();
        for (entry, present) in &self.waiting {
            enter(&mut set, entry.clone(), *present, &met);
        }
        if let Some(damage) = met.first() {
            faults.note(damage.clone());
            return None;
        }
        Some(self.set.get_or_init(|| set))
    }

    /// The entries, unless the columns would have to be read for them.
    pub(crate) fn at_hand(&self, faults: &Faults) -> Option<&OrderedSet> {
        let unread =
            |base: &Base| matches!(base.origin, Origin::Columns(_)) && base.made.get().is_none();
        if self.set.get().is_none() && self.base.as_deref().is_some_and(unread) {
            return None;
        }
        self.set(faults)
    }

    /// Enters an entry, or takes it out. Where what it belongs to cannot be read, that is
    /// noted: the version must not be published then.
    pub(crate) fn update(&mut self, entry: Entry, present: bool, faults: &Faults) {
        if self.set.get().is_none() && self.waiting.len() >= WAITING {
            self.set(faults);
        }
        match self.set.get_mut() {
            Some(set) => {
                enter(set, entry, present, faults);
                self.waiting = Vec::new();
                self.base = None;
            }
            None => self.waiting.push((entry, present)),
        }
    }

    /// What a renewal might keep of the leaves that were read.
    pub(crate) fn in_use(&self) -> Keep {
        self.set.get().map(|set| set.leaves().in_use()).unwrap_or_default()
    }

    /// The same entries without most of what was read from the file.
    pub(crate) fn renewed(&self, keep: &mut Keep) -> Self {
        if let Some(set) = self.set.get() {
            let set = set.with_leaves(set.leaves().renewed(keep));
            return Entries { filed: self.filed, ..Entries::of(set) };
        }
        let base = self.base.as_ref().and_then(|base| match &base.origin {
            Origin::File(stored) => {
                let stored = stored.clone();
                Base::new(Origin::File(stored), base.target, base.keys.clone())
            }
            Origin::Columns(_) => Some(base.clone()),
        });
        let waiting = self.waiting.clone();
        Entries { set: OnceLock::new(), base, waiting, filed: self.filed }
    }
}

fn enter(set: &mut OrderedSet, entry: Entry, present: bool, faults: &Faults) {
    if present {
        set.insert(entry, faults);
    } else {
        set.remove(&entry, faults);
    }
}

/// The leaves of an index in a file that are in memory, by their numbers there.
pub(crate) type Leaves = ChunkTable<Leaf>;
