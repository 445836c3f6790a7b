//! The rows of a Parquet file, a batch of columns at a time.

use super::column::Column;
use super::{guarded, unfit};
use crate::import::access::ReadAt;
use crate::import::gzip;
use crate::value::EvaluationError;
use crate::vector::Vector;
use bytes::Bytes;
use parquet::column::reader::ColumnReader;
use parquet::errors::ParquetError;
use parquet::file::reader::{ChunkReader, FileReader, Length};
use parquet::file::serialized_reader::SerializedFileReader;
use std::fmt;
use std::io::{self, BufReader, Read};
use std::sync::Arc;

/// Rows of a batch at most, and of the first one.
const BATCH_ROWS: usize = 1 << 14;
const FIRST_ROWS: usize = 1 << 10;
/// Bytes that a batch shall have, as far as the one before lets tell.
const BATCH_BYTES: usize = 1 << 20;

/// Reads the rows of a file.
pub struct ParquetReader {
    name: Arc<str>,
    file: SerializedFileReader<Source>,
    columns: Vec<Column>,
    /// Rows of the next batch.
    batch: usize,
    /// The row group that is next.
    group: usize,
    /// The columns of the one that is being read.
    readers: Vec<ColumnReader>,
    /// Rows that were read, and that there are.
    rows: (u64, u64),
    bytes: u64,
}

impl fmt::Debug for ParquetReader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ParquetReader").field("name", &self.name).finish_non_exhaustive()
    }
}

impl ParquetReader {
    /// Looks at the end of a file, which tells what is in it.
    ///
    /// # Errors
    /// It is no Parquet, or has columns that are neither simple values nor lists of them.
    pub fn new(name: Arc<str>, file: Arc<dyn ReadAt>) -> Result<Self, EvaluationError> {
        guarded(&name.clone(), || Self::open(name, file))
    }

    fn open(name: Arc<str>, file: Arc<dyn ReadAt>) -> Result<Self, EvaluationError> {
        let bytes = file.length();
        let mut sign = [0; gzip::SIGN.len()];
        if file.read_at(0, &mut sign).is_ok() && sign == *gzip::SIGN {
            return Err(unfit(&name, "it is compressed with gzip as a whole: unpack it first"));
        }
        let file = SerializedFileReader::new(Source(file)).map_err(|error| unfit(&name, error))?;
        let metadata = file.metadata().file_metadata();
        let schema = metadata.schema_descr();
        let columns = schema
            .columns()
            .iter()
            .map(|leaf| Column::of(schema.root_schema(), leaf))
            .collect::<Result<Vec<_>, _>>()
            .map_err(|why| unfit(&name, why))?;
        let rows = u64::try_from(metadata.num_rows()).unwrap_or(0);
        Ok(ParquetReader {
            name,
            file,
            columns,
            batch: FIRST_ROWS,
            group: 0,
            readers: Vec::new(),
            rows: (0, rows),
            bytes,
        })
    }

