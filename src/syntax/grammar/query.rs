//! Queries: clauses in a row, composed by UNION and the like, by NEXT, braces and WHEN.

use super::atom::SUBQUERY_LEVELS;
use super::clause::{clause, continuation};
use super::expression::predicate;
use crate::syntax::ast::{
    Clause, ClauseKind, CompositePart, CompositeQuery, Query, SetOperator, SingleQuery,
};
use crate::syntax::diagnostic::Diagnostic;
use crate::syntax::input::{Parsed, Tokens, expect, expect_keyword, fail};
use crate::syntax::keyword::Keyword;
use crate::syntax::token::{Symbol, TokenKind};
use crate::value::ErrorCode;
use nom::Err;

/// What a query begins with.
const BEGINNING: &str = "a clause such as MATCH, CREATE or RETURN";

/// What a grammar function for queries gives: the tree, and what could have continued it.
type Continued<'a, T> = Parsed<'a, (T, &'static str)>;

/// Composite queries joined by NEXT.
pub(super) fn query(input: Tokens<'_>) -> Continued<'_, Query> {
    let (mut rest, (first, mut last)) = composite(input)?;
    let mut parts = vec![first];
    while rest.at_keyword(Keyword::Next) {
        let (after, (part, continuation)) = composite(rest.advance(1))?;
        parts.push(part);
        (rest, last) = (after, continuation);
    }
    Ok((rest, (Query { parts, span: input.span_to(rest) }, last)))
}

/// Single queries joined by UNION, EXCEPT, INTERSECT or OTHERWISE.
fn composite(input: Tokens<'_>) -> Continued<'_, CompositeQuery> {
    let (mut rest, (first, mut last)) = single_query(input)?;
    let mut parts = Vec::new();
    while let Some(operator) = set_operator(rest) {
        let span = rest.span();
        let before = parts.last().map_or(&first, |part: &CompositePart| &part.query);
        if let Some(bare) = bare_conditional(before) {
            let message = format!("`{}` cannot follow a bare WHEN", rest.text().to_uppercase());
            let diagnostic = Diagnostic::syntax(ErrorCode::UnexpectedSyntax, message, span)
                .with_related(bare, "this query does not end before it")
                .with_help("put the whole conditional query in braces: `{ WHEN … }`");
            return Err(fail(diagnostic));
        }
        let (after, all) = duplicates(rest.advance(1), operator);
        let (after, (query, continuation)) = single_query(after)?;
        parts.push(CompositePart { operator, all, span, query });
        (rest, last) = (after, continuation);
    }
    Ok((rest, (CompositeQuery { first, rest: parts, span: input.span_to(rest) }, last)))
}

fn set_operator(input: Tokens<'_>) -> Option<SetOperator> {
    match input.peek() {
        TokenKind::Keyword(Keyword::Union) => Some(SetOperator::Union),
        TokenKind::Keyword(Keyword::Except) => Some(SetOperator::Except),
        TokenKind::Keyword(Keyword::Intersect) => Some(SetOperator::Intersect),
        TokenKind::Keyword(Keyword::Otherwise) => Some(SetOperator::Otherwise),
        _ => None,
    }
}

/// `ALL` or `DISTINCT` behind an operator; OTHERWISE has neither and keeps duplicates.
fn duplicates(input: Tokens<'_>, operator: SetOperator) -> (Tokens<'_>, bool) {
    match input.peek() {
        _ if operator == SetOperator::Otherwise => (input, true),
        TokenKind::Keyword(Keyword::All) => (input.advance(1), true),
        TokenKind::Keyword(Keyword::Distinct) => (input.advance(1), false),
        _ => (input, false),
    }
}

fn bare_conditional(query: &SingleQuery) -> Option<crate::syntax::diagnostic::Span> {
    let conditional = matches!(query.clauses.first()?.kind, ClauseKind::Conditional { .. });
    conditional.then_some(query.span)
}

/// One clause or more, a query in braces, or a conditional query.
fn single_query(input: Tokens<'_>) -> Continued<'_, SingleQuery> {
    if input.at_keyword(Keyword::When) { conditional(input) } else { branch(input) }
}

/// A single query that is not conditional, unless in braces.
fn branch(input: Tokens<'_>) -> Continued<'_, SingleQuery> {
    if input.at_symbol(Symbol::LeftBrace) {
        let (rest, query) = braced(input)?;
        return Ok(alone(input, rest, ClauseKind::Nested(query), "`UNION`, `NEXT` or the end"));
    }
    let (rest, (clauses, last)) = clauses(input)?;
    Ok((rest, (SingleQuery { clauses, span: input.span_to(rest) }, last)))
}

/// `{ query }`.
pub(super) fn braced(input: Tokens<'_>) -> Parsed<'_, Query> {
    let inside = expect(input, Symbol::LeftBrace, "`{`")?.deeper(SUBQUERY_LEVELS)?;
    let (rest, (query, _)) = query(inside)?;
    let rest = expect(rest, Symbol::RightBrace, "a clause or `}`")?;
    Ok((rest.back_to(input), query))
}

/// `WHEN condition THEN query … [ELSE query]`.
fn conditional(input: Tokens<'_>) -> Continued<'_, SingleQuery> {
    let (mut rest, mut branches) = (input, Vec::new());
    let mut last = BEGINNING;
    while rest.at_keyword(Keyword::When) {
        let (after, condition) = predicate(rest.advance(1))?;
        let after = expect_keyword(after, Keyword::Then, "an operator or `THEN`")?;
        let (after, (query, continuation)) = branch(after)?;
        branches.push((condition, query));
        (rest, last) = (after, continuation);
    }
    let mut otherwise = None;
    if rest.at_keyword(Keyword::Else) {
        let (after, (query, continuation)) = branch(rest.advance(1))?;
        otherwise = Some(query);
        (rest, last) = (after, continuation);
    }
    Ok(alone(input, rest, ClauseKind::Conditional { branches, otherwise }, last))
}

/// The single query that is one construct and nothing else.
fn alone<'a>(
    input: Tokens<'a>,
    rest: Tokens<'a>,
    kind: ClauseKind,
    last: &'static str,
) -> (Tokens<'a>, (SingleQuery, &'static str)) {
    let span = input.span_to(rest);
    (rest, (SingleQuery { clauses: vec![Clause { kind, span }], span }, last))
}

/// One clause or more.
pub(super) fn clauses(input: Tokens<'_>) -> Continued<'_, Vec<Clause>> {
    let (mut rest, mut clauses) = (input, Vec::new());
    let mut last = BEGINNING;
    while let TokenKind::Keyword(word) = rest.peek()
        && word.begins_clause()
    {
        let (after, clause) = clause(rest, word)?;
        last = continuation(&clause);
        clauses.push(clause);
        rest = after;
    }
    if clauses.is_empty() {
        return Err(Err::Failure(rest.expected(last)));
    }
    Ok((rest, (clauses, last)))
}
