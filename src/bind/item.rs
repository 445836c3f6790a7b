//! What the clauses that write do for each row: the elements that are created, the properties
//! and labels that are set and removed.

use super::expression::{Expression, VariableId};
use crate::syntax::diagnostic::Span;
use std::sync::Arc;

/// The name of a label, a type or a property key that a statement writes.
#[derive(Clone, Debug)]
pub enum NameSource {
    /// As the text has it.
    Written(Arc<str>),
    /// Computed for each row: a string; where there may be several, also a list of them.
    Dynamic(Expression),
}

impl NameSource {
    /// What it is computed from, if it is.
    pub fn dynamic(&self) -> Option<&Expression> {
        match self {
            NameSource::Written(_) => None,
            NameSource::Dynamic(expression) => Some(expression),
        }
    }
}

/// One element to create.
#[derive(Clone, Debug)]
pub enum CreateItem {
    /// A node.
    Node {
        /// Its variable.
        variable: VariableId,
        /// Its labels.
        labels: Vec<NameSource>,
        /// A map expression.
        properties: Option<Expression>,
        /// The pattern.
        span: Span,
    },
    /// A relationship; both ends are bound by then. A null end is an error.
    Relationship {
        /// Its variable.
        variable: VariableId,
        /// Its type.
        kind: NameSource,
        /// Where it starts.
        start: VariableId,
        /// Where it ends.
        end: VariableId,
        /// A map expression.
        properties: Option<Expression>,
        /// The pattern.
        span: Span,
    },
}

/// One bound item of SET.
#[derive(Clone, Debug)]
pub enum SetItem {
    /// `base.key = value`.
    Property(Expression, NameSource, Expression),
    /// `base = map`.
    Replace(VariableId, Expression),
    /// `base += map`.
    Merge(VariableId, Expression),
    /// `base:Label`.
    Labels(VariableId, Vec<NameSource>),
}

/// One bound item of REMOVE.
#[derive(Clone, Debug)]
pub enum RemoveItem {
    /// `base.key`.
    Property(Expression, NameSource),
    /// `base:Label`.
    Labels(VariableId, Vec<NameSource>),
}

impl CreateItem {
    /// The variable of the element to create.
    pub fn variable(&self) -> VariableId {
        match self {
            CreateItem::Node { variable, .. } | CreateItem::Relationship { variable, .. } => {
                *variable
            }
        }
    }

    /// Whatever it computes.
    pub fn expressions(&self) -> Vec<&Expression> {
        let (names, properties) = match self {
            CreateItem::Node { labels, properties, .. } => (labels.as_slice(), properties),
            CreateItem::Relationship { kind, properties, .. } => {
                (std::slice::from_ref(kind), properties)
            }
        };
        computed(names).chain(properties).collect()
    }

    /// Whether it looks at the graph before the clause while the clause writes.
    pub fn looks_before(&self) -> bool {
        self.expressions().into_iter().any(Expression::looks_before)
    }

    /// Whatever it computes, to be changed in place.
    pub(super) fn expressions_mut(&mut self) -> Vec<&mut Expression> {
        let (names, properties) = match self {
            CreateItem::Node { labels, properties, .. } => (labels.as_mut_slice(), properties),
            CreateItem::Relationship { kind, properties, .. } => {
                (std::slice::from_mut(kind), properties)
            }
        };
        computed_mut(names).chain(properties).collect()
    }
}

impl SetItem {
    /// Whatever it computes.
    pub fn expressions(&self) -> Vec<&Expression> {
        match self {
            SetItem::Property(base, key, value) => {
                computed(std::slice::from_ref(key)).chain([base, value]).collect()
            }
            SetItem::Replace(_, value) | SetItem::Merge(_, value) => vec![value],
            SetItem::Labels(_, labels) => computed(labels).collect(),
        }
    }

    /// Whether it looks at the graph before the clause while the clause writes.
    pub fn looks_before(&self) -> bool {
        self.expressions().into_iter().any(Expression::looks_before)
    }

    /// Whatever it computes, to be changed in place.
    pub(super) fn expressions_mut(&mut self) -> Vec<&mut Expression> {
        match self {
            SetItem::Property(base, key, value) => {
                computed_mut(std::slice::from_mut(key)).chain([base, value]).collect()
            }
            SetItem::Replace(_, value) | SetItem::Merge(_, value) => vec![value],
            SetItem::Labels(_, labels) => computed_mut(labels).collect(),
        }
    }
}

impl RemoveItem {
    /// Whatever it computes.
    pub fn expressions(&self) -> Vec<&Expression> {
        match self {
            RemoveItem::Property(base, key) => {
                computed(std::slice::from_ref(key)).chain([base]).collect()
            }
            RemoveItem::Labels(_, labels) => computed(labels).collect(),
        }
    }

    /// Whether it looks at the graph before the clause while the clause writes.
    pub fn looks_before(&self) -> bool {
        self.expressions().into_iter().any(Expression::looks_before)
    }

    /// Whatever it computes, to be changed in place.
    pub(super) fn expressions_mut(&mut self) -> Vec<&mut Expression> {
        match self {
            RemoveItem::Property(base, key) => {
                computed_mut(std::slice::from_mut(key)).chain([base]).collect()
            }
            RemoveItem::Labels(_, labels) => computed_mut(labels).collect(),
        }
    }
}

/// What names are computed from.
fn computed(names: &[NameSource]) -> impl Iterator<Item = &Expression> {
    names.iter().filter_map(NameSource::dynamic)
}

/// What names are computed from, to be changed in place.
fn computed_mut(names: &mut [NameSource]) -> impl Iterator<Item = &mut Expression> {
    names.iter_mut().filter_map(|name| match name {
        NameSource::Written(_) => None,
        NameSource::Dynamic(expression) => Some(expression),
    })
}
