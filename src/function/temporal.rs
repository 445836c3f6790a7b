//! The temporal functions: constructors, clocks, truncation and durations between.
//!
//! A constructor takes text, a map of components, another temporal value, or
//! nothing, which is the time of the statement. Maps are read in
//! [`super::temporal_fields`], units are cut off in [`super::temporal_truncate`].

use super::context::FunctionContext;
use super::error::{bad_argument, out_of_range, shown, wrong_argument};
use super::registry::Scalar;
use super::temporal_fields::{Current, Fields};
use super::temporal_truncate as truncate;
use super::types::TypeSet;
use crate::syntax::ast::TemporalLiteral;
use crate::value::temporal::difference::{Units, between};
use crate::value::temporal::{DurationAmounts, Zone};
use crate::value::{
    Date, DateTime, Duration, EvaluationError, LocalDateTime, LocalTime, Map, Time, Value,
};
use std::str::FromStr;

type Outcome = Result<Value, EvaluationError>;

const INPUT: TypeSet = TypeSet::STRING.union(TypeSet::MAP).union(TypeSet::INSTANT);
const ZONE: TypeSet = TypeSet::STRING.union(TypeSet::MAP);
const UNIT_INSTANT_FIELDS: &[TypeSet] = &[TypeSet::STRING, TypeSet::INSTANT, TypeSet::MAP];
const INSTANTS: &[TypeSet] = &[TypeSet::INSTANT, TypeSet::INSTANT];

/// The five functions of one kind of instant: the constructor, its clocks, and the
/// truncation to a unit.
macro_rules! instant {
    ($module:ident, $name:literal, $type:expr, $text:literal, $article:literal) => {
        [
            Scalar::new(
                $name,
                &[INPUT],
                $type,
                concat!($name, "([from :: STRING | MAP | TEMPORAL]) :: ", $text),
                concat!("The ", $article, " that a text, a map of components or another temporal value says; the current one without an argument."),
                |context, a| $module::construct(context, a.first()),
            )
            .optional(1)
            .clock_below(1),
            Scalar::new(
                concat!($name, ".statement"),
                &[ZONE],
                $type,
                concat!($name, ".statement([timezone :: STRING]) :: ", $text),
                concat!("The ", $article, " at which the statement began."),
                |context, a| $module::clock(&statement_clock(context, a.first())?),
            )
            .optional(1)
            .volatile(),
            Scalar::new(
                concat!($name, ".transaction"),
                &[ZONE],
                $type,
                concat!($name, ".transaction([timezone :: STRING]) :: ", $text),
                concat!("The ", $article, " at which the statement began, which is one for all its parts."),
                |context, a| $module::clock(&statement_clock(context, a.first())?),
            )
            .optional(1)
            .volatile(),
            Scalar::new(
                concat!($name, ".realtime"),
                &[ZONE],
                $type,
                concat!($name, ".realtime([timezone :: STRING]) :: ", $text),
                concat!("The ", $article, " at the very moment of the call."),
                |_, a| $module::clock(&realtime_clock(a.first())?),
            )
            .optional(1)
            .volatile(),
            Scalar::new(
                concat!($name, ".truncate"),
                UNIT_INSTANT_FIELDS,
                $type,
                concat!($name, ".truncate(unit :: STRING [, instant :: TEMPORAL [, fields :: MAP]]) :: ", $text),
                "A temporal value with all below a unit set to its least, and then the given fields set.",
                |context, a| truncate::$module(context, a),
            )
            .optional(2)
            .clock_below(2),
        ]
    };
}

const fn difference(
    name: &'static str,
    signature: &'static str,
    text: &'static str,
    run: super::Evaluate,
) -> Scalar {
    Scalar::new(name, INSTANTS, TypeSet::DURATION, signature, text, run)
}

/// Part of the registry.
pub(super) static DATE: [Scalar; 5] = instant!(date, "date", TypeSet::DATE, "DATE", "date");
/// Part of the registry.
pub(super) static LOCAL_TIME: [Scalar; 5] =
    instant!(local_time, "localtime", TypeSet::LOCAL_TIME, "LOCAL TIME", "local time of day");
/// Part of the registry.
pub(super) static TIME: [Scalar; 5] =
    instant!(time, "time", TypeSet::TIME, "ZONED TIME", "time of day");
