//! `format()`: temporal values as text by a pattern, whose letters are those of Java's
//! `DateTimeFormatter`, in English.
//!
//! ```text
//! EEEE, d MMMM uuuu 'at' H:mm [VV]
//! │     │ │    │     │   │ │   └ left out where the value has no zone
//! └─────┴─┴────┴─────┼───┴─┴ fields: a letter, and how often it stands there
//!                    └ text as it is
//! ```

use super::context::FunctionContext;
use super::error::{bad_argument, shown, wrong_argument};
use super::registry::Scalar;
use super::types::TypeSet;
use crate::value::temporal::format::offset_text;
use crate::value::temporal::{NANOS_PER_SECOND, Zone};
use crate::value::{Date, DateTime, Duration, EvaluationError, LocalTime, Value};
use std::iter::Peekable;
use std::str::Chars;

/// The table of this file.
pub(super) static FUNCTIONS: &[Scalar] = &[Scalar::new(
    "format",
    &[TypeSet::TEMPORAL, TypeSet::STRING],
    TypeSet::STRING,
    "format(value :: TEMPORAL [, pattern :: STRING]) :: STRING",
    "A date, time or duration as text: by a pattern of letters such as 'd MMMM yyyy', or as ISO 8601 writes it.",
    format,
)
.optional(1)];

/// Most times that a letter may stand in a row.
const LONGEST_FIELD: usize = 19;

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
const DAYS: [&str; 7] =
    ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
const QUARTERS: [&str; 4] = ["1st quarter", "2nd quarter", "3rd quarter", "4th quarter"];

/// Days from 1858-11-17, on which modified Julian days are counted from, to 1970-01-01.
const JULIAN_DAYS: i64 = 40_587;

fn format(context: &FunctionContext<'_>, arguments: &[Value]) -> Result<Value, EvaluationError> {
    let Some(value) = arguments.first() else { return Ok(Value::Null) };
    let pattern = match arguments.get(1) {
        Some(Value::String(pattern)) => pattern,
        Some(other) => return Err(wrong_argument("format", "a String as the pattern", other)),
        None => {
            return match iso(value) {
                Some(text) => Ok(Value::from(text)),
                None => Err(wrong_argument("format", "a temporal value", value)),
            };
        }
    };
    let text = match value {
        Value::Duration(duration) => {
            let amounts = Amounts::of(duration, pattern);
            write_pattern(pattern, &|field| amounts.field(field))
        }
        value if iso(value).is_some() => {
            let instant = Instant::of(value);
            write_pattern(pattern, &|field| instant.field(field))
        }
        other => return Err(wrong_argument("format", "a temporal value", other)),
    };
    let text = text.map_err(|problem| match problem {
        Problem::Absent(letter) => bad_argument(format!(
            "the pattern '{pattern}' asks for `{letter}`, which {} does not have",
            shown(value)
        )),
        Problem::Wrong(why) => bad_argument(format!("the pattern '{pattern}' {why}")),
    })?;
    context.limits.check_string(text.len())?;
    Ok(Value::from(text))
}

/// A temporal value as ISO 8601 writes it.
fn iso(value: &Value) -> Option<String> {
    Some(match value {
        Value::Date(date) => date.to_string(),
        Value::LocalTime(time) => time.to_string(),
        Value::Time(time) => time.to_string(),
        Value::LocalDateTime(local) => local.to_string(),
        Value::DateTime(moment) => moment.to_string(),
        Value::Duration(duration) => duration.to_string(),
        _ => return None,
    })
}

/// Why a field has no text.
enum Problem {
    /// The value has no such part.
    Absent(char),
    /// The pattern is wrong.
    Wrong(String),
}

type Written = Result<String, Problem>;

/// A letter and how often it stands in a row.
#[derive(Clone, Copy)]
struct Field {
    letter: char,
    count: usize,
}

impl Field {
    /// A number with at least as many digits as there are letters, of which there may be `most`.
    fn number(self, value: impl Into<i128>, most: usize) -> Written {
        self.at_most(most)?;
        let value = value.into();
        let sign = if value < 0 { "-" } else { "" };
        Ok(format!("{sign}{:0width$}", value.unsigned_abs(), width = self.count))
    }

    /// A year, of which two letters mean the last two digits.
    fn year(self, year: i64) -> Written {
        self.at_most(LONGEST_FIELD)?;
        if self.count == 2 {
            return Ok(format!("{:02}", year.rem_euclid(100)));
        }
        let digits = format!("{:0width$}", year.unsigned_abs(), width = self.count);
        let exceeds = self.count > 3 && digits.len() > self.count;
        let sign = match year {
            ..0 => "-",
            _ if exceeds => "+",
            _ => "",
        };
        Ok(format!("{sign}{digits}"))
    }

