//! Zones against the values themselves: what a zone rules out, no value passes.

use super::*;
use crate::value::order::equals;
use crate::value::{DateTime, LocalDateTime};

/// Moments, two of them the same in different zones.
fn instants() -> Vec<Value> {
    let texts = ["1999-01-01T12:00Z", "1999-01-01T13:00+01:00", "2024-05-01T00:00Z"];
    texts.map(|text| Value::from(text.parse::<DateTime>().unwrap())).to_vec()
}

fn local_instants() -> Vec<Value> {
    let texts = ["1999-01-01T12:00", "2024-05-01T00:00"];
    texts.map(|text| Value::from(text.parse::<LocalDateTime>().unwrap())).to_vec()
}

/// Values of each type that compare, around each other.
fn kinds() -> Vec<Vec<Value>> {
    let date = |days| Value::Date(Date { days });
    vec![
        [i64::MIN, -3, 0, 1, 2, (1 << 53) + 1, i64::MAX].map(Value::Integer).to_vec(),
        [f64::NEG_INFINITY, -0.0, 0.0, 1.0, 1.5, 2f64.powi(53), f64::INFINITY, f64::NAN]
            .map(Value::Float)
            .to_vec(),
        ["", "a", "ab", "abc", "b", "é", "a long string that is not kept in a view", "\u{10ffff}"]
            .map(Value::from)
            .to_vec(),
        [false, true].map(Value::Boolean).to_vec(),
        [-1, 0, 1, 9000].map(date).to_vec(),
        instants(),
        local_instants(),
        vec![Value::List(Arc::new(vec![Value::Integer(1)]))],
        vec![Value::Null],
    ]
}

/// Whether a value passes a test.
fn passes(test: &ZoneTest, value: &Value) -> bool {
    match test {
        ZoneTest::Never => false,
        ZoneTest::Absent => value.is_null(),
        ZoneTest::AnyOf(kinds) => kinds.iter().flatten().any(|it| equals(it, value) == Some(true)),
        ZoneTest::Within(KeyRange::Present) => !value.is_null(),
        ZoneTest::Within(KeyRange::Prefix(prefix)) => {
            matches!(value, Value::String(text) if text.starts_with(&**prefix))
        }
        ZoneTest::Within(KeyRange::Between(low, high)) => {
            let within = |bound: &Bound<Value>, beyond: Comparison| match bound {
                Bound::Unbounded => true,
                Bound::Excluded(bound) => compare(value, bound) == beyond,
                Bound::Included(bound) => {
                    [beyond, Comparison::Equal].contains(&compare(value, bound))
                }
            };
            within(low, Comparison::Greater) && within(high, Comparison::Less)
        }
    }
}

fn tests() -> Vec<ZoneTest> {
    let mut tests = vec![ZoneTest::Never, ZoneTest::Absent, ZoneTest::Within(KeyRange::Present)];
    let all: Vec<Value> = kinds().into_iter().flatten().filter(|it| !it.is_null()).collect();
    for value in &all {
        tests.push(ZoneTest::any_of([value]));
        tests.push(ZoneTest::any_of([value, &Value::Null, &all[3], &all[20]]));
        if let Value::String(text) = value {
            tests.push(ZoneTest::Within(KeyRange::Prefix(text.clone())));
        }
        for bound in [Bound::Included(value.clone()), Bound::Excluded(value.clone())] {
            for (low, high) in
                [(bound.clone(), Bound::Unbounded), (Bound::Unbounded, bound.clone())]
            {
                tests.push(ZoneTest::Within(KeyRange::Between(low, high)));
            }
        }
    }
    tests
}

/// The next of some numbers that look random.
fn next(state: &mut u64) -> usize {
    *state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    (*state >> 33) as usize
}

#[test]
fn what_a_zone_rules_out_no_value_passes() {
    let (kinds, tests) = (kinds(), tests());
    let (mut state, mut ruled_out) = (7, 0);
    for round in 0..3000 {
        // Mostly of one type, sometimes of two.
        let kind = next(&mut state) % kinds.len();
        let mut pool = kinds[kind].clone();
        if round % 3 == 0 {
            pool.extend(kinds[next(&mut state) % kinds.len()].clone());
        }
        if round % 4 == 0 {
            pool.push(Value::Null);
        }
        let rows = 1 + next(&mut state) % 4;
        let values: Vec<Value> =
            (0..rows).map(|_| pool[next(&mut state) % pool.len()].clone()).collect();
        let zone = Zone::of(&Vector::from_values(values.clone()));
        let live = Bitmap::from_validity(None, rows);
        for test in &tests {
            let passed = values.iter().any(|value| passes(test, value));
            let may_hold = zone.may_hold(test, &live);
            assert!(may_hold || !passed, "{values:?} {test:?} {zone:?}");
            ruled_out += usize::from(!may_hold);
        }
    }
    assert!(ruled_out > 100_000, "{ruled_out}");
}

#[test]
fn a_row_past_the_end_is_null() {
    let zone = Zone::of(&Vector::integers(vec![1, 2, 3]));
    assert!(!zone.may_hold(&ZoneTest::Absent, &Bitmap::from_validity(None, 3)));
    assert!(zone.may_hold(&ZoneTest::Absent, &Bitmap::from_validity(None, 4)));
    let mut last = Bitmap::default();
    last.set(2047, true);
    assert!(zone.may_hold(&ZoneTest::Absent, &last));
}

#[test]
fn zones_are_as_narrow_as_their_values() {
    let held = |values: Vec<Value>, test: ZoneTest| {
        let live = Bitmap::from_validity(None, values.len());
        Zone::of(&Vector::from_values(values)).may_hold(&test, &live)
    };
    let equal = |value: Value| ZoneTest::any_of([&value]);
    let integers = || (10..20).map(Value::Integer).collect::<Vec<_>>();
    assert!(!held(integers(), equal(Value::Integer(20))));
    assert!(held(integers(), equal(Value::Float(19.0))));
    assert!(!held(integers(), equal(Value::Float(19.5))));
    assert!(!held(integers(), equal(Value::from("15"))));
    // Integers beyond those that a float tells apart.
    let large = vec![Value::Integer((1 << 53) + 1)];
    assert!(!held(large, equal(Value::Float(2f64.powi(53)))));
    assert!(held(vec![Value::Float(-0.0)], equal(Value::Float(0.0))));
    assert!(!held(vec![Value::Float(f64::NAN)], equal(Value::Float(f64::NAN))));
    assert!(!held(vec![Value::Boolean(true)], equal(Value::Boolean(false))));
    let prefix = |text: &str| ZoneTest::Within(KeyRange::Prefix(text.into()));
    let texts = || ["car", "cat", "cow"].map(Value::from).to_vec();
    for (text, holds) in [("ca", true), ("", true), ("cart", true), ("b", false), ("d", false)] {
        assert_eq!(held(texts(), prefix(text)), holds, "{text}");
    }
    // Of several types nothing is known, but whether there are any.
    let mixed = || vec![Value::Integer(1), Value::from("a")];
    assert!(held(mixed(), equal(Value::Integer(7))));
    assert!(!held(mixed(), ZoneTest::Absent));
}
