//! Procedures that change the graph: called row by row, each on the graph as it then is.
//!
//! As for every clause that writes, all rows are there before the first is done, and the
//! arguments are those of the graph before.

use super::compile::Compiler;
use super::context::internal;
use super::limit::CHANGE_BYTES;
use super::output::Output;
use super::procedure::ProcedureChange;
use super::session::{Rows, Session};
use super::vectorised::{self, evaluate};
use super::{Counters, Source};
use crate::bind::expression::{Expression, VariableId};
use crate::plan::operator::{Operator, OperatorKind};
use crate::store::Change;
use crate::syntax::diagnostic::{Diagnostic, Span};
use crate::value::Value;
use crate::vector::{DataChunk, Vector, VectorBuilder};
use std::sync::Arc;

impl Session<'_> {
    /// Calls a procedure for all rows; `read` tells which variables are read later.
    pub(super) fn call(
        &mut self,
        operator: &Operator,
        rows: Rows,
        read: &dyn Fn(VariableId) -> bool,
    ) -> Result<Rows, Diagnostic> {
        let OperatorKind::ProcedureCall { name, arguments, yields, void, .. } = &operator.kind
        else {
            return Err(internal("this is no CALL", operator.span));
        };
        let mut layout = (*rows.layout).clone();
        for (_, variable) in yields {
            layout.add(*variable);
        }
        let (keep, kept) = layout.retain(read);
        let mut output = Output::new(keep);
        let arguments = self.arguments(arguments, &rows)?;
        for (chunk, arguments) in rows.chunks.iter().zip(&arguments) {
            for index in 0..chunk.len {
                let values: Vec<Value> = arguments.iter().map(|one| one.get(index)).collect();
                let mut found = self.call_once(name, &values, operator.span)?;
                if *void {
                    found = vec![Vec::new()];
                }
                let outer = chunk.columns.iter();
                let mut columns: Vec<Vector> =
                    outer.map(|column| Vector::Constant(column.get(index), found.len())).collect();
                for (column, _) in yields {
                    let mut builder = VectorBuilder::new();
                    for row in &found {
                        builder.push(row.get(*column).cloned().unwrap_or_default());
                    }
                    columns.push(builder.finish());
                }
                output.add(&DataChunk::new(columns, found.len()));
            }
        }
        Ok(Rows { layout: Arc::new(kept), chunks: output.finish() })
    }

    /// The arguments of all rows, by chunk.
    fn arguments(
        &self,
        arguments: &[Expression],
        rows: &Rows,
    ) -> Result<Vec<Vec<Vector>>, Diagnostic> {
        let context = self.context();
        let arguments = Compiler::new(&context, &rows.layout).all(arguments)?;
        let of_chunk = |chunk: &DataChunk| {
            let rows = vectorised::Rows::of(chunk);
            arguments.iter().map(|argument| evaluate(&context, argument, &rows)).collect()
        };
        rows.chunks.iter().map(of_chunk).collect()
    }

    fn call_once(
        &mut self,
        name: &str,
        arguments: &[Value],
        span: Option<Span>,
    ) -> Result<Vec<Vec<Value>>, Diagnostic> {
        self.tables.clear(&self.guard);
        let Source::Write(writer) = &mut self.source else {
            return Err(internal("a procedure writes in a statement that only reads", span));
        };
        let guard = &self.guard;
        guard.check()?;
        let (before, kept) = (writer.changes().len(), guard.kept());
        let keep = |bytes: usize| guard.keep(bytes).map_err(Diagnostic::into_evaluation);
        let mut change =
            ProcedureChange { arguments, writer, stopped: &|| guard.check().is_err(), keep: &keep };
        let found = self.options.procedures.change(name, &mut change);
        guard.release(guard.kept() - kept);
        let found = found.map_err(|error| Diagnostic::runtime(error, span))?;
        // What was stopped is not done.
        guard.check()?;
        let changes = writer.changes().get(before..).unwrap_or_default();
        guard.keep(changes.len() * CHANGE_BYTES)?;
        count(&mut self.counters, changes);
        Ok(found)
    }
}

/// Counts what a procedure has changed.
fn count(counters: &mut Counters, changes: &[Change]) {
    for change in changes {
        match change {
            Change::CreateNode { labels, properties, .. } => {
                counters.nodes_created += 1;
                counters.labels_added += labels.len() as u64;
                counters.properties_set += properties.len() as u64;
            }
            Change::CreateRelationship { properties, .. } => {
                counters.relationships_created += 1;
                counters.properties_set += properties.len() as u64;
            }
            Change::DeleteNode(_) => counters.nodes_deleted += 1,
            Change::DeleteRelationship(_) => counters.relationships_deleted += 1,
            Change::MoveRelationship { .. } => counters.relationships_moved += 1,
            Change::SetProperty(..) => counters.properties_set += 1,
            Change::AddLabel(..) => counters.labels_added += 1,
            Change::RemoveLabel(..) => counters.labels_removed += 1,
            _ => {}
        }
    }
}
