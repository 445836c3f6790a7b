//! `IndexSeek`: for each row, the elements that an index finds.
//!
//! ```text
//! rows        sought       found      out
//!  'Ann' 1    name='Ann'   7          'Ann' 1 7
//!  null  2    name=null    none
//!  'Bob' 3    name='Bob'   8, 9       'Bob' 3 8
//!                                     'Bob' 3 9
//! ```
//!
//! What is found are candidates: a filter behind decides. So where the values sought
//! cannot be computed, every element of the index's kind is one, and the filter raises the
//! failure if there is any element to raise it for. Elements come in the order of a scan, each
//! once, whichever of several searches find it.
//!
//! Most searches are for one value of one key, by a row that comes alone. The index holds the
//! property's value, so the search itself asks whether that equals what is sought, and the filter
//! behind, which asks just this, need not look the property up.

use super::context::Context;
use super::evaluate::{Row, evaluate_row};
use super::expression::Physical;
use super::found::Found;
use super::mapper::Mapper;
use super::pipeline::{Flow, Next, PushOperator};
use super::vectorised::{Rows, computed};
use crate::bind::expression::{Expression, ExpressionKind, VariableId};
use crate::function::comparison::holds;
use crate::plan::operator::{Operator, OperatorKind};
use crate::plan::seek::{IndexSearch, Sought, SoughtRange};
use crate::store::{Graph, Index, IndexQuery, KeyRange, SchemaTarget};
use crate::syntax::ast::{ComparisonOperator, EndKind};
use crate::syntax::diagnostic::Diagnostic;
use crate::value::{Endpoint, ErrorClass, Value};
use crate::vector::{CHUNK_ROWS, DataChunk, Vector};
use std::ops::Bound;
use std::sync::Arc;

/// Finds elements by their properties.
pub(super) struct IndexSeek {
    searches: Vec<Search>,
    candidates: Found,
    /// The predicate of the filter behind, by its number, that asks what the only search asks.
    asked: Option<usize>,
}

/// One search of one index.
struct Search {
    /// The label or type; `None` where nothing has it.
    target: Option<SchemaTarget>,
    index: Arc<str>,
    /// Of each of the first keys, whether its values stand in a list.
    listed: Vec<bool>,
    then: Option<Range>,
    /// What is sought: the values of the first keys, then the bounds of the range.
    values: Vec<Physical>,
    /// What the index is asked for a row that comes alone.
    query: IndexQuery,
}

/// What the next key has to be; the values come from the row.
#[derive(Clone, Copy)]
pub(super) enum Range {
    Present,
    Prefix,
    /// Of each bound that there is, whether it counts itself.
    Between(Option<bool>, Option<bool>),
}

/// The candidates for one row.
enum Candidates {
    None,
    /// Those that these queries find.
    Queries(Vec<IndexQuery>),
    /// Every element that the index holds, and every other one.
    All,
}

impl Range {
    /// The form of a range, without the values.
    pub(super) fn of(range: &SoughtRange) -> Self {
        match range {
            SoughtRange::Present => Range::Present,
            SoughtRange::Prefix(_) => Range::Prefix,
            SoughtRange::Between { low, high } => Range::Between(
                low.as_ref().map(|(_, included)| *included),
                high.as_ref().map(|(_, included)| *included),
            ),
        }
    }
}

impl Search {
    fn map(
        mapper: &mut Mapper<'_, '_>,
        kind: EndKind,
        search: &IndexSearch,
    ) -> Result<Self, Diagnostic> {
        let values = search
            .expressions()
            .into_iter()
            .map(|value| mapper.compiler().compile(value))
            .collect::<Result<_, _>>()?;
        let catalog = mapper.context.graph.catalog();
        let target = match kind {
            EndKind::Node => catalog.label_id(&search.label).map(SchemaTarget::Label),
            EndKind::Relationship => catalog.type_id(&search.label).map(SchemaTarget::Type),
        };
        let then = search.then.as_ref().map(Range::of);
        let listed = search.equal.iter().map(|sought| matches!(sought, Sought::AnyOf(_))).collect();
        let (index, query) = (search.index.clone(), IndexQuery::default());
        Ok(Search { target, index, listed, then, values, query })
    }

    /// The values sought by each row; `None` where they cannot be computed.
    fn sought(
        &self,
        context: &Context<'_>,
        chunk: &DataChunk,
    ) -> Result<Option<Vec<Vector>>, Diagnostic> {
        computed(context, &self.values, &Rows::of(chunk))
    }

