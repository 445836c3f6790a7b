//! Clauses; [`clause`] branches on their first keyword.

use super::expression::{expression, predicate, with_accesses};
use super::pattern::{labels, pattern, pattern_part};
use crate::syntax::ast::{
    Access, Clause, ClauseKind, Expression, ExpressionKind, Name, Projection, ProjectionItem,
    RemoveItem, SetItem, SortItem, Yield,
};
use crate::syntax::input::{Parsed, Tokens, expect, expect_keyword, keyword, name, symbol};
use crate::syntax::keyword::Keyword;
use crate::syntax::token::{Symbol, TokenKind};
use nom::branch::alt;
use nom::combinator::{opt, value};
use nom::multi::separated_list1;
use nom::sequence::preceded;
use nom::{Err, Parser};

/// The clause that begins with the keyword here.
pub(super) fn clause(input: Tokens<'_>, first: Keyword) -> Parsed<'_, Clause> {
    let body = input.advance(1);
    let (rest, kind) = match first {
        Keyword::Match => match_clause(body, false)?,
        Keyword::Optional => match_clause(expect_keyword(body, Keyword::Match, "`MATCH`")?, true)?,
        Keyword::Unwind => unwind(body)?,
        Keyword::With => with(input)?,
        Keyword::Return => {
            projection(input).map(|(rest, body)| (rest, ClauseKind::Return(body)))?
        }
        Keyword::Create => pattern(body).map(|(rest, parts)| (rest, ClauseKind::Create(parts)))?,
        Keyword::Merge => merge(body)?,
        Keyword::Set => set_items(body).map(|(rest, items)| (rest, ClauseKind::Set(items)))?,
        Keyword::Remove => remove(body)?,
        Keyword::Delete => delete(body, false)?,
        Keyword::Detach => delete(expect_keyword(body, Keyword::Delete, "`DELETE`")?, true)?,
        Keyword::Call => call(body)?,
        _ => return Err(Err::Failure(input.expected("a clause such as MATCH, CREATE or RETURN"))),
    };
    Ok((rest, Clause { kind, span: input.span_to(rest) }))
}

/// What could have come next behind a clause, for the message when something else does.
pub(super) fn continuation(clause: &Clause) -> &'static str {
    match &clause.kind {
        ClauseKind::Match { predicate: None, .. } => {
            "a relationship, `,`, `WHERE` or the next clause"
        }
        ClauseKind::Match { .. } => "an operator or the next clause",
        ClauseKind::Create(_) => "a relationship, `,` or the next clause",
        ClauseKind::Merge { .. } => "a relationship, `ON CREATE`, `ON MATCH` or the next clause",
        ClauseKind::With { projection, predicate: None } => after_projection(projection),
        ClauseKind::Return(projection) => after_projection(projection),
        ClauseKind::Call { .. } => "`YIELD`, `,` or the next clause",
        _ => "an operator, `,` or the next clause",
    }
}

fn after_projection(projection: &Projection) -> &'static str {
    let aliased = projection.items.last().is_some_and(|item| item.alias.is_some());
    if projection.limit.is_some() || projection.skip.is_some() || !projection.order.is_empty() {
        "an operator, `,` or the next clause"
    } else if aliased || projection.items.is_empty() {
        "`,`, `ORDER BY`, `SKIP`, `LIMIT` or the next clause"
    } else {
        "an operator, `,`, `AS`, `ORDER BY`, `SKIP`, `LIMIT` or the next clause"
    }
}

