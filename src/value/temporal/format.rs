//! Temporal values as ISO 8601 text, the shortest that reads back: no seconds where
//! they are zero, no trailing zeros in fractions.

use std::fmt::{self, Display, Formatter, Write as _};

use super::{
    Date, DateTime, Duration, LocalDateTime, LocalTime, NANOS_PER_SECOND, SECONDS_PER_DAY, Time,
};

/// `1984-10-11`; years past 9999 carry a sign, negative ones at least four digits.
impl Display for Date {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let parts = self.year_month_day();
        match parts.year {
            year @ 10_000.. => write!(f, "+{year}")?,
            year @ 0.. => write!(f, "{year:04}")?,
            year => write!(f, "-{:04}", year.unsigned_abs())?,
        }
        write!(f, "-{:02}-{:02}", parts.month, parts.day)
    }
}

/// `12:31`, `12:31:14`, `12:31:14.645`.
impl Display for LocalTime {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let (seconds, nanos) =
            (self.nanos.div_euclid(NANOS_PER_SECOND), self.nanos.rem_euclid(NANOS_PER_SECOND));
        write!(f, "{:02}:{:02}", seconds / 3600, seconds / 60 % 60)?;
        if seconds % 60 != 0 || nanos != 0 {
            write!(f, ":{:02}", seconds % 60)?;
        }
        write_fraction(f, nanos)
    }
}

/// `12:31+01:00`.
impl Display for Time {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        LocalTime { nanos: self.nanos }.fmt(f)?;
        f.write_str(&offset_text(self.offset))
    }
}

/// `1984-10-11T12:31:14`.
impl Display for LocalDateTime {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let second_of_day = self.seconds.rem_euclid(SECONDS_PER_DAY);
        let time = LocalTime { nanos: second_of_day * NANOS_PER_SECOND + i64::from(self.nanos) };
        write!(f, "{}T{time}", Date { days: self.seconds.div_euclid(SECONDS_PER_DAY) })
    }
}

/// `1984-10-11T12:31:14+02:00[Europe/Stockholm]`.
impl Display for DateTime {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.local, offset_text(self.offset))?;
        match &self.zone {
            Some(zone) => write!(f, "[{zone}]"),
            None => Ok(()),
        }
    }
}

/// `P1Y2M3DT4H5M6.7S`; each part carries its own sign, and nothing is `PT0S`.
impl Display for Duration {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        // Seconds and nanoseconds are one number: -1 s + 0.9 s is written -0.1.
        let nanos =
            i128::from(self.seconds) * i128::from(NANOS_PER_SECOND) + i128::from(self.nanos);
        let date_parts = [(self.months / 12, 'Y'), (self.months % 12, 'M'), (self.days, 'D')];
        if nanos == 0 && date_parts.iter().all(|(amount, _)| *amount == 0) {
            return f.write_str("PT0S");
        }
        f.write_char('P')?;
        for (amount, unit) in date_parts {
            if amount != 0 {
                write!(f, "{amount}{unit}")?;
            }
        }
        if nanos == 0 {
            return Ok(());
        }
        let sign = if nanos < 0 { "-" } else { "" };
        let (seconds, fraction) =
            (nanos.unsigned_abs() / 1_000_000_000, nanos.unsigned_abs() % 1_000_000_000);
        f.write_char('T')?;
        for (amount, unit) in [(seconds / 3600, 'H'), (seconds / 60 % 60, 'M')] {
            if amount != 0 {
                write!(f, "{sign}{amount}{unit}")?;
            }
        }
        if seconds % 60 != 0 || fraction != 0 {
            write!(f, "{sign}{}", seconds % 60)?;
            write_fraction(f, fraction as i64)?;
            f.write_char('S')?;
        }
        Ok(())
    }
}

/// An offset in seconds east of UTC as `Z`, `+01:00`, or `+00:19:32` where it has seconds.
#[must_use]
pub fn offset_text(offset: i32) -> String {
    if offset == 0 {
        return "Z".to_owned();
    }
    let (sign, amount) = (if offset < 0 { '-' } else { '+' }, offset.unsigned_abs());
    let mut text = format!("{sign}{:02}:{:02}", amount / 3600, amount / 60 % 60);
    if amount % 60 != 0 {
        let _ = write!(text, ":{:02}", amount % 60);
    }
    text
}

fn write_fraction(f: &mut Formatter<'_>, nanos: i64) -> fmt::Result {
    if nanos == 0 {
        return Ok(());
    }
    let digits = format!("{nanos:09}");
    write!(f, ".{}", digits.trim_end_matches('0'))
}