    /// A number in one or two letters, a name in three (short), four (whole) or five (its
    /// first letter).
    fn named(self, number: i64, names: &[&str], short: usize) -> Written {
        let place = usize::try_from(number - 1).unwrap_or(usize::MAX);
        let name = names.get(place).copied().unwrap_or_default();
        match self.count {
            1 | 2 => self.number(number, 2),
            _ => self.name(name, short),
        }
    }

    fn name(self, name: &str, short: usize) -> Written {
        match self.count {
            ..4 => Ok(name.chars().take(short).collect()),
            4 => Ok(name.to_owned()),
            5 => Ok(name.chars().take(1).collect()),
            _ => Err(self.too_many(5)),
        }
    }

    fn at_most(self, most: usize) -> Result<(), Problem> {
        if self.count > most { Err(self.too_many(most)) } else { Ok(()) }
    }

    fn too_many(self, most: usize) -> Problem {
        Problem::Wrong(format!(
            "has `{}` {} times in a row, at most {most} are understood",
            self.letter, self.count
        ))
    }

    fn absent<T>(self) -> Result<T, Problem> {
        Err(Problem::Absent(self.letter))
    }
}

/// Writes text as a pattern says, of which `field` writes each field.
fn write_pattern(pattern: &str, field: &dyn Fn(Field) -> Written) -> Written {
    let mut text = String::new();
    let mut characters = pattern.chars().peekable();
    // Where each optional section begins, and whether a part of it is missing.
    let mut sections: Vec<(usize, bool)> = Vec::new();
    let mut padding = None;
    while let Some(c) = characters.next() {
        match c {
            '\'' => quoted(&mut characters, &mut text)?,
            '[' => sections.push((text.len(), false)),
            ']' => match sections.pop() {
                Some((start, true)) => text.truncate(start),
                Some(_) => {}
                None => return Err(Problem::Wrong("closes `]` what it has not opened".into())),
            },
            '{' | '}' | '#' => {
                let why = format!("has `{c}`, which is reserved: write it in single quotes");
                return Err(Problem::Wrong(why));
            }
            c if c.is_ascii_alphabetic() => {
                let mut count = 1;
                while characters.next_if_eq(&c).is_some() {
                    count += 1;
                }
                if c == 'p' {
                    padding = Some(count);
                    continue;
                }
                let width = padding.take().unwrap_or(0);
                match (field(Field { letter: c, count }), sections.last_mut()) {
                    (Ok(part), _) => text.push_str(&format!("{part:>width$}")),
                    (Err(Problem::Absent(_)), Some((_, missing))) => *missing = true,
                    (Err(problem), _) => return Err(problem),
                }
            }
            c => text.push(c),
        }
    }
    match (sections.is_empty(), padding) {
        (false, _) => Err(Problem::Wrong("does not close `[`".into())),
        (_, Some(_)) => Err(Problem::Wrong("has `p` without a field behind it".into())),
        _ => Ok(text),
    }
}

/// Text in single quotes, of which two are one; the first quote is behind.
fn quoted(characters: &mut Peekable<Chars<'_>>, text: &mut String) -> Result<(), Problem> {
    if characters.next_if_eq(&'\'').is_some() {
        text.push('\'');
        return Ok(());
    }
    while let Some(c) = characters.next() {
        if c != '\'' {
            text.push(c);
        } else if characters.next_if_eq(&'\'').is_some() {
            text.push('\'');
        } else {
            return Ok(());
        }
    }
    Err(Problem::Wrong("does not close a single quote".into()))
}

/// The parts of an instant that it has.
struct Instant<'v> {
    date: Option<Date>,
    time: Option<LocalTime>,
    offset: Option<i32>,
    zoned: Option<&'v DateTime>,
}

impl<'v> Instant<'v> {
    fn of(value: &'v Value) -> Self {
        let mut parts = Instant { date: None, time: None, offset: None, zoned: None };
        match value {
            Value::Date(date) => parts.date = Some(*date),
            Value::LocalTime(time) => parts.time = Some(*time),
            Value::Time(time) => {
                (parts.time, parts.offset) = (Some(time.local()), Some(time.offset));
            }
            Value::LocalDateTime(local) => {
                (parts.date, parts.time) = (Some(local.date()), Some(local.time()));
            }
            Value::DateTime(moment) => {
                parts.date = Some(moment.local.date());
                parts.time = Some(moment.local.time());
                (parts.offset, parts.zoned) = (Some(moment.offset), Some(&**moment));
            }
            _ => {}
        }
        parts
    }

