//! Atoms: literals, variables, calls, subqueries, and everything in brackets.

use super::case::case;
use super::expression::{Boxed, any_level, boxed, boxed_expression, expressions, introduced};
use super::list::{list, quantifier, quantifier_kind, reduce};
use super::lookahead;
use super::path::{match_mode, shortest, shortest_path};
use super::pattern::{pattern, pattern_predicate};
use super::query::query;
use super::special::{cast, normalize, property_exists, temporal_literal, trim, trims_from};
use crate::syntax::ast::{
    Expression, ExpressionKind, MapProjectionItem, Name, Shortest, Subquery, SubqueryKind,
};
use crate::syntax::diagnostic::Diagnostic;
use crate::syntax::input::{Parsed, Tokens, expect, fail, name, symbol, unquote};
use crate::syntax::keyword::Keyword;
use crate::syntax::literal;
use crate::syntax::token::{Symbol, TokenKind};
use crate::value::ErrorCode;
use nom::multi::separated_list1;
use nom::{Err, Parser};

/// How many levels of nesting a subquery counts for: parsing one takes more stack than an operand.
pub(super) const SUBQUERY_LEVELS: u16 = 6;

/// As [`SUBQUERY_LEVELS`], for a pattern in an expression.
pub(super) const PATTERN_LEVELS: u16 = 2;

