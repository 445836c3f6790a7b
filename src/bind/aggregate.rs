//! Aggregates inside a projection: each call becomes a column of its own, and what
//! is left of the expression is computed from those columns and the grouping keys.

use super::expression::{Expression, ExpressionKind, VariableId};
use super::query::AggregateCall;
use super::scope::StaticType;
use super::term::Typed;
use super::{Binder, Bound, syntax_error};
use crate::function::TypeSet;
use crate::syntax::ast;
use crate::syntax::diagnostic::{Diagnostic, Span};
use crate::value::ErrorCode;
use std::collections::{HashMap, HashSet};

/// The aggregate calls of the projection under way.
#[derive(Debug, Default)]
pub(super) struct Collector {
    /// Each with the variable that holds its result.
    pub(super) calls: Vec<(VariableId, AggregateCall)>,
    /// The calls by the fingerprint of their first argument.
    known: HashMap<u64, Vec<usize>>,
    /// The variables of the results.
    results: HashSet<VariableId>,
    /// The arguments of an aggregate are being bound: another one would be nested.
    pub(super) nested: bool,
}

impl Collector {
    /// A collector that has these calls already.
    pub(super) fn with(calls: Vec<(VariableId, AggregateCall)>) -> Self {
        let mut collector = Collector::default();
        calls.into_iter().for_each(|(id, call)| collector.push(id, call));
        collector
    }

    fn push(&mut self, id: VariableId, call: AggregateCall) {
        self.known.entry(fingerprint(&call)).or_default().push(self.calls.len());
        self.results.insert(id);
        self.calls.push((id, call));
    }

    /// Whether an expression reads the result of a call.
    pub(super) fn is_read_by(&self, expression: &Expression) -> bool {
        let mut found = false;
        expression.visit_variables(&mut |id| found |= self.results.contains(&id), &mut |_| {});
        found
    }

    /// The variable of an equal call.
    fn find(&self, call: &AggregateCall) -> Option<VariableId> {
        let mut places = self.known.get(&fingerprint(call))?.iter();
        let place = places.find(|&&place| same_call(&self.calls[place].1, call))?;
        Some(self.calls[*place].0)
    }
}

fn fingerprint(call: &AggregateCall) -> u64 {
    call.arguments.first().map_or(0, Expression::fingerprint)
}

impl Binder<'_> {
    /// From here on an aggregate is an error; gives back what to restore.
    pub(super) fn forbid_aggregates(&mut self) -> Option<Collector> {
        self.aggregates.take()
    }

    /// Binds a call of an aggregate function to the variable of its result.
    pub(super) fn aggregate_call(
        &mut self,
        function: &'static str,
        distinct: bool,
        arguments: &[ast::Expression],
        span: Span,
    ) -> Bound<Typed> {
        match &self.aggregates {
            None => {
                let message = format!(
                    "`{function}()` takes many rows together, which is possible only in WITH and RETURN"
                );
                return Err(Diagnostic::syntax(ErrorCode::InvalidAggregation, message, span)
                    .with_help("compute it in a WITH before, and use its column here"));
            }
            Some(collector) if collector.nested => {
                return syntax_error(
                    ErrorCode::NestedAggregation,
                    "an aggregate cannot stand inside another one",
                    span,
                )
                .map_err(|error: Diagnostic| {
                    error.with_help("compute the inner one in a WITH before")
                });
            }
            Some(_) => {}
        }
        let known = crate::function::aggregate(function);
        if let Some(aggregate) = known {
            let count = arguments.len();
            let counts_rows = function == "count" && count == 0;
            if !counts_rows && (count < aggregate.min_arguments || count > aggregate.max_arguments)
            {
                return syntax_error(
                    ErrorCode::InvalidNumberOfArguments,
                    format!(
                        "`{function}` takes {}, not {count}",
                        super::term::number_of_arguments(
                            aggregate.min_arguments.max(1),
                            Some(aggregate.max_arguments)
                        )
                    ),
                    span,
                );
            }
        }
        if let Some(collector) = &mut self.aggregates {
            collector.nested = true;
        }
        let bound = arguments
            .iter()
            .map(|argument| self.non_deterministic_check(argument))
            .collect::<Bound<Vec<_>>>();
        if let Some(collector) = &mut self.aggregates {
            collector.nested = false;
        }
        let call = AggregateCall { function, distinct, arguments: bound?, span };
        let found = self.aggregates.as_ref().and_then(|collector| collector.find(&call));
        let id = found.unwrap_or_else(|| self.invent(" aggregate"));
        if found.is_none()
            && let Some(collector) = &mut self.aggregates
        {
            collector.push(id, call);
        }
        let types = known.map_or(TypeSet::ANY, |aggregate| aggregate.returns);
        Ok((Expression::new(ExpressionKind::Variable(id), span), StaticType::of(types)))
    }

    /// An aggregate over `rand()` would depend on how rows are batched.
    fn non_deterministic_check(&mut self, argument: &ast::Expression) -> Bound<Expression> {
        let bound = self.expression(argument)?;
        if bound.is_random() {
            return syntax_error(
                ErrorCode::NonConstantExpression,
                "`rand()` cannot be aggregated",
                argument.span,
            );
        }
        Ok(bound)
    }
}

fn same_call(a: &AggregateCall, b: &AggregateCall) -> bool {
    a.function == b.function
        && a.distinct == b.distinct
        && a.arguments.len() == b.arguments.len()
        && a.arguments.iter().zip(&b.arguments).all(|(x, y)| x.same(y))
}
