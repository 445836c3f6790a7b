//! Binding expressions, with what can be said of their types before any row is seen.

use super::call::temporal_literal;
use super::expression::{AccessStep, Expression, ExpressionKind};
use super::scope::StaticType;
use super::{Binder, Bound, NameKind, syntax_error};
use crate::function;
use crate::function::TypeSet;
use crate::syntax::ast::{
    self, Access, ArithmeticOperator, ComparisonOperator, LogicalOperator, PredicateOperator,
};
use crate::syntax::diagnostic::{Diagnostic, Span};
use crate::value::{ErrorClass, ErrorCode, Value};
use std::sync::Arc;

/// A bound expression with its static type.
pub(super) type Typed = (Expression, StaticType);

/// Accesses of one chain that are expressions of their own, as the optimiser knows them.
/// What comes behind is kept flat, so that a long chain does not nest.
const NEAR_ACCESSES: usize = 8;

const BOOLEAN: StaticType = StaticType::of(TypeSet::BOOLEAN);

impl Binder<'_> {
    /// Binds an expression whose type does not matter.
    pub(super) fn expression(&mut self, source: &ast::Expression) -> Bound<Expression> {
        Ok(self.term(source)?.0)
    }

    /// Binds a WHERE: must be able to be boolean; conjunctions come apart.
    pub(super) fn predicate(&mut self, source: &ast::Expression) -> Bound<Vec<Expression>> {
        if let ast::ExpressionKind::Logical(LogicalOperator::And, terms) = &source.kind {
            let mut all = Vec::with_capacity(terms.len());
            for term in terms {
                all.extend(self.predicate(term)?);
            }
            return Ok(all);
        }
        Ok(vec![self.boolean(source)?])
    }

    /// An operand that has to be boolean. Patterns may stand here.
    pub(super) fn condition(&mut self, source: &ast::Expression) -> Bound<Expression> {
        if let ast::ExpressionKind::PatternPredicate(part) = &source.kind {
            return self.pattern_predicate(part, source.span);
        }
        let (bound, of) = self.term(source)?;
        if !of.may_be(TypeSet::BOOLEAN) {
            return syntax_error(
                ErrorCode::InvalidArgumentType,
                format!("a condition must be true or false, this is {}", describe(of.types)),
                source.span,
            );
        }
        Ok(bound)
    }

    /// An expression, or why it is none.
    pub(super) fn typed(&mut self, source: &ast::Expression) -> Bound<Typed> {
        use ast::ExpressionKind as K;
        let span = source.span;
        let (kind, of) = match &source.kind {
            K::Null => (ExpressionKind::Literal(Value::Null), StaticType::of(TypeSet::EMPTY)),
            K::Boolean(b) => (ExpressionKind::Literal(Value::Boolean(*b)), BOOLEAN),
            K::Integer(i) => {
                (ExpressionKind::Literal(Value::Integer(*i)), StaticType::of(TypeSet::INTEGER))
            }
            K::Float(f) => {
                (ExpressionKind::Literal(Value::Float(*f)), StaticType::of(TypeSet::FLOAT))
            }
            K::String(s) => {
                (ExpressionKind::Literal(Value::String(s.clone())), StaticType::of(TypeSet::STRING))
            }
            K::Parameter(name) => (ExpressionKind::Parameter(name.text.clone()), StaticType::ANY),
            K::Temporal(kind, text) => return temporal_literal(*kind, text, span),
            K::Variable(name) => {
                if let Some(known) = self.unless_visible(name, span) {
                    return Ok(known);
                }
                let entry = self.resolve(name, span)?;
                (ExpressionKind::Variable(entry.id), entry.of)
            }
            K::List(items) => self.list(items)?,
            K::Map(entries) => {
                (ExpressionKind::Map(self.entries(entries)?), StaticType::of(TypeSet::MAP))
            }
            K::Access(base, steps) => return self.access(base, steps),
            K::HasLabels(base, labels) => self.has_labels(base, labels)?,
            K::Not(count, operand) => self.not(*count, operand)?,
            K::Sign(signs, operand) => return self.sign(signs, operand, span),
            K::Logical(operator, terms) => {
                let terms =
                    terms.iter().map(|term| self.boolean(term)).collect::<Bound<Vec<_>>>()?;
                (ExpressionKind::Logical(*operator, terms), BOOLEAN)
            }
            K::Comparison(first, rest) => (self.comparison(first, rest)?, BOOLEAN),
            K::Arithmetic(first, rest) => return self.arithmetic(first, rest, span),
            K::Predicate(operator, left, right) => {
                self.operator_predicate(*operator, left, right)?
            }
            K::IsNull(operand, negated) => {
                (ExpressionKind::IsNull(Box::new(self.term(operand)?.0), *negated), BOOLEAN)
            }
            K::Is(operand, test, negated) => self.is(operand, test, *negated)?,
            K::IsEnd(element, end, relationship, negated) => {
                self.is_end(element, *end, relationship, *negated)?
            }
            K::Cast(value, to) => {
                let value = self.expression(value)?;
                let of = StaticType::of(function::value_type::type_set(to));
                (ExpressionKind::Cast(Box::new(value), to.clone()), of)
            }
            K::Function { name, distinct, arguments } => {
                return self.function(name, *distinct, arguments, span);
            }
            K::CountStar => return self.aggregate_call("count", false, &[], span),
            K::Case { operand, branches, otherwise } => {
                self.case(operand.as_deref(), branches, otherwise.as_deref())?
            }
            K::CaseOperand => self.case_operand(span)?,
            K::ListComprehension { variable, list, predicate, projection } => self
                .list_comprehension(variable, list, predicate.as_deref(), projection.as_deref())?,
            K::Quantifier { kind, variable, list, predicate } => {
                self.quantifier(*kind, variable, list, predicate)?
            }
            K::Reduce { accumulator, initial, variable, list, step, condition } => {
                let names = [accumulator, variable];
                self.reduce(names, initial, list, step, condition.as_deref())?
            }
            K::PatternComprehension { part, predicate, projection } => {
                self.pattern_comprehension(part, predicate.as_deref(), projection, span)?
            }
            K::PatternPredicate(part) if part.shortest.is_some() => {
                self.shortest_path_value(part, span)?
            }
            K::PatternPredicate(_) => {
                return syntax_error(
                    ErrorCode::UnexpectedSyntax,
                    "a pattern can stand only where a condition is expected",
                    span,
                )
                .map_err(|e: Diagnostic| {
                    e.with_help("use a pattern comprehension `[(a)-->(b) | b]` or `EXISTS { … }`")
                });
            }
            K::Subquery(kind, body) => self.subquery(*kind, body, span)?,
            K::MapProjection { base, items } => self.map_projection(base, items)?,
        };
        Ok((Expression::new(kind, span), of))
    }

    fn list(&mut self, items: &[ast::Expression]) -> Bound<(ExpressionKind, StaticType)> {
        let mut elements = TypeSet::EMPTY;
        let mut bound = Vec::with_capacity(items.len());
        for item in items {
            let (expression, of) = self.term(item)?;
            elements = elements.union(of.types);
            bound.push(expression);
        }
        Ok((ExpressionKind::List(bound), StaticType::list(elements)))
    }

    pub(super) fn entries(
        &mut self,
        entries: &[(ast::Name, ast::Expression)],
    ) -> Bound<Vec<(Arc<str>, Expression)>> {
        entries.iter().map(|(key, value)| Ok((key.text.clone(), self.expression(value)?))).collect()
    }

    fn access(&mut self, base: &ast::Expression, steps: &[Access]) -> Bound<Typed> {
        let (mut bound, mut of) = self.term(base)?;
        let (near, far) = steps.split_at(steps.len().min(NEAR_ACCESSES));
        for step in near {
            let (step, next, span) = self.access_step(bound.span, of, step)?;
            bound = Expression::new(step.of(Box::new(bound)), base.span.to(span));
            of = next;
        }
        if far.is_empty() {
            return Ok((bound, of));
        }
        let mut span = bound.span;
        let mut flat = Vec::with_capacity(far.len());
        for step in far {
            let (step, next, end) = self.access_step(span, of, step)?;
            flat.push(step);
            (of, span) = (next, base.span.to(end));
        }
        Ok((Expression::new(ExpressionKind::Accesses(Box::new(bound), flat), span), of))
    }

    /// One access to a value of this type.
    fn access_step(
        &mut self,
        base: Span,
        of: StaticType,
        step: &Access,
    ) -> Bound<(AccessStep, StaticType, Span)> {
        match step {
            Access::Property(key) => {
                if !of.may_be(TypeSet::ELEMENT.union(TypeSet::MAP).union(TypeSet::TEMPORAL)) {
                    let message = format!("{} has no property `{}`", describe(of.types), key.text);
                    return Err(Diagnostic::compile(
                        ErrorClass::TypeError,
                        ErrorCode::InvalidArgumentType,
                        message,
                        base,
                    )
                    .with_help("nodes, relationships, maps and temporal values have properties"));
                }
                if !of.types.is_empty() && TypeSet::ELEMENT.includes(of.types) {
                    self.searches(NameKind::PropertyKey, std::slice::from_ref(key));
                }
                Ok((AccessStep::Property(key.text.clone()), StaticType::ANY, key.span))
            }
            Access::Index(index) => {
                let (bound, _) = self.term(index)?;
                let element = if of.types.includes(TypeSet::LIST)
                    && TypeSet::LIST.includes(of.types)
                    && !of.types.is_empty()
                {
                    StaticType::of(of.elements)
                } else {
                    StaticType::ANY
                };
                let element = if element.types.is_empty() { StaticType::ANY } else { element };
                let of = StaticType { elements: TypeSet::ANY, ..element };
                Ok((AccessStep::Index(bound), of, index.span))
            }
            Access::Slice(from, to) => {
                let span = to.as_ref().or(from.as_ref()).map_or(base, |e| e.span);
                let from = from.as_ref().map(|e| self.expression(e)).transpose()?;
                let to = to.as_ref().map(|e| self.expression(e)).transpose()?;
                Ok((AccessStep::Slice(from, to), of, span))
            }
        }
    }

    fn has_labels(
        &mut self,
        base: &ast::Expression,
        labels: &ast::LabelExpression,
    ) -> Bound<(ExpressionKind, StaticType)> {
        let (bound, of) = self.term(base)?;
        if !of.may_be(TypeSet::ELEMENT) {
            return syntax_error(
                ErrorCode::InvalidArgumentType,
                format!("{} has no labels", describe(of.types)),
                base.span,
            );
        }
        if TypeSet::NODE.includes(of.types) {
            self.searches_labels(NameKind::Label, Some(labels));
        } else if TypeSet::RELATIONSHIP.includes(of.types) {
            self.searches_labels(NameKind::RelationshipType, Some(labels));
        }
        if is_cheap(&bound) {
            return Ok((self.labels_hold(&bound, labels)?.kind, BOOLEAN));
        }
        // The element is computed once, however often the condition asks for it.
        let entry = self.declare_unnamed(" element", of);
        let element = Expression::new(ExpressionKind::Variable(entry.id), base.span);
        let body = Box::new(self.labels_hold(&element, labels)?);
        if let ExpressionKind::HasLabels(_, labels) = body.kind {
            return Ok((ExpressionKind::HasLabels(Box::new(bound), labels), BOOLEAN));
        }
        Ok((ExpressionKind::Binding { values: vec![(entry.id, bound)], body }, BOOLEAN))
    }

    fn not(
        &mut self,
        count: u32,
        operand: &ast::Expression,
    ) -> Bound<(ExpressionKind, StaticType)> {
        let span = operand.span;
        let mut bound = self.boolean(operand)?;
        // Two negations are none, also for null; the check for a boolean stays with one pair.
        let times = if count > 2 { 2 - count % 2 } else { count };
        for _ in 1..times {
            bound = Expression::new(ExpressionKind::Not(Box::new(bound)), span);
        }
        Ok((ExpressionKind::Not(Box::new(bound)), BOOLEAN))
    }

    fn sign(&mut self, signs: &[bool], operand: &ast::Expression, span: Span) -> Bound<Typed> {
        let (mut bound, of) = self.term(operand)?;
        if !of.may_be(TypeSet::NUMBER.union(TypeSet::DURATION)) {
            return syntax_error(
                ErrorCode::InvalidArgumentType,
                format!("{} has no sign", describe(of.types)),
                operand.span,
            );
        }
        if signs.iter().filter(|minus| **minus).count() % 2 == 1 {
            bound = Expression::new(ExpressionKind::Negate(Box::new(bound)), span);
        }
        Ok((bound, of))
    }

    fn comparison(
        &mut self,
        first: &ast::Expression,
        rest: &[(ComparisonOperator, ast::Expression)],
    ) -> Bound<ExpressionKind> {
        let mut before = first;
        let (first, mut left_of) = self.term(first)?;
        let mut bound = Vec::with_capacity(rest.len());
        for (operator, right) in rest {
            self.warn_of_null(*operator, before, right);
            let span = before.span.to(right.span);
            let (operand, right_of) = self.term(right)?;
            self.warn_of_types(*operator, [left_of, right_of], span);
            left_of = right_of;
            before = right;
            bound.push((*operator, operand));
        }
        let middle = bound.split_last().map_or(&[][..], |(_, middle)| middle);
        // An operand between two others belongs to two pairs. One that costs nothing is
        // written into both, since pairs are what the optimiser knows; any other is kept
        // once: copies in copies would double with every level of nesting.
        if middle.iter().any(|(_, operand)| !is_cheap(operand)) {
            return Ok(ExpressionKind::Comparisons(Box::new(first), bound));
        }
        let mut left = first;
        let mut pairs = Vec::with_capacity(bound.len());
        for (operator, right) in bound {
            let span = left.span.to(right.span);
            let kind =
                ExpressionKind::Comparison(operator, Box::new(left), Box::new(right.clone()));
            pairs.push(Expression::new(kind, span));
            left = right;
        }
        match pairs.len() {
            1 => Ok(pairs.swap_remove(0).kind),
            _ => Ok(ExpressionKind::Logical(LogicalOperator::And, pairs)),
        }
    }

    fn arithmetic(
        &mut self,
        first: &ast::Expression,
        rest: &[(ArithmeticOperator, ast::Expression)],
        span: Span,
    ) -> Bound<Typed> {
        let (first, mut of) = self.term(first)?;
        let mut bound = Vec::with_capacity(rest.len());
        for (operator, right) in rest {
            let (right, right_of) = self.term(right)?;
            of = arithmetic_type(*operator, of, right_of).ok_or_else(|| {
                let message = format!(
                    "`{}` cannot join {} and {}",
                    function::arithmetic::symbol(*operator),
                    describe(of.types),
                    describe(right_of.types)
                );
                let error = Diagnostic::syntax(
                    ErrorCode::InvalidArgumentType,
                    message,
                    first.span.to(right.span),
                );
                match operator {
                    ArithmeticOperator::Concatenate if right_of.may_be(TypeSet::BOOLEAN) => {
                        error.with_help("`||` joins strings and lists; write `OR` for \"or\"")
                    }
                    _ => error,
                }
            })?;
            bound.push((*operator, right));
        }
        Ok((Expression::new(ExpressionKind::Arithmetic(Box::new(first), bound), span), of))
    }

    fn operator_predicate(
        &mut self,
        operator: PredicateOperator,
        left: &ast::Expression,
        right: &ast::Expression,
    ) -> Bound<(ExpressionKind, StaticType)> {
        let left = self.expression(left)?;
        let (bound, of) = self.term(right)?;
        if operator == PredicateOperator::In && !of.may_be(TypeSet::LIST) {
            return syntax_error(
                ErrorCode::InvalidArgumentType,
                format!("IN needs a list, this is {}", describe(of.types)),
                right.span,
            );
        }
        Ok((ExpressionKind::Predicate(operator, Box::new(left), Box::new(bound)), BOOLEAN))
    }
}

