//! Literals and calls with words of their own inside: `DATE '…'`, `CAST(x AS TYPE)`,
//! `trim(LEADING 'x' FROM s)`, `normalize(s, NFC)`.
//!
//! The last two are ordinary calls in the tree: of `ltrim`, `rtrim` or `btrim`, and of
//! `normalize` with the form as a string. So is `property_exists(n, key)`, with the key as one.

use super::expression::{Boxed, boxed, boxed_expression, expressions};
use super::lookahead;
use super::value_type::value_type;
use crate::syntax::ast::{Expression, ExpressionKind, Name, NormalForm, TemporalLiteral};
use crate::syntax::diagnostic::Span;
use crate::syntax::input::{Tokens, expect, expect_keyword, fail, name};
use crate::syntax::keyword::Keyword;
use crate::syntax::literal;
use crate::syntax::token::{Symbol, TokenKind};

/// `DATE '2025-06-10'`; nothing where the word before the string begins no literal.
pub(super) fn temporal_literal(input: Tokens<'_>) -> Option<Boxed<'_>> {
    let kind = TemporalLiteral::of(input.text())?;
    let string = input.advance(1);
    let rest = string.advance(1);
    let span = input.span_to(rest);
    Some(match literal::string(string.text(), string.span()) {
        Ok(text) => Ok((rest, boxed(ExpressionKind::Temporal(kind, text), span))),
        Err(diagnostic) => Err(fail(diagnostic)),
    })
}

/// `CAST(value AS TYPE)`.
pub(super) fn cast(input: Tokens<'_>) -> Boxed<'_> {
    let (rest, value) = boxed_expression(input.advance(2))?;
    let rest = expect_keyword(rest, Keyword::As, "an operator or `AS`")?;
    let (rest, to) = value_type(rest)?;
    let rest = expect(rest, Symbol::RightParen, "`NOT NULL`, `|` or `)`")?;
    Ok((rest, boxed(ExpressionKind::Cast(value, to), input.span_to(rest))))
}

/// Whether the call of `trim` here is of the form with FROM.
pub(super) fn trims_from(input: Tokens<'_>) -> bool {
    let first = input.advance(2);
    // `trim(leading)` trims what a variable of that name holds.
    (side(first).is_some() && !matches!(first.peek_at(1), TokenKind::Symbol(_) | TokenKind::End))
        || first.at_word("FROM") && !matches!(first.peek_at(1), TokenKind::Symbol(_))
        || lookahead::word_at_level(input.advance(1), "FROM")
}

/// The function that trims on the side named here.
fn side(input: Tokens<'_>) -> Option<&'static str> {
    let sides = [("LEADING", "ltrim"), ("TRAILING", "rtrim"), ("BOTH", "btrim")];
    sides.into_iter().find(|(word, _)| input.at_word(word)).map(|(_, function)| function)
}

/// `trim([LEADING | TRAILING | BOTH] [characters] FROM text)`.
pub(super) fn trim(input: Tokens<'_>) -> Boxed<'_> {
    let start = input.advance(2);
    let side = side(start);
    let rest = if side.is_some() { start.advance(1) } else { start };
    let (rest, characters) = if rest.at_word("FROM") {
        (rest, None)
    } else {
        let (rest, characters) = boxed_expression(rest)?;
        (rest, Some(characters))
    };
    if !rest.at_word("FROM") {
        return Err(nom::Err::Failure(rest.expected("an operator or `FROM`")));
    }
    let (rest, text) = boxed_expression(rest.advance(1))?;
    let rest = expect(rest, Symbol::RightParen, "an operator or `)`")?;
    let arguments = std::iter::once(*text).chain(characters.map(|characters| *characters));
    let name = side.unwrap_or("btrim");
    let kind = call(name, input.span(), arguments.collect());
    Ok((rest, boxed(kind, input.span_to(rest))))
}

/// `normalize(text)`, `normalize(text, NFD)`.
pub(super) fn normalize(input: Tokens<'_>) -> Boxed<'_> {
    let arguments = input.advance(2);
    let (rest, mut arguments) = if arguments.at_symbol(Symbol::RightParen) {
        (arguments, Vec::new())
    } else {
        expressions(arguments, false)?
    };
    let rest = expect(rest, Symbol::RightParen, "an operator, `,` or `)`")?;
    if let [_, form, ..] = arguments.as_mut_slice()
        && let ExpressionKind::Variable(word) = &form.kind
        && let Some(known) = NormalForm::of(word)
    {
        form.kind = ExpressionKind::String(known.text().into());
    }
    let kind = call("normalize", input.span(), arguments);
    Ok((rest, boxed(kind, input.span_to(rest))))
}

/// `property_exists(element, key)`: the key is a name; anything else is computed.
pub(super) fn property_exists(input: Tokens<'_>) -> Boxed<'_> {
    let (rest, element) = boxed_expression(input.advance(2))?;
    let rest = expect(rest, Symbol::Comma, "an operator or `,`")?;
    let named = rest.peek().is_word() && rest.peek_at(1) == TokenKind::Symbol(Symbol::RightParen);
    let (rest, key) = if named {
        let (rest, key) = name("a property key")(rest)?;
        (rest, boxed(ExpressionKind::String(key.text), key.span))
    } else {
        boxed_expression(rest)?
    };
    let rest = expect(rest, Symbol::RightParen, "an operator or `)`")?;
    let kind = call("property_exists", input.span(), vec![*element, *key]);
    Ok((rest, boxed(kind, input.span_to(rest))))
}

fn call(function: &str, name_span: Span, arguments: Vec<Expression>) -> ExpressionKind {
    let name = vec![Name { text: function.into(), span: name_span }];
    ExpressionKind::Function { name, distinct: false, arguments }
}
