//! The entries of an index, which may still have to be gathered.
//!
//! A graph that was opened from a file has its indexes by name only: their entries
//! are gathered from the version in the file when they are first asked for, so that
//! opening does not read the columns that they are on. What changed in between
//! waits in a list.

use super::ordered::{Entry, OrderedSet};
use super::stop::Stop;
use super::stored::{Damage, Faults};
use super::{Graph, KeyId, SchemaTarget};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

/// Changes that wait at most; with one more the entries are gathered.
const WAITING: usize = 1024;

/// Entries in order, gathered or not.
#[derive(Clone, Debug)]
pub(crate) struct Entries {
    set: OnceLock<OrderedSet>,
    base: Option<Arc<Base>>,
    /// Entries that came (`true`) and went since the base, in order.
    waiting: Vec<(Entry, bool)>,
}

/// The version in the file, let go of when its entries are gathered.
#[derive(Debug)]
struct Base {
    graph: Mutex<Option<Graph>>,
    target: SchemaTarget,
    keys: Vec<KeyId>,
    gathered: OnceLock<OrderedSet>,
    faults: Faults,
}

impl Base {
    /// The entries of the version in the file. What cannot be read is noted for good:
    /// an index with gaps is never taken for whole.
    fn gathered(&self) -> &OrderedSet {
        self.gathered.get_or_init(|| {
            let graph = self.graph.lock().unwrap_or_else(PoisonError::into_inner).take();
            let Some(graph) = graph else { return OrderedSet::default() };
            let graph = Graph { faults: self.faults.clone(), ..graph };
            let entries = graph.index_entries(self.target, &self.keys, &Stop::default());
            // Nobody stops it.
            entries.unwrap_or_default()
        })
    }
}

impl Entries {
    /// Entries that are gathered.
    pub(crate) fn of(set: OrderedSet) -> Self {
        Entries { set: OnceLock::from(set), base: None, waiting: Vec::new() }
    }

    /// The entries of an index in a version, gathered when first asked for.
    pub(crate) fn later(graph: Graph, target: SchemaTarget, keys: Vec<KeyId>) -> Self {
        let base = Base {
            graph: Mutex::new(Some(graph)),
            target,
            keys,
            gathered: OnceLock::new(),
            faults: Faults::default(),
        };
        Entries { set: OnceLock::new(), base: Some(Arc::new(base)), waiting: Vec::new() }
    }

    /// Whether the entries are at hand.
    pub(crate) fn is_gathered(&self) -> bool {
        self.set.get().is_some()
    }

    /// The entries in order.
    pub(crate) fn set(&self) -> &OrderedSet {
        self.set.get_or_init(|| {
            let mut set =
                self.base.as_ref().map(|base| base.gathered().clone()).unwrap_or_default();
            for (entry, present) in &self.waiting {
                enter(&mut set, entry.clone(), *present);
            }
            set
        })
    }

    /// Enters an entry, or takes it out.
    pub(crate) fn update(&mut self, entry: Entry, present: bool) {
        if self.set.get().is_none() && self.waiting.len() >= WAITING {
            self.set();
        }
        match self.set.get_mut() {
            Some(set) => {
                enter(set, entry, present);
                self.waiting = Vec::new();
            }
            None => self.waiting.push((entry, present)),
        }
    }

    /// What kept the entries from being gathered.
    pub(crate) fn damage(&self) -> Option<Damage> {
        self.base.as_ref().and_then(|base| base.faults.first().cloned())
    }
}

fn enter(set: &mut OrderedSet, entry: Entry, present: bool) {
    if present {
        set.insert(entry);
    } else {
        set.remove(&entry);
    }
}
