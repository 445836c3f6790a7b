//! Expressions that go through lists, for the elements of many rows at once.
//!
//! ```text
//! rows     a            b      c          [x IN xs WHERE x > 2 | x * k]
//! xs       [1, 3, 5]    []     [4]
//! elements 1  3  5             4          x, with the row that each is of
//! row      a  a  a             c
//! ```
//!
//! The inner expressions are evaluated for rows of elements, in which the variable is a column.
//! What fails there is done again row by row, so that a failure shows in the same rows as in the
//! reference, and only where that gets to it.

use super::context::Context;
use super::evaluate::Row;
use super::expression::{Physical, PhysicalKind};
use super::iterate;
use super::limit::{value_bytes, vector_bytes};
use super::vectorised::{Evaluated, Rows, evaluate, places_where, row_by_row};
use crate::function::comparison::truth;
use crate::syntax::ast::Quantifier;
use crate::syntax::diagnostic::Diagnostic;
use crate::value::{EvaluationError, Value};
use crate::vector::{Vector, VectorBuilder};
use std::ops::Range;

/// Elements that are looked at together, if the list of a row has no more.
const TOGETHER: usize = if cfg!(test) { 5 } else { 1 << 13 };

/// Elements of all rows up to which they are gone through row by row.
const FEW: usize = if cfg!(test) { 1 } else { 24 };

/// Rows that a step of `reduce()` is worth being done for at once, on average.
const WIDE: usize = if cfg!(test) { 2 } else { 8 };

/// The values of an expression that goes through lists, or gives names to values, for rows.
///
/// # Errors
/// What the row evaluator raises for one of the rows.
pub(super) fn in_columns(
    context: &Context<'_>,
    expression: &Physical,
    rows: &Rows<'_>,
) -> Evaluated {
    let kept = context.guard.kept();
    let found = match &expression.kind {
        PhysicalKind::Binding { values, body } => binding(context, values, body, rows),
        _ => over_lists(context, expression, rows),
    };
    if let Ok(Some(vector)) = found {
        return Ok(vector);
    }
    context.guard.release(context.guard.kept().saturating_sub(kept));
    // What stops the statement stops it here. Where some row fails, only that one must.
    context.guard.check()?;
    row_by_row(context, expression, rows)
}

fn binding(
    context: &Context<'_>,
    values: &[Physical],
    body: &Physical,
    rows: &Rows<'_>,
) -> Result<Option<Vector>, Diagnostic> {
    let mut inner = rows.clone();
    for value in values {
        let value = evaluate(context, value, &inner)?;
        inner.bind(value);
    }
    evaluate(context, body, &inner).map(Some)
}

/// `None` where it is better done row by row.
fn over_lists(
    context: &Context<'_>,
    expression: &Physical,
    rows: &Rows<'_>,
) -> Result<Option<Vector>, Diagnostic> {
    let (PhysicalKind::ListComprehension { list, .. }
    | PhysicalKind::Quantifier { list, .. }
    | PhysicalKind::Reduce { list, .. }) = &expression.kind
    else {
        return Ok(None);
    };
    let values = evaluate(context, list, rows)?;
    let Some(lists) = Lists::of(&values) else { return Ok(None) };
    if lists.elements() <= FEW {
        return each(context, expression, rows, &values).map(Some);
    }
    if let PhysicalKind::Reduce { initial, step, condition, .. } = &expression.kind {
        if condition.is_some() || lists.elements() < lists.longest() * WIDE {
            return Ok(None);
        }
        return reduce(context, (initial, step), &lists, rows).map(Some);
    }
    let mut results = VectorBuilder::new();
    let mut bytes = 0;
    for part in lists.parts() {
        let elements = lists.elements_of(part.clone());
        let count = elements.places.len();
        let taken = count * (size_of::<Value>() + size_of::<u32>() * 2);
        context.guard.steps_taken(count)?;
        context.guard.keep(taken)?;
        let inner = rows.repeated(&elements.places, [elements.column.clone()]);
        let each = match &expression.kind {
            PhysicalKind::Quantifier { kind, predicate, .. } => {
                quantifier(context, *kind, (predicate, &inner), &elements)?
            }
            PhysicalKind::ListComprehension { predicate, projection, .. } => {
                let parts = [predicate.as_deref(), projection.as_deref()];
                comprehension(context, expression, (parts, &inner), &elements)?
            }
            _ => return Ok(None),
        };
        for value in each {
            let more = value_bytes(&value);
            bytes += more;
            context.guard.keep(more)?;
            results.push(value);
        }
        context.guard.release(taken);
    }
    // From here on the account is kept by whoever takes the values.
    context.guard.release(bytes);
    Ok(Some(results.finish()))
}

