//! Which graph a query sees, and what of the past is kept.
//!
//! KNOWN, AT, VACUUM and BEFORE are no keywords: they mean something in these places only,
//! and stay ordinary names everywhere else.

use super::expression::expression;
use crate::syntax::ast::{Expression, View};
use crate::syntax::input::{Parsed, Tokens, expect_word};
use crate::syntax::keyword::Keyword;

/// `AS KNOWN AT moment`, any number of them.
pub(super) fn views(input: Tokens<'_>) -> Parsed<'_, Vec<View>> {
    let (mut rest, mut views) = (input, Vec::new());
    while rest.at_keyword(Keyword::As) {
        let after = expect_word(rest.advance(1), "KNOWN", "`KNOWN AT`")?;
        let after = expect_word(after, "AT", "`AT`")?;
        let (after, moment) = expression(after)?;
        views.push(View::AsKnownAt { moment, span: rest.span_to(after) });
        rest = after;
    }
    Ok((rest, views))
}

/// What may follow `VACUUM`: `BEFORE moment`.
pub(super) fn vacuum(rest: Tokens<'_>) -> Parsed<'_, Option<Expression>> {
    if !rest.at_word("BEFORE") {
        return Ok((rest, None));
    }
    let (rest, moment) = expression(rest.advance(1))?;
    Ok((rest, Some(moment)))
}
