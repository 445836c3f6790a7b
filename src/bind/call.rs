//! Binding calls of functions, literals that functions read, and the names that stand
//! for values where no variable hides them.

use super::expression::{Expression, ExpressionKind};
use super::scope::StaticType;
use super::term::{Typed, describe, number_of_arguments};
use super::{Binder, Bound, closest, foreign, syntax_error};
use crate::function::{self, TypeSet};
use crate::syntax::ast::{self, ComparisonOperator, IsTest, RelationshipEnd, TemporalLiteral};
use crate::syntax::diagnostic::{Diagnostic, Span};
use crate::value::{ErrorCode, Value};

const BOOLEAN: StaticType = StaticType::of(TypeSet::BOOLEAN);

/// Functions that GQL calls without brackets.
const BARE: [&str; 5] =
    ["current_date", "current_time", "current_timestamp", "local_time", "local_timestamp"];

impl Binder<'_> {
    pub(super) fn function(
        &mut self,
        name: &[ast::Name],
        distinct: bool,
        arguments: &[ast::Expression],
        span: Span,
    ) -> Bound<Typed> {
        let dotted = name.iter().map(|part| &*part.text).collect::<Vec<_>>().join(".");
        if let Some(aggregate) = function::aggregate(&dotted) {
            return self.aggregate_call(aggregate.name, distinct, arguments, span);
        }
        if dotted.eq_ignore_ascii_case("exists")
            && let [ast::Expression { kind: ast::ExpressionKind::PatternPredicate(part), .. }] =
                arguments
        {
            return Ok((self.pattern_predicate(part, span)?, BOOLEAN));
        }
        let Some(scalar) = function::scalar(&dotted) else {
            let at = name.first().map_or(span, |first| {
                first.span.to(name.last().map_or(first.span, |last| last.span))
            });
            let mut error = Diagnostic::syntax(
                ErrorCode::UnknownFunction,
                format!("there is no function `{dotted}`"),
                at,
            )
            .with_label("unknown function");
            if let Some(instead) = foreign::instead_of_function(&dotted) {
                error = error.with_help(instead);
            } else if let Some(near) = closest(&dotted, function::names()) {
                error = error.with_help(format!("did you mean `{near}`?"));
            }
            self.report(error)?;
            for argument in arguments {
                self.term(argument)?;
            }
            return Ok((
                Expression::new(ExpressionKind::Literal(Value::Null), span),
                StaticType::ANY,
            ));
        };
        if scalar.name == "exists" {
            self.warn(
                Diagnostic::warning(
                    ErrorCode::DeprecatedSyntax,
                    "`exists()` of a property is an old form",
                    span,
                )
                .with_help("write `… IS NOT NULL`"),
            );
        }
        let count = arguments.len();
        if count < scalar.min_arguments || scalar.max_arguments.is_some_and(|max| count > max) {
            let message = format!(
                "`{}` takes {}, not {count}",
                scalar.name,
                number_of_arguments(scalar.min_arguments, scalar.max_arguments)
            );
            return Err(Diagnostic::syntax(ErrorCode::InvalidNumberOfArguments, message, span)
                .with_help(format!("its signature is {}", scalar.signature)));
        }
        if let Some(column) = self.load_function(scalar.name, span) {
            return Ok(column);
        }
        let mut bound = Vec::with_capacity(count);
        for (index, argument) in arguments.iter().enumerate() {
            let (expression, of) = self.term(argument)?;
            let wanted = scalar
                .arguments
                .get(index)
                .or(scalar.arguments.last())
                .copied()
                .unwrap_or(TypeSet::ANY);
            if !of.may_be(wanted) {
                let message = format!(
                    "`{}` takes {}, this is {}",
                    scalar.name,
                    describe(wanted),
                    describe(of.types)
                );
                return Err(Diagnostic::syntax(
                    ErrorCode::InvalidArgumentType,
                    message,
                    argument.span,
                )
                .with_help(format!("its signature is {}", scalar.signature)));
            }
            bound.push(expression);
        }
        Ok((
            Expression::new(ExpressionKind::Function(scalar.name, bound), span),
            StaticType::of(scalar.returns),
        ))
    }

    /// What a name means where no variable has it: `NaN`, `Infinity`, `CURRENT_DATE`.
    pub(super) fn unless_visible(&mut self, name: &str, span: Span) -> Option<Typed> {
        if self.scopes.resolve(name).is_some() {
            return None;
        }
        let number = match name.to_ascii_lowercase().as_str() {
            "nan" => f64::NAN,
            "inf" | "infinity" => f64::INFINITY,
            bare if BARE.contains(&bare) => {
                let scalar = function::scalar(bare)?;
                let kind = ExpressionKind::Function(scalar.name, Vec::new());
                return Some((Expression::new(kind, span), StaticType::of(scalar.returns)));
            }
            _ => return None,
        };
        let kind = ExpressionKind::Literal(Value::Float(number));
        Some((Expression::new(kind, span), StaticType::of(TypeSet::FLOAT)))
    }

    pub(super) fn is(
        &mut self,
        operand: &ast::Expression,
        test: &IsTest,
        negated: bool,
    ) -> Bound<(ExpressionKind, StaticType)> {
        let operand = match test {
            IsTest::Truth(_) => self.boolean(operand)?,
            IsTest::Typed(_) | IsTest::Normalized(_) => self.expression(operand)?,
        };
        Ok((ExpressionKind::Is(Box::new(operand), test.clone(), negated), BOOLEAN))
    }
}

