//! Rows of a CSV file, one at a time.
//!
//! Fields are split by csv-core, which is what the csv crate is made of: a state machine
//! over whatever bytes are there, so that a row longer than it may be is refused before it
//! is read to its end. What csv-core does not tell is seen in the bytes that it takes:
//! whether a field was quoted (an empty one is a value only then), and whether its quotes
//! are closed and nothing follows them. A row that has no quote and lies in the buffer as a
//! whole, as nearly all do, needs no such care, and is taken as it lies there.
//!
//! ```text
//! bytes      7,"say ""no""",,""\r\n
//! fields     7 │ say "no" │ null │ (empty)
//! ```

use super::gzip::{Input, read_some};
use super::signature::{MARK, foreign};
use crate::value::{ErrorClass, ErrorCode, EvaluationError};
use csv_core::ReadFieldResult;
use std::fmt;
use std::io::Read;
use std::sync::Arc;

/// Bytes that are read at once.
const BUFFER: usize = 1 << 17;

/// Reads rows.
#[expect(clippy::struct_excessive_bools, reason = "each tells of another place in the stream")]
pub struct CsvReader {
    name: Arc<str>,
    input: Input,
    core: csv_core::Reader,
    /// What stands between fields.
    terminator: u8,
    /// What was read; `used..filled` is still to be split.
    buffer: Vec<u8>,
    used: usize,
    filled: usize,
    /// There is nothing behind the buffer.
    ended: bool,
    begun: bool,
    /// Its first bytes tell that it is no table.
    foreign: bool,
    /// The line of the next byte, counted from 1.
    line: u64,
    /// Bytes that were split.
    split: u64,
    /// The last field was the last one of its row.
    row_ended: bool,
    /// The last byte was the first half of a line break, or a whole one.
    after_return: bool,
}

impl fmt::Debug for CsvReader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CsvReader")
            .field("name", &self.name)
            .field("line", &self.line)
            .finish_non_exhaustive()
    }
}

/// The fields of a row. To be used again for the next one.
#[derive(Debug, Default)]
pub struct CsvRow {
    line: u64,
    /// The text of the fields while it is gathered.
    bytes: Vec<u8>,
    text: String,
    /// Where each field lies in the text, and whether it was quoted.
    fields: Vec<(usize, usize, bool)>,
}

impl CsvRow {
    /// The line on which it begins, counted from 1.
    pub fn line(&self) -> u64 {
        self.line
    }

    /// The number of its fields.
    pub fn len(&self) -> usize {
        self.fields.len()
    }

    /// Whether it has no fields.
    pub fn is_empty(&self) -> bool {
        self.fields.is_empty()
    }

    /// The fields in order. One that is empty and was not quoted is nothing.
    pub fn fields(&self) -> impl Iterator<Item = Option<&str>> {
        (0..self.fields.len()).map(|place| self.get(place))
    }

    /// The field at a place, counted from 0. One that is empty and was not quoted is nothing.
    pub fn get(&self, place: usize) -> Option<&str> {
        let &(start, end, quoted) = self.fields.get(place)?;
        let text = self.text.get(start..end).unwrap_or_default();
        (quoted || !text.is_empty()).then_some(text)
    }

    /// Bytes that it takes in memory.
    pub(crate) fn capacity(&self) -> usize {
        self.bytes.capacity() + self.text.capacity() + self.fields.capacity() * 24
    }

    /// Makes it ready to gather the text of another row.
    fn begin(&mut self) {
        self.fields.clear();
        self.bytes = std::mem::take(&mut self.text).into_bytes();
    }

    /// All of its text is there.
    fn end(&mut self, length: usize) {
        self.bytes.truncate(length);
        // Each field was checked when it was read.
        self.text = String::from_utf8(std::mem::take(&mut self.bytes)).unwrap_or_default();
    }
}

/// The bytes of the field under way, as they stand in the file.
#[derive(Debug, Default)]
struct Raw {
    first: Option<u8>,
    last: u8,
    before_last: u8,
    quotes: usize,
    line: u64,
}

impl Raw {
    fn is_quoted(&self) -> bool {
        self.first == Some(b'"')
    }
}

impl CsvReader {
    /// A reader of bytes; `name` is what errors call them, `terminator` stands between fields.
    /// What is packed with gzip is unpacked as it is read: its first bytes tell.
    pub fn new(name: Arc<str>, input: Box<dyn Read + Send>, terminator: u8) -> Self {
        let core = csv_core::ReaderBuilder::new().delimiter(terminator).build();
        CsvReader {
            name,
            input: Input::Plain(input),
            core,
            terminator,
            buffer: vec![0; BUFFER],
            used: 0,
            filled: 0,
            ended: false,
            begun: false,
            foreign: false,
            line: 1,
            split: 0,
            row_ended: true,
            after_return: false,
        }
    }

    /// How many bytes of the input it has used, as they are there, packed or not.
    pub fn consumed(&self) -> u64 {
        self.input.unpacked().unwrap_or(self.split)
    }

