//! What the aggregates of a grouping have taken so far, for each group.
//!
//! Counts are plain numbers. An accumulator of another aggregate is given the rows of its group
//! together, as a selection of the columns, so that values need not be taken out one by one.

use super::context::Context;
use super::extremes::Extremes;
use crate::function::{Accumulator, AggregateKind, Limits};
use crate::syntax::diagnostic::{Diagnostic, Span};
use crate::value::{EvaluationError, Value};
use crate::vector::Vector;
use std::cell::{OnceCell, RefCell};
use std::cmp::Ordering;

/// What one call of an aggregate has taken so far, for each group.
pub(super) enum State {
    /// Rows, or values that are not null.
    Counts(Vec<i64>),
    /// Sums of integers and how many there were, as long as there is nothing else.
    Sums(Vec<(i128, u64)>),
    /// The least or greatest strings, as long as there is nothing else.
    Extremes(Extremes),
    /// Anything.
    Accumulators(Vec<Box<dyn Accumulator>>),
}

/// An aggregate function as it is called.
pub(super) struct Folding {
    pub(super) function: &'static crate::function::Aggregate,
    pub(super) distinct: bool,
    pub(super) span: Span,
}

impl Folding {
    /// Nothing taken yet.
    pub(super) fn state(&self) -> State {
        match self.function.kind {
            AggregateKind::Count if !self.distinct => State::Counts(Vec::new()),
            AggregateKind::Sum | AggregateKind::Average if !self.distinct => {
                State::Sums(Vec::new())
            }
            AggregateKind::Minimum => State::Extremes(Extremes::new(Ordering::Less)),
            AggregateKind::Maximum => State::Extremes(Extremes::new(Ordering::Greater)),
            _ => State::Accumulators(Vec::new()),
        }
    }

    /// Where the call stands, with what went wrong.
    pub(super) fn failure(&self, error: EvaluationError) -> Diagnostic {
        Diagnostic::runtime(error, Some(self.span))
    }

    fn accumulator(&self) -> Box<dyn Accumulator> {
        self.function.accumulator(self.distinct, Limits::default())
    }

    /// Makes room for so many groups.
    pub(super) fn grow(&self, state: &mut State, groups: usize) {
        match state {
            State::Counts(counts) => counts.resize(groups, 0),
            State::Sums(sums) => sums.resize(groups, (0, 0)),
            State::Extremes(extremes) => extremes.grow(groups),
            State::Accumulators(accumulators) => {
                while accumulators.len() < groups {
                    accumulators.push(self.accumulator());
                }
            }
        }
    }

    /// Takes rows that all belong to the first group.
    pub(super) fn add_all(
        &self,
        state: &mut State,
        arguments: &[Vector],
        rows: usize,
    ) -> Result<(), Diagnostic> {
        self.widen(state, arguments)?;
        match state {
            State::Counts(counts) => {
                counts[0] += arguments.first().map_or(rows, Vector::count_present) as i64;
            }
            State::Sums(sums) => each_integer(arguments, |_, value| take(&mut sums[0], value)),
            State::Extremes(extremes) => {
                if let [Vector::String(strings)] = arguments {
                    extremes.add(strings, |_| 0);
                }
            }
            State::Accumulators(accumulators) => {
                let added = accumulators[0].add_vectors(arguments, rows, None);
                added.map_err(|error| self.failure(error))?;
            }
        }
        Ok(())
    }

    /// Takes rows, each with its group.
    pub(super) fn add(
        &self,
        context: &Context<'_>,
        state: &mut State,
        arguments: &[Vector],
        rows: &GroupedRows<'_>,
    ) -> Result<(), Diagnostic> {
        self.widen(state, arguments)?;
        let groups = &rows.groups;
        match state {
            State::Counts(counts) => match arguments.first() {
                None => groups.iter().for_each(|&group| counts[group as usize] += 1),
                Some(argument) => {
                    let counted =
                        groups.iter().enumerate().filter(|&(row, _)| !argument.is_null(row));
                    counted.for_each(|(_, &group)| counts[group as usize] += 1);
                }
            },
            State::Sums(sums) => each_integer(arguments, |row, value| {
                take(&mut sums[groups[row] as usize], value);
            }),
            State::Extremes(extremes) => {
                if let [Vector::String(strings)] = arguments {
                    extremes.add(strings, |row| groups[row] as usize);
                }
            }
            State::Accumulators(accumulators) => {
                let failed = |error| self.failure(error);
                if let Some(together) = rows.together() {
                    for (group, selection) in together {
                        context.guard.steps_taken(selection.len())?;
                        accumulators[group as usize]
                            .add_vectors(arguments, groups.len(), Some(selection))
                            .map_err(failed)?;
                    }
                    return Ok(());
                }
                let mut values = Vec::with_capacity(arguments.len());
                for (row, &group) in groups.iter().enumerate() {
                    context.guard.step()?;
                    values.clear();
                    values.extend(arguments.iter().map(|argument| argument.get(row)));
                    accumulators[group as usize].add(&values).map_err(failed)?;
                }
            }
        }
        Ok(())
    }

