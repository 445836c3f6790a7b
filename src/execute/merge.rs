//! MERGE: for each row the matches of a pattern, or else its creation.
//!
//! Row by row, on the graph as it then is: a row finds what rows before it created.

use super::context::{Context, internal};
use super::correlated::{Correlated, argument_of};
use super::create::{PropertyColumns, compile_properties};
use super::evaluate::Row;
use super::filter::pick_columns;
use super::layout::Layout;
use super::liveness::{reads_any, variables_set};
use super::output::Output;
use super::pipeline::Flow;
use super::session::{Rows, Session, catalog_size};
use super::set::Changes;
use super::vectorised;
use crate::bind::expression::VariableId;
use crate::plan::operator::{CreateItem, Operator, OperatorKind, Plan};
use crate::syntax::diagnostic::{Diagnostic, Span};
use crate::value::{ErrorClass, ErrorCode, EvaluationError, Value};
use crate::vector::{DataChunk, Vector};
use hashbrown::HashSet;

/// The compiled match, good as long as no new name comes up.
struct Matcher {
    plan: Correlated,
    argument: Vec<usize>,
    names: usize,
}

impl Matcher {
    fn compile(
        context: &Context<'_>,
        plan: &Plan,
        layout: &Layout,
        wanted: &[VariableId],
    ) -> Result<Self, Diagnostic> {
        let (argument, inner) = argument_of(context, plan, layout);
        let compiled = Correlated::compile(context, plan, &inner, wanted)?;
        Ok(Matcher { plan: compiled, argument, names: catalog_size(&context.graph) })
    }

    /// The matches of one row: a chunk of the introduced variables, null where they were
    /// not wanted.
    fn matches(
        &mut self,
        context: &Context<'_>,
        row: &DataChunk,
        introduced: &[VariableId],
    ) -> Result<Vec<DataChunk>, Diagnostic> {
        let slots: Vec<Option<usize>> =
            introduced.iter().map(|&variable| self.plan.output.slot(variable)).collect();
        let mut found = Vec::new();
        self.plan.run(context, pick_columns(row, &self.argument), &mut |_, _, mut chunk| {
            chunk.flatten();
            let column = |slot: &Option<usize>| {
                let column = slot.and_then(|slot| chunk.columns.get(slot).cloned());
                column.unwrap_or_else(|| Vector::nulls(chunk.len))
            };
            found.push(DataChunk::new(slots.iter().map(column).collect(), chunk.len));
            Ok(Flow::Continue)
        })?;
        Ok(found)
    }
}

impl Session<'_> {
    /// Merges for all rows; `read` tells which variables are read later.
    pub(super) fn merge(
        &mut self,
        operator: &Operator,
        rows: Rows,
        read: &dyn Fn(VariableId) -> bool,
    ) -> Result<Rows, Diagnostic> {
        let OperatorKind::Merge { plan, create, on_create, on_match, introduced } = &operator.kind
        else {
            return Err(internal("this is no MERGE", operator.span));
        };
        let span = operator.span;
        let mut layout = rows.layout.clone();
        introduced.iter().for_each(|&variable| {
            layout.add(variable);
        });
        let mut created_layout = rows.layout.clone();
        create.iter().for_each(|item| {
            created_layout.add(super::create::item_variable(item));
        });
        let (keep, kept) = layout.retain(read);
        let mut output = Output::new(keep);
        // Of what is matched only what somebody reads is carried to the end of the pattern.
        let set = variables_set(self.statement, on_match);
        let wanted: Vec<VariableId> =
            introduced.iter().copied().filter(|id| read(*id) || set.contains(id)).collect();
        let (mut matcher, created, matched) = {
            let context = self.context();
            (
                Matcher::compile(&context, plan, &rows.layout, &wanted)?,
                Changes::set(&context, &layout, on_create, span)?,
                Changes::set(&context, &layout, on_match, span)?,
            )
        };
        for chunk in &rows.chunks {
            for row in 0..chunk.len {
                self.guard.check()?;
                let outer = chunk.slice(row, 1);
                let found = {
                    let context = self.context();
                    if matcher.names != catalog_size(&context.graph) {
                        matcher = Matcher::compile(&context, plan, &rows.layout, &wanted)?;
                    }
                    refuse_nulls(&context, create, &rows.layout, &outer, span)?;
                    matcher.matches(&context, &outer, introduced)?
                };
                if found.is_empty() {
                    let mut row = outer;
                    for item in create {
                        let row = std::slice::from_mut(&mut row);
                        self.create_item(item, &created_layout, row, span)?;
                    }
                    let row = arranged(&row, &rows.layout, &created_layout, introduced);
                    self.change_row(&created, Row { columns: &row.columns, index: 0 })?;
                    output.add(&row);
                    continue;
                }
                for matches in found {
                    let mut columns: Vec<Vector> = outer
                        .columns
                        .iter()
                        .map(|column| Vector::Constant(column.get(0), matches.len))
                        .collect();
                    columns.extend(matches.columns);
                    for index in 0..matches.len {
                        self.change_row(&matched, Row { columns: &columns, index })?;
                    }
                    output.add(&DataChunk::new(columns, matches.len));
                }
            }
        }
        Ok(Rows { layout: kept, chunks: output.finish() })
    }
}

/// The columns of a created row in the order of the layout: outer ones, then introduced ones.
fn arranged(
    row: &DataChunk,
    outer: &Layout,
    layout: &Layout,
    introduced: &[VariableId],
) -> DataChunk {
    let mut columns: Vec<Vector> = row.columns.iter().take(outer.len()).cloned().collect();
    for &variable in introduced {
        let column = layout.slot(variable).and_then(|slot| row.columns.get(slot).cloned());
        columns.push(column.unwrap_or_else(|| Vector::nulls(row.len)));
    }
    DataChunk::new(columns, row.len)
}

/// A property that is null matches nothing and is not created either, so that a
/// MERGE could never find what it made.
fn refuse_nulls(
    context: &Context<'_>,
    create: &[CreateItem],
    layout: &Layout,
    row: &DataChunk,
    span: Option<Span>,
) -> Result<(), Diagnostic> {
    let created: HashSet<VariableId> = create.iter().map(super::create::item_variable).collect();
    for item in create {
        let (CreateItem::Node { properties, .. } | CreateItem::Relationship { properties, .. }) =
            item;
        // What reads an element of the pattern itself can only be evaluated once that is there.
        if properties.as_ref().is_some_and(|map| reads_any(context.statement, map, &created)) {
            continue;
        }
        let map = compile_properties(context, layout, properties.as_ref())?;
        let columns = PropertyColumns::evaluate(context, map.as_ref(), &vectorised::Rows::of(row))?;
        if let Some((key, _)) =
            columns.row(0).iter().find(|(_, value)| matches!(value, Value::Null))
        {
            let error = EvaluationError::new(
                ErrorClass::SemanticError,
                ErrorCode::MergeReadOwnWrites,
                format!(
                    "MERGE cannot use null for the property `{key}`: it would never find what it creates"
                ),
            );
            return Err(Diagnostic::runtime(error, map.map(|map| map.span).or(span)));
        }
    }
    Ok(())
}
