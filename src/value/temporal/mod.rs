//! Temporal values: what they hold, and how instants of one kind order.
//!
//! The calendar is [`calendar`]'s own and covers the years ±999,999,999; the time
//! zone database is jiff's.

pub mod arithmetic;
pub mod calendar;
pub mod component;
pub mod difference;
mod duration;
pub mod format;
mod parse;
#[cfg(test)]
mod tests;
pub mod zone;

pub use arithmetic::{add, divide, multiply, subtract};
pub use component::temporal_property;
pub use duration::DurationAmounts;
pub(crate) use duration::billionths;
pub use zone::Zone;

use serde::{Deserialize, Serialize};
use std::cmp::Ordering;
use std::sync::Arc;

/// Nanoseconds in a second.
pub const NANOS_PER_SECOND: i64 = 1_000_000_000;
/// Nanoseconds in a day.
pub const NANOS_PER_DAY: i64 = 86_400 * NANOS_PER_SECOND;
/// Seconds in a day.
pub const SECONDS_PER_DAY: i64 = 86_400;

/// A date: days since 1970-01-01 in the proleptic Gregorian calendar, years ±999,999,999.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Date {
    /// Days since 1970-01-01.
    pub days: i64,
}
/// A time of day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct LocalTime {
    /// Nanoseconds since midnight.
    pub nanos: i64,
}
/// A time of day with an offset.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Time {
    /// Nanoseconds since midnight, local.
    pub nanos: i64,
    /// Seconds east of UTC.
    pub offset: i32,
}
/// A date and a time of day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct LocalDateTime {
    /// Seconds since 1970-01-01T00:00:00, local.
    pub seconds: i64,
    /// Nanoseconds of the second, 0 to 999,999,999.
    pub nanos: u32,
}
/// A date and a time of day with offset and, where given, a named zone.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct DateTime {
    /// Local date and time.
    pub local: LocalDateTime,
    /// Seconds east of UTC.
    pub offset: i32,
    /// The named zone, e.g. `Europe/Stockholm`.
    pub zone: Option<Arc<str>>,
}
/// An amount of time; the four parts are kept apart as ISO 8601 does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Duration {
    /// Months.
    pub months: i64,
    /// Days.
    pub days: i64,
    /// Seconds.
    pub seconds: i64,
    /// Nanoseconds, 0 to 999,999,999.
    pub nanos: i32,
}

impl LocalTime {
    /// A time of day, `None` if there is no such time.
    #[must_use]
    pub fn new(hour: i64, minute: i64, second: i64, nanos: i64) -> Option<LocalTime> {
        let valid = (0..24).contains(&hour)
            && (0..60).contains(&minute)
            && (0..60).contains(&second)
            && (0..NANOS_PER_SECOND).contains(&nanos);
        valid.then(|| LocalTime {
            nanos: ((hour * 60 + minute) * 60 + second) * NANOS_PER_SECOND + nanos,
        })
    }

    /// The time some nanoseconds later, around the clock.
    #[must_use]
    pub fn wrapping_add(self, nanos: i128) -> LocalTime {
        let sum = (i128::from(self.nanos) + nanos % i128::from(NANOS_PER_DAY))
            .rem_euclid(i128::from(NANOS_PER_DAY));
        // What remains of a division by a day fits.
        LocalTime { nanos: sum as i64 }
    }
}

impl LocalDateTime {
    /// A date and a time of day together.
    #[must_use]
    pub fn new(date: Date, time: LocalTime) -> LocalDateTime {
        LocalDateTime {
            seconds: date
                .days
                .saturating_mul(SECONDS_PER_DAY)
                .saturating_add(time.nanos / NANOS_PER_SECOND),
            nanos: (time.nanos % NANOS_PER_SECOND).unsigned_abs() as u32,
        }
    }

    /// The local date and time of so many seconds since 1970-01-01T00:00:00 and
    /// nanoseconds of the second; `None` outside of the range of years.
    #[must_use]
    pub fn from_seconds(seconds: i64, nanos: u32) -> Option<LocalDateTime> {
        Date::from_days(seconds.div_euclid(SECONDS_PER_DAY))?;
        (i64::from(nanos) < NANOS_PER_SECOND).then_some(LocalDateTime { seconds, nanos })
    }

    /// The date.
    #[must_use]
    pub fn date(self) -> Date {
        Date { days: self.seconds.div_euclid(SECONDS_PER_DAY) }
    }

    /// The time of day.
    #[must_use]
    pub fn time(self) -> LocalTime {
        LocalTime {
            nanos: self.seconds.rem_euclid(SECONDS_PER_DAY) * NANOS_PER_SECOND
                + i64::from(self.nanos),
        }
    }

    /// Nanoseconds since 1970-01-01T00:00:00.
    #[must_use]
    pub fn total_nanos(self) -> i128 {
        i128::from(self.seconds) * i128::from(NANOS_PER_SECOND) + i128::from(self.nanos)
    }

    /// The inverse of [`LocalDateTime::total_nanos`]; `None` outside of the range of years.
    #[must_use]
    pub fn from_total_nanos(nanos: i128) -> Option<LocalDateTime> {
        let per_second = i128::from(NANOS_PER_SECOND);
        let seconds = i64::try_from(nanos.div_euclid(per_second)).ok()?;
        LocalDateTime::from_seconds(seconds, u32::try_from(nanos.rem_euclid(per_second)).ok()?)
    }
}

impl Time {
    /// The time of day without the offset.
    #[must_use]
    pub fn local(self) -> LocalTime {
        LocalTime { nanos: self.nanos }
    }

    /// The same instant of the day at another offset, in seconds east of UTC.
    #[must_use]
    pub fn at_offset(self, offset: i32) -> Time {
        let shift =
            i128::from(i64::from(offset) - i64::from(self.offset)) * i128::from(NANOS_PER_SECOND);
        Time { nanos: self.local().wrapping_add(shift).nanos, offset }
    }

    /// Nanoseconds since midnight UTC of the same day, which may lie outside of it.
    #[must_use]
    pub fn utc_nanos(self) -> i64 {
        self.nanos.saturating_sub(i64::from(self.offset).saturating_mul(NANOS_PER_SECOND))
    }
}

/// Times order by the instant, then by the offset, so that only the same time with
/// the same offset is equal.
impl Ord for Time {
    fn cmp(&self, other: &Self) -> Ordering {
        self.utc_nanos()
            .cmp(&other.utc_nanos())
            .then(self.offset.cmp(&other.offset))
            .then(self.nanos.cmp(&other.nanos))
    }
}

impl PartialOrd for Time {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl DateTime {
    /// Seconds since 1970-01-01T00:00:00Z, rounded down.
    #[must_use]
    pub fn epoch_seconds(&self) -> i64 {
        self.local.seconds.saturating_sub(i64::from(self.offset))
    }
}

/// Datetimes order by the instant, then by offset and zone, so that only the same
/// moment in the same zone is equal.
impl Ord for DateTime {
    fn cmp(&self, other: &Self) -> Ordering {
        self.epoch_seconds()
            .cmp(&other.epoch_seconds())
            .then(self.local.nanos.cmp(&other.local.nanos))
            .then(self.offset.cmp(&other.offset))
            .then(self.local.cmp(&other.local))
            .then_with(|| self.zone.cmp(&other.zone))
    }
}

impl PartialOrd for DateTime {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
