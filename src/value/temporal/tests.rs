//! Tests of parsing, formatting, zones and arithmetic of temporal values.

use super::difference::{Units, between};
use super::*;
use crate::value::Value;
use proptest::prelude::*;

fn date(text: &str) -> Date {
    text.parse().expect(text)
}

fn duration(text: &str) -> Duration {
    text.parse().expect(text)
}

fn datetime(text: &str) -> DateTime {
    text.parse().expect(text)
}

fn local(text: &str) -> LocalDateTime {
    text.parse().expect(text)
}

#[test]
fn dates_are_read_in_every_iso_form() {
    let forms = [
        ("2021-03-04", "2021-03-04"),
        ("20210304", "2021-03-04"),
        ("2021-03", "2021-03-01"),
        ("202103", "2021-03-01"),
        ("2021", "2021-01-01"),
        ("2020-W53-5", "2021-01-01"),
        ("2020W535", "2021-01-01"),
        ("2020-W53", "2020-12-28"),
        ("2020W53", "2020-12-28"),
        ("2024-366", "2024-12-31"),
        ("2024366", "2024-12-31"),
        ("2021-Q4-92", "2021-12-31"),
        ("2021Q492", "2021-12-31"),
        ("2021-Q2", "2021-04-01"),
        ("2021Q2", "2021-04-01"),
        ("+12345-06-07", "+12345-06-07"),
        ("-0044-03-15", "-0044-03-15"),
        ("-44-03-15", "-0044-03-15"),
        ("-999999999-01-01", "-999999999-01-01"),
        ("0000-02-29", "0000-02-29"),
    ];
    for (text, expected) in forms {
        assert_eq!(date(text).to_string(), expected, "{text}");
    }
    let wrong = [
        "",
        "-",
        "+",
        "21",
        "2021-",
        "2021-3-4",
        "2021-13-01",
        "2021-02-29",
        "2021-W54",
        "2021-W302",
        "2021W30-2",
        "2021-Q5",
        "2021-Q1-91",
        "2021-366",
        "20210",
        "202103041",
        "2021-03-04T",
        "2021-03-04 ",
        "+1234567890-01-01",
        "+1000000000-01-01",
        "2021-03-04Z",
        "２０２１-01-01",
        "2021-W3é",
        "+2021 0304",
    ];
    for text in wrong {
        assert!(text.parse::<Date>().is_err(), "{text}");
    }
}

#[test]
fn times_are_read_and_written_at_their_precision() {
    let times = [
        ("07:08:09.010", "07:08:09.01"),
        ("070809,5", "07:08:09.5"),
        ("T07", "07:00"),
        ("0708", "07:08"),
        ("07:08:00.000000001", "07:08:00.000000001"),
    ];
    for (text, expected) in times {
        assert_eq!(
            text.parse::<LocalTime>().map(|time| time.to_string()).as_deref(),
            Ok(expected),
            "{text}"
        );
    }
    for text in [
        "24:00",
        "7:08",
        "07:8",
        "07:08:60",
        "07:08:09.",
        "07:08:09.0123456789",
        "070",
        "07:0809",
        "12.5",
    ] {
        assert!(text.parse::<LocalTime>().is_err(), "{text}");
    }
    let zoned = [
        ("07:08", "07:08Z"),
        ("07:08-00:00", "07:08Z"),
        ("0708+0530", "07:08+05:30"),
        ("07:08:09-18", "07:08:09-18:00"),
        ("07+01:02:03", "07:00+01:02:03"),
    ];
    for (text, expected) in zoned {
        assert_eq!(
            text.parse::<Time>().map(|time| time.to_string()).as_deref(),
            Ok(expected),
            "{text}"
        );
    }
    for text in ["07:08+18:01", "07:08+1", "07:08+01:60", "07:08[Europe/Paris]", "07:08 Z"] {
        assert!(text.parse::<Time>().is_err(), "{text}");
    }
}

