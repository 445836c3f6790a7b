//! Aggregate functions: many rows to one value.
//!
//! An [`Accumulator`] takes the rows of one group. Groups that several threads
//! have filled are merged. Nulls are passed over; `count(*)` has no arguments and
//! counts every row.

mod collect;
mod count;
mod distinct;
mod extreme;
mod integers;
mod statistics;
mod sum;
mod texts;
mod total;

use super::context::Limits;
use super::error::shown;
use super::types::TypeSet;
use crate::value::{EvaluationError, Value};
use crate::vector::{NullBuffer, Vector};
use std::any::Any;

/// Which aggregate function.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum AggregateKind {
    /// `count`.
    Count,
    /// `sum`.
    Sum,
    /// `avg`.
    Average,
    /// `min`.
    Minimum,
    /// `max`.
    Maximum,
    /// `collect`.
    Collect,
    /// `stDev`, of a sample.
    Deviation,
    /// `stDevP`, of a population.
    PopulationDeviation,
    /// `percentileCont`, interpolated.
    ContinuousPercentile,
    /// `percentileDisc`, one of the values.
    DiscretePercentile,
}

/// A function from the rows of a group to one value.
#[derive(Debug)]
pub struct Aggregate {
    /// The name as it is documented.
    pub name: &'static str,
    /// Which it is.
    pub kind: AggregateKind,
    /// Fewest arguments.
    pub min_arguments: usize,
    /// Most arguments.
    pub max_arguments: usize,
    /// How it is called.
    pub signature: &'static str,
    /// One sentence for people.
    pub description: &'static str,
    /// Static types that each argument accepts.
    pub arguments: &'static [TypeSet],
    /// Types that the result may have, null aside.
    pub returns: TypeSet,
    /// Whether the same row several times gives the same result as once.
    pub ignores_duplicates: bool,
}

impl Aggregate {
    /// An accumulator for one group.
    pub fn accumulator(&self, distinct: bool, limits: Limits) -> Box<dyn Accumulator> {
        let plain: Box<dyn Accumulator> = match self.kind {
            AggregateKind::Count => Box::new(count::Count::default()),
            AggregateKind::Sum => Box::new(sum::Sum::default()),
            AggregateKind::Average => Box::new(sum::Average::default()),
            AggregateKind::Minimum => Box::new(extreme::Extreme::minimum()),
            AggregateKind::Maximum => Box::new(extreme::Extreme::maximum()),
            AggregateKind::Collect => Box::new(collect::Collect::new(limits)),
            AggregateKind::Deviation => Box::new(statistics::Deviation::sample()),
            AggregateKind::PopulationDeviation => Box::new(statistics::Deviation::population()),
            AggregateKind::ContinuousPercentile => Box::new(statistics::Percentile::continuous()),
            AggregateKind::DiscretePercentile => Box::new(statistics::Percentile::discrete()),
        };
        if distinct && !self.ignores_duplicates {
            Box::new(distinct::Distinct::new(plain))
        } else {
            plain
        }
    }

    /// An accumulator that has taken so many integers which add up to this; only `sum` and `avg`
    /// have one.
    pub fn of_integers(&self, sum: i128, count: u64) -> Option<Box<dyn Accumulator>> {
        match self.kind {
            AggregateKind::Sum => Some(Box::new(sum::Sum::of_integers(sum, count))),
            AggregateKind::Average => Some(Box::new(sum::Average::of_integers(sum, count))),
            _ => None,
        }
    }

    /// The static types that an argument accepts, by its number from 0.
    pub fn argument(&self, index: usize) -> TypeSet {
        self.arguments.get(index).copied().unwrap_or(TypeSet::ANY)
    }

    /// Whether it may be called with so many arguments.
    pub fn accepts_count(&self, count: usize) -> bool {
        (self.min_arguments..=self.max_arguments).contains(&count)
    }
}

/// Takes the rows of one group and yields their aggregate.
///
/// After an error the accumulator is not to be used.
pub trait Accumulator: Send {
    /// Takes a row.
    ///
    /// # Errors
    /// `TypeError: InvalidArgumentType` for a value that cannot be aggregated so,
    /// `ArgumentError: NumberOutOfRange` for a percentile outside 0 to 1,
    /// `ResourceExhausted` where a list grows too large.
    fn add(&mut self, arguments: &[Value]) -> Result<(), EvaluationError>;

    /// Takes a column of integers as the only argument.
    ///
    /// # Errors
    /// As [`Accumulator::add`].
    fn add_integers(
        &mut self,
        values: &[i64],
        validity: Option<&NullBuffer>,
    ) -> Result<(), EvaluationError> {
        each_valid(values, validity, |value| self.add(&[Value::Integer(value)]))
    }

    /// Takes a column of floats as the only argument.
    ///
    /// # Errors
    /// As [`Accumulator::add`].
    fn add_floats(
        &mut self,
        values: &[f64],
        validity: Option<&NullBuffer>,
    ) -> Result<(), EvaluationError> {
        each_valid(values, validity, |value| self.add(&[Value::Float(value)]))
    }