/// The smallest complete expression; branches on the first token.
pub(super) fn atom(input: Tokens<'_>) -> Boxed<'_> {
    match input.peek() {
        TokenKind::Integer | TokenKind::Float | TokenKind::MalformedNumber | TokenKind::String => {
            constant(input)
        }
        TokenKind::Keyword(Keyword::Null | Keyword::True | Keyword::False) => constant(input),
        TokenKind::Parameter => parameter(input),
        TokenKind::Symbol(Symbol::LeftParen) if lookahead::pattern(input) => {
            pattern_predicate(input)
        }
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
fn constant(input: Tokens<'_>) -> Boxed<'_> {
    let (text, span) = (input.text(), input.span());
    let kind = match input.peek() {
        TokenKind::Integer => {
            ExpressionKind::Integer(literal::integer(text, false, span).map_err(fail)?)
        }
        TokenKind::Float => ExpressionKind::Float(literal::float(text, span).map_err(fail)?),
        TokenKind::MalformedNumber => return Err(fail(literal::malformed(text, span))),
        TokenKind::String => ExpressionKind::String(literal::string(text, span).map_err(fail)?),
        TokenKind::Keyword(Keyword::True) => ExpressionKind::Boolean(true),
        TokenKind::Keyword(Keyword::False) => ExpressionKind::Boolean(false),
        _ => ExpressionKind::Null,
    };
    Ok((input.advance(1), boxed(kind, span)))
}

/// `$name`, `$1`, `` $`name` ``.
pub(super) fn parameter(input: Tokens<'_>) -> Boxed<'_> {
    let (rest, name) = parameter_name(input)?;
    let span = name.span;
    Ok((rest, boxed(ExpressionKind::Parameter(name), span)))
}

/// The name of the parameter here, with the place of all of it.
pub(super) fn parameter_name(input: Tokens<'_>) -> Parsed<'_, Name> {
    let span = input.span();
    let written = input.text().trim_start_matches('$');
    let text = if written.starts_with('`') { unquote(written) } else { written.into() };
    Ok((input.advance(1), Name { text, span }))
}

/// An expression in round brackets. Its place includes them.
fn parenthesised(input: Tokens<'_>) -> Boxed<'_> {
    let (rest, inner) = any_level(input.advance(1))?;
    let rest = expect(rest, Symbol::RightParen, "an operator or `)`")?;
    Ok((rest, boxed(inner.kind, input.span_to(rest))))
}

/// An unquoted word: a call with a syntax of its own, or as [`named`].
fn word(input: Tokens<'_>) -> Boxed<'_> {
    match input.peek_at(1) {
        TokenKind::Symbol(Symbol::LeftBrace) => match subquery_kind(input) {
            Some(kind) if !lookahead::map_projection(input.advance(1)) => subquery(input, kind),
            _ => map_projection(input),
        },
        TokenKind::Symbol(Symbol::LeftParen) => call(input),
        TokenKind::String => temporal_literal(input).unwrap_or_else(|| named(input)),
        _ => named(input),
    }
}

fn subquery_kind(input: Tokens<'_>) -> Option<SubqueryKind> {
    let kinds = [
        ("exists", SubqueryKind::Exists),
        ("count", SubqueryKind::Count),
        ("collect", SubqueryKind::Collect),
    ];
    kinds.into_iter().find(|(word, _)| input.at_word(word)).map(|(_, kind)| kind)
}

/// An unquoted word before a round bracket.
fn call(input: Tokens<'_>) -> Boxed<'_> {
    if let Some(kind) = shortest(input) {
        shortest_path_value(input, kind)
    } else if input.at_word("count") && input.peek_at(2) == TokenKind::Symbol(Symbol::Star) {
        count_star(input)
    } else if lookahead::element_of(input.advance(1))
        && let Some(kind) = quantifier_kind(input)
    {
        quantifier(input, kind)
    } else if (input.at_word("reduce") || input.at_word("allReduce"))
        && input.peek_at(3) == TokenKind::Symbol(Symbol::Equal)
    {
        reduce(input)
    } else if input.at_word("cast") {
        cast(input)
    } else if input.at_word("trim") && trims_from(input) {
        trim(input)
    } else if input.at_word("normalize") {
        normalize(input)
    } else if input.at_word("property_exists") {
        property_exists(input)
    } else {
        function(input)
    }
}

fn shortest_path_value(input: Tokens<'_>, kind: Shortest) -> Boxed<'_> {
    let (rest, part) = shortest_path(input.deeper(PATTERN_LEVELS)?, kind)?;
    let span = part.span;
    Ok((rest.back_to(input), boxed(ExpressionKind::PatternPredicate(Box::new(part)), span)))
}

fn count_star(input: Tokens<'_>) -> Boxed<'_> {
    let rest = expect(input.advance(3), Symbol::RightParen, "`)`")?;
    Ok((rest, boxed(ExpressionKind::CountStar, input.span_to(rest))))
}

/// A variable, a map projection, or a call of a function with any name.
fn named(input: Tokens<'_>) -> Boxed<'_> {
    if lookahead::function_name(input) {
        function(input)
    } else if input.peek_at(1) == TokenKind::Symbol(Symbol::LeftBrace) {
        map_projection(input)
    } else {
        variable(input)
    }
}

fn variable(input: Tokens<'_>) -> Boxed<'_> {
    let (rest, name) = name("a variable")(input)?;
    Ok((rest, boxed(ExpressionKind::Variable(name.text), name.span)))
}

/// `name.name(DISTINCT a, b)`.
fn function(input: Tokens<'_>) -> Boxed<'_> {
    let (rest, name) = dotted_name(input)?;
    let rest = expect(rest, Symbol::LeftParen, "`(`")?;
    let distinct = rest.at_keyword(Keyword::Distinct) && !lookahead::reserved_variable(rest);
    let rest = if distinct { rest.advance(1) } else { rest };
    let (rest, arguments) = if rest.at_symbol(Symbol::RightParen) {
        (rest, Vec::new())
    } else {
        expressions(rest, input.at_word("exists"))?
    };
    let rest = expect(rest, Symbol::RightParen, "an operator, `,` or `)`")?;
    Ok((rest, boxed(ExpressionKind::Function { name, distinct, arguments }, input.span_to(rest))))
}

fn dotted_name(input: Tokens<'_>) -> Parsed<'_, Vec<Name>> {
    separated_list1(symbol(Symbol::Dot), name("a function")).parse(input)
}

/// `{key: value, …}`.
pub(super) fn map(input: Tokens<'_>) -> Boxed<'_> {
    let (rest, entries) = if input.peek_at(1) == TokenKind::Symbol(Symbol::RightBrace) {
        (input.advance(1), Vec::new())
    } else {
        entries(input.advance(1))?
    };
    let rest = expect(rest, Symbol::RightBrace, "an operator, `,` or `}`")?;
    Ok((rest, boxed(ExpressionKind::Map(entries), input.span_to(rest))))
}

fn entries(input: Tokens<'_>) -> Parsed<'_, Vec<(Name, Expression)>> {
    let mut entries = Vec::new();
    let mut rest = input;
    loop {
        let (after, key) = key(rest)?;
        let (after, value) = boxed_expression(after)?;
        entries.push((key, *value));
        if !after.at_symbol(Symbol::Comma) {
            return Ok((after, entries));
        }
        rest = after.advance(1);
    }
}

/// A key and the colon behind it.
fn key(input: Tokens<'_>) -> Parsed<'_, Name> {
    let (rest, key) = name("a key")(input)?;
    let rest = expect(rest, Symbol::Colon, "`:`")?;
    Ok((rest, key))
}

/// `variable {.key, .*, key: value, other}`.
fn map_projection(input: Tokens<'_>) -> Boxed<'_> {
    let (rest, base) = name("a variable")(input.deeper(1)?)?;
    let rest = expect(rest, Symbol::LeftBrace, "`{`")?;
    let (rest, items) = if rest.at_symbol(Symbol::RightBrace) {
        (rest, Vec::new())
    } else {
        separated_list1(symbol(Symbol::Comma), map_projection_item).parse(rest)?
    };
    let rest = expect(rest, Symbol::RightBrace, "an operator, `,` or `}`")?;
    let span = input.span_to(rest);
    Ok((rest.back_to(input), boxed(ExpressionKind::MapProjection { base, items }, span)))
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
    let (rest, value) = boxed_expression(rest.advance(1))?;
    Ok((rest, MapProjectionItem::Entry(key, *value)))
}

/// `EXISTS { … }`, `COUNT { … }`, `COLLECT { … }`.
fn subquery(input: Tokens<'_>, kind: SubqueryKind) -> Boxed<'_> {
    let inside = input.advance(2).deeper(SUBQUERY_LEVELS)?;
    let begins_query = match inside.peek() {
        TokenKind::Keyword(word) => word.begins_clause() || word == Keyword::When,
        kind => kind == TokenKind::Symbol(Symbol::LeftBrace),
    };
    let is_query = begins_query && inside.peek_at(1) != TokenKind::Symbol(Symbol::Equal);
    let (rest, body) = if is_query { query_body(inside)? } else { pattern_body(inside)? };
    let span = input.span_to(rest);
    Ok((rest.back_to(input), boxed(ExpressionKind::Subquery(kind, Box::new(body)), span)))
}

fn query_body(input: Tokens<'_>) -> Parsed<'_, Subquery> {
    let (rest, (query, _)) = query(input)?;
    let rest = expect(rest, Symbol::RightBrace, "a clause or `}`")?;
    Ok((rest, Subquery::Query(query)))
}

fn pattern_body(input: Tokens<'_>) -> Parsed<'_, Subquery> {
    if input.at_symbol(Symbol::RightBrace) {
        let diagnostic =
            Diagnostic::syntax(ErrorCode::UnexpectedSyntax, "an empty subquery", input.span())
                .with_label("expected a pattern or a query");
        return Err(fail(diagnostic));
    }
    let (rest, mode) = match_mode(input);
    let (rest, parts) = pattern(rest)?;
    let (rest, filter) = introduced(rest, TokenKind::Keyword(Keyword::Where), true)?;
    let what =
        if filter.is_some() { "an operator or `}`" } else { "a relationship, `,`, `WHERE` or `}`" };
    let rest = expect(rest, Symbol::RightBrace, what)?;
    Ok((rest, Subquery::Pattern(mode, parts, filter.map(|filter| *filter))))
}
