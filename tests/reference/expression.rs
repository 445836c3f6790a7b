//! Expressions, one row at a time.

use super::arithmetic::arithmetic;
use super::compare::{and, contained, equals, inequality, not, truth_value};
use super::function::call;
use super::types::is_of;
use super::world::element_value;
use super::{Evaluated, Failure, Machine, Row, error, unsupported, wrong_type};
use dossier::syntax::ast::{
    Access, ComparisonOperator, Expression, ExpressionKind, IsTest, LogicalOperator,
    MapProjectionItem, PredicateOperator, TemporalLiteral,
};
use dossier::value::{Endpoint, ErrorClass, Map, Value};
use std::cmp::Ordering;
use std::collections::HashMap;
use std::sync::Arc;

/// The name under which a row keeps the operand of the CASE around.
const CASE_OPERAND: &str = " operand";

/// The values of the aggregates of a group, by the address of their calls.
pub(crate) type Aggregated = HashMap<*const Expression, Value>;

/// A condition's truth.
pub(crate) fn truth(value: &Value) -> Evaluated<Option<bool>> {
    match value {
        Value::Null => Ok(None),
        Value::Boolean(known) => Ok(Some(*known)),
        _ => wrong_type("a condition must be a Boolean"),
    }
}

/// The element that a value stands for.
pub(crate) fn element(value: &Value) -> Option<Endpoint> {
    match value {
        Value::Node(id) => Some(Endpoint::Node(*id)),
        Value::Relationship(id) => Some(Endpoint::Relationship(*id)),
        _ => None,
    }
}

impl Machine {
    /// The value of an expression in a row.
    pub(crate) fn value(&self, expression: &Expression, row: &Row) -> Evaluated {
        self.evaluate(expression, row, &Aggregated::new())
    }

    /// Whether a predicate is true; an absent one is.
    pub(crate) fn holds(&self, predicate: Option<&Expression>, row: &Row) -> Evaluated<bool> {
        match predicate {
            None => Ok(true),
            Some(predicate) => Ok(truth(&self.value(predicate, row)?)? == Some(true)),
        }
    }

