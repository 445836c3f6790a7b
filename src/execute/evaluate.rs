//! Evaluating expressions row by row: the reference for every other way.
//!
//! What evaluates all its operands is split in two: the operands, and [`apply`],
//! which makes the result of their values. The vectorised evaluator uses the same
//! `apply` where it knows nothing faster. What may leave operands unevaluated
//! (AND, OR, CASE) and what binds local variables stands here only.

use super::context::Context;
use super::expression::{Physical, PhysicalKind, Step, type_name};
use super::iterate;
use super::label::has_dynamic_labels;
use super::outcome;
use crate::function::comparison::{compare, not, predicate, truth};
use crate::function::{
    FunctionContext, access, arithmetic, arithmetic_chain, is_normalized, value_type,
};
use crate::syntax::ast::IsTest;
use crate::syntax::diagnostic::Diagnostic;
use crate::value::{
    ElementReader, Endpoint, ErrorClass, ErrorCode, EvaluationError, Map, Path, RelationshipId,
    Value, logic, order,
};
use crate::vector::Vector;
use std::sync::Arc;

/// One row of a chunk.
#[derive(Clone, Copy)]
pub(super) struct Row<'r> {
    /// The columns.
    pub(super) columns: &'r [Vector],
    /// The number of the row within them.
    pub(super) index: usize,
}

impl Row<'_> {
    /// The row without columns.
    pub(super) const EMPTY: Row<'static> = Row { columns: &[], index: 0 };
}

type Evaluated = Result<Value, Diagnostic>;

/// The value of an expression in a row. `locals` holds the values of the local
/// variables of the comprehensions around it and is left as it was, but for errors.
///
/// # Errors
/// What the operators and functions raise, with the place of the expression.
pub(super) fn evaluate_row(
    context: &Context<'_>,
    expression: &Physical,
    row: Row<'_>,
    locals: &mut Vec<Value>,
) -> Evaluated {
    let mut of = |part: &Physical| evaluate_row(context, part, row, locals);
    let applied = match &expression.kind {
        PhysicalKind::Constant(value) => return Ok(value.clone()),
        PhysicalKind::Slot(slot) => {
            return context.bindings(expression.span)?.value(context, *slot);
        }
        PhysicalKind::Column(slot) => {
            return Ok(row.columns.get(*slot).map_or(Value::Null, |column| column.get(row.index)));
        }
        PhysicalKind::Local(place) => return Ok(locals.get(*place).cloned().unwrap_or_default()),
        PhysicalKind::Property(base, ..)
        | PhysicalKind::HasLabels(base, _)
        | PhysicalKind::Not(base)
        | PhysicalKind::Negate(base)
        | PhysicalKind::Is(base, ..)
        | PhysicalKind::Cast(base, _)
        | PhysicalKind::IsNull(base, _) => apply(context, expression, &[of(base)?]),
        PhysicalKind::Index(pair)
        | PhysicalKind::HasDynamicLabels(pair, _)
        | PhysicalKind::Comparison(_, pair)
        | PhysicalKind::Predicate(_, pair) => {
            apply(context, expression, &[of(&pair[0])?, of(&pair[1])?])
        }
        PhysicalKind::Arithmetic(first, rest) if rest.len() == 1 => {
            apply(context, expression, &[of(first)?, of(&rest[0].1)?])
        }
        PhysicalKind::Function(_, arguments) if arguments.len() == 1 => {
            apply(context, expression, &[of(&arguments[0])?])
        }
        PhysicalKind::And(terms) => return connect(context, terms, false, row, locals),
        PhysicalKind::Or(terms) => return connect(context, terms, true, row, locals),
        PhysicalKind::Case { operand, branches, otherwise } => {
            let operand = operand.as_deref().map(&mut of).transpose()?;
            return case(context, operand, branches, otherwise.as_deref(), row, locals);
        }
        PhysicalKind::ListComprehension { list, .. } | PhysicalKind::Quantifier { list, .. } => {
            let list = of(list)?;
            return iterate::over_list(context, expression, &list, row, locals);
        }
        PhysicalKind::Reduce { initial, list, step, condition } => {
            let (initial, list) = (of(initial)?, of(list)?);
            let parts = (&**step, condition.as_deref());
            return iterate::reduce(context, expression, initial, &list, parts, row, locals);
        }
        PhysicalKind::Coalesce(items) => return first_value(context, items, row, locals),
        PhysicalKind::Binding { values, body } => {
            return iterate::binding(context, values, body, row, locals);
        }
        PhysicalKind::Subquery(subquery) => return subquery.evaluate_row(context, row, locals),
        PhysicalKind::Before(subquery) => return subquery.evaluate_before(context, row, locals),
        PhysicalKind::Attempt(of) => {
            return outcome::attempt(context, evaluate_row(context, of, row, locals));
        }
        PhysicalKind::MayHold(of) => {
            return outcome::may_hold(evaluate_row(context, of, row, locals));
        }
        PhysicalKind::Outcome(column) => return outcome::value(context, of(column)?),
        _ => {
            let parts = parts(&expression.kind);
            let mut values = Vec::with_capacity(parts.len());
            for part in parts {
                values.push(of(part)?);
            }
            apply(context, expression, &values)
        }
    };
    applied.map_err(|error| expression.failure(error))
}

