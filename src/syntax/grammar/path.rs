//! Path patterns: chains of ends and connections, groups with quantifiers, and what
//! stands before them: selectors, path modes, and the functions for shortest paths.

use super::atom::parameter;
use super::expression::introduced;
use super::lookahead::{begins_group, begins_named_path};
use super::pattern::{begins_relationship, end, invalid, relationship};
use crate::syntax::ast::{
    Connection, EndKind, EndPattern, Expression, ExpressionKind, GroupPattern, MatchMode, PathMode,
    PathQuantifier, PatternPart, Selector, Shortest,
};
use crate::syntax::diagnostic::{Diagnostic, Span};
use crate::syntax::input::{Failure, Parsed, Tokens, expect, fail, name};
use crate::syntax::keyword::Keyword;
use crate::syntax::literal;
use crate::syntax::token::{Symbol, TokenKind};
use crate::value::ErrorCode;
use nom::Err;

/// `[p =] [selector] [mode] (a)-[r]->(b)…` or `[p =] shortestPath(…)`.
pub(super) fn pattern_part(input: Tokens<'_>) -> Parsed<'_, PatternPart> {
    let (rest, variable) =
        if input.peek().is_word() && input.peek_at(1) == TokenKind::Symbol(Symbol::Equal) {
            let (rest, variable) = name("a variable")(input)?;
            (rest.advance(1), Some(variable))
        } else {
            (input, None)
        };
    let (rest, part) = if let Some(kind) = shortest(rest) {
        shortest_path(rest, kind)?
    } else {
        let (rest, (selector, mode)) = prefix(rest)?;
        let (rest, part) = path(rest)?;
        (rest, PatternPart { selector, mode, ..part })
    };
    Ok((rest, PatternPart { variable, span: input.span_to(rest), ..part }))
}

/// Which of the functions `shortestPath` and `allShortestPaths` begins here, if any.
pub(super) fn shortest(input: Tokens<'_>) -> Option<Shortest> {
    if input.peek_at(1) != TokenKind::Symbol(Symbol::LeftParen) {
        None
    } else if input.at_word("shortestPath") {
        Some(Shortest::One)
    } else {
        input.at_word("allShortestPaths").then_some(Shortest::All)
    }
}

/// `shortestPath(…)`, which [`shortest`] has recognised.
pub(super) fn shortest_path(input: Tokens<'_>, kind: Shortest) -> Parsed<'_, PatternPart> {
    let (rest, part) = path(input.advance(2))?;
    let rest = expect(rest, Symbol::RightParen, "a relationship or `)`")?;
    Ok((rest, PatternPart { shortest: Some(kind), span: input.span_to(rest), ..part }))
}

/// `DIFFERENT RELATIONSHIPS` or `REPEATABLE ELEMENTS`, if it stands here.
pub(super) fn match_mode(input: Tokens<'_>) -> (Tokens<'_>, Option<MatchMode>) {
    let next = input.advance(1);
    let plural = |word, words| next.at_word(word) || next.at_word(words);
    let mode = if input.at_word("different") && plural("relationship", "relationships") {
        MatchMode::DifferentRelationships
    } else if input.at_word("repeatable") && plural("element", "elements") {
        MatchMode::RepeatableElements
    } else {
        return (input, None);
    };
    let rest = input.advance(2);
    (if rest.at_word("bindings") { rest.advance(1) } else { rest }, Some(mode))
}

type Prefix = (Option<Selector>, Option<PathMode>);

/// The selector and the mode before a path pattern.
fn prefix(input: Tokens<'_>) -> Parsed<'_, Prefix> {
    let (rest, selector) = if input.at_word("all") && input.peek_at(1).is_word() {
        all(input.advance(1))
    } else if input.at_word("all") {
        (input.advance(1), Some(Selector::All))
    } else if input.at_word("any") && input.advance(1).at_word("shortest") {
        (input.advance(2), Some(Selector::AnyShortest))
    } else if input.at_word("any") {
        let (rest, count) = count(input.advance(1))?;
        (rest, Some(Selector::Any(count)))
    } else if input.at_word("shortest") {
        return counted(input);
    } else {
        (input, None)
    };
    let (rest, mode) = mode(rest);
    Ok((rest, (selector, mode)))
}

/// What stands behind `ALL` where that is a word: `SHORTEST`, or else a mode.
fn all(input: Tokens<'_>) -> (Tokens<'_>, Option<Selector>) {
    if input.at_word("shortest") {
        (input.advance(1), Some(Selector::AllShortest))
    } else {
        (input, Some(Selector::All))
    }
}

/// `SHORTEST k [mode] [PATHS]` or `SHORTEST [k] [mode] [PATHS] GROUPS`.
fn counted(input: Tokens<'_>) -> Parsed<'_, Prefix> {
    let (rest, number) = count(input.advance(1))?;
    let behind_number = rest;
    let (rest, mode) = mode(rest);
    if rest.at_word("group") || rest.at_word("groups") {
        return Ok((rest.advance(1), (Some(Selector::ShortestGroups(number)), mode)));
    }
    match number {
        Some(number) => Ok((rest, (Some(Selector::Shortest(number)), mode))),
        None => Err(Err::Failure(behind_number.expected("a number of paths or `GROUP`"))),
    }
}

/// How many paths are wanted, if that is said here: a whole number or a parameter.
fn count(input: Tokens<'_>) -> Parsed<'_, Option<Box<Expression>>> {
    match input.peek() {
        TokenKind::Integer => {
            let value = literal::integer(input.text(), false, input.span()).map_err(fail)?;
            if value == 0 {
                let message = "at least one path has to be asked for";
                let diagnostic =
                    Diagnostic::syntax(ErrorCode::UnexpectedSyntax, message, input.span());
                return Err(fail(diagnostic.with_help("write 1 or more")));
            }
            let kind = ExpressionKind::Integer(value);
            let number = Expression { kind, span: input.span() };
            Ok((input.advance(1), Some(Box::new(number))))
        }
        TokenKind::Parameter => parameter(input).map(|(rest, count)| (rest, Some(count))),
        _ => Ok((input, None)),
    }
}

/// `WALK`, `TRAIL`, `ACYCLIC` or `SIMPLE`, and the word `PATH` or `PATHS`, which may stand alone.
fn mode(input: Tokens<'_>) -> (Tokens<'_>, Option<PathMode>) {
    let mode = PathMode::ALL.into_iter().find(|mode| input.at_word(mode.text()));
    let rest = if mode.is_some() { input.advance(1) } else { input };
    let paths = rest.at_word("path") || rest.at_word("paths");
    (if paths { rest.advance(1) } else { rest }, mode)
}

/// A chain of ends and connections.
pub(super) fn path(input: Tokens<'_>) -> Parsed<'_, PatternPart> {
    let alone = begins_group(input);
    let (mut rest, start) = if alone { (input, empty(input.span())) } else { end(input)? };
    let mut steps = Vec::new();
    let mut implied = alone;
    loop {
        if begins_relationship(rest) {
            if implied {
                return Err(no_node_between(rest.span()));
            }
            let (after, relationship) = relationship(rest)?;
            if begins_group(after) {
                return Err(no_node_between(after.span()));
            }
            let (after, end) = end(after)?;
            steps.push((Connection::Relationship(relationship), end));
            rest = after;
        } else if begins_group(rest) {
            let (after, group) = group(rest)?;
            implied = !after.at_symbol(Symbol::LeftParen) || begins_group(after);
            let (after, end) = if implied { (after, empty(after.span())) } else { end(after)? };
            steps.push((Connection::Group(Box::new(group)), end));
            rest = after;
        } else {
            break;
        }
    }
    let part = PatternPart {
        variable: None,
        shortest: None,
        selector: None,
        mode: None,
        start,
        steps,
        span: input.span_to(rest),
    };
    Ok((rest, if alone && implied { unwrapped(part) } else { part }))
}

/// Brackets around the whole path mean nothing where nothing is said of it.
fn unwrapped(mut part: PatternPart) -> PatternPart {
    let bare = |connection: &Connection| match connection {
        Connection::Group(group) => {
            group.quantifier.is_none() && group.predicate.is_none() && group.variable.is_none()
        }
        Connection::Relationship(_) => false,
    };
    if part.steps.len() == 1
        && part.steps.iter().all(|(connection, _)| bare(connection))
        && let Some((Connection::Group(group), _)) = part.steps.pop()
    {
        let GroupPattern { start, steps, .. } = *group;
        return PatternPart { start, steps, ..part };
    }
    part
}

/// The end that the text leaves out beside a group.
fn empty(span: Span) -> EndPattern {
    let span = Span::new(span.start as usize, span.start as usize);
    let kind = EndKind::Node;
    EndPattern { kind, variable: None, labels: None, properties: None, predicate: None, span }
}

fn no_node_between(span: Span) -> Err<Failure> {
    let message = "a relationship cannot stand beside a path pattern in brackets";
    invalid(message, "write a node between them, which may be empty: `()`", span)
}

/// `(path = (a)-[r]->(b) WHERE predicate){1,3}`.
fn group(input: Tokens<'_>) -> Parsed<'_, GroupPattern> {
    let inside = input.advance(1).deeper(1)?;
    let (inside, variable) = if begins_named_path(inside) {
        let (rest, variable) = name("a variable")(inside)?;
        (rest.advance(1), Some(variable))
    } else {
        (inside, None)
    };
    let (rest, part) = path(inside)?;
    let (rest, predicate) = introduced(rest, TokenKind::Keyword(Keyword::Where), true)?;
    let what =
        if predicate.is_some() { "an operator or `)`" } else { "a relationship, `WHERE` or `)`" };
    let rest = expect(rest, Symbol::RightParen, what)?.back_to(input);
    let (rest, quantifier) = quantifier(rest)?;
    let PatternPart { start, steps, .. } = part;
    let span = input.span_to(rest);
    Ok((rest, GroupPattern { variable, start, steps, predicate, quantifier, span }))
}

/// `+`, `*`, `?`, `{n}`, `{n,}`, `{,m}` or `{n,m}`, if one stands here.
pub(super) fn quantifier(input: Tokens<'_>) -> Parsed<'_, Option<PathQuantifier>> {
    let (rest, min, max) = match input.peek() {
        TokenKind::Symbol(Symbol::Plus) => (input.advance(1), 1, None),
        TokenKind::Symbol(Symbol::Star) => (input.advance(1), 0, None),
        TokenKind::Symbol(Symbol::Question) => (input.advance(1), 0, Some(1)),
        TokenKind::Symbol(Symbol::LeftBrace) => {
            let (rest, (min, max)) = repetitions(input)?;
            (rest, min, max)
        }
        _ => return Ok((input, None)),
    };
    let span = input.span_to(rest);
    if max == Some(0) {
        let help = "write the most repetitions as 1 or more, or leave the pattern out";
        return Err(invalid("a pattern cannot be repeated zero times only", help, span));
    }
    if max.is_some_and(|max| max < min) {
        let help = "write the least number first: `{1,3}`";
        return Err(invalid("the most repetitions are fewer than the least", help, span));
    }
    let optional = input.at_symbol(Symbol::Question);
    Ok((rest, Some(PathQuantifier { min, max, optional, span })))
}

/// The numbers in braces.
fn repetitions(input: Tokens<'_>) -> Parsed<'_, (u64, Option<u64>)> {
    let (rest, least) = number(input.advance(1))?;
    let (rest, most, what) = if rest.at_symbol(Symbol::Comma) {
        let (rest, most) = number(rest.advance(1))?;
        (rest, most, if most.is_some() { "`}`" } else { "a whole number or `}`" })
    } else if least.is_none() {
        return Err(Err::Failure(rest.expected("a whole number or `,`")));
    } else {
        (rest, least, "`,` or `}`")
    };
    let rest = expect(rest, Symbol::RightBrace, what)?;
    Ok((rest, (least.unwrap_or(0), most)))
}

/// A number of repetitions, if one is written here.
fn number(input: Tokens<'_>) -> Parsed<'_, Option<u64>> {
    if input.peek() != TokenKind::Integer {
        return Ok((input, None));
    }
    let number = literal::integer(input.text(), false, input.span()).map_err(fail)?;
    Ok((input.advance(1), Some(number.unsigned_abs())))
}
