//! Declaring and dropping what the schema holds: indexes, constraints, edge types.

use super::check::{check_constraint, check_edge_type};
use super::schema::{Constraint, ConstraintKind, EdgeType, EndRule, SchemaTarget};
use super::{Change, Graph, KeyId, StoreError, TypeId, Writer};
use std::sync::Arc;

/// When a new index is filled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Filling {
    Now,
    /// When it is first used: replaying a log reads no column for it.
    Later,
}

impl Writer {
    /// Makes an index, and enters the elements there are. Without a name it gets one
    /// that depends on what it is about and on nothing else.
    ///
    /// # Errors
    /// [`StoreError::IndexExists`] with the name of the one that is there, by that name
    /// or on the same keys; [`StoreError::ConstraintExists`] where a constraint has the name,
    /// [`StoreError::ContradictionExists`] where a contradiction has it,
    /// [`StoreError::Stopped`].
    pub fn create_index(
        &mut self,
        name: Option<&str>,
        target: SchemaTarget,
        keys: Vec<KeyId>,
    ) -> Result<Arc<str>, StoreError> {
        let name = match name {
            Some(name) => Arc::from(name),
            None => self.graph.invented_name("index", "", target, &keys),
        };
        self.declare_index(name.clone(), target, keys, Filling::Now)?;
        Ok(name)
    }

    /// Makes an index that is filled now or when it is first used.
    pub(crate) fn declare_index(
        &mut self,
        name: Arc<str>,
        target: SchemaTarget,
        keys: Vec<KeyId>,
        filling: Filling,
    ) -> Result<(), StoreError> {
        self.refuse_index(&name, Some((target, &keys)))?;
        if self.graph.constraints().iter().any(|constraint| constraint.name == name) {
            return Err(StoreError::ConstraintExists(name.to_string()));
        }
        self.refuse_contradiction(&name)?;
        self.add_index(name.clone(), target, keys.clone(), filling)?;
        self.changes.push(Change::CreateIndex { name, target, keys });
        Ok(())
    }

    fn add_index(
        &mut self,
        name: Arc<str>,
        target: SchemaTarget,
        keys: Vec<KeyId>,
        filling: Filling,
    ) -> Result<(), StoreError> {
        if filling == Filling::Later {
            let index = self.graph.index_later(name, target, keys);
            Arc::make_mut(&mut self.graph).push_index(index);
            return Ok(());
        }
        let entries = self.graph.index_entries(target, &keys, &self.stop)?;
        Arc::make_mut(&mut self.graph).add_index(name, target, keys, entries);
        // Nobody shall gather the entries once more only to return to a later savepoint.
        self.base = None;
        Ok(())
    }

    /// Refuses the name of a contradiction.
    fn refuse_contradiction(&self, name: &str) -> Result<(), StoreError> {
        match self.graph.contradiction(name) {
            Some(other) => Err(StoreError::ContradictionExists(other.name.to_string())),
            None => Ok(()),
        }
    }

    /// Refuses what an index has already: the name, or the same keys in the same order.
    fn refuse_index(
        &self,
        name: &str,
        same: Option<(SchemaTarget, &[KeyId])>,
    ) -> Result<(), StoreError> {
        let there =
            self.graph.indexes().iter().find(|index| {
                &**index.name() == name || same == Some((index.target(), index.keys()))
            });
        match there {
            Some(index) => Err(StoreError::IndexExists(index.name().to_string())),
            None => Ok(()),
        }
    }

    /// Drops an index that no constraint owns.
    ///
    /// # Errors
    /// [`StoreError::NoSuchIndex`], [`StoreError::IndexOwned`].
    pub fn drop_index(&mut self, name: &str) -> Result<(), StoreError> {
        if self.graph.constraints().iter().any(|constraint| &*constraint.name == name)
            && self.graph.index(name).is_some()
        {
            return Err(StoreError::IndexOwned(name.to_owned()));
        }
        if self.graph.index(name).is_none() {
            return Err(StoreError::NoSuchIndex(name.to_owned()));
        }
        Arc::make_mut(&mut self.graph).remove_index(name);
        self.changes.push(Change::DropIndex(Arc::from(name)));
        Ok(())
    }

