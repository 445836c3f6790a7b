//! `LOAD CSV`. Its further words mean something at their places only, and are names elsewhere.

use super::expression::expression;
use crate::syntax::ast::ClauseKind;
use crate::syntax::diagnostic::Diagnostic;
use crate::syntax::input::{Failure, Parsed, Tokens, expect_keyword, fail, name};
use crate::syntax::keyword::Keyword;
use crate::syntax::literal;
use crate::syntax::token::TokenKind;
use crate::value::ErrorCode;
use nom::Err;

/// `CSV [WITH HEADERS] FROM location AS variable [FIELDTERMINATOR 'c']`, behind LOAD.
pub(super) fn load_csv(input: Tokens<'_>) -> Parsed<'_, ClauseKind> {
    let rest = expect_word(input, "CSV", "`CSV`")?;
    let headers = rest.at_keyword(Keyword::With);
    let rest = if headers { expect_word(rest.advance(1), "HEADERS", "`HEADERS`")? } else { rest };
    let rest =
        expect_word(rest, "FROM", if headers { "`FROM`" } else { "`WITH HEADERS` or `FROM`" })?;
    let (rest, location) = expression(rest)?;
    let rest = expect_keyword(rest, Keyword::As, "an operator or `AS`")?;
    let (rest, variable) = name("a variable")(rest)?;
    let (rest, terminator) = if rest.at_word("FIELDTERMINATOR") {
        terminator(rest.advance(1)).map(|(rest, terminator)| (rest, Some(terminator)))?
    } else {
        (rest, None)
    };
    Ok((rest, ClauseKind::LoadCsv { headers, location, variable, terminator }))
}

fn expect_word<'a>(
    input: Tokens<'a>,
    word: &str,
    what: &'static str,
) -> Result<Tokens<'a>, Err<Failure>> {
    if input.at_word(word) { Ok(input.advance(1)) } else { Err(Err::Failure(input.expected(what))) }
}

/// The character between fields: one of ASCII that means nothing else in such a file.
fn terminator(input: Tokens<'_>) -> Parsed<'_, char> {
    if input.peek() != TokenKind::String {
        return Err(Err::Failure(input.expected("a string of one character")));
    }
    let span = input.span();
    let text = literal::string(input.text(), span).map_err(fail)?;
    let mut characters = text.chars();
    match (characters.next(), characters.next()) {
        (Some(only), None) if only.is_ascii() && !matches!(only, '"' | '\n' | '\r' | '\0') => {
            Ok((input.advance(1), only))
        }
        _ => Err(fail(
            Diagnostic::syntax(
                ErrorCode::InvalidArgumentValue,
                "fields are divided by one ASCII character, which is neither a quote nor a line break",
                span,
            )
            .with_help("write `FIELDTERMINATOR ';'`, or `FIELDTERMINATOR '\\t'` for a tab"),
        )),
    }
}
