//! Tests of the temporal functions.

use super::*;
use crate::value::{ErrorClass, EvaluationError, Map, Value};

/// 2023-11-14T22:13:20.000000005Z.
const NOW: (i64, u32) = (1_700_000_000, 5);

fn call(name: &str, arguments: &[Value]) -> Result<Value, EvaluationError> {
    let patterns = PatternCache::new();
    let context = FunctionContext {
        reader: &NoElements,
        statement_time: NOW,
        limits: Limits::default(),
        patterns: &patterns,
    };
    scalar(name).expect(name).call(&context, arguments)
}

fn text(name: &str, arguments: &[Value]) -> String {
    match call(name, arguments) {
        Ok(value) => value.to_string(),
        Err(error) => format!("{:?}: {}", error.class, error.message),
    }
}

fn map<const N: usize>(entries: [(&str, Value); N]) -> Value {
    entries.into_iter().map(|(key, value)| (key.into(), value)).collect::<Map>().into()
}

fn made(name: &str, from: &str) -> Value {
    call(name, &[from.into()]).expect(from)
}

#[test]
fn without_arguments_the_statement_has_one_time() {
    assert_eq!(text("date", &[]), "'2023-11-14'");
    assert_eq!(text("LocalTime", &[]), "'22:13:20.000000005'");
    assert_eq!(text("time", &[]), "'22:13:20.000000005Z'");
    assert_eq!(text("localdatetime.transaction", &[]), "'2023-11-14T22:13:20.000000005'");
    assert_eq!(
        text("datetime", &[map([("timezone", "Asia/Tokyo".into())])]),
        "'2023-11-15T07:13:20.000000005+09:00[Asia/Tokyo]'"
    );
    assert_eq!(text("date.statement", &["+02:00".into()]), "'2023-11-15'");
    assert!(text("datetime.realtime", &[]) > text("datetime", &[]));
    assert_eq!(text("date.truncate", &["month".into()]), "'2023-11-01'");
}

#[test]
fn what_reads_the_clock_does_not_fold() {
    let folds = |name: &str, arguments| scalar(name).expect(name).folds(arguments);
    assert!(folds("date", 1) && !folds("date", 0));
    assert!(folds("time.truncate", 2) && !folds("time.truncate", 1));
    assert!(!folds("datetime.realtime", 0) && !folds("datetime.statement", 1));
    assert!(folds("duration.between", 2));
}

#[test]
fn maps_make_days_in_four_ways() {
    let year = || ("year", Value::from(2024));
    let days: [(Value, &str); 9] = [
        (map([year()]), "'2024-01-01'"),
        (map([year(), ("month", 2.into())]), "'2024-02-01'"),
        (map([year(), ("month", 2.into()), ("day", 29.into())]), "'2024-02-29'"),
        (map([year(), ("week", 1.into()), ("dayOfWeek", 7.into())]), "'2024-01-07'"),
        (map([year(), ("quarter", 3.into())]), "'2024-07-01'"),
        (map([year(), ("quarter", 1.into()), ("dayOfQuarter", 91.into())]), "'2024-03-31'"),
        (map([year(), ("ordinalDay", 366.into())]), "'2024-12-31'"),
        (map([("year", (-5).into())]), "'-0005-01-01'"),
        (map([year(), ("month", Value::Null)]), "null"),
    ];
    for (from, expected) in days {
        assert_eq!(text("date", std::slice::from_ref(&from)), expected, "{from}");
    }
}

#[test]
fn another_value_gives_what_the_map_leaves_out() {
    let day = || ("date", made("date", "2024-01-31"));
    let days: [(Value, &str); 7] = [
        (map([day(), ("month", 2.into())]), "'2024-02-29'"),
        (map([day(), ("year", 2023.into())]), "'2023-01-31'"),
        (map([day(), ("quarter", 2.into())]), "'2024-04-30'"),
        (map([day(), ("dayOfQuarter", 32.into())]), "'2024-02-01'"),
        (map([day(), ("week", 2.into())]), "'2024-01-10'"),
        (map([day(), ("dayOfWeek", 1.into())]), "'2024-01-29'"),
        (map([day(), ("ordinalDay", 60.into())]), "'2024-02-29'"),
    ];
    for (from, expected) in days {
        assert_eq!(text("date", std::slice::from_ref(&from)), expected, "{from}");
    }
    let night = made("datetime", "2021-10-31T02:30+01:00[Europe/Paris]");
    assert_eq!(
        text("datetime", &[map([("datetime", night.clone())])]),
        "'2021-10-31T02:30+01:00[Europe/Paris]'"
    );
    let seen =
        map([("datetime", night.clone()), ("minute", 45.into()), ("timezone", "UTC".into())]);
    assert_eq!(text("datetime", &[seen]), "'2021-10-31T01:45Z[UTC]'");
    assert_eq!(text("localdatetime", std::slice::from_ref(&night)), "'2021-10-31T02:30'");
    assert_eq!(text("date", std::slice::from_ref(&night)), "'2021-10-31'");
    assert_eq!(text("time", &[night]), "'02:30+01:00'");
    assert_eq!(text("localdatetime", &[made("date", "2024-01-31")]), "'2024-01-31T00:00'");
}