    /// Makes a constraint, which the graph must already keep; one that forbids equal
    /// values owns an index of its name. Without a name it gets one as an index does.
    ///
    /// # Errors
    /// [`StoreError::ConstraintExists`] with the name of the one that is there, by that
    /// name or of the same kind on the same keys; [`StoreError::IndexExists`] where an
    /// index has the name or, for one that would own an index, the keys;
    /// [`StoreError::ContradictionExists`] where a contradiction has the name;
    /// [`StoreError::Violation`]; [`StoreError::Stopped`].
    pub fn create_constraint(
        &mut self,
        name: Option<&str>,
        target: SchemaTarget,
        keys: Vec<KeyId>,
        kind: ConstraintKind,
    ) -> Result<Arc<str>, StoreError> {
        let name = match name {
            Some(name) => Arc::from(name),
            None => self.graph.invented_name("constraint", kind_word(&kind), target, &keys),
        };
        let before = self.savepoint();
        self.declare_constraint(name.clone(), (target, keys), kind, Filling::Now)?;
        let kept = match self.graph.constraints().last() {
            Some(constraint) => check_constraint(&self.graph, constraint, &self.stop),
            None => Ok(()),
        };
        if let Err(violation) = kept {
            self.rollback_to(&before);
            return Err(violation);
        }
        Ok(name)
    }

    /// Makes a constraint without holding the elements there are to it; its index is filled now
    /// or when it is first used.
    pub(crate) fn declare_constraint(
        &mut self,
        name: Arc<str>,
        (target, keys): (SchemaTarget, Vec<KeyId>),
        kind: ConstraintKind,
        filling: Filling,
    ) -> Result<(), StoreError> {
        let same = |other: &&Constraint| {
            let alike = std::mem::discriminant(&other.kind) == std::mem::discriminant(&kind);
            other.name == name || (other.target == target && other.keys == keys && alike)
        };
        if let Some(other) = self.graph.constraints().iter().find(same) {
            return Err(StoreError::ConstraintExists(other.name.to_string()));
        }
        self.refuse_index(&name, kind.is_unique().then_some((target, &keys)))?;
        self.refuse_contradiction(&name)?;
        if kind.is_unique() {
            self.add_index(name.clone(), target, keys.clone(), filling)?;
        }
        let constraint = Constraint { name, target, keys, kind };
        let graph = Arc::make_mut(&mut self.graph);
        Arc::make_mut(&mut graph.schema.constraints).push(constraint.clone());
        self.changes.push(Change::CreateConstraint(Box::new(constraint)));
        Ok(())
    }

    /// Drops a constraint, and its index with it.
    ///
    /// # Errors
    /// [`StoreError::NoSuchConstraint`].
    pub fn drop_constraint(&mut self, name: &str) -> Result<(), StoreError> {
        let constraints = self.graph.constraints();
        let Some(place) = constraints.iter().position(|constraint| &*constraint.name == name)
        else {
            return Err(StoreError::NoSuchConstraint(name.to_owned()));
        };
        let graph = Arc::make_mut(&mut self.graph);
        let constraint = Arc::make_mut(&mut graph.schema.constraints).remove(place);
        if constraint.kind.is_unique() {
            graph.remove_index(name);
        }
        self.changes.push(Change::DropConstraint(constraint.name));
        Ok(())
    }

