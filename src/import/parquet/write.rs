//! Rows into a Parquet file. What a column is, its first values tell: those of the first row
//! group, which is held until it is full.

use crate::import::access::CreatedFile;
use crate::import::write::{TableWriter, unwritten};
use crate::value::{ErrorClass, ErrorCode, EvaluationError, Value};
use parquet::basic::{Compression, LogicalType, Repetition, TimeUnit, Type as Physical};
use parquet::data_type::{BoolType, ByteArrayType, DataType, DoubleType, Int32Type, Int64Type};
use parquet::file::properties::WriterProperties;
use parquet::file::writer::{SerializedFileWriter, SerializedRowGroupWriter};
use parquet::schema::types::{Type, TypePtr};
use std::io::{self, Write};
use std::sync::{Arc, Mutex, PoisonError};

/// Rows of a row group at most.
const GROUP_ROWS: usize = 1 << 16;
/// Bytes from which on a row group is written, roughly.
const GROUP_BYTES: usize = 32 << 20;

/// What the values of a column are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Boolean,
    Integer,
    Float,
    String,
    Date,
    LocalTime,
    LocalDateTime,
    /// In UTC: the offset of a value is lost, its moment is not.
    DateTime,
}

/// What a column is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Shape {
    kind: Kind,
    list: bool,
}

/// Writes a Parquet file; of its names only the columns' matter.
///
/// # Errors
/// None that can be expected: nothing is written before the first rows are.
pub fn parquet_writer(
    _location: &str,
    file: Box<dyn CreatedFile>,
    names: &[Arc<str>],
) -> Result<Box<dyn TableWriter>, EvaluationError> {
    Ok(Box::new(ParquetWriter::new(file, names)))
}

/// Takes rows, and writes row groups.
struct ParquetWriter {
    file: Shared,
    names: Vec<Arc<str>>,
    /// The rows of the row group that is gathered, by column.
    columns: Vec<Vec<Value>>,
    bytes: usize,
    /// Known with the first row group.
    shapes: Vec<Shape>,
    writer: Option<SerializedFileWriter<Shared>>,
}

/// The file, which the crate's writer holds as well.
#[derive(Clone)]
struct Shared(Arc<Mutex<Option<Box<dyn CreatedFile>>>>);

impl Write for Shared {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match &mut *self.0.lock().unwrap_or_else(PoisonError::into_inner) {
            Some(file) => file.write(bytes),
            None => Err(io::Error::other("the file is finished")),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match &mut *self.0.lock().unwrap_or_else(PoisonError::into_inner) {
            Some(file) => file.flush(),
            None => Ok(()),
        }
    }
}

impl ParquetWriter {
    fn new(file: Box<dyn CreatedFile>, names: &[Arc<str>]) -> Self {
        ParquetWriter {
            file: Shared(Arc::new(Mutex::new(Some(file)))),
            names: names.to_vec(),
            columns: vec![Vec::new(); names.len()],
            bytes: 0,
            shapes: Vec::new(),
            writer: None,
        }
    }

    /// Writes what was gathered as a row group.
    fn flush(&mut self) -> Result<(), EvaluationError> {
        if self.writer.is_none() {
            let shapes = self
                .names
                .iter()
                .zip(&self.columns)
                .map(|(name, values)| shape(values).map_err(|why| refused(name, &why)));
            self.shapes = shapes.collect::<Result<_, _>>()?;
            self.writer = Some(self.begin().map_err(failed)?);
        }
        let rows = self.columns.first().map_or(0, Vec::len);
        let Some(writer) = self.writer.as_mut().filter(|_| rows > 0) else { return Ok(()) };
        let mut group = writer.next_row_group().map_err(failed)?;
        for ((name, shape), values) in self.names.iter().zip(&self.shapes).zip(&self.columns) {
            write_column(&mut group, *shape, values).map_err(|why| refused(name, &why))?;
        }
        group.close().map_err(failed)?;
        self.columns.iter_mut().for_each(Vec::clear);
        self.bytes = 0;
        Ok(())
    }

    fn begin(&self) -> parquet::errors::Result<SerializedFileWriter<Shared>> {
        let fields = self.names.iter().zip(&self.shapes).map(|(name, shape)| field(name, *shape));
        let fields = fields.collect::<parquet::errors::Result<Vec<TypePtr>>>()?;
        let schema = Type::group_type_builder("schema").with_fields(fields).build()?;
        let properties = WriterProperties::builder().set_compression(Compression::SNAPPY).build();
        SerializedFileWriter::new(self.file.clone(), Arc::new(schema), Arc::new(properties))
    }
}

