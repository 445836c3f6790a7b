//! The triples of a Turtle or N-Triples file, one after the other, each with its line.
//!
//! N-Triples is a part of Turtle, so there is one reader for both. The parser is given a line
//! at a time (or the lines of a string at once), which tells where what it gives has ended.

use super::nesting::{MAX_NESTING, Watch};
use oxrdf::Triple;
use oxttl::TurtleParser;
use oxttl::turtle::LowLevelTurtleParser;
use std::io::{self, BufRead, BufReader, Read};

/// Why a file cannot be read.
#[derive(Debug)]
pub struct ReadError {
    /// The line, counted from 1.
    pub line: u64,
    /// What is wrong: one sentence without its full stop.
    pub reason: String,
}

/// Reads triples.
///
/// ```
/// use dossier::rdf::Reader;
///
/// let text = "@prefix : <http://example.org/> .\n:li :says :x ; :name 'Li' .";
/// let mut reader = Reader::new(text.as_bytes(), None)?;
/// let mut lines = Vec::new();
/// while let Some((_, line)) = reader.next_triple().map_err(|error| error.reason)? {
///     lines.push(line);
/// }
/// assert_eq!(lines, [2, 2]);
/// # Ok::<(), String>(())
/// ```
pub struct Reader<R> {
    source: BufReader<R>,
    parser: LowLevelTurtleParser,
    watch: Watch,
    piece: Vec<u8>,
    /// Lines that were read.
    line: u64,
}

impl<R> std::fmt::Debug for Reader<R> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Reader").field("line", &self.line).finish_non_exhaustive()
    }
}

impl<R: Read> Reader<R> {
    /// A reader; relative IRIs are resolved against `base`.
    ///
    /// # Errors
    /// The base is no IRI.
    pub fn new(source: R, base: Option<&str>) -> Result<Self, String> {
        let mut parser = TurtleParser::new();
        if let Some(base) = base {
            parser = parser
                .with_base_iri(base)
                .map_err(|error| format!("the base `{base}` is not an IRI: {error}"))?;
        }
        Ok(Reader {
            source: BufReader::with_capacity(1 << 16, source),
            parser: parser.low_level(),
            watch: Watch::new(),
            piece: Vec::new(),
            line: 0,
        })
    }

    /// The next triple and the line on which it ends, or the one after; `None` at the end.
    ///
    /// # Errors
    /// The file cannot be read, or is not Turtle.
    pub fn next_triple(&mut self) -> Result<Option<(Triple, u64)>, ReadError> {
        loop {
            match self.parser.parse_next() {
                Some(Ok(triple)) => return Ok(Some((triple, self.line))),
                Some(Err(error)) => {
                    let line = error.location().start.line + 1;
                    return Err(ReadError { line, reason: said(error.message()) });
                }
                None if self.parser.is_end() => return Ok(None),
                None => self.feed()?,
            }
        }
    }

    /// The prefixes that were declared so far, each with its name.
    pub fn prefixes(&self) -> Vec<(String, String)> {
        let owned = |(name, iri): (&str, &str)| (name.to_owned(), iri.to_owned());
        self.parser.prefixes().map(owned).collect()
    }

    /// What the text is read from.
    pub fn get_ref(&self) -> &R {
        self.source.get_ref()
    }

    /// Hands the next line to the parser, with those behind it that belong to its string.
    fn feed(&mut self) -> Result<(), ReadError> {
        self.piece.clear();
        loop {
            let from = self.piece.len();
            let read = self.source.read_until(b'\n', &mut self.piece);
            let read = read.map_err(|error| self.unreadable(&error))?;
            if read == 0 {
                self.parser.extend_from_slice(&self.piece);
                self.parser.end();
                return Ok(());
            }
            self.line += 1;
            if self.line == 1
                && let Some(reason) = other_format(&self.piece)
            {
                return Err(ReadError { line: 1, reason: reason.to_owned() });
            }
            if !self.watch.follow(&self.piece[from..]) {
                let reason = format!("brackets may nest at most {MAX_NESTING} deep");
                return Err(ReadError { line: self.line, reason });
            }
            if !self.watch.in_string() {
                self.parser.extend_from_slice(&self.piece);
                return Ok(());
            }
        }
    }

    fn unreadable(&self, error: &io::Error) -> ReadError {
        ReadError { line: self.line + 1, reason: format!("cannot be read: {error}") }
    }
}

/// What a file is instead of Turtle and what to do, as far as its first line tells.
fn other_format(line: &[u8]) -> Option<&'static str> {
    let line = line.trim_ascii_start();
    let begins =
        |start: &[u8]| line.get(..start.len()).is_some_and(|one| one.eq_ignore_ascii_case(start));
    if [&b"<?xml"[..], b"<!DOCTYPE", b"<rdf:RDF"].iter().any(|start| begins(start)) {
        return Some("is XML: convert RDF/XML to Turtle first");
    }
    begins(b"{").then_some("is JSON or TriG: convert it to Turtle first")
}

/// What the parser says, in the form of our own messages.
fn said(message: &str) -> String {
    let message = message.trim_end_matches('.');
    if message.contains("No scheme found in an absolute IRI") {
        return "an IRI is relative, and neither @base in the file nor --base says to what"
            .to_owned();
    }
    let mut characters = message.chars();
    let first = characters.next().map(|first| first.to_lowercase().to_string());
    format!("not Turtle: {}{}", first.unwrap_or_default(), characters.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_formats_are_told() {
        for (text, expected) in [
            (&b"<?xml version='1.0'?>\n<rdf:RDF/>"[..], "is XML: "),
            (b" <rdf:RDF>", "is XML: "),
            (b"{\"@id\": \"a:b\"}", "is JSON or TriG: "),
        ] {
            let error = Reader::new(text, None).unwrap().next_triple().unwrap_err();
            assert!(error.line == 1 && error.reason.starts_with(expected), "{error:?}");
        }
    }

    fn read(text: &str) -> Result<Vec<(String, u64)>, ReadError> {
        let mut reader = Reader::new(text.as_bytes(), None).unwrap();
        let mut found = Vec::new();
        while let Some((triple, line)) = reader.next_triple()? {
            found.push((triple.to_string(), line));
        }
        Ok(found)
    }

    #[test]
    fn triples_know_their_lines() {
        let text = "<a:b> <a:p> \"\"\"one\ntwo\"\"\" ;\n  <a:q> 1 , 2 .\n\n<a:c> <a:p> <a:d> .";
        let lines: Vec<u64> = read(text).unwrap().into_iter().map(|(_, line)| line).collect();
        assert_eq!(lines, [2, 3, 3, 5]);
    }

    #[test]
    fn what_is_wrong_is_told_with_its_line() {
        let wrong = read("<a:b> <a:p> 1 .\n<a:b> <a:p> ex:q .").unwrap_err();
        assert_eq!(wrong.line, 2);
        assert!(wrong.reason.contains("ex:"), "{}", wrong.reason);
        let wrong = read("<a:b> <a:p> 1 .\n\n<#me> <a:p> 1 .").unwrap_err();
        assert!(wrong.line == 3 && wrong.reason.contains("--base"), "{}", wrong.reason);
        let deep = format!("<a:b> <a:p> {}", "<<( <a:b> <a:p> ".repeat(100_000));
        assert!(read(&deep).unwrap_err().reason.contains("nest"));
        assert!(read("<a:b> <a:p> \"no end").is_err());
    }
}