/// Part of the registry.
pub(super) static LOCAL_DATE_TIME: [Scalar; 5] = instant!(
    local_date_time,
    "localdatetime",
    TypeSet::LOCAL_DATE_TIME,
    "LOCAL DATETIME",
    "local date and time"
);
/// Part of the registry.
pub(super) static DATE_TIME: [Scalar; 5] =
    instant!(date_time, "datetime", TypeSet::DATE_TIME, "ZONED DATETIME", "date and time");
/// Part of the registry.
pub(super) static OTHERS: [Scalar; 7] = [
    Scalar::new(
        "datetime.fromEpoch",
        &[TypeSet::NUMBER, TypeSet::NUMBER],
        TypeSet::DATE_TIME,
        "datetime.fromEpoch(seconds :: INTEGER, nanoseconds :: INTEGER) :: ZONED DATETIME",
        "The moment so many seconds and nanoseconds after 1970-01-01T00:00:00Z.",
        from_epoch,
    ),
    Scalar::new(
        "datetime.fromEpochMillis",
        &[TypeSet::NUMBER],
        TypeSet::DATE_TIME,
        "datetime.fromEpochMillis(milliseconds :: INTEGER) :: ZONED DATETIME",
        "The moment so many milliseconds after 1970-01-01T00:00:00Z.",
        from_epoch_millis,
    ),
    Scalar::new(
        "duration",
        &[TypeSet::STRING.union(TypeSet::MAP).union(TypeSet::DURATION)],
        TypeSet::DURATION,
        "duration(from :: STRING | MAP | DURATION) :: DURATION",
        "The duration that a text or a map of amounts says.",
        |_, a| duration(a),
    ),
    difference(
        "duration.between",
        "duration.between(from :: TEMPORAL, to :: TEMPORAL) :: DURATION",
        "The duration between two moments in months, days and seconds.",
        |_, a| elapsed(a, Units::All),
    ),
    difference(
        "duration.inMonths",
        "duration.inMonths(from :: TEMPORAL, to :: TEMPORAL) :: DURATION",
        "The whole months between two moments.",
        |_, a| elapsed(a, Units::Months),
    ),
    difference(
        "duration.inDays",
        "duration.inDays(from :: TEMPORAL, to :: TEMPORAL) :: DURATION",
        "The whole days between two moments.",
        |_, a| elapsed(a, Units::Days),
    ),
    difference(
        "duration.inSeconds",
        "duration.inSeconds(from :: TEMPORAL, to :: TEMPORAL) :: DURATION",
        "The seconds between two moments.",
        |_, a| elapsed(a, Units::Seconds),
    ),
];

/// The time of the statement, in UTC.
pub(super) fn statement_now(context: &FunctionContext<'_>) -> Result<DateTime, EvaluationError> {
    let (seconds, nanos) = context.statement_time;
    Zone::UTC
        .at_instant(seconds, nanos)
        .ok_or_else(|| out_of_range("the clock is outside of the years ±999,999,999"))
}

fn statement_clock(
    context: &FunctionContext<'_>,
    zone: Option<&Value>,
) -> Result<DateTime, EvaluationError> {
    in_zone_of(&statement_now(context)?, zone)
}

fn realtime_clock(zone: Option<&Value>) -> Result<DateTime, EvaluationError> {
    let now =
        std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    let moment = i64::try_from(now.as_secs())
        .ok()
        .and_then(|seconds| Zone::UTC.at_instant(seconds, now.subsec_nanos()));
    in_zone_of(
        &moment.ok_or_else(|| out_of_range("the clock is outside of the years ±999,999,999"))?,
        zone,
    )
}

fn in_zone_of(moment: &DateTime, zone: Option<&Value>) -> Result<DateTime, EvaluationError> {
    let zone = match zone {
        None => return Ok(moment.clone()),
        Some(Value::String(name)) => zone_of_name(name)?,
        Some(Value::Map(map)) => match map.get("timezone") {
            Some(Value::String(name)) if map.len() == 1 => zone_of_name(name)?,
            _ => {
                return Err(bad_argument(
                    "a clock takes a time zone, such as 'Europe/Stockholm' or '+01:00'",
                ));
            }
        },
        Some(other) => return Err(wrong_argument("a clock", "a time zone", other)),
    };
    moment
        .in_zone(&zone)
        .ok_or_else(|| out_of_range("the time is outside of the years ±999,999,999"))
}

