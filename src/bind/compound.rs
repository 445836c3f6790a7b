//! Binding expressions with inner structure: CASE, comprehensions, quantifiers, `reduce`,
//! map projections.

use super::expression::{Expression, ExpressionKind};
use super::scope::{Entry, StaticType};
use super::term::describe;
use super::{Binder, Bound, syntax_error};
use crate::function::TypeSet;
use crate::syntax::ast::{self, CaseBranch, ComparisonOperator, LogicalOperator};
use crate::syntax::diagnostic::Span;
use crate::value::ErrorCode;

const BOOLEAN: StaticType = StaticType::of(TypeSet::BOOLEAN);

impl Binder<'_> {
    pub(super) fn case(
        &mut self,
        operand: Option<&ast::Expression>,
        branches: &[CaseBranch],
        otherwise: Option<&ast::Expression>,
    ) -> Bound<(ExpressionKind, StaticType)> {
        let Some(operand) = operand else {
            return self.case_of(None, branches, otherwise, |binder, branch| {
                let tests = branch.tests.iter().map(|test| binder.boolean(test));
                Ok(any_of(tests.collect::<Bound<_>>()?))
            });
        };
        let (operand, of) = self.term(operand)?;
        let compares = |branch: &CaseBranch| matches!(&*branch.tests, [test] if !is_test(test));
        if branches.iter().all(compares) {
            return self.case_of(Some(operand), branches, otherwise, |binder, branch| {
                let values = branch.tests.iter().map(|test| binder.expression(test));
                Ok(any_of(values.collect::<Bound<_>>()?))
            });
        }
        let entry = self.declare_unnamed(" operand", of);
        let bound = self.case_of(None, branches, otherwise, |binder, branch| {
            let tests = branch.tests.iter().map(|test| binder.operand_test(test, entry));
            Ok(any_of(tests.collect::<Bound<_>>()?))
        });
        let (kind, types) = bound?;
        let body = Box::new(Expression::new(kind, operand.span));
        Ok((ExpressionKind::Binding { values: vec![(entry.id, operand)], body }, types))
    }

    /// A CASE whose conditions are bound by `condition`.
    fn case_of(
        &mut self,
        operand: Option<Expression>,
        branches: &[CaseBranch],
        otherwise: Option<&ast::Expression>,
        mut condition: impl FnMut(&mut Self, &CaseBranch) -> Bound<Expression>,
    ) -> Bound<(ExpressionKind, StaticType)> {
        let mut types = TypeSet::EMPTY;
        let mut bound = Vec::with_capacity(branches.len());
        for branch in branches {
            let when = condition(self, branch)?;
            let (then, of) = self.term(&branch.result)?;
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
        let operand = operand.map(Box::new);
        Ok((ExpressionKind::Case { operand, branches: bound, otherwise }, StaticType::of(types)))
    }

    /// One test of a CASE's operand: an operator that has it on its left, or a value that
    /// it may equal.
    fn operand_test(&mut self, test: &ast::Expression, operand: Entry) -> Bound<Expression> {
        if is_test(test) {
            self.case_operands.push(operand);
            let bound = self.boolean(test);
            self.case_operands.pop();
            return bound;
        }
        let value = self.expression(test)?;
        let span = value.span;
        let operand = Expression::new(ExpressionKind::Variable(operand.id), span);
        let kind = ExpressionKind::Comparison(
            ComparisonOperator::Equal,
            Box::new(operand),
            Box::new(value),
        );
        Ok(Expression::new(kind, span))
    }

    /// The operand of the CASE around, where a test does not write it.
    pub(super) fn case_operand(&mut self, span: Span) -> Bound<(ExpressionKind, StaticType)> {
        match self.case_operands.last() {
            Some(entry) => Ok((ExpressionKind::Variable(entry.id), entry.of)),
            None => {
                syntax_error(ErrorCode::UnexpectedSyntax, "an operator without its left side", span)
            }
        }
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

    pub(super) fn list_comprehension(
        &mut self,
        variable: &ast::Name,
        list: &ast::Expression,
        predicate: Option<&ast::Expression>,
        projection: Option<&ast::Expression>,
    ) -> Bound<(ExpressionKind, StaticType)> {
        let (list, element) = self.source_list(list)?;
        self.scopes.push_local();
        self.warn_of_shadow(variable);
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

    pub(super) fn quantifier(
        &mut self,
        kind: ast::Quantifier,
        variable: &ast::Name,
        list: &ast::Expression,
        predicate: &ast::Expression,
    ) -> Bound<(ExpressionKind, StaticType)> {
        let (list, element) = self.source_list(list)?;
        self.scopes.push_local();
        self.warn_of_shadow(variable);
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

    pub(super) fn reduce(
        &mut self,
        [accumulator, variable]: [&ast::Name; 2],
        initial: &ast::Expression,
        list: &ast::Expression,
        step: &ast::Expression,
        condition: Option<&ast::Expression>,
    ) -> Bound<(ExpressionKind, StaticType)> {
        let initial = Box::new(self.expression(initial)?);
        let (list, element) = self.source_list(list)?;
        self.scopes.push_local();
        self.warn_of_shadow(accumulator);
        self.warn_of_shadow(variable);
        let accumulator = self.declare(accumulator, StaticType::ANY);
        let variable = self.declare(variable, element);
        let parts = self.inside(|binder| {
            let step = binder.expression(step)?;
            Ok((step, condition.map(|e| binder.boolean(e).map(Box::new)).transpose()?))
        });
        self.scopes.pop();
        let (step, condition) = parts?;
        let of = if condition.is_some() { BOOLEAN } else { StaticType::ANY };
        let step = Box::new(step);
        let kind = ExpressionKind::Reduce { accumulator, initial, variable, list, step, condition };
        Ok((kind, of))
    }

    pub(super) fn map_projection(
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

    /// A variable that the text does not name and no scope shows.
    pub(super) fn declare_unnamed(&mut self, name: &str, of: StaticType) -> Entry {
        Entry { id: self.invent(name), of }
    }
}

/// Whether one of several conditions holds.
fn any_of(mut conditions: Vec<Expression>) -> Expression {
    if conditions.len() == 1 {
        return conditions.swap_remove(0);
    }
    let first = conditions.first().map_or(Span::default(), |first| first.span);
    let span = conditions.last().map_or(first, |last| first.to(last.span));
    Expression::new(ExpressionKind::Logical(LogicalOperator::Or, conditions), span)
}

/// Whether a test has the operand of its CASE on the left of its operator.
fn is_test(test: &ast::Expression) -> bool {
    use ast::ExpressionKind as K;
    let mut leftmost = test;
    loop {
        leftmost = match &leftmost.kind {
            K::CaseOperand => return true,
            K::Comparison(first, _) => first,
            K::Predicate(_, left, _) | K::IsEnd(left, ..) => left,
            K::IsNull(operand, _) | K::Is(operand, ..) | K::HasLabels(operand, _) => operand,
            _ => return false,
        }
    }
}