#[test]
fn datetimes_know_their_zone() {
    let moments = [
        ("2021-06-01T12:00[Europe/Paris]", "2021-06-01T12:00+02:00[Europe/Paris]"),
        ("2021-06-01T12:00+02:00[europe/paris]", "2021-06-01T12:00+02:00[Europe/Paris]"),
        ("2021-12-01T12:00[America/New_York]", "2021-12-01T12:00-05:00[America/New_York]"),
        ("20211201T1200-0330", "2021-12-01T12:00-03:30"),
        ("2021-12-01", "2021-12-01T00:00Z"),
        // The hour that clocks skip, and the one they show twice.
        ("2021-03-28T02:30[Europe/Paris]", "2021-03-28T03:30+02:00[Europe/Paris]"),
        ("2021-10-31T02:30[Europe/Paris]", "2021-10-31T02:30+02:00[Europe/Paris]"),
        ("2021-10-31T02:30+01:00[Europe/Paris]", "2021-10-31T02:30+01:00[Europe/Paris]"),
        // Beyond the time zone database, summers and winters go on.
        ("+99999-07-01T00:00[Europe/Paris]", "+99999-07-01T00:00+02:00[Europe/Paris]"),
        ("+999999999-12-31T23:00[Europe/Paris]", "+999999999-12-31T23:00+01:00[Europe/Paris]"),
    ];
    for (text, expected) in moments {
        assert_eq!(datetime(text).to_string(), expected, "{text}");
    }
    let wrong = [
        "2021-06-01T12:00+01:00[Europe/Paris]",
        "2021-06-01T12:00[Mars/Base]",
        "2021-06-01T12:00[]",
        "2021-06-01T12:00[../etc/passwd]",
        "2021-06-01T12:00[Europe/Paris",
        "2021-06-01T",
    ];
    for text in wrong {
        assert!(text.parse::<DateTime>().is_err(), "{text}");
    }
    assert!(datetime("-999999999-01-01T00:00+18:00") < datetime("-999999999-01-01T00:00Z"));
}

#[test]
fn the_same_instant_elsewhere_is_another_value_beside_it() {
    let (here, there) = (datetime("2021-06-01T12:00+02:00"), datetime("2021-06-01T10:00Z"));
    assert_ne!(here, there);
    assert!(there < here);
    assert!(datetime("2021-06-01T12:00+03:00") < there);
    assert!("12:00+01:00".parse::<Time>().expect("time") < "11:30Z".parse().expect("time"));
}

#[test]
fn durations_are_read_carried_and_written() {
    let forms = [
        ("P1Y2M3W4DT5H6M7.8S", "P1Y2M25DT5H6M7.8S"),
        ("PT0.000000001S", "PT0.000000001S"),
        ("PT-0.5S", "PT-0.5S"),
        ("P-1Y13M", "P1M"),
        ("P-14M", "P-1Y-2M"),
        ("-P1DT2H", "P-1DT-2H"),
        ("P0.5Y", "P6M"),
        ("P0.5W", "P3DT12H"),
        ("PT90M", "PT1H30M"),
        ("PT36H", "PT36H"),
        ("p1dt1h", "P1DT1H"),
        ("P0D", "PT0S"),
        ("PT1.5H", "PT1H30M"),
        ("PT0,25H", "PT15M"),
        ("P2021-03-04T05:06:07.25", "P2021Y3M4DT5H6M7.25S"),
        ("P20210304T050607", "P2021Y3M4DT5H6M7S"),
        ("P2021-03-04", "P2021Y3M4D"),
        ("PT05:06", "PT5H6M"),
    ];
    for (text, expected) in forms {
        assert_eq!(duration(text).to_string(), expected, "{text}");
    }
    let wrong = [
        "",
        "P",
        "PT",
        "P1",
        "1D",
        "P1DT",
        "P1D1Y",
        "P1H",
        "PT1D",
        "P1.D",
        "P1YY",
        "P--1Y",
        "P1Y ",
        "P2021-3-4",
        "P99999999999999999999Y",
        "P9223372036854775807Y",
        "PT9223372036854775807H",
        "PYé",
    ];
    for text in wrong {
        assert!(text.parse::<Duration>().is_err(), "{text}");
    }
}

#[test]
fn durations_multiply_and_divide_with_their_fractions() {
    let whole = duration("P1M3DT1H");
    assert_eq!(whole.checked_mul(-2).map(|d| d.to_string()).as_deref(), Some("P-2M-6DT-2H"));
    assert_eq!(whole.checked_div(2).map(|d| d.to_string()).as_deref(), Some("P16DT17H44M33S"));
    assert_eq!(whole.checked_mul_float(0.5), whole.checked_div(2));
    assert_eq!(whole.checked_div(0), None);
    assert_eq!(whole.checked_mul(i64::MAX), None);
    assert_eq!(whole.checked_mul_float(f64::NAN), None);
    assert_eq!(duration("P1D").checked_mul_float(2.0), duration("P1D").checked_mul(2));
    let least = Duration { months: i64::MIN, days: 0, seconds: 0, nanos: 0 };
    assert_eq!(least.checked_neg(), None);
}

