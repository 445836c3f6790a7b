//! Declaring and dropping contradictions.
//!
//! A contradiction demands nothing of the graph, so that nothing is checked here but its
//! name and whether it is there already. Names are shared with indexes and constraints, so
//! that whoever drops one by its name drops the right thing.

use super::schema::Contradiction;
use super::{Change, Graph, StoreError, Writer};
use std::sync::Arc;

impl Writer {
    /// Declares a contradiction. Without a name it gets one that depends on the pattern and
    /// on nothing else.
    ///
    /// # Errors
    /// [`StoreError::ContradictionExists`] with the name of the one that is there, by that
    /// name or of the same pattern; [`StoreError::IndexExists`] and
    /// [`StoreError::ConstraintExists`] where one of those has the name.
    pub fn create_contradiction(
        &mut self,
        name: Option<&str>,
        pattern: &str,
    ) -> Result<Arc<str>, StoreError> {
        let name = match name {
            Some(name) => Arc::from(name),
            None => self.graph.unused_name("contradiction", pattern.to_owned()),
        };
        self.declare_contradiction(name.clone(), Arc::from(pattern))?;
        Ok(name)
    }

    pub(super) fn declare_contradiction(
        &mut self,
        name: Arc<str>,
        pattern: Arc<str>,
    ) -> Result<(), StoreError> {
        let same = |other: &&Contradiction| other.name == name || other.pattern == pattern;
        if let Some(other) = self.graph.contradictions().iter().find(same) {
            return Err(StoreError::ContradictionExists(other.name.to_string()));
        }
        if self.graph.constraints().iter().any(|other| other.name == name) {
            return Err(StoreError::ConstraintExists(name.to_string()));
        }
        if self.graph.index(&name).is_some() {
            return Err(StoreError::IndexExists(name.to_string()));
        }
        let contradiction = Contradiction { name, pattern };
        let schema = &mut Arc::make_mut(&mut self.graph).schema;
        Arc::make_mut(&mut schema.contradictions).push(contradiction.clone());
        self.changes.push(Change::CreateContradiction(contradiction));
        Ok(())
    }

    /// Drops a contradiction.
    ///
    /// # Errors
    /// [`StoreError::NoSuchContradiction`].
    pub fn drop_contradiction(&mut self, name: &str) -> Result<(), StoreError> {
        let mut declared = self.graph.contradictions().iter();
        let Some(place) = declared.position(|one| &*one.name == name) else {
            return Err(StoreError::NoSuchContradiction(name.to_owned()));
        };
        let schema = &mut Arc::make_mut(&mut self.graph).schema;
        let gone = Arc::make_mut(&mut schema.contradictions).remove(place);
        self.changes.push(Change::DropContradiction(gone.name));
        Ok(())
    }
}

impl Graph {
    /// The contradiction with this name.
    pub fn contradiction(&self, name: &str) -> Option<&Contradiction> {
        self.contradictions().iter().find(|one| &*one.name == name)
    }
}
