//! Offsets and named time zones: from local time to instant and back.
//!
//! The rules are those of jiff's time zone database. It ends at the years ±9999;
//! beyond, a year follows the rules of the year with the same calendar within.

use std::sync::Arc;

use jiff::Timestamp;
use jiff::tz::{AmbiguousOffset, Offset, TimeZone};

use super::{DateTime, LocalDateTime, SECONDS_PER_DAY};

/// The largest offset, in seconds: 18 hours either way.
pub const MAX_OFFSET: i32 = 18 * 3600;

/// Seconds of 400 years, after which the calendar repeats, weekdays included.
const SECONDS_PER_ERA: i64 = 146_097 * SECONDS_PER_DAY;
/// 9000-01-01 and -9000-01-01 in seconds since 1970, well within jiff's range.
const LAST_SECOND: i64 = 2_567_710 * SECONDS_PER_DAY;
const FIRST_SECOND: i64 = -4_006_654 * SECONDS_PER_DAY;

/// Where local time is what it is: a fixed offset or a named zone.
#[derive(Clone, Debug)]
pub enum Zone {
    /// Seconds east of UTC.
    Offset(i32),
    /// A zone of the database, with its canonical name.
    Named(Arc<str>, TimeZone),
}

impl Zone {
    /// UTC, the default.
    pub const UTC: Zone = Zone::Offset(0);

    /// A zone by its name (in any case, `Europe/Stockholm`) or offset (`Z`, `+01:00`,
    /// `-0530`); `None` if there is none such.
    #[must_use]
    pub fn parse(text: &str) -> Option<Zone> {
        if let Some(offset) = super::parse::whole_offset(text) {
            return Some(Zone::Offset(offset));
        }
        // Names never have dots, which keeps paths away from a database of files.
        if text.is_empty()
            || !text.bytes().all(|b| b.is_ascii_alphanumeric() || b"/_+-".contains(&b))
        {
            return None;
        }
        let zone = TimeZone::get(text).ok()?;
        let name = zone.iana_name().unwrap_or(text).into();
        Some(Zone::Named(name, zone))
    }

    /// The zone of a datetime. A name that the database no longer knows counts as
    /// the offset it came with.
    #[must_use]
    pub fn of(moment: &DateTime) -> Zone {
        moment.zone.as_deref().and_then(Zone::parse).unwrap_or(Zone::Offset(moment.offset))
    }

    /// The datetime at which clocks in this zone show a local time; `None` outside
    /// of the range of years.
    ///
    /// A time that occurs twice is the earlier of the two, unless `preferred` is the
    /// offset of the other. A time that is skipped moves forward by what is skipped.
    #[must_use]
    pub fn at_local(&self, local: LocalDateTime, preferred: Option<i32>) -> Option<DateTime> {
        let (name, zone) = match self {
            Zone::Offset(offset) => return Some(DateTime { local, offset: *offset, zone: None }),
            Zone::Named(name, zone) => (name, zone),
        };
        let (local, offset) = match offsets_at_local(zone, local.seconds)? {
            AmbiguousOffset::Unambiguous { offset } => (local, offset.seconds()),
            AmbiguousOffset::Fold { before, after } => {
                let later = preferred == Some(after.seconds());
                (local, if later { after } else { before }.seconds())
            }
            AmbiguousOffset::Gap { before, after } => {
                let skipped = i64::from(after.seconds()) - i64::from(before.seconds());
                (
                    LocalDateTime::from_seconds(local.seconds.checked_add(skipped)?, local.nanos)?,
                    after.seconds(),
                )
            }
        };
        Some(DateTime { local, offset, zone: Some(name.clone()) })
    }

    /// The datetime in this zone at an instant: seconds since 1970-01-01T00:00:00Z
    /// and nanoseconds of the second. `None` outside of the range of years.
    #[must_use]
    pub fn at_instant(&self, epoch_seconds: i64, nanos: u32) -> Option<DateTime> {
        let (offset, zone) = match self {
            Zone::Offset(offset) => (*offset, None),
            Zone::Named(name, zone) => {
                let instant = Timestamp::from_second(within_range(epoch_seconds)).ok()?;
                (zone.to_offset(instant).seconds(), Some(name.clone()))
            }
        };
        let local = LocalDateTime::from_seconds(epoch_seconds.checked_add(offset.into())?, nanos)?;
        Some(DateTime { local, offset, zone })
    }

    /// What the zone of a moment is called then, in short: `CET`, `CEST`. `None` where it has
    /// an offset only.
    #[must_use]
    pub fn abbreviation(moment: &DateTime) -> Option<String> {
        let Zone::Named(_, zone) = Zone::of(moment) else { return None };
        let instant = Timestamp::from_second(within_range(moment.epoch_seconds())).ok()?;
        Some(zone.to_offset_info(instant).abbreviation().to_owned())
    }

    /// Whether clocks in this zone can show a local time at an offset. In a skipped
    /// hour both the offset before and the one after it count.
    #[must_use]
    pub fn allows(&self, local: LocalDateTime, offset: i32) -> bool {
        match self {
            Zone::Offset(own) => *own == offset,
            Zone::Named(_, zone) => match offsets_at_local(zone, local.seconds) {
                Some(AmbiguousOffset::Unambiguous { offset: own }) => own.seconds() == offset,
                Some(
                    AmbiguousOffset::Fold { before, after }
                    | AmbiguousOffset::Gap { before, after },
                ) => before.seconds() == offset || after.seconds() == offset,
                None => false,
            },
        }
    }
}

fn offsets_at_local(zone: &TimeZone, seconds: i64) -> Option<AmbiguousOffset> {
    let civil = Offset::UTC.to_datetime(Timestamp::from_second(within_range(seconds)).ok()?);
    Some(zone.to_ambiguous_timestamp(civil).offset())
}

/// A second within the database's range to which the same rules apply.
fn within_range(seconds: i64) -> i64 {
    if seconds > LAST_SECOND {
        LAST_SECOND - SECONDS_PER_ERA + (seconds - LAST_SECOND) % SECONDS_PER_ERA
    } else {
        seconds.max(FIRST_SECOND)
    }
}
