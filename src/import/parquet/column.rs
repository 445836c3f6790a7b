//! One column of a Parquet file: what its values are, and what they are here.

use crate::value::{Date, DateTime, LocalDateTime, LocalTime, Value};
use crate::vector::{NullBuffer, StringBuilder, Vector};
use parquet::basic::{ConvertedType, LogicalType, TimeUnit, Type as Physical};
use parquet::column::reader::{ColumnReader, ColumnReaderImpl};
use parquet::data_type::{ByteArray, DataType, Int96};
use parquet::schema::types::{ColumnDescriptor, Type};
use std::sync::Arc;

/// What the values of a column are.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Kind {
    Boolean,
    Integer,
    /// Of as many bits as it is stored in.
    Unsigned,
    Float,
    String,
    Date,
    /// So many units are a second; in UTC or without a zone.
    Timestamp {
        units: i64,
        utc: bool,
    },
    Time {
        units: i64,
    },
    /// An integer that so many powers of ten divide.
    Decimal {
        scale: i32,
    },
}

/// A column as its schema tells.
#[derive(Clone, Debug)]
pub(super) struct Column {
    pub(super) name: String,
    kind: Kind,
    /// The definition level of a value that is there.
    full: i16,
    /// Of a list, the definition level from which on there is an element.
    element: Option<i16>,
}

impl Column {
    /// What the schema says of a leaf; why it is no column otherwise.
    pub(super) fn of(root: &Type, leaf: &ColumnDescriptor) -> Result<Self, String> {
        let path = leaf.path().parts();
        let name = path.first().cloned().unwrap_or_default();
        let nested =
            || format!("the column `{name}` is nested; only lists of simple values are read");
        let mut element = None;
        let (mut level, mut node) = (0, None);
        for part in path {
            let fields = node.map_or(root, |node: &Type| node).get_fields();
            let next = fields.iter().find(|field| field.name() == part).ok_or_else(nested)?;
            let info = next.get_basic_info();
            if info.has_repetition() && info.repetition() != parquet::basic::Repetition::REQUIRED {
                level += 1;
                if info.repetition() == parquet::basic::Repetition::REPEATED {
                    if element.replace(level).is_some() {
                        return Err(nested());
                    }
                    // A list of more than one thing is a list of structs.
                    if next.is_group() && next.get_fields().len() != 1 {
                        return Err(nested());
                    }
                }
            }
            node = Some(&**next);
        }
        if path.len() > 1 && element.is_none() || path.len() > 3 {
            return Err(nested());
        }
        let kind = kind(leaf).ok_or_else(|| {
            format!("the column `{name}` holds {}, which no value here is", leaf.physical_type())
        })?;
        Ok(Column { name, kind, full: leaf.max_def_level(), element })
    }

    /// Whether its values are strings.
    pub(super) fn is_of_texts(&self) -> bool {
        self.kind == Kind::String && self.element.is_none()
    }

