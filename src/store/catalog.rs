//! The catalog: names of labels, relationship types and property keys.
//!
//! Ids are dense and given in the order of first use; names are never forgotten, except
//! on the way back to a version that did not know them yet.

use super::{KeyId, LabelId, StoreError, TypeId};
use hashbrown::HashMap;
use std::sync::Arc;

/// The names that one version knows. Cloning costs three reference counts.
#[derive(Clone, Debug, Default)]
pub struct Catalog {
    labels: Arc<Symbols>,
    types: Arc<Symbols>,
    keys: Arc<Symbols>,
}

#[derive(Clone, Debug, Default)]
struct Symbols {
    names: Vec<Arc<str>>,
    ids: HashMap<Arc<str>, u32, foldhash::fast::FixedState>,
}

impl Symbols {
    fn define(&mut self, name: Arc<str>, what: &'static str) -> Result<u32, StoreError> {
        let id = u32::try_from(self.names.len())
            .ok()
            .filter(|&id| id != u32::MAX)
            .ok_or(StoreError::IdLimit(what))?;
        self.names.push(name.clone());
        self.ids.insert(name, id);
        Ok(id)
    }
}

impl Symbols {
    /// Forgets the names from this id on.
    fn truncate(&mut self, count: usize) {
        for name in self.names.drain(count.min(self.names.len())..) {
            self.ids.remove(&name);
        }
    }
}

macro_rules! symbols {
    ($field:ident, $id:ident, $what:literal, $by_name:ident, $name_of:ident, $count:ident, $all:ident, $define:ident) => {
        #[doc = concat!("The id of the ", $what, " with this name.")]
        pub fn $by_name(&self, name: &str) -> Option<$id> {
            self.$field.ids.get(name).copied().map($id)
        }

        #[doc = concat!("The name of a ", $what, "; empty for an id that was never given.")]
        pub fn $name_of(&self, id: $id) -> &Arc<str> {
            static NONE: std::sync::LazyLock<Arc<str>> = std::sync::LazyLock::new(|| Arc::from(""));
            self.$field.names.get(id.0 as usize).unwrap_or(&NONE)
        }

        #[doc = concat!("How many ", $what, "s there are; their ids are 0 up to this.")]
        pub fn $count(&self) -> usize {
            self.$field.names.len()
        }

        #[doc = concat!("Every ", $what, " with its id, in the order of ids.")]
        pub fn $all(&self) -> impl Iterator<Item = ($id, &Arc<str>)> {
            self.$field.names.iter().enumerate().map(|(id, name)| ($id(id as u32), name))
        }

        /// Gives a new name the next id. The caller has looked that it is new.
        pub(crate) fn $define(&mut self, name: Arc<str>) -> Result<$id, StoreError> {
            Arc::make_mut(&mut self.$field).define(name, $what).map($id)
        }
    };
}

impl Catalog {
    symbols!(labels, LabelId, "label", label_id, label_name, label_count, labels, define_label);
    symbols!(
        types,
        TypeId,
        "relationship type",
        type_id,
        type_name,
        type_count,
        types,
        define_type
    );
    symbols!(keys, KeyId, "property key", key_id, key_name, key_count, keys, define_key);

    /// Whether the names are those of the other, held by both: then they have the same ids. Of
    /// names that are equal and were defined apart it may say no.
    pub fn is(&self, other: &Catalog) -> bool {
        Arc::ptr_eq(&self.labels, &other.labels)
            && Arc::ptr_eq(&self.types, &other.types)
            && Arc::ptr_eq(&self.keys, &other.keys)
    }

    /// Leaves so many labels, types and keys, the first ones: what a version knew that
    /// came before the others were defined.
    pub(crate) fn truncate(&mut self, labels: u32, types: u32, keys: u32) {
        for (symbols, count) in
            [(&mut self.labels, labels), (&mut self.types, types), (&mut self.keys, keys)]
        {
            if symbols.names.len() > count as usize {
                Arc::make_mut(symbols).truncate(count as usize);
            }
        }
    }
}
