//! CASE and `coalesce()`: a row whose value is known is not asked again.
//!
//! ```text
//! found    a a a │ b │ null        what comes of each branch, a constant once
//! rows     0 3 1 3 4               where in it the value of each row lies
//! ```

use super::context::Context;
use super::expression::Physical;
use super::vectorised::{Evaluated, Rows, evaluate, truth_at};
use crate::value::order;
use crate::vector::Vector;

/// Values of rows, as they are found.
struct Chosen {
    found: Vec<Vector>,
    length: usize,
    of_rows: Vec<u32>,
}

impl Chosen {
    /// Of so many rows.
    fn of(rows: usize) -> Self {
        Chosen { found: Vec::new(), length: 0, of_rows: vec![0; rows] }
    }

    /// Takes the values of some rows, each with its place in a vector.
    fn take(&mut self, vector: Vector, rows: impl Iterator<Item = (u32, usize)>) {
        let constant = matches!(vector, Vector::Constant(..));
        for (row, place) in rows {
            let place = if constant { 0 } else { place };
            self.of_rows[row as usize] = (self.length + place) as u32;
        }
        let vector = if constant { Vector::from_values([vector.get(0)]) } else { vector };
        self.length += vector.len();
        self.found.push(vector);
    }

    /// Takes the values of these rows, in their order.
    fn take_all(&mut self, vector: Vector, rows: &[u32]) {
        if !rows.is_empty() {
            self.take(vector, rows.iter().copied().zip(0..));
        }
    }

    fn finish(self) -> Vector {
        Vector::concat(&self.found).gather(&self.of_rows)
    }
}

/// The first value of each row that is not null; further operands are evaluated only for
/// the rows that have none yet.
pub(super) fn first_values(
    context: &Context<'_>,
    items: &[Physical],
    rows: &Rows<'_>,
) -> Evaluated {
    let count = rows.count();
    let mut chosen = Chosen::of(count);
    let mut open: Vec<u32> = (0..count as u32).collect();
    for item in items {
        if open.is_empty() {
            break;
        }
        let whole = open.len() == count;
        let asked = if whole { rows.clone() } else { rows.subset(&open) };
        let vector = evaluate(context, item, &asked)?;
        let still: Vec<usize> = (0..open.len()).filter(|&place| vector.is_null(place)).collect();
        if whole && still.is_empty() {
            return Ok(vector);
        }
        if still.len() < open.len() {
            let has_value = vector.clone();
            let places = open.iter().copied().zip(0..);
            chosen.take(vector, places.filter(|(_, place)| !has_value.is_null(*place)));
        }
        open = still.into_iter().map(|place| open[place]).collect();
    }
    chosen.take_all(Vector::nulls(open.len()), &open);
    Ok(chosen.finish())
}

/// What stands behind the first condition that is true of each row, or else `otherwise`, or null.
pub(super) fn case(
    context: &Context<'_>,
    operand: Option<&Physical>,
    branches: &[(Physical, Physical)],
    otherwise: Option<&Physical>,
    rows: &Rows<'_>,
) -> Evaluated {
    let count = rows.count();
    let operand = operand.map(|operand| evaluate(context, operand, rows)).transpose()?;
    let mut chosen = Chosen::of(count);
    let mut open: Vec<u32> = (0..count as u32).collect();
    for (when, then) in branches {
        if open.is_empty() {
            break;
        }
        let asked = if open.len() == count { rows.clone() } else { rows.subset(&open) };
        let vector = evaluate(context, when, &asked)?;
        let (mut taken, mut still) = (Vec::new(), Vec::new());
        for (index, &place) in open.iter().enumerate() {
            let verdict = match &operand {
                Some(operand) => order::equals(&operand.get(place as usize), &vector.get(index)),
                None => truth_at(&vector, index).map_err(|error| when.failure(error))?,
            };
            if verdict == Some(true) { taken.push(place) } else { still.push(place) }
        }
        if !taken.is_empty() {
            chosen.take_all(evaluate(context, then, &rows.subset(&taken))?, &taken);
        }
        open = still;
    }
    if !open.is_empty() {
        let rest = match otherwise {
            Some(otherwise) => evaluate(context, otherwise, &rows.subset(&open))?,
            None => Vector::nulls(open.len()),
        };
        chosen.take_all(rest, &open);
    }
    Ok(chosen.finish())
}