impl TableWriter for ParquetWriter {
    fn row(&mut self, values: &[Value]) -> Result<(), EvaluationError> {
        for (column, value) in self.columns.iter_mut().zip(values) {
            self.bytes += 16 + if let Value::String(text) = value { text.len() } else { 0 };
            column.push(value.clone());
        }
        let rows = self.columns.first().map_or(0, Vec::len);
        if rows >= GROUP_ROWS || self.bytes >= GROUP_BYTES { self.flush() } else { Ok(()) }
    }

    fn finish(mut self: Box<Self>) -> Result<(), EvaluationError> {
        self.flush()?;
        if let Some(writer) = self.writer.take() {
            writer.close().map_err(failed)?;
        }
        let file = self.file.0.lock().unwrap_or_else(PoisonError::into_inner).take();
        file.map_or(Ok(()), |file| file.finish().map_err(|error| unwritten(&error)))
    }
}

fn failed(error: parquet::errors::ParquetError) -> EvaluationError {
    unwritten(&io::Error::other(error.to_string()))
}

fn refused(name: &str, why: &str) -> EvaluationError {
    let (class, code) = (ErrorClass::TypeError, ErrorCode::InvalidArgumentType);
    EvaluationError::new(class, code, format!("column `{name}`: {why}"))
}

/// What a column is by its values; one without any is of strings.
fn shape(values: &[Value]) -> Result<Shape, String> {
    let mut found: Option<Shape> = None;
    let mut see = |value: &Value, list: bool| {
        let Some(kind) = kind(value)? else { return Ok(()) };
        found = Some(match found {
            None => Shape { kind, list },
            Some(known) if known == (Shape { kind, list }) => known,
            Some(Shape { kind: Kind::Integer | Kind::Float, list: known })
                if known == list && matches!(kind, Kind::Integer | Kind::Float) =>
            {
                Shape { kind: Kind::Float, list }
            }
            Some(_) => return Err("its values are of several types".to_owned()),
        });
        Ok(())
    };
    for value in values {
        match value {
            Value::List(items) => items.iter().try_for_each(|item| see(item, true))?,
            value => see(value, false)?,
        }
    }
    let lists = values.iter().any(|value| matches!(value, Value::List(_)));
    let shape = found.unwrap_or(Shape { kind: Kind::String, list: lists });
    if lists != shape.list {
        return Err("its values are of several types".to_owned());
    }
    Ok(shape)
}

fn kind(value: &Value) -> Result<Option<Kind>, String> {
    Ok(Some(match value {
        Value::Null => return Ok(None),
        Value::Boolean(_) => Kind::Boolean,
        Value::Integer(_) => Kind::Integer,
        Value::Float(_) => Kind::Float,
        // Parquet has no type for the last two.
        Value::String(_) | Value::Time(_) | Value::Duration(_) => Kind::String,
        Value::Date(_) => Kind::Date,
        Value::LocalTime(_) => Kind::LocalTime,
        Value::LocalDateTime(_) => Kind::LocalDateTime,
        Value::DateTime(_) => Kind::DateTime,
        Value::List(_) => return Err("a list of lists is not written".to_owned()),
        Value::Map(_) => return Err("a map has no form in a table: write its values".to_owned()),
        Value::Node(_) | Value::Relationship(_) | Value::Path(_) => {
            return Err("an element has no form in a table: write its properties".to_owned());
        }
    }))
}

/// The schema of a column: `optional T name`, or a list in three levels.
fn field(name: &str, shape: Shape) -> parquet::errors::Result<TypePtr> {
    let micros = TimeUnit::MICROS;
    let (physical, logical) = match shape.kind {
        Kind::Boolean => (Physical::BOOLEAN, None),
        Kind::Integer => (Physical::INT64, None),
        Kind::Float => (Physical::DOUBLE, None),
        Kind::String => (Physical::BYTE_ARRAY, Some(LogicalType::String)),
        Kind::Date => (Physical::INT32, Some(LogicalType::Date)),
        Kind::LocalTime => (Physical::INT64, Some(LogicalType::time(false, micros))),
        Kind::LocalDateTime => (Physical::INT64, Some(LogicalType::timestamp(false, micros))),
        Kind::DateTime => (Physical::INT64, Some(LogicalType::timestamp(true, micros))),
    };
    let leaf = |name: &str| {
        Type::primitive_type_builder(name, physical)
            .with_repetition(Repetition::OPTIONAL)
            .with_logical_type(logical.clone())
            .build()
            .map(Arc::new)
    };
    if !shape.list {
        return leaf(name);
    }
    let list = Type::group_type_builder("list")
        .with_repetition(Repetition::REPEATED)
        .with_fields(vec![leaf("element")?])
        .build()?;
    let list = Type::group_type_builder(name)
        .with_repetition(Repetition::OPTIONAL)
        .with_logical_type(Some(LogicalType::List))
        .with_fields(vec![Arc::new(list)])
        .build()?;
    Ok(Arc::new(list))
}