#[test]
fn moments_count_from_the_epoch() {
    assert_eq!(
        text("datetime.fromepoch", &[1.into(), 500_000_000.into()]),
        "'1970-01-01T00:00:01.5Z'"
    );
    assert_eq!(text("datetime.fromepochmillis", &[(-1).into()]), "'1969-12-31T23:59:59.999Z'");
    let millis = map([("epochMillis", 1500.into()), ("timezone", "+01:00".into())]);
    assert_eq!(text("datetime", &[millis]), "'1970-01-01T01:00:01.5+01:00'");
    let both = map([("epochSeconds", 1.into()), ("epochMillis", 1.into())]);
    assert_eq!(
        call("datetime", &[both]).map_err(|error| error.class).err(),
        Some(ErrorClass::ArgumentError)
    );
    assert!(call("datetime.fromepoch", &[i64::MAX.into(), 0.into()]).is_err());
}

#[test]
fn maps_that_make_no_sense_are_refused_with_what_is_missing() {
    let wrong: [(&str, Value, &str); 15] = [
        ("date", map([]), "ArgumentError: date() needs at least `year`"),
        (
            "date",
            map([("month", 2.into())]),
            "ArgumentError: date() needs `year` where `month` is given",
        ),
        (
            "date",
            map([("year", 1.into()), ("day", 2.into())]),
            "ArgumentError: date() needs `month` where `day` is given",
        ),
        (
            "date",
            map([("year", 1.into()), ("dayOfWeek", 2.into())]),
            "ArgumentError: date() needs `week` where `dayOfWeek` is given",
        ),
        (
            "date",
            map([("year", 1.into()), ("week", 2.into()), ("month", 2.into())]),
            "ArgumentError: date() takes a day by month, week, quarter or day of the year, not by several of them",
        ),
        (
            "date",
            map([("year", 2023.into()), ("month", 2.into()), ("day", 29.into())]),
            "ArgumentError: there is no such day as date() is given",
        ),
        (
            "date",
            map([("year", 1.into()), ("hour", 2.into())]),
            "ArgumentError: date() has no component `hour`",
        ),
        ("date", map([("jahr", 1.into())]), "ArgumentError: date() has no component `jahr`"),
        (
            "date",
            map([("year", "1".into())]),
            "TypeError: `year` is an Integer, but got String '1'",
        ),
        (
            "date",
            map([("year", 1.into()), ("timezone", "Z".into())]),
            "ArgumentError: date() has no component `timezone`",
        ),
        ("localtime", map([]), "ArgumentError: localtime() needs at least `hour`"),
        (
            "time",
            map([("hour", 1.into()), ("second", 1.into())]),
            "ArgumentError: time() needs `minute` where `second` is given",
        ),
        (
            "time",
            map([("hour", 24.into())]),
            "ArgumentError: there is no such time of day as time() is given",
        ),
        (
            "datetime",
            map([("year", 1.into()), ("timezone", "Nowhere".into())]),
            "ArgumentError: 'Nowhere' is not a time zone; write one as 'Europe/Stockholm' or '+01:00'",
        ),
        (
            "time",
            map([("date", made("date", "2024")), ("hour", 1.into())]),
            "ArgumentError: time() has no component `date`",
        ),
    ];
    for (name, from, expected) in wrong {
        assert_eq!(text(name, std::slice::from_ref(&from)), expected, "{name}({from})");
    }
    assert!(
        text("time", &[made("date", "2024")])
            .starts_with("TypeError: time() takes a value with a time")
    );
    assert!(
        text("date", &[made("localtime", "10:00")])
            .starts_with("TypeError: date() takes a value with a date")
    );
    assert!(text("date", &[1.into()]).starts_with("TypeError: date() expects"));
    let small = |name, amount: i64| {
        let clock = [("hour", 1), ("minute", 1), ("second", 1), ("millisecond", 1), (name, amount)];
        text(
            "localtime",
            &[clock.map(|(k, v)| (k.into(), v.into())).into_iter().collect::<Map>().into()],
        )
    };
    assert_eq!(small("nanosecond", 999_999), "'01:01:01.001999999'");
    assert!(small("microsecond", 1000).starts_with("ArgumentError"));
    assert!(small("nanosecond", -1).starts_with("ArgumentError"));
}

