//! What must hold of a whole path before a selector chooses.

use super::super::compile::Compiler;
use super::super::context::Context;
use super::super::evaluate::{Row, evaluate_row};
use super::super::expression::Physical;
use super::super::mapper::Mapper;
use super::output::{Column, all_columns, element, trail, value_of};
use super::steps::{Origin, Steps};
use crate::plan::path::PathSearch;
use crate::syntax::diagnostic::Diagnostic;
use crate::value::{Endpoint, Value};
use crate::vector::Vector;

/// Predicates on the input row and all that a path brings.
pub(super) struct PathFilter {
    predicates: Vec<Physical>,
    /// What each segment brings, in order; then come the relationships, the last end where
    /// it is new, and the path.
    columns: Vec<Column>,
    into: bool,
    path: Option<Physical>,
    reversed: bool,
}

impl PathFilter {
    /// Compiles the predicates for rows of the present layout.
    pub(super) fn map(mapper: &Mapper<'_, '_>, search: &PathSearch) -> Result<Self, Diagnostic> {
        let mut filter = PathFilter {
            predicates: Vec::new(),
            columns: Vec::new(),
            into: search.into,
            path: None,
            reversed: search.reversed,
        };
        if search.filter.is_empty() {
            return Ok(filter);
        }
        filter.columns = all_columns(search);
        let mut layout = mapper.layout().alone();
        for column in &filter.columns {
            layout.add(column.variable());
        }
        layout.add(search.trail);
        if !search.into {
            layout.add(search.to.variable);
        }
        if let Some((variable, path)) = &search.path {
            filter.path = Some(Compiler::new(mapper.context, &layout).compile(path)?);
            layout.add(*variable);
        }
        filter.predicates = Compiler::new(mapper.context, &layout).all(&search.filter)?;
        Ok(filter)
    }

    /// Whether everything passes.
    pub(super) fn is_empty(&self) -> bool {
        self.predicates.is_empty()
    }

    /// Whether all predicates are true of a path.
    pub(super) fn holds(
        &self,
        context: &Context<'_>,
        steps: &Steps,
        origin: &Origin<'_>,
        from: Endpoint,
        hops: &[(usize, u32)],
    ) -> Result<bool, Diagnostic> {
        if self.is_empty() {
            return Ok(true);
        }
        let mut columns = origin.chunk.slice(origin.row, 1).columns;
        let mut add = |value: Value| columns.push(Vector::Constant(value, 1));
        for column in &self.columns {
            add(value_of(*column, steps, from, hops, self.reversed));
        }
        add(trail(steps, hops, self.reversed));
        if !self.into {
            let end = hops.last().map_or(from, |(segment, hop)| steps.end(*segment, *hop));
            add(element(end));
        }
        if let Some(path) = &self.path {
            let row = Row { columns: &columns, index: 0 };
            let path = evaluate_row(context, path, row, &mut Vec::new())?;
            columns.push(Vector::Constant(path, 1));
        }
        let row = Row { columns: &columns, index: 0 };
        for predicate in &self.predicates {
            let holds = evaluate_row(context, predicate, row, &mut Vec::new())?;
            if !matches!(holds, Value::Boolean(true)) {
                return Ok(false);
            }
        }
        Ok(true)
    }
}
