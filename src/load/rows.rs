//! The rows of a source: one thread reads files and splits them, another takes the rows.
//!
//! ```text
//! files ─ CsvReader ─► batches of rows ─(a queue of a few)─► take
//!            ▲                                          │
//!            └──────────── batches to fill again ◄──────┘
//! ```
//!
//! Batches go round, so that rows are read into memory that is there, and no more than a few
//! megabytes of rows are under way. Of Parquet files come columns of values instead. What plain rows
//! come to, the thread that reads them takes out of many at a time: the ids and properties of nodes
//! (`nodes.rs`), where relationships start and end (`links.rs`), of what types fields are
//! (`types.rs`). A row that is not plain is handed over by itself.

use super::ids::Id;
use super::lines::is_usual;
use super::links::{Block, Links, Room};
use super::nodes::{NodeBlock, Nodes};
use super::source::Headed;
use super::table::{HeaderRow, MOST, parquet, reader};
use super::types::Types;
use super::{BadLine, LoadError, Run};
use crate::import::{CsvReader, CsvRow, FieldType, FileFormat, ParquetReader};
use crate::value::{ErrorCode, EvaluationError, Value};
use crate::vector::Vector;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, SyncSender, channel, sync_channel};
use std::thread;

/// Rows of a batch at most.
const BATCH_ROWS: usize = 1024;
/// Bytes from which on a batch is full.
const BATCH_BYTES: u64 = 1 << 20;
/// Batches that wait at most.
const WAITING: usize = 4;
/// A row that takes more is not used again.
const LARGE_ROW: usize = 1 << 14;

/// A row of a file.
#[derive(Clone, Copy)]
pub(super) enum TableRow<'a> {
    /// Of a CSV file.
    Text(&'a CsvRow),
    /// The row with a number, of columns of values: of a Parquet file, or of plain lines.
    Values { columns: &'a [Vector], row: usize, line: u64 },
}

/// A field of a row that holds something.
pub(super) enum Field<'a> {
    /// What it holds is written.
    Text(&'a str),
    /// It holds an integer.
    Integer(i64),
    /// It holds another value, which is neither.
    Value(Value),
}

impl<'a> TableRow<'a> {
    /// The number of fields.
    pub(super) fn len(self) -> usize {
        match self {
            TableRow::Text(row) => row.len(),
            TableRow::Values { columns, .. } => columns.len(),
        }
    }

    /// The line on which it begins, or the number of the row, counted from 1.
    pub(super) fn line(self) -> u64 {
        match self {
            TableRow::Text(row) => row.line(),
            TableRow::Values { line, .. } => line,
        }
    }

    /// The field of a column, if it holds anything.
    pub(super) fn field(self, place: usize) -> Option<Field<'a>> {
        match self {
            TableRow::Text(row) => row.get(place).map(Field::Text),
            TableRow::Values { columns, row, .. } => value_field(columns.get(place)?, row),
        }
    }
}

/// What a row of a column holds, if it holds anything.
fn value_field(column: &Vector, row: usize) -> Option<Field<'_>> {
    if column.is_null(row) {
        return None;
    }
    Some(match column {
        Vector::Integer { values, .. } => Field::Integer(*values.get(row)?),
        Vector::String(strings) => Field::Text(strings.str(row)),
        Vector::Dynamic(values) => match values.get(row)? {
            Value::Integer(integer) => Field::Integer(*integer),
            Value::String(text) => Field::Text(text),
            value => Field::Value(value.clone()),
        },
        other => Field::Value(other.get(row)),
    })
}

impl<'a> Field<'a> {
    /// What it holds, of a type where that is not told by itself.
    pub(super) fn value(self, kind: FieldType) -> Result<Value, String> {
        match self {
            Field::Text(text) => kind.value(text),
            Field::Integer(integer) => Ok(Value::Integer(integer)),
            Field::Value(value) => Ok(value),
        }
    }

