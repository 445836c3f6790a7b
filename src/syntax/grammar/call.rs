//! CALL: subqueries and procedures.

use super::clause::filter;
use super::expression::expression;
use super::query::braced;
use crate::syntax::ast::{CallScope, ClauseKind, Expression, Yield};
use crate::syntax::diagnostic::Diagnostic;
use crate::syntax::input::{Parsed, Tokens, expect, fail, keyword, name, symbol};
use crate::syntax::keyword::Keyword;
use crate::syntax::token::{Symbol, TokenKind};
use crate::value::ErrorCode;
use nom::Parser;
use nom::combinator::opt;
use nom::multi::separated_list1;
use nom::sequence::preceded;

/// `CALL …`, behind its keyword: a subquery or a procedure.
pub(super) fn call(input: Tokens<'_>, optional: bool) -> Parsed<'_, ClauseKind> {
    match input.peek() {
        TokenKind::Symbol(Symbol::LeftBrace | Symbol::LeftParen) => subquery(input, optional),
        _ => procedure(input, optional),
    }
}

/// `[(variables)] { query }`.
fn subquery(input: Tokens<'_>, optional: bool) -> Parsed<'_, ClauseKind> {
    let (rest, scope) = if input.at_symbol(Symbol::LeftParen) {
        scope(input.advance(1))?
    } else {
        (input, CallScope::Importing)
    };
    let (rest, query) = braced(rest)?;
    if rest.at_keyword(Keyword::In) {
        let message = "a subquery cannot run in transactions of its own";
        let diagnostic = Diagnostic::syntax(ErrorCode::UnexpectedSyntax, message, rest.span())
            .with_help(
                "a statement is one transaction, whatever its size: leave out `IN TRANSACTIONS`",
            );
        return Err(fail(diagnostic));
    }
    Ok((rest, ClauseKind::Subquery { optional, scope, query }))
}

/// The variables of the outer row that a subquery sees, and the bracket behind them.
fn scope(input: Tokens<'_>) -> Parsed<'_, CallScope> {
    let (rest, scope) = match input.peek() {
        TokenKind::Symbol(Symbol::Star) => (input.advance(1), CallScope::All),
        TokenKind::Symbol(Symbol::RightParen) => (input, CallScope::Variables(Vec::new())),
        _ => separated_list1(symbol(Symbol::Comma), name("a variable, `*` or `)`"))
            .map(CallScope::Variables)
            .parse(input)?,
    };
    Ok((expect(rest, Symbol::RightParen, "`,` or `)`")?, scope))
}

/// `name(arguments) [YIELD …] [WHERE …]`.
fn procedure(input: Tokens<'_>, optional: bool) -> Parsed<'_, ClauseKind> {
    let (rest, name) =
        separated_list1(symbol(Symbol::Dot), name("the name of a procedure, `(` or `{`"))
            .parse(input)?;
    let (rest, arguments) = if rest.at_symbol(Symbol::LeftParen) {
        let (rest, arguments) = arguments(rest.advance(1))?;
        (rest, Some(arguments))
    } else {
        (rest, None)
    };
    let (rest, yields) = if rest.at_keyword(Keyword::Yield) {
        yields(rest.advance(1))?
    } else {
        (rest, Yield::Absent)
    };
    let (rest, predicate) = if yields == Yield::Absent { (rest, None) } else { filter(rest)? };
    Ok((rest, ClauseKind::Call { optional, name, arguments, yields, predicate }))
}

/// Arguments and the bracket behind them.
fn arguments(input: Tokens<'_>) -> Parsed<'_, Vec<Expression>> {
    let (rest, arguments) = if input.at_symbol(Symbol::RightParen) {
        (input, Vec::new())
    } else {
        separated_list1(symbol(Symbol::Comma), expression).parse(input)?
    };
    let rest = expect(rest, Symbol::RightParen, "an operator, `,` or `)`")?;
    Ok((rest, arguments))
}

pub(super) fn yields(input: Tokens<'_>) -> Parsed<'_, Yield> {
    if input.at_symbol(Symbol::Star) {
        return Ok((input.advance(1), Yield::All));
    }
    let alias = opt(preceded(keyword(Keyword::As), name("a name")));
    let item = (name("a column of the procedure or `*`"), alias);
    let (rest, items) = separated_list1(symbol(Symbol::Comma), item).parse(input)?;
    Ok((rest, Yield::Items(items)))
}
