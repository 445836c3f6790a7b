//! MERGE: for each row the matches of a pattern, or else its creation.
//!
//! Row by row, on the graph as it then is: a row finds what rows before it created. What is
//! set then looks at the graph as it was before the first of its items.

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
use crate::plan::operator::{CreateItem, Operator, OperatorKind, Plan, SetItem};
use crate::syntax::diagnostic::{Diagnostic, Span};
use crate::value::{ErrorClass, ErrorCode, EvaluationError, Value};
use crate::vector::{DataChunk, Vector};
use hashbrown::HashSet;
use std::sync::Arc;

/// What a MERGE does.
struct Merge<'p> {
    plan: &'p Plan,
    create: &'p [CreateItem],
    on_create: &'p [SetItem],
    on_match: &'p [SetItem],
    introduced: &'p [VariableId],
    /// Those of them that are read of what is matched.
    wanted: Vec<VariableId>,
    /// The rows that come in.
    outer: Arc<Layout>,
    /// The rows that are created: the outer columns, then those of the items.
    created: Layout,
    /// The rows that go out: the outer columns, then what is introduced.
    layout: Layout,
    span: Option<Span>,
}

/// The match and what is set then, compiled: good as long as no new name comes up.
struct Compiled {
    matcher: Matcher,
    on_create: Changes,
    on_match: Changes,
    names: usize,
}

impl Compiled {
    fn new(context: &Context<'_>, merge: &Merge<'_>) -> Result<Self, Diagnostic> {
        let (argument, inner) = argument_of(context, merge.plan, &merge.outer);
        let plan = Correlated::compile(context, merge.plan, &inner, &merge.wanted)?;
        Ok(Compiled {
            matcher: Matcher { plan, argument },
            on_create: Changes::set(context, &merge.layout, merge.on_create, merge.span)?,
            on_match: Changes::set(context, &merge.layout, merge.on_match, merge.span)?,
            names: catalog_size(&context.graph),
        })
    }

    /// Compiles it again where new names have come up.
    fn renew(&mut self, context: &Context<'_>, merge: &Merge<'_>) -> Result<(), Diagnostic> {
        if self.names != catalog_size(&context.graph) {
            *self = Compiled::new(context, merge)?;
        }
        Ok(())
    }
}

/// The compiled match.
struct Matcher {
    plan: Correlated,
    argument: Vec<usize>,
}

impl Matcher {
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
        let mut layout = (*rows.layout).clone();
        introduced.iter().for_each(|&variable| {
            layout.add(variable);
        });
        let mut created = (*rows.layout).clone();
        create.iter().for_each(|item| {
            created.add(super::create::item_variable(item));
        });
        let (keep, kept) = layout.retain(read);
        let mut output = Output::new(keep);
        // Of what is matched only what somebody reads is carried to the end of the pattern.
        let set = variables_set(self.statement, on_match);
        let wanted = introduced.iter().copied().filter(|id| read(*id) || set.contains(id));
        let merge = Merge {
            plan,
            create,
            on_create,
            on_match,
            introduced,
            wanted: wanted.collect(),
            outer: rows.layout,
            created,
            layout,
            span: operator.span,
        };
        let mut compiled = Compiled::new(&self.context(), &merge)?;
        let outer_join = self.tables.keep(self.kept_join(plan));
        for chunk in &rows.chunks {
            for row in 0..chunk.len {
                self.guard.check()?;
                self.merge_row(&merge, &mut compiled, chunk.slice(row, 1), &mut output)?;
            }
        }
        self.tables.keep(outer_join);
        Ok(Rows { layout: Arc::new(kept), chunks: output.finish() })
    }

    /// The join of a match to whose table what is created may be added: nothing else that a MERGE
    /// with a join does changes what that is about.
    fn kept_join(&self, plan: &Plan) -> Option<VariableId> {
        match plan.operators.first().map(|first| &first.kind) {
            // What a view hides may depend on what is written.
            Some(OperatorKind::HashJoin(join)) if !self.graph().is_part() => Some(join.variable),
            _ => None,
        }
    }

    /// Merges for one row.
    fn merge_row(
        &mut self,
        merge: &Merge<'_>,
        compiled: &mut Compiled,
        outer: DataChunk,
        output: &mut Output,
    ) -> Result<(), Diagnostic> {
        let found = {
            let context = self.context();
            compiled.renew(&context, merge)?;
            refuse_nulls(&context, merge.create, &merge.outer, &outer, merge.span)?;
            compiled.matcher.matches(&context, &outer, merge.introduced)?
        };
        if found.is_empty() {
            let mut row = outer;
            for item in merge.create {
                let row = std::slice::from_mut(&mut row);
                self.create_item(item, &merge.created, row, merge.span)?;
            }
            let row = arranged(&row, &merge.outer, &merge.created, merge.introduced);
            if let Some(node) = row.columns.last().and_then(|column| column.node(0)) {
                self.tables.add(&self.guard, node.0)?;
            }
            compiled.renew(&self.context(), merge)?;
            let set = (merge.on_create, &compiled.on_create);
            self.set_row(set, Row { columns: &row.columns, index: 0 })?;
            output.add(&row);
            return Ok(());
        }
        for matches in found {
            let mut columns: Vec<Vector> = outer
                .columns
                .iter()
                .map(|column| Vector::Constant(column.get(0), matches.len))
                .collect();
            columns.extend(matches.columns);
            for index in 0..matches.len {
                compiled.renew(&self.context(), merge)?;
                self.set_row(
                    (merge.on_match, &compiled.on_match),
                    Row { columns: &columns, index },
                )?;
            }
            output.add(&DataChunk::new(columns, matches.len));
        }
        Ok(())
    }

    /// Sets what is to be set in one row.
    fn set_row(
        &mut self,
        (items, changes): (&[SetItem], &Changes),
        row: Row<'_>,
    ) -> Result<(), Diagnostic> {
        if items.iter().any(SetItem::looks_before) {
            self.before = Some(self.context().graph);
        }
        let done = self.change_row(changes, row);
        self.before = None;
        done
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
