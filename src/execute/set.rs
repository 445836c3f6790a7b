//! SET and REMOVE: properties and labels of elements, row by row.

use super::compile::Compiler;
use super::context::{Context, internal};
use super::evaluate::{Row, evaluate_row};
use super::expression::{Physical, type_name};
use super::label::Name;
use super::layout::Layout;
use super::limit::{CHANGE_BYTES, value_bytes};
use super::session::{Rows, Session};
use crate::plan::operator::{NameSource, RemoveItem, SetItem};
use crate::syntax::diagnostic::{Diagnostic, Span};
use crate::value::{ElementReader, Endpoint, EvaluationError, NodeId, Value};
use std::sync::Arc;

/// One compiled item.
enum Item {
    /// `base.key = value`; without a value it is removed.
    Property(Physical, Name, Option<Physical>),
    /// `base = map`, or `base += map` where the flag is set.
    Map(Physical, Physical, bool),
    /// Labels to add, or to remove where the flag is set.
    Labels(Physical, Vec<Name>, bool),
}

/// A change that an item makes in a row.
enum Change {
    Property(Endpoint, Arc<str>, Value),
    Labels(NodeId, Vec<Arc<str>>, bool),
}

/// The items of a SET or REMOVE, ready to run.
pub(super) struct Changes {
    items: Vec<Item>,
    span: Option<Span>,
}

impl Changes {
    /// Compiles the items of a SET.
    pub(super) fn set(
        context: &Context<'_>,
        layout: &Layout,
        items: &[SetItem],
        span: Option<Span>,
    ) -> Result<Self, Diagnostic> {
        let place = span.unwrap_or_default();
        let items = items.iter().map(|item| {
            let mut compiler = Compiler::new(context, layout);
            Ok(match item {
                SetItem::Property(base, key, value) => Item::Property(
                    compiler.compile(base)?,
                    key_name(context, layout, key)?,
                    Some(compiler.compile(value)?),
                ),
                SetItem::Replace(variable, value) => {
                    Item::Map(compiler.variable(*variable, place)?, compiler.compile(value)?, false)
                }
                SetItem::Merge(variable, value) => {
                    Item::Map(compiler.variable(*variable, place)?, compiler.compile(value)?, true)
                }
                SetItem::Labels(variable, labels) => {
                    let labels = Name::compile(context, layout, labels)?;
                    Item::Labels(compiler.variable(*variable, place)?, labels, false)
                }
            })
        });
        Ok(Changes { items: items.collect::<Result<_, Diagnostic>>()?, span })
    }

    /// Compiles the items of a REMOVE.
    fn remove(
        context: &Context<'_>,
        layout: &Layout,
        items: &[RemoveItem],
        span: Option<Span>,
    ) -> Result<Self, Diagnostic> {
        let place = span.unwrap_or_default();
        let items = items.iter().map(|item| {
            let mut compiler = Compiler::new(context, layout);
            Ok(match item {
                RemoveItem::Property(base, key) => {
                    Item::Property(compiler.compile(base)?, key_name(context, layout, key)?, None)
                }
                RemoveItem::Labels(variable, labels) => {
                    let labels = Name::compile(context, layout, labels)?;
                    Item::Labels(compiler.variable(*variable, place)?, labels, true)
                }
            })
        });
        Ok(Changes { items: items.collect::<Result<_, Diagnostic>>()?, span })
    }
}

impl Item {
    /// What the item does in a row, on the graph as it is; nothing where its base is null.
    fn changes(&self, context: &Context<'_>, row: Row<'_>) -> Result<Vec<Change>, Diagnostic> {
        let value_of =
            |expression: &Physical| evaluate_row(context, expression, row, &mut Vec::new());
        let (Item::Property(base, ..) | Item::Map(base, ..) | Item::Labels(base, ..)) = self;
        let target = value_of(base)?;
        if matches!(target, Value::Null) {
            return Ok(Vec::new());
        }
        let element = element(&target, base)?;
        match (self, element) {
            (Item::Property(_, key, value), _) => {
                let value = value.as_ref().map_or(Ok(Value::Null), value_of)?;
                Ok(vec![Change::Property(element, key.key(context, row)?, value)])
            }
            (Item::Map(_, map, adds), _) => {
                map_changes(context, element, &value_of(map)?, map, *adds)
            }
            (Item::Labels(_, labels, removes), Endpoint::Node(node)) => {
                let labels = Name::labels(context, labels, row)?;
                Ok(vec![Change::Labels(node, labels, *removes)])
            }
            (Item::Labels(..), Endpoint::Relationship(_)) => {
                Err(base.failure(EvaluationError::wrong_type("a Relationship has no labels")))
            }
        }
    }
}