/// A literal, parameter or variable, or a property of one.
fn is_cheap(expression: &Expression) -> bool {
    match &expression.kind {
        ExpressionKind::Literal(_) | ExpressionKind::Parameter(_) | ExpressionKind::Variable(_) => {
            true
        }
        ExpressionKind::Property(base, _) => base.children().is_empty() && is_cheap(base),
        _ => false,
    }
}

/// The type of `left operator right`, `None` where no value of these types can be joined.
fn arithmetic_type(
    operator: ArithmeticOperator,
    left: StaticType,
    right: StaticType,
) -> Option<StaticType> {
    if left.types.is_empty() || right.types.is_empty() {
        return Some(StaticType::ANY);
    }
    let numbers = |of: StaticType| TypeSet::NUMBER.includes(of.types);
    if numbers(left) && numbers(right) && operator != ArithmeticOperator::Concatenate {
        let float = operator == ArithmeticOperator::Power;
        let both_integer =
            TypeSet::INTEGER.includes(left.types) && TypeSet::INTEGER.includes(right.types);
        let types = match (float, both_integer) {
            (true, _) => TypeSet::FLOAT,
            (false, true) => TypeSet::INTEGER,
            (false, false) => TypeSet::NUMBER,
        };
        return Some(StaticType::of(types));
    }
    let all = TypeSet::NUMBER.union(TypeSet::TEMPORAL);
    let accepted = match operator {
        ArithmeticOperator::Add => {
            if left.may_be(TypeSet::LIST) || right.may_be(TypeSet::LIST) {
                return Some(StaticType::ANY);
            }
            all.union(TypeSet::STRING)
        }
        ArithmeticOperator::Concatenate => {
            let types = function::arithmetic::result_types(operator, left.types, right.types);
            return (!types.is_empty()).then_some(StaticType::of(types.without(TypeSet::NULL)));
        }
        ArithmeticOperator::Subtract
        | ArithmeticOperator::Multiply
        | ArithmeticOperator::Divide => all,
        ArithmeticOperator::Modulo | ArithmeticOperator::Power => TypeSet::NUMBER,
    };
    (left.may_be(accepted) && right.may_be(accepted)).then_some(StaticType::ANY)
}

/// The types as words: "a string", "a number or a list".
pub(super) fn describe(types: TypeSet) -> String {
    if types.is_empty() {
        return "null".to_owned();
    }
    let words: Vec<String> = types
        .without(TypeSet::NULL)
        .iter()
        .map(|of| format!("{} {}", article(of.name()), of.name()))
        .collect();
    match words.as_slice() {
        [] => "null".to_owned(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} or {last}", first.join(", ")),
    }
}

/// How many arguments are taken, in words: "1 argument", "2 or 3 arguments".
pub(super) fn number_of_arguments(least: usize, most: Option<usize>) -> String {
    match (least, most) {
        (1, Some(1)) => "1 argument".to_owned(),
        (least, Some(most)) if least == most => format!("{most} arguments"),
        (least, Some(most)) if most == least + 1 => format!("{least} or {most} arguments"),
        (least, Some(most)) => format!("{least} to {most} arguments"),
        (1, None) => "1 argument or more".to_owned(),
        (least, None) => format!("{least} arguments or more"),
    }
}

fn article(word: &str) -> &'static str {
    if word.to_ascii_lowercase().starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" }
}
