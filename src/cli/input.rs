//! Cuts text into statements and dot commands.
//!
//! A statement ends at a `;` outside quotes, backticks and comments; a dot
//! command is a line that begins with `.` where a statement could begin. Cutting
//! works on any text, also on text that no query could be.

/// A statement or a dot command with its place in the whole text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Piece<'a> {
    /// A statement without its semicolon; never blank.
    Statement {
        /// The text, comments before it left out.
        text: &'a str,
        /// Where it begins, in bytes.
        offset: usize,
    },
    /// A line that begins with a dot, the dot included.
    Command {
        /// The line, trimmed.
        text: &'a str,
        /// Where it begins, in bytes.
        offset: usize,
    },
}

impl Piece<'_> {
    /// The piece where its text begins so many bytes further on.
    pub(crate) fn moved(self, by: usize) -> Self {
        match self {
            Piece::Statement { text, offset } => Piece::Statement { text, offset: offset + by },
            Piece::Command { text, offset } => Piece::Command { text, offset: offset + by },
        }
    }
}

/// All pieces of a text in order. The last statement need not be terminated.
pub(crate) fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut found = Vec::new();
    let mut at = 0;
    loop {
        at += blank_length(&text[at..]);
        let rest = &text[at..];
        if rest.is_empty() {
            return found;
        }
        if rest.starts_with('.') {
            let end = rest.find('\n').unwrap_or(rest.len());
            found.push(Piece::Command { text: rest[..end].trim_end(), offset: at });
            at += end;
            continue;
        }
        let (end, _) = statement_end(rest);
        let body = rest[..end].trim_end();
        if !body.is_empty() {
            found.push(Piece::Statement { text: body, offset: at });
        }
        at += end;
        at += usize::from(text[at..].starts_with(';'));
    }
}

/// Whether a line or lines typed at a prompt are whole: nothing at all, a dot
/// command, or text whose last statement is terminated.
pub(crate) fn is_whole(text: &str) -> bool {
    let mut at = 0;
    loop {
        let blank = blank(&text[at..]);
        if !blank.closed {
            return false;
        }
        at += blank.length;
        let rest = &text[at..];
        if rest.is_empty() {
            return true;
        }
        if rest.starts_with('.') {
            match rest.find('\n') {
                Some(end) => at += end,
                None => return true,
            }
            continue;
        }
        let (end, terminated) = statement_end(rest);
        if !terminated {
            return false;
        }
        at += end + 1;
    }
}

/// Line and column of a byte offset, as `12:5`; columns are counted in characters.
pub(crate) fn place_of(text: &str, offset: usize) -> String {
    let before = text.get(..offset).unwrap_or(text);
    let column = before.rsplit('\n').next().map_or(0, |line| line.chars().count()) + 1;
    format!("{}:{column}", line_of(text, offset))
}

/// The line (from 1) of a byte offset.
pub(crate) fn line_of(text: &str, offset: usize) -> usize {
    1 + text.as_bytes().iter().take(offset).filter(|byte| **byte == b'\n').count()
}

/// White space and comments that a text begins with.
pub(crate) struct Blank {
    /// Bytes of them.
    pub(crate) length: usize,
    /// Whether no comment goes on behind the text.
    pub(crate) closed: bool,
}

/// How many bytes of white space and comments a text begins with.
fn blank_length(text: &str) -> usize {
    blank(text).length
}

/// The white space and comments that a text begins with.
pub(crate) fn blank(text: &str) -> Blank {
    let mut at = 0;
    loop {
        let rest = text[at..].trim_start_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
        at = text.len() - rest.len();
        if rest.starts_with("//") {
            at += rest.find('\n').unwrap_or(rest.len());
        } else if let Some(inside) = rest.strip_prefix("/*") {
            match inside.find("*/") {
                Some(end) => at += end + 4,
                None => {
                    return Blank { length: text.len(), closed: false };
                }
            }
        } else {
            return Blank { length: at, closed: true };
        }
    }
}

/// Where the statement that a text begins with ends, and whether a `;` ends it.
fn statement_end(text: &str) -> (usize, bool) {
    Scan::default().end(text).map_or((text.len(), false), |end| (end, true))
}

/// Looks for the end of a statement in a text to which more may come.
#[derive(Default)]
pub(crate) struct Scan {
    at: usize,
    inside: Option<Inside>,
}

/// What a semicolon does not end a statement in.
#[derive(Clone, Copy)]
enum Inside {
    Quotes(u8),
    Backticks,
    Line,
    Block,
}

impl Scan {
    /// Where the `;` is that ends the statement; `None` where none is yet. The next time the
    /// text has to begin in the same way.
    pub(crate) fn end(&mut self, text: &str) -> Option<usize> {
        let bytes = text.as_bytes();
        while let Some(&byte) = bytes.get(self.at) {
            let next = bytes.get(self.at + 1).copied();
            let mut step = 1;
            match (self.inside, byte, next) {
                // What two bytes mean is known when both are there.
                (None, b'/', None)
                | (Some(Inside::Quotes(_)), b'\\', None)
                | (Some(Inside::Block), b'*', None) => return None,
                (None, b';', _) => return Some(self.at),
                (None, b'\'' | b'"', _) => self.inside = Some(Inside::Quotes(byte)),
                (None, b'`', _) => self.inside = Some(Inside::Backticks),
                (None, b'/', Some(b'/')) => (self.inside, step) = (Some(Inside::Line), 2),
                (None, b'/', Some(b'*')) => (self.inside, step) = (Some(Inside::Block), 2),
                (Some(Inside::Quotes(_)), b'\\', _) => step = 2,
                (Some(Inside::Quotes(quote)), _, _) if byte == quote => self.inside = None,
                (Some(Inside::Backticks), b'`', _) | (Some(Inside::Line), b'\n', _) => {
                    self.inside = None;
                }
                (Some(Inside::Block), b'*', Some(b'/')) => (self.inside, step) = (None, 2),
                _ => {}
            }
            self.at += step;
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(text: &str) -> Vec<&str> {
        pieces(text)
            .into_iter()
            .map(|piece| match piece {
                Piece::Statement { text, .. } | Piece::Command { text, .. } => text,
            })
            .collect()
    }

    #[test]
    fn semicolons_in_quotes_and_comments_do_not_cut() {
        let text = "RETURN ';' AS a; // one; two\nRETURN \"\\\";\" /* ; */;;\n`;`";
        assert_eq!(texts(text), ["RETURN ';' AS a", "RETURN \"\\\";\" /* ; */", "`;`"]);
    }

    #[test]
    fn dot_commands_stand_on_their_own_line() {
        assert_eq!(
            texts(".mode csv\nRETURN 1;\n  .timer on  \nRETURN\n.5"),
            [".mode csv", "RETURN 1", ".timer on", "RETURN\n.5"]
        );
    }

    #[test]
    fn a_prompt_waits_for_the_semicolon() {
        for whole in [
            "",
            "  ",
            ".help",
            "RETURN 1;",
            "RETURN 1; // done",
            "// only a comment",
            "RETURN 1;\nRETURN 2;",
        ] {
            assert!(is_whole(whole), "{whole}");
        }
        for part in ["RETURN 1", "RETURN ';", "RETURN 1; RETURN 2", "/* open", "RETURN `a;"] {
            assert!(!is_whole(part), "{part}");
        }
    }

    #[test]
    fn any_text_is_cut_without_harm() {
        for text in
            ["'", "\\", "'\\", "/*", "/", "`", "é';", "\u{feff}RETURN 1", ";;;", "/**/", "\"é\\"]
        {
            pieces(text);
            is_whole(text);
        }
    }
}
