//! Temporal values: what they hold, and how instants of one kind order.
//!
//! The calendar is [`calendar`]'s own and covers the years ±999,999,999; the time
//! zone database is jiff's.

pub mod calendar;
pub mod format;

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

impl Time {
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
        self.utc_nanos().cmp(&other.utc_nanos()).then(self.offset.cmp(&other.offset)).then(self.nanos.cmp(&other.nanos))
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