    fn field(&self, field: Field) -> Written {
        match field.letter {
            'G' | 'u' | 'y' | 'Y' | 'D' | 'M' | 'L' | 'd' | 'g' | 'Q' | 'q' | 'w' | 'W' | 'E'
            | 'e' | 'c' | 'F' => match self.date {
                Some(date) => date_field(field, date),
                None => field.absent(),
            },
            'a' | 'h' | 'K' | 'k' | 'H' | 'm' | 's' | 'S' | 'A' | 'n' | 'N' => match self.time {
                Some(time) => time_field(field, time.nanos),
                None => field.absent(),
            },
            'V' | 'z' | 'O' | 'X' | 'x' | 'Z' => match self.offset {
                Some(offset) => self.zone_field(field, offset),
                None => field.absent(),
            },
            letter => Err(Problem::Wrong(format!("has `{letter}`, which stands for nothing here"))),
        }
    }

    fn zone_field(&self, field: Field, offset: i32) -> Written {
        let none = offset == 0;
        let count = field.count;
        match (field.letter, count) {
            ('V', 2) => {
                let zone = self.zoned.and_then(|moment| moment.zone.clone());
                Ok(zone.map_or_else(|| offset_text(offset), |zone| zone.to_string()))
            }
            ('V', _) => Err(Problem::Wrong("has `V`, of which there are always two".into())),
            ('z', 1..=3) => {
                let short = self.zoned.and_then(Zone::abbreviation);
                Ok(short.unwrap_or_else(|| offset_text(offset)))
            }
            ('z', _) => Err(field.too_many(3)),
            ('O' | 'Z', 1 | 4) if none && (field.letter == 'O' || count == 4) => Ok("GMT".into()),
            ('O', 1) => Ok(format!("GMT{}", short_offset(offset))),
            ('O' | 'Z', 4) => Ok(format!("GMT{}", long_offset(offset, ":", false))),
            ('O', _) => Err(Problem::Wrong("has `O`, of which there are one or four".into())),
            ('X', _) | ('Z', 5) if none => Ok("Z".into()),
            ('Z', ..4) => Ok(long_offset(offset, "", false)),
            ('Z', 5) => Ok(long_offset(offset, ":", true)),
            ('X' | 'x', 1) => {
                let text = long_offset(offset, "", false);
                Ok(text.strip_suffix("00").filter(|_| offset % 3600 == 0).unwrap_or(&text).into())
            }
            ('X' | 'x', 2) => Ok(long_offset(offset, "", false)),
            ('X' | 'x', 3) => Ok(long_offset(offset, ":", false)),
            ('X' | 'x', 4) => Ok(long_offset(offset, "", true)),
            ('X' | 'x', 5) => Ok(long_offset(offset, ":", true)),
            _ => Err(field.too_many(5)),
        }
    }
}

fn date_field(field: Field, date: Date) -> Written {
    let parts = date.year_month_day();
    let day_of_week = date.week_date().day_of_week;
    // Weeks begin on Sunday, and the first of a year or month is that which has its first day.
    let sunday_first = day_of_week % 7 + 1;
    match field.letter {
        'G' => {
            let names =
                if parts.year > 0 { ["AD", "Anno Domini"] } else { ["BC", "Before Christ"] };
            field.name(if field.count < 4 { names[0] } else { names[1] }, 2)
        }
        'u' => field.year(parts.year),
        'y' => field.year(if parts.year > 0 { parts.year } else { 1 - parts.year }),
        'D' => field.number(date.day_of_year(), 3),
        'M' | 'L' => field.named(parts.month, &MONTHS, 3),
        'd' => field.number(parts.day, 2),
        'g' => field.number(date.days + JULIAN_DAYS, LONGEST_FIELD),
        'Q' | 'q' => match field.count {
            3 => Ok(format!("Q{}", date.quarter())),
            _ => field.named(date.quarter(), &QUARTERS, 2),
        },
        'w' | 'Y' => {
            let saturday = Date { days: date.days + 7 - sunday_first };
            match field.letter {
                'Y' => field.year(saturday.year_month_day().year),
                _ => field.number((saturday.day_of_year() - 1) / 7 + 1, 2),
            }
        }
        'W' => {
            let first = (sunday_first - parts.day).rem_euclid(7);
            field.number((parts.day - 1 + first) / 7 + 1, 1)
        }
        'E' => field.name(DAYS[(day_of_week - 1) as usize % DAYS.len()], 3),
        'e' | 'c' if field.count < 3 => {
            field.number(sunday_first, if field.letter == 'c' { 1 } else { 2 })
        }
        'e' | 'c' => field.name(DAYS[(day_of_week - 1) as usize % DAYS.len()], 3),
        _ => field.number((parts.day - 1) / 7 + 1, 1),
    }
}