/// Writes the next column of a row group.
fn write_column(
    group: &mut SerializedRowGroupWriter<'_, Shared>,
    shape: Shape,
    values: &[Value],
) -> Result<(), String> {
    match shape.kind {
        Kind::Boolean => put::<BoolType>(group, shape, values, |value| match value {
            Value::Boolean(value) => Ok(*value),
            other => Err(unlike(other)),
        }),
        Kind::Float => put::<DoubleType>(group, shape, values, |value| match value {
            Value::Float(value) => Ok(*value),
            Value::Integer(value) if value.abs() <= 1 << 53 => Ok(*value as f64),
            Value::Integer(value) => Err(format!("{value} is no float of 64 bits")),
            other => Err(unlike(other)),
        }),
        Kind::String => put::<ByteArrayType>(group, shape, values, |value| match value {
            Value::String(text) => Ok(text.as_bytes().to_vec().into()),
            Value::Time(time) => Ok(time.to_string().into_bytes().into()),
            Value::Duration(duration) => Ok(duration.to_string().into_bytes().into()),
            other => Err(unlike(other)),
        }),
        Kind::Date => put::<Int32Type>(group, shape, values, |value| match value {
            Value::Date(date) => {
                i32::try_from(date.days).map_err(|_| format!("{value} is too far away"))
            }
            other => Err(unlike(other)),
        }),
        Kind::Integer | Kind::LocalTime | Kind::LocalDateTime | Kind::DateTime => {
            put::<Int64Type>(group, shape, values, |value| whole(shape.kind, value))
        }
    }
}

/// A value of a column of integers.
fn whole(kind: Kind, value: &Value) -> Result<i64, String> {
    let micros = |nanos: i128| {
        let whole = (nanos % 1000 == 0).then_some(nanos / 1000);
        whole.and_then(|micros| i64::try_from(micros).ok()).ok_or_else(|| {
            format!("{value} is no whole number of microseconds: round it with truncate()")
        })
    };
    match (kind, value) {
        (Kind::Integer, Value::Integer(value)) => Ok(*value),
        (Kind::LocalTime, Value::LocalTime(time)) => micros(time.nanos.into()),
        (Kind::LocalDateTime, Value::LocalDateTime(moment)) => micros(moment.total_nanos()),
        (Kind::DateTime, Value::DateTime(moment)) => {
            let offset = i128::from(moment.offset) * 1_000_000_000;
            micros(moment.local.total_nanos() - offset)
        }
        (_, other) => Err(unlike(other)),
    }
}

fn unlike(value: &Value) -> String {
    format!("`{value}` is of another type than the values before")
}

fn put<T: DataType>(
    group: &mut SerializedRowGroupWriter<'_, Shared>,
    shape: Shape,
    values: &[Value],
    convert: impl Fn(&Value) -> Result<T::T, String>,
) -> Result<(), String> {
    let (mut made, mut levels, mut repeats) = (Vec::new(), Vec::new(), Vec::new());
    let full = if shape.list { 3 } else { 1 };
    let mut one = |value: &Value, repeat: i16, absent: i16| {
        repeats.push(repeat);
        match value {
            Value::Null => levels.push(absent),
            value => {
                made.push(convert(value)?);
                levels.push(full);
            }
        }
        Ok::<(), String>(())
    };
    for value in values {
        match value {
            Value::List(items) if shape.list && items.is_empty() => one(&Value::Null, 0, 1)?,
            Value::List(items) if shape.list => {
                for (place, item) in items.iter().enumerate() {
                    one(item, i16::from(place > 0), 2)?;
                }
            }
            Value::Null => one(value, 0, 0)?,
            other if shape.list => return Err(unlike(other)),
            value => one(value, 0, 0)?,
        }
    }
    let error = |error: parquet::errors::ParquetError| error.to_string();
    let column = group.next_column().map_err(error)?;
    let mut column = column.ok_or("there are fewer columns than names")?;
    let repeats = shape.list.then_some(repeats.as_slice());
    column.typed::<T>().write_batch(&made, Some(&levels), repeats).map_err(error)?;
    column.close().map_err(error)
}
