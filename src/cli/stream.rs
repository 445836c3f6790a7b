//! A script as it arrives: a piece is handed out as soon as it is whole.
//!
//! ```text
//! text     … passed, counted only │ at: the piece under way │ not here yet
//! ```
//!
//! What has run is forgotten line by line, so that a script may be longer than memory, and
//! counted, so that places in it are told right.

use super::failure::Failure;
use super::input::{Blank, Piece, Scan, blank};
use super::shell::Passed;
use std::io::{BufRead, BufReader, Read};
use std::ops::Range;

/// Bytes that are asked for at a time.
const BUFFER: usize = 1 << 16;

/// Text that arrives.
pub(crate) struct Stream<R> {
    name: &'static str,
    input: BufReader<R>,
    /// The lines that are here and not passed.
    pub(crate) text: String,
    /// What was before them.
    pub(crate) passed: Passed,
    /// Up to where pieces have been handed out.
    at: usize,
    /// How far the statement under way has been looked through.
    scan: Scan,
    ended: bool,
}

/// A piece in the text of a stream.
pub(crate) struct Found {
    is_command: bool,
    range: Range<usize>,
}

impl<R: Read> Stream<R> {
    /// A stream of this name.
    pub(crate) fn new(name: &'static str, input: R) -> Self {
        Stream {
            name,
            input: BufReader::with_capacity(BUFFER, input),
            text: String::new(),
            passed: Passed::default(),
            at: 0,
            scan: Scan::default(),
            ended: false,
        }
    }

    /// The next piece, once it is whole or the text ends; `None` at its end.
    ///
    /// # Errors
    /// The input cannot be read, or is not UTF-8 text.
    pub(crate) fn next(&mut self) -> Result<Option<Found>, Failure> {
        loop {
            let Blank { length, closed } = blank(&self.text[self.at..]);
            if !closed && !self.ended {
                self.read_until("*/")?;
                continue;
            }
            self.at += length;
            let rest = &self.text[self.at..];
            if rest.is_empty() {
                if self.ended {
                    return Ok(None);
                }
                self.read_line()?;
                continue;
            }
            if rest.starts_with('.') {
                // Lines are read whole.
                let end = rest.find('\n').unwrap_or(rest.len());
                let range = self.at..self.at + rest[..end].trim_end().len();
                self.at += end;
                return Ok(Some(Found { is_command: true, range }));
            }
            let end = match self.scan.end(rest) {
                Some(end) => end,
                None if self.ended => rest.len(),
                None => {
                    self.read_line()?;
                    continue;
                }
            };
            self.scan = Scan::default();
            let range = self.at..self.at + rest[..end].trim_end().len();
            self.at += (end + 1).min(rest.len());
            if !range.is_empty() {
                return Ok(Some(Found { is_command: false, range }));
            }
        }
    }

    /// A piece that was found last.
    pub(crate) fn piece(&self, found: &Found) -> Piece<'_> {
        let (text, offset) = (&self.text[found.range.clone()], found.range.start);
        if found.is_command {
            Piece::Command { text, offset }
        } else {
            Piece::Statement { text, offset }
        }
    }

    /// What is here already: the text, and where in it what was not handed out begins.
    pub(crate) fn arrived(&self) -> (String, usize) {
        (self.text.clone() + &String::from_utf8_lossy(self.input.buffer()), self.at)
    }

    /// Reads lines up to one that contains a text.
    fn read_until(&mut self, wanted: &str) -> Result<(), Failure> {
        loop {
            let start = self.read_line()?;
            if self.ended || self.text[start..].contains(wanted) {
                return Ok(());
            }
        }
    }

    /// Reads a line; where it begins.
    fn read_line(&mut self) -> Result<usize, Failure> {
        self.pass();
        let mut line = Vec::new();
        let read = self.input.read_until(b'\n', &mut line);
        let read = read.map_err(|error| {
            Failure::usage(format!("{}: {}", self.name, super::failure::plain_io(&error)))
        })?;
        self.ended = read == 0;
        let start = self.text.len();
        let line = std::str::from_utf8(&line).map_err(|error| {
            let at = self.passed.bytes + start + error.valid_up_to();
            Failure::usage(format!("{}: is not UTF-8 text (at byte {at})", self.name))
        })?;
        self.text.push_str(line);
        Ok(start)
    }

    /// Forgets the lines before the piece under way.
    fn pass(&mut self) {
        let end = self.text[..self.at].rfind('\n').map_or(0, |end| end + 1);
        self.passed.lines += self.text[..end].matches('\n').count();
        self.passed.bytes += end;
        self.text.drain(..end);
        self.at -= end;
    }
}

