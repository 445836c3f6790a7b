//! Every kernel against its scalar operator, on random columns: typed, sliced,
//! constant and dynamic, with nulls and extremes.

use super::*;
use crate::function::tests::{list, show, with_context};
use crate::function::{arithmetic as scalar_arithmetic, comparison, scalar, scalars};
use crate::syntax::ast::{
    ArithmeticOperator, ComparisonOperator, LogicalOperator, PredicateOperator,
};
use crate::value::{Date, EvaluationError, NodeId, RelationshipId, Value};
use proptest::prelude::*;

const COMPARISONS: [ComparisonOperator; 6] = [
    ComparisonOperator::Equal,
    ComparisonOperator::NotEqual,
    ComparisonOperator::Less,
    ComparisonOperator::LessOrEqual,
    ComparisonOperator::Greater,
    ComparisonOperator::GreaterOrEqual,
];

const ARITHMETIC: [ArithmeticOperator; 7] = [
    ArithmeticOperator::Concatenate,
    ArithmeticOperator::Add,
    ArithmeticOperator::Subtract,
    ArithmeticOperator::Multiply,
    ArithmeticOperator::Divide,
    ArithmeticOperator::Modulo,
    ArithmeticOperator::Power,
];

/// One value of a kind, null now and then; few different ones, so that they meet.
fn value(kind: usize) -> BoxedStrategy<Value> {
    let integer =
        prop_oneof![-3i64..4, Just(i64::MAX), Just(i64::MIN), Just(9_007_199_254_740_993)];
    let float = prop_oneof![
        (-3i32..4).prop_map(|half| f64::from(half) / 2.0),
        Just(f64::NAN),
        Just(f64::INFINITY),
        Just(9_007_199_254_740_992.0),
        Just(9_223_372_036_854_775_808.0),
    ];
    let string = prop_oneof![
        "[ab]{0,3}",
        Just("exactly12byt".to_string()),
        Just("a string longer than a view".to_string()),
        Just("a string longer than b view".to_string()),
        Just("åß€".to_string()),
    ];
    let some = match kind {
        0 => integer.prop_map(Value::Integer).boxed(),
        1 => float.prop_map(Value::Float).boxed(),
        2 => any::<bool>().prop_map(Value::Boolean).boxed(),
        3 => string.prop_map(|text| Value::String(text.into())).boxed(),
        4 => (-2i64..3).prop_map(|days| Value::Date(Date { days })).boxed(),
        5 => (0u32..3).prop_map(|id| Value::Node(NodeId(id))).boxed(),
        6 => (0u32..3).prop_map(|id| Value::Relationship(RelationshipId(id))).boxed(),
        _ => (0usize..7).prop_flat_map(value).boxed(),
    };
    prop_oneof![9 => some, 1 => Just(Value::Null)].boxed()
}

/// A column of so many rows: sliced out of a longer one, or constant.
fn column(rows: usize) -> impl Strategy<Value = Vector> {
    (0usize..8).prop_flat_map(move |kind| {
        let sliced = (prop::collection::vec(value(kind), rows + 5), 0usize..6)
            .prop_map(move |(values, offset)| Vector::from_values(values).slice(offset, rows));
        let whole = prop::collection::vec(value(kind), rows).prop_map(Vector::from_values);
        let constant = value(kind).prop_map(move |value| Vector::Constant(value, rows));
        prop_oneof![3 => sliced, 1 => whole, 2 => constant]
    })
}

fn pair() -> impl Strategy<Value = (Vector, Vector)> {
    (0usize..140).prop_flat_map(|rows| (column(rows), column(rows)))
}

/// Fails unless a kernel's column, where there is one, is what the scalar yields.
fn agree(
    kernel: Option<Vector>,
    rows: usize,
    scalar: impl Fn(usize) -> Result<Value, EvaluationError>,
) -> Result<(), TestCaseError> {
    let Some(kernel) = kernel else { return Ok(()) };
    prop_assert_eq!(kernel.len(), rows);
    for row in 0..rows {
        let expected = scalar(row).map(|value| show(&value)).map_err(|error| error.message);
        prop_assert_eq!(Ok(show(&kernel.get(row))), expected, "row {}", row);
    }
    Ok(())
}