    /// Reads so many rows, or as many as there are.
    pub(super) fn read(&self, reader: &mut ColumnReader, rows: usize) -> Result<Vector, String> {
        let kind = self.kind;
        let integer = move |value: i64| integer(kind, value);
        let typed = self.element.is_none();
        match reader {
            ColumnReader::Int32ColumnReader(reader) if typed && kind == Kind::Integer => {
                let wide = |values: Vec<i32>| Ok(values.into_iter().map(i64::from).collect());
                self.typed(Raw::read(reader, rows)?, wide).map(integers)
            }
            ColumnReader::Int32ColumnReader(reader) if typed && kind == Kind::Unsigned => {
                let wide = |value: i32| i64::from(value as u32);
                let wide = |values: Vec<i32>| Ok(values.into_iter().map(wide).collect());
                self.typed(Raw::read(reader, rows)?, wide).map(integers)
            }
            ColumnReader::Int32ColumnReader(reader) if typed && kind == Kind::Date => {
                let days = |value: i32| Date::from_days(value.into()).map(|date| date.days);
                let day = |value: i32| days(value).ok_or_else(|| too_far(value.into()));
                let all = |values: Vec<i32>| values.into_iter().map(day).collect();
                let (values, validity) = self.typed(Raw::read(reader, rows)?, all)?;
                Ok(Vector::Date { values: values.into(), validity })
            }
            ColumnReader::Int64ColumnReader(reader) if typed && kind == Kind::Integer => {
                self.typed(Raw::read(reader, rows)?, Ok).map(integers)
            }
            ColumnReader::BoolColumnReader(reader) if typed => {
                let (values, validity) = self.typed(Raw::read(reader, rows)?, Ok)?;
                Ok(Vector::Boolean { values: values.into(), validity })
            }
            ColumnReader::FloatColumnReader(reader) if typed => {
                let wide = |values: Vec<f32>| Ok(values.into_iter().map(f64::from).collect());
                self.typed(Raw::read(reader, rows)?, wide).map(floats)
            }
            ColumnReader::DoubleColumnReader(reader) if typed => {
                self.typed(Raw::read(reader, rows)?, Ok).map(floats)
            }
            ColumnReader::ByteArrayColumnReader(reader) if typed && kind == Kind::String => {
                self.strings(Raw::read(reader, rows)?)
            }
            ColumnReader::BoolColumnReader(reader) => {
                self.fill(reader, rows, |value| Ok(Value::Boolean(*value)))
            }
            ColumnReader::Int32ColumnReader(reader) => self.fill(reader, rows, |&value| {
                integer(if kind == Kind::Unsigned { i64::from(value as u32) } else { value.into() })
            }),
            ColumnReader::Int64ColumnReader(reader) => self.fill(reader, rows, |&value| {
                if kind == Kind::Unsigned && value < 0 {
                    return Err(format!("{} has more than 63 bits", value as u64));
                }
                integer(value)
            }),
            ColumnReader::Int96ColumnReader(reader) => self.fill(reader, rows, moment_of_96),
            ColumnReader::FloatColumnReader(reader) => {
                self.fill(reader, rows, |&value| Ok(Value::Float(value.into())))
            }
            ColumnReader::DoubleColumnReader(reader) => {
                self.fill(reader, rows, |&value| Ok(Value::Float(value)))
            }
            ColumnReader::ByteArrayColumnReader(reader) => {
                self.fill(reader, rows, move |value| bytes(kind, value))
            }
            ColumnReader::FixedLenByteArrayColumnReader(reader) => {
                self.fill(reader, rows, move |value| bytes(kind, value))
            }
        }
    }

    /// Values of one type, each behind the nulls before it; `convert` makes them of what is there.
    fn typed<T, V: Copy + Default>(
        &self,
        raw: Raw<T>,
        convert: impl Fn(Vec<T>) -> Result<Vec<V>, String>,
    ) -> Result<(Vec<V>, Option<NullBuffer>), String> {
        let Raw { rows, values, levels, .. } = raw;
        let values = convert(values)?;
        if values.len() == rows {
            return Ok((values, None));
        }
        let mut next = values.into_iter();
        let mut spread = Vec::with_capacity(rows);
        for &level in &levels {
            let there = level == self.full;
            spread.push(if there { next.next().ok_or_else(too_few)? } else { V::default() });
        }
        Ok((spread, Some(levels.iter().map(|&level| level == self.full).collect())))
    }

    fn strings(&self, raw: Raw<ByteArray>) -> Result<Vector, String> {
        let mut strings = StringBuilder::with_capacity(raw.rows);
        if raw.values.len() == raw.rows {
            for value in &raw.values {
                strings.push(text(value)?);
            }
            return Ok(Vector::String(strings.finish()));
        }
        let mut next = raw.values.iter();
        for &level in &raw.levels {
            if level == self.full {
                strings.push(text(next.next().ok_or_else(too_few)?)?);
            } else {
                strings.push_null();
            }
        }
        Ok(Vector::String(strings.finish()))
    }

    fn fill<T: DataType>(
        &self,
        reader: &mut ColumnReaderImpl<T>,
        rows: usize,
        convert: impl Fn(&T::T) -> Result<Value, String>,
    ) -> Result<Vector, String> {
        self.values(Raw::read(reader, rows)?, convert).map(Vector::from_values)
    }

