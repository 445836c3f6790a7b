//! Rows into a file: CSV as it is read back.
//!
//! ```text
//! rows ─ TableWriter ─► bytes ─ CreatedFile ─► the file, once all of it is there
//! ```
//!
//! Null is an empty field, an empty string `""`. The values of a list stand in one field with a
//! sign between them; what could not be read back as it was is refused.

use super::access::CreatedFile;
use super::field::shortened;
use super::format::Format;
use crate::value::{ErrorClass, ErrorCode, EvaluationError, Value};
use std::io::{self, Write};
use std::sync::Arc;

/// Bytes that are gathered before they are written.
const GATHERED: usize = 1 << 16;

/// Takes rows, and makes a file of them.
pub trait TableWriter: Send {
    /// Takes a row, a value for each column.
    ///
    /// # Errors
    /// A value cannot be written; the file cannot.
    fn row(&mut self, values: &[Value]) -> Result<(), EvaluationError>;

    /// Writes what is still to be written, and gives the file its name.
    ///
    /// # Errors
    /// The file cannot be written.
    fn finish(self: Box<Self>) -> Result<(), EvaluationError>;
}

/// Writes a CSV file, with a header of these names or none.
///
/// # Errors
/// None that can be expected: nothing is written before the first rows are.
pub fn csv_writer(
    file: Box<dyn CreatedFile>,
    names: &[Arc<str>],
    header: bool,
    format: Format,
) -> Result<Box<dyn TableWriter>, EvaluationError> {
    let mut writer = CsvWriter { file, format, lines: Vec::new(), names: names.to_vec() };
    if header {
        for (place, name) in names.iter().enumerate() {
            writer.between(place);
            writer.field(name);
        }
        writer.lines.push(b'\n');
    }
    Ok(Box::new(writer))
}

struct CsvWriter {
    file: Box<dyn CreatedFile>,
    format: Format,
    /// What is still to be written.
    lines: Vec<u8>,
    names: Vec<Arc<str>>,
}

impl CsvWriter {
    fn between(&mut self, place: usize) {
        if place > 0 {
            self.lines.push(self.format.delimiter);
        }
    }

    /// Appends a field, quoted where it must be.
    fn field(&mut self, text: &str) {
        let delimiter = self.format.delimiter;
        let must = |byte: u8| byte == delimiter || matches!(byte, b'"' | b'\n' | b'\r');
        if !text.is_empty() && !text.bytes().any(must) {
            self.lines.extend_from_slice(text.as_bytes());
            return;
        }
        self.lines.push(b'"');
        for byte in text.bytes() {
            if byte == b'"' {
                self.lines.push(b'"');
            }
            self.lines.push(byte);
        }
        self.lines.push(b'"');
    }

    fn list(&self, values: &[Value]) -> Result<String, String> {
        let delimiter = self.format.list_delimiter;
        let mut text = String::new();
        if values.is_empty() {
            return Err("an empty list cannot be told from a list of an empty string".to_owned());
        }
        for (place, value) in values.iter().enumerate() {
            if place > 0 {
                text.push(delimiter);
            }
            let part = match value {
                Value::Null => return Err("a list with null in it has no form in CSV".to_owned()),
                Value::List(_) => return Err("a list of lists has no form in CSV".to_owned()),
                value => simple(value)?,
            };
            if part.contains(delimiter) {
                return Err(format!(
                    "`{}` holds `{delimiter}`, which stands between the values of a list: choose another LIST_DELIMITER",
                    shortened(&part)
                ));
            }
            text.push_str(&part);
        }
        Ok(text)
    }

    fn flush(&mut self) -> Result<(), EvaluationError> {
        self.file.write_all(&self.lines).map_err(|error| unwritten(&error))?;
        self.lines.clear();
        Ok(())
    }
}

/// The text of a value that has no parts.
fn simple(value: &Value) -> Result<String, String> {
    Ok(match value {
        Value::String(text) => text.to_string(),
        Value::Map(_) => return Err("a map has no form in CSV: write its values".to_owned()),
        Value::Node(_) | Value::Relationship(_) | Value::Path(_) => {
            return Err("an element has no form in CSV: write its properties".to_owned());
        }
        Value::Null => String::new(),
        Value::Date(date) => date.to_string(),
        Value::LocalTime(time) => time.to_string(),
        Value::Time(time) => time.to_string(),
        Value::LocalDateTime(moment) => moment.to_string(),
        Value::DateTime(moment) => moment.to_string(),
        Value::Duration(duration) => duration.to_string(),
        other => other.to_string(),
    })
}

