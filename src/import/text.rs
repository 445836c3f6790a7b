//! A text file from its beginning to its end, for whoever reads another format than CSV.

use super::csv::invalid;
use super::gzip::Input;
use super::signature::{self, MARK, foreign};
use crate::value::EvaluationError;
use std::io::{self, Read};

/// Reads the text of a file: what is packed with gzip is unpacked as it is read, since its first
/// bytes tell.
pub(crate) struct TextFile {
    input: Input,
    /// The first bytes of the text; `given..filled` is still to be given.
    beginning: [u8; signature::ENOUGH],
    given: usize,
    filled: usize,
    /// Bytes of the text that were read.
    read: u64,
}

impl TextFile {
    /// A reader of bytes; `name` is what errors call them.
    ///
    /// # Errors
    /// The bytes cannot be read, or the first ones tell that they are no text.
    pub(crate) fn open(name: &str, bytes: Box<dyn Read + Send>) -> Result<Self, EvaluationError> {
        let mut input = Input::Plain(bytes);
        let mut beginning = [0; signature::ENOUGH];
        let (filled, _) = input.begin(&mut beginning, name)?;
        let text = &beginning[..filled];
        if let Some(what) = foreign(text) {
            return Err(invalid(format!("`{name}` {what}")));
        }
        let given = if text.starts_with(MARK) { MARK.len() } else { 0 };
        Ok(TextFile { input, beginning, given, filled, read: filled as u64 })
    }

    /// How many bytes of the file it has read, as they are there, packed or not.
    pub(crate) fn consumed(&self) -> u64 {
        self.input.unpacked().unwrap_or(self.read)
    }
}

impl Read for TextFile {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let mut beginning = &self.beginning[self.given..self.filled];
        if !beginning.is_empty() {
            let given = beginning.read(buffer)?;
            self.given += given;
            return Ok(given);
        }
        let read = self.input.read(buffer)?;
        self.read += read as u64;
        Ok(read)
    }
}