proptest! {
    #[test]
    fn comparisons_agree((left, right) in pair()) {
        for operator in COMPARISONS {
            agree(compare(operator, &left, &right), left.len(), |row| {
                Ok(comparison::compare(operator, &left.get(row), &right.get(row)))
            })?;
        }
    }

    #[test]
    fn arithmetic_agrees((left, right) in pair()) {
        for operator in ARITHMETIC {
            let kernel = with_context(|context| arithmetic(context, operator, &left, &right));
            agree(kernel, left.len(), |row| with_context(|context| {
                scalar_arithmetic::arithmetic(context, operator, &left.get(row), &right.get(row))
            }))?;
        }
    }

    #[test]
    fn logic_agrees((left, right) in pair()) {
        for operator in [LogicalOperator::And, LogicalOperator::Or, LogicalOperator::Xor] {
            agree(logical(operator, &left, &right), left.len(), |row| {
                let (a, b) = (comparison::truth(&left.get(row))?, comparison::truth(&right.get(row))?);
                Ok(crate::value::logic::to_value(comparison::logical(operator, a, b)))
            })?;
        }
        agree(not(&left), left.len(), |row| comparison::not(&left.get(row)))?;
        agree(Some(is_null(&left)), left.len(), |row| Ok(Value::Boolean(left.is_null(row))))?;
        agree(Some(has_value(&left)), left.len(), |row| Ok(Value::Boolean(!left.is_null(row))))?;
    }

    #[test]
    fn rows_that_hold_agree(condition in (0usize..140).prop_flat_map(column), keep in any::<u64>()) {
        let rows = 0..condition.len() as u32;
        let selection: Vec<u32> = rows.clone().rev().filter(|row| keep >> (row % 64) & 1 == 1).collect();
        let holds = |row: &u32| matches!(condition.get(*row as usize), Value::Boolean(true));
        if let Some(found) = true_rows(&condition, None) {
            prop_assert_eq!(found, rows.filter(holds).collect::<Vec<_>>());
        }
        if let Some(found) = true_rows(&condition, Some(&selection)) {
            prop_assert_eq!(found, selection.iter().copied().filter(holds).collect::<Vec<_>>());
        }
    }

    #[test]
    fn strings_put_together_agree(
        columns in (0usize..140).prop_flat_map(|rows| prop::collection::vec(column(rows), 2..5)),
        adds in prop::collection::vec(any::<bool>(), 4),
    ) {
        use crate::function::arithmetic_chain;
        let operator = |place: usize| {
            if adds[place] { ArithmeticOperator::Add } else { ArithmeticOperator::Concatenate }
        };
        let terms = || columns[1..].iter().enumerate().map(|(place, term)| (operator(place), term));
        let found = with_context(|context| joined_all(context, &columns[0], terms()));
        agree(found, columns[0].len(), |row| with_context(|context| {
            let values: Vec<Value> = columns.iter().map(|column| column.get(row)).collect();
            let terms = values[1..].iter().enumerate().map(|(place, value)| (operator(place), value));
            arithmetic_chain(context, &values[0], terms)
        }))?;
    }

    #[test]
    fn functions_agree(
        columns in (0usize..140).prop_flat_map(|rows| prop::collection::vec(column(rows), 4)),
        text in value(3), other in value(3), number in value(0), some in 0i64..5, kind in 0usize..6,
    ) {
        let rows = columns[0].len();
        let same = |value: &Value| Vector::Constant(value.clone(), rows);
        let (one, few) = (same(&Value::Integer(1)), same(&Value::Integer(some)));
        // What comes after the first: columns, or what the functions that have kernels take.
        let rest = match kind {
            0 => columns[1..].to_vec(),
            1 => vec![few.clone(), few, one],
            2 => vec![same(&text), same(&other), few],
            3 => vec![same(&text), same(&other), one],
            4 => vec![same(&text), columns[1].clone(), same(&number)],
            _ => vec![same(&number), same(&number), same(&text)],
        };
        let all: Vec<Vector> = [columns[0].clone()].into_iter().chain(rest).collect();
        for function in scalars() {
            let Some(run) = function.on_columns else { continue };
            for count in (1..=4).filter(|count| function.accepts_count(*count)) {
                let found = with_context(|context| run(context, &all[..count]));
                agree(found, rows, |row| with_context(|context| {
                    let values: Vec<Value> = all[..count].iter().map(|all| all.get(row)).collect();
                    function.call(context, &values)
                })).map_err(|error| TestCaseError::fail(format!("{}: {error}", function.name)))?;
            }
        }
    }

    #[test]
    fn components_agree(dates in (0usize..140).prop_flat_map(column)) {
        for name in ["year", "quarter", "month", "week", "weekYear", "day", "ordinalDay",
            "dayOfQuarter", "quarterDay", "dayOfWeek", "weekDay", "hour", "Year"]
        {
            agree(component(&dates, name), dates.len(), |row| {
                Ok(crate::value::temporal::temporal_property(&dates.get(row), name).unwrap_or_default())
            })?;
        }
    }

    #[test]
    fn predicates_agree((left, right) in pair()) {
        use PredicateOperator::{Contains, EndsWith, Matches, StartsWith};
        with_context(|context| {
            for operator in [StartsWith, EndsWith, Contains, Matches] {
                agree(predicate(context, operator, &left, &right), left.len(), |row| {
                    comparison::predicate(context, operator, &left.get(row), &right.get(row))
                })?;
            }
            Ok::<_, TestCaseError>(())
        })?;
    }

    #[test]
    fn membership_agrees(
        column in (0usize..140).prop_flat_map(column),
        elements in prop::collection::vec((0usize..8).prop_flat_map(value), 0..3),
        more in prop::collection::vec(value(0), 0..12),
    ) {
        let wanted = list(elements.into_iter().chain(more));
        let constant = Vector::Constant(wanted.clone(), column.len());
        agree(contained(&column, &constant), column.len(), |row| {
            comparison::contained(&column.get(row), &wanted).map(crate::value::logic::to_value)
        })?;
    }
}