/// The operands of an expression that evaluates all of them, in the order in
/// which [`apply`] takes their values; none for other expressions.
pub(super) fn parts(kind: &PhysicalKind) -> Vec<&Physical> {
    match kind {
        PhysicalKind::List(items)
        | PhysicalKind::Xor(items)
        | PhysicalKind::Accesses(items, _)
        | PhysicalKind::Comparisons(_, items)
        | PhysicalKind::Function(_, items) => items.iter().collect(),
        PhysicalKind::Map(entries) => entries.iter().map(|(_, entry)| entry).collect(),
        PhysicalKind::Property(base, ..)
        | PhysicalKind::HasLabels(base, _)
        | PhysicalKind::Not(base)
        | PhysicalKind::Negate(base)
        | PhysicalKind::Is(base, ..)
        | PhysicalKind::Cast(base, _)
        | PhysicalKind::IsNull(base, _) => vec![base],
        PhysicalKind::Index(pair)
        | PhysicalKind::HasDynamicLabels(pair, _)
        | PhysicalKind::Comparison(_, pair)
        | PhysicalKind::Predicate(_, pair) => pair.iter().collect(),
        PhysicalKind::Slice(base, from, to) => {
            std::iter::once(&**base).chain(from.as_deref()).chain(to.as_deref()).collect()
        }
        PhysicalKind::Arithmetic(first, rest) => {
            std::iter::once(&**first).chain(rest.iter().map(|(_, term)| term)).collect()
        }
        PhysicalKind::Path { start, relationships } => {
            std::iter::once(&**start).chain(relationships).collect()
        }
        PhysicalKind::MapProjection { base, entries, .. } => {
            std::iter::once(&**base).chain(entries.iter().map(|(_, entry)| entry)).collect()
        }
        _ => Vec::new(),
    }
}