    /// The line of the next byte, counted from 1.
    pub(crate) fn line(&self) -> u64 {
        self.line
    }

    /// How many bytes it has split into fields.
    pub(crate) fn split(&self) -> u64 {
        self.split
    }

    /// Whether the first bytes have told that this is no table, so that no row of it can be read.
    pub(crate) fn is_foreign(&self) -> bool {
        self.foreign
    }

    /// Passes over what is left of a row that could not be read, so that the next one can.
    ///
    /// # Errors
    /// The bytes cannot be read.
    pub fn skip_row(&mut self) -> Result<(), EvaluationError> {
        let mut nowhere = [0; 1024];
        let mut raw = Raw::default();
        while !self.row_ended {
            if self.used == self.filled && !self.ended {
                self.fill()?;
            }
            let input = &self.buffer[self.used..self.filled];
            let (result, read, _) = self.core.read_field(input, &mut nowhere);
            self.observe(read, false, &mut raw);
            self.row_ended = match result {
                ReadFieldResult::Field { record_end } => record_end,
                ReadFieldResult::End => true,
                ReadFieldResult::InputEmpty | ReadFieldResult::OutputFull => false,
            };
        }
        Ok(())
    }

    /// What it reads.
    pub fn name(&self) -> &Arc<str> {
        &self.name
    }

    /// Reads the next row into `row`, and tells whether there was one. Empty lines are
    /// none. A row has at most `most` bytes.
    ///
    /// # Errors
    /// The bytes cannot be read, are no UTF-8, or are no CSV; the row is too long.
    pub fn read(&mut self, row: &mut CsvRow, most: usize) -> Result<bool, EvaluationError> {
        row.fields.clear();
        self.row_ended = false;
        let mut written = 0;
        let mut start = 0;
        let mut raw = Raw::default();
        if !std::mem::replace(&mut self.begun, true) {
            self.begin()?;
        } else if self.plain_row(row, most) {
            self.row_ended = true;
            return Ok(true);
        }
        row.begin();
        loop {
            if self.used == self.filled && !self.ended {
                self.fill()?;
            }
            let input = &self.buffer[self.used..self.filled];
            let (result, read, made) = self.core.read_field(input, &mut row.bytes[written..]);
            self.observe(read, row.fields.is_empty(), &mut raw);
            written += made;
            match result {
                ReadFieldResult::InputEmpty => {}
                ReadFieldResult::OutputFull => self.grow(row, written, most)?,
                ReadFieldResult::End => {
                    self.row_ended = true;
                    row.end(0);
                    return Ok(false);
                }
                ReadFieldResult::Field { record_end } => {
                    self.row_ended = record_end;
                    if row.fields.is_empty() {
                        row.line = if raw.line == 0 { self.line } else { raw.line };
                    }
                    let at_end = read == 0;
                    let text = row.bytes.get(start..written).unwrap_or_default();
                    self.check(text, &raw, at_end, row.fields.len() + 1)?;
                    row.fields.push((start, written, raw.is_quoted()));
                    start = written;
                    raw = Raw::default();
                    if record_end {
                        row.end(written);
                        return Ok(true);
                    }
                }
            }
        }
    }

    /// Takes the next row as it lies in the buffer, if it has no quote and all of it is there.
    fn plain_row(&mut self, row: &mut CsvRow, most: usize) -> bool {
        // Lines with nothing on them are no rows.
        while let Some(&byte) = self.buffer[self.used..self.filled].first()
            && matches!(byte, b'\r' | b'\n')
        {
            self.observe(1, true, &mut Raw::default());
        }
        let bytes = &self.buffer[self.used..self.filled];
        let mut start = 0;
        let mut found = None;
        for (place, &byte) in bytes.iter().enumerate() {
            if byte == self.terminator {
                row.fields.push((start, place, false));
                start = place + 1;
            } else if matches!(byte, b'\r' | b'\n' | b'"') {
                found = (byte != b'"').then_some((place, byte));
                break;
            }
        }
        let end = found.filter(|(end, _)| *end <= most).and_then(|(end, byte)| {
            let text = std::str::from_utf8(bytes.get(..end)?).ok()?;
            row.text.clear();
            row.text.push_str(text);
            Some((end, byte))
        });
        // What is wrong with it is found where it is split with care.
        let Some((end, byte)) = end else { return false };
        row.fields.push((start, end, false));
        row.line = self.line;
        self.line += 1;
        self.after_return = byte == b'\r';
        self.used += end + 1;
        self.split += end as u64 + 1;
        true
    }