    /// Takes the rows of columns, one for each argument: those of the selection, or
    /// all. `rows` is the number of rows of the columns, of which there may be none.
    ///
    /// # Errors
    /// As [`Accumulator::add`].
    fn add_vectors(
        &mut self,
        arguments: &[Vector],
        rows: usize,
        selection: Option<&[u32]>,
    ) -> Result<(), EvaluationError> {
        match (arguments, selection) {
            ([Vector::Integer { values, validity }], None) => {
                self.add_integers(values, validity.as_ref())
            }
            ([Vector::Float { values, validity }], None) => {
                self.add_floats(values, validity.as_ref())
            }
            _ => add_rows(self, arguments, rows, selection),
        }
    }

    /// Takes what another accumulator of the same aggregate has taken.
    ///
    /// # Errors
    /// As [`Accumulator::add`]; `TypeError` where the other is of another aggregate.
    fn merge(&mut self, other: Box<dyn Accumulator>) -> Result<(), EvaluationError>;

    /// The aggregate of the rows.
    ///
    /// # Errors
    /// `ArithmeticError: IntegerOverflow` where a sum of integers does not fit.
    fn finish(self: Box<Self>) -> Result<Value, EvaluationError>;

    /// Bytes of memory held, roughly.
    fn memory(&self) -> usize;

    /// Itself, so that [`Accumulator::merge`] can tell of which kind it is.
    fn into_any(self: Box<Self>) -> Box<dyn Any>;
}

/// Adds the rows of columns one by one.
fn add_rows<A: Accumulator + ?Sized>(
    accumulator: &mut A,
    arguments: &[Vector],
    rows: usize,
    selection: Option<&[u32]>,
) -> Result<(), EvaluationError> {
    let mut row_values = vec![Value::Null; arguments.len()];
    let mut add = |row: usize| {
        for (value, vector) in row_values.iter_mut().zip(arguments) {
            *value = vector.get(row);
        }
        accumulator.add(&row_values)
    };
    match selection {
        Some(selection) => selection.iter().try_for_each(|&row| add(row as usize)),
        None => (0..rows).try_for_each(add),
    }
}

/// Calls something with each value that is not null.
fn each_valid<T: Copy>(
    values: &[T],
    validity: Option<&NullBuffer>,
    mut run: impl FnMut(T) -> Result<(), EvaluationError>,
) -> Result<(), EvaluationError> {
    match validity {
        None => values.iter().try_for_each(|&value| run(value)),
        Some(validity) => validity
            .valid_indices()
            .filter_map(|row| values.get(row))
            .try_for_each(|&value| run(value)),
    }
}

/// The concrete accumulator behind `other`, for [`Accumulator::merge`].
fn same_kind<A: Accumulator + 'static>(other: Box<dyn Accumulator>) -> Result<A, EvaluationError> {
    other.into_any().downcast::<A>().map(|same| *same).map_err(|_| {
        EvaluationError::wrong_type("accumulators of different aggregates cannot be merged")
    })
}

/// `TypeError: InvalidArgumentType` for a value that cannot be aggregated so.
fn cannot_aggregate(function: &str, expected: &str, got: &Value) -> EvaluationError {
    EvaluationError::wrong_type(format!("{function}() expects {expected}, but got {}", shown(got)))
}

const SUMMABLE: TypeSet = TypeSet::NUMBER.union(TypeSet::DURATION);

