//! Reading on behind a syntax error, to tell of further ones that do not follow from it.
//!
//! Reading goes on at the next reserved word that begins a clause outside of all brackets.
//! Where brackets, strings or comments are not closed, nobody knows what lies outside, and
//! the first error stays alone.

use super::super::ast::Statement;
use super::super::diagnostic::{Diagnostic, Diagnostics, Gathered};
use super::super::input::Source;
use super::super::keyword::Keyword;
use super::super::token::{Symbol, TokenKind};
use super::{LONG, explained, parse, rest_of_statement};
use crate::value::ErrorCode;

/// Errors that are looked for: each costs the reading of what follows it.
const MAX_ERRORS: usize = 20;

/// Parses one statement as [`parse`] does. Where it fails, the errors of later clauses are
/// told as well.
///
/// # Errors
/// Every `SyntaxError` that does not follow from an earlier one.
///
/// ```
/// let errors = dossier::syntax::parse_all("MATCH (n) WHRE n.x = 1 RETURN n,").unwrap_err();
/// assert_eq!(errors.iter().count(), 2);
/// ```
pub fn parse_all(text: &str) -> Result<Statement, Diagnostics> {
    parse(text).map_err(|leading| with_others(text, leading))
}

/// The error with those of later clauses.
fn with_others(text: &str, leading: Diagnostic) -> Diagnostics {
    let alone = leading.code != ErrorCode::UnexpectedSyntax || text.len() >= LONG;
    let (false, Ok(source)) = (alone, Source::new(text)) else { return leading.into() };
    let mut gathered = Gathered::default();
    let mut place = leading.span.map_or(0, |span| span.start);
    gathered.push(leading.clone());
    for start in clause_starts(&source) {
        let token = source.token(start);
        // Behind a comma too many, the word that was not expected begins the next clause.
        let comma = start > 0 && source.token(start - 1).kind == TokenKind::Symbol(Symbol::Comma);
        let behind = token.span.start > place || (token.span.start == place && comma);
        if !behind || gathered.len() >= MAX_ERRORS {
            continue;
        }
        let Err(failure) = rest_of_statement(source.input().advance(start)) else { break };
        let error = explained(&source, failure);
        if error.code == ErrorCode::NestingTooDeep {
            break;
        }
        place = error.span.map_or(u32::MAX, |span| span.start);
        gathered.push(error);
    }
    gathered.finish().unwrap_or_else(|| leading.into())
}

/// The tokens that begin a clause of the first statement outside of all brackets; none
/// where brackets, strings or comments are left open.
fn clause_starts(source: &Source<'_>) -> Vec<u32> {
    let mut starts = Vec::new();
    let mut depth = 0_u32;
    let mut before = TokenKind::End;
    for (index, (token, partner)) in (0_u32..).zip(source.tokens.iter().zip(&source.partners)) {
        match token.kind {
            TokenKind::UnterminatedString
            | TokenKind::UnterminatedName
            | TokenKind::UnterminatedComment => return Vec::new(),
            TokenKind::Symbol(symbol) if symbol.closer().is_some() || symbol.is_closer() => {
                if *partner == u32::MAX {
                    return Vec::new();
                }
                depth = if symbol.is_closer() { depth.saturating_sub(1) } else { depth + 1 };
            }
            TokenKind::Symbol(Symbol::Semicolon) if depth == 0 => return starts,
            TokenKind::Keyword(word) if depth == 0 && begins(word, before) => starts.push(index),
            _ => {}
        }
        before = token.kind;
    }
    starts
}

/// Whether the word begins a clause behind that token: it is no name, and no second word
/// of STARTS WITH, ON CREATE SET, OPTIONAL MATCH or DETACH DELETE.
fn begins(word: Keyword, before: TokenKind) -> bool {
    use Keyword as K;
    let second = match before {
        TokenKind::Keyword(K::Starts | K::Ends) => word == K::With,
        TokenKind::Keyword(K::On) => matches!(word, K::Create | K::Match),
        TokenKind::Keyword(K::Create | K::Match) => word == K::Set,
        TokenKind::Keyword(K::Optional) => word == K::Match,
        TokenKind::Keyword(K::Detach) => word == K::Delete,
        TokenKind::Keyword(K::As) | TokenKind::Symbol(Symbol::Dot | Symbol::Colon) => true,
        _ => false,
    };
    word.is_reserved() && word.begins_clause() && !second
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(text: &str) -> Vec<u32> {
        let errors = parse_all(text).expect_err("the text has errors");
        errors.iter().filter_map(|error| error.span).map(|span| span.start).collect()
    }

    #[test]
    fn errors_of_later_clauses_are_found() {
        assert_eq!(labels("MATCH (n) WHRE n.x = 1 WITH n, RETURN n RETURN n,"), [10, 31, 49]);
    }

    #[test]
    fn words_inside_brackets_and_names_begin_nothing() {
        assert_eq!(labels("RETURN 1 2 + EXISTS { MATCH (n) RETURN }"), [9]);
        assert_eq!(labels("RETURN 1 2, n.match, 'a' STARTS WITH 'b' c"), [9]);
        assert_eq!(labels("MERGE (n) x ON CREATE SET n.x = 1 RETURN n"), [10]);
    }

    #[test]
    fn what_is_left_open_stands_alone() {
        assert_eq!(labels("MATCH (n RETURN n RETURN ,"), [6]);
        assert_eq!(labels("RETURN 1 2 RETURN 'a"), [9]);
    }
}
