//! What may follow `IS` and `IS NOT`, and `::` alone.

use super::expression::{Boxed, boxed};
use super::label::{begins_expression, expression as label_expression};
use super::value_type::value_type;
use crate::syntax::ast::{Expression, ExpressionKind, IsTest, NormalForm};
use crate::syntax::input::{Parsed, Tokens};
use crate::syntax::keyword::Keyword;
use crate::syntax::token::{Symbol, TokenKind};
use nom::Err;

/// `IS [NOT] …`, or `:: type`, behind an operand.
pub(super) fn is(input: Tokens<'_>, operand: Box<Expression>) -> Boxed<'_> {
    let negated = input.at_keyword(Keyword::Is) && input.advance(1).at_keyword(Keyword::Not);
    let rest = match (input.at_keyword(Keyword::Is), negated) {
        (true, true) => input.advance(2),
        (true, false) => input.advance(1),
        (false, _) => input,
    };
    if rest.at_keyword(Keyword::Null) {
        let rest = rest.advance(1);
        let span = operand.span.to(input.span_to(rest));
        return Ok((rest, boxed(ExpressionKind::IsNull(operand, negated), span)));
    }
    if input.at_keyword(Keyword::Is) && !negated && !at_test(rest) && begins_expression(rest) {
        let (rest, labels) = label_expression(rest, input.ends_at_bar())?;
        let span = operand.span.to(input.span_to(rest));
        return Ok((rest, boxed(ExpressionKind::HasLabels(operand, labels), span)));
    }
    let (rest, test) = test(rest, negated)?;
    let span = operand.span.to(input.span_to(rest));
    Ok((rest, boxed(ExpressionKind::Is(operand, test, negated), span)))
}

/// Whether the word behind IS is that of a test; a label of that name is written `n:NAME`.
fn at_test(input: Tokens<'_>) -> bool {
    let form = input.peek() == TokenKind::Name && NormalForm::of(input.text()).is_some();
    matches!(input.peek(), TokenKind::Keyword(Keyword::True | Keyword::False))
        || ["UNKNOWN", "TYPED", "NORMALIZED"].iter().any(|word| input.at_word(word))
        || (form && input.advance(1).at_word("NORMALIZED"))
}

/// Every test but that for null.
fn test(input: Tokens<'_>, negated: bool) -> Parsed<'_, IsTest> {
    match input.peek() {
        TokenKind::Keyword(Keyword::True) => Ok((input.advance(1), IsTest::Truth(Some(true)))),
        TokenKind::Keyword(Keyword::False) => Ok((input.advance(1), IsTest::Truth(Some(false)))),
        TokenKind::Symbol(Symbol::ColonColon) => typed(input),
        _ if input.at_word("UNKNOWN") => Ok((input.advance(1), IsTest::Truth(None))),
        _ if input.at_word("TYPED") => typed(input),
        _ => normalized(input, negated),
    }
}

fn typed(input: Tokens<'_>) -> Parsed<'_, IsTest> {
    let (rest, of) = value_type(input.advance(1))?;
    Ok((rest, IsTest::Typed(of)))
}

/// `[NFC | NFD | NFKC | NFKD] NORMALIZED`.
fn normalized(input: Tokens<'_>, negated: bool) -> Parsed<'_, IsTest> {
    let form = match input.peek() {
        TokenKind::Name => NormalForm::of(input.text()),
        _ => None,
    };
    let rest = if form.is_some() { input.advance(1) } else { input };
    if rest.at_word("NORMALIZED") {
        let form = form.unwrap_or(NormalForm::Nfc);
        return Ok((rest.advance(1), IsTest::Normalized(form)));
    }
    Err(Err::Failure(rest.expected(match (form, negated) {
        (Some(_), _) => "`NORMALIZED`",
        (None, true) => "`NULL`, `:: type`, `TRUE`, `FALSE`, `UNKNOWN` or `NORMALIZED`",
        (None, false) => "`NULL`, `NOT`, `:: type`, `TRUE`, `FALSE`, `UNKNOWN` or `NORMALIZED`",
    })))
}