    /// The list that it holds.
    pub(super) fn list(self, kind: FieldType, delimiter: char) -> Result<Value, String> {
        match self {
            Field::Text(text) => kind.list(text, delimiter),
            Field::Integer(integer) => Ok(Value::List(Arc::new(vec![Value::Integer(integer)]))),
            Field::Value(value @ Value::List(_)) => Ok(value),
            Field::Value(value) => Ok(Value::List(Arc::new(vec![value]))),
        }
    }

    /// What it identifies.
    pub(super) fn id(&self) -> Result<Id<'a>, String> {
        match self {
            Field::Text(text) => Ok(Id::of(text)),
            Field::Integer(integer) => Ok(Id::of_integer(*integer)),
            Field::Value(value) => {
                Err(format!("`{value}` identifies nothing: an id is an integer or a string"))
            }
        }
    }

    /// The text that it holds.
    pub(super) fn text(self) -> Result<&'a str, String> {
        match self {
            Field::Text(text) => Ok(text),
            Field::Integer(value) => Err(format!("`{value}` is no name")),
            Field::Value(value) => Err(format!("`{value}` is no name")),
        }
    }
}

/// The rows of a batch.
enum Filled {
    /// Rows of text, and how many of them were filled.
    Text(Vec<CsvRow>, usize),
    /// Columns of values, what the first rows came to if these were plain, and how many rows or
    /// lines came before.
    Values(Vec<Vector>, Option<PlainRows>, u64),
    /// What plain rows came to.
    Plain(PlainRows),
}

/// For what rows are wanted, and need not be handed over one by one where they are plain.
pub(super) enum Plain {
    /// For everything.
    No,
    /// For nodes.
    Nodes(Nodes),
    /// For where relationships start and end.
    Links(Links),
    /// For the types of columns, of which nothing is known yet.
    Types(Types),
}

/// What plain rows came to.
pub(super) enum PlainRows {
    /// Nodes.
    Nodes(NodeBlock),
    /// Where relationships start and end.
    Links(Block),
    /// What was seen of the types of columns, in so many rows.
    Types(Types, usize),
}

/// Rows that were read, and what came behind them.
struct Batch {
    rows: Filled,
    /// Bytes of the file up to the end of the rows.
    consumed: u64,
    then: Then,
}

/// What comes behind the rows of a batch.
enum Then {
    /// More rows.
    More,
    /// A line that is no row.
    Bad(BadLine),
    /// The end of the file.
    End,
    /// Nothing more can be read.
    Failed(EvaluationError),
}

/// Takes what the rows of a source are.
pub(super) trait Taker<'a> {
    /// A row behind the header.
    fn row(&mut self, run: &mut Run<'a>, row: TableRow<'_>) -> Result<(), LoadError>;
    /// A line that is no row.
    fn bad(&mut self, run: &mut Run<'a>, line: BadLine) -> Result<(), LoadError>;
    /// Rows that were plain. Tells how many of them were taken: the one behind them is to be taken
    /// by itself.
    fn plain(&mut self, run: &mut Run<'a>, rows: &PlainRows) -> Result<usize, LoadError>;
}

/// Hands over each row behind the header, or what it comes to where it is plain.
pub(super) fn each_row<'a>(
    run: &mut Run<'a>,
    source: &Headed,
    plain: &Plain,
    taker: &mut dyn Taker<'a>,
) -> Result<(), LoadError> {
    let files = 0..source.source.locations.len();
    files.into_iter().try_for_each(|number| each_row_of(run, source, number, plain, taker))
}