/// The zone of a name or offset.
pub(super) fn zone_of_name(name: &str) -> Result<Zone, EvaluationError> {
    Zone::parse(name).ok_or_else(|| {
        let start: String = name.chars().take(64).collect();
        bad_argument(format!(
            "'{start}' is not a time zone; write one as 'Europe/Stockholm' or '+01:00'"
        ))
    })
}

/// The value that a text spells.
fn parsed<T: FromStr<Err = EvaluationError> + Into<Value>>(text: &str) -> Outcome {
    text.parse::<T>().map(Into::into)
}

/// A temporal literal's value.
///
/// # Errors
/// What the constructors raise for text that they cannot read.
pub fn temporal_literal(kind: TemporalLiteral, text: &str) -> Result<Value, EvaluationError> {
    match kind {
        TemporalLiteral::Date => parsed::<Date>(text),
        TemporalLiteral::Duration => parsed::<Duration>(text),
        // Without an offset the literal is local; a zoned one would be read as UTC.
        TemporalLiteral::Time => match parsed::<LocalTime>(text) {
            Ok(local) => Ok(local),
            Err(_) => parsed::<Time>(text),
        },
        TemporalLiteral::Timestamp => match parsed::<LocalDateTime>(text) {
            Ok(local) => Ok(local),
            Err(_) => parsed::<DateTime>(text),
        },
    }
}

/// Constructs from an argument: text by `parse`, a map by `build`, anything else by `project`.
fn constructed(
    context: &FunctionContext<'_>,
    function: &'static str,
    argument: Option<&Value>,
    now: fn(&DateTime) -> Outcome,
    parse: fn(&str) -> Outcome,
    build: fn(&Fields<'_>, &Current<'_>) -> Outcome,
) -> Outcome {
    match argument {
        None => now(&statement_now(context)?),
        Some(Value::Null) => Ok(Value::Null),
        Some(Value::String(text)) => parse(text),
        Some(Value::Map(map)) => {
            let Some(fields) = Fields::read(function, map)? else { return Ok(Value::Null) };
            if let (Some(zone), true) = (&fields.timezone, map.len() == 1) {
                let moment = statement_now(context)?.in_zone(zone);
                return now(&moment.ok_or_else(|| {
                    out_of_range("the time is outside of the years ±999,999,999")
                })?);
            }
            build(&fields, &Current { context })
        }
        Some(instant) if instant.is_temporal_instant() => {
            build(&Fields::projecting(function, instant), &Current { context })
        }
        Some(other) => Err(wrong_argument(function, "a String, a Map or a temporal value", other)),
    }
}

mod date {
    use super::{DateTime, FunctionContext, Outcome, Value, constructed, parsed};
    use crate::value::Date;

    pub(super) fn clock(now: &DateTime) -> Outcome {
        Ok(now.local.date().into())
    }

    pub(super) fn construct(context: &FunctionContext<'_>, argument: Option<&Value>) -> Outcome {
        constructed(context, "date", argument, clock, parsed::<Date>, |fields, _| {
            Ok(fields.date()?.into())
        })
    }
}

mod local_time {
    use super::{DateTime, FunctionContext, Outcome, Value, constructed, parsed};
    use crate::value::LocalTime;

    pub(super) fn clock(now: &DateTime) -> Outcome {
        Ok(now.local.time().into())
    }

    pub(super) fn construct(context: &FunctionContext<'_>, argument: Option<&Value>) -> Outcome {
        constructed(context, "localtime", argument, clock, parsed::<LocalTime>, |fields, _| {
            Ok(fields.local_time()?.into())
        })
    }
}

mod time {
    use super::{DateTime, FunctionContext, Outcome, Value, constructed, parsed};
    use crate::value::Time;

    pub(super) fn clock(now: &DateTime) -> Outcome {
        Ok(Time { nanos: now.local.time().nanos, offset: now.offset }.into())
    }

    pub(super) fn construct(context: &FunctionContext<'_>, argument: Option<&Value>) -> Outcome {
        constructed(context, "time", argument, clock, parsed::<Time>, |fields, current| {
            Ok(fields.time(current)?.into())
        })
    }
}