    /// The value of an expression where aggregates have been computed.
    pub(crate) fn evaluate(
        &self,
        expression: &Expression,
        row: &Row,
        known: &Aggregated,
    ) -> Evaluated {
        self.step()?;
        if let Some(value) = known.get(&std::ptr::from_ref(expression)) {
            return Ok(value.clone());
        }
        let of = |part: &Expression| self.evaluate(part, row, known);
        match &expression.kind {
            ExpressionKind::Null => Ok(Value::Null),
            ExpressionKind::Boolean(value) => Ok(Value::Boolean(*value)),
            ExpressionKind::Integer(value) => Ok(Value::Integer(*value)),
            ExpressionKind::Float(value) => Ok(Value::Float(*value)),
            ExpressionKind::String(value) => Ok(Value::String(value.clone())),
            ExpressionKind::Parameter(name) => match self.parameters.get(&name.text) {
                Some(value) => Ok(value.clone()),
                None => error(ErrorClass::ParameterMissing, format!("no parameter {}", name.text)),
            },
            ExpressionKind::Variable(name) => match row.get(name) {
                Some(value) => Ok(value.clone()),
                None => named_value(name),
            },
            ExpressionKind::List(items) => {
                let items = items.iter().map(of).collect::<Evaluated<_>>()?;
                Value::list(items).map_err(|_| Failure::TooMuch)
            }
            ExpressionKind::Map(entries) => {
                let entries = entries.iter().map(|(key, part)| Ok((key.text.clone(), of(part)?)));
                Value::map(entries.collect::<Evaluated<Map>>()?).map_err(|_| Failure::TooMuch)
            }
            ExpressionKind::Access(base, steps) => {
                steps.iter().try_fold(of(base)?, |base, step| self.access(&base, step, row, known))
            }
            ExpressionKind::Function { name, distinct: false, arguments } => {
                let name: Vec<&str> = name.iter().map(|part| &*part.text).collect();
                if let [word] = name.as_slice()
                    && word.eq_ignore_ascii_case("coalesce")
                {
                    for argument in arguments {
                        let value = of(argument)?;
                        if !value.is_null() {
                            return Ok(value);
                        }
                    }
                    return Ok(Value::Null);
                }
                let arguments = arguments.iter().map(of).collect::<Evaluated<Vec<_>>>()?;
                call(&self.world, &name.join(".").to_lowercase(), &arguments)
            }
            ExpressionKind::Case { operand, branches, otherwise } => {
                let operand = operand.as_deref().map(of).transpose()?;
                let mut around = row.clone();
                around.extend(operand.iter().map(|value| (CASE_OPERAND.into(), value.clone())));
                for branch in branches {
                    for test in &branch.tests {
                        let condition = operand.is_none() || completes(test);
                        let test = self.evaluate(test, &around, known)?;
                        let taken = match &operand {
                            Some(operand) if !condition => equals(operand, &test),
                            _ => truth(&test)?,
                        };
                        if taken == Some(true) {
                            return of(&branch.result);
                        }
                    }
                }
                otherwise.as_deref().map_or(Ok(Value::Null), of)
            }
            ExpressionKind::CaseOperand => Ok(row.get(CASE_OPERAND).cloned().unwrap_or_default()),
            ExpressionKind::Is(operand, test, negated) => {
                let value = of(operand)?;
                let is = match test {
                    IsTest::Truth(None) => value.is_null(),
                    IsTest::Truth(wanted) => truth(&value)? == *wanted,
                    IsTest::Typed(of) => is_of(&value, of)?,
                    IsTest::Normalized(_) => return unsupported("normal forms"),
                };
                Ok(Value::Boolean(is != *negated))
            }
            ExpressionKind::Temporal(TemporalLiteral::Date, text) => {
                call(&self.world, "date", &[Value::String(text.clone())])
            }
            ExpressionKind::MapProjection { base, items } => {
                self.map_projection(&base.text, items, row, known)
            }
            ExpressionKind::ListComprehension { .. }
            | ExpressionKind::Quantifier { .. }
            | ExpressionKind::Reduce { .. } => self.iterate(expression, row, known),
            ExpressionKind::PatternComprehension { .. }
            | ExpressionKind::PatternPredicate(_)
            | ExpressionKind::Subquery(..) => self.inner_query(expression, row),
            _ => self.operator(expression, row, known),
        }
    }

    fn operator(&self, expression: &Expression, row: &Row, known: &Aggregated) -> Evaluated {
        let of = |part: &Expression| self.evaluate(part, row, known);
        match &expression.kind {
            ExpressionKind::HasLabels(base, labels) => {
                let has: Vec<Arc<str>> = match of(base)? {
                    Value::Null => return Ok(Value::Null),
                    Value::Node(id) => match self.world.nodes.get(&id) {
                        Some(node) => node.labels.clone(),
                        None => {
                            return error(ErrorClass::EntityNotFound, "the node has been deleted");
                        }
                    },
                    Value::Relationship(id) => {
                        self.world.known(id).iter().map(|one| one.kind.clone()).collect()
                    }
                    _ => return wrong_type("only elements have labels"),
                };
                self.labelled(labels, &has, row).map(Value::Boolean)
            }
            ExpressionKind::Not(count, operand) => {
                let truth = truth(&of(operand)?)?;
                Ok(truth_value(if count % 2 == 1 { not(truth) } else { truth }))
            }
            ExpressionKind::Sign(signs, operand) => {
                let mut value = of(operand)?;
                for negative in signs.iter().rev().filter(|negative| **negative) {
                    debug_assert!(negative);
                    value = match value {
                        Value::Null => Value::Null,
                        Value::Integer(number) => match number.checked_neg() {
                            Some(negated) => Value::Integer(negated),
                            None => return error(ErrorClass::ArithmeticError, "integer overflow"),
                        },
                        Value::Float(number) => Value::Float(-number),
                        _ => return unsupported("the sign of this"),
                    };
                }
                Ok(value)
            }
            ExpressionKind::Logical(operator, terms) => self.logical(*operator, terms, row, known),
            ExpressionKind::Comparison(first, rest) => {
                let mut left = of(first)?;
                let mut all = Some(true);
                for (operator, right) in rest {
                    let right = of(right)?;
                    all = and(all, comparison(*operator, &left, &right));
                    left = right;
                }
                Ok(truth_value(all))
            }
            ExpressionKind::Arithmetic(first, rest) => {
                rest.iter().try_fold(of(first)?, |left, (operator, right)| {
                    arithmetic(*operator, &left, &of(right)?)
                })
            }
            ExpressionKind::Predicate(operator, left, right) => {
                predicate(*operator, &of(left)?, &of(right)?)
            }
            ExpressionKind::IsNull(operand, negated) => {
                Ok(Value::Boolean(of(operand)?.is_null() != *negated))
            }
            other => unsupported(format!("{other:?}").chars().take(60).collect::<String>()),
        }
    }