fn filter(input: Tokens<'_>) -> Parsed<'_, Option<Expression>> {
    opt(preceded(keyword(Keyword::Where), predicate)).parse(input)
}

fn match_clause(input: Tokens<'_>, optional: bool) -> Parsed<'_, ClauseKind> {
    let (rest, pattern) = pattern(input)?;
    let (rest, predicate) = filter(rest)?;
    Ok((rest, ClauseKind::Match { optional, pattern, predicate }))
}

fn unwind(input: Tokens<'_>) -> Parsed<'_, ClauseKind> {
    let (rest, list) = expression(input)?;
    let rest = expect_keyword(rest, Keyword::As, "an operator or `AS`")?;
    let (rest, variable) = name("a variable")(rest)?;
    Ok((rest, ClauseKind::Unwind { list, variable }))
}

fn with(input: Tokens<'_>) -> Parsed<'_, ClauseKind> {
    let (rest, projection) = projection(input)?;
    let (rest, predicate) = filter(rest)?;
    Ok((rest, ClauseKind::With { projection, predicate }))
}

/// WITH or RETURN, from its keyword to LIMIT.
fn projection(input: Tokens<'_>) -> Parsed<'_, Projection> {
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
    let (rest, order) = order(rest)?;
    let (rest, skip) = opt(preceded(keyword(Keyword::Skip), expression)).parse(rest)?;
    let (rest, limit) = opt(preceded(keyword(Keyword::Limit), expression)).parse(rest)?;
    let span = input.span_to(rest);
    Ok((rest, Projection { distinct, star, items, order, skip, limit, span }))
}

fn projection_item(input: Tokens<'_>) -> Parsed<'_, ProjectionItem> {
    let (rest, expression) = expression(input)?;
    let written = input.span_to(rest);
    let text =
        input.source_text().get(written.start as usize..written.end as usize).unwrap_or_default();
    let (rest, alias) = opt(preceded(keyword(Keyword::As), name("a name"))).parse(rest)?;
    Ok((rest, ProjectionItem { expression, alias, text: text.into() }))
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
    Ok((rest, SortItem { expression, descending: descending.unwrap_or(false) }))
}

fn merge(input: Tokens<'_>) -> Parsed<'_, ClauseKind> {
    let (mut rest, part) = pattern_part(input)?;
    let (mut on_create, mut on_match) = (Vec::new(), Vec::new());
    while rest.at_keyword(Keyword::On) {
        let event = rest.advance(1);
        let target = match event.peek() {
            TokenKind::Keyword(Keyword::Create) => &mut on_create,
            TokenKind::Keyword(Keyword::Match) => &mut on_match,
            _ => return Err(Err::Failure(event.expected("`CREATE` or `MATCH`"))),
        };
        let body = expect_keyword(event.advance(1), Keyword::Set, "`SET`")?;
        let (after, mut items) = set_items(body)?;
        target.append(&mut items);
        rest = after;
    }
    Ok((rest, ClauseKind::Merge { part, on_create, on_match }))
}

fn set_items(input: Tokens<'_>) -> Parsed<'_, Vec<SetItem>> {
    separated_list1(symbol(Symbol::Comma), set_item).parse(input)
}

fn set_item(input: Tokens<'_>) -> Parsed<'_, SetItem> {
    let (rest, target) = target(input)?;
    match (target, rest.peek()) {
        (Target::Property(base, key), _) => {
            let rest = expect(rest, Symbol::Equal, "`=`, `.` or `[`")?;
            let (rest, value) = expression(rest)?;
            Ok((rest, SetItem::Property { base, key, value }))
        }
        (Target::Variable(variable), TokenKind::Symbol(Symbol::Equal)) => {
            let (rest, value) = expression(rest.advance(1))?;
            Ok((rest, SetItem::Replace { variable, value }))
        }
        (Target::Variable(variable), TokenKind::Symbol(Symbol::PlusEqual)) => {
            let (rest, value) = expression(rest.advance(1))?;
            Ok((rest, SetItem::Merge { variable, value }))
        }
        (Target::Variable(variable), TokenKind::Symbol(Symbol::Colon)) => {
            let (rest, labels) = labels(rest)?;
            Ok((rest, SetItem::Labels { variable, labels }))
        }
        (Target::Variable(_), _) => Err(Err::Failure(rest.expected("`.`, `=`, `+=` or `:`"))),
    }
}

/// What SET and REMOVE change.
enum Target {
    /// A property of what an expression yields.
    Property(Expression, Name),
    /// A variable, as a whole or its labels.
    Variable(Name),
}

fn target(input: Tokens<'_>) -> Parsed<'_, Target> {
    let (rest, target) = with_accesses(input.deeper(1)?)?;
    let rest = rest.back_to(input);
    let span = target.span;
    match target.kind {
        ExpressionKind::Variable(text) => Ok((rest, Target::Variable(Name { text, span }))),
        ExpressionKind::Access(base, mut steps) => match steps.pop() {
            Some(Access::Property(key)) if steps.is_empty() => {
                Ok((rest, Target::Property(*base, key)))
            }
            Some(Access::Property(key)) => {
                let base = Expression { kind: ExpressionKind::Access(base, steps), span };
                Ok((rest, Target::Property(base, key)))
            }
            _ => Err(Err::Failure(rest.expected("`.` and a property key"))),
        },
        _ => Err(Err::Failure(rest.expected("`.` and a property key"))),
    }
}

fn remove(input: Tokens<'_>) -> Parsed<'_, ClauseKind> {
    let (rest, items) = separated_list1(symbol(Symbol::Comma), remove_item).parse(input)?;
    Ok((rest, ClauseKind::Remove(items)))
}

fn remove_item(input: Tokens<'_>) -> Parsed<'_, RemoveItem> {
    let (rest, target) = target(input)?;
    match target {
        Target::Property(base, key) => Ok((rest, RemoveItem::Property { base, key })),
        Target::Variable(variable) if rest.at_symbol(Symbol::Colon) => {
            let (rest, labels) = labels(rest)?;
            Ok((rest, RemoveItem::Labels { variable, labels }))
        }
        Target::Variable(_) => Err(Err::Failure(rest.expected("`.` or `:`"))),
    }
}

fn delete(input: Tokens<'_>, detach: bool) -> Parsed<'_, ClauseKind> {
    let (rest, targets) = separated_list1(symbol(Symbol::Comma), expression).parse(input)?;
    Ok((rest, ClauseKind::Delete { detach, targets }))
}

/// `CALL name(arguments) [YIELD …] [WHERE …]`.
fn call(input: Tokens<'_>) -> Parsed<'_, ClauseKind> {
    let (rest, name) =
        separated_list1(symbol(Symbol::Dot), name("the name of a procedure")).parse(input)?;
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
    Ok((rest, ClauseKind::Call { name, arguments, yields, predicate }))
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

fn yields(input: Tokens<'_>) -> Parsed<'_, Yield> {
    if input.at_symbol(Symbol::Star) {
        return Ok((input.advance(1), Yield::All));
    }
    let alias = opt(preceded(keyword(Keyword::As), name("a name")));
    let item = (name("a column of the procedure or `*`"), alias);
    let (rest, items) = separated_list1(symbol(Symbol::Comma), item).parse(input)?;
    Ok((rest, Yield::Items(items)))
}
