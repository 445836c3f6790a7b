//! Evaluating expressions for all rows of a chunk at once.
//!
//! The result is what [`evaluate_row`] gives row by row, in a typed vector where
//! the types agree. Columns and properties cost no value per row; AND, OR and CASE
//! evaluate what may fail in their later parts only for the rows that get there, so that
//! a failure shows in the same rows as in the reference.

use super::choose::{case, first_values};
use super::context::Context;
use super::described::described;
use super::elements::in_columns;
use super::evaluate::{Row, apply, evaluate_row, parts};
use super::expression::{Physical, PhysicalKind};
use super::limit::value_bytes;
use super::outcome;
use super::repeated::each_once;
use super::together::together;
use crate::bind::expression::Labels;
use crate::function::comparison::truth;
use crate::function::{Scalar, kernel};
use crate::store::{KeyId, LabelId};
use crate::syntax::ast::{LabelExpression, LogicalOperator, PredicateOperator};
use crate::syntax::diagnostic::Diagnostic;
use crate::value::{Endpoint, ErrorClass, NodeId, RelationshipId, Value};
use crate::vector::{BooleanBuffer, DataChunk, NullBuffer, Vector, VectorBuilder};
use std::borrow::Cow;

/// The rows that an expression is evaluated for.
#[derive(Clone)]
pub(super) struct Rows<'r> {
    /// The columns, each `len` rows long.
    pub(super) columns: &'r [Vector],
    /// Rows in each column.
    len: usize,
    /// The rows meant, in order, one perhaps several times; `None` means all, each once.
    selection: Option<Cow<'r, [u32]>>,
    /// The values that the local variables of the expressions around have in the rows meant, those
    /// of the innermost one last.
    locals: Vec<Vector>,
}

impl<'r> Rows<'r> {
    /// The living rows of a chunk.
    pub(super) fn of(chunk: &'r DataChunk) -> Self {
        Rows {
            columns: &chunk.columns,
            len: chunk.len,
            selection: chunk.selection.as_deref().map(Cow::Borrowed),
            locals: Vec::new(),
        }
    }

    /// Number of rows meant.
    pub(super) fn count(&self) -> usize {
        self.selection.as_ref().map_or(self.len, |rows| rows.len())
    }

    /// The number, within the columns, of the `index`-th row meant.
    pub(super) fn row(&self, index: usize) -> usize {
        match &self.selection {
            Some(rows) => rows.get(index).map_or(self.len, |&row| row as usize),
            None => index,
        }
    }

    /// Of the rows meant those with these places among them.
    pub(super) fn subset(&self, places: &[u32]) -> Rows<'r> {
        self.repeated(places, [])
    }

    /// Of the rows meant those with these places among them, with more local variables.
    pub(super) fn repeated<const N: usize>(&self, places: &[u32], locals: [Vector; N]) -> Rows<'r> {
        let rows = places.iter().map(|&place| self.row(place as usize) as u32).collect();
        let around = self.locals.iter().map(|values| values.gather(places));
        Rows {
            columns: self.columns,
            len: self.len,
            selection: Some(Cow::Owned(rows)),
            locals: around.chain(locals).collect(),
        }
    }

    /// Gives them one more local variable.
    pub(super) fn bind(&mut self, values: Vector) {
        self.locals.push(values);
    }

    /// The values of the local variables in one of the rows meant.
    pub(super) fn locals_at(&self, index: usize, locals: &mut Vec<Value>) {
        locals.clear();
        locals.extend(self.locals.iter().map(|values| values.get(index)));
    }

    /// A column of which all rows are meant.
    pub(super) fn whole(&self, slot: usize) -> Option<&'r Vector> {
        if self.selection.is_some() { None } else { self.columns.get(slot) }
    }

    /// A column, the rows meant only.
    fn column(&self, slot: usize) -> Vector {
        match (self.columns.get(slot), &self.selection) {
            (None, _) => Vector::nulls(self.count()),
            (Some(column), None) => column.clone(),
            (Some(column), Some(rows)) => column.gather(rows),
        }
    }
}

pub(super) type Evaluated = Result<Vector, Diagnostic>;

