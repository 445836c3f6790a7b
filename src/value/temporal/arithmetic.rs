//! Temporal values in `+`, `-`, `*` and `/`.
//!
//! Months are added first, then days, then the rest: to dates only as whole days,
//! to times around the clock, to datetimes as elapsed time, so that an hour is an
//! hour even when the clocks change.

use super::{Date, DateTime, Duration, LocalDateTime, LocalTime, NANOS_PER_DAY, Time, Zone};
use crate::value::{ErrorClass, ErrorCode, EvaluationError, Value};

/// `left + right` where one is a duration and the other is temporal; `None` for
/// other operands.
///
/// # Errors
/// `ArithmeticError` for a result outside of the range of its type.
pub fn add(left: &Value, right: &Value) -> Result<Option<Value>, EvaluationError> {
    match (left, right) {
        (Value::Duration(a), Value::Duration(b)) => fitting(a.checked_add(**b)),
        (instant, Value::Duration(duration)) | (Value::Duration(duration), instant) => {
            if instant.is_temporal_instant() {
                fitting(shifted(instant, duration))
            } else {
                Ok(None)
            }
        }
        _ => Ok(None),
    }
}

/// `left - right` where `right` is a duration and `left` is temporal; `None` for
/// other operands.
///
/// # Errors
/// As [`add`].
pub fn subtract(left: &Value, right: &Value) -> Result<Option<Value>, EvaluationError> {
    let Value::Duration(duration) = right else { return Ok(None) };
    if !left.is_temporal_instant() && !matches!(left, Value::Duration(_)) {
        return Ok(None);
    }
    match duration.checked_neg() {
        Some(negated) => add(left, &negated.into()),
        None => fitting(None::<Value>),
    }
}

/// `left * right` where one is a duration and the other a number; `None` for other
/// operands.
///
/// # Errors
/// As [`add`].
pub fn multiply(left: &Value, right: &Value) -> Result<Option<Value>, EvaluationError> {
    match (left, right) {
        (Value::Duration(duration), Value::Integer(factor))
        | (Value::Integer(factor), Value::Duration(duration)) => {
            fitting(duration.checked_mul(*factor))
        }
        (Value::Duration(duration), Value::Float(factor))
        | (Value::Float(factor), Value::Duration(duration)) => {
            fitting(duration.checked_mul_float(*factor))
        }
        _ => Ok(None),
    }
}

/// `left / right` of a duration by a number; `None` for other operands.
///
/// # Errors
/// `ArithmeticError: DivisionByZero`, and as [`add`].
pub fn divide(left: &Value, right: &Value) -> Result<Option<Value>, EvaluationError> {
    let Value::Duration(duration) = left else { return Ok(None) };
    match right {
        Value::Integer(0) => Err(EvaluationError::new(
            ErrorClass::ArithmeticError,
            ErrorCode::DivisionByZero,
            format!("the duration {duration} cannot be divided by zero"),
        )),
        Value::Integer(divisor) => fitting(duration.checked_div(*divisor)),
        Value::Float(divisor)
            if divisor.fract() == 0.0 && divisor.abs() < 9e15 && *divisor != 0.0 =>
        {
            fitting(duration.checked_div(*divisor as i64))
        }
        Value::Float(divisor) => fitting(duration.checked_mul_float(1.0 / divisor)),
        _ => Ok(None),
    }
}

fn fitting<T: Into<Value>>(result: Option<T>) -> Result<Option<Value>, EvaluationError> {
    result.map(|value| Some(value.into())).ok_or_else(|| {
        EvaluationError::new(
            ErrorClass::ArithmeticError,
            ErrorCode::NumberOutOfRange,
            "the result of the computation is outside the range of its temporal type",
        )
    })
}

/// An instant some time later; `None` outside of its range, and for other values.
fn shifted(instant: &Value, by: &Duration) -> Option<Value> {
    Some(match instant {
        Value::Date(date) => date.checked_add(by)?.into(),
        Value::LocalTime(time) => time.wrapping_add(by.total_nanos()).into(),
        Value::Time(time) => {
            Time { nanos: time.local().wrapping_add(by.total_nanos()).nanos, offset: time.offset }
                .into()
        }
        Value::LocalDateTime(moment) => moment.checked_add(by)?.into(),
        Value::DateTime(moment) => moment.checked_add(by)?.into(),
        _ => return None,
    })
}

impl Date {
    /// The date a duration later, of which only whole days count.
    #[must_use]
    pub fn checked_add(self, by: &Duration) -> Option<Date> {
        let whole_days = i64::try_from(by.total_nanos() / i128::from(NANOS_PER_DAY)).ok()?;
        self.add_months(by.months)?.add_days(by.days)?.add_days(whole_days)
    }
}

impl LocalDateTime {
    /// The date and time some whole months and days later.
    pub(super) fn add_calendar(self, months: i64, days: i64) -> Option<LocalDateTime> {
        Some(LocalDateTime::new(self.date().add_months(months)?.add_days(days)?, self.time()))
    }

    /// The date and time a duration later.
    #[must_use]
    pub fn checked_add(self, by: &Duration) -> Option<LocalDateTime> {
        let moved = self.add_calendar(by.months, by.days)?;
        LocalDateTime::from_total_nanos(moved.total_nanos().checked_add(by.total_nanos())?)
    }
}

impl DateTime {
    /// The datetime some months and days later by the calendar, in its own zone.
    pub(super) fn add_calendar(&self, months: i64, days: i64) -> Option<DateTime> {
        if months == 0 && days == 0 {
            return Some(self.clone());
        }
        Zone::of(self).at_local(self.local.add_calendar(months, days)?, Some(self.offset))
    }

    /// The datetime a duration later.
    #[must_use]
    pub fn checked_add(&self, by: &Duration) -> Option<DateTime> {
        let moved = self.add_calendar(by.months, by.days)?;
        if by.total_nanos() == 0 {
            return Some(moved);
        }
        let instant = moved.instant_nanos().checked_add(by.total_nanos())?;
        let seconds = i64::try_from(instant.div_euclid(1_000_000_000)).ok()?;
        Zone::of(self).at_instant(seconds, u32::try_from(instant.rem_euclid(1_000_000_000)).ok()?)
    }

    /// Nanoseconds since 1970-01-01T00:00:00Z.
    #[must_use]
    pub fn instant_nanos(&self) -> i128 {
        i128::from(self.epoch_seconds()) * 1_000_000_000 + i128::from(self.local.nanos)
    }

    /// The same instant in another zone; `None` outside of the range of years.
    #[must_use]
    pub fn in_zone(&self, zone: &Zone) -> Option<DateTime> {
        zone.at_instant(self.epoch_seconds(), self.local.nanos)
    }
}

impl LocalTime {
    /// Midnight.
    pub const MIDNIGHT: LocalTime = LocalTime { nanos: 0 };
}
