//! Durations: fractions of one unit carried into the next, text, and arithmetic.
//!
//! A fraction of a month is that part of the mean Gregorian month, 2,629,746
//! seconds; a fraction of a day that part of 24 hours. Whole units are never
//! carried from seconds into days, nor from days into months.

use std::str::FromStr;

use super::parse::{Cursor, invalid};
use super::{Duration, NANOS_PER_SECOND};
use crate::value::{ErrorClass, ErrorCode, EvaluationError};

/// Billionths: the fixed point of [`DurationAmounts`].
const BILLION: i128 = 1_000_000_000;
/// Seconds in a mean Gregorian month.
const SECONDS_PER_MONTH: i128 = 2_629_746;
/// Nanoseconds in a day.
const NANOS_PER_DAY: i128 = 86_400 * BILLION;

/// Amounts of the units of a duration, with fractions, before they are carried.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DurationAmounts {
    /// Billionths of a month.
    months: i128,
    /// Billionths of a day.
    days: i128,
    /// Nanoseconds.
    nanos: i128,
}

impl DurationAmounts {
    /// Adds an amount, in billionths, of a unit by its plural name (`years` to
    /// `nanoseconds`). `None` if there is no such unit or the sum does not fit.
    #[must_use]
    pub fn plus(mut self, unit: &str, billionths: i128) -> Option<Self> {
        let (sum, factor, divisor) = match unit {
            "years" => (&mut self.months, 12, 1),
            "quarters" => (&mut self.months, 3, 1),
            "months" => (&mut self.months, 1, 1),
            "weeks" => (&mut self.days, 7, 1),
            "days" => (&mut self.days, 1, 1),
            "hours" => (&mut self.nanos, 3600, 1),
            "minutes" => (&mut self.nanos, 60, 1),
            "seconds" => (&mut self.nanos, 1, 1),
            "milliseconds" => (&mut self.nanos, 1, 1_000),
            "microseconds" => (&mut self.nanos, 1, 1_000_000),
            "nanoseconds" => (&mut self.nanos, 1, 1_000_000_000),
            _ => return None,
        };
        *sum = sum.checked_add(billionths.checked_mul(factor)? / divisor)?;
        Some(self)
    }

    /// Carries the fractions; `None` where a part does not fit.
    #[must_use]
    pub fn carried(self) -> Option<Duration> {
        let from_months = (self.months % BILLION) * SECONDS_PER_MONTH;
        let day_nanos = self.days.checked_mul(NANOS_PER_DAY / BILLION)?.checked_add(from_months)?;
        let nanos = self.nanos.checked_add(day_nanos % NANOS_PER_DAY)?;
        Duration::from_parts(self.months / BILLION, day_nanos / NANOS_PER_DAY, nanos)
    }
}

/// A float in billionths; `None` for what is not finite or does not fit.
pub(crate) fn billionths(number: f64) -> Option<i128> {
    if !number.is_finite() || number.abs() > 1e19 {
        return None;
    }
    let whole = number.trunc();
    Some(whole as i128 * BILLION + ((number - whole) * 1e9).round() as i128)
}

impl Duration {
    /// No time.
    pub const ZERO: Duration = Duration { months: 0, days: 0, seconds: 0, nanos: 0 };

    /// A duration of its parts; `None` where one does not fit.
    #[must_use]
    pub fn from_parts(months: i128, days: i128, nanos: i128) -> Option<Duration> {
        Some(Duration {
            months: i64::try_from(months).ok()?,
            days: i64::try_from(days).ok()?,
            seconds: i64::try_from(nanos.div_euclid(BILLION)).ok()?,
            nanos: i32::try_from(nanos.rem_euclid(BILLION)).ok()?,
        })
    }

    /// Seconds and nanoseconds as one number, in nanoseconds.
    #[must_use]
    pub fn total_nanos(self) -> i128 {
        i128::from(self.seconds) * i128::from(NANOS_PER_SECOND) + i128::from(self.nanos)
    }

    /// The sum, part by part.
    #[must_use]
    pub fn checked_add(self, other: Duration) -> Option<Duration> {
        Duration::from_parts(
            i128::from(self.months) + i128::from(other.months),
            i128::from(self.days) + i128::from(other.days),
            self.total_nanos() + other.total_nanos(),
        )
    }

    /// The same time backwards.
    #[must_use]
    pub fn checked_neg(self) -> Option<Duration> {
        Duration::from_parts(-i128::from(self.months), -i128::from(self.days), -self.total_nanos())
    }

    /// So many times the duration.
    #[must_use]
    pub fn checked_mul(self, factor: i64) -> Option<Duration> {
        let factor = i128::from(factor);
        Duration::from_parts(
            i128::from(self.months) * factor,
            i128::from(self.days) * factor,
            self.total_nanos().checked_mul(factor)?,
        )
    }

    /// The part of the duration; fractions of months and days are carried.
    /// `None` for a divisor of zero.
    #[must_use]
    pub fn checked_div(self, divisor: i64) -> Option<Duration> {
        let divisor = i128::from(divisor);
        DurationAmounts {
            months: (i128::from(self.months) * BILLION).checked_div(divisor)?,
            days: (i128::from(self.days) * BILLION).checked_div(divisor)?,
            nanos: self.total_nanos().checked_div(divisor)?,
        }
        .carried()
    }