#[test]
fn calendars_come_before_clocks() {
    let sums = [
        (Value::from(date("2024-01-31")), "P1M", "'2024-02-29'"),
        (date("2024-01-31").into(), "P1MT23H59M", "'2024-02-29'"),
        (date("2024-01-31").into(), "PT-25H", "'2024-01-30'"),
        (local("2023-12-31T23:00").into(), "P2MT2H", "'2024-03-01T01:00'"),
        (
            datetime("2021-03-27T02:30[Europe/Paris]").into(),
            "P1D",
            "'2021-03-28T03:30+02:00[Europe/Paris]'",
        ),
        (
            datetime("2021-03-27T02:30[Europe/Paris]").into(),
            "PT24H",
            "'2021-03-28T03:30+02:00[Europe/Paris]'",
        ),
        (
            datetime("2021-10-31T02:30[Europe/Paris]").into(),
            "PT1H",
            "'2021-10-31T02:30+01:00[Europe/Paris]'",
        ),
        ("23:30".parse::<LocalTime>().expect("time").into(), "P5DT1H", "'00:30'"),
        ("00:30-02:00".parse::<Time>().expect("time").into(), "PT-1H", "'23:30-02:00'"),
    ];
    for (instant, by, expected) in sums {
        let sum = add(&instant, &duration(by).into()).expect("in range").expect("temporal");
        assert_eq!(sum.to_cypher_literal(), expected, "{instant} + {by}");
    }
    assert!(add(&Date::MAX.into(), &duration("P1D").into()).is_err());
    assert!(subtract(&Date::MIN.into(), &duration("P1D").into()).is_err());
    assert_eq!(add(&1.into(), &duration("P1D").into()).map(|sum| sum.is_none()), Ok(true));
    assert!(
        subtract(&duration("P1D").into(), &Date::MIN.into())
            .is_ok_and(|difference| difference.is_none())
    );
}

#[test]
fn differences_count_whole_months_and_days() {
    let cases: [(Value, Value, Units, &str); 9] = [
        (date("2024-01-31").into(), date("2024-03-01").into(), Units::All, "P1M1D"),
        (date("2024-03-31").into(), date("2024-02-28").into(), Units::All, "P-1M-1D"),
        (
            local("2023-03-30T10:00").into(),
            local("2023-02-28T12:00").into(),
            Units::All,
            "P-29DT-22H",
        ),
        (
            local("2023-01-31T10:00").into(),
            local("2023-02-28T09:00").into(),
            Units::All,
            "P27DT23H",
        ),
        (date("2024-01-01").into(), local("2024-12-31T23:00").into(), Units::Months, "P11M"),
        (date("2024-01-01").into(), local("2023-12-31T01:00").into(), Units::Days, "PT0S"),
        (
            datetime("2021-03-27T12:00[Europe/Paris]").into(),
            local("2021-03-28T12:00").into(),
            Units::Seconds,
            "PT23H",
        ),
        (
            datetime("2021-03-27T12:00[Europe/Paris]").into(),
            local("2021-03-28T12:00").into(),
            Units::All,
            "P1D",
        ),
        (Date::MIN.into(), Date::MAX.into(), Units::Days, "P730484999633D"),
    ];
    for (from, to, units, expected) in cases {
        let found = between(&from, &to, units).map(|duration| duration.to_string());
        assert_eq!(found.as_deref(), Ok(expected), "{from} to {to}");
    }
    assert!(between(&1.into(), &Date::MIN.into(), Units::All).is_err());
}

#[test]
fn components_are_found_by_name() {
    let moment = Value::from(datetime("2021-03-04T05:06:07.008009010+01:00"));
    let components: [(&str, Value); 16] = [
        ("year", 2021.into()),
        ("quarter", 1.into()),
        ("week", 9.into()),
        ("ordinalDay", 63.into()),
        ("dayOfQuarter", 63.into()),
        ("dayOfWeek", 4.into()),
        ("hour", 5.into()),
        ("second", 7.into()),
        ("millisecond", 8.into()),
        ("microsecond", 8009.into()),
        ("nanosecond", 8_009_010.into()),
        ("timezone", "+01:00".into()),
        ("offsetMinutes", 60.into()),
        ("epochSeconds", 1_614_830_767.into()),
        ("epochMillis", 1_614_830_767_008_i64.into()),
        ("offset", "+01:00".into()),
    ];
    for (name, expected) in components {
        let found = temporal_property(&moment, name).unwrap_or_default();
        assert_eq!(found.to_cypher_literal(), expected.to_cypher_literal(), "{name}");
    }
    assert!(temporal_property(&moment, "colour").is_none());
    let lengths = [
        ("years", 1),
        ("quartersOfYear", 1),
        ("monthsOfQuarter", 2),
        ("weeks", 1),
        ("daysOfWeek", 3),
        ("minutes", 61),
        ("secondsOfMinute", 1),
        ("nanosecondsOfSecond", 500_000_000),
        ("milliseconds", 3_661_500),
    ];
    let length = Value::from(duration("P1Y5M10DT1H1M1.5S"));
    for (name, expected) in lengths {
        assert_eq!(
            temporal_property(&length, name).and_then(|value| value.as_integer()),
            Some(expected),
            "{name}"
        );
    }
}