/// The property test would pass if there were no kernels at all; there are.
#[test]
fn the_common_operands_have_kernels() {
    let integers = Vector::integers(vec![1, 2]);
    let floats = Vector::floats(vec![1.0, 2.5]);
    let strings = Vector::from_values(["a", "b"].map(|text| Value::String(text.into())));
    let truths = compare(ComparisonOperator::Less, &integers, &floats).expect("a kernel");
    let one = |value: Value| Vector::Constant(value, 2);
    for operator in COMPARISONS {
        assert!(compare(operator, &integers, &one(Value::Integer(1))).is_some());
        assert!(compare(operator, &floats, &integers).is_some());
        assert!(compare(operator, &strings, &one(Value::String("a".into()))).is_some());
        assert!(compare(operator, &truths, &truths).is_some());
        assert!(compare(operator, &integers, &Vector::nulls(2)).is_some());
    }
    let kernel = |operator, left: &Vector, right: &Vector| {
        with_context(|context| arithmetic(context, operator, left, right))
    };
    for operator in ARITHMETIC.into_iter().filter(|&each| each != ArithmeticOperator::Concatenate) {
        assert!(kernel(operator, &integers, &one(Value::Integer(2))).is_some());
        assert!(kernel(operator, &integers, &floats).is_some());
    }
    let nothing = Vector::integers(vec![0, 1]);
    assert!(kernel(ArithmeticOperator::Divide, &integers, &nothing).is_none());
    assert!(kernel(ArithmeticOperator::Add, &integers, &one(Value::Integer(i64::MAX))).is_none());
    for other in [&strings, &integers, &floats, &one(Value::String("c".into())), &one(2.5.into())] {
        assert!(kernel(ArithmeticOperator::Add, &strings, other).is_some(), "{other:?}");
        assert!(kernel(ArithmeticOperator::Add, other, &strings).is_some(), "{other:?}");
    }
    assert!(kernel(ArithmeticOperator::Concatenate, &strings, &strings).is_some());
    assert!(kernel(ArithmeticOperator::Concatenate, &strings, &integers).is_none());
    let chain = |operator, parts: &[&Vector]| {
        let terms = parts[1..].iter().map(|part| (operator, *part));
        with_context(|context| joined_all(context, parts[0], terms))
    };
    assert!(chain(ArithmeticOperator::Add, &[&strings, &integers, &strings]).is_some());
    assert!(chain(ArithmeticOperator::Concatenate, &[&strings, &strings, &strings]).is_some());
    assert!(chain(ArithmeticOperator::Add, &[&integers, &integers, &strings]).is_none());
    // Two strings of half the limit and a character more.
    let halves = Vector::from_values([51, 52].map(|bytes| Value::String("x".repeat(bytes).into())));
    assert!(kernel(ArithmeticOperator::Concatenate, &halves, &halves).is_none());
    let dates = Vector::from_values([Value::Date(Date { days: 20_000 }), Value::Null]);
    assert!(component(&dates, "year").is_some());
    let (two, part) = (one(Value::Integer(2)), one(Value::String("a".into())));
    for (name, arguments) in [
        ("toUpper", vec![&strings]),
        ("lower", vec![&strings]),
        ("trim", vec![&strings, &part]),
        ("ltrim", vec![&strings]),
        ("replace", vec![&strings, &part, &part]),
        ("substring", vec![&strings, &two, &two]),
        ("left", vec![&strings, &two]),
        ("right", vec![&strings, &two]),
        ("split", vec![&strings, &part]),
        ("size", vec![&strings]),
        ("char_length", vec![&strings]),
        ("toString", vec![&dates]),
        ("toString", vec![&truths]),
        ("toInteger", vec![&strings]),
        ("toFloat", vec![&strings]),
        ("sqrt", vec![&integers]),
        ("haversin", vec![&floats]),
    ] {
        let run = scalar(name).and_then(|function| function.on_columns).expect(name);
        let arguments: Vec<Vector> = arguments.into_iter().cloned().collect();
        assert!(with_context(|context| run(context, &arguments)).is_some(), "{name}");
    }
    assert!(logical(LogicalOperator::And, &truths, &one(Value::Null)).is_some());
    assert_eq!(true_rows(&truths, None), Some(vec![1]));
    with_context(|context| {
        let part = one(Value::String("a".into()));
        for operator in
            [PredicateOperator::StartsWith, PredicateOperator::Contains, PredicateOperator::Matches]
        {
            assert!(predicate(context, operator, &strings, &part).is_some());
        }
        let wanted = one(list([Value::Integer(1), Value::Null]));
        assert!(predicate(context, PredicateOperator::In, &integers, &wanted).is_some());
    });
}
