//! Compiling bound expressions to physical ones, once for each opening of a pipeline.

use super::bindings::folded;
use super::context::{Context, internal};
use super::evaluate::parts;
use super::expression::{Physical, PhysicalKind, Step};
use super::label::{condition, label_names};
use super::layout::Layout;
use super::subquery::SubqueryExpression;
use super::zones::Zones;
use crate::bind::expression::{
    AccessStep, Expression, ExpressionKind, Labels, SubqueryId, VariableId,
};
use crate::plan::zone::ZoneCondition;
use crate::syntax::ast::LogicalOperator;
use crate::syntax::diagnostic::{Diagnostic, Span};
use crate::value::{ErrorClass, ErrorCode, EvaluationError, Value};
use std::sync::Arc;

/// Compiles expressions for rows of one layout.
pub(super) struct Compiler<'c, 'a> {
    context: &'c Context<'a>,
    layout: &'c Layout,
    /// The variables of the comprehensions around the expression, outermost first.
    locals: Vec<VariableId>,
}

type Compiled<T> = Result<T, Diagnostic>;

impl<'c, 'a> Compiler<'c, 'a> {
    /// A compiler for rows of this layout.
    pub(super) fn new(context: &'c Context<'a>, layout: &'c Layout) -> Self {
        Compiler { context, layout, locals: Vec::new() }
    }

    /// Compiles an expression.
    ///
    /// # Errors
    /// `ParameterMissing` for a parameter that was not given.
    pub(super) fn compile(&mut self, expression: &Expression) -> Compiled<Physical> {
        let span = expression.span;
        let kind = match &expression.kind {
            ExpressionKind::Literal(value) => PhysicalKind::Constant(value.clone()),
            ExpressionKind::Parameter(name) => self.parameter(name, span)?,
            ExpressionKind::Variable(variable) => return self.variable(*variable, span),
            ExpressionKind::List(items) => PhysicalKind::List(self.all(items)?),
            ExpressionKind::Map(entries) => PhysicalKind::Map(self.entries(entries)?),
            ExpressionKind::Property(base, key) => PhysicalKind::Property(
                self.boxed(base)?,
                key.clone(),
                self.context.graph.catalog().key_id(key),
            ),
            ExpressionKind::Index(base, index) => PhysicalKind::Index(self.pair(base, index)?),
            ExpressionKind::Slice(base, from, to) => PhysicalKind::Slice(
                self.boxed(base)?,
                self.optional(from.as_deref())?,
                self.optional(to.as_deref())?,
            ),
            ExpressionKind::Comparisons(first, rest) => {
                let operators = rest.iter().map(|(operator, _)| *operator).collect();
                let mut operands = vec![self.compile(first)?];
                for (_, operand) in rest {
                    operands.push(self.compile(operand)?);
                }
                PhysicalKind::Comparisons(operators, operands)
            }
            ExpressionKind::Accesses(base, steps) => self.accesses(base, steps)?,
            ExpressionKind::HasLabels(base, labels) => {
                PhysicalKind::HasLabels(self.boxed(base)?, labels.clone())
            }
            ExpressionKind::HasDynamicLabels(base, names, any) => {
                self.dynamic_labels(base, names, *any)?
            }
            ExpressionKind::Not(operand) => PhysicalKind::Not(self.boxed(operand)?),
            ExpressionKind::Negate(operand) => PhysicalKind::Negate(self.boxed(operand)?),
            ExpressionKind::Before(of) => self.before(of)?,
            ExpressionKind::Attempt(of) => PhysicalKind::Attempt(self.boxed(of)?),
            ExpressionKind::MayHold(of) => PhysicalKind::MayHold(self.boxed(of)?),
            ExpressionKind::Outcome(of) => PhysicalKind::Outcome(self.boxed(of)?),
            ExpressionKind::Logical(operator, terms) => {
                let terms = self.all(terms)?;
                match operator {
                    LogicalOperator::And => PhysicalKind::And(terms),
                    LogicalOperator::Or => PhysicalKind::Or(terms),
                    LogicalOperator::Xor => PhysicalKind::Xor(terms),
                }
            }
            ExpressionKind::Comparison(operator, left, right) => {
                PhysicalKind::Comparison(*operator, self.pair(left, right)?)
            }
            ExpressionKind::Arithmetic(first, rest) => {
                let first = self.boxed(first)?;
                let rest = rest.iter().map(|(operator, term)| Ok((*operator, self.compile(term)?)));
                PhysicalKind::Arithmetic(first, rest.collect::<Compiled<_>>()?)
            }
            ExpressionKind::Predicate(operator, left, right) => {
                PhysicalKind::Predicate(*operator, self.pair(left, right)?)
            }
            ExpressionKind::IsNull(operand, not) => {
                PhysicalKind::IsNull(self.boxed(operand)?, *not)
            }
            ExpressionKind::Is(operand, test, not) => {
                PhysicalKind::Is(self.boxed(operand)?, test.clone(), *not)
            }
            ExpressionKind::Cast(value, to) => PhysicalKind::Cast(self.boxed(value)?, to.clone()),
            ExpressionKind::Function("coalesce", arguments) => {
                PhysicalKind::Coalesce(self.all(arguments)?)
            }
            ExpressionKind::Function(name, arguments) => self.function(name, arguments, span)?,
            ExpressionKind::Subquery(id) => self.subquery(*id, span)?,
            ExpressionKind::Path { start, relationships } => {
                let start = Box::new(self.variable(*start, span)?);
                let relationships =
                    relationships.iter().map(|&variable| self.variable(variable, span));
                PhysicalKind::Path { start, relationships: relationships.collect::<Compiled<_>>()? }
            }
            ExpressionKind::MapProjection { base, all, entries } => PhysicalKind::MapProjection {
                base: self.boxed(base)?,
                all: *all,
                entries: self.entries(entries)?,
            },
            ExpressionKind::Case { operand, branches, otherwise } => {
                let operand = self.optional(operand.as_deref())?;
                let branches = branches
                    .iter()
                    .map(|(when, then)| Ok((self.compile(when)?, self.compile(then)?)));
                let branches = branches.collect::<Compiled<_>>()?;
                PhysicalKind::Case {
                    operand,
                    branches,
                    otherwise: self.optional(otherwise.as_deref())?,
                }
            }
            ExpressionKind::ListComprehension { .. }
            | ExpressionKind::Quantifier { .. }
            | ExpressionKind::Binding { .. }
            | ExpressionKind::Reduce { .. } => self.iteration(&expression.kind)?,
        };
        Ok(self.fold(Physical::new(kind, span)))
    }

