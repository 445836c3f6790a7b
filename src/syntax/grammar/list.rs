//! What goes over the elements of a list: list literals, comprehensions,
//! quantifiers and `reduce`.

use super::atom::PATTERN_LEVELS;
use super::expression::{
    Boxed, boxed, boxed_expression, boxed_predicate, expression_before_bar, expressions,
    introduced, predicate_before_bar,
};
use super::lookahead;
use super::path::path;
use crate::syntax::ast::{Expression, ExpressionKind, Name, PatternPart, Quantifier};
use crate::syntax::input::{Parsed, Tokens, expect, expect_keyword, name};
use crate::syntax::keyword::Keyword;
use crate::syntax::token::{Symbol, TokenKind};

/// `[…]`: a literal or a comprehension.
pub(super) fn list(input: Tokens<'_>) -> Boxed<'_> {
    // `[x IN list, y]` is a literal whose first element is a test of membership.
    if lookahead::element_of(input) && lookahead::first_separator(input) != Some(Symbol::Comma) {
        list_comprehension(input)
    } else if begins_pattern_comprehension(input) {
        pattern_comprehension(input)
    } else {
        literal(input)
    }
}

fn literal(input: Tokens<'_>) -> Boxed<'_> {
    let (rest, items) = if input.peek_at(1) == TokenKind::Symbol(Symbol::RightBracket) {
        (input.advance(1), Vec::new())
    } else {
        expressions(input.advance(1), false)?
    };
    let rest = expect(rest, Symbol::RightBracket, "an operator, `,` or `]`")?;
    Ok((rest, boxed(ExpressionKind::List(items), input.span_to(rest))))
}

/// A pattern, perhaps with a path variable, and a bar somewhere behind it.
fn begins_pattern_comprehension(input: Tokens<'_>) -> bool {
    let named = input.peek_at(1).is_word() && input.peek_at(2) == TokenKind::Symbol(Symbol::Equal);
    let start = input.advance(if named { 3 } else { 1 });
    start.at_symbol(Symbol::LeftParen)
        && lookahead::pattern(start)
        && lookahead::first_separator(input) == Some(Symbol::Bar)
}

/// The variable and the list of `x IN list`, and the filter behind them.
struct Elements {
    variable: Name,
    list: Box<Expression>,
    filter: Option<Box<Expression>>,
}

fn elements(input: Tokens<'_>) -> Parsed<'_, Elements> {
    let (rest, variable) = name("a variable")(input)?;
    let rest = expect_keyword(rest, Keyword::In, "`IN`")?;
    let (rest, list) = expression_before_bar(rest)?;
    let (rest, filter) = filter(rest)?;
    Ok((rest, Elements { variable, list, filter }))
}

/// `WHERE predicate`, or nothing.
fn filter(input: Tokens<'_>) -> Parsed<'_, Option<Box<Expression>>> {
    if !input.at_keyword(Keyword::Where) {
        return Ok((input, None));
    }
    predicate_before_bar(input.advance(1)).map(|(rest, filter)| (rest, Some(filter)))
}

/// `[x IN list WHERE predicate | projection]`.
fn list_comprehension(input: Tokens<'_>) -> Boxed<'_> {
    let (rest, Elements { variable, list, filter }) = elements(input.advance(1))?;
    let (rest, projection) = introduced(rest, TokenKind::Symbol(Symbol::Bar), false)?;
    let what = match (&filter, &projection) {
        (_, Some(_)) => "an operator or `]`",
        (Some(_), None) => "an operator, `|` or `]`",
        (None, None) => "an operator, `WHERE`, `|` or `]`",
    };
    let rest = expect(rest, Symbol::RightBracket, what)?;
    let kind = ExpressionKind::ListComprehension { variable, list, predicate: filter, projection };
    Ok((rest, boxed(kind, input.span_to(rest))))
}

/// `[p = (a)-->(b) WHERE predicate | projection]`.
fn pattern_comprehension(input: Tokens<'_>) -> Boxed<'_> {
    let start = input.advance(1).deeper(PATTERN_LEVELS)?;
    let (rest, variable) = if start.peek().is_word() {
        let (rest, variable) = name("a variable")(start)?;
        (rest.advance(1), Some(variable))
    } else {
        (start, None)
    };
    let (rest, part) = path(rest)?;
    let part = Box::new(PatternPart { variable, span: start.span_to(rest), ..part });
    let (rest, filter) = filter(rest)?;
    let rest = expect(
        rest,
        Symbol::Bar,
        if filter.is_some() { "an operator or `|`" } else { "`WHERE` or `|`" },
    )?;
    let (rest, projection) = boxed_expression(rest)?;
    let rest = expect(rest, Symbol::RightBracket, "an operator or `]`")?;
    let kind = ExpressionKind::PatternComprehension { part, predicate: filter, projection };
    Ok((rest.back_to(input), boxed(kind, input.span_to(rest))))
}

/// Which quantifier the word here is, if it is one.
pub(super) fn quantifier_kind(input: Tokens<'_>) -> Option<Quantifier> {
    let kinds = [
        ("all", Quantifier::All),
        ("any", Quantifier::Any),
        ("none", Quantifier::None),
        ("single", Quantifier::Single),
    ];
    kinds.into_iter().find(|(word, _)| input.at_word(word)).map(|(_, kind)| kind)
}

/// `all(x IN list WHERE predicate)`.
pub(super) fn quantifier(input: Tokens<'_>, kind: Quantifier) -> Boxed<'_> {
    let (rest, Elements { variable, list, filter }) = elements(input.advance(2))?;
    let Some(predicate) = filter else {
        return Err(nom::Err::Failure(rest.expected("an operator or `WHERE`")));
    };
    let rest = expect(rest, Symbol::RightParen, "an operator or `)`")?;
    let kind = ExpressionKind::Quantifier { kind, variable, list, predicate };
    Ok((rest, boxed(kind, input.span_to(rest))))
}

/// `reduce(accumulator = initial, variable IN list | step)`, and the same of `allReduce`
/// with a condition on the accumulator behind it.
pub(super) fn reduce(input: Tokens<'_>) -> Boxed<'_> {
    let conditional = input.at_word("allReduce");
    let (rest, accumulator) = name("a variable")(input.advance(2).deeper(1)?)?;
    let rest = expect(rest, Symbol::Equal, "`=`")?;
    let (rest, initial) = boxed_expression(rest)?;
    let rest = expect(rest, Symbol::Comma, "an operator or `,`")?;
    let (rest, variable) = name("a variable")(rest)?;
    let rest = expect_keyword(rest, Keyword::In, "`IN`")?;
    let (rest, list) = expression_before_bar(rest)?;
    let rest = expect(rest, Symbol::Bar, "an operator or `|`")?;
    let (rest, step) = boxed_expression(rest)?;
    let (rest, condition) = if conditional {
        let rest = expect(rest, Symbol::Comma, "an operator or `,`")?;
        let (rest, condition) = boxed_predicate(rest)?;
        (rest, Some(condition))
    } else {
        (rest, None)
    };
    let rest = expect(rest, Symbol::RightParen, "an operator or `)`")?;
    let span = input.span_to(rest);
    let kind = ExpressionKind::Reduce { accumulator, initial, variable, list, step, condition };
    Ok((rest.back_to(input), boxed(kind, span)))
}