    /// The names of the columns.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.columns.iter().map(|column| column.name.as_str())
    }

    /// What it reads.
    pub fn name(&self) -> &Arc<str> {
        &self.name
    }

    /// The share of the file's bytes that belongs to the rows that were read.
    pub fn consumed(&self) -> u64 {
        let (read, all) = self.rows;
        if all == 0 {
            self.bytes
        } else {
            (u128::from(self.bytes) * u128::from(read) / u128::from(all)) as u64
        }
    }

    /// Rows that were read.
    pub fn rows(&self) -> u64 {
        self.rows.0
    }

    /// The next rows, a column each; `None` at the end.
    ///
    /// # Errors
    /// The file cannot be read, or holds what has no value here.
    pub fn read(&mut self) -> Result<Option<Vec<Vector>>, EvaluationError> {
        guarded(&self.name.clone(), || self.read_batch(&|_| true))
    }

    /// The texts of the next rows: of columns of strings that are wanted. The others are null.
    /// `None` at the end, and where no such column is wanted. One that was not wanted before is
    /// not to be wanted again.
    ///
    /// # Errors
    /// As [`ParquetReader::read`].
    pub fn read_texts(
        &mut self,
        wanted: &dyn Fn(usize) -> bool,
    ) -> Result<Option<Vec<Vector>>, EvaluationError> {
        let texts: Vec<bool> = (self.columns.iter().enumerate())
            .map(|(place, column)| column.is_of_texts() && wanted(place))
            .collect();
        if !texts.contains(&true) {
            return Ok(None);
        }
        guarded(&self.name.clone(), || self.read_batch(&|place| texts[place]))
    }

    fn read_batch(
        &mut self,
        wanted: &dyn Fn(usize) -> bool,
    ) -> Result<Option<Vec<Vector>>, EvaluationError> {
        loop {
            if self.readers.is_empty() && !self.open_group()? {
                return Ok(None);
            }
            let mut batch = Vec::with_capacity(self.columns.len());
            let mut rows = None;
            for (place, (column, reader)) in self.columns.iter().zip(&mut self.readers).enumerate()
            {
                if !wanted(place) {
                    batch.push(Vector::nulls(0));
                    continue;
                }
                let values = column.read(reader, self.batch);
                let values = values
                    .map_err(|why| unfit(&self.name, format!("column `{}`: {why}", column.name)))?;
                rows = rows.or(Some(values.len()));
                batch.push(values);
            }
            let rows = rows.unwrap_or(0);
            for (place, column) in batch.iter_mut().enumerate() {
                if !wanted(place) {
                    *column = Vector::nulls(rows);
                }
            }
            if batch.iter().any(|column| column.len() != rows) {
                return Err(unfit(&self.name, "its columns have different lengths"));
            }
            if rows == 0 {
                self.readers.clear();
                continue;
            }
            self.rows.0 += rows as u64;
            // Of rows that were small, much larger ones may come next.
            let bytes = batch.iter().map(Vector::bytes).sum::<usize>() / rows;
            self.batch = (BATCH_BYTES / bytes.max(1)).clamp(1, BATCH_ROWS.min(self.batch * 4));
            return Ok(Some(batch));
        }
    }

    /// Goes on to the next row group, if there is one.
    fn open_group(&mut self) -> Result<bool, EvaluationError> {
        if self.group >= self.file.num_row_groups() || self.columns.is_empty() {
            return Ok(false);
        }
        let group =
            self.file.get_row_group(self.group).map_err(|error| unfit(&self.name, error))?;
        let readers = (0..self.columns.len()).map(|column| group.get_column_reader(column));
        let readers =
            readers.collect::<Result<_, _>>().map_err(|error| unfit(&self.name, error))?;
        drop(group);
        self.readers = readers;
        self.group += 1;
        Ok(true)
    }
}

/// The file as the crate reads it.
struct Source(Arc<dyn ReadAt>);

/// A place in the file from which bytes are read in order.
struct At {
    file: Arc<dyn ReadAt>,
    offset: u64,
}

impl Read for At {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.file.read_at(self.offset, buffer)?;
        self.offset += read as u64;
        Ok(read)
    }
}

impl Length for Source {
    fn len(&self) -> u64 {
        self.0.length()
    }
}

impl ChunkReader for Source {
    type T = BufReader<At>;

    fn get_read(&self, start: u64) -> Result<Self::T, ParquetError> {
        Ok(BufReader::new(At { file: self.0.clone(), offset: start }))
    }

    fn get_bytes(&self, start: u64, length: usize) -> Result<Bytes, ParquetError> {
        // A length that damage has made up shall not be allocated.
        if start.checked_add(length as u64).is_none_or(|end| end > self.0.length()) {
            return Err(ParquetError::EOF("the file ends too early".to_owned()));
        }
        let mut bytes = vec![0; length];
        let mut at = At { file: self.0.clone(), offset: start };
        at.read_exact(&mut bytes)?;
        Ok(bytes.into())
    }
}
