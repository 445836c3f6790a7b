//! Expressions that go through something of their own: comprehensions, quantifiers,
//! `reduce`, patterns, subqueries.

use super::compare::truth_value;
use super::expression::{Aggregated, truth};
use super::{Evaluated, Failure, Machine, Row, error, unsupported, wrong_type};
use dossier::syntax::ast::{
    Expression, ExpressionKind, PatternPart, Quantifier, Subquery, SubqueryKind,
};
use dossier::syntax::print_expression;
use dossier::value::{ErrorClass, Value};
use std::sync::Arc;

impl Machine {
    pub(crate) fn iterate(
        &self,
        expression: &Expression,
        row: &Row,
        known: &Aggregated,
    ) -> Evaluated {
        let list = |list: &Expression| match self.evaluate(list, row, known)? {
            Value::Null => Ok(None),
            Value::List(items) => Ok(Some(items)),
            _ => wrong_type("only a list can be gone through"),
        };
        let with = |name: &Arc<str>, item: &Value| {
            let mut row = row.clone();
            row.insert(name.clone(), item.clone());
            row
        };
        match &expression.kind {
            ExpressionKind::ListComprehension { variable, list: of, predicate, projection } => {
                let Some(items) = list(of)? else { return Ok(Value::Null) };
                let mut kept = Vec::new();
                for item in items.iter() {
                    let row = with(&variable.text, item);
                    let keep = match predicate {
                        Some(predicate) => truth(&self.evaluate(predicate, &row, known)?)?,
                        None => Some(true),
                    };
                    if keep == Some(true) {
                        kept.push(match projection {
                            Some(projection) => self.evaluate(projection, &row, known)?,
                            None => item.clone(),
                        });
                    }
                }
                Ok(Value::List(Arc::new(kept)))
            }
            ExpressionKind::Quantifier { kind, variable, list: of, predicate } => {
                let Some(items) = list(of)? else { return Ok(Value::Null) };
                let mut truths = Vec::new();
                for item in items.iter() {
                    let row = with(&variable.text, item);
                    truths.push(truth(&self.evaluate(predicate, &row, known)?)?);
                }
                Ok(truth_value(quantified(*kind, &truths)))
            }
            ExpressionKind::Reduce {
                accumulator,
                initial,
                variable,
                list: of,
                step,
                condition: None,
            } => {
                let mut result = self.evaluate(initial, row, known)?;
                let Some(items) = list(of)? else { return Ok(Value::Null) };
                for item in items.iter() {
                    let mut row = with(&variable.text, item);
                    row.insert(accumulator.text.clone(), result);
                    result = self.evaluate(step, &row, known)?;
                    if matches!(&result, Value::String(text) if text.len() > 100_000) {
                        return Err(Failure::TooMuch);
                    }
                }
                Ok(result)
            }
            _ => unsupported("this expression"),
        }
    }

    pub(crate) fn inner_query(&self, expression: &Expression, row: &Row) -> Evaluated {
        if let Some((before, made)) = &self.before
            && !mentions(expression, made)
            && !reads_new(expression, row, before)
        {
            before.steps.set(self.steps.get());
            let value = before.inner_query(expression, row);
            self.steps.set(before.steps.get());
            return value;
        }
        let parts = |part: &PatternPart| std::slice::from_ref(part).to_vec();
        match &expression.kind {
            ExpressionKind::PatternPredicate(part) if part.shortest.is_some() => {
                unsupported("a shortest path as a value")
            }
            ExpressionKind::PatternPredicate(part) => {
                Ok(Value::Boolean(!self.matches(&parts(part), None, None, row)?.is_empty()))
            }
            ExpressionKind::PatternComprehension { part, predicate, projection } => {
                let found = self.matches(&parts(part), None, predicate.as_deref(), row)?;
                let values = found.iter().map(|row| self.value(projection, row));
                Ok(Value::List(Arc::new(values.collect::<Evaluated<_>>()?)))
            }
            ExpressionKind::Subquery(kind, body) => {
                let (names, rows) = match &**body {
                    Subquery::Pattern(mode, parts, predicate) => {
                        (Vec::new(), self.matches(parts, *mode, predicate.as_ref(), row)?)
                    }
                    Subquery::Query(query) => {
                        let table = self.subquery(query, row)?;
                        (table.names, table.rows)
                    }
                };
                Ok(match kind {
                    SubqueryKind::Exists => Value::Boolean(!rows.is_empty()),
                    SubqueryKind::Count => Value::Integer(rows.len() as i64),
                    SubqueryKind::Collect => {
                        let [name] = names.as_slice() else {
                            return error(ErrorClass::SyntaxError, "COLLECT needs one column");
                        };
                        let values = rows.iter().map(|row| row[name].clone());
                        Value::List(Arc::new(values.collect()))
                    }
                })
            }
            _ => Err(Failure::Unsupported("this expression".into())),
        }
    }
}

/// Whether it reads an element that was not there before.
fn reads_new(expression: &Expression, row: &Row, before: &Machine) -> bool {
    row.iter().any(|(name, value)| {
        let new = |at| !before.world.contains(at);
        value.elements().into_iter().any(new) && mentions(expression, std::slice::from_ref(name))
    })
}

/// Whether the text of an expression names one of these variables.
fn mentions(expression: &Expression, names: &[Arc<str>]) -> bool {
    let text = print_expression(expression);
    let word = |name: &&Arc<str>| {
        text.split(|letter: char| !letter.is_alphanumeric() && letter != '_')
            .any(|word| word == &***name)
    };
    names.iter().any(|name| word(&name))
}

fn quantified(kind: Quantifier, truths: &[Option<bool>]) -> Option<bool> {
    let count = |wanted: Option<bool>| truths.iter().filter(|truth| **truth == wanted).count();
    let (yes, no, unknown) = (count(Some(true)), count(Some(false)), count(None));
    match kind {
        Quantifier::All if no > 0 => Some(false),
        Quantifier::All => (unknown == 0).then_some(true),
        Quantifier::Any if yes > 0 => Some(true),
        Quantifier::Any => (unknown == 0).then_some(false),
        Quantifier::None if yes > 0 => Some(false),
        Quantifier::None => (unknown == 0).then_some(true),
        Quantifier::Single if yes > 1 => Some(false),
        Quantifier::Single => (unknown == 0).then_some(yes == 1),
    }
}