    /// The values of rows, each of them converted.
    fn values<T>(
        &self,
        raw: Raw<T>,
        convert: impl Fn(&T) -> Result<Value, String>,
    ) -> Result<Vec<Value>, String> {
        let Raw { rows: read, values, levels, repeats } = raw;
        let mut values = values.iter().map(convert);
        let mut next = || values.next().unwrap_or_else(|| Err(too_few()));
        let mut made = Vec::with_capacity(read);
        let Some(element) = self.element else {
            if self.full == 0 {
                return (0..read).map(|_| next()).collect();
            }
            for level in levels {
                made.push(if level == self.full { next()? } else { Value::Null });
            }
            return Ok(made);
        };
        let mut list: Option<Vec<Value>> = None;
        for (place, level) in levels.iter().enumerate() {
            if repeats.get(place) == Some(&0) {
                if place > 0 {
                    made.push(finished(list.take()));
                }
                list = (*level >= element - 1).then(Vec::new);
            }
            if let Some(list) = list.as_mut().filter(|_| *level >= element) {
                list.push(if *level == self.full { next()? } else { Value::Null });
            }
        }
        if !levels.is_empty() {
            made.push(finished(list));
        }
        Ok(made)
    }
}

/// Rows as they are stored.
struct Raw<T> {
    rows: usize,
    /// Those that are there.
    values: Vec<T>,
    /// Of each value, and of what stands for one that is missing, how much of its way is there.
    levels: Vec<i16>,
    /// Whether it goes on with a list, 0 where it does not.
    repeats: Vec<i16>,
}

impl<T> Raw<T> {
    fn read<D: DataType<T = T>>(
        reader: &mut ColumnReaderImpl<D>,
        rows: usize,
    ) -> Result<Self, String> {
        let (values, levels) = (Vec::with_capacity(rows), Vec::with_capacity(rows));
        let mut raw = Raw { rows: 0, values, levels, repeats: Vec::new() };
        while raw.rows < rows {
            let (levels, repeats) = (Some(&mut raw.levels), Some(&mut raw.repeats));
            let (records, ..) = reader
                .read_records(rows - raw.rows, levels, repeats, &mut raw.values)
                .map_err(|error| error.to_string())?;
            if records == 0 {
                break;
            }
            raw.rows += records;
        }
        Ok(raw)
    }
}

fn integers((values, validity): (Vec<i64>, Option<NullBuffer>)) -> Vector {
    Vector::Integer { values: values.into(), validity }
}

fn floats((values, validity): (Vec<f64>, Option<NullBuffer>)) -> Vector {
    Vector::Float { values: values.into(), validity }
}

fn too_few() -> String {
    "there are fewer values than rows".to_owned()
}

fn too_far(value: i64) -> String {
    format!("{value} is outside of the years that there are")
}

fn finished(list: Option<Vec<Value>>) -> Value {
    list.map_or(Value::Null, |list| Value::List(Arc::new(list)))
}