    /// The duration times a float; fractions of months and days are carried.
    #[must_use]
    pub fn checked_mul_float(self, factor: f64) -> Option<Duration> {
        // A whole factor need not pass through floats, which lose nanoseconds.
        if factor.fract() == 0.0 && factor.abs() < 9e15 {
            return self.checked_mul(factor as i64);
        }
        let nanos = billionths((f64::from(self.nanos) * factor).trunc())? / BILLION;
        DurationAmounts {
            months: billionths(self.months as f64 * factor)?,
            days: billionths(self.days as f64 * factor)?,
            nanos: billionths(self.seconds as f64 * factor)?.checked_add(nanos)?,
        }
        .carried()
    }
}

impl FromStr for Duration {
    type Err = EvaluationError;

    /// `P1Y2M3W4DT5H6M7.8S` with any of the parts, each with a sign or fraction of
    /// its own, or `P2012-02-02T14:37:21.545`.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut cursor = Cursor::new(text);
        let negative = cursor.peek() == Some(b'-');
        if matches!(cursor.peek(), Some(b'-' | b'+')) {
            cursor.skip();
        }
        let amounts = if cursor.eat_any(b"Pp") { amounts(&mut cursor) } else { None };
        let amounts = amounts.filter(|_| cursor.is_at_end()).ok_or_else(|| {
            invalid(text, "a duration, such as P1Y2M3DT4H5M6.7S or P2012-02-02T14:37:21.545")
        })?;
        let duration = amounts
            .carried()
            .and_then(|whole| if negative { whole.checked_neg() } else { Some(whole) });
        duration.ok_or_else(|| {
            EvaluationError::new(
                ErrorClass::ArgumentError,
                ErrorCode::NumberOutOfRange,
                format!("the duration '{}' is too long", text.chars().take(64).collect::<String>()),
            )
        })
    }
}

fn amounts(cursor: &mut Cursor<'_>) -> Option<DurationAmounts> {
    let has_units = cursor
        .rest()
        .bytes()
        .any(|byte| byte.is_ascii_alphabetic() && !matches!(byte, b'T' | b't'));
    if has_units { amounts_by_unit(cursor) } else { amounts_by_place(cursor) }
}

fn amounts_by_unit(cursor: &mut Cursor<'_>) -> Option<DurationAmounts> {
    const DATE_UNITS: [(u8, &str); 4] =
        [(b'Y', "years"), (b'M', "months"), (b'W', "weeks"), (b'D', "days")];
    const TIME_UNITS: [(u8, &str); 3] = [(b'H', "hours"), (b'M', "minutes"), (b'S', "seconds")];
    let mut sum = DurationAmounts::default();
    if !matches!(cursor.peek(), Some(b'T' | b't')) {
        sum = units_in_order(cursor, &DATE_UNITS, sum)?;
    }
    if cursor.eat_any(b"Tt") {
        sum = units_in_order(cursor, &TIME_UNITS, sum)?;
    }
    Some(sum)
}

/// One or more amounts with their units, which must come in this order.
fn units_in_order(
    cursor: &mut Cursor<'_>,
    mut units: &[(u8, &str)],
    mut sum: DurationAmounts,
) -> Option<DurationAmounts> {
    loop {
        let amount = decimal(cursor)?;
        let letter = cursor.peek()?.to_ascii_uppercase();
        let place = units.iter().position(|(unit, _)| *unit == letter)?;
        cursor.skip();
        sum = sum.plus(units.get(place)?.1, amount)?;
        units = units.get(place + 1..)?;
        if matches!(cursor.peek(), None | Some(b'T' | b't')) {
            return Some(sum);
        }
    }
}

/// A decimal number with an optional sign, in billionths; further digits are dropped.
fn decimal(cursor: &mut Cursor<'_>) -> Option<i128> {
    let negative = cursor.peek() == Some(b'-');
    if matches!(cursor.peek(), Some(b'-' | b'+')) {
        cursor.skip();
    }
    let digits = cursor.digit_run();
    let whole: i128 = cursor.rest().get(..digits)?.parse::<i64>().ok()?.into();
    (0..digits).for_each(|_| cursor.skip());
    let mut fraction = 0;
    if cursor.eat_any(b".,") {
        let digits = cursor.digit_run();
        let kept = digits.min(9);
        fraction = i128::from(cursor.number(kept)?) * 10_i128.pow(9 - kept as u32);
        (kept..digits).for_each(|_| cursor.skip());
    }
    let amount = whole * BILLION + fraction;
    Some(if negative { -amount } else { amount })
}

/// The form that looks like a datetime: each number is an amount of the unit of its place.
fn amounts_by_place(cursor: &mut Cursor<'_>) -> Option<DurationAmounts> {
    let mut sum = DurationAmounts::default();
    let place = |sum: DurationAmounts, unit, amount: Option<i64>| {
        sum.plus(unit, i128::from(amount?) * BILLION)
    };
    if !matches!(cursor.peek(), Some(b'T' | b't')) {
        let extended = cursor.digit_run() == 4;
        if !extended && cursor.digit_run() != 8 {
            return None;
        }
        sum = place(sum, "years", cursor.number(4))?;
        for unit in ["months", "days"] {
            if extended && !cursor.eat_any(b"-") {
                return None;
            }
            sum = place(sum, unit, cursor.number(2))?;
        }
    }
    if cursor.eat_any(b"Tt") {
        let extended = cursor.digit_run() == 2;
        for unit in ["hours", "minutes", "seconds"] {
            if cursor.is_at_end() && unit != "hours" {
                return Some(sum);
            }
            if extended && unit != "hours" && !cursor.eat_any(b":") {
                return None;
            }
            sum = place(sum, unit, cursor.number(2))?;
        }
        sum = sum.plus("nanoseconds", i128::from(cursor.fraction()?) * BILLION)?;
    }
    Some(sum)
}