/// The key of a property, ready to run.
fn key_name(context: &Context<'_>, layout: &Layout, key: &NameSource) -> Result<Name, Diagnostic> {
    let compiled = Name::compile(context, layout, std::slice::from_ref(key))?;
    compiled.into_iter().next().ok_or_else(|| internal("a property has no key", None))
}

/// The element that is to be changed.
fn element(target: &Value, base: &Physical) -> Result<Endpoint, Diagnostic> {
    match target {
        Value::Node(node) => Ok(Endpoint::Node(*node)),
        Value::Relationship(relationship) => Ok(Endpoint::Relationship(*relationship)),
        other => Err(base.failure(EvaluationError::wrong_type(format!(
            "only Nodes and Relationships can be changed, but got {}",
            type_name(other)
        )))),
    }
}

/// Sets every entry; unless it only adds, everything else is removed.
fn map_changes(
    context: &Context<'_>,
    element: Endpoint,
    value: &Value,
    expression: &Physical,
    adds: bool,
) -> Result<Vec<Change>, Diagnostic> {
    let map = match value {
        Value::Map(map) => (**map).clone(),
        Value::Node(node) => ElementReader::properties(context, Endpoint::Node(*node)),
        Value::Relationship(relationship) => {
            ElementReader::properties(context, Endpoint::Relationship(*relationship))
        }
        other => {
            return Err(expression.failure(EvaluationError::wrong_type(format!(
                "properties are given as a Map, Node or Relationship, but got {}",
                type_name(other)
            ))));
        }
    };
    let mut changes = Vec::new();
    if !adds {
        for key in ElementReader::properties(context, element).into_keys() {
            if !map.contains_key(&key) {
                changes.push(Change::Property(element, key, Value::Null));
            }
        }
    }
    changes.extend(map.into_iter().map(|(key, value)| Change::Property(element, key, value)));
    Ok(changes)
}

impl Session<'_> {
    /// Sets properties and labels for all rows.
    pub(super) fn set(
        &mut self,
        items: &[SetItem],
        rows: &Rows,
        span: Option<Span>,
    ) -> Result<(), Diagnostic> {
        let changes = Changes::set(&self.context(), &rows.layout, items, span)?;
        self.change_all(&changes, rows)
    }

    /// Removes properties and labels for all rows.
    pub(super) fn remove(
        &mut self,
        items: &[RemoveItem],
        rows: &Rows,
        span: Option<Span>,
    ) -> Result<(), Diagnostic> {
        let changes = Changes::remove(&self.context(), &rows.layout, items, span)?;
        self.change_all(&changes, rows)
    }

    fn change_all(&mut self, changes: &Changes, rows: &Rows) -> Result<(), Diagnostic> {
        for chunk in &rows.chunks {
            for index in 0..chunk.len {
                self.change_row(changes, Row { columns: &chunk.columns, index })?;
            }
        }
        Ok(())
    }

    /// Makes the changes of one row; each item sees those before it.
    pub(super) fn change_row(&mut self, changes: &Changes, row: Row<'_>) -> Result<(), Diagnostic> {
        self.guard.step()?;
        for item in &changes.items {
            let todo = item.changes(&self.context(), row)?;
            for change in todo {
                self.make(change, changes.span)?;
            }
        }
        Ok(())
    }

    fn make(&mut self, change: Change, span: Option<Span>) -> Result<(), Diagnostic> {
        let failure = |error: crate::store::StoreError| Diagnostic::runtime(error.into(), span);
        match change {
            Change::Property(element, key, value) => {
                self.guard.keep(CHANGE_BYTES / 2 + value_bytes(&value))?;
                let changed =
                    self.writer(span)?.set_property(element, &key, value).map_err(failure)?;
                self.counters.properties_set += u64::from(changed);
            }
            Change::Labels(node, labels, removes) => {
                for label in labels {
                    self.guard.keep(CHANGE_BYTES / 2)?;
                    let writer = self.writer(span)?;
                    if removes {
                        let changed = writer.remove_label(node, &label).map_err(failure)?;
                        self.counters.labels_removed += u64::from(changed);
                    } else {
                        let changed = writer.add_label(node, &label).map_err(failure)?;
                        self.counters.labels_added += u64::from(changed);
                    }
                }
            }
        }
        Ok(())
    }
}
