//! Components of temporal values: `d.year`, `t.offset`, `p.minutesOfHour`.

use std::sync::Arc;

use super::format::offset_text;
use super::{Date, DateTime, Duration, LocalTime, NANOS_PER_SECOND};
use crate::value::Value;

/// The component of a temporal value by its name.
///
/// `None` where the value is not temporal or has no such component, and for
/// components (`nanoseconds`, `epochMillis`) whose number does not fit 64 bits.
#[must_use]
pub fn temporal_property(value: &Value, name: &str) -> Option<Value> {
    match value {
        Value::Date(date) => of_date(*date, name).map(Value::from),
        Value::LocalTime(time) => of_time(*time, name).map(Value::from),
        Value::Time(time) => of_time(time.local(), name)
            .map(Value::from)
            .or_else(|| of_offset(time.offset, None, name)),
        Value::LocalDateTime(moment) => {
            of_date(moment.date(), name).or_else(|| of_time(moment.time(), name)).map(Value::from)
        }
        Value::DateTime(moment) => of_datetime(moment, name),
        Value::Duration(duration) => of_duration(duration, name).map(Value::from),
        _ => None,
    }
}

impl Date {
    /// What yields a component of dates by its name, such as `year`; `None` where dates have no
    /// such one.
    #[must_use]
    pub fn component(name: &str) -> Option<fn(Date) -> i64> {
        Some(match name {
            "year" => |date| date.year_month_day().year,
            "quarter" => Date::quarter,
            "month" => |date| date.year_month_day().month,
            "week" => |date| date.week_date().week,
            "weekYear" => |date| date.week_date().week_year,
            "day" => |date| date.year_month_day().day,
            "ordinalDay" => Date::day_of_year,
            "dayOfQuarter" | "quarterDay" => Date::day_of_quarter,
            "dayOfWeek" | "weekDay" => |date| date.week_date().day_of_week,
            _ => return None,
        })
    }
}

fn of_date(date: Date, name: &str) -> Option<i64> {
    Date::component(name).map(|component| component(date))
}

fn of_time(time: LocalTime, name: &str) -> Option<i64> {
    let (seconds, nanos) = (time.nanos / NANOS_PER_SECOND, time.nanos % NANOS_PER_SECOND);
    Some(match name {
        "hour" => seconds / 3600,
        "minute" => seconds / 60 % 60,
        "second" => seconds % 60,
        "millisecond" => nanos / 1_000_000,
        "microsecond" => nanos / 1_000,
        "nanosecond" => nanos,
        _ => return None,
    })
}

fn of_offset(offset: i32, zone: Option<&Arc<str>>, name: &str) -> Option<Value> {
    Some(match name {
        "timezone" => zone.map_or_else(|| offset_text(offset).into(), |zone| zone.clone().into()),
        "offset" => offset_text(offset).into(),
        "offsetMinutes" => (offset / 60).into(),
        "offsetSeconds" => offset.into(),
        _ => return None,
    })
}

fn of_datetime(moment: &DateTime, name: &str) -> Option<Value> {
    match name {
        "epochSeconds" => Some(moment.epoch_seconds().into()),
        "epochMillis" => {
            i64::try_from(moment.instant_nanos().div_euclid(1_000_000)).ok().map(Value::from)
        }
        _ => of_date(moment.local.date(), name)
            .or_else(|| of_time(moment.local.time(), name))
            .map(Value::from)
            .or_else(|| of_offset(moment.offset, moment.zone.as_ref(), name)),
    }
}

fn of_duration(duration: &Duration, name: &str) -> Option<i64> {
    let Duration { months, days, seconds, nanos } = *duration;
    // Parts of a second count within the second, which is rounded down.
    let parts = |per_second: i128| {
        let whole = i128::from(seconds) * per_second;
        i64::try_from(whole + i128::from(nanos) * per_second / 1_000_000_000).ok()
    };
    Some(match name {
        "years" => months / 12,
        "quarters" => months / 3,
        "months" => months,
        "weeks" => days / 7,
        "days" => days,
        "hours" => seconds / 3600,
        "minutes" => seconds / 60,
        "seconds" => seconds,
        "milliseconds" => return parts(1_000),
        "microseconds" => return parts(1_000_000),
        "nanoseconds" => return parts(1_000_000_000),
        "quartersOfYear" => months / 3 % 4,
        "monthsOfYear" => months % 12,
        "monthsOfQuarter" => months % 3,
        "daysOfWeek" => days % 7,
        "minutesOfHour" => seconds / 60 % 60,
        "secondsOfMinute" => seconds % 60,
        "millisecondsOfSecond" => i64::from(nanos) / 1_000_000,
        "microsecondsOfSecond" => i64::from(nanos) / 1_000,
        "nanosecondsOfSecond" => nanos.into(),
        _ => return None,
    })
}
