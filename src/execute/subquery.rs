//! Subquery expressions: EXISTS, COUNT and COLLECT.

use super::context::{Context, internal};
use super::correlated::Correlated;
use super::evaluate::{Row, evaluate_row};
use super::expression::Physical;
use super::layout::Layout;
use super::limit::{GROWING, value_bytes};
use super::pipeline::Flow;
use super::vectorised::{Rows, evaluate};
use crate::bind::expression::SubqueryId;
use crate::plan::operator::OperatorKind;
use crate::syntax::ast::SubqueryKind;
use crate::syntax::diagnostic::{Diagnostic, Span};
use crate::value::{EvaluationError, Value};
use crate::vector::{BooleanBuffer, CHUNK_ROWS, DataChunk, Vector};
use std::cell::RefCell;

/// A subquery that is part of an expression.
#[derive(Debug)]
pub(super) struct SubqueryExpression {
    kind: SubqueryKind,
    /// The outer variables that it uses, in the order of the argument's columns.
    outer: Vec<Physical>,
    /// Running it changes its operators. An expression is never evaluated within itself.
    plan: RefCell<Correlated>,
    /// The column that COLLECT collects.
    result: Option<usize>,
    /// The first row of COLLECT is enough.
    first: bool,
    /// One row at a time, since a run ends at the first match: it begins with a scan.
    singly: bool,
    span: Span,
}

impl SubqueryExpression {
    /// Compiles a subquery; `outer` are its outer variables in the rows it is evaluated for.
    pub(super) fn compile(
        context: &Context<'_>,
        id: SubqueryId,
        outer: Vec<Physical>,
        span: Span,
    ) -> Result<Self, Diagnostic> {
        let subquery = context.subquery(id, span)?;
        let argument = Layout::new(subquery.outer.clone());
        let outputs: Vec<_> = subquery.result.into_iter().collect();
        let plan = match subquery.kind {
            SubqueryKind::Exists => {
                Correlated::compile_existence(context, &subquery.plan, &argument)?
            }
            _ => Correlated::compile(context, &subquery.plan, &argument, &outputs)?,
        };
        let result = subquery.result.and_then(|variable| plan.output.slot(variable));
        let singly = (subquery.kind == SubqueryKind::Exists || subquery.first)
            && subquery.plan.operators.iter().any(|operator| {
                matches!(
                    operator.kind,
                    OperatorKind::NodeScan { .. } | OperatorKind::RelationshipScan { .. }
                )
            });
        Ok(SubqueryExpression {
            kind: subquery.kind,
            outer,
            plan: RefCell::new(plan),
            result,
            first: subquery.first,
            singly,
            span,
        })
    }

    /// Its value in one row.
    pub(super) fn evaluate_row(
        &self,
        context: &Context<'_>,
        row: Row<'_>,
        locals: &mut Vec<Value>,
    ) -> Result<Value, Diagnostic> {
        let outer = self.outer_values(context, row, locals)?;
        self.value_of(context, outer)
    }

    /// Its value in one row on the graph as it was before the clause; where it reads an
    /// element that was not there then, on the graph as it is.
    pub(super) fn evaluate_before(
        &self,
        context: &Context<'_>,
        row: Row<'_>,
        locals: &mut Vec<Value>,
    ) -> Result<Value, Diagnostic> {
        let outer = self.outer_values(context, row, locals)?;
        let before = context.before_clause();
        let known = |value: &Value| {
            value.elements().into_iter().all(|element| before.graph.contains(element))
        };
        if outer.iter().all(known) {
            return self.value_of(&before, outer);
        }
        self.value_of(context, outer)
    }

    fn outer_values(
        &self,
        context: &Context<'_>,
        row: Row<'_>,
        locals: &mut Vec<Value>,
    ) -> Result<Vec<Value>, Diagnostic> {
        self.outer.iter().map(|variable| evaluate_row(context, variable, row, locals)).collect()
    }

    fn value_of(&self, context: &Context<'_>, outer: Vec<Value>) -> Result<Value, Diagnostic> {
        let columns = outer.into_iter().map(|value| Vector::from_values([value])).collect();
        let results = self.run(context, DataChunk::new(columns, 1))?;
        self.finished(results.into_value())
    }