    /// Whether what several have taken, each of a part of the rows, comes to exactly what one
    /// would have taken of all.
    pub(super) fn can_merge(&self) -> bool {
        use AggregateKind::{Deviation, PopulationDeviation};
        !matches!(self.function.kind, Deviation | PopulationDeviation)
    }

    /// Takes what another has taken of rows behind its own; its groups are these.
    pub(super) fn merge(
        &self,
        state: &mut State,
        other: State,
        groups: &[u32],
    ) -> Result<(), Diagnostic> {
        match (&mut *state, other) {
            (State::Counts(own), State::Counts(other)) => {
                groups.iter().zip(other).for_each(|(&group, count)| own[group as usize] += count);
            }
            (State::Sums(own), State::Sums(other)) => {
                for (&group, (sum, integers)) in groups.iter().zip(other) {
                    let own = &mut own[group as usize];
                    *own = (own.0 + sum, own.1 + integers);
                }
            }
            (State::Extremes(own), State::Extremes(other)) => own.merge(other, groups),
            (_, other) => {
                let mut own =
                    self.accumulators(std::mem::replace(state, State::Counts(Vec::new())))?;
                for (&group, other) in groups.iter().zip(self.accumulators(other)?) {
                    own[group as usize].merge(other).map_err(|error| self.failure(error))?;
                }
                *state = State::Accumulators(own);
            }
        }
        Ok(())
    }

    /// What was taken, in accumulators. Counts never come to this.
    fn accumulators(&self, state: State) -> Result<Vec<Box<dyn Accumulator>>, Diagnostic> {
        match state {
            State::Counts(_) => Ok(Vec::new()),
            State::Sums(sums) => {
                Ok(sums.into_iter().map(|(sum, count)| self.with_sum(sum, count)).collect())
            }
            State::Extremes(extremes) => {
                let kept = extremes.into_kept().into_iter();
                kept.map(|kept| self.with_value(kept.map(Value::String))).collect()
            }
            State::Accumulators(accumulators) => Ok(accumulators),
        }
    }

    /// An accumulator that has taken a value, or none.
    fn with_value(&self, value: Option<Value>) -> Result<Box<dyn Accumulator>, Diagnostic> {
        let mut accumulator = self.accumulator();
        let taken = value.map_or(Ok(()), |value| accumulator.add(&[value]));
        taken.map(|()| accumulator).map_err(|error| self.failure(error))
    }

    /// An accumulator that has taken so many integers with this sum.
    fn with_sum(&self, sum: i128, count: u64) -> Box<dyn Accumulator> {
        self.function.of_integers(sum, count).unwrap_or_else(|| self.accumulator())
    }

    /// Goes over to accumulators where something else comes than what is kept in a plainer form.
    fn widen(&self, state: &mut State, arguments: &[Vector]) -> Result<(), Diagnostic> {
        let plain = match state {
            State::Sums(_) => matches!(arguments, [Vector::Integer { .. }]),
            State::Extremes(_) => matches!(arguments, [Vector::String(_)]),
            State::Counts(_) | State::Accumulators(_) => true,
        };
        if !plain {
            let known = std::mem::replace(state, State::Counts(Vec::new()));
            *state = State::Accumulators(self.accumulators(known)?);
        }
        Ok(())
    }

