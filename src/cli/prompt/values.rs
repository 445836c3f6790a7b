//! Values of naming properties, gathered once per graph version.

use crate::cli::catalogue;
use dossier::store::Graph;
use dossier::value::naming::NAMING_KEYS;
use std::cell::RefCell;
use std::sync::Arc;

/// So many different values are offered at most.
const MOST: usize = 200_000;

/// The values of a property, or of all naming ones.
type Gathered = (Option<String>, Arc<[Arc<str>]>);

/// Gathered values by property; empty again when the graph changes.
#[derive(Default)]
pub(super) struct Values {
    gathered: RefCell<Vec<Gathered>>,
}

impl Values {
    /// Forgets all: the graph is another one.
    pub(super) fn clear(&self) {
        self.gathered.borrow_mut().clear();
    }

    /// The values of one property, or of all naming ones.
    pub(super) fn of(&self, graph: &Graph, key: Option<&str>) -> Arc<[Arc<str>]> {
        let mut gathered = self.gathered.borrow_mut();
        if let Some((_, values)) = gathered.iter().find(|(known, _)| known.as_deref() == key) {
            return values.clone();
        }
        let values: Arc<[Arc<str>]> = match key {
            Some(key) => catalogue::naming_values(graph, &[key], MOST),
            None => catalogue::naming_values(graph, &NAMING_KEYS, MOST),
        }
        .into();
        gathered.push((key.map(str::to_owned), values.clone()));
        values
    }
}