    fn logical(
        &self,
        operator: LogicalOperator,
        terms: &[Expression],
        row: &Row,
        known: &Aggregated,
    ) -> Evaluated {
        let mut result: Option<Option<bool>> = None;
        for term in terms {
            let next = truth(&self.evaluate(term, row, known)?)?;
            let so_far = match result {
                None => next,
                Some(before) => match operator {
                    LogicalOperator::And => and(before, next),
                    LogicalOperator::Or => not(and(not(before), not(next))),
                    LogicalOperator::Xor => match (before, next) {
                        (Some(x), Some(y)) => Some(x != y),
                        _ => None,
                    },
                },
            };
            // What is decided is not looked at further: a later term may fail.
            let decided = match operator {
                LogicalOperator::And => so_far == Some(false),
                LogicalOperator::Or => so_far == Some(true),
                LogicalOperator::Xor => false,
            };
            if decided {
                return Ok(truth_value(so_far));
            }
            result = Some(so_far);
        }
        Ok(truth_value(result.flatten()))
    }

    fn access(&self, base: &Value, step: &Access, row: &Row, known: &Aggregated) -> Evaluated {
        match step {
            Access::Property(key) => self.property(base, &key.text),
            Access::Index(index) => {
                let index = self.evaluate(index, row, known)?;
                match (base, &index) {
                    (Value::Null, _) | (_, Value::Null) => Ok(Value::Null),
                    (Value::List(list), Value::Integer(at)) => {
                        let length = list.len() as i64;
                        let at = if *at < 0 { length.saturating_add(*at) } else { *at };
                        let found = usize::try_from(at).ok().and_then(|at| list.get(at));
                        Ok(found.cloned().unwrap_or_default())
                    }
                    (
                        Value::Map(_) | Value::Node(_) | Value::Relationship(_),
                        Value::String(key),
                    ) => self.property(base, key),
                    _ => wrong_type("no such element access"),
                }
            }
            Access::Slice(from, to) => {
                let bound = |bound: &Option<Expression>| {
                    bound.as_ref().map(|bound| self.evaluate(bound, row, known)).transpose()
                };
                slice(base, bound(from)?, bound(to)?)
            }
        }
    }

    /// `base.key`.
    pub(crate) fn property(&self, base: &Value, key: &str) -> Evaluated {
        match base {
            Value::Null => Ok(Value::Null),
            Value::Map(map) => Ok(map.get(key).cloned().unwrap_or_default()),
            Value::Date(date) => {
                let day = date.year_month_day();
                match key {
                    "year" => Ok(Value::Integer(day.year)),
                    "month" => Ok(Value::Integer(day.month)),
                    "day" => Ok(Value::Integer(day.day)),
                    _ => unsupported(format!("the component {key}")),
                }
            }
            other => match element(other) {
                Some(element) => {
                    Ok(self.world.properties(element)?.get(key).cloned().unwrap_or_default())
                }
                None if other.is_temporal_instant() || matches!(other, Value::Duration(_)) => {
                    unsupported("temporal components")
                }
                None => wrong_type("this has no properties"),
            },
        }
    }

    fn map_projection(
        &self,
        base: &str,
        items: &[MapProjectionItem],
        row: &Row,
        known: &Aggregated,
    ) -> Evaluated {
        let base = row.get(base).cloned().unwrap_or_default();
        if base.is_null() {
            return Ok(Value::Null);
        }
        let mut map = Map::default();
        for item in items {
            match item {
                MapProjectionItem::Property(key) => {
                    map.insert(key.text.clone(), self.property(&base, &key.text)?);
                }
                MapProjectionItem::All => match (&base, element(&base)) {
                    (Value::Map(own), _) => map.extend((**own).clone()),
                    (_, Some(element)) => map.extend(self.world.properties(element)?.clone()),
                    _ => return wrong_type("this has no properties"),
                },
                MapProjectionItem::Entry(key, value) => {
                    map.insert(key.text.clone(), self.evaluate(value, row, known)?);
                }
                MapProjectionItem::Variable(name) => {
                    let value = row.get(&name.text).cloned().unwrap_or_default();
                    map.insert(name.text.clone(), value);
                }
            }
        }
        Ok(Value::Map(Arc::new(map)))
    }