    /// The aggregates of all groups.
    pub(super) fn finish(&self, state: State) -> Result<Vector, Diagnostic> {
        let accumulators = match state {
            State::Counts(counts) => return Ok(Vector::integers(counts)),
            State::Sums(sums) => {
                let narrow = sums.iter().map(|(sum, _)| i64::try_from(*sum).ok());
                if self.function.kind == AggregateKind::Sum
                    && let Some(sums) = narrow.collect::<Option<Vec<i64>>>()
                {
                    return Ok(Vector::integers(sums));
                }
                // One that does not fit fails as any sum does.
                self.accumulators(State::Sums(sums))?
            }
            State::Extremes(extremes) => {
                let kept = extremes.into_kept().into_iter();
                return Ok(Vector::from_values(
                    kept.map(|it| it.map_or(Value::Null, Value::String)),
                ));
            }
            State::Accumulators(accumulators) => accumulators,
        };
        let values = accumulators
            .into_iter()
            .map(|accumulator| accumulator.finish().map_err(|error| self.failure(error)));
        Ok(Vector::from_values(values.collect::<Result<Vec<_>, Diagnostic>>()?))
    }
}

fn take(sum: &mut (i128, u64), value: i64) {
    sum.0 += i128::from(value);
    sum.1 += 1;
}

/// Calls something with each integer of the only argument and its row.
fn each_integer(arguments: &[Vector], mut run: impl FnMut(usize, i64)) {
    let [Vector::Integer { values, validity }] = arguments else { return };
    match validity {
        None => values.iter().enumerate().for_each(|(row, value)| run(row, *value)),
        Some(validity) => validity.valid_indices().for_each(|row| run(row, values[row])),
    }
}

/// The group of each row of a chunk, and where there are few groups the rows of each.
pub(super) struct GroupedRows<'p> {
    groups: Vec<u32>,
    /// How many groups there are in all.
    count: usize,
    /// Scratch space, all 0 before and after.
    places: RefCell<&'p mut Vec<u32>>,
    sorted: OnceCell<Sorted>,
}

/// Rows by their groups.
#[derive(Default)]
struct Sorted {
    /// The rows, those of a group together; none where most groups have one.
    order: Vec<u32>,
    /// The groups in it, each with the place behind its last row.
    parts: Vec<(u32, usize)>,
}

impl Sorted {
    fn of(groups: &[u32], count: usize, places: &mut Vec<u32>) -> Self {
        if places.len() < count {
            places.resize(count, 0);
        }
        let mut parts: Vec<(u32, usize)> = Vec::new();
        for &group in groups {
            let rows = &mut places[group as usize];
            if *rows == 0 {
                parts.push((group, 0));
            }
            *rows += 1;
        }
        let mut order = Vec::new();
        if parts.len() * 2 <= groups.len() {
            let mut begin = 0;
            for (group, end) in &mut parts {
                *end =
                    begin + std::mem::replace(&mut places[*group as usize], begin as u32) as usize;
                begin = *end;
            }
            order.resize(groups.len(), 0);
            for (row, &group) in groups.iter().enumerate() {
                let place = &mut places[group as usize];
                order[*place as usize] = row as u32;
                *place += 1;
            }
        }
        parts.iter().for_each(|(group, _)| places[*group as usize] = 0);
        Sorted { order, parts }
    }
}

impl<'p> GroupedRows<'p> {
    /// Of rows with these groups, of which there are so many in all; `places` is scratch
    /// space, all 0 before and after.
    pub(super) fn new(groups: Vec<u32>, count: usize, places: &'p mut Vec<u32>) -> Self {
        GroupedRows { groups, count, places: RefCell::new(places), sorted: OnceCell::new() }
    }

    /// The group of each row.
    pub(super) fn into_groups(self) -> Vec<u32> {
        self.groups
    }

    /// Each group with its rows in their order, where most groups have several.
    fn together(&self) -> Option<impl Iterator<Item = (u32, &[u32])>> {
        let sorted = self
            .sorted
            .get_or_init(|| Sorted::of(&self.groups, self.count, &mut self.places.borrow_mut()));
        if sorted.order.is_empty() {
            return None;
        }
        let mut begin = 0;
        Some(sorted.parts.iter().map(move |&(group, end)| {
            let rows = &sorted.order[std::mem::replace(&mut begin, end)..end];
            (group, rows)
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_of_a_group_come_together_and_in_order() {
        let mut places = Vec::new();
        let rows = GroupedRows::new(vec![7, 2, 7, 2, 2, 7], 8, &mut places);
        let together: Vec<_> = rows.together().into_iter().flatten().collect();
        assert_eq!(together, [(7, &[0, 2, 5][..]), (2, &[1, 3, 4][..])]);
        assert!(places.iter().all(|place| *place == 0));
        let rows = GroupedRows::new(vec![1, 0, 2], 3, &mut places);
        assert!(rows.together().is_none());
        assert!(places.iter().all(|place| *place == 0));
    }
}