/// The same of the file with a number.
pub(super) fn each_row_of<'a>(
    run: &mut Run<'a>,
    source: &Headed,
    number: usize,
    plain: &Plain,
    taker: &mut dyn Taker<'a>,
) -> Result<(), LoadError> {
    let Some(location) = source.source.locations.get(number) else { return Ok(()) };
    run.file = location.as_str().into();
    let (full, batches) = sync_channel(WAITING);
    let (back, empty) = channel();
    let consumed = match source.source.format_of(location) {
        FileFormat::Csv => {
            let reader = reader(run, location)?;
            let header = source.header_of(number);
            thread::scope(|scope| {
                scope.spawn(move || read(reader, &header, plain, &full, &empty));
                // The queue is closed before the scope waits for the reader.
                let batches = batches;
                receive(run, &batches, &back, taker)
            })?
        }
        FileFormat::Parquet => {
            let reader = parquet(run, location)?;
            source.check_names(reader.name(), reader.names(), number)?;
            thread::scope(|scope| {
                scope.spawn(move || read_columns(reader, plain, &full, &empty));
                let batches = batches;
                receive(run, &batches, &back, taker)
            })?
        }
    };
    run.read_before += consumed;
    run.read_here = 0;
    Ok(())
}

/// Takes the batches until the file ends. Returning closes the queue, which stops the reader.
fn receive<'a>(
    run: &mut Run<'a>,
    batches: &Receiver<Batch>,
    back: &Sender<Filled>,
    taker: &mut dyn Taker<'a>,
) -> Result<u64, LoadError> {
    let mut consumed = 0;
    while let Ok(batch) = batches.recv() {
        consumed = batch.consumed;
        run.read_here = consumed;
        match batch.rows {
            Filled::Text(rows, filled) => {
                for row in rows.iter().take(filled) {
                    taker.row(run, TableRow::Text(row))?;
                }
                // Nobody wants it back where the file has ended.
                let _ = back.send(Filled::Text(rows, 0));
            }
            Filled::Values(columns, plain, before) => {
                let taken = plain.as_ref().map_or(Ok(0), |rows| taker.plain(run, rows))?;
                if let Some(rows) = plain {
                    let _ = back.send(Filled::Plain(rows));
                }
                for row in taken..columns.first().map_or(0, Vector::len) {
                    let line = before + row as u64 + 1;
                    taker.row(run, TableRow::Values { columns: &columns, row, line })?;
                }
            }
            Filled::Plain(rows) => {
                taker.plain(run, &rows)?;
                let _ = back.send(Filled::Plain(rows));
            }
        }
        match batch.then {
            Then::More => {}
            Then::Bad(line) => taker.bad(run, line)?,
            Then::End => break,
            Then::Failed(error) => return Err(error.into()),
        }
    }
    Ok(consumed)
}

/// Reads a file to its end, or until nobody wants more of it.
fn read(
    mut reader: CsvReader,
    header: &HeaderRow<'_>,
    plain: &Plain,
    full: &SyncSender<Batch>,
    empty: &Receiver<Filled>,
) {
    let mut first = true;
    let (mut spare, mut room) = (Vec::new(), Room::default());
    loop {
        while let Ok(used) = empty.try_recv() {
            match used {
                Filled::Text(rows, _) => spare.push(rows),
                Filled::Plain(PlainRows::Links(block)) => room.take_back(block),
                Filled::Plain(PlainRows::Nodes(_) | PlainRows::Types(..)) | Filled::Values(..) => {}
            }
        }
        let batch = match read_plain(&mut reader, plain, &mut room) {
            Ok(Some(batch)) => batch,
            Ok(None) => fill(&mut reader, spare.pop().unwrap_or_default(), header, &mut first),
            Err(error) => Batch {
                rows: Filled::Text(Vec::new(), 0),
                consumed: reader.consumed(),
                then: Then::Failed(error),
            },
        };
        let goes_on = matches!(batch.then, Then::More | Then::Bad(_));
        if full.send(batch).is_err() || !goes_on {
            return;
        }
    }
}

