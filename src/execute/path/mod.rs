//! `PathSearch`: paths that are found as a whole. What is repeated under a condition is
//! walked depth first ([`walk`]); of paths with a selector only those are put together that
//! are kept ([`select`]), and the shortest over single relationships to all nodes are one search
//! in breadth ([`nearest`]).

mod breadth;
mod closed;
mod filter;
mod met;
mod nearest;
mod output;
mod product;
mod select;
mod steps;
mod targets;
mod walk;

use super::adjacent::{Excluded, element_id, endpoint};
use super::compile::Compiler;
use super::context::{Context, internal};
use super::evaluate::{Row, evaluate_row};
use super::expression::type_name;
use super::layout::Layout;
use super::limited::look;
use super::mapper::Mapper;
use super::pipeline::{Flow, Next, PushOperator};
use crate::bind::expression::Expression;
use crate::plan::operator::End;
use crate::plan::path as logical;
use crate::syntax::ast::PathMode;
use crate::syntax::diagnostic::{Diagnostic, Span};
use crate::value::{ErrorClass, ErrorCode, EvaluationError, Value};
use crate::vector::DataChunk;
use filter::PathFilter;
pub(super) use met::Met;
use output::{Found, Output};
use select::{Choice, Room, select};
use std::sync::Arc;
use steps::{Origin, Steps};
use targets::Targets;
use walk::{Ends, Rule, walk};

/// Searches paths from a bound end.
pub(super) struct PathSearch {
    from: End,
    from_slot: usize,
    to: End,
    into: Option<usize>,
    rule: Rule,
    choice: Option<Choice>,
    /// Where paths may end, as far as a filter behind them tells.
    targets: Option<Targets>,
    distinct_from: Vec<usize>,
    steps: Steps,
    room: Room,
    output: Output,
}

impl PathSearch {
    /// Maps the logical operator.
    pub(super) fn map(
        mapper: &mut Mapper<'_, '_>,
        search: &logical::PathSearch,
        span: Option<Span>,
    ) -> Result<Self, Diagnostic> {
        let from_slot = mapper.slot(search.from.variable)?;
        let into = search.into.then(|| mapper.slot(search.to.variable)).transpose()?;
        let distinct_from: Vec<usize> = search
            .distinct_from
            .iter()
            .map(|&variable| mapper.slot(variable))
            .collect::<Result<_, _>>()?;
        let steps = Steps::map(mapper, &search.segments, !distinct_from.is_empty())?;
        let rule = Rule { mode: search.mode, distinct: search.distinct };
        let choice = match &search.selector {
            None if search.segments.len() != 1 => {
                return Err(internal("a path without a selector has one segment", span));
            }
            None => None,
            Some(selector) => Some(Choice {
                count: path_count(mapper.context, &selector.count)?,
                groups: selector.groups,
                rule,
                filter: PathFilter::map(mapper, search)?,
            }),
        };
        Ok(PathSearch {
            from: search.from,
            from_slot,
            to: search.to,
            into,
            rule,
            choice,
            targets: Targets::map(mapper, search)?,
            distinct_from,
            steps,
            room: Room::default(),
            output: Output::map(mapper, search),
        })
    }
}

/// How many paths a selector keeps.
///
/// # Errors
/// `SyntaxError: InvalidArgumentType` and `SyntaxError: NegativeIntegerArgument` for what
/// is no number of paths, at run time, since only parameters can be that late.
fn path_count(context: &Context<'_>, expression: &Expression) -> Result<u64, Diagnostic> {
    let physical = Compiler::new(context, &Layout::default()).compile(expression)?;
    look(context, &physical);
    let value = evaluate_row(context, &physical, Row::EMPTY, &mut Vec::new())?;
    let (code, message) = match value {
        Value::Integer(count) if count > 0 => return Ok(count.unsigned_abs()),
        Value::Integer(count) => (
            ErrorCode::NegativeIntegerArgument,
            format!("a number of paths is 1 or more, but got {count}"),
        ),
        other => (
            ErrorCode::InvalidArgumentType,
            format!("a number of paths is an Integer, but got {}", type_name(&other)),
        ),
    };
    Err(physical.failure(EvaluationError::new(ErrorClass::SyntaxError, code, message)))
}

impl PushOperator for PathSearch {
    fn push(
        &mut self,
        context: &Context<'_>,
        chunk: DataChunk,
        next: &mut Next<'_>,
    ) -> Result<Flow, Diagnostic> {
        let chunk = Arc::new(chunk);
        if self.rule.mode != PathMode::Walk {
            self.steps.limit(context.graph.relationship_count());
        }
        let properties = self.steps.properties(context, &chunk)?;
        let mut excluded = Excluded::default();
        for row in 0..chunk.len {
            context.guard.step()?;
            let id = chunk.columns.get(self.from_slot);
            let Some(id) = id.and_then(|column| element_id(column, self.from.kind, row)) else {
                continue;
            };
            let target = match self.into.and_then(|slot| chunk.columns.get(slot)) {
                Some(column) => match element_id(column, self.to.kind, row) {
                    Some(target) => Some(endpoint(self.to.kind, target)),
                    None => continue,
                },
                None => None,
            };
            excluded.read(&chunk, &self.distinct_from, row);
            self.steps.begin_row(context);
            let (excluded, properties) = (&excluded, properties.as_slice());
            let origin = Origin { chunk: &chunk, row, excluded, properties };
            let ends = Ends { from: endpoint(self.from.kind, id), to: self.to, target };
            let mut found = Found {
                output: &mut self.output,
                next: &mut *next,
                chunk: &chunk,
                row: row as u32,
            };
            let steps = &mut self.steps;
            let flow = match &self.choice {
                None => walk(context, steps, &origin, (ends, self.rule), &mut found)?,
                Some(choice) => {
                    let choice = (choice, self.targets.as_mut());
                    let walked = (steps, &mut self.room);
                    select(context, walked, &origin, (ends, choice), &mut found)?
                }
            };
            if flow == Flow::Stop {
                return Ok(Flow::Stop);
            }
        }
        self.output.flush(context, &chunk, next)
    }

    fn finish(&mut self, context: &Context<'_>, _: &mut Next<'_>) -> Result<Flow, Diagnostic> {
        self.steps.release(context);
        self.room.breadth.release(context);
        Ok(Flow::Continue)
    }

    fn reset(&mut self) {
        self.output.clear();
        self.steps.forget();
        self.room = Room::default();
        self.targets.iter_mut().for_each(Targets::reset);
    }
}
