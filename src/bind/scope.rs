//! Scopes: which names are visible, and as which variables.
//!
//! Frames lie on a stack. A *query* frame holds the columns of a query under way,
//! a *local* frame the variable of a comprehension, quantifier or reduce. A
//! *subquery* frame is the border of a subquery expression: whatever is found
//! below it is noted as an outer variable of that subquery. A *call* frame is the
//! border of a subquery of CALL: nothing below it is seen but what it imports, unless
//! it is open.

use super::expression::VariableId;
use crate::function::TypeSet;
use indexmap::{IndexMap, IndexSet};
use std::sync::Arc;

/// The first character of the name of a hidden column, which no query can write.
const HIDDEN: char = '\0';

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

    /// Of one type or of the other.
    pub(super) const fn or(self, other: StaticType) -> Self {
        StaticType {
            types: self.types.union(other.types),
            elements: self.elements.union(other.elements),
        }
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
    Subquery(IndexSet<VariableId>),
    /// What was imported. The frame's entries are those that a scope clause names.
    Call(IndexSet<VariableId>),
    OpenCall(IndexSet<VariableId>),
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
        self.push(FrameKind::Subquery(IndexSet::new()));
    }

    /// Opens the border of a subquery of CALL that sees these variables everywhere.
    pub(super) fn push_call(&mut self, imports: Vec<(Arc<str>, Entry)>) {
        self.push(FrameKind::Call(imports.iter().map(|(_, entry)| entry.id).collect()));
        imports.into_iter().for_each(|(name, entry)| self.declare(name, entry));
    }

    /// Opens the border of a subquery of CALL that sees everything.
    pub(super) fn push_open_call(&mut self) {
        self.push(FrameKind::OpenCall(IndexSet::new()));
    }

    /// Closes the top frame; gives the outer variables where it was a subquery's border:
    /// those that were found through it, or that its scope clause names.
    pub(super) fn pop(&mut self) -> Vec<VariableId> {
        match self.frames.pop().map(|frame| frame.kind) {
            Some(
                FrameKind::Subquery(outer) | FrameKind::Call(outer) | FrameKind::OpenCall(outer),
            ) => outer.into_iter().collect(),
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
        resolve_in(&mut self.frames, name)
    }

    /// The place of the innermost border of a subquery of CALL.
    fn call_border(&self) -> Option<usize> {
        let is_border = |frame: &Frame| matches!(frame.kind, FrameKind::Call(_));
        self.frames.iter().rposition(is_border)
    }

    /// Makes a variable from outside of the innermost subquery of CALL one of the
    /// present columns; tells whether it is there.
    pub(super) fn import(&mut self, name: &str) -> bool {
        let Some(border) = self.call_border() else { return false };
        let Some(entry) = resolve_in(&mut self.frames[..border], name) else { return false };
        if let FrameKind::Call(imports) = &mut self.frames[border].kind {
            imports.insert(entry.id);
        }
        self.declare(name.into(), entry);
        true
    }

    /// Imports every variable that is visible outside of the innermost subquery of CALL.
    pub(super) fn import_all(&mut self) {
        let Some(border) = self.call_border() else { return };
        for (name, _) in visible_in(&self.frames[..border]) {
            self.import(&name);
        }
    }

    /// Whether a name is visible outside of the innermost subquery of CALL only.
    pub(super) fn is_outside(&self, name: &str) -> bool {
        let Some(border) = self.call_border() else { return false };
        lookup(&self.frames[..border], name).is_some()
    }

    /// The variable that a name stands for in the whole of the innermost subquery of
    /// CALL, because it is imported or the border is open.
    pub(super) fn imported(&self, name: &str) -> Option<VariableId> {
        let query = self.frames.iter().rposition(|frame| matches!(frame.kind, FrameKind::Query))?;
        let border = query.checked_sub(1)?;
        match self.frames[border].kind {
            FrameKind::Call(_) => self.frames[border].entries.get(name).map(|entry| entry.id),
            FrameKind::OpenCall(_) => lookup(&self.frames[..border], name).map(|(_, it)| it.id),
            _ => None,
        }
    }

    /// Every visible variable.
    pub(super) fn visible_ids(&self) -> Vec<VariableId> {
        visible_in(&self.frames).values().map(|entry| entry.id).collect()
    }

    /// Finds a name without using it.
    pub(super) fn find(&self, name: &str) -> Option<Entry> {
        self.frames.iter().rev().find_map(|frame| frame.entries.get(name)).copied()
    }

    /// The columns of the innermost query, in order, without hidden ones.
    pub(super) fn columns(&self) -> Vec<(Arc<str>, Entry)> {
        self.own_entries(false)
    }

    /// The columns of the innermost query that have no name in the text: what they are
    /// stands in the rows and is asked for by functions.
    pub(super) fn hidden_columns(&self) -> Vec<(Arc<str>, Entry)> {
        self.own_entries(true)
    }

    /// Whether the innermost query has a column of this name.
    pub(super) fn has_column(&self, name: &str) -> bool {
        self.query_frame().is_some_and(|frame| frame.entries.contains_key(name))
    }

    fn own_entries(&self, hidden: bool) -> Vec<(Arc<str>, Entry)> {
        let entries = self.query_frame().into_iter().flat_map(|frame| &frame.entries);
        entries
            .filter(|(name, _)| name.starts_with(HIDDEN) == hidden)
            .map(|(name, entry)| (name.clone(), *entry))
            .collect()
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
        let border = self.call_border().unwrap_or(0);
        let names = self.frames[border..].iter().flat_map(|frame| frame.entries.keys());
        names.filter(|name| !name.starts_with(HIDDEN))
    }
}

/// Finds a name in the uppermost frame that has it, and notes it in every subquery
/// border that lies between.
fn resolve_in(frames: &mut [Frame], name: &str) -> Option<Entry> {
    let (last, entry) = lookup(frames, name)?;
    for frame in &mut frames[last + 1..] {
        if let FrameKind::Subquery(outer) | FrameKind::OpenCall(outer) = &mut frame.kind {
            outer.insert(entry.id);
        }
    }
    Some(entry)
}

/// The uppermost of these frames that has a name, and what it stands for there.
fn lookup(frames: &[Frame], name: &str) -> Option<(usize, Entry)> {
    let last = frames.iter().rposition(|frame| {
        frame.entries.contains_key(name) || matches!(frame.kind, FrameKind::Call(_))
    })?;
    Some((last, *frames[last].entries.get(name)?))
}

/// What is visible in these frames.
fn visible_in(frames: &[Frame]) -> IndexMap<Arc<str>, Entry> {
    let border = frames.iter().rposition(|frame| matches!(frame.kind, FrameKind::Call(_)));
    let mut visible = IndexMap::new();
    for frame in &frames[border.unwrap_or(0)..] {
        visible.extend(frame.entries.iter().map(|(name, entry)| (name.clone(), *entry)));
    }
    visible
}
