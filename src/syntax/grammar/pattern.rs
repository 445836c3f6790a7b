//! Patterns: nodes, relationships, and relationships as ends of relationships.

use super::atom::{PATTERN_LEVELS, map, parameter};
use super::expression::{Boxed, boxed, introduced};
use super::path::{path, pattern_part, quantifier};
use super::{label, lookahead};
use crate::syntax::ast::{
    Direction, EndKind, EndPattern, Expression, ExpressionKind, LabelExpression, Name, PatternPart,
    RelationshipPattern, VariableLength,
};
use crate::syntax::diagnostic::{Diagnostic, Span};
use crate::syntax::expectation::{AFTER_DASH, NODE};
use crate::syntax::input::{Failure, Parsed, Tokens, expect, fail, name, symbol};
use crate::syntax::keyword::Keyword;
use crate::syntax::literal;
use crate::syntax::token::{Symbol, TokenKind};
use crate::value::ErrorCode;
use nom::combinator::opt;
use nom::{Err, Parser};

/// Pattern parts with commas between them.
pub(super) fn pattern(input: Tokens<'_>) -> Parsed<'_, Vec<PatternPart>> {
    let mut parts = Vec::new();
    let mut rest = input;
    loop {
        let (after, part) = pattern_part(rest)?;
        parts.push(part);
        if !after.at_symbol(Symbol::Comma) {
            return Ok((after, parts));
        }
        rest = after.advance(1);
    }
}

/// Whether a relationship begins here.
pub(super) fn begins_relationship(input: Tokens<'_>) -> bool {
    input.at_symbol(Symbol::Minus)
        || (input.at_symbol(Symbol::Less) && input.peek_at(1) == TokenKind::Symbol(Symbol::Minus))
}

/// `(n:Label {key: value} WHERE predicate)` or `[r:TYPE {key: value} WHERE predicate]`.
pub(super) fn end(input: Tokens<'_>) -> Parsed<'_, EndPattern> {
    let kind = match input.peek() {
        TokenKind::Symbol(Symbol::LeftParen) => EndKind::Node,
        TokenKind::Symbol(Symbol::LeftBracket) => EndKind::Relationship,
        _ => return Err(Err::Failure(input.expected(NODE))),
    };
    let (rest, variable) = variable(input.advance(1))?;
    let (rest, labels) = match kind {
        EndKind::Node => label::of_node(rest)?,
        EndKind::Relationship => label::of_relationship(rest)?,
    };
    let (rest, properties) = properties(rest)?;
    let (rest, predicate) = introduced(rest, TokenKind::Keyword(Keyword::Where), true)?;
    let node = kind == EndKind::Node;
    let what = match (&predicate, &properties, labels.is_some() || variable.is_some()) {
        (Some(_), ..) if node => "an operator or `)`",
        (Some(_), ..) => "an operator or `]`",
        (None, Some(_), _) if node => "`WHERE` or `)`",
        (None, Some(_), _) => "`WHERE` or `]`",
        (None, None, true) if node => "`:`, `{`, `WHERE` or `)`",
        (None, None, true) => "`:`, `|`, `{`, `WHERE` or `]`",
        (None, None, false) if node => "a variable, `:`, `{`, `WHERE` or `)`",
        (None, None, false) => "a variable, `:`, `{`, `WHERE` or `]`",
    };
    let rest = expect(rest, if node { Symbol::RightParen } else { Symbol::RightBracket }, what)?;
    let span = input.span_to(rest);
    Ok((rest, EndPattern { kind, variable, labels, properties, predicate, span }))
}

/// The variable of a node or relationship. `IS` and `WHERE` name one only where they
/// cannot begin what they otherwise begin.
fn variable(input: Tokens<'_>) -> Parsed<'_, Option<Name>> {
    if !input.peek().is_word() || lookahead::begins_condition(input) {
        return Ok((input, None));
    }
    name("a variable")(input).map(|(rest, name)| (rest, Some(name)))
}

/// `{key: value}` or `$parameter`; nothing if neither stands here.
fn properties(input: Tokens<'_>) -> Parsed<'_, Option<Box<Expression>>> {
    match input.peek() {
        TokenKind::Symbol(Symbol::LeftBrace) => {
            let (rest, map) = map(input.deeper(1)?)?;
            Ok((rest.back_to(input), Some(map)))
        }
        TokenKind::Parameter => {
            let (rest, parameter) = parameter(input)?;
            Ok((rest, Some(parameter)))
        }
        _ => Ok((input, None)),
    }
}

/// `-[r:TYPE*1..3 {key: value}]->`, its shorter forms, and the quantifier behind it.
pub(super) fn relationship(input: Tokens<'_>) -> Parsed<'_, RelationshipPattern> {
    let (rest, incoming) = opt(symbol(Symbol::Less)).parse(input)?;
    let rest = expect(rest, Symbol::Minus, "`-`")?;
    let bracketed = rest.at_symbol(Symbol::LeftBracket);
    let (rest, detail) = if bracketed { detail(rest)? } else { (rest, Detail::default()) };
    let what = if bracketed { "`-`" } else { AFTER_DASH };
    let rest = expect(rest, Symbol::Minus, what)?;
    let (rest, outgoing) = opt(symbol(Symbol::Greater)).parse(rest)?;
    let direction = match (incoming.is_some(), outgoing.is_some()) {
        (true, false) => Direction::Incoming,
        (false, true) => Direction::Outgoing,
        _ => Direction::Either,
    };
    let Detail { variable, types, length, properties, predicate } = detail;
    let place = rest.span();
    let (rest, quantifier) = quantifier(rest)?;
    if length.is_some() && quantifier.is_some() {
        let help = "leave out either the `*` in the brackets or the quantifier behind the arrow";
        return Err(invalid("a relationship has its length once", help, place));
    }
    let span = input.span_to(rest);
    let pattern = RelationshipPattern {
        variable,
        types,
        length,
        properties,
        predicate,
        direction,
        quantifier,
        span,
    };
    Ok((rest, pattern))
}

/// What stands in the square brackets of a relationship.
#[derive(Default)]
struct Detail {
    variable: Option<Name>,
    types: Option<LabelExpression>,
    length: Option<VariableLength>,
    properties: Option<Box<Expression>>,
    predicate: Option<Box<Expression>>,
}

fn detail(input: Tokens<'_>) -> Parsed<'_, Detail> {
    let (rest, variable) = variable(input.advance(1))?;
    let (rest, types) = label::of_relationship(rest)?;
    let (rest, length) = if rest.at_symbol(Symbol::Star) {
        let (rest, length) = length(rest)?;
        (rest, Some(length))
    } else {
        (rest, None)
    };
    let (rest, properties) = properties(rest)?;
    if length.is_none()
        && matches!(rest.peek(), TokenKind::Symbol(Symbol::DotDot) | TokenKind::Integer)
    {
        let message = "a relationship pattern of variable length needs `*` before its range";
        return Err(invalid(message, "write `*1..3`, `*2..` or `*..3`", rest.span()));
    }
    let (after, predicate) = introduced(rest, TokenKind::Keyword(Keyword::Where), true)?;
    if length.is_some() && predicate.is_some() {
        let message = "a relationship of variable length takes no WHERE";
        let help = "write the length as a quantifier: `-[r WHERE r.since > 2000]->{1,3}`";
        return Err(invalid(message, help, rest.span()));
    }
    let what = match (&length, &properties, &predicate) {
        (_, _, Some(_)) => "an operator or `]`",
        (Some(_), Some(_), None) => "`]`",
        (None, Some(_), None) => "`WHERE` or `]`",
        (Some(_), None, None) => "`{` or `]`",
        (None, None, None) => "`:`, `|`, `*`, `{`, `WHERE` or `]`",
    };
    let rest = expect(after, Symbol::RightBracket, what)?;
    Ok((rest, Detail { variable, types, length, properties, predicate }))
}

/// An `InvalidRelationshipPattern` with advice.
pub(super) fn invalid(message: &str, help: &str, span: Span) -> Err<Failure> {
    fail(Diagnostic::syntax(ErrorCode::InvalidRelationshipPattern, message, span).with_help(help))
}

/// `*`, `*2`, `*1..3`, `*2..`, `*..3`.
fn length(input: Tokens<'_>) -> Parsed<'_, VariableLength> {
    let (rest, min) = hops(input.advance(1))?;
    let (rest, dots) = opt(symbol(Symbol::DotDot)).parse(rest)?;
    let (rest, max) = if dots.is_some() { hops(rest)? } else { (rest, min) };
    Ok((rest, VariableLength { min, max, span: input.span_to(rest) }))
}

/// A number of hops, if one is written here.
fn hops(input: Tokens<'_>) -> Parsed<'_, Option<u64>> {
    let span = input.span();
    match input.peek() {
        TokenKind::Integer => {
            let hops = literal::integer(input.text(), false, span).map_err(fail)?;
            Ok((input.advance(1), Some(hops.unsigned_abs())))
        }
        TokenKind::Symbol(Symbol::Minus) => Err(invalid(
            "a relationship pattern cannot have a negative length",
            "use 0 or more",
            span,
        )),
        TokenKind::Float | TokenKind::MalformedNumber => Err(invalid(
            "a number of hops must be a whole number",
            "write a range with two dots: `*1..5`",
            span,
        )),
        TokenKind::Parameter if input.peek_at(1) == TokenKind::Symbol(Symbol::DotDot) => {
            let help = "write the number into the query, or test `length(path)` in WHERE";
            Err(invalid("a number of hops cannot be a parameter", help, span))
        }
        _ => Ok((input, None)),
    }
}

/// A pattern in the place of a predicate; [`lookahead::pattern`] has recognised it.
pub(super) fn pattern_predicate(input: Tokens<'_>) -> Boxed<'_> {
    debug_assert!(lookahead::pattern(input), "the caller looks ahead");
    let (rest, part) = path(input.deeper(PATTERN_LEVELS)?)?;
    let span = part.span;
    if !input.allows_patterns() {
        let diagnostic = Diagnostic::syntax(
            ErrorCode::UnexpectedSyntax,
            "a pattern is a predicate, not a value",
            span,
        )
        .with_label("patterns can stand in WHERE, in `exists(…)` and behind WHEN")
        .with_help(
            "use `EXISTS { … }`, `COUNT { … }`, or a pattern comprehension `[(a)-->(b) | b]`",
        );
        return Err(fail(diagnostic));
    }
    Ok((rest.back_to(input), boxed(ExpressionKind::PatternPredicate(Box::new(part)), span)))
}
