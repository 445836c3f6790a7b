//! Scopes: which names are visible, and as which variables.
//!
//! Frames lie on a stack. A *query* frame holds the columns of a query under way,
//! a *local* frame the variable of a comprehension, quantifier or reduce. A
//! *subquery* frame is the border of a subquery expression: whatever is found
//! below it is noted as an outer variable of that subquery.

use super::expression::VariableId;
use crate::function::TypeSet;
use indexmap::IndexMap;
use std::sync::Arc;

/// What is known of a value before the query runs.
#[derive(Clone, Copy, Debug)]
pub(super) struct StaticType {
    /// The types that it may have (null is always possible and not counted).
    pub(super) types: TypeSet,
    /// The types that its elements may have, where it is a list.
    pub(super) elements: TypeSet,
}

impl StaticType {
    /// Nothing is known.
    pub(super) const ANY: StaticType = StaticType { types: TypeSet::ANY, elements: TypeSet::ANY };

    /// One of the types.
    pub(super) const fn of(types: TypeSet) -> Self {
        StaticType { types, elements: TypeSet::ANY }
    }

    /// A list whose elements have one of the types.
    pub(super) const fn list(elements: TypeSet) -> Self {
        StaticType { types: TypeSet::LIST, elements }
    }

    /// Whether a value of this type may have one of `wanted`.
    pub(super) fn may_be(self, wanted: TypeSet) -> bool {
        wanted.accepts(self.types)
    }
}

/// A visible variable.
#[derive(Clone, Copy, Debug)]
pub(super) struct Entry {
    /// Its id.
    pub(super) id: VariableId,
    /// What it may hold.
    pub(super) of: StaticType,
}

#[derive(Debug)]
enum FrameKind {
    Query,
    Local,
    Subquery(Vec<VariableId>),
}

#[derive(Debug)]
struct Frame {
    kind: FrameKind,
    entries: IndexMap<Arc<str>, Entry>,
}

/// The stack of frames.
#[derive(Debug, Default)]
pub(super) struct Scopes {
    frames: Vec<Frame>,
}

impl Scopes {
    fn push(&mut self, kind: FrameKind) {
        self.frames.push(Frame { kind, entries: IndexMap::new() });
    }

    /// Opens the frame of a query.
    pub(super) fn push_query(&mut self) {
        self.push(FrameKind::Query);
    }

    /// Opens the frame of a comprehension.
    pub(super) fn push_local(&mut self) {
        self.push(FrameKind::Local);
    }

    /// Opens the border of a subquery expression.
    pub(super) fn push_subquery(&mut self) {
        self.push(FrameKind::Subquery(Vec::new()));
    }

    /// Closes the top frame; gives the outer variables where it was a subquery's border.
    pub(super) fn pop(&mut self) -> Vec<VariableId> {
        match self.frames.pop().map(|frame| frame.kind) {
            Some(FrameKind::Subquery(outer)) => outer,
            _ => Vec::new(),
        }
    }

    /// The number of open frames.
    pub(super) fn depth(&self) -> usize {
        self.frames.len()
    }

    /// Closes the frames that a failure left open.
    pub(super) fn truncate(&mut self, depth: usize) {
        self.frames.truncate(depth);
    }

    /// Makes a name visible in the top frame.
    pub(super) fn declare(&mut self, name: Arc<str>, entry: Entry) {
        if let Some(frame) = self.frames.last_mut() {
            frame.entries.insert(name, entry);
        }
    }

    /// Finds a name, and notes it in every subquery border that lies between.
    pub(super) fn resolve(&mut self, name: &str) -> Option<Entry> {
        let at = self.frames.iter().rposition(|frame| frame.entries.contains_key(name))?;
        let entry = *self.frames[at].entries.get(name)?;
        for frame in &mut self.frames[at + 1..] {
            if let FrameKind::Subquery(outer) = &mut frame.kind
                && !outer.contains(&entry.id)
            {
                outer.push(entry.id);
            }
        }
        Some(entry)
    }

    /// Finds a name without using it.
    pub(super) fn find(&self, name: &str) -> Option<Entry> {
        self.frames.iter().rev().find_map(|frame| frame.entries.get(name)).copied()
    }

    /// The columns of the innermost query, in order.
    pub(super) fn columns(&self) -> Vec<(Arc<str>, Entry)> {
        self.query_frame()
            .map(|frame| frame.entries.iter().map(|(name, entry)| (name.clone(), *entry)).collect())
            .unwrap_or_default()
    }

    /// Replaces the columns of the innermost query.
    pub(super) fn replace_columns(&mut self, columns: Vec<(Arc<str>, Entry)>) {
        if let Some(frame) =
            self.frames.iter_mut().rev().find(|frame| matches!(frame.kind, FrameKind::Query))
        {
            frame.entries = columns.into_iter().collect();
        }
    }

    fn query_frame(&self) -> Option<&Frame> {
        self.frames.iter().rev().find(|frame| matches!(frame.kind, FrameKind::Query))
    }

    /// Every visible name, for suggestions.
    pub(super) fn names(&self) -> impl Iterator<Item = &Arc<str>> {
        self.frames.iter().flat_map(|frame| frame.entries.keys())
    }
}
