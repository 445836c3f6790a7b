//! Support: what each row rests on, for WHY.
//!
//! A row carries one hidden value, a set of elements. It is put together from ordinary values,
//! so that it travels like any column, and no variable of a query ever holds it:
//!
//! ```text
//! Path              a set: relationships, and nodes
//! List [List, Path] a union: sets that are shared with other rows, and an own one
//! Null              the empty set
//! ```
//! A set of more than [`OWN`] elements is shared and never copied, so that a row which branches
//! off from a large group costs no more than another. Grouping unites ([`Union`]): there
//! the set is exact, and each shared part is looked at once.

use super::context::{Context, internal};
use super::expression::Physical;
use super::mapper::Mapper;
use super::pipeline::{Flow, Next, PushOperator};
use super::vectorised::{Rows, evaluate};
use crate::plan::operator::OperatorKind;
use crate::store::Visited;
use crate::syntax::diagnostic::Diagnostic;
use crate::value::{Endpoint, Path, RelationshipId, Value};
use crate::vector::{DataChunk, Vector};
use hashbrown::HashSet;
use std::sync::Arc;

/// Elements of a set that a row copies; larger ones are shared.
const OWN: usize = 64;

/// Shared sets of a row; more become one.
const SHARED: usize = 16;

/// Adds the column of what rows rest on, to rows that all live.
pub(super) struct Support {
    /// Columns of elements.
    elements: Vec<usize>,
    /// What gives sets.
    supports: Vec<Physical>,
    /// Whether the set is read later.
    produce: bool,
    /// The nodes that somebody has made a claim about: of nodes only these are statements.
    claimed: Visited,
    /// Whether there are any.
    any_claimed: bool,
}

impl Support {
    /// Maps the logical operator.
    pub(super) fn map(
        mapper: &mut Mapper<'_, '_>,
        kind: &OperatorKind,
    ) -> Result<Self, Diagnostic> {
        let OperatorKind::Support { elements, supports, after } = kind else {
            return Err(internal("this is no support", None));
        };
        let elements = elements.iter().map(|&variable| mapper.slot(variable));
        let elements = elements.collect::<Result<_, _>>()?;
        let supports = mapper.compiler().all(supports)?;
        let produce = mapper.add_if_read(*after);
        let options = mapper.context.options;
        let claimed = options.whole.unwrap_or(&mapper.context.graph).claimed_nodes();
        let any_claimed = !claimed.is_empty();
        Ok(Support { elements, supports, produce, claimed, any_claimed })
    }

    /// The sets of all rows of a flat chunk.
    fn sets(&self, context: &Context<'_>, chunk: &DataChunk) -> Result<Vec<Value>, Diagnostic> {
        let rows = Rows::of(chunk);
        let supports = self.supports.iter().map(|support| evaluate(context, support, &rows));
        let supports = supports.collect::<Result<Vec<Vector>, Diagnostic>>()?;
        let mut sets = Vec::with_capacity(chunk.len);
        for row in 0..chunk.len {
            context.guard.step()?;
            let mut set = RowSet::default();
            supports.iter().for_each(|support| set.unite(&support.get(row)));
            for column in self.elements.iter().filter_map(|&slot| chunk.columns.get(slot)) {
                match column.relationship(row) {
                    Some(relationship) => self.add_relationship(context, relationship, &mut set),
                    None => self.add(context, column.get(row), &mut set),
                }
            }
            sets.push(set.into_value());
        }
        Ok(sets)
    }

    fn add_relationship(
        &self,
        context: &Context<'_>,
        relationship: RelationshipId,
        set: &mut RowSet,
    ) {
        set.own.relationships.push(relationship);
        if self.any_claimed
            && let Some(record) = context.graph.relationship(relationship)
        {
            self.add_node(record.start, set);
            self.add_node(record.end, set);
        }
    }

    /// Adds an end if it is a node that is a statement.
    fn add_node(&self, end: Endpoint, set: &mut RowSet) {
        if matches!(end, Endpoint::Node(node) if self.claimed.contains(node.0)) {
            set.own.elements.push(end);
        }
    }

    /// Adds the elements in a value.
    fn add(&self, context: &Context<'_>, value: Value, set: &mut RowSet) {
        let mut open = vec![value];
        while let Some(value) = open.pop() {
            match value {
                Value::Node(node) => self.add_node(Endpoint::Node(node), set),
                Value::Relationship(relationship) => {
                    self.add_relationship(context, relationship, set);
                }
                Value::Path(path) => {
                    for relationship in &path.relationships {
                        self.add_relationship(context, *relationship, set);
                    }
                    for element in &path.elements {
                        match element {
                            Endpoint::Node(_) => self.add_node(*element, set),
                            Endpoint::Relationship(relationship) => {
                                self.add_relationship(context, *relationship, set);
                            }
                        }
                    }
                }
                Value::List(values) => open.extend(values.iter().cloned()),
                Value::Map(map) => open.extend(map.values().cloned()),
                _ => {}
            }
        }
    }
}

impl PushOperator for Support {
    fn push(
        &mut self,
        context: &Context<'_>,
        mut chunk: DataChunk,
        next: &mut Next<'_>,
    ) -> Result<Flow, Diagnostic> {
        if self.produce {
            let sets = self.sets(context, &chunk)?;
            chunk.columns.push(Vector::Dynamic(Arc::new(sets)));
        }
        next.push(context, chunk)
    }
}

/// The set of a row while it is put together.
#[derive(Default)]
struct RowSet {
    shared: Vec<Value>,
    own: Set,
}