mod local_date_time {
    use super::{DateTime, FunctionContext, Outcome, Value, constructed, parsed};
    use crate::value::LocalDateTime;

    pub(super) fn clock(now: &DateTime) -> Outcome {
        Ok(now.local.into())
    }

    pub(super) fn construct(context: &FunctionContext<'_>, argument: Option<&Value>) -> Outcome {
        constructed(
            context,
            "localdatetime",
            argument,
            clock,
            parsed::<LocalDateTime>,
            |fields, _| Ok(fields.local_date_time()?.into()),
        )
    }
}

mod date_time {
    use super::{DateTime, FunctionContext, Outcome, Value, constructed, parsed};

    pub(super) fn clock(now: &DateTime) -> Outcome {
        Ok(now.clone().into())
    }

    pub(super) fn construct(context: &FunctionContext<'_>, argument: Option<&Value>) -> Outcome {
        constructed(context, "datetime", argument, clock, parsed::<DateTime>, |fields, _| {
            Ok(fields.date_time()?.into())
        })
    }
}

fn from_epoch(_: &FunctionContext<'_>, arguments: &[Value]) -> Outcome {
    let [Value::Integer(seconds), Value::Integer(nanos)] = arguments else {
        return Err(wrong_argument("datetime.fromEpoch", "Integers", first_other(arguments)));
    };
    let total = i128::from(*seconds) * 1_000_000_000 + i128::from(*nanos);
    at_epoch_nanos(total, "datetime.fromEpoch")
}

fn from_epoch_millis(_: &FunctionContext<'_>, arguments: &[Value]) -> Outcome {
    let [Value::Integer(millis)] = arguments else {
        return Err(wrong_argument(
            "datetime.fromEpochMillis",
            "an Integer",
            first_other(arguments),
        ));
    };
    at_epoch_nanos(i128::from(*millis) * 1_000_000, "datetime.fromEpochMillis")
}

/// The first argument that is no integer, for a message.
fn first_other(arguments: &[Value]) -> &Value {
    arguments.iter().find(|argument| argument.as_integer().is_none()).unwrap_or(&Value::Null)
}

fn at_epoch_nanos(nanos: i128, function: &str) -> Outcome {
    let moment = crate::value::LocalDateTime::from_total_nanos(nanos);
    moment
        .map(|local| DateTime { local, offset: 0, zone: None }.into())
        .ok_or_else(|| out_of_range(format!("{function}() is outside of the years ±999,999,999")))
}

fn duration(arguments: &[Value]) -> Outcome {
    match arguments.first() {
        Some(Value::String(text)) => parsed::<Duration>(text),
        Some(Value::Map(map)) => duration_of_map(map),
        Some(Value::Duration(duration)) => Ok(Value::Duration(duration.clone())),
        other => {
            Err(wrong_argument("duration", "a String or a Map", other.unwrap_or(&Value::Null)))
        }
    }
}

fn duration_of_map(map: &Map) -> Outcome {
    let mut amounts = DurationAmounts::default();
    for (unit, amount) in map {
        if DurationAmounts::default().plus(unit, 0).is_none() {
            let several = format!("{unit}s");
            let hint = match DurationAmounts::default().plus(&several, 0) {
                Some(_) => format!("; did you mean `{several}`?"),
                None => String::new(),
            };
            return Err(bad_argument(format!("duration() has no unit `{unit}`{hint}")));
        }
        let billionths = match amount {
            Value::Null => return Ok(Value::Null),
            Value::Integer(whole) => Some(i128::from(*whole) * 1_000_000_000),
            Value::Float(number) => crate::value::temporal::billionths(*number),
            other => {
                return Err(EvaluationError::wrong_type(format!(
                    "`{unit}` of a duration is a number, but got {}",
                    shown(other)
                )));
            }
        };
        amounts = billionths
            .and_then(|billionths| amounts.plus(unit, billionths))
            .ok_or_else(|| out_of_range(format!("`{unit}` of a duration is too large")))?;
    }
    amounts.carried().map(Value::from).ok_or_else(|| out_of_range("the duration is too long"))
}

fn elapsed(arguments: &[Value], units: Units) -> Outcome {
    let [from, to] = arguments else { return Ok(Value::Null) };
    between(from, to, units).map(Value::from)
}