/// What the rows that come next come to, if they are plain.
fn read_plain(
    reader: &mut CsvReader,
    plain: &Plain,
    room: &mut Room,
) -> Result<Option<Batch>, EvaluationError> {
    let delimiter = reader.terminator();
    if matches!(plain, Plain::No) || !is_usual(delimiter) {
        return Ok(None);
    }
    let before = reader.line() - 1;
    let lines = reader.whole_lines()?;
    let (rows, (count, bytes)) = match plain {
        Plain::No => return Ok(None),
        Plain::Nodes(nodes) => {
            let (columns, rows, bytes) = nodes.split(lines, delimiter);
            let block = nodes.of_columns(&columns).map(PlainRows::Nodes);
            (Filled::Values(columns, block, before), (rows, bytes))
        }
        Plain::Links(links) => {
            let (block, bytes) = links.split(lines, delimiter, room);
            let count = block.starts.len();
            (Filled::Plain(PlainRows::Links(block)), (count, bytes))
        }
        Plain::Types(types) => {
            let mut types = types.clone();
            let taken = types.see_lines(lines, delimiter);
            (Filled::Plain(PlainRows::Types(types, taken.0)), taken)
        }
    };
    if count == 0 {
        return Ok(None);
    }
    reader.take_lines(count, bytes);
    let consumed = reader.consumed();
    Ok(Some(Batch { rows, consumed, then: Then::More }))
}

/// Reads a Parquet file to its end, or until nobody wants more of it.
fn read_columns(
    mut reader: ParquetReader,
    plain: &Plain,
    full: &SyncSender<Batch>,
    empty: &Receiver<Filled>,
) {
    let mut used = Vec::new();
    loop {
        let before = reader.rows();
        let (mut columns, then) = match reader.read() {
            Ok(Some(columns)) => (columns, Then::More),
            Ok(None) => (Vec::new(), Then::End),
            Err(error) => (Vec::new(), Then::Failed(error)),
        };
        let goes_on = matches!(then, Then::More);
        let rows = match plain {
            Plain::Nodes(nodes) => nodes.of_columns(&columns).map(PlainRows::Nodes),
            Plain::Links(links) => {
                used.extend(empty.try_iter().filter_map(|used| match used {
                    Filled::Plain(PlainRows::Links(block)) => Some(block),
                    _ => None,
                }));
                let block = links.of_columns(&columns, used.pop().unwrap_or_default());
                // Nobody looks at the rows again where that is all of them.
                if columns.first().is_some_and(|column| column.len() == block.starts.len()) {
                    columns.clear();
                }
                Some(PlainRows::Links(block))
            }
            Plain::Types(_) | Plain::No => None,
        };
        let rows = Filled::Values(columns, rows, before);
        let batch = Batch { rows, consumed: reader.consumed(), then };
        if full.send(batch).is_err() || !goes_on {
            return;
        }
    }
}

/// Fills a batch.
fn fill(
    reader: &mut CsvReader,
    mut rows: Vec<CsvRow>,
    header: &HeaderRow<'_>,
    first: &mut bool,
) -> Batch {
    rows.retain(|row| row.capacity() <= LARGE_ROW);
    let from = reader.split();
    let mut filled = 0;
    let then = loop {
        if filled == BATCH_ROWS || reader.split() - from >= BATCH_BYTES {
            break Then::More;
        }
        if filled == rows.len() {
            rows.push(CsvRow::default());
        }
        let Some(row) = rows.get_mut(filled) else { break Then::More };
        let may_be_header = std::mem::replace(first, false);
        match reader.read(row, MOST) {
            Ok(false) => break Then::End,
            Ok(true) if may_be_header && header.is(row) => {}
            Ok(true) => filled += 1,
            Err(error)
                if error.code == ErrorCode::InvalidFileFormat
                    && !reader.is_foreign()
                    && !(may_be_header && header.must_be()) =>
            {
                let (file, line) = (reader.name().clone(), row.line());
                // File and line stand before the reason already.
                let place = format!(" on line {line} of `{file}`");
                let reason = error.to_string().replace(&place, "");
                let bad = BadLine { file, line, reason };
                break match reader.skip_row() {
                    Ok(()) => Then::Bad(bad),
                    Err(error) => Then::Failed(error),
                };
            }
            Err(error) => break Then::Failed(error),
        }
    };
    Batch { rows: Filled::Text(rows, filled), consumed: reader.consumed(), then }
}
