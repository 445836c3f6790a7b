//! Aggregate: groups rows by keys and folds each group.
//!
//! Groups come out in the order of their first row. Without keys there is exactly
//! one row, even of no input.

use super::context::{Context, internal};
use super::expression::Physical;
use super::grouping::Groups;
use super::layout::Layout;
use super::limit::appended_bytes;
use super::mapper::Mapper;
use super::pipeline::{Flow, Next, PushOperator};
use super::vectorised::{Rows, evaluate};
use crate::bind::expression::{Expression, VariableId};
use crate::function::{Accumulator, AggregateKind, Limits, aggregate};
use crate::plan::operator::AggregateCall;
use crate::syntax::diagnostic::{Diagnostic, Span};
use crate::value::Value;
use crate::vector::{CHUNK_ROWS, DataChunk, Vector};

/// Groups rows.
pub(super) struct Aggregate {
    keys: Vec<Physical>,
    calls: Vec<Call>,
    groups: Groups,
    /// For each key its value in each group.
    key_values: Vec<Vec<Value>>,
    states: Vec<State>,
}

/// Bytes that a value takes in the set of those seen, roughly.
const DISTINCT_BYTES: usize = 80;

/// One call of an aggregate function.
struct Call {
    function: &'static crate::function::Aggregate,
    distinct: bool,
    arguments: Vec<Physical>,
    span: Span,
}

/// What one call has taken so far, for each group.
enum State {
    /// Rows, or values that are not null.
    Counts(Vec<i64>),
    Accumulators(Vec<Box<dyn Accumulator>>),
}

impl Call {
    fn state(&self) -> State {
        if self.function.kind == AggregateKind::Count && !self.distinct {
            State::Counts(Vec::new())
        } else {
            State::Accumulators(Vec::new())
        }
    }

    fn failure(&self, error: crate::value::EvaluationError) -> Diagnostic {
        Diagnostic::runtime(error, Some(self.span))
    }

    /// Bytes that it keeps of rows with these arguments, roughly.
    fn kept_bytes(&self, arguments: &[Vector]) -> usize {
        let keeps = self.distinct
            || matches!(
                self.function.kind,
                AggregateKind::Collect
                    | AggregateKind::ContinuousPercentile
                    | AggregateKind::DiscretePercentile
            );
        let of_value = if self.distinct { DISTINCT_BYTES } else { 0 };
        let kept = |values: &Vector| appended_bytes(values) + values.len() * of_value;
        if keeps { arguments.first().map_or(0, kept) } else { 0 }
    }
}

impl Aggregate {
    /// Maps the logical operator.
    pub(super) fn map(
        mapper: &mut Mapper<'_, '_>,
        keys: &[(VariableId, Expression)],
        aggregates: &[(VariableId, AggregateCall)],
    ) -> Result<Self, Diagnostic> {
        let mut layout = Layout::default();
        let mut compiled_keys = Vec::with_capacity(keys.len());
        for (variable, key) in keys {
            if layout.slot(*variable).is_none() {
                layout.add(*variable);
                compiled_keys.push(mapper.compiler().compile(key)?);
            }
        }
        let mut calls = Vec::with_capacity(aggregates.len());
        for (variable, call) in aggregates {
            let function = aggregate(call.function).ok_or_else(|| {
                internal(&format!("there is no aggregate {}()", call.function), Some(call.span))
            })?;
            let arguments = mapper.compiler().all(&call.arguments)?;
            layout.add(*variable);
            calls.push(Call { function, distinct: call.distinct, arguments, span: call.span });
        }
        mapper.set_layout(layout);
        let mut operator = Aggregate {
            keys: compiled_keys,
            calls,
            groups: Groups::default(),
            key_values: Vec::new(),
            states: Vec::new(),
        };
        operator.reset();
        Ok(operator)
    }

    /// Makes room for all groups that there are now.
    fn grow(&mut self, groups: usize) {
        for (call, state) in self.calls.iter().zip(&mut self.states) {
            match state {
                State::Counts(counts) => counts.resize(groups, 0),
                State::Accumulators(accumulators) => {
                    while accumulators.len() < groups {
                        accumulators
                            .push(call.function.accumulator(call.distinct, Limits::default()));
                    }
                }
            }
        }
    }

    /// All rows belong to one group.
    fn push_single(&mut self, context: &Context<'_>, rows: &Rows<'_>) -> Result<(), Diagnostic> {
        self.grow(1);
        let count = rows.count();
        for (call, state) in self.calls.iter().zip(&mut self.states) {
            let arguments = call_arguments(context, call, rows)?;
            context.guard.keep(call.kept_bytes(&arguments))?;
            match state {
                State::Counts(counts) => {
                    let present =
                        arguments.first().map_or(count, |argument| present(argument, count));
                    counts[0] += present as i64;
                }
                State::Accumulators(accumulators) => {
                    accumulators[0]
                        .add_vectors(&arguments, count, None)
                        .map_err(|error| call.failure(error))?;
                }
            }
        }
        Ok(())
    }

