//! Colours a text that is being typed.
//!
//! Widths must not change: only escapes are added.

use super::words;
use crate::cli::paint::{BLUE, CYAN, DIM, GREEN, MAGENTA, YELLOW};
use crate::cli::tokens::{self, Brackets};
use dossier::syntax::{Symbol, Token, TokenKind, tokenize};

const UNBALANCED: &str = "31";
const MATCHING: &str = "1;4";

/// The text with colours; `cursor` shows the partner of the bracket beside it.
pub(crate) fn highlight(text: &str, cursor: Option<usize>) -> String {
    if text.trim_start().starts_with('.') && !text.trim_start().contains('\n') {
        return command(text);
    }
    let tokens = tokenize(text);
    let meaningful: Vec<Token> =
        tokens.iter().filter(|token| token.kind != TokenKind::Comment).copied().collect();
    let brackets = tokens::brackets(&meaningful);
    let pair = cursor.and_then(|cursor| pair_at(&brackets, cursor));
    let mut out = String::with_capacity(text.len() * 2);
    let mut written = 0;
    let mut before: [Option<TokenKind>; 2] = [None, None];
    for (at, token) in tokens.iter().enumerate() {
        let range = tokens::range(token);
        let (Some(gap), Some(word)) = (text.get(written..range.start), text.get(range.clone()))
        else {
            continue;
        };
        out.push_str(gap);
        let place = meaningful.partition_point(|one| one.span.start < token.span.start);
        let next = tokens.get(at + 1).map(|token| token.kind);
        let code = match token.kind {
            TokenKind::Symbol(symbol) if symbol.closer().is_some() || symbol.is_closer() => {
                bracket_code(&brackets, pair, range.start)
            }
            TokenKind::Name if words::is_part(&meaningful, place, text) => BLUE,
            kind => code(kind, before, next),
        };
        paint_lines(&mut out, code, word);
        written = range.end;
        if token.kind != TokenKind::Comment {
            before = [before[1], Some(token.kind)];
        }
    }
    out.push_str(text.get(written..).unwrap_or_default());
    out
}

/// The colour of a token from what it is and what stands around it.
fn code(kind: TokenKind, before: [Option<TokenKind>; 2], next: Option<TokenKind>) -> &'static str {
    let after = |symbol: Symbol| before[1] == Some(TokenKind::Symbol(symbol));
    let is_label = after(Symbol::Colon)
        || ((after(Symbol::Bar) || after(Symbol::Ampersand) || after(Symbol::Bang))
            && kind.is_word());
    match kind {
        kind if kind.is_word() && is_label => CYAN,
        kind if kind.is_word() && after(Symbol::Dot) => "",
        TokenKind::Keyword(_) if next != Some(TokenKind::Symbol(Symbol::Colon)) => BLUE,
        TokenKind::Name if next == Some(TokenKind::Symbol(Symbol::LeftParen)) => YELLOW,
        TokenKind::String | TokenKind::UnterminatedString => GREEN,
        TokenKind::Integer | TokenKind::Float => MAGENTA,
        TokenKind::MalformedNumber | TokenKind::Unknown => UNBALANCED,
        TokenKind::Parameter => "35;1",
        TokenKind::Comment | TokenKind::UnterminatedComment => DIM,
        _ => "",
    }
}

fn bracket_code(brackets: &Brackets, pair: Option<(usize, usize)>, place: usize) -> &'static str {
    if brackets.lonely.contains(&place) {
        UNBALANCED
    } else if pair.is_some_and(|(open, close)| place == open || place == close) {
        MATCHING
    } else {
        ""
    }
}

/// The pair of which one bracket is under the cursor or just before it.
fn pair_at(brackets: &Brackets, cursor: usize) -> Option<(usize, usize)> {
    let touches = |place: usize| {
        brackets.pairs.iter().find(|(open, close)| *open == place || *close == place).copied()
    };
    touches(cursor).or_else(|| cursor.checked_sub(1).and_then(touches))
}

