//! What the subqueries in an expression met, as further expressions.
//!
//! Each subquery gets a companion that collects what its rows rest on. The companion is
//! computed where the subquery is: in the branch of CASE that is taken, for each element of
//! a list, with each accumulator. What is found to be absent contributes nothing: in a
//! condition that must hold, EXISTS under NOT is left out.

use super::why::{Asking, bound_in, list_of, spanless, variable};
use crate::bind::expression::{Expression, ExpressionKind as K, VariableId};
use crate::syntax::ast::{ArithmeticOperator, LogicalOperator, Quantifier, SubqueryKind};
use crate::value::Value;

/// What is known of the value of an expression in the rows that are left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wanted {
    /// It is true: it is a condition.
    True,
    /// It is false: it stands under NOT.
    False,
    /// Nothing: a row rests on whatever it is.
    Value,
}

impl Wanted {
    fn negated(self) -> Self {
        match self {
            Wanted::True => Wanted::False,
            Wanted::False => Wanted::True,
            Wanted::Value => Wanted::Value,
        }
    }
}

impl Asking {
    /// Adds to `parts` what gives the support of the subqueries in an expression. The parser
    /// bounds how deep expressions nest.
    pub(super) fn looked_up(
        &mut self,
        expression: &Expression,
        wanted: Wanted,
        parts: &mut Vec<Expression>,
    ) {
        match &expression.kind {
            K::Subquery(id) => {
                let of = self.subqueries.get(id.0 as usize).map(|subquery| subquery.kind);
                if of == Some(SubqueryKind::Exists) && wanted == Wanted::False {
                    return;
                }
                let collecting = self.collecting(*id).map(K::Subquery);
                parts.extend(collecting.map(|kind| Expression::new(kind, expression.span)));
            }
            K::Not(base) => self.looked_up(base, wanted.negated(), parts),
            K::Logical(operator, terms) => self.logical(*operator, terms, wanted, parts),
            K::Case { operand, branches, otherwise } => {
                let otherwise = otherwise.as_deref();
                self.case((operand.as_deref(), branches, otherwise), wanted, parts);
            }
            K::ListComprehension { variable, list, predicate, projection } => {
                self.looked_up(list, Wanted::Value, parts);
                let all = (*variable, &**list, None);
                if let Some(predicate) = predicate {
                    self.each_element(all, (predicate, Wanted::Value), parts);
                }
                if let Some(projection) = projection {
                    let kept = (*variable, &**list, predicate.as_deref().cloned());
                    self.each_element(kept, (projection, Wanted::Value), parts);
                }
            }
            K::Quantifier { kind, variable, list, predicate } => {
                self.looked_up(list, Wanted::Value, parts);
                let (kept, wanted) = deciding(*kind, predicate, wanted);
                self.each_element((*variable, list, kept), (predicate, wanted), parts);
            }
            K::Reduce { accumulator, initial, variable, list, step, condition } => {
                self.looked_up(initial, Wanted::Value, parts);
                self.looked_up(list, Wanted::Value, parts);
                let next = (&**step, condition.as_deref());
                self.reduce((*accumulator, initial), (*variable, list), next, parts);
            }
            K::Binding { values, body } => {
                for (_, value) in values {
                    self.looked_up(value, Wanted::Value, parts);
                }
                let mut inner = Vec::new();
                self.looked_up(body, wanted, &mut inner);
                if !inner.is_empty() {
                    parts.push(bound_in(values.clone(), inner));
                }
            }
            _ => {
                for child in expression.children() {
                    self.looked_up(child, Wanted::Value, parts);
                }
            }
        }
    }

    /// Terms that are all needed, or of which the first that decides is: the later ones are
    /// not even looked at.
    fn logical(
        &mut self,
        operator: LogicalOperator,
        terms: &[Expression],
        wanted: Wanted,
        parts: &mut Vec<Expression>,
    ) {
        let each = if operator == LogicalOperator::Xor { Wanted::Value } else { wanted };
        let mut all = Vec::new();
        let mut branches = Vec::with_capacity(terms.len());
        for term in terms {
            let mut inner = Vec::new();
            self.looked_up(term, each, &mut inner);
            all.extend(inner.iter().cloned());
            let decides = match operator {
                LogicalOperator::Or => term.clone(),
                _ => negated(term),
            };
            branches.push((decides, list_of(inner)));
        }
        let needs_all = matches!(
            (operator, wanted),
            (LogicalOperator::Xor, _)
                | (LogicalOperator::And, Wanted::True)
                | (LogicalOperator::Or, Wanted::False)
        );
        if needs_all || all.is_empty() {
            parts.append(&mut all);
            return;
        }
        // Where none decides, all terms have been looked at.
        let otherwise = Some(Box::new(list_of(all)));
        parts.push(spanless(K::Case { operand: None, branches, otherwise }));
    }

