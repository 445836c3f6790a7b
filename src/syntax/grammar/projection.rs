//! WITH and RETURN, and what sorts and cuts rows: ORDER BY, SKIP and LIMIT.

use super::clause::filter;
use super::expression::expression;
use crate::syntax::ast::{
    ClauseKind, Expression, Name, NullOrder, Projection, ProjectionItem, SortItem,
};
use crate::syntax::diagnostic::Diagnostic;
use crate::syntax::input::{Parsed, Tokens, expect, expect_keyword, fail, keyword, name, symbol};
use crate::syntax::keyword::Keyword;
use crate::syntax::token::{Symbol, TokenKind};
use crate::value::ErrorCode;
use nom::branch::alt;
use nom::combinator::{opt, value};
use nom::multi::separated_list1;
use nom::sequence::preceded;
use nom::{Err, Parser};

pub(super) fn with(input: Tokens<'_>) -> Parsed<'_, ClauseKind> {
    let (rest, projection) = projection(input)?;
    let (rest, predicate) = filter(rest)?;
    Ok((rest, ClauseKind::With { projection, predicate }))
}

/// WITH or RETURN, from its keyword to LIMIT.
pub(super) fn projection(input: Tokens<'_>) -> Parsed<'_, Projection> {
    let rest = input.advance(1);
    let distinct = rest.at_keyword(Keyword::Distinct);
    let rest = if distinct { rest.advance(1) } else { rest };
    let star = rest.at_symbol(Symbol::Star);
    let rest = if star { rest.advance(1) } else { rest };
    let (rest, items) = if star {
        let items = preceded(
            symbol(Symbol::Comma),
            separated_list1(symbol(Symbol::Comma), projection_item),
        );
        opt(items).map(Option::unwrap_or_default).parse(rest)?
    } else {
        separated_list1(symbol(Symbol::Comma), projection_item).parse(rest)?
    };
    let (rest, group) = group(rest)?;
    let (rest, (order, skip, limit)) = page(rest)?;
    let span = input.span_to(rest);
    Ok((rest, Projection { distinct, star, items, group, order, skip, limit, span }))
}

/// `GROUP BY a, b`, `GROUP BY ()`, or nothing.
fn group(input: Tokens<'_>) -> Parsed<'_, Option<Vec<Name>>> {
    if !input.at_word("GROUP") || input.peek_at(1) != TokenKind::Keyword(Keyword::By) {
        return Ok((input, None));
    }
    let rest = input.advance(2);
    if rest.at_symbol(Symbol::LeftParen) {
        let rest = expect(rest.advance(1), Symbol::RightParen, "`)`")?;
        return Ok((rest, Some(Vec::new())));
    }
    let (rest, names) =
        separated_list1(symbol(Symbol::Comma), name("a column, a variable or `()`")).parse(rest)?;
    if matches!(rest.peek(), TokenKind::Symbol(Symbol::Dot | Symbol::LeftParen)) {
        let message = "GROUP BY names columns and variables, and computes nothing";
        let diagnostic = Diagnostic::syntax(ErrorCode::UnexpectedSyntax, message, rest.span())
            .with_help("give it a name: `RETURN n.x AS x, count(*) GROUP BY x`");
        return Err(fail(diagnostic));
    }
    Ok((rest, Some(names)))
}

fn projection_item(input: Tokens<'_>) -> Parsed<'_, ProjectionItem> {
    let (rest, expression) = expression(input)?;
    let written = input.span_to(rest);
    let text =
        input.source_text().get(written.start as usize..written.end as usize).unwrap_or_default();
    let (rest, alias) = opt(preceded(keyword(Keyword::As), name("a name"))).parse(rest)?;
    Ok((rest, ProjectionItem { expression, alias, text: text.into() }))
}

/// What follows the columns: sort keys, SKIP and LIMIT.
type Page = (Vec<SortItem>, Option<Expression>, Option<Expression>);

/// `[ORDER BY …] [SKIP|OFFSET …] [LIMIT …]`.
fn page(input: Tokens<'_>) -> Parsed<'_, Page> {
    let (rest, order) = order(input)?;
    let skip = alt((keyword(Keyword::Skip), keyword(Keyword::Offset)));
    let (rest, skip) = opt(preceded(skip, expression)).parse(rest)?;
    let (rest, limit) = opt(preceded(keyword(Keyword::Limit), expression)).parse(rest)?;
    Ok((rest, (order, skip, limit)))
}

/// The same as a clause of its own; one of the three stands here.
pub(super) fn page_clause(input: Tokens<'_>) -> Parsed<'_, ClauseKind> {
    let (rest, (order, skip, limit)) = page(input)?;
    Ok((rest, ClauseKind::Page { order, skip, limit }))
}

fn order(input: Tokens<'_>) -> Parsed<'_, Vec<SortItem>> {
    if !input.at_keyword(Keyword::Order) {
        return Ok((input, Vec::new()));
    }
    let rest = expect_keyword(input.advance(1), Keyword::By, "`BY`")?;
    separated_list1(symbol(Symbol::Comma), sort_item).parse(rest)
}

fn sort_item(input: Tokens<'_>) -> Parsed<'_, SortItem> {
    let (rest, expression) = expression(input)?;
    let ascending = value(false, alt((keyword(Keyword::Asc), keyword(Keyword::Ascending))));
    let descending = value(true, alt((keyword(Keyword::Desc), keyword(Keyword::Descending))));
    let (rest, descending) = opt(alt((ascending, descending))).parse(rest)?;
    let (rest, nulls) = if rest.at_keyword(Keyword::Nulls) {
        null_order(rest.advance(1)).map(|(rest, nulls)| (rest, Some(nulls)))?
    } else {
        (rest, None)
    };
    Ok((rest, SortItem { expression, descending: descending.unwrap_or(false), nulls }))
}

fn null_order(input: Tokens<'_>) -> Parsed<'_, NullOrder> {
    let order = if input.at_word("first") {
        NullOrder::First
    } else if input.at_word("last") {
        NullOrder::Last
    } else {
        return Err(Err::Failure(input.expected("`FIRST` or `LAST`")));
    };
    Ok((input.advance(1), order))
}