/// The values of an expression, one for each row.
///
/// # Errors
/// What [`evaluate_row`] raises for one of the rows.
pub(super) fn evaluate(context: &Context<'_>, expression: &Physical, rows: &Rows<'_>) -> Evaluated {
    match &expression.kind {
        PhysicalKind::Constant(value) => Ok(Vector::Constant(value.clone(), rows.count())),
        PhysicalKind::Slot(slot) => context.bindings(expression.span)?.values(context, *slot, rows),
        PhysicalKind::Column(slot) => Ok(rows.column(*slot)),
        PhysicalKind::And(terms) => connect(context, terms, false, rows),
        PhysicalKind::Or(terms) => connect(context, terms, true, rows),
        PhysicalKind::Case { operand, branches, otherwise } => {
            case(context, operand.as_deref(), branches, otherwise.as_deref(), rows)
        }
        PhysicalKind::Coalesce(items) => first_values(context, items, rows),
        PhysicalKind::Subquery(subquery) => subquery.evaluate(context, rows),
        PhysicalKind::Attempt(of) => match evaluate(context, of, rows) {
            Ok(values) => Ok(outcome::attempts(&values)),
            // Some row fails, and only that one must.
            Err(_) => row_by_row(context, expression, rows),
        },
        PhysicalKind::MayHold(of) => match evaluate(context, of, rows) {
            Ok(values) => Ok(values),
            Err(_) => row_by_row(context, expression, rows),
        },
        PhysicalKind::Local(place) => {
            Ok(rows.locals.get(*place).cloned().unwrap_or_else(|| Vector::nulls(rows.count())))
        }
        PhysicalKind::ListComprehension { .. }
        | PhysicalKind::Quantifier { .. }
        | PhysicalKind::Binding { .. }
        | PhysicalKind::Reduce { .. } => in_columns(context, expression, rows),
        PhysicalKind::Outcome(_) | PhysicalKind::Before(_) => row_by_row(context, expression, rows),
        // Most operators have one operand or two: these need no list.
        PhysicalKind::Property(of, ..)
        | PhysicalKind::HasLabels(of, _)
        | PhysicalKind::Not(of)
        | PhysicalKind::IsNull(of, _) => {
            apply_to(context, expression, &[evaluate(context, of, rows)?], rows)
        }
        PhysicalKind::Comparison(_, pair) | PhysicalKind::Predicate(_, pair) => {
            let operands = [evaluate(context, &pair[0], rows)?, evaluate(context, &pair[1], rows)?];
            apply_to(context, expression, &operands, rows)
        }
        kind => {
            let operands = parts(kind)
                .into_iter()
                .map(|part| evaluate(context, part, rows))
                .collect::<Result<Vec<_>, _>>()?;
            apply_to(context, expression, &operands, rows)
        }
    }
}

/// Applies an operator to the values of its operands in the fastest way there is.
fn apply_to(
    context: &Context<'_>,
    expression: &Physical,
    operands: &[Vector],
    rows: &Rows<'_>,
) -> Evaluated {
    if let Some(vector) = typed(context, expression, operands)? {
        return Ok(vector);
    }
    if let Some(vector) = each_once(context, expression, operands, rows.count())? {
        return Ok(vector);
    }
    if let PhysicalKind::Function(Scalar { on_columns: Some(run), .. }, _) = &expression.kind
        && let Some(vector) = run(&context.functions(), operands)
    {
        return Ok(vector);
    }
    applied(context, expression, operands, rows.count())
}

/// What [`evaluate`] gives for some expressions; `None` where one of them fails. A limit that is
/// reached is no failure of theirs.
pub(super) fn computed(
    context: &Context<'_>,
    expressions: &[Physical],
    rows: &Rows<'_>,
) -> Result<Option<Vec<Vector>>, Diagnostic> {
    let values = expressions.iter().map(|one| evaluate(context, one, rows));
    match values.collect::<Result<_, _>>() {
        Ok(values) => Ok(Some(values)),
        Err(error) if error.class == ErrorClass::ResourceExhausted => Err(error),
        Err(_) => Ok(None),
    }
}

/// The places among `rows` for which a predicate is true.
///
/// # Errors
/// As [`evaluate`], and `TypeError` for what is neither boolean nor null.
pub(super) fn places_where(
    context: &Context<'_>,
    predicate: &Physical,
    rows: &Rows<'_>,
) -> Result<Vec<u32>, Diagnostic> {
    let vector = evaluate(context, predicate, rows)?;
    if let Some(places) = kernel::true_rows(&vector, None) {
        return Ok(places);
    }
    if let Vector::Constant(value, count) = &vector {
        let all =
            *count > 0 && truth(value).map_err(|error| predicate.failure(error))? == Some(true);
        return Ok(if all { (0..*count as u32).collect() } else { Vec::new() });
    }
    let mut places = Vec::new();
    for (place, value) in vector.iter().enumerate() {
        if truth(&value).map_err(|error| predicate.failure(error))? == Some(true) {
            places.push(place as u32);
        }
    }
    Ok(places)
}

/// The values of an expression, found row by row.
pub(super) fn row_by_row(
    context: &Context<'_>,
    expression: &Physical,
    rows: &Rows<'_>,
) -> Evaluated {
    let mut builder = VectorBuilder::new();
    let mut locals = Vec::new();
    let mut bytes = 0;
    for index in 0..rows.count() {
        context.guard.step()?;
        let row = Row { columns: rows.columns, index: rows.row(index) };
        rows.locals_at(index, &mut locals);
        let value = evaluate_row(context, expression, row, &mut locals)?;
        let more = value_bytes(&value);
        bytes += more;
        context.guard.keep(more)?;
        builder.push(value);
    }
    // From here on the account is kept by whoever takes the values.
    context.guard.release(bytes);
    Ok(builder.finish())
}

