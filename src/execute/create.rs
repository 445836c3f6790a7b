//! CREATE: new elements for each row.
//!
//! All rows are done item by item: the properties of an item may read what the items
//! before it have created.

use super::adjacent::{elements, endpoint};
use super::compile::Compiler;
use super::context::Context;
use super::evaluate::Row;
use super::expression::{Physical, PhysicalKind, type_name};
use super::filter::pick_columns;
use super::label::Name;
use super::layout::Layout;
use super::limit::{CHANGE_BYTES, value_bytes};
use super::liveness::Liveness;
use super::session::{Rows, Session};
use super::vectorised::{self, evaluate};
use crate::bind::expression::{Expression, VariableId};
use crate::plan::operator::{CreateItem, NameSource};
use crate::store::{KeyId, StoreError};
use crate::syntax::ast::EndKind;
use crate::syntax::diagnostic::{Diagnostic, Span};
use crate::value::{Endpoint, ErrorClass, ErrorCode, EvaluationError, Value};
use crate::vector::{DataChunk, Vector};
use std::borrow::Cow;
use std::sync::Arc;

/// The properties of an item for the rows of a chunk.
pub(super) enum PropertyColumns {
    /// A map literal: a column for each key.
    Columns(Vec<(Arc<str>, Vector)>),
    /// A column of maps.
    Maps(Vector),
}

impl PropertyColumns {
    /// Evaluates a map expression; none means no properties.
    pub(super) fn evaluate(
        context: &Context<'_>,
        map: Option<&Physical>,
        rows: &vectorised::Rows<'_>,
    ) -> Result<Self, Diagnostic> {
        let Some(map) = map else { return Ok(PropertyColumns::Columns(Vec::new())) };
        if let PhysicalKind::Map(entries) = &map.kind {
            let columns = entries
                .iter()
                .map(|(key, value)| Ok((key.clone(), evaluate(context, value, rows)?)));
            return Ok(PropertyColumns::Columns(columns.collect::<Result<_, Diagnostic>>()?));
        }
        let maps = evaluate(context, map, rows)?;
        for row in 0..maps.len() {
            if !matches!(maps.get(row), Value::Map(_) | Value::Null) {
                return Err(map.failure(EvaluationError::wrong_type(format!(
                    "properties are given as a Map, but got {}",
                    type_name(&maps.get(row))
                ))));
            }
        }
        Ok(PropertyColumns::Maps(maps))
    }

    /// The properties of a row, nulls among them.
    pub(super) fn row(&self, row: usize) -> Vec<(Arc<str>, Value)> {
        match self {
            PropertyColumns::Columns(columns) => {
                columns.iter().map(|(key, column)| (key.clone(), column.get(row))).collect()
            }
            PropertyColumns::Maps(maps) => match maps.get(row) {
                Value::Map(map) => {
                    map.iter().map(|(key, value)| (key.clone(), value.clone())).collect()
                }
                _ => Vec::new(),
            },
        }
    }
}

/// Compiles the map of an item.
pub(super) fn compile_properties(
    context: &Context<'_>,
    layout: &Layout,
    properties: Option<&Expression>,
) -> Result<Option<Physical>, Diagnostic> {
    properties.map(|map| Compiler::new(context, layout).compile(map)).transpose()
}

/// Which variables end with an operator that creates: those that it is the last to read.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Ends {
    /// None of those that it reads.
    None,
    Some,
    /// All that there are: nobody takes the rows.
    All,
}

impl Ends {
    /// Whether one of those ends that the operator of that number reads.
    pub(super) fn of(liveness: &Liveness, place: usize) -> Self {
        if liveness.ends_at(place) { Ends::Some } else { Ends::None }
    }
}