    /// The branch that is taken, and the conditions up to it.
    fn case(
        &mut self,
        (operand, branches, otherwise): (
            Option<&Expression>,
            &[(Expression, Expression)],
            Option<&Expression>,
        ),
        wanted: Wanted,
        parts: &mut Vec<Expression>,
    ) {
        let mut asked = Vec::new();
        if let Some(operand) = operand {
            self.looked_up(operand, Wanted::Value, &mut asked);
        }
        let mut found = false;
        let mut met = Vec::with_capacity(branches.len());
        for (when, then) in branches {
            self.looked_up(when, Wanted::Value, &mut asked);
            let mut inner = asked.clone();
            self.looked_up(then, wanted, &mut inner);
            found |= !inner.is_empty();
            met.push((when.clone(), list_of(inner)));
        }
        if let Some(otherwise) = otherwise {
            self.looked_up(otherwise, wanted, &mut asked);
        }
        if found || !asked.is_empty() {
            let operand = operand.map(|operand| Box::new(operand.clone()));
            let otherwise = Some(Box::new(list_of(asked)));
            parts.push(spanless(K::Case { operand, branches: met, otherwise }));
        }
    }

    /// What is met in an expression that is computed for each element of a list that a
    /// condition keeps.
    fn each_element(
        &mut self,
        (variable, list, kept): (VariableId, &Expression, Option<Expression>),
        (computed, wanted): (&Expression, Wanted),
        parts: &mut Vec<Expression>,
    ) {
        let mut met = Vec::new();
        self.looked_up(computed, wanted, &mut met);
        if !met.is_empty() {
            parts.push(spanless(K::ListComprehension {
                variable,
                list: Box::new(list.clone()),
                predicate: kept.map(Box::new),
                projection: Some(Box::new(list_of(met))),
            }));
        }
    }

    /// What is met in the steps of a reduction: it is run with the list of it beside the
    /// accumulator.
    fn reduce(
        &mut self,
        (accumulator, initial): (VariableId, &Expression),
        (element, list): (VariableId, &Expression),
        (step, condition): (&Expression, Option<&Expression>),
        parts: &mut Vec<Expression>,
    ) {
        let (mut met, mut of_condition) = (Vec::new(), Vec::new());
        self.looked_up(step, Wanted::Value, &mut met);
        if let Some(condition) = condition {
            self.looked_up(condition, Wanted::Value, &mut of_condition);
        }
        if !of_condition.is_empty() {
            // It sees the accumulator as the step leaves it.
            met.push(bound_in(vec![(accumulator, step.clone())], of_condition));
        }
        if met.is_empty() {
            return;
        }
        let state = self.invent();
        let part_of = |base: Expression, index: i64| {
            let index = spanless(K::Literal(Value::Integer(index)));
            spanless(K::Index(Box::new(base), Box::new(index)))
        };
        let more = vec![(ArithmeticOperator::Add, list_of(met))];
        let so_far = Box::new(part_of(variable(state), 1));
        let longer = spanless(K::Arithmetic(so_far, more));
        let values = vec![(accumulator, part_of(variable(state), 0))];
        let reduction = spanless(K::Reduce {
            accumulator: state,
            initial: Box::new(list_of(vec![initial.clone(), list_of(Vec::new())])),
            variable: element,
            list: Box::new(list.clone()),
            step: Box::new(bound_in(values, vec![step.clone(), longer])),
            condition: None,
        });
        parts.push(part_of(reduction, 1));
    }
}

/// Which elements of a list decide a quantifier: those for which a condition holds, or all;
/// and what its predicate is for them.
fn deciding(
    kind: Quantifier,
    predicate: &Expression,
    wanted: Wanted,
) -> (Option<Expression>, Wanted) {
    match (kind, wanted) {
        (Quantifier::Any, Wanted::True) | (Quantifier::None, Wanted::False) => {
            (Some(predicate.clone()), Wanted::True)
        }
        (Quantifier::All, Wanted::False) => (Some(negated(predicate)), Wanted::False),
        (Quantifier::All, Wanted::True) => (None, Wanted::True),
        (Quantifier::Any, Wanted::False) | (Quantifier::None, Wanted::True) => {
            (None, Wanted::False)
        }
        (Quantifier::Single, _) | (_, Wanted::Value) => (None, Wanted::Value),
    }
}

fn negated(term: &Expression) -> Expression {
    Expression::new(K::Not(Box::new(term.clone())), term.span)
}