/// The result of an expression from the values of its [`parts`].
pub(super) fn apply(
    context: &Context<'_>,
    expression: &Physical,
    values: &[Value],
) -> Result<Value, EvaluationError> {
    let functions = context.functions();
    match (&expression.kind, values) {
        (PhysicalKind::List(_), values) => Value::list(values.to_vec()),
        (PhysicalKind::Map(entries), values) => {
            let entries =
                entries.iter().zip(values).map(|((key, _), value)| (key.clone(), value.clone()));
            Value::map(entries.collect())
        }
        (PhysicalKind::Property(_, key, _), [base]) => access::property(&functions, base, key),
        (PhysicalKind::Index(_), [base, index]) => access::index(&functions, base, index),
        (PhysicalKind::Slice(_, from, _), [base, bounds @ ..]) => {
            let (first, second) = (bounds.first(), bounds.get(1));
            let (from, to) = if from.is_some() { (first, second) } else { (None, first) };
            access::slice(base, from, to)
        }
        (PhysicalKind::Comparisons(operators, _), operands) => {
            let pairs = operators.iter().zip(operands.iter().zip(operands.iter().skip(1)));
            let mut result = Some(true);
            for (operator, (left, right)) in pairs {
                result = logic::and(result, truth(&compare(*operator, left, right))?);
            }
            Ok(logic::to_value(result))
        }
        (PhysicalKind::Accesses(_, steps), [base, operands @ ..]) => {
            accesses(&functions, steps, base, operands)
        }
        (PhysicalKind::HasLabels(_, labels), [base]) => {
            access::has_labels(&functions, base, labels)
        }
        (PhysicalKind::HasDynamicLabels(_, any), [base, names]) => {
            has_dynamic_labels(&functions, base, names, *any)
        }
        (PhysicalKind::Not(_), [operand]) => not(operand),
        (PhysicalKind::Negate(_), [operand]) => arithmetic::negate(operand),
        (PhysicalKind::Xor(_), terms) => {
            let mut result = Some(false);
            for term in terms {
                result = logic::xor(result, truth(term)?);
            }
            Ok(logic::to_value(result))
        }
        (PhysicalKind::Comparison(operator, _), [left, right]) => {
            Ok(compare(*operator, left, right))
        }
        (PhysicalKind::Predicate(operator, _), [left, right]) => {
            predicate(&functions, *operator, left, right)
        }
        (PhysicalKind::Arithmetic(_, rest), [one, other]) if rest.len() == 1 => {
            arithmetic::arithmetic(&functions, rest[0].0, one, other)
        }
        (PhysicalKind::Arithmetic(_, rest), [first, terms @ ..]) => {
            let terms = rest.iter().zip(terms).map(|((operator, _), term)| (*operator, term));
            arithmetic_chain(&functions, first, terms)
        }
        (PhysicalKind::IsNull(_, not), [operand]) => {
            Ok(Value::Boolean(matches!(operand, Value::Null) != *not))
        }
        (PhysicalKind::Is(_, test, not), [operand]) => is(test, *not, operand),
        (PhysicalKind::Cast(_, to), [value]) => value_type::cast(&functions, value, to),
        (PhysicalKind::Function(function, _), arguments) => function.call(&functions, arguments),
        (PhysicalKind::Path { .. }, [start, relationships @ ..]) => {
            path(context, start, relationships)
        }
        (PhysicalKind::MapProjection { all, entries, .. }, [base, values @ ..]) => {
            let keys = entries.iter().map(|(key, _)| key);
            map_projection(context, base, *all, keys.zip(values))
        }
        _ => Ok(Value::Null),
    }
}

/// Applies accesses from left to right.
fn accesses(
    functions: &FunctionContext<'_>,
    steps: &[Step],
    base: &Value,
    operands: &[Value],
) -> Result<Value, EvaluationError> {
    let mut operands = operands.iter();
    let mut value = base.clone();
    for step in steps {
        value = match step {
            Step::Property(key) => access::property(functions, &value, key)?,
            Step::Index => {
                access::index(functions, &value, operands.next().unwrap_or(&Value::Null))?
            }
            Step::Slice(from, to) => {
                let from = from.then(|| operands.next()).flatten();
                let to = to.then(|| operands.next()).flatten();
                access::slice(&value, from, to)?
            }
        };
    }
    Ok(value)
}

/// AND (`decisive` is false) and OR (`decisive` is true): the first decisive term ends it.
fn connect(
    context: &Context<'_>,
    terms: &[Physical],
    decisive: bool,
    row: Row<'_>,
    locals: &mut Vec<Value>,
) -> Evaluated {
    let mut unknown = false;
    for term in terms {
        let value = evaluate_row(context, term, row, locals)?;
        match truth(&value).map_err(|error| term.failure(error))? {
            Some(truth) if truth == decisive => return Ok(Value::Boolean(decisive)),
            Some(_) => {}
            None => unknown = true,
        }
    }
    Ok(if unknown { Value::Null } else { Value::Boolean(!decisive) })
}

