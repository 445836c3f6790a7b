//! `COPY … FROM file` and `COPY (query) TO file`. Their words mean something here only.
//!
//! Files and options are literals or parameters, so that they are known before anything runs,
//! and a file is never chosen by what a row holds.

use super::atom::{SUBQUERY_LEVELS, parameter_name};
use super::edge_type::{end, hop, label};
use super::query::query;
use crate::syntax::ast::{
    CopyKind, CopyOption, CopyStatement, CopyTarget, CopyValue, CopyValueKind, EndKind,
};
use crate::syntax::diagnostic::Diagnostic;
use crate::syntax::input::{Parsed, Tokens, expect, expect_word, fail, name};
use crate::syntax::keyword::Keyword;
use crate::syntax::literal;
use crate::syntax::token::{Symbol, TokenKind};
use crate::value::ErrorCode;
use nom::Err;

/// What may stand behind the file.
const BEHIND_FILE: &str = "options in brackets or the end of the statement";

/// Whether a COPY begins here.
pub(super) fn begins(input: Tokens<'_>) -> bool {
    input.at_word("COPY")
}

/// The statement, and what could have continued it. Behind prefixes it can only read.
pub(super) fn copy(input: Tokens<'_>, prefixed: bool) -> Parsed<'_, (CopyStatement, &'static str)> {
    let rest = input.advance(1);
    let (rest, kind) = if begins_query(rest) {
        let inside = rest.advance(1).deeper(SUBQUERY_LEVELS)?;
        let (after, (query, _)) = query(inside)?;
        let after = expect(after, Symbol::RightParen, "a clause or `)`")?;
        let after = expect_word(after.back_to(rest), "TO", "`TO` and a file")?;
        (after, CopyKind::To(query))
    } else {
        if prefixed {
            return Err(fail(refuse_prefix(input)));
        }
        let (after, target) = target(rest)?;
        (expect_word(after, "FROM", "`FROM` and a file")?, CopyKind::From(target))
    };
    let (rest, file) = file(rest, matches!(kind, CopyKind::From(_)))?;
    if !rest.at_symbol(Symbol::LeftParen) {
        return Ok((rest, (CopyStatement { kind, file, options: Vec::new() }, BEHIND_FILE)));
    }
    let (rest, options) = options(rest.advance(1))?;
    Ok((rest, (CopyStatement { kind, file, options }, "the end of the statement")))
}

fn refuse_prefix(input: Tokens<'_>) -> Diagnostic {
    let message = "what a query sees can be said of a query alone";
    Diagnostic::syntax(ErrorCode::InvalidClauseComposition, message, input.span())
        .with_label("this reads a file into the graph")
        .with_help("leave the prefix out; `COPY (query) TO file` takes one")
}

/// Whether brackets hold a query and not the labels of a node.
fn begins_query(input: Tokens<'_>) -> bool {
    let ends_node =
        matches!(input.peek_at(1), TokenKind::Symbol(Symbol::Colon | Symbol::RightParen));
    input.at_symbol(Symbol::LeftParen) && !ends_node
}

/// What the rows of a file become: `Person`, `(:Person)` or `(:A)-[:T]->(:B)`.
fn target(input: Tokens<'_>) -> Parsed<'_, CopyTarget> {
    if !input.at_symbol(Symbol::LeftParen) && !input.at_symbol(Symbol::LeftBracket) {
        let what = "a label, a relationship type, a pattern such as `(:A)-[:T]->(:B)` or a query in brackets";
        let (rest, name) = name(what)(input)?;
        return Ok((rest, CopyTarget::Named(name)));
    }
    let (rest, left) = end(input)?;
    if left.kind == EndKind::Node && rest.at_word("FROM") {
        return Ok((rest, CopyTarget::Nodes(left)));
    }
    let (rest, (label, incoming)) = hop(rest, |inside| {
        if inside.at_symbol(Symbol::RightBracket) {
            return Ok((inside, None));
        }
        label(inside).map(|(rest, label)| (rest, Some(label)))
    })?;
    let (rest, right) = end(rest)?;
    let span = input.span_to(rest);
    let (start, end) = if incoming { (right, left) } else { (left, right) };
    Ok((rest, CopyTarget::Relationships { start, label, end, span }))
}

/// A file; or a list of them where they are read.
fn file(input: Tokens<'_>, several: bool) -> Parsed<'_, CopyValue> {
    match input.peek() {
        TokenKind::String | TokenKind::Parameter => scalar(input, ""),
        TokenKind::Symbol(Symbol::LeftBracket) if several => list(input),
        _ if several => Err(Err::Failure(
            input.expected("a file: a string in quotes, a parameter, or a list of them"),
        )),
        _ => Err(Err::Failure(input.expected("a file: a string in quotes or a parameter"))),
    }
}

/// `NAME value, NAME = value, NAME)`, behind the opening bracket.
fn options(input: Tokens<'_>) -> Parsed<'_, Vec<CopyOption>> {
    let (mut rest, mut options) = (input, Vec::new());
    loop {
        let (after, name) = name("an option such as `HEADER` or `DELIMITER`")(rest)?;
        let after = if after.at_symbol(Symbol::Equal) { after.advance(1) } else { after };
        let ends = matches!(after.peek(), TokenKind::Symbol(Symbol::Comma | Symbol::RightParen));
        let (after, value) = if ends {
            (after, None)
        } else {
            value(after).map(|(rest, value)| (rest, Some(value)))?
        };
        options.push(CopyOption { name, value });
        match after.peek() {
            TokenKind::Symbol(Symbol::Comma) => rest = after.advance(1),
            _ => return Ok((expect(after, Symbol::RightParen, "`,` or `)`")?, options)),
        }
    }
}

fn value(input: Tokens<'_>) -> Parsed<'_, CopyValue> {
    match input.peek() {
        TokenKind::Symbol(Symbol::LeftBracket) => list(input),
        _ => scalar(input, "a string, a number, `true`, `false`, a parameter or a list"),
    }
}

/// `[value, …]`.
fn list(input: Tokens<'_>) -> Parsed<'_, CopyValue> {
    let (mut rest, mut items) = (input.advance(1), Vec::new());
    while !rest.at_symbol(Symbol::RightBracket) {
        let (after, item) = scalar(rest, "a string, a number, `true`, `false` or a parameter")?;
        items.push(item);
        if !after.at_symbol(Symbol::Comma) {
            rest = after;
            break;
        }
        rest = after.advance(1);
    }
    let rest = expect(rest, Symbol::RightBracket, "`,` or `]`")?;
    Ok((rest, CopyValue { kind: CopyValueKind::List(items), span: input.span_to(rest) }))
}

fn scalar<'a>(input: Tokens<'a>, what: &'static str) -> Parsed<'a, CopyValue> {
    let (text, span) = (input.text(), input.span());
    let kind = match input.peek() {
        TokenKind::String => CopyValueKind::String(literal::string(text, span).map_err(fail)?),
        TokenKind::Integer => {
            CopyValueKind::Integer(literal::integer(text, false, span).map_err(fail)?)
        }
        TokenKind::Keyword(Keyword::True) => CopyValueKind::Boolean(true),
        TokenKind::Keyword(Keyword::False) => CopyValueKind::Boolean(false),
        TokenKind::Parameter => {
            let (rest, name) = parameter_name(input)?;
            return Ok((rest, CopyValue { kind: CopyValueKind::Parameter(name.text), span }));
        }
        _ => return Err(Err::Failure(input.expected(what))),
    };
    Ok((input.advance(1), CopyValue { kind, span }))
}