/// The table of aggregate functions.
static AGGREGATES: &[Aggregate] = &[
    Aggregate {
        name: "count",
        kind: AggregateKind::Count,
        min_arguments: 0,
        max_arguments: 1,
        signature: "count(value :: ANY) :: INTEGER",
        description: "The number of values that are not null; `count(*)` counts rows.",
        arguments: &[TypeSet::ANY],
        returns: TypeSet::INTEGER,
        ignores_duplicates: false,
    },
    Aggregate {
        name: "sum",
        kind: AggregateKind::Sum,
        min_arguments: 1,
        max_arguments: 1,
        signature: "sum(value :: INTEGER | FLOAT | DURATION) :: INTEGER | FLOAT | DURATION",
        description: "The sum of numbers or of durations; 0 of none.",
        arguments: &[SUMMABLE],
        returns: SUMMABLE,
        ignores_duplicates: false,
    },
    Aggregate {
        name: "avg",
        kind: AggregateKind::Average,
        min_arguments: 1,
        max_arguments: 1,
        signature: "avg(value :: INTEGER | FLOAT | DURATION) :: FLOAT | DURATION",
        description: "The mean of numbers or of durations; null of none.",
        arguments: &[SUMMABLE],
        returns: TypeSet::FLOAT.union(TypeSet::DURATION),
        ignores_duplicates: false,
    },
    Aggregate {
        name: "min",
        kind: AggregateKind::Minimum,
        min_arguments: 1,
        max_arguments: 1,
        signature: "min(value :: ANY) :: ANY",
        description: "The value that ORDER BY would put first; null of none.",
        arguments: &[TypeSet::ANY],
        returns: TypeSet::ANY,
        ignores_duplicates: true,
    },
    Aggregate {
        name: "max",
        kind: AggregateKind::Maximum,
        min_arguments: 1,
        max_arguments: 1,
        signature: "max(value :: ANY) :: ANY",
        description: "The value that ORDER BY would put last; null of none.",
        arguments: &[TypeSet::ANY],
        returns: TypeSet::ANY,
        ignores_duplicates: true,
    },
    Aggregate {
        name: "collect",
        kind: AggregateKind::Collect,
        min_arguments: 1,
        max_arguments: 1,
        signature: "collect(value :: ANY) :: LIST<ANY>",
        description: "A list of the values that are not null.",
        arguments: &[TypeSet::ANY],
        returns: TypeSet::LIST,
        ignores_duplicates: false,
    },
    Aggregate {
        name: "stDev",
        kind: AggregateKind::Deviation,
        min_arguments: 1,
        max_arguments: 1,
        signature: "stDev(value :: INTEGER | FLOAT) :: FLOAT",
        description: "The standard deviation of a sample.",
        arguments: &[TypeSet::NUMBER],
        returns: TypeSet::FLOAT,
        ignores_duplicates: false,
    },
    Aggregate {
        name: "stDevP",
        kind: AggregateKind::PopulationDeviation,
        min_arguments: 1,
        max_arguments: 1,
        signature: "stDevP(value :: INTEGER | FLOAT) :: FLOAT",
        description: "The standard deviation of a whole population.",
        arguments: &[TypeSet::NUMBER],
        returns: TypeSet::FLOAT,
        ignores_duplicates: false,
    },
    Aggregate {
        name: "percentileCont",
        kind: AggregateKind::ContinuousPercentile,
        min_arguments: 2,
        max_arguments: 2,
        signature: "percentileCont(value :: INTEGER | FLOAT, percentile :: FLOAT) :: FLOAT",
        description: "The percentile (0 to 1) of the values, interpolated between neighbours.",
        arguments: &[TypeSet::NUMBER, TypeSet::NUMBER],
        returns: TypeSet::FLOAT,
        ignores_duplicates: false,
    },
    Aggregate {
        name: "percentileDisc",
        kind: AggregateKind::DiscretePercentile,
        min_arguments: 2,
        max_arguments: 2,
        signature: "percentileDisc(value :: INTEGER | FLOAT, percentile :: FLOAT) :: INTEGER | FLOAT",
        description: "The value nearest to a percentile (0 to 1).",
        arguments: &[TypeSet::NUMBER, TypeSet::NUMBER],
        returns: TypeSet::NUMBER,
        ignores_duplicates: false,
    },
    Aggregate {
        name: "collect_list",
        kind: AggregateKind::Collect,
        min_arguments: 1,
        max_arguments: 1,
        signature: "collect_list(value :: ANY) :: LIST<ANY>",
        description: "As collect().",
        arguments: &[TypeSet::ANY],
        returns: TypeSet::LIST,
        ignores_duplicates: false,
    },
    Aggregate {
        name: "stddev_samp",
        kind: AggregateKind::Deviation,
        min_arguments: 1,
        max_arguments: 1,
        signature: "stddev_samp(value :: INTEGER | FLOAT) :: FLOAT",
        description: "As stDev().",
        arguments: &[TypeSet::NUMBER],
        returns: TypeSet::FLOAT,
        ignores_duplicates: false,
    },
    Aggregate {
        name: "stddev_pop",
        kind: AggregateKind::PopulationDeviation,
        min_arguments: 1,
        max_arguments: 1,
        signature: "stddev_pop(value :: INTEGER | FLOAT) :: FLOAT",
        description: "As stDevP().",
        arguments: &[TypeSet::NUMBER],
        returns: TypeSet::FLOAT,
        ignores_duplicates: false,
    },
    Aggregate {
        name: "percentile_cont",
        kind: AggregateKind::ContinuousPercentile,
        min_arguments: 2,
        max_arguments: 2,
        signature: "percentile_cont(value :: INTEGER | FLOAT, percentile :: FLOAT) :: FLOAT",
        description: "As percentileCont().",
        arguments: &[TypeSet::NUMBER, TypeSet::NUMBER],
        returns: TypeSet::FLOAT,
        ignores_duplicates: false,
    },
    Aggregate {
        name: "percentile_disc",
        kind: AggregateKind::DiscretePercentile,
        min_arguments: 2,
        max_arguments: 2,
        signature: "percentile_disc(value :: INTEGER | FLOAT, percentile :: FLOAT) :: INTEGER | FLOAT",
        description: "As percentileDisc().",
        arguments: &[TypeSet::NUMBER, TypeSet::NUMBER],
        returns: TypeSet::NUMBER,
        ignores_duplicates: false,
    },
];

/// The aggregate function of a name, in any case.
pub fn aggregate(name: &str) -> Option<&'static Aggregate> {
    AGGREGATES.iter().find(|aggregate| aggregate.name.eq_ignore_ascii_case(name))
}

/// All aggregate functions.
pub fn aggregates() -> impl Iterator<Item = &'static Aggregate> {
    AGGREGATES.iter()
}

#[cfg(test)]
mod tests;
