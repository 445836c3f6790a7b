//! The header of a source, and what its columns are. The first file begins with the header, the
//! others go on, and may repeat it.

use super::rows::{Plain, PlainRows, TableRow, Taker, each_row_of};
use super::source::{Headed, Source};
use super::types::Types;
use super::{BadLine, LoadError, Run};
use crate::import::{
    Column, CsvReader, CsvRow, FileFormat, Format, ParquetReader, Rows, names_ends, read_header,
    separator_within,
};
use crate::value::EvaluationError;
use crate::vector::Vector;
use std::sync::Arc;

/// Bytes that a row may have.
pub(super) const MOST: usize = 64 << 20;

/// What the first row of a file is compared with.
#[derive(Default)]
pub(super) enum HeaderRow<'a> {
    /// It is a row like any other.
    #[default]
    None,
    /// It is the header, whatever it says.
    Always,
    /// It is the header where it says the same.
    Repeated(&'a [String]),
}

impl HeaderRow<'_> {
    /// Whether a row is the header.
    pub(super) fn is(&self, row: &CsvRow) -> bool {
        match self {
            HeaderRow::None => false,
            HeaderRow::Always => true,
            HeaderRow::Repeated(names) => {
                row.fields().map(Option::unwrap_or_default).eq(names.iter().map(String::as_str))
            }
        }
    }

    /// Whether the row has to be the header.
    pub(super) fn must_be(&self) -> bool {
        matches!(self, HeaderRow::Always)
    }
}

/// Finds out what the columns of a source are, as far as its header tells.
pub(super) fn headed(run: &Run<'_>, source: Source) -> Result<Headed, LoadError> {
    let Some(first) = source.locations.first() else {
        return Ok(Headed::new(source, Rows::Nodes, Vec::new(), Vec::new()));
    };
    let mut line = 1;
    let names: Vec<String> = if let Some(columns) = &source.columns {
        columns.clone()
    } else if source.format_of(first) == FileFormat::Parquet {
        parquet(run, first)?.names().map(str::to_owned).collect()
    } else {
        let mut reader = reader(run, first)?;
        let mut row = CsvRow::default();
        if !reader.read(&mut row, MOST)? {
            return Err(LoadError::unfit(format!("{first} is empty, where a header was expected")));
        }
        line = row.line();
        let names: Vec<String> =
            row.fields().map(|field| field.unwrap_or_default().to_owned()).collect();
        check_header(&names, run.plan.format)
            .map_err(|reason| LoadError::unfit(format!("{first}:{line}: {reason}")))?;
        names
    };
    let fields = || names.iter().map(|name| Some(name.as_str()));
    let rows = source.rows_where(|| names_ends(fields()));
    let columns = read_header(fields(), rows)
        .map_err(|reason| LoadError::unfit(format!("{first}:{line}: {reason}")))?;
    Ok(Headed::new(source, rows, names, columns))
}

/// Refuses a header that cannot be meant: that of a file that is no table, a note for spreadsheets,
/// or a single column only because another sign stands between its fields.
fn check_header(names: &[String], format: Format) -> Result<(), String> {
    let Some(first) = names.first().map(|name| name.trim_start()) else { return Ok(()) };
    let begins =
        |start: &str| first.get(..start.len()).is_some_and(|one| one.eq_ignore_ascii_case(start));
    if ["<!doctype", "<html", "<?xml"].iter().any(|start| begins(start)) {
        return Err("this is HTML or XML, and no table".to_owned());
    }
    if begins("[{") || begins("{\"") || names.len() == 1 && ["[", "{"].contains(&first.trim_end()) {
        return Err("this is JSON, and no table: save it as CSV".to_owned());
    }
    // `sep=;` is read as one field or as two, by what stands between them.
    let rest = names.get(1..).unwrap_or_default();
    if begins("sep=") && first.trim_end().len() <= 5 && rest.iter().all(String::is_empty) {
        let why = "is a note for spreadsheets: take the line away, and say what stands between \
                   the fields with `--delimiter`, or `(DELIMITER ';')` behind a COPY";
        return Err(format!("`sep=` {why}"));
    }
    let [name] = names else { return Ok(()) };
    // Who says what is taken anyway means it.
    if format.said && format.delimiter == Format::default().delimiter {
        return Ok(());
    }
    let Some((sign, called)) = separator_within(name, format.delimiter) else { return Ok(()) };
    let (option, copied) = match sign {
        b'\t' => ("TAB".to_owned(), "'\\t'".to_owned()),
        sign => (format!("'{}'", char::from(sign)), format!("'{}'", char::from(sign))),
    };
    let one = if format.said { "" } else { "; `,` said in the same way makes it one column" };
    Err(format!(
        "the header is a single column, `{}`: {called} seems to stand between the fields, which \
         `--delimiter {option}` says, or `(DELIMITER {copied})` behind a COPY{one}",
        name.escape_debug()
    ))
}