    fn push_grouped(&mut self, context: &Context<'_>, rows: &Rows<'_>) -> Result<(), Diagnostic> {
        let count = rows.count();
        let keys = self
            .keys
            .iter()
            .map(|key| evaluate(context, key, rows))
            .collect::<Result<Vec<_>, Diagnostic>>()?;
        let known = self.groups.len();
        let groups = self.groups.assign(context, &keys, count)?;
        let mut next = known as u32;
        for (row, &group) in groups.iter().enumerate() {
            if group >= next {
                next = group + 1;
                for (values, key) in self.key_values.iter_mut().zip(&keys) {
                    values.push(key.get(row));
                }
            }
        }
        self.grow(next as usize);
        for (call, state) in self.calls.iter().zip(&mut self.states) {
            let arguments = call_arguments(context, call, rows)?;
            context.guard.keep(call.kept_bytes(&arguments))?;
            match state {
                State::Counts(counts) => match arguments.first() {
                    None => groups.iter().for_each(|&group| counts[group as usize] += 1),
                    Some(argument) => {
                        let counted =
                            groups.iter().enumerate().filter(|&(row, _)| !argument.is_null(row));
                        counted.for_each(|(_, &group)| counts[group as usize] += 1);
                    }
                },
                State::Accumulators(accumulators) => {
                    let mut values = Vec::with_capacity(arguments.len());
                    for (row, &group) in groups.iter().enumerate() {
                        context.guard.step()?;
                        values.clear();
                        values.extend(arguments.iter().map(|argument| argument.get(row)));
                        accumulators[group as usize]
                            .add(&values)
                            .map_err(|error| call.failure(error))?;
                    }
                }
            }
        }
        Ok(())
    }
}

fn call_arguments(
    context: &Context<'_>,
    call: &Call,
    rows: &Rows<'_>,
) -> Result<Vec<Vector>, Diagnostic> {
    call.arguments.iter().map(|argument| evaluate(context, argument, rows)).collect()
}

/// How many of the rows are not null.
fn present(vector: &Vector, rows: usize) -> usize {
    match vector {
        Vector::Dynamic(_) | Vector::Constant(..) => {
            (0..rows).filter(|&row| !vector.is_null(row)).count()
        }
        _ => rows - vector.validity().map_or(0, arrow_buffer::NullBuffer::null_count),
    }
}

impl PushOperator for Aggregate {
    fn push(
        &mut self,
        context: &Context<'_>,
        chunk: DataChunk,
        _: &mut Next<'_>,
    ) -> Result<Flow, Diagnostic> {
        let rows = Rows::of(&chunk);
        if self.keys.is_empty() {
            self.push_single(context, &rows)?;
        } else {
            self.push_grouped(context, &rows)?;
        }
        Ok(Flow::Continue)
    }

    fn finish(&mut self, context: &Context<'_>, next: &mut Next<'_>) -> Result<Flow, Diagnostic> {
        let count = if self.keys.is_empty() { 1 } else { self.groups.len() };
        self.grow(count);
        let mut columns: Vec<Vec<Value>> = std::mem::take(&mut self.key_values);
        for (call, state) in self.calls.iter().zip(std::mem::take(&mut self.states)) {
            columns.push(match state {
                State::Counts(counts) => counts.into_iter().map(Value::Integer).collect(),
                State::Accumulators(accumulators) => accumulators
                    .into_iter()
                    .map(|accumulator| accumulator.finish().map_err(|error| call.failure(error)))
                    .collect::<Result<_, _>>()?,
            });
        }
        let mut columns: Vec<_> = columns.into_iter().map(Vec::into_iter).collect();
        let mut left = count;
        while left > 0 {
            let len = left.min(CHUNK_ROWS);
            left -= len;
            let vectors = columns
                .iter_mut()
                .map(|column| Vector::from_values(column.by_ref().take(len)))
                .collect();
            if next.insist(context, DataChunk::new(vectors, len))? == Flow::Stop {
                return Ok(Flow::Stop);
            }
        }
        Ok(Flow::Continue)
    }

    fn reset(&mut self) {
        self.groups = Groups::default();
        self.key_values = vec![Vec::new(); self.keys.len()];
        self.states = self.calls.iter().map(Call::state).collect();
    }
}