/// Applies an operator to the values of its operands, row by row; once where all are constant.
fn applied(
    context: &Context<'_>,
    expression: &Physical,
    operands: &[Vector],
    count: usize,
) -> Evaluated {
    let constant = !operands.is_empty()
        && operands.iter().all(|operand| matches!(operand, Vector::Constant(..)));
    let volatile =
        matches!(&expression.kind, PhysicalKind::Function(function, _) if !function.deterministic);
    let once = constant && !volatile && count > 0;
    if once {
        let value = match operands {
            [only] => apply(context, expression, &[only.get(0)]),
            [one, other] => apply(context, expression, &[one.get(0), other.get(0)]),
            all => {
                let values: Vec<Value> = all.iter().map(|operand| operand.get(0)).collect();
                apply(context, expression, &values)
            }
        };
        let value = value.map_err(|error| expression.failure(error))?;
        return Ok(Vector::Constant(value, count));
    }
    let mut builder = VectorBuilder::new();
    let mut values = Vec::with_capacity(operands.len());
    let mut bytes = 0;
    for row in 0..count {
        context.guard.step()?;
        values.clear();
        values.reserve_exact(operands.len());
        values.extend(operands.iter().map(|operand| operand.get(row)));
        let value = match &expression.kind {
            // The values become the list itself.
            PhysicalKind::List(_) => Value::list(std::mem::take(&mut values)),
            _ => apply(context, expression, &values),
        };
        let value = value.map_err(|error| expression.failure(error))?;
        let more = value_bytes(&value);
        bytes += more;
        context.guard.keep(more)?;
        builder.push(value);
    }
    // From here on the account is kept by whoever takes the values.
    context.guard.release(bytes);
    Ok(builder.finish())
}

/// The faster ways; `None` where there is none for these operands.
fn typed(
    context: &Context<'_>,
    expression: &Physical,
    operands: &[Vector],
) -> Result<Option<Vector>, Diagnostic> {
    if matches!(operands, [Vector::Constant(..)] | [Vector::Constant(..), Vector::Constant(..)]) {
        return Ok(match (&expression.kind, operands) {
            (PhysicalKind::Property(_, name, key), [base]) if !context.deleted.any => key
                .or_else(|| context.graph.catalog().key_id(name))
                .and_then(|key| property(context, base, key)),
            (PhysicalKind::HasLabels(_, labels), [Vector::Constant(Value::Node(node), len)])
                if !context.deleted.any && context.graph.contains_node(*node) =>
            {
                let ids = labels.map(&|label| context.graph.catalog().label_id(label));
                let holds = labels_hold(context, &ids, *node);
                Some(Vector::Constant(Value::Boolean(holds), *len))
            }
            _ => None,
        });
    }
    Ok(match (&expression.kind, operands) {
        (PhysicalKind::Property(_, name, _), [dates @ Vector::Date { .. }]) => {
            kernel::component(dates, name)
        }
        (PhysicalKind::Property(_, name, key), [base]) if !context.deleted.any => {
            // A key that was not known then may have come up in this statement.
            match key.or_else(|| context.graph.catalog().key_id(name)) {
                Some(key) => property(context, base, key),
                None => matches!(base, Vector::Node { .. } | Vector::Relationship { .. })
                    .then(|| Vector::nulls(base.len())),
            }
        }
        (PhysicalKind::HasLabels(_, labels), [base]) if !context.deleted.any => {
            has_labels(context, base, labels)
        }
        (PhysicalKind::Function(function, _), [elements]) if !context.deleted.any => {
            described(context, function.name, elements)
        }
        (PhysicalKind::IsNull(_, false), [operand]) => Some(kernel::is_null(operand)),
        (PhysicalKind::IsNull(_, true), [operand]) => Some(kernel::has_value(operand)),
        (PhysicalKind::Not(_), [operand]) => kernel::not(operand),
        (PhysicalKind::Comparison(operator, _), [left, right]) => {
            kernel::compare(*operator, left, right)
        }
        (PhysicalKind::Predicate(PredicateOperator::In, _), [value, list]) => {
            kernel::contained(value, list)
        }
        (PhysicalKind::Predicate(operator, _), [left, right]) => {
            kernel::predicate(&context.functions(), *operator, left, right)
        }
        (PhysicalKind::Arithmetic(_, rest), [first, terms @ ..]) => {
            let steps = || rest.iter().zip(terms).map(|((operator, _), term)| (*operator, term));
            if terms.len() > 1
                && let Some(texts) = kernel::joined_all(&context.functions(), first, steps())
            {
                return Ok(Some(texts));
            }
            let mut result = first.clone();
            for (operator, term) in steps() {
                match kernel::arithmetic(&context.functions(), operator, &result, term) {
                    Some(next) => result = next,
                    None => return Ok(None),
                }
            }
            Some(result)
        }
        _ => None,
    })
}