/// Finds out what the columns are of which the header does not tell: what all of their
/// fields are. What no text is in a file of values tells it by itself.
pub(super) fn inferred(run: &mut Run<'_>, source: &Headed) -> Result<Vec<Column>, LoadError> {
    let mut columns = source.columns.clone();
    let open = |column: &Column| {
        matches!(column, Column::Property { kind: None, .. } | Column::Id { kind: None, .. })
    };
    if !columns.iter().any(open) {
        return Ok(columns);
    }
    let before = run.read_before;
    let types = Types::new(columns.iter().map(open));
    let mut seen = Seen { types: types.clone(), rows: 0 };
    let plain = Plain::Types(types);
    for (number, location) in source.source.locations.iter().enumerate() {
        match source.source.format_of(location) {
            FileFormat::Csv => each_row_of(run, source, number, &plain, &mut seen)?,
            FileFormat::Parquet => see_texts(run, source, number, &mut seen)?,
        }
    }
    run.read_before = before;
    for (column, seen) in columns.iter_mut().zip(seen.types.columns()) {
        if let (
            Column::Property { kind: kind @ None, .. } | Column::Id { kind: kind @ None, .. },
            Some(seen),
        ) = (column, seen)
        {
            *kind = Some(seen.kind());
        }
    }
    Ok(columns)
}

/// Sees of what types the texts of a file of values are, as far as it is open.
fn see_texts(
    run: &mut Run<'_>,
    source: &Headed,
    number: usize,
    seen: &mut Seen,
) -> Result<(), LoadError> {
    let Some(location) = source.source.locations.get(number) else { return Ok(()) };
    run.file = location.as_str().into();
    let mut reader = parquet(run, location)?;
    source.check_names(reader.name(), reader.names(), number)?;
    loop {
        let wanted = |place: usize| seen.types.is_open(place);
        let Some(columns) = reader.read_texts(&wanted)? else { return Ok(()) };
        seen.types.see_columns(&columns);
        seen.rows_read(run, columns.first().map_or(0, Vector::len) as u64)?;
    }
}

/// What was seen of the types of columns.
struct Seen {
    types: Types,
    rows: u64,
}

impl Seen {
    /// Asks now and then whether to go on.
    fn rows_read(&mut self, run: &mut Run<'_>, rows: u64) -> Result<(), LoadError> {
        self.rows += rows;
        if self.rows < super::STEP {
            return Ok(());
        }
        self.rows = 0;
        run.check()
    }
}

impl<'a> Taker<'a> for Seen {
    fn row(&mut self, run: &mut Run<'a>, row: TableRow<'_>) -> Result<(), LoadError> {
        self.types.see(row);
        self.rows_read(run, 1)
    }

    /// What is wrong with a line is told when it is read to be loaded.
    fn bad(&mut self, _run: &mut Run<'a>, _line: BadLine) -> Result<(), LoadError> {
        Ok(())
    }

    fn plain(&mut self, run: &mut Run<'a>, rows: &PlainRows) -> Result<usize, LoadError> {
        let PlainRows::Types(types, rows) = rows else { return Ok(0) };
        self.types.add(types);
        self.rows_read(run, *rows as u64)?;
        Ok(*rows)
    }
}

/// A reader of a Parquet file.
pub(super) fn parquet(run: &Run<'_>, location: &str) -> Result<ParquetReader, LoadError> {
    let file = run.plan.files.open_at(location).map_err(EvaluationError::from)?;
    Ok(ParquetReader::new(location.into(), file)?)
}

/// A reader of a CSV file.
pub(super) fn reader(run: &Run<'_>, location: &str) -> Result<CsvReader, LoadError> {
    let opened = run.open(location)?;
    let name: Arc<str> = location.into();
    Ok(CsvReader::new(name, opened.reader, run.plan.format.delimiter))
}