prop_compose! {
    fn any_local()(days in Date::MIN.days..=Date::MAX.days, nanos in 0..NANOS_PER_DAY, digits in 0u32..10) -> LocalDateTime {
        let unit = 10_i64.pow(digits);
        LocalDateTime::new(Date { days }, LocalTime { nanos: nanos / unit * unit })
    }
}

proptest! {
    #[test]
    fn text_reads_back(moment in any_local(), offset in -64_800i32..=64_800) {
        prop_assert_eq!(moment.date().to_string().parse(), Ok(moment.date()));
        prop_assert_eq!(moment.time().to_string().parse(), Ok(moment.time()));
        prop_assert_eq!(moment.to_string().parse(), Ok(moment));
        let time = Time { nanos: moment.time().nanos, offset };
        prop_assert_eq!(time.to_string().parse(), Ok(time));
        let zoned = DateTime { local: moment, offset, zone: None };
        prop_assert_eq!(zoned.to_string().parse(), Ok(zoned));
    }

    #[test]
    fn zoned_text_reads_back(seconds in -300_000_000_000i64..300_000_000_000, zone in prop::sample::select(vec![
        "Europe/Stockholm", "America/St_Johns", "Australia/Lord_Howe", "Pacific/Apia", "Asia/Kathmandu", "UTC",
    ])) {
        let moment = Zone::parse(zone).expect("known").at_instant(seconds, 0).expect("in range");
        prop_assert_eq!(moment.epoch_seconds(), seconds);
        prop_assert_eq!(moment.to_string().parse(), Ok(moment));
    }

    #[test]
    fn zones_agree_with_jiff(seconds in -370_000_000_000i64..250_000_000_000, zone in prop::sample::select(vec![
        "Europe/Stockholm", "America/New_York", "Australia/Lord_Howe", "Asia/Tehran",
    ])) {
        let moment = Zone::parse(zone).expect("known").at_instant(seconds, 0).expect("in range");
        let theirs = jiff::Timestamp::from_second(seconds).expect("in range").in_tz(zone).expect("known");
        prop_assert_eq!(moment.offset, theirs.offset().seconds());
        prop_assert_eq!(moment.local.date().year_month_day().year, i64::from(theirs.year()));
        prop_assert_eq!(moment.local.time().nanos / 3_600_000_000_000, i64::from(theirs.hour()));
    }

    #[test]
    fn durations_read_back(months in any::<i64>(), days in any::<i64>(), seconds in any::<i64>(), nanos in 0i32..1_000_000_000) {
        let duration = Duration { months, days, seconds, nanos };
        // A part of the very least number cannot be read: its amount does not fit.
        if let Ok(read) = duration.to_string().parse::<Duration>() {
            prop_assert_eq!(read, duration);
        } else {
            prop_assert!(days == i64::MIN);
        }
    }

    #[test]
    fn between_leads_from_one_to_the_other(from in any_local(), to in any_local()) {
        let difference = between(&from.into(), &to.into(), Units::All).expect("fits");
        prop_assert_eq!(from.checked_add(&difference), Some(to));
        let seconds = between(&from.into(), &to.into(), Units::Seconds).expect("fits");
        prop_assert_eq!(from.checked_add(&seconds), Some(to));
    }

    #[test]
    fn no_text_panics(text in "[-+PTWQZ0-9:.,\\[\\]/aé]{0,24}") {
        let _ = text.parse::<Date>();
        let _ = text.parse::<Time>();
        let _ = text.parse::<LocalTime>();
        let _ = text.parse::<DateTime>();
        let _ = text.parse::<LocalDateTime>();
        let _ = text.parse::<Duration>();
    }

    #[test]
    fn no_arithmetic_panics(
        moment in any_local(),
        months in any::<i64>(),
        days in any::<i64>(),
        seconds in any::<i64>(),
        factor in any::<f64>(),
    ) {
        let duration = Duration { months, days, seconds, nanos: 1 };
        let _ = moment.checked_add(&duration);
        let _ = moment.date().checked_add(&duration);
        let _ = duration.checked_mul_float(factor);
        let _ = duration.checked_add(duration);
        let _ = duration.checked_mul(seconds);
        let _ = duration.checked_div(days);
        for name in ["milliseconds", "microseconds", "nanoseconds", "weeks"] {
            let _ = temporal_property(&duration.into(), name);
        }
    }
}