    /// The elements of a path as values.
    pub(crate) fn path_elements(path: &dossier::value::Path) -> Vec<Value> {
        path.elements.iter().copied().map(element_value).collect()
    }
}

/// Whether a test of CASE is a condition about its operand, and not a value to equal it.
fn completes(test: &Expression) -> bool {
    match &test.kind {
        ExpressionKind::CaseOperand => true,
        ExpressionKind::Comparison(left, _)
        | ExpressionKind::Predicate(_, left, _)
        | ExpressionKind::IsNull(left, _)
        | ExpressionKind::Is(left, ..)
        | ExpressionKind::HasLabels(left, _) => completes(left),
        _ => false,
    }
}

fn comparison(operator: ComparisonOperator, left: &Value, right: &Value) -> Option<bool> {
    let accepts = |wanted: &[Ordering]| match inequality(left, right) {
        Err(()) => None,
        Ok(None) => Some(false),
        Ok(Some(order)) => Some(wanted.contains(&order)),
    };
    match operator {
        ComparisonOperator::Equal => equals(left, right),
        ComparisonOperator::NotEqual => not(equals(left, right)),
        ComparisonOperator::Less => accepts(&[Ordering::Less]),
        ComparisonOperator::LessOrEqual => accepts(&[Ordering::Less, Ordering::Equal]),
        ComparisonOperator::Greater => accepts(&[Ordering::Greater]),
        ComparisonOperator::GreaterOrEqual => accepts(&[Ordering::Greater, Ordering::Equal]),
    }
}

fn predicate(operator: PredicateOperator, left: &Value, right: &Value) -> Evaluated {
    match (operator, left, right) {
        (PredicateOperator::In, _, Value::Null) => Ok(Value::Null),
        (PredicateOperator::In, value, Value::List(list)) => {
            Ok(truth_value(contained(value, list)))
        }
        (PredicateOperator::In, _, _) => wrong_type("IN needs a list"),
        (PredicateOperator::Matches, ..) => unsupported("regular expressions"),
        (_, Value::String(text), Value::String(part)) => Ok(Value::Boolean(match operator {
            PredicateOperator::StartsWith => text.starts_with(&**part),
            PredicateOperator::EndsWith => text.ends_with(&**part),
            _ => text.contains(&**part),
        })),
        _ => Ok(Value::Null),
    }
}

fn slice(base: &Value, from: Option<Value>, to: Option<Value>) -> Evaluated {
    let bounds = [&from, &to];
    if base.is_null() || bounds.iter().any(|bound| matches!(bound, Some(Value::Null))) {
        return Ok(Value::Null);
    }
    let Value::List(list) = base else { return wrong_type("only a list can be sliced") };
    let length = list.len() as i64;
    let place = |bound: &Option<Value>, otherwise: i64| match bound {
        None => Ok(otherwise),
        Some(Value::Integer(at)) if *at < 0 => Ok(length.saturating_add(*at).max(0)),
        Some(Value::Integer(at)) => Ok((*at).min(length)),
        Some(_) => wrong_type("a bound must be an integer"),
    };
    let (from, to) = (place(&from, 0)?, place(&to, length)?);
    let taken = list.iter().skip(from as usize).take((to - from).max(0) as usize);
    Ok(Value::List(Arc::new(taken.cloned().collect())))
}

/// What a name means that no variable has.
fn named_value(name: &str) -> Evaluated {
    match name.to_lowercase().as_str() {
        "nan" => Ok(Value::Float(f64::NAN)),
        "inf" | "infinity" => Ok(Value::Float(f64::INFINITY)),
        "current_date" | "current_time" | "current_timestamp" | "local_time"
        | "local_timestamp" => unsupported("the clock"),
        _ => error(ErrorClass::SyntaxError, format!("no variable {name}")),
    }
}
