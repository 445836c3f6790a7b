//! What stands for Parquet in a build that does not know it: the failure that says so. There is
//! no reader and no writer that could be made.

use super::access::{CreatedFile, ReadAt};
use super::csv::invalid;
use super::write::TableWriter;
use crate::value::EvaluationError;
use crate::vector::Vector;
use std::sync::Arc;

/// Reads Parquet files, which this build does not.
#[derive(Debug)]
pub enum ParquetReader {}

impl ParquetReader {
    /// There is none.
    ///
    /// # Errors
    /// This build does not know Parquet.
    pub fn new(name: Arc<str>, _file: Arc<dyn ReadAt>) -> Result<Self, EvaluationError> {
        Err(unknown(&name))
    }

    /// The names of the columns.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        std::iter::empty()
    }

    /// What it reads.
    pub fn name(&self) -> &Arc<str> {
        match *self {}
    }

    /// The share of the file's bytes that belongs to the rows that were read.
    pub fn consumed(&self) -> u64 {
        match *self {}
    }

    /// Rows that were read.
    pub fn rows(&self) -> u64 {
        match *self {}
    }

    /// The texts of the next rows.
    ///
    /// # Errors
    /// None.
    pub fn read_texts(
        &mut self,
        _wanted: &dyn Fn(usize) -> bool,
    ) -> Result<Option<Vec<Vector>>, EvaluationError> {
        match *self {}
    }

    /// The next rows.
    ///
    /// # Errors
    /// None.
    pub fn read(&mut self) -> Result<Option<Vec<Vector>>, EvaluationError> {
        match *self {}
    }
}

/// Writes a Parquet file, which this build does not.
///
/// # Errors
/// This build does not know Parquet.
pub fn parquet_writer(
    location: &str,
    _file: Box<dyn CreatedFile>,
    _names: &[Arc<str>],
) -> Result<Box<dyn TableWriter>, EvaluationError> {
    Err(unknown(location))
}

fn unknown(location: &str) -> EvaluationError {
    invalid(format!(
        "`{location}` is a Parquet file, which this build does not know: build it with the feature `parquet`, or use CSV"
    ))
}
