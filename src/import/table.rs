//! A CSV file as values: each row a list of strings, or a map by the names of a header.

use super::csv::{CsvReader, CsvRow, invalid};
use crate::value::{EvaluationError, Map, Value};
use std::sync::Arc;

/// The rows of a CSV file as values.
#[derive(Debug)]
pub struct CsvTable {
    reader: CsvReader,
    row: CsvRow,
    /// The names of the columns; one without a name is passed over.
    header: Option<Vec<Option<Arc<str>>>>,
}

impl CsvTable {
    /// A table; with headers the first row is read now. No row has more than `most` bytes.
    ///
    /// # Errors
    /// As [`CsvReader::read`]; two columns have the same name.
    pub fn new(reader: CsvReader, headers: bool, most: usize) -> Result<Self, EvaluationError> {
        let mut table = CsvTable { reader, row: CsvRow::default(), header: None };
        if headers {
            table.header = Some(table.read_header(most)?);
        }
        Ok(table)
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
