//! Temporal values from ISO 8601 text, extended and basic format alike.
//!
//! | part | forms |
//! |---|---|
//! | date | `2015-07-21`, `20150721`, `2015-07`, `201507`, `2015-W30-2`, `2015W302`, `2015-W30`, `2015W30`, `2015-Q3-21`, `2015Q321`, `2015-Q3`, `2015Q3`, `2015-202`, `2015202`, `2015`; years of up to nine digits with a sign, `+12345-07-21` |
//! | time | `21:40:32.142`, `214032.142`, `21:40`, `2140`, `21`, with an optional `T` before |
//! | offset | `Z`, `+01`, `+0100`, `+01:00`, `+01:00:30` |
//! | zone | `[Europe/Stockholm]` |

use std::str::FromStr;

use super::zone::{MAX_OFFSET, Zone};
use super::{Date, DateTime, LocalDateTime, LocalTime, Time};
use crate::value::{ErrorClass, ErrorCode, EvaluationError};

/// `ArgumentError: InvalidArgumentValue` for text that is no such value.
pub(super) fn invalid(text: &str, expected: &str) -> EvaluationError {
    let start: String = text.chars().take(64).collect();
    EvaluationError::new(
        ErrorClass::ArgumentError,
        ErrorCode::InvalidArgumentValue,
        format!("'{start}' is not {expected}"),
    )
}

impl FromStr for Date {
    type Err = EvaluationError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut cursor = Cursor::new(text);
        let date = date(&mut cursor).filter(|_| cursor.is_at_end());
        date.ok_or_else(|| {
            invalid(text, "a date, such as 2015-07-21, 2015-W30-2, 2015-202 or 2015-Q3-21")
        })
    }
}

impl FromStr for LocalTime {
    type Err = EvaluationError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut cursor = Cursor::new(text);
        cursor.eat_any(b"Tt");
        let time = time(&mut cursor).filter(|_| cursor.is_at_end());
        time.ok_or_else(|| invalid(text, "a local time, such as 21:40:32.142"))
    }
}

impl FromStr for LocalDateTime {
    type Err = EvaluationError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut cursor = Cursor::new(text);
        let local = date_and_time(&mut cursor).filter(|_| cursor.is_at_end());
        local.ok_or_else(|| invalid(text, "a local datetime, such as 2015-07-21T21:40:32.142"))
    }
}

impl FromStr for Time {
    type Err = EvaluationError;

    /// Without an offset in the text, UTC is meant.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut cursor = Cursor::new(text);
        cursor.eat_any(b"Tt");
        let parsed = time(&mut cursor).and_then(|time| {
            let offset = if cursor.is_at_end() { 0 } else { offset(&mut cursor)? };
            cursor.is_at_end().then_some(Time { nanos: time.nanos, offset })
        });
        parsed.ok_or_else(|| invalid(text, "a time, such as 21:40:32.142+01:00"))
    }
}

impl FromStr for DateTime {
    type Err = EvaluationError;

    /// Without an offset or zone in the text, UTC is meant.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let expected =
            "a datetime, such as 2015-07-21T21:40:32.142+01:00 or 2015-07-21T21:40[Europe/London]";
        let mut cursor = Cursor::new(text);
        let Some(local) = date_and_time(&mut cursor) else { return Err(invalid(text, expected)) };
        let offset = match cursor.peek() {
            None | Some(b'[') => None,
            Some(_) => Some(offset(&mut cursor).ok_or_else(|| invalid(text, expected))?),
        };
        let Some(name) = bracketed(&mut cursor) else {
            let parsed = cursor.is_at_end().then_some(DateTime {
                local,
                offset: offset.unwrap_or(0),
                zone: None,
            });
            return parsed.ok_or_else(|| invalid(text, expected));
        };
        let zone = Zone::parse(name)
            .ok_or_else(|| invalid(text, "in a time zone that the database knows"))?;
        match offset {
            None => zone.at_local(local, None),
            // The offset says which of two equal clock times is meant, and where the
            // hour is skipped, from which side.
            Some(offset) if zone.allows(local, offset) => local
                .seconds
                .checked_sub(offset.into())
                .and_then(|instant| zone.at_instant(instant, local.nanos)),
            Some(_) => {
                return Err(invalid(text, "at an offset that its time zone has at that time"));
            }
        }
        .ok_or_else(|| invalid(text, expected))
    }
}

/// An offset that is the whole text, in seconds east of UTC.
pub(super) fn whole_offset(text: &str) -> Option<i32> {
    let mut cursor = Cursor::new(text);
    offset(&mut cursor).filter(|_| cursor.is_at_end())
}

fn date_and_time(cursor: &mut Cursor<'_>) -> Option<LocalDateTime> {
    let date = date(cursor)?;
    let time = if cursor.eat_any(b"Tt") { time(cursor)? } else { LocalTime { nanos: 0 } };
    Some(LocalDateTime::new(date, time))
}

fn date(cursor: &mut Cursor<'_>) -> Option<Date> {
    if let Some(sign @ (b'+' | b'-')) = cursor.peek() {
        cursor.skip();
        let digits = cursor.digit_run();
        if digits > 9 {
            return None;
        }
        let year = cursor.number(digits)?;
        let year = if sign == b'-' { -year } else { year };
        // What follows a year of any length must be set off.
        return match cursor.peek() {
            Some(b'0'..=b'9') => None,
            _ => rest_of_date(cursor, year),
        };
    }
    let digits = cursor.digit_run();
    let year = cursor.number(4)?;
    match digits {
        4 => rest_of_date(cursor, year),
        6 => Date::from_year_month_day(year, cursor.number(2)?, 1),
        7 => Date::from_ordinal(year, cursor.number(3)?),
        8 => Date::from_year_month_day(year, cursor.number(2)?, cursor.number(2)?),
        _ => None,
    }
}

