//! Truncation of temporal values: all below a unit is set to its least.

use super::context::FunctionContext;
use super::error::{bad_argument, out_of_range, shown, wrong_argument};
use super::temporal::statement_now;
use super::temporal_fields::{Current, Fields, Subseconds};
use crate::value::temporal::{NANOS_PER_DAY, NANOS_PER_SECOND, Zone};
use crate::value::{Date, EvaluationError, LocalDateTime, LocalTime, Map, Time, Value};
use std::sync::LazyLock;

type Outcome = Result<Value, EvaluationError>;

static NO_FIELDS: LazyLock<Map> = LazyLock::new(Map::default);

/// A unit to which a value is cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Unit {
    Years(i64),
    WeekYear,
    Quarter,
    Month,
    Week,
    Day,
    /// A part of a day, in nanoseconds.
    Nanos(i64),
}

impl Unit {
    fn parse(name: &str) -> Option<Unit> {
        Some(match name.to_ascii_lowercase().as_str() {
            "millennium" => Unit::Years(1000),
            "century" => Unit::Years(100),
            "decade" => Unit::Years(10),
            "year" => Unit::Years(1),
            "weekyear" => Unit::WeekYear,
            "quarter" => Unit::Quarter,
            "month" => Unit::Month,
            "week" => Unit::Week,
            "day" => Unit::Day,
            "hour" => Unit::Nanos(3600 * NANOS_PER_SECOND),
            "minute" => Unit::Nanos(60 * NANOS_PER_SECOND),
            "second" => Unit::Nanos(NANOS_PER_SECOND),
            "millisecond" => Unit::Nanos(1_000_000),
            "microsecond" => Unit::Nanos(1_000),
            _ => return None,
        })
    }

    /// The first day of the unit that holds a day; `None` before the first year.
    fn date(self, date: Date) -> Option<Date> {
        let parts = date.year_month_day();
        match self {
            Unit::Years(years) => {
                Date::from_year_month_day(parts.year.div_euclid(years) * years, 1, 1)
            }
            Unit::WeekYear => Date::from_week(date.week_date().week_year, 1, 1),
            Unit::Quarter => Date::from_quarter(parts.year, date.quarter(), 1),
            Unit::Month => Date::from_year_month_day(parts.year, parts.month, 1),
            Unit::Week => date.add_days(1 - date.week_date().day_of_week),
            Unit::Day | Unit::Nanos(_) => Some(date),
        }
    }

    /// The first time of the unit that holds a time of day.
    fn time(self, time: LocalTime) -> LocalTime {
        match self {
            Unit::Nanos(unit) => LocalTime { nanos: time.nanos - time.nanos.rem_euclid(unit) },
            _ => LocalTime::MIDNIGHT,
        }
    }

    fn subseconds(self) -> Subseconds {
        match self {
            Unit::Nanos(unit) if unit < NANOS_PER_SECOND => Subseconds::Below(unit),
            _ => Subseconds::Replace,
        }
    }
}

/// The arguments of a truncation.
struct Request<'a> {
    unit: Unit,
    date: Option<Date>,
    time: LocalTime,
    /// The zone of the value with its offset there.
    zone: Option<(Zone, i32)>,
    fields: Fields<'a>,
}

