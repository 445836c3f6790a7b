//! The files of one source as rows: the first begins with the header, the others go on.

use super::source::Source;
use super::{BadLine, Error, Run};
use crate::import::{Column, CsvReader, CsvRow, Inference, Rows, read_header};
use crate::value::ErrorCode;
use std::sync::Arc;

/// Bytes that a row may have.
const MOST: usize = 64 << 20;

/// Reads the columns of a source; where the header does not tell what a column is, its
/// fields do.
pub(super) fn columns(run: &mut Run<'_>, source: &Source) -> Result<Vec<Column>, Error> {
    let rows = if source.is_of_nodes() { Rows::Nodes } else { Rows::Relationships };
    let Some(first) = source.locations.first() else { return Ok(Vec::new()) };
    let mut reader = reader(run, first)?;
    let mut row = CsvRow::default();
    if !reader.read(&mut row, MOST).map_err(|error| Error::Import(error.to_string()))? {
        return Err(Error::Import(format!("{first} is empty, where a header was expected")));
    }
    let mut columns = read_header(row.fields(), rows)
        .map_err(|reason| Error::Import(format!("{first}:{}: {reason}", row.line())))?;
    let open = |column: &Column| {
        matches!(column, Column::Property { kind: None, .. } | Column::Id { kind: None, .. })
    };
    if !columns.iter().any(open) {
        return Ok(columns);
    }
    let before = run.read_before;
    let mut found = vec![Inference::default(); columns.len()];
    // What is wrong with a line is told when it is read to be imported.
    each_row(
        run,
        source,
        &mut |run, row| {
            for ((field, column), inference) in row.fields().zip(&columns).zip(&mut found) {
                if let Some(field) = field.filter(|_| open(column)) {
                    inference.see(field);
                }
            }
            run.check_interrupt()
        },
        &mut |_, _| Ok(()),
    )?;
    run.read_before = before;
    for (column, inference) in columns.iter_mut().zip(found) {
        if let Column::Property { kind: kind @ None, .. } | Column::Id { kind: kind @ None, .. } =
            column
        {
            *kind = Some(inference.kind());
        }
    }
    Ok(columns)
}

/// Calls `take` with each row behind the header, and `bad` with each line that is no row.
pub(super) fn each_row<'a>(
    run: &mut Run<'a>,
    source: &Source,
    take: &mut dyn FnMut(&mut Run<'a>, &CsvRow) -> Result<(), Error>,
    bad: &mut dyn FnMut(&mut Run<'a>, BadLine) -> Result<(), Error>,
) -> Result<(), Error> {
    let mut row = CsvRow::default();
    for (number, location) in source.locations.iter().enumerate() {
        let mut reader = reader(run, location)?;
        run.file = reader.name().clone();
        let mut is_header = number == 0;
        loop {
            match reader.read(&mut row, MOST) {
                Ok(false) => break,
                Ok(true) if is_header => is_header = false,
                Ok(true) => {
                    run.read_here = reader.consumed();
                    take(run, &row)?;
                }
                Err(error) if error.code == ErrorCode::InvalidFileFormat && !is_header => {
                    let (file, line) = (reader.name().clone(), row.line());
                    bad(run, BadLine { file, line, reason: error.to_string() })?;
                    reader.skip_row().map_err(|error| Error::Import(error.to_string()))?;
                }
                Err(error) => return Err(Error::Import(error.to_string())),
            }
        }
        run.read_before += reader.consumed();
        run.read_here = 0;
    }
    Ok(())
}

fn reader(run: &Run<'_>, location: &str) -> Result<CsvReader, Error> {
    let opened = run.open(location)?;
    let name: Arc<str> = location.into();
    Ok(CsvReader::new(name, opened.reader, run.import.format.delimiter))
}