    /// A parameter has a slot where the pipeline may run again.
    fn parameter(&self, name: &Arc<str>, span: Span) -> Compiled<PhysicalKind> {
        match self.context.bindings {
            Some(bindings) => bindings.parameter(self.context, name, span),
            None => Ok(PhysicalKind::Constant(self.context.options.parameter(name, span)?)),
        }
    }

    /// Labels that are the same for all rows are as good as written ones.
    fn dynamic_labels(
        &mut self,
        base: &Expression,
        names: &Expression,
        any: bool,
    ) -> Compiled<PhysicalKind> {
        let names = self.compile(names)?;
        let base = self.compile(base)?;
        Ok(match self.condition(&names, any) {
            Some(labels) => PhysicalKind::HasLabels(Box::new(base), labels),
            None => PhysicalKind::HasDynamicLabels(Box::new([base, names]), any),
        })
    }

    /// The condition that dynamic labels come to where they are the same for all rows.
    pub(super) fn condition(&self, names: &Physical, any: bool) -> Option<Labels> {
        if let (PhysicalKind::Slot(slot), Some(bindings)) = (&names.kind, self.context.bindings) {
            bindings.look(*slot);
        }
        let known = names.with_known(self.context, |value| label_names(value?).ok());
        condition(known?, any)
    }