impl Session<'_> {
    /// Creates elements for all rows; `read` tells which variables are read later, `ends`
    /// which are not that are read here.
    pub(super) fn create(
        &mut self,
        items: &[CreateItem],
        rows: Rows,
        span: Option<Span>,
        (read, ends): (&dyn Fn(VariableId) -> bool, Ends),
    ) -> Result<Rows, Diagnostic> {
        let mut layout = rows.layout;
        // The column of the only element stands behind the others, and nobody looks for it there.
        let unread = matches!(items, [only] if !read(item_variable(only)));
        if !unread {
            let layout = Arc::make_mut(&mut layout);
            items.iter().for_each(|item| {
                layout.add(item_variable(item));
            });
        }
        let mut chunks = rows.chunks;
        let before = self.change_count();
        for item in items {
            self.look()?;
            self.create_item(item, &layout, &mut chunks, span)?;
        }
        self.assert_created(before, span)?;
        if ends == Ends::All {
            return Ok(Rows { layout: Layout::none(), chunks: Vec::new() });
        }
        if ends == Ends::None && items.iter().all(|item| read(item_variable(item))) {
            return Ok(Rows { layout, chunks });
        }
        let (keep, kept) = layout.retain(read);
        let chunks = chunks.iter().map(|chunk| pick_columns(chunk, &keep)).collect();
        Ok(Rows { layout: Arc::new(kept), chunks })
    }

    /// Creates an element for each row of these flat chunks and adds its column, which the
    /// layout has already.
    pub(super) fn create_item(
        &mut self,
        item: &CreateItem,
        layout: &Layout,
        chunks: &mut [DataChunk],
        span: Option<Span>,
    ) -> Result<(), Diagnostic> {
        let (CreateItem::Node { properties: map, .. }
        | CreateItem::Relationship { properties: map, .. }) = item;
        // No row sees what this item creates for another one.
        let looks = map.as_ref().is_some_and(looks_at_graph);
        let computed = chunks.iter().take_while(|_| looks);
        let mut computed = computed
            .map(|chunk| self.property_columns(layout, map.as_ref(), chunk))
            .collect::<Result<Vec<_>, _>>()?
            .into_iter();
        let slot = layout.slot(item_variable(item));
        for chunk in chunks.iter_mut() {
            self.guard.check()?;
            let properties = match computed.next() {
                Some(properties) => properties,
                None => self.property_columns(layout, map.as_ref(), chunk)?,
            };
            let column = match item {
                CreateItem::Node { labels, .. } => {
                    let labels = self.label_rows(layout, labels, chunk)?;
                    self.create_nodes(&labels, &properties, chunk.len, span)?
                }
                CreateItem::Relationship { kind, start, end, span, .. } => {
                    let kinds = self.type_rows(layout, kind, chunk)?;
                    let end_column = |variable: VariableId| {
                        layout.slot(variable).and_then(|slot| chunk.columns.get(slot)).cloned()
                    };
                    let ends = [end_column(*start), end_column(*end)];
                    self.create_relationships(&kinds, ends, &properties, chunk.len, *span)?
                }
            };
            match slot.and_then(|slot| chunk.columns.get_mut(slot)) {
                Some(there) => *there = column,
                None => chunk.columns.push(column),
            }
        }
        Ok(())
    }

    fn property_columns(
        &self,
        layout: &Layout,
        properties: Option<&Expression>,
        chunk: &DataChunk,
    ) -> Result<PropertyColumns, Diagnostic> {
        if properties.is_none() {
            return Ok(PropertyColumns::Columns(Vec::new()));
        }
        let context = self.context();
        let map = compile_properties(&context, layout, properties)?;
        PropertyColumns::evaluate(&context, map.as_ref(), &vectorised::Rows::of(chunk))
    }

    /// The labels of each row; one entry where all rows have the same.
    fn label_rows(
        &self,
        layout: &Layout,
        labels: &[NameSource],
        chunk: &DataChunk,
    ) -> Result<Vec<Vec<Arc<str>>>, Diagnostic> {
        let context = self.context();
        let names = Name::compile(&context, layout, labels)?;
        let rows = if labels.iter().all(|label| label.dynamic().is_none()) { 1 } else { chunk.len };
        let row = |index| Name::labels(&context, &names, Row { columns: &chunk.columns, index });
        (0..rows).map(row).collect()
    }

    /// The type of each row; one entry where all rows have the same.
    fn type_rows<'n>(
        &self,
        layout: &Layout,
        kind: &'n NameSource,
        chunk: &DataChunk,
    ) -> Result<Cow<'n, [Arc<str>]>, Diagnostic> {
        if let NameSource::Written(name) = kind {
            return Ok(Cow::Borrowed(std::slice::from_ref(name)));
        }
        let context = self.context();
        let names = Name::compile(&context, layout, std::slice::from_ref(kind))?;
        let row = |index| Row { columns: &chunk.columns, index };
        let types = (0..chunk.len).flat_map(|index| names.iter().map(move |name| (name, index)));
        types.map(|(name, index)| name.relationship_type(&context, row(index))).collect()
    }

    fn create_nodes(
        &mut self,
        labels: &[Vec<Arc<str>>],
        properties: &PropertyColumns,
        count: usize,
        span: Option<Span>,
    ) -> Result<Vector, Diagnostic> {
        let failure = |error: StoreError| Diagnostic::runtime(error.into(), span);
        let mut label_ids = Vec::with_capacity(labels.len());
        for labels in labels {
            let writer = self.writer(span)?;
            let ids = labels.iter().map(|label| writer.label(label));
            let mut ids = ids.collect::<Result<Vec<_>, _>>().map_err(failure)?;
            ids.sort_unstable();
            ids.dedup();
            label_ids.push(ids);
        }
        let mut ids = Vec::with_capacity(count);
        for row in 0..count {
            self.guard.step()?;
            let keyed = self.keyed(properties.row(row)).map_err(failure)?;
            self.counters.properties_set += keyed.len() as u64;
            self.guard.keep(written_bytes(&keyed))?;
            let labels = label_ids.get(row).or(label_ids.last()).cloned().unwrap_or_default();
            self.counters.labels_added += labels.len() as u64;
            let node = self.writer(span)?.create_node_with(labels, keyed).map_err(failure)?;
            ids.push(node.0);
        }
        self.counters.nodes_created += count as u64;
        Ok(created(EndKind::Node, ids))
    }

    fn create_relationships(
        &mut self,
        kinds: &[Arc<str>],
        [starts, ends]: [Option<Vector>; 2],
        properties: &PropertyColumns,
        count: usize,
        span: Span,
    ) -> Result<Vector, Diagnostic> {
        let failure = |error: StoreError| Diagnostic::runtime(error.into(), Some(span));
        let writer = self.writer(Some(span))?;
        let kind_ids = kinds.iter().map(|kind| writer.relationship_type(kind));
        let kind_ids = kind_ids.collect::<Result<Vec<_>, _>>().map_err(failure)?;
        let mut ids = Vec::with_capacity(count);
        for row in 0..count {
            self.guard.step()?;
            let (start, end) =
                (endpoint_at(starts.as_ref(), row, span)?, endpoint_at(ends.as_ref(), row, span)?);
            let keyed = self.keyed(properties.row(row)).map_err(failure)?;
            self.counters.properties_set += keyed.len() as u64;
            self.guard.keep(written_bytes(&keyed))?;
            let Some(&kind) = kind_ids.get(row).or(kind_ids.last()) else {
                return Err(super::context::internal("a relationship has no type", Some(span)));
            };
            let writer = self.writer(Some(span))?;
            let relationship =
                writer.create_relationship_with(kind, start, end, keyed).map_err(failure)?;
            ids.push(relationship.0);
        }
        self.counters.relationships_created += count as u64;
        Ok(created(EndKind::Relationship, ids))
    }

    /// Properties by key id, without nulls. A key that only nulls have is not defined.
    fn keyed(
        &mut self,
        properties: Vec<(Arc<str>, Value)>,
    ) -> Result<Vec<(KeyId, Value)>, StoreError> {
        let mut keyed = Vec::with_capacity(properties.len());
        for (key, value) in properties {
            if matches!(value, Value::Null) {
                continue;
            }
            match self.writer(None) {
                Ok(writer) => keyed.push((writer.key(&key)?, value)),
                Err(_) => return Ok(keyed),
            }
        }
        Ok(keyed)
    }
}