/// What is found for few elements, row by row; the lists are known.
fn each(
    context: &Context<'_>,
    expression: &Physical,
    rows: &Rows<'_>,
    values: &Vector,
) -> Evaluated {
    let mut results = VectorBuilder::new();
    let mut locals = Vec::new();
    for index in 0..rows.count() {
        context.guard.step()?;
        let row = Row { columns: rows.columns, index: rows.row(index) };
        rows.locals_at(index, &mut locals);
        let list = values.get(index);
        results.push(iterate::over_list(context, expression, &list, row, &mut locals)?);
    }
    Ok(results.finish())
}

/// The lists of rows, of which some may be null.
struct Lists {
    lists: Vec<Value>,
    /// Where the elements of each row end among those of all.
    ends: Vec<usize>,
}

impl Lists {
    /// `None` where a row has something else, which is an error there.
    fn of(values: &Vector) -> Option<Self> {
        let lists: Vec<Value> = values.iter().collect();
        let mut end = 0;
        let ends = lists.iter().map(|list| match list {
            Value::List(list) => {
                end += list.len();
                Some(end)
            }
            Value::Null => Some(end),
            _ => None,
        });
        let ends = ends.collect::<Option<Vec<usize>>>()?;
        Some(Lists { lists, ends })
    }

    /// The elements of a row; none of null.
    fn list(&self, row: usize) -> &[Value] {
        match self.lists.get(row) {
            Some(Value::List(list)) => list,
            _ => &[],
        }
    }

    /// Elements of all rows.
    fn elements(&self) -> usize {
        self.ends.last().copied().unwrap_or_default()
    }

    /// Elements of the longest one.
    fn longest(&self) -> usize {
        (0..self.lists.len()).map(|row| self.list(row).len()).max().unwrap_or_default()
    }

    /// Rows that follow each other and have not too many elements together, if they are several.
    fn parts(&self) -> impl Iterator<Item = Range<usize>> + '_ {
        let mut from = 0_usize;
        std::iter::from_fn(move || {
            let before = from.checked_sub(1).map_or(0, |row| self.ends[row]);
            let end = self.ends.partition_point(|&end| end <= before + TOGETHER);
            let part = from..end.max(from + 1).min(self.ends.len());
            from = part.end;
            (!part.is_empty()).then_some(part)
        })
    }

    /// The elements of some rows, one after the other.
    fn elements_of(&self, rows: Range<usize>) -> Elements {
        let mut column = VectorBuilder::new();
        let (mut places, mut ends) = (Vec::new(), Vec::with_capacity(rows.len()));
        for row in rows {
            for element in self.list(row) {
                places.push(row as u32);
                column.push(element.clone());
            }
            let null = matches!(self.lists[row], Value::Null);
            ends.push((!null).then_some(places.len()));
        }
        Elements { places, column: column.finish(), ends }
    }
}

/// Elements of the lists of some rows.
struct Elements {
    /// The row of each.
    places: Vec<u32>,
    column: Vector,
    /// Where those of each row end; `None` where the list is null.
    ends: Vec<Option<usize>>,
}

impl Elements {
    /// A value for each row from its elements, null of null.
    fn each(
        &self,
        mut of: impl FnMut(Range<usize>) -> Result<Value, Diagnostic>,
    ) -> Result<Vec<Value>, Diagnostic> {
        let mut from = 0;
        let ends = self.ends.iter().map(|end| match end {
            None => Ok(Value::Null),
            Some(end) => of(std::mem::replace(&mut from, *end)..*end),
        });
        ends.collect()
    }
}

