//! What may follow `IS` and `IS NOT`, and `::` alone.

use super::expression::{Boxed, boxed, predicate_operand};
use super::label::{begins_expression, expression as label_expression};
use super::value_type::value_type;
use crate::syntax::ast::{Expression, ExpressionKind, IsTest, NormalForm, RelationshipEnd};
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
    if input.at_keyword(Keyword::Is) && at_labeled(rest) {
        let (rest, labels) = label_expression(rest.advance(1), input.ends_at_bar())?;
        let span = operand.span.to(input.span_to(rest));
        let test = boxed(ExpressionKind::HasLabels(operand, labels), span);
        let negation = |test| boxed(ExpressionKind::Not(1, test), span);
        return Ok((rest, if negated { negation(test) } else { test }));
    }
    if input.at_keyword(Keyword::Is)
        && let Some(end) = at_end_of(rest)
    {
        let (rest, relationship) = predicate_operand(rest.advance(2))?;
        let span = operand.span.to(relationship.span);
        let kind = ExpressionKind::IsEnd(operand, end, relationship, negated);
        return Ok((rest, boxed(kind, span)));
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

/// Whether `LABELED` and a label expression stand here; the word alone is a label.
fn at_labeled(input: Tokens<'_>) -> bool {
    let next = input.advance(1);
    let ends = matches!(next.peek(), TokenKind::Keyword(word) if word.is_reserved());
    input.at_word("LABELED") && !ends && begins_expression(next)
}

/// The end of a relationship that `SOURCE OF` or `DESTINATION OF` here names.
fn at_end_of(input: Tokens<'_>) -> Option<RelationshipEnd> {
    let ends = [("SOURCE", RelationshipEnd::Source), ("DESTINATION", RelationshipEnd::Destination)];
    let end = ends.into_iter().find(|(word, _)| input.at_word(word))?;
    input.advance(1).at_word("OF").then_some(end.1)
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
