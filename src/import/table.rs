//! A CSV file as values: each row a list of strings, or a map by the names of a header.

use super::csv::{CsvReader, CsvRow, invalid};
use crate::value::{EvaluationError, Map, Value};
use std::sync::Arc;

/// Signs that often stand between fields, and what they are called.
const SEPARATORS: [(u8, &str); 4] = [(b';', "`;`"), (b'\t', "a tab"), (b'|', "`|`"), (b',', "`,`")];

/// The sign, and what it is called, that seems to stand between the fields of what was read as one
/// field, since another one was expected.
pub(crate) fn separator_within(field: &str, expected: u8) -> Option<(u8, &'static str)> {
    let within = |(sign, _): &(u8, &str)| *sign != expected && field.as_bytes().contains(sign);
    SEPARATORS.into_iter().find(within)
}

/// The rows of a CSV file as values.
#[derive(Debug)]
pub struct CsvTable {
    reader: CsvReader,
    row: CsvRow,
    /// The names of the columns; one without a name is passed over.
    header: Option<Vec<Option<Arc<str>>>>,
    /// Rows that were read, the header included.
    rows: u64,
}

impl CsvTable {
    /// A table; with headers the first row is read now. No row has more than `most` bytes.
    ///
    /// # Errors
    /// As [`CsvReader::read`]; two columns have the same name.
    pub fn new(reader: CsvReader, headers: bool, most: usize) -> Result<Self, EvaluationError> {
        let mut table = CsvTable { reader, row: CsvRow::default(), header: None, rows: 0 };
        if headers {
            table.header = Some(table.read_header(most)?);
            table.rows = 1;
        }
        Ok(table)
    }

    /// The name of the file.
    pub(crate) fn name(&self) -> &str {
        self.reader.name()
    }

    /// The sign that seems to stand between the fields, as [`separator_within`], where the first
    /// row, which was read last, is a single field.
    pub(crate) fn separator_within(&self) -> Option<(u8, &'static str)> {
        let mut fields = self.row.fields();
        let (Some(Some(only)), None, true) = (fields.next(), fields.next(), self.rows == 1) else {
            return None;
        };
        separator_within(only, self.reader.terminator())
    }

    fn read_header(&mut self, most: usize) -> Result<Vec<Option<Arc<str>>>, EvaluationError> {
        let mut names: Vec<Option<Arc<str>>> = Vec::new();
        if !self.reader.read(&mut self.row, most)? {
            return Ok(names);
        }
        for name in self.row.fields() {
            let name = name.filter(|name| !name.is_empty());
            let twin = names.iter().position(|other| name.is_some() && other.as_deref() == name);
            if let (Some(name), Some(twin)) = (name, twin) {
                return Err(invalid(format!(
                    "the header of `{}` has `{name}` twice, as columns {} and {}: load it without headers, or rename one",
                    self.reader.name(),
                    twin + 1,
                    names.len() + 1
                )));
            }
            names.push(name.map(Into::into));
        }
        Ok(names)
    }

    /// The next row with its line and its bytes; with headers a field that is missing is
    /// null, and one without a name is left out.
    ///
    /// # Errors
    /// As [`CsvReader::read`].
    pub fn next(&mut self, most: usize) -> Result<Option<(u64, Value)>, EvaluationError> {
        if !self.reader.read(&mut self.row, most)? {
            return Ok(None);
        }
        self.rows += 1;
        let value =
            |field: Option<&str>| field.map_or(Value::Null, |text| Value::String(text.into()));
        let row = match &self.header {
            None => Value::List(Arc::new(self.row.fields().map(value).collect())),
            Some(names) => {
                let fields = self.row.fields().chain(std::iter::repeat(None));
                let named = names.iter().zip(fields);
                let named = named.filter_map(|(name, field)| Some((name.clone()?, value(field))));
                Value::Map(Arc::new(named.collect::<Map>()))
            }
        };
        Ok(Some((self.row.line(), row)))
    }
}
