//! Each aggregate over a few rows, in one accumulator, split over two, and by column.

use super::*;
use crate::function::tests::{int, list, show, text};
use crate::value::{Duration, ErrorClass, ErrorCode};
use std::sync::Arc;

const LIMITS: Limits = Limits { string_bytes: 100, list_elements: 50 };

fn over(name: &str, distinct: bool, rows: &[Vec<Value>]) -> Result<Value, EvaluationError> {
    let function = aggregate(name).unwrap_or_else(|| panic!("no aggregate {name}"));
    let mut accumulator = function.accumulator(distinct, LIMITS);
    rows.iter().try_for_each(|row| accumulator.add(row))?;
    accumulator.finish()
}

/// The aggregate of values, each a row, merged from every split of the rows in two.
#[track_caller]
fn yields_of(name: &str, distinct: bool, rows: &[Vec<Value>], expected: &str) {
    assert_eq!(
        over(name, distinct, rows).map(|value| show(&value)).as_deref(),
        Ok(expected),
        "{name}"
    );
    for split in 0..=rows.len() {
        let function = aggregate(name).unwrap_or_else(|| panic!("no aggregate {name}"));
        let parts = [&rows[..split], &rows[split..]].map(|rows| {
            let mut accumulator = function.accumulator(distinct, LIMITS);
            rows.iter().try_for_each(|row| accumulator.add(row)).expect("the rows are good");
            accumulator
        });
        let [mut first, second] = parts;
        first.merge(second).expect("the same aggregate");
        assert_eq!(
            first.finish().map(|value| show(&value)).as_deref(),
            Ok(expected),
            "{name} split at {split}"
        );
    }
}

#[track_caller]
fn yields(name: &str, values: &[Value], expected: &str) {
    let rows: Vec<_> = values.iter().map(|value| vec![value.clone()]).collect();
    yields_of(name, false, &rows, expected);
    by_column_yields(name, false, values, expected);
}

#[track_caller]
fn by_column_yields(name: &str, distinct: bool, values: &[Value], expected: &str) {
    let vector = Vector::from_values(values.iter().cloned());
    let function = aggregate(name).unwrap_or_else(|| panic!("no aggregate {name}"));
    let mut by_column = function.accumulator(distinct, LIMITS);
    by_column
        .add_vectors(std::slice::from_ref(&vector), values.len(), None)
        .expect("the column is good");
    assert_eq!(
        by_column.finish().map(|value| show(&value)).as_deref(),
        Ok(expected),
        "{name} by column"
    );
    let selection: Vec<u32> = (0..values.len() as u32).collect();
    let mut selected = function.accumulator(distinct, LIMITS);
    selected.add_vectors(&[vector], values.len(), Some(&selection)).expect("the selection is good");
    assert_eq!(
        selected.finish().map(|value| show(&value)).as_deref(),
        Ok(expected),
        "{name} by selection"
    );
}

#[track_caller]
fn yields_distinct(name: &str, values: &[Value], expected: &str) {
    let rows: Vec<_> = values.iter().map(|value| vec![value.clone()]).collect();
    yields_of(name, true, &rows, expected);
    by_column_yields(name, true, values, expected);
}

fn fails(name: &str, rows: &[Vec<Value>]) -> (ErrorClass, ErrorCode) {
    let error = over(name, false, rows).expect_err(name);
    (error.class, error.code)
}

const NULL: Value = Value::Null;

fn float(number: f64) -> Value {
    Value::Float(number)
}

#[test]
fn counts_rows_and_values() {
    yields("count", &[int(1), NULL, text("a")], "2");
    yields("count", &[int(1), NULL, int(1)], "2");
    yields("count", &[], "0");
    yields_distinct("count", &[int(1), NULL, float(1.0), int(2)], "2");
    yields_of("count", false, &[vec![], vec![]], "2");
}

#[test]
fn sums_exactly_or_fails() {
    yields("sum", &[int(1), NULL, int(2)], "3");
    yields("sum", &[], "0");
    yields("sum", &[int(1), float(0.5)], "1.5");
    yields("sum", &[float(1e100), float(1.0), float(-1e100)], "1.0");
    yields("sum", &[int(i64::MAX), int(1), int(-1)], "9223372036854775807");
    yields("sum", &[float(f64::INFINITY), int(1)], "inf");
    yields_distinct("sum", &[int(2), int(2), int(3)], "5");
    assert_eq!(
        fails("sum", &[vec![int(i64::MAX)], vec![int(1)]]),
        (ErrorClass::ArithmeticError, ErrorCode::IntegerOverflow)
    );
    assert_eq!(
        fails("sum", &[vec![text("a")]]),
        (ErrorClass::TypeError, ErrorCode::InvalidArgumentType)
    );
}

#[test]
fn averages_without_losing_the_sum() {
    yields("avg", &[int(1), NULL, int(2)], "1.5");
    yields("avg", &[], "null");
    yields("avg", &[float(f64::MAX), float(f64::MAX)], &format!("{:?}", f64::MAX));
    yields("avg", &[int(i64::MAX), int(i64::MAX)], &format!("{:?}", i64::MAX as f64));
}