    /// The bytes up to the end of the last line that is there as a whole, for whoever splits
    /// lines without a quote by itself, and takes them with [`CsvReader::take_lines`]. None before
    /// the first row was read.
    ///
    /// # Errors
    /// The bytes cannot be read.
    pub(crate) fn whole_lines(&mut self) -> Result<&[u8], EvaluationError> {
        let begun = self.begun && self.row_ended;
        // The rest of the line break behind the row before.
        if self.after_return && self.buffer[self.used..self.filled].first() == Some(&b'\n') {
            self.observe(1, true, &mut Raw::default());
        }
        let last = |bytes: &[u8]| bytes.iter().rposition(|&byte| byte == b'\n');
        let mut end = last(&self.buffer[self.used..self.filled]);
        if begun && end.is_none() && !self.ended {
            self.buffer.copy_within(self.used..self.filled, 0);
            (self.used, self.filled) = (0, self.filled - self.used);
            while self.filled < self.buffer.len() && end.is_none() && !self.ended {
                let from = self.filled;
                let read = read_some(&mut self.input, &mut self.buffer[from..], &self.name)?;
                self.filled += read;
                self.ended = read == 0;
                end = last(&self.buffer[from..self.filled]).map(|place| from + place);
            }
        }
        let end = end.filter(|_| begun).map_or(self.used, |place| self.used + place + 1);
        Ok(&self.buffer[self.used..end])
    }

    /// Goes on behind so many lines of those that are there, each of which ends with `\n`.
    pub(crate) fn take_lines(&mut self, lines: usize, bytes: usize) {
        if lines > 0 {
            self.line += lines as u64;
            self.after_return = false;
            self.used += bytes;
            self.split += bytes as u64;
        }
    }

    /// What stands between fields.
    pub(crate) fn terminator(&self) -> u8 {
        self.terminator
    }

    /// Looks at the first bytes, which tell what the file is.
    fn begin(&mut self) -> Result<(), EvaluationError> {
        (self.filled, self.ended) = self.input.begin(&mut self.buffer, &self.name)?;
        let beginning = &self.buffer[..self.filled];
        if let Some(what) = foreign(beginning) {
            self.foreign = true;
            return Err(invalid(format!("`{}` {what}", self.name)));
        }
        if beginning.starts_with(MARK) {
            self.used = MARK.len();
        }
        Ok(())
    }

    fn fill(&mut self) -> Result<(), EvaluationError> {
        self.used = 0;
        self.filled = read_some(&mut self.input, &mut self.buffer, &self.name)?;
        self.ended = self.filled == 0;
        Ok(())
    }

    /// Takes note of the bytes that csv-core has taken. Those between two rows, which it
    /// skips before a row's first field, belong to no field.
    fn observe(&mut self, taken: usize, first_field: bool, raw: &mut Raw) {
        for &byte in &self.buffer[self.used..self.used + taken] {
            let line_break = matches!(byte, b'\r' | b'\n');
            if raw.first.is_none() && !(first_field && line_break) {
                raw.first = Some(byte);
                raw.line = self.line;
            }
            raw.before_last = raw.last;
            raw.last = byte;
            raw.quotes += usize::from(byte == b'"');
            self.line += u64::from(byte == b'\r' || (byte == b'\n' && !self.after_return));
            self.after_return = byte == b'\r';
        }
        self.used += taken;
        self.split += taken as u64;
    }

    /// Makes room for more of a row.
    fn grow(&self, row: &mut CsvRow, written: usize, most: usize) -> Result<(), EvaluationError> {
        if written >= most {
            return Err(EvaluationError::new(
                ErrorClass::ResourceExhausted,
                ErrorCode::SizeLimit,
                format!(
                    "a row of `{}` has more than {most} bytes up to line {}; a quote may not be closed",
                    self.name, self.line
                ),
            ));
        }
        row.bytes.resize((written * 2).clamp(1024, most.max(1024)), 0);
        Ok(())
    }

    /// Checks a whole field: its quotes, and that it is UTF-8.
    fn check(
        &self,
        text: &[u8],
        raw: &Raw,
        at_end: bool,
        number: usize,
    ) -> Result<(), EvaluationError> {
        let place = || format!("field {number} on line {} of `{}`", raw.line, self.name);
        if raw.is_quoted() {
            let inside: usize = text.iter().map(|&byte| usize::from(byte == b'"')).sum();
            let last = if at_end { raw.last } else { raw.before_last };
            if raw.quotes != 2 + 2 * inside || last != b'"' {
                let what = if at_end && raw.quotes % 2 == 1 {
                    "begins with a quote that is not closed"
                } else {
                    "goes on behind its closing quote: a quote inside of it is written twice (`\"\"`)"
                };
                return Err(invalid(format!("{} {what}", place())));
            }
        }
        if std::str::from_utf8(text).is_err() {
            return Err(invalid(format!("{} is not UTF-8: save the file as UTF-8", place())));
        }
        Ok(())
    }
}

/// A file that is not as it must be.
pub(super) fn invalid(message: String) -> EvaluationError {
    EvaluationError::new(ErrorClass::ExternalResourceError, ErrorCode::InvalidFileFormat, message)
}

#[cfg(test)]
#[path = "csv_tests.rs"]
mod tests;