#[cfg(test)]
mod tests {
    use super::super::input::pieces;
    use super::*;

    /// Hands out a few bytes at a time.
    struct Dripping<'t>(&'t [u8]);

    impl Read for Dripping<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
            let some = self.0.len().min(3).min(buffer.len());
            buffer[..some].copy_from_slice(&self.0[..some]);
            self.0 = &self.0[some..];
            Ok(some)
        }
    }

    #[test]
    fn a_stream_has_the_pieces_of_the_whole_text() {
        for text in [
            "",
            "RETURN 1",
            "RETURN 1;\nRETURN 2;",
            "RETURN ';' AS a; // one; two\nRETURN \"\\\";\" /* ; */;;\n`;`",
            ".mode csv\nRETURN 1;\n  .timer on  \nRETURN\n.5",
            "/* a\n comment;\n*/ RETURN\n1; RETURN 'é\n\\'';/**/\n\n/*/ ; */ .help\n",
            "RETURN 1; .not a command\n;;; ; \n .quit",
            "/* never\nclosed; RETURN 1;",
            "'never\nclosed; RETURN 1;\n",
            "RETURN 1 /",
            "RETURN '\\",
            "\u{feff}RETURN 1;\r\nRETURN 2\r\n;\r\n",
        ] {
            let mut stream = Stream::new("a test", Dripping(text.as_bytes()));
            let mut found = Vec::new();
            while let Some(piece) = stream.next().unwrap() {
                let passed = stream.passed;
                let (is_statement, part, offset) = match stream.piece(&piece) {
                    Piece::Statement { text, offset } => (true, text, offset),
                    Piece::Command { text, offset } => (false, text, offset),
                };
                let lines = passed.lines + super::super::input::line_of(&stream.text, offset);
                found.push((is_statement, part.to_owned(), passed.bytes + offset, lines));
            }
            let whole: Vec<_> = pieces(text)
                .into_iter()
                .map(|piece| {
                    let (is_statement, part, offset) = match piece {
                        Piece::Statement { text, offset } => (true, text, offset),
                        Piece::Command { text, offset } => (false, text, offset),
                    };
                    let line = super::super::input::line_of(text, offset);
                    (is_statement, part.to_owned(), offset, line)
                })
                .collect();
            assert_eq!(found, whole, "{text:?}");
        }
    }

    #[test]
    fn what_has_passed_is_not_kept() {
        let text = "RETURN 1;\n".repeat(10_000);
        let mut stream = Stream::new("a test", text.as_bytes());
        let mut most = 0;
        while stream.next().unwrap().is_some() {
            most = most.max(stream.text.len());
        }
        assert!(most < 100, "{most}");
        assert_eq!((stream.passed.lines, stream.passed.bytes), (10_000, text.len()));
    }

    #[test]
    fn a_stream_that_is_no_text_says_where() {
        let mut stream = Stream::new("a test", &b"RETURN 1;\nRETURN '\xff';\n"[..]);
        assert!(stream.next().unwrap().is_some());
        let Err(Failure::Usage(text)) = stream.next() else { panic!("it is no text") };
        assert_eq!(text, "a test: is not UTF-8 text (at byte 18)");
    }
}