fn comprehension(
    context: &Context<'_>,
    expression: &Physical,
    ([predicate, projection], inner): ([Option<&Physical>; 2], &Rows<'_>),
    elements: &Elements,
) -> Result<Vec<Value>, Diagnostic> {
    let kept = match predicate {
        Some(predicate) => Some(places_where(context, predicate, inner)?),
        None => None,
    };
    let values = match (projection, &kept) {
        (Some(projection), Some(kept)) => evaluate(context, projection, &inner.subset(kept))?,
        (Some(projection), None) => evaluate(context, projection, inner)?,
        (None, Some(kept)) => elements.column.gather(kept),
        (None, None) => elements.column.clone(),
    };
    let bytes = vector_bytes(&values);
    context.guard.keep(bytes)?;
    let mut from = 0;
    let lists = elements.each(|row| {
        let end = match &kept {
            Some(kept) => from + kept[from..].partition_point(|&place| (place as usize) < row.end),
            None => row.end,
        };
        let list = (from..end).map(|place| values.get(place)).collect();
        from = end;
        Value::list(list).map_err(|error| expression.failure(error))
    });
    context.guard.release(bytes);
    lists
}

fn quantifier(
    context: &Context<'_>,
    kind: Quantifier,
    (predicate, inner): (&Physical, &Rows<'_>),
    elements: &Elements,
) -> Result<Vec<Value>, Diagnostic> {
    let verdicts = evaluate(context, predicate, inner)?;
    let failure = |error: EvaluationError| predicate.failure(error);
    elements.each(|row| {
        let (mut holds, mut fails, mut unknown) = (0, 0, 0);
        for place in row {
            match truth(&verdicts.get(place)).map_err(failure)? {
                Some(true) => holds += 1,
                Some(false) => fails += 1,
                None => unknown += 1,
            }
        }
        let certain = match kind {
            Quantifier::All if fails > 0 => Some(false),
            Quantifier::None if holds > 0 => Some(false),
            Quantifier::Any if holds > 0 => Some(true),
            Quantifier::Single if holds > 1 => Some(false),
            _ if unknown > 0 => None,
            Quantifier::All | Quantifier::None => Some(true),
            Quantifier::Any => Some(false),
            Quantifier::Single => Some(holds == 1),
        };
        Ok(certain.map_or(Value::Null, Value::Boolean))
    })
}

/// Takes one element of each list after the other.
fn reduce(
    context: &Context<'_>,
    (initial, step): (&Physical, &Physical),
    lists: &Lists,
    rows: &Rows<'_>,
) -> Evaluated {
    let mut results = vec![Value::Null; rows.count()];
    let mut values = evaluate(context, initial, rows)?;
    let lives = |row: &u32| !matches!(lists.lists[*row as usize], Value::Null);
    let mut open: Vec<u32> = (0..rows.count() as u32).collect();
    for taken in 0.. {
        // Those that have come to their ends go.
        let goes_on = |row: &u32| lists.list(*row as usize).len() > taken;
        if !open.iter().all(goes_on) {
            let mut still = Vec::new();
            for (place, row) in open.iter().enumerate() {
                if goes_on(row) {
                    still.push(place as u32);
                } else if lives(row) {
                    results[*row as usize] = values.get(place);
                }
            }
            values = values.gather(&still);
            open = still.into_iter().map(|place| open[place as usize]).collect();
        }
        if open.is_empty() {
            break;
        }
        let elements = open.iter().map(|&row| lists.list(row as usize)[taken].clone());
        let elements = Vector::from_values(elements);
        let inner = rows.repeated(&open, [values, elements]);
        values = evaluate(context, step, &inner)?;
        let bytes = vector_bytes(&values);
        context.guard.keep(bytes)?;
        context.guard.release(bytes);
        context.guard.steps_taken(open.len() + bytes / 4096)?;
    }
    Ok(Vector::from_values(results))
}
