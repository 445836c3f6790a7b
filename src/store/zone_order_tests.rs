//! What a zone rules out stands behind the bound, whatever the values and their order.

use super::*;
use crate::value::{Date, DateTime};
use crate::vector::Vector;
use std::sync::Arc;

fn values() -> Vec<Value> {
    let moments = ["1999-01-01T12:00Z", "1999-01-01T13:00+01:00", "2024-05-01T00:00Z"];
    let moments = moments.map(|text| Value::from(text.parse::<DateTime>().unwrap()));
    let mut values: Vec<Value> = [-3, 0, 1, 1 << 60].map(Value::Integer).to_vec();
    values.extend([f64::NEG_INFINITY, -0.0, 0.5, f64::INFINITY, f64::NAN].map(Value::Float));
    values.extend(["", "a", "ab", "b"].map(Value::from));
    values.extend([false, true].map(Value::Boolean));
    values.extend([-1, 9000].map(|days| Value::Date(Date { days })));
    values.extend(moments);
    values.push(Value::List(Arc::new(vec![Value::Integer(1), Value::Null])));
    values.push(Value::Null);
    values
}

fn orders() -> impl Iterator<Item = ZoneOrder> {
    let bits = |number: u8| [1, 2, 4].map(|bit| number & bit > 0);
    (0..8).map(bits).map(|[descending, nulls_first, nulls]| ZoneOrder {
        descending,
        nulls_first,
        nulls,
    })
}

#[test]
fn what_is_ruled_out_stands_behind() {
    let all = values();
    let mut ruled_out = 0;
    for some in (1..=3).flat_map(|len| all.windows(len)) {
        let zone = Zone::of(&Vector::from_values(some.to_vec()));
        for (order, last) in orders().flat_map(|order| all.iter().map(move |last| (order, last))) {
            let there = some.iter().filter(|value| !value.is_null());
            let reached =
                there.clone().any(|value| order.compare(value, last) != Ordering::Greater);
            let may_reach = zone.may_reach(order, last);
            assert!(may_reach || !reached, "{some:?} {order:?} {last:?}");
            ruled_out += usize::from(!may_reach);
            let [one, other] =
                [Bitmap::from_validity(None, some.len()), Bitmap::from_validity(None, 4)];
            assert_eq!(zone.may_be_absent(&one), some.iter().any(Value::is_null), "{some:?}");
            assert!(zone.may_be_absent(&other));
        }
    }
    assert!(ruled_out > 1000, "{ruled_out}");
}

#[test]
fn nulls_stand_where_they_are_wanted() {
    let (null, one) = (Value::Null, Value::Integer(1));
    for order in orders() {
        let first = order.nulls_first;
        assert_eq!(order.compare(&null, &one).is_lt(), first);
        assert_eq!(order.compare(&one, &null).is_gt(), first);
        assert_eq!(order.compare(&null, &null), Ordering::Equal);
        assert_eq!(order.takes_absent(&one), order.nulls && first);
        assert_eq!(order.takes_absent(&null), order.nulls);
        let two = Value::Integer(2);
        assert_eq!(order.compare(&one, &two).is_lt(), !order.descending);
    }
}

#[test]
fn rows_that_lack_a_value_are_told_apart_from_other_rows() {
    let segment = crate::store::Segment::sealed(Vector::from_values(vec![
        Value::Integer(1),
        Value::Null,
        Value::Integer(3),
    ]));
    let row = |row| {
        let mut rows = Bitmap::default();
        rows.set(row, true);
        rows
    };
    assert_eq!([0, 1, 2, 3].map(|it| segment.lacks_some(&row(it))), [false, true, false, true]);
}