    /// Declares what the relationships of a type may connect, which they must already
    /// keep to. `replace` allows that the type has an edge type.
    ///
    /// # Errors
    /// [`StoreError::EdgeTypeExists`], [`StoreError::Violation`], [`StoreError::Stopped`].
    pub fn create_edge_type(
        &mut self,
        kind: TypeId,
        alternatives: Vec<(EndRule, EndRule)>,
        replace: bool,
    ) -> Result<(), StoreError> {
        if !replace && self.graph.edge_types().iter().any(|edge| edge.kind == kind) {
            let name = self.graph.catalog.type_name(kind).to_string();
            return Err(StoreError::EdgeTypeExists(name));
        }
        let before = self.savepoint();
        self.declare_edge_type(kind, alternatives);
        let edge = self.graph.edge_types().iter().find(|edge| edge.kind == kind);
        if let Some(edge) = edge
            && let Err(violation) = check_edge_type(&self.graph, edge, &self.stop)
        {
            self.rollback_to(&before);
            return Err(violation);
        }
        Ok(())
    }

    /// Declares an edge type without a look at the relationships there are.
    pub(crate) fn declare_edge_type(
        &mut self,
        kind: TypeId,
        alternatives: Vec<(EndRule, EndRule)>,
    ) {
        let edge_types = Arc::make_mut(&mut Arc::make_mut(&mut self.graph).schema.edge_types);
        match edge_types.iter_mut().find(|edge| edge.kind == kind) {
            Some(edge) => edge.alternatives.clone_from(&alternatives),
            None => edge_types.push(EdgeType { kind, alternatives: alternatives.clone() }),
        }
        self.changes.push(Change::DefineEdgeType(kind, alternatives));
    }

    /// Lets the relationships of a type connect anything again.
    ///
    /// # Errors
    /// [`StoreError::NoSuchEdgeType`].
    pub fn drop_edge_type(&mut self, kind: &str) -> Result<(), StoreError> {
        match self.graph.catalog.type_id(kind) {
            Some(kind) => self.drop_edge_type_with(kind),
            None => Err(StoreError::NoSuchEdgeType(kind.to_owned())),
        }
    }

    pub(crate) fn drop_edge_type_with(&mut self, kind: TypeId) -> Result<(), StoreError> {
        let Some(place) = self.graph.edge_types().iter().position(|edge| edge.kind == kind) else {
            let name = self.graph.catalog.type_name(kind).to_string();
            return Err(StoreError::NoSuchEdgeType(name));
        };
        Arc::make_mut(&mut Arc::make_mut(&mut self.graph).schema.edge_types).remove(place);
        self.changes.push(Change::DropEdgeType(kind));
        Ok(())
    }
}

fn kind_word(kind: &ConstraintKind) -> &'static str {
    match kind {
        ConstraintKind::Unique => "unique",
        ConstraintKind::Key => "key",
        ConstraintKind::Exists => "exists",
        ConstraintKind::Type(_) => "type",
    }
}

impl Graph {
    /// The name of an index or a constraint that was given none: the same for the same
    /// declaration in every database, unless that name is taken.
    fn invented_name(
        &self,
        what: &str,
        kind: &str,
        target: SchemaTarget,
        keys: &[KeyId],
    ) -> Arc<str> {
        let mut text = match target {
            SchemaTarget::Label(label) => format!("(:{})", self.catalog.label_name(label)),
            SchemaTarget::Type(kind) => format!("[:{}]", self.catalog.type_name(kind)),
        };
        for &key in keys {
            text.push('\0');
            text.push_str(self.catalog.key_name(key));
        }
        text.push_str(kind);
        self.unused_name(what, text)
    }

    /// A name that follows from what is named, unless it is taken.
    pub(super) fn unused_name(&self, what: &str, mut text: String) -> Arc<str> {
        let taken = |name: &str| {
            self.index(name).is_some()
                || self.contradiction(name).is_some()
                || self.constraints().iter().any(|other| &*other.name == name)
        };
        loop {
            let name = format!("{what}_{:08x}", crc32c::crc32c(text.as_bytes()));
            if !taken(&name) {
                return name.into();
            }
            text.push('\0');
        }
    }
}