/// Elements, some of them perhaps twice.
#[derive(Clone, Default)]
struct Set {
    relationships: Vec<RelationshipId>,
    elements: Vec<Endpoint>,
}

/// How many elements a set holds.
fn size(set: &Path) -> usize {
    set.relationships.len() + set.elements.len()
}

impl RowSet {
    /// Adds what a set holds: copied if there is little of it, and else shared.
    fn unite(&mut self, set: &Value) {
        match set {
            Value::Path(path) if size(path) <= OWN => self.copy(path),
            Value::List(list) => match list.as_slice() {
                [Value::List(shared), Value::Path(own)]
                    if shared.len() + self.shared.len() < SHARED && size(own) <= OWN =>
                {
                    self.shared.extend(shared.iter().cloned());
                    self.copy(own);
                }
                sets if copies(sets) => {
                    for set in sets {
                        if let Value::Path(path) = set {
                            self.copy(path);
                        }
                    }
                }
                _ => self.shared.push(set.clone()),
            },
            Value::Path(_) => self.shared.push(set.clone()),
            _ => {}
        }
    }

    fn copy(&mut self, path: &Path) {
        self.own.relationships.extend_from_slice(&path.relationships);
        self.own.elements.extend_from_slice(&path.elements);
    }

    fn into_value(self) -> Value {
        let RowSet { mut shared, own } = self;
        let Set { relationships, elements } = own;
        let alone = relationships.is_empty() && elements.is_empty();
        match (shared.as_slice(), alone) {
            ([], true) => return Value::Null,
            ([_], true) => return shared.pop().unwrap_or_default(),
            _ => {}
        }
        let own = Value::Path(Arc::new(Path { elements, relationships }));
        if shared.is_empty() {
            return own;
        }
        Value::List(Arc::new(vec![Value::List(Arc::new(shared)), own]))
    }
}

/// Whether sets hold so little that it is copied.
fn copies(sets: &[Value]) -> bool {
    let mut left = OWN;
    sets.len() <= OWN
        && sets.iter().all(|set| match set {
            Value::Null => true,
            Value::Path(path) => match left.checked_sub(size(path)) {
                Some(rest) => {
                    left = rest;
                    true
                }
                None => false,
            },
            _ => false,
        })
}

/// The exact union of sets.
#[derive(Debug, Default)]
pub(super) struct Union {
    relationships: Vec<RelationshipId>,
    elements: Vec<Endpoint>,
    /// How many elements there were when they were last sorted.
    sorted: usize,
    /// The shared sets that have been looked at; held, so that their places stay theirs.
    seen: HashSet<usize>,
    held: Vec<Value>,
}

impl Union {
    /// Adds what a set holds.
    pub(super) fn add(&mut self, set: &Value) {
        let mut open = vec![set];
        while let Some(set) = open.pop() {
            match set {
                Value::Path(path) => {
                    if size(path) > OWN && self.saw(set, Arc::as_ptr(path) as usize) {
                        continue;
                    }
                    self.relationships.extend_from_slice(&path.relationships);
                    self.elements.extend_from_slice(&path.elements);
                }
                Value::List(list) => {
                    let shared = Arc::strong_count(list) > 1;
                    if shared && self.saw(set, Arc::as_ptr(list) as usize) {
                        continue;
                    }
                    open.extend(list.iter());
                }
                _ => {}
            }
        }
        let count = self.relationships.len() + self.elements.len();
        if count > 2 * self.sorted + OWN {
            self.sort();
        }
    }

    /// The same, and accounts for what it keeps.
    pub(super) fn add_counted(
        &mut self,
        context: &Context<'_>,
        set: &Value,
    ) -> Result<(), Diagnostic> {
        context.guard.step()?;
        let before = self.bytes();
        self.add(set);
        let after = self.bytes();
        context.guard.release(before.saturating_sub(after));
        context.guard.keep(after.saturating_sub(before))
    }

    /// Whether a shared set was looked at before; from now on it was.
    fn saw(&mut self, set: &Value, place: usize) -> bool {
        let new = self.seen.insert(place);
        if new {
            self.held.push(set.clone());
        }
        !new
    }

    fn sort(&mut self) {
        self.relationships.sort_unstable();
        self.relationships.dedup();
        self.elements.sort_unstable();
        self.elements.dedup();
        self.sorted = self.relationships.len() + self.elements.len();
    }

    /// Bytes that it takes, roughly.
    fn bytes(&self) -> usize {
        self.relationships.capacity() * 4 + self.elements.capacity() * 8 + self.held.len() * 64
    }

    /// The union as a set.
    pub(super) fn into_value(mut self) -> Value {
        self.sort();
        if self.sorted == 0 {
            return Value::Null;
        }
        let Union { mut relationships, mut elements, .. } = self;
        relationships.shrink_to_fit();
        elements.shrink_to_fit();
        Value::Path(Arc::new(Path { elements, relationships }))
    }
}

/// The union of two sets, both of them shared.
pub(super) fn united_with(one: Value, other: Value) -> Value {
    match (one, other) {
        (Value::Null, alone) | (alone, Value::Null) => alone,
        (one, other) => Value::List(Arc::new(vec![one, other])),
    }
}

/// The elements of a set that a row rests on, each once: relationships, then nodes.
#[must_use]
pub fn supporting(set: &Value) -> Vec<Endpoint> {
    let mut union = Union::default();
    union.add(set);
    union.sort();
    let relationships = union.relationships.into_iter().map(Endpoint::Relationship);
    relationships.chain(union.elements).collect()
}