/// What the values of a leaf are.
fn kind(leaf: &ColumnDescriptor) -> Option<Kind> {
    let units = |unit: &TimeUnit| match unit {
        TimeUnit::MILLIS => 1_000,
        TimeUnit::MICROS => 1_000_000,
        TimeUnit::NANOS => 1_000_000_000,
    };
    let decimal = Kind::Decimal { scale: leaf.type_scale() };
    if let Some(logical) = leaf.logical_type_ref() {
        match logical {
            LogicalType::String | LogicalType::Enum | LogicalType::Json => {
                return Some(Kind::String);
            }
            LogicalType::Date => return Some(Kind::Date),
            LogicalType::Decimal(_) => return Some(decimal),
            LogicalType::Time(time) => return Some(Kind::Time { units: units(&time.unit) }),
            LogicalType::Timestamp(moment) => {
                let utc = moment.is_adjusted_to_u_t_c;
                return Some(Kind::Timestamp { units: units(&moment.unit), utc });
            }
            LogicalType::Integer(integer) if !integer.is_signed => return Some(Kind::Unsigned),
            LogicalType::Integer(_) | LogicalType::Unknown => {}
            _ => return None,
        }
    }
    match (leaf.converted_type(), leaf.physical_type()) {
        (ConvertedType::UTF8 | ConvertedType::ENUM | ConvertedType::JSON, _) => Some(Kind::String),
        (ConvertedType::DATE, _) => Some(Kind::Date),
        (ConvertedType::DECIMAL, _) => Some(decimal),
        (ConvertedType::TIME_MILLIS, _) => Some(Kind::Time { units: 1_000 }),
        (ConvertedType::TIME_MICROS, _) => Some(Kind::Time { units: 1_000_000 }),
        (ConvertedType::TIMESTAMP_MILLIS, _) => Some(Kind::Timestamp { units: 1_000, utc: true }),
        (ConvertedType::TIMESTAMP_MICROS, _) => {
            Some(Kind::Timestamp { units: 1_000_000, utc: true })
        }
        (
            ConvertedType::UINT_8
            | ConvertedType::UINT_16
            | ConvertedType::UINT_32
            | ConvertedType::UINT_64,
            _,
        ) => Some(Kind::Unsigned),
        (_, Physical::BOOLEAN) => Some(Kind::Boolean),
        (_, Physical::INT32 | Physical::INT64) => Some(Kind::Integer),
        (_, Physical::INT96) => Some(Kind::Timestamp { units: 1_000_000_000, utc: false }),
        (_, Physical::FLOAT | Physical::DOUBLE) => Some(Kind::Float),
        _ => None,
    }
}

fn integer(kind: Kind, value: i64) -> Result<Value, String> {
    let far = || too_far(value);
    match kind {
        Kind::Date => Date::from_days(value).map(Value::Date).ok_or_else(far),
        Kind::Timestamp { units, utc } => moment(value, units, utc).ok_or_else(far),
        Kind::Time { units } => {
            let nanos = value
                .checked_mul(1_000_000_000 / units)
                .filter(|nanos| (0..86_400_000_000_000).contains(nanos));
            let nanos = nanos.ok_or_else(|| format!("{value} is no time of a day"))?;
            Ok(Value::LocalTime(LocalTime { nanos }))
        }
        Kind::Decimal { scale } => Ok(decimal(i128::from(value), scale)),
        _ => Ok(Value::Integer(value)),
    }
}

fn moment(value: i64, units: i64, utc: bool) -> Option<Value> {
    let nanos = value.rem_euclid(units) * (1_000_000_000 / units);
    let local = LocalDateTime::from_seconds(value.div_euclid(units), u32::try_from(nanos).ok()?)?;
    Some(if utc {
        Value::DateTime(Arc::new(DateTime { local, offset: 0, zone: None }))
    } else {
        Value::LocalDateTime(local)
    })
}

fn moment_of_96(value: &Int96) -> Result<Value, String> {
    moment(value.to_nanos(), 1_000_000_000, false)
        .ok_or_else(|| "a moment is too far away".to_owned())
}

/// A decimal number is an integer where it has no fraction by its type, else a float.
fn decimal(value: i128, scale: i32) -> Value {
    match i64::try_from(value) {
        Ok(integer) if scale == 0 => Value::Integer(integer),
        _ => Value::Float(value as f64 / 10f64.powi(scale)),
    }
}

fn bytes(kind: Kind, value: &ByteArray) -> Result<Value, String> {
    if let Kind::Decimal { scale } = kind {
        let data = value.data();
        if data.is_empty() || data.len() > 16 {
            return Err(format!("a decimal of {} bytes is too large", data.len()));
        }
        let sign = if data.first().is_some_and(|byte| byte & 0x80 != 0) { -1 } else { 0 };
        let number = data.iter().fold(sign, |number: i128, byte| number << 8 | i128::from(*byte));
        return Ok(decimal(number, scale));
    }
    Ok(Value::String(text(value)?.into()))
}

fn text(value: &ByteArray) -> Result<&str, String> {
    value.as_utf8().map_err(|_| "a string is not UTF-8".to_owned())
}