/// Colours a word; each of its lines on its own, so that no colour runs over a line break.
fn paint_lines(out: &mut String, code: &str, word: &str) {
    if code.is_empty() {
        out.push_str(word);
        return;
    }
    for (at, line) in word.split('\n').enumerate() {
        if at > 0 {
            out.push('\n');
        }
        if !line.is_empty() {
            out.push_str("\x1b[");
            out.push_str(code);
            out.push('m');
            out.push_str(line);
            out.push_str("\x1b[0m");
        }
    }
}

/// A dot command: known ones in blue, others in red.
fn command(text: &str) -> String {
    let start = text.len() - text.trim_start().len();
    let end = text[start..].find(char::is_whitespace).map_or(text.len(), |end| start + end);
    let (name, rest) = (&text[start + 1..end], &text[end..]);
    let known = crate::cli::commands::find(name).is_some();
    let begun =
        rest.is_empty() && crate::cli::commands::names().any(|known| known.starts_with(name));
    let mut out = text[..start].to_owned();
    paint_lines(
        &mut out,
        if known {
            BLUE
        } else if begun {
            ""
        } else {
            UNBALANCED
        },
        &text[start..end],
    );
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(coloured: &str) -> String {
        let mut out = String::new();
        let mut rest = coloured;
        while let Some(at) = rest.find("\x1b[") {
            out.push_str(&rest[..at]);
            rest = &rest[at..];
            rest = rest.find('m').map_or("", |end| &rest[end + 1..]);
        }
        out + rest
    }

    #[test]
    fn only_escapes_are_added() {
        for text in [
            "MATCH (n:Person {name: 'He Lif",
            "RETURN $a + 1.5 // done\n;",
            ".mode csv",
            "/* open",
            "é `b",
            "(]",
            ".",
        ] {
            for cursor in 0..text.len() {
                assert_eq!(plain(&highlight(text, Some(cursor))), text);
            }
        }
    }

    #[test]
    fn words_of_the_schema_are_keywords_in_their_statements() {
        let text = highlight("CREATE INDEX FOR (index:Index) ON (index.key)", None);
        assert!(text.contains("\x1b[1;34mINDEX\x1b[0m"), "{text}");
        assert!(text.contains("\x1b[36mIndex\x1b[0m") && text.contains(".key"), "{text}");
        assert!(highlight("SHOW INDEXES", None).contains("\x1b[1;34mSHOW\x1b[0m"));
        assert!(!highlight("MATCH (index) RETURN key", None).contains("\x1b[1;34mkey"));
    }

    #[test]
    fn words_of_prefixes_are_keywords_before_a_query() {
        let text = highlight("WHY ACCORDING TO why BEST MATCH (why:Best) RETURN why.best", None);
        for word in ["WHY", "ACCORDING", "TO", "BEST"] {
            assert!(text.contains(&format!("\x1b[1;34m{word}\x1b[0m")), "{text}");
        }
        assert!(!text.contains("\x1b[1;34mwhy") && !text.contains("\x1b[1;34mbest"), "{text}");
        assert!(text.contains("\x1b[36mBest\x1b[0m"), "{text}");
    }

    #[test]
    fn unbalanced_brackets_are_red() {
        assert!(highlight("RETURN (1", None).contains("\x1b[31m("));
        assert!(!highlight("RETURN (1)", None).contains("\x1b[31m"));
        assert!(highlight("RETURN (1)", Some(10)).contains("\x1b[1;4m("));
    }

    #[test]
    fn labels_and_types_are_told_from_variables() {
        let text = highlight("MATCH (n:Person)-[:LEADS|HOLDS]->(m)", None);
        for name in ["Person", "LEADS", "HOLDS"] {
            assert!(text.contains(&format!("\x1b[36m{name}\x1b[0m")), "{name}");
        }
    }
}