    /// Finds what a row has that comes alone and seeks the value of one key, and whose property
    /// equals that; `false` where that has to be done as for any row.
    fn find_alone(
        &mut self,
        context: &Context<'_>,
        row: Row<'_>,
        found: &mut Found,
    ) -> Result<bool, Diagnostic> {
        let ([value], [false], None) = (&*self.values, &*self.listed, self.then) else {
            return Ok(false);
        };
        let value = match evaluate_row(context, value, row, &mut Vec::new()) {
            Ok(Value::Null) => return Ok(true),
            Ok(value) => value,
            Err(error) if error.class == ErrorClass::ResourceExhausted => return Err(error),
            Err(_) => return Ok(false),
        };
        let Some(index) = context.graph.index(&self.index) else { return Ok(false) };
        let [_] = index.keys() else { return Ok(false) };
        self.query.equal.clear();
        self.query.equal.push(value);
        let sought = &self.query.equal[0];
        found.begin(row.index);
        search(context, index, &self.query, |value, id| {
            if holds(ComparisonOperator::Equal, value, sought) == Some(true) {
                found.push(id);
            }
        })?;
        found.end();
        Ok(true)
    }

    /// What to ask the index for a row with these values.
    fn candidates(&self, values: &[Value]) -> Candidates {
        if let ([value], [false], None) = (values, self.listed.as_slice(), self.then) {
            return match value {
                Value::Null => Candidates::None,
                value => Candidates::Queries(vec![IndexQuery {
                    equal: vec![value.clone()],
                    ..IndexQuery::default()
                }]),
            };
        }
        let mut queries = vec![IndexQuery::default()];
        for (value, listed) in values.iter().zip(&self.listed) {
            let alternatives: Vec<Value> = match (value, listed) {
                (Value::Null, _) => return Candidates::None,
                (Value::List(items), true) => {
                    items.iter().filter(|item| !item.is_null()).cloned().collect()
                }
                (_, true) => return Candidates::All,
                (value, false) => vec![value.clone()],
            };
            queries = queries
                .iter()
                .flat_map(|query| {
                    alternatives.iter().map(|value| {
                        let mut query = query.clone();
                        query.equal.push(value.clone());
                        query
                    })
                })
                .collect();
        }
        let mut bounds = values.iter().skip(self.listed.len());
        if let Some(range) = self.then {
            let Some(range) = key_range(range, &mut bounds) else { return Candidates::None };
            queries.iter_mut().for_each(|query| query.then = Some(range.clone()));
        }
        Candidates::Queries(queries)
    }

    /// Adds what the search finds for a row whose values are given; `false` where that may be
    /// any element of its kind.
    fn find(
        &self,
        context: &Context<'_>,
        values: Option<&[Value]>,
        ids: &mut Vec<u32>,
    ) -> Result<bool, Diagnostic> {
        let queries = match values.map(|values| self.candidates(values)) {
            Some(Candidates::None) => return Ok(true),
            Some(Candidates::Queries(queries)) => queries,
            Some(Candidates::All) | None => return Ok(false),
        };
        let Some(index) = context.graph.index(&self.index) else { return Ok(false) };
        for query in &queries {
            search(context, index, query, |_, id| ids.push(id))?;
        }
        Ok(true)
    }
}

/// Tells of every element that an index finds, and of what it holds of it.
fn search(
    context: &Context<'_>,
    index: &Index,
    query: &IndexQuery,
    mut tell: impl FnMut(&Value, u32),
) -> Result<(), Diagnostic> {
    context.guard.step()?;
    for (value, element) in context.graph.find(index, query) {
        context.guard.step()?;
        // The index of a version that shows a part holds what is hidden as well.
        if !context.graph.is_part() || context.graph.contains(element) {
            tell(value, id(element));
        }
    }
    Ok(())
}

impl IndexSeek {
    /// Maps the logical operator.
    pub(super) fn map(
        mapper: &mut Mapper<'_, '_>,
        (kind, variable): (EndKind, VariableId),
        searches: &[IndexSearch],
        next: Option<&Operator>,
    ) -> Result<Self, Diagnostic> {
        let asked = next.and_then(|next| predicate_of(variable, searches, next));
        let searches = searches.iter().map(|search| Search::map(mapper, kind, search));
        let searches = searches.collect::<Result<_, _>>()?;
        Ok(IndexSeek { searches, candidates: Found::map(mapper, kind, variable), asked })
    }

    /// Adds what the searches find for a row; `false` where that may be any element of their
    /// kinds.
    fn find(
        &mut self,
        context: &Context<'_>,
        values: &[Option<Vec<Vector>>],
        (place, row): (usize, usize),
    ) -> Result<bool, Diagnostic> {
        let mut ids: Vec<u32> = Vec::new();
        for (search, columns) in self.searches.iter().zip(values) {
            let values: Option<Vec<Value>> = columns
                .as_ref()
                .map(|columns| columns.iter().map(|column| column.get(place)).collect());
            if !search.find(context, values.as_deref(), &mut ids)? {
                return Ok(false);
            }
        }
        self.candidates.add(row, ids);
        Ok(true)
    }