/// What follows a year that stands by itself.
fn rest_of_date(cursor: &mut Cursor<'_>, year: i64) -> Option<Date> {
    let extended = cursor.eat_any(b"-");
    match cursor.peek() {
        Some(b'W' | b'w') => {
            cursor.skip();
            let week = cursor.number(2)?;
            let day = part_of_date(cursor, extended, 1)?;
            Date::from_week(year, week, day)
        }
        Some(b'Q' | b'q') => {
            cursor.skip();
            let quarter = cursor.number(1)?;
            let day = part_of_date(cursor, extended, 2)?;
            Date::from_quarter(year, quarter, day)
        }
        Some(b'0'..=b'9') if extended => match cursor.digit_run() {
            3 => Date::from_ordinal(year, cursor.number(3)?),
            2 => {
                let month = cursor.number(2)?;
                let day = part_of_date(cursor, true, 2)?;
                Date::from_year_month_day(year, month, day)
            }
            _ => None,
        },
        _ if extended => None,
        _ => Date::from_year_month_day(year, 1, 1),
    }
}

/// The last part of a date; it may be left out and is then the first of its kind.
fn part_of_date(cursor: &mut Cursor<'_>, extended: bool, digits: usize) -> Option<i64> {
    let there = if extended { cursor.eat_any(b"-") } else { cursor.digit_run() > 0 };
    if !there {
        return Some(1);
    }
    if cursor.digit_run() == digits { cursor.number(digits) } else { None }
}

fn time(cursor: &mut Cursor<'_>) -> Option<LocalTime> {
    let (hour, minute, second) = sexagesimal(cursor)?;
    let nanos = match second {
        Some(_) => cursor.fraction()?,
        None => 0,
    };
    LocalTime::new(hour, minute, second.unwrap_or(0), nanos)
}

/// `HH`, `HH:MM`, `HHMM`, `HH:MM:SS` or `HHMMSS`.
fn sexagesimal(cursor: &mut Cursor<'_>) -> Option<(i64, i64, Option<i64>)> {
    let digits = cursor.digit_run();
    let hour = cursor.number(2)?;
    match digits {
        2 if !cursor.eat_any(b":") => Some((hour, 0, None)),
        2 => {
            let minute = cursor.number(2)?;
            let second = if cursor.eat_any(b":") { Some(cursor.number(2)?) } else { None };
            Some((hour, minute, second))
        }
        4 => Some((hour, cursor.number(2)?, None)),
        6 => Some((hour, cursor.number(2)?, Some(cursor.number(2)?))),
        _ => None,
    }
}

fn offset(cursor: &mut Cursor<'_>) -> Option<i32> {
    if cursor.eat_any(b"Zz") {
        return Some(0);
    }
    let negative = match cursor.peek()? {
        b'+' => false,
        b'-' => true,
        _ => return None,
    };
    cursor.skip();
    let (hours, minutes, seconds) = sexagesimal(cursor)?;
    let seconds = seconds.unwrap_or(0);
    let total = i32::try_from(hours * 3600 + minutes * 60 + seconds).ok()?;
    let valid = minutes < 60 && seconds < 60 && total <= MAX_OFFSET;
    valid.then_some(if negative { -total } else { total })
}

/// The name in `[...]` that ends the text.
fn bracketed<'a>(cursor: &mut Cursor<'a>) -> Option<&'a str> {
    let name = cursor.rest().strip_prefix('[')?.strip_suffix(']')?;
    cursor.skip_all();
    Some(name)
}

/// A place in a text.
pub(super) struct Cursor<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Cursor<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Cursor { text, at: 0 }
    }

    pub(super) fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    pub(super) fn is_at_end(&self) -> bool {
        self.at >= self.text.len()
    }

    /// The text from here on.
    pub(super) fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    pub(super) fn skip(&mut self) {
        self.at += 1;
    }

    fn skip_all(&mut self) {
        self.at = self.text.len();
    }

    /// Steps over one of these bytes, if it is next.
    pub(super) fn eat_any(&mut self, accepted: &[u8]) -> bool {
        let eaten = self.peek().is_some_and(|byte| accepted.contains(&byte));
        self.at += usize::from(eaten);
        eaten
    }

    /// How many digits follow.
    pub(super) fn digit_run(&self) -> usize {
        self.rest().bytes().take_while(u8::is_ascii_digit).count()
    }

    /// The number that the next so many digits spell, at most 18.
    pub(super) fn number(&mut self, digits: usize) -> Option<i64> {
        let run = self.text.as_bytes().get(self.at..self.at.checked_add(digits)?)?;
        if digits == 0 || digits > 18 || !run.iter().all(u8::is_ascii_digit) {
            return None;
        }
        self.at += digits;
        Some(run.iter().fold(0, |number, digit| number * 10 + i64::from(digit - b'0')))
    }

    /// A fraction of one to nine digits after a point or comma, in billionths; 0
    /// where there is none.
    pub(super) fn fraction(&mut self) -> Option<i64> {
        if !self.eat_any(b".,") {
            return Some(0);
        }
        let digits = self.digit_run();
        if !(1..=9).contains(&digits) {
            return None;
        }
        Some(self.number(digits)? * 10_i64.pow(9 - digits as u32))
    }
}
