//! Atoms: literals, variables, calls, CASE, subqueries, and everything in brackets.

use super::expression::{any_level, expression, predicate};
use super::list::{list, quantifier, quantifier_kind, reduce};
use super::pattern::{pattern, pattern_predicate, shortest, shortest_path};
use super::{lookahead, query};
use crate::syntax::ast::{Expression, ExpressionKind, MapProjectionItem, Name, Subquery, SubqueryKind};
use crate::syntax::diagnostic::Diagnostic;
use crate::syntax::input::{
    Parsed, Tokens, expect, expect_keyword, fail, keyword, name, symbol, unquote,
};
use crate::syntax::keyword::Keyword;
use crate::syntax::literal;
use crate::syntax::token::{Symbol, TokenKind};
use nom::combinator::opt;
use nom::multi::separated_list1;
use nom::sequence::preceded;
use nom::{Err, Parser};

/// How many levels of nesting a subquery counts for: parsing one takes more stack than an operand.
const SUBQUERY_LEVELS: u16 = 4;

/// The smallest complete expression; branches on the first token.
pub(super) fn atom(input: Tokens<'_>) -> Parsed<'_, Expression> {
    match input.peek() {
        TokenKind::Integer | TokenKind::Float | TokenKind::MalformedNumber | TokenKind::String => constant(input),
        TokenKind::Keyword(Keyword::Null | Keyword::True | Keyword::False) => constant(input),
        TokenKind::Parameter => parameter(input),
        TokenKind::Symbol(Symbol::LeftParen) if lookahead::pattern(input) => pattern_predicate(input),
        TokenKind::Symbol(Symbol::LeftParen) => parenthesised(input),
        TokenKind::Symbol(Symbol::LeftBracket) => list(input),
        TokenKind::Symbol(Symbol::LeftBrace) => map(input),
        TokenKind::Keyword(Keyword::Case) if !lookahead::reserved_variable(input) => case(input),
        TokenKind::Keyword(word) if word.is_reserved() && !lookahead::reserved_variable(input) => {
            Err(Err::Failure(input.expected("an expression")))
        }
        TokenKind::Keyword(_) | TokenKind::Name => word(input),
        TokenKind::QuotedName => named(input),
        _ => Err(Err::Failure(input.expected("an expression"))),
    }
}

/// A literal of one token.
fn constant(input: Tokens<'_>) -> Parsed<'_, Expression> {
    let (text, span) = (input.text(), input.span());
    let kind = match input.peek() {
        TokenKind::Integer => ExpressionKind::Integer(literal::integer(text, false, span).map_err(fail)?),
        TokenKind::Float => ExpressionKind::Float(literal::float(text, span).map_err(fail)?),
        TokenKind::MalformedNumber => return Err(fail(literal::malformed(text, span))),
        TokenKind::String => ExpressionKind::String(literal::string(text, span).map_err(fail)?),
        TokenKind::Keyword(Keyword::True) => ExpressionKind::Boolean(true),
        TokenKind::Keyword(Keyword::False) => ExpressionKind::Boolean(false),
        _ => ExpressionKind::Null,
    };
    Ok((input.advance(1), Expression { kind, span }))
}

/// `$name`, `$1`, `` $`name` ``.
pub(super) fn parameter(input: Tokens<'_>) -> Parsed<'_, Expression> {
    let span = input.span();
    let written = input.text().trim_start_matches('$');
    let text = if written.starts_with('`') { unquote(written) } else { written.into() };
    Ok((input.advance(1), Expression { kind: ExpressionKind::Parameter(Name { text, span }), span }))
}

/// An expression in round brackets. Its place includes them.
fn parenthesised(input: Tokens<'_>) -> Parsed<'_, Expression> {
    let (rest, inner) = any_level(input.advance(1))?;
    let rest = expect(rest, Symbol::RightParen, "an operator or `)`")?;
    Ok((rest, Expression { kind: inner.kind, span: input.span_to(rest) }))
}

/// An unquoted word: a call with a syntax of its own, or as [`named`].
fn word(input: Tokens<'_>) -> Parsed<'_, Expression> {
    match input.peek_at(1) {
        TokenKind::Symbol(Symbol::LeftBrace) => match subquery_kind(input) {
            Some(kind) if !lookahead::map_projection(input.advance(1)) => subquery(input, kind),
            _ => map_projection(input),
        },
        TokenKind::Symbol(Symbol::LeftParen) => call(input),
        _ => named(input),
    }
}

fn subquery_kind(input: Tokens<'_>) -> Option<SubqueryKind> {
    let kinds = [("exists", SubqueryKind::Exists), ("count", SubqueryKind::Count), ("collect", SubqueryKind::Collect)];
    kinds.into_iter().find(|(word, _)| input.at_word(word)).map(|(_, kind)| kind)
}

/// An unquoted word before a round bracket.
fn call(input: Tokens<'_>) -> Parsed<'_, Expression> {
    if let Some(kind) = shortest(input) {
        let (rest, part) = shortest_path(input, kind)?;
        let span = part.span;
        return Ok((rest, Expression { kind: ExpressionKind::PatternPredicate(Box::new(part)), span }));
    }
    if input.at_word("count") && input.peek_at(2) == TokenKind::Symbol(Symbol::Star) {
        let rest = expect(input.advance(3), Symbol::RightParen, "`)`")?;
        return Ok((rest, Expression { kind: ExpressionKind::CountStar, span: input.span_to(rest) }));
    }
    if lookahead::element_of(input.advance(1))
        && let Some(kind) = quantifier_kind(input)
    {
        return quantifier(input, kind);
    }
    if input.at_word("reduce") && input.peek_at(3) == TokenKind::Symbol(Symbol::Equal) {
        return reduce(input);
    }
    function(input, 1)
}

/// A variable, a map projection, or a call of a function with any name.
fn named(input: Tokens<'_>) -> Parsed<'_, Expression> {
    if let Some(length) = lookahead::function_name(input) {
        return function(input, length);
    }
    if input.peek_at(1) == TokenKind::Symbol(Symbol::LeftBrace) {
        return map_projection(input);
    }
    let (rest, name) = name("a variable")(input)?;
    Ok((rest, Expression { kind: ExpressionKind::Variable(name.text), span: name.span }))
}

/// `name.name(DISTINCT a, b)`; the name takes `length` tokens.
fn function(input: Tokens<'_>, length: u32) -> Parsed<'_, Expression> {
    let (rest, name) = separated_list1(symbol(Symbol::Dot), name("a function")).parse(input)?;
    debug_assert_eq!(input.span_to(rest), input.span_to(input.advance(length)), "the name was looked at before");
    let exists = input.at_word("exists");
    let rest = expect(rest, Symbol::LeftParen, "`(`")?;
    let (rest, distinct) = if rest.at_keyword(Keyword::Distinct) && !lookahead::reserved_variable(rest) {
        (rest.advance(1), true)
    } else {
        (rest, false)
    };
    let (rest, arguments) = if rest.at_symbol(Symbol::RightParen) {
        (rest, Vec::new())
    } else if exists {
        separated_list1(symbol(Symbol::Comma), predicate).parse(rest)?
    } else {
        separated_list1(symbol(Symbol::Comma), expression).parse(rest)?
    };
    let rest = expect(rest, Symbol::RightParen, "an operator, `,` or `)`")?;
    let kind = ExpressionKind::Function { name, distinct, arguments };
    Ok((rest, Expression { kind, span: input.span_to(rest) }))
}

/// `{key: value, …}`.
pub(super) fn map(input: Tokens<'_>) -> Parsed<'_, Expression> {
    let (rest, entries) = if input.peek_at(1) == TokenKind::Symbol(Symbol::RightBrace) {
        (input.advance(1), Vec::new())
    } else {
        separated_list1(symbol(Symbol::Comma), map_entry).parse(input.advance(1))?
    };
    let rest = expect(rest, Symbol::RightBrace, "an operator, `,` or `}`")?;
    Ok((rest, Expression { kind: ExpressionKind::Map(entries), span: input.span_to(rest) }))
}

fn map_entry(input: Tokens<'_>) -> Parsed<'_, (Name, Expression)> {
    let (rest, key) = name("a key")(input)?;
    let rest = expect(rest, Symbol::Colon, "`:`")?;
    let (rest, value) = expression(rest)?;
    Ok((rest, (key, value)))
}

/// `variable {.key, .*, key: value, other}`.
fn map_projection(input: Tokens<'_>) -> Parsed<'_, Expression> {
    let (rest, base) = name("a variable")(input)?;
    let rest = expect(rest, Symbol::LeftBrace, "`{`")?;
    let (rest, items) = if rest.at_symbol(Symbol::RightBrace) {
        (rest, Vec::new())
    } else {
        separated_list1(symbol(Symbol::Comma), map_projection_item).parse(rest)?
    };
    let rest = expect(rest, Symbol::RightBrace, "an operator, `,` or `}`")?;
    Ok((rest, Expression { kind: ExpressionKind::MapProjection { base, items }, span: input.span_to(rest) }))
}

fn map_projection_item(input: Tokens<'_>) -> Parsed<'_, MapProjectionItem> {
    if input.at_symbol(Symbol::Dot) {
        let rest = input.advance(1);
        if rest.at_symbol(Symbol::Star) {
            return Ok((rest.advance(1), MapProjectionItem::All));
        }
        let (rest, key) = name("a property key or `*`")(rest)?;
        return Ok((rest, MapProjectionItem::Property(key)));
    }
    let (rest, key) = name("`.key`, `.*`, `key: value` or a variable")(input)?;
    if !rest.at_symbol(Symbol::Colon) {
        return Ok((rest, MapProjectionItem::Variable(key)));
    }
    let (rest, value) = expression(rest.advance(1))?;
    Ok((rest, MapProjectionItem::Entry(key, value)))
}

/// `CASE [operand] WHEN … THEN … [ELSE …] END`.
fn case(input: Tokens<'_>) -> Parsed<'_, Expression> {
    let rest = input.advance(1);
    let (rest, operand) = if rest.at_keyword(Keyword::When) {
        (rest, None)
    } else {
        let (rest, operand) = expression(rest)?;
        (rest, Some(Box::new(operand)))
    };
    let mut branches = Vec::new();
    let mut rest = rest;
    while rest.at_keyword(Keyword::When) {
        let (after, branch) = when(rest.advance(1), operand.is_none())?;
        branches.push(branch);
        rest = after;
    }
    if branches.is_empty() {
        return Err(Err::Failure(rest.expected("an operator or `WHEN`")));
    }
    let (rest, otherwise) = opt(preceded(keyword(Keyword::Else), expression)).parse(rest)?;
    let what = if otherwise.is_some() { "an operator or `END`" } else { "an operator, `WHEN`, `ELSE` or `END`" };
    let rest = expect_keyword(rest, Keyword::End, what)?;
    let kind = ExpressionKind::Case { operand, branches, otherwise: otherwise.map(Box::new) };
    Ok((rest, Expression { kind, span: input.span_to(rest) }))
}

/// What follows WHEN. In the form without operand the condition is a predicate.
fn when(input: Tokens<'_>, searched: bool) -> Parsed<'_, (Expression, Expression)> {
    let (rest, condition) = if searched { predicate(input)? } else { expression(input)? };
    let rest = expect_keyword(rest, Keyword::Then, "an operator or `THEN`")?;
    let (rest, result) = expression(rest)?;
    Ok((rest, (condition, result)))
}

/// `EXISTS { … }`, `COUNT { … }`, `COLLECT { … }`.
fn subquery(input: Tokens<'_>, kind: SubqueryKind) -> Parsed<'_, Expression> {
    let inside = input.advance(2).deeper(SUBQUERY_LEVELS)?;
    let is_query = matches!(inside.peek(), TokenKind::Keyword(word) if word.begins_clause())
        && inside.peek_at(1) != TokenKind::Symbol(Symbol::Equal);
    let (rest, body) = if is_query { query_body(inside)? } else { pattern_body(inside)? };
    let span = input.span_to(rest);
    Ok((rest.back_to(input), Expression { kind: ExpressionKind::Subquery(kind, Box::new(body)), span }))
}

fn query_body(input: Tokens<'_>) -> Parsed<'_, Subquery> {
    let (rest, (query, _)) = query(input)?;
    let rest = expect(rest, Symbol::RightBrace, "a clause or `}`")?;
    Ok((rest, Subquery::Query(query)))
}

fn pattern_body(input: Tokens<'_>) -> Parsed<'_, Subquery> {
    if input.at_symbol(Symbol::RightBrace) {
        let diagnostic = Diagnostic::syntax("UnexpectedSyntax", "an empty subquery", input.span())
            .with_label("expected a pattern or a query");
        return Err(fail(diagnostic));
    }
    let (rest, parts) = pattern(input)?;
    let (rest, filter) = opt(preceded(keyword(Keyword::Where), predicate)).parse(rest)?;
    let what = if filter.is_some() { "an operator or `}`" } else { "a relationship, `,`, `WHERE` or `}`" };
    let rest = expect(rest, Symbol::RightBrace, what)?;
    Ok((rest, Subquery::Pattern(parts, filter)))
}