/// The column of elements that were created; one alone needs no buffer.
fn created(kind: EndKind, ids: Vec<u32>) -> Vector {
    match ids.as_slice() {
        &[id] => Vector::Constant(endpoint(kind, id).into(), 1),
        _ => elements(kind, ids),
    }
}

/// Bytes that an element takes in the graph and in the changes to be logged, roughly.
fn written_bytes(properties: &[(KeyId, Value)]) -> usize {
    CHANGE_BYTES + properties.iter().map(|(_, value)| 2 * value_bytes(value)).sum::<usize>()
}

/// The element at which a relationship is to start or end.
fn endpoint_at(column: Option<&Vector>, row: usize, span: Span) -> Result<Endpoint, Diagnostic> {
    let error = match column.map_or(Value::Null, |column| column.get(row)) {
        Value::Node(node) => return Ok(Endpoint::Node(node)),
        Value::Relationship(relationship) => return Ok(Endpoint::Relationship(relationship)),
        Value::Null => EvaluationError::new(
            ErrorClass::SemanticError,
            ErrorCode::MissingEndpoint,
            "a relationship cannot be created, because one of its ends is null",
        ),
        other => EvaluationError::wrong_type(format!(
            "a relationship connects Nodes or Relationships, but got {}",
            type_name(&other)
        )),
    };
    Err(Diagnostic::runtime(error, Some(span)))
}

/// Whether an expression holds a subquery.
fn looks_at_graph(expression: &Expression) -> bool {
    let mut looks = false;
    expression.visit_variables(&mut |_| {}, &mut |_| looks = true);
    looks
}

/// The variable that an item binds.
pub(super) fn item_variable(item: &CreateItem) -> VariableId {
    item.variable()
}