impl<'a> Request<'a> {
    /// Reads the arguments; `None` if one is null.
    fn read(
        context: &FunctionContext<'_>,
        function: &'static str,
        arguments: &'a [Value],
    ) -> Result<Option<Request<'a>>, EvaluationError> {
        let unit = match arguments.first() {
            Some(Value::String(name)) => Unit::parse(name).ok_or_else(|| {
                bad_argument(format!(
                    "{function}() has no unit '{}'",
                    name.chars().take(64).collect::<String>()
                ))
            })?,
            other => return Err(wrong_argument(function, "a unit", other.unwrap_or(&Value::Null))),
        };
        let map = match arguments.get(2) {
            None => &*NO_FIELDS,
            Some(Value::Map(map)) => map,
            Some(other) => return Err(wrong_argument(function, "a Map of components", other)),
        };
        let Some(fields) = Fields::read(function, map)? else { return Ok(None) };
        let plain = |date, time| Request { unit, date, time, zone: None, fields };
        Ok(Some(match arguments.get(1) {
            None => {
                let now = statement_now(context)?;
                Request {
                    zone: Some((Zone::UTC, 0)),
                    ..plain(Some(now.local.date()), now.local.time())
                }
            }
            Some(Value::Date(date)) => plain(Some(*date), LocalTime::MIDNIGHT),
            Some(Value::LocalTime(time)) => plain(None, *time),
            Some(Value::Time(time)) => Request {
                zone: Some((Zone::Offset(time.offset), time.offset)),
                ..plain(None, time.local())
            },
            Some(Value::LocalDateTime(moment)) => plain(Some(moment.date()), moment.time()),
            Some(Value::DateTime(moment)) => {
                let local = moment.local;
                Request {
                    zone: Some((Zone::of(moment), moment.offset)),
                    ..plain(Some(local.date()), local.time())
                }
            }
            Some(other) => return Err(wrong_argument(function, "a temporal value", other)),
        }))
    }

    fn cut_date(&self, function: &str, arguments: &[Value]) -> Result<Date, EvaluationError> {
        let Some(date) = self.date else {
            let got = shown(arguments.get(1).unwrap_or(&Value::Null));
            return Err(EvaluationError::wrong_type(format!(
                "{function}() takes a value with a date, but got {got}"
            )));
        };
        let cut = self.unit.date(date).ok_or_else(|| {
            out_of_range(format!("{function}() goes before the year -999,999,999"))
        })?;
        self.fields.date_with(Some(cut))
    }

    fn cut_time(&self) -> Result<LocalTime, EvaluationError> {
        self.fields.time_with(Some(self.unit.time(self.time)), self.unit.subseconds())
    }

    /// Refuses units that the kind of value does not have.
    fn accept(
        &self,
        function: &str,
        accepted: impl Fn(Unit) -> bool,
    ) -> Result<(), EvaluationError> {
        if accepted(self.unit) {
            return Ok(());
        }
        let what = match self.unit {
            Unit::Nanos(_) => "a date has no time of day that could be cut to this unit",
            _ => "a time of day has no date that could be cut to this unit",
        };
        Err(bad_argument(format!("{function}(): {what}")))
    }
}

/// A unit that times of day have: a day or less.
fn within_day(unit: Unit) -> bool {
    matches!(unit, Unit::Day | Unit::Nanos(..NANOS_PER_DAY))
}

/// `date.truncate`.
pub(super) fn date(context: &FunctionContext<'_>, arguments: &[Value]) -> Outcome {
    const NAME: &str = "date.truncate";
    let Some(request) = Request::read(context, NAME, arguments)? else { return Ok(Value::Null) };
    request.accept(NAME, |unit| !matches!(unit, Unit::Nanos(_)))?;
    Ok(request.cut_date(NAME, arguments)?.into())
}

/// `localtime.truncate`.
pub(super) fn local_time(context: &FunctionContext<'_>, arguments: &[Value]) -> Outcome {
    const NAME: &str = "localtime.truncate";
    let Some(request) = Request::read(context, NAME, arguments)? else { return Ok(Value::Null) };
    request.accept(NAME, within_day)?;
    Ok(request.cut_time()?.into())
}

/// `time.truncate`. A zone that is given takes the place of the value's own.
pub(super) fn time(context: &FunctionContext<'_>, arguments: &[Value]) -> Outcome {
    const NAME: &str = "time.truncate";
    let Some(request) = Request::read(context, NAME, arguments)? else { return Ok(Value::Null) };
    request.accept(NAME, within_day)?;
    let given = request
        .fields
        .timezone
        .as_ref()
        .map(|zone| Current { context }.offset_of(zone))
        .transpose()?;
    let offset = given.or(request.zone.as_ref().map(|(_, offset)| *offset)).unwrap_or(0);
    Ok(Time { nanos: request.cut_time()?.nanos, offset }.into())
}

/// `localdatetime.truncate`.
pub(super) fn local_date_time(context: &FunctionContext<'_>, arguments: &[Value]) -> Outcome {
    const NAME: &str = "localdatetime.truncate";
    let Some(request) = Request::read(context, NAME, arguments)? else { return Ok(Value::Null) };
    Ok(LocalDateTime::new(request.cut_date(NAME, arguments)?, request.cut_time()?).into())
}

/// `datetime.truncate`. A zone that is given takes the place of the value's own:
/// the clock shows the same time in it.
pub(super) fn date_time(context: &FunctionContext<'_>, arguments: &[Value]) -> Outcome {
    const NAME: &str = "datetime.truncate";
    let Some(request) = Request::read(context, NAME, arguments)? else { return Ok(Value::Null) };
    let local = LocalDateTime::new(request.cut_date(NAME, arguments)?, request.cut_time()?);
    let moment = match (&request.fields.timezone, &request.zone) {
        (Some(zone), _) => zone.at_local(local, None),
        (None, Some((zone, offset))) => zone.at_local(local, Some(*offset)),
        (None, None) => Zone::UTC.at_local(local, None),
    };
    moment
        .map(Value::from)
        .ok_or_else(|| out_of_range(format!("{NAME}() is outside of the years ±999,999,999")))
}
