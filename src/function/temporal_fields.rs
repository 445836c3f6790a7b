//! Maps of temporal components: `{year: 1984, week: 10}`, `{date: d, hour: 3, timezone: 'Z'}`.
//!
//! Components set what they name in the value that `date`, `time` or `datetime`
//! select. Without such a value, what is greater than a given component must be
//! given too, and what is less is its least.

use super::context::FunctionContext;
use super::error::{bad_argument, out_of_range, shown};
use super::temporal::{statement_now, zone_of_name};
use crate::value::temporal::calendar::days_in_month;
use crate::value::temporal::{NANOS_PER_SECOND, Zone};
use crate::value::{Date, DateTime, EvaluationError, LocalDateTime, LocalTime, Map, Time, Value};

/// The components that are integers.
const NAMES: [&str; 16] = [
    "year",
    "quarter",
    "month",
    "week",
    "day",
    "ordinalDay",
    "dayOfQuarter",
    "dayOfWeek",
    "hour",
    "minute",
    "second",
    "millisecond",
    "microsecond",
    "nanosecond",
    "epochSeconds",
    "epochMillis",
];
const DATE_NAMES: std::ops::Range<usize> = 0..8;
const TIME_NAMES: std::ops::Range<usize> = 8..14;
const EPOCH_NAMES: std::ops::Range<usize> = 14..16;

/// The clock, for what depends on it.
pub(super) struct Current<'a> {
    pub(super) context: &'a FunctionContext<'a>,
}

impl Current<'_> {
    /// The offset of a zone now: times have no date of their own to tell it by.
    pub(super) fn offset_of(&self, zone: &Zone) -> Result<i32, EvaluationError> {
        let moment = statement_now(self.context)?.in_zone(zone);
        moment
            .map(|moment| moment.offset)
            .ok_or_else(|| out_of_range("the clock is outside of the range of datetimes"))
    }
}

/// What the subseconds of a map do to those of the value they are set in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Subseconds {
    /// They replace them.
    Replace,
    /// They are added below a unit of so many nanoseconds: after truncation to it.
    Below(i64),
}

/// A map of components, read and checked.
pub(super) struct Fields<'a> {
    function: &'static str,
    integers: [Option<i64>; NAMES.len()],
    selected_date: Option<&'a Value>,
    selected_time: Option<&'a Value>,
    /// The time zone, if one is given.
    pub(super) timezone: Option<Zone>,
}

impl<'a> Fields<'a> {
    fn empty(function: &'static str) -> Fields<'a> {
        Fields {
            function,
            integers: [None; NAMES.len()],
            selected_date: None,
            selected_time: None,
            timezone: None,
        }
    }

    /// The fields that take over all they can from another temporal value.
    pub(super) fn projecting(function: &'static str, instant: &'a Value) -> Fields<'a> {
        let with_date = !matches!(function, "time" | "localtime");
        Fields {
            selected_date: with_date.then_some(instant),
            selected_time: Some(instant),
            ..Fields::empty(function)
        }
    }