    /// The operands of a chain of accesses, and what is done with them.
    fn accesses(&mut self, base: &Expression, steps: &[AccessStep]) -> Compiled<PhysicalKind> {
        let mut operands = vec![self.compile(base)?];
        for expression in steps.iter().flat_map(AccessStep::expressions) {
            operands.push(self.compile(expression)?);
        }
        let steps = steps.iter().map(|step| match step {
            AccessStep::Property(key) => Step::Property(key.clone()),
            AccessStep::Index(_) => Step::Index,
            AccessStep::Slice(from, to) => Step::Slice(from.is_some(), to.is_some()),
        });
        Ok(PhysicalKind::Accesses(operands, steps.collect()))
    }

    /// Compiles several expressions.
    pub(super) fn all(&mut self, expressions: &[Expression]) -> Compiled<Vec<Physical>> {
        expressions.iter().map(|expression| self.compile(expression)).collect()
    }

    /// Compiles what is asked of zones.
    pub(super) fn zones(&mut self, zones: &[ZoneCondition]) -> Compiled<Zones> {
        Zones::map(zones, &mut |value| self.compile(value))
    }

    /// The column or local value of a variable.
    pub(super) fn variable(&mut self, variable: VariableId, span: Span) -> Compiled<Physical> {
        if let Some(local) = self.locals.iter().rposition(|&local| local == variable) {
            return Ok(Physical::new(PhysicalKind::Local(local), span));
        }
        match self.layout.slot(variable) {
            Some(slot) => Ok(Physical::new(PhysicalKind::Column(slot), span)),
            None => Err(Diagnostic::runtime(
                EvaluationError::new(
                    ErrorClass::SemanticError,
                    ErrorCode::InternalError,
                    format!("the plan reads variable {} where it has no value", variable.0),
                ),
                Some(span),
            )),
        }
    }

    fn boxed(&mut self, expression: &Expression) -> Compiled<Box<Physical>> {
        self.compile(expression).map(Box::new)
    }

    fn optional(&mut self, expression: Option<&Expression>) -> Compiled<Option<Box<Physical>>> {
        expression.map(|expression| self.boxed(expression)).transpose()
    }

    fn pair(&mut self, left: &Expression, right: &Expression) -> Compiled<Box<[Physical; 2]>> {
        Ok(Box::new([self.compile(left)?, self.compile(right)?]))
    }

    fn entries(
        &mut self,
        entries: &[(Arc<str>, Expression)],
    ) -> Compiled<Vec<(Arc<str>, Physical)>> {
        entries.iter().map(|(key, value)| Ok((key.clone(), self.compile(value)?))).collect()
    }

    fn function(
        &mut self,
        name: &'static str,
        arguments: &[Expression],
        span: Span,
    ) -> Compiled<PhysicalKind> {
        let Some(function) = crate::function::scalar(name) else {
            return Err(Diagnostic::runtime(
                EvaluationError::new(
                    ErrorClass::SyntaxError,
                    ErrorCode::UnknownFunction,
                    format!("there is no function {name}()"),
                ),
                Some(span),
            ));
        };
        Ok(PhysicalKind::Function(function, self.all(arguments)?))
    }

    fn subquery(&mut self, id: SubqueryId, span: Span) -> Compiled<PhysicalKind> {
        let plan = self.context.subquery(id, span)?;
        let outer = plan
            .outer
            .iter()
            .map(|&variable| self.variable(variable, span))
            .collect::<Compiled<Vec<_>>>()?;
        let subquery = SubqueryExpression::compile(self.context, id, outer, span)?;
        Ok(PhysicalKind::Subquery(Box::new(subquery)))
    }

    /// A subquery that looks at the graph before the clause.
    fn before(&mut self, subquery: &Expression) -> Compiled<PhysicalKind> {
        match self.compile(subquery)?.kind {
            PhysicalKind::Subquery(subquery) => Ok(PhysicalKind::Before(subquery)),
            _ => Err(internal("only a subquery looks before", Some(subquery.span))),
        }
    }