/// Whether the condition holds of the labels of each node of a column.
fn has_labels(context: &Context<'_>, base: &Vector, labels: &Labels) -> Option<Vector> {
    let Vector::Node { values, validity } = base else { return None };
    let ids = labels.map(&|label| context.graph.catalog().label_id(label));
    let holds = |row: usize| labels_hold(context, &ids, NodeId(values[row]));
    Some(Vector::Boolean {
        values: BooleanBuffer::collect_bool(values.len(), holds),
        validity: validity.clone(),
    })
}

/// Whether the condition holds of the labels of a node that is there.
fn labels_hold(
    context: &Context<'_>,
    labels: &LabelExpression<Option<LabelId>>,
    node: NodeId,
) -> bool {
    let graph = &context.graph;
    let any = labels.asks_for_any() && !graph.labels(node).is_empty();
    labels.holds(any, &|id| id.is_some_and(|id| graph.has_label(node, id)))
}

/// A property of a column of elements.
fn property(context: &Context<'_>, base: &Vector, key: KeyId) -> Option<Vector> {
    let masked = |vector: Vector, validity: &Option<NullBuffer>| match validity {
        Some(validity) => vector.masked(validity),
        None => vector,
    };
    match base {
        Vector::Node { values, validity } => Some(masked(
            context.graph.gather_nodes(values, key, &mut context.known.borrow_mut()),
            validity,
        )),
        Vector::Relationship { values, validity } => Some(masked(
            context.graph.gather_relationships(values, key, &mut context.known.borrow_mut()),
            validity,
        )),
        Vector::Constant(Value::Node(NodeId(id)), len) => {
            Some(Vector::Constant(context.graph.property(Endpoint::Node(NodeId(*id)), key), *len))
        }
        Vector::Constant(Value::Relationship(RelationshipId(id)), len) => {
            let element = Endpoint::Relationship(RelationshipId(*id));
            Some(Vector::Constant(context.graph.property(element, key), *len))
        }
        _ => None,
    }
}

/// AND and OR, as in the row evaluator: a row that is decided is not asked again.
fn connect(
    context: &Context<'_>,
    terms: &[Physical],
    decisive: bool,
    rows: &Rows<'_>,
) -> Evaluated {
    let operator = if decisive { LogicalOperator::Or } else { LogicalOperator::And };
    let (asked, truths) = together(context, operator, terms, rows)?;
    let terms = &terms[asked..];
    let count = rows.count();
    let mut results: Vec<Option<bool>> = vec![Some(!decisive); count];
    let mut open: Vec<u32> = (0..count as u32).collect();
    if let Some(truths) = truths {
        let Some(next) = terms.first() else { return Ok(truths) };
        for (place, result) in results.iter_mut().enumerate() {
            *result = truth_at(&truths, place).map_err(|error| next.failure(error))?;
        }
        open.retain(|&place| results[place as usize] != Some(decisive));
    }
    for (number, term) in terms.iter().enumerate() {
        if open.is_empty() {
            break;
        }
        let asked = if open.len() == count { rows.clone() } else { rows.subset(&open) };
        let vector = evaluate(context, term, &asked)?;
        let mut still = Vec::with_capacity(if number + 1 < terms.len() { open.len() } else { 0 });
        for (index, &place) in open.iter().enumerate() {
            let verdict = truth_at(&vector, index).map_err(|error| term.failure(error))?;
            match verdict {
                Some(truth) if truth == decisive => results[place as usize] = Some(decisive),
                Some(_) => still.push(place),
                None => {
                    results[place as usize] = None;
                    still.push(place);
                }
            }
        }
        open = still;
    }
    Ok(booleans(&results))
}

/// The truth of a row.
pub(super) fn truth_at(
    vector: &Vector,
    row: usize,
) -> Result<Option<bool>, crate::value::EvaluationError> {
    match vector {
        Vector::Boolean { values, .. } => Ok((!vector.is_null(row)).then(|| values.value(row))),
        _ => truth(&vector.get(row)),
    }
}

/// A vector of truths.
fn booleans(results: &[Option<bool>]) -> Vector {
    let values = BooleanBuffer::collect_bool(results.len(), |row| results[row] == Some(true));
    let validity = results.iter().any(Option::is_none);
    let validity = validity.then(|| {
        NullBuffer::new(BooleanBuffer::collect_bool(results.len(), |row| results[row].is_some()))
    });
    Vector::Boolean { values, validity }
}
