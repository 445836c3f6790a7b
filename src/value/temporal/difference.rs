//! The duration between two instants, of which each may lack a date, a time or a zone.
//!
//! What one lacks it takes from the other: a date starts at midnight, a time is on
//! the other's date, and a local value is in the other's zone. Both are then seen in
//! the zone of the first.

use super::{Date, DateTime, Duration, LocalDateTime, LocalTime, NANOS_PER_DAY, Zone};
use crate::value::{ErrorClass, ErrorCode, EvaluationError, Value};

/// Which units a difference may use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Units {
    /// Months, then days, then seconds.
    All,
    /// Whole months only.
    Months,
    /// Whole days only.
    Days,
    /// Seconds only, with their fraction.
    Seconds,
}

/// The duration from one instant to another.
///
/// Where either has no date, there are no months and days between them.
///
/// # Errors
/// `TypeError` for values that are no instants, `ArithmeticError` for a result that
/// does not fit.
pub fn between(from: &Value, to: &Value, units: Units) -> Result<Duration, EvaluationError> {
    let (start, end) = (Parts::of(from)?, Parts::of(to)?);
    let with_calendar = start.date.is_some() && end.date.is_some();
    let zone = start.zone.clone().or_else(|| end.zone.clone());
    let date = start.date.or(end.date).unwrap_or(Date { days: 0 });
    let moments = start
        .complete(date, zone.as_ref())
        .zip(end.complete(end.date.unwrap_or(date), zone.as_ref()));
    let difference = moments.and_then(|(start, end)| {
        let zone = zone.unwrap_or(Zone::UTC);
        difference(&start, &end.in_zone(&zone)?, units, with_calendar)
    });
    difference.ok_or_else(|| {
        EvaluationError::new(
            ErrorClass::ArithmeticError,
            ErrorCode::NumberOutOfRange,
            "the duration between the values does not fit",
        )
    })
}

/// What an instant has of date, time and zone.
struct Parts {
    date: Option<Date>,
    time: LocalTime,
    zone: Option<Zone>,
    /// The offset, which tells apart times that occur twice.
    offset: Option<i32>,
}

impl Parts {
    fn of(value: &Value) -> Result<Parts, EvaluationError> {
        let local = |date, time| Parts { date, time, zone: None, offset: None };
        Ok(match value {
            Value::Date(date) => local(Some(*date), LocalTime::MIDNIGHT),
            Value::LocalTime(time) => local(None, *time),
            Value::LocalDateTime(moment) => local(Some(moment.date()), moment.time()),
            Value::Time(time) => {
                Parts { zone: Some(Zone::Offset(time.offset)), ..local(None, time.local()) }
            }
            Value::DateTime(moment) => Parts {
                zone: Some(Zone::of(moment)),
                offset: Some(moment.offset),
                ..local(Some(moment.local.date()), moment.local.time())
            },
            other => {
                return Err(EvaluationError::wrong_type(format!(
                    "a duration lies between two dates, times or datetimes, but got {}",
                    other.type_name()
                )));
            }
        })
    }

    fn complete(&self, date: Date, zone: Option<&Zone>) -> Option<DateTime> {
        let local = LocalDateTime::new(date, self.time);
        self.zone.as_ref().or(zone).unwrap_or(&Zone::UTC).at_local(local, self.offset)
    }
}

fn difference(
    start: &DateTime,
    end: &DateTime,
    units: Units,
    with_calendar: bool,
) -> Option<Duration> {
    let months = || if with_calendar { months_between(start.local, end.local) } else { 0 };
    let days = |from: LocalDateTime| if with_calendar { days_between(from, end.local) } else { 0 };
    match units {
        Units::Months => Duration::from_parts(months().into(), 0, 0),
        Units::Days => Duration::from_parts(0, days(start.local).into(), 0),
        Units::Seconds => Duration::from_parts(0, 0, end.instant_nanos() - start.instant_nanos()),
        Units::All => {
            let months = months();
            let after_months = start.add_calendar(months, 0)?;
            let days = days(after_months.local);
            let after_days = after_months.add_calendar(0, days)?;
            Duration::from_parts(
                months.into(),
                days.into(),
                end.instant_nanos() - after_days.instant_nanos(),
            )
        }
    }
}

/// Whole days by the calendar from one local date and time to another.
fn days_between(start: LocalDateTime, end: LocalDateTime) -> i64 {
    let whole = (end.total_nanos() - start.total_nanos()) / i128::from(NANOS_PER_DAY);
    // Dates are at most 730 milliard days apart.
    whole as i64
}

/// Whole months by the calendar from one local date and time to another.
fn months_between(start: LocalDateTime, end: LocalDateTime) -> i64 {
    let place = |moment: LocalDateTime| {
        let parts = moment.date().year_month_day();
        (parts.year * 12 + parts.month, (parts.day, moment.time()))
    };
    let ((first, start_in_month), (last, end_in_month)) = (place(start), place(end));
    let months = last - first;
    // A month counts once the day and time within it are reached.
    if months > 0 && end_in_month < start_in_month {
        months - 1
    } else if months < 0
        && (end_in_month > start_in_month || start.add_calendar(months, 0) < Some(end))
    {
        // A shorter month may stop the walk back at its last day, before the end.
        months + 1
    } else {
        months
    }
}