fn case(
    context: &Context<'_>,
    operand: Option<Value>,
    branches: &[(Physical, Physical)],
    otherwise: Option<&Physical>,
    row: Row<'_>,
    locals: &mut Vec<Value>,
) -> Evaluated {
    for (when, then) in branches {
        let value = evaluate_row(context, when, row, locals)?;
        let taken = match &operand {
            Some(operand) => order::equals(operand, &value),
            None => truth(&value).map_err(|error| when.failure(error))?,
        };
        if taken == Some(true) {
            return evaluate_row(context, then, row, locals);
        }
    }
    otherwise.map_or(Ok(Value::Null), |otherwise| evaluate_row(context, otherwise, row, locals))
}

/// The first value that is not null; what stands behind it is not evaluated.
fn first_value(
    context: &Context<'_>,
    items: &[Physical],
    row: Row<'_>,
    locals: &mut Vec<Value>,
) -> Evaluated {
    for item in items {
        let value = evaluate_row(context, item, row, locals)?;
        if !matches!(value, Value::Null) {
            return Ok(value);
        }
    }
    Ok(Value::Null)
}

/// `IS [NOT]` and a test; null only where a normal form is asked of what has none.
fn is(test: &IsTest, not: bool, operand: &Value) -> Result<Value, EvaluationError> {
    let holds = match test {
        IsTest::Truth(wanted) => truth(operand)? == *wanted,
        IsTest::Typed(of) => value_type::is_of(operand, of),
        IsTest::Normalized(form) => match is_normalized(operand, *form) {
            Value::Boolean(normalized) => normalized,
            _ => return Ok(Value::Null),
        },
    };
    Ok(Value::Boolean(holds != not))
}

/// Walks from the first end over the relationships, each a single one or a list of them.
fn path(
    context: &Context<'_>,
    start: &Value,
    relationships: &[Value],
) -> Result<Value, EvaluationError> {
    let start = match start {
        Value::Null => return Ok(Value::Null),
        Value::Node(node) => Endpoint::Node(*node),
        Value::Relationship(relationship) => Endpoint::Relationship(*relationship),
        other => {
            return Err(EvaluationError::wrong_type(format!(
                "a path cannot start at {}",
                type_name(other)
            )));
        }
    };
    let mut path = Path { elements: vec![start], relationships: Vec::new() };
    for part in relationships {
        match part {
            Value::Null => return Ok(Value::Null),
            Value::Relationship(relationship) => walk(context, &mut path, *relationship)?,
            Value::List(list) => {
                for hop in list.iter() {
                    match hop {
                        Value::Relationship(relationship) => {
                            walk(context, &mut path, *relationship)?;
                        }
                        _ => return Ok(Value::Null),
                    }
                }
            }
            other => {
                return Err(EvaluationError::wrong_type(format!(
                    "a path cannot lead over {}",
                    type_name(other)
                )));
            }
        }
    }
    Ok(Value::Path(Arc::new(path)))
}

/// Appends a relationship and its other end.
fn walk(
    context: &Context<'_>,
    path: &mut Path,
    relationship: RelationshipId,
) -> Result<(), EvaluationError> {
    let Some((start, end)) = context.relationship_endpoints(relationship) else {
        return Err(EvaluationError::new(
            ErrorClass::EntityNotFound,
            ErrorCode::DeletedEntityAccess,
            "a relationship of the path has been deleted",
        ));
    };
    let next = if path.elements.last() == Some(&start) { end } else { start };
    path.relationships.push(relationship);
    path.elements.push(next);
    Ok(())
}

fn map_projection<'v>(
    context: &Context<'_>,
    base: &Value,
    all: bool,
    entries: impl Iterator<Item = (&'v Arc<str>, &'v Value)>,
) -> Result<Value, EvaluationError> {
    let mut map = match base {
        Value::Null => return Ok(Value::Null),
        _ if !all => Map::default(),
        Value::Map(map) => (**map).clone(),
        Value::Node(node) => ElementReader::properties(context, Endpoint::Node(*node)),
        Value::Relationship(relationship) => {
            ElementReader::properties(context, Endpoint::Relationship(*relationship))
        }
        other => {
            return Err(EvaluationError::wrong_type(format!(
                "expected a Map, Node or Relationship, but got {}",
                type_name(other)
            )));
        }
    };
    map.extend(entries.map(|(key, value)| (key.clone(), value.clone())));
    Value::map(map)
}