    /// The labels and types that are searched, each once.
    fn targets(&self) -> Vec<SchemaTarget> {
        let mut targets: Vec<SchemaTarget> = Vec::new();
        for target in self.searches.iter().filter_map(|search| search.target) {
            if !targets.contains(&target) {
                targets.push(target);
            }
        }
        targets
    }
}

impl PushOperator for IndexSeek {
    fn push(
        &mut self,
        context: &Context<'_>,
        chunk: DataChunk,
        next: &mut Next<'_>,
    ) -> Result<Flow, Diagnostic> {
        if let ([search], 1) = (&mut *self.searches, chunk.rows()) {
            let row = Row { columns: &chunk.columns, index: chunk.row(0) };
            if search.find_alone(context, row, &mut self.candidates)? {
                let how = (1, self.asked);
                return self.candidates.flush_known(context, &Arc::new(chunk), next, how);
            }
        }
        let values = self.searches.iter().map(|search| search.sought(context, &chunk));
        let values = values.collect::<Result<Vec<_>, _>>()?;
        let chunk = Arc::new(chunk);
        for (place, row) in chunk.live_rows().enumerate() {
            let flow = if self.find(context, &values, (place, row))? {
                self.candidates.flush(context, &chunk, next, CHUNK_ROWS)?
            } else {
                let targets = self.targets();
                let in_chunk = |graph: &Graph, number| {
                    let found = targets.iter().flat_map(|target| graph.targets_in(number, *target));
                    found.map(id).collect()
                };
                self.candidates.every(context, (&chunk, row), next, &in_chunk)?
            };
            if flow == Flow::Stop {
                return Ok(Flow::Stop);
            }
        }
        self.candidates.flush(context, &chunk, next, 1)
    }

    fn reset(&mut self) {
        self.searches.iter_mut().for_each(|search| search.query.equal.clear());
        self.candidates.reset();
    }
}

/// The predicate of a filter behind a search, by its number, that asks of the element what the
/// search asks: whether one property equals a parameter or what is written.
fn predicate_of(element: VariableId, searches: &[IndexSearch], behind: &Operator) -> Option<usize> {
    let [IndexSearch { keys, equal, then: None, .. }] = searches else { return None };
    let ([key], [Sought::Value(sought)]) = (&**keys, &**equal) else { return None };
    let OperatorKind::Filter(predicates) = &behind.kind else { return None };
    let is_property = |of: &Expression| match &of.kind {
        ExpressionKind::Property(base, name) => {
            name == key && matches!(base.kind, ExpressionKind::Variable(of) if of == element)
        }
        _ => false,
    };
    predicates.iter().position(|predicate| match &predicate.kind {
        ExpressionKind::Comparison(ComparisonOperator::Equal, left, right) => {
            is_property(left) && is_same(right, sought)
                || is_property(right) && is_same(left, sought)
        }
        _ => false,
    })
}

/// Whether two expressions are the same parameter, or the same number, text or truth.
fn is_same(one: &Expression, other: &Expression) -> bool {
    match (&one.kind, &other.kind) {
        (ExpressionKind::Parameter(one), ExpressionKind::Parameter(other)) => one == other,
        (ExpressionKind::Literal(one), ExpressionKind::Literal(other)) => match (one, other) {
            (Value::Integer(one), Value::Integer(other)) => one == other,
            (Value::String(one), Value::String(other)) => one == other,
            (Value::Boolean(one), Value::Boolean(other)) => one == other,
            _ => false,
        },
        _ => false,
    }
}

/// The range with its bounds; `None` where no value can lie in it.
pub(super) fn key_range<'v>(
    range: Range,
    bounds: &mut impl Iterator<Item = &'v Value>,
) -> Option<KeyRange> {
    Some(match range {
        Range::Present => KeyRange::Present,
        Range::Prefix => match bounds.next()? {
            Value::String(prefix) => KeyRange::Prefix(prefix.clone()),
            // STARTS WITH anything else is null.
            _ => return None,
        },
        Range::Between(low, high) => {
            let mut bound = |included: Option<bool>| match included {
                None => Some(Bound::Unbounded),
                Some(included) => match bounds.next()? {
                    Value::Null => None,
                    value if included => Some(Bound::Included(value.clone())),
                    value => Some(Bound::Excluded(value.clone())),
                },
            };
            KeyRange::Between(bound(low)?, bound(high)?)
        }
    })
}

fn id(element: Endpoint) -> u32 {
    match element {
        Endpoint::Node(node) => node.0,
        Endpoint::Relationship(relationship) => relationship.0,
    }
}
