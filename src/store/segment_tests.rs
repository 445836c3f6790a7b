//! Segments: what is written is read, sealed or open, and versions stay apart.

use super::*;
use crate::store::open_strings::MAX_HEAPS;

fn live(rows: usize) -> Bitmap {
    Bitmap::from_validity(None, rows)
}

fn text(segment: &Segment, row: usize) -> String {
    format!("{:?}", segment.get(row))
}

#[test]
fn seals_opens_and_keeps_versions_apart() {
    let mut segment = Segment::for_value(&Value::Integer(0));
    for row in 0..100 {
        segment.set(row, Value::Integer(row as i64 - 50));
    }
    segment.set(7, Value::Null);
    assert!(segment.seal(&live(100)));
    let before = segment.clone();
    segment.set(200, Value::Integer(1000));
    segment.set(8, Value::Float(0.5));
    assert!(segment.seal(&live(201)));
    assert!(before.get(200).is_null_for_test() && before.integer(8) == Some(-42));
    assert_eq!(
        (text(&segment, 8), text(&segment, 200), text(&segment, 7)),
        ("Float(0.5)".into(), "Integer(1000)".into(), "Null".into())
    );
    let bounds = before.zone().and_then(Zone::bounds);
    assert!(matches!(bounds, Some((Value::Integer(-50), Value::Integer(49)))));
    // Integers and floats compare; the change has not widened what was.
    let bounds = segment.zone().and_then(Zone::bounds);
    assert!(matches!(bounds, Some((Value::Integer(-50), Value::Integer(1000)))));
}

#[test]
fn compacts_string_heaps() {
    let long = |row: usize, round: usize| format!("a long string number {row} of round {round}");
    let mut segment = Segment::for_value(&Value::String("".into()));
    for round in 0..30 {
        for row in (round % 3..50).step_by(3) {
            segment.set(row, Value::String(long(row, round).into()));
        }
        segment.set(60, Value::String("short".into()));
        assert!(segment.seal(&live(61)));
        let Vector::String(strings) = segment.vector() else { panic!("not strings") };
        assert!(strings.heaps().len() <= MAX_HEAPS);
    }
    for row in 0..50 {
        assert_eq!(segment.str(row), Some(long(row, 27 + row % 3).as_str()));
    }
    assert_eq!(segment.str(60), Some("short"));
    assert!(segment.str(55).is_none());
}

impl Value {
    fn is_null_for_test(&self) -> bool {
        matches!(self, Value::Null)
    }
}