    /// Reads the map for a function, by whose name it is known which components it
    /// takes; `None` if one of them is null.
    pub(super) fn read(
        function: &'static str,
        map: &'a Map,
    ) -> Result<Option<Fields<'a>>, EvaluationError> {
        let mut fields = Fields::empty(function);
        for (name, value) in map {
            if matches!(value, Value::Null) {
                return Ok(None);
            }
            fields.set(name, value)?;
        }
        Ok(Some(fields))
    }

    fn set(&mut self, name: &str, value: &'a Value) -> Result<(), EvaluationError> {
        let (takes_date, takes_time, takes_zone) = match self.function.split('.').next() {
            Some("date") => (true, false, false),
            Some("localtime") => (false, true, false),
            Some("time") => (false, true, true),
            Some("localdatetime") => (true, true, false),
            _ => (true, true, true),
        };
        let truncates = self.function.ends_with("truncate");
        let unknown =
            || Err(bad_argument(format!("{}() has no component `{name}`", self.function)));
        if let Some(place) = NAMES.iter().position(|known| *known == name) {
            let taken = (takes_date && DATE_NAMES.contains(&place))
                || (takes_time && TIME_NAMES.contains(&place))
                || (takes_date && takes_zone && !truncates && EPOCH_NAMES.contains(&place));
            let Value::Integer(number) = value else {
                return Err(EvaluationError::wrong_type(format!(
                    "`{name}` is an Integer, but got {}",
                    shown(value)
                )));
            };
            if let (true, Some(slot)) = (taken, self.integers.get_mut(place)) {
                *slot = Some(*number);
                return Ok(());
            }
            return unknown();
        }
        match (name, value) {
            // A map that sets only a zone asks any function for its current value there.
            ("timezone", Value::String(zone)) if takes_zone || !truncates => {
                self.timezone = Some(zone_of_name(zone)?);
            }
            ("date" | "time" | "datetime", instant) if !truncates => {
                if !instant.is_temporal_instant() {
                    return Err(EvaluationError::wrong_type(format!(
                        "`{name}` is a temporal value, but got {}",
                        shown(instant)
                    )));
                }
                if name != "time" && takes_date {
                    self.selected_date = Some(instant);
                }
                if name != "date" && takes_time {
                    self.selected_time = Some(instant);
                }
                if (name == "date" && !takes_date) || (name == "time" && !takes_time) {
                    return unknown();
                }
            }
            ("timezone", other) => {
                return Err(EvaluationError::wrong_type(format!(
                    "`timezone` is a String, but got {}",
                    shown(other)
                )));
            }
            _ => return unknown(),
        }
        Ok(())
    }

    fn get(&self, name: &str) -> Option<i64> {
        NAMES.iter().position(|known| *known == name).and_then(|place| *self.integers.get(place)?)
    }

    fn required(&self, name: &str, given: &str) -> EvaluationError {
        bad_argument(format!("{}() needs `{name}` where `{given}` is given", self.function))
    }

    fn has_any(&self, names: &[&str]) -> bool {
        names.iter().any(|name| self.get(name).is_some())
    }

    /// The date that the fields make.
    pub(super) fn date(&self) -> Result<Date, EvaluationError> {
        self.without_zone()?;
        self.date_part()
    }

    /// The local time that the fields make.
    pub(super) fn local_time(&self) -> Result<LocalTime, EvaluationError> {
        self.without_zone()?;
        self.clock_time()
    }

    /// The local date and time that the fields make.
    pub(super) fn local_date_time(&self) -> Result<LocalDateTime, EvaluationError> {
        self.without_zone()?;
        Ok(LocalDateTime::new(self.date_part()?, self.time_part()?))
    }

    fn without_zone(&self) -> Result<(), EvaluationError> {
        match self.timezone {
            Some(_) => {
                Err(bad_argument(format!("{}() has no component `timezone`", self.function)))
            }
            None => Ok(()),
        }
    }

    /// The time that the fields make: of the selected time's offset, unless a zone is given.
    pub(super) fn time(&self, current: &Current<'_>) -> Result<Time, EvaluationError> {
        let nanos = self.clock_time()?.nanos;
        let selected = match self.selected_time {
            Some(Value::Time(time)) => Some(time.offset),
            Some(Value::DateTime(moment)) => Some(moment.offset),
            _ => None,
        };
        let wanted = self.timezone.as_ref().map(|zone| current.offset_of(zone)).transpose()?;
        Ok(match (selected, wanted) {
            (Some(offset), Some(wanted)) => Time { nanos, offset }.at_offset(wanted),
            (selected, wanted) => Time { nanos, offset: wanted.or(selected).unwrap_or(0) },
        })
    }

    /// The datetime that the fields make: in the zone of the selected time, then seen
    /// from the zone that is given; a local time is in the given zone already.
    pub(super) fn date_time(&self) -> Result<DateTime, EvaluationError> {
        let epoch = self.epoch()?;
        let (date, time) = match epoch {
            Some(base) => (
                self.date_with(Some(base.date()))?,
                self.time_with(Some(base.time()), Subseconds::Replace)?,
            ),
            None => (self.date_part()?, self.time_part()?),
        };
        let selected = match self.selected_time {
            _ if epoch.is_some() => Some((Zone::UTC, 0)),
            Some(Value::Time(time)) => Some((Zone::Offset(time.offset), time.offset)),
            Some(Value::DateTime(moment)) => Some((Zone::of(moment), moment.offset)),
            _ => None,
        };
        let local = LocalDateTime::new(date, time);
        let moment = match (selected, &self.timezone) {
            (Some((zone, offset)), None) => zone.at_local(local, Some(offset)),
            (Some((zone, offset)), Some(wanted)) => {
                zone.at_local(local, Some(offset)).and_then(|moment| moment.in_zone(wanted))
            }
            (None, zone) => zone.as_ref().unwrap_or(&Zone::UTC).at_local(local, None),
        };
        moment.ok_or_else(|| {
            out_of_range(format!("{}() is outside of the years ±999,999,999", self.function))
        })
    }

    /// The moment that `epochSeconds` or `epochMillis` name, in UTC.
    fn epoch(&self) -> Result<Option<LocalDateTime>, EvaluationError> {
        let nanos = match (self.get("epochSeconds"), self.get("epochMillis")) {
            (None, None) => return Ok(None),
            (Some(seconds), None) => i128::from(seconds) * i128::from(NANOS_PER_SECOND),
            (None, Some(millis)) => i128::from(millis) * 1_000_000,
            (Some(_), Some(_)) => {
                return Err(bad_argument(
                    "datetime() takes `epochSeconds` or `epochMillis`, not both",
                ));
            }
        };
        if self.selected_date.is_some() || self.selected_time.is_some() {
            return Err(bad_argument(
                "datetime() takes a moment since 1970 or another temporal value, not both",
            ));
        }
        let moment = LocalDateTime::from_total_nanos(nanos);
        moment
            .map(Some)
            .ok_or_else(|| out_of_range("datetime() is outside of the years ±999,999,999"))
    }

    fn date_part(&self) -> Result<Date, EvaluationError> {
        let selected = match self.selected_date {
            None => None,
            Some(Value::Date(date)) => Some(*date),
            Some(Value::LocalDateTime(moment)) => Some(moment.date()),
            Some(Value::DateTime(moment)) => Some(moment.local.date()),
            Some(other) => return Err(self.lacks("date", other)),
        };
        self.date_with(selected)
    }

    fn time_part(&self) -> Result<LocalTime, EvaluationError> {
        let selected = match self.selected_time {
            None => None,
            Some(Value::LocalTime(time)) => Some(*time),
            Some(Value::Time(time)) => Some(time.local()),
            Some(Value::LocalDateTime(moment)) => Some(moment.time()),
            Some(Value::DateTime(moment)) => Some(moment.local.time()),
            // A date is its midnight where a date and a time are made of it.
            Some(Value::Date(_)) if self.selected_date.is_some() => Some(LocalTime::MIDNIGHT),
            Some(other) => return Err(self.lacks("time", other)),
        };
        self.time_with(selected, Subseconds::Replace)
    }

    /// The time part of a value that has no date part beside it to be made of.
    fn clock_time(&self) -> Result<LocalTime, EvaluationError> {
        let time = self.time_part()?;
        if self.selected_time.is_none() && self.get("hour").is_none() {
            return Err(bad_argument(format!("{}() needs at least `hour`", self.function)));
        }
        Ok(time)
    }

    fn lacks(&self, part: &str, got: &Value) -> EvaluationError {
        EvaluationError::wrong_type(format!(
            "{}() takes a value with a {part}, but got {}",
            self.function,
            shown(got)
        ))
    }

    /// The date with the fields set in `base`.
    pub(super) fn date_with(&self, base: Option<Date>) -> Result<Date, EvaluationError> {
        let by_week = self.has_any(&["week", "dayOfWeek"]);
        let by_quarter = self.has_any(&["quarter", "dayOfQuarter"]);
        let by_ordinal = self.get("ordinalDay").is_some();
        let by_month = self.has_any(&["month", "day"]);
        if [by_week, by_quarter, by_ordinal, by_month].iter().filter(|way| **way).count() > 1 {
            return Err(bad_argument(format!(
                "{}() takes a day by month, week, quarter or day of the year, not by several of them",
                self.function
            )));
        }
        let date = if by_week {
            self.date_by_week(base)?
        } else if by_quarter {
            self.date_by_quarter(base)?
        } else if by_ordinal {
            let year = self.get("year").or(base.map(|base| base.year_month_day().year));
            let year = year.ok_or_else(|| self.required("year", "ordinalDay"))?;
            Date::from_ordinal(year, self.get("ordinalDay").unwrap_or(1))
        } else {
            self.date_by_month(base)?
        };
        date.ok_or_else(|| {
            bad_argument(format!("there is no such day as {}() is given", self.function))
        })
    }

    fn date_by_month(&self, base: Option<Date>) -> Result<Option<Date>, EvaluationError> {
        let base = base.map(Date::year_month_day);
        let (month, day) = (self.get("month"), self.get("day"));
        let Some(year) = self.get("year").or(base.map(|base| base.year)) else {
            let given = if month.is_some() { "month" } else { "day" };
            return Err(if month.or(day).is_some() {
                self.required("year", given)
            } else {
                bad_argument(format!("{}() needs at least `year`", self.function))
            });
        };
        if month.is_none() && day.is_some() && base.is_none() {
            return Err(self.required("month", "day"));
        }
        let month = month.or(base.map(|base| base.month)).unwrap_or(1);
        let kept = base.map_or(1, |base| base.day.min(days_in_month(year, month)));
        Ok(Date::from_year_month_day(year, month, day.unwrap_or(kept)))
    }

    fn date_by_week(&self, base: Option<Date>) -> Result<Option<Date>, EvaluationError> {
        let base = base.map(Date::week_date);
        let (week, day) = (self.get("week"), self.get("dayOfWeek"));
        let given = if week.is_some() { "week" } else { "dayOfWeek" };
        let year = self
            .get("year")
            .or(base.map(|base| base.week_year))
            .ok_or_else(|| self.required("year", given))?;
        let week = week
            .or(base.map(|base| base.week))
            .ok_or_else(|| self.required("week", "dayOfWeek"))?;
        let day = day.or(base.map(|base| base.day_of_week)).unwrap_or(1);
        Ok(Date::from_week(year, week, day))
    }

    fn date_by_quarter(&self, base: Option<Date>) -> Result<Option<Date>, EvaluationError> {
        let (quarter, day) = (self.get("quarter"), self.get("dayOfQuarter"));
        let given = if quarter.is_some() { "quarter" } else { "dayOfQuarter" };
        let parts = base.map(Date::year_month_day);
        let year = self
            .get("year")
            .or(parts.map(|base| base.year))
            .ok_or_else(|| self.required("year", given))?;
        let quarter = quarter
            .or(base.map(Date::quarter))
            .ok_or_else(|| self.required("quarter", "dayOfQuarter"))?;
        if let (None, Some(parts), 1..=4) = (day, parts, quarter) {
            // The place within the quarter is kept: its month and the day of that.
            let month = (quarter - 1) * 3 + (parts.month - 1) % 3 + 1;
            return Ok(Date::from_year_month_day(
                year,
                month,
                parts.day.min(days_in_month(year, month)),
            ));
        }
        Ok(Date::from_quarter(year, quarter, day.unwrap_or(1)))
    }

    /// The time of day with the fields set in `base`.
    pub(super) fn time_with(
        &self,
        base: Option<LocalTime>,
        subseconds: Subseconds,
    ) -> Result<LocalTime, EvaluationError> {
        let below_second = self.has_any(&["millisecond", "microsecond", "nanosecond"]);
        if base.is_none() {
            let order = [
                self.get("hour").is_some(),
                self.get("minute").is_some(),
                self.get("second").is_some(),
            ];
            let names = ["hour", "minute", "second", "a part of a second"];
            for (place, given) in order.iter().skip(1).chain([&below_second]).enumerate() {
                if let (true, Some(false)) = (*given, order.get(place)) {
                    let name = |at: usize| names.get(at).copied().unwrap_or_default();
                    return Err(self.required(name(place), name(place + 1)));
                }
            }
        }
        let old = base.unwrap_or(LocalTime::MIDNIGHT).nanos;
        let (old_seconds, old_nanos) = (old / NANOS_PER_SECOND, old % NANOS_PER_SECOND);
        let nanos = match (below_second, subseconds) {
            (false, _) => old_nanos,
            (true, Subseconds::Replace) => self.subsecond_nanos(NANOS_PER_SECOND)?,
            (true, Subseconds::Below(unit)) => old_nanos + self.subsecond_nanos(unit)?,
        };
        let time = LocalTime::new(
            self.get("hour").unwrap_or(old_seconds / 3600),
            self.get("minute").unwrap_or(old_seconds / 60 % 60),
            self.get("second").unwrap_or(old_seconds % 60),
            nanos,
        );
        time.ok_or_else(|| {
            bad_argument(format!("there is no such time of day as {}() is given", self.function))
        })
    }

    /// Milli-, micro- and nanoseconds together, in nanoseconds. Each must stay below
    /// the next greater that is given, and all below `limit` nanoseconds.
    fn subsecond_nanos(&self, limit: i64) -> Result<i64, EvaluationError> {
        let mut below = limit;
        let mut sum = 0;
        for (name, unit) in [("millisecond", 1_000_000), ("microsecond", 1_000), ("nanosecond", 1)]
        {
            let Some(number) = self.get(name) else { continue };
            if number < 0 || number >= below / unit {
                return Err(bad_argument(format!(
                    "`{name}` of {}() is out of range: {number}",
                    self.function
                )));
            }
            sum += number * unit;
            below = unit;
        }
        Ok(sum)
    }
}