    /// Its values in many rows.
    pub(super) fn evaluate(
        &self,
        context: &Context<'_>,
        rows: &Rows<'_>,
    ) -> Result<Vector, Diagnostic> {
        let count = rows.count();
        if count == 0 {
            return Ok(Vector::nulls(0));
        }
        if self.outer.is_empty() {
            let results = self.run(context, DataChunk::new(Vec::new(), 1))?;
            return Ok(Vector::Constant(self.finished(results.into_value())?, count));
        }
        let columns = self
            .outer
            .iter()
            .map(|variable| evaluate(context, variable, rows))
            .collect::<Result<Vec<_>, _>>()?;
        let argument = DataChunk::new(columns, count);
        if !self.singly && count <= CHUNK_ROWS {
            return self.finished(self.run(context, argument)?.into_vector());
        }
        let step = if self.singly { 1 } else { CHUNK_ROWS };
        let mut parts = Vec::new();
        for offset in (0..count).step_by(step) {
            let results = self.run(context, argument.slice(offset, step))?;
            parts.push(self.finished(results.into_vector())?);
        }
        Ok(Vector::concat(&parts))
    }

    /// What came out, with the place where it did not.
    fn finished<T>(&self, result: Result<T, EvaluationError>) -> Result<T, Diagnostic> {
        result.map_err(|error| Diagnostic::runtime(error, Some(self.span)))
    }

    fn run(&self, context: &Context<'_>, argument: DataChunk) -> Result<Results, Diagnostic> {
        let Ok(mut plan) = self.plan.try_borrow_mut() else {
            return Err(internal("a subquery was evaluated within itself", Some(self.span)));
        };
        let rows = argument.rows();
        let mut results = Results::new(self.kind, rows);
        let single = rows == 1 && (self.kind == SubqueryKind::Exists || self.first);
        let mut kept = 0;
        let done = plan.run(context, argument, &mut |context, numbers, chunk| {
            let bytes = results.add(numbers, &chunk, (self.result, self.first));
            kept += bytes;
            context.guard.keep(bytes)?;
            Ok(if single && !numbers.is_empty() { Flow::Stop } else { Flow::Continue })
        });
        // From here on the account is kept by whoever takes the values.
        context.guard.release(kept);
        done.map(|_| results)
    }
}

/// The results for each outer row.
enum Results {
    Exists(Vec<bool>),
    Count(Vec<i64>),
    Collect(Vec<Vec<Value>>),
}

impl Results {
    fn new(kind: SubqueryKind, rows: usize) -> Self {
        match kind {
            SubqueryKind::Exists => Results::Exists(vec![false; rows]),
            SubqueryKind::Count => Results::Count(vec![0; rows]),
            SubqueryKind::Collect => Results::Collect(vec![Vec::new(); rows]),
        }
    }

    /// Adds the rows of a chunk; tells how many bytes it keeps of them.
    fn add(
        &mut self,
        numbers: &[u32],
        chunk: &DataChunk,
        (result, first): (Option<usize>, bool),
    ) -> usize {
        let mut kept = 0;
        for (index, &number) in numbers.iter().enumerate() {
            let number = number as usize;
            match self {
                Results::Exists(found) => {
                    if let Some(found) = found.get_mut(number) {
                        *found = true;
                    }
                }
                Results::Count(counts) => {
                    if let Some(count) = counts.get_mut(number) {
                        *count += 1;
                    }
                }
                Results::Collect(lists) => {
                    if let (Some(list), Some(slot)) = (lists.get_mut(number), result)
                        && (!first || list.is_empty())
                    {
                        let value = chunk.value(slot, index);
                        kept += value_bytes(&value) * GROWING;
                        list.push(value);
                    }
                }
            }
        }
        kept
    }

    /// The result of the first row.
    fn into_value(self) -> Result<Value, EvaluationError> {
        Ok(match self {
            Results::Exists(found) => Value::Boolean(found.first() == Some(&true)),
            Results::Count(counts) => Value::Integer(counts.first().copied().unwrap_or(0)),
            Results::Collect(lists) => Value::list(lists.into_iter().next().unwrap_or_default())?,
        })
    }

    /// The results of all rows.
    fn into_vector(self) -> Result<Vector, EvaluationError> {
        Ok(match self {
            Results::Exists(found) => {
                Vector::booleans(BooleanBuffer::collect_bool(found.len(), |row| found[row]))
            }
            Results::Count(counts) => Vector::integers(counts),
            Results::Collect(lists) => {
                let lists: Result<Vec<_>, _> = lists.into_iter().map(Value::list).collect();
                Vector::from_values(lists?)
            }
        })
    }
}