impl TableWriter for CsvWriter {
    fn row(&mut self, values: &[Value]) -> Result<(), EvaluationError> {
        for (place, value) in values.iter().enumerate() {
            self.between(place);
            let text = match value {
                // A line with nothing on it is no row.
                Value::Null if values.len() > 1 => continue,
                Value::Null => Ok(String::new()),
                Value::List(values) => self.list(values),
                value => simple(value),
            };
            let text = text.map_err(|reason| {
                let name = self.names.get(place).map_or("", |name| name);
                let (class, code) = (ErrorClass::TypeError, ErrorCode::InvalidArgumentType);
                EvaluationError::new(class, code, format!("column `{name}`: {reason}"))
            })?;
            self.field(&text);
        }
        self.lines.push(b'\n');
        if self.lines.len() >= GATHERED { self.flush() } else { Ok(()) }
    }

    fn finish(mut self: Box<Self>) -> Result<(), EvaluationError> {
        self.flush()?;
        self.file.finish().map_err(|error| unwritten(&error))
    }
}

/// The failure to write a file.
pub(super) fn unwritten(error: &io::Error) -> EvaluationError {
    let (class, code) = (ErrorClass::ExternalResourceError, ErrorCode::FileNotWritable);
    EvaluationError::new(class, code, format!("the file cannot be written: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::FieldType;
    use std::sync::Mutex;

    /// A file in memory, which is there once it is finished.
    struct Memory(Vec<u8>, Arc<Mutex<Option<String>>>);

    impl Write for Memory {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    impl CreatedFile for Memory {
        fn finish(self: Box<Self>) -> io::Result<()> {
            *self.1.lock().unwrap() = String::from_utf8(self.0).ok();
            Ok(())
        }
    }

    fn written(names: &[&str], rows: &[Vec<Value>], format: Format) -> Result<String, String> {
        let file = Arc::new(Mutex::new(None));
        let names: Vec<Arc<str>> = names.iter().map(|&name| name.into()).collect();
        let memory = Box::new(Memory(Vec::new(), file.clone()));
        let mut writer = csv_writer(memory, &names, true, format).unwrap();
        for row in rows {
            writer.row(row).map_err(|error| error.to_string())?;
        }
        assert_eq!(*file.lock().unwrap(), None);
        writer.finish().unwrap();
        let text = file.lock().unwrap().take();
        Ok(text.unwrap())
    }

    #[test]
    fn values_are_written_as_they_are_read() {
        let list = |texts: &[&str]| {
            Value::List(Arc::new(texts.iter().map(|text| Value::from(*text)).collect()))
        };
        let rows = [
            vec![Value::Integer(-1), Value::from("a,b"), Value::Boolean(true)],
            vec![Value::Null, Value::from(""), Value::Float(1.0)],
            vec![list(&["x", "y z"]), Value::from("say \"no\"\nor;"), Value::Null],
        ];
        let text = written(&["n", "t;t", "x"], &rows, Format::default()).unwrap();
        assert_eq!(text, "n,t;t,x\n-1,\"a,b\",true\n,\"\",1.0\nx;y z,\"say \"\"no\"\"\nor;\",\n");
        let other = Format { delimiter: b';', list_delimiter: '|', said: true };
        let text = written(&["n", "t;t", "x"], &rows[2..], other).unwrap();
        assert_eq!(text, "n;\"t;t\";x\nx|y z;\"say \"\"no\"\"\nor;\";\n");
        assert_eq!(written(&["n"], &[vec![Value::Null]], other).unwrap(), "n\n\"\"\n");
        let texts = ["2025-06-09", "14:30", "14:30+01:00", "2025-06-09T14:30", "2025-06-09T14:30Z"];
        let kinds = [
            FieldType::Date,
            FieldType::LocalTime,
            FieldType::Time,
            FieldType::LocalDateTime,
            FieldType::DateTime,
        ];
        let values: Vec<Value> =
            kinds.iter().zip(texts).map(|(kind, text)| kind.value(text).unwrap()).collect();
        let text = written(&["a", "b", "c", "d", "e"], &[values], Format::default()).unwrap();
        assert_eq!(text, format!("a,b,c,d,e\n{}\n", texts.join(",")));
        let duration = vec![FieldType::Duration.value("P1DT2H").unwrap()];
        assert_eq!(written(&["n"], &[duration], other).unwrap(), "n\nP1DT2H\n");
    }

    #[test]
    fn what_cannot_be_read_back_is_refused() {
        let list = |values: Vec<Value>| Value::List(Arc::new(values));
        for value in [
            list(vec![]),
            list(vec![Value::Null]),
            list(vec![list(vec![])]),
            list(vec![Value::from("a;b")]),
            Value::Map(Arc::default()),
            Value::Node(crate::value::NodeId(1)),
        ] {
            let refused = written(&["n"], &[vec![value.clone()]], Format::default()).unwrap_err();
            assert!(refused.starts_with("column `n`: "), "{value:?}: {refused}");
        }
    }
}
