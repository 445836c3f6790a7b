//! Binding expressions, with what can be said of their types before any row is seen.

use super::expression::{AccessStep, Expression, ExpressionKind};
use super::scope::StaticType;
use super::{Binder, Bound, NameKind, closest, syntax_error};
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
            K::Variable(name) => {
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
            K::Function { name, distinct, arguments } => {
                return self.function(name, *distinct, arguments, span);
            }
            K::CountStar => return self.aggregate_call("count", false, &[], span),
            K::Case { operand, branches, otherwise } => {
                self.case(operand.as_deref(), branches, otherwise.as_deref())?
            }
            K::ListComprehension { variable, list, predicate, projection } => self
                .list_comprehension(variable, list, predicate.as_deref(), projection.as_deref())?,
            K::Quantifier { kind, variable, list, predicate } => {
                self.quantifier(*kind, variable, list, predicate)?
            }
            K::Reduce { accumulator, initial, variable, list, step } => {
                self.reduce([accumulator, variable], initial, list, step)?
            }
            K::PatternComprehension { part, predicate, projection } => {
                self.pattern_comprehension(part, predicate.as_deref(), projection, span)?
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

    fn entries(
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
        labels: &[ast::Name],
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
            self.searches(NameKind::Label, labels);
        }
        let labels = labels.iter().map(|label| label.text.clone()).collect();
        Ok((ExpressionKind::HasLabels(Box::new(bound), labels), BOOLEAN))
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
                    symbol(*operator),
                    describe(of.types),
                    describe(right_of.types)
                );
                Diagnostic::syntax(
                    ErrorCode::InvalidArgumentType,
                    message,
                    first.span.to(right.span),
                )
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

    fn function(
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
            if let Some(near) = closest(&dotted, function::names()) {
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

    fn case(
        &mut self,
        operand: Option<&ast::Expression>,
        branches: &[(ast::Expression, ast::Expression)],
        otherwise: Option<&ast::Expression>,
    ) -> Bound<(ExpressionKind, StaticType)> {
        let simple = operand.is_some();
        let operand = operand.map(|e| self.expression(e).map(Box::new)).transpose()?;
        let mut types = TypeSet::EMPTY;
        let mut bound = Vec::with_capacity(branches.len());
        for (when, then) in branches {
            let when = if simple { self.expression(when)? } else { self.boolean(when)? };
            let (then, of) = self.term(then)?;
            types = types.union(of.types);
            bound.push((when, then));
        }
        let otherwise = match otherwise {
            None => None,
            Some(e) => {
                let (e, of) = self.term(e)?;
                types = types.union(of.types);
                Some(Box::new(e))
            }
        };
        Ok((ExpressionKind::Case { operand, branches: bound, otherwise }, StaticType::of(types)))
    }

    /// Binds the list of a comprehension and gives the type of its elements.
    fn source_list(&mut self, list: &ast::Expression) -> Bound<(Box<Expression>, StaticType)> {
        let (bound, of) = self.term(list)?;
        if !of.may_be(TypeSet::LIST) {
            return syntax_error(
                ErrorCode::InvalidArgumentType,
                format!("a list is needed, this is {}", describe(of.types)),
                list.span,
            );
        }
        let known =
            !of.types.is_empty() && TypeSet::LIST.includes(of.types) && !of.elements.is_empty();
        Ok((Box::new(bound), if known { StaticType::of(of.elements) } else { StaticType::ANY }))
    }

    /// Binds something inside a comprehension, where nothing may be aggregated.
    fn inside<T>(&mut self, bind: impl FnOnce(&mut Self) -> Bound<T>) -> Bound<T> {
        let outer = self.forbid_aggregates();
        let result = bind(self);
        self.aggregates = outer;
        result
    }

    fn list_comprehension(
        &mut self,
        variable: &ast::Name,
        list: &ast::Expression,
        predicate: Option<&ast::Expression>,
        projection: Option<&ast::Expression>,
    ) -> Bound<(ExpressionKind, StaticType)> {
        let (list, element) = self.source_list(list)?;
        self.warn_of_shadow(variable);
        self.scopes.push_local();
        let id = self.declare(variable, element);
        let result = self.inside(|binder| {
            let predicate = predicate.map(|p| binder.boolean(p).map(Box::new)).transpose()?;
            let projection = projection.map(|p| binder.term(p)).transpose()?;
            let elements = projection.as_ref().map_or(element.types, |(_, of)| of.types);
            let projection = projection.map(|(p, _)| Box::new(p));
            Ok((
                ExpressionKind::ListComprehension { variable: id, list, predicate, projection },
                StaticType::list(elements),
            ))
        });
        self.scopes.pop();
        result
    }

    fn quantifier(
        &mut self,
        kind: ast::Quantifier,
        variable: &ast::Name,
        list: &ast::Expression,
        predicate: &ast::Expression,
    ) -> Bound<(ExpressionKind, StaticType)> {
        let (list, element) = self.source_list(list)?;
        self.warn_of_shadow(variable);
        self.scopes.push_local();
        let id = self.declare(variable, element);
        let predicate = self.inside(|binder| binder.boolean(predicate));
        self.scopes.pop();
        Ok((
            ExpressionKind::Quantifier {
                kind,
                variable: id,
                list,
                predicate: Box::new(predicate?),
            },
            BOOLEAN,
        ))
    }

    fn reduce(
        &mut self,
        [accumulator, variable]: [&ast::Name; 2],
        initial: &ast::Expression,
        list: &ast::Expression,
        step: &ast::Expression,
    ) -> Bound<(ExpressionKind, StaticType)> {
        let initial = Box::new(self.expression(initial)?);
        let (list, element) = self.source_list(list)?;
        self.warn_of_shadow(accumulator);
        self.warn_of_shadow(variable);
        self.scopes.push_local();
        let accumulator = self.declare(accumulator, StaticType::ANY);
        let variable = self.declare(variable, element);
        let step = self.inside(|binder| binder.expression(step));
        self.scopes.pop();
        Ok((
            ExpressionKind::Reduce { accumulator, initial, variable, list, step: Box::new(step?) },
            StaticType::ANY,
        ))
    }

    fn map_projection(
        &mut self,
        base: &ast::Name,
        items: &[ast::MapProjectionItem],
    ) -> Bound<(ExpressionKind, StaticType)> {
        use ast::MapProjectionItem as Item;
        let entry = self.resolve(&base.text, base.span)?;
        if !entry.of.may_be(TypeSet::ELEMENT.union(TypeSet::MAP)) {
            return syntax_error(
                ErrorCode::InvalidArgumentType,
                format!("{} has no properties", describe(entry.of.types)),
                base.span,
            );
        }
        let variable = Expression::new(ExpressionKind::Variable(entry.id), base.span);
        let mut all = false;
        let mut entries = Vec::new();
        for item in items {
            match item {
                Item::All => all = true,
                Item::Property(key) => {
                    let kind =
                        ExpressionKind::Property(Box::new(variable.clone()), key.text.clone());
                    entries.push((key.text.clone(), Expression::new(kind, key.span)));
                }
                Item::Entry(key, value) => {
                    entries.push((key.text.clone(), self.expression(value)?));
                }
                Item::Variable(name) => {
                    let entry = self.resolve(&name.text, name.span)?;
                    entries.push((
                        name.text.clone(),
                        Expression::new(ExpressionKind::Variable(entry.id), name.span),
                    ));
                }
            }
        }
        Ok((
            ExpressionKind::MapProjection { base: Box::new(variable), all, entries },
            StaticType::of(TypeSet::MAP),
        ))
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
    if numbers(left) && numbers(right) {
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
        ArithmeticOperator::Subtract
        | ArithmeticOperator::Multiply
        | ArithmeticOperator::Divide => all,
        ArithmeticOperator::Modulo | ArithmeticOperator::Power => TypeSet::NUMBER,
    };
    (left.may_be(accepted) && right.may_be(accepted)).then_some(StaticType::ANY)
}

fn symbol(operator: ArithmeticOperator) -> &'static str {
    match operator {
        ArithmeticOperator::Add => "+",
        ArithmeticOperator::Subtract => "-",
        ArithmeticOperator::Multiply => "*",
        ArithmeticOperator::Divide => "/",
        ArithmeticOperator::Modulo => "%",
        ArithmeticOperator::Power => "^",
    }
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