fn time_field(field: Field, nanos: i64) -> Written {
    let seconds = nanos / NANOS_PER_SECOND;
    let hour = seconds / 3600;
    match field.letter {
        'a' => {
            let half = if hour < 12 { "AM" } else { "PM" };
            if field.count == 5 { Ok(half[..1].to_lowercase()) } else { field.name(half, 2) }
        }
        'h' => field.number((hour + 11) % 12 + 1, 2),
        'K' => field.number(hour % 12, 2),
        'k' => field.number((hour + 23) % 24 + 1, 2),
        'H' => field.number(hour, 2),
        'm' => field.number(seconds / 60 % 60, 2),
        's' => field.number(seconds % 60, 2),
        'S' => fraction(field, nanos % NANOS_PER_SECOND),
        'A' => field.number(nanos / 1_000_000, LONGEST_FIELD),
        'n' => field.number(nanos % NANOS_PER_SECOND, LONGEST_FIELD),
        _ => field.number(nanos, LONGEST_FIELD),
    }
}

/// The first digits of a fraction of a second.
fn fraction(field: Field, nanos: i64) -> Written {
    field.at_most(9)?;
    let digits = format!("{nanos:09}");
    Ok(digits[..field.count].to_owned())
}

/// `+1`, `-3:30`.
fn short_offset(offset: i32) -> String {
    let (sign, amount) = (if offset < 0 { '-' } else { '+' }, offset.unsigned_abs());
    match (amount / 60 % 60, amount % 60) {
        (0, 0) => format!("{sign}{}", amount / 3600),
        (minutes, 0) => format!("{sign}{}:{minutes:02}", amount / 3600),
        (minutes, seconds) => format!("{sign}{}:{minutes:02}:{seconds:02}", amount / 3600),
    }
}

/// `+0130`, `+01:30`; with seconds, where they are wanted and not zero.
fn long_offset(offset: i32, colon: &str, seconds: bool) -> String {
    let (sign, amount) = (if offset < 0 { '-' } else { '+' }, offset.unsigned_abs());
    let mut text = format!("{sign}{:02}{colon}{:02}", amount / 3600, amount / 60 % 60);
    if seconds && amount % 60 != 0 {
        text.push_str(&format!("{colon}{:02}", amount % 60));
    }
    text
}

/// The amounts of a duration in the units that a pattern has. Each unit takes what it can
/// of its group (months, days or seconds), and the next smaller one the rest.
struct Amounts(Vec<(char, i128)>);

/// The units of each group, the largest first: its letters, and how much of the group's
/// smallest one it is.
const UNITS: [&[(&str, i128)]; 3] = [
    &[("yYu", 12), ("qQ", 3), ("ML", 1)],
    &[("wW", 7), ("dD", 1)],
    &[
        ("hHkK", 3_600_000_000_000),
        ("m", 60_000_000_000),
        ("s", 1_000_000_000),
        ("A", 1_000_000),
        ("N", 1),
    ],
];

impl Amounts {
    fn of(duration: &Duration, pattern: &str) -> Self {
        let letters = letters_of(pattern);
        let totals = [duration.months.into(), duration.days.into(), duration.total_nanos()];
        let mut amounts = Vec::new();
        for (units, mut left) in UNITS.iter().zip(totals) {
            for (names, size) in *units {
                let used: Vec<char> = names.chars().filter(|c| letters.contains(*c)).collect();
                if !used.is_empty() {
                    amounts.extend(used.into_iter().map(|letter| (letter, left / size)));
                    left %= size;
                }
            }
        }
        let nanos = duration.total_nanos() % i128::from(NANOS_PER_SECOND);
        amounts.extend(['S', 'n'].map(|letter| (letter, nanos)));
        Amounts(amounts)
    }

    fn field(&self, field: Field) -> Written {
        let Some((_, amount)) = self.0.iter().find(|(letter, _)| *letter == field.letter) else {
            return field.absent();
        };
        match field.letter {
            'S' => fraction(field, amount.unsigned_abs() as i64),
            _ => field.number(*amount, LONGEST_FIELD),
        }
    }
}

/// The letters of a pattern that stand for fields.
fn letters_of(pattern: &str) -> String {
    pattern.split('\'').step_by(2).collect()
}