impl Binder<'_> {
    /// `element IS SOURCE OF relationship`: whether that is where it starts.
    pub(super) fn is_end(
        &mut self,
        element: &ast::Expression,
        end: RelationshipEnd,
        relationship: &ast::Expression,
        negated: bool,
    ) -> Bound<(ExpressionKind, StaticType)> {
        let element = self.operand_of_type(element, TypeSet::ELEMENT)?;
        let relationship = self.operand_of_type(relationship, TypeSet::RELATIONSHIP)?;
        let function = match end {
            RelationshipEnd::Source => "startNode",
            RelationshipEnd::Destination => "endNode",
        };
        let span = relationship.span;
        let end = Expression::new(ExpressionKind::Function(function, vec![relationship]), span);
        let operator =
            if negated { ComparisonOperator::NotEqual } else { ComparisonOperator::Equal };
        let kind = ExpressionKind::Comparison(operator, Box::new(element), Box::new(end));
        Ok((kind, BOOLEAN))
    }

    fn operand_of_type(&mut self, source: &ast::Expression, wanted: TypeSet) -> Bound<Expression> {
        let (bound, of) = self.term(source)?;
        if !of.may_be(wanted) {
            let message = format!("{} is needed, this is {}", describe(wanted), describe(of.types));
            return syntax_error(ErrorCode::InvalidArgumentType, message, source.span);
        }
        Ok(bound)
    }
}

/// The value of a temporal literal, which has to be valid before the query runs.
pub(super) fn temporal_literal(kind: TemporalLiteral, text: &str, span: Span) -> Bound<Typed> {
    let value = function::temporal_literal(kind, text).map_err(|error| {
        let example = match kind {
            TemporalLiteral::Date => "DATE '2025-06-10'",
            TemporalLiteral::Time => "TIME '22:30:00+01:00'",
            TemporalLiteral::Timestamp => "TIMESTAMP '2025-06-10T22:30:00'",
            TemporalLiteral::Duration => "DURATION 'P29DT12H'",
        };
        Diagnostic::syntax(ErrorCode::InvalidTemporalLiteral, error.message, span)
            .with_help(format!("write one as `{example}`"))
    })?;
    let of = StaticType::of(TypeSet::of(&value));
    Ok((Expression::new(ExpressionKind::Literal(value), span), of))
}