#[test]
fn truncation_cuts_and_then_sets() {
    let moment = || made("datetime", "2021-10-31T02:30:15.123456789+01:00[Europe/Paris]");
    let cut = |name: &str, unit: &str| text(name, &[unit.into(), moment()]);
    assert_eq!(cut("datetime.truncate", "hour"), "'2021-10-31T02:00+01:00[Europe/Paris]'");
    assert_eq!(cut("datetime.truncate", "CENTURY"), "'2000-01-01T00:00+01:00[Europe/Paris]'");
    assert_eq!(cut("localdatetime.truncate", "week"), "'2021-10-25T00:00'");
    assert_eq!(cut("time.truncate", "millisecond"), "'02:30:15.123+01:00'");
    assert_eq!(cut("localtime.truncate", "day"), "'00:00'");
    assert_eq!(cut("date.truncate", "weekYear"), "'2021-01-04'");
    assert!(cut("date.truncate", "hour").starts_with("ArgumentError"));
    assert!(cut("time.truncate", "month").starts_with("ArgumentError"));
    assert!(cut("date.truncate", "fortnight").starts_with("ArgumentError"));
    let before_christ = made("date", "-0005-07-01");
    assert_eq!(text("date.truncate", &["decade".into(), before_christ]), "'-0010-01-01'");
    let set = map([("microsecond", 4.into()), ("nanosecond", 5.into())]);
    assert_eq!(
        text("localtime.truncate", &["millisecond".into(), moment(), set]),
        "'02:30:15.123004005'"
    );
    let large = map([("microsecond", 1000.into())]);
    assert!(
        text("localtime.truncate", &["millisecond".into(), moment(), large])
            .starts_with("ArgumentError")
    );
    let zone = map([("timezone", "Asia/Tokyo".into())]);
    assert_eq!(
        text("datetime.truncate", &["day".into(), moment(), zone]),
        "'2021-10-31T00:00+09:00[Asia/Tokyo]'"
    );
    assert!(
        text("date.truncate", &["year".into(), made("localtime", "10:00")])
            .starts_with("TypeError")
    );
    assert_eq!(text("date.truncate", &["year".into(), Value::Null]), "null");
    assert!(
        text("date.truncate", &["millennium".into(), made("date", "-999999999-01-01")])
            .starts_with("ArgumentError")
    );
}

#[test]
fn durations_are_made_of_amounts() {
    let amounts: [(Value, &str); 6] = [
        (map([]), "'PT0S'"),
        (map([("quarters", 5.into())]), "'P1Y3M'"),
        (map([("days", 1.25.into()), ("hours", (-6).into())]), "'P1D'"),
        (map([("milliseconds", 0.5.into()), ("nanoseconds", 1.into())]), "'PT0.000500001S'"),
        (map([("seconds", (-0.3).into())]), "'PT-0.3S'"),
        (map([("years", Value::Null)]), "null"),
    ];
    for (from, expected) in amounts {
        assert_eq!(text("duration", std::slice::from_ref(&from)), expected, "{from}");
    }
    assert!(
        text("duration", &[map([("year", 1.into())])])
            .ends_with("duration() has no unit `year`; did you mean `years`?")
    );
    assert!(text("duration", &[map([("days", f64::NAN.into())])]).starts_with("ArgumentError"));
    assert!(text("duration", &[map([("years", i64::MAX.into())])]).starts_with("ArgumentError"));
    assert!(text("duration", &[map([("days", "1".into())])]).starts_with("TypeError"));
    let (from, to) = (made("date", "2024-02-29"), made("date", "2023-02-28"));
    assert_eq!(text("duration.between", &[from.clone(), to.clone()]), "'P-1Y'");
    assert_eq!(text("duration.indays", &[from, to.clone()]), "'P-366D'");
    assert!(text("duration.inSeconds", &[1.into(), to]).starts_with("TypeError"));
}
