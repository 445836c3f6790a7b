//! CASE in its forms.
//!
//! In the form with an operand, a WHEN lists tests of it: values that it may equal, and
//! operators whose left side it is (`CASE n.age WHEN < 13, 13 THEN …`).

use super::expression::{Boxed, boxed, boxed_expression, boxed_predicate, case_test, introduced};
use crate::syntax::ast::{CaseBranch, Expression, ExpressionKind};
use crate::syntax::input::{Failure, Tokens, expect_keyword};
use crate::syntax::keyword::Keyword;
use crate::syntax::token::{Symbol, TokenKind};
use nom::Err;

/// `CASE [operand] WHEN … THEN … [ELSE …] END`.
pub(super) fn case(input: Tokens<'_>) -> Boxed<'_> {
    let rest = input.advance(1);
    let (rest, operand) = if rest.at_keyword(Keyword::When) {
        (rest, None)
    } else {
        let (rest, operand) = boxed_expression(rest)?;
        (rest, Some(operand))
    };
    let mut branches = Vec::new();
    let mut rest = rest;
    while rest.at_keyword(Keyword::When) {
        rest = when(rest.advance(1), operand.is_none(), &mut branches)?;
    }
    if branches.is_empty() {
        return Err(Err::Failure(rest.expected("an operator or `WHEN`")));
    }
    let (rest, otherwise) = introduced(rest, TokenKind::Keyword(Keyword::Else), false)?;
    let what = if otherwise.is_some() {
        "an operator or `END`"
    } else {
        "an operator, `WHEN`, `ELSE` or `END`"
    };
    let rest = expect_keyword(rest, Keyword::End, what)?;
    Ok((rest, boxed(ExpressionKind::Case { operand, branches, otherwise }, input.span_to(rest))))
}

type Advanced<'a> = Result<Tokens<'a>, Err<Failure>>;

/// What follows WHEN. In the form without operand the condition is a predicate.
fn when<'a>(input: Tokens<'a>, searched: bool, branches: &mut Vec<CaseBranch>) -> Advanced<'a> {
    let mut tests = Vec::new();
    let rest = if searched {
        let (rest, condition) = boxed_predicate(input)?;
        tests.push(*condition);
        expect_keyword(rest, Keyword::Then, "an operator or `THEN`")?
    } else {
        let rest = operand_tests(input, &mut tests)?;
        expect_keyword(rest, Keyword::Then, "an operator, `,` or `THEN`")?
    };
    let (rest, result) = boxed_expression(rest)?;
    branches.push(CaseBranch { tests, result: *result });
    Ok(rest)
}

/// The tests of the operand, with commas between them.
fn operand_tests<'a>(input: Tokens<'a>, tests: &mut Vec<Expression>) -> Advanced<'a> {
    let mut rest = input;
    loop {
        let (after, test) = match case_test(rest) {
            Some(parsed) => parsed?,
            None => boxed_expression(rest)?,
        };
        tests.push(*test);
        if !after.at_symbol(Symbol::Comma) {
            return Ok(after);
        }
        rest = after.advance(1);
    }
}
