//! Clauses; [`clause`] branches on their first keyword.

use super::call::call;
use super::expression::{expression, predicate};
use super::hint::hints;
use super::load::load_csv;
use super::path::match_mode;
use super::pattern::pattern;
use super::projection::{page_clause, projection, with};
use super::update::{delete, foreach, merge, remove, set_items};
use crate::syntax::ast::{Clause, ClauseKind, Counting, Expression, Name, Projection};
use crate::syntax::input::{Parsed, Tokens, expect, expect_keyword, keyword, name, symbol};
use crate::syntax::keyword::Keyword;
use crate::syntax::token::{Symbol, TokenKind};
use nom::combinator::opt;
use nom::multi::separated_list1;
use nom::sequence::preceded;
use nom::{Err, Parser};

/// The clause that begins with the keyword here.
pub(super) fn clause(input: Tokens<'_>, first: Keyword) -> Parsed<'_, Clause> {
    let body = input.advance(1);
    let (rest, kind) = match first {
        Keyword::Match => match_clause(body, false)?,
        Keyword::Optional => optional(body)?,
        Keyword::Filter => filter_clause(body)?,
        Keyword::Let => let_clause(body)?,
        Keyword::For => for_clause(body)?,
        Keyword::Unwind => unwind(body)?,
        Keyword::Load => load_csv(body)?,
        Keyword::With => with(input)?,
        Keyword::Return => {
            projection(input).map(|(rest, body)| (rest, ClauseKind::Return(body)))?
        }
        Keyword::Finish => (body, ClauseKind::Finish),
        Keyword::Order | Keyword::Skip | Keyword::Offset | Keyword::Limit => page_clause(input)?,
        Keyword::Create | Keyword::Insert => {
            pattern(body).map(|(rest, parts)| (rest, ClauseKind::Create(parts)))?
        }
        Keyword::Merge => merge(body)?,
        Keyword::Set => set_items(body).map(|(rest, items)| (rest, ClauseKind::Set(items)))?,
        Keyword::Remove => remove(body)?,
        Keyword::Delete => delete(body, false)?,
        Keyword::Detach | Keyword::Nodetach => {
            let body = expect_keyword(body, Keyword::Delete, "`DELETE`")?;
            delete(body, first == Keyword::Detach)?
        }
        Keyword::Foreach => foreach(body)?,
        Keyword::Call => call(body, false)?,
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
        ClauseKind::Subquery { .. } | ClauseKind::Foreach { .. } | ClauseKind::For { .. } => {
            "the next clause"
        }
        ClauseKind::LoadCsv { terminator: None, .. } => "`FIELDTERMINATOR` or the next clause",
        ClauseKind::LoadCsv { .. } => "the next clause",
        ClauseKind::Finish => "the end of the query",
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

/// `WHERE predicate`, or nothing.
pub(super) fn filter(input: Tokens<'_>) -> Parsed<'_, Option<Expression>> {
    opt(preceded(keyword(Keyword::Where), predicate)).parse(input)
}

/// `OPTIONAL MATCH …` or `OPTIONAL CALL …`, behind the first keyword.
fn optional(input: Tokens<'_>) -> Parsed<'_, ClauseKind> {
    match input.peek() {
        TokenKind::Keyword(Keyword::Match) => match_clause(input.advance(1), true),
        TokenKind::Keyword(Keyword::Call) => call(input.advance(1), true),
        _ => Err(Err::Failure(input.expected("`MATCH` or `CALL`"))),
    }
}

/// `[WHERE] predicate`, behind FILTER.
fn filter_clause(input: Tokens<'_>) -> Parsed<'_, ClauseKind> {
    let input = if input.at_keyword(Keyword::Where) { input.advance(1) } else { input };
    let (rest, condition) = predicate(input)?;
    Ok((rest, ClauseKind::Filter(condition)))
}

/// `variable = expression, …`, behind LET.
fn let_clause(input: Tokens<'_>) -> Parsed<'_, ClauseKind> {
    let (rest, items) = separated_list1(symbol(Symbol::Comma), definition).parse(input)?;
    Ok((rest, ClauseKind::Let(items)))
}

fn definition(input: Tokens<'_>) -> Parsed<'_, (Name, Expression)> {
    let (rest, variable) = name("a variable")(input)?;
    let rest = expect(rest, Symbol::Equal, "`=`")?;
    let (rest, value) = expression(rest)?;
    Ok((rest, (variable, value)))
}

/// `variable IN list [WITH ORDINALITY|OFFSET position]`, behind FOR.
fn for_clause(input: Tokens<'_>) -> Parsed<'_, ClauseKind> {
    let (rest, variable) = name("a variable")(input)?;
    let rest = expect_keyword(rest, Keyword::In, "`IN`")?;
    let (rest, list) = expression(rest)?;
    // `WITH offset AS x` is a clause: there the word is a variable.
    let named = rest.peek_at(2).is_word() && rest.peek_at(2) != TokenKind::Keyword(Keyword::As);
    let counting = match (rest.at_keyword(Keyword::With) && named, rest.peek_at(1)) {
        (true, TokenKind::Keyword(Keyword::Ordinality)) => Some(Counting::Ordinality),
        (true, TokenKind::Keyword(Keyword::Offset)) => Some(Counting::Offset),
        _ => None,
    };
    let (rest, position) = match counting {
        None => (rest, None),
        Some(counting) => {
            let (rest, position) = name("a variable")(rest.advance(2))?;
            (rest, Some((counting, position)))
        }
    };
    Ok((rest, ClauseKind::For { variable, list, position }))
}

fn match_clause(input: Tokens<'_>, optional: bool) -> Parsed<'_, ClauseKind> {
    let (rest, mode) = match_mode(input);
    let (rest, pattern) = pattern(rest)?;
    let (rest, hints) = hints(rest)?;
    let (rest, predicate) = filter(rest)?;
    Ok((rest, ClauseKind::Match { optional, mode, pattern, hints, predicate }))
}

fn unwind(input: Tokens<'_>) -> Parsed<'_, ClauseKind> {
    let (rest, list) = expression(input)?;
    let rest = expect_keyword(rest, Keyword::As, "an operator or `AS`")?;
    let (rest, variable) = name("a variable")(rest)?;
    Ok((rest, ClauseKind::Unwind { list, variable }))
}
