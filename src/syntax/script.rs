//! Scripts: several statements in one text, and text that is still being typed.

use super::diagnostic::Span;
use super::lexer::tokenize;
use super::token::{Symbol, Token, TokenKind};

/// Splits a script at its semicolons into statements with their places.
///
/// Semicolons in strings, comments and backticks split nothing. A statement runs
/// from its first token to its last, comments around it and its semicolon left out;
/// statements without a token are skipped. The last one may lack its semicolon.
pub fn split_statements(text: &str) -> Vec<(Span, &str)> {
    let mut statements = Vec::new();
    let mut current: Option<Span> = None;
    for token in tokenize(text) {
        match token.kind {
            TokenKind::Comment => {}
            TokenKind::Symbol(Symbol::Semicolon) => statements.extend(current.take()),
            _ => current = Some(current.map_or(token.span, |span| span.to(token.span))),
        }
    }
    statements.extend(current);
    statements.into_iter().map(|span| (span, slice(text, span))).collect()
}

fn slice(text: &str, span: Span) -> &str {
    text.get(span.start as usize..span.end as usize).unwrap_or_default()
}

/// Whether a text ends with a semicolon that is not in a string, comment or name:
/// what the REPL waits for before it runs what was typed.
pub fn is_complete(text: &str) -> bool {
    let mut tokens = tokenize(text).into_iter().rev();
    let last = tokens.find(|token: &Token| token.kind != TokenKind::Comment);
    last.is_some_and(|token| token.kind == TokenKind::Symbol(Symbol::Semicolon))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_real_semicolons_split() {
        let script = "RETURN ';'; // no; no\n;; MATCH (`a;`) /* ; */ RETURN 1 ; RETURN 2";
        let texts: Vec<&str> = split_statements(script).into_iter().map(|(_, text)| text).collect();
        assert_eq!(texts, ["RETURN ';'", "MATCH (`a;`) /* ; */ RETURN 1", "RETURN 2"]);
        assert_eq!(split_statements(" ; \n // x"), []);
    }

    #[test]
    fn complete_means_a_last_semicolon() {
        for text in ["RETURN 1;", "RETURN 1; ", "RETURN 1; // done"] {
            assert!(is_complete(text), "{text}");
        }
        for text in ["", "RETURN 1", "RETURN ';", "RETURN 1 // ;", "RETURN 1 /* ;", "; RETURN"] {
            assert!(!is_complete(text), "{text}");
        }
    }
}
