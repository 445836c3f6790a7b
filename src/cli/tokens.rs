//! Questions to the tokens of a text, whole or still being typed.

use dossier::syntax::{Keyword, Symbol, Token, TokenKind, tokenize};
use std::ops::Range;

/// The tokens of a text without its comments.
pub(crate) fn meaningful(text: &str) -> Vec<Token> {
    let mut tokens = tokenize(text);
    tokens.retain(|token| token.kind != TokenKind::Comment);
    tokens
}

/// Where a token stands, in bytes.
pub(crate) fn range(token: &Token) -> Range<usize> {
    token.span.start as usize..token.span.end as usize
}

/// The parameters a text uses, each once, with the place of its first use.
pub(crate) fn parameters(text: &str) -> Vec<(String, Range<usize>)> {
    let mut found: Vec<(String, Range<usize>)> = Vec::new();
    for token in tokenize(text) {
        if token.kind == TokenKind::Parameter {
            let name = token.text(text).trim_start_matches('$').trim_matches('`').to_owned();
            if !found.iter().any(|(known, _)| *known == name) {
                found.push((name, range(&token)));
            }
        }
    }
    found
}

/// Whether a statement may bring something into being: what it takes to make a
/// database file. Deleting and setting need something that is there already.
pub(crate) fn writes(text: &str) -> bool {
    let tokens = meaningful(text);
    let explains = matches!(
        tokens.first().map(|token| token.kind),
        Some(TokenKind::Keyword(Keyword::Explain))
    );
    let creates =
        |token: &Token| matches!(token.kind, TokenKind::Keyword(Keyword::Create | Keyword::Merge));
    let inserts = |token: &Token| token.text(text).eq_ignore_ascii_case("insert");
    !explains
        && (tokens.iter().any(creates)
            || tokens.first().is_some_and(inserts)
            || copies_into(&tokens, text))
}

/// Whether it is a COPY that reads a file into the graph and not a query into a file.
fn copies_into(tokens: &[Token], text: &str) -> bool {
    let begins = |token: &Token| token.text(text).eq_ignore_ascii_case("copy");
    let is = |at: usize, symbols: &[Symbol]| {
        tokens.get(at).is_some_and(|token| {
            symbols.iter().any(|symbol| token.kind == TokenKind::Symbol(*symbol))
        })
    };
    let queries = is(1, &[Symbol::LeftParen]) && !is(2, &[Symbol::Colon, Symbol::RightParen]);
    tokens.first().is_some_and(begins) && tokens.len() > 1 && !queries
}

/// The brackets of a text: which one belongs to which.
#[derive(Debug, Default)]
pub(crate) struct Brackets {
    /// Places of the brackets that have a partner, with their partner's.
    pub(crate) pairs: Vec<(usize, usize)>,
    /// Places of the brackets that have none.
    pub(crate) lonely: Vec<usize>,
    /// Brackets open at the end of the text, the outermost first: kind and index of the token.
    pub(crate) open: Vec<(Symbol, usize)>,
}

/// Pairs the brackets among the tokens.
pub(crate) fn brackets(tokens: &[Token]) -> Brackets {
    let mut found = Brackets::default();
    for (at, token) in tokens.iter().enumerate() {
        let TokenKind::Symbol(symbol) = token.kind else {
            continue;
        };
        let place = token.span.start as usize;
        if symbol.closer().is_some() {
            found.open.push((symbol, at));
        } else if symbol.is_closer() {
            match found.open.last() {
                Some((opener, index)) if opener.closer() == Some(symbol) => {
                    let partner = tokens.get(*index).map_or(0, |token| token.span.start as usize);
                    found.pairs.push((partner, place));
                    found.open.pop();
                }
                _ => found.lonely.push(place),
            }
        } else if symbol == Symbol::Semicolon {
            let left = found.open.drain(..).filter_map(|(_, index)| tokens.get(index));
            found.lonely.extend(left.map(|token| token.span.start as usize));
        }
    }
    let left = found.open.iter().filter_map(|(_, index)| tokens.get(*index));
    found.lonely.extend(left.map(|token| token.span.start as usize));
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_found_outside_text() {
        let names: Vec<String> = parameters("RETURN $a, '$b', $a /* $c */, $`d e`")
            .into_iter()
            .map(|(name, _)| name)
            .collect();
        assert_eq!(names, ["a", "d e"]);
    }

    #[test]
    fn only_what_creates_makes_a_file() {
        for text in [
            "CREATE (n)",
            "match (n) merge (m)",
            "INSERT (n)",
            "COPY Person FROM 'a.csv'",
            "copy (:A) from $x",
            "COPY ()-[:R]->() FROM 'a.csv'",
        ] {
            assert!(writes(text), "{text}");
        }
        for text in [
            "MATCH (n) RETURN n",
            "EXPLAIN CREATE (n)",
            "RETURN 'CREATE'",
            "MATCH (n) DELETE n",
            "COPY (MATCH (n) RETURN n.x) TO 'a.csv'",
        ] {
            assert!(!writes(text), "{text}");
        }
    }

    #[test]
    fn brackets_are_paired() {
        let found = brackets(&meaningful("(a[b)]"));
        assert_eq!(found.pairs, [(2, 5)]);
        assert_eq!(found.lonely, [4, 0]);
        let found = brackets(&meaningful("f([1], ')')"));
        assert_eq!(found.pairs, [(2, 4), (1, 10)]);
        assert!(found.lonely.is_empty());
    }
}
