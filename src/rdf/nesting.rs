//! How deep brackets nest in a Turtle file, told before the file is parsed.
//!
//! Parsing and dropping what is nested costs stack; so what nests deeper than anybody writes
//! is refused here. The watch also tells where a text may be cut: at the end of a line that is
//! not inside a string.

/// How deep brackets may nest.
pub(super) const MAX_NESTING: usize = 128;

/// Where in the text the watch is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    Between,
    Comment,
    Iri,
    /// A string that ends with this quote, once or three times.
    Short(u8),
    Long(u8),
}

/// Follows a text line by line.
#[derive(Debug)]
pub(super) struct Watch {
    place: Place,
    depth: usize,
}

impl Watch {
    pub(super) fn new() -> Self {
        Watch { place: Place::Between, depth: 0 }
    }

    /// Whether what comes next belongs to a string that has begun.
    pub(super) fn in_string(&self) -> bool {
        matches!(self.place, Place::Long(_))
    }

    /// Follows a line; `false` when brackets nest too deep in it.
    pub(super) fn follow(&mut self, line: &[u8]) -> bool {
        let mut rest = line;
        while let Some(&byte) = rest.first() {
            let taken = match self.place {
                Place::Between => self.between(byte, rest),
                Place::Comment => rest.len(),
                Place::Iri => {
                    if byte == b'>' {
                        self.place = Place::Between;
                    }
                    1
                }
                Place::Short(quote) | Place::Long(quote) => self.inside(quote, byte, rest),
            };
            if self.depth > MAX_NESTING {
                return false;
            }
            rest = rest.get(taken..).unwrap_or_default();
        }
        // Only long strings go on behind the end of a line.
        if !self.in_string() {
            self.place = Place::Between;
        }
        true
    }

    /// Takes what stands outside of strings; gives how many bytes.
    fn between(&mut self, byte: u8, rest: &[u8]) -> usize {
        match byte {
            b'#' => self.place = Place::Comment,
            b'\\' => return 2,
            b'"' | b'\'' => {
                if rest.starts_with(&[byte; 3]) {
                    self.place = Place::Long(byte);
                    return 3;
                }
                self.place = Place::Short(byte);
            }
            b'<' if rest.starts_with(b"<<") => {
                self.depth += 1;
                return 2;
            }
            b'>' if rest.starts_with(b">>") => {
                self.depth = self.depth.saturating_sub(1);
                return 2;
            }
            b'<' => self.place = Place::Iri,
            b'[' | b'(' | b'{' => self.depth += 1,
            b']' | b')' | b'}' => self.depth = self.depth.saturating_sub(1),
            _ => {}
        }
        1
    }

    /// Takes what stands in a string; gives how many bytes.
    fn inside(&mut self, quote: u8, byte: u8, rest: &[u8]) -> usize {
        let long = matches!(self.place, Place::Long(_));
        if byte == b'\\' {
            return 2;
        }
        if byte == quote && (!long || rest.starts_with(&[quote; 3])) {
            self.place = Place::Between;
            return if long { 3 } else { 1 };
        }
        1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn brackets_count_outside_of_strings_comments_and_iris() {
        let mut watch = Watch::new();
        let text = br#"<http://a#b(> :p "[[[(\"" , '[' , [ ( << # [[[["#;
        assert!(watch.follow(text));
        assert_eq!((watch.depth, watch.place), (3, Place::Between));
        assert!(watch.follow(b" >> ) ] ; :q \"\"\"a [ \\\"\"\" ["));
        assert!(watch.in_string() && watch.depth == 0);
        assert!(watch.follow(b"[[ '''[\"\"\" .") && !watch.in_string() && watch.depth == 0);
        assert!(watch.follow("[".repeat(MAX_NESTING).as_bytes()));
        assert!(!watch.follow(b"<<"));
    }
}