    /// What binds local variables. The list is evaluated outside of their scope.
    fn iteration(&mut self, kind: &ExpressionKind) -> Compiled<PhysicalKind> {
        let depth = self.locals.len();
        let compiled = match kind {
            ExpressionKind::ListComprehension { variable, list, predicate, projection } => {
                let list = self.boxed(list)?;
                self.locals.push(*variable);
                PhysicalKind::ListComprehension {
                    list,
                    predicate: self.optional(predicate.as_deref())?,
                    projection: self.optional(projection.as_deref())?,
                }
            }
            ExpressionKind::Quantifier { kind, variable, list, predicate } => {
                let list = self.boxed(list)?;
                self.locals.push(*variable);
                PhysicalKind::Quantifier { kind: *kind, list, predicate: self.boxed(predicate)? }
            }
            ExpressionKind::Reduce { accumulator, initial, variable, list, step, condition } => {
                let (initial, list) = (self.boxed(initial)?, self.boxed(list)?);
                self.locals.extend([*accumulator, *variable]);
                let step = self.boxed(step)?;
                let condition = self.optional(condition.as_deref())?;
                PhysicalKind::Reduce { initial, list, step, condition }
            }
            ExpressionKind::Binding { values, body } => {
                let mut compiled = Vec::with_capacity(values.len());
                for (variable, value) in values {
                    compiled.push(self.compile(value)?);
                    self.locals.push(*variable);
                }
                PhysicalKind::Binding { values: compiled, body: self.boxed(body)? }
            }
            _ => PhysicalKind::Constant(Value::Null),
        };
        self.locals.truncate(depth);
        Ok(compiled)
    }

    /// Evaluates now what is the same in every row, or gives it a slot where it may be another in
    /// the next run.
    fn fold(&self, expression: Physical) -> Physical {
        let known = |part: &Physical| {
            matches!(part.kind, PhysicalKind::Constant(_) | PhysicalKind::Slot(_))
        };
        if !is_fixed(&expression.kind, &known, &|part| !known(part)) {
            return expression;
        }
        if let Some(bindings) = self.context.bindings
            && !is_literal(&expression.kind)
        {
            return bindings.computed(self.context, expression);
        }
        match folded(self.context, &expression) {
            Some(value) => Physical::new(PhysicalKind::Constant(value), expression.span),
            None => expression,
        }
    }
}

/// Whether an expression is made of literals by what comes to the same at any time.
fn is_literal(kind: &PhysicalKind) -> bool {
    let pure = matches!(
        kind,
        PhysicalKind::List(_)
            | PhysicalKind::Map(_)
            | PhysicalKind::Not(_)
            | PhysicalKind::Negate(_)
            | PhysicalKind::Comparison(..)
            | PhysicalKind::Arithmetic(..)
    );
    pure && parts(kind).into_iter().all(|part| part.constant().is_some())
}

/// Whether all parts are constant and the whole depends on nothing else. What is read of an
/// element does: `element` tells whether a part may be one.
pub(super) fn is_fixed(
    kind: &PhysicalKind,
    constant: &dyn Fn(&Physical) -> bool,
    element: &dyn Fn(&Physical) -> bool,
) -> bool {
    match kind {
        PhysicalKind::List(items)
        | PhysicalKind::And(items)
        | PhysicalKind::Or(items)
        | PhysicalKind::Coalesce(items)
        | PhysicalKind::Xor(items) => items.iter().all(constant),
        PhysicalKind::Map(entries) => entries.iter().all(|(_, entry)| constant(entry)),
        PhysicalKind::Property(base, ..) => !element(base),
        PhysicalKind::Index(pair) => constant(&pair[1]) && !element(&pair[0]),
        PhysicalKind::Slice(base, from, to) => {
            constant(base) && from.iter().chain(to).all(|bound| constant(bound))
        }
        PhysicalKind::Not(operand)
        | PhysicalKind::Negate(operand)
        | PhysicalKind::Is(operand, ..)
        | PhysicalKind::Cast(operand, _)
        | PhysicalKind::IsNull(operand, _) => constant(operand),
        PhysicalKind::Comparison(_, pair) | PhysicalKind::Predicate(_, pair) => {
            pair.iter().all(constant)
        }
        PhysicalKind::Arithmetic(first, rest) => {
            constant(first) && rest.iter().all(|(_, term)| constant(term))
        }
        // A range is made lazily where it is unwound.
        PhysicalKind::Function(function, arguments) => {
            function.deterministic && function.name != "range" && arguments.iter().all(constant)
        }
        _ => false,
    }
}