#[test]
fn durations_add_up() {
    let duration = |months, days, seconds, nanos| {
        Value::Duration(Arc::new(Duration { months, days, seconds, nanos }))
    };
    let sum = over(
        "sum",
        false,
        &[vec![duration(1, 2, 3, 600_000_000)], vec![duration(0, 1, 1, 600_000_000)]],
    );
    assert!(
        matches!(sum, Ok(Value::Duration(d)) if (d.months, d.days, d.seconds, d.nanos) == (1, 3, 5, 200_000_000))
    );
    let mean = over("avg", false, &[vec![duration(2, 1, 4, 0)], vec![duration(0, 0, 0, 0)]]);
    assert!(
        matches!(mean, Ok(Value::Duration(d)) if (d.months, d.days, d.seconds, d.nanos) == (1, 0, 43_202, 0))
    );
    assert_eq!(
        fails("sum", &[vec![int(1)], vec![duration(1, 0, 0, 0)]]),
        (ErrorClass::TypeError, ErrorCode::InvalidArgumentType)
    );
    assert_eq!(
        fails("sum", &vec![vec![duration(i64::MAX, 0, 0, 0)]; 2]).1,
        ErrorCode::IntegerOverflow
    );
}

#[test]
fn extremes_follow_the_total_order() {
    let mixed = [int(1), text("a"), NULL, list([int(1), int(2)]), float(0.2), text("b")];
    yields("max", &mixed, "1");
    yields("min", &mixed, "[1, 2]");
    yields("max", &[int(1), float(2.0), int(5), NULL, float(3.2)], "5");
    yields("min", &[int(3), NULL, int(-4)], "-4");
    yields("min", &[int(3), int(4)], "3");
    yields("max", &[text("a"), text("B"), NULL], "'a'");
    yields("min", &[float(2.0), NULL, float(-0.5), float(f64::NAN)], "-0.5");
    yields("max", &[float(2.0), float(f64::NAN), float(3.0)], "NaN");
    yields("max", &[NULL], "null");
    yields_distinct("max", &[int(1), int(1)], "1");
}

#[test]
fn collects_in_order() {
    yields("collect", &[int(2), NULL, int(1), int(2)], "[2, 1, 2]");
    yields("collect", &[], "[]");
    yields_distinct("collect", &[text("b"), NULL, text("a"), text("b")], "['b', 'a']");
    yields_distinct("collect", &[NULL, int(1), NULL, float(1.0), int(0)], "[1, 0]");
    let rows = vec![vec![int(1)]; 51];
    assert_eq!(fails("collect", &rows), (ErrorClass::ResourceExhausted, ErrorCode::SizeLimit));
}

#[test]
fn deviations() {
    let values = [2, 4, 4, 4, 5, 5, 7, 9];
    for split in 0..=values.len() {
        let [mut first, second] = [&values[..split], &values[split..]].map(|values| {
            let mut part = aggregate("stdevp").expect("stDevP").accumulator(false, LIMITS);
            part.add_integers(values, None).expect("integers");
            part
        });
        first.merge(second).expect("the same aggregate");
        // The merge of running means rounds, so that only nearness can be asked.
        assert!(
            matches!(first.finish(), Ok(Value::Float(d)) if (d - 2.0).abs() < 1e-12),
            "split at {split}"
        );
    }
    yields("stDevP", &[], "0.0");
    yields("stDev", &[float(1.0), NULL], "0.0");
    yields("stDev", &[int(1), int(3)], "1.4142135623730951");
    assert_eq!(
        fails("stDev", &[vec![text("a")]]),
        (ErrorClass::TypeError, ErrorCode::InvalidArgumentType)
    );
}

#[test]
fn percentiles() {
    let rows =
        |percentile: f64| [30.0, 10.0, 20.0].map(|price| vec![float(price), float(percentile)]);
    for (percentile, discrete, continuous) in [
        (0.0, "10.0", "10.0"),
        (0.25, "10.0", "15.0"),
        (0.5, "20.0", "20.0"),
        (0.9, "30.0", "28.0"),
        (1.0, "30.0", "30.0"),
    ] {
        yields_of("percentileDisc", false, &rows(percentile), discrete);
        yields_of("percentileCont", false, &rows(percentile), continuous);
    }
    yields_of("percentileDisc", false, &[vec![int(7), int(0)]], "7");
    yields_of(
        "percentileCont",
        true,
        &[vec![int(1), float(0.5)], vec![int(1), float(0.5)], vec![int(3), float(0.5)]],
        "2.0",
    );
    yields_of("percentileCont", false, &[vec![NULL, float(0.5)]], "null");
    for bad in [float(1.1), int(-1), int(1000), float(f64::NAN)] {
        assert_eq!(
            fails("percentileDisc", &[vec![float(10.0), bad]]),
            (ErrorClass::ArgumentError, ErrorCode::NumberOutOfRange)
        );
    }
}

#[test]
fn accumulators_of_different_aggregates_do_not_merge() {
    let make = |name: &str| aggregate(name).expect("known").accumulator(false, LIMITS);
    assert!(make("sum").merge(make("count")).is_err());
}
